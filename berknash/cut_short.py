"""What a command leaves: its output in one piece at the end, or what was settled when a limit ended it.

The process that works tells the one that waits of every settled thing at once (`supervised.Report`), so that neither a
long call of a library nor the kernel's end of a process takes it away.
"""

from __future__ import annotations

import argparse
import json
import signal
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from threading import current_thread, main_thread

from .supervised import Report
from .symbolic.deadline import NEVER
from .symbolic.plain_text import one_line
from .symbolic.running import Note, Running, known_document, known_text


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


@contextmanager
def _held() -> Iterator[None]:
    """Holds back the signal that a limit sends until the block is left."""
    if not hasattr(signal, "pthread_sigmask") or current_thread() is not main_thread():
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGTERM])
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
