"""The set of parameter values a game is about, and signs that are the same on all of it.

``Domain`` is a box (intervals with rational or infinite ends) cut by the relations of ``assume``. A polynomial has a
*definite* sign when it is proved here to be strictly positive, strictly negative or zero at every point. The proof is
Bernstein's: after the substitution ``x = (low + high*s)/(1 + s)`` with ``s > 0`` (or ``x = low + s``) in every
variable, a polynomial whose coefficients have one sign has that sign on the open box. A relation ``l < h`` of
``assume`` lets the end of one interval be another parameter. What is not proved is not decided: `None`, no guess.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import product as cartesian

from ..algebra.elements import element_of
from ..algebra.parameters import Interval, Parameter
from ..algebra.ranges import sign_on_ranges
from ..algebra.rewritings import log_comparison, terms_of_one_sign
from ..algebra.ring import (
    Element,
    Polynomial,
    Ring,
    context_of,
    depends_on_parameters,
    irreducible_factors,
    lift,
    polynomial_key,
)
from ..algebra.signs import Point
from ..errors import UndecidedError
from ..errors.running import ask
from ..expressions.reading import Expression, Relation, add, multiply, number

SIGNS_OF = {
    "<": (-1,),
    "<=": (-1, 0),
    "==": (0,),
    "!=": (-1, 1),
    ">=": (0, 1),
    ">": (1,),
}
_GRID_LIMIT = 20_000


def difference(relation: Relation) -> Expression:
    """``left - right`` of a relation."""
    return add([relation.left, multiply([number(-1), relation.right])])


@dataclass(frozen=True, slots=True)
class Constraint:
    """``element`` has one of these signs."""

    element: Element
    signs: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Domain:
    """Box and constraints over one ring; see the module's docstring.

    Examples
    --------
    >>> from berknash.symbolic.expressions.reading import read_relation
    >>> unit = Interval(Fraction(0), Fraction(1), True, True)
    >>> ring = Ring.of_parameters(["h", "l"])
    >>> domain = make_domain(ring, [Parameter("h", unit), Parameter("l", unit)],
    ...                      read_relation("l < h", ["h", "l"], where=""))
    >>> h, l = ring.parameter("h"), ring.parameter("l")
    >>> [domain.definite_sign(e) for e in (h, h - l, h * l - l, h + l - ring.constant(1))]
    [1, 1, -1, None]
    """

    ring: Ring
    parameters: tuple[Parameter, ...]
    constraints: tuple[Constraint, ...]
    _ones: Point = field(init=False, compare=False, repr=False)
    _known: dict[object, int | None] = field(default_factory=dict, init=False, compare=False, repr=False)

    def __post_init__(self) -> None:
        # Where no parameter occurs any values of them will do; the point keeps the enclosures of the generators.
        object.__setattr__(self, "_ones", Point(self.ring, dict.fromkeys(self.ring.parameters, Fraction(1))))

    def contains(self, values: Mapping[str, Fraction]) -> bool:
        """Whether the exact rational point satisfies the box and every constraint."""
        if not all(p.domain.contains(values[p.name]) for p in self.parameters):
            return False
        point = Point(self.ring, values)
        try:
            return all(point.sign(lift(c.element, self.ring.context)) in c.signs for c in self.constraints)
        except (ZeroDivisionError, UndecidedError):
            return False

    def over(self, ring: Ring) -> Domain:
        """The same domain seen from a larger ring."""
        return Domain(ring, self.parameters, self.constraints)

    def definite_sign(self, element: Element) -> int | None:
        """1, -1 or 0 when the element has this sign on the whole domain (proved), else None."""
        sign = 1
        for polynomial in (element.numerator, element.denominator):
            part = self.polynomial_sign(polynomial)
            if part is None:
                return None
            sign *= part
        return sign

    def is_constant(self, polynomial: Polynomial) -> bool:
        """Whether no parameter occurs in the polynomial, not even inside a logarithm, however deep."""
        return not depends_on_parameters(self.ring, polynomial)

    def constant_sign(self, polynomial: Polynomial) -> int:
        """The exact sign of a polynomial in which no parameter occurs; UndecidedError at the limit of precision."""
        if polynomial.is_zero():
            return 0
        return self._ones.polynomial_sign(polynomial)

    def polynomial_sign(self, polynomial: Polynomial) -> int | None:
        """The definite sign of a polynomial, factor by factor; None when it is not proved."""
        ask("the signs of polynomials on the domain")
        if polynomial.is_zero():
            return 0
        if self.is_constant(polynomial):
            return self.constant_sign(polynomial)
        content, factors = irreducible_factors(polynomial)
        sign = 1 if content > 0 else -1
        for factor, power in factors:
            key = polynomial_key(factor)
            if key not in self._known:
                self._known[key] = self._factor_sign(factor)
            part = self._known[key]
            if part is None:
                return None  # not even of an even power: it is zero where its base is
            sign *= part if power % 2 else part * part
        return sign

    def _factor_sign(self, factor: Polynomial) -> int | None:
        for constraint in self.constraints:
            if len(constraint.signs) != 1:
                continue
            element = lift(constraint.element, self.ring.context)
            if not element.denominator.is_constant():
                continue
            for orientation in (1, -1):
                if factor * orientation == _primitive(element.numerator):
                    content = int(element.numerator.content()) if not element.numerator.is_zero() else 1
                    return constraint.signs[0] * orientation * (1 if content > 0 else -1)
        used = [i for i, d in enumerate(factor.degrees()) if d > 0]
        if any(self.ring.generators[i].kind != "parameter" for i in used):
            return self._transcendental_sign(factor, used)
        return self._bernstein_sign(factor)

    def _transcendental_sign(self, factor: Polynomial, used: list[int]) -> int | None:
        if len(factor) == 1 and len(used) == 1:
            generator = self.ring.generators[used[0]]
            if generator.kind == "exp":
                return 1
            if generator.kind == "sqrt" and generator.argument is not None:
                # A root is zero where its argument is.
                inner = self.definite_sign(lift(generator.argument, self.ring.context))
                return None if inner is None else abs(inner)

        comparison = log_comparison(self, factor)
        if comparison is not None:
            return self.polynomial_sign(comparison)
        return terms_of_one_sign(self, factor) or sign_on_ranges(self, factor)

    def _bernstein_sign(self, factor: Polynomial) -> int | None:
        names = self.ring.parameters
        used = [names[i] for i, d in enumerate(factor.degrees()) if d > 0 and i < len(names)]
        for ends in self._end_choices(used):
            sign = _one_sign(self.ring, factor, ends)
            if sign is not None and self._holds_on_faces(factor, sign, used):
                return sign
        return None

    def _holds_on_faces(self, factor: Polynomial, sign: int, used: list[str]) -> bool:
        """The sign is proved on the open box: extend it to the closed ends that belong to the domain."""
        for parameter in self.parameters:
            if parameter.name not in used:
                continue
            interval = parameter.domain
            for end, is_open in ((interval.low, interval.low_open), (interval.high, interval.high_open)):
                if end is None or is_open:
                    continue
                position = self.ring.index(parameter.name)
                face = _at(self.ring, factor, position, end)
                if self._bernstein_sign(face) != sign if not face.is_constant() else _constant_sign(face) != sign:
                    return False
        return True

    def _end_choices(self, used: list[str]) -> Iterator[dict[str, tuple[Element | None, Element | None]]]:
        """For every parameter its two ends, some of them replaced by another parameter of an assumed order."""
        plain: dict[str, tuple[Element | None, Element | None]] = {}
        for parameter in self.parameters:
            interval = parameter.domain
            plain[parameter.name] = (
                None if interval.low is None else self.ring.constant(interval.low),
                None if interval.high is None else self.ring.constant(interval.high),
            )
        yield plain
        orders = self._orders()
        for smaller, larger in orders:
            if smaller in used or larger in used:
                yield {**plain, smaller: (plain[smaller][0], self.ring.parameter(larger))}
                yield {**plain, larger: (self.ring.parameter(smaller), plain[larger][1])}
        if len(orders) > 1:
            tightened = dict(plain)
            for smaller, larger in orders:
                tightened[smaller] = (tightened[smaller][0], self.ring.parameter(larger))
            if _acyclic(orders):
                yield tightened

    def _orders(self) -> list[tuple[str, str]]:
        """Pairs of parameters with ``first < second`` assumed strictly."""
        pairs = []
        for constraint in self.constraints:
            element = lift(constraint.element, self.ring.context)
            if constraint.signs not in ((-1,), (1,)) or not element.denominator.is_constant():
                continue
            for a, b in cartesian(self.ring.parameters, repeat=2):
                if a == b:
                    continue
                gap = (self.ring.parameter(a) - self.ring.parameter(b)).numerator
                if _primitive(element.numerator) == gap and int(element.numerator.content()) > 0:
                    pairs.append((a, b) if constraint.signs == (-1,) else (b, a))
        return sorted(set(pairs))

    def rational_points(self) -> Iterator[dict[str, Fraction]]:
        """Rational points of the domain, simple ones first, then ever finer; deterministic and endless in spirit.

        Stops after a bounded number of candidates.
        """
        names = [p.name for p in self.parameters]
        if not names:
            if self.contains({}):
                yield {}
            return
        tried = 0
        seen: set[tuple[Fraction, ...]] = set()
        for level in range(1, 12):
            grids = [rational_grid(p.domain, level) for p in self.parameters]
            size = 1
            for grid in grids:
                size *= len(grid)
            combinations = cartesian(*grids) if size <= _GRID_LIMIT else _scattered(grids, level)
            for values in combinations:
                if values in seen:
                    continue
                seen.add(values)
                tried += 1
                if tried > _GRID_LIMIT:
                    return
                point = dict(zip(names, values, strict=True))
                if self.contains(point):
                    yield point


def make_domain(ring: Ring, parameters: list[Parameter], assume: tuple[Relation, ...]) -> Domain:
    """The domain of these parameters and relations; the ring grows by the generators of the relations."""
    constraints = []
    for relation in assume:
        ring, element = element_of(ring, difference(relation))
        constraints.append(Constraint(element, SIGNS_OF[relation.operator]))
    return Domain(ring, tuple(parameters), tuple(constraints))


def _primitive(polynomial: Polynomial) -> Polynomial:
    if polynomial.is_zero():
        return polynomial
    content = int(polynomial.content())
    return polynomial // content


def _constant_sign(polynomial: Polynomial) -> int:
    if polynomial.is_zero():
        return 0
    return 1 if polynomial.leading_coefficient() > 0 else -1


def _at(ring: Ring, polynomial: Polynomial, position: int, value: Fraction) -> Polynomial:
    """The polynomial with one variable fixed, times the positive power of the denominator that clears it."""
    degree = int(polynomial.degrees()[position])
    result = ring.context.constant(0)
    for exponents, coefficient in polynomial.to_dict().items():
        power = int(exponents[position])
        rest = list(exponents)
        rest[position] = 0
        factor = value.numerator**power * value.denominator ** (degree - power)
        result += ring.context.from_dict({tuple(rest): int(coefficient) * factor})
    return result


def _one_sign(
    ring: Ring, factor: Polynomial, ends: Mapping[str, tuple[Element | None, Element | None]]
) -> int | None:
    """The common sign of all Bernstein coefficients, if they have one (then strict on the open box)."""
    names = list(ring.parameters)
    # Parameters whose ends mention others are replaced first, so that the others are replaced afterwards.
    order = sorted(names, key=lambda n: (not _mentions(ends[n]), names.index(n)))
    fresh = [f"s_{name}" for name in names]
    context = context_of([*names, *fresh])
    polynomial = context.from_dict(
        {
            tuple(int(e) for e in es[: len(names)]) + (0,) * len(fresh): int(c)
            for es, c in factor.to_dict().items()
        }
    )
    pending = _topological(order, ends)
    if pending is None:
        return None
    for name in pending:
        position = names.index(name)
        degree = int(polynomial.degrees()[position])
        if degree <= 0:
            continue
        low, high = ends[name]
        s = context.gen(len(names) + position)
        one = context.constant(1)
        low_parts = None if low is None else _into(low, names, context)
        high_parts = None if high is None else _into(high, names, context)
        if low_parts is not None and high_parts is not None:
            top = low_parts[0] * high_parts[1] + high_parts[0] * low_parts[1] * s
            bottom = (one + s) * low_parts[1] * high_parts[1]
        elif low_parts is not None:
            top, bottom = low_parts[0] + low_parts[1] * s, low_parts[1]
        elif high_parts is not None:
            top, bottom = high_parts[0] - high_parts[1] * s, high_parts[1]
        else:
            return None
        pieces: dict[int, dict[tuple[int, ...], int]] = {}
        for exponents, coefficient in polynomial.to_dict().items():
            power = int(exponents[position])
            rest = tuple(0 if i == position else int(e) for i, e in enumerate(exponents))
            pieces.setdefault(power, {})[rest] = int(coefficient)
        polynomial = context.constant(0)
        for power, terms in pieces.items():
            polynomial += context.from_dict(terms) * top**power * bottom ** (degree - power)
    signs = {1 if c > 0 else -1 for c in polynomial.coeffs()}
    return signs.pop() if len(signs) == 1 else None


def _mentions(ends: tuple[Element | None, Element | None]) -> bool:
    return any(e is not None and e.rational() is None for e in ends)


def _topological(
    order: list[str], ends: Mapping[str, tuple[Element | None, Element | None]]
) -> list[str] | None:
    """An order in which a parameter comes before those that its ends mention; None when there is a circle."""
    mentions = {
        name: {
            other
            for end in ends[name]
            if end is not None
            for other in order
            if other != name and _uses(end, other)
        }
        for name in order
    }
    result: list[str] = []
    remaining = list(order)
    while remaining:
        ready = [n for n in remaining if not any(n in mentions[m] for m in remaining if m != n)]
        if not ready:
            return None
        result.append(ready[0])
        remaining.remove(ready[0])
    return result


def _uses(element: Element, name: str) -> bool:
    names = element.numerator.context().names()
    position = list(names).index(name)
    return int(element.numerator.degrees()[position]) > 0


def _into(element: Element, names: list[str], context: Polynomial) -> tuple[Polynomial, int]:
    """Numerator over the larger context and (constant positive) denominator of an end."""
    extra = context.nvars() - len(names)
    top = context.from_dict(
        {
            tuple(int(e) for e in es[: len(names)]) + (0,) * extra: int(c)
            for es, c in element.numerator.to_dict().items()
        }
    )
    return top, int(element.denominator.leading_coefficient())


def _acyclic(orders: list[tuple[str, str]]) -> bool:
    names = sorted({n for pair in orders for n in pair})
    below = {n: {a for a, b in orders if b == n} for n in names}
    for _ in names:
        for n in names:
            below[n] |= {c for b in below[n] for c in below[b]}
    return all(n not in below[n] for n in names)


def rational_grid(interval: Interval, level: int) -> list[Fraction]:
    """Rational points of an interval with denominators growing with the level."""
    size = level + 1
    inner = [Fraction(k, size) for k in range(1, size)]
    low, high = interval.low, interval.high
    if low is not None and high is not None:
        points = [low + (high - low) * s for s in inner] if low != high else []
    elif low is not None:
        points = [low + s / (1 - s) for s in inner]
    elif high is not None:
        points = [high - s / (1 - s) for s in inner]
    else:
        points = [(2 * s - 1) / (1 - abs(2 * s - 1)) for s in inner]
    for end, is_open in ((low, interval.low_open), (high, interval.high_open)):
        if end is not None and not is_open:
            points.append(end)
    return sorted(set(points))


def _scattered(grids: list[list[Fraction]], level: int) -> Iterator[tuple[Fraction, ...]]:
    """A bounded, deterministic scatter of a grid too large to list (a linear congruential walk)."""
    state = 12345 + level
    for _ in range(2000):
        values = []
        for grid in grids:
            state = (state * 6364136223846793005 + 1442695040888963407) % 2**64
            values.append(grid[(state >> 33) % len(grid)])
        yield tuple(values)
