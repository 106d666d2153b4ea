"""Continuous families of models and normal outcomes: one agent, solved exactly.

solve_families(game, at=None) -> FamilySolution      all equilibria, Gamma, transition graph
kl_minimizers(agent_of(game), sigma) -> Minimizers   Theta*(sigma) as a set, exact points
is_equilibrium(game, sigma) -> bool                  the definition alone, any one-agent game
"""

from __future__ import annotations

from ..results.family_solution import FamilyEquilibrium, FamilySolution, FreeEquilibrium, FreeSolution
from ..results.fits import Minimizers, Piece, Point
from .agent import Agent, agent_of
from .definition import is_equilibrium
from .minimizers import kl_minimizers
from .normal_tables import normal_decision_tables
from .parametric import solve_any, solve_free
from .solution import solve_families

__all__ = [
    "Agent",
    "FamilyEquilibrium",
    "FamilySolution",
    "FreeEquilibrium",
    "FreeSolution",
    "Minimizers",
    "Piece",
    "Point",
    "agent_of",
    "is_equilibrium",
    "kl_minimizers",
    "normal_decision_tables",
    "solve_any",
    "solve_families",
    "solve_free",
]
