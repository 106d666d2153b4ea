"""Whatever the search for equilibria of model families proposes, the definition has the last word."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from berknash.symbolic.algebra.number_field import Real
from berknash.symbolic.engines.algebraic import fits as engine
from berknash.symbolic.engines.algebraic.agent import solve_families
from berknash.symbolic.engines.algebraic.mixtures import Cell, cells
from berknash.symbolic.engines.algebraic.supports import MixedSets, mixed_on
from berknash.symbolic.engines.signs import engine as line_solution
from berknash.symbolic.errors import DefectError
from berknash.symbolic.forms.laws import Agent
from berknash.symbolic.game.game import Game, load_game
from berknash.symbolic.solving.engines import solve_by_engines

LITERATURE = Path(__file__).parent.parent / "examples" / "literature"
Search = Callable[[Agent, tuple[int, int]], tuple[Cell, ...]]


def moved(share: Fraction) -> Search:
    """Cells in which every mixture with one sample share is reported somewhere else."""

    def search(agent: Agent, pair: tuple[int, int]) -> tuple[Cell, ...]:
        return tuple(replace(cell, share=share) if cell.is_point else cell for cell in cells(agent, pair))

    return search


@pytest.mark.parametrize("name", ["monopolist", "omitted_intercept", "overconfidence_fundamental", "two_fits"])
def test_a_wrong_mixture_of_two_actions_is_refused(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    game = load_game(str(LITERATURE / f"{name}.toml"))
    assert any(not e.pure for e in solve_families(game).equilibria)
    monkeypatch.setattr(engine, "cells", moved(Fraction(3, 7)))
    with pytest.raises(DefectError, match="fails the definition"):
        solve_families(game)


def indifferent() -> Game:
    """Both actions pay nothing, whatever the agent believes: every mixture is an equilibrium."""
    return Game.from_dict({"format": 1, "name": "idle", "players": {"agent": {
        "actions": ["a", "b"], "outcomes": "normal",
        "truth": {"a": {"mean": "0", "variance": "1"}, "b": {"mean": "1", "variance": "1"}},
        "payoff": {"a": "0", "b": "0"},
        "models": {"one": {"theta": {"u": "[0, 1]"}, "predicts": {"*": {"mean": "u", "variance": "1"}}}},
    }}})  # fmt: skip


def test_a_wrong_mixture_in_closed_form_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every entry with free parameters is tried at a point of its condition."""
    rows = {"mean": "x", "variance": "1"}
    game = Game.from_dict({
        "format": 1, "name": "draft", "parameters": {"p": "(0, 1)", "q": "(0, 1)"}, "players": {"agent": {
            "actions": ["a", "b"], "outcomes": "normal",
            "truth": {"a": {"mean": "p", "variance": "1"}, "b": {"mean": "q", "variance": "1"}},
            "payoff": {"a": "y", "b": "1/3"},
            "models": {"line": {"theta": {"x": "[0, 1]"}, "predicts": {"*": rows}}},
        }},
    })  # fmt: skip
    assert any(not e.pure and not e.dimension for e in solve_by_engines(game).equilibria)
    answer = line_solution.line_answer

    def turned(*arguments: Any) -> Any:
        found = answer(*arguments)
        return replace(found, equilibria=tuple(
            replace(e, weights=(*e.weights[1:], e.weights[0])) if len(e.support) > 1 else e for e in found.equilibria
        ))  # fmt: skip

    monkeypatch.setattr(line_solution, "line_answer", turned)
    with pytest.raises(DefectError, match="fails the definition at"):
        solve_by_engines(game)


def test_an_end_that_does_not_belong_to_a_continuum_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """Cells of another game, shifted so that a continuum ends at a mixture that is no equilibrium."""
    game = load_game(str(LITERATURE / "monopolist.toml"))

    def stretched(agent: Agent, pair: tuple[int, int]) -> tuple[Cell, ...]:
        found = list(cells(agent, pair))
        place = next(k for k, cell in enumerate(found) if cell.is_point and cell.share == Fraction(1, 36))
        # The one mixed equilibrium is said to be an interval below it, which ends where there is none.
        found[place - 1] = replace(found[place - 1], share=Fraction(1, 36), fits=found[place].fits)
        found[place] = replace(found[place], share=Fraction(1, 2))
        return tuple(found)

    monkeypatch.setattr(engine, "cells", stretched)
    with pytest.raises(DefectError, match="fails the definition"):
        solve_families(game)
    monkeypatch.undo()
    (segment,) = (e for e in solve_families(indifferent()).equilibria if e.dimension)
    assert segment.set_conditions == ("0 < sigma(b) < 1",)


def three_actions() -> Game:
    """u is fitted to means 0, 1, 2; payoffs u, 3 - 2u, 1 tie at u = 1 alone, which mixtures with as much a as c fit."""
    means = {"a": "0", "b": "1", "c": "2"}
    return Game.from_dict({"format": 1, "name": "three", "players": {"agent": {
        "actions": ["a", "b", "c"], "outcomes": "normal",
        "truth": {n: {"mean": m, "variance": "1"} for n, m in means.items()},
        "payoff": {"a": "y", "b": "3 - 2*y", "c": "1"},
        "models": {"one": {"theta": {"u": "[0, 2]"}, "predicts": {"*": {"mean": "u", "variance": "1"}}}},
    }}})  # fmt: skip


def test_a_wrong_mixture_of_three_actions_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    game = three_actions()
    found = [e for e in solve_families(game).equilibria if len(e.support) == 3]
    assert [e.dimension for e in found] == [1]

    def wrong(agent: Agent, support: Sequence[int]) -> Any:
        sets = mixed_on(agent, support)
        weights = tuple(Real.of(Fraction(n, 6)) for n in (1, 2, 3))
        return MixedSets(tuple(replace(s, weights=weights) for s in sets.found), sets.reason)  # type: ignore[type-var]

    monkeypatch.setattr(engine, "mixed_on", wrong)
    with pytest.raises(DefectError, match="fails the definition"):
        solve_families(game)
