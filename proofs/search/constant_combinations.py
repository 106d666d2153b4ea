"""Combinations of constraints whose coefficients are constants: polynomials in logarithms of numbers.

As in `sign_facts`, constraints are refuted by a sum of products of them that cancels identically. There the
coefficients are rational numbers; here a product may be weighted with any positive constant, so that constraints with
generic numbers, ``p * log(7/3) > log(9/5)``, say of each other what they say of each other as numbers. Which products
are needed is found in floating point. Their weights are then the cofactors of the matrix of coefficients (Cramer 1750),
so polynomials in the logarithms themselves, and each is positive because its irreducible factors are constants with a
sign that ball arithmetic certifies.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations_with_replacement
from math import log, prod
from typing import Any

from ...symbolic.floats import nearest_float
from .facts import Polynomial, Space
from .nonnegative import nonnegative_solution
from .sign_facts import Constraint

Monomial = tuple[int, ...]  # exponents of everything that is no constant
Form = dict[Monomial, float]

MOST_COLUMNS = 7
MOST_PRODUCTS = 3_000
MOST_FACTORS = 3
_SMALL = 1e-9


@dataclass(frozen=True, slots=True)
class WeightedTerm:
    """``weight * product of constraints``; the weight has factors that are constants, each with its power."""

    coefficient: Fraction
    constants: tuple[tuple[Polynomial, int], ...]
    factors: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class WeightedSum:
    """Terms and multipliers of equalities whose total vanishes identically, one of the terms being positive."""

    terms: tuple[WeightedTerm, ...]
    equalities: tuple[tuple[int, Polynomial], ...]


@dataclass(frozen=True, slots=True)
class _Column:
    factors: tuple[int, ...]  # constraints that are multiplied; of an equality the one
    form: Form
    strict: bool
    multiplier: Monomial | None = None  # of an equality


class Constants:
    """What is constant in a space: numbers and logarithms of numbers."""

    def __init__(self, space: Space) -> None:
        self.space = space
        self.width = len(space.parameters)
        self.values = [
            log(nearest_float(argument.leading_coefficient())) if argument.is_constant() else None
            for argument in space.arguments
        ]

    def is_constant(self, polynomial: Polynomial) -> bool:
        """Whether nothing else occurs."""
        degrees = polynomial.degrees()
        return not any(degrees[: self.width]) and not any(
            degree and value is None for degree, value in zip(degrees[self.width :], self.values, strict=False)
        )

    def outer(self, exponents: Sequence[int]) -> Monomial:
        """The part of a monomial that is not constant."""
        inner = zip(exponents[self.width :], self.values, strict=False)
        return (*exponents[: self.width], *(0 if value is not None else int(e) for e, value in inner))

    def form(self, polynomial: Polynomial) -> Form:
        """The polynomial with its constants as floating-point numbers."""
        found: Form = {}
        for exponents, coefficient in polynomial.to_dict().items():
            value = nearest_float(coefficient)
            for exponent, number in zip(exponents[self.width :], self.values, strict=False):
                if exponent and number is not None:
                    value *= number ** int(exponent)
            key = self.outer(exponents)
            found[key] = found.get(key, 0.0) + value
        return found

    def coefficients(self, polynomial: Polynomial) -> dict[Monomial, Polynomial]:
        """The constants by which its monomials are multiplied."""
        parts: dict[Monomial, dict[Monomial, Any]] = {}
        for exponents, coefficient in polynomial.to_dict().items():
            key = self.outer(exponents)
            rest = tuple(e - o for e, o in zip(exponents, (*key, *[0] * len(exponents)), strict=False))
            parts.setdefault(key, {})[rest] = coefficient
        context = self.space.context
        return {key: context.from_dict(part) for key, part in parts.items()}

    def monomial(self, exponents: Monomial) -> Polynomial:
        """The polynomial that is this monomial."""
        context = self.space.context
        return context.from_dict({(*exponents, *[0] * (context.nvars() - len(exponents))): 1})


def weighted_refutation(
    constants: Constants,
    constraints: Sequence[Constraint],
    slack: int,
    positive: Callable[[Polynomial], bool | None],
) -> WeightedSum | None:
    """A combination that shows the constraints contradictory, or None.

    Parameters
    ----------
    constants : of the space
    constraints : what is to be refuted; the last one is what contradicts the others
    slack : no variable may have a degree above the last constraint's (or 1) plus this
    positive : whether a constant is certified to be positive (True) or negative (False)
    """
    forms = [constants.form(item.polynomial) for item in constraints]
    columns = _columns(constraints, forms, slack)
    chosen = _chosen(columns)
    if chosen is None or not 0 < len(chosen) <= MOST_COLUMNS:
        return None
    values = [_value(constants, constraints, column) for column in chosen]
    weights = _kernel(constants, values, chosen)
    if weights is None:
        return None
    terms: list[WeightedTerm] = []
    multipliers: dict[int, Polynomial] = {}
    turn = 0
    for column, weight in zip(chosen, weights, strict=True):
        if column.multiplier is not None or weight.is_zero():
            continue
        content, factors = weight.factor()
        number, sign = Fraction(int(content.p), int(content.q)), 1
        signed: list[tuple[Polynomial, int]] = []
        for factor, power in factors:
            is_positive = positive(factor)
            if is_positive is None:
                return None
            signed.append((factor if is_positive else -factor, int(power)))
            sign *= 1 if is_positive or power % 2 == 0 else -1
        sign *= 1 if number > 0 else -1
        if turn and sign != turn:
            return None
        turn = sign
        terms.append(WeightedTerm(abs(number), tuple(signed), _powers(column.factors)))
    if not turn or not any(column.strict for column, w in zip(chosen, weights, strict=True) if not w.is_zero()):
        return None
    for column, weight in zip(chosen, weights, strict=True):
        if column.multiplier is not None and not weight.is_zero():
            (place,) = column.factors
            extra = weight * constants.monomial(column.multiplier) * turn
            multipliers[place] = multipliers.get(place, 0) + extra
    return WeightedSum(tuple(terms), tuple(sorted(multipliers.items())))


def _powers(factors: Iterable[int]) -> tuple[tuple[int, int], ...]:
    counts: dict[int, int] = {}
    for factor in factors:
        counts[factor] = counts.get(factor, 0) + 1
    return tuple(sorted(counts.items()))


def _degrees(form: Form) -> tuple[int, ...]:
    return tuple(max(column) for column in zip(*form, strict=True)) if form else ()


def _columns(constraints: Sequence[Constraint], forms: Sequence[Form], slack: int) -> list[_Column]:
    """Products of constraints whose degrees are small enough, and multiples of equalities."""
    last = len(constraints) - 1
    caps = tuple(max(1, degree) + slack for degree in _degrees(forms[last]))
    used = _variables(forms)
    one = (0,) * len(caps)

    def fits(degrees: Sequence[int]) -> bool:
        return all(degree <= cap for degree, cap in zip(degrees, caps, strict=True))

    usable = [
        place
        for place, item in enumerate(constraints)
        if item.relation in (">", ">=") and place in used and fits(_degrees(forms[place]))
    ]
    found = [_Column((), {one: 1.0}, True)]
    layer = found
    for _ in range(MOST_FACTORS):
        following: list[_Column] = []
        for column in layer:
            for place in usable:
                if column.factors and place < column.factors[-1]:
                    continue
                degrees = map(sum, zip(_degrees(column.form), _degrees(forms[place]), strict=True))
                if not fits(tuple(degrees)) or len(found) + len(following) > MOST_PRODUCTS:
                    continue
                strict = column.strict and constraints[place].relation == ">"
                following.append(_Column((*column.factors, place), _product(column.form, forms[place]), strict))
        found, layer = [*found, *following], following
    for place, item in enumerate(constraints):
        if item.relation == "==" and place in used:
            for multiplier in _multipliers(forms[place], caps, _variables_at(forms, used)):
                form = _product(forms[place], {multiplier: 1.0})
                found.append(_Column((place,), form, False, multiplier))
    return found


def _variables(forms: Sequence[Form]) -> set[int]:
    """Places of constraints that share variables, in chains, with the last one."""
    inside = [{v for v, degree in enumerate(_degrees(form)) if degree} for form in forms]
    reached = set(inside[-1])
    while True:
        wider = reached.union(*(part for part in inside if part & reached))
        if wider == reached:
            return {place for place, part in enumerate(inside) if part & reached}
        reached = wider


def _variables_at(forms: Sequence[Form], places: Iterable[int]) -> list[int]:
    """The variables of the forms at these places."""
    return sorted({v for place in places for v, degree in enumerate(_degrees(forms[place])) if degree})


def _multipliers(form: Form, caps: Sequence[int], variables: Sequence[int]) -> list[Monomial]:
    """Monomials by which a form may be multiplied within the bounds on degrees."""
    degrees = _degrees(form)
    found = []
    for size in range(3):
        for chosen in combinations_with_replacement(variables, size):
            exponents = tuple(chosen.count(v) for v in range(len(caps)))
            if all(d + e <= max(cap, d) for d, e, cap in zip(degrees, exponents, caps, strict=True)):
                found.append(exponents)
    return found


def _product(one: Form, other: Form) -> Form:
    found: Form = {}
    for left, value in one.items():
        for right, factor in other.items():
            key = tuple(a + b for a, b in zip(left, right, strict=True))
            found[key] = found.get(key, 0.0) + value * factor
    return found


def _chosen(columns: Sequence[_Column]) -> list[_Column] | None:
    """The columns of a combination that cancels in floating point, with positive weights but of equalities."""
    import numpy  # for start-up

    rows = {m: k for k, m in enumerate(sorted({m for column in columns for m in column.form}))}
    signed = [(column, 1.0) for column in columns]
    signed += [(column, -1.0) for column in columns if column.multiplier is not None]
    matrix = numpy.zeros((len(rows) + 1, len(signed)))
    for place, (column, sign) in enumerate(signed):
        scale = max(map(abs, column.form.values())) or 1.0
        for monomial, value in column.form.items():
            matrix[rows[monomial], place] = sign * value / scale
        matrix[-1, place] = float(column.strict)
    target = numpy.zeros(len(rows) + 1)
    target[-1] = 1.0
    solution = nonnegative_solution(matrix, target)
    if solution is None:
        return None
    chosen = [signed[place][0] for place in numpy.nonzero(solution > _SMALL)[0]]
    return list({id(column): column for column in chosen}.values())


def _value(constants: Constants, constraints: Sequence[Constraint], column: _Column) -> dict[Monomial, Polynomial]:
    """The exact coefficients of a column."""
    value = prod((constraints[place].polynomial for place in column.factors), start=constants.space.context.constant(1))
    if column.multiplier is not None:
        value *= constants.monomial(column.multiplier)
    return constants.coefficients(value)


def _kernel(
    constants: Constants, values: Sequence[dict[Monomial, Polynomial]], chosen: Sequence[_Column]
) -> list[Polynomial] | None:
    """Constants, not all zero, with which the columns cancel; None where there are none but in floating point."""
    context = constants.space.context
    zero, one = context.constant(0), context.constant(1)
    rows = _independent_rows(chosen)
    if len(rows) != len(chosen) - 1:
        return None
    table = [[value.get(row, zero) for value in values] for row in rows]
    known: dict[tuple[int, ...], Polynomial] = {(): one}

    def minor(places: tuple[int, ...]) -> Polynomial:
        """The determinant of the last rows and these columns."""
        if places not in known:
            row = table[len(table) - len(places)]
            total = zero
            for k, place in enumerate(places):
                if not row[place].is_zero():
                    part = row[place] * minor(places[:k] + places[k + 1 :])
                    total = total - part if k % 2 else total + part
            known[places] = total
        return known[places]

    every = tuple(range(len(chosen)))
    weights = [minor(every[:k] + every[k + 1 :]) * (-1) ** k for k in every]
    shared = zero
    for weight in weights:
        shared = weight.gcd(shared) if not shared.is_zero() else weight
    if shared.is_zero():
        return None
    weights = [weight / shared for weight in weights]
    for monomial in {m for value in values for m in value}:
        total = zero
        for weight, value in zip(weights, values, strict=True):
            total += weight * value.get(monomial, zero)
        if not total.is_zero():
            return None
    return weights


def _independent_rows(chosen: Sequence[_Column]) -> list[Monomial]:
    """Monomials whose rows are independent in floating point, as many as there are, the best conditioned first."""
    import numpy  # for start-up

    names = sorted({monomial for column in chosen for monomial in column.form})
    matrix = numpy.array([[column.form.get(name, 0.0) for column in chosen] for name in names])
    matrix /= numpy.maximum(abs(matrix).max(axis=0), 1e-300)
    found: list[Monomial] = []
    for _ in range(len(chosen) - 1):
        row, place = numpy.unravel_index(int(abs(matrix).argmax()), matrix.shape)
        if abs(matrix[row, place]) < 1e-11:
            break
        found.append(names[row])
        matrix = matrix - numpy.outer(matrix[:, place], matrix[row]) / matrix[row, place]
        matrix[row] = 0.0
    return found
