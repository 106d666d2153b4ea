"""Regions: connected components of cells, by union-find, and the walls between them."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from .cells import Cell, Region


class Partition:
    """A union-find structure on cells that also collects which cells face each other across which atoms."""

    def __init__(self, size: int) -> None:
        self.parent = list(range(size))
        self.walls: list[tuple[int, int, tuple[int, ...]]] = []

    def find(self, cell: int) -> int:
        """The representative of a cell's component."""
        parent = self.parent
        while parent[cell] != cell:
            parent[cell] = parent[parent[cell]]
            cell = parent[cell]
        return cell

    def join(self, first: int, second: int) -> None:
        """Puts two cells into one component, represented by the earlier one."""
        a, b = self.find(first), self.find(second)
        if a != b:
            self.parent[max(a, b)] = min(a, b)

    def wall(self, first: int, second: int, atoms: tuple[int, ...]) -> None:
        """Records that two cells share a piece of boundary on which the atoms vanish."""
        self.walls.append((first, second, atoms))


def make_regions(
    cells: Sequence[Cell], partition: Partition, dimension: int
) -> tuple[tuple[Region, ...], tuple[tuple[int, int, tuple[int, ...]], ...]]:
    """The components of the cells of top dimension, in order of their first cells, and the pairs that
    share a wall.

    The sample of a region is the simplest of the samples of its cells (least denominators).
    """
    members: dict[int, list[int]] = {}
    for cell in cells:
        if cell.dimension == dimension:
            members.setdefault(partition.find(cell.index), []).append(cell.index)
    order = {root: number for number, root in enumerate(members)}
    regions = []
    for root, indices in members.items():
        signs = {cells[k].sign_vector for k in indices}
        if len(signs) != 1:
            raise ArithmeticError("a connected region shows two sign vectors")
        best = min(indices, key=lambda k: (_complexity(cells[k]), k))
        regions.append(Region(order[root], cells[root].sign_vector, tuple(indices), _rational(cells[best])))
    pairs: dict[tuple[int, int], set[int]] = {}
    for first, second, atoms in partition.walls:
        a, b = order[partition.find(first)], order[partition.find(second)]
        pairs.setdefault((min(a, b), max(a, b)), set()).update(atoms)
    neighbours = tuple((a, b, tuple(sorted(atoms))) for (a, b), atoms in sorted(pairs.items()))
    return tuple(regions), neighbours


def _rational(cell: Cell) -> tuple[Fraction, ...]:
    """The sample of an open cell, all of whose coordinates are rational."""
    return tuple(value for value in cell.sample if isinstance(value, Fraction))


def _complexity(cell: Cell) -> int:
    return sum(value.denominator + abs(value.numerator) for value in _rational(cell))
