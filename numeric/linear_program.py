r"""A small linear program in high precision: is the interior of a face of the simplex cut by linear ties?

Given rows `equal` and `at_most` of real coefficients over n variables, maximize the smallest weight e over

    { w in Delta^{n-1} : w_j >= e for all j,  r . w = 0 for r in `equal`,  r . w <= 0 for r in `at_most` }.

The interior of the simplex meets the system iff that maximum is positive. Written with x_j = w_j - e >= 0 and
e >= 0 it is a standard program whose only non-zero right-hand side is that of sum w = 1, so ties can be
eliminated by pivots of any sign, redundant ones recognised, and phase one has a single artificial variable.
Bland's rule (1977, Mathematics of Operations Research 2) prevents cycling. The tableau holds fixed-point
numbers, integers in units of 2^-b with b some bits beyond mpmath's working precision, because integers are ten
times as fast; entries below the tolerance count as zero, reduced costs and right-hand sides included.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import mpmath

from ..symbolic.errors import UndecidedError

Real: TypeAlias = Any  # an mpmath number
Rows: TypeAlias = Sequence[Sequence[Real]]

_PIVOT_LIMIT = 10_000
_GUARD_BITS = 64


@dataclass(frozen=True, slots=True)
class Interior:
    """A point that maximizes the smallest weight, and that weight."""

    weights: tuple[Real, ...]
    smallest: Real


class _Tableau:
    """Rows in the form `row . x = right`, with a basic variable for each row; fixed-point with `bits` bits."""

    def __init__(self, bits: int, tolerance: int) -> None:
        self.bits = bits
        self.one = 1 << bits
        self.tolerance = tolerance
        self.rows: list[list[int]] = []
        self.basis: list[int] = []

    def without(self, row: list[int], pivot_row: list[int], column: int) -> list[int]:
        """The row with the column eliminated by a row whose entry there is one, tiny entries set to zero."""
        factor = row[column]
        if factor == 0:
            return row
        changed = [
            entry if part == 0 else self.clean(entry - (factor * part >> self.bits))
            for entry, part in zip(row, pivot_row, strict=True)
        ]
        changed[column] = 0
        return changed

    def clean(self, entry: int) -> int:
        """The entry, or zero when it is within the tolerance."""
        return entry if entry >= self.tolerance or entry <= -self.tolerance else 0

    def reduce(self, row: list[int]) -> list[int]:
        """The row with every basic variable eliminated."""
        for basic, pivot_row in zip(self.basis, self.rows, strict=True):
            row = self.without(row, pivot_row, basic)
        return row

    def enter(self, position: int, column: int) -> None:
        """Makes the variable of the column basic in the row at the position."""
        pivot = self.rows[position][column]
        scaled = [(entry << self.bits) // pivot if entry else 0 for entry in self.rows[position]]
        scaled[column] = self.one
        self.rows = [
            scaled if other == position else self.without(row, scaled, column) for other, row in enumerate(self.rows)
        ]
        self.basis[position] = column

    def maximize(self, objective: list[int], allowed: int) -> list[int]:
        """Maximizes objective . x over the first `allowed` columns; returns the final reduced objective.

        The objective row is in the form `objective . x - value`, with minus the value in its last entry.
        """
        objective = self.reduce(objective)
        for _ in range(_PIVOT_LIMIT):
            entering = next((j for j in range(allowed) if objective[j] > self.tolerance), None)
            if entering is None:
                return objective
            best: tuple[int, int, int] | None = None
            for position, row in enumerate(self.rows):
                if row[entering] > self.tolerance:
                    ratio = (row[-1] << self.bits) // row[entering]
                    candidate = (ratio, self.basis[position], position)
                    if best is None or candidate < best:
                        best = candidate
            if best is None:
                raise UndecidedError("a bounded linear program looks unbounded: rounding; raise the precision")
            self.enter(best[2], entering)
            objective = self.without(objective, self.rows[best[2]], entering)
        raise UndecidedError(f"a linear program took more than {_PIVOT_LIMIT} pivots; raise the precision")


def interior_point(count: int, equal: Rows, at_most: Rows, tolerance: Real) -> Interior | None:
    """The point of the simplex in the system whose smallest weight is largest, if that is positive.

    Parameters: the number of variables, the rows of ties and of inequalities, and the number below which an
    entry counts as zero. Returns None when no point with all weights above the tolerance exists. Correct up to
    the tolerance at mpmath's working precision; raises UndecidedError where rounding got the better of it.

    >>> one, two = mpmath.mpf(1), mpmath.mpf(2)
    >>> point = interior_point(2, [[one, -two]], [], mpmath.mpf(10) ** -10)
    >>> [str(mpmath.nstr(weight, 5)) for weight in point.weights]
    ['0.66667', '0.33333']
    >>> interior_point(2, [[one, two]], [], mpmath.mpf(10) ** -10) is None
    True
    """
    # Columns: x_1 .. x_n, the smallest weight e, a slack per inequality, the artificial variable, right side.
    artificial = count + 1 + len(at_most)
    width = artificial + 2
    bits = mpmath.mp.prec + _GUARD_BITS
    tableau = _Tableau(bits, int(mpmath.ldexp(tolerance, bits)))
    one = tableau.one

    def padded(row: Sequence[Real]) -> list[int]:
        # Large rows are scaled to entries of at most one, so that the tolerance means the same to all rows.
        scale = max(1, *(abs(entry) for entry in row))
        entries = [tableau.clean(int(mpmath.ldexp(entry / scale, bits))) for entry in row]
        return [*entries, sum(entries), *[0] * (width - count - 1)]

    for position, row in enumerate(at_most):
        line = padded(row)
        line[count + 1 + position] = one
        tableau.rows.append(line)
        tableau.basis.append(count + 1 + position)
    for row in equal:
        line = tableau.reduce(padded(row))
        column = max(range(count + 1), key=lambda j: abs(line[j]))
        if line[column] != 0:
            # The right-hand side is zero, so a pivot of either sign keeps the tableau feasible.
            tableau.rows.append(line)
            tableau.basis.append(column)
            tableau.enter(len(tableau.rows) - 1, column)
    total = [*[one] * count, count * one, *[0] * (width - count - 1)]
    total[-1] = one
    total = tableau.reduce(total)
    total[artificial] = one
    tableau.rows.append(total)
    tableau.basis.append(artificial)
    missing = [0] * width
    missing[artificial] = -one
    if tableau.maximize(missing, artificial)[-1] > tableau.tolerance:
        return None
    for position in [i for i, basic in enumerate(tableau.basis) if basic == artificial]:
        column = max(range(artificial), key=lambda j: abs(tableau.rows[position][j]))
        if abs(tableau.rows[position][column]) < tableau.tolerance:
            raise UndecidedError("sum of weights is lost in a linear program: rounding; raise the precision")
        tableau.enter(position, column)
    smallest = [0] * width
    smallest[count] = one
    value = -tableau.maximize(smallest, artificial)[-1]
    if value <= tableau.tolerance:
        return None
    solution = [0] * width
    for basic, line in zip(tableau.basis, tableau.rows, strict=True):
        solution[basic] = line[-1]
    weights = (mpmath.ldexp(solution[j] + solution[count], -bits) for j in range(count))
    return Interior(tuple(weights), mpmath.ldexp(value, -bits))
