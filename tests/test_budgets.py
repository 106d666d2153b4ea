"""Budgets of proofs: what stays undecided says why, no answer depends on earlier ones, documents come first."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import berknash as bn
from berknash.proofs.claims.exploration import conjectures_budget
from berknash.proofs.claims.prove import prove
from berknash.proofs.report.certificates import Certified, certificate_blocks, certificates_budget, certify, pending
from berknash.proofs.report.writing import write_report
from berknash.proofs.search.questions import Limits, Undecided
from berknash.proofs.search.rounds import Budget, tried_in_rounds
from berknash.proofs.search.work import Work
from berknash.symbolic.errors import DefectError
from berknash.symbolic.errors.deadline import Deadline
from berknash.symbolic.game.game import Game
from berknash.symbolic.results.diagram import PhaseDiagram

EXAMPLES = Path(__file__).parent.parent / "examples"
PASSED = Deadline.after(0)


@pytest.fixture(scope="module")
def urn() -> Game:
    return Game.from_dict(
        {
            "format": 1, "name": "urn", "parameters": {"p": "(0, 1)"},
            "players": {"agent": {
                "actions": ["bet", "pass"], "outcomes": ["win", "lose"],
                "truth": {"*": {"win": "p", "lose": "1 - p"}},
                "payoff": {"bet": {"win": 1, "lose": -1}, "pass": {"win": 0, "lose": 0}},
                "models": {"good": {"predicts": {"*": {"win": "2/3", "lose": "1/3"}}},
                           "bad": {"predicts": {"*": {"win": "1/3", "lose": "2/3"}}}}}},
        }
    )  # fmt: skip


@pytest.fixture(scope="module")
def diagram(urn: Game) -> PhaseDiagram:
    return bn.phases(urn)


def test_a_search_whose_time_is_up_says_so(urn: Game) -> None:
    answer = prove(urn, "p > 1/2 => unique(bet)", Limits(seconds=0))
    assert isinstance(answer, Undecided) and "after 0 seconds" in answer.reason
    shared = prove(urn, "p > 1/2 => unique(bet)", Limits(shared=Work(deadline=PASSED)))
    assert isinstance(shared, Undecided) and "when its time was up" in shared.reason


def test_work_in_common_is_counted_in_common() -> None:
    game = bn.load(EXAMPLES / "sycophancy.toml")
    answer = prove(game, "p > 1/2 and h + l == 1 => strict(truthful)", Limits(shared=Work(0)))
    assert isinstance(answer, Undecided) and "all claims together" in answer.reason


def test_what_was_computed_is_counted_again_and_not_computed_again() -> None:
    common, calls = Work(), []
    for _ in range(2):
        work = Work(1000, shared=common)
        assert work.spend(600)
        assert work.once("question", lambda: calls.append(1) or "answer") == "answer"
        assert work.left == 400
    assert len(calls) == 1
    late = Work(deadline=PASSED)
    assert [late.once("question", lambda: calls.append(1)) for _ in range(2)] == [None, None]
    assert len(calls) == 3  # what time cut short is not remembered


def test_an_answer_is_the_same_whatever_was_asked_before(urn: Game) -> None:
    claims = ["p > 1/2 => unique(bet)", "p < 1/2 => strict(pass)", "p > 1/2 => strict(bet)"]
    for products in (500, 1500, 60_000):
        alone = [str(prove(urn, claim, Limits(products=products, shared=Work()))) for claim in claims]
        common = Work()
        together = [str(prove(urn, claim, Limits(products=products, shared=common))) for claim in claims]
        assert alone == together


def test_rounds_end_with_the_budget() -> None:
    tried: list[int] = []

    def attempt(place: int, limits: Limits) -> bool:
        tried.append(place)
        assert limits.shared is not None
        limits.shared.spend(1000)
        return False

    answers = tried_in_rounds(5, attempt, lambda answer: not answer, Budget(Limits(), 2500))
    assert tried == [0, 1, 2] and answers == [False, False, False, None, None]
    assert tried_in_rounds(2, attempt, lambda answer: not answer, Budget(Limits(), 10**9, PASSED)) == [None, None]


def test_certificates_that_were_not_found_are_named_with_their_reason(diagram: PhaseDiagram, tmp_path: Path) -> None:
    count = len(diagram.phases) + len(diagram.strata)
    none = certify(diagram, tmp_path, certificates_budget(deadline=PASSED))
    assert [entry.status for entry in none] == ["not tried"] * count == [entry.status for entry in pending(diagram)]
    assert all(entry.reason for entry in (*none, *pending(diagram))) and not list(tmp_path.iterdir())
    few = certify(diagram, tmp_path, Budget(Limits(nodes=0)))
    assert all(entry.status == "not proved" and "limit of 0 cases" in entry.reason for entry in few)
    found: list[str] = []
    every = certify(diagram, tmp_path, certificates_budget(), found.append)
    assert {entry.status for entry in every} == {"proved"} and sorted(found) == sorted(e.path or "" for e in every)
    words = repr(certificate_blocks((Certified("phase I", "not proved", reason="the sign of x was not proved"),)))
    assert "phase I (the sign of an expression in it stayed open)" in words


def test_a_report_without_time_for_proofs_is_complete_but_for_them(urn: Game, tmp_path: Path) -> None:
    budget = certificates_budget(deadline=PASSED)
    files = write_report(urn, tmp_path / "out", compile_pdf=False, budget=budget)
    names = {path.name for path in files.paths}
    assert {"report.tex", "section.tex", "report.html", "result.json", "phases.svg"} <= names
    assert files.not_proved and not files.is_undecided
    entries = json.loads((tmp_path / "out" / "result.json").read_text("utf-8"))["certificates"]
    assert [entry["status"] for entry in entries] == ["not tried"] * len(files.not_proved)
    assert all(entry["reason"] for entry in entries)
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def test_documents_are_there_before_the_first_proof(urn: Game, tmp_path: Path) -> None:
    seen: list[set[str]] = []

    def progress(stage: str, done: int, total: int) -> None:
        if stage == "proofs":
            seen.append({str(path.relative_to(tmp_path)) for path in tmp_path.rglob("*") if path.is_file()})

    files = write_report(urn, tmp_path / "out", compile_pdf=False, budget=certificates_budget(progress=progress))
    assert not files.not_proved
    assert {"out/report.tex", "out/report.html", "out/result.json", "out/phases.svg"} <= seen[0]
    assert not any(name.startswith("out/certificates/") for name in seen[0])
    assert any(name.startswith("out/certificates/") for name in seen[-1])  # each as soon as it is found
    assert "still to be looked for" not in (tmp_path / "out" / "report.html").read_text("utf-8")


def test_a_search_that_breaks_off_leaves_the_documents(urn: Game, tmp_path: Path) -> None:
    def progress(stage: str, done: int, total: int) -> None:
        if stage == "proofs" and done == 1:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write_report(urn, tmp_path / "out", compile_pdf=False, budget=certificates_budget(progress=progress))
    text = (tmp_path / "out" / "report.html").read_text("utf-8")
    assert "still to be looked for when this was written" in text
    assert (tmp_path / "out" / "certificates" / "phase-I.json").exists()
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def test_conjectures_that_were_not_tried_say_so(urn: Game) -> None:
    found = bn.conjectures(urn, budget=conjectures_budget(deadline=PASSED))
    assert found and all(c.verdict is not None and c.verdict.status == "undecided" for c in found)
    assert all("not tried" in c.verdict.reason for c in found if c.verdict is not None)


def test_a_refuted_phase_warns_of_the_report(urn: Game, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuted(*_: object) -> None:
        raise DefectError("phase I was derived but is refuted")

    monkeypatch.setattr("berknash.proofs.report.writing.certify", refuted)
    with pytest.raises(DefectError, match=r"do not rely on the report in .*out"):
        write_report(urn, tmp_path / "out", compile_pdf=False)
