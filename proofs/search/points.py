"""Exact signs at rational points, and the search for rational points of a set: where counterexamples come from.

At a rational point every logarithm's argument is a rational number; its logarithm is split over primes. A polynomial
in logarithms of primes whose coefficients all vanish is zero; one that does not is certified non-zero by ball
arithmetic, with more and more bits (a non-zero linear form is never zero: logarithms of primes are linearly
independent over the rationals).
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from functools import lru_cache
from itertools import chain, islice
from typing import Any

from flint import arb, ctx, fmpq, fmpz

from ...symbolic.floats import nearest_float
from ...symbolic.size_limits import MAXIMAL_GRID_NUMBERS
from .facts import Polynomial, Space, context_of
from .samples import bounds, evaluated, sample, with_logs
from .sign_facts import Constraint

Point = Mapping[str, Fraction]

FIRST_BITS = 64
LAST_BITS = 4096


def sign_at(space: Space, polynomial: Polynomial, point: Point) -> int | None:
    """The exact sign at a rational point, None where the last precision did not decide or a logarithm is undefined."""
    width = len(space.parameters)
    values = [fmpq(point[n].numerator, point[n].denominator) for n in space.parameters]
    primes: list[int] = []
    forms: list[dict[int, int]] = []
    for name in space.logs:
        if name not in space.logs_in(polynomial):
            forms.append({})
            continue
        value = _value(space.arguments[space.logs.index(name)], values, width)
        if value <= 0:
            return None
        form = dict(_primes(int(value.p)))
        for prime, power in _primes(int(value.q)):
            form[prime] = form.get(prime, 0) - power
        forms.append(form)
        primes += [prime for prime in form if prime not in primes]
    primes.sort()
    inner = context_of([f"p{prime}" for prime in primes])
    images = [inner.constant(value) for value in values]
    generators = inner.gens()
    for form in forms:
        image = inner.constant(0)
        for prime, power in form.items():
            image += generators[primes.index(prime)] * power
        images.append(image)
    rest = _composed(polynomial, images, inner)
    if rest.is_zero():
        return 0
    if rest.is_constant():
        return 1 if rest.leading_coefficient() > 0 else -1
    return _certified(rest, primes)


def _composed(polynomial: Polynomial, images: list[Polynomial], inner: Any) -> Polynomial:
    if not images:
        return inner.constant(polynomial.leading_coefficient() if not polynomial.is_zero() else 0)
    return polynomial.compose(*images)


def _value(polynomial: Polynomial, values: Sequence[Any], width: int) -> Any:
    total = fmpq(0)
    for exponents, coefficient in polynomial.to_dict().items():
        term = coefficient
        for variable in range(width):
            if exponents[variable]:
                term = term * values[variable] ** int(exponents[variable])
        total += term
    return total


def _certified(polynomial: Polynomial, primes: Sequence[int]) -> int | None:
    bits = FIRST_BITS
    while bits <= LAST_BITS:
        with ctx.workprec(bits):
            balls = [arb(prime).log() for prime in primes]
            total = arb(0)
            for exponents, coefficient in polynomial.to_dict().items():
                term = arb(coefficient)
                for variable, exponent in enumerate(exponents):
                    if exponent:
                        term *= balls[variable] ** int(exponent)
                total += term
            if total > 0:
                return 1
            if total < 0:
                return -1
        bits *= 2
    return None


@lru_cache(maxsize=4096)
def _primes(number: int) -> tuple[tuple[int, int], ...]:
    if number.bit_length() > 200:
        return ((number, 1),) if number > 1 else ()  # a generator of its own: nothing wrong, perhaps undecided
    return tuple((int(p), int(e)) for p, e in fmpz(number).factor())


def satisfies(space: Space, constraints: Sequence[Constraint], point: Point) -> bool:
    """Whether every constraint holds exactly at the point."""
    accepted = {">": (1,), ">=": (0, 1), "==": (0,), "!=": (-1, 1)}
    return all(sign_at(space, item.polynomial, point) in accepted[item.relation] for item in constraints)


def rational_points(
    space: Space, constraints: Sequence[Constraint], count: int = 40, borders: Sequence[Polynomial] = ()
) -> Iterator[dict[str, Fraction]]:
    """Rational points at which all constraints hold exactly, simple ones first.

    With `borders`, points close to where these polynomials vanish come before all others.
    """
    if not space.parameters:
        borders = ()
    seen = set()
    near = (p for border in borders for p in _close_to(space, constraints, border))
    candidates = chain(near, _on_grid(space, constraints), _solved(space, constraints))
    for point in islice(candidates, 40 * count):
        key = tuple(point.values())
        if key not in seen:
            seen.add(key)
            if satisfies(space, constraints, point):
                yield point
                count -= 1
                if count == 0:
                    return


def _on_grid(space: Space, constraints: Sequence[Constraint]) -> Iterator[dict[str, Fraction]]:
    """Points with small denominators, filtered in floating point."""
    import numpy  # for start-up

    names = space.parameters
    if not names:
        yield {}
        return
    axes = [_simple_fractions(*bounds(constraints, v), len(names)) for v in range(len(names))]
    if any(not axis for axis in axes):
        return
    which = _places([len(axis) for axis in axes])
    columns = [numpy.array([nearest_float(x) for x in axis])[which[:, v]] for v, axis in enumerate(axes)]
    points = numpy.stack(columns, axis=1)
    with numpy.errstate(all="ignore"):
        full = with_logs(space, points)
        keep = numpy.ones(len(points), dtype=bool)
        for item in constraints:
            value, size = evaluated(item.polynomial, full)
            if item.relation == "==":
                keep &= abs(value) <= 1e-9 * size
            elif item.relation != "!=":
                keep &= value >= -1e-9 * size
    rows = which[keep]
    simple_first = numpy.argsort(rows.sum(axis=1), kind="stable")
    for row in rows[simple_first][:400]:
        yield {name: axes[v][int(row[v])] for v, name in enumerate(names)}


def _places(sizes: Sequence[int]) -> Any:
    """The places of a grid of these sizes, one row each: all of them, or as many as may be held at once, at random."""
    import numpy  # for start-up

    most = MAXIMAL_GRID_NUMBERS // len(sizes)
    if math.prod(sizes) > most:
        # A fixed seed: the same rows in every run.
        return numpy.random.default_rng(1).integers(0, sizes, size=(most, len(sizes)))
    places = numpy.meshgrid(*[numpy.arange(size) for size in sizes], indexing="ij")
    return numpy.stack([place.ravel() for place in places], axis=1)


def _simple_fractions(low: float, high: float, dimension: int) -> list[Fraction]:
    """All fractions in the interval with denominators up to a bound that keeps the grid small."""
    most = {1: 24, 2: 10, 3: 6, 4: 5}.get(dimension, 3 if dimension < 7 else 2)
    found = set()
    for denominator in range(1, most + 1):
        first, last = math.ceil(low * denominator - 1e-9), math.floor(high * denominator + 1e-9)
        found |= {Fraction(k, denominator) for k in range(first, min(last, first + 8 * most) + 1)}
    limit = {1: 2000, 2: 140, 3: 26, 4: 12}.get(dimension, 7 if dimension < 7 else 3)
    by_size = sorted(found, key=lambda x: (x.denominator, abs(x), x))[:limit]
    return sorted(by_size)


def _close_to(space: Space, constraints: Sequence[Constraint], border: Polynomial) -> Iterator[dict[str, Fraction]]:
    """Points a little off the zero set of a polynomial, at several distances."""
    on = [Constraint(item.polynomial, ">=" if item.relation == ">" else item.relation) for item in constraints]
    for row in sample(space, [*on, Constraint(border, "==")], 3).points:
        for distance in (100, 1000, 10_000, 1_000_000):
            for v in range(len(space.parameters)):
                for step in (1, -1):
                    shifted = [nearest_float(x) + (step / distance if k == v else 0.0) for k, x in enumerate(row)]
                    yield {
                        name: Fraction(shifted[k]).limit_denominator(20 * distance)
                        for k, name in enumerate(space.parameters)
                    }


def _solved(space: Space, constraints: Sequence[Constraint]) -> Iterator[dict[str, Fraction]]:
    """Samples rounded to fractions, with equalities solved exactly for parameters that are linear in them."""
    if not space.parameters:
        return
    equalities = [c.polynomial for c in constraints if c.relation == "==" and space.log_free(c.polynomial)]
    for most in (12, 60, 1000, 10**6):
        for row in sample(space, constraints, 120, seed=most).points:
            point = {name: Fraction(float(row[v])).limit_denominator(most) for v, name in enumerate(space.parameters)}
            if _solve(space, equalities, point):
                yield point


def _solve(space: Space, equalities: Sequence[Polynomial], point: dict[str, Fraction]) -> bool:
    """Change the point in place so that the equalities hold, one parameter for each."""
    changed: set[str] = set()
    for equality in equalities:
        for v, name in reversed(list(enumerate(space.parameters))):
            if equality.degrees()[v] != 1 or name in changed:
                continue
            values = [fmpq(point[n].numerator, point[n].denominator) for n in space.parameters]
            slope = _value(equality.derivative(v), values, len(values))
            if slope == 0:
                continue
            values[v] = fmpq(0)
            root = -_value(equality, values, len(values)) / slope
            point[name] = Fraction(int(root.p), int(root.q))
            changed.add(name)
            break
        else:
            return False
    return True
