"""Stacks: the arcs over one rational point of the base, in order, and the sectors between them.

Over a base cell with sample point x the roots of all atoms p(x, .) inside the side of the last variable,
sorted, are the *arcs*; the open intervals between them are the *sectors*, numbered from the bottom. Every
root is simple, so an atom changes its sign exactly at its own arcs.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

from flint import arb, fmpq, fmpq_poly, fmpz_poly

from ..errors import UndecidedError
from .atoms import Atoms
from .box import Side
from .fibres import Field, embed_coefficients, trim
from .isolation import SHRINKING_STEPS, RealRoot, certified_sign, isolate, separate, simplest_gap
from .projection import is_edge
from .rationals import Polynomial, Rational, simplest_between
from .ring import ConstantPolynomial, Ring


def sort_roots(entries: list[tuple[RealRoot, int]]) -> list[tuple[RealRoot, int]]:
    """Sorts different real numbers, shrinking their intervals until they are disjoint."""
    for step in range(SHRINKING_STEPS):
        entries.sort(key=_lower_end)
        clash = False
        for (first, _a), (second, _b) in pairwise(entries):
            if first.upper > second.lower or first.lower == second.lower:
                clash = True
                first.shrink(step)
                second.shrink(step)
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
    """The arcs over a rational base point: their atoms in increasing order, and the signs of the sectors.

    `negatives[i]` is the mask of atoms that are negative on sector i (below arc i). The heights are isolated when they
    are asked for, atom by atom: `isolated` holds those at hand.
    """

    lifter: Lifter = field(repr=False)
    point: tuple[Rational, ...]
    labels: list[int]
    negatives: list[int]
    isolated: dict[int, list[RealRoot]] = field(default_factory=dict, repr=False)
    _apart: bool = field(default=False, repr=False)

    @property
    def side(self) -> Side:
        """The side of the last variable."""
        return self.lifter.side

    def root(self, arc: int) -> RealRoot:
        """The height of an arc over the base point."""
        atom = self.labels[arc]
        if atom not in self.isolated:
            self.isolated[atom] = self.lifter.isolate(atom, self.point)
        return self.isolated[atom][self.labels[:arc].count(atom)]

    @property
    def roots(self) -> list[RealRoot]:
        """The heights of all arcs, in increasing order, in intervals with gaps between them."""
        found = [self.root(arc) for arc in range(len(self.labels))]
        if not self._apart:
            for first, second in pairwise(found):
                if separate(first, second) > 0:
                    raise ArithmeticError("the arcs of a stack are out of order")
                while first.upper == second.lower:
                    first.halve()
                    second.halve()
            self._apart = True
        return found

    def sector_sample(self, sector: int) -> Rational:
        """A simple rational in a sector."""
        before = self.root(sector - 1) if sector > 0 else None
        after = self.root(sector) if sector < len(self.labels) else None
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

    def degree(self, index: int) -> int:
        """The degree of an atom in the last variable."""
        return int(self.atoms.polynomials[index].degrees()[self.variable])

    def embed(self, field_: Field, index: int) -> list[Any]:
        """The coefficients of an atom in the field of a base coordinate, lowest first and trimmed."""
        if self._fast:
            return trim(field_, [field_.embed(column) for column in self._columns[index]])
        return embed_coefficients(field_, self.ring, self.atoms.polynomials[index], self.base[0], self.variable)

    def isolate(self, index: int, point: Sequence[Rational]) -> list[RealRoot]:
        """The heights of one atom's arcs over a point at which no factor of the projection vanishes."""
        return isolate_any(self.fibre(index, point), self.side.lower, self.side.upper)

    def lift(self, point: Sequence[Rational]) -> Stack:
        """The stack over a point at which no factor of the projection vanishes."""
        side = self.side
        entries: list[tuple[RealRoot, int]] = []
        isolated: dict[int, list[RealRoot]] = {}
        negative = self.edge_negative
        for index in self.walls:
            value = self.fibre(index, point)
            if (value[0] < 0) if isinstance(value, fmpz_poly) else self.ring.sign(value.parts[0]) < 0:
                negative |= 1 << index
        for index in self.arcs:
            value = self.fibre(index, point)
            roots = isolated[index] = isolate_any(value, side.lower, side.upper)
            entries.extend((root, index) for root in roots)
            if _sign_at_bottom(value, side, roots, self.ring) < 0:
                negative |= 1 << index
        labels = [index for _, index in sort_roots(entries)]
        negatives = [negative]
        for index in labels:
            negative ^= 1 << index
            negatives.append(negative)
        return Stack(self, tuple(point), labels, negatives, isolated)


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
