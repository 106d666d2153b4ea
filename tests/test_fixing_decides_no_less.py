"""A parameter that is fixed leaves no more open than one that is free, and says as much."""

from __future__ import annotations

import random
from fractions import Fraction

import pytest
from test_families_line import draw

import berknash as bn
from berknash.symbolic.cells.conditions import Condition
from berknash.symbolic.engines.algebraic.agent import solve_families
from berknash.symbolic.engines.signs.agent import read_line_agent
from berknash.symbolic.engines.signs.engine import line_solution
from berknash.symbolic.expressions.reading import Relation, substitute
from berknash.symbolic.game.checks import holds


def effort() -> bn.Game:
    """Two learned coordinates, three actions; at k = 1/6 the class predicts what mid and high bring about."""

    def praised(chance: str) -> dict[str, str]:
        return {"praise": chance, "none": f"1 - ({chance})"}

    return bn.Game.from_dict({
        "format": 1, "name": "effort", "parameters": {"k": "(0, 1)"},
        "players": {"agent": {
            "actions": ["low", "mid", "high"], "outcomes": ["praise", "none"],
            "truth": {"low": praised("1/8"), "mid": praised("1/3"), "high": praised("1/2")},
            "payoff": {"low": {"praise": "1", "none": "0"}, "mid": {"praise": "1 - k", "none": "-k"},
                       "high": {"praise": "1 - 2*k", "none": "-2*k"}},
            "models": {"linear": {"theta": {"s": "[0, 1/3]", "t": "[0, 1/3]"}, "predicts": {
                "low": praised("s"), "mid": praised("s + t"), "high": praised("s + 2*t")}}}}},
    })  # fmt: skip


@pytest.mark.parametrize("k", ["1/6", "1/7", "5/31", "1/2"])
def test_what_is_decided_with_a_free_parameter_is_decided_at_its_values(k: str) -> None:
    game = effort()
    free, fixed = bn.solve(game), bn.solve(game, {"k": k})
    assert not free.undecided and not fixed.undecided
    at = {"k": Fraction(k)}

    def there(relation: Relation) -> bool:
        left, right = (substitute(side, at) for side in (relation.left, relation.right))
        return holds(Relation(left, relation.operator, right))

    expected = {
        e.support for e in free.equilibria if any(all(map(there, part)) for part in e.condition.alternatives)
    }
    assert {e.support for e in fixed.equilibria} == expected


@pytest.mark.parametrize("seed", range(6))
def test_random_games_leave_no_more_open_at_a_point_and_name_the_same_equilibria(seed: int) -> None:
    rng = random.Random(seed)
    game = draw(rng, rng.choice([2, 3]), 1)
    free = bn.solve(game)
    (name,) = (p.name for p in game.parameters)
    at = {name: Fraction(rng.randint(1, 12), 13)}

    def there(relation: Relation) -> bool:
        left, right = (substitute(side, at) for side in (relation.left, relation.right))
        return holds(Relation(left, relation.operator, right))

    def holding(condition: Condition) -> bool:
        return any(all(map(there, part)) for part in condition.alternatives)

    fixed = bn.solve(game, {name: str(at[name])})
    still_open = {(u.what, u.names) for u in free.undecided if holding(u.condition)}
    assert {(u.what, u.names) for u in fixed.undecided} <= still_open
    if not still_open:
        told = {(e.support, e.dimension, e.strict) for e in free.equilibria if holding(e.condition)}
        assert {(e.support, e.dimension, e.strict) for e in fixed.equilibria} == told


def test_signs_tell_as_much_as_algebra() -> None:
    """What signs find at fixed parameters has the fits, beliefs and rounds that algebra finds."""
    for seed in (1, 4, 6):
        game = draw(random.Random(seed), 3, 0)
        by_signs, by_algebra = bn.solve(game), solve_families(game)
        assert by_signs.engine == "signs" and by_signs.to_json() == by_algebra.to_json()


def test_closed_forms_at_fixed_parameters_have_no_condition() -> None:
    game = draw(random.Random(3), 2, 0)
    for equilibrium in line_solution(game, read_line_agent(game), ()).to_json()["equilibria"]:
        assert "condition" not in equilibrium
        (fits,) = equilibrium["theta"]["agent"]
        assert all(set(vertex) == {"point"} for vertex in fits["vertices"]) and fits["vertices"]


def test_the_continuum_of_exact_predictions_is_found_at_its_parameter() -> None:
    solution = bn.solve(effort(), {"k": "1/6"})
    assert [(e.support, e.dimension) for e in solution.equilibria if e.dimension] == [(("high", "mid"), 1)]


def test_engines_that_decide_different_parts_answer_together() -> None:
    """Signs exclude that both mix, algebra finds the two's mixture 4/7: nothing is open where both are asked."""

    def draws(x: str) -> dict[str, str]:
        return {"both": f"({x})**2", "one": f"2*({x})*(1 - ({x}))", "none": f"(1 - ({x}))**2"}

    def player(chance: str) -> dict[str, object]:
        return {
            "actions": ["a", "b"], "outcomes": ["both", "one", "none"],
            "truth": {"a,a": draws(chance), "b,b": draws(chance), "a,b": draws("1/2"), "b,a": draws("1/2")},
            "payoff": {"a": {"both": 3, "one": -1, "none": -1}, "b": {"both": 0, "one": 1, "none": -1}},
            "models": {"family": {"theta": {"x": "[0, 1]"}, "predicts": {"*": draws("x")}}},
        }  # fmt: skip

    solution = bn.solve(bn.Game.from_dict({
        "format": 1, "name": "pair", "players": {"one": player("1/3"), "two": player("2/3")},
    }))  # fmt: skip
    assert not solution.undecided
    (mixed,) = solution.equilibria
    assert [[str(w) for _, w in part.weights] for part in mixed.parts] == [["0", "1"], ["4/7", "3/7"]]
    assert solution.rationalizable[0].value == (("b",), ("a", "b"))
