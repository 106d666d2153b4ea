"""Formulas as presentation MathML Core, which browsers show without any script."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape

from ...symbolic.expressions.reading import Expression
from .formula_latex import is_tall
from .formulas import formula
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

_ACCENTS = {"hat": "^", "bar": "¯", "tilde": "˜"}
_APPLY = "<mo>&#x2061;</mo>"
_THIN = '<mspace width="0.17em"></mspace>'


def expression_mathml(expression: Expression, letters: Mapping[str, Markup] | None = None) -> str:
    """The expression as a complete ``math`` element.

    >>> from berknash.symbolic.expressions.reading import read_expression
    >>> expression_mathml(read_expression("p/2", ["p"], where=""))
    '<math><mfrac><mi>p</mi><mn>2</mn></mfrac></math>'
    """
    return math_element(formula(expression, Notation(letters or {})))


def math_element(markup: Markup, *, display: bool = False) -> str:
    """The markup as a ``math`` element, in a line or on display."""
    attributes = ' display="block"' if display else ""
    return f"<math{attributes}>{markup_mathml(markup)}</math>"


def markup_mathml(markup: Markup) -> str:
    """The markup as MathML without the surrounding ``math`` element.

    >>> markup_mathml(Row((Letter("ell"), Sign("<"), Digits("1"))))
    '<mrow><mi>ℓ</mi><mo>&lt;</mo><mn>1</mn></mrow>'
    """
    match markup:
        case Letter(key=key):
            return f"<mi>{escape(LETTERS.get(key, key))}</mi>"
        case Word(text=text):
            return f'<mi class="word">{escape(text)}</mi>'
        case Name(text=text):
            # Not mtext: browsers give an operator between two mtext elements no space.
            return f'<mi class="name" mathvariant="normal">{escape(text)}</mi>'
        case Words(text=text):
            return f"<mtext>{escape(text).replace(' ', '&#xA0;')}</mtext>"
        case Digits(text=text):
            return f"<mn>{escape(text)}</mn>"
        case Sign(key=key):
            return f"<mo>{escape(SIGNS[key][1])}</mo>"
        case Operator(name=name):
            return f"<mi>{escape(name)}</mi>{_APPLY}"
        case Row(items=items):
            return f"<mrow>{_row_inner(items)}</mrow>"
        case Over(top=top, bottom=bottom):
            return f"<mfrac>{_single(top)}{_single(bottom)}</mfrac>"
        case Script(base=base, sub=None, sup=None):
            return markup_mathml(base)
        case Script(base=base, sub=sub, sup=None) if sub is not None:
            return f"<msub>{_single(base)}{_single(sub)}</msub>"
        case Script(base=base, sub=None, sup=sup) if sup is not None:
            return f"<msup>{_single(base)}{_single(sup)}</msup>"
        case Script(base=base, sub=sub, sup=sup):
            assert sub is not None and sup is not None
            return f"<msubsup>{_single(base)}{_single(sub)}{_single(sup)}</msubsup>"
        case Accent(kind=kind, base=base):
            return f'<mover accent="true">{_single(base)}<mo>{_ACCENTS[kind]}</mo></mover>'
        case Fenced(inner=inner, fence=fence):
            grows = "true" if is_tall(inner) else "false"
            opening, closing = (
                f'<mo form="{form}" stretchy="{grows}" lspace="0" rspace="0">{sign}</mo>'
                for form, sign in zip(("prefix", "postfix"), fence, strict=True)
            )
            return f"<mrow>{opening}{_in_row(inner)}{closing}</mrow>"
        case Root(inner=inner):
            return f"<msqrt>{markup_mathml(inner)}</msqrt>"
        case Cases(rows=rows):
            lines = "".join(
                f"<mtr><mtd>{_single(v)}</mtd><mtd>{_single(c)}</mtd></mtr>" for v, c in rows
            )
            return f'<mrow><mo stretchy="true">{{</mo><mtable class="cases">{lines}</mtable></mrow>'


def _in_row(item: Markup) -> str:
    """Rows inside rows need no element of their own."""
    return _row_inner(item.items) if isinstance(item, Row) else markup_mathml(item)


def _row_inner(items: Sequence[Markup]) -> str:
    """The items of a row; a named operator is set off from what stands beside it, but not from brackets."""
    parts: list[str] = []
    for place, item in enumerate(items):
        if isinstance(item, Operator):
            before = items[place - 1] if place else None
            after = items[place + 1] if place + 1 < len(items) else None
            parts.append(_THIN if before is not None and not isinstance(before, Sign) else "")
            parts.append(markup_mathml(item) + ("" if isinstance(after, Fenced) else _THIN))
        else:
            first = _first(item) if place else None
            parts.append(_THIN if isinstance(first, Operator) and not isinstance(items[place - 1], Sign) else "")
            parts.append(_in_row(item))
    return "".join(parts)


def _first(item: Markup) -> Markup:
    return _first(item.items[0]) if isinstance(item, Row) and item.items else item


def _single(markup: Markup) -> str:
    """Exactly one element, as fractions and scripts require."""
    text = markup_mathml(markup)
    return f"<mrow>{text}</mrow>" if isinstance(markup, Operator) else text
