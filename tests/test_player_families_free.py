"""Several players with families and free parameters: a derived diagram, and agreement with fixed parameters."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from test_families_parametric import holds_at
from test_player_families import guesser, pair, seller

import berknash
from berknash.printout import solution_text
from berknash.symbolic.algebra.signs import approximate
from berknash.symbolic.engines.algebraic.engine import solve_player_families
from berknash.symbolic.engines.signs.free_solution import solve_free_players
from berknash.symbolic.expressions.reading import substitute
from berknash.symbolic.game.game import Game
from berknash.symbolic.results.solution import Solution


def sellers() -> Game:
    """Both think the slope is 2, where the price falls by 1 with each quantity; k is the intercept."""
    truth = {f"{i},{j}": {"mean": f"k - {i} - {j}", "variance": "1"} for i in (3, 4) for j in (3, 4)}
    player = {**seller(12, "2"), "truth": truth}
    return Game.from_dict({
        "format": 1, "name": "sellers", "parameters": {"k": "(6, 20)"}, "players": {"one": player, "two": player},
    })  # fmt: skip


def test_sellers_lock_in_on_either_side_and_between() -> None:
    """4 beats 3 where a > 14 (4(a - 8) > 3(a - 6)); a = k + q - q' after (q, q'), so a = k, k - 1 or k + 1.

    One at 3 against a mixture with the chance s of 4: the mixing seller fits a = k + s, indifferent at s = 14 - k.
    """
    solution = solve_free_players(sellers())
    # `solve` finds besides where both mix.
    whole = berknash.solve(sellers())
    assert not whole.undecided
    found = {(e.support, e.condition) for e in whole.equilibria}
    assert {(e.support, e.condition) for e in solution.equilibria} <= found
    strict = {
        ",".join(own[0][1][0] for own in e.support): str(e.condition) for e in solution.equilibria if e.strict
    }
    assert strict == {
        "3,3": "k < 14", "3,4": "k > 13 and k < 15", "4,3": "k > 13 and k < 15", "4,4": "k > 14"
    }  # fmt: skip
    mixed = [e for e in solution.equilibria if not e.pure and e.support[0][0][1] == ("3",)]
    assert [(str(dict(e.strategy[1][0][1])["4"]), str(e.condition)) for e in mixed] == [
        ("14 - k", "k > 13 and k < 14")
    ]
    assert [(str(case.value), str(case.condition)) for case in solution.rationalizable] == [
        ("(('3',), ('3',))", "k < 13"),
        ("(('3', '4'), ('3', '4'))", "k >= 13 and k <= 15"),
        ("(('4',), ('4',))", "k > 15"),
    ]
    assert [str(entry.where) for entry in solution.undecided] == ["k >= 13 and k <= 15"]
    text = solution_text(solution)
    assert "uniformly strict: locked in; self-confirming]    if k < 14" in text
    assert "Undecided" in text


def agrees(free: Solution, at: dict[str, Fraction]) -> None:
    """What holds at a point is what the engine for fixed parameters finds there."""
    fixed = solve_player_families(free.game, at)
    left_open = {entry.what for entry in fixed.undecided}
    for name in ("transitions", "absorbing", "closed", "cycles", "rationalizable"):
        if name in left_open:
            continue
        mine = sorted(case.value for case in getattr(free, name) if holds_at(case.condition, at))
        assert mine == sorted(case.value for case in getattr(fixed, name)), (name, at)
    open_here = {
        tuple(own for _, own in entry.supports)
        for entry in free.undecided
        if entry.where is None or holds_at(entry.where, at)
    }
    named = {entry.names for entry in fixed.undecided if entry.what == "equilibria"}
    mine = sorted(
        (e.support, e.strict, e.uniform, tuple(round(approximate(substitute(w, at)), 9) for row in e.strategy
                                               for _, weights in row for _, w in weights))
        for e in free.equilibria if holds_at(e.condition, at) and e.support not in open_here
    )  # fmt: skip
    theirs = sorted(
        (e.support, e.strict, e.uniform, tuple(round(float(w), 9) for row in e.strategy  # type: ignore[arg-type]
                                               for _, weights in row for _, w in weights))
        for e in fixed.equilibria if e.support not in open_here
    )  # fmt: skip
    assert mine == theirs or (named and not open_here and set(theirs) <= set(mine)), at
    for e in free.equilibria:
        same = [f for f in fixed.equilibria if f.support == e.support and not f.dimension]
        if e.support in open_here or len(same) != 1 or not holds_at(e.condition, at):
            continue
        for mine_here, theirs_here in ((e.survives, str(same[0].survives)), (e.confirms, same[0].self_confirming)):
            assert mine_here is not None
            if mine_here.status != "undecided" and theirs_here in ("yes", "no", True, False):
                said = bool(mine_here) if mine_here.where is None else holds_at(mine_here.where, at)
                assert said == (theirs_here in ("yes", True)), (e.support, mine_here, at)


@pytest.mark.parametrize("k", ["7", "13", "27/2", "14", "43/3", "15", "16"])
def test_sellers_agree_with_fixed_parameters_on_boundaries_too(k: str) -> None:
    agrees(solve_free_players(sellers()), {"k": Fraction(k)})


@pytest.mark.parametrize("normal", [True, False])
def test_thresholds_that_parameters_move(normal: bool) -> None:
    """A number that the other's play moves, and both thresholds free: six points, ties among them."""
    one = guesser({"a,a": "0", "a,b": "q", "b,a": "1", "b,b": "1/2"}, normal, "t")
    two = guesser({"a,*": "0", "b,*": "q"}, normal, "1/3")
    game = pair(one, two, {"q": "(0, 1)", "t": "(0, 1)"})
    free = solve_free_players(game)
    for q, t in (("1/2", "1/2"), ("1/3", "1/4"), ("2/3", "2/3"), ("1/3", "1/3"), ("9/10", "1/10"), ("1/4", "3/4")):
        agrees(free, {"q": Fraction(q), "t": Fraction(t)})


@settings(max_examples=8, deadline=None)
@given(st.data())
def test_random_games_agree_with_fixed_parameters(data: st.DataObject) -> None:
    number = st.integers(1, 9).map(lambda n: str(Fraction(n, 10)))
    reward = st.integers(-3, 3)

    def player(which: str) -> dict[str, Any]:
        slope = st.sampled_from([-2, 1, 2])
        rows = [f"{data.draw(st.integers(3, 5))}/8 + ({data.draw(slope)}/8)*u" for _ in "ab"]
        truth = {f"{i},{j}": data.draw(number) for i in "ab" for j in "ab"}
        truth[data.draw(st.sampled_from(sorted(truth)))] = which
        return {
            "actions": ["a", "b"], "outcomes": ["yes", "no"],
            "truth": {k: {"yes": v, "no": f"1 - ({v})"} for k, v in truth.items()},
            "payoff": {n: {"yes": data.draw(reward), "no": data.draw(reward)} for n in "ab"},
            "models": {"family": {"theta": {"u": "[-1, 1]"}, "predicts": {
                n: {"yes": r, "no": f"1 - ({r})"} for n, r in zip("ab", rows, strict=True)}}},
        }  # fmt: skip

    free = solve_free_players(pair(player("p"), player("q"), {"p": "(0, 1)", "q": "(0, 1)"}))
    for _ in range(3):
        agrees(free, {"p": Fraction(data.draw(number)), "q": Fraction(data.draw(number))})


def test_claims_have_exact_conditions() -> None:
    game = sellers()
    assert str(berknash.when(game, 'strict("3,4")')) == "k > 13 and k < 15"
    assert str(berknash.when(game, 'rationalizable_only("4,4")')) == "k > 15"
    assert str(berknash.when(game, 'unique("3,3")')) == "k < 13"
    assert str(berknash.when(game, 'k > 7 => closed("4,4")')) == "k > 14 or k <= 7"
    assert berknash.prove(game, 'k < 13 => strict("3,3")').status == "proved"
    assert berknash.prove(game, 'k < 15 => strict("3,3")').status == "refuted"
    assert str(berknash.when(game, 'equilibrium_support("3,3", "3,4", "4,3", "4,4")')) == "k == 14"


def neglect() -> Game:
    """Going wins with p after plus and q after minus, and is thought to win with one chance x after both."""
    go, stay = {"win": "x", "lose": "1 - x"}, {"win": "1/2", "lose": "1/2"}
    return Game.from_dict({
        "format": 1, "name": "neglect", "signals": {"plus": "1/2", "minus": "1/2"},
        "parameters": {"p": "(0, 1)", "q": "(0, 1)"}, "players": {"agent": {
            "signals": ["plus", "minus"], "actions": ["go", "stay"], "outcomes": ["win", "lose"],
            "truth": {"plus": {"go": {"win": "p", "lose": "1 - p"}}, "minus": {"go": {"win": "q", "lose": "1 - q"}},
                      "*": {"stay": stay}},
            "payoff": {"*": {"go": {"win": "1", "lose": "-1"}, "stay": {"win": "0", "lose": "0"}}},
            "models": {"one_chance": {"theta": {"x": "[0, 1]"}, "predicts": {"*": {"go": go, "stay": stay}}}},
        }},
    })  # fmt: skip


def test_an_agent_who_neglects_signals_with_free_chances() -> None:
    """Going pays 2x - 1; going always fits x = (p + q)/2, after plus alone x = p, after minus alone x = q.

    Staying fits any x. So going always holds iff p + q >= 1; going after plus alone needs 2p - 1 = 0, as staying after
    minus is no better; going after plus and with the chance h after minus needs (p + h q)/(1 + h) = 1/2, that is
    h = (2p - 1)/(1 - 2q).
    """
    free = solve_free_players(neglect())

    def where(plus: tuple[str, ...], minus: tuple[str, ...]) -> list[tuple[str, bool]]:
        support = ((("plus", plus), ("minus", minus)),)
        return sorted((str(e.condition), e.strict) for e in free.equilibria if e.support == support)

    assert where(("go",), ("go",)) == [("p == 1 - q", False), ("p > 1 - q", True)]
    assert where(("stay",), ("stay",)) == [("0 < 1", False)]
    (mixed,) = (e for e in free.equilibria if e.support == ((("plus", ("go",)), ("minus", ("go", "stay"))),))
    for p, q in (("3/4", "1/8"), ("1/4", "7/8"), ("1/2", "1/2"), ("1/2", "1/4"), ("2/3", "1/3"), ("9/10", "1/5")):
        at = {"p": Fraction(p), "q": Fraction(q)}
        agrees(free, at)
        assert holds_at(mixed.condition, at) == (0 < (2 * at["p"] - 1) * (1 - 2 * at["q"]) < (1 - 2 * at["q"]) ** 2)
