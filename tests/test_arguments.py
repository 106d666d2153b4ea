"""What Python programs pass to the public functions: the wrong kind or value is one line, told before any work."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import berknash as bn
from berknash.symbolic.errors import ArgumentError

SYCOPHANCY = Path(__file__).parents[1] / "examples" / "sycophancy.toml"
GAME = bn.load(SYCOPHANCY)
POINT = {"p": "7/10", "q": "3/10", "h": "4/5", "l": "1/5"}
FIXED = GAME.at(POINT)

FUNCTIONS: list[Callable[[Any], Any]] = [
    bn.solve,
    bn.phases,
    bn.confirm,
    bn.conjectures,
    lambda game: bn.when(game, "strict(truthful)"),
    lambda game: bn.prove(game, "strict(truthful)"),
    lambda game: bn.design(game, "truthful", ["p"], ["h"]),
    lambda game: bn.robustness(game, POINT),
    lambda game: bn.report(game, "out"),
    lambda game: bn.simulate(game, 1, 2, 0),
    lambda game: bn.is_equilibrium(game, {"truthful": 1}),
]


@pytest.mark.parametrize("function", FUNCTIONS)
@pytest.mark.parametrize("game", ["x.toml", None, 1, {}, SYCOPHANCY])
def test_a_game_must_be_a_game(function: Callable[[Any], Any], game: Any) -> None:
    with pytest.raises(TypeError, match=r"^game must be a Game, not .*berknash\.load$"):
        function(game)


@pytest.mark.parametrize(
    ("call", "error", "name"),
    [
        (lambda: bn.solve(GAME, limits=3), TypeError, "limits"),
        (lambda: bn.phases(GAME, limits="x"), TypeError, "limits"),
        (lambda: bn.phases(GAME, solve_limits={}), TypeError, "solve_limits"),
        (lambda: bn.report(GAME, 7), TypeError, "out_dir"),
        (lambda: bn.report(GAME, ""), ValueError, "out_dir"),
        (lambda: bn.report(GAME, "a\0b"), ValueError, "out_dir"),
        (lambda: bn.report(GAME, "out", budget=1), TypeError, "budget"),
        (lambda: bn.load(""), ValueError, "path"),
        (lambda: bn.load(b"x.toml"), TypeError, "path"),
        (lambda: bn.load(None), TypeError, "path"),
        (lambda: bn.when(GAME, 7), TypeError, "claim"),
        (lambda: bn.when(GAME, ""), ValueError, "claim"),
        (lambda: bn.when(GAME, "p > 1/2", limits=3), TypeError, "limits"),
        (lambda: bn.prove(GAME, None), TypeError, "claim"),
        (lambda: bn.prove(GAME, "p > 1/2", limits=3), TypeError, "limits"),
        (lambda: bn.conjectures(GAME, limits=3), TypeError, "limits"),
        (lambda: bn.design(GAME, 3, ["p"], ["h"]), TypeError, "safe"),
        (lambda: bn.design(GAME, "truthful", ["p"], ["h"], 7), TypeError, "region"),
    ],
)
def test_other_arguments_are_named(call: Callable[[], Any], error: type[Exception], name: str) -> None:
    with pytest.raises(error, match=rf"^{name}\b") as caught:
        call()
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("at", ["p=1/2", ["p"], [("p", "1/2")], 1, {1: "1/2"}])
def test_values_must_be_a_dictionary_by_name(at: Any) -> None:
    for function in (GAME.at, *(lambda at, f=f: f(GAME, at=at) for f in (bn.solve, bn.phases, bn.confirm))):
        with pytest.raises(TypeError, match=r"^at.* not (a|an) "):
            function(at)
    for call in (lambda: bn.when(GAME, "strict(truthful)", at), lambda: bn.robustness(GAME, at)):
        with pytest.raises(TypeError, match=r"^at.* not (a|an) "):
            call()


@pytest.mark.parametrize(
    ("names", "error", "words"),
    [
        ("p", TypeError, "must be a list of names, not a string"),
        (1, TypeError, "must be a list of names, not an integer"),
        ({"p"}, TypeError, "must be a list of names"),
        ([1], TypeError, "must be a string, not an integer"),
        (["p", "p"], ValueError, "'p' stands twice"),
    ],
)
def test_lists_of_names(names: Any, error: type[Exception], words: str) -> None:
    calls = [
        lambda: bn.phases(GAME, over=names),
        lambda: bn.confirm(GAME, over=names),
        lambda: bn.conjectures(GAME, over=names),
        lambda: bn.robustness(GAME, POINT, over=names),
        lambda: bn.report(GAME, "out", over=names),
        lambda: bn.when(GAME, "strict(truthful)", within=names),
        lambda: bn.design(GAME, "truthful", names, ["h"]),
        lambda: bn.design(GAME, "truthful", ["p"], names),
    ]
    for call in calls:
        with pytest.raises(error, match=words) as caught:
            call()
        assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("arguments", "error", "words"),
    [
        ({"tie_breaking": "x"}, ValueError, "tie_breaking = 'x': must be one of 'first', 'random'"),
        ({"agents": 0}, ValueError, "agents = 0: must be at least 1"),
        ({"periods": 1}, ValueError, "periods = 1: must be at least 2"),
        ({"seed": -1}, ValueError, "seed = -1: must be at least 0"),
        ({"agents": 2.5}, TypeError, "agents must be an integer, not a float"),
        ({"agents": True}, TypeError, "agents must be an integer, not a boolean"),
        ({"seed": "x"}, TypeError, "seed must be an integer, not a string"),
    ],
)
def test_arguments_of_simulate(arguments: dict[str, Any], error: type[Exception], words: str) -> None:
    with pytest.raises(error) as caught:
        bn.simulate(FIXED, **{"agents": 2, "periods": 5, "seed": 0, **arguments})
    assert str(caught.value) == words


@pytest.mark.parametrize("path", [1, 0, None, b"game.toml", {}, 1.5, ["game.toml"]])
def test_a_path_must_be_a_path(path: Any) -> None:
    with pytest.raises(TypeError, match=r"^(a )?path must be a string or a pathlib\.Path, not "):
        bn.load(path)


def test_limits_must_be_positive_integers() -> None:
    with pytest.raises(TypeError, match="pairs must be an integer"):
        bn.SolveLimits(pairs="x")  # type: ignore[arg-type]
    with pytest.raises(ArgumentError, match="nodes = 0: must be at least 1"):
        bn.SolveLimits(nodes=0)


def test_exact_numbers_of_other_libraries_are_values() -> None:
    from decimal import Decimal

    import numpy
    import sympy

    for value in (Decimal("0.7"), sympy.Rational(7, 10)):
        assert GAME.at({"p": value}) == GAME.at({"p": "7/10"})  # type: ignore[dict-item]
    assert bn.load(SYCOPHANCY.parent / "hallucination.toml").at({"c": numpy.int64(1)}).parameters  # type: ignore[dict-item]
    for inexact in (0.7, numpy.float64(0.7), sympy.Float(0.7), True, None, Decimal("nan"), Decimal("1e999999")):
        with pytest.raises(bn.GameError, match=r"^at p: "):
            GAME.at({"p": inexact})  # type: ignore[dict-item]
