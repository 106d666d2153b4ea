"""The whole report as blocks, in reading order; and the shorter forms for notebooks.

Every formula comes from the solution, the phase diagram and the confirmation that are passed in.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..theorems.solution_facts import Facts, NamedFormula, conditions_of, named_formulas, report_notation, value_markup
from ..typeset.blocks import Block, Cite, Display, Figure, Heading, Paragraph, References
from ..typeset.markup import Notation
from .certificates import Certified, certificate_blocks, proof_blocks
from .dynamics import rationalizability_blocks, transition_blocks
from .equilibria import equilibria_blocks
from .game import divergence_blocks, game_blocks, payoff_blocks
from .general import general_results, stated_game, undecided_blocks
from .phases import confirmation_blocks, phase_blocks
from .sentences import described

if TYPE_CHECKING:
    from ...numeric.confirm import Confirmation
    from ...symbolic.game.game import Game
    from ...symbolic.results.diagram import PhaseDiagram
    from ...symbolic.results.solution import Solution

REFERENCES = (
    (
        "EspondaPouzo2016",
        "Esponda, I. and Pouzo, D. (2016). Berk–Nash equilibrium: a framework for modeling agents with misspecified "
        "models. Econometrica 84(3), 1093–1130.",
    ),
    (
        "EspondaPouzo2025",
        "Esponda, I. and Pouzo, D. (2025). Berk–Nash rationalizability. arXiv:2505.20708.",
    ),
    (
        "FudenbergLanzaniStrack2021",
        "Fudenberg, D., Lanzani, G. and Strack, P. (2021). Limit points of endogenous misspecified learning. "
        "Econometrica 89(3), 1065–1098.",
    ),
)


def title_of(game: Game) -> str:
    """The title of a report on the game."""
    return game.title or game.name


def references_of(game: Game) -> References:
    """The literature the report cites, and the source the game names."""
    own = () if game.source is None else (("GameSource", f"Source of the game: {game.source}."),)
    return References((*REFERENCES, *own))


def report_blocks(
    solution: Solution,
    diagram: PhaseDiagram | None = None,
    confirmation: Confirmation | None = None,
    certified: tuple[Certified, ...] = (),
    *,
    game: Game | None = None,
    phase_figure: Figure | None = None,
    graph_figure: Figure | None = None,
    line_figures: tuple[Figure, ...] = (),
    remark: str | None = None,
    further_remarks: tuple[str, ...] = (),
) -> tuple[Block, ...]:
    """The report on a game of any kind; a page is left out where the result has nothing for it.

    Parameters: the solution; the phase diagram, if there is one; the confirmation, if there is one; what was
    certified; the game before parameters were fixed (it knows how they are written); the figures by the names of
    their files; a remark on what is missing, printed in place of the phases; and further ones, printed at the end.
    """
    whole = game or solution.game
    named = named_formulas(whole, conditions_of(solution if solution.has_tables else None, diagram))
    notation = report_notation(whole, named)
    phases = _phases(diagram, notation, phase_figure, line_figures, remark)
    blocks: list[Block] = [Heading(1, title_of(whole), "sec:main"), _introduction(solution, whole)]
    if solution.has_tables:
        facts = Facts(solution, notation)
        blocks += [*_derivation(facts, named), *_structure(facts, graph_figure), *undecided_blocks(solution)]
    else:
        # What is said of the solution is written out: the names are those of long formulas in phases.
        plain = notation.unnamed()
        blocks += [*stated_game(solution.game, solution.at, plain), *general_results(solution, plain)]
        blocks += [graph_figure] if graph_figure is not None else []
        phases[1:1] = [Paragraph(("Write",)), _written(named, notation)] if named else []
    blocks += phases
    blocks += () if confirmation is None else confirmation_blocks(confirmation, notation)
    if certified:
        blocks += [*certificate_blocks(certified), *proof_blocks(certified, notation)]
    blocks += [Paragraph((text,)) for text in further_remarks]
    return (*blocks, references_of(whole))


def _phases(
    diagram: PhaseDiagram | None,
    notation: Notation,
    phase_figure: Figure | None,
    line_figures: tuple[Figure, ...],
    remark: str | None,
) -> list[Block]:
    """The phases with their pictures, and a remark on what is missing of them."""
    blocks: list[Block] = []
    if diagram is not None:
        blocks += [*phase_blocks(diagram, notation, phase_figure), *line_figures]
    if remark is not None:
        blocks += [Heading(2, "Phases", "sec:phases")] if diagram is None else []
        blocks.append(Paragraph((remark,)))
    return blocks


def _written(named: tuple[NamedFormula, ...], notation: Notation) -> Display:
    plain = notation.unnamed()
    return Display(tuple((n.name, value_markup(n.expression, plain)) for n in named))


def _introduction(solution: Solution, game: Game) -> Paragraph:
    kind = described(solution.game, "decision problem" if solution.is_plain else "game")
    free = "for all values of the free parameters" if solution.free else "at the given parameter values"
    exact = "exactly" if all(e.status == "exact" for e in solution.equilibria) else "exactly where nothing else is said"
    source = (" For the game see ", Cite("GameSource"), ".") if game.source else ()
    return Paragraph(
        (
            f"This section derives, {exact} and {free}, the Berk–Nash equilibria ",
            Cite("EspondaPouzo2016"), f" of {kind}, its rationalizable set ",
            Cite("EspondaPouzo2025"), ", and what play can be locked into ", Cite("FudenbergLanzaniStrack2021"),
            ".", *source,
        )
    )  # fmt: skip


def _derivation(facts: Facts, named: tuple[NamedFormula, ...]) -> list[Block]:
    solution = facts.solution
    return [
        *game_blocks(solution.game, solution.at, named, facts.notation),
        *divergence_blocks(facts),
        *payoff_blocks(facts),
        Heading(2, "Equilibria", "sec:equilibria"),
        *equilibria_blocks(facts),
    ]


def solution_blocks(solution: Solution) -> tuple[Block, ...]:
    """A solution alone, from the game to the transition graph, without headings of a paper.

    Where a part of its structure is undecided, what rests on it is left out.
    """
    if not solution.has_tables:
        notation = report_notation(solution.game, ())
        return (*stated_game(solution.game, solution.at, notation), *general_results(solution, notation))
    named = named_formulas(solution.game, conditions_of(solution, None))
    facts = Facts(solution, report_notation(solution.game, named))
    blocks = [*_derivation(facts, named)]
    blocks += _structure(facts, None)
    return tuple(block for block in blocks if not isinstance(block, References))


def _structure(facts: Facts, graph_figure: Figure | None) -> list[Block]:
    """The rationalizable set and the transitions, as far as they were decided."""
    open_parts = {entry.what for entry in facts.solution.undecided if not entry.names}
    blocks: list[Block] = []
    if "rationalizable" not in open_parts:
        blocks += rationalizability_blocks(facts)
    if not open_parts - {"rationalizable"}:
        blocks += transition_blocks(facts, graph_figure)
    elif graph_figure is not None:
        blocks.append(graph_figure)
    return blocks


def phases_blocks(diagram: PhaseDiagram) -> tuple[Block, ...]:
    """A phase diagram alone: named formulas, theorem, boundaries, samples and strata."""
    named = named_formulas(diagram.game, conditions_of(None, diagram))
    notation = report_notation(diagram.game, named)
    blocks: list[Block] = []
    if named:
        blocks += [Paragraph(("Write",)), _written(named, notation)]
    blocks += phase_blocks(diagram, notation, None)
    return tuple(blocks)
