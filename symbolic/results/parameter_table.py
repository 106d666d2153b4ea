"""The atoms of rational functions of the parameters."""

from __future__ import annotations

from ..algebra.ring import Element, Ring, lift
from ..cells.atoms import AtomTable, DecisionTables, SignProduct
from ..game.game import Game
from ..game.parameter_space import game_domain


class ParameterTable(AtomTable):
    """The atoms of rational functions of the parameters, each function factored once."""

    def __init__(self, game: Game, ring: Ring) -> None:
        domain = game_domain(game, ring)
        super().__init__(DecisionTables.none(domain.ring), domain)
        self._known: dict[Element, SignProduct] = {}

    def product_of(self, element: Element, origin: str) -> SignProduct:
        if element not in self._known:
            self._known[element] = super().product_of(lift(element, self.ring.context), origin)
        return self._known[element]

    def complete(self) -> None:
        """The atoms are those named so far; a question may name more."""
