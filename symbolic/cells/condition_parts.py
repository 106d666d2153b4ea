"""Signs of expressions on the part of a domain where a condition holds.

Each alternative of a condition is one part: the domain with the relations of the alternative as further constraints,
rational bounds of a parameter as ends of its interval, and parameters with a rational value replaced by it. Signs that
are known there are those that `Domain` proves, and those that the relations say of the factors themselves. Of a case
the signs of all atoms on its cells are known too, of which its condition names only as many as are needed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import partial
from typing import TYPE_CHECKING, Any

from ..algebra.elements import element_of
from ..algebra.parameters import Interval
from ..algebra.rewritings.comparisons import log_comparison
from ..algebra.ring import Element, Polynomial, irreducible_factors, lift
from ..algebra.text import element_expression
from ..errors import BerknashError
from ..expressions.tree import Number, Relation, Symbol, substitute
from .conditions import Condition, satisfies
from .domain import SIGNS_OF, Constraint, Domain, difference
from .undecided import attempt

if TYPE_CHECKING:
    from .atoms import AtomTable
    from .cases import Case

EVERY_SIGN = frozenset({-1, 0, 1})
Signs = frozenset[int]


@dataclass(frozen=True)
class ConditionPart:
    """Where one alternative of a condition holds: a smaller domain, and the parameters that it gives a value."""

    domain: Domain
    values: Mapping[str, Fraction]

    def element(self, element: Element) -> Element:
        """The element with the values put in; as it is where a term of it has no value there."""
        if not self.values or element.rational() is not None:
            return element
        ring = self.domain.ring
        expression = substitute(element_expression(ring, lift(element, ring.context)), self.values)
        try:
            found_ring, found = element_of(ring, expression)
        except (ArithmeticError, ValueError, BerknashError):
            return element
        # Logarithms of further numbers: only what is rational, zero above all, is told then.
        return found if found_ring is ring or found.rational() is not None else element

    def signs(self, element: Element) -> Signs:
        """A set that holds all signs that the element has on the part.

        >>> from berknash.symbolic.algebra.ring import Ring
        >>> from berknash.symbolic.cells.conditions import Condition
        >>> from berknash.symbolic.expressions.reading import read_relation
        >>> from berknash.symbolic.algebra.parameters import Parameter
        >>> ring = Ring.of_parameters(["d"])
        >>> unit = Interval(Fraction(0), Fraction(1), True, False)
        >>> domain = Domain(ring, (Parameter("d", unit),), ())
        >>> gap = ring.constant(1) - ring.parameter("d")
        >>> def on(text):
        ...     condition = Condition((read_relation(text, ["d"], where=""),))
        ...     return [sorted(part.signs(part.element(gap))) for part in condition_parts(domain, condition)]
        >>> on("d == 1"), on("d < 1/2"), on("d > 1/2")
        ([[0]], [[1]], [[0, 1]])
        """
        rational = element.rational()
        if rational is not None:
            return frozenset({(rational > 0) - (rational < 0)})
        found = self._polynomial_signs(element.numerator)
        below = self._polynomial_signs(element.denominator) - {0}
        return frozenset(a * b for a in found for b in below)

    def _polynomial_signs(self, polynomial: Polynomial) -> Signs:
        if polynomial.is_zero():
            return frozenset({0})
        content, factors = irreducible_factors(polynomial)
        found = frozenset({1 if content > 0 else -1})
        for factor, power in factors:
            own = self._factor_signs(factor)
            found = frozenset(a * b**power for a in found for b in own)
        return found

    def _factor_signs(self, factor: Polynomial) -> Signs:
        known, _ = attempt(lambda: self.domain.polynomial_sign(factor))
        if known is not None:
            return frozenset({known})
        comparison = log_comparison(self.domain, factor)
        if comparison is not None:
            return self._polynomial_signs(comparison)
        found = self._signs_with_ends(factor)
        for constraint in self.domain.constraints:
            element = lift(constraint.element, self.domain.ring.context)
            for orientation in (1, -1):
                if element.denominator.is_constant() and _same_up_to_content(factor * orientation, element.numerator):
                    found &= {sign * orientation for sign in constraint.signs}
        return found


    def _signs_with_ends(self, factor: Polynomial) -> Signs:
        """By continuity: a sign proved where no parameter is at an end, and zero, for a polynomial in parameters."""
        ring = self.domain.ring
        used = [ring.generators[place].kind for place, degree in enumerate(factor.degrees()) if degree > 0]
        if any(kind != "parameter" for kind in used):
            return EVERY_SIGN
        inner = [replace(p, domain=replace(p.domain, low_open=True, high_open=True)) for p in self.domain.parameters]
        if any(p.domain.low is not None and p.domain.low == p.domain.high for p in inner):
            return EVERY_SIGN
        # Without the relations of the domain, whose points need not be limits of points inside.
        known, _ = attempt(lambda: Domain(ring, tuple(inner), ()).polynomial_sign(factor))
        return EVERY_SIGN if known is None else frozenset({0, known})


def _same_up_to_content(factor: Polynomial, polynomial: Polynomial) -> bool:
    """Whether a polynomial is a positive multiple of a primitive one."""
    return not polynomial.is_zero() and factor * int(polynomial.content()) == polynomial


def whole(domain: Domain) -> ConditionPart:
    """All of a domain as one part."""
    return ConditionPart(domain, {})


def condition_parts(domain: Domain, condition: Condition) -> tuple[ConditionPart, ...]:
    """The parts of a domain on which the alternatives of a condition hold, one for each; together all of it."""
    return tuple(_part(domain, alternative, ()) for alternative in condition.alternatives)


def case_parts(table: AtomTable, case: Case[Any]) -> tuple[ConditionPart, ...]:
    """The parts on which the alternatives of a case's condition hold, with what its cells say of the atoms."""
    if len(case.literals) != len(case.condition.alternatives):
        return condition_parts(table.domain, case.condition)
    found = []
    for alternative, literals in zip(case.condition.alternatives, case.literals, strict=True):
        cells = [signs for signs in case.cells if satisfies(signs, literals)]
        known = []
        for atom in set(cells[0]).intersection(*cells[1:]) if cells else ():
            signs = {cell[atom] for cell in cells}
            if signs < EVERY_SIGN:
                known.append(Constraint(table.ring.polynomial(table.atoms[atom]), tuple(sorted(signs))))
        found.append(_part(table.domain, alternative, known))
    return tuple(found)


def _part(domain: Domain, relations: Sequence[Relation], known: Sequence[Constraint]) -> ConditionPart:
    values: dict[str, Fraction] = {}
    intervals = {p.name: p.domain for p in domain.parameters}
    constraints = [*domain.constraints, *known]
    ring = domain.ring
    for relation in relations:
        if isinstance(relation.left, Symbol) and isinstance(relation.right, Number):
            name, value = relation.left.name, relation.right.value
            intervals[name] = _narrowed(intervals[name], relation.operator, value)
            if relation.operator == "==":
                values[name] = value
        ring, gap = element_of(ring, difference(relation))
        side, _ = attempt(partial(domain.over(ring).polynomial_sign, gap.denominator))
        if side is not None and side != 0:
            top = ring.polynomial(gap.numerator if side > 0 else -gap.numerator)
            constraints.append(Constraint(top, SIGNS_OF[relation.operator]))
    parameters = tuple(replace(p, domain=intervals[p.name]) for p in domain.parameters)
    return ConditionPart(Domain(ring, parameters, tuple(constraints)), values)


def _narrowed(interval: Interval, operator: str, value: Fraction) -> Interval:
    """The interval cut by ``parameter operator value``; as it is for ``!=``, and where nothing would be left."""
    found = interval
    if operator in (">", ">=", "==") and (interval.low is None or value >= interval.low):
        shut = operator != ">" and not (interval.low == value and interval.low_open)
        found = replace(found, low=value, low_open=not shut)
    if operator in ("<", "<=", "==") and (interval.high is None or value <= interval.high):
        shut = operator != "<" and not (interval.high == value and interval.high_open)
        found = replace(found, high=value, high_open=not shut)
    empty = found.low is not None and found.high is not None and found.low > found.high
    return interval if empty else found
