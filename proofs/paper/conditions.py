"""Conditions in words; of one parameter: between which roots it lies, each root named and enclosed by decimals."""

from __future__ import annotations

from fractions import Fraction

from flint import fmpq

from ...symbolic.algebra.parameters import Interval
from ...symbolic.cells.conditions import Condition
from ...symbolic.decomposition.roots import AlgebraicNumber, real_roots
from ...symbolic.expressions.reading import Symbol, add, multiply, number, power
from ..design.stretches import Stretch, stretches_of
from ..theorems.words import joined_words
from ..typeset.blocks import Inline, Part
from ..typeset.formulas import conjunction_parts, formula
from ..typeset.markup import Digits, Letter, Markup, Notation, Script, Sign, row

_FIRST_DIGITS = 4


def condition_words(condition: Condition, notation: Notation) -> Inline:
    """A condition as running text; ``always`` and ``never`` as words."""
    if condition.is_always():
        return ("always",)
    if not condition.alternatives:
        return ("never",)
    pieces = [joined_words([[p] for p in conjunction_parts(c, notation)], "and") for c in condition.alternatives]
    return tuple(joined_words(pieces, "or"))


def one_parameter_words(condition: Condition, name: str, interval: Interval, notation: Notation) -> Inline:
    """A condition on one parameter as text: as it stands where it is solved, else by the roots that bound it.

    Parameters: the condition; the parameter and its interval; how parameters are written. The ends are exact:
    rationals, or named roots of polynomials, each the only one of its polynomial between the decimals given.
    """
    solved = all(relation.left == Symbol(name) for conjunction in condition.alternatives for relation in conjunction)
    stretches = None if solved else stretches_of(condition, name, interval)
    if not stretches:
        return condition_words(condition, notation)
    names = _names(stretches, notation)
    pieces = [_stretch_parts(one, notation.letter(name), names, notation) for one in stretches]
    parts = joined_words(pieces, "or")
    named = [_root_parts(root, markup, name, notation) for root, markup in names.items()]
    if named:
        parts += [", where ", *joined_words(named, "and")]
    return tuple(parts)


def enclosing_decimals(root: AlgebraicNumber) -> tuple[str, str]:
    """Decimals below and above an irrational root, with no other root of its polynomial between them.

    >>> from flint import fmpz_poly
    >>> enclosing_decimals(real_roots(fmpz_poly([-2, 0, 1]))[1])
    ('1.4142', '1.4143')
    """
    digits = _FIRST_DIGITS
    while True:
        scale = 10**digits
        bits = 4 * digits + 16
        low, high = root.bounds(bits)
        while low * scale // 1 != high * scale // 1:
            bits *= 2
            low, high = root.bounds(bits)
        floor = int(low * scale // 1)
        if len(real_roots(root.polynomial, fmpq(floor, scale), fmpq(floor + 1, scale))) == 1:
            return _decimal(floor, digits), _decimal(floor + 1, digits)
        digits += 2


def _decimal(scaled: int, digits: int) -> str:
    whole, rest = divmod(abs(scaled), 10**digits)
    return f"{'-' if scaled < 0 else ''}{whole}.{rest:0{digits}d}"


def _names(stretches: tuple[Stretch, ...], notation: Notation) -> dict[AlgebraicNumber, Markup]:
    """A letter with a number for each irrational end, in increasing order."""
    ends = {end for one in stretches for end in (one.lower, one.upper) if end is not None and not end.is_rational}
    taken = set(notation.letters.values())
    letter = next(Letter(key) for key in ("xi", "zeta", "chi", "omega") if Letter(key) not in taken)
    return {end: Script(letter, Digits(str(place))) for place, end in enumerate(sorted(ends), 1)}


def _stretch_parts(
    one: Stretch, letter: Markup, names: dict[AlgebraicNumber, Markup], notation: Notation
) -> list[Part]:
    def end(value: AlgebraicNumber) -> Markup:
        return formula(number(value.as_rational()), notation) if value.is_rational else names[value]

    below, above = ("<=" if closed else "<" for closed in (one.lower_closed, one.upper_closed))
    if one.lower is not None and one.upper is not None:
        if one.lower == one.upper:
            return [row(letter, "=", end(one.lower))]
        return [row(end(one.lower), below, letter, above, end(one.upper))]
    if one.lower is not None:
        return [row(letter, ">=" if one.lower_closed else ">", end(one.lower))]
    return [row(letter, above, end(one.upper))] if one.upper is not None else ["always"]


def _root_parts(root: AlgebraicNumber, markup: Markup, name: str, notation: Notation) -> list[Part]:
    terms = [
        multiply([number(Fraction(value)), power(Symbol(name), place)])
        for place, value in reversed(list(enumerate(root.coefficients)))
        if value
    ]
    below, above = (_signed(text) for text in enclosing_decimals(root))
    polynomial = formula(add(terms), notation)
    return [row(markup), " is the only root of ", row(polynomial), " between ", row(below), " and ", row(above)]


def _signed(text: str) -> Markup:
    return row(Sign("-"), Digits(text[1:])) if text.startswith("-") else Digits(text)
