"""Points inside of phases at which the numerical route is asked for the structure, and what it must find there.

They are the samples of phases and strata, and points drawn at random, at which the printed conditions say which piece
it is, or which entries of a solution exist.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from fractions import Fraction
from functools import partial
from random import Random
from typing import Any

import mpmath

from ..numeric.confirm import Sample, in_domain
from ..numeric.structures import Play
from ..numeric.tables import as_real, evaluate
from ..symbolic.algebra.number_field import Real
from ..symbolic.algebra.parameters import Interval
from ..symbolic.cells.cases import Case
from ..symbolic.cells.conditions import Condition
from ..symbolic.cells.undecided import attempt
from ..symbolic.errors import GameError, UndecidedError
from ..symbolic.expressions.reading import Expression, Relation, read_expression
from ..symbolic.game.game import Game
from ..symbolic.results.diagram import PhaseDiagram
from ..symbolic.results.equilibrium import NameSets
from ..symbolic.results.phase import Phase
from ..symbolic.results.solution import Solution
from ..symbolic.results.structure import play_document

_DRAWN = 12
_TRIES = 40
_GRID = 10_007
_NEAR = 30


def piece_samples(diagram: PhaseDiagram) -> tuple[Sample, ...]:
    """The samples of phases and strata that are known in closed form."""
    found = []
    for kind, pieces in (("phase", diagram.phases), ("stratum", diagram.strata)):
        for piece in pieces:
            point = _read_sample(piece)
            if point:
                found.append(Sample(f"{kind} {piece.name}", point, piece.structure.to_document(), listed([piece])))
    return tuple(found)


def _read_sample(piece: Phase) -> dict[str, Expression]:
    """The sample; empty where none was found or a coordinate has no closed form."""
    try:
        return {name: read_expression(text, (), where="a sample") for name, text in piece.sample}
    except GameError:
        return {}


def drawn_samples(diagram: PhaseDiagram) -> tuple[Sample, ...]:
    """Rational points of the domain drawn at random, with the one phase whose printed condition holds there.

    Points so near to a boundary that the side is not told from digits are left out, as is what the diagram leaves open.
    """
    complete = not diagram.undecided and len(diagram.game.parameters) in diagram.coverage.complete
    found = []
    for point, values in drawn_points(diagram.game):
        here, _ = attempt(partial(_pieces_at, diagram, values))
        if here is None or (not here and not complete):
            continue
        if len(here) == 1:
            (piece,) = here
            found.append(Sample(f"{piece.name}, drawn", point, piece.structure.to_document(), listed(here)))
        else:
            found.append(Sample("no one piece, drawn", point, None))
    return tuple(found)


def _pieces_at(diagram: PhaseDiagram, values: Mapping[str, Any]) -> list[Phase]:
    return [piece for piece in diagram.pieces if _holds(piece.condition, values)]


def drawn_points(
    game: Game, count: int = _DRAWN, seed: int = 0
) -> Iterator[tuple[dict[str, Fraction], dict[str, Any]]]:
    """Rational points of the domain drawn at random, exactly and in digits; fewer where `assume` leaves little room."""
    source, found = Random(seed), 0
    for _ in range(_TRIES * count):
        if found == count:
            return
        point = {p.name: _drawn_from(p.domain, source) for p in game.parameters}
        with mpmath.workdps(2 * _NEAR):
            values = {name: as_real(value) for name, value in point.items()}
            if not in_domain(game, values, _tie()):
                continue
        found += 1
        yield point, values


def _claimed_at(solution: Solution, values: Mapping[str, Any]) -> tuple[dict[str, Any], tuple[Play, ...]]:
    """The structure of a solution at a point, and the strategies; UndecidedError where a condition is too near."""
    there = [e for e in solution.equilibria if _holds(e.condition, values)]

    def sets(names: NameSets) -> dict[str, list[str]]:
        return {player: list(own) for player, own in zip(solution.players, names, strict=True)}

    def among(what: str, cases: Sequence[Case[Any]], read: Callable[[Any], Any]) -> Any:
        return None if solution.is_open(what) else [read(c.value) for c in cases if _holds(c.condition, values)]

    kept = [sets(c.value) for c in solution.rationalizable if _holds(c.condition, values)]
    claimed = {
        "supports": [play_document(solution.players, tuple(part.support for part in e.parts)) for e in there],
        "rationalizable": kept[0] if kept else None,
        "transitions": among("transitions", solution.transitions, list),
        "absorbing": among("absorbing", solution.absorbing, list),
        "closed": among("closed", solution.closed, sets),
        "cycles": among("cycles", solution.cycles, list),
        "undecided": [{"what": u.what} for u in solution.undecided if u.where is None or _holds(u.where, values)],
    }
    plays = [_play((part.player, part.strategy) for part in e.parts) for e in there]
    if None in plays:
        claimed["supports"] = None  # what has no closed form is not put to the definition
    return claimed, _distinct(plays)


def solution_samples(solution: Solution) -> tuple[Sample, ...]:
    """What a solution says at the point, or at points drawn at random where parameters are free."""
    found = []
    for point, values in drawn_points(solution.game) if solution.free else [({}, {})]:
        claimed, _ = attempt(partial(_claimed_at, solution, values))
        if claimed is not None:
            found.append(Sample("solution", point, *claimed))
    return tuple(found)


def _drawn_from(domain: Interval, source: Random) -> Fraction:
    """A rational number of an interval; beyond a finite end at a distance of any size."""
    share = Fraction(source.randrange(1, _GRID), _GRID)
    if domain.low is not None and domain.high is not None:
        return domain.low + (domain.high - domain.low) * share
    far = share / (1 - share)
    if domain.low is not None:
        return domain.low + far
    return domain.high - far if domain.high is not None else far - 1 / far


def _tie() -> Any:
    return mpmath.mpf(10) ** -_NEAR


def _holds(condition: Condition, values: Mapping[str, Any]) -> bool:
    """Whether a printed condition holds in digits; UndecidedError where one of its relations is too near to tell."""

    def true(relation: Relation) -> bool:
        gap = evaluate(relation.left, values) - evaluate(relation.right, values)
        if abs(gap) < _tie():
            raise UndecidedError("too near to a boundary")
        return relation.operator in (("!=", ">", ">=") if gap > 0 else ("!=", "<", "<="))

    with mpmath.workdps(2 * _NEAR):
        return any(all(true(relation) for relation in part) for part in condition.alternatives)


def listed(pieces: Iterable[Phase]) -> tuple[Play, ...]:
    """The equilibria of phases and strata in closed form, each once."""
    return _distinct(
        _play(zip(piece.structure.players, (part.strategy for part in e.parts), strict=True))
        for piece in pieces
        for e in piece.equilibria
    )


def _play(strategies: Iterable[tuple[str, Any]]) -> dict[tuple[str, str, str], Any] | None:
    """The weights of a strategy as they are put to the definition; None where one has no closed form."""
    play = {
        (player, signal, action): _exact(weight)
        for player, behaviour in strategies
        for signal, row in behaviour
        for action, weight in row
    }
    return None if None in play.values() else play


def _exact(weight: Any) -> Any:
    """A weight as an expression or an algebraic number; None where it is known by an enclosure alone."""
    if isinstance(weight, Real):
        return weight.algebraic()
    if isinstance(weight, Expression | Fraction | int) or hasattr(weight, "bounds"):
        return weight
    try:
        return read_expression(str(weight), (), where="a share")
    except GameError:
        return None


def _distinct(plays: Iterable[Play | None]) -> tuple[Play, ...]:
    """Each that is known, once."""
    found: list[Play] = []
    for play in plays:
        if play is not None and play not in found:
            found.append(play)
    return tuple(found)
