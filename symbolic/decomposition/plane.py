"""Two parameters: stacks over the intervals of the first parameter, linked through the fibres between them.

This is a cylindrical algebraic decomposition (Collins 1975) of a box. In open mode only the open cells are
made, and a fibre is computed exactly only where the labels of its neighbours leave a doubt; in full mode
every fibre is, so that the list of cells covers the box, closed edges included.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from flint import fmpq, fmpz_poly

from .atoms import Atoms
from .box import Side
from .breaks import Break, break_points, gap_samples
from .cells import Cell, Coordinate, Decomposition, FibreNumber
from .exact_links import exact_link
from .fibres import make_field
from .isolation import RealRoot
from .limits import Limits
from .links import Link, elementary_link
from .projection import project
from .rationals import Rational, as_fraction
from .regions import Partition, make_regions
from .roots import identify
from .stacks import Lifter, Stack, gap_sample


@dataclass(frozen=True, slots=True, eq=False)
class PlaneGeometry:
    """The stacks, the breaks between them and the links; `ends` are the fibres over closed ends of the
    first side.
    """

    lifter: Lifter
    side: Side
    samples: tuple[Rational, ...]
    stacks: tuple[Stack, ...]
    breaks: tuple[Break, ...]
    links: tuple[Link, ...]
    ends: tuple[tuple[Rational, Link] | None, tuple[Rational, Link] | None] = (None, None)


def build_plane(
    atoms: Atoms, base: int, variable: int, sides: tuple[Side, Side], full: bool, limits: Limits
) -> PlaneGeometry:
    """Projects, isolates, lifts and links."""
    ring = atoms.ring
    side = sides[0]
    lifter = Lifter(atoms, (base,), variable, sides[1])
    factors = project(ring, atoms.polynomials, variable, sides[1], limits)
    breaks = break_points(ring, factors, base, side)
    samples = gap_samples(breaks, side)
    stacks: list[Stack] = []
    count = 0
    for number, sample in enumerate(samples):
        limits.step("lifting", number, len(samples))
        stack = lifter.lift((sample,))
        stacks.append(stack)
        count += len(stack.negatives) * (4 if full else 1)
        limits.check_cells(count, "lifting")
    links = []
    for number, item in enumerate(breaks):
        limits.step("fibres", number, len(breaks))
        left, right = stacks[number], stacks[number + 1]
        link = None if full else elementary_link(left.labels, right.labels, item.factor.sources)
        if link is None:
            reach = (
                breaks[number - 1].root.upper if number else side.lower,
                breaks[number + 1].root.lower if number + 1 < len(breaks) else side.upper,
            )
            link = exact_link(lifter, item.root, item.factor.polynomial, item.factor.sources, left, right, reach)
        links.append(link)
    ends: list[tuple[Rational, Link] | None] = [None, None]
    if full:
        first = breaks[0].root.lower if breaks else side.upper
        last = breaks[-1].root.upper if breaks else side.lower
        if side.lower_closed:
            ends[0] = _end(lifter, base, side.lower, None, stacks[0], (None, first))
        if side.upper_closed:
            ends[1] = _end(lifter, base, side.upper, stacks[-1], None, (last, None))
    return PlaneGeometry(lifter, side, tuple(samples), tuple(stacks), tuple(breaks), tuple(links), (ends[0], ends[1]))


def _end(
    lifter: Lifter,
    base: int,
    value: Rational,
    left: Stack | None,
    right: Stack | None,
    reach: tuple[Rational | None, Rational | None],
) -> tuple[Rational, Link]:
    """The fibre over an end of the side, with everything tested since no projection was computed for it."""
    minimal = lifter.ring.context.gens()[base] * int(value.q) - int(value.p)
    root = RealRoot(fmpz_poly([-value.p, value.q]), value, value, 1)
    return value, exact_link(lifter, root, minimal, None, left, right, reach)


def sectors_at(ends: tuple[int, ...], size: int) -> list[int]:
    """For each open fibre interval 0..size, the sector of a neighbouring stack that touches it.

    >>> sectors_at((1, 1, 2), 2)
    [0, 2, 3]
    """
    sectors = [0] * (size + 1)
    lower = 0
    for sector, upper in enumerate((*ends, size + 1)):
        for interval in range(lower, upper):
            sectors[interval] = sector
        lower = upper
    return sectors


def merge_plane(geometry: PlaneGeometry, number: list[list[int]], partition: Partition) -> None:
    """Joins open cells through the fibre intervals, and records the walls; `number[stack][sector]` names
    cells.

    Raises ArithmeticError if two joined sectors differ in the sign of an atom (a check of the whole
    algorithm).
    """
    labels = [stack.labels for stack in geometry.stacks]
    for names, row in zip(number, labels, strict=True):
        for sector, label in enumerate(row):
            partition.wall(names[sector], names[sector + 1], (label,))
    for position, (item, link) in enumerate(zip(geometry.breaks, geometry.links, strict=True)):
        left, right = geometry.stacks[position], geometry.stacks[position + 1]
        wall = item.factor.wall
        mask = 0 if wall is None else 1 << wall
        pairs = zip(sectors_at(link.left, link.size), sectors_at(link.right, link.size), strict=True)
        for a, b in pairs:
            if (left.negatives[a] ^ right.negatives[b]) & ~mask:
                raise ArithmeticError("joined sectors differ in sign")
            first, second = number[position][a], number[position + 1][b]
            if wall is None:
                partition.join(first, second)
            else:
                partition.wall(first, second, (wall,))


def decompose_plane(
    atoms: Atoms,
    names: tuple[str, str],
    polynomials: tuple[Any, ...],
    sides: tuple[Side, Side],
    full: bool,
    limits: Limits,
) -> Decomposition:
    """The decomposition of a two-parameter box; see `decompose`."""
    base, variable = atoms.ring.parameters
    geometry = build_plane(atoms, base, variable, sides, full, limits)
    builder = _full_cells if full else _open_cells
    cells, number, adjacency = builder(atoms, geometry, limits)
    partition = Partition(len(cells))
    merge_plane(geometry, number, partition)
    regions, neighbours = make_regions(cells, partition, 2)
    return Decomposition(
        names,
        polynomials,
        atoms.polynomials,
        tuple(cells),
        regions,
        tuple(adjacency),
        neighbours,
        full,
        geometry,
    )


Built = tuple[list[Cell], list[list[int]], list[tuple[int, int]]]


def _open_cells(atoms: Atoms, geometry: PlaneGeometry, limits: Limits) -> Built:
    cells: list[Cell] = []
    number = []
    for column, stack in enumerate(geometry.stacks):
        x = as_fraction(geometry.samples[column])
        row = []
        for sector, negative in enumerate(stack.negatives):
            row.append(len(cells))
            y = as_fraction(stack.sector_sample(sector))
            signs = atoms.sign_vector(negative, 0)
            cells.append(Cell(len(cells), 2, (x, y), signs, (2 * column, 2 * sector)))
        number.append(row)
        limits.step("cells", column, len(geometry.stacks))
    return cells, number, []


@dataclass(frozen=True, slots=True, eq=False)
class _Entry:
    """A cell before it is numbered: its place up the column, dimension, sample and masks."""

    level: int
    dimension: int
    sample: tuple[Coordinate, ...]
    negative: int
    zero: int


def _full_cells(atoms: Atoms, geometry: PlaneGeometry, limits: Limits) -> Built:
    cells: list[Cell] = []
    places: dict[tuple[int, int], int] = {}
    columns: list[tuple[int, Link | None]] = []

    def add(column: int, entries: Iterator[_Entry], link: Link | None) -> None:
        columns.append((column, link))
        for entry in entries:
            places[column, entry.level] = len(cells)
            vanishing = tuple(k for k in range(entry.zero.bit_length()) if entry.zero >> k & 1)
            signs = atoms.sign_vector(entry.negative, entry.zero)
            cells.append(
                Cell(
                    len(cells),
                    entry.dimension,
                    entry.sample,
                    signs,
                    (column, entry.level),
                    vanishing,
                )
            )
        limits.check_cells(len(cells), "cells")
        limits.step("cells", column, 2 * len(geometry.stacks))

    last = len(geometry.stacks) - 1
    for position, end in ((-1, geometry.ends[0]),):
        if end is not None:
            add(position, _end_entries(geometry, end, geometry.stacks[0], True), end[1])
    for number, stack in enumerate(geometry.stacks):
        add(2 * number, _stack_entries(geometry, stack), None)
        if number < last:
            item, link = geometry.breaks[number], geometry.links[number]
            add(2 * number + 1, _fibre_entries(geometry, item, link, stack), link)
    if geometry.ends[1] is not None:
        end = geometry.ends[1]
        add(2 * last + 1, _end_entries(geometry, end, geometry.stacks[-1], False), end[1])
    number_of = [
        [places[2 * k, 2 * sector] for sector in range(len(stack.negatives))] for k, stack in enumerate(geometry.stacks)
    ]
    return cells, number_of, _adjacency(geometry, places, columns)


def coordinate(root: RealRoot) -> Coordinate:
    """A root as a Fraction, an AlgebraicNumber, or (over K or constants) a FibreNumber."""
    if root.is_exact:
        return as_fraction(root.lower)
    if isinstance(root.polynomial, fmpz_poly):
        number = identify(root)
        return number.as_rational() if number.is_rational else number
    return FibreNumber(root)


def _edge_mask(lifter: Lifter, end: Rational) -> int:
    return sum(1 << atom for atom, zero in lifter.edges.items() if zero == end)


def _stack_entries(geometry: PlaneGeometry, stack: Stack) -> Iterator[_Entry]:
    side, lifter = stack.side, geometry.lifter
    x = as_fraction(stack.point[0])
    count = len(stack.roots)
    if side.lower_closed:
        zero = _edge_mask(lifter, side.lower)
        yield _Entry(-1, 1, (x, as_fraction(side.lower)), stack.negatives[0] & ~zero, zero)
    for sector in range(count + 1):
        negative = stack.negatives[sector]
        yield _Entry(2 * sector, 2, (x, as_fraction(stack.sector_sample(sector))), negative, 0)
        if sector < count:
            zero = 1 << stack.labels[sector]
            yield _Entry(2 * sector + 1, 1, (x, coordinate(stack.roots[sector])), negative & ~zero, zero)
    if side.upper_closed:
        zero = _edge_mask(lifter, side.upper)
        yield _Entry(2 * count + 1, 1, (x, as_fraction(side.upper)), stack.negatives[-1] & ~zero, zero)


def _fibre_entries(geometry: PlaneGeometry, item: Break, link: Link, left: Stack) -> Iterator[_Entry]:
    wall = item.factor.wall
    mask = 0 if wall is None else 1 << wall
    signs = [left.negatives[sector] & ~mask for sector in sectors_at(link.left, link.size)]
    x = coordinate(item.root)
    return _column(geometry, x, item.root, item.factor.polynomial, link, signs, mask)


def _end_entries(geometry: PlaneGeometry, end: tuple[Rational, Link], stack: Stack, at_left: bool) -> Iterator[_Entry]:
    value, link = end
    lifter = geometry.lifter
    base = lifter.base[0]
    mask = 0
    for wall in lifter.walls:
        if lifter.ring.specialise(lifter.atoms.polynomials[wall], base, value).is_zero():
            mask |= 1 << wall
    ends = link.right if at_left else link.left
    signs = [stack.negatives[sector] & ~mask for sector in sectors_at(ends, link.size)]
    root = RealRoot(fmpz_poly([-value.p, value.q]), value, value, 1)
    minimal = lifter.ring.context.gens()[base] * int(value.q) - int(value.p)
    return _column(geometry, as_fraction(value), root, minimal, link, signs, mask)


def _column(
    geometry: PlaneGeometry,
    x: Coordinate,
    root: RealRoot,
    minimal: Any,
    link: Link,
    signs: list[int],
    wall: int,
) -> Iterator[_Entry]:
    """The cells of a fibre from the bottom up: `signs` are the negative masks of its open intervals."""
    lifter = geometry.lifter
    side = lifter.side
    heights: list[RealRoot | None] = [None, *(point.root for point in link.points), None]
    if side.lower_closed:
        zero = wall | _corner(lifter, root, minimal, side.lower)
        yield _Entry(-1, 0, (x, as_fraction(side.lower)), signs[0] & ~zero, zero)
    for interval in range(link.size + 1):
        y = gap_sample(heights[interval], heights[interval + 1], side)
        yield _Entry(2 * interval, 1, (x, as_fraction(y)), signs[interval], wall)
        if interval < link.size:
            point = link.points[interval]
            zero = wall | sum(1 << atom for atom in point.atoms)
            yield _Entry(2 * interval + 1, 0, (x, coordinate(point.root)), signs[interval] & ~zero, zero)
    if side.upper_closed:
        zero = wall | _corner(lifter, root, minimal, side.upper)
        yield _Entry(2 * link.size + 1, 0, (x, as_fraction(side.upper)), signs[-1] & ~zero, zero)


def _corner(lifter: Lifter, root: RealRoot, minimal: Any, end: fmpq) -> int:
    """The atoms that vanish at (alpha, end), by an exact zero test in Q(alpha)."""
    ring, base = lifter.ring, lifter.base[0]
    field = make_field(ring, base, minimal, root)
    mask = _edge_mask(lifter, end)
    for atom in lifter.arcs:
        row = ring.specialise(lifter.atoms.polynomials[atom], lifter.variable, end)
        element = ring.univariate(row, base) if not ring.constants else row
        if field.is_zero(field.embed(element)):
            mask |= 1 << atom
    return mask


def _adjacency(
    geometry: PlaneGeometry, places: dict[tuple[int, int], int], columns: list[tuple[int, Link | None]]
) -> list[tuple[int, int]]:
    """Pairs of cells one of which lies in the closure of the other."""
    pairs: set[tuple[int, int]] = set()

    def touch(first: tuple[int, int], second: tuple[int, int]) -> None:
        if first in places and second in places:
            a, b = places[first], places[second]
            pairs.add((min(a, b), max(a, b)))

    for column, level in places:
        touch((column, level), (column, level + 1))
    for column, link in columns:
        if link is None:
            continue
        for neighbour, ends in ((column - 1, link.left), (column + 1, link.right)):
            if (neighbour, 0) not in places:
                continue
            top = len(ends)
            touch((neighbour, -1), (column, -1))
            touch((neighbour, 2 * top + 1), (column, 2 * link.size + 1))
            lower = 0
            for sector, upper in enumerate((*ends, link.size + 1)):
                for level in range(2 * lower - 1, 2 * upper):
                    touch((neighbour, 2 * sector), (column, level))
                if sector < top:
                    touch((neighbour, 2 * sector + 1), (column, 2 * upper - 1))
                lower = upper
    return sorted(pairs)
