"""Cold start: wall time of whole processes, as a user at a terminal waits for them.

    python benchmarks/startup.py [--repeat 5]

Prints for each command the median and the smallest wall time beside the bound the project sets itself.
"""

from __future__ import annotations

import argparse
import statistics
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
GAME = str(ROOT / "examples" / "sycophancy.toml")

COMMANDS = (
    ("import berknash", [sys.executable, "-c", "import berknash"], 0.15),
    ("berknash --help", [sys.executable, "-m", "berknash", "--help"], 0.3),
    (
        "solve --at",
        [sys.executable, "-m", "berknash", "solve", GAME, "--at", "p=7/10,q=3/10,h=4/5,l=1/5", "--json"],
        1.5,
    ),
    (
        "phases over p, q",
        [sys.executable, "-m", "berknash", "phases", GAME, "--over", "p,q", "--at", "h=4/5,l=1/10"],
        3.0,
    ),
    ("phases, h and l symbolic", [sys.executable, "-m", "berknash", "phases", GAME, "--over", "p,q"], 3.0),
)


def main() -> int:
    """Time every command and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--repeat", type=int, default=5)
    repeat = parser.parse_args().repeat
    print(f"{'command':<28}{'median s':>10}{'best s':>10}{'bound s':>10}")
    for name, command, bound in COMMANDS:
        times = []
        for _ in range(repeat):
            start = time.perf_counter()
            subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
            times.append(time.perf_counter() - start)
        print(f"{name:<28}{statistics.median(times):>10.3f}{min(times):>10.3f}{bound:>10.2f}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
