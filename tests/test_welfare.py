"""True payoff, believed payoff and loss of every equilibrium, against the definition; free parameters against fixed."""

from __future__ import annotations

import json
import random
from collections.abc import Mapping
from fractions import Fraction
from itertools import product
from typing import Any

import pytest
from every_kind import GAMES

from berknash import testing
from berknash.cli import main
from berknash.symbolic.algebra.signs import approximate
from berknash.symbolic.expressions.reading import Expression, substitute
from berknash.symbolic.game.data import Normal, Player, Row
from berknash.symbolic.game.game import Game
from berknash.symbolic.results.equilibrium import Equilibrium, Part
from berknash.symbolic.solving.solve import solve
from berknash.symbolic.solving.welfare import Welfare, welfare
from berknash.testing_conditions import holds_at

KINDS = {
    "finite": testing.random_knife_edge_game,
    "pair": testing.random_two_player_game,
    "signals": testing.random_signal_game,
    "family": testing.random_family_game,
    "families": testing.random_player_family_game,
    "normal": lambda generator: testing.random_player_family_game(generator, normal=True),
    "single models beside families": lambda generator: testing.random_player_family_game(generator, "beside"),
}


def value(expression: Any) -> float:
    if isinstance(expression, Expression):
        found = approximate(expression)
        assert found is not None
        return found
    return float(expression)


def expected(player: Player, row: Row, action: str, signal: str, at: Mapping[str, Expression]) -> float:
    """The expected payoff under a law, by hand."""
    payoff = player.payoff_row(action, signal)
    if isinstance(row, Normal):
        assert isinstance(payoff, Expression)
        mean, variance = (value(substitute(moment, at)) for moment in (row.mean, row.variance))
        # Simpson's rule is exact up to cubes; Gauss-Hermite with three nodes is exact up to fifth powers.
        nodes = [(0.0, 2 / 3), (3**0.5, 1 / 6), (-(3**0.5), 1 / 6)]
        points = [(mean + variance**0.5 * node, weight) for node, weight in nodes]
        return sum(weight * value(substitute(payoff, {"y": Fraction(y)})) for y, weight in points)
    assert isinstance(payoff, tuple)
    return sum(value(substitute(q, at)) * value(reward) for q, reward in zip(row, payoff, strict=True))


def play(part: Part) -> dict[tuple[str, str], float]:
    weights = {}
    for signal, row in part.strategy:
        numbers = {action: weight for action, weight in row if not isinstance(weight, str)}
        for action, weight in row:
            known = value(weight) if action in numbers else 1 - sum(map(value, numbers.values()))
            weights[signal, action] = known
    return weights


def by_hand(game: Game, equilibrium: Equilibrium, place: int) -> tuple[float, float]:
    """True payoff and loss, from the definition: over all profiles of signals and actions."""
    player = game.players[place]
    plays = [play(part) for part in equilibrium.parts]
    law = [(signals, value(p)) for signals, p in game.signals] or [((), 1.0)]
    worth: dict[tuple[str, str], float] = {}
    for signals, chance in law:
        seen = signals or ("",) * len(game.players)
        for actions in product(*(other.actions for other in game.players)):
            others = 1.0
            for j, own in enumerate(plays):
                others *= own[seen[j], actions[j]] if j != place else 1.0
            if chance * others == 0:
                worth.setdefault((seen[place], actions[place]), 0.0)
                continue
            row = player.truth_row(actions, signals or None)
            key = seen[place], actions[place]
            gain = chance * others * expected(player, row, actions[place], seen[place] if signals else "", {})
            worth[key] = worth.get(key, 0.0) + gain
    true = sum(plays[place][key] * gain for key, gain in worth.items())
    best = sum(max(worth[s, a] for a in player.actions) for s in player.signals or ("",))
    return true, best - true


def believed_by_hand(game: Game, part: Part, place: int) -> float | None:
    """What a told belief over single models expects; None where models are not told one by one."""
    player, own = game.players[place], play(part)
    belief = [(name, value(weight)) for name, weight in part.belief or () if str(weight) != "0"]
    models = {model.name: model for model in player.models}
    if not belief or any(name not in models or models[name].theta for name, _ in belief):
        return None
    law = [(signals, value(p)) for signals, p in game.signals] or [((), 1.0)]
    total = 0.0
    for signals, chance in law:
        signal = signals[place] if signals else ""
        for name, mass in belief:
            for action in player.actions:
                row = models[name].row(action, signal or None)
                total += chance * mass * own[signal, action] * expected(player, row, action, signal, {})
    return total


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_payoffs_and_losses_are_those_of_the_definition(kind: str) -> None:
    looked, told = 0, 0
    for seed in range(25):
        game = KINDS[kind](random.Random(seed))
        solution = solve(game)
        for equilibrium, found in zip(solution.equilibria, welfare(solution), strict=True):
            document = found.to_json()
            for place, part in enumerate(equilibrium.parts):
                entry = document[part.player]
                true, loss = by_hand(game, equilibrium, place)
                assert entry["true_payoff"]["approx"] == pytest.approx(true, abs=1e-9), (kind, seed)
                assert entry["loss"]["approx"] == pytest.approx(loss, abs=1e-9), (kind, seed)
                assert entry["loss"]["approx"] > -1e-9
                believed = believed_by_hand(game, part, place)
                if believed is not None and entry["believed_payoff"] is not None:
                    assert entry["believed_payoff"]["approx"] == pytest.approx(believed, abs=1e-9), (kind, seed)
                told += entry["believed_payoff"] is not None
                looked += 1
    assert looked >= 20 and told >= looked / 2, (looked, told)


def at_point(found: Welfare, point: Mapping[str, Fraction]) -> dict[str, list[float]]:
    """The values of an answer with free parameters, at a point."""
    values: dict[str, list[float]] = {}
    for worth in found.players:
        gains = [value(substitute(loss, point)) for _, loss in worth.losses]
        values[worth.player] = [value(substitute(worth.true_payoff, point)), max(gains)]
    return values


@pytest.mark.parametrize("name", sorted(GAMES))
def test_free_parameters_agree_with_fixed_ones(name: str) -> None:
    game = GAMES[name]
    free = solve(game)
    worths = welfare(free)
    compared = 0
    for q in ("1/7", "2/5", "8/13", "17/20"):
        point = {"q": Fraction(q)}
        fixed = solve(game, point)
        for equilibrium, found in zip(fixed.equilibria, welfare(fixed), strict=True):
            if equilibrium.dimension:
                continue
            same = [
                at_point(other, point)
                for e, other in zip(free.equilibria, worths, strict=True)
                if e.support == equilibrium.support and holds_at(e.condition, point)
            ]
            here = at_point(found, {})
            assert any(
                all(a == pytest.approx(b, abs=1e-9) for own in here for a, b in zip(here[own], there[own], strict=True))
                for there in same
            ), (name, q, here, same)
            compared += 1
    assert compared


def test_command_prints_them(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["solve", "examples/literature/overconfidence.toml", "--welfare", "--json"]) == 0
    entries = json.loads(capsys.readouterr().out)["equilibria"]
    low = next(e for e in entries if e["condition"] == "k > 1/16")
    assert low["welfare"]["agent"]["true_payoff"]["exact"] == "5/16"
    assert [case["condition"] for case in low["welfare"]["agent"]["loss"]] == ["k >= 3/16", "k < 3/16"]
    assert main(["solve", "examples/literature/monopolist.toml", "--welfare"]) == 0
    text = capsys.readouterr().out
    assert "best fits: linear_demand(a = 40, b = 10/3)" in text
    assert "true payoff 200/3, believed payoff 200/3" in text and "reply to the truth: 4/3" in text
