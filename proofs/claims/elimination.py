"""Exact elimination of quantified parameters from sign conditions that are linear in each of them.

``exists e: A1(e) and ... and An(e)`` with literals ``s e + t > 0`` (or ``>=``, ``==``) whose slopes s and rests t do
not involve e. Where s > 0 the literal is the bound ``e > -t/s``, where s < 0 it is ``e < -t/s``, and a real e between
all lower and all upper bounds exists iff every lower bound is below every upper one (Fourier 1826, Motzkin 1936). The
bounds may be any expressions in the other parameters, logarithms included; a slope of unknown sign splits the case in
three. No division is made: ``-t1/s1 < -t2/s2`` is written ``t2 s1 - t1 s2 > 0`` for s1 > 0 > s2.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from ...symbolic.algebra.ring import Element, Polynomial, polynomial_key
from ...symbolic.algebra.text import element_expression, polynomial_expression, polynomial_text
from ...symbolic.cells.domain import Domain
from ...symbolic.errors import BudgetError, NotSupportedError
from ...symbolic.expressions.reading import ZERO, Expression, Relation

OPERATOR = {(-1,): "<", (-1, 0): "<=", (0,): "==", (-1, 1): "!=", (0, 1): ">=", (1,): ">"}
NEGATED = {"<": ">=", "<=": ">", "==": "!=", "!=": "==", ">=": "<", ">": "<="}
_MOST_CASES = 4000


@dataclass(frozen=True, slots=True)
class Literal:
    """``polynomial`` has one of the signs; `reading` says the same in closed form, for people."""

    polynomial: Polynomial
    signs: tuple[int, ...]
    reading: Relation | None = field(default=None, compare=False)

    def key(self) -> Any:
        """A name of the literal, by content."""
        return (polynomial_key(self.polynomial), self.signs)

    def relation(self, domain: Domain) -> Relation:
        """As a relation between expressions."""
        if self.reading is not None:
            return self.reading
        return Relation(polynomial_expression(domain.ring, self.polynomial), OPERATOR[self.signs], ZERO)


Case = tuple[Literal, ...]


@dataclass(frozen=True, slots=True)
class Step:
    """One parameter eliminated: `before` holds at any value between all lower and all upper bounds, given `after`.

    Attributes
    ----------
    name : the parameter
    before, after : the case with it and without it
    lower, upper : its bounds in closed form
    """

    name: str
    before: Case
    after: Case
    lower: tuple[Expression, ...]
    upper: tuple[Expression, ...]


@dataclass(frozen=True, slots=True)
class Projection:
    """A case free of the eliminated parameters, and the steps that led to it, in the order of elimination."""

    case: Case
    steps: tuple[Step, ...] = ()


def eliminate(domain: Domain, cases: Sequence[Case], names: Sequence[str]) -> tuple[Case, ...]:
    """Conditions on the other parameters under which some values of the named ones satisfy one of the cases.

    Parameters: the domain (its interval ends for the named parameters must be among the literals: see
    `domain_literals`); a disjunction of conjunctions; the parameters to eliminate. Exact. Bounds of the parameters that
    are left stay among the literals, so that these may be eliminated afterwards; with no names, what holds on the whole
    domain is dropped. Raises NotSupportedError where a literal is not linear in a named parameter, or has it inside a
    logarithm; BudgetError for too many cases.
    """
    found = projections(domain, cases, names, domain.ring.parameters if names else ())
    return tuple(projection.case for projection in found)


def projections(
    domain: Domain, cases: Sequence[Case], names: Sequence[str], pending: Sequence[str] = ()
) -> tuple[Projection, ...]:
    """As `eliminate`, with the steps that lead to each case; bounds are kept of pending parameters only."""
    tidied = (tidy(domain, case, (*names, *pending)) for case in cases)
    current = tuple(Projection(case) for case in tidied if case is not None)
    for place, name in enumerate(names):
        following: dict[Any, Projection] = {}
        for projection in current:
            for step in _project(domain, projection.case, name, (*names[place + 1 :], *pending)):
                key = tuple(sorted(literal.key() for literal in step.after))
                following.setdefault(key, Projection(step.after, (*projection.steps, step)))
                if len(following) > _MOST_CASES:
                    raise BudgetError(f"more than {_MOST_CASES} cases while eliminating {name}; narrow the region")
        current = tuple(following.values())
    return _without_implied(current)


def domain_literals(domain: Domain, names: Sequence[str]) -> Case:
    """The interval ends of the named parameters, and the assumptions that involve one of them."""
    ring, literals = domain.ring, []
    for parameter in domain.parameters:
        if parameter.name not in names:
            continue
        interval, value = parameter.domain, ring.parameter(parameter.name)
        for end, is_open, side in ((interval.low, interval.low_open, 1), (interval.high, interval.high_open, -1)):
            if end is not None:
                gap = (value - ring.constant(end)).numerator
                literals.append(Literal(gap, _signs(side, strict=is_open)))
    for constraint in domain.constraints:
        polynomial = cleared(domain, constraint.element)
        if any(_degree(domain, polynomial, name) != 0 for name in names):
            literals.append(Literal(polynomial, constraint.signs))
    return tuple(literals)


def cleared(domain: Domain, element: Element) -> Polynomial:
    """A polynomial with the sign of the element wherever its denominator does not vanish."""
    lifted = domain.ring.polynomial(element.numerator) * domain.ring.polynomial(element.denominator)
    return lifted.numerator


def involves(domain: Domain, polynomial: Polynomial, name: str) -> bool:
    """Whether the parameter occurs, openly or inside a logarithm."""
    return _degree(domain, polynomial, name) != 0


def _degree(domain: Domain, polynomial: Polynomial, name: str) -> int:
    """The degree in a parameter; -1 where it stands inside a generator that occurs."""
    position = domain.ring.index(name)
    for place, degree in enumerate(polynomial.degrees()):
        argument = domain.ring.generators[place].argument
        if degree > 0 and argument is not None:
            for part in (argument.numerator, argument.denominator):
                inner = part.degrees()
                if position < len(inner) and int(inner[position]) > 0:
                    return -1
    return max(0, int(polynomial.degrees()[position]))


def tidy(domain: Domain, case: Sequence[Literal], pending: Sequence[str] | None = None) -> Case | None:
    """The case without literals that hold on the whole domain, repeated ones joined; None when one fails everywhere.

    Literals that involve a pending parameter (by default any parameter) stay even if they hold everywhere: they are
    the bounds that a projection still has to compare with others.
    """
    kept = domain.ring.parameters if pending is None else pending
    found: dict[Any, Literal] = {}
    for literal in case:
        sign = domain.polynomial_sign(literal.polynomial)
        if sign is not None:
            if sign not in literal.signs:
                return None
            if not any(involves(domain, literal.polynomial, name) for name in kept):
                continue
        key = polynomial_key(literal.polynomial)
        if key in found:
            both = tuple(s for s in found[key].signs if s in literal.signs)
            if not both:
                return None
            same = next((x for x in (literal, found[key]) if x.signs == both), None)
            found[key] = Literal(literal.polynomial, both, None if same is None else same.reading)
        else:
            found[key] = literal
    return tuple(found.values())


@dataclass(frozen=True, slots=True)
class _Bound:
    slope: Polynomial
    rest: Polynomial
    strict: bool
    value: Expression


def _project(domain: Domain, case: Case, name: str, pending: Sequence[str]) -> list[Step]:
    position = domain.ring.index(name)
    variable = domain.ring.context.gen(position)
    bounds: dict[int, list[_Bound]] = {1: [], -1: []}
    others: list[Literal] = []
    for place, literal in enumerate(case):
        degree = _degree(domain, literal.polynomial, name)
        if degree == 0:
            others.append(literal)
            continue
        if degree != 1:
            raise NotSupportedError(
                f"{polynomial_text(domain.ring, literal.polynomial)} is not linear in {name}, so {name} cannot be "
                f"eliminated; fix {name} with --at or leave it out of --for"
            )
        rest_of_case = (*case[:place], *case[place + 1 :])
        if literal.signs == (-1, 1):
            split = [(*rest_of_case, Literal(literal.polynomial, (sign,))) for sign in (-1, 1)]
            return [found for part in split for found in _project(domain, part, name, pending)]
        slope = literal.polynomial.derivative(position)
        rest = literal.polynomial - slope * variable
        side = _known_sign(domain, slope, case)
        if side is None:
            parts = [(*case, Literal(slope, (sign,))) for sign in (-1, 1)]
            parts.append((*rest_of_case, Literal(slope, (0,)), Literal(rest, literal.signs)))
            return [found for part in parts for found in _tidied(domain, part, name, pending)]
        if side == 0:
            return _tidied(domain, (*rest_of_case, Literal(rest, literal.signs)), name, pending)
        ring = domain.ring
        value = element_expression(ring, -(ring.polynomial(rest) / ring.polynomial(slope)))
        for sign in (1, -1):
            if sign in literal.signs or literal.signs == (0,):
                # sign * (slope * e + rest) >= 0 bounds e from below where sign * slope > 0.
                bounds[sign * side].append(_Bound(slope * sign, rest * sign, 0 not in literal.signs, value))
    bounds = {side: _tightest(domain, found, side) for side, found in bounds.items()}
    joined = list(others)
    for lower in bounds[1]:
        for upper in bounds[-1]:
            gap = upper.rest * lower.slope - lower.rest * upper.slope
            strict = lower.strict or upper.strict
            reading = Relation(lower.value, "<" if strict else "<=", upper.value)
            joined.append(Literal(gap, _signs(1, strict=strict), reading))
    tidied = tidy(domain, joined, pending)
    if tidied is None:
        return []
    ends = {side: tuple(dict.fromkeys(bound.value for bound in bounds[side])) for side in (1, -1)}
    return [Step(name, case, tidied, ends[1], ends[-1])]


def _tidied(domain: Domain, case: Sequence[Literal], name: str, pending: Sequence[str]) -> list[Step]:
    tidied = tidy(domain, case, (name, *pending))
    return [] if tidied is None else _project(domain, tidied, name, pending)


def _tightest(domain: Domain, bounds: Sequence[_Bound], side: int) -> list[_Bound]:
    """The bounds on one side without those that another one implies on the whole domain."""

    def implied(one: int, other: int) -> bool:
        a, b = bounds[one], bounds[other]
        # value of b - value of a, times the product of two slopes of the same sign
        sign = domain.polynomial_sign(a.rest * b.slope - b.rest * a.slope)
        if sign == 0:
            return (b.strict, -other) > (a.strict, -one)
        return sign == side

    places = range(len(bounds))
    return [bounds[i] for i in places if not any(implied(i, j) for j in places if j != i)]


def _known_sign(domain: Domain, slope: Polynomial, case: Case) -> int | None:
    sign = domain.polynomial_sign(slope)
    if sign is not None:
        return sign
    for literal in case:
        if len(literal.signs) == 1 and polynomial_key(literal.polynomial) == polynomial_key(slope):
            return literal.signs[0]
    return None


def _signs(side: int, *, strict: bool) -> tuple[int, ...]:
    return (side,) if strict else tuple(sorted((0, side)))


def _without_implied(projections: Sequence[Projection]) -> tuple[Projection, ...]:
    """Without cases that another one contains: fewer literals say more."""
    keys = [frozenset(literal.key() for literal in projection.case) for projection in projections]

    def implied(place: int) -> bool:
        return any(
            keys[other] < keys[place] or (keys[other] == keys[place] and other < place) for other in range(len(keys))
        )

    return tuple(projection for place, projection in enumerate(projections) if not implied(place))
