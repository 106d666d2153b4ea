"""Distances to the nearest change of structure: exact along parameters, certified bounds overall."""

from __future__ import annotations

from fractions import Fraction
from itertools import product
from pathlib import Path

import numpy as np
import pytest

from berknash.numeric.learners import simulate
from berknash.proofs.design.robustness import _enclosed, robustness
from berknash.symbolic.errors import GameError
from berknash.symbolic.game.game import load_game
from berknash.symbolic.solving.phases import phases

EXAMPLES = Path(__file__).parents[1] / "examples"
POINT = {"p": "7/10", "q": "3/10", "h": "4/5", "l": "1/5"}


def test_symmetric_trap_is_one_fifth_from_both_thresholds() -> None:
    result = robustness(load_game(EXAMPLES / "sycophancy.toml"), POINT, ["p", "q"])
    fifth = (Fraction(1, 5), Fraction(1, 5))
    assert [direction.distance for direction in result.directions] == [fifth, fifth]
    assert result.overall.lower <= 0.2 <= (result.overall.upper or 0) < 0.202
    assert result.overall.lower > 0.19


def test_logarithmic_breaks_are_enclosed() -> None:
    result = robustness(load_game(EXAMPLES / "sycophancy.toml"), POINT, ["h"])
    (direction,) = result.directions
    assert direction.bounds_above is not None and direction.distance is not None
    low, high = direction.bounds_above
    assert low < high and float(high - low) < 1e-15
    # The break is where p* = 7/10: both models fit p = 7/10 equally well.
    for value, sign in ((low, -1), (high, 1)):
        h = float(value)
        gap = 0.7 * np.log(h / 0.2) + 0.3 * np.log((1 - h) / 0.8)
        assert abs(gap) < 1e-12 or np.sign(gap) == -sign


def test_structure_is_constant_within_the_lower_bound_and_changes_at_the_witness() -> None:
    game = load_game(EXAMPLES / "hallucination.toml")
    point = {"p": Fraction(3, 5), "q": Fraction(1, 3), "c": Fraction(1)}
    result = robustness(game, point)
    diagram = phases(game)
    here = diagram.structure_at(point)
    radius = Fraction(result.overall.lower) * Fraction(57, 100)  # a cube inside the ball
    for corner in product((-1, 1), repeat=3):
        moved = {n: v + side * radius for (n, v), side in zip(point.items(), corner, strict=True)}
        assert diagram.structure_at(moved) == here
    assert result.overall.witness is not None
    assert diagram.structure_at(dict(result.overall.witness)) != here


def test_a_point_on_a_boundary_has_distance_zero() -> None:
    result = robustness(load_game(EXAMPLES / "sycophancy.toml"), {**POINT, "p": "1/2"}, ["p"])
    assert result.directions[0].distance == (0, 0)


def test_prior_does_not_enter_the_game() -> None:
    """The structure is a function of the class of models: their order does not matter, and no weight is read."""
    from dataclasses import replace

    game = load_game(EXAMPLES / "sycophancy.toml")
    (player,) = game.players
    turned = replace(game, players=(replace(player, models=player.models[::-1]),))
    first, second = robustness(game, POINT, ["p", "q"]), robustness(turned, POINT, ["p", "q"])
    assert [d.distance for d in first.directions] == [d.distance for d in second.directions]


def test_learners_reach_the_unique_phase_from_every_full_prior_and_leave_it_at_mass_zero() -> None:
    game = load_game(EXAMPLES / "sycophancy.toml")

    def truthful(at: dict[str, str], mass: float) -> float:
        learned = simulate(game.at(at), 40, 1500, 1, {"merit": mass, "agreement": 1 - mass})
        return dict(learned.shares)["truthful"]

    assert [truthful(POINT, mass) for mass in (1e-6, 0.5, 1 - 1e-6)] == [1.0, 1.0, 1.0]
    assert truthful(POINT, 0) == 0.0
    both = {**POINT, "q": "7/10"}
    assert truthful(both, 1e-6) < truthful(both, 0.5) < truthful(both, 1 - 1e-6)


def test_missing_values_are_refused() -> None:
    with pytest.raises(GameError):
        robustness(load_game(EXAMPLES / "sycophancy.toml"), {"p": "1/2"})
    with pytest.raises(GameError):
        robustness(load_game(EXAMPLES / "sycophancy.toml"), {**POINT, "z": "1"})


def test_bounds_on_a_break_depend_on_the_number_alone() -> None:
    """However far a root was narrowed before, the bounds are the same, and hold it."""
    fixed = {name: value for name, value in POINT.items() if name != "h"}
    found = set()
    for bits in (1, 60, 99, 150, 700):
        diagram = phases(load_game(EXAMPLES / "sycophancy.toml"), ["h"], fixed)
        breaks = [c.coordinates[0][1] for c in diagram.cells if c.dimension == 0]
        roots = [number for number in breaks if not isinstance(number, Fraction)]
        narrowed = [number.bounds(bits) for number in roots]
        found.add(tuple(map(_enclosed, roots)))
        for (low, high), (inner_low, inner_high) in zip(map(_enclosed, roots), narrowed, strict=True):
            assert high - low == Fraction(1, 2**80) and low <= inner_high and inner_low <= high
    assert len(found) == 1 and len(*found) == 2
