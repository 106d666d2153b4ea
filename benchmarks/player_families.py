"""How often do the exact engine of several players with families and the grid disagree? Draws random games and counts.

    python benchmarks/player_families.py --games 20 --seed 0

Two players, two actions each, truths that depend on both; each player has a family (of which no value need fit), two
finite models, or a family beside a finite model. Isolated equilibria are compared one by one with
`numeric.player_families`, which halves cells of strategies in floating point and knows nothing of the engine. Where one
of them meets a continuum the game is counted apart. What the exact engine leaves open by name counts as open, not as a
miss. The exit status is 1 when something differs.
"""

from __future__ import annotations

import argparse
import random
import sys
import time
from collections import Counter
from typing import Any

from berknash.numeric.player_families import TwoByTwo
from berknash.symbolic.engines.algebraic.engine import solve_player_families
from berknash.symbolic.errors import BudgetError
from berknash.symbolic.game.game import Game
from berknash.symbolic.results.solution import Solution
from berknash.testing import random_player_family_game

KINDS = tuple(f"{law} {models}" for models in ("families", "finite", "beside") for law in ("normal", "binary"))
NEAR = 1e-3

Point = tuple[float, float]


def draw(seed: int, kind: str) -> Game:
    """A game of this kind: the law of the outcomes, and the models."""
    law, models = kind.split()
    return random_player_family_game(random.Random(f"{kind} {seed}"), models, normal=law == "normal")


def shares(equilibrium: Any) -> Point:
    """The probabilities of the second actions; a weight without closed form is what the other leaves."""
    found = []
    for own in equilibrium.strategy:
        row = dict(own[0][1])
        found.append(1 - float(row["a"]) if isinstance(row["b"], str) else float(row["b"]))
    return (found[0], found[1])


def missing(points: list[Point], among: list[Point]) -> list[Point]:
    """The points that have none of the others near them."""
    return [p for p in points if not any(max(abs(p[0] - q[0]), abs(p[1] - q[1])) < NEAR for q in among)]


def is_open(solution: Solution, point: Point) -> bool:
    """Whether the support of the point is named undecided."""
    names = tuple(
        f"{name} {{" + ", ".join(["a"] * (s < 1 - NEAR) + ["b"] * (s > NEAR)) + "}"
        for name, s in zip(solution.players, point, strict=True)
    )
    return any(entry.what == "equilibria" and entry.names == names for entry in solution.undecided)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--games", type=int, default=10, help="games of every kind")
    parser.add_argument("--seed", type=int, default=0, help="game i of a kind is drawn from seed + i")
    parser.add_argument("--kinds", nargs="*", default=KINDS, help=f"among {', '.join(KINDS)}")
    options = parser.parse_args()
    total = 0
    for kind in options.kinds:
        tally: Counter[str] = Counter()
        worst = 0.0
        for seed in range(options.seed, options.seed + options.games):
            game = draw(seed, kind)
            start = time.process_time()
            solution = solve_player_families(game)
            worst = max(worst, time.process_time() - start)
            open_supports = any(entry.what == "equilibria" for entry in solution.undecided)
            tally["with open supports" if open_supports else "whole"] += 1
            if any(e.dimension for e in solution.equilibria):
                tally["with a continuum"] += 1
                continue
            try:
                theirs = TwoByTwo(game).equilibria()
            except BudgetError:
                tally["flat on the grid"] += 1
                continue
            mine = [shares(e) for e in solution.equilibria]
            tally["equilibria compared"] += len(mine)
            tally["of them mixed"] += sum(not e.pure for e in solution.equilibria)
            extra, lost = missing(mine, theirs), [p for p in missing(theirs, mine) if not is_open(solution, p)]
            if extra or lost:
                total += 1
                print(f"{kind} {seed}: only exact {extra}, only on the grid {lost}", flush=True)
        counts = ", ".join(f"{n} {word}" for word, n in sorted(tally.items()))
        print(f"{kind}: {counts}; slowest {worst:.2f} s", flush=True)
    print(f"games with disagreements: {total}")
    return 1 if total else 0


if __name__ == "__main__":
    sys.exit(main())
