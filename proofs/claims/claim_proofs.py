"""Verdicts on claims, as a user reads them: proved with a certificate, refuted at an exact point, or undecided.

A proof under hypotheses that contradict each other is reported as *vacuous*. A refutation comes with the solved
game at the counterexample, so that it can be looked at.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

from ...symbolic.arguments import check_kind, check_text
from ...symbolic.cells.undecided import attempt
from ...symbolic.errors import GameError
from ...symbolic.expressions.reading import Relation, substitute
from ...symbolic.game.checks import holds as relation_holds
from ...symbolic.game.free_parameters import check_arguments
from ...symbolic.game.game import Game
from ..files import write_file
from ..search.coordinates import Coordinate
from ..search.prover import Disproved, Limits, Proved, Undecided, decide
from ..search.work import Work
from .at_equilibria import without_values
from .counterexamples import refutation_document, solved_at
from .definedness import conditional_terms, pieces
from .language import Claim, Compare, Connective, Predicate, about_values, evaluate, predicates_of, read_claim
from .prove import prove, question_of
from .verdict import Verdict

PARTS = "decided on each part of the domain where its terms have a value; no certificate for the whole"
_SHORT = Limits(nodes=200)
_SHORT_SHARE = 1 / 20  # of what may be spent, before the exact cells are asked


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
        For one agent with finitely many models and outcomes, proved with a certificate that the checker accepted.
        Where none is found, and for games of other kinds, decided by the exact engine on every cell of the domain,
        without certificate (`reason` says so). Refuted only at an exact point.

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
    if about_values(read):
        return _of_values(game, read)
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


def _of_values(game: Game, claim: Claim) -> Verdict:
    """The verdict on a claim about values at equilibria, decided on the cells of what it says of the parameters."""
    bounds = without_values(game, claim)
    why = "; no certificate: values at equilibria are those of the exact engine"
    decided = _decided_on_cells(game, bounds.sure)
    if decided.status == "refuted" and bounds.sure != bounds.possible:
        decided = _decided_on_cells(game, bounds.possible)
        if decided.status != "refuted":
            return Verdict(game.name, str(claim), "undecided", reason=bounds.reason, source=game)
    return replace(decided, claim=str(claim), reason=decided.reason + why)


def _with_all_terms(game: Game, claim: str, limits: Limits | None) -> Verdict:
    """The verdict on a claim all whose terms have a value on the whole domain.

    A short search for a proof or a counterexample, then the exact cells, then a long search for the certificate of what
    they say.
    """
    if game.kind_not_supported() is not None:
        return _without_certificate(_decided_on_cells(game, claim), " for this kind of game")
    (player,) = game.players
    names = [p.name for p in game.parameters]
    read = read_claim(claim, names, player.actions)
    question, beyond = attempt(lambda: question_of(game, read))
    if question is None:
        decided, _ = attempt(lambda: _decided_on_cells(game, claim))
        if decided is not None and decided.status != "undecided":
            return _without_certificate(decided, f": {beyond}")
        question = question_of(game, read)  # raises what was in the way
    whole = limits or Limits()
    if whole.shared is None:
        whole = replace(whole, shared=Work())  # the long search knows what the short one has found out
    answer = decide(question, whole.times(_SHORT_SHARE, whole.seconds * _SHORT_SHARE))
    if isinstance(answer, Undecided):
        decided, _ = attempt(lambda: _decided_on_cells(game, claim))
        if decided is not None and decided.counterexample:
            return _refuted(game, read, dict(decided.counterexample))
        answer = decide(question, whole)
        if isinstance(answer, Undecided) and decided is not None and decided.status != "undecided":
            return _without_certificate(decided, f": {answer.reason}")
    if isinstance(answer, Undecided):
        return Verdict(game.name, str(read), "undecided", reason=answer.reason, source=game)
    if isinstance(answer, Disproved):
        return _refuted(game, read, {name: answer.point[name] for name in names})
    assert isinstance(answer, Proved)
    status = "vacuous" if _contradictory(game, read, limits) else "proved"
    return Verdict(game.name, str(read), status, certificate=answer.certificate, proof=(question, answer), source=game)


def _without_certificate(decided: Verdict, why: str) -> Verdict:
    """What the exact cells say, and why no certificate says it too; what they leave undecided as it is."""
    if decided.status == "undecided":
        return decided
    return replace(decided, reason=f"{decided.reason}; no certificate{why}")


def _refuted(game: Game, claim: Claim, point: Mapping[str, Coordinate]) -> Verdict:
    """The verdict on a claim that fails at an exact point."""
    return Verdict(
        game.name,
        str(claim),
        "refuted",
        counterexample=tuple(point.items()),
        solution=solved_at(game, point),
        refutation=refutation_document(game, claim, point, _SHORT),
        source=game,
    )


def _decided_on_cells(game: Game, claim: str | Claim) -> Verdict:
    """The verdict by the exact engine alone."""
    from .on_cells import claim_on_cells  # for start-up: with the engines of all other kinds of games

    decided = claim_on_cells(game, claim)

    def holds_at(part: Compare | Predicate, point: Mapping[str, Fraction]) -> bool:
        if isinstance(part, Compare):
            left, right = (substitute(side, point) for side in (part.relation.left, part.relation.right))
            return relation_holds(Relation(left, part.relation.operator, right))
        (cell,) = claim_on_cells(game, str(part), point).cells
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
