"""Times of the exact box decomposition beside z3 and QEPCAD on the same inputs, and agreement with z3 on random ones.

    python benchmarks/decomposition.py [--quick] [--other-seconds 20] [--agree 50] [--runs 5]

z3 finds the strict sign vectors that occur by extending sign prefixes, a fresh solver per prefix (its complete
procedure for polynomials is not incremental); it knows nothing of connected regions. QEPCAD B (Brown 2003), where it
is installed, builds the cylindrical decomposition of the box: all of it in the rows called full, stacks over open
intervals only (its option `measure-zero-error`) in the others; it merges nothing and lists no sign vectors. Our cells
in two parameters reach as far as they stay whole, so their number is not that of a cylindrical decomposition. A run
that does not finish in its seconds is printed as `>`, one that QEPCAD gives up (space, or primes) as `fails`.

All times are CPU seconds, the least of several runs that take turns (the other programs are run once where they take
more than two seconds). QEPCAD is a process of its own, which prepares its memory first: the column QEPCAD is what it
takes beyond what it takes for one line through the box with the same settings, the column `start` is that. Our start
(imports) is not counted either. The ratio is that of the better of z3 and QEPCAD without its start to ours, a lower
bound where neither finished; in brackets, with its start.
"""

from __future__ import annotations

import argparse
import resource
import shutil
import subprocess
import sys
from collections.abc import Sequence
from functools import partial
from itertools import product
from math import ceil
from random import Random
from time import process_time
from typing import Any

import flint
from flint import arb, fmpq, fmpz_mpoly_ctx

from berknash.symbolic.decomposition import decompose, region_measures

NAMES = ["x", "y", "z"]
# A program that takes more seconds than this is run once.
LONG = 2.0


def through_the_box(context: Any, dimension: int, degree: int, rng: Random) -> Any:
    """A dense random polynomial, not zero, that vanishes at a random point of the unit box."""
    exponents_used = [e for e in product(range(degree + 1), repeat=dimension) if sum(e) <= degree]
    rest = [0] * (context.nvars() - dimension)
    terms: dict[tuple[int, ...], int] = {}
    while not any(value for exponents, value in terms.items() if any(exponents)):
        terms = {(*e, *rest): rng.randint(-9, 9) for e in exponents_used}
    point = [fmpq(rng.randint(1, 9), 10) for _ in range(dimension)]
    value = fmpq(0)
    for exponents, coefficient in terms.items():
        term = fmpq(coefficient)
        for base, exponent in zip(point, exponents, strict=False):
            term *= base**exponent
        value += term
    return context.from_dict({e: c for e, c in terms.items() if c}) * int(value.q) - int(value.p)


def game_like(context: Any, dimension: int, rng: Random) -> Any:
    """A sparse degenerate polynomial as games give them: lines, products, bilinear determinants."""
    gens = context.gens()[:dimension]
    a, b = rng.sample(list(gens), 2)
    k, n = rng.randint(1, 9), rng.randint(2, 10)
    shapes = [
        n * a - k % n,
        a - b,
        a + b - 1,
        n * a * b - k % n,
        n * a * (1 - b) - k * b,
        k * a * (1 - a) - n * b * (1 - b),
        (n * a - k % n) * b + (1 - a) * (k * b - 1),
        a * a * n - k % n * b,
        n * (a - b) * a - k % n * (1 - b),
    ]
    return rng.choice(shapes)


def z3_sign_vectors(polynomials: Sequence[Any], dimension: int, seconds: float) -> tuple[int | None, float]:
    """The number of strict sign vectors in the open unit box, or None when time is up; and the seconds spent."""
    import z3

    start = process_time()
    variables = z3.Reals(" ".join(NAMES[:dimension])) if dimension > 1 else [z3.Real("x")]
    inside = z3.And(*(z3.And(v > 0, v < 1) for v in variables))
    forms = []
    for polynomial in polynomials:
        form = z3.RealVal(0)
        for exponents, coefficient in polynomial.to_dict().items():
            term = z3.RealVal(int(coefficient))
            for variable, exponent in zip(variables, exponents, strict=False):
                for _ in range(int(exponent)):
                    term = term * variable
            form = form + term
        forms.append(form)
    count = 0
    stack: list[tuple[int, ...]] = [()]
    while stack:
        left = seconds - (process_time() - start)
        if left <= 0:
            return None, process_time() - start
        prefix = stack.pop()
        solver = z3.SolverFor("QF_NRA")
        solver.set("timeout", int(1000 * left) + 1)
        solver.add(inside, *(f > 0 if s > 0 else f < 0 for f, s in zip(forms, prefix, strict=False)))
        answer = solver.check()
        if answer == z3.unknown:
            return None, process_time() - start
        if answer == z3.sat:
            if len(prefix) == len(forms):
                count += 1
            else:
                stack.extend([(*prefix, -1), (*prefix, 1)])
    return count, process_time() - start


def informal(polynomial: Any) -> str:
    """A polynomial in the syntax of QEPCAD: products are written as a space."""
    terms = []
    for exponents, coefficient in polynomial.to_dict().items():
        powers = [f"{name}^{int(e)}" for name, e in zip(NAMES, exponents, strict=False) if e]
        terms.append(" ".join([f"({int(coefficient)})", *powers]))
    return " + ".join(terms)


def qepcad_seconds(polynomials: Sequence[Any], dimension: int, full: bool, seconds: float) -> tuple[str, float] | None:
    """How QEPCAD ended (``done``, ``over`` or ``fails``) and its CPU seconds; None where it is not installed."""
    program = shutil.which("qepcad")
    if program is None:
        return None
    names = NAMES[:dimension]
    box = " /\\ ".join(f"{name} > 0 /\\ {name} - 1 < 0" for name in names)
    signs = " \\/ ".join(f"{informal(p)} {'>=' if full else '>'} 0" for p in polynomials)
    script = [
        "[ signs ]",
        f"({','.join(names)})",
        str(dimension),
        f"[ {box} /\\ [ {signs} ] ].",
        # A full decomposition takes no notice of the other option.
        "full-cad" if full else "measure-zero-error",
        f"assume [ {box} ]",
        "go",
        "go",
        "go",
        "quit",
    ]
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    limit = partial(resource.setrlimit, resource.RLIMIT_CPU, (ceil(seconds), ceil(seconds) + 1))
    ended = subprocess.run(
        [program, "+N20000000"],
        input="\n".join(script) + "\n",
        capture_output=True,
        text=True,
        check=False,
        preexec_fn=limit,
    )
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    spent = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    if "Before Solution" in ended.stdout:
        return "done", spent
    return ("over" if spent >= 0.9 * seconds else "fails"), spent


def row(
    name: str, polynomials: list[Any], dimension: int, full: bool, target: str, other_seconds: float, runs: int
) -> None:
    """Prints one line of the table."""
    box = [(0, 1)] * dimension
    line = fmpz_mpoly_ctx.get(NAMES, "lex").gens()[0] * 2 - 1
    seconds, logic, cylinders, begin = [], [], [], []
    columns = ["", "", ""]
    remark = ""
    over = failed = False
    for run in range(runs):
        start = process_time()
        result = decompose(polynomials, NAMES[:dimension], box, full=full)
        seconds.append(process_time() - start)
        if seconds[0] > LONG and run:
            break
        if other_seconds <= 0:
            continue
        if not full and (not logic or logic[0] < LONG):
            found, spent = z3_sign_vectors(polynomials, dimension, other_seconds)
            columns[0] = ">" if found is None else ""
            logic.append(spent)
            if found is not None and found != len(result.sign_vectors()):
                remark = f"  DISAGREES: {found} sign vectors"
        if not cylinders or cylinders[0] < LONG:
            other, trivial = (qepcad_seconds(p, dimension, full, other_seconds) for p in (polynomials, [line]))
            if other is not None and trivial is not None:
                over, failed = other[0] == "over", other[0] == "fails"
                cylinders.append(other[1])
                begin.append(trivial[1])
    known: list[tuple[float, float]] = []
    if logic:
        known.append((min(logic), min(logic)))
        columns[0] += f"{min(logic):.2f}"
    if cylinders:
        net = max(min(cylinders) - min(begin), 0.0)
        columns[1] = "fails" if failed else f"{'>' if over else ''}{net:.3f}"
        columns[2] = f"{min(begin):.3f}"
        if not failed:
            known.append((net, min(cylinders)))
    own = min(seconds)
    ratio = " ".join(f"{value / own:.{1 if value < 10 * own else 0}f}" for value in map(min, zip(*known, strict=True)))
    ratio = ratio.replace(" ", " (") + ")" if ratio else ""
    print(
        f"{name:34} {len(result.cells):7} {len(result.regions):8} {len(result.sign_vectors()):8} {own:9.3f} "
        f"{target:>8} {columns[0]:>9} {columns[1]:>9} {columns[2]:>6} {ratio:>11}{remark}",
        flush=True,
    )


def agreement(count: int) -> int:
    """Compares sign vector counts with z3 on random inputs; returns the number of disagreements."""
    wrong = 0
    skipped = 0
    context = fmpz_mpoly_ctx.get(NAMES, "lex")
    for seed in range(count):
        rng = Random(1000 + seed)
        dimension = 2 if seed % 3 else 3
        size = 5 if dimension == 2 else 3
        polynomials = [through_the_box(context, dimension, 1 + (seed + k) % 2, rng) for k in range(size)]
        if dimension == 2 and seed % 2:
            polynomials[0] = through_the_box(context, 2, 3, rng)
        result = decompose(polynomials, NAMES[:dimension], [(0, 1)] * dimension)
        found, _ = z3_sign_vectors(polynomials, dimension, 20)
        if found is None:
            skipped += 1
        elif found != len(result.sign_vectors()):
            wrong += 1
            print(f"seed {seed}: {len(result.sign_vectors())} sign vectors, z3 finds {found}")
    print(f"agreement with z3: {count - wrong - skipped} equal, {wrong} different, {skipped} beyond z3's time")
    return wrong


def main() -> int:
    """Prints the table; exit status 1 on any disagreement."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--quick", action="store_true", help="leave out the longest rows")
    parser.add_argument("--other-seconds", type=float, default=20.0, help="time for each other tool and row; 0: none")
    parser.add_argument("--agree", type=int, default=50, help="random inputs to compare with z3")
    parser.add_argument("--runs", type=int, default=5, help="runs of every program on each short row")
    options = parser.parse_args()
    flat = fmpz_mpoly_ctx.get(NAMES, "lex")
    print(f"python-flint {flint.__version__}; CPU seconds, least of {options.runs} runs in turn, unit box, seed 5")
    print(
        f"{'input':34} {'cells':>7} {'regions':>8} {'vectors':>8} {'seconds':>9} {'target':>8} "
        f"{'z3':>9} {'QEPCAD':>9} {'start':>6} {'ratio':>11}"
    )

    def dense(dimension: int, degree: int, size: int) -> list[Any]:
        rng = Random(5)
        return [through_the_box(flat, dimension, degree, rng) for _ in range(size)]

    def game(dimension: int, size: int) -> list[Any]:
        rng = Random(5)
        return [game_like(flat, dimension, rng) for _ in range(size)]

    seconds = options.other_seconds
    row("1 parameter, degree 4, 60", dense(1, 4, 60), 1, False, "0.025", seconds, options.runs)
    row("2 parameters, degree 2, 10", dense(2, 2, 10), 2, False, "0.2", seconds, options.runs)
    row("2 parameters, degree 4, 5", dense(2, 4, 5), 2, False, "", seconds, options.runs)
    row("2 parameters, degree 4, 5, full", dense(2, 4, 5), 2, True, "", seconds, options.runs)
    row("2 parameters, degree 4, 10", dense(2, 4, 10), 2, False, "0.2", seconds, options.runs)
    row("2 parameters, degree 4, 10, full", dense(2, 4, 10), 2, True, "1", seconds, options.runs)
    row("2 parameters, degree 4, 20", dense(2, 4, 20), 2, False, "1", seconds, options.runs)
    row("2 parameters, degree 4, 20, full", dense(2, 4, 20), 2, True, "5", seconds, options.runs)
    row("2 parameters, game-like, 20", game(2, 20), 2, False, "1", seconds, options.runs)
    row("2 parameters, game-like, 20, full", game(2, 20), 2, True, "5", seconds, options.runs)
    row("2 parameters, game-like, 40", game(2, 40), 2, False, "4", seconds, options.runs)
    row("2 parameters, game-like, 60", game(2, 60), 2, False, "10", seconds, options.runs)
    if not options.quick:
        row("2 parameters, degree 4, 40", dense(2, 4, 40), 2, False, "4", seconds, options.runs)
        row("2 parameters, degree 4, 60", dense(2, 4, 60), 2, False, "10", seconds, options.runs)
    row("3 parameters, degree 2, 5", dense(3, 2, 5), 3, False, "10", seconds, options.runs)
    if not options.quick:
        row("3 parameters, degree 2, 8", dense(3, 2, 8), 3, False, "20", seconds, options.runs)
        row("3 parameters, game-like, 8", game(3, 8), 3, False, "20", seconds, options.runs)
    logs = fmpz_mpoly_ctx.get([*NAMES, "log2", "log3"], "lex")
    gens = logs.gens()
    rng = Random(5)
    weighted = [
        gens[3] * through_the_box(logs, 2, 1, rng) + gens[4] * through_the_box(logs, 2, 2, rng) for _ in range(10)
    ]
    constants = {"log2": lambda precision: arb(2).log(), "log3": lambda precision: arb(3).log()}
    start = process_time()
    result = decompose(weighted, ["x", "y"], [(0, 1), (0, 1)], constants)
    spent = process_time() - start
    print(
        f"{'2 parameters, log 2, log 3, 10':34} {len(result.cells):7} {len(result.regions):8} "
        f"{len(result.sign_vectors()):8} {spent:9.3f}"
    )
    result = decompose(dense(2, 2, 10), ["x", "y"], [(0, 1), (0, 1)])
    start = process_time()
    measures = region_measures(result)
    spent = process_time() - start
    error = float(sum(m.upper - m.lower for m in measures))
    print(f"areas of all regions, degree 2, 10: {spent:.3f} s, total width of the enclosures {error:.1e}")
    return 1 if agreement(options.agree) else 0


if __name__ == "__main__":
    sys.exit(main())
