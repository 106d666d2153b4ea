"""Intervals that contain an expression on a box, and signs that follow from them.

Sums, products and quotients are bounded by interval arithmetic with exact rational ends that know whether they belong;
``exp``, ``log`` and ``sqrt`` are monotone, so the ends of an argument give those of the value: exactly where that is
rational (``exp(0)``, ``log(1)``, roots of squares), rounded outward by ball arithmetic elsewhere. A polynomial in
parameters and such generators has a sign on the domain where its Bernstein coefficients say so on the box of the
parameters and of the ranges of the generators; the relations of the domain are not used, which loses no correctness.
A parameter p with ``sqrt(p)`` beside it is replaced by the square of that first.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from math import isqrt
from typing import TYPE_CHECKING

from flint import arb, ctx, fmpq

from .algebra import Element, Generator, Polynomial, Ring
from .box_signs import Cell, Effort, explore
from .game import Interval

if TYPE_CHECKING:
    from .domain import Domain

_BITS = 96
_FAR = 64
_LONG = 400  # bits of an end beyond which it is rounded
_EFFORT = 3_000
_MOST_TERMS, _HIGHEST_DEGREE, _MOST_VARIABLES = 40, 8, 5

LINE = Interval(None, None, True, True)
_ZERO = Fraction(0)
_End = tuple[Fraction | None, bool]  # a value (None: infinite) and whether it is left out


def sign_on_ranges(domain: Domain, factor: Polynomial) -> int | None:
    """1 or -1 where the polynomial is proved to have this strict sign on the domain, else None.

    Examples
    --------
    >>> from .domain import Domain
    >>> from .expressions import read_expression
    >>> from .game import Parameter
    >>> from .tables import element_of
    >>> unit = Interval(Fraction(0), Fraction(1), True, True)
    >>> def sign(text, interval=unit):
    ...     ring, element = element_of(Ring.of_parameters(["p"]), read_expression(text, ["p"], where=""))
    ...     return sign_on_ranges(Domain(ring, (Parameter("p", interval),), ()), element.numerator)
    >>> sign("1 - sqrt(p)"), sign("2*sqrt(p) - p"), sign("exp(p) - 3"), sign("exp(p) - 2")
    (1, 1, -1, None)
    >>> sign("exp(p) - 1"), sign("exp(p) - 1", Interval(Fraction(0), Fraction(1), False, True))
    (1, None)
    """
    ring = domain.ring
    used = [place for place, degree in enumerate(factor.degrees()) if degree > 0]
    if len(used) > _MOST_VARIABLES or len(factor) > _MOST_TERMS or int(factor.total_degree()) > _HIGHEST_DEGREE:
        return None
    intervals = {p.name: p.domain for p in domain.parameters}
    ranges: dict[int, Interval] = {}
    factor = _in_roots(ring, factor, used)
    used = [place for place, degree in enumerate(factor.degrees()) if degree > 0]
    box = [generator_range(ring.generators, place, intervals, ranges) for place in used]
    if any(side == LINE for side in box):
        return None
    terms = {tuple(int(e[place]) for place in used): int(c) for e, c in factor.to_dict().items()}

    def positive(cell: Cell) -> bool | None:
        goal = cell.polynomials[0]
        return True if goal.positive(cell.closed) else None if goal.negative_corner() else False

    for sign in (1, -1):
        oriented = {exponents: sign * coefficient for exponents, coefficient in terms.items()}
        if explore([oriented], box, positive, None, Effort(_EFFORT)):
            return sign
    return None


def _in_roots(ring: Ring, factor: Polynomial, used: Sequence[int]) -> Polynomial:
    """The polynomial with squares of roots for the parameters whose root occurs in it."""
    images = list(ring.context.gens())
    for place in used:
        generator = ring.generators[place]
        if generator.kind != "sqrt" or generator.argument is None or not generator.argument.denominator.is_one():
            continue
        for position, known in enumerate(ring.generators):
            inside = generator.argument.numerator
            if known.kind == "parameter" and inside == inside.context().gen(position):
                images[position] = ring.context.gen(place) ** 2
    return factor.compose(*images, ctx=ring.context) if images != list(ring.context.gens()) else factor


def generator_range(
    generators: Sequence[Generator], place: int, intervals: dict[str, Interval], known: dict[int, Interval]
) -> Interval:
    """An interval that contains a generator when the parameters lie in theirs; those found are kept in `known`."""
    if place not in known:
        generator = generators[place]
        if generator.argument is None:
            known[place] = intervals.get(generator.name, LINE)
        else:
            inner = element_range(generators, generator.argument, intervals, known)
            known[place] = _exp(inner) if generator.kind == "exp" else _ROOT_OR_LOG[generator.kind](_size(inner))
    return known[place]


def element_range(
    generators: Sequence[Generator], element: Element, intervals: dict[str, Interval], known: dict[int, Interval]
) -> Interval:
    """An interval that contains an element when the parameters lie in theirs."""
    top, bottom = (polynomial_range(generators, p, intervals, known) for p in (element.numerator, element.denominator))
    return _product(top, _inverse(bottom))


def polynomial_range(
    generators: Sequence[Generator], polynomial: Polynomial, intervals: dict[str, Interval], known: dict[int, Interval]
) -> Interval:
    """An interval that contains a polynomial in parameters and generators, wherever it has a value.

    >>> from .expressions import read_expression
    >>> from .tables import element_of
    >>> ring, gap = element_of(Ring.of_parameters(["a", "b"]), read_expression("log(b - a)", ["a", "b"], where=""))
    >>> sides = {"a": Interval(Fraction(0), Fraction(1, 2), False, False), "b": _point(Fraction(1, 2))}
    >>> str(polynomial_range(ring.generators, gap.numerator, sides, {}).low)
    'None'
    """
    total = _point(_ZERO)
    for exponents, coefficient in polynomial.to_dict().items():
        term = _point(Fraction(int(coefficient)))
        for place, exponent in enumerate(exponents):
            if exponent:
                term = _product(term, _power(generator_range(generators, place, intervals, known), int(exponent)))
        total = _sum(total, term)
    return total


# Interval arithmetic


def _point(value: Fraction) -> Interval:
    return Interval(value, value, False, False)


def _sum(first: Interval, second: Interval) -> Interval:
    low = None if first.low is None or second.low is None else first.low + second.low
    high = None if first.high is None or second.high is None else first.high + second.high
    return _short(Interval(low, high, first.low_open or second.low_open, first.high_open or second.high_open))


def range_sign(interval: Interval) -> int | None:
    """1 or -1 where all values have this strict sign, else None.

    >>> range_sign(Interval(Fraction(0), None, True, True)), range_sign(Interval(Fraction(0), None, False, True))
    (1, None)
    """
    low, high = interval.low, interval.high
    if low is not None and (low > 0 or (low == 0 and interval.low_open)):
        return 1
    if high is not None and (high < 0 or (high == 0 and interval.high_open)):
        return -1
    return None


def both(first: Interval, second: Interval) -> Interval:
    """What lies in two intervals that contain the same values.

    >>> str(both(Interval(Fraction(0), None, False, True), Interval(Fraction(0), Fraction(2), True, False)))
    '(0, 2]'
    """
    lows = [(i.low, i.low_open) for i in (first, second) if i.low is not None]
    highs = [(i.high, not i.high_open) for i in (first, second) if i.high is not None]
    low, low_open = max(lows) if lows else (None, True)
    high, high_shut = min(highs) if highs else (None, False)
    return Interval(low, high, low_open, not high_shut)


def _ends(interval: Interval) -> tuple[tuple[_End, int], tuple[_End, int]]:
    """The two ends, each with the side on which an infinite one lies."""
    return ((interval.low, interval.low_open), -1), ((interval.high, interval.high_open), 1)


def _product(first: Interval, second: Interval) -> Interval:
    """All products lie between those of the ends, of which zero times infinity counts as zero."""
    finite: list[tuple[Fraction, bool]] = []
    endless = set()
    for (a, a_open), a_side in _ends(first):
        for (b, b_open), b_side in _ends(second):
            if a == 0 or b == 0:
                # A zero that belongs gives zero whatever the other is.
                finite.append((_ZERO, not ((a == 0 and not a_open) or (b == 0 and not b_open))))
            elif a is None or b is None:
                endless.add((a_side if a is None else _sign(a)) * (b_side if b is None else _sign(b)))
            else:
                finite.append((a * b, a_open or b_open))
    values = [value for value, _ in finite]
    low = None if -1 in endless or not finite else min(values)
    high = None if 1 in endless or not finite else max(values)
    return _short(Interval(low, high, _left_out(finite, low), _left_out(finite, high)))


def _left_out(finite: Sequence[tuple[Fraction, bool]], end: Fraction | None) -> bool:
    return all(is_open for value, is_open in finite if value == end)


def _sign(value: Fraction) -> int:
    return (value > 0) - (value < 0)


def _power(interval: Interval, exponent: int) -> Interval:
    if exponent % 2 == 0:
        interval = _size(interval)
    low = None if interval.low is None else interval.low**exponent
    high = None if interval.high is None else interval.high**exponent
    return _short(Interval(low, high, interval.low_open, interval.high_open))


def _size(interval: Interval) -> Interval:
    """The range of the absolute value."""
    low, high = interval.low, interval.high
    if low is not None and low >= 0:
        return interval
    if high is not None and high <= 0:
        return Interval(-high, None if low is None else -low, interval.high_open, interval.low_open)
    if low is None or high is None:
        return Interval(_ZERO, None, False, True)
    largest = max(-low, high)
    ends = ((-low, interval.low_open), (high, interval.high_open))
    return Interval(_ZERO, largest, False, all(is_open for value, is_open in ends if value == largest))


def _inverse(interval: Interval) -> Interval:
    """The range of 1/x; the whole line where x may vanish in between, as nothing is said of zero itself."""
    low, high = interval.low, interval.high
    if low is not None and low >= 0:
        return Interval(
            _ZERO if high is None else 1 / high if high else None,
            None if low == 0 else 1 / low,
            high is None or interval.high_open,
            low == 0 or interval.low_open,
        )
    if high is not None and high <= 0:
        turned = _inverse(Interval(-high, None if low is None else -low, interval.high_open, interval.low_open))
        return Interval(
            None if turned.high is None else -turned.high,
            None if turned.low is None else -turned.low,
            turned.high_open,
            turned.low_open,
        )
    return LINE


def _short(interval: Interval) -> Interval:
    """The interval, or a little more of it where its ends have become long."""
    low, high, low_open, high_open = interval.low, interval.high, interval.low_open, interval.high_open
    if low is not None and _is_long(low):
        low, low_open = _rounded(low)[0], True
    if high is not None and _is_long(high):
        high, high_open = _rounded(high)[1], True
    return Interval(low, high, low_open, high_open)


def _is_long(value: Fraction) -> bool:
    return value.numerator.bit_length() + value.denominator.bit_length() > _LONG


def _rounded(value: Fraction) -> tuple[Fraction, Fraction]:
    """Strict bounds of a number with few bits."""
    scale = 2**_BITS if abs(value) < 2**_BITS else Fraction(1, abs(value.numerator // value.denominator))
    down = Fraction(value * scale // 1) / scale
    return (down - 1 / Fraction(scale), down + 2 / Fraction(scale))


# Monotone functions


def _bounds(kind: str, value: Fraction) -> tuple[Fraction, Fraction]:
    """Rational bounds of the function at a number."""
    with ctx.workprec(_BITS):
        ball = getattr(arb(fmpq(value.numerator, value.denominator)), kind)()
        return _rational(ball.lower()), _rational(ball.upper())


def _rational(exact: arb) -> Fraction:
    mantissa, exponent = exact.man_exp()
    return Fraction(int(mantissa)) * Fraction(2) ** int(exponent)


def _exp(interval: Interval) -> Interval:
    low: _End = (_ZERO, True)
    if interval.low is not None and interval.low > -_FAR:
        capped = min(interval.low, Fraction(_FAR))
        low = (Fraction(1), interval.low_open) if capped == 0 else (_bounds("exp", capped)[0], True)
    high: _End = (None, True)
    if interval.high is not None and interval.high < _FAR:
        capped = max(interval.high, Fraction(-_FAR))
        high = (Fraction(1), interval.high_open) if capped == 0 else (_bounds("exp", capped)[1], True)
    return Interval(low[0], high[0], low[1], high[1])


def _log(interval: Interval) -> Interval:
    """Of what is positive wherever the logarithm has a value."""
    low: _End = (None, True)
    if interval.low:
        low = (_ZERO, interval.low_open) if interval.low == 1 else (_bounds("log", interval.low)[0], True)
    high: _End = (None, True)
    if interval.high:
        high = (_ZERO, interval.high_open) if interval.high == 1 else (_bounds("log", interval.high)[1], True)
    return Interval(low[0], high[0], low[1], high[1])


def _sqrt(interval: Interval) -> Interval:
    low: _End = (_ZERO, interval.low_open)
    if interval.low:
        root = _exact_root(interval.low)
        low = (root, interval.low_open) if root is not None else (_bounds("sqrt", interval.low)[0], True)
    high: _End = (None, True)
    if interval.high is not None:
        root = _exact_root(interval.high)
        high = (root, interval.high_open) if root is not None else (_bounds("sqrt", interval.high)[1], True)
    return Interval(low[0], high[0], low[1], high[1])


def _exact_root(value: Fraction) -> Fraction | None:
    root = Fraction(isqrt(value.numerator), isqrt(value.denominator))
    return root if root * root == value else None


_ROOT_OR_LOG = {"log": _log, "sqrt": _sqrt}
