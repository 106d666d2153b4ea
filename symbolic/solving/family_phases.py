"""Phases of any game whose solution carries conditions: continuous families of one agent or several, with signals.

The atoms of the conditions of a solution (`condition_signs`) cut the parameter domain into cells, on each of which
every condition is true or false throughout. As `symbolic.solving.phases` for finitely many models, cells with the same
structure make up a phase when one of them is open, a stratum otherwise; a boundary with the structure of one side is a
stratum, so that phases are open. What the solution leaves undecided somewhere is
part of the structure there: two cells are one phase only where they leave the same open.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

from ..cells.cell import Cell
from ..cells.phase_groups import PhaseGroup
from ..decomposition.limits import Limits
from ..errors import DefectError
from ..game.free_parameters import FreeParameters, free_parameters
from ..game.game import Game
from ..limits import SolveLimits
from ..results.diagram import Derived, PhaseDiagram
from ..results.equilibrium import Equilibrium
from ..results.phase import PhaseEquilibrium
from ..results.solution import Solution
from ..results.structure import Component, Structure
from .condition_signs import ConditionSigns
from .engines import solve_by_engines
from .grouped_diagram import Asked

Answer = tuple[Structure, tuple[int, ...]]


def family_phases(
    game: Game,
    over: Sequence[str] | None = None,
    at: Mapping[str, Fraction | int | str] | None = None,
    limits: Limits | None = None,
    solve_limits: SolveLimits | None = None,
) -> PhaseDiagram:
    """The exact phase decomposition of a game over its free parameters, read off its solution.

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
    I q > 1/2 (('bet',),) 1
    II q < 1/2 (('pass',),) 1
    1 q == 1/2 (('bet', 'pass'),) 3
    """
    asked = free_parameters(game, over, at)
    return _asked(asked, solve_by_engines(game, at, solve_limits)).diagram(limits or Limits())


def _derived(game: Game, over: tuple[str, ...]) -> Derived:
    """The same once more, for a copy of the diagram."""
    return _asked(free_parameters(game, over, None), solve_by_engines(game, None)).derived()


def _asked(asked: FreeParameters, solution: Solution) -> Asked[Answer, Structure]:
    """The question which parts of the solution exist where the atoms of their conditions have given signs."""
    signs = ConditionSigns(solution)
    lists = (solution.rationalizable, solution.transitions, solution.absorbing, solution.closed, solution.cycles)

    def question(problem: Any) -> Answer:
        there = tuple(k for k, e in enumerate(solution.equilibria) if signs.holds(problem, e.condition))
        kept, *rest = (tuple(sorted(signs.values(problem, cases))) for cases in lists)
        left = [u for u in solution.undecided if u.where is None or signs.holds(problem, u.where)]
        on_supports = [u for u in left if u.supports and u.count is None]
        if len(kept) != ("rationalizable" not in {u.what for u in left}):
            raise DefectError(
                f"{solution.game.name}: {len(kept)} rationalizable sets at one point; please report the game"
            )
        found = {
            Component(tuple(p.support for p in e.parts), tuple(p.belief_support for p in e.parts), e.dimension)
            for e in (solution.equilibria[k] for k in there)
        }
        transitions, absorbing, closed, cycles = rest
        structure = Structure(
            solution.players,
            tuple(sorted(found)),
            kept[0] if kept else None,
            transitions,
            absorbing,
            closed,
            cycles,
            tuple(sorted({(u.what, u.names) for u in left if u not in on_supports})),
            tuple(sorted({u.support for u in on_supports})),
        )
        return structure, there

    def equilibria(
        group: PhaseGroup[Structure, Cell[Answer]], cells: Sequence[Cell[Answer]]
    ) -> tuple[PhaseEquilibrium, ...]:
        listed = sorted({k for cell in group.cells for k in cell.value[1]})
        return tuple(
            _equilibrium(solution.equilibria[k], all(k in cell.value[1] for cell in group.cells)) for k in listed
        )

    return Asked(
        game=solution.game,
        over=asked.over,
        order=asked.preferred,
        at=solution.at,
        # The table answers as that of a strategic form does; only the kind of its problem differs.
        table=signs.table,
        question=question,
        key=lambda answer: answer[0],
        named=lambda structure: structure,
        equilibria=equilibria,
        again=_derived,
        parts=solution.undecided,
        open_phases=True,
    )


def _equilibrium(entry: Equilibrium, throughout: bool) -> PhaseEquilibrium:
    """An equilibrium of the solution as one of a phase, throughout which it exists or not."""
    return PhaseEquilibrium(entry.parts, entry.dimension, None if throughout else entry.condition)
