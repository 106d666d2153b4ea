r"""Equilibria with one coordinate, decided by signs.

On an interval Theta let K(x, a) be strictly convex for the actions that *speak*, and constant for the others, the
*silent* ones (`symbolic.engines.signs.agent`). Write k_a for the slope of K(., a).

* The best fit x(sigma) is where ``sum_a sigma(a) k_a`` changes sign. So ``x(sigma) >= r`` iff that sum is <= 0 just
  left of r, a condition linear in sigma; the best fits of all mixtures over B fill the interval between the extreme
  best fits of its members, and all of Theta where a member is silent.
* Payoffs are polynomials, so an action is optimal on finitely many intervals ``[L, R]`` whose ends are ties of payoffs
  or ends of Theta (`symbolic.engines.signs.ranges`); on one at most where they are lines. A mixture over S with an
  action that speaks is an equilibrium iff x(sigma) lies in a common interval of its actions.
* Where all of S is silent, beliefs on all of Theta are there to choose from. If payoffs are lines, a belief counts by
  its mean; if there are two actions, by the mean of their difference, which is one of its values. In both cases a
  point of Theta does as well as a belief. With quadratic payoffs the first two moments count (`interval_beliefs`).

With Theta*, F and Gamma of Esponda & Pouzo (2016, 2025). Everything is a comparison of rational functions of the
parameters, so an answer is a function of signs: this module asks for them one by one and divides only by what is not
zero.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations

from ...algebra.linear import Row
from ...algebra.polynomials import zero_text
from ...algebra.ring import Element, lift
from ...algebra.signs import Sign
from ...algebra.surds import Functions
from ...algebra.text import element_expression, element_text
from ...cells.undecided import attempt
from ...combinatorics.dynamics import absorbing_sets, simple_cycles
from ...errors import NotSupportedError
from ...expressions.reading import Expression, read_expression
from ...forms.theta_interval import Place
from .agent import LineAgent
from .exact_fits import is_self_confirming
from .interval_beliefs import has_quadratic_belief
from .ranges import Range, intersection, nonnegative
from .sign_answer import Set, SignAnswer, SignEquilibrium
from .slopes import Slopes


def line_answer(agent: LineAgent, sign: Sign, functions: Functions | None = None) -> SignAnswer:
    """The equilibria and the structure where elements of the ring of the parameters have these signs; exact.

    `functions` takes the roots that ties of curved payoffs need, and has to be there for these.
    """
    return Line(agent, sign, functions).answer()


class Line(Slopes):
    """Best replies, equilibria and structure of one agent at a sign vector."""

    def __init__(self, agent: LineAgent, sign: Sign, functions: Functions | None = None) -> None:
        self.functions = Functions(agent.ring) if functions is None else functions

        def traced(element: Element) -> int:
            return self.functions.sign(element, sign)

        super().__init__(agent, sign if functions is None else traced)
        self.silent = tuple(a for a in self.actions if not self.heard[a])
        self._check_possible()
        self._ranges = [self._range(a) for a in self.actions]
        self._check_attained()

    def _check_possible(self) -> None:
        for action in sorted(self.ruled_out):
            raise NotSupportedError(
                f"every model of {self.agent.model} rules out what may happen after "
                f"{self.agent.actions[action]} on a part of the domain; narrow it"
            )

    def _check_attained(self) -> None:
        for place, is_open in ((self.low, self.theta.low_open), (self.high, self.theta.high_open)):
            if place.value is None or not is_open:
                continue
            for action in self.actions:
                if self.heard[action] and self.slope_sign(action, place) * place.side <= 0:
                    raise NotSupportedError(
                        f"the best fit to {self.agent.actions[action]} is not attained on a part of the domain; close "
                        f"{self.agent.coordinate}"
                    )

    # Replies

    def _range(self, action: int) -> tuple[Range, ...]:
        """The intervals of Theta on which the action is optimal."""
        found = self.theta.between(self.low, self.high)
        ranges: tuple[Range, ...] = () if found is None else (found,)
        for other in self.actions:
            if other != action and ranges:
                ahead = self.agent.difference(action, other)
                ranges = intersection(self.theta, ranges, nonnegative(ahead, self.theta, self.sign, self.functions))
        return ranges

    def common(self, support: Set) -> tuple[Range, ...]:
        """The intervals on which all actions of a support are optimal."""
        ranges = self._ranges[support[0]]
        for action in support[1:]:
            ranges = intersection(self.theta, ranges, self._ranges[action])
        return ranges

    def gamma(self, actions: Set) -> Set:
        """All best replies to mixtures over a set."""
        silent = any(not self.heard[a] for a in actions)
        return tuple(
            action for action in self.actions
            if any(
                any(self.at_least(a, low) for a in actions) and any(self.at_most(a, high) for a in actions)
                for low, high in self._ranges[action]
            )
            or (silent and self.is_believable((action,)))
        )  # fmt: skip

    def is_believable(self, support: Set) -> bool:
        """Whether some belief on all of Theta makes the actions of a support optimal.

        Raises NotSupportedError for payoffs that are curved otherwise than quadratic, with three actions or more.
        """
        if self.common(support):
            return True
        differences = {(a, b): self.agent.difference(a, b) for a in support for b in self.actions if a != b}
        if len(self.actions) == 2 or all(len(found) == 2 for found in differences.values()):
            return False
        if not all(self._attains(found) for found in differences.values()):
            return False
        name, low, high = self.agent.model, self.low.value, self.high.value
        if low is None or high is None or self.theta.low_open or self.theta.high_open:
            raise NotSupportedError(f"beliefs on all of {name}, with curved payoffs, need it to be closed and bounded")
        if any(len(found) > 3 for found in differences.values()):
            raise NotSupportedError(f"beliefs on all of {name}, with payoffs of degree three or more, are not covered")
        zero = self.ring.constant(0)
        rows = [
            Row((found[1], found[2] if len(found) > 2 else zero), found[0], equation=b in support)
            for (_, b), found in differences.items()
        ]
        return has_quadratic_belief(rows, (low, high), self.ring, self.sign)

    def _attains(self, difference: Sequence[Element]) -> bool:
        """Whether a difference of payoffs is somewhere not negative."""
        return bool(nonnegative(difference, self.theta, self.sign, self.functions))

    # Answers

    def answer(self) -> SignAnswer:
        """All of it."""
        equilibria = [e for e in map(self.pure, self.actions) if e is not None]
        for size in range(2, len(self.actions) + 1):
            equilibria += [e for support in combinations(self.actions, size) for e in self._mixed(support)]
        edges = tuple((a, b) for a in self.actions for b in self.gamma((a,)))
        rounds = [self.actions]
        while True:
            reached = set(self.gamma(rounds[-1]))
            kept = tuple(a for a in rounds[-1] if a in reached)
            if kept == rounds[-1]:
                break
            rounds.append(kept)
        sets = [s for size in range(1, len(self.actions) + 1) for s in combinations(self.actions, size)]
        closed = [s for s in sets if set(self.gamma(s)) <= set(s)]
        minimal = tuple(s for s in closed if not any(set(o) < set(s) for o in closed))
        return SignAnswer(
            tuple(equilibria),
            tuple(rounds),
            edges,
            tuple(sorted(tuple(sorted(s)) for s in absorbing_sets(self.actions, edges))),
            minimal,
            tuple(sorted(tuple(c) for c in simple_cycles(self.actions, edges))),
        )

    def pure(self, action: int) -> SignEquilibrium | None:
        """The pure equilibrium of the action, if it is one."""
        if action not in self.gamma((action,)):
            return None
        weights = tuple(self.ring.constant(int(a == action)) for a in self.actions)
        theta, conditions = self._best_fit(action)
        everywhere = any(low.side < 0 and high.side > 0 for low, high in self._ranges[action])
        uniform = self.heard[action] or everywhere
        strict = self.gamma((action,)) == (action,)
        confirming = self._is_self_confirming((action,))
        points = tuple((t,) for t in theta)
        return SignEquilibrium((action,), weights, points, 0, uniform, strict, confirming, conditions)

    def _mixed(self, support: Set) -> list[SignEquilibrium]:
        """The equilibria with this support: one entry for each interval of best fits, or one where all is silent."""
        if not any(self.heard[a] for a in support):
            everything = self.low, self.high
            found = self._mixed_within(support, everything) if self.is_believable(support) else None
            return [] if found is None else [found]
        ranges = self.common(support)
        return [e for common in ranges if (e := self._mixed_within(support, common)) is not None]

    def _mixed_within(self, support: Set, common: Range) -> SignEquilibrium | None:
        speaking = tuple(a for a in support if self.heard[a])
        found: tuple[list[Element], int, tuple[str, ...]] | None
        if not speaking:
            found = [self.ring.constant(1)] * len(support), len(support) - 1, ()
        elif common[0] == common[1] and not common[0].side:
            found = self._at_point(support, speaking, common[0])
        else:
            found = self._within(support, speaking, *common)
        if found is None:
            return None
        raw, dimension, conditions = found
        total = sum(raw, start=self.ring.constant(0))
        weights = [self.ring.constant(0)] * len(self.actions)
        for action, weight in zip(support, raw, strict=True):
            weights[action] = self.functions.reduced(weight / total)
        theta: tuple[Expression, ...] = ()
        if not speaking:
            theta = self._ends()
        elif common[0] == common[1] and common[0].value is not None:
            theta = (self.expression(common[0].value),)
        described = (self._described(support, conditions),) if dimension else ()
        confirming = self._is_self_confirming(support)
        points = tuple((t,) for t in theta)
        return SignEquilibrium(support, tuple(weights), points, dimension, False, False, confirming, described)

    def _at_point(
        self, support: Set, speaking: Set, place: Place
    ) -> tuple[list[Element], int, tuple[str, ...]] | None:
        """Mixtures with the best fit at a point inside of Theta: ``sum_a sigma(a) k_a == 0`` there."""
        signs = {a: self.slope_sign(a, place) for a in speaking}
        if not any(signs.values()):
            return [self.ring.constant(1)] * len(support), len(support) - 1, ()
        raw = self._balanced(support, signs, place)
        if raw is None:
            return None
        return raw, len(support) - 2, (self._relation(speaking, place, "=="),)

    def _balanced(self, support: Set, signs: dict[int, int], place: Place) -> list[Element] | None:
        """Positive weights with ``sum_a sigma(a) k_a == 0`` at a place; None when the slopes have one sign."""
        one = self.ring.constant(1)
        sides = [[a for a, s in signs.items() if s == side] for side in (-1, 1)]
        if not all(sides):
            return None
        found = []
        for action in support:
            side = signs.get(action, 0)
            slope = self.slope(action, place) if side else None
            if slope is None:
                found.append(one)  # it does not move the sum; infinite slopes never come here with both signs
            else:
                share = self.ring.constant(side * len(sides[side > 0]))
                found.append(one / (share * slope))
        return found

    def _within(
        self, support: Set, speaking: Set, low: Place, high: Place
    ) -> tuple[list[Element], int, tuple[str, ...]] | None:
        """Mixtures with the best fit between two places, or at one end of Theta."""
        conditions: list[str] = []
        raw: list[Element] = [self.ring.constant(1)] * len(support)
        for place, side, relation in ((low, -1, "<="), (high, 1, ">=")):
            # At the end of Theta on this side nothing is asked: every best fit is on the right side of it.
            if place.side == side:
                continue
            signs = {a: self.slope_sign(a, place) for a in speaking}
            if place.side and any(self.slope(a, place) is None for a in speaking):
                return None  # a divergence that is infinite at the end keeps the best fit away from it
            wrong = [a for a, s in signs.items() if s == -side]
            if not wrong:
                continue
            balanced = self._balanced(support, signs, place)
            if balanced is None:
                return None
            raw = balanced
            conditions.append(self._relation(speaking, place, relation))
        return raw, len(support) - 1, tuple(conditions)

    def _described(self, support: Set, conditions: Sequence[str]) -> str:
        names = [f"sigma({self.agent.actions[a]})" for a in support]
        inside = [f"0 < {names[1]} < 1"] if len(names) == 2 else [f"{name} > 0" for name in names]
        return " and ".join([*inside, *conditions])

    def _relation(self, speaking: Set, place: Place, relation: str) -> str:
        parts = []
        for action in speaking:
            slope = self.slope(action, place)
            assert slope is not None
            if not slope.is_zero():
                parts.append(f"({self._text(slope)})*sigma({self.agent.actions[action]})")
        return f"{' + '.join(parts)} {relation} 0"

    def _is_self_confirming(self, support: Set) -> bool | None:
        return attempt(lambda: is_self_confirming(self, support, self.functions))[0]

    # Closed forms of best fits

    def expression(self, element: Element) -> Expression:
        """A function of the parameters, with the roots met so far, as an expression."""
        ring = self.functions.ring
        return element_expression(ring, lift(element, ring.context))

    def _text(self, element: Element) -> str:
        ring = self.functions.ring
        return element_text(ring, lift(self.functions.reduced(element), ring.context))

    def _ends(self) -> tuple[Expression, ...]:
        ends = (self.low,) if self.theta.point else (self.low, self.high)
        return tuple(self.expression(p.value) for p in ends if p.value is not None)

    def _best_fit(self, action: int) -> tuple[tuple[Expression, ...], tuple[str, ...]]:
        """The vertices of the best fits to an action; where they have no closed form, the equation instead."""
        if not self.heard[action]:
            return self._ends(), ()
        for place in (self.low, self.high):
            if place.value is not None and self.slope_sign(action, place) * place.side <= 0:
                return (self.expression(place.value),), ()
        coefficients, upward = self.stationarity(action)
        if len(coefficients) == 2:
            return (self.expression(-(coefficients[0] / coefficients[1])),), ()
        c, b, a = (self._text(x) for x in (*coefficients, *(self.ring.constant(0),) * 3)[:3])
        if len(coefficients) == 3:
            # The slope K' crosses zero upwards, so its numerator times the orientation does.
            text = f"(-({b}) {'+' if upward > 0 else '-'} sqrt(({b})**2 - 4*({a})*({c})))/(2*({a}))"
            return (read_expression(text, self.agent.parameters, where="best fit"),), ()
        return (), (zero_text(self.agent.coordinate, coefficients, self.ring),)
