"""Writes the whole result on a game as a folder: a section of a paper, a document, a web page, JSON and figures.

The documents and figures are written first, in a temporary folder and then to the target as one set, so that a failure
leaves nothing half-written. Then certificates are searched: each is written when it is found, and at the end the
documents again, with the proofs. Whatever stops the search, what was finished stays.

The same game gives the same bytes in every file but the PDF of the document, unless time cut the search short.

Imports inside functions are there for start-up alone.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from ...symbolic.arguments import check_kind, check_path
from ...symbolic.errors import BerknashError, BudgetError, DefectError, NotSupportedError, UndecidedError
from ...symbolic.errors.deadline import NEVER
from ...symbolic.errors.running import TimeUp, note, share, within
from ...symbolic.game.free_parameters import check_arguments
from ...symbolic.game.game import Game
from ...symbolic.results.solution import Solution
from ...symbolic.solving.solve import phases, solve
from ..files import check_places, files_in, write_file, write_files
from ..scratch import Scratch, scratch_folder
from ..search.rounds import Budget
from ..typeset.blocks import Figure
from ..typeset.html import page_html
from ..typeset.latex import bibliography, document_latex, section_latex, slug
from ..typeset.svg import inline_svg
from .certificates import FOLDER, Certified, certificates_budget, certify, pending
from .content import references_of, report_blocks, title_of

if TYPE_CHECKING:
    from ...numeric.confirm import Confirmation
    from ...symbolic.results.diagram import PhaseDiagram

LATEX_SECONDS = 120
DOCUMENT = "report"

Confirm = Callable[["Solution", "PhaseDiagram | None"], "Confirmation"]
Progress = Callable[[str, int, int], None]


class ReportError(BerknashError):
    """A report that could not be written; the message says why and what to do."""


@dataclass(frozen=True, slots=True)
class ReportFiles:
    """The folder and every file written to it, sorted; `pdf` is None where LaTeX is not installed.

    `is_undecided`: whether the report names something as undecided; `not_proved`: phases and strata whose claims have
    no certificate although one was looked for; `left_out`: what was asked for and is not made for this kind of game.
    """

    folder: Path
    paths: tuple[Path, ...]
    pdf: Path | None
    is_undecided: bool
    not_proved: tuple[str, ...] = ()
    left_out: tuple[str, ...] = ()


def write_report(
    game: Game,
    out_dir: str | os.PathLike[str],
    over: Sequence[str] | None = None,
    at: Mapping[str, Fraction | int | str] | None = None,
    *,
    confirmation: Confirm | None = None,
    compile_pdf: bool = True,
    certificates: bool = True,
    label_boundaries: bool = False,
    budget: Budget | None = None,
) -> ReportFiles:
    """Derives everything about a game and writes it as a report.

    Parameters
    ----------
    game : a game of a kind that `solve` supports
    out_dir : the folder to write; files of the same names in it are replaced, others are left alone
    over, at : as in `phases`
    confirmation : confirms the solution and the phase diagram numerically; by default `proofs.confirmation`
    compile_pdf : whether to run pdflatex where it is installed
    certificates : whether to prove the claim of every phase and write its certificate
    label_boundaries : whether the pictures of phases number their boundaries and give the exact equations
    budget : what the proofs may take together, by default `certificates_budget()`; its progress is told of all stages

    Returns
    -------
    ReportFiles

    Raises
    ------
    The errors of `solve`; ReportError when LaTeX fails; WriteError when `out_dir` cannot be written.
    """
    check_arguments(game, at, over=over)
    check_path("out_dir", out_dir)
    check_kind("budget", budget, Budget)
    target = Path(out_dir)
    check_places(target / name for name in (f"{DOCUMENT}.pdf", f"{FOLDER}/phase-I.json"))
    budget = budget or certificates_budget()
    with scratch_folder() as scratch:
        folder = scratch.folder
        material = _derived(folder, game, over, at, confirmation, label_boundaries, budget.progress)
        diagram = material.diagram if certificates and not material.without_certificates else None
        _write(scratch, material, () if diagram is None else pending(diagram), compile_pdf, budget.progress)
        files = _publish(folder, target)
        certified: tuple[Certified, ...] = ()
        if diagram is not None:

            def found(name: str) -> None:
                write_file(target / name, (folder / name).read_bytes())
                note("files", partial(_noted, target / name))

            try:
                certified = certify(diagram, folder, budget, found)
            except DefectError as error:
                raise DefectError(f"{error}; do not rely on the report in {target}") from None
            _write(scratch, material, certified, compile_pdf, budget.progress)
            files = _publish(folder, target)
        not_proved = tuple(entry.name for entry in certified if entry.status != "proved")
        left_out = [material.remark] if material.remark is not None else []
        if certificates and material.diagram is not None and material.without_certificates:
            left_out.append(material.without_certificates)
        return replace(
            files, is_undecided=material.is_undecided, not_proved=not_proved, left_out=tuple(left_out)
        )


@dataclass(frozen=True)
class _Material:
    """What a report is written from: all but the certificates."""

    game: Game
    solution: Solution
    diagram: PhaseDiagram | None = None
    remark: str | None = None
    confirmed: Confirmation | None = None
    not_confirmed: str | None = None
    pictures: Mapping[str, Figure] = field(default_factory=dict)
    is_late: bool = False

    @property
    def without_certificates(self) -> str:
        """Why no certificates are made for this kind of game; empty where they are."""
        kind = self.game.kind_not_supported()
        if kind is None:
            return ""
        return (
            "Certificates are made for one agent with finitely many models and outcomes, and this game has "
            f"{kind}: what is said of the phases rests on the derivation and on the numerical confirmation."
        )

    @property
    def is_undecided(self) -> bool:
        """Whether something but a certificate is undecided."""
        return self.is_late or bool(self.solution.undecided) or (
            self.diagram is not None and self.diagram.is_undecided
        )


def _derived(
    folder: Path,
    game: Game,
    over: Sequence[str] | None,
    at: Mapping[str, Fraction | int | str] | None,
    confirmation: Confirm | None,
    label_boundaries: bool,
    progress: Progress,
) -> _Material:
    """Solution, phases and confirmation; the figures are written into the folder."""
    progress("solution", 0, 0)
    with share(1 / 2):
        solution = solve(game, at)
    progress("phases", 0, 0)
    diagram, remark, is_late = _diagram(game, over, at, bool(solution.game.parameters))
    progress("confirmation", 0, 0)
    confirmed, not_confirmed, late = _confirmed(confirmation or _confirm, solution, diagram)
    progress("figures", 0, 0)
    with within(NEVER):  # what is derived is written
        pictures = _pictures(folder, game, diagram, label_boundaries)
        if "graphs" not in pictures:
            pictures |= _graph(folder, solution)
    return _Material(game, solution, diagram, remark, confirmed, not_confirmed, pictures, is_late or late)


def _write(
    scratch: Scratch, material: _Material, certified: tuple[Certified, ...], compile_pdf: bool, progress: Progress
) -> None:
    """Writes the documents with what was certified."""
    with within(NEVER):  # what is derived is written
        _write_all(scratch, material, certified, compile_pdf, progress)


def _write_all(
    scratch: Scratch, material: _Material, certified: tuple[Certified, ...], compile_pdf: bool, progress: Progress
) -> None:
    progress("documents", 0, 0)
    folder = scratch.folder
    game, solution, diagram, pictures = material.game, material.solution, material.diagram, material.pictures
    remarks = [material.not_confirmed] if material.not_confirmed is not None else []
    if diagram is not None and material.without_certificates:
        remarks.append(material.without_certificates)
    blocks = report_blocks(
        solution,
        diagram,
        material.confirmed,
        certified,
        game=game,
        phase_figure=pictures.get("phases"),
        graph_figure=pictures.get("graphs"),
        line_figures=tuple(figure for kind, figure in pictures.items() if kind.startswith("bifurcation")),
        remark=material.remark,
        further_remarks=tuple(remarks),
    )
    title, prefix = title_of(game), f"bn:{slug(game.name)}"
    svg = {figure.stem: (folder / f"{figure.stem}.svg").read_text("utf-8") for figure in pictures.values()}
    confirmed = material.confirmed
    texts = {
        "section.tex": section_latex(blocks, prefix),
        f"{DOCUMENT}.tex": document_latex(title, blocks, prefix),
        "references.bib": bibliography(references_of(game).entries),
        f"{DOCUMENT}.html": page_html(title, blocks, {k: inline_svg(v, k) for k, v in svg.items()}),
        "result.json": json.dumps(
            {
                "format": 1,
                "game": game.name,
                "solution": solution.to_json(),
                "phases": None if diagram is None else diagram.to_json(),
                "confirmation": None if confirmed is None else confirmed.to_json(),
                "certificates": [c.to_json() for c in certified],
            },
            indent=2,
            ensure_ascii=False,
        )
        + "\n",
    }
    for name, text in texts.items():
        (folder / name).write_text(text, "utf-8")
    if compile_pdf and shutil.which("pdflatex"):
        _compile(scratch)


def _noted(path: Path) -> tuple[str, str]:
    return str(path), str(path)


def _diagram(
    game: Game, over: Sequence[str] | None, at: Mapping[str, Fraction | int | str] | None, free: bool
) -> tuple[PhaseDiagram | None, str | None, bool]:
    """The phase diagram, or the reason why there is none, and whether that is want of time."""
    if not free:
        return None, None, False
    try:
        with share(1 / 2):
            return phases(game, over, at), None, False
    except (NotSupportedError, BudgetError, UndecidedError) as error:
        return None, f"The phases of this game were not derived: {error}.", isinstance(error, TimeUp)


def _confirmed(
    confirmation: Confirm, solution: Solution, diagram: PhaseDiagram | None
) -> tuple[Confirmation | None, str | None, bool]:
    """The numerical confirmation, or why there is none within the time of the report, and whether that is so."""
    try:
        with share(1 / 2):
            return confirmation(solution, diagram), None, False
    except TimeUp as error:
        return None, f"The answer was not confirmed numerically: {error}.", True


def _confirm(solution: Solution, diagram: PhaseDiagram | None) -> Confirmation:
    from ..confirmation import confirm_diagram, confirm_solution

    return confirm_solution(solution) if diagram is None else confirm_diagram(diagram)


def _pictures(
    folder: Path, game: Game, diagram: PhaseDiagram | None, label_boundaries: bool
) -> dict[str, Figure]:
    if diagram is None or not diagram.phases:
        return {}
    from .pictures import write_pictures

    return write_pictures(folder, game, diagram, label_boundaries=label_boundaries)


def _graph(folder: Path, solution: Solution) -> dict[str, Figure]:
    from .pictures import write_graph

    return write_graph(folder, solution)


def _compile(scratch: Scratch) -> None:
    """Runs pdflatex twice in the folder, with no shell for the document; ReportError names its first error."""
    command = ["pdflatex", "-interaction=nonstopmode", "-halt-on-error", "-no-shell-escape", f"{DOCUMENT}.tex"]
    environment = {
        **os.environ, "openin_any": "p", "openout_any": "p", "SOURCE_DATE_EPOCH": "0", "FORCE_SOURCE_DATE": "1",
    }  # fmt: skip
    for _ in range(2):
        try:
            done = scratch.run(command, LATEX_SECONDS, environment)
        except subprocess.TimeoutExpired:
            raise ReportError(
                f"pdflatex did not end within {LATEX_SECONDS} seconds; fix some parameters to shorten the report"
            ) from None
        if done.returncode != 0:
            raise ReportError(f"pdflatex failed: {_first_error(done.stdout)}")
    for suffix in (".aux", ".log", ".out"):
        (scratch.folder / f"{DOCUMENT}{suffix}").unlink(missing_ok=True)


def _first_error(log: str) -> str:
    """The first error of a LaTeX log in one line.

    >>> _first_error("This is pdfTeX\\n! Undefined control sequence.\\nl.3 \\\\x")
    'Undefined control sequence. l.3 \\\\x'
    """
    lines = log.splitlines()
    for position, line in enumerate(lines):
        if line.startswith("!"):
            place = next((text for text in lines[position:] if text.startswith("l.")), "")
            return f"{line[1:].strip()} {place}".strip()
    return lines[-1] if lines else "no message"


def _publish(folder: Path, target: Path) -> ReportFiles:
    """Writes what is in the folder to the target, as one set."""
    files = {target / name: content for name, content in files_in(folder).items()}
    write_files(files)
    for path in files:
        note("files", partial(_noted, path))
    pdf = target / f"{DOCUMENT}.pdf"
    return ReportFiles(target, tuple(files), pdf if pdf in files else None, is_undecided=False)
