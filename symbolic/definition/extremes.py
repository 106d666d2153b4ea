"""Extreme payoffs on a polytope of best fits along which payoffs are not affine.

On a polytope ``theta_0 + span(W)``, cut by Theta, only the convex hull of the payoff differences matters for best
replies. Where these are affine along W the vertices span it. Otherwise, when all of them are affine functions of one
function g of theta (always so with two actions), the hull is spanned by the points of least and greatest g, which
are stationary points of g on faces of the polytope: the same search as for best fits.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from itertools import combinations

from flint import fmpq

from ..algebra.number_field import ZERO, Real
from ..algebra.ring import Element, Ring
from ..algebra.systems import InfinitelyManyError, common_field, solve_system
from ..decomposition import AlgebraicNumber
from ..errors import NotSupportedError
from ..forms.laws import Family, derivative, substituted, value_at
from .hulls import Vector, affine_constraints, affine_parts, along, null_space, rank


def payoff_extremes(
    family: Family, kernel: Sequence[Vector], vertices: Sequence[Sequence[Real]]
) -> list[tuple[Real, ...]]:
    """Points of the polytope, other than vertices, that complete the vertices to a spanning set; exact.

    Raises NotSupportedError when payoff differences curve in more than one way, or at infinitely many points.
    """
    differences = [payoff - family.payoffs[0] for payoff in family.payoffs[1:]]
    curved = [f for f in differences if is_curved(family, f, kernel)]
    if not curved:
        return []
    guide = curved[0]
    for other in differences:
        if not _follows(family, guide, other, kernel):
            raise NotSupportedError(
                f"payoffs curve in more than one way along the directions of {family.name} that play does not "
                "identify; beliefs on such sets are not solved"
            )
    return _stationary(family, guide, kernel, vertices)


def is_curved(family: Family, function: Element, kernel: Sequence[Vector]) -> bool:
    """Whether a function is not affine along the kernel (exact)."""
    return any(
        not along(along(function, first, family.ring), second, family.ring).is_zero()
        for first in kernel
        for second in kernel
    )


def _follows(family: Family, guide: Element, other: Element, kernel: Sequence[Vector]) -> bool:
    """Whether the other function is a rational multiple of the guide plus a constant along the kernel."""
    for direction in kernel:
        slope = along(guide, direction, family.ring)
        if slope.is_zero():
            continue
        ratio = (along(other, direction, family.ring) / slope).rational()
        if ratio is None:
            return False
        rest = other - family.ring.constant(ratio) * guide
        return all(along(rest, w, family.ring).is_zero() for w in kernel)
    return False


def _stationary(
    family: Family, guide: Element, kernel: Sequence[Vector], vertices: Sequence[Sequence[Real]]
) -> list[tuple[Real, ...]]:
    """Stationary points of the guide on all faces of the polytope of positive dimension."""
    base = common_field(list(vertices[0]))
    alpha = next((x.alpha for x in base if x.part.degree() > 0), None)
    affine = [
        affine_parts(family.constraints[k].polynomial, family.dimension)[0] for k in affine_constraints(family)
    ]
    if len(affine) < len(family.constraints) and len(kernel) > 1:
        raise NotSupportedError(f"payoffs curve along a set of best fits of {family.name} with curved ends")
    found: list[tuple[Real, ...]] = []
    # Faces with the vertex v0 = base in their affine hull would miss others: every vertex serves as a base in turn.
    seen: set[tuple[str, ...]] = set()
    for vertex in vertices:
        base = common_field(list(vertex))
        alpha = next((x.alpha for x in base if x.part.degree() > 0), None)
        active = [n for k, n in zip(affine_constraints(family), affine, strict=True)
                  if value_at(family.constraints[k].polynomial, base).is_zero()]  # fmt: skip
        for size in range(len(kernel)):
            for held in combinations(active, size):
                rows = [
                    [sum((a * b for a, b in zip(n, w, strict=True)), start=fmpq(0)) for w in kernel]
                    for n in held
                ]
                if rank(rows) < size:
                    continue
                directions = [
                    tuple(sum((c * w[i] for c, w in zip(t, kernel, strict=True)), start=fmpq(0))
                          for i in range(family.dimension))
                    for t in null_space(rows, len(kernel))
                ]  # fmt: skip
                for point in _on_face(family, guide, directions, base, alpha):
                    name = tuple(str(x.algebraic()) for x in point)
                    inside = all(value_at(c.polynomial, point).sign() >= 0 for c in family.constraints)
                    if inside and name not in seen:
                        seen.add(name)
                        found.append(point)
    return found


def _on_face(
    family: Family, guide: Element, directions: Sequence[Vector], base: Sequence[Real], alpha: object
) -> list[tuple[Real, ...]]:
    size = len(directions)
    ring = Ring.of_parameters([*(f"u{k}" for k in range(size)), "b", "t", "y"])
    images = []
    for i in range(family.dimension):
        value = ring.constant(0)
        for power, c in enumerate(base[i].part.coeffs()):
            term = ring.constant(Fraction(int(c.p), int(c.q)))
            value = value + (term * ring.parameter("b") ** power if power else term)
        for k, direction in enumerate(directions):
            value = value + ring.constant(Fraction(int(direction[i].p), int(direction[i].q))) * ring.parameter(
                f"u{k}"
            )
        images.append(value)
    one = ring.constant(1)
    local = substituted(guide, [*images, one], one)
    equations = [derivative(local, k).numerator for k in range(size)]
    count = size
    if isinstance(alpha, AlgebraicNumber):
        equations.append(alpha.equation(ring.parameter("b").numerator))
        count += 1
    try:
        points = solve_system(equations, count)
    except InfinitelyManyError:
        raise NotSupportedError(
            f"payoffs are stationary on a whole set of best fits of {family.name}"
        ) from None
    found = []
    for point in points:
        if isinstance(alpha, AlgebraicNumber) and point[size].algebraic() != alpha:
            continue
        values = [*point[:size], point[size] if isinstance(alpha, AlgebraicNumber) else ZERO]
        found.append(tuple(value_at(image, values) for image in images))
    return found
