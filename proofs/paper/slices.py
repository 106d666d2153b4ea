"""A game of the paper: the family with all its symbols, and the phases of one slice of it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ...symbolic.game.game import Game
from ...symbolic.solving.phases import phases
from ..report.game import game_blocks
from ..report.phases import phase_blocks
from ..report.pictures import write_pictures
from ..theorems.solution_facts import conditions_of, named_formulas, report_notation
from ..typeset.blocks import Block, Display, Heading, Paragraph, Proof, Table
from ..typeset.formulas import formula
from ..typeset.markup import Digits
from ..typeset.svg import inline_svg
from .blocks import cited, relabelled
from .text import SLICES

_MOST_STRATA = 6
_SAME_PROOF = Proof(
    (
        Paragraph(
            ("As for the first theorem on phases: the structure is computed on every cell of the decomposition, "
             "from the signs of the factors that occur.",)
        ),
    )
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Slice:
    """Its blocks, the SVG of its figures by target, and the document of its phases."""

    blocks: tuple[Block, ...]
    pictures: dict[str, str]
    document: dict[str, Any]


def slice_of(game: Game, place: int, folder: Path) -> Slice:
    """The part of the paper on the game of `SLICES` at this place; its figures are written into the folder.

    What has a name of its own there has the number of the game as a subscript, so that names differ between games.
    """
    name, over, at, story = SLICES[place]
    diagram = phases(game, list(over), dict(at))
    mark = Digits(str(place + 1))
    target = folder / "figures" / name
    target.mkdir(parents=True)
    figures = write_pictures(target, game, diagram, mark=mark)
    stems = {stem.name.removesuffix(".svg"): f"figures/{name}/{stem.name[:-4]}" for stem in target.glob("*.svg")}
    pictures = {
        stems[stem]: inline_svg((target / f"{stem}.svg").read_text("utf-8"), f"{name}-{stem}") for stem in sorted(stems)
    }
    named = named_formulas(game, conditions_of(None, diagram), mark)
    notation = report_notation(game, named)
    parts: list[Block] = [Heading(2, game.title or name, "sec:game"), Paragraph(cited(story))]
    described = game_blocks(game, (), (), notation.unnamed())
    parts += [b for b in described if not isinstance(b, Heading) and getattr(b, "kind", "") != "definition"]
    values = [f"{n} = {v}" for n, v in diagram.at]
    parts.append(Heading(3, "Phases" + (f" at {', '.join(values)}" if values else ""), "sec:slice"))
    if named:
        parts.append(Display(tuple((n.name, formula(n.expression, notation.unnamed())) for n in named)))
    found = [block for block in phase_blocks(diagram, notation, figures.get("phases")) if _kept(block)]
    parts += found if place == 0 else [_SAME_PROOF if isinstance(b, Proof) else b for b in found]
    if "graphs" in figures:
        parts.append(figures["graphs"])
    blocks = tuple(relabelled(tuple(parts), name.replace("_", "-"), stems))
    return Slice(blocks, pictures, diagram.to_json())


def _kept(block: Block) -> bool:
    """Without the heading, and without a long table of strata: it is in paper.json."""
    if isinstance(block, Table) and block.label == "tab:strata":
        return len(block.rows) <= _MOST_STRATA
    return not isinstance(block, Heading)
