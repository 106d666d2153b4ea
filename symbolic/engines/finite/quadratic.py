r"""Mixed equilibria that solve a quadratic equation, with free parameters: closed forms with square roots.

Where each player mixes two actions, the conditions on the weights are multilinear. Two of them in two unknowns, or
three in three with one unknown missing from each (three players who are indifferent between their actions), come down
to one polynomial R of degree two in one unknown x, the others being quotients of linear functions of x:

    P_1(x) + Q_1(x) y = 0,  P_2(x) + Q_2(x) y = 0   =>   R = P_1 Q_2 - P_2 Q_1,  y = - P_1 / Q_1.

Its zeros are ``alpha + beta sqrt(D)`` with alpha, beta and D rational in the parameters; so is everything at them, and

    sign(alpha + beta sqrt(D)) = sign(alpha) sign(alpha**2 - beta**2 D)   where alpha and beta have opposite signs.

All guards are therefore signs of rational functions of the parameters. Where R vanishes identically, or both sides of
a quotient do, the equilibria are no isolated points: such cells stay open, by name.
Source: Esponda & Pouzo 2016, Definition 1; the sign rule is that of ordered quadratic extensions.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import permutations, product

from flint.utils.flint_exceptions import DomainError

from ...algebra.ring import Element, Polynomial, Ring
from ...algebra.text import element_expression
from ...cells.cases import Cases
from ...cells.conditions import Condition, LiteralPrinter
from ...cells.plane import is_decomposable
from ...cells.question_cells import find_cells
from ...cells.undecided import Undecided, open_supports
from ...combinatorics.components import Component, components
from ...combinatorics.profiles import PlayersProblem
from ...combinatorics.shape import Sets
from ...decomposition.limits import Limits
from ...errors import BudgetError, NotSupportedError
from ...expressions.reading import Expression
from ...expressions.tree import add, apply, multiply
from ...forms.minors import PlayersTable, played, players_table
from ...game.game import Game
from ...results.equilibrium import Equilibrium
from .entries import equilibrium_of
from .nonlinear import Builder, needed_labels
from .systems import Slot, System, Systems

Sign = Callable[[Element], int]
Form = Mapping[tuple[int, ...], Element]
"""A multilinear polynomial: which unknowns occur in a monomial, by 0 and 1, and its coefficient."""

_REASON = "mixed equilibria with these supports solve a polynomial system; fix every parameter"


class _Degenerate(Exception):
    """The equilibria with these supports are not isolated here, or not of this kind."""


@dataclass(frozen=True, slots=True)
class Surd:
    """``rational + factor * sqrt(radicand)``; all numbers of one system have the same radicand, which is positive."""

    rational: Element
    factor: Element
    radicand: Element

    def __add__(self, other: Surd) -> Surd:
        return Surd(self.rational + other.rational, self.factor + other.factor, self.radicand)

    def __mul__(self, other: Surd) -> Surd:
        return Surd(
            self.rational * other.rational + self.factor * other.factor * self.radicand,
            self.rational * other.factor + self.factor * other.rational,
            self.radicand,
        )

    def quotient(self, other: Surd, sign_of: Sign) -> Surd:
        """The quotient by a number that is not zero."""
        norm = other.rational * other.rational - other.factor * other.factor * self.radicand
        if not sign_of(norm):
            # The conjugate of the other number vanishes, which is then twice its rational part.
            double = other.rational + other.rational
            return Surd(self.rational / double, self.factor / double, self.radicand)
        product = self * Surd(other.rational, -other.factor, self.radicand)
        return Surd(product.rational / norm, product.factor / norm, self.radicand)

    def sign(self, sign_of: Sign) -> int:
        """The exact sign."""
        first, second = sign_of(self.rational), sign_of(self.factor)
        if not second or first == second:
            return first
        if not first:
            return second
        return first * sign_of(self.rational * self.rational - self.factor * self.factor * self.radicand)

    def expression(self, ring: Ring) -> Expression:
        """The number in the expression syntax."""
        plain = element_expression(ring, self.rational)
        if self.factor.is_zero():
            return plain
        root = apply("sqrt", element_expression(ring, self.radicand))
        return add([plain, multiply([element_expression(ring, self.factor), root])])


_COMPONENT, _POINT, _OPEN = 0, 1, 2

TREE_CELLS = 300
"""Sign vectors of one profile of supports where three or more parameters are free."""


@dataclass(frozen=True, slots=True, order=True)
class Finding:
    """What there is on a cell: a component of a linear system, a point (told apart by its text), or an open end."""

    kind: int
    component: Component | None = None
    text: str = ""
    equilibrium: Equilibrium | None = field(default=None, compare=False)

    @property
    def open(self) -> bool:
        """Whether this only marks that equilibria were neither found nor excluded."""
        return self.component is None and self.equilibrium is None

    def entry(self, table: PlayersTable, condition: Condition, witnessed: bool) -> Equilibrium:
        """The equilibrium in closed form; it must not be an open end."""
        if self.component is not None:
            return equilibrium_of(table, self.component, condition, witnessed)
        assert self.equilibrium is not None
        return replace(self.equilibrium, condition=condition, witnessed=witnessed)

    def belief_labels(self, table: PlayersTable) -> Sets:
        """The models believed, by number and player; () for a family."""
        if self.component is not None:
            return self.component.belief_supports
        assert self.equilibrium is not None
        return tuple(
            () if form.fit is None else tuple(sorted(form.models.index(t) for t in part.belief_support))
            for form, part in zip(table.form.players, self.equilibrium.parts, strict=True)
        )


def findings(table: PlayersTable, problem: PlayersProblem, supports: Sets) -> tuple[Finding, ...]:
    """All equilibria with these supports where the atoms have the signs of the problem; exact.

    Where the sign patterns of linear systems (`components`) leave equilibria open, quadratics are tried; what they
    leave too is marked by an open end.
    """
    linear = components(problem, supports)
    settled = [Finding(_COMPONENT, c) for c in linear if not c.open]
    if len(settled) < len(linear):
        try:
            if not _is_plain(table, supports):
                raise _Degenerate
            settled = _points(table, problem, supports)
        except (_Degenerate, NotSupportedError):
            settled.append(Finding(_OPEN))
    return tuple(sorted(settled))


def _is_plain(table: PlayersTable, supports: Sets) -> bool:
    """Whether there are two or three unknown weights, and generators that are constants beside one parameter only.

    With two parameters and logarithms the radicands outgrow all limits.
    """
    slots, _ = Systems(table).slots(supports)
    others = [g for g in table.ring.generators if g.argument is not None]
    constant = all(g.argument is not None and g.argument.rational() is not None for g in others)
    return len(slots) in (2, 3) and constant and (not others or len(table.ring.generators) - len(others) < 2)


def quadratic_equilibria(game: Game, supports: Sets) -> tuple[list[Equilibrium], list[Undecided]]:
    """All equilibria with these supports, and the conditions under which some stay open.

    Where the sign patterns of linear systems (`components`) leave equilibria open, quadratics are tried.

    Parameters
    ----------
    game : signals or several players, with free parameters
    supports : plans by player

    Exact; together both lists cover the domain. Raises NotSupportedError where the system is of another kind,
    BudgetError where there are too many sign vectors.
    """
    table = players_table(game)
    free = tuple(p.name for p in game.parameters)
    if not _is_plain(table, supports):
        raise NotSupportedError(
            "quadratics are solved in two or three weights, with logarithms of constants beside one free parameter only"
        )
    # Elsewhere sign vectors are searched in a tree, which says of each whether a point was found.
    limits = None if is_decomposable(table, free) else Limits(max_cells=TREE_CELLS)
    try:
        cells = find_cells(table, free, lambda problem: findings(table, problem, supports), limits).cells
    except BudgetError as error:
        if limits is None:
            raise
        raise BudgetError(
            f"{TREE_CELLS} sign vectors of {', '.join(free)} did not cover the domain; fix a parameter with --at"
        ) from error
    found: list[Equilibrium] = []
    left: list[Undecided] = []
    for case in Cases(LiteralPrinter(table, free), cells).members(lambda value: value):
        if not case.value.open:
            found.append(case.value.entry(table, case.condition, case.witnessed))
        else:
            names = tuple(played(table, j, plans) for j, plans in enumerate(supports))
            left.append(open_supports(table.names, names, _REASON, case.condition, case.witnessed))
    return found, left


class _SignedSystems(Systems):
    """The systems of a game where its atoms have given signs."""

    def __init__(self, table: PlayersTable, sign_of: Sign) -> None:
        super().__init__(table)
        self._sign_of = sign_of

    def sign_of(self, element: Element) -> int:
        return self._sign_of(element)

    def sign(self, player: int, label: int, reference: int, column: int) -> int:
        high, low = self.value(player, label, column), self.value(player, reference, column)
        assert high is not None and low is not None
        return self._sign_of(high - low)

    def _cleared(self, polynomial: Polynomial) -> Polynomial:
        # Factors in the parameters alone would be new atoms.
        return polynomial


def _points(table: PlayersTable, problem: PlayersProblem, supports: Sets) -> list[Finding]:
    """All equilibria with these supports where the atoms have the signs of the problem."""
    assert problem.sign_of is not None
    sign_of = problem.sign_of
    systems = _SignedSystems(table, sign_of)
    builder = Builder(problem, systems, supports)
    found: dict[str, Finding] = {}
    for labels in product(*(needed_labels(problem, systems, i, supports) for i in problem.players)):
        system = systems.system(supports, labels)
        if system is None:
            continue
        for point in _solutions(system, table.ring, sign_of):
            values = {slot: _at(system, w, point, table.ring) for slot, w in system.weights}
            if any(v.sign(sign_of) <= 0 for v in values.values()):
                continue
            if any(_at(system, f, point, table.ring).sign(sign_of) < 0 for f in system.inequalities):
                continue
            entry = _entry(builder, systems, labels, values, point, table.ring, sign_of)
            found.setdefault(entry.text, entry)
    return list(found.values())


def _entry(
    builder: Builder,
    systems: Systems,
    labels: Sets,
    values: Mapping[Slot, Surd],
    point: Sequence[Surd],
    ring: Ring,
    sign_of: Sign,
) -> Finding:
    def holds(others: Sets) -> bool:
        system = systems.system(builder.supports, others)
        return (
            system is not None
            and all(_at(system, e, point, ring).sign(sign_of) == 0 for e in system.equations)
            and all(_at(system, f, point, ring).sign(sign_of) >= 0 for f in system.inequalities)
        )

    written = {slot: value.expression(ring) for slot, value in values.items()}
    equilibrium = builder.equilibrium(labels, written, 0, holds)
    text = f"{equilibrium.strategy} {equilibrium.belief_support} {equilibrium.belief}"
    return Finding(_POINT, None, text, equilibrium)


def _form(polynomial: Polynomial, count: int, ring: Ring) -> Form:
    """A polynomial of a system by the weights in its monomials; _Degenerate unless it is multilinear."""
    parts: dict[tuple[int, ...], dict[tuple[int, ...], int]] = {}
    for exponents, coefficient in polynomial.to_dict().items():
        powers = tuple(int(e) for e in exponents)
        if max(powers[:count], default=0) > 1:
            raise _Degenerate
        parts.setdefault(powers[:count], {})[powers[count:]] = int(coefficient)
    one = ring.context.constant(1)
    return {m: Element(ring.context.from_dict(terms), one) for m, terms in parts.items()}


def _at(system: System, polynomial: Polynomial, point: Sequence[Surd], ring: Ring) -> Surd:
    """A polynomial of the system at a point."""
    zero = ring.constant(0)
    radicand = point[0].radicand
    total = Surd(zero, zero, radicand)
    for exponents, coefficient in polynomial.to_dict().items():
        powers = [int(e) for e in exponents]
        monomial = ring.context.from_dict({tuple(powers[len(point) :]): int(coefficient)})
        unit = Element(monomial, ring.context.constant(1))
        term = Surd(unit, zero, radicand)
        for value, power in zip(point, powers, strict=False):
            for _ in range(power):
                term = term * value
        total = total + term
    return total


Line = list[Element]
"""A polynomial in x, coefficients lowest first."""


def _solutions(system: System, ring: Ring, sign_of: Sign) -> list[tuple[Surd, ...]]:
    """All solutions of the equations; _Degenerate where they are not isolated or not of this kind.

    Each unknown in turn is the one that the others are eliminated for, until one order determines them all.
    """
    count = len(system.slots)
    forms = [_form(e, count, ring) for e in system.equations]
    if len(forms) != count:
        raise _Degenerate
    solve = _two_unknowns if count == 2 else _three_unknowns
    for order in permutations(range(count)):
        for chosen in permutations(forms):
            turned = [{tuple(m[k] for k in order): value for m, value in form.items()} for form in chosen]
            try:
                points = solve(turned, ring, sign_of)
            except _Degenerate:
                continue
            return [tuple(point[order.index(k)] for k in range(count)) for point in points]
    raise _Degenerate


def _two_unknowns(forms: Sequence[Form], ring: Ring, sign_of: Sign) -> list[tuple[Surd, ...]]:
    """The solutions (x, y) of two equations; _Degenerate where x does not determine them."""
    first, second = ((_line(f, ring, (0, 0), (1, 0)), _line(f, ring, (0, 1), (1, 1))) for f in forms)
    resultant = _minus(_times(first[0], second[1]), _times(second[0], first[1]))
    return _lifted(resultant, [[first, second]], ring, sign_of)


def _three_unknowns(forms: Sequence[Form], ring: Ring, sign_of: Sign) -> list[tuple[Surd, ...]]:
    """The solutions (x, y, z) of equations in x and y, x and z, y and z; _Degenerate for others."""
    if any(m[missing] for form, missing in zip(forms, (2, 1, 0), strict=True) for m in form):
        raise _Degenerate
    py, qy = _line(forms[0], ring, (0, 0, 0), (1, 0, 0)), _line(forms[0], ring, (0, 1, 0), (1, 1, 0))
    pz, qz = _line(forms[1], ring, (0, 0, 0), (1, 0, 0)), _line(forms[1], ring, (0, 0, 1), (1, 0, 1))
    a, b, c, d = _line(forms[2], ring, (0, 0, 0), (0, 1, 0), (0, 0, 1), (0, 1, 1))
    # a + b y + c z + d y z with y = -py/qy, z = -pz/qz, times qy qz.
    resultant = _minus(_times(_times(qy, qz), [a]), _times(_times(py, qz), [b]))
    resultant = _minus(resultant, _minus(_times(_times(qy, pz), [c]), _times(_times(py, pz), [d])))
    return _lifted(resultant, [[(py, qy)], [(pz, qz)]], ring, sign_of)


def _line(form: Form, ring: Ring, *monomials: tuple[int, ...]) -> Line:
    """The coefficients of these monomials."""
    return [form.get(m, ring.constant(0)) for m in monomials]


def _lifted(
    resultant: Line, others: Sequence[Sequence[tuple[Line, Line]]], ring: Ring, sign_of: Sign
) -> list[tuple[Surd, ...]]:
    """The zeros x of the resultant with the other unknowns, where there are such."""
    found = []
    for x in _zeros(resultant, ring, sign_of):
        values = [_quotient(pairs, x, sign_of) for pairs in others]
        if all(v is not None for v in values):
            found.append((x, *(v for v in values if v is not None)))
    return found


def _quotient(pairs: Sequence[tuple[Line, Line]], x: Surd, sign_of: Sign) -> Surd | None:
    """The y with ``P(x) + Q(x) y = 0`` for all pairs; None where there is none, _Degenerate where all y are."""
    zero = None
    value: Surd | None = None
    constants = []
    for p, q in pairs:
        top, bottom = _value(p, x), _value(q, x)
        if bottom.sign(sign_of):
            zero = top.rational - top.rational
            here = Surd(-top.rational, -top.factor, x.radicand).quotient(bottom, sign_of)
            if value is None:
                value = here
            elif (value + Surd(-here.rational, -here.factor, x.radicand)).sign(sign_of):
                return None
        else:
            constants.append(top)
    if any(top.sign(sign_of) for top in constants):
        return None
    if value is None or zero is None:
        raise _Degenerate
    return value


def _zeros(line: Line, ring: Ring, sign_of: Sign) -> list[Surd]:
    """The real zeros of a polynomial of degree two at most; _Degenerate where it vanishes identically."""
    zero, one = ring.constant(0), ring.constant(1)
    c, b, a = (*line, zero, zero, zero)[:3]
    if any(sign_of(coefficient) for coefficient in line[3:]):
        raise _Degenerate
    if not sign_of(a):
        if sign_of(b):
            return [Surd(-(c / b), zero, one)]
        if not sign_of(c):
            raise _Degenerate
        return []
    two_a = ring.constant(2) * a
    discriminant = b * b - ring.constant(4) * a * c
    sign = sign_of(discriminant)
    if sign < 0:
        return []
    middle = -(b / two_a)
    if not sign:
        return [Surd(middle, zero, one)]
    plain = _square_root(discriminant)
    if plain is not None:
        return [Surd((end - b) / two_a, zero, one) for end in (-plain, plain)]
    outside = _square_part(discriminant)
    factor = ring.constant(outside) / two_a
    inside = discriminant / ring.constant(outside * outside)
    return [Surd(middle, -factor, inside), Surd(middle, factor, inside)]


def _square_root(element: Element) -> Element | None:
    """A rational function whose square the element is, up to sign; None where there is none."""
    try:
        root = (element.numerator * element.denominator).sqrt()
    except DomainError:
        return None
    return Element.make(root, element.denominator)


def _square_part(element: Element) -> int:
    """The largest integer whose square divides the numerator, as far as small primes show."""
    content, found = int(element.numerator.content()), 1
    for prime in (2, 3, 5, 7, 11, 13):
        while content % (prime * prime) == 0:
            content //= prime * prime
            found *= prime
    return found


def _value(line: Line, x: Surd) -> Surd:
    zero = x.rational - x.rational
    total = Surd(zero, zero, x.radicand)
    for coefficient in reversed(line):
        total = total * x + Surd(coefficient, zero, x.radicand)
    return total


def _times(first: Line, second: Line) -> Line:
    zero = first[0] - first[0]
    total = [zero] * (len(first) + len(second) - 1)
    for i, a in enumerate(first):
        for j, b in enumerate(second):
            total[i + j] = total[i + j] + a * b
    return total


def _minus(first: Line, second: Line) -> Line:
    zero = first[0] - first[0]
    size = max(len(first), len(second))
    one, two = (line + [zero] * (size - len(line)) for line in (first, second))
    return [a - b for a, b in zip(one, two, strict=True)]
