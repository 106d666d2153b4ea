"""Games with several families on a line and single models, and free parameters: what is known, with exact conditions.

As `symbolic.engines.signs.engine`, with the answers of `several_fits`, which may leave something open on a part of the
domain. The logarithms and roots that comparisons of models need are found as they are asked for: the ring of the signs
grows, and the question is asked again.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from fractions import Fraction
from functools import partial

from ...algebra.signs import Sign
from ...algebra.surds import Functions, RingGrows
from ...cells.undecided import attempt
from ...errors import BudgetError
from ...game.game import Game
from ...results.parameter_table import ParameterTable
from ...results.solution import Solution
from .engine import solution_by_signs
from .several_agent import SeveralAgent
from .several_fits import several_answer
from .sign_answer import SignAnswer

GENERATOR_LIMIT = 60


def several_solution(game: Game, agent: SeveralAgent, at: tuple[tuple[str, Fraction], ...]) -> Solution:
    """The equilibria and the structure as far as they are decided, symbolic in the free parameters; exact.

    Where mixtures lead to too many sign vectors, they are left open; where the actions together do, each is asked about
    alone, and what takes them together is open.

    Raises NotSupportedError where no model is left, BudgetError where one action has too many sign vectors.
    """
    return as_far_as_decided(
        lambda omitted, only: _growing(game, agent, at, omitted, only), agent.actions, agent.parameters
    )


def as_far_as_decided(
    ask: Callable[[str, int | None], Solution], actions: Sequence[str], parameters: Sequence[str]
) -> Solution:
    """The whole answer; without mixtures, where these are too much; of each action alone, where that is too much.

    `ask` gets the reason why mixtures are omitted, and the one action that is asked about.
    """
    names = ", ".join(parameters)
    found, reason = attempt(lambda: ask("", None))
    if found is None:
        omitted = f"mixtures are left open with {names} free ({reason})"
        found, reason = attempt(lambda: ask(omitted, None))
    if found is not None:
        return found
    omitted = f"only the best replies to single actions are known with {names} free ({reason})"
    parts = [ask(omitted, action) for action in range(len(actions))]
    return replace(
        parts[0],
        equilibria=tuple(e for part in parts for e in part.equilibria),
        transitions=tuple(case for part in parts for case in part.transitions),
        undecided=tuple(dict.fromkeys(entry for part in parts for entry in part.undecided)),
    )


def _growing(
    game: Game, agent: SeveralAgent, at: tuple[tuple[str, Fraction], ...], omitted: str = "", only: int | None = None
) -> Solution:
    ring = agent.ring
    while len(ring.generators) <= GENERATOR_LIMIT:
        try:
            table = ParameterTable(game, ring)
            functions = Functions(table.ring)

            def answer(sign: Sign, functions: Functions = functions) -> SignAnswer:
                return several_answer(agent, sign, functions, omitted, only)

            return solution_by_signs(game, agent, table, answer, at, partial(getattr, functions, "ring"))
        except RingGrows as grown:
            ring = grown.ring
    raise BudgetError(f"more than {GENERATOR_LIMIT} parameters, logarithms and roots; fix a parameter with --at")
