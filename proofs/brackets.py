"""Points of a boundary that no engine gives exactly: between two rational points on its two sides, found by bisection.

The signs of all atoms are decided exactly at both ends of the bracket, so that the derivation says which structure
holds there; the point between them is numerical, to as many digits as are asked for. That is enough to confirm a
boundary: a confirmation compares structures recomputed in digits, it proves nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from fractions import Fraction
from itertools import islice, product
from typing import Any

import mpmath

from ..numeric.confirm import BoundaryPoint
from ..numeric.tables import as_real, evaluate
from ..symbolic.algebra.ring import total_derivative
from ..symbolic.algebra.signs import Point
from ..symbolic.algebra.text import element_expression, polynomial_text
from ..symbolic.cells.conditions import satisfies
from ..symbolic.errors import UndecidedError
from ..symbolic.expressions.reading import Number
from ..symbolic.expressions.tree import Expression
from ..symbolic.results.diagram import PhaseCell, PhaseDiagram
from ..symbolic.results.structure import Structure

_PAIRS = 40
_FEWEST_HALVINGS = 60
_MOST_HALVINGS = 400
_STEPS = 100
_DIGITS = 120

Values = Mapping[str, Fraction]


def bracketed(diagram: PhaseDiagram, atom: int, most: int) -> tuple[BoundaryPoint, ...]:
    """Points on a boundary between rational points of the cells beside it, where the structure changes; numerical.

    Parameters: the diagram; the boundary's atom; how many points, each with other structures around it.
    """
    found: list[BoundaryPoint] = []
    seen: set[tuple[Structure | None, ...]] = set()
    for low, high in islice(_pairs(diagram, atom), _PAIRS):
        around = _around(diagram, atom, low, high)
        if around is None or around[0] in seen or len(set(around[0])) == 1:
            continue
        structures, below, above = around
        point = _point(diagram, atom, below, above, structures)
        if point is not None:
            seen.add(structures)
            found.append(point)
        if len(found) >= most:
            break
    return tuple(found)


def _pairs(diagram: PhaseDiagram, atom: int) -> Iterator[tuple[Values, Values]]:
    """Rational points of open cells where the atom is negative and positive, those of neighbouring cells first."""
    top = max(cell.dimension for cell in diagram.cells)
    sides: dict[int, list[tuple[PhaseCell, Values]]] = {-1: [], 1: []}
    for cell in diagram.cells:
        place = _rational(cell)
        sign = dict(cell.signs).get(atom, 0)
        if cell.dimension == top and sign and place is not None:
            sides[sign].append((cell, place))

    def distance(pair: tuple[tuple[PhaseCell, Values], tuple[PhaseCell, Values]]) -> int:
        first, second = (dict(cell.signs) for cell, _ in pair)
        return sum(second.get(a, s) != s for a, s in first.items())

    for low, high in sorted(product(sides[-1], sides[1]), key=distance):
        yield low[1], high[1]


def _rational(cell: PhaseCell) -> Values | None:
    values: dict[str, Fraction] = {}
    for name, value in cell.coordinates:
        exact = value.value if isinstance(value, Number) else value
        if not isinstance(exact, Fraction):
            return None
        values[name] = exact
    return values or None


def _around(
    diagram: PhaseDiagram, atom: int, low: Values, high: Values
) -> tuple[tuple[Structure | None, ...], Values, Values] | None:
    """The bracket made so small that no other atom changes its sign in it; the structures below, on and above."""
    ring, atoms = diagram.table.ring, diagram.table.atoms

    def signs(place: Values) -> tuple[int, ...]:
        point = Point(ring, place)
        return tuple(point.polynomial_sign(polynomial) for polynomial in atoms)

    try:
        for step in range(_MOST_HALVINGS):
            middle = {name: (low[name] + high[name]) / 2 for name in low}
            sign = Point(ring, middle).polynomial_sign(atoms[atom])
            if sign == 0:
                return None  # a rational point, which the engines have seen
            low, high = (middle, high) if sign < 0 else (low, middle)
            if step >= _FEWEST_HALVINGS and step % 20 == 0:
                first, second = signs(low), signs(high)
                if all(a == b for k, (a, b) in enumerate(zip(first, second, strict=True)) if k != atom):
                    break
        else:
            return None
    except (UndecidedError, ZeroDivisionError):
        return None
    if not (diagram.table.domain.contains(dict(low)) and diagram.table.domain.contains(dict(high))):
        return None
    vectors = [tuple(s if k == atom else a for k, a in enumerate(first)) for s in (-1, 0, 1)]
    structures = tuple(_structure(diagram, vector) for vector in vectors)
    return None if structures[0] is None or structures[2] is None else (structures, low, high)


def _structure(diagram: PhaseDiagram, vector: Sequence[int]) -> Structure | None:
    """What the diagram says where the atoms have these signs; None where it lists no or more than one answer."""
    literals = [(atom, (sign,)) for atom, sign in enumerate(vector)]
    found = {cell.structure for cell in diagram.cells if satisfies(dict(cell.signs), _asked(cell, literals))}
    return found.pop() if len(found) == 1 else None


def _asked(cell: PhaseCell, literals: Sequence[tuple[int, tuple[int, ...]]]) -> list[tuple[int, tuple[int, ...]]]:
    """The literals on atoms of which the cell says something."""
    known = dict(cell.signs)
    return [literal for literal in literals if literal[0] in known]


def _point(
    diagram: PhaseDiagram, atom: int, low: Values, high: Values, structures: Sequence[Structure | None]
) -> BoundaryPoint | None:
    ring = diagram.table.ring
    boundary = ring.polynomial(diagram.table.atoms[atom])
    expression = element_expression(ring, boundary)
    try:
        with mpmath.workdps(_DIGITS):
            place = _zero(expression, low, high)()
            slopes = {name: _slope(diagram, boundary, name, place) for name in low}
    except (UndecidedError, ZeroDivisionError):
        return None
    name = max(slopes, key=lambda n: abs(slopes[n]))
    if abs(slopes[name]) < mpmath.mpf(10) ** (-_DIGITS // 4):
        return None
    shown = [None if s is None else s.to_document() for s in structures]
    below, on, above = shown if slopes[name] > 0 else reversed(shown)
    text = polynomial_text(ring, diagram.table.atoms[atom])
    return BoundaryPoint(text, name, _zero(expression, low, high), below, on, above, numerical=True)


def _slope(diagram: PhaseDiagram, boundary: Any, name: str, place: Mapping[str, Any]) -> Any:
    ring = diagram.table.ring
    derivative = total_derivative(ring, boundary, ring.index(name))
    return mpmath.mpf(0) if derivative.is_zero() else evaluate(element_expression(ring, derivative), place)


def _zero(expression: Expression, low: Values, high: Values) -> Callable[[], dict[str, Any]]:
    """A function that computes the zero between two points, at the working precision; UndecidedError where it fails."""

    def computed() -> dict[str, Any]:
        start = {name: as_real(value) for name, value in low.items()}
        along = {name: as_real(high[name] - value) for name, value in low.items()}

        def at(share: Any) -> dict[str, Any]:
            return {name: start[name] + share * along[name] for name in start}

        def value(share: Any) -> Any:
            return evaluate(expression, at(share))

        digits = mpmath.mp.dps
        with mpmath.workdps(digits + 40):
            last, share = mpmath.mpf(0), mpmath.mpf(1)
            before, now = value(last), value(share)
            near = mpmath.mpf(10) ** -(digits + 10)
            for _ in range(_STEPS):
                if now == before or abs(share - last) < near:
                    break
                last, share = share, share - now * (share - last) / (now - before)
                before, now = now, value(share)
            # The secant method has found a zero only if the sign changes there, inside of the bracket.
            gap = mpmath.mpf(10) ** -(digits // 2)
            if not 0 < share < 1 or not value(share - gap) * value(share + gap) < 0 or abs(share - last) > gap:
                raise UndecidedError("no zero was found between two points; the boundary is not tested there")
            return at(share)

    return computed
