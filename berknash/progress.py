"""Progress of a long computation on a terminal: one line on stderr, rewritten in place and removed at the end.

It shows after two seconds, on a terminal only: what is piped or logged stays free of it. A timer keeps the seconds
running between the steps that a computation reports.
"""

from __future__ import annotations

import signal
from collections.abc import Callable
from threading import current_thread, main_thread
from time import monotonic
from types import TracebackType
from typing import Any, TextIO

AFTER_SECONDS = 2.0
_EVERY_SECONDS = 0.2


class ProgressLine:
    """A callback ``(stage, done, total)`` that shows where a computation is, and remembers it; a context that shows it.

    Parameters: where to write; what is computed; the clock.

    Examples
    --------
    >>> from io import StringIO
    >>> stream, times = StringIO(), iter([0.0, 1.0, 2.5])
    >>> line = ProgressLine(stream, "phases", clock=lambda: next(times))
    >>> line("lifting", 3, 10)
    >>> line("lifting", 4, 10)
    >>> line.clear()
    >>> line.place, stream.getvalue()
    ('lifting, 4 of 10', '\\r\\x1b[Kphases: 2 s, lifting, 4 of 10\\r\\x1b[K')
    """

    def __init__(self, stream: TextIO, name: str, clock: Callable[[], float] = monotonic) -> None:
        self.stream = stream
        self.name = name
        self.place = ""
        self._clock = clock
        self._started = clock()
        self._shown = 0.0
        self._visible = False
        self._writing = False  # the timer may go off within a write, which must not be entered twice
        self._before: Any = None

    def __call__(self, stage: str, done: int = 0, total: int = 0) -> None:
        self.place = f"{stage}, {done} of {total}" if total else stage
        self._show()

    def _show(self) -> None:
        now = self._clock()
        late = now - self._started >= AFTER_SECONDS and now - self._shown >= _EVERY_SECONDS
        if late and not self._writing:
            self._writing = self._visible = True
            self._shown = now
            place = f", {self.place}" if self.place else ""
            self.stream.write(f"\r\x1b[K{self.name}: {now - self._started:.0f} s{place}"[:100])
            self.stream.flush()
            self._writing = False

    def clear(self) -> None:
        """Remove the line."""
        if self._visible:
            self.stream.write("\r\x1b[K")
            self.stream.flush()
            self._visible = False

    def __enter__(self) -> ProgressLine:
        if hasattr(signal, "setitimer") and current_thread() is main_thread():
            self._before = signal.signal(signal.SIGALRM, lambda *_: self._show())
            signal.setitimer(signal.ITIMER_REAL, AFTER_SECONDS, 1.0)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._before is not None:
            signal.setitimer(signal.ITIMER_REAL, 0)
            signal.signal(signal.SIGALRM, self._before)
        self.clear()


class NoProgress:
    """The same where nothing is to be shown."""

    def __call__(self, stage: str, done: int = 0, total: int = 0) -> None:
        pass

    def __enter__(self) -> NoProgress:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        pass


def progress(stream: TextIO, name: str) -> ProgressLine | NoProgress:
    """A line of progress where the stream is a terminal.

    >>> from io import StringIO
    >>> with progress(StringIO(), "solve") as line:
    ...     line("nodes", 1, 2)
    """
    return ProgressLine(stream, name) if stream.isatty() else NoProgress()
