"""The proof of a certificate as running text: numbered facts, case distinctions, and the claim at each end."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ...symbolic.errors import NotSupportedError
from ..check import Constraint
from ..claims.language import Claim
from ..typeset.blocks import Block, Grid, Inline, Items, Mark, Paragraph, Part, Strong
from ..typeset.formulas import set_markup
from ..typeset.markup import Markup, Name, Notation, row
from .definition import point_mass_of
from .domain import both_bounds, bound_of, chain_markup
from .ends import Edge, End
from .facts import ZERO, FactWriter
from .reading import Branch, Holds, Meant, Reading, Refuted, Split
from .signs import CitedSigns
from .solution_facts import best_fits
from .steps import Steps, chained, cite, sentence

_SIGNS = ("<", "=", ">")
_MEANING = (
    "This holds in every game, by what the words mean. Replies to more play are more replies, and there always is one; "
    "so what is inside the set of replies to itself is rationalizable, which the support of an equilibrium and the "
    "actions of a cycle, of an absorbing set and of a closed set are. An action is an equilibrium if it is among the "
    "replies to itself, and uniformly strict, absorbing and closed if it is the only one."
)


@dataclass(frozen=True, slots=True)
class Known:
    """What is known at a place of the proof, each constraint with the number under which it is cited."""

    constraints: tuple[Constraint, ...]
    marks: tuple[Mark, ...]

    def plus(self, constraint: Constraint, mark: Mark) -> Known:
        """With one more constraint."""
        return Known((*self.constraints, constraint), (*self.marks, mark))


@dataclass(frozen=True, slots=True)
class Closed:
    """A case that ends at once: its text, without tables."""

    text: Inline


class ProofWriter:
    """Writes the tree of one certificate."""

    def __init__(self, reading: Reading, claim: Claim, notation: Notation, steps: Steps) -> None:
        self.reading, self.claim, self.steps = reading, claim, steps
        self.notation = notation
        self.writer = FactWriter(reading, notation)
        self.uses_minors = False
        self.transitions: list[tuple[str, Edge]] = []

    def start(self) -> tuple[list[Block], Known]:
        """What the domain and the assumptions say, numbered; two bounds of one parameter share a number."""
        known = Known((), ())
        parts: list[Part] = []
        chains: dict[str, Mark] = {}
        bounds = both_bounds(self.reading)
        for constraint in self.reading.domain:
            bound = bound_of(self.reading, constraint)
            if bound is not None and bound.name in chains:
                known = known.plus(constraint, chains[bound.name])
                continue
            mark = self.steps.new()
            known = known.plus(constraint, mark)
            parts += ["; " if parts else "On the domain ", mark, " "]
            if bound is not None and bound.name in bounds:
                chains[bound.name] = mark
                parts.append(chain_markup(bound.name, bounds[bound.name], self.notation))
            else:
                parts.append(self.writer.constraint(constraint))
        blocks: list[Block] = [Paragraph((*parts, "."))] if parts else []
        facts, known = self.facts(self.reading.positive, known)
        blocks += facts
        assumed: list[Part] = []
        for constraint in self.reading.assumptions:
            mark = self.steps.new()
            assumed += ["; " if assumed else "It is assumed that ", mark, " ", self.writer.constraint(constraint)]
            known = known.plus(constraint, mark)
        if assumed:
            blocks.append(Paragraph((*assumed, ".")))
        return blocks, known

    def facts(self, found: Sequence[tuple[Constraint, Mapping[str, Any]]], known: Known) -> tuple[list[Block], Known]:
        """Facts with their reasons, one numbered statement each; what was stated before is not repeated."""
        for constraint, entry in found:
            text = self.writer.fact(constraint, entry, known.constraints, known.marks)
            known = known.plus(constraint, self.steps.state(text))
        return [*self.steps.printed()], known

    def branch(self, branch: Branch, known: Known, name: str = "") -> list[Block]:
        """The text of a node; `name` is the number of its case."""
        blocks, known = self.facts(branch.facts, known)
        match branch.end:
            case Refuted(record):
                text = self.writer.refutation(record, known.constraints, known.marks)
                return [*blocks, Paragraph(("This cannot be: ", *text, "."))]
            case Split():
                return [*blocks, *self.split(branch.end, known, name)]
            case Holds():
                return [*blocks, *self.end(branch.end, known, name)]
            case Meant():
                return [*blocks, Paragraph((_MEANING,))]

    def end(self, end: Holds, known: Known, name: str) -> list[Block]:
        """The claim where the signs settle it."""
        told = self._evaluated(end, known)
        value, texts = told.explain(self.claim)
        if value is not True:
            raise NotSupportedError("the certificate settles its claim with fewer signs than there are words for")
        self.uses_minors = self.uses_minors or told.large
        self.transitions += [(name, edge) for edge in told.edges.values()]
        lead = ["hence "] if len(texts) == 1 else []
        conclusions = [Paragraph(sentence((*lead, *text))) for text in texts]
        if len(texts) == 1:
            return [*self.steps.printed(), *conclusions]
        return [*self.steps.printed(), Paragraph(("Hence:",)), Items(tuple((text,) for text in conclusions))]

    def _evaluated(self, end: Holds, known: Known) -> End:
        signs = CitedSigns(self.reading.kernel, known.constraints, end.products)
        return End(self.reading, signs, known.marks, self.steps, self.writer)

    # Cases

    def closed(self, case: Constraint, branch: Branch, known: Known) -> Closed | None:
        """The text of a case that ends at once and needs no tables."""
        if branch.facts or isinstance(branch.end, Split | Meant):
            return None
        here = Mark("", 0)
        inner = known.plus(case, here)
        if isinstance(branch.end, Refuted):
            text = self.writer.refutation(branch.end.record, inner.constraints, inner.marks)
            return Closed((*text, ", which cannot be"))
        before = self.steps.saved()
        told = self._evaluated(branch.end, inner)
        value, texts = told.explain(self.claim)
        if value is True and not told.about_game:
            return Closed(chained(texts))
        self.steps.restore(before)
        return None

    def table(self) -> list[Block]:
        """The transitions that the proof has found, case by case, with the statements behind each."""
        several = len({name for name, _ in self.transitions}) > 1
        rows: list[tuple[Inline, ...]] = []
        before = None
        for name, edge in self.transitions:
            cells: list[Inline] = [(f"{name.rstrip('.')}" if name != before else "",)] if several else []
            cells += [(Name(edge.action),), (set_markup(edge.fits),), (set_markup(edge.replies),), cite(edge.marks)]
            rows.append(tuple(cells))
            before = name
        if not rows:
            return []
        point = best_fits(point_mass_of("a"))
        header: tuple[Inline, ...] = (
            *((("case",),) if several else ()),
            ("from ", row("a")), (point,), ("play goes to",), ("by",),
        )  # fmt: skip
        lead = "Where play goes, case by case:" if several else "Where play goes:"
        return [Paragraph((lead,)), Grid("l" * len(header), header, tuple(rows))]

    def split(self, split: Split, known: Known, name: str) -> list[Block]:
        """Three cases; those that end at once in a sentence, the others under their own headings."""
        told = [(case, branch, self.closed(case, branch, known)) for case, branch in split.cases]
        left = [entry for entry in told if entry[2] is None]
        quick: dict[Inline, list[str]] = {}
        for sign, (_, _, closed) in zip(_SIGNS, told, strict=True):
            if closed is not None:
                quick.setdefault(closed.text, []).append(sign)
        if len(left) == 1:
            case, branch, _ = left[0]
            text: list[Part] = [self.writer.constraint(case), ": "]
            for text_of, signs in quick.items():
                lead: list[Part] = ["otherwise "] if len(quick) == 1 else [
                    *(("; ",) if text[-1] != ": " else ()), "if ", self._assumption(split, signs), ", then ",
                ]  # fmt: skip
                text += [*lead, *text_of]
            mark = self.steps.new()
            item = Items(((Paragraph((*text, ".")),),), (mark,))
            return [item, *self.branch(branch, known.plus(case, mark), name)]
        blocks: list[Block] = [
            Paragraph(("If ", self._assumption(split, signs), ", then ", *text_of, "."))
            for text_of, signs in quick.items()
        ]
        for count, (case, branch, _) in enumerate(left, 1):
            mark = self.steps.new()
            title = f"{name}{count}"
            lead = [Strong(f"Case {title}. "), "Let ", mark, " ", self.writer.constraint(case), "."]
            blocks.append(Paragraph(tuple(lead)))
            blocks += self.branch(branch, known.plus(case, mark), f"{title}.")
        return blocks

    def _assumption(self, split: Split, signs: Sequence[str]) -> Markup:
        relations = {("<",): "<", ("=",): "=", (">",): ">", ("<", "="): "<=", ("=", ">"): ">="}
        return row(self.writer.markup(split.polynomial), relations.get(tuple(signs), "!="), ZERO)


def gathered(blocks: Sequence[Block]) -> list[Block]:
    """Numbered statements that follow one another made one list."""
    result: list[Block] = []
    for block in blocks:
        last = result[-1] if result else None
        if isinstance(block, Items) and isinstance(last, Items) and block.marks and last.marks:
            result[-1] = Items((*last.items, *block.items), (*last.marks, *block.marks))
        else:
            result.append(block)
    return result
