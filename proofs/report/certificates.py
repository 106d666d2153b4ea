"""Certificates for the theorem on phases: each phase and stratum as a claim, proved and written beside the report.

The claim of a phase says that its condition implies its whole structure. A proof counts only after the independent
checker has accepted its certificate; a refutation would contradict the derivation, so it stops the report.

Imports inside functions are there for start-up alone.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ...symbolic.errors import BerknashError, DefectError, NotSupportedError
from ...symbolic.errors.deadline import NEVER, Deadline
from ..search.questions import Answer, Disproved, Limits, Proved, Undecided
from ..search.rounds import Budget, tried_in_rounds
from ..typeset.blocks import Block, Heading, Inline, Items, Paragraph, Proof, Ref, Table
from ..typeset.markup import Notation

if TYPE_CHECKING:
    from ...symbolic.game.game import Game
    from ...symbolic.results.diagram import PhaseDiagram
    from ...symbolic.results.phase import Phase
    from ..claims.language import Claim

FOLDER = "certificates"
# Counts, the same on every machine, of one claim and of all together; seconds of the processor are the net below them.
_CLAIM = Limits(nodes=300, products=60_000)
_PRODUCTS = 60_000
_SECONDS = 30.0
_MOST_STATEMENTS = 150  # about five pages of proofs
_SIGN_OPEN = "the sign of an expression in it stayed open"


@dataclass(frozen=True, slots=True)
class Certified:
    """A phase or stratum, what became of its claim, and the file of its certificate.

    `status`: ``proved``, ``not proved`` or ``not tried``; `reason`: why it is not proved, empty where it is.
    """

    name: str
    status: str
    path: str | None = None
    certificate: dict[str, Any] | None = field(default=None, repr=False, compare=False)
    reason: str = ""

    def to_json(self) -> dict[str, Any]:
        """A JSON-able dictionary."""
        document = {"name": self.name, "status": self.status, "file": self.path}
        return {**document, "reason": self.reason} if self.reason else document


def certificates_budget(
    effort: float = 1.0,
    deadline: Deadline = NEVER,
    progress: Callable[[str, int, int], None] = lambda stage, done, total: None,
) -> Budget:
    """What the certificates of a report may take by default, times an effort, and until a deadline.

    The seconds of the processor among it matter on slow machines only: there the report may have fewer certificates.
    """
    limits = _CLAIM.times(effort)
    return Budget(limits, _PRODUCTS * effort, deadline, progress, _SECONDS * effort)


def _pieces(diagram: PhaseDiagram) -> list[tuple[str, Phase]]:
    """Phases and strata with the names of their files."""
    kinds = (("phase", diagram.phases), ("stratum", diagram.strata))
    return [(f"{kind}-{piece.name}", piece) for kind, pieces in kinds for piece in pieces]


def pending(diagram: PhaseDiagram) -> tuple[Certified, ...]:
    """What is said of the claims before they are tried."""
    reason = "its proof was still to be looked for when this was written"
    return tuple(Certified(name.replace("-", " "), "not tried", reason=reason) for name, _ in _pieces(diagram))


def certify(
    diagram: PhaseDiagram,
    folder: Path,
    budget: Budget | None = None,
    written: Callable[[str], None] = lambda path: None,
) -> tuple[Certified, ...]:
    """Proves the claims of phases and strata and writes each certificate into the folder when it is found.

    Parameters
    ----------
    diagram, folder : the phases; where to write, in a folder `FOLDER` of its own
    budget : what all proofs together may take, by default `certificates_budget()`
    written : called with the path of every certificate, relative to the folder, once it is written

    Raises DefectError when a claim is refuted.
    """
    from ..claims.conjectures import phase_theorem

    pieces = _pieces(diagram)
    whole = (budget or certificates_budget()).limits
    guided: set[int] = set()
    # The conditions of phases are made of boundaries of the game, so that the cells are the same for all claims.
    points: list[dict[str, float]] = []

    def attempt(place: int, limits: Limits) -> Certified:
        file, piece = pieces[place]
        name = file.replace("-", " ")
        try:
            claim = phase_theorem(piece, diagram.game)
            more = None if place in guided else replace(limits, products=whole.products)
            guided.add(place)
            answer = _answered(diagram.game, claim, limits, more, points)
        except DefectError:
            raise
        except BerknashError as error:
            return Certified(name, "not proved", reason=str(error))
        if isinstance(answer, Disproved):
            point = ", ".join(f"{n} = {v}" for n, v in sorted(answer.point.items()))
            raise DefectError(f"{name} was derived but is refuted at {point}; please report this defect")
        if not isinstance(answer, Proved):
            return Certified(name, "not proved", reason=answer.reason)
        return Certified(name, "proved", f"{FOLDER}/{file}.json", answer.certificate)

    def found(_: int, entry: Certified) -> None:
        assert entry.path is not None
        (folder / FOLDER).mkdir(exist_ok=True)
        text = json.dumps(entry.certificate, indent=1, ensure_ascii=False, sort_keys=True)
        (folder / entry.path).write_text(text + "\n", "utf-8")
        written(entry.path)

    answers = tried_in_rounds(
        len(pieces), attempt, lambda entry: entry.certificate is None, budget or certificates_budget(), found
    )
    reason = "what may be spent on the proofs of all claims was used up before"
    return tuple(
        Certified(file.replace("-", " "), "not tried", reason=reason) if answer is None else answer
        for (file, _), answer in zip(pieces, answers, strict=True)
    )


def _answered(
    game: Game, claim: Claim, limits: Limits, guided: Limits | None, points: list[dict[str, float]]
) -> Answer:
    """The answer to one claim; `guided` bounds the proof by the cells, None where it was tried before.

    The points of the cells are found when they are needed first, and kept.
    """
    from ..claims.guided_proofs import cell_points, guided_proof, many_numbers
    from ..claims.prove import question_of
    from ..search.prover import decide

    question = question_of(game, claim)
    first = many_numbers(question)
    answer = None if first and guided is not None else decide(question, limits)
    if guided is not None and (answer is None or isinstance(answer, Undecided)):
        points += () if points else cell_points(game, claim)
        found = guided_proof(game, claim, question, guided, points)
        answer = answer if found is None else found[1]
    return decide(question, limits) if answer is None else answer


def certificate_blocks(certified: tuple[Certified, ...]) -> tuple[Block, ...]:
    """What was proved, where the certificates are, and why the others are missing."""
    proved = sum(c.status == "proved" for c in certified)
    rows: list[tuple[Inline, ...]] = [((c.name,), (c.status,), (c.path or "none",)) for c in certified]
    return (
        Heading(2, "Certificates", "sec:certificates"),
        Paragraph(
            (
                "For each phase and each stratum the claim that its condition implies its structure was also proved "
                "from the definition of the game, by exact combinations of inequalities that a small independent "
                f"program re-checks (berknash check). Of {len(certified)} claims {proved} are proved; ",
                Ref("tab:certificates"), f" names the files.{_missing(certified)}",
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


def _missing(certified: tuple[Certified, ...]) -> str:
    """Which claims have no certificate, by the reason."""
    by_reason: dict[str, list[str]] = {}
    for entry in certified:
        if entry.status != "proved":
            by_reason.setdefault(short_reason(entry.reason), []).append(entry.name)
    if not by_reason:
        return ""
    said = "; ".join(f"{', '.join(names)} ({reason})" for reason, names in by_reason.items())
    return f" These rest on the derivation alone: {said}. More may be proved with more effort."


def short_reason(reason: str) -> str:
    """A reason without the long expressions that it may name.

    >>> short_reason("the sign of p*L1 + L2 was not proved")
    'the sign of an expression in it stayed open'
    """
    return _SIGN_OPEN if reason.startswith("the sign of ") else reason


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
