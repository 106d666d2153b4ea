"""All real solutions of a polynomial system with finitely many complex ones, exactly.

Every solution is returned with its coordinates in one number field Q(alpha): a rational univariate
representation. From a Groebner basis (Buchberger 1965; FLINT computes it) come the standard monomials and the
multiplication matrices of Q[x]/I. Adding the squarefree part of the minimal polynomial of every coordinate makes
the ideal radical (Seidenberg 1974); then a linear form t whose minimal polynomial has the full degree separates
the solutions, every coordinate is a polynomial in t, and the real solutions are the real roots of that
polynomial (Rouillier 1999).
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations
from typing import Any

from flint import Ordering, fmpq, fmpq_mat, fmpq_mpoly_ctx, fmpq_poly, fmpz_mpoly_ctx, fmpz_mpoly_vec, fmpz_poly

from ..decomposition import real_roots
from ..errors import BudgetError, NotSupportedError
from .number_field import Real

Polynomial = Any

DIMENSION_LIMIT = 80
_BASIS_LIMITS = (400, 4_000, 60_000)


class InfinitelyManyError(NotSupportedError):
    """A polynomial system with infinitely many complex solutions."""


def solve_system(polynomials: Sequence[Polynomial], count: int) -> list[tuple[Real, ...]]:
    """The real common zeros of polynomials (`fmpz_mpoly` of one context) in the first `count` variables.

    Later variables must not occur. Solutions come in no particular order, each once. Exact.

    Raises InfinitelyManyError when there are infinitely many complex solutions, BudgetError when the algebra
    grows beyond the limits.

    >>> context = fmpz_mpoly_ctx.get(["x", "y"], Ordering.lex)
    >>> x, y = context.gens()
    >>> [[str(c) for c in point] for point in solve_system([x * y - 2, x - y], 2)]
    [['-sqrt(2)', '-sqrt(2)'], ['sqrt(2)', 'sqrt(2)']]
    """
    inputs = [p for p in polynomials if not p.is_zero()]
    if any(p.is_constant() for p in inputs):
        return []
    if count == 0:
        return [()]
    if count == 1:
        if not inputs:
            raise InfinitelyManyError("a coordinate is not determined")
        common = inputs[0]
        for other in inputs[1:]:
            common = common.gcd(other)
        return [(Real.of(root),) for root in real_roots(univariate(common))]
    algebra = _Quotient.of(inputs, count)
    return [] if algebra is None else algebra.points()


def eliminate(polynomials: Sequence[Polynomial], count: int, variable: int) -> Polynomial | None:
    """A nonzero integer polynomial that vanishes at this coordinate of every common zero; None: no zeros.

    Raises as `solve_system`.
    """
    inputs = [p for p in polynomials if not p.is_zero()]
    if any(p.is_constant() for p in inputs):
        return None
    if count == 1:
        if not inputs:
            raise InfinitelyManyError("a coordinate is not determined")
        common = inputs[0]
        for other in inputs[1:]:
            common = common.gcd(other)
        return univariate(common)
    algebra = _Quotient.of(inputs, count)
    return None if algebra is None else algebra.matrices[variable].minpoly().numer()


def common_field(numbers: Sequence[Real]) -> list[Real]:
    """The same numbers as elements of one number field (compositum).

    >>> r2, r3 = (Real.of(real_roots(fmpz_poly([-k, 0, 1]))[1]) for k in (2, 3))
    >>> a, b = common_field([r2, r3])
    >>> str((a * b).algebraic())
    'sqrt(6)'
    """
    fields = []
    for value in numbers:
        if value.part.degree() > 0 and value.alpha not in fields:
            fields.append(value.alpha)
    if len(fields) <= 1:
        return list(numbers)
    context = fmpz_mpoly_ctx.get([f"x{k}" for k in range(len(fields))], Ordering.lex)
    system = []
    for generator, alpha in zip(context.gens(), fields, strict=True):
        system.append(alpha.equation(generator))
    for point in solve_system(system, len(fields)):
        if all(coordinate.algebraic() == alpha for coordinate, alpha in zip(point, fields, strict=True)):
            break
    else:
        raise AssertionError("the compositum must contain the given roots")
    result = []
    for value in numbers:
        if value.part.degree() <= 0:
            result.append(value)
            continue
        base = point[fields.index(value.alpha)]
        total = Real.of(0)
        for coefficient in reversed(value.part.coeffs()):
            total = total * base + Real(total.alpha, fmpq_poly([coefficient]))
        result.append(total)
    return result


def univariate(polynomial: Polynomial) -> Any:
    """A polynomial in which one variable occurs, as `fmpz_poly`."""
    coefficients: dict[int, int] = {}
    for exponents, coefficient in polynomial.to_dict().items():
        coefficients[int(sum(exponents))] = int(coefficient)
    return fmpz_poly([coefficients.get(k, 0) for k in range(max(coefficients) + 1)])


class _Quotient:
    """Q[x_1..x_n]/I for a zero-dimensional ideal I: standard monomials and multiplication matrices."""

    def __init__(self, basis: list[Polynomial], context: Any, count: int) -> None:
        self.context = context
        self.count = count
        self.basis = [(g, tuple(map(int, g.monoms()[0]))) for g in basis]
        self.monomials = self._standard_monomials()
        self.place = {m: k for k, m in enumerate(self.monomials)}
        self.matrices = [self._multiplication(k) for k in range(count)]

    @staticmethod
    def of(polynomials: Sequence[Polynomial], count: int) -> _Quotient | None:
        """The algebra of the system; None when it is inconsistent."""
        names = [f"x{k}" for k in range(count)]
        integral = fmpz_mpoly_ctx.get(names, Ordering.degrevlex)
        rational = fmpq_mpoly_ctx.get(names, Ordering.degrevlex)
        moved = []
        for p in polynomials:
            terms = {tuple(int(e) for e in es)[:count]: int(c) for es, c in p.to_dict().items()}
            moved.append(integral.from_dict(terms))
        basis = _groebner(moved, integral)
        if any(g.is_constant() for g in basis):
            return None
        return _Quotient([_monic(g, rational) for g in basis], rational, count)

    def _standard_monomials(self) -> list[tuple[int, ...]]:
        leads = [lead for _, lead in self.basis]
        for k in range(self.count):
            if not any(sum(lead) == lead[k] for lead in leads):
                raise InfinitelyManyError("a polynomial system has infinitely many solutions")
        found = [(0,) * self.count]
        seen = set(found)
        for monomial in found:
            for k in range(self.count):
                following = tuple(e + (i == k) for i, e in enumerate(monomial))
                if following in seen or any(_divides(lead, following) for lead in leads):
                    continue
                seen.add(following)
                found.append(following)
                if len(found) > DIMENSION_LIMIT:
                    raise BudgetError(
                        f"a polynomial system has more than {DIMENSION_LIMIT} complex solutions; use a smaller family"
                    )
        return found

    def normal_form(self, polynomial: Polynomial) -> dict[tuple[int, ...], Any]:
        """The coefficients over the standard monomials."""
        rest: dict[tuple[int, ...], Any] = {}
        while not polynomial.is_zero():
            lead = tuple(map(int, polynomial.monoms()[0]))
            coefficient = polynomial.coeffs()[0]
            for g, divisor in self.basis:
                if _divides(divisor, lead):
                    shift = tuple(a - b for a, b in zip(lead, divisor, strict=True))
                    polynomial = polynomial - self.context.from_dict({shift: coefficient}) * g
                    break
            else:
                rest[lead] = coefficient
                polynomial = polynomial - self.context.from_dict({lead: coefficient})
        return rest

    def _multiplication(self, variable: int) -> Any:
        """The matrix whose k-th row holds the normal form of x_variable times the k-th standard monomial."""
        size = len(self.monomials)
        rows = []
        for monomial in self.monomials:
            product = tuple(e + (i == variable) for i, e in enumerate(monomial))
            row = [fmpq(0)] * size
            form = (
                {product: fmpq(1)}
                if product in self.place
                else self.normal_form(self.context.from_dict({product: 1}))
            )
            for m, coefficient in form.items():
                row[self.place[m]] = coefficient
            rows.append(row)
        return fmpq_mat(rows)

    def radical(self) -> _Quotient:
        """The algebra of the radical ideal (Seidenberg)."""
        extra = []
        generators = self.context.gens()
        for k in range(self.count):
            minimal = self.matrices[k].minpoly()
            free = fmpq_poly([1])
            for factor, _ in minimal.factor_squarefree()[1]:
                free *= factor
            if free.degree() < minimal.degree():
                extra.append(
                    sum((c * generators[k] ** i for i, c in enumerate(free.coeffs())), self.context.constant(0))
                )
        if not extra:
            return self
        integral = fmpz_mpoly_ctx.get(list(self.context.names()), Ordering.degrevlex)
        inputs = [_integral(g, integral) for g, _ in self.basis] + [_integral(g, integral) for g in extra]
        basis = _groebner(inputs, integral)
        return _Quotient([_monic(g, self.context) for g in basis], self.context, self.count)

    def points(self) -> list[tuple[Real, ...]]:
        """The real points of the variety."""
        algebra = self.radical()
        size = len(algebra.monomials)
        for form in _forms(self.count):
            matrix = sum(
                (algebra.matrices[k] * fmpq(weight) for k, weight in enumerate(form) if weight),
                start=fmpq_mat(size, size),
            )
            minimal = matrix.minpoly()
            if minimal.degree() == size:
                return algebra._points_over(matrix, minimal)
        raise BudgetError("no small linear form separates the solutions of a polynomial system")

    def _points_over(self, matrix: Any, minimal: Polynomial) -> list[tuple[Real, ...]]:
        size = len(self.monomials)
        power = fmpq_mat(1, size, [1] + [0] * (size - 1))
        rows = []
        for _ in range(size):
            rows.append([power[0, k] for k in range(size)])
            power = power * matrix
        inverse = fmpq_mat(rows).inv()
        parts = []
        for k in range(self.count):
            unit = fmpq_mat(1, size, [self.matrices[k][0, j] for j in range(size)])
            weights = unit * inverse
            parts.append(fmpq_poly([weights[0, j] for j in range(size)]))
        return [tuple(Real.element(root, part) for part in parts) for root in real_roots(minimal.numer())]


def _forms(count: int) -> Any:
    """Candidates for separating linear forms: single variables, then combinations with growing weights."""
    for k in reversed(range(count)):
        yield tuple(int(i == k) for i in range(count))
    for first, second in combinations(range(count), 2):
        yield tuple(int(i in (first, second)) for i in range(count))
    for base in range(1, 40):
        yield tuple(base**k if k else 1 for k in range(count))
        yield tuple((-base) ** k + k for k in range(count))


def _divides(divisor: tuple[int, ...], monomial: tuple[int, ...]) -> bool:
    return all(a <= b for a, b in zip(divisor, monomial, strict=True))


def _groebner(polynomials: list[Polynomial], context: Any) -> list[Polynomial]:
    vector = fmpz_mpoly_vec([p.primitive()[1] for p in polynomials], context)
    basis, complete = vector.buchberger_naive(limits=_BASIS_LIMITS)
    if not complete:
        raise BudgetError(
            f"a polynomial system of {len(polynomials)} equations in {context.nvars()} unknowns outgrows the "
            "limits of elimination; use a smaller family or fewer actions"
        )
    return list(basis.autoreduction())


def _monic(polynomial: Polynomial, context: Any) -> Polynomial:
    lead = fmpq(int(polynomial.leading_coefficient()))
    return context.from_dict(
        {tuple(int(e) for e in es): fmpq(int(c)) / lead for es, c in polynomial.to_dict().items()}
    )


def _integral(polynomial: Polynomial, context: Any) -> Polynomial:
    terms = {tuple(int(e) for e in es): fmpq(c) for es, c in polynomial.to_dict().items()}
    scale = 1
    for c in terms.values():
        scale *= int(c.q)
    return context.from_dict({es: int((c * scale).p) for es, c in terms.items()})
