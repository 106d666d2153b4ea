"""Points of cells are proposed in floating point and accepted by exact signs alone."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

from berknash.symbolic.algebra.parameters import Interval, Parameter
from berknash.symbolic.algebra.ring import Element, Ring
from berknash.symbolic.algebra.signs import Point
from berknash.symbolic.cells.domain import Domain, make_domain
from berknash.symbolic.cells.numerical_points import NumericalPoints
from berknash.symbolic.game.game import load_game
from berknash.symbolic.solving.phases import phases

TRAPS = Path(__file__).parent.parent / "examples" / "traps"
NAMES = ["p", "q", "r", "s"]


def cube(*intervals: Interval) -> tuple[Domain, list[Element]]:
    ring = Ring.of_parameters(NAMES[: len(intervals)])
    parameters = [Parameter(name, interval) for name, interval in zip(NAMES, intervals, strict=False)]
    return make_domain(ring, parameters, ()), [ring.parameter(name) for name in NAMES[: len(intervals)]]


def test_a_thin_shell_in_four_dimensions_is_found() -> None:
    """Between the spheres of radius 1 and sqrt(1.001), with 4 p q r s > 1/5: some 1e-5 of the cube."""
    unit = Interval(Fraction(0), Fraction(1), True, True)
    domain, (p, q, r, s) = cube(unit, unit, unit, unit)
    squares, one = p * p + q * q + r * r + s * s, domain.ring.constant(1)
    wanted = [
        squares - one,
        domain.ring.constant(Fraction(1001, 1000)) - squares,
        p * q * r * s - domain.ring.constant(Fraction(1, 20)),
    ]
    proposed = list(NumericalPoints(domain).proposals([(element.numerator, 1) for element in wanted]))
    assert any(
        domain.contains(values) and all(Point(domain.ring, values).sign(element) == 1 for element in wanted)
        for values in proposed
    )


def test_intervals_without_ends_are_reached_far_out() -> None:
    line, ray = Interval(None, None, True, True), Interval(Fraction(2), None, True, True)
    domain, (p, q) = cube(line, ray)
    wanted = [p + domain.ring.constant(1000), q - domain.ring.constant(5000)]
    signs = [(wanted[0].numerator, -1), (wanted[1].numerator, 1)]
    assert any(
        values["p"] < -1000 and values["q"] > 5000 for values in NumericalPoints(domain).proposals(signs)
    )


def test_every_phase_and_stratum_in_five_parameters_has_a_point() -> None:
    """All 42 regions of the audits are non-empty; many of them are too thin for a grid in five dimensions."""
    diagram = phases(load_game(TRAPS / "deception_audits.toml"), at={"c": Fraction(1, 3)})
    assert len(diagram.phases) == 13
    for piece in (*diagram.phases, *diagram.strata):
        assert piece.witnessed
        assert piece.unwitnessed is None
