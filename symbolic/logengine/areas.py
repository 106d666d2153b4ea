"""Certified areas of the sets where functions with logarithms have given signs.

On a box B with middle (m, n), f = c + a (x - m) + b (y - n) with a in f_x(B), b in f_y(B) (the mean value theorem).
With the middles of these balls f differs from a linear function by at most a number rho, of the order of the area of
the box; so the sign of f is that of the linear function outside of a band of height 2 rho / |b|. Boxes with the widest
bands are cut until the bands together are smaller than a tolerance. The linear functions cut each box into polygons,
whose areas are computed exactly; every total is off by at most the area of the bands.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from heapq import heappop, heappush
from itertools import count
from typing import Any

from flint import arb, fmpq

from ..algebra.ring import Polynomial, Ring
from ..decomposition.box import Side
from ..decomposition.limits import Limits
from ..decomposition.rationals import as_fraction
from ..errors import BudgetError, NotSupportedError
from ..floats import nearest_float
from .factored import Factored
from .partials import Box, Generators, PlaneFunction

Point = tuple[Any, Any]
Linear = tuple[int, Any, Any, Any]  # function, value in the middle, slopes
_MOST_BOXES = 40_000


@dataclass(frozen=True, slots=True)
class SignArea:
    """The area of the set where the inputs have these signs lies between two rationals."""

    sign_vector: tuple[int | None, ...]
    lower: Fraction
    upper: Fraction


@dataclass(frozen=True, slots=True)
class _Leaf:
    box: Box
    known: tuple[tuple[int, int], ...]
    linear: tuple[Linear, ...]
    band: Any
    regular: bool


def sign_areas(
    ring: Ring,
    polynomials: Sequence[Polynomial],
    names: tuple[str, str],
    sides: tuple[Side, Side],
    tolerance: Fraction = Fraction(1, 1000),
    limits: Limits | None = None,
) -> tuple[SignArea, ...]:
    """Certified areas for the sign vectors of some functions on a finite box, each to the tolerance, sorted.

    Sign vectors that are not listed have together an area below the tolerance.

    Raises NotSupportedError for an infinite side, BudgetError when too many boxes would be needed.

    >>> from berknash.symbolic.expressions.reading import read_expression
    >>> from berknash.symbolic.forms.tables import element_of
    >>> names = ["x", "y"]
    >>> ring, e = element_of(Ring.of_parameters(names), read_expression("log(x) + log(y) + 1", names, where=""))
    >>> unit = Side.make(0, 1)  # x*y = 1/e cuts it into 2/e and 1 - 2/e
    >>> areas = sign_areas(ring, [e.numerator], ("x", "y"), (unit, unit))
    >>> [(a.sign_vector, a.lower < Fraction(x) < a.upper) for a, x in zip(areas, ("0.735759", "0.264241"))]
    [((-1,), True), ((1,), True)]
    """
    if any(side.lower is None or side.upper is None for side in sides):
        raise NotSupportedError("an area over an infinite side; give the parameters finite ranges")
    factored = Factored.of(ring, polynomials, names)
    used = {i for p in factored.factors for i, d in enumerate(p.degrees()) if d > 0}
    generators = Generators(ring, names, used)
    functions = [PlaneFunction(generators, factor) for factor in factored.factors]
    box = (sides[0].lower, sides[0].upper, sides[1].lower, sides[1].upper)
    leaves = _leaves(functions, box, tolerance, Limits() if limits is None else limits)
    total: dict[tuple[int, ...], Any] = {}
    slack = fmpq(0)
    for leaf in leaves:
        slack += leaf.band
        for signs, area in _pieces(leaf, len(functions)):
            total[signs] = total.get(signs, fmpq(0)) + area
    areas: dict[tuple[int | None, ...], Any] = {}
    for signs, area in total.items():
        vector = factored.signs(signs)
        areas[vector] = areas.get(vector, fmpq(0)) + area
    return tuple(
        SignArea(vector, as_fraction(max(area - slack, fmpq(0))), as_fraction(area + slack))
        for vector, area in sorted(areas.items(), key=lambda item: tuple(2 if s is None else s for s in item[0]))
    )


def _leaves(functions: Sequence[PlaneFunction], box: Box, tolerance: Fraction, limits: Limits) -> list[_Leaf]:
    number = count()
    heap: list[tuple[float, int, _Leaf]] = []
    done: list[_Leaf] = []
    open_band = fmpq(0)
    target = fmpq(tolerance.numerator, tolerance.denominator)

    def push(leaf: _Leaf) -> Any:
        if leaf.band == 0:
            done.append(leaf)
        else:
            heappush(heap, (-nearest_float(arb(leaf.band)), next(number), leaf))
        return leaf.band

    open_band += push(_leaf(functions, box, (), range(len(functions))))
    boxes = 1
    while heap and open_band > target:
        leaf = heappop(heap)[2]
        open_band -= leaf.band
        active = [k for k in range(len(functions)) if k not in {i for i, _ in leaf.known}]
        low_x, high_x, low_y, high_y = leaf.box
        middle_x, middle_y = (low_x + high_x) / 2, (low_y + high_y) / 2
        wide = (high_x - low_x) * (box[3] - box[2]) >= (high_y - low_y) * (box[1] - box[0])
        choices = []
        # Next to a singular edge one of the two cuts is useless, and which one is seen by trying both.
        for across in (wide,) if leaf.regular else (wide, not wide):
            parts: tuple[Box, Box] = (
                ((low_x, middle_x, low_y, high_y), (middle_x, high_x, low_y, high_y))
                if across
                else ((low_x, high_x, low_y, middle_y), (low_x, high_x, middle_y, high_y))
            )
            choices.append([_leaf(functions, part, leaf.known, active) for part in parts])
            boxes += 2
        for part_leaf in min(choices, key=lambda pair: pair[0].band + pair[1].band):
            open_band += push(part_leaf)
        if boxes > _MOST_BOXES:
            raise BudgetError(
                f"areas: {nearest_float(arb(open_band)):.1e} open after {_MOST_BOXES} boxes, asked for "
                f"{nearest_float(tolerance):.1e}; raise the tolerance"
            )
        if boxes % 128 < 4:
            limits.step("areas", boxes, boxes + len(heap))
    return [*done, *(leaf for _, _, leaf in heap)]


def _leaf(
    functions: Sequence[PlaneFunction], box: Box, known: tuple[tuple[int, int], ...], active: Sequence[int]
) -> _Leaf:
    """The signs that are certified on a box, and linear functions with their bands for the others."""
    width, height = box[1] - box[0], box[3] - box[2]
    x, y = (box[0] + box[1]) / 2, (box[2] + box[3]) / 2
    signs = list(known)
    linear: list[Linear] = []
    band = fmpq(0)
    regular = True
    for k in active:
        jet = functions[k].jet(box, 1)
        value, across, along = jet[(0, 0)], jet[(1, 0)], jet[(0, 1)]
        if value > 0 or value < 0:
            signs.append((k, 1 if value > 0 else -1))
            continue
        centre = functions[k].at((x, x, y, y), 0, 0)
        if not (across.is_finite() and along.is_finite() and centre.is_finite()):
            linear.append((k, fmpq(1), fmpq(0), fmpq(0)))
            band += width * height
            regular = False
            continue
        c, a, b = (v.mid().fmpq() for v in (centre, across, along))
        error = (arb(centre.rad()) + arb(across.rad()) * arb(width) / 2 + arb(along.rad()) * arb(height) / 2).upper()
        rho = error.fmpq()
        reach = abs(a) * width / 2 + abs(b) * height / 2
        if abs(c) > reach + rho:
            signs.append((k, 1 if c > 0 else -1))
            continue
        part = width * height
        if b != 0:
            part = min(part, width * 2 * rho / abs(b))
        if a != 0:
            part = min(part, height * 2 * rho / abs(a))
        linear.append((k, c, a, b))
        band += part
    # Rounded up to few digits, so that sums stay short.
    return _Leaf(box, tuple(signs), tuple(linear), arb(band).upper().fmpq() if band != 0 else band, regular)


def _pieces(leaf: _Leaf, size: int) -> list[tuple[tuple[int, ...], Any]]:
    """The polygons into which the linear functions cut the box: their signs and exact areas."""
    low_x, high_x, low_y, high_y = leaf.box
    x, y = (low_x + high_x) / 2, (low_y + high_y) / 2
    signs = [0] * size
    for k, sign in leaf.known:
        signs[k] = sign
    corners: list[Point] = [(low_x, low_y), (high_x, low_y), (high_x, high_y), (low_x, high_y)]
    pieces: list[tuple[list[int], list[Point]]] = [(signs, corners)]
    for k, c, a, b in leaf.linear:
        cut = []
        for here, polygon in pieces:
            heights = [c + a * (px - x) + b * (py - y) for px, py in polygon]
            for sign in (1, -1):
                part = _clipped(polygon, [h * sign for h in heights])
                if len(part) > 2:
                    there = list(here)
                    there[k] = sign
                    cut.append((there, part))
        pieces = cut
    return [(tuple(here), _area(polygon)) for here, polygon in pieces]


def _clipped(polygon: Sequence[Point], heights: Sequence[Any]) -> list[Point]:
    """The part of a convex polygon where a linear function, given at its corners, is not negative."""
    result: list[Point] = []
    for k, (point, height) in enumerate(zip(polygon, heights, strict=True)):
        before, last = polygon[k - 1], heights[k - 1]
        if (height > 0 and last < 0) or (height < 0 and last > 0):
            t = last / (last - height)
            result.append((before[0] + (point[0] - before[0]) * t, before[1] + (point[1] - before[1]) * t))
        if height >= 0:
            result.append(point)
    return result


def _area(polygon: Sequence[Point]) -> Any:
    twice = fmpq(0)
    for k, (x, y) in enumerate(polygon):
        twice += polygon[k - 1][0] * y - x * polygon[k - 1][1]
    return abs(twice) / 2
