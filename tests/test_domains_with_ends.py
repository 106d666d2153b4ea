"""Parameters that may reach an end of their domain where a divergence becomes infinite, or ceases to be."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest

from berknash.symbolic.engines.finite.agent_engine import solve
from berknash.symbolic.errors import NotSupportedError
from berknash.symbolic.game.game import Game


def game(domain: str) -> Game:
    """Outcome y has probability p; the model "never" rules it out, "sometimes" does not. Betting pays if y is rare."""
    document: dict[str, Any] = {
        "format": 1,
        "name": "rare event",
        "parameters": {"p": domain},
        "players": {
            "agent": {
                "actions": ["a", "b"],
                "outcomes": ["y", "n"],
                "truth": {"*": {"y": "p", "n": "1 - p"}},
                "payoff": {"a": {"y": "1", "n": "0"}, "b": {"y": "1/4", "n": "1/4"}},
                "models": {
                    "never": {"predicts": {"*": {"y": "0", "n": "1"}}},
                    "sometimes": {"predicts": {"*": {"y": "1/2", "n": "1/2"}}},
                },
            }
        },
    }
    return Game.from_dict(document)


def test_on_the_open_domain_the_model_that_rules_it_out_never_fits() -> None:
    (equilibrium,) = solve(game("(0, 1)")).equilibria
    assert equilibrium.support == ("a",)
    assert equilibrium.condition.is_always()


def test_at_zero_it_fits_exactly() -> None:
    (equilibrium,) = solve(game("[0, 1)"), {"p": Fraction(0)}).equilibria
    assert equilibrium.support == ("b",)
    assert equilibrium.belief_support == ("never",)


def test_a_domain_with_both_is_refused_by_name() -> None:
    with pytest.raises(NotSupportedError, match="probability p may reach 0"):
        solve(game("[0, 1)"))
