"""Columns of cells over the points of a base, for curves that are polynomials in one parameter outside all logarithms.

The inputs are polynomials in y whose coefficients are polynomials in x, logarithms of polynomials in x, and constants.
Their projection (discriminants, resultants, values at the ends of y; leading coefficients at infinite ones) consists
of functions of x alone, whose zeros are all found (`line`). Over an open interval between them the curves are graphs
that do not meet; one rational x tells their order. Over a break they are found in the field of the break (`fibre`).
A curve that leaves the box does so through its edge, so that bounded sides need no leading coefficients.

Source of the scheme: Collins 1975; McCallum and Weispfenning 2012 for coefficients with transcendental functions.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations
from math import ceil, floor
from typing import Any

from ..algebra.ring import Polynomial, Ring, irreducible_factors, polynomial_key
from ..decomposition.box import Side
from ..decomposition.rationals import as_fraction
from ..errors import UndecidedError
from .factored import Factored
from .fibre import FibreField, fibre_roots
from .functions import LineFunction
from .line import WALL, Break, Column, OpenInterval, column_of, gap_samples, merged_breaks, singular_at
from .roots import Coordinate, Known, coordinate_of, sign_at_known
from .specialise import Specialisation

Pair = tuple[int, int]
Rational = Any


@dataclass(frozen=True, slots=True)
class Projection:
    """Irreducible functions of x, and for each the pairs of inputs whose common (or double) roots it governs."""

    polynomials: tuple[Polynomial, ...]
    related: tuple[frozenset[Pair], ...]


def outside_logarithms(ring: Ring, polynomials: Sequence[Polynomial], name: str) -> bool:
    """Whether a parameter occurs in no logarithm (root, exponential) that one of the polynomials uses."""
    position = ring.index(name)
    used = {i for p in polynomials for i, d in enumerate(p.degrees()) if d > 0}
    for i in used:
        argument = ring.generators[i].argument
        if argument is not None:
            for part in (argument.numerator, argument.denominator):
                degrees = part.degrees()
                if position < len(degrees) and degrees[position] > 0:
                    return False
    return True


def involves(ring: Ring, polynomial: Polynomial, name: str) -> bool:
    """Whether a parameter occurs in a polynomial, plainly or inside a logarithm that it uses."""
    position = ring.index(name)
    return int(polynomial.degrees()[position]) > 0 or not outside_logarithms(ring, [polynomial], name)


def projection(ring: Ring, factors: Sequence[Polynomial], vertical: int, side: Side) -> Projection:
    """The functions of x at whose zeros the arrangement of the curves may change."""
    found: dict[object, int] = {}
    polynomials: list[Polynomial] = []
    related: list[set[Pair]] = []

    def add(polynomial: Polynomial, pair: Pair | None) -> None:
        for factor, _ in irreducible_factors(polynomial)[1] if not polynomial.is_zero() else ():
            key = polynomial_key(factor)
            if key not in found:
                found[key] = len(polynomials)
                polynomials.append(factor)
                related.append(set())
            if pair is not None:
                related[found[key]].add(pair)

    name = ring.generators[vertical].name
    for i, factor in enumerate(factors):
        degree = int(factor.degrees()[vertical])
        if degree <= 0:
            add(factor, None)
            continue
        if degree > 1:
            add(factor.discriminant(name), (i, i))
        for end in (side.lower, side.upper):
            add(_at_end(ring, factor, vertical, end), None)
    for (i, first), (j, second) in combinations(enumerate(factors), 2):
        if first.degrees()[vertical] > 0 and second.degrees()[vertical] > 0:
            add(first.resultant(second, name), (i, j))
    return Projection(tuple(polynomials), tuple(frozenset(pairs) for pairs in related))


def parts_in(ring: Ring, polynomial: Polynomial, vertical: int) -> list[Polynomial]:
    """The coefficients of the powers of one generator, lowest first."""
    degree = max(int(polynomial.degrees()[vertical]), 0)
    parts: list[dict[tuple[int, ...], Any]] = [{} for _ in range(degree + 1)]
    for exponents, coefficient in polynomial.to_dict().items():
        rest = list(exponents)
        power, rest[vertical] = int(rest[vertical]), 0
        parts[power][tuple(rest)] = coefficient
    return [ring.context.from_dict(part) for part in parts]


def _at_end(ring: Ring, polynomial: Polynomial, vertical: int, end: Rational | None) -> Polynomial:
    """A multiple of the value at a finite end, the leading coefficient at an infinite one."""
    parts = parts_in(ring, polynomial, vertical)
    if end is None:
        return parts[-1]
    total = ring.context.constant(0)
    for k, part in enumerate(parts):
        total += part * (end.p**k * end.q ** (len(parts) - 1 - k))
    return total


class Arm:
    """Inputs over a base x and one vertical y outside all logarithms: their projection, and the columns over x."""

    def __init__(self, factored: Factored, names: tuple[str, str], sides: tuple[Side, Side]) -> None:
        self.factored = factored
        self.ring = factored.ring
        self.names = names
        self.sides = sides
        self.vertical = self.ring.index(names[1])
        shadow = projection(self.ring, factored.factors, self.vertical, sides[1])
        kept = [k for k, p in enumerate(shadow.polynomials) if self._varies(p)]
        self.minimals = [shadow.polynomials[k] for k in kept]
        self.related = [shadow.related[k] for k in kept]
        self.functions = [LineFunction.of(self.ring, p, names[0]) for p in self.minimals]

    def _varies(self, polynomial: Polynomial) -> bool:
        base = self.ring.index(self.names[0])
        for i, degree in enumerate(polynomial.degrees()):
            argument = self.ring.generators[i].argument
            if degree > 0 and (i == base or (argument is not None and argument.rational() is None)):
                return True
        return False

    def walls(self) -> list[LineFunction]:
        """The logarithms that the inputs use, as functions that are never zero where they are not singular.

        They bring in the singular points; ``log**2 + 1`` has no zero.
        """
        base = self.ring.index(self.names[0])
        used = {i for p in self.factored.factors for i, d in enumerate(p.degrees()) if d > 0}
        walls = []
        for i in sorted(used):
            argument = self.ring.generators[i].argument
            if i != base and argument is not None and argument.rational() is None:
                generator = self.ring.context.gens()[i]
                walls.append(LineFunction.of(self.ring, generator**2 + 1, self.names[0]))
        return walls

    def rational_column(self, value: Fraction, generic: bool) -> Column:
        """The cells over a rational x; over a generic one no function may vanish on the whole line."""
        put = Specialisation(self.ring, self.names[0], value, self.names[1])
        images = [put(factor) for factor in self.factored.factors]
        if generic:
            require_curves(images, self.names[0], value)
        return specialised_column(put.ring, images, self.names[1], self.sides[1])

    def irrational_column(self, item: Break, minimal: Polynomial, related: frozenset[Pair]) -> Column:
        """The cells over a zero of an irreducible function of x.

        `related` are the pairs of factors that may have a common zero over it. Raises UndecidedError where points over
        the break cannot be told apart.
        """
        side = self.sides[1]
        field = FibreField(self.ring, self.names[0], minimal, item.known)
        signs: list[int | None] = [None] * len(self.factored.factors)
        inputs = []
        for i, factor in enumerate(self.factored.factors):
            if WALL in item.functions and self._singular(factor, item.known):
                continue
            parts = field.reduced(parts_in(self.ring, factor, self.vertical))
            signs[i] = 0 if not parts else 2
            inputs.append((i, parts))
        ends = [end for end in (side.lower, side.upper) if end is not None]
        found = fibre_roots(field, inputs, related, ends, side.lower, side.upper)
        entries: list[tuple[Known | OpenInterval, int]] = [(root, n) for n, (root, _) in enumerate(found)]
        breaks = merged_breaks(entries)
        if any(not b.decided for b in breaks):
            raise UndecidedError("two points over a break were not separated")
        result: list[tuple[int, Coordinate, tuple[int | None, ...], int]] = []
        if side.lower_closed:
            result.append((0, as_fraction(side.lower), self._signs_at(field, signs, side.lower), -1))
        for number, sample in enumerate(gap_samples(breaks, side)):
            here = self._signs_at(field, signs, sample)
            result.append((1, sample, here, 2 * number))
            if number < len(breaks):
                names = {n for k in breaks[number].functions for n in found[k][1]}
                at = tuple(0 if i in names else s for i, s in enumerate(here))
                result.append((0, coordinate_of(breaks[number].known, min(names)), at, 2 * number + 1))
        if side.upper_closed:
            place = 2 * len(breaks) + 1
            result.append((0, as_fraction(side.upper), self._signs_at(field, signs, side.upper), place))
        return Column(tuple(result), ())

    def _singular(self, factor: Polynomial, known: Known) -> bool:
        used = [i for i, d in enumerate(factor.degrees()) if d > 0]
        gens = self.ring.context.gens()
        walls = [
            LineFunction.of(self.ring, gens[i], self.names[0])
            for i in used
            if self.ring.generators[i].argument is not None
        ]
        return any(singular_at(w, known) for w in walls)

    def _signs_at(self, field: FibreField, signs: Sequence[int | None], height: Any) -> tuple[int | None, ...]:
        """The signs of the factors at (alpha, y) for a rational y."""
        result: list[int | None] = []
        for factor, sign in zip(self.factored.factors, signs, strict=True):
            if sign != 2:
                result.append(sign)
                continue
            end = Fraction(height) if isinstance(height, Fraction) else as_fraction(height)
            parts = parts_in(self.ring, factor, self.vertical)
            total = self.ring.context.constant(0)
            for k, part in enumerate(parts):
                total += part * (end.numerator**k * end.denominator ** (len(parts) - 1 - k))
            if field.is_zero(total):
                result.append(0)
                continue
            value = sign_at_known(LineFunction.of(self.ring, total, self.names[0]), field.known)
            if value is None:
                raise UndecidedError("a sign over a break was not decided")
            result.append(value)
        return tuple(result)


def outward(interval: tuple[Fraction, Fraction]) -> tuple[Fraction, Fraction]:
    """Short rationals around an interval, 2**-64 outside of it at most.

    >>> outward((Fraction(1, 2), Fraction(1, 2)))
    (Fraction(1, 2), Fraction(1, 2))
    """
    unit = 1 << 64
    low, high = interval
    return Fraction(floor(low * unit), unit), Fraction(ceil(high * unit), unit)


def require_curves(images: Sequence[Polynomial | None], name: str, value: Fraction) -> None:
    """Raises UndecidedError when a function vanishes on a whole line that was taken for a generic one."""
    if any(image is not None and image.is_zero() for image in images):
        raise UndecidedError(f"a function vanishes wherever {name} = {value}, which was not foreseen; fix {name}")


def specialised_column(ring: Ring, images: Sequence[Polynomial | None], name: str, side: Side) -> Column:
    """The cells of a line of the box; an image None is not defined there, a zero one vanishes on the whole line."""
    defined = [image for image in images if image is not None]
    factored = Factored.of(ring, defined, [name])
    column = column_of([LineFunction.of(ring, factor, name) for factor in factored.factors], side)
    entries = []
    for dimension, coordinate, signs, position in column.entries:
        known = iter(factored.signs(signs))
        full = tuple(None if image is None else next(known) for image in images)
        entries.append((dimension, coordinate, full, position))
    places = [i for i, image in enumerate(images) if image is not None]
    undecided = tuple(
        (low, high, tuple(places[k] for k in factored.inputs_with(names))) for low, high, names in column.undecided
    )
    return Column(tuple(entries), undecided)
