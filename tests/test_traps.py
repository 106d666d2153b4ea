"""The traps of `examples/traps`: every claim about them has the verdict that the list gives, and it is certified."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest

from berknash.proofs.check import check
from berknash.proofs.claims.language import Compare, Predicate, evaluate, read_claim
from berknash.proofs.claims.verdict import Verdict
from berknash.proofs.claims.when import When, when
from berknash.proofs.paper.claims import ListedClaim, decide_claim, read_claims, with_assumptions
from berknash.symbolic.algebra.ring import Ring
from berknash.symbolic.cells.domain import make_domain
from berknash.symbolic.errors import GameError
from berknash.symbolic.game.game import load_game

TRAPS = Path(__file__).parents[1] / "examples" / "traps"
CLAIMS = read_claims(TRAPS / "claims.toml")


def _true_at(claim: ListedClaim, point: dict[str, Fraction]) -> bool | None:
    """The truth of the statement at a point: predicates by solving there, relations by exact signs."""
    (player,) = claim.game.players
    names = [parameter.name for parameter in claim.game.parameters]
    ring = Ring.of_parameters(names)

    def atom(part: Compare | Predicate) -> bool:
        if isinstance(part, Predicate):
            return str(when(claim.game, str(part), point)) == "always"
        return make_domain(ring, list(claim.game.parameters), (part.relation,)).contains(point)

    return evaluate(read_claim(claim.statement, names, player.actions), atom)


@pytest.mark.parametrize("claim", CLAIMS, ids=lambda claim: claim.name)
def test_verdict_is_the_listed_one_and_certified(claim: ListedClaim) -> None:
    decided = decide_claim(claim)
    assert decided.as_expected, decided.verdict
    assert decided.witness is not None and decided.witness.certificate is not None
    assert check(decided.witness.certificate) >= 1
    if isinstance(decided.answer, When):
        assert decided.answer.witnessed
    elif decided.verdict == "refuted":
        assert _true_at(claim, dict(decided.answer.counterexample)) is False


def test_every_claim_of_the_paper_is_treated_and_every_game_used() -> None:
    assert {claim.group for claim in CLAIMS} == {"C1", "C2", "C3", "C4", "C5", "C6"}
    files = {path.stem for path in TRAPS.glob("*.toml")} - {"claims"}
    assert {claim.file for claim in CLAIMS} == files


def test_models_for_rewards_agrees_with_the_threshold() -> None:
    """The exact set of models is where p* lies between 2/5 and 3/5, here recomputed with logarithms."""
    import math

    (claim,) = [c for c in CLAIMS if c.name == "C4.models_for_rewards"]
    pairs = (("4/5", "1/5"), ("9/10", "1/5"), ("9/10", "3/5"), ("2/5", "1/10"), ("1/2", "1/3"), ("1/10", "1/20"))
    for one, other in pairs:
        at = {**dict(claim.at), "h": one, "l": other}
        holds = str(when(claim.game, "rationalizable_only(truthful)", at)) == "always"
        high, low = float(Fraction(one)), float(Fraction(other))
        threshold = math.log((1 - low) / (1 - high)) / math.log(high * (1 - low) / (low * (1 - high)))
        assert holds == (2 / 5 < threshold < 3 / 5)


def test_assumptions_restrict_the_domain() -> None:
    game = load_game(TRAPS / "hallucination.toml")
    assert isinstance(decide_claim(CLAIMS[0]).answer, Verdict)
    narrow = with_assumptions(game, ["c*(1 - h) > h - l"])
    assert str(when(narrow, "rationalizable_only(abstain)")) == "always"
    with pytest.raises(GameError):
        with_assumptions(game, ["c*(1 - z) > 0"])


@pytest.mark.parametrize(
    "text",
    [
        "[[claim]]\nid = 'a'\ngame = 'deception'\n",
        "[[claim]]\nid = 'a'\ngame = '../deception'\nprove = 'strict(honest)'\n",
        "[[claim]]\nid = 'a'\ngame = 'deception'\nprove = '{nothing}'\n",
        "[[claim]]\nid = 'a'\ngame = 'deception'\nprove = 'strict(honest)'\nverdict = 'maybe'\n",
        "[[claim]]\nid = 'a'\ngame = 'deception'\nprove = 'strict(honest)'\nwho = 'x'\n",
        "claim = ",
    ],
)
def test_unreadable_lists_are_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / "deception.toml").write_text((TRAPS / "deception.toml").read_text("utf-8"), "utf-8")
    path = tmp_path / "claims.toml"
    path.write_text(text, "utf-8")
    with pytest.raises(GameError):
        read_claims(path)
