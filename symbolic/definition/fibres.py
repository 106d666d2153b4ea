r"""Best fits of a family of two coordinates in a curved domain when play does not identify one direction.

Write theta = z e + t w with w the direction that no prediction for the actions played depends on and e another
coordinate. The divergence is a function of z alone, to be minimized over the projection of Theta along w, which is
bounded by the z at which a constraint holds with equality and is stationary in t, or two of them hold with equality.
So the least value lies at one of these z or at a root of dK/dz, wherever the *fibre* {t : z e + t w in Theta} is not
empty. All best fits with one z are the fibre: finitely many closed intervals of t, whose ends are algebraic points.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from itertools import combinations, pairwise
from typing import Any

from ..algebra.log_values import LogValue, compare
from ..algebra.number_field import Real, same
from ..algebra.ring import Element, Ring
from ..algebra.systems import InfinitelyManyError, common_field, solve_system, univariate
from ..decomposition import AlgebraicNumber, between, real_roots
from ..errors import NotSupportedError
from ..forms.laws import Family, derivative, substituted, value_at
from .hulls import Vector, affine_constraints, along
from .stationary import Candidate, divergence_value, is_feasible

Point = tuple[Real, ...]


def curves_along(family: Family, fixed: Sequence[Vector]) -> bool:
    """Whether a polynomial constraint changes along a direction that play does not identify."""
    affine = set(affine_constraints(family))
    return any(
        not along(c.polynomial, w, family.ring).is_zero()
        for k, c in enumerate(family.constraints)
        if k not in affine
        for w in fixed
    )


def fibre_minima(family: Family, fixed: Sequence[Vector], sigma: tuple[Real, ...]) -> list[Candidate]:
    """The ends of the intervals of best fits, each with the least divergence. Exact.

    Raises NotSupportedError, naming what, for more than two coordinates, irrational weights, and fibres without ends.
    """
    if family.dimension != 2 or len(fixed) != 1 or any(w.rational() is None for w in sigma):
        raise NotSupportedError(
            f"the family {family.name} has directions that play does not identify, and a constraint curves along "
            "them; this is solved for two coordinates and rational mixtures, use affine constraints"
        )
    plane = _Plane(family, fixed[0])
    best: list[tuple[LogValue, list[Candidate]]] = []
    for z in plane.candidates(sigma):
        ends = [Candidate(theta, sigma) for theta in plane.ends(z)]
        ends = [c for c in ends if is_feasible(family, c, sigma)]
        if not ends:
            continue
        # The divergence is the same all along the fibre: it is read at t = 0, where nothing but z is irrational.
        value = divergence_value(family, Candidate(plane.theta(z, Real.of(0)), sigma))
        order = -1 if not best else compare(value, best[0][0])
        if order < 0:
            best = [(value, ends)]
        elif order == 0:
            best.append((value, ends))
    return [candidate for _, ends in best for candidate in ends]


class _Plane:
    """The coordinates z and t of one family, and its constraints in them."""

    def __init__(self, family: Family, direction: Vector) -> None:
        self.family, self.direction = family, direction
        self.free = next(k for k in range(2) if direction[1 - k] != 0)
        self.ring = Ring.of_parameters(["z", "t", "y"])
        z, t = self.ring.parameter("z"), self.ring.parameter("t")
        images = []
        for k in range(2):
            step = self.ring.constant(Fraction(int(direction[k].p), int(direction[k].q))) * t
            images.append(step + z if k == self.free else step)
        self.images = [*images, self.ring.constant(1)]
        self.constraints = [self._moved(c.polynomial) for c in family.constraints]

    def _moved(self, element: Element) -> Element:
        return substituted(element, self.images, self.ring.constant(1))

    def theta(self, z: Real, t: Real) -> Point:
        """The point; both numbers lie in one field."""
        found = []
        for k in range(2):
            step = Real.of(Fraction(int(self.direction[k].p), int(self.direction[k].q))) * t
            found.append(step + z if k == self.free else step)
        return tuple(found)

    def candidates(self, sigma: Sequence[Real]) -> list[Real]:
        """The z at which the least divergence can lie, each once."""
        found: list[Real] = [Real.of(root) for root in _roots(self._slope(sigma))]
        curves = [c.numerator for c in self.constraints]
        for c in curves:
            if int(c.degrees()[1]) <= 0:
                found += [Real.of(root) for root in _roots(c)]
            else:
                found += self._common(c, c.derivative(1))
        for first, second in combinations(curves, 2):
            if int(first.degrees()[1]) > 0 and int(second.degrees()[1]) > 0 and not (first + second).is_zero():
                found += self._common(first, second)
        kept: list[Real] = []
        for z in found:
            if not any(same(z, other) for other in kept):
                kept.append(z)
        return kept

    def _common(self, first: Any, second: Any) -> list[Real]:
        """The z of the common zeros of two curves; a constant second curve has none."""
        if second.is_constant():
            return []
        common = first.gcd(second)
        if not common.is_constant():
            if int(common.degrees()[1]) > 0:
                raise NotSupportedError(
                    f"two constraints of {self.family.name} share a curve along which play does not identify theta; "
                    "write each of them once"
                )
            return [Real.of(root) for root in _roots(common)] + self._common(first / common, second / common)
        try:
            return [Real.of(point[0].algebraic()) for point in solve_system([first, second], 2)]
        except InfinitelyManyError:
            raise NotSupportedError(
                f"constraints of {self.family.name} meet along a curve; use simpler ones"
            ) from None

    def _slope(self, sigma: Sequence[Real]) -> Any:
        """The numerator of dK/dz."""
        total = self.ring.constant(0)
        for weight, divergence in zip(sigma, self.family.divergences, strict=True):
            exact = weight.rational()
            assert exact is not None
            if not exact:
                continue
            assert divergence is not None
            slope = derivative(self._moved(divergence.rational), 0)
            for coefficient, argument in divergence.logs:
                local = self._moved(argument)
                slope = slope + self.ring.constant(coefficient) * derivative(local, 0) / local
            total = total + self.ring.constant(exact) * slope
        return total.numerator

    def ends(self, z: Real) -> list[Point]:
        """The ends of the intervals of the fibre over z."""
        roots: list[tuple[Real, Real]] = []
        for constraint in self.constraints:
            for pair in self._crossings(constraint.numerator, z):
                if not any(same(pair[1], other) for _, other in roots):
                    roots.append(pair)
        if not roots:
            if self._inside(z, Real.of(0)):
                raise NotSupportedError(
                    f"the best fits of {self.family.name} have no end in a direction that play does not identify; "
                    "give theta finite ends"
                )
            return []
        names = [t.algebraic() for _, t in roots]
        order = sorted(range(len(roots)), key=lambda k: names[k])
        places = [names[k] for k in order]
        samples = [_beyond(places[0], -1), *(between(a, b) for a, b in pairwise(places)), _beyond(places[-1], 1)]
        open_inside = [self._inside(z, Real.of(s)) for s in samples]
        if open_inside[0] or open_inside[-1]:
            raise NotSupportedError(
                f"the best fits of {self.family.name} have no end in a direction that play does not identify; give "
                "theta finite ends"
            )
        found = []
        for number, k in enumerate(order):
            before, after = open_inside[number], open_inside[number + 1]
            if (not before or not after) and self._inside(*roots[k]):
                found.append(self.theta(*roots[k]))
        return found

    def _crossings(self, curve: Any, z: Real) -> list[tuple[Real, Real]]:
        """The points (z, t) of the curve over z, both numbers in one field; none where it holds all along."""
        name = z.algebraic()
        system = [curve, name.equation(self.ring.parameter("z").numerator)]
        try:
            points = solve_system(system, 2)
        except InfinitelyManyError:
            return []
        return [(point[0], point[1]) for point in points if point[0].algebraic() == name]

    def _inside(self, z: Real, t: Real) -> bool:
        first, second = common_field([z, t])
        theta = self.theta(first, second)
        return all(value_at(c.polynomial, theta).sign() >= 0 for c in self.family.constraints)


def _beyond(place: AlgebraicNumber, side: int) -> Fraction:
    """A rational number on one side of an algebraic one."""
    low, high = place.bounds(4)
    return low - 1 if side < 0 else high + 1


def _roots(polynomial: Any) -> list[AlgebraicNumber]:
    """The real roots of a polynomial in z alone; none of the zero polynomial."""
    return [] if polynomial.is_zero() or polynomial.is_constant() else real_roots(univariate(polynomial))
