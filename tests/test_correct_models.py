"""``models.NAME = "correct"``: the correctly specified player in one word, against Nash equilibria and by hand."""

from __future__ import annotations

import random
from fractions import Fraction
from typing import Any

import pytest

from berknash.symbolic.errors import GameError
from berknash.symbolic.game.game import Game
from berknash.symbolic.interchange.normal_form import from_payoff_matrices
from berknash.symbolic.solving.solve import solve


def own(actions: list[str], outcomes: list[str], truth: dict[str, Any], payoff: dict[str, Any]) -> dict[str, Any]:
    return {
        "actions": actions, "outcomes": outcomes, "truth": truth, "payoff": payoff, "models": {"right": "correct"},
    }  # fmt: skip


def law(yes: str) -> dict[str, str]:
    return {"yes": yes, "no": f"1 - ({yes})"}


def answer(game: Game) -> list[tuple[Any, ...]]:
    return sorted(
        (str(e.support), [(a, str(w)) for part in e.parts for _, row in part.strategy for a, w in row], e.dimension)
        for e in solve(game).equilibria
    )


def seen(others: list[str], other_first: bool) -> dict[str, Any]:
    """The outcome is what the other did."""
    rows = {name: {f"saw_{o}": int(o == name) for o in others} for name in others}
    return {(f"{name},*" if other_first else f"*,{name}"): row for name, row in rows.items()}


@pytest.mark.parametrize("seed", range(12))
def test_players_who_see_each_other_play_nash(seed: int) -> None:
    draw = random.Random(seed)
    rows, columns = (2, 2) if seed % 2 else (2, 3)
    first = [[Fraction(draw.randint(-9, 9), draw.randint(1, 3)) for _ in range(columns)] for _ in range(rows)]
    second = [[Fraction(draw.randint(-9, 9), draw.randint(1, 3)) for _ in range(columns)] for _ in range(rows)]
    nash = from_payoff_matrices([first, second])
    names = [list(player.actions) for player in nash.players]
    payoffs = [
        {a: {f"saw_{b}": str(first[i][j]) for j, b in enumerate(names[1])} for i, a in enumerate(names[0])},
        {b: {f"saw_{a}": str(second[i][j]) for i, a in enumerate(names[0])} for j, b in enumerate(names[1])},
    ]
    players = {
        player.name: own(
            names[k], [f"saw_{o}" for o in names[1 - k]], seen(names[1 - k], k == 1), payoffs[k]
        )
        for k, player in enumerate(nash.players)
    }  # fmt: skip
    game = Game.from_dict({"format": 1, "name": "nash", "players": players})
    assert answer(game) == answer(nash)


def test_one_agent_knows_the_truth() -> None:
    document = {
        "format": 1, "name": "right", "parameters": {"p": "(0, 1)", "q": "(0, 1)"},
        "players": {"agent": own(["safe", "bold"], ["yes", "no"], {"safe": law("p"), "bold": law("q")},
                                 {"*": {"yes": 1, "no": 0}})},
    }  # fmt: skip
    right = Game.from_dict(document)
    (model,) = right.players[0].models
    assert not model.theta and [str(e) for e in model.row("safe")] == ["p", "1 - p"]
    assert {str(e.condition): e.support for e in solve(right).equilibria if e.strict} == {
        "p > q": ("safe",), "p < q": ("bold",),
    }  # fmt: skip


def test_laws_on_a_line_are_its_two_ends() -> None:
    truth = {"*,low": law("1/5"), "*,middle": law("1/2"), "*,high": law("7/10")}
    payoff = {"go": {"yes": 1, "no": -1}, "stay": {"yes": 0, "no": 0}}
    other = own(["low", "middle", "high"], ["yes", "no"], {"go,*": law("1"), "stay,*": law("0")},
                {"low": {"yes": 1, "no": 0}, "middle": {"yes": 0, "no": 0}, "high": {"yes": 0, "no": 1}})  # fmt: skip
    one = own(["go", "stay"], ["yes", "no"], truth, payoff)
    game = Game.from_dict({"format": 1, "name": "line", "players": {"one": one, "two": other}})
    (model,) = game.players[0].models
    assert [coordinate.name for coordinate in model.theta] == ["share"] and not model.where
    assert [str(e) for e in model.row("go")] == ["(7 - 5*share)/10", "(5*share + 3)/10"]
    # Where two plays low one stays, then two plays high; where two plays high one goes, then two plays low: they mix.
    (found,) = solve(game).equilibria
    assert [str(w) for _, w in found.parts[0].strategy[0][1]] == ["1/2", "1/2"]
    assert [str(w) for _, w in found.parts[1].strategy[0][1]] == ["2/5", "0", "3/5"]


def test_signals_of_others_are_averaged() -> None:
    document = {
        "format": 1, "name": "signs", "signals": {"good,none": "1/4", "bad,none": "3/4"},
        "players": {
            "seller": {**own(["sell", "keep"], ["yes", "no"],
                             {"good,none": {"*,*": law("1")}, "bad,none": {"*,*": law("1/3")}},
                             {"*": {"sell": {"yes": 1, "no": 0}, "keep": {"yes": 0, "no": 1}}}),
                       "signals": ["good", "bad"]},
            "buyer": {**own(["take", "leave"], ["yes", "no"],
                            {"*": {"sell,*": law("1"), "keep,*": law("0")}},
                            {"none": {"take": {"yes": 1, "no": 0}, "leave": {"yes": 0, "no": 1}}}),
                      "signals": ["none"]},
        },
    }  # fmt: skip
    game = Game.from_dict(document)
    seller, buyer = game.players
    assert not seller.models[0].theta
    assert [str(e) for e in seller.models[0].row("sell", "bad")] == ["1/3", "2/3"]
    # good and bad sellers sell, or one of them, or none: a yes has chance 1, 1/4, 3/4 or 0, between the ends 0 and 1.
    assert [coordinate.name for coordinate in buyer.models[0].theta] == ["share"]
    found = solve(game).equilibria
    assert len(found) == 1 and found[0].parts[0].support == (("good", ("sell",)), ("bad", ("keep",)))
    assert found[0].parts[1].support == (("none", ("leave",)),)


def test_mistakes_are_named() -> None:
    players = {"one": own(["a", "b"], ["yes", "no"], {"*": law("1/2")}, {"*": {"yes": 1, "no": 0}})}
    players["one"]["models"] = {"right": "corect"}
    with pytest.raises(GameError, match="'corect' is no model; write \"correct\""):
        Game.from_dict({"format": 1, "name": "typo", "players": players})
    normal = {
        name: {"actions": ["a", "b"], "outcomes": "normal",
               "truth": {key: {"mean": m, "variance": "1"} for key, m in truth.items()},
               "payoff": {"a": "y", "b": "0"}, "models": {"right": "correct"}}
        for name, truth in {"one": {"*,a": "1", "*,b": "2"}, "two": {"a,*": "1", "b,*": "2"}}.items()
    }  # fmt: skip
    with pytest.raises(GameError, match="mixed, no normal laws"):
        Game.from_dict({"format": 1, "name": "normal", "players": normal})
    plane = {
        "one": own(["a", "b"], ["yes", "no", "none"],
                   {f"*,{k}": {"yes": p, "no": q, "none": f"1 - {p} - {q}"} for k, (p, q) in
                    {"k": ("1/2", "1/4"), "l": ("1/4", "1/2"), "m": ("1/4", "1/4"), "n": ("1/2", "1/2")}.items()},
                   {"*": {"yes": 1, "no": 0, "none": 0}}),
        "two": own(["k", "l", "m", "n"], ["yes", "no"], {"*": law("1/2")}, {"*": {"yes": 1, "no": 0}}),
    }  # fmt: skip
    with pytest.raises(GameError, match="4 laws that lie in fewer dimensions"):
        Game.from_dict({"format": 1, "name": "plane", "players": plane})


def test_written_and_read_again() -> None:
    players = {
        "one": own(["a", "b"], ["yes", "no"], {"*,a": law("1/3"), "*,b": law("3/4")},
                   {"a": {"yes": 1, "no": 0}, "b": {"yes": 0, "no": 1}}),
        "two": own(["a", "b"], ["yes", "no"], {"a,*": law("1/3"), "b,*": law("3/4")},
                   {"a": {"yes": 0, "no": 1}, "b": {"yes": 1, "no": 0}}),
    }  # fmt: skip
    game = Game.from_dict({"format": 1, "name": "pair", "players": players})
    assert Game.from_toml(game.to_toml()) == game
