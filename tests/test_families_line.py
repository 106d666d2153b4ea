"""One coordinate, any number of actions, free parameters: closed forms by hand, and against the engine at points."""

from __future__ import annotations

import random
import tomllib
from fractions import Fraction
from typing import Any

import pytest
from test_families_parametric import holds_at

from berknash.symbolic.algebra.signs import approximate
from berknash.symbolic.definition.agent import is_equilibrium
from berknash.symbolic.engines.algebraic.agent import solve_families
from berknash.symbolic.engines.signs.agent import read_line_agent
from berknash.symbolic.expressions.reading import substitute
from berknash.symbolic.game.game import Game
from berknash.symbolic.results.solution import Solution
from berknash.symbolic.solving.engines import solve_by_engines
from berknash.symbolic.solving.family_phases import family_phases


def build(parameters: dict[str, str], theta: str, **agent: Any) -> Game:
    models = {"m": {"theta": {"x": theta}, "predicts": agent.pop("predicts")}}
    return Game.from_dict(
        {"format": 1, "name": "draft", "parameters": parameters, "players": {"agent": {**agent, "models": models}}}
    )


def coin(p: str) -> dict[str, str]:
    return {"y": p, "n": f"1 - ({p})"}


def law(mean: str) -> dict[str, str]:
    return {"mean": mean, "variance": "1"}


def three_bets() -> Game:
    """A bias x is fitted to coins of biases p, q and 1/2; bets on heads and tails and no bet tie at x = 1/2 alone."""
    return build(
        {"p": "(0, 1)", "q": "(0, 1)"}, "[0, 1]", actions=["heads", "tails", "none"], outcomes=["y", "n"],
        truth={"heads": coin("p"), "tails": coin("q"), "none": coin("1/2")},
        payoff={"heads": {"y": 1, "n": -1}, "tails": {"y": -1, "n": 1}, "none": {"y": 0, "n": 0}},
        predicts={"*": coin("x")},
    )  # fmt: skip


def test_three_actions_two_parameters_by_hand() -> None:
    """The best fit to sigma is the mean truth. No bet is optimal at 1/2 only, where all three tie.

    heads and tails alone mix iff sigma_h p + sigma_t q = 1/2, so p and q lie on both sides of 1/2 or both at it.
    heads with none, whose truth is 1/2, mix iff p = 1/2. All three: as heads and tails, none having any weight.
    """
    free = solve_by_engines(three_bets())
    assert free.undecided == ()
    first, second = "p < 1/2 and q > 1/2", "p > 1/2 and q < 1/2"
    assert sorted((e.support, e.dimension, str(e.condition)) for e in free.equilibria if not e.pure) == [
        (("heads", "none"), 1, "p == 1/2"),
        # The point given of this segment has one closed form on each side.
        (("heads", "none", "tails"), 1, first),
        (("heads", "none", "tails"), 1, second),
        (("heads", "none", "tails"), 2, "p == 1/2 and q == 1/2"),
        (("heads", "tails"), 0, f"({first}) or ({second})"),
        (("heads", "tails"), 1, "p == 1/2 and q == 1/2"),
        (("none", "tails"), 1, "q == 1/2"),
    ]
    (mixed,) = [e for e in free.equilibria if e.support == ("heads", "tails") and not e.dimension]
    for p, q in ((Fraction(2, 3), Fraction(1, 4)), (Fraction(1, 5), Fraction(4, 5))):
        weight = approximate(substitute(dict(mixed.strategy)["heads"], {"p": p, "q": q}))
        assert weight == pytest.approx(float((Fraction(1, 2) - q) / (p - q)))
    assert str(mixed.theta.vertices[0].coordinates[0][1]) == "1/2" and mixed.self_confirming is False
    (none,) = [e for e in free.equilibria if e.support == ("none",)]
    assert none.condition.is_always() and none.self_confirming is True and not none.strict


def test_parameters_may_move_the_predictions() -> None:
    """Work fails with probability h x: the best fit to truth q is x = q/h, cut at 1; work is worth it iff h x < c."""
    game = build(
        {"h": "(0, 1)", "q": "(0, 1)"}, "[0, 1]", actions=["work", "rest"], outcomes=["y", "n"],
        truth={"work": coin("q"), "rest": coin("q")}, payoff={"work": {"y": 0, "n": 2}, "rest": {"y": 1, "n": 1}},
        predicts={"*": coin("h*x")},
    )  # fmt: skip
    (work,) = [e for e in solve_by_engines(game).equilibria if e.support == ("work",) and e.strict]
    fits = {str(vertex.coordinates[0][1]): vertex.condition for vertex in work.theta.vertices}
    assert set(fits) == {"q/h", "1"}
    for h, q, fit in (("1/2", "1/3", "q/h"), ("1/3", "1/2", "1"), ("1/4", "1/8", "q/h")):
        at = {"h": Fraction(h), "q": Fraction(q)}
        assert [name for name, where in fits.items() if holds_at(where, at)] == [fit]


def test_a_best_fit_with_a_square_root() -> None:
    """Chances x, 1/4 + x/4, 3/4 - 5 x/4: the first-order condition is quadratic; q = 1/2 gives (3 + sqrt(...))/10."""
    row = {"a": "x", "b": "1/4 + x/4", "c": "3/4 - 5*x/4"}
    game = build(
        {"q": "(0, 1)"}, "[0, 3/5]", actions=["s", "t"], outcomes=["a", "b", "c"],
        truth={"*": {"a": "q/2", "b": "q/2", "c": "1 - q"}}, predicts={"*": row},
        payoff={"s": {"a": 1, "b": 1, "c": 0}, "t": {"a": 0, "b": 0, "c": 1}},
    )  # fmt: skip
    free = solve_by_engines(game)
    for q in (Fraction(1, 10), Fraction(1, 2), Fraction(4, 5)):
        compare(game, free, {"q": q})
    assert any("sqrt" in str(vertex.coordinates[0][1]) for e in free.equilibria for vertex in e.theta.vertices)


def test_silent_actions_keep_every_belief_alive() -> None:
    """The safe action shows nothing: it stays rational with every belief, whatever the truth p about the risky one."""
    game = build(
        {"p": "(0, 1)"}, "[0, 1]", actions=["risky", "safe"], outcomes=["y", "n"],
        truth={"risky": coin("p"), "safe": coin("1/2")}, predicts={"risky": coin("x"), "safe": coin("1/2")},
        payoff={"risky": {"y": 1, "n": -1}, "safe": {"y": 0, "n": 0}},
    )  # fmt: skip
    free = solve_by_engines(game)
    (safe,) = [e for e in free.equilibria if e.support == ("safe",)]
    assert safe.condition.is_always() and not safe.uniform and safe.self_confirming
    assert [str(vertex.coordinates[0][1]) for vertex in safe.theta.vertices] == ["0", "1"]
    assert [(str(e.condition), e.strict) for e in free.equilibria if e.support == ("risky",)] == [
        ("p == 1/2", False), ("p > 1/2", True),
    ]  # fmt: skip


def guess(**change: Any) -> Game:
    """Two guesses at an outcome of chance q."""
    agent: dict[str, Any] = {
        "theta": "[0, 1]", "actions": ["a", "b"], "outcomes": ["y", "n"], "truth": {"*": coin("q")},
        "payoff": {"a": {"y": 1, "n": 0}, "b": {"y": 0, "n": 1}}, **change,
    }  # fmt: skip
    return build({"q": "(0, 1)"}, **agent)


def test_odds_are_fitted() -> None:
    """Predictions 1/(1 + x) are at least 1/2: where q is less, both guesses look alike."""
    found = solve_by_engines(guess(predicts={"*": coin("1/(1 + x)")}))
    assert [(e.support, e.strict, str(e.condition)) for e in found.equilibria] == [
        (("a",), True, "q > 1/2"), (("a",), False, "q <= 1/2"), (("b",), False, "q <= 1/2"),
        (("a", "b"), False, "q <= 1/2"),
    ]  # fmt: skip


def test_where_no_model_fits_best_is_left_open() -> None:
    """Predictions between 1/2 and 3/4, ends excluded: the truth is among them, or there is no best fit."""
    solution = solve_by_engines(guess(theta="(0, 1)", predicts={"*": coin("1/2 + x/4")}))
    assert [(e.support, e.strict, str(e.condition)) for e in solution.equilibria] == [
        (("a",), True, "q > 1/2 and q < 3/4"),
    ]  # fmt: skip
    assert {str(entry.where) for entry in solution.undecided} == {"q <= 1/2 or q >= 3/4"}
    assert "close theta" in solution.undecided[0].reason


def test_a_belief_is_told_where_one_best_fit_serves_all_values() -> None:
    """On [0, 1] the best fit is the truth everywhere; on [0, 2/3] it is clamped for some values, so none is told."""
    wide, narrow = (solve_by_engines(guess(theta=theta, predicts={"*": coin("x")})) for theta in ("[0, 1]", "[0, 2/3]"))
    told = [[(name, str(weight)) for name, weight in e.belief] for e in wide.equilibria if not e.dimension]
    assert told == [[("m(x = q)", "1")]] * 4
    assert [e.belief for e in narrow.equilibria if e.support == ("a",) and e.strict] == [()]


def draw(rng: random.Random, count: int, free: int) -> Game:
    """Two, three or normal outcomes; few different numbers half of the time; actions that teach nothing at times."""
    names, kind, coarse = "abcd"[:count], rng.choice([2, 3, 0]), rng.random() < 0.5
    silent = rng.random() < 0.4
    symbols = "pqr"[:free]
    if not kind:
        steps = [-2, -1, 1, 2, 0] if silent else [-2, -1, 1, 2]
        top = 1 if coarse else 3
        return build(
            dict.fromkeys(symbols, "(-4, 4)"), "[-1, 2]", actions=list(names), outcomes="normal",
            truth={a: law(symbols[k] if k < free else str(rng.randint(-2, 2))) for k, a in enumerate(names)},
            payoff={a: f"({rng.randint(-top, top)})*y + ({rng.randint(-1, 1)})" for a in names},
            predicts={a: law(f"({rng.randint(-2, 2)}) + ({rng.choice(steps)})*x") for a in names},
        )  # fmt: skip
    low = Fraction(rng.randint(1 if silent else 0, 3), 8)
    high = low + Fraction(rng.randint(1, 4), 8)
    ends = "[0, 1]" if low > 0 and high < 1 and rng.random() < 0.5 else "(0, 1)"

    def truth(k: int) -> str:
        bottom = 4 if coarse else 7
        return symbols[k] if k < free else str(Fraction(rng.randint(1, bottom - 1), bottom))

    def row(p: str) -> dict[str, str]:
        return coin(p) if kind == 2 else {"y": f"({p})/2", "n": f"({p})/2", "z": f"1 - ({p})"}

    def predicted() -> dict[str, str]:
        choice = rng.randint(0, 3)
        if kind == 2:
            return coin("1/3" if silent and choice == 3 else ("x", "1 - x", "x/2", "1/4 + x/2")[choice])
        return [
            {"y": "x", "n": "(1 - x)/3", "z": "2*(1 - x)/3"}, {"y": "x/2", "n": "1 - x", "z": "x/2"},
            {"y": "x/4", "n": "1/4 + x/4", "z": "3/4 - x/2"}, {"y": "x/2", "n": "x/4", "z": "1 - 3*x/4"},
        ][choice]  # fmt: skip

    outcomes = ["y", "n", "z"][:kind]
    return build(
        dict.fromkeys(symbols, ends), f"[{low}, {high}]", actions=list(names), outcomes=outcomes,
        truth={a: row(truth(k)) for k, a in enumerate(names)}, predicts={a: predicted() for a in names},
        payoff={a: {y: str(rng.randint(0, 1) if coarse else rng.randint(-3, 3)) for y in outcomes} for a in names},
    )  # fmt: skip


def compare(game: Game, free: Solution, at: dict[str, Fraction]) -> None:
    """What holds at a point is what the engine for fixed parameters finds there, where that decides."""
    fixed = solve_families(game, at)
    assert free.undecided == ()
    open_questions = {entry.what for entry in fixed.undecided}
    for name in ("rationalizable", "transitions", "absorbing", "closed", "cycles"):
        if name.removesuffix("s" if name == "transitions" else "") not in open_questions:
            members = sorted(case.value for case in getattr(free, name) if holds_at(case.condition, at))
            assert members == sorted(case.value for case in getattr(fixed, name)), (name, at)
    open_supports = {entry.names for entry in fixed.undecided if entry.what == "equilibria"}
    here = [e for e in free.equilibria if holds_at(e.condition, at)]
    mine, others = (
        sorted((e.support, e.dimension, e.strict, e.uniform) for e in listed if e.support not in open_supports)
        for listed in (here, fixed.equilibria)
    )
    assert mine == others, at
    for entry in here:
        weights = {action: substitute(weight, at) for action, weight in entry.strategy}
        assert is_equilibrium(game.at(at), weights), (entry.support, at)  # type: ignore[arg-type]
        if entry.dimension or entry.support in open_supports:
            continue
        (other,) = [e for e in fixed.equilibria if e.support == entry.support]
        for (_, weight), (_, exact) in zip(entry.strategy, other.strategy, strict=True):
            assert approximate(substitute(weight, at)) == pytest.approx(float(exact))  # type: ignore[arg-type]
        points = sorted(
            approximate(substitute(v.coordinates[0][1], at)) for v in entry.theta.vertices if holds_at(v.condition, at)
        )
        assert points == pytest.approx(sorted(float(v.coordinates[0][1]) for v in other.theta.vertices))
        where = entry.confirms
        confirming = entry.self_confirming if where is None else holds_at(where.where, at)  # type: ignore[arg-type]
        assert confirming == other.self_confirming


@pytest.mark.parametrize("seed, actions, free", [
    *((seed, 3, 1) for seed in range(14)), *((seed, 2, 2) for seed in range(20, 24)),
    *((seed, 4, 1) for seed in (30, 31)), *((seed, 3, 2) for seed in (40, 41, 42)),
])  # fmt: skip
def test_random_games_at_points(seed: int, actions: int, free: int) -> None:
    rng = random.Random(seed)
    game = draw(rng, actions, free)
    solution = solve_by_engines(game)
    for _ in range(4):
        at = {}
        for parameter in game.parameters:
            low, high = parameter.domain.low, parameter.domain.high
            assert low is not None and high is not None
            at[parameter.name] = low + (high - low) * Fraction(rng.randint(1, 7), 8)
        compare(game, solution, at)


def test_three_parameters_by_the_tree_of_signs() -> None:
    """The truths of three coins stay free: no decomposition of every dimension, the tree of signs covers all of it."""
    truth = {"heads": coin("p"), "tails": coin("q"), "none": coin("r")}
    game = build(
        dict.fromkeys("pqr", "(0, 1)"), "[0, 1]", actions=["heads", "tails", "none"], outcomes=["y", "n"], truth=truth,
        payoff={"heads": {"y": 1, "n": -1}, "tails": {"y": -1, "n": 1}, "none": {"y": 0, "n": 0}},
        predicts={"*": coin("x")},
    )  # fmt: skip
    free = solve_by_engines(game)
    for p, q, r in (("1/3", "2/3", "1/2"), ("1/2", "1/2", "1/2"), ("2/3", "1/3", "1/4"), ("1/2", "3/4", "1/4")):
        compare(game, free, {"p": Fraction(p), "q": Fraction(q), "r": Fraction(r)})


def ends_of(game: Game) -> tuple[str, ...]:
    return tuple(str(bound.end.rational()) for bound in read_line_agent(game).bounds)


def test_the_interval_of_theta_is_read_from_relations_too() -> None:
    game = three_bets()
    assert ends_of(game) == ("0", "1")
    document = game.to_toml().replace('theta = { x = "[0, 1]" }', 'theta = { x = "[0, 1]" }\nwhere = ["3*x <= 2"]')
    assert ends_of(Game.from_toml(document)) == ("0", "1", "2/3")


def with_ends(game: Game, where: list[str], parameters: dict[str, str], assume: list[str]) -> Game:
    """The game with further relations for Theta, whose ends are then parameters."""
    document = tomllib.loads(game.to_toml())
    document["parameters"] = {**document.get("parameters", {}), **parameters}
    document["assume"] = assume
    document["players"]["agent"]["models"]["m"]["where"] = where
    return Game.from_dict(document)


def test_ends_of_theta_are_parameters() -> None:
    """A bias between lo and hi is fitted to a coin of bias q: the best fit is q, or the nearer end.

    So heads (against no bet) is an equilibrium iff the median of lo, q and hi is at least 1/2, strictly so: alone.
    With lo == hi one model is left, whatever is played.
    """
    game = build(
        {"q": "(0, 1)"}, "[0, 1]", actions=["heads", "none"], outcomes=["y", "n"], truth={"*": coin("q")},
        payoff={"heads": {"y": 1, "n": -1}, "none": {"y": 0, "n": 0}}, predicts={"*": coin("x")},
    )  # fmt: skip
    game = with_ends(game, ["lo <= x", "x <= hi"], {"lo": "(0, 1)", "hi": "(0, 1)"}, ["lo <= hi"])
    free = solve_by_engines(game)
    points = [Fraction(k, 6) for k in range(1, 6)]
    for lo in points:
        for hi in (h for h in points if h >= lo):
            for q in points:
                at, best = {"lo": lo, "hi": hi, "q": q}, sorted((lo, q, hi))[1]
                found = [(e.support, e.strict) for e in free.equilibria if holds_at(e.condition, at)]
                half = Fraction(1, 2)
                assert found == (
                    [(("heads",), True)] if best > half else [(("none",), True)] if best < half
                    else [(("heads",), False), (("none",), False), (("heads", "none"), False)]
                )  # fmt: skip
    compare(game, free, {"lo": Fraction(1, 3), "hi": Fraction(1, 3), "q": Fraction(1, 2)})
    # One parameter fixed: the complete decomposition, which finds atoms on the way and keeps to the assumption.
    diagram = family_phases(game, at={"q": Fraction(1, 3)})
    assert {p.structure.rationalizable for p in diagram.phases} == {(("heads",),), (("none",),)}
    assert [str(p.condition) for p in diagram.phases if p.structure.rationalizable == (("heads",),)] == ["lo > 1/2"]


def test_no_model_left_is_named() -> None:
    """Without lo <= hi there may be no model."""
    game = with_ends(three_bets(), ["lo <= x", "x <= hi"], {"lo": "(0, 1)", "hi": "(0, 1)"}, [])
    found = solve_by_engines(game.at({"p": Fraction(1, 3), "q": Fraction(1, 4)}))
    assert {str(entry.where) for entry in found.undecided} == {"lo > hi"}
    assert any("the domain of m is empty on a part" in entry.reason for entry in found.undecided)


@pytest.mark.parametrize("seed", range(50, 58))
def test_random_games_with_a_moving_end(seed: int) -> None:
    """One end of Theta is a parameter, beside one of the truth; also where it reaches the other end."""
    rng = random.Random(seed)
    game = draw(rng, 3, 1)
    (coordinate,) = game.players[0].models[0].theta
    low, high = coordinate.domain.low, coordinate.domain.high
    assert low is not None and high is not None
    relation = rng.choice(["x <= e", "x >= e"])
    game = with_ends(game, [relation], {"e": f"[{low}, {high}]"}, [])
    free = solve_by_engines(game)
    domain = game.parameters[0].domain
    assert domain.low is not None and domain.high is not None
    for _ in range(4):
        first = domain.low + (domain.high - domain.low) * Fraction(rng.randint(1, 7), 8)
        at = {game.parameters[0].name: first, "e": low + (high - low) * Fraction(rng.randint(0, 4), 4)}
        compare(game, free, at)
