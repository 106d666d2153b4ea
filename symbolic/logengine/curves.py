"""Two parameters, both inside logarithms: cells from certified critical points.

Over an open interval of x in which no curve f_i = 0 has a vertical tangent, no two curves meet and none runs into the
bottom or top of the box, the curves are graphs in a fixed order; one rational x, where all zeros in y are isolated
(`line`), tells all sign vectors. The places to cut are found by certified branch and prune (`paving`): f = df/dy = 0
for every curve, f_i = f_j = 0 for every two, and on the edges the zeros of functions of one variable. Crossings are
cells of their own, with the signs of all other functions certified there.

Where an edge is singular (log y at y = 0) the box is cut off just inside; the thin strips left, and the corners between
two of them, are certified piece by piece (`strips`): no function has a zero there, or, along an edge of x, the curves
are graphs over x that do not cross. What is not certified is returned as undecided boxes. The same is done with boxes
of the smallest size that branch and prune could not settle.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from itertools import combinations
from typing import Any

from flint import fmpq

from ..algebra import Polynomial, Ring, lift_polynomial
from ..decomposition.box import Side
from ..decomposition.limits import Limits
from ..decomposition.rationals import as_fraction, rational
from ..errors import NotSupportedError, UndecidedError
from ..floats import nearest_float
from ..game import Interval
from ..ranges import polynomial_range, range_sign
from .box_edges import BoxEdges
from .cells import LogCell, LogDecomposition, UndecidedBox
from .columns import require_curves, specialised_column
from .crossing_cells import CrossingCells, sign_on
from .factored import Factored
from .functions import LineFunction
from .graphs import graph_polynomial, vanishing_graphs
from .isolation import isolate_roots
from .line import OpenInterval, gap_samples, merged_breaks
from .partials import Box, Generators, PlaneFunction
from .paving import CommonZero, System, common_zeros, overlapping
from .roots import Coordinate, coordinate_of
from .specialise import Specialisation
from .vertices import Crossing

SMALLEST = fmpq(1, 1 << 12)
_MOST_ENDS = 60
_LARGEST_SHARE = fmpq(1, 50)


def decompose_curves(
    ring: Ring,
    polynomials: Sequence[Polynomial],
    names: tuple[str, str],
    sides: tuple[Side, Side],
    limits: Limits | None = None,
    guards: Sequence[tuple[Polynomial, tuple[int, ...]]] = (),
) -> LogDecomposition:
    """The cells of a box over (x, y) for functions with both parameters inside logarithms.

    `guards` are polynomials with the signs that they have on the domain: critical points elsewhere are not looked for,
    and the cells elsewhere, which are listed all the same, may be incomplete.

    Open cells and arcs have samples over rational x; crossings are cells of dimension 0. Every cell is certified.
    `undecided` lists the boxes outside of which every critical point is certified too. So a sign vector can be missing
    only if each of its pieces has its leftmost and its rightmost point in undecided boxes. Raises NotSupportedError
    when more than a fiftieth of the box stays undecided.

    >>> from berknash.symbolic.expressions import read_expression
    >>> from berknash.symbolic.tables import element_of
    >>> text = "log(1 + x) + log(1 + y) + x*y - 1"
    >>> ring, e = element_of(Ring.of_parameters(["x", "y"]), read_expression(text, ["x", "y"], where=""))
    >>> found = decompose_curves(ring, [e.numerator], ("x", "y"), (Side.make(0, 1), Side.make(0, 1)))
    >>> found.sign_vectors(), found.undecided
    ([(-1,), (1,)], ())
    """
    factored = Factored.of(ring, polynomials, names)
    return _Curves(factored, names, sides, Limits() if limits is None else limits, guards).run()


class _Curves:
    """The inputs of one decomposition, and its cells as they are found."""

    def __init__(
        self,
        factored: Factored,
        names: tuple[str, str],
        sides: tuple[Side, Side],
        limits: Limits,
        guards: Sequence[tuple[Polynomial, tuple[int, ...]]],
    ) -> None:
        self.factored = factored
        self.ring = factored.ring
        self.names = names
        self.sides = sides
        self.limits = limits
        used = {i for p in factored.factors for i, d in enumerate(p.degrees()) if d > 0}
        used |= {i for p, _ in guards for i, d in enumerate(p.degrees()) if d > 0}
        self.generators = Generators(self.ring, names, used)
        self.guards = [(PlaneFunction(self.generators, p), signs) for p, signs in guards]
        self.places = self.generators.places
        self.functions = [
            PlaneFunction(self.generators, f, () if self._is_plain(f) else vanishing_graphs(self.generators, f, sides))
            for f in factored.factors
        ]
        self.count = len(self.functions)
        self._add_walls_and_graphs()
        self.edges = BoxEdges(self.generators, sides)
        self.crossings = CrossingCells(factored, self.functions, names, sides)
        self.cells: list[LogCell] = []
        self.boxes: list[UndecidedBox] = []

    def _is_plain(self, polynomial: Polynomial) -> bool:
        return all(polynomial.degrees()[i] <= 0 for i in self.generators.logs)

    def _add_walls_and_graphs(self) -> None:
        """Arguments of logarithms and graphs of trivial factors as further functions, unless they are inputs."""
        context = self.ring.context
        known = {str(f.polynomial) for f in self.functions} | {str(-f.polynomial) for f in self.functions}
        extra: list[Polynomial] = []
        for i in self.generators.logs:
            argument = lift_polynomial(self.generators.arguments[i], context)
            if not self._definite(argument):
                extra.append(argument)
        extra.extend(graph_polynomial(self.generators, g) for f in self.functions for g in f.graphs)
        for polynomial in extra:
            value = polynomial // int(polynomial.content())
            if str(value) not in known:
                known |= {str(value), str(-value)}
                self.functions.append(PlaneFunction(self.generators, value))

    def _definite(self, polynomial: Polynomial) -> bool:
        """Whether a polynomial has no zero inside the box: certified by signs at the corners when it is bilinear."""
        degrees = polynomial.degrees()
        if any(side.lower is None or side.upper is None for side in self.sides):
            return False
        if degrees[self.places[0]] > 1 or degrees[self.places[1]] > 1:
            return False
        signs = set()
        for x in (self.sides[0].lower, self.sides[0].upper):
            for y in (self.sides[1].lower, self.sides[1].upper):
                values = [fmpq(0)] * self.ring.context.nvars()
                values[self.places[0]], values[self.places[1]] = x, y
                total = sum(
                    (
                        int(c) * values[self.places[0]] ** int(m[self.places[0]]) * values[self.places[1]] ** int(
                            m[self.places[1]]
                        )
                        for m, c in polynomial.to_dict().items()
                    ),
                    fmpq(0),
                )
                signs.add(1 if total > 0 else (-1 if total < 0 else 0))
        # A bilinear function takes its extremes at the corners; zero at some of them only leaves it one-signed inside.
        return not {-1, 1} <= signs and signs != {0}

    def run(self) -> LogDecomposition:
        """Critical points, then columns between them, then crossings and edges."""
        box, extents = self.edges.inner()
        vertical = [k for k, f in enumerate(self.functions) if not self._uses_second(f.polynomial)]
        curves = [k for k in range(len(self.functions)) if k not in vertical]
        systems: list[System] = [(k, k) for k in curves if not self._linear(k)]
        systems += [pair for pair in combinations(range(len(self.functions)), 2) if not set(pair) <= set(vertical)]
        tests = self._excluded, self._nowhere_zero
        paving = common_zeros(self.functions, systems, box, extents, SMALLEST, self.limits, *tests)
        zeros = [z for z in paving.zeros if self._inside(z.box)]
        self._require_mostly_decided(paving.undecided, box)
        self._note_undecided(paving.undecided)
        beside = self._note_strips(box)
        entries: list[tuple[Any, int]] = [
            (OpenInterval(z.box[0], z.box[1]), k) for k, z in enumerate(zeros) if self._between_the_ends(z)
        ]
        entries.extend((value, -1) for value in self.edges.breaks(self.functions))
        entries.extend((OpenInterval(end, end), -2) for end in self._undecided_ends(paving.undecided))
        columns = self._vertical_columns(vertical)
        entries.extend((known, -3) for known, _, _ in columns)
        breaks = merged_breaks(entries)
        samples = gap_samples(breaks, self.sides[0])
        self._note_corners(box, beside, samples)
        for number, sample in enumerate(samples):
            self.limits.step("columns", number, len(breaks) + 1)
            self._column(sample, 2 * number)
        for place, (known, index, _) in enumerate(columns):
            self._vertical_column(known, index, zeros, place)
        cells, unsettled = self.crossings.of(zeros)
        self.cells.extend(cells)
        for piece, names in unsettled:
            self._add_box(piece, names, "three curves, or a curve and an edge, too close together")
        self._closed_edges()
        return LogDecomposition(self.names, tuple(self.cells), tuple(self.boxes))

    def _uses_second(self, polynomial: Polynomial) -> bool:
        """Whether y occurs, plainly or in a logarithm."""
        second = self.places[1]
        for i, degree in enumerate(polynomial.degrees()):
            if degree > 0 and (i == second or (i in self.generators.arguments and self._has(i, second))):
                return True
        return False

    def _has(self, log: int, place: int) -> bool:
        degrees = self.generators.arguments[log].degrees()
        return place < len(degrees) and bool(degrees[place] > 0)

    def _linear(self, index: int) -> bool:
        """A polynomial of degree one in y with a constant coefficient has no vertical tangent."""
        derivative = self.functions[index].partial(0, 1)
        return bool(derivative.is_constant())

    def _inside(self, box: Box) -> bool:
        """Whether a certified zero lies inside the open box, as far as its enclosure tells (ends count as inside)."""
        for axis, side in enumerate(self.sides):
            low, high = box[2 * axis], box[2 * axis + 1]
            if (side.lower is not None and high <= side.lower) or (side.upper is not None and low >= side.upper):
                return False
        return True

    def _excluded(self, box: Box) -> bool:
        """Whether a guard certifies that no point of the closed box lies in the domain."""
        for function, signs in self.guards:
            value = function.at(box, 0, 0)
            if (value > 0 and 1 not in signs) or (value < 0 and -1 not in signs):
                return True
            # A box that touches the domain's edge from outside: exact, where balls are not.
            found = self._range(function.polynomial, box)
            above = found.low is not None and (found.low > 0 or (found.low == 0 and 0 not in signs))
            below = found.high is not None and (found.high < 0 or (found.high == 0 and 0 not in signs))
            if (above and 1 not in signs) or (below and -1 not in signs):
                return True
        return False

    def _range(self, polynomial: Polynomial, box: Box) -> Interval:
        """What a polynomial of the ring may be on a closed box, wherever it has a value."""
        sides = {
            name: Interval(as_fraction(box[2 * axis]), as_fraction(box[2 * axis + 1]), False, False)
            for axis, name in enumerate(self.names)
        }
        return polynomial_range(self.ring.generators, polynomial, sides, {})

    def _nowhere_zero(self, index: int, box: Box) -> bool:
        """Whether a function has one sign on a box wherever it has a value there, as next to a singular curve."""
        return range_sign(self._range(self.functions[index].polynomial, box)) is not None

    def _between_the_ends(self, zero: CommonZero) -> bool:
        """Whether a critical point is certified to lie strictly between the ends of x; one on an end cuts nothing.

        One that cannot be told from the end, and is not a rational crossing on it, is noted as undecided.
        """
        side = self.sides[0]
        if side.open_contains(zero.box[0]) and side.open_contains(zero.box[1]):
            return True
        system = zero.system
        point = Crossing(self.functions, zero).rational_candidate() if system[0] != system[1] else None
        if point is None or side.open_contains(rational(point[0])) or not self.crossings.holds_exactly(point, system):
            names = [k for k in system if k < self.count]
            self._add_box(zero.box, names, "a critical point too close to an end")
        return False

    # --- what stays open ----------------------------------------------------------------------------------------

    def _require_mostly_decided(self, found: Sequence[tuple[Box, tuple[System, ...]]], box: Box) -> None:
        """Raises NotSupportedError when so much of the box stayed undecided that the cells would say little."""
        total = sum(((b[1] - b[0]) * (b[3] - b[2]) for b, _ in found), fmpq(0))
        share = total / ((box[1] - box[0]) * (box[3] - box[2]))
        if share > _LARGEST_SHARE:
            raise NotSupportedError(
                f"{nearest_float(share):.0%} of the parameter box over {' and '.join(self.names)} stayed "
                "undecided: curves touch or meet too often; fix one of the parameters"
            )

    def _note_undecided(self, found: Sequence[tuple[Box, tuple[System, ...]]]) -> None:
        for box, systems in found:
            names = tuple(sorted({k for s in systems for k in s if k < self.count}))
            self._add_box(box, names, "a multiple or near crossing, or a singular point")

    def _add_box(self, box: Box, factors: Sequence[int], reason: str) -> None:
        sides = (
            (as_fraction(box[0]), as_fraction(box[1])),
            (as_fraction(box[2]), as_fraction(box[3])),
        )
        self.boxes.append(UndecidedBox(sides, self.factored.inputs_with(factors), reason))

    def _undecided_ends(self, found: Sequence[tuple[Box, tuple[System, ...]]]) -> list[Any]:
        """The x at which undecided boxes begin and end, thinned out where there are very many."""
        ends = {(int(x.p), int(x.q)): x for b, _ in found for x in b[:2] if self.sides[0].open_contains(x)}
        ordered = sorted(ends.values())
        step = -(-len(ordered) // _MOST_ENDS) if ordered else 1
        return [*ordered[:-1:step], *ordered[-1:]]

    def _note_strips(self, box: Box) -> list[Box]:
        """The strips between singular edges and the box, certified piece by piece, or undecided.

        Returns the undecided pieces along the edges of y.
        """
        beside = []
        for edge in self.edges.edges:
            if not edge.singular:
                continue
            if edge.value is None:
                every = tuple(range(len(self.factored.products)))
                self.boxes.append(UndecidedBox(self.edges.far_strip(edge), every, "infinity"))
                continue
            for piece, left in self.edges.uncertified_strip(edge, box, self.functions, self._excluded):
                self._add_box(piece, [k for k in left if k < self.count], "a curve runs into a singular edge")
                if edge.axis == 1:
                    beside.append(piece)
        return beside

    def _note_corners(self, box: Box, beside: Sequence[Box], samples: Sequence[Fraction]) -> None:
        """The corners between singular edges: certified, or undecided."""

        def seen(square: Box) -> bool:
            # Where the strip beside the square is free of curves, a curve leaves the square upwards.
            nearest = rational(samples[0] if square[1] <= box[0] else samples[-1])
            return bool(box[0] <= nearest <= box[1]) and not any(overlapping(square, piece) for piece in beside)

        for piece, left in self.edges.uncertified_corners(box, self.functions[: self.count], self._excluded, seen):
            self._add_box(piece, left, "a curve may run into a singular corner")

    def _closed_edges(self) -> None:
        """Closed ends of the box: lines of their own."""
        for edge in self.edges.edges:
            side = self.sides[edge.axis]
            closed = side.upper_closed if edge.upper else side.lower_closed
            if not closed or edge.value is None:
                continue
            other = self.sides[1 - edge.axis]
            along = other if edge.axis == 0 else Side(other.lower, other.upper)
            value = as_fraction(edge.value)
            put = Specialisation(self.ring, self.names[edge.axis], value, self.names[1 - edge.axis])
            images = [put(f) for f in self.factored.factors]
            column = specialised_column(put.ring, images, self.names[1 - edge.axis], along)
            for dimension, coordinate, here, place in column.entries:
                sample: tuple[Coordinate, Coordinate] = (
                    (value, coordinate) if edge.axis == 0 else (coordinate, value)
                )
                position = (-2 if edge.upper else -1, place) if edge.axis == 0 else (place, -2 if edge.upper else -1)
                self.cells.append(LogCell(dimension, sample, self.factored.signs(here), position))
            for low, high, names in column.undecided:
                box = (edge.value, edge.value, rational(low), rational(high))
                self._add_box(box if edge.axis == 0 else (*box[2:], *box[:2]), names, "zeros too close on an edge")

    # --- columns ------------------------------------------------------------------------------------------------

    def _column(self, value: Fraction, position: int) -> None:
        put = Specialisation(self.ring, self.names[0], value, self.names[1])
        images = [put(f) for f in self.factored.factors]
        require_curves(images, self.names[0], value)
        column = specialised_column(put.ring, images, self.names[1], self.edges.column_side())
        for height, second, signs, place in column.entries:
            self.cells.append(LogCell(1 + height, (value, second), self.factored.signs(signs), (position, place)))
        for low, high, names in column.undecided:
            box = (rational(value), rational(value), rational(low), rational(high))
            self._add_box(box, names, "zeros too close together")

    def _vertical_columns(self, vertical: Sequence[int]) -> list[tuple[Any, int, int]]:
        """The zeros of the functions of x alone."""
        found: list[tuple[Any, int, int]] = []
        for k in vertical:
            if k >= self.count:
                continue
            function = LineFunction.of(self.ring, self.functions[k].polynomial, self.names[0])
            isolation = isolate_roots(function, self.sides[0].lower, self.sides[0].upper)
            if isolation.open_intervals:
                raise UndecidedError("a function of one parameter has a zero of even order that was not certified")
            found.extend((root, k, n) for n, root in enumerate(isolation.roots))
        return found

    def _vertical_column(self, known: Any, index: int, zeros: Sequence[CommonZero], place: int) -> None:
        """The line over a zero of a function of x alone."""
        if known.lower == known.upper:
            value = as_fraction(known.lower)
            put = Specialisation(self.ring, self.names[0], value, self.names[1])
            images = [put(f) for f in self.factored.factors]
            column = specialised_column(put.ring, images, self.names[1], self.edges.column_side())
            for height, second, here, row in column.entries:
                self.cells.append(LogCell(height, (value, second), self.factored.signs(here), (2 * place + 1, row)))
            return
        known.narrow(60)
        heights = [
            OpenInterval(z.box[2], z.box[3])
            for z in zeros
            if index in z.system and z.system[0] != z.system[1] and z.box[0] <= known.upper and known.lower <= z.box[1]
        ]
        breaks = merged_breaks([(h, k) for k, h in enumerate(heights)])
        for row, sample in enumerate(gap_samples(breaks, self.sides[1])):
            height = rational(sample)
            piece = (known.lower, known.upper, height, height)
            signs = [0 if k == index else sign_on(self.functions[k], piece) for k in range(self.count)]
            if 2 in signs:
                self._add_box(piece, [k for k, s in enumerate(signs) if s == 2], "a sign on a vertical line")
                continue
            self.cells.append(
                LogCell(1, (coordinate_of(known, index), sample), self.factored.signs(signs), (2 * place + 1, 2 * row))
            )
