"""Where polynomials are not negative on the interval Theta of a family with one coordinate, by signs.

The roots in closed form (`symbolic.algebra.roots`), in order, with their multiplicities and the sign of the leading
coefficient, tell the sign of a polynomial everywhere.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cmp_to_key

from ...algebra.ring import Element
from ...algebra.roots import roots_with_multiplicity
from ...algebra.signs import Sign
from ...algebra.surds import Functions
from ...forms.theta_interval import Interval, Place

Range = tuple[Place, Place]


def nonnegative(
    polynomial: Sequence[Element], theta: Interval, sign: Sign, functions: Functions
) -> tuple[Range, ...]:
    """The maximal intervals of Theta on which a polynomial (lowest power first) is not negative, in order.

    Raises NotSupportedError where a root has no closed form.
    """
    lead, roots = roots_with_multiplicity(polynomial, sign, functions)

    def order(first: tuple[Element, int], second: tuple[Element, int]) -> int:
        return sign(first[0] - second[0])

    roots = sorted(roots, key=cmp_to_key(order))
    side = lead
    for _, multiplicity in roots:
        side *= (-1) ** multiplicity
    pieces: list[tuple[Element | None, Element | None]] = []
    start: Element | None = None
    is_open = side >= 0  # whether a piece goes on to the left of the next root
    for root, multiplicity in roots:
        after = side * (-1) ** multiplicity
        if not is_open:
            start = root
        if after < 0:
            pieces.append((start, root))
        side, is_open = after, after > 0
    if is_open:
        pieces.append((start, None))
    found = (_clipped(theta, low, high) for low, high in pieces)
    return tuple(piece for piece in found if piece is not None)


def is_nonnegative(
    polynomial: Sequence[Element], theta: Interval, sign: Sign, functions: Functions
) -> bool:
    """Whether a polynomial is not negative on all of Theta. Raises NotSupportedError as `nonnegative`."""
    return (theta.low, theta.high) in nonnegative(polynomial, theta, sign, functions)


def _clipped(theta: Interval, low: Element | None, high: Element | None) -> Range | None:
    first = theta.low if low is None else theta.later(theta.low, low)
    last = theta.high if high is None else theta.earlier(theta.high, high)
    return None if first is None or last is None else theta.between(first, last)


def intersection(theta: Interval, first: Sequence[Range], second: Sequence[Range]) -> tuple[Range, ...]:
    """The common part of two unions of intervals, in order."""
    found = []
    for low, high in first:
        for other_low, other_high in second:
            start = other_low if theta.order(low, other_low) < 0 else low
            end = other_high if theta.order(other_high, high) < 0 else high
            common = theta.between(start, end)
            if common is not None:
                found.append(common)
    return tuple(found)
