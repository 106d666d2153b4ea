"""Zeros of functions with logarithms in one variable: known by hand, and against dense grids and exact signs."""

from __future__ import annotations

import math
import random
from fractions import Fraction

import mpmath
import pytest
from flint import fmpq

import berknash.symbolic.logengine.isolation as isolation
from berknash.symbolic.algebra.elements import element_of
from berknash.symbolic.algebra.ring import Ring
from berknash.symbolic.algebra.signs import Point
from berknash.symbolic.decomposition.box import Side
from berknash.symbolic.expressions.reading import read_expression
from berknash.symbolic.logengine import LineFunction, LogDecomposition, decompose_line, isolate_roots
from berknash.symbolic.logengine.expansion import Place, clear_radius, leading


def element(text: str, names: tuple[str, ...] = ("h",)):
    return element_of(Ring.of_parameters(names), read_expression(text, names, where=""))


def function(text: str) -> LineFunction:
    ring, value = element(text)
    return LineFunction.of(ring, value.numerator, "h")


def roots(text: str, lower: int | None, upper: int | None) -> tuple[list[float], list[tuple[float, float]]]:
    """Zeros as floats, rational ones exactly settled, and the open intervals."""
    found = isolate_roots(
        function(text), None if lower is None else fmpq(lower), None if upper is None else fmpq(upper)
    )
    return [float(r.ball(60).mid()) for r in found.roots], [
        (float(a.p) / float(a.q), float(b.p) / float(b.q)) for a, b in found.open_intervals
    ]


def line(text: str, side: Side) -> LogDecomposition:
    ring, value = element(text)
    return decompose_line(ring, [value.numerator], "h", side)


# h - 1 - log h = 1/1000000 is solved by Lambert's function.
NEAR = {k: float(-mpmath.lambertw(-mpmath.exp(-1 - mpmath.mpf(10) ** -6), k).real) for k in (0, -1)}
HAND_KNOWN = [
    # log h = -log 2
    ("log(h) + log(2)", 0, 1, [0.5]),
    # The divergence of a coin 3/10 from h is zero at 3/10 only, and doubly so.
    ("3/10*log(h) + 7/10*log(1 - h) - 3/10*log(3/10) - 7/10*log(7/10)", 0, 1, [0.3]),
    # log h <= h - 1 with equality at 1 (Gibbs).
    ("log(h) - h + 1", 0, None, [1.0]),
    # One zero at 1, one at -W(-2/e**2)/2.
    ("log(h) + 2 - 2*h", 0, None, [0.20318786997997992, 1.0]),
    # h*log(h) = -1/4 below and above 1/e; -1/2 is below its minimum -1/e.
    ("h*log(h) + 1/4", 0, 1, [math.exp(-2.1532923641103499), math.exp(-0.35740295618138890)]),
    ("h*log(h) + 1/2", 0, 1, []),
    # Symmetric about 1/2, where the product of the logarithms is largest: log(2)**2 = 0.4805.
    ("log(h)*log(1 - h) - log(2)**2", 0, 1, [0.5]),
    ("log(h)*log(1 - h) - 1/2", 0, 1, []),
    ("log(h)*log(1 - h) - 1/3", 0, 1, [0.17307029261323975, 0.8269297073867602]),
    # A singular point inside: log|h**2 - 2| = 1.
    ("log(h**2 - 2) - 1", -5, 5, [-math.sqrt(2 + math.e), math.sqrt(2 + math.e)]),
    # A zero of order three at a rational number.
    ("log(1 + h)**2 - h**2", -1, 7, [0.0]),
    ("log(1 + h) - h + h**2/2", -1, 7, [0.0]),
    # Powers of a logarithm: log h = 1, 2, 3.
    ("log(h)**3 - 6*log(h)**2 + 11*log(h) - 6 + h - h", 0, 100, [math.e, math.e**2, math.e**3]),
    # No zero although it comes as near as 1e-6: h - 1 - log h >= 0.
    ("h - 1 - log(h) + 1/1000000", 0, None, []),
    ("h - 1 - log(h) - 1/1000000", 0, None, [NEAR[0], NEAR[-1]]),
]


@pytest.mark.parametrize(("text", "lower", "upper", "expected"), HAND_KNOWN)
@pytest.mark.parametrize("climb", [3, -1])
def test_zeros_known_by_hand(text, lower, upper, expected, climb, monkeypatch):
    monkeypatch.setattr(isolation, "CLIMB", climb)
    found, open_intervals = roots(text, lower, upper)
    assert found == pytest.approx(expected, abs=1e-9)
    assert open_intervals == []


def test_a_double_zero_at_a_transcendental_number_is_not_guessed():
    # (log h - 1)**2 touches zero at e.
    # As an irreducible factor it would be log h - 1; here it is handed in unfactored.
    found, ((low, high),) = roots("log(h)**2 - 2*log(h) + 1", 0, 10)
    assert found == []
    assert low < math.e < high
    assert high - low < 1e-10


@pytest.mark.parametrize(
    ("text", "place", "order", "sign"),
    [
        ("h*log(h)", Place(Fraction(0), 1), 1, -1),
        ("log(h)**2 - 100*log(1 - h)", Place(Fraction(0), 1), 0, 1),
        ("log(1 + h) - h", Place(Fraction(0), -1), 2, -1),
        ("log(1 + h) - log(h)", Place(None, 1), 1, 1),
        ("h - log(h)**5", Place(None, 1), 0, 1),
        ("(3*h - 1)*(log(h) + log(3))", Place(Fraction(1, 3), -1), 1, 1),
        ("log(1 - h) + log(4) - log(3)", Place(Fraction(1, 4), 1), 1, -1),
        ("log(h) + 200", Place(Fraction(0), 1), 0, -1),
    ],
)
def test_the_leading_term_and_how_far_it_rules(text, place, order, sign):
    f = function(text)
    parts = f.factors()
    if len(parts) == 1:
        found = leading(f, place)
        assert (found.order, found.sign) == (order, sign)
    reached, radius = clear_radius(f, place)
    assert reached == sign
    for k in range(1, 60):
        point = place.point(radius / fmpq(k * k))
        assert f.sign_at(Fraction(int(point.p), int(point.q))) == sign


def test_the_radius_is_as_small_as_it_must_be():
    # log h + 200 has its zero at e**-200, far below every double that a sampler would try.
    _, radius = clear_radius(function("log(h) + 200"), Place(Fraction(0), 1))
    assert radius < fmpq(1, 2**288)


def test_a_zero_near_an_end_is_not_missed():
    (root,) = isolate_roots(function("log(h) + 200"), fmpq(0), fmpq(1)).roots
    root.narrow(400)
    assert float(root.upper.p) / float(root.upper.q) == pytest.approx(math.exp(-200), rel=1e-9)


def test_closed_ends_are_cells_of_their_own():
    cells = line("log(h)", Side.make(1, 2, True, True)).cells
    assert [(c.dimension, c.sample, c.sign_vector) for c in cells] == [
        (0, (Fraction(1),), (0,)),
        (1, (Fraction(3, 2),), (1,)),
        (0, (Fraction(2),), (1,)),
    ]
    assert len(line("log(h)", Side.make(1, 2)).cells) == 1


def test_a_singular_point_has_no_sign():
    cells = line("log(h - 1/2) + 1", Side.make(0, 1)).cells
    middle = next(c for c in cells if c.sample == (Fraction(1, 2),))
    assert middle.sign_vector == (None,)
    assert [c.sign_vector for c in cells] == [(1,), (0,), (-1,), (None,), (-1,), (0,), (1,)]


def test_common_zeros_of_different_functions():
    ring, both = element("(log(h) - log(1 - h))*(log(h)*log(1 - h) - log(2)**2 + 2*h - 1)*(2*h - 1)")
    cells = decompose_line(ring, [f for f, _ in both.numerator.factor()[1]], "h", Side.make(0, 1)).cells
    (middle,) = [c for c in cells if c.sample == (Fraction(1, 2),)]
    assert middle.sign_vector == (0, 0, 0)


def random_text(source: random.Random, terms: int, products: bool) -> str:
    logs = ["log(h)", "log(1 - h)", "log(1 + h)", "log(2 - h)", "log(3*h + 1)", "log(h**2 + 1)", "log(1 - h/2)"]
    parts = [f"({Fraction(source.randint(-9, 9), source.randint(1, 5))})"]
    for _ in range(terms):
        factor = source.choice(logs)
        if products and source.random() < 0.5:
            factor += "*" + source.choice(logs)
        if source.random() < 0.4:
            factor += source.choice(["*h", "*(1 - h)", "*(2*h - 1)", "*h**2"])
        parts.append(f"({Fraction(source.randint(-9, 9) or 1, source.randint(1, 4))})*{factor}")
    return " + ".join(parts)


@pytest.mark.parametrize("seed", range(60))
def test_random_functions_against_a_dense_grid_and_exact_signs(seed):
    source = random.Random(seed)
    ring, value = element(random_text(source, source.randint(1, 4), products=seed % 2 == 1))
    polynomial = value.numerator
    found = decompose_line(ring, [polynomial], "h", Side.make(0, 1))
    assert found.undecided == ()
    cells = found.cells
    assert [c.dimension for c in cells] == [(k + 1) % 2 for k in range(len(cells))]
    bounds = [float(c.sample[0]) for c in cells if c.dimension == 0]
    for k in range(1, 400):
        h = Fraction(k, 400)
        sign = Point(ring, {"h": h}).polynomial_sign(polynomial)
        place = 2 * sum(1 for b in bounds if b < k / 400)
        if any(abs(b - k / 400) < 1e-12 for b in bounds):
            continue
        assert cells[place].sign_vector == (sign,)
    for cell in cells[1::2]:
        low, high = (
            (cell.sample[0],) * 2 if isinstance(cell.sample[0], Fraction) else cell.sample[0].bounds(70)
        )
        assert high - low <= Fraction(1, 2**70)


@pytest.mark.parametrize("seed", range(30))
def test_climbing_and_subdivision_find_the_same_zeros(seed, monkeypatch):
    source = random.Random(1000 + seed)
    f = function(random_text(source, source.randint(1, 4), products=False))
    monkeypatch.setattr(isolation, "CLIMB", 4)
    first = [float(r.ball(60).mid()) for r in isolate_roots(f, fmpq(0), fmpq(1)).roots]
    monkeypatch.setattr(isolation, "CLIMB", -1)
    second = [float(r.ball(60).mid()) for r in isolate_roots(f, fmpq(0), fmpq(1)).roots]
    assert first == pytest.approx(second, abs=1e-12)


def test_the_same_input_gives_the_same_cells():
    text = "3*log(h) - 2*log(1 - h)*h + log(h)*log(1 + h) + 1/3"
    first, second = line(text, Side.make(0, 1)), line(text, Side.make(0, 1))
    assert [(c.position, str(c.sample[0]), c.sign_vector) for c in first.cells] == [
        (c.position, str(c.sample[0]), c.sign_vector) for c in second.cells
    ]
