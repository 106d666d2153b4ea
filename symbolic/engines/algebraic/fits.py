"""Best fits, cells of mixtures and Gamma of one agent with model families, each computed once.

Where one computation stops, Gamma is known between two bounds (`Replies`): the actions that certainly are best replies
to a best fit of some mixture, and those that may be. Both bounds are monotone in the set of actions played, so what
follows from Gamma, the rationalizable set above all, is decided wherever the bounds lead to the same answer.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations

from ...algebra.number_field import ONE, ZERO
from ...cells.undecided import attempt
from ...definition.minimizers import best_fits
from ...definition.replies import best_replies
from ...forms.laws import Agent
from ...results.fits import Minimizers
from .mixtures import Cell, cells
from .supports import MixedSets, best_replies_on_mixtures, can_be_best, mixed_on

Set = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Replies:
    """Gamma of a set of actions between bounds: `sure` inside Gamma inside `possible`; `reason` where they differ."""

    sure: Set
    possible: Set
    reason: str = ""

    @property
    def known(self) -> bool:
        """Whether Gamma is decided."""
        return self.sure == self.possible


class Engine:
    """One agent; every method is a function of it, with its answers kept."""

    def __init__(self, agent: Agent) -> None:
        self.agent = agent
        self._pure: dict[int, tuple[Minimizers | None, str]] = {}
        self._cells: dict[tuple[int, int], tuple[tuple[Cell, ...] | None, str]] = {}
        self._gamma: dict[Set, Replies] = {}
        self._candidates: Set | None = None

    def pure(self, action: int) -> tuple[Minimizers | None, str]:
        """Theta* at a pure strategy, or the reason why it is not known."""
        if action not in self._pure:
            weights = tuple(ONE if a == action else ZERO for a in range(len(self.agent.actions)))
            self._pure[action] = attempt(lambda: best_fits(self.agent, weights))
        return self._pure[action]

    def pair(self, pair: tuple[int, int]) -> tuple[tuple[Cell, ...] | None, str]:
        """The cells of the segment between two actions, or the reason why they are not known."""
        if pair not in self._cells:
            self._cells[pair] = attempt(lambda: cells(self.agent, pair))
        return self._cells[pair]

    def mixed(self, support: Set) -> MixedSets:
        """The equilibria on three or more actions, and why there may be more."""
        found, reason = attempt(lambda: mixed_on(self.agent, support))
        return MixedSets((), reason) if found is None else found

    def candidates(self) -> Set:
        """The actions that some belief on Theta may make optimal."""
        if self._candidates is None:
            everyone = range(len(self.agent.actions))
            self._candidates = tuple(a for a in everyone if can_be_best(self.agent, [a]))
        return self._candidates

    def gamma(self, actions: Set) -> Replies:
        """Best replies to beliefs on the best fits of some mixture of the actions."""
        if actions not in self._gamma:
            self._gamma[actions] = self._replies(actions)
        return self._gamma[actions]

    def _replies(self, actions: Set) -> Replies:
        sure: set[int] = set()
        reasons: list[str] = []
        for action in actions:
            fits, reason = self.pure(action)
            if fits is None:
                reasons.append(reason)
            else:
                sure.update(best_replies(fits))
        for pair in combinations(actions, 2):
            if set(self.candidates()) <= sure:
                break
            found, reason = self.pair(pair)
            if found is None:
                reasons.append(reason)
                continue
            for cell in found:
                sure.update(cell.replies)
                reasons += [cell.reason] if cell.fits is None else []
        if len(actions) > 2 and not set(self.candidates()) <= sure:
            more, reason = attempt(lambda: best_replies_on_mixtures(self.agent, actions, tuple(sorted(sure))))
            if more is None:
                reasons.append(reason)
            else:
                sure.update(more.found)
                reasons += [more.reason] if more.reason else []
        certain = tuple(sorted(sure))
        if not reasons:
            return Replies(certain, certain)
        return Replies(certain, tuple(sorted(sure | set(self.candidates()))), reasons[0])
