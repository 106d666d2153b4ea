"""Two parameters, both inside logarithms: cells from certified critical points.

Over an open interval of x in which no curve f_i = 0 has a vertical tangent, no two curves meet and none runs into the
bottom or top of the box, the curves are graphs in a fixed order; one rational x, where all zeros in y are isolated
(`line`), tells all sign vectors. The places to cut are found by certified branch and prune (`paving`): f = df/dy = 0
for every curve, f_i = f_j = 0 for every two, and on the edges the zeros of functions of one variable. Crossings are
cells of their own, with the signs of all other functions certified there.

Where an edge is singular (log y at y = 0) the box is cut off just inside; the thin strip left is certified piece by
piece through the leading power of the singular logarithm, and what is not certified is returned as undecided boxes. The
same is done with boxes of the smallest size that branch and prune could not settle.
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
from ..signs import Point
from .cells import LogCell, LogDecomposition, UndecidedBox
from .columns import require_curves, specialised_column
from .factored import Factored
from .functions import LineFunction
from .graphs import graph_polynomial, vanishing_graphs
from .isolation import isolate_roots
from .line import OpenInterval, gap_samples, merged_breaks
from .partials import Box, Generators, PlaneFunction
from .paving import CommonZero, Extent, System, common_zeros
from .roots import Coordinate, coordinate_of
from .specialise import Specialisation
from .strips import Edge, StripForm, uncertified_pieces
from .vertices import Crossing, VertexCoordinate

SMALLEST = fmpq(1, 1 << 12)
STRIP = fmpq(1, 1 << 24)
_FAR = fmpq(1 << 10)
_MOST_ENDS = 60
_DEPTH = fmpq(1, 1 << 256)
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
        self.edges = [
            Edge(axis, value, upper, self._is_singular(axis, value))
            for axis, side in enumerate(sides)
            for value, upper in ((side.lower, False), (side.upper, True))
        ]
        self._edge_values: dict[Edge, Specialisation] = {}
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

    def _is_singular(self, axis: int, value: Any | None) -> bool:
        """Whether a logarithm is singular along a whole edge."""
        if value is None:
            return True
        put = Specialisation(self.ring, self.names[axis], as_fraction(value), self.names[1 - axis])
        return any(put.image(i) is None for i in self.generators.logs)

    # --- the box ------------------------------------------------------------------------------------------------

    def _inner(self) -> tuple[Box, tuple[Extent, Extent]]:
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

    def _column_side(self) -> Side:
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

    def run(self) -> LogDecomposition:
        """Critical points, then columns between them, then crossings and edges."""
        box, extents = self._inner()
        vertical = [k for k, f in enumerate(self.functions) if not self._uses_second(f.polynomial)]
        curves = [k for k in range(len(self.functions)) if k not in vertical]
        systems: list[System] = [(k, k) for k in curves if not self._linear(k)]
        systems += [pair for pair in combinations(range(len(self.functions)), 2) if not set(pair) <= set(vertical)]
        paving = common_zeros(self.functions, systems, box, extents, SMALLEST, self.limits, self._excluded)
        zeros = [z for z in paving.zeros if self._inside(z.box)]
        self._require_mostly_decided(paving.undecided, box)
        self._note_undecided(paving.undecided)
        for edge in self.edges:
            if edge.singular:
                self._strip(edge, box)
        entries: list[tuple[Any, int]] = [
            (OpenInterval(z.box[0], z.box[1]), k) for k, z in enumerate(zeros) if self._between_the_ends(z)
        ]
        entries.extend((value, -1) for value in self._edge_breaks())
        entries.extend((OpenInterval(end, end), -2) for end in self._undecided_ends(paving.undecided))
        columns = self._vertical_columns(vertical)
        entries.extend((known, -3) for known, _, _ in columns)
        breaks = merged_breaks(entries)
        for number, sample in enumerate(gap_samples(breaks, self.sides[0])):
            self.limits.step("columns", number, len(breaks) + 1)
            self._column(sample, 2 * number)
        for place, (known, index, _) in enumerate(columns):
            self._vertical_column(known, index, zeros, place)
        self._crossings(zeros)
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
        """Whether a guard certifies that the box lies outside of the domain."""
        for function, signs in self.guards:
            value = function.at(box, 0, 0)
            if (value > 0 and 1 not in signs) or (value < 0 and -1 not in signs):
                return True
        return False

    def _between_the_ends(self, zero: CommonZero) -> bool:
        """Whether a critical point is certified to lie strictly between the ends of x; one on an end cuts nothing.

        One that cannot be told from the end, and is not a rational crossing on it, is noted as undecided.
        """
        side = self.sides[0]
        if side.open_contains(zero.box[0]) and side.open_contains(zero.box[1]):
            return True
        system = zero.system
        point = Crossing(self.functions, zero).rational_candidate() if system[0] != system[1] else None
        if point is None or side.open_contains(rational(point[0])) or not self._holds_exactly(point, system):
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
                f"{float(share.p) / float(share.q):.0%} of the parameter box over {' and '.join(self.names)} stayed "
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

    # --- edges --------------------------------------------------------------------------------------------------

    def _put_on(self, edge: Edge) -> Specialisation:
        """The edge's value put in for its parameter."""
        if edge not in self._edge_values:
            assert edge.value is not None
            self._edge_values[edge] = Specialisation(
                self.ring, self.names[edge.axis], as_fraction(edge.value), self.names[1 - edge.axis]
            )
        return self._edge_values[edge]

    def _edge_breaks(self) -> list[Any]:
        """The x at which a curve meets the bottom or the top of the box."""
        found: list[Any] = []
        for edge in self.edges:
            if edge.axis != 1 or edge.value is None:
                continue
            put = self._put_on(edge)
            for function in self.functions:
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

    def _strip(self, edge: Edge, box: Box) -> None:
        """The strip between a singular edge and the box: certified piece by piece, or undecided."""
        if edge.value is None:
            side = self.sides[1 - edge.axis]
            ends: list[tuple[Fraction | None, Fraction | None]] = [(None, None), (None, None)]
            far = as_fraction(_FAR if edge.upper else -_FAR)
            ends[edge.axis] = (far, None) if edge.upper else (None, far)
            ends[1 - edge.axis] = (
                None if side.lower is None else as_fraction(side.lower),
                None if side.upper is None else as_fraction(side.upper),
            )
            self.boxes.append(UndecidedBox((ends[0], ends[1]), tuple(range(len(self.factored.products))), "infinity"))
            return
        put = self._put_on(edge)
        singular = {i for i in self.generators.logs if put.image(i) is None}
        forms = [StripForm(self.generators, f.polynomial, singular) for f in self.functions]
        for piece, left in uncertified_pieces(forms, edge, box, self._excluded):
            self._add_box(piece, [k for k in left if k < self.count], "a curve runs into a singular edge")

    def _closed_edges(self) -> None:
        """Closed ends of the box: lines of their own."""
        for edge in self.edges:
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

    # --- columns and crossings ----------------------------------------------------------------------------------

    def _column(self, value: Fraction, position: int) -> None:
        put = Specialisation(self.ring, self.names[0], value, self.names[1])
        images = [put(f) for f in self.factored.factors]
        require_curves(images, self.names[0], value)
        column = specialised_column(put.ring, images, self.names[1], self._column_side())
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
            column = specialised_column(put.ring, images, self.names[1], self._column_side())
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
            signs = [0 if k == index else self._sign_on(k, piece) for k in range(self.count)]
            if 2 in signs:
                self._add_box(piece, [k for k, s in enumerate(signs) if s == 2], "a sign on a vertical line")
                continue
            self.cells.append(
                LogCell(1, (coordinate_of(known, index), sample), self.factored.signs(signs), (2 * place + 1, 2 * row))
            )

    def _sign_on(self, index: int, box: Box) -> int:
        """The sign of a function on a small box, 2 when it is not certified."""
        value = self.functions[index].at(box, 0, 0, 128)
        return 1 if value > 0 else (-1 if value < 0 else 2)

    def _crossings(self, zeros: Sequence[CommonZero]) -> None:
        """The points where two functions vanish, each once."""
        crossing_zeros = [z for z in zeros if z.system[0] != z.system[1]]
        exact: set[tuple[Fraction, Fraction]] = set()
        for number, zero in enumerate(crossing_zeros):
            crossing = Crossing(self.functions, zero)
            point = crossing.rational_candidate()
            if point is not None and self._holds_exactly(point, zero.system):
                if point not in exact and all(
                    side.open_contains(rational(v)) for side, v in zip(self.sides, point, strict=True)
                ):
                    exact.add(point)
                    signs = self._exact_signs(point)
                    self.cells.append(LogCell(0, point, self.factored.signs(signs), (-3, number)))
                continue
            if any(k >= self.count and not self._vanishing_on(k) for k in zero.system):
                # A function meets the zero of a logarithm's argument: nothing is defined there.
                continue
            self._crossing(crossing, number)

    def _crossing(self, crossing: Crossing, number: int) -> None:
        system = crossing.system
        vanishing = {k for k in system if k < self.count}
        for k in system:
            if k >= self.count or not self.functions[k].graphs:
                vanishing |= self._vanishing_on(k)
        for bits in (60, 120, 240):
            box = crossing.narrow(bits)
            signs = [0 if k in vanishing else self._sign_on(k, box) for k in range(self.count)]
            if 2 not in signs:
                break
        if 2 in signs or not self._strictly_inside(box):
            names = [k for k, s in enumerate(signs) if s in (0, 2)]
            self._add_box(box, names, "three curves, or a curve and an edge, too close together")
            return
        pair = (system[0], system[1])
        sample = (VertexCoordinate(crossing, 0, pair), VertexCoordinate(crossing, 1, pair))
        self.cells.append(LogCell(0, sample, self.factored.signs(signs), (-3, number)))  # type: ignore[arg-type]

    def _vanishing_on(self, index: int) -> set[int]:
        """The functions that vanish on the graph that another function is."""
        found: set[int] = set()
        other = self.functions[index].polynomial
        for k, function in enumerate(self.functions[: self.count]):
            for graph in function.graphs:
                value = graph_polynomial(self.generators, graph)
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

    def _holds_exactly(self, point: tuple[Fraction, Fraction], system: System) -> bool:
        """Whether both functions vanish at a rational point, exactly."""
        try:
            place = self._point(point)
            return all(place.polynomial_sign(self.functions[k].polynomial) == 0 for k in system)
        except (ZeroDivisionError, UndecidedError):
            return False

    def _exact_signs(self, point: tuple[Fraction, Fraction]) -> list[int]:
        place = self._point(point)
        return [place.polynomial_sign(f.polynomial) for f in self.functions[: self.count]]

