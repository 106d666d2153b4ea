"""How large a finite game may be to be solved by going through its supports: stated counts, known before the start.

With n actions and m models there are ``(2^n - 1)(2^m - 1)`` pairs of a strategy support and a set of models that ties.
Whether a pair carries an equilibrium depends on the signs of bordered minors (`symbolic.envelopes`), of which there are

    sum_k C(n, k) C(m, k + 1) + sum_k C(m, k) C(n, k + 1) = C(n + m, m - 1) - m + C(n + m, n - 1) - n,   k >= 1,

by Vandermonde's identity; their size grows with k, and with several parameters in them they are long expressions.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import comb

from .errors import BudgetError


@dataclass(frozen=True, slots=True)
class SolveLimits:
    """The largest numbers of pairs of supports and of minors that `solve` goes through.

    Attributes
    ----------
    pairs : pairs of a set of actions and a set of models
    minors : bordered minors, at most one parameter left free
    symbolic_minors : bordered minors, two or more parameters left free

    Examples
    --------
    >>> SolveLimits().check(actions=7, models=7, free=0)
    >>> SolveLimits(pairs=10).check(actions=2, models=3, free=0)
    Traceback (most recent call last):
    ...
    berknash.symbolic.errors.BudgetError: 2 actions and 3 models give 21 pairs of supports, more than the limit of 10; \
use fewer actions or models, or raise the limit with solve(game, limits=SolveLimits(pairs=21))
    """

    pairs: int = 65_536
    minors: int = 10_000
    symbolic_minors: int = 1_000

    def check(self, actions: int, models: int, free: int) -> None:
        """Raises BudgetError where a game with so many actions, models and free parameters is beyond the limits."""
        _check(actions, models, "pairs of supports", pair_count(actions, models), "pairs", self.pairs)
        count = minor_count(actions, models)
        if free > 1:
            what = "minors with two or more parameters in them"
            _check(actions, models, what, count, "symbolic_minors", self.symbolic_minors)
        else:
            _check(actions, models, "minors", count, "minors", self.minors)


def pair_count(actions: int, models: int) -> int:
    """How many pairs there are of a non-empty set of actions and a non-empty set of models.

    >>> pair_count(2, 3)
    21
    """
    count: int = (2**actions - 1) * (2**models - 1)
    return count


def minor_count(actions: int, models: int) -> int:
    """How many bordered minors the two tables of a game have.

    >>> minor_count(2, 2), minor_count(3, 3)
    (4, 24)
    """
    both = actions + models
    count: int = comb(both, models - 1) - models + comb(both, actions - 1) - actions
    return count


def _check(actions: int, models: int, what: str, count: int, name: str, limit: int) -> None:
    if count > limit:
        fix = ", fix parameters with --at" if name == "symbolic_minors" else ""
        raise BudgetError(
            f"{actions} actions and {models} models give {count} {what}, more than the limit of {limit}; use fewer "
            f"actions or models{fix}, or raise the limit with solve(game, limits=SolveLimits({name}={count}))"
        )
