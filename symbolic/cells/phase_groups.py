"""Cells with the same structure, put together: the phases and strata of a diagram, whatever the kind of game.

A group of cells is a phase when one of its cells is open, and a stratum otherwise. Where phases shall be open, cells
of lower dimension with the structure of a phase that touch another structure are a stratum of their own. The condition
of a group holds at every point of its cells and at no other point of the domain. The atoms that tell phases apart are
the boundaries.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, Protocol, TypeVar

from ..decomposition.limits import Limits
from .atoms import AtomTable
from .conditions import Condition, LiteralPrinter, cover


class SignedCell(Protocol):
    """What is used of any cell: known atom signs, and a bound on its dimension."""

    @property
    def signs(self) -> tuple[tuple[int, int], ...]: ...
    @property
    def dimension(self) -> int: ...


class PlacedCell(SignedCell, Protocol):
    """A cell with a point as text; empty where none was found."""

    @property
    def sample(self) -> tuple[tuple[str, str], ...]: ...
    @property
    def plain(self) -> bool: ...
    @property
    def witnessed(self) -> bool: ...


class PhaseStructure(Hashable, Protocol):
    """What is used of a structure: it can be compared, and says how many supports and which cycles it has."""

    @property
    def supports(self) -> tuple[Any, ...]: ...
    @property
    def cycles(self) -> tuple[Any, ...]: ...
    def __lt__(self, other: Any, /) -> bool: ...


Cell = TypeVar("Cell", bound=PlacedCell)
Key = TypeVar("Key", bound=PhaseStructure)
Signed = TypeVar("Signed", bound=SignedCell)
Alike = TypeVar("Alike", bound=Hashable)


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
        return all(cell.witnessed for cell in self.cells)


@dataclass(frozen=True, slots=True)
class Grouped(Generic[Key, Cell]):
    """Phases named I, II, ... and strata named 1, 2, ... by falling dimension, and the atoms that bound the phases."""

    phases: tuple[PhaseGroup[Key, Cell], ...]
    strata: tuple[PhaseGroup[Key, Cell], ...]
    boundaries: tuple[int, ...]


def grouped(
    table: AtomTable,
    order: Sequence[str],
    cells: Sequence[Cell],
    structure_of: Callable[[Cell], Key],
    limits: Limits,
    open_phases: bool = False,
) -> Grouped[Key, Cell]:
    """The cells by structure, acyclic structures first; conditions prefer the parameters in `order`.

    With `open_phases` a phase does not contain its rim.
    """
    printer = LiteralPrinter(table, order)
    top = max((cell.dimension for cell in cells), default=0)
    by_structure: dict[Key, list[Cell]] = {}
    for cell in cells:
        by_structure.setdefault(structure_of(cell), []).append(cell)
    touching = Touching(cells, structure_of)
    used: set[int] = set()
    found: list[tuple[Key, int, Condition, tuple[Cell, ...], Cell]] = []
    for done, structure in enumerate(sorted(by_structure, key=lambda s: (bool(s.cycles), len(s.supports), s))):
        limits.step("conditions of phases", done, len(by_structure))
        alike = by_structure[structure]
        for members in parted(alike, top, touching.others) if open_phases else [alike]:
            own = {id(cell) for cell in members}
            inside = [dict(s) for s in dict.fromkeys(c.signs for c in members)]
            outside = [dict(s) for s in dict.fromkeys(c.signs for c in cells if id(c) not in own)]
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
        tuple(sorted(used)),
    )


def parted(members: Sequence[Signed], top: int, touches_others: Callable[[Signed], bool]) -> list[list[Signed]]:
    """The cells of one structure as a phase and the stratum at its rim; as they are where none of them is open."""
    if all(cell.dimension < top for cell in members):
        return [list(members)]
    rim = {id(cell) for cell in members if cell.dimension < top and touches_others(cell)}
    parts = [[cell for cell in members if id(cell) not in rim], [cell for cell in members if id(cell) in rim]]
    return [part for part in parts if part]


class Touching(Generic[Alike, Signed]):
    """Whether a cell may touch cells of another structure: those whose signs agree with all of its own but the zeros.

    Close to a point of a cell only its zeros change their signs, so cells that differ elsewhere are not touched. Signs
    that agree far away make a cell count as touched; what is left of a phase is open all the same, because the cells at
    the end of a cell have fewer signs that must agree.
    """

    def __init__(self, cells: Sequence[Signed], structure_of: Callable[[Signed], Alike]) -> None:
        self._structure_of = structure_of
        self._every = (1 << len(cells)) - 1
        # Cells as bits: those of each structure, and those whose sign of an atom is known and is not the one given.
        self._alike: dict[Alike, int] = {}
        self._apart: dict[tuple[int, int], int] = {}
        for place, cell in enumerate(cells):
            bit = 1 << place
            structure = structure_of(cell)
            self._alike[structure] = self._alike.get(structure, 0) | bit
            for atom, sign in cell.signs:
                for other in (-1, 1):
                    if other != sign:
                        self._apart[atom, other] = self._apart.get((atom, other), 0) | bit

    def others(self, cell: Signed) -> bool:
        """Whether one of the cells that this one may touch has another structure."""
        left = self._every & ~self._alike[self._structure_of(cell)]
        for atom, sign in cell.signs:
            if sign:
                left &= ~self._apart.get((atom, sign), 0)
        return bool(left)


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
