"""Signs of polynomials on boxes, decided by Bernstein coefficients and exact bisection.

On the unit cube a polynomial of degrees d_1, ..., d_n is `sum_i b_i B_i` with the non-negative Bernstein
polynomials `B_i(t) = prod_k C(d_k, i_k) t_k**i_k (1 - t_k)**(d_k - i_k)`. Hence it lies between the smallest
and the largest b_i, and where no b_i is negative it vanishes inside a face of the cube iff every b_i of that
face is zero (Garloff 1986, "Convergent bounds for the range of multivariate polynomials", LNCS 212). Any
interval with rational or infinite ends is brought to the unit interval by an affine or a projective map, the
latter times a positive power of 1 - t, which changes no sign. Everything here is integer arithmetic: a proof
is a proof. Where the bounded number of bisections does not suffice, the answer is that nothing is known.
"""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from itertools import product

from .parameters import Interval

Exponents = tuple[int, ...]
HALF = Fraction(1, 2)
CELL_EFFORT = 40


@dataclass(slots=True)
class Effort:
    """How many Bernstein coefficients may still be computed; shared by all questions about one game."""

    left: int

    def share(self, limit: int) -> Effort:
        """An effort of its own, no larger than the limit, taken from this one."""
        taken = max(0, min(self.left, limit))
        self.left -= taken
        return Effort(taken)

    def give_back(self, share: Effort) -> None:
        """Returns what is left of a share."""
        self.left += max(0, share.left)

    def spend(self, amount: int) -> bool:
        """Takes the amount, and tells whether it was there."""
        self.left -= amount
        return self.left >= 0


@dataclass(frozen=True, slots=True)
class Coefficients:
    """Bernstein coefficients up to a positive factor, in row-major order of the shape (degrees plus one)."""

    shape: tuple[int, ...]
    values: tuple[int, ...]

    def never_negative(self) -> bool:
        """Whether no coefficient is negative, which proves the polynomial non-negative on the closed box."""
        return min(self.values) >= 0

    def never_positive(self) -> bool:
        """Whether no coefficient is positive."""
        return max(self.values) <= 0

    def positive(self, closed: Sequence[tuple[bool, bool]]) -> bool:
        """Whether the coefficients prove positivity on the box with only the marked ends included."""
        if not self.never_negative():
            return False
        choices = []
        for degree, (low, high) in zip((size - 1 for size in self.shape), closed, strict=True):
            faces: list[range] = [range(degree + 1)]
            if degree:
                faces += [range(1)] * low + [range(degree, degree + 1)] * high
            choices.append(faces)
        strides = _strides(self.shape)
        return all(
            any(self.values[sum(map(int.__mul__, index, strides))] for index in product(*face))
            for face in product(*choices)
        )

    def negative_corner(self) -> bool:
        """Whether a corner coefficient, which is the value there, is negative: then so are values close by."""
        strides = _strides(self.shape)
        corners = product(*({0, size - 1} for size in self.shape))
        return any(self.values[sum(map(int.__mul__, index, strides))] < 0 for index in corners)

    def halves(self, axis: int) -> tuple[Coefficients, Coefficients]:
        """The coefficients on the two halves of the box along an axis (de Casteljau at 1/2)."""
        degree = self.shape[axis] - 1
        low, high = list(self.values), list(self.values)
        for line in _lines(self.shape, axis):
            row = [self.values[place] for place in line]
            for step in range(degree + 1):
                # Without the divisions by two, row[0] after `step` sums is 2**step times the coefficient.
                low[line[step]] = row[0] << (degree - step)
                high[line[degree - step]] = row[-1] << (degree - step)
                row = list(map(int.__add__, row, row[1:]))
        return Coefficients(self.shape, tuple(low)), Coefficients(self.shape, tuple(high))


def bernstein(terms: Mapping[Exponents, int], box: Sequence[Interval]) -> Coefficients:
    """The coefficients of an integer polynomial, given by its terms, on a box of intervals with an end each.

    >>> unit = Interval(Fraction(0), Fraction(1), True, True)
    >>> bernstein({(2,): 1, (1,): -1, (0,): 1}, [unit]).values
    (2, 1, 2)
    """
    degrees = [max((exponents[axis] for exponents in terms), default=0) for axis in range(len(box))]
    shape = tuple(degree + 1 for degree in degrees)
    strides = _strides(shape)
    values = [Fraction(0)] * math.prod(shape)
    for exponents, coefficient in terms.items():
        values[sum(map(int.__mul__, exponents, strides))] += int(coefficient)
    for axis, (degree, interval) in enumerate(zip(degrees, box, strict=True)):
        if degree:
            matrix = _basis_change(degree, interval)
            for line in _lines(shape, axis):
                old = [values[place] for place in line]
                for place, weights in zip(line, matrix, strict=True):
                    values[place] = sum(map(Fraction.__mul__, weights, old), Fraction(0))
    scale = math.lcm(*(value.denominator for value in values))
    return Coefficients(shape, tuple(int(value * scale) for value in values))


@lru_cache(maxsize=256)
def _basis_change(degree: int, interval: Interval) -> list[list[Fraction]]:
    """The matrix from coefficients of powers to Bernstein coefficients on the interval."""
    low, high = interval.low, interval.high
    start = low if low is not None else high if high is not None else Fraction(0)
    finite = low is not None and high is not None
    slope = high - low if low is not None and high is not None else Fraction(1 if low is not None else -1)
    shifted = [
        [math.comb(k, j) * start ** (k - j) * slope**j if k >= j else Fraction(0) for k in range(degree + 1)]
        for j in range(degree + 1)
    ]
    if not finite:
        return [[entry / math.comb(degree, j) for entry in row] for j, row in enumerate(shifted)]
    matrix = []
    for i in range(degree + 1):
        weights = [Fraction(math.comb(i, j), math.comb(degree, j)) for j in range(i + 1)]
        matrix.append(
            [sum((w * shifted[j][k] for j, w in enumerate(weights)), Fraction(0)) for k in range(degree + 1)]
        )
    return matrix


def _strides(shape: tuple[int, ...]) -> tuple[int, ...]:
    return tuple(math.prod(shape[axis + 1 :]) for axis in range(len(shape)))


def _lines(shape: tuple[int, ...], axis: int) -> Iterator[range]:
    """The places of every line parallel to an axis."""
    stride, size = _strides(shape)[axis], shape[axis]
    for outer in range(0, math.prod(shape), stride * size):
        for inner in range(stride):
            yield range(outer + inner, outer + inner + stride * size, stride)


def lower_bound(terms: Mapping[Exponents, int], box: Sequence[Interval]) -> Fraction | None:
    """A lower bound, term by term, on the closed box: linear work, for many variables; None when infinite.

    >>> unit = Interval(Fraction(0), Fraction(1), True, True)
    >>> lower_bound({(0, 0): 2, (1, 0): -1, (0, 2): -1}, [unit, unit])
    Fraction(0, 1)
    """
    total = Fraction(0)
    for exponents, coefficient in terms.items():
        ends = {Fraction(coefficient)}
        for exponent, interval in zip(exponents, box, strict=True):
            if exponent:
                if interval.low is None or interval.high is None:
                    return None
                powers = {interval.low**exponent, interval.high**exponent}
                if interval.low < 0 < interval.high:
                    powers.add(Fraction(0))
                ends = {end * power for end in ends for power in (min(powers), max(powers))}
                ends = {min(ends), max(ends)}
        total += min(ends)
    return total


# Bisection


@dataclass(frozen=True, slots=True)
class Cell:
    """A part of the box: ends in the unit coordinates, which of them are included, and the coefficients."""

    ends: tuple[tuple[Fraction, Fraction], ...]
    closed: tuple[tuple[bool, bool], ...]
    polynomials: tuple[Coefficients, ...]


def explore(
    polynomials: Sequence[Mapping[Exponents, int]],
    box: Sequence[Interval],
    settled: Callable[[Cell], bool | None],
    found: Callable[[tuple[Fraction, ...]], bool] | None,
    effort: Effort,
) -> bool | None:
    """Bisects the box until every cell is settled (True), a midpoint is found (False), or effort ends (None).

    Parameters: polynomials by their terms; `settled` tells whether the coefficients on a cell settle it (None:
    that no bisection can help, which ends the search); `found` is asked about the midpoint of every other cell.

    >>> unit = Interval(Fraction(0), Fraction(1), False, False)
    >>> explore([{(2,): 9, (1,): -6, (0,): 2}], [unit], lambda cell: cell.polynomials[0].never_negative(),
    ...         None, Effort(1000))
    True
    """
    cells: deque[tuple[tuple[Interval, ...], Cell]] = deque()
    for whole in product(*map(_with_an_end, box)):
        if not effort.spend(sum(_size(terms, len(box)) for terms in polynomials)):
            return None
        closed = tuple((not interval.low_open, not interval.high_open) for interval in whole)
        # A projective map turns an interval that is infinite below around: its high end is at t = 0.
        closed = tuple(
            (ends[1], False) if interval.low is None else ends for ends, interval in zip(closed, whole, strict=True)
        )
        unit = ((Fraction(0), Fraction(1)),) * len(box)
        coefficients = tuple(bernstein(terms, whole) for terms in polynomials)
        cells.append((whole, Cell(unit, closed, coefficients)))
    while cells:
        whole, cell = cells.popleft()
        answer = settled(cell)
        if answer:
            continue
        if answer is None:
            return None
        if found is not None and found(tuple(map(_place, cell.ends, whole))):
            return False
        cost = CELL_EFFORT + sum(len(part.values) * max(part.shape) for part in cell.polynomials)
        axes = [axis for axis in range(len(box)) if any(part.shape[axis] > 1 for part in cell.polynomials)]
        if not axes or not effort.spend(cost):
            return None
        axis = max(axes, key=lambda axis: cell.ends[axis][1] - cell.ends[axis][0])
        pairs = [part.halves(axis) for part in cell.polynomials]
        low, high = cell.ends[axis]
        middle = (low + high) / 2
        for side, ends in enumerate(((low, middle), (middle, high))):
            closed_here = (cell.closed[axis][0] or side == 1, cell.closed[axis][1] or side == 0)
            part = Cell(
                (*cell.ends[:axis], ends, *cell.ends[axis + 1 :]),
                (*cell.closed[:axis], closed_here, *cell.closed[axis + 1 :]),
                tuple(pair[side] for pair in pairs),
            )
            cells.append((whole, part))
    return True


def _size(terms: Mapping[Exponents, int], count: int) -> int:
    """The cost of the first coefficients: each line of the table is multiplied by a square matrix."""
    degrees = [max((exponents[axis] for exponents in terms), default=0) for axis in range(count)]
    return math.prod(degree + 1 for degree in degrees) * (1 + sum(degrees)) + sum(
        degree**3 // 16 for degree in degrees
    )


def _with_an_end(interval: Interval) -> tuple[Interval, ...]:
    if interval.low is None and interval.high is None:
        zero = Fraction(0)
        return Interval(None, zero, True, False), Interval(zero, None, False, True)
    return (interval,)


def _place(ends: tuple[Fraction, Fraction], interval: Interval) -> Fraction:
    """The point of the interval that the middle of the ends stands for."""
    middle = (ends[0] + ends[1]) * HALF
    if interval.low is not None and interval.high is not None:
        return interval.low + (interval.high - interval.low) * middle
    offset = middle / (1 - middle)
    if interval.low is not None:
        return interval.low + offset
    return (interval.high or Fraction(0)) - offset
