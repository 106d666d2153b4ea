"""Coordinates of exact points: rational numbers, and real algebraic ones given by equation and interval."""

from __future__ import annotations

from fractions import Fraction

from ...symbolic.algebra.parameters import Interval
from ...symbolic.decomposition import AlgebraicNumber, algebraic, between, real_roots
from ...symbolic.expressions.reading import ZERO, Expression, Relation, Symbol, add, multiply, number, power

Coordinate = Fraction | AlgebraicNumber


def equation(name: str, value: AlgebraicNumber) -> Relation:
    """That the parameter is a root of the number's minimal polynomial.

    >>> from flint import fmpz_poly
    >>> from berknash.symbolic.decomposition import real_roots
    >>> print(equation("p", real_roots(fmpz_poly([-2, 0, 1]))[1]))
    -2 + p**2 == 0
    """
    return Relation(_polynomial(name, value), "==", ZERO)


def isolated(value: AlgebraicNumber, domain: Interval) -> tuple[Fraction, Fraction]:
    """Simple rational ends of an open interval inside the domain that holds no other root of the minimal polynomial.

    The polynomial has opposite signs at the two ends, so that there is a root between them.

    >>> from flint import fmpz_poly
    >>> from berknash.symbolic.decomposition import real_roots
    >>> isolated(real_roots(fmpz_poly([-2, 0, 1]))[1], Interval(Fraction(1), None, True, True))
    (Fraction(4, 3), Fraction(2, 1))
    """
    roots = real_roots(value.polynomial)
    place = roots.index(value)
    below = [roots[place - 1]] if place else []
    above = [roots[place + 1]] if place + 1 < len(roots) else []
    below += [algebraic(domain.low)] if domain.low is not None else []
    above += [algebraic(domain.high)] if domain.high is not None else []
    low = between(max(below) if below else None, value)
    return low, between(value, min(above) if above else None)


def existence(name: str, value: AlgebraicNumber, domain: Interval) -> list[str]:
    """Name, polynomial and the ends of an interval between which it changes its sign."""
    return [name, str(_polynomial(name, value)), *map(str, isolated(value, domain))]


def _polynomial(name: str, value: AlgebraicNumber) -> Expression:
    symbol = Symbol(name)
    return add([multiply([number(c), power(symbol, k)]) for k, c in enumerate(value.coefficients) if c])
