"""Sets of parameter values with some parameters quantified away, as sign conditions on the others.

``exists y: the signs are these`` is found, case by case and one parameter after the other, by

* elimination where every expression is linear in y; the coefficients may hold logarithms of the other parameters
  (`proofs.claims.elimination`: Fourier 1826, Motzkin 1936);
* the same in ``log(g)`` where y occurs in nothing but this one logarithm, g being linear in y: log(g) then runs through
  an interval as y does;
* cylindrical decomposition where at most one other parameter occurs, all of it polynomial (Collins 1975): over each
  break point of the other parameter, and between two of them, the truth is read off the stack of cells.

All three are exact. Where none applies, `NotSupportedError` names the expression that is in the way.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from fractions import Fraction
from typing import Any

from flint import fmpz_poly

from ...symbolic.algebra.parameters import Interval
from ...symbolic.algebra.ring import Element, Polynomial
from ...symbolic.cells.atoms import AtomTable, DecisionTables
from ...symbolic.cells.cases import Cases
from ...symbolic.cells.cell import exact_sample
from ...symbolic.cells.conditions import Condition, LiteralPrinter
from ...symbolic.cells.decomposition_input import box_of, constants_of
from ...symbolic.cells.domain import Domain, rational_grid
from ...symbolic.cells.question_cells import find_cells
from ...symbolic.combinatorics.agent import Problem
from ...symbolic.combinatorics.structure import structure_of
from ...symbolic.decomposition import AlgebraicNumber, between, cylinders, decompose, real_roots
from ...symbolic.errors import BudgetError, NotSupportedError
from .elimination import Case, Literal, cleared, domain_literals, eliminate, involves, tidy

_MOST_CASES = 4000
_PLANE = 2
SampleText = tuple[tuple[str, str], ...]
SignCase = tuple[tuple[Element, tuple[int, ...]], ...]  # all of these elements have one of these signs


def exists(domain: Domain, cases: Sequence[Case], names: Sequence[str]) -> tuple[Case, ...]:
    """Where some values of the named parameters, in the domain, satisfy one of the cases.

    Parameters: the domain; a disjunction of conjunctions of literals; the parameters to quantify. The answer speaks of
    the other parameters only, and is exact where these belong to some point of the domain. Raises NotSupportedError
    where a parameter cannot be eliminated, BudgetError for too many cases.
    """
    limits = domain_literals(domain, names)
    finished: list[Case] = []
    waiting: list[tuple[Case, tuple[str, ...]]] = []
    for case in cases:
        tidied = tidy(domain, (*limits, *case), names)
        if tidied is not None:
            waiting.append((tidied, tuple(names)))
    steps = 0
    while waiting:
        case, left = waiting.pop(0)
        left = tuple(n for n in left if any(involves(domain, literal.polynomial, n) for literal in case))
        if not left:
            finished.append(case)
            continue
        steps += 1
        if steps > _MOST_CASES:
            raise BudgetError(f"more than {_MOST_CASES} cases while eliminating {', '.join(names)}; fix one with --at")
        name, projected = _without_one(domain, case, left)
        waiting += [(part, tuple(n for n in left if n != name)) for part in projected]
    return eliminate(domain, finished, [])


def _without_one(domain: Domain, case: Case, names: Sequence[str]) -> tuple[str, Sequence[Case]]:
    """The case without one of the parameters, whichever an engine can eliminate."""
    reason = ""
    for engine in (_by_elimination, _by_logarithm, _by_decomposition):
        for name in names:
            try:
                return name, engine(domain, case, name)
            except NotSupportedError as error:
                reason = reason or str(error)
    raise NotSupportedError(reason)


def _by_elimination(domain: Domain, case: Case, name: str) -> Sequence[Case]:
    try:
        return eliminate(domain, [case], [name])
    except NotSupportedError as error:
        blocking = str(error).split(" is not linear in ")[0]
        raise NotSupportedError(
            f"{blocking} is not linear in {name}, and no other way to quantify {name} applies; fix a parameter "
            "with --at or keep more of them"
        ) from error


def _by_logarithm(domain: Domain, case: Case, name: str) -> Sequence[Case]:
    """Elimination of the one logarithm in which the parameter occurs, between the values at the ends."""
    ring, position = domain.ring, domain.ring.index(name)
    (interval,) = (p.domain for p in domain.parameters if p.name == name)
    ends = {literal.key() for literal in _interval_literals(domain, name)}
    used: set[int] = set()
    rest: list[Literal] = []
    for literal in case:
        if literal.key() in ends:
            continue
        rest.append(literal)
        if int(literal.polynomial.degrees()[position]) > 0:
            raise NotSupportedError(f"{name} occurs outside a logarithm")
        used |= set(_inside(domain, literal.polynomial, position))
    if len(used) != 1:
        raise NotSupportedError(f"{name} occurs in several logarithms")
    (place,) = used
    generator = ring.generators[place]
    argument = generator.argument
    assert argument is not None
    line = _line_in(argument.numerator, position)
    if generator.kind != "log" or line is None or not argument.denominator.is_constant():
        raise NotSupportedError(f"{generator.name} is not the logarithm of a linear expression in {name}")
    if not generator.sign:
        raise NotSupportedError(f"{generator.name} stands for a logarithm of a size whose sign changes")
    scale = int(argument.denominator.leading_coefficient()) * generator.sign
    slope, start = (part / scale for part in line)
    variable = ring.parameter(generator.name)
    for end, is_open, side in ((interval.low, interval.low_open, 1), (interval.high, interval.high_open, -1)):
        value = None if end is None else slope * end + start
        if value is None or value == 0:
            continue  # the logarithm is unbounded there
        if value != 1:
            raise NotSupportedError(f"{generator.name} has an end that is not zero")
        turned = side if slope > 0 else -side
        signs = (turned,) if is_open else tuple(sorted((0, turned)))
        rest.append(Literal(variable.numerator, signs))
    return eliminate(domain, [tuple(rest)], [generator.name])


def _interval_literals(domain: Domain, name: str) -> Case:
    return domain_literals(Domain(domain.ring, domain.parameters, ()), [name])


def _inside(domain: Domain, polynomial: Polynomial, position: int) -> list[int]:
    """The generators of the polynomial whose arguments hold the parameter."""
    found = []
    for place, degree in enumerate(polynomial.degrees()):
        argument = domain.ring.generators[place].argument
        if degree > 0 and argument is not None:
            for part in (argument.numerator, argument.denominator):
                degrees = part.degrees()
                if position < len(degrees) and int(degrees[position]) > 0:
                    found.append(place)
    return found


def _line_in(polynomial: Polynomial, position: int) -> tuple[Fraction, Fraction] | None:
    """Slope and constant of a polynomial that is linear in one variable and has no other."""
    degrees = [int(d) for d in polynomial.degrees()]
    if degrees[position] != 1 or sum(d for d in degrees if d > 0) != 1:
        return None
    terms = {sum(map(int, m)): Fraction(int(c)) for m, c in polynomial.to_dict().items()}
    return terms[1], terms.get(0, Fraction(0))


def _by_decomposition(domain: Domain, case: Case, name: str) -> Sequence[Case]:
    """The base cells of the decomposition over which some cell of the stack satisfies the case."""
    ring = domain.ring
    for literal in case:
        for place, degree in enumerate(literal.polynomial.degrees()):
            argument = ring.generators[place].argument
            if degree > 0 and argument is not None and argument.rational() is None:
                raise NotSupportedError(f"{ring.generators[place].name} stands beside {name}")
    others = [n for n in ring.parameters if n != name and any(involves(domain, x.polynomial, n) for x in case)]
    if len(others) >= _PLANE:
        raise NotSupportedError(f"{name} stands beside {', '.join(others)}, not linear")
    order = [*others, name]
    box = box_of(domain)
    result = decompose(
        [literal.polynomial for literal in case],
        order,
        {n: box[n] for n in order},
        constants=constants_of(ring),
        full=True,
    )
    true = {
        cell.index
        for cell in result.cells
        if all(sign in literal.signs for sign, literal in zip(cell.sign_vector, case, strict=True))
    }
    if not others:
        return [()] if true else []
    return _runs(domain, others[0], [(sample, not true.isdisjoint(above)) for sample, above in cylinders(result)])


def _runs(domain: Domain, name: str, columns: Sequence[tuple[Any, bool]]) -> list[Case]:
    """The points and intervals of a line where the truth is yes, as literals; samples alternate along the line."""
    (interval,) = (p.domain for p in domain.parameters if p.name == name)
    # A closed lower end of the interval is the first point; from then on points and intervals alternate.
    first_is_point = interval.low is not None and not interval.low_open
    is_point = [(place % 2 == 0) == first_is_point for place in range(len(columns))]
    cases: list[Case] = []
    place = 0
    while place < len(columns):
        if not columns[place][1]:
            place += 1
            continue
        start = place
        while place < len(columns) and columns[place][1]:
            place += 1
        lower: list[Case] = [()]
        upper: list[Case] = [()]
        if is_point[start]:
            lower = _beyond(domain, name, columns[start][0], 1, closed=True)
        elif start > 0:
            lower = _beyond(domain, name, columns[start - 1][0], 1, closed=False)
        if is_point[place - 1]:
            upper = _beyond(domain, name, columns[place - 1][0], -1, closed=True)
        elif place < len(columns):
            upper = _beyond(domain, name, columns[place][0], -1, closed=False)
        for low in lower:
            for high in upper:
                both = tidy(domain, (*low, *high), domain.ring.parameters)
                if both is not None:
                    cases.append(both)
    return cases


def _beyond(domain: Domain, name: str, end: Any, side: int, *, closed: bool) -> list[Case]:
    """Literals that say: at or beyond an algebraic number on this side of it (a disjunction)."""
    ring = domain.ring
    generator = ring.context.gen(ring.index(name))

    def literal(polynomial: Polynomial, sign: int, weak: bool) -> Literal:
        return Literal(polynomial, tuple(sorted((0, sign))) if weak else (sign,))

    if isinstance(end, Fraction):
        return [(literal(generator * end.denominator - end.numerator, side, closed),)]
    if not isinstance(end, AlgebraicNumber):
        raise NotSupportedError(f"a break point in {name} is not algebraic; fix a parameter with --at")
    (interval,) = (p.domain for p in domain.parameters if p.name == name)
    roots = [
        root
        for root in real_roots(fmpz_poly(list(end.coefficients)))
        if (interval.low is None or root > interval.low) and (interval.high is None or root < interval.high)
    ]
    place = roots.index(end)
    polynomial = sum((c * generator**k for k, c in enumerate(end.coefficients)), ring.context.constant(0))
    # Between its neighbours among the roots the polynomial changes its sign at this one only.
    leading = 1 if end.coefficients[-1] > 0 else -1
    above = leading * (-1) ** (len(real_roots(fmpz_poly(list(end.coefficients)), None, None)) - end.index)
    here = literal(polynomial, above * side, closed)
    near: list[Literal] = []
    far: list[Case] = []
    for step in (1, -1):
        neighbour = place + step
        if not 0 <= neighbour < len(roots):
            continue
        cut = between(*sorted((end, roots[neighbour])))
        line = generator * cut.denominator - cut.numerator
        near.append(literal(line, -step, True))
        if step == side:
            far.append((literal(line, side, True),))
    return [(here, *near), *far]


def structure_shadows(table: AtomTable, free: Sequence[str], name: str) -> tuple[tuple[SignCase, ...], ...]:
    """For each structure of the game, the values of the other parameters at which it occurs for some value of this one.

    One disjunction of sign conditions for each structure. Raises as `exists` does.
    """
    cells = Cases(LiteralPrinter(table, free), find_cells(table, free, structure_of).cells)
    structures = cells.cases(lambda structure: structure)
    return tuple(
        elements_of(table, exists(table.domain, sign_cases(table, found.literals), [name])) for found in structures
    )


def sign_cases(table: AtomTable, conjunctions: Sequence[Sequence[tuple[int, tuple[int, ...]]]]) -> tuple[Case, ...]:
    """A disjunction of conjunctions of literals about atoms, as literals about their polynomials."""
    return tuple(tuple(Literal(table.atoms[atom], signs) for atom, signs in literals) for literals in conjunctions)


def elements_of(table: AtomTable, cases: Sequence[Case]) -> tuple[SignCase, ...]:
    """The literals as elements of the game's ring with their signs."""
    return tuple(tuple((table.ring.polynomial(x.polynomial), x.signs) for x in case) for case in cases)


def without_parameters(table: AtomTable, names: Sequence[str]) -> AtomTable:
    """No atoms yet, over the domain of the other parameters; the named ones are pinned to one value."""
    domain = table.domain
    pinned = []
    for parameter in domain.parameters:
        if parameter.name in names:
            value = rational_grid(parameter.domain, 1)[0]
            parameter = replace(parameter, domain=Interval(value, value, False, False))
        pinned.append(parameter)
    kept = tuple(
        c for c in domain.constraints if not any(involves(domain, cleared(domain, c.element), n) for n in names)
    )
    return AtomTable(DecisionTables.none(domain.ring), Domain(domain.ring, tuple(pinned), kept))


def none_holds(table: AtomTable, cases: Sequence[Case]) -> Callable[[Problem], bool]:
    """Whether no case holds, as a question about signs."""
    elements = elements_of(table, cases)
    return lambda problem: not some_case_holds(problem, elements)


def some_case_holds(problem: Problem, cases: Sequence[SignCase]) -> bool:
    """Whether all signs of one of the cases are those of the problem."""
    assert problem.sign_of is not None
    sign = problem.sign_of
    return any(all(sign(element) in signs for element, signs in case) for case in cases)


def complement(
    table: AtomTable, cases: Sequence[Case], chosen: Sequence[str]
) -> tuple[Condition, bool, SampleText | None]:
    """Where none of the cases holds: the condition, whether all of it was witnessed, and a point of it.

    Parameters: a table over the chosen parameters (`without_parameters`); cases that speak of these alone.
    """
    for case in elements_of(table, cases):
        for element, _ in case:
            table.product_of(element, "the quantified claim")
    cells = Cases(LiteralPrinter(table, chosen), find_cells(table, chosen, none_holds(table, cases)).cells)
    inside = cells.where(bool)
    known = [cell for cell in (cells.cells[place] for place in inside) if cell.coordinates]
    best = min(known, key=lambda cell: -cell.dimension, default=None)
    sample = None if best is None else exact_sample(table, best)
    return cells.condition(inside), not inside or cells.witnessed(inside), sample


