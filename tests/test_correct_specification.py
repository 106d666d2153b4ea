"""Which equilibria survive correct specification: known answers, and the definition by another road."""

from __future__ import annotations

import random
from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from catalogue import POINTS, PointTruth, game_of, holds

from berknash.symbolic.cells.conditions import ALWAYS
from berknash.symbolic.definition.specification import correctly_specified
from berknash.symbolic.engines.finite.engine import solve_players
from berknash.symbolic.errors import NotSupportedError, UndecidedError
from berknash.symbolic.game.game import Game, load_game
from berknash.symbolic.interchange.normal_form import from_payoff_matrices
from berknash.symbolic.results.answers import Answer
from berknash.symbolic.solving.solve import is_equilibrium, solve
from berknash.testing import random_game, random_knife_edge_game

EXAMPLES = Path(__file__).parent.parent / "examples"

Summary = list[tuple[tuple[str, ...], str]]


def summary(name: str, **at: str) -> Summary:
    """(support, answer) for each equilibrium of an example with one agent."""
    return [(e.support, str(e.survives)) for e in solve(load_game(EXAMPLES / name), at).equilibria]


def test_the_trap_survives_where_the_truth_says_so() -> None:
    """Approval is all that pays: truthful is objectively right iff p >= q, sycophantic iff p <= q."""
    answers = {(s, a) for s, a in summary("sycophancy.toml", h="4/5", l="1/5")}
    assert (("truthful",), "under condition: p >= q") in answers  # on the edge p == 1/2 of its condition
    assert (("sycophantic",), "under condition: p <= q") in answers
    assert (("sycophantic", "truthful"), "under condition: p == q") in answers
    at = {"h": "4/5", "l": "1/5", "p": "7/10", "q": "3/5"}
    assert summary("sycophancy.toml", **at) == [
        (("truthful",), "yes"),
        (("sycophantic",), "no"),
        (("sycophantic", "truthful"), "no"),
    ]


def test_the_monopolist_would_charge_the_low_price() -> None:
    """Mean demand 34 at price 2 and 2 at price 10: profit 68 against 20, so the mixture is an artefact."""
    assert summary("literature/monopolist.toml") == [(("high", "low"), "no")]


def test_berk_s_coin_is_called_right() -> None:
    """Calling the likelier side is right whatever the models say: every equilibrium survives (Berk 1966)."""
    assert {answer for _, answer in summary("literature/berk_coin.toml")} == {"yes"}


def test_an_untried_price_is_worth_trying_where_it_pays() -> None:
    """The high price sells with probability t; it pays 5 t, the low one 2: staying low is right iff t <= 2/5."""
    found = dict(summary("literature/untried_price.toml"))
    assert found[("low",)] == "under condition: t <= 2/5"


def test_staying_out_does_not_survive_but_nash_equilibria_do() -> None:
    """Fudenberg & Levine 1993: going in would pay, and is a Nash equilibrium."""
    solution = solve_players(load_game(EXAMPLES / "literature/self_confirming.toml"))
    assert [str(e.survives) for e in solution.equilibria] == ["no", "yes"]
    document = solution.to_json()["equilibria"]
    assert [e["survives_correct_specification"] for e in document] == [False, True]


def test_a_cursed_buyer_s_trade_does_not_survive() -> None:
    """Eyster & Rabin 2005: only lemons are sold, so buying loses; no trade is an equilibrium of the true game."""
    solution = solve_players(load_game(EXAMPLES / "literature/cursed_lemons.toml"))
    assert {e.support[1][0][1]: str(e.survives) for e in solution.equilibria} == {
        ("accept",): "no",
        ("decline",): "yes",
    }


@pytest.mark.parametrize("shape", [(2, 2), (2, 3), (3, 3), (2, 2, 2)])
@pytest.mark.parametrize("top", [1, 9])
def test_every_equilibrium_of_a_correctly_specified_game_survives(shape: Sequence[int], top: int) -> None:
    draw = random.Random(f"{shape} {top}")

    def array(sizes: Sequence[int]) -> Any:
        return [array(sizes[1:]) for _ in range(sizes[0])] if sizes else draw.randint(0, top)

    solution = solve_players(from_payoff_matrices([array(shape) for _ in shape]))
    for e in solution.equilibria:
        # A curved continuum is only looked at in one point.
        assert str(e.survives) == "yes" or (
            len(shape) > 2 and e.dimension and "the point given survives" in str(e.survives)
        )


@pytest.mark.parametrize("seed", range(30))
def test_survival_is_equilibrium_of_the_game_with_the_true_model(seed: int) -> None:
    """One agent: replace the models by the truth and ask the definition."""
    game = (random_game if seed % 2 else random_knife_edge_game)(random.Random(seed))
    truth = correctly_specified(game)
    for e in solve(game).equilibria:
        assert bool(e.survives) == is_equilibrium(truth, dict(e.strategy))


@pytest.mark.parametrize("truth", POINTS, ids=lambda truth: truth.id)
def test_survival_over_the_catalogue(truth: PointTruth) -> None:
    game = game_of(truth.game).at(dict(truth.at))
    right = correctly_specified(game)
    for e in solve(game).equilibria:
        assert bool(e.survives) == is_equilibrium(right, dict(e.strategy))


def pair(draw: random.Random, knife_edge: bool) -> Game:
    """Two players with two finite models each, who see the effect of both actions."""
    names = ["a0", "a1"]

    def law() -> dict[str, str]:
        good = Fraction(draw.randint(1, 2), 3) if knife_edge else Fraction(draw.randint(1, 9), 10)
        return {"good": str(good), "bad": str(1 - good)}

    def player() -> dict[str, Any]:
        return {
            "actions": names,
            "outcomes": ["good", "bad"],
            "truth": {f"{a},{b}": law() for a in names for b in names},
            "payoff": {a: {"good": draw.randint(0, 2), "bad": draw.randint(-1, 1)} for a in names},
            "models": {f"m{k}": {"predicts": {a: law() for a in names}} for k in range(2)},
        }

    return Game.from_dict({"format": 1, "name": "pair", "players": {"one": player(), "two": player()}})


def objective(game: Game) -> Game:
    """The normal form with the true expected payoffs, whose models are right."""
    matrices = []
    for player in game.players:
        rows = []
        for a in game.players[0].actions:
            row = []
            for b in game.players[1].actions:
                own = a if player is game.players[0] else b
                total = sum(
                    Fraction(str(q)) * Fraction(str(v))
                    for q, v in zip(player.truth_row((a, b)), player.payoff_row(own), strict=True)  # type: ignore[arg-type]
                )
                row.append(total)
            rows.append(row)
        matrices.append(rows)
    return from_payoff_matrices(matrices, players=["one", "two"], actions=[["a0", "a1"]] * 2)


@pytest.mark.parametrize("seed", range(40))
def test_pairs_survive_iff_they_are_nash_equilibria_of_the_objective_game(seed: int) -> None:
    game = pair(random.Random(seed), knife_edge=seed % 2 == 1)
    nash = objective(game)
    for e in solve_players(game).equilibria:
        assert e.survives is not None
        at_the_point = is_equilibrium(nash, e.as_strategy())
        if not e.dimension:
            assert bool(e.survives) == at_the_point
        elif e.survives.status in ("yes", "no"):
            assert bool(e.survives) == at_the_point
            for piece in e.vertices:
                for first in piece[0]:
                    for second in piece[1]:
                        corner = {"one": dict(first[0][1]), "two": dict(second[0][1])}
                        inside = all(set(e.support[j][0][1]) == {a for a, w in own[0][1] if str(w) != "0"}
                                     for j, own in enumerate((first, second)))  # fmt: skip
                        assert not inside or is_equilibrium(nash, corner) == bool(e.survives)


def test_a_part_of_a_continuum_may_survive() -> None:
    """Column is indifferent by belief; row's b pays 1 if column plays left with at most 1/2, else a.

    Row plays a against every mixture, because its one model says so: the continuum is all of column's mixtures, and
    the part with left at least 1/2 is where a is right. Column's payoff is 0 throughout.
    """
    document: dict[str, Any] = {
        "format": 1, "name": "part", "parameters": {"v": "(0, 2)"},
        "players": {
            "row": {
                "actions": ["a", "b"], "outcomes": ["win", "lose"],
                "truth": {"a,left": {"win": "1", "lose": "0"}, "a,right": {"win": "0", "lose": "1"},
                          "b,*": {"win": "1/2", "lose": "1/2"}},
                "payoff": {"a": {"win": "v", "lose": "0"}, "b": {"win": "1", "lose": "0"}},
                "models": {"rosy": {"predicts": {"a": {"win": "99/100", "lose": "1/100"},
                                                 "b": {"win": "1/100", "lose": "99/100"}}}}},
            "column": {
                "actions": ["left", "right"], "outcomes": ["there"],
                "truth": {"*": {"there": "1"}}, "payoff": {"*": {"there": "0"}},
                "models": {"only": {"predicts": {"*": {"there": "1"}}}}}}}  # fmt: skip
    game = Game.from_dict(document)
    found = {e.support[1][0][1]: str(e.survives) for e in solve_players(game, {"v": "1"}).equilibria}
    assert found == {("left",): "yes", ("right",): "no", ("left", "right"): "in part"}
    # With v free: a pays v sigma(left), b pays 1/2; all of the open segment survives nowhere, left iff v >= 1/2.
    symbolic = [(e.support[1][0][1], str(e.condition), str(e.survives)) for e in solve_players(game).equilibria
                if e.support[0][0][1] == ("a",)]  # fmt: skip
    assert ("right",) in {s for s, _, _ in symbolic}
    for support, condition, answer in symbolic:
        if support == ("left",) and holds(condition, {"v": Fraction(1)}):
            assert answer == "under condition: v >= 1/2"
        if support == ("right",):
            assert answer == "no"


def test_no_yes_or_no_is_invented() -> None:
    with pytest.raises(UndecidedError):
        bool(Answer("under condition", ALWAYS))
    with pytest.raises(UndecidedError):
        bool(Answer("in part"))
    document = Answer("undecided", reason="too large").to_document("survives_correct_specification")
    assert document == {
        "survives_correct_specification": None,
        "survives_correct_specification_note": "undecided: too large",
    }
    with pytest.raises(NotSupportedError, match="several players"):
        correctly_specified(load_game(EXAMPLES / "literature/matching_pennies.toml"))


def test_signals_survive_iff_each_action_is_right_after_its_signal() -> None:
    """The researcher: after minus, high pays 1/3 - 2/3 < 0 and low 0; after plus, high pays 2/3 - 1/3 > 0."""
    solution = solve_players(load_game(EXAMPLES / "literature/researcher.toml"))
    assert {e.support[0][1][1]: bool(e.survives) for e in solution.equilibria} == {
        ("low",): True,
        ("high", "low"): False,
    }
