"""Areas certified from both sides, and what is drawn: polygons and tracked branches."""

from __future__ import annotations

from fractions import Fraction
from math import hypot, isclose, log, pi
from typing import Any

import pytest
from flint import fmpz_mpoly_ctx

from berknash.symbolic.decomposition import (
    arc_heights,
    boundary_curves,
    decompose,
    region_measures,
    region_polygons,
)
from berknash.symbolic.errors import NotSupportedError

X, Y = fmpz_mpoly_ctx.get(["x", "y"], "lex").gens()
NAMES = ["x", "y"]


@pytest.mark.parametrize(
    ("polynomial", "box", "areas"),
    [
        (X**2 + Y**2 - 1, ((-2, 2), (-2, 2)), [16 - pi, pi]),
        (Y * (X + 1) - 1, ((0, 1), (0, 2)), [log(2), 2 - log(2)]),
        (Y**2 - X, ((0, 1), (-1, 1)), [1 / 3, 4 / 3, 1 / 3]),
        (X * Y - 1, ((0, 4), (0, 1)), [1 + log(4), 3 - log(4)]),
    ],
    ids=["disc", "reciprocal", "parabola on its side", "hyperbola"],
)
def test_known_areas(polynomial: Any, box: Any, areas: list[float]) -> None:
    measures = region_measures(decompose([polynomial], NAMES, box))
    assert len(measures) == len(areas)
    for measure, area in zip(measures, areas, strict=True):
        assert float(measure.lower) - 1e-12 <= area <= float(measure.upper) + 1e-12
        assert measure.upper - measure.lower < Fraction(1, 10**4)


def test_exact_areas() -> None:
    result = decompose([X - Y, X + Y - 1], NAMES, ((0, 1), (0, 1)))
    assert [(m.lower, m.upper) for m in region_measures(result)] == [(Fraction(1, 4), Fraction(1, 4))] * 4


def test_lengths() -> None:
    (x,) = fmpz_mpoly_ctx.get(["x"], "lex").gens()
    measures = region_measures(decompose([3 * x - 1, 2 * x**2 - 1], ["x"], [(0, 1)]))
    assert measures[0].is_exact and measures[0].lower == Fraction(1, 3)
    assert isclose(float(measures[1]), 2**-0.5 - 1 / 3, abs_tol=1e-4)
    assert sum(m.lower for m in measures) <= 1 <= sum(m.upper for m in measures)


def test_unbounded_boxes_have_no_area() -> None:
    with pytest.raises(NotSupportedError):
        region_measures(decompose([X], NAMES, ((None, None), (0, 1))))


def shoelace(points: list[tuple[float, float]]) -> float:
    total = 0.0
    for (a, b), (c, d) in zip(points, [*points[1:], points[0]], strict=True):
        total += a * d - b * c
    return abs(total) / 2


def test_polygons_cover_the_box() -> None:
    polynomials = [X**2 + Y**2 - 1, X - Y, 2 * X * Y - 1]
    result = decompose(polynomials, NAMES, ((-2, 2), (-2, 2)))
    polygons = region_polygons(result, samples=60)
    assert len(polygons) == len(result.regions)
    assert isclose(sum(shoelace(p) for cells in polygons for p in cells), 16, rel_tol=1e-6)
    for measure, cells in zip(region_measures(result), polygons, strict=True):
        assert isclose(sum(map(shoelace, cells)), float(measure), abs_tol=0.02)


def test_curves_lie_on_their_atoms() -> None:
    result = decompose([X**2 + Y**2 - 1, X - Y, X], NAMES, ((-2, 2), (-2, 2)))
    curves = boundary_curves(result)
    for curve in curves:
        name = str(result.atoms[curve.atom])
        for x, y in curve.points:
            value = {"x^2 + y^2 - 1": hypot(x, y) - 1, "x - y": x - y, "x": x}[name]
            assert abs(value) < 1e-6
    # The line runs through both crossings unbroken; the circle is an upper and a lower arc.
    assert sorted(str(result.atoms[curve.atom]) for curve in curves) == [
        "x",
        "x - y",
        "x^2 + y^2 - 1",
        "x^2 + y^2 - 1",
    ]


def test_branches_are_tracked_near_a_crossing() -> None:
    # Two branches 2e-9 apart at x = 0 keep their order.
    result = decompose([(Y - X**2) * (Y - X**2) * 10**18 - 1], NAMES, ((-1, 1), (-1, 2)))
    column = next(k for k, stack in enumerate(result.geometry.stacks) if len(stack.labels) == 2)
    lower, upper = arc_heights(result, column, [Fraction(k, 7) for k in range(-3, 4)])
    assert all(a < b for a, b in zip(lower, upper, strict=True))
    assert isclose(upper[3] - lower[3], 2e-9, rel_tol=1e-3)


def test_curves_are_cut_at_the_window() -> None:
    # A steep line passes the window between two samples: it is drawn from border to border.
    window = ((Fraction(-1), Fraction(1)), (Fraction(-1), Fraction(1)))
    result = decompose([Y - 1000 * X], NAMES, ((None, None), (None, None)))
    (curve,) = boundary_curves(result, window, samples=3)
    assert [point[1] for point in curve.points if abs(point[1]) == 1] == [-1, 1]
    assert all(abs(y) <= 1 and abs(y - 1000 * x) < 1e-6 for x, y in curve.points)
    hyperbola = boundary_curves(decompose([X * Y - 1], NAMES, ((None, None), (None, None))), window)
    assert all(abs(y) <= 1 for curve in hyperbola for _, y in curve.points)
