"""A time after which work is to stop by itself: handed down to what can stop early, and asked between its steps.

A deadline is a safety net. What bounds work in the first place are counts, the same on every machine.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import inf
from time import monotonic, process_time


@dataclass(frozen=True, slots=True)
class Deadline:
    """A point in time on a clock, by default never.

    Attributes
    ----------
    at : the reading of the clock from which on the time is up
    clock : the clock, `time.monotonic` by default
    also : another deadline, perhaps on another clock; the time is up when either says so

    Examples
    --------
    >>> Deadline().passed()
    False
    >>> deadline = Deadline.after(5, clock=lambda: 100.0)
    >>> deadline.left(), deadline.earlier(3).left(), deadline.earlier(8).left()
    (5.0, 3.0, 5.0)
    """

    at: float = inf
    clock: Callable[[], float] = monotonic
    also: Deadline | None = None

    @classmethod
    def after(cls, seconds: float | None, clock: Callable[[], float] = monotonic) -> Deadline:
        """So many seconds from now; None for never."""
        return cls(inf if seconds is None else clock() + seconds, clock)

    def left(self) -> float:
        """The seconds that are left, never less than zero."""
        here = max(0.0, self.at - self.clock())
        return here if self.also is None else min(here, self.also.left())

    def passed(self) -> bool:
        """Whether the time is up."""
        return self.clock() >= self.at or (self.also is not None and self.also.passed())

    def earlier(self, seconds: float) -> Deadline:
        """This deadline, or so many seconds from now where that is earlier."""
        return Deadline(min(self.at, self.clock() + seconds), self.clock, self.also)

    def with_processor_seconds(self, seconds: float, clock: Callable[[], float] = process_time) -> Deadline:
        """This deadline, or so many seconds of processor time: what other programs take does not count."""
        return Deadline(clock() + seconds, clock, self)


NEVER = Deadline()
