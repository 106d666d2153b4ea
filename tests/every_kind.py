"""One small game of every kind, each with the parameter q free; what commands do for every kind is tested on them."""

from __future__ import annotations

from typing import Any

from berknash.symbolic.game.game import Game

BINARY = ["yes", "no"]


def _law(chance: str) -> dict[str, str]:
    return {"yes": chance, "no": f"1 - ({chance})"}


def _normal(mean: str) -> dict[str, str]:
    return {"mean": mean, "variance": "1"}


def _game(name: str, players: dict[str, Any], **more: Any) -> Game:
    return Game.from_dict({"format": 1, "name": name, "parameters": {"q": "(0, 1)"}, "players": players, **more})


def _guesser(numbers: dict[str, str], models: dict[str, Any]) -> dict[str, Any]:
    """Plays b where it takes a yes for more likely than 1/2, whatever it does itself."""
    return {
        "actions": ["a", "b"], "outcomes": BINARY, "truth": {k: _law(v) for k, v in numbers.items()},
        "payoff": {"a": {"yes": "0", "no": "0"}, "b": {"yes": "1/2", "no": "-1/2"}}, "models": models,
    }  # fmt: skip


def _sure(*numbers: str) -> dict[str, Any]:
    return {f"m{k}": {"predicts": {"*": _law(number)}} for k, number in enumerate(numbers)}


_FAMILY = {"same": {"theta": {"u": "[0, 1]"}, "predicts": {"*": _law("u")}}}

# One agent. Finitely many models: a yes has chance q after a and 1/4 after b, and is thought to have 1/3 or 2/3.
AGENT = {"agent": _guesser({"a": "q", "b": "1/4"}, _sure("1/3", "2/3"))}
AGENT_FAMILY = {"agent": _guesser({"a": "q", "b": "1/4"}, _FAMILY)}
AGENT_NORMAL = {"agent": {
    "actions": ["a", "b"], "outcomes": "normal", "truth": {"a": _normal("q"), "b": _normal("1/4")},
    "payoff": {"a": "0", "b": "y - 1/2"},
    "models": {"low": {"predicts": {"*": _normal("1/3")}}, "high": {"predicts": {"*": _normal("2/3")}}},
}}  # fmt: skip

# Several players. One sees more of yes where two plays b, two where one plays a.
_ONE, _TWO = {"*,a": "q", "*,b": "3/4"}, {"a,*": "3/4", "b,*": "1/4"}
PLAYERS = {"one": _guesser(_ONE, _sure("1/3", "2/3")), "two": _guesser(_TWO, _sure("1/3", "2/3"))}
_PENNY = {"opponent": {"theta": {"x": "[0, 1]"}, "predicts": {"*": _law("x")}}}
PENNIES = {
    "row": {"actions": ["a", "b"], "outcomes": BINARY, "truth": {"*,a": _law("1"), "*,b": _law("0")},
            "payoff": {"a": {"yes": "q", "no": "0"}, "b": {"yes": "0", "no": "1"}}, "models": _PENNY},
    "column": {"actions": ["a", "b"], "outcomes": BINARY, "truth": {"a,*": _law("1"), "b,*": _law("0")},
               "payoff": {"a": {"yes": "0", "no": "1"}, "b": {"yes": "1", "no": "0"}}, "models": _PENNY},
}  # fmt: skip
FAMILIES = {"one": _guesser({"a,a": "0", "a,b": "q", "b,a": "1", "b,b": "1/2"}, _FAMILY),
            "two": _guesser({"a,*": "0", "b,*": "q"}, _FAMILY)}  # fmt: skip

# Private signals: going after a good or a bad sign.
SIGNALS = {"signals": {"plus": "1/2", "minus": "1/2"}}


def _goer(models: dict[str, Any]) -> dict[str, Any]:
    return {"agent": {
        "signals": ["plus", "minus"], "actions": ["go", "stay"], "outcomes": BINARY,
        "truth": {"plus": {"go": _law("3/4")}, "minus": {"go": _law("q")}, "*": {"stay": _law("1/2")}},
        "payoff": {"*": {"go": {"yes": "1", "no": "-1"}, "stay": {"yes": "0", "no": "0"}}}, "models": models,
    }}  # fmt: skip


def _chance(x: str, **more: Any) -> dict[str, Any]:
    return {**more, "predicts": {"*": {"go": _law(x), "stay": _law("1/2")}}}


SIGNS = _goer({"bold": _chance("2/3"), "shy": _chance("1/3")})
SIGNS_FAMILY = _goer({"one_chance": _chance("x", theta={"x": "[0, 1]"})})

GAMES: dict[str, Game] = {
    "agent": _game("agent", AGENT),
    "agent with normal outcomes": _game("agent-normal", AGENT_NORMAL),
    "agent with a family": _game("agent-family", AGENT_FAMILY),
    "players": _game("players", PLAYERS),
    "players who see each other": _game("pennies", PENNIES),
    "players with families": _game("families", FAMILIES),
    "signals": _game("signals", SIGNS, **SIGNALS),
    "signals with a family": _game("signals-family", SIGNS_FAMILY, **SIGNALS),
}
