"""Which parameters of a game are varied, which are fixed, and at what: the arguments `over` and `at` of commands."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from .errors import GameError
from .expressions import as_fraction
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


def free_parameters(
    game: Game, over: Sequence[str] | None, at: Mapping[str, Fraction | int | str] | None
) -> FreeParameters:
    """Puts in the values of `at` and checks that every parameter of `over` is still free.

    Raises GameError, in the words of the options, for unknown or fixed parameters and when none is left free.

    >>> from .interchange import from_payoff_matrices
    >>> matrix = [["p", "0"], ["0", "q"]]
    >>> game = from_payoff_matrices([matrix, matrix], parameters={"p": "(0, 1)", "q": "(0, 1)"})
    >>> free_parameters(game, ["q"], None).preferred
    ('q', 'p')
    >>> free_parameters(game, None, {"p": "1/2"}).over
    ('q',)
    """
    known = tuple(p.name for p in game.parameters)
    fixed = game.at(at) if at else game
    free = tuple(p.name for p in fixed.parameters)
    for name in over or ():
        if name not in known:
            raise GameError(f"--over {name}: unknown parameter; the parameters are {', '.join(known) or 'none'}")
        if name not in free:
            raise GameError(f"--over {name}: also fixed by --at; leave it out of one of them")
    if not free:
        raise GameError("no parameter is free; leave one out of --at, or use solve")
    values = tuple((name, as_fraction((at or {})[name])) for name in known if name not in free)
    return FreeParameters(fixed, free, tuple(dict.fromkeys((*(over or ()), *free))), tuple(over or free), values)
