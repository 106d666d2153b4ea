"""Points with real algebraic coordinates: exact signs there, and the search for them.

A claim may be false at irrational points only: ``x**4 - 4*x**2 + 4 > 0`` fails at sqrt(2) and nowhere near. Where one
or two parameters are free the cylindrical decomposition (Collins 1975) of the polynomials that the claim asks for has a
sample in every cell; these are the candidates, and with more parameters those of slices through rational points.
Nothing rests on the search: a point counts after the claim was evaluated there exactly.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from fractions import Fraction
from itertools import combinations, islice, product
from math import lcm
from typing import Any

from flint import Ordering, arb, ctx, fmpq, fmpz_mpoly_ctx, fmpz_poly

from ...symbolic.decomposition import AlgebraicNumber, Cell, FibreNumber, Limits, decompose, real_roots, sign_at_point
from ...symbolic.errors import NO_ANSWER
from .coordinates import Coordinate
from .facts import Polynomial, Space, context_of
from .points import FIRST_BITS, LAST_BITS, sign_at
from .samples import bounds
from .sign_facts import Constraint

_MOST_ROUNDS = 4
_MOST_SLICES = 24
_MOST_VALUES = 4
_PLANE = 2


def exact_sign(space: Space, polynomial: Polynomial, point: Mapping[str, Coordinate]) -> int | None:
    """The exact sign at a point with rational or algebraic coordinates, None where it was not decided."""
    rational = {name: value for name, value in point.items() if isinstance(value, Fraction)}
    if len(rational) == len(point):
        return sign_at(space, polynomial, rational)
    return algebraic_sign(space, polynomial, point)


def satisfied(space: Space, constraints: Sequence[Constraint], point: Mapping[str, Coordinate]) -> bool:
    """Whether every constraint holds exactly at the point."""
    accepted = {">": (1,), ">=": (0, 1), "==": (0,), "!=": (-1, 1)}
    return all(exact_sign(space, item.polynomial, point) in accepted[item.relation] for item in constraints)


def algebraic_sign(space: Space, polynomial: Polynomial, point: Mapping[str, Coordinate]) -> int | None:
    """The exact sign at a point with at most two irrational coordinates; None where it was not decided."""
    used = [bool(degree) for degree in polynomial.degrees()[len(space.parameters) :]]

    def enclosures(bits: int) -> list[Any]:
        balls = [ball(point[name], bits) for name in space.parameters]
        arguments = zip(space.arguments, used, strict=False)
        return [*balls, *(ball_value(argument, balls).log() if needed else arb(0) for argument, needed in arguments)]

    return grouped_sign(space.parameters, polynomial, point, enclosures)


def grouped_sign(
    names: Sequence[str],
    polynomial: Polynomial,
    point: Mapping[str, Coordinate],
    enclosures: Callable[[int], Sequence[Any]],
) -> int | None:
    """The exact sign of a polynomial in parameters and further generators, at values of the parameters.

    Parameters: the names of the parameters, which come first; the polynomial; the point; balls around all variables
    for a number of bits. The coefficients of the generators' monomials are tested for zero exactly; if one is not,
    balls decide, and None is the answer where they do not.
    """
    width = len(names)
    parts: dict[tuple[int, ...], dict[tuple[int, ...], Any]] = {}
    for exponents, coefficient in polynomial.to_dict().items():
        parts.setdefault(tuple(exponents[width:]), {})[tuple(exponents[:width])] = coefficient
    sample = tuple(point[name] for name in names)
    signs = {}
    for key, terms in parts.items():
        try:
            signs[key] = sign_at_point(_integral(terms, names), list(names), sample)
        except NO_ANSWER:
            return None
    if not any(signs.values()):
        return 0
    if all(not any(key) for key in signs):
        return next(iter(signs.values()))
    bits = FIRST_BITS
    while bits <= LAST_BITS:
        with ctx.workprec(bits + 32):
            total = ball_value(polynomial, enclosures(bits))
            if total > 0:
                return 1
            if total < 0:
                return -1
        bits *= 2
    return None


def _integral(terms: Mapping[tuple[int, ...], Any], names: Sequence[str]) -> Any:
    """Terms with rational coefficients as a polynomial over the integers, times a positive number."""
    rational = {tuple(map(int, key)): fmpq(value) for key, value in terms.items()}
    common = lcm(*(int(value.q) for value in rational.values())) if rational else 1
    context = fmpz_mpoly_ctx.get(list(names), Ordering.lex)
    return context.from_dict({key: int(value.p) * (common // int(value.q)) for key, value in rational.items()})


def ball(value: Coordinate, bits: int) -> Any:
    """A ball around a coordinate, at the working precision."""
    if isinstance(value, AlgebraicNumber):
        return value.ball(bits)
    return arb(fmpq(value.numerator, value.denominator))


def ball_value(polynomial: Polynomial, balls: Sequence[Any]) -> Any:
    """A ball around the value of a polynomial at balls for its variables."""
    total = arb(0)
    for exponents, coefficient in polynomial.to_dict().items():
        term = arb(coefficient)
        for place, exponent in enumerate(exponents):
            if exponent:
                term *= balls[place] ** int(exponent)
        total += term
    return total


def algebraic_points(
    space: Space,
    constraints: Sequence[Constraint],
    polynomials: Callable[[], Sequence[Polynomial]],
    most_cells: int = 3_000,
    seconds: float = float("inf"),
) -> Iterator[dict[str, Coordinate]]:
    """Points that satisfy the constraints exactly, one in every cell of a decomposition where that is possible.

    `polynomials` lists what is to be decomposed; it is called again after all points of a round were tried, since
    trying them may have brought up more. A decomposition of more cells than `most_cells`, or that takes more than
    `seconds`, is given up.
    """
    for free, fixed in _slices(space, constraints):
        done: set[str] = set()
        for _ in range(_MOST_ROUNDS):
            wanted = [c.polynomial for c in constraints] + list(polynomials())
            restricted = _restricted(space, wanted, free, fixed)
            if set(restricted) <= done:
                break
            done |= set(restricted)
            for coordinates in _samples(list(restricted.values()), free, Limits(most_cells, seconds)):
                found = {**fixed, **coordinates}
                point = {name: found[name] for name in space.parameters}
                if satisfied(space, constraints, point):
                    yield point


def _slices(
    space: Space, constraints: Sequence[Constraint]
) -> Iterator[tuple[tuple[str, ...], dict[str, Fraction]]]:
    """The parameters that vary, one or two, and simple rational values for the others."""
    names = space.parameters
    if not names:
        return
    if len(names) <= _PLANE:
        yield names, {}
        return
    values = {name: _simple_values(constraints, place) for place, name in enumerate(names)}
    slices = (
        (pair, dict(zip(rest, chosen, strict=True)))
        for pair in combinations(names, _PLANE)
        for rest in [[n for n in names if n not in pair]]
        for chosen in product(*(values[n][: _MOST_VALUES if len(rest) == 1 else 2] for n in rest))
    )
    yield from islice(slices, _MOST_SLICES)


def _simple_values(constraints: Sequence[Constraint], place: int) -> list[Fraction]:
    """Simple fractions between the bounds of a parameter."""
    low, high = bounds(constraints, place)
    middle = (Fraction(low).limit_denominator(6) + Fraction(high).limit_denominator(6)) / 2
    candidates = [*(Fraction(k, d) for k, d in ((1, 1), (0, 1), (1, 2), (2, 1), (1, 3), (-1, 1))), middle]
    return list(dict.fromkeys(value for value in candidates if low < value < high))


def _restricted(
    space: Space, polynomials: Sequence[Polynomial], free: Sequence[str], fixed: Mapping[str, Fraction]
) -> dict[str, Any]:
    """Integer polynomials in the free parameters, by text; those with logarithms or without free ones are left out."""
    inner = context_of(free)
    images = []
    for name in space.parameters:
        if name in fixed:
            images.append(inner.constant(fmpq(fixed[name].numerator, fixed[name].denominator)))
        else:
            images.append(inner.gens()[list(free).index(name)])
    images += [inner.constant(0)] * (space.context.nvars() - len(images))
    found: dict[str, Any] = {}
    for polynomial in polynomials:
        for part in _without_logs(space, polynomial):
            value = part.compose(*images)
            if not value.is_constant():
                integral = _integral(value.to_dict(), free)
                found.setdefault(str(integral), integral)
    return found


def _without_logs(space: Space, polynomial: Polynomial) -> list[Polynomial]:
    """The polynomial, or its factors without logarithms and the coefficients of the others' logarithms."""
    if space.log_free(polynomial):
        return [polynomial]
    width = len(space.parameters)
    found = []
    for factor, _ in polynomial.factor()[1]:
        parts: dict[tuple[int, ...], dict[tuple[int, ...], Any]] = {}
        for exponents, coefficient in factor.to_dict().items():
            rest = tuple(exponents[:width]) + (0,) * (len(exponents) - width)
            parts.setdefault(tuple(exponents[width:]), {})[rest] = coefficient
        found += [space.context.from_dict(terms) for terms in parts.values()]
    return found


def _samples(polynomials: Sequence[Any], free: Sequence[str], limits: Limits) -> Iterator[dict[str, Coordinate]]:
    """A sample of every cell, rational ones first; none where the decomposition is too large."""
    if not polynomials:
        return
    box = dict.fromkeys(free, (None, None))
    try:
        cells = decompose(polynomials, list(free), box, full=True, limits=limits).cells
    except NO_ANSWER:
        return

    def irrationality(cell: Cell) -> tuple[int, int]:
        return sum(not isinstance(value, Fraction) for value in cell.sample), cell.index

    for cell in sorted(cells, key=irrationality):
        coordinates: list[Coordinate] = []
        for value in cell.sample:
            if isinstance(value, FibreNumber):
                value = _rational_polynomial(value)
            if isinstance(value, AlgebraicNumber) and value.is_rational:
                value = value.as_rational()
            coordinates.append(value)
        yield dict(zip(free, coordinates, strict=True))


def _rational_polynomial(number: FibreNumber) -> AlgebraicNumber:
    """A root of a polynomial over Q(alpha) as a root of one over Q: of the resultant with alpha's polynomial."""
    over = number.root.polynomial
    context = fmpz_mpoly_ctx.get(["x", "y"], Ordering.lex)
    x, y = context.gens()
    minimal = sum((int(c) * x**k for k, c in enumerate(over.field.minimal.numer().coeffs())), context.constant(0))
    common = lcm(*(int(part.denom()) for part in over.parts))
    bivariate = context.constant(0)
    for power, part in enumerate(over.parts):
        scaled = part.numer() * (common // int(part.denom()))
        bivariate += sum((int(c) * x**k for k, c in enumerate(scaled.coeffs())), context.constant(0)) * y**power
    norm = minimal.resultant(bivariate, "x")
    degree = int(norm.degrees()[1])
    coefficients = [0] * (degree + 1)
    for exponents, value in norm.to_dict().items():
        coefficients[int(exponents[1])] = int(value)
    candidates = real_roots(fmpz_poly(coefficients))
    bits = FIRST_BITS
    while True:
        low, high = number.bounds(bits)
        near = [root for root in candidates if low <= root <= high]
        if len(near) == 1:
            return near[0]
        bits *= 2
