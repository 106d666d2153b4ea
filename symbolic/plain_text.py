"""Text that a terminal can only show: whatever could move its cursor, colour it or break the line is written out.

Titles, names and messages come from files that others wrote. Control characters, separators of lines and paragraphs,
marks that turn the direction of writing and halves of surrogate pairs become the escapes that Python writes for them.
"""

from __future__ import annotations

import unicodedata

# Overrides and isolates of the direction of writing: they show a text in another order than it has.
_NOT_SHOWN = frozenset({*range(0x202A, 0x202F), *range(0x2066, 0x206A), 0xFFFE, 0xFFFF})


def is_control(character: str) -> bool:
    """Whether a character acts on the terminal instead of being shown, or is none (XML has no place for those)."""
    return unicodedata.category(character) in ("Cc", "Cs", "Zl", "Zp") or ord(character) in _NOT_SHOWN


def one_line(text: str) -> str:
    r"""The text with every control character escaped; all else is left as it is.

    Examples
    --------
    >>> one_line("a ≥ b"), one_line("red \x1b[31m"), one_line("two\nlines")
    ('a ≥ b', 'red \\x1b[31m', 'two\\nlines')
    """
    return "".join(escaped(c) if is_control(c) else c for c in text)


def escaped(character: str) -> str:
    """The escape of a control character."""
    return character.encode("unicode_escape").decode("ascii")


def kind_of(value: object) -> str:
    """What a TOML value is called in a message.

    >>> kind_of([])
    'an array'
    """
    names = {bool: "a boolean", int: "an integer", float: "a float", str: "a string", list: "an array",
             dict: "a table"}  # fmt: skip
    return names.get(type(value), f"a {type(value).__name__}")


def shown(text: str) -> str:
    """The text in quotes, cut at forty characters.

    >>> shown("1 - p")
    "'1 - p'"
    """
    return repr(text if len(text) <= 40 else text[:37] + "...")
