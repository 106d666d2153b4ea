"""The certificate of a claim that the exact cells have decided: by the meaning of its words, or guided by the cells."""

from __future__ import annotations

from ...symbolic.cells.undecided import attempt
from ...symbolic.game.game import Game
from ..search.guided import by_meaning, proof_by_cells
from ..search.questions import Limits, Proved, Question
from .language import Claim
from .on_cells import claim_on_cells
from .prove import question_of

FEW_NUMBERS = 3  # whose logarithms a search without cells may have to compare


def many_numbers(question: Question) -> bool:
    """Whether there are so many logarithms of numbers that the cells are to be asked before a proof is searched for."""
    return sum(bool(argument.is_constant()) for argument in question.setting.space.arguments) > FEW_NUMBERS


def guided_proof(game: Game, claim: Claim, limits: Limits) -> tuple[Question, Proved] | None:
    """A proof of a claim with its question, None where there is none of these two kinds.

    Parameters: a game of the kind that certificates cover; a claim about it; bounds on the search. The logarithms of
    the question are those of ratios of predictions, so that it is one of its own.
    """
    question = question_of(game, claim, ratios=True)
    meant = by_meaning(question)
    if meant is not None:
        return question, meant
    cells, _ = attempt(lambda: claim_on_cells(game, str(claim)).cells)
    if cells is None or not all(cell.value[0] for cell in cells):
        return None
    points = [dict(cell.floats) for cell in cells if cell.coordinates or not game.parameters]
    proved = proof_by_cells(question, points, limits.work())
    return None if proved is None else (question, proved)
