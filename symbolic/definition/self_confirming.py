"""Whether beliefs fit the path of play exactly.

An equilibrium is self-confirming when every model that carries belief predicts, after each own signal and action that
happens, the true law of the player's outcome given them (Fudenberg & Levine 1993; Esponda & Pouzo 2016, section 4).
For a family the model is the theta that fits best.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from ..algebra.constants import Numbers
from ..algebra.rewritings import reduce_roots
from ..algebra.ring import Element, lift
from ..errors import BudgetError, UndecidedError
from ..forms.entries import Entries, StrategicForm
from ..game.game import Game
from ..game.parameter_space import game_ring
from ..results.answers import NO, UNDECIDED, YES, ZERO, Answer, Questions
from ..results.equilibrium import Equilibrium
from .play import Rows, family_predictions, outcome_masses, play_in_ring, read_strategy


def fits_its_path(game: Game, strategy: Mapping[str, Mapping[str, Any]], believed: Sequence[Sequence[str]]) -> bool:
    """Whether each player's believed models (by name) give the path of play its true probabilities; exact.

    `game` has no free parameters; `strategy` is as for `is_equilibrium`, whose errors it shares.
    """
    numbers = Numbers()
    behaviours = read_strategy(game, strategy, numbers)
    entries = Entries(numbers.ring)
    for place, (player, names) in enumerate(zip(game.players, believed, strict=True)):
        masses = outcome_masses(game, place, behaviours, entries)
        for model in player.models:
            if model.name not in names:
                continue
            predictions = family_predictions(game, place, masses, entries, numbers) if model.theta else None
            if predictions is None:
                predictions = {(s, a): entries.row(model.row(a, s)) for s, a in masses}
            if any(numbers.sign_over(entries.ring, gap) != 0 for gap in path_gaps(masses, predictions, entries)):
                return False
    return True


def path_gaps(masses: Rows, predictions: Rows, entries: Entries) -> Iterator[Element]:
    """What is predicted less what is true, weighted with the probability of each own signal and action.

    Parameters: by own signal and action, the probabilities of these together with each outcome; those that are
    predicted of each outcome; the ring that both have been read into.
    """
    for key, row in masses.items():
        total = entries.total(list(row))
        for mass, predicted in zip(row, predictions[key], strict=True):
            yield reduce_roots(entries.ring, entries.times(total, predicted) - lift(mass, entries.ring.context))


def where_self_confirming(questions: Questions, form: StrategicForm, equilibrium: Equilibrium) -> Answer:
    """For which parameters the belief of an equilibrium fits the play of its strategy exactly.

    A family that reproduces the truth after every signal and action does; other families are not decided here.
    """
    game = questions.game
    entries = Entries(game_ring(questions.game))
    plays = [play_in_ring(part.strategy, entries) for part in equilibrium.parts]
    gaps: list[Element] = []
    for place, player in enumerate(game.players):
        if form.players[place].fit is None:
            if not form.players[place].correct:
                return Answer(
                    UNDECIDED, reason=f"the family of player {player.name} bundles what it sees; fix parameters"
                )
            continue
        believed = {name for name, weight in equilibrium.parts[place].belief or () if str(weight) != "0"}
        masses = outcome_masses(game, place, plays, entries)
        for model in player.models:
            if model.name not in believed:
                continue
            predictions = {(s, a): entries.row(model.row(a, s)) for s, a in masses}
            gaps.extend(path_gaps(masses, predictions, entries))
    ring = entries.ring
    wanted = [(gap, ZERO) for gap in gaps if not gap.is_zero()]
    try:
        return questions.within(ring, wanted, equilibrium.condition)
    except (BudgetError, UndecidedError) as error:
        return Answer(UNDECIDED, reason=str(error))


def settled(answer: Answer) -> bool | None:
    """True or False where the answer is one for all parameters, else None."""
    return {YES: True, NO: False}.get(answer.status)
