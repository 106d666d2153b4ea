"""What follows from a transition graph alone: absorbing sets and cycles."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from itertools import islice

from ..errors import BudgetError
from .agent import Set as Set

CYCLE_LIMIT = 1_000


def absorbing_sets(nodes: Sequence[int], edges: Sequence[tuple[int, int]]) -> tuple[Set, ...]:
    """Sink strongly connected components of the transition graph (every node has a successor)."""
    reach: dict[int, set[int]] = {}
    successors: dict[int, list[int]] = {n: [] for n in nodes}
    for a, b in edges:
        successors[a].append(b)
    for node in nodes:
        seen: set[int] = set()
        stack = list(successors[node])
        while stack:
            current = stack.pop()
            if current not in seen:
                seen.add(current)
                stack.extend(successors[current])
        reach[node] = seen
    sinks = {
        tuple(sorted(reach[node]))
        for node in nodes
        if node in reach[node] and all(reach[other] == reach[node] for other in reach[node])
    }
    return tuple(sorted(sinks))


@lru_cache(maxsize=256)
def rotated(cycle: tuple[str, ...]) -> tuple[str, ...]:
    """The cycle from its first name in alphabetical order on.

    >>> rotated(("stay", "go", "run"))
    ('go', 'run', 'stay')
    """
    first = cycle.index(min(cycle))
    return cycle[first:] + cycle[:first]


def listed_cycles(
    count: int, edges: tuple[tuple[int, int], ...], limit: int = CYCLE_LIMIT
) -> tuple[tuple[Set, ...], int]:
    """Simple directed cycles of length at least two, and the length up to which all of them are listed.

    There can be exponentially many: lengths are added as long as no more than `limit` cycles are listed in all. Each
    starts at its smallest node.

    >>> listed_cycles(3, ((0, 1), (1, 0), (1, 2), (2, 2)))
    (((0, 1),), 3)
    """
    import networkx  # for start-up

    graph = networkx.DiGraph((a, b) for a, b in edges if a != b)
    found: tuple[Set, ...] = ()
    complete = 1
    for length in range(2, count + 1):
        cycles = list(islice(networkx.simple_cycles(graph, length_bound=length), limit + 1))
        if len(cycles) > limit:
            return found, complete
        starts = [cycle.index(min(cycle)) for cycle in cycles]
        found = tuple(sorted(tuple(c[k:] + c[:k]) for c, k in zip(cycles, starts, strict=True)))
        complete = length
    return found, count


def simple_cycles(nodes: Sequence[int], edges: Sequence[tuple[int, int]]) -> tuple[Set, ...]:
    """All simple directed cycles of length at least two; BudgetError where `listed_cycles` cannot list all."""
    found, complete = listed_cycles(len(nodes), tuple(edges))
    if complete < len(nodes) > 1:
        raise BudgetError(f"the transition graph has more than {CYCLE_LIMIT} simple cycles; use fewer actions")
    return found


def connected(nodes: Sequence[int], pairs: Sequence[tuple[int, int]]) -> list[list[int]]:
    """The nodes in groups, those that pairs join in one."""
    leader = {node: node for node in nodes}

    def find(node: int) -> int:
        while leader[node] != node:
            node = leader[node]
        return node

    for a, b in pairs:
        if a in leader and b in leader:
            leader[find(b)] = find(a)
    groups: dict[int, list[int]] = {}
    for node in nodes:
        groups.setdefault(find(node), []).append(node)
    return list(groups.values())
