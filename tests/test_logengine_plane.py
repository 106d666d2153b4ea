"""Cells in two parameters, one outside the logarithms: by hand, against the polynomial engine, and exact signs."""

from __future__ import annotations

import math
import random
from collections import Counter
from fractions import Fraction

import pytest

from berknash.symbolic.algebra.elements import element_of
from berknash.symbolic.algebra.ring import Ring, lift_polynomial
from berknash.symbolic.algebra.signs import Point
from berknash.symbolic.cells.log_blocks import log_cells
from berknash.symbolic.decomposition import decompose
from berknash.symbolic.decomposition.box import Side
from berknash.symbolic.errors import NotSupportedError
from berknash.symbolic.expressions.reading import read_expression
from berknash.symbolic.forms.decision_atoms import atom_table
from berknash.symbolic.game.game import Game
from berknash.symbolic.logengine import LogDecomposition, decompose_plane

UNIT = Side.make(0, 1)


def polynomials(texts, names=("h", "p")):
    """The numerators over one ring."""
    ring = Ring.of_parameters(names)
    found = []
    for text in texts:
        ring, value = element_of(ring, read_expression(text, names, where=""))
        found.append(value.numerator)
    return ring, [lift_polynomial(f, ring.context) for f in found]


def plane(texts, sides=(UNIT, UNIT)) -> LogDecomposition:
    ring, found = polynomials(texts)
    return decompose_plane(ring, found, ("h", "p"), sides)


def trap(**fixed: str):
    """The canonical two-action trap, some of its parameters fixed."""
    document = {
        "format": 1,
        "name": "trap",
        "assume": ["l < h"],
        "parameters": dict.fromkeys("pqhl", "(0, 1)"),
        "players": {
            "agent": {
                "actions": ["safe", "unsafe"],
                "outcomes": ["yes", "no"],
                "truth": {"safe": {"yes": "p", "no": "1 - p"}, "unsafe": {"yes": "q", "no": "1 - q"}},
                "payoff": {a: {"yes": "1", "no": "0"} for a in ("safe", "unsafe")},
                "models": {
                    "merit": {
                        "predicts": {"safe": {"yes": "h", "no": "1 - h"}, "unsafe": {"yes": "l", "no": "1 - l"}}
                    },
                    "agreement": {
                        "predicts": {"safe": {"yes": "l", "no": "1 - l"}, "unsafe": {"yes": "h", "no": "1 - h"}}
                    },
                },
            }
        },
    }
    table = atom_table(Game.from_dict(document).at(fixed))
    table.complete()
    return table


def test_one_curve_by_hand():
    # p = -1/log h is in (0, 1) for h below 1/e; at h = 1/e it leaves through p = 1.
    found = plane(["p*log(h) + 1"])
    assert found.undecided == ()
    shown = [(c.dimension, *c.sign_vector) for c in found.cells]
    assert shown == [(2, 1), (1, 0), (2, -1), (1, 1), (2, 1)]
    edge = found.cells[3].sample[0]
    assert float(edge) == pytest.approx(math.exp(-1), abs=1e-15)


def test_a_curve_that_contains_a_vertical_line():
    # At h = 1/2 both coefficients vanish: the line is part of the zero set.
    found = plane(["p*(log(h) - log(1 - h)) + (2*h - 1)*log(h)"])
    assert found.undecided == ()
    above = [c for c in found.cells if c.sample[0] == Fraction(1, 2)]
    assert [(c.dimension, c.sign_vector) for c in above] == [(1, (0,))]


def test_crossings_at_algebraic_and_transcendental_points():
    # The threshold of the trap at l = 1/5 is exactly 1/3 where 25 h**2 - 45 h + 16 = 0.
    table = trap(q="1/3", l="1/5")
    found = log_cells(table, ["p", "h"])
    (vertex,) = [c for c in found.cells if c.dimension == 0]
    assert vertex.sample[0] == Fraction(1, 3)
    assert str(vertex.sample[1]) == "9/10 - sqrt(17)/10"
    assert vertex.sign_vector == (0, 0)
    # With p = 67/100 the crossing is at q = 67/100 over a transcendental l.
    other = log_cells(trap(p="67/100", h="4/5"), ["q", "l"])
    (vertex,) = [c for c in other.cells if c.dimension == 0]
    assert vertex.sample[0] == Fraction(67, 100)
    assert other.undecided == ()


@pytest.mark.parametrize("order", [["p", "h"], ["h", "p"]])
def test_the_trap_over_truth_and_model(order):
    table = trap(q="1/3", l="1/5")
    found = log_cells(table, order)
    assert found.undecided == ()
    assert Counter(c.dimension for c in found.cells) == {2: 4, 1: 4, 0: 1}
    assert found.sign_vectors() == [(-1, -1), (-1, 1), (1, -1), (1, 1)]
    for cell in found.cells:
        h = cell.sample[order.index("h")]
        assert float(h) > 0.2


def test_the_samples_have_the_signs():
    table = trap(l="1/5", q="3/7")
    found = log_cells(table, ["p", "h"])
    exact = [c for c in found.cells if all(isinstance(x, Fraction) for x in c.sample)]
    assert len(exact) >= 3
    for cell in exact:
        point = Point(table.ring, dict(zip(["p", "h"], cell.sample, strict=True)))
        assert tuple(point.polynomial_sign(a) for a in table.atoms) == cell.sign_vector


def test_three_parameters_are_refused():
    with pytest.raises(NotSupportedError):
        log_cells(trap(q="1/3"), ["p", "h", "l"])


@pytest.mark.parametrize("seed", range(12))
def test_polynomials_agree_with_the_polynomial_engine(seed):
    source = random.Random(seed)
    texts = []
    for _ in range(source.randint(2, 4)):
        terms = [f"({source.randint(-5, 5)})*h**{i}*p**{j}" for i in range(3) for j in range(3 - i)]
        texts.append(" + ".join(terms))
    ring, found = polynomials(texts)
    ours = decompose_plane(ring, found, ("h", "p"), (UNIT, UNIT))
    theirs = decompose(found, ["h", "p"], {"h": (0, 1), "p": (0, 1)}, full=True)
    assert ours.undecided == ()
    assert ours.sign_vectors() == theirs.sign_vectors()
    # One engine cuts arcs at breaks where the other lets them pass: what must agree is the dimension of each sign set.
    assert dimensions(ours.cells) == dimensions(theirs.cells)


def dimensions(cells):
    """The sign vectors that occur, each with the dimension of the set on which it does."""
    found = {}
    for cell in cells:
        found[cell.sign_vector] = max(cell.dimension, found.get(cell.sign_vector, 0))
    return found


def random_text(source: random.Random) -> str:
    logs = ["log(h)", "log(1 - h)", "log(1 + h)", "log(2 - h)", "1", "h", "log(3)"]
    degree = source.choice([1, 1, 2])
    parts = [
        f"({source.randint(-4, 4) or 1})*{source.choice(logs)}*p**{k}"
        for k in range(degree + 1)
        for _ in range(source.randint(1, 2))
    ]
    return " + ".join(parts)


@pytest.mark.parametrize("seed", range(24))
def test_random_functions_against_exact_signs(seed):
    source = random.Random(500 + seed)
    ring, found = polynomials([random_text(source) for _ in range(source.randint(1, 3))])
    closed = Side.make(0, 1, False, True)
    result = decompose_plane(ring, found, ("h", "p"), (UNIT, closed))
    assert result.undecided == ()
    vectors = set(result.sign_vectors())
    seen = set()
    for _ in range(300):
        values = {"h": Fraction(source.randint(1, 999), 1000), "p": Fraction(source.randint(1, 999), 1000)}
        point = Point(ring, values)
        seen.add(tuple(point.polynomial_sign(f) for f in found))
    assert {v for v in seen if 0 not in v} <= vectors
    for cell in result.cells:
        if all(isinstance(x, Fraction) for x in cell.sample):
            point = Point(ring, dict(zip(("h", "p"), cell.sample, strict=True)))
            assert tuple(point.polynomial_sign(f) for f in found) == cell.sign_vector
    assert [c.position for c in result.cells] == sorted(c.position for c in result.cells)


def test_the_same_input_gives_the_same_cells():
    texts = ["p*log(h) + 1/2", "p**2*log(1 + h) - h*p - 1/9"]
    first, second = plane(texts), plane(texts)
    assert [(c.position, [float(x) for x in c.sample], c.sign_vector) for c in first.cells] == [
        (c.position, [float(x) for x in c.sample], c.sign_vector) for c in second.cells
    ]
