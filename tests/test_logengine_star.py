"""Three and more parameters that hang on one of them: fibre products over the base, complete in every dimension."""

from __future__ import annotations

import random
from collections import Counter
from fractions import Fraction

import pytest

from berknash.numeric.phase_agreement import compare_with_diagram
from berknash.symbolic.algebra.elements import element_of
from berknash.symbolic.algebra.ring import Polynomial, Ring, lift_polynomial
from berknash.symbolic.algebra.signs import Point
from berknash.symbolic.decomposition.box import Side
from berknash.symbolic.errors import NotSupportedError
from berknash.symbolic.expressions.reading import read_expression
from berknash.symbolic.logengine import decompose_star, star_base
from berknash.symbolic.solving.phases import phases
from berknash.testing import random_parametric_game

NAMES = ["x", "y", "z"]
UNIT = Side.make(0, 1)


def polynomials(texts: list[str]) -> tuple[Ring, list[Polynomial]]:
    """The numerators of some expressions over one ring."""
    ring = Ring.of_parameters(NAMES)
    found = []
    for text in texts:
        ring, value = element_of(ring, read_expression(text, NAMES, where=""))
        found.append(value.numerator)
    return ring, [lift_polynomial(f, ring.context) for f in found]


def test_the_base_is_the_parameter_that_the_others_hang_on() -> None:
    ring, found = polynomials(["y*log(x) + 1", "z - x", "log(2) - x"])
    assert star_base(ring, found, NAMES) == "x"
    # A logarithm of a vertical, or a function that joins two verticals, leaves no base.
    ring, found = polynomials(["y*log(x) + 1", "log(z) - x"])
    assert star_base(ring, found, NAMES) is None
    ring, found = polynomials(["y*log(x) + z", "z - x"])
    assert star_base(ring, found, NAMES) is None
    with pytest.raises(NotSupportedError, match="joins y and z"):
        decompose_star(ring, found, NAMES, [UNIT] * 3)


def test_two_thresholds_over_a_common_base() -> None:
    # y = x and z = 1 - x cut the cube into four open pieces, two walls of two pieces each, and one line.
    ring, found = polynomials(["y - x", "z + x - 1"])
    cells = decompose_star(ring, found, NAMES, [UNIT] * 3).cells
    vectors = Counter((cell.dimension, cell.sign_vector) for cell in cells)
    assert {signs for d, signs in vectors if d == 3} == {(a, b) for a in (-1, 1) for b in (-1, 1)}
    assert {signs for d, signs in vectors if d == 2} == {(0, 1), (0, -1), (1, 0), (-1, 0)}
    assert {signs for d, signs in vectors if d == 1} == {(0, 0)}


def test_every_sign_vector_at_rational_points_is_listed_and_every_sample_has_its_signs() -> None:
    texts = ["y*log(x) + 1", "2*y - 1 - x**2", "z*(log(2) - log(1 - x)) - 1", "z**2 - x", "3*x - 1"]
    ring, found = polynomials(texts)
    result = decompose_star(ring, found, NAMES, [UNIT] * 3)
    assert result.undecided == ()
    listed = {cell.sign_vector for cell in result.cells}
    source = random.Random(0)
    for _ in range(400):
        size = source.choice([3, 4, 9, 997])
        values = {n: Fraction(source.randint(1, size - 1), size) for n in NAMES}
        point = Point(ring, values)
        assert tuple(point.polynomial_sign(f) for f in found) in listed
    checked = 0
    for cell in result.cells:
        if all(isinstance(c, Fraction) for c in cell.sample):
            point = Point(ring, dict(zip(NAMES, cell.sample, strict=True)))
            assert tuple(point.polynomial_sign(f) for f in found) == cell.sign_vector
            checked += 1
    assert checked > 50


@pytest.mark.parametrize("seed", [14, 20, 37])
def test_games_whose_logarithms_share_one_parameter_are_complete_in_three_parameters(seed: int) -> None:
    diagram = phases(random_parametric_game(random.Random(seed), 3))
    assert diagram.coverage.everything
    assert all(phase.witnessed for phase in (*diagram.phases, *diagram.strata))
    result = compare_with_diagram(diagram, 4000)
    assert result.agrees, result.examples
