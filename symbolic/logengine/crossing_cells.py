"""Crossings of curves as cells: the points where two functions vanish, with the signs of all others certified there."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from ..algebra.signs import Point
from ..decomposition.box import Side
from ..decomposition.rationals import rational
from ..errors import UndecidedError
from .cells import LogCell
from .factored import Factored
from .graphs import graph_polynomial
from .partials import Box, PlaneFunction
from .paving import CommonZero, System
from .vertices import Crossing, VertexCoordinate

Unsettled = tuple[Box, tuple[int, ...]]


def sign_on(function: PlaneFunction, box: Box) -> int:
    """The sign of a function on a small box, 2 when it is not certified."""
    value = function.at(box, 0, 0, 128)
    return 1 if value > 0 else (-1 if value < 0 else 2)


class CrossingCells:
    """Cells of dimension 0 from certified common zeros.

    `functions` are the factors, `count` of them, and behind them functions that are no inputs (arguments of logarithms,
    graphs of trivial factors).
    """

    def __init__(
        self, factored: Factored, functions: Sequence[PlaneFunction], names: tuple[str, str], sides: tuple[Side, Side]
    ) -> None:
        self.factored = factored
        self.ring = factored.ring
        self.functions = functions
        self.count = len(factored.factors)
        self.names = names
        self.sides = sides

    def of(self, zeros: Sequence[CommonZero]) -> tuple[list[LogCell], list[Unsettled]]:
        """The points where two functions vanish, each once; and boxes in which that was not certified."""
        cells: list[LogCell] = []
        unsettled: list[Unsettled] = []
        crossing_zeros = [z for z in zeros if z.system[0] != z.system[1]]
        exact: set[tuple[Fraction, Fraction]] = set()
        for number, zero in enumerate(crossing_zeros):
            crossing = Crossing(self.functions, zero)
            point = crossing.rational_candidate()
            if point is not None and self.holds_exactly(point, zero.system):
                if point not in exact and all(
                    side.open_contains(rational(v)) for side, v in zip(self.sides, point, strict=True)
                ):
                    exact.add(point)
                    signs = self._exact_signs(point)
                    cells.append(LogCell(0, point, self.factored.signs(signs), (-3, number)))
                continue
            if any(k >= self.count and not self._vanishing_on(k) for k in zero.system):
                # A function meets the zero of a logarithm's argument: nothing is defined there.
                continue
            cell = self._crossing(crossing, number)
            if isinstance(cell, LogCell):
                cells.append(cell)
            else:
                unsettled.append(cell)
        return cells, unsettled

    def holds_exactly(self, point: tuple[Fraction, Fraction], system: System) -> bool:
        """Whether both functions vanish at a rational point, exactly."""
        try:
            place = self._point(point)
            return all(place.polynomial_sign(self.functions[k].polynomial) == 0 for k in system)
        except (ZeroDivisionError, UndecidedError):
            return False

    def _crossing(self, crossing: Crossing, number: int) -> LogCell | Unsettled:
        system = crossing.system
        vanishing = {k for k in system if k < self.count}
        for k in system:
            if k >= self.count or not self.functions[k].graphs:
                vanishing |= self._vanishing_on(k)
        for bits in (60, 120, 240):
            box = crossing.narrow(bits)
            signs = [0 if k in vanishing else sign_on(self.functions[k], box) for k in range(self.count)]
            if 2 not in signs:
                break
        if 2 in signs or not self._strictly_inside(box):
            return box, tuple(k for k, s in enumerate(signs) if s in (0, 2))
        pair = (system[0], system[1])
        sample = (VertexCoordinate(crossing, 0, pair), VertexCoordinate(crossing, 1, pair))
        return LogCell(0, sample, self.factored.signs(signs), (-3, number))  # type: ignore[arg-type]

    def _vanishing_on(self, index: int) -> set[int]:
        """The functions that vanish on the graph that another function is."""
        found: set[int] = set()
        other = self.functions[index].polynomial
        for k, function in enumerate(self.functions[: self.count]):
            for graph in function.graphs:
                value = graph_polynomial(function.generators, graph)
                if value in (other, -other):
                    found.add(k)
        return found

    def _strictly_inside(self, box: Box) -> bool:
        return all(
            side.open_contains(box[2 * axis]) and side.open_contains(box[2 * axis + 1])
            for axis, side in enumerate(self.sides)
        )

    def _point(self, point: tuple[Fraction, Fraction]) -> Point:
        values = {n: Fraction(1, 3) for n in self.ring.parameters}
        values.update(zip(self.names, point, strict=True))
        return Point(self.ring, values)

    def _exact_signs(self, point: tuple[Fraction, Fraction]) -> list[int]:
        place = self._point(point)
        return [place.polynomial_sign(f.polynomial) for f in self.functions[: self.count]]
