"""Whether a profile of strategies is a Berk-Nash equilibrium, by the definition alone.

sigma is an equilibrium iff every player i has a belief on ``Theta*_i(sigma)`` under which every plan of i with positive
probability maximizes i's expected payoff (Esponda & Pouzo 2016, Definition 1). The best fits are computed at this one
sigma and the belief is sought by an exact linear program; nothing that led to sigma is used. Every own signal has
positive probability, so a plan is optimal iff each of its actions is after its signal.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import product
from math import prod
from typing import Any

from ..algebra.number_field import ONE, ZERO, Real
from ..algebra.systems import common_field
from ..errors import GameError, NotSupportedError
from ..forms.profiles import Players, read_players
from ..game.game import Game
from ..results.fits import Minimizers
from .agent import exact_weights
from .minimizers import best_fits
from .play import strategy_rows
from .replies import predicts_path, supporting_belief

Behaviour = tuple[tuple[Real, ...], ...]
"""One player's weights: by own signal, by action."""


def is_equilibrium(game: Game, strategy: Mapping[str, Mapping[str, Any]]) -> bool:
    """Whether the profile is a Berk-Nash equilibrium, decided exactly.

    Parameters
    ----------
    game : all parameters fixed, every entry rational; finite or normal outcomes, finite models and families
    strategy : player -> action -> weight, with signals player -> signal -> action -> weight; rational or algebraic

    Raises
    ------
    GameError for weights that are no probabilities, NotSupportedError for weights or games beyond this route,
    UndecidedError when a comparison resists.

    Examples
    --------
    Two sellers, each of whom thinks that demand depends on the own quantity alone:

    >>> def seller(own, other):
    ...     truth = {",".join(k): {"mean": str(12 - 2 * sum(map(int, k))), "variance": 1}
    ...              for k in [("2", "2"), ("2", "3"), ("3", "2"), ("3", "3")]}
    ...     return {"actions": ["2", "3"], "outcomes": "normal", "truth": truth, "payoff": {"2": "2*y", "3": "3*y"},
    ...             "models": {"demand": {"theta": {"a": "[0, 20]"}, "predicts": {
    ...                 "2": {"mean": "a - 4", "variance": 1}, "3": {"mean": "a - 6", "variance": 1}}}}}
    >>> game = Game.from_dict({"format": 1, "name": "sellers",
    ...                        "players": {"one": seller(0, 1), "two": seller(1, 0)}})
    >>> [is_equilibrium(game, {"one": {q: 1}, "two": {q: 1}}) for q in ("2", "3")]
    [True, False]
    """
    players = read_players(game)
    return fits_and_beliefs(players, read_behaviours(game, strategy)) is not None


def read_behaviours(game: Game, strategy: Mapping[str, Mapping[str, Any]]) -> tuple[Behaviour, ...]:
    """The weights as numbers of one field, checked to be probabilities."""
    flat: list[Real] = []
    for player, _, where, given in strategy_rows(game, strategy):
        exact = exact_weights(given)
        if exact is None:
            raise NotSupportedError(f"{where}: a weight with logarithms; give rational or algebraic weights")
        flat += [Real.of(exact.get(action, 0)) for action in player.actions]
    flat = common_field(flat)
    found: list[Behaviour] = []
    for player in game.players:
        rows = []
        for signal in player.signals or ("",):
            row, flat = tuple(flat[: len(player.actions)]), flat[len(player.actions) :]
            if any(w.sign() < 0 for w in row) or not (sum(row, start=ZERO) - ONE).is_zero():
                where = f"strategy.{player.name}" + (f".{signal}" if signal else "")
                raise GameError(f"{where}: the weights are no probabilities that sum to 1; correct them")
            rows.append(row)
        found.append(tuple(rows))
    return tuple(found)


def plan_weights(players: Players, behaviours: Sequence[Behaviour]) -> list[list[Real]]:
    """By player, the probability of each plan when signals are answered independently."""
    found = []
    for player, plans, behaviour in zip(players.game.players, players.plans, behaviours, strict=True):
        places = [[player.actions.index(a) for a in plan] for plan in plans]
        found.append([prod((row[a] for row, a in zip(behaviour, plan, strict=True)), start=ONE) for plan in places])
    return found


def profile_weights(players: Players, weights: Sequence[Sequence[Real]]) -> tuple[Real, ...]:
    """The product measure on profiles."""
    return tuple(prod(chosen, start=ONE) for chosen in product(*weights))


def fits_and_beliefs(
    players: Players, behaviours: Sequence[Behaviour]
) -> tuple[tuple[Minimizers, tuple[Real, ...]], ...] | None:
    """By player, the best fits and a belief on them that supports the play; None where some player has none."""
    weights = plan_weights(players, behaviours)
    sigma = profile_weights(players, weights)
    played = [k for k, w in enumerate(sigma) if not w.is_zero()]
    found = []
    for j, agent in enumerate(players.agents):
        fits = best_fits(agent, sigma)
        # One profile stands for each own plan: payoffs depend on that alone.
        own = {players.profiles[k][j]: k for k in played}
        belief = supporting_belief(fits, list(own.values()))
        if belief is None:
            return None
        found.append((fits, belief))
    return tuple(found)


def is_self_confirming(
    players: Players, behaviours: Sequence[Behaviour], fits: Sequence[Minimizers]
) -> bool:
    """Whether every player has a best fit that predicts all that follows the own play exactly."""
    weights = plan_weights(players, behaviours)
    return all(
        predicts_path(agent, own, _plans_played(players, j, weights))
        for j, (agent, own) in enumerate(zip(players.agents, fits, strict=True))
    )


def _plans_played(players: Players, player: int, weights: Sequence[Sequence[Real]]) -> list[list[tuple[int, Real]]]:
    """For each plan that a player plays, the profiles that come, with the probability of what the others do."""
    others = [[ONE] * len(own) if j == player else list(own) for j, own in enumerate(weights)]
    mass = profile_weights(players, others)
    return [
        [(k, mass[k]) for k, p in enumerate(players.profiles) if p[player] == plan and not mass[k].is_zero()]
        for plan, weight in enumerate(weights[player])
        if not weight.is_zero()
    ]
