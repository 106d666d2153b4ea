"""Whether best fits exist on an unbounded Theta, and whether the set of them is bounded.

On a closed polyhedron a convex K of the kinds handled attains its minimum; the set of minimizers recedes along
directions of the kernel that Theta allows, and is refused when there are any. Without convexity an unbounded Theta is
accepted only for regressions with unknown variance, whose K grows in every direction.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from ..algebra.feasibility import nonnegative_solution
from ..algebra.number_field import ONE, ZERO, Real
from ..errors import NotSupportedError
from ..forms.laws import Family, derivative
from .hulls import Vector, affine_constraints, affine_parts, null_space


def check_bounded(family: Family, fixed: Sequence[Vector], convex: bool) -> None:
    """Refuses sets of best fits that are unbounded, and non-convex problems on unbounded domains."""
    affine = [
        affine_parts(family.constraints[k].polynomial, family.dimension)[0] for k in affine_constraints(family)
    ]
    if fixed and recedes(affine, fixed, family.dimension):
        raise NotSupportedError(
            f"play does not identify {family.name}, and the set of best fits is unbounded; give theta finite ends"
        )
    if convex or not family.dimension or not recedes(affine, None, family.dimension):
        return
    if not _is_regression(family):
        raise NotSupportedError(
            f"the divergence of {family.name} is not convex and theta is unbounded; give theta finite ends"
        )


def _is_regression(family: Family) -> bool:
    """Normal laws with affine means and variances all multiples of one coordinate: K grows to infinity."""
    variances = [a for d in family.divergences if d is not None for _, a in d.logs]
    normal = bool(variances) and all(
        d is not None and len(d.logs) == 1 and d.logs[0][0] == Fraction(1, 2) and not d.rational.is_zero()
        for d in family.divergences
    )
    if not normal:
        return False
    for k in range(family.dimension):
        gradients = [derivative(v, k).rational() for v in variances]
        if all(g is not None and g > 0 for g in gradients):
            scaled = [v / family.ring.parameter(family.coordinates[k]) for v in variances]
            quadratic = [
                (d.rational * v)
                for d, v in zip((d for d in family.divergences if d is not None), variances, strict=True)
            ]
            no_poles = all(q.denominator.is_constant() for q in quadratic)
            free = all(derivative(q, k).is_zero() for q in quadratic)
            low = int(max((q.numerator.total_degree() for q in quadratic), default=0)) <= 2
            if all(s.rational() is not None for s in scaled) and no_poles and free and low:
                return True
    return False


def recedes(affine: Sequence[Sequence[Any]], within: Sequence[Vector] | None, count: int) -> bool:
    """Whether some nonzero direction (of the span of `within`) satisfies all homogeneous constraints."""
    if within is not None and not within:
        return False
    basis = within if within is not None else null_space([], count)
    # direction = sum (p_k - n_k) basis_k with p, n >= 0; each row gives normal . direction - slack = 0
    width = len(basis)
    slack_count = len(affine)

    def exact(value: Any) -> Real:
        return Real.of(Fraction(int(value.p), int(value.q)))

    rows = []
    for index, normal in enumerate(affine):
        products = [
            exact(sum((a * b for a, b in zip(normal, v, strict=True)), start=normal[0] * 0)) for v in basis
        ]
        slacks = [(-ONE if index == j else ZERO) for j in range(slack_count)]
        rows.append([*products, *(-p for p in products), *slacks])
    for k in range(width):
        for sign in (1, -1):
            unit = [ZERO] * (2 * width + slack_count)
            unit[k], unit[width + k] = Real.of(sign), Real.of(-sign)
            if nonnegative_solution([*rows, unit], [ZERO] * len(rows) + [ONE]) is not None:
                return True
    return False
