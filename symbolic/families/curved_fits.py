"""Best fits of a family with one coordinate x where the divergence need not be convex, by signs.

A best fit to an action is an end of Theta or a zero of the slope of K inside of it. All of them are compared, and all
that tie are kept. After normal outcomes with the mean mu(x), the slope vanishes where ``mu' = 0`` or mu is the true
mean; after finitely many outcomes, where the numerator of ``sum_y Q_y p_y' / p_y`` does.

Source: Esponda & Pouzo 2016, section 2 (definitions); the rest is calculus. What has no closed form is refused.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..algebra import Element, Ring, in_powers_of
from ..errors import NotSupportedError
from .closed_roots import derivative_by_powers, real_roots
from .several_agent import Fit, Point

if TYPE_CHECKING:
    from .several_models import SeveralModels


def stationary_points(models: SeveralModels, model: int, action: int) -> list[Element]:
    """The zeros of the slope of the divergence after an action, wherever they lie."""
    law = models.agent.models[model].laws[action]
    if law.variance is None:
        polynomials = [tuple(_numerator(models, model, action))]
    else:
        (outcome,) = law.outcomes
        mean = outcome.prediction
        polynomials = [derivative_by_powers(mean, models.ring), (mean[0] - outcome.chance, *mean[1:])]
    return [
        root for polynomial in polynomials for root in real_roots(polynomial, models.sign, models.functions) or []
    ]


def curved_fit(models: SeveralModels, model: int, action: int) -> Fit | None:
    """The best fits of one family to an action that is heard; None where all of it rules out what happens.

    Raises NotSupportedError where they are not attained, or have no closed form.
    """
    theta, sign = models.slopes[model].theta, models.sign
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
    if not best:
        return None
    if any(is_open for _, is_open in best):
        family, what = models.agent.models[model].model, models.agent.actions[action]
        raise NotSupportedError(
            f"the best fit of {family} to {what} is not attained on a part of the domain; close theta"
        )
    return Fit(model, tuple(point for point, _ in best))


def _numerator(models: SeveralModels, model: int, action: int) -> list[Element]:
    """``sum_y Q_y p_y' / p_y`` in lowest terms, over the outcomes that happen and move; its numerator.

    Where no prediction vanishes, neither does a factor of the denominator.
    """
    ring = models.ring
    name = models.agent.models[model].coordinate
    assert name is not None
    wide = Ring.of_parameters([*ring.parameters, name])
    unknown = wide.parameter(name)
    total = wide.constant(0)
    for k in models.happening(action):
        outcome = models.agent.models[model].laws[action].outcomes[k]
        moving = outcome.prediction
        predicted = sum((c * unknown**power for power, c in enumerate(moving)), start=wide.constant(0))
        slope = sum(
            (c * unknown**power for power, c in enumerate(derivative_by_powers(moving, ring))), start=wide.constant(0)
        )
        if not slope.is_zero():
            total = total + outcome.chance * slope / predicted
    return [
        Element(part, ring.context.constant(1))
        for part in in_powers_of(len(ring.parameters), total.numerator, ring.context)
    ]
