"""The family of all laws of a player's outcome, recognized without algebra on its many coordinates.

A player who sees what the others did and thinks anything possible has one coordinate of theta for each outcome but one.
When the law of the outcome does not depend on the player's own action, such a family reproduces any average and is
determined by it: theta is the law itself. That is the correctly specified player, read here in time linear in its
table; `families` recognizes many more.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product

from ..algebra.elements import element_of
from ..algebra.ring import Element, Ring
from ..cells.domain import difference
from ..expressions.reading import Expression
from ..expressions.tree import Symbol, symbols_of
from ..game.data import Normal, Player
from ..game.game import Game
from .entries import Entries, Form, Plan


def predicts_every_law(player: Player) -> bool:
    """Whether the player's one model is the family of all laws of its outcomes, the same after every action.

    >>> from berknash.symbolic.interchange.normal_form import from_payoff_matrices
    >>> game = from_payoff_matrices([[[1, 2], [0, 3]], [[1, 2], [0, 3]]])
    >>> [predicts_every_law(player) for player in game.players]
    [True, True]
    """
    if len(player.models) != 1 or player.signals:
        return False
    (model,) = player.models
    if not model.theta:
        return False
    row = model.row(player.actions[0], "")
    if isinstance(row, Normal) or any(model.row(action, "") != row for action in player.actions):
        return False
    names = {coordinate.name for coordinate in model.theta}
    free = [entry.name for entry in row if isinstance(entry, Symbol) and entry.name in names]
    rest = [entry for entry in row if not (isinstance(entry, Symbol) and entry.name in names)]
    if len(rest) != 1 or len(free) != len(names) or set(free) != names:
        return False
    for coordinate in model.theta:
        interval = coordinate.domain
        if interval.low != 0 or interval.high != 1 or interval.low_open or interval.high_open:
            return False
    ring = Ring.of_parameters(free)
    last = ring.constant(1)
    for name in free:
        last = last - ring.polynomial(ring.context.gen(ring.index(name)))
    if not _is(ring, free, rest[0], last):
        return False
    for relation in model.where:
        gap = difference(relation)
        below = relation.operator == "<=" and _is(ring, free, gap, -last)
        above = relation.operator == ">=" and _is(ring, free, gap, last)
        if not (below or above):
            return False
    return True


def _is(ring: Ring, names: Sequence[str], expression: Expression, expected: Element) -> bool:
    if not symbols_of(expression) <= set(names):
        return False
    found_ring, value = element_of(ring, expression)
    return found_ring is ring and (value - expected).is_zero()


def law_of_others(game: Game, place: int) -> list[tuple[Expression, ...]] | None:
    """The law of a player's outcome for each profile of the others; None when it depends on the own action."""
    player = game.players[place]
    others = product(*(p.actions for j, p in enumerate(game.players) if j != place))
    laws = []
    for profile in others:
        rows = [player.truth_row((*profile[:place], action, *profile[place:])) for action in player.actions]
        if isinstance(rows[0], Normal) or any(row != rows[0] for row in rows):
            return None
        laws.append(rows[0])
    return laws


def correct_form(game: Game, place: int, plans: Sequence[tuple[Plan, ...]], entries: Entries) -> Form | None:
    """The form of a player who predicts every law and whose outcomes its own action does not move; None for others."""
    player = game.players[place]
    if game.signals or not predicts_every_law(player):
        return None
    laws = law_of_others(game, place)
    if laws is None:
        return None
    weights = [[(y, q) for y, q in enumerate(entries.row(law)) if not q.is_zero()] for law in laws]
    table = []
    for (action,) in plans[place]:
        rewards = player.payoff_row(action)
        if not isinstance(rewards, tuple):
            return None
        values = [entries.value(reward) for reward in rewards]
        table.append(tuple(entries.total([entries.times(q, values[y]) for y, q in law]) for law in weights))
    names = (player.models[0].name,)
    return Form(player.name, (), player.actions, plans[place], names, None, tuple(table), True)
