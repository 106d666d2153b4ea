"""The structure of a finite one-agent game: everything that depends on signs only.

Given which divergences are finite and the signs of the bordered minors of ``K`` and ``U`` (see `envelopes`), this
module finds all strategy supports that carry a Berk-Nash equilibrium with the belief supports that hold them up,
the operator ``Gamma`` and what follows from it: rationalizable set and rounds, transition graph, absorbing sets,
minimal closed sets, cycles (Esponda & Pouzo 2016 and 2025, Fudenberg, Lanzani & Strack 2021).
Exact on knife edges: ties are ties.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

from .agent import Face as Face
from .agent import Problem as Problem
from .agent import Set as Set
from .dynamics import absorbing_sets, simple_cycles
from .envelopes import ImpossibleSigns as ImpossibleSigns


@dataclass(frozen=True, slots=True, order=True)
class EquilibriumComponent:
    """A connected component of the equilibria with one strategy support.

    Attributes
    ----------
    support : actions played with positive probability
    belief_support : every model that carries weight in some belief that supports some point of the component
    pieces : the polyhedral pieces (tie set held, vertices) whose union is the closure of the component
    dimension : dimension of the largest piece
    needed : for each piece, models that some belief needs, no more: the piece is where these fit best. At other
        parameter values the same models may cut out the same piece while further models tie on all of it, so this and
        not the ties held describes a piece wherever it exists
    """

    support: Set
    belief_support: Set
    pieces: tuple[Face, ...]
    dimension: int
    needed: tuple[Set, ...]


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


def equilibrium_components(problem: Problem, support: Set) -> tuple[EquilibriumComponent, ...]:
    """All Berk-Nash equilibria whose strategy support is exactly this set, one entry per connected component.

    sigma is an equilibrium iff for some T inside Theta*(sigma) a belief with support exactly T makes every action of
    the support optimal; so the set is the union, over the minimal such T, of the faces on which T ties.
    """
    needed: list[Set] = []
    pieces: list[tuple[Set, Face]] = []
    models = problem.best_fits(support[0]) if len(support) == 1 else problem.models_finite_on(support)
    for size in range(1, len(models) + 1):
        for candidate in combinations(models, size):
            if any(set(other) <= set(candidate) for other in needed):
                continue
            face = _supported_face(problem, support, candidate)
            if face is not None:
                needed.append(candidate)
                pieces.append((candidate, face))
    groups: list[list[tuple[Set, Face]]] = []
    for piece in pieces:
        touching = [
            group for group in groups if any(piece[1].within(other) is not None for other, _ in group)
        ]
        merged = [piece]
        for group in touching:
            merged = [*group, *merged]
            groups.remove(group)
        groups.append(merged)
    components = []
    for group in groups:
        # Of models that cut out the same piece the first are kept; the order does not depend on what else ties.
        first: dict[Face, Set] = {}
        for models, face in sorted(group):
            first.setdefault(face, models)
        faces = tuple(first)
        components.append(
            EquilibriumComponent(
                support,
                _belief_support(problem, support, faces),
                faces,
                max(problem.dimension(face) for face in faces),
                tuple(first.values()),
            )
        )
    return tuple(sorted(components))


def _supported_face(problem: Problem, support: Set, models: Set) -> Face | None:
    """The strategies at which these models tie, where some belief with exactly this support makes them optimal.

    The side with more ties than weights is looked at first: it seldom has a solution.
    """
    if len(models) > len(support):
        face = problem.strategy_face(support, models)
        return face if face is not None and problem.belief_face(models, support) is not None else None
    return problem.strategy_face(support, models) if problem.belief_face(models, support) is not None else None


def _belief_support(problem: Problem, support: Set, faces: Sequence[Face]) -> Set:
    """Models with positive weight in some belief that supports some point of the faces.

    At a point of a face the best fits are the ties of a subface, and every subface is spanned by vertices, some
    of them on the boundary of the simplex: it is enough to look at the largest ties that interior points attain.
    """
    found: set[int] = set()
    models = problem.models_finite_on(support)
    for face in faces:
        attained: list[Set] = []
        for size in range(len(models), len(face.ties) - 1, -1):
            for ties in combinations(models, size):
                if not set(face.ties) <= set(ties) or set(ties) <= found:
                    continue
                if any(set(ties) <= set(larger) for larger in attained) or face.within(ties) is None:
                    continue
                attained.append(ties)
                for vertex in problem.beliefs_for(ties, support):
                    found.update(vertex.support)
        if not found:
            raise ImpossibleSigns("no belief on the best fits supports a face that some belief supports")
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


def rationalizable_set(problem: Problem) -> Set:
    """The largest B with ``B`` inside ``Gamma(B)``: the end of `rationalizable_rounds`, from fewer signs.

    Gamma is monotone, so what supports itself is never removed, and only the other actions are looked at.
    """
    safe = {a for a in problem.actions if problem.in_gamma(a, (a,))}
    current = problem.actions
    while len(current) > len(safe):
        following = tuple(a for a in current if a in safe or problem.in_gamma(a, current))
        if following == current:
            break
        current = following
    return current


def is_closed(problem: Problem, actions: Set) -> bool:
    """Whether ``Gamma(B)`` is inside B."""
    return not any(problem.in_gamma(a, actions) for a in problem.actions if a not in actions)


def is_minimal_closed(problem: Problem, actions: Set) -> bool:
    """Whether B is a minimal non-empty closed set."""
    return is_closed(problem, actions) and not any(
        is_closed(problem, smaller) for size in range(1, len(actions)) for smaller in combinations(actions, size)
    )


def is_absorbing(problem: Problem, actions: Set) -> bool:
    """Whether the actions are a sink strongly connected component of the transition graph."""
    for a in actions:
        if any(problem.in_gamma(b, (a,)) for b in problem.actions if b not in actions):
            return False
    first = actions[0]
    return all(
        _reaches(problem, actions, first, other) and _reaches(problem, actions, other, first) for other in actions[1:]
    )


def _reaches(problem: Problem, within: Set, start: int, goal: int) -> bool:
    """Whether a path of transitions inside a set leads from one action to another."""
    seen, stack = {start}, [start]
    while stack:
        current = stack.pop()
        for following in within:
            if following not in seen and problem.in_gamma(following, (current,)):
                if following == goal:
                    return True
                seen.add(following)
                stack.append(following)
    return False


def is_cycle(problem: Problem, cycle: Set) -> bool:
    """Whether each action leads to the next in the transition graph, and the last one to the first."""
    return all(problem.in_gamma(b, (a,)) for a, b in zip(cycle, (*cycle[1:], cycle[0]), strict=True))


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
