"""The exact sign of any polynomial at a sample point, whatever its coordinates are.

With one irrational coordinate alpha the polynomial becomes one over the rationals, and its sign at alpha
is exact. With two, (alpha, beta), it becomes p in K[y], K = Q(alpha), and beta is a root of a squarefree s
in K[y]: p(beta) = 0 exactly when g = gcd(p, s) has a root in the isolating interval of beta; otherwise
balls decide.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
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
from .rationals import Polynomial, rational
from .ring import ConstantPolynomial, Ring
from .roots import AlgebraicNumber, sign_at


def sign_at_point(
    polynomial: Polynomial,
    parameters: Sequence[str],
    sample: Sequence[Coordinate],
    constants: Mapping[str, Callable[[int], Any]] | None = None,
) -> int:
    """The exact sign of a polynomial at a sample point of a decomposition made with the same constants.

    The polynomial may be any in the parameters, not only an input. Raises NotSupportedError for samples with
    more than two irrational coordinates, UndecidedError when balls over constants never decide.

    >>> from flint import fmpz_mpoly_ctx
    >>> x, y = fmpz_mpoly_ctx.get(["x", "y"], "lex").gens()
    >>> sign_at_point(x**2 - 2 * y, ["x", "y"], (Fraction(1), Fraction(1, 2)))
    0
    """
    ring = Ring.make(polynomial.context(), parameters, constants)
    last = sample[-1]
    if isinstance(last, FibreNumber) and isinstance(last.root.polynomial, FibrePolynomial):
        return _sign_above(ring, polynomial, ring.parameters[0], sample[0], ring.parameters[1], last)
    left: list[tuple[int, AlgebraicNumber | FibreNumber]] = []
    for index, value in zip(ring.parameters, sample, strict=True):
        if isinstance(value, Fraction):
            polynomial = ring.specialise(polynomial, index, rational(value))
        else:
            left.append((index, value))
    if not left:
        return ring.sign(polynomial)
    if len(left) > 2:
        raise NotSupportedError("the sample has three irrational coordinates; evaluate it with balls instead")
    index, first = left[0]
    if len(left) == 2:
        return _sign_above(ring, polynomial, index, first, *left[1])
    form = ring.univariate(polynomial, index)
    if isinstance(first, AlgebraicNumber) and isinstance(form, fmpz_poly):
        return sign_at(form, first)
    return _sign_over_constants(ring, polynomial, index, first)


def _sign_over_constants(ring: Ring, polynomial: Polynomial, index: int, number: AlgebraicNumber | FibreNumber) -> int:
    """The sign at a root of a polynomial in one parameter whose coefficients are polynomials in constants."""
    root: RealRoot = number.root if isinstance(number, FibreNumber) else number.place
    generator = ring.context.gens()[index]
    parts = root.polynomial.parts if isinstance(root.polynomial, ConstantPolynomial) else root.polynomial.coeffs()
    known = sum((part * generator**k for k, part in enumerate(parts)), ring.context.constant(0))
    common = polynomial.gcd(known)
    if polynomial.is_zero() or (ring.uses(common, index) and _has_root(ring.univariate(common, index), root)):
        return 0
    precision = START_PRECISION
    while precision <= PRECISION_LIMIT:
        with flint.ctx.workprec(precision):
            sign = ball_sign(ring.evaluate(polynomial, {index: root.ball(precision)}, precision))
        if sign:
            return sign
        precision *= 2
    raise UndecidedError(f"a sign could not be separated from zero with {PRECISION_LIMIT} bits")


def _sign_above(
    ring: Ring,
    polynomial: Polynomial,
    base: int,
    alpha: Coordinate,
    variable: int,
    beta: AlgebraicNumber | FibreNumber,
) -> int:
    root: RealRoot = beta.root if isinstance(beta, FibreNumber) else beta.place
    field: Field
    if isinstance(root.polynomial, FibrePolynomial):
        field = root.polynomial.field
        known: list[Any] = list(root.polynomial.parts)
    elif not isinstance(alpha, AlgebraicNumber):
        raise NotSupportedError("the sample does not come from one decomposition")
    else:
        generator = ring.context.gens()[base]
        field = make_field(ring, base, alpha.equation(generator), alpha.place)
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


def _has_root(divisor: Any, root: RealRoot) -> bool:
    """Whether a divisor of the polynomial of a root has that root: it has at most this one in the
    interval.
    """
    root = root.afresh()
    while not root.is_exact:
        ends = certified_sign(divisor, root.lower), certified_sign(divisor, root.upper)
        if 0 not in ends:
            return ends[0] != ends[1]
        root.halve()
    return certified_sign(divisor, root.lower) == 0
