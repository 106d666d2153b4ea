"""Rewritings of logarithms, roots and exponentials hold on the whole domain; zeros far out; conditions as found."""

from __future__ import annotations

import random
from fractions import Fraction

import pytest
from flint import fmpq

from berknash.proofs.claims.conjectures import phase_theorems
from berknash.proofs.claims.when import when
from berknash.proofs.confirmation import confirm
from berknash.proofs.search.prover import Undecided
from berknash.symbolic.algebra.elements import element_of
from berknash.symbolic.algebra.ring import Ring
from berknash.symbolic.algebra.text import element_text
from berknash.symbolic.cells.conditions import Condition
from berknash.symbolic.engines.finite.agent_engine import solve
from berknash.symbolic.errors import GameError, UndecidedError
from berknash.symbolic.expressions.reading import read_expression, read_relation
from berknash.symbolic.game.game import Game
from berknash.symbolic.game.parameter_space import game_ring
from berknash.symbolic.logengine import LineFunction, isolate_roots
from berknash.symbolic.solving.phases import phases
from berknash.testing_conditions import Case, Counts, check_claim, check_phases, check_solution, draw_case, draw_claim

HALF = {"*": {"y": "1/2", "n": "1/2"}}


def game_of(domains: dict[str, str], *payoffs: str, assume: tuple[str, ...] = ()) -> Game:
    """Actions u, v, w with payoffs that do not depend on the outcome; v gets nothing where no payoff is given."""
    gains = dict(zip("uvw", payoffs if len(payoffs) > 1 else (*payoffs, "0"), strict=False))
    return Game.from_dict(
        {
            "format": 1,
            "name": "rewritten",
            "parameters": domains,
            "assume": list(assume),
            "players": {
                "agent": {
                    "actions": list(gains),
                    "outcomes": ["y", "n"],
                    "truth": HALF,
                    "payoff": {action: {"y": gain, "n": gain} for action, gain in gains.items()},
                    "models": {"m": {"predicts": HALF}},
                }
            },
        }
    )


ORDERED = game_of({"a": "(0, 1)", "b": "(0, 1)"}, "log((a-b)**2) + 3", assume=("a < b",))
NEGATIVE = game_of({"x": "(-3, -1)"}, "log(x**2) - 1")
LINE = game_of({"x": "(-oo, oo)"}, "1")


@pytest.mark.parametrize(
    ("game", "claim", "condition"),
    [
        (ORDERED, "strict(u)", "2*log(b - a) + 3 > 0"),
        (NEGATIVE, "strict(u)", "x < -exp(1/2)"),
        (NEGATIVE, "strict(v)", "x > -exp(1/2)"),
        (game_of({"x": "(-3, -1)"}, "log(x**2) - 1", "0", "log(x**2)/3"), "strict(u)", "x < -exp(3/4)"),
        (LINE, "x != 0 and log(x**2) > 0", "x < -1 or x > 1"),
        (LINE, "x != 1 and log((x-1)**2) > 0", "x < 0 or x > 2"),
        (LINE, "log(x**2) > 0", "x < -1 or x > 1"),
        (LINE, "log((x-1)**2) > 0", "x < 0 or x > 2"),
        (LINE, "not log(x**2) > 0", "x**2 > 0 and x >= -1 and x <= 1"),
        (LINE, "x < 0 and log(x**2) > 1", "x**2 > 0 and x < 0 and log(x**2) - 1 > 0"),
        (LINE, "sqrt((x-1)**2) < 1", "x > 0 and x < 2"),
        (LINE, "exp(2*x) - exp(x) > 2", "x > log(2)"),
        (NEGATIVE, "sqrt(x**2) > x", "always"),
        (NEGATIVE, "sqrt(x**2) == -x", "always"),
        (NEGATIVE, "sqrt(-x) > 3/2", "x < -9/4"),
        (NEGATIVE, "exp(log(x**2)) > 4", "x < -2"),
        (NEGATIVE, "exp(log(x**2)/2) == -x", "always"),
        (game_of({"x": "(1, 5)"}, "log(x - 1)"), "strict(u)", "x > 2"),
        (game_of({"a": "(-2, -1)", "b": "(-4, -2)"}, "1"), "sqrt(a*b) == sqrt(-a)*sqrt(-b)", "always"),
        (game_of({"x": "(0, oo)"}, "1/(log(x)**2 + 1) - 1/5"), "strict(u)", "x > exp(-2) and x < exp(2)"),
        (game_of({"x": "(0, oo)"}, "100 - log(x)"), "strict(u)", "x < exp(100)"),
        (game_of({"x": "(0, oo)"}, "1000 + log(x)"), "strict(u)", "x > exp(-1000)"),
        (game_of({"x": "(0, oo)"}, "1000000 - log(x)"), "strict(u)", "x < exp(1000000)"),
        (game_of({"x": "(0, oo)"}, "log(x)**2 - 1000000"), "strict(u)", "x < exp(-1000) or x > exp(1000)"),
        (game_of({"x": "(1/2, oo)"}, "log(2*x - 1) - log(9) - 1"), "strict(u)", "x > 9*exp(1)/2 + 1/2"),
        (game_of({"x": "(0, oo)"}, "sqrt(x) - 10**6"), "strict(u)", "x > 1000000000000"),
        (game_of({"x": "(-oo, oo)"}, "exp(x) - 10**12"), "strict(u)", "x > log(1000000000000)"),
        (game_of({"x": "(0, oo)"}, "exp(1 - x) - 1/2"), "strict(u)", "x < log(2) + 1"),
        (game_of({"a": "(0, 1)"}, "(a**2 - 1/2)*(a - 1/3)"), "strict(v)", "a > 1/3 and a < sqrt(2)/2"),
        (game_of({"a": "(0, 1)"}, "(a**2 - 1/2)*(a - 1/3)"), "strict(u)", "a < 1/3 or a > sqrt(2)/2"),
    ],
)
def test_conditions_that_have_a_short_right_form(game: Game, claim: str, condition: str) -> None:
    assert str(when(game, claim)) == condition


def test_solutions_and_phases_are_written_with_the_sign_of_the_domain() -> None:
    conditions = {str(e.condition) for e in solve(NEGATIVE).equilibria}
    assert conditions == {"2*log(-x) - 1 == 0", "2*log(-x) - 1 > 0", "2*log(-x) - 1 < 0"}
    assert [str(p.condition) for p in phases(NEGATIVE).phases] == ["2*log(-x) - 1 > 0", "2*log(-x) - 1 < 0"]


@pytest.mark.parametrize("game", [NEGATIVE, game_of({"x": "(1, 9)"}, "log(x)*x - 3"), ORDERED.at({"a": "1/10"})])
def test_boundaries_inside_logarithms_are_confirmed(game: Game) -> None:
    assert confirm(game).agree


def test_thresholds_beyond_written_numbers_leave_a_cell_without_a_point() -> None:
    diagram = phases(game_of({"x": "(0, oo)"}, "30000 - log(x)"))
    assert [(str(p.condition), p.witnessed) for p in diagram.phases] == [
        ("log(x) - 30000 < 0", True),
        ("log(x) - 30000 > 0", True),
    ]
    assert diagram.undecided == ()
    above = next(cell for cell in diagram.cells if dict(cell.signs)[0] > 0)
    assert above.sample == ()


@pytest.mark.parametrize(("text", "bits"), [("log(x) - 100", 144), ("log(x)*x - 2**64*3", 60), ("5000 - log(x)", 7213)])
def test_zeros_far_out_are_bracketed(text: str, bits: int) -> None:
    ring, element = element_of(Ring.of_parameters(["x"]), read_expression(text, ["x"], where="test"))
    (root,) = isolate_roots(LineFunction.of(ring, element.numerator, "x"), fmpq(0), None).roots
    while root.upper > 2 * root.lower:
        root.halve()
    assert abs(int(root.upper.p).bit_length() - int(root.upper.q).bit_length() - bits) <= 2


def test_zeros_out_of_reach_are_undecided_not_endless() -> None:
    ring, element = element_of(Ring.of_parameters(["x"]), read_expression("log(x) - 10**20", ["x"], where="test"))
    with pytest.raises(UndecidedError, match="closer to infinity than"):
        isolate_roots(LineFunction.of(ring, element.numerator, "x"), fmpq(0), None)


def test_theorems_that_proofs_do_not_cover_are_listed_without_a_proof() -> None:
    theorems = phase_theorems(phases(game_of({"a": "(0, 1)"}, "(a**2 - 1/2)*(a - 1/3)")))
    assert len(theorems) == 3
    assert any(isinstance(t.answer, Undecided) and "sqrt(2)" in t.answer.reason for t in theorems)


@pytest.mark.parametrize(
    ("domains", "assume", "text", "written"),
    [
        ({"x": "(-3, -1)"}, (), "log(x**2)", "2*log(-x)"),
        ({"x": "(-1, 1)"}, (), "log((x - 2)**3*(x - 3))", "log((2 - x)**3*(3 - x))"),
        ({"x": "(-1, 1)"}, (), "log((2*x + 1)**4)", "2*log((2*x + 1)**2)"),
        ({"x": "(-1, 1)"}, (), "log((2*x + 1)**2*(x + 2))", "log((2*x + 1)**2*(x + 2))"),
        ({"x": "(-oo, 0]"}, (), "sqrt(x**2)", "-x"),
        ({"x": "(-oo, oo)"}, (), "sqrt(x**2)", "sqrt(x**2)"),
        ({"x": "(-oo, oo)"}, (), "sqrt(x**4)", "x**2"),
        ({"x": "(-3, -1)"}, (), "sqrt(1/x**2)", "-1/x"),
        ({"a": "(0, 1)", "b": "(0, 1)"}, ("a < b",), "sqrt((a - b)**2)", "b - a"),
        ({"a": "(0, 1)", "b": "(0, 1)"}, ("b < a",), "exp(log((a - b)**2)/2)", "a - b"),
        ({"x": "(0, 1)"}, (), "exp(2*x + 1)/exp(x)", "exp(x + 1)"),
    ],
)
def test_rewritings_meet_their_side_conditions(
    domains: dict[str, str], assume: tuple[str, ...], text: str, written: str
) -> None:
    ring, element = element_of(
        game_ring(game_of(domains, "1", assume=assume)), read_expression(text, list(domains), where="test")
    )
    assert element_text(ring, element) == written


@pytest.mark.parametrize("seed", range(36))
def test_printed_conditions_say_what_the_definition_says(seed: int) -> None:
    draw = random.Random(seed)
    choose = draw.randint
    try:
        case = draw_case(choose, 2, 1)
    except GameError:
        return  # the payoff drawn is not defined on the domain drawn; other seeds are
    counts = Counts()
    check_claim(case, "strict(u)", choose, 12, counts)
    try:
        check_claim(case, draw_claim(choose, case.names), choose, 12, counts)
    except GameError as error:
        assert "undefined" in str(error)  # an odd power in a logarithm or root that is negative somewhere
    if seed % 6 == 0:
        check_solution(case, solve(case.game), choose, 6, counts)
        check_phases(case, phases(case.game), choose, 6, counts)
    assert counts.defects == []
    assert counts.evaluations


def test_the_comparison_with_the_definition_finds_undefined_and_wrong_conditions() -> None:
    counts = Counts()
    for text in ("log(x) > 0", "x > -2", "x < -2"):
        condition = Condition((read_relation(text, ["x"], where="test"),))
        counts.condition(condition, {"x": Fraction(-5, 2)}, True, "test")
    assert len(counts.defects) == 2
    assert "undefined" in counts.defects[0]
    gains = {"u": "log(x**2) - 1", "v": "0"}
    case = Case(NEGATIVE, tuple((a, read_expression(gain, ["x"], where=a)) for a, gain in gains.items()))
    assert case.best({"x": Fraction(-2)}) == {"u"}
    assert case.best({"x": Fraction(-3, 2)}) == {"v"}
