"""Numerical search for points with given signs: proposals, never more than proposals.

Many points of the parameter box, evenly spread by the additive recurrence of Roberts (2018, "The unreasonable
effectiveness of quasirandom sequences"; the generalized golden ratio), are tried at once in floating point. Where none
has the signs, the points that miss by least are moved at random (fixed seed) and the better ones kept. What is found is
rounded to simple fractions; whether those have the signs, exact arithmetic decides elsewhere.

Imports inside functions are there for start-up alone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from fractions import Fraction
from functools import partial
from typing import Any

from ..algebra.ring import Polynomial
from ..floats import nearest_float
from .domain import Domain

Array = Any  # numpy.ndarray

POINTS = 1 << 15
KEPT = 64
ROUNDS = 12
CHILDREN = 24
PROPOSED = 12
DENOMINATORS = (4, 12, 60, 1_000, 1_000_000)
TO_BE_MOVED = (12, 60, 1_000)
ROOM = 0.05  # points that are to be moved need not be further from where another sign changes
NEAR = 0.1  # relative values of polynomials that are to be moved to 0
SURE = 1e-9  # smaller relative values may be rounding


class NumericalPoints:
    """The points of one domain, with what each polynomial is there, computed once.

    Examples
    --------
    >>> from berknash.symbolic.algebra.ring import Ring
    >>> from berknash.symbolic.cells.domain import make_domain
    >>> from berknash.symbolic.algebra.parameters import Interval, Parameter
    >>> unit, ring = Interval(Fraction(0), Fraction(1), True, True), Ring.of_parameters(["p", "q"])
    >>> points = NumericalPoints(make_domain(ring, [Parameter("p", unit), Parameter("q", unit)], ()))
    >>> squares = sum((ring.parameter(name) ** 2 for name in "pq"), ring.constant(0))
    >>> ring_of_width = [(squares - ring.constant(1)).numerator, (ring.constant(Fraction(51, 50)) - squares).numerator]
    >>> any(1 < p["p"] ** 2 + p["q"] ** 2 < Fraction(51, 50) for p in points.proposals([(e, 1) for e in ring_of_width]))
    True
    """

    def __init__(self, domain: Domain) -> None:
        import numpy

        self._numpy = numpy
        self._domain = domain
        self.ring = domain.ring
        intervals = [parameter.domain for parameter in domain.parameters]
        self._lows = numpy.array([-numpy.inf if i.low is None else nearest_float(i.low) for i in intervals])
        self._highs = numpy.array([numpy.inf if i.high is None else nearest_float(i.high) for i in intervals])
        self._always = [
            (constraint.element.numerator * constraint.element.denominator, 1 if 1 in constraint.signs else -1)
            for constraint in domain.constraints
            if (1 in constraint.signs) != (-1 in constraint.signs)
        ]
        self._points = self._spread()
        self._columns = self._all_columns(self._points)
        self._values: dict[str, Array] = {}

    def proposals(self, signs: Sequence[tuple[Polynomial, int]]) -> Iterator[dict[str, Fraction]]:
        """Rational points at which the polynomials may have these signs, the simplest roundings of each first.

        Where zeros are among the signs, the points are only near the zero sets, with the other signs as given.
        """
        names = [parameter.name for parameter in self._domain.parameters]
        strict = [*self._always, *((polynomial, sign) for polynomial, sign in signs if sign)]
        zeros = [polynomial for polynomial, sign in signs if not sign]
        points, missed = self._points, self._missed_by(strict, zeros, self._start_value, POINTS)
        if zeros or not (missed < 0).any():
            points, missed = self._improved(points[self._numpy.argsort(missed, kind="stable")[:KEPT]], strict, zeros)
        most, denominators = (NEAR, TO_BE_MOVED) if zeros else (0.0, DENOMINATORS)
        for row in points[missed < most][self._numpy.argsort(missed[missed < most], kind="stable")[:PROPOSED]].tolist():
            for denominator in denominators:
                rounded = (Fraction(value).limit_denominator(denominator) for value in row)
                yield dict(zip(names, rounded, strict=True))

    def _spread(self) -> Array:
        """Evenly spread points of the box, every second one drawn towards its faces."""
        numpy, count = self._numpy, len(self._lows)
        root = 2.0
        for _ in range(40):
            root = (1 + root) ** (1 / (count + 1))
        unit = (0.5 + numpy.arange(1, POINTS + 1)[:, None] * root ** -numpy.arange(1.0, count + 1)) % 1.0
        unit[1::2] = (1 - numpy.cos(numpy.pi * unit[1::2])) / 2
        unit = numpy.clip(unit, 1e-9, 1 - 1e-9)
        columns = []
        for low, high, t in zip(self._lows, self._highs, unit.T, strict=True):
            if low > -numpy.inf and high < numpy.inf:
                columns.append(low + (high - low) * t)
            elif low > -numpy.inf:
                columns.append(low + t / (1 - t))
            elif high < numpy.inf:
                columns.append(high - t / (1 - t))
            else:
                columns.append((2 * t - 1) / (t * (1 - t)))
        return numpy.stack(columns, axis=1)

    def _improved(
        self, points: Array, strict: Sequence[tuple[Polynomial, int]], zeros: Sequence[Polynomial]
    ) -> tuple[Array, Array]:
        """The points moved at random, the best kept, until some miss no sign or the rounds are over."""
        numpy = self._numpy
        generator = numpy.random.default_rng(0)
        for turn in range(ROUNDS):
            parents = numpy.repeat(points, CHILDREN, axis=0)
            width = 0.3 * 0.6**turn * (abs(parents) + 0.1)
            moved = parents + width * generator.standard_normal(parents.shape)
            inside = ((moved > self._lows) & (moved < self._highs)).all(axis=1)
            points = numpy.concatenate([points, moved[inside]])
            columns = self._all_columns(points)
            missed = self._missed_by(strict, zeros, partial(_relative, columns=columns), len(points))
            best = numpy.argsort(missed, kind="stable")[:KEPT]
            points, missed = points[best], missed[best]
            if missed[0] < 0:
                break
        return points, missed

    def _missed_by(
        self,
        strict: Sequence[tuple[Polynomial, int]],
        zeros: Sequence[Polynomial],
        value: Callable[[Polynomial], Array],
        count: int,
    ) -> Array:
        """By how much the signs are missed at each point, relative to the polynomials' terms; below 0: not at all.

        The worst of the strict signs counts, and then the distances from the zeros.
        """
        numpy = self._numpy
        worst = numpy.full(count, -1.0)
        for polynomial, sign in strict:
            worst = numpy.maximum(worst, SURE - sign * value(polynomial))
        if zeros:
            room = numpy.where(worst < 0, numpy.maximum(worst, -ROOM), 1.0 + worst)
            worst = room + sum(abs(value(zero)) for zero in zeros)
        return numpy.nan_to_num(worst, nan=numpy.inf)

    def _start_value(self, polynomial: Polynomial) -> Array:
        key = str(polynomial)
        if key not in self._values:
            self._values[key] = _relative(polynomial, self._columns)
        return self._values[key]

    def _all_columns(self, points: Array) -> list[Array]:
        """The values of all generators of the ring: the parameters, then logarithms, roots and exponentials."""
        numpy = self._numpy
        rules = {"log": lambda x: numpy.log(abs(x)), "sqrt": lambda x: numpy.sqrt(abs(x)), "exp": numpy.exp}
        columns: list[Array] = list(points.T)
        with numpy.errstate(all="ignore"):
            for generator in self.ring.generators[len(columns) :]:
                assert generator.argument is not None  # only parameters have none, and they come first
                parts = generator.argument.numerator, generator.argument.denominator
                top, bottom = (_value(part, columns)[0] for part in parts)
                columns.append(rules[generator.kind](top / bottom))
        return columns


def _relative(polynomial: Polynomial, columns: Sequence[Array]) -> Array:
    import numpy

    # Beyond all floats a point says nothing: a value that is no number has no sign.
    with numpy.errstate(all="ignore"):
        value, size = _value(polynomial, columns)
        return numpy.asarray(value / size)


def _value(polynomial: Polynomial, columns: Sequence[Array]) -> tuple[Array, Array]:
    """The polynomial's value at each point, and the sum of its terms' absolute values: the scale of rounding."""
    import numpy

    with numpy.errstate(all="ignore"):
        value, size = 0.0 * columns[0], 0.0 * columns[0] + 1e-300
        for exponents, coefficient in polynomial.to_dict().items():
            term = nearest_float(coefficient)
            for column, exponent in zip(columns, exponents, strict=False):
                if exponent:
                    term = term * column ** int(exponent)
            value, size = value + term, size + abs(term)
    return value, size
