"""The interval Theta of a family with one coordinate x, and the order of its points, by signs.

Theta is given by relations ``start + step * x >= 0`` (or ``> 0``) whose entries are functions of the parameters. Which
of them bound x below, and which of the bounds is the tightest, are signs; so are the comparisons of points. The tie of
two payoffs is a point of the line, inside of Theta or beyond an end of it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ..algebra.ring import Element
from ..algebra.signs import Sign
from ..errors import NotSupportedError


@dataclass(frozen=True, slots=True)
class Bound:
    """The relation ``start + step * x >= 0`` between the coordinate and the parameters; ``> 0`` where strict."""

    start: Element
    step: Element
    strict: bool
    text: str

    @property
    def end(self) -> Element:
        """Where it holds with equality; ZeroDivisionError where the coordinate does not enter."""
        return -(self.start / self.step)


@dataclass(frozen=True, slots=True)
class Place:
    """A point of the closure of Theta; `side` is -1 at the low end, 1 at the high end, 0 between them."""

    value: Element | None
    side: int = 0


@dataclass(frozen=True, slots=True)
class Interval:
    """Theta from its low to its high end (value None: infinite), each of which may be open.

    `point`: the ends are equal, so that there is one model only.
    """

    low: Place
    high: Place
    low_open: bool
    high_open: bool
    point: bool
    sign: Sign

    def order(self, first: Place, second: Place) -> int:
        """The sign of ``first - second``; a low end comes before a high end even when they are equal."""
        if first.side and first.side == second.side:
            return 0
        if first.side < 0 or second.side > 0:
            return -1
        if first.side > 0 or second.side < 0:
            return 1
        assert first.value is not None and second.value is not None
        return self.sign(first.value - second.value)

    def later(self, low: Place, tie: Element) -> Place | None:
        """The larger of a place and a tie; None beyond Theta."""
        if low.value is not None and self.sign(tie - low.value) <= 0:
            return low
        beyond = -1 if self.high.value is None else self.sign(tie - self.high.value)
        return None if beyond > 0 else self.high if beyond == 0 else Place(tie)

    def earlier(self, high: Place, tie: Element) -> Place | None:
        """The smaller of a place and a tie; None beyond Theta."""
        if high.value is not None and self.sign(tie - high.value) >= 0:
            return high
        beyond = 1 if self.low.value is None else self.sign(tie - self.low.value)
        return None if beyond < 0 else self.low if beyond == 0 else Place(tie)

    def between(self, low: Place, high: Place) -> tuple[Place, Place] | None:
        """The interval between two places, one point named in one way (an end of Theta as such); None if empty."""
        order = self.order(low, high)
        if order > 0:
            return None
        place = low if low.side else high
        low, high = (low, high) if order < 0 else (place, place)
        if low == high and ((low.side < 0 and self.low_open) or (low.side > 0 and self.high_open)):
            return None
        return low, high

    def holds(self, point: Element) -> bool:
        """Whether a point is in Theta."""
        for place, is_open in ((self.low, self.low_open), (self.high, self.high_open)):
            if place.value is not None:
                beyond = self.sign(point - place.value) * place.side
                if beyond > 0 or (beyond == 0 and is_open):
                    return False
        return True


def interval(model: str, bounds: Sequence[Bound], sign: Sign) -> Interval:
    """Theta where elements of the ring of the parameters have these signs; exact.

    Raises NotSupportedError where no model is left.
    """
    low, high = Place(None, -1), Place(None, 1)
    low_open = high_open = True
    for bound in bounds:
        direction = sign(bound.step)
        if not direction:
            if sign(bound.start) < bound.strict:
                raise _empty(model)
        elif direction > 0:
            tighter = 1 if low.value is None else sign(bound.end - low.value)
            low_open = bound.strict if tighter > 0 else low_open or (tighter == 0 and bound.strict)
            low = Place(bound.end, -1) if tighter > 0 else low
        else:
            tighter = -1 if high.value is None else sign(bound.end - high.value)
            high_open = bound.strict if tighter < 0 else high_open or (tighter == 0 and bound.strict)
            high = Place(bound.end, 1) if tighter < 0 else high
    length = 1 if low.value is None or high.value is None else sign(high.value - low.value)
    if length < 0 or (length == 0 and (low_open or high_open)):
        raise _empty(model)
    return Interval(low, high, low_open, high_open, length == 0, sign)


def _empty(model: str) -> NotSupportedError:
    return NotSupportedError(
        f"the domain of {model} is empty on a part of the parameters' domain; assume that it is not"
    )
