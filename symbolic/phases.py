"""Phases: the maximal sets of parameter values with one structure, their boundaries and exact conditions.

The atoms of a game (`symbolic.atoms`) cut its parameter domain into cells; the structure is constant on each.
Cells with the same structure make up a phase when one of them is open, and a stratum otherwise. Two engines find
the cells (see `symbolic.cells`): the cylindrical decomposition, where one or two parameters are free and none of them
stands inside a logarithm (complete, with a sample in every cell), and the decision tree elsewhere.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import Any

from .algebra import Element
from .atoms import AtomTable, atom_table, kind_of
from .cells import Explorer, numeric_value
from .conditions import Condition, LiteralPrinter, cover
from .crossings import Crossing, crossings_of
from .decomposition import AlgebraicNumber, decompose
from .decomposition_input import box_of, constants_of
from .documents import approximate
from .errors import GameError, UndecidedError
from .expressions import Expression, Relation
from .game import Game
from .points import Sample
from .printing import element_expression
from .signs import Point
from .solution import Weights, as_fraction, barycentre
from .structure import EquilibriumComponent, Problem, Structure, all_equilibria, structure_of

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
        from ..proofs.latex import phases_latex

        return phases_latex(self)

    def __repr__(self) -> str:
        counts = f"{len(self.phases)} phases, {len(self.strata)} strata"
        return f"<PhaseDiagram of {self.game.name!r} over {', '.join(self.parameters)}: {counts}>"

    def _repr_html_(self) -> str:
        from ..proofs.html import phases_html

        return phases_html(self)


@dataclass(frozen=True, slots=True)
class SignCell:
    """A cell: known atom signs, structure, dimension, and a sample as text and floats (None: not witnessed).

    `coordinates` are the same sample as objects: Fraction, AlgebraicNumber, FibreNumber or Expression.
    """

    signs: tuple[tuple[int, int], ...]
    structure: Structure
    components: tuple[EquilibriumComponent, ...]
    dimension: int
    sample: tuple[tuple[str, str], ...] | None
    floats: tuple[tuple[str, float], ...] | None
    plain: bool = True
    coordinates: tuple[tuple[str, Any], ...] = field(default=(), compare=False)


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
    if _decomposable(table, free):
        table.complete()
        cells, engine = _decomposition_cells(table, preferred), "cylindrical decomposition"
    else:
        cells, engine = _tree_cells(table, preferred), "decision tree"
    fixed_values = tuple((p.name, as_fraction((at or {})[p.name])) for p in game.parameters if p.name not in free)
    return _diagram(fixed, tuple(over or free), fixed_values, table, preferred, cells, engine)


@dataclass(frozen=True, slots=True)
class ClaimCell:
    """A cell and the truth of a claim on it."""

    signs: tuple[tuple[int, int], ...]
    value: bool
    witnessed: bool


def game_atoms(game: Game) -> AtomTable:
    """The atoms of a game; see `symbolic.atoms.atom_table`."""
    return atom_table(game)


def claim_cells(
    table: AtomTable,
    free: Sequence[str],
    question: Callable[[Problem], bool],
    further: Sequence[tuple[Element, str]],
) -> tuple[ClaimCell, ...]:
    """The cells of a yes-or-no question about the game, by whichever engine applies.

    `further` are expressions, with their origin, whose signs the question also asks for.
    """
    if not free:
        return (ClaimCell((), numeric_value(table, question), True),)
    if _decomposable(table, free):
        table.complete()
        for element, origin in further:
            table.product_of(element, origin)
        result = []
        for signs in dict.fromkeys(vector for vector, _ in _decomposed(table, free)):
            problem = table.problem(lambda i, signs=signs: signs[i])  # type: ignore[misc]
            result.append(ClaimCell(tuple(enumerate(signs)), question(problem), True))
        return tuple(result)
    explored = Explorer(table, tuple(free)).explore(question)
    return tuple(ClaimCell(cell.signs, cell.value, cell.sample is not None) for cell in explored)


def _decomposable(table: AtomTable, free: Sequence[str]) -> bool:
    """Whether one or two parameters are free and none occurs inside a logarithm, root or exponential."""
    if len(free) > _PLANE or any(_degenerate(table, name) for name in free):
        return False
    return all(g.argument is None or g.argument.rational() is not None for g in table.ring.generators)


def _degenerate(table: AtomTable, name: str) -> bool:
    (interval,) = (p.domain for p in table.domain.parameters if p.name == name)
    return interval.low is not None and interval.low == interval.high


def _decomposed(table: AtomTable, order: Sequence[str]) -> list[tuple[tuple[int, ...], Any]]:
    """Atom signs and cell for every cell of the cylindrical decomposition that lies in the domain."""
    ring = table.ring
    guards = [
        part
        for constraint in table.domain.constraints
        for part in (constraint.element.numerator, constraint.element.denominator)
    ]
    polynomials = [*table.atoms, *(ring.polynomial(g).numerator for g in guards)]
    if not polynomials:
        polynomials = [ring.context.constant(1)]
    result = decompose(
        polynomials, list(order), box_of(table.domain), constants=constants_of(ring), full=True
    )
    count = len(table.atoms)
    found = []
    for cell in result.cells:
        vector, rest = cell.sign_vector[:count], cell.sign_vector[count:]
        allowed = all(
            rest[2 * i] * rest[2 * i + 1] in constraint.signs and rest[2 * i + 1] != 0
            for i, constraint in enumerate(table.domain.constraints)
        )
        if allowed:
            found.append((vector, cell))
    return found


def _decomposition_cells(table: AtomTable, order: Sequence[str]) -> tuple[SignCell, ...]:
    """The cells of the cylindrical decomposition with their structure."""
    solved: dict[tuple[int, ...], tuple[Structure, tuple[EquilibriumComponent, ...]]] = {}
    cells = []
    for vector, cell in _decomposed(table, order):
        zeros = [i for i, sign in enumerate(vector) if sign == 0]
        text, plain = _sample_text(table, order, cell.sample, zeros)
        if vector not in solved:
            problem = table.problem(lambda i, vector=vector: vector[i])  # type: ignore[misc]
            solved[vector] = (structure_of(problem), all_equilibria(problem))
        structure, components = solved[vector]
        cells.append(
            SignCell(
                tuple(enumerate(vector)),
                structure,
                components,
                cell.dimension,
                text,
                tuple((n, float(c)) for n, c in zip(order, cell.sample, strict=True)),
                plain,
                tuple(zip(order, cell.sample, strict=True)),
            )
        )
    return tuple(cells)


def _sample_text(
    table: AtomTable, order: Sequence[str], coordinates: Sequence[Any], zeros: Sequence[int]
) -> tuple[tuple[tuple[str, str], ...], bool]:
    """The coordinates of a cell's sample as exact text, and whether all are exact numbers of the format.

    A coordinate given only by enclosures is solved for in an atom that vanishes on the cell, where one is linear
    in it and involves otherwise only coordinates already known; failing that its decimals are marked with ``~``.
    """
    rational = {n: c for n, c in zip(order, coordinates, strict=True) if isinstance(c, Fraction)}
    algebraic = {n: str(c) for n, c in zip(order, coordinates, strict=True) if isinstance(c, AlgebraicNumber)}
    missing = [n for n in order if n not in rational and n not in algebraic]
    if not missing:
        text = tuple((n, str(c)) for n, c in zip(order, coordinates, strict=True))
        return text, len(rational) == len(order)
    sample = None
    if not algebraic:
        start = Sample(table.ring, {n: rational.get(n, Fraction(0)) for n in order})
        sample = _placed(table, start, missing, zeros)
    shown = []
    for name, coordinate in zip(order, coordinates, strict=True):
        if name in rational or name in algebraic:
            shown.append((name, str(coordinate)))
        elif sample is not None:
            shown.append((name, str(sample.expression(name))))
        else:
            shown.append((name, f"~{float(coordinate)!r}"))
    return tuple(shown), False


def _placed(table: AtomTable, start: Sample, missing: Sequence[str], zeros: Sequence[int]) -> Sample | None:
    """The missing coordinates solved for one after the other in the vanishing atoms."""
    sample, remaining = start, list(missing)
    while remaining:
        for name in remaining:
            later = [table.ring.index(n) for n in remaining if n != name]
            for atom in zeros:
                polynomial = table.atoms[atom]
                if any(int(polynomial.degrees()[i]) > 0 for i in later):
                    continue
                moved = sample.solved_for(name, polynomial)
                if moved is not None:
                    break
            else:
                continue
            sample = moved
            remaining.remove(name)
            break
        else:
            return None
    return sample if all(sample.polynomial_sign(table.atoms[i]) == 0 for i in zeros) else None


def _tree_cells(table: AtomTable, order: Sequence[str]) -> tuple[SignCell, ...]:
    """The cells of the decision tree of the structure."""
    explorer = Explorer(table, tuple(order))
    dimension = len(order)
    cells = []
    for cell in explorer.explore(lambda p: (structure_of(p), all_equilibria(p))):
        structure, components = cell.value
        text = floats = None
        if cell.sample is not None:
            text = tuple((n, str(cell.sample.expression(n))) for n in order)
            floats = tuple((n, approximate(cell.sample.expression(n)) or 0.0) for n in order)
        cells.append(
            SignCell(
                cell.signs,
                structure,
                components,
                max(0, dimension - cell.codimension_bound),
                text,
                floats,
                cell.sample is not None and cell.sample.is_plain(),
                () if cell.sample is None else tuple((n, cell.sample.expression(n)) for n in order),
            )
        )
    return tuple(cells)


def _diagram(
    game: Game,
    over: tuple[str, ...],
    at: tuple[tuple[str, Fraction], ...],
    table: AtomTable,
    preferred: tuple[str, ...],
    cells: tuple[SignCell, ...],
    engine: str,
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
    solved = printer.solved(atom)
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


def decided(diagram: PhaseDiagram) -> None:
    """Raises UndecidedError when some case of the diagram was not witnessed; returns quietly otherwise."""
    for phase in (*diagram.phases, *diagram.strata):
        if not phase.witnessed:
            raise UndecidedError(f"the case {phase.condition} may be empty: no point of it was found")
