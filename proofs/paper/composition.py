"""The paper as blocks: text, games, claims, designs and distances in their order, from what was derived."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

from ...symbolic.expressions import Expression
from ...symbolic.game import Game
from ..report.blocks import Block, Display, Heading, Inline, Paragraph, References, Table
from ..report.definition import definition_block
from ..report.formulas import formula
from ..report.markup import Markup
from ..verdicts import Verdict
from .blocks import (
    cited,
    claim_blocks,
    design_blocks,
    resolved,
    robustness_table,
    summary_table,
    threshold_notation,
    thresholds,
    verdict_table,
    zero_mass_blocks,
)
from .claims import DecidedClaim
from .derivation import Derivation
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
    LITERATURE,
    POINTS,
    PRIOR_CAPTION,
    PRIOR_MASSES,
    PRIOR_POINTS,
    REFERENCES,
    ROBUSTNESS_TEXT,
    SLICES,
    THRESHOLDS,
    TITLE,
)


@dataclass(frozen=True, slots=True)
class Paper:
    """The blocks of the paper, the document of its results, and the SVG of its figures."""

    blocks: tuple[Block, ...]
    document: dict[str, Any]
    pictures: dict[str, str]


def compose(derived: Derivation, games: Mapping[str, Game], folder: Path) -> Paper:
    """All parts of the paper; certificates and Coq files are written into the folder."""
    pictures: dict[str, str] = {}
    document: dict[str, Any] = {"format": 1, "title": TITLE, "games": {}, "claims": [], "designs": [], "robustness": []}
    for name, text in derived.coq.items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(text, "utf-8")
    blocks: list[Block] = [
        Paragraph((ABSTRACT,)), Heading(1, "Introduction", "sec:introduction"),
        *(Paragraph(cited(text)) for text in INTRODUCTION), summary_table(derived.claims, FINDINGS),
        Heading(1, "Framework", "sec:framework"),
        *(Paragraph(cited(text)) for text in FRAMEWORK[:1]),
        definition_block(),
        *(Paragraph(cited(text)) for text in FRAMEWORK[1:]),
        Heading(1, "Three traps, six games", "sec:games"), Paragraph(cited(GAMES)),
    ]  # fmt: skip
    for (name, *_), part in zip(SLICES, derived.slices, strict=True):
        blocks += part.blocks
        pictures |= part.pictures
        document["games"][name] = part.document
    blocks += [Heading(1, "The claims", "sec:claims"), *_threshold_blocks(games)]
    for group, title, words in GROUPS:
        blocks += [Heading(2, title, f"sec:{group.lower()}"), Paragraph(cited(words))]
        for entry in (e for e in derived.claims if e.claim.group == group):
            blocks += _claim(entry, derived, folder, document)
        blocks.append(verdict_table(derived.claims, derived.checked, group))
    blocks += _design_part(games, derived, folder, document)
    blocks += _robustness_part(games, derived, folder, document)
    blocks += [Heading(1, "Related literature", "sec:literature"), *(Paragraph(cited(text)) for text in LITERATURE)]
    blocks += [Heading(1, "Limitations", "sec:limits"), *(Paragraph(cited(text)) for text in CLOSING)]
    blocks.append(References(REFERENCES))
    return Paper(resolved(blocks), document, pictures)


def _threshold_blocks(games: Mapping[str, Game]) -> list[Block]:
    rows = []
    for name in ("sycophancy", "deception"):
        game = games[name]
        (text, markup) = next(iter(thresholds(game, THRESHOLDS).items()))
        rows.append((markup, formula(text, threshold_notation(game, {}))))
    return [*(Paragraph(cited(text)) for text in CLAIMS), Display(tuple(rows))]


def _claim(entry: DecidedClaim, derived: Derivation, folder: Path, document: dict[str, Any]) -> tuple[Block, ...]:
    claim = entry.claim
    notation = threshold_notation(claim.game, thresholds(claim.game, THRESHOLDS))
    certificate = None
    if entry.witness is not None and entry.witness.certificate is not None:
        certificate = _stored(entry.witness, claim.name, folder)
    word = derived.checked.get(claim.name, "–")
    file = derived.file_of.get(claim.name)
    document["claims"].append({**entry.to_json(), "coq": word, "coq_file": file, "certificate": certificate})
    return claim_blocks(entry, notation, certificate, file if word == "accepted" else None)


def _stored(verdict: Verdict, name: str, folder: Path) -> str:
    place, text = certificate_text(verdict, name)
    (folder / "certificates").mkdir(exist_ok=True)
    (folder / place).write_text(text, "utf-8")
    return place


def certificate_text(verdict: Verdict, name: str) -> tuple[str, str]:
    """The file of a certificate, relative to the folder of the paper, and what it holds."""
    text = json.dumps(verdict.certificate, indent=1, sort_keys=True, ensure_ascii=False) + "\n"
    return f"certificates/{name}.json", text


def _design_part(
    games: Mapping[str, Game], derived: Derivation, folder: Path, document: dict[str, Any]
) -> list[Block]:
    blocks: list[Block] = [Heading(1, "Models that make the agent safe", "sec:design")]
    blocks += [Paragraph(cited(text)) for text in DESIGN_INTRODUCTION]
    for (label, name, *_), (answer, found) in zip(DESIGNS, derived.designs, strict=True):
        game = games[name]
        notation = threshold_notation(game, _design_names(game, dict(answer.at)))
        proofs = answer.proofs()
        words = [derived.checked.get(f"design.{label}.{part}", "–") for part in proofs]
        accepted = words.count("accepted")
        said = ", all of them also in Coq" if accepted == len(proofs) else f", {accepted} of them also in Coq"
        blocks += design_blocks(answer, found, game, notation, label, said if accepted else "")
        entry = answer.to_json()
        for key in ("proof", "beyond_design", "beyond_region", "impossibility"):
            entry[key] = None if entry[key] is None else entry[key]["status"]
        for failure in entry["necessity"]:
            failure["parts"] = {part: verdict["claim"] for part, verdict in failure["parts"].items()}
        entry["certificates"] = {
            part: _stored(verdict, f"design.{label}.{part}", folder) for part, verdict in proofs.items()
        }
        entry["coq"] = dict(zip(proofs, words, strict=True))
        document["designs"].append({**entry, "changes": None if found is None else found.to_json()})
    return blocks


def _design_names(game: Game, at: Mapping[str, Fraction]) -> dict[Expression, Markup]:
    return thresholds(game.at(at) if at else game, THRESHOLDS)


def _robustness_part(
    games: Mapping[str, Game], derived: Derivation, folder: Path, document: dict[str, Any]
) -> list[Block]:
    results = []
    for (title, name, *_), result in zip(POINTS, derived.distances, strict=True):
        document["robustness"].append(result.to_json())
        results.append((title, result, threshold_notation(games[name], {})))
    blocks: list[Block] = [Heading(1, "How robust a phase is", "sec:robustness")]
    blocks += [Paragraph(cited(text)) for text in ROBUSTNESS_TEXT]
    blocks.append(robustness_table(results))
    stored = [_stored(e.witness, e.claim.name, folder) if e.witness is not None else None for e in derived.zero_mass]
    blocks += zero_mass_blocks(derived.zero_mass, threshold_notation(games["sycophancy"], {}), stored)
    document["zero_mass"] = [
        {**entry.to_json(), "coq": derived.checked.get(entry.claim.name, "–"), "certificate": file}
        for entry, file in zip(derived.zero_mass, stored, strict=True)
    ]
    blocks.append(_prior_table(derived, document))
    return blocks


def _prior_table(derived: Derivation, document: dict[str, Any]) -> Table:
    """Simulated shares of safe play for several prior masses of the merit model; numerical, not a proof."""
    rows: list[tuple[Inline, ...]] = []
    document["priors"] = []
    for (title, point), shares in zip(PRIOR_POINTS, derived.shares, strict=True):
        rows.append(((title,), *((f"{share:.2f}",) for share in shares)))
        document["priors"].append({"at": dict(point), "masses": list(PRIOR_MASSES), "truthful": list(shares)})
    header: list[Inline] = [("phase",), *((f"mass {mass}",) for mass in PRIOR_MASSES)]
    return Table("tab:priors", (PRIOR_CAPTION,), "X" + "l" * len(PRIOR_MASSES), tuple(header), tuple(rows))
