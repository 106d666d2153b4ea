"""Stacks: the arcs over one rational point of the base, in order, and the sectors between them.

Over a base cell with sample point x the roots of all atoms p(x, .) inside the side of the last variable,
sorted, are the *arcs*; the open intervals between them are the *sectors*, numbered from the bottom. Every
root is simple, so an atom changes its sign exactly at its own arcs.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from flint import arb, fmpq, fmpq_poly, fmpz_poly

from ..errors import UndecidedError
from .atoms import Atoms
from .box import Side
from .isolation import PRECISION_LIMIT, RealRoot, certified_sign, isolate, simplest_gap
from .projection import is_edge
from .rationals import Polynomial, Rational, simplest_between
from .ring import ConstantPolynomial, Ring


def sort_roots(entries: list[tuple[RealRoot, int]]) -> list[tuple[RealRoot, int]]:
    """Sorts different real numbers, shrinking their intervals until they are disjoint."""
    for _ in range(PRECISION_LIMIT):
        entries.sort(key=_lower_end)
        clash = False
        for (first, _a), (second, _b) in pairwise(entries):
            if first.upper > second.lower or first.lower == second.lower:
                clash = True
                first.halve()
                second.halve()
        if not clash:
            return entries
    raise UndecidedError("numbers that are formally different could not be separated by balls")


def _lower_end(entry: tuple[RealRoot, int]) -> Any:
    return entry[0].lower


def gap_sample(before: RealRoot | None, after: RealRoot | None, side: Side) -> Rational:
    """The simplest rational strictly between two neighbouring roots, or between a root and the end of the
    side."""
    return simplest_gap(before, after, side.lower, side.upper)


@dataclass(slots=True, eq=False)
class Stack:
    """The arcs over a rational base point: roots in increasing order, their atoms, and the sectors' signs.

    `negatives[i]` is the mask of atoms that are negative on sector i (below arc i).
    """

    point: tuple[Rational, ...]
    roots: list[RealRoot]
    labels: list[int]
    negatives: list[int]
    side: Side

    def sector_sample(self, sector: int) -> Rational:
        """A simple rational in a sector."""
        before = self.roots[sector - 1] if sector > 0 else None
        after = self.roots[sector] if sector < len(self.roots) else None
        return gap_sample(before, after, self.side)


class Lifter:
    """Lifts base points: the atoms prepared as polynomials in the last variable.

    `base` are the generators of the base coordinates, `variable` the last one.
    """

    def __init__(self, atoms: Atoms, base: Sequence[int], variable: int, side: Side) -> None:
        self.atoms = atoms
        self.ring: Ring = atoms.ring
        self.base = tuple(base)
        self.variable = variable
        self.side = side
        self.arcs: list[int] = []
        self.walls: list[int] = []
        self.edge_negative = 0
        self.edges: dict[int, Rational] = {}
        for index, atom in enumerate(atoms.polynomials):
            if not self.ring.uses(atom, variable):
                self.walls.append(index)
            elif is_edge(self.ring, atom, variable, side):
                zero = fmpq(*_linear_zero(self.ring, atom, variable))
                self.edges[index] = zero
                # Inside the box y lies below an upper edge; the leading coefficient is positive.
                if side.upper is not None and zero == side.upper:
                    self.edge_negative |= 1 << index
            else:
                self.arcs.append(index)
        self._columns: dict[int, list[Any]] = {}
        self._fast = len(self.base) == 1 and not self.ring.constants
        if self._fast:
            for index in (*self.arcs, *self.walls):
                parts = self.ring.split(atoms.polynomials[index], variable)
                self._columns[index] = [self.ring.univariate(part, self.base[0]) for part in parts]

    def fibre(self, index: int, point: Sequence[Rational]) -> Any:
        """A positive multiple of the atom at a rational base point, as a polynomial in the last variable."""
        if self._fast:
            return fmpq_poly([column(point[0]) for column in self._columns[index]]).numer()
        polynomial: Polynomial = self.atoms.polynomials[index]
        for generator, value in zip(self.base, point, strict=True):
            polynomial = self.ring.specialise(polynomial, generator, value)
        return self.ring.univariate(polynomial, self.variable)

    def lift(self, point: Sequence[Rational]) -> Stack:
        """The stack over a point at which no factor of the projection vanishes."""
        side = self.side
        entries: list[tuple[RealRoot, int]] = []
        negative = self.edge_negative
        for index in self.walls:
            value = self.fibre(index, point)
            if (value[0] < 0) if isinstance(value, fmpz_poly) else self.ring.sign(value.parts[0]) < 0:
                negative |= 1 << index
        for index in self.arcs:
            value = self.fibre(index, point)
            if isinstance(value, fmpz_poly):
                roots = isolate(value, side.lower, side.upper)
            else:
                roots = value.isolate(side.lower, side.upper)
            entries.extend((root, index) for root in roots)
            if _sign_at_bottom(value, side, roots, self.ring) < 0:
                negative |= 1 << index
        sort_roots(entries)
        negatives = [negative]
        for _, index in entries:
            negative ^= 1 << index
            negatives.append(negative)
        return Stack(tuple(point), [r for r, _ in entries], [i for _, i in entries], negatives, side)


def _sign_at_bottom(value: Any, side: Side, roots: list[RealRoot], ring: Ring) -> int:
    """The sign of a polynomial just above the lower end of the side, below all its roots there."""
    if roots:
        # Below the first simple root the sign is opposite to the one above it.
        return -roots[0].sign_above
    point = simplest_between(side.lower, side.upper)
    if isinstance(value, ConstantPolynomial) and value.degree() == 0:
        return ring.sign(value.parts[0])
    return certified_sign(value, point)


def _linear_zero(ring: Ring, polynomial: Polynomial, variable: int) -> tuple[Any, Any]:
    """Numerator and denominator of the root of q y - p with integers p, q."""
    constant, slope = ring.univariate(polynomial, variable).coeffs()
    return -constant, slope


def root_ball(root: RealRoot, precision: int) -> Any:
    """A ball around a root, at the working precision."""
    return arb(root.lower) if root.is_exact else root.ball(precision)


def isolate_any(value: Any, lower: Rational | None, upper: Rational | None) -> list[RealRoot]:
    """The roots in an open interval of an integer polynomial or of one with constants."""
    return isolate(value, lower, upper) if isinstance(value, fmpz_poly) else list(value.isolate(lower, upper))
