"""Best replies to beliefs on a set of best fits.

``F(Delta T)`` is the set of actions that are optimal for some belief on T (theory: Esponda & Pouzo 2016; Pearce
1984 for the linear programs). The payoffs enter through the extreme points of T only, because U(a, mu) is linear in
mu; every answer is an exact linear feasibility problem.
"""

from __future__ import annotations

from collections.abc import Sequence

from ..algebra.feasibility import belief_making_best, nonnegative_solution
from ..algebra.number_field import ONE, ZERO, Real, same
from ..algebra.systems import common_field
from ..forms.laws import Agent, value_at
from ..results.fits import Minimizers


def best_replies(fits: Minimizers) -> tuple[int, ...]:
    """``F(Delta Theta*)`` by action index: optimal for some belief on the best fits. Exact."""
    return tuple(a for a in range(len(fits.payoffs)) if belief_making_best(fits.payoffs, [a]) is not None)


def supporting_belief(fits: Minimizers, support: Sequence[int]) -> tuple[Real, ...] | None:
    """A belief on the vertices of Theta* under which every action of the support is optimal, or None. Exact."""
    return belief_making_best(fits.payoffs, support)


def is_robust_reply(fits: Minimizers, action: int) -> bool:
    """Whether the action is optimal for **every** belief on the best fits (a uniform equilibrium, when pure)."""
    return all(
        (payoff - other).sign() >= 0
        for v in range(len(fits.payoffs[0]))
        for payoff, other in _pairs(fits, action, v)
    )


def _pairs(fits: Minimizers, action: int, vertex: int) -> list[tuple[Real, Real]]:
    column = common_field([row[vertex] for row in fits.payoffs])
    return [(column[action], column[c]) for c in range(len(column)) if c != action]


def is_self_confirming(agent: Agent, fits: Minimizers, support: Sequence[int]) -> bool:
    """Whether some best fit predicts exactly what follows the actions of the support (Fudenberg & Levine 1993)."""
    return predicts_path(agent, fits, [[(action, ONE)] for action in support])


def predicts_path(agent: Agent, fits: Minimizers, plans: Sequence[Sequence[tuple[int, Real]]]) -> bool:
    """Whether some best fit predicts exactly what follows each plan: profiles by number, with their probabilities."""
    for point in fits.points:
        misfits = next(f.misfits for f in agent.families if f.name == point.model)
        theta = [value for _, value in point.coordinates]
        if all(
            _vanishes(agent, [([value_at(gap, theta) for gap in misfits[k]], mass) for k, mass in plan])
            for plan in plans
        ):
            return True
    return False


def _vanishes(agent: Agent, rows: Sequence[tuple[list[Real], Real]]) -> bool:
    """Whether what is predicted less what is true vanishes on average, with normal outcomes in each row."""
    if agent.normal or len(rows) == 1:
        return all(gap.is_zero() for gaps, _ in rows for gap in gaps)
    width = len(rows[0][0]) + 1
    flat = common_field([entry for gaps, mass in rows for entry in (*gaps, mass)])
    table = [flat[k * width : (k + 1) * width] for k in range(len(rows))]
    return all(sum((row[-1] * row[c] for row in table), start=ZERO).is_zero() for c in range(width - 1))


def supporting_models(fits: Minimizers, support: Sequence[int]) -> tuple[str, ...]:
    """Models and families with weight in some belief on the best fits that makes the support optimal. Exact.

    A vertex can carry weight iff fixing its weight to be the only one counted leaves the program feasible; the
    supporting beliefs are a convex set, so the maximum of each weight is looked at alone.
    """
    found: list[str] = []
    position = 0
    for piece in fits.pieces:
        for _ in (*piece.vertices, *piece.extremes):
            if piece.model not in found and _can_carry_weight(fits, support, position):
                found.append(piece.model)
            position += 1
    return tuple(found)


def _can_carry_weight(fits: Minimizers, support: Sequence[int], vertex: int) -> bool:
    """Whether some supporting belief gives the vertex positive weight.

    Scaling: beliefs with weight on the vertex exist iff the cone of unnormalized ones meets {weight = 1}; the other
    weights are then any non-negative numbers.
    """
    width = len(fits.payoffs[0])
    flat = common_field([entry for row in fits.payoffs for entry in row])
    table = [flat[k * width : (k + 1) * width] for k in range(len(fits.payoffs))]
    first = support[0]
    others = [a for a in range(len(table)) if a != first]
    slacks = [a for a in others if a not in support]
    rows = [[(ONE if v == vertex else ZERO) for v in range(width)] + [ZERO for _ in slacks]]
    for a in others:
        row = [table[first][v] - table[a][v] for v in range(width)]
        rows.append(row + [(-ONE if a == c else ZERO) for c in slacks])
    return nonnegative_solution(rows, [ONE] + [ZERO] * len(others)) is not None


__all__ = ["best_replies", "is_robust_reply", "same", "supporting_belief", "supporting_models"]
