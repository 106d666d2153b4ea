"""The local minima of the divergence along a segment of mixtures, as concave functions of the share.

Play mixes two actions with weights 1 - s and s. Followed along s, a non-degenerate local minimum of K on a hull has a
value V(s) with slope ``V'(s) = K(theta(s), b) - K(theta(s), a)`` (envelope theorem) and is concave. So values and
slopes at finitely many exact points bound it everywhere: chords from below, tangents from above. A convex family
has one branch, its minimum; a single model and a fixed point of Theta have linear ones.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import combinations
from math import lcm
from typing import Any

from flint import fmpz_poly

from ...algebra.log_values import LogValue
from ...algebra.number_field import ONE, ZERO, Real, same
from ...algebra.ring import Element, irreducible_factors
from ...decomposition import AlgebraicNumber, algebraic, between, real_roots
from ...definition.hulls import Hull, hulls, kernel, stationarity
from ...definition.stationary import (
    Candidate,
    candidates,
    divergence_value,
    is_convex,
    is_feasible,
    satisfies_kkt,
    stationary_points,
)
from ...errors import UndecidedError
from ...forms.laws import Agent, Family, derivative, value_at
from .segments import share_weights

Share = Fraction | AlgebraicNumber


@dataclass(frozen=True, slots=True)
class State:
    """A branch at one share: the value, the slope (None when unknown), and the point."""

    value: LogValue
    slope: LogValue | None
    candidate: Candidate


def strategy(agent: Agent, pair: tuple[int, int], share: Share | Real) -> tuple[Real, ...]:
    """The mixture with this share of the second action."""
    s = Real.of(share)
    weights = [ZERO] * len(agent.actions)
    weights[pair[0]], weights[pair[1]] = ONE - s, s
    return tuple(weights)


def state_of(agent: Agent, family: Family, pair: tuple[int, int], candidate: Candidate) -> State:
    """Value and slope at a candidate whose weights are those of the mixture."""
    ends = []
    for action in pair:
        unit = tuple(ONE if a == action else ZERO for a in range(len(agent.actions)))
        pure = Candidate(candidate.theta, unit)
        ends.append(divergence_value(family, pure) if is_feasible(family, pure, unit) else None)
    slope = None if ends[0] is None or ends[1] is None else ends[1] - ends[0]
    return State(divergence_value(family, candidate), slope, candidate)


@dataclass(frozen=True)
class Branch:
    """One local minimum on an open interval of shares without critical shares.

    `name` tells branches of one interval apart; `fixed` is the point of a branch that does not move.
    """

    agent: Agent
    pair: tuple[int, int]
    family: Family
    name: tuple[Any, ...]
    fixed: tuple[Real, ...] | None = None
    curve: Any = None  # the irreducible polynomial in (u0, s), on hulls with one coordinate
    order: int = 0
    hull: Hull | None = None
    _known: dict[Fraction, State] = field(default_factory=dict, repr=False, compare=False)

    @property
    def constant(self) -> bool:
        """Whether the point does not move, so that the value is linear in the share."""
        return self.fixed is not None

    def at(self, share: Fraction) -> State:
        """The branch at a rational share inside its interval; UndecidedError when it is lost."""
        if share not in self._known:
            point = self._find(share)
            if point is None or not is_feasible(self.family, point, point.weights):
                raise UndecidedError(
                    f"a local minimum of {self.family.name} could not be followed; perturb a parameter to see"
                )
            self._known[share] = state_of(self.agent, self.family, self.pair, point)
        return self._known[share]

    def _find(self, share: Fraction) -> Candidate | None:
        sigma = strategy(self.agent, self.pair, share)
        if self.fixed is not None:
            return Candidate(self.fixed, sigma)
        if self.curve is not None and self.hull is not None:
            points = curve_points(self.curve, self.hull, share)
            if self.order >= len(points):
                return None
            return Candidate(tuple(value_at(value, [points[self.order]]) for value in self.hull.theta), sigma)
        if self.hull is not None:
            found = _minima_on(self.hull, self.agent, self.pair, share)
            return found[0] if len(found) == 1 else None
        for candidate in candidates(self.family, kernel(self.family, self.pair), sigma):
            if satisfies_kkt(self.family, candidate):
                return candidate
        return None


def curve_points(curve: Any, hull: Hull, share: Fraction) -> list[Real]:
    """The real points u of a curve above one rational share, in increasing order. Exact."""
    place = hull.ring.index("s")
    coefficients: dict[int, Fraction] = {}
    for exponents, coefficient in curve.to_dict().items():
        power = int(exponents[0])
        coefficients[power] = coefficients.get(power, Fraction(0)) + int(coefficient) * share ** int(
            exponents[place]
        )
    degree = max((k for k, c in coefficients.items() if c), default=-1)
    if degree <= 0:
        return []
    scale = lcm(*(c.denominator for c in coefficients.values()))
    polynomial = fmpz_poly([int(coefficients.get(k, Fraction(0)) * scale) for k in range(degree + 1)])
    return [Real.of(root) for root in real_roots(polynomial)]


def _minima_on(hull: Hull, agent: Agent, pair: tuple[int, int], share: Share) -> list[Candidate]:
    """The feasible non-degenerate local minima on a hull at one share."""
    sigma = strategy(agent, pair, share)
    alpha = next((w.alpha for w in sigma if w.part.degree() > 0), None)
    return [
        candidate
        for candidate in stationary_points(hull, sigma, alpha)
        if is_feasible(hull.family, candidate, sigma) and _is_local_minimum(hull, candidate)
    ]


def _is_local_minimum(hull: Hull, candidate: Candidate) -> bool:
    """Whether the point is a local minimum on the hull; UndecidedError where the Hessian does not decide. Exact."""
    size = hull.dimension
    if size == 0:
        return True
    if hull.family.dimension == 1:
        return _leading_sign(hull.family, candidate, 1) > 0 and _leading_sign(hull.family, candidate, -1) > 0
    family = hull.family
    directions = [[derivative(value, k).rational() for value in hull.theta] for k in range(size)]
    base = [[ZERO] * family.dimension for _ in range(family.dimension)]
    for i in range(family.dimension):
        for j in range(i, family.dimension):
            base[i][j] = base[j][i] = _curvature(family, candidate, i, j)
    matrix = [
        [
            sum(
                (
                    Real.of(p) * Real.of(q) * base[i][j]
                    for i, p in enumerate(first)
                    for j, q in enumerate(second)
                    if p and q
                ),
                start=ZERO,
            )
            for second in directions
        ]
        for first in directions
    ]
    if all(_real_determinant([row[:k] for row in matrix[:k]]).sign() > 0 for k in range(1, size + 1)):
        return True
    for count in range(1, size + 1):
        for chosen in combinations(range(size), count):
            if _real_determinant([[matrix[i][j] for j in chosen] for i in chosen]).sign() < 0:
                return False
    raise UndecidedError(f"a stationary point of {family.name} is degenerate; perturb a parameter to see")


def _blocked(family: Family, candidate: Candidate, side: int) -> bool:
    """Whether an active constraint keeps the one coordinate from moving to this side."""
    for constraint in family.constraints:
        if value_at(constraint.polynomial, candidate.theta).is_zero():
            slope = value_at(derivative(constraint.polynomial, 0), candidate.theta)
            if slope.sign() * side < 0:
                return True
    return False


def _leading_sign(family: Family, candidate: Candidate, side: int) -> int:
    """The sign of K(x) - K(x0) just above (side 1) or below (side -1) a stationary or boundary point x0.

    That of the first derivative that does not vanish there. Zero when none up to the eighth does.
    """
    parts: list[Element] = []
    for divergence in family.divergences:
        slope = family.ring.constant(0)
        if divergence is not None:
            slope = derivative(divergence.rational, 0)
            for coefficient, argument in divergence.logs:
                slope = slope + family.ring.constant(coefficient) * derivative(argument, 0) / argument
        parts.append(slope)
    for order in range(1, 9):
        total = ZERO
        for weight, part in zip(candidate.weights, parts, strict=True):
            if not weight.is_zero():
                total = total + weight * value_at(part, candidate.theta)
        if not total.is_zero():
            return total.sign() * (side if order % 2 else 1)
        parts = [derivative(part, 0) for part in parts]
    return 0


def _curvature(family: Family, candidate: Candidate, i: int, j: int) -> Real:
    """The second derivative of the weighted divergence by two coordinates of theta."""
    total = ZERO
    for weight, divergence in zip(candidate.weights, family.divergences, strict=True):
        if weight.is_zero() or divergence is None:
            continue
        slope = derivative(divergence.rational, i)
        for coefficient, argument in divergence.logs:
            slope = slope + family.ring.constant(coefficient) * derivative(argument, i) / argument
        total = total + weight * value_at(derivative(slope, j), candidate.theta)
    return total


def _real_determinant(matrix: Sequence[Sequence[Real]]) -> Real:
    if not matrix:
        return ONE
    total = ZERO
    for k, entry in enumerate(matrix[0]):
        if not entry.is_zero():
            minor = _real_determinant([[*row[:k], *row[k + 1 :]] for row in matrix[1:]])
            total = total + entry * minor if k % 2 == 0 else total - entry * minor
    return total


def branches_on(
    agent: Agent, pair: tuple[int, int], low: AlgebraicNumber, high: AlgebraicNumber
) -> list[Branch]:
    """All branches on an open interval without critical shares that can be best fits there."""
    sample = between(low, high)
    inside = between(low, algebraic(sample))
    found: list[Branch] = []
    for index, family in enumerate(agent.families):
        if any(family.divergences[a] is None for a in pair):
            continue
        if is_convex(family, pair):
            found.append(_convex_branch(agent, pair, family, index, sample, inside))
            continue
        found += _curved_branches(agent, pair, sample, index)
    return found


def _convex_branch(
    agent: Agent, pair: tuple[int, int], family: Family, index: int, sample: Fraction, inside: Fraction
) -> Branch:
    """The minimum of a convex family. Without critical shares it moves analytically: the same point at two shares of
    the interval is the same all over it."""
    moving = Branch(agent, pair, family, (index,), () if family.dimension == 0 else None)
    if family.dimension == 0:
        return moving
    here, there = moving.at(sample).candidate.theta, moving.at(inside).candidate.theta
    if not all(map(same, here, there)):
        return moving
    return Branch(agent, pair, family, (index,), here)


def _curved_branches(agent: Agent, pair: tuple[int, int], sample: Fraction, index: int) -> list[Branch]:
    family = agent.families[index]
    found: list[Branch] = []
    sigma = strategy(agent, pair, sample)
    fixed = kernel(family, pair)

    def admissible(candidate: Candidate) -> bool:
        """Feasible, and a first-order local minimum on Theta. A multiplier vanishes only where a curve of a larger
        hull meets the constraint, which is a critical share: so one sample decides for the interval."""
        if not is_feasible(family, candidate, sigma):
            return False
        if fixed:
            return True
        if family.dimension == 1:
            open_sides = [side for side in (1, -1) if not _blocked(family, candidate, side)]
            return all(_leading_sign(family, candidate, side) >= 0 for side in open_sides)
        return satisfies_kkt(family, candidate)

    for place, hull in enumerate(hulls(family, fixed, ("s", "t"))):
        system = stationarity(hull, share_weights(agent, pair, hull))
        if system is None:
            continue
        if hull.dimension == 0:
            point = stationary_points(hull, sigma, None)[0]
            if admissible(point):
                found.append(Branch(agent, pair, family, (index, place), point.theta, hull=hull))
            continue
        if hull.dimension == 1 and not hull.nonlinear:
            for number, (curve, _) in enumerate(irreducible_factors(system.equations[0])[1]):
                if curve.degrees()[0] <= 0:
                    continue
                constant = curve.degrees()[hull.ring.index("s")] <= 0
                for order, u in enumerate(curve_points(curve, hull, sample)):
                    theta = tuple(value_at(value, [u]) for value in hull.theta)
                    candidate = Candidate(theta, sigma)
                    if admissible(candidate) and _is_local_minimum(hull, candidate):
                        name = (index, place, number, order)
                        still = theta if constant else None
                        found.append(Branch(agent, pair, family, name, still, curve, order, hull))
            continue
        if hull.nonlinear:
            raise UndecidedError(
                f"ties between local minima of {family.name} under its polynomial constraints are not decided; use a "
                "convex domain"
            )
        minima = [m for m in _minima_on(hull, agent, pair, sample) if admissible(m)]
        if len(minima) > 1:
            raise UndecidedError(
                f"{family.name} has several local minima in {hull.dimension} dimensions; their ties along mixtures "
                "are not decided"
            )
        if minima:
            found.append(Branch(agent, pair, family, (index, place), hull=hull))
    return found
