"""Shares at which two branches of local minima tie in divergence.

On an interval without critical shares each branch is concave in the share (`branches`). The difference of two of
them is bounded by chords and tangents; where the bounds exclude zero there is no tie, where they give its slope a
sign there is at most one, found by the signs at the ends; otherwise the interval is halved. So every tie is
isolated, with certified signs, or the search ends undecided. Ties of linear branches have a closed form, a
quotient of logarithms; the others are isolated real numbers that can be refined as far as wanted.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import combinations, pairwise

import flint

from ...algebra.log_values import LogValue, compare
from ...algebra.number_field import Real, same
from ...algebra.systems import common_field
from ...decomposition import AlgebraicNumber, algebraic, between
from ...definition.stationary import Candidate, divergence_value, is_feasible
from ...errors import UndecidedError
from ...floats import nearest_float
from ...forms.laws import Agent
from .branches import Branch, State, branches_on
from .ends import PRECISION, Ends, exact_ball, quiet_end
from .identities import closed_form, different, identical

DEPTH = 40


@dataclass(frozen=True)
class Tie:
    """A share in the open interval (lower, upper) at which two branches tie, and no other tie of them."""

    first: Branch
    second: Branch
    lower: Fraction
    upper: Fraction
    closed_form: str | None
    exact: Fraction | None = None
    complement: str | None = None
    _best: list[Fraction] = field(default_factory=list, repr=False, compare=False)

    def refined(self, bits: int) -> tuple[Fraction, Fraction]:
        """Rationals around the share at most 2**-bits apart, by certified bisection."""
        low, high = self._best or (self.lower, self.upper)
        if not self._best:
            self._best.extend((low, high))
        left = _difference_sign(self.first, self.second, self.lower)
        while high - low > Fraction(1, 1 << bits):
            middle = (
                between(algebraic(low), algebraic(high)) if high - low > Fraction(1, 4) else (low + high) / 2
            )
            sign = _difference_sign(self.first, self.second, middle)
            if sign == 0:
                low = high = middle
            elif sign == left:
                low = middle
            else:
                high = middle
        self._best[:] = [low, high]
        return low, high

    @property
    def rest(self) -> str:
        """The share of the first action, which is what this one leaves: in closed form, or its certified bracket."""
        if self.complement is not None:
            return self.complement
        low, high = self.refined(40)
        return f"certified root between {1 - high} and {1 - low}"

    def __float__(self) -> float:
        low, high = self.refined(60)
        return nearest_float((low + high) / 2)

    def __str__(self) -> str:
        if self.closed_form is not None:
            return self.closed_form
        low, high = self.refined(40)
        return f"certified root between {low} and {high}"


def find_ties(
    agent: Agent, pair: tuple[int, int], critical: list[AlgebraicNumber], left_out: Collection[int]
) -> tuple[list[Tie], set[AlgebraicNumber]]:
    """All shares in (0, 1), other than the critical ones, where two branches tie for the best fit. Certified.

    Also those critical shares at which a tie is not excluded: they must be looked at themselves. Ties that hold on
    a whole interval are no points and are left to the exact comparison at samples. The families with the indices
    `left_out` are known to fit no better than others between critical shares.
    Raises UndecidedError where bounds do not settle the question within the limits.
    """
    pure = Ends.of(agent, pair)
    touched: set[AlgebraicNumber] = set()
    ends = [algebraic(0), *critical, algebraic(1)]
    samples = [between(low, high) for low, high in pairwise(ends)]
    all_branches = [
        different([b for b in branches_on(agent, pair, low, high) if b.name[0] not in left_out], sample)
        for (low, high), sample in zip(pairwise(ends), samples, strict=True)
    ]
    moving = [any(not b.constant for b in found) for found in all_branches]
    # Around every critical share a bracket without ties; inside the gaps all bounds use rational shares only.
    inner_low: list[Fraction] = []
    inner_high: list[Fraction] = []
    for number, sample in enumerate(samples):
        branches, crowded = all_branches[number], len(all_branches[number]) > 1
        for inner, end in ((inner_low, ends[number]), (inner_high, ends[number + 1])):
            near, tied = sample, False
            if crowded and moving[number]:
                near, tied = quiet_end(branches, pure, end, sample)
            inner.append(near)
            if tied:
                touched.add(end)
    found: list[Tie] = []
    for number, sample in enumerate(samples):
        branches = all_branches[number]
        inside: list[Tie] = []
        for first, second in combinations(branches, 2):
            if first.constant and second.constant:
                ties, meeting = _linear_tie(first, second, ends[number], ends[number + 1])
                touched.update(meeting)
            else:
                ties = _Search(first, second, inner_low[number], inner_high[number], sample).ties()
            inside += [_in_closed_form(tie) for tie in ties if _is_least(tie, branches)]
        found += sorted(inside, key=float)
    return found, touched


def _linear_tie(
    first: Branch, second: Branch, low: AlgebraicNumber, high: AlgebraicNumber
) -> tuple[list[Tie], list[AlgebraicNumber]]:
    """The tie of two branches that do not move: their difference (1 - s) D(0) + s D(1) is known everywhere.

    Also the ends of the interval at which they tie.
    """
    start, stop = _pure_values(first, second, 0), _pure_values(first, second, 1)
    if start is None or stop is None:
        raise UndecidedError(
            f"{first.family.name} or {second.family.name} has an infinite divergence after one of two actions it "
            "fits mixtures of; perturb a parameter to see"
        )
    signs = compare(*start), compare(*stop)
    if signs[0] * signs[1] >= 0:
        return [], []
    meeting = [end for end in (low, high) if _sign_on(start, stop, end, signs) == 0]
    if meeting or _sign_on(start, stop, low, signs) == _sign_on(start, stop, high, signs):
        return [], meeting
    left = right = between(low, high)
    while _sign_on(start, stop, algebraic(left), signs) != signs[0]:
        left = between(low, algebraic(left))
    while _sign_on(start, stop, algebraic(right), signs) != signs[1]:
        right = between(algebraic(right), high)
    form, complement = closed_form(start, stop)
    return [Tie(first, second, left, right, form, complement=complement)], []


def _pure_values(first: Branch, second: Branch, end: int) -> tuple[LogValue, LogValue] | None:
    values = []
    for branch in (first, second):
        assert branch.fixed is not None
        unit = tuple(Real.of(int(a == branch.pair[end])) for a in range(len(branch.agent.actions)))
        pure = Candidate(branch.fixed, unit)
        if not is_feasible(branch.family, pure, unit):
            return None
        values.append(divergence_value(branch.family, pure))
    return values[0], values[1]


def _sign_on(
    start: tuple[LogValue, LogValue],
    stop: tuple[LogValue, LogValue],
    share: AlgebraicNumber,
    signs: tuple[int, int],
) -> int:
    """The exact sign of the linear difference at an algebraic share."""
    if share in (0, 1):
        return signs[int(share == 1)]
    numbers = [Real.of(share)]
    for value in (*start, *stop):
        numbers += [value.rational, *(x for term in value.logs for x in term)]
    numbers = common_field(numbers)
    s = numbers.pop(0)
    weighted = []
    for position, value in enumerate((*start, *stop)):
        weight = Real.of(1) - s if position < 2 else s
        rational = numbers.pop(0)
        logs = [(weight * numbers.pop(0), numbers.pop(0)) for _ in value.logs]
        weighted.append(LogValue(weight * rational, tuple(logs)))
    left, right = (
        LogValue(weighted[k].rational + weighted[k + 2].rational, weighted[k].logs + weighted[k + 2].logs)
        for k in (0, 1)
    )
    return compare(left, right)


def _in_closed_form(tie: Tie) -> Tie:
    """The tie with its closed form where neither point moves near it.

    A point that is the minimum of a convex family at two shares is so between them, because the conditions for a
    minimum are linear in the share; then both divergences are linear there.
    """
    if tie.closed_form is not None:
        return tie
    low, high = tie.refined(6)
    if low == high:
        return Tie(tie.first, tie.second, tie.lower, tie.upper, str(low), low)
    parts: list[list[LogValue]] = [[], []]
    for branch in (tie.first, tie.second):
        if branch.hull is not None and not branch.constant:
            return tie
        one, two = branch.at(low).candidate.theta, branch.at(high).candidate.theta
        if not all(map(same, one, two)):
            return tie
        for end, action in enumerate(branch.pair):
            unit = tuple(Real.of(int(a == action)) for a in range(len(branch.agent.actions)))
            if not is_feasible(branch.family, Candidate(one, unit), unit):
                return tie
            parts[end].append(divergence_value(branch.family, Candidate(one, unit)))
    form, complement = closed_form((parts[0][0], parts[0][1]), (parts[1][0], parts[1][1]))
    return Tie(tie.first, tie.second, low, high, form, complement=complement)


def _difference_sign(first: Branch, second: Branch, share: Fraction) -> int:
    return compare(first.at(share).value, second.at(share).value)


@dataclass(frozen=True)
class _Search:
    """The ties of two branches strictly between two rational shares of one interval without critical shares."""

    first: Branch
    second: Branch
    low: Fraction
    high: Fraction
    sample: Fraction

    def ties(self) -> list[Tie]:
        """All of them; none when the branches are proved to have the same value everywhere."""
        if self.low >= self.high or identical(self.first, self.second, self.sample):
            return []
        low, high = self.low, self.high
        for end in (low, high):
            if _difference_sign(self.first, self.second, end) == 0:
                raise UndecidedError(f"two fits tie at the share {end}; perturb a parameter to see")
        return self._between(low, high, DEPTH)

    def _tie_at(self, share: Fraction, left: Fraction, right: Fraction) -> Tie:
        """A tie found at a rational share, in a bracket that holds no other one."""
        for _ in range(DEPTH):
            if self._slope_sign(left, right):
                return Tie(self.first, self.second, left, right, str(share), share)
            left = between(algebraic(left), algebraic(share))
            right = between(algebraic(share), algebraic(right))
        raise UndecidedError(f"two fits tie at the share {share} without crossing; perturb a parameter to see")

    def _states(self, share: Fraction) -> tuple[State, State]:
        return self.first.at(share), self.second.at(share)

    def _between(self, low: Fraction, high: Fraction, depth: int) -> list[Tie]:
        """Ties strictly between two shares at which there is none."""
        left, right = self._states(low), self._states(high)
        if self._no_tie(low, high, left, right):
            return []
        if self._slope_sign(low, high):
            if compare(left[0].value, left[1].value) == compare(right[0].value, right[1].value):
                return []
            return [Tie(self.first, self.second, low, high, None)]
        if depth == 0:
            raise UndecidedError(
                f"fits of {self.first.family.name} and {self.second.family.name} come too close to be told apart; "
                "perturb a parameter to see"
            )
        middle = between(algebraic(low), algebraic(high))
        if abs(middle - low) * 8 < high - low or abs(high - middle) * 8 < high - low:
            middle = (low + high) / 2
        if _difference_sign(self.first, self.second, middle) == 0:
            tie = self._tie_at(middle, (low + middle) / 2, (middle + high) / 2)
            return [*self._between(low, tie.lower, depth - 1), tie, *self._between(tie.upper, high, depth - 1)]
        return [*self._between(low, middle, depth - 1), *self._between(middle, high, depth - 1)]

    def _no_tie(
        self, low: Fraction, high: Fraction, left: tuple[State, State], right: tuple[State, State]
    ) -> bool:
        """Whether chords of one branch stay above tangents of the other, at both ends."""
        with flint.ctx.workprec(PRECISION):
            width = exact_ball(high) - exact_ball(low)
            for above, below in ((0, 1), (1, 0)):
                for touching in ("low", "high"):
                    state = left[below] if touching == "low" else right[below]
                    if state.slope is None:
                        continue
                    slope, value = state.slope.ball(PRECISION), state.value.ball(PRECISION)
                    at_low = value if touching == "low" else value - slope * width
                    at_high = value if touching == "high" else value + slope * width
                    if (
                        left[above].value.ball(PRECISION) > at_low
                        and right[above].value.ball(PRECISION) > at_high
                    ):
                        return True
        return False

    def _slope_sign(self, low: Fraction, high: Fraction) -> int:
        """The sign of the slope of the difference when bounds give it one on the whole interval, else 0."""
        left, right = self._states(low), self._states(high)
        slopes = [[state.slope for state in pair] for pair in (left, right)]
        if any(slope is None for pair in slopes for slope in pair):
            return 0
        with flint.ctx.workprec(PRECISION):
            balls = [[slope.ball(PRECISION) for slope in pair if slope is not None] for pair in slopes]
            # Slopes decrease along a concave branch.
            if balls[1][0] - balls[0][1] > 0:
                return 1
            if balls[0][0] - balls[1][1] < 0:
                return -1
        return 0


def _is_least(tie: Tie, branches: list[Branch]) -> bool:
    """Whether no other branch fits better at the tie; raises UndecidedError when this stays open."""
    others = [b for b in branches if b.name not in (tie.first.name, tie.second.name)]
    bits = 8
    for _ in range(7):
        low, high = tie.refined(bits)
        open_question = False
        for other in others:
            order = _order(other, tie.first, low, high)
            if order < 0:
                return False
            if order == 0 and not identical(other, tie.first, low) and not identical(other, tie.second, low):
                open_question = True
        if not open_question:
            return True
        bits *= 2
    raise UndecidedError(
        "three fits come too close to be told apart at one mixture; perturb a parameter to see"
    )


def _order(other: Branch, least: Branch, low: Fraction, high: Fraction) -> int:
    """1 or -1 when the other branch is certainly above or below on the whole bracket, else 0."""
    signs = []
    with flint.ctx.workprec(PRECISION):
        width = exact_ball(high) - exact_ball(low)
        for above, below, sign in ((other, least, 1), (least, other, -1)):
            state = below.at(low)
            if state.slope is None:
                continue
            value = state.value.ball(PRECISION)
            end = value + state.slope.ball(PRECISION) * width
            if above.at(low).value.ball(PRECISION) > value and above.at(high).value.ball(PRECISION) > end:
                signs.append(sign)
    return signs[0] if signs else 0
