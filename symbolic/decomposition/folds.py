"""Folds: the fibre of an atom over a simple root of its discriminant, without arithmetic in Q(alpha).

Let alpha be a simple root of disc(p), and no other projection of p vanish there. Then p(alpha, .) has
exactly one multiple root; it is double and real (or outside the box, possibly at infinity), and a simple
root of the derivative p_y(alpha, .). It lies in the box exactly when the two neighbouring stacks differ by
a pair of arcs of p. Among the roots of p_y(alpha, .) in the box it is then the one at which p vanishes:
all others are excluded by balls. Next to it p_y does not change sign, so p has no other root in the
isolating interval, and outside it all roots are simple.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import flint
from flint import arb_poly, fmpz_poly

from ..errors import UndecidedError
from .box import Side
from .fibres import FibrePolynomial, Field, NumberField, derivative
from .isolation import START_PRECISION, RealRoot, isolate_balls
from .projection import DISCRIMINANT, Source
from .rationals import Rational

_ATTEMPT = 1 << 9


def is_fold(atom: int, sources: Sequence[Source] | None) -> bool:
    """Whether a simple root of the atom's discriminant is all that happens to the atom at a break."""
    if sources is None:
        return False
    own = [source for source in sources if atom in (source.first, source.second)]
    return len(own) == 1 and own[0].kind == DISCRIMINANT and own[0].exponent == 1


def fold_roots(field: Field, parts: list[Any], side: Side, inside: bool) -> tuple[list[RealRoot], int | None] | None:
    """The distinct roots of the atom on the fibre, and which of them is double (None: none in the box).

    Returns None when this route does not apply and the gcd must be computed.
    """
    if isinstance(field, NumberField) and field.minimal.degree() == 1:
        return None
    whole = FibrePolynomial(field, tuple(parts))
    if not inside:
        return whole.isolate(side.lower, side.upper), None
    slope = FibrePolynomial(field, tuple(derivative(field, parts)))
    exact = slope.exact()
    if exact is not None and exact.gcd(exact.derivative()).degree() > 0:
        return None
    try:
        critical = slope.isolate(side.lower, side.upper, _ATTEMPT)
    except UndecidedError:
        return None
    found = _only_zero(whole, critical)
    if found is None:
        return None
    double = critical[found]
    if double.is_exact:
        return None
    before = _part(whole, side.lower, double.lower)
    after = _part(whole, double.upper, side.upper)
    return [*before, replace(double), *after], len(before)


def _part(whole: FibrePolynomial, lower: Rational | None, upper: Rational | None) -> list[RealRoot]:
    if lower is not None and upper is not None and not lower < upper:
        return []
    exact = whole.exact()
    if isinstance(exact, fmpz_poly):
        # With rational coefficients the double root outside the interval is no obstacle to isolation either.
        return whole.isolate(lower, upper)
    return isolate_balls(whole, lower, upper)


def _only_zero(whole: FibrePolynomial, critical: list[RealRoot]) -> int | None:
    """The one critical point at which the polynomial vanishes, by excluding the others."""
    candidates = list(range(len(critical)))
    precision = START_PRECISION
    while len(candidates) > 1 and precision <= 16 * _ATTEMPT:
        with flint.ctx.workprec(precision):
            function = arb_poly(whole.coefficients(precision))
            candidates = [k for k in candidates if function(critical[k].ball(precision)).contains(0)]
        precision *= 2
    return candidates[0] if len(candidates) == 1 else None
