"""Gamma of any number of actions, where only the signs of the residuals matter.

Let one convex family play, with payoffs affine in theta, and let the slope of K after action a be
``r_a(theta) w_a(theta) x_a`` with a fixed direction x_a, an affine residual r_a and a positive w_a: normal outcomes
with fixed variance (least squares), and two outcomes with affine probability. Then theta is a best fit to some mixture
of B iff

    sum_{a in B} sigma_a s_a x_a = sum_j lambda_j n_j,   sigma, lambda >= 0, sigma not 0,    s_a = sign r_a(theta),

with n_j the normals of the constraints active at theta (Karush-Kuhn-Tucker; sigma absorbs the positive factors). So
whether b is in Gamma(B) is a question about finitely many sign patterns: is the pattern balanced, and does it occur at
a theta of Theta at which b is optimal? Both are linear programs, exact. One theta is enough for a belief, since Theta*
is convex and payoffs are affine.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations
from typing import Any

from ...algebra.feasibility import nonnegative_solution
from ...algebra.number_field import ONE, ZERO, Real
from ...algebra.ring import Element
from ...definition.hulls import affine_parts
from ...definition.stationary import is_convex
from ...definition.unbounded import recedes
from ...errors import BudgetError
from ...forms.laws import Agent, Family

PATTERN_LIMIT = 20_000

Affine = tuple[tuple[Real, ...], Real]


@dataclass(frozen=True, slots=True)
class SignProblem:
    """Residuals by action, constraints (all >= 0) and payoffs, each affine: (gradient, constant)."""

    residuals: tuple[Affine, ...]
    constraints: tuple[Affine, ...]
    payoffs: tuple[Affine, ...]


def sign_problem(agent: Agent, actions: Sequence[int]) -> SignProblem | None:
    """The data of the module's argument, or None where it does not apply to these actions."""
    if len(agent.families) != 1:
        return None
    (family,) = agent.families
    if not is_convex(family, actions) or any(d is None for d in family.divergences):
        return None
    normals = [affine_parts(c.polynomial, family.dimension)[0] for c in family.constraints]
    if any(c.strict for c in family.constraints) or recedes(normals, None, family.dimension):
        return None
    if not all(_is_affine(p) for p in family.payoffs):
        return None
    constraints = tuple(_affine(family, c.polynomial) for c in family.constraints)
    residuals = []
    for action in actions:
        residual = _residual(agent, family, action, constraints)
        if residual is None:
            return None
        residuals.append(residual)
    return SignProblem(tuple(residuals), constraints, tuple(_affine(family, p) for p in family.payoffs))


def _residual(agent: Agent, family: Family, action: int, constraints: Sequence[Affine]) -> Affine | None:
    """The affine function whose sign, times its own direction, is that of the slope of K."""
    divergence = family.divergences[action]
    assert divergence is not None
    if agent.normal:
        return _affine(family, family.misfits[action][0])
    if len(divergence.logs) != 2 or len(family.misfits[action]) != 2:
        return None
    for _, probability in divergence.logs:
        # Probability zero on Theta would make K infinite there.
        if _is_feasible(constraints, [(_affine(family, -probability), "weak")], family.dimension):
            return None
    return _affine(family, family.misfits[action][0])


def gamma_by_signs(problem: SignProblem, wanted: Sequence[int]) -> tuple[int, ...]:
    """The actions of `wanted` that are best replies to a best fit of some mixture. Exact.

    Raises BudgetError when there are too many patterns.
    """
    count, size = len(problem.residuals), len(problem.residuals[0][0])
    faces = [held for k in range(size + 1) for held in combinations(range(len(problem.constraints)), k)]
    if 3**count * len(faces) > PATTERN_LIMIT:
        raise BudgetError(
            f"{3**count * len(faces)} patterns of signs and faces; the limit is {PATTERN_LIMIT}: use fewer actions"
        )
    left = list(wanted)
    found: list[int] = []
    for held in faces:
        for pattern in _patterns(problem, held, ()):
            if not left:
                return tuple(sorted(found))
            if not _is_balanced(problem, held, pattern):
                continue
            for action in list(left):
                if _occurs(problem, held, pattern, action):
                    left.remove(action)
                    found.append(action)
    return tuple(sorted(found))


def _patterns(problem: SignProblem, held: Sequence[int], start: tuple[int, ...]) -> Iterator[tuple[int, ...]]:
    """The sign patterns of the residuals that occur on a face and begin like this."""
    if len(start) == len(problem.residuals):
        yield start
        return
    for sign in (-1, 0, 1):
        if _occurs(problem, held, (*start, sign), None):
            yield from _patterns(problem, held, (*start, sign))


def _is_balanced(problem: SignProblem, held: Sequence[int], pattern: Sequence[int]) -> bool:
    """Whether some mixture balances the signed directions with normals of the held constraints."""
    if 0 in pattern:
        return True  # all weight on an action that is fitted exactly
    size = len(problem.residuals[0][0])
    columns = [
        [Real.of(sign) * x for x in direction]
        for sign, (direction, _) in zip(pattern, problem.residuals, strict=True)
    ]
    normals = [problem.constraints[j][0] for j in held]
    rows = [[c[k] for c in columns] + [-n[k] for n in normals] for k in range(size)]
    rows.append([ONE] * len(columns) + [ZERO] * len(normals))
    return nonnegative_solution(rows, [ZERO] * size + [ONE]) is not None


def _occurs(problem: SignProblem, held: Sequence[int], pattern: Sequence[int], action: int | None) -> bool:
    """Whether the pattern occurs on the face at a point where the action (if one is given) is optimal."""
    size = len(problem.residuals[0][0])
    conditions: list[tuple[Affine, str]] = [(problem.constraints[j], "zero") for j in held]
    if action is not None:
        mine = problem.payoffs[action]
        others = [p for k, p in enumerate(problem.payoffs) if k != action]
        conditions += [(_minus(mine, theirs), "weak") for theirs in others]
    strict = []
    for sign, residual in zip(pattern, problem.residuals, strict=False):
        if sign == 0:
            conditions.append((residual, "zero"))
        else:
            signed = _scaled(residual, Real.of(sign))
            conditions.append((signed, "weak"))
            strict.append(signed)
    # By convexity all strict inequalities hold together when each holds somewhere on the closed set.
    if not strict:
        return _is_feasible(problem.constraints, conditions, size)
    return all(_is_feasible(problem.constraints, [*conditions, (entry, "one")], size) for entry in strict)


def _is_feasible(constraints: Sequence[Affine], conditions: Sequence[tuple[Affine, str]], size: int) -> bool:
    """Whether Theta holds a point with these conditions: "weak" >= 0, "zero", or "one": positive.

    Homogenized: theta = y / tau with tau >= 0; a positive function is scaled to 1, and tau = 0 is no point because
    Theta is bounded. Without such a function tau itself is scaled to 1.
    """
    weak = [*constraints, *(c for c, kind in conditions if kind == "weak")]
    rows: list[list[Real]] = []
    right: list[Real] = []
    width = 2 * size + 1 + len(weak)

    def row(entry: Affine) -> list[Real]:
        gradient, constant = entry
        return [*gradient, *(-g for g in gradient), constant] + [ZERO] * len(weak)

    for k, entry in enumerate(weak):
        line = row(entry)
        line[2 * size + 1 + k] = -ONE
        rows.append(line)
        right.append(ZERO)
    scaled = False
    for entry, kind in conditions:
        if kind == "weak":
            continue
        rows.append(row(entry))
        right.append(ONE if kind == "one" else ZERO)
        scaled = scaled or kind == "one"
    if not scaled:
        unit = [ZERO] * width
        unit[2 * size] = ONE
        rows.append(unit)
        right.append(ONE)
    return nonnegative_solution(rows, right) is not None


def _is_affine(element: Element) -> bool:
    return bool(element.denominator.is_constant()) and int(element.numerator.total_degree()) <= 1


def _affine(family: Family, element: Element) -> Affine:
    gradient, constant = affine_parts(element, family.dimension)
    return tuple(_exact(g) for g in gradient), _exact(constant)


def _exact(value: Any) -> Real:
    return Real.of(Fraction(int(value.p), int(value.q)))


def _minus(first: Affine, second: Affine) -> Affine:
    return tuple(a - b for a, b in zip(first[0], second[0], strict=True)), first[1] - second[1]


def _scaled(entry: Affine, factor: Real) -> Affine:
    return tuple(factor * g for g in entry[0]), factor * entry[1]
