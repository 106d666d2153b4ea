"""The paper on epistemic traps: derived, decided and written from the game files and the list of claims.

Run as ``python -m berknash.proofs.paper.writing [TRAPS [OUT [PROCESSES]]]``, within an hour by default
(``--limit-seconds``, ``--limit-memory``). It writes paper.tex, section.tex, paper.html, paper.json, references.bib,
figures, the certificates and Coq files of all theorems, and paper.pdf where LaTeX is installed. The same files give the
same bytes in everything but the PDF, however many processes work on it.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from ...command_limits import add_limits, bounds_of
from ...cut_short import print_known, running_of
from ...supervised import Report, supervise
from ...symbolic.errors import BerknashError
from ...symbolic.errors.running import note
from ...symbolic.game.game import load_game
from ..files import check_places, files_in, write_file, write_files
from ..scratch import Scratch, scratch_folder
from ..typeset.blocks import Block
from ..typeset.html import page_html
from ..typeset.latex import document_latex, inline_latex, section_latex
from .claims import DecidedClaim, read_claims
from .composition import Paper, certificate_text, compose
from .derivation import derive
from .processes import processes, processors
from .text import ABSTRACT, TITLE, bibtex

_SECONDS = 120
_LIMIT_SECONDS = 3600.0


class PaperError(BerknashError):
    """The paper could not be written; the message says why."""


def write_paper(
    traps: str | os.PathLike[str], out: str | os.PathLike[str], *, coq: bool = True, workers: int | None = None
) -> Path:
    """Derive everything and write the paper into a folder; returns the path of the PDF, or of the HTML page.

    Parameters: the folder with the games and claims.toml; the folder to write; whether to run Coq where it is
    installed; how many processes work on it, by default one for each processor. Raises PaperError when LaTeX fails or a
    claim has another verdict than the list says.
    """
    target = Path(out)
    check_places(target / name for name in ("paper.pdf", "certificates/C1.json", "coq/C1.v", "figures/game/phases.pdf"))
    with scratch_folder() as scratch:
        folder = scratch.folder
        run_coq = coq and shutil.which("coqc") is not None
        paper = _paper(Path(traps), folder, run_coq, workers or processors(), target)
        texts = {
            "section.tex": _section(paper.blocks),
            "paper.tex": _document(paper.blocks),
            "paper.html": page_html(TITLE, paper.blocks, paper.pictures),
            "references.bib": bibtex(),
            "paper.json": json.dumps(paper.document, indent=2, ensure_ascii=False, sort_keys=True) + "\n",
        }
        for name, text in texts.items():
            (folder / name).write_text(text, "utf-8")
        if shutil.which("pdflatex"):
            _compile(scratch)
        write_files({target / name: content for name, content in files_in(folder).items()})
        note("files", lambda: (str(target / "paper.html"), str(target / "paper.html")))
    pdf = target / "paper.pdf"
    return pdf if pdf.exists() else target / "paper.html"


def _paper(traps: Path, folder: Path, coq: bool, workers: int, target: Path) -> Paper:
    """Everything derived and put in order; figures, certificates and Coq files are written into the folder.

    Certificates of the listed claims and Coq files also go to the target as soon as they are there, so that what stops
    the work does not take them away.
    """

    def written(name: str, text: str) -> None:
        write_file(target / name, text)
        note("files", lambda: (str(target / name), str(target / name)))

    def decided(entry: DecidedClaim) -> None:
        if not entry.as_expected:
            raise PaperError(f"{entry.claim.name}: the verdict is {entry.verdict}, not {entry.claim.expected}")
        found = {"id": entry.claim.name, "verdict": entry.verdict}
        note("claims", lambda: (found, f"{entry.claim.name}: {entry.verdict}"))
        if entry.witness is not None and entry.witness.certificate is not None:
            written(*certificate_text(entry.witness, entry.claim.name))

    games = {path.stem: load_game(path) for path in sorted(traps.glob("*.toml")) if path.stem != "claims"}
    claims = read_claims(traps / "claims.toml")
    with processes(workers) as submit:
        derived = derive(claims, games, folder, submit, coq=coq, decided=decided, written=written)
    return compose(derived, games, folder)


def _section(blocks: Sequence[Block]) -> str:
    """The fragment, its first paragraph as the abstract."""
    abstract = inline_latex((ABSTRACT,))
    return section_latex(blocks, "bn").replace(abstract, f"\\begin{{abstract}}\n{abstract}\n\\end{{abstract}}", 1)


def _document(blocks: Sequence[Block]) -> str:
    return document_latex(TITLE, blocks, "bn").replace("report", "paper")


def _compile(scratch: Scratch) -> None:
    """pdflatex twice, with no shell for the document."""
    command = ["pdflatex", "-interaction=nonstopmode", "-halt-on-error", "-no-shell-escape", "paper.tex"]
    environment = {
        **os.environ, "openin_any": "p", "openout_any": "p", "SOURCE_DATE_EPOCH": "0", "FORCE_SOURCE_DATE": "1",
    }  # fmt: skip
    for _ in range(2):
        try:
            done = scratch.run(command, _SECONDS, environment)
        except subprocess.TimeoutExpired:
            raise PaperError(f"pdflatex did not end within {_SECONDS} seconds") from None
        if done.returncode != 0:
            lines = done.stdout.splitlines()
            error = next((line for line in lines if line.startswith("!")), "no message")
            raise PaperError(f"pdflatex failed: {error}")
    for suffix in (".aux", ".log", ".out"):
        (scratch.folder / f"paper{suffix}").unlink(missing_ok=True)


def main(
    arguments: Sequence[str], write: Callable[..., Path] = write_paper, *, supervised: bool = False
) -> int:
    """``[TRAPS [OUT [PROCESSES]]]``; prints the path of the paper. A signal to end leaves nothing half-written.

    Supervised, the work is done in a process of its own within ``--limit-seconds`` and ``--limit-memory``.
    """
    parser = argparse.ArgumentParser(prog="paper", description="Derives and writes the paper on epistemic traps.")
    parser.add_argument("traps", nargs="?", default="examples/traps", help="the folder of games and claims.toml")
    parser.add_argument("out", nargs="?", default="out", help="the folder to write")
    parser.add_argument("processes", nargs="?", type=int, help="how many processes work on it")
    add_limits(parser, _LIMIT_SECONDS)
    parsed = parser.parse_args(arguments)
    report = Report()
    if supervised:
        status = supervise(
            "paper", bounds_of(parsed), report=report, stopped=lambda reason: print_known(parsed, reason, report)
        )
        if status is not None:
            return status
    with running_of(parsed, report).work():
        return _written(parsed, write)


def _written(parsed: argparse.Namespace, write: Callable[..., Path]) -> int:
    traps, out = parsed.traps, parsed.out
    given = {"workers": parsed.processes} if parsed.processes else {}
    for name in ("SIGTERM", "SIGHUP"):
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), _ended)
    try:
        print(write(traps, out, **given))
    except BerknashError as error:
        print(f"paper: {error}", file=sys.stderr)
        return error.exit_status
    except KeyboardInterrupt:
        return 130
    return 0


def _ended(number: int, _: Any) -> None:
    """Leave as after an error, so that what is temporary is removed."""
    raise SystemExit(128 + number)


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:], supervised=True))
