"""Links: how the arcs of two neighbouring stacks run into the fibre between them.

A `Link` numbers the points of the fibre 1..n from the bottom; 0 stands for the bottom end of the box (or
-oo) and n + 1 for the top. `left[i]` and `right[i]` are the points at which arc i of the left and right
stack ends. The open fibre interval g lies between the points g and g + 1; it touches exactly one sector on
each side, and these two sectors belong to the same connected component of the complement of the arcs.

Two routes give the same link. Here, `elementary_link` reads it off the labels of the stacks when a single
simple root of the projection allows only one event: a simple root of a resultant exchanges two
neighbouring arcs, a simple root of a discriminant creates or removes a neighbouring pair of arcs of one
atom, a simple root on an edge lets one arc in or out; if the labels agree, the event is outside the box.
`exact_link`, in exact_links, computes the fibre.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from .isolation import RealRoot
from .projection import COEFFICIENT, DISCRIMINANT, LOWER_EDGE, RESULTANT, UPPER_EDGE, WALL, Source


@dataclass(frozen=True, slots=True, eq=False)
class FibrePoint:
    """A point of a fibre: its height (a root of a polynomial over K), and the atoms that vanish there."""

    root: RealRoot
    polynomial: Any
    atoms: tuple[int, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Link:
    """Where the arcs of the two neighbouring stacks end (see the module); `points` only from the exact
    route.
    """

    size: int
    left: tuple[int, ...]
    right: tuple[int, ...]
    points: tuple[FibrePoint, ...] = ()


def straight(count: int) -> Link:
    """The link over a point at which nothing happens."""
    ends = tuple(range(1, count + 1))
    return Link(count, ends, ends)


def elementary_link(left: Sequence[int], right: Sequence[int], sources: Sequence[Source]) -> Link | None:
    """The link that a single simple event allows, or None when the labels leave more than one possibility."""
    events = [source for source in sources if source.kind not in (WALL, COEFFICIENT)]
    if len(left) == len(right) and list(left) == list(right) and not events:
        return straight(len(left))
    if len(events) != 1 or events[0].exponent != 1:
        return None
    event = events[0]
    if event.kind == RESULTANT:
        return _exchange(left, right)
    if event.kind == DISCRIMINANT:
        return _pair(left, right, event.first)
    if event.kind in (LOWER_EDGE, UPPER_EDGE):
        return _edge(left, right, event)
    return None


def _exchange(left: Sequence[int], right: Sequence[int]) -> Link | None:
    if len(left) != len(right):
        return None
    differ = [i for i, (a, b) in enumerate(zip(left, right, strict=True)) if a != b]
    if not differ:
        return straight(len(left))
    if len(differ) != 2 or differ[1] != differ[0] + 1 or left[differ[0]] != right[differ[1]]:
        return None
    ends = tuple(i + 1 if i <= differ[0] else i for i in range(len(left)))
    return Link(len(left) - 1, ends, ends)


def _pair(left: Sequence[int], right: Sequence[int], atom: int) -> Link | None:
    if len(left) == len(right):
        return straight(len(left)) if list(left) == list(right) else None
    short, long = (left, right) if len(left) < len(right) else (right, left)
    if len(long) != len(short) + 2:
        return None
    at = next((i for i, label in enumerate(short) if long[i] != label), len(short))
    # With arcs of the same atom next to the pair, the labels do not tell which two of them meet.
    if list(long[at : at + 2]) != [atom, atom] or list(long[at + 2 :]) != list(short[at:]):
        return None
    if (at > 0 and short[at - 1] == atom) or (at < len(short) and short[at] == atom):
        return None
    few = tuple(i + 1 if i < at else i + 2 for i in range(len(short)))
    many = tuple(i + 1 if i <= at else i for i in range(len(long)))
    size = len(short) + 1
    return Link(size, few, many) if short is left else Link(size, many, few)


def _edge(left: Sequence[int], right: Sequence[int], event: Source) -> Link | None:
    if len(left) == len(right):
        return straight(len(left)) if list(left) == list(right) else None
    short, long = (left, right) if len(left) < len(right) else (right, left)
    size = len(short)
    if len(long) != size + 1:
        return None
    if event.kind == LOWER_EDGE:
        if long[0] != event.first or list(long[1:]) != list(short):
            return None
        many = tuple(range(size + 1))
    else:
        if long[-1] != event.first or list(long[:-1]) != list(short):
            return None
        many = tuple(range(1, size + 2))
    few = tuple(range(1, size + 1))
    return Link(size, few, many) if short is left else Link(size, many, few)
