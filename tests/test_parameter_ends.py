"""Ends of theta that are expressions in the parameters, against the same said by `where`, and against fixed ends."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest

from berknash.symbolic.errors import GameError
from berknash.symbolic.game.game import Game
from berknash.symbolic.solving.solve import solve
from berknash.testing_conditions import holds_at


def coin(interval: str, **more: Any) -> Game:
    rows = {"heads": "x", "tails": "1 - x"}
    return Game.from_dict({
        "format": 1, "name": "coin", "parameters": {"q": "(0, 1)", "b": "(0, 1)"}, "players": {"agent": {
            "actions": ["bet", "pass"], "outcomes": ["heads", "tails"],
            "truth": {"*": {"heads": "q", "tails": "1 - q"}},
            "payoff": {"bet": {"heads": 1, "tails": -1}, "pass": {"heads": 0, "tails": 0}},
            "models": {"coin": {"theta": {"x": interval}, **more, "predicts": {"*": rows}}}}},
    })  # fmt: skip


def test_an_end_is_a_relation() -> None:
    game = coin("[0, b]")
    assert [str(relation) for relation in game.players[0].models[0].where] == ["x <= b"]
    assert game == coin("[0, oo)", where=["x <= b"]) and game == Game.from_toml(game.to_toml())
    relations = [str(relation) for relation in coin("(b/2, (1 + b)/2)").players[0].models[0].where]
    assert relations == ["x > b/2", "x < (1 + b)/2"]


@pytest.mark.parametrize(("q", "b"), [("2/3", "4/5"), ("2/3", "3/5"), ("2/3", "2/5"), ("1/3", "9/10"), ("1/3", "1/10")])
def test_fixed_ends_agree(q: str, b: str) -> None:
    point = {"q": Fraction(q), "b": Fraction(b)}
    plain = solve(coin(f"[0, {b}]"), point)
    here = solve(coin("[0, b]"), point)
    free = [e for e in solve(coin("[0, b]")).equilibria if holds_at(e.condition, point)]
    assert [e.support for e in plain.equilibria] == [e.support for e in here.equilibria] == [e.support for e in free]
    assert {str(solve(coin("[0, b]")).equilibria[1].condition)} == {"q > 1/2 and b > 1/2"}


@pytest.mark.parametrize(
    ("interval", "message"),
    [("[0, c]", "undeclared symbol 'c'"), ("[b, x]", "undeclared symbol 'x'"), ("[0 b]", "is not an interval")],
)
def test_mistakes_are_named(interval: str, message: str) -> None:
    with pytest.raises(GameError, match=message):
        coin(interval)
