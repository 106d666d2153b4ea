"""Best fits and replies at given play, where functions of the parameters have given signs.

Each block of a family is fitted alone (`symbolic.engines.blocks.form`). In one coordinate the divergence falls and
then rises, so its least value is at an end of Theta or at the one zero of its slope: with factors of numerators alone
it is convex; factors of denominators are taken where it is convex in log(x - e), e the one zero of all numerators. In a
simplex the best fit is the share of each coordinate in what is counted. What play never shows leaves a block free.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import product

from ...algebra.linear import Row, is_solvable
from ...algebra.ring import Element
from ...algebra.signs import Sign
from ...algebra.surds import Functions, KnownSigns
from ...algebra.unknown_systems import roots_between
from ...algebra.unknowns import Unknowns, total_of
from ...errors import NotSupportedError
from ...forms.theta_interval import Interval, interval
from .form import Block, Factor, Given, Learner, Line, Play, Simplex

Weights = Mapping[int, Unknowns]
"""The probabilities of situations that may come, as polynomials in unknown weights."""

Values = dict[int, Element]
"""Values of unknowns."""


@dataclass(frozen=True, slots=True)
class Score:
    """A polynomial with the sign of minus the slope of the divergence, inside of Theta.

    `off_low`, `off_high`: a model at this end rules out what happens, so that it fits worst.
    """

    polynomial: Unknowns
    off_low: bool
    off_high: bool


class Fits:
    """The families of a game at a sign vector."""

    def __init__(self, play: Play, sign: Sign, functions: Functions) -> None:
        self.play, self.functions = play, functions
        self.sign = KnownSigns(functions, sign)
        self._intervals: dict[int, Interval] = {}

    @property
    def zero(self) -> Element:
        """Zero."""
        return self.functions.ring.constant(0)

    @property
    def one(self) -> Element:
        """One."""
        return self.functions.ring.constant(1)

    def theta(self, learner: Learner, block: Line) -> Interval:
        """The interval of a coordinate."""
        if block.unknown not in self._intervals:
            self._intervals[block.unknown] = interval(learner.model, block.bounds, self.sign)
        return self._intervals[block.unknown]

    # The slope of one block

    def _count(self, amounts: Sequence[tuple[int, Element]], weights: Weights) -> Unknowns | None:
        """What is expected to be counted; None where it never happens."""
        parts = [weights[k].scaled(amount) for k, amount in amounts if k in weights and self.sign(amount)]
        return total_of(parts) if parts else None

    def score(self, learner: Learner, block: Line, weights: Weights) -> Score | None:
        """The score of a block of one coordinate; None where play leaves it free."""
        x = Unknowns.of(block.unknown, self.one)
        if block.squares:
            parts = []
            for square in block.squares:
                if square.situation in weights and self.sign(square.step):
                    ahead = Unknowns.constant(square.true - square.start) - x.scaled(square.step)
                    parts.append(weights[square.situation] * ahead.scaled(square.step / square.variance))
            return Score(total_of(parts), False, False) if parts else None
        theta = self.theta(learner, block)
        moving: list[tuple[Factor, Unknowns]] = []
        for factor in block.factors:
            count = self._count(factor.amounts, weights)
            if count is not None and self.sign(factor.step):
                moving.append((factor, count))
        if not moving:
            return None
        turn, off_low, off_high = 1, False, False
        for factor, _ in moving:
            at_low = self._at_end(factor, theta, -1)
            at_high = self._at_end(factor, theta, 1)
            if at_low * at_high < 0 and not theta.point:
                raise NotSupportedError(f"a prediction of {learner.model} vanishes inside of its domain")
            turn *= at_low or at_high or 1
            off_low, off_high = off_low or not at_low, off_high or not at_high
        self._check_shape(learner, [factor for factor, _ in moving], theta)
        parts = []
        for place, (factor, count) in enumerate(moving):
            term = count.scaled(factor.step if factor.positive else -factor.step)
            for other, (further, _) in enumerate(moving):
                if other != place:
                    term = term * (Unknowns.constant(further.start) + x.scaled(further.step))
            parts.append(term)
        total = total_of(parts)
        return Score(-total if turn < 0 else total, off_low, off_high)

    def _at_end(self, factor: Factor, theta: Interval, side: int) -> int:
        place = theta.low if side < 0 else theta.high
        if place.value is None:
            return side * self.sign(factor.step)
        return self.sign(factor.start + factor.step * place.value)

    def _check_shape(self, learner: Learner, factors: Sequence[Factor], theta: Interval) -> None:
        """The divergence falls and then rises (see the module); NotSupportedError where that is not known."""
        below = [f for f in factors if not f.positive]
        if not below:
            return
        above = [f for f in factors if f.positive]
        refusal = NotSupportedError(
            f"the rational predictions of {learner.model} are not of the kind x/(1 + x), for which best fits are known"
        )
        sides = set()
        for f in below:
            inside = self._at_end(f, theta, -1) or self._at_end(f, theta, 1)
            if not self._at_end(f, theta, -1) or not self._at_end(f, theta, 1):
                raise refusal
            sides.add(inside * self.sign(f.step))
        if len(sides) > 1:
            raise refusal
        if not above:
            return
        (side,) = sides
        base = -(above[0].start / above[0].step)
        if any(self.sign(f.start + f.step * base) for f in above):
            raise refusal
        end = theta.low if side > 0 else theta.high
        if end.value is None or self.sign(end.value - base) * side < 0:
            raise refusal
        for f in below:
            inside = self._at_end(f, theta, -1)
            if self.sign(f.start + f.step * base) * inside < 0:
                raise refusal

    # Fits to given play

    def vertices(self, learner: Learner, block: Block, weights: Weights, hints: Values) -> list[Values]:
        """The best fits of a block to given play: one, or the corners of all of them where play leaves it free.

        `hints` are values at which the slope may vanish. Raises NotSupportedError where there is no closed form.
        """
        if isinstance(block, Given):
            return list(block.theta if block.telling.isdisjoint(weights) else block.fits)
        if isinstance(block, Simplex):
            return self._shares(block, weights)
        theta, score = self.theta(learner, block), self.score(learner, block, weights)
        ends = [(theta.low, theta.low_open), (theta.high, theta.high_open)]
        if score is None or theta.point:
            ends = ends[:1] if theta.point else ends
            found = [place.value for place, is_open in ends if place.value is not None and not is_open]
            if len(found) < len(ends):
                raise NotSupportedError(f"play leaves open all of {block.name}, which is not closed and bounded")
            return [{block.unknown: value} for value in found]
        hint = hints.get(block.unknown)
        # The slope has one zero at most, which a hint may be known to be without further signs.
        if hint is not None and self._is_inside(theta, hint) and not self.sign(
            score.polynomial.at({block.unknown: hint}, self.zero)
        ):  # fmt: skip
            return [{block.unknown: hint}]
        for (place, is_open), off in zip(ends, (score.off_low, score.off_high), strict=True):
            if place.value is None or off:
                continue
            slope = score.polynomial.at({block.unknown: place.value}, self.zero)
            if self.sign(slope) * place.side >= 0:
                if is_open:
                    raise NotSupportedError(f"the best fit in {block.name} is not attained; close theta")
                return [{block.unknown: place.value}]
        coefficients = [part.value(self.zero) for part in score.polynomial.by_powers(block.unknown)]
        ends_of = theta.low.value, theta.high.value
        for root in roots_between(coefficients, ends_of, self.sign, self.functions) or []:
            return [{block.unknown: self.functions.reduced(root)}]
        raise NotSupportedError(f"the best fit in {block.name} has no closed form; fix a parameter with --at")

    def _is_inside(self, theta: Interval, value: Element) -> bool:
        low, high = theta.low.value, theta.high.value
        return (low is None or self.sign(value - low) > 0) and (high is None or self.sign(high - value) > 0)

    def _shares(self, block: Simplex, weights: Weights) -> list[Values]:
        counts = self.counts(block, weights)
        if counts is None:
            corners = [dict.fromkeys(block.unknowns, self.zero)]
            return corners + [{k: self.one if k == j else self.zero for k in block.unknowns} for j in block.unknowns]
        total = sum((c.value(self.zero) for c in counts), start=self.zero)
        shares = [self.functions.reduced(c.value(self.zero) / total) for c in counts[1:]]
        return [dict(zip(block.unknowns, shares, strict=True))]

    def counts(self, block: Simplex, weights: Weights) -> list[Unknowns] | None:
        """What is counted of each coordinate, the rest first; None where nothing is."""
        found = [self._count(amounts, weights) for amounts in block.amounts]
        return None if all(c is None for c in found) else [Unknowns(()) if c is None else c for c in found]

    # Beliefs and replies

    def models(self, player: int, weights: Weights, hints: Values) -> list[Values]:
        """The corners of the best fits of a player, in the coordinates that move payoffs.

        Raises NotSupportedError where beliefs on them do not count by their corners.
        """
        learner = self.play.learners[player]
        relevant = relevant_unknowns(learner)
        found: list[list[Values]] = []
        for block in learner.blocks:
            if relevant.isdisjoint(block.unknowns):
                continue
            corners = self.vertices(learner, block, weights, hints)
            if len(corners) > 1:
                check_straight(learner, block)
            found.append(corners)
        return [{k: v for part in chosen for k, v in part.items()} for chosen in product(*found)]

    def ahead(self, player: int, node: int, first: int, second: int, model: Values) -> Element:
        """What has the sign of the payoff of the first action less that of the second."""
        return self.play.learners[player].difference(node, first, second).at(model, self.zero)

    def is_optimal(self, player: int, played: Mapping[int, Sequence[int]], models: Sequence[Values]) -> bool:
        """Whether some belief makes all these actions, by node, best replies."""
        if len(models) == 1:
            return self.is_best(player, played, models[0])
        rows = []
        for k in range(len(models)):
            unit = tuple(self.one if k == j else self.zero for j in range(len(models)))
            rows.append(Row(unit, self.zero))
        rows.append(Row((self.one,) * len(models), -self.one, equation=True))
        for node, actions in played.items():
            for other in range(len(self.play.nodes[node].actions)):
                if other != actions[0]:
                    ahead = tuple(self.ahead(player, node, actions[0], other, m) for m in models)
                    rows.append(Row(ahead, self.zero, equation=other in actions))
        return is_solvable(rows, len(models), self.functions.ring, self.sign)

    def is_best(self, player: int, played: Mapping[int, Sequence[int]], model: Values) -> bool:
        """Whether all these actions, by node, are best replies under one model."""
        for node, actions in played.items():
            for other in range(len(self.play.nodes[node].actions)):
                if other != actions[0]:
                    order = self.sign(self.ahead(player, node, actions[0], other, model))
                    if order < 0 or (order and other in actions):
                        return False
        return True


def relevant_unknowns(learner: Learner) -> frozenset[int]:
    """The coordinates that differences of payoffs depend on."""
    found: frozenset[int] = frozenset()
    own: dict[int, list[int]] = {}
    for (node, action), _ in learner.payoffs:
        own.setdefault(node, []).append(action)
    for node, actions in own.items():
        for action in actions[1:]:
            found |= learner.difference(node, actions[0], action).unknowns
    return found


def check_straight(learner: Learner, block: Block) -> None:
    """Payoffs are affine in a block; NotSupportedError where they are not."""
    for _, (top, bottom) in learner.payoffs:
        inside = sum(top.degree(k) for k in block.unknowns) if isinstance(block, Line) else _degree_in(top, block)
        if inside > 1 or not bottom.unknowns.isdisjoint(block.unknowns):
            raise NotSupportedError(
                f"payoffs are curved in {', '.join(_names(block))}, which play leaves open; fix parameters with --at"
            )


def _degree_in(polynomial: Unknowns, block: Simplex | Given) -> int:
    return max((sum(p for k, p in m if k in block.unknowns) for m, _ in polynomial.terms), default=0)


def _names(block: Block) -> tuple[str, ...]:
    return (block.name,) if isinstance(block, Line) else block.names
