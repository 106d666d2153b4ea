"""The shape of a strategic form: counts, finiteness and dependences, without its numbers.

The labels of a player are its models, or its own plans where it fits a family; see `problem`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product

from .refinement import decode, encode

Set = tuple[int, ...]
Sets = tuple[Set, ...]


@dataclass(frozen=True, slots=True)
class Shape:
    """Counts and dependences of a strategic form, without its numbers.

    Attributes
    ----------
    plans : number of plans of each player
    models : number of models, or None for a player with a family
    supports : the sets of plans that behaviour strategies can have for their support
    freedom : dimension of the behaviour strategies of each support
    finite : ``finite[i][t][profile]`` for players with models
    dependence : the players on whose plans the comparison of i's labels depends
    profiles : all profiles of plans, in order
    radix : for each player the number of actions, once for each signal: a plan is numbered in this mixed radix
    """

    plans: tuple[int, ...]
    models: tuple[int | None, ...]
    supports: tuple[Sets, ...]
    freedom: tuple[dict[Set, int], ...]
    finite: tuple[tuple[tuple[bool, ...], ...] | None, ...]
    dependence: Sets
    profiles: Sets
    radix: Sets

    @property
    def separable(self) -> bool:
        """Whether every player's labels depend on the play of at most one player."""
        return all(len(d) <= 1 for d in self.dependence)

    def home(self, player: int) -> int:
        """The player on whose play the player's labels depend."""
        return self.dependence[player][0] if self.dependence[player] else player

    def guests(self, home: int) -> Set:
        """The players whose home this is."""
        return tuple(i for i in range(len(self.plans)) if self.home(i) == home)

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
