"""Verdicts on claims, as a user reads them: proved with a certificate, refuted at an exact point, or undecided.

A proof under hypotheses that contradict each other is reported as *vacuous*. A refutation comes with the solved
game at the counterexample, so that it can be looked at.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction
from pathlib import Path
from typing import Any

from ..symbolic.arguments import check_arguments, check_kind, check_text
from ..symbolic.errors import GameError
from ..symbolic.expressions import Relation, substitute
from ..symbolic.game import Game
from ..symbolic.game_checks import holds as relation_holds
from ..symbolic.undecided import attempt
from .claims import Claim, Compare, Connective, Predicate, evaluate, predicates_of, read_claim
from .counterexamples import refutation_document, solved_at
from .definedness import conditional_terms, pieces
from .files import write_file
from .prove import prove, question_of
from .search.coordinates import Coordinate
from .search.prover import Disproved, Limits, Proved, Question, Undecided, decide

PARTS = "decided on each part of the domain where its terms have a value; no certificate for the whole"
_SHORT = Limits(nodes=200)
_EXIT = {"proved": 0, "vacuous": 0, "refuted": 1, "undecided": 3}


@dataclass(frozen=True)
class Verdict:
    """The answer of `prove_claim`.

    Attributes
    ----------
    status : ``proved``, ``vacuous`` (the hypotheses contradict each other), ``refuted`` or ``undecided``
    certificate : accepted by the checker, when proved
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
        from .coq.games import game_file

        if self.proof is None:
            raise GameError(f"no Coq file: the claim is {self.status}; only a proved claim has one")
        return game_file(*self.proof)

    def to_latex(self) -> str:
        """The theorem with its proof, or the counterexample with its proof, as a LaTeX fragment.

        Raises GameError where there is no certificate, NotSupportedError for a predicate that has no words yet.
        """
        from .theorems import verdict_latex

        return verdict_latex(self)

    def _repr_latex_(self) -> str:
        """One line for a notebook: the answer and the claim."""
        from .theorems import statement_latex

        return statement_latex(self)

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


def prove_claim(game: Game, claim: str, limits: Limits | None = None) -> Verdict:
    """Prove or refute a claim for all parameter values of a game.

    Parameters
    ----------
    game : the game; its domain and `assume` relations are hypotheses
    claim : in the claim language, often ``HYPOTHESIS => CLAIM``
    limits : bounds on the search

    Returns
    -------
    Verdict
        For one agent with finitely many models and outcomes, proved only after the checker accepted the certificate.
        For games of other kinds decided by the exact engine on every cell of the domain, without certificate (`reason`
        says so). Refuted only at an exact point.

    Examples
    --------
    >>> game = Game.from_dict({
    ...     "format": 1, "name": "urn", "parameters": {"p": "(0, 1)"},
    ...     "players": {"agent": {
    ...         "actions": ["bet", "pass"], "outcomes": ["win", "lose"],
    ...         "truth": {"*": {"win": "p", "lose": "1 - p"}},
    ...         "payoff": {"bet": {"win": 1, "lose": -1}, "pass": {"win": 0, "lose": 0}},
    ...         "models": {"good": {"predicts": {"*": {"win": "2/3", "lose": "1/3"}}},
    ...                    "bad": {"predicts": {"*": {"win": "1/3", "lose": "2/3"}}}}}}})
    >>> print(prove_claim(game, "p > 1/2 => unique(bet)"))
    proved: p > 1/2 => unique(bet)
    >>> prove_claim(game, "p > 1/3 => unique(bet)").status
    'refuted'
    """
    check_arguments(game)
    check_text("claim", claim)
    check_kind("limits", limits, Limits)
    read = read_claim(claim, [p.name for p in game.parameters], None)
    terms = conditional_terms(game, read)
    if not terms:
        return _with_all_terms(game, claim, limits)
    parts = [_with_all_terms(piece.game, str(piece.claim), limits) for piece in pieces(game, read, terms)]
    failing = next((part for part in parts if part.status == "refuted"), None)
    if failing is not None:
        # The certificate of a part speaks of a game of its own, so it is none of the claim.
        return replace(failing, claim=str(read), refutation=None, reason=failing.reason or PARTS, source=game)
    still_open = next((part for part in parts if part.status == "undecided"), None)
    if still_open is not None:
        return Verdict(game.name, str(read), "undecided", reason=still_open.reason, source=game)
    status = "proved" if any(part.status == "proved" for part in parts) else "vacuous"
    return Verdict(game.name, str(read), status, reason=PARTS, source=game)


def _with_all_terms(game: Game, claim: str, limits: Limits | None) -> Verdict:
    """The verdict on a claim all whose terms have a value on the whole domain."""
    if game.kind_not_supported() is not None:
        return _decided_on_cells(game, claim)
    (player,) = game.players
    names = [p.name for p in game.parameters]
    read = read_claim(claim, names, player.actions)
    question = question_of(game, read)
    answer = decide(question, limits)
    text = str(read)
    if isinstance(answer, Undecided):
        return Verdict(game.name, text, "undecided", reason=answer.reason, source=game)
    if isinstance(answer, Disproved):
        point = tuple((name, answer.point[name]) for name in names)
        return Verdict(
            game.name,
            text,
            "refuted",
            counterexample=point,
            solution=solved_at(game, dict(point)),
            refutation=refutation_document(game, read, dict(point), _SHORT),
            source=game,
        )
    assert isinstance(answer, Proved)
    status = "vacuous" if _contradictory(game, read, limits) else "proved"
    return Verdict(game.name, text, status, certificate=answer.certificate, proof=(question, answer), source=game)


def _decided_on_cells(game: Game, claim: str) -> Verdict:
    """The verdict on a game of another kind, by the exact engine alone."""
    decide_claim: Callable[..., Any]
    if game.signals or len(game.players) > 1:
        from .player_families_claims import profiles_claim

        decide_claim = profiles_claim
    elif game.has_tables:
        from .decided import finite_claim

        decide_claim = finite_claim
    else:
        from .families_claims import families_claim

        decide_claim = families_claim

    decided = decide_claim(game, claim)

    def holds_at(part: Compare | Predicate, point: Mapping[str, Fraction]) -> bool:
        if isinstance(part, Compare):
            left, right = (substitute(side, point) for side in (part.relation.left, part.relation.right))
            return relation_holds(Relation(left, part.relation.operator, right))
        (cell,) = decide_claim(game, str(part), point).cells
        return cell.value[0]

    return decided.verdict(lambda point: evaluate(decided.claim, lambda part: holds_at(part, point)) is False)


def _contradictory(game: Game, claim: Claim, limits: Limits | None) -> bool:
    """Whether the hypotheses of an implication are proved to hold nowhere together.

    Of ``a => (b => c)`` both a and b are hypotheses. The answer is no where the search for a proof ends without one.
    """
    hypotheses: list[Claim] = []
    while isinstance(claim, Connective) and claim.word == "=>":
        hypotheses.append(claim.parts[0])
        claim = claim.parts[1]
    if not hypotheses or any(p.name == "independent_of" for h in hypotheses for p in predicates_of(h)):
        return False
    together = hypotheses[0] if len(hypotheses) == 1 else Connective("and", tuple(hypotheses))
    answer, _ = attempt(lambda: prove(game, Connective("not", (together,)), limits))
    return isinstance(answer, Proved)


def certificate_file(verdict: Verdict) -> tuple[str, str]:
    """The certificate of the claim, or of its refutation, as a text, and the file name made from its content.

    Raises GameError where the verdict has no certificate.
    """
    certificate = verdict.certificate
    if certificate is None and verdict.refutation is not None:
        certificate = verdict.refutation["certificate"]
    if certificate is None:
        raise GameError(f"no certificate: the claim is {verdict.status}")
    text = json.dumps(certificate, indent=1, sort_keys=True, ensure_ascii=False) + "\n"
    return f"certificate-{hashlib.sha256(text.encode()).hexdigest()[:12]}.json", text


def write_certificate(verdict: Verdict, folder: Path) -> Path:
    """Write the certificate of the claim, or of its refutation, into a folder; raises as `certificate_file`."""
    name, text = certificate_file(verdict)
    write_file(folder / name, text)
    return folder / name
