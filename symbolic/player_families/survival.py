"""Which equilibria survive correct specification: those that are Nash equilibria of the game with the true laws.

A profile of strategies survives iff, for every player, each plan with positive probability maximizes the true expected
payoff against what the others do (`correct_specification`).
"""

from __future__ import annotations

from collections.abc import Sequence

from ..answers import NO, UNDECIDED, YES, Answer
from ..families.numbers import ONE, ZERO, Real
from .agents import Players
from .definition import Behaviour, plan_weights, profile_weights


def survival_of(players: Players, behaviours: Sequence[Behaviour], dimension: int) -> Answer:
    """Whether the strategies are an equilibrium of the objective game; of a continuum only the point given is told."""
    survives = is_objective_equilibrium(players, behaviours)
    if not dimension:
        return Answer(YES if survives else NO)
    where = "the point given survives" if survives else "the point given does not survive"
    return Answer(UNDECIDED, reason=f"{where}; the continuum is not cut further")


def is_objective_equilibrium(players: Players, behaviours: Sequence[Behaviour]) -> bool:
    """Whether every plan that is played is a best reply under the true laws. Exact."""
    weights = plan_weights(players, behaviours)
    for j, own in enumerate(weights):
        mass = profile_weights(players, [[ONE] * len(w) if k == j else w for k, w in enumerate(weights)])
        gains = [ZERO] * len(own)
        for index, profile in enumerate(players.profiles):
            gains[profile[j]] = gains[profile[j]] + mass[index] * Real.of(players.objective[j][index])
        for plan, weight in enumerate(own):
            if not weight.is_zero() and any((gain - gains[plan]).sign() > 0 for gain in gains):
                return False
    return True


