"""What is left when a limit is reached: everything that was settled, named as not complete, with status 3."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from time import sleep
from typing import Any

import pytest

import berknash as bn
from berknash.cli import main
from berknash.cut_short import known, print_whole
from berknash.numeric.learners import simulate
from berknash.proofs.files import WriteError, check_places
from berknash.supervised import Bounds, End, Report, verdict
from berknash.symbolic.errors import BudgetError, DefectError
from berknash.symbolic.errors.deadline import Deadline
from berknash.symbolic.errors.running import (
    Note,
    Running,
    TimeUp,
    about,
    ask,
    known_document,
    note,
    share,
    time_is_up,
    within,
)
from berknash.symbolic.solving.sampled import note_structures, points_of

ROOT = Path(__file__).parent.parent
SYCOPHANCY = str(ROOT / "examples" / "sycophancy.toml")
GAME = bn.load(SYCOPHANCY)
POINT = {"p": "7/10", "q": "3/10", "h": "4/5", "l": "1/5"}
AT = ",".join(f"{name}={value}" for name, value in POINT.items())
PASSED = Deadline(0.0, lambda: 1.0)


class Asked:
    """A clock that stands still until it was read so many times."""

    def __init__(self, most: int) -> None:
        self.left = most

    def __call__(self) -> float:
        self.left -= 1
        return 1.0 if self.left < 0 else 0.0


def after(asked: int) -> Deadline:
    """A deadline that passes once it was asked so many times."""
    return Deadline(0.5, Asked(asked))


def found(work: Callable[[], Any], asked: int, subject: object) -> tuple[list[Note], bool]:
    """The notes of work that was stopped after so many questions, and whether it came to its end."""
    running = Running(after(asked), 5)
    with running.work(), about(subject):
        try:
            work()
        except TimeUp:
            return running.notes, False
    return running.notes, True


def test_nothing_is_asked_or_noted_outside_of_running_work() -> None:
    ask("nothing")
    note("points", lambda: pytest.fail("nothing is made of a note that nobody keeps"))
    assert not time_is_up()
    with within(PASSED), share(1 / 2):
        ask("nothing")


def test_notes_about_another_game_are_not_kept() -> None:
    running = Running()
    fixed = GAME.at(POINT)
    with running.work(), about(GAME):
        bn.solve(fixed)
        assert running.notes == []
        with about(GAME.at(POINT)):
            bn.solve(fixed)
    assert [made.entry["support"]["agent"] for made in running.notes] == [["truthful"]]


@pytest.mark.parametrize("asked", [0, 3, 10, 30, 100, 300, 1000, 3000])
def test_equilibria_that_were_noted_are_those_of_the_whole_answer(asked: int) -> None:
    game = GAME.at({"h": "4/5", "l": "1/5"})
    whole = bn.solve(game).to_json()
    notes, _ = found(lambda: bn.solve(game), asked, game)
    supports = {tuple(entry["support"]["agent"]) for entry in whole["equilibria"]}
    assert {tuple(made.entry["support"]["agent"]) for made in notes} <= supports
    for made in notes:  # the same conditions, unless they come from a tree instead of all cells
        assert made.entry["condition"]


@pytest.mark.parametrize("asked", [50, 200, 1000])
def test_a_solution_that_time_cut_says_so(asked: int) -> None:
    game = GAME.at({"h": "4/5", "l": "1/5"})
    whole = bn.solve(game)
    running = Running(after(asked), 5)
    with running.work():
        try:
            solution = bn.solve(game)
        except BudgetError as error:
            assert "--limit-seconds" in str(error)
        else:
            assert solution == whole or running.cut


def test_points_of_a_domain_have_the_structure_of_their_phase() -> None:
    game = GAME.at({"h": "4/5", "l": "1/5"})
    running = Running()
    with running.work(), about(game):
        note_structures(points_of(game))
    diagram = bn.phases(game)
    assert len(running.notes) >= len(diagram.phases)
    for made in running.notes:
        values = {name: Fraction(value) for name, value in made.entry["sample"].items()}
        phase = diagram.phase_of(diagram.structure_at(values))
        assert phase is not None
        (entry,) = [p for p in (*diagram.to_json()["phases"], *diagram.to_json()["strata"])
                    if p["structure"] == made.entry["structure"]]  # fmt: skip
        assert entry["condition"] == str(phase.condition)


def test_a_simulation_tells_how_far_it_came() -> None:
    game = GAME.at(POINT)
    notes, ended = found(lambda: simulate(game, agents=3, periods=1000, seed=0), 100, game)
    (made,) = notes
    assert not ended and made.key == "simulation"
    assert 0 < made.entry["periods"] < made.entry["of"] == 1000
    assert sum(made.entry["shares"].values()) == pytest.approx(1) and made.entry["shares"]["truthful"] > 0.9


@pytest.mark.parametrize("command", [
    ["solve"], ["phases"], ["when", "strict(truthful)"], ["conjectures"], ["confirm"], ["robustness", "--at", AT],
    ["simulate", "--at", AT], ["design", "--safe", "truthful", "--for", "p,q", "--choose", "h,l"],
])  # fmt: skip
@pytest.mark.parametrize("asked", [2, 400])
def test_every_command_that_is_late_leaves_a_document(
    command: list[str], asked: int, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("berknash.command_limits.deadline_of", lambda *_: after(asked))
    name, *rest = command
    json_too = [] if name == "report" else ["--json"]
    status = main([name, SYCOPHANCY, *rest, *json_too])
    out, err = capsys.readouterr()
    assert status in (0, 3)
    if status == 3:
        assert "--limit-seconds" in err or "undecided" in out
    if out:
        document = json.loads(out)
        if isinstance(document, dict) and not document.get("complete", True):
            assert status == 3 and document["stopped"] and document["format"] == 1


def test_an_answer_that_time_has_touched_is_not_called_complete(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def solved(_: object) -> int:
        try:
            with within(PASSED):
                ask("a part")
        except TimeUp:
            print("the rest")
        return 0

    monkeypatch.setattr("berknash.cli._solve", solved)
    assert main(["solve", SYCOPHANCY]) == 3
    out, err = capsys.readouterr()
    assert out == "the rest\n" and "stopped in a part" in err and SYCOPHANCY in err


def test_what_is_known_as_text_and_as_a_document() -> None:
    parsed = type("Arguments", (), {"json": False, "game": "urn.toml"})()
    notes = [Note("equilibria", {"support": ["bet"]}, "bet: 1\x1b[2J"), Note("files", "a.tex", "a.tex")]
    text = known(parsed, "late", notes)
    assert text.startswith("not complete: late\nequilibria found (there may be more)\n  bet: 1")
    assert "\x1b" not in text and known(parsed, "late", []) == ""
    parsed.json = True
    assert json.loads(known(parsed, "late", notes)) == known_document("urn.toml", "late", notes)
    assert [Note.from_line(made.to_line()) for made in notes] == notes


def test_what_a_child_told_is_printed_by_its_parent() -> None:
    program = """
import sys, time
from berknash.supervised import Bounds, Report, supervise
report = Report()
status = supervise("work", Bounds(0.5), report=report, stopped=lambda reason: print(report.lines(), reason))
if status is None:
    report.write("one")
    report.advise("do less, ")
    time.sleep(10**6)
sys.exit(status)
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, cwd=ROOT, check=False)
    assert done.returncode == 3
    assert done.stdout.startswith("['one'] work: stopped at its limit of 0.5 seconds; do less, or raise the limit")


def test_a_child_that_has_said_everything_stands() -> None:
    assert verdict("solve", Bounds(5), End(143, timed_out=True, finished=0)) == ("", 0)
    assert verdict("solve", Bounds(5), End(-9, timed_out=True, finished=1)) == ("", 1)
    assert verdict("solve", Bounds(5), End(143, timed_out=True))[1] == 3
    program = """
import sys, time
from berknash.cut_short import print_whole
from berknash.supervised import Bounds, Report, supervise
report = Report()
status = supervise("work", Bounds(0.2), report=report, stopped=lambda reason: print("stopped"))
if status is None:
    print_whole("the answer\\n", 0, report)
    time.sleep(10**6)
sys.exit(status)
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, cwd=ROOT, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, "the answer\n", "")


def test_a_signal_waits_until_an_answer_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    came: list[int] = []
    before = signal.signal(signal.SIGTERM, lambda number, _: came.append(len(capsys.readouterr().out)))
    try:

        class Ending(Report):
            """Is sent the signal while the answer is printed."""

            def finish(self, status: int) -> None:
                os.kill(os.getpid(), signal.SIGTERM)
                sleep(0.01)
                assert came == []
                super().finish(status)

        print_whole("the answer\n", 0, report := Ending())
    finally:
        signal.signal(signal.SIGTERM, before)
    assert came == [len("the answer\n")] and report.finished() == 0


def test_output_comes_in_one_piece_and_a_line_of_a_report_is_whole_or_not_there() -> None:
    report = Report()
    report.write("whole")
    os.write(report._file, b" cut sho")
    assert report.lines() == ["whole"] and report.finished() is None


@pytest.mark.parametrize("place", ["/proc/x", "/proc/x/y.v", "x" * 300, "a/" + "x" * 300])
def test_places_that_take_no_file_are_told_before_the_work(place: str, tmp_path: Path) -> None:
    with pytest.raises(WriteError, match=r"x") as caught:
        check_places([tmp_path / place])
    assert "\n" not in str(caught.value) and list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("command", [
    ["report", SYCOPHANCY, "--out", "/proc/x"], ["prove", SYCOPHANCY, "p > 1/2", "--out", "/proc/x"],
    ["prove", SYCOPHANCY, "p > 1/2", "--coq", "/proc/x.v"], ["phases", SYCOPHANCY, "--picture", "/proc/x.png"],
])  # fmt: skip
def test_commands_look_at_their_places_first(
    command: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def worked(*_: object, **__: object) -> None:
        raise AssertionError("the work was begun")

    begun = "symbolic.solving.solve.phases", "proofs.claims.claim_proofs.prove_claim", "proofs.report.writing.solve"
    for name in begun:
        monkeypatch.setattr(f"berknash.{name}", worked)
    assert main(command) == 2
    assert "/proc" in capsys.readouterr().err


def test_a_defect_in_a_proof_is_no_open_question(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from berknash.proofs.report.certificates import certify

    def wrong(*_: object) -> None:
        raise DefectError("two routes disagree")

    diagram = bn.phases(GAME.at({"h": "4/5", "l": "1/5"}))
    monkeypatch.setattr("berknash.proofs.search.prover.decide", wrong)
    with pytest.raises(DefectError, match="two routes disagree"):
        certify(diagram, tmp_path)


def test_nobody_takes_a_defect_for_an_answer() -> None:
    """Where all errors are caught, a defect is let through before, or the handler is that of a main program."""
    import ast

    checked = 0
    folders = [ROOT / name for name in ("berknash", "symbolic", "numeric", "proofs")]  # links are not followed
    for path in sorted({path.resolve() for folder in folders for path in folder.rglob("*.py")}):
        for function in ast.walk(ast.parse(path.read_text("utf-8"))):
            if not isinstance(function, ast.FunctionDef) or function.name in ("main", "_run", "_written"):
                continue
            for attempt in ast.walk(function):
                if isinstance(attempt, ast.Try):
                    names = [ast.unparse(h.type) if h.type is not None else "" for h in attempt.handlers]
                    checked += len(names)
                    if "BerknashError" in names:
                        assert "DefectError" in names[: names.index("BerknashError")], f"{path}: {function.name}"
    assert checked > 100


@pytest.mark.parametrize(("fixed", "words"), [({}, "fix parameters with --at"), (POINT, "leave out actions")])
def test_the_remedy_fits_the_game(fixed: dict[str, str], words: str) -> None:
    from berknash.cut_short import remedy_for

    line, status = verdict("solve", Bounds(5, remedy=remedy_for(GAME, fixed)), End(143, timed_out=True))
    assert status == 3 and words in line and line.endswith("raise the limit with --limit-seconds")
