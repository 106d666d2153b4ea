"""Factoring integer polynomials into irreducible ones.

The binding's `fmpz_mpoly.factor` sorts factors by coefficients read as C integers and overflows when two
factors of the same shape have coefficients of 2**31 or more; univariate polynomials and the rational type
do not.
"""

from __future__ import annotations

from typing import Any

from flint import fmpq_mpoly_ctx, fmpz_poly

from ..errors.running import ask
from .rationals import Polynomial


def irreducible_factors(polynomial: Polynomial) -> tuple[Any, list[tuple[Polynomial, int]]]:
    """The unit (an integer) and the primitive irreducible factors with positive leading coefficients.

    >>> from flint import fmpz_mpoly_ctx
    >>> x, y = fmpz_mpoly_ctx.get(["x", "y"], "lex").gens()
    >>> irreducible_factors((x + 2**40 * y) * (x + (2**40 + 1) * y))[1]
    [(x + 1099511627776*y, 1), (x + 1099511627777*y, 1)]
    """
    ask("factoring polynomials")
    context = polynomial.context()
    used = [index for index, degree in enumerate(polynomial.degrees()) if degree > 0]
    if len(used) == 1:
        return _univariate(polynomial, context, used[0])
    try:
        unit, factors = polynomial.factor()
    except OverflowError:
        return _over_the_rationals(polynomial, context)
    return unit, [(factor, int(exponent)) for factor, exponent in factors]


def _univariate(polynomial: Polynomial, context: Any, index: int) -> tuple[Any, list[tuple[Polynomial, int]]]:
    coefficients = [0] * (polynomial.degrees()[index] + 1)
    for exponents, coefficient in zip(polynomial.monoms(), polynomial.coeffs(), strict=True):
        coefficients[exponents[index]] = coefficient
    unit, factors = fmpz_poly(coefficients).factor()
    zeros = [0] * context.nvars()
    found = []
    for factor, exponent in factors:
        terms = {}
        for power, coefficient in enumerate(factor.coeffs()):
            zeros[index] = power
            if coefficient:
                terms[tuple(zeros)] = coefficient
        found.append((context.from_dict(terms), int(exponent)))
    return unit, found


def _over_the_rationals(polynomial: Polynomial, context: Any) -> tuple[Any, list[tuple[Polynomial, int]]]:
    rational = fmpq_mpoly_ctx.get(context.names(), context.ordering())
    _, factors = rational.from_dict(polynomial.to_dict()).factor()
    found = []
    lead = polynomial.leading_coefficient() * 0 + 1
    for factor, exponent in factors:
        scale = 1
        for coefficient in factor.coeffs():
            scale = scale * coefficient.q // _gcd(scale, coefficient.q)
        whole = context.from_dict({m: (c * scale).p for m, c in factor.to_dict().items()})
        whole = divmod(whole, context.constant(whole.content()))[0]
        if whole.leading_coefficient() < 0:
            whole = -whole
        found.append((whole, int(exponent)))
        lead *= whole.leading_coefficient() ** int(exponent)
    unit = polynomial.leading_coefficient() // lead
    return unit, found


def _gcd(first: Any, second: Any) -> Any:
    while second:
        first, second = second, first % second
    return first
