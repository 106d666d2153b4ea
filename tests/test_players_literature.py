"""Games of the literature with three and more players: published equilibria, derived again."""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from itertools import product
from pathlib import Path
from typing import Any

import pytest

from berknash.symbolic.algebra.signs import approximate
from berknash.symbolic.decomposition import AlgebraicNumber
from berknash.symbolic.engines.finite import engine as solution
from berknash.symbolic.engines.finite.engine import solve_players
from berknash.symbolic.errors import DefectError
from berknash.symbolic.game.game import load_game
from berknash.symbolic.results.solution import Solution

LITERATURE = Path(__file__).parent.parent / "examples" / "literature"


def named(name: str) -> Solution:
    return solve_players(load_game(LITERATURE / f"{name}.toml"))


def first_weights(entry: Any) -> list[str]:
    """Each player's weight on the first action."""
    return [str(own[0][1][0][1]) for own in entry.strategy]


# Nash's poker. A hand is ("high" or "low"); a strategy says with which probability to bet in a situation, which is the
# player's own hand and what the others did so far.

Bet = Callable[[int, bool, str], float]
"""Player, whether the hand is high, what was done so far as "p" and "b" (pass, bet) in turn -> probability of a bet."""


def chips(hands: tuple[bool, ...], bets: set[int]) -> list[float]:
    """What each player gains when these have bet: two chips as ante, two as bet, the best hands that bet share."""
    if not bets:
        return [0.0, 0.0, 0.0]
    gains = [-4.0 if player in bets else -2.0 for player in range(3)]
    pot, best = -sum(gains), max(hands[player] for player in bets)
    winners = [player for player in bets if hands[player] == best]
    for player in winners:
        gains[player] += pot / len(winners)
    return gains


def expected(bet: Bet) -> list[float]:
    """The gains expected over the deal, by the rules: turns in rotation until all pass or all answered an opening."""
    total = [0.0, 0.0, 0.0]

    def go(hands: tuple[bool, ...], done: str, weight: float) -> None:
        opened = done.find("b")
        over = len(done) == 3 if opened < 0 else len(done) == opened + 3
        if over:
            bets = {place % 3 for place, action in enumerate(done) if action == "b"}
            for player, gain in enumerate(chips(hands, bets)):
                total[player] += weight * gain / 8
            return
        player = len(done) % 3
        share = bet(player, hands[player], done)
        for action, part in (("b", share), ("p", 1 - share)):
            if part:
                go(hands, done + action, weight * part)

    for hands in product((True, False), repeat=3):
        go(hands, "", 1.0)
    return total


def reduced(first: float, high: float, low: float, third: float) -> Bet:
    """The behaviour that Nash leaves open: who opens with what; calls are with high hands only."""

    def bet(player: int, is_high: bool, done: str) -> float:
        if "b" in done:
            return float(is_high)
        return ((first, 0.0), (high, low), (1.0, third))[player][0 if is_high else 1]

    return bet


def test_the_payoffs_of_nashs_poker_follow_from_the_rules() -> None:
    players = tomllib.loads((LITERATURE / "nash_poker.toml").read_text())["players"]
    assert list(players) == ["first", "second_high", "second_low", "third"]
    owner = (0, 1, 1, 2)
    for profile in product(("open", "pass"), repeat=4):
        gains = expected(reduced(*(float(action == "open") for action in profile)))
        for place, player in enumerate(players.values()):
            others = "/".join(action for k, action in enumerate(profile) if k != place)
            assert float(Fraction(player["payoff"][profile[place]][others])) == pytest.approx(gains[owner[place]])


def test_nashs_poker_has_the_published_equilibrium_and_values() -> None:
    """Nash 1951: a = (21 - sqrt 321)/10, (5 - 2a)/(5 + a), (4a - 1)/(5 + a), (5a + 1)/4; -.147, -.096 and .243."""
    (found,) = named("nash_poker").equilibria
    assert not named("nash_poker").undecided and found.dimension == 0
    weights = [own[0][1][0][1] for own in found.strategy]
    assert str(weights[0]) == "21/10 - sqrt(321)/10"
    shares = [float(w) if isinstance(w, AlgebraicNumber) else float(approximate(w) or 0) for w in weights]
    a = (21 - 321**0.5) / 10
    assert shares == [pytest.approx(v) for v in (a, (5 - 2 * a) / (5 + a), (4 * a - 1) / (5 + a), (5 * a + 1) / 4)]
    assert [round(s, 3) for s in shares] == [0.308, 0.826, 0.044, 0.635]
    assert [round(v, 3) for v in expected(reduced(*shares))] == [-0.147, -0.096, 0.243]


def test_nobody_gains_by_other_play_in_the_whole_poker_game() -> None:
    """Every pure strategy of the whole game, with all calls and openings, pays at most the value at the equilibrium."""
    a = (21 - 321**0.5) / 10
    base = reduced(a, (5 - 2 * a) / (5 + a), (4 * a - 1) / (5 + a), (5 * a + 1) / 4)
    values = expected(base)
    situations = (("", "pbb", "pbp", "ppb"), ("b", "p", "ppbb", "ppbp"), ("bb", "bp", "pb", "pp"))
    for player, own in enumerate(situations):
        for choices in product((0.0, 1.0), repeat=4):
            # Hands are dealt apart, so that it is enough to change play with one of them at a time.
            for turned in (True, False):
                plan = dict(zip(own, choices, strict=True))

                def bet(
                    who: int,
                    is_high: bool,
                    done: str,
                    plan: dict[str, float] = plan,
                    one: int = player,
                    hand: bool = turned,
                ) -> float:
                    return plan[done] if who == one and is_high == hand else base(who, is_high, done)

                assert expected(bet)[player] <= values[player] + 1e-9


def test_a_unique_equilibrium_may_be_irrational() -> None:
    """Nau, Gomez Canovas & Hansen 2004, section 4; with p, q, r on the first actions, by hand:

    row    q (1 + 2r) = (1 - q)(2 - r),   q = (2 - r)/(3 + r)
    column p (1 + r) = (1 - p)(3 - 2r),   p = (3 - 2r)/(4 - r)
    matrix 2pq = 3(1 - p)(1 - q), that is 2(3 - 2r)(2 - r) = 3(1 + r)(1 + 2r), 2r**2 + 23r - 9 = 0.
    """
    solution = named("nau_irrational")
    (found,) = solution.equilibria
    assert not solution.undecided and found.dimension == 0
    assert first_weights(found) == ["53/46 - sqrt(601)/46", "-13/24 + sqrt(601)/24", "-23/4 + sqrt(601)/4"]
    r = (601**0.5 - 23) / 4
    assert (3 - 2 * r) / (4 - r) == pytest.approx((53 - 601**0.5) / 46)
    assert (2 - r) / (3 + r) == pytest.approx((601**0.5 - 13) / 24)


def test_a_curve_of_completely_mixed_equilibria() -> None:
    """Nau, Gomez Canovas & Hansen 2004, section 5; with p, q, r on the first actions, by hand:

    row    q (1 - r) against 3qr,  column p (1 - r) against 3pr,  matrix 2pq against 3(1 - p)(1 - q).
    Completely mixed: r = 1/4 and pq - 3p - 3q + 3 = 0. At p = 1, q = 0 (and p = 0, q = 1) everything is tied but one
    player's choice, which needs r >= 1/4: segments from r = 1/4, the two incompletely mixed ends, to pure ones.
    """
    solution = named("nau_continuum")
    assert not solution.undecided
    pure = [first_weights(e) for e in solution.equilibria if e.pure]
    assert pure == [["1", "0", "1"], ["0", "1", "1"], ["0", "0", "0"]]
    first, second, curve = [e for e in solution.equilibria if not e.pure]
    for segment in (first, second):
        ends = [corner[0][1][0][1] for corner in segment.vertices[0][2]]
        assert sorted(str(w) for w in ends) == ["1", "1/4"]
    (text,) = curve.set_conditions
    p, q = "sigma(row, top)", "sigma(column, left)"
    assert f"{p}*{q} - 3*{p} - 3*{q} + 3 == 0" in text and "4*sigma(matrix, one) - 1 == 0" in text
    assert curve.dimension == 1 and text.endswith(f"{p} > 0 and {p} < 1")


def test_three_players_may_have_nine_equilibria() -> None:
    """McKelvey & McLennan 1997; row and column are indifferent iff (2q - 1)(4r - 1) = 0 and (2p - 1)(3r - 1) = 0.

    Matrix is iff 26pq - 8p - 8q + 2 = 0. Of the four choices two agree: r = 1/4, p = 1/2, q = 2/5 and r = 1/3, q = 1/2,
    p = 2/5. Three are partly mixed, four pure.
    """
    solution = named("nine_equilibria")
    assert not solution.undecided and all(e.dimension == 0 for e in solution.equilibria)
    assert sorted(first_weights(e) for e in solution.equilibria) == [
        ["0", "0", "1"],
        ["0", "1", "0"],
        ["0", "1/4", "1/3"],
        ["1", "0", "0"],
        ["1", "1", "1"],
        ["1/2", "1/2", "1"],
        ["1/2", "2/5", "1/4"],
        ["1/3", "1", "1/4"],
        ["2/5", "1/2", "1/3"],
    ]


def test_a_wrong_mixture_is_refused_by_the_definition(monkeypatch: pytest.MonkeyPatch) -> None:
    """A search that gives each weight to the next action is caught before anything is returned."""
    game = load_game(LITERATURE / "battle_of_the_sexes.toml")
    assert any(not e.pure for e in solve_players(game, {"a": 3}).equilibria)
    found = solution.plain_equilibria

    def turned(*arguments: Any) -> Any:
        entries, undecided = found(*arguments)
        return [
            replace(e, parts=tuple(
                replace(part, strategy=tuple((s, shifted(row)) for s, row in part.strategy)) for part in e.parts
            ))
            for e in entries
        ], undecided

    def shifted(row: Any) -> Any:
        actions, weights = zip(*row, strict=True)
        return tuple(zip(actions, (*weights[1:], weights[0]), strict=True))

    monkeypatch.setattr(solution, "plain_equilibria", turned)
    with pytest.raises(DefectError, match="the engine and the definition disagree"):
        solve_players(game, {"a": 3})
