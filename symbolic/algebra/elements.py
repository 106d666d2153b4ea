"""From an expression to the exact element that it stands for, in a ring with the generators it needs."""

from __future__ import annotations

from ..expressions.reading import Apply, Expression, Number, Power, Product, Sum, Symbol
from .rewritings import exponential, logarithm, reduce_roots, square_root
from .ring import Element, Ring, lift


def element_of(ring: Ring, expression: Expression) -> tuple[Ring, Element]:
    """The exact element of an expression, and the ring extended by the generators it needs.

    Raises ZeroDivisionError when a denominator or the argument of a logarithm vanishes identically.

    Examples
    --------
    >>> from berknash.symbolic.expressions.reading import read_expression
    >>> ring, value = element_of(Ring.of_parameters(["p"]), read_expression("(1 - p**2)/(1 + p)", ["p"], where=""))
    >>> str(value.numerator)
    '-p + 1'
    """
    match expression:
        case Number(rational):
            return ring, ring.constant(rational)
        case Symbol(name):
            return ring, ring.parameter(name)
        case Sum(terms):
            total = ring.constant(0)
            for term in terms:
                ring, value = element_of(ring, term)
                total = total + value
            return ring, reduce_roots(ring, lift(total, ring.context))
        case Product(factors):
            result = ring.constant(1)
            for factor in factors:
                ring, value = element_of(ring, factor)
                result = result * value
            return ring, reduce_roots(ring, lift(result, ring.context))
        case Power(base, exponent):
            ring, value = element_of(ring, base)
            return ring, reduce_roots(ring, value**exponent)
        case Apply(function, argument):
            ring, value = element_of(ring, argument)
            return {"log": logarithm, "sqrt": square_root, "exp": exponential}[function](ring, value)
    raise TypeError(f"no expression: {expression!r}")
