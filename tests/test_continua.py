"""Sets of equilibria as they are printed: points of them pass the definition, points beside them do not.

`berknash.numeric.printed_sets` reads the documents of solutions and compares them with the definition, at parameters
fixed and free; the large count is `benchmarks/continua.py`.
"""

from __future__ import annotations

import random
from fractions import Fraction
from typing import Any

import pytest
from catalogue import PHASES, game_of

from berknash.numeric.printed_sets import compare, entries_at, same_entries, truth_of
from berknash.symbolic.errors import GameError
from berknash.symbolic.game.game import Game
from berknash.symbolic.solving.solve import phases, solve
from berknash.testing_ties import random_tied_game


def game(parameters: dict[str, str], truth: Any, payoff: Any, models: dict[str, Any]) -> Game:
    def row(good: str) -> dict[str, str]:
        return {"y": good, "n": f"1 - ({good})"}

    return Game.from_dict({"format": 1, "name": "sets", "parameters": parameters, "players": {"agent": {
        "actions": list(payoff), "outcomes": ["y", "n"], "truth": {a: row(g) for a, g in truth.items()},
        "payoff": {a: {"y": win, "n": lose} for a, (win, lose) in payoff.items()},
        "models": {m: {"predicts": {a: row(g) for a, g in rows.items()}} for m, rows in models.items()},
    }}})  # fmt: skip


def agrees(solved: Game, values: dict[str, Fraction], count: int = 2, free: Any = None) -> int:
    """Free and fixed solutions print the same entries, and both what the definition says; the points inside."""
    document = free or solve(solved).to_json()
    fixed = solve(solved, values or None).to_json()
    there = solved.at(values) if values else solved
    first = compare(solved, document, values, random.Random(str(values)), count)
    second = compare(there, fixed, {}, random.Random(str(values)), count)
    assert first.faults == second.faults == []
    if not document.get("undecided"):
        assert same_entries(entries_at(solved, document, values), entries_at(there, fixed, {}))
    return first.inside


BOUNDARY = game(
    {"a": "(0, 1/2)"}, {"*": "1/3"}, {"u": ("1", "0"), "v": ("0", "1")},
    {"m": {"*": "(1/2 - a)**2"}, "n": {"*": "1/2"}},
)  # fmt: skip

# All of u, v, w tie under half, and w is best under the others; u and w fit half exactly, v fits it worst. So all
# mixtures that half fits best are equilibria, up to where first or second, whichever fits v better, ties with it:
# K(first, v) < K(second, v) iff p < 1/3. The supports, transitions and sets do not depend on p.
CORNER = game(
    {"p": "(13/50, 2/5)"}, {"u": "1/2", "v": "1/4", "w": "1/2"},
    {"u": ("1", "0"), "v": ("0", "1"), "w": ("1", "0")},
    {"half": {"*": "1/2"}, "first": {"u": "1/4", "v": "p", "w": "3/4"}, "second": {"u": "1/4", "v": "1/3", "w": "3/4"}},
)  # fmt: skip


@pytest.mark.parametrize("a", ["1/100", "1/10", "1/4", "2/5"])
def test_a_set_is_not_described_by_ties_that_hold_on_a_boundary_alone(a: str) -> None:
    """The segment is one of equilibria wherever n fits at least as well as m; where both tie it is the same segment."""
    (segment,) = [e for e in solve(BOUNDARY).equilibria if e.dimension]
    assert segment.set_conditions == ("sigma(u) > 0 and sigma(v) > 0",)
    assert str(segment.condition) == "16*a**4 - 32*a**3 + 16*a - 1 >= 0"
    assert agrees(BOUNDARY, {"a": Fraction(a)}) > 0


@pytest.mark.parametrize("p", ["3/10", "1/3", "19/50"])
def test_sets_whose_corners_change(p: str) -> None:
    assert agrees(CORNER, {"p": Fraction(p)}) > 0


def test_phases_say_where_a_closed_form_holds() -> None:
    """One phase, in which the corner of the segment on u and v is a tie with first up to 1/3 and with second beyond."""
    diagram = phases(CORNER)
    (phase,) = diagram.phases
    assert phase.condition.is_always() and not diagram.strata
    moving = [e for e in phase.equilibria if e.support == ("u", "v")]
    assert {str(e.condition) for e in moving} == {"p <= 1/3", "p > 1/3"}
    (document,) = diagram.to_json()["phases"]
    assert sum("condition" in e for e in document["equilibria"]) == 6
    for p in (Fraction(3, 10), Fraction(19, 50)):
        there = {e.support: e for e in solve(CORNER, {"p": p}).equilibria}
        for entry in document["equilibria"]:
            if "condition" in entry and truth_of(entry["condition"], {"p": p}):
                shown = dict(there[tuple(entry["support"]["agent"])].strategy)
                assert all(truth_of(f"{w} == {shown[a]}", {"p": p}) for a, w in entry["strategy"]["agent"].items())


def test_multiples_of_a_relation_are_printed_once() -> None:
    """The fourth model is the second again."""
    rows = {"one": {"*": "1/2"}, "two": {"u": "1/4", "v": "7/8"}, "three": {"u": "7/8", "v": "1/4"}}
    solved = game({}, {"*": "1/3"}, {"u": ("1", "0"), "v": ("0", "1")}, {**rows, "again": rows["two"]})
    (segment,) = [e for e in solve(solved).equilibria if e.dimension]
    (line,) = segment.set_conditions
    relations = line.split(" and ")
    assert relations[:2] == ["sigma(u) > 0", "sigma(v) > 0"] and len(relations) == 4
    assert agrees(solved, {}) > 0


def test_relations_that_hold_on_the_whole_simplex_are_left_out() -> None:
    """All actions show the same: every model fits better or worse everywhere, and nothing is said of the weights."""
    models = {"fair": {"*": "1/2"}, "low": {"*": "1/8"}, "high": {"*": "9/10"}}
    solved = game({}, {"*": "1/2"}, {"u": ("1", "0"), "v": ("0", "1")}, models)
    (segment,) = [e for e in solve(solved).equilibria if e.dimension]
    assert segment.set_conditions == ("sigma(u) > 0 and sigma(v) > 0",)
    assert agrees(solved, {}) > 0


@pytest.mark.parametrize("truth", PHASES, ids=lambda truth: truth.id)
def test_printed_sets_of_the_catalogue(truth: Any) -> None:
    solved = game_of(truth.game).at(dict(truth.at)) if truth.at else game_of(truth.game)
    if len(solved.parameters) > 2:
        solved = solved.at({p.name: "1/3" for p in solved.parameters[2:]}) if _allows(solved) else solved
    document = solve(solved).to_json()
    generator = random.Random(truth.id)
    for _ in range(2):
        values = {}
        for p in solved.parameters:
            low, high = p.domain.low or Fraction(0), p.domain.high or Fraction(2)
            values[p.name] = low + (high - low) * Fraction(generator.randint(1, 7), 8)
        try:
            solved.at(values)
        except GameError:
            continue
        agrees(solved, values, 1, document)


def _allows(solved: Game) -> bool:
    try:
        solved.at({p.name: "1/3" for p in solved.parameters[2:]})
    except GameError:
        return False
    return True


@pytest.mark.parametrize(
    ("kind", "numbers"),
    [("finite", (0, 2, 4, 7, 8, 13)), ("families", (0, 1, 2, 3)), ("planes", (0, 1)), ("pairs", (1, 3)),
     ("normal forms", (0, 1, 2)), ("signals", (2,)), ("player families", (0, 1, 2, 29))],
)  # fmt: skip
def test_printed_sets_of_games_with_ties(kind: str, numbers: tuple[int, ...]) -> None:
    for number in numbers:
        drawn = random_tied_game(random.Random(f"2 {kind} {number}"), kind)
        generator = random.Random(number)
        values = {p.name: Fraction(generator.randint(1, 11), 12) for p in drawn.parameters}
        document = solve(drawn).to_json()
        assert compare(drawn, document, values, random.Random(number), 1).faults == []
        if values:
            agrees(drawn, values, 1, document)


def test_a_wrong_set_is_noticed() -> None:
    """The comparison sees a set that is too small, one that is too large, and a point shown that is not on it."""
    values = {"p": Fraction(3, 10)}
    document = solve(CORNER, values).to_json()
    assert not compare(CORNER.at(values), document, {}, random.Random(1)).faults
    for change in ({"conditions": ["sigma(u) > 0 and sigma(v) > 0 and sigma(u) - sigma(v) == 0"]},
                   {"conditions": ["sigma(u) > 0 and sigma(v) > 0"]}):  # fmt: skip
        entries = [{**e, **change} if e["support"]["agent"] == ["u", "v"] else e for e in document["equilibria"]]
        assert compare(CORNER.at(values), {**document, "equilibria": entries}, {}, random.Random(1), 8).faults
