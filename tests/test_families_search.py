"""Mixtures on three actions held up by several tied best fits: certified roots against exact and independent answers.

The game behind the tests is rock-paper-scissors read through three models. After action k the mean is t_k, and model j
predicts 1, 0 or -1 as action k beats, ties with or loses to action j. With normal outcomes of variance 1 divergences
are half the squared errors, so the equilibrium in which all three models tie is rational.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import mpmath
import pytest

from berknash.symbolic.algebra.enclosed import Enclosed
from berknash.symbolic.engines.algebraic.agent import solve_families
from berknash.symbolic.engines.algebraic.tied_supports import is_never_best
from berknash.symbolic.forms.laws import agent_of
from berknash.symbolic.game.game import Game
from berknash.symbolic.results.solution import Solution
from berknash.symbolic.solving.solve import solve

NAMES = ("rock", "paper", "scissors")
TRUTH = (Fraction(1, 4), Fraction(1, 5), Fraction(1, 3))


def outcome(k: int, j: int) -> int:
    """What action k pays against j."""
    return (0, 1, -1)[(k - j) % 3]


def law(mean: object) -> dict[str, str]:
    return {"mean": str(mean), "variance": "1"}


def game(scale: str = "1", **further: Any) -> Game:
    models: dict[str, Any] = {
        f"m{j}": {"predicts": {name: law(outcome(k, j)) for k, name in enumerate(NAMES)}} for j in range(3)
    }
    return Game.from_dict({"format": 1, "name": "cycle", "players": {"agent": {
        "actions": list(NAMES), "outcomes": "normal",
        "truth": {name: law(t) for name, t in zip(NAMES, TRUTH, strict=True)},
        "payoff": dict.fromkeys(NAMES, f"({scale})*y"),
        "models": {name: m for name, m in (models | further).items() if m is not None},
    }}})  # fmt: skip


def full(solution: Solution) -> list[dict[str, Any]]:
    """The strategies that play all three actions."""
    return [dict(e.strategy) for e in solution.equilibria if len(e.support) == 3]


def far() -> dict[str, Any]:
    """A family that fits worse than any of the models."""
    return {"theta": {"x": "[0, 1]"}, "predicts": {name: law(f"{30 + 10 * k} + x") for k, name in enumerate(NAMES)}}


def test_roots_contain_the_exact_equilibrium_of_the_finite_game() -> None:
    finite = solve(game())
    assert isinstance(finite, Solution)
    (exact,) = [dict(e.strategy) for e in finite.equilibria if len(e.support) == 3]
    solution = solve_families(game(far=far()))
    assert not solution.undecided
    (found,) = full(solution)
    for name in NAMES:
        assert isinstance(found[name], Enclosed)
        low, high = found[name].bracket
        assert low <= Fraction(str(exact[name])) <= high
        assert high - low < Fraction(1, 1 << 50)


def test_a_better_model_takes_the_equilibrium_away() -> None:
    """A model with means t_k fits everything exactly; scissors pay most under it."""
    right = {"predicts": {name: law(t) for name, t in zip(NAMES, TRUTH, strict=True)}}
    solution = solve_families(game(far=far(), right=right))
    assert not solution.undecided
    assert [e.support for e in solution.equilibria] == [("scissors",)]


def test_one_model_replaced_by_a_family() -> None:
    """m0 becomes a family around it whose best fit moves with the mixture; mpmath solves the same four equations."""
    slopes = (Fraction(1), Fraction(1), Fraction(1, 2))
    near = {
        "theta": {"x": "[-1/2, 1/2]"},
        "predicts": {name: law(f"{outcome(k, 0)} + ({slopes[k]})*x") for k, name in enumerate(NAMES)},
    }
    solution = solve_families(game(m0=None, near=near))
    assert not solution.undecided
    (entry,) = [e for e in solution.equilibria if len(e.support) == 3]
    assert entry.status == "certified" and entry.belief_support == ("m1", "m2", "near")

    def equations(x: Any, a: Any, b: Any) -> list[Any]:
        weights = (a, b, 1 - a - b)
        misses = [outcome(k, 0) + mpmath.mpf(slopes[k].numerator) / slopes[k].denominator * x - mpmath.mpf(t.numerator)
                  / t.denominator for k, t in enumerate(TRUTH)]  # fmt: skip
        slope = sum(w * m * mpmath.mpf(s.numerator) / s.denominator
                    for w, m, s in zip(weights, misses, slopes, strict=True))  # fmt: skip
        fits = [sum(w * (outcome(k, j) - mpmath.mpf(t.numerator) / t.denominator) ** 2
                    for k, (w, t) in enumerate(zip(weights, TRUTH, strict=True))) for j in (1, 2)]  # fmt: skip
        own = sum(w * m**2 for w, m in zip(weights, misses, strict=True))
        return [slope, own - fits[0], own - fits[1]]

    with mpmath.workdps(40):
        starts = [
            tuple(mpmath.mpf(c) for c in s)
            for s in (("0", "0.3", "0.3"), ("0.1", "0.2", "0.4"), ("-0.1", "0.2", "0.5"))
        ]
        roots = [mpmath.findroot(equations, start, maxsteps=100) for start in starts]
        inside = [r for r in roots if abs(r[0]) < 0.5 and min(r[1], r[2], 1 - r[1] - r[2]) > 0]
        x, a, b = inside[0]
        strategy, place = dict(entry.strategy), next(v for v in entry.theta.vertices if v.model == "near")
        known = [(strategy["rock"], a), (strategy["paper"], b), (place.coordinates[0][1], x)]
        for enclosed, value in known:
            assert isinstance(enclosed, Enclosed)
            low, high = (mpmath.mpf(end.numerator) / end.denominator for end in enclosed.bracket)
            assert low - mpmath.mpf(10) ** -30 <= value <= high + mpmath.mpf(10) ** -30


def test_what_is_never_a_best_reply() -> None:
    """An action that pays 3/10 for sure is best under no mixture of the models that can tie; one that pays 1/2 less."""
    models = {f"m{j}": {"predicts": {**{n: law(outcome(k, j)) for k, n in enumerate(NAMES)}, "stay": law(0)}}
              for j in range(3)}  # fmt: skip

    def with_stay(pay: str) -> Game:
        return Game.from_dict({"format": 1, "name": "cycle", "players": {"agent": {
            "actions": [*NAMES, "stay"], "outcomes": "normal",
            "truth": {**{n: law(t) for n, t in zip(NAMES, TRUTH, strict=True)}, "stay": law(0)},
            "payoff": {**dict.fromkeys(NAMES, "y"), "stay": pay}, "models": models,
        }}})  # fmt: skip

    # All three models tie at one mixture, and the even belief makes every action of the cycle pay 0.
    assert is_never_best(agent_of(with_stay("-1/10")), (0, 1, 2), 3)
    assert not is_never_best(agent_of(with_stay("1/10")), (0, 1, 2), 3)
    finite = solve(with_stay("-1/10"))
    assert finite.rationalizable[0].value == (tuple(sorted(NAMES)),)


@pytest.mark.parametrize("scale", ["1/2", "3"])
def test_scaling_payoffs_changes_nothing(scale: str) -> None:
    (found,), (known,) = full(solve_families(game(scale, far=far()))), full(solve_families(game(far=far())))
    assert {n: w.bracket for n, w in found.items()} == {n: w.bracket for n, w in known.items()}
