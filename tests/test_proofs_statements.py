"""The catalogue of statements with known truth, decided by search and confirmed independently of the search."""

from __future__ import annotations

import json
import subprocess
import sys
import tomllib
from collections.abc import Mapping
from fractions import Fraction
from pathlib import Path
from typing import Any

import mpmath
import pytest

from berknash.numeric.tables import evaluate
from berknash.proofs import check
from berknash.proofs.check import Rejected, check_text
from berknash.proofs.search.coordinates import Coordinate
from berknash.proofs.search.prover import Disproved, Proved, Undecided, claim_at
from berknash.proofs.search.statements import decide_statement, read_statement
from berknash.symbolic.algebra.parameters import read_interval
from berknash.symbolic.cells.domain import SIGNS_OF
from berknash.symbolic.expressions.reading import Relation, read_relation

CATALOGUE = tomllib.loads((Path(__file__).parent / "sign_statements.toml").read_text(encoding="utf-8"))["statement"]
TRUE = [entry for entry in CATALOGUE if entry["truth"]]
FALSE = [entry for entry in CATALOGUE if not entry["truth"]]


def decide(entry: dict[str, Any]) -> Any:
    return decide_statement(entry["parameters"], entry["hypotheses"], entry["claim"])


def test_the_catalogue_holds_fifty_of_each() -> None:
    assert len(TRUE) >= 50
    assert len(FALSE) >= 50
    assert len({(str(e["parameters"]), str(e["hypotheses"]), e["claim"]) for e in CATALOGUE}) == len(CATALOGUE)


@pytest.mark.parametrize("entry", TRUE, ids=[entry["name"] for entry in TRUE])
def test_true_statements_get_a_certificate_that_the_checker_accepts_as_text(entry: dict[str, Any]) -> None:
    answer = decide(entry)
    assert isinstance(answer, Proved), answer
    assert check_text(json.dumps(answer.certificate)) == answer.ends


@pytest.mark.parametrize("entry", FALSE, ids=[entry["name"] for entry in FALSE])
def test_false_statements_get_an_exact_point_where_they_fail(entry: dict[str, Any]) -> None:
    answer = decide(entry)
    assert isinstance(answer, Disproved), answer
    question = read_statement(entry["parameters"], entry["hypotheses"], entry["claim"])
    assert claim_at(question, answer.point) is False
    given = [link for text in entry["hypotheses"] for link in read_relation(text, list(answer.point), where="test")]
    claimed = read_relation(entry["claim"], list(answer.point), where="test")
    assert all(holds_at(relation, answer.point) for relation in given)
    assert not all(holds_at(relation, answer.point) for relation in claimed)
    for name, value in answer.point.items():
        assert read_interval(entry["parameters"][name], where=name).contains(Fraction(float(value)))


def holds_at(relation: Relation, point: Mapping[str, Coordinate]) -> bool:
    """By 120 digits and a tie of 1e-100, nothing of the search: coordinates are roots found by mpmath."""
    with mpmath.workdps(120):
        values = {}
        for name, value in point.items():
            if isinstance(value, Fraction):
                values[name] = mpmath.mpf(value.numerator) / value.denominator
                continue
            roots = mpmath.polyroots(list(reversed(value.coefficients)), maxsteps=500, extraprec=400)
            real = sorted(root.real for root in roots if abs(root.imag) < mpmath.mpf(10) ** -100)
            values[name] = real[value.index - 1]
        gap = evaluate(relation.left, values) - evaluate(relation.right, values)
        sign = 0 if abs(gap) < mpmath.mpf(10) ** -100 else (1 if gap > 0 else -1)
    return sign in SIGNS_OF[relation.operator]


def test_irrational_points_are_given_only_where_no_rational_one_was_found() -> None:
    irrational = {e["name"] for e in FALSE if any(not isinstance(v, Fraction) for v in decide(e).point.values())}
    assert "zero at the root of two" in irrational
    assert "quintic without radicals" in irrational
    assert "Motzkin, strict" not in irrational
    assert len(irrational) < 16


def test_no_false_statement_is_certified_with_the_proof_of_a_true_one() -> None:
    for entry in TRUE[:20]:
        certificate = json.loads(json.dumps(decide(entry).certificate))
        certificate["claim"] = ["not", certificate["claim"]]
        with pytest.raises(Rejected):
            check.check(certificate)


def test_certificates_are_the_same_in_every_run() -> None:
    program = (
        "import json, sys; from berknash.proofs.search.statements import decide_statement as d; "
        "print(json.dumps(d({'p': '(0, 1)', 'h': '(0, 1)', 'l': '(0, 1)'}, ['l < h', 'h + l == 1', 'p > 1/2'], "
        "'p*log(h/l) + (1 - p)*log((1 - h)/(1 - l)) > 0').certificate))"
    )
    texts = {
        subprocess.run(
            [sys.executable, "-c", program], env={"PYTHONHASHSEED": seed}, capture_output=True, text=True, check=True
        ).stdout
        for seed in ("0", "1")
    }
    assert len(texts) == 1


def test_the_checker_runs_alone(tmp_path: Path) -> None:
    """It is copied to an empty folder and run without site packages: nothing but the standard library is there."""
    alone = tmp_path / "check.py"
    alone.write_text(Path(check.__file__).read_text(encoding="utf-8"), encoding="utf-8")
    certificate = decide(TRUE[0]).certificate
    good, bad = tmp_path / "good.json", tmp_path / "bad.json"
    good.write_text(json.dumps(certificate), encoding="utf-8")
    certificate["claim"] = ["<", "1", "0"]
    bad.write_text(json.dumps(certificate), encoding="utf-8")
    command = [sys.executable, "-I", "-S", str(alone)]
    first = subprocess.run([*command, str(good)], capture_output=True, text=True, check=False)
    second = subprocess.run([*command, str(bad)], capture_output=True, text=True, check=False)
    third = subprocess.run([*command, str(tmp_path / "none.json")], capture_output=True, text=True, check=False)
    assert (first.returncode, second.returncode, third.returncode) == (0, 1, 2)
    assert "p**2 > 1/4" in first.stdout
    assert "REJECTED" in second.stderr


def test_undecided_is_not_a_truth_value() -> None:
    with pytest.raises(TypeError):
        bool(Undecided("no time"))
