"""What stands over an irrational break of the base: polynomials in y over the field of the break.

The break alpha is a zero of an irreducible function phi of x (a polynomial in x, logarithms of polynomials in x, and
constants). A polynomial r in the same generators is zero at alpha when phi divides it, once the relations between the
logarithms at an algebraic alpha are put in (`relations`); when it does not, balls show that r(alpha) is not zero, or
nothing is claimed. So ``f(alpha, y)`` are polynomials over a field with an exact zero test,
and squarefree parts and common factors are greatest common divisors (Euclid's algorithm by pseudo-division); what they
leave has simple, different roots, which balls isolate.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import lcm
from typing import Any

from flint import fmpq_poly

from ..algebra.ring import Element, Polynomial, Ring, evaluate
from ..decomposition.isolation import RealRoot, isolate_balls
from ..decomposition.rationals import simplest_between
from .functions import LineFunction, as_univariate
from .relations import eliminations, substituted
from .roots import LARGEST_DENOMINATOR, RATIONAL_BITS, Known

Parts = list[Polynomial]
Rational = Any


class FibreField:
    """The numbers r(alpha), r a polynomial in the generators that do not involve y."""

    def __init__(self, ring: Ring, name: str, minimal: Polynomial, known: Known) -> None:
        self.ring = ring
        self.name = name
        self.minimal = minimal
        self.known = known
        self._images = self._relations()

    def _relations(self) -> dict[int, Element]:
        """At an algebraic alpha, the logarithms that are linear forms in others."""
        position = self.ring.index(self.name)
        known = self.known
        if not isinstance(known, RealRoot) or any(
            d > 0 for i, d in enumerate(self.minimal.degrees()) if i != position
        ):
            return {}
        minimal = as_univariate(self.ring.polynomial(self.minimal), position)
        logs: dict[int, Any] = {}
        for i, generator in enumerate(self.ring.generators):
            if generator.kind != "log" or generator.argument is None:
                continue
            argument = as_univariate(generator.argument, position)
            if argument is not None:
                logs[i] = fmpq_poly(argument) / int(generator.argument.denominator.leading_coefficient())
        return eliminations(self.ring, logs, minimal, known)

    def is_zero(self, element: Polynomial) -> bool:
        """Whether the element is zero at alpha formally: phi divides it."""
        element = substituted(self.ring, element, self._images)
        return bool(element.is_zero()) or bool(divmod(element, self.minimal)[1].is_zero())

    def reduced(self, parts: Sequence[Polynomial]) -> Parts:
        """Zero coefficients made formally zero, the leading ones dropped, the content removed."""
        zero = self.ring.context.constant(0)
        result = _common_multiples(self.ring, parts, self._images)
        result = [zero if self.is_zero(part) else part for part in result]
        while result and result[-1].is_zero():
            result.pop()
        content = self.ring.context.constant(0)
        for part in result:
            content = content.gcd(part)
        # The content divides the leading coefficient, so it is not zero at alpha.
        return result if content.is_one() or content.is_zero() else [part // content for part in result]

    def remainder(self, first: Parts, second: Parts) -> Parts:
        """A multiple by a unit of the remainder of the division."""
        return self._divide(first, second)[1]

    def quotient(self, first: Parts, second: Parts) -> Parts:
        """A multiple by a unit of the quotient."""
        return self.reduced(self._divide(first, second)[0])

    def _divide(self, first: Parts, second: Parts) -> tuple[Parts, Parts]:
        zero = self.ring.context.constant(0)
        lead = second[-1]
        rest = list(first)
        quotient: Parts = [zero] * max(len(first) - len(second) + 1, 1)
        while len(rest) >= len(second):
            shift = len(rest) - len(second)
            head = rest[-1]
            quotient = [part * lead for part in quotient]
            quotient[shift] += head
            rest = [part * lead for part in rest]
            for k, part in enumerate(second):
                rest[k + shift] -= head * part
            rest.pop()
            rest = [zero if self.is_zero(part) else part for part in rest]
            while rest and rest[-1].is_zero():
                rest.pop()
        return quotient, rest

    def common_divisor(self, first: Parts, second: Parts) -> Parts:
        """The greatest common divisor, up to a unit."""
        while second:
            first, second = second, self.reduced(self.remainder(first, second))
        return first

    def squarefree(self, parts: Parts) -> Parts:
        """The product of the different irreducible factors, up to a unit."""
        slope = self.reduced([part * k for k, part in enumerate(parts)][1:])
        if not slope:
            return parts
        common = self.common_divisor(parts, slope)
        return parts if len(common) <= 1 else self.quotient(parts, common)


def _common_multiples(ring: Ring, parts: Sequence[Polynomial], images: dict[int, Element]) -> Parts:
    """The coefficients with the relations put in, all times one positive integer."""
    if not images:
        return list(parts)
    values = [images.get(i) or ring.parameter(g.name) for i, g in enumerate(ring.generators)]
    elements = [evaluate(part, values, ring.constant(1)) for part in parts]
    scale = 1
    for element in elements:
        scale = lcm(scale, int(element.denominator.leading_coefficient()))
    return [e.numerator * (scale // int(e.denominator.leading_coefficient())) for e in elements]


class FibrePolynomial:
    """A polynomial in y over the field, evaluated by balls: see `decomposition.isolation.BallPolynomial`."""

    __slots__ = ("_functions", "field", "parts")

    def __init__(self, field: FibreField, parts: Parts) -> None:
        self.field = field
        self.parts = parts
        self._functions = [LineFunction.of(field.ring, part, field.name) for part in parts]

    def coefficients(self, precision: int) -> list[Any]:
        """Balls around the coefficients, lowest degree first."""
        point = self.field.known.ball(precision)
        return [function.ball(point, precision) for function in self._functions]

    def is_zero_at(self, point: Rational) -> bool:
        """Whether the value at a rational y is proved to be zero."""
        degree = len(self.parts) - 1
        total = self.field.ring.context.constant(0)
        for k, part in enumerate(self.parts):
            total += part * (point.p**k * point.q ** (degree - k))
        return self.field.is_zero(total)


def fibre_roots(
    field: FibreField,
    inputs: Sequence[tuple[int, Parts]],
    related: frozenset[tuple[int, int]],
    ends: Sequence[Rational],
    lower: Rational | None,
    upper: Rational | None,
) -> list[tuple[RealRoot, tuple[int, ...]]]:
    """The different roots in (lower, upper) of some polynomials over the field, each with those that vanish there.

    `related` holds the pairs (i, j), i <= j, that may have a common root, (i, i) for a multiple one. Roots are not in
    order. Raises UndecidedError where balls do not isolate.
    """
    basis: list[tuple[Parts, tuple[int, ...]]] = []
    one = field.ring.context.constant(1)
    for number, parts in inputs:
        if len(parts) <= 1:
            continue
        fresh = field.squarefree(parts) if (number, number) in related else parts
        for end in ends:
            factor = [one * -int(end.p), one * int(end.q)]
            if not field.remainder(fresh, factor):
                fresh = field.quotient(fresh, factor)
        split: list[tuple[Parts, tuple[int, ...]]] = []
        for known, names in basis:
            if len(fresh) <= 1 or not any((min(n, number), max(n, number)) in related for n in names):
                split.append((known, names))
                continue
            common = field.common_divisor(known, fresh)
            if len(common) <= 1:
                split.append((known, names))
                continue
            split.append((common, (*names, number)))
            fresh = field.quotient(fresh, common)
            rest = field.quotient(known, common)
            if len(rest) > 1:
                split.append((rest, names))
        if len(fresh) > 1:
            split.append((fresh, (number,)))
        basis = split
    found: list[tuple[RealRoot, tuple[int, ...]]] = []
    for parts, names in basis:
        polynomial = FibrePolynomial(field, parts)
        found.extend((_settled(root), names) for root in isolate_balls(polynomial, lower, upper))
    return found


def _settled(root: RealRoot) -> RealRoot:
    """The root, found to be rational if it is one with a small denominator."""
    root.narrow(RATIONAL_BITS)
    if not root.is_exact:
        candidate = simplest_between(root.lower, root.upper)
        if int(candidate.q) <= LARGEST_DENOMINATOR and root.polynomial.is_zero_at(candidate):
            root.lower = root.upper = candidate
    return root
