"""The cells of a game's parameter domain from its table of atoms."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction

from ..algebra.ring import Polynomial, Ring
from ..decomposition.box import Side
from ..decomposition.limits import Limits
from ..errors import NotSupportedError
from ..logengine.cells import LogCell, LogDecomposition
from ..logengine.columns import outside_logarithms
from ..logengine.curves import decompose_curves
from ..logengine.line import decompose_line, side_of
from ..logengine.plane import decompose_plane, decompose_star, star_base
from ..logengine.roots import CertifiedRoot, Coordinate, is_far
from .atoms import AtomTable
from .domain import Constraint, Domain

_MOST_BITS = 2000


def log_cells(table: AtomTable, order: Sequence[str], limits: Limits | None = None) -> LogDecomposition:
    """The cells of the domain of a table of atoms over one or two free parameters, or a star of more.

    Parameters
    ----------
    table : complete (`AtomTable.complete`)
    order : the free parameters; samples and positions are in this order
    limits : what may be spent

    Returns
    -------
    LogDecomposition
        `sign_vector` holds the signs of ``table.atoms``; cells on which an assumption fails are left out. Undecided
        boxes, if any, may overlap the part of the box that an assumption excludes.

    Raises
    ------
    NotSupportedError for three parameters that make no star (`plane.star_base`), for roots or exponentials of a
    parameter, and where an atom is undefined at a point of the domain; BudgetError beyond the limits; UndecidedError
    where a sign at a rational point stays open.
    """
    return decompose_atoms(table.ring, table.atoms, table.domain, order, limits)


def decompose_atoms(
    ring: Ring, atoms: Sequence[Polynomial], domain: Domain, order: Sequence[str], limits: Limits | None = None
) -> LogDecomposition:
    """The same for some of the atoms, on the domain of the parameters that they involve."""
    constraints = domain.constraints
    guards = [
        ring.polynomial(part).numerator for c in constraints for part in (c.element.numerator, c.element.denominator)
    ]
    polynomials: list[Polynomial] = [*atoms, *guards]
    sides = {
        p.name: side_of(p.domain.low, p.domain.high, not p.domain.low_open, not p.domain.high_open)
        for p in domain.parameters
    }
    found = _decomposed(ring, constraints, polynomials, list(order), sides, limits)
    count = len(atoms)
    cells: list[LogCell] = []
    for cell in found.cells:
        vector, rest = cell.sign_vector[:count], cell.sign_vector[count:]
        if not _allowed(constraints, rest):
            continue
        if any(sign is None for sign in vector):
            place = ", ".join(f"{n} = {c}" for n, c in zip(order, cell.sample, strict=True))
            raise NotSupportedError(f"an atom is not defined at {place}; exclude the point by assume")
        cells.append(replace(cell, sign_vector=vector))
    return replace(found, cells=without_unwieldy(cells))


def without_unwieldy(cells: Sequence[LogCell]) -> tuple[LogCell, ...]:
    """The cells, with samples only where these are numbers of a size that can be written down.

    Next to a singular end a cell may be thinner than any such number, and far out no number may be short enough. The
    cell is left out when another one has its sign vector and dimension, and else is kept without a sample: it exists
    all the same.
    """
    wieldy = [all(_is_wieldy(x) for x in c.sample) for c in cells]
    known = {(c.dimension, c.sign_vector) for c, short in zip(cells, wieldy, strict=True) if short}
    kept = []
    for cell, short in zip(cells, wieldy, strict=True):
        if short:
            kept.append(cell)
        elif (cell.dimension, cell.sign_vector) not in known:
            known.add((cell.dimension, cell.sign_vector))
            kept.append(replace(cell, sample=()))
    return tuple(kept)


def _is_wieldy(coordinate: Coordinate) -> bool:
    if isinstance(coordinate, CertifiedRoot):
        return not (is_far(coordinate.location.lower) or is_far(coordinate.location.upper))
    if not isinstance(coordinate, Fraction):
        return True
    return max(coordinate.numerator.bit_length(), coordinate.denominator.bit_length()) <= _MOST_BITS


def _decomposed(
    ring: Ring,
    constraints: Sequence[Constraint],
    polynomials: list[Polynomial],
    order: list[str],
    sides: dict[str, Side],
    limits: Limits | None,
) -> LogDecomposition:
    if len(order) == 1:
        return decompose_line(ring, polynomials, order[0], sides[order[0]], limits)
    if len(order) == 2:
        for base, vertical in ((order[0], order[1]), (order[1], order[0])):
            if outside_logarithms(ring, polynomials, vertical):
                found = decompose_plane(
                    ring, polynomials, (base, vertical), (sides[base], sides[vertical]), limits
                )
                return reordered(found, order)
        guards = [
            (ring.polynomial(c.element.numerator).numerator, c.signs)
            for c in constraints
            if c.element.denominator.is_constant()
        ]
        pair = (order[0], order[1])
        return decompose_curves(ring, polynomials, pair, (sides[pair[0]], sides[pair[1]]), limits, guards)
    centre = star_base(ring, polynomials, order)
    if centre is not None:
        names = (centre, *(name for name in order if name != centre))
        found = decompose_star(ring, polynomials, names, [sides[name] for name in names], limits)
        return reordered(found, order)
    raise NotSupportedError(
        f"{len(order)} free parameters with logarithms of parameters; fix all but one or two of them"
    )


def reordered(found: LogDecomposition, order: Sequence[str]) -> LogDecomposition:
    """The same cells with the coordinates of samples and boxes in another order; positions stay."""
    places = [found.parameters.index(name) for name in order]
    return LogDecomposition(
        tuple(order),
        tuple(replace(cell, sample=tuple(cell.sample[k] for k in places)) for cell in found.cells),
        tuple(replace(box, sides=tuple(box.sides[k] for k in places)) for box in found.undecided),
    )


def _allowed(constraints: Sequence[Constraint], signs: Sequence[int | None]) -> bool:
    """Whether every assumption holds; one that is not defined does not."""
    for number, constraint in enumerate(constraints):
        top, bottom = signs[2 * number], signs[2 * number + 1]
        if top is None or not bottom or top * bottom not in constraint.signs:
            return False
    return True
