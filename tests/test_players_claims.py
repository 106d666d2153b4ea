"""Claims about profiles: conditions derived by hand, with several players and with signals."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest
from catalogue import holds
from test_players_phases import coordination, researcher

from berknash.proofs.claims.claim_proofs import prove_claim
from berknash.proofs.claims.when import when
from berknash.symbolic.errors import GameError, NotSupportedError
from berknash.symbolic.game.game import Game, load_game
from berknash.symbolic.interchange.normal_form import from_payoff_matrices
from berknash.symbolic.solving.solve import is_equilibrium


def trust() -> Game:
    """The second mover keeps v or returns 1; the first stays out with 0, or trusts and gains 1 or loses 1."""
    return from_payoff_matrices(
        [[["1", "-1"], ["0", "0"]], [["1", "v"], ["0", "0"]]],
        players=["first", "second"],
        actions=[["trust", "out"], ["return", "keep"]],
        parameters={"v": "(0, 2)"},
    )


@pytest.mark.parametrize(
    ("claim", "condition"),
    [
        ('equilibrium("trust,return")', "v <= 1"),
        # The second mover is indifferent when the first stays out, so (out, return) fails only because trust is better.
        ('equilibrium("out,return")', "1 < 0"),
        ('equilibrium("out,keep")', "0 < 1"),
        ('strict("trust,return")', "v < 1"),
        # Out with any mixture that returns with at most 1/2 is an equilibrium for all v.
        ('unique("trust,return")', "1 < 0"),
        ('equilibrium_support("out,keep", "out,return")', "0 < 1"),
        # Both mixing needs the second mover indifferent although trusted: v == 1, and a return with 1/2.
        ('equilibrium_support("out,keep", "out,return", "trust,keep", "trust,return")', "v == 1"),
        ('rationalizable("trust,keep")', "0 < 1"),
        ('v < 1/2 and strict("trust,return") or v > 3/2', "v < 1/2 or v > 3/2"),
    ],
)
def test_the_trust_game(claim: str, condition: str) -> None:
    answer = when(trust(), claim)
    assert answer.witnessed
    for k in range(1, 16):
        at = {"v": Fraction(k, 8)}
        assert holds(str(answer.condition), at) == holds(condition, at), (str(answer), at)


def test_coordination_and_its_cycles() -> None:
    """With both points worthless the players chase each other; with both good they are locked in at either."""
    game = coordination()
    assert str(when(game, 'cycle("a1,a1", "a2,a2")').condition) == "a <= 0 and b <= 0"
    assert str(when(game, 'unique("a1,a1")').condition) == "a > 0 and b < 0"
    assert str(when(game, 'closed("a1,a1")').condition) == "a > 0"
    assert str(when(game, 'rationalizable_only("a1,a1")', at={"b": "-1/2"}).condition) == "a > 0"
    assert str(when(game, 'unique("a1,a1")', at={"a": "1/2", "b": "-1/2"})) == "always"


def test_signals_are_claimed_about_by_plan() -> None:
    """The condition for high after plus, low after minus holds exactly where the definition says so."""
    answer = when(researcher(), 'equilibrium("plus:high|minus:low")')
    for k in range(1, 12):
        at = {"r": Fraction(k, 12)}
        found = holds(str(answer.condition), at)
        fixed = researcher().at(at)
        assert found == is_equilibrium(fixed, {"researcher": {"plus": {"high": 1}, "minus": {"low": 1}}})


def test_claims_that_make_no_sense_are_refused() -> None:
    game = coordination()
    with pytest.raises(GameError, match="product of sets"):
        when(game, 'equilibrium_support("a1,a1", "a2,a2")')
    with pytest.raises(GameError, match="twice"):
        when(game, 'closed("a1,a1", "a1,a1")')
    with pytest.raises(GameError, match="no strategy has these plans"):
        when(researcher(), 'equilibrium_support("plus:high|minus:low", "plus:low|minus:high")')
    with pytest.raises(NotSupportedError, match="independent_of"):
        when(game, "independent_of(a)")
    with pytest.raises(GameError):
        when(game, 'equilibrium("a3,a1")')


def test_verdicts_on_profiles() -> None:
    """The prisoners' dilemma of the literature, for all payoffs t > r > p > s: exact, without certificate."""
    game = load_game(Path(__file__).parents[1] / "examples" / "literature" / "prisoners_dilemma.toml")
    verdict = prove_claim(game, 'unique("defect,defect")')
    assert (verdict.status, verdict.certificate) == ("proved", None)
    refuted = prove_claim(game, 'equilibrium("cooperate,defect")')
    assert refuted.status == "refuted"
    values = dict(refuted.counterexample)
    assert values["t"] > values["r"] > values["p"] > values["s"]
