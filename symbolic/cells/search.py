"""The domain of a game's parameters: a box, cut down by relations, with exact tests and a bounded search.

Whether a point satisfies a relation is decided exactly. Points are searched on a coarse grid, on Halton's
sequence (Halton 1960, Numer. Math. 2), with equations that are linear in a symbol solved for it, and by
bisection of the box; the same bisection proves emptiness, with Bernstein coefficients of the relations and of
sums of up to three of them (so that `h < l` and `l < h` exclude each other).
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from typing import TYPE_CHECKING

from ..algebra.box_signs import Coefficients, Effort, Exponents, explore
from ..algebra.parameters import Interval, Parameter
from ..algebra.ring import Ring, lift
from ..errors import GameError, UndecidedError
from ..expressions.expanded_size import check_size
from ..expressions.reading import Expression, Relation, add, brief, located, multiply, number

if TYPE_CHECKING:
    from ..algebra.ring import Context, Element, Generator, Polynomial, Ring

DOMAIN_EFFORT = 100_000
MAXIMAL_SAMPLES = 120
MAXIMAL_TRIALS = 2_000
COMBINED = 3
MAXIMAL_COMBINED = 6
BALL_EFFORT = 200

Point = Mapping[str, Fraction]


class Domain:
    """The points of a box that satisfy relations, with the exact tests and the bounded search on it."""

    def __init__(self, parameters: Sequence[Parameter], relations: Sequence[Relation], effort: Effort) -> None:
        self.parameters = tuple(parameters)
        self.names = tuple(parameter.name for parameter in parameters)
        self.box = tuple(parameter.domain for parameter in parameters)
        self.relations = tuple(relations)
        self.effort = effort
        self.ring: Ring = Ring.of_parameters(self.names)
        self._generators: dict[str, Generator] = {g.name: g for g in self.ring.generators}
        self._differences: list[tuple[Element, str]] | None = None
        self._samples: list[dict[str, Fraction]] = []
        self._search = self._searched()
        self._constraints: list[tuple[dict[Exponents, int], bool]] | None = None
        self._proved_empty = False

    def element(self, expression: Expression) -> Element:
        """The exact element of an expression; GameError when it is too large or has none."""
        from ..algebra.elements import element_of  # for start-up

        check_size(expression)
        try:
            ring, value = element_of(self.ring, expression)
        except ZeroDivisionError:
            raise GameError(
                f"{brief(expression)} divides by zero or takes log of it identically; correct it"
            ) from None
        self.know(ring)
        return value

    def know(self, ring: Ring) -> None:
        """Learns what the generators of a ring stand for whose parameters are those of the domain, in order."""
        self._generators.update((generator.name, generator) for generator in ring.generators)

    def generators(self, context: Context) -> tuple[Generator, ...]:
        """What the variables of a context stand for."""
        return tuple(self._generators[name] for name in context.names() if name in self._generators)

    def differences(self) -> list[tuple[Element, str]]:
        """The relations as `element operator 0` with operator one of > >= == !=."""
        if self._differences is None:
            self._differences = []
            for relation in self.relations:
                left, right, operator = relation.left, relation.right, relation.operator
                if operator in ("<", "<="):
                    left, right, operator = right, left, operator.replace("<", ">")
                difference = add([left, multiply([number(-1), right])])
                self._differences.append((self.element(difference), operator))
        return self._differences

    def sign(self, element: Element, point: Point) -> int | None:
        """The exact sign at a point; None where the element has no value or the sign is not decided."""
        if self.polynomial(element):
            self.effort.spend(len(element.numerator) + len(element.denominator))
            values = [point[name] for name in self.names]
            below = value_at(self.terms(element.denominator), values)
            return None if below == 0 else _sign(value_at(self.terms(element.numerator), values)) * _sign(below)
        self.effort.spend(BALL_EFFORT * (len(element.numerator) + len(element.denominator)))
        try:
            return self._sign_by_balls(element, point)
        except UndecidedError:
            return None

    def _sign_by_balls(self, element: Element, point: Point) -> int | None:
        from ..algebra.signs import Point as ExactPoint  # for start-up

        # Numerator and denominator are over one context, whose variables make the ring.
        context = element.numerator.context()
        ring = Ring(self.generators(context), context)
        try:
            return ExactPoint(ring, dict(point)).sign(lift(element, context))
        except ZeroDivisionError:
            return None

    def satisfied(self, point: Point) -> bool:
        """Whether the point lies in the box and satisfies every relation (no, where one is not decided)."""
        inside = all(interval.contains(point[name]) for name, interval in zip(self.names, self.box, strict=True))
        return inside and all(
            _true(self.sign(difference, point), operator) for difference, operator in self.differences()
        )

    def decided(self, point: Point) -> bool:
        """Whether every relation holds at the point; raises UndecidedError where it is not decided."""
        return all(
            _true(self._sign_by_balls(difference, point), operator) for difference, operator in self.differences()
        )

    def constraints(self) -> list[tuple[dict[Exponents, int], bool]]:
        """Polynomials that are positive (True) or non-negative (False) on the domain, and sums of them."""
        if self._constraints is not None:
            return self._constraints
        found: list[tuple[dict[Exponents, int], bool]] = []
        for element, operator in self.differences():
            if operator == "!=" or not self.polynomial(element):
                continue
            product = self.terms(element.numerator * element.denominator)
            found.append((product, operator == ">"))
            if operator == "==":
                found.append(({exponents: -c for exponents, c in product.items()}, False))
        chosen = [
            parts
            for size in range(1, COMBINED + 1)
            for parts in itertools.combinations(found[:MAXIMAL_COMBINED], size)
        ]
        chosen += [(part,) for part in found[MAXIMAL_COMBINED:]]
        if len(found) > COMBINED:
            chosen.append(tuple(found))
        self._constraints = [
            (_total([terms for terms, _ in parts]), any(strict for _, strict in parts)) for parts in chosen
        ]
        return self._constraints

    def polynomial(self, element: Element) -> bool:
        """Whether the element is a rational function of the parameters alone."""
        count = len(self.names)
        return all(
            not any(any(exponents[count:]) for exponents in part.monoms())
            for part in (element.numerator, element.denominator)
            if part.context().nvars() > count
        )

    def terms(self, polynomial: Polynomial) -> dict[Exponents, int]:
        """The terms of a polynomial in the parameters alone."""
        count = len(self.names)
        return {
            tuple(map(int, exponents))[:count]: int(coefficient)
            for exponents, coefficient in polynomial.to_dict().items()
        }

    def check_not_empty(self, where: str) -> None:
        """Raises GameError when the domain is proved empty, or when no point of it is found."""
        if not self.relations:
            return
        with located(where):
            if next(self.samples(), None) is not None:
                return
            listed = ", ".join(map(brief, self.relations[:6])) + (", ..." if len(self.relations) > 6 else "")
            if self._proved_empty:
                raise GameError(f"no parameter value satisfies {listed}; correct the relations or domains")
            raise GameError(
                f"no rational parameter value that satisfies {listed} was found by a bounded search; "
                "simplify the relations or domains"
            )

    def proved_empty(self) -> bool:
        """Whether the relations are proved to exclude each other; False says nothing."""
        return next(self.samples(), None) is None and self._proved_empty

    def samples(self) -> Iterator[dict[str, Fraction]]:
        """Points of the domain, found by a bounded deterministic search as they are asked for."""
        yield from self._samples
        while len(self._samples) < MAXIMAL_SAMPLES:
            # Two loops over the samples may be under way: each new point is kept for both.
            place = len(self._samples)
            point = next(self._search, None)
            if point is None:
                return
            self._samples.append(point)
            yield from self._samples[place:]

    def _searched(self) -> Iterator[dict[str, Fraction]]:
        if not self.names:
            if self.satisfied({}):
                yield {}
            return
        seen = set()
        for values in itertools.islice(_grid(self.box), MAXIMAL_TRIALS):
            point = self._repaired(dict(zip(self.names, values, strict=True)))
            key = tuple(point.values())
            if key not in seen and self.satisfied(point):
                yield point
            seen.add(key)
        if not self._samples:
            yield from self._bisected()

    def _repaired(self, point: Mapping[str, Fraction]) -> dict[str, Fraction]:
        """The point with each equation that is linear in some symbol solved for that symbol."""
        repaired = dict(point)
        done: set[str] = set()
        for element, operator in self.differences():
            if operator != "==" or not self.polynomial(element):
                continue
            terms = self.terms(element.numerator)
            for axis, name in reversed(list(enumerate(self.names))):
                if name in done or max((exponents[axis] for exponents in terms), default=0) != 1:
                    continue
                solved = self.solved(terms, axis, repaired)
                if solved is not None:
                    repaired = solved
                    done.add(name)
                    break
        return repaired

    def solved(self, terms: Mapping[Exponents, int], axis: int, point: Point) -> dict[str, Fraction] | None:
        """The point with one coordinate changed to a zero of a polynomial that is linear in it, if it has one."""
        values = [Fraction(1) if other == axis else point[name] for other, name in enumerate(self.names)]
        slope = value_at({key: terms[key] for key in terms if key[axis]}, values)
        rest = value_at({key: terms[key] for key in terms if not key[axis]}, values)
        return None if slope == 0 else {**point, self.names[axis]: -rest / slope}

    def convex(self) -> bool:
        """Whether all relations are linear, so that the domain is connected."""
        return all(
            operator != "!=" and element.denominator.is_constant() and element.numerator.total_degree() <= 1
            for element, operator in self.differences()
        )

    def _bisected(self) -> list[dict[str, Fraction]]:
        """One point of the domain found by bisection, if any; notes when there is provably none."""
        constraints = self.constraints()
        points: list[dict[str, Fraction]] = []

        def found(values: tuple[Fraction, ...]) -> bool:
            point = self._repaired(dict(zip(self.names, values, strict=True)))
            if self.satisfied(point):
                points.append(point)
            return bool(points)

        outcome = constraints and explore(
            [terms for terms, _ in constraints],
            self.box,
            lambda cell: excluded(cell.polynomials, constraints),
            found,
            Effort(DOMAIN_EFFORT),
        )
        self._proved_empty = outcome is True
        return points


def _total(polynomials: Sequence[Mapping[Exponents, int]]) -> dict[Exponents, int]:
    total: dict[Exponents, int] = {}
    for terms in polynomials:
        for exponents, coefficient in terms.items():
            total[exponents] = total.get(exponents, 0) + coefficient
    return {exponents: coefficient for exponents, coefficient in total.items() if coefficient}


def value_at(terms: Mapping[Exponents, int], values: Sequence[Fraction]) -> Fraction:
    """The exact value of a polynomial, given by its terms.

    >>> value_at({(2, 0): 3, (0, 1): -1}, [Fraction(1, 2), Fraction(1)])
    Fraction(-1, 4)
    """
    return sum(
        (c * math.prod(map(pow, values, exponents), start=Fraction(1)) for exponents, c in terms.items()),
        Fraction(0),
    )


def _sign(value: Fraction) -> int:
    return (value > 0) - (value < 0)


def _true(sign: int | None, operator: str) -> bool:
    if sign is None:
        return False
    return {">": sign > 0, ">=": sign >= 0, "==": sign == 0, "!=": sign != 0}[operator]


def excluded(polynomials: Sequence[Coefficients], constraints: Sequence[tuple[dict[Exponents, int], bool]]) -> bool:
    """Whether the coefficients on a cell show that some constraint fails in all of it."""
    return any(
        coefficients.never_positive() if strict else max(coefficients.values) < 0
        for coefficients, (_, strict) in zip(polynomials, constraints, strict=True)
    )


def _grid(box: Sequence[Interval]) -> Iterator[tuple[Fraction, ...]]:
    """Points of a box, coarse ones first: equal shares of every axis, all combinations, odd ones."""
    axes = [_values(interval) for interval in box]
    yield tuple(axis[0] for axis in axes)
    for step in range(1, max(map(len, axes), default=1)):
        yield tuple(axis[step % len(axis)] for axis in axes)
    for width in (3, 5, 9):
        if width ** len(axes) <= MAXIMAL_TRIALS:
            yield from itertools.product(*(axis[:width] for axis in axes))
    # Halton's sequence, in prime bases: every part of the box is met, by points in general position.
    primes = [p for p in range(2, 400) if all(p % q for q in range(2, p))]
    for step in range(1, MAXIMAL_TRIALS):
        shares = [_radical_inverse(step, primes[axis % len(primes)]) for axis in range(len(axes))]
        yield tuple(map(_at_share, box, shares))
        # The same point on a logarithmic scale towards both ends, for relations between orders of magnitude.
        yield tuple(map(_at_share, box, map(_towards_an_end, shares)))


def _values(interval: Interval) -> list[Fraction]:
    shares = [Fraction(k, d) for d, k in ((2, 1), (4, 1), (4, 3), (16, 1), (16, 15), (3, 1), (3, 2))]
    shares += [Fraction(1, 1000), Fraction(999, 1000)]
    values = [_at_share(interval, share) for share in shares]
    if interval.low is not None and not interval.low_open:
        values.insert(3, interval.low)
    if interval.high is not None and not interval.high_open:
        values.insert(3, interval.high)
    return list(dict.fromkeys(values))


def _at_share(interval: Interval, share: Fraction) -> Fraction:
    low, high = interval.low, interval.high
    if low is not None and high is not None:
        return low + (high - low) * share
    if low is not None:
        return low + share / (1 - share)
    if high is not None:
        return high - (1 - share) / share
    return share / (1 - share) - (1 - share) / share


def _towards_an_end(share: Fraction) -> Fraction:
    scale = int(48 * share) - 24
    return Fraction(1, 2 << -scale) if scale < 0 else 1 - Fraction(1, 2 << scale)


def _radical_inverse(step: int, base: int) -> Fraction:
    value, scale = Fraction(0), Fraction(1)
    while step:
        step, digit = divmod(step, base)
        scale /= base
        value += digit * scale
    return value
