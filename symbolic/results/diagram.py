"""Phase diagrams, as data."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from math import inf, nextafter
from typing import Any

from ..algebra.signs import Point
from ..cells.atoms import AtomTable
from ..cells.conditions import Condition
from ..cells.coverage import Coverage
from ..cells.decomposed import SignCell
from ..combinatorics.structure import Structure, structure_of
from ..expressions.reading import Expression, Relation
from ..floats import nearest_float
from ..game.game import Game
from ..logengine import UndecidedBox
from .documents import Weights, named_structure
from .shown import shown_as


@dataclass(frozen=True, slots=True)
class Boundary:
    """An atom that separates phases.

    Attributes
    ----------
    expression : the atom; the boundary is where it vanishes
    kind : ``polynomial``, ``algebraic`` (with square roots) or ``log`` (with logarithms or exponentials)
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
    """An equilibrium component of a phase in closed form, or one point of it where `dimension` > 0.

    `condition` is None where this holds throughout the phase; else it says on which part of it, or beyond, it does: the
    corners of a continuum may change within a phase.
    """

    support: tuple[str, ...]
    belief_support: tuple[str, ...]
    strategy: Weights
    dimension: int
    condition: Condition | None = None


@dataclass(frozen=True, slots=True)
class Phase:
    """A phase (``dimension`` = number of parameters) or a stratum of lower dimension.

    Attributes
    ----------
    name : roman numeral for phases, arabic for strata
    condition : exact; holds at every point of the phase and at no other point of the domain
    sample : an exact point, coordinate by coordinate as text of the format
    structure : in indices; `named_structure` gives names
    witnessed : whether a point of it is known to exist (for a phase, of full dimension)
    unwitnessed : the part of the condition that was neither found to be non-empty nor refuted, if any
    """

    name: str
    dimension: int
    condition: Condition
    sample: tuple[tuple[str, str], ...]
    sample_floats: tuple[tuple[str, float], ...]
    structure: Structure
    equilibria: tuple[PhaseEquilibrium, ...]
    witnessed: bool = True
    unwitnessed: Condition | None = None


@dataclass(frozen=True)
class PhaseDiagram:
    """The exact phase decomposition of a game over its free parameters.

    `coverage` says in which dimensions every phase and stratum is listed.
    """

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
    coverage: Coverage = field(default=Coverage(()), compare=False)

    @property
    def is_undecided(self) -> bool:
        """Whether something was left open."""
        return bool(self.undecided)

    def structure_at(self, values: Mapping[str, Fraction]) -> Structure:
        """The structure at a rational point, every sign decided exactly there."""
        point = Point(self.table.ring, values)
        return structure_of(self.table.problem(lambda i: point.polynomial_sign(self.table.atoms[i])))

    def phase_of(self, structure: Structure) -> Phase | None:
        """The phase or stratum with this structure."""
        return next((p for p in (*self.phases, *self.strata) if p.structure == structure), None)

    def to_json(self) -> dict[str, Any]:
        """The diagram in the JSON shape of the format."""

        return phases_document(self)

    def to_latex(self) -> str:
        """The phases as a LaTeX table."""
        return shown_as("phases_latex", self)

    def __repr__(self) -> str:
        counts = f"{len(self.phases)} phases, {len(self.strata)} strata"
        return f"<PhaseDiagram of {self.game.name!r} over {', '.join(self.parameters)}: {counts}>"

    def _repr_html_(self) -> str:
        return shown_as("phases_html", self)


@dataclass(frozen=True, slots=True, order=True)
class Crossing:
    """From the phase where the atom is negative to the one where it is positive."""

    below: str
    above: str
    changes: tuple[str, ...]


def structure_document(diagram: PhaseDiagram, phase: Phase) -> dict[str, Any]:
    """The structure of a phase in names."""
    return named_structure(diagram.table.tables, phase.structure)


def _doubt(phase: Phase) -> dict[str, Any]:
    """What is not known to exist: the whole phase, or a part of it."""
    document: dict[str, Any] = {} if phase.witnessed else {"witnessed": False}
    if phase.witnessed and phase.unwitnessed is not None:
        document["unwitnessed"] = str(phase.unwitnessed)
    return document


def hulls(boxes: Sequence[UndecidedBox]) -> tuple[tuple[UndecidedBox, int], ...]:
    """For each reason the smallest box around all undecided boxes with it, and how many they are.

    >>> from berknash.symbolic.logengine import UndecidedBox
    >>> def box(low, high, reason="near"):
    ...     return UndecidedBox(((Fraction(low), Fraction(high)),), (), reason)
    >>> [(h.sides[0][1], h.reason, n) for h, n in hulls([box(0, 1), box(2, 3), box(5, 6, "far")])]
    [(Fraction(3, 1), 'near', 2), (Fraction(6, 1), 'far', 1)]
    """
    found = []
    for reason in dict.fromkeys(box.reason for box in boxes):
        members = [box for box in boxes if box.reason == reason]
        sides = []
        for own in zip(*(box.sides for box in members), strict=True):
            lows, highs = [low for low, _ in own], [high for _, high in own]
            sides.append(
                (
                    None if None in lows else min(low for low in lows if low is not None),
                    None if None in highs else max(high for high in highs if high is not None),
                )
            )
        found.append((replace(members[0], sides=tuple(sides)), len(members)))
    return tuple(found)


def total_measure(boxes: Sequence[UndecidedBox]) -> float | None:
    """A bound on the measure of the undecided boxes, rounded up; None when it is infinite or beyond all floats."""
    total = Fraction(0)
    for box in boxes:
        if box.size is None:
            return None
        total += box.size
    nearest = nearest_float(total)
    bound = nearest if Fraction(nearest) >= total else nextafter(nearest, inf)
    return None if bound == inf else bound


def phases_document(diagram: PhaseDiagram) -> dict[str, Any]:
    """The whole of `phases --json`."""
    (player,) = diagram.game.players
    phases = []
    for phase in diagram.phases:
        equilibria = [
            {
                "support": {player.name: list(e.support)},
                "belief_support": {player.name: list(e.belief_support)},
                "dimension": e.dimension,
                "strategy": {player.name: {n: str(v) for n, v in e.strategy}},
            }
            | ({} if e.condition is None else {"condition": str(e.condition)})
            for e in phase.equilibria
        ]
        document: dict[str, Any] = {
            "name": phase.name,
            "condition": str(phase.condition),
            "sample": dict(phase.sample),
            "structure": structure_document(diagram, phase),
            "equilibria": equilibria,
        }
        phases.append(document | _doubt(phase))
    strata = [
        {
            "condition": str(stratum.condition),
            "dimension": stratum.dimension,
            "sample": dict(stratum.sample),
            "structure": structure_document(diagram, stratum),
            **_doubt(stratum),
        }
        for stratum in diagram.strata
    ]
    boundaries = []
    for boundary in diagram.boundaries:
        document = {"expression": str(boundary.expression), "kind": boundary.kind}
        if boundary.solved is not None:
            document["solved"] = str(boundary.solved)
        document["origins"] = list(boundary.origins)
        document["crossings"] = [
            {"from": c.below, "to": c.above, "changes": list(c.changes)} for c in boundary.crossings
        ]
        boundaries.append(document)
    return {
        "format": 1,
        "game": diagram.game.name,
        "parameters": list(diagram.parameters),
        "at": {name: str(value) for name, value in diagram.at},
        "engine": diagram.engine,
        "coverage": diagram.coverage.to_json(),
        "boundaries": boundaries,
        "phases": phases,
        "strata": strata,
        "undecided": _undecided_document(diagram.undecided),
    }


def _undecided_document(undecided: Sequence[UndecidedBox]) -> dict[str, Any]:
    """The measure of what is left open, its boxes, and where there are any the hull of those with one reason."""

    def sides(box: UndecidedBox) -> list[list[str | None]]:
        return [[None if end is None else str(end) for end in side] for side in box.sides]

    document: dict[str, Any] = {
        "measure": total_measure(undecided),
        "boxes": [{"sides": sides(box), "reason": box.reason} for box in undecided],
    }
    if undecided:
        document["hulls"] = [{"sides": sides(h), "count": count, "reason": h.reason} for h, count in hulls(undecided)]
    return document
