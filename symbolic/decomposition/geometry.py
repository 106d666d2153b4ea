"""The geometry of a plane decomposition: stacks over the gaps of the first parameter, linked through the breaks.

This is a cylindrical algebraic decomposition (Collins 1975) of a box. The stacks are found by a sweep: behind most
breaks they differ from the one before in one place. Where a break allows more than one event, the stack is lifted anew
and the fibre computed exactly; likewise, where cells of all dimensions are wanted, over a vertical line on which an
atom vanishes, all of whose points are vertices.
"""

from __future__ import annotations

from dataclasses import dataclass

from flint import fmpz_poly

from .atoms import Atoms
from .box import Side
from .breaks import Break, gap_samples, projected_breaks
from .exact_links import exact_link
from .isolation import RealRoot
from .limits import Limits
from .links import Link, elementary_link
from .projection import projections
from .rationals import Rational
from .stacks import Lifter, Stack
from .sweep import advance


@dataclass(frozen=True, slots=True, eq=False)
class PlaneGeometry:
    """The stacks, the breaks between them and the links; `ends` are the fibres over closed ends of the
    first side.

    `rows[gap]` are the indices of the cells on the sectors over a gap, from the bottom up; `columns` (full mode) those
    of all cells over each point or interval of the base in turn.
    """

    lifter: Lifter
    side: Side
    samples: tuple[Rational, ...]
    stacks: tuple[Stack, ...]
    breaks: tuple[Break, ...]
    links: tuple[Link, ...]
    ends: tuple[tuple[Rational, Link] | None, tuple[Rational, Link] | None] = (None, None)
    rows: tuple[list[int], ...] = ()
    columns: tuple[list[int], ...] = ()


def build_plane(
    atoms: Atoms, base: int, variable: int, sides: tuple[Side, Side], full: bool, limits: Limits
) -> PlaneGeometry:
    """Projects, isolates, lifts and links."""
    ring = atoms.ring
    side = sides[0]
    lifter = Lifter(atoms, (base,), variable, sides[1])
    projected = projections(ring, atoms.polynomials, variable, sides[1], limits)
    limits.check_polynomials(len(projected), "projection")
    breaks = projected_breaks(ring, projected, base, side)
    samples = gap_samples(breaks, side)
    stacks = [lifter.lift((samples[0],))]
    links: list[Link] = []
    lifted = False
    for number, item in enumerate(breaks):
        limits.step("lifting", number, len(samples))
        left, point = stacks[-1], (samples[number + 1],)
        moved = advance(lifter, left, point, item.factor)
        lifted = moved is None
        right = lifter.lift(point) if moved is None else moved[0]
        link = elementary_link(left.labels, right.labels, item.factor.sources) if moved is None else moved[1]
        if link is None or (full and item.factor.wall is not None):
            reach = (
                breaks[number - 1].root.upper if number else side.lower,
                breaks[number + 1].root.lower if number + 1 < len(breaks) else side.upper,
            )
            link = exact_link(lifter, item.root, item.factor.polynomial, item.factor.sources, left, right, reach)
        stacks.append(right)
        links.append(link)
    if not lifted and breaks:
        _check(lifter, stacks[-1])
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


def _check(lifter: Lifter, stack: Stack) -> None:
    """A check of the whole sweep: the stack it ends with is the one over the last base point."""
    found = lifter.lift(stack.point)
    if (found.labels, found.negatives) != (stack.labels, stack.negatives):
        raise ArithmeticError("the sweep ends with another stack than the one over its last base point")


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
