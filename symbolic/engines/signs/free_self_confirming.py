"""Which equilibria with free parameters are self-confirming: the best fit predicts the path of play exactly.

Where play identifies theta, a model that predicts it exactly is the best fit, so it is enough to compare the best fit
with the truth after every action played (Fudenberg & Levine 1993; Esponda & Pouzo 2016, section 4).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from ...algebra.elements import element_of
from ...algebra.ring import Element, Ring, lift
from ...cells.conditions import Condition
from ...definition.hulls import kernel
from ...errors import BudgetError, UndecidedError
from ...expressions.reading import substitute
from ...game.data import Normal
from ...game.game import Game
from ...game.parameter_space import game_ring
from ...results.answers import NO, UNDER_CONDITION, YES, ZERO, Answer, Questions
from ...results.equilibrium import Equilibrium
from ...results.fits import FitsByCase, Named
from .hull_curves import FreeAgent


def with_self_confirming(
    game: Game, agent: FreeAgent, equilibria: Sequence[Equilibrium]
) -> tuple[Equilibrium, ...]:
    """The equilibria, each with its flag where its play identifies theta and is one point; exact."""
    questions = Questions(game)
    return tuple(_marked(game, agent, questions, e) for e in equilibria)


def _marked(game: Game, agent: FreeAgent, questions: Questions, entry: Equilibrium) -> Equilibrium:
    (part,) = entry.parts
    assert isinstance(part.fits, FitsByCase)
    support = tuple(agent.actions.index(name) for name in part.actions)
    if entry.dimension or not part.fits.vertices or kernel(agent.family, support):
        return entry
    where: list[Condition] = []
    every = True
    for vertex in part.fits.vertices:
        condition = vertex.condition
        ring, gaps = _gaps(game, part.actions, vertex.coordinates)
        try:
            answer = questions.within(ring, [(gap, ZERO) for gap in gaps if not gap.is_zero()], condition)
        except (BudgetError, UndecidedError):
            return entry
        if answer.status not in (YES, NO, UNDER_CONDITION):
            return entry
        every = every and answer.status == YES
        if answer.status == YES:
            where.append(condition)
        elif answer.where is not None:
            pairs = [(a, b) for a in condition.alternatives for b in answer.where.alternatives]
            where.append(Condition(tuple(tuple(dict.fromkeys((*a, *b))) for a, b in pairs)))
    if every or not where:
        return replace(entry, self_confirming=every)
    alternatives = tuple(dict.fromkeys(part for condition in where for part in condition.alternatives))
    return replace(entry, confirms=Answer(UNDER_CONDITION, Condition(alternatives)))


def _gaps(game: Game, support: Sequence[str], vertex: Named) -> tuple[Ring, list[Element]]:
    """Predictions less the truth after the actions played, at one theta."""
    (player,) = game.players
    (model,) = player.models
    ring = game_ring(game)
    found: list[Element] = []
    for action in support:
        truth, row = player.truth_row((action,)), model.row(action)
        if isinstance(truth, Normal):
            assert isinstance(row, Normal)
            pairs = [(truth.mean, row.mean), (truth.variance, row.variance)]
        else:
            assert not isinstance(row, Normal)
            pairs = list(zip(truth, row, strict=True))
        for true, predicted in pairs:
            ring, first = element_of(ring, true)
            ring, second = element_of(ring, substitute(predicted, dict(vertex)))
            found.append(second - lift(first, ring.context))
    return ring, [lift(gap, ring.context) for gap in found]
