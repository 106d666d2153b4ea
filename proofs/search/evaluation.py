"""The truth of a claim where signs are known: at an exact point, or as far as facts tell.

The evaluation is the checker's own (`check.truth_value`, `check.Structure`), with signs looked up elsewhere.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import Any

from ..check import SIGNS_OF, Structure, Unsettled, subsets, truth_value
from .algebraic import exact_sign, satisfied
from .coordinates import Coordinate
from .facts import Polynomial
from .questions import Question
from .sign_facts import Constraint

OTHER_VALUES = tuple(
    Fraction(n, d)
    for n, d in (
        (1, 2),
        (1, 3),
        (2, 3),
        (1, 10),
        (9, 10),
        (1, 100),
        (99, 100),
        (2, 1),
        (5, 1),
        (100, 1),
        (-1, 2),
        (-9, 10),
    )
)


def claim_at(
    question: Question, point: Mapping[str, Coordinate], asked: dict[str, Polynomial] | None = None
) -> bool | None:
    """The exact truth of the claim at a rational or algebraic point; None where a sign could not be decided.

    The polynomials whose signs were needed are added to `asked`, by their text.
    """
    space = question.setting.space

    def sign(polynomial: Polynomial) -> int:
        if asked is not None:
            asked.setdefault(str(polynomial), polynomial)
        value = exact_sign(space, polynomial, point)
        if value is None:
            raise Unsettled
        return value

    def independent(structure: Structure, name: str) -> bool | None:
        """False where another value of the parameter, the rest being equal, gives another structure."""
        if question.minor is None:
            return None
        lookup, here = question.minor, _summary(structure)
        given = (*question.setting.domain, *question.assumptions)
        constraints = [Constraint(fact.polynomial, fact.relation) for fact in given]
        for value in OTHER_VALUES:
            other = {**point, name: value}
            if not satisfied(space, constraints, other):
                continue

            def sign_there(*key: Any, other: Mapping[str, Coordinate] = other) -> int:
                value = exact_sign(space, lookup(key), other)
                if value is None:
                    raise Unsettled
                return value

            there = Structure(question.actions, question.models, sign_there, question.finite)
            if _summary(there) != here:
                return False
        return None

    return evaluate_claim(question, sign, sign, independent=independent)


def _summary(structure: Structure) -> tuple[Any, ...]:
    """What a structure is: belief supports of the equilibria with each support, and Gamma of each set of actions."""
    return tuple(
        ([m for m in structure.best_fits(chosen) if structure.attains("U", m, chosen)], structure.gamma(chosen))
        for chosen in subsets(structure.actions)
    )


def evaluate_claim(
    question: Question,
    minor_sign: Callable[[Polynomial], int],
    relation_sign: Callable[[Polynomial], int],
    relation: Callable[[Polynomial, Polynomial, str], bool | None] | None = None,
    open_already: Callable[[], bool] = lambda: False,
    independent: Callable[[Structure, str], bool | None] = lambda structure, name: None,
) -> bool | None:
    """Kleene's value of the claim, given signs of the game's determinants and of the relations' two parts.

    Parameters: the question; signs, which may raise `Unsettled`; a rule for relations as a whole, in place of their
    signs; whether to look at no more predicates; a rule for independence.
    """
    structure: Structure | None = None
    if question.minor is not None:
        lookup = question.minor
        structure = Structure(question.actions, question.models, lambda *key: minor_sign(lookup(key)), question.finite)

    def atom(claim: list[Any]) -> bool | None:
        word, arguments = claim[0], claim[1:]
        try:
            if word in SIGNS_OF:
                top, bottom = question.relations[arguments[0], arguments[1]]
                if relation is not None:
                    return relation(top, bottom, word)
                below = relation_sign(bottom)
                return None if below == 0 else relation_sign(top) * below in SIGNS_OF[word]
            if open_already() or structure is None:
                return None
            if word == "independent_of":
                return independent(structure, arguments[0])
            return structure.holds(word, list(arguments))
        except Unsettled:
            return None

    return truth_value(question.claim, atom)
