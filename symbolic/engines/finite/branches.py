"""The zero sets of polynomial systems with rational coefficients, split into points and rational charts.

Equations are factored and branched on their irreducible factors; an equation that is linear in some weight is solved
for it where its coefficient does not vanish, and where it does, the coefficient and the rest are two new equations
(triangular decomposition: Cox, Little & O'Shea, *Ideals, Varieties, and Algorithms*, ch. 6). A branch ends where the
solutions are finitely many points (`points`) or where all weights are rational functions of the free ones. Everything
is asked inside the open support, where no weight vanishes. What ends otherwise is refused.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import product
from typing import Any

from flint import Ordering, fmpz_mpoly_ctx, fmpz_poly

from ...algebra.points import RealPoint, real_points
from ...algebra.ring import Polynomial, irreducible_factors
from ...decomposition import real_roots
from ...errors import BudgetError, NotSupportedError
from .systems import System

BRANCH_LIMIT = 400

Quotient = tuple[Polynomial, Polynomial]


@dataclass(frozen=True)
class Chart:
    """A piece on which every weight is a reduced quotient of polynomials in the free ones.

    Attributes
    ----------
    free : numbers of the free variables, as many as the piece has dimensions
    values : numerator and denominator of each variable; where a denominator vanishes, there is no point of the piece
    """

    free: tuple[int, ...]
    values: tuple[Quotient, ...]

    def pulled(self, polynomial: Polynomial) -> Quotient:
        """A polynomial of the weights as a reduced quotient in the free ones."""
        bottom = polynomial.context().constant(1)
        top = polynomial
        for place, value in enumerate(self.values):
            if place not in self.free:
                top, bottom = _substituted((top, bottom), place, value)
        return _reduced(top, bottom)

    def equations(self) -> list[Polynomial]:
        """The graph of the chart: ``denominator * weight - numerator`` for each weight that is not free."""
        context = self.values[0][0].context()
        return [d * context.gen(k) - n for k, (n, d) in enumerate(self.values) if k not in self.free]


def plain(system: System) -> System:
    """A system with rational coefficients over the context of its weights alone."""
    count = len(system.slots)
    context = fmpz_mpoly_ctx.get([f"weight_{k}" for k in range(count)], Ordering.degrevlex)
    return System(
        context,
        system.slots,
        tuple((slot, restricted(w, context, count)) for slot, w in system.weights),
        tuple(restricted(e, context, count) for e in system.equations),
        tuple(restricted(f, context, count) for f in system.inequalities),
    )


def restricted(polynomial: Polynomial, context: Any, count: int) -> Polynomial:
    """The polynomial, in which only the first `count` variables occur, over another context with them first."""
    width = context.nvars()
    terms = {}
    for exponents, coefficient in polynomial.to_dict().items():
        terms[(*(int(e) for e in exponents[:count]), *(0,) * (width - count))] = int(coefficient)
    return context.from_dict(terms)


def algebraic_points(system: System, avoid: Sequence[Polynomial] = ()) -> list[RealPoint] | None:
    """The solutions in the open support off the zeros of `avoid`; None when there are infinitely many complex ones."""
    system = plain(system)
    context, count = system.context, len(system.slots)
    most = most_solutions(system)
    points = real_points(system.equations, context, count, most) if system.equations else None
    if points is None:
        larger = fmpz_mpoly_ctx.get([f"weight_{k}" for k in range(count)] + ["inverse"], Ordering.degrevlex)
        # inverse * (product of all weights) = 1 keeps only what is off the boundary.
        off = larger.gens()[-1]
        for factor in (*(w for _, w in system.weights), *avoid):
            if not factor.is_constant():
                off *= restricted(factor, larger, count)
        points = real_points([*(restricted(e, larger, count) for e in system.equations), off - 1], larger, count, most)
    if points is None:
        return None
    return [p for p in points if all(p.sign(f) for f in avoid) and solves(system, p)]


def most_solutions(system: System) -> int:
    """A bound on the isolated complex solutions of as many equations as unknowns, else 0: Bezout's, by player.

    It is the coefficient of ``prod_b z_b**n_b`` in the product over the equations of ``sum_b degree_b z_b``, where b
    stands for the n_b weights of one player after one signal (McKelvey & McLennan 1997, J. Econ. Theory 72).
    """
    blocks = sorted({slot[:2] for slot in system.slots})
    places = [[k for k, slot in enumerate(system.slots) if slot[:2] == block] for block in blocks]
    if len(system.equations) != len(system.slots):
        return 0
    counts = {(0,) * len(blocks): 1}
    for equation in system.equations:
        monomials = [tuple(int(e) for e in exponents) for exponents in equation.to_dict()]
        degrees = [max((sum(m[k] for k in own) for m in monomials), default=0) for own in places]
        following: dict[tuple[int, ...], int] = {}
        for powers, number in counts.items():
            for b, degree in enumerate(degrees):
                if degree and powers[b] < len(places[b]):
                    raised = (*powers[:b], powers[b] + 1, *powers[b + 1 :])
                    following[raised] = following.get(raised, 0) + number * degree
        counts = following
    return counts.get(tuple(map(len, places)), 0)


def solves(system: System, point: RealPoint) -> bool:
    """Whether a point lies in the open support and satisfies all relations of a plain system."""
    return (
        all(point.sign(w) > 0 for _, w in system.weights)
        and all(point.sign(e) == 0 for e in system.equations)
        and all(point.sign(f) >= 0 for f in system.inequalities)
    )


def split(system: System) -> tuple[list[RealPoint], list[Chart]]:
    """Points that satisfy a plain system, and charts that satisfy its equations, which together cover its solutions.

    Raises NotSupportedError when a branch is neither finite nor linear in any weight, BudgetError for many branches.
    """
    splitter = _Splitter(system)
    splitter.visit(list(system.equations), list(system.equations), (), [])
    return splitter.points, splitter.charts


class _Splitter:
    def __init__(self, system: System) -> None:
        self.system = system
        self.points: list[RealPoint] = []
        self.charts: list[Chart] = []
        self.nodes = 0

    def visit(
        self,
        facts: list[Polynomial],
        left: list[Polynomial],
        solved: tuple[tuple[int, Quotient], ...],
        nonzero: list[Polynomial],
    ) -> None:
        """One branch: all equations, those left in the unsolved weights, solved weights, what must not vanish."""
        self.nodes += 1
        if self.nodes > BRANCH_LIMIT:
            raise BudgetError(f"the equations of a support have more than {BRANCH_LIMIT} branches; use a smaller game")
        points = algebraic_points(replace(self.system, equations=tuple(facts)), nonzero)
        if points is not None:
            self.points.extend(points)
            return
        known = self._never_zero(solved, nonzero)
        if known is None:
            return
        equations: list[Polynomial] = []
        for place, equation in enumerate(left):
            if equation.is_zero():
                continue
            factors = [f for f in factors_of(equation) if f not in known and not _has_no_zero(f)]
            if not factors:
                return
            if len(factors) > 1:
                for factor in factors:
                    self.visit([*facts, factor], [*equations, factor, *left[place + 1 :]], solved, nonzero)
                return
            if factors[0] not in equations:
                equations.append(factors[0])
        if not equations:
            chart = self._chart(solved)
            if chart not in self.charts:
                self.charts.append(chart)
            return
        equation, variable, slope, rest = self._linear(equations, known)
        others = [e for e in equations if e != equation]
        if any(f not in known for f in factors_of(slope)):
            self.visit([*facts, slope, rest], [slope, rest, *others], solved, nonzero)
            nonzero = [*nonzero, slope]
        value = (-rest, slope)
        self.visit(
            facts,
            [_substituted((e, e.context().constant(1)), variable, value)[0] for e in others],
            (*solved, (variable, value)),
            nonzero,
        )

    def _never_zero(
        self, solved: tuple[tuple[int, Quotient], ...], nonzero: list[Polynomial]
    ) -> list[Polynomial] | None:
        """Irreducible polynomials in the unsolved weights without zeros here; None when one must vanish throughout."""
        found: list[Polynomial] = []
        for polynomial in (*(w for _, w in self.system.weights), *nonzero):
            top: Quotient = (polynomial, polynomial.context().constant(1))
            for variable, value in solved:
                top = _substituted(top, variable, value)
            if top[0].is_zero():
                return None
            found += [f for f in factors_of(top[0]) if f not in found]
        return found

    def _linear(
        self, equations: list[Polynomial], known: list[Polynomial]
    ) -> tuple[Polynomial, int, Polynomial, Polynomial]:
        """An equation, a weight of degree one in it, its coefficient and the rest; plain coefficients first."""
        found = []
        for number, equation in enumerate(equations):
            for variable, degree in enumerate(equation.degrees()):
                if int(degree) == 1:
                    slope, rest = _parts(equation, variable)
                    cost = (not slope.is_constant(), any(f not in known for f in factors_of(slope)), len(slope))
                    found.append((cost, -variable, number, equation, slope, rest))
        if not found:
            raise NotSupportedError(
                "the equilibria solve a nonlinear system with infinitely many solutions that are no rational functions "
                "of some weights; perturb a payoff"
            )
        _, variable, _, equation, slope, rest = min(found, key=lambda entry: entry[:3])
        return equation, -variable, slope, rest

    def _chart(self, solved: tuple[tuple[int, Quotient], ...]) -> Chart:
        context = self.system.context
        one = context.constant(1)
        values: dict[int, Quotient] = {}
        for variable, (top, bottom) in reversed(solved):
            above, below = (top, one), (bottom, one)
            for other, value in values.items():
                above, below = _substituted(above, other, value), _substituted(below, other, value)
            values[variable] = _reduced(above[0] * below[1], above[1] * below[0])
        free = tuple(k for k in range(len(self.system.slots)) if k not in values)
        return Chart(free, tuple(values.get(k, (context.gen(k), one)) for k in range(len(self.system.slots))))


def factors_of(polynomial: Polynomial) -> list[Polynomial]:
    """The distinct irreducible factors of a polynomial, without constants.

    >>> a, b = fmpz_mpoly_ctx.get(["a", "b"], Ordering.degrevlex).gens()
    >>> [str(factor) for factor in factors_of(9 * a * b - 3 * a - 3 * b + 1)]
    ['3*a - 1', '3*b - 1']
    """
    if polynomial.is_constant():
        return []
    return [f for f, _ in irreducible_factors(polynomial)[1]]


def _parts(polynomial: Polynomial, variable: int) -> tuple[Polynomial, Polynomial]:
    """Coefficient of a variable of degree one, and the rest."""
    slope: dict[tuple[int, ...], int] = {}
    rest: dict[tuple[int, ...], int] = {}
    for exponents, coefficient in polynomial.to_dict().items():
        powers = tuple(int(e) for e in exponents)
        if powers[variable]:
            slope[(*powers[:variable], 0, *powers[variable + 1 :])] = int(coefficient)
        else:
            rest[powers] = int(coefficient)
    context = polynomial.context()
    return context.from_dict(slope), context.from_dict(rest)


def _substituted(quotient: Quotient, variable: int, value: Quotient) -> Quotient:
    """A quotient with a variable of its numerator replaced by another quotient; the denominator has it not."""
    top, bottom = quotient
    degree = int(top.degrees()[variable])
    if top.is_zero() or degree <= 0:
        return quotient
    context = top.context()
    parts: dict[int, dict[tuple[int, ...], int]] = {}
    for exponents, coefficient in top.to_dict().items():
        powers = tuple(int(e) for e in exponents)
        rest = (*powers[:variable], 0, *powers[variable + 1 :])
        parts.setdefault(powers[variable], {})[rest] = int(coefficient)
    above, below = value
    total = context.constant(0)
    for power, part in parts.items():
        total += context.from_dict(part) * above**power * below ** (degree - power)
    return total, bottom * below**degree


def _reduced(top: Polynomial, bottom: Polynomial) -> Quotient:
    """The quotient in lowest terms, the denominator's leading coefficient positive."""
    common = top.gcd(bottom)
    top, bottom = top / common, bottom / common
    if int(bottom.leading_coefficient()) < 0:
        top, bottom = -top, -bottom
    return top, bottom


def _has_no_zero(polynomial: Polynomial) -> bool:
    """Whether simple reasons exclude zeros in the open unit cube: corners of one sign, or roots of one variable."""
    degrees = [int(d) for d in polynomial.degrees()]
    used = [k for k, d in enumerate(degrees) if d]
    terms = [(tuple(int(e) for e in m), int(c)) for m, c in polynomial.to_dict().items()]
    if len(used) == 1:
        coefficients = [0] * (degrees[used[0]] + 1)
        for powers, coefficient in terms:
            coefficients[powers[used[0]]] += coefficient
        return not any(0 < root < 1 for root in real_roots(fmpz_poly(coefficients)))
    if max(degrees) > 1:
        return False
    corners = []
    for corner in product((0, 1), repeat=len(used)):
        zero = {k for k, value in zip(used, corner, strict=True) if not value}
        corners.append(sum(c for powers, c in terms if not any(powers[k] for k in zero)))
    # A multilinear form that is no constant zero is a mean of its corners with positive weights.
    return (min(corners) >= 0 or max(corners) <= 0) and any(corners)
