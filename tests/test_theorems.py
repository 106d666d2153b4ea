"""Certificates as theorems: the formulas of a written proof are true, its references go back, nothing is missing."""

from __future__ import annotations

import json
import operator
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from test_latex import Reader

from berknash.proofs import check
from berknash.proofs.claims.claim_proofs import prove_claim
from berknash.proofs.theorems import certificate_theorem, theorem_label, theorem_latex
from berknash.proofs.theorems.steps import Steps, cite
from berknash.proofs.typeset.blocks import Grid, Items, Mark, Paragraph, Proof, Ref, Statement
from berknash.proofs.typeset.formula_latex import PACKAGES, markup_latex
from berknash.proofs.typeset.html import blocks_html
from berknash.proofs.typeset.markup import Row, Sign
from berknash.symbolic.errors import GameError
from berknash.symbolic.game.game import Game, load_game

ROOT = Path(__file__).resolve().parents[1]
P = "log((1 - l)/(1 - h))/log(h*(1 - l)/(l*(1 - h)))"
COMPARE = {">": operator.gt, ">=": operator.ge, "<": operator.lt, "<=": operator.le}
PHASES = {
    "safe": f"p > {P} and q < {P} => unique(truthful) and rationalizable_only(truthful) and closed(truthful)",
    "unsafe": f"p < {P} and q > {P} => unique(sycophantic) and strict(sycophantic)",
    "both": f"p > {P} and q > {P} => strict(truthful) and equilibrium_support(truthful, sycophantic)",
    "cycle": f"p < {P} and q < {P} => unique_support(truthful, sycophantic) and cycle(truthful, sycophantic)",
}


def trap() -> Game:
    """The canonical two-action trap."""
    return load_game(ROOT / "examples" / "sycophancy.toml")


def certificate(game: Game, claim: str) -> dict[str, Any]:
    """The certificate of a claim that holds."""
    verdict = prove_claim(game, claim)
    assert verdict.certificate is not None, str(verdict)
    return verdict.certificate


def parts_of(block: Any) -> Iterator[Any]:
    """The inline parts inside blocks, in reading order, the number of an item before its text."""
    match block:
        case tuple():
            inner: Any = block
        case Items():
            inner = zip(block.marks or ("",) * len(block.items), block.items, strict=True)
        case Paragraph():
            inner = block.content
        case Statement() | Proof():
            inner = block.body
        case Grid():
            inner = block.rows
        case _:
            yield block
            return
    for part in inner:
        yield from parts_of(part)


def marks(block: Any) -> list[Mark]:
    """All numbers of statements, in order."""
    return [part for part in parts_of(block) if isinstance(part, Mark)]


def references(block: Any) -> list[str]:
    """The labels of all references."""
    return [part.label for part in parts_of(block) if isinstance(part, Ref)]


@pytest.mark.parametrize("name", sorted(PHASES))
def test_every_reference_points_to_an_earlier_statement(name: str) -> None:
    *_, proof = certificate_theorem(certificate(trap(), PHASES[name]), trap(), setting=False)
    assert isinstance(proof, Proof)
    known = [mark.label for mark in marks(proof)]
    assert len(known) == len(set(known)) >= 10
    numbers = [mark.number for mark in marks(proof)]
    assert numbers == list(range(1, len(numbers) + 1))
    position = {label: place for place, label in enumerate(known)}
    seen: set[str] = set()
    for block in proof.body:
        numbered = isinstance(block, Items) and block.marks
        for mark, item in zip(block.marks, block.items, strict=True) if isinstance(block, Items) and numbered else ():
            assert isinstance(mark, Mark)
            assert all(position[label] < position[mark.label] for label in references(item))
        seen |= set(references((block,)))
    assert seen <= set(known)


def test_the_unsupported_supports_are_all_named() -> None:
    *_, proof = certificate_theorem(certificate(trap(), PHASES["safe"]), trap(), setting=False)
    text = blocks_html((proof,))
    assert len(re.findall("No equilibrium has the support", text)) == 2
    assert len(re.findall("An equilibrium has the support", text)) == 1


def test_combinations_are_identities() -> None:
    """Each written identity is checked by numbers: both sides agree, and where its hypotheses hold the sign does."""
    game = load_game(ROOT / "examples" / "three_cycle.toml")
    claim = "p > log(2)/log(3) and b < 1/4 => equilibrium_support(brief, thorough, playful)"
    *_, proof = certificate_theorem(certificate(game, claim), game, setting=False)
    values = {"p": 0.83, "b": 0.11, "x": 3.0, "y": 0.5}  # x and y of a series for log(3)
    compared = 0
    assert isinstance(proof, Proof)
    for block in proof.body:
        for (paragraph, *_) in block.items if isinstance(block, Items) else ():
            assert isinstance(paragraph, Paragraph)
            if any(isinstance(part, str) and "otherwise" in part for part in paragraph.content):
                continue
            for part in paragraph.content:
                if not isinstance(part, Row) or "bnname" in markup_latex(part):
                    continue
                sides: list[list[Any]] = [[]]
                signs: list[str] = []
                for item in part.items:
                    if isinstance(item, Sign) and item.key in (*COMPARE, "=", "=="):
                        sides.append([])
                        signs.append(item.key)
                    else:
                        sides[-1].append(item)
                numbers = [number(markup_latex(Row(tuple(side))), values) for side in sides]
                for sign, left, right in zip(signs, numbers, numbers[1:], strict=False):
                    compared += 1
                    equal = left == pytest.approx(right, abs=1e-9)
                    assert equal if sign in ("=", "==") else COMPARE[sign](left, right), markup_latex(part)
    assert compared > 15


def number(latex: str, values: dict[str, float]) -> float:
    """The value of a LaTeX formula, by the reader of the tests of formulas."""
    tau = {**values, "tau": 0.6309297535714574}
    return Reader(latex, tau).sum()


def test_labels_and_bytes_do_not_depend_on_the_run() -> None:
    script = (
        "from berknash.proofs.claims.claim_proofs import prove_claim\n"
        "from berknash.proofs.theorems import theorem_latex\n"
        "from berknash.symbolic.game.game import load_game\n"
        f"game = load_game({str(ROOT / 'examples' / 'sycophancy.toml')!r})\n"
        f"print(theorem_latex(prove_claim(game, {PHASES['both']!r}).certificate, game))\n"
    )
    outputs = {
        subprocess.run(
            [sys.executable, "-c", script], env={**os.environ, "PYTHONHASHSEED": seed}, capture_output=True, check=True
        ).stdout
        for seed in ("1", "2")
    }
    assert len(outputs) == 1
    (text,) = outputs
    label = theorem_label(certificate(trap(), PHASES["both"]))
    assert f"\\label{{bn:sycophancy:{label}}}".encode() in text


def test_a_rejected_certificate_is_not_written_out() -> None:
    good = certificate(trap(), PHASES["safe"])
    bad = json.loads(json.dumps(good).replace('"relation": ">"', '"relation": ">="', 1))
    assert bad != good
    with pytest.raises(check.Rejected):
        certificate_theorem(bad, trap())


def test_quantities_are_those_of_the_definition() -> None:
    """The differences that a proof names, recomputed from the definition at a point."""
    text = theorem_latex(certificate(trap(), PHASES["safe"]), trap())
    assert r"U(\bnname{truthful}, \bnname{merit})" in text.replace(",\\bnname", ", \\bnname")
    assert r"h - \ell > 0" in text
    h, low, p = Fraction(4, 5), Fraction(1, 5), 0.7
    from math import log

    def divergence(chance: Fraction) -> float:
        return -p * log(chance) - (1 - p) * log(1 - chance)

    shown = p * log(h / low) + (1 - p) * log((1 - h) / (1 - low))
    assert divergence(low) - divergence(h) == pytest.approx(shown)
    assert r"p\log\frac{h}{\ell}" in text and r"\left(1 - p\right)\log\frac{1 - h}{1 - \ell}" in text.replace(
        "(1 - p)\\log", "\\left(1 - p\\right)\\log"
    )


def test_a_case_distinction_is_a_table_of_cases() -> None:
    *_, proof = certificate_theorem(certificate(trap(), "strict(truthful) => equilibrium(truthful)"), trap())
    assert isinstance(proof, Proof)
    (grid,) = [block for block in proof.body if isinstance(block, Grid)]
    assert grid.header[0] == ("case",)
    assert [row[0] for row in grid.rows] == [("1",), ("2",)]
    assert all(references(row[-1]) for row in grid.rows)


def test_citations_of_runs() -> None:
    steps = Steps("t")
    first, second, third, last = (steps.new() for _ in range(4))
    assert cite([third, first, second]) == (Ref(first.label), "–", Ref(third.label))
    assert cite([first, last]) == (Ref(first.label), " and ", Ref(last.label))
    assert steps.state(("a",)) == steps.state(("a",)) != steps.state(("b",))


@pytest.mark.needs("pdflatex")
def test_the_fragment_compiles_without_complaint(tmp_path: Path) -> None:
    game = load_game(ROOT / "examples" / "three_cycle.toml")
    claim = "p < log(3/2)/log(3) and b < 1/4 => unique_support(brief, thorough, playful)"
    body = theorem_latex(certificate(game, claim), game)
    packages = "\n".join(f"\\usepackage{{{name}}}" for name in PACKAGES)
    (tmp_path / "main.tex").write_text(
        "\\documentclass[11pt,a4paper]{article}\n\\usepackage[T1]{fontenc}\\usepackage[utf8]{inputenc}\n"
        f"\\usepackage[margin=2.4cm]{{geometry}}\n{packages}\n\\newtheorem{{theorem}}{{Theorem}}\n"
        f"\\emergencystretch=4em\n\\begin{{document}}\n{body}\n\\end{{document}}\n",
        "utf-8",
    )
    for _ in range(2):
        done = subprocess.run(
            ["pdflatex", "-interaction=nonstopmode", "-halt-on-error", "main.tex"],
            cwd=tmp_path, capture_output=True, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stdout[-2000:]
    log = (tmp_path / "main.log").read_text("utf-8", "replace")
    assert "Overfull" not in log and "undefined" not in log and "multiply" not in log


def test_the_command_writes_the_theorem_beside_the_certificate(tmp_path: Path, capsys: Any) -> None:
    from berknash.cli import main

    game = str(ROOT / "examples" / "sycophancy.toml")
    assert main(["prove", game, PHASES["both"], "--out", str(tmp_path)]) == 0
    label = theorem_label(certificate(trap(), PHASES["both"])).partition(":")[2]
    assert sorted(p.suffix for p in tmp_path.iterdir()) == [".json", ".tex"]
    text = (tmp_path / f"theorem-{label}.tex").read_text("utf-8")
    assert text.count("\\begin{theorem}") == text.count("\\begin{proof}") == text.count("\\end{proof}") == 1
    capsys.readouterr()


def test_a_refuted_claim_has_its_counterexample_proved() -> None:
    verdict = prove_claim(trap(), "p > 1/2 => unique(truthful)")
    assert verdict.status == "refuted"
    text = verdict.to_latex()
    assert "[counterexample]" in text and "it is not true that" in text
    for name, value in verdict.counterexample:
        letter = "\\ell" if name == "l" else name
        assert f"{letter} = \\frac{{{value.numerator}}}{{{value.denominator}}}" in text
    assert verdict._repr_latex_().startswith("Refuted: if $p > ")
    with pytest.raises(GameError):
        replace(verdict, refutation=None).to_latex()
