"""Confirmation accepts the boundaries of the canonical trap and rejects every wrong claim about them."""

from __future__ import annotations

import json
from dataclasses import replace
from fractions import Fraction
from typing import Any

import mpmath
import pytest
from every_kind import GAMES

from berknash.numeric.best_fits import FittedModel
from berknash.numeric.confirm import BoundaryPoint, confirm_boundaries, in_domain
from berknash.numeric.structures import canonical
from berknash.numeric.tables import Precision
from berknash.proofs.brackets import bracketed
from berknash.proofs.confirmation import boundary_points, confirm, confirm_diagram
from berknash.symbolic.errors import GameError
from berknash.symbolic.expressions.reading import read_expression
from berknash.symbolic.game.data import Model
from berknash.symbolic.game.game import Game
from berknash.symbolic.solving.solve import phases

TRAP = """
format = 1
name = "trap"
assume = ["l < h"]
[parameters]
p = "(0, 1)"
q = "(0, 1)"
h = "(0, 1)"
l = "(0, 1)"
[players.agent]
actions = ["safe", "unsafe"]
outcomes = ["approve", "reject"]
truth.safe = { approve = "p", reject = "1 - p" }
truth.unsafe = { approve = "q", reject = "1 - q" }
payoff."*" = { approve = "1", reject = "0" }
[players.agent.models.merit]
predicts.safe = { approve = "h", reject = "1 - h" }
predicts.unsafe = { approve = "l", reject = "1 - l" }
[players.agent.models.agreement]
predicts.safe = { approve = "l", reject = "1 - l" }
predicts.unsafe = { approve = "h", reject = "1 - h" }
"""
SAFE: dict[str, Any] = {
    "supports": [["safe"]],
    "rationalizable": ["safe"],
    "absorbing": [["safe"]],
    "closed": [["safe"]],
    "cycles": [],
}
BOTH = ["safe", "unsafe"]
CYCLE: dict[str, Any] = {
    "supports": [BOTH],
    "rationalizable": BOTH,
    "absorbing": [BOTH],
    "closed": [BOTH],
    "cycles": [BOTH],
}
BETWEEN = {**CYCLE, "supports": [["safe"]]}


def trap(**values: str) -> Game:
    return Game.from_toml(TRAP).at(values)


def threshold() -> dict[str, Any]:
    """h = 4/5, l = 2/5: p* = log 3 / log 6."""
    return {"p": mpmath.log(3) / mpmath.log(6), "q": Fraction(3, 10)}


ASYMMETRIC = BoundaryPoint("p*log(6) - log(3)", "p", threshold, below=CYCLE, on=BETWEEN, above=SAFE)


def test_irrational_boundary_agrees_to_twenty_digits_from_both_sides() -> None:
    result = confirm_boundaries(trap(h="4/5", l="2/5"), [ASYMMETRIC])
    assert result.agree and result.distance == Fraction(1, 10)
    (point,) = result.points
    assert [check.side for check in point.checks] == ["on", *["below"] * 20, *["above"] * 20]
    assert all(check.agrees for check in point.checks)
    assert json.loads(json.dumps(result.to_json()))["points"][0]["distance"] == "1e-1"


def test_expressions_are_evaluated_at_the_working_precision() -> None:
    exact = {
        "p": read_expression("log(3)/log(6)", [], where="here"),
        "q": read_expression("3/10", [], where="here"),
    }
    assert confirm_boundaries(trap(h="4/5", l="2/5"), [replace(ASYMMETRIC, point=exact)]).agree


def test_agreement_starts_where_the_next_boundary_ends() -> None:
    # At q = 1/2 - 1/200 the phase below p = 1/2 is the cycle; moving q up by more than 1/200 crosses q = 1/2.
    point = BoundaryPoint(
        "1000*q - 495", "q", {"p": Fraction(3, 10), "q": Fraction(99, 200)}, below=CYCLE, on=CYCLE, above=CYCLE
    )
    result = confirm_boundaries(trap(h="4/5", l="1/5"), [point])
    assert result.agree and result.distance == Fraction(1, 1000)
    assert {(c.side, c.exponent) for c in result.points[0].checks if c.agrees is False} == {("above", 2)}


@pytest.mark.parametrize("side", ["below", "on", "above"])
def test_a_wrong_claim_on_any_side_is_found(side: str) -> None:
    wrong = {"below": SAFE, "on": SAFE, "above": CYCLE}[side]
    result = confirm_boundaries(trap(h="4/5", l="2/5"), [replace(ASYMMETRIC, **{side: wrong})])
    assert not result.agree and result.distance is None
    assert any(check.agrees is False and check.differs for check in result.points[0].checks)
    assert result.table()[1][3:] == ("no", "none") and "NO AGREEMENT" in str(result)


def test_a_boundary_off_by_a_trillionth_is_found() -> None:
    def shifted() -> dict[str, Any]:
        return {**threshold(), "p": threshold()["p"] + mpmath.mpf(10) ** -12}

    result = confirm_boundaries(trap(h="4/5", l="2/5"), [replace(ASYMMETRIC, point=shifted)])
    (point,) = result.points
    assert not result.agree
    # It is in the phase above, on the point and at every distance that does not reach back below the threshold.
    assert {check.side for check in point.checks if check.agrees is False} == {"on", "below"}


def test_points_outside_the_domain_are_not_agreement() -> None:
    point = BoundaryPoint(
        "p", "p", {"p": Fraction(1, 10**6), "q": Fraction(3, 10)}, below=CYCLE, on=CYCLE, above=CYCLE
    )
    result = confirm_boundaries(trap(h="4/5", l="2/5"), [point])
    outside = [check for check in result.points[0].checks if check.agrees is None]
    # 10^-6 itself leads to p = 0, outside the open domain.
    assert [(check.side, check.exponent) for check in outside] == [("below", 6)]
    assert result.agree and result.points[0].exponent == 7
    beyond = replace(point, point={"p": Fraction(2), "q": Fraction(3, 10)})
    assert not confirm_boundaries(trap(h="4/5", l="2/5"), [beyond]).agree


def test_nothing_claimed_is_nothing_confirmed() -> None:
    empty = replace(ASYMMETRIC, below=None, on=None, above=None)
    assert not confirm_boundaries(trap(h="4/5", l="2/5"), [empty]).agree
    nowhere = confirm_boundaries(trap(h="4/5", l="2/5"), [])
    assert nowhere.agree and nowhere.distance is None and str(nowhere) == "no boundaries to confirm"
    one_sided = confirm_boundaries(trap(h="4/5", l="2/5"), [replace(ASYMMETRIC, below=None)])
    assert one_sided.agree and {c.side for c in one_sided.points[0].checks} == {"on", "above"}


def test_domain_and_assumptions_are_respected() -> None:
    game = Game.from_toml(TRAP)
    inside = {name: mpmath.mpf(value) / 10 for name, value in {"p": 5, "q": 5, "h": 6, "l": 4}.items()}
    tie = mpmath.mpf(10) ** -30
    assert in_domain(game, inside, tie)
    assert not in_domain(game, {**inside, "l": inside["h"]}, tie)
    assert not in_domain(game, {**inside, "p": mpmath.mpf(1)}, tie)


def test_canonical_forms() -> None:
    assert canonical("supports", [["b", "a"], ["a"], ["a", "b"]]) == [["a"], ["a", "b"]]
    assert canonical("supports", [{"agent": ["b", "a"]}]) == [["a", "b"]]
    assert canonical("cycles", [["b", "c", "a"]]) == [["a", "b", "c"]] != canonical("cycles", [["a", "c", "b"]])
    assert canonical("transitions", [("b", "a"), ("a", "a")]) == [["a", "a"], ["b", "a"]]
    assert canonical("rationalizable", {"row": ["b", "a"], "column": []}) == {"row": ["a", "b"], "column": []}


def test_points_that_do_not_fit_the_game_are_refused() -> None:
    game = trap(h="4/5", l="2/5")
    with pytest.raises(GameError, match="value for each of"):
        confirm_boundaries(game, [replace(ASYMMETRIC, point={"p": Fraction(1, 2)})])
    with pytest.raises(GameError, match="move along one"):
        confirm_boundaries(game, [replace(ASYMMETRIC, direction="h")])


def test_the_tolerance_is_part_of_the_answer() -> None:
    # With ties within 10^-10, points 10^-12 away cannot be told from the boundary: no agreement is claimed.
    coarse = confirm_boundaries(trap(h="4/5", l="2/5"), [ASYMMETRIC], Precision(50, 10))
    assert not coarse.agree and coarse.to_json()["tie"] == "1e-10"


def paying(gain: str, domain: str, assume: tuple[str, ...] = ()) -> Game:
    """Action u pays this, action v nothing."""
    half = {"*": {"y": "1/2", "n": "1/2"}}
    payoff = {"u": {"y": gain, "n": gain}, "v": {"y": "0", "n": "0"}}
    agent = {
        "actions": ["u", "v"],
        "outcomes": ["y", "n"],
        "truth": half,
        "payoff": payoff,
        "models": {"m": {"predicts": half}},
    }
    return Game.from_dict(
        {"format": 1, "name": "paid", "parameters": {"x": domain}, "assume": list(assume), "players": {"agent": agent}}
    )


@pytest.mark.parametrize("gain", ["1", "x"])
def test_without_boundaries_there_is_nothing_to_confirm(gain: str) -> None:
    result = confirm(paying(gain, "(0, 1)"))
    assert result.agree and not result.disagrees
    inside, line = str(result).splitlines()
    assert line == "no boundaries to confirm" and inside.startswith("agreement at 13 of 13 points")
    assert (result.to_json()["agree"], result.to_json()["points"]) == (True, [])


@pytest.mark.parametrize(
    "gain",
    ["exp(x) - 10**12", "sqrt(x) - x + 1", "exp(x) - x - 2", "sqrt(x)*log(x) - x/10", "exp(-x) - sqrt(x)"],
)
def test_a_boundary_without_an_exact_point_is_bracketed(gain: str) -> None:
    game = paying(gain, "(0, oo)")
    result = confirm(game)
    (point,) = result.points
    assert result.agree and point.numerical and "(numerical)" in str(result)
    assert result.to_json()["points"][0]["numerical"] is True
    diagram = phases(game)
    (atom,) = range(len(diagram.table.atoms))
    (around,) = bracketed(diagram, atom, 6)
    # Where it lies is not taken on trust: with its sides turned around it disagrees.
    assert confirm_boundaries(game, [replace(around, below=around.above, above=around.below)]).disagrees


@pytest.mark.parametrize("gain", ["log(x) - 10000"])
def test_a_boundary_without_a_known_point_is_untested(gain: str) -> None:
    result = confirm(paying(gain, "(0, oo)"))
    assert not result.agree and not result.disagrees and result.points == ()
    *_, line = str(result).splitlines()
    assert line.endswith(": not tested, no point of it is known exactly")
    assert result.to_json()["agree"] is None and len(result.to_json()["untested"]) == 1


PLACES = [f"{sign}e{exponent}" for sign in ("1", "7") for exponent in (-90, -15, -3, 3, 15, 200)]


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("gain", ["x - {0}", "1/x - 1/{0}", "x**3 - {0}**3", "log(x) - log({0})", "x**2 - 2*{0}**2"])
def test_boundaries_are_confirmed_wherever_they_lie(gain: str, place: str) -> None:
    result = confirm(paying(gain.format(place), "(0, oo)"))
    assert len(result.points) == 1 and result.agree
    # A wrong claim there is found as well.
    (point,) = boundary_points(phases(paying(gain.format(place), "(0, oo)")))
    turned = replace(point, below=point.above, above=point.below)
    assert confirm_boundaries(paying(gain.format(place), "(0, oo)"), [turned]).disagrees


@pytest.mark.parametrize(
    ("gain", "assume", "count"),
    [
        ("1 - x - 1e-40", (), 1),
        ("(x - 1/2)*(x - 1/2 - 1e-30)", (), 2),
        ("x - 1/2 - 1e-31", ("x > 1/2", "x < 1/2 + 1e-30"), 1),
        ("(x - 1e-30)**2*(x - 1e-31)", (), 2),
    ],
)
def test_boundaries_close_to_ends_and_to_each_other_are_confirmed(
    gain: str, assume: tuple[str, ...], count: int
) -> None:
    result = confirm(paying(gain, "(0, 1)", assume))
    assert result.agree and len(result.points) == count
    assert all(point.precision.digits > 120 for point in result.points)
    assert "at least 120 digits" in str(result)


def test_places_beyond_the_digits_are_untested() -> None:
    point = BoundaryPoint("x", "x", {"x": Fraction(1, 10**2000)}, None, {"rationalizable": ["u"]}, None)
    result = confirm_boundaries(paying("x", "(0, 1)"), [point])
    assert result.points == () and "x = 1.0e-2000 is too far out or too close" in str(result)


@pytest.mark.parametrize("kind", ["agent with a family", "players", "signals"])
def test_false_diagrams_of_other_kinds_are_caught(kind: str) -> None:
    diagram = phases(GAMES[kind])
    assert confirm_diagram(diagram).agree
    first, second, *rest = diagram.phases
    swapped = (replace(first, structure=second.structure), replace(second, structure=first.structure), *rest)
    assert confirm_diagram(replace(diagram, phases=swapped)).disagrees
    # A mixed equilibrium that is shown with weights that are none.
    piece = next(p for p in diagram.pieces if any(not e.pure for e in p.equilibria))
    wrong = replace(piece, equilibria=tuple(e for e in piece.equilibria if e.pure))
    mended = replace(diagram, phases=tuple(wrong if p == piece else p for p in diagram.phases))
    mended = replace(mended, strata=tuple(wrong if p == piece else p for p in diagram.strata))
    (*_, check) = [s for s in confirm_diagram(mended).samples if s.piece.split(",")[0].split()[-1] == piece.name]
    assert not check.agrees and check.differs == ("supports",)


def box(where: list[str], rows: dict[str, str]) -> Model:
    """A family with two coordinates in the unit square."""
    family = {
        "theta": {"a": "[0, 1]", "b": "[0, 1]"}, "where": where,
        "predicts": {action: {"yes": chance, "no": f"1 - ({chance})"} for action, chance in rows.items()},
    }  # fmt: skip
    law = {"yes": "1/2", "no": "1/2"}
    game = Game.from_dict({"format": 1, "name": "box", "players": {"agent": {
        "actions": list(rows), "outcomes": ["yes", "no"], "truth": {"*": law}, "payoff": {"*": {"yes": 0, "no": 0}},
        "models": {"family": family}}}})  # fmt: skip
    return game.players[0].models[0]


@pytest.mark.parametrize(
    ("where", "rows", "seen", "corners"),
    [
        # Only the sum is seen: 3/4 of what can be, so that a + b = 3/2, a segment of best fits.
        ([], {"l": "(a + b)/2", "r": "a"}, {"l": "3/4"}, {("1/2", "1"), ("1", "1/2")}),
        # Both are seen, and both are within.
        ([], {"l": "(a + b)/2", "r": "a"}, {"l": "1/2", "r": "1/4"}, {("1/4", "3/4")}),
        # a + b <= 1 and both are seen half too often: the nearest is in the middle of the edge.
        (["a + b <= 1"], {"l": "a", "r": "b"}, {"l": "3/4", "r": "3/4"}, {("1/2", "1/2")}),
        # What happens for sure is fitted best at an end.
        ([], {"l": "a", "r": "b"}, {"l": "1", "r": "0"}, {("1", "0")}),
    ],
)
def test_best_fits_of_two_coordinates(
    where: list[str], rows: dict[str, str], seen: dict[str, str], corners: set[tuple[str, str]]
) -> None:
    with mpmath.workdps(60):
        chances = {action: mpmath.mpf(Fraction(q).numerator) / Fraction(q).denominator for action, q in seen.items()}
        shown = {("", action): (q, 1 - q) for action, q in chances.items()}
        found = FittedModel(box(where, rows), {}, Precision(60, 30)).best(shown)
        points = {tuple(str(Fraction(mpmath.nstr(x, 20)).limit_denominator(1000)) for x in c) for c in found.corners}
    assert points == corners


@pytest.mark.parametrize(("seen", "best"), [("1/4", ["0.5"]), ("1", ["1.0", "-1.0"])])
def test_best_fits_of_a_curved_family(seen: str, best: list[str]) -> None:
    """The chance is x**2 on [0, 1], so that 1/4 is fitted by 1/2; on [-1, 1] a sure yes is fitted at both ends."""
    low = "0" if seen == "1/4" else "-1"
    family = {"theta": {"x": f"[{low}, 1]"}, "predicts": {"*": {"yes": "x**2", "no": "1 - x**2"}}}
    game = Game.from_dict({"format": 1, "name": "curve", "players": {"agent": {
        "actions": ["l"], "outcomes": ["yes", "no"], "truth": {"*": {"yes": "1/2", "no": "1/2"}},
        "payoff": {"*": {"yes": 0, "no": 0}}, "models": {"family": family}}}})  # fmt: skip
    with mpmath.workdps(60):
        chance = mpmath.mpf(Fraction(seen).numerator) / Fraction(seen).denominator
        fits = FittedModel(game.players[0].models[0], {}, Precision(60, 30)).best({("", "l"): (chance, 1 - chance)})
        assert sorted(mpmath.nstr(x, 12) for (x,) in fits.corners) == sorted(best)
