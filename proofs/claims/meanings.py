"""What the relations of a claim mean: elements whose signs decide them."""

from __future__ import annotations

from collections.abc import Sequence

from ...symbolic.algebra.elements import element_of
from ...symbolic.algebra.ring import Element
from ...symbolic.cells.atoms import AtomTable
from ...symbolic.cells.domain import difference
from .language import Claim, predicates_of, relations_of
from .predicates import Meanings
from .quantifiers import structure_shadows


def meanings_of(
    table: AtomTable, claim: Claim, free: Sequence[str], actions: tuple[str, ...]
) -> tuple[AtomTable, Meanings]:
    """The parts of a claim as elements of the game's ring, and the table over the ring that has them all."""
    gaps: dict[str, Element] = {}
    ring = table.ring
    for relation in relations_of(claim):
        ring, gaps[str(relation)] = element_of(ring, difference(relation))
    table = table.over(ring)
    about = [p.arguments[0] for p in predicates_of(claim) if p.name == "independent_of"]
    shadows = {name: structure_shadows(table, free, name) for name in dict.fromkeys(about)}
    return table, Meanings(actions, gaps, shadows)
