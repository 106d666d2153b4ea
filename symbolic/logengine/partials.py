"""Functions of two variables and their partial derivatives, on boxes.

With ``r_i = 1/g_i`` as further generators all partial derivatives of a polynomial in x, y, ``log|g_i|`` and constants
are polynomials again: d log|g| = g' r and d r = -g' r**2. They are formed once, formally, and evaluated by balls.

A function that vanishes on a whole graph y = phi(x), phi rational, to order m (a trivial factor that no polynomial
division takes out, as of ``p log(h/l) + (1-p) log((1-h)/(1-l))`` on h = l) is divided by ``(y - phi)**m``: the quotient
is a divided difference, so on a box its values are those of ``d^m f / m!`` between the box and the graph (Hermite,
Genocchi).
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from math import factorial
from typing import Any

import flint
from flint import arb, fmpz_mpoly_ctx

from ..algebra.ring import Polynomial, Ring, lift_polynomial
from ..decomposition.rationals import ball_between
from ..errors import NotSupportedError
from .functions import Ball, Terms, constant_ball, sum_of_terms, terms_of

Box = tuple[Any, Any, Any, Any]  # x low, x high, y low, y high, all fmpq


@dataclass(frozen=True, slots=True)
class Graph:
    """The graph of y = top(x)/bottom(x), both `fmpz_poly`, on which a function vanishes to some order."""

    top: Any
    bottom: Any
    order: int

    def height(self, x: Any) -> Any:
        """y at a rational x where the bottom is not zero, or a ball for a ball."""
        return self.top(x) / self.bottom(x)

    def slope(self, x: Ball) -> Ball:
        """A ball around dy/dx."""
        bottom = self.bottom(x)
        return (self.top.derivative()(x) * bottom - self.top(x) * self.bottom.derivative()(x)) / (bottom * bottom)


class Generators:
    """The generators of one family of functions of (x, y), and their values on boxes, the last ones kept."""

    def __init__(self, ring: Ring, names: tuple[str, str], used: set[int]) -> None:
        self.ring = ring
        self.names = names
        self.places = (ring.index(names[0]), ring.index(names[1]))
        self.arguments: dict[int, Polynomial] = {}
        self.constants: dict[int, tuple[str, Fraction]] = {}
        for i, generator in enumerate(ring.generators):
            if generator.argument is None or i not in used:
                continue
            value = generator.argument.rational()
            if value is not None:
                self.constants[i] = (generator.kind, value)
                continue
            argument = generator.argument
            plain = all(d <= 0 or k in self.places for k, d in enumerate(argument.numerator.degrees()))
            if generator.kind != "log" or not plain or not argument.denominator.is_one():
                raise NotSupportedError(
                    f"{generator.name}: only logarithms of polynomials may contain a free parameter; fix it"
                )
            self.arguments[i] = argument.numerator
        size = len(ring.generators)
        self.logs = sorted(self.arguments)
        self.inverse = {i: size + k for k, i in enumerate(self.logs)}
        names_of_all = [f"g{i}" for i in range(size + len(self.logs))]
        self.context = fmpz_mpoly_ctx.get(names_of_all, "lex")
        self._slopes: dict[tuple[int, int], Polynomial] = {}
        gens = self.context.gens()
        for i in self.logs:
            inner = self.raised(self.arguments[i])
            for axis in (0, 1):
                self._slopes[(i, axis)] = inner.derivative(self.places[axis]) * gens[self.inverse[i]]
        self._argument_terms = {
            i: terms_of(lift_polynomial(self.arguments[i], ring.context)) for i in self.logs
        }
        self._kept: tuple[Any, list[Any]] | None = None

    def raised(self, polynomial: Polynomial) -> Polynomial:
        """A polynomial of the ring over the larger context."""
        extra = self.context.nvars()
        return self.context.from_dict(
            {(*(int(e) for e in m), *(0,) * (extra - len(m))): c for m, c in polynomial.to_dict().items()}
        )

    def derivative(self, polynomial: Polynomial, axis: int) -> Polynomial:
        """The partial derivative along x (axis 0) or y (axis 1)."""
        total = polynomial.derivative(self.places[axis])
        gens = self.context.gens()
        degrees = polynomial.degrees()
        for i in self.logs:
            slope = self._slopes[(i, axis)]
            if slope.is_zero():
                continue
            if degrees[i] > 0:
                total += polynomial.derivative(i) * slope
            inverse = self.inverse[i]
            if degrees[inverse] > 0:
                total -= polynomial.derivative(inverse) * slope * gens[inverse]
        return total

    def values(self, x: Ball, y: Ball, key: Any, precision: int) -> list[Any]:
        """Balls for all generators; `key` names the box for reuse."""
        if self._kept is not None and self._kept[0] == key:
            return self._kept[1]
        found: list[Any] = [None] * self.context.nvars()
        found[self.places[0]], found[self.places[1]] = x, y
        for i, (kind, value) in self.constants.items():
            found[i] = constant_ball(kind, value, precision)
        for i in self.logs:
            inner = sum_of_terms(self._argument_terms[i], found, arb(0))
            found[i] = abs(inner).log()
            found[self.inverse[i]] = 1 / inner
        self._kept = (key, found)
        return found


class PlaneFunction:
    """One function of (x, y) with its partial derivatives on demand."""

    def __init__(self, generators: Generators, polynomial: Polynomial, graphs: tuple[Graph, ...] = ()) -> None:
        self.generators = generators
        self.polynomial = polynomial
        self.graphs = graphs
        self._partials: dict[tuple[int, int], Polynomial] = {(0, 0): generators.raised(polynomial)}
        self._terms: dict[tuple[int, int], Terms] = {}

    def partial(self, i: int, j: int) -> Polynomial:
        """The formal partial derivative, i times along x and j times along y."""
        if (i, j) not in self._partials:
            if j:
                self._partials[(i, j)] = self.generators.derivative(self.partial(i, j - 1), 1)
            else:
                self._partials[(i, j)] = self.generators.derivative(self.partial(i - 1, 0), 0)
        return self._partials[(i, j)]

    def terms(self, i: int, j: int) -> Terms:
        """The terms of a partial derivative, for evaluation."""
        if (i, j) not in self._terms:
            self._terms[(i, j)] = terms_of(self.partial(i, j))
        return self._terms[(i, j)]

    def at(self, box: Box, i: int, j: int, precision: int = 53) -> Ball:
        """A ball around the values of a partial derivative of f itself on a box."""
        with flint.ctx.workprec(precision):
            values = self.generators.values(
                ball_between(box[0], box[1]), ball_between(box[2], box[3]), (*box, precision), precision
            )
            return sum_of_terms(self.terms(i, j), values, arb(0))

    def jet(self, box: Box, order: int, precision: int = 53) -> dict[tuple[int, int], Ball]:
        """Balls around value and partial derivatives up to an order (at most 2), of f or of its quotient by the graph.

        Away from the graph the quotient is not needed: f has the same zeros. Second derivatives of the
        quotient are not given (not finite).
        """
        graph = self.graph_near(box)
        if graph is None:
            return {(i, j): self.at(box, i, j, precision) for i in range(order + 1) for j in range(order + 1 - i)}
        m = graph.order
        wide = _hull(graph, box)
        with flint.ctx.workprec(precision):
            higher = self.at(wide, 0, m + 1, precision) / factorial(m + 1)
            slope = graph.slope(ball_between(box[0], box[1]))
            # With phi moving along x the divided difference f[phi, ..., phi, y] changes in its nodes too.
            found = {
                (0, 0): self.at(wide, 0, m, precision) / factorial(m),
                (0, 1): higher,
                (1, 0): self.at(wide, 1, m, precision) / factorial(m) + slope * m * higher,
            }
        if order > 1:
            found.update(dict.fromkeys(((2, 0), (1, 1), (0, 2)), arb("nan")))
        return found

    def centre(self, box: Box, point: tuple[Any, Any], precision: int = 53) -> Ball:
        """The value at a rational point, of f or of its quotient as `jet` has it on the box."""
        x, y = point
        place = (x, x, y, y)
        graph = self.graph_near(box)
        if graph is None:
            return self.at(place, 0, 0, precision)
        order = graph.order
        off = y - graph.height(x)
        with flint.ctx.workprec(precision):
            value = self.at(_hull(graph, place), 0, order, precision) / factorial(order)
            if off != 0:
                plain = self.at(place, 0, 0, precision) / arb(off) ** order
                if plain.rad() < value.rad():
                    return plain
        return value

    def graph_near(self, box: Box) -> Graph | None:
        """The first graph that passes through a box or within its height of it: there its quotient is used."""
        margin = box[3] - box[2]
        for graph in self.graphs:
            found = _heights(graph, box)
            if found is not None and found[0] <= box[3] + margin and found[1] >= box[2] - margin:
                return graph
        return None


def _heights(graph: Graph, box: Box) -> tuple[Any, Any] | None:
    """Rationals below and above the graph over the box, None where it has no bound."""
    if box[0] == box[1]:
        if graph.bottom(box[0]) == 0:
            return None
        height = graph.height(box[0])
        return height, height
    with flint.ctx.workprec(64):
        ball = graph.height(ball_between(box[0], box[1]))
        return (ball.lower().fmpq(), ball.upper().fmpq()) if ball.is_finite() else None


def _hull(graph: Graph, box: Box) -> Box:
    """The box stretched up or down to the graph."""
    found = _heights(graph, box)
    assert found is not None
    return (box[0], box[1], min(found[0], box[2]), max(found[1], box[3]))
