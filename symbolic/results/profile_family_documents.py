"""Solutions of games with signals or several players and families as JSON documents, in the shapes of the format."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..cells.undecided import Undecided
from .family_documents import fits_document, number_document, weights_document
from .profile_solution import NameSets, supports_document

if TYPE_CHECKING:
    from .profile_family_solution import PlayerFamiliesEquilibrium, PlayerFamiliesSolution


def equilibrium_document(equilibrium: PlayerFamiliesEquilibrium) -> dict[str, Any]:
    """One entry of ``equilibria``."""
    players = equilibrium.players
    document: dict[str, Any] = {
        "support": supports_document(players, equilibrium.support),
        "strategy": {name: _behaviour(own) for name, own in zip(players, equilibrium.strategy, strict=True)},
        "belief_support": {name: list(own) for name, own in zip(players, equilibrium.belief_support, strict=True)},
        "belief": {
            name: {point: number_document(weight) for point, weight in own}
            for name, own in zip(players, equilibrium.belief, strict=True)
        },
        "theta": {
            name: fits_document(fits)
            for name, fits in zip(players, equilibrium.theta, strict=True)
            if fits is not None
        },
        "dimension": equilibrium.dimension,
        "pure": equilibrium.pure,
        "uniform": equilibrium.uniform,
        "strict": equilibrium.strict,
        "self_confirming": equilibrium.self_confirming,
        "status": equilibrium.status,
    }
    if equilibrium.survives is not None:
        document |= equilibrium.survives.to_document("survives_correct_specification")
    if equilibrium.dimension:
        document["conditions"] = list(equilibrium.set_conditions)
    return document


def _behaviour(behaviour: Any) -> dict[str, Any]:
    """Action -> exact number, or signal -> action -> exact number."""
    rows = {signal: weights_document(weights) for signal, weights in behaviour}
    return rows[""] if list(rows) == [""] else rows


def undecided_document(entry: Undecided) -> dict[str, Any]:
    """One entry of ``undecided``: profiles and supports are named whole."""
    key = {"equilibria": "support", "transition": "edge"}.get(entry.what, "profiles")
    return {"what": entry.what, key: list(entry.names), "reason": entry.reason}


def solution_document(solution: PlayerFamiliesSolution) -> dict[str, Any]:
    """The whole of `solve --json`."""
    open_questions = {entry.what for entry in solution.undecided}
    players = solution.players

    def by_player(sets: NameSets) -> dict[str, list[str]]:
        return {name: list(own) for name, own in zip(players, sets, strict=True)}

    def members(cases: Any, what: str) -> list[list[str]] | None:
        return None if what in open_questions else [list(case.value) for case in cases]

    known = solution.rationalizable
    document: dict[str, Any] = {
        "format": 1,
        "game": solution.game.name,
        "at": {name: str(value) for name, value in solution.at},
        "equilibria": [equilibrium_document(e) for e in solution.equilibria],
        "rationalizable": by_player(known[0].value) if known else None,
        "rounds": [by_player(sets) for case in solution.rounds for sets in case.value],
        "transitions": [list(case.value) for case in solution.transitions],
        "absorbing": members(solution.absorbing, "absorbing"),
        "closed": None
        if "closed" in open_questions
        else [list(c.value[0]) if len(players) == 1 else by_player(c.value) for c in solution.closed],
        "cycles": members(solution.cycles, "cycles"),
        "undecided": [undecided_document(entry) for entry in solution.undecided],
    }
    if solution.cycles and solution.cycle_length < len(solution.profiles):
        document["cycles_complete_to_length"] = solution.cycle_length
    if solution.rationalizable_bounds is not None:
        inner, outer = map(by_player, solution.rationalizable_bounds)
        document["rationalizable_bounds"] = {
            name: {"contains": inner[name], "within": outer[name]} for name in players
        }
    return document
