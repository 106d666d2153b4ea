"""From exact elements back to expressions that a person wants to read.

A polynomial in parameters and logarithms is written with its logarithms collected: coefficients that agree up to
sign share one logarithm, ``p*log(h) - p*log(l)`` becomes ``p*log(h/l)``. The result is an `Expression` tree, so
text, LaTeX and SymPy all print the same formula. What logarithms may be written, says `symbolic.algebra.rewritings`.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

from ..expressions.reading import Apply, Expression, Number, Power, Product, Sum, Symbol, multiply, power
from ..expressions.tree import _is_negative, quotient, total
from .rewritings import collected_exponential, collected_logarithm
from .ring import Element, Polynomial, Ring, irreducible_factors


def generator_expression(ring: Ring, position: int) -> Expression:
    """What a generator stands for, as an expression."""
    generator = ring.generators[position]
    if generator.argument is None:
        return Symbol(generator.name)
    if generator.kind == "log":
        return multiply(collected_logarithm(ring, {position: 1}, element_expression))
    return Apply(generator.kind, element_expression(ring, generator.argument))


def polynomial_expression(ring: Ring, polynomial: Polynomial) -> Expression:
    """The polynomial as an expression, logarithms collected where it is linear in them."""
    logs = [i for i, g in enumerate(ring.generators) if g.kind == "log"]
    names = polynomial.context().names()
    terms = {tuple(int(e) for e in es): int(c) for es, c in polynomial.to_dict().items()}
    logs = [i for i in logs if i < len(names) and any(es[i] for es in terms)]
    if logs and all(sum(es[i] for i in logs) <= 1 for es in terms):
        return _linear_in_logs(ring, polynomial, terms, logs)
    bases: dict[int, Expression] = {}
    return total([_monomial(ring, es, c, bases) for es, c in terms.items()])


def _monomial(
    ring: Ring, exponents: tuple[int, ...], coefficient: int | Fraction, bases: dict[int, Expression]
) -> Expression:
    """One term; `bases` keeps what generators stand for from term to term."""
    factors: list[Expression] = [Number(Fraction(coefficient))]
    exponentials = {i: e for i, e in enumerate(exponents) if e and ring.generators[i].kind == "exp"}
    for position, exponent in enumerate(exponents):
        if position in exponentials:
            if position == min(exponentials):
                factors.append(collected_exponential(ring, exponentials, element_expression))
        elif exponent:
            if position not in bases:
                bases[position] = generator_expression(ring, position)
            factors.append(power(bases[position], exponent))
    return multiply(factors)


def _linear_in_logs(
    ring: Ring, polynomial: Polynomial, terms: Mapping[tuple[int, ...], int], logs: list[int]
) -> Expression:
    context = polynomial.context()
    by_log: dict[int, dict[tuple[int, ...], int]] = {}
    free: dict[tuple[int, ...], int] = {}
    for exponents, coefficient in terms.items():
        position = next((i for i in logs if exponents[i]), None)
        if position is None:
            free[exponents] = coefficient
        else:
            rest = tuple(0 if i == position else e for i, e in enumerate(exponents))
            by_log.setdefault(position, {})[rest] = coefficient
    # Coefficients that are rational multiples of one another share one logarithm.
    groups: list[tuple[Polynomial, dict[int, int]]] = []
    for position in sorted(by_log):
        coefficient = context.from_dict(by_log[position])
        content = int(coefficient.content())
        primitive = coefficient // content
        for base, powers in groups:
            if primitive == base:
                powers[position] = content
                break
            if primitive == -base:
                powers[position] = -content
                break
        else:
            groups.append((_reads_positive(primitive), {}))
            base, powers = groups[-1]
            powers[position] = content if primitive == base else -content
    parts: list[Expression] = []
    for base, powers in groups:
        logarithm = collected_logarithm(ring, powers, element_expression)
        parts.append(multiply([polynomial_expression(ring, base), *logarithm]))
    if free:
        inner = polynomial_expression(ring, context.from_dict(free))
        parts.extend(inner.terms if isinstance(inner, Sum) else [inner])
    return total(parts)


def _reads_positive(polynomial: Polynomial) -> Polynomial:
    """The polynomial or its negative: ``2*q - 1``, ``p + q - 1`` and ``1 - h`` rather than their negatives.

    The orientation with the larger coefficient sum, on a tie the one with the positive constant (else leading) term.
    """
    weight = sum(int(c) for c in polynomial.coeffs())
    constant = int(polynomial.to_dict().get((0,) * polynomial.context().nvars(), 0))
    return -polynomial if (weight or constant or int(polynomial.leading_coefficient())) < 0 else polynomial


def factored_expression(ring: Ring, polynomial: Polynomial) -> Expression:
    """The polynomial as a product of its irreducible factors."""
    if polynomial.is_zero():
        return Number(Fraction(0))
    content, factors = irreducible_factors(polynomial)
    parts: list[Expression] = []
    sign = content
    for factor, exponent in factors:
        shown = _reads_positive(factor)
        if shown != factor and exponent % 2:
            sign = -sign
        parts.append(power(polynomial_expression(ring, shown), exponent))
    return multiply([Number(Fraction(sign)), *parts])


def element_expression(ring: Ring, element: Element) -> Expression:
    """The element as an expression; both parts factored when there is a denominator."""
    constant = element.denominator.is_constant()
    if constant:
        bottom = int(element.denominator.leading_coefficient())
        if bottom == 1:
            return polynomial_expression(ring, element.numerator)
        top = polynomial_expression(ring, element.numerator)
        return quotient(top, Number(Fraction(bottom)))
    top_expression = factored_expression(ring, element.numerator)
    bottom_expression = factored_expression(ring, element.denominator)
    if _is_negative(bottom_expression):
        top_expression = multiply([Number(Fraction(-1)), top_expression])
        bottom_expression = multiply([Number(Fraction(-1)), bottom_expression])
    if _is_negative(top_expression):
        flipped = _flip_sign(top_expression)
        if flipped is not None:
            top_expression = flipped
    return quotient(top_expression, bottom_expression)


def _flip_sign(expression: Expression) -> Expression | None:
    """Absorb a leading minus: ``-(a - b)`` is ``b - a``, ``-2*log(a/b)`` is ``2*log(b/a)``."""
    if not (isinstance(expression, Product) and isinstance(expression.factors[0], Number)):
        return None
    coefficient = Number(-expression.factors[0].value)
    for index, factor in enumerate(expression.factors):
        flipped: Expression | None = None
        if isinstance(factor, Sum) and len(factor.terms) == 2:
            flipped = total([multiply([Number(Fraction(-1)), t]) for t in factor.terms])
        elif isinstance(factor, Apply) and factor.function == "log":
            flipped = Apply("log", inverse(factor.argument))
        if flipped is not None:
            rest = expression.factors
            return multiply([coefficient, *rest[1:index], flipped, *rest[index + 1 :]])
    return None


def inverse(expression: Expression) -> Expression:
    """One over a quotient, as a quotient."""
    factors = expression.factors if isinstance(expression, Product) else (expression,)
    over: list[Expression] = []
    under: list[Expression] = []
    for factor in factors:
        if isinstance(factor, Power) and factor.exponent < 0:
            over.append(power(factor.base, -factor.exponent))
        elif isinstance(factor, Number):
            over.append(Number(Fraction(factor.value.denominator)))
            under.append(Number(Fraction(factor.value.numerator)))
        else:
            under.append(factor)
    return quotient(multiply(over), multiply(under))


def polynomial_text(ring: Ring, polynomial: Polynomial) -> str:
    """The polynomial in the expression syntax of game files."""
    return str(polynomial_expression(ring, polynomial))


def element_text(ring: Ring, element: Element) -> str:
    """The element in the expression syntax of game files.

    Examples
    --------
    >>> ring = Ring.of_parameters(["p", "q"])
    >>> p, q = ring.parameter("p"), ring.parameter("q")
    >>> element_text(ring, (q + q - ring.constant(1)) / (p + q - ring.constant(1)))
    '(2*q - 1)/(p + q - 1)'
    """
    return str(element_expression(ring, element))
