"""Real algebraic numbers: a real root of an irreducible integer polynomial, named by its place among the
real roots.

A real algebraic number has exactly one primitive irreducible polynomial with positive leading coefficient, so
(polynomial, index) is a canonical name: two numbers are equal exactly when their names are.  Different
numbers are told apart by shrinking isolating intervals; f(alpha) = 0 exactly when the polynomial of alpha
divides f. The name is printed as `root(x**5 - x - 1, 1)`: the first real root, in increasing order.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from functools import lru_cache, total_ordering
from math import isqrt
from typing import Any

import flint
from flint import fmpq, fmpq_poly, fmpz_poly

from ..floats import nearest_float
from .isolation import START_PRECISION, RealRoot, ball_sign, isolate, separate, simplest_gap
from .rationals import Polynomial, Rational, as_fraction, rational, sign_of_number

__all__ = ["AlgebraicNumber", "algebraic", "between", "real_roots", "sign_at", "squarefree_part"]


def squarefree_part(polynomial: Polynomial) -> Polynomial:
    """The product of the distinct irreducible factors of a nonzero integer polynomial, primitive.

    >>> squarefree_part(fmpz_poly([1, 2, 1]))
    x + 1
    """
    result = fmpz_poly([1])
    for factor, _ in polynomial.factor_squarefree()[1]:
        result *= factor
    return result


@total_ordering
@dataclass(frozen=True, slots=True, eq=False)
class AlgebraicNumber:
    """The `index`-th real root (from 1, increasing) of the irreducible polynomial with these coefficients.

    `coefficients` run from the lowest degree up, are primitive, and the last one is positive.

    >>> golden = real_roots(fmpz_poly([-1, -1, 1]))[1]
    >>> str(golden), float(golden)
    ('1/2 + sqrt(5)/2', 1.618033988749895)
    >>> golden > Fraction(8, 5)
    True
    """

    coefficients: tuple[int, ...]
    index: int
    place: RealRoot = field(repr=False, compare=False)

    def __reduce__(self) -> tuple[Any, ...]:
        return root_number, (self.coefficients, self.index)

    @property
    def polynomial(self) -> Polynomial:
        """The minimal polynomial over the integers."""
        return fmpz_poly(list(self.coefficients))

    def equation(self, generator: Polynomial) -> Polynomial:
        """The minimal polynomial in a generator of a ring, which vanishes where the generator is a conjugate."""
        zero = generator.context().constant(0)
        return sum((c * generator**k for k, c in enumerate(self.coefficients)), start=zero)

    @property
    def degree(self) -> int:
        """The degree of the number over the rationals."""
        return len(self.coefficients) - 1

    @property
    def is_rational(self) -> bool:
        """Whether the number is rational (decided exactly)."""
        return len(self.coefficients) == 2

    def as_rational(self) -> Fraction:
        """The number itself when it is rational; ValueError otherwise."""
        if not self.is_rational:
            raise ValueError(f"{self} is not rational")
        return Fraction(-self.coefficients[0], self.coefficients[1])

    def bounds(self, bits: int = 53) -> tuple[Fraction, Fraction]:
        """Rationals around the number at most 2**-bits apart (equal when the number is one of them)."""
        self.place.narrow(bits)
        return as_fraction(self.place.lower), as_fraction(self.place.upper)

    def ball(self, precision: int) -> Any:
        """An `arb` ball around the number of radius about 2**-precision, at the working precision."""
        return self.place.ball(precision)

    def __float__(self) -> float:
        lower, upper = self.bounds(64)
        size = abs(nearest_float(lower)) + abs(nearest_float(upper))
        if lower != upper and 0 < size < 2.0**-32:
            lower, upper = self.bounds(1100)
        return nearest_float((lower + upper) / 2)

    def __eq__(self, other: object) -> bool:
        if isinstance(other, AlgebraicNumber):
            return self.coefficients == other.coefficients and self.index == other.index
        if isinstance(other, (int, Fraction, fmpq)):
            return self.is_rational and rational(other) == self.place.lower
        return NotImplemented

    def __hash__(self) -> int:
        return hash(self.as_rational()) if self.is_rational else hash((self.coefficients, self.index))

    def __lt__(self, other: object) -> bool:
        if isinstance(other, (int, Fraction, fmpq)):
            other = algebraic(other)
        if not isinstance(other, AlgebraicNumber):
            return NotImplemented
        return self != other and separate(self.place, other.place) < 0

    def __str__(self) -> str:
        if self.is_rational:
            return str(self.as_rational())
        if self.degree == 2:
            return self._quadratic()
        return f"root({_print(self.coefficients)}, {self.index})"

    def _quadratic(self) -> str:
        c, b, a = self.coefficients
        discriminant = b * b - 4 * a * c
        square, rest = _square_part(discriminant)
        centre, radius = Fraction(-b, 2 * a), Fraction(square, 2 * a)
        top = "" if radius.numerator == 1 else f"{radius.numerator}*"
        bottom = "" if radius.denominator == 1 else f"/{radius.denominator}"
        term = f"{top}sqrt({rest}){bottom}"
        sign = "-" if self.index == 1 else "+"
        if centre == 0:
            return term if self.index == 2 else f"-{term}"
        return f"{centre} {sign} {term}"


def _square_part(value: int) -> tuple[int, int]:
    """Integers (s, r) with value = s^2 r; r is squarefree up to prime factors above 1000."""
    square = 1
    for base in range(2, 1000):
        while value % (base * base) == 0:
            value //= base * base
            square *= base
    root = isqrt(value)
    return (square * root, 1) if root * root == value else (square, value)


def _print(coefficients: Sequence[int]) -> str:
    terms = []
    for power in range(len(coefficients) - 1, -1, -1):
        value = coefficients[power]
        if value == 0:
            continue
        symbol = "" if power == 0 else ("x" if power == 1 else f"x**{power}")
        size = str(abs(value)) if power == 0 or abs(value) != 1 else ""
        body = f"{size}*{symbol}" if size and symbol else size + symbol
        terms.append(("- " if value < 0 else "+ ") + body)
    text = " ".join(terms)
    return text[2:] if text.startswith("+") else "-" + text[2:]


@lru_cache(maxsize=4096)
def _irreducible_roots(coefficients: tuple[int, ...]) -> tuple[AlgebraicNumber, ...]:
    polynomial = fmpz_poly(list(coefficients))
    roots = isolate(polynomial, None, None)
    return tuple(AlgebraicNumber(coefficients, i + 1, root) for i, root in enumerate(roots))


def _key(polynomial: Polynomial) -> tuple[int, ...]:
    return tuple(int(value) for value in polynomial.coeffs())


def root_number(coefficients: tuple[int, ...], index: int) -> AlgebraicNumber:
    """The number with this minimal polynomial and this place among its real roots (from 1).

    >>> str(root_number((-2, 0, 1), 2))
    'sqrt(2)'
    """
    return real_roots(fmpz_poly(list(coefficients)))[index - 1]


def real_roots(
    polynomial: Polynomial, lower: Rational | None = None, upper: Rational | None = None
) -> list[AlgebraicNumber]:
    """The distinct real roots of a nonzero integer polynomial in the open interval, in increasing order.
    Exact.

    >>> [str(r) for r in real_roots(fmpz_poly([0, -2, 0, 1]), fmpq(0))]
    ['sqrt(2)']
    """
    if polynomial.degree() < 0:
        raise ValueError("the zero polynomial has no isolated roots")
    roots: list[AlgebraicNumber] = []
    for factor, _ in polynomial.factor()[1]:
        roots.extend(_irreducible_roots(_key(factor)))
    inside = [
        root
        for root in roots
        if (lower is None or root > rational(lower)) and (upper is None or root < rational(upper))
    ]
    return sorted(inside)


def algebraic(value: object) -> AlgebraicNumber:
    """The algebraic number equal to a rational.

    >>> algebraic(Fraction(3, 2)) == Fraction(3, 2)
    True
    """
    if isinstance(value, AlgebraicNumber):
        return value
    number = rational(value)
    return _irreducible_roots((-int(number.p), int(number.q)))[0]


def identify(root: RealRoot) -> AlgebraicNumber:
    """The canonical name of a root of a squarefree integer polynomial.

    >>> str(identify(isolate(fmpz_poly([-2, 0, 1]), fmpq(0), None)[0]))
    'sqrt(2)'
    """
    if root.is_exact:
        return algebraic(root.lower)
    candidates: list[AlgebraicNumber] = []
    for factor, _ in root.polynomial.factor()[1]:
        candidates.extend(_irreducible_roots(_key(factor)))
    while True:
        near = [
            number
            for number in candidates
            if (number.place.lower < root.upper and root.lower < number.place.upper)
            or (number.place.is_exact and root.lower <= number.place.lower <= root.upper)
        ]
        if len(near) == 1:
            return near[0]
        candidates = near
        for number in near:
            number.place.halve()
        root.halve()


def sign_at(polynomial: Polynomial, number: AlgebraicNumber) -> int:
    """The exact sign of an integer polynomial at an algebraic number.

    >>> sign_at(fmpz_poly([-3, 0, 1]), real_roots(fmpz_poly([-2, 0, 1]))[1])
    -1
    """
    if number.is_rational:
        return sign_of_number(polynomial(rational(number.as_rational())))
    if polynomial.degree() < 0:
        return 0
    if polynomial.degree() >= number.degree:
        remainder = fmpq_poly(polynomial) % fmpq_poly(number.polynomial)
        if remainder.degree() < 0:
            return 0
        polynomial = remainder.numer()
    precision = START_PRECISION
    while True:
        with flint.ctx.workprec(precision):
            sign = ball_sign(polynomial(number.ball(precision)))
        if sign:
            return sign
        precision *= 2


def between(lower: AlgebraicNumber | None, upper: AlgebraicNumber | None) -> Fraction:
    """The simplest rational strictly between two different algebraic numbers; `None` is an infinite end.

    >>> between(*real_roots(fmpz_poly([-2, 0, 1])))
    Fraction(0, 1)
    """
    if lower is not None and upper is not None and not lower < upper:
        raise ValueError(f"{lower} is not smaller than {upper}")
    return as_fraction(simplest_gap(lower.place if lower else None, upper.place if upper else None, None, None))
