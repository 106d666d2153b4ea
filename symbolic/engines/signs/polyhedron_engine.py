"""Games with one family whose fit to each action is one number, and free parameters: all equilibria in closed form.

As `symbolic.engines.signs.engine`, with the answers of `symbolic.engines.signs.polyhedron_fits`. The functions whose
signs are asked for at a few points of the domain are entered beforehand, which spares rounds of decomposition; the
cells ask for whatever else they need.
"""

from __future__ import annotations

from fractions import Fraction
from functools import partial
from itertools import product

from ...algebra.ring import Element
from ...cells.plane import domain_decomposition, is_decomposable
from ...cells.undecided import attempt
from ...combinatorics.envelopes import ImpossibleSigns
from ...forms.laws import substituted
from ...game.game import Game
from ...results.solution import Solution
from .engine import ParameterTable, solution_by_signs
from .polyhedron_agent import ScalarAgent
from .polyhedron_fits import Cones, scalar_answer

SHARES = (Fraction(2, 13), Fraction(6, 13), Fraction(11, 13))
ROUNDS = 4


def scalar_solution(game: Game, agent: ScalarAgent, at: tuple[tuple[str, Fraction], ...]) -> Solution:
    """All equilibria and the whole structure, symbolic in the free parameters; exact.

    Raises NotSupportedError where the dimension of a continuum is not known, BudgetError where there are too many
    sign vectors.
    """
    table = ParameterTable(game, agent.ring)
    gradients = [*(n.predicted.gradient for n in agent.numbers), *(c.gradient for c in agent.constraints)]
    cones: Cones | None = {} if all(g.rational() is not None for gradient in gradients for g in gradient) else None
    if agent.parameters and is_decomposable(table, agent.parameters):
        asked: set[tuple[Fraction, ...]] = set()
        for point in product(*([_between(p.domain.low, p.domain.high, s) for s in SHARES] for p in game.parameters)):
            attempt(partial(_ask_at, agent, table, cones, point))
        for _ in range(ROUNDS):
            count = len(table.atoms)
            for cell in domain_decomposition(table, agent.parameters).cells:
                point = tuple(x for x in cell.sample if isinstance(x, Fraction))
                if len(point) == len(agent.parameters) and point not in asked:
                    asked.add(point)
                    attempt(partial(_ask_at, agent, table, cones, point))
            if len(table.atoms) == count:
                break
    return solution_by_signs(game, agent, table, lambda sign: scalar_answer(agent, sign, cones), at)


def _between(low: Fraction | None, high: Fraction | None, share: Fraction) -> Fraction:
    """A point of an interval."""
    if low is None or high is None:
        stretch = share / (1 - share)
        return low + stretch if low is not None else high - stretch if high is not None else 3 * (2 * share - 1)
    return low + (high - low) * share


def _ask_at(agent: ScalarAgent, table: ParameterTable, cones: Cones | None, point: tuple[Fraction, ...]) -> None:
    """Enters the functions that the answer at a point depends on."""
    images = [agent.ring.constant(x) for x in point]

    def sign(element: Element) -> int:
        table.product_of(element, "a comparison of models")
        try:
            value = substituted(element, images, agent.ring.constant(1)).rational()
        except ZeroDivisionError:
            raise ImpossibleSigns("a pole") from None
        assert value is not None
        return (value > 0) - (value < 0)

    try:
        scalar_answer(agent, sign, cones)
    except ImpossibleSigns:
        return
