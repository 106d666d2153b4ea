"""The ring and the domain of a game's parameters."""

from __future__ import annotations

from ..algebra.ring import Ring
from ..cells.domain import Domain, make_domain
from ..cells.region import DomainRegion
from .game import Game


def game_ring(game: Game) -> Ring:
    """The ring of a game's parameters, with the signs that hold on its domain."""
    return Ring.of_parameters([p.name for p in game.parameters], DomainRegion(game.parameters, game.assume))


def game_domain(game: Game, ring: Ring) -> Domain:
    """The parameter domain of a game, over a ring that has its parameters."""
    return make_domain(ring, list(game.parameters), game.assume)
