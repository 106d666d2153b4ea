"""What the engine cannot settle is named; the rest of the solution stands, and the command says so by its status."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from berknash.cli import main
from berknash.symbolic.engines.algebraic import dynamics
from berknash.symbolic.engines.algebraic import fits as engine
from berknash.symbolic.engines.algebraic.agent import solve_families
from berknash.symbolic.engines.algebraic.fits import Replies
from berknash.symbolic.engines.algebraic.supports import MixedSets
from berknash.symbolic.errors import BudgetError
from berknash.symbolic.forms.laws import Agent, agent_of
from berknash.symbolic.game.game import Game
from berknash.symbolic.solving import engines


def three_bets(safe: str) -> Game:
    """Three actions, a coin of unknown bias: bets on heads, on tails, and a safe action; all fits are exact."""
    rows = {"heads": "x", "tails": "1 - x"}
    return Game.from_dict({"format": 1, "name": "three", "players": {"agent": {
        "actions": ["heads", "tails", "safe"], "outcomes": ["heads", "tails"],
        "truth": {"*": {"heads": "2/3", "tails": "1/3"}},
        "payoff": {"heads": {"heads": 1, "tails": 0}, "tails": {"heads": 0, "tails": 1},
                   "safe": {"heads": safe, "tails": safe}},
        "models": {"coin": {"theta": {"x": "[0, 1]"}, "predicts": {"*": rows}}},
    }}})  # fmt: skip


def _refuse(agent: Agent, *_: Any) -> Any:
    raise BudgetError("the algebra outgrows its limits")


def test_a_support_that_stops_the_engine_leaves_the_others(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = solve_families(three_bets("2/3"))
    assert not whole.undecided
    monkeypatch.setattr(engine, "cells", _refuse)
    partly = solve_families(three_bets("2/3"))
    named = {entry.names for entry in partly.undecided if entry.what == "equilibria"}
    # Heads and tails are never optimal together: where they tie, at x = 1/2, the safe action pays more.
    assert named == {("heads", "safe"), ("safe", "tails")}
    assert ("heads", "safe") in [e.support for e in whole.equilibria]
    assert [e.support for e in partly.equilibria if e.pure] == [e.support for e in whole.equilibria if e.pure]
    covered = [e for e in whole.equilibria if e.support not in named]
    assert [e.support for e in partly.equilibria] == [e.support for e in covered]
    assert all("outgrows" in entry.reason for entry in partly.undecided if entry.what == "equilibria")


def test_what_follows_from_bounds_is_decided() -> None:
    """Gamma between bounds: the rationalizable set is decided when both bounds iterate to the same set."""

    class Bounded(engine.Engine):
        def gamma(self, actions: tuple[int, ...]) -> Replies:
            # The third action may or may not be a reply to all three; it is none to the first two or to itself.
            if actions == (0, 1, 2):
                return Replies((0, 1), (0, 1, 2), "open")
            return Replies((0, 1), (0, 1)) if len(actions) > 1 else Replies((1,), (1,))

    agent = engine.Engine(_agent()).agent
    found = dynamics.structure_of(Bounded(agent))
    assert found.rationalizable is None and found.bounds == (("heads", "tails"), ("heads", "safe", "tails"))
    assert [entry.what for entry in found.undecided] == ["rationalizable"]
    assert found.transitions == (("heads", "tails"), ("safe", "tails"), ("tails", "tails"))
    assert found.absorbing == (("tails",),) and found.closed == (("tails",),) and found.cycles == ()


def _agent() -> Agent:
    return agent_of(three_bets("2/3"))


def test_the_command_says_undecided(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "game.toml"
    path.write_text(three_bets("1/2").to_toml(), encoding="utf-8")
    assert main(["solve", str(path)]) == 0
    assert "Undecided" not in capsys.readouterr().out
    monkeypatch.setattr(engine, "cells", _refuse)
    monkeypatch.setattr(engine, "best_replies_on_mixtures", _refuse)
    monkeypatch.setattr(engine, "mixed_on", lambda agent, support: MixedSets((), "not solved here"))
    assert main(["solve", str(path)]) == 0, "closed forms decide what the algebra leaves open"
    assert "Undecided" not in capsys.readouterr().out
    monkeypatch.setattr(engines, "ENGINES", (engines.Algebra(),))
    assert main(["solve", str(path)]) == 3
    text = capsys.readouterr().out
    assert "Undecided (everything else above is complete)" in text
    assert "equilibria agent: {heads, safe}: the algebra outgrows its limits" in text
    assert main(["solve", str(path), "--json"]) == 3
    document = json.loads(capsys.readouterr().out)
    assert {"what": "equilibria", "support": {"agent": ["heads", "safe", "tails"]}, "reason": "not solved here"} in (
        document["undecided"]
    )
    assert document["rationalizable"] == {"agent": None}
    assert document["rationalizable_bounds"]["agent"] == {
        "contains": ["heads"], "within": ["heads", "safe", "tails"],
    }  # fmt: skip
