"""Cylinders: the points and intervals of the first parameter, and all cells over each of them."""

from __future__ import annotations

from ..errors import NotSupportedError
from .cells import Coordinate, Decomposition
from .geometry import PlaneGeometry
from .monotone import coordinate
from .rationals import as_fraction


def cylinders(decomposition: Decomposition) -> list[tuple[Coordinate, tuple[int, ...]]]:
    """The base cells of a full plane decomposition from left to right: an exact sample, and the cells over it.

    Points and open intervals alternate; every cell listed over a base cell meets the line over each point of it.
    Raises NotSupportedError unless the decomposition is a full one in two parameters.

    >>> from flint import fmpz_mpoly_ctx
    >>> from berknash.symbolic.decomposition.decompose import decompose
    >>> x, y = fmpz_mpoly_ctx.get(["x", "y"], "lex").gens()
    >>> full = decompose([x**2 + y**2 - 1], ["x", "y"], [(-2, 2), (-2, 2)], full=True)
    >>> [(str(sample), len(above)) for sample, above in cylinders(full)]
    [('-3/2', 1), ('-1', 3), ('0', 5), ('1', 3), ('3/2', 1)]
    """
    geometry = decomposition.geometry
    if not decomposition.full or not isinstance(geometry, PlaneGeometry):
        raise NotSupportedError("cylinders are listed for a full decomposition in two parameters")
    base: list[Coordinate] = []
    if geometry.ends[0] is not None:
        base.append(as_fraction(geometry.ends[0][0]))
    for gap, sample in enumerate(geometry.samples):
        if gap:
            base.append(coordinate(geometry.breaks[gap - 1].root))
        base.append(as_fraction(sample))
    if geometry.ends[1] is not None:
        base.append(as_fraction(geometry.ends[1][0]))
    return [(sample, tuple(row)) for sample, row in zip(base, geometry.columns, strict=True)]
