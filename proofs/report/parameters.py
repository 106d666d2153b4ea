"""The parameters of a game with their domains, as a table of the report."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from ...symbolic.algebra.parameters import Interval
from ...symbolic.expressions.reading import number
from ...symbolic.game.game import Game
from ..theorems.solution_facts import listed
from ..typeset.blocks import Block, Inline, Paragraph, Part
from ..typeset.formulas import formula, relation_markup
from ..typeset.markup import Fenced, Letter, Markup, Notation, Row, Words, row


def interval_markup(interval: Interval) -> Markup:
    """An interval of parameter values."""
    low = Row((row("-"), Letter("infty"))) if interval.low is None else _rational(str(interval.low))
    high: Markup = Letter("infty") if interval.high is None else _rational(str(interval.high))
    fence = ("(" if interval.low_open else "[") + (")" if interval.high_open else "]")
    return Fenced(row(low, ",", Words(" "), high), fence)


def parameter_blocks(game: Game, at: Sequence[tuple[str, object]], notation: Notation) -> list[Block]:
    """Which parameters are fixed, which are free, in which domain, and what is assumed of them."""
    blocks: list[Block] = []
    if at:
        fixed = listed([row(notation.letter(n), "=", _rational(str(v))) for n, v in at])
        blocks.append(Paragraph(("Throughout, ", *fixed, ".")))
    if game.parameters:
        parts: list[Inline] = []
        for parameter in game.parameters:
            note = f" ({parameter.description})" if parameter.description else ""
            parts.append((row(notation.letter(parameter.name), "in", interval_markup(parameter.domain)), note))
        sentence: list[Part] = ["The parameters are "]
        for position, part in enumerate(parts):
            if position:
                sentence.append(" and " if position == len(parts) - 1 else ", ")
            sentence += part
        if game.assume:
            plain = notation.unnamed()
            sentence += ["; it is assumed that ", *listed([relation_markup(r, plain) for r in game.assume])]
        sentence.append(". Whatever is not fixed is a symbol, and every statement holds for all its values.")
        blocks.append(Paragraph(tuple(sentence)))
    return blocks


def _rational(text: str) -> Markup:
    return formula(number(Fraction(text)), Notation())
