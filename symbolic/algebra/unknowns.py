"""Polynomials in unknowns whose coefficients are functions of the parameters; sparse, for few unknowns of low degree.

Coefficients may hold roots that are added on the way (`symbolic.algebra.surds`), which is why the unknowns are kept
apart from the generators of a ring. Nothing here asks for a sign: what is zero only for some parameters stays.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from itertools import permutations

from .ring import Element

Monomial = tuple[tuple[int, int], ...]
"""Unknowns with their powers, in order."""


@dataclass(frozen=True, slots=True)
class Unknowns:
    """A polynomial: the coefficient of each monomial, none of them zero formally.

    Examples
    --------
    >>> from berknash.symbolic.algebra.ring import Ring
    >>> ring = Ring.of_parameters(["p"])
    >>> one, x, y = Unknowns.constant(ring.constant(1)), *(Unknowns.of(k, ring.constant(1)) for k in (0, 1))
    >>> square = (x + y) * (x - y)
    >>> square.degree(0), sorted(square.unknowns)
    (2, [0, 1])
    >>> (square + y * y - x * x).is_zero()
    True
    """

    terms: tuple[tuple[Monomial, Element], ...]

    @staticmethod
    def make(terms: Mapping[Monomial, Element]) -> Unknowns:
        """The polynomial with these coefficients."""
        return Unknowns(tuple((m, terms[m]) for m in sorted(terms) if not terms[m].is_zero()))

    @staticmethod
    def constant(value: Element) -> Unknowns:
        """A polynomial without unknowns."""
        return Unknowns.make({(): value})

    @staticmethod
    def of(unknown: int, one: Element) -> Unknowns:
        """An unknown itself."""
        return Unknowns(((((unknown, 1),), one),))

    @property
    def unknowns(self) -> frozenset[int]:
        """The unknowns that occur."""
        return frozenset(k for monomial, _ in self.terms for k, _ in monomial)

    def is_zero(self) -> bool:
        """Whether it is zero formally."""
        return not self.terms

    def value(self, zero: Element) -> Element:
        """The coefficient without unknowns."""
        return next((c for m, c in self.terms if not m), zero)

    def degree(self, unknown: int) -> int:
        """The degree in an unknown."""
        return max((power for m, _ in self.terms for k, power in m if k == unknown), default=0)

    @property
    def total_degree(self) -> int:
        """The degree in all unknowns together."""
        return max((sum(power for _, power in m) for m, _ in self.terms), default=0)

    def __add__(self, other: Unknowns) -> Unknowns:
        found = dict(self.terms)
        for monomial, c in other.terms:
            found[monomial] = found[monomial] + c if monomial in found else c
        return Unknowns.make(found)

    def __neg__(self) -> Unknowns:
        return Unknowns(tuple((m, -c) for m, c in self.terms))

    def __sub__(self, other: Unknowns) -> Unknowns:
        return self + (-other)

    def __mul__(self, other: Unknowns) -> Unknowns:
        found: dict[Monomial, Element] = {}
        for first, a in self.terms:
            for second, b in other.terms:
                monomial = _product(first, second)
                found[monomial] = found[monomial] + a * b if monomial in found else a * b
        return Unknowns.make(found)

    def scaled(self, factor: Element) -> Unknowns:
        """The product with a function of the parameters."""
        return Unknowns.make({m: c * factor for m, c in self.terms})

    def mapped(self, change: Callable[[Element], Element]) -> Unknowns:
        """The polynomial with changed coefficients."""
        return Unknowns.make({m: change(c) for m, c in self.terms})

    def by_powers(self, unknown: int) -> list[Unknowns]:
        """The coefficients of the powers of an unknown, lowest first."""
        parts: list[dict[Monomial, Element]] = [{} for _ in range(self.degree(unknown) + 1)]
        for monomial, c in self.terms:
            power = dict(monomial).get(unknown, 0)
            parts[power][tuple(pair for pair in monomial if pair[0] != unknown)] = c
        return [Unknowns.make(part) for part in parts]

    def put(self, unknown: int, numerator: Unknowns, denominator: Unknowns | None = None) -> Unknowns:
        """The value at ``unknown = numerator / denominator``, times the denominator to the degree in the unknown."""
        parts = self.by_powers(unknown)
        if len(parts) == 1:
            return self
        total, above, below = Unknowns(()), [_one(self)], [_one(self)]
        for _ in parts[1:]:
            above.append(above[-1] * numerator)
            below.append(below[-1] if denominator is None else below[-1] * denominator)
        for power, part in enumerate(parts):
            total = total + part * above[power] * below[len(parts) - 1 - power]
        return total

    def at(self, values: Mapping[int, Element], zero: Element) -> Element:
        """The value where all unknowns are known."""
        total = zero
        for monomial, c in self.terms:
            for unknown, power in monomial:
                c = c * values[unknown] ** power
            total = total + c
        return total


def _one(polynomial: Unknowns) -> Unknowns:
    one = polynomial.terms[0][1].denominator.context().constant(1)
    return Unknowns.constant(Element(one, one))


def _product(first: Monomial, second: Monomial) -> Monomial:
    powers = dict(first)
    for unknown, power in second:
        powers[unknown] = powers.get(unknown, 0) + power
    return tuple(sorted(powers.items()))


def total_of(polynomials: Iterable[Unknowns]) -> Unknowns:
    """The sum."""
    found = Unknowns(())
    for polynomial in polynomials:
        found = found + polynomial
    return found


def resultant(first: Unknowns, second: Unknowns, unknown: int) -> Unknowns:
    """The determinant of Sylvester's matrix: zero wherever the two have a common zero."""
    a, b = first.by_powers(unknown)[::-1], second.by_powers(unknown)[::-1]
    size = len(a) + len(b) - 2
    rows = [[Unknowns(())] * k + a + [Unknowns(())] * (size - k - len(a)) for k in range(len(b) - 1)]
    rows += [[Unknowns(())] * k + b + [Unknowns(())] * (size - k - len(b)) for k in range(len(a) - 1)]
    found = Unknowns(())
    for order in permutations(range(size)):
        term = _one(first)
        for k, place in enumerate(order):
            term = term * rows[k][place]
            if term.is_zero():
                break
        found = found - term if _is_odd(order) else found + term
    return found


def _is_odd(order: tuple[int, ...]) -> bool:
    return sum(order[j] > order[k] for k in range(len(order)) for j in range(k)) % 2 == 1
