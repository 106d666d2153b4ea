"""Phases, their equilibria and their boundaries, as data."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from ..cells.conditions import Condition
from ..expressions.reading import Expression, Relation
from .equilibrium import Part, Weights
from .equilibrium_documents import fits_document
from .structure import Names, Play, Structure, is_plain, play_document, profile_of


@dataclass(frozen=True, slots=True, order=True)
class Crossing:
    """From the phase where the atom is negative to the one where it is positive."""

    below: str
    above: str
    changes: tuple[str, ...]

    def to_document(self) -> dict[str, Any]:
        """The crossing in the shape of the format."""
        return {"from": self.below, "to": self.above, "changes": list(self.changes)}


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

    def to_document(self) -> dict[str, Any]:
        """The boundary in the shape of the format."""
        document: dict[str, Any] = {"expression": str(self.expression), "kind": self.kind}
        if self.solved is not None:
            document["solved"] = str(self.solved)
        document["origins"] = list(self.origins)
        document["crossings"] = [crossing.to_document() for crossing in self.crossings]
        return document


@dataclass(frozen=True, slots=True)
class PhaseEquilibrium:
    """An equilibrium component of a phase in closed form, or one point of it where `dimension` > 0.

    `condition` is None where this holds throughout the phase; else it says on which part of it, or beyond, it does: the
    corners of a continuum may change within a phase. `support`, `strategy` and `belief_support` are those of the only
    player without signals; elsewhere a ValueError says to read `parts`.
    """

    parts: tuple[Part, ...]
    dimension: int
    condition: Condition | None = None

    @property
    def play(self) -> Play:
        """By player and signal, the actions played."""
        return tuple(part.support for part in self.parts)

    @property
    def pure(self) -> bool:
        """Whether every player plays one action after each signal."""
        return self.profile is not None

    @property
    def profile(self) -> str | None:
        """The profile that a pure equilibrium plays, as transitions name it; None for a mixed one."""
        return profile_of(self.play)

    @property
    def _only(self) -> Part:
        if not is_plain(self.play):
            raise ValueError("there are several players or signals; read the parts of the equilibrium")
        return self.parts[0]

    @property
    def support(self) -> Names:
        """The actions that the only player plays."""
        return self._only.support[0][1]

    @property
    def strategy(self) -> Weights:
        """The weights of the only player's actions."""
        return self._only.strategy[0][1]

    @property
    def belief_support(self) -> Names:
        """The models that the only player believes."""
        return self._only.belief_support

    def to_document(self) -> dict[str, Any]:
        """The equilibrium in the shape of the format."""
        parts = self.parts
        document: dict[str, Any] = {
            "support": play_document(tuple(part.player for part in parts), self.play),
            "belief_support": {part.player: sorted(part.belief_support) for part in parts},
            "dimension": self.dimension,
            "strategy": {part.player: _strategy_document(part) for part in parts},
        }
        fits = {part.player: fits_document(part.fits, plain=False) for part in parts if part.fits is not None}
        if fits:
            document["theta"] = fits
        return document if self.condition is None else document | {"condition": str(self.condition)}


def _strategy_document(part: Part) -> dict[str, Any]:
    """Action -> weight, or signal -> action -> weight."""
    rows = {signal: {action: str(weight) for action, weight in row} for signal, row in part.strategy}
    return rows.get("", rows)


@dataclass(frozen=True, slots=True)
class Phase:
    """A phase (``dimension`` = number of parameters) or a stratum of lower dimension.

    Attributes
    ----------
    name : roman numeral for phases, arabic for strata
    condition : exact; holds at every point of the phase and at no other point of the domain
    sample : an exact point, coordinate by coordinate as text of the format; empty where none was found
    sample_floats : the same in floating point
    structure : in the names of the game
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

    def to_document(self, is_phase: bool) -> dict[str, Any]:
        """The phase in the shape of the format: phases have their name, strata their dimension."""
        document: dict[str, Any] = {"name": self.name} if is_phase else {}
        document["condition"] = str(self.condition)
        if not is_phase:
            document["dimension"] = self.dimension
        document |= {
            "sample": dict(self.sample),
            "structure": self.structure.to_document(),
            "equilibria": [e.to_document() for e in self.equilibria],
        }
        if not self.witnessed:
            document["witnessed"] = False
        elif self.unwitnessed is not None:
            document["unwitnessed"] = str(self.unwitnessed)
        return document
