"""Bayesian learners against what theory says of the four phases of the canonical trap."""

from __future__ import annotations

import json
import math
from fractions import Fraction

import pytest

from berknash.numeric.environments import environments_of
from berknash.numeric.learners import simulate
from berknash.numeric.simulations import compare_with_prediction
from berknash.numeric.solver import numerical_structure
from berknash.symbolic.errors import BudgetError, GameError, NotSupportedError
from berknash.symbolic.game.game import Game
from berknash.symbolic.solving.solve import solve

ROWS = {"safe": {"approve": "p", "reject": "1 - p"}, "unsafe": {"approve": "q", "reject": "1 - q"}}
HIGH = {"approve": "4/5", "reject": "1/5"}
LOW = {"approve": "1/5", "reject": "4/5"}
TRAP = Game.from_dict(
    {
        "format": 1,
        "name": "trap",
        "parameters": {"p": "(0, 1)", "q": "(0, 1)"},
        "players": {
            "agent": {
                "actions": ["safe", "unsafe"],
                "outcomes": ["approve", "reject"],
                "truth": ROWS,
                "payoff": {"*": {"approve": 1, "reject": 0}},
                "models": {
                    "merit": {"predicts": {"safe": HIGH, "unsafe": LOW}},
                    "agreement": {"predicts": {"safe": LOW, "unsafe": HIGH}},
                },
            }
        },
    }
)


@pytest.mark.parametrize(
    ("p", "q", "locked"),
    [("7/10", "3/10", {"safe"}), ("3/10", "7/10", {"unsafe"}), ("7/10", "7/10", {"safe", "unsafe"})],
)
def test_pure_phases_lock_in(p: str, q: str, locked: set[str]) -> None:
    game = TRAP.at({"p": p, "q": q})
    result = simulate(game, agents=100, periods=1500, seed=3, prior="dispersed")
    assert {action for action, share in result.locked if share > 0} == locked
    assert math.isclose(sum(share for _, share in result.locked), 1, abs_tol=0.05)
    structure = numerical_structure(game)
    comparison = compare_with_prediction(result, structure.rationalizable, structure.uniform)
    assert comparison.agrees and comparison.locked_uniform_share == 1


def test_cycling_phase_oscillates_around_the_mixed_equilibrium() -> None:
    # p = 3/10, q = 4/10: sigma(safe) = (2q - 1) / (2(p + q - 1)) = 1/3, and no action is ever locked in.
    game = TRAP.at({"p": "3/10", "q": "4/10"})
    result = simulate(game, agents=100, periods=3000, seed=3, prior="dispersed")
    assert all(share == 0 for _, share in result.locked)
    assert abs(dict(result.shares)["safe"] - 1 / 3) < 0.02
    mixed = {"safe": 1 / 3, "unsafe": 2 / 3}
    comparison = compare_with_prediction(result, ["safe", "unsafe"], [], [mixed])
    assert comparison.agrees and comparison.nearest_equilibrium is not None
    assert comparison.nearest_equilibrium < 0.05


def test_a_wrong_prediction_does_not_agree() -> None:
    result = simulate(TRAP.at({"p": "7/10", "q": "3/10"}), agents=50, periods=500, seed=1)
    assert not compare_with_prediction(result, ["unsafe"]).agrees
    assert not compare_with_prediction(result, ["safe", "unsafe"], ["unsafe"]).agrees
    with pytest.raises(GameError, match="prediction names other"):
        compare_with_prediction(result, ["other"])


def test_same_seed_same_paths_whoever_else_takes_part() -> None:
    game = TRAP.at({"p": "3/10", "q": "4/10"})
    few = simulate(game, agents=3, periods=400, seed=9, prior="dispersed", tie_breaking="random")
    many = simulate(game, agents=40, periods=400, seed=9, prior="dispersed", tie_breaking="random")
    assert many.frequencies[:3] == few.frequencies and many.paths[:3] == few.paths
    assert many == simulate(game, agents=40, periods=400, seed=9, prior="dispersed", tie_breaking="random")
    assert many.frequencies != simulate(game, agents=40, periods=400, seed=10, prior="dispersed").frequencies


def test_ties_go_to_the_first_action_or_to_chance() -> None:
    even = {"*": {"good": "1/2", "bad": "1/2"}}
    game = Game.from_dict(
        {
            "format": 1,
            "name": "twins",
            "players": {
                "agent": {
                    "actions": ["left", "right"],
                    "outcomes": ["good", "bad"],
                    "truth": even,
                    "payoff": {"*": {"good": 1, "bad": 0}},
                    "models": {"only": {"predicts": even}},
                }
            },
        }
    )
    first = simulate(game, agents=5, periods=200, seed=0)
    assert dict(first.locked) == {"left": 1.0, "right": 0.0}
    chance = simulate(game, agents=5, periods=2000, seed=0, tie_breaking="random")
    assert abs(dict(chance.shares)["left"] - 0.5) < 0.05


def test_a_refuted_model_loses_all_weight() -> None:
    rows = {"*": {"good": "1/2", "bad": "1/2"}}
    document = {
        "format": 1,
        "name": "refuted",
        "players": {
            "agent": {
                "actions": ["stay"],
                "outcomes": ["good", "bad"],
                "truth": rows,
                "payoff": {"stay": {"good": 1, "bad": 0}},
                "models": {
                    "never": {"predicts": {"*": {"good": "0", "bad": "1"}}},
                    "open": {"predicts": {"*": {"good": "1/3", "bad": "2/3"}}},
                },
            }
        },
    }
    game = Game.from_dict(document)
    result = simulate(game, agents=4, periods=200, seed=2)
    assert result.beliefs == ((0.0, 1.0),) * 4
    with pytest.raises(GameError, match="ruled out"):
        simulate(game, agents=4, periods=200, seed=2, prior={"never": 1, "open": 0})


def test_paths_and_json() -> None:
    result = simulate(TRAP.at({"p": "7/10", "q": "3/10"}), agents=30, periods=1000, seed=5, path_agents=4)
    assert result.times[0] == 1 and result.times[-1] == 1000 and list(result.times) == sorted(set(result.times))
    assert len(result.paths) == 4 and all(len(path) == len(result.times) for path in result.paths)
    assert result.paths[2][-1] == result.frequencies[2]
    assert all(math.isclose(sum(row), 1) for row in result.mean_path)
    document = json.loads(json.dumps(result.to_json()))
    assert document["shares"]["agent"] == dict(result.shares) and document["seed"] == 5


def test_bad_requests_are_refused() -> None:
    game = TRAP.at({"p": "7/10", "q": "3/10"})
    with pytest.raises(GameError, match="free parameters p, q"):
        simulate(TRAP, agents=1, periods=10, seed=0)
    with pytest.raises(GameError, match="agents = 0: must be at least 1"):
        simulate(game, agents=0, periods=10, seed=0)
    with pytest.raises(BudgetError, match="beyond the limit"):
        simulate(game, agents=10**6, periods=10**6, seed=0)
    with pytest.raises(GameError, match="weight for each of merit, agreement"):
        simulate(game, agents=1, periods=10, seed=0, prior={"merit": 1.0})
    with pytest.raises(GameError, match="must not be negative"):
        simulate(game, agents=1, periods=10, seed=0, prior={"merit": 2.0, "agreement": -1.0})


def test_prior_decides_where_both_actions_are_locked_in() -> None:
    game = TRAP.at({"p": Fraction(9, 10), "q": Fraction(9, 10)})
    for favoured, action in (("merit", "safe"), ("agreement", "unsafe")):
        prior = {"merit": 1e-6, "agreement": 1e-6, favoured: 1.0}
        result = simulate(game, agents=50, periods=300, seed=4, prior=prior)
        assert dict(result.locked)[action] == 1


def pricing(low: str, high: str) -> Game:
    """Two prices, quantities sold with unit noise, and two models: demand is strong, or weak."""

    def law(mean: str) -> dict[str, str]:
        return {"mean": mean, "variance": "1"}

    return Game.from_dict({"format": 1, "name": "pricing", "players": {"firm": {
        "actions": ["low", "high"], "outcomes": "normal", "truth": {"low": law(low), "high": law(high)},
        "payoff": {"low": "2*y", "high": "10*y"},
        "models": {"strong": {"predicts": {"low": law("34"), "high": law("10")}},
                   "weak": {"predicts": {"low": law("30"), "high": law("4")}}},
    }}})  # fmt: skip


@pytest.mark.parametrize(("low", "high", "locked"), [("33", "9", "high"), ("31", "5", "low")])
def test_normal_outcomes_lock_in(low: str, high: str, locked: str) -> None:
    """Strong demand pays 68 at the low price and 100 at the high one, weak demand 60 and 40; both prices tell."""
    result = simulate(pricing(low, high), agents=60, periods=300, seed=2, prior="dispersed")
    assert dict(result.locked)[locked] > 0.95
    solution = solve(pricing(low, high))
    assert [e.support for e in solution.equilibria] == [(locked,)]
    assert compare_with_prediction(result, solution.rationalizable[0].value[0], [locked]).agrees


def test_normal_outcomes_cycle_around_the_mixed_equilibrium() -> None:
    """The low price sells 33, nearer to strong demand, the high one 5, nearer to weak: neither lasts.

    Twice the log likelihood ratio grows by 9 - 1 = 8 per low price and by 1 - 25 = -24 per high one on average, so
    they balance at three low prices to one high.
    """
    game = pricing("33", "5")
    result = simulate(game, agents=60, periods=2000, seed=2, prior="dispersed")
    assert all(share == 0 for _, share in result.locked)
    assert abs(dict(result.shares)["low"] - 3 / 4) < 0.02
    (mixed,) = solve(game).equilibria
    assert [str(weight) for _, weight in mixed.strategy] == ["3/4", "1/4"]
    again = simulate(game, agents=60, periods=2000, seed=2, prior="dispersed")
    assert again == result


def test_expected_payoffs_of_normal_outcomes() -> None:
    """E y^4 = m^4 + 6 m^2 v + 3 v^2 for a normal y; degrees beyond the quadrature are refused."""
    document = {"format": 1, "name": "g", "players": {"a": {
        "actions": ["x"], "outcomes": "normal", "truth": {"x": {"mean": "0", "variance": "1"}},
        "payoff": {"x": "y**4 - y"}, "models": {"m": {"predicts": {"x": {"mean": "2", "variance": "9"}}}},
    }}}  # fmt: skip
    environment = environments_of(Game.from_dict(document))[0]
    assert float(environment.payoff[0, 0]) == pytest.approx(16 + 6 * 4 * 9 + 3 * 81 - 2)
    document["players"]["a"]["payoff"]["x"] = "y**60"  # type: ignore[index]
    with pytest.raises(NotSupportedError, match="degree"):
        environments_of(Game.from_dict(document))[0]
