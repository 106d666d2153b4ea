"""Temporary folders, and other programs that work in them, that end with us, however we end.

Nothing in this process can clean up after it was killed, after a library aborted it, or while a long call of a library
keeps its signals waiting. So a small process of its own keeps watch: when it is told that we are done, or its pipe
closes because we are gone, it ends the programs that still run and removes the folder.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO

_WATCH = r"""
import os, shutil, signal, sys
running = set()
for line in sys.stdin:
    if line == "done\n":
        break
    (running.add if line[0] == "+" else running.discard)(int(line[1:]))
for group in running:
    try:
        os.killpg(group, signal.SIGKILL)
    except (ProcessLookupError, PermissionError):
        pass
shutil.rmtree(sys.argv[1], ignore_errors=True)
"""


@dataclass(frozen=True, slots=True)
class Scratch:
    """A temporary folder; `run` starts programs in it that do not outlive us."""

    folder: Path
    _watch: IO[str]

    def run(
        self, command: Sequence[str], seconds: float, environment: Mapping[str, str] | None = None
    ) -> subprocess.CompletedProcess[str]:
        """Runs a program in the folder, without input, and returns its status and what it printed.

        Raises subprocess.TimeoutExpired after the seconds, and passes on whatever interrupts the wait; the program and
        what it started have been ended then.
        """
        started = subprocess.Popen(
            command, cwd=self.folder, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
            stderr=subprocess.PIPE, process_group=0,
        )  # fmt: skip
        with started:
            self._tell("+", started.pid)
            try:
                out, err = started.communicate(timeout=seconds)
            except BaseException:
                with suppress(ProcessLookupError):
                    os.killpg(started.pid, signal.SIGKILL)
                raise
            finally:
                self._tell("-", started.pid)
        texts = (text.decode("utf-8", "replace") for text in (out, err))
        return subprocess.CompletedProcess(command, started.returncode, *texts)

    def _tell(self, sign: str, group: int) -> None:
        _write_line(self._watch, f"{sign}{group}")


def _write_line(pipe: IO[str], line: str) -> None:
    with suppress(BrokenPipeError):  # without the watch, the programs still end with the block
        pipe.write(f"{line}\n")
        pipe.flush()


@contextmanager
def scratch_folder() -> Iterator[Scratch]:
    """A temporary folder that is removed when the block is left, and also when this process is killed in it.

    Examples
    --------
    >>> with scratch_folder() as scratch:
    ...     scratch.run(["sh", "-c", "echo done > file; cat file"], seconds=10).stdout
    'done\\n'
    >>> scratch.folder.exists()
    False
    """
    folder = Path(tempfile.mkdtemp(prefix="berknash-"))
    watch: subprocess.Popen[str] | None = None
    try:
        # In a session of its own, out of the reach of what ends us.
        watch = subprocess.Popen(
            [sys.executable, "-I", "-S", "-c", _WATCH, str(folder)], stdin=subprocess.PIPE, stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL, text=True, start_new_session=True,
        )  # fmt: skip
        assert watch.stdin is not None
        yield Scratch(folder, watch.stdin)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        if watch is not None and watch.stdin is not None:
            # Told, and not only closed: processes that were forked meanwhile hold the pipe open too.
            _write_line(watch.stdin, "done")
            with suppress(BrokenPipeError):
                watch.stdin.close()
            watch.wait()
