"""Search for refutations: non-negative combinations of products of constraints that cancel identically.

A set of constraints ``g_i > 0``, ``g_i >= 0``, ``g_i != 0``, ``e_j == 0`` (polynomials over the rationals) has no real
solution as soon as ``sum c_k prod g_i^(n_ik) s_k^2 + sum m_j e_j = 0`` identically with ``c_k > 0``, one of
the products being strictly positive (Krivine 1964, Stengle 1974; with products only: Handelman 1988).
For products and squares from a finite list, finding the ``c_k`` is a linear program; it is solved in floating
point by the active-set method of Lawson and Hanson (non-negative least squares), whose support is then
solved exactly over the rationals. What comes out is exact or None; nothing here has to be trusted, since the checker
multiplies the combination out again.

Polynomials are ``fmpq_mpoly`` of one context.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations
from itertools import product as cartesian
from math import gcd, lcm
from operator import add, gt
from typing import Any

from flint import fmpq, fmpq_mat

from ...symbolic.floats import nearest_float
from .nonnegative import nonnegative_solution

Polynomial = Any  # fmpq_mpoly: python-flint ships no type information

MOST_ROWS = 600
RICH_VARIABLES = 3
RICH_DEGREE = 4
RICH_PAIRS = 10
_SMALL = 1e-9


@dataclass(frozen=True, slots=True)
class Constraint:
    """``polynomial relation 0`` with relation one of ``>``, ``>=``, ``==``, ``!=``."""

    polynomial: Polynomial
    relation: str


@dataclass(frozen=True, slots=True)
class Term:
    """``coefficient * prod g_i^n * square^2`` over pairs (i, n); square is None for 1."""

    coefficient: Fraction
    factors: tuple[tuple[int, int], ...]
    square: Polynomial | None


@dataclass(frozen=True, slots=True)
class Combination:
    """Terms and (index, multiplier) pairs of equalities whose total vanishes identically."""

    terms: tuple[Term, ...]
    equalities: tuple[tuple[int, Polynomial], ...]


@dataclass(frozen=True, slots=True)
class Effort:
    """How far the search goes.

    Attributes
    ----------
    extra_degree : degrees above the last constraint's own
    most_terms : products tried, and as many products with squares
    slack : no variable may have a degree above the last constraint's (or 1) plus this; None for no such bound
    rich : whether squares of many binomials and trinomials are tried, but products of one constraint only: for
        polynomials that are no sum of simple squares themselves, but times a sum of squares are (Motzkin 1967)
    """

    extra_degree: int = 3
    most_terms: int = 3000
    slack: int | None = None
    rich: bool = False


@dataclass(frozen=True, slots=True)
class _Candidate:
    factors: tuple[tuple[int, int], ...]
    square: Polynomial | None
    value: Polynomial
    strict: bool


class Elimination:
    """Equalities that are linear in some variable with a constant coefficient, used to remove that variable.

    `reduce` substitutes; `multipliers` gives, for a polynomial in the ideal of these equalities, the polynomials
    ``m_j`` with ``p = sum m_j e_j``.
    """

    def __init__(self, constraints: Sequence[Constraint]) -> None:
        self.steps: list[tuple[int, int, Polynomial, Fraction]] = []  # constraint, variable, image, coefficient
        self.left: list[int] = []
        for index, constraint in enumerate(constraints):
            if constraint.relation == "==":
                reduced = self.reduce(constraint.polynomial)
                chosen = _linear_variable(reduced)
                if chosen is None:
                    if not reduced.is_zero():
                        self.left.append(index)
                    continue
                variable, coefficient = chosen
                generator = reduced.context().gens()[variable]
                self.steps.append((index, variable, generator - reduced / coefficient, coefficient))

    def reduce(self, polynomial: Polynomial) -> Polynomial:
        """The polynomial with every eliminated variable replaced."""
        for _, variable, image, _ in self.steps:
            polynomial = _substitute(polynomial, variable, image)
        return polynomial

    def multipliers(self, polynomial: Polynomial, constraints: Sequence[Constraint]) -> dict[int, Polynomial] | None:
        """Multipliers of the original equalities, None where the polynomial is not in their ideal this way."""
        result: dict[int, Polynomial] = {}
        generators = polynomial.context().gens()
        for place, (index, variable, image, coefficient) in enumerate(self.steps):
            after = _substitute(polynomial, variable, image)
            quotient = (polynomial - after) / (generators[variable] - image) / coefficient
            # quotient * (reduced equality); the reduced equality is the original one minus earlier multiples.
            result[index] = result.get(index, 0) + quotient
            reduced = self._partly(constraints[index].polynomial, place)
            inner = self._inner(constraints[index].polynomial - reduced, constraints, place)
            for other, multiplier in inner.items():
                result[other] = result.get(other, 0) - quotient * multiplier
            polynomial = after
        return result if polynomial.is_zero() else None

    def _partly(self, polynomial: Polynomial, count: int) -> Polynomial:
        for _, variable, image, _ in self.steps[:count]:
            polynomial = _substitute(polynomial, variable, image)
        return polynomial

    def _inner(self, polynomial: Polynomial, constraints: Sequence[Constraint], count: int) -> dict[int, Polynomial]:
        if polynomial.is_zero():
            return {}
        shorter = Elimination([])
        shorter.steps = self.steps[:count]
        return shorter.multipliers(polynomial, constraints) or {}


def _substitute(polynomial: Polynomial, variable: int, image: Polynomial) -> Polynomial:
    if polynomial.degrees()[variable] == 0:
        return polynomial
    generators = list(polynomial.context().gens())
    generators[variable] = image
    return polynomial.compose(*generators)


def _linear_variable(polynomial: Polynomial) -> tuple[int, Any] | None:
    """A variable that occurs exactly in one term, alone, and its coefficient."""
    degrees = polynomial.degrees()
    best: tuple[int, Any] | None = None
    for variable in range(len(degrees) - 1, -1, -1):
        if degrees[variable] != 1:
            continue
        terms = [(m, c) for m, c in polynomial.to_dict().items() if m[variable]]
        if len(terms) == 1 and sum(terms[0][0]) == 1:
            best = (variable, terms[0][1])
            break
    return best


def refute(
    constraints: Sequence[Constraint], effort: Effort | None = None, late: Callable[[], bool] = lambda: False
) -> Combination | None:
    """A combination that shows the constraints contradictory, or None where none was found within the effort.

    Parameters: the constraints, the effort, and whether the time is up, which is asked before each degree. The result
    is exact: its terms and equalities sum to the zero polynomial and one term is strictly positive.

    >>> from flint import Ordering, fmpq_mpoly_ctx
    >>> x, y = fmpq_mpoly_ctx.get(["x", "y"], Ordering.lex).gens()
    >>> found = refute([Constraint(x, ">"), Constraint(y - x, ">"), Constraint(-(y**2) + x * y, ">=")])
    >>> [(str(term.coefficient), term.factors) for term in found.terms]
    [('1', ((2, 1),)), ('1', ((0, 1), (1, 1))), ('1', ((1, 2),))]
    """
    effort = effort or Effort()
    elimination = Elimination(constraints)
    reduced = [Constraint(elimination.reduce(item.polynomial), item.relation) for item in constraints]
    immediate = _immediate(reduced)
    if immediate is not None:
        return _complete(immediate[0], constraints, elimination, immediate[1])
    relevant = _relevant(reduced)
    if not relevant:
        return None
    goal = int(reduced[relevant[-1]].polynomial.total_degree())
    most = max(int(reduced[index].polynomial.total_degree()) for index in relevant)
    seen = 0
    for degree in range(goal, max(most, goal + effort.extra_degree) + 1):
        if late():
            return None
        candidates = _candidates(reduced, relevant, degree, effort)
        if len(candidates) == seen:
            continue
        seen = len(candidates)
        found = _solve(candidates, [(i, reduced[i].polynomial) for i in elimination.left], degree)
        if found is not None:
            complete = _complete(found[0], constraints, elimination, found[1])
            if complete is not None:
                return complete
        if degree >= goal + effort.extra_degree:
            return None
    return None


def _immediate(constraints: Sequence[Constraint]) -> tuple[tuple[Term, ...], dict[int, Polynomial]] | None:
    """The combination for a constraint that became a false statement about a number."""
    for index, item in enumerate(constraints):
        if not item.polynomial.is_constant():
            continue
        zero = item.polynomial.is_zero()
        value = Fraction(0) if zero else _rational(item.polynomial.leading_coefficient())
        if item.relation in (">", ">=") and value < 0:
            return (Term(Fraction(1), ((index, 1),), None), Term(-value, (), None)), {}
        if item.relation == ">" and value == 0:
            return (Term(Fraction(1), ((index, 1),), None),), {}
        if item.relation == "!=" and value == 0:
            return (Term(Fraction(1), ((index, 2),), None),), {}
        if item.relation == "==" and value != 0:
            sign = item.polynomial.context().constant(-1 if value > 0 else 1)
            return (Term(abs(value), (), None),), {index: sign}
    return None


def _relevant(constraints: Sequence[Constraint]) -> list[int]:
    """Indices of non-constant constraints that share variables, in chains, with the last non-constant one."""
    useful = [i for i, item in enumerate(constraints) if not item.polynomial.is_constant()]
    if not useful:
        return []
    variables = {i: {v for v, d in enumerate(constraints[i].polynomial.degrees()) if d} for i in useful}
    # The negated goal comes last by custom; without one every constraint is a possible start.
    reached = set(variables[useful[-1]])
    while True:
        wider = reached.union(*(part for part in variables.values() if part & reached))
        if wider == reached:
            return [i for i in useful if variables[i] & reached and constraints[i].relation != "=="]
        reached = wider


@dataclass(frozen=True, slots=True)
class _Size:
    """Total degree and degree in each variable; those of a product are the sums."""

    total: int
    degrees: tuple[int, ...]

    @classmethod
    def of(cls, polynomial: Polynomial) -> _Size:
        return cls(int(polynomial.total_degree()), tuple(map(int, polynomial.degrees())))

    def times(self, other: _Size) -> _Size:
        return _Size(self.total + other.total, tuple(map(add, self.degrees, other.degrees)))


def _candidates(
    constraints: Sequence[Constraint], relevant: Sequence[int], degree: int, effort: Effort
) -> list[_Candidate]:
    """Products of constraints, times squares, of total degree at most this; fewest factors first.

    Whether a product is small enough is read off the sizes of its parts; only those kept are multiplied out.
    """
    goal = constraints[relevant[-1]].polynomial
    one, most = goal.context().constant(1), effort.most_terms
    caps = None if effort.slack is None else tuple(max(1, int(d)) + effort.slack for d in goal.degrees())

    def fits(left: _Size, right: _Size) -> bool:
        if left.total + right.total > degree:
            return False
        return caps is None or not any(map(gt, map(add, left.degrees, right.degrees), caps))

    result = [_Candidate((), None, one, True)]
    sizes = [_Size.of(one)]
    start, rounds = 0, 1 if effort.rich else most
    factors = []
    for i in relevant:
        power = 2 if constraints[i].relation == "!=" else 1
        polynomial = constraints[i].polynomial ** power
        factors.append((i, power, polynomial, _Size.of(polynomial), constraints[i].relation != ">="))
    while start < len(result) < most and rounds > 0:
        rounds -= 1
        layer = range(start, len(result))
        start = len(result)
        for place in layer:
            candidate, size = result[place], sizes[place]
            last = candidate.factors[-1][0] if candidate.factors else -1
            for i, power, polynomial, own, strict in factors:
                if i < last or not fits(size, own):
                    continue
                if len(result) == most:
                    break
                raised, value = _raised(candidate.factors, i, power), candidate.value * polynomial
                result.append(_Candidate(raised, None, value, candidate.strict and strict))
                sizes.append(size.times(own))
    if effort.rich:
        roots = _rich_roots(goal, degree // 2)
    else:
        roots = _square_roots([constraints[i].polynomial for i in relevant], degree // 2)
    squares = [(root, root**2) for root in roots]
    sized = [(root, square, _Size.of(square)) for root, square in squares]
    for candidate, size in list(zip(result, sizes, strict=True)):
        for root, square, own in sized:
            if fits(size, own):
                if len(result) >= 2 * most:
                    return result
                result.append(_Candidate(candidate.factors, root, candidate.value * square, False))
    return result


def _raised(factors: tuple[tuple[int, int], ...], index: int, power: int) -> tuple[tuple[int, int], ...]:
    if factors and factors[-1][0] == index:
        return (*factors[:-1], (index, factors[-1][1] + power))
    return (*factors, (index, power))


def _square_roots(polynomials: Sequence[Polynomial], degree: int) -> list[Polynomial]:
    """Polynomials whose squares are worth a try: irreducible factors of the constraints and of their derivatives, and
    monomials with their sums and differences."""
    if degree < 1:
        return []
    context = polynomials[0].context()
    used = [v for v in range(context.nvars()) if any(p.degrees()[v] for p in polynomials)]
    generators = context.gens()
    found: list[Polynomial] = []
    for polynomial in polynomials:
        if int(polynomial.total_degree()) < 2:
            continue
        for part in (polynomial, *(polynomial.derivative(v) for v in used)):
            if not part.is_constant():
                found += [factor for factor, _ in part.factor()[1]]
    monomials = [generators[v] for v in used]
    if degree >= 2:
        monomials += [a * b for i, a in enumerate(monomials) for b in monomials[i:]][:20]
    found += monomials
    pairs = combinations([context.constant(1), *monomials], 2)
    found += [part for left, right in pairs for part in (left - right, left + right)]
    unique: dict[str, Polynomial] = {}
    for root in found:
        if 1 <= int(root.total_degree()) <= degree:
            scaled = root / root.leading_coefficient()
            unique.setdefault(str(scaled), scaled)
    return list(unique.values())[:60]


def _rich_roots(polynomial: Polynomial, degree: int) -> list[Polynomial]:
    """Monomials up to a degree, ``a - b`` and ``a + b - 2*c`` for monomials whose exponents have the same parities.

    Of a homogeneous polynomial only monomials of that degree, which are all that its multiples need; of few monomials
    the sums and differences of all pairs.
    """
    context = polynomial.context()
    used = [v for v in range(context.nvars()) if polynomial.degrees()[v]]
    if not 1 <= len(used) <= RICH_VARIABLES or not 1 <= degree <= RICH_DEGREE:
        return []
    homogeneous = len({sum(map(int, m)) for m in polynomial.monoms()}) == 1
    classes: dict[tuple[int, ...], list[Polynomial]] = {}
    found: list[Polynomial] = []
    for exponents in cartesian(range(degree + 1), repeat=len(used)):
        total = sum(exponents)
        if not 1 <= total <= degree and not (total == 0 and not homogeneous):
            continue
        full = [0] * context.nvars()
        for variable, exponent in zip(used, exponents, strict=True):
            full[variable] = exponent
        monomial = context.from_dict({tuple(full): 1})
        if total:
            found.append(monomial)
        if not homogeneous or total == degree:
            classes.setdefault(tuple(e % 2 for e in exponents), []).append(monomial)
    if sum(map(len, classes.values())) <= RICH_PAIRS:
        everything = [member for members in classes.values() for member in members]
        found += [part for a, b in combinations(everything, 2) for part in (a - b, a + b)]
    for members in classes.values():
        found += [a - b for a, b in combinations(members, 2)]
        found += [a + b - 2 * c for a, b in combinations(members, 2) for c in members if c not in (a, b)]
    return found


def _solve(
    candidates: Sequence[_Candidate], equalities: Sequence[tuple[int, Polynomial]], degree: int
) -> tuple[tuple[Term, ...], dict[int, Polynomial]] | None:
    """Non-negative exact coefficients with total zero, strict coefficients summing to one, or None."""
    import numpy  # for start-up

    columns = [(candidate.value.to_dict(), candidate, 0, None) for candidate in candidates]
    free: list[Any] = []
    for index, polynomial in equalities:
        room = max(0, degree - int(polynomial.total_degree()))
        multiples = _monomials(polynomial, candidates, room)
        free += [((polynomial * monomial).to_dict(), None, index, monomial) for monomial in multiples]
    columns = _presolved(columns, free)
    if not any(candidate.strict for _, candidate, _, _ in columns if candidate is not None):
        return None
    everything: list[Any] = [*columns, *free]
    rows = {m: k for k, m in enumerate(sorted({m for entries, *_ in everything for m in entries}))}
    height = len(rows) + 1
    matrix = numpy.zeros((height, len(columns) + 2 * len(free)))
    for place, (entries, candidate, _, _) in enumerate(everything):
        for monomial, value in entries.items():
            matrix[rows[monomial], place] = nearest_float(value)
        if candidate is not None and candidate.strict:
            matrix[-1, place] = 1.0
    scale = numpy.abs(matrix[:-1, : len(everything)]).max(axis=0)
    scale[scale == 0] = 1.0
    # The last row asks for one strict coefficient to be non-zero; in the scaled problem any normalisation will do.
    matrix[:-1, : len(everything)] /= scale
    matrix[:, len(everything) :] = -matrix[:, len(columns) : len(everything)]
    target = numpy.zeros(height)
    target[-1] = 1.0
    if matrix.shape[0] > MOST_ROWS:
        return None
    solution = nonnegative_solution(matrix, target)
    if solution is None:
        return None
    chosen = sorted({p if p < len(everything) else p - len(free) for p in numpy.nonzero(solution > _SMALL)[0]})
    exact = _exact([everything[p] for p in chosen], rows)
    if exact is None:
        return None
    terms: list[Term] = []
    multipliers: dict[int, Polynomial] = {}
    for column, value in zip(chosen, exact, strict=True):
        _, candidate, index, monomial = everything[column]
        if value == 0:
            continue
        if candidate is None:
            multipliers[index] = multipliers.get(index, 0) + monomial * _flint(value)
        elif value < 0:
            return None
        else:
            terms.append(Term(value, candidate.factors, candidate.square))
    return tuple(terms), multipliers


def _monomials(polynomial: Polynomial, candidates: Sequence[_Candidate], room: int) -> list[Polynomial]:
    """Multipliers for an equality: all monomials of this degree in the variables at hand."""
    context = polynomial.context()
    used = [
        v
        for v in range(context.nvars())
        if polynomial.degrees()[v] or any(c.value.degrees()[v] for c in candidates[:200])
    ]
    layer = [context.constant(1)]
    result = list(layer)
    for _ in range(min(room, 4)):
        layer = list({str(m * context.gens()[v]): m * context.gens()[v] for m in layer for v in used}.values())
        result += layer
        if len(result) > 150:
            break
    return result[:150]


def _presolved(columns: list[Any], free: list[Any]) -> list[Any]:
    """Drop columns that own a monomial which only columns of the same sign there could cancel."""
    fixed = {monomial for entries, *_ in free for monomial in entries}
    while True:
        signs: dict[Any, set[bool]] = {}
        for entries, *_ in columns:
            for monomial, value in entries.items():
                signs.setdefault(monomial, set()).add(value > 0)
        lonely = {m for m, kinds in signs.items() if len(kinds) == 1 and m not in fixed}
        if not lonely:
            return columns
        columns = [column for column in columns if not lonely.intersection(column[0])]


def _exact(columns: Sequence[Any], rows: dict[Any, int]) -> list[Fraction] | None:
    """The rational solution with strict coefficients summing to one on linearly independent columns, or None."""
    if not columns:
        return None
    used = sorted({rows[m] for entries, *_ in columns for m in entries})
    place = {row: k for k, row in enumerate(used)}
    width = len(columns)
    table = [[fmpq(0)] * (width + 1) for _ in range(len(used) + 1)]
    for column, (entries, candidate, _, _) in enumerate(columns):
        for monomial, value in entries.items():
            table[place[rows[monomial]]][column] = value
        if candidate is not None and candidate.strict:
            table[-1][column] = fmpq(1)
    table[-1][width] = fmpq(1)
    reduced, rank = fmpq_mat(table).rref()
    values = [Fraction(0)] * width
    for row in range(rank):
        pivot = next(column for column in range(width + 1) if reduced[row, column] != 0)
        if pivot == width:
            return None
        values[pivot] = _rational(reduced[row, width])
    return values


def _complete(
    terms: tuple[Term, ...],
    constraints: Sequence[Constraint],
    elimination: Elimination,
    multipliers: dict[int, Polynomial],
) -> Combination | None:
    """Add the multiples of equalities that the substitution hid, and make sure that everything cancels."""
    context = constraints[0].polynomial.context()
    total = context.constant(0)
    for term in terms:
        product = context.constant(1)
        for index, power in term.factors:
            product *= constraints[index].polynomial ** power
        if term.square is not None:
            product *= term.square**2
        total += product * _flint(term.coefficient)
    for index, multiplier in multipliers.items():
        total += multiplier * constraints[index].polynomial
    hidden = elimination.multipliers(total, constraints)
    if hidden is None:
        return None
    for index, multiplier in hidden.items():
        multipliers[index] = multipliers.get(index, 0) - multiplier
    common = lcm(*(term.coefficient.denominator for term in terms))
    shared = gcd(*(int(term.coefficient * common) for term in terms))
    scale = Fraction(common, shared)
    scaled = tuple(Term(term.coefficient * scale, term.factors, term.square) for term in terms)
    kept = [(i, multipliers[i] * _flint(scale)) for i in sorted(multipliers) if multipliers[i] != 0]
    return Combination(scaled, tuple(kept))


def negation(goal: Constraint) -> Constraint:
    """The constraint that contradicts ``f > 0``, ``f >= 0`` or ``f != 0``."""
    if goal.relation == "!=":
        return Constraint(goal.polynomial, "==")
    return Constraint(-goal.polynomial, ">=" if goal.relation == ">" else ">")


def strict_terms(combination: Combination, constraints: Sequence[Constraint]) -> Iterator[Term]:
    """The terms that are strictly positive."""
    for term in combination.terms:
        if term.square is None and all(constraints[i].relation != ">=" for i, _ in term.factors):
            yield term


def _rational(value: Any) -> Fraction:
    return Fraction(int(value.p), int(value.q))


def _flint(value: Fraction) -> Any:
    return fmpq(value.numerator, value.denominator)
