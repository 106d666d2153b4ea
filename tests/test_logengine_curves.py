"""Cells with both parameters inside logarithms: by hand, against the exact engines, against exact signs."""

from __future__ import annotations

import math
import random
from collections import Counter
from fractions import Fraction

import pytest
from flint import fmpq

from berknash.symbolic.algebra.elements import element_of
from berknash.symbolic.algebra.ring import Ring, lift_polynomial
from berknash.symbolic.algebra.signs import Point
from berknash.symbolic.cells.log_blocks import log_cells
from berknash.symbolic.decomposition import decompose
from berknash.symbolic.decomposition.box import Side
from berknash.symbolic.expressions.reading import read_expression
from berknash.symbolic.logengine import LogDecomposition, decompose_plane, sign_areas
from berknash.symbolic.logengine.curves import decompose_curves
from berknash.symbolic.logengine.graphs import vanishing_graphs
from berknash.symbolic.logengine.partials import Generators, PlaneFunction

UNIT = Side.make(0, 1)
INNER = Side.make(Fraction(1, 10), Fraction(9, 10))


def polynomials(texts, names=("x", "y")):
    """The numerators over one ring."""
    ring = Ring.of_parameters(names)
    found = []
    for text in texts:
        ring, value = element_of(ring, read_expression(text, names, where=""))
        found.append(value.numerator)
    return ring, [lift_polynomial(f, ring.context) for f in found]


def curves(texts, sides=(INNER, INNER)) -> LogDecomposition:
    ring, found = polynomials(texts)
    return decompose_curves(ring, found, ("x", "y"), sides)


def vectors(found, dimension):
    """The sign vectors of the cells of one dimension."""
    return {c.sign_vector for c in found.cells if c.dimension == dimension}


def test_a_closed_curve_with_two_vertical_tangents():
    # x(1-x) y(1-y) = exp(-3): it reaches x = (1 +- sqrt(1 - 16/e**3))/2, where y = 1/2.
    found = curves(["log(x) + log(1 - x) + log(y) + log(1 - y) + 3"])
    assert found.undecided == ()
    assert [(c.dimension, *c.sign_vector) for c in found.cells] == [
        (2, -1),
        (2, -1),
        (1, 0),
        (2, 1),
        (1, 0),
        (2, -1),
        (2, -1),
    ]
    reach = math.sqrt(1 - 16 * math.exp(-3)) / 2
    left, middle, right = sorted({float(c.sample[0]) for c in found.cells})
    assert left < 0.5 - reach < middle < 0.5 + reach < right


def test_crossings_rational_and_not():
    found = curves(["log(x) - log(y)", "log(x) + 2*log(y) + 3*log(2)", "log(x) + log(y) + 1"])
    assert found.undecided == ()
    points = {tuple(str(c) for c in cell.sample): cell.sign_vector for cell in found.cells if cell.dimension == 0}
    # The first two meet at (1/2, 1/2); the first and third where x = y = exp(-1/2).
    assert points[("1/2", "1/2")] == (0, 0, -1)
    others = sorted(
        (round(float(cell.sample[0]), 6), cell.sign_vector)
        for cell in found.cells
        if cell.dimension == 0 and not isinstance(cell.sample[0], Fraction)
    )
    assert others == [(round(math.exp(-0.5), 6), (0, 1, 0))]


def test_a_crossing_is_enclosed_as_closely_as_asked():
    found = curves(["log(x) - log(y) + x/10 - 1/17", "log(x) + log(y) + 1"])
    (cell,) = [c for c in found.cells if c.dimension == 0]
    (low_x, high_x), (low_y, high_y) = (c.bounds(200) for c in cell.sample)
    assert high_x - low_x <= Fraction(1, 2**200)
    assert high_y - low_y <= Fraction(1, 2**200)
    x, y = float(low_x), float(low_y)
    assert math.log(x) - math.log(y) + x / 10 == pytest.approx(1 / 17, abs=1e-14)
    assert math.log(x) + math.log(y) == pytest.approx(-1, abs=1e-14)


def test_three_curves_through_a_rational_point():
    found = curves(["log(x) - log(y)", "x + y - 1", "log(x) + 2*log(y) + 3*log(2)"])
    assert found.undecided == ()
    (cell,) = [c for c in found.cells if c.dimension == 0 and c.sample == (Fraction(1, 2), Fraction(1, 2))]
    assert cell.sign_vector == (0, 0, 0)


def test_a_tangency_is_reported_not_guessed():
    # y = log x - x + 2 touches y = 1 from below at x = 1.
    side = Side.make(Fraction(1, 2), 2)
    found = curves(["y - log(x) + x - 2", "y - 1"], (side, side))
    assert found.undecided
    assert found.undecided_size < Fraction(1, 10**5)
    for box in found.undecided:
        (low_x, high_x), (low_y, high_y) = box.sides
        assert low_x - Fraction(1, 100) < 1 < high_x + Fraction(1, 100)
        assert low_y - Fraction(1, 100) < 1 < high_y + Fraction(1, 100)
    # The curve is below the line on both sides, so no cell is above the line and below the curve.
    assert vectors(found, 2) == {(-1, -1), (1, -1), (1, 1)}


def test_a_trivial_factor_is_taken_out():
    ring, (f,) = polynomials(["3*log(x/y) + 4*log((1 - x)/(1 - y))"])
    generators = Generators(ring, ("x", "y"), set(range(len(ring.generators))))
    (graph,) = vanishing_graphs(generators, f, (UNIT, UNIT))
    assert (str(graph.top), str(graph.bottom), graph.order) == ("x", "1", 1)
    function = PlaneFunction(generators, f, (graph,))
    # On the line the quotient f/(y - x) is the derivative along y, -3/y + 4/(1 - y).
    third = fmpq(1, 3)
    (value,) = [function.jet((third, third, third, third), 0)[(0, 0)]]
    assert value.contains(-9 + 6)
    assert value.rad() < 1e-10
    # Besides x = y there is one curve, through (3/7, 3/7); both are in the zero set.
    found = curves(["3*log(x/y) + 4*log((1 - x)/(1 - y))"])
    assert found.undecided == ()
    assert vectors(found, 2) == {(-1,), (1,)}
    arcs = [c.sample[0] for c in found.cells if c.dimension == 1]
    assert max(arcs.count(x) for x in arcs) == 2


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # The divergence of x from (5 y + 2)/10 is zero, doubly, where they are equal.
        ("x*log(10*x/(5*y + 2)) + (1 - x)*log(10*(1 - x)/(8 - 5*y))", [("10*x + (-2)", "5", 2)]),
        # The fits of x*y and 7/10 under the truth x are equal on a hyperbola, and elsewhere.
        ("x*log(10*x*y/7) + (1 - x)*log(10*(1 - x*y)/3)", [("7", "10*x", 1)]),
        # A difference of products that vanishes on both lines.
        ("log(x/y)*(log(x) - log(1 - y)) - (x - y)*(x - 1 + y)", [("x", "1", 1), ("(-1)*x + 1", "1", 1)]),
        ("log(x) + log(y) + 1", []),
    ],
)
def test_trivial_factors_are_found(text, expected):
    ring, (f,) = polynomials([text])
    generators = Generators(ring, ("x", "y"), set(range(len(ring.generators))))
    found = [(str(g.top), str(g.bottom), g.order) for g in vanishing_graphs(generators, f, (UNIT, UNIT))]
    assert sorted(found) == sorted(expected)


def test_a_double_zero_along_a_line_is_no_obstacle():
    # x log(10 x/(5 y + 2)) + ... is positive off the line 10 x = 5 y + 2.
    found = curves(["x*log(10*x/(5*y + 2)) + (1 - x)*log(10*(1 - x)/(8 - 5*y))"])
    assert found.undecided == ()
    assert vectors(found, 2) == {(1,)}
    assert vectors(found, 1) == {(0,)}


def test_the_trap_over_both_predictions():
    from tests.test_logengine_plane import trap

    table = trap(p="67/100", q="33/100")
    found = log_cells(table, ["h", "l"])
    assert found.sign_vectors() == [(-1, -1), (1, -1), (1, 1)]
    # Only the corners of the unit square stay open.
    assert 0 < found.undecided_size < Fraction(1, 10**8)
    for cell in found.cells:
        assert float(cell.sample[0]) > float(cell.sample[1])


def test_closed_edges_belong_to_the_domain():
    closed = Side.make(Fraction(1, 10), 1, False, True)
    found = curves(["log(x) + log(y) + 1/2"], (closed, closed))
    edge = [c for c in found.cells if Fraction(1) in c.sample]
    # On each of the two edges: below the curve, on it, above it; the corner once for each parameter's edge or once.
    assert {c.sign_vector for c in edge if c.dimension == 0} == {(0,), (1,)}
    assert {c.sign_vector for c in edge if c.dimension == 1} == {(-1,), (1,)}
    assert math.isclose(
        min(float(c.sample[0]) for c in edge if c.dimension == 0 and c.sign_vector == (0,)), math.exp(-0.5)
    )


def random_text(source: random.Random, second: bool) -> str:
    logs = ["log(x)", "log(1 - x)", "log(1 + x)", "x", "1"]
    if second:
        logs += ["log(y)", "log(1 - y)", "log(1 + x*y)", "log(2 - x - y)", "y"]
    parts = []
    for log in source.sample(logs, 4):
        factor = source.choice(["", "*y", "*y", "*x"])
        parts.append(f"({Fraction(source.randint(-9, 9) or 1, 3)})*{log}{factor}")
    return " + ".join(parts) + f" + ({Fraction(source.randint(-6, 6), 5)})"


@pytest.mark.parametrize("seed", range(16))
def test_the_two_engines_agree_where_both_apply(seed):
    source = random.Random(seed)
    ring, found = polynomials([random_text(source, second=False) for _ in range(source.randint(1, 4))])
    exact = decompose_plane(ring, found, ("x", "y"), (INNER, INNER))
    ours = decompose_curves(ring, found, ("x", "y"), (INNER, INNER))
    assert exact.undecided == ()
    assert ours.undecided == ()
    for dimension in (2, 1, 0):
        # Over its breaks the exact engine cuts arcs and pieces of the plane, which adds no crossing.
        if dimension == 2:
            assert vectors(ours, 2) == vectors(exact, 2)
        both = {v for v in vectors(exact, dimension) if v.count(0) == 2 - dimension}
        assert {v for v in vectors(ours, dimension) if v.count(0) == 2 - dimension} == both


@pytest.mark.parametrize("seed", range(10))
def test_polynomials_agree_with_the_polynomial_engine(seed):
    source = random.Random(seed)
    texts = [
        " + ".join(f"({source.randint(-5, 5)})*x**{i}*y**{j}" for i in range(3) for j in range(3 - i))
        for _ in range(3)
    ]
    ring, found = polynomials(texts)
    sides = (Side.make(0, 1), Side.make(0, 1))
    ours = decompose_curves(ring, found, ("x", "y"), sides)
    theirs = decompose(found, ["x", "y"], {"x": (0, 1), "y": (0, 1)}, full=True)
    if not ours.undecided:
        assert ours.sign_vectors() == theirs.sign_vectors()
        assert {v for v in vectors(ours, 0) if v.count(0) == 2} == {
            v for v in vectors(theirs, 0) if v.count(0) == 2
        }
    assert sum(1 for b in ours.undecided if b.size) <= 4


@pytest.mark.parametrize("seed", range(16))
def test_random_functions_against_exact_signs(seed):
    source = random.Random(900 + seed)
    ring, found = polynomials([random_text(source, second=True) for _ in range(source.randint(1, 3))])
    result = decompose_curves(ring, found, ("x", "y"), (INNER, INNER))
    assert result.undecided == ()
    known = vectors(result, 2)
    for _ in range(250):
        values = {n: Fraction(source.randint(101, 899), 1000) for n in ("x", "y")}
        point = Point(ring, values)
        vector = tuple(point.polynomial_sign(f) for f in found)
        assert 0 in vector or vector in known
    for cell in result.cells:
        if all(isinstance(c, Fraction) for c in cell.sample):
            point = Point(ring, dict(zip(("x", "y"), cell.sample, strict=True)))
            assert tuple(point.polynomial_sign(f) for f in found) == cell.sign_vector
        elif cell.dimension == 1 and isinstance(cell.sample[0], Fraction):
            # The functions that vanish on an arc change sign across its sample (or touch it at a rational).
            low, high = cell.sample[1].bounds(60)
            below, above = (Point(ring, {"x": cell.sample[0], "y": y}) for y in (low, high))
            for f, sign in zip(found, cell.sign_vector, strict=True):
                pair = below.polynomial_sign(f), above.polynomial_sign(f)
                assert pair == ((sign, sign) if sign else (pair[0], -pair[0]))


def test_areas_are_certified():
    # x*y = 1/e cuts the unit square into 1 - 2/e and 2/e.
    ring, found = polynomials(["log(x) + log(y) + 1", "x - y"])
    single = sign_areas(ring, found[:1], ("x", "y"), (UNIT, UNIT))
    for area, truth in zip(single, (2 / math.e, 1 - 2 / math.e), strict=True):
        assert float(area.lower) <= truth <= float(area.upper)
        assert area.upper - area.lower <= Fraction(1, 500)
    # By symmetry x < y has half of each.
    both = sign_areas(ring, found, ("x", "y"), (UNIT, UNIT), Fraction(1, 200))
    halves = {(-1, -1): 1 / math.e, (-1, 1): 1 / math.e, (1, -1): 0.5 - 1 / math.e, (1, 1): 0.5 - 1 / math.e}
    assert {a.sign_vector for a in both} == set(halves)
    for area in both:
        assert float(area.lower) <= halves[area.sign_vector] <= float(area.upper)


@pytest.mark.parametrize("seed", range(6))
def test_areas_agree_with_random_points(seed):
    source = random.Random(70 + seed)
    ring, found = polynomials([random_text(source, second=True) for _ in range(2)])
    areas = {a.sign_vector: a for a in sign_areas(ring, found, ("x", "y"), (INNER, INNER), Fraction(1, 100))}
    count, hits = 1500, Counter()
    for _ in range(count):
        point = Point(ring, {n: Fraction(source.randint(101, 899), 1000) for n in ("x", "y")})
        hits[tuple(point.polynomial_sign(f) for f in found)] += 1
    for vector, number in hits.items():
        # Four standard deviations of the share, times the area 0.64 of the box, beside what is not certified.
        deviation = 4 * math.sqrt(number) / count * 0.64 + 0.003
        low, high = (float(areas[vector].lower), float(areas[vector].upper)) if vector in areas else (0.0, 0.01)
        assert low - deviation <= number / count * 0.64 <= high + deviation


def test_the_same_input_gives_the_same_cells():
    texts = ["log(x) + log(y) + x*y", "log(1 + x*y) - y/3 - x/5"]

    def shown():
        return [(c.position, [float(x) for x in c.sample], c.sign_vector) for c in curves(texts).cells]

    assert shown() == shown()


@pytest.mark.parametrize(
    ("text", "open_corners"),
    [
        ("log(h) + 2*log(l) + 1", set()),  # minus infinity at the corner of 0 and 0
        ("log(h) - 2*log(l) + 1", set()),  # the curve h = l**2/e runs into that corner, alone, away from l = 0
        ("2*log(h) - log(l) + 1", {(0, 0)}),  # the curve l = e*h**2 comes too close to l = 0
        ("l*log(h) + h*log(l) + 1", {(0, 0)}),
    ],
)
def test_corners_of_two_singular_edges_are_certified_or_undecided(text: str, open_corners: set) -> None:
    ring, e = element_of(Ring.of_parameters(["h", "l"]), read_expression(text, ["h", "l"], where=""))
    unit = Side.make(0, 1)
    found = decompose_curves(ring, [e.numerator], ("h", "l"), (unit, unit))
    corners = {
        tuple(round(float(low + high) / 2) for low, high in box.sides)
        for box in found.undecided
        if box.reason == "a curve may run into a singular corner"
    }
    assert corners == open_corners
    # No curve through the open square is forgotten.
    expected = [(-1,), (1,)]
    assert [v for v in found.sign_vectors() if 0 not in v] == expected


def test_two_curves_into_one_corner_are_told_apart_where_they_do_not_cross() -> None:
    # h = l**2/e and h = l**3: they meet at l = 1/e only.
    texts = ["log(h) - 2*log(l) + 1", "log(h) - 3*log(l)"]
    ring = Ring.of_parameters(["h", "l"])
    found = []
    for text in texts:
        ring, e = element_of(ring, read_expression(text, ["h", "l"], where=""))
        found.append(e.numerator)
    unit = Side.make(0, 1)
    result = decompose_curves(ring, [lift_polynomial(f, ring.context) for f in found], ("h", "l"), (unit, unit))
    assert result.undecided == ()
    (crossing,) = [cell for cell in result.cells if cell.dimension == 0]
    assert [float(c) for c in crossing.sample] == pytest.approx([math.exp(-3), math.exp(-1)])
    assert {v for v in result.sign_vectors() if 0 not in v} == {(-1, -1), (-1, 1), (1, -1), (1, 1)}
