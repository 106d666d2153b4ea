"""Three parameters: open cells over the regions of the projection, merged into connected regions exactly.

The first two parameters are decomposed by the projection along the third. Over a connected base region no
factor of the projection vanishes, so the stack is the same everywhere: one lift per base region suffices,
and a cell is a sector over a base region. An open set stays connected when sets of codimension two are
removed, so it is enough to link stacks across the walls of the base: pieces of base arcs, and of vertical
lines. Where the labels of the two stacks leave a doubt, the link is computed in a plane slice through a
rational point of the wall piece: the slice is a two-parameter problem with one break.

Along a piece of wall the link is constant (McCallum 1988: the discriminant is order-invariant on the
smooth arc of its irreducible factor), except where a polynomial vanishes identically or, with an infinite
side, loses degree. These points are therefore made breaks of the base: see `_base_factors`.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from flint import fmpq

from .atoms import Atoms
from .box import Side
from .breaks import Break
from .cells import Cell, Coordinate, Decomposition
from .exact_links import exact_link, is_free_of_zeros
from .factoring import irreducible_factors
from .geometry import PlaneGeometry, build_plane, sectors_at
from .isolation import RealRoot, certified_sign
from .limits import Limits
from .links import Link, elementary_link
from .monotone import coordinate, plane_cells
from .projection import COEFFICIENT, Factor, Source, project
from .rationals import Polynomial, Rational, as_fraction, rational
from .regions import Partition, make_regions
from .ring import Ring, polynomial_key
from .stacks import Lifter, Stack, gap_sample


def _vanishing_points(ring: Ring, atom: Polynomial) -> Polynomial:
    """A polynomial in the first parameter that is zero wherever the atom vanishes for all heights.

    Such points are common zeros of the atom's values at any two heights; their first coordinates are roots
    of a resultant, and of the gcd of several. Constant when there is no such point.
    """
    first, second, third = ring.parameters
    name = ring.context.name(second)
    if any(not part.is_zero() and ring.is_scalar(part) for part in ring.split(atom, third)):
        return ring.context.constant(1)
    common = ring.context.constant(0)
    found = 0
    height = 0
    while found < 3 and (common.is_zero() or ring.uses(common, first)):
        height += 1
        low = ring.specialise(atom, third, fmpq(-height))
        high = ring.specialise(atom, third, fmpq(2 * height + 1))
        if low.is_zero() or high.is_zero():
            continue
        either = ring.uses(low, second) or ring.uses(high, second)
        value = low.resultant(high, name) if either else low.gcd(high)
        if not value.is_zero():
            common = common.gcd(value)
            found += 1
    return common


def _base_factors(ring: Ring, atoms: Atoms, side: Side, limits: Limits) -> list[Factor]:
    """The projection along the third parameter, completed by guards, which carry no event.

    In a bounded side only the points where an atom vanishes identically may change a link along a wall:
    the lines through them are breaks of the base. With an infinite end, and where such a line is itself a
    wall of the projection, all coefficients of the atom are added instead, so that the point is a corner
    of the base.
    """
    third = ring.parameters[2]
    factors = {polynomial_key(f.polynomial): f for f in project(ring, atoms.polynomials, third, side, limits)}
    walls = set(factors)

    def guard(polynomial: Polynomial) -> bool:
        clash = False
        for factor, exponent in irreducible_factors(polynomial)[1]:
            if not ring.is_scalar(factor):
                key = polynomial_key(factor)
                clash = clash or key in walls
                factors.setdefault(key, Factor(factor, (Source(COEFFICIENT, -1, -1, int(exponent)),)))
        return clash

    for atom in atoms.polynomials:
        if not ring.uses(atom, third):
            continue
        if guard(_vanishing_points(ring, atom)) or not side.is_finite:
            for part in ring.split(atom, third):
                if not part.is_zero():
                    guard(part)
    return list(factors.values())


class _Space:
    """The base plane with its regions, the lifted stacks, and the links across each piece of wall."""

    def __init__(self, atoms: Atoms, sides: tuple[Side, ...], limits: Limits) -> None:
        self.atoms = atoms
        self.ring = atoms.ring
        self.sides = sides
        self.limits = limits
        x, y, z = self.ring.parameters
        self.factors = _base_factors(self.ring, atoms, sides[2], limits)
        flat = Ring(self.ring.context, (x, y), self.ring.constants, self.ring.enclosures)
        # The factors are irreducible and different, so base atom k is factor k.
        self.base_atoms = Atoms(flat, tuple(f.polynomial for f in self.factors), ())
        self.base: PlaneGeometry = build_plane(self.base_atoms, x, y, (sides[0], sides[1]), False, limits)
        found = plane_cells(self.base_atoms, self.base, False, limits)
        self.cells = found.cells
        self.rows = found.rows
        self.partition = found.partition()
        self.lifter = Lifter(atoms, (x, y), z, sides[2])

    def region(self, stack: int, sector: int) -> int:
        """The base region of a base cell, named by its first cell."""
        return self.partition.find(self.rows[stack][sector])

    def lift(self) -> dict[int, Stack]:
        """The stack over the simplest sample of each base region."""
        best: dict[int, tuple[Any, tuple[Rational, Rational]]] = {}
        for cell in self.cells:
            point = rational(cell.sample[0]), rational(cell.sample[1])
            size = sum(abs(int(v.p)) + int(v.q) for v in point)
            region = self.partition.find(cell.index)
            if region not in best or size < best[region][0]:
                best[region] = (size, point)
        stacks: dict[int, Stack] = {}
        count = 0
        for done, (region, (_, point)) in enumerate(best.items()):
            self.limits.step("lifting", done, len(best))
            stacks[region] = self.lifter.lift(point)
            count += len(stacks[region].negatives)
            self.limits.check_cells(count, "lifting")
        return stacks

    def arc_link(self, stack: int, arc: int, lower: Stack, upper: Stack) -> Link:
        """The link across a piece of base arc, computed in the slice through the sample of its interval."""
        x, y, _ = self.ring.parameters
        value = self.base.samples[stack]
        column = self.base.stacks[stack]
        root = column.roots[arc]
        factor = self.factors[column.labels[arc]]
        slice_ = self.ring.specialise(factor.polynomial, x, value)
        minimal = _factor_with_root(self.ring, slice_, y, root)
        reach = (
            column.roots[arc - 1].upper if arc else self.sides[1].lower,
            column.roots[arc + 1].lower if arc + 1 < len(column.roots) else self.sides[1].upper,
        )
        return self._slice_link(x, value, y, minimal, root, factor, (lower, upper), reach)

    def arc_point(self, stack: int, arc: int) -> tuple[Rational, RealRoot]:
        """The point of a piece of base arc over the sample of its interval."""
        return self.base.samples[stack], self.base.stacks[stack].roots[arc]

    def _reach(self, position: int) -> tuple[Rational | None, Rational | None]:
        """What bounds the intervals on both sides of a break of the base."""
        breaks = self.base.breaks
        return (
            breaks[position - 1].root.upper if position else self.sides[0].lower,
            breaks[position + 1].root.lower if position + 1 < len(breaks) else self.sides[0].upper,
        )

    def line_point(self, position: int, interval: int) -> tuple[RealRoot, Rational]:
        """A point of an open interval of a vertical line of the base."""
        item: Break = self.base.breaks[position]
        before, after = self.base.stacks[position], self.base.stacks[position + 1]
        reach = self._reach(position)
        fibre = exact_link(
            self.base.lifter, item.root, item.factor.polynomial, item.factor.sources, before, after, reach
        )
        heights: list[RealRoot | None] = [None, *(point.root for point in fibre.points), None]
        return item.root, gap_sample(heights[interval], heights[interval + 1], self.sides[1])

    def line_link(self, position: int, interval: int, left: Stack, right: Stack) -> Link:
        """The link across a piece of vertical line, in the slice through a rational point of that piece."""
        x, y, _ = self.ring.parameters
        item: Break = self.base.breaks[position]
        root, value = self.line_point(position, interval)
        near = self._clear(item, value, self._reach(position))
        wall = item.factor.wall
        factor = self.factors[0 if wall is None else wall]
        return self._slice_link(y, value, x, factor.polynomial, root, factor, (left, right), near)

    def _clear(
        self, item: Break, value: Rational, reach: tuple[Rational | None, Rational | None]
    ) -> tuple[Rational, Rational]:
        """Rationals around a break so near that on the line y = value no other factor vanishes between
        them.
        """
        x, y, _ = self.ring.parameters
        rows = []
        for index, factor in enumerate(self.factors):
            if index != item.factor.wall:
                row = self.ring.univariate(self.ring.specialise(factor.polynomial, y, value), x)
                rows.append(row)
        width = 4
        while True:
            item.root.narrow(width)
            low, high = item.root.lower, item.root.upper
            if item.root.is_exact:
                low, high = low - fmpq(1, 1 << width), high + fmpq(1, 1 << width)
            inside = (reach[0] is None or low > reach[0]) and (reach[1] is None or high < reach[1])
            if inside and all(is_free_of_zeros(row, (low, high), width) for row in rows):
                return low, high
            width += 4

    def _slice_link(
        self,
        fixed: int,
        value: Rational,
        base: int,
        minimal: Polynomial,
        root: RealRoot,
        factor: Factor,
        stacks: tuple[Stack, Stack],
        reach: tuple[Rational | None, Rational | None],
    ) -> Link:
        z = self.ring.parameters[2]
        flat = Ring(self.ring.context, (base, z), self.ring.constants, self.ring.enclosures)
        slices = tuple(self.ring.specialise(p, fixed, value) for p in self.atoms.polynomials)
        lifter = Lifter(Atoms(flat, slices, ()), (base,), z, self.sides[2])
        return exact_link(lifter, root, minimal, factor.sources, stacks[0], stacks[1], reach)


def _factor_with_root(ring: Ring, polynomial: Polynomial, index: int, root: RealRoot) -> Polynomial:
    """The irreducible factor of a polynomial in one parameter that has a given simple root of it."""
    candidates = [factor for factor, _ in irreducible_factors(polynomial)[1] if ring.uses(factor, index)]
    if len(candidates) == 1:
        return candidates[0]
    forms = [ring.univariate(factor, index) for factor in candidates]
    while True:
        if root.is_exact:
            return next(f for f, form in zip(candidates, forms, strict=True) if not certified_sign(form, root.lower))
        signs = [(certified_sign(form, root.lower), certified_sign(form, root.upper)) for form in forms]
        if all(0 not in pair for pair in signs):
            return next(f for f, pair in zip(candidates, signs, strict=True) if pair[0] != pair[1])
        root.halve()


def decompose_space(
    atoms: Atoms,
    names: tuple[str, ...],
    polynomials: tuple[Any, ...],
    sides: tuple[Side, ...],
    limits: Limits,
) -> Decomposition:
    """The open cells and regions of a three-parameter box; cells of lower dimension are not listed."""
    space = _Space(atoms, sides, limits)
    stacks = space.lift()
    cells: list[Cell] = []
    number: dict[int, list[int]] = {}
    for order, (region, stack) in enumerate(stacks.items()):
        number[region] = []
        base = tuple(as_fraction(value) for value in stack.point)
        for sector, negative in enumerate(stack.negatives):
            number[region].append(len(cells))
            sample = (*base, as_fraction(stack.sector_sample(sector)))
            signs = atoms.sign_vector(negative, 0)
            cells.append(Cell(len(cells), 3, sample, signs, (order, 2 * sector)))
    partition = Partition(len(cells))
    for region, stack in stacks.items():
        for sector, label in enumerate(stack.labels):
            partition.wall(number[region][sector], number[region][sector + 1], (label,))
    upright = _link_walls(space, stacks, number, partition)
    regions, neighbours = make_regions(cells, partition, 3)
    return Decomposition(
        names,
        polynomials,
        atoms.polynomials,
        tuple(cells),
        regions,
        (),
        neighbours,
        False,
        space,
        _walls(space, stacks, upright),
    )


_Signs = tuple[int, int]  # masks of the atoms that are negative, and zero
_Height = Callable[[], tuple[Coordinate, ...]]
_Exact = Callable[[Stack, Stack], Link]
_Place = Callable[[], tuple[Any, Any]]


def _walls(space: _Space, stacks: dict[int, Stack], upright: dict[_Signs, _Height]) -> tuple[Cell, ...]:
    """One cell for every sign vector with one zero that occurs on a surface between open cells.

    A smooth piece of the surface of an atom is a section of a stack, or stands upright over a wall of the base: no
    sign vector of a surface escapes. (A zero set of codimension two is no surface.)
    """
    found: dict[_Signs, tuple[int, tuple[Coordinate, ...]]] = {}
    for stack in stacks.values():
        base = tuple(as_fraction(value) for value in stack.point)
        size = sum(value.denominator + abs(value.numerator) for value in base)
        for sector, label in enumerate(stack.labels):
            key = (stack.negatives[sector] & ~(1 << label), 1 << label)
            if key not in found or size < found[key][0]:
                found[key] = (size, (*base, coordinate(stack.roots[sector])))
    for done, (key, sample) in enumerate(upright.items()):
        space.limits.step("upright walls", done, len(upright))
        if key not in found:
            found[key] = (0, sample())
    return tuple(
        Cell(number, 2, sample, space.atoms.sign_vector(negative, zero), (), (zero.bit_length() - 1,))
        for number, ((negative, zero), (_, sample)) in enumerate(sorted(found.items(), key=lambda item: item[0]))
    )


def _link_walls(
    space: _Space, stacks: dict[int, Stack], number: dict[int, list[int]], partition: Partition
) -> dict[_Signs, _Height]:
    """Links the stacks on the two sides of every piece of wall of the base.

    Returns the sign vectors on the upright walls among them, each with a function that finds a point of it.
    """
    known: dict[tuple[int, int, int], Link | None] = {}
    upright: dict[_Signs, _Height] = {}

    def link(first: int, second: int, factor: int, exact: _Exact, place: _Place) -> None:
        key = (first, second, factor)
        left, right = stacks[first], stacks[second]
        if key not in known:
            known[key] = elementary_link(left.labels, right.labels, space.factors[factor].sources)
            if known[key] is not None:
                join(known[key], factor, (first, second), exact, place)
        if known[key] is None:
            join(exact(left, right), factor, (first, second), exact, place)

    def join(found: Link | None, factor: int, ends: tuple[int, int], exact: _Exact, place: _Place) -> None:
        for interval, signs in enumerate(_connect(space, found, factor, ends, stacks, number, partition)):
            upright.setdefault(
                signs, partial(_upright_point, space, exact, (stacks[ends[0]], stacks[ends[1]]), interval, place)
            )

    for position, stack in enumerate(space.base.stacks):
        space.limits.step("walls", position, len(space.base.stacks))
        for arc, label in enumerate(stack.labels):
            lower, upper = space.region(position, arc), space.region(position, arc + 1)
            link(
                lower,
                upper,
                label,
                partial(space.arc_link, position, arc),
                partial(space.arc_point, position, arc),
            )
    for position, item in enumerate(space.base.breaks):
        wall = item.factor.wall
        if wall is None:
            continue
        base_link = space.base.links[position]
        pairs = zip(
            sectors_at(base_link.left, base_link.size),
            sectors_at(base_link.right, base_link.size),
            strict=True,
        )
        for interval, (a, b) in enumerate(pairs):
            left, right = space.region(position, a), space.region(position + 1, b)
            link(
                left,
                right,
                wall,
                partial(space.line_link, position, interval),
                partial(space.line_point, position, interval),
            )
    return upright


def _upright_point(
    space: _Space, exact: _Exact, stacks: tuple[Stack, Stack], interval: int, place: _Place
) -> tuple[Coordinate, ...]:
    """A point of an open interval of the fibre over a piece of wall."""
    link = exact(*stacks)
    heights: list[RealRoot | None] = [None, *(point.root for point in link.points), None]
    height = gap_sample(heights[interval], heights[interval + 1], space.sides[2])
    base = (coordinate(v) if isinstance(v, RealRoot) else as_fraction(v) for v in place())
    return (*base, as_fraction(height))


def _connect(
    space: _Space,
    link: Link | None,
    factor: int,
    ends: tuple[int, int],
    stacks: dict[int, Stack],
    number: dict[int, list[int]],
    partition: Partition,
) -> list[_Signs]:
    """Joins the sectors that meet across a wall, or records the wall when it is itself an atom.

    Returns the sign masks on the wall in the latter case, from the bottom up.
    """
    if link is None:
        raise ArithmeticError("a wall without a link")
    first, second = ends
    wall = space.factors[factor].wall
    mask = 0 if wall is None else 1 << wall
    found: list[_Signs] = []
    pairs = zip(sectors_at(link.left, link.size), sectors_at(link.right, link.size), strict=True)
    for a, b in pairs:
        if (stacks[first].negatives[a] ^ stacks[second].negatives[b]) & ~mask:
            raise ArithmeticError("joined sectors differ in sign")
        if wall is None:
            partition.join(number[first][a], number[second][b])
        else:
            partition.wall(number[first][a], number[second][b], (wall,))
            found.append((stacks[first].negatives[a] & ~mask, mask))
    return found
