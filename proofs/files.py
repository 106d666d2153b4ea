"""The one place where files are written, for all commands: a set of files is replaced whole or not at all.

Every file is written beside its place under a temporary name, forced to the disk, and only when all are there are they
renamed, one after the other; what stood there before is kept until the last rename, and put back where one fails. So a
full disk, an unwritable folder or a signal leaves the old files. Signals that come while files are replaced wait for
the end. Renames stay within a folder, so that a place may be, or hold, a mount point. Modes follow the umask.

A set may be written early and again later: each call of `write_files` stands for itself.
"""

from __future__ import annotations

import os
import secrets
import signal
import threading
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

from ..symbolic.errors import BerknashError

Content = str | bytes


class WriteError(BerknashError):
    """Files that could not be written; the message names the first of them and what is in the way."""


def check_places(places: Iterable[Path]) -> None:
    """Raises WriteError where a file could not be written as things stand now.

    Meant for the start of a long computation: what is in the way is told before the work, not after it. What a folder
    allows is seen by making a file in it, which is removed at once: permissions do not tell of a full disk, of one that
    is read only, or of a folder like /proc.
    """
    real = [_real(place) for place in places]
    _look(real)
    for folder, place in {_nearest(place.parent): place for place in reversed(real)}.items():
        _try(folder, place)


def _look(places: Iterable[Path]) -> None:
    """The part of `check_places` that makes nothing."""
    for place in places:
        with _named(place):  # a name may be too long
            folder = _nearest(place.parent)
            for part in place.relative_to(folder).parts:
                with suppress(FileNotFoundError, NotADirectoryError):
                    (folder / part).lstat()
        if place.is_dir():
            raise WriteError(f"{place}: is a folder; choose another name or move it away")
        if place.exists() and not place.is_file():
            raise WriteError(f"{place}: is no regular file; choose another name")
        if not folder.is_dir():
            raise WriteError(f"{folder}: not a folder, so {place} cannot be written; move it away or choose another")
        if not os.access(folder, os.W_OK | os.X_OK):
            raise WriteError(f"{folder}: no permission to write there; choose another folder")


def _try(folder: Path, place: Path) -> None:
    """Makes a file in a folder and removes it; WriteError names the place for which this was tried."""
    trial = _temporary(folder / place.name)
    with _signals_wait():
        try:
            _write(trial, b"x")
        except OSError as error:
            raise WriteError(f"{place}: {folder} takes no file ({error.strerror}); choose another folder") from None
        finally:
            trial.unlink(missing_ok=True)


def write_files(files: Mapping[Path, Content]) -> None:
    """Writes a set of files, text as UTF-8, making their folders; all are replaced or none is.

    Raises WriteError, with everything as it was before, when one of them cannot be written.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     place = Path(folder) / "inner" / "a.txt"
    ...     write_files({place: "now", place.with_name("b.txt"): b"now"})
    ...     write_files({place: "later"})
    ...     [path.name for path in sorted(place.parent.iterdir())], place.read_text()
    (['a.txt', 'b.txt'], 'later')
    """
    real = {_real(place): content for place, content in files.items()}
    _look(real)
    with _signals_wait():
        made: list[Path] = []
        written: dict[Path, Path] = {}
        try:
            for place, content in real.items():
                with _named(place):
                    _make_folders(place.parent, made)
                    written[place] = _temporary(place)
                    _write(written[place], content.encode("utf-8") if isinstance(content, str) else content)
            _replace(written)
        except BaseException:
            for temporary in written.values():
                temporary.unlink(missing_ok=True)
            for folder in reversed(made):
                with suppress(OSError):  # another process may have put something there
                    folder.rmdir()
            raise


def write_file(place: Path, content: Content) -> None:
    """Writes one file as `write_files` does."""
    write_files({place: content})


def files_in(folder: Path) -> dict[str, bytes]:
    """The contents of all files in a folder and below it, by their names relative to it, in order of the names."""
    paths = sorted((path for path in folder.rglob("*") if path.is_file()), key=str)
    return {str(path.relative_to(folder)): path.read_bytes() for path in paths}


def _replace(written: Mapping[Path, Path]) -> None:
    """Renames every temporary file to its place; where one fails, those before it are put back."""
    before: dict[Path, Path | None] = {}
    try:
        for place, temporary in written.items():
            with _named(place):
                before[place] = _kept(place)
                os.replace(temporary, place)
    except BaseException:
        for place, kept in reversed(before.items()):
            if kept is not None:
                os.replace(kept, place)
                kept.unlink(missing_ok=True)  # two names of one file: renaming one to the other leaves both
            elif not written[place].exists():
                place.unlink(missing_ok=True)
        raise
    for kept in before.values():
        if kept is not None:
            with suppress(OSError):
                kept.unlink()
    for folder in sorted({place.parent for place in written}):
        with suppress(OSError):  # not every file system can be told to write out a folder
            handle = os.open(folder, os.O_RDONLY)
            try:
                os.fsync(handle)
            finally:
                os.close(handle)


def _kept(place: Path) -> Path | None:
    """A second name for what stands at a place, if anything does: a link, or where there are none, its new name."""
    if not place.exists():
        return None
    kept = _temporary(place)
    try:
        os.link(place, kept)
    except OSError:
        os.replace(place, kept)
    return kept


def _write(path: Path, content: bytes) -> None:
    # Created with all permissions that the umask leaves, and never through a link that someone else has put there.
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o666)
    with os.fdopen(handle, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def _make_folders(folder: Path, made: list[Path]) -> None:
    """Makes a folder and those above it that are missing, and notes which it made, the outermost first."""
    missing: list[Path] = []
    while not folder.exists():
        missing.append(folder)
        folder = folder.parent
    for inner in reversed(missing):
        inner.mkdir(exist_ok=True)
        made.append(inner)


def _temporary(place: Path) -> Path:
    return place.parent / f".berknash-{secrets.token_hex(8)}.part"


def _real(place: Path) -> Path:
    """Where a name leads: a link to a file stays a link."""
    return Path(os.path.realpath(place))


def _nearest(folder: Path) -> Path:
    while not folder.exists() and folder != folder.parent:
        folder = folder.parent
    return folder


@contextmanager
def _named(place: Path) -> Iterator[None]:
    """An error of the system told with the file that was to be written."""
    try:
        yield
    except OSError as error:
        raise WriteError(f"{place}: {error.strerror}; nothing was replaced; check the folder and its space") from None


@contextmanager
def _signals_wait() -> Iterator[None]:
    """Holds back the signals that ask us to end until the block has been left, by its end or by an error."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    came: list[int] = []
    former = {}
    for name in ("SIGINT", "SIGTERM", "SIGHUP"):
        number = getattr(signal, name, None)
        if number is not None and signal.getsignal(number) is not None:
            former[number] = signal.signal(number, lambda number, _: came.append(number))
    try:
        yield
    finally:
        for number, handler in former.items():
            signal.signal(number, handler)
        for number in came:
            signal.raise_signal(number)
