"""Normal-form games as correctly specified games, from and to payoff matrices.

A normal-form game is the correctly specified special case of the format (Esponda & Pouzo 2016, section 4): the outcome
of a player is what the others did, its models are all distributions over that, so Berk-Nash equilibrium is Nash
equilibrium.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from itertools import product
from math import prod
from typing import Any

from ..algebra.text import element_expression
from ..errors import GameError, NotSupportedError
from ..expressions.exact_values import exact_value
from ..expressions.reading import Expression
from ..game.game import Game
from ..game.values import MAXIMAL_NAME
from ..plain_text import kind_of, one_line, shown

PROFILE_LIMIT = 4_096
_SHORT_FLOAT = 2**20

Payoffs = dict[tuple[int, ...], tuple[Any, ...]]
"""Profile of action indices -> one payoff for each player."""


def from_payoff_matrices(
    matrices: Any,
    *,
    name: str = "normal form",
    players: Sequence[str | int] | None = None,
    actions: Sequence[Sequence[str | int]] | None = None,
    parameters: Mapping[str, str] | None = None,
    assume: Sequence[str] = (),
    source: str | None = None,
) -> Game:
    """The correctly specified game with these payoffs, as Nashpy and pygambit users have them; exact.

    Parameters
    ----------
    matrices : one array for each player, ``matrices[i][a_1]...[a_n]``; nested lists and tuples, arrays and matrices of
        numpy or SymPy, or one array of all of them; the entries are integers, Fractions, Decimals, rational numbers of
        SymPy, strings in the expression syntax, or floats that are short binary fractions
    name, players, actions : names, strings or integers; by default ``player1`` and ``a1``, ``a2``, ...
    parameters, assume : domains of the symbols in string entries, and relations between them

    Raises
    ------
    GameError
        when the arrays have no common shape, or an entry is not exact.

    Examples
    --------
    >>> game = from_payoff_matrices([[[3, 0], [5, 1]], [[3, 5], [0, 1]]], name="dilemma")
    >>> game.players[0].actions, [str(v) for v in game.players[0].payoff_row("a1")]
    (('a1', 'a2'), ['3', '0'])
    """
    arrays = _lists(matrices)
    if not isinstance(arrays, list):
        raise GameError(f"payoffs: {kind_of(matrices)} is no list of arrays; give one array for each player")
    shape = _shape(arrays[0]) if arrays else ()
    if len(shape) != len(arrays):
        raise GameError(f"payoffs: {len(arrays)} arrays with {len(shape)} indices; give one array for each player")
    for i, array in enumerate(arrays):
        if _shape(array) != shape:
            raise GameError(f"payoffs[{i}]: the shape differs from that of payoffs[0]; make them equal")
    payoffs = {
        profile: tuple(_entry(array, profile, f"payoffs[{i}]") for i, array in enumerate(arrays))
        for profile in product(*(range(n) for n in checked_shape(shape)))
    }
    return normal_form(
        name,
        _names(players, "players") if players is not None else tuple(f"player{i + 1}" for i in range(len(shape))),
        tuple(_names(own, f"actions[{i}]") for i, own in enumerate(actions))
        if actions is not None
        else tuple(tuple(f"a{k + 1}" for k in range(n)) for n in shape),
        payoffs,
        dict(parameters or {}),
        assume,
        source,
    )


def _names(names: object, where: str) -> tuple[str, ...]:
    """Names as strings; integers are taken as they are written."""
    listed = _lists(names)
    if not isinstance(listed, list):
        raise GameError(f"{where}: {kind_of(names)} is no list of names; give one name for each index")
    for name in listed:
        if not isinstance(name, str) and (isinstance(name, bool) or not isinstance(name, int)):
            raise GameError(f"{where}: {kind_of(name)} is no name; give strings or integers")
    return tuple(map(str, listed))


def _lists(value: Any) -> Any:
    """Lists in place of tuples, arrays and matrices, at every depth; all else as it is."""
    if hasattr(value, "tolist"):
        value = value.tolist()
    return [_lists(part) for part in value] if isinstance(value, (list, tuple)) else value


def checked_shape(shape: tuple[int, ...]) -> tuple[int, ...]:
    """The numbers of actions, refused when there are none or too many profiles."""
    if not shape or any(n == 0 for n in shape):
        raise GameError("payoffs: an empty array; give every player at least one action")
    if prod(shape) > PROFILE_LIMIT:
        raise GameError(f"payoffs: {prod(shape)} profiles, more than the limit of {PROFILE_LIMIT}; use fewer actions")
    return shape


def _shape(array: Any) -> tuple[int, ...]:
    if not isinstance(array, list):
        return ()
    parts = {_shape(part) for part in array}
    if len(parts) > 1:
        raise GameError("payoffs: rows of different lengths; make the array rectangular")
    return (len(array), *(parts.pop() if parts else ()))


def _entry(array: Any, profile: tuple[int, ...], where: str) -> str:
    for index in profile:
        array = array[index]
    where = f"{where}{list(profile)}"
    if isinstance(array, str):
        return array
    exact = exact_value(array)
    if exact is not None:
        return str(exact)
    if isinstance(array, bool):
        raise GameError(f"{where}: a truth value is no payoff; give a number")
    if isinstance(array, float) and array == array and abs(array) < 2**53:
        short = Fraction(array)
        if short.denominator <= _SHORT_FLOAT:
            return str(short)
        raise GameError(f"{where}: the float {array!r} is not exact; write it as a Fraction or as a string like '1/3'")
    raise GameError(
        f"{where}: {shown(one_line(str(array)))} is no exact number; give an integer, a Fraction, a Decimal or a string"
    )


def normal_form(
    name: str,
    players: tuple[str, ...],
    actions: tuple[tuple[str, ...], ...],
    payoffs: Payoffs,
    parameters: dict[str, str],
    assume: Sequence[str],
    source: str | None,
    where: str | None = None,
) -> Game:
    """The correctly specified game with these names and payoffs; GameError, from `where` on, when they do not fit."""
    shape = tuple(len(own) for own in actions)
    if len(players) != len(shape) or set(payoffs) != set(product(*(range(n) for n in shape))):
        raise GameError("payoffs: the names of players and actions do not fit the arrays; give one for each index")
    document: dict[str, Any] = {"format": 1, "name": name, "players": {}}
    if source:
        document["source"] = source
    if parameters:
        document["parameters"] = parameters
    if assume:
        document["assume"] = list(assume)
    for place, own in enumerate(actions):
        if len(set(own)) < len(own):
            raise GameError(f"actions[{place}]: two actions have the same name; rename one")
    if len(set(players)) < len(players):
        raise GameError("players: two players have the same name; rename one")
    for place, player in enumerate(players):
        others = list(product(*(range(n) for j, n in enumerate(shape) if j != place)))
        rest = [own for j, own in enumerate(actions) if j != place]
        labels = ["/".join(own[k] for own, k in zip(rest, b, strict=True)) or "alone" for b in others]
        if len(set(labels)) < len(labels) or max(map(len, labels)) > MAXIMAL_NAME:
            labels = [f"outcome {k + 1}" for k in range(len(others))]
        truth = {}
        for profile in product(*(range(n) for n in shape)):
            seen = others.index(tuple(k for j, k in enumerate(profile) if j != place))
            key = ",".join(own[k] for own, k in zip(actions, profile, strict=True))
            truth[key] = {label: str(int(k == seen)) for k, label in enumerate(labels)}
        payoff = {}
        for k, action in enumerate(actions[place]):
            payoff[action] = {
                label: payoffs[(*b[:place], k, *b[place:])][place] for label, b in zip(labels, others, strict=True)
            }
        document["players"][player] = {
            "actions": list(actions[place]),
            "outcomes": labels,
            "truth": truth,
            "payoff": payoff,
            "models": {"others": _all_distributions(labels, set(parameters))},
        }
    return Game.from_dict(document, where=name if where is None else where)


def _all_distributions(labels: Sequence[str], taken: set[str]) -> dict[str, Any]:
    """The model of everything the others can do: one coordinate for each outcome but the last."""
    if len(labels) == 1:
        return {"predicts": {"*": {labels[0]: "1"}}}
    stem = "x"
    while any(name.startswith(stem) for name in taken):
        stem += "x"
    names = [f"{stem}{k + 1}" for k in range(len(labels) - 1)]
    total = " + ".join(names)
    model: dict[str, Any] = {
        "theta": dict.fromkeys(names, "[0, 1]"),
        "predicts": {"*": {**dict(zip(labels, names, strict=False)), labels[-1]: f"1 - ({total})"}},
    }
    if len(names) > 1:
        model["where"] = [f"{total} <= 1"]
    return model


def payoff_matrices(game: Game) -> tuple[Any, ...]:
    """The payoffs of a correctly specified game as nested tuples of expressions, one array for each player.

    Raises NotSupportedError for games that are not of this kind: the array would not describe them.

    Examples
    --------
    >>> game = from_payoff_matrices([[[1, 2]], [["1/3", 4]]])
    >>> [[str(v) for row in array for v in row] for array in payoff_matrices(game)]
    [['1', '2'], ['1/3', '4']]
    """
    from ..forms.strategic import strategic_form  # for start-up

    if game.signals:
        raise NotSupportedError("a game with signals is no normal-form game of its actions; write a game file instead")
    form = strategic_form(game)
    for player in form.players:
        trivial = player.fit is not None and len(form.players) == 1
        if not player.correct and not trivial and not _constant(player):
            raise NotSupportedError(
                f"player {player.name} is not correctly specified, so payoff matrices do not describe the game"
            )
    arrays = []
    for place, player in enumerate(form.players):
        others = {profile: k for k, profile in enumerate(form.others(place))}

        def value(
            profile: tuple[int, ...], i: int = place, table: Any = player.payoff, seen: Any = others
        ) -> Expression:
            column = seen[tuple(k for j, k in enumerate(profile) if j != i)] if len(table[0]) > 1 else 0
            return element_expression(form.ring, table[profile[i]][column])

        arrays.append(_nested(tuple(len(p.plans) for p in form.players), value))
    return tuple(arrays)


def _constant(player: Any) -> bool:
    """Whether a player has one model that fits exactly because only one outcome can happen."""
    return len(player.models) == 1 and all(e is not None and e.is_zero() for e in player.fit[0])


def _nested(shape: tuple[int, ...], value: Any, prefix: tuple[int, ...] = ()) -> Any:
    if not shape:
        return value(prefix)
    return tuple(_nested(shape[1:], value, (*prefix, k)) for k in range(shape[0]))
