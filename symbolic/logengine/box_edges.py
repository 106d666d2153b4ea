"""The edges of a box: where a logarithm is singular along them, what meets them, and the strips just inside.

Where an edge is singular (log y at y = 0) the box is cut off just inside; the thin strip left is certified piece by
piece through the leading power of the singular logarithm (`strips`), and what is not certified is undecided.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from itertools import combinations
from typing import Any

from flint import fmpq

from ..algebra.ring import Polynomial, Ring
from ..decomposition.box import Side
from ..decomposition.rationals import as_fraction
from .factored import Factored
from .functions import LineFunction
from .isolation import isolate_roots
from .line import OpenInterval
from .partials import Box, Generators, PlaneFunction
from .paving import Extent
from .specialise import Specialisation
from .strips import CornerForm, Edge, StripForm, slope_along, uncertified_pieces

STRIP = fmpq(1, 1 << 24)
_FAR = fmpq(1 << 10)
_DEPTH = fmpq(1, 1 << 256)


class BoxEdges:
    """The four edges of the box of two parameters, for one family of functions."""

    def __init__(self, generators: Generators, sides: tuple[Side, Side]) -> None:
        self.generators = generators
        self.ring = generators.ring
        self.names = generators.names
        self.sides = sides
        self.edges = [
            Edge(axis, value, upper, self._is_singular(axis, value))
            for axis, side in enumerate(sides)
            for value, upper in ((side.lower, False), (side.upper, True))
        ]
        self._edge_values: dict[Edge, Specialisation] = {}

    def _is_singular(self, axis: int, value: Any | None) -> bool:
        """Whether a logarithm is singular along a whole edge."""
        if value is None:
            return True
        put = Specialisation(self.ring, self.names[axis], as_fraction(value), self.names[1 - axis])
        return any(put.image(i) is None for i in self.generators.logs)

    def inner(self) -> tuple[Box, tuple[Extent, Extent]]:
        """The closed box without the strips along singular edges, and how sizes are measured in it."""
        ends: list[Any] = []
        extents = []
        for axis, side in enumerate(self.sides):
            low, high = self.edges[2 * axis], self.edges[2 * axis + 1]
            first = side.lower if side.lower is not None else -_FAR
            last = side.upper if side.upper is not None else _FAR
            length = last - first
            cut = STRIP * length
            extents.append(
                Extent(
                    length,
                    first if low.singular and low.value is not None else None,
                    last if high.singular and high.value is not None else None,
                )
            )
            ends.append(first + cut if low.singular and low.value is not None else first)
            ends.append(last - cut if high.singular and high.value is not None else last)
        return (ends[0], ends[1], ends[2], ends[3]), (extents[0], extents[1])

    def column_side(self) -> Side:
        """The side of y on which columns are isolated: what is much nearer to a singular edge lies deep in its strip.

        Curves run into such an edge exponentially close to it. The strip is certified to be empty of them, or reported.
        """
        low, high = self.edges[2], self.edges[3]
        side = self.sides[1]
        length = fmpq(1) if side.lower is None or side.upper is None else side.upper - side.lower
        depth = _DEPTH * length
        return Side(
            side.lower + depth if low.singular and side.lower is not None else side.lower,
            side.upper - depth if high.singular and side.upper is not None else side.upper,
        )

    def put_on(self, edge: Edge) -> Specialisation:
        """The edge's value put in for its parameter."""
        if edge not in self._edge_values:
            assert edge.value is not None
            self._edge_values[edge] = Specialisation(
                self.ring, self.names[edge.axis], as_fraction(edge.value), self.names[1 - edge.axis]
            )
        return self._edge_values[edge]

    def breaks(self, functions: Sequence[PlaneFunction]) -> list[Any]:
        """The x at which a curve meets the bottom or the top of the box."""
        found: list[Any] = []
        for edge in self.edges:
            if edge.axis != 1 or edge.value is None:
                continue
            put = self.put_on(edge)
            for function in functions:
                polynomial = self._leading_part(function.polynomial, put) if edge.singular else function.polynomial
                image = put(polynomial)
                if image is None or image.is_zero():
                    continue
                found.extend(self._zeros(put.ring, image))
        return found

    def _zeros(self, ring: Ring, image: Polynomial) -> list[Any]:
        found: list[Any] = []
        for factor in Factored.of(ring, [image], [self.names[0]]).factors:
            isolation = isolate_roots(
                LineFunction.of(ring, factor, self.names[0]), self.sides[0].lower, self.sides[0].upper
            )
            found.extend(isolation.roots)
            found.extend(OpenInterval(low, high) for low, high in isolation.open_intervals)
        return found

    def _leading_part(self, polynomial: Polynomial, put: Specialisation) -> Polynomial:
        """The coefficient of the highest power of the singular logarithms (as one) that is not zero on the edge."""
        singular = {i for i in self.generators.logs if put.image(i) is None}
        parts: dict[int, dict[tuple[int, ...], Any]] = {}
        for exponents, coefficient in polynomial.to_dict().items():
            power = sum(int(exponents[i]) for i in singular)
            rest = tuple(0 if i in singular else int(e) for i, e in enumerate(exponents))
            row = parts.setdefault(power, {})
            row[rest] = row.get(rest, 0) + coefficient
        for power in sorted(parts, reverse=True):
            value = self.ring.context.from_dict(parts[power])
            image = put(value)
            if image is not None and not image.is_zero():
                return value
        return self.ring.context.constant(1)

    def far_strip(self, edge: Edge) -> tuple[tuple[Fraction | None, Fraction | None], ...]:
        """The sides of what lies beyond the box at an infinite end."""
        side = self.sides[1 - edge.axis]
        ends: list[tuple[Fraction | None, Fraction | None]] = [(None, None), (None, None)]
        far = as_fraction(_FAR if edge.upper else -_FAR)
        ends[edge.axis] = (far, None) if edge.upper else (None, far)
        ends[1 - edge.axis] = (
            None if side.lower is None else as_fraction(side.lower),
            None if side.upper is None else as_fraction(side.upper),
        )
        return tuple(ends)

    def uncertified_strip(
        self, edge: Edge, box: Box, functions: Sequence[PlaneFunction], excluded: Callable[[Box], bool]
    ) -> list[tuple[Box, tuple[int, ...]]]:
        """The pieces of the strip at a finite singular edge where there may be a critical point, with the functions.

        Along an edge of x, curves that are graphs of functions of x and do not cross have none.
        """
        put = self.put_on(edge)
        singular = {i for i in self.generators.logs if put.image(i) is None}
        forms = [StripForm(self.generators, f.polynomial, singular) for f in functions]
        pieces = uncertified_pieces(forms, edge, box, excluded)
        if edge.axis == 1:
            return pieces
        return [p for p in pieces if not self._only_graphs(StripForm, singular, p, functions)]

    def _only_graphs(
        self,
        form: type[StripForm] | type[CornerForm],
        singular: set[int],
        piece: tuple[Box, tuple[int, ...]],
        functions: Sequence[PlaneFunction],
    ) -> bool:
        """Whether the zeros of the functions that may vanish on a piece are certified graphs over x without crossings.

        Where f and g vanish, so does ``b*f - a*g``, a and b their coefficients of one logarithm.
        """
        box, left = piece
        if any(functions[k].graphs for k in left):
            return False

        def has_no_zero(polynomial: Polynomial) -> bool:
            return not polynomial.is_zero() and form(self.generators, polynomial, singular).has_no_zero(box)

        if not all(has_no_zero(slope_along(self.generators, functions[k].polynomial)) for k in left):
            return False
        for first, second in combinations([functions[k].polynomial for k in left], 2):
            logs = [i for i in self.generators.logs if first.degrees()[i] == 1 == second.degrees()[i]]
            if not any(has_no_zero(second.derivative(i) * first - first.derivative(i) * second) for i in logs):
                return False
        return True

    def uncertified_corners(
        self,
        box: Box,
        functions: Sequence[PlaneFunction],
        excluded: Callable[[Box], bool],
        seen: Callable[[Box], bool],
    ) -> list[tuple[Box, tuple[int, ...]]]:
        """The squares between two singular edges where there may be a critical point, with the functions.

        Graphs over x that do not cross are no reason, when they are `seen` over the nearest sample: a curve that stays
        close to an edge of y comes exponentially close to it.
        """
        found = []
        for across in self.edges[:2]:
            for along in self.edges[2:]:
                if not (across.singular and along.singular) or across.value is None or along.value is None:
                    continue
                x = (box[1], across.value) if across.upper else (across.value, box[0])
                y = (box[3], along.value) if along.upper else (along.value, box[2])
                square = (*x, *y)
                if excluded(square):
                    continue
                singular = {
                    i for i in self.generators.logs if self.put_on(across).image(i) is None
                    or self.put_on(along).image(i) is None
                }  # fmt: skip
                left = tuple(
                    k for k, f in enumerate(functions)
                    if not CornerForm(self.generators, f.polynomial, singular).has_no_zero(square)
                )  # fmt: skip
                if left and not (
                    seen(square) and self._only_graphs(CornerForm, singular, (square, left), functions)
                ):
                    found.append((square, left))
        return found
