"""Exact expressions as immutable trees: numbers, symbols, sums, products, integer powers, exp, log, sqrt.

Trees are kept in a light canonical form, chosen so that the printed text reads back as the same tree: sums
and products are flat, their rational constants are gathered, powers are distributed over products,
denominators come last. Like terms are *not* collected and common factors are *not* cancelled, because
cancelling forgets where a denominator vanished; identities are decided elsewhere, on polynomials.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, TypeAlias, TypeVar

from ..errors import GameError
from ..size_limits import MAXIMAL_BITS, MAXIMAL_EXPONENT
from .precedence import Place, Strength, needs_brackets

FUNCTIONS = ("exp", "log", "sqrt")
RELATIONS = ("<", "<=", "==", "!=", ">=", ">")

Value = TypeVar("Value")


@dataclass(frozen=True, slots=True)
class Number:
    """An exact rational constant."""

    value: Fraction

    def __str__(self) -> str:
        return str(self.value)


@dataclass(frozen=True, slots=True)
class Symbol:
    """A parameter of the game, an element of theta, or the normal outcome y; real-valued."""

    name: str

    def __str__(self) -> str:
        return self.name


@dataclass(frozen=True, slots=True)
class Sum:
    """The sum of the terms."""

    terms: tuple[Expression, ...]

    def __str__(self) -> str:
        return _print_sum(self)


@dataclass(frozen=True, slots=True)
class Product:
    """The product of the factors; a/b is `Product((a, Power(b, -1)))`."""

    factors: tuple[Expression, ...]

    def __str__(self) -> str:
        return _print_product(self.factors)


@dataclass(frozen=True, slots=True)
class Power:
    """An integer power of the base; where the exponent is negative the base must not vanish."""

    base: Expression
    exponent: int

    def __str__(self) -> str:
        return _print_product((self,))


@dataclass(frozen=True, slots=True)
class Apply:
    """exp, log or sqrt of the argument."""

    function: str
    argument: Expression

    def __str__(self) -> str:
        return f"{self.function}({self.argument})"


Expression: TypeAlias = Number | Symbol | Sum | Product | Power | Apply

ZERO = Number(Fraction(0))
ONE = Number(Fraction(1))


@dataclass(frozen=True, slots=True)
class Relation:
    """`left operator right` with operator one of < <= == != >= >."""

    left: Expression
    operator: str
    right: Expression

    def __str__(self) -> str:
        return f"{self.left} {self.operator} {self.right}"


# Building in canonical form


def number(value: Fraction | int) -> Number:
    """The constant, refused when it is too large to print and compute with (GameError).

    >>> number(Fraction(35, 36))
    Number(value=Fraction(35, 36))
    """
    exact = Fraction(value)
    if max(exact.numerator.bit_length(), exact.denominator.bit_length()) > MAXIMAL_BITS:
        raise GameError(f"a number has more than {MAXIMAL_BITS} bits; use smaller numbers")
    return Number(exact)


def add(terms: Iterable[Expression]) -> Expression:
    """The flat sum, its rational constants gathered where the first one stood; exact.

    >>> str(add([ONE, Symbol("p"), ONE]))
    '2 + p'
    """
    flat: list[Expression] = []
    place: int | None = None
    constant = Fraction(0)
    for term in _flatten(terms, Sum):
        if isinstance(term, Number):
            constant += term.value
            if place is None:
                place = len(flat)
        else:
            flat.append(term)
    if place is not None and constant != 0:
        flat.insert(place, number(constant))
    if not flat:
        return ZERO
    return flat[0] if len(flat) == 1 else Sum(tuple(flat))


def multiply(factors: Iterable[Expression]) -> Expression:
    """The flat product, its rational coefficient first and its denominators last; exact.

    Zero times something that may be undefined (a quotient, a logarithm, a root) is kept as it stands.

    >>> str(multiply([Symbol("h"), Power(Symbol("l"), -1), Number(Fraction(2))]))
    '2*h/l'
    """
    coefficient = Fraction(1)
    above: list[Expression] = []
    below: list[Expression] = []
    for factor in _flatten(factors, Product):
        if isinstance(factor, Number):
            coefficient *= factor.value
        elif isinstance(factor, Power) and factor.exponent < 0:
            below.append(factor)
        else:
            above.append(factor)
    others = above + below
    if not others or (coefficient == 0 and all(map(is_total, others))):
        return number(coefficient)
    if coefficient != 1:
        others.insert(0, number(coefficient))
    return others[0] if len(others) == 1 else Product(tuple(others))


def power(base: Expression, exponent: int) -> Expression:
    """The integer power, folded on constants and distributed over products; exact.

    Raises GameError for a zero denominator or an exponent beyond the limit of 64.

    >>> from berknash.symbolic.expressions.reading import read_expression
    >>> str(power(read_expression("2*x/y", ["x", "y"], where="here"), 3))
    '8*x**3/y**3'
    """
    if abs(exponent) > MAXIMAL_EXPONENT:
        raise GameError(f"an exponent is beyond the limit of {MAXIMAL_EXPONENT}; use a smaller one")
    if exponent == 1:
        return base
    if isinstance(base, Number):
        if base.value == 0 and exponent < 0:
            raise GameError("division by zero; change the denominator")
        return number(base.value**exponent)
    if exponent == 0 and is_total(base):
        return ONE
    if isinstance(base, Product) and exponent != 0:
        if exponent < 0 and any(isinstance(part, Power) and part.exponent < 0 for part in base.factors):
            # x/(y/p) needs both y and p other than zero: the inner quotient stays visible.
            return Power(power(base, -exponent), -1)
        return multiply([power(factor, exponent) for factor in base.factors])
    if isinstance(base, Power) and (exponent > 0 or (exponent < 0 < base.exponent)):
        return power(base.base, base.exponent * exponent)
    if isinstance(base, Power) and exponent < -1:
        # One over a quotient keeps the guard that the quotient exists, with the powers gathered inside.
        return Power(power(base.base, base.exponent * -exponent), -1)
    return Power(base, exponent)


def apply(function: str, argument: Expression) -> Expression:
    """exp, log or sqrt of the argument, folded only where the value is rational: exp(0), log(1), sqrt(4/9).

    Raises GameError for log of a number that is not positive and sqrt of a negative number.

    >>> str(apply("sqrt", Number(Fraction(4, 9))))
    '2/3'
    """
    if function not in FUNCTIONS:
        raise GameError(f"unknown function {function!r}; use one of {', '.join(FUNCTIONS)}")
    if isinstance(argument, Number):
        value = argument.value
        if function == "exp" and value == 0:
            return ONE
        if function == "log" and value == 1:
            return ZERO
        if (function == "log" and value <= 0) or (function == "sqrt" and value < 0):
            raise GameError(f"{function}({brief(argument)}) is not a real number; change the argument")
        if function == "sqrt":
            above, below = math.isqrt(value.numerator), math.isqrt(value.denominator)
            if above**2 == value.numerator and below**2 == value.denominator:
                return Number(Fraction(above, below))
    return Apply(function, argument)


def _flatten(parts: Iterable[Expression], kind: type[Sum] | type[Product]) -> Iterable[Expression]:
    for part in parts:
        if isinstance(part, Sum) and kind is Sum:
            yield from _flatten(part.terms, kind)
        elif isinstance(part, Product) and kind is Product:
            yield from _flatten(part.factors, kind)
        else:
            yield part


def is_total(expression: Expression) -> bool:
    """Whether the expression has a value at every point: no quotient, logarithm or root of symbols.

    >>> from berknash.symbolic.expressions.reading import read_expression
    >>> is_total(read_expression("exp(x**2)/2", ["x"], where="here"))
    True
    """
    match expression:
        case Sum(terms=parts) | Product(factors=parts):
            return all(map(is_total, parts))
        case Power(base=base, exponent=exponent):
            return exponent > 0 and is_total(base)
        case Apply(function=function, argument=argument):
            return function == "exp" and is_total(argument)
        case _:
            return True


# Taking apart


def fold(
    expression: Expression,
    number: Callable[[Fraction], Value],
    symbol: Callable[[str], Value],
    add: Callable[[list[Value]], Value],
    multiply: Callable[[list[Value]], Value],
    power: Callable[[Value, int], Value],
    apply: Callable[[str, Value], Value],
) -> Value:
    """The value of the tree under the given meaning of its nodes, computed from the leaves up.

    >>> from berknash.symbolic.expressions.reading import read_expression
    >>> tree = read_expression("1 - p**2", ["p"], where="here")
    >>> fold(tree, Fraction, lambda name: Fraction(1, 3), sum, math.prod, pow, NotImplemented)
    Fraction(8, 9)
    """

    def value_of(node: Expression) -> Value:
        match node:
            case Number(value=value):
                return number(value)
            case Symbol(name=name):
                return symbol(name)
            case Sum(terms=terms):
                return add([value_of(term) for term in terms])
            case Product(factors=factors):
                return multiply([value_of(factor) for factor in factors])
            case Power(base=base, exponent=exponent):
                return power(value_of(base), exponent)
            case Apply(function=function, argument=argument):
                return apply(function, value_of(argument))

    return value_of(expression)


def symbols_of(expression: Expression) -> frozenset[str]:
    """The names of the symbols that occur in the expression.

    >>> from berknash.symbolic.expressions.reading import read_expression
    >>> sorted(symbols_of(read_expression("h*(1 - l)", ["h", "l"], where="here")))
    ['h', 'l']
    """
    found: set[str] = set()
    stack: list[Expression] = [expression]
    while stack:
        match stack.pop():
            case Symbol(name=name):
                found.add(name)
            case Sum(terms=parts) | Product(factors=parts):
                stack.extend(parts)
            case Power(base=part) | Apply(argument=part):
                stack.append(part)
            case _:
                pass
    return frozenset(found)


def substitute(expression: Expression, mapping: Mapping[str, Expression | Fraction]) -> Expression:
    """The expression with symbols replaced, again in canonical form; exact.

    Raises GameError where a denominator becomes zero, or a logarithm or root leaves the real numbers.

    >>> from berknash.symbolic.expressions.reading import read_expression
    >>> str(substitute(read_expression("p/(1 - q)", ["p", "q"], where="here"), {"q": Fraction(1, 3)}))
    '3*p/2'
    """

    def symbol(name: str) -> Expression:
        value = mapping.get(name)
        if value is None:
            return Symbol(name)
        return number(value) if isinstance(value, Fraction | int) else value

    return fold(expression, number, symbol, add, multiply, power, apply)


def to_sympy(expression: Expression) -> Any:
    """The same expression for SymPy, with real symbols and exact rationals.

    >>> from berknash.symbolic.expressions.reading import read_expression
    >>> to_sympy(read_expression("p/(1 - q)", ["p", "q"], where="here"))
    p/(1 - q)
    """
    import sympy  # for start-up

    functions = {"exp": sympy.exp, "log": sympy.log, "sqrt": sympy.sqrt}
    return fold(
        expression,
        lambda value: sympy.Rational(value.numerator, value.denominator),
        lambda name: sympy.Symbol(name, real=True),
        lambda terms: sympy.Add(*terms),
        lambda factors: sympy.Mul(*factors),
        lambda base, exponent: sympy.Pow(base, exponent),
        lambda function, argument: functions[function](argument),
    )


# Printing


def brief(expression: Expression | Relation) -> str:
    """The text of the expression for a message, cut at sixty characters.

    >>> brief(Symbol("p"))
    'p'
    """
    text = str(expression)
    return text if len(text) <= 60 else f"{text[:57]}..."


def _print_sum(expression: Sum) -> str:
    pieces: list[str] = []
    for term in expression.terms:
        text = _print(term, Place.TERM) if isinstance(term, Sum) else str(term)
        if pieces and text.startswith("-"):
            pieces.append(f" - {text[1:]}")
        else:
            pieces.append(f" + {text}" if pieces else text)
    return "".join(pieces) or "0"


def _print_product(factors: tuple[Expression, ...]) -> str:
    coefficient = Fraction(1)
    above: list[str] = []
    below: list[str] = []
    for factor in factors:
        if isinstance(factor, Number):
            coefficient *= factor.value
        elif isinstance(factor, Power) and factor.exponent < 0:
            below.append(_print_power(factor.base, -factor.exponent))
        elif isinstance(factor, Power):
            above.append(_print_power(factor.base, factor.exponent))
        else:
            above.append(_print(factor, Place.FACTOR))
    if abs(coefficient.numerator) != 1 or not above:
        above.insert(0, str(abs(coefficient.numerator)))
    if coefficient.denominator != 1:
        below.insert(0, str(coefficient.denominator))
    text = ("-" if coefficient < 0 else "") + "*".join(above)
    if len(below) == 1:
        return f"{text}/{below[0]}"
    return f"{text}/({'*'.join(below)})" if below else text


def _print_power(base: Expression, exponent: int) -> str:
    text = _print(base, Place.BASE)
    return text if exponent == 1 else f"{text}**{exponent}"


def _print(expression: Expression, place: Place) -> str:
    text = str(expression)
    return f"({text})" if needs_brackets(_strength(expression), place) else text


def _strength(expression: Expression) -> Strength:
    """How strongly the text of the expression hangs together, on one line and with ``**`` before ``-``."""
    match expression:
        case Number(value=value):
            if value < 0:
                return Strength.SUM
            return Strength.ATOM if value.denominator == 1 else Strength.PRODUCT
        case Sum():
            return Strength.SUM
        case Product(factors=factors):
            signs = [factor.value < 0 for factor in factors if isinstance(factor, Number)]
            return Strength.SUM if sum(signs) % 2 else Strength.PRODUCT
        case Power(exponent=exponent):
            return Strength.PRODUCT if exponent < 0 else Strength.UNIT
        case _:
            return Strength.ATOM


def total(terms: list[Expression]) -> Expression:
    """The sum with positive terms first, so that ``1 - h`` is not written ``-h + 1``."""
    if terms and _is_negative(terms[0]):
        terms = [t for t in terms if not _is_negative(t)] + [t for t in terms if _is_negative(t)]
    return add(terms)


def _is_negative(term: Expression) -> bool:
    if isinstance(term, Number):
        return term.value < 0
    return isinstance(term, Product) and isinstance(term.factors[0], Number) and term.factors[0].value < 0


def quotient(top: Expression, bottom: Expression) -> Expression:
    """``top / bottom``."""
    return multiply([top, power(bottom, -1)])
