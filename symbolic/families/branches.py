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
from functools import cached_property
from typing import Any

from flint import fmpz_poly

from ..algebra import Element
from ..decomposition import AlgebraicNumber, between, real_roots
from ..decomposition.rationals import rational
from ..errors import UndecidedError
from .agent import Agent, Family, derivative
from .minimizers import (
    Candidate,
    best_fits,
    candidates,
    divergence_value,
    is_convex,
    is_feasible,
    stationary_points,
    value_at,
)
from .numbers import ONE, ZERO, Real
from .segments import share_weights
from .strata import Hull, determinant, hulls, kernel, stationarity
from .values import LogValue

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

    `name` tells branches of one interval apart; `constant` marks branches whose point does not move.
    """

    agent: Agent
    pair: tuple[int, int]
    family: Family
    name: tuple[Any, ...]
    constant: bool
    curve: Any = None  # the irreducible polynomial in (u0, s), on hulls with one coordinate
    order: int = 0
    hull: Hull | None = None
    _known: dict[Share, State | None] = field(default_factory=dict, repr=False, compare=False)

    def at(self, share: Fraction) -> State:
        """The branch at a rational share inside its interval."""
        state = self.end(share, None)
        if state is None:
            raise UndecidedError(f"a local minimum of {self.family.name} could not be followed; fix more of the game")
        return state

    def end(self, share: Share, inside: Fraction | None) -> State | None:
        """The limit of the branch at an end of its interval (`inside`: a share of it); None when not known."""
        if share not in self._known:
            self._known[share] = self._find(share, inside)
        return self._known[share]

    def _find(self, share: Share, inside: Fraction | None) -> State | None:
        if self.curve is not None:
            point = self._on_curve(share, inside)
        elif self.hull is not None:
            point = self._on_hull(share)
        else:
            point = self._minimum(share)
        if point is None:
            return None
        sigma = strategy(self.agent, self.pair, share)
        if not is_feasible(self.family, point, sigma):
            return None
        return state_of(self.agent, self.family, self.pair, point)

    def _minimum(self, share: Share) -> Candidate | None:
        """The minimum of a convex family (any of its points)."""
        sigma = strategy(self.agent, self.pair, share)
        support = [a for a, w in enumerate(sigma) if not w.is_zero()]
        from .minimizers import satisfies_kkt

        for candidate in candidates(self.family, kernel(self.family, support), sigma):
            if satisfies_kkt(self.family, candidate):
                if share in (0, 1) and state_of(self.agent, self.family, self.pair, candidate).slope is None:
                    continue  # the value may jump where the other divergence is infinite
                return candidate
        return None

    def _on_hull(self, share: Share) -> Candidate | None:
        assert self.hull is not None
        sigma = strategy(self.agent, self.pair, share)
        if self.hull.dimension == 0:
            return stationary_points(self.hull, sigma, None)[0]
        if share in (0, 1):
            return None
        found = _minima_on(self.hull, self.agent, self.pair, share)
        return found[0] if len(found) == 1 else None

    def _on_curve(self, share: Share, inside: Fraction | None) -> Candidate | None:
        assert self.hull is not None
        if inside is None:
            roots = curve_points(self.curve, self.hull, share)
            return None if self.order >= len(roots) else self._candidate(roots[self.order], share)
        roots = curve_points(self.curve, self.hull, share)
        if not roots:
            return None
        # Rational walls between the roots at the end; near it no curve crosses a wall, so the branch, followed to
        # a share beyond the last crossing, lies in the gap of its limit.
        names = [u.algebraic() for u, _ in roots]
        walls = [between(None, names[0]), *map(between, names, names[1:]), between(names[-1], None)]
        near = inside
        for wall in walls:
            near = _closer(self.curve, self.hull, wall, share, near)
        here = curve_points(self.curve, self.hull, near)[self.order][0]
        for k in range(len(roots)):
            if (here - Real.of(walls[k])).sign() > 0 and (here - Real.of(walls[k + 1])).sign() < 0:
                return self._candidate(roots[k], share)
        return None

    def _candidate(self, point: tuple[Real, Real], share: Share) -> Candidate:
        assert self.hull is not None
        images = [point[0]]
        theta = tuple(value_at(value, images) for value in self.hull.theta)
        return Candidate(theta, strategy(self.agent, self.pair, point[1]))

    @cached_property
    def ends_are_linear(self) -> bool:
        """Whether the branch is linear in the share, so that its ends say everything."""
        return self.constant


def curve_points(curve: Any, hull: Hull, share: Share) -> list[tuple[Real, Real]]:
    """The real points (u, s) of an irreducible curve above one share, by increasing u, each in one field."""
    from .systems import solve_system

    place = hull.ring.index("s")
    if isinstance(share, AlgebraicNumber) and share.is_rational:
        share = share.as_rational()
    if isinstance(share, Fraction | int):
        exact = Fraction(share)
        coefficients: dict[int, Fraction] = {}
        for exponents, coefficient in curve.to_dict().items():
            power = int(exponents[0])
            coefficients[power] = coefficients.get(power, Fraction(0)) + int(coefficient) * exact ** int(exponents[place])
        degree = max((k for k, c in coefficients.items() if c), default=-1)
        if degree <= 0:
            return []
        scale = 1
        for c in coefficients.values():
            scale *= c.denominator
        polynomial = fmpz_poly([int(coefficients.get(k, Fraction(0)) * scale) for k in range(degree + 1)])
        return [(Real.of(root), Real.of(exact)) for root in real_roots(polynomial)]
    generator = hull.ring.parameter("s").numerator
    minimal = hull.ring.context.constant(0)
    for k, coefficient in enumerate(share.coefficients):
        minimal += coefficient * generator**k
    points = [p for p in solve_system([curve, minimal], 2) if p[1].algebraic() == share]
    return sorted(((p[0], p[1]) for p in points), key=lambda p: p[0].algebraic())


def _closer(curve: Any, hull: Hull, wall: Fraction, end: Share, near: Fraction) -> Fraction:
    """A share strictly between the end and `near` such that the curve meets the wall nowhere between."""
    ring = hull.ring
    place = ring.index("s")
    coefficients: dict[int, Fraction] = {}
    for exponents, coefficient in curve.to_dict().items():
        power = int(exponents[place])
        coefficients[power] = coefficients.get(power, Fraction(0)) + int(coefficient) * wall ** int(exponents[0])
    scale = 1
    for c in coefficients.values():
        scale *= c.denominator
    polynomial = fmpz_poly([int(coefficients.get(k, Fraction(0)) * scale) for k in range(max(coefficients) + 1)])
    from ..decomposition import algebraic

    limit = algebraic(end) if not isinstance(end, AlgebraicNumber) else end
    inner = algebraic(near)
    low, high = (limit, inner) if limit < inner else (inner, limit)
    crossings = [r for r in real_roots(polynomial) if low < r < high] if polynomial.degree() > 0 else []
    if limit < inner:
        return between(limit, crossings[0] if crossings else inner)
    return between(crossings[-1] if crossings else inner, limit)


def _minima_on(hull: Hull, agent: Agent, pair: tuple[int, int], share: Share) -> list[Candidate]:
    """The feasible non-degenerate local minima on a hull at one share."""
    sigma = strategy(agent, pair, share)
    alpha = next((w.alpha for w in sigma if w.part.degree() > 0), None)
    found = []
    for candidate in stationary_points(hull, sigma, alpha):
        if is_feasible(hull.family, candidate, sigma) and _is_local_minimum(hull, candidate):
            found.append(candidate)
    return found


def _is_local_minimum(hull: Hull, candidate: Candidate) -> bool:
    """Whether the Hessian on the hull is positive definite (Sylvester's criterion, exact)."""
    size = hull.dimension
    if size == 0:
        return True
    family = hull.family
    directions = [[derivative(value, k).rational() for value in hull.theta] for k in range(size)]
    base = [[ZERO] * family.dimension for _ in range(family.dimension)]
    for i in range(family.dimension):
        for j in range(i, family.dimension):
            total = ZERO
            for weight, divergence in zip(candidate.weights, family.divergences, strict=True):
                if weight.is_zero() or divergence is None:
                    continue
                slope = derivative(divergence.rational, i)
                for coefficient, argument in divergence.logs:
                    slope = slope + family.ring.constant(coefficient) * derivative(argument, i) / argument
                total = total + weight * value_at(derivative(slope, j), candidate.theta)
            base[i][j] = base[j][i] = total
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
    return all(_real_determinant([row[:k] for row in matrix[:k]]).sign() > 0 for k in range(1, size + 1))


def _real_determinant(matrix: Sequence[Sequence[Real]]) -> Real:
    if not matrix:
        return ONE
    total = ZERO
    for k, entry in enumerate(matrix[0]):
        if not entry.is_zero():
            minor = _real_determinant([[*row[:k], *row[k + 1 :]] for row in matrix[1:]])
            total = total + entry * minor if k % 2 == 0 else total - entry * minor
    return total


def branches_on(agent: Agent, pair: tuple[int, int], sample: Fraction) -> list[Branch]:
    """All branches on the interval without critical shares around the sample that can be best fits there."""
    found: list[Branch] = []
    for index, family in enumerate(agent.families):
        if any(family.divergences[a] is None for a in pair):
            continue
        if is_convex(family, pair):
            found.append(Branch(agent, pair, family, (index,), family.dimension == 0))
            continue
        found += _curved_branches(agent, pair, sample, index)
    return found


def _curved_branches(agent: Agent, pair: tuple[int, int], sample: Fraction, index: int) -> list[Branch]:
    family = agent.families[index]
    found: list[Branch] = []
    sigma = strategy(agent, pair, sample)
    for place, hull in enumerate(hulls(family, kernel(family, pair), ("s", "t"))):
        system = stationarity(hull, share_weights(agent, pair, hull))
        if system is None:
            continue
        if hull.dimension == 0:
            point = stationary_points(hull, sigma, None)[0]
            if is_feasible(family, point, sigma):
                found.append(Branch(agent, pair, family, (index, place), True, hull=hull))
            continue
        if hull.dimension == 1 and not hull.nonlinear:
            for number, (curve, _) in enumerate(system.equations[0].factor()[1]):
                if curve.degrees()[0] <= 0:
                    continue
                constant = curve.degrees()[hull.ring.index("s")] <= 0
                for order, (u, s) in enumerate(curve_points(curve, hull, sample)):
                    theta = tuple(value_at(value, [u]) for value in hull.theta)
                    candidate = Candidate(theta, strategy(agent, pair, s))
                    if is_feasible(family, candidate, sigma) and _is_local_minimum(hull, candidate):
                        name = (index, place, number, order)
                        found.append(Branch(agent, pair, family, name, constant, curve, order, hull))
            continue
        if hull.nonlinear:
            raise UndecidedError(
                f"ties between local minima of {family.name} under its polynomial constraints are not decided; use a "
                "convex domain"
            )
        minima = _minima_on(hull, agent, pair, sample)
        if len(minima) > 1:
            raise UndecidedError(
                f"{family.name} has several local minima in {hull.dimension} dimensions; their ties along mixtures are "
                "not decided"
            )
        if minima:
            found.append(Branch(agent, pair, family, (index, place), False, hull=hull))
    return found


__all__ = [
    "Branch", "Element", "Share", "State", "best_fits", "branches_on", "curve_points", "determinant", "rational",
    "state_of", "strategy",
]  # fmt: skip
