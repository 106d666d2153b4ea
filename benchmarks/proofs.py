"""Times of proof search, checking and Coq: run with ``python benchmarks/proofs.py``.

Prints one line for each statement of the catalogue, then medians and maxima.
"""

from __future__ import annotations

import sys
import time
import tomllib
from pathlib import Path
from statistics import median

from berknash.proofs.check import check
from berknash.proofs.search.prover import Disproved, Proved
from berknash.proofs.search.statements import decide_statement

CATALOGUE = Path(__file__).parent.parent / "tests" / "sign_statements.toml"


def main() -> int:
    """Decide every statement of the catalogue; 1 if one is decided wrongly or not at all."""
    statements = tomllib.loads(CATALOGUE.read_text(encoding="utf-8"))["statement"]
    times: dict[bool, list[float]] = {True: [], False: []}
    checks: list[float] = []
    wrong = 0
    decide_statement({"x": "(0, 1)"}, [], "x < 2")  # imports are not what is measured
    for statement in statements:
        start = time.perf_counter()
        answer = decide_statement(statement["parameters"], statement["hypotheses"], statement["claim"])
        spent = time.perf_counter() - start
        times[statement["truth"]].append(spent)
        if isinstance(answer, Proved):
            start = time.perf_counter()
            check(answer.certificate)
            checks.append(time.perf_counter() - start)
        right = isinstance(answer, Proved if statement["truth"] else Disproved)
        wrong += not right
        detail = getattr(answer, "reason", "")
        print(
            f"{spent:8.3f} s  {'' if right else 'WRONG '}{statement['name']}  {type(answer).__name__} {detail}",
            flush=True,
        )
    for truth, values in times.items():
        print(f"{'true' if truth else 'false'}: {len(values)}, median {median(values):.3f} s, most {max(values):.3f} s")
    print(f"checker: median {median(checks):.4f} s, most {max(checks):.4f} s; wrong or undecided: {wrong}")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
