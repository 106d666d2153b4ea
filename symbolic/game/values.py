"""The kinds of values in a game file (tables, names, texts), each refused with its key path otherwise."""

from __future__ import annotations

import difflib
import json
import keyword
import re
from collections.abc import Mapping, Sequence
from typing import Any

from ..errors import GameError
from ..expressions.reading import FUNCTIONS
from ..plain_text import escaped, is_control, kind_of, shown

MAXIMAL_COUNT = 64
MAXIMAL_NAME = 64
MAXIMAL_TEXT = 2_000
# Symbols must not be words of the claim language, of Python or of exact algebraic numbers.
RESERVED = frozenset(
    {*FUNCTIONS, *keyword.kwlist, *keyword.softkwlist, "and", "or", "not", "iff", "oo", "root", "equilibrium",
     "equilibrium_support", "unique", "unique_support", "rationalizable", "rationalizable_only", "strict",
     "absorbing", "closed", "cycle", "independent_of"}
)  # fmt: skip


def table_of(value: object, where: str, what: str = "this") -> Mapping[str, Any]:
    """The table that the value must be."""
    if not isinstance(value, Mapping):
        raise GameError(f"{where}: {what} must be a table, not {kind_of(value)}; write KEY = VALUE pairs")
    for key in value:
        if not isinstance(key, str):
            raise GameError(f"{where}: a key is {kind_of(key)}; use strings as keys")
    return value


def required(table: Mapping[str, Any], key: str, where: str, remedy: str) -> Any:
    """The value of a key that must be there."""
    if key not in table:
        raise GameError(f"{where}: missing {key_text(key)}; {remedy}")
    return table[key]


def check_keys(table: Mapping[str, Any], allowed: Sequence[str], where: str) -> None:
    """Refuses every key that is not allowed, with the closest allowed one."""
    for key in table:
        if key not in allowed:
            raise GameError(f"{where}: unknown key {shown(key)}{hint(key, allowed)}")


def hint(word: str, known: Sequence[str]) -> str:
    """The end of a message about an unknown word: the closest known one, or what is known."""
    close = difflib.get_close_matches(word[:MAXIMAL_NAME], known, 1)
    if close:
        return f"; did you mean {close[0]!r}?"
    listed = ", ".join(known[:8]) + (", ..." if len(known) > 8 else "")
    return f"; known here: {listed}"


def check_count(table: Mapping[str, Any], where: str, what: str, least: int = 1) -> None:
    """Refuses a table with too few or too many entries."""
    if len(table) < least:
        raise GameError(f"{where}: no {what}; give at least one")
    if len(table) > MAXIMAL_COUNT:
        raise GameError(f"{where}: {len(table)} {what}s, more than the limit of {MAXIMAL_COUNT}; use fewer")


def labels_of(value: object, where: str, what: str) -> tuple[str, ...]:
    """The distinct names that the array must hold."""
    if not isinstance(value, Sequence) or isinstance(value, str):
        raise GameError(f'{where}: must be an array, not {kind_of(value)}; write it like ["one", "two"]')
    if not 1 <= len(value) <= MAXIMAL_COUNT:
        raise GameError(f"{where}: {len(value)} {what}s; give between 1 and {MAXIMAL_COUNT}")
    for place, label in enumerate(value):
        check_label(label, f"{where}[{place}]", what)
        if label in value[:place]:
            raise GameError(f"{where}[{place}]: the {what} {shown(label)} is named twice; rename one")
    return tuple(value)


def check_label(value: object, where: str, what: str) -> None:
    """Refuses what cannot be a name of a player, action, outcome, signal or model."""
    if not isinstance(value, str):
        raise GameError(f"{where}: a name must be a string, not {kind_of(value)}; put it in quotes")
    if not 1 <= len(value) <= MAXIMAL_NAME:
        raise GameError(f"{where}: a name of {len(value)} characters; use between 1 and {MAXIMAL_NAME}")
    bad = [character for character in value if character in ',:|"' or not character.isprintable()]
    if bad or value != value.strip() or value == "*":
        character = bad[0] if bad else "*" if value == "*" else " "
        article = "an" if what[0] in "ao" else "a"
        raise GameError(
            f"{where}: the character {character!r} has no place in the name of {article} {what}; rename it"
        )


def check_symbol(name: str, where: str) -> None:
    """Refuses a name that cannot be a symbol in expressions and claims."""
    if not re.fullmatch(r"[A-Za-z][A-Za-z0-9_]*", name) or len(name) > MAXIMAL_NAME:
        raise GameError(f"{where}: not a symbol; use a letter, then letters, digits and _")
    if name in RESERVED:
        raise GameError(f"{where}: {name!r} is reserved; choose another name")


def text_of(value: object, where: str, lines: bool = False) -> str:
    """The text that the value must be, without control characters; `lines`: it may have several lines."""
    if not isinstance(value, str):
        raise GameError(f"{where}: must be a string, not {kind_of(value)}; put it in quotes")
    if not 1 <= len(value) <= MAXIMAL_TEXT:
        raise GameError(f"{where}: a text of {len(value)} characters; use between 1 and {MAXIMAL_TEXT}")
    if any(0xD800 <= ord(character) <= 0xDFFF for character in value):
        raise GameError(f"{where}: a lone surrogate is not text; remove it")
    control = next((c for c in value if is_control(c) and not (lines and c in "\t\r\n")), None)
    if control is not None:
        raise GameError(f"{where}: the control character {escaped(control)} has no place in a text; remove it")
    return value


def key_text(key: str) -> str:
    """A key as TOML writes it in a path, cut when it is absurdly long."""
    if re.fullmatch(r"[A-Za-z0-9_-]{1,64}", key):
        return key
    return quoted(key if len(key) <= 2 * MAXIMAL_NAME else key[: 2 * MAXIMAL_NAME] + "...")


def quoted(text: str) -> str:
    r"""The text as a TOML string; what is not printable is written as an escape.

    >>> print(quoted("a \u2265 b"), quoted("\ufeffa"))
    "a ≥ b" "\ufeffa"
    """
    # JSON's escapes are TOML's, except that TOML also wants DEL escaped, and has longer ones.
    return "".join(
        c if c.isprintable() else f"\\u{ord(c):04x}" if ord(c) < 0x10000 else f"\\U{ord(c):08x}"
        for c in json.dumps(text, ensure_ascii=False)
    )
