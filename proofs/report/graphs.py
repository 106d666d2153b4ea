"""Where the nodes, arrows and loops of a transition graph go: on a circle, in the order of the actions.

Shared by the matplotlib and the TikZ pictures. Two actions lie side by side; loops point away from the centre.
"""

from __future__ import annotations

import math
import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ...symbolic.results.diagram import profile_names

if TYPE_CHECKING:
    from ...symbolic.results.diagram import PhaseDiagram
    from ...symbolic.results.phase import Phase

_LONGEST = 12


@dataclass(frozen=True, slots=True)
class Node:
    """An action: its place on the unit circle, the direction of its loop in degrees, whether it is locked in."""

    name: str
    x: float
    y: float
    loop: float
    locked: bool
    cyclic: bool


@dataclass(frozen=True, slots=True)
class Arrow:
    """A transition between different actions by position of its ends; `bent` when the reverse exists too."""

    start: int
    end: int
    bent: bool


@dataclass(frozen=True, slots=True)
class Graph:
    """The picture of one transition graph."""

    nodes: tuple[Node, ...]
    arrows: tuple[Arrow, ...]
    loops: tuple[int, ...]


def graph_of(diagram: PhaseDiagram, phase: Phase) -> Graph:
    """The transition graph of a phase, laid out."""
    names = profile_names(diagram.game)
    places = {name: place for place, name in enumerate(names)}
    cyclic = {places[name] for cycle in phase.structure.cycles for name in cycle}
    return laid_out(names, [(places[a], places[b]) for a, b in phase.structure.transitions], cyclic)


def name_lines(name: str) -> tuple[str, ...]:
    """The name of a node in lines: long profiles are broken after each action.

    >>> name_lines("a1,a2"), name_lines("plus:high|minus:low")
    (('a1,a2',), ('plus:high|', 'minus:low'))
    """
    if len(name) <= _LONGEST:
        return (name,)
    return tuple(re.findall(r"[^|,]+[|,]?", name))


def laid_out(names: Sequence[str], edges: Collection[tuple[int, int]], cyclic: Collection[int]) -> Graph:
    """A graph on a circle; edges are pairs of positions.

    >>> [node.locked for node in laid_out(["a", "b"], [(0, 0), (1, 0)], []).nodes]
    [True, False]
    """
    count = len(names)
    nodes = []
    for index, name in enumerate(names):
        angle = math.pi - 2 * math.pi * index / count if count < 3 else math.pi / 2 - 2 * math.pi * index / count
        x, y = (round(math.cos(angle), 9), round(math.sin(angle), 9)) if count > 1 else (0.0, 0.0)
        loop = 90.0 if count < 3 else math.degrees(angle) % 360
        locked = [end for start, end in edges if start == index] == [index]
        nodes.append(Node(name, x, y, round(loop, 6), locked, index in cyclic))
    arrows = tuple(Arrow(a, b, (b, a) in edges) for a, b in edges if a != b)
    return Graph(tuple(nodes), arrows, tuple(a for a, b in edges if a == b))
