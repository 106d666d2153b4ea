"""What is asked of a game, whatever its kind: its solution, its phases, whether a strategy is an equilibrium.

Which engine answers: `symbolic.solving.engines`.

Imports inside functions are there for start-up alone.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from fractions import Fraction
from typing import Any

from ..arguments import check_kind
from ..cells.undecided import attempt
from ..decomposition.limits import Limits
from ..definition.play import is_equilibrium as check_players
from ..errors import NotSupportedError
from ..game.free_parameters import check_arguments
from ..game.game import Game
from ..limits import SolveLimits
from ..plain_text import kind_of
from ..results.diagram import PhaseDiagram
from ..results.solution import Solution
from .engines import has_families, solve_by_engines


def solve(
    game: Game, at: Mapping[str, Fraction | int | str] | None = None, limits: SolveLimits | None = None
) -> Solution:
    """All Berk-Nash equilibria and the structure of a game of any kind of the format, exactly.

    Parameters
    ----------
    game : a game
    at : exact values for some parameters; the others stay symbols where the engine allows
    limits : how many pairs or profiles of supports may be gone through, how many equilibria listed (`SolveLimits`)

    Returns
    -------
    Solution
        Exact or labelled; what was not settled is named by `undecided`.

    Raises NotSupportedError, BudgetError or UndecidedError with a reason.

    Source: Esponda & Pouzo (2016), Definition 1.
    """
    check_arguments(game, at)
    check_kind("limits", limits, SolveLimits)
    if not (game.has_tables or game.signals or len(game.players) > 1):
        (limits or SolveLimits()).check_actions(len(game.players[0].actions))
    return solve_by_engines(game, at, limits)


def phases(
    game: Game,
    over: Sequence[str] | None = None,
    at: Mapping[str, Fraction | int | str] | None = None,
    limits: Limits | None = None,
    solve_limits: SolveLimits | None = None,
) -> PhaseDiagram:
    """The exact phase decomposition of a game over its free parameters, by the engine for its kind.

    Parameters, errors and examples: `symbolic.solving.phases.phases`, and
    `symbolic.solving.profile_phases.players_phases` for signals and several players,
    `symbolic.solving.family_phases.family_phases` for what is read off a solution: continuous families, and what
    `players_phases` refuses.

    Returns PhaseDiagram; exact, and it says in which dimensions it is complete.
    """
    check_arguments(game, at, over=over)
    check_kind("limits", limits, Limits)
    check_kind("solve_limits", solve_limits, SolveLimits)
    if game.signals or len(game.players) > 1:
        from .profile_phases import players_phases

        # What it refuses has no diagram of its own, but perhaps a solution with conditions.
        with suppress(NotSupportedError):
            return players_phases(game, over, at, limits, solve_limits)
    elif game.has_tables:
        from .phases import phases as agent_phases

        return agent_phases(game, over, at, limits, solve_limits)
    else:
        (solve_limits or SolveLimits()).check_actions(len(game.players[0].actions))
    from .family_phases import family_phases

    return family_phases(game, over, at, limits, solve_limits)


def is_equilibrium(game: Game, strategy: Mapping[str, Any]) -> bool:
    """Whether a strategy is a Berk-Nash equilibrium, decided from the definition alone.

    Parameters
    ----------
    game : a game of any kind, all parameters fixed
    strategy : weights by action for one agent; by player (and signal) for several players or signals

    Returns True or False; raises UndecidedError when a comparison resists the highest precision, GameError when the
    weights are no strategy.

    Examples
    --------
    >>> rows = {"*": {"good": "1/2", "bad": "1/2"}}
    >>> game = Game.from_dict({"format": 1, "name": "one", "players": {"agent": {
    ...     "actions": ["stay", "go"], "outcomes": ["good", "bad"], "truth": rows,
    ...     "payoff": {"stay": {"good": 1, "bad": 0}, "go": {"good": 0, "bad": 0}},
    ...     "models": {"right_one": {"predicts": rows}}}}})
    >>> is_equilibrium(game, {"stay": 1}), is_equilibrium(game, {"stay": "1/2", "go": "1/2"})
    (True, False)
    """
    check_arguments(game)
    if not isinstance(strategy, Mapping):
        raise TypeError(f'strategy must be a dictionary, not {kind_of(strategy)}; write {{"action": "1/2", ...}}')
    if len(game.players) > 1 or game.signals:
        from ..definition.profile import is_equilibrium as check_families

        if has_families(game):
            # Families with logarithms or square roots in their laws are read by the second route alone.
            found, _ = attempt(lambda: check_families(game, strategy))
            if found is not None:
                return found
        return check_players(game, strategy)
    from ..definition.agent import is_equilibrium as check_agent

    return check_agent(game, strategy)
