"""Equilibria in which one player mixes two actions after one signal and everything else is pure.

Their profiles are a segment, on which every player's best fits split into finitely many cells
(`symbolic.engines.algebraic.mixtures`). In the common refinement of all players' cells the definition holds all over a
cell or nowhere, so the whole set of equilibria on the segment is found, continua included. It does not matter what kind
of models each player has.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise

from ...cells.undecided import attempt
from ...decomposition import AlgebraicNumber, algebraic, between
from ...definition.replies import supporting_belief
from .fits import Engine
from .mixtures import Cell, Order, Place, lower, upper
from .supports import can_be_best
from .tie_fits import TieFits
from .ties import Tie

Pair = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Stretch:
    """A connected component of the equilibria on the segment: a point or an interval of shares of the second profile.

    `share` is one inside, exact or a `Tie`, and `cells` are those of the players that hold it. The ends belong to the
    component where `*_closed` says so.
    """

    low: Place
    high: Place
    low_closed: bool
    high_closed: bool
    share: Fraction | AlgebraicNumber | Tie
    cells: tuple[Cell, ...]

    @property
    def is_point(self) -> bool:
        """Whether it is one mixture."""
        return self.low is self.high


@dataclass(frozen=True, slots=True)
class _Step:
    """A cell of the common refinement, and the cell of every player that holds it."""

    low: Place
    high: Place
    cells: tuple[Cell, ...]


def on_segment(engines: Sequence[Engine], pair: Pair) -> tuple[tuple[Stretch, ...], str]:
    """The components with both profiles played, and why there may be more ("" when there are not)."""
    if not all(can_be_best(engine.agent, pair) for engine in engines):
        return (), ""
    found: list[tuple[Cell, ...]] = []
    for engine in engines:
        cells, reason = engine.pair(pair)
        if cells is None:
            return (), reason
        found.append(cells)
    steps, reason = attempt(lambda: _refined(found))
    if steps is None:
        return (), reason
    reason = ""
    runs: list[list[_Step]] = [[]]
    for step in steps:
        holds = [_holds(cell, pair) for cell in step.cells]
        if all(holds):
            runs[-1].append(step)
            continue
        if not any(held is False for held in holds):
            reason = reason or next(cell.reason for cell, held in zip(step.cells, holds, strict=True) if held is None)
        runs.append([])
    return tuple(_stretch(run) for run in runs if run), reason


def _holds(cell: Cell, pair: Pair) -> bool | None:
    """Whether some belief on the best fits makes the player's own plans in both profiles optimal; None: not known."""
    if cell.fits is None:
        return None
    if isinstance(cell.fits, TieFits):
        return cell.fits.belief is not None
    return supporting_belief(cell.fits, pair) is not None


def _refined(found: Sequence[tuple[Cell, ...]]) -> list[_Step]:
    """The common refinement. Every player's cells alternate: interval, point, interval, ..., interval."""
    points = [cell.low for cells in found for cell in cells[1::2]]
    exact = sorted({place for place in points if isinstance(place, AlgebraicNumber)})
    loose = [place for place in points if isinstance(place, Tie)]
    places: list[Place] = sorted([*exact, *loose], key=Order)
    position = [0] * len(found)
    steps: list[_Step] = []
    ends: list[Place] = [algebraic(0), *places, algebraic(1)]
    for number, (low, high) in enumerate(pairwise(ends)):
        steps.append(_Step(low, high, tuple(cells[k] for cells, k in zip(found, position, strict=True))))
        if number + 1 == len(ends) - 1:
            break
        here: list[Cell] = []
        for j, cells in enumerate(found):
            following = cells[position[j] + 1] if position[j] + 1 < len(cells) else None
            if following is not None and _same_place(following.low, high):
                here.append(following)
                position[j] += 2
            else:
                here.append(cells[position[j]])
        steps.append(_Step(high, high, tuple(here)))
    return steps


def _same_place(first: Place, second: Place) -> bool:
    if isinstance(first, Tie) or isinstance(second, Tie):
        return first is second
    return first == second


def _stretch(run: Sequence[_Step]) -> Stretch:
    inside = next((step for step in run if step.low is not step.high), run[0])
    share: Fraction | AlgebraicNumber | Tie
    if inside.low is not inside.high:
        share = between(upper(inside.low), lower(inside.high))
    elif isinstance(inside.low, Tie):
        share = inside.low
    else:
        share = inside.low.as_rational() if inside.low.is_rational else inside.low
    first, last = run[0], run[-1]
    return Stretch(first.low, last.high, first.low is first.high, last.low is last.high, share, inside.cells)
