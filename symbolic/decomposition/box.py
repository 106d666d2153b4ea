"""Boxes: products of intervals with rational or infinite ends, each end open or closed.

An infinite end is open.  A closed end belongs to the domain, so that a full decomposition has cells on it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ..errors import NotSupportedError
from .rationals import Rational, rational


@dataclass(frozen=True, slots=True)
class Side:
    """An interval; `None` is an infinite end.

    >>> Side.make(0, 1).open_contains(rational(1))
    False
    """

    lower: Rational | None
    upper: Rational | None
    lower_closed: bool = False
    upper_closed: bool = False

    @classmethod
    def make(
        cls,
        lower: object | None,
        upper: object | None,
        lower_closed: bool = False,
        upper_closed: bool = False,
    ) -> Side:
        """An interval from ints or Fractions; raises NotSupportedError when it has no interior."""
        low = None if lower is None else rational(lower)
        high = None if upper is None else rational(upper)
        if low is not None and high is not None and not low < high:
            raise NotSupportedError(f"the interval {low} to {high} has no interior; fix the parameter instead")
        return cls(low, high, lower_closed and low is not None, upper_closed and high is not None)

    @property
    def is_finite(self) -> bool:
        """Whether both ends are finite."""
        return self.lower is not None and self.upper is not None

    def open_contains(self, value: Rational) -> bool:
        """Whether a rational lies strictly inside."""
        return (self.lower is None or value > self.lower) and (self.upper is None or value < self.upper)


def make_box(parameters: Sequence[str], box: Mapping[str, object] | Sequence[object]) -> tuple[Side, ...]:
    """The sides of a box in the order of the parameters.

    A side is a `Side`, a pair of ends (open), or a 4-tuple (lower, upper, lower closed, upper closed).

    >>> make_box(["p"], {"p": (0, None)})[0].upper is None
    True
    """
    sides = []
    for position, name in enumerate(parameters):
        given = box[name] if isinstance(box, Mapping) else box[position]
        if isinstance(given, Side):
            sides.append(given)
        elif isinstance(given, tuple) and len(given) in (2, 4):
            sides.append(Side.make(*given))
        else:
            raise TypeError(f"the side of {name} must be a Side or a tuple of 2 or 4 entries")
    return tuple(sides)
