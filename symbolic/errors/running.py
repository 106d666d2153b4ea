"""The work that runs: until when it may go on, and what it has found so far.

A command opens a `Running` around its work. Whatever runs in it may `ask` between its steps whether the time is up,
which raises `TimeUp`, and may `note` what is settled for good, so that it is not lost when the work is cut short.
Outside of a running work both do nothing: the functions of the package are bounded by counts alone.

What a cut leaves is a document (`known_document`) or the same in words (`known_text`).
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any

from . import BudgetError
from .deadline import NEVER, Deadline

_NEAR = 0.05  # seconds


class TimeUp(BudgetError):
    """The seconds of a command are over; the message names the stage that was reached."""


@dataclass(frozen=True, slots=True)
class Note:
    """One thing that is settled: the list of the document it belongs to, its entry there, and the same in words."""

    key: str
    entry: Any
    text: str

    def to_line(self) -> str:
        """One line of JSON without a line break."""
        return json.dumps([self.key, self.entry, self.text])

    @classmethod
    def from_line(cls, line: str) -> Note:
        """What `to_line` wrote.

        >>> note = Note("points", {"p": "1/2"}, "p = 1/2")
        >>> Note.from_line(note.to_line()) == note
        True
        """
        key, entry, text = json.loads(line)
        return cls(key, entry, text)


@dataclass(slots=True)
class Running:
    """A work, its end in time, and its notes.

    Attributes
    ----------
    deadline : when it is to stop by itself
    seconds : the limit that this comes from, for messages
    tell : who else is told of each note, at once
    subject : the game whose notes are kept; those of games that are solved on the way, at points or with other models,
        would be read as answers about this one
    cut : where it was first told that a time was up, empty where it never was: what followed depends on the machine
    notes : what is settled so far
    """

    deadline: Deadline = NEVER
    seconds: float = float("inf")
    tell: Callable[[Note], None] | None = None
    notes: list[Note] = field(default_factory=list)
    subject: object = None
    cut: str = ""

    @contextmanager
    def work(self) -> Iterator[None]:
        """Makes this the running work of the block."""
        before = _running.set(self)
        try:
            yield
        finally:
            _running.reset(before)


_running: ContextVar[Running | None] = ContextVar("running", default=None)


def ask(stage: str) -> None:
    """Raises TimeUp where the running work has no time left.

    >>> running = Running(Deadline(0.0, lambda: 1.0), 5)
    >>> ask("no work")
    >>> with running.work():
    ...     ask("work")
    Traceback (most recent call last):
    ...
    berknash.symbolic.errors.running.TimeUp: stopped in work, near the limit of 5 seconds; raise it with --limit-seconds
    """
    running = _running.get()
    if running is not None and running.deadline.passed():
        limit = f"near the limit of {running.seconds:g} seconds"
        message = f"stopped in {stage}, {limit}; raise it with --limit-seconds"
        running.cut = running.cut or message
        raise TimeUp(message)


def note(key: str, settled: Callable[[], tuple[Any, str]], game: object = None) -> None:
    """Keeps what is settled, an entry and its text, where a work runs; nothing is made of it elsewhere.

    Of what is settled of a game only that of the subject of the work is kept.

    >>> running = Running()
    >>> with running.work():
    ...     note("points", lambda: ({"p": "1/2"}, "p = 1/2"))
    >>> running.notes
    [Note(key='points', entry={'p': '1/2'}, text='p = 1/2')]
    """
    running = _running.get()
    if running is None or (game is not None and game is not running.subject and game != running.subject):
        return
    with within(NEVER):  # what is worth saying may be said to its end
        entry, text = settled()
    made = Note(key, entry, text)
    running.notes.append(made)
    if running.tell is not None:
        running.tell(made)


@contextmanager
def about(game: object) -> Iterator[None]:
    """Makes a game the subject of the running work, if any, in the block."""
    running = _running.get()
    if running is None:
        yield
        return
    before, running.subject = running.subject, game
    try:
        yield
    finally:
        running.subject = before


def forget() -> None:
    """Ends the running work for this process: one that was split off has no word in it."""
    _running.set(None)


@contextmanager
def within(deadline: Deadline) -> Iterator[None]:
    """Lets the running work, if any, go on in the block until another deadline."""
    running = _running.get()
    if running is None:
        yield
        return
    before, running.deadline = running.deadline, deadline
    try:
        yield
    finally:
        running.deadline = before


@contextmanager
def share(part: float) -> Iterator[None]:
    """Gives the block a part of the time that is left to the running work; the rest is for what comes after it."""
    running = _running.get()
    left = float("inf") if running is None else running.deadline.left()
    if running is None or left == float("inf"):
        yield
        return
    with within(running.deadline.earlier(part * left)):
        yield


@contextmanager
def reserve(part: float = 0.25, most: float = 10.0) -> Iterator[None]:
    """Ends the block by this part of the time that is left early, by so many seconds at most."""
    running = _running.get()
    left = float("inf") if running is None else running.deadline.left()
    with share(1.0 if left in (0.0, float("inf")) else 1 - min(part, most / left)):
        yield


def time_is_up() -> bool:
    """Whether the running work has an end in time, and is so near to it that nothing more will be found."""
    running = _running.get()
    return running is not None and running.deadline.left() < _NEAR


def known_document(game: str, reason: str, notes: Iterable[Note]) -> dict[str, Any]:
    """What was settled when the work was cut short: `stopped` is the reason, each list as far as it came.

    >>> known_document("urn", "time", [Note("points", {"p": "1/2"}, "")])
    {'format': 1, 'game': 'urn', 'complete': False, 'stopped': 'time', 'points': [{'p': '1/2'}]}
    """
    lists: dict[str, list[Any]] = {}
    for made in notes:
        lists.setdefault(made.key, []).append(made.entry)
    return {"format": 1, "game": game, "complete": False, "stopped": reason, **lists}


TITLES: Mapping[str, str] = {
    "equilibria": "equilibria found",
    "structures": "structures that occur, each with a point where it does",
    "holds_at": "points at which the claim holds",
    "fails_at": "points at which the claim fails",
    "parameters": "distances along one parameter",
    "points": "boundary points compared",
    "simulation": "simulated",
    "claims": "claims decided",
    "designs": "designs, not yet proved apart from their derivation",
    "conjectures": "statements",
    "files": "files written",
}


def known_text(reason: str, notes: Iterable[Note]) -> str:
    """The same in words; a list that ends early is called so.

    >>> print(known_text("out of time", [Note("equilibria", {}, "bet: 1")]))
    not complete: out of time
    equilibria found (there may be more)
      bet: 1
    """
    lists: dict[str, list[str]] = {}
    for made in notes:
        lists.setdefault(made.key, []).extend(made.text.splitlines())
    lines = [f"not complete: {reason}"]
    for key, texts in lists.items():
        lines += [f"{TITLES.get(key, key)} (there may be more)", *(f"  {text}" for text in texts)]
    return "\n".join(lines)
