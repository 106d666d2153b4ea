"""Results as LaTeX and HTML, as `symbolic.results.shown` asks for them.

Imports inside functions are there for start-up alone.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ...symbolic.errors import NotSupportedError
from ..typeset.formula_latex import markup_latex, standard_names
from ..typeset.markup import Notation

if TYPE_CHECKING:
    from ...symbolic.results.diagram import PhaseDiagram
    from ...symbolic.results.equilibrium import Equilibrium
    from ...symbolic.results.solution import Solution
    from ..claims.verdict import Verdict
from collections.abc import Sequence

from ..typeset.blocks import Block, Proof
from ..typeset.html import blocks_html
from ..typeset.latex import blocks_latex

_SCOPED = (
    ".berknash table.data td, .berknash table.data th { text-align: left; padding-right: 1em; } "
    ".berknash .display table { margin: 0 auto; } .berknash .name { font-family: sans-serif; } "
    ".berknash mi.word { font-style: italic; }"
)


def equilibrium_latex(equilibrium: Equilibrium) -> str:
    """An equilibrium in LaTeX math mode: the strategy, and the condition unless it always exists."""
    from .equilibria import equilibrium_markup

    return standard_names(markup_latex(equilibrium_markup(equilibrium, Notation())))


def solution_latex(solution: Solution) -> str:
    """The game, divergences, payoffs, equilibria, rationalizability and transitions as a LaTeX fragment."""
    from .content import solution_blocks

    return blocks_latex(solution_blocks(solution))


def phases_latex(diagram: PhaseDiagram) -> str:
    """The phases and strata as a LaTeX fragment."""
    from .content import phases_blocks

    return blocks_latex(phases_blocks(diagram))


def solution_html(solution: Solution) -> str:
    """What a notebook shows for a solution."""
    from .content import solution_blocks

    return _notebook(solution_blocks(solution))


def phases_html(diagram: PhaseDiagram) -> str:
    """What a notebook shows for a phase diagram."""
    from .content import phases_blocks
    from .pictures import phase_svg

    svg = phase_svg(diagram)
    picture = "" if svg is None else f'<div style="max-width: 45rem; background: #fff">{svg}</div>'
    return _notebook(phases_blocks(diagram), picture)


def _notebook(blocks: Sequence[Block], picture: str = "") -> str:
    """A fragment whose style does not reach the page around it."""
    shown = [block for block in blocks if not isinstance(block, Proof)]
    return f'<div class="berknash"><style>{_SCOPED}</style>{picture}{blocks_html(shown)}</div>'


def verdict_latex(verdict: Verdict) -> str:
    """The theorem with its proof, or the counterexample with its proof, as a LaTeX fragment."""
    from ..theorems import answers

    return answers.verdict_latex(verdict)


def statement_latex(verdict: Verdict) -> str:
    """One line for a notebook: the answer and the claim."""
    from ..theorems import answers

    return answers.statement_latex(verdict)


def verdict_coq(verdict: Verdict) -> str:
    """The theorem of a proved claim and its proof as a Coq file; of another proof where this one has no Coq form."""
    from ..claims.prove import question_of
    from ..coq.games import game_file
    from ..search.prover import Limits, Proved, decide

    assert verdict.proof is not None and verdict.source is not None
    try:
        return game_file(*verdict.proof)
    except NotSupportedError:
        question = question_of(verdict.source, verdict.claim)
        answer = decide(question, Limits().times(1 / 20))
        if not isinstance(answer, Proved):
            raise
        return game_file(question, answer)
