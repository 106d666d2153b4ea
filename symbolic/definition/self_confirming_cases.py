"""Which equilibria with free parameters and families are self-confirming; exact.

Divergences are never negative, so that a player's best fits predict the own path of play exactly all together or not
at all: it is enough to compare one best fit in each case with the truth (Fudenberg & Levine 1993; Esponda & Pouzo
2016, section 4). A mixture of normal laws is the normal law of a model only where all of them are.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import product

from ..algebra.rewritings import reduce_roots
from ..algebra.ring import Element, lift
from ..cells.conditions import Condition
from ..errors import NO_ANSWER
from ..expressions.reading import Expression, substitute
from ..forms.entries import Entries
from ..game.data import Model, Normal
from ..game.game import Game
from ..game.parameter_space import game_ring
from ..results.answers import NO, UNDECIDED, UNDER_CONDITION, YES, ZERO, Answer, Questions
from ..results.equilibrium import Equilibrium
from ..results.fits import FitsByCase
from .play import outcome_masses, play_in_ring
from .self_confirming import path_gaps, settled


def with_self_confirmation(game: Game, equilibria: Sequence[Equilibrium]) -> tuple[Equilibrium, ...]:
    """The equilibria, each with what is known of its self-confirmation."""
    questions = Questions(game)
    answers = [confirms(questions, e) for e in equilibria]
    return tuple(replace(e, self_confirming=settled(a), confirms=a) for e, a in zip(equilibria, answers, strict=True))


def confirms(questions: Questions, equilibrium: Equilibrium) -> Answer:
    """Whether every player, who has one family, has a best fit that predicts the own path of play exactly."""
    where: Condition | None = None
    try:
        for place, part in enumerate(equilibrium.parts):
            assert isinstance(part.fits, FitsByCase)
            if not part.fits.vertices:
                return Answer(UNDECIDED, reason=f"the best fits of {part.player} have no closed form here")
            found = []
            for vertex in part.fits.vertices:
                entries = Entries(game_ring(questions.game))
                gaps = list(_gaps(questions.game, place, equilibrium, dict(vertex.coordinates), entries))
                wanted = [(gap, ZERO) for gap in gaps if not gap.is_zero()]
                found.append((vertex.condition, questions.within(entries.ring, wanted, vertex.condition)))
            answer = in_some_case(found)
            if answer.status == NO:
                return answer
            if answer.where is not None:
                where = answer.where if where is None else _both(where, answer.where)
    except NO_ANSWER as error:
        return Answer(UNDECIDED, reason=str(error))
    return Answer(YES) if where is None else Answer(UNDER_CONDITION, where)


def in_some_case(found: Sequence[tuple[Condition, Answer]]) -> Answer:
    """One answer from those in cases that cover all: each holds within the condition of its case."""
    if all(answer.status == YES for _, answer in found):
        return Answer(YES)
    where: list[Condition] = []
    for condition, answer in found:
        if answer.status == YES:
            where.append(condition)
        elif answer.where is not None:
            where.append(_both(condition, answer.where))
    if not where:
        return Answer(NO)
    return Answer(UNDER_CONDITION, Condition(tuple(dict.fromkeys(part for c in where for part in c.alternatives))))


def _both(first: Condition, second: Condition) -> Condition:
    pairs = product(first.alternatives, second.alternatives)
    return Condition(tuple(tuple(dict.fromkeys((*a, *b))) for a, b in pairs))


def _gaps(
    game: Game, place: int, equilibrium: Equilibrium, fit: Mapping[str, Expression], entries: Entries
) -> Iterator[Element]:
    """What a player's best fit predicts less what is true, after each signal and action that is played."""
    player = game.players[place]
    (model,) = player.models
    if player.outcomes == "normal" or equilibrium.is_plain:
        yield from _law_gaps(game, place, equilibrium, model, fit, entries)
        return
    plays = [play_in_ring(part.strategy, entries) for part in equilibrium.parts]
    masses = outcome_masses(game, place, plays, entries)
    predictions = {
        (s, a): tuple(entries.value(substitute(q, dict(fit))) for q in _numbers(model.row(a, s))) for s, a in masses
    }
    yield from path_gaps(masses, predictions, entries)


def _law_gaps(
    game: Game,
    place: int,
    equilibrium: Equilibrium,
    model: Model,
    fit: Mapping[str, Expression],
    entries: Entries,
) -> Iterator[Element]:
    """Without signals: the numbers of the laws at every profile of actions that are played."""
    for actions in product(*(part.actions for part in equilibrium.parts)):
        truth, predicted = game.players[place].truth_row(actions), model.row(actions[place])
        for true, expected in zip(_numbers(truth), _numbers(predicted), strict=True):
            first, second = entries.value(true), entries.value(substitute(expected, dict(fit)))
            yield reduce_roots(entries.ring, second - lift(first, entries.ring.context))


def _numbers(law: Sequence[Expression] | Normal) -> Sequence[Expression]:
    """The probabilities of a law, or its mean and variance."""
    return (law.mean, law.variance) if isinstance(law, Normal) else law
