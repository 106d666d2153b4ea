"""Signals and several players with continuous families or normal outcomes: derived answers and an independent route."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import berknash
from berknash.numeric.player_families import TwoByTwo
from berknash.printout import solution_text
from berknash.symbolic.engines.algebraic import engine as solution_module
from berknash.symbolic.engines.algebraic.engine import solve_player_families
from berknash.symbolic.errors import DefectError, GameError
from berknash.symbolic.game.game import Game
from berknash.symbolic.results.solution import Solution
from berknash.symbolic.solving.solve import is_equilibrium, solve
from berknash.testing import player_family_games

SECOND = "b"


def pair(one: dict[str, Any], two: dict[str, Any], parameters: dict[str, str] | None = None) -> Game:
    return Game.from_dict({
        "format": 1, "name": "pair", "parameters": parameters or {}, "players": {"one": one, "two": two}
    })  # fmt: skip


def seller(intercept: int, slope: str) -> dict[str, Any]:
    """Sells 3 or 4 at the mean price `intercept` minus both quantities, and thinks `a` minus `slope` times its own."""
    truth = {f"{i},{j}": {"mean": str(intercept - i - j), "variance": "1"} for i in (3, 4) for j in (3, 4)}
    rows = {str(q): {"mean": f"a - ({slope})*{q}", "variance": "1"} for q in (3, 4)}
    return {
        "actions": ["3", "4"], "outcomes": "normal", "truth": truth, "payoff": {"3": "3*y", "4": "4*y"},
        "models": {"demand": {"theta": {"a": "[0, 30]"}, "predicts": rows}},
    }  # fmt: skip


def guesser(numbers: dict[str, str], normal: bool, threshold: str) -> dict[str, Any]:
    """Acts b when the number it sees, whatever it does itself, is above the threshold on average."""
    def row(number: str) -> dict[str, str]:
        return {"mean": number, "variance": "1"} if normal else {"yes": number, "no": f"1 - ({number})"}

    payoff: dict[str, Any] = {
        "a": "0" if normal else {"yes": "0", "no": "0"},
        "b": f"y - ({threshold})" if normal else {"yes": f"1 - ({threshold})", "no": f"-({threshold})"},
    }
    return {
        "actions": ["a", "b"], "outcomes": "normal" if normal else ["yes", "no"],
        "truth": {profile: row(number) for profile, number in numbers.items()}, "payoff": payoff,
        "models": {"same": {"theta": {"u": "[0, 1]"}, "predicts": {"*": row("u")}}},
    }  # fmt: skip


def shares(solution: Solution) -> list[tuple[str, ...]]:
    return [tuple(str(dict(own[0][1])[SECOND]) for own in e.strategy) for e in solution.equilibria]


@pytest.mark.parametrize("normal", [True, False])
def test_both_mix_where_both_best_fits_are_indifferent(normal: bool) -> None:
    """Best fits are averages: u1 = s1(1 - s2) + s2(1 - s1) against 1/2, u2 = s1 against 1/3 (s: chance of b).

    (a, a): u1 = 0 and u2 = 0 keep both at a. One mixes against b: u1 = 1 - s1 = 1/2, and u2 = 1/2 > 1/3 keeps b. Both
    mix: s1 = 1/3, then u1 = 1/2 only at s2 = 1/2. Every other profile has somebody who wants to leave.
    """
    one = guesser({"a,a": "0", "a,b": "1", "b,a": "1", "b,b": "0"}, normal, "1/2")
    two = guesser({"a,*": "0", "b,*": "1"}, normal, "1/3")
    solution = solve_player_families(pair(one, two))
    assert solve(pair(one, two)) == solution
    assert shares(solution) == [("0", "0"), ("1/2", "1"), ("1/3", "1/2")]
    assert not solution.undecided
    first = solution.equilibria[0]
    # In truth one would gain 1/2 by b.
    assert (first.strict, first.self_confirming, str(first.survives)) == (True, True, "no")
    # Against b the true number is 1 after a and 0 after b, but one thinks it is 1/2 after both.
    assert solution.equilibria[1].self_confirming is False
    assert str(solution.equilibria[1].survives) == "no"


def test_sellers_who_see_their_own_quantity_alone() -> None:
    """One thinks price = a - q/2: a = 12 - q - q' + q/2, so 4 beats 3 iff 4(a - 2) > 3(a - 3/2), a > 7/2: always.

    With the slope 2 it thinks 4(a - 8) > 3(a - 6) iff a > 14, but a = 12 - q - q' + 2q <= 13: it sells 3. True profits
    are 3(12 - 3 - q') and 4(12 - 4 - q'): 4 is better against 3 and, at 16 to 15, against 4.
    """
    high = solve(pair(seller(12, "1/2"), seller(12, "1/2")))
    assert [[own[0][1] for own in e.support] for e in high.equilibria] == [[("4",), ("4",)]]
    assert (high.equilibria[0].strict, str(high.equilibria[0].survives)) == (True, "yes")
    assert high.rationalizable[0].value == (("4",), ("4",))
    low = solve(pair(seller(12, "2"), seller(12, "2")))
    assert [[own[0][1] for own in e.support] for e in low.equilibria] == [[("3",), ("3",)]]
    assert str(low.equilibria[0].survives) == "no"
    assert [str(fits.vertices[0]) for fits in low.equilibria[0].theta] == ["demand(a = 12)", "demand(a = 12)"]
    assert {case.value for case in low.transitions} == {(f"{i},{j}", "3,3") for i in (3, 4) for j in (3, 4)}


def neglects_signals() -> Game:
    """Goes or stays after a good or bad sign, and thinks that going wins with one chance x after both."""
    return Game.from_dict({
        "format": 1, "name": "neglect", "signals": {"plus": "1/2", "minus": "1/2"}, "players": {"agent": {
            "signals": ["plus", "minus"], "actions": ["go", "stay"], "outcomes": ["win", "lose"],
            "truth": {"plus": {"go": {"win": "3/4", "lose": "1/4"}}, "minus": {"go": {"win": "1/8", "lose": "7/8"}},
                      "*": {"stay": {"win": "1/2", "lose": "1/2"}}},
            "payoff": {"*": {"go": {"win": "1", "lose": "-1"}, "stay": {"win": "0", "lose": "0"}}},
            "models": {"one_chance": {"theta": {"x": "[0, 1]"}, "predicts": {"*": {
                "go": {"win": "x", "lose": "1 - x"}, "stay": {"win": "1/2", "lose": "1/2"}}}}},
        }},
    })  # fmt: skip


def test_an_agent_who_neglects_its_signals() -> None:
    """Going always: x = 7/16 < 1/2, so staying is better; going after plus only: x = 3/4, then minus too.

    Staying throughout does not identify x, and x <= 1/2 holds it up. With chances g and h of going after plus and minus
    x = (3g/4 + h/8)/(g + h) = 1/2 iff g = 3h/2: with g = 1, h = 2/3, and a line of mixtures.
    """
    game = neglects_signals()
    solution = solve_player_families(game)
    found = [{s: str(dict(w)["go"]) for s, w in e.strategy[0]} for e in solution.equilibria if not e.dimension]
    assert found == [{"plus": "0", "minus": "0"}, {"plus": "1", "minus": "2/3"}]
    (line,) = (e for e in solution.equilibria if e.dimension)
    assert line.set_conditions == ("2*sigma(agent, plus, go) - 3*sigma(agent, minus, go) == 0",)
    assert not solution.undecided
    even = {"go": "1/2", "stay": "1/2"}
    assert is_equilibrium(game, {"agent": {"plus": {"go": "3/4", "stay": "1/4"}, "minus": even}})
    assert not is_equilibrium(game, {"agent": {"plus": {"go": 1}, "minus": even}})
    text = solution_text(solution)
    assert "continuum of dimension 1" in text
    assert "set: 2*sigma(agent, plus, go) - 3*sigma(agent, minus, go) == 0" in text


def test_a_continuum_beside_an_indifferent_player() -> None:
    """One is indifferent whatever it believes; two plays b iff s1 = P(one plays b) >= 1/3: two segments.

    At s1 = 1/3 two mixes freely too, and any s2 goes: a segment of its own, with s1 fixed.
    """
    one = guesser({"*,*": "1/2"}, True, "1/2")
    two = guesser({"a,*": "0", "b,*": "1"}, True, "1/3")
    solution = solve_player_families(pair(one, two))
    assert [e.dimension for e in solution.equilibria] == [0, 0, 1, 1, 1]
    segments = {e.support[1][0][1]: e.set_conditions for e in solution.equilibria if e.dimension}
    assert segments[("a",)] == ("0 < sigma(one, b) <= 1/3",)
    assert segments[("b",)] == ("1/3 <= sigma(one, b) < 1",)
    assert segments["a", "b"] == ("3*sigma(one, a) - 2 == 0",)
    # In truth one is indifferent too, and two is right to play a iff s1 <= 1/3: both segments survive whole.
    assert [str(e.survives) for e in solution.equilibria if e.dimension and len(e.support[1][0][1]) == 1] == ["yes"] * 2


@settings(max_examples=12, deadline=None)
@given(st.one_of(player_family_games(), player_family_games(normal=True)))
def test_reported_equilibria_have_no_regret_on_the_grid(game: Game) -> None:
    """At each reported point the grid's gap vanishes for who mixes, and has the right sign for who does not.

    Where several fits tie the grid sees one of them only; its neighbours then show the others.
    """
    import numpy

    reference = TwoByTwo(game)
    solution = solve_player_families(game)
    for equilibrium in solution.equilibria:
        assert is_equilibrium(game, equilibrium.as_strategy())
        point = numpy.array([float(dict(own[0][1])[SECOND]) for own in equilibrium.strategy])
        near = [point + 1e-7 * numpy.array([i, j]) for i in (-1, 0, 1) for j in (-1, 0, 1)]
        gaps = reference.gaps(numpy.clip(numpy.array(near), 0, 1))
        for place, share in enumerate(point):
            low, high = gaps[:, place].min() - 1e-4, gaps[:, place].max() + 1e-4
            assert (share == 0 or high >= 0) and (share == 1 or low <= 0)


def test_a_wrong_point_is_refused_and_not_printed(monkeypatch: pytest.MonkeyPatch) -> None:
    one = guesser({"a,a": "0", "a,b": "1", "b,a": "1", "b,b": "0"}, True, "1/2")
    two = guesser({"a,*": "0", "b,*": "1"}, True, "1/3")
    game = pair(one, two)
    right = solution_module.on_support

    def wrong(players: Any, support: Any) -> Any:
        points, reason = right(players, support)
        return [tuple(tuple(tuple(reversed(row)) for row in own) for own in point) for point in points], reason

    monkeypatch.setattr(solution_module, "on_support", wrong)
    with pytest.raises(DefectError, match="fails the definition"):
        solve_player_families(game)


def test_what_is_refused_says_so() -> None:
    game = pair(seller(12, "1"), seller(12, "1"))
    with pytest.raises(GameError, match="sum to 1"):
        is_equilibrium(game, {"one": {"3": "1/2"}, "two": {"3": 1}})
    free = Game.from_dict({
        "format": 1, "name": "free", "parameters": {"k": "(0, 1)"},
        "players": {"one": {**seller(12, "1"), "payoff": {"3": "3*y", "4": "4*y - k"}}, "two": seller(12, "1")},
    })  # fmt: skip
    assert berknash.solve(free).free == ("k",)
    (phase,) = berknash.phases(free).pieces
    assert [equilibrium.profile for equilibrium in phase.equilibria] == ["4,4"]
    assert len(berknash.solve(free, at={"k": "1/2"}).equilibria) == 1


def test_a_duopoly_that_overlooks_the_other_price() -> None:
    """Kirman's mistake: each firm thinks demand is a - b*(own price), b at least 5/2 where it is 2.

    (low, low): 9 = a - 3b, so the high price would earn 4(9 - b) <= 26 < 27. (high, high): 8 = a - 4b, so the low price
    earns 3(8 + b) <= 32 iff b <= 8/3. Both mix, s the chance of the high price: b = 5/2, and least squares give a =
    33/2 + s' + s/2 for the other's s'; 3(a - 15/2) = 4(a - 10) iff a = 35/2, so that s = s' = 2/3.
    """
    game = berknash.load("examples/literature/duopoly_own_price.toml")
    solution = berknash.solve(game)
    found = [[str(dict(own[0][1])["high"]) for own in e.strategy] for e in solution.equilibria]
    assert found == [["0", "0"], ["1", "1"], ["2/3", "2/3"]]
    assert [e.strict for e in solution.equilibria] == [True, False, False]
    assert [str(e.survives) for e in solution.equilibria] == ["no", "yes", "no"]
    assert [(v.coordinates[1][0], str(v.coordinates[1][1])) for v in solution.equilibria[2].theta[0].vertices] == [
        ("b", "5/2")
    ]
    assert not solution.undecided


def test_claims_about_profiles_are_read_off_the_solution() -> None:
    game = berknash.load("examples/literature/duopoly_own_price.toml")
    for claim, expected in {
        'strict("low,low")': "always",
        'strict("high,high")': "never",
        'equilibrium("high,high") and not unique("low,low")': "always",
        'equilibrium_support("low,low", "low,high", "high,low", "high,high")': "always",
        'absorbing("low,low") and closed("low,low")': "always",
        'cycle("low,high", "high,low")': "always",
        'rationalizable_only("low,low")': "never",
    }.items():
        assert str(berknash.when(game, claim)) == expected, claim
    assert berknash.prove(game, 'strict("low,low")').status == "proved"
    with pytest.raises(GameError, match="product"):
        berknash.when(game, 'closed("low,low", "high,high")')
    assert str(berknash.when(neglects_signals(), 'unique("plus:stay|minus:stay")')) == "never"


def test_curves_of_mixed_equilibria_that_cross() -> None:
    """Both see whether they differ, against 1/2: (1 - 2 s1)(1 - 2 s2) = 0 for both, two lines through the middle.

    They want b where they differ with more than even chance: (a, a) alone is pure, and each line ends on two edges.
    """
    numbers = {"a,a": "0", "a,b": "1", "b,a": "1", "b,b": "0"}
    solution = solve_player_families(pair(guesser(numbers, True, "1/2"), guesser(numbers, False, "1/2")))
    (cross,) = (e for e in solution.equilibria if e.dimension)
    assert cross.set_conditions == (
        "4*sigma(one, a)*sigma(two, a) - 2*sigma(one, a) - 2*sigma(two, a) + 1 == 0",
    )
    assert sorted(shares(solution)[:-1]) == [("0", "0"), ("0", "1/2"), ("1", "1/2"), ("1/2", "0"), ("1/2", "1")]
    assert not solution.undecided


def test_least_squares_that_balance_on_a_diagonal() -> None:
    """Sellers with the slope 2 and intercept 14 fit a = 14 + s - s' and s the chance of 4: indifferent iff s = s'."""
    solution = solve_player_families(pair(seller(14, "2"), seller(14, "2")))
    (line,) = (e for e in solution.equilibria if e.dimension)
    assert line.set_conditions == ("sigma(one, 3) - sigma(two, 3) == 0",)
    assert len(solution.equilibria) == 5
    assert not solution.undecided
