"""The definition for players who see what the others did and think anything possible, in plain fractions.

Such a player believes the true law of its outcome, whatever it is (Gibbs' inequality: the truth is among the models and
fits best). So a profile is a Berk-Nash equilibrium iff every action played maximizes the objective payoff: the same sums
say that it survives correct specification and that beliefs fit the path. Read from the game's own tables, not from
those of the search.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from itertools import product

from ..expression_tree import Number
from ..expressions import Expression
from ..game import Game
from .all_laws import law_of_others, predicts_every_law

Weights = Sequence[Mapping[str, Fraction]]
"""By player, the weights of the actions played."""


class RationalCheck:
    """Whether profiles of rational weights are equilibria of one such game; make it with `rational_check`."""

    def __init__(self, payoffs: Sequence[Mapping[tuple[str, ...], Mapping[str, Fraction]]]) -> None:
        self.payoffs = payoffs

    def accepts(self, weights: Weights) -> bool:
        """Whether every action played is a best reply; the weights must be probabilities."""
        if any(sum(own.values()) != 1 or any(w < 0 for w in own.values()) for own in weights):
            return False
        return all(self._plays_well(place, weights) for place in range(len(weights)))

    def _plays_well(self, place: int, weights: Weights) -> bool:
        played = [[(a, w) for a, w in own.items() if w] for j, own in enumerate(weights) if j != place]
        totals: dict[str, Fraction] = {}
        for profile in product(*played):
            mass = Fraction(1)
            for _, w in profile:
                mass *= w
            for action, value in self.payoffs[place][tuple(a for a, _ in profile)].items():
                totals[action] = totals.get(action, Fraction(0)) + mass * value
        best = max(totals.values())
        return all(totals[action] == best for action, w in weights[place].items() if w)


def rational_check(game: Game) -> RationalCheck | None:
    """The check for a game; None where some player is not of this kind, or a number in its tables is not rational.

    >>> from berknash.symbolic.players.normal_form import from_payoff_matrices
    >>> check = rational_check(from_payoff_matrices([[[1, 0], [0, 1]], [[1, 0], [0, 1]]]))
    >>> half = {"a1": Fraction(1, 2), "a2": Fraction(1, 2)}
    >>> check.accepts([half, half]), check.accepts([{"a1": Fraction(1)}, half])
    (True, False)
    """
    if game.parameters or game.signals or len(game.players) < 2:
        return None
    tables = []
    for place, player in enumerate(game.players):
        laws = law_of_others(game, place) if predicts_every_law(player) else None
        if laws is None:
            return None
        rewards: dict[str, Sequence[Fraction]] = {}
        for action in player.actions:
            row = player.payoff_row(action)
            values = _rational(row) if isinstance(row, tuple) else None
            if values is None:
                return None
            rewards[action] = values
        others = product(*(p.actions for j, p in enumerate(game.players) if j != place))
        table = {}
        for profile, law in zip(others, laws, strict=True):
            masses = _rational(law)
            if masses is None:
                return None
            happens = [(y, q) for y, q in enumerate(masses) if q]
            table[profile] = {a: sum((q * own[y] for y, q in happens), Fraction(0)) for a, own in rewards.items()}
        tables.append(table)
    return RationalCheck(tables)


def _rational(row: Sequence[Expression]) -> list[Fraction] | None:
    values = [entry.value for entry in row if isinstance(entry, Number)]
    return values if len(values) == len(row) else None
