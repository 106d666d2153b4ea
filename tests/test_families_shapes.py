"""Random games of many shapes: what is solved must be consistent, what is not must be refused by name.

Shapes: two or three actions, finite outcomes or normal ones, one or two coordinates, predictions affine or curved, a
single model beside the family. Every finite game has an equilibrium (Esponda & Pouzo 2016, Theorem 1), every
equilibrium is rationalizable (2025), and every exact one must pass the definition.
"""

from __future__ import annotations

import json
import random
from fractions import Fraction
from typing import Any

import pytest

from berknash.symbolic.algebra.number_field import Real
from berknash.symbolic.definition.agent import is_equilibrium
from berknash.symbolic.engines.algebraic.agent import solve_families
from berknash.symbolic.errors import BudgetError, GameError, NotSupportedError, UndecidedError
from berknash.symbolic.game.game import Game


def _draw(seed: int) -> dict[str, Any]:
    rng = random.Random(seed)
    actions = "abc"[: rng.choice([2, 2, 2, 3])]
    names = ["s", "t"][: rng.choice([1, 1, 2])]
    theta = {}
    for name in names:
        low = Fraction(rng.randint(0, 2), 4)
        theta[name] = f"[{low}, {low + Fraction(rng.randint(1, 2), 4)}]"
    draw = _normal if rng.random() < 0.4 else _finite
    return {"format": 1, "name": f"shape{seed}", "players": {"agent": draw(rng, actions, names, theta)}}


def _normal(rng: random.Random, actions: str, names: list[str], theta: dict[str, str]) -> dict[str, Any]:
    def mean() -> str:
        if rng.random() < 0.15:
            return f"{rng.randint(1, 2)}*{names[0]}**2 - {rng.randint(0, 1)}"
        return " + ".join([str(rng.randint(-2, 2)), *(f"({rng.randint(-2, 2)})*{n}" for n in names)])

    models: dict[str, Any] = {
        "family": {"theta": theta, "predicts": {a: {"mean": mean(), "variance": "1"} for a in actions}}
    }
    if rng.random() < 0.25:
        models["single"] = {"predicts": {a: {"mean": str(rng.randint(-3, 3)), "variance": "1"} for a in actions}}
    return {
        "actions": list(actions), "outcomes": "normal", "models": models,
        "truth": {a: {"mean": str(rng.randint(-3, 3)), "variance": str(rng.randint(1, 2))} for a in actions},
        "payoff": {a: f"({rng.randint(-2, 2)})*y + ({rng.randint(-2, 2)})" for a in actions},
    }  # fmt: skip


def _finite(rng: random.Random, actions: str, names: list[str], theta: dict[str, str]) -> dict[str, Any]:
    outcomes = ["u", "v", "w"][: rng.choice([2, 2, 3])]

    def law() -> dict[str, str]:
        parts = [rng.randint(1, 4) for _ in outcomes]
        return {y: str(Fraction(p, sum(parts))) for y, p in zip(outcomes, parts, strict=True)}

    def predicted() -> dict[str, str]:
        first, second = rng.choice(names), rng.choice(names)
        if len(outcomes) == 3:
            return {"u": f"{first}/2", "v": f"1/2 - {second}/4", "w": f"1/2 - {first}/2 + {second}/4"}
        shape = rng.choice([first, first, f"1 - {first}", f"{first}**2"])
        return rng.choice([
            {"u": shape, "v": f"1 - ({shape})"},
            {"u": f"({shape})/2 + 1/4", "v": f"3/4 - ({shape})/2"},
        ])  # fmt: skip

    models: dict[str, Any] = {"family": {"theta": theta, "predicts": {a: predicted() for a in actions}}}
    if rng.random() < 0.25:
        even = {y: str(Fraction(1, len(outcomes))) for y in outcomes}
        models["single"] = {"predicts": dict.fromkeys(actions, even)}
    return {
        "actions": list(actions), "outcomes": outcomes, "models": models, "truth": {a: law() for a in actions},
        "payoff": {a: {y: str(rng.randint(-2, 2)) for y in outcomes} for a in actions},
    }  # fmt: skip


@pytest.mark.parametrize("block", range(8))
def test_solved_games_are_consistent(block: int) -> None:
    solved = 0
    for seed in range(10 * block, 10 * block + 10):
        try:
            game = Game.from_dict(_draw(seed))
            solution = solve_families(game)
        except (GameError, NotSupportedError, BudgetError, UndecidedError) as error:
            assert "\n" not in str(error)
            continue
        solved += not solution.undecided
        bounds = solution.bounds
        kept = set(bounds[1][0]) if bounds else set(solution.rationalizable[0].value[0])
        assert solution.equilibria or any(entry.what == "equilibria" for entry in solution.undecided)
        for equilibrium in solution.equilibria:
            assert set(equilibrium.support) <= kept
            if all(isinstance(weight, Real) for _, weight in equilibrium.strategy):
                assert is_equilibrium(game, dict(equilibrium.strategy))  # type: ignore[arg-type]
        edges = {case.value for case in solution.transitions}
        pure = {e.support[0] for e in solution.equilibria if e.pure}
        assert pure == {a for a, b in edges if a == b}
        left_open = {entry.names[0] for entry in solution.undecided if entry.what == "transition"}
        assert {a for a, _ in edges} | left_open == set(solution.profiles)
        json.dumps(solution.to_json())
    assert solved >= 5
