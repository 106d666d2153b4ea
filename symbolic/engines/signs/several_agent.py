"""One agent with several families on a line and single models, as functions of free parameters.

Every family has one coordinate, in which predictions and payoffs are polynomials; a single model is the family of one
point (`symbolic.engines.signs.agent`). Nothing else is asked for: parameters may stand in the truth, the payoffs and
the models.
"""

from __future__ import annotations

from dataclasses import dataclass

from ...algebra.ring import Element, Ring
from ...errors import NotSupportedError
from ...game.game import Game
from .agent import LineAgent, line_family


@dataclass(frozen=True, slots=True)
class SeveralAgent:
    """One agent and the models of its class, each in the form of `symbolic.engines.signs.agent`."""

    player: str
    actions: tuple[str, ...]
    parameters: tuple[str, ...]
    ring: Ring
    models: tuple[LineAgent, ...]

    @property
    def families(self) -> tuple[tuple[str, tuple[str, ...]], ...]:
        """The models by name, with their coordinates."""
        return tuple(family for model in self.models for family in model.families)


@dataclass(frozen=True, slots=True)
class Point:
    """A model of the class: which family, and its coordinate.

    `of_interval`: it stands with others for all models between them; `vertex`: it is no point inside of an interval.
    """

    model: int
    value: Element
    of_interval: bool = False
    vertex: bool = True


@dataclass(frozen=True, slots=True)
class Fit:
    """The best fits of one family to an action: all of them, or points that stand for an interval."""

    model: int
    points: tuple[Point, ...]


def read_several_agent(game: Game) -> SeveralAgent:
    """The game in this form; NotSupportedError, naming what, for other games."""
    (player,) = game.players
    names = tuple(p.name for p in game.parameters)
    if game.signals:
        raise NotSupportedError("these closed forms are for games without signals")
    models = tuple(line_family(player, model, names) for model in player.models)
    return SeveralAgent(player.name, player.actions, names, models[0].ring, models)
