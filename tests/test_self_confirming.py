"""Equilibria whose best fits predict exactly what is played (Fudenberg & Levine 1993), and those that only fit best."""

from __future__ import annotations

from pathlib import Path

import berknash as bn

EXAMPLES = Path(__file__).resolve().parent.parent / "examples"


def test_the_trap_is_confirmed_only_where_a_model_is_right_about_what_is_played() -> None:
    game = bn.load(str(EXAMPLES / "sycophancy.toml"))
    right = bn.solve(game, {"p": "4/5", "q": "1/3", "h": "4/5", "l": "1/5"})
    assert [(e.support, e.self_confirming) for e in right.equilibria] == [(("truthful",), True)]
    near = bn.solve(game, {"p": "3/4", "q": "1/3", "h": "4/5", "l": "1/5"})
    assert [(e.support, e.self_confirming) for e in near.equilibria] == [(("truthful",), False)]
    # With p and h free the answer depends on them: p == h or not.
    free = bn.solve(game, {"q": "1/3", "l": "1/5"})
    pure = next(e for e in free.equilibria if e.support == ("truthful",))
    assert pure.self_confirming is None


def test_a_mixture_is_confirmed_when_the_model_is_right_about_all_of_it() -> None:
    rows = {"stay": {"good": "1/2", "bad": "1/2"}, "go": {"good": "1/2", "bad": "1/2"}}
    game = bn.Game.from_dict(
        {
            "format": 1,
            "name": "indifferent",
            "players": {
                "agent": {
                    "actions": ["stay", "go"],
                    "outcomes": ["good", "bad"],
                    "truth": rows,
                    "payoff": {"*": {"good": 1, "bad": 0}},
                    "models": {"right": {"predicts": rows}},
                }
            },
        }
    )
    assert [(e.support, e.dimension, e.self_confirming) for e in bn.solve(game).equilibria] == [
        (("stay",), 0, True),
        (("go",), 0, True),
        (("go", "stay"), 1, True),
    ]
