r"""Equilibria and structure with several families and single models, decided by signs.

The best replies to an action are the actions optimal under some belief on its best fits
(`symbolic.engines.signs.models`): they give the pure equilibria, the transition graph, its sink components and its
cycles. Mixtures of two actions are treated in `symbolic.engines.signs.pairs`. For sets of actions,

* the largest B with B inside the union of ``Gamma({a})``, a in B, is part of the rationalizable set, which is part of
  what is optimal under some belief on the whole class; with two actions, of which one replies to both alone, the other
  is rationalizable iff some mixture is an equilibrium: the payoff difference under beliefs on Theta*(sigma) takes all
  values between two of its values as sigma moves, because Theta* has a closed graph and beliefs are convex;
* a set that is closed under ``Gamma`` is closed under the transitions, so a minimal closed set is a locked-in action or
  contains none, and all actions together are closed.

Sources: Esponda & Pouzo 2016, Definition 1; 2025 for Gamma. What is not decided is named.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations

from ...algebra.polynomials import zero_text
from ...algebra.ring import Element
from ...algebra.signs import Sign
from ...algebra.surds import Functions
from ...cells.undecided import attempt
from ...combinatorics.dynamics import absorbing_sets, simple_cycles
from .exact_fits import is_self_confirming
from .implicit_fits import implicit_fit, sign_at_zero
from .models import SeveralModels
from .pairs import pair_equilibria
from .several_agent import Point, SeveralAgent
from .sign_answer import Set, SignAnswer, SignEquilibrium

LARGE = "mixtures within a class of several families keep free parameters for two actions only; fix them with --at"

Open = tuple[str, Set, str]


def several_answer(
    agent: SeveralAgent, sign: Sign, functions: Functions, omitted: str = "", only: int | None = None
) -> SignAnswer:
    """What is known of the equilibria and the structure where elements of a ring have these signs; exact.

    `omitted`: why mixtures are left open, where they are. `only`: the one action whose best replies are asked for; then
    everything that takes more is open for that reason.
    """
    several = _Several(SeveralModels(agent, sign, functions), omitted)
    return several.answer() if only is None else several.part(only)


class _Several:
    def __init__(self, models: SeveralModels, omitted: str) -> None:
        self.models = models
        self.omitted = omitted
        self.actions = models.actions
        self.open: list[Open] = []
        self.zero_of: dict[int, list[Element] | None] = {}

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
            replies[action], reason = self._tried(action)
            found = replies[action]
            if found is None:
                self.open.append(("equilibria", (action,), reason))
                self.open += [("transition", (action, other), reason) for other in self.actions]
            elif action in found:
                equilibria.append(self._pure(action, found == (action,)))
        return replies, equilibria

    def _without_structure(
        self, replies: dict[int, Set | None], equilibria: Sequence[SignEquilibrium], reason: str
    ) -> SignAnswer:
        self.open += [(what, (), reason) for what in ("absorbing", "cycles")]
        self.open += [(what, self.actions, reason) for what in ("rationalizable", "closed")]
        edges = tuple((a, b) for a, found in replies.items() for b in found or ())
        return SignAnswer(tuple(equilibria), (), edges, (), (), (), tuple(self.open))

    def _tried(self, action: int) -> tuple[Set | None, str]:
        return attempt(lambda: self._replies(action))

    def _points(self, action: int) -> tuple[Point, ...]:
        return tuple(point for fit in self.models.fits(action) for point in fit.points)

    def _replies(self, action: int) -> Set:
        """Gamma of one action."""
        self.zero_of[action] = zero_of = implicit_fit(self.models, action)
        if zero_of is not None:
            return tuple(b for b in self.actions if self._is_best_at(b, zero_of))
        points = self._points(action)
        return tuple(b for b in self.actions if self.models.is_optimal((b,), points))

    def _is_best_at(self, action: int, zero_of: Sequence[Element]) -> bool:
        """Whether an action is a best reply to the zero of a polynomial inside of the only family."""
        models = self.models
        low, high = models.slopes[0].low.value, models.slopes[0].high.value
        assert low is not None and high is not None
        differences = [models.agent.models[0].difference(action, b) for b in self.actions if b != action]
        return all(sign_at_zero(d, zero_of, (low, high), models.ring, models.sign) >= 0 for d in differences)

    def _pure(self, action: int, strict: bool) -> SignEquilibrium:
        weights = [self.models.ring.constant(int(a == action)) for a in self.actions]
        zero_of = self.zero_of[action]
        if zero_of is not None:
            text = zero_text(self.models.agent.models[0].coordinate, zero_of, self.models.ring)
            slopes, functions = self.models.slopes[0], self.models.functions
            confirming, _ = attempt(lambda: is_self_confirming(slopes, (action,), functions))
            return SignEquilibrium((action,), tuple(weights), (), 0, True, strict, confirming, (text,))
        points = self._points(action)
        uniform = strict or self.models.is_robust(action, points)
        return self.models.equilibrium((action,), weights, points, uniform, strict)

    def _everything(self) -> tuple[Point, ...] | None:
        """Points that stand for the closure of the class; None where a family is unbounded."""
        slopes = self.models.slopes
        if any(place.value is None for s in slopes for place in (s.low, s.high)):
            return None
        return tuple(point for m in self.models.models for point in self.models.interval(m))

    def _may_be_optimal(self, support: Set) -> bool:
        """False only where no belief on the whole class makes a support optimal."""

        def question() -> bool:
            everything = self._everything()
            return everything is None or self.models.is_optimal(support, everything)

        return attempt(question)[0] is not False

    def _mixed(self, support: Set) -> list[SignEquilibrium]:
        if not self._may_be_optimal(support):
            return []
        if self.omitted or len(support) > 2:
            self.open.append(("equilibria", support, self.omitted or LARGE))
            return []
        found, reason = attempt(lambda: pair_equilibria(self.models, (support[0], support[1])))
        if found is None:
            self.open.append(("equilibria", support, reason))
        return found or []

    def _rounds(self, gamma: dict[int, Set], equilibria: Sequence[SignEquilibrium]) -> tuple[Set, ...]:
        """The rationalizable set as the last of the rounds that are known, where its bounds meet; none otherwise."""
        outer = [
            a for a in self.actions if a in {b for found in gamma.values() for b in found} or self._may_be_optimal((a,))
        ]  # fmt: skip
        inner = list(self.actions)
        while (kept := [a for a in inner if any(a in gamma[b] for b in inner)]) != inner:
            inner = kept
        if len(self.actions) == 2 and inner != outer:
            pair = [what for what in self.open if what[:2] == ("equilibria", self.actions)]
            if any(slopes.ruled_out for slopes in self.models.slopes):
                # A model that rules out what only one of the two brings about leaves the best fits at once.
                pair = [("equilibria", self.actions, "a model rules out what one action brings about")]
            if not pair:
                return self._ending(outer if any(e.support == self.actions for e in equilibria) else inner)
        if inner == outer:
            return self._ending(outer)
        self.open.append(("rationalizable", self.actions, LARGE if len(self.actions) > 2 else pair[0][2]))
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
        self.open.append(("closed", self.actions, LARGE))
        return locked
