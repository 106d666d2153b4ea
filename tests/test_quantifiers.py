"""Claims for all values of some parameters, and independence of a parameter, against the game solved at grid points.

The grids are dense near the ends of the intervals, where suprema that are not attained would show; the structure at
each point is recomputed from the definition (`numeric.solver`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from functools import lru_cache
from itertools import product
from pathlib import Path

import pytest
from test_when import _Read, holds

from berknash.numeric.solver import numerical_structure
from berknash.proofs.claims.when import when
from berknash.symbolic.errors import GameError, NotSupportedError
from berknash.symbolic.game.game import Game, load_game

EXAMPLES = Path(__file__).resolve().parent.parent / "examples"
UNIT = [Fraction(k, 12) for k in range(1, 12)]
FINE = [Fraction(1, 5000), *(Fraction(k, 24) for k in range(1, 24)), Fraction(4999, 5000)]


def urn(win: str, names: str, domain: str = "(0, 1)", assume: Sequence[str] = ()) -> Game:
    """Bet or pass: `win` above 1/2 makes betting the only best reply, below 1/2 passing."""
    return Game.from_dict(
        {
            "format": 1, "name": "urn", "parameters": dict.fromkeys(names, domain), "assume": list(assume),
            "players": {"agent": {
                "actions": ["bet", "pass"], "outcomes": ["win", "lose"],
                "truth": {"*": {"win": win, "lose": f"1 - ({win})"}},
                "payoff": {"bet": {"win": 1, "lose": -1}, "pass": {"win": 0, "lose": 0}},
                "models": {"good": {"predicts": {"*": {"win": "2/3", "lose": "1/3"}}},
                           "bad": {"predicts": {"*": {"win": "1/3", "lose": "2/3"}}}}}},
        }
    )  # fmt: skip


Values = Mapping[str, Fraction]
WIN: dict[str, Callable[[Values], Fraction]] = {
    "x**2*y + (1 - x)*y**2": lambda v: v["x"] ** 2 * v["y"] + (1 - v["x"]) * v["y"] ** 2,
    "x**3*y": lambda v: v["x"] ** 3 * v["y"],
    "x*y*z": lambda v: v["x"] * v["y"] * v["z"],
    "(x**4 - x**2 + y + 1)/3": lambda v: (v["x"] ** 4 - v["x"] ** 2 + v["y"] + 1) / 3,
    "(x + y + z)/3": lambda v: (v["x"] + v["y"] + v["z"]) / 3,
}
CLAIMS: dict[str, Callable[[Fraction, Values], bool]] = {
    "strict(pass)": lambda win, v: win < Fraction(1, 2),
    "rationalizable(bet)": lambda win, v: win >= Fraction(1, 2),
    "y > x => strict(pass)": lambda win, v: v["y"] <= v["x"] or win < Fraction(1, 2),
    "x + y < 1 or unique(bet)": lambda win, v: v["x"] + v["y"] < 1 or win > Fraction(1, 2),
    "2*y**2 <= 1 or 2*x**2 <= 1 or strict(bet)": lambda win, v: (
        2 * v["y"] ** 2 <= 1 or 2 * v["x"] ** 2 <= 1 or win > Fraction(1, 2)
    ),
}


@pytest.mark.parametrize("claim", CLAIMS)
@pytest.mark.parametrize(
    ("win", "within"),
    [
        ("x**2*y + (1 - x)*y**2", "x"),
        ("x**2*y + (1 - x)*y**2", "y"),
        ("x**3*y", "x"),
        ("x**3*y", "y"),
        ("x*y*z", "x"),
        ("x*y*z", "xy"),
        ("(x**4 - x**2 + y + 1)/3", "x"),
        ("(x + y + z)/3", "xy"),
        ("(x + y + z)/3", "x"),
    ],
)
def test_the_weakest_sufficient_condition_is_the_one_that_the_grid_shows(win: str, within: str, claim: str) -> None:
    names = "".join(n for n in "xyz" if n in win)
    game = urn(win, names, "[0, 1]")
    answer = when(game, claim, within=list(within))
    quantified = [n for n in names if n not in within]
    truth, value = CLAIMS[claim], WIN[win]
    fine = [Fraction(0), *FINE, Fraction(1)]
    rest = [dict(zip(quantified, q, strict=True)) for q in product(fine, repeat=len(quantified))]
    few = [Fraction(0), Fraction(1, 3), Fraction(2, 3), Fraction(9, 10), Fraction(1)]
    for chosen in product(few if len(names) > 2 else fine, repeat=len(within)):
        kept = dict(zip(within, chosen, strict=True))
        expected = all(truth(value({**kept, **q}), {**kept, **q}) for q in rest)
        assert holds(answer.condition, kept) == expected, (str(answer), kept)


@lru_cache(maxsize=100_000)
def _structure(game: Game, point: tuple[tuple[str, Fraction], ...]) -> tuple[object, ...]:
    read = _Read(numerical_structure(game.at(dict(point))))
    plain = (read.supports, read.rationalizable, read.transitions, read.absorbing, read.closed, read.cycles)
    return tuple(str(part) for part in plain)


SYCOPHANCY = load_game(EXAMPLES / "sycophancy.toml")


def test_designs_of_the_trap_by_the_definition() -> None:
    """All environments with p > 3/5 and q < 2/5 leave only the truth rationalizable."""
    answer = when(SYCOPHANCY, "p > 3/5 and q < 2/5 => rationalizable_only(truthful)", within=["h", "l"])
    steps = (Fraction(1, 10**6), Fraction(1, 3))
    environment = [(Fraction(3, 5) + e, Fraction(2, 5) - f) for e, f in product(steps, steps)]
    found = set()
    for high, low in product(UNIT[::2], UNIT[::2]):
        if low < high:
            points = [(("p", p), ("q", q), ("h", high), ("l", low)) for p, q in environment]
            expected = all(_structure(SYCOPHANCY, point)[1] == "['truthful']" for point in points)
            assert holds(answer.condition, {"h": high, "l": low}) == expected, (high, low)
            found.add(expected)
    assert found == {True, False}


@pytest.mark.parametrize(("name", "at"), [("q", {"h": "4/5"}), ("p", {"h": "4/5", "l": "1/10"})])
def test_independence_is_constancy_of_the_structure_along_a_line(name: str, at: dict[str, str]) -> None:
    claim = f"p > q or independent_of({name})"
    answer = when(SYCOPHANCY, claim, at)
    game = SYCOPHANCY.at(at)
    names = [p.name for p in game.parameters]
    for point in product([Fraction(1, 12), Fraction(5, 12), Fraction(7, 8)], repeat=len(names)):
        values = dict(zip(names, point, strict=True))
        if "l" in values and values["l"] >= Fraction(4, 5):
            continue
        line = {_structure(game, tuple({**values, name: other}.items())) for other in FINE[::2]}
        expected = values["p"] > values["q"] or len(line) == 1
        assert holds(answer.condition, values) == expected, (str(answer), values)


def test_independence_where_it_holds_somewhere() -> None:
    game = urn("x*y", "xy")
    assert str(when(game, "independent_of(x)")) == "y <= 1/2"
    assert str(when(game, "x < 1/2 and independent_of(x)")) == "x < 1/2 and y <= 1/2"
    assert str(when(game, "independent_of(x)", within=["x"])) == "never"
    assert str(when(urn("x/2", "xy"), "independent_of(y)")) == "always"


def test_a_logarithm_may_be_quantified() -> None:
    game = urn("x*y", "xyz")
    assert str(when(game, "x - log(z) > y - 2", within=["x", "y"])) == "always"
    assert str(when(game, "x + log(1 - z) > y - 2 or strict(pass)", within=["x", "y"])) == "x < 1/(2*y)"


def test_assumptions_bound_what_is_quantified() -> None:
    """For all x below y: the supremum of x*y is y**2, not attained."""
    game = urn("x*y", "xy", "(0, 1)", ["x < y"])
    assert str(when(game, "strict(pass)", within=["y"])) == "y <= sqrt(2)/2"
    assert str(when(game, "strict(pass)", within=["x"])) == "x <= 1/2"


@pytest.mark.parametrize("within", [["z"], ["p", "w"], []])
def test_unknown_parameters_are_refused(within: list[str]) -> None:
    with pytest.raises(GameError):
        when(SYCOPHANCY, "strict(truthful)", within=within)


def test_fixed_parameters_are_refused() -> None:
    with pytest.raises(GameError, match="also fixed"):
        when(SYCOPHANCY, "strict(truthful)", {"h": "4/5"}, within=["h"])
    with pytest.raises(GameError, match="unknown parameter"):
        when(SYCOPHANCY, "independent_of(h)", {"h": "4/5"})


def test_what_cannot_be_quantified_is_named() -> None:
    with pytest.raises(NotSupportedError, match="not linear in"):
        when(SYCOPHANCY, "strict(truthful)", within=["p", "q"])
    with pytest.raises(NotSupportedError, match="not linear in x"):
        when(urn("(x + y + z)/3", "xyz"), "2*x**2 <= 1 or strict(bet)", within=["y", "z"])
