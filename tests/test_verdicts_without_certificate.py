"""Claims that no certificate is found for: decided by the exact cells all the same, and so called."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from pathlib import Path
from random import Random

import pytest

from berknash.numeric.solver import NumericalStructure, numerical_structure
from berknash.proofs.claims.claim_proofs import prove_claim
from berknash.proofs.search.prover import Limits
from berknash.symbolic.errors import GameError
from berknash.symbolic.game.game import Game, load_game

FEW = Limits(nodes=20, products=100)
NAIVE = Path(__file__).parent.parent / "examples" / "literature" / "adverse_selection_naive.toml"
CLAIMS = {
    "strict(a1) => rationalizable(a1)": lambda s: "a1" not in s.uniformly_strict or "a1" in s.rationalizable,
    "unique(a0) => strict(a0)": lambda s: s.supports != (("a0",),) or "a0" in s.uniformly_strict,
    "rationalizable(a0) or rationalizable(a1)": lambda s: bool({"a0", "a1"} & set(s.rationalizable)),
    "not (strict(a0) and strict(a1))": lambda s: not {"a0", "a1"} <= set(s.uniformly_strict),
    "p > q => equilibrium(a0)": None,
}


def random_game(random: Random) -> Game:
    """Two actions with chances p and q, three models with ugly rational predictions."""

    def row(good: str) -> dict[str, str]:
        return {"good": good, "bad": f"1 - ({good})"}

    def chances() -> dict[str, str]:
        whole = random.randint(5, 40)
        return row(f"{random.randint(1, whole - 1)}/{whole}")

    return Game.from_dict({
        "format": 1, "name": "strangers", "parameters": {"p": "(0, 1)", "q": "(0, 1)"},
        "players": {"agent": {
            "actions": ["a0", "a1"], "outcomes": ["good", "bad"], "truth": {"a0": row("p"), "a1": row("q")},
            "payoff": {a: {"good": random.randint(5, 12), "bad": random.randint(-4, 3)} for a in ("a0", "a1")},
            "models": {f"m{k}": {"predicts": {a: chances() for a in ("a0", "a1")}} for k in range(3)}}},
    })  # fmt: skip


def holds_at(game: Game, claim: str, point: Mapping[str, Fraction]) -> bool:
    """The claim at a point, by the definition in floating numbers."""
    structure: NumericalStructure = numerical_structure(game, {n: str(v) for n, v in point.items()})
    test = CLAIMS[claim]
    return test(structure) if test else point["p"] <= point["q"] or ("a0",) in structure.supports


@pytest.mark.parametrize("seed", range(4))
def test_a_search_that_gives_up_leaves_no_claim_open(seed: int) -> None:
    random = Random(seed)
    game = random_game(random)
    points = [{n: Fraction(random.randint(1, 96), 97) for n in ("p", "q")} for _ in range(12)]
    for claim in CLAIMS:
        verdict = prove_claim(game, claim, FEW)
        if verdict.status == "refuted":
            assert verdict.exit_status == 1
            if verdict.counterexample:
                assert not holds_at(game, claim, dict(verdict.counterexample))
            else:
                assert verdict.reason.startswith("fails at p = ")
        else:
            assert verdict.status in ("proved", "vacuous") and verdict.exit_status == 0
            assert all(holds_at(game, claim, point) for point in points)
            assert (verdict.certificate is None) == ("no certificate: " in verdict.reason)


@pytest.mark.parametrize(
    ("claim", "status"),
    [
        ("log(1 + sqrt(g)) > 0", "proved"),
        ("sqrt(g**2) == g", "proved"),
        ("g > 1 and sqrt(g) < 1/2 => strict(low)", "vacuous"),
        ("log(sqrt(sqrt(g/g))) == 2 => equilibrium(middle)", "vacuous"),
        ("exp(g) > 2 => equilibrium(middle)", "refuted"),
    ],
)
def test_terms_that_no_certificate_may_hold(claim: str, status: str) -> None:
    verdict = prove_claim(load_game(NAIVE), claim)
    assert verdict.status == status and verdict.certificate is None
    assert "no certificate: proofs do not cover" in verdict.reason


def test_a_claim_that_is_proved_without_certificate_has_no_file() -> None:
    verdict = prove_claim(load_game(NAIVE), "sqrt(g**2) == g")
    with pytest.raises(GameError, match="with a certificate"):
        verdict.to_coq()
