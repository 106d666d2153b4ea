"""Private signals or several players whose models are continuous families or normal laws, all parameters fixed.

solve_player_families(game) -> PlayerFamiliesSolution      equilibria, Gamma, transition graph
is_equilibrium(game, strategy) -> bool                     the definition alone
"""

from __future__ import annotations

from .definition import is_equilibrium
from .solution import PlayerFamiliesSolution, solve_player_families

__all__ = ["PlayerFamiliesSolution", "is_equilibrium", "solve_player_families"]
