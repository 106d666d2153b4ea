"""Families that fall apart into blocks, with free parameters: answers by hand, and points against the definition."""

from __future__ import annotations

import random
import sys
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

import berknash as bn
from berknash.numeric.player_families import TwoByTwo
from berknash.numeric.printed_sets import compare
from berknash.symbolic.algebra.ring import Ring
from berknash.symbolic.algebra.surds import Functions
from berknash.symbolic.algebra.unknown_systems import System
from berknash.symbolic.algebra.unknowns import Unknowns
from berknash.symbolic.engines.blocks.form import read_play
from berknash.symbolic.engines.blocks.solution import play_solution
from berknash.symbolic.errors import NotSupportedError
from berknash.symbolic.game.game import Game
from berknash.symbolic.results.solution import Solution

sys.path.insert(0, str(Path(__file__).parent.parent / "benchmarks"))

from blocks import between
from blocks import draw as draw_agent
from free_families import point
from free_players import draw as draw_players
from free_players import drawn_point, listed, missing

LITERATURE = Path(__file__).parent.parent / "examples" / "literature"


def example(name: str, **at: str) -> Solution:
    return bn.solve(bn.load(str(LITERATURE / f"{name}.toml")), at=at or None)


def entries(solution: Solution) -> list[tuple[Any, ...]]:
    """Support, weights of the first action at each node, dimension and condition of every entry."""
    found = []
    for e in solution.equilibria:
        rows = [(set(own), str(row[0][1])) for part in e.parts
                for (_, own), (_, row) in zip(part.support, part.strategy, strict=True)]  # fmt: skip
        found.append(([sorted(own) for own, _ in rows], [w for _, w in rows], e.dimension, str(e.condition)))
    return found


def test_the_dieters_dilemma_for_every_cost() -> None:
    """r = sigma/2 + (1 - sigma)/2 over the normal weights sigma + (1 - sigma)/2, so r = 1/(1 + sigma)."""
    solution = example("dieters_dilemma")
    assert not solution.undecided
    mixed = [e for e in entries(solution) if len(e[0][0]) == 2]
    assert mixed == [([["diet", "free"]], ["(1 - 2*kappa)/(2*kappa)"], 0, "kappa > 1/4 and kappa < 1/2")]
    assert [(str(c.value), str(c.condition)) for c in solution.rationalizable] == [
        ("(('diet', 'free'),)", "kappa <= 1/2"), ("(('free',),)", "kappa > 1/2"),
    ]  # fmt: skip


def test_fixing_the_cost_decides_no_less() -> None:
    solution = example("dieters_dilemma", kappa="1/3")
    assert not solution.undecided
    assert [e.support for e in solution.equilibria] == [("diet",), ("free",), ("diet", "free")]
    assert [str(w) for _, w in solution.equilibria[2].strategy] == ["1/2", "1/2"]


def test_three_offers_on_one_law() -> None:
    """Best fits are the true law whatever is played: a pays 1/2, b pays 1/4, c pays k."""
    solution = example("three_offers")
    assert not solution.undecided
    assert {(tuple(s[0]), d, c) for s, _, d, c in entries(solution)} == {
        (("a",), 0, "k == 1/2"), (("a",), 0, "k < 1/2"), (("c",), 0, "k == 1/2"), (("c",), 0, "k > 1/2"),
        (("a", "c"), 1, "k == 1/2"),
    }  # fmt: skip


def test_mixtures_of_three_where_one_law_is_seen() -> None:
    """At k = 1/2 all three of these pay 1/2 in expectation, and every mixture of them is an equilibrium."""
    rows = {"u": "x", "d": "1 - x"}
    game = Game.from_dict({"format": 1, "name": "three", "parameters": {"k": "(0, 1)"}, "players": {"agent": {
        "actions": ["a", "b", "c"], "outcomes": ["u", "d"], "truth": {"*": {"u": "1/2", "d": "1/2"}},
        "payoff": {"a": {"u": 1, "d": 0}, "b": {"u": 0, "d": 1}, "c": {"u": "k", "d": "k"}},
        "models": {"any": {"theta": {"x": "[0, 1]"}, "predicts": {"*": rows}}}}}})  # fmt: skip
    solution = play_solution(read_play(game), ())
    assert not solution.undecided
    whole = [e for e in solution.equilibria if len(e.support) == 3]
    assert [(e.dimension, str(e.condition)) for e in whole] == [(2, "k == 1/2")]


def one_law(silent: bool, theta: dict[str, str] | None = None) -> Game:
    """Offers on one lottery, whose chances are thought to be small; c may be silent about it."""
    rows = {"u": "x", "m": "y", "d": "1 - x - y"}
    quiet = {"u": "1/2", "m": "1/4", "d": "1/4"}
    return Game.from_dict({"format": 1, "name": "one_law", "parameters": {"k": "(0, 1)"}, "players": {"agent": {
        "actions": ["a", "b", "c"], "outcomes": ["u", "m", "d"], "truth": {"*": quiet},
        "payoff": {"a": {"u": 1, "m": 0, "d": 0}, "b": {"u": 0, "m": 1, "d": 0}, "c": {"u": "k", "m": "k", "d": "k"}},
        "models": {"small": {"theta": theta or {"x": "[0, 1/3]", "y": "[0, 1/3]"},
                             "predicts": {"a": rows, "b": rows, "c": quiet if silent else rows}}}}}})  # fmt: skip


def test_one_law_and_a_domain_that_is_no_simplex() -> None:
    """The chance of u is 1/2, at most 1/3 in the class; the rest is split evenly: a and b are thought to pay 1/3."""
    for silent in (False, True):
        solution = bn.solve(one_law(silent))
        assert not solution.undecided
        found = {(e.support, e.dimension, e.strict, str(e.condition)) for e in solution.equilibria}
        assert {(("a",), 0, False, "k <= 1/3"), (("a", "b"), 1, False, "k <= 1/3")} <= found
        assert (("a", "b", "c"), 2, False, "k == 1/3") in found
        # Who is silent learns nothing, and may think x = y = 0.
        assert ((("c",), 0, False, "k < 1/3") in found) == silent
        for k in ("1/4", "1/3", "2/5"):
            counts = compare(one_law(silent), solution.to_json(), {"k": Fraction(k)}, random.Random(k))
            assert not counts.faults
            assert counts.inside


def test_abstention_leaves_accuracy_open() -> None:
    """The fit is the share of right answers among those given: 9/10 sure, 1/5 unsure, 11/20 both; ties at t."""
    solution = example("opt_out")
    assert not solution.undecided
    found = {(tuple(map(tuple, s)), d, c) for s, _, d, c in entries(solution)}
    both = ("abstain", "answer")
    assert {c for s, _, c in found if s == (("abstain",), ("abstain",))} == {"0 < 1"}
    assert {c for s, _, c in found if s == (("answer",), ("answer",))} == {"t == 11/20", "t < 11/20"}
    assert {(d, c) for s, d, c in found if s == (both, ("abstain",))} == {(1, "t == 9/10")}
    assert {(d, c) for s, d, c in found if s == (("answer",), both)} == {(0, "t > 11/20 and t < 9/10")}
    assert {(d, c) for s, d, c in found if s == (both, both)} == {
        (1, "t > 1/5 and t <= 11/20"), (1, "t > 11/20 and t < 9/10"),
    }  # fmt: skip


def test_a_wrong_slope_of_demand() -> None:
    """The price a firm expects is A - (1 + d) q; the tie is at A = 7 + 7 d, and both fits reach it at one mixture."""
    solution = example("cournot_slope")
    assert not solution.undecided
    assert [(s, w[0], c) for s, w, _, c in entries(solution)] == [
        ([["q3"], ["q4"]], "1", "0 < 1"),
        ([["q4"], ["q3"]], "0", "0 < 1"),
        ([["q3", "q4"], ["q3", "q4"]], "(3*d - 1)/(1 - d)", "0 < 1"),
    ]


def test_odds_of_a_bradley_terry_model() -> None:
    """The best fit to A is x = p/(1 - p), within [1/10, 10]; that to B is x = 1/2."""
    for p, a in (("3/5", "k >= 3/20"), ("1/20", "k >= 5/66"), ("19/20", "k >= 10/231")):
        game = bn.load(str(LITERATURE / "bradley_terry.toml"))
        assert str(bn.when(game, "equilibrium(A)", at={"p": p}).condition) == a
        assert str(bn.when(game, "equilibrium(B)", at={"p": p}).condition) == "k <= 1/6"


def test_two_sides_of_one_square_root() -> None:
    """x**2 + y**2 = p and x = y: two points for p > 0, of which one is positive."""
    ring = Ring.of_parameters(["p"])
    one, p = ring.constant(1), Unknowns.constant(ring.parameter("p"))
    x, y = Unknowns.of(0, one), Unknowns.of(1, one)

    def sign(element: Any) -> int:
        value = element.rational()
        return 1 if value is None else (value > 0) - (value < 0)

    functions = Functions(ring)
    ranges = dict.fromkeys((0, 1), (ring.constant(0), None))
    system = System(ranges, lambda e: functions.sign(e, sign), functions)
    branches = list(system.solve([x * x + y * y - p, x - y], [0, 1]))
    assert len(branches) == 1
    assert not branches[0].free


def test_what_is_not_a_product_of_blocks_is_refused() -> None:
    def game(row: dict[str, str], theta: dict[str, str]) -> Game:
        return Game.from_dict({"format": 1, "name": "no", "parameters": {"k": "(0, 1)"}, "players": {"agent": {
            "actions": ["a", "b"], "outcomes": ["u", "m", "d"],
            "truth": {"a": {"u": "1/2", "m": "1/4", "d": "1/4"}, "b": {"u": "1/4", "m": "1/4", "d": "1/2"}},
            "payoff": {"a": {"u": 1, "m": 0, "d": 0}, "b": {"u": "k", "m": "k", "d": "k"}},
            "models": {"any": {"theta": theta, "predicts": {"*": row}}}}}})  # fmt: skip

    two = game({"u": "x", "m": "y", "d": "1 - x - y"}, {"x": "[0, 1/3]", "y": "[0, 1/3]"})
    with pytest.raises(NotSupportedError, match="must range over a simplex"):
        read_play(two)
    curved = game({"u": "(1 + x**2)/3", "m": "1/3", "d": "(1 - x**2)/3"}, {"x": "[0, 1]"})
    with pytest.raises(NotSupportedError, match="factors affine in x"):
        read_play(curved)


@pytest.mark.parametrize("kind", ["chain", "simplex", "independent", "same", "odds"])
@pytest.mark.parametrize("seed", [0, 1])
def test_conditions_agree_with_the_definition(kind: str, seed: int) -> None:
    """Printed sets hold what passes the definition, and best fits that change sides enclose an equilibrium."""
    game, rng = draw_agent(seed, kind, "ab"), random.Random(seed)
    solution = play_solution(read_play(game), ())
    document = solution.to_json()
    inside = 0
    for _ in range(3):
        at = point(rng, game)
        found = compare(game, document, at, rng)
        assert not found.faults
        inside += found.inside
        if not solution.undecided:
            assert between(game, solution, at) == []
    assert inside


@pytest.mark.parametrize("seed", [2, 3, 6, 9, 10, 11])
def test_players_agree_with_a_grid(seed: int) -> None:
    """Both players mix, ends of Theta, odds: the isolated equilibria are those that the grid finds."""
    game, rng = draw_players(seed), random.Random(seed)
    solution = play_solution(read_play(game), ())
    assert not solution.undecided
    for _ in range(3):
        at = drawn_point(rng, game)
        mine, continuum, _ = listed(solution, at)
        if not continuum:
            theirs = TwoByTwo(game.at({n: Fraction(v) for n, v in at.items()})).equilibria()
            assert not missing(mine, theirs)
            assert not missing(theirs, mine)
