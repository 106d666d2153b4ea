"""The report on a game: it compiles, reads as a paper, says what was computed, and is the same every time."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import xml.etree.ElementTree as xml
from pathlib import Path
from typing import Any

import pytest

from berknash.proofs.files import WriteError
from berknash.proofs.report.content import report_blocks
from berknash.proofs.report.equilibria import on_knife_edge
from berknash.proofs.report.writing import ReportError, ReportFiles, write_report
from berknash.proofs.theorems.solution_facts import Facts, conditions_of, named_formulas, report_notation
from berknash.proofs.typeset.formula_latex import markup_latex
from berknash.proofs.typeset.formulas import formula
from berknash.proofs.typeset.latex import blocks_latex, broken, slug
from berknash.symbolic.engines.finite.agent_engine import solve
from berknash.symbolic.errors import NotSupportedError
from berknash.symbolic.game.game import Game, load_game
from berknash.symbolic.solving.phases import phases

EXAMPLES = Path(__file__).parent.parent / "examples"
AT = {"h": "4/5", "l": "1/10"}

SENTINEL = r"""
format = 1
name = "Sentinel 100% & _game_"
title = "50% of $x_1$ \\input{/etc/hostname} # ~ ^ <b>é</b> 中"
source = "nobody <script>alert(1)</script>"
assume = ["zeta_9 < Upsilon"]
[parameters]
zeta_9 = { domain = "(0, 1/2)", latex = "\\input{/etc/hostname}", description = "a & b_c" }
Upsilon = { domain = "(0, 1)", latex = "\\hat\\varphi_{\\text{big}}" }
[players.agent]
actions = ["go$1", "stay_put", "a-b c"]
outcomes = ["x_y", "n&m"]
truth."*" = { x_y = "zeta_9", "n&m" = "1 - zeta_9" }
payoff."go$1" = { x_y = "1", "n&m" = "-Upsilon" }
payoff.stay_put = { x_y = "0", "n&m" = "0" }
payoff."a-b c" = { x_y = "-1", "n&m" = "1/3" }
[players.agent.models.m_1]
predicts."*" = { x_y = "2/3", "n&m" = "1/3" }
[players.agent.models."m<2>"]
predicts."*" = { x_y = "1/5", "n&m" = "4/5" }
"""


def text_of(pdf: Path) -> str:
    done = subprocess.run(["pdftotext", "-layout", str(pdf), "-"], capture_output=True, text=True, check=True)
    return done.stdout


def log_of(folder: Path, name: str = "report.tex") -> str:
    """The log of one more run of LaTeX over what was written."""
    done = subprocess.run(
        ["pdflatex", "-interaction=nonstopmode", "-halt-on-error", "-no-shell-escape", name],
        cwd=folder, capture_output=True, check=True,
    )  # fmt: skip
    return done.stdout.decode("utf-8", "replace")


def overfull(log: str) -> list[float]:
    return [float(size) for size in re.findall(r"Overfull \\[hv]box \(([0-9.]+)pt", log)]


@pytest.fixture(scope="module")
def trap() -> Game:
    return load_game(str(EXAMPLES / "sycophancy.toml"))


@pytest.fixture(scope="module")
def written(trap: Game, tmp_path_factory: pytest.TempPathFactory) -> ReportFiles:
    return write_report(trap, tmp_path_factory.mktemp("report") / "out", over=["p", "q"], at=AT)


@pytest.fixture(scope="module")
def sentinel(tmp_path_factory: pytest.TempPathFactory) -> tuple[Game, ReportFiles]:
    game = Game.from_toml(SENTINEL)
    return game, write_report(game, tmp_path_factory.mktemp("sentinel") / "out")


@pytest.mark.needs("pdflatex", "pdftotext")
def test_the_folder(written: ReportFiles) -> None:
    certificates = {path.name for path in written.paths if path.parent.name == "certificates"}
    assert certificates == {f"phase-{name}.json" for name in ("I", "II", "III", "IV")} | {
        f"stratum-{number}.json" for number in range(1, 6)
    }
    names = {path.name for path in written.paths if path.parent == written.folder}
    assert names == {
        "report.tex", "section.tex", "references.bib", "report.pdf", "report.html", "result.json",
        *(f"{stem}.{kind}" for stem in ("phases", "transitions", "bifurcation-1", "bifurcation-2")
          for kind in ("pdf", "png", "svg", "tikz")),
    }  # fmt: skip
    assert written.pdf == written.folder / "report.pdf"
    assert {path.name for path in written.folder.iterdir()} == names | {"certificates"}
    assert [path.name for path in written.folder.parent.iterdir()] == ["out"]


@pytest.mark.needs("pdflatex", "pdftotext")
def test_the_document_reads_as_a_paper(written: ReportFiles) -> None:
    assert written.pdf is not None
    text = text_of(written.pdf)
    pages = text.count("\f")
    assert 5 <= pages <= 14
    positions = [text.index(words) for words in (
        "The game", "Divergences and best fits", "Subjective payoffs and best replies", "Theorem 1 (equilibria)",
        "Rationalizability", "Transition graph", "Theorem 2 (phases)", "Numerical confirmation", "Proofs of the phases",
        "Theorem 6 (phase IV)", "References",
    )]  # fmt: skip
    assert positions == sorted(positions)
    for words in ("Definition 1", "Lemma 1", "Lemma 2", "Figure 1", "Figure 2", "uniformly strict", "Esponda"):
        assert words in text
    assert "??" not in text and "[?]" not in text


@pytest.mark.needs("pdflatex", "pdftotext")
def test_latex_complains_about_nothing(written: ReportFiles, tmp_path: Path) -> None:
    folder = tmp_path / "copy"
    shutil.copytree(written.folder, folder)
    log_of(folder)
    log = log_of(folder)
    assert "undefined" not in log and "multiply" not in log
    assert all(size < 5 for size in overfull(log)), overfull(log)


def test_threshold_is_named_once_and_used_by_name(written: ReportFiles) -> None:
    section = (written.folder / "section.tex").read_text()
    assert section.count(r"\tau &= \frac{\log\frac{9}{2}}{2\log6}") == 1
    assert section.count(r"p > \tau") > 3
    # Outside its definition and the pictures' captions the threshold is not written out again.
    captions = section.count(r"\caption{")
    outside = re.sub(r"\\caption\{.*", "", section)
    assert captions > 3 and outside.count(r"\frac{\log\frac{9}{2}}{2\log6}") == 1


def test_theorem_states_every_equilibrium_of_the_solution(trap: Game, written: ReportFiles) -> None:
    solution, diagram = solve(trap, AT), phases(trap, ["p", "q"], AT)
    section = (written.folder / "section.tex").read_text()
    notation = report_notation(trap, named_formulas(trap, conditions_of(solution, diagram)))
    theorem = section[section.index(r"\begin{theorem}[equilibria]") : section.index(r"\end{theorem}")]
    generic = [e for e in solution.equilibria if not on_knife_edge(e)]
    assert theorem.count(r"\item") == len(generic) + 0
    for equilibrium in generic:
        for conjunction in equilibrium.condition.alternatives:
            for relation in conjunction:
                left, right = (markup_latex(formula(side, notation)) for side in (relation.left, relation.right))
                assert f"{left} {relation.operator} {right}" in theorem
        if not equilibrium.pure:
            for _, weight in equilibrium.strategy:
                assert markup_latex(formula(weight, notation)) in theorem
    knife = section[section.index("only on knife edges") :]
    assert knife[: knife.index(r"\end{table}")].count(r"\\") - 1 == len(solution.equilibria) - len(generic)


def test_phase_theorem_has_the_phases_of_the_diagram(trap: Game, written: ReportFiles) -> None:
    diagram = phases(trap, ["p", "q"], AT)
    section = (written.folder / "section.tex").read_text()
    theorem = section[section.index(r"\begin{theorem}[phases]") :]
    theorem = theorem[: theorem.index(r"\end{theorem}")]
    assert re.findall(r"\\item\[(\w+)\.\]", theorem) == [phase.name for phase in diagram.phases]
    assert theorem.count("cycle $") == sum(bool(phase.structure.cycles) for phase in diagram.phases)


def test_json_is_what_the_engines_say(trap: Game, written: ReportFiles) -> None:
    document = json.loads((written.folder / "result.json").read_text())
    assert document["solution"] == json.loads(json.dumps(solve(trap, AT).to_json()))
    assert document["phases"] == json.loads(json.dumps(phases(trap, ["p", "q"], AT).to_json()))
    assert document["confirmation"]["agree"] is True


def test_html_is_self_contained(written: ReportFiles, sentinel: tuple[Game, ReportFiles]) -> None:
    for files in (written, sentinel[1]):
        page = (files.folder / "report.html").read_text()
        assert "<script" not in page and "src=" not in page and "<link" not in page and "url(http" not in page
        addresses = set(re.findall(r'https?://[^"\s<)]+', page))
        assert all(a.startswith("http://www.w3.org/") for a in addresses)
        formulas = re.findall(r"<math.*?</math>", page)
        assert len(formulas) > 50
        for text in set(formulas):
            xml.fromstring(text)
        assert page.count("<svg") == page.count('role="group"') >= 2
        anchors = re.findall(r'[\s]id="([^"]+)"', page)
        assert len(anchors) == len(set(anchors))
        assert set(re.findall(r'href="#([^"]+)"', page)) | set(re.findall(r"url\(#([^)]+)\)", page)) <= set(anchors)


@pytest.mark.needs("pdflatex", "pdftotext")
def test_hostile_names_stay_text(sentinel: tuple[Game, ReportFiles]) -> None:
    game, files = sentinel
    for name in ("section.tex", "report.tex", "phases.tikz", "transitions.tikz", "references.bib"):
        text = (files.folder / name).read_text()
        assert r"\input{/etc" not in text
        assert "<script>" not in text
    section = (files.folder / "section.tex").read_text()
    assert r"{\hat{\varphi}}_{\mathit{big}}" in section and r"\zeta_{9}" in section
    assert r"\label{bn:sentinel-100-game:thm:equilibria}" in section and slug(game.name) == "sentinel-100-game"
    assert r"\bnname{go\$1}" in section and r"\bnname{stay\_\allowbreak{}put}" in section
    page = (files.folder / "report.html").read_text()
    assert "<b>é" not in page and "&lt;script&gt;" in page
    assert files.pdf is not None and "nobody" in text_of(files.pdf)


@pytest.mark.needs("pdflatex", "pdftotext")
def test_tikz_compiles(written: ReportFiles, sentinel: tuple[Game, ReportFiles], tmp_path: Path) -> None:
    body = "".join(
        f"\\input{{{folder}/{name}.tikz}}\n\n"
        for folder in ("one", "two") for name in ("phases", "transitions")
    )  # fmt: skip
    for folder, files in (("one", written), ("two", sentinel[1])):
        (tmp_path / folder).mkdir()
        for name in ("phases", "transitions"):
            shutil.copy(files.folder / f"{name}.tikz", tmp_path / folder)
    (tmp_path / "pictures.tex").write_text(
        "\\documentclass{article}\\usepackage[margin=1cm]{geometry}\\usepackage[T1]{fontenc}"
        f"\\usepackage{{amsmath,amssymb,tikz}}\\begin{{document}}\n{body}\\end{{document}}\n"
    )
    log = log_of(tmp_path, "pictures.tex")
    assert not overfull(log)
    assert "locked in" in text_of(tmp_path / "pictures.pdf")


def test_same_bytes_whatever_the_hash_seed(tmp_path: Path) -> None:
    program = (
        "import sys; from berknash.symbolic.game.game import load_game;"
        "from berknash.proofs.report.writing import write_report;"
        "write_report(load_game(sys.argv[1]), sys.argv[2], compile_pdf=False)"
    )
    contents = []
    for seed in ("1", "2"):
        folder = tmp_path / seed
        subprocess.run(
            [sys.executable, "-c", program, str(EXAMPLES / "deception_locked_in.toml"), str(folder)],
            env={**os.environ, "PYTHONHASHSEED": seed}, check=True,
        )  # fmt: skip
        contents.append({path.name: path.read_bytes() for path in folder.rglob("*") if path.is_file()})
    assert contents[0].keys() == contents[1].keys()
    assert [name for name in contents[0] if contents[0][name] != contents[1][name]] == []


def test_without_free_parameters(trap: Game, tmp_path: Path) -> None:
    at = {"p": "7/10", "q": "3/10", "h": "4/5", "l": "1/5"}
    files = write_report(trap, tmp_path / "out", at=at, compile_pdf=False)
    section = (files.folder / "section.tex").read_text()
    assert "it always exists" in section and "Phases" not in section
    assert r"\ell = \frac{1}{5}" in section
    assert json.loads((files.folder / "result.json").read_text())["phases"] is None
    assert {path.name for path in files.paths if path.suffix == ".svg"} <= {"transitions.svg"}


def test_phases_beyond_the_engine_leave_the_solution(
    trap: Game, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*arguments: object) -> Any:
        raise NotSupportedError("atoms of degree 99 in p")

    monkeypatch.setattr("berknash.symbolic.solving.phases.phases", refuse)
    files = write_report(trap, tmp_path / "out", at=AT, compile_pdf=False)
    section = (files.folder / "section.tex").read_text()
    assert "were not derived: atoms of degree 99 in p" in section and r"\begin{theorem}[equilibria]" in section


def test_a_failing_document_leaves_nothing_behind(
    trap: Game, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fake = tmp_path / "bin"
    fake.mkdir()
    (fake / "pdflatex").write_text("#!/bin/sh\necho '! Missing everything.'\necho 'l.7 here'\nexit 1\n")
    (fake / "pdflatex").chmod(0o755)
    monkeypatch.setenv("PATH", f"{fake}:{os.environ['PATH']}")
    target = tmp_path / "here" / "out"
    with pytest.raises(ReportError, match=r"Missing everything\. l\.7 here"):
        write_report(trap, target, at={**AT, "q": "1/2"})
    assert not target.parent.exists()


def test_a_failing_confirmation_leaves_the_old_report(trap: Game, tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "result.json").write_text("old")

    def fail(*_: object) -> None:
        raise NotSupportedError("no numbers today")

    with pytest.raises(NotSupportedError):
        write_report(trap, tmp_path / "out", at=AT, confirmation=fail, compile_pdf=False)
    assert (tmp_path / "out" / "result.json").read_text() == "old"
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def test_a_file_in_the_way(trap: Game, tmp_path: Path) -> None:
    (tmp_path / "out").write_text("")
    with pytest.raises(WriteError, match="out: not a folder"):
        write_report(trap, tmp_path / "out")


def test_a_file_called_certificates_is_told_before_anything_is_replaced(trap: Game, tmp_path: Path) -> None:
    (tmp_path / "certificates").write_text("mine")
    (tmp_path / "report.tex").write_text("old")
    with pytest.raises(WriteError, match="certificates: not a folder"):
        write_report(trap, tmp_path, over=["p", "q"], at=AT, compile_pdf=False)
    assert (tmp_path / "report.tex").read_text() == "old" and len(list(tmp_path.iterdir())) == 2


def test_confirmation_is_told_with_its_numbers(written: ReportFiles) -> None:
    section = (written.folder / "section.tex").read_text()
    confirmation = json.loads((written.folder / "result.json").read_text())["confirmation"]
    count = len(confirmation["points"])
    assert f"it agrees with the theorem at {count} of {count} points" in section
    assert f"{confirmation['digits']} digits" in section


def test_signs_of_differences_hold_at_points(trap: Game) -> None:
    """The table's words, "positive iff p > tau", against the numbers."""
    from math import log

    game = trap.at(AT)
    solution = solve(game)
    facts = Facts(solution, report_notation(game, ()))
    found = facts.difference("divergence", 0, (0, 1))
    assert found is not None
    words = facts.sign_text(found[1])
    assert words[0] == "positive iff "
    printed = words[1]
    assert not isinstance(printed, str) and markup_latex(printed).startswith("p > ")
    threshold = log(4.5) / log(36)
    for p in (threshold - 0.01, threshold + 0.01):
        merit = -p * log(0.8) - (1 - p) * log(0.2)
        agreement = -p * log(0.1) - (1 - p) * log(0.9)
        assert (agreement - merit > 0) == (p > threshold)


def test_a_remark_stands_in_for_missing_phases(trap: Game) -> None:
    text = blocks_latex(report_blocks(solve(trap, AT), remark="Nothing was derived."))
    assert "Nothing was derived." in text and "thm:phases" not in text


def test_long_sums_are_broken_at_their_signs() -> None:
    from berknash.proofs.typeset.formulas import width
    from berknash.proofs.typeset.markup import Notation
    from berknash.symbolic.expressions.reading import read_expression

    long = read_expression(" + ".join(f"{i}*p*log({i} + q)" for i in range(2, 30)), None, where="")
    lines = broken(formula(long, Notation()), 60.0)
    assert len(lines) > 3 and all(width(line) <= 60 for line in lines)


@pytest.mark.needs("pdflatex", "pdftotext")
@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("monopolist", [r"\sigma(\bnname{low}) = \frac{35}{36}", r"b = \frac{10}{3}|b = 10/3", r"N(a - 2b,1)"]),
        ("matching_pennies", [r"\sigma(\bnname{heads}) = \frac{1}{2}", "column: ", "the true law of the outcome"]),
        ("researcher", [r"after $\bnname{plus}$ $\bnname{high}$ for sure", "Uniform, but not strict"]),
    ],
)
def test_other_kinds_of_games(name: str, words: list[str], tmp_path: Path) -> None:
    game = load_game(str(EXAMPLES / "literature" / f"{name}.toml"))
    files = write_report(game, tmp_path / "out")
    section = (files.folder / "section.tex").read_text()
    for text in words:
        assert any(option.lower() in section.lower() for option in text.split("|")), text
    assert files.pdf is not None and "Theorem 1 (equilibria)" in text_of(files.pdf)
    document = json.loads((files.folder / "result.json").read_text())
    theorem = section[section.index(r"\begin{theorem}") : section.index(r"\end{theorem}")]
    assert document["phases"] is None and len(document["solution"]["equilibria"]) == theorem.count(r"\item")


@pytest.mark.needs("pdflatex", "pdftotext")
def test_the_document_is_the_same_every_time(trap: Game, tmp_path: Path) -> None:
    at = {**AT, "q": "1/2"}
    first, second = (write_report(trap, tmp_path / name, over=["p"], at=at) for name in ("one", "two"))
    assert first.pdf is not None and second.pdf is not None
    assert first.pdf.read_bytes() == second.pdf.read_bytes()


@pytest.mark.needs("pdflatex", "pdftotext")
def test_one_model_and_nothing_to_compare(tmp_path: Path) -> None:
    game = Game.from_dict({
        "format": 1, "name": "alone", "parameters": {"r": "(0, 1)"},
        "players": {"agent": {
            "actions": ["act", "rest"], "outcomes": ["good", "bad"],
            "truth": {"*": {"good": "1/3", "bad": "2/3"}},
            "payoff": {"act": {"good": 1, "bad": "-r"}, "rest": {"good": 0, "bad": 0}},
            "models": {"only": {"predicts": {"*": {"good": "1/4", "bad": "3/4"}}}}}}})  # fmt: skip
    files = write_report(game, tmp_path / "out")
    assert files.pdf is not None
    text = text_of(files.pdf)
    assert "??" not in text and "There is one model only" in text
    assert not overfull(log_of(files.folder))


def test_certificates_are_accepted_by_the_checker(written: ReportFiles) -> None:
    from berknash.proofs.check import check_text

    document = json.loads((written.folder / "result.json").read_text())
    section = (written.folder / "section.tex").read_text()
    assert len(document["certificates"]) == 9
    for entry in document["certificates"]:
        assert entry["status"] == "proved" and entry["file"] in section
        assert check_text((written.folder / entry["file"]).read_text()) > 0


def test_a_refuted_phase_stops_the_report(trap: Game, tmp_path: Path) -> None:
    from dataclasses import replace

    from berknash.proofs.report.certificates import certify
    from berknash.symbolic.errors import DefectError

    diagram = phases(trap, ["p", "q"], AT)
    swapped = replace(diagram.phases[0], condition=diagram.phases[1].condition)
    with pytest.raises(DefectError, match="phase I was derived but is refuted at"):
        certify(replace(diagram, phases=(swapped,), strata=()), tmp_path)


@pytest.mark.needs("pdflatex", "pdftotext")
def test_a_game_without_equilibrium_gets_a_report(tmp_path: Path) -> None:
    """Best fits jump where a model rules out what happens: Esponda & Pouzo (2016, Theorem 1) does not apply."""
    rows = {"left": {"x": "1", "y": "0"}, "right": {"x": "1/2", "y": "1/2"}}
    blind = {"left": {"x": "0", "y": "1"}, "right": {"x": "1/2", "y": "1/2"}}
    wide = {"left": {"x": "1/2", "y": "1/2"}, "right": {"x": "1/4", "y": "3/4"}}
    game = Game.from_dict(
        {
            "format": 1,
            "name": "no equilibrium",
            "players": {
                "agent": {
                    "actions": ["left", "right"],
                    "outcomes": ["x", "y"],
                    "truth": rows,
                    "payoff": {"*": {"x": "0", "y": "1"}},
                    "models": {"blind": {"predicts": blind}, "wide": {"predicts": wide}},
                }
            },
        }
    )
    files = write_report(game, tmp_path / "out")
    assert files.pdf is not None
    assert "The game has no Berk" in (tmp_path / "out" / "section.tex").read_text()


@pytest.mark.parametrize("name, real", [("monopolist", True), ("duopoly_own_price", True), ("berk_coin", False)])
def test_real_outcomes_have_densities_in_the_definition(name: str, real: bool, tmp_path: Path) -> None:
    game = load_game(Path(__file__).parent.parent / "examples" / "literature" / f"{name}.toml")
    assert any(player.outcomes == "normal" for player in game.players) == real
    files = write_report(game, tmp_path / "out", at={p.name: sample(p) for p in game.parameters}, compile_pdf=False)
    text = (files.folder / "section.tex").read_text("utf-8")
    assert ("densities and integrals in place of probabilities and sums" in text.replace("\n", " ")) == real


def sample(parameter: Any) -> Any:
    """A point inside of a parameter's domain."""
    low, high = parameter.domain.low, parameter.domain.high
    return (low + high) / 2 if low is not None and high is not None else (low or high or 0) + 1
