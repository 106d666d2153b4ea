"""Why nothing else is a design: an environment of the region, in closed form, that defeats the goal.

Elimination says that some environment does. Its steps also say which one: a parameter between its bounds may be put
half-way. So each failing case F (a condition on the designs alone) yields two kinds of statements about the game, each
proved with a certificate: ``L => not goal`` for the literals L of the case before elimination, and, for each parameter
e eliminated, ``after => before`` with e replaced by its witness. Together: wherever F holds the goal fails at the
witness.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import product
from typing import Any

from ...symbolic.cells.domain import Domain
from ...symbolic.expressions.reading import Expression, Number, Relation, add, multiply, number, substitute
from ...symbolic.game.game import Game
from ..claims.claim_proofs import prove_claim
from ..claims.elimination import Case, Literal, Projection, Step, involves, tidy
from ..claims.verdict import Verdict
from ..search.prover import Limits

_MOST_CHOICES = 16


@dataclass(frozen=True, slots=True)
class Failure:
    """A case in which the goal fails, and where.

    Attributes
    ----------
    case : the condition, free of the environment; empty for ``always``
    environment : parameters with their witnesses, each in terms of the designs and of those before it; None where no
        single closed form serves the whole case
    parts : named statements that together prove it, with their verdicts
    """

    case: tuple[Relation, ...]
    environment: tuple[tuple[str, Expression], ...] | None
    parts: tuple[tuple[str, Verdict], ...] = ()

    @property
    def status(self) -> str:
        """``proved`` when all parts are, else ``undecided``."""
        proved = bool(self.parts) and all(verdict.status in ("proved", "vacuous") for _, verdict in self.parts)
        return "proved" if proved else "undecided"

    def to_json(self) -> dict[str, Any]:
        """A document, certificates included."""
        return {
            "case": [str(relation) for relation in self.case],
            "environment": None if self.environment is None else {n: str(value) for n, value in self.environment},
            "status": self.status,
            "parts": {name: verdict.to_json() for name, verdict in self.parts},
        }

    def reading(self) -> str:
        """The witness as text."""
        if self.environment is None:
            return "some environment"
        return ", ".join(f"{name} = {value}" for name, value in self.environment)


def failure_of(
    game: Game, domain: Domain, projection: Projection, region: Case, goal: str, limits: Limits
) -> Failure:
    """A failing case with its witness and proofs.

    Parameters: the game with the parameters fixed that are; its domain over the ring of the literals; the eliminated
    case; the literals of region and domain; the goal in the claim language; limits of each proof.
    """
    steps = projection.steps[::-1]
    apart = {literal.key() for literal in region}  # the goal fails with or without them
    first = tidy(domain, steps[-1].before, ()) or ()
    given = [str(literal.relation(domain)) for literal in first if literal.key() not in apart]
    parts = [("goal_fails", prove_claim(game, _implication(given, f"not ({goal})"), limits))]
    witnesses: list[tuple[str, Expression]] = []
    for step in steps:
        choices = list(_choices(step))[:_MOST_CHOICES]
        for place, (chosen, witness) in enumerate(choices):
            name = f"environment_{step.name}" + (f"_{place + 1}" if len(choices) > 1 else "")
            parts += [(name, prove_claim(game, claim, limits)) for claim in _step_claims(domain, step, chosen, witness)]
        witnesses.append((step.name, choices[0][1]))
    single = all(len(list(_choices(step))) == 1 for step in steps)
    case = tuple(literal.relation(domain) for literal in projection.case)
    return Failure(case, tuple(witnesses) if single else None, tuple(parts))


def _choices(step: Step) -> Iterator[tuple[list[str], Expression]]:
    """Which bounds are the tightest, as hypotheses, and the value between them."""
    lowers: Sequence[Expression | None] = step.lower or (None,)
    uppers: Sequence[Expression | None] = step.upper or (None,)
    for lower, upper in product(lowers, uppers):
        chosen = [f"{other} <= {lower}" for other in step.lower if other != lower]
        chosen += [f"{upper} <= {other}" for other in step.upper if other != upper]
        yield chosen, _between(lower, upper)


def _between(lower: Expression | None, upper: Expression | None) -> Expression:
    if lower is not None and upper is not None:
        return multiply([number(Fraction(1, 2)), add([lower, upper])])
    if lower is not None:
        return add([lower, number(1)])
    return number(0) if upper is None else add([upper, number(-1)])


def _step_claims(domain: Domain, step: Step, chosen: Sequence[str], witness: Expression) -> Iterator[str]:
    """That the witness satisfies every literal in which the parameter occurs."""
    given = [str(literal.relation(domain)) for literal in step.after]
    goals = []
    for literal in step.before:
        if involves(domain, literal.polynomial, step.name):
            relation = Literal(literal.polynomial, literal.signs).relation(domain)
            left, right = (substitute(side, {step.name: witness}) for side in (relation.left, relation.right))
            if not _evident(left, relation.operator, right):
                goals.append(str(Relation(left, relation.operator, right)))
    if goals:
        yield _implication([*given, *chosen], " and ".join(goals))


def _evident(left: Expression, operator: str, right: Expression) -> bool:
    """Whether it is a true relation between two numbers."""
    if not (isinstance(left, Number) and isinstance(right, Number)):
        return False
    one, other = left.value, right.value
    return {"<": one < other, "<=": one <= other, "==": one == other, ">=": one >= other, ">": one > other}[operator]


def _implication(hypotheses: Sequence[str], goal: str) -> str:
    return f"{' and '.join(f'({text})' for text in hypotheses)} => {goal}" if hypotheses else goal
