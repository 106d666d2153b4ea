"""A few drawn cases of benchmarks/fuzz.py: no traceback, no wrong status, limits held, nothing false accepted."""

from __future__ import annotations

import os
import random
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

BENCHMARKS = Path(__file__).resolve().parent.parent / "benchmarks"
sys.path.insert(0, str(BENCHMARKS))

from mutations import mutate_claim, mutate_game, mutate_text, toml_text, vary_game  # noqa: E402

GAME = (BENCHMARKS.parent / "examples" / "sycophancy.toml").read_text("utf-8")


@pytest.mark.parametrize(("kind", "cases"), [("loader", 250), ("commands", 16), ("certificates", 300)])
def test_drawn_cases_show_no_fault(kind: str, cases: int) -> None:
    command = [
        sys.executable,
        str(BENCHMARKS / "fuzz.py"),
        kind,
        "--cases",
        str(cases),
        "--seed",
        "7",
        "--workers",
        "1",
    ]
    done = subprocess.run(
        command, capture_output=True, text=True, timeout=900, env={**os.environ, "PYTHONHASHSEED": "0"}
    )
    assert done.returncode == 0, done.stdout + done.stderr
    counted = re.match(r"(\d+) cases, 0 faults", done.stdout)
    assert counted and int(counted[1]) == cases


def test_mutants_depend_on_the_random_state_alone_and_differ() -> None:
    for mutate in (mutate_game, mutate_text, vary_game):
        drawn = [mutate(GAME, random.Random(number)) for number in range(40)]
        assert drawn == [mutate(GAME, random.Random(number)) for number in range(40)]
        assert len(set(drawn)) > 30
    claims = {mutate_claim("strict(a)", ["p"], ["a"], random.Random(number)) for number in range(40)}
    assert len(claims) > 30


def test_varied_games_are_tables_again() -> None:
    document = tomllib.loads(GAME)
    assert tomllib.loads(toml_text(document)) == document
