"""Where an expression has a value: what log, sqrt and division ask of their arguments, decided exactly.

    log(e)    e > 0          sqrt(e)    e >= 0          1/e, e**0    e != 0

Each term asks this wherever it is looked at: at every point of the domain that satisfies the relations that stand
before it. Signs are proved or refuted by `symbolic.cells.proved_signs`; what resists is decided on the cells of the
domain, cut by the signs of everything involved. A term is *defined* (proved), *undefined* at a point or
under a condition (shown), or the question stays open, and then `UndecidedError` says so: no sign is ever read off a
term that may have no value.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from ..algebra.box_signs import Effort
from ..algebra.elements import element_of
from ..algebra.parameters import Parameter
from ..algebra.ring import Element, Ring, lift
from ..cells.atoms import AtomTable, DecisionTables
from ..cells.cases import Cases
from ..cells.conditions import LiteralPrinter
from ..cells.domain import SIGNS_OF, difference, make_domain
from ..cells.proved_signs import counterexample, proved, zero_of
from ..cells.question_cells import find_cells
from ..cells.region import DomainRegion
from ..cells.search import Domain, Point
from ..combinatorics.agent import Problem
from ..errors import BudgetError, NotSupportedError, UndecidedError
from ..expressions.reading import Apply, Expression, Number, Power, Product, Relation, Sum, brief, number, symbols_of
from ..limits import Allowance, SolveLimits
from ..size_limits import DEFINEDNESS_EFFORT, DEFINEDNESS_NODES

NEGATED = {"<": ">=", "<=": ">", "==": "!=", "!=": "==", ">=": "<", ">": "<="}
Truth = Callable[[Callable[[Relation], bool | None]], bool | None]


@dataclass(frozen=True, slots=True)
class Requirement:
    """``argument operator 0`` must hold for the term to have a value; operator is >, >= or !=."""

    term: Expression
    argument: Expression
    operator: str

    @property
    def relation(self) -> Relation:
        """The requirement as a relation."""
        return Relation(self.argument, self.operator, number(0))

    @property
    def violation(self) -> Relation:
        """The relation that holds where the term has no value, its own terms being defined."""
        operator = "==" if self.operator == "!=" else NEGATED[self.operator]
        return Relation(self.argument, operator, number(0))


@dataclass(frozen=True, slots=True)
class Supposed:
    """What holds wherever a term is looked at.

    Attributes
    ----------
    given : relations that all hold
    others : further relations that `truth` asks for
    truth : Kleene's value of everything that is supposed, from the values of relations; None where it rests on more
    """

    given: tuple[Relation, ...] = ()
    others: tuple[Relation, ...] = ()
    truth: Truth = lambda value: True


@dataclass(frozen=True, slots=True)
class Undefined:
    """Where a term has no value: a point, or a condition (``everywhere`` for a constant)."""

    place: str


def requirements(expression: Expression) -> tuple[Requirement, ...]:
    """What the terms of an expression ask for, inner terms first, each once.

    >>> from berknash.symbolic.expressions.reading import read_expression
    >>> tree = read_expression("log(sqrt(p - 1))/q", ["p", "q"], where="here")
    >>> [f"{r.term}: {r.relation}" for r in requirements(tree)]
    ['sqrt(p - 1): p - 1 >= 0', 'log(sqrt(p - 1)): sqrt(p - 1) > 0', '1/q: q != 0']
    """
    return tuple(dict.fromkeys(_requirements(expression)))


def _requirements(expression: Expression) -> Iterator[Requirement]:
    match expression:
        case Sum(terms=parts) | Product(factors=parts):
            for part in parts:
                yield from _requirements(part)
        case Power(base=base, exponent=exponent):
            yield from _requirements(base)
            if exponent <= 0:
                # e**0 is the limit of nothing where e vanishes; the trees keep it where e is not total.
                yield Requirement(Power(base, -1) if exponent else expression, base, "!=")
        case Apply(function=function, argument=argument):
            yield from _requirements(argument)
            if function != "exp":
                yield Requirement(expression, argument, ">" if function == "log" else ">=")
        case _:
            pass


def undefined(
    parameters: Sequence[Parameter],
    assume: Sequence[Relation],
    requirement: Requirement,
    supposed: Supposed | None = None,
    *,
    effort: Effort | None = None,
) -> Undefined | None:
    """Where a term has no value although everything assumed and supposed holds; None where it always has one.

    The inner terms of the argument and of what is supposed must be defined already. Exact: None is proved. Raises
    UndecidedError where neither a proof nor a place is found.

    >>> from berknash.symbolic.expressions.reading import read_expression, read_relation
    >>> from berknash.symbolic.algebra.parameters import read_interval
    >>> unit = [Parameter(name, read_interval("(0, 1)", where="")) for name in ("p", "q")]
    >>> (asked,) = requirements(read_expression("log(p - q)", ["p", "q"], where=""))
    >>> undefined(unit, (), asked).place
    'at p = 1/2, q = 1/2'
    >>> undefined(unit, read_relation("p > q", ["p", "q"], where=""), asked) is None
    True
    """
    if _proved_by_shape(requirement):
        return None
    supposed = supposed or Supposed()
    relations = (*assume, *supposed.given, *supposed.others)
    used = _connected(parameters, relations, requirement.argument)
    kept = [relation for relation in relations if symbols_of_relation(relation) <= {p.name for p in used}]
    assumed = tuple(dict.fromkeys(relation for relation in (*assume, *supposed.given) if relation in kept))
    domain = Domain(used, assumed, effort or Effort(DEFINEDNESS_EFFORT))
    element = domain.element(requirement.argument)
    if _is_proved(domain, element, requirement.operator):
        return None
    point = _point(domain, element, requirement, supposed)
    if point is not None:
        return Undefined(_named(point, requirement.argument, kept))
    further = [relation for relation in supposed.others if relation in kept]
    return _on_cells(used, assumed, further, requirement, supposed.truth)


def _proved_by_shape(requirement: Requirement) -> bool:
    sign = sign_by_shape(requirement.argument)
    return sign == 1 or (sign == 0 and requirement.operator == ">=")


def sign_by_shape(expression: Expression) -> int | None:
    """1 where an expression is positive wherever it has a value, whatever its symbols are, 0 where it is nowhere
    negative, None where its shape does not tell.

    >>> from berknash.symbolic.expressions.reading import read_expression
    >>> [sign_by_shape(read_expression(text, ["x"], where="")) for text in ("log(x)**2 + 1/3", "sqrt(x)", "x + 1")]
    [1, 0, None]
    """
    match expression:
        case Number(value=value):
            return 1 if value > 0 else 0 if value == 0 else None
        case Apply(function="exp"):
            return 1
        case Apply(function="sqrt", argument=argument):
            return 1 if sign_by_shape(argument) == 1 else 0
        case Power(base=base, exponent=exponent):
            if sign_by_shape(base) == 1:
                return 1
            return 0 if exponent > 0 and (exponent % 2 == 0 or sign_by_shape(base) == 0) else None
        case Product(factors=parts) | Sum(terms=parts):
            signs = [sign_by_shape(part) for part in parts]
            known = [sign for sign in signs if sign is not None]
            if len(known) < len(signs):
                return None
            return min(known) if isinstance(expression, Product) else max(known)
        case _:
            return None


def message(requirement: Requirement, place: str) -> str:
    """One line on a term without a value, naming term, reason and place."""
    fault = {">": "not positive", ">=": "negative", "!=": "zero"}[requirement.operator]
    return f"{brief(requirement.term)} is undefined {place}, where {brief(requirement.argument)} is {fault}"


def symbols_of_relation(relation: Relation) -> frozenset[str]:
    """The names of the symbols in a relation."""
    return symbols_of(relation.left) | symbols_of(relation.right)


def _connected(
    parameters: Sequence[Parameter], relations: Sequence[Relation], argument: Expression
) -> tuple[Parameter, ...]:
    """The parameters that the argument depends on, through relations too; the rest of the domain is beside it."""
    names = set(symbols_of(argument))
    while True:
        more = {n for r in relations if symbols_of_relation(r) & names for n in symbols_of_relation(r)}
        if more <= names:
            return tuple(p for p in parameters if p.name in names)
        names |= more


def _is_proved(domain: Domain, element: Element, operator: str) -> bool:
    if operator == "!=":
        return proved(domain, element, True) or proved(domain, -element, True)
    return proved(domain, element, operator == ">")


def _point(domain: Domain, element: Element, requirement: Requirement, supposed: Supposed) -> Point | None:
    """A point at which the requirement fails and everything supposed holds, or None."""
    operator = requirement.violation.operator

    def holds(relation: Relation, point: Point) -> bool | None:
        sign = domain.sign(domain.element(difference(relation)), point)
        return None if sign is None else sign in SIGNS_OF[relation.operator]

    def fails(point: Point) -> bool:
        sign = domain.sign(element, point)
        if sign is None or sign not in SIGNS_OF[operator] or not domain.satisfied(point):
            return False
        return not supposed.others or supposed.truth(lambda relation: holds(relation, point)) is not False

    candidates = [zero_of(domain, element)] if operator in ("==", "<=") else []
    if operator != "==":
        candidates.append(counterexample(domain, element, requirement.operator == ">"))
    for candidate in candidates:
        if candidate is not None and fails(candidate):
            return candidate
    return next((point for point in domain.samples() if fails(point)), None)


def _named(point: Point, argument: Expression, relations: Sequence[Relation]) -> str:
    names = symbols_of(argument).union(*(symbols_of_relation(relation) for relation in relations))
    listed = ", ".join(f"{name} = {value}" for name, value in point.items() if name in names)
    return f"at {listed}" if listed else "everywhere"


def _on_cells(
    parameters: Sequence[Parameter],
    assume: Sequence[Relation],
    others: Sequence[Relation],
    requirement: Requirement,
    truth: Truth,
) -> Undefined | None:
    """The same on the cells of the domain, each of which has one sign of everything that matters."""
    names = [parameter.name for parameter in parameters]
    ring = Ring.of_parameters(names, DomainRegion(parameters, assume))
    elements: dict[Relation, Element] = {}
    asked = requirement.violation
    for relation in (*others, asked):
        ring, elements[relation] = element_of(ring, difference(relation))
    domain = make_domain(ring, list(parameters), tuple(assume))
    ring = domain.ring
    table = AtomTable(DecisionTables.none(ring), domain)

    def is_undefined(problem: Problem) -> bool:
        def holds(relation: Relation) -> bool | None:
            assert problem.sign_of is not None
            if relation not in elements:
                return None
            return problem.sign_of(lift(elements[relation], ring.context)) in SIGNS_OF[relation.operator]

        return holds(asked) is True and truth(holds) is not False

    allowance = Allowance(SolveLimits(nodes=DEFINEDNESS_NODES), questions=1)
    try:
        for element in elements.values():
            table.product_of(lift(element, ring.context), "the terms")
        cells = find_cells(table, names, is_undefined, allowance=allowance).cells
    except (BudgetError, NotSupportedError, UndecidedError) as error:
        raise _undecided(requirement, str(error)) from None
    inside = [cell for cell in cells if cell.value]
    if not inside:
        return None
    if not any(cell.witnessed for cell in inside):
        raise _undecided(requirement, "no point was found where it is not, and no proof that there is none")
    cases = Cases(LiteralPrinter(table, names), cells)
    condition = cases.condition(cases.where(bool))
    given = ", given what stands before it" if assume else ""
    return Undefined("everywhere" if condition.is_always() else f"if {condition}{given}")


def _undecided(requirement: Requirement, reason: str) -> UndecidedError:
    return UndecidedError(
        f"whether {brief(requirement.term)} has a value everywhere, that is {brief(requirement.relation)}, is not "
        f"decided ({reason}); put a relation that makes it so before it, or into assume"
    )
