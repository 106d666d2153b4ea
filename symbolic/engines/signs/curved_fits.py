"""Best fits of a family with one coordinate x where the divergence need not be convex, by signs.

A best fit to an action is an end of Theta or a zero of the slope of K inside of it. All of them are compared, and all
that tie are kept. After normal outcomes with the mean mu(x), the slope vanishes where ``mu' = 0`` or mu is the true
mean; after finitely many outcomes, where the numerator of ``sum_y Q_y p_y' / p_y`` does.

Source: Esponda & Pouzo 2016, section 2 (definitions); the rest is calculus. What has no closed form is refused.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Protocol

from ...algebra.polynomials import derivative_by_powers, horner, product, total
from ...algebra.ring import Element, Ring, in_powers_of
from ...algebra.roots import real_roots
from ...algebra.signs import Sign
from ...algebra.surds import Functions
from ...cells.undecided import attempt
from ...errors import NotSupportedError
from ...forms.laws import derivative
from .ranges import is_nonnegative
from .several_agent import Fit, Point, SeveralAgent
from .slopes import Slopes


class CurvedModels(Protocol):
    """What is asked of the models of an agent (`symbolic.engines.signs.models`): signs, slopes and comparisons."""

    @property
    def agent(self) -> SeveralAgent: ...

    @property
    def ring(self) -> Ring: ...

    @property
    def sign(self) -> Sign: ...

    @property
    def functions(self) -> Functions: ...

    @property
    def slopes(self) -> Sequence[Slopes]: ...

    def happening(self, action: int) -> tuple[int, ...]: ...

    def is_possible(self, point: Point, action: int) -> bool: ...

    def is_better(self, action: int, first: Point, second: Point) -> int: ...


def stationary_points(models: CurvedModels, model: int, action: int) -> list[Element]:
    """The zeros of the slope of the divergence after an action, wherever they lie."""
    law = models.agent.models[model].laws[action]
    if law.variance is None:
        polynomials = [tuple(_numerator(models, model, action, 1))]
    else:
        (outcome,) = law.outcomes
        mean = outcome.prediction
        polynomials = [derivative_by_powers(mean, models.ring), (mean[0] - outcome.chance, *mean[1:])]
    return [
        root for polynomial in polynomials for root in real_roots(polynomial, models.sign, models.functions) or []
    ]


def is_convex(models: CurvedModels, model: int, action: int) -> bool:
    """Whether the divergence after an action is convex on all of Theta; then one model fits best, where it is heard.

    Raises NotSupportedError where that depends on roots without closed form.
    """
    ring, law = models.ring, models.agent.models[model].laws[action]
    if law.variance is not None:
        (outcome,) = law.outcomes
        mean = (outcome.prediction[0] - outcome.chance, *outcome.prediction[1:])
        slope = derivative_by_powers(mean, ring)
        bend = derivative_by_powers(slope, ring)
        curvature = total(product(slope, slope), product(mean, bend))
    else:
        curvature = _numerator(models, model, action, 2)
    theta = models.slopes[model].theta
    return is_nonnegative(curvature, theta, models.sign, models.functions)


def monotone_gap(models: CurvedModels, model: int, action: int) -> list[Element] | None:
    """``p(x) - q`` for an action with two outcomes, of which one happens with chance q and is predicted with p(x).

    None with other outcomes, or where p is not monotone on Theta. K falls towards the zero of the gap from both sides.
    """
    law = models.agent.models[model].laws[action]
    if law.variance is not None or len(law.outcomes) != 2:
        return None
    outcome, theta = law.outcomes[0], models.slopes[model].theta
    slope = derivative_by_powers(outcome.prediction, models.ring)
    for direction in (1, -1):
        turned = [models.ring.constant(direction) * c for c in slope]
        if attempt(partial(is_nonnegative, turned, theta, models.sign, models.functions))[0]:
            return [outcome.prediction[0] - outcome.chance, *outcome.prediction[1:]]
    return None


def curved_fit(models: CurvedModels, model: int, action: int) -> Fit | None:
    """The best fits of one family to an action that is heard; None where all of it rules out what happens.

    Raises NotSupportedError where they are not attained, or have no closed form.
    """
    theta, sign = models.slopes[model].theta, models.sign
    gap = monotone_gap(models, model, action)
    if gap is not None and theta.low.value is not None and theta.high.value is not None:
        low, high = horner(gap, theta.low.value), horner(gap, theta.high.value)
        if sign(low) * sign(high) >= 0:
            # The truth is beyond what the family predicts, or predicted by an end.
            at_low = not sign(low) or (sign(high) != 0 and sign(low) == sign(high - low))
            place, is_open = (theta.low, theta.low_open) if at_low else (theta.high, theta.high_open)
            assert place.value is not None
            return _attained(models, [(Point(model, place.value), is_open)], action)
    ends = [(place.value, is_open) for place, is_open in ((theta.low, theta.low_open), (theta.high, theta.high_open))]
    best: list[tuple[Point, bool]] = []
    inside = [
        (x, False) for x in stationary_points(models, model, action)
        if all(place.value is None or sign(x - place.value) * place.side < 0 for place in (theta.low, theta.high))
    ]  # fmt: skip
    for value, is_open in (*inside, *ends):
        # Beyond an infinite end only means of normal outcomes move, and without bound.
        if value is None or not models.is_possible(point := Point(model, value), action):
            continue
        order = models.is_better(action, point, best[0][0]) if best else -1
        if order < 0:
            best = [(point, is_open)]
        elif order == 0 and all(sign(point.value - known.value) for known, _ in best):
            best.append((point, is_open))
    return _attained(models, best, action)


def _attained(models: CurvedModels, best: Sequence[tuple[Point, bool]], action: int) -> Fit | None:
    """These best fits, unless one is an open end; None where there are none."""
    if not best:
        return None
    model = best[0][0].model
    if any(is_open for _, is_open in best):
        family, what = models.agent.models[model].model, models.agent.actions[action]
        raise NotSupportedError(
            f"the best fit of {family} to {what} is not attained on a part of the domain; close theta"
        )
    return Fit(model, tuple(point for point, _ in best))


def _derivative(models: CurvedModels, model: int, action: int, order: int) -> Element:
    """The first or second derivative of ``- sum_y Q_y log p_y``, over the outcomes that happen and move.

    In a ring with the coordinate after the parameters; in lowest terms. Where no prediction vanishes, neither does a
    factor of the denominator.
    """
    ring, name = models.ring, models.agent.models[model].coordinate
    assert name is not None
    wide = Ring.of_parameters([*ring.parameters, name])
    unknown, found = wide.parameter(name), wide.constant(0)
    for k in models.happening(action):
        outcome = models.agent.models[model].laws[action].outcomes[k]
        predicted = sum((c * unknown**power for power, c in enumerate(outcome.prediction)), start=wide.constant(0))
        slope = derivative(predicted, len(ring.parameters))
        if not slope.is_zero():
            found = found - outcome.chance * slope / predicted
    return found if order == 1 else derivative(found, len(ring.parameters))


def _numerator(models: CurvedModels, model: int, action: int, order: int) -> list[Element]:
    """A polynomial in x with the sign of that derivative."""
    ring, found = models.ring, _derivative(models, model, action, order)
    polynomial = found.numerator if order == 1 else found.numerator * found.denominator
    parts = in_powers_of(len(ring.parameters), polynomial, ring.context)
    return [Element(part, ring.context.constant(1)) for part in parts]
