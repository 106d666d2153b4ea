"""The atoms of a finite one-agent game: those of the minors of its two tables."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from ..algebra.ring import Element
from ..algebra.text import element_text
from ..cells.atoms import AtomTable, tables_over
from ..errors import NotSupportedError
from ..game.game import Game
from ..game.parameter_space import game_domain
from .tables import decision_tables


def atom_table(game: Game) -> AtomTable:
    """The atoms of a one-agent finite game, over its domain.

    Raises NotSupportedError for other games, and when a model's probability of something that happens may reach
    zero on the domain (its divergence would jump to infinity there).
    """
    tables = decision_tables(game)
    ring = tables.ring
    domain = game_domain(game, ring)
    ring = ring.extend(*(g for g in domain.ring.generators if g.kind != "parameter"))
    tables = tables_over(tables, ring)
    table = AtomTable(tables, domain)
    for probability in tables.positive:
        if table.domain.definite_sign(probability) != 1 and not _positive_constant(probability):
            raise NotSupportedError(
                f"the probability {element_text(ring, probability)} may reach 0 on the domain, where a divergence "
                "becomes infinite or ceases to be; make the domain open there or fix the parameter"
            )
    return table


def fits_exactly(table: AtomTable, model: int, actions: Sequence[int]) -> bool | None:
    """Whether a model predicts these actions exactly at every parameter value; None when it depends on the value."""
    gaps = [gap for a in actions for gap in table.tables.misfit[model][a]]
    if not gaps:
        return True
    return False if any(table.domain.definite_sign(gap) for gap in gaps) else None


def _positive_constant(element: Element) -> bool:
    value = element.rational()
    return value is not None and value > Fraction(0)
