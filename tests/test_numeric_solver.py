"""The numerical route against answers derived by hand.

The canonical trap: actions truthful, sycophantic with true approval p, q; models merit and agreement that expect
approval h after the action they favour and l after the other, 0 < l < h < 1. A model's divergence difference at an
action with true approval x is, up to sign, x log(h/l) + (1 - x) log((1-h)/(1-l)), which is zero at x* =
log((1-l)/(1-h)) / log(h(1-l)/(l(1-h))); x* = 1/2 where l = 1 - h.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import mpmath
import pytest

from berknash.numeric.linear_program import interior_point
from berknash.numeric.solver import (
    DecisionProblem,
    NumericalStructure,
    is_equilibrium,
    is_supporting_belief,
    numerical_structure,
)
from berknash.numeric.tables import Precision, evaluate, numerical_tables
from berknash.symbolic.errors import BudgetError, GameError, NotSupportedError
from berknash.symbolic.expressions.reading import read_expression
from berknash.symbolic.game.game import Game

TIE = mpmath.mpf(10) ** -30


def binary(good: str) -> dict[str, str]:
    return {"good": good, "bad": f"1 - ({good})"}


def one_agent(
    truth: dict[str, str],
    payoff: dict[str, tuple[str, str]],
    models: dict[str, dict[str, str]],
    parameters: dict[str, str] | None = None,
) -> Game:
    """A game with outcomes good, bad, given by the probabilities of good."""
    document: dict[str, Any] = {"format": 1, "name": "test", "parameters": parameters or {}}
    document["players"] = {
        "agent": {
            "actions": list(truth),
            "outcomes": ["good", "bad"],
            "truth": {action: binary(good) for action, good in truth.items()},
            "payoff": {action: {"good": good, "bad": bad} for action, (good, bad) in payoff.items()},
            "models": {
                name: {"predicts": {action: binary(good) for action, good in rows.items()}}
                for name, rows in models.items()
            },
        }
    }
    return Game.from_dict(document)


TRAP = one_agent(
    {"truthful": "p", "sycophantic": "q"},
    {"truthful": ("1", "0"), "sycophantic": ("1", "0")},
    {
        "merit": {"truthful": "h", "sycophantic": "l"},
        "agreement": {"truthful": "l", "sycophantic": "h"},
    },
    {"p": "(0, 1)", "q": "(0, 1)", "h": "(0, 1)", "l": "(0, 1)"},
)
SYMMETRIC = TRAP.at({"h": "4/5", "l": "1/5"})
T, S, BOTH = ("truthful",), ("sycophantic",), ("sycophantic", "truthful")


def weights(found: NumericalStructure, support: tuple[str, ...]) -> dict[str, Any]:
    (equilibrium,) = [e for e in found.equilibria if e.support == support]
    return dict(equilibrium.strategy)


@pytest.mark.parametrize(
    ("p", "q", "supports", "absorbing", "cycles", "strict"),
    [
        ("7/10", "3/10", [T], [T], [], T),
        ("3/10", "7/10", [S], [S], [], S),
        ("7/10", "6/10", [S, BOTH, T], [S, T], [], BOTH),
        ("3/10", "4/10", [BOTH], [BOTH], [("truthful", "sycophantic")], ()),
        # On the boundary p = 1/2 truth teaches nothing: truthful is held up by any belief on merit, and both
        # replies occur.
        ("1/2", "1/3", [T], [BOTH], [("truthful", "sycophantic")], ()),
        ("1/2", "2/3", [S, T], [S], [], S),
        ("1/2", "1/2", [S, BOTH, T], [BOTH], [("truthful", "sycophantic")], ()),
    ],
)
def test_canonical_trap_phase_by_phase(
    p: str, q: str, supports: list[Any], absorbing: list[Any], cycles: list[Any], strict: Any
) -> None:
    found = numerical_structure(SYMMETRIC, {"p": Fraction(p), "q": Fraction(q)})
    assert list(found.supports) == supports
    assert list(found.absorbing) == absorbing
    assert list(found.closed) == absorbing
    assert list(found.cycles) == cycles
    assert found.uniformly_strict == strict


@pytest.mark.parametrize(("p", "q"), [("7/10", "6/10"), ("3/10", "4/10"), ("99/100", "51/100")])
def test_canonical_trap_mixed_equilibrium(p: str, q: str) -> None:
    # sigma(truthful) = (2q - 1) / (2(p + q - 1)), held up by a belief on both models.
    point = {"p": Fraction(p), "q": Fraction(q)}
    found = numerical_structure(SYMMETRIC, point)
    exact = (2 * point["q"] - 1) / (2 * (point["p"] + point["q"] - 1))
    assert abs(weights(found, BOTH)["truthful"] * exact.denominator - exact.numerator) < TIE
    (mixed,) = [e for e in found.equilibria if e.support == BOTH]
    assert mixed.belief_support == ("agreement", "merit")
    assert [abs(weight - mpmath.mpf("0.5")) < TIE for _, weight in mixed.belief] == [True, True]
    assert mixed.dimension == 0


def test_canonical_trap_continuum_where_nothing_is_learnt() -> None:
    # p = q = 1/2 with l = 1 - h: both models fit every mixture alike, so every mixture is an equilibrium.
    found = numerical_structure(SYMMETRIC, {"p": Fraction(1, 2), "q": Fraction(1, 2)})
    assert [(e.support, e.dimension) for e in found.equilibria] == [(S, 0), (BOTH, 1), (T, 0)]


def test_irrational_threshold_of_the_asymmetric_trap() -> None:
    # h = 4/5, l = 2/5: p* = log 3 / log 6 = 0.613...
    game = TRAP.at({"h": "4/5", "l": "2/5"})
    with mpmath.workdps(60):
        threshold = mpmath.log(3) / mpmath.log(6)
        on = numerical_structure(game, {"p": threshold, "q": Fraction(1, 3)})
        above = numerical_structure(game, {"p": threshold + mpmath.mpf(10) ** -25, "q": Fraction(1, 3)})
        below = numerical_structure(game, {"p": threshold - mpmath.mpf(10) ** -25, "q": Fraction(1, 3)})
    assert on.supports == (T,) and on.rationalizable == BOTH
    assert above.supports == (T,) and above.rationalizable == T
    assert below.supports == (BOTH,) and below.rationalizable == BOTH


def three_cycle() -> Game:
    """Each action is best explained by the model that recommends the next one: a -> b -> c -> a."""
    return one_agent(
        {"a": "1/2", "b": "1/2", "c": "1/2"},
        {"a": ("3", "0"), "b": ("3", "0"), "c": ("3", "0")},
        {
            "for_a": {"a": "9/10", "b": "1/5", "c": "1/2"},
            "for_b": {"a": "1/2", "b": "9/10", "c": "1/5"},
            "for_c": {"a": "1/5", "b": "1/2", "c": "9/10"},
        },
    )


def test_three_cycle() -> None:
    # At a the model for_b fits exactly and recommends b; at b for_c, recommending c; at c for_a, recommending a.
    found = numerical_structure(three_cycle())
    assert found.transitions == (("a", "b"), ("b", "c"), ("c", "a"))
    assert found.cycles == (("a", "b", "c"),)
    assert found.absorbing == found.closed == (("a", "b", "c"),)
    assert found.rationalizable == ("a", "b", "c")
    assert found.supports == (("a", "b", "c"),)
    # By symmetry the only equilibrium is uniform: then all three models tie, and so do all three payoffs.
    assert all(abs(3 * weight - 1) < TIE for weight in weights(found, ("a", "b", "c")).values())


def test_infinite_divergence_is_never_a_best_fit() -> None:
    # "never" rules out good after both actions; it would recommend quit and is refuted by any play at all.
    game = one_agent(
        {"try": "1/2", "quit": "1/2"},
        {"try": ("2", "-1"), "quit": ("0", "0")},
        {"never": {"try": "0", "quit": "0"}, "always": {"try": "9/10", "quit": "1/10"}},
    )
    tables = numerical_tables(game)
    assert [bool(mpmath.isinf(entry)) for entry in tables.divergence[0]] == [True, True]
    found = numerical_structure(game)
    assert found.supports == (("try",),) and found.rationalizable == ("try",)


def test_infinite_divergence_at_one_action_jumps_at_the_vertex() -> None:
    # "blind" fits quit exactly but rules good out after try: it is the best fit at quit, and at no mixture with try.
    game = one_agent(
        {"try": "1/2", "quit": "1/2"},
        {"try": ("2", "-1"), "quit": ("0", "0")},
        {"blind": {"try": "0", "quit": "1/2"}, "open": {"try": "1/4", "quit": "1/4"}},
    )
    found = numerical_structure(game)
    # Under blind trying yields -1, so quit is locked in. Under open it yields -1/4: try is optimal nowhere.
    assert found.supports == (("quit",),)
    assert found.transitions == (("quit", "quit"), ("try", "quit"))
    assert found.closed == (("quit",),) and found.uniformly_strict == ("quit",)


def test_duplicate_actions_give_a_continuum() -> None:
    game = one_agent(
        {"left": "1/2", "right": "1/2"},
        {"left": ("1", "0"), "right": ("1", "0")},
        {"only": {"left": "1/3", "right": "1/3"}},
    )
    found = numerical_structure(game)
    assert [(e.support, e.dimension, e.strict) for e in found.equilibria] == [
        (("left",), 0, False),
        (("left", "right"), 1, False),
        (("right",), 0, False),
    ]
    assert found.uniform == ("left", "right") and found.uniformly_strict == ()


def test_two_components_with_one_support() -> None:
    # With x the weight of left, K(low) = c (1 - x), K(high) = c x, K(mid) = m where c = log(625/49)/2 and
    # m = log(4/3)/2: low ties with mid at x = 1 - m/c and mid with high at x = m/c. Left is better under low and
    # high, right under mid, so beliefs on either pair make the agent indifferent: two isolated mixed equilibria.
    game = one_agent(
        {"left": "1/2", "right": "1/2"},
        {"left": ("1", "0"), "right": ("1", "0")},
        {
            "low": {"left": "1/2", "right": "1/50"},
            "mid": {"left": "1/4", "right": "3/4"},
            "high": {"left": "49/50", "right": "1/2"},
        },
    )
    found = numerical_structure(game)
    assert [(e.support, e.belief_support, e.dimension) for e in found.equilibria] == [
        (("left",), ("low",), 0),
        (("left", "right"), ("high", "mid"), 0),
        (("left", "right"), ("low", "mid"), 0),
    ]
    with mpmath.workdps(50):
        ratio = mpmath.log(mpmath.mpf(4) / 3) / mpmath.log(mpmath.mpf(625) / 49)
        _, right_heavy, left_heavy = (dict(e.strategy)["left"] for e in found.equilibria)
        assert abs(right_heavy - ratio) < TIE and abs(left_heavy - 1 + ratio) < TIE
    problem = DecisionProblem(numerical_tables(game))
    for equilibrium in found.equilibria:
        strategy = [weight for _, weight in equilibrium.strategy]
        assert is_equilibrium(problem, strategy)
        assert is_supporting_belief(problem, strategy, [weight for _, weight in equilibrium.belief])
    half = Fraction(1, 2)
    assert not is_equilibrium(problem, [half, half])
    assert not is_supporting_belief(problem, [half, half], [half, half, 0])


def test_membership_rejects_what_is_no_distribution() -> None:
    problem = DecisionProblem(numerical_tables(three_cycle()))
    third = Fraction(1, 3)
    assert is_equilibrium(problem, [third, third, third])
    assert not is_equilibrium(problem, [1, 0, 0])
    assert not is_equilibrium(problem, [third, third, 0])
    assert not is_equilibrium(problem, [2, -1, 0])


def test_minimal_closed_set_and_sink_component_differ() -> None:
    # a and b swap: after a the model for_b fits exactly, after b for_a does. So {a, b} is a sink of pure
    # adjustment. But mixtures of a and b are fitted better by for_c, which recommends c; c confirms for_c and is
    # locked in.
    found = numerical_structure(
        one_agent(
            {"a": "1/2", "b": "1/2", "c": "1/2"},
            {"a": ("1", "0"), "b": ("1", "0"), "c": ("1", "0")},
            {
                "for_a": {"a": "99/100", "b": "1/2", "c": "1/5"},
                "for_b": {"a": "1/2", "b": "99/100", "c": "1/5"},
                "for_c": {"a": "2/5", "b": "2/5", "c": "1/2"},
            },
        )
    )
    assert found.transitions == (("a", "b"), ("b", "a"), ("c", "c"))
    assert found.absorbing == (("a", "b"), ("c",))
    assert found.closed == (("c",),)
    assert found.rationalizable == ("a", "b", "c")
    assert found.cycles == (("a", "b"),)
    assert ("a", "b") not in found.supports and ("c",) in found.supports


def test_structure_json_has_the_parts_of_the_format() -> None:
    found = numerical_structure(SYMMETRIC, {"p": Fraction(7, 10), "q": Fraction(3, 10)})
    assert found.to_json() == {
        "supports": [["truthful"]],
        "rationalizable": ["truthful"],
        "transitions": [["sycophantic", "truthful"], ["truthful", "truthful"]],
        "absorbing": [["truthful"]],
        "closed": [["truthful"]],
        "cycles": [],
    }


def test_scaling_payoffs_changes_nothing() -> None:
    for factor in ("1/1000", "7", "10**12"):
        game = one_agent(
            {"a": "2/5", "b": "1/3"},
            {"a": (f"2*{factor}", "0"), "b": (f"{factor}", f"-1*{factor}")},
            {"m": {"a": "1/5", "b": "9/10"}, "n": {"a": "3/5", "b": "2/5"}},
        )
        assert (
            numerical_structure(game).to_json()
            == numerical_structure(
                one_agent(
                    {"a": "2/5", "b": "1/3"},
                    {"a": ("2", "0"), "b": ("1", "-1")},
                    {"m": {"a": "1/5", "b": "9/10"}, "n": {"a": "3/5", "b": "2/5"}},
                )
            ).to_json()
        )


def test_tables_by_hand() -> None:
    tables = numerical_tables(SYMMETRIC, {"p": Fraction(1, 2), "q": Fraction(1, 5)})
    with mpmath.workdps(50):
        # K(merit, truthful) = 1/2 log(5/8) + 1/2 log(5/2) = 1/2 log(25/16); merit fits sycophantic exactly.
        assert abs(tables.divergence[0][0] - mpmath.log(mpmath.mpf(25) / 16) / 2) < TIE
        assert abs(tables.divergence[0][1]) < TIE
        # K(agreement, sycophantic) = 1/5 log(1/4) + 4/5 log 4 = 3/5 log 4.
        assert abs(tables.divergence[1][1] - 3 * mpmath.log(4) / 5) < TIE
        assert [mpmath.nstr(entry, 5) for entry in tables.payoff[0]] == ["0.8", "0.2"]


def test_linear_program_by_hand() -> None:
    with mpmath.workdps(50):
        one, zero = mpmath.mpf(1), mpmath.mpf(0)
        # w1 = w2 and w1 + w2 <= 2 w3: the middle of the simplex.
        point = interior_point(3, [[one, -one, zero]], [[one, one, -2 * one]], TIE)
        assert point is not None and all(abs(3 * weight - 1) < TIE for weight in point.weights)
        # w1 <= 0 leaves no interior; a redundant copy of a tie changes nothing; contradictory ties leave nothing.
        assert interior_point(2, [], [[one, zero]], TIE) is None
        tie = [one, -3 * one]
        doubled = interior_point(2, [tie, tie, [2 * one, -6 * one]], [], TIE)
        assert doubled is not None and abs(doubled.smallest - one / 4) < TIE
        assert interior_point(2, [tie, [one, -2 * one]], [], TIE) is None
        # The only point is a vertex of the simplex.
        assert interior_point(2, [], [[-one, one], [zero, one]], TIE) is None


def test_evaluation_without_floats() -> None:
    tree = read_expression("sqrt(2)*exp(x)/log(3) - x**2", ["x"], where="here")
    with mpmath.workdps(50):
        value = evaluate(tree, {"x": Fraction(1, 3)})
        third = mpmath.mpf(1) / 3
        assert abs(value - (mpmath.sqrt(2) * mpmath.exp(third) / mpmath.log(3) - third**2)) < TIE
    with pytest.raises(GameError, match="float"):
        evaluate(tree, {"x": 0.5})
    with pytest.raises(GameError, match="no value for x"):
        evaluate(tree, {})
    with pytest.raises(GameError, match="not a real number"):
        evaluate(read_expression("log(x)", ["x"], where="here"), {"x": -1})
    with pytest.raises(GameError, match="denominator"):
        evaluate(read_expression("1/x", ["x"], where="here"), {"x": 0})


def test_refusals_name_the_reason() -> None:
    with pytest.raises(GameError, match="not a probability distribution"):
        numerical_structure(SYMMETRIC, {"p": Fraction(3, 2), "q": Fraction(1, 2)})
    with pytest.raises(GameError, match="no value for q"):
        numerical_structure(SYMMETRIC, {"p": Fraction(1, 2)})
    with pytest.raises(GameError, match="leave room for rounding"):
        Precision(digits=30, tie_digits=40)
    actions = [f"a{i}" for i in range(12)]
    wide = one_agent(
        dict.fromkeys(actions, "1/2"),
        dict.fromkeys(actions, ("1", "0")),
        {f"m{t}": dict.fromkeys(actions, "1/3") for t in range(12)},
    )
    with pytest.raises(BudgetError, match="16769025 pairs"):
        numerical_structure(wide)
    family = Game.from_dict(
        {
            "format": 1,
            "name": "family",
            "players": {
                "agent": {
                    "actions": ["stay"],
                    "outcomes": ["good", "bad"],
                    "truth": {"stay": binary("1/2")},
                    "payoff": {"stay": {"good": "1", "bad": "0"}},
                    "models": {"coin": {"theta": {"x": "[0, 1]"}, "predicts": {"stay": binary("x")}}},
                }
            },
        }
    )
    with pytest.raises(NotSupportedError, match="family coin"):
        numerical_structure(family)
