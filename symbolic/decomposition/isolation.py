"""Isolation of real roots: Descartes' rule of signs and bisection (Vincent, Collins and Akritas 1976).

For f of degree n, the polynomial (1 + x)^n f(1 / (1 + x)) has at least as many sign variations in its
coefficients as f has roots in (0, 1), and the difference is even; so none means no root and one means one
root. Halving the interval until every piece shows none or one isolates the roots of a squarefree f.

The engine isolates two kinds of polynomial: exact integer ones (`fmpz_poly`), and `BallPolynomial`s, whose
coefficients are real numbers known only by balls that can be made as small as one likes.  For the second kind
a sign that a ball leaves open is decided at twice the precision; a zero is never guessed, only proved.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Protocol

import flint
from flint import arb, arb_poly, fmpq, fmpq_poly, fmpz_poly

from ..errors import UndecidedError
from ..size_limits import MAXIMAL_GAP_STEPS
from .rationals import Polynomial, Rational, ball_between, simplest_between

START_PRECISION = 64
PRECISION_LIMIT = 1 << 14
_ONE_PLUS_X = fmpz_poly([1, 1])
_FEW_HALVINGS = 40
_FIRST_BITS = 6
# Halvings, then 2**6 bits, 2**7 and so on to the limit of precision: what is equal shows after few steps.
SHRINKING_STEPS = _FEW_HALVINGS + PRECISION_LIMIT.bit_length() - _FIRST_BITS
_SPLITS = tuple(fmpq(k, 16) for k in (8, 7, 9, 5, 11))


class BallPolynomial(Protocol):
    """A polynomial in one variable whose real coefficients are given by balls."""

    def coefficients(self, precision: int) -> list[Any]:
        """Balls around the coefficients, lowest degree first, computed with `precision` bits."""

    def is_zero_at(self, point: Rational) -> bool:
        """Whether the value at a rational point is proved to be zero (an algebraic identity)."""


def certified_sign(polynomial: Polynomial | BallPolynomial, point: Rational) -> int:
    """The exact sign of a polynomial at a rational point; UndecidedError if balls never separate it from 0.

    >>> certified_sign(fmpz_poly([-1, 2]), fmpq(1, 2))
    0
    """
    if isinstance(polynomial, fmpz_poly):
        value = polynomial(point)
        return 1 if value > 0 else (-1 if value < 0 else 0)
    precision = START_PRECISION
    while precision <= PRECISION_LIMIT:
        with flint.ctx.workprec(precision):
            value = arb_poly(polynomial.coefficients(precision))(arb(point))
        if value > 0:
            return 1
        if value < 0:
            return -1
        if precision == START_PRECISION and polynomial.is_zero_at(point):
            return 0
        precision *= 2
    raise UndecidedError(
        f"a sign could not be separated from zero with {PRECISION_LIMIT} bits; check for an identity among "
        "the constants of the model"
    )


@dataclass(slots=True, eq=False)
class RealRoot:
    """One simple real root of a polynomial, in an open isolating interval that can be made smaller.

    The number never changes; only what is known about it does.  `lower == upper` says that the root is that
    rational.  `sign_above` is the sign of the polynomial between the root and `upper`.
    """

    polynomial: Any
    lower: Rational
    upper: Rational
    sign_above: int
    isolating: tuple[Rational, Rational] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        self.isolating = (self.lower, self.upper)

    def afresh(self) -> RealRoot:
        """The same root in its first interval, with short ends: signs there are cheap, and no other use of the root has
        made them nearly 0."""
        return self if self.is_exact else RealRoot(self.polynomial, *self.isolating, self.sign_above)

    @property
    def is_exact(self) -> bool:
        """Whether the root is known to be the rational `lower`."""
        return bool(self.lower == self.upper)

    def halve(self) -> None:
        """Halves the isolating interval (or finds that the midpoint is the root)."""
        if self.lower == self.upper:
            return
        self.cut((self.lower + self.upper) / 2)

    def cut(self, point: Rational) -> None:
        """Keeps the part of the isolating interval on the root's side of a point (or finds it is the
        root).
        """
        if not self.lower < point < self.upper:
            return
        sign = certified_sign(self.polynomial, point)
        if sign == 0:
            self.lower = self.upper = point
        elif sign == self.sign_above:
            self.upper = point
        else:
            self.lower = point

    def narrow(self, bits: int) -> None:
        """Makes the isolating interval no longer than 2**-bits: bisection, then interval Newton steps."""
        target = fmpq(1, 1 << bits)
        steps = 0
        while self.upper - self.lower > target:
            if steps < 12 or not self._newton(bits):
                self.halve()
            steps += 1

    def shrink(self, step: int) -> None:
        """One of `SHRINKING_STEPS` steps, numbered from 0, each of which makes the interval smaller: by halving at
        first, then to twice as many bits."""
        if step < _FEW_HALVINGS:
            self.halve()
        else:
            self.narrow(1 << (step - _FEW_HALVINGS + _FIRST_BITS))

    def _newton(self, bits: int) -> bool:
        """One interval Newton step m - f(m)/f'(I); True when it at least quartered the interval."""
        width = self.upper - self.lower
        precision = 2 * bits + 64 + int(self.upper.p).bit_length()
        with flint.ctx.workprec(precision):
            if isinstance(self.polynomial, fmpz_poly):
                function: Any = self.polynomial
                slope: Any = self.polynomial.derivative()
            else:
                function = arb_poly(self.polynomial.coefficients(precision))
                slope = function.derivative()
            middle = (self.lower + self.upper) / 2
            slopes = slope(ball_between(self.lower, self.upper))
            if slopes.contains(0):
                return False
            image = arb(middle) - function(arb(middle)) / slopes
            low, high = image.lower().fmpq(), image.upper().fmpq()
        # The ends of the image may coincide with the root only if it is rational: keep them strictly outside.
        margin = fmpq(1, 1 << (2 * bits + 8))
        low, high = max(low - margin, self.lower), min(high + margin, self.upper)
        if (high - low) * 4 > width:
            return False
        self.lower, self.upper = low, high
        return True

    def ball(self, precision: int) -> Any:
        """A ball around the root of radius about 2**-precision, at the working precision."""
        self.narrow(precision)
        return ball_between(self.lower, self.upper)


def separate(first: RealRoot, second: RealRoot) -> int:
    """-1 if the first of two **different** numbers is the smaller, else 1; shrinks both until they are
    disjoint.

    Open intervals with no common interior point are in order, and so are two different exact points.
    """
    for step in range(SHRINKING_STEPS):
        if first.upper <= second.lower:
            return -1
        if second.upper <= first.lower:
            return 1
        first.shrink(step)
        second.shrink(step)
    raise UndecidedError("two numbers that are formally different could not be separated by balls")


def simplest_gap(
    before: RealRoot | None, after: RealRoot | None, lower: Rational | None, upper: Rational | None
) -> Rational:
    """The simplest rational strictly between two different numbers; without one, the given end counts.

    It is the simplest between the isolating intervals once these are so small that counting the intervals in
    makes no difference; so it does not depend on how far the roots happen to be known. Raises UndecidedError where the
    numbers are not told apart within the limit of precision.
    """
    for step in range(_FEW_HALVINGS + MAXIMAL_GAP_STEPS):
        low = lower if before is None else before.upper
        high = upper if after is None else after.lower
        if low is None or high is None or low < high:
            choice = simplest_between(low, high)
            wider = simplest_between(lower if before is None else before.lower, upper if after is None else after.upper)
            if choice == wider:
                return choice
            # The simpler rational lies next to a root, or is one that bisection alone would never hit.
            for root in (before, after):
                if root is not None:
                    root.cut(wider)
        for root in (before, after):
            if root is not None and step < _FEW_HALVINGS:
                root.halve()
            elif root is not None:
                # Far out, or close together: bit by bit would take as many steps as the numbers have bits.
                root.narrow(1 << (step - _FEW_HALVINGS))
    raise UndecidedError(
        f"no rational between two numbers was found within 2**{MAXIMAL_GAP_STEPS} bits; they may be equal, or too "
        "large: use smaller numbers"
    )


def variations(coefficients: list[Any]) -> int:
    """The number of sign changes in a sequence, zeros left out.

    >>> variations([1, 0, -2, 3])
    2
    """
    count, last = 0, 0
    for value in coefficients:
        if value > 0:
            count += last < 0
            last = 1
        elif value < 0:
            count += last > 0
            last = -1
    return count


def _reversed(polynomial: Polynomial) -> Polynomial:
    return fmpz_poly(polynomial.coeffs()[::-1])


def _isolate_unit(polynomial: Polynomial, depth: int) -> list[tuple[int, int, int]] | None:
    """Isolating intervals (c / 2^k, (c + 1) / 2^k) of the roots in (0, 1), as (c, k, sign just below the
    end).

    A sign 0 marks an exact root c / 2^k, perhaps multiple.  None when `depth` halvings do not suffice; without a
    multiple root in the interval some number does.
    """
    found: list[tuple[int, int, int]] = []
    stack: list[tuple[Any, int, int]] = [(polynomial, 0, 0)]
    while stack:
        f, c, k = stack.pop()
        if f is None:
            found.append((c, k, 0))
            continue
        if f[0] == 0:
            f = f.right_shift(1)
        if f.degree() <= 0 or variations(f.coeffs()) == 0:
            continue
        moved = _reversed(f)(_ONE_PLUS_X).coeffs()
        count = variations(moved)
        if count == 0:
            continue
        if count == 1:
            value = next(entry for entry in moved if entry != 0)
            found.append((c, k, 1 if value > 0 else -1))
            continue
        if k == depth:
            return None
        degree = f.degree()
        left = fmpz_poly([entry << (degree - i) for i, entry in enumerate(f.coeffs())])
        right = left(_ONE_PLUS_X)
        stack.append((right, 2 * c + 1, k + 1))
        if right[0] == 0:
            stack.append((None, 2 * c + 1, k + 1))
        stack.append((left, 2 * c, k + 1))
    return found


def over_unit(polynomial: Polynomial, lower: Rational, width: Rational) -> Polynomial:
    """A positive multiple of f(lower + width x) with integer coefficients."""
    if lower == 0 and width == 1:
        return polynomial
    return fmpq_poly(polynomial)(fmpq_poly([lower, width])).numer()


def root_bound(polynomial: Polynomial) -> Rational:
    """A power of two larger than the absolute value of every complex root (Fujiwara 1916).

    >>> root_bound(fmpz_poly([-100, 0, 1])) >= 10
    True
    """
    coefficients = polynomial.coeffs()
    degree = len(coefficients) - 1
    lead = int(coefficients[degree]).bit_length() - 1
    exponent = 0
    for i in range(degree):
        size = int(coefficients[i]).bit_length()
        if size:
            exponent = max(exponent, -((lead - size) // (degree - i)))
    return fmpq(1 << (exponent + 2))


def isolate(polynomial: Polynomial, lower: Rational | None, upper: Rational | None) -> list[RealRoot]:
    """The roots of a squarefree integer polynomial in the open interval (lower, upper), in increasing order.

    `None` is an infinite end.  Every root is returned exactly once.

    >>> [(r.lower, r.upper) for r in isolate(fmpz_poly([0, -1, 0, 1]), None, None)][1]
    (0, 0)
    """
    roots = isolate_within(polynomial, lower, upper, -1)
    if roots is None:
        raise ArithmeticError("a squarefree polynomial has a multiple root")
    return roots


def isolate_within(
    polynomial: Polynomial, lower: Rational | None, upper: Rational | None, depth: int
) -> list[RealRoot] | None:
    """The roots in an open interval, all simple, when `depth` halvings isolate them (-1: as many as it takes).

    None otherwise, as for every polynomial with a multiple root in the interval.

    >>> isolate_within(fmpz_poly([1, -6, 9]), fmpq(0), fmpq(1), 8) is None
    True
    """
    degree = polynomial.degree()
    if degree <= 0:
        return []
    if degree == 1:
        root = fmpq(-polynomial[0], polynomial[1])
        if (lower is not None and root <= lower) or (upper is not None and root >= upper):
            return []
        return [RealRoot(polynomial, root, root, 1 if polynomial[1] > 0 else -1)]
    if lower is None or upper is None:
        bound = root_bound(polynomial)
        if lower is None:
            lower = -bound if upper is None or upper > -bound else upper - 1
        if upper is None:
            upper = bound if lower < bound else lower + 1
    width = upper - lower
    intervals = _isolate_unit(over_unit(polynomial, lower, width), depth)
    if intervals is None:
        return None
    roots = []
    for c, k, sign in intervals:
        left = lower + width * fmpq(c, 1 << k)
        if sign == 0:
            slope = polynomial.derivative()(left)
            if slope == 0:
                return None
            roots.append(RealRoot(polynomial, left, left, 1 if slope > 0 else -1))
        else:
            roots.append(RealRoot(polynomial, left, left + width * fmpq(1, 1 << k), sign))
    return roots


def ball_sign(value: Any) -> int | None:
    """The sign of a ball, or None when it contains zero and something else."""
    if value > 0:
        return 1
    if value < 0:
        return -1
    return 0 if value.is_zero() else None


def _count_balls(signs: list[int | None]) -> int | None:
    """The number of variations, when the undecided signs cannot change it; else None."""
    count, last, open_run = 0, 0, 0
    for sign in signs:
        if sign is None:
            open_run += 1
            continue
        if sign == 0:
            continue
        if last == 0:
            if open_run:
                return None
        elif open_run and not (open_run == 1 and sign != last):
            return None
        count += last not in (0, sign)
        last, open_run = sign, 0
    return None if open_run else count


def _attempt(
    function: Any, lower: Rational, upper: Rational, depth: int
) -> list[tuple[Rational, Rational, int]] | None:
    """Isolation of a ball polynomial on (lower, upper) at the working precision; None when it does not
    suffice.
    """
    local = function(arb_poly([arb(lower), arb(upper - lower)]))
    moved = arb_poly(local.coeffs()[::-1])
    signs = [ball_sign(value) for value in moved(arb_poly([1, 1])).coeffs()]
    count = _count_balls(signs)
    if count == 0:
        return []
    if count == 1 and signs[0]:
        return [(lower, upper, signs[0])]
    if depth == 0:
        return None
    for ratio in _SPLITS:
        middle = lower + (upper - lower) * ratio
        if ball_sign(function(arb(middle))):
            left = _attempt(function, lower, middle, depth - 1)
            if left is None:
                return None
            right = _attempt(function, middle, upper, depth - 1)
            return None if right is None else left + right
    return None


def isolate_balls(
    polynomial: BallPolynomial,
    lower: Rational | None,
    upper: Rational | None,
    limit: int = PRECISION_LIMIT,
) -> list[RealRoot]:
    """The roots of a squarefree ball polynomial in (lower, upper); neither end may be a root.

    The leading coefficient must not be zero when an end is infinite.  Raises UndecidedError when the largest
    precision does not separate the roots (which happens only if the polynomial is not squarefree after all).
    """
    precision = START_PRECISION
    while precision <= limit:
        with flint.ctx.workprec(precision):
            coefficients = polynomial.coefficients(precision)
            try:
                found = _isolate_balls_at(coefficients, lower, upper, precision)
            except RecursionError:
                # The depth grows with the precision; nothing is kept from one attempt to the next.
                raise UndecidedError(f"real roots could not be isolated with {precision} bits") from None
        if found is not None:
            return [RealRoot(polynomial, low, high, sign) for low, high, sign in found]
        precision *= 2
    raise UndecidedError(f"real roots could not be isolated with {limit} bits")


def _isolate_balls_at(
    coefficients: list[Any], lower: Rational | None, upper: Rational | None, precision: int
) -> list[tuple[Rational, Rational, int]] | None:
    if len(coefficients) <= 1:
        return []
    if lower is None or upper is None:
        if not ball_sign(coefficients[-1]):
            return None
        # Cauchy's bound: 1 + sum |a_i| / |a_n|, rounded up to an integer.
        total = sum((abs(value) for value in coefficients[:-1]), arb(0)) / abs(coefficients[-1])
        bound = fmpq((total.upper() + 2).upper().ceil().unique_fmpz())
        if lower is None:
            lower = -bound if upper is None or upper > -bound else upper - 1
        if upper is None:
            upper = bound if lower < bound else lower + 1
    return _attempt(arb_poly(coefficients), lower, upper, 24 + precision // 4)
