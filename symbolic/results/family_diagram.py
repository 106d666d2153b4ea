"""Phase diagrams of games with families of models, as data."""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from ..cells.conditions import Condition
from ..cells.phase_groups import AtomBoundary
from ..game.game import Game
from .documents import exact_number
from .equilibrium_documents import undecided_document
from .family_solution import FreeEquilibrium, FreeSolution

Names = tuple[str, ...]


@dataclass(frozen=True, slots=True, order=True)
class FamilyStructure:
    """What is the same throughout a phase, by names of actions and models.

    Attributes
    ----------
    supports : (actions played, models believed, dimension) of every component of the equilibria
    rationalizable : None where it is not decided
    undecided : (kind, names) of what is not decided (`symbolic.cells.undecided`): there may be more of it than is
    listed
    """

    supports: tuple[tuple[Names, Names, int], ...]
    rationalizable: Names | None
    transitions: tuple[tuple[str, str], ...]
    absorbing: tuple[Names, ...]
    closed: tuple[Names, ...]
    cycles: tuple[Names, ...]
    undecided: tuple[tuple[str, Names], ...] = ()

    def to_document(self) -> dict[str, Any]:
        """The structure in the shape of the format."""
        document: dict[str, Any] = {
            "supports": [list(s) for s in dict.fromkeys(support for support, _, _ in self.supports)],
            "belief_supports": [list(believed) for _, believed, _ in self.supports],
            "rationalizable": None if self.rationalizable is None else list(self.rationalizable),
            "transitions": [list(edge) for edge in self.transitions],
            "absorbing": [list(s) for s in self.absorbing],
            "closed": [list(s) for s in self.closed],
            "cycles": [list(c) for c in self.cycles],
        }
        if self.undecided:
            document["undecided"] = [{"what": what, "names": list(names)} for what, names in self.undecided]
        return document


@dataclass(frozen=True, slots=True)
class FamilyPhase:
    """A phase, or a stratum of lower dimension.

    Attributes
    ----------
    name : roman numeral for phases, arabic for strata
    condition : exact; holds at every point of it and at no other point of the domain
    sample : an exact point, coordinate by coordinate as text of the format; empty where none was found
    equilibria : in closed form; the condition of one that does not exist throughout the phase is its own, otherwise
        that of the phase
    witnessed : whether a point of every cell of it is known
    """

    name: str
    dimension: int
    condition: Condition
    sample: tuple[tuple[str, str], ...]
    structure: FamilyStructure
    equilibria: tuple[FreeEquilibrium, ...]
    witnessed: bool


@dataclass(frozen=True)
class FamilyDiagram:
    """The exact phase decomposition of a game with families of models over its free parameters."""

    game: Game
    parameters: tuple[str, ...]
    at: tuple[tuple[str, Fraction], ...]
    boundaries: tuple[AtomBoundary, ...]
    phases: tuple[FamilyPhase, ...]
    strata: tuple[FamilyPhase, ...]
    engine: str
    solution: FreeSolution = field(repr=False, compare=False)

    @property
    def is_undecided(self) -> bool:
        """Whether something was left open."""
        return bool(self.solution.undecided)

    def to_json(self) -> dict[str, Any]:
        """The diagram in the JSON shape of the format."""
        return {
            "format": 1,
            "game": self.game.name,
            "parameters": list(self.parameters),
            "at": {name: str(value) for name, value in self.at},
            "engine": self.engine,
            "boundaries": [boundary.to_document() for boundary in self.boundaries],
            "phases": [{"name": p.name} | self._phase(p) | self._equilibria(p) for p in self.phases],
            "strata": [{"dimension": p.dimension} | self._phase(p) for p in self.strata],
            "undecided": {"measure": 0.0, "boxes": []} | self._open(),
        }

    def _open(self) -> dict[str, Any]:
        """What the solution leaves undecided, with the reasons."""
        player = self.solution.agent.player
        parts = [undecided_document(entry, player) for entry in self.solution.undecided]
        return {"parts": parts} if parts else {}

    def _phase(self, phase: FamilyPhase) -> dict[str, Any]:
        document = {
            "condition": str(phase.condition),
            "sample": dict(phase.sample),
            "structure": phase.structure.to_document(),
        }
        return document if phase.witnessed else document | {"witnessed": False}

    def _equilibria(self, phase: FamilyPhase) -> dict[str, Any]:
        player = self.solution.agent.player
        listed = []
        for e in phase.equilibria:
            document: dict[str, Any] = {
                "support": {player: list(e.support)},
                "belief_support": {player: list(e.belief_support)},
                "dimension": e.dimension,
                "strategy": {player: {action: str(weight) for action, weight in e.strategy}},
                "theta": {
                    player: [
                        {"point": {n: exact_number(v) for n, v in vertex}, "condition": str(where)}
                        for vertex, where in e.theta
                    ]
                },
            }
            listed.append(document if e.condition == phase.condition else document | {"condition": str(e.condition)})
        return {"equilibria": listed}

    def __repr__(self) -> str:
        counts = f"{len(self.phases)} phases, {len(self.strata)} strata"
        return f"<FamilyDiagram of {self.game.name!r} over {', '.join(self.parameters)}: {counts}>"
