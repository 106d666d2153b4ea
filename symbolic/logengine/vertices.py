"""Crossings of curves as sample points: a common zero of two functions, enclosed as closely as asked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from flint import fmpq

from ..decomposition.rationals import as_fraction, ball_between, simplest_between
from ..floats import nearest_float
from .partials import Box, PlaneFunction
from .paving import CommonZero, System, refined
from .roots import LARGEST_DENOMINATOR, RATIONAL_BITS


class Crossing:
    """A certified common zero: what is known of it only ever gets better."""

    __slots__ = ("box", "functions", "system")

    def __init__(self, functions: Sequence[PlaneFunction], zero: CommonZero) -> None:
        self.functions = functions
        self.system: System = zero.system
        self.box: Box = zero.box

    def narrow(self, bits: int) -> Box:
        """A box with sides at most 2**-bits."""
        self.box = refined(self.functions, self.system, self.box, fmpq(1, 1 << bits))
        return self.box

    def rational_candidate(self) -> tuple[Fraction, Fraction] | None:
        """The simplest rational point of a small box around it, when its denominators are small."""
        box = self.narrow(RATIONAL_BITS)
        point = []
        for low, high in ((box[0], box[1]), (box[2], box[3])):
            value = low if low == high else simplest_between(low, high)
            if int(value.q) > LARGEST_DENOMINATOR:
                return None
            point.append(as_fraction(value))
        return point[0], point[1]


@dataclass(frozen=True, slots=True, eq=False)
class VertexCoordinate:
    """One coordinate of a crossing: ``axis`` 0 or 1; `functions` are the two that vanish, by their place."""

    crossing: Crossing = field(repr=False)
    axis: int
    functions: tuple[int, int]

    def bounds(self, bits: int = 53) -> tuple[Fraction, Fraction]:
        """Rationals around the coordinate at most 2**-bits apart."""
        box = self.crossing.narrow(bits)
        return as_fraction(box[2 * self.axis]), as_fraction(box[2 * self.axis + 1])

    def ball(self, precision: int) -> Any:
        """An `arb` ball of radius about 2**-precision around the coordinate, at the working precision."""
        box = self.crossing.narrow(precision)
        return ball_between(box[2 * self.axis], box[2 * self.axis + 1])

    def __float__(self) -> float:
        lower, upper = self.bounds(64)
        return nearest_float((lower + upper) / 2)

    def __str__(self) -> str:
        return f"~{nearest_float(self)!r}"
