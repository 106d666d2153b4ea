"""How large an expression becomes when it is expanded, bounded before it is.

Over one denominator an expression is a quotient of polynomials in its symbols and in what stands for each log, sqrt and
exp. Terms, degrees and bits of both are bounded from the leaves up:

    sum        tops times the other bottoms, added        product   terms multiply, degrees and bits add
    power n    C(t + n - 1, n) terms of t                 log, ...  one term; the argument is expanded by itself

and degree d in n symbols has at most C(n + d, n) terms. Constants under exp are evaluated as balls, one after the
other, so that none is formed whose size has no end.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from flint import arb, ctx, fmpq

from ..errors import GameError
from ..size_limits import MAXIMAL_DEGREE, MAXIMAL_EXPANDED_BITS, MAXIMAL_EXPONENTIAL, MAXIMAL_TERMS
from .tree import Apply, Expression, Power, Product, Sum, brief, fold, symbols_of

Ball = Any  # flint.arb

_PRECISION = 64


@dataclass(frozen=True, slots=True)
class _Part:
    """Bounds on a polynomial: terms, degree, and the binary logarithm of a coefficient."""

    terms: int
    degree: int
    bits: int

    def __mul__(self, other: _Part) -> _Part:
        return _Part(self.terms * other.terms, self.degree + other.degree, self.bits + other.bits)

    def __add__(self, other: _Part) -> _Part:
        terms = self.terms + other.terms
        return _Part(terms, max(self.degree, other.degree), max(self.bits, other.bits) + 1)

    def power(self, exponent: int) -> _Part:
        if self.terms == 1:
            return _Part(1, self.degree * exponent, self.bits * exponent)
        terms = math.comb(self.terms + exponent - 1, exponent)
        return _Part(terms, self.degree * exponent, exponent * (self.bits + self.terms.bit_length()))


_Quotient = tuple[_Part, _Part]
_UNIT = _Part(1, 0, 0)


def check_size(expression: Expression) -> None:
    """Raises GameError for an expression that would expand to an unreasonable size; nothing is expanded here.

    >>> from berknash.symbolic.expressions.reading import read_expression
    >>> check_size(read_expression("(p + q + r)**64", "pqr", where="here"))
    >>> check_size(read_expression("(p + q + r + s + t)**64", "pqrst", where="here"))
    Traceback (most recent call last):
        ...
    berknash.symbolic.errors.GameError: the expression, of degree 64 in 5 symbols, expands to more than 50000 terms; \
simplify it
    """
    count = max(1, len(symbols_of(expression)) + len(functions_of(expression)))

    def kept(part: _Part) -> _Part:
        if part.degree > MAXIMAL_DEGREE:
            raise GameError(f"the expression is of a degree beyond {MAXIMAL_DEGREE} when expanded; simplify it")
        terms = part.terms
        if terms > MAXIMAL_TERMS:
            terms = min(terms, math.comb(part.degree + count, count))
        if terms > MAXIMAL_TERMS:
            raise GameError(
                f"the expression, of degree {part.degree} in {count} symbols, expands to more than {MAXIMAL_TERMS} "
                "terms; simplify it"
            )
        if terms * (part.bits + 1) > MAXIMAL_EXPANDED_BITS:
            raise GameError(
                f"the expression expands to {terms} terms with numbers of up to {part.bits + 1} bits, more than "
                f"{MAXIMAL_EXPANDED_BITS} bits in all; simplify it, or use smaller numbers"
            )
        return _Part(terms, part.degree, part.bits)

    def number(value: Fraction) -> _Quotient:
        return (
            _Part(1, 0, max(0, abs(value.numerator) - 1).bit_length()),
            _Part(1, 0, (value.denominator - 1).bit_length()),
        )

    def add(parts: list[_Quotient]) -> _Quotient:
        top, bottom = parts[0]
        for high, low in parts[1:]:
            if bottom.terms == low.terms == 1 and bottom.degree == low.degree == 0:
                # Numbers below: one common multiple.
                bits = bottom.bits + low.bits
                top, bottom = kept(_scaled(top, low.bits) + _scaled(high, bottom.bits)), _Part(1, 0, bits)
            else:
                top, bottom = kept(top * low + high * bottom), kept(bottom * low)
        return top, bottom

    def multiply(parts: list[_Quotient]) -> _Quotient:
        top, bottom = parts[0]
        for high, low in parts[1:]:
            top, bottom = kept(top * high), kept(bottom * low)
        return top, bottom

    def power(base: _Quotient, exponent: int) -> _Quotient:
        top, bottom = base if exponent >= 0 else base[::-1]
        return kept(top.power(abs(exponent))), kept(bottom.power(abs(exponent)))

    variable = (_Part(1, 1, 0), _UNIT)
    fold(expression, number, lambda name: variable, add, multiply, power, lambda function, argument: variable)
    _check_exponentials(expression)


def _scaled(part: _Part, bits: int) -> _Part:
    return _Part(part.terms, part.degree, part.bits + bits)


def functions_of(expression: Expression) -> set[Expression]:
    """Every log, sqrt and exp in the expression."""
    found: set[Expression] = set()
    waiting = [expression]
    while waiting:
        match waiting.pop():
            case Sum(terms=parts) | Product(factors=parts):
                waiting.extend(parts)
            case Power(base=base):
                waiting.append(base)
            case Apply(argument=argument) as node:
                found.add(node)
                waiting.append(argument)
            case _:
                pass
    return found


def _check_exponentials(expression: Expression) -> None:
    """Refuses a constant under exp that is too large to compute with."""
    for node in sorted(functions_of(expression), key=lambda node: len(str(node))):
        assert isinstance(node, Apply)
        if node.function != "exp" or symbols_of(node):
            continue
        with ctx.workprec(_PRECISION):
            size = abs(_ball(node.argument))
        if not size < MAXIMAL_EXPONENTIAL and size.is_finite():
            raise GameError(
                f"{brief(node)} is beyond exp({MAXIMAL_EXPONENTIAL}), too large to compute with; use a smaller "
                "number, or write the comparison with log"
            )


def _ball(expression: Expression) -> Ball:
    """A ball around a constant, infinite or without number where it has none; inner exponentials are small already."""
    functions = {"exp": lambda ball: ball.exp(), "log": lambda ball: ball.log(), "sqrt": lambda ball: ball.sqrt()}
    return fold(
        expression,
        lambda value: arb(fmpq(value.numerator, value.denominator)),
        lambda name: arb(0),
        lambda terms: sum(terms, arb(0)),
        lambda factors: math.prod(factors, start=arb(1)),
        lambda base, exponent: base**exponent,
        lambda function, argument: functions[function](argument),
    )
