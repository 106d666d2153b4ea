"""All zeros of a function with logarithms on an open interval, by two certified methods.

*Climbing* (Rolle 1691; for logarithms: Khovanskii's fewnomial argument): between consecutive zeros of m and of
``(f/m)'`` the quotient f/m is strictly monotone, so the signs of f at these points, and next to the ends of the
interval (`expansion`), tell the number of zeros. Repeated, differentiation leads to polynomials, whose roots are
isolated exactly.

*Subdivision* (`subdivision`), where climbing would be long. Next to the ends, and next to rational multiple zeros, the
leading term rules.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from functools import cmp_to_key
from itertools import pairwise
from typing import Any

from flint import arb, fmpq

from ..algebra.ring import irreducible_factors
from ..decomposition.isolation import RealRoot, isolate
from ..decomposition.rationals import as_fraction, ball_between, rational
from ..decomposition.ring import Ring as PolynomialRing
from ..decomposition.roots import squarefree_part
from ..errors import UndecidedError
from ..size_limits import MAXIMAL_MAGNITUDE
from .expansion import Place, leading
from .functions import LineFunction, constant_ball
from .roots import Known, Location, order_of, sign_at_known
from .subdivision import Interval, Isolation, Rational, subdivide

CLIMB = 3


def isolate_roots(function: LineFunction, lower: Rational | None, upper: Rational | None) -> Isolation:
    """All zeros of a function in the open interval (lower, upper), certified; `None` is an infinite end.

    The function must not be zero identically. Points where one of its logarithms is singular are no zeros; irrational
    ones are left out with a small interval around them when the sign next to them cannot be certified.

    >>> from berknash.symbolic.algebra.ring import Ring
    >>> from berknash.symbolic.expressions.reading import read_expression
    >>> from berknash.symbolic.forms.tables import element_of
    >>> ring, e = element_of(Ring.of_parameters(["h"]), read_expression("log(h) + 2 - 2*h", ["h"], where=""))
    >>> found = isolate_roots(LineFunction.of(ring, e.numerator, "h"), fmpq(0), None)
    >>> [round(float(root.ball(60)), 6) for root in found.roots]
    [0.203188, 1.0]
    """
    result = Isolation()
    for start, end in _pieces(function, lower, upper, result):
        part = _isolate_piece(function, start, end)
        result.roots.extend(part.roots)
        result.open_intervals.extend(part.open_intervals)
    return _in_order(result)


def _in_order(result: Isolation) -> Isolation:
    result.roots.sort(key=cmp_to_key(lambda a, b: order_of(a, b) or 0))
    merged: list[Interval] = []
    for low, high in sorted(result.open_intervals):
        if merged and low <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(high, merged[-1][1]))
        else:
            merged.append((low, high))
    result.open_intervals = merged
    return result


def polynomial_roots(function: LineFunction, lower: Rational | None, upper: Rational | None) -> list[Known]:
    """The roots of a squarefree polynomial over the constants in an open interval. Exact."""
    found: list[Known] = []
    constants = {
        g.name: _enclosure(g.kind, g.argument.rational())
        for g in function.ring.generators
        if g.argument is not None and g.argument.rational() is not None
    }
    ring = PolynomialRing.make(function.ring.context, [function.name], constants)
    for factor in _polynomial_factors(function):
        found.extend(ring.isolate(factor, 0, lower, upper))
    return found


def _polynomial_factors(function: LineFunction) -> list[Any]:
    return [f for f, _ in irreducible_factors(function.polynomial)[1] if f.degrees()[0] > 0]


def _enclosure(kind: str, value: Fraction | None) -> Callable[[int], Any]:
    assert value is not None
    return lambda precision: constant_ball(kind, value, precision)


def _pieces(
    function: LineFunction, lower: Rational | None, upper: Rational | None, result: Isolation
) -> list[tuple[Rational | None, Rational | None]]:
    """The open interval cut at the singular points of the function, with rational ends."""
    walls: list[RealRoot] = []
    for argument, _ in function.arguments.values():
        if argument.degree() > 0:
            walls.extend(isolate(squarefree_part(argument), lower, upper))
    gaps: list[tuple[Any, Any]] = []
    for wall in walls:
        if wall.is_exact:
            gaps.append((wall.lower, wall.lower))
        else:
            gaps.append(_around_wall(function, wall, result))
    pieces = []
    start = lower
    for low, high in sorted(set(gaps)):
        if start is None or low > start:
            pieces.append((start, low))
        start = high if start is None else max(start, high)
    pieces.append((start, upper))
    return pieces


def _around_wall(function: LineFunction, wall: RealRoot, result: Isolation) -> Interval:
    """An interval around an irrational singular point without zeros beside it, or noted as undecided.

    With ``f = sum_j A_j L^j``, L the singular logarithm: f / L^J is bounded away from zero where A_J is.
    """
    for bits in (8, 16, 32, 64, 128):
        wall.narrow(bits)
        if _rules(function, wall):
            return (wall.lower, wall.upper)
    wall.narrow(40)
    result.open_intervals.append((wall.lower, wall.upper))
    return (wall.lower, wall.upper)


def _rules(function: LineFunction, wall: RealRoot) -> bool:
    ball = ball_between(wall.lower, wall.upper)
    singular = [i for i, (g, _) in function.arguments.items() if g(ball).contains(0)]
    if len(singular) != 1:
        return False
    (position,) = singular
    argument, scale = function.arguments[position]
    size = (abs(argument(ball)) / scale).upper()
    if not size < 1:
        return False
    inverse = (1 / arb(size).log()).union(arb(0))
    parts: dict[int, dict[tuple[int, ...], Any]] = {}
    for exponents, coefficient in function.polynomial.to_dict().items():
        rest = list(exponents)
        power, rest[position] = int(rest[position]), 0
        parts.setdefault(power, {})[tuple(rest)] = coefficient
    top = max(parts)
    total = arb(0)
    for power, terms in parts.items():
        value = function.like(function.ring.context.from_dict(terms)).ball(ball)
        if not value.is_finite():
            return False
        total += value * inverse ** (top - power) if power < top else value
    return bool(total > 0 or total < 0)


def _isolate_piece(function: LineFunction, lower: Rational | None, upper: Rational | None) -> Isolation:
    """The zeros in an open interval on which the function is analytic."""
    if function.is_polynomial:
        return Isolation(polynomial_roots(function, lower, upper))
    step = _climbing_step(function)
    if step is not None:
        found = _climb(function, step, lower, upper)
        if found is not None:
            return found
    return subdivide(function, lower, upper)


def _climbing_step(function: LineFunction) -> tuple[Any | None] | None:
    """The divisor m of the next step (None inside for 1), or None when climbing would be long.

    With m the common divisor of the coefficients of the logarithms, each step lowers their degree after division by m.
    """
    if function.log_degree != 1:
        return None
    coefficients = [c for key, c in function.log_monomials().items() if any(key)]
    divisor = function.ring.context.constant(0)
    for coefficient in coefficients:
        divisor = divisor.gcd(coefficient)
    degree = max(max(int(c.degrees()[0]), 0) for c in coefficients) - max(int(divisor.degrees()[0]), 0)
    if degree + 1 > CLIMB:
        return None
    return (None,) if divisor.is_constant() else (divisor,)


def _end_sign(function: LineFunction, end: Rational | None, side: int) -> int:
    """The sign of the function next to an end of the interval."""
    return leading(function, Place(None if end is None else as_fraction(end), side)).sign


def _climb(
    function: LineFunction, step: tuple[Any | None], lower: Rational | None, upper: Rational | None
) -> Isolation | None:
    """Zeros from the zeros of the derivative of f/m; None when these are not all certified."""
    (divisor,) = step
    derivative = function.derivative(divisor)
    breaks: list[Known] = []
    for part in derivative.factors() if not derivative.polynomial.is_constant() else []:
        found = _isolate_piece(part, lower, upper)
        if found.open_intervals:
            return None
        breaks.extend(found.roots)
    if divisor is not None:
        breaks.extend(polynomial_roots(function.like(divisor), lower, upper))
    ordered = _sorted_distinct(breaks)
    if ordered is None:
        return None
    result = Isolation()
    # (number, sign of f to its left, sign of f to its right); ends first and last.
    marks: list[tuple[Known | None, int, int]] = [
        (None, 0, _end_sign(function, lower, 1 if lower is not None else -1))
    ]
    for number, known in enumerate(ordered):
        sign = sign_at_known(function, known)
        # Where m vanishes too, f/m says nothing about the zeros next to this one.
        irrational = sign == 0 and known.lower != known.upper and divisor is not None
        if irrational and not sign_at_known(function.like(divisor), known):
            return None
        if sign is None or (sign == 0 and known.lower != known.upper):
            low, high = _neighbourhood(known, lower, upper)
            left, right = function.sign_at(low), function.sign_at(high)
            crowded = any(
                other.upper >= rational(low) and other.lower <= rational(high)
                for other in ordered[max(number - 1, 0) : number + 2]
                if other is not known
            )
            if left == 0 or right == 0 or crowded:
                return None
            if sign == 0:
                result.roots.append(known)
            elif left == right:
                result.open_intervals.append((rational(low), rational(high)))
            else:
                result.roots.append(Location(function, rational(low), rational(high), right))
            marks.append((known, left, right))
            continue
        if sign == 0:
            result.roots.append(known)
            point = as_fraction(known.lower)
            marks.append((known, leading(function, Place(point, -1)).sign, leading(function, Place(point, 1)).sign))
        else:
            marks.append((known, sign, sign))
    marks.append((None, _end_sign(function, upper, -1 if upper is not None else 1), 0))
    for (first, _, above), (second, below, _) in pairwise(marks):
        if above != below:
            result.roots.append(_crossing(function, first, second, lower, upper, above, below))
    return _in_order(result)


def _sorted_distinct(breaks: list[Known]) -> list[Known] | None:
    """The numbers in order without repetition; None when two could not be told apart."""
    ordered: list[Known] = []
    for known in breaks:
        place = len(ordered)
        while place:
            order = order_of(known, ordered[place - 1])
            if order is None:
                return None
            if order == 0:
                break
            if order > 0:
                break
            place -= 1
        if place and order_of(known, ordered[place - 1]) == 0:
            continue
        ordered.insert(place, known)
    return ordered


def _neighbourhood(
    known: Known, lower: Rational | None, upper: Rational | None
) -> tuple[Fraction, Fraction]:
    """Rationals a little below and above a break, inside the interval."""
    known.narrow(64)
    margin = fmpq(1, 1 << 44)
    low, high = known.lower - margin, known.upper + margin
    if lower is not None:
        low = max(low, (lower + known.lower) / 2)
    if upper is not None:
        high = min(high, (upper + known.upper) / 2)
    return as_fraction(low), as_fraction(high)


def _crossing(
    function: LineFunction,
    first: Known | None,
    second: Known | None,
    lower: Rational | None,
    upper: Rational | None,
    above: int,
    below: int,
) -> Location:
    """The one zero between two consecutive breaks (or ends), in an interval with rational ends."""
    steps = [0, 0]
    best_low: Rational | None = None
    best_high: Rational | None = None
    while best_low is None or best_high is None:
        low = _inner(first, lower, steps[0], 1) if best_low is None else best_low
        high = _inner(second, upper, steps[1], -1) if best_high is None else best_high
        if not low < high:
            # Each has passed the zero, or the two are still far from where they shall get.
            steps = [step + 1 for step in steps]
            continue
        # Past the zero on one side: that point is the other end of a short interval.
        if best_low is None:
            sign = function.sign_at(as_fraction(low))
            if sign == 0:
                return Location(function, low, low, below)
            best_low, best_high = (low, best_high) if sign == above else (None, low)
            steps[0] += 1
            if sign != above:
                continue
        if best_high is None:
            sign = function.sign_at(as_fraction(high))
            if sign == 0:
                return Location(function, high, high, below)
            best_low, best_high = (best_low, high) if sign == below else (high, None)
            steps[1] += 1
    return Location(function, best_low, best_high, below, (lower, upper))


def _inner(known: Known | None, end: Rational | None, step: int, side: int) -> Rational:
    """A rational on the inner side of a break or end, closer with every step.

    Zeros may lie as close to a singular end as exp(-1000), and as far out as exp(1000): the exponents grow faster and
    faster, alike on both sides, so that none grows beyond need while the other is still short.
    """
    if known is not None:
        if known.lower == known.upper:
            return known.lower + side * fmpq(1, 1 << (8 + 4 * step))
        known.narrow(8 + 4 * step)
        return known.upper if side > 0 else known.lower
    bits = 3 * step + (1 << max(step - 6, 0))
    if bits > MAXIMAL_MAGNITUDE:
        place = "infinity" if end is None else str(end)
        raise UndecidedError(
            f"a zero closer to {place} than 2**{MAXIMAL_MAGNITUDE} can tell; use smaller constants in logarithms"
        )
    return -side * fmpq(1 << bits) if end is None else end + side * fmpq(1, 1 << (3 + bits))
