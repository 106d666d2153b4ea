"""The certificate of a claim that the exact cells have decided: by the meaning of its words, or guided by the cells."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ...symbolic.cells.undecided import attempt
from ...symbolic.game.game import Game
from ..search.guided import by_meaning, proof_by_cells
from ..search.questions import Limits, Proved, Question
from ..search.spaces import has_logarithms
from .language import Claim, relations_of
from .on_cells import claim_on_cells
from .prove import question_of

FEW_NUMBERS = 3  # whose logarithms a search without cells may have to compare


def many_numbers(question: Question) -> bool:
    """Whether there are so many logarithms of numbers that the cells are to be asked before a proof is searched for."""
    return sum(bool(argument.is_constant()) for argument in question.setting.space.arguments) > FEW_NUMBERS


def cell_points(game: Game, claim: Claim) -> list[dict[str, float]]:
    """A point of each exact cell for a claim, in floats; none where the claim fails or the cells are not known."""
    cells, _ = attempt(lambda: claim_on_cells(game, str(claim)).cells)
    if cells is None or not all(cell.value[0] for cell in cells):
        return []
    return [dict(cell.floats) for cell in cells if cell.coordinates or not game.parameters]


def guided_proof(
    game: Game, claim: Claim, question: Question, limits: Limits, points: Sequence[Mapping[str, float]] = ()
) -> tuple[Question, Proved] | None:
    """A proof of a claim with the question that it answers, None where there is none of these two kinds.

    Parameters: a game of the kind that certificates cover; a claim about it and its question; bounds on the search;
    points of all cells, where they are known. Where it can, the proof has logarithms of ratios of predictions, and then
    answers a question of its own.
    """
    meant = by_meaning(question)
    if meant is not None:
        return question, meant
    found = points or cell_points(game, claim)
    if not found:
        return None
    if not any(map(has_logarithms, relations_of(claim))):
        question = question_of(game, claim, ratios=True)
    proved = proof_by_cells(question, found, limits)
    return None if proved is None else (question, proved)
