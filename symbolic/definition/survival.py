"""Which equilibria survive correct specification: those that are Nash equilibria of the game with the true laws.

A profile of strategies survives iff, for every player, each plan with positive probability maximizes the true expected
payoff against what the others do (`symbolic.definition.specification`).
"""

from __future__ import annotations

from collections.abc import Sequence

from ..algebra.number_field import ONE, ZERO, Real
from ..forms.profiles import Players, Sets
from ..results.answers import IN_PART, NO, UNDECIDED, YES, Answer
from .profile import Behaviour, plan_weights, profile_weights


def survival_of(players: Players, behaviours: Sequence[Behaviour], dimension: int) -> Answer:
    """Whether the strategies are an equilibrium of the objective game; of a continuum only the point given is told."""
    survives = is_objective_equilibrium(players, behaviours)
    if not dimension:
        return Answer(YES if survives else NO)
    where = "the point given survives" if survives else "the point given does not survive"
    return Answer(UNDECIDED, reason=f"{where}; the continuum is not cut further")


def survival_along(
    players: Players, ends: Sequence[Sequence[Behaviour]], inside: Sequence[Behaviour]
) -> Answer:
    """Of the mixtures between two strategies that differ in one player's weights after one signal.

    What a deviation loses is linear along them: all survive iff none gains at either end, and none survives where one
    gains at both.
    """
    sets = played(plan_weights(players, inside))
    low, high = (losses(players, end, sets) for end in ends)
    if all(loss.sign() >= 0 for loss in (*low, *high)):
        return Answer(YES)
    if all(loss.sign() >= 0 for loss in losses(players, inside, sets)):
        return Answer(IN_PART)
    if any(a.sign() < 0 and b.sign() < 0 for a, b in zip(low, high, strict=True)):
        return Answer(NO)
    return Answer(UNDECIDED, reason="the point given does not survive; other points of the continuum may")


def is_objective_equilibrium(players: Players, behaviours: Sequence[Behaviour]) -> bool:
    """Whether every plan that is played is a best reply under the true laws. Exact."""
    sets = played(plan_weights(players, behaviours))
    return all(loss.sign() >= 0 for loss in losses(players, behaviours, sets))


def played(weights: Sequence[Sequence[Real]]) -> Sets:
    """By player, the plans with positive probability."""
    return tuple(tuple(k for k, w in enumerate(own) if not w.is_zero()) for own in weights)


def losses(players: Players, behaviours: Sequence[Behaviour], sets: Sets) -> list[Real]:
    """What each player loses by each other plan in place of each plan of the sets, under the true laws."""
    weights = plan_weights(players, behaviours)
    found = []
    for j, own in enumerate(weights):
        mass = profile_weights(players, [[ONE] * len(w) if k == j else w for k, w in enumerate(weights)])
        gains = [ZERO] * len(own)
        for index, profile in enumerate(players.profiles):
            gains[profile[j]] = gains[profile[j]] + mass[index] * Real.of(players.objective[j][index])
        found += [gains[plan] - gain for plan in sets[j] for gain in gains]
    return found
