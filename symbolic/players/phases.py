"""Phases of a game with signals or several players.

As `symbolic.phases` for one agent: cells of the parameter domain with the same structure (`players.structure`) make up
a phase when one of them is open, a stratum otherwise. The cells are those of `players.cells`. Mixed equilibria that
solve quadratic systems are told by the signs of discriminants and of what guards each root. Where further equilibria
were neither found nor excluded, a stratum names their supports; a game with an open phase of this kind is refused.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from ..conditions import Condition, LiteralPrinter, cover
from ..decomposition.limits import Limits
from ..errors import NotSupportedError
from ..free_parameters import free_parameters
from ..game import Game
from ..phase_groups import AtomBoundary, PhaseGroup, grouped
from ..solve_limits import SolveLimits
from .cells import PlayersCell, players_cells
from .equilibrium import PlayersEquilibrium, played, supports_document
from .minors import PlayersTable, players_table
from .quadratic import Finding
from .shape import Sets
from .structure import PlayersStructure, structure_and_findings

Answer = tuple[PlayersStructure, tuple[Finding, ...]]


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


def players_phases(
    game: Game,
    over: Sequence[str] | None = None,
    at: Mapping[str, Fraction | int | str] | None = None,
    limits: Limits | None = None,
    solve_limits: SolveLimits | None = None,
) -> PlayersDiagram:
    """The exact phase decomposition of a game with signals or several players over its free parameters.

    Parameters, errors and the meaning of the result are those of `symbolic.phases.phases`.

    Raises NotSupportedError where mixed equilibria of an open phase solve systems that are neither linear nor
    quadratic (`quadratic`), BudgetError beyond the limits.

    Examples
    --------
    >>> from berknash.symbolic.interchange import from_payoff_matrices
    >>> game = from_payoff_matrices([[["2", "0"], ["0", "v"]], [["2", "0"], ["0", "v"]]], parameters={"v": "(-1, 1)"})
    >>> for phase in players_phases(game).phases:
    ...     print(phase.condition, len(phase.equilibria))
    v < 0 1
    v > 0 3
    """
    asked = free_parameters(game, over, at)
    table = players_table(asked.game, solve_limits)
    budget = Limits() if limits is None else limits
    cells, engine = players_cells(
        table, asked.preferred, lambda problem: structure_and_findings(table, problem), budget
    )
    found = grouped(table, asked.preferred, cells, lambda cell: cell.value[0], budget)
    for group in found.phases:
        if group.structure.open:
            raise NotSupportedError(
                f"where {group.condition}, mixed equilibria with supports {_named(table, group.structure.open[0])} "
                "solve polynomial systems that are not solved with free parameters; fix parameters with --at, or use "
                "solve, which names the supports"
            )
    return PlayersDiagram(
        game=asked.game,
        parameters=asked.over,
        at=asked.values,
        boundaries=found.boundaries,
        phases=tuple(_phase(table, asked.preferred, cells, group) for group in found.phases),
        strata=tuple(_phase(table, asked.preferred, cells, group) for group in found.strata),
        engine=engine,
        table=table,
    )


def _named(table: PlayersTable, supports: Sets) -> str:
    """Supports as text: the plans of each player, in braces."""
    sets = (
        ", ".join(form.plan_name(plan) for plan in own) for form, own in zip(table.form.players, supports, strict=True)
    )
    return " x ".join(f"{{{own}}}" for own in sets)


def _phase(
    table: PlayersTable,
    order: Sequence[str],
    cells: Sequence[PlayersCell[Answer]],
    group: PhaseGroup[PlayersStructure, PlayersCell[Answer]],
) -> PlayersPhase:
    return PlayersPhase(
        name=group.name,
        dimension=group.dimension,
        condition=group.condition,
        sample=group.best.sample,
        structure=group.structure,
        equilibria=_equilibria(table, order, cells, group),
        witnessed=group.witnessed,
    )


def _equilibria(
    table: PlayersTable,
    order: Sequence[str],
    cells: Sequence[PlayersCell[Answer]],
    group: PhaseGroup[PlayersStructure, PlayersCell[Answer]],
) -> tuple[PlayersEquilibrium, ...]:
    """The closed forms on the cells of a group, those of the highest dimension first; each may hold on some of them."""
    members = sorted(group.cells, key=lambda cell: -cell.dimension)
    printer = LiteralPrinter(table, order)
    found = []
    for finding in dict.fromkeys(f for cell in members for f in cell.value[1]):
        condition = group.condition
        if any(finding not in cell.value[1] for cell in group.cells):
            inside = [dict(cell.signs) for cell in cells if finding in cell.value[1]]
            outside = [dict(cell.signs) for cell in cells if finding not in cell.value[1]]
            condition = printer.condition(cover(inside, outside))
        found.append(finding.entry(table, condition, group.witnessed))
    return tuple(found)
