"""The best fits along all mixtures of two actions, as finitely many pieces.

The open segment splits at the critical shares (`segments`) and at ties in divergence (`ties`). A `Cell` is one of
these points or an open interval between two of them; what is optimal for some belief on the best fits is the same
all over a cell, so one exact computation in each decides everything about the segment.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from functools import partial
from itertools import pairwise

import flint

from ...algebra.number_field import Real
from ...cells.undecided import attempt
from ...decomposition import AlgebraicNumber, algebraic, between
from ...definition.hulls import kernel
from ...definition.minimizers import best_fits
from ...definition.replies import best_replies
from ...definition.stationary import Candidate, divergence_value, is_convex, is_feasible, satisfies_kkt
from ...errors import NotSupportedError, UndecidedError
from ...forms.laws import Agent
from ...results.fits import Minimizers, Piece
from .branches import state_of, strategy
from .nested import nested_models
from .segments import Event, critical_events
from .tie_fits import TieFits, fits_at_tie
from .ties import Tie, find_ties

Place = AlgebraicNumber | Tie


@dataclass(frozen=True, slots=True)
class Cell:
    """A point of the segment (`low` is `high`) or an open interval, with the best fits there.

    `share` is a share inside: exact, or a `Tie`. For an interval `fits` are those at the sample share; they are None
    where the engine could not tell what fits best, for this `reason`.
    """

    low: Place
    high: Place
    share: Fraction | AlgebraicNumber | Tie
    fits: Minimizers | TieFits | None
    reason: str = ""

    @property
    def replies(self) -> tuple[int, ...]:
        """The actions optimal for some belief on the best fits; none where these are not known."""
        if self.fits is None:
            return ()
        return self.fits.replies if isinstance(self.fits, TieFits) else best_replies(self.fits)

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
    events = critical_events(agent, pair)
    playing = [f for f in agent.families if all(f.divergences[a] is not None for a in pair)]
    alone = len(playing) == 1 and is_convex(playing[0], pair)
    ties: list[Tie] = []
    touched: set[AlgebraicNumber] = set()
    if not alone:
        nested = nested_models(agent, pair)
        turning = {algebraic(share) for shares in nested.values() for share in shares}
        ties, touched = find_ties(agent, pair, sorted({*(s for s, _ in events), *turning}), nested)
        known = dict(events)
        events = [(share, known.get(share, ())) for share in sorted({*known, *turning})]
        touched |= turning
    critical = [
        share
        for share, found in events
        if share in touched or any(_matters(agent, pair, event, alone) for event in found)
    ]
    exact = {algebraic(tie.exact) for tie in ties if tie.exact is not None}
    loose = [tie for tie in ties if tie.exact is None]
    places: list[Place] = sorted([*{*critical, *exact}, *loose], key=Order)
    ends: list[Place] = [algebraic(0), *places, algebraic(1)]
    found: list[Cell] = []
    for number, (low, high) in enumerate(pairwise(ends)):
        sample = between(upper(low), lower(high))
        fits, reason = attempt(partial(_fits_on, agent, pair, low, high, sample))
        found.append(Cell(low, high, sample, fits, reason))
        if number + 1 < len(ends) - 1:
            found.append(_point_cell(agent, pair, high))
    return tuple(found)


def _fits_on(agent: Agent, pair: tuple[int, int], low: Place, high: Place, sample: Fraction) -> Minimizers:
    """The best fits at the sample of an interval, after a check that two further mixtures agree with it.

    The check guards the search for critical shares: a disagreement would mean that one was missed.
    """
    fits = best_fits(agent, strategy(agent, pair, sample))
    replies, models = best_replies(fits), sorted(fits.models)
    for other in (between(upper(low), algebraic(sample)), between(algebraic(sample), lower(high))):
        more = best_fits(agent, strategy(agent, pair, other))
        if best_replies(more) != replies or sorted(more.models) != models:
            raise UndecidedError(
                f"the best fits change between the shares {sample} and {other} for no known reason"
            )
    return fits


def _matters(agent: Agent, pair: tuple[int, int], event: Event | None, alone: bool) -> bool:
    """Whether something can really change at the event: its point is a best fit there.

    A convex family is decided by the conditions for a minimum. Otherwise a point is put aside only when its value is
    certainly above the least one, which is concave and so bounded by a tangent.
    """
    if event is None:
        return True
    sigma = strategy(agent, pair, event.share)
    candidate = Candidate(event.theta, sigma)
    if not is_feasible(event.family, candidate, sigma):
        return False
    if not kernel(event.family, pair) and not satisfies_kkt(event.family, candidate):
        return False
    if alone:
        return satisfies_kkt(event.family, candidate)
    value = divergence_value(event.family, candidate)
    name = event.share.algebraic()
    for bits in (8, 20):
        near = between(name, algebraic(min(name.bounds(bits)[1] + Fraction(1, 1 << bits), Fraction(1))))
        point = best_fits(agent, strategy(agent, pair, near)).vertices[0]
        family = next(f for f in agent.families if f.name == point.model)
        best = state_of(
            agent, family, pair, Candidate(tuple(v for _, v in point.coordinates), strategy(agent, pair, near))
        )
        if best.slope is None:
            return True
        with flint.ctx.workprec(256):
            distance = event.share.ball(256) - flint.arb(flint.fmpq(near.numerator, near.denominator))
            if value.ball(256) > best.value.ball(256) + best.slope.ball(256) * distance:
                return False
    return True


class Order:
    """Orders critical shares and ties exactly: their brackets are refined until they are apart."""

    def __init__(self, place: Place) -> None:
        self.place = place

    def __lt__(self, other: Order) -> bool:
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


def upper(place: Place) -> AlgebraicNumber:
    """The place, or the upper end of the bracket of a tie."""
    return algebraic(place.refined(24)[1]) if isinstance(place, Tie) else place


def lower(place: Place) -> AlgebraicNumber:
    """The place, or the lower end of the bracket of a tie."""
    return algebraic(place.refined(24)[0]) if isinstance(place, Tie) else place


def _point_cell(agent: Agent, pair: tuple[int, int], place: Place) -> Cell:
    if isinstance(place, Tie):
        return Cell(place, place, place, *attempt(partial(_fits_at_tie, agent, pair, place)))
    share = place.as_rational() if place.is_rational else place
    return Cell(place, place, share, *attempt(lambda: best_fits(agent, strategy(agent, pair, share))))


def _fits_at_tie(agent: Agent, pair: tuple[int, int], tie: Tie) -> Minimizers | TieFits:
    """Both branches together, at points that do not move or as isolated roots (`tie_fits`).

    Where these are not enclosed, and there are two actions, only the order of the payoffs counts, which is constant
    between critical shares: then the points of the branches near the tie stand for those at it.
    """
    low, high = tie.refined(24)
    if low == high:
        return best_fits(agent, strategy(agent, pair, low))
    if not (tie.first.constant and tie.second.constant):
        certified, reason = attempt(lambda: fits_at_tie(agent, pair, tie))
        if certified is not None:
            return certified
        if len(agent.actions) > 2:
            raise UndecidedError(reason)
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
            for _ in (*piece.vertices, *piece.extremes):
                if not known:
                    for a, row in enumerate(fits.payoffs):
                        columns[a].append(row[position])
                position += 1
    exact = tie.first.constant and tie.second.constant
    status = "exact" if exact else "certified"
    method = f"{before.method}; tie in divergence{'' if exact else ', shown at a mixture within 2**-24 of it'}"
    return Minimizers(strategy(agent, pair, low), tuple(pieces), tuple(map(tuple, columns)), method, status)


def _listed(piece: Piece, pieces: list[Piece]) -> bool:
    return any(piece.model == other.model and str(piece.vertices) == str(other.vertices) for other in pieces)
