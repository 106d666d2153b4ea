"""The paper on epistemic traps: derived, decided and written from the game files and the list of claims.

Run as ``python -m berknash.proofs.paper.writing examples/traps out``. It writes paper.tex, section.tex, paper.html,
paper.json, references.bib, figures, the certificates of all theorems, and paper.pdf where LaTeX is installed. The same
files give the same bytes in everything but the PDF.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

from ...symbolic.errors import BerknashError, NotSupportedError
from ...symbolic.expressions import Expression
from ...symbolic.game import Game
from ...symbolic.game_file import load_game
from ...symbolic.phases import phases
from ..design.changes import Changes, changes
from ..design.designs import Design, design
from ..design.robustness import robustness
from ..report.blocks import Block, Cite, Display, Heading, Inline, Paragraph, Part, Proof, Ref, References, Table
from ..report.definition import definition_block
from ..report.facts import conditions_of, named_formulas, report_notation
from ..report.formulas import formula
from ..report.game import game_blocks
from ..report.html import inline_svg, page_html
from ..report.latex import document_latex, inline_latex, section_latex
from ..report.markup import Markup
from ..report.phases import phase_blocks
from ..report.pictures import write_pictures
from ..search.prover import Proved, Question
from ..verdicts import Verdict
from .blocks import (
    claim_blocks,
    design_blocks,
    relabelled,
    resolved,
    robustness_table,
    summary_table,
    threshold_notation,
    thresholds,
    verdict_table,
)
from .claims import DecidedClaim, decide_claim, read_claims
from .text import (
    ABSTRACT,
    CLAIMS,
    CLOSING,
    DESIGN_INTRODUCTION,
    DESIGNS,
    FINDINGS,
    FRAMEWORK,
    GAMES,
    GROUPS,
    INTRODUCTION,
    LEARNERS,
    LITERATURE,
    POINTS,
    PRIOR_CAPTION,
    PRIOR_MASSES,
    PRIOR_POINTS,
    REFERENCES,
    ROBUSTNESS_TEXT,
    SLICES,
    TITLE,
    bibtex,
)

THRESHOLDS = tuple(
    ("tau", text.format(low=low, high=high))
    for low, high in (("l", "h"), ("x", "y"))
    for text in (
        "log((1 - {low})/(1 - {high}))/log({high}*(1 - {low})/({low}*(1 - {high})))",
        "log((1 - {high})/(1 - {low}))/log({low}*(1 - {high})/({high}*(1 - {low})))",
    )
)
_SECONDS = 120
_COQ_RUNS, _COQ_THEOREMS = 2, 8
_MOST_STRATA = 6
_SAME_PROOF = Proof(
    (
        Paragraph(
            ("As for the first theorem on phases: the structure is computed on every cell of the decomposition, "
             "from the signs of the factors that occur.",)
        ),
    )
)  # fmt: skip


class PaperError(BerknashError):
    """The paper could not be written; the message says why."""


@dataclass(frozen=True, slots=True)
class Paper:
    """The blocks of the paper, the document of its results, and the SVG of its figures."""

    blocks: tuple[Block, ...]
    document: dict[str, Any]
    pictures: dict[str, str]


def write_paper(traps: str | os.PathLike[str], out: str | os.PathLike[str], *, coq: bool = True) -> Path:
    """Derive everything and write the paper into a folder; returns the path of the PDF, or of the HTML page.

    Parameters: the folder with the games and claims.toml; the folder to write; whether to run Coq where it is
    installed. Raises PaperError when LaTeX fails or a claim has another verdict than the list says.
    """
    target = Path(out)
    target.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".paper-", dir=target) as scratch:
        folder = Path(scratch)
        paper = compose(Path(traps), folder, coq=coq and shutil.which("coqc") is not None)
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
            _compile(folder)
        for path in sorted(p for p in folder.rglob("*") if p.is_file()):
            place = target / path.relative_to(folder)
            place.parent.mkdir(parents=True, exist_ok=True)
            os.replace(path, place)
    pdf = target / "paper.pdf"
    return pdf if pdf.exists() else target / "paper.html"


def compose(traps: Path, folder: Path, *, coq: bool) -> Paper:
    """All parts of the paper; figures and certificates are written into the folder."""
    pictures: dict[str, str] = {}
    document: dict[str, Any] = {"format": 1, "title": TITLE, "games": {}, "claims": [], "designs": [], "robustness": []}
    games = {path.stem: load_game(path) for path in sorted(traps.glob("*.toml")) if path.stem != "claims"}
    decided = [decide_claim(claim) for claim in read_claims(traps / "claims.toml")]
    for entry in decided:
        if not entry.as_expected:
            raise PaperError(f"{entry.claim.name}: the verdict is {entry.verdict}, not {entry.claim.expected}")
    designs = _designs(games)
    checked = _coq_words(decided, [answer for answer, _ in designs]) if coq else {}
    blocks: list[Block] = [
        Paragraph((ABSTRACT,)), Heading(1, "Introduction", "sec:introduction"),
        *(Paragraph(_cited(text)) for text in INTRODUCTION), summary_table(decided, FINDINGS),
        Heading(1, "Framework", "sec:framework"),
        *(Paragraph(_cited(text)) for text in FRAMEWORK[:1]),
        definition_block(),
        *(Paragraph(_cited(text)) for text in FRAMEWORK[1:]),
        Heading(1, "Three traps, six games", "sec:games"), Paragraph(_cited(GAMES)),
    ]  # fmt: skip
    for place, (name, over, at, story) in enumerate(SLICES):
        blocks += _game_part(games[name], name, over, at, story, folder, pictures, document, place == 0)
    blocks += [Heading(1, "The claims", "sec:claims"), *_threshold_blocks(games)]
    for group, title, words in GROUPS:
        blocks += [Heading(2, title, f"sec:{group.lower()}"), Paragraph(_cited(words))]
        for entry in (e for e in decided if e.claim.group == group):
            notation = threshold_notation(entry.claim.game, thresholds(entry.claim.game, THRESHOLDS))
            certificate = _certificate(entry, folder)
            word = checked.get(entry.claim.name, "–")
            blocks += claim_blocks(entry, notation, certificate, word)
            document["claims"].append({**entry.to_json(), "coq": word, "certificate": certificate})
        blocks.append(verdict_table(decided, checked, group))
    blocks += _design_part(games, designs, checked, folder, document)
    blocks += _robustness_part(games, document)
    blocks += [Heading(1, "Related literature", "sec:literature"), *(Paragraph(_cited(text)) for text in LITERATURE)]
    blocks += [Heading(1, "Limitations", "sec:limits"), *(Paragraph(_cited(text)) for text in CLOSING)]
    blocks.append(References(REFERENCES))
    return Paper(resolved(blocks), document, pictures)


def _game_part(
    game: Game, name: str, over: Sequence[str], at: Mapping[str, str], story: str, folder: Path,
    pictures: dict[str, str], document: dict[str, Any], first: bool,
) -> list[Block]:  # fmt: skip
    """The game as it is, symbolically, and the phases of a slice of it."""
    diagram = phases(game, list(over), dict(at))
    place = folder / "figures" / name
    place.mkdir(parents=True)
    figures = write_pictures(place, game, diagram)
    stems = {stem.name.removesuffix(".svg"): f"figures/{name}/{stem.name[:-4]}" for stem in place.glob("*.svg")}
    for stem, target in sorted(stems.items()):
        pictures[target] = inline_svg((place / f"{stem}.svg").read_text("utf-8"), f"{name}-{stem}")
    named = named_formulas(game, conditions_of(None, diagram))
    notation = report_notation(game, named)
    parts: list[Block] = [Heading(2, game.title or name, "sec:game"), Paragraph(_cited(story))]
    described = game_blocks(game, (), (), notation.unnamed())
    parts += [b for b in described if not isinstance(b, Heading) and not _is_definition(b)]
    values = [f"{n} = {v}" for n, v in diagram.at]
    parts.append(Heading(3, "Phases" + (f" at {', '.join(values)}" if values else ""), "sec:slice"))
    if named:
        parts.append(Display(tuple((n.name, formula(n.expression, notation.unnamed())) for n in named)))
    found = [b for b in phase_blocks(diagram, notation, figures.get("phases")) if _kept(b)]
    parts += found if first else [_SAME_PROOF if isinstance(b, Proof) else b for b in found]
    if "graphs" in figures:
        parts.append(figures["graphs"])
    document["games"][name] = diagram.to_json()
    return list(relabelled(tuple(parts), name.replace("_", "-"), stems))


def _is_definition(block: Block) -> bool:
    return getattr(block, "kind", "") == "definition"


def _kept(block: Block) -> bool:
    """Without the heading, and without a long table of strata: it is in paper.json."""
    if isinstance(block, Table) and block.label == "tab:strata":
        return len(block.rows) <= _MOST_STRATA
    return not isinstance(block, Heading)


def _threshold_blocks(games: Mapping[str, Game]) -> list[Block]:
    rows = []
    for name in ("sycophancy", "deception"):
        game = games[name]
        (text, markup) = next(iter(thresholds(game, THRESHOLDS).items()))
        rows.append((markup, formula(text, threshold_notation(game, {}))))
    return [*(Paragraph(_cited(text)) for text in CLAIMS), Display(tuple(rows))]


def _certificate(entry: DecidedClaim, folder: Path) -> str | None:
    if entry.witness is None or entry.witness.certificate is None:
        return None
    return _stored(entry.witness, entry.claim.name, folder)


def _stored(verdict: Verdict, name: str, folder: Path) -> str:
    place = f"certificates/{name}.json"
    (folder / "certificates").mkdir(exist_ok=True)
    text = json.dumps(verdict.certificate, indent=1, sort_keys=True, ensure_ascii=False) + "\n"
    (folder / place).write_text(text, "utf-8")
    return place


def _coq_words(decided: Sequence[DecidedClaim], designs: Sequence[Design]) -> dict[str, str]:
    """``accepted`` for each statement that has a Coq form and passes; all are compiled in a few files side by side."""
    from ..coq.games import game_batch

    proofs = {entry.claim.name: entry.witness for entry in decided if entry.witness is not None}
    for place, answer in enumerate(designs):
        proofs |= {f"design{place + 1}.{name}": verdict for name, verdict in answer.proofs().items()}
    stated = {}
    for name, verdict in proofs.items():
        if verdict.proof is None:
            continue
        try:
            game_batch({name: verdict.proof})
        except NotSupportedError:  # no Coq form, or none that the writer found
            continue
        stated[name] = verdict.proof
    names = list(stated)
    batches = [
        {name: stated[name] for name in names[k : k + _COQ_THEOREMS]} for k in range(0, len(names), _COQ_THEOREMS)
    ]
    with ThreadPoolExecutor(_COQ_RUNS) as runs:
        return {name: word for words in runs.map(compiled, batches) for name, word in words.items()}


def compiled(theorems: Mapping[str, tuple[Question, Proved]]) -> dict[str, str]:
    """What coqc says of each theorem; a file that it does not accept is divided until the theorem is found."""
    from ..coq.files import check_coq
    from ..coq.games import game_batch

    checked = check_coq(game_batch(theorems))
    if checked.accepted:
        return dict.fromkeys(theorems, "accepted")
    if len(theorems) == 1:
        (name,) = theorems
        print(f"paper: coqc did not accept {name}: {checked.message}", file=sys.stderr)
        return {name: "not accepted"}
    names = list(theorems)
    halves = (names[: len(names) // 2], names[len(names) // 2 :])
    return {n: word for half in halves for n, word in compiled({name: theorems[name] for name in half}).items()}


def _designs(games: Mapping[str, Game]) -> list[tuple[Design, Changes | None]]:
    """The designs of the paper, and the ways to them."""
    found = []
    for _, name, safe, environment, choose, region, goal, at, present in DESIGNS:
        answer = design(games[name], safe, environment, choose, region, goal, at)
        now = {n: Fraction(v) for n, v in present.items()}
        found.append((answer, changes(games[name], answer, now, goal) if now else None))
    return found


def _design_part(
    games: Mapping[str, Game], designs: Sequence[tuple[Design, Changes | None]], checked: Mapping[str, str],
    folder: Path, document: dict[str, Any],
) -> list[Block]:  # fmt: skip
    blocks: list[Block] = [Heading(1, "Models that make the agent safe", "sec:design")]
    blocks += [Paragraph(_cited(text)) for text in DESIGN_INTRODUCTION]
    for place, ((label, name, *_), (answer, found)) in enumerate(zip(DESIGNS, designs, strict=True)):
        game = games[name]
        notation = threshold_notation(game, _design_names(game, dict(answer.at)))
        proofs = answer.proofs()
        accepted = sum(checked.get(f"design{place + 1}.{part}") == "accepted" for part in proofs)
        words = ", all of them also in Coq" if accepted == len(proofs) else f", {accepted} of them also in Coq"
        blocks += design_blocks(answer, found, game, notation, label, words if accepted else "")
        entry = answer.to_json()
        for key in ("proof", "beyond_design", "beyond_region", "impossibility"):
            entry[key] = None if entry[key] is None else entry[key]["status"]
        for failure in entry["necessity"]:
            failure["parts"] = {part: verdict["claim"] for part, verdict in failure["parts"].items()}
        entry["certificates"] = {
            part: _stored(verdict, f"design.{label}.{part}", folder) for part, verdict in proofs.items()
        }
        document["designs"].append({**entry, "changes": None if found is None else found.to_json()})
    return blocks


def _design_names(game: Game, at: Mapping[str, Fraction]) -> dict[Expression, Markup]:
    return thresholds(game.at(at) if at else game, THRESHOLDS)


def _robustness_part(games: Mapping[str, Game], document: dict[str, Any]) -> list[Block]:
    results = []
    for title, name, point, over in POINTS:
        result = robustness(games[name], point, over)
        document["robustness"].append(result.to_json())
        results.append((title, result, threshold_notation(games[name], {})))
    blocks: list[Block] = [Heading(1, "How robust a phase is", "sec:robustness")]
    blocks += [Paragraph(_cited(text)) for text in ROBUSTNESS_TEXT]
    blocks.append(robustness_table(results))
    blocks.append(_prior_table(games["sycophancy"], document))
    return blocks


def _prior_table(game: Game, document: dict[str, Any]) -> Table:
    """Simulated shares of safe play for several prior masses of the merit model; numerical, not a proof."""
    from ...numeric.learners import simulate

    rows: list[tuple[Inline, ...]] = []
    document["priors"] = []
    for title, point in PRIOR_POINTS:
        shares = []
        for mass in PRIOR_MASSES:
            weight = float(Fraction(mass))
            learned = simulate(game.at(point), *LEARNERS, {"merit": weight, "agreement": 1 - weight})
            shares.append(dict(learned.shares)["truthful"])
        rows.append(((title,), *((f"{share:.2f}",) for share in shares)))
        document["priors"].append({"at": dict(point), "masses": list(PRIOR_MASSES), "truthful": shares})
    header: list[Inline] = [("phase",), *((f"mass {mass}",) for mass in PRIOR_MASSES)]
    return Table("tab:priors", (PRIOR_CAPTION,), "X" + "l" * len(PRIOR_MASSES), tuple(header), tuple(rows))


def _cited(text: str) -> Inline:
    """Text with ``[Key]`` for citations and ``<label>`` for references."""
    keys = {key for key, _ in REFERENCES}
    parts: list[Part] = []
    for piece in re.split(r"(\[[A-Za-z0-9]+\]|<[a-z]+:[a-z0-9-]+>)", text):
        if piece[:1] == "[" and piece[1:-1] in keys:
            parts.append(Cite(piece[1:-1]))
        elif piece[:1] == "<":
            parts.append(Ref(piece[1:-1]))
        elif piece:
            parts.append(piece)
    return tuple(parts)


def _section(blocks: Sequence[Block]) -> str:
    """The fragment, its first paragraph as the abstract."""
    abstract = inline_latex((ABSTRACT,))
    return section_latex(blocks, "bn").replace(abstract, f"\\begin{{abstract}}\n{abstract}\n\\end{{abstract}}", 1)


def _document(blocks: Sequence[Block]) -> str:
    return document_latex(TITLE, blocks, "bn").replace("report", "paper")


def _compile(folder: Path) -> None:
    """pdflatex twice, with no shell for the document."""
    command = ["pdflatex", "-interaction=nonstopmode", "-halt-on-error", "-no-shell-escape", "paper.tex"]
    environment = {
        **os.environ, "openin_any": "p", "openout_any": "p", "SOURCE_DATE_EPOCH": "0", "FORCE_SOURCE_DATE": "1",
    }  # fmt: skip
    for _ in range(2):
        done = subprocess.run(
            command, cwd=folder, env=environment, stdin=subprocess.DEVNULL, capture_output=True, timeout=_SECONDS,
            check=False,
        )  # fmt: skip
        if done.returncode != 0:
            lines = done.stdout.decode("utf-8", "replace").splitlines()
            error = next((line for line in lines if line.startswith("!")), "no message")
            raise PaperError(f"pdflatex failed: {error}")
    for suffix in (".aux", ".log", ".out"):
        (folder / f"paper{suffix}").unlink(missing_ok=True)


def main(arguments: Sequence[str], write: Callable[..., Path] = write_paper) -> int:
    """``[TRAPS [OUT]]``; prints the path of the paper."""
    traps = arguments[0] if arguments else "examples/traps"
    out = arguments[1] if len(arguments) > 1 else "out"
    try:
        print(write(traps, out))
    except BerknashError as error:
        print(f"paper: {error}", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
