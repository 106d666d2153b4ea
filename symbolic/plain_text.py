"""Text that a terminal can only show: whatever could move its cursor, colour it or break the line is written out.

Titles, names and messages come from files that others wrote. A character that is not printable (controls, escape
sequences, line and paragraph separators, marks that turn the direction of writing, halves of surrogate pairs) becomes
the escape that Python writes for it.
"""

from __future__ import annotations


def one_line(text: str) -> str:
    r"""The text with every unprintable character escaped; printable text is left as it is.

    Examples
    --------
    >>> one_line("a ≥ b"), one_line("red \x1b[31m"), one_line("two\nlines")
    ('a ≥ b', 'red \\x1b[31m', 'two\\nlines')
    """
    return "".join(c if c.isprintable() else repr(c)[1:-1] for c in text)


def unprintable(text: str) -> str | None:
    r"""The first character of the text that must not reach a terminal, escaped; None where there is none.

    Examples
    --------
    >>> unprintable("a\x07b"), unprintable("ab")
    ('\\x07', None)
    """
    return next((repr(c)[1:-1] for c in text if not c.isprintable()), None)
