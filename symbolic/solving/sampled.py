"""What holds at single points of a parameter domain, for an answer that was cut short: exact there, silent elsewhere.

A game whose phases take too long still has a structure at each rational point, found by fixing all parameters.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from fractions import Fraction
from functools import partial
from itertools import islice
from typing import Any

from ..cells.atoms import AtomTable
from ..cells.tree import numeric_value
from ..combinatorics.agent import Problem
from ..combinatorics.structure import Structure, structure_of
from ..errors import GameError, NotSupportedError, UndecidedError
from ..errors.running import TimeUp, about, ask, note, reserve
from ..forms.decision_atoms import atom_table
from ..game.game import Game
from ..game.parameter_space import game_domain, game_ring
from ..results.structure import named_structure

_MOST_POINTS = 100

Point = tuple[dict[str, Fraction], Game]


@contextmanager
def or_points(
    game: Game,
    at: Mapping[str, Fraction | int | str] | None,
    look: Callable[[Iterator[Point]], None],
    subject: Game | None = None,
) -> Iterator[None]:
    """Work that leaves some of its time for points, which are noted where the rest was not enough; TimeUp goes on then.

    Parameters: the game; its fixed parameters; what to note of the points, such as `note_structures`; the game whose
    notes are kept, by default the one with these parameters fixed.
    """
    fixed = game.at(at) if at else game
    try:
        with about(subject or fixed), reserve():
            yield
    except TimeUp:
        with suppress(TimeUp):  # the first one says where the time went
            look(points_of(fixed))
        raise


def points_of(game: Game) -> Iterator[Point]:
    """Rational points of the domain of a finite one-agent game, each with the game there; none for other games."""
    if not game.parameters or not game.has_tables:
        return
    domain = game_domain(game, game_ring(game))
    for values in islice(domain.rational_points(), _MOST_POINTS):
        ask("points of the domain")
        yield values, game.at(values)


def note_structures(points: Iterator[Point]) -> None:
    """Notes every structure that occurs among the points, with the first point where it does."""
    seen: set[Structure] = set()
    for values, game in points:
        found = _answer(game, structure_of)
        if found is None or found[1] in seen:
            continue
        table, structure = found
        seen.add(structure)
        shown = named_structure(table.tables, structure)
        entry = {"sample": written(values), "structure": shown}
        text = f"{point_text(values)}: {words(shown)}"
        note("structures", partial(_kept, entry, text))


def _kept(entry: dict[str, Any], text: str) -> tuple[dict[str, Any], str]:
    return entry, text


def _answer(game: Game, question: Callable[[Problem], Any]) -> tuple[AtomTable, Any] | None:
    try:
        table = atom_table(game)
        return table, numeric_value(table, question)
    except (UndecidedError, NotSupportedError, GameError):
        return None  # nothing is said of a point that the game or the precision leaves out


def written(values: Mapping[str, Fraction]) -> dict[str, str]:
    """A point as it stands in documents."""
    return {name: str(value) for name, value in values.items()}


def point_text(values: Mapping[str, Fraction]) -> str:
    """``p = 1/2, q = 1/3``."""
    return ", ".join(f"{name} = {value}" for name, value in values.items())


def words(structure: Mapping[str, Any]) -> str:
    """A structure in a few words: the supports of its equilibria, and the rationalizable set."""
    supports = ", ".join("{" + ", ".join(support) + "}" for support in structure["supports"])
    return f"equilibria on {supports or 'no support'}; rationalizable {{{', '.join(structure['rationalizable'])}}}"
