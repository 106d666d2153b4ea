"""The elements of a player's Theta that learners hold possible: single models, and of families a grid.

A family is replaced by equally spaced points of its box that satisfy its relations, ends included where they belong to
it. That is an approximation, so what is learned from it is numerical twice over.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from itertools import product

from ..symbolic.algebra.parameters import Parameter
from ..symbolic.cells.domain import SIGNS_OF
from ..symbolic.errors import NotSupportedError
from ..symbolic.expressions.reading import Number, Relation, Symbol
from ..symbolic.game.data import Model, Player
from .tables import evaluate

POINTS = {1: 401, 2: 25, 3: 9}
"""Points along each coordinate, by the number of coordinates."""

_FLIPPED = {"<": ">", "<=": ">=", ">": "<", ">=": "<="}


@dataclass(frozen=True, slots=True)
class GridModel:
    """A single model, or a point of a family."""

    model: Model
    at: Mapping[str, Fraction]

    @property
    def name(self) -> str:
        """``m``, or ``m(x = 1/2)``."""
        inside = ", ".join(f"{name} = {value}" for name, value in self.at.items())
        return f"{self.model.name}({inside})" if inside else self.model.name


def grid_models(player: Player) -> tuple[GridModel, ...]:
    """The elements of Theta that a learner holds possible.

    Raises NotSupportedError, naming the coordinate and the remedy, for families without bounds, with more than three
    coordinates, or of which no point of the grid is left.
    """
    return tuple(point for model in player.models for point in _points(model))


def _points(model: Model) -> list[GridModel]:
    if not model.theta:
        return [GridModel(model, {})]
    if len(model.theta) not in POINTS:
        raise NotSupportedError(
            f"{model.name}: learners take families with up to {max(POINTS)} coordinates, on a grid, not "
            f"{len(model.theta)}; list single models of it"
        )
    count = POINTS[len(model.theta)]
    sides = [_side(coordinate, model, count) for coordinate in model.theta]
    names = [coordinate.name for coordinate in model.theta]
    points = [dict(zip(names, values, strict=True)) for values in product(*sides)]
    found = [GridModel(model, point) for point in points if all(_holds(r, point) for r in model.where)]
    if not found:
        raise NotSupportedError(
            f"{model.name}: no point of a grid of {count} values for each coordinate satisfies its relations; list "
            "single models of it"
        )
    return found


def _side(coordinate: Parameter, model: Model, count: int) -> list[Fraction]:
    """Equally spaced values of a coordinate, without ends that do not belong to it."""
    low, high = coordinate.domain.low, coordinate.domain.high
    for relation in model.where:
        for side, other, operator in (
            (relation.left, relation.right, relation.operator),
            (relation.right, relation.left, _FLIPPED.get(relation.operator, "")),
        ):
            if side == Symbol(coordinate.name) and isinstance(other, Number):
                if operator in ("<", "<="):
                    high = other.value if high is None else min(high, other.value)
                if operator in (">", ">="):
                    low = other.value if low is None else max(low, other.value)
    if low is None or high is None:
        raise NotSupportedError(
            f"{model.name}: learners take families on a grid, and {coordinate.name} has no bound; give its interval "
            "two finite ends"
        )
    steps = [low + (high - low) * Fraction(k, count - 1) for k in range(count)]
    return [value for value in steps if coordinate.domain.contains(value)]


def _holds(relation: Relation, point: Mapping[str, Fraction]) -> bool:
    gap = evaluate(relation.left, point) - evaluate(relation.right, point)
    return (gap > 0) - (gap < 0) in SIGNS_OF[relation.operator]
