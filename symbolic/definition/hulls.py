"""The pieces of Theta on which a best fit can lie, and the directions that play does not identify.

Theta is cut out by affine and polynomial inequalities. For each subset J of the affine ones the *hull* is the affine
space on which J holds with equality, with coordinates u; a minimizer of K over Theta is a stationary point of K on
the hull of constraints active there (polynomial constraints enter through the rank of the Jacobian, which is the
condition of Fritz John 1948). The *kernel* for a support S is the space of directions w with
``d/dw Q_theta(.|a) = 0`` identically for every a in S: data from S never tell theta from theta + w. A vertex of the
set of best fits lies on a hull that contains no direction of the kernel, so only those hulls are searched.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any

from flint import fmpq, fmpq_mat

from ..algebra.ring import Element, Ring, evaluate
from ..errors import BudgetError, NotSupportedError
from ..forms.laws import Constraint, Divergence, Family, derivative, substituted

HULL_LIMIT = 3_000

Vector = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Hull:
    """An affine space of models: theta as affine functions of u, in a ring with u and further generators.

    `nonlinear` lists the polynomial constraints held with equality, `active` the affine ones (indices).
    """

    family: Family
    active: tuple[int, ...]
    nonlinear: tuple[int, ...]
    dimension: int
    ring: Ring
    theta: tuple[Element, ...]

    def restricted(self, element: Element) -> Element:
        """A function of theta as one of u; raises ZeroDivisionError where a denominator vanishes on the hull."""
        one = self.ring.constant(1)
        return substituted(element, [*self.theta, one], one)


def affine_constraints(family: Family) -> tuple[int, ...]:
    """The indices of the affine constraints."""
    return tuple(
        k for k, c in enumerate(family.constraints)
        if c.polynomial.denominator.is_constant() and int(c.polynomial.numerator.total_degree()) <= 1
    )  # fmt: skip


def affine_parts(element: Element, count: int) -> tuple[list[Any], Any]:
    """Gradient and constant of an affine function of the first `count` generators, over the rationals."""
    bottom = fmpq(int(element.denominator.leading_coefficient()))
    gradient, constant = [fmpq(0)] * count, fmpq(0)
    for exponents, coefficient in element.numerator.to_dict().items():
        place = next((k for k, e in enumerate(exponents) if e), None)
        if place is None:
            constant = fmpq(int(coefficient)) / bottom
        else:
            gradient[place] = fmpq(int(coefficient)) / bottom
    return gradient, constant


def null_space(rows: Sequence[Sequence[Any]], count: int) -> list[Vector]:
    """A basis of the vectors orthogonal to all rows, in reduced form."""
    if not rows:
        return [tuple(fmpq(int(i == k)) for i in range(count)) for k in range(count)]
    reduced, rank = fmpq_mat([list(row) for row in rows]).rref()
    pivots = [next(j for j in range(count) if reduced[i, j] != 0) for i in range(rank)]
    basis = []
    for free in range(count):
        if free in pivots:
            continue
        vector = [fmpq(0)] * count
        vector[free] = fmpq(1)
        for i, pivot in enumerate(pivots):
            vector[pivot] = -reduced[i, free]
        basis.append(tuple(vector))
    return basis


def rank(rows: Sequence[Sequence[Any]]) -> int:
    """The rank of a rational matrix."""
    return int(fmpq_mat([list(row) for row in rows]).rank()) if rows and rows[0] else 0


def kernel(family: Family, support: Sequence[int]) -> list[Vector]:
    """A basis of the directions of theta that no prediction for the actions of the support depends on."""
    functions: list[Element] = []
    for action in support:
        divergence = family.divergences[action]
        if divergence is not None:
            functions += [divergence.rational, *(argument for _, argument in divergence.logs)]
    rows: list[list[Any]] = []
    for function in functions:
        partials = [derivative(function, k) for k in range(family.dimension)]
        common = family.ring.constant(1)
        for partial in partials:
            common = common * Element(partial.denominator, partial.denominator.context().constant(1))
        scaled = [(partial * common).numerator.to_dict() for partial in partials]
        for monomial in sorted({tuple(map(int, m)) for terms in scaled for m in terms}):
            row = [fmpq(int(terms.get(monomial, 0))) for terms in scaled]
            rows.append(row)
    return null_space(rows, family.dimension)


def hulls(family: Family, fixed: Sequence[Vector], extra: Sequence[str]) -> list[Hull]:
    """The hulls that meet the kernel `fixed` in 0, in a ring with u0, u1, ... and the `extra` generators.

    Raises NotSupportedError when a polynomial constraint varies along the kernel, BudgetError for too many.
    """
    affine = affine_constraints(family)
    nonlinear = tuple(k for k in range(len(family.constraints)) if k not in affine)
    # An equation is two opposite inequalities; held together their gradients are dependent everywhere, which says
    # nothing: one of them gives Lagrange's condition.
    opposite = [
        {j, k} for j, k in combinations(nonlinear, 2)
        if (family.constraints[j].polynomial + family.constraints[k].polynomial).is_zero()
    ]  # fmt: skip
    _check_constraints(family, nonlinear, fixed)
    count = family.dimension
    parts = {k: affine_parts(family.constraints[k].polynomial, count) for k in affine}
    found: list[Hull] = []
    seen: set[tuple[Any, ...]] = set()
    for size in range(count + 1):
        for active in combinations(affine, size):
            rows = [parts[k][0] for k in active]
            if rank(rows) < size or rank([*_basis(rows, count), *fixed]) < count - size + len(fixed):
                continue
            key = _reduced([[*parts[k][0], -parts[k][1]] for k in active])
            if key in seen:
                continue
            seen.add(key)
            hull = _hull(family, active, rows, [-parts[k][1] for k in active], extra)
            for held in range(min(len(nonlinear), hull.dimension) + 1):
                found += [
                    Hull(family, active, chosen, hull.dimension, hull.ring, hull.theta)
                    for chosen in combinations(nonlinear, held)
                    if not any(pair <= set(chosen) for pair in opposite)
                ]
            if len(found) > HULL_LIMIT:
                raise BudgetError(
                    f"the family {family.name} has more than {HULL_LIMIT} faces; use fewer coordinates or constraints"
                )
    return found


def _basis(rows: list[list[Any]], count: int) -> list[Vector]:
    return null_space(rows, count)


def _reduced(rows: list[list[Any]]) -> tuple[Any, ...]:
    if not rows:
        return ()
    reduced, _ = fmpq_mat(rows).rref()
    return tuple((int(e.p), int(e.q)) for e in reduced.entries())


def _check_constraints(family: Family, nonlinear: Sequence[int], fixed: Sequence[Vector]) -> None:
    for k in nonlinear:
        polynomial = family.constraints[k].polynomial
        for direction in fixed:
            if not along(polynomial, direction, family.ring).is_zero():
                raise NotSupportedError(
                    f"the family {family.name} has directions that play does not identify, and the constraint "
                    f"{family.constraints[k].text} curves along them; use affine constraints"
                )


def along(element: Element, direction: Vector, ring: Ring) -> Element:
    """The derivative of a function of theta along a rational direction."""
    total = ring.constant(0)
    for k, weight in enumerate(direction):
        if weight != 0:
            scale = Element(ring.context.constant(int(weight.p)), ring.context.constant(int(weight.q)))
            total = total + derivative(element, k) * scale
    return total


def _hull(
    family: Family, active: tuple[int, ...], rows: list[list[Any]], right: list[Any], extra: Sequence[str]
) -> Hull:
    count = family.dimension
    directions = null_space(rows, count)
    base = [fmpq(0)] * count
    if rows:
        reduced, _ = fmpq_mat([[*row, side] for row, side in zip(rows, right, strict=True)]).rref()
        for i in range(len(rows)):
            pivot = next(j for j in range(count) if reduced[i, j] != 0)
            base[pivot] = reduced[i, count]
    ring = Ring.of_parameters([*(f"u{k}" for k in range(len(directions))), *extra, "y"])
    theta = []
    for i in range(count):
        value = _scaled(ring, base[i])
        for k, direction in enumerate(directions):
            value = value + _scaled(ring, direction[i]) * ring.parameter(f"u{k}")
        theta.append(value)
    return Hull(family, active, (), len(directions), ring, tuple(theta))


def _scaled(ring: Ring, value: Any) -> Element:
    return Element.make(ring.context.constant(int(value.p)), ring.context.constant(int(value.q)))


@dataclass(frozen=True, slots=True)
class Stationarity:
    """The equations of stationary points on a hull, and the functions that must not vanish at them.

    `equations` are numerators, polynomials in u and the further generators; `gradient` the whole elements.
    """

    hull: Hull
    equations: tuple[Any, ...]
    gradient: tuple[Element, ...]
    nonzero: tuple[Any, ...]


def stationarity(hull: Hull, weights: Sequence[Element | None]) -> Stationarity | None:
    """Stationary points of ``sum_a weights[a] K(theta, a)`` on a hull; None when K is infinite all over it.

    `weights` holds elements of the ring of the hull, None for actions that are not played.
    """
    gradient = [hull.ring.constant(0) for _ in range(hull.dimension)]
    nonzero: dict[str, Any] = {}
    for weight, divergence in zip(weights, hull.family.divergences, strict=True):
        if weight is None:
            continue
        local = None if divergence is None else restricted_divergence(hull, divergence)
        if local is None:
            return None
        for denominator in (local.rational.denominator, *(a.denominator for _, a in local.logs),
                            *(a.numerator for _, a in local.logs)):  # fmt: skip
            if not denominator.is_constant():
                nonzero.setdefault(str(denominator), denominator)
        for k in range(hull.dimension):
            slope = derivative(local.rational, k)
            for coefficient, argument in local.logs:
                slope = slope + hull.ring.constant(coefficient) * derivative(argument, k) / argument
            gradient[k] = gradient[k] + weight * slope
    equations = [g.numerator for g in gradient]
    if hull.nonlinear:
        held = [hull.restricted(hull.family.constraints[k].polynomial) for k in hull.nonlinear]
        equations = [g.numerator for g in held] + rank_conditions(hull, gradient, held)
    return Stationarity(hull, tuple(equations), tuple(gradient), tuple(nonzero.values()))


def restricted_divergence(hull: Hull, divergence: Divergence) -> Divergence | None:
    """The divergence on a hull; None where it is infinite on the whole of it."""
    try:
        rational = hull.restricted(divergence.rational)
        logs = tuple((c, hull.restricted(a)) for c, a in divergence.logs)
    except ZeroDivisionError:
        return None
    if any(a.is_zero() for _, a in logs):
        return None
    return Divergence(rational, logs)


def rank_conditions(hull: Hull, gradient: Sequence[Element], held: Sequence[Element]) -> list[Any]:
    """Numerators of the minors that vanish where the gradients of K and of the held constraints are dependent."""
    rows = [list(gradient), *([derivative(g, k) for k in range(hull.dimension)] for g in held)]
    if len(rows) > hull.dimension:
        return []
    return [
        determinant([[row[k] for k in columns] for row in rows], hull.ring).numerator
        for columns in combinations(range(hull.dimension), len(rows))
    ]


def determinant(matrix: list[list[Element]], ring: Ring) -> Element:
    """The determinant of a small matrix of elements, by the first row."""
    if not matrix:
        return ring.constant(1)
    total = ring.constant(0)
    for k, entry in enumerate(matrix[0]):
        if not entry.is_zero():
            minor = determinant([row[:k] + row[k + 1 :] for row in matrix[1:]], ring)
            total = total + entry * minor * ring.constant(-1 if k % 2 else 1)
    return total


__all__ = [
    "Constraint", "Hull", "Stationarity", "affine_constraints", "affine_parts", "along", "determinant", "evaluate",
    "hulls", "kernel", "null_space", "rank", "restricted_divergence", "stationarity",
]  # fmt: skip
