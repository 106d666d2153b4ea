r"""LaTeX of formulas, conditions and results.

Markup is printed in one of two dialects: LaTeX with amsmath and mathtools, and matplotlib's mathtext for figures.
Names of actions and models are set by the macro ``\bnname`` (see `PREAMBLE`); whatever text a game file contains is
escaped, so nothing in it reaches LaTeX as a command.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING

from ...symbolic.cells.conditions import Condition
from ...symbolic.expressions.reading import Expression, Relation
from .formulas import condition_markup, formula, relation_markup
from .markup import (
    LETTERS,
    SIGNS,
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
)

if TYPE_CHECKING:
    pass

PACKAGES = ("amsmath", "amssymb", "amsthm", "mathtools", "array", "booktabs", "tabularx", "graphicx", "enumitem")

# \bnname prints names of actions and models; \bnstep the number of a statement in a proof, so that \ref gives it.
MACROS = r"""\providecommand{\bnname}[1]{\textnormal{\textsf{#1}}}
\makeatletter
\providecommand{\bnstep}[2]{\@ifundefined{phantomsection}{}{\phantomsection}\def\@currentlabel{(#1)}\label{#2}(#1)}
\makeatother"""

_SPECIAL = {
    "\\": r"\textbackslash{}", "{": r"\{", "}": r"\}", "$": r"\$", "&": r"\&", "#": r"\#", "%": r"\%",
    "_": r"\_\allowbreak{}", "^": r"\textasciicircum{}", "~": r"\textasciitilde{}", "<": r"\textless{}",
    ">": r"\textgreater{}", "|": r"\textbar{}", '"': r"\textquotedbl{}", "`": r"\textasciigrave{}",
    "–": "--", "—": "---", "‘": "`", "’": "'", "“": "``", "”": "''", "…": r"\dots{}", "\N{NO-BREAK SPACE}": "~",
}  # fmt: skip
_KNOWN_OPERATORS = ("log", "exp", "max", "min", "sup", "inf", "det")


def text_latex(text: str) -> str:
    r"""Plain text for LaTeX: special characters escaped, letters outside T1 written by their code point.

    >>> text_latex("50% of \\input{x}_y")
    '50\\% of \\textbackslash{}input\\{x\\}\\_\\allowbreak{}y'
    """
    pieces: list[str] = []
    for character in text:
        if character in _SPECIAL:
            pieces.append(_SPECIAL[character])
        elif character.isspace() or not character.isprintable():
            pieces.append(" ")
        elif ord(character) < 0x180 and character not in "ŉſĿŀĦħŦŧĸ":
            pieces.append(character)
        else:
            known = next((k for k, c in LETTERS.items() if c == character), None)
            pieces.append(f"$\\{known}$" if known else f"\\texttt{{U+{ord(character):04X}}}")
    return "".join(pieces)


def markup_latex(markup: Markup, *, mathtext: bool = False, display: bool = False) -> str:
    r"""The markup in LaTeX math mode, or for matplotlib's mathtext.

    >>> from berknash.proofs.typeset.markup import row
    >>> markup_latex(row("p", ">=", Over(Digits("1"), Digits("2"))))
    'p \\geq \\frac{1}{2}'
    """

    def inner(part: Markup) -> str:
        return markup_latex(part, mathtext=mathtext, display=display)

    match markup:
        case Letter(key=key):
            return key if len(key) == 1 else f"\\{key}"
        case Word(text=text):
            return f"\\mathit{{{_word(text, mathtext)}}}"
        case Name(text=text):
            return f"\\mathrm{{{_spaced(text)}}}" if mathtext else f"\\bnname{{{text_latex(text)}}}"
        case Words(text=" ") if not mathtext:
            return r"\ \allowbreak "
        case Words(text=text):
            return f"\\mathrm{{{_spaced(text)}}}" if mathtext else f"\\text{{{text_latex(text)}}}"
        case Digits(text=text):
            return text
        case Sign(key=key):
            return SIGNS[key][0]
        case Operator(name=name):
            return f"\\{name}" if name in _KNOWN_OPERATORS else f"\\operatorname{{{name}}}"
        case Row(items=items):
            return _join(_row_latex(items, mathtext=mathtext, display=display))
        case Over(top=top, bottom=bottom):
            return f"\\frac{{{inner(top)}}}{{{inner(bottom)}}}"
        case Script(base=base, sub=sub, sup=sup):
            body = inner(base)
            if isinstance(base, Row | Over | Accent):
                body = f"{{{body}}}"
            below = "" if sub is None else f"_{{{inner(sub)}}}"
            above = "" if sup is None else f"^{{{inner(sup)}}}"
            return f"{body}{below}{above}"
        case Accent(kind=kind, base=base):
            return f"\\{kind}{{{inner(base)}}}"
        case Fenced(inner=content, fence=fence):
            opening, closing = (f"\\{c}" if c in "{}" else c for c in fence)
            if is_tall(content):
                return f"\\left{opening}{inner(content)}\\right{closing}"
            return _join([opening, inner(content), closing]).replace("\\{ ", "\\{")
        case Root(inner=content):
            return f"\\sqrt{{{inner(content)}}}"
        case Cases(rows=rows):
            lines = r" \\ ".join(f"{inner(v)} & {inner(c)}" for v, c in rows)
            return f"\\begin{{dcases}} {lines} \\end{{dcases}}"


def _row_latex(items: tuple[Markup, ...], *, mathtext: bool, display: bool) -> list[str]:
    parts = []
    for item in items:
        part = markup_latex(item, mathtext=mathtext, display=display)
        if isinstance(item, Sign) and item.key != ",":
            part = f" {part} "
        parts.append(part)
    if items and isinstance(items[0], Sign):
        parts[0] = parts[0].strip()
    return parts


def _join(parts: list[str]) -> str:
    """Pieces side by side, with a space where a command would swallow the next letter."""
    text = ""
    for part in parts:
        if re.search(r"\\[A-Za-z]+$", text) and part[:1].isalpha():
            text += " "
        text += part
    return text.replace("  ", " ")


def _word(text: str, mathtext: bool) -> str:
    r"""An identifier; an underscore in it is no subscript."""
    parts = [_spaced(part) if mathtext else part.replace(" ", "~") for part in text.split("_")]
    return r"\_".join(parts)


def _spaced(text: str) -> str:
    safe = re.sub(r"[^A-Za-z0-9 ,.()=+-]", " ", text)
    return safe.replace(" ", r"\ ")


def is_tall(markup: Markup) -> bool:
    """Whether brackets around it should grow.

    >>> is_tall(Over(Digits("1"), Digits("2")))
    True
    """
    match markup:
        case Over() | Cases() | Root():
            return True
        case Row(items=items):
            return any(map(is_tall, items))
        case Fenced(inner=inner) | Accent(base=inner):
            return is_tall(inner)
        case Script(base=base):
            return is_tall(base)
        case _:
            return False


def expression_latex(expression: Expression, letters: Mapping[str, Markup] | None = None) -> str:
    r"""The expression in LaTeX math mode.

    >>> from berknash.symbolic.expressions.reading import read_expression
    >>> expression_latex(read_expression("log(9/2)/(2*log(6)) - alpha_1*p**2", None, where=""))
    '\\frac{\\log\\frac{9}{2}}{2\\log6} - \\alpha_{1}p^{2}'
    """
    return markup_latex(formula(expression, Notation(letters or {})))


def relation_latex(relation: Relation, letters: Mapping[str, Markup] | None = None) -> str:
    r"""The relation in LaTeX math mode.

    >>> from berknash.symbolic.expressions.reading import read_relation
    >>> relation_latex(read_relation("p >= 1/2", ["p"], where="")[0])
    'p \\geq \\frac{1}{2}'
    """
    return markup_latex(relation_markup(relation, Notation(letters or {})))


def condition_latex(condition: Condition, letters: Mapping[str, Markup] | None = None) -> str:
    r"""The condition in LaTeX math mode, alternatives joined by "or".

    >>> condition_latex(Condition(((),)))
    '\\text{always}'
    """
    return markup_latex(condition_markup(condition, Notation(letters or {})))


def standard_names(latex: str) -> str:
    """The same LaTeX where no macro can be defined (notebooks): names in sans serif."""
    return latex.replace("\\bnname{", "\\textsf{").replace("\\_\\allowbreak{}", "\\_")
