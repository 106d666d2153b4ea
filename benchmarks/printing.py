"""Is what is printed what was derived? Random trees in every notation, read back and compared at points.

    python benchmarks/printing.py [--trees 100000] [--seed 0] [--sympy-every 100]

Expressions go through text, LaTeX, mathtext and MathML (every so many also through SymPy's reader of LaTeX); conditions
through the same and through sentences; claims through text, exact elements and Coq. With every fourth expression comes
a condition, with every eighth a claim. The exit status is 1 when anything differs.
"""

from __future__ import annotations

import argparse
import random
import sys
import time
from pathlib import Path

from flint import ctx

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tests"))

from formula_agreement import Tally, compare, compare_claim, compare_condition, compare_with_sympy, point_for
from formula_drawing import NAMES, PLAIN, Drawing, point
from formula_meaning import BITS

SHOWN = 20


def draw_and_compare(source: random.Random, number: int, sympy_every: int, tally: Tally) -> None:
    """One expression, and what else its number asks for."""
    tree = Drawing(source).expression(source.randint(1, 4), source.random() < 0.5)
    compare(tree, point_for(tree, source), tally)
    if number % 4 == 1:
        compare_condition(Drawing(source).condition(2), point(source), tally)
    if number % 8 == 3:
        drawing = Drawing(source, NAMES[:3], functions=number % 16 == 3)
        compare_claim(drawing.claim(source.randint(1, 3)), point(source), tally)
    if sympy_every and number % sympy_every == 0:
        tree = Drawing(source, PLAIN).expression(source.randint(1, 3), source.random() < 0.5)
        compare_with_sympy(tree, point_for(tree, source, PLAIN), tally)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--trees", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--sympy-every", type=int, default=100, help="0 for never")
    options = parser.parse_args()
    source, tally = random.Random(options.seed), Tally()
    start = time.perf_counter()
    with ctx.workprec(BITS):
        for number in range(options.trees):
            draw_and_compare(source, number, options.sympy_every, tally)
    print(f"{options.trees} trees, seed {options.seed}, {time.perf_counter() - start:.0f} s")
    for notation, count in sorted(tally.printed.items()):
        print(f"  {notation:<20} {count:>8} printed and read, {tally.compared[notation]:>8} compared in value")
    print(f"{len(tally.differences)} differences")
    for difference in tally.differences[:SHOWN]:
        print(f"  {difference}")
    return 1 if tally.differences else 0


if __name__ == "__main__":
    sys.exit(main())
