"""Where the nodes, arrows and loops of a transition graph go: on a circle, in the order of the actions.

Shared by the matplotlib and the TikZ pictures. Two actions lie side by side; loops point away from the centre.
"""

from __future__ import annotations

import math
import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING

from ...symbolic.results.diagram import profile_names

if TYPE_CHECKING:
    from ...symbolic.results.diagram import PhaseDiagram
    from ...symbolic.results.phase import Phase

_LONGEST = 12
_MARGIN = 2.8  # the frame of a box on both sides, and a gap in which an arrow is seen, in ems
_LEVEL = 1e-6


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


def radius_in_ems(graph: Graph) -> float:
    """The radius of the circle, in widths of an m of the names' font, on which no two boxes of names touch.

    A letter is taken for 0.6 wide and a line for 1.25 high; two boxes are apart where they are so in one direction.

    >>> names = [f"low:{a}|high:{b},none:{c}" for a in ("keep", "sell") for b in ("keep", "sell") for c in "xy"]
    >>> radius_in_ems(laid_out(["a", "b", "c"], [], [])) < 3 < 9 < radius_in_ems(laid_out(names, [], []))
    True
    """
    sizes = []
    for node in graph.nodes:
        lines = name_lines(node.name)
        sizes.append((0.6 * max(map(len, lines)) + _MARGIN, 1.25 * len(lines) + _MARGIN))
    needed = 0.0
    for (first, (wide, tall)), (last, (wide_too, tall_too)) in combinations(zip(graph.nodes, sizes, strict=True), 2):
        across, along = abs(first.x - last.x), abs(first.y - last.y)
        fits = [(wide + wide_too) / 2 / across] if across > _LEVEL else []
        fits += [(tall + tall_too) / 2 / along] if along > _LEVEL else []
        needed = max(needed, min(fits))
    return needed


def growth(graphs: Iterable[Graph], radius_in_ems_now: float) -> float:
    """How many times larger pictures must be than where the circle has this radius; 1 where all boxes have room.

    Graphs of one or two nodes lie on a line and are fitted by the size of their letters.

    >>> growth([laid_out(["a", "b", "c"], [], [])], 5), growth([laid_out(["a" * 12] * 8, [], [])], 4) > 2
    (1.0, True)
    """
    return max([1.0, *(radius_in_ems(graph) / radius_in_ems_now for graph in graphs if len(graph.nodes) > 2)])


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
