"""Predictions and payoffs that are curved in the coordinate, with free parameters: by hand, and against the engine."""

from __future__ import annotations

import random
import sys
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from test_player_families import pair
from test_player_families_free import agrees

from berknash.proofs.claims.when import when
from berknash.symbolic.algebra.ring import Ring
from berknash.symbolic.algebra.signs import approximate
from berknash.symbolic.engines.signs.free_solution import solve_free_players
from berknash.symbolic.engines.signs.implicit_fits import sign_at_zero
from berknash.symbolic.expressions.reading import substitute
from berknash.symbolic.game.game import Game
from berknash.symbolic.results.solution import Solution
from berknash.symbolic.solving.engines import solve_by_engines
from berknash.symbolic.solving.family_phases import family_phases

sys.path.insert(0, str(Path(__file__).parent.parent / "benchmarks"))

from free_families import at_point, disagreements, free_game, point


def law(mean: str) -> dict[str, str]:
    return {"mean": mean, "variance": "1"}


BAD = {"bad": {"predicts": {"*": {"mean": "100", "variance": "1"}}}}
"""A model that fits nothing well."""


def build(parameters: dict[str, str], theta: str, predicts: dict[str, Any], more: Any = None, **agent: Any) -> Game:
    models = {"family": {"theta": {"x": theta}, "predicts": predicts}, **(more or {})}
    agent = {"actions": list(predicts) if "*" not in predicts else ["a", "b"], **agent, "models": models}
    return Game.from_dict({"format": 1, "name": "draft", "parameters": parameters, "players": {"agent": agent}})


def two_draws(p: str) -> dict[str, str]:
    return {"both": f"({p})**2", "one": f"2*({p})*(1 - ({p}))", "none": f"(1 - ({p}))**2"}


def listed(free: Solution) -> list[tuple[Any, ...]]:
    return [(e.support, e.dimension, e.strict, str(e.condition)) for e in free.equilibria]


def best_fits(free: Solution, *support: str) -> list[str]:
    return [str(v.coordinates[0][1]) for e in free.equilibria if e.support == support for v in e.theta.vertices]


@pytest.mark.parametrize("truth, exact", [(two_draws("p"), True), ({"both": "p", "one": "0", "none": "1 - p"}, False)])
def test_two_draws_of_a_coin(truth: dict[str, str], exact: bool) -> None:
    """K has the slope 2 p / x - 2 (1 - p) / (1 - x), so p fits best, however the two draws hang together.

    The bet wins 8 if both are heads and loses 1 otherwise: 9 x**2 >= 1.
    """
    free = solve_by_engines(build(
        {"p": "(0, 1)"}, "[0, 1]", {"bet": two_draws("x"), "pass": two_draws("x")},
        outcomes=["both", "one", "none"], truth={"*": truth},
        payoff={"bet": {"both": 8, "one": -1, "none": -1}, "pass": {"both": 0, "one": 0, "none": 0}},
    ))  # fmt: skip
    assert free.undecided == ()
    assert listed(free) == [
        (("bet",), 0, False, "p == 1/3"), (("bet",), 0, True, "p > 1/3"),
        (("pass",), 0, True, "p < 1/3"), (("pass",), 0, False, "p == 1/3"),
        (("bet", "pass"), 1, False, "p == 1/3"),
    ]  # fmt: skip
    assert set(best_fits(free, "bet")) == set(best_fits(free, "pass")) == {"p"}
    assert {e.self_confirming for e in free.equilibria} == {exact}


def test_two_ties_of_a_quadratic_payoff() -> None:
    """a pays y**2 - 3, on average x**2 - 2, b nothing; a shows the mean m, b the mean n, both of them predicted x.

    So a is an equilibrium iff m**2 >= 2, b iff n**2 <= 2, and the mixture (n - t, t - m)/(n - m) for t = sqrt(2) iff t
    is between m and n, likewise for t = -sqrt(2).
    """
    game = build(
        {"m": "(-3, 3)", "n": "(-3, 3)"}, "[-4, 4]", {"*": law("x")}, outcomes="normal",
        truth={"a": law("m"), "b": law("n")}, payoff={"a": "y**2 - 3", "b": "0"},
    )  # fmt: skip
    free = solve_by_engines(game)
    assert free.undecided == ()
    root = 2**0.5
    for m, n in ((2, 1), (1, 2), (-2, 2), (-2, 1), (1, 0), (Fraction(3, 2), Fraction(-3, 2)), (0, -2)):
        here = at_point(free, {"m": Fraction(m), "n": Fraction(n)})
        pure = ([("a",)] if m * m > 2 else []) + ([("b",)] if n * n < 2 else [])
        assert [e.support for e in here.equilibria if len(e.support) == 1] == pure
        shares = sorted(dict(e.strategy)["a"] for e in here.equilibria if len(e.support) == 2)
        expected = sorted((n - t) / (n - m) for t in (root, -root) if (m - t) * (n - t) < 0)
        assert shares == pytest.approx(expected)
    assert set(best_fits(free, "a", "b")) == {"sqrt(2)", "-sqrt(2)"}
    assert str(when(game, "strict(a)")) == "m**2 - 2 > 0"


def test_beliefs_on_an_interval_can_do_what_no_model_does() -> None:
    """The safe action shows nothing; the others pay 1 - x**2 and 1 - (1 - x)**2.

    One of these is 3/4 at least for every x in [0, 1], but under weights 1/2 on 0 and on 1 both are 1/2, and no belief
    makes both less, as they sum up to 1 + 2 (E x - E x**2). So the safe action is an equilibrium iff it pays k >= 1/2.
    """
    game = build(
        {"k": "[0, 1]"}, "[0, 1]", {"safe": law("0"), "low": law("x"), "high": law("1 - x")}, outcomes="normal",
        truth={"safe": law("0"), "low": law("0"), "high": law("0")},
        payoff={"safe": "k", "low": "2 - y**2", "high": "2 - y**2"},
    )  # fmt: skip
    free = solve_by_engines(game)
    assert free.undecided == ()
    assert [(e.strict, e.uniform, str(e.condition)) for e in free.equilibria if e.support == ("safe",)] == [
        (False, False, "k >= 1/2 and k < 1"), (False, True, "k == 1")
    ]  # fmt: skip
    edges = {case.value: str(case.condition) for case in free.transitions if case.value[0] == "safe"}
    assert edges[("safe", "safe")] == "k >= 1/2"
    assert edges[("safe", "low")] == edges[("safe", "high")] == "0 < 1"


def test_no_belief_has_less_risk_than_its_mean() -> None:
    """The others pay x**2 and (1 - x)**2, of which the greater mean is least at 1/2: safe needs k >= 1/4."""
    free = solve_by_engines(build(
        {"k": "[0, 1]"}, "[0, 1]", {"safe": law("0"), "low": law("x"), "high": law("1 - x")}, outcomes="normal",
        truth={"safe": law("0"), "low": law("0"), "high": law("0")},
        payoff={"safe": "k", "low": "y**2 - 1", "high": "y**2 - 1"},
    ))  # fmt: skip
    assert free.undecided == ()
    edges = {case.value: str(case.condition) for case in free.transitions}
    assert edges[("safe", "safe")] == "k >= 1/4"


def test_the_best_fit_of_a_square_is_a_root() -> None:
    """With heads of chance p, predicted x**2, the best fit is sqrt(p): the slope of K has the sign of x**2 - p."""
    free = solve_by_engines(build(
        {"p": "(0, 1)"}, "[0, 1]", {"*": {"y": "x**2", "n": "1 - x**2"}}, outcomes=["y", "n"],
        truth={"*": {"y": "p", "n": "1 - p"}}, payoff={"a": {"y": 1, "n": 0}, "b": {"y": "1/4", "n": "1/4"}},
    ))  # fmt: skip
    assert [entry for entry in listed(free) if entry[2]] == [(("a",), 0, True, "p > 1/4"), (("b",), 0, True, "p < 1/4")]
    (strict,) = (e for e in free.equilibria if e.support == ("a",) and e.strict)
    (fit,) = {v.coordinates[0][1] for v in strict.theta.vertices}
    for p in (Fraction(4, 9), Fraction(9, 10)):
        assert approximate(substitute(fit, {"p": p})) == pytest.approx(float(p) ** 0.5)
    assert all(e.self_confirming for e in free.equilibria)


def test_two_ties_on_one_path() -> None:
    """As above with n = -m; both mixtures exist iff m**2 > 2, with the weights (m + t)/(2 m)."""
    free = solve_by_engines(build(
        {"m": "(-3, 3)"}, "[-4, 4]", {"*": law("x")}, BAD, outcomes="normal",
        truth={"a": law("m"), "b": law("-m")}, payoff={"a": "y**2 - 3", "b": "0"},
    ))  # fmt: skip
    for m in (2, -2, Fraction(3, 2), 1):
        here = at_point(free, {"m": Fraction(m)})
        assert here.undecided == []
        shares = sorted(dict(e.strategy)["a"] for e in here.equilibria if len(e.support) == 2)
        expected = sorted((m + t) / (2 * m) for t in (2**0.5, -(2**0.5))) if m * m > 2 else []
        assert shares == pytest.approx(expected)


def test_the_best_payoff_on_an_interval_is_inside() -> None:
    """a shows nothing of x in [-1, 1]; b promises c - x**2, at most c and at least c - 1, and a nothing."""
    free = solve_by_engines(build(
        {"c": "(-2, 2)"}, "[-1, 1]", {"a": law("0"), "b": law("x")}, BAD, outcomes="normal",
        truth={"a": law("0"), "b": law("0")}, payoff={"a": "0", "b": "c + 1 - y**2"},
    ))  # fmt: skip
    edges = {case.value: str(case.condition) for case in free.transitions}
    assert edges[("a", "a")] == "c <= 1" and edges[("a", "b")] == "c >= 0"
    (loose,) = [e for e in free.equilibria if e.support == ("a",) and not e.uniform]
    assert [str(vertex.coordinates[0][1]) for vertex in loose.theta.vertices] == ["-1", "1"]


def test_two_models_that_fit_a_square_alike() -> None:
    """a shows the mean m where x**2 is predicted, x from -1 to 2; b shows 1 and pays the outcome, predicted x.

    For 0 < m < 1 both roots fit best, and a, which pays nothing, is a best reply to -sqrt(m) alone; for m > 1 only the
    positive one is there; for m <= 0 the best fit is 0.
    """
    free = solve_by_engines(build(
        {"m": "(-2, 5)"}, "[-1, 2]", {"a": law("x**2"), "b": law("x")}, outcomes="normal",
        truth={"a": law("m"), "b": law("1")}, payoff={"a": "0", "b": "y"},
    ))  # fmt: skip
    alone = [e for e in free.equilibria if e.support == ("a",)]
    assert [(e.strict, e.uniform, str(e.condition)) for e in alone] == [
        (False, True, "m <= 0"), (False, False, "m > 0 and m <= 1")
    ]  # fmt: skip
    assert set(best_fits(free, "a")) == {"0", "sqrt(m)", "-sqrt(m)", "-1"}  # the last for m == 1
    edges = {case.value: str(case.condition) for case in free.transitions}
    assert edges[("a", "a")] == "m <= 1"
    assert [(s, strict, where) for s, _, strict, where in listed(free) if s == ("b",)] == [(("b",), True, "0 < 1")]


def test_a_convex_divergence_with_a_curved_mean() -> None:
    """Both actions show x + x**2, whose divergence from a mean of at most 1/2 is convex on [0, 1].

    The mixture with the mean 1/4, which a then promises and b pays, is an equilibrium iff 1/4 is between m and n.
    """
    free = solve_by_engines(build(
        {"m": "(0, 1/2)", "n": "(0, 1/2)"}, "[0, 1]", {"*": law("x + x**2")}, outcomes="normal",
        truth={"a": law("m"), "b": law("n")}, payoff={"a": "y", "b": "1/4"},
    ))  # fmt: skip
    assert free.undecided == ()
    assert [entry for entry in listed(free) if len(entry[0]) == 1] == [
        (("a",), 0, False, "m == 1/4"), (("a",), 0, True, "m > 1/4"),
        (("b",), 0, True, "n < 1/4"), (("b",), 0, False, "n == 1/4"),
    ]  # fmt: skip
    for m, n in ((Fraction(1, 8), Fraction(3, 8)), (Fraction(3, 8), Fraction(1, 16))):
        (mixed,) = [e for e in at_point(free, {"m": m, "n": n}).equilibria if len(e.support) == 2]
        assert dict(mixed.strategy)["a"] == pytest.approx(float((n - Fraction(1, 4)) / (n - m)))
    assert not [e for e in at_point(free, {"m": Fraction(1, 8), "n": Fraction(1, 5)}).equilibria if len(e.support) == 2]


@pytest.mark.parametrize("outcomes", [["y", "n"], ["n", "y"]])
def test_a_success_in_three_tries(outcomes: list[str]) -> None:
    """Trying shows 1 - (1 - x)**3 with the chance q, which that x fits exactly, and pays 1; resting shows x and pays c.

    Trying is an equilibrium iff q >= c, though its best fit is a cube root; resting iff 1 - (1 - q)**3 <= c.
    """
    free = solve_by_engines(build(
        {"q": "(0, 1)", "c": "(0, 1)"}, "[0, 1]",
        {"try": {"y": "1 - (1 - x)**3", "n": "(1 - x)**3"}, "rest": {"y": "x", "n": "1 - x"}}, outcomes=outcomes,
        truth={"*": {"y": "q", "n": "1 - q"}}, payoff={"try": {"y": 1, "n": 0}, "rest": {"y": "c", "n": "c"}},
    ))  # fmt: skip
    assert [entry for entry in listed(free) if len(entry[0]) == 1] == [
        (("try",), 0, True, "q > c"), (("try",), 0, False, "q == c"),
        (("rest",), 0, False, "c == q**3 - 3*q**2 + 3*q"), (("rest",), 0, True, "c > q**3 - 3*q**2 + 3*q"),
    ]  # fmt: skip
    (text,) = {text for e in free.equilibria if e.support == ("try",) for text in e.set_conditions}
    signs = "(-q)*x**0 + (3)*x**1 + (-3)*x**2 + (1)*x**3", "(q)*x**0 + (-3)*x**1 + (3)*x**2 + (-1)*x**3"
    assert text == f"x is the zero of {signs[outcomes.index('y')]} inside of its domain"
    edges = {case.value: str(case.condition) for case in free.transitions}
    assert edges == {
        ("rest", "rest"): "c >= q**3 - 3*q**2 + 3*q", ("rest", "try"): "c <= q**3 - 3*q**2 + 3*q",
        ("try", "rest"): "q <= c", ("try", "try"): "q >= c",
    }  # fmt: skip
    assert {entry.what for entry in free.undecided} == {"equilibria", "rationalizable"}


@pytest.mark.parametrize("q, best", [("1/16", "1"), ("1", "2"), ("3/16", "1")])
def test_a_truth_beyond_a_monotone_prediction_is_fitted_by_an_end(q: str, best: str) -> None:
    """x in [1, 2] predicts x**3/16 + x/16, from 1/8 to 5/8: smaller chances are fitted by 1, greater ones by 2."""
    game = build(
        {"r": "(0, 1)"}, "[1, 2]", {"*": {"y": "x**3/16 + x/16", "n": "1 - x**3/16 - x/16"}}, outcomes=["y", "n"],
        truth={"*": {"y": f"r*({q})", "n": f"1 - r*({q})"}}, payoff={"a": {"y": 1, "n": 0}, "b": {"y": 0, "n": 0}},
    )  # fmt: skip
    here = at_point(solve_by_engines(game), {"r": Fraction(99, 100) if best == "2" else Fraction(1, 2)})
    (a,) = [e.entry for e in here.equilibria if e.support == ("a",)]
    assert best in {str(vertex.coordinates[0][1]) for vertex in a.theta.vertices}


def test_a_prediction_that_turns_is_not_taken_for_monotone() -> None:
    """1/2 + x**3/4 - x/4 takes the chance q near 1/2 three times in [-1, 1]; which x is meant decides nothing here."""
    free = solve_by_engines(build(
        {"q": "(9/20, 11/20)"}, "[-1, 1]", {"a": {"y": "1/2 + x**3/4 - x/4", "n": "1/2 - x**3/4 + x/4"},
                                            "b": {"y": "1/2 + x/4", "n": "1/2 - x/4"}},
        outcomes=["y", "n"], truth={"*": {"y": "q", "n": "1 - q"}},
        payoff={"a": {"y": 0, "n": 0}, "b": {"y": 1, "n": -1}},
    ))  # fmt: skip
    assert {entry.names for entry in free.undecided if entry.what == "transition"} == {("a", "a"), ("a", "b")}
    assert [entry for entry in listed(free) if entry[0] == ("b",)] == [
        (("b",), 0, False, "q == 1/2"), (("b",), 0, True, "q > 1/2")
    ]  # fmt: skip


def test_the_sign_at_a_zero() -> None:
    """Of x - k and of (x - k)**2 at the real root of x**3 + x - 1, which is 0.682..., for many k."""
    ring = Ring.of_parameters([])

    def sign(element: Any) -> int:
        value = element.rational()
        return (value > 0) - (value < 0)

    cubic = [ring.constant(k) for k in (-1, 1, 0, 1)]
    ends = ring.constant(0), ring.constant(1)
    for k in (Fraction(1, 2), Fraction(2, 3), Fraction(68, 100), Fraction(683, 1000), Fraction(3, 4), Fraction(5)):
        line = [ring.constant(-k), ring.constant(1)]
        square = [ring.constant(k * k), ring.constant(-2 * k), ring.constant(1)]
        assert sign_at_zero(line, cubic, ends, ring, sign) == (1 if k**3 + k < 1 else -1)
        assert sign_at_zero(square, cubic, ends, ring, sign) == 1
    assert sign_at_zero(cubic, cubic, ends, ring, sign) == 0
    assert sign_at_zero([ring.constant(0)] * 2, cubic, ends, ring, sign) == 0


def test_phases_of_curved_payoffs() -> None:
    """As with two ties: a alone is rationalizable where both means are beyond a tie, b where both are between."""
    diagram = family_phases(build(
        {"m": "(0, 3)", "n": "(0, 3)"}, "[-4, 4]", {"*": law("x")}, outcomes="normal",
        truth={"a": law("m"), "b": law("n")}, payoff={"a": "y**2 - 3", "b": "0"},
    ))  # fmt: skip
    assert {str(p.condition): p.structure.rationalizable for p in diagram.phases} == {
        "m > sqrt(2) and n > sqrt(2)": (("a",),), "m < sqrt(2) and n < sqrt(2)": (("b",),),
        "m > sqrt(2) and n < sqrt(2)": (("a", "b"),), "m < sqrt(2) and n > sqrt(2)": (("a", "b"),),
    }  # fmt: skip


KINDS = (
    "binary curved", "binary draws", "binary draws mixed", "normal rewards", "normal rewards mixed", "normal curved",
)  # fmt: skip

SLOW = {("binary curved", 2), ("binary draws mixed", 2), ("normal rewards mixed", 0)}


@pytest.mark.parametrize("kind, actions, seed", [
    *((kind, 2, seed) for kind in KINDS for seed in range(3) if (kind, seed) not in SLOW),
    ("normal rewards", 3, 0), ("normal rewards", 3, 1), ("binary draws", 3, 0), ("normal curved", 3, 0),
])  # fmt: skip
def test_random_games_agree_at_points(kind: str, actions: int, seed: int) -> None:
    """Against the engine at fixed parameters, and against the grids of benchmarks/families.py."""
    game = free_game(seed, kind, actions)
    free, rng = solve_by_engines(game), random.Random(seed)
    for _ in range(4):
        at = point(rng, game)
        assert disagreements(game, free, at, with_grid=actions == 2)[1] == [], at


@pytest.mark.parametrize("p, q", [("1/3", "2/3"), ("1/2", "1/2"), ("3/4", "1/2"), ("1/5", "1/4"), ("4/5", "1/3")])
def test_players_who_see_two_draws(p: str, q: str) -> None:
    """The other's action moves the coin; both bet on two heads."""
    game = pair(drawer("p"), drawer("q"), {"p": "(0, 1)", "q": "(0, 1)"})
    agrees(solve_free_players(game), {"p": Fraction(p), "q": Fraction(q)})


def test_a_player_who_learns_nothing_may_believe_what_no_model_says() -> None:
    """The safe action as above, optimal for k >= 1/2 though no x makes it so for k < 3/4; the other player mixes.

    The other mixes a, which shows 1/4 and promises the outcome, with b, which shows 3/4 and pays 1/2: an equilibrium.
    """
    one = {
        "actions": ["safe", "low", "high"], "outcomes": "normal", "truth": {"*,*": law("0")},
        "payoff": {"safe": "k", "low": "2 - y**2", "high": "2 - y**2"},
        "models": {"family": {"theta": {"x": "[0, 1]"}, "predicts": {
            "safe": law("0"), "low": law("x"), "high": law("1 - x")}}},
    }  # fmt: skip
    two = {
        "actions": ["a", "b"], "outcomes": "normal", "truth": {"*,a": law("1/4"), "*,b": law("3/4")},
        "payoff": {"a": "y", "b": "1/2"},
        "models": {"family": {"theta": {"x": "[0, 1]"}, "predicts": {"*": law("x")}}},
    }  # fmt: skip
    free = solve_free_players(pair(one, two, {"k": "[0, 1]"}))
    support = ((("", ("safe",)),), (("", ("a", "b")),))
    there = [str(entry.condition) for entry in (*free.equilibria, *free.undecided) if entry.support == support]
    assert there == ["k >= 1/2"]


def drawer(p: str) -> dict[str, Any]:
    truth = {f"{i},{j}": two_draws(p if i == j else "1/2") for i in "ab" for j in "ab"}
    return {
        "actions": ["a", "b"], "outcomes": ["both", "one", "none"], "truth": truth,
        "payoff": {"a": {"both": 3, "one": -1, "none": -1}, "b": {"both": 0, "one": 1, "none": -1}},
        "models": {"family": {"theta": {"x": "[0, 1]"}, "predicts": {"*": two_draws("x")}}},
    }  # fmt: skip
