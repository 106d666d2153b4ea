r"""Equilibria and structure from the best replies to single actions and the mixtures of two, by signs.

The best replies to an action are the actions optimal under some belief on its best fits: they give the pure equilibria,
the transition graph, its sink components and its cycles. For sets of actions,

* the largest B with B inside the union of ``Gamma({a})``, a in B, is part of the rationalizable set, which is part of
  what is optimal under some belief on the whole class; with two actions, of which one replies to both alone, the other
  is rationalizable iff some mixture is an equilibrium: the payoff difference under beliefs on Theta*(sigma) takes all
  values between two of its values as sigma moves, because Theta* has a closed graph and beliefs are convex;
* a set that is closed under ``Gamma`` is closed under the transitions, so a minimal closed set is a locked-in action or
  contains none, and all actions together are closed.

Sources: Esponda & Pouzo 2016, Definition 1; 2025 for Gamma. What is not decided is named.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from functools import partial
from itertools import combinations

from ...cells.undecided import attempt
from ...combinatorics.dynamics import absorbing_sets, simple_cycles
from .sign_answer import Set, SignAnswer, SignEquilibrium

LARGE = "mixtures within a class of several families keep free parameters for two actions only; fix them with --at"

Open = tuple[str, Set, str]
Pair = tuple[int, int]


class ByPairs(ABC):
    """An agent at a sign vector, of whom best replies to single actions and mixtures of two are known.

    `omitted`: why mixtures are left open, where they are; `large`: why those of three and more are; `jumps`: whether
    the best fits to mixtures may be far from those to an action alone.
    """

    large = LARGE
    jumps = False

    def __init__(self, count: int, omitted: str = "") -> None:
        self.actions: Set = tuple(range(count))
        self.omitted = omitted
        self.open: list[Open] = []

    @abstractmethod
    def replies(self, action: int) -> Set:
        """Gamma of one action. Raises NotSupportedError where it is not known."""

    @abstractmethod
    def pure(self, action: int, strict: bool) -> SignEquilibrium:
        """The equilibrium in which an action is played that replies to itself."""

    @abstractmethod
    def on_pair(self, pair: Pair) -> list[SignEquilibrium]:
        """The equilibria on two actions. Raises NotSupportedError where they are not known."""

    @abstractmethod
    def may_be_optimal(self, support: Set) -> bool:
        """False only where no belief on the whole class makes a support optimal."""

    def answer(self) -> SignAnswer:
        """All that is decided, and what is not."""
        replies, equilibria = self._alone(self.actions)
        for size in range(2, len(self.actions) + 1):
            for support in combinations(self.actions, size):
                equilibria += self._mixed(support)
        if None in replies.values():
            return self._without_structure(replies, equilibria, "it depends on a transition that is not decided")
        gamma = {a: found or () for a, found in replies.items()}
        edges = tuple((a, b) for a, found in gamma.items() for b in found)
        return SignAnswer(
            tuple(equilibria),
            self._rounds(gamma, equilibria),
            edges,
            tuple(sorted(tuple(sorted(s)) for s in absorbing_sets(self.actions, edges))),
            self._closed(gamma),
            tuple(sorted(tuple(c) for c in simple_cycles(self.actions, edges))),
            tuple(self.open),
        )

    def part(self, action: int) -> SignAnswer:
        """The best replies to one action alone."""
        replies, equilibria = self._alone((action,))
        for size in range(2, len(self.actions) + 1):
            self.open += [("equilibria", support, self.omitted) for support in combinations(self.actions, size)]
        return self._without_structure(replies, equilibria, self.omitted)

    def _alone(self, actions: Set) -> tuple[dict[int, Set | None], list[SignEquilibrium]]:
        """Gamma of each of these actions (None: not decided) and the pure equilibria among them."""
        replies, equilibria = dict[int, Set | None](), []
        for action in actions:
            replies[action], reason = attempt(partial(self.replies, action))
            found = replies[action]
            if found is None:
                self.open.append(("equilibria", (action,), reason))
                self.open += [("transition", (action, other), reason) for other in self.actions]
            elif action in found:
                equilibria.append(self.pure(action, found == (action,)))
        return replies, equilibria

    def _without_structure(
        self, replies: dict[int, Set | None], equilibria: Sequence[SignEquilibrium], reason: str
    ) -> SignAnswer:
        self.open += [(what, (), reason) for what in ("absorbing", "cycles")]
        self.open += [(what, self.actions, reason) for what in ("rationalizable", "closed")]
        edges = tuple((a, b) for a, found in replies.items() for b in found or ())
        return SignAnswer(tuple(equilibria), (), edges, (), (), (), tuple(self.open))

    def _mixed(self, support: Set) -> list[SignEquilibrium]:
        if not self.may_be_optimal(support):
            return []
        if self.omitted or len(support) > 2:
            self.open.append(("equilibria", support, self.omitted or self.large))
            return []
        found, reason = attempt(lambda: self.on_pair((support[0], support[1])))
        if found is None:
            self.open.append(("equilibria", support, reason))
        return found or []

    def _rounds(self, gamma: dict[int, Set], equilibria: Sequence[SignEquilibrium]) -> tuple[Set, ...]:
        """The rationalizable set as the last of the rounds that are known, where its bounds meet; none otherwise."""
        outer = [
            a for a in self.actions if a in {b for found in gamma.values() for b in found} or self.may_be_optimal((a,))
        ]  # fmt: skip
        inner = list(self.actions)
        while (kept := [a for a in inner if any(a in gamma[b] for b in inner)]) != inner:
            inner = kept
        if len(self.actions) == 2 and inner != outer:
            pair = [what for what in self.open if what[:2] == ("equilibria", self.actions)]
            if self.jumps:
                # A model that rules out what only one of the two brings about leaves the best fits at once.
                pair = [("equilibria", self.actions, "a model rules out what one action brings about")]
            if not pair:
                return self._ending(outer if any(e.support == self.actions for e in equilibria) else inner)
        if inner == outer:
            return self._ending(outer)
        self.open.append(("rationalizable", self.actions, self.large if len(self.actions) > 2 else pair[0][2]))
        return ()

    def _ending(self, last: Sequence[int]) -> tuple[Set, ...]:
        """All rounds that end with this set, where one at most is left out; the last of them otherwise."""
        known = len(last) >= len(self.actions) - 1
        return tuple(dict.fromkeys((self.actions, tuple(last)))) if known else (tuple(last),)

    def _closed(self, gamma: dict[int, Set]) -> tuple[Set, ...]:
        """The minimal closed sets, where the transitions decide them."""
        locked = tuple((a,) for a in self.actions if gamma[a] == (a,))
        others = [a for a in self.actions if (a,) not in locked]
        candidates = [
            s for size in range(2, len(others) + 1) for s in combinations(others, size)
            if all(set(gamma[a]) <= set(s) for a in s)
        ]  # fmt: skip
        if not candidates:
            return locked
        if candidates == [self.actions]:
            return (self.actions,)
        self.open.append(("closed", self.actions, self.large))
        return locked
