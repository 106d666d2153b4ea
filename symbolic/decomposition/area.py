"""Lengths and areas of regions in a bounded box, exact where the boundary allows, else certified from both
sides.

The area of a cell between two arcs is the difference of their integrals over its interval. On a short
interval [u, v] with midpoint m an arc y of p is enclosed in [s, t] when p(., s) and p(., t) have no zero
there; then y'' = -(p_xx + 2 p_xy y' + p_yy y'^2) / p_y with y' = -p_x / p_y is bounded over the box by
balls, and the midpoint rule errs by at most (v - u)^3 max|y''| / 24. Where that is not good enough the
interval is halved; next to a vertical tangent (v - u)(t - s) itself becomes small. Arcs that are
polynomials in x are integrated exactly.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from heapq import heappop, heappush
from typing import Any

import flint
from flint import arb, fmpq, fmpq_poly, fmpz_poly

from ..errors import NotSupportedError
from ..floats import nearest_float
from .cells import Decomposition
from .exact_links import is_free_of_zeros
from .geometry import PlaneGeometry
from .isolation import RealRoot
from .limits import Limits
from .line import LineGeometry
from .rationals import Rational, as_fraction, ball_between
from .stacks import Lifter, isolate_any

_PIECES = 20_000


@dataclass(frozen=True, slots=True)
class Measure:
    """A length or area between two rationals; exact when they agree.

    >>> Measure(Fraction(1, 2), Fraction(1, 2)).is_exact
    True
    """

    lower: Fraction
    upper: Fraction

    @property
    def is_exact(self) -> bool:
        """Whether the value is known exactly."""
        return self.lower == self.upper

    def __float__(self) -> float:
        return nearest_float((self.lower + self.upper) / 2)


Bounds = tuple[Rational, Rational]


def region_measures(
    decomposition: Decomposition, tolerance: Fraction = Fraction(1, 10**4), limits: Limits | None = None
) -> tuple[Measure, ...]:
    """The length or area of every region, within the tolerance over the whole box, in the order of `regions`.

    Raises NotSupportedError for an unbounded box or three parameters.

    >>> from flint import fmpz_mpoly_ctx
    >>> from berknash.symbolic.decomposition.decompose import decompose
    >>> x, y = fmpz_mpoly_ctx.get(["x", "y"], "lex").gens()
    >>> result = decompose([y - x**2], ["x", "y"], [(0, 1), (0, 1)])
    >>> [str(measure.lower) for measure in region_measures(result)]
    ['1/3', '2/3']
    """
    geometry = decomposition.geometry
    budget = Limits() if limits is None else limits
    pieces: dict[int, Bounds] = {}
    if isinstance(geometry, LineGeometry):
        lengths = _lengths(geometry, tolerance)
        pieces = {cell.index: lengths[cell.position[0] // 2] for cell in decomposition.cells if cell.dimension == 1}
    elif isinstance(geometry, PlaneGeometry):
        areas = _areas(geometry, fmpq(tolerance.numerator, tolerance.denominator), budget)
        for gap, row in enumerate(geometry.rows):
            for sector, cell in enumerate(row):
                low, high = pieces.get(cell, (fmpq(0), fmpq(0)))
                lower, upper = areas[gap, sector]
                pieces[cell] = (low + lower, high + upper)
    else:
        raise NotSupportedError("volumes are not computed; fix one of the three parameters")
    measures = []
    for region in decomposition.regions:
        low, high = fmpq(0), fmpq(0)
        for index in region.cells:
            lower, upper = pieces[index]
            low, high = low + lower, high + upper
        measures.append(Measure(as_fraction(max(low, fmpq(0))), as_fraction(high)))
    return tuple(measures)


def _lengths(geometry: LineGeometry, tolerance: Fraction) -> list[Bounds]:
    side = geometry.side
    if not side.is_finite:
        raise NotSupportedError("the interval is unbounded; lengths need a finite domain")
    bits = max(8, int(2 / tolerance).bit_length() + len(geometry.breaks).bit_length())
    ends: list[Bounds] = [(side.lower, side.lower)]
    for item in geometry.breaks:
        item.root.narrow(bits)
        ends.append((item.root.lower, item.root.upper))
    ends.append((side.upper, side.upper))
    return [(ends[k + 1][0] - ends[k][1], ends[k + 1][1] - ends[k][0]) for k in range(len(ends) - 1)]


def _areas(geometry: PlaneGeometry, tolerance: Rational, limits: Limits) -> dict[tuple[int, int], Bounds]:
    side, top = geometry.side, geometry.lifter.side
    if not side.is_finite or not top.is_finite:
        raise NotSupportedError("the box is unbounded; areas need a finite domain")
    arcs = sum(len(stack.roots) for stack in geometry.stacks)
    # An arc bounds two cells, so its error counts twice in the sum over all regions.
    share = tolerance / (4 * max(arcs, 1))
    pieces: dict[tuple[int, int], Bounds] = {}
    for number, stack in enumerate(geometry.stacks):
        limits.step("areas", number, len(geometry.stacks))
        start = geometry.breaks[number - 1].root if number else None
        stop = geometry.breaks[number].root if number < len(geometry.breaks) else None
        width = _difference(start, stop, side.lower, side.upper)
        rows = [_times(top.lower, width)]
        seen: dict[int, int] = {}
        for label in stack.labels:
            order = seen.get(label, 0)
            seen[label] = order + 1
            arc = _Arc(geometry.lifter, label, order, share)
            rows.append(arc.integral(start, stop, side.lower, side.upper))
        rows.append(_times(top.upper, width))
        for sector in range(len(rows) - 1):
            low = rows[sector + 1][0] - rows[sector][1]
            pieces[number, sector] = (max(low, fmpq(0)), rows[sector + 1][1] - rows[sector][0])
    return pieces


def _difference(start: RealRoot | None, stop: RealRoot | None, lower: Rational, upper: Rational) -> Bounds:
    for root in (start, stop):
        if root is not None:
            root.narrow(64)
    a = (lower, lower) if start is None else (start.lower, start.upper)
    b = (upper, upper) if stop is None else (stop.lower, stop.upper)
    return b[0] - a[1], b[1] - a[0]


def _times(factor: Rational, bounds: Bounds) -> Bounds:
    values = factor * bounds[0], factor * bounds[1]
    return min(values), max(values)


class _Arc:
    """One arc of an atom over an interval: the `order`-th root of the atom from below."""

    def __init__(self, lifter: Lifter, atom: int, order: int, share: Rational) -> None:
        self.lifter = lifter
        self.atom = atom
        self.order = order
        self.share = share
        self.ring = lifter.ring
        self.base, self.variable = lifter.base[0], lifter.variable
        self.polynomial = lifter.atoms.polynomials[atom]
        self.known: dict[Rational, Bounds] = {}
        names = [self.ring.context.name(k) for k in (self.base, self.variable)]
        p_x, p_y = (self.polynomial.derivative(name) for name in names)
        second = [p_x.derivative(names[0]), p_x.derivative(names[1]), p_y.derivative(names[1])]
        self.derivatives = [p_x, p_y, *second]

    def height(self, point: Rational) -> Bounds:
        """The arc over a rational point of its interval, between close rationals."""
        if point not in self.known:
            side = self.lifter.side
            root = isolate_any(self.lifter.fibre(self.atom, (point,)), side.lower, side.upper)[self.order]
            root.narrow(48)
            self.known[point] = (root.lower, root.upper)
        return self.known[point]

    def primitive(self) -> Any | None:
        """The antiderivative as a polynomial in x, when the arc is one with rational coefficients."""
        parts = self.ring.split(self.polynomial, self.variable)
        if len(parts) != 2 or not parts[1].is_constant():
            return None
        form = self.ring.univariate(parts[0], self.base)
        if not isinstance(form, fmpz_poly):
            return None
        return -fmpq_poly(form).integral() / parts[1].coeffs()[0]

    def integral(self, start: RealRoot | None, stop: RealRoot | None, lower: Rational, upper: Rational) -> Bounds:
        """Bounds of the integral between two break points (or the ends of the side)."""
        ends = [(lower, lower) if start is None else _close(start), (upper, upper)]
        if stop is not None:
            ends[1] = _close(stop)
        primitive = self.primitive()
        if primitive is not None:
            if all(low == high for low, high in ends):
                value = primitive(ends[1][0]) - primitive(ends[0][0])
                return value, value
            with flint.ctx.workprec(128):
                whole = primitive.numer()
                ball = whole(ball_between(*ends[1])) - whole(ball_between(*ends[0]))
                ball /= arb(primitive.denom())
                return ball.lower().fmpq(), ball.upper().fmpq()
        total = self._between(ends[0][1], ends[1][0])
        # The slivers between an irrational break and its rational bound.
        side = self.lifter.side
        sliver = sum((high - low for low, high in ends), fmpq(0))
        return total[0] + min(side.lower * sliver, fmpq(0)), total[1] + max(side.upper * sliver, fmpq(0))

    def _between(self, u: Rational, v: Rational) -> Bounds:
        """Bounds of the integral over [u, v]: the worst piece is halved until all errors together are
        small.
        """
        if v <= u:
            return fmpq(0), fmpq(0)
        low, high = self._piece(u, v)
        heap = [(-_size(low, high), u, v, low, high)]
        error = high - low
        while error > self.share and len(heap) < _PIECES:
            _, start, stop, low, high = heappop(heap)
            error -= high - low
            middle = (start + stop) / 2
            for left, right in ((start, middle), (middle, stop)):
                low, high = self._piece(left, right)
                error += high - low
                heappush(heap, (-_size(low, high), left, right, low, high))
        return sum((p[3] for p in heap), fmpq(0)), sum((p[4] for p in heap), fmpq(0))

    def _piece(self, u: Rational, v: Rational) -> Bounds:
        """The better of the enclosing rectangle and the midpoint rule with its error."""
        width = v - u
        low, high = self.height((u + v) / 2)
        box = self._box(u, v, low, high)
        crude = width * box[0], width * box[1]
        error = self._midpoint_error(u, v, box)
        if error is None:
            return crude
        fine = width * low - error, width * high + error
        return fine if fine[1] - fine[0] < crude[1] - crude[0] else crude

    def _box(self, u: Rational, v: Rational, low: Rational, high: Rational) -> Bounds:
        """Heights between which the arc stays over [u, v]; the ends of the side always serve."""
        side = self.lifter.side
        spread = (v - u) * 2
        for _ in range(16):
            s, t = max(low - spread, side.lower), min(high + spread, side.upper)
            if self._free(s, u, v) and self._free(t, u, v):
                return s, t
            spread *= 4
        return side.lower, side.upper

    def _free(self, level: Rational, u: Rational, v: Rational) -> bool:
        side = self.lifter.side
        if level in (side.lower, side.upper):
            return True
        row = self.ring.univariate(self.ring.specialise(self.polynomial, self.variable, level), self.base)
        return is_free_of_zeros(row, (u, v), 0)

    def _midpoint_error(self, u: Rational, v: Rational, box: Bounds) -> Rational | None:
        with flint.ctx.workprec(96):
            values = {self.base: ball_between(u, v), self.variable: ball_between(*box)}
            p_x, p_y, p_xx, p_xy, p_yy = (self.ring.evaluate(d, values, 96) for d in self.derivatives)
            if p_y.contains(0):
                return None
            slope = -p_x / p_y
            curvature = -(p_xx + 2 * p_xy * slope + p_yy * slope * slope) / p_y
            error = abs(curvature) * arb(v - u) ** 3 / 24
            return error.upper().fmpq() if error.is_finite() else None


def _size(low: Rational, high: Rational) -> float:
    """The error of a piece as a float: it only orders the work."""
    error = high - low
    return nearest_float(as_fraction(error))


def _close(root: RealRoot) -> Bounds:
    root.narrow(64)
    return root.lower, root.upper
