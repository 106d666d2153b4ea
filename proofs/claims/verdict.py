"""Verdicts on claims, as data: proved with a certificate, refuted at an exact point, or undecided."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from ...symbolic.errors import GameError
from ...symbolic.game.game import Game
from ...symbolic.results.shown import shown_as
from ..search.coordinates import Coordinate
from ..search.prover import Proved, Question

_EXIT = {"proved": 0, "vacuous": 0, "refuted": 1, "undecided": 3}


@dataclass(frozen=True)
class Verdict:
    """The answer of `prove_claim`.

    Attributes
    ----------
    status : ``proved``, ``vacuous`` (the hypotheses contradict each other), ``refuted`` or ``undecided``
    certificate : accepted by the checker, when proved with one
    counterexample : an exact point of the domain at which the claim fails, when refuted; coordinates are rational or
        real algebraic numbers
    solution : the solved game there, as a document; None where an irrational point is beyond the solver
    refutation : where one was found, a ``certificate``, accepted by the checker, that the claim fails at the
        counterexample; ``exists`` holds name, polynomial and isolating interval of each irrational coordinate
    reason : why it is undecided; why there is no certificate, and where it fails if not at a rational point
    """

    game: str
    claim: str
    status: str
    certificate: dict[str, Any] | None = None
    counterexample: tuple[tuple[str, Coordinate], ...] = ()
    solution: dict[str, Any] | None = None
    refutation: dict[str, Any] | None = None
    reason: str = ""
    proof: tuple[Question, Proved] | None = field(default=None, repr=False, compare=False)
    source: Game | None = field(default=None, repr=False, compare=False)

    @property
    def exit_status(self) -> int:
        """0 proved, 1 refuted, 3 undecided."""
        return _EXIT[self.status]

    def __bool__(self) -> bool:
        if self.status == "undecided":
            raise TypeError("undecided is neither true nor false; look at .status")
        return self.status in ("proved", "vacuous")

    def __str__(self) -> str:
        lines = [f"{self.status}: {self.claim}"]
        if self.status == "vacuous":
            lines.append("  the hypotheses contradict each other: nothing satisfies them")
        if self.status == "refuted":
            point = ", ".join(f"{n} = {v}" for n, v in self.counterexample)
            if point or not self.reason:
                lines.append(f"  counterexample {point or '(no parameter)'}")
            if self.solution is not None:
                for entry in self.solution["equilibria"]:
                    (weights,) = entry["strategy"].values()
                    shown = ", ".join(f"{n}: {w['exact']}" for n, w in weights.items() if w["exact"] != "0")
                    lines.append(f"    equilibrium {shown}")
                (rationalizable,) = self.solution["rationalizable"].values()
                lines.append(f"    rationalizable {{{', '.join(rationalizable)}}}")
        if self.reason:
            lines.append(f"  {self.reason}")
        return "\n".join(lines)

    def to_coq(self) -> str:
        """The theorem and its proof as a Coq file, at the level of the definition of the game.

        Raises GameError when the claim was not proved.
        """
        if self.proof is None:
            raise GameError(f"no Coq file: the claim is {self.status}; only a claim proved with a certificate has one")
        return shown_as("verdict_coq", self)

    def to_latex(self) -> str:
        """The theorem with its proof, or the counterexample with its proof, as a LaTeX fragment.

        Raises GameError where there is no certificate, NotSupportedError for a predicate that has no words yet.
        """
        return shown_as("verdict_latex", self)

    def _repr_latex_(self) -> str:
        """One line for a notebook: the answer and the claim."""
        return shown_as("statement_latex", self)

    def to_json(self) -> dict[str, Any]:
        """A document; the certificate is part of it."""
        document: dict[str, Any] = {"format": 1, "game": self.game, "claim": self.claim, "status": self.status}
        if self.certificate is not None:
            document["certificate"] = self.certificate
        if self.status == "refuted":
            document["counterexample"] = {n: str(v) for n, v in self.counterexample}
            document["solution"] = self.solution
            if self.refutation is not None:
                document["refutation"] = self.refutation
        if self.reason:
            document["reason"] = self.reason
        return document
