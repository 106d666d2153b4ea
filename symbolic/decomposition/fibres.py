"""Fibres: what happens to the arcs exactly over a break point of the base.

Let alpha be a root of an irreducible factor m of the projection, with the stacks over the two neighbouring
intervals known. The fibre consists of the points (alpha, y) on some arc polynomial, in order; every arc of a
neighbouring stack ends at one of them, or at the bottom or top end of the box.

Arithmetic is exact in K = Q(alpha) (or Q(constants)(alpha)): squarefree parts and common factors are gcds
in K[y], whose zero tests are divisibility by m. The real roots of the squarefree parts are then isolated
by balls, which terminates because they are known to be squarefree and common roots are known to be common.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import flint
from flint import arb, fmpq, fmpq_poly, fmpz_poly

from .isolation import PRECISION_LIMIT, RealRoot, isolate, isolate_balls
from .rationals import Polynomial, Rational
from .ring import ConstantPolynomial, Ring


class NumberField:
    """K = Q[x]/(m): elements are `fmpq_poly` reduced modulo m; no constants."""

    def __init__(self, minimal: Polynomial, root: RealRoot) -> None:
        self.minimal = fmpq_poly(minimal)
        self.root = root

    def embed(self, element: Polynomial) -> Any:
        """The class of a polynomial in x."""
        return fmpq_poly(element) % self.minimal

    def is_zero(self, element: Any) -> bool:
        """Exact zero test."""
        return bool(element.degree() < 0)

    def multiply(self, first: Any, second: Any) -> Any:
        """The product."""
        return first * second % self.minimal

    def scale(self, element: Any, factor: Any) -> Any:
        """The product with an integer."""
        return element * factor

    def normal(self, parts: list[Any]) -> list[Any]:
        """A multiple by a unit of K whose coefficients are small: divided by the leading coefficient."""
        _, inverse, _ = parts[-1].xgcd(self.minimal)
        return [self.multiply(part, inverse) for part in parts[:-1]] + [fmpq_poly([1])]

    def ball(self, element: Any, precision: int) -> Any:
        """A ball around the real number, at the working precision."""
        return element.numer()(self.root.ball(precision)) / arb(element.denom())


class ConstantField:
    """K = Q(constants)[x]/(m): elements are integer polynomials in x and the constants, up to multiples of
    m.
    """

    def __init__(self, ring: Ring, index: int, minimal: Polynomial, root: RealRoot) -> None:
        self.ring = ring
        self.index = index
        self.minimal = minimal
        self.parts = ring.split(minimal, index)
        self.root = root

    def embed(self, element: Polynomial) -> Any:
        """A polynomial in x and the constants."""
        return element

    def is_zero(self, element: Any) -> bool:
        """Whether m divides (m is irreducible, so this is the exact formal zero test)."""
        return bool(element.is_zero()) or bool(divmod(element, self.minimal)[1].is_zero())

    def multiply(self, first: Any, second: Any) -> Any:
        """The product."""
        return first * second

    def scale(self, element: Any, factor: Any) -> Any:
        """The product with an integer."""
        return element * int(factor)

    def normal(self, parts: list[Any]) -> list[Any]:
        """Reduces each coefficient modulo m by pseudo-division with one common multiplier, removes the
        content.
        """
        degree = len(self.parts) - 1
        lead = self.parts[-1]
        generator = self.ring.context.gens()[self.index]
        while True:
            top = max(max(part.degrees()[self.index], 0) for part in parts)
            if top < degree:
                break
            reduced = []
            for part in parts:
                head = self.ring.split(part, self.index)
                value = part * lead
                if len(head) - 1 == top:
                    value -= head[-1] * generator ** (top - degree) * self.minimal
                reduced.append(value)
            parts = reduced
        content = self.ring.context.constant(0)
        for part in parts:
            content = content.gcd(part)
        return [divmod(part, content)[0] for part in parts]

    def ball(self, element: Any, precision: int) -> Any:
        """A ball around the real number, at the working precision."""
        return self.ring.evaluate(element, {self.index: self.root.ball(precision)}, precision)


Field = NumberField | ConstantField


def trim(field_: Field, parts: Sequence[Any]) -> list[Any]:
    """Drops leading coefficients that are zero in K."""
    kept = list(parts)
    while kept and field_.is_zero(kept[-1]):
        kept.pop()
    return kept


def derivative(field_: Field, parts: Sequence[Any]) -> list[Any]:
    """The derivative in K[y]."""
    return [field_.scale(part, power) for power, part in enumerate(parts)][1:]


def pseudo_divide(field_: Field, first: list[Any], second: list[Any]) -> tuple[list[Any], list[Any]]:
    """Quotient and remainder of (a multiple by a unit of) the first by the second in K[y]."""
    rest = list(first)
    quotient: list[Any] = []
    lead = second[-1]
    while len(rest) >= len(second):
        top = rest[-1]
        quotient = [field_.multiply(part, lead) for part in quotient] + [top]
        shift = len(rest) - len(second)
        rest = [field_.multiply(part, lead) for part in rest]
        for power, part in enumerate(second):
            rest[power + shift] = rest[power + shift] - field_.multiply(top, part)
        rest.pop()
    return quotient[::-1], trim(field_, rest)


def greatest_common_divisor(field_: Field, first: Sequence[Any], second: Sequence[Any]) -> list[Any]:
    """The gcd in K[y] (up to a unit) of two polynomials with non-zero leading coefficients."""
    a, b = list(first), list(second)
    if len(a) < len(b):
        a, b = b, a
    while b:
        b = field_.normal(b)
        a, b = b, pseudo_divide(field_, a, b)[1]
    return field_.normal(a)


@dataclass(frozen=True, slots=True, eq=False)
class FibrePolynomial:
    """A polynomial in y with coefficients in K, evaluated by balls (lowest degree first)."""

    field: Any
    parts: tuple[Any, ...]
    _known: dict[int, list[Any]] = field(default_factory=dict, repr=False)

    def degree(self) -> int:
        """The degree in y."""
        return len(self.parts) - 1

    def coefficients(self, precision: int) -> list[Any]:
        """Balls around the coefficients."""
        if precision not in self._known:
            with flint.ctx.workprec(precision):
                self._known[precision] = [self.field.ball(part, precision) for part in self.parts]
        return self._known[precision]

    def is_zero_at(self, point: Rational) -> bool:
        """Whether the value at a rational y is zero in K."""
        top = self.degree()
        total = self.field.embed(self.parts[0] * 0)
        for power, part in enumerate(self.parts):
            total = total + self.field.scale(part, point.p**power * point.q ** (top - power))
        return bool(self.field.is_zero(total))

    def without_root(self, point: Rational) -> FibrePolynomial:
        """The quotient by (y - point), which must divide, times a positive integer (Horner's scheme)."""
        carry = self.field.embed(self.parts[0] * 0)
        quotient: list[Any] = []
        scale = fmpq(1).p
        for part in reversed(self.parts[1:]):
            scale *= point.q
            carry = self.field.scale(part, scale) + self.field.scale(carry, point.p)
            quotient.append(carry)
        size = len(quotient)
        aligned = [self.field.scale(value, point.q ** (size - 1 - k)) for k, value in enumerate(quotient)]
        return FibrePolynomial(self.field, tuple(reversed(aligned)))

    def exact(self) -> Polynomial | None:
        """The polynomial over the integers when all coefficients are rational numbers, times a positive
        integer.
        """
        if isinstance(self.field, NumberField) and all(part.degree() <= 0 for part in self.parts):
            return fmpq_poly([part[0] for part in self.parts]).numer()
        return None

    def isolate(self, lower: Rational | None, upper: Rational | None, limit: int = PRECISION_LIMIT) -> list[RealRoot]:
        """The roots of a squarefree polynomial in an open interval, without those at its ends."""
        if self.degree() <= 0:
            return []
        exact = self.exact()
        if exact is not None:
            return isolate(exact, lower, upper)
        reduced = self
        for end in (lower, upper):
            if end is not None and reduced.degree() > 0 and reduced.is_zero_at(end):
                reduced = reduced.without_root(end)
        return isolate_balls(reduced, lower, upper, limit)


def make_field(ring: Ring, index: int, polynomial: Polynomial, root: RealRoot) -> Field:
    """The field generated by a simple root of a polynomial in one parameter, irreducible if there are constants."""
    form = ring.univariate(polynomial, index)
    if isinstance(form, fmpz_poly) and not ring.constants:
        return NumberField(_minimal(form, root), root)
    return ConstantField(ring, index, polynomial, root)


def _minimal(form: Any, root: RealRoot) -> Any:
    """The irreducible factor that has the root."""
    factors = [factor for factor, _ in form.factor()[1]]
    if len(factors) == 1:
        return form
    lower, upper = root.isolating
    (minimal,) = [
        factor
        for factor in factors
        if (factor(lower) == 0 if lower == upper else len(isolate(factor, lower, upper)) > 0)
    ]
    return minimal


def embed_coefficients(field_: Field, ring: Ring, polynomial: Polynomial, base: int, variable: int) -> list[Any]:
    """The coefficients in K, lowest first and trimmed, of a polynomial in the base parameter and y."""
    parts = ring.split(polynomial, variable)
    if isinstance(field_, NumberField):
        return trim(field_, [field_.embed(ring.univariate(part, base)) for part in parts])
    return trim(field_, [field_.embed(part) for part in parts])


def squarefree(field_: Field, parts: list[Any]) -> tuple[list[Any], list[Any]]:
    """The squarefree part in K[y], and the gcd with the derivative (whose roots are the multiple ones)."""
    common = greatest_common_divisor(field_, parts, derivative(field_, parts))
    if len(common) <= 1:
        return parts, common
    quotient, rest = pseudo_divide(field_, parts, common)
    if rest:
        raise ArithmeticError("the gcd does not divide")
    return field_.normal(quotient), common


__all__ = [
    "ConstantField",
    "ConstantPolynomial",
    "FibrePolynomial",
    "Field",
    "NumberField",
    "derivative",
    "embed_coefficients",
    "greatest_common_divisor",
    "make_field",
    "pseudo_divide",
    "squarefree",
    "trim",
]
