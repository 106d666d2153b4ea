"""One parameter: the zeros of all inputs in order, and the open intervals between them.

The breaks are the zeros of the irreducible factors of the inputs and the points where a logarithm is singular. Zeros of
different factors are equal only if both are the same rational (then the exact test finds both zero there), or by a
coincidence that balls cannot tell from inequality: such a pair is reported as an undecided interval.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cmp_to_key
from itertools import pairwise
from typing import Any

from flint import fmpq

from ..algebra.ring import Polynomial, Ring
from ..decomposition.box import Side
from ..decomposition.isolation import RealRoot, isolate, simplest_gap
from ..decomposition.limits import Limits
from ..decomposition.rationals import as_fraction, rational, simplest_between
from ..decomposition.roots import squarefree_part
from .cells import LogCell, LogDecomposition, UndecidedBox
from .factored import Factored
from .functions import LineFunction, as_univariate
from .isolation import isolate_roots
from .roots import Coordinate, Known, Location, coordinate_of, is_far, magnitude, order_of, settle

Rational = Any
WALL = -1
_NARROW = fmpq(1, 1 << 40)


class OpenInterval:
    """An interval where the zeros of some function stayed open; it takes its place among the breaks."""

    __slots__ = ("lower", "upper")

    def __init__(self, lower: Rational, upper: Rational) -> None:
        self.lower = lower
        self.upper = upper

    def narrow(self, bits: int) -> None:
        """Nothing more is known."""

    def halve(self) -> None:
        """Nothing more is known."""


@dataclass(frozen=True, slots=True, eq=False)
class Break:
    """A number at which some functions vanish, or an interval in which the order of zeros is not known.

    Attributes
    ----------
    known : where it is
    functions : the functions that vanish there, `WALL` for a singular point; sorted
    decided : False for an interval
    """

    known: Any
    functions: tuple[int, ...]
    decided: bool = True


def line_breaks(functions: Sequence[LineFunction], side: Side) -> list[Break]:
    """The zeros and singular points of irreducible functions inside an interval, in increasing order."""
    entries: list[tuple[Known | OpenInterval, int]] = []
    # The roots of each irreducible polynomial once, so that a wall that is also a zero is one number.
    known: dict[tuple[int, ...], list[Known]] = {}
    for number, function in enumerate(functions):
        found = isolate_roots(function, side.lower, side.upper)
        entries.extend((root, number) for root in found.roots)
        entries.extend((OpenInterval(low, high), number) for low, high in found.open_intervals)
        if function.is_polynomial and function.ring.context.nvars() == 1:
            known[_orientation_free(as_univariate(function.ring.polynomial(function.polynomial), 0))] = found.roots
    walls: set[tuple[int, ...]] = set()
    for function in functions:
        for argument, _ in function.arguments.values():
            for factor, _ in argument.factor()[1]:
                key = _orientation_free(factor)
                if key not in walls and factor.degree() > 0:
                    walls.add(key)
                    if key not in known:
                        known[key] = list(isolate(factor, side.lower, side.upper))
                    entries.extend((wall, WALL) for wall in known[key])
    return merged_breaks(entries)


def _orientation_free(polynomial: Any) -> tuple[int, ...]:
    """The coefficients of an `fmpz_poly` with the last one positive: a name of it up to sign."""
    coefficients = tuple(int(c) for c in polynomial.coeffs())
    return coefficients if coefficients[-1] > 0 else tuple(-c for c in coefficients)


def merged_breaks(entries: Sequence[tuple[Known | OpenInterval, int]]) -> list[Break]:
    """Numbers with the functions they belong to, put in order; equal ones together."""
    for known, _ in entries:
        if not isinstance(known, OpenInterval):
            settle(known)

    def compared(first: tuple[Known | OpenInterval, int], second: tuple[Known | OpenInterval, int]) -> int:
        return _order(first[0], second[0]) or 0

    ordered = sorted(entries, key=cmp_to_key(compared))
    breaks: list[Break] = []
    for known, function in ordered:
        order = _order(breaks[-1].known, known) if breaks else -1
        if order == -1:
            breaks.append(Break(known, (function,), not isinstance(known, OpenInterval)))
            continue
        last = breaks.pop()
        names = tuple(sorted({*last.functions, function}))
        if order == 0 and last.decided:
            # An algebraic number says more than an interval.
            better = known if isinstance(last.known, Location) and not isinstance(known, Location) else last.known
            breaks.append(Break(better, names))
            continue
        low, high = min(last.known.lower, known.lower), max(last.known.upper, known.upper)
        breaks.append(Break(OpenInterval(low, high), names, False))
    return breaks


def _order(first: Known | OpenInterval, second: Known | OpenInterval) -> int | None:
    if not isinstance(first, OpenInterval) and not isinstance(second, OpenInterval):
        return order_of(first, second)
    for known in (first, second):
        known.narrow(64)
    # Intervals that touch leave no room for a sample between them.
    if first.upper < second.lower:
        return -1
    return 1 if second.upper < first.lower else None


def gap_samples(breaks: Sequence[Break], side: Side) -> list[Fraction]:
    """The simplest rational in each open interval between neighbouring breaks and the ends of the side."""
    places: list[Known | OpenInterval | None] = [None, *(item.known for item in breaks), None]
    return [as_fraction(_gap_sample(first, second, side)) for first, second in pairwise(places)]


def _gap_sample(before: Known | OpenInterval | None, after: Known | OpenInterval | None, side: Side) -> Rational:
    if isinstance(before, OpenInterval) or isinstance(after, OpenInterval):
        for known in (before, after):
            if known is not None:
                known.narrow(64)
        low: Rational = side.lower if before is None else before.upper
        high: Rational = side.upper if after is None else after.lower
        return simplest_between(low, high)
    for known, ends in ((before, (side.upper, after)), (after, (side.lower, before))):
        for end in ends:
            if known is not None and end is not None:
                _stand_off(known, end)
    low = side.lower if before is None else before.upper
    high = side.upper if after is None else after.lower
    if (low is not None and low > 0 and is_far(low)) or (high is not None and high < 0 and is_far(high)):
        # Further out than any number to be written down: the end need not be known to its last digit.
        return simplest_between(low, high)
    if low is not None and high is not None and 0 < high - low < _NARROW:
        # The simplest rational of the true gap would ask for its ends to twice as many digits.
        return simplest_between(low, high)
    return simplest_gap(before, after, side.lower, side.upper)  # type: ignore[arg-type]


def _stand_off(known: Known, end: Any) -> None:
    """Makes the interval of a number small against its distance from an end or another number, however close it is.

    Bisection alone would take a step for every bit of the distance.
    """
    while known.lower != known.upper:
        low, high = (end.lower, end.upper) if isinstance(end, (Location, RealRoot)) else (end, end)
        width = known.upper - known.lower
        distance = max(low - known.upper, known.lower - high)
        if width * 8 < distance:
            return
        if distance > 0 and is_far(distance):
            known.narrow(8 - magnitude(distance))
            continue
        known.narrow(2 * max(int(width.q).bit_length() - int(width.p).bit_length(), 16))
        if isinstance(end, (Location, RealRoot)) and low < high:
            end.narrow(2 * max(int((high - low).q).bit_length() - int((high - low).p).bit_length(), 16))


@dataclass(frozen=True, slots=True)
class Column:
    """The cells of a line: breaks and gaps in order, with the signs of the factors on each.

    Attributes
    ----------
    entries : (dimension, coordinate, signs of the factors, position)
    undecided : (lower, upper, factors)
    """

    entries: tuple[tuple[int, Coordinate, tuple[int | None, ...], int], ...]
    undecided: tuple[tuple[Fraction, Fraction, tuple[int, ...]], ...]


def column_of(functions: Sequence[LineFunction], side: Side) -> Column:
    """The cells of an interval for irreducible functions; closed ends are cells of their own."""
    breaks = line_breaks(functions, side)
    samples = gap_samples(breaks, side)
    entries: list[tuple[int, Coordinate, tuple[int | None, ...], int]] = []
    undecided = []
    if side.lower_closed:
        entries.append(_end_entry(functions, side.lower, -1))
    for number, sample in enumerate(samples):
        signs = tuple(f.sign_at(sample) for f in functions)
        entries.append((1, sample, signs, 2 * number))
        if number == len(breaks):
            continue
        item = breaks[number]
        if not item.decided:
            low, high = as_fraction(item.known.lower), as_fraction(item.known.upper)
            undecided.append((low, high, item.functions))
            continue
        coordinate = coordinate_of(item.known, next((f for f in item.functions if f != WALL), WALL))
        here = tuple(
            0 if i in item.functions else (None if WALL in item.functions and singular_at(f, item.known) else s)
            for i, (f, s) in enumerate(zip(functions, signs, strict=True))
        )
        entries.append((0, coordinate, here, 2 * number + 1))
    if side.upper_closed:
        entries.append(_end_entry(functions, side.upper, 2 * len(breaks) + 1))
    return Column(tuple(entries), tuple(undecided))


def singular_at(function: LineFunction, known: Known) -> bool:
    """Whether one of the function's logarithms is singular at a wall."""
    for argument, _ in function.arguments.values():
        if known.lower == known.upper:
            if argument(known.lower) == 0:
                return True
        elif isinstance(known, RealRoot) and known.polynomial.gcd(argument).degree() > 0:
            # The isolating interval holds one root of the wall's polynomial; is it one of the common divisor?
            common = squarefree_part(known.polynomial.gcd(argument))
            while common(known.lower) * common(known.upper) == 0 and not known.is_exact:
                known.halve()
            if common(known.lower) * common(known.upper) < 0:
                return True
    return False


def _end_entry(
    functions: Sequence[LineFunction], end: Rational, position: int
) -> tuple[int, Coordinate, tuple[int | None, ...], int]:
    point = as_fraction(end)
    signs = tuple(None if f.is_singular_at(point) else f.sign_at(point) for f in functions)
    return (0, point, signs, position)


def decompose_line(
    ring: Ring, polynomials: Sequence[Polynomial], name: str, side: Side, limits: Limits | None = None
) -> LogDecomposition:
    """The cells of an interval for polynomials over a ring with one free parameter.

    Raises NotSupportedError for roots and exponentials of the parameter, UndecidedError where a sign at a rational
    point or next to an end is not decided.

    >>> from berknash.symbolic.expressions.reading import read_expression
    >>> from berknash.symbolic.forms.tables import element_of
    >>> ring, e = element_of(Ring.of_parameters(["h"]), read_expression("log(h) + 2 - 2*h", ["h"], where=""))
    >>> found = decompose_line(ring, [e.numerator], "h", Side.make(0, None))
    >>> [(cell.dimension, str(cell.sample[0]), *cell.sign_vector) for cell in found.cells]
    [(1, '1/5', -1), (0, '~0.20318786997997995', 0), (1, '1/2', 1), (0, '1', 0), (1, '2', -1)]
    """
    factored = Factored.of(ring, polynomials, [name])
    functions = [LineFunction.of(ring, factor, name) for factor in factored.factors]
    column = column_of(functions, side)
    if limits is not None:
        limits.check_cells(len(column.entries), "cells")
        limits.step("cells", len(column.entries), len(column.entries))
    cells = tuple(
        LogCell(dimension, (coordinate,), factored.signs(signs), (position,))
        for dimension, coordinate, signs, position in column.entries
    )
    boxes = tuple(
        UndecidedBox(((low, high),), factored.inputs_with(names), "zeros of even order, or too close together")
        for low, high, names in column.undecided
    )
    return LogDecomposition((name,), cells, boxes)


def side_of(lower: Fraction | None, upper: Fraction | None, lower_closed: bool, upper_closed: bool) -> Side:
    """An interval of the domain as a side of a box."""
    return Side(
        None if lower is None else rational(lower),
        None if upper is None else rational(upper),
        lower_closed and lower is not None,
        upper_closed and upper is not None,
    )
