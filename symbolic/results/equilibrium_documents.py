"""Equilibria and open questions as JSON documents, one writer for every kind of game.

Exact numbers are ``{"exact": "35/36", "approx": 0.972...}``: rational, with square roots, or ``root(polynomial,
index)``. Certified ones carry ``"certified": true`` and the bracket that isolates them.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ..algebra.enclosed import Enclosed
from ..algebra.number_field import Real
from ..algebra.signs import approximate
from ..cells.undecided import Undecided
from ..decomposition import AlgebraicNumber
from ..expressions.reading import Expression
from ..floats import float_or_none, nearest_float
from .equilibrium import Behaviour, BestFits, Equilibrium, Names, Weight, Weights
from .fits import FitsByCase
from .structure import play_document

_SURVIVES = "survives_correct_specification"
_ORDER = (
    "support", "strategy", "belief_support", "belief", "theta", "dimension", "pure", "uniform", "strict",
    "self_confirming", "self_confirming_where", "self_confirming_note", "status",
    _SURVIVES, f"{_SURVIVES}_where", f"{_SURVIVES}_note", "conditions", "vertices", "condition", "witnessed",
)  # fmt: skip
_CONDITION_FIRST = (*_ORDER[:9], *_ORDER[-2:], *_ORDER[13:16], *_ORDER[9:12], "conditions")
"""The order where the best fits are told case by case."""


def number_document(value: Weight) -> dict[str, Any]:
    """An exact number of the format, or a certified one."""
    if isinstance(value, Expression):
        return {"exact": str(value), "approx": approximate(value)}
    if isinstance(value, Real | AlgebraicNumber):
        return {"exact": str(value), "approx": float_or_none(value)}
    if isinstance(value, Enclosed):
        bracket = [str(end) for end in value.bracket]
        return {"exact": str(value), "approx": float_or_none(value), "certified": True, "bracket": bracket}
    assert not isinstance(value, str)
    document: dict[str, Any] = {"exact": str(value), "approx": float_or_none(value)}
    if value.closed_form is None:
        low, high = value.refined(60)
        document |= {"certified": True, "bracket": [str(low), str(high)]}
    return document


def weights_document(weights: Weights) -> dict[str, Any]:
    """Name -> number; text stands for what a tied share leaves."""
    document: dict[str, Any] = {}
    tie = next((w for _, w in weights if not isinstance(w, Expression | Real | AlgebraicNumber | Enclosed | str)), None)
    for name, weight in weights:
        if isinstance(weight, str):
            assert tie is not None
            document[name] = {"exact": weight, "approx": 1.0 - nearest_float(tie)}
            if tie.closed_form is None:
                document[name]["certified"] = True
        else:
            document[name] = number_document(weight)
    return document


def behaviour_document(behaviour: Behaviour) -> dict[str, Any]:
    """Action -> number, or signal -> action -> number."""
    rows = {signal: weights_document(weights) for signal, weights in behaviour}
    return rows[""] if list(rows) == [""] else rows


def fits_document(fits: BestFits, plain: bool = True, conditional: bool = True) -> list[dict[str, Any]]:
    """Theta* as a list of polytopes; vertices case by case are listed by model for one agent, else one by one.

    Without free parameters they have no condition.
    """
    if not isinstance(fits, FitsByCase):
        return [
            {
                "model": piece.model,
                "dimension": piece.dimension,
                "vertices": [{name: number_document(value) for name, value in v.coordinates} for v in piece.vertices],
                "equations": list(piece.equations),
                "inequalities": list(piece.inequalities),
                "method": fits.method,
                "status": fits.status,
            }
            for piece in fits.pieces
        ]
    vertices: list[tuple[str, dict[str, Any]]] = [
        (v.model, {"point": weights_document(v.coordinates)} | ({"condition": str(v.condition)} if conditional else {}))
        for v in fits.vertices
    ]
    if not plain:
        return [document for _, document in vertices]
    return [{"model": m, "vertices": [document for own, document in vertices if own == m]} for m in fits.models]


def equilibrium_document(e: Equilibrium, conditional: bool) -> dict[str, Any]:
    """One entry of ``equilibria``.

    Parameters: the equilibrium; whether parameters are free, so that it carries its condition.
    """
    by_case = any(isinstance(part.fits, FitsByCase) for part in e.parts)
    document: dict[str, Any] = {
        "support": play_document(e.players, [part.support for part in e.parts]),
        "strategy": {part.player: behaviour_document(part.strategy) for part in e.parts},
        "belief_support": {part.player: list(part.belief_support) for part in e.parts},
        "dimension": e.dimension,
        "pure": e.pure,
        "uniform": e.uniform,
        "strict": e.strict,
        "self_confirming": e.self_confirming,
    }
    if any(part.belief is not None for part in e.parts):
        document["belief"] = {part.player: weights_document(part.belief or ()) for part in e.parts}
    if e.in_families:
        document["theta"] = {
            part.player: fits_document(part.fits, e.is_plain, conditional)
            for part in e.parts
            if part.fits is not None
        }
    if e.confirms is not None:
        document |= e.confirms.to_document("self_confirming")
    if e.survives is not None:
        document |= e.survives.to_document(_SURVIVES)
    if e.in_families and not by_case:
        document["status"] = e.status
    if e.dimension or e.set_conditions:
        document["conditions"] = list(e.set_conditions)
    if e.dimension and not e.in_families:
        document["vertices"] = _vertices(e)
    if conditional:
        document["condition"] = str(e.condition)
        if not e.witnessed:
            document["witnessed"] = False
    order = _CONDITION_FIRST if by_case else _ORDER
    return {key: document[key] for key in order if key in document}


def _vertices(e: Equilibrium) -> list[dict[str, Any]]:
    if e.is_plain:
        return [{e.players[0]: behaviour_document(c)} for piece in e.pieces for own in piece for c in own]
    return [
        {name: [behaviour_document(c) for c in corners] for name, corners in zip(e.players, piece, strict=True)}
        for piece in e.pieces
    ]


def undecided_document(entry: Undecided, agent: str | None) -> dict[str, Any]:
    """One entry of ``undecided``: what is open, for which support, edge, actions or profiles, where, and why.

    Parameters: the entry; the name of the player where there is one, without signals, whose actions are meant.
    """
    document: dict[str, Any] = {"what": entry.what}
    supports = play_document([player for player, _ in entry.supports], entry.support)
    if entry.count is not None:
        return document | {"supports": entry.count, "inside": supports, "reason": entry.reason}
    if entry.supports:
        document["support"] = supports
    elif entry.what == "equilibria":
        document["support"] = list(entry.names) if agent is None else {agent: list(entry.names)}
    elif entry.what == "transition":
        document["edge"] = list(entry.names)
    else:
        document["profiles" if agent is None else "actions"] = list(entry.names)
    document["reason"] = entry.reason
    if entry.where is not None:
        document["condition"] = str(entry.where)
        if not entry.supports:
            document["where"] = str(entry.where)
    if not entry.witnessed:
        document["witnessed"] = False
    return document


def equilibrium_words(e: Equilibrium, conditional: bool) -> str:
    """One line on an equilibrium, for an answer that is cut short."""

    def played(signal: str, weights: Weights) -> str:
        text = ", ".join(f"{action}: {weight}" if e.is_plain else f"{action} {weight}"
                         for action, weight in weights if str(weight) != "0")  # fmt: skip
        return f"{signal} -> {text}" if signal else text

    players = [" | ".join(played(signal, weights) for signal, weights in part.strategy) for part in e.parts]
    if not e.is_plain:
        players = [f"{part.player}: {text}" for part, text in zip(e.parts, players, strict=True)]
    where = f" if {e.condition}" if conditional and not e.condition.is_always() else ""
    return "; ".join(players) + where


def equilibrium_note(e: Equilibrium, conditional: bool, covered: bool = True) -> tuple[dict[str, Any], str]:
    """An equilibrium as a document and as a line, for an answer that is cut short.

    Parameters: the equilibrium; whether parameters are free; whether its condition covers boundaries.
    """
    document, words = equilibrium_document(e, conditional), equilibrium_words(e, conditional)
    if covered:
        return document, words
    doubt = " (up to the sets where a boundary expression vanishes)"
    return document | {"boundaries_covered": False}, words + doubt


def names_document(players: Names, sets: Sequence[Sequence[str]]) -> dict[str, list[str]]:
    """Player -> a set of names."""
    return {name: list(own) for name, own in zip(players, sets, strict=True)}
