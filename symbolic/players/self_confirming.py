"""Whether beliefs fit the path of play exactly.

An equilibrium is self-confirming when every model that carries belief predicts, after each own signal and action that
happens, the true law of the player's outcome given them (Fudenberg & Levine 1993; Esponda & Pouzo 2016, section 4).
For a family the model is the theta that fits best.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ..algebra import lift, reduce_roots
from ..game import Game
from .definition import family_predictions, outcome_masses, read_strategy
from .forms import Entries
from .numbers import Numbers


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
            for (signal, action), row in masses.items():
                total = entries.total(list(row))
                if predictions is not None:
                    expected = predictions[signal, action]
                else:
                    expected = entries.row(model.row(action, signal))
                for mass, q in zip(row, expected, strict=True):
                    gap = entries.times(total, q) - lift(mass, entries.ring.context)
                    if numbers.sign_over(entries.ring, reduce_roots(entries.ring, gap)) != 0:
                        return False
    return True
