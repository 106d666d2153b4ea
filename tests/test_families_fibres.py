"""Best fits in curved domains when play does not identify one direction: derived answers, and a grid."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from berknash.symbolic.definition.minimizers import kl_minimizers
from berknash.symbolic.engines.algebraic.agent import solve_families
from berknash.symbolic.errors import NotSupportedError
from berknash.symbolic.forms.laws import agent_of
from berknash.symbolic.game.game import Game


def law(mean: str) -> dict[str, str]:
    return {"mean": mean, "variance": "1"}


def game(true: tuple[str, str], other: str, where: list[str], payoff: str = "y") -> Game:
    """`one` shows a, `two` shows the other expression; the domain lies in the square [-1, 1] x [-1, 1]."""
    return Game.from_dict({"format": 1, "name": "curved", "players": {"agent": {
        "actions": ["one", "two"], "outcomes": "normal",
        "truth": {"one": law(true[0]), "two": law(true[1])}, "payoff": {"one": "y", "two": payoff},
        "models": {"pair": {"theta": {"a": "[-1, 1]", "b": "[-1, 1]"}, "where": where,
                            "predicts": {"one": law("a"), "two": law(other)}}},
    }}})  # fmt: skip


DISK, RING = ["a**2 + b**2 <= 1"], ["a**2 + b**2 <= 1", "a**2 + b**2 >= 1/4"]


def ends(case: Game, action: str) -> list[str]:
    return sorted(str(v) for v in kl_minimizers(agent_of(case), {action: 1}).vertices)


def test_the_fibre_of_a_disk_is_a_chord() -> None:
    """After one: a = 1/2, b anywhere in [-r, r], r = sqrt(3)/2; b = r > 1/2 makes two better than one, b = -r worse.

    After two: b = 0, a anywhere in [-1, 1]: both actions are best replies to some belief there too.
    """
    case = game(("1/2", "0"), "b", DISK)
    assert ends(case, "one") == ["pair(a = 1/2, b = -sqrt(3)/2)", "pair(a = 1/2, b = sqrt(3)/2)"]
    found = solve_families(case)
    assert {c.value for c in found.transitions} == {(i, j) for i in ("one", "two") for j in ("one", "two")}
    assert [(e.support, e.uniform, e.strict) for e in found.equilibria] == [
        (("one",), False, False), (("two",), False, False)
    ]  # fmt: skip
    (piece,) = found.equilibria[0].theta.pieces
    assert (piece.dimension, piece.equations) == (1, ("a == 1/2",))


def test_a_truth_outside_is_projected() -> None:
    """a = 3/2 is beyond the disk, whose nearest point in a is (1, 0) alone: a = 1 pays more than b = 0."""
    case = game(("3/2", "0"), "b", DISK)
    assert ends(case, "one") == ["pair(a = 1, b = 0)"]
    first = solve_families(case).equilibria[0]
    assert (first.support, first.strict) == (("one",), True)


def test_the_fibre_of_a_ring_has_two_intervals() -> None:
    """a = 0 leaves b in [-1, -1/2] and [1/2, 1]; at a = 3/4 the hole is passed and one chord is left."""
    assert ends(game(("0", "0"), "b", RING), "one") == [f"pair(a = 0, b = {b})" for b in ("-1", "-1/2", "1", "1/2")]
    assert len(ends(game(("3/4", "0"), "b", RING), "one")) == 2


def test_payoffs_that_curve_along_the_fibre_reach_their_greatest_inside() -> None:
    """Two pays 3/4 - b**2 in expectation, greatest at b = 0 inside the chord: 3/4 > a = 1/2, so it is a best reply.

    With 1/4 - b**2 it is best for no b at all, and one is locked in.
    """
    above = solve_families(game(("1/2", "0"), "b**2", DISK, payoff="3/4 - y"))
    assert ("one", "two") in {c.value for c in above.transitions}
    below = solve_families(game(("1/2", "0"), "b**2", DISK, payoff="1/4 - y"))
    assert [c.value for c in below.transitions if c.value[0] == "one"] == [("one", "one")]
    assert below.equilibria[0].strict


@settings(max_examples=25, deadline=None)
@given(
    st.tuples(*[st.integers(-6, 6).map(lambda k: Fraction(k, 4))] * 2),
    st.sampled_from([DISK, RING, ["b >= a**2"], ["a*b <= 1/8", "b >= a**3"], ["a**2 + 4*b**2 <= 1", "b >= a/2"]]),
    st.sampled_from(["b", "a + b", "a - 2*b"]),
    st.sampled_from(["one", "two"]),
)
def test_the_ends_are_those_of_a_grid(true: Any, where: list[str], other: str, action: str) -> None:
    """On a fine grid, the least and greatest b near the least divergence are the least and greatest end."""
    case = game((str(true[0]), str(true[1])), other, where)
    points = kl_minimizers(agent_of(case), {action: 1}).vertices
    a, b = numpy.meshgrid(numpy.linspace(-1, 1, 1601), numpy.linspace(-1, 1, 1601))
    inside = numpy.ones_like(a, bool)
    for relation in where:
        left, sign, right = relation.partition("<=") if "<=" in relation else relation.partition(">=")
        gap = arithmetic(right, a, b) - arithmetic(left, a, b)
        inside &= (gap if sign == "<=" else -gap) >= -1e-9
    shown = a if action == "one" else arithmetic(other, a, b)
    miss = numpy.where(inside, (shown - float(true[action == "two"])) ** 2, numpy.inf)
    near = miss <= miss.min() + 4e-5
    mine = [float(dict(v.coordinates)["b"]) for v in points]
    assert abs(min(mine) - b[near].min()) < 0.1 and abs(max(mine) - b[near].max()) < 0.1
    for v in points:
        at = dict(v.coordinates)
        seen = float(at["a"]) if action == "one" else float(arithmetic(other, float(at["a"]), float(at["b"])))
        assert (seen - float(true[action == "two"])) ** 2 <= miss.min() + 4e-3


def arithmetic(text: str, a: Any, b: Any) -> Any:
    """The few expressions above, on arrays."""
    return {
        "a**2 + b**2": lambda: a**2 + b**2, "b": lambda: b, "a**2": lambda: a**2, "a*b": lambda: a * b,
        "a**3": lambda: a**3, "a**2 + 4*b**2": lambda: a**2 + 4 * b**2, "a/2": lambda: a / 2, "a + b": lambda: a + b,
        "a - 2*b": lambda: a - 2 * b, "1": lambda: 1.0 + 0 * a, "1/4": lambda: 0.25 + 0 * a,
        "1/8": lambda: 0.125 + 0 * a,
    }[text.strip()]()  # fmt: skip


def test_what_is_beyond_it_says_so() -> None:
    case = Game.from_dict({"format": 1, "name": "ball", "players": {"agent": {
        "actions": ["one"], "outcomes": "normal", "truth": {"one": law("0")}, "payoff": {"one": "y"},
        "models": {"ball": {"theta": dict.fromkeys("abc", "[-1, 1]"), "where": ["a**2 + b**2 + c**2 <= 1"],
                            "predicts": {"one": law("a")}}},
    }}})  # fmt: skip
    with pytest.raises(NotSupportedError, match="two coordinates"):
        kl_minimizers(agent_of(case), {"one": 1})
