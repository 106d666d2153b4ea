"""Single models that a convex family contains.

When some theta of the family predicts what a single model predicts, the family fits every mixture at least as well,
and equally well exactly where theta is a best fit of the family. That is a closed interval of shares, because the
conditions for a minimum are linear in the share; its ends are found from the multipliers. Between such shares the
model is either the family's best fit itself, or strictly worse: it need not be searched for ties.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from itertools import combinations
from typing import Any

from flint import fmpq, fmpq_mat

from ...algebra.number_field import ONE, ZERO, Real
from ...algebra.systems import InfinitelyManyError, solve_system
from ...definition.hulls import affine_constraints, affine_parts, hulls, kernel, rank
from ...definition.stationary import Candidate, divergence_gradient, is_convex, is_feasible
from ...forms.laws import Agent, Family, value_at


def nested_models(agent: Agent, pair: tuple[int, int]) -> dict[int, tuple[Fraction, ...]]:
    """For every single model that a convex family contains, by index: shares at which it can begin or cease to fit
    as well as the family. Exact, a superset."""
    found: dict[int, tuple[Fraction, ...]] = {}
    for index, single in enumerate(agent.families):
        if single.dimension or any(single.divergences[a] is None for a in pair):
            continue
        for family in agent.families:
            if not family.dimension or any(family.divergences[a] is None for a in pair):
                continue
            if not is_convex(family, pair):
                continue
            theta = _same_predictions(agent, single, family, pair)
            if theta is not None:
                shares = _turning_shares(agent, family, theta, pair)
                found[index] = tuple(sorted({*found.get(index, ()), *shares}))
    return found


def _same_predictions(
    agent: Agent, single: Family, family: Family, pair: Sequence[int]
) -> tuple[Real, ...] | None:
    """A rational point of the family that predicts what the single model does after both actions, or None."""
    wanted: list[tuple[Any, Any]] = []
    for action in pair:
        mine, theirs = single.divergences[action], family.divergences[action]
        assert mine is not None and theirs is not None
        if len(mine.logs) != len(theirs.logs):
            return None
        wanted.append((theirs.rational, mine.rational))
        wanted += [(f, g) for (_, f), (_, g) in zip(theirs.logs, mine.logs, strict=True)]
    played = tuple(ONE if a in pair else ZERO for a in range(len(agent.actions)))
    for hull in hulls(family, kernel(family, pair), ("t",)):
        equations = []
        for f, g in wanted:
            value = g.rational()
            if value is None:
                return None
            equations.append((hull.restricted(f) - hull.ring.constant(value)).numerator)
        if any(not e.is_zero() and e.is_constant() for e in equations):
            continue
        try:
            points = solve_system(equations, hull.dimension)
        except InfinitelyManyError:
            continue
        for point in points:
            theta = tuple(value_at(value, point) for value in hull.theta)
            rational = all(x.rational() is not None for x in theta)
            if rational and is_feasible(family, Candidate(theta, played), played):
                return theta
    return None


def _turning_shares(
    agent: Agent, family: Family, theta: tuple[Real, ...], pair: tuple[int, int]
) -> list[Fraction]:
    """Shares at which a multiplier, or a component of the slope that no multiplier takes up, vanishes at the point."""
    slopes = []
    for action in pair:
        unit = tuple(ONE if a == action else ZERO for a in range(len(agent.actions)))
        gradient = [value.rational() for value in divergence_gradient(family, Candidate(theta, unit))]
        slopes.append([fmpq(g.numerator, g.denominator) for g in gradient if g is not None])
    normals = [
        affine_parts(family.constraints[k].polynomial, family.dimension)[0]
        for k in affine_constraints(family)
        if value_at(family.constraints[k].polynomial, theta).is_zero()
    ]
    lines: list[tuple[Any, Any]] = []
    for size in range(min(len(normals), family.dimension) + 1):
        for chosen in combinations(normals, size):
            if rank(chosen) < size:
                continue
            parts = [_split(chosen, slope) for slope in slopes]
            lines += zip(*parts, strict=True)
    found = []
    for start, stop in lines:
        if start != stop:
            share = start / (start - stop)
            if 0 < share < 1:
                found.append(Fraction(int(share.p), int(share.q)))
    return found


def _split(normals: Sequence[Sequence[Any]], slope: Sequence[Any]) -> list[Any]:
    """The multipliers of the normals in the slope, and the components that are left."""
    if not normals:
        return list(slope)
    matrix = fmpq_mat([list(n) for n in normals])
    column = fmpq_mat(len(slope), 1, list(slope))
    weights = (matrix * matrix.transpose()).solve(matrix * column)
    rest = column - matrix.transpose() * weights
    return [weights[i, 0] for i in range(len(normals))] + [rest[i, 0] for i in range(len(slope))]
