"""Projection: the points of the base over which the arcs of the given polynomials change their order or
number.

Let P be irreducible polynomials of positive degree in the last variable y, and (a, b) the side of the box
in y. Over a connected set of base points on which none of the following vanishes, the real roots of all p
in P with a < y < b are continuous functions, never meet, and are constant in number (Collins 1975;
McCallum 1988; for open cells Strzebonski 2000):

- the discriminants of p (a root in the box would be multiple) and the resultants of p, q (two would meet);
- p(., a) and p(., b) for finite ends (a root would cross the edge);
- the leading coefficient of p, only if an end is infinite (a root would come from infinity).

No leading coefficient is needed in a bounded box: there every root of p(x, .) in (a, b) is simple, so by the
implicit function theorem it continues to nearby x; conversely, the roots of p(x', .) in [a, b] for x' -> x
accumulate, by compactness, only at roots of p(x, .) in [a, b], and by simplicity at most one at each. So the
number is locally constant. Where p(x, .) loses degree the discriminant, as a form in the coefficients, still
detects every finite multiple root.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from .box import Side
from .factoring import irreducible_factors
from .limits import Limits
from .rationals import Polynomial
from .ring import Key, Ring, polynomial_key

DISCRIMINANT, RESULTANT, LOWER_EDGE, UPPER_EDGE, LEADING, WALL, COEFFICIENT = (
    "discriminant",
    "resultant",
    "lower edge",
    "upper edge",
    "leading coefficient",
    "wall",
    "coefficient",
)


@dataclass(frozen=True, slots=True)
class Source:
    """Where a factor comes from: the kind, the polynomials (by position), and its exponent there."""

    kind: str
    first: int
    second: int
    exponent: int


@dataclass(frozen=True, slots=True, eq=False)
class Factor:
    """A polynomial of the projection with all its sources: irreducible, or one whose roots where they matter are simple
    and roots of no other (see breaks).
    """

    polynomial: Any
    sources: tuple[Source, ...]

    @property
    def wall(self) -> int | None:
        """The input that the factor itself is, when it does not contain the eliminated variable."""
        return next((s.first for s in self.sources if s.kind == WALL), None)


def project(
    ring: Ring, polynomials: Sequence[Polynomial], variable: int, side: Side, limits: Limits
) -> list[Factor]:
    """The irreducible factors of the projection along one variable, each with its sources."""
    found = projections(ring, polynomials, variable, side, limits)
    return merge(ring, [(split(polynomial), source) for polynomial, source in found])


def projections(
    ring: Ring, polynomials: Sequence[Polynomial], variable: int, side: Side, limits: Limits
) -> list[tuple[Polynomial, Source]]:
    """The projection along one variable, not factored.

    `polynomials` are irreducible and different. Those without the variable are passed down as walls; those
    that are an edge of the box (y - a) have no arc inside and are left out.
    """
    found: list[tuple[Polynomial, Source]] = []

    def add(polynomial: Polynomial, kind: str, first: int, second: int = -1) -> None:
        if polynomial.is_zero():
            raise ArithmeticError(f"the {kind} of different irreducible polynomials vanished")
        found.append((polynomial.primitive()[1], Source(kind, first, second, 1)))

    name = ring.context.name(variable)
    arcs = []
    for i, polynomial in enumerate(polynomials):
        if not ring.uses(polynomial, variable):
            add(polynomial, WALL, i)
        elif not is_edge(ring, polynomial, variable, side):
            arcs.append(i)
    for position, i in enumerate(arcs):
        limits.step("projection", position, len(arcs))
        polynomial = polynomials[i]
        if polynomial.degrees()[variable] > 1:
            add(polynomial.discriminant(name), DISCRIMINANT, i)
        for edge, kind in ((side.lower, LOWER_EDGE), (side.upper, UPPER_EDGE)):
            if edge is not None:
                add(ring.specialise(polynomial, variable, edge), kind, i)
        if not side.is_finite:
            add(ring.split(polynomial, variable)[-1], LEADING, i)
        for j in arcs[:position]:
            limits.step("projection", position, len(arcs))
            add(polynomials[j].resultant(polynomial, name), RESULTANT, j, i)
    return found


Split = list[tuple[Polynomial, int]]


def split(polynomial: Polynomial) -> Split:
    """The irreducible factors of a polynomial of the projection, with their exponents."""
    return irreducible_factors(polynomial)[1]


def merge(ring: Ring, found: Sequence[tuple[Split, Source]]) -> list[Factor]:
    """The irreducible factors of several polynomials of the projection, each once, with all its sources."""
    collected: dict[Key, tuple[Any, list[Source]]] = {}
    for factors, source in found:
        for factor, exponent in factors:
            if ring.is_scalar(factor):
                ring.sign(factor)
                continue
            sources = collected.setdefault(polynomial_key(factor), (factor, []))[1]
            sources.append(Source(source.kind, source.first, source.second, int(exponent)))
    return [Factor(polynomial, tuple(sources)) for polynomial, sources in collected.values()]


def is_edge(ring: Ring, polynomial: Polynomial, variable: int, side: Side) -> bool:
    """Whether an irreducible polynomial is a multiple of y - a for an end a of the side."""
    degrees = polynomial.degrees()
    if degrees[variable] != 1 or any(degrees[k] > 0 for k in ring.parameters if k != variable):
        return False
    return any(
        end is not None and ring.specialise(polynomial, variable, end).is_zero() for end in (side.lower, side.upper)
    )
