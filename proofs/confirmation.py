"""Which boundary points the numerical route is asked to confirm, and what it must find there.

Every boundary of a phase diagram is looked at on each of its pieces (cells of codimension one): on the piece the
structure is that of the cell, and a little to either side that of the two cells where only the sign of the
boundary's atom has changed. `numeric.confirm` recomputes all three from the definition.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from typing import Any

import mpmath

from ..numeric.confirm import BoundaryPoint, Confirmation, Untested, confirm_boundaries
from ..symbolic.algebra.ring import Element, total_derivative
from ..symbolic.algebra.text import polynomial_text
from ..symbolic.cells.conditions import LiteralPrinter, satisfies
from ..symbolic.errors import UndecidedError
from ..symbolic.game.free_parameters import check_arguments
from ..symbolic.game.game import Game
from ..symbolic.results.diagram import PhaseCell, PhaseDiagram
from ..symbolic.solving.phases import phases
from .brackets import bracketed

_BITS = 640
_PIECES_PER_BOUNDARY = 6


def confirm(
    game: Game,
    over: Sequence[str] | None = None,
    at: Mapping[str, Fraction | int | str] | None = None,
) -> Confirmation:
    """Recompute the structure numerically on both sides of every boundary of the game, and on it.

    Parameters are those of `berknash.phases`. Returns a Confirmation (numerical: it may refute, it never proves).
    """
    check_arguments(game, at, over=over)
    return confirm_diagram(phases(game, over, at))


def confirm_diagram(diagram: PhaseDiagram) -> Confirmation:
    """The same for a diagram at hand."""
    found = confirm_boundaries(diagram.game, boundary_points(diagram))
    left = _untested(diagram, found)
    between = [point for atom, _ in left for point in bracketed(diagram, atom, _PIECES_PER_BOUNDARY)]
    more = confirm_boundaries(diagram.game, between)
    tried = {p.boundary for p in more.points} | {other.boundary for other in more.untested}
    untested = (*found.untested, *more.untested, *(other for _, other in left if other.boundary not in tried))
    return replace(found, points=(*found.points, *more.points), untested=tuple(dict.fromkeys(untested)))


def _untested(diagram: PhaseDiagram, found: Confirmation) -> tuple[tuple[int, Untested], ...]:
    """The boundaries of the diagram, by their atoms, of which no point is known exactly, so that none was tried."""
    tried = {point.boundary for point in found.points} | {other.boundary for other in found.untested}
    ring = diagram.table.ring
    top = max(cell.dimension for cell in diagram.cells)
    listed = {str(boundary.expression) for boundary in diagram.boundaries}
    names = tuple(p.name for p in diagram.game.parameters)
    printer = LiteralPrinter(diagram.table, names, inside=True)
    untested = []
    for atom, polynomial in enumerate(diagram.table.atoms):
        text = polynomial_text(ring, polynomial)
        if text in tried or str(printer.expression(atom)) not in listed:
            continue
        pieces = [cell for cell in diagram.cells if cell.dimension == top - 1 and dict(cell.signs).get(atom) == 0]
        if not pieces:
            reason = "no piece of it was found in the domain"
        elif all(not cell.sample for cell in pieces):
            reason = "no point of it is known exactly"
        elif all(_unchanged(diagram, cell, atom) for cell in pieces):
            continue
        else:
            reason = "no parameter is known along which it is crossed"
        untested.append((atom, Untested(text, reason)))
    return tuple(untested)


def _unchanged(diagram: PhaseDiagram, cell: PhaseCell, atom: int) -> bool:
    """Whether the structure on the piece is that of both sides, so that nothing changes where it is crossed."""
    sides = [_neighbour(diagram, cell, atom, sign) for sign in (-1, 1)]
    return all(side is not None and side.structure == cell.structure for side in sides)


def boundary_points(diagram: PhaseDiagram) -> tuple[BoundaryPoint, ...]:
    """One point on each kind of piece of each boundary: pieces differ by what lies on it and on its two sides.

    At most a few pieces of each boundary are taken, in the order of the cells.
    """
    names = tuple(p.name for p in diagram.game.parameters)
    top = max(cell.dimension for cell in diagram.cells)
    printer = LiteralPrinter(diagram.table, names, inside=True)
    points: list[BoundaryPoint] = []
    seen: dict[int, set[tuple[Any, Any, Any]]] = {}
    for cell in diagram.cells:
        zeros = [atom for atom, sign in cell.signs if sign == 0]
        if cell.dimension != top - 1 or len(zeros) != 1 or not cell.sample:
            continue
        (atom,) = zeros
        direction = _direction(diagram, printer, atom, cell)
        if direction is None:
            continue
        name, slope = direction
        below, above = (_neighbour(diagram, cell, atom, side * slope) for side in (-1, 1))
        kind = (below.structure if below else None, cell.structure, above.structure if above else None)
        pieces = seen.setdefault(atom, set())
        if kind in pieces or len(pieces) >= _PIECES_PER_BOUNDARY or kind[0] == kind[1] == kind[2]:
            continue
        pieces.add(kind)
        points.append(
            BoundaryPoint(
                polynomial_text(diagram.table.ring, diagram.table.atoms[atom]),
                name,
                _coordinates(cell),
                None if below is None else below.structure.to_document(),
                cell.structure.to_document(),
                None if above is None else above.structure.to_document(),
            )
        )
    return tuple(points)


def _direction(diagram: PhaseDiagram, printer: LiteralPrinter, atom: int, cell: PhaseCell) -> tuple[str, int] | None:
    """A parameter along which the boundary is crossed at the sample, and the sign of the atom's slope there."""
    solved = printer.threshold(atom)
    if solved is not None:
        return solved[0], solved[1]
    ring = diagram.table.ring
    boundary = ring.polynomial(diagram.table.atoms[atom])
    for parameter in diagram.game.parameters:
        slope = total_derivative(ring, boundary, ring.index(parameter.name))
        if slope.is_zero():
            continue
        with mpmath.workprec(_BITS):
            value = _numerical(diagram, slope, cell)
            if abs(value) > mpmath.mpf(2) ** (-_BITS // 4):
                return parameter.name, 1 if value > 0 else -1
    return None


def _numerical(diagram: PhaseDiagram, element: Element, cell: PhaseCell) -> Any:
    from ..numeric.tables import evaluate
    from ..symbolic.algebra.text import element_expression

    point = _coordinates(cell)
    values = point() if callable(point) else {n: evaluate(e, {}) for n, e in point.items()}
    return evaluate(element_expression(diagram.table.ring, element), values)


def _coordinates(cell: PhaseCell) -> Any:
    """The sample as exact expressions, or as a function that computes it at any precision."""
    if all(isinstance(value, Fraction) or not hasattr(value, "bounds") for _, value in cell.coordinates):
        from ..symbolic.expressions.reading import Number

        return {n: Number(v) if isinstance(v, Fraction) else v for n, v in cell.coordinates}

    def computed() -> dict[str, Any]:
        values = {}
        for name, value in cell.coordinates:
            if isinstance(value, Fraction):
                values[name] = mpmath.mpf(value.numerator) / value.denominator
                continue
            low, high = value.bounds(max(_BITS, mpmath.mp.prec + _BITS // 4))
            middle = (low + high) / 2
            values[name] = mpmath.mpf(middle.numerator) / middle.denominator
        return values

    return computed


def _neighbour(diagram: PhaseDiagram, cell: PhaseCell, atom: int, sign: int) -> PhaseCell | None:
    """The cell where only this atom has changed its sign, None when it does not meet the domain."""
    literals = [(a, (sign if a == atom else s,)) for a, s in cell.signs]
    matching = [c for c in diagram.cells if satisfies(dict(c.signs), literals)]
    structures = {c.structure for c in matching}
    if len(structures) > 1:
        raise UndecidedError("two structures share one sign vector; this is a defect of the decomposition")
    return matching[0] if matching else None
