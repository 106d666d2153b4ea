"""What Python programs pass to the public functions, looked at before any work: the right kinds, no name twice.

The wrong kind is a TypeError, a wrong value an ArgumentError, both of one line that names the argument and the remedy.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from os import PathLike, fspath
from typing import Any

from .errors import ArgumentError
from .expressions import kind_of, shown
from .game import Game


def check_arguments(game: object, at: object = None, **names: object) -> None:
    """Raises TypeError unless the game is a Game, `at` a mapping from names, and all else lists of distinct names.

    >>> check_arguments("game.toml")
    Traceback (most recent call last):
        ...
    TypeError: game must be a Game, not a string; load it first, with berknash.load
    """
    if not isinstance(game, Game):
        raise TypeError(f"game must be a Game, not {kind_of(game)}; load it first, with berknash.load")
    check_values(at)
    for what, given in names.items():
        _check_names(given, what)


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


def check_kind(what: str, value: object, kind: type) -> None:
    """Raises TypeError unless the value is None or of a class, such as limits.

    >>> check_kind("limits", 3, dict)
    Traceback (most recent call last):
        ...
    TypeError: limits must be a dict, not an integer; leave it out for the usual ones
    """
    if value is not None and not isinstance(value, kind):
        raise TypeError(
            f"{what} must be a {kind.__name__}, not {kind_of(value)}; leave it out for the usual ones"
        )


def check_text(what: str, value: object) -> None:
    """Raises TypeError unless the value is a string, ArgumentError where it is empty."""
    if not isinstance(value, str):
        raise TypeError(f"{what} must be a string, not {kind_of(value)}")
    if not value.strip():
        raise ArgumentError(f"{what} is empty; write one")


def check_path(what: str, value: object) -> None:
    """Raises TypeError unless the value is a path of text, ArgumentError for an empty one or one with a null."""
    if not isinstance(value, (str, PathLike)) or not isinstance(fspath(value), str):
        raise TypeError(f"{what} must be a string or a pathlib.Path, not {kind_of(value)}")
    if not fspath(value):
        raise ArgumentError(f"{what} is empty; give the name of a file or folder")
    if "\0" in fspath(value):
        raise ArgumentError(f"{what} = {shown(fspath(value))}: no name of a file or folder holds a null character")


def check_choice(what: str, value: object, allowed: Sequence[str]) -> None:
    """Raises ArgumentError unless the value is one of those allowed."""
    if value not in allowed:
        raise ArgumentError(f"{what} = {shown(str(value))}: must be one of {', '.join(map(repr, allowed))}")


def _check_names(names: object, what: str) -> None:
    if names is None:
        return
    if isinstance(names, str) or not isinstance(names, Sequence):
        raise TypeError(f'{what} must be a list of names, not {kind_of(names)}; write {what}=["p"]')
    for place, name in enumerate(names):
        if not isinstance(name, str):
            raise TypeError(f"{what}: the name of a parameter must be a string, not {kind_of(name)}")
        if name in names[:place]:
            raise ArgumentError(f"{what}: {shown(name)} stands twice; keep it once")
