"""Where a written formula needs brackets: the one table that every printer of expressions asks.

A printer says how strongly the parts of what it has written hang together, and where that is to stand. Text on one line
and formulas with bars, scripts and roots differ in the first (a fraction with a bar is one unit, ``a/b`` is not) and
agree in the second.
"""

from __future__ import annotations

from enum import IntEnum


class Strength(IntEnum):
    """How strongly the parts of something written hang together."""

    SUM = 0
    """Terms with signs between them, or anything that starts with a sign: ``a + b``, ``-a``."""
    PRODUCT = 1
    """Factors side by side, and quotients on one line: ``2*a``, ``a/b``."""
    UNIT = 2
    """One factor that is no base of a power: a power, a fraction with a bar, a root, a function with its argument."""
    ATOM = 3
    """A letter, a whole number, something in brackets."""


class Place(IntEnum):
    """The least strength that may stand in a place without brackets."""

    WHOLE = Strength.SUM
    """By itself: the whole formula, inside brackets, above or below a bar, under a root."""
    TERM = Strength.PRODUCT
    """Behind a plus or a minus."""
    FACTOR = Strength.UNIT
    """Beside another factor, or behind a stroke that divides."""
    BASE = Strength.ATOM
    """Below an exponent."""


def needs_brackets(strength: Strength, place: Place) -> bool:
    """Whether something of this strength stands in this place in brackets only.

    >>> needs_brackets(Strength.SUM, Place.TERM), needs_brackets(Strength.PRODUCT, Place.TERM)
    (True, False)
    """
    return int(strength) < int(place)
