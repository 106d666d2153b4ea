"""Equilibria on one and two of three actions with curved payoffs and free parameters, against the engine at points."""

from __future__ import annotations

import random
from fractions import Fraction

import pytest

from berknash.symbolic.cells.conditions import Condition
from berknash.symbolic.engines.algebraic.agent import solve_families
from berknash.symbolic.engines.signs.hull_answer import hull_solution
from berknash.symbolic.engines.signs.hull_curves import read_free_agent
from berknash.symbolic.expressions.reading import Relation, substitute
from berknash.symbolic.game.checks import holds as satisfied
from berknash.symbolic.game.game import Game
from berknash.symbolic.results.solution import Solution
from berknash.symbolic.solving.engines import solve_by_engines


def game(seed: int) -> Game:
    """Normal outcomes, payoffs of second degree; one action's true mean is free; one coordinate on an interval."""
    rng = random.Random(seed)
    names = ("a", "b", "c")

    def law(mean: object) -> dict[str, str]:
        return {"mean": str(mean), "variance": "1"}

    slopes = [rng.choice([-2, -1, 1, 2]) for _ in names]
    return Game.from_dict({"format": 1, "name": "draft", "parameters": {"m": "(-4, 4)"}, "players": {"agent": {
        "actions": list(names), "outcomes": "normal",
        "truth": {"a": law("m"), "b": law(rng.randint(-2, 2)), "c": law("m + 1" if seed % 2 else rng.randint(-2, 2))},
        "payoff": {n: f"({k})*y**2 + ({rng.randint(-3, 3)})*y + ({rng.randint(-2, 2)})" for k, n in enumerate(names)},
        "models": {"line": {"theta": {"x": "[-1, 2]"}, "predicts": {
            n: law(f"({rng.randint(-2, 2)}) + ({s})*x") for n, s in zip(names, slopes, strict=True)}}},
    }}})  # fmt: skip


def by_hulls(game: Game) -> Solution:
    """The answer of the engine for hulls of best fits, which knows mixtures of two actions at most."""
    return hull_solution(game, read_free_agent(game), ())


def holds(condition: Condition, m: Fraction) -> bool:
    at = {"m": m}
    return any(
        all(satisfied(Relation(substitute(r.left, at), r.operator, substitute(r.right, at))) for r in conjunction)
        for conjunction in condition.alternatives
    )


@pytest.mark.parametrize("seed", range(6))
def test_conditions_agree_with_the_engine_at_points(seed: int) -> None:
    free = by_hulls(game(seed))
    assert {entry.what for entry in free.undecided} <= {"equilibria", "rationalizable", "closed"}
    left_open = {entry.names for entry in free.undecided if entry.what == "equilibria"}
    assert all(len(names) > 1 for names in left_open)
    for m in (Fraction(-3), Fraction(-1), Fraction(-1, 2), Fraction(0), Fraction(1, 3), Fraction(1), Fraction(5, 2)):
        fixed = solve_families(game(seed), {"m": m})
        here, there = (
            sorted((e.support, e.dimension, e.strict) for e in equilibria if e.support not in left_open)
            for equilibria in ([e for e in free.equilibria if holds(e.condition, m)], fixed.equilibria)
        )
        assert here == there
        for cases in ("transitions", "absorbing", "cycles"):
            here = {c.value for c in getattr(free, cases) if holds(c.condition, m)}
            assert here == {c.value for c in getattr(fixed, cases)}, (cases, m)


@pytest.mark.parametrize("seed", range(6))
def test_all_equilibria_agree_with_the_engine_at_points(seed: int) -> None:
    """With a coordinate alone everything is decided, mixtures of three actions too."""
    free = solve_by_engines(game(seed))
    assert free.undecided == ()
    for m in (Fraction(-3), Fraction(-1), Fraction(-1, 2), Fraction(0), Fraction(1, 3), Fraction(1), Fraction(5, 2)):
        fixed = solve_families(game(seed), {"m": m})
        assert fixed.undecided == ()
        assert sorted((e.support, e.dimension, e.strict) for e in free.equilibria if holds(e.condition, m)) == sorted(
            (e.support, e.dimension, e.strict) for e in fixed.equilibria
        )
        for cases in ("rationalizable", "closed", "transitions", "absorbing", "cycles"):
            here = {c.value for c in getattr(free, cases) if holds(c.condition, m)}
            assert here == {c.value for c in getattr(fixed, cases)}, (cases, m)


def test_the_document_says_what_is_left_open() -> None:
    document = by_hulls(game(0)).to_json()
    assert document["rationalizable"] is None
    named = [entry["support"]["agent"] for entry in document["undecided"] if entry["what"] == "equilibria"]
    assert named == [["a", "b", "c"]]
