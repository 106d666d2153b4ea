"""Formulas as small trees of printed signs: the one source of LaTeX, MathML and the texts in figures.

An `Expression` says what a formula means; a `Markup` says how it is written: rows of letters, digits and signs,
fractions, scripts, fences. `Notation` holds how parameters are written and which long expressions have a name of
their own; `formulas` turns expressions into markup in that notation. Nothing is computed here.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from ...symbolic.expressions.reading import Expression
from ...symbolic.game.game import Game

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
    """The notation of a game: the `latex` names of its parameters where they are given and understood.

    Names that would look the same (``x1`` and ``x_1``) are written out.
    """
    letters: dict[str, Markup] = {}
    for parameter in game.parameters:
        custom = None if parameter.latex is None else read_latex_name(parameter.latex)
        letters[parameter.name] = markup_of_name(parameter.name) if custom is None else custom
    for player in game.players:
        for model in player.models:
            for coordinate in model.theta:
                letters.setdefault(coordinate.name, markup_of_name(coordinate.name))
    return Notation(distinct(letters))


def distinct(letters: Mapping[str, Markup]) -> dict[str, Markup]:
    """The same letters, but names that share one are written out.

    >>> distinct({"x1": markup_of_name("x1"), "x_1": markup_of_name("x_1"), "p": Letter("p")})["x_1"]
    Word(text='x_1')
    """
    shared = {written for written, count in Counter(letters.values()).items() if count > 1}
    return {name: Word(name) if written in shared else written for name, written in letters.items()}


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
