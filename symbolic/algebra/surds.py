"""Logarithms and square roots over a ring in which only signs are known: surds are told from their squares.

What needs a logarithm that the ring lacks asks for a larger ring (`RingGrows`) and is asked again.
"""

from __future__ import annotations

from typing import Any

from ..errors import NotSupportedError
from .rewritings import logarithm, reduce_roots, square_root
from .ring import Element, Polynomial, Ring, lift
from .signs import Sign


class RingGrows(Exception):
    """A logarithm was asked for that the ring of the signs lacks; to be asked again over `ring`."""

    def __init__(self, ring: Ring) -> None:
        super().__init__()
        self.ring = ring


class Functions:
    """Logarithms and square roots over the ring of the signs; RingGrows where it lacks a logarithm.

    Roots are added to a larger ring here, and their signs traced back: ``a + b sqrt(r)`` has the sign of a and b where
    these agree, and otherwise that of a times the sign of ``a**2 - b**2 r``.
    """

    def __init__(self, ring: Ring) -> None:
        self.base = ring
        self.ring = ring

    def log(self, element: Element) -> Element:
        """The logarithm of what is positive where it is asked for."""
        if self._roots(self.reduced(element).numerator) or self._roots(self.reduced(element).denominator):
            raise NotSupportedError("a comparison of models needs the logarithm of a root; fix a parameter with --at")
        ring, value = logarithm(self.base, self._over_base(self.reduced(element)))
        if len(ring.generators) > len(self.base.generators):
            raise RingGrows(ring)
        return lift(value, self.ring.context)

    def sqrt(self, element: Element) -> Element:
        """The square root of what is not negative where it is asked for."""
        self.ring, value = square_root(self.ring, lift(element, self.ring.context))
        return value

    def reduced(self, element: Element) -> Element:
        """The element over the larger ring, squares of roots replaced."""
        return reduce_roots(self.ring, lift(element, self.ring.context))

    def plain(self, element: Element) -> Element:
        """The same over the ring of the signs, where no root is left in it."""
        reduced = self.reduced(element)
        rooted = self._roots(reduced.numerator) or self._roots(reduced.denominator)
        return reduced if rooted else self._over_base(reduced)

    def sign(self, element: Element, sign: Sign) -> int:
        """The sign of an element, from the signs of elements without roots."""
        reduced = self.reduced(element)
        result = 1
        for part in (reduced.numerator, reduced.denominator):
            result *= self._polynomial_sign(part, sign) if result else 0
        return result

    def _roots(self, polynomial: Polynomial) -> list[int]:
        """The roots added here that occur in a polynomial."""
        return [k for k, degree in enumerate(polynomial.degrees()) if degree > 0 and k >= len(self.base.generators)]

    def _over_base(self, element: Element) -> Element:
        """An element without such roots over the ring of the signs."""
        count, context = len(self.base.generators), self.base.context
        parts = [
            context.from_dict({tuple(exponents[:count]): value for exponents, value in part.to_dict().items()})
            for part in (element.numerator, element.denominator)
        ]
        return Element(parts[0], parts[1])

    def _polynomial_sign(self, polynomial: Polynomial, sign: Sign) -> int:
        one = self.ring.context.constant(1)
        roots = self._roots(polynomial)
        if not roots:
            found = self._over_base(Element(polynomial, one))
            value = found.rational()
            return sign(found) if value is None else (value > 0) - (value < 0)
        # The last root may contain the others.
        place = roots[-1]
        argument = self.ring.generators[place].argument
        assert argument is not None
        parts: list[dict[Any, Any]] = [{}, {}]
        for exponents, value in polynomial.to_dict().items():
            rest = tuple(0 if k == place else e for k, e in enumerate(exponents))
            parts[int(exponents[place])][rest] = value
        plain, times = (Element(self.ring.context.from_dict(part), one) for part in parts)
        signs = self.sign(plain, sign), self.sign(times, sign)
        radicand = lift(argument, self.ring.context)
        if not signs[1] or signs[0] == signs[1]:
            return signs[0] or signs[1] * abs(self.sign(radicand, sign))
        if not signs[0]:
            return signs[1] * abs(self.sign(radicand, sign))
        return signs[0] * self.sign(plain * plain - times * times * radicand, sign)


class KnownSigns:
    """The signs of functions of the parameters, each asked for once; that of a number needs no asking."""

    def __init__(self, functions: Functions, sign: Sign) -> None:
        self._functions, self._sign = functions, sign
        self._known: dict[Element, int] = {}

    def __call__(self, element: Element) -> int:
        value = element.rational()
        if value is not None:
            return (value > 0) - (value < 0)
        reduced = self._functions.reduced(element)
        if reduced not in self._known:
            self._known[reduced] = self._functions.sign(reduced, self._sign)
        return self._known[reduced]
