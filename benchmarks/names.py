"""Games with hard names through everything that prints them: how many, how long, and what failed.

Run as ``python benchmarks/names.py [COUNT [FIRST [full]]]``: for each seed the game is written and read back, solved,
printed, asked a claim, drawn as a graph and reported with pdflatex and bibtex, with both parameters fixed or, with
``full``, free (figures and certificates too).
"""

from __future__ import annotations

import random
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as xml
from pathlib import Path
from time import monotonic

from berknash.printout import solution_text
from berknash.proofs.claims.claim_proofs import prove_claim
from berknash.proofs.report.writing import write_report
from berknash.symbolic.errors import BerknashError
from berknash.symbolic.game.game import read_game_text
from berknash.symbolic.plain_text import is_control
from berknash.symbolic.results.graphs import to_graphml
from berknash.symbolic.solving.solve import solve
from berknash.testing_names import named_game


def fault(seed: int, full: bool) -> str:
    """What goes wrong with the game of this seed; empty where nothing does."""
    game = named_game(random.Random(seed))
    (player,), names = game.players, [p.name for p in game.parameters]
    point = dict.fromkeys(names, "1/3")
    if read_game_text(game.to_toml(), where="again") != game:
        return "not read back"
    solution = solve(game, point)
    if any(is_control(c) for c in solution_text(solution) if c != "\n"):
        return "control characters"
    graph = xml.fromstring(to_graphml(solution).encode())
    nodes = {node.get("id") for node in graph.iter() if node.tag.endswith("node")}
    if nodes != set(player.actions):
        return "other nodes"
    if prove_claim(game, f'{names[0]} > 1/2 => strict("{player.actions[0]}")').status != "proved":
        return "not proved"
    with tempfile.TemporaryDirectory() as folder:
        files = write_report(game, Path(folder) / "out", at=None if full else point)
        if files.pdf is None:
            return "no PDF"
        (files.folder / "x.aux").write_text("\\citation{*}\n\\bibstyle{plain}\n\\bibdata{references}\n")
        done = subprocess.run(["bibtex", "x"], cwd=files.folder, capture_output=True, text=True, check=False)
        return "" if done.returncode == 0 else done.stdout


def main(arguments: list[str]) -> int:
    """Prints every fault and the counts; status 1 where there is a fault."""
    count, first = (int(arguments[i]) if len(arguments) > i else default for i, default in ((0, 20), (1, 0)))
    start, faults = monotonic(), 0
    for seed in range(first, first + count):
        try:
            found = fault(seed, "full" in arguments)
        except BerknashError as error:
            found = f"{type(error).__name__}: {error}"
        if found:
            faults += 1
            print(f"seed {seed}: {found}", flush=True)
    print(f"{count} games, {faults} faults, {monotonic() - start:.0f} s")
    return 1 if faults else 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
