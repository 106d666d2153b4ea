"""Families that all play shows alike: what is seen has one law, and the best fits to it are numbers.

Where no parameter moves the truth, the predictions and Theta, and every action shows the same law or nothing about
theta, the best fits are those to this law, whatever is played (Esponda & Pouzo 2016, Proposition 2). They come from the
definition (`symbolic.definition.minimizers`), as do the corners of Theta for play that shows nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from ...algebra.number_field import ONE
from ...definition.minimizers import best_fits
from ...errors import NotSupportedError
from ...expressions.reading import Expression, Number, symbols_of
from ...forms.laws import Agent, family_of, prediction_of, theta_ring
from ...game.data import Model, Normal, Row

Corners = tuple[tuple[Fraction, ...], ...]

NOTHING: Row = (Number(Fraction(1)),)


def entries_of(row: Row) -> tuple[Expression, ...]:
    """The probabilities of a law, or its mean and variance."""
    return (row.mean, row.variance) if isinstance(row, Normal) else tuple(row)


def one_law(model: Model, parameters: Sequence[str], seen: Sequence[tuple[Row, Row]]) -> tuple[Row, Row] | None:
    """The true and the predicted law of all situations that tell something of theta; None where there is not one.

    `seen` are truth and prediction by situation.
    """
    names, own = set(parameters), {coordinate.name for coordinate in model.theta}
    telling = [pair for pair in seen if any(symbols_of(entry) & own for entry in entries_of(pair[1]))]
    if not telling or any(pair != telling[0] for pair in telling):
        return None
    relations = [side for relation in model.where for side in (relation.left, relation.right)]
    used = [*relations, *entries_of(telling[0][0]), *entries_of(telling[0][1])]
    return None if any(symbols_of(entry) & names for entry in used) else telling[0]


def corners(player: str, model: Model, truth: Row, predicted: Row) -> Corners:
    """The corners of the best fits to a law. Raises NotSupportedError where they are no rational polytope."""
    zero = Number(Fraction(0))
    payoff = zero if isinstance(truth, Normal) else tuple(zero for _ in truth)
    ring = theta_ring(model)
    family = family_of(model, ring, [prediction_of(ring, truth, predicted, payoff)])
    found = best_fits(Agent(player, ("seen",), isinstance(truth, Normal), (family,)), (ONE,))
    if len(found.pieces) != 1:
        raise NotSupportedError(f"the best fits of {model.name} are several separate sets")
    points = []
    for vertex in found.pieces[0].vertices:
        values = [value.rational() for _, value in vertex.coordinates]
        if any(value is None for value in values):
            raise NotSupportedError(f"the best fits of {model.name} are no rational numbers")
        points.append(tuple(value for value in values if value is not None))
    return tuple(points)
