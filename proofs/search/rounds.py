"""The proofs of many claims with one budget: no claim takes what would have been enough for ten others."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from math import inf
from typing import TypeVar

from ...symbolic.errors.deadline import NEVER, Deadline
from .questions import Limits
from .work import Work

Answer = TypeVar("Answer")
SHARES = (2_000, 10_000)  # of products for each of many claims, in rounds, before each has all it may have


@dataclass(frozen=True, slots=True)
class Budget:
    """What the proofs of many claims may take together.

    Attributes
    ----------
    limits : of one claim
    products : of facts, all claims together
    deadline : after which nothing more is tried
    progress : called with a stage, claims tried and claims in all
    processor_seconds : for all claims together, from when the first is tried
    """

    limits: Limits
    products: float = float("inf")
    deadline: Deadline = NEVER
    progress: Callable[[str, int, int], None] = lambda stage, done, total: None
    processor_seconds: float = inf


def tried_in_rounds(
    count: int,
    attempt: Callable[[int, Limits], Answer],
    is_open: Callable[[Answer], bool],
    budget: Budget,
    found: Callable[[int, Answer], None] = lambda place, answer: None,
) -> list[Answer | None]:
    """The answers to many questions with one budget: all are tried with little first, those left open with more.

    Parameters
    ----------
    count : of questions
    attempt : answers the question at a place within limits
    is_open : whether an answer leaves its question open, so that more work may settle it
    budget : what all may take together
    found : called with every answer that settles its question, when it comes

    Returns
    -------
    list
        The last answer to each; None where the budget was used up before it was tried.

    Examples
    --------
    >>> seen = []
    >>> def attempt(place, limits):
    ...     seen.append((place, int(limits.products)))
    ...     return limits.products >= 5_000 * place
    >>> tried_in_rounds(2, attempt, lambda answer: not answer, Budget(Limits(products=60_000)))
    [True, True]
    >>> seen
    [(0, 2000), (1, 2000), (1, 10000)]
    """
    common = Work(budget.products, budget.deadline.with_processor_seconds(budget.processor_seconds))
    answers: list[Answer | None] = [None] * count
    waiting: Sequence[int] = range(count)
    most = budget.limits.products
    for share in [*(share for share in SHARES if share < most), most]:
        left: list[int] = []
        for done, place in enumerate(waiting):
            if common.used_up() or common.late():
                return answers
            budget.progress("proofs", count - len(waiting) + done - len(left), count)
            limits = replace(budget.limits, products=share, shared=common)
            answer = attempt(place, limits)
            answers[place] = answer
            if is_open(answer):
                left.append(place)
            else:
                found(place, answer)
        waiting = left
    return answers
