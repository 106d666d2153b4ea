"""One player with private signals: known answers, agreement with the definition and with games without signals."""

from __future__ import annotations

import random
from fractions import Fraction
from itertools import product
from pathlib import Path
from typing import Any

import pytest

from berknash.symbolic.algebra.signs import approximate
from berknash.symbolic.definition.play import is_equilibrium, weighted_divergences
from berknash.symbolic.engines.finite.agent_engine import solve
from berknash.symbolic.engines.finite.engine import solve_players
from berknash.symbolic.errors import BudgetError, NotSupportedError
from berknash.symbolic.expressions.reading import Relation, substitute
from berknash.symbolic.game.checks import holds
from berknash.symbolic.game.game import Game, load_game
from berknash.symbolic.results.equilibrium_documents import equilibrium_document
from berknash.symbolic.results.solution import Solution

RESEARCHER = Path(__file__).parent.parent / "examples" / "literature" / "researcher.toml"
HIGH_LOW = {"researcher": {"plus": {"high": 1}, "minus": {"low": 1}}}


def exact(document: Any) -> Any:
    """The strategy of a document with its exact numbers as text."""
    return document["exact"] if "exact" in document else {key: exact(value) for key, value in document.items()}


def all_pass_the_definition(game: Game, solution: Solution) -> bool:
    return all(is_equilibrium(game, exact(equilibrium_document(e, False)["strategy"])) for e in solution.equilibria)


def random_game(seed: int, signals: int = 2, actions: int = 2, models: int = 2) -> Game:
    """A random game with small rational numbers; ties are frequent."""
    draw = random.Random(seed)
    names = {"s": [f"s{k}" for k in range(signals)], "a": [f"a{k}" for k in range(actions)]}

    def law() -> dict[str, str]:
        good = Fraction(draw.randint(1, 5), 6)
        return {"good": str(good), "bad": str(1 - good)}

    def rows() -> dict[str, Any]:
        return {s: {a: law() for a in names["a"]} for s in names["s"]}

    weights = [draw.randint(1, 3) for _ in names["s"]]
    return Game.from_dict(
        {
            "format": 1,
            "name": f"random {seed}",
            "signals": {s: str(Fraction(w, sum(weights))) for s, w in zip(names["s"], weights, strict=True)},
            "players": {
                "agent": {
                    "signals": names["s"],
                    "actions": names["a"],
                    "outcomes": ["good", "bad"],
                    "truth": rows(),
                    "payoff": {
                        s: {a: {"good": draw.randint(0, 3), "bad": draw.randint(-2, 1)} for a in names["a"]}
                        for s in names["s"]
                    },
                    "models": {f"m{k}": {"predicts": rows()} for k in range(models)},
                }
            },
        }
    )


def test_the_researcher_of_the_format() -> None:
    game = load_game(RESEARCHER)
    document = solve_players(game).to_json()
    pure, mixed = document["equilibria"]
    assert pure["support"] == {"researcher": {"plus": ["high"], "minus": ["low"]}}
    assert pure["belief_support"] == {"researcher": ["overrates_work"]}
    assert (pure["pure"], pure["strict"], pure["dimension"]) == (True, False, 0)
    # The knife edge after minus: a segment, up to the play at which the two models fit equally well.
    assert mixed["support"] == {"researcher": {"plus": ["high"], "minus": ["high", "low"]}}
    assert mixed["dimension"] == 1
    assert document["absorbing"] == [["plus:high|minus:high", "plus:high|minus:low"]]
    assert ["plus:high|minus:low", "plus:high|minus:high"] in document["transitions"]


def test_weighted_divergences_use_the_true_signal_probabilities() -> None:
    values = weighted_divergences(load_game(RESEARCHER), HIGH_LOW)["researcher"]
    found = {name: round(approximate(value) or 0.0, 4) for name, value in values.items() if value is not None}
    assert found == {"overrates_work": 0.0087, "overrates_luck": 0.0527}


def test_the_definition_separates_the_researcher_s_profiles() -> None:
    game = load_game(RESEARCHER)
    for plus, minus in product(["high", "low"], repeat=2):
        strategy = {"researcher": {"plus": {plus: 1}, "minus": {minus: 1}}}
        assert is_equilibrium(game, strategy) == ((plus, minus) == ("high", "low"))
    # Beyond the corner of the segment overrates_luck fits better, and it has a strict best reply after minus.
    corner = "log(125/96)/log(32000/19683)"
    for weight, verdict in ((corner, True), ("54/100", True), ("55/100", False)):
        minus = {"high": weight, "low": f"1 - {weight}"}
        assert is_equilibrium(game, {"researcher": {"plus": {"high": 1}, "minus": minus}}) is verdict


@pytest.mark.parametrize("seed", range(25))
def test_every_reported_equilibrium_passes_the_definition_and_every_pure_one_is_reported(seed: int) -> None:
    game = random_game(seed)
    solution = solve_players(game)
    assert solution.equilibria
    assert all_pass_the_definition(game, solution)
    pure = {tuple(actions for _, (actions,) in e.support[0]) for e in solution.equilibria if e.pure}
    for first, second in product(["a0", "a1"], repeat=2):
        strategy = {"agent": {"s0": {first: 1}, "s1": {second: 1}}}
        assert is_equilibrium(game, strategy) == ((first, second) in pure)


@pytest.mark.parametrize("seed", range(8))
def test_mixed_equilibria_are_found_wherever_a_grid_shows_one(seed: int) -> None:
    game = random_game(seed, models=3)
    supports = {e.support[0] for e in solve_players(game).equilibria}
    for first, second in product(range(5), repeat=2):
        weights = {"s0": Fraction(first, 4), "s1": Fraction(second, 4)}
        strategy = {"agent": {s: {"a0": w, "a1": 1 - w} for s, w in weights.items()}}
        if is_equilibrium(game, strategy):
            played = tuple((s, ("a0",) * (w > 0) + ("a1",) * (w < 1)) for s, w in weights.items())
            assert played in supports


@pytest.mark.parametrize("seed", range(6))
def test_one_signal_that_says_nothing_changes_nothing(seed: int) -> None:
    game = random_game(seed, signals=1, actions=3, models=3)
    plain = game.to_toml().replace("s0.", "").replace('signals = ["s0"]\n', "").replace('[signals]\ns0 = "1"\n', "")
    expected = solve(Game.from_toml(plain)).to_json()
    found = solve_players(game).to_json()
    for key in ("transitions", "absorbing", "closed", "cycles"):
        assert found[key] == [
            [f"s0:{name}" if isinstance(name, str) else name for name in entry] for entry in expected[key]
        ]

    def summary(document: Any, nested: bool) -> list[Any]:
        entries = []
        for e in document["equilibria"]:
            support, strategy = e["support"]["agent"], exact(e["strategy"]["agent"])
            entries.append(
                (support["s0"] if nested else support, strategy["s0"] if nested else strategy,
                 e["belief_support"], e["dimension"], e["strict"], e["uniform"])
            )  # fmt: skip
        return sorted(entries, key=str)

    assert summary(found, True) == summary(expected, False)


def test_conditions_in_a_free_parameter_agree_with_the_solution_at_points() -> None:
    """The probability r of the good sign is left free; the knife edge after minus stays."""
    text = RESEARCHER.read_text().replace('plus  = "1/2"', 'plus = "r"').replace('minus = "1/2"', 'minus = "1 - r"')
    text = text.replace('name = "researcher"', 'name = "researcher"\nparameters = { r = "(0, 1)" }')
    game = Game.from_toml(text)
    solution = solve_players(game)
    assert len({e.support for e in solution.equilibria}) >= 2
    for value in (Fraction(1, 20), Fraction(1, 4), Fraction(1, 2), Fraction(9, 10)):
        fixed = solve_players(game, at={"r": value})
        found = [
            e.support
            for e in solution.equilibria
            if any(all(holds(_at(r, {"r": value})) for r in parts) for parts in e.condition.alternatives)
        ]
        assert sorted(found) == sorted(e.support for e in fixed.equilibria)


def _at(relation: Relation, values: dict[str, Fraction]) -> Relation:
    return Relation(substitute(relation.left, values), relation.operator, substitute(relation.right, values))


def test_a_signal_that_never_comes_is_refused() -> None:
    text = RESEARCHER.read_text().replace('plus  = "1/2"', 'plus = "1"').replace('minus = "1/2"', 'minus = "0"')
    with pytest.raises(NotSupportedError, match="signal minus of player researcher has probability 0"):
        solve_players(Game.from_toml(text))


def test_too_many_plans_are_refused_by_number() -> None:
    with pytest.raises(BudgetError, match="243 plans"):
        solve_players(random_game(0, signals=5, actions=3))
