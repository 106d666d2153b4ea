"""The structure of a finite one-agent game: everything that depends on signs only.

Given which divergences are finite and the signs of the bordered minors of ``K`` and ``U`` (see `envelopes`), this
module finds all strategy supports that carry a Berk-Nash equilibrium with the belief supports that hold them up,
the operator ``Gamma`` and what follows from it: rationalizable set and rounds, transition graph, absorbing sets,
minimal closed sets, cycles (Esponda & Pouzo 2016 and 2025, Fudenberg, Lanzani & Strack 2021).
Exact on knife edges: ties are ties.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations, islice

from .algebra import Element
from .envelopes import Minor, Vertex, lower_envelope_vertices
from .errors import BudgetError

Set = tuple[int, ...]

CYCLE_LIMIT = 1_000


@dataclass(frozen=True, slots=True, order=True)
class Face:
    """All of an envelope whose weights have exactly this support and whose optimal rows include these ties."""

    support: Set
    ties: Set
    vertices: tuple[Vertex, ...]


@dataclass(frozen=True, slots=True, order=True)
class EquilibriumComponent:
    """A connected component of the equilibria with one strategy support.

    Attributes
    ----------
    support : actions played with positive probability
    belief_support : every model that carries weight in some belief that supports some point of the component
    pieces : the polyhedral pieces (tie set held, vertices) whose union is the closure of the component
    dimension : dimension of the largest piece
    """

    support: Set
    belief_support: Set
    pieces: tuple[Face, ...]
    dimension: int


@dataclass(frozen=True, slots=True, order=True)
class Structure:
    """What is the same throughout a phase, in action and model indices; comparable and hashable.

    Attributes
    ----------
    supports : (strategy support, belief support) of every equilibrium component
    rationalizable, edges, absorbing, closed, cycles : as in the module's docstring
    """

    supports: tuple[tuple[Set, Set], ...]
    rationalizable: Set
    edges: tuple[tuple[int, int], ...]
    absorbing: tuple[Set, ...]
    closed: tuple[Set, ...]
    cycles: tuple[Set, ...]


class ImpossibleSigns(Exception):
    """The signs of the minors contradict one another: no game has them."""


class Problem:
    """A finite decision problem given by signs, with its envelopes computed on demand.

    Parameters
    ----------
    action_count, model_count : sizes
    finite : ``finite[t][a]`` says whether ``K[t][a]`` is finite
    divergence_minor : sign of ``W_K(S, R)``, S actions, R models, ``|R| = |S| + 1``
    payoff_minor : sign of ``W_U(R, S)``, R models, S actions, ``|S| = |R| + 1`` (columns are models)
    sign_of : sign of any element of the game's ring, for claims that also speak of parameters
    """

    def __init__(
        self,
        action_count: int,
        model_count: int,
        finite: Sequence[Sequence[bool]],
        divergence_minor: Minor,
        payoff_minor: Minor,
        sign_of: Callable[[Element], int] | None = None,
    ) -> None:
        self.actions = tuple(range(action_count))
        self.models = tuple(range(model_count))
        self.finite = tuple(tuple(row) for row in finite)
        self._divergence_minor = divergence_minor
        self._payoff_minor = payoff_minor
        self.sign_of = sign_of
        self._strategy_vertices: dict[Set, tuple[Vertex, ...]] = {}
        self._belief_vertices: dict[Set, tuple[Vertex, ...]] = {}

    def belief_vertices(self, models: Set) -> tuple[Vertex, ...]:
        """Vertices of the upper envelope of U over beliefs on these models: support = models, ties = best replies.

        Only signs of minors on these models are looked at, so that a symbolic question stays small.
        """

        def minor(support: Set, rows: Set) -> int:
            # The upper envelope of U is the lower one of -U: one sign for each column of U.
            return self._payoff_minor(support, rows) * (-1 if len(support) % 2 else 1)

        if models not in self._belief_vertices:
            self._belief_vertices[models] = lower_envelope_vertices(self.actions, models, minor)
        return self._belief_vertices[models]

    def models_finite_on(self, support: Set) -> Set:
        """Models whose divergence is finite at every action of the support; only they can fit best there."""
        return tuple(t for t in self.models if all(self.finite[t][a] for a in support))

    def strategy_vertices(self, support: Set) -> tuple[Vertex, ...]:
        """Vertices, over the simplex on this support, of the lower envelope of K for the models finite on it.

        At a vertex on a proper face a model that is infinite elsewhere may fit better still; only what
        `strategy_face` says of the interior is true of Theta*.
        """
        if support not in self._strategy_vertices:
            models = self.models_finite_on(support)
            self._strategy_vertices[support] = lower_envelope_vertices(models, support, self._divergence_minor)
        return self._strategy_vertices[support]

    def strategy_face(self, support: Set, ties: Set) -> Face | None:
        """``{sigma in the interior of Delta(support) : ties inside Theta*(sigma)}``, or None when it is empty."""
        return _face(self.strategy_vertices(support), support, ties)

    def belief_face(self, support: Set, ties: Set) -> Face | None:
        """``{mu in the interior of Delta(support) : ties inside F(mu)}``, or None when it is empty."""
        return _face(self.belief_vertices(support), support, ties)

    def minimizer_sets(self, support: Set) -> tuple[Set, ...]:
        """The maximal sets ``Theta*(sigma)`` over sigma in the interior of ``Delta(support)``."""
        models = self.models_finite_on(support)
        sets: list[Set] = []
        for size in range(len(models), 0, -1):
            for ties in combinations(models, size):
                if any(set(ties) <= set(other) for other in sets):
                    continue
                if self.strategy_face(support, ties) is not None:
                    sets.append(ties)
        return tuple(sets)

    def best_replies_on(self, models: Set) -> Set:
        """``F(Delta T)``: actions optimal for some belief on these models."""
        return tuple(sorted({a for vertex in self.belief_vertices(models) for a in vertex.ties}))

    def robust_replies_on(self, models: Set) -> Set:
        """Actions optimal for **every** belief on these models: optimal under each single one."""
        robust = set(self.actions)
        for model in models:
            for vertex in self.belief_vertices((model,)):
                robust &= set(vertex.ties)
        return tuple(sorted(robust))

    def gamma(self, actions: Set) -> Set:
        """``Gamma(B)``: best replies to beliefs on the best fits of some mixture of B."""
        replies: set[int] = set()
        if all(all(row) for row in self.finite):
            for ties in dict.fromkeys(vertex.ties for vertex in self.strategy_vertices(actions)):
                replies.update(self.best_replies_on(ties))
            return tuple(sorted(replies))
        # With infinite divergences Theta* jumps at the faces of the simplex, so each face is looked at alone.
        for size in range(1, len(actions) + 1):
            for support in combinations(actions, size):
                for models in self.minimizer_sets(support):
                    replies.update(self.best_replies_on(models))
        return tuple(sorted(replies))

    def dimension(self, support: Set, ties: Set) -> int:
        """``|S| - 1 - rank`` of the difference matrix of the ties: the dimension of a non-empty strategy face."""
        for rank in range(min(len(support), len(ties) - 1), 0, -1):
            for columns in combinations(support, rank):
                for rows in combinations(ties, rank + 1):
                    if self._divergence_minor(columns, rows) != 0:
                        if rank >= len(support):
                            raise ImpossibleSigns("a face with a point would have negative dimension")
                        return len(support) - 1 - rank
        return len(support) - 1


def _face(vertices: Sequence[Vertex], support: Set, ties: Set) -> Face | None:
    inside = tuple(
        v for v in vertices if set(v.support) <= set(support) and set(ties) <= set(v.ties)
    )
    if set().union(*(v.support for v in inside)) != set(support):
        return None
    held = set(inside[0].ties).intersection(*(v.ties for v in inside))
    return Face(support, tuple(sorted(held)), inside)


def equilibrium_components(problem: Problem, support: Set) -> tuple[EquilibriumComponent, ...]:
    """All Berk-Nash equilibria whose strategy support is exactly this set, one entry per connected component.

    sigma is an equilibrium iff for some T inside Theta*(sigma) a belief with support exactly T makes every action of
    the support optimal; so the set is the union, over the minimal such T, of the faces on which T ties.
    """
    needed: list[Set] = []
    pieces: list[tuple[Set, Face]] = []
    models = problem.models_finite_on(support)
    for size in range(1, len(models) + 1):
        for candidate in combinations(models, size):
            if any(set(other) <= set(candidate) for other in needed):
                continue
            face = problem.strategy_face(support, candidate)
            if face is not None and problem.belief_face(candidate, support) is not None:
                needed.append(candidate)
                pieces.append((candidate, face))
    groups: list[list[tuple[Set, Face]]] = []
    for piece in pieces:
        touching = [
            group
            for group in groups
            if any(
                problem.strategy_face(support, tuple(sorted({*piece[0], *other[0]}))) is not None
                for other in group
            )
        ]
        merged = [piece]
        for group in touching:
            merged = [*group, *merged]
            groups.remove(group)
        groups.append(merged)
    components = []
    for group in groups:
        faces = tuple(sorted({face for _, face in group}))
        components.append(
            EquilibriumComponent(
                support,
                _belief_support(problem, support, faces),
                faces,
                max(problem.dimension(support, face.ties) for face in faces),
            )
        )
    return tuple(sorted(components))


def _belief_support(problem: Problem, support: Set, faces: Sequence[Face]) -> Set:
    """Models with positive weight in some belief that supports some point of the faces.

    At a point of a face the best fits are the ties of a subface, and every subface is spanned by vertices, some
    of them on the boundary of the simplex: it is enough to look at the largest ties that interior points attain.
    """
    found: set[int] = set()
    models = problem.models_finite_on(support)
    for face in faces:
        for size in range(len(models), 0, -1):
            for ties in combinations(models, size):
                if not set(face.ties) <= set(ties) or set(ties) <= found:
                    continue
                if problem.strategy_face(support, ties) is None:
                    continue
                for vertex in problem.belief_vertices(ties):
                    if set(support) <= set(vertex.ties):
                        found.update(vertex.support)
    return tuple(sorted(found))


def all_equilibria(problem: Problem) -> tuple[EquilibriumComponent, ...]:
    """Every equilibrium component, supports by size and then in action order."""
    found: list[EquilibriumComponent] = []
    for size in range(1, len(problem.actions) + 1):
        for support in combinations(problem.actions, size):
            found.extend(equilibrium_components(problem, support))
    return tuple(found)


def rationalizable_rounds(problem: Problem) -> tuple[Set, ...]:
    """``B_0 = A``, ``B_{n+1} = B_n n Gamma(B_n)`` until it stops; the last one is the rationalizable set."""
    rounds = [problem.actions]
    while True:
        current = rounds[-1]
        following = tuple(sorted(set(current) & set(problem.gamma(current))))
        if following == current:
            return tuple(rounds)
        rounds.append(following)


def transition_edges(problem: Problem) -> tuple[tuple[int, int], ...]:
    """``a -> b`` iff b is in ``Gamma({a})``."""
    return tuple((a, b) for a in problem.actions for b in problem.gamma((a,)))


def minimal_closed_sets(problem: Problem) -> tuple[Set, ...]:
    """Minimal non-empty B with ``Gamma(B)`` inside B.

    Every one of them is the smallest closed set around each of its actions, so these closures are enough.
    """
    closures: set[Set] = set()
    for action in problem.actions:
        current: Set = (action,)
        while True:
            following = tuple(sorted({*current, *problem.gamma(current)}))
            if following == current:
                break
            current = following
        closures.add(current)
    return tuple(
        sorted(c for c in closures if not any(set(other) < set(c) for other in closures))
    )


def absorbing_sets(nodes: Sequence[int], edges: Sequence[tuple[int, int]]) -> tuple[Set, ...]:
    """Sink strongly connected components of the transition graph (every node has a successor)."""
    reach: dict[int, set[int]] = {}
    successors: dict[int, list[int]] = {n: [] for n in nodes}
    for a, b in edges:
        successors[a].append(b)
    for node in nodes:
        seen: set[int] = set()
        stack = list(successors[node])
        while stack:
            current = stack.pop()
            if current not in seen:
                seen.add(current)
                stack.extend(successors[current])
        reach[node] = seen
    sinks = {
        tuple(sorted(reach[node]))
        for node in nodes
        if node in reach[node] and all(reach[other] == reach[node] for other in reach[node])
    }
    return tuple(sorted(sinks))


@lru_cache(maxsize=256)
def listed_cycles(
    count: int, edges: tuple[tuple[int, int], ...], limit: int = CYCLE_LIMIT
) -> tuple[tuple[Set, ...], int]:
    """Simple directed cycles of length at least two, and the length up to which all of them are listed.

    There can be exponentially many: lengths are added as long as no more than `limit` cycles are listed in all. Each
    starts at its smallest node.

    >>> listed_cycles(3, ((0, 1), (1, 0), (1, 2), (2, 2)))
    (((0, 1),), 3)
    """
    import networkx

    graph = networkx.DiGraph((a, b) for a, b in edges if a != b)
    found: tuple[Set, ...] = ()
    complete = 1
    for length in range(2, count + 1):
        cycles = list(islice(networkx.simple_cycles(graph, length_bound=length), limit + 1))
        if len(cycles) > limit:
            return found, complete
        starts = [cycle.index(min(cycle)) for cycle in cycles]
        found = tuple(sorted(tuple(c[k:] + c[:k]) for c, k in zip(cycles, starts, strict=True)))
        complete = length
    return found, count


def simple_cycles(nodes: Sequence[int], edges: Sequence[tuple[int, int]]) -> tuple[Set, ...]:
    """All simple directed cycles of length at least two; BudgetError where `listed_cycles` cannot list all."""
    found, complete = listed_cycles(len(nodes), tuple(edges))
    if complete < len(nodes) > 1:
        raise BudgetError(f"the transition graph has more than {CYCLE_LIMIT} simple cycles; use fewer actions")
    return found


def structure_of(problem: Problem) -> Structure:
    """The whole structure of a problem."""
    edges = transition_edges(problem)
    return Structure(
        supports=tuple(dict.fromkeys((c.support, c.belief_support) for c in all_equilibria(problem))),
        rationalizable=rationalizable_rounds(problem)[-1],
        edges=edges,
        absorbing=absorbing_sets(problem.actions, edges),
        closed=minimal_closed_sets(problem),
        cycles=simple_cycles(problem.actions, edges),
    )
