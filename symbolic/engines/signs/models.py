r"""Best fits to one action within a class of several families and single models, and beliefs on them, by signs.

Each family has its own best fit to an action: where its slope k_a changes sign, an end of its interval, or all of it
where the action is silent (`symbolic.engines.signs.slopes`); where K need not be convex, all candidates are compared
(`curved_fits`). The best fits of the class are those of the models that compare best there
(`symbolic.engines.signs.compare`). Where U is affine on an interval of them, a belief counts by its weights on the
ends. Where payoffs are curved, the points at which the difference of two payoffs is extreme are added: these decide
between two actions; among more, a belief found on them is one, and what they leave open is refused.

With Theta* and F of Esponda & Pouzo (2016), Definition 1. Every comparison is a sign, asked for one by one.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations

from ...algebra.linear import Row, is_solvable
from ...algebra.polynomials import derivative_by_powers, horner
from ...algebra.ring import Element, lift
from ...algebra.roots import real_roots
from ...algebra.signs import Sign
from ...algebra.surds import Functions, KnownSigns
from ...algebra.text import element_expression
from ...errors import DefectError, NotSupportedError
from .compare import better_fit, divergence_gap, normal_gap
from .curved_fits import curved_fit
from .several_agent import Fit, Point, SeveralAgent
from .sign_answer import Set, SignEquilibrium
from .slopes import Slopes

NO_CLOSED_FORM = "the best fit of {} to {} has no closed form; fix a parameter with --at"


class SeveralModels:
    """A class of models where elements of the ring of the parameters have these signs."""

    def __init__(self, agent: SeveralAgent, sign: Sign, functions: Functions) -> None:
        self.agent = agent
        self.ring = agent.ring
        self.functions = functions
        self.sign = KnownSigns(functions, sign)
        self.actions = tuple(range(len(agent.actions)))
        self.models = tuple(range(len(agent.models)))
        self.slopes = [Slopes(model, self.sign) for model in agent.models]
        self._happening = [self._chances(a) for a in self.actions]
        self._extremes: dict[int, tuple[Point, ...]] = {}
        self._fits: dict[int, tuple[Fit, ...]] = {}

    # Fits to one action

    def _is_exact(self, best: Point, action: int) -> bool:
        """Whether a best fit predicts the truth after an action, and so all of them do; if none does, no model does."""
        law = self.agent.models[best.model].laws[action]
        truth = self.chances(action) if law.spread is None else (*self.chances(action), law.spread)
        return not any(self.sign(p - q) for p, q in zip(self.predicted(best, action), truth, strict=True))

    def _chances(self, action: int) -> tuple[int, ...]:
        """The outcomes that happen."""
        law = self.agent.models[0].laws[action]
        return tuple(
            k for k, outcome in enumerate(law.outcomes) if law.variance is not None or self.sign(outcome.chance)
        )

    def happening(self, action: int) -> tuple[int, ...]:
        """The places of the outcomes that happen."""
        return self._happening[action]

    def predicted(self, point: Point, action: int) -> tuple[Element, ...]:
        """What a model predicts of the outcomes that happen, or the mean and the variance."""
        law = self.agent.models[point.model].laws[action]
        found = tuple(horner(law.outcomes[k].prediction, point.value) for k in self._happening[action])
        return found if law.variance is None else (*found, law.variance)

    def chances(self, action: int) -> tuple[Element, ...]:
        """The true chances of the outcomes that happen."""
        outcomes = self.agent.models[0].laws[action].outcomes
        return tuple(outcomes[k].chance for k in self._happening[action])

    def is_possible(self, point: Point, action: int) -> bool:
        """Whether a model rules out nothing that happens."""
        normal = self.agent.models[point.model].laws[action].variance is not None
        return normal or all(self.sign(p) for p in self.predicted(point, action))

    def is_better(self, action: int, first: Point, second: Point) -> int:
        """The sign of ``K(first) - K(second)`` after an action; both finite."""
        mine, other = self.predicted(first, action), self.predicted(second, action)
        law = self.agent.models[0].laws[action]
        if law.variance is None:
            return better_fit(self.chances(action), mine, other, len(law.outcomes), self.sign, self.functions)
        if (mine[1] - other[1]).is_zero():
            # The variances are positive, and (m - a)**2 - (m - b)**2 = (a - b) (a + b - 2 m).
            mean, a, b = law.outcomes[0].chance, mine[0], other[0]
            return self.sign(a - b) * self.sign(a + b - mean - mean)
        return self.sign(self.gap(action, first, second))

    def gap(self, action: int, first: Point, second: Point) -> Element:
        """``K(first) - K(second)`` after an action (twice that with normal outcomes); both finite."""
        mine, other = self.predicted(first, action), self.predicted(second, action)
        law = self.agent.models[0].laws[action]
        if law.variance is None:
            return divergence_gap(self.chances(action), mine, other, self.functions)
        assert law.spread is not None
        laws = (mine[0], mine[1]), (other[0], other[1])
        return normal_gap(law.outcomes[0].chance, law.spread, *laws, self.functions)

    def family_fit(self, model: int, action: int) -> Fit | None:
        """The best fits of one family; None where all of it rules out what happens.

        Raises NotSupportedError where they are not attained, or have no closed form.
        """
        slopes = self.slopes[model]
        name, what = self.agent.models[model].model, self.agent.actions[action]
        if action in slopes.ruled_out:
            return None
        ends = [(slopes.low, slopes.theta.low_open), (slopes.high, slopes.theta.high_open)]
        if slopes.theta.point:
            ends = ends[:1]
        if not slopes.heard[action]:
            if any(place.value is None or is_open for place, is_open in ends):
                raise NotSupportedError(f"{what} leaves open all of {name}, which is not closed and bounded")
            return Fit(model, self.interval(model))
        if action in slopes.curved:
            return curved_fit(self, model, action)
        for place, is_open in ends:
            if place.value is not None and slopes.slope_sign(action, place) * place.side <= 0:
                if is_open:
                    raise NotSupportedError(
                        f"the best fit of {name} to {what} is not attained on a part of the domain; close theta"
                    )
                return Fit(model, (Point(model, place.value),))
        # K is convex and its slope changes sign, so one zero is inside.
        inside = [place for place, _ in ends if place.value is not None]
        for x in real_roots(slopes.stationarity(action)[0], self.sign, self.functions) or []:
            if all(self.sign(x - place.value) * place.side < 0 for place in inside if place.value is not None):
                return Fit(model, (Point(model, x),))
        raise DefectError(f"no best fit of {name} to {what}; please report the game")

    def slope(self, action: int, point: Point) -> Element:
        """The slope of K after an action at a model that rules out nothing that happens."""
        law, total = self.agent.models[point.model].laws[action], self.ring.constant(0)
        for k in self._happening[action]:
            outcome = law.outcomes[k]
            predicted = horner(outcome.prediction, point.value)
            slope = horner(derivative_by_powers(outcome.prediction, self.ring), point.value)
            if law.variance is not None:
                return slope * (predicted - outcome.chance) / law.variance
            total = total - outcome.chance * slope / predicted
        return total

    def fits(self, action: int) -> tuple[Fit, ...]:
        """The best fits of the class to an action, family by family; raises NotSupportedError as `family_fit`."""
        if action not in self._fits:
            best: list[Fit] = []
            for model in self.models:
                fit = self.family_fit(model, action)
                if fit is None:
                    continue
                order = self.is_better(action, fit.points[0], best[0].points[0]) if best else -1
                best = [fit] if order < 0 else best if order > 0 else [*best, fit]
            if not best:
                raise NotSupportedError(
                    f"every model rules out what may happen after {self.agent.actions[action]} on a part of the "
                    "domain; narrow it"
                )
            self._fits[action] = tuple(best)
        return self._fits[action]

    # Beliefs

    def interval(self, model: int) -> tuple[Point, ...]:
        """Points that stand for all of a bounded family: its ends, and where payoff differences are extreme between.

        Raises NotSupportedError where these have no closed form.
        """
        if model not in self._extremes:
            slopes = self.slopes[model]
            ends = [place.value for place in (slopes.low, slopes.high)]
            if slopes.theta.point:
                ends = ends[:1]
            found = [Point(model, value, len(ends) > 1) for value in ends if value is not None]
            if len(found) > 1 and self.agent.models[model].has_curved_payoffs:
                found += self._inner_extremes(model)
            self._extremes[model] = tuple(found)
        return self._extremes[model]

    def _inner_extremes(self, model: int) -> list[Point]:
        low, high = (place.value for place in (self.slopes[model].low, self.slopes[model].high))
        assert low is not None and high is not None
        found: list[Point] = []
        for first, second in combinations(self.actions, 2):
            slope = derivative_by_powers(self.agent.models[model].difference(first, second), self.ring)
            for value in real_roots(slope, self.sign, self.functions) or []:
                inside = self.sign(value - low) > 0 > self.sign(value - high)
                if inside and all(self.sign(value - known.value) for known in found):
                    found.append(Point(model, value, True, False))
        return found

    def payoff(self, point: Point, action: int) -> Element:
        """U of an action under a model."""
        return horner(self.agent.models[point.model].payoffs[action], point.value)

    def is_optimal(self, support: Set, points: Sequence[Point]) -> bool:
        """Whether some belief on these models makes all of a support optimal.

        Raises NotSupportedError where that is not known (see the module).
        """
        return self._has_belief(support, points, ())

    def is_robust(self, action: int, points: Sequence[Point]) -> bool:
        """Whether every belief on these models makes an action optimal."""
        return all(self._is_best(action, other, point) for point in points for other in self.actions)

    def believed(self, support: Set, points: Sequence[Point]) -> Set:
        """The models with weight in some belief on these points that makes the support optimal."""
        models = sorted({p.model for p in points})
        if len(models) == 1:
            return tuple(models)
        return tuple(
            model for model in models
            if any(self._has_belief(support, points, (k,)) for k, p in enumerate(points) if p.model == model)
        )  # fmt: skip

    def _is_best(self, action: int, other: int, point: Point) -> bool:
        return action == other or self.sign(self.payoff(point, action) - self.payoff(point, other)) >= 0

    def _has_belief(self, support: Set, points: Sequence[Point], positive: Set) -> bool:
        if not positive and len(support) == 1:
            if any(all(self._is_best(support[0], other, point) for other in self.actions) for point in points):
                return True
            if len(points) == 1:
                return False
        first, zero, one = support[0], self.ring.constant(0), self.ring.constant(1)
        rows = []
        for k in range(len(points)):
            unit = tuple(one if k == j else zero for j in range(len(points)))
            rows.append(Row(unit, zero, strict=k in positive))
        rows.append(Row((one,) * len(points), -one, equation=True))
        for other in self.actions:
            if other != first:
                ahead = tuple(self.payoff(p, first) - self.payoff(p, other) for p in points)
                rows.append(Row(ahead, zero, equation=other in support))
        if is_solvable(rows, len(points), self.ring, self.sign):
            return True
        curved = {m for m, model in enumerate(self.agent.models) if model.has_curved_payoffs}
        if len(self.actions) > 2 and any(p.of_interval and p.model in curved for p in points):
            self._check_excluded(support, points)
        return False

    def _check_excluded(self, support: Set, points: Sequence[Point]) -> None:
        """Whether two actions alone exclude all beliefs on intervals with curved payoffs; refuses if they do not."""
        for action in support:
            for other in self.actions:
                if action != other:
                    signs = {self.sign(self.payoff(p, action) - self.payoff(p, other)) for p in points}
                    if signs == {-1} or (other in support and signs == {1}):
                        return
        names = " and ".join(self.agent.actions[a] for a in support)
        raise NotSupportedError(
            f"whether beliefs on a whole interval of models make {names} optimal, with payoffs that are curved there, "
            "is not covered for three actions or more; fix the parameters with --at"
        )

    def equilibrium(
        self,
        support: Set,
        weights: Sequence[Element],
        points: Sequence[Point],
        uniform: bool = False,
        strict: bool = False,
    ) -> SignEquilibrium:
        """A point equilibrium with these best fits."""
        ring = self.functions.ring
        theta = []
        shown = [point for point in points if point.vertex]
        for point in shown:
            value = element_expression(ring, lift(point.value, ring.context))
            theta.append(() if self.agent.models[point.model].coordinate is None else (value,))
        confirming = all(self._is_exact(points[0], action) for action in support)
        owners = tuple(point.model for point in shown)
        believed = self.believed(support, points)
        return SignEquilibrium(
            support, tuple(weights), tuple(theta), 0, uniform, strict, confirming, (), believed, owners
        )  # fmt: skip
