"""A sweep along the first parameter: what one break does to the stack before it.

Over a break at which one simple root of one projection lies, only the atoms of that projection can move: two arcs of
different atoms cross (a resultant), two arcs of one atom meet and end, or begin (a discriminant), or one arc passes an
edge of the box. So the stack behind the break is that before it, changed in one place, and only the atoms concerned
are isolated over the next base point: their number and order there tell which of these happened, or that the event
lies outside the box (Bentley and Ottmann 1979 sweep segments so; here the candidate events come from the projection).

Everything else, several projections with a common root or one with a multiple root, is left to a whole new stack and
the exact fibre.
"""

from __future__ import annotations

from collections.abc import Sequence

from .isolation import RealRoot, separate
from .links import Link, straight
from .projection import COEFFICIENT, DISCRIMINANT, LOWER_EDGE, RESULTANT, UPPER_EDGE, WALL, Factor, Source
from .rationals import Rational
from .stacks import Lifter, Stack, sort_roots


def advance(lifter: Lifter, before: Stack, point: tuple[Rational, ...], factor: Factor) -> tuple[Stack, Link] | None:
    """The stack over the next base point and the link to it, or None when the break allows more than one event."""
    events = [source for source in factor.sources if source.kind not in (WALL, COEFFICIENT)]
    if len(events) > 1 or any(event.exponent != 1 for event in events):
        return None
    after = _unchanged(before, point, factor)
    if not events:
        return after, straight(len(before.labels))
    event = events[0]
    if event.kind == RESULTANT:
        return _crossing(lifter, before, after, event)
    if event.kind == DISCRIMINANT:
        return _fold(lifter, before, after, event.first)
    if event.kind in (LOWER_EDGE, UPPER_EDGE):
        return _edge(lifter, before, after, event)
    return None


def _unchanged(before: Stack, point: tuple[Rational, ...], factor: Factor) -> Stack:
    """The same arcs over the next base point; a wall atom changes its sign."""
    wall = factor.wall
    negatives = before.negatives
    if wall is not None:
        mask = 1 << wall
        negatives = [negative ^ mask for negative in negatives]
    return Stack(before.lifter, point, before.labels, negatives)


def _changed(after: Stack, at: int, removed: int, labels: Sequence[int], bottom: int | None = None) -> Stack:
    """The stack with some arcs from `at` on replaced; signs follow from below (`bottom`: a new lowest sign mask)."""
    names = [*after.labels[:at], *labels, *after.labels[at + removed :]]
    negatives = after.negatives[: at + 1] if bottom is None else [bottom]
    for label in labels:
        negatives.append(negatives[-1] ^ (1 << label))
    negatives += after.negatives[at + removed + 1 :]
    return Stack(after.lifter, after.point, names, negatives, after.isolated)


def _crossing(lifter: Lifter, before: Stack, after: Stack, event: Source) -> tuple[Stack, Link] | None:
    """At most two neighbouring arcs, one of each atom, are exchanged."""
    pair = (event.first, event.second)
    places = [arc for arc, label in enumerate(before.labels) if label in pair]
    old = [before.labels[arc] for arc in places]
    count = len(old)
    same = after, straight(len(before.labels))
    if not 0 < old.count(event.first) < count:
        return same
    entries: list[tuple[RealRoot, int]] = []
    for atom in pair:
        after.isolated[atom] = lifter.isolate(atom, after.point)
        entries.extend((root, atom) for root in after.isolated[atom])
    new = [label for _, label in sort_roots(entries)]
    if new == old:
        return same
    differ = [k for k in range(min(count, len(new))) if old[k] != new[k]]
    if len(new) != count or len(differ) != 2 or places[differ[0]] + 1 != places[differ[1]]:
        return None
    at = places[differ[0]]
    ends = tuple(arc + 1 if arc <= at else arc for arc in range(len(before.labels)))
    changed = _changed(after, at, 2, (before.labels[at + 1], before.labels[at]))
    return changed, Link(len(before.labels) - 1, ends, ends)


def _fold(lifter: Lifter, before: Stack, after: Stack, atom: int) -> tuple[Stack, Link] | None:
    """At most two neighbouring arcs of the atom end together, or begin together."""
    labels = before.labels
    found = after.isolated[atom] = lifter.isolate(atom, after.point)
    size = len(labels)
    change = len(found) - labels.count(atom)
    if change == 0:
        return after, straight(size)
    if change == -2:
        places = [arc for arc in range(size - 1) if labels[arc] == atom == labels[arc + 1]]
        if len(places) != 1:
            return None
        at = places[0]
        many = tuple(arc + 1 if arc <= at else arc for arc in range(size))
        few = tuple(arc + 1 if arc < at else arc + 2 for arc in range(size - 2))
        return _changed(after, at, 2, ()), Link(size - 1, many, few)
    if change == 2 and len(found) == 2:
        at = _sector(after, found[0])
        many = tuple(arc + 1 if arc <= at else arc for arc in range(size + 2))
        few = tuple(arc + 1 if arc < at else arc + 2 for arc in range(size))
        return _changed(after, at, 0, (atom, atom)), Link(size + 1, few, many)
    return None


def _sector(stack: Stack, height: RealRoot) -> int:
    """The sector of a stack in which a height lies that is none of its arcs."""
    low, high = 0, len(stack.labels)
    while low < high:
        middle = (low + high) // 2
        if separate(stack.root(middle), height) < 0:
            low = middle + 1
        else:
            high = middle
    return low


def _edge(lifter: Lifter, before: Stack, after: Stack, event: Source) -> tuple[Stack, Link] | None:
    """One arc of the atom enters or leaves at an edge."""
    labels, atom = before.labels, event.first
    found = after.isolated[atom] = lifter.isolate(atom, after.point)
    size = len(labels)
    change = len(found) - labels.count(atom)
    low = event.kind == LOWER_EDGE
    few_ends = tuple(range(1, min(size, size + change) + 1))
    larger = max(size, size + change)
    many_ends = tuple(range(larger)) if low else tuple(range(1, larger + 1))
    if change == 1:
        link = Link(size, few_ends, many_ends)
        if low:
            return _changed(after, 0, 0, (atom,), after.negatives[0] ^ (1 << atom)), link
        negatives = [*after.negatives, after.negatives[-1] ^ (1 << atom)]
        return Stack(after.lifter, after.point, [*labels, atom], negatives, after.isolated), link
    if change == -1 and labels[0 if low else -1] == atom:
        link = Link(size - 1, many_ends, few_ends)
        kept = slice(1, None) if low else slice(None, -1)
        return Stack(after.lifter, after.point, labels[kept], after.negatives[kept], after.isolated), link
    return None
