"""Counterexamples at irrational points, their solved games and certificates; hypotheses that contradict each other."""

from __future__ import annotations

import json
from fractions import Fraction
from pathlib import Path

import mpmath
import pytest
from test_quantifiers import urn

import berknash as bn
from berknash.cli import main
from berknash.numeric.tables import evaluate
from berknash.proofs.check import check_text
from berknash.proofs.search.coordinates import isolated
from berknash.proofs.search.prover import Limits
from berknash.symbolic.decomposition import AlgebraicNumber, sign_at
from berknash.symbolic.expressions.reading import read_expression
from berknash.symbolic.game.game import load_game

EXAMPLES = Path(__file__).resolve().parent.parent / "examples"
MIXED = "not equilibrium_support(bet, pass)"


@pytest.mark.parametrize(
    ("win", "claim", "expected"),
    [
        ("x**2", MIXED, {"x": "sqrt(2)/2"}),
        ("x**3", MIXED, {"x": "root(2*x**3 - 1, 1)"}),
        ("x**2*y", f"y == 3/4 => {MIXED}", {"x": "sqrt(6)/3", "y": "3/4"}),
        ("x**2*y", f"y == x**2 => {MIXED}", {"x": "root(2*x**4 - 1, 2)", "y": "sqrt(2)/2"}),
        ("x**5/2 + y/2", f"y == x => {MIXED}", {"x": "root(x**3 + x**2 - 1, 1)", "y": "root(x**3 + x**2 - 1, 1)"}),
    ],
)
def test_the_tie_at_an_irrational_probability_is_found_solved_and_certified(
    win: str, claim: str, expected: dict[str, str]
) -> None:
    """Betting and passing tie where the true chance of winning is 1/2, at no rational value of the parameters."""
    game = urn(win, "".join(n for n in "xy" if n in win))
    verdict = bn.prove(game, claim)
    assert verdict.status == "refuted"
    assert {n: str(v) for n, v in verdict.counterexample} == expected
    with mpmath.workdps(40):
        values = {n: mpmath.mpf(float(v)) for n, v in verdict.counterexample}
        assert abs(evaluate(read_expression(win, list(values), where="win"), values) - 0.5) < 1e-12
    assert verdict.solution is not None
    supports = sorted(e["support"]["agent"] for e in verdict.solution["equilibria"])
    assert supports == [["bet"], ["bet", "pass"], ["pass"]]
    (mixed,) = [e for e in verdict.solution["equilibria"] if not e["pure"]]
    assert mixed["strategy"]["agent"]["bet"]["exact"] == "1/2" or mixed["dimension"] == 1
    assert verdict.solution["rationalizable"] == {"agent": ["bet", "pass"]}
    irrational = [(n, v) for n, v in verdict.counterexample if isinstance(v, AlgebraicNumber)]
    if len(irrational) > 1:
        return  # that two irrational coordinates belong together is beyond the equations that a certificate gives
    assert verdict.refutation is not None
    assert check_text(json.dumps(verdict.refutation["certificate"])) >= 1
    ((name, polynomial, low, high),) = verdict.refutation["exists"]
    ((same, value),) = irrational
    assert same == name
    expression = read_expression(polynomial, [name], where="")
    ends = [evaluate(expression, {name: mpmath.mpf(float(Fraction(end)))}) for end in (low, high)]
    assert ends[0] * ends[1] < 0
    assert sign_at(value.polynomial, value) == 0
    assert isolated(value, game.parameters[0].domain) == (Fraction(low), Fraction(high))
    assert json.loads(json.dumps(verdict.to_json()))["counterexample"] == expected


def test_a_rational_counterexample_has_a_certificate_too() -> None:
    game = load_game(EXAMPLES / "sycophancy.toml")
    verdict = bn.prove(game, "p > 1/2 => unique(truthful)")
    assert verdict.status == "refuted"
    assert all(isinstance(value, Fraction) for _, value in verdict.counterexample)
    assert verdict.refutation is not None
    assert verdict.refutation["exists"] == []
    assert check_text(json.dumps(verdict.refutation["certificate"])) >= 1


@pytest.mark.parametrize(
    ("claim", "status"),
    [
        ("strict(bet) and not equilibrium(bet) => x > 2", "vacuous"),
        ("x < 1/2 => (strict(bet) => x > 2)", "vacuous"),
        ("unique(bet) and unique(pass) => x == 1/3", "vacuous"),
        ("x > 1/2 and x < 1/3 => strict(bet)", "vacuous"),
        ("x**2 == 1/2 => equilibrium_support(bet, pass)", "proved"),
        ("strict(bet) => x > 1/2", "proved"),
        ("x < 1/2 => (rationalizable(pass) => not strict(bet))", "proved"),
        ("not (strict(bet) and strict(pass))", "proved"),
    ],
)
def test_contradictory_hypotheses_are_reported_as_such(claim: str, status: str) -> None:
    """A proof from hypotheses that nothing satisfies says nothing; those that hold at an irrational point only do."""
    assert bn.prove(urn("x**2", "x"), claim).status == status


def test_limits_are_counts_and_name_themselves() -> None:
    game = load_game(EXAMPLES / "sycophancy.toml")
    claim = "p > 1/2 and q < 1/2 and h + l == 1 => unique(truthful)"
    assert bn.prove(game, claim).status == "proved"
    few = bn.prove(game, claim, Limits(nodes=1))
    assert few.status == "undecided"
    assert "limit of 1 cases" in few.reason
    assert Limits() == Limits(seconds=float("inf"))
    assert Limits().times(2).nodes == 2 * Limits().nodes
    late = bn.prove(game, claim, Limits(seconds=0.0))
    assert late.status == "undecided"
    assert "seconds" in late.reason


def test_the_command_prints_the_irrational_point(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "urn.toml"
    path.write_text(urn("x**2", "x").to_toml(), encoding="utf-8")
    assert main(["prove", str(path), MIXED, "--out", str(tmp_path / "out")]) == 1
    printed = capsys.readouterr()
    assert "counterexample x = sqrt(2)/2" in printed.out
    (certificate,) = (tmp_path / "out").glob("certificate-*.json")
    assert main(["check", str(certificate)]) == 0
    assert main(["when", str(path), "strict(bet)", "--within", "x"]) == 0
    assert capsys.readouterr().out.endswith("x > sqrt(2)/2\n")
