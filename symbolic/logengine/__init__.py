"""Exact sign-vector decomposition where parameters stand inside logarithms, in one and two parameters.

    log_cells(table, order) -> LogDecomposition

takes the atoms of a game and gives the cells of its domain: every atom's sign, the dimension and a sample point, and
the boxes, if any, in which zeros could not be certified. `decompose_line` (one parameter), `decompose_plane` (two, one
of them outside all logarithms: exact) and `decompose_curves` (both inside) do the same for functions of any origin.
`isolate_roots` finds all zeros of one function of one variable; `sign_areas` encloses the areas of sign vectors.
"""

from __future__ import annotations

from .areas import SignArea, sign_areas
from .cells import LogCell, LogDecomposition, UndecidedBox
from .curves import decompose_curves
from .functions import LineFunction
from .isolation import isolate_roots
from .line import decompose_line
from .plane import decompose_plane, decompose_star, star_base
from .roots import CertifiedRoot
from .subdivision import Isolation

__all__ = [
    "CertifiedRoot",
    "Isolation",
    "LineFunction",
    "LogCell",
    "LogDecomposition",
    "SignArea",
    "UndecidedBox",
    "decompose_curves",
    "decompose_line",
    "decompose_plane",
    "decompose_star",
    "isolate_roots",
    "sign_areas",
    "star_base",
]
