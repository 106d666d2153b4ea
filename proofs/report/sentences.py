"""Sentences of a report: conditions in running text, values case by case, paragraphs that belong together."""

from __future__ import annotations

from collections.abc import Sequence

from ...symbolic.cells.conditions import Condition
from ...symbolic.definition.right_models import is_correctly_specified
from ...symbolic.game.game import Game
from ..theorems.solution_facts import listed
from ..typeset.blocks import Block, Display, Inline, Paragraph, Part
from ..typeset.formulas import condition_markup, conjunction_parts, width
from ..typeset.markup import Cases, Markup, Notation, Words, row

_CASE_WIDTH = 64.0
_CASE_LINES = 7


def condition_inline(condition: Condition, notation: Notation) -> Inline:
    """The condition as running text, "and" within alternatives and "or" between them."""
    if condition.is_always():
        return ("always",)
    if not condition.alternatives:
        return ("never",)
    parts: list[Part] = []
    several = any(len(conjunction) > 1 for conjunction in condition.alternatives)
    for conjunction in condition.alternatives:
        if parts:
            parts.append(", or " if several else " or ")
        parts += listed(conjunction_parts(conjunction, notation))
    return tuple(parts)


def where(condition: Condition, notation: Notation, lead: str = " iff ") -> Inline:
    """", iff condition", or nothing when it always holds."""
    return () if condition.is_always() else (lead, *condition_inline(condition, notation))


def described(game: Game, noun: str) -> str:
    """The kind of game in words: misspecified only where no model is right, whatever the free parameters."""
    kinds = {True: "correctly specified", False: "misspecified", None: "possibly misspecified"}
    return f"a {kinds[is_correctly_specified(game)]} {noun}"


def doubt(witnessed: bool) -> Inline:
    """A remark for a case of which no point was found."""
    return () if witnessed else (" (no point of this case was found: it may be empty)",)


def cases_blocks(left: Markup, cases: Sequence[tuple[Markup, Condition, bool]], notation: Notation) -> list[Block]:
    """A quantity with its value case by case: one formula where the conditions are short, else a sentence."""
    lines = []
    for value, condition, witnessed in cases:
        written = condition_markup(condition, notation)
        if width(written) + width(value) > _CASE_WIDTH or not witnessed:
            break
        lines.append((row(value, ","), row(Words("if "), written)))
    if len(cases) == 1 and cases[0][1].is_always():
        return [Display(((left, cases[0][0]),))]
    if 1 < len(lines) == len(cases) <= _CASE_LINES:
        return [Display(((left, Cases(tuple(lines))),))]
    parts: list[Part] = []
    for value, condition, witnessed in cases:
        parts += [*(("; ",) if parts else ()), value, *where(condition, notation, " if "), *doubt(witnessed)]
    return [Paragraph((left, " is ", *parts, "."))]


def merged_paragraphs(blocks: Sequence[Block]) -> list[Block]:
    """Neighbouring paragraphs made one."""
    merged: list[Block] = []
    for block in blocks:
        if merged and isinstance(block, Paragraph) and isinstance(merged[-1], Paragraph):
            merged[-1] = Paragraph((*merged[-1].content, " ", *block.content))
        else:
            merged.append(block)
    return merged


def joined_displays(blocks: Sequence[Block]) -> list[Block]:
    """Neighbouring displays made one, so that they are aligned."""
    joined_blocks: list[Block] = []
    for block in blocks:
        last = joined_blocks[-1] if joined_blocks else None
        if isinstance(block, Display) and isinstance(last, Display):
            joined_blocks[-1] = Display((*last.rows, *block.rows))
        else:
            joined_blocks.append(block)
    return joined_blocks
