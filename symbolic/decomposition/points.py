"""The exact sign of any polynomial at a sample point, whatever its coordinates are.

With one irrational coordinate alpha the polynomial becomes one over the rationals, and its sign at alpha
is exact. With two, (alpha, beta), it becomes p in K[y], K = Q(alpha), and beta is a root of a squarefree s
in K[y]: p(beta) = 0 exactly when g = gcd(p, s) has a root in the isolating interval of beta; otherwise
balls decide.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

import flint
from flint import arb_poly, fmpz_poly

from ..errors import NotSupportedError, UndecidedError
from .cells import Coordinate, FibreNumber
from .fibres import (
    FibrePolynomial,
    Field,
    embed_coefficients,
    greatest_common_divisor,
    make_field,
)
from .isolation import PRECISION_LIMIT, START_PRECISION, RealRoot, ball_sign, certified_sign
from .rationals import Polynomial, rational, sign_of_number
from .ring import Ring
from .roots import AlgebraicNumber, sign_at


def sign_at_point(polynomial: Polynomial, parameters: Sequence[str], sample: Sequence[Coordinate]) -> int:
    """The exact sign of a polynomial (without constants) at a sample point of a decomposition.

    The polynomial may be any in the parameters, not only an input. Raises NotSupportedError for samples over
    constants or with more than two irrational coordinates.

    >>> from flint import fmpz_mpoly_ctx
    >>> x, y = fmpz_mpoly_ctx.get(["x", "y"], "lex").gens()
    >>> sign_at_point(x**2 - 2 * y, ["x", "y"], (Fraction(1), Fraction(1, 2)))
    0
    """
    ring = Ring.make(polynomial.context(), parameters)
    left: list[tuple[int, AlgebraicNumber | FibreNumber]] = []
    for index, value in zip(ring.parameters, sample, strict=True):
        if isinstance(value, Fraction):
            polynomial = ring.specialise(polynomial, index, rational(value))
        else:
            left.append((index, value))
    if not left:
        return 0 if polynomial.is_zero() else sign_of_number(polynomial.coeffs()[0])
    index, first = left[0]
    if not isinstance(first, AlgebraicNumber):
        raise NotSupportedError("the sample has a coordinate over constants; evaluate it with balls instead")
    if len(left) == 1:
        return sign_at(ring.univariate(polynomial, index), first)
    if len(left) > 2:
        raise NotSupportedError("the sample has three irrational coordinates; evaluate it with balls instead")
    variable, second = left[1]
    return _sign_above(ring, polynomial, index, first, variable, second)


def _sign_above(
    ring: Ring,
    polynomial: Polynomial,
    base: int,
    alpha: AlgebraicNumber,
    variable: int,
    beta: AlgebraicNumber | FibreNumber,
) -> int:
    root: RealRoot = beta.root if isinstance(beta, FibreNumber) else beta.place
    field: Field
    if isinstance(root.polynomial, FibrePolynomial):
        field = root.polynomial.field
        known: list[Any] = list(root.polynomial.parts)
    else:
        generator = ring.context.gens()[base]
        minimal = sum((c * generator**k for k, c in enumerate(alpha.coefficients)), ring.context.constant(0))
        field = make_field(ring, base, minimal, alpha.place)
        known = [field.embed(fmpz_poly([value])) for value in root.polynomial.coeffs()]
    parts = embed_coefficients(field, ring, polynomial, base, variable)
    if not parts:
        return 0
    if len(parts) > 1:
        common = greatest_common_divisor(field, parts, known)
        if len(common) > 1 and _has_root(FibrePolynomial(field, tuple(common)), root):
            return 0
    value = FibrePolynomial(field, tuple(parts))
    precision = START_PRECISION
    while precision <= PRECISION_LIMIT:
        with flint.ctx.workprec(precision):
            sign = ball_sign(arb_poly(value.coefficients(precision))(root.ball(precision)))
        if sign:
            return sign
        precision *= 2
    raise UndecidedError(f"a sign could not be separated from zero with {PRECISION_LIMIT} bits")


def _has_root(divisor: FibrePolynomial, root: RealRoot) -> bool:
    """Whether a divisor of the polynomial of a root has that root: it has at most this one in the
    interval.
    """
    while not root.is_exact:
        ends = certified_sign(divisor, root.lower), certified_sign(divisor, root.upper)
        if 0 not in ends:
            return ends[0] != ends[1]
        root.halve()
    return divisor.is_zero_at(root.lower)
