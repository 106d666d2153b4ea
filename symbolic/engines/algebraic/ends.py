"""No ties near the ends of an interval of shares: bounds from concavity.

The least divergence V is concave in the share, and so is every branch of local minima. From values and slopes at the
ends of the segment and near a critical share it follows that no two branches tie for the best fit close to it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

import flint
from flint import arb, fmpq

from ...algebra.number_field import Real
from ...algebra.systems import common_field
from ...decomposition import AlgebraicNumber, algebraic, between
from ...definition.hulls import kernel, null_space
from ...definition.minimizers import best_fits
from ...definition.stationary import Candidate, candidates, divergence_value, is_feasible, minimal
from ...errors import UndecidedError
from ...floats import nearest_float
from ...forms.laws import Agent, Constraint, Family
from ...results.fits import Piece
from .branches import Branch, state_of, strategy
from .identities import identical

PRECISION = 256
QUIET_DEPTH = 30


@dataclass(frozen=True)
class Ends:
    """The two pure ends of the segment: the least divergence there, and the slope of V away from them.

    With theta_0 a best fit to the first action, V(s) <= (1 - s) V(0) + s K(theta_0, b) and K(., a) >= V(0), so a
    best fit at any s has K(., b) <= K(theta_0, b); likewise with the actions exchanged. So the differences
    K(theta_0, b) - V(0) bound the slope of every branch wherever it is a best fit; the least of them is V'(0).
    """

    values: tuple[Any, Any]
    slopes: tuple[Any, Any]

    @staticmethod
    def of(agent: Agent, pair: tuple[int, int]) -> Ends | None:
        """None when a divergence is infinite at every best fit to one of the actions."""
        values, slopes = [], []
        for end, other in (pair, pair[::-1]):
            found = [
                s
                for piece in best_fits(agent, _unit(agent, end)).pieces
                for s in _slopes(agent, piece, end, other)
            ]
            if not found:
                return None
            with flint.ctx.workprec(PRECISION):
                least = min(found, key=lambda entry: nearest_float(entry[1].mid()))
            values.append(least[0])
            slopes.append(least[1])
        return Ends((values[0], values[1]), (slopes[0], slopes[1]))

    @property
    def steepness(self) -> Any:
        """A bound for the slopes of best fits."""
        with flint.ctx.workprec(PRECISION):
            return max(abs(slope).upper() for slope in self.slopes)


def _unit(agent: Agent, action: int) -> tuple[Real, ...]:
    return tuple(Real.of(int(a == action)) for a in range(len(agent.actions)))


def _slopes(agent: Agent, piece: Piece, end: int, other: int) -> list[tuple[Any, Any]]:
    """(value, slope) balls at the best fits of one polytope: at its least divergence from the other action."""
    family = next(f for f in agent.families if f.name == piece.model)
    if family.divergences[other] is None:
        return []
    cross, unit = _unit(agent, other), _unit(agent, end)
    points = [Candidate(tuple(value for _, value in v.coordinates), cross) for v in piece.vertices]
    if piece.dimension:
        narrowed = _restricted_to(family, piece, end)
        if narrowed is not None:
            inside = candidates(narrowed, kernel(narrowed, (other,)), cross)
            points = minimal(narrowed, inside) if inside else []
    found = []
    with flint.ctx.workprec(PRECISION):
        for point in points:
            if is_feasible(family, point, cross):
                value = divergence_value(family, Candidate(point.theta, unit)).ball(PRECISION)
                found.append((value, divergence_value(family, point).ball(PRECISION) - value))
    return found


def _restricted_to(family: Family, piece: Piece, end: int) -> Family | None:
    """The family cut down to a polytope of best fits; None when that takes irrational numbers."""
    theta = [value.rational() for _, value in piece.vertices[0].coordinates]
    if any(value is None for value in theta):
        return None
    constraints = list(family.constraints)
    for form in null_space(kernel(family, (end,)), family.dimension):
        total = family.ring.constant(0)
        for weight, name, value in zip(form, family.coordinates, theta, strict=True):
            assert value is not None
            scale = family.ring.constant(Fraction(int(weight.p), int(weight.q)))
            total = total + scale * (family.ring.parameter(name) - family.ring.constant(value))
        constraints += [Constraint(total, False, ""), Constraint(-total, False, "")]
    return replace(family, constraints=tuple(constraints))


def quiet_end(
    branches: list[Branch], pure: Ends | None, end: AlgebraicNumber, sample: Fraction
) -> tuple[Fraction, bool]:
    """A share such that no two branches tie for the best fit between it and the end, and whether they may at the end.

    Three reasons why a branch fits worse all the way, each from concavity:
    its value exceeds the least one by more than twice the steepness times the distance;
    it is linear, and above the tangent of the least one at both ends;
    it is above its chord from V(e), which is steeper than V'(e), while V(s) <= V(e) + (s - e) V'(e): there may be a
    tie at the end e itself.
    """
    near = sample
    at_end = None
    if pure is not None and end in (0, 1):
        at_end = (pure.values[int(end == 1)], pure.slopes[int(end == 1)])
    for attempt in range(QUIET_DEPTH):
        states = [branch.at(near) for branch in branches]
        if at_end is None and attempt >= 4 and end not in (0, 1):
            at_end = _value_and_slope(branches[0].agent, branches[0].pair, end, sample)
        with flint.ctx.workprec(PRECISION):
            values = [state.value.ball(PRECISION) for state in states]
            least = min(range(len(values)), key=lambda k: nearest_float(values[k].mid()))
            step = end.ball(PRECISION) - exact_ball(near)
            slope = states[least].slope
            close = []
            for k in range(len(values)):
                if k == least or (branches[k].constant and branches[least].constant):
                    continue
                if pure is not None and values[k] - values[least] > 2 * pure.steepness * abs(step):
                    continue
                far = _linear_value(branches[k], end)
                tangent = None if slope is None else values[least] + slope.ball(PRECISION) * step
                linear = tangent is not None and far is not None and far > tangent
                if not (linear and values[k] > values[least]):
                    close.append(k)
            rivals = close
            if at_end is not None:
                rivals = [k for k in close if not (values[k] - at_end[0]) / abs(step) - at_end[1] > 0]
        if all(identical(branches[k], branches[least], near) for k in rivals):
            return near, bool(close)
        low, high = sorted((end, algebraic(near)))
        near = between(low, high)
        # The simplest rational between may stay far away: go to the end quickly.
        bits = 4 + 2 * attempt
        left, right = end.bounds(bits + 4)
        width = Fraction(1, 1 << bits)
        candidate = right + width if end < algebraic(sample) else left - width
        if min(end, algebraic(sample)) < candidate < max(end, algebraic(sample)):
            near = candidate
    raise UndecidedError(
        f"two fits of {' and '.join(dict.fromkeys(b.family.name for b in branches))} tie at or near an end of a "
        "segment of mixtures; perturb a parameter to see"
    )


def _linear_value(branch: Branch, end: AlgebraicNumber) -> Any:
    """A ball around the value of a branch that does not move at an end of its interval; None when it is not known."""
    if branch.fixed is None:
        return None
    total = flint.arb(0)
    for action, share in zip(branch.pair, (1 - end.ball(PRECISION), end.ball(PRECISION)), strict=True):
        unit = _unit(branch.agent, action)
        candidate = Candidate(branch.fixed, unit)
        if not is_feasible(branch.family, candidate, unit):
            return None
        total += share * divergence_value(branch.family, candidate).ball(PRECISION)
    return total


def _value_and_slope(
    agent: Agent, pair: tuple[int, int], end: AlgebraicNumber, sample: Fraction
) -> tuple[Any, Any]:
    """V at an inner share, and its slope away from there towards the sample, as balls."""
    away = 1 if end < algebraic(sample) else -1
    share = end.as_rational() if end.is_rational else end
    sigma = strategy(agent, pair, share)
    slopes, values = [], []
    with flint.ctx.workprec(PRECISION):
        for point in best_fits(agent, sigma).vertices:
            family = next(f for f in agent.families if f.name == point.model)
            numbers = common_field([*(value for _, value in point.coordinates), *sigma])
            count = len(point.coordinates)
            state = state_of(agent, family, pair, Candidate(tuple(numbers[:count]), tuple(numbers[count:])))
            values.append(state.value.ball(PRECISION))
            if state.slope is not None:
                slopes.append(state.slope.ball(PRECISION) * away)
        return values[0], min(slopes, key=lambda ball: nearest_float(ball.mid()))


def exact_ball(share: Fraction) -> Any:
    return arb(fmpq(share.numerator, share.denominator))
