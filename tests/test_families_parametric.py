"""Free parameters with a continuous family: closed forms and conditions against the exact engine at points."""

from __future__ import annotations

import random
from fractions import Fraction
from typing import Any

import pytest

from berknash.symbolic.algebra.signs import approximate
from berknash.symbolic.cells.conditions import Condition
from berknash.symbolic.definition.agent import is_equilibrium
from berknash.symbolic.engines.algebraic.agent import solve_families
from berknash.symbolic.errors import NotSupportedError
from berknash.symbolic.expressions.reading import Relation, substitute
from berknash.symbolic.game.checks import holds
from berknash.symbolic.game.game import Game
from berknash.symbolic.solving.engines import solve_by_engines


def monopolist(low: str, high: str, parameters: dict[str, str]) -> Game:
    law = lambda mean: {"mean": mean, "variance": "1"}  # noqa: E731
    return Game.from_dict({
        "format": 1, "name": "monopolist", "parameters": parameters, "players": {"firm": {
            "actions": ["low", "high"], "outcomes": "normal", "truth": {"low": law(low), "high": law(high)},
            "payoff": {"low": "2*y", "high": "10*y"},
            "models": {"linear": {"theta": {"a": "[33, 40]", "b": "[3, 7/2]"},
                                  "predicts": {"low": law("a - 2*b"), "high": law("a - 10*b")}}},
        }},
    })  # fmt: skip


def holds_at(condition: Condition, at: dict[str, Fraction]) -> bool:
    return any(
        all(holds(Relation(substitute(r.left, at), r.operator, substitute(r.right, at))) for r in conjunction)
        for conjunction in condition.alternatives
    )


def compare(game: Game, at: dict[str, Fraction]) -> None:
    """The symbolic solution at a point is the exact solution there."""
    free, fixed = solve_by_engines(game), solve_families(game, at)
    for name in ("rationalizable", "transitions", "absorbing", "closed", "cycles"):
        mine = sorted(case.value for case in getattr(free, name) if holds_at(case.condition, at))
        assert mine == sorted(case.value for case in getattr(fixed, name)), (name, at)
    here = [e for e in free.equilibria if holds_at(e.condition, at)]
    assert sorted((e.support, e.dimension, e.strict, e.uniform) for e in here) == sorted(
        (e.support, e.dimension, e.strict, e.uniform) for e in fixed.equilibria
    ), at
    for entry in here:
        if entry.dimension:
            weights = {name: substitute(weight, at) for name, weight in entry.strategy}
            assert is_equilibrium(game.at(at), weights)  # type: ignore[arg-type]
            continue
        (other,) = [e for e in fixed.equilibria if e.support == entry.support]
        where = entry.confirms
        known = entry.self_confirming if where is None else holds_at(where.where, at)  # type: ignore[arg-type]
        assert known is None or known == other.self_confirming, at
        for (name, weight), (_, exact) in zip(entry.strategy, other.strategy, strict=True):
            assert approximate(substitute(weight, at)) == pytest.approx(float(exact)), name  # type: ignore[arg-type]
        mine = {
            tuple(str(substitute(x, at)) for _, x in vertex.coordinates)
            for vertex in entry.theta.vertices
            if holds_at(vertex.condition, at)
        }
        assert mine == {tuple(str(x) for _, x in v.coordinates) for v in other.theta.vertices}


def test_monopolist_with_unknown_demand_at_the_low_price() -> None:
    """Indifference is at b = a/12; on a = 40 the fitted b is 10/3 iff s = (3 m - 100)/(3 (m - 10)), m > 100/3.

    With b = 10/3 and a = 40 the residuals are m - 100/3 at the low price and 2 - 20/3 at the high one; the slope in b
    vanishes iff 2 (1 - s)(m - 100/3) + 10 s (2 - 20/3) = 0, so s = (m - 100/3)/(m - 100/3 + 70/3).
    """
    game = monopolist("m", "2", {"m": "[20, 40]"})
    mixed = [e for e in solve_by_engines(game).equilibria if not e.pure]
    assert [str(e.condition) for e in mixed] == ["m > 100/3"]
    shares = dict(mixed[0].strategy)
    for m in (Fraction(34), Fraction(36), Fraction(40)):
        value = approximate(substitute(shares["high"], {"m": m}))
        assert value == pytest.approx(float((m - Fraction(100, 3)) / (m - 10)))


@pytest.mark.parametrize("m", ["20", "26", "53/2", "27", "29", "30", "31", "33", "100/3", "67/2", "34", "40"])
def test_conditions_at_points(m: str) -> None:
    compare(monopolist("m", "2", {"m": "[20, 40]"}), {"m": Fraction(m)})


def test_a_mixture_at_an_end_of_the_box_is_not_self_confirming() -> None:
    """The mixture of m > 100/3 is held up by (40, 10/3), which predicts 20/3 at the high price instead of 2."""
    (mixed,) = [e for e in solve_by_engines(monopolist("m", "2", {"m": "[20, 40]"})).equilibria if not e.pure]
    assert mixed.self_confirming is False and mixed.confirms is None


def test_two_parameters_at_points() -> None:
    game = monopolist("m", "h", {"m": "[32, 36]", "h": "[0, 3]"})
    for m, h in (("34", "2"), ("100/3", "1"), ("32", "0"), ("36", "3"), ("33", "5/2")):
        compare(game, {"m": Fraction(m), "h": Fraction(h)})


@pytest.mark.parametrize("seed", range(12))
def test_random_families_with_one_coordinate(seed: int) -> None:
    """Coins with a common bias cut to an interval, the truth of one action free: generic and knife-edge values."""
    rng = random.Random(seed)

    def row(p: str) -> dict[str, str]:
        return {"y": p, "n": f"1 - ({p})"}

    low = Fraction(rng.randint(0, 4), 8)
    high = low + Fraction(rng.randint(1, 4), 8)
    payoff: dict[str, Any] = {n: {"y": str(rng.randint(-2, 2)), "n": str(rng.randint(-2, 2))} for n in "ab"}
    other = Fraction(rng.randint(1, 7), 8)
    game = Game.from_dict({
        "format": 1, "name": "coin", "parameters": {"q": "[1/16, 15/16]"}, "players": {"agent": {
            "actions": ["a", "b"], "outcomes": ["y", "n"], "truth": {"a": row("q"), "b": row(str(other))},
            "payoff": payoff, "models": {"m": {"theta": {"x": f"[{low}, {high}]"}, "predicts": {"*": row("x")}}},
        }},
    })  # fmt: skip
    edges = (low, high, (low + high) / 2, other, Fraction(1, 16), Fraction(15, 16))
    for value in (*edges, Fraction(1, 3), Fraction(1, 2)):
        if Fraction(1, 16) <= value <= Fraction(15, 16):
            compare(game, {"q": value})


@pytest.mark.parametrize("seed", [1, 2, 4, 12, 16, 27, 39])
def test_random_least_squares(seed: int) -> None:
    """Two coordinates on a box, the true mean of one action free; some of these have continua on open regions.

    For example seed 4, on m < 2: the corner (-2, -2) of the box fits best and ties the payoffs for all mixtures with
    a share of b up to (2 - m)/(22 - m); the point given is the middle.
    """
    rng = random.Random(9000 + seed)
    truth = [rng.randint(-6, 6) for _ in "ab"]
    variance = [rng.randint(1, 3) for _ in "ab"]
    slope = [[rng.randint(-2, 3) for _ in range(3)] for _ in "ab"]
    payoff = [[rng.randint(-3, 3) for _ in range(2)] for _ in "ab"]
    box = {}
    for x in "uv":
        low = rng.randint(-3, 2)
        box[x] = f"[{low}, {low + rng.randint(1, 3)}]"
    rows = {
        n: {"mean": f"{c[0]} + ({c[1]})*u + ({c[2]})*v", "variance": str(v)}
        for n, c, v in zip("ab", slope, variance, strict=True)
    }
    game = Game.from_dict({
        "format": 1, "name": "draft", "parameters": {"m": "[-6, 6]"}, "players": {"agent": {
            "actions": ["a", "b"], "outcomes": "normal",
            "truth": {"a": {"mean": "m", "variance": "1"}, "b": {"mean": str(truth[1]), "variance": "1"}},
            "payoff": {n: f"({p[0]})*y + ({p[1]})" for n, p in zip("ab", payoff, strict=True)},
            "models": {"line": {"theta": box, "predicts": rows}},
        }},
    })  # fmt: skip
    try:
        solve_by_engines(game)
    except NotSupportedError as error:
        assert "m" in str(error)
        return
    if seed == 4:
        (whole,) = [e for e in solve_by_engines(game).equilibria if e.dimension]
        assert (str(whole.condition), str(dict(whole.strategy)["b"])) == ("m < 2", "(2 - m)/(2*(22 - m))")
    for m in (-6, -2, Fraction(1, 3), 2, Fraction(7, 2)):
        compare(game, {"m": Fraction(m)})


def test_assumptions_restrict_the_conditions() -> None:
    document: dict[str, Any] = {
        "format": 1, "name": "coin", "parameters": {"q": "(0, 1)"}, "assume": ["q > 1/2"],
        "players": {"agent": {
            "actions": ["a", "b"], "outcomes": ["y", "n"],
            "truth": {"*": {"y": "q", "n": "1 - q"}}, "payoff": {"a": {"y": 1, "n": 0}, "b": {"y": 0, "n": 1}},
            "models": {"m": {"theta": {"x": "[0, 1]"}, "predicts": {"*": {"y": "x", "n": "1 - x"}}}},
        }},
    }  # fmt: skip
    (entry,) = solve_by_engines(Game.from_dict(document)).equilibria
    assert (entry.support, entry.condition.is_always()) == (("a",), True)


def test_free_and_fixed_are_told_apart() -> None:
    game = monopolist("m", "2", {"m": "[20, 40]"})
    assert solve_by_engines(game).free == ("m",)
    assert solve_by_engines(game, {"m": 34}).free == ()
    document = solve_by_engines(game).to_json()
    assert document["parameters"] == ["m"]
    assert document["equilibria"][-1]["condition"] == "m > 100/3"


def test_payoffs_that_are_all_the_same_tie_everywhere() -> None:
    game = Game.from_dict({
        "format": 1, "name": "coin", "parameters": {"q": "(0, 1)"}, "players": {"agent": {
            "actions": ["a", "b"], "outcomes": ["y", "n"], "truth": {"*": {"y": "1/2", "n": "1/2"}},
            "payoff": {"*": {"y": 1, "n": 0}},
            "models": {"m": {"theta": {"x": "[0, 1]"}, "predicts": {"*": {"y": "q/(1 + x)", "n": "1 - q/(1 + x)"}}}},
        }},
    })  # fmt: skip
    found = solve_by_engines(game)
    assert not found.undecided and {e.support for e in found.equilibria} == {("a",), ("b",), ("a", "b")}
