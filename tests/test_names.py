"""Names and texts as hard as the format allows, through everything that prints them, and read back where it can be."""

from __future__ import annotations

import random
import re
import subprocess
import xml.etree.ElementTree as xml
from collections.abc import Iterator
from pathlib import Path

import pytest

from berknash.cli import main
from berknash.printout import solution_text
from berknash.proofs.claims.claim_proofs import prove_claim
from berknash.proofs.claims.language import read_claim
from berknash.proofs.coq.facts import identifier
from berknash.proofs.report.equilibria import set_condition_inlines, without_weights
from berknash.proofs.report.writing import write_report
from berknash.proofs.typeset.latex import bibliography
from berknash.proofs.typeset.markup import Notation
from berknash.symbolic.errors import GameError
from berknash.symbolic.game.game import Game, read_game_text
from berknash.symbolic.plain_text import is_control
from berknash.symbolic.results.graphs import to_dot, to_graphml
from berknash.symbolic.solving.solve import solve
from berknash.testing_names import SYMBOLS, named_document, named_game, random_name, random_text

SEEDS = range(12)


@pytest.mark.parametrize("seed", SEEDS)
def test_a_game_is_written_and_read_back(seed: int) -> None:
    game = named_game(random.Random(seed))
    text = game.to_toml()
    assert read_game_text(text, where="again") == game
    assert read_game_text(text, where="again").to_toml() == text


@pytest.mark.parametrize("ending", ["\\", "\\\\", '\\"', '"', "'''", '"""', "." * 150, '\\"' + "." * 150])
def test_titles_that_end_in_backslashes_and_quotes_are_read_back(ending: str) -> None:
    game = Game.from_dict({**named_document(random.Random(0)), "title": f"title {ending}", "name": f"a{ending}"})
    assert read_game_text(game.to_toml(), where="again") == game


@pytest.mark.parametrize("seed", SEEDS)
def test_answers_and_claims_name_actions_as_they_are(seed: int) -> None:
    game = named_game(random.Random(seed))
    (player,), names = game.players, [p.name for p in game.parameters]
    solution = solve(game, {names[1]: "1/2"})
    text = solution_text(solution)
    assert all(action in text for action in player.actions)
    assert not any(is_control(c) for c in text if c != "\n")
    for action in player.actions:
        claim = read_claim(f'{names[0]} > 1/2 => strict("{action}")', names, player.actions)
        assert read_claim(str(claim), names, player.actions) == claim
    verdict = prove_claim(game, f'{names[0]} > 1/2 => strict("{player.actions[0]}")')
    assert verdict.status == "proved"


@pytest.mark.parametrize("seed", SEEDS)
def test_graphs_hold_the_names(seed: int) -> None:
    game = named_game(random.Random(seed))
    solution = solve(game, {p.name: "1/3" for p in game.parameters})
    space = "{http://graphml.graphdrawing.org/xmlns}"
    root = xml.fromstring(to_graphml(solution).encode())
    actions = set(game.players[0].actions)
    assert {node.get("id") for node in root.iter(f"{space}node")} == actions
    assert {edge.get(end) for edge in root.iter(f"{space}edge") for end in ("source", "target")} <= actions
    assert set(_dot_strings(to_dot(solution))) == actions | {game.name}


def _dot_strings(text: str) -> Iterator[str]:
    """The quoted strings of a DOT text; outside of them stands only what the grammar has there."""
    outside = re.sub(r'"(?:[^"\\]|\\.)*"', "", text, flags=re.DOTALL)
    assert re.fullmatch(r"digraph  \{\n(?:  (?: -> )?;\n)*\}\n", outside)
    for match in re.finditer(r'"((?:[^"\\]|\\.)*)"', text, re.DOTALL):
        yield re.sub(r"\\(.)", r"\1", match[1], flags=re.DOTALL)


@pytest.mark.needs("pdflatex", "bibtex")
@pytest.mark.parametrize("seed", [3, 11])
def test_a_report_compiles_whatever_the_names(seed: int, tmp_path: Path) -> None:
    game = named_game(random.Random(seed))
    files = write_report(game, tmp_path / "out", at={p.name: "1/3" for p in game.parameters})
    assert files.pdf is not None and files.pdf.stat().st_size > 1000


def _bibtex(folder: Path, sources: list[str]) -> str:
    entries = [(f"key{number}", source) for number, source in enumerate(sources)]
    (folder / "references.bib").write_text(bibliography(entries), "utf-8")
    (folder / "x.aux").write_text("\\citation{*}\n\\bibstyle{plain}\n\\bibdata{references}\n")
    done = subprocess.run(["bibtex", "x"], cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout
    return (folder / "x.bbl").read_text("utf-8")


@pytest.mark.needs("bibtex")
def test_bibtex_reads_every_source(tmp_path: Path) -> None:
    generator = random.Random(1)
    sources = ["{", "}", "a } b {", "\\{", "100% @misc{x,", '"', *(random_text(generator) for _ in range(200))]
    listed = _bibtex(tmp_path, [source.strip() or "x" for source in sources])
    assert listed.count("\\bibitem") == len(sources)


def test_names_in_coq_stay_different() -> None:
    generator = random.Random(2)
    names = {*SYMBOLS, "v", "v_", "_x2e_", "a.b", "a_x2e_b", "a_b", "a__b", "_", "x", "_x", "a_x5f_xb", "a_xb"}
    names |= {"".join(generator.choices("v_x2e5fa.'*", k=generator.randint(1, 8))) for _ in range(4000)}
    found = {identifier(name) for name in names}
    assert len(found) == len(names)
    assert all(re.fullmatch("[a-z][A-Za-z0-9_]*", name) for name in found)


@pytest.mark.needs("coqc")
def test_parameters_called_forall_and_v_forall_are_two_in_coq(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    document = named_document(random.Random(5))
    text = Game.from_dict(document).to_toml()
    first, second = document["parameters"]
    for old, new in ((first, "forall__"), (second, "v__forall__")):
        text = re.sub(rf"(?<![\w]){old}(?![\w])", new, text)
    text = text.replace("v__forall__", "v_forall").replace("forall__", "forall")
    game = read_game_text(text, where="collision")
    assert [p.name for p in game.parameters] == ["forall", "v_forall"]
    action = game.players[0].actions[0]
    verdict = prove_claim(game, f'forall > 1/2 => strict("{action}")')
    (tmp_path / "claim.v").write_text(verdict.to_coq(), "utf-8")
    assert "Variables v_forall v_v_forall : R." in verdict.to_coq()
    assert main(["check", str(tmp_path / "claim.v")]) == 0, capsys.readouterr().err


def test_sets_of_strategies_are_read_whatever_actions_are_called() -> None:
    generator = random.Random(4)
    for _ in range(300):
        taken: set[str] = set()
        names = [random_name(generator, taken) for _ in range(3)]
        line = " and ".join(f"(1)*sigma({n}) + (-2)*sigma({names[0]}) >= 0" for n in names)
        text, symbols = without_weights(line)
        if all(_closed(name) for name in names):
            assert list(symbols.values()) == names
            for symbol, name in symbols.items():
                text = re.sub(rf"\b{symbol}\b", lambda _, name=name: f"sigma({name})", text)  # type: ignore[misc]
            assert text == line
        assert len(set_condition_inlines([line], Notation())) == 1


def _closed(name: str) -> bool:
    """Whether the parentheses of a name match."""
    depth = 0
    for character in name:
        depth += (character == "(") - (character == ")")
        if depth < 0:
            return False
    return depth == 0


CONTINUUM = """
format = 1
name = "continuum"
[players.agent]
actions = ["f(x)", "a and b", "sigma(x)"]
outcomes = ["y", "n"]
truth."*" = { y = "1/2", n = "1/2" }
payoff."*" = { y = "1", n = "0" }
[players.agent.models.one]
predicts."f(x)" = { y = "1/3", n = "2/3" }
predicts."*" = { y = "1/2", n = "1/2" }
[players.agent.models.two]
predicts."a and b" = { y = "1/3", n = "2/3" }
predicts."*" = { y = "1/2", n = "1/2" }
"""


def test_an_action_called_like_a_function_has_a_report(tmp_path: Path) -> None:
    game = Game.from_toml(CONTINUUM)
    assert any(e.dimension for e in solve(game).equilibria)
    files = write_report(game, tmp_path / "out", compile_pdf=False)
    section = (files.folder / "section.tex").read_text("utf-8")
    assert r"\sigma(\bnname{f(x)})" in section and "weight_1" not in section


@pytest.mark.parametrize("control", [*"\x1b\x07\x00\x7f\x9b\u2028\u202e\u2066\uffff\n"])
@pytest.mark.parametrize("place", ["name", "title"])
def test_control_characters_are_refused(place: str, control: str, tmp_path: Path) -> None:
    document = {**named_document(random.Random(0)), place: f"red {control}[31m"}
    with pytest.raises(GameError, match=f"{place}: the control character .* has no place") as caught:
        Game.from_dict(document)
    assert not any(is_control(c) for c in str(caught.value))


@pytest.mark.parametrize("control", ["\x1b", "\x9b", "\u2028", "\u202e"])
def test_control_characters_in_names_and_options_never_reach_the_terminal(
    control: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "game.toml"
    document = named_document(random.Random(0))
    path.write_text(Game.from_dict(document).to_toml(), "utf-8")
    for arguments in (
        ["solve", str(path), "--at", f"p{control}[31m=1/2"],
        ["solve", str(tmp_path / f"no{control}file.toml")],
        ["when", str(path), f'strict("{control}[31m")'],
        ["phases", str(path), "--over", f"{control}[31m"],
        ["prove", str(path), f"{control}[31m > 0"],
        ["solve", str(path), "--limit-nodes", f"{control}[31m"],
    ):
        try:
            status: object = main(arguments)
        except SystemExit as stop:
            status = stop.code
        assert status == 2
        out, err = capsys.readouterr()
        assert out == "" and err.endswith("\n") and not any(is_control(c) for c in err[:-1])
