"""Results as JSON documents, in the shapes of the format: plain dictionaries, exact numbers as text.

Exact numbers are ``{"exact": "35/36", "approx": 0.972...}``; ``approx`` is the nearest float, and null where the
value depends on free parameters. Nothing is ever read back from ``approx``.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from ..algebra.signs import approximate
from ..cells.atoms import DecisionTables
from ..expressions.reading import Expression
from .structure import Component
from .structure import Structure as NamedStructure

if TYPE_CHECKING:
    from ..cells.cases import Case
    from ..combinatorics.structure import Structure

Weights = tuple[tuple[str, Expression], ...]


def exact_number(expression: Expression) -> dict[str, Any]:
    """An exact number of the format."""
    return {"exact": str(expression), "approx": approximate(expression)}


def weights_document(weights: Weights) -> dict[str, Any]:
    """A strategy or belief: name -> exact number."""
    return {name: exact_number(value) for name, value in weights}


def _condition(case: Case[Any]) -> dict[str, Any]:
    document: dict[str, Any] = {"condition": str(case.condition)}
    if not case.witnessed:
        document["witnessed"] = False
    return document


def structure_in_names(tables: DecisionTables, structure: Structure, player: str) -> NamedStructure:
    """A structure with the names of actions and models, in the order of the game."""
    actions, models = tables.actions, tables.models

    def named(indices: Sequence[int]) -> tuple[str, ...]:
        return tuple(actions[i] for i in indices)

    return NamedStructure(
        (player,),
        tuple(
            Component(((("", named(played)),),), (tuple(models[t] for t in held),))
            for played, held in structure.supports
        ),
        (named(structure.rationalizable),),
        tuple((actions[a], actions[b]) for a, b in structure.edges),
        tuple(named(members) for members in structure.absorbing),
        tuple((named(members),) for members in structure.closed),
        tuple(named(cycle) for cycle in structure.cycles),
    )


def named_structure(tables: DecisionTables, structure: Structure) -> dict[str, Any]:
    """A structure with the names of actions and models, in the shape and order of the format."""
    return structure_in_names(tables, structure, "").to_document()
