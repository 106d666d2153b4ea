"""Rational numbers: conversions, and the simplest rational in an open interval (Stern 1858, Brocot 1861).

Inside the decomposition every rational is a python-flint `fmpq`; callers may hand in `Fraction`, `int` or
`fmpq`.  Among the rationals of an interval the *simplest* is the one with the least denominator and, among
these, the least absolute value: the first one met on the way down the Stern-Brocot tree.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from flint import arb, fmpq, fmpz

Polynomial = Any
Rational = Any


def rational(value: object) -> Rational:
    """The `fmpq` equal to an int, Fraction, fmpz or fmpq; floats are refused.

    >>> rational(Fraction(2, 6))
    1/3
    """
    if isinstance(value, fmpq):
        return value
    if isinstance(value, (int, fmpz)):
        return fmpq(value)
    if isinstance(value, Fraction):
        return fmpq(value.numerator, value.denominator)
    raise TypeError(f"expected an exact rational, got {type(value).__name__}")


def as_fraction(value: Rational) -> Fraction:
    """The Fraction equal to an fmpq.

    >>> as_fraction(fmpq(3, 6))
    Fraction(1, 2)
    """
    return Fraction(int(value.p), int(value.q))


def sign_of_number(value: Any) -> int:
    """-1, 0 or 1 for an exact number.

    >>> sign_of_number(fmpq(-1, 2))
    -1
    """
    if value > 0:
        return 1
    return -1 if value < 0 else 0


def _simplest_positive(a: int, b: int, c: int, d: int) -> tuple[int, int]:
    """Numerator and denominator of the simplest rational strictly between a/b >= 0 and c/d (d = 0:
    infinity).
    """
    floor = a // b
    if d == 0 or (floor + 1) * d < c:
        return floor + 1, 1
    a -= floor * b
    c -= floor * d
    if a == 0:
        # 0 < x < c/d <= 1: the simplest is a unit fraction.
        denominator = d // c + 1
        return floor * denominator + 1, denominator
    numerator, denominator = _simplest_positive(d, c, b, a)
    return floor * numerator + denominator, numerator


def simplest_between(lower: Rational | None, upper: Rational | None) -> Rational:
    """The simplest rational strictly between two rationals; `None` is an infinite end.

    >>> simplest_between(fmpq(1, 3), fmpq(1, 2))
    2/5
    >>> simplest_between(None, fmpq(-7, 2))
    -4
    """
    if (lower is None or lower < 0) and (upper is None or upper > 0):
        return fmpq(0)
    if lower is None or lower < 0:
        assert upper is not None  # an infinite upper end with a negative lower end contains 0
        return -simplest_between(-upper, None if lower is None else -lower)
    top = (1, 0) if upper is None else (int(upper.p), int(upper.q))
    if upper is not None and not lower < upper:
        raise ValueError(f"no rational strictly between {lower} and {upper}")
    numerator, denominator = _simplest_positive(int(lower.p), int(lower.q), *top)
    return fmpq(numerator, denominator)


def ball_between(lower: Rational, upper: Rational) -> Any:
    """A ball that contains the interval [lower, upper], at the working precision.

    >>> ball_between(fmpq(0), fmpq(1)).contains(fmpq(1, 2))
    True
    """
    return arb(lower) if lower == upper else arb(lower).union(arb(upper))
