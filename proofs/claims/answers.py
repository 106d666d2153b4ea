"""The answer of `proofs.claims.when`, as data."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from ...symbolic.cells.conditions import Condition
from ...symbolic.expressions.reading import Relation


@dataclass(frozen=True, slots=True)
class When:
    """The answer of `when`.

    Attributes
    ----------
    condition : holds exactly where the claim does, within the domain
    witnessed : False when some part of the condition was neither found to be non-empty nor refuted
    within : the parameters that the condition speaks of; the claim holds for all values of the others
    left_out : logarithms of what is nowhere negative but vanishes somewhere, each with the relation that holds where
        it has a value; the condition leaves the other points out
    """

    game: str
    claim: str
    at: tuple[tuple[str, Fraction], ...]
    condition: Condition
    witnessed: bool
    within: tuple[str, ...] = ()
    left_out: tuple[tuple[str, Relation], ...] = ()

    def __str__(self) -> str:
        if self.condition.is_always():
            return "always"
        if not self.condition.alternatives:
            return "never"
        return str(self.condition)

    def to_json(self) -> dict[str, Any]:
        """A document: the claim and its condition in the syntax of claims."""
        always, sometimes = self.condition.is_always(), bool(self.condition.alternatives)
        document: dict[str, Any] = {
            "format": 1,
            "game": self.game,
            "at": {name: str(value) for name, value in self.at},
            "claim": self.claim,
            "condition": str(self.condition),
            "holds": "always" if always else "sometimes" if sometimes else "never",
            "witnessed": self.witnessed,
        }
        if self.within:
            document["within"] = list(self.within)
        if self.left_out:
            document["left_out"] = [{"term": term, "defined": str(where)} for term, where in self.left_out]
        return document
