"""Do printed sets of equilibria hold relations that say nothing? Told from the text, at points of its condition.

A relation that is linear in the weights is known by its values at the corners, where one weight of each row (a
strategy, or the reply to one signal) is 1. It says nothing when these are all the same, as the condition then says it,
or when it asks for ``>=`` and none is negative; and of two whose values are positive multiples one is enough. A
relation counts as superfluous when this holds at every parameter value tried at which the entry exists.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import islice, product
from typing import Any, TypeAlias

import mpmath

from ..symbolic.errors import NO_ANSWER
from ..symbolic.game.game import Game
from .printed_sets import DIGITS, TIE, Document, Slot, UnreadableError, number_of, support_slots, truth_of

Point: TypeAlias = Mapping[str, Fraction]
_FEW, _MANY = 3, 24
_GRID = tuple(Fraction(k, 13) for k in (6, 2, 11, 8, 4, 1, 12, 5, 9))


@dataclass
class Superfluous:
    """How many relations were looked at, and those that say nothing, each with its entry and why."""

    looked_at: int
    faults: list[str]


def superfluous_relations(game: Game, document: Document) -> Superfluous:
    """The relations in the sets of a document that say nothing.

    Entries that exist at none of the values tried, or where an open set of values was hit too rarely to tell, are
    left out.
    """
    with mpmath.workdps(DIGITS):
        return _found(game, document)


def _found(game: Game, document: Document) -> Superfluous:
    found = Superfluous(0, [])
    points = list(islice(_points(game, document), 400))
    for entry in document["equilibria"]:
        condition = entry.get("condition", "0 < 1")
        rows = _rows(game, support_slots(entry))
        here = list(islice((p for p in points if truth_of(condition, p)), _MANY))
        if not here or (game.parameters and len(here) < _FEW and "==" not in condition):
            continue
        for line in entry.get("conditions", ()):
            try:
                values = {r: [_corners(game, r, rows, p) for p in here] for r in _relations(line)}
            except UnreadableError:
                continue
            found.looked_at += len(values)
            found.faults += [
                f"{game.name}: {relation!r} says nothing where {condition} ({why})" for relation, why in _idle(values)
            ]
    return found


def _relations(line: str) -> list[str]:
    """The relations of a line but for those that say that a weight is positive."""
    parts = [part.strip() for part in line.split(" and ")]
    return [part for part in parts if not re.fullmatch(r"sigma\([^()]*\) > 0", part)]


def _idle(values: Mapping[str, Sequence[Sequence[Any]]]) -> Iterator[tuple[str, str]]:
    kept: list[str] = []
    for relation, corners in values.items():
        if all(max(own) - min(own) < TIE for own in corners):
            yield relation, "it is about the parameters alone"
        elif ">=" in relation and all(min(own) > -TIE for own in corners):
            yield relation, "it is nowhere negative"
        else:
            for other in kept:
                equal = "==" in relation and "==" in other
                if (equal or "==" not in relation + other) and all(
                    _multiples(a, b, equal) for a, b in zip(corners, values[other], strict=True)
                ):
                    yield relation, f"a multiple of {other}"
                    break
            kept.append(relation)


def _multiples(first: Sequence[Any], second: Sequence[Any], any_sign: bool) -> bool:
    size = max(abs(v) for v in second)
    if size < TIE:
        return False
    place = next(k for k, v in enumerate(second) if abs(v) == size)
    factor = first[place] / second[place]
    return (factor > TIE or (any_sign and factor < -TIE)) and all(
        abs(a - factor * b) < TIE for a, b in zip(first, second, strict=True)
    )


def _corners(game: Game, relation: str, rows: Sequence[Sequence[Slot]], values: Point) -> list[Any]:
    """The left side less the right one at each corner; UnreadableError unless it is linear in the weights."""
    match = re.fullmatch(r"(.*?) (?:>=|==) (.*)", relation)
    if match is None or re.search(r"[<>=]", match[1] + match[2]):
        raise UnreadableError(relation)
    names = {_name(game, slot): 0 for row in rows for slot in row}

    def at(weights: Mapping[str, int]) -> Any:
        full = {**names, **weights}
        return number_of(match[1], values, full) - number_of(match[2], values, full)

    base = at({})
    slopes = {name: at({name: 1}) - base for name in names}
    if any(abs(at({name: 2}) - base - 2 * slope) > TIE for name, slope in slopes.items()):
        raise UnreadableError(relation)
    return [base + sum(slopes[_name(game, slot)] for slot in corner) for corner in product(*rows)]


def _name(game: Game, slot: Slot) -> str:
    player, signal, action = slot
    parts = (action,) if len(game.players) == 1 and not signal else (player, signal, action)
    return ", ".join(part for part in parts if part)


def _rows(game: Game, support: frozenset[Slot]) -> list[list[Slot]]:
    rows = [[(p.name, s, a) for a in p.actions] for p in game.players for s in p.signals or ("",)]
    return [[slot for slot in row if slot in support] for row in rows]


def _points(game: Game, document: Document) -> Iterator[Point]:
    """Rational values of the parameters: a coarse grid of (0, 1), and the numbers that stand in conditions."""
    text = " ".join(entry.get("condition", "") for entry in document["equilibria"])
    choices = []
    for parameter in game.parameters:
        edges = re.findall(rf"\b{parameter.name} [<>=!]=? (-?\d+(?:/\d+)?)(?![\w*/.(+ -]*\w)", text)
        choices.append([*(Fraction(e) for e in dict.fromkeys(edges)), *_GRID])
    for chosen in product(*choices):
        values = {p.name: v for p, v in zip(game.parameters, chosen, strict=True)}
        try:
            if values:
                game.at(values)
        except NO_ANSWER:
            continue
        yield values
