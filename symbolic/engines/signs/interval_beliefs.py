r"""Whether some belief on a whole interval makes actions optimal together, where payoffs are quadratic, by signs.

A belief on [L, H] counts by its first two moments m and s. These fill ``m**2 <= s <= (L + H) m - L H``, and that an
action is optimal is linear in them. On the polyhedron of the linear conditions the concave ``s - m**2``, bounded by the
chord, is greatest at a vertex or where one of its lines has the slope 2 m. So it is enough to look at those points.

Source: Karlin & Studden, Tchebycheff Systems (1966), for the moments of distributions on an interval.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations

from ...algebra.linear import Row, Sign
from ...algebra.ring import Element, Ring

Moments = tuple[Element, Element]


def has_quadratic_belief(
    conditions: Sequence[Row], ends: tuple[Element, Element], ring: Ring, sign: Sign
) -> bool:
    """Whether the moments of some belief on the interval satisfy all conditions; exact.

    Parameters
    ----------
    conditions : rows in two unknowns, the first and the second moment, none of them strict
    ends : the ends of the interval, in order

    Examples
    --------
    On [0, 1], mean 1/2 and second moment 1/3 belong to the uniform distribution; 1/5 is less than the squared mean.

    >>> ring = Ring.of_parameters([])
    >>> number = ring.constant
    >>> def sign(element):
    ...     return (element.rational() > 0) - (element.rational() < 0)
    >>> from fractions import Fraction
    >>> for second in (Fraction(1, 3), Fraction(1, 5)):
    ...     rows = [Row((number(2), number(0)), number(-1), equation=True),
    ...             Row((number(0), number(1)), number(-second), equation=True)]
    ...     print(has_quadratic_belief(rows, (number(0), number(1)), ring, sign))
    True
    False
    """
    low, high = ends
    rows = [*conditions, Row((low + high, -ring.constant(1)), -(low * high))]
    return any(_satisfies(rows, point, sign) for point in _candidates(rows, ring, sign))


def _satisfies(rows: Sequence[Row], point: Moments, sign: Sign) -> bool:
    first, second = point
    if sign(second - first * first) < 0:
        return False
    signs = ((row, sign(row.at(point))) for row in rows)
    return all(found == 0 if row.equation else found >= 0 for row, found in signs)


def _candidates(rows: Sequence[Row], ring: Ring, sign: Sign) -> list[Moments]:
    found: list[Moments] = []
    for row in rows:
        a, b = row.coefficients
        if sign(b):
            # On the line s = -(c + a m) / b the slope is 2 m here.
            first = -(a / (ring.constant(2) * b))
            found.append((first, -((row.constant + a * first) / b)))
    for one, other in combinations(rows, 2):
        (a, b), (d, e) = one.coefficients, other.coefficients
        below = a * e - b * d
        if sign(below):
            first = (b * other.constant - e * one.constant) / below
            found.append((first, (d * one.constant - a * other.constant) / below))
    return found
