"""A phase diagram from the cells of a question, whatever the question is: groups of cells become phases and strata."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Generic, TypeVar

from ..cells.atoms import AtomTable, kind_of
from ..cells.cell import Cell, exact_sample
from ..cells.conditions import LiteralPrinter
from ..cells.phase_groups import PhaseGroup, PhaseStructure, grouped
from ..cells.question_cells import CellFinder, FoundCells, Question
from ..cells.undecided import Undecided
from ..decomposition.limits import Limits
from ..errors import NotSupportedError
from ..game.game import Game
from ..results.diagram import Derivation, Derived, PhaseCell, PhaseDiagram
from ..results.phase import Boundary, Phase, PhaseEquilibrium
from ..results.structure import Structure
from .crossings import crossings_of

Value = TypeVar("Value", bound=Hashable)
Key = TypeVar("Key", bound=PhaseStructure)


@dataclass(frozen=True)
class Asked(Generic[Value, Key]):
    """A question over the parameters of a game, and how a diagram is read off its answers.

    Attributes
    ----------
    order : the free parameters, preferred ones first; over: those asked for
    key : what tells phases apart, in an answer; named: the same in names
    equilibria : those of a group of cells, given the numbers of the cells that it is made of and all cells
    again : derives the same for a copy of the diagram
    open_phases : whether a phase ends before the boundary where that has its structure
    """

    game: Game
    over: tuple[str, ...]
    order: Sequence[str]
    at: tuple[tuple[str, Fraction], ...]
    table: AtomTable
    question: Question[Value]
    key: Callable[[Value], Key]
    named: Callable[[Key], Structure]
    equilibria: Callable[
        [PhaseGroup[Key, Cell[Value]], Sequence[Cell[Value]]], tuple[PhaseEquilibrium, ...]
    ]
    again: Callable[[Game, tuple[str, ...]], Derived]
    parts: tuple[Undecided, ...] = ()
    open_phases: bool = False

    def diagram(
        self, limits: Limits, refused: Callable[[PhaseGroup[Key, Cell[Value]]], str] = lambda group: ""
    ) -> PhaseDiagram:
        """The diagram; NotSupportedError where a phase is refused, BudgetError beyond the limits."""
        asked = self._found(limits)
        found = asked.cells
        groups = grouped(self.table, self.order, found, lambda cell: self.key(cell.value), limits, self.open_phases)
        for group in groups.phases:
            if refused(group):
                raise NotSupportedError(refused(group))
        cells = self._cells(found)
        phases = tuple(self._phase(group, found) for group in groups.phases)
        names = {phase.structure: phase.name for phase in phases}
        printer = LiteralPrinter(self.table, self.order)
        return PhaseDiagram(
            game=self.game,
            parameters=self.over,
            at=self.at,
            boundaries=tuple(
                boundary_of(self.table, printer, cells, atom, names) for atom in groups.boundaries
            ),
            phases=phases,
            strata=tuple(self._phase(group, found) for group in groups.strata),
            engine=asked.engine,
            undecided=asked.undecided,
            derivation=Derivation(self.again, self.game, self.over, Derived(self.table, cells, self._read)),
            parts=self.parts,
            coverage=asked.coverage,
        )

    def derived(self) -> Derived:
        """Table and cells alone."""
        return Derived(self.table, self._cells(self._found(Limits()).cells), self._read)

    def _found(self, limits: Limits) -> FoundCells[Value]:
        return CellFinder(self.table, self.order, None, limits, diagram=True).find(self.question)

    def _read(self, problem: Any) -> Structure:
        return self.named(self.key(self.question(problem)))

    def _cells(self, found: Sequence[Cell[Value]]) -> tuple[PhaseCell, ...]:
        kept: dict[Key, Structure] = {}
        cells = []
        for cell in found:
            key = self.key(cell.value)
            if key not in kept:
                kept[key] = self.named(key)
            cells.append(
                PhaseCell(
                    cell.signs, kept[key], cell.dimension, cell.sample, cell.floats, cell.coordinates, cell.witnessed
                )
            )
        return tuple(cells)

    def _phase(self, group: PhaseGroup[Key, Cell[Value]], cells: Sequence[Cell[Value]]) -> Phase:
        return Phase(
            name=group.name,
            dimension=group.dimension,
            condition=group.condition,
            sample=exact_sample(self.table, group.best),
            sample_floats=group.best.floats,
            structure=self.named(group.structure),
            equilibria=self.equilibria(group, cells),
            witnessed=group.witnessed,
        )


def boundary_of(
    table: AtomTable,
    printer: LiteralPrinter,
    cells: Sequence[PhaseCell],
    atom: int,
    names: dict[Structure, str],
) -> Boundary:
    """The boundary where an atom vanishes; `names` are those of the phases by structure."""
    return Boundary(
        printer.expression(atom),
        kind_of(table.ring, table.atoms[atom]),
        None if printer.threshold(atom) is None else printer.relation((atom, (0,))),
        tuple(table.origins[atom]),
        crossings_of(cells, atom, names),
    )
