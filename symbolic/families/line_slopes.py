r"""The slopes of the divergence of a family with one coordinate, by signs, and where its best fit to an action lies.

With the notation of `line_agent`: k_a is the slope of K(., a), which is convex. An action is *heard* where its outcomes
are predicted differently by different models, *silent* where K(., a) is constant. At an end of Theta a slope may be
infinite. All divisions are by what is known not to be zero.
"""

from __future__ import annotations

from collections.abc import Sequence

from ..algebra import Element
from ..envelopes import ImpossibleSigns
from .line_agent import LineAgent, Outcome
from .line_domain import Place, Sign, interval


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
        self.heard = [self._heard(a) for a in self.actions]
        self._slopes: dict[tuple[int, Place], int] = {}

    def _heard(self, action: int) -> tuple[Outcome, ...]:
        """The outcomes that happen and are predicted differently by different models."""
        law = self.agent.laws[action]
        if law.variance is not None:
            return () if self.theta.point else tuple(o for o in law.outcomes if self.sign(o.step))
        found = []
        for outcome in law.outcomes:
            if self.sign(outcome.chance):
                if self.sign(outcome.step) and not self.theta.point:
                    found.append(outcome)
                elif not self.sign(self.predicted(outcome, self.low) if self.theta.point else outcome.start):
                    self.ruled_out.add(action)
        return tuple(found)

    def predicted(self, outcome: Outcome, place: Place) -> Element:
        """What the model at a place predicts."""
        assert place.value is not None
        return outcome.start + outcome.step * place.value

    def slope(self, action: int, place: Place) -> Element | None:
        """k_a at a place; None where it is infinite. The action speaks."""
        law, total = self.agent.laws[action], self.ring.constant(0)
        for outcome in self.heard[action]:
            predicted = self.predicted(outcome, place)
            if law.variance is not None:
                return outcome.step * (predicted - outcome.chance) / law.variance
            if not self.sign(predicted):
                if not place.side:
                    raise ImpossibleSigns("a probability vanishes inside of an interval on which it is positive")
                return None
            total = total - outcome.chance * outcome.step / predicted
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
            (outcome,) = self.heard[action]
            return [outcome.start - outcome.chance, outcome.step], self.sign(outcome.step)
        return self._finite_stationarity([(outcome, outcome.chance) for outcome in self.heard[action]])

    def mixed_stationarity(self, actions: Sequence[int], weights: Sequence[Element]) -> list[Element]:
        """The numerator of ``sum_a w_a k_a`` for finitely many outcomes and positive weights."""
        pairs = zip(actions, weights, strict=True)
        return self._finite_stationarity([(o, weight * o.chance) for a, weight in pairs for o in self.heard[a]])[0]

    def _finite_stationarity(self, parts: Sequence[tuple[Outcome, Element]]) -> tuple[list[Element], int]:
        """For ``K' = - sum_i q_i / (e_i + x)``, outcomes with the same root e_i put together."""
        masses: dict[Element, Element] = {}
        orientation = {}
        for outcome, mass in parts:
            root = outcome.start / outcome.step
            known = next((e for e in masses if not self.sign(e - root)), root)
            masses[known] = masses.get(known, self.ring.constant(0)) + mass
            orientation[known] = self.sign(outcome.step)
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

    def is_self_confirming(self, support: Sequence[int]) -> bool:
        """Whether one model predicts the truth after every action of the support."""
        point: Element | None = None
        for action in support:
            law = self.agent.laws[action]
            if law.variance is not None and law.spread is not None and self.sign(law.variance - law.spread):
                return False
            for outcome in law.outcomes:
                gap = outcome.chance - outcome.start
                if not self.sign(outcome.step):
                    if self.sign(gap):
                        return False
                    continue
                here = gap / outcome.step
                if point is None:
                    point = here
                elif self.sign(point - here):
                    return False
        if point is None:
            return True
        return self.theta.holds(point)
