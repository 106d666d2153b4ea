"""Phase diagrams of games of every kind are of one type: each of its methods works, and says the same in every form."""

from __future__ import annotations

import json
import pickle
import xml.etree.ElementTree as xml
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from catalogue import game_of, holds
from test_families_phases import coin, monopolist
from test_players_phases import coordination, researcher, square_roots

import berknash as bn
from berknash.cli import main
from berknash.printout import phases_text
from berknash.proofs.report.pictures import panels_of, weight_labels, write_phase_picture
from berknash.proofs.report.writing import write_report
from berknash.symbolic.errors import NotSupportedError
from berknash.symbolic.game.game import Game
from berknash.symbolic.results.diagram import PhaseDiagram
from berknash.symbolic.results.structure import changes_between
from berknash.symbolic.solving.measures import phase_measures
from berknash.symbolic.solving.solve import phases

LITERATURE = Path(__file__).parent.parent / "examples" / "literature"


def rim() -> Game:
    """Action b pays c - x**2 where x in [-1, 1] is fitted to b alone, whose true mean is 0; a pays nothing.

    After a every x is believed, so a leads to a up to c = 1, and to b from c = 0 on; after b only x = 0 is.
    """
    law = {"mean": "0", "variance": "1"}
    return Game.from_dict({
        "format": 1, "name": "rim", "parameters": {"c": "(-2, 2)"}, "players": {"agent": {
            "actions": ["a", "b"], "outcomes": "normal", "truth": {"*": law},
            "payoff": {"a": "0", "b": "c + 1 - y**2"},
            "models": {"mean": {"theta": {"x": "[-1, 1]"},
                                "predicts": {"a": law, "b": {"mean": "x", "variance": "1"}}}},
        }},
    })  # fmt: skip


KINDS: dict[str, Any] = {
    "finite": lambda: phases(game_of("sycophancy"), ["p", "q"], {"h": "4/5", "l": "1/5"}),
    "finite, logarithms": lambda: phases(game_of("sycophancy"), ["h"], {"p": "3/5", "q": "3/5", "l": "1/5"}),
    "families": lambda: phases(coin()),
    "normal families": lambda: phases(monopolist()),
    "one family": lambda: phases(rim()),
    "players": lambda: phases(coordination()),
    "roots": lambda: phases(square_roots()),
    "signals": lambda: phases(researcher()),
    "players with signals": lambda: phases(bn.load(LITERATURE / "analogy_based.toml")),
}


@pytest.fixture(scope="module", params=KINDS)
def diagram(request: pytest.FixtureRequest) -> PhaseDiagram:
    found = KINDS[request.param]()
    assert isinstance(found, bn.PhaseDiagram)
    return found


def test_every_form_tells_of_every_phase(diagram: PhaseDiagram) -> None:
    assert repr(diagram).startswith("<PhaseDiagram of ")
    document = json.loads(json.dumps(diagram.to_json()))
    assert [p["condition"] for p in document["phases"]] == [str(p.condition) for p in diagram.phases]
    for piece in (*document["phases"], *document["strata"]):
        shown = [e["support"] for e in piece["equilibria"]]
        players = [player.name for player in diagram.game.players]
        listed = piece["structure"]["supports"]
        assert all((s if len(players) > 1 else {players[0]: s}) in shown for s in listed)
    text = phases_text(diagram)
    assert all(f"  {p.name}. {p.condition}" in text for p in diagram.pieces if not p.condition.is_always())
    assert text.count("\n       equilibrium ") == sum(len(p.equilibria) for p in diagram.pieces)
    assert str(diagram.coverage) in text and document["coverage"] == diagram.coverage.to_json()
    latex, html = diagram.to_latex(), diagram._repr_html_()
    assert latex.count("\\item[") == len(diagram.phases) and "<svg" in html
    assert all(f"{phase.name}." in html for phase in diagram.phases)


def test_a_copy_is_equal_and_derives_the_same_again(diagram: PhaseDiagram) -> None:
    copy = pickle.loads(pickle.dumps(diagram))
    assert copy == diagram and copy.to_json() == diagram.to_json() and repr(copy) == repr(diagram)
    assert [(c.signs, c.structure) for c in copy.cells] == [(c.signs, c.structure) for c in diagram.cells]
    assert [str(p.condition) for p in copy.pieces] == [str(p.condition) for p in diagram.pieces]


def test_samples_have_the_structure_of_their_phase(diagram: PhaseDiagram) -> None:
    for piece in diagram.pieces:
        if all("(" not in text and "~" not in text for _, text in piece.sample):
            values = {name: Fraction(text) for name, text in piece.sample}
            assert [p.name for p in diagram.pieces if holds(str(p.condition), values)] == [piece.name]
            assert diagram.structure_at(values) == piece.structure
    assert diagram.coverage.everything and not diagram.is_undecided


def test_crossings_say_what_changes_between_phases(diagram: PhaseDiagram) -> None:
    named = {phase.name: phase.structure for phase in diagram.phases}
    crossings = [crossing for boundary in diagram.boundaries for crossing in boundary.crossings]
    assert {name for c in crossings for name in (c.below, c.above)} == set(named)
    for crossing in crossings:
        assert crossing.changes == changes_between(named[crossing.below], named[crossing.above]) != ()


def test_pictures_and_measures(diagram: PhaseDiagram, tmp_path: Path) -> None:
    for kind in ("svg", "tex"):
        written = write_phase_picture(tmp_path / f"phases.{kind}", diagram)
        assert written.hidden == () and (tmp_path / f"phases.{kind}").stat().st_size > 1000
    assert xml.parse(tmp_path / "phases.svg").getroot().tag.endswith("svg")
    assert set(panels_of(diagram.game)) <= set(range(len(weight_labels(diagram.game))))
    infinite = any(None in (p.domain.low, p.domain.high) for p in diagram.game.parameters)
    if infinite or any(generator.argument is not None for generator in diagram.table.ring.generators):
        return  # why is said, as the test of refusals shows
    measures = phase_measures(diagram)
    assert [m.phase for m in measures] == [p.name for p in diagram.phases]
    assert sum(m.share_lower for m in measures) <= 1 <= sum(m.share_upper for m in measures)


def test_shares_of_the_coin_and_of_coordination() -> None:
    """The coin's boundaries are q = 5/9 and r = 5/9; those of coordination cut the square in four equal parts."""
    shares = {m.phase: m.share_lower for m in phase_measures(phases(coin())) if m.is_exact}
    conditions = {str(p.condition): shares[p.name] for p in phases(coin()).phases}
    assert conditions["q > 5/9 and r > 5/9"] == Fraction(16, 81)
    assert conditions["q < 5/9 and r < 5/9"] == Fraction(25, 81)
    assert [m.share_lower for m in phase_measures(phases(coordination()))] == [Fraction(1, 4)] * 4


def test_a_boundary_with_the_structure_of_one_side_is_a_stratum() -> None:
    """At c = 1 all is as below 1, and above a no longer leads to a: the phase ends there and is open."""
    diagram = phases(rim())
    assert {str(p.condition) for p in diagram.phases} == {"c < 0", "c > 0 and c < 1", "c > 1"}
    assert {str(p.condition) for p in diagram.strata} == {"c == 0", "c == 1"}
    (below,) = [p for p in diagram.phases if str(p.condition) == "c > 0 and c < 1"]
    (at,) = [p for p in diagram.strata if str(p.condition) == "c == 1"]
    assert at.structure == below.structure == diagram.structure_at({"c": Fraction(1)})
    assert diagram.phase_of(at.structure) == below


def test_why_there_is_no_measure_is_said() -> None:
    logarithms = phases(game_of("sycophancy"), ["h"], {"p": "3/5", "q": "3/5", "l": "1/5"})
    with pytest.raises(NotSupportedError, match="comparisons of this game have parameters inside a logarithm"):
        phase_measures(logarithms)
    with pytest.raises(NotSupportedError, match="4 parameters are free, and areas are of at most 2"):
        phase_measures(phases(game_of("sycophancy")))


@pytest.mark.parametrize("game", [coin(), coordination()], ids=["families", "players"])
def test_the_command_draws_and_measures(game: Game, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path, picture = tmp_path / "game.toml", tmp_path / "phases.png"
    path.write_text(game.to_toml())
    assert main(["phases", str(path), "--picture", str(picture), "--measure"]) == 0
    shown = capsys.readouterr()
    assert "Share of the domain" in shown.out and picture.read_bytes().startswith(b"\x89PNG")
    assert "one agent" not in shown.out + shown.err


@pytest.mark.parametrize("game", [coin(), coordination(), researcher()], ids=["families", "players", "signals"])
def test_reports_have_the_phases(game: Game, tmp_path: Path) -> None:
    files = write_report(game, tmp_path, compile_pdf=False)
    section = (tmp_path / "section.tex").read_text()
    diagram = phases(game)
    theorem = section[section.index("{theorem}[phases]") : section.index("\\end{theorem}", section.index("[phases]"))]
    assert theorem.count("\\item[") == len(diagram.phases)
    assert "\\includegraphics" in section and (tmp_path / "phases.svg") in files.paths
    result = json.loads((tmp_path / "result.json").read_text())
    assert result["phases"] == diagram.to_json() and result["confirmation"]["agree"] is True
