"""Constants with exact signs: rationals, logarithms, roots, exponentials and one algebraic number.

A constant is an element of ``Q(alpha)(log 2, log 3, ..., sqrt 2, ...)`` where alpha, a real algebraic number, is the
generator ``alpha_``. Numerators are reduced modulo the minimal polynomial of alpha; what vanishes then is zero. A form
linear in logarithms of rationals with algebraic coefficients has no other zeros (Baker 1966); the sign of everything
else comes from balls at doubling precision, or is undecided.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from flint import arb, ctx

from ..decomposition import AlgebraicNumber
from ..errors import GameError, NotSupportedError, UndecidedError
from ..expressions.reading import Expression, read_expression
from .elements import element_of
from .enclosures import FIRST_PRECISION, LAST_PRECISION, Ball
from .rewritings import reduce_roots
from .ring import Element, Generator, Polynomial, Ring, context_of, lift

ALPHA = "alpha_"


class Numbers:
    """The constants that one strategy profile needs; the ring grows as they are read."""

    def __init__(self, root: AlgebraicNumber | None = None) -> None:
        self.root: AlgebraicNumber | None = None
        self.ring = Ring.of_parameters([])
        if root is not None:
            self.adjoin(root)

    def adjoin(self, root: AlgebraicNumber) -> None:
        """Make the generator `ALPHA` stand for this number; only one can be had."""
        if self.root is not None and self.root != root:
            raise NotSupportedError(
                "weights in two different number fields; give them as polynomials of one algebraic number"
            )
        if self.root is None:
            self.root = root
            generators = (Generator("alpha", ALPHA), *self.ring.generators)
            self.ring = Ring(generators, context_of([g.name for g in generators]))

    def reduced(self, ring: Ring, polynomial: Polynomial) -> Polynomial:
        """A polynomial with the same zeros and sign: square roots and powers of alpha reduced."""
        numerator = reduce_roots(ring, ring.polynomial(polynomial)).numerator
        if self.root is None or self.root.is_rational:
            return numerator
        place = ring.index(ALPHA)
        coefficients = self.root.coefficients
        degree, lead = len(coefficients) - 1, coefficients[-1]
        alpha = ring.context.gen(place)
        while int(numerator.degrees()[place]) >= degree and not numerator.is_zero():
            top = int(numerator.degrees()[place])
            high = {}
            for exponents, c in numerator.to_dict().items():
                if int(exponents[place]) == top:
                    rest = [int(e) for e in exponents]
                    rest[place] = 0
                    high[tuple(rest)] = c
            head = ring.context.from_dict(high)
            tail = sum(
                (ring.context.constant(c) * alpha**k for k, c in enumerate(coefficients)),
                start=ring.context.constant(0),
            )
            # The leading coefficient is positive, so scaling by it keeps the sign.
            numerator = numerator * lead - head * tail * alpha ** (top - degree)
        return numerator

    def sign_over(self, ring: Ring, element: Element) -> int:
        """The exact sign of an element over a ring that extends this one; UndecidedError at the limit."""
        if element.numerator.context().nvars() > ring.context.nvars():
            raise ValueError("the element lives over a larger ring")
        element = lift(element, ring.context)
        top = self.polynomial_sign(ring, element.numerator)
        if element.denominator.is_constant():
            return top
        bottom = self.polynomial_sign(ring, element.denominator)
        if bottom == 0:
            raise ZeroDivisionError("a denominator is zero")
        return top * bottom

    def sign(self, element: Element) -> int:
        """The exact sign of an element over the ring so far."""
        return self.sign_over(self.ring, element)

    def polynomial_sign(self, ring: Ring, polynomial: Polynomial) -> int:
        """The exact sign of a polynomial in the constants."""
        polynomial = self.reduced(ring, polynomial)
        if polynomial.is_zero():
            return 0
        if polynomial.is_constant():
            return 1 if polynomial.leading_coefficient() > 0 else -1
        precision = FIRST_PRECISION
        while precision <= LAST_PRECISION:
            with ctx.workprec(precision):
                ball = ball_of(polynomial, self.balls(ring, precision))
            if ball > 0:
                return 1
            if ball < 0:
                return -1
            precision *= 2
        raise UndecidedError(f"the sign of a constant was not decided with {LAST_PRECISION} bits; it may be zero")

    def balls(self, ring: Ring, precision: int) -> list[Ball]:
        """Enclosures of the generators; call within the working precision."""
        found: list[Ball] = []
        for generator in ring.generators:
            if generator.kind == "alpha":
                assert self.root is not None
                found.append(self.root.ball(precision))
                continue
            if generator.argument is None:
                raise NotSupportedError(f"the parameter {generator.name} has no value; fix it")
            argument = ball_of(generator.argument.numerator, found) / ball_of(generator.argument.denominator, found)
            if generator.kind == "log":
                found.append(abs(argument).log())
            else:
                found.append(abs(argument).sqrt() if generator.kind == "sqrt" else argument.exp())
        return found or [arb(0)]


def ball_of(polynomial: Polynomial, balls: list[Ball]) -> Ball:
    """The enclosure of a polynomial of enclosed generators."""
    total = arb(0)
    for exponents, coefficient in polynomial.to_dict().items():
        term = arb(coefficient)
        for variable, exponent in enumerate(exponents):
            if int(exponent):
                term *= balls[variable] ** int(exponent)
        total += term
    return total


def read_weight(numbers: Numbers, value: Any, where: str) -> Element:
    """A weight as an element: a rational, text, an expression, an algebraic number, or coefficients over alpha."""
    if isinstance(value, AlgebraicNumber):
        if value.is_rational:
            return numbers.ring.constant(value.as_rational())
        numbers.adjoin(value)
        return numbers.ring.parameter(ALPHA)
    if isinstance(value, tuple) and value and isinstance(value[0], AlgebraicNumber):
        root, coefficients = value
        numbers.adjoin(root)
        total = numbers.ring.constant(0)
        for power, coefficient in enumerate(coefficients):
            total = total + numbers.ring.constant(coefficient) * numbers.ring.parameter(ALPHA) ** power
        return total
    if isinstance(value, (bool, float)):
        raise GameError(f"{where}: the weight {value!r} is not exact; write it as a string or a Fraction")
    if isinstance(value, Fraction | int):
        return numbers.ring.constant(Fraction(value))
    if isinstance(value, str):
        expression: Expression = read_expression(value, (), where=where)
    else:
        expression = value
    numbers.ring, element = element_of(numbers.ring, expression)
    return element
