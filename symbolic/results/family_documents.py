"""Solutions of games with model families as JSON documents, in the shapes of the format.

An exact number is rational, has square roots, or is written ``root(polynomial, index)``. Certified numbers carry
``"certified": true`` and the bracket that isolates them in ``exact``.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from ..algebra.enclosed import Enclosed
from ..algebra.number_field import Real
from ..floats import float_or_none, nearest_float
from .fits import CertifiedFits, Minimizers

if TYPE_CHECKING:
    from .family_solution import FamilyEquilibrium, FamilySolution, FreeSolution


def number_document(value: Any) -> dict[str, Any]:
    """An exact number of the format, or a certified one."""
    if isinstance(value, Real):
        return {"exact": str(value), "approx": float_or_none(value)}
    if isinstance(value, Enclosed):
        bracket = [str(end) for end in value.bracket]
        return {"exact": str(value), "approx": float_or_none(value), "certified": True, "bracket": bracket}
    document: dict[str, Any] = {"exact": str(value), "approx": float_or_none(value)}
    if value.closed_form is None:
        low, high = value.refined(60)
        document |= {"certified": True, "bracket": [str(low), str(high)]}
    return document


def weights_document(weights: Sequence[tuple[str, Any]]) -> dict[str, Any]:
    """The weights, action by action; text stands for what a tie leaves."""
    document: dict[str, Any] = {}
    tie = next((w for _, w in weights if not isinstance(w, Real | Enclosed | str)), None)
    for name, weight in weights:
        if isinstance(weight, str):
            assert tie is not None
            document[name] = {"exact": weight, "approx": 1.0 - nearest_float(tie)}
            if tie.closed_form is None:
                document[name]["certified"] = True
        else:
            document[name] = number_document(weight)
    return document


def fits_document(fits: Minimizers | CertifiedFits) -> list[dict[str, Any]]:
    """Theta* as a list of polytopes."""
    return [
        {
            "model": piece.model,
            "dimension": piece.dimension,
            "vertices": [
                {name: number_document(value) for name, value in v.coordinates} for v in piece.vertices
            ],
            "equations": list(piece.equations),
            "inequalities": list(piece.inequalities),
            "method": fits.method,
            "status": fits.status,
        }
        for piece in fits.pieces
    ]


def equilibrium_document(equilibrium: FamilyEquilibrium, player: str) -> dict[str, Any]:
    """One entry of ``equilibria``."""
    document: dict[str, Any] = {
        "support": {player: list(equilibrium.support)},
        "strategy": {player: weights_document(equilibrium.strategy)},
        "belief_support": {player: list(equilibrium.belief_support)},
        "belief": {player: {name: number_document(weight) for name, weight in equilibrium.belief}},
        "theta": {player: fits_document(equilibrium.theta)},
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


def solution_document(solution: FamilySolution) -> dict[str, Any]:
    """The whole of `solve --json`."""
    player = solution.agent.player
    open_questions = {entry.what for entry in solution.undecided}

    def sets(cases: Any, what: str) -> list[list[str]] | None:
        return None if what in open_questions else [list(case.value) for case in cases]

    document: dict[str, Any] = {
        "format": 1,
        "game": solution.game.name,
        "at": {name: str(value) for name, value in solution.at},
        "equilibria": [equilibrium_document(e, player) for e in solution.equilibria],
        "rationalizable": {
            player: list(solution.rationalizable[0].value) if solution.rationalizable else None
        },
        "rounds": [{player: list(r)} for case in solution.rounds for r in case.value],
        "transitions": [list(case.value) for case in solution.transitions],
        "absorbing": sets(solution.absorbing, "absorbing"),
        "closed": sets(solution.closed, "closed"),
        "cycles": sets(solution.cycles, "cycles"),
        "theta": {player: {action: fits_document(fits) for action, fits in solution.pure_fits}},
        "undecided": [entry.to_document(player) for entry in solution.undecided],
    }
    if solution.rationalizable_bounds is not None:
        inner, outer = solution.rationalizable_bounds
        document["rationalizable_bounds"] = {player: {"contains": list(inner), "within": list(outer)}}
    return document


def _symbolic(weights: Any) -> dict[str, Any]:
    from .documents import exact_number

    return {name: exact_number(value) for name, value in weights}


def free_document(solution: FreeSolution) -> dict[str, Any]:
    """The whole of `solve --json` with free parameters."""
    player = solution.agent.player
    entries = []
    for e in solution.equilibria:
        document: dict[str, Any] = {
            "support": {player: list(e.support)},
            "strategy": {player: _symbolic(e.strategy)},
            "belief_support": {player: list(e.belief_support)},
            "theta": {
                player: [
                    {
                        "model": model,
                        "vertices": [
                            {"point": _symbolic(v), "condition": str(c)}
                            for k, (v, c) in enumerate(e.theta) if not e.fitted or e.fitted[k] == model
                        ],
                    }
                    for model in dict.fromkeys(e.fitted or e.belief_support[:1])
                ]
            },
            "dimension": e.dimension,
            "pure": e.pure,
            "uniform": e.uniform,
            "strict": e.strict,
            "condition": str(e.condition),
        }
        if not e.witnessed:
            document["witnessed"] = False
        if e.survives is not None:
            document |= e.survives.to_document("survives_correct_specification")
        if e.self_confirming_where is not None:
            document |= e.self_confirming_where.to_document("self_confirming")
        else:
            document["self_confirming"] = e.self_confirming
        if e.set_conditions:
            document["conditions"] = list(e.set_conditions)
        entries.append(document)

    open_questions = {entry.what for entry in solution.undecided}

    def members(cases: Any, key: str, what: str = "") -> list[dict[str, Any]] | None:
        if what in open_questions and not cases:
            return None
        return [{key: list(case.value), "condition": str(case.condition)} for case in cases]

    return {
        "format": 1,
        "game": solution.game.name,
        "at": {name: str(value) for name, value in solution.at},
        "parameters": list(solution.free),
        "equilibria": entries,
        "rationalizable": members(solution.rationalizable, player, "rationalizable"),
        "transitions": members(solution.transitions, "edge"),
        "absorbing": members(solution.absorbing, "set", "absorbing"),
        "closed": members(solution.closed, "set", "closed"),
        "cycles": members(solution.cycles, "cycle", "cycles"),
        "undecided": [entry.to_document(player) for entry in solution.undecided],
    }
