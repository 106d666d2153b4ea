"""The answer to a claim as LaTeX: the theorem where it is proved, the counterexample with its proof where refuted."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING

from ...symbolic.errors import GameError
from ...symbolic.expressions.reading import number, read_expression
from ..claims.language import read_claim
from ..files import write_file
from ..typeset.blocks import Block, Inline, Paragraph, Part
from ..typeset.formula_latex import standard_names
from ..typeset.formulas import formula
from ..typeset.latex import inline_latex, section_latex, slug
from ..typeset.markup import Notation, Words, notation_of, row
from .solution_facts import listed
from .theorem import certificate_theorem, theorem_label
from .words import claim_inline

if TYPE_CHECKING:
    from ..claims.verdict import Verdict


def verdict_blocks(verdict: Verdict, *, setting: bool = True) -> tuple[Block, ...]:
    """The theorem of a proved claim, or the counterexample to a refuted one, with its proof.

    Raises GameError where there is no certificate: for undecided claims, and for refuted ones without one.
    """
    if verdict.certificate is not None:
        return certificate_theorem(verdict.certificate, verdict.source, setting=setting)
    if verdict.refutation is None:
        raise GameError(f"no theorem: the claim is {verdict.status}, and there is no certificate")
    blocks = certificate_theorem(
        verdict.refutation["certificate"], verdict.source, title="counterexample", setting=setting,
        statement=_refuted(verdict),
    )  # fmt: skip
    exists = verdict.refutation["exists"]
    return (*blocks, Paragraph(_exists(exists, _notation(verdict)))) if exists else blocks


def verdict_latex(verdict: Verdict) -> str:
    r"""The theorem or the counterexample as a fragment to be ``\\input``; raises as `verdict_blocks`."""
    return section_latex(verdict_blocks(verdict), f"bn:{slug(verdict.game)}")


def statement_latex(verdict: Verdict) -> str:
    """One line for a notebook: the answer, and the claim in words and formulas."""
    words = inline_latex((*_claim(verdict), "."))
    point = inline_latex((" It fails at ", *_point(verdict), ".")) if verdict.counterexample else ""
    return standard_names(f"{verdict.status.capitalize()}: {words}{point}").replace("--", "–")


def theorem_file(verdict: Verdict) -> tuple[str, str]:
    """The theorem in LaTeX and the file name made from its label, so that the same claim gives the same file."""
    certificate = verdict.certificate or (verdict.refutation or {}).get("certificate")
    text = verdict_latex(verdict)
    assert certificate is not None
    return f"theorem-{theorem_label(certificate).partition(':')[2]}.tex", text


def write_theorem(verdict: Verdict, folder: Path) -> Path:
    """Write the theorem into a folder."""
    name, text = theorem_file(verdict)
    write_file(folder / name, text)
    return folder / name


def _notation(verdict: Verdict) -> Notation:
    return Notation() if verdict.source is None else notation_of(verdict.source)


def _claim(verdict: Verdict) -> Inline:
    if verdict.source is None:
        return (verdict.claim,)
    names = [parameter.name for parameter in verdict.source.parameters]
    (player,) = verdict.source.players
    return claim_inline(read_claim(verdict.claim, names, player.actions), _notation(verdict))


def _point(verdict: Verdict) -> Inline:
    """``p = 1/2 and q = 1/3``; an irrational coordinate is named by its polynomial."""
    notation = _notation(verdict)
    parts: list[Part] = []
    for name, value in verdict.counterexample:
        written = formula(number(value), Notation()) if isinstance(value, Fraction) else Words(str(value))
        parts.append(row(notation.letter(name), "=", written))
    return listed(parts)


def _refuted(verdict: Verdict) -> Inline:
    where: Inline = ("At ", *_point(verdict), " it is not true that ") if verdict.counterexample else (
        "It is not true that ",
    )  # fmt: skip
    return (*where, *_claim(verdict), ".")


def _exists(coordinates: Sequence[Sequence[str]], notation: Notation) -> Inline:
    """Why there is a point with these irrational coordinates: name, polynomial and ends of an interval of each."""
    parts: list[Part] = []
    for name, polynomial, *ends in coordinates:
        low, high = (row(notation.letter(name), "=", formula(number(Fraction(end)), Notation())) for end in ends)
        written = formula(read_expression(polynomial, None, where="a polynomial"), notation)
        parts += ["; " if parts else "There is such a point: ", written, " changes sign between ", low, " and ", high]
    return (*parts, ".")
