"""Certificates for the theorem on phases: each phase and stratum as a claim, proved and written beside the report.

The claim of a phase says that its condition implies its whole structure. A proof counts only after the independent
checker has accepted its certificate; a refutation would contradict the derivation, so it stops the report.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ...symbolic.errors import BerknashError, DefectError
from .blocks import Block, Heading, Inline, Paragraph, Ref, Table

if TYPE_CHECKING:
    from ...symbolic.phases import PhaseDiagram

FOLDER = "certificates"
# Counts, not clocks: the same game must give the same report on a slow machine.
_MOST_PIECES = 60
_MOST_NODES = 300


@dataclass(frozen=True, slots=True)
class Certified:
    """A phase or stratum, what became of its claim, and the file of its certificate."""

    name: str
    status: str
    path: str | None = None

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
                answer = prove(diagram.game, claim, Limits(nodes=_MOST_NODES, seconds=float("inf")))
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
            result.append(Certified(name, "proved", path))
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
