"""Which points the numerical route is asked to confirm, and what it must find there.

Every boundary of a phase diagram is looked at on each of its pieces (cells of codimension one): on the piece the
structure is that of the cell, and a little to either side that of the two cells where only the sign of the
boundary's atom has changed. Then points inside: the sample of every phase and stratum, and points drawn at random, at
which the printed conditions say which piece it is. `numeric.confirm` recomputes all of it from the definition.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from functools import partial
from typing import Any

import mpmath

from ..numeric.confirm import (
    BoundaryPoint,
    Confirmation,
    Sample,
    Untested,
    check_sample,
    confirm_boundaries,
)
from ..numeric.tables import evaluate
from ..symbolic.algebra.ring import Element, total_derivative
from ..symbolic.algebra.text import element_expression, polynomial_text
from ..symbolic.cells.conditions import LiteralPrinter, satisfies
from ..symbolic.cells.undecided import attempt
from ..symbolic.errors import NotSupportedError, UndecidedError
from ..symbolic.errors.running import ask
from ..symbolic.expressions.reading import Number
from ..symbolic.game.free_parameters import check_arguments
from ..symbolic.game.game import Game
from ..symbolic.results.diagram import PhaseCell, PhaseDiagram
from ..symbolic.results.solution import Solution
from ..symbolic.solving.solve import phases, solve
from .brackets import bracketed
from .inside_points import drawn_samples, listed, piece_samples, solution_samples

_BITS = 640
_PIECES_PER_BOUNDARY = 6


def confirm(
    game: Game,
    over: Sequence[str] | None = None,
    at: Mapping[str, Fraction | int | str] | None = None,
) -> Confirmation:
    """Recompute the structure numerically on both sides of every boundary of the game, on it, and at points inside.

    Parameters are those of `berknash.phases`; where all parameters are fixed, or where the game has no phase diagram,
    what `solve` says is compared, at the point or at points drawn at random. Returns a Confirmation (numerical: it may
    refute, it never proves).
    """
    check_arguments(game, at, over=over)
    if not over and all(p.name in (at or {}) for p in game.parameters):
        return confirm_solution(solve(game, at))
    try:
        diagram = phases(game, over, at)
    except NotSupportedError as error:
        solution, _ = attempt(partial(solve, game, at))
        if solution is None:
            raise
        missing = Untested("boundaries", f"no phase diagram: {error}")
        return replace(confirm_solution(solution), untested=(missing,))
    return confirm_diagram(diagram)


def confirm_diagram(diagram: PhaseDiagram) -> Confirmation:
    """The same for a diagram at hand."""
    found = confirm_boundaries(diagram.game, boundary_points(diagram))
    left = _untested(diagram, found)
    between = [point for atom, _ in left for point in bracketed(diagram, atom, _PIECES_PER_BOUNDARY)]
    more = confirm_boundaries(diagram.game, between)
    tried = {p.boundary for p in more.points} | {other.boundary for other in more.untested}
    untested = (*found.untested, *more.untested, *(other for _, other in left if other.boundary not in tried))
    inside = _confirm_inside(diagram.game, (*piece_samples(diagram), *drawn_samples(diagram)))
    return replace(inside, points=(*found.points, *more.points), untested=tuple(dict.fromkeys(untested)))


def confirm_solution(solution: Solution) -> Confirmation:
    """The same for a solution at hand, at the point or at points drawn at random."""
    return _confirm_inside(solution.game, solution_samples(solution))


def _confirm_inside(game: Game, samples: Iterable[Sample]) -> Confirmation:
    """The comparison at points inside of phases alone."""
    found = []
    for sample in samples:
        ask("the comparison at samples")
        found.append(check_sample(game, sample))
    return replace(confirm_boundaries(game, ()), samples=tuple(check for check in found if check is not None))


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
                listed=listed(filter(None, (diagram.phase_of(s) for s in kind if s is not None))),
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
    point = _coordinates(cell)
    values = point() if callable(point) else {n: evaluate(e, {}) for n, e in point.items()}
    return evaluate(element_expression(diagram.table.ring, element), values)


def _coordinates(cell: PhaseCell) -> Any:
    """The sample as exact expressions, or as a function that computes it at any precision."""
    if all(isinstance(value, Fraction) or not hasattr(value, "bounds") for _, value in cell.coordinates):
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
