"""One parameter: the roots of the atoms and the intervals between them."""

from __future__ import annotations

from typing import Any

from flint import fmpz_poly

from .atoms import Atoms
from .box import Side
from .breaks import Break, break_points, gap_samples
from .cells import Cell, Coordinate, Decomposition
from .isolation import certified_sign
from .limits import Limits
from .monotone import coordinate
from .projection import WALL, Factor, Source
from .rationals import Rational, as_fraction
from .regions import Partition, make_regions


def decompose_line(
    atoms: Atoms, name: str, polynomials: tuple[Any, ...], side: Side, full: bool, limits: Limits
) -> Decomposition:
    """The decomposition of an interval; see `decompose`."""
    ring = atoms.ring
    variable = ring.parameters[0]
    factors = [Factor(p, (Source(WALL, i, -1, 1),)) for i, p in enumerate(atoms.polynomials)]
    breaks = break_points(ring, factors, variable, side)
    samples = gap_samples(breaks, side)
    limits.check_cells(len(samples), "cells")
    negatives = [_negative(atoms, variable, samples[0])]
    for item in breaks:
        negatives.append(negatives[-1] ^ (1 << (item.factor.wall or 0)))
    cells: list[Cell] = []

    def add(dimension: int, sample: Coordinate, negative: int, zero: int, place: int) -> None:
        vanishing = tuple(k for k in range(zero.bit_length()) if zero >> k & 1)
        signs = atoms.sign_vector(negative & ~zero, zero)
        cells.append(Cell(len(cells), dimension, (sample,), signs, (place,), vanishing))

    if full and side.lower_closed:
        add(0, as_fraction(side.lower), negatives[0], _zeros(atoms, variable, side.lower), -1)
    open_cells = []
    for number, sample in enumerate(samples):
        limits.step("cells", number, len(samples))
        open_cells.append(len(cells))
        add(1, as_fraction(sample), negatives[number], 0, 2 * number)
        if full and number < len(breaks):
            item = breaks[number]
            add(0, coordinate(item.root), negatives[number], 1 << (item.factor.wall or 0), 2 * number + 1)
    if full and side.upper_closed:
        last = 2 * len(samples) - 1
        add(0, as_fraction(side.upper), negatives[-1], _zeros(atoms, variable, side.upper), last)
    partition = Partition(len(cells))
    for number, item in enumerate(breaks):
        partition.wall(open_cells[number], open_cells[number + 1], (item.factor.wall or 0,))
    regions, neighbours = make_regions(cells, partition, 1)
    adjacency = tuple((k, k + 1) for k in range(len(cells) - 1)) if full else ()
    geometry = LineGeometry(side, tuple(samples), tuple(breaks))
    return Decomposition(
        (name,), polynomials, atoms.polynomials, tuple(cells), regions, adjacency, neighbours, full, geometry
    )


class LineGeometry:
    """The break points on the line and the samples between them."""

    __slots__ = ("breaks", "samples", "side")

    def __init__(self, side: Side, samples: tuple[Rational, ...], breaks: tuple[Break, ...]) -> None:
        self.side = side
        self.samples = samples
        self.breaks = breaks


def _negative(atoms: Atoms, variable: int, point: Rational) -> int:
    mask = 0
    for index, atom in enumerate(atoms.polynomials):
        form = atoms.ring.univariate(atom, variable)
        if isinstance(form, fmpz_poly) or form.degree() > 0:
            mask |= (certified_sign(form, point) < 0) << index
    return mask


def _zeros(atoms: Atoms, variable: int, point: Rational) -> int:
    mask = 0
    for index, atom in enumerate(atoms.polynomials):
        mask |= bool(atoms.ring.specialise(atom, variable, point).is_zero()) << index
    return mask
