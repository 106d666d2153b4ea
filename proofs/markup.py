"""Formulas as small trees of printed signs: the one source of LaTeX, MathML and the texts in figures.

An `Expression` says what a formula means; a `Markup` says how it is written: rows of letters, digits and signs,
fractions, scripts, fences. `Notation` holds how parameters are written and which long expressions have a name of
their own; `formula` turns expressions into markup in that notation. Nothing is computed here.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import TypeAlias

from ..symbolic.conditions import Condition
from ..symbolic.expressions import Apply, Expression, Number, Power, Product, Relation, Sum, Symbol, number
from ..symbolic.game import Game

GREEK = {
    "alpha": "α", "beta": "β", "gamma": "γ", "delta": "δ", "epsilon": "ϵ", "zeta": "ζ", "eta": "η", "theta": "θ",
    "iota": "ι", "kappa": "κ", "lambda": "λ", "mu": "μ", "nu": "ν", "xi": "ξ", "pi": "π", "rho": "ρ", "sigma": "σ",
    "tau": "τ", "upsilon": "υ", "phi": "ϕ", "chi": "χ", "psi": "ψ", "omega": "ω", "Gamma": "Γ", "Delta": "Δ",
    "Theta": "Θ", "Lambda": "Λ", "Xi": "Ξ", "Pi": "Π", "Sigma": "Σ", "Phi": "Φ", "Psi": "Ψ", "Omega": "Ω",
}  # fmt: skip
LETTERS = {**GREEK, "ell": "ℓ", "varepsilon": "ε", "vartheta": "ϑ", "varphi": "φ", "ast": "∗", "star": "⋆",
           "infty": "∞", "prime": "′"}  # fmt: skip
ACCENTS = {"hat": "^", "bar": "¯", "tilde": "~"}
# Sign -> (LaTeX, character).
SIGNS = {
    "+": ("+", "+"), "-": ("-", "−"), "=": ("=", "="), "<": ("<", "<"), ">": (">", ">"), "<=": (r"\leq", "≤"),
    ">=": (r"\geq", "≥"), "==": ("=", "="), "!=": (r"\neq", "≠"), "in": (r"\in", "∈"), "notin": (r"\notin", "∉"),
    "subset": (r"\subseteq", "⊆"), "superset": (r"\supset", "⊃"), "to": (r"\to", "→"),
    "cdot": (r"\cdot", "·"), "sum": (r"\sum", "∑"),
    ",": (",", ","), ":=": (":=", "≔"), "mid": (r"\mid", "|"), "approx": (r"\approx", "≈"), "cap": (r"\cap", "∩"),
    "empty": (r"\varnothing", "∅"), "cup": (r"\cup", "∪"), "dots": (r"\dots", "…"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Letter:
    """A single letter, or one of `LETTERS` by its LaTeX name."""

    key: str


@dataclass(frozen=True, slots=True)
class Word:
    """An identifier of several letters."""

    text: str


@dataclass(frozen=True, slots=True)
class Name:
    """The name of an action, an outcome or a model, as the game spells it."""

    text: str


@dataclass(frozen=True, slots=True)
class Words:
    """Plain words inside a formula."""

    text: str


@dataclass(frozen=True, slots=True)
class Digits:
    """A non-negative integer or decimal."""

    text: str


@dataclass(frozen=True, slots=True)
class Sign:
    """An operator, a relation or a punctuation mark: a key of `SIGNS`."""

    key: str


@dataclass(frozen=True, slots=True)
class Operator:
    """A named operator: log, exp, supp, max."""

    name: str


@dataclass(frozen=True, slots=True)
class Row:
    """Items side by side."""

    items: tuple[Markup, ...]


@dataclass(frozen=True, slots=True)
class Over:
    """A fraction."""

    top: Markup
    bottom: Markup


@dataclass(frozen=True, slots=True)
class Script:
    """A base with a subscript or a superscript."""

    base: Markup
    sub: Markup | None = None
    sup: Markup | None = None


@dataclass(frozen=True, slots=True)
class Accent:
    """A hat, bar or tilde over a base."""

    kind: str
    base: Markup


@dataclass(frozen=True, slots=True)
class Fenced:
    """Something in brackets: "()", "{}", "[]", "(]", "[)"."""

    inner: Markup
    fence: str = "()"


@dataclass(frozen=True, slots=True)
class Root:
    """A square root."""

    inner: Markup


@dataclass(frozen=True, slots=True)
class Cases:
    """Values with their conditions, one per line."""

    rows: tuple[tuple[Markup, Markup], ...]


Markup: TypeAlias = (
    Letter | Word | Name | Words | Digits | Sign | Operator | Row | Over | Script | Accent | Fenced | Root | Cases
)


@dataclass(frozen=True)
class Notation:
    """How parameters are written, and the expressions that have a name."""

    letters: Mapping[str, Markup] = field(default_factory=dict)
    named: Mapping[Expression, Markup] = field(default_factory=dict)

    def letter(self, name: str) -> Markup:
        """A parameter as it is written."""
        known = self.letters.get(name)
        return markup_of_name(name) if known is None else known

    def unnamed(self) -> Notation:
        """The same notation without named expressions, to write out their definitions."""
        return Notation(self.letters)


def notation_of(game: Game) -> Notation:
    """The notation of a game: the `latex` names of its parameters where they are given and understood."""
    letters = {}
    for parameter in game.parameters:
        custom = None if parameter.latex is None else read_latex_name(parameter.latex)
        letters[parameter.name] = markup_of_name(parameter.name) if custom is None else custom
    return Notation(letters)


def row(*items: Markup | str) -> Markup:
    """A row; strings that are keys of `SIGNS` stand for signs, other strings for letters.

    >>> row("p", ">", Digits("0"))
    Row(items=(Letter(key='p'), Sign(key='>'), Digits(text='0')))
    """
    converted = tuple((Sign(i) if i in SIGNS else Letter(i)) if isinstance(i, str) else i for i in items)
    return converted[0] if len(converted) == 1 else Row(converted)


def markup_of_name(name: str) -> Markup:
    """A parameter without a LaTeX name: greek names become letters, trailing digits and parts after _ subscripts.

    >>> markup_of_name("alpha_1")
    Script(base=Letter(key='alpha'), sub=Digits(text='1'), sup=None)
    >>> markup_of_name("p12").sub
    Digits(text='12')
    """
    stem, _, rest = name.partition("_")
    digits = re.fullmatch(r"([A-Za-z]+)([0-9]+)", stem)
    if digits and not rest:
        stem, rest = digits.groups()
    if not stem:
        return Word(name)
    base: Markup = Letter(stem) if len(stem) == 1 or stem in GREEK else Word(stem)
    if not rest:
        return base
    sub: Markup = (
        Digits(rest)
        if rest.isdigit()
        else markup_of_name(rest.replace("_", " "))
        if (rest in GREEK or len(rest) == 1)
        else Word(rest.replace("_", " "))
    )
    return Script(base, sub)


_LATEX_TOKEN = re.compile(r"\\[A-Za-z]+|[A-Za-z0-9^_{}']| +")
_FONTS = ("mathrm", "mathit", "mathsf", "text", "mathbf", "textrm")


def read_latex_name(text: str) -> Markup | None:
    """A LaTeX name of a parameter as markup; None for anything beyond letters, accents, scripts and words.

    Names come from game files, so only what is understood is ever passed on to LaTeX.

    >>> read_latex_name(r"\\hat p_{\\text{yes}}")
    Script(base=Accent(kind='hat', base=Letter(key='p')), sub=Word(text='yes'), sup=None)
    >>> read_latex_name(r"\\input{secret}") is None
    True
    """
    if len(text) > 80:
        return None
    tokens = _LATEX_TOKEN.findall(text)
    if "".join(tokens) != text:
        return None
    try:
        items, rest = _read_items(tokens, 0)
    except (LookupError, ValueError):
        return None
    if rest != len(tokens) or not items:
        return None
    return row(*items)


def _read_items(tokens: Sequence[str], at: int) -> tuple[list[Markup], int]:
    items: list[Markup] = []
    while at < len(tokens) and tokens[at] != "}":
        token = tokens[at]
        if token.isspace():
            at += 1
        elif token in "^_":
            script, at = _read_argument(tokens, at + 1)
            base = items.pop()
            sub, sup = (base.sub, base.sup) if isinstance(base, Script) else (None, None)
            inner = base.base if isinstance(base, Script) else base
            if (sub if token == "_" else sup) is not None:
                raise ValueError("two scripts of one kind")
            items.append(Script(inner, script if token == "_" else sub, script if token == "^" else sup))
        elif token == "'":
            items.append(Script(items.pop(), None, Letter("prime")))
            at += 1
        else:
            item, at = _read_argument(tokens, at)
            items.append(item)
    return items, at


def _read_argument(tokens: Sequence[str], at: int) -> tuple[Markup, int]:
    while tokens[at].isspace():
        at += 1
    token = tokens[at]
    if token == "{":
        items, end = _read_items(tokens, at + 1)
        if tokens[end] != "}" or not items:
            raise ValueError("an open or empty group")
        return row(*items), end + 1
    if token.startswith("\\"):
        key = token[1:]
        if key in LETTERS:
            return Letter(key), at + 1
        if key in ACCENTS:
            base, end = _read_argument(tokens, at + 1)
            return Accent(key, base), end
        if key in _FONTS and tokens[at + 1] == "{":
            end = tokens.index("}", at)
            word = "".join(tokens[at + 2 : end])
            if not word or not all(c.isalnum() or c == " " for c in word):
                raise ValueError("only words")
            return Word(word), end + 1
        raise ValueError("an unknown command")
    if token.isdigit():
        return Digits(token), at + 1
    if token.isalpha():
        return Letter(token), at + 1
    raise ValueError("out of place")


# Expressions


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
        simple = isinstance(factor.base, Symbol) or factor.base in notation.named
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
