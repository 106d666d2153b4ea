"""Phases of a game with signals or several players.

As `symbolic.solving.phases` for one agent: cells of the parameter domain with the same structure
(`symbolic.engines.finite.structure`) make up a phase when one of them is open, a stratum otherwise. The cells are those
of `symbolic.cells.question_cells`. Mixed equilibria that solve quadratic systems are told by the signs of discriminants
and of what guards each root. Where further equilibria were neither found nor excluded, a stratum names their supports;
a game with an open phase of this kind is refused.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction

from ..cells.conditions import LiteralPrinter, cover
from ..cells.phase_groups import PhaseGroup, grouped
from ..cells.question_cells import PlayersCell, players_cells
from ..combinatorics.shape import Sets
from ..decomposition.limits import Limits
from ..engines.finite.quadratic import Finding
from ..engines.finite.structure import structure_and_findings
from ..errors import NotSupportedError
from ..forms.minors import PlayersTable, players_table
from ..game.free_parameters import free_parameters
from ..game.game import Game
from ..limits import SolveLimits
from ..results.profile_diagram import PlayersDiagram, PlayersPhase, PlayersStructure
from ..results.profile_solution import PlayersEquilibrium

Answer = tuple[PlayersStructure, tuple[Finding, ...]]


def players_phases(
    game: Game,
    over: Sequence[str] | None = None,
    at: Mapping[str, Fraction | int | str] | None = None,
    limits: Limits | None = None,
    solve_limits: SolveLimits | None = None,
) -> PlayersDiagram:
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
