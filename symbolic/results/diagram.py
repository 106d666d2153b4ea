"""Phase diagrams, as data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from ..algebra.signs import Point
from ..cells.atoms import AtomTable
from ..cells.conditions import Condition
from ..cells.coverage import Coverage
from ..cells.decomposed import SignCell
from ..combinatorics.structure import Structure, structure_of
from ..expressions.reading import Expression, Relation
from ..game.game import Game
from ..logengine import UndecidedBox
from .agent_solution import Weights
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
        from .documents import phases_document

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
