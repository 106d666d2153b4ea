"""What a command leaves: its output in one piece at the end, or what was settled when a limit ended it.

The process that works tells the one that waits of every settled thing at once (`supervised.Report`), so that neither a
long call of a library nor the kernel's end of a process takes it away.
"""

from __future__ import annotations

import argparse
import json
import signal
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from threading import current_thread, main_thread
from typing import TYPE_CHECKING

from .supervised import Report
from .symbolic.errors.deadline import NEVER
from .symbolic.errors.running import Note, Running, known_document, known_text
from .symbolic.plain_text import one_line

if TYPE_CHECKING:
    from .symbolic.game.game import Game


def running_of(arguments: argparse.Namespace, report: Report | None) -> Running:
    """The work of a command, whose notes also go to the process that waits for it, where there is one."""
    tell = None if report is None else lambda made: report.write(made.to_line())
    return Running(NEVER, arguments.limit_seconds, tell)


def known(arguments: argparse.Namespace, reason: str, notes: Sequence[Note]) -> str:
    """What to print of a command that a limit ended, empty where nothing was settled."""
    if not notes:
        return ""
    if getattr(arguments, "json", False):
        game = getattr(arguments, "game", "")
        return json.dumps(known_document(game, reason, notes), indent=2, ensure_ascii=False) + "\n"
    return "".join(one_line(line) + "\n" for line in known_text(reason, notes).splitlines())


def print_known(arguments: argparse.Namespace, reason: str, report: Report) -> None:
    """The same, printed from what a process told before it was ended."""
    sys.stdout.write(known(arguments, reason, [Note.from_line(line) for line in report.lines()]))
    sys.stdout.flush()


def print_whole(text: str, status: int, report: Report | None) -> None:
    """Prints the output of a command, and tells that it is finished, without a signal to end in between."""
    with _held():
        sys.stdout.write(text)
        sys.stdout.flush()
        if report is not None:
            report.finish(status)


def remedy_for(game: Game, at: Mapping[str, str]) -> str:
    """What to do where a limit ends work on a game, before the words on raising it.

    >>> from berknash.symbolic.game.game import Game
    >>> rows = {"*": {"good": "1/2", "bad": "1/2"}}
    >>> game = Game.from_dict({"format": 1, "name": "one", "players": {"agent": {
    ...     "actions": ["stay"], "outcomes": ["good", "bad"], "truth": rows,
    ...     "payoff": {"stay": {"good": 1, "bad": 0}}, "models": {"right_one": {"predicts": rows}}}}})
    >>> remedy_for(game, {})
    'leave out actions, models or players, lower a limit on counts (--help lists them), '
    """
    if any(parameter.name not in at for parameter in game.parameters):
        return "fix parameters with --at, "
    return "leave out actions, models or players, lower a limit on counts (--help lists them), "


@contextmanager
def _held() -> Iterator[None]:
    """Holds back the signal that a limit sends until the block is left.

    By its handler: a mask would hold it back from this thread alone, not from those that libraries have started.
    """
    if current_thread() is not main_thread() or signal.getsignal(signal.SIGTERM) is None:
        yield
        return
    came: list[int] = []
    before = signal.signal(signal.SIGTERM, lambda number, _: came.append(number))
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)
        if came:
            signal.raise_signal(came[0])
