"""Two parameters: the stacks over the gaps of the first, and the cells they make up."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from .atoms import Atoms
from .box import Side
from .cells import Decomposition
from .geometry import build_plane
from .limits import Limits
from .monotone import plane_cells
from .regions import make_regions


def decompose_plane(
    atoms: Atoms,
    names: tuple[str, str],
    polynomials: tuple[Any, ...],
    sides: tuple[Side, Side],
    full: bool,
    limits: Limits,
) -> Decomposition:
    """The decomposition of a two-parameter box; see `decompose`."""
    base, variable = atoms.ring.parameters
    geometry = build_plane(atoms, base, variable, sides, full, limits)
    found = plane_cells(atoms, geometry, full, limits)
    regions, neighbours = make_regions(found.cells, found.partition(), 2)
    return Decomposition(
        names,
        polynomials,
        atoms.polynomials,
        tuple(found.cells),
        regions,
        tuple(found.adjacency),
        neighbours,
        full,
        replace(geometry, rows=tuple(found.rows), columns=tuple(found.columns)),
    )
