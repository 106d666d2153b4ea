"""Pure equilibria of three actions with curved payoffs and free parameters, against the engine at points."""

from __future__ import annotations

import random
from fractions import Fraction
from typing import Any

import pytest

from berknash.symbolic.algebra import Ring
from berknash.symbolic.conditions import Condition
from berknash.symbolic.families import solve_families
from berknash.symbolic.families.parametric import solve_free
from berknash.symbolic.game import Game
from berknash.symbolic.tables import element_of


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


def holds(condition: Condition, m: Fraction) -> bool:
    def value(expression: Any) -> Fraction:
        _, element = element_of(Ring.of_parameters(["m"]), expression)
        top, bottom = (sum(int(c) * m ** int(es[0]) for es, c in p.to_dict().items()) for p in
                       (element.numerator, element.denominator))  # fmt: skip
        return Fraction(top) / Fraction(bottom)

    compare = {"<": (-1,), "<=": (-1, 0), "==": (0,), "!=": (-1, 1), ">=": (0, 1), ">": (1,)}

    def sign(gap: Fraction) -> int:
        return (gap > 0) - (gap < 0)

    return any(
        all(sign(value(r.left) - value(r.right)) in compare[r.operator] for r in conjunction)
        for conjunction in condition.alternatives
    )


@pytest.mark.parametrize("seed", range(6))
def test_conditions_agree_with_the_engine_at_points(seed: int) -> None:
    free = solve_free(game(seed))
    assert {entry.what for entry in free.undecided} == {"equilibria", "rationalizable", "closed"}
    for m in (Fraction(-3), Fraction(-1), Fraction(-1, 2), Fraction(0), Fraction(1, 3), Fraction(1), Fraction(5, 2)):
        fixed = solve_families(game(seed), {"m": m})
        pure = {(e.support, e.strict) for e in fixed.equilibria if e.pure}
        assert {(e.support, e.strict) for e in free.equilibria if holds(e.condition, m)} == pure
        for cases in ("transitions", "absorbing", "cycles"):
            here = {c.value for c in getattr(free, cases) if holds(c.condition, m)}
            assert here == {c.value for c in getattr(fixed, cases)}, (cases, m)


def test_the_document_says_what_is_left_open() -> None:
    document = solve_free(game(0)).to_json()
    assert document["rationalizable"] is None and document["closed"] is None
    named = [entry["support"]["agent"] for entry in document["undecided"] if entry["what"] == "equilibria"]
    assert named == [["a", "b"], ["a", "c"], ["b", "c"], ["a", "b", "c"]]
