"""Phase diagrams of games with signals or several players, as data."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from ..cells.conditions import Condition
from ..cells.phase_groups import AtomBoundary
from ..combinatorics.shape import Set, Sets
from ..forms.minors import PlayersTable, played
from ..game.game import Game
from .equilibrium_documents import supports_document
from .profile_solution import PlayersEquilibrium


@dataclass(frozen=True, slots=True)
class PlayersPhase:
    """A phase, or a stratum of lower dimension.

    Attributes
    ----------
    name : roman numeral for phases, arabic for strata
    condition : exact; holds at every point of it and at no other point of the domain
    sample : an exact point, coordinate by coordinate as text of the format; empty where none was found
    structure : in numbers of plans and profiles; `to_json` of the diagram gives names
    equilibria : in closed form; one whose closed form does not hold throughout says on which part of it, or beyond, it
        does (its own condition)
    """

    name: str
    dimension: int
    condition: Condition
    sample: tuple[tuple[str, str], ...]
    structure: PlayersStructure
    equilibria: tuple[PlayersEquilibrium, ...]
    witnessed: bool = True


@dataclass(frozen=True)
class PlayersDiagram:
    """The exact phase decomposition of a game with signals or several players over its free parameters."""

    game: Game
    parameters: tuple[str, ...]
    at: tuple[tuple[str, Fraction], ...]
    boundaries: tuple[AtomBoundary, ...]
    phases: tuple[PlayersPhase, ...]
    strata: tuple[PlayersPhase, ...]
    engine: str
    table: PlayersTable = field(repr=False, compare=False)

    @property
    def is_undecided(self) -> bool:
        """Whether something was left open."""
        return any(phase.structure.open for phase in (*self.phases, *self.strata))

    def to_json(self) -> dict[str, Any]:
        """The diagram in the JSON shape of the format; sets inside ``structure`` are per player."""
        return {
            "format": 1,
            "game": self.game.name,
            "parameters": list(self.parameters),
            "at": {name: str(value) for name, value in self.at},
            "engine": self.engine,
            "boundaries": [boundary.to_document() for boundary in self.boundaries],
            "phases": [self._phase(p) for p in self.phases],
            "strata": [self._phase(p, stratum=True) for p in self.strata],
            "undecided": {"measure": 0.0, "boxes": []},
        }

    def _phase(self, phase: PlayersPhase, stratum: bool = False) -> dict[str, Any]:
        document: dict[str, Any] = {"dimension": phase.dimension} if stratum else {"name": phase.name}
        document |= {
            "condition": str(phase.condition),
            "sample": dict(phase.sample),
            "structure": structure_document(self.table, phase.structure),
        }
        document["equilibria"] = [
            {
                "support": supports_document(e.players, e.support),
                "belief_support": {n: sorted(b) for n, b in zip(e.players, e.belief_support, strict=True)},
                "dimension": e.dimension,
                "strategy": {
                    name: {s: {a: str(w) for a, w in row} for s, row in own}
                    if own[0][0]
                    else {a: str(w) for a, w in own[0][1]}
                    for name, own in zip(e.players, e.strategy, strict=True)
                },
            }
            | ({} if e.condition == phase.condition else {"condition": str(e.condition)})
            for e in phase.equilibria
        ]
        return document if phase.witnessed else document | {"witnessed": False}

    def __repr__(self) -> str:
        counts = f"{len(self.phases)} phases, {len(self.strata)} strata"
        return f"<PlayersDiagram of {self.game.name!r} over {', '.join(self.parameters)}: {counts}>"


def structure_document(table: PlayersTable, structure: PlayersStructure) -> dict[str, Any]:
    """A structure with the names of actions, plans and profiles, in the shape and order of the format."""
    form = table.form

    def profile(k: int) -> str:
        return ",".join(p.plan_name(m) for p, m in zip(form.players, form.profiles[k], strict=True))

    def sets(own: Sets) -> Any:
        named = {p.name: sorted(p.plan_name(m) for m in plans) for p, plans in zip(form.players, own, strict=True)}
        return named if len(named) > 1 else next(iter(named.values()))

    def support(plans: Sets) -> Any:
        named = supports_document(table.names, tuple(played(table, j, own) for j, own in enumerate(plans)))
        return named if len(named) > 1 else next(iter(named.values()))

    def cycle(nodes: Sequence[int]) -> list[str]:
        names = [profile(k) for k in nodes]
        first = names.index(min(names))
        return names[first:] + names[:first]

    distinct = dict.fromkeys(plans for plans, _ in structure.supports)
    left = {"undecided_supports": [support(plans) for plans in structure.open]} if structure.open else {}
    return left | {
        "supports": [support(plans) for plans in distinct],
        "belief_supports": [
            {
                p.name: sorted(p.models[t] for t in held) if p.fit is not None else list(p.models)
                for p, held in zip(form.players, believed, strict=True)
            }
            for _, believed in structure.supports
        ],
        "rationalizable": sets(structure.rationalizable),
        "transitions": sorted([profile(a), profile(b)] for a, b in structure.edges),
        "absorbing": sorted(sorted(profile(k) for k in s) for s in structure.absorbing),
        "closed": [sets(own) for own in structure.closed],
        "cycles": sorted(cycle(c) for c in structure.cycles),
    }


@dataclass(frozen=True, slots=True, order=True)
class PlayersStructure:
    """What is the same throughout a phase; comparable and hashable.

    Attributes
    ----------
    supports : (plans played, models believed; () for a family) by player, for every equilibrium component
    open : supports with which further equilibria were neither found nor excluded
    rationalizable : plans, by player
    edges : between numbered profiles
    absorbing : sets of numbered profiles
    closed : product sets of plans, by player
    cycles : of numbered profiles, all up to the length that `listed_cycles` reaches
    """

    supports: tuple[tuple[Sets, Sets], ...]
    rationalizable: Sets
    edges: tuple[tuple[int, int], ...]
    absorbing: tuple[Set, ...]
    closed: tuple[Sets, ...]
    cycles: tuple[Set, ...]
    open: tuple[Sets, ...] = ()
