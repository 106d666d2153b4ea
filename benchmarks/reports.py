"""Reports on random games, as a stranger may bring them: is each written, in how many seconds, with how many proofs?

    python benchmarks/reports.py [--games 20] [--seed 1] [--seconds 60] [--kinds 2x2,2x3,3x2,3x3]

The games have two or three actions and two or three models with random rational predictions, integer payoffs, and two
free parameters p and q, the chances of a good outcome of the first two actions. Each report is written by the program
itself in a process of its own, with its default limits. Every line shows the kind of game (actions x models), the
seconds, the seconds of the processor, the exit status, claims on phases and strata with and without certificate, and
what is missing from the folder. The exit status is 1 when a file is missing, a status is neither 0 nor 3, or a report
took longer than the seconds given.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import subprocess
import sys
import tempfile
from pathlib import Path
from time import perf_counter

FILES = ("report.tex", "section.tex", "report.html", "references.bib", "result.json", "transitions.svg", "phases.svg")
KINDS = ("2x2", "2x3", "3x2", "3x3")


def random_game(rng: random.Random, actions: int, models: int) -> str:
    """A game file with two free parameters and predictions that are rationals with denominators up to 40."""

    def chances() -> str:
        whole = rng.randint(5, 40)
        part = rng.randint(1, whole - 1)
        return f'{{ good = "{part}/{whole}", bad = "{whole - part}/{whole}" }}'

    names = [f"a{i}" for i in range(actions)]
    lines = ["format = 1", 'name = "strangers"', "[parameters]", 'p = "(0, 1)"', 'q = "(0, 1)"', "[players.agent]"]
    lines += [f"actions = {json.dumps(names)}", 'outcomes = ["good", "bad"]', "[players.agent.truth]"]
    free = ['{ good = "p", bad = "1 - p" }', '{ good = "q", bad = "1 - q" }']
    lines += [f"{name} = {free[i] if i < len(free) else chances()}" for i, name in enumerate(names)]
    lines.append("[players.agent.payoff]")
    lines += [f'{name} = {{ good = "{rng.randint(5, 12)}", bad = "{rng.randint(-4, 3)}" }}' for name in names]
    for model in range(models):
        lines.append(f"[players.agent.models.m{model}]")
        lines += [f"predicts.{name} = {chances()}" for name in names]
    return "\n".join(lines) + "\n"


def report(text: str) -> tuple[float, float, int, dict[str, int], list[str]]:
    """Seconds, seconds of the processor, exit status, claims by what became of them, and missing files."""
    with tempfile.TemporaryDirectory() as folder:
        game, out = Path(folder) / "game.toml", Path(folder) / "out"
        game.write_text(text, "utf-8")
        before, start = os.times(), perf_counter()
        command = [sys.executable, "-m", "berknash", "report", str(game), "--out", str(out)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        seconds, after = perf_counter() - start, os.times()
        processor = after.children_user + after.children_system - before.children_user - before.children_system
        missing = [name for name in FILES if not (out / name).exists()]
        claims: dict[str, int] = {}
        if "result.json" not in missing:
            for entry in json.loads((out / "result.json").read_text("utf-8"))["certificates"]:
                claims[entry["status"]] = claims.get(entry["status"], 0) + 1
                if entry["file"] is not None and not (out / entry["file"]).exists():
                    missing.append(entry["file"])
        if done.returncode not in (0, 3):
            missing.append(done.stderr.strip().splitlines()[-1] if done.stderr.strip() else "no message")
        return seconds, processor, done.returncode, claims, missing


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--games", type=int, default=20)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--seconds", type=float, default=60.0, help="that a report may take")
    parser.add_argument("--kinds", default=",".join(KINDS), help="actions x models")
    arguments = parser.parse_args()
    rng = random.Random(arguments.seed)
    kinds = arguments.kinds.split(",")
    late = bad = 0
    print("game kind seconds processor status proved not-proved not-tried missing")
    for place in range(arguments.games):
        kind = rng.choice(kinds)
        seconds, processor, status, claims, missing = report(random_game(rng, *map(int, kind.split("x"))))
        late += seconds > arguments.seconds
        bad += bool(missing) or status not in (0, 3)
        counts = [claims.get(word, 0) for word in ("proved", "not proved", "not tried")]
        told = "; ".join(missing) or "-"
        print(f"{place + 1:4} {kind} {seconds:7.1f} {processor:9.1f} {status:6}", *(f"{c:6}" for c in counts), told)
        sys.stdout.flush()
    print(f"{arguments.games} reports, {late} later than {arguments.seconds:g} seconds, {bad} with something missing")
    return 1 if late or bad else 0


if __name__ == "__main__":
    raise SystemExit(main())
