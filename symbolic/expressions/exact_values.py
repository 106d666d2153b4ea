"""Numbers as Python programs have them, taken exactly or not at all.

Integers of all kinds, Fractions, rational numbers of SymPy and numpy, and Decimals are exact. A float is not: 0.1 is no
tenth. Who asks decides whether a float that is a short binary fraction may stand for what was meant.
"""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from numbers import Rational

from ..errors import GameError
from .reading import Number, brief, read_expression

_MOST_EXPONENT = 300


def exact_value(value: object) -> Fraction | None:
    """The number as a Fraction where it is exact and of moderate size; None for all else, truth values among it.

    >>> from decimal import Decimal
    >>> exact_value(Decimal("0.1")), exact_value(7), exact_value(0.5), exact_value(True)
    (Fraction(1, 10), Fraction(7, 1), None, None)
    """
    if isinstance(value, bool):
        return None
    if isinstance(value, Rational):
        return Fraction(int(value.numerator), int(value.denominator))
    if isinstance(value, Decimal) and value.is_finite() and (not value or abs(value.adjusted()) <= _MOST_EXPONENT):
        return Fraction(value)
    return None


def read_value(given: object, *, where: str) -> Fraction:
    """An exact number given as a text of the format, an integer, a Fraction or the like; GameError for all else."""
    exact = exact_value(given)
    if exact is not None:
        return exact
    value = read_expression(given, (), where=where)
    if not isinstance(value, Number):
        raise GameError(f"{where}: {brief(value)} is not a rational number; give one like 7/10")
    return value.value


def as_fraction(value: Fraction | int | str) -> Fraction:
    """A rational given as a number or as text, exactly."""
    return read_value(value, where="at")
