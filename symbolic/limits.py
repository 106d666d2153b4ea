"""How large a finite game may be to be solved by going through its supports, and how far the search in it may go.

Some counts are known before the start.

With n actions and m models there are ``(2^n - 1)(2^m - 1)`` pairs of a strategy support and a set of models that ties.
Whether a pair carries an equilibrium depends on the signs of bordered minors (`symbolic.combinatorics.envelopes`), of
which there are

    sum_k C(n, k) C(m, k + 1) + sum_k C(m, k) C(n, k + 1) = C(n + m, m - 1) - m + C(n + m, n - 1) - n,   k >= 1,

by Vandermonde's identity; their size grows with k, and with several parameters in them they are long expressions.

How many sign vectors occur is not known before. Where no engine lists them, trees of signs are searched: `solve` counts
their nodes, all questions together, and the wide searches for points of cells. All limits are counts, no clock, so that
the same input gives the same answer.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from math import comb

from .arguments import check_integers
from .errors import BudgetError

FAMILY_PAIRS = 4_096
"""Profiles of supports that are gone through where players have families whose fit is searched: each takes long."""

_QUESTIONS = 5


@dataclass(frozen=True, slots=True)
class SolveLimits:
    """The largest numbers of pairs of supports and of minors that `solve` goes through, and of steps of its searches.

    Attributes
    ----------
    pairs : pairs of a set of actions and a set of models; with signals or several players, profiles of supports that
        are gone through one by one
    minors : bordered minors, at most one parameter left free
    symbolic_minors : bordered minors, two or more parameters left free
    nodes : nodes of the trees of sign vectors, all questions together; what is open beyond them is left undecided. One
        question of many may use a fifth: beyond it the sets where an atom vanishes are left out (`boundaries_covered`)
    searches : wide searches for a point at which an entry exists; beyond them entries stay unwitnessed
    bases : bases of all envelopes of a game with signals or several players
    corners : bases of the polytope of one player's mixtures, for two players with rational payoffs
    entries : equilibria that are listed for two players with rational payoffs, one for each pair of supports
    transitions : edges of the transition graph that are listed with several players

    Examples
    --------
    >>> SolveLimits().check(actions=7, models=7, free=0)
    >>> SolveLimits(pairs=10).check(actions=2, models=3, free=0)
    Traceback (most recent call last):
    ...
    berknash.symbolic.errors.BudgetError: 2 actions and 3 models give 21 pairs of supports, more than the limit of 10; \
use fewer actions or models, or raise the limit with --limit-pairs 21, in Python SolveLimits(pairs=21)
    """

    pairs: int = 65_536
    minors: int = 10_000
    symbolic_minors: int = 1_000
    nodes: int = 60_000
    searches: int = 400
    bases: int = 400_000
    corners: int = 40_000
    entries: int = 4_000
    transitions: int = 200_000

    def __post_init__(self) -> None:
        check_integers(1, **{entry.name: getattr(self, entry.name) for entry in fields(self)})

    def check_actions(self, actions: int) -> None:
        """Raises BudgetError where so many actions have more sets than `pairs`, for one agent with families of models.

        >>> SolveLimits().check_actions(16)
        """
        check_supports(2**actions - 1, self.pairs, "sets of actions")

    def check(self, actions: int, models: int, free: int) -> None:
        """Raises BudgetError where a game with so many actions, models and free parameters is beyond the limits."""
        _check(actions, models, "pairs of supports", pair_count(actions, models), "pairs", self.pairs)
        count = minor_count(actions, models)
        if free > 1:
            what = "minors with two or more parameters in them"
            _check(actions, models, what, count, "symbolic_minors", self.symbolic_minors)
        else:
            _check(actions, models, "minors", count, "minors", self.minors)


def check_supports(count: int, limit: int, what: str = "profiles of supports") -> None:
    """Raises BudgetError where so many profiles of supports, or sets of actions of one agent, exceed the limit.

    >>> check_supports(9, 8)
    Traceback (most recent call last):
    ...
    berknash.symbolic.errors.BudgetError: 9 profiles of supports, more than the limit of 8; use fewer actions, or \
raise the limit with --limit-pairs 9, in Python SolveLimits(pairs=9)
    """
    if count > limit:
        raise BudgetError(f"{count} {what}, {remedy('pairs', limit, count)}")


def remedy(name: str, limit: int, wanted: int | None = None) -> str:
    """The second half of a message about a limit: its value, and how to raise it to what is wanted.

    >>> remedy("bases", 10)
    'more than the limit of 10; use fewer actions, or raise the limit with --limit-bases 20, in Python \
SolveLimits(bases=20)'
    """
    value = 2 * limit if wanted is None else wanted
    return (
        f"more than the limit of {limit}; use fewer actions, or raise the limit with "
        f"--limit-{name.replace('_', '-')} {value}, in Python SolveLimits({name}={value})"
    )


class Allowance:
    """What is left of the steps that one solution may take, shared by all its questions.

    One question may take the share of the nodes that one of so many has.

    Examples
    --------
    >>> allowance = Allowance(SolveLimits(nodes=1))
    >>> allowance.stage = "the transition graph"
    >>> allowance.take_node(); allowance.take_node()
    Traceback (most recent call last):
    ...
    berknash.symbolic.errors.BudgetError: more than 1 nodes of the trees of sign vectors in all, reached in the \
transition graph; fix some parameters with --at, or raise the limit with --limit-nodes 2, in Python \
SolveLimits(nodes=2)
    """

    def __init__(self, limits: SolveLimits, questions: int = _QUESTIONS) -> None:
        self.limits = limits
        self._questions = questions
        self.nodes = 0
        self.searches = 0
        self.stage = "the first question"

    @property
    def nodes_for_one_question(self) -> int:
        """How many nodes the tree of one question may have."""
        return max(1, self.limits.nodes // self._questions)

    def take_node(self) -> None:
        """Counts one node of a tree; raises BudgetError beyond the limit."""
        self.nodes += 1
        if self.nodes > self.limits.nodes:
            raise self.error(f"more than {self.limits.nodes} nodes of the trees of sign vectors in all")

    def error(self, what: str) -> BudgetError:
        """The error that a limit on nodes was reached, with the remedy."""
        return BudgetError(
            f"{what}, reached in {self.stage}; fix some parameters with --at, or raise the limit with --limit-nodes "
            f"{2 * self.limits.nodes}, in Python SolveLimits(nodes={2 * self.limits.nodes})"
        )

    def take_search(self) -> bool:
        """Counts one search for a point, and tells whether it is still allowed."""
        self.searches += 1
        return self.searches <= self.limits.searches


def pair_count(actions: int, models: int) -> int:
    """How many pairs there are of a non-empty set of actions and a non-empty set of models.

    >>> pair_count(2, 3)
    21
    """
    count: int = (2**actions - 1) * (2**models - 1)
    return count


def minor_count(actions: int, models: int) -> int:
    """How many bordered minors the two tables of a game have.

    >>> minor_count(2, 2), minor_count(3, 3), minor_count(0, 0)
    (4, 24, 0)
    """
    if not actions or not models:
        return 0  # tables of relations alone
    both = actions + models
    count: int = comb(both, models - 1) - models + comb(both, actions - 1) - actions
    return count


def _check(actions: int, models: int, what: str, count: int, name: str, limit: int) -> None:
    if count > limit:
        fix = ", fix parameters with --at" if name == "symbolic_minors" else ""
        raise BudgetError(
            f"{actions} actions and {models} models give {count} {what}, more than the limit of {limit}; use fewer "
            f"actions or models{fix}, or raise the limit with --limit-{name.replace('_', '-')} {count}, "
            f"in Python SolveLimits({name}={count})"
        )
