"""All real points of a zero-dimensional polynomial system over the rationals, exactly.

A Groebner basis (Buchberger 1965) gives a monomial basis of the quotient algebra and the matrices of multiplication.
Adding the squarefree parts of the variables' characteristic polynomials makes the ideal radical (Seidenberg 1974),
and a linear form u that takes different values at all points then generates the algebra, so that every coordinate is
a polynomial in u: a rational univariate representation (Rouillier 1999). Real points are the real roots of the
characteristic polynomial of u; signs at them are decided in their number field.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from flint import fmpq, fmpq_mat, fmpq_poly, fmpz_mpoly_vec, fmpz_poly

from ..decomposition import AlgebraicNumber, algebraic, real_roots, sign_at
from ..errors import BudgetError
from ..errors.running import ask
from .ring import Polynomial

QUOTIENT_LIMIT = 48
BASIS_LIMITS = (400, 4_000, 20_000)
"""Polynomials, terms of one and bits of a coefficient that a Groebner basis may have on the way."""
SHORT_BASIS_LIMITS = (60, 1_000, 2_000)
"""Where there may be more solutions than are handled: only special equations, soon reduced, are worth a try."""

Monomial = tuple[int, ...]
Vector = dict[Monomial, Fraction]


@dataclass(frozen=True, slots=True)
class RealPoint:
    """A point whose coordinates are polynomials (coefficients from the constant up) in one algebraic number."""

    root: AlgebraicNumber
    coordinates: tuple[tuple[Fraction, ...], ...]

    def _at(self, polynomial: Polynomial) -> Any:
        modulus = fmpq_poly(self.root.polynomial)
        values = [_poly(c) for c in self.coordinates]
        total = fmpq_poly([0])
        for exponents, coefficient in polynomial.to_dict().items():
            term = fmpq_poly([int(coefficient)])
            for value, exponent in zip(values, exponents, strict=False):
                for _ in range(int(exponent)):
                    term = (term * value) % modulus
            total += term
        return total % modulus

    def sign(self, polynomial: Polynomial) -> int:
        """The exact sign of a polynomial in the coordinates."""
        value = self._at(polynomial)
        return int(sign_at(value.numer(), self.root))

    def combination(self, constant: int, weights: Sequence[int]) -> tuple[Fraction, ...]:
        """``constant + sum_i weights[i] * x_i`` as a polynomial in the root."""
        width = max(1, *(len(c) for c in self.coordinates)) if self.coordinates else 1
        total = [Fraction(0)] * width
        total[0] += constant
        for weight, coordinate in zip(weights, self.coordinates, strict=True):
            for k, c in enumerate(coordinate):
                total[k] += weight * c
        return tuple(total)

    def number(self, coefficients: Sequence[Fraction]) -> AlgebraicNumber:
        """A polynomial in the root as an algebraic number of its own."""
        value = _poly(coefficients)
        modulus = fmpq_poly(self.root.polynomial)
        value %= modulus
        if value.degree() <= 0:
            return algebraic(_fraction(value[0]))
        degree = int(modulus.degree())
        columns = [(value * fmpq_poly([0] * k + [1])) % modulus for k in range(degree)]
        matrix = fmpq_mat(degree, degree, [columns[c][r] for r in range(degree) for c in range(degree)])
        candidates = real_roots(matrix.charpoly().numer())
        bits = 64
        while len(candidates) > 1:
            low, high = _range(value, self.root, bits)
            candidates = [c for c in candidates if _meets(c, low, high, bits)]
            bits *= 2
        return candidates[0]


def _poly(coefficients: Sequence[Fraction]) -> Any:
    return fmpq_poly([fmpq(c.numerator, c.denominator) for c in coefficients])


def _fraction(value: Any) -> Fraction:
    return Fraction(int(value.p), int(value.q))


def _range(value: Any, root: AlgebraicNumber, bits: int) -> tuple[Fraction, Fraction]:
    """Rational bounds of a polynomial at a root, by interval Horner."""
    low, high = root.bounds(bits)
    bottom = top = Fraction(0)
    for k in range(int(value.degree()), -1, -1):
        ends = [bottom * low, bottom * high, top * low, top * high]
        bottom, top = min(ends) + _fraction(value[k]), max(ends) + _fraction(value[k])
    return bottom, top


def _meets(number: AlgebraicNumber, low: Fraction, high: Fraction, bits: int) -> bool:
    bottom, top = number.bounds(bits)
    return bottom <= high and low <= top


def real_points(
    equations: Sequence[Polynomial], context: Any, count: int, most: int = 0
) -> list[RealPoint] | None:
    """The real solutions in the first `count` variables of a degree-reverse-lexicographic context, exact.

    Variables beyond `count` are auxiliary; they must be determined by the equations too. Returns None when the
    (complex) solution set is not finite. `most` bounds the number of isolated complex solutions, where that is known.
    Raises BudgetError for systems beyond the limits.

    >>> from flint import fmpz_mpoly_ctx
    >>> context = fmpz_mpoly_ctx.get(["x", "y"], "degrevlex")
    >>> x, y = context.gens()
    >>> [[str(p.number(c)) for c in p.coordinates] for p in real_points([x**2 - 2, x*y - 1], context, 2)]
    [['-sqrt(2)', '-sqrt(2)/2'], ['sqrt(2)', 'sqrt(2)/2']]
    """
    gens = context.gens()
    basis = _groebner([e for e in equations if not e.is_zero()], context, most)
    if any(g.is_constant() for g in basis):
        return []
    monomials = _quotient(basis, len(gens))
    if monomials is None:
        return None
    matrices = _matrices(basis, monomials, len(gens))
    squarefree = []
    for gen, matrix in zip(gens, matrices, strict=True):
        polynomial = fmpz_poly([1])
        for factor, _ in matrix.charpoly().numer().factor()[1]:
            polynomial *= factor
        squarefree.append(sum((int(c) * gen**k for k, c in enumerate(polynomial.coeffs())), start=context.constant(0)))
    basis = _groebner([*basis, *squarefree], context, most)
    if any(g.is_constant() for g in basis):
        return []
    monomials = _quotient(basis, len(gens))
    assert monomials is not None
    matrices = _matrices(basis, monomials, len(gens))
    size = len(monomials)
    for k in range(10_000):
        form = fmpq_mat(size, size)
        for place, matrix in enumerate(matrices):
            form += matrix * fmpq((k**place) if k else int(place == 0))
        characteristic = form.charpoly().numer()
        if all(power == 1 for _, power in characteristic.factor()[1]):
            return _represented(form, matrices[:count], characteristic, size, monomials)
    raise BudgetError("no linear form separates the solutions; use a smaller game")


def _represented(form: Any, matrices: Sequence[Any], characteristic: Any, size: int, monomials: Any) -> list[RealPoint]:
    """The points from powers of a separating form: each coordinate as a polynomial in it."""
    unit = monomials.index((0,) * len(monomials[0]))
    vector = fmpq_mat(size, 1, [fmpq(int(k == unit)) for k in range(size)])
    powers = []
    for _ in range(size):
        ask("the solutions of polynomial systems")
        powers.append(vector)
        vector = form * vector
    table = fmpq_mat(size, size, [powers[c][r, 0] for r in range(size) for c in range(size)])
    start = fmpq_mat(size, 1, [fmpq(int(k == unit)) for k in range(size)])
    coordinates = []
    for matrix in matrices:
        ask("the solutions of polynomial systems")
        solution = table.solve(matrix * start)
        coordinates.append(fmpq_poly([solution[k, 0] for k in range(size)]))
    found = []
    for root in real_roots(characteristic):
        modulus = fmpq_poly(root.polynomial)
        reduced = tuple(tuple(_fraction(c) for c in ((value % modulus).coeffs() or [fmpq(0)])) for value in coordinates)
        found.append(RealPoint(root, reduced))
    return found


def _groebner(polynomials: Sequence[Polynomial], context: Any, most: int) -> list[Polynomial]:
    ask("Groebner bases")
    many = most > QUOTIENT_LIMIT
    limits = SHORT_BASIS_LIMITS if many else BASIS_LIMITS
    basis, done = fmpz_mpoly_vec(list(polynomials), context).buchberger_naive(limits=limits)
    if not done and many:
        raise BudgetError(
            f"the equations of a support have up to {most} complex solutions, more than the limit of {QUOTIENT_LIMIT}, "
            f"and need a Groebner basis beyond {limits[0]} polynomials; use a smaller game"
        )
    if not done:
        raise BudgetError(
            f"the equations of a support need a Groebner basis beyond {BASIS_LIMITS[0]} polynomials; use a smaller game"
        )
    reduced = basis.autoreduction()
    return [reduced[k] for k in range(len(reduced))]


def _leading(polynomial: Polynomial) -> Monomial:
    return tuple(int(e) for e in polynomial.monoms()[0])


def _divides(first: Monomial, second: Monomial) -> bool:
    return all(a <= b for a, b in zip(first, second, strict=True))


def _quotient(basis: Sequence[Polynomial], width: int) -> list[Monomial] | None:
    """The monomials outside the initial ideal, sorted; None when there are infinitely many."""
    leads = [_leading(g) for g in basis]
    for place in range(width):
        if not any(all(e == 0 for k, e in enumerate(lead) if k != place) for lead in leads):
            return None
    found: list[Monomial] = []
    frontier = [(0,) * width]
    seen = set(frontier)
    while frontier:
        monomial = frontier.pop()
        found.append(monomial)
        if len(found) > QUOTIENT_LIMIT:
            raise BudgetError(
                f"the equations of a support have more than {QUOTIENT_LIMIT} complex solutions; use a smaller game"
            )
        for place in range(width):
            larger = (*monomial[:place], monomial[place] + 1, *monomial[place + 1 :])
            if larger not in seen and not any(_divides(lead, larger) for lead in leads):
                seen.add(larger)
                frontier.append(larger)
    return sorted(found)


def _matrices(basis: Sequence[Polynomial], monomials: list[Monomial], width: int) -> list[Any]:
    """Multiplication by each variable on the quotient, columns are images."""
    rules = []
    for g in basis:
        terms = [(tuple(int(e) for e in m), Fraction(int(c))) for m, c in zip(g.monoms(), g.coeffs(), strict=True)]
        lead, scale = terms[0]
        rules.append((lead, [(m, -c / scale) for m, c in terms[1:]]))
    place_of = {m: k for k, m in enumerate(monomials)}
    known: dict[Monomial, dict[int, Fraction]] = {}

    def normal(monomial: Monomial) -> dict[int, Fraction]:
        if monomial in place_of:
            return {place_of[monomial]: Fraction(1)}
        if monomial not in known:
            lead, tail = next(rule for rule in rules if _divides(rule[0], monomial))
            total: dict[int, Fraction] = {}
            for m, c in tail:
                shifted = tuple(e - a + b for e, a, b in zip(monomial, lead, m, strict=True))
                for k, v in normal(shifted).items():
                    total[k] = total.get(k, Fraction(0)) + c * v
            known[monomial] = total
        return known[monomial]

    size = len(monomials)
    found = []
    for place in range(width):
        matrix = fmpq_mat(size, size)
        for column, monomial in enumerate(monomials):
            image = normal((*monomial[:place], monomial[place] + 1, *monomial[place + 1 :]))
            for row, value in image.items():
                matrix[row, column] = fmpq(value.numerator, value.denominator)
        found.append(matrix)
    return found
