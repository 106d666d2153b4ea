"""Equilibria of a strategic form by sign patterns: components for each profile of supports.

sigma with supports S is a Berk-Nash equilibrium (Esponda & Pouzo 2016, Def. 1) iff for some sets T_i of labels

    T_i is optimal at sigma, and some belief with support T_i makes S_i optimal      (models),
    T_i = S_i is optimal at sigma                                                   (families).

Inside the supports each player's labels depend on the play of some players. Where that is at most one, its *home*, the
condition on T_i is a face of an envelope over the home's plans, and the equilibria are unions of products of polytopes.
A player whose labels depend on several (it is *deferred*) asks for no equation when T_i is one label: the signs at the
vertices that the others leave often decide. Otherwise the system is not linear, and the profile of supports stays open
where the signs at pure profiles do not exclude it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations, product

from .agent import Face
from .envelopes import Vertex
from .profiles import PlayersProblem
from .shape import Set, Sets


@dataclass(frozen=True, slots=True, order=True)
class Component:
    """A connected component of the equilibria with one profile of supports.

    Attributes
    ----------
    supports : plans played, by player
    belief_supports : labels with weight in some supporting belief, by player; () for a family
    pieces : products of faces, one face for each player's strategy; their union is the component's closure
    beliefs : for each player one vertex of the beliefs that supports all of the first piece; None for a family
    dimension : dimension of the largest piece, in behaviour strategies
    uniform, strict : for pure profiles (theory: uniform, uniformly strict); False otherwise
    view : number of the shape that the faces refer to
    open : True for no component, but the mark that equilibria with these supports were not excluded or found
    """

    supports: Sets
    belief_supports: Sets
    pieces: tuple[tuple[Face, ...], ...]
    beliefs: tuple[tuple[Vertex, ...], ...]
    dimension: int
    uniform: bool
    strict: bool
    view: int = 0
    open: bool = False


@dataclass(frozen=True, slots=True)
class _Piece:
    """A product of faces with the labels that are optimal on it."""

    labels: Sets
    faces: tuple[Face, ...]


def components(problem: PlayersProblem, supports: Sets) -> tuple[Component, ...]:
    """The connected components of the equilibria with exactly these supports, and the mark where some stay open."""
    if all(len(support) == 1 for support in supports):
        return _pure(problem, supports)
    inner = problem.on(supports)
    needed = [
        tuple(labels for labels in needed_labels(inner, i, supports) if not excluded(inner, i, labels, supports))
        for i in inner.players
    ]
    pieces: list[_Piece] = []
    is_open = False
    for labels in product(*needed):
        if any(len(labels[i]) > 1 for i in inner.shape.deferred):
            is_open = is_open or _faces(inner, supports, labels) is not None
            continue
        faces = _faces(inner, supports, labels)
        if faces is None:
            continue
        verdicts = [_on_product(inner, i, labels[i][0], faces, supports) for i in inner.shape.deferred]
        if NOWHERE in verdicts:
            continue
        if SOMEWHERE in verdicts:
            is_open = True
            continue
        pieces.append(_Piece(labels, faces))
    groups: list[list[_Piece]] = []
    for piece in pieces:
        touching = [group for group in groups if any(_touch(inner, supports, piece, other) for other in group)]
        merged = [piece]
        for group in touching:
            merged = [*group, *merged]
            groups.remove(group)
        groups.append(merged)
    found = [_component(inner, supports, group) for group in groups]
    if is_open:
        found.append(Component(supports, (), (), (), 0, False, False, inner.shape.number, True))
    return tuple(sorted(found))


def _pure(problem: PlayersProblem, supports: Sets) -> tuple[Component, ...]:
    profile = tuple(support[0] for support in supports)
    replies = problem.replies_at(profile)
    if any(profile[i] not in own for i, own in enumerate(replies)):
        return ()
    best = tuple(problem.minimizers_at(i, profile) for i in problem.players)
    beliefs: list[Set] = []
    weights: list[tuple[Vertex, ...]] = []
    for i in problem.players:
        if problem.shape.models[i] is None:
            beliefs.append(())
            weights.append(())
            continue
        holding = [v for v in problem.belief_vertices(i) if set(v.support) <= set(best[i]) and profile[i] in v.ties]
        beliefs.append(tuple(sorted(set().union(*(v.support for v in holding)))))
        weights.append((holding[0],))
    faces = tuple(Face((m,), (), (Vertex((m,), (), ()),)) for m in profile)
    # A family's one best fit is no choice: the reply is a best one to it, or nothing is here.
    uniform = all(
        problem.shape.models[i] is None
        or all(any(v.support == (t,) and profile[i] in v.ties for v in problem.belief_vertices(i)) for t in best[i])
        for i in problem.players
    )
    return (Component(supports, tuple(beliefs), (faces,), tuple(weights), 0, uniform, replies == supports),)


# Labels and faces


def belief_face(problem: PlayersProblem, player: int, models: Set, support: Set) -> Face | None:
    """Beliefs with exactly this support under which all these plans are optimal, or None."""
    return _face(problem.belief_vertices(player), models, support)


def needed_labels(problem: PlayersProblem, player: int, supports: Sets) -> Sets:
    """The minimal sets of labels whose optimality makes the player's support a best reply to some belief."""
    if problem.shape.models[player] is None:
        return (supports[player],)
    needed: list[Set] = []
    models = problem.allowed_labels(player, supports[problem.shape.home(player)])
    for size in range(1, len(models) + 1):
        for candidate in combinations(models, size):
            if any(set(other) <= set(candidate) for other in needed):
                continue
            if belief_face(problem, player, candidate, supports[player]) is not None:
                needed.append(candidate)
    return tuple(needed)


def excluded(problem: PlayersProblem, player: int, labels: Set, supports: Sets) -> bool:
    """Whether pure profiles show that these labels of a deferred player are optimal nowhere in the open supports.

    A multilinear form that has one sign at all pure profiles of the supports, and does not vanish at all of them, has
    it throughout: then two labels never tie, or another label is always better.
    """
    if player not in problem.shape.deferred:
        return False
    first = labels[0]
    for label in problem.allowed_labels(player, supports[player]):
        if label == first:
            continue
        signs = {problem.label_sign(player, label, first, k) for k in columns(problem, player, supports)}
        if signs == {0}:
            continue
        if label in labels and not {-1, 1} <= signs:
            return True
        if -1 in signs and 1 not in signs:
            return True
    return False


def columns(problem: PlayersProblem, player: int, supports: Sets) -> Set:
    """The columns of a player's label values inside the supports: profiles, or the others' for a family."""
    if problem.shape.models[player] is not None:
        return tuple(
            k
            for k, profile in enumerate(problem.shape.profiles)
            if all(plan in own for plan, own in zip(profile, supports, strict=True))
        )
    others = [own for j, own in enumerate(supports) if j != player]
    return tuple(
        k
        for k, profile in enumerate(problem.shape.others(player))
        if all(plan in own for plan, own in zip(profile, others, strict=True))
    )


EVERYWHERE, NOWHERE, SOMEWHERE = 1, -1, 0


def _on_product(problem: PlayersProblem, player: int, label: int, faces: tuple[Face, ...], supports: Sets) -> int:
    """Where on a product of faces a deferred player's label is optimal, as the signs at the vertices tell.

    A multilinear form is non-negative on a product of polytopes iff it is at all combinations of vertices. `SOMEWHERE`
    also stands for ties that only a part of the product has, since they decide which models can be believed there.
    """
    corners = [*product(*(face.vertices for face in faces))]
    result = EVERYWHERE
    for other in problem.allowed_labels(player, supports[player]):
        if other == label:
            continue
        signs = {problem.point(problem.shape, player, other, label, corner) for corner in corners}
        if signs == {-1}:
            return NOWHERE
        tied_in_part = problem.shape.models[player] is not None and len(signs) > 1 and 0 in signs
        if -1 in signs or tied_in_part:
            result = SOMEWHERE
    return result


def strategy_face(problem: PlayersProblem, home: int, support: Set, labels: Sequence[Set]) -> Face | None:
    """``{sigma_j in the interior of Delta(S_j) : for every guest its labels are optimal}``, or None."""
    guests = problem.shape.guests(home)
    allowed = tuple(problem.allowed_labels(guest, support) for guest in guests)
    if any(not set(labels[guest]) <= set(own) for guest, own in zip(guests, allowed, strict=True)):
        return None
    choices = [labels[g] for g in guests]
    ties = problem.shape.rows(home, choices)
    return _face(problem.mix_vertices(home, allowed), support, ties)


def _faces(problem: PlayersProblem, supports: Sets, labels: Sequence[Set]) -> tuple[Face, ...] | None:
    faces = []
    for home in problem.players:
        face = strategy_face(problem, home, supports[home], labels)
        if face is None:
            return None
        faces.append(face)
    return tuple(faces)


def _touch(problem: PlayersProblem, supports: Sets, first: _Piece, second: _Piece) -> bool:
    both = [tuple(sorted({*a, *b})) for a, b in zip(first.labels, second.labels, strict=True)]
    return _faces(problem, supports, both) is not None


def dimension(problem: PlayersProblem, home: int, support: Set, ties: Set) -> int:
    """The dimension of a non-empty face, in behaviour strategies: their freedom less the rank of the ties."""
    freedom = problem.shape.freedom(home, support)
    for rank in range(min(len(support) - 1, len(ties) - 1), 0, -1):
        for chosen in combinations(support, rank):
            for rows in combinations(ties, rank + 1):
                if problem.minor(problem.shape.mix(home), chosen, rows) != 0:
                    return freedom - rank
    return freedom


def _component(problem: PlayersProblem, supports: Sets, group: list[_Piece]) -> Component:
    beliefs: list[Set] = []
    weights: list[tuple[Vertex, ...]] = []
    for i in problem.players:
        if problem.shape.models[i] is None:
            beliefs.append(())
            weights.append(())
            continue
        found: set[int] = set()
        for piece in group:
            found.update(_belief_support(problem, i, supports, piece))
        beliefs.append(tuple(sorted(found)))
        holding = [
            v
            for v in problem.belief_vertices(i)
            if set(v.support) <= set(group[0].labels[i]) and set(supports[i]) <= set(v.ties)
        ]
        weights.append((holding[0],))
    return Component(
        supports,
        tuple(beliefs),
        tuple(dict.fromkeys(piece.faces for piece in group)),
        tuple(weights),
        max(
            sum(dimension(problem, j, supports[j], face.ties) for j, face in enumerate(piece.faces)) for piece in group
        ),
        False,
        False,
        problem.shape.number,
    )


def _belief_support(problem: PlayersProblem, player: int, supports: Sets, piece: _Piece) -> set[int]:
    """Models with weight in some belief that supports some point of a piece."""
    found: set[int] = set()
    models = problem.allowed_labels(player, supports[problem.shape.home(player)])
    if player in problem.shape.deferred:
        vertices = tuple(face.vertices[0] for face in piece.faces)
        first = piece.labels[player][0]
        ties = [t for t in models if t == first or not problem.point(problem.shape, player, t, first, vertices)]
        for vertex in problem.belief_vertices(player):
            if set(vertex.support) <= set(ties) and set(supports[player]) <= set(vertex.ties):
                found.update(vertex.support)
        return found
    home = problem.shape.home(player)
    for size in range(len(models), 0, -1):
        for tied in combinations(models, size):
            if not set(piece.labels[player]) <= set(tied) or set(tied) <= found:
                continue
            labels = (*piece.labels[:player], tied, *piece.labels[player + 1 :])
            if strategy_face(problem, home, supports[home], labels) is None:
                continue
            for vertex in problem.belief_vertices(player):
                if set(vertex.support) <= set(tied) and set(supports[player]) <= set(vertex.ties):
                    found.update(vertex.support)
    return found


def _face(vertices: Sequence[Vertex], support: Set, ties: Set) -> Face | None:
    inside = tuple(v for v in vertices if set(v.support) <= set(support) and set(ties) <= set(v.ties))
    if set().union(*(v.support for v in inside)) != set(support):
        return None
    held = set(inside[0].ties).intersection(*(v.ties for v in inside))
    return Face(support, tuple(sorted(held)), inside)
