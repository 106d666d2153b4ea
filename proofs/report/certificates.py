"""Certificates for the theorem on phases: each phase and stratum as a claim, proved and written beside the report.

The claim of a phase says that its condition implies its whole structure. A proof counts only after the independent
checker has accepted its certificate; a refutation would contradict the derivation, so it stops the report.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ...symbolic.errors import BerknashError, DefectError, NotSupportedError
from .blocks import Block, Heading, Inline, Items, Paragraph, Proof, Ref, Table
from .markup import Notation

if TYPE_CHECKING:
    from ...symbolic.phases import PhaseDiagram

FOLDER = "certificates"
# Counts, not clocks: the same game must give the same report on a slow machine.
_MOST_PIECES = 60
_MOST_NODES = 300
_MOST_PRODUCTS = 60_000
_MOST_STATEMENTS = 150  # about five pages of proofs


@dataclass(frozen=True, slots=True)
class Certified:
    """A phase or stratum, what became of its claim, and the file of its certificate."""

    name: str
    status: str
    path: str | None = None
    certificate: dict[str, Any] | None = field(default=None, repr=False, compare=False)

    def to_json(self) -> dict[str, Any]:
        """A JSON-able dictionary."""
        return {"name": self.name, "status": self.status, "file": self.path}


def certify(diagram: PhaseDiagram, folder: Path, most: int = _MOST_PIECES) -> tuple[Certified, ...]:
    """Proves the claim of every phase and stratum in turn and writes the certificates into the folder.

    Pieces beyond the first `most` are marked as not tried. Raises DefectError when a claim is
    refuted.
    """
    from ..conjectures import phase_theorem
    from ..prove import prove
    from ..search.prover import Disproved, Limits, Proved

    (player,) = diagram.game.players
    result: list[Certified] = []
    for kind, pieces in (("phase", diagram.phases), ("stratum", diagram.strata)):
        for piece in pieces:
            name = f"{kind} {piece.name}"
            if len(result) >= most:
                result.append(Certified(name, "not tried"))
                continue
            claim = phase_theorem(piece, player.actions)
            try:
                answer = prove(diagram.game, claim, Limits(nodes=_MOST_NODES, products=_MOST_PRODUCTS))
            except BerknashError as error:
                result.append(Certified(name, f"not proved: {error}"))
                continue
            if isinstance(answer, Disproved):
                point = ", ".join(f"{n} = {v}" for n, v in sorted(answer.point.items()))
                raise DefectError(f"{name} was derived but is refuted at {point}; please report this defect")
            if not isinstance(answer, Proved):
                result.append(Certified(name, "not proved"))
                continue
            path = f"{FOLDER}/{kind}-{piece.name}.json"
            (folder / FOLDER).mkdir(exist_ok=True)
            text = json.dumps(answer.certificate, indent=1, ensure_ascii=False, sort_keys=True)
            (folder / path).write_text(text + "\n", "utf-8")
            result.append(Certified(name, "proved", path, answer.certificate))
    return tuple(result)


def certificate_blocks(certified: tuple[Certified, ...]) -> tuple[Block, ...]:
    """What was proved, and where the certificates are."""
    proved = sum(c.status == "proved" for c in certified)
    rows: list[tuple[Inline, ...]] = [((c.name,), (c.status,), (c.path or "none",)) for c in certified]
    return (
        Heading(2, "Certificates", "sec:certificates"),
        Paragraph(
            (
                "For each phase and each stratum the claim that its condition implies its structure was also proved "
                "from the definition of the game, by exact combinations of inequalities that a small independent "
                f"program re-checks (berknash check). Of {len(certified)} claims {proved} are proved; ",
                Ref("tab:certificates"), " names the files.",
            )
        ),
        Table(
            "tab:certificates",
            ("Claims on phases and strata with their certificates.",),
            "lll",
            (("claim",), ("verdict",), ("certificate",)),
            tuple(rows),
        ),
    )


def proof_blocks(certified: tuple[Certified, ...], notation: Notation) -> tuple[Block, ...]:
    """The proofs of the claims on phases, written out from their certificates as far as a few pages go."""
    from ..theorems import certificate_theorem

    blocks: list[Block] = []
    total, left = 0, list[str]()
    phases = [entry for entry in certified if entry.name.startswith("phase ")]
    for entry in phases:
        if entry.certificate is None:
            continue
        label = f"thm:{entry.name.replace(' ', '-')}"
        try:
            written = certificate_theorem(
                entry.certificate, label=label, title=entry.name, setting=False, notation=notation
            )
        except NotSupportedError:
            left.append(entry.name.removeprefix("phase "))
            continue
        size = _statements(written)
        if total + size > _MOST_STATEMENTS:
            left.append(entry.name.removeprefix("phase "))
            continue
        total += size
        blocks += written
    if not blocks:
        return ()
    phrase = ", ".join(left)
    rest = f" The proofs of phases {phrase} are left to their certificates." if len(left) > 1 else (
        f" The proof of phase {left[0]} is left to its certificate." if left else ""
    )
    lead = (
        "The certificates of the phases, written out. Numbered statements are proved from those that they cite; a sum "
        f"that shows a sign can be expanded by hand.{rest}"
    )
    return (Heading(2, "Proofs of the phases", "sec:proofs"), Paragraph((lead,)), *blocks)


def _statements(blocks: tuple[Block, ...]) -> int:
    """How many numbered statements the proofs among the blocks have."""
    lists = [inner for block in blocks if isinstance(block, Proof) for inner in block.body if isinstance(inner, Items)]
    return sum(len(entry.items) for entry in lists)
