"""From exact numbers to floats, in one place that cannot overflow.

Floats are for pictures, samples, searches and the ``approx`` of documents, never for a derivation. An exact number may
be larger than every float: then the largest finite float of its sign stands for it, and a document says null.
"""

from __future__ import annotations

import sys
from fractions import Fraction
from typing import Any

from flint import fmpq, fmpz

LARGEST = sys.float_info.max


def nearest_float(value: Any) -> float:
    """The finite float nearest to an int, Fraction, fmpz, fmpq, or what has a float of its own (a ball, a root).

    >>> nearest_float(Fraction(1, 3)), nearest_float(10**400) == LARGEST, nearest_float(Fraction(1, 10**400))
    (0.3333333333333333, True, 0.0)
    """
    exact = _as_fraction(value)
    if exact is None:
        return min(max(float(value), -LARGEST), LARGEST)
    try:
        return exact.numerator / exact.denominator
    except OverflowError:
        return LARGEST if exact > 0 else -LARGEST


def float_or_none(value: Any) -> float | None:
    """The nearest float for a document, None where the number lies beyond all floats.

    >>> float_or_none(Fraction(-1, 4)), float_or_none(-(10**400))
    (-0.25, None)
    """
    nearest = nearest_float(value)
    return None if abs(nearest) == LARGEST else nearest


def _as_fraction(value: Any) -> Fraction | None:
    if isinstance(value, int | Fraction):
        return Fraction(value)
    if isinstance(value, fmpz):
        return Fraction(int(value))
    if isinstance(value, fmpq):
        return Fraction(int(value.p), int(value.q))
    return None
