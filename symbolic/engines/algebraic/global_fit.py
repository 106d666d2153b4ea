"""Which points of a class of models fit best at a strategy that is known by balls only.

Boxes of Theta are put aside when the divergence is certainly above the claimed minimum on them, or when they lie in a
neighbourhood of a claimed minimizer in which it is proved to be the only minimum: there the divergence is strictly
convex along the hull of the point and increases away from it. What is left is split (branch and bound, Moore 1966).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from flint import arb

from ...definition.hulls import affine_constraints, affine_parts, hulls
from ...forms.laws import Family
from .balls import Ball, Balls, Branch, between_ball, midpoint

BOX_LIMIT = 6_000

Side = tuple[Fraction, Fraction]


@dataclass(frozen=True, slots=True)
class Minimizer:
    """A claimed best fit: its branch, its coordinates on it and in Theta, as balls."""

    branch: Branch
    u: tuple[Ball, ...]
    theta: tuple[Ball, ...]


def coordinate_box(family: Family) -> tuple[Side, ...] | None:
    """Bounds of the coordinates, from the constraints on one coordinate each; None where one is unbounded."""
    low: list[Fraction | None] = [None] * family.dimension
    high: list[Fraction | None] = [None] * family.dimension
    for k in affine_constraints(family):
        gradient, constant = affine_parts(family.constraints[k].polynomial, family.dimension)
        places = [i for i, g in enumerate(gradient) if g != 0]
        if len(places) != 1:
            continue
        (place,) = places
        slope = Fraction(int(gradient[place].p), int(gradient[place].q))
        bound = -Fraction(int(constant.p), int(constant.q)) / slope
        side = low if slope > 0 else high
        known = side[place]
        side[place] = bound if known is None else (max(known, bound) if slope > 0 else min(known, bound))
    if any(entry is None for entry in (*low, *high)):
        return None
    return tuple((a, b) for a, b in zip(low, high, strict=True) if a is not None and b is not None)


def weighted(branch: Branch, support: Sequence[int], sigma: Balls, u: Balls, centre: Balls | None = None) -> Ball:
    """The weighted divergence on a box of a branch."""
    total = arb(0)
    for action, weight in zip(support, sigma, strict=True):
        divergence = branch.divergences[action]
        if divergence is None:
            return arb("nan")
        value = divergence.value(u) if centre is None else divergence.value_between(u, centre)
        total = total + weight * value
    return total


def _lower_bound(branch: Branch, support: Sequence[int], sigma: Balls, u: Balls) -> Ball:
    """A bound from below that may also hold where probabilities vanish; nan when there is none."""
    total = arb(0)
    for action, weight in zip(support, sigma, strict=True):
        divergence = branch.divergences[action]
        bound = None if divergence is None else divergence.lower_bound(u)
        if bound is None:
            return arb("nan")
        total = total + weight * bound
    return total


def fits_no_better(
    whole: Branch, support: Sequence[int], sigma: Balls, least: Ball, minimizers: Sequence[Minimizer]
) -> bool | None:
    """Whether no other point of one family fits as well as the claimed minimizers with divergence `least`.

    `whole` is the family's hull without held constraints. False when some point certainly fits better, None when
    boxes are left over.
    """
    family = whole.family
    sides = coordinate_box(family)
    if sides is None:
        return None
    near = [neighbourhood(m, support, sigma, sides) for m in minimizers]
    if any(box is None for box in near):
        return None
    boxes = [sides]
    for _ in range(BOX_LIMIT):
        if not boxes:
            return True
        box = boxes.pop()
        u = [between_ball(*side) for side in box]
        if any(condition.at(u) < 0 for condition in whole.conditions):
            continue
        if any(n is not None and all(s[0] <= a and b <= s[1] for (a, b), s in zip(box, n, strict=True)) for n in near):
            continue
        centre = [ball.mid() for ball in u]
        if weighted(whole, support, sigma, u, centre) > least or _lower_bound(whole, support, sigma, u) > least:
            continue
        if all(condition.at(centre) >= 0 for condition in whole.conditions) and (
            weighted(whole, support, sigma, centre) < least
        ):
            return False
        widest = max(range(len(box)), key=lambda k: box[k][1] - box[k][0])
        if not box[widest][0] < box[widest][1]:
            return None
        middle = (box[widest][0] + box[widest][1]) / 2
        boxes += [
            (*box[:widest], half, *box[widest + 1 :])
            for half in ((box[widest][0], middle), (middle, box[widest][1]))
        ]
    return None


def neighbourhood(
    minimizer: Minimizer, support: Sequence[int], sigma: Balls, sides: Sequence[Side]
) -> tuple[Side, ...] | None:
    """A box of Theta in which the point is the only minimum; None where no such box is found.

    In the interior of Theta: the Hessian is positive definite all over the box. In one dimension, at an end: the slope
    is positive towards the inside all over the box.
    """
    branch = minimizer.branch
    inner = branch.dimension == branch.family.dimension
    if not inner and branch.family.dimension != 1:
        return None
    centre = [midpoint(ball) for ball in minimizer.theta]
    for bits in range(1, 30):
        radius = [Fraction(1, 1 << bits) * (high - low) for low, high in sides]
        box = tuple((c - r, c + r) for c, r in zip(centre, radius, strict=True))
        balls = [between_ball(*side) for side in box]
        if not all(ball.contains_interior(t) for ball, t in zip(balls, minimizer.theta, strict=True)):
            return None
        if inner:
            if _positive_definite(branch, support, sigma, balls):
                return box
        elif _inward(minimizer, support, sigma, balls):
            return box
    return None


def _positive_definite(branch: Branch, support: Sequence[int], sigma: Balls, box: Balls) -> bool:
    size = branch.dimension
    matrix = [[arb(0)] * size for _ in range(size)]
    for action, weight in zip(support, sigma, strict=True):
        divergence = branch.divergences[action]
        if divergence is None:
            return False
        for i in range(size):
            for k in range(size):
                matrix[i][k] = matrix[i][k] + weight * divergence.hessian[i][k].at(box)
    return all(_determinant([row[:k] for row in matrix[:k]]) > 0 for k in range(1, size + 1))


def _determinant(matrix: Sequence[Sequence[Ball]]) -> Ball:
    if not matrix:
        return arb(1)
    total = arb(0)
    for k, entry in enumerate(matrix[0]):
        minor = _determinant([[*row[:k], *row[k + 1 :]] for row in matrix[1:]])
        total = total + entry * minor if k % 2 == 0 else total - entry * minor
    return total


def _inward(minimizer: Minimizer, support: Sequence[int], sigma: Balls, box: Balls) -> bool:
    """Whether the divergence increases into Theta all over a box around an end of a family with one coordinate."""
    whole = _whole(minimizer.branch)
    gradient, _ = affine_parts(
        minimizer.branch.family.constraints[minimizer.branch.hull.active[0]].polynomial, 1
    )
    total: Any = arb(0)
    for action, weight in zip(support, sigma, strict=True):
        divergence = whole.divergences[action]
        if divergence is None:
            return False
        total = total + weight * divergence.gradient[0].at(box)
    return bool(total > 0) if gradient[0] > 0 else bool(total < 0)


def _whole(branch: Branch) -> Branch:
    return Branch.of(branch.agent, branch.index, hulls(branch.family, [], ())[0])
