"""The paper: claims read as sentences, no reference leads nowhere, the sources are cited, verdicts are counted."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from berknash.proofs.claims.language import read_claim
from berknash.proofs.coq.checking import CoqVerdict
from berknash.proofs.design.designs import design
from berknash.proofs.paper.blocks import (
    argument_inline,
    claim_blocks,
    claim_inline,
    design_blocks,
    label_of,
    relabelled,
    resolved,
    threshold_notation,
    thresholds,
    verdict_table,
)
from berknash.proofs.paper.claims import decide_claim, read_claims
from berknash.proofs.paper.derivation import compiled
from berknash.proofs.paper.literature import equilibrium_lines, literature_index
from berknash.proofs.paper.text import (
    ABSTRACT,
    CLOSING,
    DESIGN_INTRODUCTION,
    DESIGNS,
    FINDINGS,
    FRAMEWORK,
    GROUPS,
    INTRODUCTION,
    LITERATURE,
    POINTS,
    REFERENCES,
    SLICES,
    THRESHOLDS,
    bibtex,
)
from berknash.proofs.theorems.solution_facts import conditions_of, named_formulas
from berknash.proofs.typeset.blocks import Block, Figure, Paragraph, Ref, Table
from berknash.proofs.typeset.formula_latex import markup_latex
from berknash.proofs.typeset.latex import blocks_latex, inline_latex
from berknash.proofs.typeset.markup import Digits
from berknash.symbolic.game.game import load_game
from berknash.symbolic.solving.phases import phases

TRAPS = Path(__file__).parents[1] / "examples" / "traps"
CLAIMS = read_claims(TRAPS / "claims.toml")


def test_a_claim_reads_as_a_sentence() -> None:
    game = load_game(TRAPS / "sycophancy.toml")
    names = [p.name for p in game.parameters]
    notation = threshold_notation(game, thresholds(game, THRESHOLDS))
    text = f"p > {THRESHOLDS[0][1]} and l < 1/2 => strict(truthful) and not rationalizable_only(sycophantic)"
    latex = inline_latex(claim_inline(read_claim(text, names, ["truthful", "sycophantic"]), notation))
    assert r"\tau" in latex and r"\ell" in latex and "log" not in latex
    assert latex.startswith("if $") and "is locked in" in latex and "the rationalizable set is not" in latex


def test_refuted_claims_say_so_and_give_their_point() -> None:
    (claim,) = [c for c in CLAIMS if c.name == "C3.equilibrium"]
    decided = decide_claim(claim)
    latex = blocks_latex(claim_blocks(decided, threshold_notation(claim.game, {}), None, None))
    assert "False" in latex and "It fails at" in latex and "begin{theorem}" not in latex
    assert "refuted" in blocks_latex([verdict_table([decided], {})])


def test_references_in_the_text_lead_to_claims_and_sources() -> None:
    labels = {label_of(claim.name) for claim in CLAIMS}
    keys = {key for key, _ in REFERENCES}
    text = " ".join((*INTRODUCTION, *FRAMEWORK, *DESIGN_INTRODUCTION, *LITERATURE, *CLOSING))
    for kind, label in re.findall(r"<(thm|prop):([a-z0-9-]+)>", text):
        (claim,) = [c for c in CLAIMS if label_of(c.name) == label]
        assert label in labels and (kind == "thm") == (claim.expected == "proved")
    assert set(re.findall(r"\[([A-Za-z]+[0-9]{4})\]", text)) <= keys
    slices = " ".join(story for *_, story in SLICES)
    assert keys == set(re.findall(r"\[([A-Za-z]+[0-9]{4})\]", text + slices)), "a source is cited nowhere"
    assert set(re.findall(r"@[a-z]+\{([A-Za-z0-9]+),", bibtex())) == keys
    assert "three universal readings" in ABSTRACT and sum(c.expected == "refuted" for c in CLAIMS) == 3


def test_slices_designs_and_points_name_existing_games_and_parameters() -> None:
    for name, over, at, _ in SLICES:
        parameters = {p.name for p in load_game(TRAPS / f"{name}.toml").parameters}
        assert {*over, *at} == parameters
    for _, name, safe, environment, choose, _, _, given, present in DESIGNS:
        game = load_game(TRAPS / f"{name}.toml")
        assert safe in game.players[0].actions
        assert {*environment, *choose, *given} == {p.name for p in game.parameters}
        assert set(present) <= set(choose)
    for _, name, point, over in POINTS:
        assert set(over) <= set(point) == {p.name for p in load_game(TRAPS / f"{name}.toml").parameters}
    assert {group for group, *_ in GROUPS} == {group for group, *_ in FINDINGS} == {claim.group for claim in CLAIMS}


def test_labels_are_made_distinct_and_dangling_references_vanish() -> None:
    table = Table("tab:a", ("caption",), "l", (("x",),), ((("y",),),))
    figure = Figure("phases", "fig:a", ("caption",), "picture")
    text = Paragraph(("strata (", Ref("tab:gone"), ") and ", Ref("tab:a"), "."))
    blocks: tuple[Block, ...] = relabelled((table, figure, text), "one", {"phases": "figures/one/phases"})
    found = resolved(blocks)
    assert found[0] == Table("tab:a-one", ("caption",), "l", (("x",),), ((("y",),),))
    assert found[1] == Figure("figures/one/phases", "fig:a-one", ("caption",), "picture")
    assert found[2] == Paragraph(("strata", " and ", Ref("tab:a-one"), "."))


def test_the_index_of_the_literature_is_the_one_computed_from_the_games() -> None:
    """All but the last column, which other tests may lengthen; what it names does speak of the game."""
    root = TRAPS.parents[1]
    stored = (root / "docs" / "literature.md").read_text("utf-8").splitlines()
    computed = literature_index(root / "examples" / "literature", root / "tests").splitlines()
    assert [line.rpartition(" | ")[0] for line in stored] == [line.rpartition(" | ")[0] for line in computed]
    rows = [line for line in stored if "examples/literature/" in line and line.startswith("|")]
    assert len(rows) == len(list((root / "examples" / "literature").glob("*.toml")))
    for line in rows:
        (stem,) = re.findall(r"literature/([a-z_]+)\.toml", line)
        for test in line.rpartition(" | ")[2].removesuffix(" |").split(", "):
            assert stem in (root / "tests" / test).read_text("utf-8"), stem


def test_edges_close_the_conditions_of_the_index() -> None:
    pure = {"agent": {"in": {"exact": "1"}, "out": {"exact": "0"}}}
    entries = [{"strategy": pure, "condition": text} for text in ("c == 2", "c > 2 and c < 3", "c == 3")]
    assert equilibrium_lines({"equilibria": entries}) == ["in if `c >= 2 and c <= 3`"]


def test_a_name_in_the_paper_stands_for_one_formula() -> None:
    """The thresholds of the claims, and what has a name of its own in the slices of the games."""
    meant: dict[str, set[str]] = {}
    for name in ("sycophancy", "deception"):
        expression, letter = next(iter(thresholds(load_game(TRAPS / f"{name}.toml"), THRESHOLDS).items()))
        meant.setdefault(markup_latex(letter), set()).add(str(expression))
    assert set(meant) == {r"\tau", r"\rho"}
    for place, (name, over, at, _) in enumerate(SLICES):
        game = load_game(TRAPS / f"{name}.toml")
        diagram = phases(game, list(over), dict(at))
        for entry in named_formulas(game, conditions_of(None, diagram), Digits(str(place + 1))):
            meant.setdefault(markup_latex(entry.name), set()).add(str(entry.expression))
    assert len(meant) >= 5
    assert all(len(formulas) == 1 for formulas in meant.values()), meant


def test_arguments_in_words_have_their_formulas_set() -> None:
    for claim in CLAIMS:
        assert claim.because, claim.name
        notation = threshold_notation(claim.game, thresholds(claim.game, THRESHOLDS))
        latex = inline_latex(argument_inline(claim.because, claim.game, notation))
        assert "`" not in latex and "{P}" not in latex


def test_sets_are_called_absorbing_or_not() -> None:
    game = load_game(TRAPS / "deception.toml")
    claim = read_claim("absorbing(deceive) and not absorbing(honest)", [], game.players[0].actions)
    text = inline_latex(claim_inline(claim, threshold_notation(game, {})))
    assert "is absorbing" in text and "is not absorbing" in text


def test_designs_are_stated_with_the_environments_that_defeat_the_others() -> None:
    game = load_game(TRAPS / "deception.toml")
    answer = design(game, "honest", ["a"], ["x"], at={"w": "1/5", "c": "2", "s": "1", "y": "1/2"})
    latex = blocks_latex(design_blocks(answer, None, game, threshold_notation(game, {}), "one"))
    assert r"if and only if $x > \frac{4}{15}$" in latex and "defeats the goal" in latex
    assert "certificates, accepted by the checker" in latex


def test_a_theorem_that_coq_rejects_is_found_and_named(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def accepts_all_but_c(text: str) -> CoqVerdict:
        return CoqVerdict("c" not in text, (), "wrong step" if "c" in text else "")

    monkeypatch.setattr("berknash.proofs.coq.checking.check_coq", accepts_all_but_c)
    monkeypatch.setattr("berknash.proofs.paper.derivation.joined", " ".join)
    theorems: Any = {name: name for name in "abcde"}
    assert compiled(theorems) == {**dict.fromkeys("abde", "accepted"), "c": "not accepted"}
    assert "did not accept c: wrong step" in capsys.readouterr().err
