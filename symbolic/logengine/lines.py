"""Lines on which a function vanishes identically although no polynomial divides it.

The candidates are the linear factors of ``g_i - g_j``, ``g_i + g_j`` and ``g_i - 1`` over the arguments of its
logarithms, where logarithms cancel, and those handed in. A candidate is accepted when the function put on the line is
zero formally.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from itertools import combinations
from typing import Any

from ..algebra import Element, Polynomial, evaluate, irreducible_factors, lift_polynomial, polynomial_key
from .partials import Generators, Line, PlaneFunction
from .specialise import Specialisation

_LARGEST_ORDER = 3


def linear_factors(polynomial: Polynomial, places: tuple[int, int]) -> list[Polynomial]:
    """The irreducible factors that are linear in x and y and involve y."""
    if polynomial.is_zero():
        return []
    return [
        f
        for f, _ in irreducible_factors(polynomial)[1]
        if f.total_degree() == 1 and f.degrees()[places[1]] == 1
    ]


def candidates(generators: Generators, polynomial: Polynomial, given: Sequence[Polynomial]) -> list[Polynomial]:
    """Linear polynomials on whose zero lines the logarithms of a function may cancel."""
    context = generators.ring.context
    used = [
        lift_polynomial(generators.arguments[i], context) for i in generators.logs if polynomial.degrees()[i] > 0
    ]
    tried = [g - context.constant(1) for g in used]
    for first, second in combinations(used, 2):
        tried.extend((first - second, first + second))
    found: dict[object, Polynomial] = {}
    for value in [*given, *tried]:
        for factor in linear_factors(value, generators.places):
            found.setdefault(polynomial_key(factor), factor)
    return list(found.values())


def slope_and_offset(polynomial: Polynomial, places: tuple[int, int]) -> tuple[Fraction, Fraction]:
    """Of the line where ``a*x + b*y + c`` is zero, as a function of x."""
    terms = {tuple(m): int(c) for m, c in polynomial.to_dict().items()}
    size = polynomial.context().nvars()

    def coefficient(place: int | None) -> int:
        return terms.get(tuple(int(k == place) for k in range(size)), 0)

    b = coefficient(places[1])
    return Fraction(-coefficient(places[0]), b), Fraction(-coefficient(None), b)


def vanishing_line(generators: Generators, polynomial: Polynomial, given: Sequence[Polynomial]) -> Line | None:
    """A line on which the function vanishes, with the order to which it does; None when there is none.

    >>> from berknash.symbolic.algebra import Ring
    >>> from berknash.symbolic.expressions import read_expression
    >>> from berknash.symbolic.tables import element_of
    >>> text = "3*log(h/l) + 4*log((1 - h)/(1 - l))"
    >>> ring, e = element_of(Ring.of_parameters(["h", "l"]), read_expression(text, ["h", "l"], where=""))
    >>> generators = Generators(ring, ("h", "l"), set(range(len(ring.generators))))
    >>> vanishing_line(generators, e.numerator, ())
    Line(slope=Fraction(1, 1), offset=Fraction(0, 1), order=1)
    """
    for candidate in candidates(generators, polynomial, given):
        slope, offset = slope_and_offset(candidate, generators.places)
        put = Specialisation(generators.ring, generators.names[1], (slope, offset), generators.names[0])
        function = PlaneFunction(generators, polynomial)
        order = 0
        while order <= _LARGEST_ORDER and _is_zero(generators, put, function.partial(0, order)):
            order += 1
        if 0 < order <= _LARGEST_ORDER:
            return Line(slope, offset, order)
    return None


def _is_zero(generators: Generators, put: Specialisation, polynomial: Any) -> bool:
    """Whether a partial derivative vanishes formally on the line."""
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
