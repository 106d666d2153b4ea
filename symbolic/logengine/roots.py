"""Certified roots of functions with logarithms: an interval with rational ends in which there is exactly one.

The number is the only zero of its function in the open interval, and the function has opposite signs at the two ends;
so it is enclosed as closely as asked by bisection and by the interval Newton step m - f(m)/f'(I) (Moore 1966). A root
that is rational is found to be so by the exact zero test at the simplest rational of a small interval, and becomes a
Fraction; one that is not is a CertifiedRoot.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

import flint
from flint import arb, fmpq, fmpq_poly, fmpz_poly

from ..decomposition.cells import FibreNumber
from ..decomposition.isolation import RealRoot, certified_sign, separate
from ..decomposition.rationals import as_fraction, ball_between, rational, simplest_between
from ..decomposition.roots import AlgebraicNumber, identify
from ..floats import nearest_float
from .functions import LineFunction
from .relations import eliminations, substituted

Rational = Any

RATIONAL_BITS = 44
LARGEST_DENOMINATOR = 1 << 14
SEPARATION_BITS = 320
FAR_BITS = 2000


class Location:
    """Where a root of a function is: what is known of it only ever gets better. ``lower == upper``: a rational."""

    __slots__ = ("anchors", "function", "lower", "sign_above", "tested", "upper")

    def __init__(
        self,
        function: LineFunction | None,
        lower: Rational,
        upper: Rational,
        sign_above: int,
        anchors: tuple[Rational | None, Rational | None] = (None, None),
    ) -> None:
        """`anchors` are the ends that the number may be very close to: there the scales are halved, not the widths."""
        self.anchors = anchors
        self.function = function
        self.lower = lower
        self.upper = upper
        self.sign_above = sign_above
        self.tested = lower == upper

    @staticmethod
    def exact(value: Fraction) -> Location:
        """A known rational."""
        return Location(None, rational(value), rational(value), 0)

    @property
    def is_exact(self) -> bool:
        """Whether the number is known to be the rational `lower`."""
        return bool(self.lower == self.upper)

    def cut(self, point: Rational) -> None:
        """Keeps the part of the interval on the root's side of a point, or finds that the point is the root."""
        if not self.lower < point < self.upper:
            return
        assert self.function is not None
        sign = self.function.sign_at(as_fraction(point))
        if sign == 0:
            self.lower = self.upper = point
        elif sign == self.sign_above:
            self.upper = point
        else:
            self.lower = point

    def halve(self) -> None:
        """Halves the interval, or the number of scales that it spans next to an anchor."""
        below, above = self.anchors
        if below is not None and 0 < 8 * (self.lower - below) < self.upper - below:
            self.cut(below + between_scales(self.lower - below, self.upper - below))
        elif above is not None and 0 < 8 * (above - self.upper) < above - self.lower:
            self.cut(above - between_scales(above - self.upper, above - self.lower))
        elif 0 < 8 * self.lower < self.upper:
            self.cut(between_scales(self.lower, self.upper))
        elif self.lower < 8 * self.upper < 0:
            self.cut(-between_scales(-self.upper, -self.lower))
        else:
            self.cut((self.lower + self.upper) / 2)

    def narrow(self, bits: int) -> None:
        """Makes the interval no longer than 2**-bits; negative bits ask for less than the digits before the point."""
        target = fmpq(1, 1 << bits) if bits >= 0 else fmpq(1 << -bits)
        failures = 0
        while self.upper - self.lower > target:
            if not self._newton(bits):
                failures += 1
                for _ in range(min(failures, 4)):
                    self.halve()

    def _newton(self, bits: int) -> bool:
        """One interval Newton step; True when it at least quartered the interval."""
        assert self.function is not None
        width = self.upper - self.lower
        # The rounding of ends and values has to stay far below the interval that is aimed at.
        reach = max(magnitude(max(abs(self.lower), abs(self.upper))) - max(magnitude(width), 0), 0)
        precision = 64 + min(2 * max(bits, 0), 2 * _bits_of(width) + 128) + reach
        with flint.ctx.workprec(precision):
            slope = self.function.series(ball_between(self.lower, self.upper), 2, precision)[1]
            if not slope.is_finite() or slope.contains(0):
                return False
            middle = (self.lower + self.upper) / 2
            image = arb(middle) - self.function.ball(arb(middle), precision) / slope
            # Twice the radius, so that a rational root never sits on an end of the interval.
            image = arb(image.mid(), image.rad() * 2)
            low, high = image.lower().fmpq(), image.upper().fmpq()
        low, high = max(low, self.lower), min(high, self.upper)
        if (high - low) * 4 > width or not low < high:
            return False
        self.lower, self.upper = low, high
        return True

    def ball(self, precision: int) -> Any:
        """A ball of radius about 2**-precision around the number, at the working precision."""
        self.narrow(precision)
        return ball_between(self.lower, self.upper)

    def settle(self) -> None:
        """Finds out whether the number is a rational of small denominator, once."""
        if self.tested:
            return
        self.tested = True
        if is_far(self.lower) or is_far(self.upper):
            return
        self.narrow(RATIONAL_BITS)
        if not self.is_exact:
            candidate = simplest_between(self.lower, self.upper)
            if int(candidate.q) <= LARGEST_DENOMINATOR:
                self.cut(candidate)


def between_scales(small: Rational, large: Rational) -> Rational:
    """A power of two between two positive rationals, near their geometric mean.

    >>> between_scales(fmpq(1, 1 << 20), fmpq(1))
    1/1024
    """
    exponents = [int(v.p).bit_length() - int(v.q).bit_length() for v in (small, large)]
    middle = sum(exponents) // 2
    power = fmpq(1 << middle) if middle >= 0 else fmpq(1, 1 << -middle)
    return power if small < power < large else (small + large) / 2


def _bits_of(width: Rational) -> int:
    return max(int(width.q).bit_length() - int(width.p).bit_length(), 0)


Known = Location | RealRoot


def magnitude(number: Rational) -> int:
    """The binary logarithm of the size of a rational, to within one.

    >>> magnitude(fmpq(1024)), magnitude(fmpq(1, 1024))
    (10, -10)
    """
    return int(number.p).bit_length() - int(number.q).bit_length()


def is_far(number: Rational) -> bool:
    """Whether a number is so large that its digits before the point are too many to be computed for nothing."""
    return magnitude(number) > FAR_BITS


@dataclass(frozen=True, slots=True, eq=False)
class CertifiedRoot:
    """The only zero of a function in the open interval (lower, upper); no closed form is claimed.

    Attributes
    ----------
    lower, upper : rational ends of an interval that contains no other zero of the function
    function : the place of the function in the list it came from
    """

    lower: Fraction
    upper: Fraction
    function: int
    location: Location = field(repr=False, compare=False)

    def bounds(self, bits: int = 53) -> tuple[Fraction, Fraction]:
        """Rationals around the number at most 2**-bits apart."""
        self.location.narrow(bits)
        return as_fraction(self.location.lower), as_fraction(self.location.upper)

    def ball(self, precision: int) -> Any:
        """An `arb` ball of radius about 2**-precision around the number, at the working precision."""
        return self.location.ball(precision)

    def __float__(self) -> float:
        if is_far(self.location.lower) or is_far(self.location.upper):
            return float("inf") if self.location.lower > 0 else float("-inf")
        lower, upper = self.bounds(64)
        size = abs(nearest_float(lower)) + abs(nearest_float(upper))
        if lower != upper and size < 2.0**-32:
            lower, upper = self.bounds(1100)
        return nearest_float((lower + upper) / 2)

    def __str__(self) -> str:
        return f"~{nearest_float(self)!r}"


Coordinate = Fraction | AlgebraicNumber | FibreNumber | CertifiedRoot


def coordinate_of(known: Known, function: int) -> Coordinate:
    """The number as an exact or certified coordinate."""
    if known.lower == known.upper:
        return as_fraction(known.lower)
    if isinstance(known, Location):
        return CertifiedRoot(as_fraction(known.lower), as_fraction(known.upper), function, known)
    if isinstance(known, RealRoot) and is_integer_root(known):
        number = identify(known)
        return number.as_rational() if number.is_rational else number
    return FibreNumber(known)


def settle(known: Known) -> None:
    """Recognizes a rational number as such, where it has a small denominator."""
    if isinstance(known, Location):
        known.settle()


def order_of(first: Known, second: Known) -> int | None:
    """-1, 0 or 1 as the first number is smaller, equal, or larger; None when they could not be told apart.

    Two different numbers always differ in the end; equal ones are recognized when they are rational.
    """
    if first is second:
        return 0
    if first.upper < second.lower:
        return -1
    if second.upper < first.lower:
        return 1
    settle(first)
    settle(second)
    if first.lower == first.upper and second.lower == second.upper:
        difference = first.lower - second.lower
        return 0 if difference == 0 else (-1 if difference < 0 else 1)
    bits = 16
    while bits <= SEPARATION_BITS:
        for known in (first, second):
            known.narrow(bits)
        if first.upper <= second.lower or second.upper <= first.lower:
            return separate(first, second)  # type: ignore[arg-type]
        bits *= 2
    for one, other in ((first, second), (second, first)):
        # The intervals overlap: an algebraic number in both at which the other's function is zero is the other.
        if isinstance(one, Location) and one.function is not None and is_integer_root(other):
            inside = one.lower < other.lower and other.upper < one.upper
            if not inside:
                other.narrow(2 * SEPARATION_BITS)
                inside = one.lower < other.lower and other.upper < one.upper
            if inside and vanishes_at(one.function, other):
                return 0
    return None


def is_integer_root(known: Known) -> bool:
    """Whether a number is given as a root of a polynomial with integer coefficients."""
    return isinstance(known, RealRoot) and isinstance(known.polynomial, fmpz_poly)


def vanishes_at(function: LineFunction, known: Known) -> bool:
    """Whether a function is proved to be zero at an algebraic number, by relations between the logarithms there."""
    ends = [
        (f, certified_sign(f, known.lower) * certified_sign(f, known.upper))
        for f, _ in known.polynomial.factor()[1]  # type: ignore[union-attr]
    ]
    # Narrowing may have met the root itself: then both ends are it.
    is_met = known.lower == known.upper
    minimal = next((f for f, change in ends if change < 0 or (is_met and change == 0)), None)
    if minimal is None:
        return False
    ring = function.ring
    logs = {i: fmpq_poly(argument) / divisor for i, (argument, divisor) in function.arguments.items()}
    for i, generator in enumerate(ring.generators):
        value = None if generator.argument is None else generator.argument.rational()
        if generator.kind == "log" and value is not None:
            logs[i] = fmpq_poly([rational(value)])
    images = eliminations(ring, logs, minimal, known)  # type: ignore[arg-type]
    form = substituted(ring, function.polynomial, images)
    size = (0,) * (ring.context.nvars() - 1)
    divisor = ring.context.from_dict({(k, *size): c for k, c in enumerate(minimal.coeffs()) if c != 0})
    return bool(divmod(form, divisor)[1].is_zero())


def sign_at_known(function: LineFunction, known: Known, bits: int = SEPARATION_BITS) -> int | None:
    """The sign of a function at a number, None when balls leave it open; exact at rationals."""
    if known.lower == known.upper:
        return function.sign_at(as_fraction(known.lower))
    precision = 64
    while precision <= bits:
        with flint.ctx.workprec(precision):
            value = function.ball(known.ball(precision), precision)
        if value > 0:
            return 1
        if value < 0:
            return -1
        if precision == 64:
            settle(known)
            if known.lower == known.upper:
                return function.sign_at(as_fraction(known.lower))
        precision *= 2
    return 0 if is_integer_root(known) and vanishes_at(function, known) else None
