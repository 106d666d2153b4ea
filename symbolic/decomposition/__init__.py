"""Exact sign-vector decomposition of boxes: an engine on polynomials that knows nothing of games.

    decompose(polynomials, parameters, box, constants=None, full=False, limits=None) -> Decomposition

takes `fmpz_mpoly` polynomials and returns `cells` (each with `dimension`, exact `sample`, `sign_vector` of
the inputs, `position`, vanishing `atoms`), `adjacency` (full mode), `regions` (connected components of the
open set where no input vanishes) and `neighbours` (pairs of regions that share a wall, with its atoms).

Sample coordinates are `Fraction`, `AlgebraicNumber` (exact, comparable, printed as `root(...)` or with
sqrt), or `FibreNumber` (enclosed as closely as asked).

In two parameters a cell reaches along the first one as far as it stays whole; `cylinders(decomposition)`
lists the points and intervals of the first parameter, each with all cells over it.

`sign_at_point(polynomial, parameters, sample)` gives the exact sign of any polynomial at any sample;
`region_measures(decomposition)` exact or certified lengths and areas; `region_polygons`, `boundary_curves`
and `arc_heights` what there is to draw. `Limits(max_cells, seconds, progress)` bounds the work.
"""

from __future__ import annotations

from .area import Measure, region_measures
from .box import Side
from .cells import Cell, Coordinate, Decomposition, FibreNumber, Region
from .cylinders import cylinders
from .decompose import decompose
from .limits import Limits
from .outlines import Curve, arc_heights, boundary_curves, region_polygons
from .points import sign_at_point
from .roots import AlgebraicNumber, algebraic, between, real_roots, sign_at

__all__ = [
    "AlgebraicNumber",
    "Cell",
    "Coordinate",
    "Curve",
    "Decomposition",
    "FibreNumber",
    "Limits",
    "Measure",
    "Region",
    "Side",
    "algebraic",
    "arc_heights",
    "between",
    "boundary_curves",
    "cylinders",
    "decompose",
    "real_roots",
    "region_measures",
    "region_polygons",
    "sign_at",
    "sign_at_point",
]
