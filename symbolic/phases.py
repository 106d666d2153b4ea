"""Phases: the maximal sets of parameter values with one structure, their boundaries and exact conditions.

The atoms of a game (`symbolic.atoms`) cut its parameter domain into cells; the structure is constant on each.
Cells with the same structure make up a phase when one of them is open, and a stratum otherwise. Two engines find
the cells (see `symbolic.cells`): the cylindrical decomposition, where one or two parameters are free and none of them
stands inside a logarithm (complete, with a sample in every cell), and the decision tree elsewhere.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import Any

from .atoms import AtomTable, atom_table, kind_of
from .conditions import Condition, LiteralPrinter, cover
from .crossings import Crossing, crossings_of
from .errors import GameError
from .expressions import Expression, Relation
from .game import Game
from .logengine import LogDecomposition, UndecidedBox
from .printing import element_expression
from .sign_cells import SignCell, decomposition_cells, is_decomposable, log_decomposition, log_sign_cells, tree_cells
from .signs import Point
from .solution import Weights, as_fraction, barycentre
from .structure import EquilibriumComponent, Structure, structure_of

_PLANE = 2


@dataclass(frozen=True, slots=True)
class Boundary:
    """An atom that separates phases.

    Attributes
    ----------
    expression : the atom; the boundary is where it vanishes
    kind : ``polynomial`` or ``log``
    solved : ``parameter == value`` where it can be solved in closed form, else None
    origins : which comparisons of the game it comes from
    crossings : which phases meet across it, and what changes from one to the other
    """

    expression: Expression
    kind: str
    solved: Relation | None
    origins: tuple[str, ...]
    crossings: tuple[Crossing, ...] = ()


@dataclass(frozen=True, slots=True)
class PhaseEquilibrium:
    """An equilibrium component that exists throughout a phase, in closed form."""

    support: tuple[str, ...]
    belief_support: tuple[str, ...]
    strategy: Weights
    dimension: int


@dataclass(frozen=True, slots=True)
class Phase:
    """A phase (``dimension`` = number of parameters) or a stratum of lower dimension.

    Attributes
    ----------
    name : roman numeral for phases, arabic for strata
    condition : exact; holds at every point of the phase and at no other point of the domain
    sample : an exact point, coordinate by coordinate as text of the format
    structure : in indices; `named_structure` gives names
    """

    name: str
    dimension: int
    condition: Condition
    sample: tuple[tuple[str, str], ...]
    sample_floats: tuple[tuple[str, float], ...]
    structure: Structure
    equilibria: tuple[PhaseEquilibrium, ...]
    witnessed: bool = True


@dataclass(frozen=True)
class PhaseDiagram:
    """The exact phase decomposition of a game over its free parameters."""

    game: Game
    parameters: tuple[str, ...]
    at: tuple[tuple[str, Fraction], ...]
    boundaries: tuple[Boundary, ...]
    phases: tuple[Phase, ...]
    strata: tuple[Phase, ...]
    engine: str
    table: AtomTable = field(repr=False, compare=False)
    cells: tuple[SignCell, ...] = field(repr=False, compare=False)
    undecided: tuple[UndecidedBox, ...] = ()

    def structure_at(self, values: Mapping[str, Fraction]) -> Structure:
        """The structure at a rational point, every sign decided exactly there."""
        point = Point(self.table.ring, values)
        return structure_of(self.table.problem(lambda i: point.polynomial_sign(self.table.atoms[i])))

    def phase_of(self, structure: Structure) -> Phase | None:
        """The phase or stratum with this structure."""
        return next((p for p in (*self.phases, *self.strata) if p.structure == structure), None)

    def to_json(self) -> dict[str, Any]:
        """The diagram in the JSON shape of the format."""
        from .documents import phases_document

        return phases_document(self)

    def to_latex(self) -> str:
        """The phases as a LaTeX table."""
        from ..proofs.report.formula_latex import phases_latex

        return phases_latex(self)

    def __repr__(self) -> str:
        counts = f"{len(self.phases)} phases, {len(self.strata)} strata"
        return f"<PhaseDiagram of {self.game.name!r} over {', '.join(self.parameters)}: {counts}>"

    def _repr_html_(self) -> str:
        from ..proofs.report.html import phases_html

        return phases_html(self)


def phases(
    game: Game,
    over: Sequence[str] | None = None,
    at: Mapping[str, Fraction | int | str] | None = None,
) -> PhaseDiagram:
    """The exact phase decomposition of a finite one-agent game over its free parameters.

    Parameters
    ----------
    game : a finite one-agent game
    over : the parameters whose conditions are preferred (``p > ...``); the others that `at` does not fix stay
        symbols. By default all free ones.
    at : exact values for other parameters

    Returns
    -------
    PhaseDiagram
        Exact. With the decision-tree engine a case whose cells were neither witnessed nor refuted is marked.

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
    known = tuple(p.name for p in game.parameters)
    fixed = game.at(at) if at else game
    free = tuple(p.name for p in fixed.parameters)
    for name in over or ():
        if name not in known:
            raise GameError(f"--over {name}: unknown parameter; the parameters are {', '.join(known) or 'none'}")
        if name not in free:
            raise GameError(f"--over {name}: also fixed by --at; leave it out of one of them")
    if not free:
        raise GameError("no parameter is free; leave one out of --at, or use solve")
    preferred = tuple(dict.fromkeys((*(over or ()), *free)))
    table = atom_table(fixed)
    if is_decomposable(table, free):
        table.complete()
        cells, engine = decomposition_cells(table, preferred), "cylindrical decomposition"
        undecided: tuple[UndecidedBox, ...] = ()
    elif (certified := _certified(table, preferred)) is not None:
        cells, engine = log_sign_cells(table, preferred, certified), "certified decomposition with logarithms"
        undecided = certified.undecided
    else:
        undecided = ()
        cells, engine = tree_cells(table, preferred), "decision tree"
    fixed_values = tuple((p.name, as_fraction((at or {})[p.name])) for p in game.parameters if p.name not in free)
    return _diagram(fixed, tuple(over or free), fixed_values, table, preferred, cells, engine, undecided)

def _certified(table: AtomTable, order: Sequence[str]) -> LogDecomposition | None:
    if len(order) > _PLANE:
        return None
    table.complete()
    return log_decomposition(table, order)


def _diagram(
    game: Game,
    over: tuple[str, ...],
    at: tuple[tuple[str, Fraction], ...],
    table: AtomTable,
    preferred: tuple[str, ...],
    cells: tuple[SignCell, ...],
    engine: str,
    undecided: tuple[UndecidedBox, ...],
) -> PhaseDiagram:
    printer = LiteralPrinter(table, preferred)
    # An assumed equation takes dimensions from the whole domain.
    top = max((cell.dimension for cell in cells), default=0)
    by_structure: dict[Structure, list[SignCell]] = {}
    for cell in cells:
        by_structure.setdefault(cell.structure, []).append(cell)
    used: set[int] = set()
    found: list[tuple[Phase, bool]] = []
    for structure in sorted(by_structure, key=_reading_order):
        members = by_structure[structure]
        # Sign vectors repeat over disconnected cells: the cover needs each once.
        inside = list(dict.fromkeys(c.signs for c in members))
        outside = list(
            dict.fromkeys(c.signs for c in cells if c.structure != structure)
        )
        conjunctions = cover([dict(s) for s in inside], [dict(s) for s in outside])
        is_phase = any(c.dimension == top for c in members)
        if is_phase:
            used.update(atom for literals in conjunctions for atom, _ in literals)
        best = min(
            members, key=lambda c: (-c.dimension, c.sample is None, not c.plain, _length(c), c.signs)
        )
        found.append(
            (
                Phase(
                    name="",
                    dimension=max(c.dimension for c in members),
                    condition=printer.condition(conjunctions),
                    sample=best.sample or (),
                    sample_floats=best.floats or (),
                    structure=structure,
                    equilibria=_closed_forms(table, best.components),
                    witnessed=all(c.sample is not None for c in members),
                ),
                is_phase,
            )
        )
    open_phases = [_renamed(p, _roman(i)) for i, p in enumerate((p for p, o in found if o), 1)]
    strata = [
        _renamed(p, str(i))
        for i, p in enumerate(sorted((p for p, o in found if not o), key=lambda p: -p.dimension), 1)
    ]
    names = {phase.structure: phase.name for phase in open_phases}
    return PhaseDiagram(
        game=game,
        parameters=over,
        at=at,
        boundaries=tuple(
            replace(_boundary(table, printer, i), crossings=crossings_of(table.tables, cells, i, names))
            for i in sorted(used)
        ),
        phases=tuple(open_phases),
        strata=tuple(strata),
        engine=engine,
        undecided=undecided,
        table=table,
        cells=cells,
    )


def _length(cell: SignCell) -> int:
    return sum(len(text) for _, text in cell.sample or ())


def _reading_order(structure: Structure) -> tuple[Any, ...]:
    """Unique equilibria first, then coexistence, then cycles."""
    return (bool(structure.cycles), len(structure.supports), structure)


def _renamed(phase: Phase, name: str) -> Phase:
    return replace(phase, name=name)


def _roman(number: int) -> str:
    digits = ((100, "C"), (90, "XC"), (50, "L"), (40, "XL"), (10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I"))
    text = ""
    for value, letters in digits:
        while number >= value:
            text += letters
            number -= value
    return text


def _boundary(table: AtomTable, printer: LiteralPrinter, atom: int) -> Boundary:
    solved = printer.threshold(atom)
    relation = None if solved is None else printer.relation((atom, (0,)))
    return Boundary(
        printer.expression(atom),
        kind_of(table.ring, table.atoms[atom]),
        relation,
        tuple(table.origins[atom]),
    )


def _closed_forms(
    table: AtomTable, components: Sequence[EquilibriumComponent]
) -> tuple[PhaseEquilibrium, ...]:
    actions, models, ring = table.tables.actions, table.tables.models, table.ring
    result = []
    for component in components:
        point = barycentre(table, component)
        result.append(
            PhaseEquilibrium(
                tuple(sorted(actions[a] for a in component.support)),
                tuple(sorted(models[t] for t in component.belief_support)),
                tuple((n, element_expression(ring, w)) for n, w in zip(actions, point, strict=True)),
                component.dimension,
            )
        )
    return tuple(result)
