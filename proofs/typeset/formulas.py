"""Expressions, relations and conditions as markup, in a notation: what is written in front, over and under what."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import NamedTuple

from ...symbolic.cells.conditions import Condition
from ...symbolic.errors import NO_ANSWER
from ...symbolic.expressions.precedence import Place, Strength, needs_brackets
from ...symbolic.expressions.reading import (
    Apply,
    Expression,
    Number,
    Power,
    Product,
    Relation,
    Sum,
    Symbol,
    read_expression,
)
from ...symbolic.floats import float_or_none
from ...symbolic.results.equilibrium import Weight
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

    >>> from berknash.symbolic.expressions.reading import read_expression
    >>> formula(read_expression("p/2", ["p"], where=""), Notation())
    Over(top=Letter(key='p'), bottom=Digits(text='2'))
    """
    return _placed(_written(expression, notation), Place.WHOLE)


def factor(expression: Expression, notation: Notation) -> Markup:
    """The expression as it is written beside another factor.

    >>> from berknash.symbolic.expressions.reading import read_expression
    >>> factor(read_expression("-p", ["p"], where=""), Notation())
    Fenced(inner=Row(items=(Sign(key='-'), Letter(key='p'))), fence='()')
    """
    return _placed(_written(expression, notation), Place.FACTOR)


class _Written(NamedTuple):
    """Something written: whether a minus stands in front, the rest, and how strongly the rest hangs together."""

    negative: bool
    markup: Markup
    strength: Strength


def _placed(written: _Written, place: Place) -> Markup:
    """With its minus, and in brackets where the place asks for them."""
    if not written.negative:
        return _bracketed(written, place)
    signed = row("-", _bracketed(written, Place.TERM))
    return Fenced(signed) if needs_brackets(Strength.SUM, place) else signed


def _bracketed(written: _Written, place: Place) -> Markup:
    return Fenced(written.markup) if needs_brackets(written.strength, place) else written.markup


def _written(expression: Expression, notation: Notation) -> _Written:
    known = notation.named.get(expression)
    if known is not None:
        return _letter(known)
    match expression:
        case Number(value=value):
            strength = Strength.ATOM if value.denominator == 1 else Strength.UNIT
            return _Written(value < 0, _rational(abs(value)), strength)
        case Symbol(name=name):
            return _letter(notation.letter(name))
        case Sum(terms=()):
            return _Written(False, Digits("0"), Strength.ATOM)
        case Sum(terms=(term,)):
            return _written(term, notation)
        case Sum(terms=terms):
            items: list[Markup] = []
            for term in terms:
                written = _written(term, notation)
                if written.negative or items:
                    items.append(Sign("-" if written.negative else "+"))
                items.append(_bracketed(written, Place.TERM))
            return _Written(False, Row(tuple(items)), Strength.SUM)
        case Product(factors=factors):
            return _product(factors, notation)
        case Power():
            return _product((expression,), notation)
        case Apply(function="sqrt", argument=argument):
            return _Written(False, Root(formula(argument, notation)), Strength.UNIT)
        case Apply(function=function, argument=argument):
            inner = formula(argument, notation)
            shown = inner if _stands_as_argument(inner) else Fenced(inner)
            return _Written(False, Row((Operator(function), shown)), Strength.UNIT)
    raise TypeError(f"no expression: {expression!r}")


def _letter(written: Markup) -> _Written:
    """A name; one of several signs, or with a superscript, is no base of a power."""
    plain = not isinstance(written, Row) and not (isinstance(written, Script) and written.sup is not None)
    return _Written(False, written, Strength.ATOM if plain else Strength.UNIT)


def _stands_as_argument(inner: Markup) -> bool:
    """Whether a function may stand before it without brackets: log of a power of brackets is no power of a log."""
    if isinstance(inner, Script):
        return isinstance(inner.base, Letter | Digits | Accent)
    return isinstance(inner, Letter | Digits | Over)


def _rational(value: Fraction) -> Markup:
    top = Digits(str(value.numerator))
    return top if value.denominator == 1 else Over(top, Digits(str(value.denominator)))


def _product(factors: Sequence[Expression], notation: Notation) -> _Written:
    coefficient = Fraction(1)
    above: list[Expression] = []
    below: list[Expression] = []
    for part in factors:
        if isinstance(part, Number):
            coefficient *= part.value
        elif isinstance(part, Power) and part.exponent < 0 and part not in notation.named:
            below.append(part.base if part.exponent == -1 else Power(part.base, -part.exponent))
        else:
            above.append(part)
    top = _line(abs(coefficient.numerator), above, notation)
    if not below and coefficient.denominator == 1:
        if top.negative and coefficient < 0:
            return _Written(True, Fenced(_placed(top, Place.WHOLE)), Strength.ATOM)
        return top._replace(negative=top.negative or coefficient < 0)
    bottom = _line(coefficient.denominator, below, notation)
    written = Over(_placed(top, Place.WHOLE), _placed(bottom, Place.WHOLE))
    return _Written(coefficient < 0, written, Strength.UNIT)


def _line(coefficient: int, factors: Sequence[Expression], notation: Notation) -> _Written:
    """A product without quotients: coefficient, symbols, sums in brackets, functions last."""
    if len(factors) == 1 and coefficient == 1:
        return _factor(factors[0], notation)
    ordered = sorted(factors, key=lambda f: _rank(f, notation))
    items: list[Markup] = []
    if coefficient != 1 or not factors:
        items.append(Digits(str(coefficient)))
    for part in ordered:
        written = _placed(_factor(part, notation), Place.FACTOR)
        if items and _needs_dot(items[-1], written):
            items.append(Sign("cdot"))
        items.append(written)
    if len(items) == 1:
        return _Written(False, items[0], Strength.ATOM)
    return _Written(False, Row(tuple(items)), Strength.PRODUCT)


def _needs_dot(left: Markup, right: Markup) -> bool:
    """Whether two factors side by side would read as something else: 2 3, log p q, 2 1/2, rate cost, rate(p)."""
    before, after = _last(left), _base(_first(right))
    if isinstance(after, Digits | Over) or (isinstance(left, Row) and isinstance(left.items[0], Operator)):
        return True
    if isinstance(_base(before), Word):
        return True
    return isinstance(after, Word) and isinstance(_base(before), Letter | Accent)


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


def _factor(expression: Expression, notation: Notation) -> _Written:
    if not isinstance(expression, Power) or expression in notation.named:
        return _written(expression, notation)
    if expression.exponent < 0:
        return _product((expression,), notation)
    if expression.exponent == 1:
        return _factor(expression.base, notation)
    base = _placed(_written(expression.base, notation), Place.BASE)
    exponent = Digits(str(expression.exponent))
    stem, below = (base.base, base.sub) if isinstance(base, Script) else (base, None)
    return _Written(False, Script(stem, below, exponent), Strength.UNIT)


def _first(markup: Markup) -> Markup:
    return _first(markup.items[0]) if isinstance(markup, Row) else markup


def _last(markup: Markup) -> Markup:
    return _last(markup.items[-1]) if isinstance(markup, Row) else markup


def _base(markup: Markup) -> Markup:
    return markup.base if isinstance(markup, Script) else markup


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


def number_formula(value: Weight, notation: Notation) -> Markup:
    """A number of a result: a formula where it has a closed form, else its name, or a few digits of a long one."""
    if isinstance(value, Expression):
        return formula(value, notation)
    text = str(value)
    try:
        return formula(read_expression(text, None, where="a number"), notation)
    except NO_ANSWER:
        approx = None if isinstance(value, str) else float_or_none(value)
        return Words(text if approx is None or len(text) < 40 else f"{approx:.10g}...")


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
