"""What is printed for sets and in phases, and which game files are taken: short, complete, and never more than proved.

Relations of printed sets are judged from their text (`numeric.superfluous_relations`), positive predictions at points
(`numeric`): neither knows of the engines.
"""

from __future__ import annotations

import random
from fractions import Fraction
from pathlib import Path
from typing import Any

import mpmath
import pytest

from berknash.cli import main
from berknash.numeric.printed_sets import compare, number_of
from berknash.numeric.superfluous_relations import superfluous_relations
from berknash.printout import phases_text
from berknash.symbolic.errors import BerknashError, NotSupportedError
from berknash.symbolic.game.game import Game
from berknash.symbolic.interchange.normal_form import from_payoff_matrices
from berknash.symbolic.logengine.cells import UndecidedBox
from berknash.symbolic.results.undecided_boxes import hulls
from berknash.symbolic.solving.solve import phases, solve
from berknash.testing_ties import random_tied_game

# Relations of sets


@pytest.mark.parametrize(
    ("kind", "numbers"),
    [("pairs", (0, 2, 3, 6, 8, 10)), ("normal forms", range(8)), ("player families", range(3)), ("finite", (0, 1, 5))],
)
def test_every_relation_of_a_printed_set_says_something(kind: str, numbers: Any) -> None:
    """No two are positive multiples of each other, none is about the parameters alone, none holds on the simplex."""
    for number in numbers:
        game = random_tied_game(random.Random(f"3 {kind} {number}"), kind)
        document = solve(game).to_json()
        assert superfluous_relations(game, document).faults == [], number
        values = {p.name: Fraction(5, 12) for p in game.parameters}
        assert compare(game, document, values, random.Random(number), 1).faults == [], number


def test_payoffs_that_tie_at_an_end_of_their_condition() -> None:
    """Under d = 1 nothing is said of (1 - d) times a weight; under d < 1 it is a sign, known too."""
    matrix = [["d", "1"], ["1", "1"]]
    game = from_payoff_matrices([matrix, matrix], parameters={"d": "(0, 1]"})
    document = solve(game).to_json()
    sets = [entry for entry in document["equilibria"] if entry["dimension"]]
    assert sets and superfluous_relations(game, document).faults == []
    assert not any("1 - d" in line for entry in sets for line in entry["conditions"])


def test_superfluous_relations_are_noticed() -> None:
    matrix = [["1", "0"], ["1", "0"]]
    game = from_payoff_matrices([matrix, [["0", "0"], ["0", "0"]]], parameters={"d": "(0, 1)"})
    entry = {
        "support": {"player1": ["a1", "a2"], "player2": ["a1"]}, "condition": "d < 1/2", "dimension": 1,
    }  # fmt: skip
    first, second = "sigma(player1, a1)", "sigma(player1, a2)"

    def faults(line: str) -> int:
        document = {"equilibria": [{**entry, "conditions": [line]}]}
        return len(superfluous_relations(game, document).faults)

    assert faults(f"{first} > 0 and (1)*{first} + (-2)*{second} >= 0") == 0
    assert faults(f"(1)*{first} + (-2)*{second} >= 0 and (d)*{first} + (-2*d)*{second} >= 0") == 1
    assert faults(f"(1)*{first} + (-2)*{second} == 0 and (-d)*{first} + (2*d)*{second} == 0") == 1
    assert faults(f"(1 - 2*d)*{first} >= 0") == faults(f"(d)*{first} + (d)*{second} == 0") == 1
    assert faults(f"(1 - 3*d)*{first} >= 0") == 0


# Phases of two players


def two(pay: str, domain: str) -> Game:
    matrix = [[pay, "0"], ["0", "1"]]
    return from_payoff_matrices([matrix, matrix], parameters={"x": domain})


@pytest.mark.parametrize(
    ("pay", "domain", "conditions"),
    [
        ("log(x**2) - 1", "(-3, -1)", {"2*log(-x) - 1 > 0", "2*log(-x) - 1 < 0"}),
        ("log(log(log(x))**2) - 1", "(3, oo)", {"2*log(log(log(x))) - 1 > 0", "2*log(log(log(x))) - 1 < 0"}),
        ("log(log(log(x))**2) - 1/3", "(1, 2)", {"6*log(-log(log(x))) - 1 > 0", "6*log(-log(log(x))) - 1 < 0"}),
        ("x*(x - 1)*sqrt(x**2)", "(-oo, oo)", {"x > 0 and x < 1", "x < 0 or x > 1"}),
        ("sqrt((x - 1)**2) - 1", "(-oo, oo)", {"x > 0 and x < 2", "x < 0 or x > 2"}),
        ("log(1 - x + x**2)", "(-oo, oo)", {"x > 0 and x < 1", "x < 0 or x > 1"}),
        ("x**2*(x - 1)", "(-oo, oo)", {"x != 0 and x < 1", "x > 1"}),
    ],
)
def test_conditions_of_two_players_are_simple(pay: str, domain: str, conditions: set[str]) -> None:
    """Both meet at the first action, worth `pay`, or at the second, worth 1; at -1 < pay < 0 one is left."""
    diagram = phases(two(pay, domain))
    assert {str(phase.condition) for phase in diagram.phases} == conditions
    assert all(phase.witnessed for phase in diagram.phases)


@pytest.mark.parametrize("number", range(6))
def test_strata_list_their_equilibria(number: int) -> None:
    generator = random.Random(number)
    entries = ["0", "1", "x", "x - 1/2", "2*x", "1 - x"]
    matrices = [[[generator.choice(entries) for _ in range(2)] for _ in range(2)] for _ in range(2)]
    diagram = phases(from_payoff_matrices(matrices, parameters={"x": "(-1, 1)"}))
    document = diagram.to_json()
    text = phases_text(diagram)
    for part in (*document["phases"], *document["strata"]):
        shown = [e["support"] for e in part["equilibria"]]
        assert all(support in shown for support in part["structure"]["supports"])
    assert text.count("\n       equilibrium ") == sum(
        len(part["equilibria"]) for kind in ("phases", "strata") for part in document[kind]
    )


# Undecided boxes


WEDGE = """
format = 1
name = "wedge"
assume = ["a < b"]
[parameters]
a = "(0, 1)"
b = "(0, 1)"
[players.agent]
actions = ["u", "v"]
outcomes = ["y", "n"]
truth."*" = { y = "1/2", n = "1/2" }
payoff.u = { y = "log((a-b)**2) + 3", n = "log((a-b)**2) + 3" }
payoff.v = { y = "0", n = "0" }
models.m.predicts."*" = { y = "1/2", n = "1/2" }
"""


def test_nothing_stays_undecided_where_a_logarithm_ends_on_the_edge_of_the_domain(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """u pays more than v where 2 log(b - a) > -3, that is b - a > exp(-3/2)."""
    diagram = phases(Game.from_toml(WEDGE))
    assert diagram.undecided == ()
    found = {str(phase.condition): phase.structure.supports for phase in diagram.phases}
    assert sorted(found) == ["2*log(b - a) + 3 < 0", "2*log(b - a) + 3 > 0"]
    edge = mpmath.exp(mpmath.mpf(-3) / 2)
    for phase in diagram.phases:
        point = {name: Fraction(text) for name, text in phase.sample}
        gap = point["b"] - point["a"]
        assert (mpmath.mpf(gap.numerator) / gap.denominator > edge) == (phase.equilibria[0].support == ("u",))
    (stratum,) = diagram.strata
    assert str(stratum.condition) == "2*log(b - a) + 3 == 0" and stratum.dimension == 1
    path = tmp_path / "wedge.toml"
    path.write_text(WEDGE)
    assert main(["phases", str(path)]) == 0
    assert "undecided" not in capsys.readouterr().out


def test_many_undecided_boxes_are_told_in_one_line() -> None:
    diagram = phases(Game.from_toml(WEDGE))
    boxes = tuple(
        UndecidedBox(((Fraction(k, 99), Fraction(k + 1, 99)), (Fraction(0), None)), (0,), "too close")
        for k in range(40)
    )
    object.__setattr__(diagram, "undecided", boxes)
    (line,) = [line for line in phases_text(diagram).splitlines() if "undecided" in line and "close" in line]
    assert line == "undecided: 40 boxes within a in [0.0000000, 0.4040405], b in [0.0000000, oo]: too close"
    document = diagram.to_json()["undecided"]
    assert len(document["boxes"]) == 40
    assert document["hulls"] == [{"sides": [["0", "40/99"], ["0", None]], "count": 40, "reason": "too close"}]
    assert hulls(()) == ()


# Predictions that are positive, and those that are not


def predicting(good: str, parameters: dict[str, str]) -> Game:
    def row(good: str) -> dict[str, str]:
        return {"y": good, "n": f"1 - ({good})"}

    return Game.from_dict({"format": 1, "name": "signs", "parameters": parameters, "players": {"agent": {
        "actions": ["u", "v"], "outcomes": ["y", "n"], "truth": {"*": row("1/2")},
        "payoff": {"u": {"y": "1", "n": "0"}, "v": {"y": "0", "n": "1"}},
        "models": {"m": {"predicts": {"*": row(good)}}, "other": {"predicts": {"*": row("1/3")}}},
    }}})  # fmt: skip


UNIT = {"p": "(0, 1)", "q": "(0, 1)"}


@pytest.mark.parametrize(
    "good",
    ["sqrt(p*q)", "sqrt(p)", "exp(-p)", "1 - exp(-sqrt(2))", "sqrt(p) - p/2", "log(1 + p)", "exp(-p - q)",
     "exp(-p)/2 + sqrt(q)/2", "exp(-1/p)", "exp(-sqrt(p))", "exp(-p) - 1/3", "sqrt(p)*q", "1/(1 + sqrt(p))",
     "exp(-exp(p))"],
)  # fmt: skip
def test_predictions_that_stay_inside(good: str) -> None:
    game = predicting(good, UNIT)
    assert solve(game, {"p": "1/3", "q": "1/5"}).equilibria
    assert phases(game, at={"q": "1/5"}).phases


@pytest.mark.parametrize(
    ("good", "parameters"),
    [("exp(-p)", {"p": "[0, 1)"}), ("sqrt(p)", {"p": "[0, 1)"}), ("sqrt(p)", {"p": "(0, 1]"}),
     ("sqrt(p) - 1/2", {"p": "(0, 1)"}), ("exp(-p) - 2/5", {"p": "(0, 1)"}), ("p**2 - p + 1/4", {"p": "(0, 1)"}),
     ("log(2 - p)", {"p": "[0, 1]"}), ("exp(p) - 1", {"p": "[0, 1/2]"}), ("1 - sqrt(p)", {"p": "(0, 1]"}),
     ("exp(-p**2)", {"p": "(-1, 1)"})],
)  # fmt: skip
def test_predictions_that_reach_an_end_are_refused(good: str, parameters: dict[str, str]) -> None:
    with pytest.raises(BerknashError):
        solve(predicting(good, parameters))


def drawn(generator: random.Random, depth: int) -> str:
    """A term with values strictly between 0 and 1 for p and q there, by construction."""
    if depth == 0:
        return generator.choice(["p", "q", "1/2", "1/3", "p", "q"])
    inner = drawn(generator, depth - 1)
    other = drawn(generator, depth - 1)
    return generator.choice(
        [f"sqrt({inner})", f"exp(-({inner}))", f"({inner})*({other})", f"({inner})/2 + ({other})/2", f"1 - ({inner})",
         f"log(1 + {inner})", f"1/(1 + {inner})"]
    )  # fmt: skip


def test_predictions_positive_by_construction_are_taken_and_others_never() -> None:
    """Scaled so that the smallest value seen is negative, or reached at a closed end, the same term is refused."""
    generator = random.Random(5)
    taken = 0
    for _ in range(30):
        good = drawn(generator, generator.choice([1, 2, 2]))
        points = [{"p": Fraction(a, 9), "q": Fraction(b, 9)} for a in (1, 4, 8) for b in (1, 5, 8)]
        with mpmath.workdps(40):
            values = [number_of(good, point) for point in points]
        assert all(0 < value < 1 for value in values)
        names = good.replace("exp", "").replace("sqrt", "")
        used = {name: domain for name, domain in UNIT.items() if name == "p" or name in names}
        try:
            solve(predicting(good, used), dict.fromkeys(used, "1/3"))
            phases(predicting(good, used), over=sorted(used)[:1], at=dict.fromkeys(sorted(used)[1:], "1/3"))
            taken += 1
        except NotSupportedError as error:
            assert "may reach 0" in str(error)
        low, high = min(values), max(values)
        if high - low > mpmath.mpf(10) ** -6:
            between = Fraction(int((low + high) / 2 * 10**9), 10**9)
            with pytest.raises(BerknashError):
                solve(predicting(f"{good} - {between}", used))
    assert taken >= 28
