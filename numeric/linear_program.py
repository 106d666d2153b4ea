r"""A small linear program in high precision: is the interior of a face of the simplex cut by linear ties?

Given rows `equal` and `at_most` of real coefficients over n variables, maximize the smallest weight e over

    { w in Delta^{n-1} : w_j >= e for all j,  r . w = 0 for r in `equal`,  r . w <= 0 for r in `at_most` }.

The interior of the simplex meets the system iff that maximum is positive. Written with x_j = w_j - e >= 0 and
e >= 0 it is a standard program whose only non-zero right-hand side is that of sum w = 1, so ties can be
eliminated by pivots of any sign, redundant ones recognised, and phase one has a single artificial variable.
Bland's rule (1977, Mathematics of Operations Research 2) prevents cycling. Tableau entries below the
tolerance count as zero, reduced costs and right-hand sides included; numbers are mpmath's at the working
precision.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import mpmath

from ..symbolic.errors import UndecidedError

Real: TypeAlias = Any
Rows: TypeAlias = Sequence[Sequence[Real]]

_PIVOT_LIMIT = 10_000


@dataclass(frozen=True, slots=True)
class Interior:
    """A point that maximizes the smallest weight, and that weight."""

    weights: tuple[Real, ...]
    smallest: Real


class _Tableau:
    """Rows in the form `row . x = right`, with a basic variable for each row."""

    def __init__(self, tolerance: Real) -> None:
        self.tolerance = tolerance
        self.rows: list[list[Real]] = []
        self.basis: list[int] = []

    def reduce(self, row: list[Real]) -> list[Real]:
        """The row with every basic variable eliminated, entries within the tolerance set to zero."""
        for basic, pivot_row in zip(self.basis, self.rows, strict=True):
            factor = row[basic]
            if factor != 0:
                row = [self._clean(entry - factor * other) for entry, other in zip(row, pivot_row, strict=True)]
                row[basic] = mpmath.mpf(0)
        return row

    def _clean(self, entry: Real) -> Real:
        return mpmath.mpf(0) if abs(entry) < self.tolerance else entry

    def enter(self, position: int, column: int) -> None:
        """Makes the variable of the column basic in the row at the position."""
        pivot = self.rows[position][column]
        scaled = [entry / pivot for entry in self.rows[position]]
        scaled[column] = mpmath.mpf(1)
        self.rows[position] = scaled
        self.basis[position] = column
        for other, row in enumerate(self.rows):
            factor = row[column]
            if other != position and factor != 0:
                changed = [self._clean(entry - factor * part) for entry, part in zip(row, scaled, strict=True)]
                changed[column] = mpmath.mpf(0)
                self.rows[other] = changed

    def maximize(self, objective: list[Real], allowed: int) -> list[Real]:
        """Maximizes objective . x over the first `allowed` columns; returns the final reduced objective.

        The objective row is in the form `objective . x - value`, with minus the value in its last entry.
        """
        objective = self.reduce(objective)
        for _ in range(_PIVOT_LIMIT):
            entering = next((j for j in range(allowed) if objective[j] > self.tolerance), None)
            if entering is None:
                return objective
            best: tuple[Real, int, int] | None = None
            for position, row in enumerate(self.rows):
                if row[entering] > self.tolerance:
                    candidate = (row[-1] / row[entering], self.basis[position], position)
                    if best is None or candidate < best:
                        best = candidate
            if best is None:
                raise UndecidedError("a bounded linear program looks unbounded: rounding; raise the precision")
            self.enter(best[2], entering)
            factor = objective[entering]
            pivot_row = self.rows[best[2]]
            objective = [self._clean(entry - factor * part) for entry, part in zip(objective, pivot_row, strict=True)]
            objective[entering] = mpmath.mpf(0)
        raise UndecidedError(f"a linear program took more than {_PIVOT_LIMIT} pivots; raise the precision")


def interior_point(count: int, equal: Rows, at_most: Rows, tolerance: Real) -> Interior | None:
    """The point of the simplex in the system whose smallest weight is largest, if that is positive.

    Parameters: the number of variables, the rows of ties and of inequalities, and the number below which an
    entry counts as zero. Returns None when no point with all weights above the tolerance exists.

    >>> one, two = mpmath.mpf(1), mpmath.mpf(2)
    >>> point = interior_point(2, [[one, -two]], [], mpmath.mpf(10) ** -30)
    >>> [str(mpmath.nstr(weight, 5)) for weight in point.weights]
    ['0.66667', '0.33333']
    >>> interior_point(2, [[one, two]], [], mpmath.mpf(10) ** -30) is None
    True
    """
    # Columns: x_1 .. x_n, the smallest weight e, one slack per inequality, the artificial variable,
    # right-hand side.
    zero, one = mpmath.mpf(0), mpmath.mpf(1)
    artificial = count + 1 + len(at_most)
    width = artificial + 2
    tableau = _Tableau(tolerance)

    def padded(row: Sequence[Real]) -> list[Real]:
        scale = max((abs(entry) for entry in row), default=zero)
        entries = [entry / scale for entry in row] if scale > 1 else list(row)
        return [*entries, mpmath.fsum(entries), *[zero] * (width - count - 1)]

    for position, row in enumerate(at_most):
        line = padded(row)
        line[count + 1 + position] = one
        tableau.rows.append(line)
        tableau.basis.append(count + 1 + position)
    for row in equal:
        line = [entry if abs(entry) >= tolerance else zero for entry in tableau.reduce(padded(row))]
        column = max(range(count + 1), key=lambda j: abs(line[j]))
        if line[column] != 0:
            # The right-hand side is zero, so a pivot of either sign keeps the tableau feasible.
            tableau.rows.append(line)
            tableau.basis.append(column)
            tableau.enter(len(tableau.rows) - 1, column)
    total = [*[one] * count, mpmath.mpf(count), *[zero] * (width - count - 1)]
    total[-1] = one
    total = tableau.reduce(total)
    total[artificial] = one
    tableau.rows.append(total)
    tableau.basis.append(artificial)
    missing = [zero] * width
    missing[artificial] = -one
    if -tableau.maximize(missing, artificial)[-1] < -tolerance:
        return None
    for position in [i for i, basic in enumerate(tableau.basis) if basic == artificial]:
        column = max(range(artificial), key=lambda j: abs(tableau.rows[position][j]))
        if abs(tableau.rows[position][column]) < tolerance:
            raise UndecidedError("sum of weights is lost in a linear program: rounding; raise the precision")
        tableau.enter(position, column)
    smallest = [zero] * width
    smallest[count] = one
    value = -tableau.maximize(smallest, artificial)[-1]
    if value <= tolerance:
        return None
    solution = [zero] * width
    for basic, row in zip(tableau.basis, tableau.rows, strict=True):
        solution[basic] = row[-1]
    weights = tuple(solution[j] + solution[count] for j in range(count))
    return Interior(weights, value)
