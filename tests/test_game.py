"""Games as objects: intervals, exact restriction to parameter values, writing and reading back."""

from __future__ import annotations

from dataclasses import FrozenInstanceError, replace
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from berknash.symbolic.algebra.parameters import Interval, Parameter, read_interval
from berknash.symbolic.errors import GameError
from berknash.symbolic.expressions.reading import Number, Relation, Symbol, read_expression
from berknash.symbolic.game.data import Model, Normal, Player
from berknash.symbolic.game.game import Game
from berknash.symbolic.plain_text import is_control


def document(**changes: Any) -> dict[str, Any]:
    """A two-action game in three parameters, as a dictionary of the shape of the game file."""
    game: dict[str, Any] = {
        "format": 1,
        "name": "small",
        "assume": ["l < h"],
        "parameters": {"p": "(0, 1)", "l": "(0, 1)", "h": "[0, 1]"},
        "players": {
            "agent": {
                "actions": ["safe", "risky"],
                "outcomes": ["good", "bad"],
                "truth": {
                    "safe": {"good": 1, "bad": 0},
                    "risky": {"good": "p", "bad": "1 - p"},
                },
                "payoff": {
                    "safe": {"good": "l", "bad": 0},
                    "risky": {"good": "1/(1 + h)", "bad": "-log(1 + p)"},
                },
                "models": {
                    "bright": {"predicts": {"*": {"good": "h", "bad": "1 - h"}}},
                    "grim": {"predicts": {"*": {"good": "l", "bad": "1 - l"}}},
                },
            }
        },
    }
    return game | changes


def game() -> Game:
    return Game.from_dict(document())


@pytest.mark.parametrize(
    ("text", "inside", "outside"),
    [
        ("(0, 1)", ["1/2", "1/1000"], ["0", "1", "2", "-1"]),
        ("[0, 1)", ["0", "1/2"], ["1", "-1"]),
        ("(0, 1]", ["1"], ["0"]),
        ("[3, 7/2]", ["3", "7/2", "10/3"], ["4", "2"]),
        ("(-oo, 0]", ["0", "-1000000"], ["1/10"]),
        ("(-oo, oo)", ["0", "-5", "5"], []),
        ("[1/2, 1/2]", ["1/2"], ["0", "1"]),
        ("[ 0.1,oo )", ["1/10", "7"], ["0"]),
        ("(-1/3, 1 - 1/3)", ["0"], ["2/3", "-1/3"]),
        ("(-oo, +oo)", ["0"], []),
    ],
)
def test_intervals(text: str, inside: list[str], outside: list[str]) -> None:
    interval = read_interval(text, where="here")
    assert all(interval.contains(Fraction(value)) for value in inside)
    assert not any(interval.contains(Fraction(value)) for value in outside)
    assert read_interval(str(interval), where="here") == interval


@pytest.mark.parametrize(
    "text",
    ["", "(", "()", "(0)", "(0, 1, 2)", "0, 1", "{0, 1}", "(1, 0)", "(1, 1)", "[1, 1)", "[-oo, 1)", "(oo, -oo)"],
)
def test_refused_intervals(text: str) -> None:
    with pytest.raises(GameError, match=r"^here: "):
        read_interval(text, where="here")


def test_a_game_is_frozen_and_hashable() -> None:
    first, second = game(), game()
    assert first == second and hash(first) == hash(second)
    with pytest.raises(FrozenInstanceError):
        first.name = "other"  # type: ignore[misc]


def test_at_fixes_parameters_exactly() -> None:
    fixed = game().at({"p": "0.7", "h": Fraction(4, 5)})
    (agent,) = fixed.players
    assert [parameter.name for parameter in fixed.parameters] == ["l"]
    assert [str(relation) for relation in fixed.assume] == ["l < 4/5"]
    assert agent.truth_row(("risky",)) == (Number(Fraction(7, 10)), Number(Fraction(3, 10)))
    assert [str(entry) for entry in agent.payoff_row("risky")] == ["5/9", "-log(17/10)"]  # type: ignore[union-attr]
    assert agent.models[0].row("safe") == (Number(Fraction(4, 5)), Number(Fraction(1, 5)))


def test_at_in_one_step_or_two_is_the_same_game() -> None:
    values = {"p": "1/3", "h": 1, "l": "1/4"}
    once = game().at(values)
    twice = game().at({"h": 1}).at({"p": "1/3", "l": "1/4"})
    assert once == twice
    assert once.assume == () and once.parameters == ()
    assert Game.from_toml(once.to_toml()) == once
    assert game().at({}) == game()


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"q": "1/2"}, "at q: unknown parameter 'q'; the parameters are p, l, h"),
        ({"p": "0"}, "at p: 0 lies outside the domain (0, 1)"),
        ({"p": 2}, "at p: 2 lies outside the domain (0, 1)"),
        ({"p": "1/0"}, "at p: division by zero"),
        ({"p": "x"}, "at p: undeclared symbol 'x'"),
        ({"p": "log(2)"}, "at p: log(2) is not a rational number"),
        ({"p": 0.5}, "at p: an expression must be a string or an integer, not a float"),
        ({"p": None}, "at p: an expression must be"),
        ({"h": "1/5", "l": "4/5"}, "at h=1/5, l=4/5: the values contradict the assumption l < h"),
        ({"h": 0}, "at h=0: assume: no parameter value satisfies l < 0"),
    ],
)
def test_values_that_at_refuses(values: dict[str, Any], message: str) -> None:
    with pytest.raises(GameError) as caught:
        game().at(values)
    assert str(caught.value).startswith(message)


def test_constant_assumptions_with_logarithms_are_decided_exactly() -> None:
    logs = Game.from_dict(document(assume=["h > 0", "l > 0", "log(h/l) >= 2*log(2)"]))
    assert logs.at({"h": "4/5", "l": "1/5"}).assume == ()
    with pytest.raises(GameError, match="contradict the assumption"):
        logs.at({"h": "4/5", "l": "201/1000"})
    strict = Game.from_dict(document(assume=["h > 0", "l > 0", "log(h/l) > 2*log(2)"]))
    with pytest.raises(GameError, match="contradict the assumption"):
        strict.at({"h": "4/5", "l": "1/5"})


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"signals": {"s": 1}}, "signals"),
        ({"outcomes": "normal"}, "normal outcomes"),
        ({"theta": {"x": "[0, 1]"}}, "continuous family bright"),
        ({}, None),
    ],
)
def test_kinds_that_are_not_supported_yet(change: dict[str, Any], reason: str | None) -> None:
    changed = document()
    agent = changed["players"]["agent"]
    if "signals" in change:
        changed |= change
        agent["signals"] = ["s"]
        for table in (agent["truth"], agent["payoff"], *(m["predicts"] for m in agent["models"].values())):
            rows = dict(table)
            table.clear()
            table["s"] = rows
    if "outcomes" in change:
        law = {"mean": "p", "variance": "1"}
        agent |= {"outcomes": "normal", "truth": {"*": law}, "payoff": {"*": "l*y**2 + y"}}
        agent["models"] = {"one": {"predicts": {"*": law}}}
    if "theta" in change:
        agent["models"]["bright"] |= change
        agent["models"]["bright"]["predicts"]["risky"] = {"good": "x", "bad": "1 - x"}
    result = Game.from_dict(changed)
    assert Game.from_toml(result.to_toml()) == result
    found = result.kind_not_supported()
    assert (found is None) if reason is None else reason in str(found)


# Built in Python, without a file


def built(**changes: Any) -> Game:
    p = Symbol("p")
    rest = read_expression("1 - p", ("p",), where="here")
    half = Number(Fraction(1, 2))
    player: dict[str, Any] = {
        "name": "agent",
        "actions": ("only",),
        "outcomes": ("good", "bad"),
        "truth": ((((), ("only",)), (p, rest)),),
        "payoff": ((("", "only"), (p, half)),),
        "models": (Model("even", ((("", "only"), (half, half)),)),),
    }
    unit = Interval(Fraction(0), Fraction(1), True, True)
    whole = {"name": "built", "parameters": (Parameter("p", unit),)}
    whole |= {key: changes.pop(key) for key in list(changes) if key in ("name", "parameters", "assume", "signals")}
    return Game(players=(Player(**(player | changes)),), **whole)


def test_a_game_built_in_python_is_the_one_read_from_its_text() -> None:
    assert Game.from_toml(built().to_toml()) == built()


HALF = Number(Fraction(1, 2))


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"parameters": ()}, "players.agent.truth: undeclared symbol 'p'"),
        ({"name": ""}, "name: a text of 0 characters"),
        ({"truth": ()}, "players.agent.truth: the rows are not exactly"),
        ({"truth": ((((), ("only",)), (HALF,)),)}, "players.agent.truth: a row has 1 entries"),
        ({"truth": ((((), ("only",)), (HALF, Number(Fraction(1)))),)}, "players.agent.truth.only: the probabilities"),
        ({"truth": ((((), ("only",)), Normal(HALF, HALF)),)}, "players.agent.truth: a row must be a tuple"),
        ({"payoff": ((("", "other"), (HALF, HALF)),)}, "players.agent.payoff: the rows are not exactly"),
        ({"models": ()}, "players.agent: needs at least one action, outcome and model"),
        ({"actions": ("only", "only")}, "players.agent.actions: the name 'only' is used twice"),
        ({"actions": ("on,ly",)}, "players.agent.actions: the character ','"),
        ({"assume": (Relation(Symbol("k"), "<", HALF),)}, "assume: undeclared symbol 'k'"),
        ({"signals": ((("s",), HALF),)}, "signals: only some players have signals"),
    ],
)
def test_games_built_wrongly(changes: dict[str, Any], message: str) -> None:
    with pytest.raises(GameError) as caught:
        built(**changes)
    assert str(caught.value).startswith(message)


def test_replacing_a_field_checks_again() -> None:
    with pytest.raises(GameError, match="undeclared symbol 'p'"):
        replace(built(), parameters=())


# Properties

names = st.text("abcdefgh -_é.=()[]", min_size=1, max_size=8).filter(lambda text: text == text.strip())
numbers = st.fractions(min_value=0, max_value=9, max_denominator=9)


@st.composite
def laws(draw: st.DrawFn, count: int) -> list[str]:
    """Probabilities that sum to 1: weights over their sum, some of them times a parameter in (0, 1)."""
    weights = draw(st.lists(numbers.filter(bool), min_size=count, max_size=count))
    entries = [str(weight / sum(weights)) for weight in weights]
    if count > 1 and draw(st.booleans()):
        total = (weights[0] + weights[1]) / sum(weights)
        entries[:2] = [f"p*{total}", f"(1 - p)*{total}"]
    return entries


@st.composite
def games(draw: st.DrawFn) -> dict[str, Any]:
    """Documents of one or two players, with or without signals, all well formed."""
    size = draw(st.integers(1, 2))
    with_signals = draw(st.booleans())
    players: dict[str, Any] = {}
    lists = []
    for name in draw(st.lists(names, min_size=size, max_size=size, unique=True)):
        actions, outcomes, models, signals = (
            draw(st.lists(names, min_size=1, max_size=3, unique=True)) for _ in range(4)
        )
        lists.append(signals)

        def row(outcomes: list[str] = outcomes) -> dict[str, str]:
            return dict(zip(outcomes, draw(laws(len(outcomes))), strict=True))

        def table(row: Any = row) -> dict[str, Any]:
            """One row for every profile, by wildcards."""
            return {"*": {"*": row()}} if with_signals else {"*": row()}

        payoff = {action: {outcome: str(draw(numbers)) for outcome in outcomes} for action in actions}
        players[name] = {
            "actions": actions,
            "outcomes": outcomes,
            "truth": table(),
            "payoff": {"*": payoff} if with_signals else payoff,
            "models": {model: {"predicts": table()} for model in models},
        }
        if with_signals:
            players[name]["signals"] = signals
    result = {"format": 1, "name": "drawn", "parameters": {"p": "(0, 1)"}, "players": players}
    if with_signals:
        profiles = [[]]
        for signals in lists:
            profiles = [[*profile, signal] for profile in profiles for signal in signals]
        law = draw(laws(len(profiles)))
        result["signals"] = {",".join(profile): entry for profile, entry in zip(profiles, law, strict=True)}
    title = draw(st.none() | st.text(st.characters().filter(lambda c: not is_control(c)), min_size=1, max_size=20))
    return result | ({} if title is None else {"title": title})


@settings(deadline=None, max_examples=60)
@given(games())
def test_drawn_games_survive_the_round_trip(drawn: dict[str, Any]) -> None:
    read = Game.from_dict(drawn)
    text = read.to_toml()
    again = Game.from_toml(text)
    assert again == read
    assert again.to_toml() == text
    fixed = read.at({"p": "1/3"})
    assert Game.from_toml(fixed.to_toml()) == fixed
