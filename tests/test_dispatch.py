"""One `solve` for every kind of game, and the definition as the last word before anything is returned."""

from __future__ import annotations

import random
from dataclasses import replace
from pathlib import Path

import pytest

import berknash as bn
from berknash.symbolic.engines.finite.agent_engine import solve
from berknash.symbolic.errors import DefectError
from berknash.symbolic.expressions.reading import Number, read_expression
from berknash.symbolic.results.solution import Solution
from berknash.symbolic.solving.engines import verify
from berknash.testing import random_game, random_knife_edge_game

EXAMPLES = Path(__file__).resolve().parent.parent / "examples"


def supports(path: str) -> list[dict[str, object]]:
    document = bn.solve(bn.load(str(EXAMPLES / path))).to_json()
    return [entry["support"] for entry in document["equilibria"]]


def test_every_kind_of_game_has_its_engine() -> None:
    assert supports("literature/matching_pennies.toml") == [
        {"row": ["heads", "tails"], "column": ["heads", "tails"]}
    ]
    assert supports("literature/prisoners_dilemma.toml") == [{"row": ["defect"], "column": ["defect"]}]
    assert supports("literature/monopolist.toml") == [{"firm": ["high", "low"]}]
    point = {"p": "7/10", "q": "3/10", "h": "4/5", "l": "1/5"}
    assert bn.solve(bn.load(str(EXAMPLES / "sycophancy.toml")), point).equilibria[0].support == ("truthful",)


def test_the_monopolist_plays_the_low_price_35_times_in_36() -> None:
    """Nyarko (1991); Esponda & Pouzo (2016, Example 2.1)."""
    (entry,) = bn.solve(bn.load(str(EXAMPLES / "literature/monopolist.toml"))).to_json()["equilibria"]
    assert entry["strategy"]["firm"]["low"] == {"exact": "35/36", "approx": pytest.approx(35 / 36)}


@pytest.mark.parametrize("seed", range(25))
def test_every_reported_equilibrium_passes_the_definition(seed: int) -> None:
    for draw in (random_game, random_knife_edge_game):
        solution = bn.solve(draw(random.Random(seed)))
        for equilibrium in solution.equilibria:
            assert bn.is_equilibrium(solution.game, dict(equilibrium.strategy))
            for vertex in equilibrium.vertices:
                support = tuple(sorted(n for n, w in vertex if w != Number(0)))
                if support == equilibrium.support:
                    assert bn.is_equilibrium(solution.game, dict(vertex))


def test_a_corrupted_solution_is_not_returned() -> None:
    game = bn.load(str(EXAMPLES / "sycophancy.toml"))
    solution = solve(game, {"p": "7/10", "q": "6/10", "h": "4/5", "l": "1/10"})
    verify(solution)
    mixed = next(e for e in solution.equilibria if not e.pure)
    (part,) = mixed.parts
    halves = tuple((name, read_expression("1/2", (), where="test")) for name, _ in part.weights)
    wrong = replace(mixed, parts=(replace(part, strategy=(("", halves),)),))
    corrupted: Solution = replace(solution, equilibria=(wrong,))
    with pytest.raises(DefectError, match="fails the definition"):
        verify(corrupted)
