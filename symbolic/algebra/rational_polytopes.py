"""Linear programs and vertices of polytopes with integer data, exactly, by pivoting in integers.

A polytope ``{z >= 0 : A z <= b}`` with ``b >= 0`` has slack variables s = b - A z. A *dictionary* writes the basic ones
among (z, s) through the others; its entries are integers over one common denominator, the determinant of the basis, so
that pivoting divides without remainder (Edmonds 1967; Avis 2000, lrs). Vertices are found by walking along the edges.
Where more constraints meet than needed the right side counts as enlarged by powers of an infinitesimal (lexicographic
ratio test): the enlarged polytope is simple, its graph connected, and every vertex of the given one is a limit of its
vertices.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction

from ..errors import BudgetError

Row = Sequence[int]


@dataclass(frozen=True, slots=True)
class Corner:
    """A vertex: its coordinates ``values[k] / denominator``, which are positive, and which constraints are tight.

    `support` and `tight` are sets of indices as bits.
    """

    support: int
    tight: int
    values: tuple[int, ...]
    denominator: int

    @property
    def point(self) -> tuple[Fraction, ...]:
        """The coordinates."""
        return tuple(Fraction(value, self.denominator) for value in self.values)


class Dictionary:
    """One basis of ``A z + s = b``: variables are numbered z first, then s; the last column is the right side."""

    def __init__(self, matrix: Sequence[Row], right: Row) -> None:
        self.width = len(matrix[0]) if matrix else 0
        self.height = len(matrix)
        self.rows = [[*row, value] for row, value in zip(matrix, right, strict=True)]
        self.denominator = 1
        self.basis = [self.width + k for k in range(self.height)]
        self.cobasis = list(range(self.width))

    def pivot(self, r: int, c: int) -> None:
        """Exchanges the basic variable of row r for the nonbasic one of column c; the entry there is not zero."""
        rows, old = self.rows, self.denominator
        line = rows[r]
        new = line[c]
        for k, row in enumerate(rows):
            if k == r:
                continue
            factor = row[c]
            if factor:
                row = [(a * new - factor * b) // old for a, b in zip(row, line, strict=True)]
                row[c] = -factor
                rows[k] = row
            elif new != old:
                rows[k] = [a * new // old for a in row]
        line[c] = old
        if new < 0:
            for k, row in enumerate(rows):
                rows[k] = [-a for a in row]
            new = -new
        self.denominator = new
        self.basis[r], self.cobasis[c] = self.cobasis[c], self.basis[r]

    def corner(self) -> Corner:
        """The basic point."""
        values = [0] * self.width
        support = 0
        tight = (1 << self.height) - 1
        for variable, row in zip(self.basis, self.rows, strict=True):
            if row[-1]:
                if variable < self.width:
                    values[variable] = row[-1]
                    support |= 1 << variable
                else:
                    tight &= ~(1 << (variable - self.width))
        return Corner(support, tight, tuple(values), self.denominator)


def maximum(matrix: Sequence[Row], right: Row, objective: Row) -> tuple[Fraction, Dictionary]:
    """The largest ``objective . z`` on the bounded ``{z >= 0 : A z <= b}``, b >= 0, and a dictionary that reaches it.

    The last row of the dictionary is that of the objective. Bland's rule (1977) keeps it from running in circles.

    >>> maximum([[1, 2], [3, 1]], [4, 6], [1, 1])[0]
    Fraction(14, 5)
    """
    found = Dictionary([*matrix, [-v for v in objective]], [*right, 0])
    while True:
        line = found.rows[-1]
        enter = min(((v, c) for c, v in enumerate(found.cobasis) if line[c] < 0), default=None)
        if enter is None:
            return Fraction(line[-1], found.denominator), found
        c = enter[1]
        leave: tuple[int, int] | None = None
        for r, row in enumerate(found.rows[:-1]):
            if row[c] <= 0:
                continue
            if leave is not None:
                best = found.rows[leave[1]]
                gap = row[-1] * best[c] - best[-1] * row[c]
                if gap > 0 or (gap == 0 and found.basis[r] > leave[0]):
                    continue
            leave = found.basis[r], r
        if leave is None:
            raise ValueError("the polytope is not bounded")
        found.pivot(leave[1], c)


def corners(matrix: Sequence[Row], right: Row, tight: Sequence[int] = (), limit: int | None = None) -> Iterator[Corner]:
    """The vertices of the bounded ``{z >= 0 : A z <= b, equal in the rows that are tight}``, b >= 0, each once.

    Raises BudgetError after `limit` bases, when all vertices of these bases have been given.

    >>> [(v.point, bin(v.tight)) for v in corners([[1, 1]], [1])]
    [((Fraction(0, 1), Fraction(0, 1)), '0b0'), ((Fraction(0, 1), Fraction(1, 1)), '0b1'), \
((Fraction(1, 1), Fraction(0, 1)), '0b1')]
    >>> [v.point for v in corners([[1, 1], [1, 0]], [1, 1], tight=[0, 1])]
    [(Fraction(1, 1), Fraction(0, 1))]
    """
    current = _on_face(matrix, right, tight) if tight else Dictionary(matrix, right)
    if current is None:
        return
    reference = list(current.basis)
    known = {_mask(current.basis)}
    waiting = [_mask(current.basis)]
    given: set[tuple[int, int]] = set()
    bases = 0
    while waiting:
        if limit is not None and bases >= limit:
            raise BudgetError(f"more than {limit} bases of a polytope")
        bases += 1
        _move(current, waiting.pop())
        corner = current.corner()
        if (corner.support, corner.tight) not in given:
            given.add((corner.support, corner.tight))
            yield corner
        mask = _mask(current.basis)
        for c, entering in enumerate(current.cobasis):
            r = _leaving(current, c, reference)
            target = mask ^ (1 << current.basis[r]) ^ (1 << entering)
            if target not in known:
                known.add(target)
                waiting.append(target)


def _mask(basis: Sequence[int]) -> int:
    return sum(1 << variable for variable in basis)


def _move(current: Dictionary, target: int) -> None:
    """Pivots to the basis with these variables; which pivots are taken does not matter, a basis has one dictionary."""
    while True:
        entering = [c for c, v in enumerate(current.cobasis) if target >> v & 1]
        if not entering:
            return
        leaving = [r for r, v in enumerate(current.basis) if not target >> v & 1]
        r, c = next((r, c) for c in entering for r in leaving if current.rows[r][c])
        current.pivot(r, c)


def _leaving(current: Dictionary, c: int, reference: Sequence[int]) -> int:
    """The row that leaves when column c enters, by the lexicographic ratio test over the columns of the reference."""
    rows = current.rows
    best = -1
    ties: list[int] = []
    for r, row in enumerate(rows):
        if row[c] <= 0:
            continue
        gap = -1 if best < 0 else row[-1] * rows[best][c] - rows[best][-1] * row[c]
        if gap < 0:
            best, ties = r, [r]
        elif gap == 0:
            ties.append(r)
    if best < 0:
        raise ValueError("the polytope is not bounded")
    if len(ties) == 1:
        return best
    place = {v: k for k, v in enumerate(current.cobasis)}
    for variable in reference:
        column = place.get(variable)
        low: list[int] = []
        for r in ties:
            if not low:
                low = [r]
                continue
            first, other = _entry(current, r, column, variable), _entry(current, low[0], column, variable)
            gap = first * rows[low[0]][c] - other * rows[r][c]
            if gap < 0:
                low = [r]
            elif gap == 0:
                low.append(r)
        ties = low
        if len(ties) == 1:
            break
    return ties[0]


def _entry(current: Dictionary, r: int, column: int | None, variable: int) -> int:
    if column is not None:
        return current.rows[r][column]
    return current.denominator if current.basis[r] == variable else 0


def _on_face(matrix: Sequence[Row], right: Row, tight: Sequence[int]) -> Dictionary | None:
    """A dictionary of the face where these constraints hold with equality, their slacks left out; None when empty."""
    width = len(matrix[0])
    total = [sum(matrix[k][c] for k in tight) for c in range(width)]
    value, found = maximum(matrix, right, total)
    if value != sum(right[k] for k in tight):
        return None
    found.rows.pop()
    found.basis.pop()
    found.height -= 1
    fixed = {width + k for k in tight}
    keep = [c for c, v in enumerate(found.cobasis) if v not in fixed]
    for r in range(len(found.rows) - 1, -1, -1):
        if found.basis[r] not in fixed:
            continue
        c = next((c for c in keep if found.rows[r][c]), None)
        if c is None:  # the equation follows from the others
            del found.rows[r]
            del found.basis[r]
            continue
        found.pivot(r, c)
        keep.remove(c)
    found.rows = [[*(row[c] for c in keep), row[-1]] for row in found.rows]
    found.cobasis = [found.cobasis[c] for c in keep]
    return found
