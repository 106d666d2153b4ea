"""The combinatorics of a strategic form: everything that depends on signs only.

A Berk-Nash equilibrium (Esponda & Pouzo 2016, Def. 1) needs, for every player i, a belief mu_i on the best fits
``Theta*_i(sigma)`` for which every plan in the support of sigma_i is optimal. Say that i's *labels* are the models
(ranked by fit), or i's own plans where i fits a family that reproduces what it averages (ranked by payoff against the
others' play). Then sigma with supports S is an equilibrium iff for some sets T_i of labels

    T_i is optimal at sigma, and some belief with support T_i makes S_i optimal      (models),
    T_i = S_i is optimal at sigma                                                   (families).

If each player's labels depend on the play of at most one player, its *home*, the first condition is a system of
linear ones, a face of an envelope over the home's plans, and the equilibria are unions of products of polytopes.
In ``Gamma`` sigma ranges over correlated mixtures of profiles, in which every K_i is linear.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations, product
from math import comb

from ..envelopes import Vertex, lower_envelope_vertices
from ..errors import BudgetError, NotSupportedError
from ..structure import Face
from .refinement import refinement_vertices, rows_of, star_count
from .shape import Set, Sets, Shape

KindMinor = Callable[[str, Set, Set], int]

BASIS_LIMIT = 400_000
SUPPORT_LIMIT = 20_000


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
    """

    supports: Sets
    belief_supports: Sets
    pieces: tuple[tuple[Face, ...], ...]
    beliefs: tuple[tuple[Vertex, ...], ...]
    dimension: int
    uniform: bool
    strict: bool


class PlayersProblem:
    """A strategic form given by signs, with its envelopes computed on demand."""

    def __init__(self, shape: Shape, minor: KindMinor) -> None:
        self.shape = shape
        self.minor = minor
        self.players = tuple(range(len(shape.plans)))
        self._vertices: dict[tuple[str, Set], tuple[Vertex, ...]] = {}
        self._mixed: dict[tuple[str, Sets], tuple[Vertex, ...]] = {}

    # Envelopes

    def _check(self, size: int, rows: int, columns: int) -> None:
        if size > BASIS_LIMIT:
            raise BudgetError(
                f"{size} bases of an envelope with {rows} rows and {columns} columns, more than the limit "
                f"of {BASIS_LIMIT}; use fewer actions, signals or models"
            )

    def belief_vertices(self, player: int) -> tuple[Vertex, ...]:
        """Vertices of the best payoff over beliefs: on models, or on the others' profiles for a family."""
        key = (f"pay {player}", ())
        if key not in self._vertices:
            count = self.shape.models[player]
            columns = range(len(self.shape.others(player)) if count is None else count)
            radix = self.shape.radix[player]
            options = [range(size) for size in radix]
            self._check(star_count(options, len(columns)), self.shape.plans[player], len(columns))

            def minor(support: Set, rows: Set) -> int:
                # The upper envelope of the payoffs is the lower one of their negatives: one sign for each column.
                return self.minor(key[0], support, rows) * (-1 if len(support) % 2 else 1)

            self._vertices[key] = refinement_vertices(radix, options, columns, minor)
        return self._vertices[key]

    def fit_vertices(self, player: int, models: Set) -> tuple[Vertex, ...]:
        """Vertices of the best fit of these models over correlated play of profiles where all are finite."""
        key = (f"fit {player}", models)
        if key not in self._vertices:
            finite = self._finite(player)
            columns = tuple(k for k in range(len(self.shape.profiles)) if all(finite[t][k] for t in models))
            size = sum(comb(len(models), k) * comb(len(columns), k) for k in range(1, len(models) + 1))
            self._check(size, len(models), len(columns))
            self._vertices[key] = lower_envelope_vertices(models, columns, lambda s, r: self.minor(key[0], s, r))
        return self._vertices[key]

    def mix_vertices(self, home: int, allowed: Sets) -> tuple[Vertex, ...]:
        """Vertices of the common refinement over the home's plans of the guests' envelopes of allowed labels."""
        key = (f"mix {home}", tuple(own for own in allowed))
        if key not in self._mixed:
            guests = self.shape.guests(home)
            columns = tuple(
                plan
                for plan in range(self.shape.plans[home])
                if all(
                    self._finite_at_home(guest, label, plan)
                    for guest, labels in zip(guests, allowed, strict=True)
                    for label in labels
                )
            )
            sizes = self.shape.row_factors(home)
            options: list[Sequence[int]] = []
            for guest, labels in zip(guests, allowed, strict=True):
                if self.shape.models[guest] is None:
                    options.extend(range(size) for size in self.shape.radix[guest])
                else:
                    options.append(labels)
            self._check(star_count(options, len(columns)), len(rows_of(sizes, options)), len(columns))
            self._mixed[key] = refinement_vertices(sizes, options, columns, lambda s, r: self.minor(key[0], s, r))
        return self._mixed[key]

    def _finite(self, player: int) -> tuple[tuple[bool, ...], ...]:
        finite = self.shape.finite[player]
        assert finite is not None
        return finite

    def _finite_at_home(self, guest: int, label: int, plan: int) -> bool:
        finite = self.shape.finite[guest]
        if finite is None:
            return True
        home = self.shape.home(guest)
        profile = tuple(plan if j == home else 0 for j in self.players)
        return finite[label][self.shape.profiles.index(profile)]

    def allowed_labels(self, guest: int, support: Set) -> Set:
        """Labels that can be optimal when the home plays exactly this support: all plans, or the finite models."""
        return tuple(
            label
            for label in range(self.shape.label_count(guest))
            if all(self._finite_at_home(guest, label, plan) for plan in support)
        )

    # Best replies and Gamma

    def best_replies_on(self, player: int, models: Set) -> Set:
        """``F_i(Delta T)``, or against mixtures of the others' profiles numbered T for a family."""
        replies: set[int] = set()
        for vertex in self.belief_vertices(player):
            if set(vertex.support) <= set(models):
                replies.update(vertex.ties)
        return tuple(sorted(replies))

    def minimizers_at(self, player: int, profile: Set) -> Set:
        """``Theta*_i`` at a pure profile; for a family the number of the others' profile."""
        place = self.shape.profiles.index(profile)
        if self.shape.models[player] is None:
            rest = tuple(plan for j, plan in enumerate(profile) if j != player)
            return (self.shape.others(player).index(rest),)
        finite = self._finite(player)
        models = [t for t in range(len(finite)) if finite[t][place]]
        return tuple(t for t in models if all(s == t or self._fit_sign(player, place, s, t) >= 0 for s in models))

    def _fit_sign(self, player: int, place: int, worse: int, better: int) -> int:
        """The sign of ``K(worse) - K(better)`` at one profile."""
        if worse > better:
            return self.minor(f"fit {player}", (place,), (better, worse))
        return -self.minor(f"fit {player}", (place,), (worse, better))

    def replies_at(self, profile: Set) -> Sets:
        """For each player, the best replies to beliefs on the best fits at a pure profile."""
        return tuple(self.best_replies_on(i, self.minimizers_at(i, profile)) for i in self.players)

    def gamma(self, sets: Sets) -> Sets:
        """``Gamma(B)`` for a product set B: best replies to beliefs on the best fits of correlated play in B."""
        return tuple(self._gamma_of(i, sets) for i in self.players)

    def _gamma_of(self, player: int, sets: Sets) -> Set:
        if self.shape.models[player] is None:
            inside = [set(own) for j, own in enumerate(sets) if j != player]
            columns = [
                k
                for k, profile in enumerate(self.shape.others(player))
                if all(plan in own for plan, own in zip(profile, inside, strict=True))
            ]
            return self.best_replies_on(player, tuple(columns))
        finite = self._finite(player)
        columns = [
            k
            for k, profile in enumerate(self.shape.profiles)
            if all(plan in own for plan, own in zip(profile, sets, strict=True))
        ]
        replies: set[int] = set()
        if all(all(row[k] for k in columns) for row in finite):
            everything = tuple(range(len(finite)))
            for vertex in self.fit_vertices(player, everything):
                if set(vertex.support) <= set(columns):
                    replies.update(self.best_replies_on(player, vertex.ties))
            return tuple(sorted(replies))
        # With infinite divergences Theta* jumps at faces of the simplex, so each set of finite models is looked at.
        for models in self._finite_sets(player, columns):
            allowed = {k for k in columns if all(finite[t][k] for t in models)}
            vertices = [v for v in self.fit_vertices(player, models) if set(v.support) <= allowed]
            for ties in _tie_sets(vertices):
                # The best fits are these ties at some play whose finite models are exactly `models`.
                support = set().union(*(v.support for v in vertices if set(ties) <= set(v.ties)))
                if all(t in models or not all(finite[t][k] for k in support) for t in range(len(finite))):
                    replies.update(self.best_replies_on(player, ties))
        return tuple(sorted(replies))

    def _finite_sets(self, player: int, columns: Sequence[int]) -> Iterator[Set]:
        """The sets of models that are finite on some support inside these profiles, each once."""
        finite = self._finite(player)
        found: set[Set] = set()
        frontier = {tuple(t for t in range(len(finite)) if finite[t][k]) for k in columns}
        patterns = sorted(frontier)
        while frontier:
            found |= frontier
            frontier = {tuple(sorted(set(a) & set(b))) for a in frontier for b in patterns} - found
        yield from sorted(models for models in found if models)

    # Equilibria

    def belief_face(self, player: int, models: Set, support: Set) -> Face | None:
        """Beliefs with exactly this support under which all these plans are optimal, or None."""
        return _face(self.belief_vertices(player), models, support)

    def needed_labels(self, player: int, support: Set, home_support: Set) -> Sets:
        """The minimal sets of labels whose optimality makes the support a best reply to some belief."""
        if self.shape.models[player] is None:
            return (support,)
        needed: list[Set] = []
        models = self.allowed_labels(player, home_support)
        for size in range(1, len(models) + 1):
            for candidate in combinations(models, size):
                if any(set(other) <= set(candidate) for other in needed):
                    continue
                if self.belief_face(player, candidate, support) is not None:
                    needed.append(candidate)
        return tuple(needed)

    def strategy_face(self, home: int, support: Set, labels: dict[int, Set]) -> Face | None:
        """``{sigma_j in the interior of Delta(S_j) : for every guest its labels are optimal}``, or None."""
        guests = self.shape.guests(home)
        allowed = tuple(self.allowed_labels(guest, support) for guest in guests)
        if any(not set(labels[guest]) <= set(own) for guest, own in zip(guests, allowed, strict=True)):
            return None
        ties = rows_of([self.shape.label_count(g) for g in guests], [labels[g] for g in guests])
        return _face(self.mix_vertices(home, allowed), support, ties)

    def dimension(self, home: int, support: Set, ties: Set) -> int:
        """The dimension of a non-empty face, in behaviour strategies: their freedom less the rank of the ties."""
        freedom = self.shape.freedom[home][support]
        for rank in range(min(len(support) - 1, len(ties) - 1), 0, -1):
            for columns in combinations(support, rank):
                for rows in combinations(ties, rank + 1):
                    if self.minor(f"mix {home}", columns, rows) != 0:
                        return freedom - rank
        return freedom

    def components(self, supports: Sets) -> tuple[Component, ...]:
        """The connected components of the equilibria with exactly these supports.

        Raises NotSupportedError when some player's labels depend on the play of several players.
        """
        if all(len(support) == 1 for support in supports):
            return self._pure(supports)
        if not self.shape.separable:
            raise NotSupportedError("mixed equilibria of this game are not linear; fix every parameter")
        return self._components(supports)

    def _pure(self, supports: Sets) -> tuple[Component, ...]:
        profile = tuple(support[0] for support in supports)
        if any(profile[i] not in replies for i, replies in enumerate(self.replies_at(profile))):
            return ()
        best = tuple(self.minimizers_at(i, profile) for i in self.players)
        beliefs: list[Set] = []
        weights: list[tuple[Vertex, ...]] = []
        for i in self.players:
            if self.shape.models[i] is None:
                beliefs.append(())
                weights.append(())
                continue
            holding = [v for v in self.belief_vertices(i) if set(v.support) <= set(best[i]) and profile[i] in v.ties]
            beliefs.append(tuple(sorted(set().union(*(v.support for v in holding)))))
            weights.append((holding[0],))
        faces = tuple(Face((m,), (), (Vertex((m,), (), ()),)) for m in profile)
        uniform = all(
            all(any(v.support == (t,) and profile[i] in v.ties for v in self.belief_vertices(i)) for t in best[i])
            for i in self.players
        )
        strict = self.replies_at(profile) == supports
        return (Component(supports, tuple(beliefs), (faces,), tuple(weights), 0, uniform, strict),)

    def _components(self, supports: Sets) -> tuple[Component, ...]:
        needed = [self.needed_labels(i, supports[i], supports[self.shape.home(i)]) for i in self.players]
        pieces: list[tuple[Sets, tuple[Face, ...]]] = []
        for labels in product(*needed):
            faces = self._faces(supports, labels)
            if faces is not None:
                pieces.append((labels, faces))
        groups: list[list[tuple[Sets, tuple[Face, ...]]]] = []
        for piece in pieces:
            touching = [group for group in groups if any(self._touch(supports, piece[0], other[0]) for other in group)]
            merged = [piece]
            for group in touching:
                merged = [*group, *merged]
                groups.remove(group)
            groups.append(merged)
        return tuple(sorted(self._component(supports, group) for group in groups))

    def _faces(self, supports: Sets, labels: Sets) -> tuple[Face, ...] | None:
        faces = []
        for home in self.players:
            face = self.strategy_face(home, supports[home], dict(enumerate(labels)))
            if face is None:
                return None
            faces.append(face)
        return tuple(faces)

    def _touch(self, supports: Sets, first: Sets, second: Sets) -> bool:
        both = tuple(tuple(sorted({*a, *b})) for a, b in zip(first, second, strict=True))
        return self._faces(supports, both) is not None

    def _component(self, supports: Sets, group: list[tuple[Sets, tuple[Face, ...]]]) -> Component:
        first_labels = group[0][0]
        beliefs: list[Set] = []
        weights: list[tuple[Vertex, ...]] = []
        for i in self.players:
            if self.shape.models[i] is None:
                beliefs.append(())
                weights.append(())
                continue
            found: set[int] = set()
            for labels, _ in group:
                found.update(self._belief_support(i, supports, labels))
            beliefs.append(tuple(sorted(found)))
            holding = [
                v
                for v in self.belief_vertices(i)
                if set(v.support) <= set(first_labels[i]) and set(supports[i]) <= set(v.ties)
            ]
            weights.append((holding[0],))
        dimension = max(
            sum(self.dimension(j, supports[j], face.ties) for j, face in enumerate(faces)) for _, faces in group
        )
        pieces = tuple(dict.fromkeys(faces for _, faces in group))
        return Component(supports, tuple(beliefs), pieces, tuple(weights), dimension, False, False)

    def _belief_support(self, player: int, supports: Sets, labels: Sets) -> set[int]:
        """Models with weight in some belief that supports some point of a piece."""
        home = self.shape.home(player)
        found: set[int] = set()
        models = self.allowed_labels(player, supports[home])
        for size in range(len(models), 0, -1):
            for ties in combinations(models, size):
                if not set(labels[player]) <= set(ties) or set(ties) <= found:
                    continue
                if self.strategy_face(home, supports[home], {**dict(enumerate(labels)), player: ties}) is None:
                    continue
                for vertex in self.belief_vertices(player):
                    if set(vertex.support) <= set(ties) and set(supports[player]) <= set(vertex.ties):
                        found.update(vertex.support)
        return found

    # Structure

    def rationalizable_rounds(self) -> tuple[Sets, ...]:
        """``B_0`` = everything, ``B_{n+1} = B_n n Gamma(B_n)`` until it stops."""
        rounds = [tuple(tuple(range(n)) for n in self.shape.plans)]
        while True:
            current = rounds[-1]
            following = tuple(tuple(sorted(set(a) & set(b))) for a, b in zip(current, self.gamma(current), strict=True))
            if following == current:
                return tuple(rounds)
            rounds.append(following)

    @cached_property
    def edges(self) -> tuple[tuple[int, int], ...]:
        """The transition graph on numbered profiles."""
        position = {profile: k for k, profile in enumerate(self.shape.profiles)}
        return tuple(
            (k, position[target])
            for k, profile in enumerate(self.shape.profiles)
            for target in product(*self.replies_at(profile))
        )

    def minimal_closed_sets(self) -> tuple[Sets, ...]:
        """Minimal product sets B with ``Gamma(B)`` inside B: the smallest closed sets around the profiles."""
        closures: set[Sets] = set()
        for profile in self.shape.profiles:
            current: Sets = tuple((plan,) for plan in profile)
            while True:
                following = tuple(tuple(sorted({*a, *b})) for a, b in zip(current, self.gamma(current), strict=True))
                if following == current:
                    break
                current = following
            closures.add(current)

        def inside(first: Sets, second: Sets) -> bool:
            return first != second and all(set(a) <= set(b) for a, b in zip(first, second, strict=True))

        return tuple(sorted(c for c in closures if not any(inside(other, c) for other in closures)))


def _tie_sets(vertices: Sequence[Vertex]) -> tuple[Set, ...]:
    """The sets of ties of the vertices and all their intersections, which faces between vertices hold."""
    found = {v.ties for v in vertices}
    frontier = set(found)
    while frontier:
        frontier = {tuple(sorted(set(a) & set(b))) for a in frontier for b in {v.ties for v in vertices}} - found - {()}
        found |= frontier
    return tuple(sorted(found))


def _face(vertices: Sequence[Vertex], support: Set, ties: Set) -> Face | None:
    inside = tuple(v for v in vertices if set(v.support) <= set(support) and set(ties) <= set(v.ties))
    if set().union(*(v.support for v in inside)) != set(support):
        return None
    held = set(inside[0].ties).intersection(*(v.ties for v in inside))
    return Face(support, tuple(sorted(held)), inside)
