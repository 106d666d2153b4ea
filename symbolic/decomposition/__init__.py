"""Exact sign-vector decomposition of boxes: an engine on polynomials that knows nothing of games.

    decompose(polynomials, parameters, box, constants=None, full=False, limits=None) -> Decomposition

takes `fmpz_mpoly` polynomials and returns `cells` (each with `dimension`, exact `sample`, `sign_vector` of
the inputs, `position`, vanishing `atoms`), `adjacency` (full mode), `regions` (connected components of the
open set where no input vanishes) and `neighbours` (pairs of regions that share a wall, with its atoms).

Sample coordinates are `Fraction`, `AlgebraicNumber` (exact, comparable, printed as `root(...)` or with
sqrt), or `FibreNumber` (enclosed as closely as asked).
"""

from __future__ import annotations

from .box import Side
from .cells import Cell, Coordinate, Decomposition, FibreNumber, Region
from .decompose import decompose
from .limits import Limits
from .points import sign_at_point
from .roots import AlgebraicNumber, algebraic, between, real_roots, sign_at

__all__ = [
    "AlgebraicNumber",
    "Cell",
    "Coordinate",
    "Decomposition",
    "FibreNumber",
    "Limits",
    "Region",
    "Side",
    "algebraic",
    "between",
    "decompose",
    "real_roots",
    "sign_at",
    "sign_at_point",
]
