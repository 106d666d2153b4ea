"""Normal-form games in and out: payoff matrices, Gambit files, graphs.

A normal-form game is the correctly specified special case of the format (Esponda & Pouzo 2016, section 4): the outcome
of a player is what the others did, its models are all distributions over that, so Berk-Nash equilibrium is Nash
equilibrium. `from_payoff_matrices` and `read_nfg` build such games, `payoff_matrices` and `write_nfg` read them back.
The format of ``.nfg`` files is described in Gambit's documentation (both the payoff and the outcome version).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from itertools import product
from math import prod
from pathlib import Path
from typing import Any

from .errors import GameError, NotSupportedError
from .expressions import Expression, Number
from .game import Game

PROFILE_LIMIT = 4_096
FILE_LIMIT = 1_000_000
_SHORT_FLOAT = 2**20

Payoffs = dict[tuple[int, ...], tuple[Any, ...]]
"""Profile of action indices -> one payoff for each player."""


def from_payoff_matrices(
    matrices: Sequence[Any],
    *,
    name: str = "normal form",
    players: Sequence[str] | None = None,
    actions: Sequence[Sequence[str]] | None = None,
    parameters: Mapping[str, str] | None = None,
    assume: Sequence[str] = (),
    source: str | None = None,
) -> Game:
    """The correctly specified game with these payoffs, as Nashpy and pygambit users have them; exact.

    Parameters
    ----------
    matrices : one array for each player, ``matrices[i][a_1]...[a_n]``; nested sequences or numpy arrays of integers,
        Fractions, strings in the expression syntax, or floats that are short binary fractions
    name, players, actions : names; by default ``player1`` and ``a1``, ``a2``, ...
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
    shape = _shape(matrices[0]) if matrices else ()
    if len(shape) != len(matrices):
        raise GameError(f"payoffs: {len(matrices)} arrays with {len(shape)} indices; give one array for each player")
    for i, matrix in enumerate(matrices):
        if _shape(matrix) != shape:
            raise GameError(f"payoffs[{i}]: the shape differs from that of payoffs[0]; make them equal")
    payoffs = {
        profile: tuple(_entry(matrix, profile, f"payoffs[{i}]") for i, matrix in enumerate(matrices))
        for profile in product(*(range(n) for n in _checked(shape)))
    }
    return _game(
        name,
        tuple(players) if players is not None else tuple(f"player{i + 1}" for i in range(len(shape))),
        tuple(tuple(own) for own in actions)
        if actions is not None
        else tuple(tuple(f"a{k + 1}" for k in range(n)) for n in shape),
        payoffs,
        dict(parameters or {}),
        assume,
        source,
    )


def _checked(shape: tuple[int, ...]) -> tuple[int, ...]:
    if not shape or any(n == 0 for n in shape):
        raise GameError("payoffs: an empty array; give every player at least one action")
    if prod(shape) > PROFILE_LIMIT:
        raise GameError(f"payoffs: {prod(shape)} profiles, more than the limit of {PROFILE_LIMIT}; use fewer actions")
    return shape


def _shape(array: Any) -> tuple[int, ...]:
    if isinstance(array, str) or not hasattr(array, "__len__"):
        return ()
    parts = {_shape(part) for part in array}
    if len(parts) > 1:
        raise GameError("payoffs: rows of different lengths; make the array rectangular")
    return (len(array), *(parts.pop() if parts else ()))


def _entry(array: Any, profile: tuple[int, ...], where: str) -> str | int:
    for index in profile:
        array = array[index]
    where = f"{where}{list(profile)}"
    if isinstance(array, str):
        return array
    if isinstance(array, Fraction):
        return str(array)
    if hasattr(array, "item"):
        array = array.item()
    if isinstance(array, bool):
        raise GameError(f"{where}: a truth value is no payoff; give a number")
    if isinstance(array, int):
        return str(array)
    if isinstance(array, float) and array == array and abs(array) < 2**53:
        exact = Fraction(array)
        if exact.denominator <= _SHORT_FLOAT:
            return str(exact)
        raise GameError(f"{where}: the float {array!r} is not exact; write it as a Fraction or as a string like '1/3'")
    raise GameError(f"{where}: {str(array)[:40]!r} is no exact number; give an integer, a Fraction or a string")


def _game(
    name: str,
    players: tuple[str, ...],
    actions: tuple[tuple[str, ...], ...],
    payoffs: Payoffs,
    parameters: dict[str, str],
    assume: Sequence[str],
    source: str | None,
) -> Game:
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
    if len(set(players)) < len(players):
        raise GameError("players: two players have the same name; rename one")
    for place, player in enumerate(players):
        others = list(product(*(range(n) for j, n in enumerate(shape) if j != place)))
        rest = [own for j, own in enumerate(actions) if j != place]
        labels = ["/".join(own[k] for own, k in zip(rest, b, strict=True)) or "alone" for b in others]
        if len(set(labels)) < len(labels):
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
    return Game.from_dict(document, where=name)


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
    from .players.forms import strategic_form
    from .printing import element_expression

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


# Gambit files


def read_nfg(text: str, *, where: str = "nfg") -> Game:
    """The game of a Gambit ``.nfg`` file, payoff or outcome version; numbers exact, decimals as written.

    Raises GameError with the position of what cannot be read.

    Examples
    --------
    >>> game = read_nfg('NFG 1 R "toy" { "Ann" "Bob" } { 2 2 } 1 1 0 2 2 0 1/2 0.5')
    >>> game.players[1].name, [str(v) for v in game.players[1].payoff_row("1")]
    ('Bob', ['1', '2'])
    """
    tokens = _Tokens(text, where)
    tokens.expect("NFG")
    tokens.expect("1")
    if tokens.take() not in ("R", "D"):
        raise tokens.error("the number type must be R or D")
    title = tokens.string()
    players = tuple(tokens.braced_strings())
    tokens.expect("{")
    actions: tuple[tuple[str, ...], ...]
    if tokens.peek() == "{":
        actions = tuple(tuple(tokens.braced_strings()) for _ in players)
    else:
        actions = tuple(tuple(str(k + 1) for k in range(tokens.count())) for _ in players)
    tokens.expect("}")
    if tokens.peek() is not None and tokens.peek().startswith('"'):
        tokens.string()  # a comment
    shape = _checked(tuple(len(own) for own in actions))
    # In a .nfg file the first player's strategy varies fastest.
    profiles = [tuple(reversed(p)) for p in product(*(range(n) for n in reversed(shape)))]
    payoffs: Payoffs
    if tokens.peek() == "{":
        payoffs = _outcomes(tokens, profiles, len(players))
    else:
        payoffs = {profile: tuple(tokens.number() for _ in players) for profile in profiles}
    tokens.end()
    return _game(title or where, _distinct(players), tuple(_distinct(own) for own in actions), payoffs, {}, (), None)


def read_gbt(text: str, *, where: str = "gbt") -> Game:
    """The game of a Gambit workspace that holds one strategic form (``<nfgfile>``).

    Extensive forms are refused: save the game as ``.nfg`` in Gambit. The XML is not parsed, the one element is cut
    out, so that no entity is ever expanded.

    >>> text = '<game><nfgfile>NFG 1 R &quot;toy&quot; { &quot;Ann&quot; } { 1 } 5</nfgfile></game>'
    >>> read_gbt(text).players[0].name
    'Ann'
    """
    if len(text) > FILE_LIMIT:
        raise GameError(f"{where}: {len(text)} characters, more than the limit of {FILE_LIMIT}; use a smaller game")
    start, end = text.find("<nfgfile>"), text.find("</nfgfile>")
    if start < 0 or end < start:
        raise NotSupportedError(f"{where}: no strategic form in this workspace; save the game as .nfg in Gambit")
    inside = text[start + len("<nfgfile>") : end].strip()
    if inside.startswith("<![CDATA["):
        inside = inside[len("<![CDATA[") :].removesuffix("]]>")
    else:
        for entity, character in (("&quot;", '"'), ("&lt;", "<"), ("&gt;", ">"), ("&apos;", "'"), ("&amp;", "&")):
            inside = inside.replace(entity, character)
    return read_nfg(inside, where=where)


def load_normal_form(path: str | Path) -> Game:
    """The game of a ``.nfg`` or ``.gbt`` file; raises GameError when it cannot be read."""
    path = Path(path)
    try:
        if path.stat().st_size > 4 * FILE_LIMIT:
            raise GameError(f"{path}: more than {4 * FILE_LIMIT} bytes; use a smaller game")
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise GameError(f"{path}: {error.strerror or 'cannot be read'}; check the path") from None
    except UnicodeDecodeError:
        raise GameError(f"{path}: not UTF-8 text; save the file again as UTF-8") from None
    return read_gbt(text, where=str(path)) if path.suffix == ".gbt" else read_nfg(text, where=str(path))


def _outcomes(tokens: _Tokens, profiles: Sequence[tuple[int, ...]], count: int) -> Payoffs:
    tokens.expect("{")
    outcomes: list[tuple[str, ...]] = [("0",) * count]
    while tokens.peek() == "{":
        tokens.expect("{")
        tokens.string()
        values = []
        for _ in range(count):
            values.append(tokens.number())
            if tokens.peek() == ",":
                tokens.take()
        tokens.expect("}")
        outcomes.append(tuple(values))
    tokens.expect("}")
    payoffs = {}
    for profile in profiles:
        index = tokens.count()
        if index >= len(outcomes):
            raise tokens.error(f"outcome {index} is not listed")
        payoffs[profile] = outcomes[index]
    return payoffs


def _distinct(names: Iterable[str]) -> tuple[str, ...]:
    """Names that the format accepts and that differ, close to the given ones."""
    found: list[str] = []
    for place, name in enumerate(names):
        clean = "".join(c if c.isprintable() and c not in ",:|\"'*/" else "_" for c in name).strip()[:60]
        clean = clean or str(place + 1)
        while clean in found:
            clean = f"{clean[:50]} {place + 1}"
        found.append(clean)
    return tuple(found)


class _Tokens:
    """The words, strings, braces and commas of a ``.nfg`` file."""

    def __init__(self, text: str, where: str) -> None:
        if len(text) > FILE_LIMIT:
            raise GameError(f"{where}: {len(text)} characters, more than the limit of {FILE_LIMIT}; use a smaller game")
        self.where = where
        self.tokens: list[str] = []
        self.position = 0
        place = 0
        while place < len(text):
            character = text[place]
            if character.isspace():
                place += 1
            elif character in "{},":
                self.tokens.append(character)
                place += 1
            elif character == '"':
                end = place + 1
                while end < len(text) and text[end] != '"':
                    end += 2 if text[end] == "\\" else 1
                if end >= len(text):
                    raise GameError(f"{where}: a string without an end at character {place}; close it with a quote")
                self.tokens.append(text[place : end + 1])
                place = end + 1
            else:
                end = place
                while end < len(text) and not text[end].isspace() and text[end] not in '{},"':
                    end += 1
                self.tokens.append(text[place:end])
                place = end

    def error(self, what: str) -> GameError:
        """An error at the current token."""
        found = self.tokens[self.position - 1] if 0 < self.position <= len(self.tokens) else "the end"
        return GameError(f"{self.where}: {what} (at token {self.position}, {found[:40]!r}); see Gambit's .nfg format")

    def peek(self) -> Any:
        """The next token, None at the end."""
        return self.tokens[self.position] if self.position < len(self.tokens) else None

    def take(self) -> str:
        """The next token, which must be there."""
        if self.position >= len(self.tokens):
            raise self.error("the file ends too early")
        self.position += 1
        return self.tokens[self.position - 1]

    def expect(self, token: str) -> None:
        """Take one certain token."""
        if self.take() != token:
            raise self.error(f"{token!r} was expected")

    def end(self) -> None:
        """Nothing more may come."""
        if self.peek() is not None:
            self.take()
            raise self.error("the file goes on after the last payoff")

    def string(self) -> str:
        """A quoted string."""
        token = self.take()
        if not token.startswith('"'):
            raise self.error("a quoted string was expected")
        return token[1:-1].replace('\\"', '"')

    def braced_strings(self) -> list[str]:
        """Quoted strings in braces."""
        self.expect("{")
        found = []
        while self.peek() != "}":
            found.append(self.string())
        self.expect("}")
        return found

    def count(self) -> int:
        """A small non-negative integer."""
        token = self.take()
        if not (token.isascii() and token.isdigit()) or len(token) > 6:
            raise self.error("a count was expected")
        return int(token)

    def number(self) -> str:
        """A rational or decimal number, as exact text."""
        token = self.take()
        if len(token) > 400:
            raise self.error("a number with too many digits")
        top, _, bottom = token.partition("/")
        try:
            exponent = token.lower().partition("e")[2]
            if exponent and abs(int(exponent)) > 300:
                raise self.error("a number with too large an exponent")
            value = Fraction(top) / Fraction(bottom) if bottom else Fraction(top)
        except (ValueError, ZeroDivisionError):
            raise self.error("a rational or decimal number was expected") from None
        return str(value)


def write_nfg(game: Game) -> str:
    """The correctly specified game as a Gambit ``.nfg`` file (payoff version).

    Raises NotSupportedError for other games, and for payoffs that are not rational.

    Examples
    --------
    >>> print(write_nfg(from_payoff_matrices([[[1, 0]], [[2, 3]]], name="toy")), end="")
    NFG 1 R "toy" { "player1" "player2" }
    { { "a1" }
    { "a1" "a2" }
    }
    ""
    <BLANKLINE>
    1 2
    0 3
    """
    arrays = payoff_matrices(game)
    shape = tuple(len(player.actions) for player in game.players)
    lines = [f"NFG 1 R {_quoted(game.name)} {{ {' '.join(_quoted(p.name) for p in game.players)} }}"]
    lists = ["{ " + " ".join(_quoted(a) for a in player.actions) + " }" for player in game.players]
    lines += ["{ " + "\n".join(lists), "}", '""', ""]
    for profile in product(*(range(n) for n in reversed(shape))):
        values = []
        for array in arrays:
            entry = array
            for index in reversed(profile):
                entry = entry[index]
            if not isinstance(entry, Number):
                raise NotSupportedError(f"the payoff {entry} is not rational; fix every parameter before writing .nfg")
            values.append(str(entry.value))
        lines.append(" ".join(values))
    return "\n".join(lines) + "\n"


def _quoted(text: str) -> str:
    return '"' + text.replace('"', '\\"') + '"'


# Graphs


def _graph(solution: Any) -> tuple[str, list[str], list[tuple[str, str, str]]]:
    """Name, nodes in order, and edges with their condition ("" when they are always there)."""
    nodes = list(solution.profiles) if hasattr(solution, "profiles") else list(solution.table.tables.actions)
    edges = [(*case.value, "" if case.condition.is_always() else str(case.condition)) for case in solution.transitions]
    return solution.game.name, nodes, sorted(edges)


def to_dot(solution: Any) -> str:
    """The transition graph of a solution in the DOT language of Graphviz, the same text every time.

    >>> from berknash.symbolic.players.solution import solve_players
    >>> game = from_payoff_matrices([[[3, 0], [5, 1]], [[3, 5], [0, 1]]], name="dilemma", actions=[["c", "d"]] * 2)
    >>> print(to_dot(solve_players(game)).splitlines()[-2])
      "d,d" -> "d,d";
    """
    name, nodes, edges = _graph(solution)
    lines = [f"digraph {_quoted_dot(name)} {{", *(f"  {_quoted_dot(node)};" for node in nodes)]
    for first, second, condition in edges:
        label = f" [label={_quoted_dot(condition)}]" if condition else ""
        lines.append(f"  {_quoted_dot(first)} -> {_quoted_dot(second)}{label};")
    return "\n".join([*lines, "}"]) + "\n"


def _quoted_dot(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def to_graphml(solution: Any) -> str:
    """The transition graph of a solution as GraphML, edges with their condition, the same text every time."""
    name, nodes, edges = _graph(solution)
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        '<graphml xmlns="http://graphml.graphdrawing.org/xmlns">',
        '  <key id="condition" for="edge" attr.name="condition" attr.type="string"/>',
        f'  <graph id="{_escaped(name)}" edgedefault="directed">',
        *(f'    <node id="{_escaped(node)}"/>' for node in nodes),
    ]
    for first, second, condition in edges:
        start = f'    <edge source="{_escaped(first)}" target="{_escaped(second)}"'
        inside = f'><data key="condition">{_escaped(condition)}</data></edge>' if condition else "/>"
        lines.append(start + inside)
    return "\n".join([*lines, "  </graph>", "</graphml>"]) + "\n"


def _escaped(text: str) -> str:
    for character, entity in (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;"), ('"', "&quot;")):
        text = text.replace(character, entity)
    return text
