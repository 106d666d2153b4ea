"""The domain and the constants of a game in the form that the decomposition engine takes."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any

from flint import arb, ctx

from ..algebra.ring import Ring
from ..algebra.signs import Point
from .domain import Domain


def box_of(domain: Domain) -> dict[str, tuple[Fraction | None, Fraction | None, bool, bool]]:
    """Each parameter's interval as (low, high, low closed, high closed)."""
    return {
        p.name: (p.domain.low, p.domain.high, not p.domain.low_open, not p.domain.high_open)
        for p in domain.parameters
    }


def constants_of(ring: Ring) -> dict[str, Callable[[int], Any]]:
    """Every generator with a constant argument, as a function from a precision to a ball."""
    return {
        g.name: _enclosure(ring, g.name)
        for g in ring.generators
        if g.argument is not None and g.argument.rational() is not None
    }


def _enclosure(ring: Ring, name: str) -> Callable[[int], Any]:
    only = ring.parameter(name)
    point = Point(ring, {p: Fraction(1) for p in ring.parameters})

    def enclose(precision: int) -> Any:
        with ctx.workprec(precision + 16):
            return arb(point.ball(only, precision + 16))

    return enclose
