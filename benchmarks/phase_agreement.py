"""Do exact phase diagrams agree with maps of a million points? Every shipped example with phases, and random games.

    python benchmarks/phase_agreement.py [--points 1000000] [--random 100] [--parameters 2] [--seed 0] [--limit 120]

The centres of a grid of about so many boxes are classified by the signs of the atoms in floating point, and each must
satisfy the condition of exactly one phase of the diagram, the one with its structure. Left out are points where an atom
is within rounding of zero. Diagrams over the time limit are counted apart. The exit status is 1 when a point disagrees.
Games of other kinds (continuous families, signals, several players) have no atoms to map and are named.
"""

from __future__ import annotations

import argparse
import random
import signal
import sys
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from berknash import load
from berknash.numeric.phase_agreement import compare_with_diagram
from berknash.symbolic.errors import BerknashError
from berknash.symbolic.game.game import Game
from berknash.symbolic.solving.phases import phases
from berknash.testing import random_parametric_game

EXAMPLES = Path(__file__).parent.parent / "examples"
CLAIMS = "claims.toml"  # the paper's claims about games, not a game


class _OverLimitError(Exception):
    """One diagram took longer than the limit."""


def _over_limit(*_: object) -> None:
    raise _OverLimitError


def shipped() -> Iterator[tuple[str, Game]]:
    """The example games, by path."""
    for path in sorted(EXAMPLES.rglob("*.toml")):
        if path.name != CLAIMS:
            yield str(path.relative_to(EXAMPLES)), load(path)


def compare(label: str, game: Game, points: int, limit: float, tally: Counter[str]) -> None:
    """One diagram against the map of its domain; prints a line."""
    if not game.has_tables:
        tally["of another kind"] += 1
        print(f"{label}: no map (families, signals or several players)", flush=True)
        return
    if not game.parameters:
        tally["without parameters"] += 1
        return
    start = time.process_time()
    signal.setitimer(signal.ITIMER_REAL, limit)
    try:
        diagram = phases(game)
    except _OverLimitError:
        tally["over the limit"] += 1
        print(f"{label}: no diagram in {limit:.0f} s", flush=True)
        return
    except BerknashError as error:
        tally["declined"] += 1
        print(f"{label}: declined: {error}", flush=True)
        return
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
    exact = time.process_time() - start
    count = len(game.parameters)
    side = max(2, round(points ** (1 / count)))
    start = time.process_time()
    found = compare_with_diagram(diagram, grid=[side] * count)
    tally["compared"] += 1
    tally["points"] += found.points
    tally["near"] += found.near
    tally["disagreeing"] += not found.agrees
    verdict = "agrees" if found.agrees else f"DISAGREES: {found.examples}"
    print(
        f"{label}: {len(diagram.phases)} phases, {found.points} points of {side}^{count} ({found.outside} outside, "
        f"{found.near} near a boundary), {verdict}; exact {exact:.1f} s, map {time.process_time() - start:.1f} s, "
        f"{diagram.engine}, {diagram.coverage}",
        flush=True,
    )


def main() -> int:
    """Prints a line for each game and the totals."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--points", type=int, default=1_000_000)
    parser.add_argument("--random", type=int, default=100, help="random games with free parameters")
    parser.add_argument("--parameters", type=int, default=2, help="free parameters of the random games")
    parser.add_argument("--seed", type=int, default=0, help="random game i is drawn from seed + i")
    parser.add_argument("--limit", type=float, default=120, help="seconds for one exact diagram")
    options = parser.parse_args()
    signal.signal(signal.SIGALRM, _over_limit)
    tally: Counter[str] = Counter()
    for label, game in shipped():
        compare(label, game, options.points, options.limit, tally)
    for index in range(options.random):
        game = random_parametric_game(random.Random(options.seed + index), options.parameters)
        compare(f"random {options.seed + index}", game, options.points, options.limit, tally)
    print(", ".join(f"{name} {number}" for name, number in tally.items()))
    return 1 if tally["disagreeing"] else 0


if __name__ == "__main__":
    sys.exit(main())
