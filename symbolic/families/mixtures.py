"""The best fits along all mixtures of two actions, as finitely many pieces.

The open segment splits at the critical shares (`segments`) and at ties in divergence (`ties`). A `Cell` is one of
these points or an open interval between two of them; what is optimal for some belief on the best fits is the same
all over a cell, so one exact computation in each decides everything about the segment.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from ..decomposition import AlgebraicNumber, algebraic, between
from ..errors import NotSupportedError
from .agent import Agent
from .branches import State, strategy
from .minimizers import Minimizers, Piece, Point, best_fits, is_convex, value_at
from .numbers import Real
from .segments import critical_shares
from .ties import Tie, find_ties

Place = AlgebraicNumber | Tie


@dataclass(frozen=True, slots=True)
class Cell:
    """A point of the segment (`low` is `high`) or an open interval, with the best fits there.

    `share` is a share inside: exact, or a `Tie`. For an interval `fits` are those at the sample share.
    """

    low: Place
    high: Place
    share: Fraction | AlgebraicNumber | Tie
    fits: Minimizers

    @property
    def is_point(self) -> bool:
        """Whether the cell is a single mixture."""
        return self.low is self.high

    @property
    def status(self) -> str:
        """Whether the mixture itself is exact or certified by balls."""
        certified = isinstance(self.share, Tie) and self.share.closed_form is None
        return "certified" if certified else "exact"


def cells(agent: Agent, pair: tuple[int, int]) -> tuple[Cell, ...]:
    """The cells of the open segment between two actions, by increasing share of the second. Exact or certified.

    Raises NotSupportedError, BudgetError or UndecidedError where the engine stops.
    """
    critical = critical_shares(agent, pair)
    playing = [f for f in agent.families if all(f.divergences[a] is not None for a in pair)]
    ties: list[Tie] = []
    if len(playing) > 1 or any(not is_convex(f, pair) for f in playing):
        ties = find_ties(agent, pair, critical)
    places: list[Place] = sorted([*critical, *ties], key=_Order)
    ends: list[Place] = [algebraic(0), *places, algebraic(1)]
    found: list[Cell] = []
    for number, (low, high) in enumerate(zip(ends, ends[1:], strict=False)):
        sample = between(_upper(low), _lower(high))
        found.append(Cell(low, high, sample, best_fits(agent, strategy(agent, pair, sample))))
        if number + 1 < len(ends) - 1:
            found.append(_point_cell(agent, pair, high))
    return tuple(found)


class _Order:
    """Orders critical shares and ties exactly: their brackets are refined until they are apart."""

    def __init__(self, place: Place) -> None:
        self.place = place

    def __lt__(self, other: _Order) -> bool:
        bits = 16
        while True:
            first, second = _bracket(self.place, bits), _bracket(other.place, bits)
            if first[1] < second[0]:
                return True
            if second[1] < first[0]:
                return False
            bits *= 2
            if bits > 1 << 12:
                raise NotSupportedError("two events on a segment of mixtures coincide up to 4096 bits")


def _bracket(place: Place, bits: int) -> tuple[Fraction, Fraction]:
    return place.refined(bits) if isinstance(place, Tie) else place.bounds(bits)


def _upper(place: Place) -> AlgebraicNumber:
    return algebraic(place.refined(24)[1]) if isinstance(place, Tie) else place


def _lower(place: Place) -> AlgebraicNumber:
    return algebraic(place.refined(24)[0]) if isinstance(place, Tie) else place


def _point_cell(agent: Agent, pair: tuple[int, int], place: Place) -> Cell:
    if isinstance(place, Tie):
        return Cell(place, place, place, _fits_at_tie(agent, pair, place))
    share = place.as_rational() if place.is_rational else place
    return Cell(place, place, share, best_fits(agent, strategy(agent, pair, share)))


def _fits_at_tie(agent: Agent, pair: tuple[int, int], tie: Tie) -> Minimizers:
    """Both branches together. With two actions only the order of the payoffs counts, which is constant between
    critical shares, so the points of the branches near the tie stand for those at it."""
    low, high = tie.refined(24)
    if low == high:
        return best_fits(agent, strategy(agent, pair, low))
    if len(agent.actions) > 2 and not (tie.first.constant and tie.second.constant):
        raise NotSupportedError(
            f"fits of {tie.first.family.name} and {tie.second.family.name} tie at a mixture without closed form, with "
            f"{len(agent.actions)} actions; beliefs mixed between them are solved for two actions only"
        )
    before = best_fits(agent, strategy(agent, pair, low))
    after = best_fits(agent, strategy(agent, pair, high))
    pieces: list[Piece] = []
    columns: list[list[Real]] = [[] for _ in agent.actions]
    for fits in (before, after):
        position = 0
        for piece in fits.pieces:
            known = piece in pieces or _listed(piece, pieces)
            if not known:
                pieces.append(piece)
            for _ in piece.vertices:
                if not known:
                    for a, row in enumerate(fits.payoffs):
                        columns[a].append(row[position])
                position += 1
    method = f"{before.method}; tie in divergence"
    status = "exact" if tie.first.constant and tie.second.constant else "certified"
    return Minimizers(strategy(agent, pair, low), tuple(pieces), tuple(map(tuple, columns)), method, status)


def _listed(piece: Piece, pieces: list[Piece]) -> bool:
    return any(piece.model == other.model and str(piece.vertices) == str(other.vertices) for other in pieces)


__all__ = ["Cell", "Place", "Point", "State", "cells", "value_at"]
