"""Where the phases lie in a window of one or two parameters, traced from their exact conditions for a picture.

A column of the window is cut where the phase changes (bisection to the last digits of a float); columns with the same
sequence of phases make up a slab, and where the sequence changes between two columns the place is found by bisection
again. So regions are polygons whose edges lie on the exact boundary curves. This is for the eye only: phases thinner
than a column step may be missed, and nothing is ever derived from a picture.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

from .phase_map import OUTSIDE, Line, PhaseMap, trace_line, trace_lines

if TYPE_CHECKING:
    from ...symbolic.results.diagram import PhaseDiagram

Point: TypeAlias = tuple[float, float]
Array: TypeAlias = Any

_COLUMNS = 97
_PIXELS = 96
_THINNEST = 0.025


# The plane


@dataclass(frozen=True, slots=True)
class Slab:
    """Neighbouring columns that meet the same phases: x and the changes of each column."""

    phases: tuple[int, ...]
    columns: tuple[tuple[float, tuple[float, ...]], ...]


@dataclass(frozen=True, slots=True)
class Label:
    """A place for the name of a phase, and how far it is from the edge of its region (as a share of the window)."""

    phase: int
    place: Point
    room: float

    @property
    def fits(self) -> bool:
        """Whether a name can stand between the edges; of a thinner region the legend shows the colour alone."""
        return self.room >= _THINNEST


@dataclass(frozen=True, slots=True)
class Plane:
    """A two-parameter picture: polygons by phase, boundary curves, edges of the domain, labels."""

    names: tuple[str, str]
    windows: tuple[tuple[float, float], tuple[float, float]]
    polygons: tuple[tuple[int, tuple[Point, ...]], ...]
    boundaries: tuple[tuple[Point, ...], ...]
    edges: tuple[tuple[Point, ...], ...]
    labels: tuple[Label, ...]

    @property
    def shown(self) -> tuple[int, ...]:
        """The phases that are large enough to be seen."""
        return tuple(sorted({label.phase for label in self.labels}))


def trace_plane(diagram: PhaseDiagram, names: tuple[str, str]) -> Plane:
    """The picture of a diagram whose only free parameters are the two named."""
    phases = PhaseMap(diagram, names)
    (x_low, x_high), (y_low, y_high) = phases.windows
    span_x, span_y = x_high - x_low, y_high - y_low

    def column(x: float) -> Line:
        return trace_line(lambda y: phases.at(x, y), y_low, y_high)

    margin = span_x * 1e-9
    xs = [float(x) for x in np.linspace(x_low + margin, x_high - margin, _COLUMNS)]
    columns = list(zip(xs, trace_lines(phases.at, xs, y_low, y_high), strict=True))
    traced = columns[:1]
    for end in columns[1:]:
        _refine(column, traced, end, span_x, span_y)
    slabs = _slabs(traced)
    polygons = [
        (phase, polygon)
        for slab in slabs
        for phase, polygon in _bands(slab, y_low, y_high, span_x, span_y)
        if phase >= 0
    ]
    boundaries: list[tuple[Point, ...]] = []
    edges: list[tuple[Point, ...]] = []
    for points, first, second in [*_curves(slabs), *_steps(slabs, y_low, y_high)]:
        kept = simplified(points, span_x, span_y)
        (edges if OUTSIDE in (first, second) else boundaries).append(kept)
    return Plane(
        names,
        ((x_low, x_high), (y_low, y_high)),
        tuple(polygons),
        tuple(joined_lines(boundaries)),
        tuple(joined_lines(edges)),
        _labels(phases, x_low, y_low, span_x, span_y),
    )


def _refine(
    column: Any,
    traced: list[tuple[float, Line]],
    end: tuple[float, Line],
    span_x: float,
    span_y: float,
    depth: int = 0,
) -> None:
    """Appends columns up to `end`, dense where the sequence of phases changes or a curve is steep."""
    x, line = traced[-1]
    gap = end[0] - x
    same = line.phases == end[1].phases
    steep = same and any(
        abs(a - b) > 0.03 * span_y for a, b in zip(line.changes, end[1].changes, strict=True)
    )
    if (same and (not steep or depth > 9)) or gap < 1e-10 * span_x or depth > 40:
        traced.append(end)
        return
    middle = (x + end[0]) / 2
    found = (middle, column(middle))
    _refine(column, traced, found, span_x, span_y, depth + 1)
    _refine(column, traced, end, span_x, span_y, depth + 1)


def _slabs(traced: Sequence[tuple[float, Line]]) -> list[Slab]:
    slabs: list[list[tuple[float, Line]]] = []
    for x, line in traced:
        if slabs and slabs[-1][0][1].phases == line.phases:
            slabs[-1].append((x, line))
        else:
            slabs.append([(x, line)])
    return [Slab(group[0][1].phases, tuple((x, line.changes) for x, line in group)) for group in slabs]


def _bands(
    slab: Slab, y_low: float, y_high: float, span_x: float, span_y: float
) -> list[tuple[int, tuple[Point, ...]]]:
    bands = []
    for k, phase in enumerate(slab.phases):
        lower = [(x, changes[k - 1] if k else y_low) for x, changes in slab.columns]
        upper = [(x, changes[k] if k < len(changes) else y_high) for x, changes in slab.columns]
        outline = (*simplified(lower, span_x, span_y), *reversed(simplified(upper, span_x, span_y)))
        if len(slab.columns) > 1:
            bands.append((phase, outline))
    return bands


def _curves(slabs: Sequence[Slab]) -> list[tuple[list[Point], int, int]]:
    """The graphs of the changes within each slab."""
    return [
        ([(x, changes[k]) for x, changes in slab.columns], slab.phases[k], slab.phases[k + 1])
        for slab in slabs
        if len(slab.columns) > 1
        for k in range(len(slab.phases) - 1)
    ]


def _steps(slabs: Sequence[Slab], y_low: float, y_high: float) -> list[tuple[list[Point], int, int]]:
    """Vertical pieces of boundary, where neighbouring slabs meet."""
    wide = [slab for slab in slabs if len(slab.columns) > 1]
    result = []
    for left, right in itertools.pairwise(wide):
        x = (left.columns[-1][0] + right.columns[0][0]) / 2
        ends_left = (y_low, *left.columns[-1][1], y_high)
        ends_right = (y_low, *right.columns[0][1], y_high)
        stops = sorted({*ends_left, *ends_right})
        for low, high in itertools.pairwise(stops):
            middle = (low + high) / 2
            first = left.phases[sum(end <= middle for end in ends_left) - 1]
            second = right.phases[sum(end <= middle for end in ends_right) - 1]
            if first != second and high - low > 1e-6 * (y_high - y_low):
                result.append(([(x, low), (x, high)], first, second))
    return result


def simplified(points: Sequence[Point], span_x: float, span_y: float, tolerance: float = 2e-4) -> tuple[Point, ...]:
    """The polyline with fewer points, none further from it than the tolerance (Douglas and Peucker).

    >>> simplified([(0.0, 0.0), (0.5, 0.5), (1.0, 1.0)], 1.0, 1.0)
    ((0.0, 0.0), (1.0, 1.0))
    """
    if len(points) < 3:
        return tuple(points)
    scaled = np.array([(x / span_x, y / span_y) for x, y in points])
    start, end = scaled[0], scaled[-1]
    chord = end - start
    length = float(np.hypot(*chord))
    offsets = scaled - start
    if length == 0:
        distances = np.hypot(offsets[:, 0], offsets[:, 1])
    else:
        distances = np.abs(chord[0] * offsets[:, 1] - chord[1] * offsets[:, 0]) / length
    worst = int(np.argmax(distances))
    if distances[worst] <= tolerance:
        return (points[0], points[-1])
    first = simplified(points[: worst + 1], span_x, span_y, tolerance)
    return (*first[:-1], *simplified(points[worst:], span_x, span_y, tolerance))


def joined_lines(lines: Sequence[tuple[Point, ...]]) -> list[tuple[Point, ...]]:
    """Polylines joined end to end where their ends meet."""
    remaining = list(lines)
    result = []
    while remaining:
        current = remaining.pop(0)
        found = True
        while found:
            found = False
            for other in remaining:
                turned = other[::-1]
                for piece in (other, turned):
                    if _near(current[-1], piece[0]):
                        current = (*current, *piece[1:])
                    elif _near(current[0], piece[-1]):
                        current = (*piece[:-1], *current)
                    else:
                        continue
                    remaining.remove(other)
                    found = True
                    break
                if found:
                    break
        result.append(current)
    return result


def _near(first: Point, second: Point) -> bool:
    scale = max(1e-12, *map(abs, (*first, *second)))
    return all(abs(a - b) <= 1e-6 * scale for a, b in zip(first, second, strict=True))


def _labels(phases: PhaseMap, x_low: float, y_low: float, span_x: float, span_y: float) -> tuple[Label, ...]:
    """For each connected piece of a phase the point of a coarse grid that is furthest from its edge."""
    steps = (np.arange(_PIXELS) + 0.5) / _PIXELS
    grid = phases.at(x_low + span_x * steps[:, None], y_low + span_y * steps[None, :])
    labels: list[Label] = []
    for phase in range(len(phases.diagram.phases)):
        mask = grid == phase
        while mask.any():
            piece = _component(mask)
            mask &= ~piece
            depth, place = _deepest(piece)
            labels.append(
                Label(
                    phase,
                    (x_low + span_x * float(steps[place[0]]), y_low + span_y * float(steps[place[1]])),
                    depth / _PIXELS,
                )
            )
    largest = {phase: max(lb.room for lb in labels if lb.phase == phase) for phase in {lb.phase for lb in labels}}
    return tuple(lb for lb in labels if lb.room >= 0.03 or lb.room == largest[lb.phase])


def _component(mask: Array) -> Array:
    """The pixels connected to the first one of the mask."""
    piece = np.zeros_like(mask)
    piece[tuple(np.argwhere(mask)[0])] = True
    while True:
        grown = piece.copy()
        grown[1:] |= piece[:-1]
        grown[:-1] |= piece[1:]
        grown[:, 1:] |= piece[:, :-1]
        grown[:, :-1] |= piece[:, 1:]
        grown &= mask
        if (grown == piece).all():
            return piece
        piece = grown


def _deepest(piece: Array) -> tuple[int, tuple[int, int]]:
    """How often the piece can be eroded, and the most central pixel left by then."""
    current, depth = piece, 0
    while True:
        padded = np.pad(current, 1)
        inner = padded[1:-1, 1:-1].copy()
        for dx in (0, 1, 2):
            for dy in (0, 1, 2):
                inner &= padded[dx : dx + current.shape[0], dy : dy + current.shape[1]]
        if not inner.any():
            break
        current, depth = inner, depth + 1
    left = np.argwhere(current)
    centre = left.mean(axis=0)
    best = min(left.tolist(), key=lambda p: ((p[0] - centre[0]) ** 2 + (p[1] - centre[1]) ** 2, p))
    return depth + 1, (int(best[0]), int(best[1]))


def fixed_values(diagram: PhaseDiagram, phase: int, keep: Sequence[str]) -> list[dict[str, Fraction]]:
    """Candidate values for the free parameters that a picture cannot show: simple ones near a phase's sample."""
    sample = dict(diagram.phases[phase].sample_floats)
    others = [p.name for p in diagram.game.parameters if p.name not in keep]
    return [
        {name: Fraction(sample[name]).limit_denominator(bound) for name in others}
        for bound in (20, 100, 1000, 10**6)
        if all(name in sample for name in others)
    ]
