"""Model families: truths derived by hand, with their sources, and the definition as a test.

Each derivation stands in the game file named, or in the docstring of the test.
"""

from __future__ import annotations

import json
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from berknash.symbolic.algebra.text import element_text
from berknash.symbolic.decomposition import real_roots
from berknash.symbolic.definition.agent import is_equilibrium
from berknash.symbolic.definition.minimizers import kl_minimizers
from berknash.symbolic.engines.algebraic.agent import solve_families
from berknash.symbolic.engines.finite.agent_engine import solve
from berknash.symbolic.errors import GameError, NotSupportedError
from berknash.symbolic.forms.laws import agent_of
from berknash.symbolic.forms.normal_tables import normal_decision_tables
from berknash.symbolic.game.game import Game, load_game
from berknash.symbolic.results.fits import Minimizers

LITERATURE = Path(__file__).parent.parent / "examples" / "literature"


def row(probability: str) -> dict[str, str]:
    return {"y": probability, "n": f"1 - ({probability})"}


def game(models: dict[str, Any], truth: dict[str, Any], payoff: dict[str, Any], actions: str = "ab") -> Game:
    """A game with outcomes y and n."""
    return Game.from_dict({
        "format": 1, "name": "test", "players": {"agent": {
            "actions": list(actions), "outcomes": ["y", "n"], "truth": truth, "payoff": payoff, "models": models,
        }},
    })  # fmt: skip


def normal_game(models: dict[str, Any], truth: dict[str, Any], payoff: dict[str, Any], actions: str = "ab") -> Game:
    """A game with normal outcomes."""
    return Game.from_dict({
        "format": 1, "name": "test", "players": {"agent": {
            "actions": list(actions), "outcomes": "normal", "truth": truth, "payoff": payoff, "models": models,
        }},
    })  # fmt: skip


def vertices(fits: Minimizers) -> list[str]:
    return [str(v) for v in fits.vertices]


# The literature


def test_monopolist() -> None:
    """Esponda & Pouzo 2016, Example 2.1 (after Nyarko 1991): 35/36 on the low price, at (40, 10/3)."""
    solution = solve_families(load_game(LITERATURE / "monopolist.toml"))
    (equilibrium,) = solution.equilibria
    assert {n: str(w) for n, w in equilibrium.strategy} == {"low": "35/36", "high": "1/36"}
    assert vertices(equilibrium.theta) == ["linear_demand(a = 40, b = 10/3)"]
    assert (equilibrium.dimension, equilibrium.pure, equilibrium.status) == (0, False, "exact")
    assert not equilibrium.self_confirming
    assert solution.rationalizable[0].value == (("high", "low"),)
    assert [c.value for c in solution.cycles] == [("high", "low")]


def test_monopolist_who_does_not_know_the_variance() -> None:
    """A common unknown variance leaves least squares as it is: the same equilibrium, the variance of the residuals.

    At 35/36 on the low price residuals are 34 - 100/3 and 2 - 20/3 in the means: v = 1 + 35/36 * 4/9 + 1/36 * 196/9.
    """
    law = lambda mean, variance: {"mean": mean, "variance": variance}  # noqa: E731
    models = {"m": {"theta": {"a": "[33, 40]", "b": "[3, 7/2]", "v": "[1/10, 20]"},
                    "predicts": {"a": law("a - 2*b", "v"), "b": law("a - 10*b", "v")}}}  # fmt: skip
    found = solve_families(normal_game(models, {"a": law("34", "1"), "b": law("2", "1")}, {"a": "2*y", "b": "10*y"}))
    (equilibrium,) = found.equilibria
    assert [str(w) for _, w in equilibrium.strategy] == ["35/36", "1/36"]
    variance = 1 + Fraction(35, 36) * Fraction(4, 9) + Fraction(1, 36) * Fraction(196, 9)
    assert vertices(equilibrium.theta) == [f"m(a = 40, b = 10/3, v = {variance})"]


def test_one_price_never_identifies_two_parameters() -> None:
    """At the high price all (a, b) of the box with a - 10 b = 2 fit best: a segment with two vertices."""
    agent = agent_of(load_game(LITERATURE / "monopolist.toml"))
    fits = kl_minimizers(agent, {"high": 1})
    (piece,) = fits.pieces
    assert (piece.dimension, piece.equations) == (1, ("a - 10*b == 2",))
    assert vertices(fits) == ["linear_demand(a = 33, b = 31/10)", "linear_demand(a = 37, b = 7/2)"]
    assert fits.method == "weighted least squares, projected"


def test_regression_through_the_origin() -> None:
    """Omitted intercept: the slope 5/2 that makes the worker indifferent is fitted at s = 1/5 only."""
    solution = solve_families(load_game(LITERATURE / "omitted_intercept.toml"))
    (equilibrium,) = solution.equilibria
    assert {n: str(w) for n, w in equilibrium.strategy} == {"low": "4/5", "high": "1/5"}
    assert vertices(equilibrium.theta) == ["through_origin(b = 5/2)"]


def test_overconfidence_with_a_continuous_fundamental() -> None:
    """Heidhues, Koszegi & Strack 2018 on three efforts: two self-confirming efforts and a mixture between them."""
    solution = solve_families(load_game(LITERATURE / "overconfidence_fundamental.toml"))
    found = {e.support: ([str(w) for _, w in e.strategy], vertices(e.theta), e.strict) for e in solution.equilibria}
    assert found == {
        ("one",): (["1", "0", "0"], ["overconfident(phi = 1)"], True),
        ("two",): (["0", "1", "0"], ["overconfident(phi = 2)"], True),
        ("one", "two"): (["4/5", "1/5", "0"], ["overconfident(phi = 3/2)"], False),
    }
    assert solution.rationalizable[0].value == (("one", "two"),)


def test_two_isolated_fits_tie() -> None:
    """A non-convex divergence with two best fits at one mixture, held up by the equal belief on both."""
    solution = solve_families(load_game(LITERATURE / "two_fits.toml"))
    (equilibrium,) = solution.equilibria
    assert [str(w) for _, w in equilibrium.strategy] == ["1/2", "1/2"]
    assert vertices(equilibrium.theta) == ["curve(x = 1/2 - sqrt(13)/2)", "curve(x = 1/2 + sqrt(13)/2)"]
    assert [str(w) for _, w in equilibrium.belief] == ["1/2", "1/2"]
    assert equilibrium.dimension == 0


def test_self_confirming_arm_is_no_nash_equilibrium() -> None:
    """Fudenberg & Levine 1993: what is never tried is never learnt."""
    solution = solve_families(load_game(LITERATURE / "two_armed_bandit.toml"))
    assert [(e.support, e.strict, e.uniform, e.self_confirming) for e in solution.equilibria] == [
        (("better",), False, False, True),
        (("worse",), False, False, True),
    ]
    worse = solution.equilibria[1].theta
    assert (worse.pieces[0].dimension, vertices(worse)) == (1, ["arms(x = 0, z = 1/2)", "arms(x = 1, z = 1/2)"])


def test_identified_and_correct_is_nash() -> None:
    """With correct and identified models the only equilibrium is the true optimum."""
    solution = solve_families(load_game(LITERATURE / "identified_coin.toml"))
    (equilibrium,) = solution.equilibria
    assert (equilibrium.support, equilibrium.strict, vertices(equilibrium.theta)) == (
        ("heads",), True, ["coin(x = 2/3)"],
    )  # fmt: skip


# Best fits


def test_moment_match_in_a_mean_family() -> None:
    """Bernoulli families: the fit is the weighted mean of the true probabilities, cut to the interval."""
    models = {"m": {"theta": {"x": "[0, 1/2]"}, "predicts": {"*": row("x")}}}
    agent = agent_of(game(models, {"a": row("1/3"), "b": row("3/4")}, {"*": {"y": 1, "n": 0}}))
    fits = kl_minimizers(agent, [Fraction(3, 4), Fraction(1, 4)])
    assert (vertices(fits), fits.method) == (["m(x = 7/16)"], "moment match, projected")
    assert vertices(kl_minimizers(agent, [0, 1])) == ["m(x = 1/2)"]


def test_unknown_variance() -> None:
    """Gaussian with free mean and variance: the variance absorbs the spread of the means."""
    law = {"mean": "m", "variance": "v"}
    models = {"m": {"theta": {"m": "(-oo, oo)", "v": "(0, oo)"}, "predicts": {"*": law}}}
    truth = {"a": {"mean": "0", "variance": "1"}, "b": {"mean": "2", "variance": "1"}}
    agent = agent_of(normal_game(models, truth, {"*": "y"}))
    fits = kl_minimizers(agent, [Fraction(1, 2), Fraction(1, 2)])
    assert (vertices(fits), fits.method) == (["m(m = 1, v = 2)"], "stationary points compared")


def test_fit_at_an_algebraic_mixture() -> None:
    """At an irrational mixture the fit is an exact algebraic number."""
    from flint import fmpz_poly

    models = {"m": {"theta": {"x": "[0, 1]"}, "predicts": {"*": row("x")}}}
    agent = agent_of(game(models, {"a": row("0"), "b": row("1")}, {"*": {"y": 1, "n": 0}}))
    share = real_roots(fmpz_poly([-1, 0, 2]))[1]
    fits = kl_minimizers(agent, {"b": share, "a": real_roots(fmpz_poly([1, -4, 2]))[0]})
    assert vertices(fits) == ["m(x = sqrt(2)/2)"]


def test_polynomial_constraint() -> None:
    """The point of the unit disk nearest to (1, 1): both coordinates sqrt(2)/2."""
    models = {"m": {
        "theta": {"u": "[-2, 2]", "v": "[-2, 2]"}, "where": ["u**2 + v**2 <= 1"],
        "predicts": {"a": {"mean": "u", "variance": "1"}, "b": {"mean": "v", "variance": "1"}},
    }}  # fmt: skip
    truth = {"*": {"mean": "1", "variance": "1"}}
    agent = agent_of(normal_game(models, truth, {"*": "y"}))
    fits = kl_minimizers(agent, [Fraction(1, 2), Fraction(1, 2)])
    assert vertices(fits) == ["m(u = sqrt(2)/2, v = sqrt(2)/2)"]


def test_affine_constraint_couples_the_box() -> None:
    """Projection on u + v <= 1 of the fit (1, 1): weights 3/4 and 1/4 give (3/4, 1/4) by hand.

    Minimize 3/4 (u - 1)**2 + 1/4 (v - 1)**2 on u + v = 1: 3 (1 - u) = 1 - v = u, so u = 3/4.
    """
    models = {"m": {
        "theta": {"u": "[0, 2]", "v": "[0, 2]"}, "where": ["u + v <= 1"],
        "predicts": {"a": {"mean": "u", "variance": "1"}, "b": {"mean": "v", "variance": "1"}},
    }}  # fmt: skip
    agent = agent_of(normal_game(models, {"*": {"mean": "1", "variance": "1"}}, {"*": "y"}))
    assert vertices(kl_minimizers(agent, [Fraction(3, 4), Fraction(1, 4)])) == ["m(u = 3/4, v = 1/4)"]


def test_families_and_single_models_in_one_class() -> None:
    """The single model fits exactly at one action and beats the family there; elsewhere the family wins."""
    models = {
        "low": {"theta": {"x": "[0, 1/4]"}, "predicts": {"*": row("x")}},
        "third": {"predicts": {"*": row("1/3")}},
    }
    agent = agent_of(game(models, {"a": row("1/3"), "b": row("1/8")}, {"*": {"y": 1, "n": 0}}))
    assert vertices(kl_minimizers(agent, {"a": 1})) == ["third"]
    assert vertices(kl_minimizers(agent, {"b": 1})) == ["low(x = 1/8)"]


def test_exact_tie_of_a_family_and_a_single_model() -> None:
    """x = 1/3 and the model 1/3 predict the same: an exact tie, both fit best."""
    models = {
        "all": {"theta": {"x": "[0, 1]"}, "predicts": {"*": row("x")}},
        "third": {"predicts": {"*": row("1/3")}},
    }
    agent = agent_of(game(models, {"*": row("1/3")}, {"*": {"y": 1, "n": 0}}))
    assert vertices(kl_minimizers(agent, {"a": 1})) == ["all(x = 1/3)", "third"]


def test_open_end_is_refused() -> None:
    """The infimum at x = 1/2 is not attained on [0, 1/2)."""
    models = {"m": {"theta": {"x": "[0, 1/2)"}, "predicts": {"*": row("x")}}}
    agent = agent_of(game(models, {"*": row("3/4")}, {"*": {"y": 1, "n": 0}}))
    with pytest.raises(NotSupportedError, match="open end"):
        kl_minimizers(agent, {"a": 1})


def test_curved_payoffs_on_a_set_of_fits() -> None:
    """Action a leaves x in [0, 1] open; the payoff of b is x (1 - x), at most 1/4 at x = 1/2, no vertex.

    So b is a best reply to some belief iff the sure payoff of a is at most 1/4.
    """
    models = {"m": {"theta": {"x": "[0, 1]"}, "predicts": {"a": row("1/2"), "b": row("x*(1 - x)")}}}
    truth = {"a": row("1/2"), "b": row("1/8")}
    for sure, expected in (("1/4", True), ("26/100", False)):
        agent_game = game(models, truth, {"a": {"y": sure, "n": sure}, "b": {"y": 1, "n": 0}})
        edges = [case.value for case in solve_families(agent_game).transitions]
        assert (("a", "b") in edges) is expected


# Equilibria


def test_irrational_equilibrium() -> None:
    """P(y) = x after a, x**2 after b; a pays 1 on y, b pays 2 on y: indifferent iff x = 2 x**2, x = 1/2.

    With true probabilities 1/3 and 1/2: (1 - s)(x - 1/3)/(x (1 - x)) + s 2 (x**2 - 1/2)/(x (1 - x**2)) = 0 at 1/2:
    (1 - s) 2/3 - s 4/3 = 0, s = 1/3.
    """
    models = {"m": {"theta": {"x": "[1/10, 9/10]"}, "predicts": {"a": row("x"), "b": row("x**2")}}}
    payoff = {"a": {"y": 1, "n": 0}, "b": {"y": 2, "n": 0}}
    found = solve_families(game(models, {"a": row("1/3"), "b": row("1/2")}, payoff))
    mixed = [e for e in found.equilibria if not e.pure]
    assert [[str(w) for _, w in e.strategy] for e in mixed] == [["2/3", "1/3"]]


def test_tie_in_closed_form() -> None:
    """Two single models beside an idle family: the tie is a quotient of logarithms, the same as the finite engine's."""
    single = {
        "one": {"predicts": {"a": row("3/4"), "b": row("1/3")}},
        "two": {"predicts": {"a": row("1/4"), "b": row("2/3")}},
    }
    idle = {"idle": {"theta": {"x": "[0, 1/100]"}, "predicts": {"*": row("x")}}}
    truth = {"a": row("1/3"), "b": row("1/4")}
    payoff = {"a": {"y": 1, "n": 0}, "b": {"y": 0, "n": 1}}
    finite = solve(game(single, truth, payoff))
    whole = solve_families(game(single | idle, truth, payoff))
    strategies = {e.support: [str(w) for _, w in e.strategy] for e in finite.equilibria}
    assert {e.support: [str(w) for _, w in e.strategy] for e in whole.equilibria} == strategies
    assert [c.value for c in whole.transitions] == [c.value for c in finite.transitions]


def test_continuum_on_two_actions() -> None:
    """The cut-off fit x = 1/2 makes both actions equal for all mixtures with a mean above 1/2: a continuum."""
    models = {"m": {"theta": {"x": "[0, 1/2]"}, "predicts": {"*": row("x")}}}
    payoff = {"a": {"y": 1, "n": 0}, "b": {"y": 0, "n": 1}}
    found = solve_families(game(models, {"a": row("3/4"), "b": row("1/4")}, payoff))
    (mixed,) = [e for e in found.equilibria if not e.pure]
    assert (mixed.dimension, mixed.set_conditions) == (1, ("0 < sigma(b) <= 1/2",))


def test_three_actions() -> None:
    """Three prices on a plane of demand curves: every interior equilibrium passes the definition.

    Means u, v and u + v after a, b, c in truth 1, 1 and 1; payoffs y: all equal only at u = v = u + v = 0, which
    lies outside the box, so no equilibrium mixes all three.
    """
    law = lambda mean: {"mean": mean, "variance": "1"}  # noqa: E731
    models = {"m": {"theta": {"u": "[1/4, 2]", "v": "[1/4, 2]"},
                    "predicts": {"a": law("u"), "b": law("v"), "c": law("u + v")}}}  # fmt: skip
    found = solve_families(normal_game(models, {"*": law("1")}, {"*": "y"}, "abc"))
    assert [e.support for e in found.equilibria] == [("c",)]


def test_constant_fit_on_three_actions_is_a_continuum() -> None:
    """A correct model under which all three actions pay the same: every mixture is an equilibrium."""
    models = {"m": {"theta": {"x": "[0, 1]"}, "predicts": {"*": row("x")}}}
    found = solve_families(game(models, {"*": row("1/3")}, {"*": {"y": 1, "n": 0}}, "abc"))
    assert [(e.support, e.dimension) for e in found.equilibria] == [
        (("a",), 0), (("b",), 0), (("c",), 0),
        (("a", "b"), 1), (("a", "c"), 1), (("b", "c"), 1), (("a", "b", "c"), 2),
    ]  # fmt: skip


# The definition


def test_definition_on_families() -> None:
    monopolist = load_game(LITERATURE / "monopolist.toml")
    assert is_equilibrium(monopolist, {"low": "35/36", "high": "1/36"})
    assert not is_equilibrium(monopolist, {"low": "34/36", "high": "2/36"})
    assert not is_equilibrium(monopolist, {"low": 1})


def test_definition_on_finite_models() -> None:
    """The canonical trap at p = q = 3/4: safe (2 q - 1)/(2 (p + q - 1)) = 1/2, and both pure strategies."""
    models = {"merit": {"predicts": {"a": row("4/5"), "b": row("1/5")}},
              "agreement": {"predicts": {"a": row("1/5"), "b": row("4/5")}}}  # fmt: skip
    trap = game(models, {"*": row("3/4")}, {"*": {"y": 1, "n": 0}})
    assert is_equilibrium(trap, {"a": 1})
    assert is_equilibrium(trap, {"a": "1/2", "b": "1/2"})
    assert not is_equilibrium(trap, {"a": "1/3", "b": "2/3"})


def test_definition_at_a_quotient_of_logarithms() -> None:
    """Every equilibrium of a finite game passes, at its exact closed form; a neighbour does not."""
    models = {"one": {"predicts": {"a": row("3/4"), "b": row("1/3")}},
              "two": {"predicts": {"a": row("1/4"), "b": row("2/3")}}}  # fmt: skip
    finite = game(models, {"a": row("1/3"), "b": row("1/4")}, {"a": {"y": 1, "n": 0}, "b": {"y": 0, "n": 1}})
    for equilibrium in solve(finite).equilibria:
        assert is_equilibrium(finite, dict(equilibrium.strategy))
        if not equilibrium.pure:
            assert not is_equilibrium(finite, {"a": "1/2", "b": "1/2"})


def test_definition_on_normal_outcomes_and_single_models() -> None:
    """Two models of one drug: means 0 and 2 in truth 1 and 1/2 after a and b; the equilibrium ties both fits.

    Squared errors: model "up" (2 after a, 0 after b) 1 and 1/4; model "down" (0 after a, 2 after b) 1 and 9/4. They
    tie only where b is never played, so "up" fits every mixture with b; under "up" a pays 2 and b 0.
    """
    law = lambda mean: {"mean": mean, "variance": "1"}  # noqa: E731
    models = {"up": {"predicts": {"a": law("2"), "b": law("0")}}, "down": {"predicts": {"a": law("0"), "b": law("2")}}}
    drug = normal_game(models, {"a": law("1"), "b": law("1/2")}, {"*": "y"})
    assert is_equilibrium(drug, {"a": 1})
    assert not is_equilibrium(drug, {"b": 1})
    assert not is_equilibrium(drug, {"a": "1/2", "b": "1/2"})
    assert [e.support for e in solve_families(drug).equilibria] == [("a",)]


def test_normal_tables_in_closed_form() -> None:
    """K of a variance 4 model at truth N(m, 1) is (log 4 + (1 + (m - 1)**2)/4)/2; E y**2 = 1 + 4."""
    document = {
        "format": 1, "name": "t", "parameters": {"m": "(0, 1)"}, "players": {"agent": {
            "actions": ["a"], "outcomes": "normal", "truth": {"a": {"mean": "m", "variance": "1"}},
            "payoff": {"a": "y**2"}, "models": {"wide": {"predicts": {"a": {"mean": "1", "variance": "4"}}}},
        }},
    }  # fmt: skip
    tables = normal_decision_tables(Game.from_dict(document))
    assert element_text(tables.ring, tables.payoff[0][0]) == "5"
    assert element_text(tables.ring, tables.divergence[0][0]) == "(8*log(2) + m**2 - 2*m + 2)/8"  # type: ignore[arg-type]


def test_definition_reads_algebraic_weights() -> None:
    """P(y) = x, truth 0 and 1: the fit is the share of b, and a pays 1/sqrt(2) on average at that share."""
    models = {"m": {"theta": {"x": "[0, 1]"}, "predicts": {"*": row("x")}}}
    coin = game(models, {"a": row("0"), "b": row("1")}, {"a": {"y": 0, "n": "1/2"}, "b": {"y": "1/2", "n": "0"}})
    assert is_equilibrium(coin, {"a": "1/2", "b": "root(2*x - 1, 1)"})
    assert not is_equilibrium(coin, {"a": "1 - sqrt(2)/2", "b": "sqrt(2)/2"})


@pytest.mark.parametrize("weights", [
    ("sqrt(2)/2", "1 - sqrt(2)/2"), ("sqrt(2)/2", "1 - log(2) - (sqrt(2)/2 - log(2))"), ("root(2*x - 1, 1)", "1/2"),
])  # fmt: skip
@pytest.mark.parametrize("gain, tied", [("2*log(2)", True), ("3*log(2)", False)])
def test_definition_reads_weights_beside_logarithms(weights: tuple[str, str], gain: str, tied: bool) -> None:
    """One model, right about a fair coin: a pays log 4 after y alone, so log 2 on average, which b pays for sure."""
    fair = {"y": "1/2", "n": "1/2"}
    logs = game({"m": {"predicts": {"*": fair}}}, {"a": fair, "b": fair},
                {"a": {"y": gain, "n": "0"}, "b": {"y": "log(2)", "n": "log(2)"}})  # fmt: skip
    assert is_equilibrium(logs, dict(zip("ab", weights, strict=True))) is tied
    assert is_equilibrium(logs, {"a": 1})


def test_definition_refuses_what_is_no_strategy() -> None:
    monopolist = load_game(LITERATURE / "monopolist.toml")
    with pytest.raises(GameError, match="sum to 1"):
        is_equilibrium(monopolist, {"low": "1/2"})
    with pytest.raises(GameError, match="unknown action"):
        is_equilibrium(monopolist, {"cheap": 1})


# Documents


def test_document() -> None:
    solution = solve_families(load_game(LITERATURE / "monopolist.toml"))
    document = json.loads(json.dumps(solution.to_json()))
    (entry,) = document["equilibria"]
    assert entry["strategy"]["firm"]["low"] == {"exact": "35/36", "approx": 35 / 36}
    assert entry["belief_support"] == {"firm": ["linear_demand"]}
    assert entry["theta"]["firm"][0]["vertices"] == [
        {"a": {"exact": "40", "approx": 40.0}, "b": {"exact": "10/3", "approx": 10 / 3}}
    ]
    assert document["transitions"] == [["high", "low"], ["low", "high"]]


def test_free_parameters_are_named() -> None:
    document = {
        "format": 1, "name": "t", "parameters": {"q": "(0, 1)"}, "players": {"agent": {
            "actions": ["a"], "outcomes": ["y", "n"], "truth": {"a": row("q")}, "payoff": {"a": {"y": 1, "n": 0}},
            "models": {"m": {"theta": {"x": "[0, 1]"}, "predicts": {"a": row("x")}}},
        }},
    }  # fmt: skip
    with pytest.raises(NotSupportedError, match="q"):
        solve_families(Game.from_dict(document))
    assert len(solve_families(Game.from_dict(document), {"q": "1/3"}).equilibria) == 1
