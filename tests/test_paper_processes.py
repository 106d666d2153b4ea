"""The paper's parts are the same for every hash seed and number of processes; an interrupted run leaves nothing."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from berknash.proofs.paper.processes import processes

TRAPS = Path(__file__).parents[1] / "examples" / "traps"
PARTS = """
import hashlib, json, sys
from pathlib import Path
from berknash.proofs.paper.claims import read_claims
from berknash.proofs.paper.derivation import decided_claim
from berknash.proofs.paper.processes import processes
from berknash.proofs.paper.slices import slice_of
from berknash.proofs.typeset.html import page_html
from berknash.proofs.typeset.latex import section_latex
from berknash.symbolic.game.game import load_game

traps, folder, count = Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3])
names = ("C1.cycle", "C2.condition", "C3.honest")
chosen = [claim for claim in read_claims(traps / "claims.toml") if claim.name in names]
with processes(count) as submit:
    claims = [submit(decided_claim, claim) for claim in chosen]
    drawn = submit(slice_of, load_game(traps / "deception.toml"), 4, folder).result()
    texts = {"tex": section_latex(drawn.blocks, "bn"), "html": page_html("title", drawn.blocks, drawn.pictures)}
    for place, future in enumerate(claims):
        entry, modules = future.result()
        texts[f"json{place}"] = json.dumps([entry.to_json(), entry.witness.certificate])
        texts |= {name: module.text + str(module.lemmas) for name, module in modules.items()}
for name, text in sorted(texts.items()):
    print(name, hashlib.sha256(text.encode()).hexdigest())
"""


def _parts(folder: Path, seed: str, count: int) -> str:
    folder.mkdir()
    command = [sys.executable, "-c", PARTS, str(TRAPS), str(folder), str(count)]
    environment = {**os.environ, "PYTHONHASHSEED": seed}
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=True).stdout


def test_parts_are_the_same_for_every_seed_and_number_of_processes(tmp_path: Path) -> None:
    first, second = _parts(tmp_path / "one", "1", 1), _parts(tmp_path / "two", "2", 2)
    assert len(first.splitlines()) == 8
    assert first == second


def test_an_interrupted_run_leaves_no_scratch_folder_and_no_process(tmp_path: Path) -> None:
    target, temporary = tmp_path / "out", tmp_path / "tmp"
    temporary.mkdir()
    command = [sys.executable, "-m", "berknash.proofs.paper.writing", str(TRAPS), str(target), "2"]
    environment = {**os.environ, "TMPDIR": str(temporary)}
    run = subprocess.Popen(
        command, env=environment, start_new_session=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        while not any(temporary.iterdir()):
            assert run.poll() is None
            time.sleep(0.05)
        time.sleep(0.5)
        run.send_signal(signal.SIGTERM)
        assert run.wait(60) == 128 + signal.SIGTERM
        assert not any(temporary.iterdir()) and not target.exists()
        with pytest.raises(ProcessLookupError):
            os.killpg(run.pid, 0)
    finally:
        if run.poll() is None:
            os.killpg(run.pid, signal.SIGKILL)


@pytest.mark.parametrize("count", [1, 2])
def test_an_error_in_a_task_is_the_caller_s(count: int) -> None:
    with pytest.raises(ZeroDivisionError), processes(count) as submit:
        submit(divmod, 1, 0).result()
