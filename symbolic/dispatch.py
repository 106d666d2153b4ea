"""Which engine solves which kind of game.

* one agent, finitely many outcomes and models: `symbolic.solution`;
* one agent with continuous families or normal outcomes: `symbolic.families`;
* private signals or several players: `symbolic.players`.

All solutions answer `to_json()` in the shape of the format.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from .game import Game
from .solution import Solution
from .solution import solve as solve_finite


def solve(game: Game, at: Mapping[str, Fraction | int | str] | None = None) -> Any:
    """All Berk-Nash equilibria and the structure of a game of any kind of the format, exactly.

    Parameters
    ----------
    game : a game
    at : exact values for some parameters; the others stay symbols where the engine allows

    Returns
    -------
    Solution, FamilySolution or PlayersSolution
        By the kind of game; exact or labelled.

    Raises NotSupportedError, BudgetError or UndecidedError with a reason.

    Source: Esponda & Pouzo (2016), Definition 1.
    """
    if game.kind_not_supported() is None:
        return solve_finite(game, at)
    if len(game.players) > 1 or game.signals:
        from .players.solution import solve_players

        return solve_players(game, at)
    from .families import solve_families

    return solve_families(game, at)


def is_finite(solution: Any) -> bool:
    """Whether a solution is one of the finite one-agent engine."""
    return isinstance(solution, Solution)
