"""Expressions, relations and conditions as markup, in a notation: what is written in front, over and under what."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from ...symbolic.conditions import Condition
from ...symbolic.expressions import Apply, Expression, Number, Power, Product, Relation, Sum, Symbol, number
from .markup import (
    Accent,
    Cases,
    Digits,
    Fenced,
    Letter,
    Markup,
    Name,
    Notation,
    Operator,
    Over,
    Root,
    Row,
    Script,
    Sign,
    Word,
    Words,
    row,
)


def formula(expression: Expression, notation: Notation) -> Markup:
    """The expression as it is written in the notation.

    >>> from berknash.symbolic.expressions import read_expression
    >>> formula(read_expression("p/2", ["p"], where=""), Notation())
    Over(top=Letter(key='p'), bottom=Digits(text='2'))
    """
    negative, magnitude = _signed(expression, notation)
    return row("-", magnitude) if negative else magnitude


def _signed(expression: Expression, notation: Notation) -> tuple[bool, Markup]:
    """Whether the expression starts with a minus, and the rest."""
    known = notation.named.get(expression)
    if known is not None:
        return False, known
    match expression:
        case Number(value=value):
            return value < 0, _rational(abs(value))
        case Symbol(name=name):
            return False, notation.letter(name)
        case Sum(terms=terms):
            items: list[Markup] = []
            for term in terms:
                negative, magnitude = _signed(term, notation)
                if negative or items:
                    items.append(Sign("-" if negative else "+"))
                items.append(_fence(magnitude) if isinstance(term, Sum) and term not in notation.named else magnitude)
            return False, Row(tuple(items))
        case Product(factors=factors):
            return _product(factors, notation)
        case Power():
            return _product((expression,), notation)
        case Apply(function="sqrt", argument=argument):
            return False, Root(formula(argument, notation))
        case Apply(function=function, argument=argument):
            inner = formula(argument, notation)
            tight = isinstance(inner, Letter | Digits | Over | Script)
            return False, Row((Operator(function), inner if tight else _fence(inner)))
    raise TypeError(f"no expression: {expression!r}")


def _rational(value: Fraction) -> Markup:
    top = Digits(str(value.numerator))
    return top if value.denominator == 1 else Over(top, Digits(str(value.denominator)))


def _product(factors: Sequence[Expression], notation: Notation) -> tuple[bool, Markup]:
    coefficient = Fraction(1)
    above: list[Expression] = []
    below: list[Expression] = []
    for factor in factors:
        if isinstance(factor, Number):
            coefficient *= factor.value
        elif isinstance(factor, Power) and factor.exponent < 0 and factor not in notation.named:
            below.append(factor.base if factor.exponent == -1 else Power(factor.base, -factor.exponent))
        else:
            above.append(factor)
    top = _line(abs(coefficient.numerator), above, notation)
    if not below and coefficient.denominator == 1:
        return coefficient < 0, top
    return coefficient < 0, Over(top, _line(coefficient.denominator, below, notation))


def _line(coefficient: int, factors: Sequence[Expression], notation: Notation) -> Markup:
    """A product without quotients: coefficient, symbols, sums in brackets, functions last."""
    if len(factors) == 1 and coefficient == 1:
        return _factor(factors[0], notation, alone=True)
    ordered = sorted(factors, key=lambda f: _rank(f, notation))
    items: list[Markup] = []
    if coefficient != 1 or not factors:
        items.append(Digits(str(coefficient)))
    for factor in ordered:
        written = _factor(factor, notation, alone=False)
        first, last = _first(written), _last(items[-1]) if items else None
        if last is not None and (
            (isinstance(first, Digits) and isinstance(last, Digits))
            or _has_operator(items[-1])
            or isinstance(first, Over)
        ):
            items.append(Sign("cdot"))
        items.append(written)
    return Row(tuple(items)) if len(items) > 1 else items[0]


def _rank(factor: Expression, notation: Notation) -> int:
    if factor in notation.named:
        return 1
    match factor:
        case Symbol(name=name) if isinstance(notation.letter(name), Row):
            return 4
        case Symbol() | Power(base=Symbol()):
            return 0
        case Apply(function="log" | "exp"):
            return 3
        case Power(base=Apply()):
            return 2
        case _:
            return 1


def _factor(factor: Expression, notation: Notation, *, alone: bool) -> Markup:
    if factor in notation.named:
        return notation.named[factor]
    if isinstance(factor, Power):
        base = formula(factor.base, notation)
        if factor.exponent < 0:
            return Over(Digits("1"), _factor(Power(factor.base, -factor.exponent), notation, alone=True))
        simple = isinstance(factor.base, Symbol) or factor.base in notation.named or isinstance(base, Digits)
        if isinstance(base, Script) and base.sup is not None:
            simple = False
        exponent = number(factor.exponent)
        if factor.exponent == 1:
            return _factor(factor.base, notation, alone=alone)
        if simple and isinstance(base, Script):
            return Script(base.base, base.sub, Digits(str(exponent)))
        return Script(base if simple else _fence(base), None, Digits(str(exponent)))
    written = formula(factor, notation)
    needs = isinstance(factor, Sum) or (isinstance(factor, Product) and isinstance(written, Row))
    return _fence(written) if needs and not alone else written


def _fence(inner: Markup) -> Markup:
    return Fenced(inner)


def _first(markup: Markup) -> Markup:
    return _first(markup.items[0]) if isinstance(markup, Row) else markup


def _last(markup: Markup) -> Markup:
    return _last(markup.items[-1]) if isinstance(markup, Row) else markup


def _has_operator(markup: Markup) -> bool:
    return isinstance(markup, Row) and isinstance(markup.items[0], Operator)


# Relations and conditions


def relation_markup(relation: Relation, notation: Notation) -> Markup:
    """The relation, such as ``p > 1/2``."""
    return row(formula(relation.left, notation), relation.operator, formula(relation.right, notation))


def conjunction_parts(relations: Sequence[Relation], notation: Notation) -> list[Markup]:
    """Relations one by one; a lower and an upper bound of one quantity make a chain ``1/4 < p < 1/2``."""
    parts: list[Markup] = []
    remaining = list(relations)
    while remaining:
        first = remaining.pop(0)
        partner = next(
            (
                r
                for r in remaining
                if r.left == first.left
                and {r.operator[0], first.operator[0]} == {"<", ">"}
                and r.operator not in ("==", "!=")
            ),
            None,
        )
        if partner is None:
            parts.append(relation_markup(first, notation))
            continue
        remaining.remove(partner)
        low, high = (first, partner) if first.operator[0] == ">" else (partner, first)
        parts.append(
            row(
                formula(low.right, notation),
                low.operator.replace(">", "<"),
                formula(first.left, notation),
                high.operator,
                formula(high.right, notation),
            )
        )
    return parts


def conjunction_markup(relations: Sequence[Relation], notation: Notation) -> Markup:
    """Relations joined by commas."""
    items: list[Markup] = []
    for part in conjunction_parts(relations, notation):
        if items:
            items += [Sign(","), Words(" ")]
        items.append(part)
    return row(*items) if items else Words("always")


def condition_markup(condition: Condition, notation: Notation) -> Markup:
    """The condition in one formula, alternatives joined by "or"."""
    if condition.is_always():
        return Words("always")
    if not condition.alternatives:
        return Words("never")
    items: list[Markup] = []
    for conjunction in condition.alternatives:
        if items:
            items.append(Words(" or "))
        items.append(conjunction_markup(conjunction, notation))
    return row(*items)


def set_markup(names: Sequence[str]) -> Markup:
    """A set of actions or models."""
    if not names:
        return Sign("empty")
    items: list[Markup] = []
    for name in names:
        if items:
            items += [Sign(","), Words(" ")]
        items.append(Name(name))
    return Fenced(row(*items), "{}")


def joined(parts: Sequence[Markup], sign: str) -> Markup:
    """The parts in a row with a sign between them."""
    items: list[Markup] = []
    for part in parts:
        if items:
            items.append(Sign(sign))
        items.append(part)
    return row(*items)


def width(markup: Markup) -> float:
    """A rough width in digits of text size, to decide where long formulas need a break."""
    match markup:
        case Letter():
            return 1.2
        case Word(text=text) | Name(text=text) | Words(text=text) | Digits(text=text):
            return float(len(text))
        case Sign(key=key):
            return 1.0 if key == "," else 3.0
        case Operator(name=name):
            return len(name) + 0.5
        case Row(items=items):
            return sum(map(width, items))
        case Over(top=top, bottom=bottom):
            return max(width(top), width(bottom)) + 0.6
        case Script(base=base, sub=sub, sup=sup):
            return width(base) + 0.8 * max(width(s) if s else 0.0 for s in (sub, sup))
        case Accent(base=base):
            return width(base)
        case Fenced(inner=inner):
            return width(inner) + 2.0
        case Root(inner=inner):
            return width(inner) + 2.0
        case Cases(rows=rows):
            return 2.0 + max(width(v) + width(c) + 5.0 for v, c in rows)
