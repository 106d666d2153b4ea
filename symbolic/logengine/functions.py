"""Functions of one real variable that are polynomials in it, in logarithms of polynomials, and in constants.

    f(x) = P(x, log|g_1(x)|, ..., log|g_k(x)|, c_1, ..., c_m),     P, g_i integer polynomials,

where the constants c are logarithms, roots or exponentials of rationals. Such a function is analytic where no g_i
vanishes. It is evaluated on balls (`flint.arb`), as a truncated power series on balls for its derivatives, and exactly
signed at rational points (`symbolic.algebra.signs`). A formal zero (of P, its logarithms split over irreducible factors
and primes) is a zero; that nothing else is one is certified by balls, never assumed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from functools import lru_cache
from typing import Any

import flint
from flint import arb, arb_series, fmpq, fmpz_poly

from ..algebra.ring import Element, Polynomial, Ring, irreducible_factors, polynomial_key
from ..algebra.signs import Point
from ..decomposition.rationals import rational
from ..errors import NotSupportedError

Ball = Any
Terms = tuple[tuple[Any, tuple[tuple[int, int], ...]], ...]

FIRST_PRECISION = 64


@lru_cache(maxsize=4096)
def constant_ball(kind: str, value: Fraction, precision: int) -> Ball:
    """A ball around ``log|v|``, ``sqrt|v|`` or ``exp(v)`` for a rational v.

    >>> float(constant_ball("log", Fraction(2), 64))
    0.6931471805599453
    """
    with flint.ctx.workprec(precision + 16):
        number = arb(fmpq(value.numerator, value.denominator))
        if kind == "exp":
            return number.exp()
        return abs(number).log() if kind == "log" else abs(number).sqrt()


def terms_of(polynomial: Polynomial) -> Terms:
    """The terms as (coefficient, ((generator, exponent), ...)), for evaluation."""
    return tuple(
        (coefficient, tuple((i, int(e)) for i, e in enumerate(exponents) if e))
        for exponents, coefficient in zip(polynomial.monoms(), polynomial.coeffs(), strict=True)
    )


def sum_of_terms(terms: Terms, values: Sequence[Any], zero: Any) -> Any:
    """``sum_c c * prod_i values[i]**e_i`` in whatever ring the values live in."""
    total = zero
    for coefficient, factors in terms:
        if not factors:
            total = total + coefficient
            continue
        product: Any = None
        for index, exponent in factors:
            power = values[index]
            for _ in range(exponent):
                product = power if product is None else product * power
        total = total + product * coefficient
    return total


def as_univariate(element: Element, position: int) -> Any | None:
    """The numerator as an `fmpz_poly` in one generator (the denominator must be a positive constant), else None."""
    if not element.denominator.is_constant():
        return None
    coefficients: dict[int, Any] = {}
    for exponents, coefficient in zip(element.numerator.monoms(), element.numerator.coeffs(), strict=True):
        if any(e and i != position for i, e in enumerate(exponents)):
            return None
        coefficients[int(exponents[position]) if position < len(exponents) else 0] = coefficient
    size = max(coefficients, default=0) + 1
    return fmpz_poly([coefficients.get(k, 0) for k in range(size)])


class LineFunction:
    """One such function, over the ring of the generators that it uses; the first generator is the variable.

    Examples
    --------
    >>> from berknash.symbolic.expressions.reading import read_expression
    >>> from berknash.symbolic.forms.tables import element_of
    >>> ring, e = element_of(Ring.of_parameters(["h"]), read_expression("log(2*h) + h", ["h"], where=""))
    >>> f = LineFunction.of(ring, e.numerator, "h")
    >>> f.sign_at(Fraction(1, 2)), f.sign_at(Fraction(1, 3)), f.log_degree
    (1, -1, 1)
    """

    __slots__ = ("_exact", "_terms", "arguments", "log_degree", "name", "polynomial", "ring")

    def __init__(self, ring: Ring, polynomial: Polynomial) -> None:
        self.ring = ring
        self.polynomial = polynomial
        self.name = ring.generators[0].name
        self.arguments: dict[int, Any] = {}
        for position, generator in enumerate(ring.generators):
            if generator.argument is not None and generator.argument.rational() is None:
                argument = as_univariate(generator.argument, 0)
                if generator.kind != "log" or argument is None:
                    raise NotSupportedError(
                        f"{generator.name}: only logarithms of polynomials may contain a free parameter; fix it"
                    )
                # The content of an argument matters to its logarithm: divide by the constant denominator.
                self.arguments[position] = (argument, int(generator.argument.denominator.leading_coefficient()))
        self._terms = terms_of(polynomial)
        self.log_degree = max(
            (sum(e for i, e in factors if i in self.arguments) for _, factors in self._terms), default=0
        )
        self._exact: dict[Fraction, Point] = {}

    @staticmethod
    def of(ring: Ring, polynomial: Polynomial, name: str) -> LineFunction:
        """The function that a polynomial over a ring is, of the named parameter.

        Raises NotSupportedError when it uses another parameter, or a root or exponential of the parameter.
        """
        variable = ring.index(name)
        used = [i for i, d in enumerate(polynomial.degrees()) if d > 0 and i != variable]
        kept = [variable, *used]
        generators = []
        base = Ring.of_parameters([name])
        for i in kept:
            generator = ring.generators[i]
            if generator.argument is None:
                if i != variable:
                    raise NotSupportedError(f"{generator.name} is free where only {name} may be; fix it")
                generators.append(generator)
                continue
            generators.append(replace(generator, argument=_moved(generator.argument, variable, base)))
        small = base.extend(*generators[1:])
        terms = {
            tuple(int(exponents[i]) for i in kept): coefficient
            for exponents, coefficient in zip(polynomial.monoms(), polynomial.coeffs(), strict=True)
        }
        return LineFunction(small, small.context.from_dict(terms))

    def like(self, polynomial: Polynomial) -> LineFunction:
        """Another polynomial over the same generators."""
        return LineFunction(self.ring, polynomial)

    @property
    def is_polynomial(self) -> bool:
        """Whether no logarithm of the variable occurs."""
        return self.log_degree == 0

    @property
    def key(self) -> Any:
        """A hashable name."""
        return polynomial_key(self.polynomial)

    def _generator_values(self, variable: Any, precision: int) -> list[Any]:
        values: list[Any] = [variable]
        for position, generator in enumerate(self.ring.generators[1:], 1):
            if position in self.arguments:
                polynomial, scale = self.arguments[position]
                inner = _apply(polynomial, variable)
                values.append(_log_of_size(inner if scale == 1 else inner / scale))
            else:
                assert generator.argument is not None
                value = generator.argument.rational()
                assert value is not None
                values.append(constant_ball(generator.kind, value, precision))
        return values

    def ball(self, point: Ball, precision: int = FIRST_PRECISION) -> Ball:
        """A ball around the values on a ball; not finite where a logarithm may be undefined."""
        with flint.ctx.workprec(precision):
            return sum_of_terms(self._terms, self._generator_values(point, precision), arb(0))

    def series(self, point: Ball, length: int, precision: int = FIRST_PRECISION) -> list[Ball]:
        """Balls around the Taylor coefficients ``f^(k) / k!``, k < length, at every point of a ball."""
        with flint.ctx.workprec(precision):
            variable = arb_series([point, 1], prec=length)
            total = sum_of_terms(self._terms, self._generator_values(variable, precision), arb_series([0], prec=length))
            coefficients = list(total.coeffs())
        return coefficients + [arb(0)] * (length - len(coefficients))

    def sign_at(self, point: Fraction) -> int:
        """The exact sign at a rational point where all logarithms are defined.

        Raises ZeroDivisionError at a singular point, UndecidedError at the limit of precision.
        """
        number = rational(point)
        # A point of many digits, close to a zero or to a singular point, needs about as many bits.
        size = max(point.numerator.bit_length(), point.denominator.bit_length())
        for precision in (FIRST_PRECISION, 2 * FIRST_PRECISION + size, 4 * FIRST_PRECISION + 4 * size):
            with flint.ctx.workprec(precision):
                value = self.ball(arb(number), precision)
            if value > 0:
                return 1
            if value < 0:
                return -1
            if size < 24:
                break
        if point not in self._exact:
            self._exact[point] = Point(self.ring, {self.name: point})
        return self._exact[point].polynomial_sign(self.polynomial)

    def is_singular_at(self, point: Fraction) -> bool:
        """Whether the argument of one of its logarithms vanishes at a rational point."""
        return any(argument(rational(point)) == 0 for argument, _ in self.arguments.values())

    def derivative(self, multiplier: Polynomial | None = None) -> LineFunction:
        """A function with the zeros of ``(f / m)'`` where no logarithm is singular and m does not vanish.

        It is ``(m*f' - m'*f) * prod_i g_i``, m a polynomial in the variable and the constants (by default 1).
        """
        involved = [i for i in self.arguments if self.polynomial.degrees()[i] > 0]
        context = self.ring.context
        arguments = {i: _into(self.arguments[i][0], context) for i in involved}
        parts = [(self.polynomial.derivative(0), [arguments[i] for i in involved])]
        for i in involved:
            slope = self.polynomial.derivative(i) * arguments[i].derivative(0)
            parts.append((slope, [arguments[j] for j in involved if j != i]))
        total = context.constant(0)
        for value, factors in parts:
            for factor in factors:
                value = value * factor
            total += value
        if multiplier is not None:
            rest = multiplier.derivative(0) * self.polynomial
            for i in involved:
                rest = rest * arguments[i]
            total = total * multiplier - rest
        return self.like(total)

    def factors(self) -> list[LineFunction]:
        """Its irreducible factors that are not constant, each over the generators that it uses."""
        _, found = irreducible_factors(self.polynomial)
        return [
            LineFunction.of(self.ring, factor, self.name)
            for factor, _ in found
            if any(d > 0 and (i == 0 or i in self.arguments) for i, d in enumerate(factor.degrees()))
        ]

    def log_monomials(self) -> dict[tuple[int, ...], Polynomial]:
        """The coefficients, polynomials in variable and constants, of the monomials in the logarithms."""
        parts: dict[tuple[int, ...], dict[tuple[int, ...], Any]] = {}
        logs = sorted(self.arguments)
        for exponents, coefficient in zip(self.polynomial.monoms(), self.polynomial.coeffs(), strict=True):
            key = tuple(int(exponents[i]) for i in logs)
            rest = tuple(0 if i in self.arguments else int(e) for i, e in enumerate(exponents))
            parts.setdefault(key, {})[rest] = coefficient
        return {key: self.ring.context.from_dict(terms) for key, terms in sorted(parts.items())}


def _moved(argument: Element, variable: int, base: Ring) -> Element:
    """An argument in one parameter, over a ring that has only this parameter."""
    value = argument.rational()
    if value is not None:
        return base.constant(value)
    polynomial = as_univariate(argument, variable)
    if polynomial is None:
        raise NotSupportedError("a logarithm holds more than a polynomial in the free parameter; fix a parameter")
    return Element(_into(polynomial, base.context), base.context.constant(argument.denominator.leading_coefficient()))


def _into(polynomial: Any, context: Any) -> Polynomial:
    """An `fmpz_poly` as a polynomial in the first generator of a context."""
    rest = (0,) * (context.nvars() - 1)
    return context.from_dict({(k, *rest): c for k, c in enumerate(polynomial.coeffs()) if c != 0})


def _apply(polynomial: Any, variable: Any) -> Any:
    if not isinstance(variable, arb_series):
        return polynomial(variable)
    # Degree one needs no Horner loop, and keeps the ball of the value as narrow as it can be.
    coefficients = polynomial.coeffs()
    total = variable * coefficients[-1]
    for coefficient in coefficients[-2:0:-1]:
        total = (total + coefficient) * variable
    return total + coefficients[0]


def _log_of_size(value: Any) -> Any:
    """``log|v|`` of a ball or of a series."""
    if isinstance(value, arb_series):
        return (-value).log() if len(value) and value[0] < 0 else value.log()
    return abs(value).log()
