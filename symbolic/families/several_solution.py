"""Games with several families on a line and single models, and free parameters: what is known, with exact conditions.

As `line_solution`, with the answers of `several_fits`, which may leave something open on a part of the domain. The
logarithms and roots that comparisons of models need are found as they are asked for: the ring of the signs grows, and
the question is asked again.
"""

from __future__ import annotations

from fractions import Fraction

from ..algebra import Ring
from ..errors import BudgetError
from ..game import Game
from ..undecided import attempt
from .free_solution import FreeSolution
from .line_domain import Sign
from .line_solution import ParameterTable, solution_by_signs
from .several_agent import SeveralAgent
from .several_compare import Functions, RingGrows
from .several_fits import several_answer
from .sign_answer import SignAnswer

GENERATOR_LIMIT = 60


def several_solution(game: Game, agent: SeveralAgent, at: tuple[tuple[str, Fraction], ...]) -> FreeSolution:
    """The equilibria and the structure as far as they are decided, symbolic in the free parameters; exact.

    Where mixtures lead to too many sign vectors, they are left open.

    Raises NotSupportedError where no model is left, BudgetError where there are too many sign vectors.
    """
    found, reason = attempt(lambda: _growing(game, agent, "", at))
    if found is None:
        names = ", ".join(agent.parameters)
        found = _growing(game, agent, f"mixtures are left open with {names} free ({reason})", at)
    return found


def _growing(
    game: Game, agent: SeveralAgent, omitted: str, at: tuple[tuple[str, Fraction], ...]
) -> FreeSolution:
    ring = agent.ring
    while len(ring.generators) <= GENERATOR_LIMIT:
        try:
            return _over(game, agent, ring, omitted, at)
        except RingGrows as grown:
            ring = grown.ring
    raise BudgetError(f"more than {GENERATOR_LIMIT} parameters, logarithms and roots; fix a parameter with --at")


def _over(
    game: Game, agent: SeveralAgent, ring: Ring, omitted: str, at: tuple[tuple[str, Fraction], ...]
) -> FreeSolution:
    table = ParameterTable(game, ring)
    functions = Functions(table.ring)

    def answer(sign: Sign) -> SignAnswer:
        return several_answer(agent, sign, functions, omitted)

    return solution_by_signs(game, agent, table, answer, at)
