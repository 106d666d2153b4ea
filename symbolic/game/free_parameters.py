"""Which parameters of a game are varied, which are fixed, and at what: the arguments `over` and `at` of commands."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from ..arguments import check_values
from ..errors import ArgumentError, GameError
from ..expressions.exact_values import as_fraction
from ..plain_text import kind_of, shown
from .game import Game


@dataclass(frozen=True, slots=True)
class FreeParameters:
    """A game with some parameters fixed.

    Attributes
    ----------
    game : the game with the given values put in
    free : its parameters; preferred: the same with those asked for first; over: those asked for, or all
    values : the exact values of the fixed ones
    """

    game: Game
    free: tuple[str, ...]
    preferred: tuple[str, ...]
    over: tuple[str, ...]
    values: tuple[tuple[str, Fraction], ...]


def fixed_at(
    game: Game, at: Mapping[str, Fraction | int | str] | None
) -> tuple[Game, tuple[tuple[str, Fraction], ...]]:
    """The game with these values put in, and the values themselves, exactly, in the order of the parameters."""
    if not at:
        return game, ()
    return game.at(at), tuple((p.name, as_fraction(at[p.name])) for p in game.parameters if p.name in at)


def free_parameters(
    game: Game, over: Sequence[str] | None, at: Mapping[str, Fraction | int | str] | None
) -> FreeParameters:
    """Puts in the values of `at` and checks that every parameter of `over` is still free.

    Raises GameError, in the words of the options, for unknown or fixed parameters and when none is left free.

    >>> from berknash.symbolic.interchange.normal_form import from_payoff_matrices
    >>> matrix = [["p", "0"], ["0", "q"]]
    >>> game = from_payoff_matrices([matrix, matrix], parameters={"p": "(0, 1)", "q": "(0, 1)"})
    >>> free_parameters(game, ["q"], None).preferred
    ('q', 'p')
    >>> free_parameters(game, None, {"p": "1/2"}).over
    ('q',)
    """
    known = tuple(p.name for p in game.parameters)
    fixed, values = fixed_at(game, at)
    free = tuple(p.name for p in fixed.parameters)
    for name in over or ():
        if name not in known:
            raise GameError(f"--over {name}: unknown parameter; the parameters are {', '.join(known) or 'none'}")
        if name not in free:
            raise GameError(f"--over {name}: also fixed by --at; leave it out of one of them")
    if not free:
        raise GameError("no parameter is free; leave one out of --at, or use solve")
    return FreeParameters(fixed, free, tuple(dict.fromkeys((*(over or ()), *free))), tuple(over or free), values)


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
