"""Phases of a game with continuous families of models.

The atoms of the conditions of a solution (`condition_signs`) cut the parameter domain into cells, on each of which
every condition is true or false throughout. As `symbolic.solving.phases` for finitely many models, cells with the same
structure make up a phase when one of them is open, a stratum otherwise. What the solution leaves undecided somewhere is
part of the structure there: two cells are one phase only where they leave the same open.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from typing import Any

from ..cells.phase_groups import PhaseGroup, grouped
from ..cells.question_cells import PlayersCell, players_cells
from ..decomposition.limits import Limits
from ..errors import DefectError
from ..game.free_parameters import free_parameters
from ..game.game import Game
from ..results.family_diagram import FamilyDiagram, FamilyPhase, FamilyStructure
from ..results.family_solution import FreeSolution
from .condition_signs import ConditionSigns
from .parametric import solve_free

Answer = tuple[FamilyStructure, tuple[int, ...]]


def family_phases(
    game: Game,
    over: Sequence[str] | None = None,
    at: Mapping[str, Fraction | int | str] | None = None,
    limits: Limits | None = None,
) -> FamilyDiagram:
    """The exact phase decomposition of a game with families of models over its free parameters.

    Parameters, errors and the meaning of the result are those of `symbolic.solving.phases.phases`.

    What the solution with free parameters leaves undecided is named in the structures.

    Raises BudgetError beyond the limits, which hold for the cells and not for the solution.

    Examples
    --------
    >>> rows = {"heads": "x", "tails": "1 - x"}
    >>> game = Game.from_dict({"format": 1, "name": "coin", "parameters": {"q": "(0, 1)"}, "players": {"agent": {
    ...     "actions": ["bet", "pass"], "outcomes": ["heads", "tails"],
    ...     "truth": {"*": {"heads": "q", "tails": "1 - q"}},
    ...     "payoff": {"bet": {"heads": 1, "tails": -1}, "pass": {"heads": 0, "tails": 0}},
    ...     "models": {"coin": {"theta": {"x": "[0, 2/3]"}, "predicts": {"*": rows}}}}}})
    >>> diagram = family_phases(game)
    >>> for phase in (*diagram.phases, *diagram.strata):
    ...     print(phase.name, phase.condition, phase.structure.rationalizable, len(phase.equilibria))
    I q > 1/2 ('bet',) 1
    II q < 1/2 ('pass',) 1
    1 q == 1/2 ('bet', 'pass') 3
    """
    asked = free_parameters(game, over, at)
    solution = solve_free(game, at)
    signs = ConditionSigns(solution)
    budget = Limits() if limits is None else limits
    lists = (solution.rationalizable, solution.transitions, solution.absorbing, solution.closed, solution.cycles)

    def question(problem: Any) -> Answer:
        there = tuple(k for k, e in enumerate(solution.equilibria) if signs.holds(problem, e.condition))
        kept, *rest = (tuple(sorted(signs.values(problem, cases))) for cases in lists)
        left_open = tuple(sorted({
            (u.what, u.names) for u in solution.undecided if u.where is None or signs.holds(problem, u.where)
        }))  # fmt: skip
        if len(kept) != ("rationalizable" not in {what for what, _ in left_open}):
            raise DefectError(f"{game.name}: {len(kept)} rationalizable sets at one point; please report the game")
        found = {(e.support, e.belief_support, e.dimension) for e in (solution.equilibria[k] for k in there)}
        transitions, absorbing, closed, cycles = rest
        structure = FamilyStructure(
            tuple(sorted(found)), kept[0] if kept else None, transitions, absorbing, closed, cycles, left_open
        )
        return structure, there

    # The table answers as that of a strategic form does; only the kind of its problem differs.
    cells, engine = players_cells(signs.table, asked.preferred, question, budget)
    found = grouped(signs.table, asked.preferred, cells, lambda cell: cell.value[0], budget)
    return FamilyDiagram(
        game=solution.game,
        parameters=asked.over,
        at=solution.at,
        boundaries=found.boundaries,
        phases=tuple(_phase(solution, group) for group in found.phases),
        strata=tuple(_phase(solution, group) for group in found.strata),
        engine=engine,
        solution=solution,
    )


def _phase(solution: FreeSolution, group: PhaseGroup[FamilyStructure, PlayersCell[Answer]]) -> FamilyPhase:
    listed = sorted({k for cell in group.cells for k in cell.value[1]})
    equilibria = []
    for k in listed:
        throughout = all(k in cell.value[1] for cell in group.cells)
        entry = solution.equilibria[k]
        equilibria.append(replace(entry, condition=group.condition) if throughout else entry)
    return FamilyPhase(
        name=group.name,
        dimension=group.dimension,
        condition=group.condition,
        sample=group.best.sample,
        structure=group.structure,
        equilibria=tuple(equilibria),
        witnessed=group.witnessed,
    )
