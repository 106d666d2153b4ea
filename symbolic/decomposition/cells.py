"""Results: cells with their samples and sign vectors, open regions, and the whole decomposition."""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

import flint

from ..floats import nearest_float
from .isolation import RealRoot
from .rationals import as_fraction
from .roots import AlgebraicNumber


@dataclass(frozen=True, slots=True, eq=False)
class FibreNumber:
    """A real number y given as a root of a polynomial over Q(alpha), alpha another coordinate of the point.

    Used where y has no polynomial with rational coefficients at hand; also for numbers over constants.
    `root` encloses it in rationals as closely as asked.
    """

    root: RealRoot

    def bounds(self, bits: int = 53) -> tuple[Fraction, Fraction]:
        """Rationals around the number at most 2**-bits apart."""
        self.root.narrow(bits)
        return as_fraction(self.root.lower), as_fraction(self.root.upper)

    def ball(self, precision: int) -> Any:
        """An `arb` ball of radius about 2**-precision around the number, at the working precision."""
        return self.root.ball(precision)

    def __float__(self) -> float:
        with flint.ctx.workprec(80):
            return nearest_float(self.root.ball(60).mid())


Coordinate = Fraction | AlgebraicNumber | FibreNumber


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell: a point, an open arc or an open piece of the box on which every input has one sign.

    `sign_vector` is in the order of the input polynomials. `sample` lies in the cell, exactly. `position`
    counts along each parameter in turn: even numbers are open intervals between breaks, odd ones the
    breaks, for the first parameter; then the same up the stack. A cell in two parameters that reaches over
    several intervals has the position of its leftmost piece. `atoms` are the atoms that vanish on the
    cell.
    """

    index: int
    dimension: int
    sample: tuple[Coordinate, ...]
    sign_vector: tuple[int, ...]
    position: tuple[int, ...]
    atoms: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Region:
    """A connected component of the open set on which no input vanishes (a union of open cells and walls
    between).

    `cells` are indices into the decomposition's cells; `sample` is rational.
    """

    index: int
    sign_vector: tuple[int, ...]
    cells: tuple[int, ...]
    sample: tuple[Fraction, ...]


@dataclass(frozen=True, slots=True)
class Decomposition:
    """The sign-vector decomposition of a box.

    `cells`: in full mode every cell of every dimension, else the open ones; ordered by `position`.
    `adjacency`: pairs (i, j), i < j, of cells one of which lies in the closure of the other (full mode),
    so that cells of one structure joined by such pairs make up connected pieces. `regions`: the connected
    open regions. `neighbours`: pairs of regions that share a piece of boundary of codimension one, with
    the atoms that vanish on it. `atoms` are the irreducible factors of the inputs, `full` says whether all
    dimensions are present. `walls` (three parameters): one cell for each sign vector that occurs on a
    surface inside the box, all of them.
    """

    parameters: tuple[str, ...]
    polynomials: tuple[Any, ...]
    atoms: tuple[Any, ...]
    cells: tuple[Cell, ...]
    regions: tuple[Region, ...]
    adjacency: tuple[tuple[int, int], ...] = ()
    neighbours: tuple[tuple[int, int, tuple[int, ...]], ...] = ()
    full: bool = False
    geometry: Any = field(default=None, repr=False)
    walls: tuple[Cell, ...] = ()

    def sign_vectors(self) -> list[tuple[int, ...]]:
        """The sign vectors that occur on open cells, sorted."""
        return sorted({region.sign_vector for region in self.regions})
