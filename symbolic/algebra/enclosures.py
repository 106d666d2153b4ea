"""Enclosures: balls that contain the value of an element where every parameter has a rational value.

Ball arithmetic (van der Hoeven 2009; Johansson 2017, Arb) proves signs that are not zero, and those only.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from flint import arb, ctx, fmpq

from .ring import Element, Polynomial, Ring

Ball = Any  # flint.arb

FIRST_PRECISION = 64
LAST_PRECISION = 8192


class Enclosures:
    """A rational value for every parameter of a ring, with the enclosures of its generators cached."""

    def __init__(self, ring: Ring, values: Mapping[str, Fraction]) -> None:
        missing = [name for name in ring.parameters if name not in values]
        if missing:
            raise KeyError(f"no value for {', '.join(missing)}")
        self.ring = ring
        self.values = {name: Fraction(values[name]) for name in ring.parameters}
        self._balls: dict[int, list[Ball]] = {}

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

    def proved_sign(self, polynomial: Polynomial) -> int:
        """1 or -1 where balls prove this sign of the polynomial, 0 where it is zero or resists the last precision."""
        precision = FIRST_PRECISION
        while precision <= LAST_PRECISION:
            with ctx.workprec(precision):
                ball = self._ball(polynomial, self._generator_balls(precision))
            if ball > 0 or ball < 0:
                return 1 if ball > 0 else -1
            precision *= 2
        return 0
