"""Phase diagrams, as data: one type for every kind of game."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import product
from typing import Any

from ..algebra.signs import Point
from ..cells.atoms import AtomTable
from ..cells.coverage import Coverage
from ..cells.undecided import Undecided
from ..game.game import Game
from ..logengine import UndecidedBox
from .equilibrium_documents import undecided_document
from .phase import Boundary, Phase
from .shown import shown_as
from .structure import Names, Structure
from .undecided_boxes import boxes_document


@dataclass(frozen=True, slots=True)
class PhaseCell:
    """A cell that a diagram was put together from: known atom signs, structure, dimension, and a sample.

    `sample` is text, `floats` and `coordinates` are the same point as numbers and as objects; all are empty where no
    point was found. `witnessed` says whether the cell is known to exist.
    """

    signs: tuple[tuple[int, int], ...]
    structure: Structure
    dimension: int
    sample: tuple[tuple[str, str], ...]
    floats: tuple[tuple[str, float], ...]
    coordinates: tuple[tuple[str, Any], ...]
    witnessed: bool


@dataclass(frozen=True)
class Derived:
    """What a diagram was read off.

    Attributes
    ----------
    table : its atoms decide everything
    cells : of the parameter domain
    read : the structure, from what the table makes of the signs of its atoms
    """

    table: AtomTable
    cells: tuple[PhaseCell, ...]
    read: Callable[[Any], Structure]


class Derivation:
    """What a diagram was derived from. It is not part of the result: a copy of the diagram derives it anew if asked.

    Tables hold objects of a computer algebra system that cannot be written to a file, hence only the game, what was
    asked and the function that derives it are.
    """

    def __init__(
        self,
        again: Callable[[Game, tuple[str, ...]], Derived],
        game: Game,
        over: tuple[str, ...],
        found: Derived | None = None,
    ) -> None:
        self._again, self._game, self._over, self._found = again, game, over, found

    @property
    def found(self) -> Derived:
        """Table, cells, and how a structure is read."""
        if self._found is None:
            self._found = self._again(self._game, self._over)
        return self._found

    def __reduce__(self) -> tuple[Any, ...]:
        return Derivation, (self._again, self._game, self._over)


@dataclass(frozen=True)
class PhaseDiagram:
    """The exact phase decomposition of a game over its free parameters.

    Attributes
    ----------
    game : with the parameters that were fixed put in
    parameters : those whose conditions are preferred
    at : the values of those that were fixed
    boundaries : the atoms that separate phases
    phases, strata : of full dimension, and the lower-dimensional pieces between them
    engine : which engine found the cells
    undecided : boxes of parameters that a certified numeric method could not decide
    parts : what the solution leaves undecided, and where
    coverage : in which dimensions every phase and stratum is listed
    """

    game: Game
    parameters: tuple[str, ...]
    at: tuple[tuple[str, Fraction], ...]
    boundaries: tuple[Boundary, ...]
    phases: tuple[Phase, ...]
    strata: tuple[Phase, ...]
    engine: str
    derivation: Derivation = field(repr=False, compare=False)
    undecided: tuple[UndecidedBox, ...] = ()
    parts: tuple[Undecided, ...] = ()
    coverage: Coverage = field(default=Coverage(()), compare=False)

    @property
    def table(self) -> AtomTable:
        """The atoms whose signs decide everything."""
        return self.derivation.found.table

    @property
    def cells(self) -> tuple[PhaseCell, ...]:
        """The cells that the diagram was put together from."""
        return self.derivation.found.cells

    @property
    def pieces(self) -> tuple[Phase, ...]:
        """The phases, then the strata."""
        return (*self.phases, *self.strata)

    @property
    def is_undecided(self) -> bool:
        """Whether something was left open."""
        structures = [piece.structure for piece in self.pieces]
        return bool(self.undecided or self.parts) or any(s.open_supports or s.undecided for s in structures)

    def structure_of(self, problem: Any) -> Structure:
        """The structure, from what the table makes of signs of its atoms."""
        return self.derivation.found.read(problem)

    def structure_at(self, values: Mapping[str, Fraction]) -> Structure:
        """The structure at a rational point, every sign decided exactly there."""
        table = self.table
        point = Point(table.ring, values)
        return self.structure_of(table.problem(lambda i: point.polynomial_sign(table.atoms[i])))

    def phase_of(self, structure: Structure) -> Phase | None:
        """The phase with this structure, else the stratum."""
        return next((piece for piece in self.pieces if piece.structure == structure), None)

    def to_json(self) -> dict[str, Any]:
        """The diagram in the JSON shape of the format."""
        undecided = boxes_document(self.undecided)
        if self.parts:
            alone = len(self.game.players) == 1 and not self.game.signals
            agent = self.game.players[0].name if alone else None
            undecided["parts"] = [undecided_document(entry, agent) for entry in self.parts]
        return {
            "format": 1,
            "game": self.game.name,
            "parameters": list(self.parameters),
            "at": {name: str(value) for name, value in self.at},
            "engine": self.engine,
            "coverage": self.coverage.to_json(),
            "boundaries": [boundary.to_document() for boundary in self.boundaries],
            "phases": [phase.to_document(is_phase=True) for phase in self.phases],
            "strata": [stratum.to_document(is_phase=False) for stratum in self.strata],
            "undecided": undecided,
        }

    def to_latex(self) -> str:
        """The phases as a LaTeX table."""
        return shown_as("phases_latex", self)

    def __repr__(self) -> str:
        counts = f"{len(self.phases)} phases, {len(self.strata)} strata"
        return f"<PhaseDiagram of {self.game.name!r} over {', '.join(self.parameters)}: {counts}>"

    def _repr_html_(self) -> str:
        return shown_as("phases_html", self)


def part_names(game: Game) -> tuple[tuple[str, str, str], ...]:
    """(player, signal, action) of every weight of a strategy profile, in the order of the parts."""
    return tuple(
        (player.name, signal, action)
        for player in game.players
        for signal in player.signals or ("",)
        for action in player.actions
    )


def profile_names(game: Game) -> Names:
    """The profiles of a game, in the order of the game: the nodes of its transition graphs."""
    plans: list[Sequence[str]] = []
    for player in game.players:
        if not player.signals:
            plans.append(player.actions)
            continue
        slots = [[f"{signal}:{action}" for action in player.actions] for signal in player.signals]
        plans.append(["|".join(chosen) for chosen in product(*slots)])
    return tuple(",".join(chosen) for chosen in product(*plans))
