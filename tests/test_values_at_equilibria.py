"""Claims about values at equilibria, against the values at drawn points; published conditions; what is refused."""

from __future__ import annotations

import random
from collections.abc import Mapping
from fractions import Fraction
from typing import Any

import pytest
from every_kind import GAMES

from berknash import testing
from berknash.cli import main
from berknash.proofs.claims.claim_proofs import prove_claim
from berknash.proofs.claims.when import when
from berknash.symbolic.errors import GameError, NotSupportedError, UndecidedError
from berknash.symbolic.game.game import Game
from berknash.symbolic.interchange.loading import load
from berknash.symbolic.solving.solve import solve
from berknash.symbolic.solving.welfare import welfare
from berknash.testing_conditions import holds_at

LITERATURE = "examples/literature/"
CLOSE = 1e-9


def values_at(game: Game, point: Mapping[str, Any]) -> list[tuple[Any, dict[str, dict[str, float]]]] | None:
    """By equilibrium the true payoff, the believed payoff and the loss of each player; None for continua."""
    solution = solve(game, point)
    if solution.undecided or any(e.dimension for e in solution.equilibria):
        return None
    found = []
    for e, worth in zip(solution.equilibria, welfare(solution), strict=True):
        document = worth.to_json()
        if any("believed_payoff_note" in own or own["believed_payoff"] is None for own in document.values()):
            return None
        found.append((e.support, {name: {k: v["approx"] for k, v in own.items()} for name, own in document.items()}))
    return found


CLAIMS = {
    "loss <= {}": lambda own, bound: own["loss"] - bound,
    "true_payoff < {}": lambda own, bound: own["true_payoff"] - bound,
    "believed_payoff < {}": lambda own, bound: own["believed_payoff"] - bound,
    "believed_payoff - true_payoff <= {}": lambda own, bound: own["believed_payoff"] - own["true_payoff"] - bound,
    "2*loss + true_payoff < {}": lambda own, bound: 2 * own["loss"] + own["true_payoff"] - bound,
}


@pytest.mark.parametrize("start", range(0, 12, 4))
def test_conditions_are_those_of_the_values_at_points(start: int) -> None:
    assert sum(_compared(seed) for seed in range(start, start + 4)) >= 15


def _compared(seed: int) -> int:
    """The number of points at which conditions were compared with values."""
    draw = random.Random(seed)
    game = testing.random_parametric_game(draw)
    (player,) = game.players
    compared = 0
    drawn = [{p.name: Fraction(draw.randint(1, 96), 97) for p in game.parameters} for _ in range(5)]
    points = [(point, values_at(game, point)) for point in drawn if _inside(game, point)]
    for form, left in draw.sample(sorted(CLAIMS.items()), 3):
        bound = Fraction(draw.randint(-6, 12), 7)
        claim = f"every({form.format(bound)})"
        try:
            condition = when(game, claim).condition
        except UndecidedError:
            continue
        for point, values in points:
            if values is None:
                continue
            gaps = [left(own[player.name], float(bound)) for _, own in values]
            if any(abs(gap) < CLOSE for gap in gaps):
                continue
            assert holds_at(condition, point) is all(gap < 0 for gap in gaps), (seed, claim, point, gaps)
            compared += 1
    return compared


def _inside(game: Game, point: Mapping[str, Fraction]) -> bool:
    try:
        game.at(point)
    except GameError:
        return False
    return True


@pytest.mark.parametrize("name", sorted(GAMES))
def test_every_kind_of_game_is_asked(name: str) -> None:
    game = GAMES[name]
    several = len(game.players) > 1
    own = game.players[0].name
    suffix = f"_{own}" if several else ""
    points = [{"q": q} for q in (Fraction(1, 7), Fraction(2, 5), Fraction(8, 13), Fraction(17, 20))]
    values_there = [(point, values_at(game, point)) for point in points]
    for bound in ("1/10", "-1/9"):
        for what in ("loss", "true_payoff", "believed_payoff"):
            claim = f"every({what}{suffix} <= {bound})"
            try:
                condition = when(game, claim).condition
            except UndecidedError:
                continue
            for point, values in values_there:
                if values is None:
                    continue
                gaps = [entry[own][what] - float(Fraction(bound)) for _, entry in values]
                if all(abs(gap) > CLOSE for gap in gaps):
                    assert holds_at(condition, point) is all(gap < 0 for gap in gaps), (claim, point, gaps)


def test_losses_of_overconfidence() -> None:
    game = load(LITERATURE + "overconfidence.toml")
    assert str(when(game, "holds_at(low; loss == 0)")) == "k < 1/16 or k >= 3/16"
    assert str(when(game, "holds_at(low; loss <= 1/16)")) == "k < 1/16 or k >= 1/8"


def test_best_fits_are_values() -> None:
    game = load(LITERATURE + "monopolist.toml")
    assert prove_claim(game, "holds_at(low, high; a == 40 and b == 10/3 and weight_low == 35/36)").status == "proved"
    assert prove_claim(game, "holds_at(low, high; b > 10/3)").status == "refuted"
    assert prove_claim(game, "every(loss == 4/3)").status == "proved"


COIN: dict[str, Any] = {
    "format": 1, "name": "coin", "parameters": {"q": "(0, 1)"}, "players": {"agent": {
        "actions": ["bet", "pass"], "outcomes": ["heads", "tails"], "truth": {"*": {"heads": "q", "tails": "1 - q"}},
        "payoff": {"bet": {"heads": 1, "tails": -1}, "pass": {"heads": 0, "tails": 0}},
        "models": {"coin": {"theta": {"x": "[0, 2/3]"}, "predicts": {"*": {"heads": "x", "tails": "1 - x"}}}}}},
}  # fmt: skip


def test_coordinates_are_values_case_by_case() -> None:
    game = Game.from_dict(COIN)
    assert str(when(game, "holds_at(bet; x == q)")) == "q <= 2/3"
    assert str(when(game, "holds_at(bet; believed_payoff < true_payoff)")) == "q < 1/2 or q > 2/3"
    assert str(when(game, "holds_at(bet; x > 3/5)")) == "q < 1/2 or q > 3/5"


def test_claims_join_with_predicates() -> None:
    game = Game.from_dict(COIN)
    verdict = prove_claim(game, "q > 2/3 => strict(bet) and holds_at(bet; believed_payoff == 1/3)")
    assert (verdict.status, verdict.certificate) == ("proved", None)
    assert "no certificate" in verdict.reason
    refuted = prove_claim(game, "q > 1/2 => holds_at(bet; believed_payoff == 1/3)")
    assert refuted.status == "refuted" and refuted.counterexample
    assert prove_claim(game, "holds_at(pass; loss == 0) iff q <= 1/2 or q > 1/2").status == "proved"


def test_continua_are_decided_at_their_corners() -> None:
    game = load(LITERATURE + "untried_price.toml").at({"t": Fraction(1, 2)})
    # Along it the loss lies between 0 and 3/20, both left out.
    for claim, status in {
        "holds_at(low, high; loss > 0)": "proved", "holds_at(low, high; loss < 3/20)": "proved",
        "holds_at(low, high; loss != 0)": "proved", "holds_at(low, high; loss < 1/10)": "refuted",
        "holds_at(low, high; loss >= 1/10)": "refuted", "holds_at(low, high; true_payoff + loss == 3/4)": "proved",
        "holds_at(low, high; weight_low > 0 and weight_low < 1)": "proved",
        "holds_at(low, high; weight_low > 1/3)": "refuted",
    }.items():  # fmt: skip
        assert prove_claim(game, claim).status == status, claim


@pytest.mark.parametrize(
    ("claim", "message"),
    [
        ("holds_at(bet; profit > 0)", "unknown name profit"),
        ("holds_at(bet, bet; loss > 0)", "holds_at: a name stands twice"),
        ("holds_at(bet, stay; loss > 0)", "unknown action stay"),
        ("holds_at(bet; strict(bet))", "takes relations between parameters and values"),
        ("every(1/loss > 2)", "may have no value"),
        ("every(log(x) > 2)", "may have no value"),
        ("holds_at(bet, loss > 0)", "then ; and a relation"),
        ("every(loss > 0", "not closed by a parenthesis"),
        ("every()", "missing"),
    ],
)
def test_mistakes_are_named(claim: str, message: str) -> None:
    for ask in (when, prove_claim):
        with pytest.raises(GameError, match=message) as caught:
            ask(Game.from_dict(COIN), claim)
        assert "\n" not in str(caught.value)


def test_a_parameter_that_is_called_like_a_value_is_named() -> None:
    agent = {**COIN["players"]["agent"], "truth": {"*": {"heads": "loss", "tails": "1 - loss"}}}
    game = Game.from_dict({**COIN, "parameters": {"loss": "(0, 1)"}, "players": {"agent": agent}})
    with pytest.raises(GameError, match="rename the parameter"):
        when(game, "every(loss > 0)")
    assert str(when(game, "loss > 1/2")) == "loss > 1/2"


def test_parameters_are_not_eliminated_beside_partial_terms() -> None:
    game = load("examples/sycophancy.toml").at({"h": "4/5", "l": "1/10"})
    claim = "p > q => log(p - q) < 0 and holds_at(truthful; loss <= 1)"
    assert str(when(game, claim)) == "always"
    with pytest.raises(NotSupportedError, match=r"--within: log\(p - q\) has a value under a hypothesis only"):
        when(game, claim, within=["p"])


def test_command(capsys: pytest.CaptureFixture[str]) -> None:
    at = ["--at", "h=4/5,l=1/10"]
    assert main(["when", "examples/sycophancy.toml", "holds_at(truthful; believed_payoff > true_payoff)", *at]) == 0
    assert capsys.readouterr().out.strip() == "p < 4/5"
