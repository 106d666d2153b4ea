"""Real roots of many integer polynomials at once, by certified floating-point arithmetic in the Bernstein basis.

On (0, 1) a polynomial of degree at most n has Bernstein coefficients b_0, ..., b_n; it has at most as many roots there
as these have changes of sign, and as many modulo two (the same count as in Descartes' rule). Halving an interval
averages the coefficients (Lane and Riesenfeld 1981; Mourrain, Rouillier and Roy 2005). Every row of coefficients
carries a bound on the absolute error of its entries, so a sign counts only where the entry is larger than the bound:

- a sum of n products of floats, in any order, is off by at most (n + 1) u / (1 - (n + 1) u) times the sum of the
  absolute values, u = 2**-53 (Higham 2002, section 3.1), and each factor that is itself rounded adds one u;
- averaging is by weights of sum 1, so it passes the error on, and adds n + 2 roundings of numbers no larger than the
  largest entry.

The bounds below take twice that. What the bounds leave open is not answered: the caller isolates it exactly.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from math import comb
from typing import Any

from ..floats import nearest_float

__all__ = ["isolate_together"]

_UNIT = 2.0**-53
_LARGEST_DEGREE = 64
_STEP = 8
_LARGEST_BITS = 900

Interval = tuple[int, int, int]


@lru_cache(maxsize=_LARGEST_DEGREE + 1)
def _matrices(degree: int) -> tuple[Any, Any, Any]:
    """From powers to Bernstein coefficients, and from these to those on the lower and the upper half."""
    import numpy  # for start-up

    size = degree + 1
    powers, low = numpy.zeros((size, size)), numpy.zeros((size, size))
    for j in range(size):
        for i in range(j + 1):
            powers[i, j] = comb(j, i) / comb(degree, i)
            low[i, j] = comb(j, i) / (1 << j)
    return powers, low, numpy.ascontiguousarray(low[::-1, ::-1])


def isolate_together(polynomials: Sequence[Any], bits: int, fewest: int = 1) -> list[list[Interval] | None]:
    """Intervals (c / 2^k, (c + 1) / 2^k) that hold exactly one root each, of every polynomial (`fmpz_poly`) in (0, 1).

    They come in increasing order as (c, k, sign at the upper end), k = `bits` unless the error bounds leave the sign at
    a middle open before; no end is a root, and every root is simple. None for a polynomial whose roots the error
    bounds, or `bits` halvings, do not isolate: so for one with a multiple root in (0, 1), or with a root at 0 or 1.
    None also where fewer than `fewest` have similar degrees.

    >>> from flint import fmpz_poly
    >>> isolate_together([fmpz_poly([-1, 3]), fmpz_poly([1, 0, 1]), fmpz_poly([1, -6, 9])], 4)
    [[(5, 4, 1)], [], None]
    """
    answers: list[list[Interval] | None] = [None] * len(polynomials)
    sizes: dict[int, list[int]] = {}
    for number, polynomial in enumerate(polynomials):
        if 0 <= polynomial.degree() <= _LARGEST_DEGREE and polynomial.height_bits() <= _LARGEST_BITS:
            sizes.setdefault((polynomial.degree() + _STEP - 1) // _STEP, []).append(number)
    for numbers in sizes.values():
        if len(numbers) < fewest:
            continue
        for number, answer in zip(numbers, _isolate([polynomials[k] for k in numbers], bits), strict=True):
            answers[number] = answer
    return answers


def _isolate(polynomials: Sequence[Any], bits: int) -> list[list[Interval] | None]:
    """The same for polynomials of similar degrees, which make up one matrix."""
    import numpy  # for start-up

    size = len(polynomials)
    degree = max(polynomial.degree() for polynomial in polynomials)
    powers, low, high = _matrices(degree)
    coefficients = numpy.zeros((size, degree + 1))
    for row, polynomial in enumerate(polynomials):
        values = [nearest_float(value) for value in polynomial.coeffs()]
        coefficients[row, : len(values)] = values
    # Scaled by powers of two to at most 1: nothing overflows, and what underflows is below the constant in the bound.
    coefficients = numpy.ldexp(coefficients, -numpy.frexp(numpy.abs(coefficients).max(axis=1))[1][:, None])
    grow = 2 * (degree + 8) * _UNIT
    entries = coefficients @ powers
    errors = grow * (numpy.abs(coefficients) @ powers).max(axis=1) + 2.0**-1000
    owners = numpy.arange(size)
    places = numpy.zeros(size, dtype=numpy.int64)
    above = numpy.zeros(size, dtype=numpy.int8)
    failed = numpy.zeros(size, dtype=bool)
    found: list[tuple[Any, Any, int, Any]] = []
    for level in range(bits + 1):
        # A row is told by its signs until it has one change of sign; `above` is then the sign at its upper end.
        bound = errors[:, None]
        signs = (entries > bound).astype(numpy.int8) - (entries < -bound)
        first, last = signs[:, 0], signs[:, -1]
        leading = numpy.cumprod(signs == first[:, None], axis=1, dtype=numpy.int8).sum(axis=1)
        trailing = numpy.cumprod(signs[:, ::-1] == last[:, None], axis=1, dtype=numpy.int8).sum(axis=1)
        alone = above != 0
        # The coefficient between two runs of opposite signs makes one change with them whatever its sign is.
        new = ~alone & (first * last < 0) & (leading + trailing >= degree)
        above = numpy.where(new, last, above)
        keep = alone | new | ~((first != 0) & (leading == degree + 1))
        entries, errors, owners, places, above = (a[keep] for a in (entries, errors, owners, places, above))
        if not len(entries):
            break
        alone = above != 0
        if level == bits:
            found.append((owners[alone], places[alone], level, above[alone]))
            failed[owners[~alone]] = True
            break
        lower, upper = entries @ low, entries @ high
        errors = 1.001 * errors + grow * numpy.abs(entries).max(axis=1)
        middle = upper[:, 0]
        sure = numpy.abs(middle) > errors
        stalled = alone & ~sure
        found.append((owners[stalled], places[stalled], level, above[stalled]))
        failed[owners[~alone & ~sure]] = True
        going = ~failed[owners]
        into_upper = going & sure & (~alone | (middle * above < 0))
        into_lower = going & sure & (~alone | (middle * above > 0))
        entries = numpy.concatenate([lower[into_lower], upper[into_upper]])
        errors, owners, above = (numpy.concatenate([a[into_lower], a[into_upper]]) for a in (errors, owners, above))
        places = numpy.concatenate([2 * places[into_lower], 2 * places[into_upper] + 1])
    collected: list[list[Interval]] = [[] for _ in polynomials]
    for group, starts, level, ends in found:
        for row, start, end in zip(group.tolist(), starts.tolist(), ends.tolist(), strict=True):
            collected[row].append((start, level, end))
    return [
        None if gone else sorted(intervals, key=lambda item: item[0] << (bits - item[1]))
        for gone, intervals in zip(failed.tolist(), collected, strict=True)
    ]
