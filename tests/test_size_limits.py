"""What is too large is refused before it is computed with, in one line; numbers beyond all floats do no harm."""

from __future__ import annotations

import json
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from flint import fmpq, fmpz

from berknash.cli import main
from berknash.numeric.learners import simulate
from berknash.proofs.claims.claim_proofs import prove_claim
from berknash.proofs.claims.language import read_claim
from berknash.proofs.claims.when import when
from berknash.proofs.search.points import rational_points
from berknash.symbolic.decomposition.isolation import isolate, simplest_gap
from berknash.symbolic.errors import BudgetError, GameError
from berknash.symbolic.expressions.expanded_size import check_size
from berknash.symbolic.expressions.reading import read_expression
from berknash.symbolic.floats import LARGEST, float_or_none, nearest_float
from berknash.symbolic.game.game import Game
from berknash.symbolic.size_limits import MAXIMAL_CLAIM_NESTING
from berknash.symbolic.solving.solve import phases, solve

HUGE = "7" * 401
ROWS = {"*": {"a": "1/2", "b": "1/2"}}


def game_of(payoff: str, **parameters: str) -> Game:
    """Action u pays this, action v nothing."""
    return Game.from_dict(document(payoff, **parameters))


def document(payoff: str, **parameters: str) -> dict[str, Any]:
    """The same as a document."""
    return {
        "format": 1, "name": "sized", "parameters": parameters,
        "players": {"agent": {
            "actions": ["u", "v"], "outcomes": ["a", "b"], "truth": ROWS,
            "payoff": {"u": {"a": payoff, "b": payoff}, "v": {"a": "0", "b": "0"}},
            "models": {"m": {"predicts": {"*": {"a": "1/3", "b": "2/3"}}},
                       "n": {"predicts": {"*": {"a": "2/3", "b": "1/3"}}}}}},
    }  # fmt: skip


LETTERS = [f"t{place}" for place in range(8)]


def test_a_power_of_a_sum_in_a_payoff_is_refused() -> None:
    power = f"({'+'.join(LETTERS)})**64"
    with pytest.raises(GameError, match=r"payoff.u.a: the expression, of degree 64 in 8 symbols, expands to more than"):
        game_of(power, **dict.fromkeys(LETTERS, "(0, 1)"))


@pytest.mark.parametrize("ask", [when, prove_claim])
@pytest.mark.parametrize(
    ("claim", "message"),
    [
        (f"({'+'.join(LETTERS)})**64 > 0", "claim: the expression, of degree 64 in 8 symbols, expands to more than"),
        ("exp(10**20) > t0", r"claim: exp\(100000000000000000000\) is beyond exp\(5000\)"),
        ("exp(exp(exp(3))) > t0", r"claim: exp\(exp\(exp\(3\)\)\) is beyond exp\(5000\)"),
        ("t0 > 0 => " * 200 + "t1 > 0", f"claim: more than {MAXIMAL_CLAIM_NESTING} claims inside each other"),
        (" iff ".join(["t0 > 0"] * 200), f"claim: more than {MAXIMAL_CLAIM_NESTING} claims inside each other"),
        ("not " * 200 + "t1 > 0", f"claim: more than {MAXIMAL_CLAIM_NESTING} claims inside each other"),
    ],
)
def test_claims_beyond_the_bounds(ask: Any, claim: str, message: str) -> None:
    with pytest.raises(GameError, match=message) as caught:
        ask(game_of("t0", **dict.fromkeys(LETTERS, "(0, 1)")), claim)
    assert "\n" not in str(caught.value)


def test_hypotheses_within_the_bound_are_read() -> None:
    most = MAXIMAL_CLAIM_NESTING - 1
    assert str(read_claim("p > 0 => " * most + "p > 1", ["p"], [])).count("=>") == most


@pytest.mark.parametrize(
    "text",
    ["p*q*r*s*t*u*v*w*x*y", "(p + q)**64/(1 + p)**64", "p**60*q**60*r**60*s**60", "exp(1000)*p", "log(p)**9*log(q)**9"],
)
def test_expressions_that_stay_small_are_accepted(text: str) -> None:
    check_size(read_expression(text, [*"pqrstuvwxy"], where="here"))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("log((p + q + r + s + t)**64)", "of degree 64 in 6 symbols"),
        ("1/(p + q + r + s + t)**64", "of degree 64 in 5 symbols"),
        (f"(p*{HUGE}{HUGE}{HUGE} + q*{HUGE} + r)**64", "bits in all"),
        ("((p**64)**64)**64", "beyond the limit of 64"),
        ("(((p + 1)**64 + 1)**64 + 1)**64", "bits in all"),
        ("*".join(f"(p**64 + {n})**64" for n in range(1, 6)), "of a degree beyond 20000"),
    ],
)
def test_expressions_that_become_large_are_refused(text: str, message: str) -> None:
    with pytest.raises(GameError, match=message):
        check_size(read_expression(text, [*"pqrst"], where="here"))


def test_a_zero_beyond_the_bound_is_described_by_its_function() -> None:
    for payoff in ("log(p) + 10**20", "10**20 - log(p)"):
        found = phases(game_of(payoff, p="(0, oo)")).phases
        side = "+" if payoff.startswith("log") else "-"
        assert sorted(str(phase.condition) for phase in found) == [
            f"log(p) {side} {10**20} < 0",
            f"log(p) {side} {10**20} > 0",
        ]


def test_a_zero_far_out_is_bracketed() -> None:
    assert str(when(game_of("100 - log(x)", x="(0, oo)"), "strict(u)").condition) == "x < exp(100)"


def test_large_constants_are_compared() -> None:
    assert str(when(game_of("p - exp(1000)", p="(0, oo)"), "strict(u)").condition) == "p > exp(1000)"
    diagram = phases(game_of("p - q*exp(1000)", p="(0, oo)", q="(0, 1)"))
    assert sorted(str(phase.condition) for phase in diagram.phases) == ["p < q*exp(1000)", "p > q*exp(1000)"]
    diagram = phases(game_of(f"{HUGE}*p - 1", p="(0, 1)"))
    assert sorted(str(phase.condition) for phase in diagram.phases) == [f"p < 1/{HUGE}", f"p > 1/{HUGE}"]


def test_numbers_beyond_all_floats_in_claims() -> None:
    game = game_of("p", p="(0, oo)", q="(0, 1)")
    assert str(when(game, f"p > {HUGE}").condition) == f"p > {HUGE}"
    verdict = prove_claim(game, f"p > {HUGE} => p > q")
    assert verdict.status == "proved"
    assert prove_claim(game, f"p < {HUGE}").status in ("refuted", "undecided")


@pytest.mark.parametrize(
    "claim", ["p > 1e-400", "p**2 > 1e-800", "p*1e400 > 1", "strict(u) => p > 1e-400"]
)
def test_thresholds_below_all_floats_beside_a_logarithm(claim: str) -> None:
    verdict = prove_claim(game_of("log(p) + 10**20", p="(0, 1)"), claim)
    assert verdict.status == "refuted"
    place = dict(verdict.counterexample)["p"]
    assert isinstance(place, Fraction)
    assert 0 < place <= Fraction(1, 10**400)


def test_documents_say_null_for_numbers_beyond_all_floats() -> None:
    text = json.dumps(solve(game_of(f"{HUGE}*p", p="(0, 1)"), {"p": "1/2"}).to_json(), allow_nan=False)
    assert json.loads(text)["equilibria"][0]["support"] == {"agent": ["u"]}
    assert float_or_none(Fraction(10**400)) is None and float_or_none(Fraction(1, 2)) == 0.5


def test_exact_numbers_become_finite_floats() -> None:
    large = 10**400
    for value in (large, Fraction(large), Fraction(large, 3), fmpz(large), fmpq(large, 3)):
        assert nearest_float(value) == LARGEST and nearest_float(-value) == -LARGEST
    assert nearest_float(Fraction(large + 1, large)) == 1.0 and nearest_float(fmpq(1, 3)) == 1 / 3


def test_a_rational_between_large_roots_is_found_in_few_steps() -> None:
    from flint import fmpz_poly

    (root,) = isolate(fmpz_poly([-(2**3000 + 1), 0, 1]), fmpq(0), None)
    assert simplest_gap(root, None, None, None) == fmpq(2**1500 + 1)


@pytest.mark.parametrize("count", [14, 21])
def test_proofs_with_many_parameters_hold_no_grid_in_memory(count: int) -> None:
    names = [f"t{place}" for place in range(count)]
    game = game_of("t0", **dict.fromkeys(names, "(0, 1)"))
    assert prove_claim(game, "t0 > t1 => strict(u)").status == "proved"
    verdict = prove_claim(game, "t0 + t1 > t2 => t3 > 0 and t5 < t6")
    point = dict(verdict.counterexample)
    assert verdict.status == "refuted" and point["t0"] + point["t1"] > point["t2"] and point["t5"] >= point["t6"]


def test_points_of_a_grid_of_many_parameters_satisfy_the_constraints() -> None:
    from berknash.proofs.search.facts import Space, context_of

    names = tuple(f"t{place}" for place in range(30))
    points = list(rational_points(Space(names, (), (), context_of(list(names))), [], 5))
    assert len(points) == 5 and all(set(point) == set(names) for point in points)


def test_simulations_beyond_the_bounds() -> None:
    game = game_of("1")
    with pytest.raises(BudgetError, match=r"2000000 agents hold \d+ numbers in memory, .* use at most"):
        simulate(game, 2_000_000, 2, 0)
    with pytest.raises(BudgetError, match="beyond the limit of 200000000"):
        simulate(game, 1_000_000, 10_000, 0)
    with pytest.raises(GameError, match="seed = -1: must be at least 0"):
        simulate(game, 2, 2, -1)


def test_logarithms_of_logarithms_have_no_certificate_and_say_so() -> None:
    verdict = prove_claim(game_of("p", p="(0, 1)"), "log(-log(p)) > 0")  # iff p < exp(-1)
    assert verdict.status == "refuted" and verdict.certificate is None
    assert dict(verdict.counterexample)["p"] > Fraction(3679, 10_000)
    assert "no certificate: " in verdict.reason and "the logarithm of a logarithm" in verdict.reason


@pytest.mark.parametrize("payoff", ["1/(log(p)**2 + 1) - 1/5", "p/log(2) - 1/5", "1/(log(p)**2 + p) - 1/5"])
def test_logarithms_in_denominators_have_no_certificate_and_say_so(payoff: str) -> None:
    verdict = prove_claim(game_of(payoff, p="(0, 1)"), "strict(u) or strict(v)")
    assert verdict.status == "refuted" and verdict.certificate is None  # a tie somewhere, at an irrational point
    assert verdict.reason.startswith("fails at p = ") and "logarithms in a denominator" in verdict.reason


@pytest.mark.parametrize(
    "options",
    [["--effort", "nan"], ["--effort", "inf"], ["--effort", "-1"], ["--seconds", "nan"], ["--seconds", "0"]],
)
def test_options_of_prove_that_are_no_numbers(options: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        main(["prove", "game.toml", "p > 0", *options])
    assert caught.value.code == 2 and options[1] in capsys.readouterr().err


def test_a_negative_seed_on_the_command_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "game.toml"
    path.write_text(game_of("1").to_toml(), encoding="utf-8")
    assert main(["simulate", str(path), "--seed", "-1"]) == 2
    assert "seed = -1" in capsys.readouterr().err


def test_the_command_line_says_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "game.toml"
    path.write_text(game_of("p", p="(0, 1)", q="(0, 1)").to_toml(), encoding="utf-8")
    for command in ("when", "prove"):
        for claim in ("log(p - q) > 0", "1/(p - p) > 0", "sqrt(p - 2) > 0", "p > 0 => " * 200 + "p > 0"):
            assert main([command, str(path), claim]) == 2
            captured = capsys.readouterr()
            assert captured.out == "" and captured.err.startswith(f"berknash: {path}: claim: ")
            assert captured.err.count("\n") == 1
