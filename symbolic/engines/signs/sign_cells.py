"""Conditions on parameters by a full decomposition into sign vectors.

A statement that depends on the signs of finitely many rational functions of the parameters is decided on each cell of
the decomposition of the domain by their irreducible factors (`decomposition`); `symbolic.cells.conditions.cover` then
finds a short condition that holds on exactly the cells where the statement does.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from ...algebra.ring import Element, Polynomial, Ring, irreducible_factors, polynomial_key
from ...algebra.text import element_expression, polynomial_expression
from ...cells.conditions import Condition, cover
from ...decomposition import decompose
from ...decomposition.box import Side
from ...expressions.reading import ZERO as NOTHING
from ...expressions.reading import Relation
from ...forms.laws import rational_element
from ...game.game import Game


@dataclass(frozen=True, slots=True)
class Sign:
    """A required sign: `allowed` holds the signs that the element may have; a pole of it fails."""

    element: Element
    allowed: tuple[int, ...]


class SignCells:
    """The cells of the domain of a game on which all given elements have one sign.

    `cells` lists the signs of the irreducible factors by index, and an exact sample; `assume` is respected.
    """

    def __init__(self, game: Game, ring: Ring, elements: Sequence[Element]) -> None:
        self.game = game
        self.ring = ring
        self.parameters = ring.parameters
        self.assume = [
            (rational_element(ring, r.left) - rational_element(ring, r.right), r.operator) for r in game.assume
        ]
        self.atoms: list[Polynomial] = []
        self._index: dict[Any, int] = {}
        for element in [*elements, *(element for element, _ in self.assume)]:
            for part in (element.numerator, element.denominator):
                self._factors(part)
        self.cells = self._cells()

    def _factors(self, polynomial: Polynomial) -> tuple[int, list[tuple[int, int]]]:
        """The sign of the content, and (atom, exponent) of the factors; new atoms are entered."""
        if polynomial.is_zero():
            return 0, []
        content, factors = irreducible_factors(polynomial)
        found = []
        for factor, power in factors:
            key = polynomial_key(factor)
            if key not in self._index:
                self._index[key] = len(self.atoms)
                self.atoms.append(factor)
            found.append((self._index[key], power))
        return (1 if content > 0 else -1), found

    def _cells(self) -> list[tuple[dict[int, int], tuple[Any, ...]]]:
        sides = {}
        for p in self.game.parameters:
            d = p.domain
            sides[p.name] = Side.make(d.low, d.high, not d.low_open, not d.high_open)
        if not self.atoms:
            return [({}, ())]
        result = decompose(self.atoms, self.parameters, sides, full=True)
        cells = [(dict(enumerate(cell.sign_vector)), cell.sample) for cell in result.cells]
        return [cell for cell in cells if all(self._relation_holds(cell[0], e, op) for e, op in self.assume)]

    def _relation_holds(self, signs: dict[int, int], element: Element, operator: str) -> bool:
        sign = self.sign(signs, element)
        allowed = {"<": (-1,), "<=": (-1, 0), "==": (0,), "!=": (-1, 1), ">=": (0, 1), ">": (1,)}[operator]
        return sign in allowed

    def sign(self, signs: dict[int, int], element: Element) -> int | None:
        """The sign of an element on a cell; None at a pole."""
        total = 1
        for part, is_bottom in ((element.denominator, True), (element.numerator, False)):
            unit, factors = self._factors(part)
            value = unit
            for atom, power in factors:
                value *= signs[atom] ** power
            if is_bottom and value == 0:
                return None
            total *= value
        return total

    def holds(self, signs: dict[int, int], guard: Sequence[Sign]) -> bool:
        return all(self.sign(signs, entry.element) in entry.allowed for entry in guard)

    def condition(self, holds: Callable[[int], bool]) -> Condition:
        """The condition that describes the cells (by number) where a statement holds."""
        inside = [signs for k, (signs, _) in enumerate(self.cells) if holds(k)]
        outside = [signs for k, (signs, _) in enumerate(self.cells) if not holds(k)]
        if not outside:
            return Condition(((),))
        conjunctions = cover(inside, outside)
        alternatives = []
        for literals in conjunctions:
            relations = [self._relation(atom, allowed) for atom, allowed in literals]
            alternatives.append(tuple(sorted(relations, key=str)))
        return Condition(tuple(alternatives))

    def _relation(self, atom: int, allowed: tuple[int, ...]) -> Relation:
        operators = {(-1,): "<", (-1, 0): "<=", (0,): "==", (-1, 1): "!=", (0, 1): ">=", (1,): ">"}
        operator = operators[tuple(sorted(allowed))]
        polynomial = self.atoms[atom]
        for position, name in enumerate(self.parameters):
            slope = polynomial.derivative(position)
            if slope.is_constant() and not slope.is_zero():
                lead = int(slope.leading_coefficient())
                parameter = self.ring.parameter(name)
                rest = self.ring.polynomial(polynomial) - self.ring.constant(lead) * parameter
                flipped = {"<": ">", "<=": ">=", "==": "==", "!=": "!=", ">=": "<=", ">": "<"}
                bound = -(rest / self.ring.constant(lead))
                return Relation(
                    element_expression(self.ring, parameter),
                    operator if lead > 0 else flipped[operator],
                    element_expression(self.ring, bound),
                )
        return Relation(polynomial_expression(self.ring, polynomial), operator, NOTHING)


def fails(entry: Sign) -> bool:
    """Whether a required sign fails everywhere."""
    value = entry.element.rational()
    return value is not None and ((value > 0) - (value < 0)) not in entry.allowed
