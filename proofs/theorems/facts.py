"""Why a fact holds, in words and formulas: sums of products of what is known, comparisons of powers, bounds of log.

A fact f > 0 is proved by an identity: the sum of products of known non-negative things and squares that equals f (or a
positive multiple of it) is written out, and can be expanded by hand.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

from ...symbolic.expressions.reading import ONE, Apply, Expression, Number, Power, Product, Sum, Symbol, add, multiply
from ..check import Constraint, Polynomial, number_in
from ..typeset.blocks import Inline, Mark
from ..typeset.formulas import formula
from ..typeset.markup import Digits, Fenced, Markup, Notation, Over, Row, Sign, row
from .reading import Reading
from .steps import by

ZERO = Digits("0")
Term = tuple[Fraction, tuple[tuple[int, int], ...], Polynomial | None]


class FactWriter:
    """Writes facts of one certificate; `marks` are the numbers of what is known, by place."""

    def __init__(self, reading: Reading, notation: Notation) -> None:
        self.reading = reading
        self.notation = notation

    def markup(self, polynomial: Polynomial) -> Markup:
        """A polynomial as a formula."""
        return formula(self.reading.expression(polynomial), self.notation)

    def constraint(self, constraint: Constraint) -> Markup:
        """``f > 0``."""
        polynomial, relation = constraint
        return row(self.markup(polynomial), relation, ZERO)

    def fact(
        self, constraint: Constraint, entry: Mapping[str, Any], known: Sequence[Constraint], marks: Sequence[Mark]
    ) -> Inline:
        """The fact with its proof, as one sentence without full stop."""
        if "fact" in entry:
            return self._combination(constraint, entry, known, marks)
        if "constant" in entry:
            return (self.constraint(constraint), ", a number, as intervals around its logarithms show")
        if "log" in entry:
            return self._comparison(constraint, entry, marks)
        if "tangent" in entry:
            over, under = self._powers(entry["tangent"])
            at = row("x", "=", _ratio(over, under, self.notation))
            bound = row(_log("x"), "<=", "x", "-", Digits("1"))
            return (self.constraint(constraint), ", that is, ", bound, " at ", at, *self._premise(entry, marks))
        return self._series(entry, marks)

    # Combinations

    def refutation(self, record: Mapping[str, Any], known: Sequence[Constraint], marks: Sequence[Mark]) -> Inline:
        """Why what is known contradicts itself."""
        terms, equalities = self._parts(record)
        total = self._sum(terms, equalities, known)
        return (row(ZERO, "=", total, ">", ZERO), *by(self._cited(terms, equalities, marks)))

    def _combination(
        self, constraint: Constraint, entry: Mapping[str, Any], known: Sequence[Constraint], marks: Sequence[Mark]
    ) -> Inline:
        goal, relation = constraint
        terms, equalities = self._parts(entry)
        own = len(known)
        if relation == "==":
            total = self._sum((), equalities, known)
            return (row(self.markup(goal), "=", total, "=", ZERO), *by(self._cited((), equalities, marks)))
        inside = [*known, (self.reading.negative(goal), {">": ">=", ">=": ">", "!=": "=="}[relation])]
        mine = [term for term in terms if any(place == own for place, _ in term[1])]
        rest = tuple(term for term in terms if term not in mine)
        others = tuple(e for e in equalities if e[0] != own)
        multipliers = [e for e in equalities if e[0] == own]
        cited = by(self._cited(terms, equalities, marks))
        simple = len(mine) == 1 and not multipliers and (own, 1) in mine[0][1]
        if simple and rest:
            scale, factors, square = mine[0]
            leading: Term = (Fraction(1), tuple(f for f in factors if f != (own, 1)), square)
            rest = tuple((number / scale, inner, root) for number, inner, root in rest)
            others = tuple((place, _scaled(m, 1 / scale)) for place, m in others)
            total = self._sum(rest, others, inside)
            if leading[1:] == ((), None):
                written = self.markup(goal)
                equal = () if total == written else ("=", total)
                return (row(written, *equal, relation, ZERO), *cited)
            multiplier = self._expression((leading,), (), inside)
            left = formula(Product((multiplier, self.reading.expression(goal))), self.notation)
            product = row(left, "=", total, relation, ZERO)
            strict = square is None and all(inside[place][1] in (">", "!=") for place, _ in leading[1])
            positive = row(formula(multiplier, self.notation), ">" if strict else ">=", ZERO)
            return (self.constraint(constraint), ": ", product, " and ", positive, *cited)
        if relation == "!=" and len(multipliers) == 1 and not mine:
            factor = _scaled(multipliers[0][1], Fraction(-1))
            total = self._sum(rest, others, inside)
            if number_in(factor) == 1:
                return (row(self.markup(goal), "=", total, ">", ZERO), *cited)
            left = formula(Product((self.reading.expression(factor), self.reading.expression(goal))), self.notation)
            return (self.constraint(constraint), ": ", row(left, "=", total, ">", ZERO), *cited)
        against = self.constraint(inside[-1])
        total = self._sum(terms, equalities, inside)
        contradiction = row(ZERO, "=", total, ">", ZERO)
        return (self.constraint(constraint), ": otherwise ", against, " and ", contradiction, *cited)

    def _parts(
        self, record: Mapping[str, Any]
    ) -> tuple[tuple[Term, ...], tuple[tuple[int, Polynomial], ...]]:
        terms = tuple(
            (
                Fraction(number),
                tuple((place, power) for place, power in factors),
                None if square is None else self.reading.polynomial(square),
            )
            for number, factors, square in record["terms"]
        )
        equalities = tuple((place, self.reading.polynomial(text)) for place, text in record["equalities"])
        return terms, equalities

    def _sum(
        self,
        terms: Sequence[Term],
        equalities: Sequence[tuple[int, Polynomial]],
        known: Sequence[Constraint],
    ) -> Markup:
        """The sum of the terms, each a product as it stands."""
        return formula(self._expression(terms, equalities, known), self.notation)

    def _expression(
        self,
        terms: Sequence[Term],
        equalities: Sequence[tuple[int, Polynomial]],
        known: Sequence[Constraint],
    ) -> Expression:
        products: list[Expression] = []
        for number, factors, square in terms:
            parts: list[Expression] = [Number(number)]
            parts += [self.reading.factor_expression(known[place][0], power) for place, power in factors]
            if square is not None:
                parts.append(self.reading.factor_expression(square, 2))
            products.append(multiply(parts))
        for place, multiplier in equalities:
            products.append(multiply([self.reading.expression(multiplier), self.reading.expression(known[place][0])]))
        return products[0] if len(products) == 1 else Sum(tuple(products))

    def _cited(
        self, terms: Sequence[Term], equalities: Sequence[tuple[int, Polynomial]], marks: Sequence[Mark]
    ) -> list[Mark]:
        places = [place for _, factors, _ in terms for place, _ in factors] + [place for place, _ in equalities]
        return [marks[place] for place in places if place < len(marks)]

    # Logarithms

    def _powers(self, powers: Sequence[tuple[str, int]]) -> tuple[Expression, Expression]:
        over: list[Expression] = []
        under: list[Expression] = []
        for name, exponent in powers:
            base = self.reading.expression(self.reading.kernel.generators[name])
            (over if exponent > 0 else under).append(base if abs(exponent) == 1 else Power(base, abs(exponent)))
        return _kept_product(over), _kept_product(under)

    def _premise(self, entry: Mapping[str, Any], marks: Sequence[Mark]) -> Inline:
        return () if entry["premise"] is None else by([marks[entry["premise"]]])

    def _comparison(self, constraint: Constraint, entry: Mapping[str, Any], marks: Sequence[Mark]) -> Inline:
        over, under = self._powers(entry["log"])
        compared = row(formula(over, self.notation), entry["relation"], formula(under, self.notation))
        top, bottom, _ = self.reading.kernel.powers(entry["log"])
        gap = top - bottom
        shown: Inline = (compared,)
        if entry["premise"] is not None:
            expanded = self.markup(gap)
            literal = formula(add([over, multiply([Number(Fraction(-1)), under])]), self.notation)
            if expanded != literal:
                difference = Sum((over, Product((Number(Fraction(-1)), under))))
                shown = (row(formula(difference, self.notation), "=", expanded, entry["relation"], ZERO),)
        return (self.constraint(constraint), ", as ", *shown, *self._premise(entry, marks))

    def _series(self, entry: Mapping[str, Any], marks: Sequence[Mark]) -> Inline:
        over, under = self._powers(entry["series"])
        order, lower = entry["order"], entry["side"] == "lower"
        terms: list[Markup] = []
        for index in range(order):
            degree = 2 * index + 1
            terms += [Sign("+")] if terms else []
            terms.append(formula(_kept_power("y", degree), Notation()))
        bound = row(Digits("2"), Fenced(row(*terms))) if terms else ZERO
        relation = ">" if lower else "<"
        if not lower:
            degree = 2 * order + 1
            rest = row(*([bound, "+"] if terms else []), formula(_last_term(degree), Notation()))
            bound = rest
        x = _ratio(over, under, self.notation)
        y = row("y", "=", Over(row("x", "-", Digits("1")), row("x", "+", Digits("1"))))
        premise = self._premise(entry, marks)
        return (row(_log("x"), relation, bound), " at ", row("x", "=", x, ">", Digits("1")), *premise, ", where ", y,
                " (the series of ", _log("x"), " in ", row("y"), ")")  # fmt: skip


def negative_markup(written: Markup) -> bool:
    """Whether a formula starts with a minus."""
    return isinstance(written, Row) and written.items[0] == Sign("-")


def _kept_product(factors: Sequence[Expression]) -> Expression:
    """A product whose numbers are not multiplied out: powers of numbers are to be read as powers."""
    if not factors:
        return ONE
    return factors[0] if len(factors) == 1 else Product(tuple(factors))


def _kept_power(letter: str, degree: int) -> Expression:
    base: Expression = Symbol(letter) if degree == 1 else Power(Symbol(letter), degree)
    return multiply([Number(Fraction(1, degree)), base])


def _last_term(degree: int) -> Expression:
    """The rest of the series, bounded: ``2*y**n/(n*(1 - y**2))``."""
    y = Symbol("y")
    below = Sum((ONE, multiply([Number(Fraction(-1)), Power(y, 2)])))
    return multiply([Number(Fraction(2, degree)), y if degree == 1 else Power(y, degree), Power(below, -1)])


def _scaled(polynomial: Polynomial, factor: Fraction) -> Polynomial:
    return polynomial * factor


def _ratio(over: Expression, under: Expression, notation: Notation) -> Markup:
    if under == ONE:
        return formula(over, notation)
    return Over(formula(over, notation), formula(under, notation))


def _log(letter: str) -> Markup:
    return formula(Apply("log", _kept_power(letter, 1)), Notation())
