"""Whether every player's models contain the truth: games that are correctly specified, decided exactly.

A player is correctly specified if some model predicts the true law of the outcome after every own signal and action,
whatever the others play (Esponda & Pouzo 2016, section 4). With finitely many models the truth must then not depend on
the others; a family (`symbolic.forms.reproducing`) has to reproduce the truth after every signal and action.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from functools import partial

from ..algebra.elements import element_of
from ..algebra.rewritings import reduce_roots
from ..algebra.ring import Element, Ring, lift
from ..cells.domain import Domain
from ..cells.undecided import attempt
from ..expressions.reading import Expression
from ..forms.decision_atoms import atom_table, fits_exactly
from ..forms.laws import agent_of
from ..forms.strategic import strategic_form
from ..game.data import Normal, Player
from ..game.game import Game
from ..game.parameter_space import game_domain


def is_correctly_specified(game: Game) -> bool | None:
    """Whether all players' models contain the truth at every parameter value; False: at none; None: not decided.

    Parameters
    ----------
    game : of any kind; where parameters are free the answer may depend on them, and is None then

    Examples
    --------
    >>> rows, other = {"*": {"y": "1/3", "n": "2/3"}}, {"*": {"y": "1/2", "n": "1/2"}}
    >>> def game(*models):
    ...     return Game.from_dict({"format": 1, "name": "one", "players": {"agent": {
    ...         "actions": ["go"], "outcomes": ["y", "n"], "truth": rows, "payoff": {"go": {"y": 1, "n": 0}},
    ...         "models": {f"m{k}": {"predicts": row} for k, row in enumerate(models)}}}})
    >>> is_correctly_specified(game(rows, other)), is_correctly_specified(game(other))
    (True, False)
    """
    verdicts = [attempt(partial(_contains_truth, game, place))[0] for place in range(len(game.players))]
    if False in verdicts:
        return False
    return True if all(verdicts) else None


def _contains_truth(game: Game, place: int) -> bool | None:
    player = game.players[place]
    alone = len(game.players) == 1 and not game.signals
    if game.has_tables and alone:
        table = atom_table(game)
        return _any_of([fits_exactly(table, t, range(len(player.actions))) for t in range(len(player.models))])
    if not any(model.theta for model in player.models):
        return _finite_models(game, player)
    if alone:
        return None if game.parameters else _family_fits(game)

    form = strategic_form(game).players[place]
    # A family that averages over what differs is recognized too, and is not right.
    return form.correct if form.fit is None else None


def _any_of(answers: Sequence[bool | None]) -> bool | None:
    if any(answers):
        return True
    return None if None in answers else False


def _family_fits(game: Game) -> bool:
    """Whether the divergence of the best fit to all actions together is zero."""
    from .minimizers import as_weights, best_fits  # for start-up
    from .replies import is_self_confirming  # for start-up

    agent = agent_of(game)
    share = Fraction(1, len(agent.actions))
    fits = best_fits(agent, as_weights(agent, dict.fromkeys(agent.actions, share)))
    return is_self_confirming(agent, fits, range(len(agent.actions)))


def _finite_models(game: Game, player: Player) -> bool | None:
    """Each own signal and action has one true law, and one model predicts all of them."""
    place = game.players.index(player)
    ring = Ring.of_parameters([p.name for p in game.parameters])
    laws: dict[tuple[str, str], list[tuple[Expression, ...]]] = {}
    for (signals, actions), row in player.truth:
        laws.setdefault((signals[place] if signals else "", actions[place]), []).append(_entries(row))
    gaps: list[list[Element]] = []
    for model in player.models:
        own: list[Element] = []
        for (signal, action), rows in laws.items():
            predicted = _entries(model.row(action, signal))
            for law in rows:
                for believed, true in zip(predicted, law, strict=True):
                    ring, first = element_of(ring, believed)
                    ring, second = element_of(ring, true)
                    own.append(reduce_roots(ring, lift(first, ring.context) - second))
        gaps.append(own)
    domain = game_domain(game, ring)
    return _any_of([_vanish(own, domain) for own in gaps]) if len(game.players) == 1 else _sure(gaps, domain)


def _entries(row: tuple[Expression, ...] | Normal) -> tuple[Expression, ...]:
    return (row.mean, row.variance) if isinstance(row, Normal) else row


def _vanish(gaps: Sequence[Element], domain: Domain) -> bool | None:
    """Whether all of them vanish everywhere; False where one of them vanishes nowhere."""
    left = [gap for gap in gaps if not gap.is_zero()]
    if not left:
        return True
    return False if any(domain.definite_sign(lift(gap, domain.ring.context)) for gap in left) else None


def _sure(gaps: Sequence[Sequence[Element]], domain: Domain) -> bool | None:
    """Of several players: with signals some of the profiles may never come, so only what always fits is sure."""
    answer = _any_of([_vanish(own, domain) for own in gaps])
    return answer or None


__all__ = ["is_correctly_specified"]
