"""Exact sign-vector decomposition where parameters stand inside logarithms, in one and two parameters.

    log_cells(table, order) -> LogDecomposition

takes the atoms of a game and gives the cells of its domain: every atom's sign, the dimension and a sample point, and
the boxes, if any, in which zeros could not be certified. `decompose_line` and `decompose_plane` do the same for
functions of any origin; `isolate_roots` finds all zeros of one function of one variable.
"""

from __future__ import annotations

from .cells import LogCell, LogDecomposition, UndecidedBox
from .functions import LineFunction
from .isolation import Isolation, isolate_roots
from .line import decompose_line
from .plane import decompose_plane
from .roots import CertifiedRoot
from .table import log_cells

__all__ = [
    "CertifiedRoot",
    "Isolation",
    "LineFunction",
    "LogCell",
    "LogDecomposition",
    "UndecidedBox",
    "decompose_line",
    "decompose_plane",
    "isolate_roots",
    "log_cells",
]
