"""The engines by signs at fixed parameters: a game without parameters is the case with one cell.

The engine by algebra, which shares no comparison with them, is the measure: equilibria, Gamma and all that follows.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from berknash.symbolic.cells.undecided import attempt
from berknash.symbolic.engines.algebraic.agent import solve_families
from berknash.symbolic.engines.algebraic.engine import solve_player_families
from berknash.symbolic.engines.signs.agent import read_line_agent
from berknash.symbolic.engines.signs.engine import line_solution
from berknash.symbolic.engines.signs.free_solution import solve_free_players
from berknash.symbolic.engines.signs.hull_answer import hull_solution
from berknash.symbolic.engines.signs.hull_curves import read_free_agent
from berknash.symbolic.engines.signs.polyhedron_agent import read_scalar_agent
from berknash.symbolic.engines.signs.polyhedron_engine import scalar_solution
from berknash.symbolic.engines.signs.several_agent import read_several_agent
from berknash.symbolic.engines.signs.several_solution import several_solution
from berknash.symbolic.game.game import Game, load_game
from berknash.symbolic.results.solution import Solution
from berknash.testing import random_family_game, random_player_family_game

LITERATURE = Path(__file__).parents[1] / "examples" / "literature"


Engine = tuple[Callable[[Game], Any], Callable[[Game, Any, tuple[()]], Solution]]

ENGINES: dict[str, Engine] = {
    "line": (read_line_agent, line_solution),
    "several": (read_several_agent, several_solution),
    "polyhedron": (read_scalar_agent, scalar_solution),
    "hull": (read_free_agent, hull_solution),
}


def written(names: str, prices: str, outcome: dict[str, str], models: dict[str, Any]) -> Game:
    """A game with normal outcomes of variance 1: two actions, their payoffs, the means of the truth."""
    actions = names.split()
    return Game.from_dict({"format": 1, "name": "written", "players": {"agent": {
        "actions": actions, "outcomes": "normal",
        "truth": {a: {"mean": outcome[a], "variance": "1"} for a in actions},
        "payoff": dict(zip(actions, prices.split(), strict=True)),
        "models": models,
    }}})  # fmt: skip


def games() -> dict[str, Game]:
    """One agent, at least one family, nothing free."""
    found = {f"drawn {seed}": random_family_game(random.Random(seed), 3) for seed in range(12)}
    found |= {f"knife edge {seed}": random_family_game(random.Random(seed), 2, knife_edge=True) for seed in range(8)}
    for name in ("monopolist", "two_armed_bandit", "identified_coin", "two_fits", "omitted_intercept"):
        found[name] = load_game(LITERATURE / f"{name}.toml")
    line = {"theta": {"b": "[1, 4]"}, "predicts": {
        "low": {"mean": "40 - 2*b", "variance": "1"}, "high": {"mean": "40 - 10*b", "variance": "1"}}}  # fmt: skip
    point = {"predicts": {"low": {"mean": "30", "variance": "1"}, "high": {"mean": "8", "variance": "1"}}}
    for truth in ("2", "8", "12"):
        for models in ({"line": line}, {"line": line, "point": point}):
            name = f"slope, {len(models)} models, truth {truth}"
            found[name] = written("low high", "2*y 10*y", {"low": "34", "high": truth}, models)
    return {name: game for name, game in found.items() if not game.parameters}


def described(solution: Solution) -> dict[str, Any]:
    """What both kinds of engines say in the same words."""
    return {
        "equilibria": sorted((e.support, e.dimension, e.strict, e.uniform) for e in solution.equilibria),
        **{
            name: sorted(case.value for case in getattr(solution, name))
            for name in ("rationalizable", "transitions", "absorbing", "closed", "cycles")
        },
    }


GAMES = games()


@cache
def measured(name: str) -> Solution | None:
    return attempt(lambda: solve_families(GAMES[name]))[0]


@pytest.mark.parametrize("engine", ENGINES)
def test_engines_by_signs_agree_with_the_engine_by_algebra_at_fixed_parameters(engine: str) -> None:
    read, solve = ENGINES[engine]
    compared = 0
    for name, game in GAMES.items():
        agent, _ = attempt(lambda: read(game))  # noqa: B023 - called at once
        found = None if agent is None else attempt(lambda: solve(game, agent, ()))[0]  # noqa: B023 - called at once
        measure = measured(name)
        if found is None or measure is None or found.undecided or measure.undecided:
            continue
        assert described(found) == described(measure), name
        compared += 1
    assert compared >= 4


@pytest.mark.parametrize("normal", [False, True])
def test_several_players_agree_too(normal: bool) -> None:
    compared = 0
    for seed in range(4):
        game = random_player_family_game(random.Random(seed), normal=normal)
        found, _ = attempt(lambda: solve_free_players(game))  # noqa: B023 - called at once
        measure, _ = attempt(lambda: solve_player_families(game))  # noqa: B023 - called at once
        if found is None or measure is None or found.undecided or measure.undecided:
            continue
        assert described(found) == described(measure), seed
        compared += 1
    assert compared >= 2
