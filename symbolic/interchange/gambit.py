"""Normal-form games in Gambit's files: ``.nfg`` in both versions, and the strategic form of a ``.gbt`` workspace.

The format is described in Gambit's documentation. Reading is bounded, and numbers are exact: rationals as written,
decimals by their digits. A game read is the correctly specified special case (`symbolic.interchange`).
"""

from __future__ import annotations

import re
import warnings
from collections.abc import Collection, Iterable, Sequence
from fractions import Fraction
from itertools import chain, count, product
from os import PathLike
from pathlib import Path
from typing import Any

from ..errors import GameError, LabelWarning, NotSupportedError
from ..expressions.reading import Number, located
from ..game.game import Game
from ..game.reading import read_text
from ..game.values import MAXIMAL_NAME, MAXIMAL_TEXT
from ..plain_text import shown
from .normal_form import Payoffs, checked_shape, normal_form, payoff_matrices

FILE_LIMIT = 1_000_000
_NUMBER = re.compile(r"[+-]?(?:[0-9]+/[0-9]+|(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]{1,9})?)")


def read_nfg(text: str, *, where: str = "nfg") -> Game:
    """The game of a Gambit ``.nfg`` file, payoff or outcome version; numbers exact, decimals as written.

    Raises GameError with the position of what cannot be read.

    Examples
    --------
    >>> game = read_nfg('NFG 1 R "toy" { "Ann" "Bob" } { 2 2 } 1 1 0 2 2 0 1/2 0.5')
    >>> game.players[1].name, [str(v) for v in game.players[1].payoff_row("1")]
    ('Bob', ['1', '2'])
    """
    tokens = _Tokens(text.removeprefix("\ufeff"), where)
    tokens.expect("NFG")
    tokens.expect("1")
    if tokens.take() not in ("R", "D"):
        raise tokens.error("the number type must be R or D")
    title = " ".join(tokens.string().split())[:MAXIMAL_TEXT]
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
    with located(where):
        shape = checked_shape(tuple(len(own) for own in actions))
    # In a .nfg file the first player's strategy varies fastest.
    profiles = [tuple(reversed(p)) for p in product(*(range(n) for n in reversed(shape)))]
    payoffs: Payoffs
    if tokens.peek() == "{":
        payoffs = _outcomes(tokens, profiles, len(players))
    else:
        payoffs = {profile: tuple(tokens.number() for _ in players) for profile in profiles}
    tokens.end()
    return normal_form(
        title or Path(where).stem,
        _labels(players, "player", where),
        tuple(_labels(own, "action", where) for own in actions),
        payoffs,
        {},
        (),
        None,
        where,
    )


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


def load_normal_form(path: str | PathLike[str]) -> Game:
    """The game of a ``.nfg`` or ``.gbt`` file; raises GameError when it cannot be read."""
    where, text = read_text(path, 4 * FILE_LIMIT)
    return read_gbt(text, where=where) if Path(path).suffix.lower() == ".gbt" else read_nfg(text, where=where)


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


def _labels(names: Iterable[str], what: str, where: str) -> tuple[str, ...]:
    """Names that the format accepts and that differ: the given ones, and close to them where they cannot be kept.

    Every change is told by a LabelWarning: claims need the new name.
    """
    given = [name.strip() for name in names]
    found: list[str] = []
    for place, name in enumerate(given):
        clean = "".join(c if c.isprintable() and c not in ',:|"' else "_" for c in name)[:MAXIMAL_NAME].strip()
        clean = {"": str(place + 1), "*": "_"}.get(clean, clean)
        if clean != name or clean in found:
            clean = _new(clean, place, {*found, *given})
        if clean != name and name:
            warnings.warn(
                LabelWarning(f"{where}: the {what} {shown(name)} is called {shown(clean)} here"), stacklevel=3
            )
        found.append(clean)
    return tuple(found)


def _new(name: str, place: int, taken: Collection[str]) -> str:
    """The name, with a number where it is taken."""
    numbered = (f"{name[: MAXIMAL_NAME - 10]} {number}" for number in count(place + 1))
    return next(candidate for candidate in chain([name], numbered) if candidate not in taken)


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
        return _unquoted(token)

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
        if _NUMBER.fullmatch(token) is None:
            raise self.error("a number was expected, like 3, -1/2, 0.25 or 1e-3")
        if abs(int(token.lower().partition("e")[2] or 0)) > 300:
            raise self.error("a number with too large an exponent")
        try:
            return str(Fraction(token))
        except ZeroDivisionError:
            raise self.error("a number with denominator 0") from None


def write_nfg(game: Game) -> str:
    """The correctly specified game as a Gambit ``.nfg`` file (payoff version).

    Raises NotSupportedError for other games, and for payoffs that are not rational.

    Examples
    --------
    >>> from berknash.symbolic.interchange import from_payoff_matrices
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
    """A string of the format, in which a backslash stands for itself except before a quotation mark."""
    return '"' + re.sub(r'(\\*)"', r'\1\1\\"', re.sub(r"(\\+)$", r"\1\1", text)) + '"'


def _unquoted(token: str) -> str:
    r"""What a string of the format says.

    >>> all(_unquoted(_quoted(text)) == text for text in ("a", 'a"', "a\\", 'a\\"', '\\\\"\\', 'a\\b"'))
    True
    """
    inside = re.sub(r'(\\*)\\"', lambda match: "\\" * (len(match[1]) // 2) + '"', token[1:-1])
    return re.sub(r"(\\+)$", lambda match: "\\" * (len(match[1]) // 2), inside)
