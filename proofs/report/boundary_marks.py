"""Which exact equation holds along each boundary of a picture: numbers beside the curves, equations in a legend.

A boundary belongs to a piece of a curve when its expression has different signs on the two sides of the piece. Its
number stands on the curve where there is room, else beside it with a line to the curve. For the eye only: nothing is
derived from where a number stands. The equations are those of the phase diagram.
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

from ...symbolic.expressions.reading import ZERO, Expression, Relation
from ...symbolic.floats import nearest_float
from ..typeset.formulas import relation_markup
from ..typeset.latex import broken
from ..typeset.markup import Markup, Notation
from .geometry import Plane, Point
from .phase_map import OUTSIDE, Line, compiled

if TYPE_CHECKING:
    from ...symbolic.results.diagram import PhaseDiagram

Array: TypeAlias = Any

_STEP = 0.01  # length of the pieces of a curve, as a share of the window
_BESIDE = 2e-3  # how far from a curve signs are compared
RADIUS = 0.032  # of the circle around a number
_OFFSETS = (0.0, 0.08, -0.08, 0.14, -0.14)
_LINE_WIDTH = 88.0
_NEAR = 0.05  # marks of a line nearer than this share one place


@dataclass(frozen=True, slots=True)
class BoundaryMark:
    """A number at a place; the curve that it belongs to passes through `anchor`."""

    text: str
    place: Point
    anchor: Point


@dataclass(frozen=True, slots=True)
class Equation:
    """The number of a boundary, and its exact equation in lines of a legend."""

    text: str
    lines: tuple[Markup, ...]


def equations_of(diagram: PhaseDiagram, notation: Notation) -> tuple[Equation, ...]:
    """The exact equations of all boundaries, numbered from 1, long ones in lines; nothing in them is abbreviated."""
    plain = notation.unnamed()
    found = []
    for number, boundary in enumerate(diagram.boundaries, 1):
        relation = boundary.solved or Relation(boundary.expression, "==", ZERO)
        found.append(Equation(str(number), tuple(broken(relation_markup(relation, plain), _LINE_WIDTH))))
    return tuple(found)


def plane_marks(
    plane: Plane, diagram: PhaseDiagram, fixed: Mapping[str, Fraction] | None = None, radius: float = RADIUS
) -> tuple[BoundaryMark, ...]:
    """One number for each boundary of the diagram that runs through the plane, apart from each other and from names.

    `fixed` are values for parameters of the diagram that the plane does not show. A boundary for whose number there
    is no room is left out.
    """
    places, normals = _pieces(plane)
    if not len(places):
        return ()
    (x_low, x_high), (y_low, y_high) = plane.windows
    low, span = np.array([x_low, y_low]), np.array([x_high - x_low, y_high - y_low])
    extra = {name: nearest_float(value) for name, value in (fixed or {}).items()}
    runs: dict[int, Array] = {}
    for number, boundary in enumerate(diagram.boundaries, 1):
        here = _changes_sign(boundary.expression, plane.names, low, span, places, normals, extra)
        if here.any():
            runs[number] = np.flatnonzero(here)
    taken = [(((x - x_low) / span[0], (y - y_low) / span[1]), _name_size(room)) for (x, y), room in (
        (label.place, label.room) for label in plane.labels
    )]  # fmt: skip
    marks: dict[int, BoundaryMark] = {}
    # The shortest curves have the fewest places to choose from.
    for number in sorted(runs, key=lambda n: (len(runs[n]), n)):
        owned = runs[number]
        others = np.delete(places, owned, axis=0)
        for offset in _OFFSETS:
            candidates = places[owned] + offset * normals[owned]
            room = np.min(np.minimum(candidates, 1 - candidates), axis=1) - radius
            for (x, y), size in taken:
                room = np.minimum(room, np.hypot(candidates[:, 0] - x, candidates[:, 1] - y) - size - 1.15 * radius)
            if len(others):
                gaps = np.hypot(*(candidates[:, None, :] - others[None, :, :]).transpose(2, 0, 1)).min(axis=1)
                room = np.minimum(room, gaps - 1.1 * radius)
            best = float(room.max())
            if best < 0:
                continue
            # Among places with ample room the one nearest to the middle of the curve.
            good = np.flatnonzero(room >= min(best, radius))
            chosen = int(good[np.argmin(np.abs(good - (len(owned) - 1) / 2))])
            at, anchor = candidates[chosen] * span + low, places[owned[chosen]] * span + low
            taken.append(((float(candidates[chosen][0]), float(candidates[chosen][1])), radius))
            marks[number] = BoundaryMark(
                str(number), (float(at[0]), float(at[1])), (float(anchor[0]), float(anchor[1]))
            )
            break
    return tuple(marks[number] for number in sorted(marks))


def _name_size(room: float) -> float:
    """About how far the name of a phase reaches, as a share of the window."""
    return min(0.05, 0.6 * room + 0.012)


def _pieces(plane: Plane) -> tuple[Array, Array]:
    """Points along all boundary curves and unit normals there, in shares of the window."""
    (x_low, x_high), (y_low, y_high) = plane.windows
    places: list[Array] = []
    normals: list[Array] = []
    for curve in plane.boundaries:
        scaled = [np.array([(x - x_low) / (x_high - x_low), (y - y_low) / (y_high - y_low)]) for x, y in curve]
        for start, end in itertools.pairwise(scaled):
            along = end - start
            length = float(np.hypot(*along))
            if length == 0:
                continue
            count = max(1, round(length / _STEP))
            for k in range(count):
                places.append(start + along * ((k + 0.5) / count))
                normals.append(np.array([-along[1], along[0]]) / length)
    return np.array(places), np.array(normals)


def _changes_sign(
    expression: Expression,
    names: tuple[str, str],
    low: Array,
    span: Array,
    places: Array,
    normals: Array,
    extra: Mapping[str, float],
) -> Array:
    function = compiled(expression)

    def signs(points: Array) -> Array:
        values = points * span + low
        with np.errstate(all="ignore"):
            found = function({**extra, names[0]: values[:, 0], names[1]: values[:, 1]})
        return np.sign(np.broadcast_to(found, (len(points),)))

    return signs(places + _BESIDE * normals) * signs(places - _BESIDE * normals) < 0


def line_marks(
    line: Line, window: tuple[float, float], diagram: PhaseDiagram, parameter: str
) -> tuple[tuple[str, float], ...]:
    """The numbers of the boundaries at each change along a line, with their coordinate; near ones share a place.

    The ends of the domain are no boundaries of phases.
    """
    low, high = window
    beside = 1e-7 * (high - low)
    found: list[tuple[list[str], list[float]]] = []
    for change, (before, after) in zip(line.changes, itertools.pairwise(line.phases), strict=True):
        if OUTSIDE in (before, after):
            continue
        points = np.array([change - beside, change + beside])
        numbers = []
        for number, boundary in enumerate(diagram.boundaries, 1):
            with np.errstate(all="ignore"):
                values = np.broadcast_to(compiled(boundary.expression)({parameter: points}), (2,))
            if values[0] * values[1] < 0:
                numbers.append(str(number))
        if not numbers:
            continue
        if found and change - found[-1][1][-1] < _NEAR * (high - low):
            found[-1][0].extend(numbers)
            found[-1][1].append(change)
        else:
            found.append((numbers, [change]))
    return tuple((", ".join(numbers), sum(places) / len(places)) for numbers, places in found)
