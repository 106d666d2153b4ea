"""Writing a game as the text of a normalized game file: wildcards written out, numbers exact.

Reading the text gives the same game, and writing that gives the same text.
"""

from __future__ import annotations

from collections.abc import Iterable

from ..algebra.parameters import Parameter
from .data import GameData, Normal, Player, Profile, Row
from .values import key_text, quoted


def write_game(game: GameData) -> str:
    """The game as the text of a normalized game file."""
    lines = ["format = 1", f"name = {quoted(game.name)}"]
    for key, text in (("title", game.title), ("source", game.source)):
        lines += [] if text is None else [f"{key} = {quoted(text)}"]
    if game.assume:
        lines.append(f"assume = {_array(map(str, game.assume))}")
    if game.parameters:
        lines += ["", "[parameters]", *(f"{p.name} = {_domain(p)}" for p in game.parameters)]
    if game.signals:
        lines += ["", "[signals]"]
        lines += [f"{key_text(','.join(profile))} = {quoted(str(entry))}" for profile, entry in game.signals]
    for player in game.players:
        lines += _player_lines(player)
    return "\n".join(lines) + "\n"


def _player_lines(player: Player) -> list[str]:
    place = f"players.{key_text(player.name)}"
    outcomes = None if player.outcomes == "normal" else player.outcomes
    lines = ["", f"[{place}]", f"actions = {_array(player.actions)}"]
    lines.append('outcomes = "normal"' if outcomes is None else f"outcomes = {_array(outcomes)}")
    if player.signals:
        lines.append(f"signals = {_array(player.signals)}")
    lines += ["", f"[{place}.truth]"]
    for (signals, actions), row in player.truth:
        lines.append(f"{_keys(','.join(signals), ','.join(actions))} = {_inline(row, outcomes)}")
    lines += ["", f"[{place}.payoff]"]
    for key, payoff in player.payoff:
        value = _inline(payoff, outcomes) if isinstance(payoff, tuple) else quoted(str(payoff))
        lines.append(f"{_keys(*key)} = {value}")
    for model in player.models:
        lines += ["", f"[{place}.models.{key_text(model.name)}]"]
        if model.theta:
            lines.append(f"theta = {{ {', '.join(f'{p.name} = {_domain(p)}' for p in model.theta)} }}")
        if model.where:
            lines.append(f"where = {_array(map(str, model.where))}")
        lines += [f"predicts.{_keys(*key)} = {_inline(row, outcomes)}" for key, row in model.predicts]
    return lines


def _keys(signal: str, action: str) -> str:
    return f"{key_text(signal)}.{key_text(action)}" if signal else key_text(action)


def _inline(row: Row, outcomes: Profile | None) -> str:
    names = outcomes or ("mean", "variance")
    entries = (row.mean, row.variance) if isinstance(row, Normal) else row
    pairs = zip(names, entries, strict=True)
    return f"{{ {', '.join(f'{key_text(name)} = {quoted(str(entry))}' for name, entry in pairs)} }}"


def _domain(parameter: Parameter) -> str:
    extra = [("latex", parameter.latex), ("description", parameter.description)]
    given = [f"{key} = {quoted(value)}" for key, value in extra if value is not None]
    domain = quoted(str(parameter.domain))
    return f"{{ {', '.join([f'domain = {domain}', *given])} }}" if given else domain


def _array(texts: Iterable[str]) -> str:
    return f"[{', '.join(map(quoted, texts))}]"
