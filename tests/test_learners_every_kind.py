"""Learners in games of every kind: families on a grid, several players in groups, plans after signals."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest
from every_kind import GAMES

from berknash.numeric.environments import environments_of
from berknash.numeric.learners import simulate
from berknash.numeric.simulations import compare_with_solution
from berknash.numeric.theta_grid import grid_models
from berknash.symbolic.errors import NotSupportedError
from berknash.symbolic.game.game import Game
from berknash.symbolic.interchange.loading import load
from berknash.symbolic.solving.solve import solve

LITERATURE = "examples/literature/"


def test_the_monopolist_learns_to_mix_as_the_equilibrium_does() -> None:
    """Nyarko's (1991) monopolist never settles; the frequencies approach 35/36 and 1/36 (Esponda & Pouzo 2016)."""
    found = simulate(load(LITERATURE + "monopolist.toml"), agents=20, periods=2000, seed=3)
    assert dict(found.shares)["low"] == pytest.approx(35 / 36, abs=0.01)
    assert all(share == 0 for _, share in found.locked)


def test_players_who_learn_from_each_other_approach_nash() -> None:
    game = load(LITERATURE + "matching_pennies.toml")
    found = simulate(game, agents=20, periods=2000, seed=3)
    for own in found.players:
        assert dict(own.shares)["heads"] == pytest.approx(1 / 2, abs=0.12)
    for comparison in compare_with_solution(found, solve(game)):
        assert comparison is not None and comparison.agrees and comparison.nearest_equilibrium is not None
        assert comparison.nearest_equilibrium < 0.1


def test_a_biased_coin_is_learned_on_the_grid() -> None:
    game = load(LITERATURE + "identified_coin.toml")
    found = simulate(game, agents=5, periods=1500, seed=1)
    (player,) = game.players
    best = max(range(len(found.models)), key=lambda k: sum(own[k] for own in found.beliefs))
    (at,) = grid_models(player)[best].at.values()
    assert float(at) == pytest.approx(2 / 3, abs=0.06)  # the true chance of heads


@pytest.mark.parametrize("kind", sorted(GAMES))
def test_paths_do_not_depend_on_how_many_learn(kind: str) -> None:
    game = GAMES[kind].at({"q": "2/5"})
    few, many = (simulate(game, agents, 60, seed=5) for agents in (2, 6))
    for own, other in zip(few.players, many.players, strict=True):
        assert own.frequencies == other.frequencies[:2]
        assert all(sum(row) == pytest.approx(1) for row in own.frequencies)
    assert few == simulate(game, 2, 60, seed=5)


@pytest.mark.parametrize("kind", sorted(GAMES))
def test_rationalizable_play_is_where_learners_end(kind: str) -> None:
    game = GAMES[kind].at({"q": "2/5"})
    found = simulate(game, 10, 800, seed=2)
    for comparison in compare_with_solution(found, solve(game)):
        assert comparison is not None and comparison.rationalizable_share > 0.95


def test_expected_payoffs_of_plans() -> None:
    """After plus going pays 2 x - 1 with belief x, with chance 1/2."""
    bold, shy = environments_of(GAMES["signals"].at({"q": "2/5"}))[0].payoff.T
    assert bold.tolist() == pytest.approx([1 / 3, 1 / 6, 1 / 6, 0]) and shy.tolist() == pytest.approx(
        [-1 / 3, -1 / 6, -1 / 6, 0]
    )


def coin(theta: dict[str, str], **more: Any) -> Game:
    rows = {"yes": "x", "no": "1 - x"}
    return Game.from_dict({"format": 1, "name": "coin", "players": {"agent": {
        "actions": ["stay"], "outcomes": ["yes", "no"], "truth": {"stay": {"yes": "1/3", "no": "2/3"}},
        "payoff": {"stay": {"yes": 1, "no": 0}},
        "models": {"coin": {"theta": theta, **more, "predicts": {"stay": rows}}}}}})  # fmt: skip


def test_grids_keep_to_theta() -> None:
    (player,) = coin({"x": "(0, 1/2]"}).players
    values = [point.at["x"] for point in grid_models(player)]
    assert len(values) == 400 and min(values) > 0 and max(values) == Fraction(1, 2)
    (player,) = coin({"x": "[0, oo)"}, where=["x <= 1/4"]).players
    assert max(point.at["x"] for point in grid_models(player)) == Fraction(1, 4)
    (player,) = coin({"x": "[0, 1]", "z": "[0, 1]"}, where=["x + z <= 1"]).players
    assert len(grid_models(player)) == 25 * 26 // 2


def test_what_has_no_grid_is_named() -> None:
    normal = {"actions": ["stay"], "outcomes": "normal", "truth": {"stay": {"mean": "0", "variance": "1"}},
              "payoff": {"stay": "y"}, "models": {"any": {"theta": {"m": "(-oo, oo)"}, "predicts": {
                  "stay": {"mean": "m", "variance": "1"}}}}}  # fmt: skip
    game = Game.from_dict({"format": 1, "name": "normal", "players": {"agent": normal}})
    with pytest.raises(NotSupportedError, match="m has no bound; give its interval two finite ends"):
        simulate(game, 2, 10, seed=0)
    many = coin(dict.fromkeys("xabc", "[0, 1]"))
    with pytest.raises(NotSupportedError, match="up to 3 coordinates"):
        simulate(many, 2, 10, seed=0)
