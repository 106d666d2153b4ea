"""Numbers known to lie between two rationals, the only solution of their equations there."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from ..floats import nearest_float

_BITS = 60


@dataclass(frozen=True, slots=True)
class Enclosed:
    """An isolated root, certified by balls, between two rational numbers.

    Examples
    --------
    >>> str(Enclosed(Fraction(1, 3), Fraction(1, 2)))
    'certified root between 1/3 and 1/2'
    """

    low: Fraction
    high: Fraction

    @staticmethod
    def of(ball: Any) -> Enclosed:
        """The number in a ball, between binary fractions."""
        return Enclosed(_down(ball.lower()), -_down(-ball.upper()))

    def overlaps(self, other: Enclosed) -> bool:
        """Whether both can be the same number."""
        return self.low <= other.high and other.low <= self.high

    @property
    def bracket(self) -> tuple[Fraction, Fraction]:
        """The two ends."""
        return self.low, self.high

    def __float__(self) -> float:
        return nearest_float((self.low + self.high) / 2)

    def __str__(self) -> str:
        return f"certified root between {self.low} and {self.high}"


def _down(ball: Any) -> Fraction:
    """A binary fraction at most as large as every number of the ball."""
    mantissa, exponent = ball.lower().man_exp()
    exact = Fraction(int(mantissa)) * Fraction(2) ** int(exponent)
    return Fraction((exact * (1 << _BITS)).__floor__(), 1 << _BITS)
