"""What a function does next to a rational point or at infinity: its leading term, and how far that term rules.

Put ``x = a + s*t`` with s = 1 or -1 (``x = s/t`` at infinity), t > 0 small, and T = log t. An argument becomes
``g = c t^k u(t)`` with u(0) = 1, so ``log|g| = log|c| + k T + log u(t)``, and f, times t to the degree of its
polynomial part at infinity, becomes

    f = sum_{i >= 0} t^i P_i(T),      P_i polynomials with coefficients in Q(log 2, log 3, ...).

The first P_m that is not zero decides: f has the sign of ``b_J (-1)^J`` for small t, where ``b_J T^J`` is its term of
highest degree. With the remainder ``t^(m+1) R(t, T)`` enclosed over a whole interval of t (Lagrange's form, coefficient
by coefficient in T), ``f / (t^m T^J)`` is enclosed for all t up to some radius, and certified free of zeros there.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from math import lcm
from typing import Any

import flint
from flint import arb, arb_series, fmpq, fmpq_mpoly_ctx, fmpq_poly, fmpq_series

from ..algebra.rewritings import logarithm, reduce_roots
from ..algebra.ring import Element, Ring, lift
from ..algebra.signs import Point
from ..decomposition.rationals import ball_between, rational
from ..errors import UndecidedError
from .functions import LineFunction, constant_ball

Ball = Any

LARGEST_ORDER = 32
_RADII = (1, 2, 4, 7, 12, 20, 33, 54, 90, 150, 250, 420, 700, 1200, 2000)


@dataclass(frozen=True, slots=True)
class Place:
    """A side of a rational point: ``end`` None is infinity, ``side`` 1 looks up from it, -1 down (to -oo: -1)."""

    end: Fraction | None
    side: int

    def point(self, t: Any) -> Any:
        """The rational point at a positive rational distance t (at infinity: at 1/t)."""
        return self.side / t if self.end is None else rational(self.end) + self.side * t


@dataclass(frozen=True, slots=True)
class Leading:
    """``f = t^order * (P(T) + ...)``: the order, the coefficients of P by power of T, exact, and the sign of f."""

    order: int
    coefficients: tuple[tuple[int, Element], ...]
    sign: int


@dataclass(frozen=True, slots=True)
class _Local:
    """One logarithm's argument at a place: ``c t^k u(t)``."""

    scale: Fraction
    power: int
    unit: Any  # fmpq_poly-like list of coefficients of u


def _local_arguments(function: LineFunction, place: Place) -> dict[int, _Local]:
    result = {}
    for position, (argument, divisor) in function.arguments.items():
        if place.end is None:
            coefficients = [c * place.side**k for k, c in enumerate(argument.coeffs())][::-1]
            shift = -argument.degree()
        else:
            moved = _shifted(argument, place)
            coefficients, shift = moved, 0
        first = next(i for i, c in enumerate(coefficients) if c != 0)
        scale = fmpq(coefficients[first])
        unit = [fmpq(c) / scale for c in coefficients[first:]]
        value = Fraction(int(scale.p), int(scale.q)) / divisor
        result[position] = _Local(abs(value), shift + first, unit)
    return result


def _shifted(argument: Any, place: Place) -> list[Any]:
    """The coefficients of ``g(a + s t)`` in t, lowest first."""
    assert place.end is not None

    moved = fmpq_poly(argument)(fmpq_poly([rational(place.end), place.side]))
    return list(moved.coeffs())


def leading(function: LineFunction, place: Place) -> Leading:
    """The leading term at a place, exact. The function must not be zero identically.

    Raises UndecidedError when the first `LARGEST_ORDER` orders vanish, or a constant's sign is not decided.

    >>> from berknash.symbolic.expressions.reading import read_expression
    >>> from berknash.symbolic.forms.tables import element_of
    >>> ring, e = element_of(Ring.of_parameters(["h"]), read_expression("h*log(h) + h**2", ["h"], where=""))
    >>> f = LineFunction.of(ring, e.numerator, "h")
    >>> found = leading(f, Place(Fraction(0), 1))
    >>> found.order, found.sign, leading(f, Place(None, 1)).sign
    (1, -1, 1)
    """
    if place.end is not None and not function.is_singular_at(place.end):
        sign = _plain_sign(function, place.end)
        if sign:
            return Leading(0, (), sign)
    arguments = _local_arguments(function, place)
    constants, logs = _constants(function, arguments)
    length = 1
    while length <= LARGEST_ORDER:
        found = _coefficients(function, place, arguments, constants, logs, length)
        for order in range(length):
            element = [(j, value) for j, value in sorted(found.get(order, {}).items()) if not value.is_zero()]
            if element:
                top, value = element[-1]
                sign = Point(constants, {}).sign(value) * (-1) ** top
                return Leading(order, tuple(element), sign)
        length *= 2
    raise UndecidedError(
        f"a function vanishes to order {LARGEST_ORDER} at {'infinity' if place.end is None else place.end}; "
        "it may be zero identically"
    )


def _plain_sign(function: LineFunction, point: Fraction) -> int:
    """The sign at a regular point if a ball shows it, else 0."""
    value = function.ball(arb(rational(point)))
    return 1 if value > 0 else (-1 if value < 0 else 0)


def _constants(function: LineFunction, arguments: dict[int, _Local]) -> tuple[Ring, dict[int, Element]]:
    """A ring of constants, and in it the constants of the function and the logarithms of the arguments' scales."""
    ring = Ring.of_parameters([])
    images: dict[int, Element] = {}
    for position, generator in enumerate(function.ring.generators[1:], 1):
        if position in arguments:
            ring, image = logarithm(ring, ring.constant(arguments[position].scale))
        else:
            ring = ring.extend(generator)
            image = ring.parameter(generator.name)
        images[position] = image
    return ring, {i: lift(e, ring.context) for i, e in images.items()}


def _coefficients(
    function: LineFunction,
    place: Place,
    arguments: dict[int, _Local],
    constants: Ring,
    logs: dict[int, Element],
    length: int,
) -> dict[int, dict[int, Element]]:
    """The coefficients of t^i T^j, i < length, as constants."""
    names = [g.name for g in constants.generators]
    context = fmpq_mpoly_ctx.get(["t", "T", *(f"c{i}" for i in range(len(names)))], "lex")
    t, big, *others = context.gens()

    def truncated(value: Any) -> Any:
        if value.degrees()[0] < length:
            return value
        return context.from_dict({m: c for m, c in value.to_dict().items() if m[0] < length})

    def constant(element: Element) -> Any:
        total = context.constant(0)
        scale = fmpq(1, int(element.denominator.leading_coefficient()))
        for exponents, coefficient in element.numerator.to_dict().items():
            term = context.constant(scale * coefficient)
            for generator, exponent in zip(others, exponents, strict=False):
                term = term * generator ** int(exponent)
            total += term
        return total

    degree = max(int(function.polynomial.degrees()[0]), 0)
    images: list[Any] = [context.constant(0)] * len(function.ring.generators)
    for position in logs:
        images[position] = constant(logs[position])
        if position in arguments:
            local = arguments[position]
            series = fmpq_series(local.unit, prec=length).log().coeffs() if len(local.unit) > 1 else []
            for k, c in enumerate(list(series)[:length]):
                images[position] += context.constant(c) * t**k
            images[position] += local.power * big
    moved = None if place.end is None else truncated(context.constant(rational(place.end)) + place.side * t)
    total = context.constant(0)
    for exponents, coefficient in function.polynomial.to_dict().items():
        power = int(exponents[0])
        if moved is None:
            if degree - power >= length:
                continue
            term = context.constant(coefficient * place.side**power) * t ** (degree - power)
        else:
            term = context.constant(coefficient)
            for _ in range(power):
                term = truncated(term * moved)
        for position, exponent in enumerate(exponents):
            if position:
                for _ in range(int(exponent)):
                    term = truncated(term * images[position])
        total += term
    found: dict[int, dict[int, dict[tuple[int, ...], Any]]] = {}
    for exponents, coefficient in total.to_dict().items():
        i, j = int(exponents[0]), int(exponents[1])
        found.setdefault(i, {}).setdefault(j, {})[tuple(int(e) for e in exponents[2:])] = coefficient
    return {
        i: {j: reduce_roots(constants, _element(constants, terms)) for j, terms in row.items()}
        for i, row in found.items()
    }


def _element(ring: Ring, terms: dict[tuple[int, ...], Any]) -> Element:
    """A polynomial in the constants with rational coefficients as an element."""
    scale = lcm(*(int(c.q) for c in terms.values()))
    size = ring.context.nvars()
    numerator = ring.context.from_dict(
        {(*m, *(0,) * (size - len(m))): int(c.p) * (scale // int(c.q)) for m, c in terms.items()}
    )
    return Element.make(numerator, ring.context.constant(scale))


def clear_radius(function: LineFunction, place: Place) -> tuple[int, Any]:
    """The sign of f for all 0 < t <= r, and a rational r > 0. Certified; raises UndecidedError without one.

    >>> from berknash.symbolic.expressions.reading import read_expression
    >>> from berknash.symbolic.forms.tables import element_of
    >>> ring, e = element_of(Ring.of_parameters(["h"]), read_expression("log(h) + 9", ["h"], where=""))
    >>> clear_radius(LineFunction.of(ring, e.numerator, "h"), Place(Fraction(0), 1))
    (-1, 1/1048576)
    """
    found = leading(function, place)
    if not found.coefficients:
        return _regular_radius(function, place, found.sign)
    arguments = _local_arguments(function, place)
    ring = found.coefficients[0][1].numerator.context()
    constants, _ = _constants(function, arguments)
    assert ring is constants.context
    point = Point(constants, {})
    precision = 96
    head = {j: point.ball(e, precision) for j, e in found.coefficients}
    top = max(head)
    for bits in _RADII:
        radius = fmpq(1, 1 << bits)
        value = _enclosed(function, place, arguments, head, top, found.order, radius, precision)
        if value is not None and (value > 0 or value < 0):
            return found.sign, radius
    raise UndecidedError("the leading term at an end of the interval was not seen to rule near it")


def _regular_radius(function: LineFunction, place: Place, sign: int) -> tuple[int, Any]:
    assert place.end is not None
    end = rational(place.end)
    for bits in _RADII:
        radius = fmpq(1, 1 << bits)
        ball = ball_between(*sorted((end, end + place.side * radius)))
        value, slope = function.series(ball, 2)
        shown = value
        if slope.is_finite():
            middle = (end + end + place.side * radius) / 2
            shown = function.ball(arb(middle)) + slope * (ball - arb(middle))
        if shown > 0 or shown < 0 or value > 0 or value < 0:
            return sign, radius
    raise UndecidedError("a value at an end of the interval was not separated from zero near it")


def _enclosed(
    function: LineFunction,
    place: Place,
    arguments: dict[int, _Local],
    head: dict[int, Ball],
    top: int,
    order: int,
    radius: Any,
    precision: int,
) -> Ball | None:
    """A ball around ``f / (t^order T^top)`` for all 0 < t <= radius, or None."""
    length = order + 2
    with flint.ctx.workprec(precision):
        zero_to_radius = ball_between(fmpq(0), radius)
        t = arb_series([zero_to_radius, 1], prec=length)
        one = arb_series([1], prec=length)
        degree = max(int(function.polynomial.degrees()[0]), 0)
        units: dict[int, Any] = {}
        for position, local in arguments.items():
            unit = arb_series([0], prec=length)
            for c in reversed(local.unit):
                unit = unit * t + arb(c)
            units[position] = unit.log() + constant_ball("log", local.scale, precision)
        parts: dict[int, Any] = {}
        for exponents, coefficient in function.polynomial.to_dict().items():
            power = int(exponents[0])
            term = {0: one * arb(coefficient)}
            if place.end is None:
                step, count = t, degree - power
                term = {0: one * arb(coefficient * place.side**power)}
            else:
                step, count = t * arb(place.side) + arb(rational(place.end)), power
            for _ in range(count):
                term = {0: term[0] * step}
            for position, exponent in enumerate(exponents):
                for _ in range(int(exponent) if position else 0):
                    if position in units:
                        term = _times_log(term, units[position], arguments[position].power)
                    else:
                        generator = function.ring.generators[position]
                        assert generator.argument is not None
                        value = generator.argument.rational()
                        assert value is not None
                        number = constant_ball(generator.kind, value, precision)
                        term = {j: s * number for j, s in term.items()}
            for j, series in term.items():
                parts[j] = parts[j] + series if j in parts else series
        largest = arb(radius).log()  # T runs from -oo to this
        total = arb(0)
        inverse = ball_between_balls(1 / largest, arb(0))
        for j, value in head.items():
            total += value * inverse ** (top - j) if top > j else value
        for j, series in parts.items():
            coefficients = series.coeffs()
            rest = coefficients[order + 1] if len(coefficients) > order + 1 else arb(0)
            if not rest.is_finite():
                return None
            excess = j - top
            if excess <= 0:
                total += rest * zero_to_radius * (inverse**-excess if excess else arb(1))
            else:
                # t |log t|^k increases for t < e^-k.
                if not (-largest > excess):
                    return None
                bound = (arb(radius) * (-largest) ** excess).upper()
                total += rest * ball_between_balls(-bound, bound)
    return total


def _times_log(term: dict[int, Any], unit: Any, power: int) -> dict[int, Any]:
    """``(sum_j s_j T^j) * (power T + unit)``."""
    result: dict[int, Any] = {}
    for j, series in term.items():
        result[j] = result[j] + series * unit if j in result else series * unit
        if power:
            result[j + 1] = result[j + 1] + series * arb(power) if j + 1 in result else series * arb(power)
    return result


def ball_between_balls(lower: Ball, upper: Ball) -> Ball:
    """A ball that contains two balls and everything between them."""
    return lower.union(upper)
