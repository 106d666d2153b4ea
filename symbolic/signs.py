"""Exact signs: of an element at a point where every generator is a number.

A polynomial in logarithms of rationals is first enclosed by a ball (`flint.arb`). When the ball contains zero, the
point is put into the logarithms, which splits them over primes: if nothing is left, the value is exactly zero.
Otherwise the precision doubles until the ball leaves zero. For forms linear in logarithms this always ends (the
logarithms of primes are linearly independent over Q); for higher degrees no zero is expected without a formal
reason, and at the limit of precision the answer is `UndecidedError`, never a guess.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from flint import arb, ctx, fmpq

from .algebra import Element, Polynomial, Ring, evaluate, lift
from .errors import UndecidedError
from .rewritings import exponential, logarithm, reduce_roots, square_root
from .running import ask

Ball = Any  # flint.arb

FIRST_PRECISION = 64
LAST_PRECISION = 8192


class Point:
    """A rational value for every parameter of a ring, with the enclosures of its generators cached.

    Examples
    --------
    >>> from berknash.symbolic.tables import element_of
    >>> from berknash.symbolic.expressions import read_expression
    >>> ring, value = element_of(Ring.of_parameters(["h"]), read_expression("log(h) + log(2)", ["h"], where=""))
    >>> [Point(ring, {"h": Fraction(k, 4)}).sign(value) for k in (1, 2, 3)]
    [-1, 0, 1]
    """

    def __init__(self, ring: Ring, values: Mapping[str, Fraction]) -> None:
        missing = [name for name in ring.parameters if name not in values]
        if missing:
            raise KeyError(f"no value for {', '.join(missing)}")
        self.ring = ring
        self.values = {name: Fraction(values[name]) for name in ring.parameters}
        self._balls: dict[int, list[Ball]] = {}
        self._exact: tuple[Ring, list[Element]] | None = None

    def _parameter_ball(self, name: str) -> Ball:
        """The value of a parameter, at the precision of the context."""
        value = self.values[name]
        return arb(fmpq(value.numerator, value.denominator))

    def _generator_balls(self, precision: int) -> list[Ball]:
        if precision not in self._balls:
            balls: list[Ball] = []
            self._balls[precision] = balls
            for generator in self.ring.generators:
                if generator.argument is None:
                    balls.append(self._parameter_ball(generator.name))
                    continue
                inner = self._ball(generator.argument.numerator, balls) / self._ball(
                    generator.argument.denominator, balls
                )
                if generator.kind == "log":
                    balls.append(abs(inner).log())
                elif generator.kind == "sqrt":
                    balls.append(abs(inner).sqrt())
                else:
                    balls.append(inner.exp())
        return self._balls[precision]

    @staticmethod
    def _ball(polynomial: Polynomial, balls: list[Ball]) -> Ball:
        total = arb(0)
        for exponents, coefficient in polynomial.to_dict().items():
            term = arb(coefficient)
            for variable, exponent in enumerate(exponents):
                if exponent:
                    term *= balls[variable] if exponent == 1 else balls[variable] ** int(exponent)
            total += term
        return total

    def ball(self, element: Element, precision: int = FIRST_PRECISION) -> Ball:
        """A ball that contains the value of the element, computed with this many bits."""
        with ctx.workprec(precision):
            balls = self._generator_balls(precision)
            return self._ball(element.numerator, balls) / self._ball(element.denominator, balls)

    def exact(self, element: Element) -> tuple[Ring, Element]:
        """The value of the element over the ring of constants: logarithms of primes and so on."""
        if self._exact is None:
            ring = Ring.of_parameters([])
            images: list[Element] = []
            for generator in self.ring.generators:
                if generator.argument is None:
                    images.append(ring.constant(self.values[generator.name]))
                    continue
                one = ring.constant(1)
                inner = evaluate(generator.argument.numerator, images, one) / evaluate(
                    generator.argument.denominator, images, one
                )
                if generator.kind == "log":
                    ring, image = logarithm(ring, inner)
                elif generator.kind == "sqrt":
                    ring, image = square_root(ring, inner)
                else:
                    ring, image = exponential(ring, inner)
                images.append(image)
                images = [lift(image, ring.context) for image in images]
            self._exact = (ring, images)
        ring, images = self._exact
        one = ring.constant(1)
        bottom = reduce_roots(ring, evaluate(element.denominator, images, one))
        return ring, reduce_roots(ring, evaluate(element.numerator, images, one)) / bottom

    def sign(self, element: Element) -> int:
        """The exact sign of the element at the point: -1, 0 or 1.

        Raises ZeroDivisionError where its denominator is zero, UndecidedError at the limit of precision.
        """
        return self.polynomial_sign(element.numerator) * self._nonzero(element.denominator)

    def _nonzero(self, denominator: Polynomial) -> int:
        if denominator.is_constant():
            return 1 if denominator.leading_coefficient() > 0 else -1
        sign = self.polynomial_sign(denominator)
        if sign == 0:
            raise ZeroDivisionError("a denominator vanishes at the point")
        return sign

    def polynomial_sign(self, polynomial: Polynomial) -> int:
        """The exact sign of a polynomial in the generators at the point."""
        ask("the signs of polynomials at points")
        if polynomial.is_zero():
            return 0
        precision = FIRST_PRECISION
        while precision <= LAST_PRECISION:
            with ctx.workprec(precision):
                ball = self._ball(polynomial, self._generator_balls(precision))
            if ball > 0:
                return 1
            if ball < 0:
                return -1
            if precision == FIRST_PRECISION:
                _, value = self.exact(self.ring.polynomial(polynomial))
                if value.is_zero():
                    return 0
            precision *= 2
        raise UndecidedError(
            f"the sign of a constant was not decided with {LAST_PRECISION} bits; it may be zero"
        )
