"""Systems of linear equations and inequalities whose coefficients are functions of parameters, decided by signs.

Equations are solved for one unknown after another, inequalities by Fourier and Motzkin's elimination. Every division is
by what is known not to be zero, every comparison asks for the sign of a function of the parameters. So the answer, and
the point given, hold wherever these functions have the same signs.

Source: Schrijver, Theory of Linear and Integer Programming (1986), sections 3 and 12.2.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from ..errors import BudgetError
from .ring import Element, Ring

Sign = Callable[[Element], int]
Vector = tuple[Element, ...]

ROW_LIMIT = 400


@dataclass(frozen=True, slots=True)
class Row:
    """``coefficients . x + constant`` is >= 0; > 0 where strict; == 0 where equation."""

    coefficients: Vector
    constant: Element
    strict: bool = False
    equation: bool = False

    def at(self, point: Sequence[Element]) -> Element:
        """The value of the left side."""
        return sum((c * x for c, x in zip(self.coefficients, point, strict=True)), start=self.constant)

    def strictly(self) -> Row:
        """The same with > 0."""
        return Row(self.coefficients, self.constant, True)


def is_solvable(rows: Sequence[Row], count: int, ring: Ring, sign: Sign) -> bool:
    """Whether there is a solution; asks for fewer signs than a solution in closed form."""
    return point_of(rows, count, ring, sign, False) is not None


def point_of(
    rows: Sequence[Row], count: int, ring: Ring, sign: Sign, witness: bool = True
) -> Vector | None:
    """A solution in closed form (empty unless a witness is asked for), or None when there is none; exact.

    Raises BudgetError when elimination outgrows its limit.
    """
    if len(rows) > ROW_LIMIT:
        raise BudgetError(f"more than {ROW_LIMIT} inequalities between models; fix a parameter with --at")
    left = []
    for row in rows:
        if any(not c.is_zero() for c in row.coefficients):
            left.append(row)
        elif not _holds(row, sign):
            return None
    if not count:
        return ()
    rows = left
    last = count - 1
    signs = [sign(row.coefficients[last]) for row in rows]
    pivot = next((k for k, row in enumerate(rows) if row.equation and signs[k]), None)
    if pivot is not None:
        solved = rows[pivot]
        reduced = [
            row if row.coefficients[last].is_zero() else
            _combined(row, solved, -row.coefficients[last] / solved.coefficients[last], row.strict, row.equation)
            for k, row in enumerate(rows) if k != pivot
        ]  # fmt: skip
        rest = point_of([_shorter(row, last) for row in reduced], last, ring, sign, witness)
        return rest if rest is None or not witness else (*rest, _end(solved, rest))
    kept = [_cut(row) for row, s in zip(rows, signs, strict=True) if not s]
    lower = [row for row, s in zip(rows, signs, strict=True) if s > 0]
    upper = [row for row, s in zip(rows, signs, strict=True) if s < 0]
    for low in lower:
        for high in upper:
            factor = -low.coefficients[last] / high.coefficients[last]
            kept.append(_combined(low, high, factor, low.strict or high.strict, False))
    rest = point_of(kept, last, ring, sign, witness)
    if rest is None or not witness:
        return rest
    lowest = _extreme([_end(row, rest) for row in lower], 1, sign)
    highest = _extreme([_end(row, rest) for row in upper], -1, sign)
    one = ring.constant(1)
    if lowest is not None and highest is not None:
        value = lowest if not sign(highest - lowest) else (lowest + highest) / ring.constant(2)
    elif lowest is not None:
        value = lowest + one
    else:
        value = ring.constant(0) if highest is None else highest - one
    return (*rest, value)


def _holds(row: Row, sign: Sign) -> bool:
    value = sign(row.constant)
    return value == 0 if row.equation else value > 0 if row.strict else value >= 0


def _shorter(row: Row, count: int) -> Row:
    return row if len(row.coefficients) == count else _cut(row)


def _cut(row: Row) -> Row:
    return Row(row.coefficients[:-1], row.constant, row.strict, row.equation)


def _combined(first: Row, second: Row, factor: Element, strict: bool, equation: bool) -> Row:
    """The first plus a multiple of the second, in which the last unknown cancels."""
    pairs = zip(first.coefficients[:-1], second.coefficients[:-1], strict=True)
    return Row(tuple(a + factor * b for a, b in pairs), first.constant + factor * second.constant, strict, equation)


def _end(row: Row, rest: Vector) -> Element:
    return -(_cut(row).at(rest) / row.coefficients[-1])


def _extreme(values: Sequence[Element], side: int, sign: Sign) -> Element | None:
    found: Element | None = None
    for value in values:
        if found is None or sign(value - found) == side:
            found = value
    return found


def hull_equations(rows: Sequence[Row], count: int, ring: Ring, sign: Sign) -> list[Vector]:
    """The coefficients of the equations that all solutions satisfy, implied ones included; there is a solution."""
    found = [row.coefficients for row in rows if row.equation]
    for k, row in enumerate(rows):
        if not row.equation and not row.strict:
            tightened = [*rows[:k], row.strictly(), *rows[k + 1 :]]
            if not is_solvable(tightened, count, ring, sign):
                found.append(row.coefficients)
    return found


def null_space(rows: Sequence[Vector], count: int, ring: Ring, sign: Sign) -> list[Vector]:
    """A basis of the vectors orthogonal to all rows."""
    reduced, pivots = _echelon(rows, sign)
    basis = []
    for free in (k for k in range(count) if k not in pivots):
        vector = [ring.constant(int(k == free)) for k in range(count)]
        for row, pivot in zip(reduced, pivots, strict=True):
            vector[pivot] = -row[free]
        basis.append(tuple(vector))
    return basis


def rank(rows: Sequence[Vector], sign: Sign) -> int:
    """The number of independent rows."""
    return len(_echelon(rows, sign)[1])


def _echelon(rows: Sequence[Vector], sign: Sign) -> tuple[list[Vector], list[int]]:
    """The reduced rows that are not zero, and the places of their leading ones."""
    left = list(rows)
    done: list[Vector] = []
    pivots: list[int] = []
    for place in range(len(left[0]) if left else 0):
        leading = next((row for row in left if sign(row[place])), None)
        if leading is None:
            continue
        left.remove(leading)
        unit = tuple(x / leading[place] for x in leading)
        left = [_minus(row, unit, row[place]) for row in left]
        done = [*(_minus(row, unit, row[place]) for row in done), unit]
        pivots.append(place)
    return done, pivots


def _minus(row: Vector, unit: Vector, factor: Element) -> Vector:
    return tuple(x - factor * y for x, y in zip(row, unit, strict=True))
