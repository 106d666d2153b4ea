"""A parameter that is fixed leaves no more open than one that is free."""

from __future__ import annotations

from fractions import Fraction

import pytest

import berknash as bn
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


def test_the_continuum_of_exact_predictions_is_found_at_its_parameter() -> None:
    solution = bn.solve(effort(), {"k": "1/6"})
    assert [(e.support, e.dimension) for e in solution.equilibria if e.dimension] == [(("high", "mid"), 1)]
