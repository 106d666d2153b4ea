"""The domain of a theorem as it is said: intervals of parameters, and what else relates them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from ...symbolic.expressions.reading import Relation, number
from ..check import Constraint, Polynomial
from ..typeset.blocks import Inline, Part
from ..typeset.formulas import formula, relation_markup
from ..typeset.markup import Fenced, Letter, Markup, Notation, Words, row
from .reading import Reading
from .solution_facts import listed


@dataclass(frozen=True, slots=True)
class Bound:
    """A bound of one parameter: whether it is the lower one, its value, and whether it is excluded."""

    name: str
    lower: bool
    value: Fraction
    strict: bool


def bound_of(reading: Reading, constraint: Constraint) -> Bound | None:
    """The constraint as a bound of one parameter; None where it is none."""
    polynomial, relation = constraint
    unit = (0,) * len(reading.kernel.ring.names)
    leading = [monomial for monomial in polynomial if monomial != unit]
    if relation not in (">", ">=") or len(leading) != 1 or sum(leading[0]) != 1:
        return None
    place = leading[0].index(1)
    if place >= len(reading.parameters):
        return None
    slope = Fraction(polynomial[leading[0]])
    value = -Fraction(polynomial.get(unit, 0)) / slope
    return Bound(reading.parameters[place], slope > 0, value, relation == ">")


def both_bounds(reading: Reading) -> dict[str, tuple[Bound, Bound]]:
    """The parameters with exactly one bound on each side."""
    found: dict[str, list[Bound]] = {}
    for constraint in reading.domain:
        bound = bound_of(reading, constraint)
        if bound is not None:
            found.setdefault(bound.name, []).append(bound)
    pairs = {name: sorted(ends, key=lambda end: not end.lower) for name, ends in found.items() if len(ends) == 2}
    return {name: (low, high) for name, (low, high) in pairs.items() if low.lower and not high.lower}


def chain_markup(name: str, ends: tuple[Bound, Bound], notation: Notation) -> Markup:
    """``0 < p < 1``."""
    low, high = ends
    signs = ["<" if end.strict else "<=" for end in ends]
    return row(_value(low), signs[0], notation.letter(name), signs[1], _value(high))


def domain_inline(reading: Reading, notation: Notation) -> Inline:
    """``Let p, q lie in (0, 1) with h > l.`` and a space; nothing where nothing is restricted."""
    bounds: dict[str, dict[bool, Bound]] = {}
    others: list[Relation] = []
    for constraint in (*reading.domain, *reading.assumptions):
        bound = bound_of(reading, constraint)
        if bound is not None and bound.lower not in bounds.get(bound.name, {}):
            bounds.setdefault(bound.name, {})[bound.lower] = bound
            continue
        polynomial, relation = constraint
        above = Polynomial(polynomial.ring, {e: value for e, value in polynomial.items() if value > 0})
        below = Polynomial(polynomial.ring, {e: -value for e, value in polynomial.items() if value < 0})
        others.append(Relation(reading.expression(above), relation, reading.expression(below)))
    if not reading.parameters:
        return ()
    groups: dict[Markup, list[Markup]] = {}
    for name in reading.parameters:
        groups.setdefault(_interval(bounds.get(name, {})), []).append(notation.letter(name))
    pieces = [row(*_commas(letters), "in", interval) for interval, letters in groups.items()]
    parts: list[Part] = ["Let ", *listed(pieces)]
    if others:
        parts += [" with ", *listed([relation_markup(relation, notation) for relation in others])]
    return (*parts, ". ")


def _commas(letters: list[Markup]) -> list[Markup | str]:
    items: list[Markup | str] = []
    for letter in letters:
        items += [*((",", Words(" ")) if items else ()), letter]
    return items


def _interval(ends: Mapping[bool, Bound]) -> Markup:
    low, high = ends.get(True), ends.get(False)
    left: Markup = row("-", Letter("infty")) if low is None else _value(low)
    right: Markup = Letter("infty") if high is None else _value(high)
    fence = ("(" if low is None or low.strict else "[") + (")" if high is None or high.strict else "]")
    return Fenced(row(left, ",", Words(" "), right), fence)


def _value(bound: Bound) -> Markup:
    return formula(number(bound.value), Notation())
