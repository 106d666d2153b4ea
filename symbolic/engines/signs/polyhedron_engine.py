"""Games with one family whose fit to each action is one number, and free parameters: all equilibria in closed form.

As `symbolic.engines.signs.engine`, with the answers of `symbolic.engines.signs.polyhedron_fits`.
"""

from __future__ import annotations

from fractions import Fraction

from ...game.game import Game
from ...results.parameter_table import ParameterTable
from ...results.solution import Solution
from .engine import solution_by_signs
from .polyhedron_agent import ScalarAgent
from .polyhedron_fits import Cones, scalar_answer


def scalar_solution(game: Game, agent: ScalarAgent, at: tuple[tuple[str, Fraction], ...]) -> Solution:
    """All equilibria and the whole structure, symbolic in the free parameters; exact.

    Raises NotSupportedError where the dimension of a continuum is not known, BudgetError where there are too many
    sign vectors.
    """
    table = ParameterTable(game, agent.ring)
    gradients = [*(n.predicted.gradient for n in agent.numbers), *(c.gradient for c in agent.constraints)]
    cones: Cones | None = {} if all(g.rational() is not None for gradient in gradients for g in gradient) else None
    return solution_by_signs(game, agent, table, lambda sign: scalar_answer(agent, sign, cones), at)
