"""Exact comparison of divergences at algebraic points.

A weighted divergence at an algebraic point is ``r + sum_j c_j log a_j`` with algebraic r, c_j and a_j > 0. Two such
numbers are first compared by balls. When the balls overlap, equality is decided where a proof is cheap: by equal
terms, or, for rational c_j, because ``r + log A = 0`` with algebraic r and A only if r = 0 and A = 1 (Lindemann
1882), where A is a product of rational powers of the a_j. Otherwise precision doubles up to a limit, and beyond
it the comparison is undecided; it is never guessed.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from math import lcm
from typing import Any

import flint

from ..errors import UndecidedError
from .number_field import ONE, ZERO, Real, same
from .systems import common_field

FIRST_PRECISION = 64
LAST_PRECISION = 4096
_LARGEST_POWER = 2_000


@dataclass(frozen=True, slots=True)
class LogValue:
    """The number ``rational + sum coefficient * log(argument)``, all entries in one field, arguments positive."""

    rational: Real
    logs: tuple[tuple[Real, Real], ...]

    def ball(self, precision: int) -> Any:
        """An `arb` ball around the value, computed with this many bits."""
        with flint.ctx.workprec(precision + 16):
            total = self.rational.ball(precision)
            for coefficient, argument in self.logs:
                total += coefficient.ball(precision) * argument.ball(precision).log()
            return total

    def __sub__(self, other: LogValue) -> LogValue:
        """The difference; both values must be over one field."""
        return LogValue(self.rational - other.rational, (*self.logs, *((-c, a) for c, a in other.logs)))


def compare(first: LogValue, second: LogValue) -> int:
    """The exact sign of ``first - second``; raises UndecidedError when neither order nor equality is proved.

    >>> half = LogValue(ZERO, ((ONE + ONE, Real.of(3)),))
    >>> compare(half, LogValue(ZERO, ((ONE, Real.of(9)),)))
    0
    """
    precision = FIRST_PRECISION
    while precision <= LAST_PRECISION:
        with flint.ctx.workprec(precision + 16):
            difference = first.ball(precision) - second.ball(precision)
            if difference > 0:
                return 1
            if difference < 0:
                return -1
        if precision == FIRST_PRECISION and proved_equal(first, second):
            return 0
        precision *= 4
    raise UndecidedError(
        f"two divergences were not told apart with {LAST_PRECISION} bits; they may tie (perturb a parameter to see)"
    )


def proved_equal(first: LogValue, second: LogValue) -> bool:
    """Whether the two values are proved equal; False says nothing."""
    if _equal_terms(first, second):
        return True
    return _equal_powers(first, second)


def _equal_terms(first: LogValue, second: LogValue) -> bool:
    if len(first.logs) != len(second.logs) or not same(first.rational, second.rational):
        return False
    left = list(second.logs)
    for coefficient, argument in first.logs:
        for k, (c, a) in enumerate(left):
            if same(coefficient, c) and same(argument, a):
                del left[k]
                break
        else:
            return False
    return True


def _equal_powers(first: LogValue, second: LogValue) -> bool:
    """Whether exp of both values agree, for rational coefficients, as algebraic numbers."""
    coefficients = [c.rational() for value in (first, second) for c, _ in value.logs]
    exact = [c for c in coefficients if c is not None]
    if len(exact) != len(coefficients) or not same(first.rational, second.rational):
        return False
    scale = lcm(*(c.denominator for c in exact)) if exact else 1
    if any(abs(c) * scale > _LARGEST_POWER for c in exact):
        return False
    rationals = [a.rational() for value in (first, second) for _, a in value.logs]
    if all(a is not None for a in rationals):
        return _unit(
            [
                (int(c * scale), a)
                for (c, _), a in zip(_signed(first, second), rationals, strict=True)
                if a is not None
            ]
        )
    arguments = common_field([a for value in (first, second) for _, a in value.logs])
    product = ONE
    for (c, _), argument in zip(_signed(first, second), arguments, strict=True):
        product = product * argument ** int(c * scale)
    return (product - ONE).is_zero()


def _signed(first: LogValue, second: LogValue) -> list[tuple[Fraction, Real]]:
    terms = []
    for value, sign in ((first, 1), (second, -1)):
        for c, a in value.logs:
            exact = c.rational()
            assert exact is not None
            terms.append((sign * exact, a))
    return terms


def _unit(powers: list[tuple[int, Fraction]]) -> bool:
    """Whether the product of powers of positive rationals is 1."""
    top = bottom = 1
    for exponent, base in powers:
        if exponent >= 0:
            top *= base.numerator**exponent
            bottom *= base.denominator**exponent
        else:
            top *= base.denominator**-exponent
            bottom *= base.numerator**-exponent
    return top == bottom


__all__ = ["ONE", "ZERO", "LogValue", "compare", "proved_equal"]
