"""Tasks on several processes, whose answers are taken in any order: how many processes there are changes no answer."""

from __future__ import annotations

import multiprocessing
import os
import signal
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import contextmanager
from typing import Any, TypeVar

from ...symbolic.errors.running import forget

Answer = TypeVar("Answer")
Submit = Callable[..., "Future[Any]"]
_GRACE = 2.0  # seconds for a process to remove what it wrote before it is killed


def processors() -> int:
    """How many processors this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


@contextmanager
def processes(count: int) -> Iterator[Submit]:
    """A function that starts a task, ``submit(function, *arguments)``, and returns its future.

    With a count of one the tasks run here, when they are submitted. Where the block is left by an exception, tasks that
    run are ended with what they started.

    >>> with processes(1) as submit:
    ...     submit(pow, 2, 5).result()
    32
    """
    if count <= 1:
        yield _at_once
        return
    method = "fork" if "fork" in multiprocessing.get_all_start_methods() else None
    with ProcessPoolExecutor(count, multiprocessing.get_context(method), _prepared) as pool:
        try:
            yield pool.submit
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            _end_children()
            raise


def _at_once(function: Callable[..., Answer], *arguments: Any) -> Future[Answer]:
    future: Future[Answer] = Future()
    future.set_result(function(*arguments))
    return future


def _prepared() -> None:
    """In a process of its own: interruptions are the parent's matter; its word to end is obeyed at once."""
    forget()
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, _ended)


def _ended(*_: Any) -> None:
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    raise SystemExit(1)


def _end_children() -> None:
    """End the processes of the pool: asked once, so that they clean up; then without asking."""
    children = multiprocessing.active_children()
    for child in children:
        child.terminate()
    for child in children:
        child.join(_GRACE / len(children))
    for child in children:
        child.terminate()
