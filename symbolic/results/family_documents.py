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
    pass


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


def _symbolic(weights: Any) -> dict[str, Any]:
    from .documents import exact_number

    return {name: exact_number(value) for name, value in weights}
