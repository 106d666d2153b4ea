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


def named_structure(tables: DecisionTables, structure: Structure) -> dict[str, Any]:
    """A structure with the names of actions and models, in the shape and order of the format."""
    actions, models = tables.actions, tables.models

    def named(indices: Sequence[int]) -> list[str]:
        return sorted(actions[i] for i in indices)

    def rotated(cycle: Sequence[int]) -> list[str]:
        names = [actions[i] for i in cycle]
        first = names.index(min(names))
        return names[first:] + names[:first]

    return {
        "supports": [list(s) for s in dict.fromkeys(tuple(named(s)) for s, _ in structure.supports)],
        "belief_supports": [sorted(models[t] for t in t_set) for _, t_set in structure.supports],
        "rationalizable": named(structure.rationalizable),
        "transitions": sorted([actions[a], actions[b]] for a, b in structure.edges),
        "absorbing": sorted(named(s) for s in structure.absorbing),
        "closed": sorted(named(s) for s in structure.closed),
        "cycles": sorted(rotated(c) for c in structure.cycles),
    }
