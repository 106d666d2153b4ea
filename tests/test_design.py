"""Designs: the exact sets are right inside, outside and on their boundary, and are proved."""

from __future__ import annotations

import math
from fractions import Fraction
from functools import cache
from itertools import product
from operator import eq, ge, gt, le, lt, ne
from pathlib import Path

import pytest

from berknash.proofs.check import check
from berknash.proofs.claims.when import when
from berknash.proofs.design.changes import design_command, with_copy
from berknash.proofs.design.designs import Design, design, goal_claim
from berknash.symbolic.algebra.signs import approximate
from berknash.symbolic.cells.conditions import Condition
from berknash.symbolic.errors import GameError, NotSupportedError
from berknash.symbolic.expressions.reading import Expression, Number, substitute
from berknash.symbolic.game.game import Game, load_game

EXAMPLES = Path(__file__).parents[1] / "examples"
SYCOPHANCY = load_game(EXAMPLES / "sycophancy.toml")


def _threshold(high: float, low: float) -> float:
    """p* = q*, where both models fit equally well."""
    return math.log((1 - low) / (1 - high)) / math.log(high * (1 - low) / (low * (1 - high)))


@cache
def _margin() -> Design:
    return design(SYCOPHANCY, "truthful", ["p", "q"], ["h", "l"], "p >= 3/5 and q <= 2/5")


def test_margin_design_is_where_the_threshold_lies_between() -> None:
    answer = _margin()
    assert answer.proof is not None and answer.proof.status == "proved"
    assert answer.proof.certificate is not None and check(answer.proof.certificate) >= 1
    assert answer.beyond_design is not None and answer.beyond_design.status == "refuted"
    assert answer.beyond_region is not None and answer.beyond_region.status == "refuted"
    values = [Fraction(k, 12) for k in range(1, 12)]
    for high, low in product(values, values):
        if low < high:
            assert _holds(str(answer.condition), high, low) == (2 / 5 < _threshold(float(high), float(low)) < 3 / 5)


def _holds(condition: str, high: Fraction, low: Fraction) -> bool:
    """A conjunction of ``polynomial > 0`` at a point, term by term."""
    polynomials = [part.removesuffix(" > 0") for part in condition.split(" and ")]
    return all(
        sum(_term(term, high, low) for term in text.replace(" - ", " + -").split(" + ")) > 0 for text in polynomials
    )


def _term(term: str, high: Fraction, low: Fraction) -> Fraction:
    value = Fraction(-1 if term.startswith("-") else 1)
    for factor in term.lstrip("-").replace("**", "^").split("*"):
        base, _, power = factor.partition("^")
        number = {"h": high, "l": low}.get(base)
        value *= Fraction(base) if number is None else number ** int(power or 1)
    return value


def test_open_half_region_allows_only_symmetric_models() -> None:
    answer = design(SYCOPHANCY, "truthful", ["p", "q"], ["h", "l"], "p > 1/2 and q < 1/2")
    assert str(answer.condition) == "h == 1 - l"
    assert answer.proof is not None and answer.proof.status == "proved"


@pytest.mark.parametrize("region", ["", "p > q", "p > 1/2 and q > 1/2"])
def test_no_design_is_found_out_and_the_defeating_environment_is_proved(region: str) -> None:
    answer = design(SYCOPHANCY, "truthful", ["p", "q"], ["h", "l"], region)
    assert not answer.exists and answer.decided
    assert answer.necessity and all(failure.status == "proved" for failure in answer.necessity)
    for verdict in answer.proofs().values():
        assert verdict.certificate is not None and check(verdict.certificate) >= 1
    claims = " ".join(verdict.claim for verdict in answer.proofs().values())
    assert "not rationalizable_only(truthful)" in claims and "log" in claims


def test_failing_environments_are_outside_the_goal_when_solved() -> None:
    """The closed form of the environment, evaluated at rational designs, gives a point where the goal fails."""
    answer = _margin()
    assert len(answer.necessity) == 2
    for failure, (high, low) in zip(answer.necessity, [("9/10", "3/5"), ("2/5", "1/10")], strict=True):
        assert failure.environment is not None
        chosen = {"h": Fraction(high), "l": Fraction(low)}
        values = {name: approximate(substitute(value, chosen)) for name, value in failure.environment}
        p, q = (Fraction(values[name] or 0).limit_denominator(10**6) for name in ("p", "q"))
        assert p >= Fraction(3, 5) and q <= Fraction(2, 5)
        at = {"p": p, "q": q, "h": high, "l": low}
        assert str(when(SYCOPHANCY, "rationalizable_only(truthful)", at)) == "never"


def _bet(ends: str, wide: str, win: str) -> Game:
    """One correct model of a bet whose odds are the environment, beside a sure payment that is chosen."""
    row = {"win": win, "lose": f"1 - ({win})", "paid": "0"}
    sure = {"win": "0", "lose": "0", "paid": "1"}
    return Game.from_dict({
        "format": 1, "name": "bet", "parameters": {"p": ends, "q": ends, "g": wide},
        "players": {"agent": {
            "actions": ["bet", "pass"], "outcomes": ["win", "lose", "paid"],
            "truth": {"bet": row, "pass": sure},
            "payoff": {"*": {"win": "1", "lose": "0", "paid": "g"}},
            "models": {"right": {"predicts": {"bet": row, "pass": sure}}}}},
    })  # fmt: skip


@pytest.mark.parametrize("ends", ["(0, 1)", "[1/4, 3/4]", "(1/4, 3/4]"])
@pytest.mark.parametrize("win", ["p", "(p + q)/2", "p*q", "1 - p + p*q"])
@pytest.mark.parametrize("safe", ["bet", "pass"])
def test_the_ends_of_the_environment_count(ends: str, win: str, safe: str) -> None:
    """The design set against the claim decided at single designs, without elimination.

    The chosen payment may exceed every chance of winning, so that the interval of the chance itself is what matters.
    """
    game = _bet(ends, "(-1, 2)", win)
    for region in ("", "q >= 1/3") if "*" in win else ("", "p > q", "p >= 1/3"):
        answer = design(game, safe, ["p", "q"], ["g"], region, verify=False)
        designs = [k * Fraction(1, 12) for k in range(-6, 20)]
        found = [value for value in designs if _inside(answer.condition, value)]
        claim = f"({region}) => rationalizable_only({safe})" if region else f"rationalizable_only({safe})"
        assert found == [value for value in designs if str(when(game, claim, {"g": value})) == "always"], region


def _inside(condition: Condition, value: Fraction) -> bool:
    """Whether a condition on g alone holds."""
    if condition.is_always():
        return True
    compare = {"<": lt, "<=": le, "==": eq, "!=": ne, ">=": ge, ">": gt}
    return any(
        all(
            compare[r.operator](*(_number(substitute(side, {"g": value})) for side in (r.left, r.right)))
            for r in conjunction
        )
        for conjunction in condition.alternatives
    )


def _number(expression: Expression) -> Fraction:
    assert isinstance(expression, Number)
    return expression.value


def test_deception_designs_do_not_depend_on_the_risk() -> None:
    game = load_game(EXAMPLES / "traps" / "deception.toml")
    answer = design(game, "honest", ["a"], ["x", "y"], at={"w": "1/5", "c": "2", "s": "1"})
    assert str(answer.condition) == "x > 4/15"  # and so y, as x < y
    for x, y in ((Fraction(4, 15), Fraction(1, 2)), (Fraction(3, 10), Fraction(1, 2))):
        at = {"w": "1/5", "c": "2", "s": "1", "x": x, "y": y}
        assert (str(when(game, "rationalizable_only(honest)", at)) == "always") == (x > Fraction(4, 15))


def test_region_may_speak_of_chosen_parameters() -> None:
    answer = design(SYCOPHANCY, "truthful", ["p", "q"], ["h", "l"], "p > h and q < l", verify=False)
    values = [Fraction(k, 6) for k in range(1, 6)]
    for high, low in product(values, values):
        if low < high:
            at = {"h": high, "l": low}
            # The threshold lies between the two predictions, so every such model class is a design.
            assert low < _threshold(float(high), float(low)) < high
            assert answer.condition.is_always() or answer.exists, at
    assert answer.sample is not None


def _square(entry: str) -> Game:
    return Game.from_dict({
        "format": 1, "name": "square", "parameters": {"p": "(0, 1)", "g": "(1/2, 1)", "c": "(-1, 1)"},
        "players": {"agent": {
            "actions": ["bet", "pass"], "outcomes": ["win", "lose"],
            "truth": {"*": {"win": entry, "lose": f"1 - {entry}"}},
            "payoff": {"bet": {"win": "1", "lose": "-1"}, "pass": {"win": "c", "lose": "c"}},
            "models": {"good": {"predicts": {"*": {"win": "g", "lose": "1 - g"}}},
                       "bad": {"predicts": {"*": {"win": "1/3", "lose": "2/3"}}}}}},
    })  # fmt: skip


def test_environment_inside_logarithms_is_refused_by_name() -> None:
    with pytest.raises(NotSupportedError, match="not linear in p"):
        design(_square("p**2"), "bet", ["p"], ["g"], at={"c": "0"})


def test_environment_of_higher_degree_is_eliminated_by_decomposition() -> None:
    """Models 3/4 and 1/3 tie at p**2 = log2(8/3)/log2(6); a sure payment c is safe iff it beats what each promises."""
    answer = design(_square("p**2"), "pass", ["p"], ["c"], at={"g": "3/4"})
    assert str(answer.condition) == "c > 1/2" and answer.proof is not None and answer.proof.status == "proved"
    assert not design(_square("p**2"), "bet", ["p"], ["c"], "p**2 > 1/4", at={"g": "3/4"}).condition.is_always()


@pytest.mark.parametrize(
    ("safe", "environment", "choose", "region", "goal"),
    [
        ("honest", ["p"], ["h"], "", "strict"),
        ("truthful", ["z"], ["h"], "", "strict"),
        ("truthful", ["p"], ["p"], "", "strict"),
        ("truthful", [], ["h"], "", "strict"),
        ("truthful", ["p"], ["h"], "p > 1/2 or q < 1/2", "strict"),
        ("truthful", ["p"], ["h"], "", "nice"),
    ],
)
def test_bad_requests_are_refused(safe: str, environment: list[str], choose: list[str], region: str, goal: str) -> None:
    with pytest.raises(GameError):
        design(SYCOPHANCY, safe, environment, choose, region, goal)


def test_way_from_a_present_class() -> None:
    answer = design_command(
        SYCOPHANCY, "truthful", ["p", "q"], ["h", "l"], "p >= 3/5 and q <= 2/5", at={"h": "9/10", "l": "3/5"}
    )
    assert answer.changes is not None and not answer.changes.safe_now
    assert answer.changes.removals == ("agreement",)
    assert answer.changes.distance is not None and answer.changes.distance.upper is not None
    assert 0 < answer.changes.distance.lower <= answer.changes.distance.upper
    assert answer.to_json()["changes"]["removals"] == ["agreement"]


def test_copy_of_a_model_has_its_own_parameters() -> None:
    larger, names = with_copy(SYCOPHANCY, "merit", ["h", "l"])
    assert names == ["h_new", "l_new"]
    assert [model.name for model in larger.players[0].models] == ["merit", "agreement", "merit_new"]


def test_absorbing_goal_means_the_only_absorbing_set() -> None:
    assert goal_claim("absorbing", "a", ["a", "b"]) == "absorbing(a) and not absorbing(b) and not absorbing(a, b)"
