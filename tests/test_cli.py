"""The command line as its users meet it: documents of the format, one-line errors, exit statuses."""

from __future__ import annotations

import json
import math
from fractions import Fraction
from pathlib import Path

import pytest
from catalogue import FORMAT_DOCUMENT

from berknash.cli import main
from berknash.symbolic.interchange import from_payoff_matrices, write_nfg

ROOT = Path(__file__).resolve().parent.parent
SYCOPHANCY = str(ROOT / "examples" / "sycophancy.toml")
PENNIES = str(ROOT / "examples" / "literature" / "matching_pennies.toml")


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    """Exit status, stdout and stderr of one call."""
    try:
        status = main(list(arguments))
    except SystemExit as stop:
        status = int(stop.code or 0)
    captured = capsys.readouterr()
    return status, captured.out, captured.err


def contains(found: object, wanted: object) -> bool:
    """Whether every key of the wanted document is in the found one with the same value (keys may be added)."""
    if isinstance(wanted, dict):
        return isinstance(found, dict) and all(k in found and contains(found[k], v) for k, v in wanted.items())
    if isinstance(wanted, list):
        return (
            isinstance(found, list)
            and len(found) == len(wanted)
            and all(contains(f, w) for f, w in zip(found, wanted, strict=True))
        )
    return found == wanted


def test_solve_gives_the_document_of_the_format(capsys: pytest.CaptureFixture[str]) -> None:
    status, out, err = run(capsys, "solve", SYCOPHANCY, "--at", "p=7/10,q=3/10,h=4/5,l=1/5", "--json")
    assert (status, err) == (0, "")
    assert contains(json.loads(out), FORMAT_DOCUMENT)


@pytest.mark.parametrize(("flag", "count"), [("pairs", "9 pairs of supports"), ("symbolic-minors", "4 minors")])
def test_limits_of_solve(flag: str, count: str, capsys: pytest.CaptureFixture[str]) -> None:
    status, out, err = run(capsys, "solve", SYCOPHANCY, f"--limit-{flag}", "3")
    assert (status, out) == (3, "") and err.startswith(f"berknash: {SYCOPHANCY}: ")
    assert err.count("\n") == 1 and count in err and f"--limit-{flag} {count.split()[0]}" in err


@pytest.mark.parametrize(("flag", "count"), [("pairs", "9 pairs of supports"), ("symbolic-minors", "4 minors")])
@pytest.mark.parametrize("command", [["phases", SYCOPHANCY], ["when", SYCOPHANCY, "strict(truthful)"]])
def test_limits_of_phases_and_when_are_those_of_solve(
    command: list[str], flag: str, count: str, capsys: pytest.CaptureFixture[str]
) -> None:
    status, out, err = run(capsys, *command, f"--limit-{flag}", "3")
    assert (status, out) == (3, "")
    assert err.count("\n") == 1 and count in err and f"--limit-{flag} {count.split()[0]}" in err


@pytest.mark.parametrize("command", [["phases", SYCOPHANCY], ["when", SYCOPHANCY, "absorbing(truthful, sycophantic)"]])
def test_nodes_of_phases_and_when_are_limited(command: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    status, out, err = run(capsys, *command, "--limit-nodes", "2")
    assert (status, out) == (3, "")
    assert "nodes of the tree" in err and "--limit-nodes 4" in err
    assert run(capsys, *command, "--limit-nodes", "1000")[0] == 0


def test_limits_of_solve_are_for_several_players_too(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    pennies = str(ROOT / "examples" / "literature" / "matching_pennies.toml")
    for command in (["solve", pennies], ["when", pennies, 'equilibrium("heads,tails")']):
        status, out, err = run(capsys, *command, "--limit-nodes", "10", "--limit-pairs", "10")
        assert status == 0 and out and err == ""
    zeros = tmp_path / "zeros.nfg"
    zeros.write_text(write_nfg(from_payoff_matrices([[[0] * 3] * 3] * 2)), encoding="utf-8")
    status, out, err = run(capsys, "solve", str(zeros), "--limit-entries", "5", "--json")
    document = json.loads(out)
    assert status == 3 and err == "" and len(document["equilibria"]) < 49 and document["undecided"]
    assert all("--limit-entries" in entry["reason"] for entry in document["undecided"])


def test_what_solve_finds_within_its_nodes_is_printed_and_the_status_says_undecided(
    capsys: pytest.CaptureFixture[str],
) -> None:
    status, out, err = run(capsys, "solve", SYCOPHANCY, "--limit-nodes", "50", "--json")
    document = json.loads(out)
    assert status == 3 and err == "" and document["equilibria"]
    assert [entry["what"] for entry in document["undecided"]] == ["transitions", "absorbing", "closed", "cycles"]
    assert document["cycles"] is None and document["rationalizable"]
    assert all("--limit-nodes 100" in entry["reason"] for entry in document["undecided"])


def test_phases_says_what_happens_at_each_boundary(capsys: pytest.CaptureFixture[str]) -> None:
    arguments = ("phases", SYCOPHANCY, "--over", "p,q", "--at", "h=4/5,l=1/5")
    document = json.loads(run(capsys, *arguments, "--json")[1])
    crossings = [c for boundary in document["boundaries"] for c in boundary["crossings"]]
    _, text, _ = run(capsys, *arguments)
    # Four quadrants meet along four half lines.
    assert len(crossings) == 4
    for crossing in crossings:
        assert f"from {crossing['from']} to {crossing['to']}: {'; '.join(crossing['changes'])}\n" in text


def test_phases_draws_the_picture_asked_for(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "phases.svg"
    arguments = ("phases", SYCOPHANCY, "--over", "p,q", "--at", "h=4/5,l=1/5", "--picture")
    assert run(capsys, *arguments, str(path))[0] == 0
    assert path.read_text("utf-8").startswith("<?xml")
    status, out, err = run(capsys, *arguments, "phases.jpg")
    assert (status, out) == (2, "") and ".tex" in err


def test_phases_gives_the_document_of_the_format(capsys: pytest.CaptureFixture[str]) -> None:
    wanted_phase = {
        "name": "I",
        "condition": "p > 1/2 and q < 1/2",
        "structure": {
            "supports": [["truthful"]],
            "rationalizable": ["truthful"],
            "absorbing": [["truthful"]],
            "closed": [["truthful"]],
            "cycles": [],
        },
        "equilibria": [
            {
                "support": {"agent": ["truthful"]},
                "strategy": {"agent": {"truthful": "1", "sycophantic": "0"}},
            }
        ],
    }
    status, out, _ = run(capsys, "phases", SYCOPHANCY, "--over", "p,q", "--at", "h=4/5,l=1/5", "--json")
    document = json.loads(out)
    assert status == 0
    assert contains(document["phases"][0], wanted_phase)
    assert [b["expression"] for b in document["boundaries"]] == ["2*p - 1", "2*q - 1"]
    assert {b["kind"] for b in document["boundaries"]} == {"polynomial"}
    assert document["undecided"] == {"measure": 0.0, "boxes": []}
    assert contains(document, {"format": 1, "parameters": ["p", "q"], "at": {"h": "4/5", "l": "1/5"}})
    conditions = [s["condition"] for s in document["strata"]]
    assert "p == 1/2 and q < 1/2" in conditions
    assert len(conditions) == 5


def test_text_output_names_the_locked_in_action(capsys: pytest.CaptureFixture[str]) -> None:
    status, out, _ = run(capsys, "solve", SYCOPHANCY, "--at", "p=7/10,q=3/10,h=4/5,l=1/5")
    assert status == 0
    assert "truthful: 1   [pure; uniformly strict: locked in]" in out


THRESHOLD = "log((1 - l)/(1 - h))/log(h*(1 - l)/(l*(1 - h)))"


def test_when_gives_the_threshold_in_closed_form(capsys: pytest.CaptureFixture[str]) -> None:
    status, out, _ = run(capsys, "when", SYCOPHANCY, "strict(truthful)")
    assert (status, out.strip()) == (0, f"p > {THRESHOLD}")
    status, out, _ = run(capsys, "when", SYCOPHANCY, "strict(truthful) and strict(sycophantic)", "--at", "h=4/5,l=1/5")
    assert (status, out.strip()) == (0, "p > 1/2 and q > 1/2")
    status, out, _ = run(capsys, "when", SYCOPHANCY, "strict(truthful) and cycle(truthful, sycophantic)", "--json")
    assert (status, json.loads(out)["holds"]) == (0, "never")


def test_prove_writes_a_certificate_that_check_accepts(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    claim = f"p > {THRESHOLD} and q < {THRESHOLD} => unique(truthful)"
    status, out, _ = run(capsys, "prove", SYCOPHANCY, claim, "--out", str(tmp_path))
    assert status == 0
    assert out.startswith("proved:")
    (certificate,) = tmp_path.glob("certificate-*.json")
    status, out, _ = run(capsys, "check", str(certificate))
    assert status == 0
    assert "valid" in out
    document = json.loads(certificate.read_text())
    document["claim"] = ["unique", "sycophantic"]
    certificate.write_text(json.dumps(document))
    assert run(capsys, "check", str(certificate))[0] == 1


def test_prove_refutes_with_a_point_and_knows_vacuous_truth(capsys: pytest.CaptureFixture[str]) -> None:
    status, out, _ = run(capsys, "prove", SYCOPHANCY, "p > 1/2 => unique(truthful)", "--json")
    document = json.loads(out)
    assert (status, document["status"]) == (1, "refuted")
    point = ",".join(f"{name}={value}" for name, value in document["counterexample"].items())
    _, out, _ = run(capsys, "solve", SYCOPHANCY, "--at", point, "--json")
    assert [e["support"]["agent"] for e in json.loads(out)["equilibria"]] != [["truthful"]]
    status, out, _ = run(capsys, "prove", SYCOPHANCY, "p > 1/2 and p < 1/3 => unique(truthful)")
    assert (status, out.split(":")[0]) == (0, "vacuous")


def test_confirm_agrees(capsys: pytest.CaptureFixture[str]) -> None:
    status, out, _ = run(capsys, "confirm", SYCOPHANCY, "--over", "p,q", "--at", "h=4/5,l=1/10", "--json")
    document = json.loads(out)
    assert status == 0
    assert document["agree"] is True
    assert len(document["points"]) == 4


@pytest.mark.parametrize(
    ("gain", "expected", "line"),
    [
        ("1", 0, "no boundaries to confirm"),
        ("log(x) - 10**4", 3, "log(x) - 10000: not tested, no point of it is known exactly"),
        ("exp(x) - 10**12", 0, "agreement at 1 boundary points, 120 digits, ties within 1e-70"),
        ("1/x - 1e50", 0, "agreement at 1 boundary points, at least 120 digits, ties within 1e-70"),
    ],
)
def test_confirm_tells_what_was_not_tested(
    gain: str, expected: int, line: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "paid.toml"
    path.write_text(
        f"""format = 1
name = "paid"
parameters.x = "(0, oo)"
[players.agent]
actions = ["u", "v"]
outcomes = ["y"]
truth."*" = {{ y = "1" }}
payoff.u = {{ y = "{gain}" }}
payoff.v = {{ y = "0" }}
models.m.predicts."*" = {{ y = "1" }}
"""
    )
    status, out, _ = run(capsys, "confirm", str(path))
    assert (status, out.splitlines()[-1]) == (expected, line)


def test_simulate_is_reproducible(capsys: pytest.CaptureFixture[str]) -> None:
    call = ("simulate", SYCOPHANCY, "--at", "p=9/10,q=1/10,h=4/5,l=1/5", "--agents", "20", "--periods", "300", "--json")
    first = run(capsys, *call)
    assert first == run(capsys, *call)
    assert json.loads(first[1])["comparison"]["agrees"] is True


@pytest.mark.parametrize(
    ("arguments", "fragments"),
    [
        (("solve", "nowhere.toml"), ("nowhere.toml",)),
        (("solve", SYCOPHANCY, "--at", "p"), ("--at p", "p=7/10")),
        (("solve", SYCOPHANCY, "--at", "p=2"), ("p", "(0, 1)")),
        (("solve", SYCOPHANCY, "--at", "z=1/2"), ("z", "p, q, h, l")),
        (("solve", SYCOPHANCY, "--at", "p=1/2,p=1/3"), ("twice",)),
        (("solve", SYCOPHANCY, "--at", "h=1/5,l=4/5"), ("l < h",)),
        (("solve", SYCOPHANCY, "--at", "p=__import__('os')"), ("p",)),
        (("phases", SYCOPHANCY, "--over", "z"), ("--over z", "p, q, h, l")),
        (("phases", SYCOPHANCY, "--over", "p", "--at", "p=1/2"), ("--over p",)),
        (("phases", SYCOPHANCY, "--at", "p=1/2,q=1/2,h=4/5,l=1/5"), ("no parameter is free",)),
        (("simulate", SYCOPHANCY, "--at", "p=1/2"), ("--at", "q, h, l")),
        (("simulate", SYCOPHANCY, "--at", "p=1/2", "--agents", "0"), ("--agents",)),
        (("prove", PENNIES, "unique(heads)"), ("heads", "heads,tails")),
        (("when", PENNIES, "unique(heads)"), ("unknown action", "heads,tails")),
        (("prove", SYCOPHANCY, "unique(heads)"), ("heads", "truthful")),
        (("prove", SYCOPHANCY, "p > 0", "--effort", "nan"), ("--effort", "nan is not a positive number")),
        (("prove", SYCOPHANCY, "p > 0", "--seconds", "inf"), ("--seconds", "inf is not a positive number")),
        (("simulate", SYCOPHANCY, "--at", "p=1/2,q=1/3,h=4/5,l=1/5", "--seed", "-1"), ("seed = -1",)),
        (("phases", SYCOPHANCY, "--over", "p,p"), ("over", "'p' stands twice")),
        (("unknown",), ("unknown",)),
        ((), ("COMMAND",)),
    ],
)
def test_bad_input_is_one_line_and_status_two(
    capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...], fragments: tuple[str, ...]
) -> None:
    status, out, err = run(capsys, *arguments)
    assert status == 2
    assert out == ""
    assert len(err.strip().splitlines()) == 1
    assert "Traceback" not in err
    for fragment in fragments:
        assert fragment in err


def test_phases_measure_the_square(capsys: pytest.CaptureFixture[str]) -> None:
    call = ("phases", SYCOPHANCY, "--over", "p,q", "--at", "h=4/5,l=1/10", "--measure", "--json")
    status, out, _ = run(capsys, *call)
    shares = {m["phase"]: [float(Fraction(x)) for x in m["share"]] for m in json.loads(out)["measures"]}
    threshold = math.log(4.5) / math.log(36)
    expected = {
        "I": (1 - threshold) * threshold,
        "II": (1 - threshold) * threshold,
        "III": (1 - threshold) ** 2,
        "IV": threshold**2,
    }
    assert status == 0
    for name, share in expected.items():
        low, high = shares[name]
        assert low <= high
        assert high - low < 1e-3
        assert low - 1e-12 <= share <= high + 1e-12


@pytest.mark.needs("coqc")
def test_prove_writes_a_coq_file_that_check_accepts(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    file = tmp_path / "theorem.v"
    claim = f"p > {THRESHOLD} and q < {THRESHOLD} => unique(truthful)"
    assert run(capsys, "prove", SYCOPHANCY, claim, "--coq", str(file))[0] == 0
    status, out, _ = run(capsys, "check", str(file))
    assert status == 0
    assert "coqc accepts" in out
    file.write_text(file.read_text().replace("Qed.", "Admitted."))
    status, out, err = run(capsys, "check", str(file))
    assert (status, out) == (1, "")
    assert "REJECTED" in err


def test_solve_reads_a_normal_form(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """The prisoners' dilemma in Gambit's format: only (defect, defect)."""
    file = tmp_path / "dilemma.nfg"
    file.write_text('NFG 1 R "Dilemma" { "Row" "Column" } { 2 2 }\n\n-1 -1 0 -3 -3 0 -2 -2\n')
    status, out, _ = run(capsys, "solve", str(file), "--json")
    assert status == 0
    assert [e["support"] for e in json.loads(out)["equilibria"]] == [{"Row": ["2"], "Column": ["2"]}]
    file.write_text("NFG 1 R")
    status, out, err = run(capsys, "solve", str(file))
    assert (status, out, len(err.splitlines())) == (2, "", 1)


def test_design_finds_the_models_that_are_safe_in_a_region(capsys: pytest.CaptureFixture[str]) -> None:
    call = ("design", SYCOPHANCY, "--safe", "truthful", "--for", "p,q", "--choose", "h,l")
    status, out, _ = run(capsys, *call, "--in", "p > 3/5 and q < 2/5")
    assert status == 0
    assert "sufficiency: proved" in out
    status, out, _ = run(capsys, *call)
    assert status == 1
    assert "no design exists" in out and "0 < 1" not in out


def test_design_starts_from_a_present_class_and_writes_its_certificates(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    call = ("design", str(ROOT / "examples" / "traps" / "deception.toml"), "--safe", "honest", "--for", "a")
    at = ("--choose", "x,y", "--at", "w=1/5,c=2,s=1,x=1/10,y=1/5", "--json")
    status, out, err = run(capsys, *call, *at, "--out", str(tmp_path))
    assert status == 0
    document = json.loads(out)
    assert document["condition"] == "x > 4/15" and document["changes"]["safe_now"] is False
    assert len(list(tmp_path.glob("certificate-*.json"))) == err.count("certificate of ") >= 3
    for certificate in tmp_path.glob("certificate-*.json"):
        assert run(capsys, "check", str(certificate))[0] == 0


def test_robustness_gives_the_distance_to_the_next_phase(capsys: pytest.CaptureFixture[str]) -> None:
    call = ("robustness", SYCOPHANCY, "--at", "p=7/10,q=3/10,h=4/5,l=1/5", "--over", "p,q")
    status, out, _ = run(capsys, *call)
    assert status == 0
    assert "p: 1/2 < . < end; distance 0.2" in out
    assert run(capsys, "robustness", SYCOPHANCY, "--at", "p=7/10")[0] == 2


def test_structures_of_profiles_are_printed_as_arrows_and_sets(capsys: pytest.CaptureFixture[str]) -> None:
    status, out, _ = run(capsys, "solve", PENNIES)
    assert status == 0
    assert "\n  heads,heads -> heads,tails\n" in out
    assert "{heads,heads; heads,tails; tails,heads; tails,tails}" in out


def test_a_family_of_one_point_prints_conditions_in_words(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "point.toml"
    path.write_text(
        'format = 1\nname = "point"\n[parameters]\np = "(0, 1)"\n[players.agent]\nactions = ["a", "b"]\n'
        'outcomes = ["good", "bad"]\n[players.agent.truth]\n"*" = { good = "p", bad = "1 - p" }\n'
        '[players.agent.payoff]\na = { good = "1", bad = "0" }\nb = { good = "2", bad = "0" }\n'
        '[players.agent.models.m]\ntheta = { x = "[1/8, 1/8]" }\npredicts."*" = { good = "x", bad = "1 - x" }\n',
        "utf-8",
    )
    status, out, _ = run(capsys, "solve", str(path))
    assert status == 0
    assert "\n  a -> b    if always\n" in out
    assert "0 < 1" not in out


def test_phases_say_where_one_point_stands_for_a_continuum(capsys: pytest.CaptureFixture[str]) -> None:
    audits = str(ROOT / "examples" / "traps" / "deception_audits.toml")
    status, out, _ = run(capsys, "phases", audits, "--at", "x=1/4,y=1/2,c=1/3,w=1/4")
    assert status == 0
    mixed = [line for line in out.splitlines() if "equilibrium conditional: 1/2, deceive: 1/2" in line]
    assert mixed and all(line.endswith("(continuum of dimension 1, one point shown)") for line in mixed)


def test_the_tree_of_signs_obeys_the_limit_on_cells(capsys: pytest.CaptureFixture[str]) -> None:
    audits = str(ROOT / "examples" / "traps" / "deception_audits.toml")
    status, out, err = run(capsys, "phases", audits, "--limit-cells", "5")
    assert (status, out) == (3, "")
    assert err.count("\n") == 1 and "more than 5 cells" in err


def test_what_is_undecided_shows_in_the_exit_status(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """Two families fit all mixtures alike where a shows nothing: whether these are equilibria is left open."""
    path = tmp_path / "two_lines.toml"
    law = 'mean = "{}", variance = "1"'
    path.write_text(
        'format = 1\nname = "two lines"\n[parameters]\np = "(-5, 5)"\nq = "(1, 5)"\n'
        '[players.agent]\nactions = ["a", "b"]\noutcomes = "normal"\n'
        f'truth.a = {{ {law.format("p")} }}\ntruth.b = {{ {law.format("q")} }}\npayoff = {{ a = "y", b = "0" }}\n'
        f'[players.agent.models.same]\ntheta = {{ x = "[-10, 10]" }}\npredicts."*" = {{ {law.format("x")} }}\n'
        '[players.agent.models.opposite]\ntheta = { x = "[-10, 10]" }\n'
        f'predicts.a = {{ {law.format("x")} }}\npredicts.b = {{ {law.format("-x")} }}\n',
        "utf-8",
    )
    for command in ("solve", "phases"):
        status, out, _ = run(capsys, command, str(path))
        assert status == 3 and "ndecided" in out, command
        assert run(capsys, command, str(path), "--at", "p=1" if command == "phases" else "p=1,q=2")[0] == 0
    assert run(capsys, "report", str(path), "--out", str(tmp_path / "out"))[0] == 3
    assert (tmp_path / "out" / "report.html").exists()


def test_a_refutation_names_the_rationalizable_actions_and_says_that_there_is_no_coq_file(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    claim = "p > 1/2 and h > l => strict(truthful)"
    status, out, err = run(capsys, "prove", SYCOPHANCY, claim, "--coq", str(tmp_path / "c.v"))
    assert status == 1 and "    rationalizable {sycophantic}\n" in out
    assert err == "no Coq file: the claim is refuted; only proofs are written in Coq\n"
    assert not list(tmp_path.iterdir())


def test_an_empty_folder_name_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stopped:
        main(["report", SYCOPHANCY, "--out", ""])
    assert stopped.value.code == 2 and "an empty name is no folder" in capsys.readouterr().err
