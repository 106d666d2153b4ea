"""The combinatorics of a strategic form: everything that depends on signs only.

A Berk-Nash equilibrium (Esponda & Pouzo 2016, Def. 1) needs, for every player i, a belief mu_i on the best fits
``Theta*_i(sigma)`` for which every plan in the support of sigma_i is optimal. Say that i's *labels* are the models
(ranked by fit), or i's own plans where i fits a family that reproduces what it averages (ranked by payoff against the
others' play). Here are the envelopes of labels and beliefs, best replies, and what follows from ``Gamma``, in which
sigma ranges over correlated mixtures of profiles, where every K_i is linear. Equilibria are in `components`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import cached_property
from itertools import product
from math import comb, prod
from typing import TypeVar

from ..algebra.ring import Element
from ..errors import BudgetError
from ..limits import remedy
from .envelopes import Vertex, lower_envelope_vertices
from .plain import Payoffs, best_replies
from .product_sets import closure, minimal_sets, rationalizable_rounds
from .refinement import refinement_vertices, rows_of, star_count
from .shape import Set, Sets, Shape

KindMinor = Callable[[str, Set, Set], int]

PointSign = Callable[[Shape, int, int, int, tuple[Vertex, ...]], int]
"""Shape, player, label, other label, a vertex of each player's play -> sign of value(label) - value(other)."""


Value = TypeVar("Value")


def of_profiles(question: Callable[[PlayersProblem], Value]) -> Callable[[object], Value]:
    """A question about a strategic form, as those ask it who do not know what a table makes of signs."""

    def asked(problem: object) -> Value:
        assert isinstance(problem, PlayersProblem)
        return question(problem)

    return asked


class PlayersProblem:
    """A strategic form given by signs, with its envelopes computed on demand.

    Parameters
    ----------
    shape : counts and dependences, as one profile of supports sees them (`Shape`)
    minor : signs of bordered minors, of the kinds of `minors`
    point : signs of differences of labels' values at products of vertices
    restricted : the shape as a profile of supports sees it
    sign_of : sign of any element of the game's ring, for claims that also speak of parameters
    payoffs : of the players whose best replies linear programs tell (`plain`), the integer payoffs
    """

    def __init__(
        self,
        shape: Shape,
        minor: KindMinor,
        point: PointSign,
        restricted: Callable[[Sets], Shape],
        sign_of: Callable[[Element], int] | None = None,
        payoffs: Sequence[Payoffs | None] = (),
    ) -> None:
        self.shape = shape
        self.minor = minor
        self.point = point
        self.restricted = restricted
        self.sign_of = sign_of
        self.payoffs = payoffs or [None] * len(shape.plans)
        self._replies: dict[tuple[int, Set], Set] = {}
        self.players = tuple(range(len(shape.plans)))
        self._vertices: dict[tuple[str, Set], tuple[Vertex, ...]] = {}
        self._mixed: dict[tuple[str, Sets], tuple[Vertex, ...]] = {}
        self._bases = [0]

    def on(self, supports: Sets) -> PlayersProblem:
        """The problem as this profile of supports sees it: labels depend on what varies inside the supports only."""
        if self.shape.separable:
            return self
        inner = PlayersProblem(
            self.restricted(supports), self.minor, self.point, self.restricted, payoffs=self.payoffs
        )
        inner._vertices = self._vertices
        inner._bases = self._bases
        return inner

    # Envelopes

    def _check(self, size: int, rows: int, columns: int) -> None:
        limit = self.shape.most_bases
        if size > limit:
            raise BudgetError(
                f"{size} bases of an envelope with {rows} rows and {columns} columns, {remedy('bases', limit, size)}"
            )
        self._bases[0] += size
        if self._bases[0] > limit:
            raise BudgetError(f"{self._bases[0]} bases of all envelopes together, {remedy('bases', limit)}")

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
        key = (self.shape.mix(home), tuple(own for own in allowed))
        if key not in self._mixed:
            guests = self.shape.guests(home)
            inside = self.shape.inside
            columns = tuple(
                plan
                for plan in (range(self.shape.plans[home]) if inside is None else inside[home])
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
        profile = tuple(plan if j == home else base for j, base in zip(self.players, self.shape.base, strict=True))
        return finite[label][self.shape.profiles.index(profile)]

    def allowed_labels(self, guest: int, support: Set) -> Set:
        """Labels that can be optimal when the home plays exactly this support: all plans, or the finite models."""
        if self.shape.allowed is not None:
            return self.shape.allowed[guest]
        return tuple(
            label
            for label in range(self.shape.label_count(guest))
            if all(self._finite_at_home(guest, label, plan) for plan in support)
        )

    # Best replies and Gamma

    def best_replies_on(self, player: int, models: Set) -> Set:
        """``F_i(Delta T)``, or against mixtures of the others' profiles numbered T for a family."""
        payoffs = self.payoffs[player]
        if payoffs is not None:
            if (player, models) not in self._replies:
                self._replies[player, models] = best_replies(payoffs, models)
            return self._replies[player, models]
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

    def label_sign(self, player: int, label: int, other: int, column: int) -> int:
        """The sign of ``value(label) - value(other)`` at a pure column, for labels that are finite there."""
        if self.shape.models[player] is not None:
            return self._fit_sign(player, column, label, other)
        first, second = sorted((label, other))
        sign = self.minor(f"pay {player}", (column,), (first, second))
        return -sign if first == other else sign

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

    # Structure

    def rationalizable_rounds(self) -> tuple[Sets, ...]:
        """``B_0`` = everything, ``B_{n+1} = B_n n Gamma(B_n)`` until it stops."""
        return rationalizable_rounds(tuple(tuple(range(n)) for n in self.shape.plans), self.gamma)

    def edge_count(self) -> int:
        """How many edges the transition graph has."""
        return sum(prod(map(len, self.replies_at(profile))) for profile in self.shape.profiles)

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
        return minimal_sets(closure(tuple((k,) for k in profile), self.gamma) for profile in self.shape.profiles)


def _tie_sets(vertices: Sequence[Vertex]) -> tuple[Set, ...]:
    """The sets of ties of the vertices and all their intersections, which faces between vertices hold."""
    found = {v.ties for v in vertices}
    frontier = set(found)
    while frontier:
        frontier = {tuple(sorted(set(a) & set(b))) for a in frontier for b in {v.ties for v in vertices}} - found - {()}
        found |= frontier
    return tuple(sorted(found))
