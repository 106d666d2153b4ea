"""Graphs y = phi(x) on which a function vanishes identically although no polynomial divides it.

On such a graph its logarithms cancel: two arguments have a constant ratio there, or one is constant. Over a few
rational x the zeros in y that are rational are found; each gives, for every two arguments, the ratio that they would
have to keep, hence a polynomial. Where this is linear in y, the function put on its graph is tested for being zero
formally.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from itertools import combinations
from typing import Any

from flint import fmpz_poly

from ..algebra.ring import Element, Polynomial, evaluate, irreducible_factors, lift_polynomial, polynomial_key
from ..decomposition.box import Side
from ..decomposition.rationals import as_fraction, rational, simplest_between
from ..errors import UndecidedError
from .factored import Factored
from .functions import LineFunction
from .isolation import isolate_roots
from .partials import Generators, Graph, PlaneFunction
from .roots import settle
from .specialise import Specialisation

_LARGEST_ORDER = 3
_PLACES = ((1, 4), (1, 2), (3, 4))


def vanishing_graphs(
    generators: Generators, polynomial: Polynomial, sides: tuple[Side, Side]
) -> tuple[Graph, ...]:
    """Graphs through the box on which the function vanishes, with the orders to which it does.

    >>> from berknash.symbolic.algebra.ring import Ring
    >>> from berknash.symbolic.expressions.reading import read_expression
    >>> from berknash.symbolic.forms.tables import element_of
    >>> text = "3*log(h/l) + 4*log((1 - h)/(1 - l))"
    >>> ring, e = element_of(Ring.of_parameters(["h", "l"]), read_expression(text, ["h", "l"], where=""))
    >>> generators = Generators(ring, ("h", "l"), set(range(len(ring.generators))))
    >>> vanishing_graphs(generators, e.numerator, (Side.make(0, 1), Side.make(0, 1)))
    (Graph(top=x, bottom=1, order=1),)
    """
    tested: set[object] = set()
    found: list[Graph] = []
    for x in _abscissas(sides[0]):
        for y in _rational_zeros(generators, polynomial, sides[1], x):
            if any(graph.top(rational(x)) == rational(y) * graph.bottom(rational(x)) for graph in found):
                continue
            for candidate in _candidates(generators, polynomial, (x, y)):
                key = polynomial_key(candidate)
                if key in tested:
                    continue
                tested.add(key)
                graph = _tested(generators, polynomial, candidate)
                if graph is not None:
                    found.append(graph)
                    break
    return tuple(found)


def graph_polynomial(generators: Generators, graph: Graph) -> Polynomial:
    """``bottom(x) y - top(x)`` over the ring of the generators, primitive."""
    context = generators.ring.context
    x, y = (context.gens()[p] for p in generators.places)
    zero = context.constant(0)
    top = sum((x**k * int(c) for k, c in enumerate(graph.top.coeffs())), zero)
    bottom = sum((x**k * int(c) for k, c in enumerate(graph.bottom.coeffs())), zero)
    value = bottom * y - top
    return value // int(value.content())


def _abscissas(side: Side) -> list[Fraction]:
    low = side.lower if side.lower is not None else (-1 if side.upper is None else side.upper - 2)
    high = side.upper if side.upper is not None else low + 2
    width = rational(high - low)
    found = []
    for top, bottom in _PLACES:
        middle = low + width * top / bottom
        found.append(as_fraction(simplest_between(rational(middle - width / 20), rational(middle + width / 20))))
    return found


def _rational_zeros(generators: Generators, polynomial: Polynomial, side: Side, x: Fraction) -> list[Fraction]:
    """The rational zeros in y over a rational x."""
    put = Specialisation(generators.ring, generators.names[0], x, generators.names[1])
    image = put(polynomial)
    if image is None or image.is_zero():
        return []
    found: list[Fraction] = []
    name = generators.names[1]
    try:
        for factor in Factored.of(put.ring, [image], [name]).factors:
            for root in isolate_roots(LineFunction.of(put.ring, factor, name), side.lower, side.upper).roots:
                settle(root)
                if root.lower == root.upper:
                    found.append(as_fraction(root.lower))
    except UndecidedError:
        return []
    return found


def _candidates(
    generators: Generators, polynomial: Polynomial, point: tuple[Fraction, Fraction]
) -> Sequence[Polynomial]:
    """Polynomials linear in y that vanish at a point and make two arguments proportional, or one constant."""
    context = generators.ring.context
    used = [
        lift_polynomial(generators.arguments[i], context) for i in generators.logs if polynomial.degrees()[i] > 0
    ]
    values = [_value(generators, g, point) for g in used]
    used.append(context.constant(1))
    values.append(Fraction(1))
    found: dict[object, Polynomial] = {}
    for (first, a), (second, b) in combinations(zip(used, values, strict=True), 2):
        if a == 0 or b == 0:
            continue
        ratio = a / b
        for sign in (1, -1):
            value = first * ratio.denominator - second * (sign * ratio.numerator)
            for factor, _ in irreducible_factors(value)[1] if not value.is_zero() else ():
                if factor.degrees()[generators.places[1]] == 1 and _value(generators, factor, point) == 0:
                    found.setdefault(polynomial_key(factor), factor)
    return list(found.values())


def _value(generators: Generators, polynomial: Polynomial, point: tuple[Fraction, Fraction]) -> Fraction:
    x, y = generators.places
    return sum(
        (int(c) * point[0] ** int(m[x]) * point[1] ** int(m[y]) for m, c in polynomial.to_dict().items()), Fraction(0)
    )


def _tested(generators: Generators, polynomial: Polynomial, candidate: Polynomial) -> Graph | None:
    """The graph of a candidate if the function vanishes on it."""
    x, y = generators.places
    parts: list[dict[int, Any]] = [{}, {}]
    for exponents, coefficient in candidate.to_dict().items():
        parts[int(exponents[y])][int(exponents[x])] = coefficient
    constant, slope = (
        fmpz_poly([part.get(k, 0) for k in range(max(part, default=0) + 1)]) for part in parts
    )
    top, bottom = (-constant, slope) if slope[slope.degree()] > 0 else (constant, -slope)
    put = Specialisation(generators.ring, generators.names[1], (top, bottom), generators.names[0])
    function = PlaneFunction(generators, polynomial)
    order = 0
    while order <= _LARGEST_ORDER and _is_zero(generators, put, function.partial(0, order)):
        order += 1
    return Graph(top, bottom, order) if 0 < order <= _LARGEST_ORDER else None


def _is_zero(generators: Generators, put: Specialisation, polynomial: Any) -> bool:
    """Whether a partial derivative vanishes formally on the graph."""
    one = put.ring.constant(1)
    images: list[Element] = []
    degrees = polynomial.degrees()
    for i in range(len(generators.ring.generators)):
        image = put.image(i)
        if image is None and degrees[i] > 0:
            return False
        images.append(one if image is None else image)
    for i in generators.logs:
        argument = lift_polynomial(generators.arguments[i], generators.ring.context)
        inner = evaluate(argument, images[: argument.context().nvars()], one)
        if inner.is_zero():
            if degrees[generators.inverse[i]] > 0:
                return False
            inner = one
        images.append(one / inner)
    return evaluate(polynomial, images, one).is_zero()
