"""Exact linear feasibility over an ordered field: is there x >= 0 with A x = b?

Phase one of the simplex method with Bland's rule, which never cycles (Bland 1977), on numbers of one number field
whose signs are exact. The answer is either a solution or the certainty that there is none.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import Any

from flint import fmpq

from .number_field import ONE, ZERO, Real
from .systems import common_field


def nonnegative_solution(rows: Sequence[Sequence[Real]], right: Sequence[Real]) -> tuple[Real, ...] | None:
    """A basic solution x >= 0 of ``rows x = right``, or None when there is none. Exact.

    The numbers may come from different fields: they are put into one first.

    >>> one, two = Real.of(1), Real.of(2)
    >>> [str(x) for x in nonnegative_solution([[one, one], [one, -one]], [two, one])]
    ['3/2', '1/2']
    >>> nonnegative_solution([[one, one]], [-one]) is None
    True
    """
    count = len(rows[0]) if rows else 0
    flat = [entry for row, side in zip(rows, right, strict=True) for entry in (*row, side)]
    width = count + 1
    if all(entry.part.degree() <= 0 for entry in flat):
        exact = [entry.part[0] for entry in flat]
        table = [exact[k * width : (k + 1) * width] for k in range(len(rows))]
        found = phase_one(table, count, _rational_sign, fmpq(0))
        return None if found is None else tuple(Real.of(Fraction(int(x.p), int(x.q))) for x in found)
    numbers = common_field(flat)
    return phase_one([numbers[k * width : (k + 1) * width] for k in range(len(rows))], count, Real.sign, ZERO)


def _rational_sign(value: Any) -> int:
    return int(value > 0) - int(value < 0)


def phase_one(
    table: list[list[Any]], count: int, sign: Callable[[Any], int], zero: Any, limit: int | None = None
) -> tuple[Any, ...] | None:
    """Phase one on rows (coefficients, right side), over any ordered field given by its sign.

    With a `limit` on the number of pivots None may also mean that it was reached: for numbers that are not exact.
    """
    width, steps = count + 1, 0
    for row in table:
        if sign(row[-1]) < 0:
            row[:] = [-entry for entry in row]
    basis = [count + k for k in range(len(table))]
    # One artificial variable for each row; its column is never needed again once it has left the basis.
    while True:
        artificial = [row for row, b in zip(table, basis, strict=True) if b >= count]
        if not sign(sum((row[-1] for row in artificial), start=zero)):
            break
        entering = next(
            (
                j
                for j in range(count)
                if j not in basis and sign(sum((r[j] for r in artificial), start=zero)) > 0
            ),
            None,
        )
        steps += 1
        if entering is None or (limit is not None and steps > limit):
            return None
        leaving = _ratio_test(table, basis, entering, sign)
        if leaving is None:
            assert limit is not None, "the sum of the artificial variables is bounded below"
            return None
        _pivot(table, leaving, entering, sign)
        basis[leaving] = entering
    solution = [zero] * count
    for row, b in zip(table, basis, strict=True):
        if b < count:
            solution[b] = row[width - 1]
    return tuple(solution)


def _ratio_test(table: list[list[Any]], basis: list[int], entering: int, sign: Callable[[Any], int]) -> int | None:
    best: tuple[int, Any] | None = None
    for k, row in enumerate(table):
        if sign(row[entering]) <= 0:
            continue
        ratio = row[-1] / row[entering]
        order = -1 if best is None else sign(ratio - best[1])
        if order < 0 or (best is not None and order == 0 and basis[k] < basis[best[0]]):
            best = (k, ratio)
    return None if best is None else best[0]


def _pivot(table: list[list[Any]], leaving: int, entering: int, sign: Callable[[Any], int]) -> None:
    pivot = table[leaving][entering]
    table[leaving] = [entry / pivot for entry in table[leaving]]
    for k, row in enumerate(table):
        if k != leaving and sign(row[entering]):
            weight = row[entering]
            table[k] = [a - weight * b for a, b in zip(row, table[leaving], strict=True)]


def belief_making_best(payoffs: Sequence[Sequence[Real]], best: Sequence[int]) -> tuple[Real, ...] | None:
    """A belief over the columns (points of Theta) under which every action of `best` is optimal, or None.

    ``payoffs[a][v]`` is the subjective payoff of action a at point v.

    >>> u = [[Real.of(1), Real.of(0)], [Real.of(0), Real.of(3)]]
    >>> [str(weight) for weight in belief_making_best(u, [0, 1])]
    ['3/4', '1/4']
    """
    points = range(len(payoffs[0]))
    first = best[0]
    others = [a for a in range(len(payoffs)) if a != first]
    slacks = [a for a in others if a not in best]
    flat = common_field([entry for row in payoffs for entry in row])
    width = len(payoffs[0])
    table = [flat[k * width : (k + 1) * width] for k in range(len(payoffs))]
    rows = [[ONE for _ in points] + [ZERO for _ in slacks]]
    for a in others:
        row = [table[first][v] - table[a][v] for v in points]
        rows.append(row + [(-ONE if a == c else ZERO) for c in slacks])
    solution = nonnegative_solution(rows, [ONE] + [ZERO] * len(others))
    return None if solution is None else solution[:width]
