"""Solutions of several players with families and free parameters as JSON documents, in the shapes of the format."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .profile_solution import behaviour_document, exact_value, supports_document

if TYPE_CHECKING:
    from .profile_family_solution import FreePlayersSolution


def free_players_document(solution: FreePlayersSolution) -> dict[str, Any]:
    """The whole of `solve --json` with free parameters."""
    players = solution.players

    def by_player(sets: tuple[tuple[str, ...], ...]) -> dict[str, list[str]]:
        return {name: list(own) for name, own in zip(players, sets, strict=True)}

    equilibria = []
    for e in solution.equilibria:
        document: dict[str, Any] = {
            "support": supports_document(players, e.support),
            "strategy": {n: behaviour_document(own) for n, own in zip(players, e.strategy, strict=True)},
            "belief_support": {n: list(own) for n, own in zip(players, e.belief_support, strict=True)},
            "theta": {
                name: [{"point": {coordinate: exact_value(point)}, "condition": str(c)} for point, c in own]
                for name, coordinate, own in zip(players, solution.coordinates, e.theta, strict=True)
            },
            "dimension": 0,
            "pure": e.pure,
            "uniform": e.uniform,
            "strict": e.strict,
            "condition": str(e.condition),
        }
        equilibria.append(document if e.witnessed else document | {"witnessed": False})
    return {
        "format": 1,
        "game": solution.game.name,
        "at": {name: str(value) for name, value in solution.at},
        "parameters": list(solution.free),
        "equilibria": equilibria,
        "rationalizable": [{**by_player(c.value), "condition": str(c.condition)} for c in solution.rationalizable],
        "transitions": [{"edge": list(c.value), "condition": str(c.condition)} for c in solution.transitions],
        "absorbing": [{"set": list(c.value), "condition": str(c.condition)} for c in solution.absorbing],
        "closed": [
            {"set": list(c.value[0]) if len(players) == 1 else by_player(c.value), "condition": str(c.condition)}
            for c in solution.closed
        ],
        "cycles": [{"cycle": list(c.value), "condition": str(c.condition)} for c in solution.cycles],
        "undecided": [entry.to_document() for entry in solution.undecided],
    }
