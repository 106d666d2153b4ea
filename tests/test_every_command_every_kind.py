"""Each command on a game of each kind: it answers, or says in one line what is missing and for what."""

from __future__ import annotations

import json
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import pytest
from every_kind import GAMES

from berknash.cli import main
from berknash.symbolic.game.game import Game

AT = ("--at", "q=2/5")
KINDS = list(GAMES)
ONE_AGENT = {"agent", "agent with normal outcomes"}
CERTIFIED = {"agent"}

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Run:
    """Runs a command on the game of a kind; status, output and messages."""

    def command(name: str, kind: str, *arguments: str) -> tuple[int, str, str]:
        path = tmp_path / "game.toml"
        path.write_text(GAMES[kind].to_toml())
        status = main([name, str(path), *arguments])
        out, err = capsys.readouterr()
        assert "defect" not in err and "Traceback" not in err
        if status == 2:
            (line,) = err.splitlines()
            assert out == "" and line.startswith("berknash: ")
            assert "one agent without signals" not in line or len(GAMES[kind].players) > 1 or GAMES[kind].signals
        return status, out, err

    return command


def profile(game: Game) -> str:
    """The first action of everybody, as claims name it."""
    plans = ["|".join(f"{s}:{p.actions[0]}" if s else p.actions[0] for s in p.signals or ("",)) for p in game.players]
    return f'"{",".join(plans)}"'


@pytest.mark.parametrize("kind", KINDS)
def test_solve(run: Run, kind: str) -> None:
    status, out, _ = run("solve", kind, *AT, "--json")
    document = json.loads(out)
    assert status == 0 and document["equilibria"] and document["transitions"] and document["rationalizable"]
    status, out, _ = run("solve", kind, "--json")
    assert status == 0 and not json.loads(out).get("undecided")


@pytest.mark.parametrize("kind", KINDS)
def test_phases(run: Run, kind: str, tmp_path: Path) -> None:
    status, out, _ = run("phases", kind, "--json", "--measure", "--picture", str(tmp_path / "phases.svg"))
    document = json.loads(out)
    assert status == 0 and (tmp_path / "phases.svg").stat().st_size > 1000
    assert sum(Fraction(measure["share"][0]) for measure in document["measures"]) == 1


@pytest.mark.parametrize("kind", KINDS)
def test_claims(run: Run, kind: str, tmp_path: Path) -> None:
    node = profile(GAMES[kind])
    assert run("when", kind, f"unique({node})", *AT)[:2] in ((0, "always\n"), (0, "never\n"))
    assert run("when", kind, f"unique({node})")[0] == 0
    status, out, err = run("when", kind, f"rationalizable({node})", "--within", "q")
    assert (status, out) == (0, "always\n") if kind in ONE_AGENT else status == 2 and "parameters are eliminated" in err
    status, out, err = run("prove", kind, f"unique({node}) => equilibrium({node})", "--out", str(tmp_path / "proof"))
    assert status == 0 and out.startswith(("proved", "vacuous"))
    assert ("certificate:" in err) == (kind in CERTIFIED) and ("no certificate" in err) == (kind not in CERTIFIED)
    assert run("prove", kind, f"unique({node})")[0] == 1


@pytest.mark.parametrize("kind", KINDS)
def test_conjectures(run: Run, kind: str) -> None:
    status, out, _ = run("conjectures", kind, "--json")
    found = json.loads(out)
    assert status == 0 and found[0]["holds"] == "phase I"
    assert {conjecture["verdict"]["status"] for conjecture in found} <= {"proved", "vacuous"}
    assert run("conjectures", kind, *AT)[0] == 2


@pytest.mark.parametrize("kind", KINDS)
def test_robustness(run: Run, kind: str) -> None:
    status, out, _ = run("robustness", kind, *AT, "--json")
    (direction,) = json.loads(out)["directions"]
    # The structure changes at q = 1/2 everywhere but where both see what the other does.
    assert status == 0 and direction["distance"] == (None if kind == "players who see each other" else ["1/10"] * 2)


@pytest.mark.parametrize("kind", KINDS)
def test_confirm(run: Run, kind: str) -> None:
    status, out, _ = run("confirm", kind, *AT, "--json")
    document = json.loads(out)
    assert status == 0 and document["agree"] is True and len(document["samples"]) == 1
    status, out, _ = run("confirm", kind, "--json")
    document = json.loads(out)
    assert len(document["samples"]) >= 12 and all(sample["agrees"] for sample in document["samples"])
    assert status == 0 and not document.get("untested")
    assert ("left_out" in document) == (kind not in ONE_AGENT)


@pytest.mark.parametrize("kind", KINDS)
def test_simulate(run: Run, kind: str) -> None:
    status, out, _ = run("simulate", kind, *AT, "--agents", "3", "--periods", "20", "--json")
    document = json.loads(out)
    players = [player.name for player in GAMES[kind].players]
    assert status == 0 and list(document["shares"]) == players
    assert all(sum(shares.values()) == pytest.approx(1) for shares in document["shares"].values())
    compared = document["comparison"]
    assert (list(compared) == players) if len(players) > 1 else "rationalizable_share" in compared
    assert run("simulate", kind, *AT, "--agents", "3", "--periods", "20")[1].count("Predicted") == len(players)
    assert run("simulate", kind, "--agents", "3")[0] == 2


@pytest.mark.parametrize("kind", KINDS)
def test_report(run: Run, kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")  # without LaTeX
    status, _, err = run("report", kind, "--out", str(tmp_path / "out"))
    section = (tmp_path / "out" / "section.tex").read_text()
    result = json.loads((tmp_path / "out" / "result.json").read_text())
    assert "Numerical confirmation" in section and not any(not s["agrees"] for s in result["confirmation"]["samples"])
    assert status == 0 and result["phases"]["phases"] and "not derived" not in err
    assert bool(result["certificates"]) == (kind in CERTIFIED)
    if kind not in CERTIFIED:
        assert "Certificates are made for one agent" in section and "Certificates are made for one agent" in err
