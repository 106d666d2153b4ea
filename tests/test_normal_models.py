"""Normal outcomes and finitely many models: the two tables say everything, so such games are solved like finite ones.

The divergence of N(m, v) from N(m', v') is (log(v'/v) + (v + (m - m')**2)/v' - 1)/2.
"""

from __future__ import annotations

import random
from fractions import Fraction
from typing import Any

import pytest

import berknash as bn
from berknash.numeric.solver import numerical_structure
from berknash.proofs.claims.claim_proofs import prove_claim
from berknash.proofs.claims.when import when
from berknash.symbolic.engines.algebraic.agent import solve_families
from berknash.symbolic.game.game import Game
from berknash.symbolic.results.solution import Solution
from berknash.symbolic.solving.phases import phases


def law(mean: object, variance: object) -> dict[str, str]:
    return {"mean": str(mean), "variance": str(variance)}


def dose() -> Game:
    """After the low dose the models are N(1, 1) and N(2, 1); after the high one N(2, 1) and N(0, 4)."""
    return Game.from_dict({
        "format": 1, "name": "dose", "parameters": {"m": "(0, 3)"}, "players": {"doctor": {
            "actions": ["low", "high"], "outcomes": "normal",
            "truth": {"low": law("m", 1), "high": law("m - 1", 1)},
            "payoff": {"low": "y", "high": "2*y - y**2/4"},
            "models": {"harmless": {"predicts": {"low": law(1, 1), "high": law(2, 1)}},
                       "risky": {"predicts": {"low": law(2, 1), "high": law(0, 4)}}},
        }},
    })  # fmt: skip


def test_phases_of_a_game_with_normal_outcomes() -> None:
    """The fits tie after low at m = 3/2, after high where 3 m**2 - 22 m + 38 = 8 log 2 (by hand from the docstring):
    2 K(harmless) = 1 + (m - 3)**2 and 2 K(risky) = log 4 + (1 + (m - 1)**2)/4, up to the same term."""
    diagram = phases(dose())
    assert [str(b.solved if b.solved is not None else b.expression) for b in diagram.boundaries] == [
        "m == 3/2", "3*m**2 + 38 - 8*log(2) - 22*m",
    ]  # fmt: skip
    supports = {str(p.condition): [e.support for e in p.equilibria] for p in diagram.phases}
    assert supports["m < 3/2"] == [("high", "low")]
    assert len(diagram.phases) == 3


def test_a_claim_about_it() -> None:
    """Low is strict iff "risky" fits better after it: U(low) = 2 there, U(high) = 2*0 - 4/4 = -1."""
    assert str(when(dose(), "strict(low)").condition) == "m > 3/2"
    verdict = prove_claim(dose(), "m > 2 => strict(low)")
    assert (verdict.status, verdict.certificate) == ("proved", None)
    refuted = prove_claim(dose(), "m > 1 => strict(low)")
    assert refuted.status == "refuted" and 1 < dict(refuted.counterexample)["m"] <= Fraction(3, 2)


@pytest.mark.parametrize("m", [Fraction(1), Fraction(3, 2), Fraction(9, 4), Fraction(29, 10)])
def test_at_points_it_agrees_with_the_definition(m: Fraction) -> None:
    solution = bn.solve(dose(), {"m": m})
    assert isinstance(solution, Solution)
    assert sorted(e.support for e in solution.equilibria) == list(numerical_structure(dose(), {"m": m}).supports)
    for equilibrium in solution.equilibria:
        assert bn.is_equilibrium(solution.game, dict(equilibrium.strategy))


def _random(seed: int) -> Game:
    rng = random.Random(seed)
    names = "abc"[: rng.randint(2, 3)]

    def draw() -> dict[str, str]:
        return law(rng.randint(-2, 2), rng.choice([1, 1, 2]))

    models: dict[str, Any] = {f"m{k}": {"predicts": {n: draw() for n in names}} for k in range(rng.randint(2, 3))}
    payoff = {n: f"({rng.randint(-2, 2)})*y**2 + ({rng.randint(-3, 3)})*y + ({rng.randint(-2, 2)})" for n in names}
    return Game.from_dict({"format": 1, "name": "draft", "players": {"agent": {
        "actions": list(names), "outcomes": "normal", "truth": {n: draw() for n in names}, "payoff": payoff,
        "models": models,
    }}})  # fmt: skip


@pytest.mark.parametrize("seed", range(30))
def test_three_routes_agree(seed: int) -> None:
    """The finite engine, the engine of families, and the definition in high precision (integers make ties frequent)."""
    game = _random(seed)
    found, families, numeric = bn.solve(game), solve_families(game), numerical_structure(game)
    supports = {e.support for e in found.equilibria}
    assert supports == set(numeric.supports)
    assert [c.value for c in found.rationalizable] == [(numeric.rationalizable,)]
    assert sorted(c.value for c in found.transitions) == sorted(numeric.transitions)
    left_open = {entry.names for entry in families.undecided if entry.what == "equilibria"}
    assert {e.support for e in families.equilibria} - left_open == supports - left_open
