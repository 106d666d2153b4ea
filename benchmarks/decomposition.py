"""Times of the exact box decomposition beside z3 on the same inputs, and agreement with z3 on random ones.

    python benchmarks/decomposition.py [--quick] [--z3-seconds 20] [--agree 50]

z3 finds the strict sign vectors that occur by extending sign prefixes, a fresh solver per prefix (its complete
procedure for polynomials is not incremental); it knows nothing of connected regions. A row of z3 that does not
finish in its seconds is printed as `>`. All times are CPU seconds of this process.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from itertools import product
from random import Random
from time import process_time
from typing import Any

import flint
from flint import arb, fmpq, fmpz_mpoly_ctx

from berknash.symbolic.decomposition import decompose, region_measures

NAMES = ["x", "y", "z"]


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


def row(name: str, polynomials: list[Any], dimension: int, full: bool, target: str, z3_seconds: float) -> None:
    """Prints one line of the table."""
    box = [(0, 1)] * dimension
    start = process_time()
    result = decompose(polynomials, NAMES[:dimension], box, full=full)
    seconds = process_time() - start
    vectors = len(result.sign_vectors())
    other = ""
    if z3_seconds > 0:
        found, spent = z3_sign_vectors(polynomials, dimension, z3_seconds)
        other = f"> {spent:8.1f}" if found is None else f"{spent:10.2f}"
        if found is not None and found != vectors:
            other += f"  DISAGREES: {found} sign vectors"
    print(
        f"{name:34} {len(result.cells):7} {len(result.regions):8} {vectors:8} {seconds:9.3f} {target:>8} {other}",
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
    parser.add_argument("--z3-seconds", type=float, default=20.0, help="time for z3 on each row; 0 to skip it")
    parser.add_argument("--agree", type=int, default=50, help="random inputs to compare with z3")
    options = parser.parse_args()
    flat = fmpz_mpoly_ctx.get(NAMES, "lex")
    print(f"python-flint {flint.__version__}; CPU seconds of one run each, unit box, seed 5")
    print(f"{'input':34} {'cells':>7} {'regions':>8} {'vectors':>8} {'seconds':>9} {'target':>8} {'z3':>10}")

    def dense(dimension: int, degree: int, size: int) -> list[Any]:
        rng = Random(5)
        return [through_the_box(flat, dimension, degree, rng) for _ in range(size)]

    def game(dimension: int, size: int) -> list[Any]:
        rng = Random(5)
        return [game_like(flat, dimension, rng) for _ in range(size)]

    seconds = options.z3_seconds
    row("1 parameter, degree 4, 60", dense(1, 4, 60), 1, False, "0.025", seconds)
    row("2 parameters, degree 2, 10", dense(2, 2, 10), 2, False, "0.2", seconds)
    row("2 parameters, degree 4, 10", dense(2, 4, 10), 2, False, "0.2", seconds)
    row("2 parameters, degree 4, 10, full", dense(2, 4, 10), 2, True, "1", 0)
    row("2 parameters, degree 4, 20", dense(2, 4, 20), 2, False, "1", seconds)
    row("2 parameters, degree 4, 20, full", dense(2, 4, 20), 2, True, "5", 0)
    row("2 parameters, game-like, 20", game(2, 20), 2, False, "1", seconds)
    row("2 parameters, game-like, 20, full", game(2, 20), 2, True, "5", 0)
    row("2 parameters, game-like, 40", game(2, 40), 2, False, "4", seconds)
    row("2 parameters, game-like, 60", game(2, 60), 2, False, "10", seconds)
    if not options.quick:
        row("2 parameters, degree 4, 40", dense(2, 4, 40), 2, False, "4", seconds)
        row("2 parameters, degree 4, 60", dense(2, 4, 60), 2, False, "10", seconds)
    row("3 parameters, degree 2, 5", dense(3, 2, 5), 3, False, "10", seconds)
    if not options.quick:
        row("3 parameters, degree 2, 8", dense(3, 2, 8), 3, False, "20", seconds)
        row("3 parameters, game-like, 8", game(3, 8), 3, False, "20", seconds)
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
