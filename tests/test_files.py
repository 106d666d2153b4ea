"""Files are replaced whole or not at all, and nothing temporary outlives the process, however it ends."""

from __future__ import annotations

import errno
import os
import signal
import stat
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from berknash.cli import main
from berknash.proofs.files import WriteError, check_places, write_file, write_files
from berknash.proofs.scratch import scratch_folder

ROOT = Path(__file__).resolve().parent.parent
SYCOPHANCY = str(ROOT / "examples" / "sycophancy.toml")


def _tree(folder: Path) -> dict[str, str]:
    return {str(p.relative_to(folder)): p.read_text() if p.is_file() else "" for p in folder.rglob("*")}


def _set(folder: Path, text: str) -> dict[Path, str]:
    return {folder / name: text for name in ("a.txt", "inner/b.txt", "inner/deep/c.txt", "d.txt")}


def _failing_at(count: int, real: Callable[..., None], error: BaseException) -> Callable[..., None]:
    """The function, but its call of this number raises."""
    calls = 0

    def call(*arguments: object) -> None:
        nonlocal calls
        calls += 1
        if calls == count:
            raise error
        real(*arguments)

    return call


@pytest.mark.parametrize("error", [OSError(errno.ENOSPC, "No space left on device"), KeyboardInterrupt()])
@pytest.mark.parametrize("function", ["replace", "fsync"])
@pytest.mark.parametrize("count", [1, 2, 3, 4])
@pytest.mark.parametrize("old", [(), ("a.txt",), ("a.txt", "inner/b.txt", "inner/deep/c.txt", "d.txt")])
def test_a_failure_anywhere_leaves_what_was_there(
    old: tuple[str, ...], count: int, function: str, error: BaseException, tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    target = tmp_path / "out"
    for name in old:
        write_file(target / name, "old")
    before = _tree(tmp_path)
    monkeypatch.setattr(os, function, _failing_at(count, getattr(os, function), error))
    with pytest.raises((WriteError, KeyboardInterrupt)) as caught:
        write_files(_set(target, "new"))
    monkeypatch.undo()
    assert _tree(tmp_path) == before
    if isinstance(caught.value, WriteError):
        name = ["a.txt", "inner/b.txt", "inner/deep/c.txt", "d.txt"][count - 1]
        assert str(target / name) in str(caught.value) and "No space left" in str(caught.value)
    write_files(_set(target, "new"))
    assert {text for text in _tree(target).values() if text} == {"new"}


def test_a_file_system_without_links_is_no_worse(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def no_links(*_: object) -> None:
        raise OSError(errno.EPERM, "Operation not permitted")

    write_files(_set(tmp_path, "old"))
    before = _tree(tmp_path)
    monkeypatch.setattr(os, "link", no_links)
    real = os.replace
    for count in (1, 3, 5, 7):
        monkeypatch.setattr(os, "replace", _failing_at(count, real, OSError(errno.EIO, "Input/output error")))
        with pytest.raises(WriteError):
            write_files(_set(tmp_path, "new"))
        assert _tree(tmp_path) == before
    monkeypatch.setattr(os, "replace", real)
    write_files(_set(tmp_path, "new"))
    assert {text for text in _tree(tmp_path).values() if text} == {"new"} and len(_tree(tmp_path)) == len(before)


def test_renames_stay_within_a_folder_so_that_it_may_be_a_mount_point(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = os.replace

    def within(source: Path, place: Path) -> None:
        if Path(source).parent != Path(place).parent:
            raise OSError(errno.EXDEV, "Invalid cross-device link")
        real(source, place)

    monkeypatch.setattr(os, "replace", within)
    for text in ("first", "second"):
        write_files(_set(tmp_path, text))
        assert {text for text in _tree(tmp_path).values() if text} == {text}


@pytest.mark.parametrize(("mask", "mode"), [(0o022, 0o644), (0o077, 0o600), (0o002, 0o664)])
def test_modes_follow_the_umask(mask: int, mode: int, tmp_path: Path) -> None:
    former = os.umask(mask)
    try:
        write_file(tmp_path / "file", "x")
    finally:
        os.umask(former)
    assert stat.S_IMODE((tmp_path / "file").stat().st_mode) == mode


def test_a_link_to_a_file_stays_a_link(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "real" / "file")
    write_file(tmp_path / "link", "x")
    assert (tmp_path / "link").is_symlink() and (tmp_path / "real" / "file").read_text() == "x"


def test_what_is_in_the_way_is_named(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "file").write_text("mine")
    os.mkfifo(tmp_path / "pipe")
    for place, word in [
        (tmp_path / "folder", "folder: is a folder"),
        (tmp_path / "file" / "inner" / "x", "file: not a folder"),
        (tmp_path / "pipe", "pipe: is no regular file"),
        (Path("/dev/null"), "/dev/null: is no regular file"),
    ]:
        with pytest.raises(WriteError, match=word):
            check_places([place])
        with pytest.raises(WriteError, match=word):
            write_files({tmp_path / "first": "x", place: "y"})
    assert sorted(_tree(tmp_path)) == ["file", "folder", "pipe"] and (tmp_path / "file").read_text() == "mine"


def test_a_signal_waits_until_the_set_is_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real, seen = os.replace, []

    def interrupted(source: Path, place: Path) -> None:
        signal.raise_signal(signal.SIGTERM)
        signal.raise_signal(signal.SIGINT)
        real(source, place)

    former = signal.signal(signal.SIGTERM, lambda number, _: seen.append(number))
    try:
        monkeypatch.setattr(os, "replace", interrupted)
        with pytest.raises(KeyboardInterrupt):
            write_files(_set(tmp_path, "new"))
    finally:
        signal.signal(signal.SIGTERM, former)
    assert {text for text in _tree(tmp_path).values() if text} == {"new"} and set(seen) == {signal.SIGTERM}


WORK = """
import sys
from berknash.proofs.scratch import scratch_folder
with scratch_folder() as scratch:
    print(scratch.folder, flush=True)
    scratch.run(["sh", "-c", "sleep 1000 & echo $$ $! > pids.new; mv pids.new pids; wait"], seconds=1000)
"""


def _gone(process: int) -> bool:
    """Whether a process has ended (one that its parent has not asked about yet has)."""
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except FileNotFoundError:
        return True


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGKILL, signal.SIGABRT])
def test_programs_and_folders_end_with_us(number: int, tmp_path: Path) -> None:
    environment = {**os.environ, "TMPDIR": str(tmp_path)}
    with subprocess.Popen(
        [sys.executable, "-c", WORK], env=environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as run:
        assert run.stdout is not None
        folder = Path(run.stdout.readline().strip())
        _await((folder / "pids").exists)
        pids = [int(text) for text in (folder / "pids").read_text().split()]
        run.send_signal(number)
        run.wait(30)
    _await(lambda: not folder.exists() and all(map(_gone, pids)))
    assert len(pids) == 2 and not any(tmp_path.iterdir())


def _await(condition: Callable[[], bool]) -> None:
    for _ in range(1000):
        if condition():
            return
        time.sleep(0.02)
    raise AssertionError("not within twenty seconds")


def test_a_program_that_takes_too_long_is_ended(tmp_path: Path) -> None:
    with scratch_folder() as scratch, pytest.raises(subprocess.TimeoutExpired):
        scratch.run(["sh", "-c", f"echo $$ > {tmp_path}/pid; sleep 1000"], seconds=1)
    assert _gone(int((tmp_path / "pid").read_text())) and not scratch.folder.exists()


def test_prove_writes_its_files_as_one_set(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    arguments = ["prove", SYCOPHANCY, "p > 1/2 and p < 1/3 => unique(truthful)", "--out", str(tmp_path / "out")]
    coq = ["--coq", str(tmp_path / "claim.v")]
    with monkeypatch.context() as patch:
        patch.setattr(os, "replace", _failing_at(3, os.replace, OSError(errno.EIO, "Input/output error")))
        assert main([*arguments, *coq]) == 2
    out, err = capsys.readouterr()
    assert out == "" and err.count("\n") == 1 and "claim.v" in err and not any(tmp_path.iterdir())
    assert main([*arguments, *coq]) == 0
    names = sorted(path.name.partition("-")[0] for path in tmp_path.rglob("*") if path.is_file())
    assert names == ["certificate", "claim.v", "theorem"]


@pytest.mark.parametrize("suffix", ["svg", "tex"])
def test_a_picture_is_replaced_whole_or_not_at_all(
    suffix: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / f"phases.{suffix}"
    path.write_text("good")
    arguments = ["phases", SYCOPHANCY, "--over", "p,q", "--at", "h=4/5,l=1/5", "--picture", str(path)]
    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", _failing_at(1, os.fsync, OSError(errno.ENOSPC, "No space left on device")))
        assert main(arguments) == 2
    assert path.read_text() == "good" and [p.name for p in tmp_path.iterdir()] == [path.name]
    assert capsys.readouterr().err.count("\n") == 1
    assert main([*arguments[:-1], str(tmp_path / "new" / path.name)]) == 0
