"""Exact signs: of an element at a point where every generator is a number.

A polynomial in logarithms of rationals is first enclosed by a ball (`flint.arb`). When the ball contains zero, the
point is put into the logarithms, which splits them over primes: if nothing is left, the value is exactly zero.
Otherwise the precision doubles until the ball leaves zero. For forms linear in logarithms this always ends (the
logarithms of primes are linearly independent over Q); for higher degrees no zero is expected without a formal
reason, and at the limit of precision the answer is `UndecidedError`, never a guess.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction

from flint import ctx

from ..errors import UndecidedError
from ..errors.running import ask
from ..expressions.reading import Expression, Number, symbols_of
from ..floats import float_or_none
from .elements import element_of
from .enclosures import FIRST_PRECISION, LAST_PRECISION, Enclosures
from .rewritings import exponential, logarithm, reduce_roots, square_root
from .ring import Element, Polynomial, Ring, evaluate, lift

Sign = Callable[[Element], int]

class Point(Enclosures):
    """A rational value for every parameter of a ring, with the enclosures of its generators cached.

    Examples
    --------
    >>> from berknash.symbolic.forms.tables import element_of
    >>> from berknash.symbolic.expressions.reading import read_expression
    >>> ring, value = element_of(Ring.of_parameters(["h"]), read_expression("log(h) + log(2)", ["h"], where=""))
    >>> [Point(ring, {"h": Fraction(k, 4)}).sign(value) for k in (1, 2, 3)]
    [-1, 0, 1]
    """

    def __init__(self, ring: Ring, values: Mapping[str, Fraction]) -> None:
        super().__init__(ring, values)
        self._exact: tuple[Ring, list[Element]] | None = None

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


def approximate(expression: Expression) -> float | None:
    """The float nearest to a constant, None when parameters occur in it or it lies beyond all floats.

    Examples
    --------
    >>> from berknash.symbolic.expressions.reading import read_expression
    >>> approximate(read_expression("log(2)/log(4)", [], where=""))
    0.5
    """
    if isinstance(expression, Number):
        return float_or_none(expression.value)
    if symbols_of(expression):
        return None
    ring, element = element_of(Ring.of_parameters([]), expression)
    exact = element.rational()
    if exact is not None:
        return float_or_none(exact)
    return float_or_none(Point(ring, {}).ball(element, 128).mid())
