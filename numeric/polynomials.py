"""Small polynomials with numbers in high precision as coefficients: what a family predicts, as a function of theta."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import TypeAlias

import mpmath

from ..symbolic.errors import NotSupportedError
from ..symbolic.expressions.reading import Expression, fold, symbols_of
from .tables import Real, Value, as_real, evaluate

Polynomial: TypeAlias = dict[tuple[int, ...], Real]
"""Coefficients by exponents."""


def polynomial_in(
    expression: Expression, names: Sequence[str], values: Mapping[str, Value], where: str
) -> Polynomial:
    """An expression as a polynomial in the names, the other symbols having values; NotSupportedError for others.

    >>> from berknash.symbolic.expressions.reading import read_expression
    >>> tree = read_expression("q*(1 - x)**2", ["q", "x"], where="")
    >>> sorted((e, str(c)) for e, c in polynomial_in(tree, ["x"], {"q": 2}, "").items())
    [((0,), '2.0'), ((1,), '-4.0'), ((2,), '2.0')]
    """
    if not symbols_of(expression) & set(names):
        return {tuple(0 for _ in names): evaluate(expression, values)}

    def symbol(name: str) -> Polynomial:
        if name in names:
            return {tuple(int(n == name) for n in names): mpmath.mpf(1)}
        return {tuple(0 for _ in names): as_real(values[name])}

    def number(value: Fraction) -> Polynomial:
        return {tuple(0 for _ in names): as_real(value)}

    def power(base: Polynomial, exponent: int) -> Polynomial:
        if exponent < 0:
            if degree(base) > 0:
                raise NotSupportedError(f"{where} divides by theta; its best fits are not recomputed")
            return {e: c**exponent for e, c in base.items()}
        result = number(Fraction(1))
        for _ in range(exponent):
            result = product(result, base)
        return result

    def apply(function: str, argument: Polynomial) -> Polynomial:
        if degree(argument) > 0:
            raise NotSupportedError(f"{where} has {function} of theta; its best fits are not recomputed")
        (constant,) = argument.values()
        return {e: {"exp": mpmath.exp, "log": mpmath.log, "sqrt": mpmath.sqrt}[function](constant) for e in argument}

    def multiply(factors: list[Polynomial]) -> Polynomial:
        result = factors[0]
        for factor in factors[1:]:
            result = product(result, factor)
        return result

    return fold(expression, number, symbol, total, multiply, power, apply)


def total(terms: Sequence[Polynomial]) -> Polynomial:
    """The sum."""
    result: Polynomial = {}
    for term in terms:
        for exponents, coefficient in term.items():
            result[exponents] = result.get(exponents, mpmath.mpf(0)) + coefficient
    return result


def product(left: Polynomial, right: Polynomial) -> Polynomial:
    """The product."""
    result: Polynomial = {}
    for first, a in left.items():
        for second, b in right.items():
            exponents = tuple(i + j for i, j in zip(first, second, strict=True))
            result[exponents] = result.get(exponents, mpmath.mpf(0)) + a * b
    return result


def derivative(polynomial: Polynomial) -> Polynomial:
    """The derivative of a polynomial in one name."""
    return {(e - 1,): c * e for (e,), c in polynomial.items() if e}


def degree(polynomial: Polynomial) -> int:
    """The degree; coefficients that are exactly zero do not count."""
    return max((sum(e) for e, c in polynomial.items() if c != 0), default=0)


def value_at(polynomial: Polynomial, place: Sequence[Real]) -> Real:
    """The value at numbers for the names."""
    parts = []
    for exponents, coefficient in polynomial.items():
        for base, exponent in zip(place, exponents, strict=True):
            coefficient = coefficient * base**exponent
        parts.append(coefficient)
    return mpmath.fsum(parts)
