"""Zeros of a function with logarithms by certified subdivision of an interval.

The interval is cut until on every piece f is certified to have no zero, or f' none (then the signs at the ends tell),
or f'' none (then f' has at most one zero there, and the sign of f at it tells). Next to the ends, and next to rational
multiple zeros, the leading term rules.

A zero of even order at an irrational number looks like a near miss for ever: it is returned as an undecided interval,
outside of which everything is certified.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import flint
from flint import arb, fmpq

from ..decomposition.rationals import as_fraction, ball_between, simplest_between
from ..errors import UndecidedError
from .expansion import Place, clear_radius
from .functions import LineFunction
from .roots import Known, Location, sign_at_known

Rational = Any
Interval = tuple[Rational, Rational]

SMALLEST_WIDTH = fmpq(1, 1 << 40)
_LARGEST_PIECES = 20_000


@dataclass(slots=True)
class Isolation:
    """The zeros in increasing order, each once, and the intervals where the number of zeros stayed open."""

    roots: list[Known] = field(default_factory=list)
    open_intervals: list[Interval] = field(default_factory=list)


def subdivide(function: LineFunction, lower: Rational | None, upper: Rational | None) -> Isolation:
    """Zeros by certified subdivision of the interval without its ends, where the leading term rules."""
    result = Isolation()
    start = _clear_end(function, lower, 1 if lower is not None else -1)
    end = _clear_end(function, upper, -1 if upper is not None else 1)
    if lower is not None and upper is not None:
        middle = (lower + upper) / 2
        start, end = min(start, middle), max(end, middle)
    # Where the clear ends meet, nothing is left between them.
    if start < end:
        _Subdivision(function, result, (lower, upper)).run(start, end)
    return result


def _clear_end(function: LineFunction, end: Rational | None, side: int) -> Rational:
    place = Place(None if end is None else as_fraction(end), side)
    return place.point(clear_radius(function, place)[1])


class _Subdivision:
    """The pieces still to be done, and the signs at their ends."""

    def __init__(
        self, function: LineFunction, result: Isolation, ends: tuple[Rational | None, Rational | None]
    ) -> None:
        self.function = function
        self.ends = ends
        self.result = result
        self.signs: dict[Any, int] = {}
        self.slope: LineFunction | None = None
        self.stack: list[Interval] = []

    def sign(self, point: Rational) -> int:
        key = (int(point.p), int(point.q))
        if key not in self.signs:
            self.signs[key] = self.function.sign_at(as_fraction(point))
        return self.signs[key]

    def scale(self, low: Rational, high: Rational) -> Rational:
        """What the width of a piece is compared with: its size, and its distance from the ends."""
        distances = [max(fmpq(1), abs(low))]
        if self.ends[0] is not None:
            distances.append(low - self.ends[0])
        if self.ends[1] is not None:
            distances.append(self.ends[1] - high)
        return min(distances)

    def run(self, lower: Rational, upper: Rational) -> None:
        """Finds every zero between two points that are no zeros."""
        self.stack.append((lower, upper))
        count = 0
        while self.stack:
            low, high = self.stack.pop()
            count += 1
            if count > _LARGEST_PIECES:
                raise UndecidedError("too many pieces were needed to isolate the zeros of a function")
            if self._done(low, high):
                continue
            if high - low < SMALLEST_WIDTH * self.scale(low, high):
                point = simplest_between(low, high)
                if self.sign(point):
                    self.result.open_intervals.append((low, high))
                    continue
            else:
                point = simplest_between((2 * low + high) / 3, (low + 2 * high) / 3)
            self._cut(low, point, high)

    def _cut(self, low: Rational, point: Rational, high: Rational) -> None:
        """Two pieces whose ends are no zeros; a zero at the point is cut out with what its leading term rules."""
        if self.sign(point):
            self.stack.extend([(point, high), (low, point)])
            return
        self.result.roots.append(Location.exact(as_fraction(point)))
        for side, end in ((1, high), (-1, low)):
            place = Place(as_fraction(point), side)
            reach = place.point(clear_radius(self.function, place)[1])
            if side * (end - reach) > 0:
                self.stack.append((reach, end) if side > 0 else (end, reach))

    def _done(self, low: Rational, high: Rational) -> bool:
        # Near a multiple zero at an end the values are as small as a power of the width.
        width = high - low
        precision = 64 + 4 * max(int(width.q).bit_length() - int(width.p).bit_length(), 0)
        with flint.ctx.workprec(precision):
            return self._certified(low, high, precision)

    def _certified(self, low: Rational, high: Rational, precision: int) -> bool:
        ball = ball_between(low, high)
        value, slope, bend = self.function.series(ball, 3, precision)
        if value > 0 or value < 0:
            return True
        if not value.is_finite():
            return False
        middle = (low + high) / 2
        offset = ball - arb(middle)
        centre = self.function.series(arb(middle), 2, precision)
        for form in (centre[0] + offset * slope, centre[0] + offset * centre[1] + offset * offset * bend):
            if form > 0 or form < 0:
                return True
        refined = centre[1] + 2 * offset * bend
        if slope > 0 or slope < 0 or refined > 0 or refined < 0:
            self._monotone(low, high)
            return True
        if bend > 0 or bend < 0:
            self._one_bend(low, high)
            return True
        return False

    def _monotone(self, low: Rational, high: Rational) -> None:
        """At most one zero."""
        left, right = self.sign(low), self.sign(high)
        if left != right:
            self.result.roots.append(Location(self.function, low, high, right))

    def _one_bend(self, low: Rational, high: Rational) -> None:
        """f'' has no zero here: f has at most two, on the two sides of the zero of f'."""
        left, right = self.sign(low), self.sign(high)
        if left != right:
            # One zero exactly: convexity allows no third.
            self.result.roots.append(Location(self.function, low, high, right))
            return
        slope = self.slope = self.slope or self.function.derivative()
        ends = slope.sign_at(as_fraction(low)), slope.sign_at(as_fraction(high))
        if ends[0] * ends[1] >= 0:
            # f' keeps its sign between (its only possible zero is an end).
            return
        turn = Location(slope, low, high, ends[1])
        turn.settle()
        sign = sign_at_known(self.function, turn, 256)
        if sign is None:
            turn.narrow(44)
            self._leave_open(turn, low, high)
            return
        if sign == 0:
            self.result.roots.append(turn)
        elif sign != left:
            split = self._split_at(turn, sign)
            self.result.roots.append(Location(self.function, low, split[0], sign))
            self.result.roots.append(Location(self.function, split[1], high, right))

    def _split_at(self, turn: Location, sign: int) -> Interval:
        """Rationals around the turning point at which f has the sign that it has there."""
        bits = 16
        while True:
            turn.narrow(bits)
            if self.sign(turn.lower) == sign and self.sign(turn.upper) == sign:
                return (turn.lower, turn.upper)
            bits *= 2

    def _leave_open(self, turn: Location, low: Rational, high: Rational) -> None:
        margin = fmpq(1, 1 << 40)
        self.result.open_intervals.append((max(low, turn.lower - margin), min(high, turn.upper + margin)))
