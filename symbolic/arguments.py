"""What Python programs pass to the public functions, looked at before any work: the right kinds, no name twice.

The wrong kind is a TypeError, a wrong value an ArgumentError, both of one line that names the argument and the remedy.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from .errors import ArgumentError
from .plain_text import kind_of, shown


def check_values(at: object) -> None:
    """Raises TypeError unless `at` is None or a mapping whose keys are names."""
    if at is None:
        return
    if not isinstance(at, Mapping):
        raise TypeError(f'at must be a dictionary, not {kind_of(at)}; write at={{"p": "1/2"}}')
    for name in at:
        if not isinstance(name, str):
            raise TypeError(f"at: the name of a parameter must be a string, not {kind_of(name)}")


def check_integers(least: int, **numbers: Any) -> None:
    """Raises TypeError unless the numbers are integers, ArgumentError where one is below the least."""
    for what, value in numbers.items():
        if isinstance(value, bool) or not hasattr(value, "__index__"):
            raise TypeError(f"{what} must be an integer, not {kind_of(value)}")
        if value < least:
            raise ArgumentError(f"{what} = {value}: must be at least {least}")


def check_choice(what: str, value: object, allowed: Sequence[str]) -> None:
    """Raises ArgumentError unless the value is one of those allowed."""
    if value not in allowed:
        raise ArgumentError(f"{what} = {shown(str(value))}: must be one of {', '.join(map(repr, allowed))}")
