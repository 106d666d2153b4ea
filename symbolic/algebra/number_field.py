"""Exact real numbers as elements of number fields, with exact signs.

A `Real` is g(alpha) for a polynomial g over Q and a real algebraic number alpha (`decomposition.roots`), with g
reduced modulo the minimal polynomial of alpha; rational numbers are kept in the field Q itself. Field operations
are exact; the sign is exact too: g(alpha) = 0 iff g = 0 after reduction, and balls decide the rest (Cohen 1993,
A Course in Computational Algebraic Number Theory, section 4.2). Numbers of two different fields have no common
arithmetic until `systems.common_field` has put them into one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import flint
from flint import fmpq, fmpq_mat, fmpq_poly

from ..decomposition import AlgebraicNumber, algebraic, real_roots, sign_at
from ..decomposition.isolation import START_PRECISION
from ..errors import BudgetError
from ..expressions.reading import Apply, Expression, Number, add, multiply, number
from ..floats import nearest_float

Polynomial = Any

_ZERO = algebraic(0)
_NAME_DEGREE = 64


def _element(alpha: AlgebraicNumber, coefficients: tuple[tuple[int, int], ...]) -> Real:
    return Real(alpha, fmpq_poly([fmpq(*c) for c in coefficients]))


@dataclass(frozen=True, slots=True, eq=False)
class Real:
    """The number `part(alpha)`; see the module's docstring. Numbers of two fields are compared by `sign` of a
    difference, after they were put into one.

    >>> from flint import fmpz_poly
    >>> root = Real.of(real_roots(fmpz_poly([-2, 0, 1]))[1])
    >>> (root * root - Real.of(2)).sign(), (root - Real.of(Fraction(3, 2))).sign()
    (0, -1)
    """

    alpha: AlgebraicNumber
    part: Polynomial

    def __eq__(self, other: object) -> bool:
        """Whether both are the same element of the same field."""
        return isinstance(other, Real) and self.alpha == other.alpha and bool(self.part == other.part)

    def __hash__(self) -> int:
        return hash((self.alpha, str(self.part)))

    def __reduce__(self) -> tuple[Any, ...]:
        return _element, (self.alpha, tuple((int(c.p), int(c.q)) for c in self.part.coeffs()))

    @staticmethod
    def of(value: Fraction | int | AlgebraicNumber | Real) -> Real:
        """The number in its own field."""
        if isinstance(value, Real):
            return value
        if isinstance(value, AlgebraicNumber):
            return Real.element(value, fmpq_poly([0, 1]))
        exact = Fraction(value)
        return Real(_ZERO, fmpq_poly([fmpq(exact.numerator, exact.denominator)]))

    @staticmethod
    def element(alpha: AlgebraicNumber, part: Polynomial) -> Real:
        """`part(alpha)`, reduced; constants are moved to the field of the rationals."""
        if part.degree() > 0:
            part = part % fmpq_poly(alpha.polynomial)
        if part.degree() <= 0:
            alpha = _ZERO
        return Real(alpha, part)

    def rational(self) -> Fraction | None:
        """The value when it is rational, else None."""
        if self.part.degree() > 0:
            return None
        value = self.part[0]
        return Fraction(int(value.p), int(value.q))

    def _field(self, other: Real) -> AlgebraicNumber:
        if self.part.degree() <= 0:
            return other.alpha
        if other.part.degree() > 0 and self.alpha != other.alpha:
            raise ValueError("numbers of two different fields; put them into one first")
        return self.alpha

    def __add__(self, other: Real) -> Real:
        return Real.element(self._field(other), self.part + other.part)

    def __sub__(self, other: Real) -> Real:
        return Real.element(self._field(other), self.part - other.part)

    def __neg__(self) -> Real:
        return Real(self.alpha, -self.part)

    def __mul__(self, other: Real) -> Real:
        return Real.element(self._field(other), self.part * other.part)

    def __truediv__(self, other: Real) -> Real:
        field = self._field(other)
        if other.part.is_zero():
            raise ZeroDivisionError("division by the number zero")
        if other.part.degree() == 0:
            return Real.element(field, self.part * (1 / other.part[0]))
        _, inverse, _ = other.part.xgcd(fmpq_poly(field.polynomial))
        return Real.element(field, self.part * inverse)

    def __pow__(self, exponent: int) -> Real:
        if exponent < 0:
            return (ONE / self) ** (-exponent)
        result, base = ONE, self
        while exponent:
            if exponent & 1:
                result = result * base
            base = base * base
            exponent >>= 1
        return result

    def sign(self) -> int:
        """-1, 0 or 1, exactly."""
        if self.part.degree() <= 0:
            value = self.part[0]
            return int(value > 0) - int(value < 0)
        return sign_at(self.part.numer(), self.alpha)

    def is_zero(self) -> bool:
        """Whether the number is zero (exact, at once)."""
        return bool(self.part.is_zero())

    def ball(self, precision: int) -> Any:
        """An `arb` ball around the number, computed with this many bits."""
        with flint.ctx.workprec(precision + 16):
            if self.part.degree() <= 0:
                return flint.arb(self.part[0])
            return flint.arb_poly(self.part)(self.alpha.ball(precision))

    def algebraic(self) -> AlgebraicNumber:
        """The canonical name: minimal polynomial and place among its real roots.

            >>> from flint import fmpz_poly
        >>> root = Real.of(real_roots(fmpz_poly([-2, 0, 1]))[1])
            >>> str((root + Real.of(1)).algebraic())
            '1 + sqrt(2)'
        """
        exact = self.rational()
        if exact is not None:
            return algebraic(exact)
        degree = self.alpha.degree
        if degree > _NAME_DEGREE:
            raise BudgetError(f"a number of degree {degree} over the rationals; the limit is {_NAME_DEGREE}")
        rows = [_coefficients(Real.element(self.alpha, self.part * fmpq_poly([0] * k + [1])).part, degree)
                for k in range(degree)]  # fmt: skip
        minimal = fmpq_mat(rows).minpoly().numer()
        candidates = real_roots(minimal)
        precision = START_PRECISION
        while len(candidates) > 1:
            ball = self.ball(precision)
            with flint.ctx.workprec(precision + 16):
                candidates = [c for c in candidates if c.ball(precision).overlaps(ball)]
            precision *= 2
        return candidates[0]

    def expression(self) -> Expression | None:
        """The number in the syntax of game files: rational or with one square root; None for higher degrees."""
        exact = self.rational()
        if exact is not None:
            return number(exact)
        name = self.algebraic()
        if name.is_rational:
            return number(name.as_rational())
        if name.degree != 2:
            return None
        c, b, a = name.coefficients
        centre = Fraction(-b, 2 * a)
        radius = Fraction(b * b - 4 * a * c, 4 * a * a)
        square = _square_root(radius)
        sign = -1 if name.index == 1 else 1
        return add(
            [number(centre), multiply([number(sign * square[0]), Apply("sqrt", Number(Fraction(square[1])))])]
        )

    def __str__(self) -> str:
        exact = self.rational()
        return str(exact) if exact is not None else str(self.algebraic())

    def __repr__(self) -> str:
        return f"Real({self})"

    def __float__(self) -> float:
        exact = self.rational()
        return nearest_float(exact) if exact is not None else nearest_float(self.algebraic())


ZERO = Real.of(0)
ONE = Real.of(1)


def same(first: Real, second: Real) -> bool:
    """Whether two numbers, perhaps of different fields, are equal (exact).

    >>> from flint import fmpz_poly
    >>> roots = real_roots(fmpz_poly([-2, 0, 1]))
    >>> same(Real.of(roots[0]) * Real.of(-1), Real.of(roots[1]))
    True
    """
    if first.part.degree() <= 0 or second.part.degree() <= 0 or first.alpha == second.alpha:
        return bool((first.part - second.part).is_zero())
    with flint.ctx.workprec(80):
        if not first.ball(64).overlaps(second.ball(64)):
            return False
    return first.algebraic() == second.algebraic()


def _coefficients(part: Polynomial, size: int) -> list[Any]:
    return [part[k] for k in range(size)]


def _square_root(value: Fraction) -> tuple[Fraction, int]:
    """(r, n) with value = r**2 * n and n free of small square factors."""
    product = value.numerator * value.denominator
    outer, rest, base = 1, product, 2
    while base * base <= rest and base < 1000:
        while rest % (base * base) == 0:
            rest //= base * base
            outer *= base
        base += 1
    return Fraction(outer, value.denominator), rest


def in_order(numbers: Sequence[Real]) -> list[int]:
    """The positions of the numbers in increasing order (exact; equal ones by position)."""
    return sorted(range(len(numbers)), key=lambda k: (numbers[k].algebraic(), k))
