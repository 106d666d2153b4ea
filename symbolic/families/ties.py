"""Shares at which two branches of local minima tie in divergence.

On an interval without critical shares each branch is concave in the share (`branches`). The difference of two of
them is bounded by chords and tangents; where the bounds exclude zero there is no tie, where they give its slope a
sign there is at most one, found by the signs at the ends; otherwise the interval is halved. So every tie is
isolated, with certified signs, or the search ends undecided. Ties of linear branches have a closed form, a
quotient of logarithms; the others are isolated real numbers that can be refined as far as wanted.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from itertools import combinations
from typing import Any

import flint
from flint import arb, fmpq

from ..algebra import Ring, logarithm
from ..decomposition import AlgebraicNumber, algebraic, between
from ..errors import UndecidedError
from ..printing import element_expression
from .agent import Agent
from .branches import Branch, Share, State, branches_on, curve_points
from .minimizers import Candidate, divergence_value, is_feasible, value_at
from .numbers import Real, same
from .values import LogValue, compare

DEPTH = 40
PRECISION = 256


@dataclass(frozen=True)
class Tie:
    """A share in the open interval (lower, upper) at which two branches tie, and no other tie of them."""

    first: Branch
    second: Branch
    lower: Fraction
    upper: Fraction
    closed_form: str | None
    _best: list[Fraction] = field(default_factory=list, repr=False, compare=False)

    def refined(self, bits: int) -> tuple[Fraction, Fraction]:
        """Rationals around the share at most 2**-bits apart, by certified bisection."""
        low, high = self._best or (self.lower, self.upper)
        if not self._best:
            self._best.extend((low, high))
        left = _difference_sign(self.first, self.second, self.lower)
        while high - low > Fraction(1, 1 << bits):
            middle = between(algebraic(low), algebraic(high)) if high - low > Fraction(1, 4) else (low + high) / 2
            sign = _difference_sign(self.first, self.second, middle)
            if sign == 0:
                low = high = middle
            elif sign == left:
                low = middle
            else:
                high = middle
        self._best[:] = [low, high]
        return low, high

    def __float__(self) -> float:
        low, high = self.refined(60)
        return float((low + high) / 2)

    def __str__(self) -> str:
        if self.closed_form is not None:
            return self.closed_form
        low, high = self.refined(40)
        return f"certified root between {low} and {high}"


def find_ties(agent: Agent, pair: tuple[int, int], critical: list[AlgebraicNumber]) -> list[Tie]:
    """All shares in (0, 1), other than the critical ones, where two branches tie for the best fit. Certified.

    Ties that hold on a whole interval are no points and are left to the exact comparison at samples.
    Raises UndecidedError where bounds do not settle the question within the limits.
    """
    ends = [algebraic(0), *critical, algebraic(1)]
    found: list[Tie] = []
    for low, high in zip(ends, ends[1:], strict=False):
        sample = between(low, high)
        branches = branches_on(agent, pair, sample)
        inside: list[Tie] = []
        for first, second in combinations(branches, 2):
            search = _Search(first, second, low, high, sample)
            inside += [_in_closed_form(tie) for tie in search.ties() if _is_least(tie, branches)]
        found += sorted(inside, key=float)
    return found


def _in_closed_form(tie: Tie) -> Tie:
    """The tie with its closed form where neither point moves near it.

    A point that is the minimum of a convex family at two shares is so between them, because the conditions for a
    minimum are linear in the share; then both divergences are linear there.
    """
    if tie.closed_form is not None:
        return tie
    low, high = tie.refined(6)
    if low == high:
        return Tie(tie.first, tie.second, tie.lower, tie.upper, str(low))
    parts: list[list[LogValue]] = [[], []]
    for branch in (tie.first, tie.second):
        if branch.curve is not None or (branch.hull is not None and branch.hull.dimension):
            if not branch.constant:
                return tie
        one, two = branch.at(low).candidate.theta, branch.at(high).candidate.theta
        if not all(map(same, one, two)):
            return tie
        for end, action in enumerate(branch.pair):
            unit = tuple(Real.of(int(a == action)) for a in range(len(branch.agent.actions)))
            if not is_feasible(branch.family, Candidate(one, unit), unit):
                return tie
            parts[end].append(divergence_value(branch.family, Candidate(one, unit)))
    form = _closed_form((parts[0][0], parts[0][1]), (parts[1][0], parts[1][1]))
    return Tie(tie.first, tie.second, low, high, form)


def _difference_sign(first: Branch, second: Branch, share: Fraction) -> int:
    return compare(first.at(share).value, second.at(share).value)


@dataclass(frozen=True)
class _Search:
    """The ties of two branches on one interval without critical shares."""

    first: Branch
    second: Branch
    low: AlgebraicNumber
    high: AlgebraicNumber
    sample: Fraction

    def ties(self) -> list[Tie]:
        if self.first.constant and self.second.constant:
            return self._linear()
        if _difference_sign(self.first, self.second, self.sample) == 0:
            if _identical(self.first, self.second, self.sample):
                return []
            middle = self.sample
            left, right = between(self.low, algebraic(middle)), between(algebraic(middle), self.high)
            tie = self._tie_at(middle, left, right)
            return [*self._between(self.low, left, DEPTH), tie, *self._between(right, self.high, DEPTH)]
        return [
            *self._between(self.low, self.sample, DEPTH),
            *self._between(self.sample, self.high, DEPTH),
        ]

    def _linear(self) -> list[Tie]:
        """Two linear branches: their difference at the ends of the simplex says everything."""
        start = self._ends(self.first, self.second, 0)
        stop = self._ends(self.first, self.second, 1)
        if start is None or stop is None or compare(*start) * compare(*stop) >= 0:
            return []
        low = self._inner(self.low, start)
        high = self._inner(self.high, stop)
        if low is None or high is None or low >= high:
            return []
        left, right = (_difference_sign(self.first, self.second, s) for s in (low, high))
        if left == right:
            return []
        return [Tie(self.first, self.second, low, high, _closed_form(start, stop))]

    @staticmethod
    def _ends(first: Branch, second: Branch, end: int) -> tuple[LogValue, LogValue] | None:
        one, two = first.end(Fraction(end), None), second.end(Fraction(end), None)
        return None if one is None or two is None else (one.value, two.value)

    def _inner(self, end: AlgebraicNumber, _values: tuple[LogValue, LogValue]) -> Fraction | None:
        """A rational inside the interval so near to its end that no tie lies between them."""
        limit = _sign_at_end(self.first, self.second, end)
        if limit == 0:
            return between(*sorted((end, algebraic(self.sample))))
        near = self.sample
        for _ in range(DEPTH * 8):
            if _difference_sign(self.first, self.second, near) == limit:
                return near
            near = between(*sorted((end, algebraic(near))))
        return None

    def _tie_at(self, share: Fraction, left: Fraction, right: Fraction) -> Tie:
        """A tie found at a rational share, in a bracket that holds no other one."""
        for _ in range(DEPTH):
            if self._slope_sign(left, right):
                return Tie(self.first, self.second, left, right, str(share))
            left = between(algebraic(left), algebraic(share))
            right = between(algebraic(share), algebraic(right))
        raise UndecidedError(f"two fits tie at the share {share} without crossing; perturb a parameter to see")

    def _states(self, share: Share) -> tuple[State, State] | None:
        if isinstance(share, Fraction):
            return self.first.at(share), self.second.at(share)
        if share.is_rational and 0 < share < 1 and self.low < share < self.high:
            exact = share.as_rational()
            return self.first.at(exact), self.second.at(exact)
        end: Share = share.as_rational() if share.is_rational else share
        one, two = self.first.end(end, self.sample), self.second.end(end, self.sample)
        return None if one is None or two is None else (one, two)

    def _between(self, low: Share, high: Share, depth: int) -> list[Tie]:
        """Ties strictly between two shares at which there is none, or which are ends of the interval."""
        left, right = self._states(low), self._states(high)
        if left is None or right is None:
            raise UndecidedError(
                f"a local minimum of {self.first.family.name} or {self.second.family.name} has no known limit at the "
                "end of a segment of mixtures; perturb a parameter to see"
            )
        if self._no_tie(low, high, left, right):
            return []
        if self._slope_sign(low, high):
            # At most one tie; none when the signs at the ends agree or one of the ends is itself the tie.
            if compare(left[0].value, left[1].value) * compare(right[0].value, right[1].value) >= 0:
                return []
            if isinstance(low, Fraction) and isinstance(high, Fraction):
                return [Tie(self.first, self.second, low, high, None)]
        if depth == 0:
            raise UndecidedError(
                f"fits of {self.first.family.name} and {self.second.family.name} come too close to be told apart; "
                "perturb a parameter to see"
            )
        middle = between(_number(low), _number(high))
        if compare(self.first.at(middle).value, self.second.at(middle).value) == 0:
            before, after = between(_number(low), algebraic(middle)), between(algebraic(middle), _number(high))
            tie = self._tie_at(middle, before, after)
            return [*self._between(low, tie.lower, depth - 1), tie, *self._between(tie.upper, high, depth - 1)]
        return [*self._between(low, middle, depth - 1), *self._between(middle, high, depth - 1)]

    def _no_tie(self, low: Share, high: Share, left: tuple[State, State], right: tuple[State, State]) -> bool:
        """Whether chords of one branch stay above tangents of the other, at both ends."""
        with flint.ctx.workprec(PRECISION):
            width = _ball(high) - _ball(low)
            for above, below in ((0, 1), (1, 0)):
                for touching in ("low", "high"):
                    state = left[below] if touching == "low" else right[below]
                    if state.slope is None:
                        continue
                    slope, value = state.slope.ball(PRECISION), state.value.ball(PRECISION)
                    at_low = value if touching == "low" else value - slope * width
                    at_high = value if touching == "high" else value + slope * width
                    if left[above].value.ball(PRECISION) > at_low and right[above].value.ball(PRECISION) > at_high:
                        return True
        return False

    def _slope_sign(self, low: Share, high: Share) -> int:
        """The sign of the slope of the difference when bounds give it one on the whole interval, else 0."""
        left, right = self._states(low), self._states(high)
        if left is None or right is None:
            return 0
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


def _number(share: Share) -> AlgebraicNumber:
    return share if isinstance(share, AlgebraicNumber) else algebraic(share)


def _ball(share: Share) -> Any:
    if isinstance(share, Fraction):
        return arb(fmpq(share.numerator, share.denominator))
    return share.ball(PRECISION)


def _sign_at_end(first: Branch, second: Branch, end: AlgebraicNumber) -> int:
    share: Share = end.as_rational() if end.is_rational else end
    one, two = first.end(share, None), second.end(share, None)
    if one is None or two is None:
        return 0
    return compare(one.value, two.value)


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
            if order == 0 and not _identical(other, tie.first, low) and not _identical(other, tie.second, low):
                open_question = True
        if not open_question:
            return True
        bits *= 2
    raise UndecidedError("three fits come too close to be told apart at one mixture; perturb a parameter to see")


def _order(other: Branch, least: Branch, low: Fraction, high: Fraction) -> int:
    """1 or -1 when the other branch is certainly above or below on the whole bracket, else 0."""
    signs = []
    with flint.ctx.workprec(PRECISION):
        width = _ball(high) - _ball(low)
        for above, below, sign in ((other, least, 1), (least, other, -1)):
            state = below.at(low)
            if state.slope is None:
                continue
            value = state.value.ball(PRECISION)
            end = value + state.slope.ball(PRECISION) * width
            if above.at(low).value.ball(PRECISION) > value and above.at(high).value.ball(PRECISION) > end:
                signs.append(sign)
    return signs[0] if signs else 0


def _identical(first: Branch, second: Branch, sample: Fraction) -> bool:
    """Whether two branches are proved to have the same value on a whole interval.

    Proved when every function that K is made of satisfies the same irreducible equation over Q(s) on both branches
    and has the same value at the sample, where the equations have no double root.
    """
    one, two = first.at(sample), second.at(sample)
    if compare(one.value, two.value) != 0:
        return False
    for action in first.pair:
        left, right = first.family.divergences[action], second.family.divergences[action]
        if left is None or right is None or len(left.logs) != len(right.logs):
            return False
        mine = [(Fraction(1), left.rational), *left.logs]
        theirs = [(Fraction(1), right.rational), *right.logs]
        for (c, f), (d, g) in zip(mine, theirs, strict=True):
            if c != d or not same(value_at(f, one.candidate.theta), value_at(g, two.candidate.theta)):
                return False
            equations = _equation(first, f, sample), _equation(second, g, sample)
            if equations[0] is None or equations[0] != equations[1]:
                return False
    return True


def _equation(branch: Branch, function: Any, sample: Fraction) -> str | None:
    """The irreducible polynomial in (r, s) of the values r of a function along a branch, as text; None: unknown."""
    if branch.constant:
        state = branch.at(sample)
        value = value_at(function, state.candidate.theta)
        return f"constant {value.algebraic()}"
    if branch.curve is None or branch.hull is None:
        return None
    ring = branch.hull.ring
    local = branch.hull.restricted(function)
    if local.rational() is not None:
        return f"constant {algebraic(local.rational())}"
    place = ring.index("t")
    variable = ring.context.gens()[place]
    relation = local.numerator - variable * local.denominator
    eliminated = branch.curve.resultant(relation, "u0")
    value = value_at(function, branch.at(sample).candidate.theta)
    matching = []
    for factor, _ in eliminated.factor()[1]:
        if factor.degrees()[place] <= 0:
            continue
        discriminant = factor.discriminant("t") if factor.degrees()[place] > 1 else factor.context().constant(1)
        at_sample = value_at_share(discriminant, ring, sample)
        if at_sample == 0:
            return None
        images = [Real.of(0)] * len(ring.generators)
        images[ring.index("s")], images[place] = Real.of(sample), value
        total = Real.of(0)
        for exponents, coefficient in factor.to_dict().items():
            term = Real.of(int(coefficient))
            for k, exponent in enumerate(exponents):
                if exponent:
                    term = term * images[k] ** int(exponent)
            total = total + term
        if total.is_zero():
            oriented = factor if factor.leading_coefficient() > 0 else -factor
            matching.append(oriented.project_to_context(Ring.of_parameters(["s", "t"]).context))
    return str(matching[0]) if len(matching) == 1 else None


def value_at_share(polynomial: Any, ring: Ring, share: Fraction) -> Fraction:
    """A polynomial in s alone at a rational share."""
    place = ring.index("s")
    return sum(
        (int(c) * share ** int(exponents[place]) for exponents, c in polynomial.to_dict().items()), start=Fraction(0)
    )


def _closed_form(start: tuple[LogValue, LogValue], stop: tuple[LogValue, LogValue]) -> str | None:
    """``D(0) / (D(0) - D(1))`` for the linear difference D, as an expression, when all entries are rational."""
    ring = Ring.of_parameters(["y"])
    parts = []
    for pair in (start, stop):
        total = ring.constant(0)
        for value, sign in zip(pair, (1, -1), strict=True):
            exact = value.rational.rational()
            if exact is None:
                return None
            total = total + ring.constant(sign * exact)
            for coefficient, argument in value.logs:
                weight, base = coefficient.rational(), argument.rational()
                if weight is None or base is None:
                    return None
                ring, term = logarithm(ring, ring.constant(base))
                total = total + ring.constant(sign * weight) * term
        parts.append(total)
    return str(element_expression(ring, parts[0] / (parts[0] - parts[1])))


__all__ = ["Tie", "curve_points", "find_ties"]
