"""Heights of arcs over a break at which one simple event happens: only the arcs that are asked for are isolated.

Where two atoms cross, each has a simple root at the crossing and no other projection of either vanishes; so the roots
of one of them over the break are as many as its arcs beside it, in the same order. Where an atom folds, the height is
its double root (see `folds`).
"""

from __future__ import annotations

from typing import Any

from .breaks import Break
from .exact_links import multiple_roots
from .fibres import FibrePolynomial, NumberField, make_field
from .folds import fold_roots
from .isolation import RealRoot, isolate_balls
from .links import FibrePoint, Link
from .projection import DISCRIMINANT, LOWER_EDGE, UPPER_EDGE
from .stacks import Lifter, Stack


class Fibre:
    """The points over a break; `link` comes from the event alone or from the exact route, whose points are known."""

    def __init__(self, lifter: Lifter, item: Break, left: Stack, right: Stack, link: Link) -> None:
        self.lifter = lifter
        self.item = item
        self.left = left
        self.right = right
        self.link = link
        self._field: Any = None
        self._heights: dict[int, list[RealRoot]] = {}
        self._points: dict[int, FibrePoint] = {}

    def atoms(self, point: int) -> tuple[int, ...]:
        """The atoms that vanish at a point of the fibre (numbered from 1), besides a wall."""
        if self.link.points:
            return self.link.points[point - 1].atoms
        found: set[int] = set()
        for stack, ends in ((self.left, self.link.left), (self.right, self.link.right)):
            found.update(label for label, end in zip(stack.labels, ends, strict=True) if end == point)
        return tuple(sorted(found))

    def height(self, point: int) -> RealRoot | None:
        """The height of a point of the fibre; None for the ends of the side (0 and size + 1)."""
        if not 0 < point <= self.link.size:
            return None
        if self.link.points:
            return self.link.points[point - 1].root
        sides = [(self.left, self.link.left), (self.right, self.link.right)]
        atom = min(self.atoms(point), key=lambda k: (self.lifter.degree(k), k))
        ranks = []
        for stack, ends in sides:
            own = [end for label, end in zip(stack.labels, ends, strict=True) if label == atom]
            ranks.append((len(own), [rank for rank, end in enumerate(own) if end == point]))
        if sorted(len(places) for _, places in ranks) == [0, 2]:
            return self._fold(atom)
        heights = self._roots(atom)
        for count, places in ranks:
            if count == len(heights) and len(places) == 1:
                return heights[places[0]]
        raise ArithmeticError("an atom has another number of points over a break than arcs beside it")

    def _parts(self, atom: int) -> tuple[Any, list[Any]]:
        if self._field is None:
            lifter = self.lifter
            self._field = make_field(lifter.ring, lifter.base[0], self.item.factor.polynomial, self.item.root)
        return self._field, self.lifter.embed(self._field, atom)

    def _roots(self, atom: int) -> list[RealRoot]:
        if atom not in self._heights:
            field, parts = self._parts(atom)
            side = self.lifter.side
            whole = FibrePolynomial(field, tuple(parts))
            at_end = any(s.kind in (LOWER_EDGE, UPPER_EDGE) and s.first == atom for s in self.item.factor.sources)
            rational = isinstance(field, NumberField) and whole.exact() is not None
            if at_end or rational:
                self._heights[atom] = whole.isolate(side.lower, side.upper)
            else:
                self._heights[atom] = isolate_balls(whole, side.lower, side.upper)
        return self._heights[atom]

    def _fold(self, atom: int) -> RealRoot:
        if not any(s.kind == DISCRIMINANT and s.first == atom for s in self.item.factor.sources):
            raise ArithmeticError("two arcs of an atom meet where its discriminant does not vanish")
        field, parts = self._parts(atom)
        found = fold_roots(field, parts, self.lifter.side, True)
        if found is not None and found[1] is not None:
            return found[0][found[1]]
        (double,) = multiple_roots(field, parts, self.lifter)
        return double
