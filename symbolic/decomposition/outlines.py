"""Curves and polygons for drawing a two-parameter decomposition, branch by branch.

Every point is computed from the exact arc it lies on (the k-th root of its atom over a rational abscissa)
and only then rounded: branches are never confused, however close they come. Unbounded boxes are cut to a
window.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import cos, pi

from flint import fmpq

from ..errors import NotSupportedError
from ..floats import nearest_float
from .cells import Decomposition
from .geometry import PlaneGeometry
from .isolation import RealRoot
from .rationals import Rational, as_fraction
from .stacks import Stack, isolate_any

Point = tuple[float, float]
Window = tuple[tuple[Fraction, Fraction], tuple[Fraction, Fraction]]


@dataclass(frozen=True, slots=True)
class Curve:
    """A polyline along which one atom vanishes, from left to right or, for vertical lines, upwards."""

    atom: int
    points: tuple[Point, ...]


def _geometry(decomposition: Decomposition) -> PlaneGeometry:
    if not isinstance(decomposition.geometry, PlaneGeometry):
        raise NotSupportedError("outlines are drawn for two parameters; fix the others")
    return decomposition.geometry


def _number(root: RealRoot) -> float:
    root.narrow(60)
    return nearest_float(as_fraction((root.lower + root.upper) / 2))


def default_window(decomposition: Decomposition) -> Window:
    """The box itself where it is finite; else the breaks and arcs at the samples with a margin."""
    geometry = _geometry(decomposition)
    xs = [as_fraction(value) for value in geometry.samples]
    ys = [
        as_fraction(value) for stack in geometry.stacks for root in stack.roots for value in (root.lower, root.upper)
    ] or [Fraction(0)]
    window = []
    for side, values in ((geometry.side, xs), (geometry.lifter.side, ys)):
        margin = max((max(values) - min(values)) / 4, Fraction(1))
        low = min(values) - margin if side.lower is None else as_fraction(side.lower)
        high = max(values) + margin if side.upper is None else as_fraction(side.upper)
        window.append((low, high))
    return window[0], window[1]


def _interval(geometry: PlaneGeometry, column: int, window: Window) -> tuple[Rational, Rational] | None:
    """Rational ends strictly inside the interval of a stack, cut to the window; None when it lies outside."""
    low = fmpq(window[0][0].numerator, window[0][0].denominator)
    high = fmpq(window[0][1].numerator, window[0][1].denominator)
    span = high - low
    if column:
        root = geometry.breaks[column - 1].root
        root.narrow(60)
        low = max(low, root.upper)
    if column < len(geometry.breaks):
        root = geometry.breaks[column].root
        root.narrow(60)
        high = min(high, root.lower)
    inset = min(span / (1 << 40), (high - low) / (1 << 10))
    return (low + inset, high - inset) if low < high else None


def _abscissae(low: Rational, high: Rational, samples: int) -> list[Rational]:
    """Rationals between two ends, denser near the ends, where arcs may turn vertical."""
    points = [low]
    for k in range(1, samples):
        # A float chooses where to sample; the sample itself is an exact dyadic rational.
        ratio = fmpq(round((1 - cos(pi * k / samples)) * (1 << 29)), 1 << 30)
        points.append(low + (high - low) * ratio)
    return [*points, high]


def arc_heights(decomposition: Decomposition, column: int, abscissae: Sequence[Fraction]) -> list[list[float]]:
    """The heights of all arcs of a stack (bottom up) over given abscissae inside its interval.

    Each is a correctly tracked root of its atom, rounded to a float at the end.
    """
    geometry = _geometry(decomposition)
    stack = geometry.stacks[column]
    rows = [_heights(geometry, stack, fmpq(value.numerator, value.denominator)) for value in map(Fraction, abscissae)]
    return [[row[arc] for row in rows] for arc in range(len(stack.labels))]


def _heights(geometry: PlaneGeometry, stack: Stack, point: Rational) -> list[float]:
    lifter = geometry.lifter
    found = {
        atom: isolate_any(lifter.fibre(atom, (point,)), lifter.side.lower, lifter.side.upper)
        for atom in sorted(set(stack.labels))
    }
    seen: dict[int, int] = {}
    heights = []
    for label in stack.labels:
        heights.append(_number(found[label][seen.get(label, 0)]))
        seen[label] = seen.get(label, 0) + 1
    return heights


class _Tracks:
    """All stacks sampled once: abscissae, heights with bottom and top of the window added."""

    def __init__(self, decomposition: Decomposition, window: Window | None, samples: int) -> None:
        self.geometry = _geometry(decomposition)
        self.window = default_window(decomposition) if window is None else window
        self.bottom, self.top = nearest_float(self.window[1][0]), nearest_float(self.window[1][1])
        self.columns: dict[int, tuple[list[float], list[list[float]]]] = {}
        for column, stack in enumerate(self.geometry.stacks):
            interval = _interval(self.geometry, column, self.window)
            if interval is None:
                continue
            points = _abscissae(*interval, samples if stack.labels else 1)
            rows = [_heights(self.geometry, stack, point) for point in points]
            self.columns[column] = ([nearest_float(point) for point in points], rows)

    def clip(self, height: float) -> float:
        return min(max(height, self.bottom), self.top)


def region_polygons(
    decomposition: Decomposition, window: Window | None = None, samples: int = 24
) -> list[list[list[Point]]]:
    """For every region, polygons that cover it: one for each of its cells that the window meets.

    A polygon runs along the lower boundary of its cell from left to right and back along the upper one.

    >>> from flint import fmpz_mpoly_ctx
    >>> from berknash.symbolic.decomposition.decompose import decompose
    >>> x, y = fmpz_mpoly_ctx.get(["x", "y"], "lex").gens()
    >>> [len(cells) for cells in region_polygons(decompose([y - x], ["x", "y"], [(0, 1), (0, 1)]))]
    [1, 1]
    """
    tracks = _Tracks(decomposition, window, samples)
    places: dict[int, list[tuple[int, int]]] = {}
    for column, row in enumerate(tracks.geometry.rows):
        for sector, index in enumerate(row):
            places.setdefault(index, []).append((column, sector))
    result: list[list[list[Point]]] = []
    for region in decomposition.regions:
        polygons = [polygon for index in region.cells if (polygon := _polygon(tracks, places[index]))]
        result.append(polygons)
    return result


def _polygon(tracks: _Tracks, places: list[tuple[int, int]]) -> list[Point]:
    """The outline of the sectors (column, sector) of one cell, which follow each other; empty outside the window."""
    lower: list[Point] = []
    upper: list[Point] = []
    for column, sector in places:
        if column not in tracks.columns:
            continue
        xs, rows = tracks.columns[column]
        low = [tracks.clip(row[sector - 1]) if sector else tracks.bottom for row in rows]
        high = [tracks.clip(row[sector]) if sector < len(row) else tracks.top for row in rows]
        lower.extend(zip(xs, low, strict=True))
        upper.extend(zip(xs, high, strict=True))
    inside = any(a[1] < b[1] for a, b in zip(lower, upper, strict=True))
    return lower + upper[::-1] if inside else []


def boundary_curves(decomposition: Decomposition, window: Window | None = None, samples: int = 24) -> list[Curve]:
    """The zero sets of the atoms as polylines: arcs joined across the breaks they run straight through.

    Arcs that start or end at a common fibre point of their atom alone are joined end to end; vertical
    lines and edges of the box are not included unless they are atoms. Points outside the window are left out.
    """
    tracks = _Tracks(decomposition, window, samples)
    geometry = tracks.geometry
    curves: list[Curve] = []
    open_ends: dict[tuple[int, int], list[Point]] = {}
    for column, stack in enumerate(geometry.stacks):
        if column not in tracks.columns:
            continue
        xs, rows = tracks.columns[column]
        following: dict[tuple[int, int], list[Point]] = {}
        for arc, label in enumerate(stack.labels):
            line = [(x, row[arc]) for x, row in zip(xs, rows, strict=True)]
            begun = open_ends.pop((column, arc), None)
            line = line if begun is None else begun + line
            target = _continuation(geometry, column, arc)
            if target is None or column + 1 not in tracks.columns:
                curves.extend(_visible(label, line, tracks))
            else:
                following[column + 1, target] = line
        open_ends.update(following)
    for item in geometry.breaks:
        wall = item.factor.wall
        x = _number(item.root)
        if wall is not None and nearest_float(tracks.window[0][0]) <= x <= nearest_float(tracks.window[0][1]):
            curves.append(Curve(wall, ((x, tracks.bottom), (x, tracks.top))))
    return sorted(curves, key=lambda curve: (curve.atom, curve.points[0]))


def _continuation(geometry: PlaneGeometry, column: int, arc: int) -> int | None:
    """The arc of the next stack that continues an arc through the fibre, if there is exactly one choice."""
    if column >= len(geometry.links):
        return None
    link = geometry.links[column]
    end = link.left[arc]
    if not 0 < end <= link.size:
        return None
    label = geometry.stacks[column].labels[arc]
    after = geometry.stacks[column + 1].labels
    before = geometry.stacks[column].labels
    starting = [k for k, point in enumerate(link.right) if point == end and after[k] == label]
    ending = [k for k, point in enumerate(link.left) if point == end and before[k] == label]
    return starting[0] if len(starting) == 1 == len(ending) else None


def _visible(label: int, line: list[Point], tracks: _Tracks) -> list[Curve]:
    """The pieces of a polyline inside the window, cut where they leave it."""
    pieces: list[Curve] = []
    current: list[Point] = []
    previous: Point | None = None
    for point in line:
        if previous is not None:
            for level in _crossed(previous, point, tracks):
                ratio = (level - previous[1]) / (point[1] - previous[1])
                current.append((previous[0] + ratio * (point[0] - previous[0]), level))
        if tracks.bottom <= point[1] <= tracks.top:
            current.append(point)
        elif current:
            pieces.append(Curve(label, tuple(current)))
            current = []
        previous = point
    if current:
        pieces.append(Curve(label, tuple(current)))
    return pieces


def _crossed(first: Point, second: Point, tracks: _Tracks) -> list[float]:
    """The borders of the window strictly between two heights, in the order in which a segment meets them."""
    low, high = min(first[1], second[1]), max(first[1], second[1])
    levels = [level for level in (tracks.bottom, tracks.top) if low < level < high]
    return levels if first[1] <= second[1] else levels[::-1]
