"""Phases of a game with signals or several players.

As `symbolic.solving.phases` for one agent: cells of the parameter domain with the same structure
(`symbolic.engines.finite.structure`) make up a phase when one of them is open, a stratum otherwise. The cells are those
of `symbolic.cells.question_cells`. Mixed equilibria that solve quadratic systems are told by the signs of discriminants
and of what guards each root. Where further equilibria were neither found nor excluded, a stratum names their supports;
a game with an open phase of this kind is refused, and its phases are read off the solution (`family_phases`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction

from ..cells.cell import Cell
from ..cells.conditions import LiteralPrinter, cover
from ..cells.phase_groups import PhaseGroup
from ..combinatorics.shape import Sets
from ..decomposition.limits import Limits
from ..engines.finite.quadratic import Finding
from ..engines.finite.structure import ProfileStructure, structure_and_findings
from ..forms.minors import PlayersTable, played, players_table
from ..game.free_parameters import FreeParameters, free_parameters
from ..game.game import Game
from ..limits import SolveLimits
from ..results.diagram import Derived, PhaseDiagram
from ..results.phase import PhaseEquilibrium
from ..results.structure import Component, Names, Play, Structure
from .grouped_diagram import Asked

Answer = tuple[ProfileStructure, tuple[Finding, ...]]
Group = PhaseGroup[ProfileStructure, Cell[Answer]]


def players_phases(
    game: Game,
    over: Sequence[str] | None = None,
    at: Mapping[str, Fraction | int | str] | None = None,
    limits: Limits | None = None,
    solve_limits: SolveLimits | None = None,
) -> PhaseDiagram:
    """The exact phase decomposition of a game with signals or several players over its free parameters.

    Parameters, errors and the meaning of the result are those of `symbolic.solving.phases.phases`.

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

    def refused(group: Group) -> str:
        if not group.structure.open:
            return ""
        return (
            f"where {group.condition}, mixed equilibria with supports {_named(table, group.structure.open[0])} "
            "solve polynomial systems that are not solved with free parameters; fix parameters with --at"
        )

    return _asked(asked, table).diagram(limits or Limits(), refused)


def _derived(game: Game, over: tuple[str, ...]) -> Derived:
    """The same once more, for a copy of the diagram."""
    asked = free_parameters(game, over, None)
    return _asked(asked, players_table(asked.game, None)).derived()


def _asked(asked: FreeParameters, table: PlayersTable) -> Asked[Answer, ProfileStructure]:
    """The question for the structure and the equilibria, and how they are named."""
    return Asked(
        game=asked.game,
        over=asked.over,
        order=asked.preferred,
        at=asked.values,
        table=table,
        question=lambda problem: structure_and_findings(table, problem),
        key=lambda answer: answer[0],
        named=lambda structure: _structure(table, structure),
        equilibria=lambda group, cells: _equilibria(table, asked.preferred, cells, group),
        again=_derived,
    )


def _named(table: PlayersTable, supports: Sets) -> str:
    """Supports as text: the plans of each player, in braces."""
    sets = (
        ", ".join(form.plan_name(plan) for plan in own) for form, own in zip(table.form.players, supports, strict=True)
    )
    return " x ".join(f"{{{own}}}" for own in sets)


def _structure(table: PlayersTable, structure: ProfileStructure) -> Structure:
    """A structure with the names of actions, plans and profiles."""
    form = table.form
    nodes = [form.profile_name(plans) for plans in form.profiles]

    def sets(own: Sets) -> tuple[Names, ...]:
        return tuple(tuple(p.plan_name(m) for m in plans) for p, plans in zip(form.players, own, strict=True))

    def play(plans: Sets) -> Play:
        return tuple(played(table, j, own) for j, own in enumerate(plans))

    def believed(held: Sets) -> tuple[Names, ...]:
        return tuple(
            tuple(p.models[t] for t in own) if p.fit is not None else tuple(p.models)
            for p, own in zip(form.players, held, strict=True)
        )

    return Structure(
        players=table.names,
        supports=tuple(Component(play(plans), believed(held)) for plans, held in structure.supports),
        rationalizable=sets(structure.rationalizable),
        transitions=tuple((nodes[a], nodes[b]) for a, b in structure.edges),
        absorbing=tuple(tuple(nodes[k] for k in members) for members in structure.absorbing),
        closed=tuple(sets(own) for own in structure.closed),
        cycles=tuple(tuple(nodes[k] for k in cycle) for cycle in structure.cycles),
        open_supports=tuple(play(plans) for plans in structure.open),
    )


def _equilibria(
    table: PlayersTable, order: Sequence[str], cells: Sequence[Cell[Answer]], group: Group
) -> tuple[PhaseEquilibrium, ...]:
    """The closed forms on the cells of a group, those of the highest dimension first; each may hold on some of them."""
    members = sorted(group.cells, key=lambda cell: -cell.dimension)
    printer = LiteralPrinter(table, order)
    found = []
    for finding in dict.fromkeys(f for cell in members for f in cell.value[1]):
        condition = None
        if any(finding not in cell.value[1] for cell in group.cells):
            inside = [dict(cell.signs) for cell in cells if finding in cell.value[1]]
            outside = [dict(cell.signs) for cell in cells if finding not in cell.value[1]]
            condition = printer.condition(cover(inside, outside))
        entry = finding.entry(table, condition or group.condition, group.witnessed)
        found.append(PhaseEquilibrium(entry.parts, entry.dimension, condition))
    return tuple(found)
