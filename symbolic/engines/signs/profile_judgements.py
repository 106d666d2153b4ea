"""Several players, or signals, with free parameters: which equilibria survive and which confirm themselves; exact.

Divergences are never negative, so that a player's best fits predict the own path of play exactly all together or not
at all: it is enough to compare one best fit in each case with the truth (Fudenberg & Levine 1993; Esponda & Pouzo
2016, section 4). A mixture of normal laws is the normal law of a model only where all of them are.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import product

from ...algebra.rewritings import reduce_roots
from ...algebra.ring import Element, lift
from ...cells.conditions import Condition
from ...definition.objective import survivals
from ...definition.play import outcome_masses, play_in_ring
from ...definition.self_confirming import settled
from ...errors import NO_ANSWER
from ...expressions.reading import Expression, substitute
from ...forms.entries import Entries
from ...game.data import Model, Normal
from ...game.game import Game
from ...game.parameter_space import game_ring
from ...results.answers import NO, UNDECIDED, UNDER_CONDITION, YES, ZERO, Answer, Questions
from ...results.equilibrium import Equilibrium
from ...results.fits import FitsByCase, FitVertex


def judged(game: Game, equilibria: Sequence[Equilibrium]) -> tuple[Equilibrium, ...]:
    """The equilibria, each with what is known of its survival under correct specification and its self-confirmation."""
    questions = Questions(game)
    found = []
    for equilibrium, survives in zip(equilibria, survivals(game, equilibria), strict=True):
        answer = _confirms(questions, equilibrium)
        found.append(replace(equilibrium, survives=survives, self_confirming=settled(answer), confirms=answer))
    return tuple(found)


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


def _confirms(questions: Questions, equilibrium: Equilibrium) -> Answer:
    where: Condition | None = None
    try:
        for place, part in enumerate(equilibrium.parts):
            assert isinstance(part.fits, FitsByCase)
            if not part.fits.vertices:
                return Answer(UNDECIDED, reason=f"the best fits of {part.player} have no closed form here")
            found = []
            for vertex in part.fits.vertices:
                entries = Entries(game_ring(questions.game))
                gaps = list(_gaps(questions.game, place, equilibrium, vertex, entries))
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


def _gaps(
    game: Game, place: int, equilibrium: Equilibrium, vertex: FitVertex, entries: Entries
) -> Iterator[Element]:
    """What a player's best fit predicts less what is true, after each signal and action that is played."""
    player = game.players[place]
    (model,) = player.models
    fit = dict(vertex.coordinates)
    if player.outcomes == "normal":
        yield from _normal_gaps(game, place, equilibrium, model, fit, entries)
        return
    plays = [play_in_ring(part.strategy, entries) for part in equilibrium.parts]
    for (signal, action), row in outcome_masses(game, place, plays, entries).items():
        total = entries.total(list(row))
        predicted = model.row(action, signal)
        assert not isinstance(predicted, Normal)
        for mass, q in zip(row, predicted, strict=True):
            expected = entries.times(total, entries.value(substitute(q, fit)))
            yield reduce_roots(entries.ring, expected - lift(mass, entries.ring.context))


def _normal_gaps(
    game: Game,
    place: int,
    equilibrium: Equilibrium,
    model: Model,
    fit: Mapping[str, Expression],
    entries: Entries,
) -> Iterator[Element]:
    """Without signals: means and variances at every profile of actions that are played."""
    for actions in product(*(part.actions for part in equilibrium.parts)):
        truth, predicted = game.players[place].truth_row(actions), model.row(actions[place])
        assert isinstance(truth, Normal) and isinstance(predicted, Normal)
        for true, expected in ((truth.mean, predicted.mean), (truth.variance, predicted.variance)):
            first = entries.value(substitute(expected, dict(fit)))
            second = entries.value(true)
            yield reduce_roots(entries.ring, lift(first, entries.ring.context) - second)
