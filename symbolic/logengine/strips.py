"""Thin strips along edges where a logarithm is singular.

On the edge y = e let L = log|g| be singular, so that L runs to -oo. A function is ``f = sum_j A_j L^j`` with A_j
regular there. Where A_J (J the highest) is not zero and ``f / L^J`` is certified to exclude zero for all values of 1/L
that occur in the strip, f has no zero in it. A curve that runs into the edge leaves a piece uncertified: that is
reported, with its area.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from flint import arb, fmpq

from ..algebra.ring import Polynomial
from .partials import Box, Generators, PlaneFunction
from .paving import mean_value, nonzero

PIECES = 10  # halvings along the edge
_CUT = fmpq(31, 64)


@dataclass(frozen=True, slots=True, eq=False)
class Edge:
    """An end of one parameter: its value (None infinite), the side it lies on, and whether a logarithm is singular."""

    axis: int
    value: Any | None
    upper: bool
    singular: bool


class StripForm:
    """A function by powers of the logarithm that is singular on an edge."""

    def __init__(self, generators: Generators, polynomial: Polynomial, singular: set[int]) -> None:
        self.used = sorted(i for i in singular if polynomial.degrees()[i] > 0)
        context = polynomial.context()
        parts: dict[int, dict[tuple[int, ...], Any]] = {}
        for exponents, coefficient in polynomial.to_dict().items():
            power = sum(int(exponents[i]) for i in self.used)
            rest = tuple(0 if i in self.used else int(e) for i, e in enumerate(exponents))
            row = parts.setdefault(power, {})
            row[rest] = row.get(rest, 0) + coefficient
        self.parts = {j: PlaneFunction(generators, context.from_dict(terms)) for j, terms in parts.items()}
        self.argument = (
            PlaneFunction(generators, generators.arguments[self.used[0]])
            if len(self.used) == 1
            else None
        )

    def has_no_zero(self, piece: Box) -> bool:
        """Whether the function is certified to have no zero in a piece of the strip."""
        if not self.used:
            function = self.parts[0]
            jet = function.jet(piece, 1)
            return nonzero(jet[(0, 0)]) or nonzero(mean_value(function, piece, jet))
        if self.argument is None:
            return False
        size = abs(self.argument.at(piece, 0, 0)).upper()
        if not size < 1:
            return False
        inverse = (1 / arb(size).log()).union(arb(0))
        top = max(self.parts)
        total = arb(0)
        for power, part in self.parts.items():
            value = part.at(piece, 0, 0)
            if not value.is_finite():
                return False
            total += value * inverse ** (top - power) if power < top else value
        return nonzero(total)


class CornerForm:
    """A function next to a corner of two singular edges.

    With two logarithms running to -oo, ``f = A_1 L_1 + A_2 L_2 + B``, the quotient ``f / (|L_1| + |L_2|)`` lies between
    -A_1 and -A_2 up to ``B / (|L_1| + |L_2|)``. So where A_1 and A_2 have one sign and B is not too large, f has no
    zero. With one logarithm a corner is a strip.
    """

    def __init__(self, generators: Generators, polynomial: Polynomial, singular: set[int]) -> None:
        degrees = polynomial.degrees()
        self.used = sorted(i for i in singular if degrees[i] > 0)
        self.strip: StripForm | None = None
        self.slopes: list[PlaneFunction] = []
        self.arguments: list[PlaneFunction] = []
        if len(self.used) < 2:
            self.strip = StripForm(generators, polynomial, set(self.used))
            return
        context = polynomial.context()
        terms: dict[int | None, dict[tuple[int, ...], Any]] = {None: {}, **{i: {} for i in self.used}}
        for exponents, coefficient in polynomial.to_dict().items():
            powers = {i: int(exponents[i]) for i in self.used if exponents[i]}
            if len(self.used) > 2 or sum(powers.values()) > 1:
                self.arguments = []
                return
            rest = tuple(0 if i in self.used else int(e) for i, e in enumerate(exponents))
            terms[next(iter(powers), None)][rest] = coefficient
        self.slopes = [PlaneFunction(generators, context.from_dict(terms[i])) for i in self.used]
        self.rest = PlaneFunction(generators, context.from_dict(terms[None]))
        self.arguments = [PlaneFunction(generators, generators.arguments[i]) for i in self.used]

    def has_no_zero(self, square: Box) -> bool:
        """Whether the function is certified to have no zero in the square."""
        if self.strip is not None:
            return self.strip.has_no_zero(square)
        if not self.arguments:
            return False
        sizes = [abs(argument.at(square, 0, 0)).upper() for argument in self.arguments]
        values = [part.at(square, 0, 0) for part in (*self.slopes, self.rest)]
        if not all(size < 1 for size in sizes) or not all(value.is_finite() for value in values):
            return False
        first, second, rest = values
        inverse = (-1 / (arb(sizes[0]).log() + arb(sizes[1]).log())).union(arb(0))
        return nonzero(-first.union(second) + rest * inverse)


def slope_along(generators: Generators, polynomial: Polynomial) -> Polynomial:
    """A multiple, without zeros inside the box, of the derivative along y: free of all 1/g with g an argument.

    Raised to the larger context of the generators.
    """
    slope = generators.derivative(generators.raised(polynomial), 1)
    for i in generators.logs:
        place = generators.inverse[i]
        degree = max(int(slope.degrees()[place]), 0)
        if not degree:
            continue
        parts: list[dict[tuple[int, ...], Any]] = [{} for _ in range(degree + 1)]
        for exponents, coefficient in slope.to_dict().items():
            rest = tuple(0 if k == place else int(e) for k, e in enumerate(exponents))
            parts[int(exponents[place])][rest] = coefficient
        argument = generators.raised(generators.arguments[i])
        total = generators.context.constant(0)
        for power, terms in enumerate(parts):
            total += generators.context.from_dict(terms) * argument ** (degree - power)
        slope = total
    return slope


def uncertified_pieces(
    forms: Sequence[StripForm], edge: Edge, box: Box, excluded: Callable[[Box], bool]
) -> list[tuple[Box, tuple[int, ...]]]:
    """The pieces of the strip between an edge and the box where some functions may vanish, with these functions."""
    inner = box[2 * edge.axis + (1 if edge.upper else 0)]
    thin = (inner, edge.value) if edge.upper else (edge.value, inner)
    other = 1 - edge.axis

    def piece_of(low: Any, high: Any) -> Box:
        return (*thin, low, high) if edge.axis == 0 else (low, high, *thin)

    stack = [(box[2 * other], box[2 * other + 1], 0, tuple(range(len(forms))))]
    joined: list[tuple[Any, Any, tuple[int, ...]]] = []
    while stack:
        low, high, depth, active = stack.pop()
        piece = piece_of(low, high)
        if excluded(piece):
            continue
        left = tuple(k for k in active if not forms[k].has_no_zero(piece))
        if not left:
            continue
        if depth < PIECES:
            middle = low + (high - low) * _CUT
            stack.extend([(middle, high, depth + 1, left), (low, middle, depth + 1, left)])
        elif joined and joined[-1][1] == low:
            joined[-1] = (joined[-1][0], high, tuple(sorted({*joined[-1][2], *left})))
        else:
            joined.append((low, high, left))
    return [(piece_of(low, high), left) for low, high, left in joined]
