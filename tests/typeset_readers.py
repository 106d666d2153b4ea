"""Readers of typeset formulas: LaTeX and mathtext as a mathematician reads them, MathML alike, and SymPy's own reading.

A function takes the one factor behind it (log 2 p is not met, log(2 p) is), side by side is a product, letters with
subscripts, accents and primes are names.
"""

from __future__ import annotations

import itertools
import re
import xml.etree.ElementTree as xml
from collections.abc import Callable
from fractions import Fraction
from typing import Any

import sympy
from formula_meaning import Meaning, Unreadable
from formula_readers import Tokens, chain, joined, tokens_of
from sympy.parsing.latex import parse_latex

_LATEX = r"\\(?:text|mathrm|mathit)\{(?:[^{}\\]|\\.)*\}|\\[A-Za-z]+|\\.|[0-9]+|[A-Za-z]|[-+(){}^_=<>,]"
_SKIPPED = ("\\ ", "\\allowbreak")
LATEX_SIGNS = {"<": "<", ">": ">", "=": "==", "\\leq": "<=", "\\geq": ">=", "\\neq": "!="}
_FONT = re.compile(r"\\(text|mathrm|mathit)\{(.*)\}")
_ACCENTS = ("\\hat", "\\bar", "\\tilde")
_NOT_LETTERS = ("\\log", "\\exp", "\\frac", "\\sqrt", "\\left", "\\right", "\\cdot", *LATEX_SIGNS)


class LatexReader(Tokens):
    """Sums, products and statements over a list of tokens."""

    def sum(self) -> Meaning:
        found = ("neg", self.product()) if self.took("-") else self.product()
        while self.peek() in ("+", "-"):
            sign = self.take()
            found = (sign, found, self.product())
        return found

    def product(self) -> Meaning:
        found = self.factor()
        while self.starts_factor() or self.peek() == "\\cdot":
            self.took("\\cdot")
            found = ("*", found, self.factor())
        return found

    def starts_factor(self) -> bool:
        token = self.peek()
        if token in ("\\log", "\\exp", "\\frac", "\\sqrt", "\\left", "(", "{") or token in _ACCENTS:
            return True
        return bool(token) and (token[0].isalnum() or self.is_letter(token))

    @staticmethod
    def is_letter(token: str) -> bool:
        font = _FONT.fullmatch(token)
        if font:
            return font[1] in ("mathit", "mathrm") and font[2].strip("\\ ") not in ("or", "always", "never", "")
        return token.startswith("\\") and token[1:].isalpha() and token not in _NOT_LETTERS and token not in _ACCENTS

    def factor(self) -> Meaning:
        if self.peek() in ("\\log", "\\exp"):
            return (self.take()[1:], self.factor())
        found = self.atom()
        while self.peek() in ("^", "_"):
            kind = self.take()
            if kind == "_":
                found = ("name", self.name_of(found) + "_" + self.raw())
            elif self.tokens[self.at + 1] in ("\\prime", "\\ast", "\\star"):
                found = ("name", self.name_of(found) + "^" + self.raw())
            else:
                found = ("^", found, self.group())
        return found

    @staticmethod
    def name_of(meaning: Meaning) -> str:
        if meaning[0] != "name":
            raise Unreadable(f"a subscript of {meaning}")
        return str(meaning[1])

    def group(self) -> Meaning:
        self.take("{")
        found = self.sum()
        self.take("}")
        return found

    def raw(self) -> str:
        """The tokens of a group, as part of a name."""
        self.take("{")
        found, depth = "", 1
        while True:
            token = self.take()
            depth += (token == "{") - (token == "}")
            if depth == 0:
                return found
            found += token

    def atom(self) -> Meaning:
        token = self.take()
        if token == "\\frac":
            top = self.group()
            return ("/", top, self.group())
        if token == "\\sqrt":
            return ("sqrt", self.group())
        if token == "\\left":
            self.take("(")
            found = self.sum()
            self.take("\\right")
            self.take(")")
            return found
        if token in ("(", "{"):
            found = self.sum()
            self.take(")" if token == "(" else "}")
            return found
        if token.isdigit():
            return ("number", Fraction(token))
        if token in _ACCENTS:
            return ("name", token + self.raw())
        if token.isalpha() or self.is_letter(token):
            return ("name", token)
        raise Unreadable(f"{token!r} is no term: {self.tokens}")

    def comparison(self) -> Meaning:
        if self.took(*(f"\\{font}{{{word}}}" for font in ("text", "mathrm") for word in ("always", "0 < 1"))):
            return ("and",)
        if self.took("\\text{never}", "\\mathrm{never}"):
            return ("or",)
        sides, signs = [self.sum()], []
        while self.peek() in LATEX_SIGNS:
            signs.append(LATEX_SIGNS[self.take()])
            sides.append(self.sum())
        if not signs:
            raise Unreadable(f"no relation: {self.tokens}")
        return chain(sides, signs)

    def disjunction(self) -> Meaning:
        parts = [self.conjunction()]
        while self.took("\\text{ or }", "\\mathrm{\\ or\\ }"):
            parts.append(self.conjunction())
        return joined("or", parts)

    def conjunction(self) -> Meaning:
        parts = [self.comparison()]
        while self.took(","):
            self.took("\\mathrm{\\ }")
            parts.append(self.comparison())
        return joined("and", parts)

    def whole(self, read: Callable[[], Meaning]) -> Meaning:
        found = read()
        if self.at != len(self.tokens):
            raise Unreadable(f"something is left over: {self.tokens[self.at :]}")
        return found


def _latex(text: str) -> LatexReader:
    return LatexReader([token for token in tokens_of(_LATEX, text) if token not in _SKIPPED])


def read_latex(text: str) -> Meaning:
    """An expression in LaTeX's math mode or mathtext."""
    reader = _latex(text)
    return reader.whole(reader.sum)


def read_latex_statement(text: str) -> Meaning:
    """A condition in LaTeX's math mode or mathtext."""
    reader = _latex(text)
    return reader.whole(reader.disjunction)


# MathML, by translation into the tokens of LaTeX

_CHARACTERS = {
    "−": "-", "·": "\\cdot", "≤": "\\leq", "≥": "\\geq", "≠": "\\neq", "\u2061": None, "∈": "\\in", "∉": "\\notin",
    "→": "\\to", "⊆": "\\subseteq", "⊃": "\\supset", "≈": "\\approx", "|": "\\mid", "∩": "\\cap", "∪": "\\cup",
    "…": "\\dots", "{": "\\{", "}": "\\}", "∑": "\\sum",
}  # fmt: skip
_NAMED = {"log": "\\log", "exp": "\\exp"}


def read_mathml(text: str) -> Meaning:
    """An expression as a ``math`` element."""
    reader = LatexReader(flat(xml.fromstring(text)))
    return reader.whole(reader.sum)


def read_mathml_statement(text: str) -> Meaning:
    """A condition as a ``math`` element."""
    reader = LatexReader(flat(xml.fromstring(text)))
    return reader.whole(reader.disjunction)


def flat(element: xml.Element) -> list[str]:
    """The tokens that LaTeX would have for what a MathML element shows."""
    parts = list(element)
    match element.tag:
        case "math" | "mrow" | "mtd":
            return [token for part in parts for token in flat(part)]
        case "mi":
            content = str(element.text)
            if element.get("class") == "name":
                return [f"\\bnname{{{content}}}"]
            if element.get("class") == "word" or len(content) > 1:
                return [_NAMED[content] if content in _NAMED and not element.attrib else f"\\mathit{{{content}}}"]
            return [{"′": "\\prime", "∗": "\\ast"}.get(content, content)]
        case "mn":
            return [str(element.text)]
        case "mo" if element.text == "{" and "form" not in element.attrib:
            return []  # the brace of a list of cases, which nothing closes
        case "mo":
            sign = _CHARACTERS.get(str(element.text), element.text)
            return [] if sign is None else [str(sign)]
        case "mtext":
            words = str(element.text).replace("\N{NO-BREAK SPACE}", " ")
            return [f"\\text{{{words}}}"] if words.strip() else []
        case "mspace":
            return []
        case "mfrac":
            return ["\\frac", *_grouped(parts[0]), *_grouped(parts[1])]
        case "msqrt":
            return ["\\sqrt", "{", *(token for part in parts for token in flat(part)), "}"]
        case "msub":
            return [*_single(parts[0]), "_", *_grouped(parts[1])]
        case "msup":
            return [*_single(parts[0]), "^", *_grouped(parts[1])]
        case "msubsup":
            return [*_single(parts[0]), "_", *_grouped(parts[1]), "^", *_grouped(parts[2])]
        case "mtable":
            rows = [[token for cell in row for token in flat(cell)] for row in parts]
            return [token for place, row in enumerate(rows) for token in ([";"] if place else []) + row]
        case "mover":
            return ["\\hat", *_grouped(parts[0])]
    raise Unreadable(f"the element {element.tag}")


def _grouped(element: xml.Element) -> list[str]:
    return ["{", *flat(element), "}"]


def _single(element: xml.Element) -> list[str]:
    """A base: one sign, or what is in the element, kept together and in brackets if it says so."""
    tokens = flat(element)
    if len(tokens) > 1 and element.tag in ("mrow", "mfrac") and tokens[0] != "(":
        raise Unreadable(f"an exponent at a row without brackets: {tokens}")
    return tokens if len(tokens) == 1 else ["{", *tokens, "}"]


# SymPy


def read_sympy(text: str) -> Meaning | None:
    """SymPy's reading of LaTeX; None for what its grammar takes for something else.

    It reads a letter before a bracket as a function, so that the product is made explicit, and takes all that is
    multiplied behind a function into its argument.
    """
    tokens = tokens_of(_LATEX, text)
    if any(token in (*_ACCENTS, "\\prime", "\\ast") for token in tokens) or _has_product_of_functions(tokens):
        return None
    explicit = []
    for before, token in itertools.pairwise(["", *tokens]):
        if token in ("(", "\\left") and (before == "}" or before.isalnum() or LatexReader.is_letter(before)):
            explicit.append("\\cdot")
        explicit.append(token)
    return _of_sympy(parse_latex(" ".join(explicit)))


def _has_product_of_functions(tokens: list[str]) -> bool:
    """Whether a function is followed by a dot on its own level, before the next sign of a sum."""
    depth, open_at = 0, set()
    for token in tokens:
        if token in ("\\log", "\\exp"):
            open_at.add(depth)
        elif token in ("{", "("):
            depth += 1
        elif token in ("}", ")"):
            open_at.discard(depth)
            depth -= 1
        elif token in ("+", "-", "="):
            open_at.discard(depth)
        elif token == "\\cdot" and depth in open_at:
            return True
    return False


def _of_sympy(expression: Any) -> Meaning:
    if isinstance(expression, sympy.log):
        return ("log", _of_sympy(expression.args[0]))  # with E as its second argument, the base
    parts = [_of_sympy(part) for part in expression.args]
    match expression:
        case sympy.Symbol():
            return ("name", re.sub(r"[{} ]", "", str(expression)))
        case sympy.Rational():
            return ("number", Fraction(int(expression.p), int(expression.q)))
        case sympy.Add() | sympy.Mul():
            found = parts[0]
            for part in parts[1:]:
                found = ("+" if isinstance(expression, sympy.Add) else "*", found, part)
            return found
        case sympy.exp():
            return ("exp", parts[0])
        case sympy.Pow():
            return ("sqrt", parts[0]) if expression.exp == sympy.Rational(1, 2) else ("^", *parts)
    raise Unreadable(f"SymPy reads {expression!r}")
