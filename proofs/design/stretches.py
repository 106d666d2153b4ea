"""A condition on one parameter as the stretches of the line on which it holds.

The real roots of the polynomials in the condition cut the parameter's interval; between two neighbouring roots, and at
each root, every polynomial has one sign, found exactly at a rational point and at the algebraic number. So the set
where the condition holds is a finite union of stretches between these roots.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import reduce
from itertools import groupby, pairwise
from operator import mul
from typing import Any

from flint import fmpq, fmpz_poly

from ...symbolic.algebra.elements import element_of
from ...symbolic.algebra.parameters import Interval
from ...symbolic.algebra.ring import Ring
from ...symbolic.cells.conditions import Condition
from ...symbolic.cells.domain import SIGNS_OF, difference
from ...symbolic.decomposition.roots import AlgebraicNumber, algebraic, between, real_roots, sign_at
from ...symbolic.expressions.reading import Relation


@dataclass(frozen=True, slots=True)
class Stretch:
    """The points between two ends; None is the end of the parameter's interval. Exact.

    An end belongs to the stretch where it is marked as `closed`; equal ends are a single point.
    """

    lower: AlgebraicNumber | None
    upper: AlgebraicNumber | None
    lower_closed: bool
    upper_closed: bool


def stretches_of(condition: Condition, name: str, interval: Interval) -> tuple[Stretch, ...] | None:
    """Where in the interval a condition on this parameter holds, in increasing order. Exact.

    Returns None where the condition is not one of polynomials in this parameter, or one of them vanishes at an end of
    the interval that belongs to it.

    Examples
    --------
    >>> from berknash.symbolic.expressions.reading import read_relation
    >>> unit = Interval(Fraction(0), Fraction(1), True, True)
    >>> condition = Condition((read_relation("x**3 - x + 1/5 <= 0", ["x"], where=""),))
    >>> (one,) = stretches_of(condition, "x", unit)
    >>> str(one.lower), str(one.upper), one.lower_closed
    ('root(5*x**3 - 5*x + 1, 2)', 'root(5*x**3 - 5*x + 1, 3)', True)
    """
    alternatives = [
        [(_polynomial(relation, name), relation.operator) for relation in conjunction]
        for conjunction in condition.alternatives
    ]
    literals = [literal for conjunction in alternatives for literal in conjunction]
    if any(polynomial is None for polynomial, _ in literals):
        return None
    product = reduce(mul, (polynomial for polynomial, _ in literals if polynomial.degree() > 0), fmpz_poly([1]))
    closed = [(interval.low, interval.low_open), (interval.high, interval.high_open)]
    if any(end is not None and not opened and sign_at(product, algebraic(end)) == 0 for end, opened in closed):
        return None

    def holds(place: AlgebraicNumber) -> bool:
        return any(all(sign_at(p, place) in SIGNS_OF[operator] for p, operator in c) for c in alternatives)

    roots = real_roots(product, _flint(interval.low), _flint(interval.high))
    first, last = (None if end is None else algebraic(end) for end in (interval.low, interval.high))
    gaps = [algebraic(between(low, high)) for low, high in pairwise([first, *roots, last])]
    places = [gaps[0], *(place for pair in zip(roots, gaps[1:], strict=True) for place in pair)]  # gap, root, ..., gap
    found = []
    for truth, run in groupby(range(len(places)), key=lambda index: holds(places[index])):
        if truth:
            found.append(_stretch(list(run), roots))
    return tuple(found)


def _stretch(run: Sequence[int], roots: Sequence[AlgebraicNumber]) -> Stretch:
    """Neighbouring places as one stretch: even numbers are gaps, odd ones the roots between them."""
    start, stop = run[0] // 2, (run[-1] + 1) // 2
    at_root, to_root = run[0] % 2 == 1, run[-1] % 2 == 1
    lower = roots[start] if at_root else roots[start - 1] if start else None
    upper = roots[stop - 1] if to_root else roots[stop] if stop < len(roots) else None
    return Stretch(lower, upper, at_root, to_root)


def _polynomial(relation: Relation, name: str) -> Any:
    """An integer polynomial with the signs of left minus right; None where there is none."""
    ring, element = element_of(Ring.of_parameters([name]), difference(relation))
    if len(ring.generators) > 1 or not element.denominator.is_constant():
        return None
    coefficients = {int(powers[0]): int(value) for powers, value in element.numerator.to_dict().items()}
    sign = 1 if element.denominator.leading_coefficient() > 0 else -1
    return fmpz_poly([sign * coefficients.get(power, 0) for power in range(max(coefficients, default=0) + 1)])


def _flint(value: Fraction | None) -> Any:
    return None if value is None else fmpq(value.numerator, value.denominator)
