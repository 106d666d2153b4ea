r"""The structure of a one-agent game at a point, by linear programs on the definitions.

For a support S of actions and a support T of models let

    P(S, T) = { sigma in int Delta(S) : T inside Theta*(sigma) },
    M(T, S) = { mu in int Delta(T) : S inside F(mu) }.

Each is the interior of a simplex cut by linear ties and inequalities in the tables K and U, so one linear
program decides whether it is empty (`linear_program`). Everything else is read off the definitions: sigma
with support S is a Berk-Nash equilibrium iff some T has both sets non-empty and sigma in P(S, T) (Esponda &
Pouzo 2016, Definition 1); b is in Gamma(B) iff P(S, T) and M(T', {b}) are non-empty for some S inside B and
T' inside T; the rationalizable set is the limit of B n Gamma(B) from A (Esponda & Pouzo 2025,
arXiv:2505.20708); a is uniform iff it is optimal under each single model of Theta*(delta_a), uniformly strict
iff Gamma({a}) = {a} (Fudenberg, Lanzani & Strack 2021, Econometrica 89(3)).

The answer is numerical: differences within `Precision.tie` of zero are ties, and weights within it are zero.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations
from typing import Any, TypeAlias

import mpmath

from ..symbolic.errors import BudgetError, GameError
from ..symbolic.game.game import Game
from .linear_program import Interior, interior_point
from .tables import DEFAULT_PRECISION, NumericalTables, Precision, Real, Value, as_real, is_infinite, numerical_tables

Set: TypeAlias = tuple[int, ...]
Names: TypeAlias = tuple[str, ...]

MAXIMAL_PAIRS = 100_000
MAXIMAL_CYCLES = 10_000


@dataclass(frozen=True, slots=True)
class NumericalEquilibrium:
    """A connected component of the equilibria with one strategy support.

    Attributes: `support` and `belief_support` in names (the latter: every model that carries weight in some
    belief that supports some point of the component), `strategy` and `belief` one point of it as mpmath
    numbers by name, `dimension` of the component, `strict` whether it is pure and uniformly strict.
    """

    support: Names
    belief_support: Names
    strategy: tuple[tuple[str, Real], ...]
    belief: tuple[tuple[str, Real], ...]
    dimension: int
    strict: bool


@dataclass(frozen=True, slots=True)
class NumericalStructure:
    """The structure at a point, in names; sets are sorted, cycles start at the action listed first in the
    game.
    """

    supports: tuple[Names, ...]
    rationalizable: Names
    transitions: tuple[tuple[str, str], ...]
    absorbing: tuple[Names, ...]
    closed: tuple[Names, ...]
    cycles: tuple[Names, ...]
    uniform: Names
    uniformly_strict: Names
    equilibria: tuple[NumericalEquilibrium, ...]

    def to_json(self) -> dict[str, Any]:
        """The combinatorial part in the shape of the `structure` objects of the JSON format."""
        return {
            "supports": [list(names) for names in self.supports],
            "rationalizable": list(self.rationalizable),
            "transitions": [list(edge) for edge in self.transitions],
            "absorbing": [list(names) for names in self.absorbing],
            "closed": [list(names) for names in self.closed],
            "cycles": [list(names) for names in self.cycles],
        }


class DecisionProblem:
    """The sets P and M of a numerical game, decided by linear programs on demand; indices of actions and
    models.
    """

    def __init__(self, tables: NumericalTables) -> None:
        self.tables = tables
        self.actions: Set = tuple(range(len(tables.actions)))
        self.models: Set = tuple(range(len(tables.models)))
        self._finite = [[not is_infinite(entry) for entry in row] for row in tables.divergence]
        pairs = (2 ** len(self.actions) - 1) * (2 ** len(self.models) - 1)
        if pairs > MAXIMAL_PAIRS:
            raise BudgetError(
                f"{len(self.actions)} actions and {len(self.models)} models make {pairs} pairs of supports, "
                f"beyond the limit of {MAXIMAL_PAIRS}; use a smaller game"
            )
        for action in self.actions:
            if not self.fitting_models((action,)):
                raise GameError(
                    f"no model allows what happens after {tables.actions[action]}; give one with a finite divergence"
                )
        self._strategies: dict[tuple[Set, Set], Interior | None] = {}
        self._beliefs: dict[tuple[Set, Set], Interior | None] = {}
        self._mixtures: dict[Set, tuple[Set, ...]] = {}
        self._replies: dict[Set, Set] = {}

    def fitting_models(self, support: Set) -> Set:
        """The models whose divergence is finite at every action of the support."""
        return tuple(t for t in self.models if all(self._finite[t][a] for a in support))

    def strategy(self, support: Set, ties: Set) -> Interior | None:
        """The point of P(support, ties) that maximizes the smallest weight, or None when P is empty.

        Where no model has a finite divergence all of them attain the minimum +oo, and nothing is learnt from
        play; such a game breaks the standing assumption of the theory and is refused with GameError.
        """
        key = (support, ties)
        if key not in self._strategies:
            fitting = self.fitting_models(support)
            if not fitting:
                names = ", ".join(self.tables.actions[a] for a in support)
                raise GameError(f"every model rules out something that happens when {names} are mixed; add a model")
            if not set(ties) <= set(fitting) or self._known_empty(self._strategies, support, ties):
                self._strategies[key] = None
            else:
                rows = {t: [self.tables.divergence[t][a] for a in support] for t in fitting}
                self._strategies[key] = self._interior(rows, ties, best_is_low=True)
        return self._strategies[key]

    def belief(self, support: Set, replies: Set) -> Interior | None:
        """The point of M(support, replies) that maximizes the smallest weight, or None when M is empty."""
        key = (support, replies)
        if key not in self._beliefs:
            if self._known_empty(self._beliefs, support, replies):
                self._beliefs[key] = None
            else:
                rows = {a: [self.tables.payoff[a][t] for t in support] for a in self.actions}
                self._beliefs[key] = self._interior(rows, replies, best_is_low=False)
        return self._beliefs[key]

    @staticmethod
    def _known_empty(known: Mapping[tuple[Set, Set], Interior | None], support: Set, ties: Set) -> bool:
        """Whether a set with one tie less is already known to be empty: more ties are harder to meet."""
        smaller = (ties[:i] + ties[i + 1 :] for i in range(len(ties)))
        return any(known.get((support, part), support) is None for part in smaller if part)

    def _interior(self, rows: Mapping[int, Sequence[Real]], ties: Set, *, best_is_low: bool) -> Interior | None:
        """Positive weights at which all rows of `ties` attain the least (or the largest) value."""
        first = rows[ties[0]]
        equal = [[entry - base for entry, base in zip(rows[t], first, strict=True)] for t in ties[1:]]
        others = [row for t, row in sorted(rows.items()) if t not in ties]
        if best_is_low:
            at_most = [[base - entry for entry, base in zip(row, first, strict=True)] for row in others]
        else:
            at_most = [[entry - base for entry, base in zip(row, first, strict=True)] for row in others]
        return interior_point(len(first), equal, at_most, self.tables.precision.tie)

    def minimizer_sets(self, support: Set) -> tuple[Set, ...]:
        """Every T with P(support, T) not empty and no larger such set, over sigma with exactly this
        support.
        """
        if support not in self._mixtures:
            attained = [ties for ties in subsets(self.models) if self.strategy(support, ties) is not None]
            self._mixtures[support] = tuple(t for t in attained if not any(set(t) < set(o) for o in attained))
        return self._mixtures[support]

    def replies(self, models: Set) -> Set:
        """F(Delta T): the actions that are optimal for some belief on T, straight from M(T', {b}), T' inside
        T.
        """
        if models not in self._replies:
            self._replies[models] = tuple(
                b for b in self.actions if any(self.belief(part, (b,)) is not None for part in subsets(models))
            )
        return self._replies[models]

    def gamma(self, actions: Iterable[int]) -> Set:
        """Gamma(B): the best replies to beliefs on the best fits of some mixture of B."""
        found: set[int] = set()
        for support in subsets(tuple(actions)):
            for models in self.minimizer_sets(support):
                found.update(self.replies(models))
        return tuple(sorted(found))

    @cached_property
    def edges(self) -> tuple[tuple[int, int], ...]:
        """The transition graph: a -> b iff b is in Gamma({a})."""
        return tuple((a, b) for a in self.actions for b in self.gamma((a,)))

    def best_fits_to(self, strategy: Sequence[Real]) -> Set:
        """Theta*(sigma) by comparing the weighted divergences of the models with each other."""
        tie = self.tables.precision.tie
        played = [a for a in self.actions if strategy[a] > tie]
        table = self.tables.divergence
        total = {
            t: mpmath.fsum(strategy[a] * table[t][a] for a in played) for t in self.fitting_models(tuple(played))
        }
        least = min(total.values())
        return tuple(t for t in sorted(total) if total[t] - least < tie)

    def best_fits(self, action: int) -> Set:
        """Theta*(delta_a)."""
        return self.best_fits_to([mpmath.mpf(int(a == action)) for a in self.actions])


def subsets(elements: Set) -> Iterator[Set]:
    """The non-empty subsets, small ones first.

    >>> list(subsets((0, 1)))
    [(0,), (1,), (0, 1)]
    """
    for size in range(1, len(elements) + 1):
        yield from combinations(elements, size)


def rank(rows: list[list[Real]], tolerance: Real) -> int:
    """Rank by elimination with full pivoting, entries within the tolerance being zero."""
    left = [list(row) for row in rows]
    rank = 0
    while left:
        size, position, column = max(
            ((abs(entry), -i, -j) for i, row in enumerate(left) for j, entry in enumerate(row)),
            default=(mpmath.mpf(0), 0, 0),
        )
        if size < tolerance:
            return rank
        pivot = left.pop(-position)
        left = [
            [entry - row[-column] / pivot[-column] * base for entry, base in zip(row, pivot, strict=True)]
            for row in left
        ]
        rank += 1
    return rank


def _piece_dimension(problem: DecisionProblem, support: Set, ties: Set) -> int:
    """Dimension of P(support, ties), which is not empty: |S| minus the rank of everything that is zero on all
    of it.
    """
    table, tolerance = problem.tables.divergence, problem.tables.precision.tie
    first = table[ties[0]]
    zero = [[mpmath.mpf(1)] * len(support)]
    zero.extend([table[t][a] - first[a] for a in support] for t in ties[1:])
    for other in problem.fitting_models(support):
        if other in ties:
            continue
        # An inequality that is nowhere strict on the set is an equation on it and lowers the dimension.
        difference = [table[other][a] - first[a] for a in support]
        if not _strict_somewhere(problem, support, ties, difference):
            zero.append(difference)
    return len(support) - rank(zero, tolerance)


def _strict_somewhere(problem: DecisionProblem, support: Set, ties: Set, difference: list[Real]) -> bool:
    """Whether difference . sigma > 0 at some sigma of P(support, ties).

    The slack becomes a weight of its own: the smallest weight of (sigma, slack) is positive iff it is so
    somewhere.
    """
    table, zero = problem.tables.divergence, mpmath.mpf(0)
    first = table[ties[0]]
    equal = [[*(table[t][a] - first[a] for a in support), zero] for t in ties[1:]]
    equal.append([*difference, mpmath.mpf(-1)])
    at_most = [
        [*(first[a] - table[t][a] for a in support), zero] for t in problem.fitting_models(support) if t not in ties
    ]
    return interior_point(len(support) + 1, equal, at_most, problem.tables.precision.tie) is not None


def equilibria_with_support(problem: DecisionProblem, support: Set) -> tuple[NumericalEquilibrium, ...]:
    """The components of the equilibria whose strategy support is exactly this set.

    The equilibria are the union of the convex sets P(S, T) over the T that hold S up; two of them meet iff
    P(S, T u T') is not empty, and a union of relatively closed convex sets is connected along meetings.
    """
    pieces = [
        ties
        for ties in subsets(problem.models)
        if problem.strategy(support, ties) is not None and problem.belief(ties, support) is not None
    ]
    groups: list[list[Set]] = []
    for ties in pieces:
        near = [
            group
            for group in groups
            if any(problem.strategy(support, tuple(sorted({*ties, *other}))) is not None for other in group)
        ]
        apart = [group for group in groups if group not in near]
        groups = [*apart, [other for group in [*near, [ties]] for other in group]]
    strict = len(support) == 1 and problem.gamma(support) == support
    found = []
    for group in sorted(groups):
        point = problem.strategy(support, group[0])
        mind = problem.belief(group[0], support)
        assert point is not None and mind is not None
        weights = dict(zip(support, point.weights, strict=True))
        belief = dict(zip(group[0], mind.weights, strict=True))
        zero = mpmath.mpf(0)
        found.append(
            NumericalEquilibrium(
                _names(problem.tables.actions, support),
                _names(problem.tables.models, {t for ties in group for t in ties}),
                tuple((name, weights.get(a, zero)) for a, name in enumerate(problem.tables.actions)),
                tuple((name, belief.get(t, zero)) for t, name in enumerate(problem.tables.models)),
                max(_piece_dimension(problem, support, ties) for ties in group),
                strict,
            )
        )
    return tuple(found)


def is_equilibrium(problem: DecisionProblem, strategy: Sequence[Value]) -> bool:
    """Whether some belief on the best fits to the strategy makes every action it plays optimal: Definition 1.

    Parameters: the weights in the game's order of actions (Fractions, ints, mpmath numbers); those within the
    tolerance of zero count as zero.
    """
    with mpmath.workdps(problem.tables.precision.digits):
        tie = problem.tables.precision.tie
        weights = [as_real(weight) for weight in strategy]
        if not _is_distribution(weights, tie):
            return False
        support = tuple(a for a in problem.actions if weights[a] > tie)
        fits = problem.best_fits_to(weights)
        return any(problem.belief(models, support) is not None for models in subsets(fits))


def is_supporting_belief(problem: DecisionProblem, strategy: Sequence[Value], belief: Sequence[Value]) -> bool:
    """Whether the belief is on the best fits to the strategy and makes every action it plays optimal."""
    with mpmath.workdps(problem.tables.precision.digits):
        tie = problem.tables.precision.tie
        weights, mind = [as_real(weight) for weight in strategy], [as_real(weight) for weight in belief]
        if not (_is_distribution(weights, tie) and _is_distribution(mind, tie)):
            return False
        fits = problem.best_fits_to(weights)
        value = [mpmath.fdot(row, mind) for row in problem.tables.payoff]
        return all(mind[t] <= tie or t in fits for t in problem.models) and all(
            weights[a] <= tie or value[a] > max(value) - tie for a in problem.actions
        )


def _is_distribution(weights: Sequence[Real], tie: Real) -> bool:
    return bool(min(weights) >= -tie and abs(mpmath.fsum(weights) - 1) <= tie * len(weights))


def rationalizable_set(problem: DecisionProblem) -> Set:
    """The largest B inside Gamma(B): the limit of B n Gamma(B) from all actions."""
    current = problem.actions
    while True:
        following = tuple(sorted(set(current) & set(problem.gamma(current))))
        if following == current:
            return current
        current = following


def minimal_closed_sets(problem: DecisionProblem) -> tuple[Set, ...]:
    """All B with Gamma(B) inside B that contain no smaller one, by trying every subset."""
    closed: list[Set] = []
    for candidate in subsets(problem.actions):
        contains_smaller = any(set(other) <= set(candidate) for other in closed)
        if not contains_smaller and set(problem.gamma(candidate)) <= set(candidate):
            closed.append(candidate)
    return tuple(closed)


def absorbing_and_cycles(nodes: Iterable[int], edges: Iterable[tuple[int, int]]) -> tuple[list[set[int]], list[Set]]:
    """The sink components of a graph, and its cycles of more than one node, each from its least node on."""

    import networkx  # for start-up: slow to load

    graph = networkx.DiGraph()
    graph.add_nodes_from(nodes)
    graph.add_edges_from(edges)
    cycles: list[Set] = []
    for cycle in networkx.simple_cycles(graph):
        if len(cycle) > 1:
            start = cycle.index(min(cycle))
            cycles.append(tuple(cycle[start:] + cycle[:start]))
        if len(cycles) > MAXIMAL_CYCLES:
            raise BudgetError(f"more than {MAXIMAL_CYCLES} cycles in the transition graph; use a smaller game")
    return list(networkx.attracting_components(graph)), cycles


def _names(names: Names, indices: Iterable[int]) -> Names:
    return tuple(sorted(names[i] for i in indices))


def numerical_structure(
    game: Game, values: Mapping[str, Value] | None = None, precision: Precision = DEFAULT_PRECISION
) -> NumericalStructure:
    """The structure of a one-agent game at a point, recomputed from the definitions.

    Parameters: the game, values for the parameters that are still free (Fractions, ints, mpmath numbers), and
    the precision, whose `tie` says which differences count as ties. Numerical, not certified. Raises
    NotSupportedError for other kinds of game, GameError for a bad point, BudgetError beyond the stated sizes.

    >>> from berknash.symbolic.game.game import Game
    >>> game = Game.from_dict({"format": 1, "name": "two", "players": {"agent": {
    ...     "actions": ["left", "right"], "outcomes": ["good", "bad"],
    ...     "truth": {"*": {"good": "1/3", "bad": "2/3"}},
    ...     "payoff": {"left": {"good": 1, "bad": 0}, "right": {"good": 0, "bad": 1}},
    ...     "models": {"right_one": {"predicts": {"*": {"good": "1/3", "bad": "2/3"}}}}}}})
    >>> numerical_structure(game).to_json()["supports"]
    [['right']]
    """
    with mpmath.workdps(precision.digits):
        problem = DecisionProblem(numerical_tables(game, values, precision))
        names = problem.tables.actions
        equilibria = [
            found for support in subsets(problem.actions) for found in equilibria_with_support(problem, support)
        ]
        absorbing, cycles = absorbing_and_cycles(problem.actions, problem.edges)
        uniform = [
            a for a in problem.actions if all(problem.belief((t,), (a,)) is not None for t in problem.best_fits(a))
        ]
        return NumericalStructure(
            supports=tuple(sorted({found.support for found in equilibria})),
            rationalizable=_names(names, rationalizable_set(problem)),
            transitions=tuple(sorted((names[a], names[b]) for a, b in problem.edges)),
            absorbing=tuple(sorted(_names(names, component) for component in absorbing)),
            closed=tuple(sorted(_names(names, part) for part in minimal_closed_sets(problem))),
            cycles=tuple(sorted(tuple(names[a] for a in cycle) for cycle in cycles)),
            uniform=_names(names, uniform),
            uniformly_strict=_names(names, [a for a in problem.actions if problem.gamma((a,)) == (a,)]),
            equilibria=tuple(sorted(equilibria, key=lambda found: (found.support, found.belief_support))),
        )
