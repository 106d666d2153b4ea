"""Progress of a long computation on a terminal: one line on stderr, rewritten in place and removed at the end."""

from __future__ import annotations

from time import monotonic
from typing import TextIO

_EVERY_SECONDS = 0.2


class ProgressLine:
    """A callback ``(stage, done, total)`` that shows where a computation is, and remembers it.

    Examples
    --------
    >>> from io import StringIO
    >>> stream = StringIO()
    >>> line = ProgressLine(stream)
    >>> line("lifting", 3, 10)
    >>> line.clear()
    >>> line.place, stream.getvalue()
    ('lifting, 3 of 10', '\\r\\x1b[Klifting, 3 of 10\\r\\x1b[K')
    """

    def __init__(self, stream: TextIO) -> None:
        self.stream = stream
        self.place = ""
        self._shown = 0.0
        self._visible = False

    def __call__(self, stage: str, done: int, total: int) -> None:
        self.place = f"{stage}, {done} of {total}"
        now = monotonic()
        if now - self._shown >= _EVERY_SECONDS:
            self._shown = now
            self._visible = True
            self.stream.write(f"\r\x1b[K{self.place}")
            self.stream.flush()

    def clear(self) -> None:
        """Remove the line."""
        if self._visible:
            self.stream.write("\r\x1b[K")
            self.stream.flush()
            self._visible = False
