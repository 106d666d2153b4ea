"""Real roots of polynomials whose coefficients are functions of the parameters, in closed form, by signs.

Signs of the coefficients tell the degree, that of the discriminant the number of roots of a quadratic; polynomials of
higher degree are split into factors first. What is left of degree three or more is refused.
"""

from __future__ import annotations

from collections.abc import Sequence

from ..errors import NotSupportedError
from .polynomials import stripped
from .ring import Element, context_of, in_powers_of, irreducible_factors
from .signs import Sign
from .surds import Functions


def real_roots(coefficients: Sequence[Element], sign: Sign, functions: Functions) -> list[Element] | None:
    """The real roots, each once; None where the polynomial is zero. `coefficients` with the lowest power first.

    Raises NotSupportedError where a factor of degree three or more may have real roots.

    Examples
    --------
    >>> from berknash.symbolic.algebra.ring import Ring
    >>> ring = Ring.of_parameters([])
    >>> numbers = [ring.constant(k) for k in (-6, 11, -6, 1)]
    >>> def sign(element):
    ...     return (element.rational() > 0) - (element.rational() < 0)
    >>> sorted(root.rational() for root in real_roots(numbers, sign, Functions(ring)))
    [Fraction(1, 1), Fraction(2, 1), Fraction(3, 1)]
    """
    lead, found = roots_with_multiplicity(coefficients, sign, functions)
    return [root for root, _ in found] if lead else None


def roots_with_multiplicity(
    coefficients: Sequence[Element], sign: Sign, functions: Functions
) -> tuple[int, list[tuple[Element, int]]]:
    """The sign of the leading coefficient (0 for the polynomial zero) and the real roots with their multiplicities.

    Raises NotSupportedError as `real_roots`.
    """
    kept = stripped(coefficients, sign)
    if not kept:
        return 0, []
    lead = sign(kept[-1])
    if len(kept) <= 3:
        return lead, _of_low_degree(kept, sign, functions)
    found: list[tuple[Element, int]] = []
    for factor, power in _factors(kept):
        if len(factor) > 3:
            raise NotSupportedError(f"roots of a polynomial of degree {len(factor) - 1} have no closed form")
        for root, multiplicity in _of_low_degree(factor, sign, functions):
            known = next((k for k, (other, _) in enumerate(found) if not sign(root - other)), None)
            if known is None:
                found.append((root, power * multiplicity))
            else:
                found[known] = found[known][0], found[known][1] + power * multiplicity
    return lead, found


def _of_low_degree(kept: Sequence[Element], sign: Sign, functions: Functions) -> list[tuple[Element, int]]:
    """The same for degree two at most, with a leading coefficient that is not zero."""
    if len(kept) <= 2:
        return [(-(kept[0] / kept[1]), 1)] if len(kept) == 2 else []
    c, b, a = kept
    four, two = (functions.ring.constant(k) for k in (4, 2))
    outside = b * b - four * a * c
    order = sign(outside)
    if order <= 0:
        return [] if order else [(-(b / (two * a)), 2)]
    root = functions.sqrt(outside)
    return [((-b - root) / (two * a), 1), ((root - b) / (two * a), 1)]


def moving_factors(coefficients: Sequence[Element]) -> list[list[Element]]:
    """The irreducible factors that move, each by its coefficients, of a polynomial that is not zero identically."""
    return [factor for factor, _ in _factors(coefficients)]


def _factors(coefficients: Sequence[Element]) -> list[tuple[list[Element], int]]:
    """The irreducible factors that move, each by its coefficients, with its power."""
    context = max((c.numerator.context() for c in coefficients), key=lambda known: len(known.names()))
    wide = context_of([*context.names(), "the unknown"])
    place = len(context.names())
    common = context.constant(1)
    for c in coefficients:
        below = c.denominator.project_to_context(context)
        common = common * (below // common.gcd(below))
    total = wide.constant(0)
    for power, c in enumerate(coefficients):
        top, below = (part.project_to_context(context) for part in (c.numerator, c.denominator))
        unknown = wide.from_dict({(*(0,) * place, power): 1})
        total = total + (top * (common // below)).project_to_context(wide) * unknown
    found = []
    for factor, power in irreducible_factors(total)[1]:
        parts = in_powers_of(place, factor, context)
        if len(parts) > 1:
            found.append(([Element(part, context.constant(1)) for part in parts], int(power)))
    return found
