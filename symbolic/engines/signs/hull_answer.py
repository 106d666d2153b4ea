r"""Equilibria and structure of one affine family in several coordinates, by curves of best fits and signs.

On each hull the best fit to a mixture of two actions with share s of the second is a rational function of s and the
parameters (`symbolic.engines.signs.hull_curves`); that it is the best fit are signs of further ones. So on a cell of
the parameters the equilibria on two actions are the zeros of a polynomial in s, or all of an interval, among the s
where finitely many polynomials are not negative; those of single actions are the case s = 0. What follows for the
structure is `symbolic.engines.signs.by_pairs`. Source: Esponda & Pouzo 2016, Definition 1; the rest is calculus.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cmp_to_key

from ...algebra.linear import Row, is_solvable
from ...algebra.polynomials import horner, product
from ...algebra.ring import Element, Polynomial, Ring, context_of, evaluate, in_powers_of, lift
from ...algebra.roots import real_roots
from ...algebra.signs import Sign
from ...algebra.surds import Functions
from ...algebra.text import element_expression, element_text
from ...definition.hulls import kernel
from ...definition.self_confirming import settled
from ...definition.self_confirming_cases import confirms
from ...errors import NotSupportedError
from ...expressions.reading import Expression
from ...forms.laws import derivative, substituted
from ...forms.theta_interval import Interval, Place
from ...game.game import Game
from ...game.parameter_space import game_ring
from ...results.answers import UNDER_CONDITION, Questions
from ...results.equilibrium import Equilibrium
from ...results.fits import FitsByCase
from ...results.parameter_table import ParameterTable
from ...results.solution import Solution
from .by_pairs import ByPairs, Pair
from .engine import solution_by_signs
from .hull_curves import Curve, FreeAgent, curves
from .ranges import Range, intersection, nonnegative
from .several_solution import as_far_as_decided
from .sign_answer import Set, SignAnswer, SignEquilibrium


@dataclass(frozen=True, slots=True)
class Ratio:
    """A rational function of the share s: the coefficients of numerator and denominator, lowest power first."""

    above: tuple[Element, ...]
    below: tuple[Element, ...]

    def at(self, share: Element) -> Element:
        """The value. Raises ZeroDivisionError at a pole for all parameters."""
        return horner(self.above, share) / horner(self.below, share)

    @property
    def signed(self) -> list[Element]:
        """A polynomial with the sign of the function, but at its poles."""
        return product(self.above, self.below)


@dataclass(frozen=True, slots=True)
class HullFit:
    """A best fit on one hull, where no condition is negative; payoffs by action, and their differences by pair."""

    theta: tuple[Ratio, ...]
    conditions: tuple[Ratio, ...]
    payoffs: tuple[Ratio, ...]
    differences: dict[Pair, Ratio]


def hull_solution(game: Game, agent: FreeAgent, at: tuple[tuple[str, Fraction], ...]) -> Solution:
    """The pure equilibria, those on two actions and the structure as far as these decide it; symbolic and exact.

    Raises NotSupportedError where best fits are no rational functions, BudgetError for too many sign vectors.
    """
    hulls = _Fits(agent, game_ring(game))

    def ask(omitted: str, only: int | None) -> Solution:
        table = ParameterTable(game, hulls.ring)
        functions = Functions(table.ring)

        def answer(sign: Sign) -> SignAnswer:
            here = _Hulls(hulls, sign, functions, omitted)
            return here.answer() if only is None else here.part(only)

        return solution_by_signs(game, agent, table, answer, at, lambda: functions.ring)

    found = as_far_as_decided(ask, agent.actions, agent.parameters)
    return replace(found, equilibria=where_identified(game, agent, found.equilibria))


class _Fits:
    """The best fits of an agent to actions and pairs of them, on all hulls, as functions of share and parameters."""

    def __init__(self, agent: FreeAgent, ring: Ring) -> None:
        self.agent, self.ring = agent, ring
        self._known: dict[Set, tuple[HullFit, ...]] = {}

    def on(self, support: Set) -> tuple[HullFit, ...]:
        """The fits to play of a support, larger hulls first. Raises NotSupportedError as `curves`."""
        if support not in self._known:
            self._known[support] = tuple(self._fit(curve) for curve in curves(self.agent, support))
        return self._known[support]

    def _fit(self, curve: Curve) -> HullFit:
        def ratio(element: Element) -> Ratio:
            return Ratio(self._by_share(element.numerator, curve), self._by_share(element.denominator, curve))

        payoffs, count = curve.payoffs, len(curve.payoffs)
        return HullFit(
            tuple(map(ratio, curve.theta)),
            tuple(map(ratio, curve.conditions)),
            tuple(map(ratio, payoffs)),
            {(a, b): ratio(payoffs[a] - payoffs[b]) for a in range(count) for b in range(count) if a != b},
        )

    def _by_share(self, polynomial: Polynomial, curve: Curve) -> tuple[Element, ...]:
        names = list(polynomial.context().names())
        rest = context_of([*names[: curve.dimension], *names[curve.dimension + 1 :]])
        zero, one = self.ring.constant(0), self.ring.constant(1)
        images = [zero] * curve.dimension + [self.ring.parameter(p) for p in self.agent.parameters] + [zero]
        return tuple(evaluate(part, images, one) for part in in_powers_of(curve.dimension, polynomial, rest))


class _Hulls(ByPairs):
    large = "mixtures of three or more actions keep no free parameters with several coordinates; fix them with --at"

    def __init__(self, hulls: _Fits, sign: Sign, functions: Functions, omitted: str) -> None:
        super().__init__(len(hulls.agent.actions), omitted)
        self.agent, self.ring, self.hulls, self.functions = hulls.agent, hulls.ring, hulls, functions
        self._sign = sign
        self.zero, self.one = self.ring.constant(0), self.ring.constant(1)
        self.shares = Interval(Place(self.zero, -1), Place(self.one, 1), False, False, False, self.sign)
        self._vertices: dict[int, list[HullFit]] = {}

    def sign(self, element: Element) -> int:
        """The sign of a function of the parameters, with roots; that of a number needs no asking."""
        value = element.rational()
        return self.functions.sign(element, self._sign) if value is None else (value > 0) - (value < 0)

    def _is_defined(self, fit: HullFit, share: Element) -> bool:
        parts = (*fit.theta, *fit.conditions, *fit.payoffs)
        return all(self.sign(horner(part.below, share)) for part in parts)

    # Single actions

    def _fits(self, action: int) -> list[HullFit]:
        """The vertices of the best fits to an action: a single one where its play identifies theta."""
        if action not in self._vertices:
            found = [
                fit for fit in self.hulls.on((action,))
                if self._is_defined(fit, self.zero) and all(self.sign(c.at(self.zero)) >= 0 for c in fit.conditions)
            ]  # fmt: skip
            if not found:
                raise NotSupportedError(
                    f"the best fit to {self.agent.actions[action]} is not attained on a part of the domain; close theta"
                )
            self._vertices[action] = found if kernel(self.agent.family, (action,)) else found[:1]
        return self._vertices[action]

    def _ahead(self, fit: HullFit, action: int, other: int) -> int:
        return self.sign(fit.differences[action, other].at(self.zero)) if action != other else 0

    def replies(self, action: int) -> Set:
        """The actions that some belief on the vertices of the best fits makes optimal."""
        fits = self._fits(action)
        return tuple(b for b in self.actions if self._is_reply(b, fits))

    def _is_reply(self, action: int, fits: Sequence[HullFit]) -> bool:
        if any(all(self._ahead(fit, action, b) >= 0 for b in self.actions) for fit in fits):
            return True
        if len(fits) == 1 or len(self.actions) == 2:
            return False
        count = range(len(fits))
        units = [tuple(self.one if k == j else self.zero for k in count) for j in count]
        rows = [*(Row(unit, self.zero) for unit in units), Row((self.one,) * len(fits), -self.one, equation=True)]
        rows += [
            Row(tuple(fit.differences[action, other].at(self.zero) for fit in fits), self.zero)
            for other in self.actions if other != action
        ]  # fmt: skip
        return is_solvable(rows, len(fits), self.ring, self.sign)

    def pure(self, action: int, strict: bool) -> SignEquilibrium:
        """With the vertices of the best fits."""
        fits = self._fits(action)
        weights = tuple(self.one if a == action else self.zero for a in self.actions)
        uniform = all(self._ahead(fit, action, b) >= 0 for fit in fits for b in self.actions)
        theta = tuple(dict.fromkeys(self._theta(fit, self.zero) for fit in fits))
        return SignEquilibrium((action,), weights, theta, 0, uniform, strict, None, ())

    def _theta(self, fit: HullFit, share: Element) -> tuple[Expression, ...]:
        ring = self.functions.ring
        values = [self.functions.plain(part.at(share)) for part in fit.theta]
        return tuple(element_expression(self.functions.ring, lift(v, ring.context)) for v in values)

    # Two actions

    def on_pair(self, pair: Pair) -> list[SignEquilibrium]:
        """Points, and intervals of shares of the second action."""
        pieces = sorted(self._pieces(pair), key=cmp_to_key(self._order))
        merged: list[tuple[Element, Element, HullFit]] = []
        for low, high, fit in pieces:
            if merged and self.sign(low - merged[-1][1]) <= 0:
                start, end, first = merged[-1]
                merged[-1] = (start, high if self.sign(high - end) > 0 else end, first)
            else:
                merged.append((low, high, fit))
        return [
            self._component(pair, low, high, fit) for low, high, fit in merged
            if self.sign(high) > 0 and self.sign(low - self.one) < 0
        ]  # fmt: skip

    def _order(self, first: tuple[Element, Element, HullFit], second: tuple[Element, Element, HullFit]) -> int:
        return self.sign(first[0] - second[0])

    def _pieces(self, pair: Pair) -> Iterator[tuple[Element, Element, HullFit]]:
        """Intervals of shares with a best fit on one hull that makes both actions optimal; points have equal ends."""
        for fit in self.hulls.on(pair):
            wanted = [*fit.conditions, *(fit.differences[pair[0], b] for b in self.actions if b not in pair)]
            ranges: tuple[Range, ...] = ((self.shares.low, self.shares.high),)
            for part in wanted:
                if ranges:
                    allowed = nonnegative(part.signed, self.shares, self.sign, self.functions)
                    ranges = intersection(self.shares, ranges, allowed)
            ends = [(low.value, high.value) for low, high in ranges if low.value is not None and high.value is not None]
            tied = real_roots(fit.differences[pair].above, self.sign, self.functions) if ends else []
            if tied is None:
                for low, high in ends:
                    if self.sign(high - low) or self._is_defined(fit, low):
                        yield low, high, fit
            for share in tied or ():
                inside = any(self.sign(share - low) >= 0 >= self.sign(share - high) for low, high in ends)
                if inside and self._is_defined(fit, share):
                    yield share, share, fit

    def _component(self, pair: Pair, low: Element, high: Element, fit: HullFit) -> SignEquilibrium:
        dimension = 1 if self.sign(high - low) else 0
        low, high = low if self.sign(low) else self.zero, high if self.sign(self.one - high) else self.one
        share = self.functions.plain((low + high) * self.ring.constant(Fraction(1, 2)))
        weights = [self.zero] * len(self.actions)
        weights[pair[0]], weights[pair[1]] = self.functions.plain(self.one - share), share
        theta = () if dimension else (self._theta(fit, share),)
        texts = (self._interval(pair[1], low, high),) if dimension else ()
        return SignEquilibrium(pair, tuple(weights), theta, dimension, False, False, None, texts)

    def _interval(self, action: int, low: Element, high: Element) -> str:
        ring = self.functions.ring
        start, end = (element_text(ring, lift(self.functions.plain(x), ring.context)) for x in (low, high))
        left, right = ("<" if x.is_zero() else "<=" for x in (low, self.one - high))
        return f"{start} {left} sigma({self.agent.actions[action]}) {right} {end}"

    # Beliefs on the whole class

    def may_be_optimal(self, support: Set) -> bool:
        """Where payoffs are affine, by their means on the polyhedron."""
        family, count = self.agent.family, self.agent.family.dimension
        images = [self.zero] * count + [self.ring.parameter(p) for p in self.agent.parameters] + [self.zero]

        def row(element: Element, equation: bool = False) -> Row | None:
            slopes = [derivative(element, k) for k in range(count)]
            if any(not derivative(s, k).is_zero() for s in slopes for k in range(count)):
                return None
            narrow = [substituted(part, images, self.one) for part in (*slopes, element)]
            return Row(tuple(narrow[:count]), narrow[count], equation=equation)

        # A constraint of the family is a function of theta alone.
        plain = [*images[:count], self.zero]
        rows = []
        for constraint in family.constraints:
            parts = [*(derivative(constraint.polynomial, k) for k in range(count)), constraint.polynomial]
            values = [substituted(part, plain, self.one) for part in parts]
            rows.append(Row(tuple(values[:count]), values[count]))
        for other in self.actions:
            if other != support[0]:
                found = row(self.agent.payoffs[support[0]] - self.agent.payoffs[other], other in support)
                if found is None:
                    return True
                rows.append(found)
        return is_solvable(rows, count, self.ring, self.sign)


def where_identified(game: Game, agent: FreeAgent, equilibria: Sequence[Equilibrium]) -> tuple[Equilibrium, ...]:
    """The same for one agent, where an equilibrium is one point and its play identifies theta."""
    questions = Questions(game)
    found = []
    for equilibrium in equilibria:
        (part,) = equilibrium.parts
        assert isinstance(part.fits, FitsByCase)
        support = tuple(map(agent.actions.index, part.actions))
        if not equilibrium.dimension and part.fits.vertices and not kernel(agent.family, support):
            answer = confirms(questions, equilibrium)
            where = answer if answer.status == UNDER_CONDITION else None
            equilibrium = replace(equilibrium, self_confirming=settled(answer), confirms=where)
        found.append(equilibrium)
    return tuple(found)
