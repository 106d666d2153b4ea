"""Break points: the roots of the projection on the line, in order, and simple rationals between them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from .box import Side
from .isolation import RealRoot
from .projection import Factor
from .rationals import Rational
from .ring import Ring
from .stacks import gap_sample, sort_roots


@dataclass(frozen=True, slots=True, eq=False)
class Break:
    """A root of one factor of the projection (irreducible factors share no roots)."""

    root: RealRoot
    factor: Factor


def break_points(ring: Ring, factors: Sequence[Factor], variable: int, side: Side) -> list[Break]:
    """All roots of the factors inside the side, in increasing order."""
    entries: list[tuple[RealRoot, int]] = []
    for number, factor in enumerate(factors):
        roots = ring.isolate(factor.polynomial, variable, side.lower, side.upper)
        entries.extend((root, number) for root in roots)
    return [Break(root, factors[number]) for root, number in sort_roots(entries)]


def gap_samples(breaks: Sequence[Break], side: Side) -> list[Rational]:
    """A simple rational in each open interval between neighbouring break points and the ends of the side."""
    roots: list[RealRoot | None] = [None, *(item.root for item in breaks), None]
    return [gap_sample(a, b, side) for a, b in pairwise(roots)]
