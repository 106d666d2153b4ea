"""A ring with one parameter put to a rational value: polynomials in the other parameter, its logarithms, constants."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from ..algebra.rewritings import exponential, logarithm, reduce_roots, square_root
from ..algebra.ring import Element, Generator, Polynomial, Ring, evaluate, lift
from ..errors import NotSupportedError


class Specialisation:
    """The homomorphism that puts one parameter to a value; logarithms are split anew over the factors that appear.

    >>> ring = Ring.of_parameters(["h", "l"])
    >>> ring, value = logarithm(ring, ring.parameter("h") * ring.parameter("l") ** 2)
    >>> put = Specialisation(ring, "h", Fraction(1, 6), "l")
    >>> str(put(value.numerator))
    '-log(2) - log(3) + 2*log(l)'
    """

    def __init__(self, ring: Ring, name: str, value: Fraction | tuple[Any, Any], kept: str) -> None:
        """`value` is a number, or (top, bottom) of a rational function of the kept parameter, two `fmpz_poly`."""
        self.ring = Ring.of_parameters([kept])
        images: list[Element | None] = []
        for generator in ring.generators:
            image = self._image(generator, images, name, value, kept)
            images = [None if i is None else lift(i, self.ring.context) for i in [*images, image]]
        self._images = images

    def _image(
        self,
        generator: Generator,
        images: list[Element | None],
        name: str,
        value: Fraction | tuple[Any, Any],
        kept: str,
    ) -> Element | None:
        if generator.argument is None:
            if generator.name == name:
                if isinstance(value, tuple):
                    return self._composed(value[0], kept) / self._composed(value[1], kept)
                return self.ring.constant(value)
            return self.ring.parameter(kept) if generator.name == kept else None
        one = self.ring.constant(1)
        try:
            known = [one if i is None else i for i in images]
            inner = evaluate(generator.argument.numerator, known, one) / evaluate(
                generator.argument.denominator, known, one
            )
        except ZeroDivisionError:
            return None
        if generator.kind == "log":
            if inner.is_zero():
                return None
            self.ring, image = logarithm(self.ring, inner)
        elif generator.kind == "sqrt" and inner.rational() is not None:
            self.ring, image = square_root(self.ring, inner)
        elif generator.kind == "exp":
            self.ring, image = exponential(self.ring, inner)
        else:
            raise NotSupportedError(f"{generator.name}: only logarithms may contain a free parameter; fix it")
        return image

    def _composed(self, polynomial: Any, kept: str) -> Element:
        total = self.ring.constant(0)
        for coefficient in reversed(polynomial.coeffs()):
            total = total * self.ring.parameter(kept) + self.ring.constant(int(coefficient))
        return total

    def image(self, position: int) -> Element | None:
        """What a generator becomes."""
        image = self._images[position]
        return None if image is None else lift(image, self.ring.context)

    def __call__(self, polynomial: Polynomial) -> Polynomial | None:
        """A positive multiple of the image; None when it uses a logarithm that is singular there."""
        for image, degree in zip(self._images, polynomial.degrees(), strict=True):
            if image is None and degree > 0:
                return None
        one = self.ring.constant(1)
        known = [one if i is None else lift(i, self.ring.context) for i in self._images]
        return reduce_roots(self.ring, evaluate(polynomial, known, one)).numerator
