"""Several families and single models with free parameters: conditions by hand, and against the engine at points."""

from __future__ import annotations

import random
import sys
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from berknash.symbolic.errors import NotSupportedError
from berknash.symbolic.families import FreeSolution, solve_families, solve_free
from berknash.symbolic.game import Game

sys.path.insert(0, str(Path(__file__).parent.parent / "benchmarks"))

from free_families import at_point, differences, disagreements, free_game, holds_at, point  # noqa: E402


def coin(p: str) -> dict[str, str]:
    return {"y": p, "n": f"1 - ({p})"}


def law(mean: str, variance: str = "1") -> dict[str, str]:
    return {"mean": mean, "variance": variance}


def build(parameters: dict[str, str], models: dict[str, Any], **agent: Any) -> Game:
    return Game.from_dict(
        {"format": 1, "name": "draft", "parameters": parameters, "players": {"agent": {**agent, "models": models}}}
    )


def believer(payoff: dict[str, Any] | None = None, parameters: dict[str, str] | None = None) -> Game:
    """A coin of bias p or q is bet on; the agent thinks of biases from 3/5 to 3/4, or of 1/4."""
    return build(
        parameters or {"p": "(0, 1)", "q": "(0, 1)"},
        {"biased": {"theta": {"x": "[3/5, 3/4]"}, "predicts": {"*": coin("x")}}, "low": {"predicts": {"*": coin("1/4")}}},
        actions=["heads", "tails"], outcomes=["y", "n"],
        truth={"heads": coin("p"), "tails": coin("q")},
        payoff=payoff or {"heads": {"y": 1, "n": 0}, "tails": {"y": 0, "n": 1}},
    )  # fmt: skip


def listed(free: FreeSolution) -> list[tuple[Any, ...]]:
    return [(e.support, e.belief_support, e.strict, str(e.condition)) for e in free.equilibria]


def lists_at(free: FreeSolution, at: dict[str, Fraction], name: str) -> list[Any]:
    return [case.value for case in getattr(free, name) if holds_at(case.condition, at)]


def test_a_family_beside_a_single_model_by_hand() -> None:
    """heads is optimal iff the bias believed in is at least 1/2, so under the family and not under the single model.

    The best of the family below 3/5 is 3/5, which fits a coin of bias p as well as 1/4 does iff
    p log(3/5) + (1 - p) log(2/5) = p log(1/4) + (1 - p) log(3/4), so p log(9/2) = log(15/8).
    A tie makes both actions optimal for some belief, so both are replies, and either is an equilibrium there.
    """
    free = solve_free(believer())
    edge = "log(15/8)/log(9/2)"
    pure = {entry for entry in listed(free) if len(entry[0]) == 1}
    conditions = [c for _, _, _, c in pure]
    assert len(pure) == 4 and all(c.startswith(("p", "q")) for c in conditions)
    at = {"p": Fraction(2, 5), "q": Fraction(2, 5)}  # log(15/8) / log(9/2) = 0.4179...
    for shift, reply in ((Fraction(0), "tails"), (Fraction(1, 50), "heads")):
        here = {name: value + shift for name, value in at.items()}
        assert sorted(lists_at(free, here, "transitions")) == [("heads", reply), ("tails", reply)], edge
        assert lists_at(free, here, "absorbing") == [(reply,)]
        assert lists_at(free, here, "closed") == [(reply,)]
    # Opposite sides: heads leads to heads and tails to tails, or each to the other.
    both = {"p": Fraction(1, 2), "q": Fraction(1, 3)}
    assert lists_at(free, both, "absorbing") == [("heads",), ("tails",)]
    around = {"p": Fraction(1, 3), "q": Fraction(1, 2)}
    assert lists_at(free, around, "cycles") == [("heads", "tails")]
    assert lists_at(free, around, "rationalizable") == [("heads", "tails")]


def test_the_mixture_at_a_tie_has_logarithms() -> None:
    """As long as p and q stay below 3/5 the family is at 3/5 for every mixture; 1/4 ties with it where the mean truth

    is log(15/8) / log(9/2). With p below and q above, sigma(heads) p + sigma(tails) q is that number.
    """
    free = solve_free(believer())
    at = {"p": Fraction(1, 3), "q": Fraction(1, 2)}
    (entry,) = [e for e in at_point(free, at).equilibria if len(e.support) == 2]
    assert entry.entry.belief_support == ("biased", "low")
    from math import log

    mean = log(15 / 8) / log(9 / 2)
    assert dict(entry.strategy)["tails"] == pytest.approx((mean - 1 / 3) / (1 / 2 - 1 / 3))


def test_a_parameter_in_the_payoffs() -> None:
    """tails pays r for n: under a bias x heads is optimal iff x >= (1 - x) r, so x >= r / (1 + r).

    Where p and q are 7/10, the family fits exactly, and heads is the only best reply iff 7/10 > (3/10) r, r < 7/3.
    """
    free = solve_free(
        believer({"heads": {"y": 1, "n": 0}, "tails": {"y": 0, "n": "r"}}, {"r": "(0, 4)"}).at({})
        if False
        else Game.from_dict({
            "format": 1, "name": "draft", "parameters": {"r": "(0, 4)"}, "players": {"agent": {
                "actions": ["heads", "tails"], "outcomes": ["y", "n"], "truth": {"*": coin("7/10")},
                "payoff": {"heads": {"y": 1, "n": 0}, "tails": {"y": 0, "n": "r"}},
                "models": {"biased": {"theta": {"x": "[3/5, 3/4]"}, "predicts": {"*": coin("x")}},
                           "low": {"predicts": {"*": coin("1/4")}}}}},
        })
    )  # fmt: skip
    assert listed(free)[:4] == [
        (("heads",), ("biased",), False, "r == 7/3"),
        (("heads",), ("biased",), True, "r < 7/3"),
        (("tails",), ("biased",), False, "r == 7/3"),
        (("tails",), ("biased",), True, "r > 7/3"),
    ]
