"""The shape of a strategic form: counts, finiteness and dependences, without its numbers.

The labels of a player are its models, or its own plans where it fits a family; see `symbolic.combinatorics.profiles`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from itertools import combinations, product
from math import prod

from ..limits import SolveLimits, check_supports
from .refinement import decode, encode, rows_of

Set = tuple[int, ...]
Sets = tuple[Set, ...]


@dataclass(frozen=True, slots=True)
class Shape:
    """Counts and dependences of a strategic form, without its numbers.

    Attributes
    ----------
    plans : number of plans of each player
    models : number of models, or None for a player with a family
    finite : ``finite[i][t][profile]`` for players with models
    dependence : the players on whose plans the comparison of i's labels depends
    profiles : all profiles of plans, in order
    radix : for each player the number of actions, once for each signal: a plan is numbered in this mixed radix
    base : one plan of each player; what the labels compared do not depend on is read there
    most_supports, most_bases : how many profiles of supports are listed, and how many bases of envelopes, at most
    number, inside, allowed : for the shape as one profile of supports sees it, its number (0: the whole form), the
        plans inside the supports, and the labels with finite values on all of the supports
    """

    plans: tuple[int, ...]
    models: tuple[int | None, ...]
    finite: tuple[tuple[tuple[bool, ...], ...] | None, ...]
    dependence: Sets
    profiles: Sets
    radix: Sets
    base: Set
    number: int = 0
    inside: Sets | None = None
    allowed: Sets | None = None
    most_supports: int = SolveLimits().pairs
    most_bases: int = SolveLimits().bases

    @property
    def support_count(self) -> int:
        """How many profiles of supports there are, told from the sizes alone.

        >>> from berknash.symbolic.interchange.normal_form import from_payoff_matrices
        >>> from berknash.symbolic.forms.minors import players_table
        >>> players_table(from_payoff_matrices([[[0] * 28] * 2] * 2)).shape.support_count
        805306365
        """
        return prod(2**actions - 1 for own in self.radix for actions in own)

    @property
    def supports(self) -> tuple[Sets, ...]:
        """By player, the sets of plans that behaviour strategies can have for their support, small ones first.

        Raises BudgetError before anything is listed when there are more profiles of them than `most_supports`.
        """
        check_supports(self.support_count, self.most_supports)
        return tuple(behaviour_supports(own) for own in self.radix)

    def is_support(self, player: int, plans: Set) -> bool:
        """Whether some behaviour strategy has exactly these plans for its support."""
        used = zip(*(decode(self.radix[player], plan) for plan in plans), strict=True)
        return rows_of(self.radix[player], [sorted(set(actions)) for actions in used]) == plans

    def freedom(self, player: int, support: Set) -> int:
        """The dimension of the behaviour strategies with this support."""
        used = zip(*(decode(self.radix[player], plan) for plan in support), strict=True)
        return sum(len(set(actions)) - 1 for actions in used)

    @property
    def deferred(self) -> Set:
        """The players whose labels depend on the play of several."""
        return tuple(i for i, d in enumerate(self.dependence) if len(d) > 1)

    def mix(self, home: int) -> str:
        """The kind of the minors over the home's plans (`minors`)."""
        return f"mix {home} {self.number}"

    def rows(self, home: int, labels: Sequence[Set]) -> Set:
        """The numbers of all rows of ``mix home`` with these labels of its guests."""
        return rows_of([self.label_count(g) for g in self.guests(home)], labels)

    @property
    def separable(self) -> bool:
        """Whether every player's labels depend on the play of at most one player."""
        return all(len(d) <= 1 for d in self.dependence)

    def home(self, player: int) -> int:
        """The player on whose play the player's labels depend."""
        return self.dependence[player][0] if self.dependence[player] else player

    def guests(self, home: int) -> Set:
        """The players whose home this is; deferred ones have none."""
        deferred = self.deferred
        return tuple(i for i in range(len(self.plans)) if self.home(i) == home and i not in deferred)

    def label_count(self, player: int) -> int:
        """How many labels a player has."""
        count = self.models[player]
        return self.plans[player] if count is None else count

    def factors(self, player: int) -> Set:
        """The independent choices that make up a label: one model, or one action for each signal."""
        count = self.models[player]
        return self.radix[player] if count is None else (count,)

    def row_factors(self, home: int) -> Set:
        """The independent choices that make up a row of ``mix home``."""
        return tuple(size for guest in self.guests(home) for size in self.factors(guest))

    def labels_of_row(self, home: int, row: int) -> Set:
        """The labels, one for each guest, that a row of the common refinement stands for."""
        return decode([self.label_count(guest) for guest in self.guests(home)], row)

    def row_of_labels(self, home: int, labels: Sequence[int]) -> int:
        """The inverse of `labels_of_row`."""
        return encode([self.label_count(guest) for guest in self.guests(home)], labels)

    def others(self, player: int) -> Sets:
        """The profiles of the others' plans, in order."""
        return tuple(product(*(range(n) for j, n in enumerate(self.plans) if j != player)))


@cache
def behaviour_supports(radix: Set) -> Sets:
    """The supports of behaviour strategies with so many actions after each signal, small ones first.

    >>> behaviour_supports((2,)), len(behaviour_supports((2, 3)))
    (((0,), (1,), (0, 1)), 21)
    """
    subsets = [[c for size in range(1, n + 1) for c in combinations(range(n), size)] for n in radix]
    return tuple(sorted((rows_of(radix, choice) for choice in product(*subsets)), key=lambda s: (len(s), s)))
