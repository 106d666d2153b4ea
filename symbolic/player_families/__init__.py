"""Private signals or several players whose models are continuous families or normal laws.

solve_player_families(game) -> PlayerFamiliesSolution      equilibria, Gamma, transition graph at fixed parameters
solve_free_players(game) -> FreePlayersSolution            with free parameters, families on a line
is_equilibrium(game, strategy) -> bool                     the definition alone
"""

from __future__ import annotations

from ..results.profile_family_solution import FreePlayersSolution, PlayerFamiliesSolution
from .definition import is_equilibrium
from .free_solution import solve_free_players
from .solution import solve_player_families

__all__ = [
    "FreePlayersSolution",
    "PlayerFamiliesSolution",
    "is_equilibrium",
    "solve_free_players",
    "solve_player_families",
]
