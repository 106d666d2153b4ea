"""Two best fits that tie at a mixture of two actions without closed form: what they make optimal, certified.

The tie is the root of a system in both points and the mixture (`tied_system`), so the points and their payoffs are
known as balls around it. A belief puts weight w on the first point and 1 - w on the second; the actions that are
optimal for some w are read off the lines ``w U(a, theta_1) + (1 - w) U(a, theta_2)``. Payoffs that tie all along a
branch tie at its rational samples, which are exact; every other sign is decided by balls, or stays undecided.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import flint
from flint import arb

from ...algebra.enclosed import Enclosed
from ...algebra.number_field import Real
from ...definition.hulls import hulls, kernel
from ...definition.stationary import Candidate
from ...errors import NotSupportedError, UndecidedError
from ...forms.laws import Agent, Family, value_at
from ...results.fits import CertifiedFits
from .balls import PRECISION, Ball, Branch, exact_ball
from .tied_supports import certified_piece, coordinate_of
from .tied_system import TiedSystem
from .ties import Tie


@dataclass(frozen=True, slots=True)
class TieFits:
    """The best fits at a tie, the actions that are optimal for some belief on them, and a belief for the pair.

    `belief` is None where no belief makes both actions of the pair optimal.
    """

    fits: CertifiedFits
    replies: tuple[int, ...]
    belief: tuple[Enclosed, ...] | None
    belief_support: tuple[str, ...]
    self_confirming: bool | None

    @property
    def models(self) -> tuple[str, ...]:
        """The names of the models that fit best."""
        return self.fits.models


def fits_at_tie(agent: Agent, pair: tuple[int, int], tie: Tie) -> TieFits:
    """What the two tied points make optimal. Certified.

    Raises NotSupportedError where play does not identify a family, UndecidedError where balls do not tell.
    """
    with flint.ctx.workprec(PRECISION):
        low, _ = tie.refined(48)
        states = [branch.at(low).candidate for branch in (tie.first, tie.second)]
        families = [tie.first.family, tie.second.family]
        branches = tuple(_branch(agent, family, pair, state) for family, state in zip(families, states, strict=True))
        system = TiedSystem(branches, pair)
        start = [
            state.theta[coordinate_of(branch, k)].ball(PRECISION)
            for branch, state in zip(branches, states, strict=True)
            for k in range(branch.dimension)
        ]
        share = exact_ball(low)
        point = system.newton([*start, 1 - share, share])
        root = None if point is None else system.root_near(point)
        bracket = exact_ball(tie.lower).union(exact_ball(tie.upper))
        if root is None or not bracket.contains_interior(root.inside[-1]):
            raise UndecidedError(
                f"the tie of {families[0].name} and {families[1].name} was not enclosed; perturb a parameter to see"
            )
        u, _, _ = system.parts(root.inside)
        if any(not condition.at(own) > 0 for b, own in zip(branches, u, strict=True) for condition in b.conditions):
            raise UndecidedError(f"a best fit at a tie is at or near an end of {families[0].name}; perturb the game")
        payoffs = [
            [b.payoffs[a].at(own) for b, own in zip(branches, u, strict=True)] for a in range(len(agent.actions))
        ]
        exact = [
            [value_at(p, state.theta) for p in family.payoffs] for family, state in zip(families, states, strict=True)
        ]
        # Actions with the same payoffs everywhere tie for ever: the first stands for all of them.
        leaders = [
            next(b for b in range(a + 1) if all(f.payoffs[a] == f.payoffs[b] for f in families))
            for a in range(len(agent.actions))
        ]
        lines = _Lines(payoffs, exact, tuple(dict.fromkeys(leaders)))
        optimal = {a for a in set(leaders) if lines.is_reply(a)}
        replies = tuple(a for a, leader in enumerate(leaders) if leader in optimal)
        weight = lines.belief((leaders[pair[0]], leaders[pair[1]]))
        gaps = [[gap.at(own) for a in pair for gap in b.misfits[a]] for b, own in zip(branches, u, strict=True)]
        return TieFits(
            CertifiedFits(tuple(certified_piece(b, own) for b, own in zip(branches, u, strict=True))),
            replies,
            None if weight is None else (Enclosed.of(weight), Enclosed.of(1 - weight)),
            () if weight is None else _carrying(families, weight),
            False if all(any(g > 0 or g < 0 for g in row) for row in gaps) else None,
        )


def _carrying(families: Sequence[Family], weight: Ball) -> tuple[str, ...]:
    names = [f.name for f, w in zip(families, (weight, 1 - weight), strict=True) if not w.is_zero()]
    return tuple(sorted(set(names)))


def _branch(agent: Agent, family: Family, pair: Sequence[int], state: Candidate) -> Branch:
    """The hull on which the point moves: the one of the constraints active there."""
    if kernel(family, pair):
        raise NotSupportedError(
            f"mixtures of {' and '.join(agent.actions[a] for a in pair)} do not identify {family.name}, whose "
            "best fits tie with others at a mixture without closed form"
        )
    active = {k for k, c in enumerate(family.constraints) if value_at(c.polynomial, state.theta).is_zero()}
    for hull in hulls(family, [], ()):
        if not hull.nonlinear and set(hull.active) == active:
            return Branch.of(agent, agent.families.index(family), hull)
    raise NotSupportedError(
        f"a best fit of {family.name} ties with another at a mixture without closed form where constraints depend on "
        "one another; use a simpler domain"
    )


class _Lines:
    """Payoffs of these actions at both points as lines in the weight of the first."""

    def __init__(
        self, payoffs: Sequence[Sequence[Ball]], exact: Sequence[Sequence[Real]], actions: tuple[int, ...]
    ) -> None:
        self.payoffs = payoffs
        self.exact = exact
        self.actions = actions

    def _gap(self, a: int, c: int, end: int) -> tuple[int, Ball]:
        """Sign and ball of U(a) - U(c) at one of the two points."""
        ball = self.payoffs[a][end] - self.payoffs[c][end]
        if ball > 0 or ball < 0:
            return (1 if ball > 0 else -1), ball
        if (self.exact[end][a] - self.exact[end][c]).is_zero():
            return 0, arb(0)
        raise UndecidedError("two payoffs come too close at a tie of best fits; perturb a parameter to see")

    def _range(self, a: int) -> tuple[Ball, Ball] | None:
        """The weights of the first point for which the action is optimal; None when there are none."""
        lowest, highest = arb(0), arb(1)
        for c in self.actions:
            if c == a:
                continue
            (one, first), (two, second) = self._gap(a, c, 0), self._gap(a, c, 1)
            if one >= 0 and two >= 0:
                continue
            if one < 0 and two < 0:
                return None
            bound = second / (second - first)  # where the lines of a and c cross; 0 or 1 when one sign is 0
            if two < 0:
                lowest = _larger(lowest, bound)
            else:
                highest = -_larger(-highest, -bound)
        if lowest > highest:
            return None
        if lowest < highest or (lowest - highest).is_zero():
            return lowest, highest
        raise UndecidedError("three payoffs tie at a tie of best fits; perturb a parameter to see")

    def is_reply(self, a: int) -> bool:
        """Whether some belief makes the action optimal."""
        return self._range(a) is not None

    def belief(self, pair: tuple[int, int]) -> Ball | None:
        """A weight of the first point that makes both actions optimal, or None."""
        (one, first), (two, second) = self._gap(*pair, 0), self._gap(*pair, 1)
        allowed = self._range(pair[0])
        if allowed is None or (one > 0 and two > 0) or (one < 0 and two < 0):
            return None
        if one == 0 and two == 0:
            return allowed[0]
        weight = second / (second - first)
        return weight if self._is_best(pair, weight) else None

    def _is_best(self, pair: tuple[int, int], weight: Ball) -> bool:
        """Whether no third action pays more at the crossing of the pair."""
        for c in self.actions:
            if c in pair:
                continue
            (one, first), (two, second) = self._gap(pair[0], c, 0), self._gap(pair[0], c, 1)
            if one == 0 and two == 0:
                continue
            value = weight * first + (1 - weight) * second
            if value < 0:
                return False
            if not value > 0:
                raise UndecidedError("three payoffs tie at a tie of best fits; perturb a parameter to see")
        return True


def _larger(first: Ball, second: Ball) -> Ball:
    if first > second:
        return first
    if second > first:
        return second
    if first.is_exact() and second.is_exact():
        return first
    raise UndecidedError("three payoffs tie at a tie of best fits; perturb a parameter to see")
