"""Profiles of supports that a game of several players may have equilibria on, small ones first.

The search goes through sizes of supports, balanced ones first, and for each through the players (Porter, Nudelman &
Shoham 2008, Games and Economic Behavior 63). A choice of some players' supports is given up, with everything that
completes it, when an action played is strictly dominated, or when all actions that a player mixes are not jointly
optimal against any correlated play of what the others may still play: a linear program. That loses no equilibrium, in
degenerate games neither.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations, product
from math import comb, prod

from ...combinatorics.plain import Payoffs, jointly_optimal
from ...combinatorics.shape import Set, Sets


class SupportSearch:
    """Iterates over the profiles of supports inside `rest` that were not excluded.

    Attributes
    ----------
    open : after the iteration, how many profiles of supports were not looked at because `limit` steps were done
    steps : how many choices were looked at

    Examples
    --------
    >>> pennies = [((2, 1), (1, 2)), ((1, 2), (2, 1))]
    >>> search = SupportSearch(pennies, ((0, 1), (0, 1)), limit=100)
    >>> list(search), search.open
    ([((0, 1), (0, 1))], 0)
    >>> search = SupportSearch(pennies, ((0, 1), (0, 1)), limit=3)
    >>> list(search), search.open
    ([], 7)
    """

    def __init__(self, payoffs: Sequence[Payoffs], rest: Sets, limit: int) -> None:
        self.payoffs = payoffs
        self.rest = rest
        self.limit = limit
        self.steps = 0
        self.open = prod(2 ** len(own) - 1 for own in rest)
        self._known: dict[tuple[int, Set, Sets], bool] = {}
        self._widths = [len(payoffs[i]) for i in range(len(payoffs))]

    def __iter__(self) -> Iterator[Sets]:
        sizes = sorted(
            product(*(range(1, len(own) + 1) for own in self.rest)), key=lambda s: (sum(s), max(s) - min(s), s)
        )
        for chosen in sizes:
            yield from self._completed((), chosen)
            if self.steps >= self.limit:
                return

    def _completed(self, begun: Sets, sizes: Sequence[int]) -> Iterator[Sets]:
        """All profiles of supports of these sizes that begin so and are not excluded."""
        place = len(begun)
        if place == len(self.rest):
            self.open -= 1
            yield begun
            return
        below = prod(comb(len(own), k) for own, k in zip(self.rest[place + 1 :], sizes[place + 1 :], strict=True))
        for support in combinations(self.rest[place], sizes[place]):
            if self.steps >= self.limit:
                return
            self.steps += 1
            wider = (*begun, support)
            if self._possible(wider):
                yield from self._completed(wider, sizes)
            else:
                self.open -= below

    def _possible(self, begun: Sets) -> bool:
        """Whether each player so far may mix all of its support, the later ones playing anything."""
        allowed = (*begun, *self.rest[len(begun) :])
        return all(self._optimal(i, support, allowed[:i] + allowed[i + 1 :]) for i, support in enumerate(begun))

    def _optimal(self, player: int, support: Set, others: Sets) -> bool:
        key = player, support, others
        if key not in self._known:
            columns = self._numbers(player, others)
            self._known[key] = jointly_optimal(self.payoffs[player], support, columns, self.rest[player])
        return self._known[key]

    def _numbers(self, player: int, others: Sets) -> Set:
        """The numbers of the others' profiles inside a product of sets."""
        widths = [w for j, w in enumerate(self._widths) if j != player]
        numbers = [0]
        for width, own in zip(widths, others, strict=True):
            numbers = [number * width + k for number in numbers for k in own]
        return tuple(numbers)
