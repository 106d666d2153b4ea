"""Phases: the maximal sets of parameter values with one structure, their boundaries and exact conditions.

The atoms of a game (`symbolic.cells.atoms`) cut its parameter domain into cells; the structure is constant on each.
Cells with the same structure make up a phase when one of them is open, and a stratum otherwise. Exact engines find
the cells wherever one applies, the decision tree elsewhere (see `symbolic.cells.question_cells`); the diagram says in
which dimensions its list is complete.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from typing import Any

from ..algebra.text import element_expression
from ..cells.atoms import AtomTable
from ..cells.cell import Cell, exact_sample
from ..cells.conditions import CoverIndex, LiteralPrinter
from ..cells.phase_groups import roman
from ..cells.question_cells import CellFinder, FoundCells
from ..combinatorics.agent import Problem
from ..combinatorics.structure import EquilibriumComponent, all_equilibria, structure_of
from ..combinatorics.structure import Structure as SignStructure
from ..decomposition.limits import Limits
from ..engines.finite.agent_entries import barycentre, closed_form_key
from ..forms.decision_atoms import atom_table
from ..game.free_parameters import FreeParameters, free_parameters
from ..game.game import Game
from ..limits import Allowance, SolveLimits
from ..results.diagram import Derivation, Derived, PhaseCell, PhaseDiagram
from ..results.equilibrium import plain_part
from ..results.phase import Phase, PhaseEquilibrium
from ..results.structure import structure_in_names
from .grouped_diagram import boundary_of

Answer = tuple[SignStructure, tuple[EquilibriumComponent, ...]]


def phases(
    game: Game,
    over: Sequence[str] | None = None,
    at: Mapping[str, Fraction | int | str] | None = None,
    limits: Limits | None = None,
    solve_limits: SolveLimits | None = None,
) -> PhaseDiagram:
    """The exact phase decomposition of a finite one-agent game over its free parameters.

    Parameters
    ----------
    game : a finite one-agent game
    over : the parameters whose conditions are preferred (``p > ...``); the others that `at` does not fix stay
        symbols. By default all free ones.
    at : exact values for other parameters
    limits : how many cells and seconds may be spent, and whom to tell of the progress
    solve_limits : how many pairs of supports, minors and nodes of trees of signs may be gone through, as in `solve`;
        None for the usual ones. Beyond the nodes of one question the tree is built without the sets on which atoms
        vanish, as `coverage` then says

    Returns
    -------
    PhaseDiagram
        Exact; `PhaseDiagram.coverage` says in which dimensions it is complete. With the decision-tree engine a part
        that was neither found to be non-empty nor refuted is marked.

    Raises
    ------
    GameError for unknown parameters or when none is left free; NotSupportedError, BudgetError, UndecidedError as
    in `solve`.

    Examples
    --------
    >>> game = Game.from_dict({
    ...     "format": 1, "name": "urn", "parameters": {"p": "(0, 1)"},
    ...     "players": {"agent": {
    ...         "actions": ["bet", "pass"], "outcomes": ["win", "lose"],
    ...         "truth": {"*": {"win": "p", "lose": "1 - p"}},
    ...         "payoff": {"bet": {"win": 1, "lose": -1}, "pass": {"win": 0, "lose": 0}},
    ...         "models": {"good": {"predicts": {"*": {"win": "2/3", "lose": "1/3"}}},
    ...                    "bad": {"predicts": {"*": {"win": "1/3", "lose": "2/3"}}}}}}})
    >>> [(phase.name, str(phase.condition)) for phase in phases(game).phases]
    [('I', 'p > 1/2'), ('II', 'p < 1/2')]
    """
    asked = free_parameters(game, over, at)
    table = atom_table(asked.game)
    budget = Limits() if limits is None else limits
    return _diagram(asked, table, _found(asked, table, budget, solve_limits or SolveLimits()), budget)


def _found(asked: FreeParameters, table: AtomTable, limits: Limits, solve_limits: SolveLimits) -> FoundCells[Answer]:
    solve_limits.check(len(table.tables.actions), len(table.tables.models), len(asked.preferred))
    allowance = Allowance(solve_limits)
    allowance.stage = "the cells of the phases"
    return CellFinder(table, asked.preferred, allowance, limits, diagram=True).find(_answer)


def _answer(problem: Problem) -> Answer:
    return structure_of(problem), all_equilibria(problem)


def _derived(game: Game, over: tuple[str, ...]) -> Derived:
    """Table and cells once more, for a copy of the diagram."""
    asked = free_parameters(game, over, None)
    table = atom_table(asked.game)
    return _in_names(table, _found(asked, table, Limits(), SolveLimits()).cells, asked.game.players[0].name)


def _in_names(table: AtomTable, cells: Sequence[Cell[Answer]], player: str) -> Derived:
    """The cells with their structures in the names of the game."""
    distinct = dict.fromkeys(cell.value[0] for cell in cells)
    kept = {structure: structure_in_names(table.tables, structure, player) for structure in distinct}
    named = tuple(
        PhaseCell(
            c.signs, kept[c.value[0]], c.dimension, c.sample, c.floats, c.coordinates, c.witnessed
        )
        for c in cells
    )
    return Derived(table, named, lambda problem: structure_in_names(table.tables, structure_of(problem), player))


def _diagram(asked: FreeParameters, table: AtomTable, found: FoundCells[Answer], limits: Limits) -> PhaseDiagram:
    printer = LiteralPrinter(table, asked.preferred)
    cells = found.cells
    player = asked.game.players[0].name
    index = CoverIndex([dict(cell.signs) for cell in cells])
    # An assumed equation takes dimensions from the whole domain.
    top = max((cell.dimension for cell in cells), default=0)
    by_structure: dict[SignStructure, list[Cell[Answer]]] = {}
    for cell in cells:
        by_structure.setdefault(cell.value[0], []).append(cell)
    places = {id(cell): place for place, cell in enumerate(cells)}
    used: set[int] = set()
    listed: list[tuple[Phase, bool]] = []
    for done, structure in enumerate(sorted(by_structure, key=_reading_order)):
        limits.step("conditions of phases", done, len(by_structure))
        members = by_structure[structure]
        conjunctions = index.cover(index.where([places[id(cell)] for cell in members]))
        doubtful = index.where([places[id(cell)] for cell in members if not cell.witnessed])
        is_phase = any(c.dimension == top for c in members)
        if is_phase:
            used.update(atom for literals in conjunctions for atom, _ in literals)
        best = min(members, key=lambda c: (-c.dimension, not c.coordinates, not c.plain, _length(c), c.signs))
        phase = Phase(
            name="",
            dimension=max(c.dimension for c in members),
            condition=printer.condition(conjunctions),
            sample=exact_sample(table, best),
            sample_floats=best.floats,
            structure=structure_in_names(table.tables, structure, player),
            equilibria=_closed_forms(player, table, printer, index, cells, [best, *members]),
            witnessed=any(c.witnessed for c in members if not is_phase or c.dimension == top),
            unwitnessed=printer.condition(index.cover(doubtful)) if doubtful else None,
        )
        listed.append((phase, is_phase))
    open_phases = [_renamed(p, roman(i)) for i, p in enumerate((p for p, o in listed if o), 1)]
    strata = [
        _renamed(p, str(i))
        for i, p in enumerate(sorted((p for p, o in listed if not o), key=lambda p: -p.dimension), 1)
    ]
    names = {phase.structure: phase.name for phase in open_phases}
    derived = _in_names(table, cells, player)
    return PhaseDiagram(
        game=asked.game,
        parameters=asked.over,
        at=asked.values,
        boundaries=tuple(boundary_of(table, printer, derived.cells, atom, names) for atom in sorted(used)),
        phases=tuple(open_phases),
        strata=tuple(strata),
        engine=found.engine,
        undecided=found.undecided,
        coverage=found.coverage,
        derivation=Derivation(_derived, asked.game, asked.over, derived),
    )


def _length(cell: Cell[Answer]) -> int:
    return sum(len(text) for _, text in cell.sample)


def _reading_order(structure: SignStructure) -> tuple[Any, ...]:
    """Unique equilibria first, then coexistence, then cycles."""
    return (bool(structure.cycles), len(structure.supports), structure)


def _renamed(phase: Phase, name: str) -> Phase:
    return replace(phase, name=name)


def _closed_forms(
    player: str,
    table: AtomTable,
    printer: LiteralPrinter,
    index: CoverIndex,
    cells: Sequence[Cell[Answer]],
    members: Sequence[Cell[Answer]],
) -> tuple[PhaseEquilibrium, ...]:
    """The closed forms on the cells of a phase, those of the first cell first, each with where it holds."""
    examples: dict[tuple[Any, ...], EquilibriumComponent] = {}
    for cell in (members[0], *sorted(members[1:], key=lambda c: -c.dimension)):
        for component in cell.value[1]:
            examples.setdefault(_form(component), component)
    actions, models, ring = table.tables.actions, table.tables.models, table.ring
    inside = {id(cell) for cell in members}
    result = []
    for form, component in examples.items():
        places = [k for k, cell in enumerate(cells) if any(_form(c) == form for c in cell.value[1])]
        here = [k for k in places if id(cells[k]) in inside]
        condition = None
        if len(here) < len(inside):
            elsewhere = index.every & ~index.where(places)
            condition = printer.condition(index.cover(index.where(here), elsewhere))
        point = barycentre(table, component)
        part = plain_part(
            player,
            tuple(sorted(actions[a] for a in component.support)),
            tuple((n, element_expression(ring, w)) for n, w in zip(actions, point, strict=True)),
            tuple(sorted(models[t] for t in component.belief_support)),
        )
        result.append(PhaseEquilibrium((part,), component.dimension, condition))
    kinds = list(dict.fromkeys((e.support, e.belief_support) for e in result))
    return tuple(sorted(result, key=lambda e: kinds.index((e.support, e.belief_support))))


def _form(component: EquilibriumComponent) -> tuple[Any, ...]:
    """What must agree for components of two cells to share one closed form."""
    pieces = closed_form_key(component)
    return component.support, component.belief_support, component.dimension, pieces
