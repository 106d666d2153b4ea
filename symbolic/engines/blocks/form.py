r"""Games whose families fall apart into blocks of coordinates, as functions of free parameters.

A block is one coordinate, or coordinates x_1, ..., x_m that range over a simplex with the rest x_0 = 1 - sum x_i. Let
every predicted probability be a product of powers of factors, each of them affine in the coordinates of one block (in a
simplex: one of x_0, ..., x_m). Then, up to what no model changes,

    K(theta, sigma) = - sum_blocks sum_factors N_f(sigma) log f(theta),    N_f(sigma) = sum_w sigma(w) sum_y Q(y|w) n_fy

with n_fy the power of f in the prediction of y, and w the situations: who sees which signals and does what. So each
block is fitted alone. With normal outcomes the mean is affine in one coordinate, and the fit is weighted least squares.
Payoffs are rational functions of theta. Parameters may stand everywhere. Source: Esponda & Pouzo 2016, section 2.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import product

from ...algebra.ring import Element, Polynomial, Ring, context_of, evaluate, irreducible_factors
from ...algebra.unknowns import Unknowns
from ...errors import BudgetError, NotSupportedError
from ...forms.laws import Constraint, derivative, law_of, model_constraints, rational_element, substituted
from ...forms.theta_interval import Bound
from ...game.data import Model
from ...game.game import Game
from ...game.parameter_space import game_ring
from .given import NOTHING, Corners, corners, one_law

SITUATION_LIMIT = 256


@dataclass(frozen=True, slots=True)
class Node:
    """A player after an own signal ("" without signals), with the unknown weights of the actions."""

    player: int
    signal: str
    actions: tuple[str, ...]
    weights: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Situation:
    """Who sees and does what: its probability given the actions, and the places of node and action."""

    chance: Element
    picks: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class Factor:
    """The factor ``start + step * x`` and, by situation, its power in expectation; `positive`: of a numerator."""

    start: Element
    step: Element
    amounts: tuple[tuple[int, Element], ...]
    positive: bool


@dataclass(frozen=True, slots=True)
class Square:
    """With normal outcomes: in a situation K' = step (start + step x - true) / variance, x the unknown."""

    situation: int
    unknown: int
    start: Element
    step: Element
    true: Element
    variance: Element


@dataclass(frozen=True, slots=True)
class Line:
    """A block of one coordinate, which is the unknown `unknown`."""

    name: str
    unknown: int
    bounds: tuple[Bound, ...]
    factors: tuple[Factor, ...]
    squares: tuple[Square, ...]

    @property
    def unknowns(self) -> tuple[int, ...]:
        """The coordinate."""
        return (self.unknown,)


@dataclass(frozen=True, slots=True)
class Simplex:
    """A block of several coordinates; `amounts` by situation of the rest and then of each of them."""

    names: tuple[str, ...]
    unknowns: tuple[int, ...]
    amounts: tuple[tuple[tuple[int, Element], ...], ...]


@dataclass(frozen=True, slots=True)
class Given:
    """All coordinates of a family of which play shows one law or nothing (`symbolic.engines.blocks.given`).

    `telling` are the situations that show it; `fits` the corners of the best fits to it, `theta` those of Theta.
    """

    names: tuple[str, ...]
    unknowns: tuple[int, ...]
    telling: frozenset[int]
    fits: tuple[dict[int, Element], ...]
    theta: tuple[dict[int, Element], ...]


Block = Line | Simplex | Given


@dataclass(frozen=True, slots=True)
class Learner:
    """A player: the blocks of the family, and for each node and action the payoff as top and bottom polynomials."""

    player: str
    model: str
    coordinates: tuple[tuple[str, int], ...]
    blocks: tuple[Block, ...]
    payoffs: tuple[tuple[tuple[int, int], tuple[Unknowns, Unknowns]], ...]
    _differences: dict[tuple[int, int, int], Unknowns] = field(default_factory=dict, repr=False, compare=False)

    def difference(self, node: int, first: int, second: int) -> Unknowns:
        """What has the sign of the payoff of the first action less that of the second.

        It is the difference times the square of a common denominator, which is 1 where no payoff is a quotient.
        """
        key = node, first, second
        if key not in self._differences:
            payoffs = dict(self.payoffs)
            (a, b), (c, d) = payoffs[node, first], payoffs[node, second]
            self._differences[key] = (a - c) * b if b == d else (a * d - c * b) * b * d
        return self._differences[key]

    @property
    def has_quotients(self) -> bool:
        """Whether some payoff is no polynomial."""
        return any(bottom.unknowns for _, (_, bottom) in self.payoffs)


@dataclass(frozen=True, slots=True)
class Play:
    """A game in this form."""

    game: Game
    ring: Ring
    parameters: tuple[str, ...]
    nodes: tuple[Node, ...]
    situations: tuple[Situation, ...]
    learners: tuple[Learner, ...]

    def nodes_of(self, player: int) -> tuple[int, ...]:
        """The places of the nodes of a player."""
        return tuple(k for k, node in enumerate(self.nodes) if node.player == player)


def read_play(game: Game) -> Play:
    """The game in this form; NotSupportedError, naming what, for other games, BudgetError for too many situations."""
    names = tuple(p.name for p in game.parameters)
    ring = game_ring(game)
    nodes: list[Node] = []
    count = 0
    for j, player in enumerate(game.players):
        if len(player.models) != 1:
            raise NotSupportedError(f"{player.name} has several models; these closed forms need one family")
        for signal in player.signals or ("",):
            nodes.append(Node(j, signal, player.actions, tuple(range(count, count + len(player.actions)))))
            count += len(player.actions)
    place = {(node.player, node.signal): k for k, node in enumerate(nodes)}
    situations: list[Situation] = []
    seen: list[tuple[tuple[str, ...], tuple[str, ...]]] = []
    for signals, chance in game.signals or (((), None),):
        probability = ring.constant(1) if chance is None else rational_element(ring, chance)
        for actions in product(*(range(len(p.actions)) for p in game.players)):
            picks = tuple(
                (place[j, signals[j] if signals else ""], action) for j, action in enumerate(actions)
            )
            situations.append(Situation(probability, picks))
            seen.append((signals, tuple(p.actions[a] for p, a in zip(game.players, actions, strict=True))))
    if len(situations) > SITUATION_LIMIT:
        raise BudgetError(f"more than {SITUATION_LIMIT} situations of signals and actions; use fewer")
    learners = []
    for j in range(len(game.players)):
        reading = _Reading(game, j, ring, names, nodes, count)
        learners.append(reading.learner(situations, seen))
        count += len(game.players[j].models[0].theta)
    return Play(game, ring, names, tuple(nodes), tuple(situations), tuple(learners))


class _Reading:
    """One player's family, read over a ring that has the coordinates first."""

    def __init__(
        self, game: Game, place: int, ring: Ring, names: tuple[str, ...], nodes: Sequence[Node], first: int
    ) -> None:
        self.game, self.place, self.ring, self.nodes = game, place, ring, nodes
        self.player = game.players[place]
        self.model: Model = self.player.models[0]
        self.coordinates = tuple(c.name for c in self.model.theta)
        self.count = len(self.coordinates)
        self.first = first
        self.wide = Ring.of_parameters([*self.coordinates, *names, "y"])
        zero = ring.constant(0)
        self.images = [zero] * self.count + [ring.parameter(p) for p in names] + [zero]
        self.narrow_context = context_of([*names, "y"])

    def narrow(self, element: Element) -> Element:
        """What the coordinates do not move, over the ring of the parameters."""
        return substituted(element, self.images, self.ring.constant(1))

    def moved_by(self, polynomial: Polynomial) -> frozenset[int]:
        """The coordinates that occur."""
        return frozenset(k for k, degree in enumerate(polynomial.degrees()[: self.count]) if degree > 0)

    def unknowns(self, polynomial: Polynomial) -> Unknowns:
        """A polynomial of the ring of coordinates and parameters as one in the coordinates."""
        parts: dict[tuple[tuple[int, int], ...], dict[tuple[int, ...], int]] = {}
        for exponents, value in polynomial.to_dict().items():
            own = tuple((self.first + k, int(e)) for k, e in enumerate(exponents[: self.count]) if e)
            parts.setdefault(own, {})[tuple(int(e) for e in exponents[self.count :])] = int(value)
        found = {}
        for own, terms in parts.items():
            element = self.narrow_context.from_dict(terms)
            found[own] = evaluate(element, self.images[self.count :], self.ring.constant(1))
        return Unknowns.make(found)

    def learner(
        self, situations: Sequence[Situation], seen: Sequence[tuple[tuple[str, ...], tuple[str, ...]]]
    ) -> Learner:
        """The player."""
        place, player = self.place, self.player
        found: dict[tuple[str, bool], tuple[Polynomial, list[tuple[int, Element]]]] = {}
        squares: list[Square] = []
        payoffs: dict[tuple[int, int], tuple[Unknowns, Unknowns]] = {}
        for number, (signals, actions) in enumerate(seen):
            signal = signals[place] if signals else ""
            (pairs, variances), payoff = law_of(
                self.wide, player.truth_row(actions, signals or None), self.model.row(actions[place], signal),
                player.payoff_row(actions[place], signal),
            )  # fmt: skip
            node = situations[number].picks[place]
            payoffs[node] = self._quotient(payoff)
            if variances:
                squares += self._squares(number, pairs[0], variances[0])
                continue
            for true, predicted in pairs:
                for factor, amount, positive in self._factors(self.narrow(true), predicted):
                    found.setdefault((str(factor), positive), (factor, []))[1].append((number, amount))
        named = tuple((name, self.first + k) for k, name in enumerate(self.coordinates))
        factors = [(factor, positive, tuple(own)) for (_, positive), (factor, own) in found.items()]
        try:
            blocks = tuple(self._blocks(factors, squares))
        except NotSupportedError:
            given = self._given(seen)
            if given is None:
                raise
            blocks = (given,)
        return Learner(player.name, self.model.name, named, blocks, tuple(payoffs.items()))

    def _given(self, seen: Sequence[tuple[tuple[str, ...], tuple[str, ...]]]) -> Given | None:
        """All coordinates as one block, where there is one law to see."""
        place, rows = self.place, []
        for signals, actions in seen:
            predicted = self.model.row(actions[place], signals[place] if signals else "")
            rows.append((self.player.truth_row(actions, signals or None), predicted))
        law = one_law(self.model, self.ring.parameters, rows)
        if law is None:
            return None
        places = tuple(self.first + k for k in range(self.count))

        def values(found: Corners) -> tuple[dict[int, Element], ...]:
            return tuple(dict(zip(places, map(self.ring.constant, corner), strict=True)) for corner in found)

        fits = values(corners(self.player.name, self.model, *law))
        silent = any(row != law for row in rows)
        theta = values(corners(self.player.name, self.model, NOTHING, NOTHING)) if silent else fits
        return Given(self.coordinates, places, frozenset(k for k, row in enumerate(rows) if row == law), fits, theta)

    def _quotient(self, element: Element) -> tuple[Unknowns, Unknowns]:
        """Top and bottom; the bottom is 1 where theta does not move it."""
        top, bottom = self.unknowns(element.numerator), self.unknowns(element.denominator)
        if bottom.unknowns:
            return top, bottom
        one = self.ring.constant(1)
        return top.scaled(one / bottom.value(one)), Unknowns.constant(one)

    def _factors(self, true: Element, predicted: Element) -> Iterator[tuple[Polynomial, Element, bool]]:
        """The factors of a prediction that theta moves, each with its expected power."""
        if true.is_zero():
            return
        if predicted.is_zero():
            raise NotSupportedError(f"{self.model.name} rules out what may happen")
        for part, positive in ((predicted.numerator, True), (predicted.denominator, False)):
            for factor, power in irreducible_factors(part)[1]:
                if self.moved_by(factor):
                    yield factor, true * self.ring.constant(power), positive

    def _squares(self, number: int, pair: tuple[Element, Element], variance: Element) -> list[Square]:
        true, mean = self.narrow(pair[0]), pair[1]
        if self.moved_by(variance.numerator) or self.moved_by(variance.denominator):
            raise NotSupportedError(f"the variance that {self.model.name} predicts must not move with theta")
        moved = self.moved_by(mean.numerator) | self.moved_by(mean.denominator)
        if not moved:
            return []
        if len(moved) > 1:
            raise NotSupportedError(f"the mean that {self.model.name} predicts must move with one coordinate")
        start, step = self._affine(mean, *moved)
        return [Square(number, self.first + min(moved), start, step, true, self.narrow(variance))]

    def _affine(self, element: Element, place: int) -> tuple[Element, Element]:
        """Start and step of what is affine in a coordinate, the only one that moves it."""
        step = derivative(element, place)
        if self.moved_by(step.numerator) or self.moved_by(step.denominator):
            raise NotSupportedError(
                f"predictions and relations of {self.model.name} must have factors affine in {self.coordinates[place]}"
            )
        return self.narrow(element), self.narrow(step)

    # Blocks

    def _blocks(
        self, factors: Sequence[tuple[Polynomial, bool, tuple[tuple[int, Element], ...]]], squares: Sequence[Square]
    ) -> Iterator[Block]:
        constraints: list[Constraint] = []
        excluded: list[Element] = []
        model_constraints(self.wide, self.model, constraints, excluded)
        if excluded:
            raise NotSupportedError(f"the domain of {self.model.name} is no product of intervals and simplices")
        groups = [frozenset({k}) for k in range(self.count)]
        together = [*(f[0] for f in factors), *(c.polynomial.numerator for c in constraints)]
        for moved in map(self.moved_by, together):
            joined = [g for g in groups if g & moved]
            groups = [g for g in groups if not g & moved] + ([frozenset().union(*joined)] if joined else [])
        for group in sorted(groups, key=min):
            own = [f for f in factors if self.moved_by(f[0]) & group]
            bounds = [c for c in constraints if self.moved_by(c.polynomial.numerator) & group]
            if len(group) == 1:
                yield self._line(min(group), own, bounds, squares)
            else:
                yield self._simplex(sorted(group), own, bounds)

    def _line(
        self, place: int, factors: Sequence[tuple[Polynomial, bool, tuple[tuple[int, Element], ...]]],
        constraints: Sequence[Constraint], squares: Sequence[Square],
    ) -> Line:  # fmt: skip
        bounds = [Bound(*self._affine(c.polynomial, place), c.strict, c.text) for c in constraints]
        found = []
        for factor, positive, amounts in factors:
            start, step = self._affine(self.wide.polynomial(factor), place)
            found.append(Factor(start, step, amounts, positive))
        unknown = self.first + place
        own = tuple(square for square in squares if square.unknown == unknown)
        return Line(self.coordinates[place], unknown, tuple(bounds), tuple(found), own)

    def _simplex(
        self, places: Sequence[int], factors: Sequence[tuple[Polynomial, bool, tuple[tuple[int, Element], ...]]],
        constraints: Sequence[Constraint],
    ) -> Simplex:  # fmt: skip
        one = self.wide.constant(1)
        single = [self.wide.parameter(self.coordinates[k]) for k in places]
        rest = one - sum(single, start=self.wide.constant(0))
        needed, allowed = [*single, rest], [one - x for x in single]
        given = [_primitive(c.polynomial.numerator) for c in constraints]
        words = f"coordinates {', '.join(self.coordinates[k] for k in places)} of {self.model.name}"
        if any(c.strict for c in constraints) or not all(n.numerator in given for n in needed) or any(
            g not in [n.numerator for n in [*needed, *allowed]] for g in given
        ):
            raise NotSupportedError(f"{words} must range over a simplex: none negative, and their sum at most 1")
        amounts: list[list[tuple[int, Element]]] = [[] for _ in needed]
        for factor, positive, own in factors:
            kind = next((k for k, n in enumerate(needed) if factor in (n.numerator, -n.numerator)), None)
            if kind is None or not positive:
                raise NotSupportedError(f"predictions in {words} must be products of these and of 1 minus their sum")
            amounts[kind] += own
        order = [amounts[-1], *amounts[:-1]]
        names = tuple(self.coordinates[k] for k in places)
        return Simplex(names, tuple(self.first + k for k in places), tuple(map(tuple, order)))


def _primitive(polynomial: Polynomial) -> Polynomial:
    return polynomial // abs(int(polynomial.content()))
