"""Profiles of supports that carry no equilibrium, seen on pieces of the mixtures.

The mixtures on a profile of supports are a product of simplices. On a smaller product of simplices, given by its
corners, the payoffs of a player's actions are averages of those at combinations of the others' corners. So when no
average of these makes all actions of the player's support optimal, the piece holds no equilibrium; a piece that is not
excluded so is cut at the middle of its longest edge. Integers only: a piece is excluded exactly, or not at all.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any

import numpy as np

from ...combinatorics.plain import Payoffs, jointly_optimal
from ...combinatorics.shape import Sets
from ...errors.running import ask

MOST_PIECES = 150
CUTS_PER_WEIGHT = 3
_LARGEST = 2**62


@dataclass(frozen=True, slots=True)
class _Simplex:
    """Corners with integer coordinates over one power of two."""

    corners: tuple[tuple[int, ...], ...]
    power: int

    def longest(self) -> tuple[float, int, int]:
        """The length of the longest edge, and its ends."""
        edges = combinations(range(len(self.corners)), 2)
        scale = 2**self.power
        return max(
            (max(abs(a - b) for a, b in zip(self.corners[p], self.corners[q], strict=True)) / scale, p, q)
            for p, q in edges
        )

    def halves(self, p: int, q: int) -> tuple[_Simplex, _Simplex]:
        """The two parts beside the middle of an edge."""
        double = [tuple(2 * a for a in corner) for corner in self.corners]
        middle = tuple(a + b for a, b in zip(self.corners[p], self.corners[q], strict=True))
        first, second = (
            _Simplex(tuple(middle if k == end else c for k, c in enumerate(double)), self.power + 1) for end in (p, q)
        )
        return first, second


def carries_none(payoffs: Sequence[Payoffs], supports: Sets, rest: Sets) -> bool:
    """Whether no equilibrium has exactly these supports; False where the pieces looked at do not tell.

    `payoffs` are by own action and the others' profiles, in lexicographic order; actions outside `rest` are not looked
    at.

    >>> pennies = [((2, 1), (1, 2)), ((1, 2), (2, 1))]
    >>> both = (0, 1)
    >>> carries_none(pennies, (both, both), (both, both)), carries_none(pennies, (both, (0,)), (both, both))
    (False, True)
    """
    count = len(payoffs)
    widths = [len(own) for own in payoffs]
    tables: list[Any] = []
    for i, own in enumerate(payoffs):
        table = np.array(own, dtype=object).reshape([widths[i], *(w for j, w in enumerate(widths) if j != i)])
        others = [supports[j] for j in range(count) if j != i]
        tables.append(np.moveaxis(table[np.ix_(rest[i], *others)], 0, -1))
    most = max(int(abs(table).max()) for table in tables)
    if most >= _LARGEST:
        return False
    tables = [table.astype(np.int64) for table in tables]
    players = [i for i, own in enumerate(supports) if len(own) > 1]
    places = [tuple(rest[i].index(a) for a in supports[i]) for i in range(count)]
    whole = [_Simplex(tuple(tuple(int(a == b) for b in own) for a in own), 0) for own in supports]
    depth = CUTS_PER_WEIGHT * sum(len(own) - 1 for own in supports)
    waiting: list[tuple[list[_Simplex], int]] = [(whole, 0)]
    pieces = 0
    while waiting:
        ask("the search for supports that carry equilibria")
        piece, cuts = waiting.pop()
        pieces += 1
        # Every entry below is a sum of payoffs with weights that add up to this power of two.
        if pieces > MOST_PIECES or most * 2 ** sum(s.power for s in piece) >= _LARGEST:
            return False
        seen = [_averaged(tables[i], [s for j, s in enumerate(piece) if j != i]) for i in range(count)]
        if any(_beaten(rows, own) for rows, own in zip(seen, places, strict=True)):
            continue
        # Of two actions that each are ahead somewhere, some average ties.
        if any(len(own) > 2 and _never_tied(rows, own) for rows, own in zip(seen, places, strict=True)):
            continue
        if cuts == depth or not players:
            return False
        (_, p, q), j = max((piece[j].longest(), j) for j in players)
        waiting.extend(([*piece[:j], half, *piece[j + 1 :]], cuts + 1) for half in piece[j].halves(p, q))
    return True


def _averaged(table: Any, others: Sequence[_Simplex]) -> Any:
    """The payoffs of the actions at every combination of the others' corners, times one power of two.

    The table is by the others' actions and, last, the own one.
    """
    actions = table.shape[-1]
    for simplex in others:
        # The first axis is replaced by the corners and goes to the end: after all, the own action is first.
        corners = np.array(simplex.corners, dtype=np.int64)
        table = (corners @ table.reshape(corners.shape[1], -1)).T
    return table.reshape(actions, -1)


def _beaten(rows: Any, support: tuple[int, ...]) -> bool:
    """Whether some action of the support pays less than another one at all corners."""
    return any(bool((rows > rows[a]).all(axis=1).any()) for a in support)


def _never_tied(rows: Any, support: tuple[int, ...]) -> bool:
    """Whether no average of the corners makes all of the support optimal."""
    values = rows.tolist()
    return not jointly_optimal(values, support, range(rows.shape[1]), range(len(values)))
