"""Boxes of parameters that a certified numeric method could not decide, as a document, and how large they are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from math import inf, nextafter
from typing import Any

from ..floats import nearest_float
from ..logengine import UndecidedBox


def boxes_document(boxes: Sequence[UndecidedBox]) -> dict[str, Any]:
    """``undecided`` in the shape of the format; hulls only where there are boxes."""
    document: dict[str, Any] = {
        "measure": total_measure(boxes),
        "boxes": [{"sides": _sides(box), "reason": box.reason} for box in boxes],
    }
    if boxes:
        document["hulls"] = [
            {"sides": _sides(hull), "count": count, "reason": hull.reason} for hull, count in hulls(boxes)
        ]
    return document


def _sides(box: UndecidedBox) -> list[list[str | None]]:
    return [[None if end is None else str(end) for end in side] for side in box.sides]


def hulls(boxes: Sequence[UndecidedBox]) -> tuple[tuple[UndecidedBox, int], ...]:
    """For each reason the smallest box around all undecided boxes with it, and how many they are.

    >>> from berknash.symbolic.logengine import UndecidedBox
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
