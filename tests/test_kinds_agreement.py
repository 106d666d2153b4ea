"""Games drawn by `berknash.testing` of every kind: the exact engines against the numerical route and Nashpy."""

from __future__ import annotations

import random
import warnings
from fractions import Fraction
from itertools import product
from typing import Any

import mpmath
import pytest
from hypothesis import given, settings

from berknash.numeric.players import NumericalPlayers
from berknash.numeric.tables import evaluate
from berknash.symbolic.decomposition import AlgebraicNumber
from berknash.symbolic.engines.finite.engine import solve_players
from berknash.symbolic.errors import BudgetError
from berknash.symbolic.forms.strategic import strategic_form
from berknash.symbolic.game.game import Game
from berknash.symbolic.interchange.normal_form import payoff_matrices
from berknash.symbolic.results.solution import Solution
from berknash.symbolic.solving.solve import is_equilibrium, solve
from berknash.testing import (
    family_games,
    random_family_game,
    random_signal_game,
    random_two_player_game,
    signal_games,
    two_player_games,
)


def numerical(value: Any) -> Any:
    """The exact weight as an mpmath number."""
    if isinstance(value, AlgebraicNumber):
        return mpmath.mpf(str(value.ball(300).mid().str(60, radius=False)))
    return evaluate(value, {})


def agrees(game: Game) -> None:
    """Pure equilibria with their flags, transitions, rationalizable sets, and mixed equilibria both ways."""
    solution, numbers = solve_players(game), NumericalPlayers(game)
    forms = strategic_form(game).players
    pure = {
        tuple(
            form.plans.index(tuple(actions[0] for _, actions in own))
            for form, own in zip(forms, e.support, strict=True)
        ): (e.uniform, e.strict)
        for e in solution.equilibria
        if e.pure
    }
    assert pure == {p.profile: (p.uniform, p.strict) for p in numbers.pure_equilibria()}
    names = solution.profiles
    edges = sorted((names[a], names[b]) for a, b in numbers.edges())
    assert edges == sorted(case.value for case in solution.transitions)
    rounds = numbers.rationalizable_rounds()
    named = [
        tuple(tuple(sorted(f.plan_name(k) for k in own)) for f, own in zip(forms, sets, strict=True)) for sets in rounds
    ]
    assert tuple(named) == solution.rounds[0].value
    with mpmath.workdps(60):
        for e in solution.equilibria:
            strategy = [{(s, a): numerical(w) for s, row in own for a, w in row} for own in e.strategy]
            assert numbers.is_equilibrium(strategy), e.support
        on_a_grid(game, solution, numbers)


def on_a_grid(game: Game, solution: Solution, numbers: NumericalPlayers) -> None:
    """Whatever the definition accepts on a grid of play has a reported support."""
    supports = {e.support for e in solution.equilibria}
    slots = [(j, s, p.actions) for j, p in enumerate(game.players) for s in p.signals or ("",)]
    if any(len(actions) > 2 for _, _, actions in slots):
        return
    for weights in product(range(4), repeat=len(slots)):
        strategy: list[dict[tuple[str, str], Any]] = [{} for _ in game.players]
        for weight, (j, signal, actions) in zip(weights, slots, strict=True):
            strategy[j][signal, actions[0]] = mpmath.mpf(weight) / 3 if len(actions) > 1 else mpmath.mpf(1)
            if len(actions) > 1:
                strategy[j][signal, actions[1]] = 1 - mpmath.mpf(weight) / 3
        if numbers.is_equilibrium(strategy):
            played = tuple(
                tuple((s, tuple(a for a in p.actions if strategy[j][s, a] > 0)) for s in p.signals or ("",))
                for j, p in enumerate(game.players)
            )
            assert played in supports


@settings(max_examples=25, deadline=None, derandomize=True)
@given(game=two_player_games(2, 2))
def test_pairs_agree_with_the_numerical_route(game: Game) -> None:
    agrees(game)


@settings(max_examples=40, deadline=None, derandomize=True)
@given(game=two_player_games(2, 3, knife_edge=True))
def test_pairs_on_knife_edges_agree_with_the_numerical_route(game: Game) -> None:
    agrees(game)


@settings(max_examples=25, deadline=None, derandomize=True)
@given(game=signal_games())
def test_signals_agree_with_the_numerical_route(game: Game) -> None:
    agrees(game)


@settings(max_examples=40, deadline=None, derandomize=True)
@given(game=signal_games(knife_edge=True))
def test_signals_on_knife_edges_agree_with_the_numerical_route(game: Game) -> None:
    agrees(game)


def nashpy_outside(game: Game, solution: Solution) -> int:
    """How many of Nashpy's equilibria lie on no reported support, or differ from the one point reported there."""
    import nashpy
    import numpy

    first, second = (numpy.array([[float(str(v)) for v in row] for row in m]) for m in payoff_matrices(game))
    found = {}
    for e in solution.equilibria:
        indices = tuple(
            tuple(p.actions.index(a) for a in own[0][1]) for p, own in zip(game.players, e.support, strict=True)
        )
        found[indices] = e
    missing = 0
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for sides in nashpy.Game(first, second).support_enumeration():
            support = tuple(tuple(k for k, w in enumerate(side) if w > 1e-12) for side in sides)
            entry = found.get(support)
            if entry is None:
                missing += 1
            elif entry.dimension == 0:
                for side, own in zip(sides, entry.strategy, strict=True):
                    values = [float(numerical(w)) for _, w in own[0][1]]
                    missing += any(abs(a - b) > 1e-9 for a, b in zip(values, side, strict=True))
    return missing


@settings(max_examples=18, deadline=None, derandomize=True)
@given(game=two_player_games(3, correct=True))
def test_normal_forms_agree_with_nashpy(game: Game) -> None:
    solution = solve_players(game)
    assert nashpy_outside(game, solution) == 0
    assert all(str(e.survives) == "yes" and e.self_confirming for e in solution.equilibria)


@settings(max_examples=18, deadline=None, derandomize=True)
@given(game=two_player_games(3, knife_edge=True, correct=True))
def test_degenerate_normal_forms_agree_with_nashpy(game: Game) -> None:
    solution = solve_players(game)
    assert nashpy_outside(game, solution) == 0
    assert all(is_equilibrium(game, e.as_strategy()) for e in solution.equilibria)


@settings(max_examples=25, deadline=None, derandomize=True)
@given(game=family_games(knife_edge=True))
def test_families_have_the_equilibria_that_the_definition_accepts(game: Game) -> None:
    """Existence (Esponda & Pouzo 2016, Theorem 1), and a grid of play decided one by one."""
    solution = solve(game)
    assert solution.equilibria
    supports = {e.support for e in solution.equilibria}
    (player,) = game.players
    actions = player.actions
    for k in range(5):
        sigma = {actions[0]: Fraction(k, 4), actions[-1]: 1 - Fraction(k, 4)} if len(actions) > 1 else {actions[0]: 1}
        if is_equilibrium(game, sigma):
            assert tuple(sorted(a for a, w in sigma.items() if w)) in supports


@pytest.mark.parametrize("draw", [random_two_player_game, random_signal_game, random_family_game])
def test_seeded_draws_repeat(draw: Any) -> None:
    for knife_edge in (False, True):
        first, second = (draw(random.Random(5), knife_edge=knife_edge) for _ in range(2))
        assert first == second


def matcher() -> dict[str, Any]:
    """A player who wins by doing what the other does, and thinks that one action wins more often than the other."""
    likely, rare = {"win": "2/3", "lose": "1/3"}, {"win": "1/3", "lose": "2/3"}
    same, apart = {"win": "1", "lose": "0"}, {"win": "0", "lose": "1"}
    return {
        "signals": ["l", "r"],
        "actions": ["l", "r"],
        "outcomes": ["win", "lose"],
        "truth": {"*": {"l,l": same, "r,r": same, "l,r": apart, "r,l": apart}},
        "payoff": {"*": {"*": {"win": "1", "lose": "0"}}},
        "models": {"hope": {"predicts": {"*": {"l": likely, "r": rare}}},
                   "fear": {"predicts": {"*": {"l": rare, "r": likely}}}},
    }  # fmt: skip


def test_signal_profiles_that_never_come_change_nothing() -> None:
    """Both get the same signal: the off-diagonal profiles have probability zero, and only the marginals matter."""
    law = {"l,l": "1/2", "r,r": "1/2", "l,r": "0", "r,l": "0"}
    game = Game.from_dict({"format": 1, "name": "same", "signals": law, "players": {"a": matcher(), "b": matcher()}})
    solution, numbers = solve_players(game), NumericalPlayers(game)
    assert len(numbers.pure_equilibria()) == sum(e.pure for e in solution.equilibria)
    with pytest.raises(BudgetError, match="16 profiles"):
        numbers.gamma(((0, 1, 2, 3), (0, 1, 2, 3)))
    apart = [e for e in solution.equilibria if e.pure and e.support[0] != e.support[1]]
    # Each plays the opposite after every signal and always loses: no Nash equilibrium.
    assert len(apart) == 2 and all(str(e.survives) == "no" for e in apart)
    assert max(e.dimension for e in solution.equilibria) == 2


def test_a_model_that_rules_out_what_one_profile_shows() -> None:
    """The first model is ruled out by (y, y) only; on every other path without it, it fits best."""
    sure, never, even = {"g": "1", "b": "0"}, {"g": "0", "b": "1"}, {"g": "1/2", "b": "1/2"}
    first = {
        "actions": ["x", "y"], "outcomes": ["g", "b"], "truth": {"x,*": sure, "y,x": sure, "y,y": never},
        "payoff": {"*": {"g": "1", "b": "0"}},
        "models": {"only_g": {"predicts": {"*": sure}}, "both": {"predicts": {"*": even}}},
    }  # fmt: skip
    second = {
        "actions": ["x", "y"], "outcomes": ["g", "b"], "truth": {"*": even},
        "payoff": {"x": {"g": "1", "b": "0"}, "y": {"g": "0", "b": "1"}}, "models": {"m": {"predicts": {"*": even}}},
    }  # fmt: skip
    game = Game.from_dict({"format": 1, "name": "ruled out", "players": {"a": first, "b": second}})
    agrees(game)
    believed = {(e.support[0][0][1], e.support[1][0][1]): e.belief_support[0] for e in solve_players(game).equilibria}
    assert believed[("x",), ("x", "y")] == ("only_g",)
    assert believed[("y",), ("x", "y")] == believed[("x", "y"), ("y",)] == ("both",)


@pytest.mark.parametrize("p", ["1/4", "1/2", "3/4"])
def test_models_that_ignore_signals_which_reveal_everything(p: str) -> None:
    """The sign tells the outcome, the models do not listen: betting on both signs is held up by the marginal law."""
    law = {"good": {"w": "3/4", "l": "1/4"}, "bad": {"w": "1/4", "l": "3/4"}, "even": {"w": "1/2", "l": "1/2"}}
    agent = {
        "signals": ["h", "t"], "actions": ["bet", "no"], "outcomes": ["w", "l"],
        "truth": {"h": {"*": {"w": "1", "l": "0"}}, "t": {"*": {"w": "0", "l": "1"}}},
        "payoff": {"*": {"bet": {"w": "1", "l": "-1"}, "no": {"w": "0", "l": "0"}}},
        "models": {name: {"predicts": {"*": {"*": row}}} for name, row in law.items()},
    }  # fmt: skip
    document = {"format": 1, "name": "deaf", "parameters": {"p": "(0, 1)"}, "signals": {"h": "p", "t": "1 - p"}}
    game = Game.from_dict({**document, "players": {"agent": agent}}).at({"p": p})
    agrees(game)
    right = {("bet", "no")}
    for e in solve_players(game).equilibria:
        plan = tuple(actions[0] for _, actions in e.support[0])
        assert bool(e.survives) == (e.pure and plan in right)
