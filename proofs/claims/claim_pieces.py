"""What must hold, and what is open: claims put together piece by piece.

A claim that is replaced by others may be known on a part of the parameters only. Each piece either must hold, or says
where nothing is known and why.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ...symbolic.cells.conditions import Condition
from ...symbolic.expressions.reading import ONE, ZERO, Relation
from .definedness import FALSE
from .language import Claim, Compare, Connective

TRUE = Compare(Relation(ZERO, "<", ONE))


@dataclass(frozen=True, slots=True)
class Open:
    """What is not known, where a claim holds."""

    where: Claim
    reason: str


Piece = Claim | Open
"""What must hold, or what is open."""


def as_claim(condition: Condition) -> Claim:
    if condition.is_always():
        return TRUE
    return any_of([all_of([Compare(relation) for relation in part]) for part in condition.alternatives])


def all_of(parts: Sequence[Claim]) -> Claim:
    kept = list(dict.fromkeys(part for part in parts if part != TRUE))
    if FALSE in kept:
        return FALSE
    return TRUE if not kept else kept[0] if len(kept) == 1 else Connective("and", tuple(kept))


def any_of(parts: Sequence[Claim]) -> Claim:
    kept = list(dict.fromkeys(part for part in parts if part != FALSE))
    if TRUE in kept:
        return TRUE
    return FALSE if not kept else kept[0] if len(kept) == 1 else Connective("or", tuple(kept))


def negated(claim: Claim) -> Claim:
    return FALSE if claim == TRUE else TRUE if claim == FALSE else Connective("not", (claim,))


def under(given: Claim, piece: Piece) -> Piece:
    """What must hold, or is open, where something is given."""
    if isinstance(piece, Open):
        return Open(all_of([given, piece.where]), piece.reason)
    if given == TRUE or piece == TRUE:
        return piece
    return Connective("=>", (given, piece))
