"""Polynomials over the reals that the engine computes with: integer coefficients, and constants such as
log(2).

All polynomials live in one `fmpz_mpoly` context whose generators are parameters and, optionally, *constants*:
names of fixed real numbers for which a function yields balls as small as one asks for.  A polynomial in the
constants alone is zero when it is formally zero; otherwise its sign comes from balls at doubling precision,
and a sign that never comes is an UndecidedError, not a guess.  (For logarithms of multiplicatively
independent rationals no linear relation exists, by Baker's theorem; for higher degree none is known.)
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import flint
from flint import Ordering, arb, fmpz, fmpz_poly

from ..errors import UndecidedError
from .isolation import PRECISION_LIMIT, START_PRECISION, RealRoot, ball_sign, isolate, isolate_balls
from .rationals import Polynomial, Rational

Key = tuple[tuple[tuple[int, ...], int], ...]


def polynomial_key(polynomial: Polynomial) -> Key:
    """A hashable name of a polynomial: its terms in the order of the context."""
    return tuple((tuple(m), int(c)) for m, c in zip(polynomial.monoms(), polynomial.coeffs(), strict=True))


@dataclass(frozen=True, slots=True, eq=False)
class Ring:
    """The context, which generators are parameters (by position), and how to enclose the other generators."""

    context: Any
    parameters: tuple[int, ...]
    constants: tuple[int, ...] = ()
    enclosures: tuple[Callable[[int], Any], ...] = ()
    _balls: dict[int, dict[int, Any]] = field(default_factory=dict, repr=False)

    @classmethod
    def make(
        cls,
        context: Any,
        parameters: Sequence[str],
        constants: Mapping[str, Callable[[int], Any]] | None = None,
    ) -> Ring:
        """The ring for named parameters and constants; every other generator of the context must not
        occur.
        """
        names = sorted(constants or {})
        return cls(
            context,
            tuple(context.variable_to_index(name) for name in parameters),
            tuple(context.variable_to_index(name) for name in names),
            tuple((constants or {})[name] for name in names),
        )

    def constant_balls(self, precision: int) -> dict[int, Any]:
        """Balls around the constants, by generator."""
        if precision not in self._balls:
            self._balls[precision] = {
                index: enclose(precision) for index, enclose in zip(self.constants, self.enclosures, strict=True)
            }
        return self._balls[precision]

    def evaluate(self, polynomial: Polynomial, values: Mapping[int, Any], precision: int) -> Any:
        """A ball around the value of a polynomial at balls for the parameters that occur in it."""
        constants = self.constant_balls(precision)
        total = arb(0)
        for exponents, coefficient in zip(polynomial.monoms(), polynomial.coeffs(), strict=True):
            term = arb(coefficient)
            for index, exponent in enumerate(exponents):
                if exponent:
                    base = constants[index] if index in constants else values[index]
                    term *= base**exponent
            total += term
        return total

    def sign(self, polynomial: Polynomial) -> int:
        """The exact sign of a polynomial in the constants alone (0 only when it is formally zero)."""
        if polynomial.is_zero():
            return 0
        if polynomial.is_constant():
            return 1 if polynomial.coeffs()[0] > 0 else -1
        precision = START_PRECISION
        while precision <= PRECISION_LIMIT:
            with flint.ctx.workprec(precision):
                sign = ball_sign(self.evaluate(polynomial, {}, precision))
            if sign:
                return sign
            precision *= 2
        raise UndecidedError(
            f"{polynomial} could not be separated from zero with {PRECISION_LIMIT} bits; check for an "
            "identity among the constants of the model"
        )

    def uses(self, polynomial: Polynomial, index: int) -> bool:
        """Whether a generator occurs in a polynomial."""
        return bool(polynomial.degrees()[index] > 0)

    def is_scalar(self, polynomial: Polynomial) -> bool:
        """Whether no parameter occurs."""
        degrees = polynomial.degrees()
        return all(degrees[index] <= 0 for index in self.parameters)

    def split(self, polynomial: Polynomial, index: int) -> list[Polynomial]:
        """The coefficients of the powers of one generator, lowest first, as polynomials in the others."""
        degree = max(polynomial.degrees()[index], 0)
        parts: list[dict[tuple[int, ...], Any]] = [{} for _ in range(degree + 1)]
        for exponents, coefficient in zip(polynomial.monoms(), polynomial.coeffs(), strict=True):
            rest = list(exponents)
            power, rest[index] = rest[index], 0
            parts[power][tuple(rest)] = coefficient
        return [self.context.from_dict(part) for part in parts]

    def specialise(self, polynomial: Polynomial, index: int, value: Rational) -> Polynomial:
        """A positive multiple of the polynomial with one generator replaced by a rational."""
        degree = max(polynomial.degrees()[index], 0)
        top, bottom = value.p, value.q
        powers = [top**k * bottom ** (degree - k) for k in range(degree + 1)]
        terms: dict[tuple[int, ...], Any] = {}
        for exponents, coefficient in zip(polynomial.monoms(), polynomial.coeffs(), strict=True):
            rest = list(exponents)
            power, rest[index] = rest[index], 0
            key = tuple(rest)
            terms[key] = terms.get(key, fmpz(0)) + coefficient * powers[power]
        return self.context.from_dict(terms)

    def univariate(self, polynomial: Polynomial, index: int) -> Any:
        """The polynomial in one parameter as an `fmpz_poly`, or a ConstantPolynomial when constants occur."""
        if not self.constants or all(polynomial.degrees()[k] <= 0 for k in self.constants):
            size = max(polynomial.degrees()[index], 0) + 1
            if len(polynomial) == size and polynomial.context().ordering() == Ordering.lex:
                # Every power occurs, the highest first.
                return fmpz_poly(polynomial.coeffs()[::-1])
            coefficients = [0] * size
            for exponents, coefficient in zip(polynomial.monoms(), polynomial.coeffs(), strict=True):
                coefficients[exponents[index]] = coefficient
            return fmpz_poly(coefficients)
        return ConstantPolynomial(self, tuple(self.split(polynomial, index)))

    def isolate(self, polynomial: Polynomial, index: int, lower: Any, upper: Any) -> list[RealRoot]:
        """The real roots of a squarefree polynomial in one parameter inside an open interval."""
        form = self.univariate(polynomial, index)
        return isolate(form, lower, upper) if isinstance(form, fmpz_poly) else form.isolate(lower, upper)


@dataclass(frozen=True, slots=True, eq=False)
class ConstantPolynomial:
    """A polynomial in one parameter whose coefficients are polynomials in the constants (lowest degree
    first).
    """

    ring: Ring
    parts: tuple[Polynomial, ...]
    _known: dict[int, list[Any]] = field(default_factory=dict, repr=False)

    def degree(self) -> int:
        """The formal degree."""
        return len(self.parts) - 1

    def coefficients(self, precision: int) -> list[Any]:
        """Balls around the coefficients."""
        if precision not in self._known:
            self._known[precision] = [self.ring.evaluate(part, {}, precision) for part in self.parts]
        return self._known[precision]

    def is_zero_at(self, point: Rational) -> bool:
        """Whether the value at a rational point is formally zero."""
        degree = self.degree()
        powers = (point.p**k * point.q ** (degree - k) for k in range(degree + 1))
        total = self.ring.context.constant(0)
        for part, power in zip(self.parts, powers, strict=True):
            total += part * power
        return bool(total.is_zero())

    def isolate(self, lower: Rational | None, upper: Rational | None) -> list[RealRoot]:
        """The roots in an open interval; an end that is formally a root is left out first."""
        if self.degree() == 0:
            return []
        self.ring.sign(self.parts[-1])
        reduced = self
        for end in (lower, upper):
            if end is not None and reduced.degree() > 0 and reduced.is_zero_at(end):
                reduced = reduced.without_root(end)
        return isolate_balls(reduced, lower, upper)

    def without_root(self, point: Rational) -> ConstantPolynomial:
        """A positive multiple of the quotient by (x - point), which must divide (Horner's scheme)."""
        quotient: list[Polynomial] = []
        carry = self.ring.context.constant(0)
        scale = fmpz(1)
        for part in reversed(self.parts[1:]):
            # The true coefficient is carry / scale; scale is a power of the point's denominator.
            scale *= point.q
            carry = part * scale + carry * point.p
            quotient.append(carry)
        size = len(quotient)
        aligned = [value * point.q ** (size - 1 - k) for k, value in enumerate(quotient)]
        return ConstantPolynomial(self.ring, tuple(reversed(aligned)))
