"""Curves and surfaces of mixed equilibria with three and more weights: known sets, and grids by the definition."""

from __future__ import annotations

import random
from collections.abc import Callable
from fractions import Fraction
from itertools import product
from typing import Any

import pytest
from catalogue import holds

from berknash.symbolic.definition.play import is_equilibrium
from berknash.symbolic.engines.finite.engine import solve_players
from berknash.symbolic.game.game import Game
from berknash.symbolic.interchange.normal_form import from_payoff_matrices
from berknash.symbolic.results.equilibrium_documents import equilibrium_document, undecided_document
from berknash.symbolic.results.solution import Solution

NAMES = ("player1", "player2", "player3")
Weights = tuple[Fraction, Fraction, Fraction]


def payoffs(gain: Callable[[int, tuple[int, ...]], Any], players: int = 3) -> list[Any]:
    """Tensors in which the first of two actions pays gain(player, the others' actions in order), the second 0."""

    def array(player: int, profile: tuple[int, ...]) -> Any:
        if len(profile) < players:
            return [array(player, (*profile, action)) for action in (0, 1)]
        others = profile[:player] + profile[player + 1 :]
        return gain(player, others) if profile[player] == 0 else 0

    return [array(player, ()) for player in range(players)]


def inside(conditions: tuple[str, ...], weights: Weights) -> bool:
    """Whether a point satisfies the conditions of one of the pieces."""
    at = {f"w{k}": w for k, w in enumerate(weights)}
    for text in conditions:
        for k, name in enumerate(NAMES):
            text = text.replace(f"sigma({name}, a1)", f"w{k}")
        if holds(text, at):
            return True
    return False


def full(solution: Solution) -> list[Any]:
    return [e for e in solution.equilibria if all(len(own[0][1]) == 2 for own in e.support)]


def nash(tensors: list[Any], weights: Weights) -> bool:
    """Whether fully mixed play is an equilibrium of two actions each: everyone is indifferent. From the payoffs."""
    shares = [(w, 1 - w) for w in weights]
    for player in range(3):
        gain = Fraction(0)
        for i, j, k in product((0, 1), repeat=3):
            profile = (i, j, k)
            weight = Fraction(1 if profile[player] == 0 else -1)
            for other, action in enumerate(profile):
                if other != player:
                    weight *= shares[other][action]
            gain += weight * Fraction(tensors[player][i][j][k])
        if gain != 0:
            return False
    return True


def test_three_lines_through_one_point_are_one_component() -> None:
    """The first action gains 4 where both others take it, -2 where one does, 1 where none: (3a - 1)(3b - 1) = 0.

    4ab - 2a(1 - b) - 2b(1 - a) + (1 - a)(1 - b) = 9ab - 3a - 3b + 1. Two at 1/3 leave the third free: three lines,
    which meet where all play 1/3.
    """
    solution = solve_players(from_payoff_matrices(payoffs(lambda _, others: (4, -2, 1)[sum(others)])))
    assert not solution.undecided
    (found,) = full(solution)
    assert found.dimension == 1 and len(found.set_conditions) == 3
    assert equilibrium_document(found, False)["conditions"] == list(found.set_conditions)
    assert is_equilibrium(solution.game, found.as_strategy())
    grid = [Fraction(k, 12) for k in range(1, 12)]
    for weights in product(grid, repeat=3):
        third = sum(w == Fraction(1, 3) for w in weights)
        assert inside(found.set_conditions, weights) == (third >= 2)


def test_lines_that_stay_apart_are_two_components() -> None:
    """Player 1 gains (3b - 1)(3c - 1), player 2 gains 2a - 1, player 3 is indifferent: a = 1/2, b = 1/3 or c = 1/3.

    The two lines a = 1/2, b = 1/3 and a = 1/2, c = 1/3 meet at one point; with player 3's gain b - 1/2 only
    a = b = 1/2, c = 1/3 is left.
    """
    square = {0: 4, 1: -2, 2: 1}

    def gain(player: int, others: tuple[int, ...]) -> int:
        return (square[sum(others)], 1 - 2 * others[0], 0)[player]

    (cross,) = full(solve_players(from_payoff_matrices(payoffs(gain))))
    assert cross.dimension == 1 and len(cross.set_conditions) == 2
    (point,) = full(
        solve_players(from_payoff_matrices(payoffs(lambda i, o: gain(i, o) if i < 2 else 1 - 2 * o[1])))
    )
    assert [str(own[0][1][0][1]) for own in point.strategy] == ["1/2", "1/2", "1/3"] and point.dimension == 0


def test_a_surface_of_equilibria() -> None:
    """Only player 1 has a stake, 2bc - 1 by the first action: the surface bc = 1/2 with a free."""
    solution = solve_players(from_payoff_matrices(payoffs(lambda i, o: (1 if sum(o) == 0 else -1) if i == 0 else 0)))
    assert not solution.undecided
    (found,) = full(solution)
    assert found.dimension == 2 and is_equilibrium(solution.game, found.as_strategy())
    grid = [Fraction(k, 12) for k in range(1, 12)]
    points = [w for w in product(grid, repeat=3) if inside(found.set_conditions, w)]
    assert points == [w for w in product(grid, repeat=3) if 2 * w[1] * w[2] == 1] and points


def test_a_curve_without_a_rational_chart_is_named() -> None:
    """Indifference asks q r = 1/2, r = p and q = p, hence p**2 = 1/2; a fourth player matters to nobody and is free."""

    def gain(player: int, others: tuple[int, ...]) -> Any:
        first = [int(action == 0) for action in others]
        if player == 0:
            return Fraction(2 * first[0] * first[1] - 1, 2)
        return (first[1] - first[0]) if player in (1, 2) else 0

    solution = solve_players(from_payoff_matrices(payoffs(gain, 4)))
    everyone = {f"player{k}": ["a1", "a2"] for k in (1, 2, 3, 4)}
    (left,) = [u for u in solution.undecided if undecided_document(u, None)["support"] == everyone]
    assert "no rational functions of some weights" in left.reason


def test_misspecified_fits_with_one_logarithm_leave_rational_curves() -> None:
    """Three players' two models err symmetrically, so that fits differ by (2P - 1) log 2, P = true chance of good.

    With h = 2/3 against 1/3 the model `up` fits better after the first action iff P > 1/2. Both actions pay alike under
    an equal mixture of the models, the first more under `up`, so a mixed player needs P = 1/2. With the others at
    b and c, P = 1/2 + (3b - 1)(3c - 1)/16: again two at 1/3, the third is free.
    """
    share = {0: Fraction(4), 1: Fraction(-2), 2: Fraction(1)}
    good = {"good": "2/3", "bad": "1/3"}
    bad = {"good": "1/3", "bad": "2/3"}

    def player(place: int) -> dict[str, Any]:
        truth = {}
        for profile in product((0, 1), repeat=3):
            second = sum(action for other, action in enumerate(profile) if other != place)
            chance = Fraction(1, 2) + share[second] / 16
            truth[",".join(f"a{k + 1}" for k in profile)] = {"good": str(chance), "bad": str(1 - chance)}
        return {
            "actions": ["a1", "a2"],
            "outcomes": ["good", "bad"],
            "truth": truth,
            "payoff": {"a1": {"good": 1, "bad": -1}, "a2": {"good": 0, "bad": 0}},
            "models": {"up": {"predicts": {"*": good}}, "down": {"predicts": {"*": bad}}},
        }

    game = Game.from_dict({"format": 1, "name": "fits", "players": {n: player(k) for k, n in enumerate(NAMES)}})
    solution = solve_players(game)
    assert not solution.undecided
    (found,) = full(solution)
    assert found.dimension == 1 and len(found.set_conditions) == 3
    assert [set(own) for own in found.belief_support] == [{"up", "down"}] * 3
    for weights in product([Fraction(1, 3), Fraction(1, 2), Fraction(3, 4)], repeat=3):
        profile = {n: {"a1": w, "a2": 1 - w} for n, w in zip(NAMES, weights, strict=True)}
        assert is_equilibrium(game, profile) == inside(found.set_conditions, weights)


@pytest.mark.parametrize(("top", "seed"), [(t, s) for t, count in ((1, 40), (2, 25)) for s in range(count)])
def test_grids_find_nothing_beside_the_sets_of_degenerate_games(top: int, seed: int) -> None:
    """At each point of a grid, being in a listed set is the same as being an equilibrium by the payoffs alone."""
    draw = random.Random(f"curves {top} {seed}")
    tensors = [[[[draw.randint(0, top) for _ in (0, 1)] for _ in (0, 1)] for _ in (0, 1)] for _ in range(3)]
    solution = solve_players(from_payoff_matrices(tensors))
    assert not solution.undecided
    found = full(solution)
    for e in found:
        assert is_equilibrium(solution.game, e.as_strategy())
    listed = [tuple(str(own[0][1][0][1]) for own in e.strategy) for e in found if not e.dimension]
    grid = [Fraction(1, 4), Fraction(1, 3), Fraction(1, 2), Fraction(2, 3), Fraction(3, 4)]
    for weights in product(grid, repeat=3):
        where = [e for e in found if e.dimension and inside(e.set_conditions, weights)]
        point = tuple(str(w) for w in weights) in listed
        assert nash(tensors, weights) == (len(where) + point == 1)
        assert len(where) + point <= 1
