"""Cells with the same structure, put together: the phases and strata of a diagram, whatever the kind of game.

A group of cells is a phase when one of its cells is open, and a stratum otherwise. Its condition holds at every point
of its cells and at no other point of the domain. The atoms that tell phases apart are the boundaries.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, Protocol, TypeVar

from ..decomposition.limits import Limits
from ..expressions.reading import Expression, Relation
from .atoms import AtomTable, kind_of
from .conditions import Condition, LiteralPrinter, cover


class PlacedCell(Protocol):
    """What is used of a cell: known atom signs, a bound on its dimension, a point as text (empty: none was found)."""

    @property
    def signs(self) -> tuple[tuple[int, int], ...]: ...
    @property
    def dimension(self) -> int: ...
    @property
    def sample(self) -> tuple[tuple[str, str], ...]: ...
    @property
    def plain(self) -> bool: ...


class PhaseStructure(Hashable, Protocol):
    """What is used of a structure: it can be compared, and says how many supports and which cycles it has."""

    @property
    def supports(self) -> tuple[Any, ...]: ...
    @property
    def cycles(self) -> tuple[Any, ...]: ...
    def __lt__(self, other: Any, /) -> bool: ...


Cell = TypeVar("Cell", bound=PlacedCell)
Key = TypeVar("Key", bound=PhaseStructure)


@dataclass(frozen=True, slots=True)
class PhaseGroup(Generic[Key, Cell]):
    """A phase or stratum: its structure, its cells and the best of them (open, with a simple exact point)."""

    name: str
    structure: Key
    dimension: int
    condition: Condition
    cells: tuple[Cell, ...]
    best: Cell

    @property
    def witnessed(self) -> bool:
        """Whether a point of every cell is known."""
        return all(cell.sample for cell in self.cells)


@dataclass(frozen=True, slots=True)
class AtomBoundary:
    """An atom that separates phases; `solved` is ``parameter == value`` where that has a closed form."""

    expression: Expression
    kind: str
    solved: Relation | None
    origins: tuple[str, ...]

    def to_document(self) -> dict[str, Any]:
        """The boundary in the shape of the format."""
        document: dict[str, Any] = {"expression": str(self.expression), "kind": self.kind}
        if self.solved is not None:
            document["solved"] = str(self.solved)
        return document | {"origins": list(self.origins)}


@dataclass(frozen=True, slots=True)
class Grouped(Generic[Key, Cell]):
    """Phases named I, II, ... and strata named 1, 2, ... by falling dimension, and the boundaries of the phases."""

    phases: tuple[PhaseGroup[Key, Cell], ...]
    strata: tuple[PhaseGroup[Key, Cell], ...]
    boundaries: tuple[AtomBoundary, ...]


def grouped(
    table: AtomTable,
    order: Sequence[str],
    cells: Sequence[Cell],
    structure_of: Callable[[Cell], Key],
    limits: Limits,
) -> Grouped[Key, Cell]:
    """The cells by structure, acyclic structures first; conditions prefer the parameters in `order`."""
    printer = LiteralPrinter(table, order)
    top = max((cell.dimension for cell in cells), default=0)
    by_structure: dict[Key, list[Cell]] = {}
    for cell in cells:
        by_structure.setdefault(structure_of(cell), []).append(cell)
    used: set[int] = set()
    found: list[tuple[Key, int, Condition, tuple[Cell, ...], Cell]] = []
    for done, structure in enumerate(sorted(by_structure, key=lambda s: (bool(s.cycles), len(s.supports), s))):
        limits.step("conditions of phases", done, len(by_structure))
        members = by_structure[structure]
        inside = [dict(s) for s in dict.fromkeys(c.signs for c in members)]
        outside = [dict(s) for s in dict.fromkeys(c.signs for c in cells if structure_of(c) != structure)]
        conjunctions = cover(inside, outside)
        dimension = max(c.dimension for c in members)
        if dimension == top:
            used.update(atom for literals in conjunctions for atom, _ in literals)
        best = min(members, key=lambda c: (-c.dimension, not c.sample, not c.plain, len(str(c.sample)), c.signs))
        found.append((structure, dimension, printer.condition(conjunctions), tuple(members), best))
    phases = [group for group in found if group[1] == top]
    strata = sorted((group for group in found if group[1] < top), key=lambda group: -group[1])
    return Grouped(
        tuple(PhaseGroup(roman(k), *group) for k, group in enumerate(phases, 1)),
        tuple(PhaseGroup(str(k), *group) for k, group in enumerate(strata, 1)),
        tuple(_boundary(table, printer, atom) for atom in sorted(used)),
    )


def _boundary(table: AtomTable, printer: LiteralPrinter, atom: int) -> AtomBoundary:
    solved = None if printer.threshold(atom) is None else printer.relation((atom, (0,)))
    kind = kind_of(table.ring, table.atoms[atom])
    return AtomBoundary(printer.expression(atom), kind, solved, tuple(table.origins[atom]))


def roman(number: int) -> str:
    """A roman numeral.

    >>> roman(14)
    'XIV'
    """
    digits = ((100, "C"), (90, "XC"), (50, "L"), (40, "XL"), (10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I"))
    text = ""
    for value, letters in digits:
        while number >= value:
            text += letters
            number -= value
    return text
