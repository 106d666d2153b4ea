"""A certificate as the checker reads it: constraints with their origin, the tree of cases, polynomials as formulas.

The variables and the rules are the checker's own (`check.Kernel`), so what is written out is what was checked.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import lcm
from typing import Any

from ...symbolic.algebra.ring import Element, Generator, Ring, irreducible_factors
from ...symbolic.algebra.text import element_expression, factored_expression
from ...symbolic.expressions.reading import Expression, Number, Power, Product, Sum, multiply
from ...symbolic.expressions.tree import total
from .. import check
from ..check import Constraint, Polynomial, number_in


@dataclass(frozen=True, slots=True)
class Branch:
    """A node of the proof: facts in order, as (constraint, entry), and its end."""

    facts: tuple[tuple[Constraint, Mapping[str, Any]], ...]
    end: Refuted | Holds | Meant | Split


@dataclass(frozen=True, slots=True)
class Refuted:
    """What is known is contradictory: the combination of it that vanishes."""

    record: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Holds:
    """The claim is true by signs: products of facts, each as (place, power)."""

    products: tuple[tuple[tuple[int, int], ...], ...]


@dataclass(frozen=True, slots=True)
class Meant:
    """The claim follows from what its predicates mean."""


@dataclass(frozen=True, slots=True)
class Split:
    """The polynomial is negative, zero, positive; each case with what it adds."""

    polynomial: Polynomial
    cases: tuple[tuple[Constraint, Branch], ...]


class Reading:
    """A certificate that the checker has accepted, opened for writing.

    Attributes
    ----------
    kernel : the checker's variables and rules
    game : the checker's tables of the game, None for a claim without one
    domain, positive, assumptions : what is known from the start, in the checker's order; positive with its reasons
    claim : nested lists
    root : the proof
    """

    def __init__(self, certificate: Mapping[str, Any]) -> None:
        check.check(dict(certificate))
        self.kernel = check.Kernel(dict(certificate))
        self.game = None if certificate["game"] is None else check.Game(self.kernel, certificate["game"])
        self.record: Mapping[str, Any] | None = certificate["game"]
        self.claim: list[Any] = list(certificate["claim"])
        self.parameters: tuple[str, ...] = tuple(certificate["parameters"])
        domain = len(certificate["domain"])
        self.domain = self.kernel.domain[:domain]
        self.positive = tuple(zip(self.kernel.domain[domain:], certificate["positive"], strict=True))
        self.assumptions = self.kernel.known[len(self.kernel.domain) :]
        self.root = self._branch(certificate["proof"], self.kernel.known)
        self._ring = self._printing_ring()

    def _branch(self, node: Mapping[str, Any], known: Sequence[Constraint]) -> Branch:
        found = self.kernel.facts(node["facts"], list(known))
        facts = tuple(zip(found, node["facts"], strict=True))
        inner, end = [*known, *found], node["end"]
        if "refuted" in end:
            return Branch(facts, Refuted(end["refuted"]))
        if "split" in end:
            polynomial = self.kernel.reader.polynomial(end["split"])
            starts: list[Constraint] = [
                (self.negative(polynomial), ">"), (polynomial, "=="), (polynomial, ">"),
            ]  # fmt: skip
            cases = zip(starts, end["cases"], strict=True)
            return Branch(facts, Split(polynomial, tuple((s, self._branch(c, [*inner, s])) for s, c in cases)))
        if "meaning" in end:
            return Branch(facts, Meant())
        return Branch(facts, Holds(tuple(tuple((i, n) for i, n in entry) for entry in end["holds"])))

    def negative(self, polynomial: Polynomial) -> Polynomial:
        """Minus the polynomial."""
        return -polynomial

    def polynomial(self, text: Any) -> Polynomial:
        """A polynomial of the certificate."""
        return self.kernel.reader.polynomial(text)

    # Formulas

    def _printing_ring(self) -> Ring:
        ring = Ring.of_parameters(self.parameters)
        one = len(self.parameters)
        for name, argument in self.kernel.generators.items():
            inside = {monomial[:one]: value for monomial, value in argument.items()}
            written = self._element(Ring.of_parameters(self.parameters), inside)
            ring = ring.extend(Generator("log", name, written, 1))
        return ring

    @staticmethod
    def _element(ring: Ring, polynomial: Mapping[tuple[int, ...], int | Fraction]) -> Element:
        scale = lcm(*(value.denominator for value in polynomial.values())) if polynomial else 1
        width = len(ring.context.names())
        entries = {
            (*monomial, *[0] * (width - len(monomial))): int(value * scale) for monomial, value in polynomial.items()
        }
        return Element.make(ring.context.from_dict(entries), ring.context.constant(scale))

    def expression(self, polynomial: Polynomial) -> Expression:
        """The polynomial as a formula, logarithms collected, factored where that says more."""
        number = number_in(polynomial)
        if number is not None:
            return Number(Fraction(number))
        element = self._element(self._ring, polynomial)
        _, factors = irreducible_factors(element.numerator)
        if sum(power for _, power in factors) > 1 and len(polynomial) > 1:
            written = factored_expression(self._ring, element.numerator)
            scale = int(element.denominator.leading_coefficient())
            return multiply([Number(Fraction(1, scale)), written])
        return _turned(element_expression(self._ring, element))

    def factor_expression(self, polynomial: Polynomial, exponent: int) -> Expression:
        """A power of a polynomial as one factor of a product."""
        written = self.expression(polynomial)
        if isinstance(written, Product) and exponent > 1:
            return Power(written, exponent)
        return written if exponent == 1 else Power(written, exponent)


def _turned(expression: Expression) -> Expression:
    """A sum with its positive terms first."""
    return total(list(expression.terms)) if isinstance(expression, Sum) else expression
