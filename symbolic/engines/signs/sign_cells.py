"""The signs of finitely many rational functions of the parameters on every cell of the domain.

A statement that depends on these signs is decided on each cell (`symbolic.cells.question_cells`); its condition holds
on exactly the cells where it does.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from ...algebra.ring import Element, Ring
from ...cells.cases import Cases
from ...cells.cell import Cell
from ...cells.conditions import LiteralPrinter
from ...cells.question_cells import find_cells
from ...combinatorics.agent import Problem
from ...game.game import Game
from .engine import ParameterTable

Signs = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Sign:
    """A required sign: `allowed` holds the signs that the element may have; a pole of it fails."""

    element: Element
    allowed: tuple[int, ...]


class SignCells:
    """The cells of the domain of a game on which all given elements have one sign; `cases` gives conditions."""

    def __init__(self, game: Game, ring: Ring, elements: Iterable[Element]) -> None:
        self._table = table = ParameterTable(game, ring)
        parts = list(dict.fromkeys(part for element in elements for part in _parts(element)))
        for part in parts:
            table.product_of(part, "best fits and payoffs")

        def signs(problem: Problem) -> Signs:
            assert problem.sign_of is not None
            return tuple(problem.sign_of(part) for part in parts)

        self.cells: Sequence[Cell[Signs]] = find_cells(table, ring.parameters, signs).cells
        self.cases = Cases(LiteralPrinter(table, ring.parameters), self.cells)

    def sign(self, cell: Cell[Signs], element: Element) -> int | None:
        """The sign of an element on a cell; None at a pole."""
        sign_of = self._table.problem(dict(cell.signs).__getitem__).sign_of
        assert sign_of is not None
        # By its factors: the negative and the like of what was named are known too.
        above, below = map(sign_of, _parts(element))
        return above * below if below else None

    def holds(self, cell: Cell[Signs], guard: Sequence[Sign]) -> bool:
        """Whether all required signs are there on a cell."""
        return all(self.sign(cell, entry.element) in entry.allowed for entry in guard)


def _parts(element: Element) -> tuple[Element, Element]:
    one = element.denominator.context().constant(1)
    return Element(element.numerator, one), Element(element.denominator, one)


def fails(entry: Sign) -> bool:
    """Whether a required sign fails everywhere."""
    value = entry.element.rational()
    return value is not None and ((value > 0) - (value < 0)) not in entry.allowed
