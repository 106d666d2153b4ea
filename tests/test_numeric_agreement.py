"""Two independent routes to the same answer: the exact engine and the numerical one, on games drawn at random."""

from __future__ import annotations

import importlib.util
import random
from fractions import Fraction
from pathlib import Path
from types import ModuleType

import mpmath
import pytest
from hypothesis import given, settings

from berknash.numeric.solver import numerical_structure
from berknash.numeric.tables import numerical_tables
from berknash.symbolic.engines.finite.agent_engine import solve
from berknash.symbolic.errors import GameError
from berknash.symbolic.game.game import Game
from berknash.testing import (
    games,
    knife_edge_games,
    random_game,
    random_knife_edge_game,
    random_parametric_game,
)


def load_benchmark() -> ModuleType:
    path = Path(__file__).resolve().parent.parent / "benchmarks" / "agreement.py"
    specification = importlib.util.spec_from_file_location("agreement", path)
    assert specification is not None and specification.loader is not None
    module = importlib.util.module_from_spec(specification)
    import sys

    sys.modules["agreement"] = module
    specification.loader.exec_module(module)
    return module


AGREEMENT = load_benchmark()


def disagreements(game: Game, point: dict[str, Fraction]) -> list[str]:
    solution = solve(game)
    exact = AGREEMENT.exact_answer(solution, point)
    numeric = AGREEMENT.numeric_answer(numerical_structure(game, point))
    differing = [f"{part}: {exact[part]} != {numeric[part]}" for part in exact if exact[part] != numeric[part]]
    return differing + AGREEMENT.failing_equilibria(game, solution, point)


@settings(max_examples=60, deadline=None, derandomize=True)
@given(games())
def test_generic_games(game: Game) -> None:
    assert disagreements(game, {}) == []


@settings(max_examples=150, deadline=None, derandomize=True)
@given(knife_edge_games())
def test_knife_edge_games(game: Game) -> None:
    assert disagreements(game, {}) == []


@pytest.mark.parametrize("seed", range(6))
def test_parametric_games_at_rational_points(seed: int) -> None:
    generator = random.Random(seed)
    game = random_parametric_game(generator, parameters=1)
    for point in AGREEMENT.points_of(game, generator):
        assert disagreements(game, point) == []


@settings(max_examples=100, deadline=None, derandomize=True)
@given(knife_edge_games(max_actions=3, max_models=3, max_outcomes=3))
def test_knife_edge_games_have_a_model_that_fits_and_an_equilibrium_where_all_do(game: Game) -> None:
    tables = numerical_tables(game)
    assert any(all(not mpmath.isinf(entry) for entry in row) for row in tables.divergence)
    found = numerical_structure(game)
    # Existence (Esponda & Pouzo 2016, Theorem 1) needs divergences that are continuous in sigma, hence finite ones.
    finite = not any(mpmath.isinf(entry) for row in tables.divergence for entry in row)
    assert found.supports or not finite
    played = {action for support in found.supports for action in support}
    assert played <= set(found.rationalizable)
    # Sets that nothing leaves contain every sink of pure adjustment they meet.
    for closed in found.closed:
        assert any(set(sink) <= set(closed) for sink in found.absorbing)
    for action in found.uniformly_strict:
        assert (action,) in found.absorbing and (action,) in found.closed and action in found.uniform


def test_knife_edges_are_drawn() -> None:
    drawn = [random_knife_edge_game(random.Random(seed)) for seed in range(200)]
    structures = [numerical_structure(game) for game in drawn]
    tables = [numerical_tables(game) for game in drawn]
    continua = sum(any(e.dimension > 0 for e in found.equilibria) for found in structures)
    infinite = sum(any(mpmath.isinf(k) for row in table.divergence for k in row) for table in tables)
    indeterminate = sum(len({edge[0] for edge in found.transitions}) < len(found.transitions) for found in structures)
    assert continua > 20 and infinite > 20 and indeterminate > 20


def test_draws_are_reproducible_and_within_bounds() -> None:
    for draw in (random_game, random_knife_edge_game, random_parametric_game):
        first, again = draw(random.Random(5)), draw(random.Random(5))
        assert first.to_toml() == again.to_toml()
        assert len(first.players[0].actions) <= 4 and len(first.players[0].models) <= 4
    assert len(random_parametric_game(random.Random(1), parameters=3).parameters) == 3
    with pytest.raises(GameError, match="between 1 and 8"):
        random_game(random.Random(0), max_actions=9)
    with pytest.raises(GameError, match="at most 4"):
        random_knife_edge_game(random.Random(0), max_outcomes=5)
    with pytest.raises(GameError, match="between 1 and 8"):
        random_parametric_game(random.Random(0), parameters=0)
