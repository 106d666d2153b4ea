"""Results as JSON documents, in the shapes of the format: plain dictionaries, exact numbers as text.

Exact numbers are ``{"exact": "35/36", "approx": 0.972...}``; ``approx`` is the nearest float, and null where the
value depends on free parameters. Nothing is ever read back from ``approx``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from math import inf, nextafter
from typing import TYPE_CHECKING, Any

from .expressions import Expression, Number, symbols_of
from .floats import float_or_none, nearest_float
from .signs import Point
from .tables import DecisionTables, element_of

if TYPE_CHECKING:
    from .logengine import UndecidedBox
    from .phases import Phase, PhaseDiagram
    from .solution import Case, Equilibrium, Solution, Weights
    from .structure import Structure


def approximate(expression: Expression) -> float | None:
    """The float nearest to a constant, None when parameters occur in it or it lies beyond all floats.

    Examples
    --------
    >>> from berknash.symbolic.expressions import read_expression
    >>> approximate(read_expression("log(2)/log(4)", [], where=""))
    0.5
    """
    if isinstance(expression, Number):
        return float_or_none(expression.value)
    if symbols_of(expression):
        return None
    from .algebra import Ring

    ring, element = element_of(Ring.of_parameters([]), expression)
    exact = element.rational()
    if exact is not None:
        return float_or_none(exact)
    return float_or_none(Point(ring, {}).ball(element, 128).mid())


def exact_number(expression: Expression) -> dict[str, Any]:
    """An exact number of the format."""
    return {"exact": str(expression), "approx": approximate(expression)}


def weights_document(weights: Weights) -> dict[str, Any]:
    """A strategy or belief: name -> exact number."""
    return {name: exact_number(value) for name, value in weights}


def equilibrium_document(equilibrium: Equilibrium, player: str, conditional: bool) -> dict[str, Any]:
    """One entry of ``equilibria``."""
    document: dict[str, Any] = {
        "support": {player: list(equilibrium.support)},
        "strategy": {player: weights_document(equilibrium.strategy)},
        "belief_support": {player: list(equilibrium.belief_support)},
        "belief": {player: weights_document(equilibrium.belief)},
        "dimension": equilibrium.dimension,
        "pure": equilibrium.pure,
        "uniform": equilibrium.uniform,
        "strict": equilibrium.strict,
        "self_confirming": equilibrium.self_confirming,
    }
    if equilibrium.survives is not None:
        document |= equilibrium.survives.to_document("survives_correct_specification")
    if equilibrium.dimension:
        document["conditions"] = list(equilibrium.set_conditions)
        document["vertices"] = [{player: weights_document(v)} for v in equilibrium.vertices]
    if conditional:
        document["condition"] = str(equilibrium.condition)
        if not equilibrium.witnessed:
            document["witnessed"] = False
    return document


def solution_document(solution: Solution) -> dict[str, Any]:
    """The whole of `solve --json`."""
    (player,) = solution.game.players
    conditional = bool(solution.free)
    document: dict[str, Any] = {
        "format": 1,
        "game": solution.game.name,
        "at": {name: str(value) for name, value in solution.at},
        "equilibria": [equilibrium_document(e, player.name, conditional) for e in solution.equilibria],
    }
    complete = min((case.value for case in solution.cycle_lengths), default=1)
    if complete < len(solution.table.tables.actions) > 1:
        document["cycles_complete_to_length"] = complete
    if not conditional:
        document |= {
            "rationalizable": {player.name: list(solution.rationalizable[0].value)},
            "rounds": [{player.name: list(r)} for r in solution.rounds[0].value],
            "transitions": [list(case.value) for case in solution.transitions],
            "absorbing": [list(case.value) for case in solution.absorbing],
            "closed": [list(case.value) for case in solution.closed],
            "cycles": [list(case.value) for case in solution.cycles],
        }
        return document
    if not solution.boundaries_covered:
        document["boundaries_covered"] = False
    document |= {
        "parameters": list(solution.free),
        "rationalizable": [
            {player.name: list(case.value), **_condition(case)} for case in solution.rationalizable
        ],
        "transitions": _members(solution.transitions, "edge"),
        "absorbing": _members(solution.absorbing, "set"),
        "closed": _members(solution.closed, "set"),
        "cycles": _members(solution.cycles, "cycle"),
    }
    if solution.undecided:
        document |= {entry.what: None for entry in solution.undecided if entry.what in document and not entry.names}
        document["undecided"] = [entry.to_document(player.name) for entry in solution.undecided]
    return document


def _condition(case: Case[Any]) -> dict[str, Any]:
    document: dict[str, Any] = {"condition": str(case.condition)}
    if not case.witnessed:
        document["witnessed"] = False
    return document


def _members(cases: Sequence[Case[Any]], key: str) -> list[dict[str, Any]]:
    return [{key: list(case.value), **_condition(case)} for case in cases]


def structure_document(diagram: PhaseDiagram, phase: Phase) -> dict[str, Any]:
    """The structure of a phase in names."""
    return named_structure(diagram.table.tables, phase.structure)


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


def _doubt(phase: Phase) -> dict[str, Any]:
    """What is not known to exist: the whole phase, or a part of it."""
    document: dict[str, Any] = {} if phase.witnessed else {"witnessed": False}
    if phase.witnessed and phase.unwitnessed is not None:
        document["unwitnessed"] = str(phase.unwitnessed)
    return document


def hulls(boxes: Sequence[UndecidedBox]) -> tuple[tuple[UndecidedBox, int], ...]:
    """For each reason the smallest box around all undecided boxes with it, and how many they are.

    >>> from .logengine import UndecidedBox
    >>> def box(low, high, reason="near"):
    ...     return UndecidedBox(((Fraction(low), Fraction(high)),), (), reason)
    >>> [(h.sides[0][1], h.reason, n) for h, n in hulls([box(0, 1), box(2, 3), box(5, 6, "far")])]
    [(Fraction(3, 1), 'near', 2), (Fraction(6, 1), 'far', 1)]
    """
    found = []
    for reason in dict.fromkeys(box.reason for box in boxes):
        members = [box for box in boxes if box.reason == reason]
        sides = []
        for own in zip(*(box.sides for box in members), strict=True):
            lows, highs = [low for low, _ in own], [high for _, high in own]
            sides.append(
                (
                    None if None in lows else min(low for low in lows if low is not None),
                    None if None in highs else max(high for high in highs if high is not None),
                )
            )
        found.append((replace(members[0], sides=tuple(sides)), len(members)))
    return tuple(found)


def total_measure(boxes: Sequence[UndecidedBox]) -> float | None:
    """A bound on the measure of the undecided boxes, rounded up; None when it is infinite or beyond all floats."""
    total = Fraction(0)
    for box in boxes:
        if box.size is None:
            return None
        total += box.size
    nearest = nearest_float(total)
    bound = nearest if Fraction(nearest) >= total else nextafter(nearest, inf)
    return None if bound == inf else bound


def phases_document(diagram: PhaseDiagram) -> dict[str, Any]:
    """The whole of `phases --json`."""
    (player,) = diagram.game.players
    phases = []
    for phase in diagram.phases:
        equilibria = [
            {
                "support": {player.name: list(e.support)},
                "belief_support": {player.name: list(e.belief_support)},
                "dimension": e.dimension,
                "strategy": {player.name: {n: str(v) for n, v in e.strategy}},
            }
            | ({} if e.condition is None else {"condition": str(e.condition)})
            for e in phase.equilibria
        ]
        document: dict[str, Any] = {
            "name": phase.name,
            "condition": str(phase.condition),
            "sample": dict(phase.sample),
            "structure": structure_document(diagram, phase),
            "equilibria": equilibria,
        }
        phases.append(document | _doubt(phase))
    strata = [
        {
            "condition": str(stratum.condition),
            "dimension": stratum.dimension,
            "sample": dict(stratum.sample),
            "structure": structure_document(diagram, stratum),
            **_doubt(stratum),
        }
        for stratum in diagram.strata
    ]
    boundaries = []
    for boundary in diagram.boundaries:
        document = {"expression": str(boundary.expression), "kind": boundary.kind}
        if boundary.solved is not None:
            document["solved"] = str(boundary.solved)
        document["origins"] = list(boundary.origins)
        document["crossings"] = [
            {"from": c.below, "to": c.above, "changes": list(c.changes)} for c in boundary.crossings
        ]
        boundaries.append(document)
    return {
        "format": 1,
        "game": diagram.game.name,
        "parameters": list(diagram.parameters),
        "at": {name: str(value) for name, value in diagram.at},
        "engine": diagram.engine,
        "coverage": diagram.coverage.to_json(),
        "boundaries": boundaries,
        "phases": phases,
        "strata": strata,
        "undecided": {
            "measure": total_measure(diagram.undecided),
            "boxes": [
                {
                    "sides": [[None if end is None else str(end) for end in side] for side in box.sides],
                    "reason": box.reason,
                }
                for box in diagram.undecided
            ],
            "hulls": [
                {"sides": [[None if end is None else str(end) for end in side] for side in hull.sides],
                 "count": count, "reason": hull.reason}
                for hull, count in hulls(diagram.undecided)
            ],
        },
    }
