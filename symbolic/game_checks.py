"""What makes a game well formed: probabilities, domains, and models that can fit."""

from __future__ import annotations

from .errors import GameError
from .expressions import Number, Relation
from .game import Game, Parameter


def check_game(game: Game) -> None:
    pass


def check_domain(parameters: tuple[Parameter, ...], assume: tuple[Relation, ...], where: str) -> None:
    pass


def holds(relation: Relation) -> bool:
    left, right = relation.left, relation.right
    if not (isinstance(left, Number) and isinstance(right, Number)):
        raise GameError("not yet")
    a, b = left.value, right.value
    return {"<": a < b, "<=": a <= b, "==": a == b, "!=": a != b, ">=": a >= b, ">": a > b}[relation.operator]
