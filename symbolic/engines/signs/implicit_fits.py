"""Best fits of one family that have no closed form: the one zero of a polynomial inside of Theta, by signs.

The sign of another polynomial Q there, say of a difference of payoffs, is Tarski's query: for P with simple signs at
the ends and one zero between them, the sign changes of the signed remainder sequence of P and P' Q at the low end less
those at the high end.

Source: Basu, Pollack & Roy, Algorithms in Real Algebraic Geometry (2006), theorem 2.61.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from ...algebra.polynomials import derivative_by_powers, horner, product, stripped
from ...algebra.ring import Element, Ring
from ...algebra.roots import real_roots
from ...algebra.signs import Sign
from ...cells.undecided import attempt
from .curved_fits import monotone_gap
from .models import SeveralModels


def sign_at_zero(
    query: Sequence[Element], zero_of: Sequence[Element], ends: tuple[Element, Element], ring: Ring, sign: Sign
) -> int:
    """The sign of a polynomial at the one zero of another between two points; lowest powers first.

    The other is not zero at the points.

    Examples
    --------
    The cube root of 2 is between 5/4 and 4/3.

    >>> from fractions import Fraction
    >>> ring = Ring.of_parameters([])
    >>> number = ring.constant
    >>> def sign(element):
    ...     return (element.rational() > 0) - (element.rational() < 0)
    >>> cube = [number(k) for k in (-2, 0, 0, 1)]
    >>> [sign_at_zero([number(-k), number(1)], cube, (number(1), number(2)), ring, sign)
    ...  for k in (Fraction(5, 4), Fraction(4, 3))]
    [1, -1]
    """
    first = stripped(zero_of, sign)
    sequence = [first, _remainder(product(derivative_by_powers(first, ring), query), first, sign)]
    while sequence[-1]:
        sequence.append([-c for c in _remainder(sequence[-2], sequence[-1], sign)])
    low, high = (_changes([sign(horner(p, end)) for p in sequence if p]) for end in ends)
    return low - high


def _changes(signs: Sequence[int]) -> int:
    kept = [s for s in signs if s]
    return sum(a != b for a, b in pairwise(kept))


def _remainder(polynomial: Sequence[Element], divisor: Sequence[Element], sign: Sign) -> list[Element]:
    """The remainder, without leading coefficients that are zero; the leading coefficient of the divisor is not."""
    left = list(polynomial)
    while len(left) >= len(divisor):
        share, shift = left[-1] / divisor[-1], len(left) - len(divisor)
        for k, c in enumerate(divisor):
            left[k + shift] = left[k + shift] - share * c
        left.pop()
    return stripped(left, sign)


def implicit_fit(models: SeveralModels, action: int) -> list[Element] | None:
    """A polynomial whose one zero inside of Theta is the best fit, of a class of one family that has no closed form.

    None for other classes, for best fits with a closed form or at an end, and where more than one zero is not excluded.
    """
    slopes = models.slopes[0]
    low, high = slopes.low.value, slopes.high.value
    if len(models.models) > 1 or not slopes.heard[action] or action in slopes.ruled_out or low is None or high is None:
        return None
    if action not in slopes.curved:
        # K is convex; at an end where it falls outwards the best fit is that end.
        if any(slopes.slope_sign(action, place) * place.side <= 0 for place in (slopes.low, slopes.high)):
            return None
        polynomial: Sequence[Element] = slopes.stationarity(action)[0]
    else:
        found = monotone_gap(models, 0, action)
        if found is None or models.sign(horner(found, low)) * models.sign(horner(found, high)) >= 0:
            return None
        polynomial = found
    closed, _ = attempt(lambda: real_roots(polynomial, models.sign, models.functions))
    return list(polynomial) if closed is None else None
