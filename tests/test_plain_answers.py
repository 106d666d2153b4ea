"""Smaller promises: reasons in a command's own words, no warnings of numpy, right names for games and boundaries."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from catalogue import EXAMPLES

from berknash.cli import main
from berknash.proofs.claims.when import when
from berknash.proofs.report.sentences import described
from berknash.symbolic.definition.right_models import is_correctly_specified
from berknash.symbolic.expressions.reading import Number, read_expression
from berknash.symbolic.game.game import Game, load_game
from berknash.symbolic.solving.solve import phases, solve


def one(payoff: str, domain: str = "(0, 2000)", other: str = "0") -> Game:
    row = {"y": "1/3", "n": "2/3"}
    return Game.from_dict({"format": 1, "name": "one", "parameters": {"x": domain}, "players": {"agent": {
        "actions": ["u", "v"], "outcomes": ["y", "n"], "truth": {"*": row},
        "payoff": {"u": {"y": payoff, "n": payoff}, "v": {"y": other, "n": other}},
        "models": {"m": {"predicts": {"*": row}}},
    }}})  # fmt: skip


def test_simulate_says_what_it_does_not_follow(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = (EXAMPLES / "literature" / "monopolist.toml").read_text().replace("[33, 40]", "[33, oo)")
    path = tmp_path / "monopolist.toml"
    path.write_text(text)
    assert main(["simulate", str(path), "--agents", "10", "--periods", "10", "--seed", "1"]) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert "linear_demand: learners take families on a grid, and a has no bound" in line and "finite ends" in line


@pytest.mark.parametrize("domain", ["(0, 2000)", "(-oo, oo)"])
def test_exponentials_that_overflow_warn_of_nothing(domain: str) -> None:
    """Warnings are errors in these tests; the boundary is x = 12 log 10."""
    game = one("exp(x) - 10**12", domain)
    assert [e.support for e in solve(game).equilibria if e.strict] == [("u",), ("v",)]
    assert str(when(game, "strict(u)")) == "x > log(1000000000000)"
    assert len(phases(game).phases) == 2


@pytest.mark.parametrize(
    ("text", "value"),
    [("1e3", 1000), ("2.5e-1", Fraction(1, 4)), ("1E+2", 100), (".5e1", 5), ("12e-3", Fraction(12, 1000))],
)
def test_powers_of_ten_are_read_exactly(text: str, value: Fraction) -> None:
    assert read_expression(text, (), where="here") == Number(Fraction(value))
    assert str(when(one("x", "(0, 10000)", text), "strict(u)")) == f"x > {Fraction(value)}"
    assert str(when(one("x", "(0, 10000)"), f"x > {text} and strict(u)")) == f"x > {Fraction(value)}"


def test_boundaries_have_the_kind_of_what_occurs_in_them() -> None:
    """p = sqrt(2)/2, p = 1/2, p = log 2."""
    kinds = {}
    for text in ("sqrt(2)/2", "1/2", "log(2)"):
        (boundary,) = phases(one("x", "(0, 1)", text)).to_json()["boundaries"]
        kinds[text] = boundary["kind"]
    assert kinds == {"sqrt(2)/2": "algebraic", "1/2": "polynomial", "log(2)": "log"}


# Correct: the truth is in the class (identified_coin), or all mixtures of what the others do are. An analogy (one class
# for several nodes) or a cursed family averages what differs. What depends on free parameters is not decided.
@pytest.mark.parametrize(
    ("example", "words"),
    [("identified_coin", "a correctly specified game"), ("matching_pennies", "a correctly specified game"),
     ("prisoners_dilemma", "a correctly specified game"), ("two_armed_bandit", "a correctly specified game"),
     ("monopolist", "a misspecified game"), ("researcher", "a misspecified game"),
     ("berk_coin", "a possibly misspecified game"), ("untried_price", "a possibly misspecified game")],
)  # fmt: skip
def test_games_are_called_misspecified_only_where_they_are(example: str, words: str) -> None:
    assert described(load_game(EXAMPLES / "literature" / f"{example}.toml"), "game") == words


def law(good: str) -> dict[str, Any]:
    return {"y": good, "n": f"1 - ({good})"}


@pytest.mark.parametrize(
    ("models", "answer"),
    [(["p"], True), (["p", "1/2"], True), (["1 - p"], None), (["p/2"], False), (["1/2"], None),
     (["(1 + p)/2", "p/2"], False)],
)  # fmt: skip
def test_models_that_hold_the_truth(models: list[str], answer: bool | None) -> None:
    """The truth is p in (0, 1)."""
    game = Game.from_dict({"format": 1, "name": "law", "parameters": {"p": "(0, 1)"}, "players": {"agent": {
        "actions": ["go"], "outcomes": ["y", "n"], "truth": {"*": law("p")}, "payoff": {"go": {"y": 1, "n": 0}},
        "models": {f"m{k}": {"predicts": {"*": law(good)}} for k, good in enumerate(models)},
    }}})  # fmt: skip
    assert is_correctly_specified(game) is answer
