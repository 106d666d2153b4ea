"""Linear forms in logarithms whose coefficients are integers are comparisons of products.

    sum_i c_i log g_i  has the sign of   prod_{c_i > 0} g_i**c_i - prod_{c_i < 0} g_i**(-c_i)      (all g_i > 0),

because the logarithm is increasing. So such a form is a polynomial atom in disguise, decided exactly.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from .algebra import Polynomial, lift

if TYPE_CHECKING:
    from .domain import Domain

_LARGEST_DEGREE = 24


def as_polynomial_comparison(domain: Domain, form: Polynomial) -> Polynomial | None:
    """A polynomial with the sign of the form at every point of the domain, or None when there is none of this kind.

    The form must be linear in the logarithms with integer coefficients, and every argument must be of proved
    definite sign on the domain.

    Examples
    --------
    >>> from fractions import Fraction
    >>> from berknash.symbolic.algebra import Ring, logarithm
    >>> from berknash.symbolic.domain import make_domain
    >>> from berknash.symbolic.game import Interval, Parameter
    >>> unit = Interval(Fraction(0), Fraction(1), True, True)
    >>> ring = Ring.of_parameters(["h"])
    >>> h = ring.parameter("h")
    >>> ring, form = logarithm(ring, h / (ring.constant(1) - h))
    >>> domain = make_domain(ring, [Parameter("h", unit)], ())
    >>> str(as_polynomial_comparison(domain, form.numerator))
    '2*h - 1'
    """
    ring = domain.ring
    powers: list[tuple[int, int]] = []
    for exponents, coefficient in form.to_dict().items():
        used = [i for i, e in enumerate(exponents) if e]
        if len(used) != 1 or int(exponents[used[0]]) != 1 or ring.generators[used[0]].kind != "log":
            return None
        powers.append((used[0], int(coefficient)))
    if not powers:
        return None
    sides = {1: ring.context.constant(1), -1: ring.context.constant(1)}
    degree = 0
    for position, coefficient in sorted(powers):
        argument = ring.generators[position].argument
        assert argument is not None
        inner = lift(argument, ring.context)
        sign = domain.definite_sign(inner)
        if sign is None or sign == 0:
            return None
        side = 1 if coefficient > 0 else -1
        weight = abs(coefficient)
        degree += weight * max(1, int(inner.numerator.total_degree()))
        if degree > _LARGEST_DEGREE:
            return None
        sides[side] *= (inner.numerator * sign) ** weight
        if not inner.denominator.is_one():
            return None
    return sides[1] - sides[-1]
