"""Shares at which two branches of local minima tie in divergence.

On an interval without critical shares each branch is concave in the share (`branches`). The difference of two of
them is bounded by chords and tangents; where the bounds exclude zero there is no tie, where they give its slope a
sign there is at most one, found by the signs at the ends; otherwise the interval is halved. So every tie is
isolated, with certified signs, or the search ends undecided. Ties of linear branches have a closed form, a
quotient of logarithms; the others are isolated real numbers that can be refined as far as wanted.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field, replace
from fractions import Fraction
from itertools import combinations, pairwise
from typing import Any

import flint
from flint import arb, fmpq

from ..algebra import Ring, logarithm
from ..decomposition import AlgebraicNumber, algebraic, between
from ..errors import UndecidedError
from ..printing import element_expression
from .agent import Agent, Constraint, Family, value_at
from .branches import Branch, State, branches_on, state_of, strategy
from .minimizers import (
    Candidate,
    Piece,
    best_fits,
    candidates,
    divergence_value,
    is_feasible,
    minimal,
)
from .numbers import Real, same
from .strata import kernel, null_space
from .systems import common_field
from .values import LogValue, compare

DEPTH = 40
PRECISION = 256
QUIET_DEPTH = 30


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

    def __float__(self) -> float:
        low, high = self.refined(60)
        return float((low + high) / 2)

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
    pure = _Ends.of(agent, pair)
    touched: set[AlgebraicNumber] = set()
    ends = [algebraic(0), *critical, algebraic(1)]
    samples = [between(low, high) for low, high in pairwise(ends)]
    all_branches = [
        _different([b for b in branches_on(agent, pair, low, high) if b.name[0] not in left_out], sample)
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
                near, tied = _quiet_end(branches, pure, end, sample)
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


def _different(branches: list[Branch], sample: Fraction) -> list[Branch]:
    """One of each group of branches that are proved to have the same value everywhere."""
    kept: list[Branch] = []
    for branch in branches:
        if not any(_identical(branch, other, sample) for other in kept):
            kept.append(branch)
    return kept


@dataclass(frozen=True)
class _Ends:
    """The two pure ends of the segment: the least divergence there, and the slope of V away from them.

    With theta_0 a best fit to the first action, V(s) <= (1 - s) V(0) + s K(theta_0, b) and K(., a) >= V(0), so a
    best fit at any s has K(., b) <= K(theta_0, b); likewise with the actions exchanged. So the differences
    K(theta_0, b) - V(0) bound the slope of every branch wherever it is a best fit; the least of them is V'(0).
    """

    values: tuple[Any, Any]
    slopes: tuple[Any, Any]

    @staticmethod
    def of(agent: Agent, pair: tuple[int, int]) -> _Ends | None:
        """None when a divergence is infinite at every best fit to one of the actions."""
        values, slopes = [], []
        for end, other in (pair, pair[::-1]):
            found = [
                s
                for piece in best_fits(agent, _unit(agent, end)).pieces
                for s in _slopes(agent, piece, end, other)
            ]
            if not found:
                return None
            with flint.ctx.workprec(PRECISION):
                least = min(found, key=lambda entry: float(entry[1].mid()))
            values.append(least[0])
            slopes.append(least[1])
        return _Ends((values[0], values[1]), (slopes[0], slopes[1]))

    @property
    def steepness(self) -> Any:
        """A bound for the slopes of best fits."""
        with flint.ctx.workprec(PRECISION):
            return max(abs(slope).upper() for slope in self.slopes)


def _unit(agent: Agent, action: int) -> tuple[Real, ...]:
    return tuple(Real.of(int(a == action)) for a in range(len(agent.actions)))


def _slopes(agent: Agent, piece: Piece, end: int, other: int) -> list[tuple[Any, Any]]:
    """(value, slope) balls at the best fits of one polytope: at its least divergence from the other action."""
    family = next(f for f in agent.families if f.name == piece.model)
    if family.divergences[other] is None:
        return []
    cross, unit = _unit(agent, other), _unit(agent, end)
    points = [Candidate(tuple(value for _, value in v.coordinates), cross) for v in piece.vertices]
    if piece.dimension:
        narrowed = _restricted_to(family, piece, end)
        if narrowed is not None:
            inside = candidates(narrowed, kernel(narrowed, (other,)), cross)
            points = minimal(narrowed, inside) if inside else []
    found = []
    with flint.ctx.workprec(PRECISION):
        for point in points:
            if is_feasible(family, point, cross):
                value = divergence_value(family, Candidate(point.theta, unit)).ball(PRECISION)
                found.append((value, divergence_value(family, point).ball(PRECISION) - value))
    return found


def _restricted_to(family: Family, piece: Piece, end: int) -> Family | None:
    """The family cut down to a polytope of best fits; None when that takes irrational numbers."""
    theta = [value.rational() for _, value in piece.vertices[0].coordinates]
    if any(value is None for value in theta):
        return None
    constraints = list(family.constraints)
    for form in null_space(kernel(family, (end,)), family.dimension):
        total = family.ring.constant(0)
        for weight, name, value in zip(form, family.coordinates, theta, strict=True):
            assert value is not None
            scale = family.ring.constant(Fraction(int(weight.p), int(weight.q)))
            total = total + scale * (family.ring.parameter(name) - family.ring.constant(value))
        constraints += [Constraint(total, False, ""), Constraint(-total, False, "")]
    return replace(family, constraints=tuple(constraints))


def _quiet_end(
    branches: list[Branch], pure: _Ends | None, end: AlgebraicNumber, sample: Fraction
) -> tuple[Fraction, bool]:
    """A share such that no two branches tie for the best fit between it and the end, and whether they may at the end.

    Three reasons why a branch fits worse all the way, each from concavity:
    its value exceeds the least one by more than twice the steepness times the distance;
    it is linear, and above the tangent of the least one at both ends;
    it is above its chord from V(e), which is steeper than V'(e), while V(s) <= V(e) + (s - e) V'(e): there may be a
    tie at the end e itself.
    """
    near = sample
    at_end = None
    if pure is not None and end in (0, 1):
        at_end = (pure.values[int(end == 1)], pure.slopes[int(end == 1)])
    for attempt in range(QUIET_DEPTH):
        states = [branch.at(near) for branch in branches]
        if at_end is None and attempt >= 4 and end not in (0, 1):
            at_end = _value_and_slope(branches[0].agent, branches[0].pair, end, sample)
        with flint.ctx.workprec(PRECISION):
            values = [state.value.ball(PRECISION) for state in states]
            least = min(range(len(values)), key=lambda k: float(values[k].mid()))
            step = end.ball(PRECISION) - _ball(near)
            slope = states[least].slope
            close = []
            for k in range(len(values)):
                if k == least or (branches[k].constant and branches[least].constant):
                    continue
                if pure is not None and values[k] - values[least] > 2 * pure.steepness * abs(step):
                    continue
                far = _linear_value(branches[k], end)
                tangent = None if slope is None else values[least] + slope.ball(PRECISION) * step
                linear = tangent is not None and far is not None and far > tangent
                if not (linear and values[k] > values[least]):
                    close.append(k)
            rivals = close
            if at_end is not None:
                rivals = [k for k in close if not (values[k] - at_end[0]) / abs(step) - at_end[1] > 0]
        if all(_identical(branches[k], branches[least], near) for k in rivals):
            return near, bool(close)
        low, high = sorted((end, algebraic(near)))
        near = between(low, high)
        # The simplest rational between may stay far away: go to the end quickly.
        bits = 4 + 2 * attempt
        left, right = end.bounds(bits + 4)
        width = Fraction(1, 1 << bits)
        candidate = right + width if end < algebraic(sample) else left - width
        if min(end, algebraic(sample)) < candidate < max(end, algebraic(sample)):
            near = candidate
    raise UndecidedError(
        f"two fits of {' and '.join(dict.fromkeys(b.family.name for b in branches))} tie at or near an end of a "
        "segment of mixtures; perturb a parameter to see"
    )


def _linear_value(branch: Branch, end: AlgebraicNumber) -> Any:
    """A ball around the value of a branch that does not move at an end of its interval; None when it is not known."""
    if branch.fixed is None:
        return None
    total = flint.arb(0)
    for action, share in zip(branch.pair, (1 - end.ball(PRECISION), end.ball(PRECISION)), strict=True):
        unit = _unit(branch.agent, action)
        candidate = Candidate(branch.fixed, unit)
        if not is_feasible(branch.family, candidate, unit):
            return None
        total += share * divergence_value(branch.family, candidate).ball(PRECISION)
    return total


def _value_and_slope(
    agent: Agent, pair: tuple[int, int], end: AlgebraicNumber, sample: Fraction
) -> tuple[Any, Any]:
    """V at an inner share, and its slope away from there towards the sample, as balls."""
    away = 1 if end < algebraic(sample) else -1
    share = end.as_rational() if end.is_rational else end
    sigma = strategy(agent, pair, share)
    slopes, values = [], []
    with flint.ctx.workprec(PRECISION):
        for point in best_fits(agent, sigma).vertices:
            family = next(f for f in agent.families if f.name == point.model)
            numbers = common_field([*(value for _, value in point.coordinates), *sigma])
            count = len(point.coordinates)
            state = state_of(agent, family, pair, Candidate(tuple(numbers[:count]), tuple(numbers[count:])))
            values.append(state.value.ball(PRECISION))
            if state.slope is not None:
                slopes.append(state.slope.ball(PRECISION) * away)
        return values[0], min(slopes, key=lambda ball: float(ball.mid()))


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
    form, complement = _closed_form(start, stop)
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
    form, complement = _closed_form((parts[0][0], parts[0][1]), (parts[1][0], parts[1][1]))
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
        if self.low >= self.high or _identical(self.first, self.second, self.sample):
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
            width = _ball(high) - _ball(low)
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


def _ball(share: Fraction) -> Any:
    return arb(fmpq(share.numerator, share.denominator))


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
    raise UndecidedError(
        "three fits come too close to be told apart at one mixture; perturb a parameter to see"
    )


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
        (int(c) * share ** int(exponents[place]) for exponents, c in polynomial.to_dict().items()),
        start=Fraction(0),
    )


def _closed_form(
    start: tuple[LogValue, LogValue], stop: tuple[LogValue, LogValue]
) -> tuple[str | None, str | None]:
    """``D(0) / (D(0) - D(1))`` and one minus it, for the linear difference D of rational entries; else None."""
    ring = Ring.of_parameters(["y"])
    parts = []
    for pair in (start, stop):
        total = ring.constant(0)
        for value, sign in zip(pair, (1, -1), strict=True):
            exact = value.rational.rational()
            if exact is None:
                return None, None
            total = total + ring.constant(sign * exact)
            for coefficient, argument in value.logs:
                weight, base = coefficient.rational(), argument.rational()
                if weight is None or base is None:
                    return None, None
                ring, term = logarithm(ring, ring.constant(base))
                total = total + ring.constant(sign * weight) * term
        parts.append(total)
    width = parts[0] - parts[1]
    return (
        str(element_expression(ring, parts[0] / width)),
        str(element_expression(ring, -parts[1] / width)),
    )
