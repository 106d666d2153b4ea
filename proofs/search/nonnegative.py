"""Non-negative least squares in floating point: the engine of the search for combinations.

The active-set method of Lawson and Hanson (1974, chapter 23) keeps the columns with positive weight linearly
independent, so the exact solution on them, when there is one, is unique. Nothing here is trusted: `sign_facts` solves
again, exactly.

Imports inside functions are there for start-up alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any


def nonnegative_solution(matrix: Any, target: Any, steps: int = 0) -> Any:
    """x >= 0 with matrix x = target up to rounding, or None (Lawson & Hanson 1974, chapter 23).

    The columns where x > 0 are kept linearly independent by an orthogonal factorization that grows with them, so an
    exact solution on them is unique. Gives up after so many steps (0: the number of rows and fifty).
    """
    import numpy

    width = matrix.shape[1]
    solution = numpy.zeros(width)
    basis = _Basis(matrix, target)
    banned = numpy.zeros(width, dtype=bool)
    sizes = numpy.sqrt((matrix**2).sum(axis=0))
    changes = 0
    for _ in range(steps or matrix.shape[0] + 50):
        residual = target - matrix[:, basis.columns] @ solution[basis.columns]
        if float(abs(residual).max()) < 1e-9:
            return solution
        gain = residual @ matrix
        gain[basis.columns] = 0.0
        gain[banned] = 0.0
        place = int(gain.argmax())
        if gain[place] < 1e-7 * float(numpy.linalg.norm(residual)) * sizes[place]:
            return None
        if not basis.append(place):
            banned[place] = True
            continue
        trial = basis.solve()
        if trial[-1] <= 0.0:
            basis.keep([True] * (len(basis.columns) - 1) + [False])
            banned[place] = True  # rounding made it look useful
            continue
        banned[:] = False
        while (trial <= 1e-13).any():
            changes += 1
            if changes > matrix.shape[0] + 50:
                return None
            low = trial <= 1e-13
            current = solution[basis.columns]
            ratios = current[low] / numpy.maximum(current[low] - trial[low], 1e-300)
            moved = current + min(1.0, float(ratios.min())) * (trial - current)
            keep = moved > 1e-12
            if keep.all():
                keep[numpy.argmin(moved)] = False
            solution[:] = 0.0
            solution[numpy.array(basis.columns)[keep]] = moved[keep]
            basis.keep(list(keep))
            if not basis.columns:
                break
            trial = basis.solve()
        solution[:] = 0.0
        if basis.columns:
            solution[basis.columns] = trial
    return None


class _Basis:
    """Independent columns of a matrix as an orthogonal times a triangular factor, for least squares."""

    def __init__(self, matrix: Any, target: Any) -> None:
        import numpy

        self.matrix, self.target = matrix, target
        self.columns: list[int] = []
        height = matrix.shape[0]
        self.orthogonal = numpy.zeros((height, height))
        self.triangular = numpy.zeros((height, height))

    def append(self, column: int) -> bool:
        """Add a column; False if it depends on those there."""
        import numpy

        count = len(self.columns)
        if count == self.matrix.shape[0]:
            return False
        vector = self.matrix[:, column].copy()
        size = float(numpy.linalg.norm(vector))
        held = self.orthogonal[:, :count]
        shares = numpy.zeros(count)
        for _ in range(2):
            part = held.T @ vector
            vector -= held @ part
            shares += part
        rest = float(numpy.linalg.norm(vector))
        if rest <= 1e-9 * size:
            return False
        self.orthogonal[:, count] = vector / rest
        self.triangular[:count, count] = shares
        self.triangular[count, count] = rest
        self.columns.append(column)
        return True

    def keep(self, kept: Sequence[bool]) -> None:
        """Drop the other columns."""
        for place in range(len(kept) - 1, -1, -1):
            if not kept[place]:
                self.drop(place)

    def drop(self, place: int) -> None:
        """Remove one column; rotations make the triangular factor triangular again."""
        import numpy

        count = len(self.columns)
        upper, held = self.triangular, self.orthogonal
        upper[:, place : count - 1] = upper[:, place + 1 : count]
        upper[:, count - 1] = 0.0
        for row in range(place, count - 1):
            size = float(numpy.hypot(upper[row, row], upper[row + 1, row]))
            cosine, sine = upper[row, row] / size, upper[row + 1, row] / size
            rotation = numpy.array([[cosine, sine], [-sine, cosine]])
            upper[row : row + 2, row : count - 1] = rotation @ upper[row : row + 2, row : count - 1]
            held[:, row : row + 2] = held[:, row : row + 2] @ rotation.T
        upper[count - 1, :] = 0.0
        del self.columns[place]

    def solve(self) -> Any:
        """The least-squares coefficients of the columns."""
        import numpy

        count = len(self.columns)
        right = self.orthogonal[:, :count].T @ self.target
        return numpy.linalg.solve(self.triangular[:count, :count], right)
