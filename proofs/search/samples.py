"""Floating-point points of a set given by constraints: guesses about signs, never more than guesses.

Random points of the box that the one-variable constraints give are moved onto the equalities by Gauss and Newton's
method and kept where every constraint holds. Logarithms are variables of their own, computed from the parameters.
A fixed seed makes the points the same in every run.

Imports inside functions are there for start-up alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from ...symbolic.floats import nearest_float
from .facts import Polynomial, Space
from .sign_facts import Constraint

Array = Any  # numpy.ndarray

_ZERO = 1e-9
_KEPT, _CHILDREN, _TURNS = 40, 12, 12


@dataclass(frozen=True, slots=True)
class Samples:
    """Points, one row each, one column for each variable of the space; what is as small as `zero` counts as zero."""

    points: Array
    zero: float = _ZERO

    def signs(self, polynomial: Polynomial) -> frozenset[int]:
        """The signs that the polynomial seems to take at the points."""
        if not len(self.points):
            return frozenset()
        import numpy

        values, size = evaluated(polynomial, self.points)
        with numpy.errstate(all="ignore"):
            small = abs(values) <= self.zero * size
        return frozenset(
            [0] * bool(small.any()) + [1] * bool((values[~small] > 0).any()) + [-1] * bool((values[~small] < 0).any())
        )

    def each(self, polynomial: Polynomial) -> list[int]:
        """The sign that the polynomial seems to have at each point."""
        values, size = evaluated(polynomial, self.points)
        return [0 if abs(v) <= self.zero * s else 1 if v > 0 else -1 for v, s in zip(values, size, strict=True)]

    def and_(self, other: Samples) -> Samples:
        """These points and the others."""
        import numpy

        return Samples(numpy.concatenate([self.points, other.points]), self.zero)

    def where(self, polynomial: Polynomial, sign: int) -> Samples:
        """The points where the polynomial has this strict sign."""
        if not len(self.points):
            return self
        values, size = evaluated(polynomial, self.points)
        return Samples(self.points[values * sign > self.zero * size], self.zero)


def evaluated(polynomial: Polynomial, points: Array) -> tuple[Array, Array]:
    """Values and the sums of the terms' absolute values (the scale of rounding) at each point."""
    import numpy

    value = numpy.zeros(len(points))
    size = numpy.full(len(points), 1e-12)
    for exponents, coefficient in polynomial.to_dict().items():
        term = numpy.full(len(points), nearest_float(coefficient))
        # What overflows is infinite or no number; such points satisfy nothing and drop out.
        with numpy.errstate(all="ignore"):
            for variable, exponent in enumerate(exponents):
                if exponent:
                    term = term * points[:, variable] ** int(exponent)
            value += term
            size += abs(term)
    return value, size


def bounds(constraints: Sequence[Constraint], variable: int) -> tuple[float, float]:
    """The interval that constraints linear in this variable alone give; infinite ends become finite ones."""
    low, high = float("-inf"), float("inf")
    for item in constraints:
        degrees = item.polynomial.degrees()
        if degrees[variable] != 1 or sum(degrees) != 1:
            continue
        terms = {sum(m): nearest_float(c) for m, c in item.polynomial.to_dict().items()}
        root = -terms.get(0, 0.0) / terms[1]
        if item.relation == "==" or (item.relation != "!=" and terms[1] > 0):
            low = max(low, root)
        if item.relation == "==" or (item.relation != "!=" and terms[1] < 0):
            high = min(high, root)
    if low == float("-inf"):
        low = (high if high < float("inf") else 4.0) - 8.0
    if high == float("inf"):
        high = low + 8.0
    return low, high


def sample(space: Space, constraints: Sequence[Constraint], count: int = 200, seed: int = 1) -> Samples:
    """Up to `count` points at which all constraints seem to hold."""
    import numpy

    generator = numpy.random.default_rng(seed)
    width = len(space.parameters)
    ends = [bounds(constraints, variable) for variable in range(width)]
    equalities = [item.polynomial for item in constraints if item.relation == "=="]
    found: list[Array] = []
    total = 0
    for round_size in (400, 4000, 20000):
        unit = generator.random((round_size, width))
        if round_size > 400:
            unit = generator.beta(0.5, 0.5, (round_size, width))
        lows = numpy.array([low for low, _ in ends])
        highs = numpy.array([high for _, high in ends])
        points = lows + unit * (highs - lows)
        with numpy.errstate(all="ignore"):
            if equalities:
                points = _onto(space, equalities, points[:2000], lows, highs)
            points = with_logs(space, points)
            points = points[numpy.isfinite(points).all(axis=1)]
            for item in constraints:
                if len(points):
                    points = points[_satisfied(item, points)]
        found.append(points)
        total += len(points)
        if total >= count:
            break
    return Samples(numpy.concatenate(found)[:count])


def towards(
    space: Space, constraints: Sequence[Constraint], start: Samples, polynomial: Polynomial, sign: int
) -> Samples:
    """Points at which all constraints seem to hold and the polynomial has this sign, reached in steps from others.

    Of the points moved at random those are kept at which the polynomial comes closest to the sign: a part of the set
    that is too thin for random points is found from beside it. Not where equalities are among the constraints.
    """
    import numpy

    width = len(space.parameters)
    points = start.points[:_KEPT]
    if not len(points) or any(item.relation == "==" for item in constraints):
        return Samples(points[:0])
    generator = numpy.random.default_rng(1)
    for turn in range(_TURNS):
        inner = numpy.repeat(points[:, :width], _CHILDREN, axis=0)
        moved = inner + 0.3 * 0.7**turn * (abs(inner) + 0.1) * generator.standard_normal(inner.shape)
        with numpy.errstate(all="ignore"):
            moved = with_logs(space, moved)
            moved = moved[numpy.isfinite(moved).all(axis=1)]
            for item in constraints:
                if len(moved):
                    moved = moved[_satisfied(item, moved)]
            points = numpy.concatenate([points, moved])
            values, size = evaluated(polynomial, points)
            order = numpy.argsort(-sign * values / size, kind="stable")
        points = points[order[:_KEPT]]
    return Samples(points).where(polynomial, sign)


def with_logs(space: Space, points: Array) -> Array:
    """The points with the values of all logarithms appended."""
    import numpy

    wide = numpy.concatenate([points, numpy.zeros((len(points), len(space.logs) + 1))], axis=1)
    # Off the domain a logarithm is no number, and the caller drops the point.
    with numpy.errstate(all="ignore"):
        logs = [numpy.log(evaluated(argument, wide)[0])[:, None] for argument in space.arguments]
    return numpy.concatenate([points, *logs], axis=1)


def _satisfied(item: Constraint, points: Array) -> Array:
    values, size = evaluated(item.polynomial, points)
    if item.relation == "==":
        return abs(values) <= _ZERO * size
    if item.relation == "!=":
        return abs(values) > _ZERO * size
    return values > _ZERO * size if item.relation == ">" else values > -_ZERO * size


def _onto(space: Space, equalities: Sequence[Polynomial], points: Array, lows: Array, highs: Array) -> Array:
    """Gauss and Newton: move each point by the least-norm step that solves the linearized equalities."""
    import numpy

    width = len(space.parameters)
    slack = 1e-9 * (highs - lows)
    for _ in range(12):
        full = with_logs(space, points)
        values = numpy.stack([evaluated(e, full)[0] for e in equalities], axis=1)
        jacobian = numpy.stack([_gradient(space, e, full, width) for e in equalities], axis=1)
        good = numpy.isfinite(values).all(axis=1) & numpy.isfinite(jacobian).all(axis=(1, 2))
        points, values, jacobian = points[good], values[good], jacobian[good]
        if not len(points):
            break
        step = numpy.einsum("nij,nj->ni", numpy.linalg.pinv(jacobian), values)
        points = numpy.clip(points - step, lows + slack, numpy.maximum(highs - slack, lows + slack))
    return points


def _gradient(space: Space, polynomial: Polynomial, full: Array, width: int) -> Array:
    """The gradient in the parameters, through the logarithms."""
    import numpy

    rows = [evaluated(polynomial.derivative(v), full)[0] for v in range(width)]
    for place, argument in enumerate(space.arguments):
        if polynomial.degrees()[width + place]:
            outer = evaluated(polynomial.derivative(width + place), full)[0] / evaluated(argument, full)[0]
            rows = [row + outer * evaluated(argument.derivative(v), full)[0] for v, row in enumerate(rows)]
    return numpy.stack(rows, axis=1)
