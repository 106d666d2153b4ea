"""The limits that every command has: seconds of the clock and bytes of memory, with what they are by default.

Work stops by counts first, the same on every machine (`--limit-nodes` and others); seconds and memory are the safety
net below them. An answer that they cut short depends on the machine; one that they do not is the same everywhere.
"""

from __future__ import annotations

import argparse
from math import inf

from .supervised import Bounds, machine_memory, memory_text, read_memory
from .symbolic.errors.deadline import Deadline

# Long enough for what ends at all on a slow machine, short enough that nobody waits for what does not.
DEFAULT_SECONDS = {"check": 900.0, "report": 600.0}
OTHER_SECONDS = 300.0
LEAST_MEMORY = 100_000_000


def default_seconds(command: str) -> float:
    """The seconds that a command has where none are given.

    >>> default_seconds("solve"), default_seconds("report")
    (300.0, 600.0)
    """
    return DEFAULT_SECONDS.get(command, OTHER_SECONDS)


def add_limits(parser: argparse.ArgumentParser, seconds: float, *aliases: str) -> None:
    """The two options; `seconds` is the default of the first, aliases are other names of it."""
    parser.add_argument(
        "--limit-seconds",
        *aliases,
        dest="limit_seconds",
        type=read_seconds,
        default=seconds,
        metavar="S",
        help=f"stop after S seconds, whatever runs then (default: {seconds:g}; none for no limit)",
    )
    parser.add_argument(
        "--limit-memory",
        dest="limit_memory",
        type=_memory,
        metavar="SIZE",
        help="stop when a process asks the system for more writable memory than SIZE, such as 800M or 2G "
        "(default: the memory of the machine)",
    )


def bounds_of(arguments: argparse.Namespace) -> Bounds:
    """What the options say."""
    seconds = arguments.limit_seconds
    return Bounds(None if seconds == inf else seconds, arguments.limit_memory or machine_memory())


def deadline_of(arguments: argparse.Namespace, share: float = 0.9) -> Deadline:
    """When work that can leave something undecided is to stop, so that there is time to say what is known.

    The share is that of such work in the seconds of the command.
    """
    seconds: float = arguments.limit_seconds
    return Deadline.after(share * seconds)


def read_seconds(text: str) -> float:
    """A positive number of seconds, or none for no limit.

    >>> read_seconds("2.5"), read_seconds("none")
    (2.5, inf)
    """
    if text == "none":
        return inf
    try:
        value = float(text)
    except ValueError:
        value = 0.0
    if not 0 < value < inf:
        raise argparse.ArgumentTypeError(f"{text} is not a positive number of seconds")
    return value


def _memory(text: str) -> int:
    try:
        size = read_memory(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from None
    if size < LEAST_MEMORY:
        least = memory_text(LEAST_MEMORY)
        raise argparse.ArgumentTypeError(f"{text} is too little to start with; give at least {least}")
    return size
