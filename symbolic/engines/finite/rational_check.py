"""The definition for players who see what the others did and think anything possible, in plain integers.

Such a player believes the true law of its outcome, whatever it is (Gibbs' inequality: the truth is among the models
and fits best). So a profile is a Berk-Nash equilibrium iff every action played maximizes the objective payoff: the same
sums say that it survives correct specification and that beliefs fit the path. Read from the game's own tables, not from
those of the search.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from itertools import product
from math import lcm, prod

from ...expressions.reading import Expression
from ...expressions.tree import Number
from ...forms.all_laws import law_of_others, predicts_every_law
from ...game.game import Game

Weights = Sequence[Mapping[str, Fraction]]
"""By player, the weights of the actions played."""


class RationalCheck:
    """Whether profiles of rational weights are equilibria of one such game; make it with `rational_check`."""

    def __init__(self, payoffs: Sequence[Mapping[tuple[str, ...], Mapping[str, Fraction]]]) -> None:
        self.payoffs: list[dict[tuple[str, ...], dict[str, int]]] = []
        for table in payoffs:
            scale = lcm(*(v.denominator for row in table.values() for v in row.values()))
            self.payoffs.append({b: {a: int(v * scale) for a, v in row.items()} for b, row in table.items()})

    def accepts(self, weights: Weights) -> bool:
        """Whether every action played is a best reply; the weights must be probabilities."""
        # Every player's weights times one positive integer: which sums are largest stays the same.
        scales = [lcm(*(w.denominator for w in own.values())) for own in weights]
        whole = [{a: int(w * d) for a, w in own.items()} for own, d in zip(weights, scales, strict=True)]
        if any(sum(own.values()) != d or min(own.values()) < 0 for own, d in zip(whole, scales, strict=True)):
            return False
        return all(self._plays_well(place, whole) for place in range(len(whole)))

    def _plays_well(self, place: int, weights: Sequence[Mapping[str, int]]) -> bool:
        played = [[(a, w) for a, w in own.items() if w] for j, own in enumerate(weights) if j != place]
        totals: dict[str, int] = {}
        for profile in product(*played):
            mass = prod(w for _, w in profile)
            for action, value in self.payoffs[place][tuple(a for a, _ in profile)].items():
                totals[action] = totals.get(action, 0) + mass * value
        best = max(totals.values())
        return all(totals[action] == best for action, w in weights[place].items() if w)


def rational_check(game: Game) -> RationalCheck | None:
    """The check for a game; None where some player is not of this kind, or a number in its tables is not rational.

    >>> from berknash.symbolic.interchange.normal_form import from_payoff_matrices
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
