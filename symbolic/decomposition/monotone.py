"""Cells of a plane decomposition, each as wide as it can be: a cell runs on through every break that leaves it whole.

The cells of the cylinders over the gaps of the base, and of the fibres between them, are joined along the first
parameter as long as nothing happens to them: a sector goes on through the interval of a fibre that it alone touches
from its side, an arc through a point at which nothing else meets it. What is left on a fibre are the vertices, the
pieces of walls, and next to a fold the pieces of vertical line between one sector on one side and two on the other; an
arc at which such a piece ends is cut there. Every cell is connected, and over each base point it is a point or an
interval; so open cells are discs. The cells partition the box, and the closure of each is a union of cells.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from flint import fmpz_poly

from .atoms import Atoms
from .cells import Cell, Coordinate, FibreNumber
from .geometry import PlaneGeometry, sectors_at
from .isolation import RealRoot
from .limits import Limits
from .links import Link
from .projection import LOWER_EDGE, UPPER_EDGE
from .rationals import Rational, as_fraction
from .regions import Partition
from .roots import identify
from .stacks import Stack, gap_sample
from .vertices import Fibre

Masks = tuple[int, int]


@dataclass(slots=True, eq=False)
class _Piece:
    """A cell while the sweep goes on: `last` is the last gap it reaches; a cell of a fibre has its sample at once."""

    dimension: int
    position: tuple[int, int]
    negative: int
    zero: int
    last: int
    sample: tuple[Coordinate, ...] = ()


@dataclass(slots=True, eq=False)
class PlaneCells:
    """The cells in order of position; `rows[gap]` names, from the bottom up, the sectors over a gap of the base.

    `columns` lists for every cell of the base line, in order, the indices of all cells over it (full mode only).
    """

    cells: list[Cell]
    rows: list[list[int]]
    joins: list[tuple[int, int]]
    walls: list[tuple[int, int, tuple[int, ...]]]
    adjacency: list[tuple[int, int]] = field(default_factory=list)
    columns: list[list[int]] = field(default_factory=list)

    def partition(self) -> Partition:
        """The components of the open cells, and what separates them."""
        partition = Partition(len(self.cells))
        for first, second in self.joins:
            partition.join(first, second)
        partition.walls.extend(self.walls)
        return partition


def coordinate(root: RealRoot) -> Coordinate:
    """A root as a Fraction, an AlgebraicNumber, or (over K or constants) a FibreNumber."""
    if root.is_exact:
        return as_fraction(root.lower)
    if isinstance(root.polynomial, fmpz_poly):
        number = identify(root)
        return number.as_rational() if number.is_rational else number
    return FibreNumber(root)


def plane_cells(atoms: Atoms, geometry: PlaneGeometry, full: bool, limits: Limits) -> PlaneCells:
    """All cells of the decomposition (the open ones unless `full`), with what lies beside what.

    Raises ArithmeticError if two joined sectors differ in the sign of an atom (a check of the whole algorithm).
    """
    return _Sweep(atoms, geometry, full, limits).run()


class _Sweep:
    def __init__(self, atoms: Atoms, geometry: PlaneGeometry, full: bool, limits: Limits) -> None:
        self.atoms = atoms
        self.geometry = geometry
        self.full = full
        self.limits = limits
        self.side = geometry.lifter.side
        self.pieces: list[_Piece] = []
        self.joins: list[tuple[int, int]] = []
        self.walls: list[tuple[int, int, tuple[int, ...]]] = []
        self.pairs: set[tuple[int, int]] = set()
        # The cells over the present gap, by level: sectors at 2k, arcs at 2k + 1, closed edges at -1 and the top.
        self.row: dict[int, int] = {}
        self.rows: list[list[int]] = []
        self.arcs: list[list[int]] = []
        self.columns: list[list[int]] = []

    def run(self) -> PlaneCells:
        geometry = self.geometry
        if self.full and geometry.ends[0] is not None:
            self._end(-1, geometry.ends[0])
        before = self.row
        self._start(0)
        if before and geometry.ends[0] is not None:
            self._meet(before, self.row, geometry.ends[0][1].right)
        for gap in range(1, len(geometry.stacks)):
            self.limits.step("cells", gap, len(geometry.stacks))
            self._pass(gap)
            self.limits.check_cells(len(self.pieces), "cells")
        for piece in self.row.values():
            self.pieces[piece].last = len(geometry.stacks) - 1
        if self.full and geometry.ends[1] is not None:
            last = self.row
            self._end(2 * len(geometry.stacks) - 1, geometry.ends[1])
            self._meet(self.row, last, geometry.ends[1][1].left)
        self.limits.check_cells(len(self.pieces), "cells")
        cells = self._cells()
        return PlaneCells(cells, self.rows, self.joins, self.walls, sorted(self.pairs), self.columns)

    def _new(
        self, dimension: int, position: tuple[int, int], masks: Masks, last: int, sample: tuple[Coordinate, ...] = ()
    ) -> int:
        self.pieces.append(_Piece(dimension, position, *masks, last, sample))
        return len(self.pieces) - 1

    def _start(self, gap: int, kept: dict[int, int] | None = None) -> None:
        """The row over a gap: cells that come through the break before it, and new ones."""
        stack, side, known = self.geometry.stacks[gap], self.side, kept or {}
        row: dict[int, int] = {}
        column, count = 2 * gap, len(stack.labels)

        def edge(level: int, end: Rational, negative: int) -> None:
            zero = _edge_mask(self.geometry, end)
            row[level] = (
                known[level] if level in known else self._new(1, (column, level), (negative & ~zero, zero), gap)
            )

        if self.full and side.lower_closed:
            edge(-1, side.lower, stack.negatives[0])
        for sector, negative in enumerate(stack.negatives):
            level = 2 * sector
            row[level] = known[level] if level in known else self._new(2, (column, level), (negative, 0), gap)
            if self.full and sector < count:
                level += 1
                zero = 1 << stack.labels[sector]
                row[level] = (
                    known[level] if level in known else self._new(1, (column, level), (negative & ~zero, zero), gap)
                )
        if self.full and side.upper_closed:
            edge(2 * count + 1, side.upper, stack.negatives[-1])
        self.row = row
        self._store(row, count)
        for sector, label in enumerate(stack.labels):
            self.walls.append((row[2 * sector], row[2 * sector + 2], (label,)))
        if self.full:
            self._touch_along(row)

    def _store(self, row: dict[int, int], count: int) -> None:
        self.rows.append([row[2 * sector] for sector in range(count + 1)])
        if self.full:
            self.arcs.append([row[2 * arc + 1] for arc in range(count)])
            self.columns.append(list(row.values()))

    def _repeat(self) -> None:
        self.rows.append(self.rows[-1])
        if self.full:
            self.arcs.append(self.arcs[-1])
            self.columns.extend([self.columns[-1], self.columns[-1]])

    def _pass(self, gap: int) -> None:
        """Goes through the break before a gap."""
        geometry = self.geometry
        item, link = geometry.breaks[gap - 1], geometry.links[gap - 1]
        left, right = geometry.stacks[gap - 1], geometry.stacks[gap]
        wall = item.factor.wall
        mask = 0 if wall is None else 1 << wall
        corners = self._corners(item.factor.sources) if self.full else {}
        if wall is None and not any(corners.values()) and _is_straight(link):
            self._repeat()
            return
        fibre = Fibre(geometry.lifter, item, left, right, link)
        below, above = sectors_at(link.left, link.size), sectors_at(link.right, link.size)
        whole_left, whole_right = _counts(below, len(left.negatives)), _counts(above, len(right.negatives))
        whole = [wall is None and whole_left[a] == 1 == whole_right[b] for a, b in zip(below, above, strict=True)]
        old = self.row
        row: dict[int, int] = {}
        kept: dict[int, int] = {}
        column = 2 * gap - 1
        x: Coordinate | None = None

        def abscissa() -> Coordinate:
            nonlocal x
            if x is None:
                x = coordinate(item.root)
            return x

        def corner(level: int, neighbour: int, target: int, end: Rational, negative: int) -> None:
            crossing = corners.get(level > 0, 0)
            if not crossing and whole[0 if level < 0 else -1]:
                row[level] = kept[target] = old[neighbour]
                return
            zero = mask | crossing | _edge_mask(geometry, end)
            sample = (abscissa(), as_fraction(end))
            row[level] = self._new(0, (column, level), (negative & ~zero, zero), -1, sample)

        signs = [left.negatives[sector] & ~mask for sector in below]
        if self.full and self.side.lower_closed:
            corner(-1, -1, -1, self.side.lower, signs[0])
        for interval, (a, b) in enumerate(zip(below, above, strict=True)):
            if (left.negatives[a] ^ right.negatives[b]) & ~mask:
                raise ArithmeticError("joined sectors differ in sign")
            level = 2 * interval
            if whole[interval]:
                row[level] = kept[2 * b] = old[2 * a]
            elif self.full:
                y = gap_sample(fibre.height(interval), fibre.height(interval + 1), self.side)
                beside = (abscissa(), as_fraction(y))
                row[level] = self._new(1, (column, level), (signs[interval], mask), -1, beside)
            if self.full and interval < link.size:
                point = interval + 1
                passing = self._passing(fibre, point) if whole[interval] and whole[point] else None
                if passing is not None:
                    row[level + 1] = kept[2 * passing[1] + 1] = old[2 * passing[0] + 1]
                    continue
                zero = mask | sum(1 << atom for atom in fibre.atoms(point))
                height = fibre.height(point)
                assert height is not None  # the ends of the side are no points of the fibre
                sample = (abscissa(), coordinate(height))
                row[level + 1] = self._new(0, (column, level + 1), (signs[interval] & ~zero, zero), -1, sample)
        if self.full and self.side.upper_closed:
            top = 2 * link.size + 1
            corner(top, 2 * len(left.labels) + 1, 2 * len(right.labels) + 1, self.side.upper, signs[-1])
        going_on = set(kept.values())
        for piece in old.values():
            if piece not in going_on:
                self.pieces[piece].last = gap - 1
        if self.full:
            self.columns.append(list(row.values()))
        self._start(gap, kept)
        for a, b in zip(below, above, strict=True):
            first, second = old[2 * a], self.row[2 * b]
            if wall is not None:
                self.walls.append((first, second, (wall,)))
            elif first != second:
                self.joins.append((first, second))
        if self.full:
            self._touch_along(row)
            self._meet(row, old, link.left)
            self._meet(row, self.row, link.right)

    def _corners(self, sources: Iterable[Any]) -> dict[bool, int]:
        """The atoms with arcs that vanish at the closed lower (False) and upper (True) end of the fibre."""
        found = {False: 0, True: 0}
        for source in sources:
            if source.kind == LOWER_EDGE and self.side.lower_closed:
                found[False] |= 1 << source.first
            elif source.kind == UPPER_EDGE and self.side.upper_closed:
                found[True] |= 1 << source.first
        return found

    def _passing(self, fibre: Fibre, point: int) -> tuple[int, int] | None:
        """The arcs on the left and right that run through a point of the fibre at which nothing else happens."""
        left = [arc for arc, end in enumerate(fibre.link.left) if end == point]
        right = [arc for arc, end in enumerate(fibre.link.right) if end == point]
        if len(left) != 1 or len(right) != 1 or len(fibre.atoms(point)) != 1:
            return None
        return left[0], right[0]

    def _end(self, column: int, end: tuple[Rational, Link]) -> None:
        """The cells of the fibre over a closed end of the first side."""
        value, link = end
        geometry, side, lifter = self.geometry, self.side, self.geometry.lifter
        stack = geometry.stacks[0 if column < 0 else -1]
        base = lifter.base[0]
        x = as_fraction(value)

        def vanishing(atoms: Sequence[int], height: Rational | None) -> int:
            mask = 0
            for atom in atoms:
                polynomial = lifter.atoms.polynomials[atom]
                if height is not None:
                    polynomial = lifter.ring.specialise(polynomial, lifter.variable, height)
                mask |= bool(lifter.ring.specialise(polynomial, base, value).is_zero()) << atom
            return mask

        wall = vanishing(lifter.walls, None)
        ends = link.right if column < 0 else link.left
        signs = [stack.negatives[sector] & ~wall for sector in sectors_at(ends, link.size)]
        heights: list[RealRoot | None] = [None, *(point.root for point in link.points), None]
        row: dict[int, int] = {}

        def corner(level: int, height: Rational, negative: int) -> None:
            zero = wall | _edge_mask(geometry, height) | vanishing(lifter.arcs, height)
            row[level] = self._new(0, (column, level), (negative & ~zero, zero), -1, (x, as_fraction(height)))

        if side.lower_closed:
            corner(-1, side.lower, signs[0])
        for interval, negative in enumerate(signs):
            level = 2 * interval
            y = as_fraction(gap_sample(heights[interval], heights[interval + 1], side))
            row[level] = self._new(1, (column, level), (negative, wall), -1, (x, y))
            if interval < link.size:
                point = link.points[interval]
                zero = wall | sum(1 << atom for atom in point.atoms)
                row[level + 1] = self._new(
                    0, (column, level + 1), (negative & ~zero, zero), -1, (x, coordinate(point.root))
                )
        if side.upper_closed:
            corner(2 * link.size + 1, side.upper, signs[-1])
        self.row = row
        self.columns.append(list(row.values()))
        self._touch_along(row)

    def _touch(self, first: int, second: int) -> None:
        if first != second:
            self.pairs.add((min(first, second), max(first, second)))

    def _touch_along(self, row: dict[int, int]) -> None:
        """Neighbours up a column."""
        for level, piece in row.items():
            if level + 1 in row:
                self._touch(piece, row[level + 1])

    def _meet(self, row: dict[int, int], beside: dict[int, int], ends: Sequence[int]) -> None:
        """Neighbours across: cells of a fibre, and those of a gap beside it whose arcs end in it as given."""
        top = max(row)
        size = top // 2
        count = len(ends)
        for own, other in ((-1, -1), (2 * size + 1, 2 * count + 1)):
            if own in row and other in beside:
                self._touch(row[own], beside[other])
        lower = 0
        for sector, upper in enumerate((*ends, size + 1)):
            for level in range(2 * lower - 1, 2 * upper):
                if level in row:
                    self._touch(row[level], beside[2 * sector])
            if sector < count and 2 * upper - 1 in row:
                self._touch(row[2 * upper - 1], beside[2 * sector + 1])
            lower = upper

    def _cells(self) -> list[Cell]:
        geometry = self.geometry
        places = [as_fraction(value) for value in geometry.samples]
        sizes = [value.denominator + abs(value.numerator) for value in places]
        cells = []
        for index, piece in enumerate(self.pieces):
            sample = piece.sample
            if not sample:
                gap = min(range(piece.position[0] // 2, piece.last + 1), key=sizes.__getitem__)
                sample = (places[gap], self._height(index, piece, gap, geometry.stacks[gap]))
            vanishing = tuple(k for k in range(piece.zero.bit_length()) if piece.zero >> k & 1)
            signs = self.atoms.sign_vector(piece.negative, piece.zero)
            cells.append(Cell(index, piece.dimension, sample, signs, piece.position, vanishing))
        return cells

    def _height(self, index: int, piece: _Piece, gap: int, stack: Stack) -> Coordinate:
        """A height in a cell over the sample of a gap."""
        if piece.dimension == 2:
            return as_fraction(stack.sector_sample(self.rows[gap].index(index)))
        level = piece.position[1]
        if level == -1 or index not in self.arcs[gap]:
            return as_fraction(self.side.lower if level == -1 else self.side.upper)
        return coordinate(stack.root(self.arcs[gap].index(index)))


def _edge_mask(geometry: PlaneGeometry, end: Rational) -> int:
    return sum(1 << atom for atom, zero in geometry.lifter.edges.items() if zero == end)


def _is_straight(link: Link) -> bool:
    """Whether every point of the fibre is passed by one arc, and nothing else is there."""
    every = tuple(range(1, link.size + 1))
    return link.left == every == link.right and all(len(point.atoms) == 1 for point in link.points)


def _counts(values: Sequence[int], size: int) -> list[int]:
    counts = [0] * size
    for value in values:
        counts[value] += 1
    return counts
