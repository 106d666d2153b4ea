"""One predicted number for each action, several coordinates, free parameters: by hand, and against other routes."""

from __future__ import annotations

import random
from fractions import Fraction
from typing import Any

import pytest
from test_families_line import coin, compare, law
from test_families_parametric import holds_at, monopolist

from berknash.symbolic.engines.signs.polyhedron_agent import read_scalar_agent
from berknash.symbolic.engines.signs.polyhedron_engine import scalar_solution
from berknash.symbolic.game.game import Game
from berknash.symbolic.results.solution import Solution
from berknash.symbolic.solving.engines import solve_by_engines


def by_numbers(game: Game) -> Solution:
    return scalar_solution(game, read_scalar_agent(game), ())


def build(parameters: dict[str, str], theta: dict[str, str], where: list[str], **agent: Any) -> Game:
    models = {"m": {"theta": theta, "predicts": agent.pop("predicts"), **({"where": where} if where else {})}}
    return Game.from_dict(
        {"format": 1, "name": "draft", "parameters": parameters, "players": {"agent": {**agent, "models": models}}}
    )


def test_the_monopolist_whose_demand_at_the_high_price_is_free() -> None:
    """Esponda & Pouzo 2016, Example 2.1: at 2 the weight on the low price is 35/36, at theta = (40, 10/3).

    The same argument for a demand n: at (40, 10/3) the two prices pay the same and the models predict 100/3 and 20/3,
    so that weights p and 1 - p balance 2 (100/3 - 34) p + 10 (20/3 - n) (1 - p) = 0 on the face a = 40 (slope in b).
    """
    free = by_numbers(monopolist("34", "n", {"n": "(1, 3)"}))
    (only,) = free.equilibria
    assert only.support == ("high", "low") and only.condition.is_always() and not only.dimension
    assert [(name, str(value)) for name, value in only.theta.vertices[0].coordinates] == [("a", "40"), ("b", "10/3")]
    for n in (Fraction(2), Fraction(3, 2)):
        compare(free.game, free, {"n": n})


def test_three_prices_and_a_moving_edge_of_the_box() -> None:
    """A third price, and the largest intercept top a parameter: what two coordinates with free ends need."""
    prices = {"low": 2, "mid": 5, "high": 10}
    game = build(
        {"top": "[36, 42]"}, {"a": "[33, 42]", "b": "[3, 7/2]"}, ["a <= top"], actions=list(prices), outcomes="normal",
        truth={"low": law("34"), "mid": law("9"), "high": law("2")}, payoff={k: f"{p}*y" for k, p in prices.items()},
        predicts={k: law(f"a - {p}*b") for k, p in prices.items()},
    )  # fmt: skip
    free = solve_by_engines(game)
    assert not free.undecided
    for top in (36, Fraction(75, 2), 40, Fraction(81, 2), 42):
        compare(game, free, {"top": Fraction(top)})


def draw(rng: random.Random, count: int) -> Game:
    """Two coordinates on a box, at times cut; few different numbers, so that ties and silent actions are frequent."""
    names, normal = "abcd"[:count], rng.random() < 0.6
    predictions = ["u", "v", "u + v", "u - v", "2*u + v", "u/2"]
    if not normal:
        predictions = ["u/2 + v/2", "1/4 + u/2", "v", "1/2 + u/4 - v/4", "1/3 + v/3", "1/2"]
    means = [rng.choice(predictions) for _ in names]
    where = ["u + v <= 3/2"] if rng.random() < 0.3 else []
    coarse = rng.choice([1, 2])
    if normal:
        low, high = "-2", "2"
        truth = {a: law("p" if k == 0 else str(rng.randint(-1, 2))) for k, a in enumerate(names)}
        payoff: dict[str, Any] = {a: f"({rng.randint(-coarse, coarse)})*y + ({rng.randint(-1, 1)})" for a in names}
    else:
        low, high = "0", "1"
        chances = ["1/4", "1/2", "3/4", "1", "0"]
        truth = {a: coin("p" if k == 0 else rng.choice(chances)) for k, a in enumerate(names)}
        payoff = {a: {y: str(rng.randint(-coarse, coarse)) for y in ("y", "n")} for a in names}
    inside = "[0, 1]" if normal else "[1/8, 7/8]"
    return build(
        {"p": f"[{low}, {high}]"}, {"u": inside, "v": inside}, where, actions=list(names),
        outcomes="normal" if normal else ["y", "n"], truth=truth, payoff=payoff,
        predicts={a: law(m) if normal else coin(m) for a, m in zip(names, means, strict=True)},
    )  # fmt: skip


@pytest.mark.parametrize("seed, actions", [*((s, 2) for s in range(2)), *((s, 3) for s in range(11, 14))])
def test_random_games_at_points(seed: int, actions: int) -> None:
    rng = random.Random(seed)
    game = draw(rng, actions)
    free = by_numbers(game)
    domain = game.parameters[0].domain
    assert domain.low is not None and domain.high is not None
    for k in rng.sample(range(9), 3):
        compare(game, free, {"p": domain.low + (domain.high - domain.low) * Fraction(k, 8)})


def test_conditions_cover_the_domain() -> None:
    """At every point some equilibrium exists (Esponda & Pouzo 2016, Theorem 1)."""
    game = draw(random.Random(3), 3)
    free, domain = by_numbers(game), game.parameters[0].domain
    assert domain.low is not None and domain.high is not None
    for k in range(17):
        at = {"p": domain.low + (domain.high - domain.low) * Fraction(k, 16)}
        assert any(holds_at(e.condition, at) for e in free.equilibria)
