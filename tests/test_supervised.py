"""Limits on seconds and memory: a command under them ends, says why in one line, and leaves nothing running."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from berknash.cli import main
from berknash.command_limits import read_seconds
from berknash.progress import ProgressLine
from berknash.supervised import Bounds, End, read_memory, verdict
from berknash.symbolic.errors.deadline import Deadline

ROOT = Path(__file__).parent.parent
SYCOPHANCY = str(ROOT / "examples" / "sycophancy.toml")
COMMANDS = {
    "solve": [], "phases": [], "when": ["strict(truthful)"], "prove": ["p > 1/2 => unique(truthful)"],
    "conjectures": [], "design": ["--safe", "truthful", "--for", "p,q", "--choose", "h,l"],
    "robustness": ["--at", "p=7/10,q=3/10,h=4/5,l=1/5"], "confirm": [],
    "simulate": ["--at", "p=7/10,q=3/10,h=4/5,l=1/5"],
    "report": ["--out", "OUT"],
}  # fmt: skip


def supervised(work: str, bounds: str, *, tell: int | None = None, after: int = 1) -> subprocess.CompletedProcess[str]:
    """A program that supervises some work, perhaps sent a signal once the work has printed some lines."""
    program = f"""
import os, signal, subprocess, sys, time
from berknash.supervised import Bounds, supervise
status = supervise("work", {bounds})
if status is None:
    print("begun", flush=True)
    {work}
    print("done", flush=True)
    status = 0
sys.exit(status)
"""
    process = subprocess.Popen(
        [sys.executable, "-c", program], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=ROOT
    )
    assert process.stdout is not None and process.stderr is not None
    first = "".join(process.stdout.readline() for _ in range(after if tell is not None else 1))
    if tell is not None:
        process.send_signal(tell)
    with process:  # what it prints is short: neither pipe fills up while the other is read
        out, err = process.stdout.read(), process.stderr.read()
    return subprocess.CompletedProcess(program, process.returncode, first + out, err)


def test_work_that_ends_is_left_alone() -> None:
    done = supervised("print('told', file=sys.stderr)", "Bounds(1000, 10**10)")
    assert (done.returncode, done.stdout, done.stderr) == (0, "begun\ndone\n", "told\n")
    assert supervised("sys.exit(1)", "Bounds()").returncode == 1


@pytest.mark.parametrize("work", ["time.sleep(10**6)", "signal.signal(15, signal.SIG_IGN); time.sleep(10**6)"])
def test_work_that_sleeps_is_ended(work: str) -> None:
    done = supervised(work, "Bounds(0.01)")
    assert done.returncode == 3 and done.stdout == "begun\n"
    assert done.stderr.count("\n") == 1 and "its limit of 0.01 seconds" in done.stderr


def test_what_it_started_ends_with_it() -> None:
    start = """subprocess.Popen(["sh", "-c", "trap '' TERM; while true; do sleep 1; done"])"""
    done = supervised(f"print({start}.pid, flush=True); time.sleep(10**6)", "Bounds()", tell=signal.SIGTERM, after=2)
    (_, started, *_) = done.stdout.split()
    status = Path(f"/proc/{started}/status")  # a killed process that nobody has reaped yet is a zombie
    assert done.returncode == 143
    assert not status.exists() or "zombie" in status.read_text()


def test_a_signal_to_end_reaches_the_work() -> None:
    work = "try: print('ready', flush=True); time.sleep(10**6)\n    finally: print('tidied', flush=True)"
    for number in (signal.SIGTERM, signal.SIGINT):
        done = supervised(work, "Bounds()", tell=number, after=2)
        assert done.returncode == 128 + number
        assert done.stdout == "begun\nready\ntidied\n"


def test_a_signal_in_a_finalizer_is_not_lost() -> None:
    """What a handler raises while a finalizer runs is printed and forgotten by Python."""
    finalizer = "type('Locked', (), {'__del__': lambda _: signal.raise_signal(%d)})()"
    for number, status in ((signal.SIGTERM, 143), (signal.SIGINT, 0)):
        work = f"try: {finalizer % number}; time.sleep(10**6)\n    except KeyboardInterrupt: sys.exit(0)"
        done = supervised(work, "Bounds(60)")
        assert (done.returncode, done.stdout, done.stderr) == (status, "begun\n", "")


def test_a_crash_of_a_library_is_a_defect_in_one_line() -> None:
    done = supervised("os.write(2, b'Flint exception (General error)\\n'); os.abort()", "Bounds()")
    assert done.returncode == 70
    assert done.stderr.count("\n") == 1
    assert "SIGABRT" in done.stderr and "Flint exception" in done.stderr and "please report" in done.stderr


def test_memory_that_a_library_wants_is_a_limit() -> None:
    done = supervised("import flint; flint.fmpz(3) ** 10**10", "Bounds(None, 500_000_000)")
    assert done.returncode == 3
    assert done.stderr.count("\n") == 1 and "want of memory (--limit-memory 500M)" in done.stderr


def test_memory_that_python_wants_is_a_limit(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def hungry(_: object) -> int:
        raise MemoryError

    monkeypatch.setattr("berknash.cli._solve", hungry)
    assert main(["solve", SYCOPHANCY]) == 3
    assert "out of memory" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("end", "status", "words"),
    [
        (End(0), 0, ""),
        (End(2), 2, ""),
        (End(0, timed_out=True), 0, ""),
        (End(143, timed_out=True), 3, "5 seconds"),
        (End(-9), 3, "memory"),
        (End(-11), 70, "SIGSEGV"),
        (End(-11, memory=10**9), 3, "memory"),
        (End(-6, noise="\ngmp: overflow in mpz type\n"), 3, "memory"),
        (End(-6, noise="Flint exception (Exponent overflow)"), 70, "Exponent overflow"),
        (End(130, told=2), 130, ""),
        (End(-9, told=15), 143, "interrupted"),
    ],
)
def test_how_an_end_is_told(end: End, status: int, words: str) -> None:
    line, found = verdict("solve", Bounds(5, 10**9), end)
    assert found == status and words in line and bool(line) == bool(words) and "\n" not in line


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_takes_limits(command: str, tmp_path: Path) -> None:
    options = [str(tmp_path / "out") if option == "OUT" else option for option in COMMANDS[command]]
    arguments = [command, SYCOPHANCY, *options]
    for limit, value in (
        ("--limit-seconds", "0"),
        ("--limit-seconds", "nan"),
        ("--limit-seconds", "inf"),
        ("--limit-memory", "1.2.3"),
    ):
        with pytest.raises(SystemExit) as error:
            main([*arguments, limit, value])
        assert error.value.code == 2
    ended = subprocess.run(
        [sys.executable, "-m", "berknash", *arguments, "--limit-seconds", "1e-9"],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    # What ends within the moment that is left to say so has said so itself.
    assert ended.returncode in (0, 3) and ended.stderr.count("\n") <= 1


@pytest.mark.parametrize("text", ["", "0", "-1G", "1e9", "1GG", "0.0001", "٣G"])
def test_amounts_of_memory_that_are_none(text: str) -> None:
    with pytest.raises(ValueError, match="amount of memory"):
        read_memory(text)


def test_amounts() -> None:
    assert [read_memory(text) for text in ("1", "2k", "3MB", "1.5G")] == [1, 2000, 3_000_000, 1_500_000_000]
    assert read_seconds("none") == float("inf")


def test_deadlines_on_two_clocks() -> None:
    wall, processor = [0.0], [0.0]
    deadline = Deadline.after(10, lambda: wall[0]).with_processor_seconds(4, lambda: processor[0])
    assert deadline.left() == 4 and not deadline.passed()
    wall[0] = 8
    assert deadline.left() == 2
    wall[0] = 10
    assert deadline.passed()
    wall[0], processor[0] = 9, 4
    assert deadline.passed() and deadline.left() == 0


def test_progress_waits_and_is_removed() -> None:
    from io import StringIO

    now = [0.0]
    stream = StringIO()
    line = ProgressLine(stream, "solve", clock=lambda: now[0])
    now[0] = 1.9
    line("nodes", 1, 10)
    assert stream.getvalue() == ""
    now[0] = 2.0
    line("nodes", 2, 10)
    assert "solve: 2 s, nodes, 2 of 10" in stream.getvalue()
    line.clear()
    assert stream.getvalue().endswith("\r\x1b[K")
