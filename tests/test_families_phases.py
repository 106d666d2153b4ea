"""Phases and claims with continuous families: known truths, and the exact solution at fixed parameters beside them."""

from __future__ import annotations

import json
import random
from fractions import Fraction
from typing import Any

import pytest
from catalogue import holds

from berknash.proofs.claims.claim_proofs import prove_claim
from berknash.proofs.claims.when import when
from berknash.symbolic.decomposition.limits import Limits
from berknash.symbolic.engines.algebraic.agent import solve_families
from berknash.symbolic.errors import BudgetError, GameError, NotSupportedError
from berknash.symbolic.game.game import Game
from berknash.symbolic.solving.solve import phases


def coin() -> Game:
    """A bet whose odds under the best fit are good from x = 5/9 on: 2 x - 1 against (1 - x)/4."""
    rows = {"heads": "x", "tails": "1 - x"}
    return Game.from_dict({
        "format": 1, "name": "coin", "parameters": {"q": "(0, 1)", "r": "(0, 1)"}, "players": {"agent": {
            "actions": ["bet", "pass"], "outcomes": ["heads", "tails"],
            "truth": {"bet": {"heads": "q", "tails": "1 - q"}, "pass": {"heads": "r", "tails": "1 - r"}},
            "payoff": {"bet": {"heads": "1", "tails": "-1"}, "pass": {"heads": "0", "tails": "1/4"}},
            "models": {"coin": {"theta": {"x": "[1/5, 2/3]"}, "predicts": {"*": rows}}},
        }},
    })  # fmt: skip


def monopolist() -> Game:
    """The monopolist of Nyarko (1991) with the true quantities as parameters."""
    law = lambda mean: {"mean": mean, "variance": "1"}  # noqa: E731
    return Game.from_dict({
        "format": 1, "name": "monopolist", "parameters": {"m": "(30, 38)", "n": "(0, 6)"}, "players": {"firm": {
            "actions": ["low", "high"], "outcomes": "normal", "truth": {"low": law("m"), "high": law("n")},
            "payoff": {"low": "2*y", "high": "10*y"},
            "models": {"linear": {"theta": {"a": "[33, 40]", "b": "[3, 7/2]"},
                                  "predicts": {"low": law("a - 2*b"), "high": law("a - 10*b")}}},
        }},
    })  # fmt: skip


def test_the_coin_has_four_phases_and_five_strata() -> None:
    diagram = phases(coin())
    assert [str(b.solved) for b in diagram.boundaries] == ["q == 5/9", "r == 5/9"]
    found = {str(p.condition): (len(p.equilibria), *(p.structure.rationalizable or ())) for p in diagram.phases}
    assert found == {
        "q > 5/9 and r > 5/9": (1, ("bet",)),
        "q < 5/9 and r < 5/9": (1, ("pass",)),
        "q > 5/9 and r < 5/9": (3, ("bet", "pass")),
        "q < 5/9 and r > 5/9": (1, ("bet", "pass")),
    }
    assert [p.structure.cycles for p in diagram.phases if str(p.condition) == "q < 5/9 and r > 5/9"] == [
        (("bet", "pass"),)
    ]
    assert len(diagram.strata) == 5
    document = json.loads(json.dumps(diagram.to_json()))
    assert document["undecided"] == {"measure": 0.0, "boxes": []}
    mixed = [e for p in document["phases"] for e in p["equilibria"] if len(e["support"]["agent"]) == 2]
    assert {e["strategy"]["agent"]["bet"] for e in mixed} == {"(5 - 9*r)/(9*(q - r))"}


@pytest.mark.parametrize("game", [coin(), monopolist()], ids=lambda game: game.name)
def test_every_point_lies_in_the_phase_of_its_solution(game: Game) -> None:
    """The structure of the one phase or stratum that holds a point is that of the exact solution there."""
    diagram = phases(game)
    draw = random.Random(7)
    pieces = (*diagram.phases, *diagram.strata)
    points = [{n: Fraction(v) for n, v in p.sample} for p in pieces if all("root" not in v for _, v in p.sample)]
    for _ in range(12):
        values = {}
        for parameter in game.parameters:
            low, high = parameter.domain.low, parameter.domain.high
            assert low is not None and high is not None
            values[parameter.name] = low + (high - low) * Fraction(draw.randint(1, 17), 18)
        points.append(values)
    for values in points:
        (piece,) = [p for p in pieces if holds(str(p.condition), values)]
        there: Any = solve_families(game, values)
        structure = piece.structure
        found = {(e.support, e.belief_support, e.dimension) for e in there.equilibria}
        assert [(c.support[0][0][1], c.belief_support[0], c.dimension) for c in structure.supports] == sorted(found)
        assert structure.rationalizable == there.rationalizable[0].value
        for name in ("transitions", "absorbing", "closed", "cycles"):
            assert list(getattr(structure, name)) == sorted(case.value for case in getattr(there, name)), (name, values)
        listed = [e for e in piece.equilibria if holds(str(e.condition or piece.condition), values)]
        assert sorted(e.support for e in listed) == sorted(e.support for e in there.equilibria)


@pytest.mark.parametrize(
    ("claim", "condition"),
    [
        ("unique(bet)", "q >= 5/9 and r > 5/9"),
        ("strict(pass)", "r < 5/9"),
        ("equilibrium_support(bet, pass) and q < r", "q < 5/9 and r > 5/9"),
        ("rationalizable_only(bet)", "q > 5/9 and r > 5/9"),
        ("absorbing(bet, pass)", "q <= 5/9 and r >= 5/9"),
        ("closed(pass)", "r < 5/9"),
        ("cycle(bet, pass)", "q <= 5/9 and r >= 5/9"),
        ("q > 5/9 => equilibrium(bet)", "always"),
    ],
)
def test_claims_about_the_coin(claim: str, condition: str) -> None:
    answer = str(when(coin(), claim))
    assert answer == condition


def test_claims_at_fixed_parameters_and_refusals() -> None:
    assert str(when(coin(), "equilibrium(bet)", {"q": "5/9", "r": "1/2"})) == "always"
    assert str(when(coin(), "strict(bet)", {"q": "5/9", "r": "1/2"})) == "never"
    with pytest.raises(NotSupportedError, match="independent_of"):
        when(coin(), "independent_of(q)")
    with pytest.raises(NotSupportedError, match="within"):
        when(coin(), "unique(bet)", within=["q"])
    with pytest.raises(GameError, match="unknown parameter"):
        phases(coin(), ["z"])
    with pytest.raises(BudgetError):
        phases(coin(), limits=Limits(max_cells=2))


@pytest.mark.parametrize(
    ("claim", "status"),
    [
        ("q > 2/3 => equilibrium(bet)", "proved"),
        ("q > 1/2 => equilibrium(bet)", "refuted"),
        ("q > 2/3 and q < r and r < 1/2 => equilibrium(bet)", "vacuous"),
        ("2*q**2 == 1 => q == 2/3", "refuted"),
    ],
)
def test_verdicts_on_the_coin(claim: str, status: str) -> None:
    """Exact, without certificate; a counterexample lies where the claim fails, irrational ones are in the reason."""
    verdict = prove_claim(coin(), claim)
    assert (verdict.status, verdict.certificate) == (status, None)
    assert "no certificate" in verdict.reason
    if "equilibrium" in claim and status == "refuted":
        values = dict(verdict.counterexample)
        assert Fraction(1, 2) < values["q"] < Fraction(5, 9)
        assert ("bet",) not in [e.support for e in solve_families(coin(), values).equilibria]
    if "**" in claim:
        assert "fails at q = sqrt(2)/2" in verdict.reason and not verdict.counterexample
