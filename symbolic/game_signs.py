"""Signs of expressions on a game's domain: proved, refuted by a point, or neither.

An element is a quotient of products of irreducible polynomials in the parameters and in the generators that
stand for logarithms, roots and exponentials. Each factor's sign is proved by comparing it with the relations
of the domain, or by Bernstein coefficients (`box_signs`); generators are replaced by the ranges proved for
their arguments. Points that refute are searched among samples of the domain and by bisection, tested exactly.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from itertools import islice
from typing import TYPE_CHECKING

from .algebra import Element, irreducible_factors
from .box_signs import Cell, Exponents, explore, lower_bound
from .game import Interval
from .game_domain import Domain, Point, excluded, value_at
from .ranges import both, generator_range

if TYPE_CHECKING:
    from .algebra import Polynomial

FACTOR_EFFORT = 40_000
ALWAYS_TRIED = 10


def proved(domain: Domain, element: Element, strict: bool) -> bool:
    """Whether the element is proved non-negative (positive, where strict) on the checker's domain."""
    value = element.rational()
    if value is not None:
        return value > 0 or (value == 0 and not strict)
    sign = 1
    for part in (element.numerator, element.denominator):
        content, factors = irreducible_factors(part)
        sign *= 1 if content > 0 else -1
        for factor, power in factors:
            if power % 2 == 0:
                # A square is non-negative; for a strict claim it must not vanish either.
                if strict and not _factor_sign(domain, factor, True):
                    return False
                continue
            # Denominators are checked for zeros on their own, so their weak sign is their sign.
            found = _factor_sign(domain, factor, strict)
            if found == 0:
                return False
            sign *= found
    return sign > 0


def _factor_sign(domain: Domain, factor: Polynomial, strict: bool) -> int:
    """1 or -1 when a factor is proved to have this (weak, or where asked strict) sign; 0 when it is not."""
    one = factor.context().constant(1)
    if not domain.polynomial(Element(factor, one)):
        return _generator_sign(domain, factor, strict)
    terms = domain.terms(factor)
    constraints = domain.constraints()
    for sign in (1, -1):
        oriented = {exponents: sign * coefficient for exponents, coefficient in terms.items()}
        if any(_multiple(oriented, known) and (positive or not strict) for known, positive in constraints):
            return sign
    for sign in (1, -1):
        oriented = {exponents: sign * coefficient for exponents, coefficient in terms.items()}
        bound = lower_bound(oriented, domain.box)
        if bound is not None and (bound > 0 or (bound == 0 and not strict)):
            return sign

        def hopeless(values: tuple[Fraction, ...], oriented: dict[Exponents, int] = oriented) -> bool:
            value = value_at(oriented, values)
            if value > 0 or (value == 0 and not strict):
                return False
            return domain.satisfied(dict(zip(domain.names, values, strict=True)))

        known = [terms for terms, _ in constraints]
        if _signed(domain, [oriented, *known], domain.box, strict, hopeless if known else None):
            return sign
    return 0


def _signed(
    domain: Domain,
    polynomials: Sequence[Mapping[Exponents, int]],
    box: Sequence[Interval],
    strict: bool,
    hopeless: Callable[[tuple[Fraction, ...]], bool] | None,
) -> bool:
    """Whether the first polynomial is proved to have no negative value (none but positive, where strict)."""

    def settled(cell: Cell) -> bool | None:
        goal = cell.polynomials[0]
        if goal.positive(cell.closed) if strict else goal.never_negative():
            return True
        if excluded(cell.polynomials[1:], domain.constraints()[: len(polynomials) - 1]):
            return True
        return None if len(polynomials) == 1 and goal.negative_corner() else False

    share = domain.effort.share(FACTOR_EFFORT)
    outcome = explore(polynomials, box, settled, hopeless, share)
    domain.effort.give_back(share)
    return outcome is True


def _multiple(left: Mapping[Exponents, int], right: Mapping[Exponents, int]) -> bool:
    """Whether left is a positive multiple of right."""
    if left.keys() != right.keys() or not left:
        return False
    ratios = {Fraction(left[key], right[key]) for key in left}
    return len(ratios) == 1 and ratios.pop() > 0


def _generator_sign(domain: Domain, factor: Polynomial, strict: bool) -> int:
    """The sign of a factor with logarithms, roots or exponentials, replaced by the ranges proved for them."""
    box = list(domain.box)
    degrees = factor.degrees()
    generators = domain.generators(factor.context())
    intervals, bounds = dict(zip(domain.names, domain.box, strict=True)), dict[int, Interval]()
    for position, generator in enumerate(generators):
        if generator.argument is None:
            continue
        side = _LINE
        if degrees[position] > 0:
            bound = generator_range(generators, position, intervals, bounds)
            side = both(_range(domain, generator.kind, generator.argument), bound)
        box.append(side)
    terms = {tuple(map(int, exponents)): int(c) for exponents, c in factor.to_dict().items()}
    for sign in (1, -1):
        oriented = {exponents: sign * coefficient for exponents, coefficient in terms.items()}
        if _signed(domain, [oriented], box, strict, None):
            return sign
    return 0


_LINE = Interval(None, None, True, True)


def _range(domain: Domain, kind: str, argument: Element) -> Interval:
    """An interval that contains the generator on the whole domain."""
    zero, one = Fraction(0), Fraction(1)
    context = argument.numerator.context()
    unit = Element(context.constant(1), context.constant(1))
    if kind == "exp":
        if proved(domain, argument, False):
            return Interval(one, None, proved(domain, argument, True), True)
        return Interval(zero, one if proved(domain, -argument, False) else None, True, False)
    if kind == "sqrt":
        high = one if proved(domain, unit - argument, False) else None
        return Interval(zero, high, False, high is None)
    if proved(domain, argument - unit, False):
        return Interval(zero, None, proved(domain, argument - unit, True), True)
    below = proved(domain, unit - argument, False) and proved(domain, argument, False)
    return Interval(None, zero, True, False) if below else _LINE


def zero_of(domain: Domain, element: Element) -> Point | None:
    """A point of the domain where the element is zero, by solving factors for symbols they are linear in."""
    if not domain.polynomial(element):
        return None
    for factor, _ in irreducible_factors(element.numerator)[1]:
        terms = domain.terms(factor)
        axes = [axis for axis in range(len(domain.names)) if max(exponents[axis] for exponents in terms) == 1]
        for point in islice(domain.samples(), ALWAYS_TRIED):
            for axis in axes:
                solved = domain.solved(terms, axis, point)
                if solved is not None and domain.satisfied(solved):
                    return solved
    return None


def counterexample(domain: Domain, element: Element, strict: bool) -> Point | None:
    """A point of the domain where the element is negative (or zero, where strict); None if none was found."""

    def violated(point: Point) -> bool:
        sign = domain.sign(element, point)
        return sign is not None and (sign < 0 or (strict and sign == 0))

    zero = zero_of(domain, element) if strict else None
    if zero is not None and violated(zero):
        return zero
    for place, point in enumerate(domain.samples()):
        if place >= ALWAYS_TRIED and domain.effort.left < 0:
            return None
        if violated(point):
            return point
    if not domain.polynomial(element) or not domain.names:
        return None
    witness: list[Point] = []

    def found(values: tuple[Fraction, ...]) -> bool:
        point = dict(zip(domain.names, values, strict=True))
        if violated(point) and domain.satisfied(point):
            witness.append(point)
        return bool(witness)

    goal = domain.terms(element.numerator * element.denominator)
    constraints = domain.constraints()
    share = domain.effort.share(FACTOR_EFFORT)
    explore(
        [goal, *(terms for terms, _ in constraints)],
        domain.box,
        lambda cell: cell.polynomials[0].never_negative() or excluded(cell.polynomials[1:], constraints),
        found,
        share,
    )
    domain.effort.give_back(share)
    return witness[0] if witness else None
