"""Draws of games with free parameters in which ties hold on open sets, for every kind of game that prints sets.

Continua of equilibria at open sets of parameters need ties that hold identically: actions that teach the same, models
that favour no action, models that fit equally well whatever the parameters, payoffs that coincide. All entries come
from a short list of formulas in the parameters p and q, so that such coincidences are frequent, and so are games in
which what fits best changes with the parameters while the tie of the payoffs stays. Each draw makes its choices with a
function ``choose(low, high)`` (`berknash.testing`).
"""

from __future__ import annotations

import random
import re
from collections.abc import Sequence
from typing import Any

from .symbolic.game.game import Game
from .symbolic.interchange.normal_form import from_payoff_matrices
from .testing_kinds import Choose

_LAWS = ("1/2", "1/2", "1/3", "2/3", "1/4", "p", "1 - p", "p/2", "(1 + p)/2", "(1/2 - p/2)**2 + 1/8")
_FITS = ("1/2", "1/2", "1/3", "1/4", "3/4", "p", "1 - p", "p/2", "(p + q)/2", "(1/2 - p/2)**2 + 1/8")
_PARAMETERS = {"p": "(0, 1)", "q": "(0, 1)"}


def _one_of(choose: Choose, pool: Sequence[str]) -> str:
    return pool[choose(0, len(pool) - 1)]


def _row(good: str) -> dict[str, str]:
    return {"y": good, "n": f"1 - ({good})"}


def _rows(choose: Choose, keys: Sequence[str], pool: Sequence[str]) -> dict[str, dict[str, str]]:
    """One law for each key; often the same for all, or for two of them."""
    common = _one_of(choose, pool)
    style = choose(0, 3)
    rows = {key: _row(common if style == 0 else _one_of(choose, pool)) for key in keys}
    if style == 1 and len(keys) > 1:
        rows[keys[-1]] = rows[keys[0]]
    return rows


def _payoffs(choose: Choose, actions: Sequence[str]) -> dict[str, dict[str, str]]:
    """Bets for and against the outcome, sure things, copies: under a fair coin most of them tie."""
    bets = (("1", "0"), ("0", "1"), ("1/2", "1/2"), ("1", "0"), ("0", "1"), ("2", "-1"), ("q", "1 - q"))
    found = {}
    for action in actions:
        win, lose = bets[choose(0, len(bets) - 1 if choose(0, 3) == 0 else len(bets) - 2)]
        found[action] = {"y": win, "n": lose}
    return found


def _used(choose: Choose, document: dict[str, Any]) -> Game:
    """The game, mostly with p alone, and with those parameters that occur (p where none does)."""
    if choose(0, 5):
        document = _renamed(document)
    text = f"{document['players']} {document.get('signals', '')}"
    names = [name for name in _PARAMETERS if re.search(rf"\b{name}\b", text)] or ["p"]
    return Game.from_dict({**document, "parameters": {name: _PARAMETERS[name] for name in names}})


def _renamed(value: Any) -> Any:
    """The same document with p for q."""
    if isinstance(value, dict):
        return {key: _renamed(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_renamed(inner) for inner in value]
    return re.sub(r"\bq\b", "p", value) if isinstance(value, str) else value


def tied_game(choose: Choose) -> Game:
    """One agent with finitely many models."""
    actions = ["u", "v", "w"][: choose(2, 3)]
    models: dict[str, Any] = {}
    for k in range(choose(1, 3)):
        models[f"m{k + 1}"] = {"predicts": _rows(choose, actions, _FITS)}
    if choose(0, 2):
        # A model under which bets for and against are equally good.
        models["fair"] = {"predicts": {"*": _row("1/2")}}
    agent = {
        "actions": actions, "outcomes": ["y", "n"], "truth": _rows(choose, actions, _LAWS),
        "payoff": _payoffs(choose, actions), "models": models,
    }  # fmt: skip
    return _used(choose, {"format": 1, "name": "tied", "players": {"agent": agent}})


def tied_family_game(choose: Choose) -> Game:
    """One agent with a family in one coordinate, of finite or normal outcomes, and now and then a single model."""
    actions = ["u", "v", "w"][: choose(2, 3)]
    normal = choose(0, 2) == 0
    lines = ("x", "x", "1 - x", "x/2", "1/2", "1/3")
    if normal:
        laws, lines = ("p", "p", "1", "0", "1 - p"), ("x", "x", "-x", "2*x", "1", "p")
        truth = {a: {"mean": _one_of(choose, laws), "variance": "1"} for a in actions}
        predicts = {a: {"mean": _one_of(choose, lines), "variance": "1"} for a in actions}
        payoff: dict[str, Any] = {a: _one_of(choose, ("y", "-y", "0", "1", "y - 1")) for a in actions}
        theta = _one_of(choose, ("[-1, 1]", "[0, 2]", "[1, 1]"))
    else:
        truth = _rows(choose, actions, ("1/2", "1/3", "p", "1 - p", "p/2"))
        predicts = {a: _row(_one_of(choose, lines)) for a in actions}
        payoff = _payoffs(choose, actions)
        theta = _one_of(choose, ("[0, 1]", "[0, 1/2]", "[1/4, 3/4]", "[1/2, 1]"))
    models: dict[str, Any] = {"family": {"theta": {"x": theta}, "predicts": predicts}}
    if choose(0, 3) == 0 and not normal:
        models["fair"] = {"predicts": {"*": _row("1/2")}}
    agent = {
        "actions": actions, "outcomes": "normal" if normal else ["y", "n"], "truth": truth, "payoff": payoff,
        "models": models,
    }  # fmt: skip
    return _used(choose, {"format": 1, "name": "tied family", "players": {"agent": agent}})


def tied_plane_game(choose: Choose) -> Game:
    """One agent with a family in two coordinates, whose predicted numbers tie along lines."""
    actions = ["u", "v", "w"][: choose(2, 3)]
    lines = ("x", "z", "x + z", "x - z", "1/2", "x")
    truth = {a: {"mean": _one_of(choose, ("p", "0", "1", "1 - p", "1/2")), "variance": "1"} for a in actions}
    predicts = {a: {"mean": _one_of(choose, lines), "variance": "1"} for a in actions}
    payoff = {a: _one_of(choose, ("y", "-y", "0", "y - 1")) for a in actions}
    theta = {"x": _one_of(choose, ("[0, 1]", "[-1, 1]")), "z": _one_of(choose, ("[0, 1]", "[0, 1/2]"))}
    agent = {
        "actions": actions, "outcomes": "normal", "truth": truth, "payoff": payoff,
        "models": {"plane": {"theta": theta, "predicts": predicts}},
    }  # fmt: skip
    return _used(choose, {"format": 1, "name": "tied plane", "players": {"agent": agent}})


def tied_pair(choose: Choose) -> Game:
    """Two players with finitely many models of what their actions do."""
    players: dict[str, Any] = {}
    actions = {"one": ["a1", "a2", "a3"][: choose(1, 3)], "two": ["b1", "b2"][: choose(1, 2)]}
    for name, own in actions.items():
        keys = [f"{a},{b}" for a in actions["one"] for b in actions["two"]]
        models: dict[str, Any] = {"fair": {"predicts": {"*": _row("1/2")}}}
        for k in range(choose(0, 2)):
            models[f"m{k + 1}"] = {"predicts": _rows(choose, own, _FITS[:8])}
        players[name] = {
            "actions": own, "outcomes": ["y", "n"], "truth": _rows(choose, keys, _LAWS[:8]),
            "payoff": _payoffs(choose, own), "models": models,
        }  # fmt: skip
    return _used(choose, {"format": 1, "name": "tied pair", "players": players})


def tied_normal_form(choose: Choose) -> Game:
    """Two players, sometimes three, who know the payoffs, few of which differ."""
    entries = ("0", "0", "1", "1", "p", "1 - p")
    sizes = (2, 2, 2) if choose(0, 4) == 0 else (choose(1, 3), choose(1, 3))

    def array(left: tuple[int, ...]) -> Any:
        return [array(left[1:]) for _ in range(left[0])] if left else _one_of(choose, entries)

    tensors = [array(sizes) for _ in sizes]
    return from_payoff_matrices(tensors, name="tied normal form", parameters={"p": "(0, 1)"})


def tied_signals(choose: Choose) -> Game:
    """One player with two signals, which may tell nothing, and finitely many models."""
    signals, actions = ["s", "t"], ["a", "b"]

    def table(pool: Sequence[str]) -> dict[str, Any]:
        first = _rows(choose, actions, pool)
        return {"s": first, "t": first if choose(0, 1) else _rows(choose, actions, pool)}

    models: dict[str, Any] = {"fair": {"predicts": {"*": {"*": _row("1/2")}}}}
    for k in range(choose(1, 2)):
        models[f"m{k + 1}"] = {"predicts": table(_FITS[:8])}
    agent = {
        "signals": signals, "actions": actions, "outcomes": ["y", "n"], "truth": table(_LAWS[:8]),
        "payoff": {s: _payoffs(choose, actions) for s in signals}, "models": models,
    }  # fmt: skip
    law = (("1/2", "1/2"), ("1/3", "2/3"), ("p", "1 - p"))[choose(0, 2)]
    document = {"format": 1, "name": "tied signals", "signals": dict(zip(signals, law, strict=True))}
    if "p" in law:
        return Game.from_dict({**document, "parameters": _PARAMETERS, "players": {"agent": agent}})
    return _used(choose, {**document, "players": {"agent": agent}})


def tied_player_families(choose: Choose) -> Game:
    """Two players with a family in one coordinate each, and no free parameter: few numbers, silent actions, ties."""
    players: dict[str, Any] = {}
    for name in ("one", "two"):
        own = {a: _row(_one_of(choose, ("x", "1 - x", "1/2", "x/2"))) for a in "ab"}
        models: dict[str, Any] = {"family": {"theta": {"x": _one_of(choose, ("[0, 1]", "[1/4, 3/4]", "[0, 1/2]"))},
                                             "predicts": own}}  # fmt: skip
        if choose(0, 3) == 0:
            models["fair"] = {"predicts": {"*": _row("1/2")}}
        players[name] = {
            "actions": ["a", "b"], "outcomes": ["y", "n"],
            "truth": {f"{a},{b}": _row(_one_of(choose, ("1/2", "1/3", "2/3"))) for a in "ab" for b in "ab"},
            "payoff": {
                a: {"y": _one_of(choose, ("0", "1")), "n": _one_of(choose, ("0", "1"))} for a in "ab"
            },
            "models": models,
        }  # fmt: skip
    return Game.from_dict({"format": 1, "name": "tied families of two", "players": players})


KINDS = {
    "finite": tied_game,
    "families": tied_family_game,
    "planes": tied_plane_game,
    "pairs": tied_pair,
    "normal forms": tied_normal_form,
    "signals": tied_signals,
    "player families": tied_player_families,
}


def random_tied_game(generator: random.Random, kind: str = "finite") -> Game:
    """A game of a kind (a key of `KINDS`) in which ties hold on open sets of parameters, drawn by the generator.

    >>> random_tied_game(random.Random(3)).name
    'tied'
    """
    return KINDS[kind](generator.randint)
