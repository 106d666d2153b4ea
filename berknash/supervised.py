"""Work in a process of its own, which can be ended whatever it does: no library call is too long, no crash is silent.

`supervise` splits the process in two. The child goes on with the work; the parent waits, and ends the child with
everything that it started (coqc, pdflatex) when its seconds are over, or tells in one line why it died. Work that asks
a `Deadline` stops by itself before that and can say how far it came. Memory is bounded by the operating system, for
the child and for each process that it starts: private writable memory on Linux, address space elsewhere.

Where processes cannot be split the work goes on in this one, bounded only by what it asks itself.
"""

from __future__ import annotations

import os
import re
import signal
import sys
import tempfile
import weakref
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field, replace
from threading import Timer
from time import monotonic, sleep
from typing import IO, Any, TextIO

GRACE = 0.5  # seconds beyond the limit in which work may say itself that it stopped, and then in which it may tidy up
UNDECIDED = 3
DEFECT = 70
_LONGEST_NAP = 0.05
_AGAIN = 0.001
_MOST_NOISE = 10_000
_MEMORY = re.compile(
    r"(cannot|unable to|failed to|could not) (re)?allocate|out of memory|overflow in mp|bad_alloc", re.IGNORECASE
)
_NEARLY = 0.8  # of the memory allowed, in use when a process died: it is taken to have died of that


@dataclass(frozen=True, slots=True)
class Bounds:
    """What a process may use: seconds of the clock on the wall, bytes of memory; None for no bound.

    `remedy` is what else can be done where a bound ends it, before the words on raising it.
    """

    seconds: float | None = None
    memory: int | None = None
    remedy: str = "fix parameters with --at, "


@dataclass(frozen=True, slots=True)
class End:
    """How a child ended.

    Attributes
    ----------
    status : its exit status, the negative number of a signal where it died by one
    timed_out : whether its seconds were over
    told : the signal that this process was sent and handed on, None where there was none
    memory : the most memory it used, in bytes
    noise : what C libraries and programs wrote to the file of error messages
    finished : the exit status that it told of when it had printed everything, None where it did not come so far
    """

    status: int
    timed_out: bool = False
    told: int | None = None
    memory: int = 0
    noise: str = ""
    finished: int | None = None


class Report:
    """What a child tells its parent while it works: lines in a file that both have open, and that it has finished.

    A line that the child was ended in is left out.

    Examples
    --------
    >>> report = Report()
    >>> report.write("one"); report.write("two"); report.finish(3)
    >>> report.lines(), report.finished()
    (['one', 'two'], 3)
    """

    _END = "finished "
    _ADVICE = "advice "

    def __init__(self) -> None:
        self._file, name = tempfile.mkstemp()  # child and parent both use it
        os.unlink(name)
        weakref.finalize(self, os.close, self._file)

    def write(self, line: str) -> None:
        """Adds a line; what is in it must not break it."""
        self._add(f" {line}")

    def advise(self, remedy: str) -> None:
        """Tells what can be done where a limit ends the work (`Bounds.remedy`)."""
        self._add(f"{self._ADVICE}{remedy}")

    def advice(self) -> str | None:
        """The last such remedy."""
        told = [line for line in self._whole() if line.startswith(self._ADVICE)]
        return told[-1].removeprefix(self._ADVICE) if told else None

    def finish(self, status: int) -> None:
        """Tells that everything was said, and the exit status."""
        self._add(f"{self._END}{status}")

    def lines(self) -> list[str]:
        """What was written so far."""
        return [line[1:] for line in self._whole() if line.startswith(" ")]

    def finished(self) -> int | None:
        """The exit status of a child that has said everything, None before."""
        ends = [line for line in self._whole() if line.startswith(self._END)]
        return int(ends[-1].removeprefix(self._END)) if ends else None

    def _whole(self) -> list[str]:
        size = os.fstat(self._file).st_size
        return os.pread(self._file, size, 0).decode(errors="replace").split("\n")[:-1]

    def _add(self, line: str) -> None:
        left = f"{line}\n".encode()
        while left:
            left = left[os.write(self._file, left) :]


def supervise(
    name: str,
    bounds: Bounds,
    stream: TextIO | None = None,
    report: Report | None = None,
    stopped: Callable[[str], None] = lambda reason: None,
) -> int | None:
    """Splits the process; None in the child, which goes on with the work, its exit status in the parent.

    Parameters
    ----------
    name : of the command, for messages
    bounds : on the child
    stream : for the line that says why the work ended, standard error by default
    report : where the child tells of its work
    stopped : called in the parent, with the reason, where a limit ended the child: prints what the report holds

    Returns
    -------
    int or None
        In the parent the child's exit status, 3 when a bound was reached (one line says which), 70 when the child died
        of anything else, 128 plus a signal's number when this process was told to end. None where the work is to
        be done here: in the child, or where processes cannot be split.
    """
    if not hasattr(os, "fork"):
        return None
    for output in (sys.stdout, sys.stderr):
        output.flush()
    noise = tempfile.TemporaryFile()  # noqa: SIM115 - child and parent both use it
    parent = os.getpid()
    child = os.fork()
    if child == 0:
        _prepare(bounds, noise, parent)
        return None
    with suppress(OSError):  # the child does the same: whoever comes first
        os.setpgid(child, child)
    with noise:
        end = _watched(child, bounds, noise)
    if report is not None:
        end = replace(end, finished=report.finished())
        bounds = replace(bounds, remedy=report.advice() or bounds.remedy)
    line, status = verdict(name, bounds, end)
    errors = stream or sys.stderr
    if line:
        errors.write(("\r\x1b[K" if errors.isatty() else "") + line + "\n")
    elif end.noise:
        errors.write(end.noise)
    errors.flush()
    if line and status == UNDECIDED:
        stopped(line.removeprefix("berknash: "))
    return status


def verdict(name: str, bounds: Bounds, end: End) -> tuple[str, int]:
    """The line to print, empty where the child has spoken for itself, and the exit status.

    Examples
    --------
    >>> verdict("solve", Bounds(5), End(-9, timed_out=True))[1]
    3
    >>> print(verdict("solve", Bounds(None, 2 * 10**9), End(-6, noise="GNU MP: Cannot allocate memory"))[0])
    berknash: solve: stopped for want of memory (--limit-memory 2G); fix parameters with --at, or raise the limit
    >>> verdict("solve", Bounds(), End(1))
    ('', 1)
    """
    if end.told is not None:
        return (f"berknash: {name}: interrupted" if end.status < 0 else ""), 128 + end.told
    if end.timed_out and end.finished is not None:
        return "", end.finished  # it was ended after its last word
    if end.timed_out and not 0 <= end.status <= UNDECIDED:
        return (
            f"berknash: {name}: stopped at its limit of {bounds.seconds:g} seconds; {bounds.remedy}or raise the limit "
            "with --limit-seconds"
        ), UNDECIDED
    if end.status >= 0:
        return "", end.status
    number = -end.status
    said = next((line.strip() for line in end.noise.splitlines() if line.strip()), "")
    full = bounds.memory is not None and end.memory > _NEARLY * bounds.memory
    if number == signal.SIGKILL or full or _MEMORY.search(end.noise):
        limit = "" if bounds.memory is None else f" (--limit-memory {memory_text(bounds.memory)})"
        return (
            f"berknash: {name}: stopped for want of memory{limit}; {bounds.remedy}or raise the limit"
        ), UNDECIDED
    about = f"ended by {_signal_name(number)}" + (f" ({said[:200]})" if said else "")
    return f"berknash: {name}: defect: {about}; please report it with the input", DEFECT


def read_memory(text: str) -> int:
    """Bytes from a number with an optional K, M, G or T; ValueError on anything else.

    >>> read_memory("800M"), read_memory("1.5G")
    (800000000, 1500000000)
    """
    found = re.fullmatch(r"([0-9]{1,15}(?:\.[0-9]{1,9})?)([KMGT]?)B?", text.strip(), re.ASCII | re.IGNORECASE)
    size = 0 if found is None else int(float(found[1]) * 1000 ** " KMGT".index(found[2].upper() or " "))
    if size < 1:
        raise ValueError(f"{text} is not an amount of memory such as 800M or 2G")
    return size


def memory_text(size: int) -> str:
    """An amount of memory in the largest unit that leaves at least one.

    >>> memory_text(1_500_000_000), memory_text(800)
    ('1.5G', '800')
    """
    for unit, letter in ((10**12, "T"), (10**9, "G"), (10**6, "M"), (10**3, "K")):
        if size >= unit:
            return f"{size / unit:.3g}{letter}"
    return str(size)


def machine_memory() -> int | None:
    """The memory of this machine in bytes, None where it is not known."""
    try:
        return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    except (AttributeError, ValueError, OSError):
        return None


def _signal_name(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:
        return f"signal {number}"


def _prepare(bounds: Bounds, noise: IO[bytes], parent: int) -> None:
    """In the child: a process group of its own, the bound on memory, and Python's messages apart from those of C."""
    os.setpgid(0, 0)
    signal.signal(signal.SIGTERM, _leave)
    sys.unraisablehook = _told_again
    if sys.platform == "linux":
        _end_with(parent)
    if bounds.memory is not None:
        _bound_memory(bounds.memory)
    spoken = os.dup(2)
    os.dup2(noise.fileno(), 2)
    sys.stderr = open(  # noqa: SIM115 - it serves to the end of the process
        spoken, "w", encoding=sys.stderr.encoding, errors=sys.stderr.errors, buffering=1
    )


def _leave(number: int, _: Any) -> None:
    """As after an error, so that what is temporary is removed."""
    raise SystemExit(128 + number)


def _told_again(lost: Any) -> None:
    """Sends a signal to end once more where Python lost what it raised.

    A signal that comes while a finalizer or the callback of a weak reference runs (the locks of imports have one)
    raises there, where nothing catches: Python would print that and go on.
    """
    number = {SystemExit: signal.SIGTERM, KeyboardInterrupt: signal.SIGINT}.get(lost.exc_type)
    if number is None:
        sys.__unraisablehook__(lost)
    else:  # from another thread, in a moment: here it would be lost again
        with suppress(RuntimeError):  # no thread is to be had: the process ends, or its parent ends it
            Timer(_AGAIN, os.kill, (os.getpid(), number)).start()


def _end_with(parent: int) -> None:
    """Asks the kernel to end this process when its parent dies, however it dies."""
    import ctypes  # for start-up

    set_parent_death_signal = 1
    ctypes.CDLL(None).prctl(set_parent_death_signal, int(signal.SIGKILL), 0, 0, 0)
    if os.getppid() != parent:
        raise SystemExit(128 + signal.SIGKILL)


def _bound_memory(size: int) -> None:
    import resource  # for start-up

    kind = resource.RLIMIT_DATA if sys.platform == "linux" else resource.RLIMIT_AS
    _, hard = resource.getrlimit(kind)
    allowed = size if hard == resource.RLIM_INFINITY else min(size, hard)
    resource.setrlimit(kind, (allowed, hard))


@dataclass(slots=True)
class _Told:
    """Signals to end that this process got: they are handed on, and the child is given a moment."""

    child: int
    clock: Callable[[], float]
    number: int | None = None
    until: float = field(default=float("inf"))

    def __call__(self, number: int, _: Any) -> None:
        self.number = number
        self.until = min(self.until, self.clock() + 5 * GRACE)
        _send(self.child, number)


def _watched(child: int, bounds: Bounds, noise: IO[bytes], clock: Callable[[], float] = monotonic) -> End:
    """Waits for the child's end, or brings it about."""
    until = float("inf") if bounds.seconds is None else clock() + bounds.seconds + GRACE
    told = _Told(child, clock)
    watched = [s for s in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP) if signal.getsignal(s) != signal.SIG_IGN]
    before = {number: signal.signal(number, told) for number in watched}
    timed_out, nap = False, 0.001
    try:
        while True:
            done, status, usage = os.wait4(child, os.WNOHANG)
            if done:
                break
            now = clock()
            if not timed_out and now >= until:
                timed_out = True
                told.until = min(told.until, now + GRACE)
                _send(child, signal.SIGTERM)
            if now >= told.until:
                _send(child, signal.SIGKILL)
            sleep(nap)
            nap = min(2 * nap, _LONGEST_NAP)
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
    code = os.waitstatus_to_exitcode(status)
    if timed_out or code < 0 or told.number is not None:
        _send(child, signal.SIGKILL)  # what it started
    noise.seek(0)
    text = noise.read(_MOST_NOISE).decode("utf-8", "replace")
    unit = 1 if sys.platform == "darwin" else 1024
    return End(code, timed_out, told.number, usage.ru_maxrss * unit, text)


def _send(group: int, number: int) -> None:
    """A signal to a process group, unless nothing is left of it."""
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(group, number)
