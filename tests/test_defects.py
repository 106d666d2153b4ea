"""The last line of defence: whatever escapes from a command is one line and a status that is no answer."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from berknash import cli
from berknash.cli import main
from berknash.symbolic.errors import DefectError

ROOT = Path(__file__).resolve().parent.parent
SYCOPHANCY = str(ROOT / "examples" / "sycophancy.toml")


def _endless(depth: int = 0) -> int:
    return 1 + _endless(depth + 1)


@pytest.mark.parametrize(
    "error",
    [
        ValueError("two\nlines \x1b[31m"),
        KeyError("x"),
        ZeroDivisionError("division by zero"),
        AssertionError(),
        OverflowError("int too large"),
        DefectError("two routes disagree"),
        UnicodeDecodeError("utf-8", b"\xff", 0, 1, "invalid start byte"),
    ],
)
def test_an_unexpected_exception_is_one_line_and_status_70(
    error: Exception, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail(_: object) -> int:
        raise error

    monkeypatch.delenv("BERKNASH_TRACEBACK", raising=False)
    monkeypatch.setattr(cli, "_solve", fail)
    assert main(["solve", SYCOPHANCY]) == 70
    out, err = capsys.readouterr()
    assert out == "" and err.count("\n") == 1 and err.rstrip("\n").isprintable()
    assert err.startswith(f"berknash: defect: {type(error).__name__}: ")
    assert "; please report it with the command and the input file" in err


def test_recursion_without_end_is_a_defect(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(cli, "_solve", lambda _: _endless())
    assert main(["solve", SYCOPHANCY]) == 70
    assert capsys.readouterr().err.startswith("berknash: defect: RecursionError: ")


def test_the_traceback_is_shown_where_it_is_asked_for(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("BERKNASH_TRACEBACK", "1")
    monkeypatch.setattr(cli, "_solve", lambda _: _endless())
    assert main(["solve", SYCOPHANCY]) == 70
    assert "in _endless" in capsys.readouterr().err


def test_without_memory_the_answer_is_open(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail(_: object) -> int:
        raise MemoryError

    monkeypatch.setattr(cli, "_solve", fail)
    assert main(["solve", SYCOPHANCY]) == 3
    err = capsys.readouterr().err
    assert err.count("\n") == 1 and "--at" in err


def _berknash(*arguments: str, stdout: int, **environment: str) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [sys.executable, "-m", "berknash", *arguments],
        cwd=ROOT, env={**os.environ, **environment}, stdout=stdout, stderr=subprocess.PIPE, check=False,
    )  # fmt: skip


@pytest.mark.parametrize("environment", [{"PYTHONIOENCODING": "ascii"}, {"LC_ALL": "C", "PYTHONUTF8": "0"}])
def test_a_terminal_of_ascii_alone_gets_escapes(environment: dict[str, str], tmp_path: Path) -> None:
    path = tmp_path / "ä.toml"
    path.write_text(Path(SYCOPHANCY).read_text("utf-8").replace('title = "', 'title = "≥ '), "utf-8")
    done = _berknash("solve", str(path), "--at", "p=1/2", stdout=subprocess.PIPE, **environment)
    assert (done.returncode, done.stderr) == (0, b"")
    missing = _berknash("solve", str(tmp_path / "nö.toml"), stdout=subprocess.PIPE, **environment)
    assert missing.returncode == 2 and missing.stderr.count(b"\n") == 1
    assert missing.stderr.isascii()


def test_output_that_does_not_fit_is_no_answer() -> None:
    with open("/dev/full", "wb") as full:
        done = _berknash("solve", SYCOPHANCY, "--at", "p=1/2", stdout=full.fileno())
    assert done.returncode == 2 and done.stderr.count(b"\n") == 1


def test_a_reader_that_has_gone_is_no_answer() -> None:
    reading, writing = os.pipe()
    os.close(reading)
    try:
        done = _berknash("solve", SYCOPHANCY, "--at", "p=1/2", stdout=writing)
    finally:
        os.close(writing)
    assert (done.returncode, done.stderr) == (141, b"")
