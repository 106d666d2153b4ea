r"""The slopes of the divergence of a family with one coordinate, by signs, and where its best fit to an action lies.

With the notation of `symbolic.engines.signs.agent`: k_a is the slope of K(., a), which is convex, except for the
actions listed as `curved`, of which this module only knows whether they are heard. An action is *heard* where its
outcomes are predicted differently by different models, *silent* where K(., a) is constant. At an end of Theta a slope
may be infinite. All divisions are by what is known not to be zero.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ...algebra.polynomials import horner
from ...algebra.ring import Element
from ...algebra.signs import Sign
from ...combinatorics.envelopes import ImpossibleSigns
from ...errors import NotSupportedError
from ...forms.theta_interval import Place, interval
from .agent import Factor, LineAgent, Outcome


@dataclass(frozen=True, slots=True)
class Part:
    """A term of a slope: the factor ``start + step * x`` of a prediction; its power times the chance of its outcome.

    With normal outcomes the mean that is predicted, and the true one.
    """

    chance: Element
    start: Element
    step: Element


class Slopes:
    """k_a and its signs at the places of Theta, where elements of the ring of the parameters have these signs."""

    def __init__(self, agent: LineAgent, sign: Sign) -> None:
        self.agent = agent
        self.sign = sign
        self.ring = agent.ring
        self.actions = tuple(range(len(agent.laws)))
        self.theta = interval(agent.model, agent.bounds, sign)
        self.low, self.high = self.theta.low, self.theta.high
        self.ruled_out: set[int] = set()
        self.curved = {a for a in self.actions if not agent.laws[a].convex}
        self.parts = [() if a in self.curved else self._moving_parts(a) for a in self.actions]
        self.heard = [self._is_heard(a) if a in self.curved else bool(self.parts[a]) for a in self.actions]
        self._slopes: dict[tuple[int, Place], int] = {}

    def _moving_parts(self, action: int) -> tuple[Part, ...]:
        """The factors that differ between models, of the outcomes that happen."""
        law = self.agent.laws[action]
        if law.variance is not None:
            return tuple(
                Part(o.chance, o.start, o.step) for o in law.outcomes if not self.theta.point and self.sign(o.step)
            )
        found = []
        for outcome in law.outcomes:
            assert outcome.factors is not None
            if not self.sign(outcome.chance):
                continue
            moving = [] if self.theta.point else [f for f in outcome.factors if self.sign(f.step)]
            for factor in moving:
                if len(outcome.prediction) > 2:
                    found.append(self._positive_part(outcome, factor, action))
                else:
                    found.append(Part(outcome.chance, factor.start, factor.step))
            constant = [f.start for f in outcome.factors if f not in moving]
            if self.theta.point:
                constant = [self.at(outcome.prediction, self.low)]
            if not all(self.sign(factor) for factor in (outcome.scale, *constant)):
                self.ruled_out.add(action)
        return tuple(found)

    def _positive_part(self, outcome: Outcome, factor: Factor, action: int) -> Part:
        """The factor with the sign that makes it positive inside of Theta.

        Raises NotSupportedError where it vanishes inside (a double zero may), because K is not convex across it.
        """
        zero = -(factor.start / factor.step)
        if self.low.value is not None and self.sign(zero - self.low.value) <= 0:
            side = 1
        elif self.high.value is not None and self.sign(zero - self.high.value) >= 0:
            side = -1
        else:
            raise NotSupportedError(
                f"{self.agent.model} rules out what may happen after {self.agent.actions[action]} inside of its domain "
                "on a part of the parameters' domain; narrow it"
            )
        unit = self.ring.constant(side * self.sign(factor.step))
        return Part(self.ring.constant(factor.power) * outcome.chance, unit * factor.start, unit * factor.step)

    def _is_heard(self, action: int) -> bool:
        """Whether a curved law that can happen moves with x."""
        law = self.agent.laws[action]
        happening = [o for o in law.outcomes if law.variance is not None or self.sign(o.chance)]
        moving = [o for o in happening if not self.theta.point and any(self.sign(c) for c in o.prediction[1:])]
        if law.variance is None:
            fixed = [o for o in happening if o not in moving]
            if not all(self.sign(self.at(o.prediction, self.low) if self.theta.point else o.start) for o in fixed):
                self.ruled_out.add(action)
        return bool(moving)

    def at(self, polynomial: Sequence[Element], place: Place) -> Element:
        """The value of a polynomial in x at a place."""
        assert place.value is not None
        return horner(polynomial, place.value)

    def slope(self, action: int, place: Place) -> Element | None:
        """k_a at a place; None where it is infinite. The action speaks."""
        law, total = self.agent.laws[action], self.ring.constant(0)
        for part in self.parts[action]:
            predicted = self.at((part.start, part.step), place)
            if law.variance is not None:
                return part.step * (predicted - part.chance) / law.variance
            if not self.sign(predicted):
                if not place.side:
                    raise ImpossibleSigns("a probability vanishes inside of an interval on which it is positive")
                return None
            total = total - part.chance * part.step / predicted
        return total

    def slope_sign(self, action: int, place: Place) -> int:
        """The sign of k_a just inside of Theta at a place: where positive, K falls to the left."""
        key = (action, place)
        if key not in self._slopes:
            slope = None if place.value is None else self.slope(action, place)
            self._slopes[key] = place.side if slope is None else self.sign(slope)
        return self._slopes[key]

    def at_least(self, action: int, place: Place) -> bool:
        """Whether some best fit to the action is at the place or above it."""
        return not self.heard[action] or place.side < 0 or self.slope_sign(action, place) <= 0

    def at_most(self, action: int, place: Place) -> bool:
        """Whether some best fit to the action is at the place or below it."""
        return not self.heard[action] or place.side > 0 or self.slope_sign(action, place) >= 0

    def stationarity(self, action: int) -> tuple[list[Element], int]:
        """The numerator of k_a as a polynomial in x, lowest coefficient first, and the sign of what it is divided by.

        k_a is zero at one point at most; the numerator times the sign crosses zero upwards there. The action speaks.
        """
        if self.agent.laws[action].variance is not None:
            (part,) = self.parts[action]
            return [part.start - part.chance, part.step], self.sign(part.step)
        return self._finite_stationarity([(part, part.chance) for part in self.parts[action]])

    def mixed_stationarity(self, actions: Sequence[int], weights: Sequence[Element]) -> list[Element]:
        """The numerator of ``sum_a w_a k_a`` for finitely many outcomes and positive weights."""
        pairs = zip(actions, weights, strict=True)
        return self._finite_stationarity([(o, weight * o.chance) for a, weight in pairs for o in self.parts[a]])[0]

    def _finite_stationarity(self, parts: Sequence[tuple[Part, Element]]) -> tuple[list[Element], int]:
        """For ``K' = - sum_i q_i / (e_i + x)``, parts with the same root e_i put together."""
        masses: dict[Element, Element] = {}
        orientation = {}
        for part, mass in parts:
            root = part.start / part.step
            known = next((e for e in masses if not self.sign(e - root)), root)
            masses[known] = masses.get(known, self.ring.constant(0)) + mass
            orientation[known] = self.sign(part.step)
        upward = 1
        for side in orientation.values():
            upward *= side
        return self._numerator(masses), upward

    def _numerator(self, masses: dict[Element, Element]) -> list[Element]:
        """Coefficients of ``- sum_i q_i prod_{j != i} (e_j + x)``, lowest first."""
        zero = self.ring.constant(0)
        total = [zero] * len(masses)
        for root, mass in masses.items():
            product = [-mass]
            for other in masses:
                if other is not root:
                    product = [
                        (product[k] * other if k < len(product) else zero) + (product[k - 1] if k else zero)
                        for k in range(len(product) + 1)
                    ]
            total = [x + y for x, y in zip(total, product, strict=True)]
        return total
