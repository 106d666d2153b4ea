"""Time and memory of large games of several players, and what was found: each game in a process of its own.

    python benchmarks/large_games.py [SEED] [NAME ...]

Payoffs are drawn from 0, ..., top with the seed: `zeros` has none but 0, `ties` few values, the others 0, ..., 200. The
columns are equilibria listed, of these continua, entries of what is undecided with the supports left open, seconds of
the processor from start to solution, seconds on the clock, and the largest memory of the process.
"""

from __future__ import annotations

import multiprocessing
import random
import resource
import sys
import time
from typing import Any

GAMES: dict[str, tuple[tuple[int, ...], int]] = {
    "6x6 zeros": ((6, 6), 0),
    "8x8": ((8, 8), 200),
    "8x8 ties": ((8, 8), 2),
    "10x10": ((10, 10), 200),
    "12x12": ((12, 12), 200),
    "10x10 ties": ((10, 10), 3),
    "6x64": ((6, 64), 200),
    "9x27": ((9, 27), 200),
    "9x27 ties": ((9, 27), 5),
    "2x20 zeros": ((2, 20), 0),
    "2x28": ((2, 28), 200),
    "2x28 zeros": ((2, 28), 0),
    "2x28 ties": ((2, 28), 2),
    "8x2x2": ((8, 2, 2), 200),
    "8x2x2 zeros": ((8, 2, 2), 0),
    "8x2x2 ties": ((8, 2, 2), 1),
    "3x3x3": ((3, 3, 3), 200),
    "4x4x4": ((4, 4, 4), 200),
    "2x2x2x2": ((2, 2, 2, 2), 200),
    "2x2x2x2x2": ((2, 2, 2, 2, 2), 200),
    "3x3x3x3": ((3, 3, 3, 3), 200),
}


def drawn(seed: int, shape: tuple[int, ...], top: int) -> list[Any]:
    """One array of payoffs for each player."""
    draw = random.Random(seed)

    def array(rest: tuple[int, ...]) -> Any:
        return [array(rest[1:]) for _ in range(rest[0])] if rest else draw.randint(0, top)

    return [array(shape) for _ in shape]


def measured(name: str, seed: int, results: Any) -> None:
    """Solves one game and sends what is printed about it."""
    from berknash.symbolic.engines.finite.engine import solve_players
    from berknash.symbolic.errors import BudgetError
    from berknash.symbolic.interchange.normal_form import from_payoff_matrices

    start = time.perf_counter()
    game = from_payoff_matrices(drawn(seed, *GAMES[name]))
    try:
        solution = solve_players(game)
    except BudgetError as error:
        found = f"refused: {error}"
    else:
        continua = sum(e.dimension > 0 for e in solution.equilibria)
        open_supports = sum(entry.get("supports", 1) for entry in solution.to_json().get("undecided", []))
        found = f"{len(solution.equilibria):7} {continua:7} {len(solution.undecided):5} {open_supports:12}"
    seconds = time.perf_counter() - start
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    results.put(f"{name:12} {found} {time.process_time():8.1f} s {seconds:8.1f} s {memory:6.0f} MB")


def main() -> None:
    """Prints one line for each game; the names given, or all."""
    seed = int(sys.argv[1]) if len(sys.argv) > 1 else 1
    widths = {"listed": 7, "continua": 7, "open": 5, "supports": 12, "processor": 10, "clock": 10, "memory": 9}
    columns = " ".join(f"{head:>{width}}" for head, width in widths.items())
    print(f"{'game':12} {columns}", flush=True)
    context = multiprocessing.get_context("spawn")
    for name in sys.argv[2:] or GAMES:
        results = context.SimpleQueue()
        worker = context.Process(target=measured, args=(name, seed, results))
        worker.start()
        print(results.get(), flush=True)
        worker.join()


if __name__ == "__main__":
    main()
