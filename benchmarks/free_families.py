"""Free parameters with several families: how often do the conditions disagree with the game solved at a point?

    python benchmarks/free_families.py --games 20 --actions 2 --points 6 --seed 0

Draws games as `families.py` does, frees the truth after two actions and, in every third game, a payoff or a prediction,
and solves them with free parameters. At random rational points, many of them on boundaries, what the conditions say is
compared with `solve_families` at fixed parameters and with the grid search of `families.py`. What differs is printed,
and the exit status is 1 when something does. What is open at a point is counted, not compared.
"""

from __future__ import annotations

import argparse
import random
import sys
import time
from collections import Counter
from fractions import Fraction
from types import SimpleNamespace
from typing import Any

from families import KINDS, compare, drawn

from berknash.symbolic.algebra.signs import approximate
from berknash.symbolic.cells.conditions import Condition
from berknash.symbolic.engines.algebraic.agent import solve_families
from berknash.symbolic.errors import BerknashError
from berknash.symbolic.expressions.reading import Relation, substitute
from berknash.symbolic.game.checks import holds
from berknash.symbolic.game.game import Game
from berknash.symbolic.results.solution import Solution
from berknash.symbolic.solving.engines import solve_by_engines

At = dict[str, Fraction]
LISTS = ("rationalizable", "transitions", "absorbing", "closed", "cycles")


def free_game(seed: int, kind: str, actions: int) -> Game:
    """A drawn game with two or three of its numbers free."""
    rng = random.Random(f"free {kind} {actions} {seed}")
    document = drawn(seed, kind, actions)
    agent = document["players"]["agent"]
    normal = agent["outcomes"] == "normal"
    document["parameters"] = dict.fromkeys("pq", "[-4, 4]" if normal else rng.choice(["(0, 1)", "[0, 1]"]))
    for name, action in zip("pq", rng.sample(agent["actions"], 2), strict=True):
        row = agent["truth"][action]
        agent["truth"][action] = row | {"mean": name} if normal else {"y": name, "n": f"1 - {name}"}
    singles = [m for m in agent["models"].values() if "theta" not in m]
    further = rng.randint(0, 5)
    action = rng.choice(agent["actions"])
    if further == 0:
        document["parameters"]["r"] = "[-3, 3]"
        agent["payoff"][action] = "r*y" if normal else agent["payoff"][action] | {"y": "r"}
    elif further == 1 and singles:
        document["parameters"]["r"] = "[-3, 3]" if normal else "[1/8, 7/8]"
        singles[0]["predicts"][action] = {"mean": "r", "variance": "1"} if normal else {"y": "r", "n": "1 - r"}
    return Game.from_dict(document)


def point(rng: random.Random, game: Game) -> At:
    """A rational point of the domain with small numbers, so that it often lies on boundaries."""
    at: At = {}
    for parameter in game.parameters:
        low, high = parameter.domain.low, parameter.domain.high
        assert low is not None and high is not None
        share = Fraction(rng.randint(0, 16), 16)
        inside = (share > 0 or not parameter.domain.low_open) and (share < 1 or not parameter.domain.high_open)
        at[parameter.name] = low + (high - low) * (share if inside else Fraction(1, 2))
    return at


def holds_at(condition: Condition | None, at: At) -> bool:
    """Whether a condition holds at a point; None always does."""
    return condition is None or any(
        all(holds(Relation(substitute(r.left, at), r.operator, substitute(r.right, at))) for r in conjunction)
        for conjunction in condition.alternatives
    )


def at_point(free: Solution, at: At) -> SimpleNamespace:
    """What a solution with free parameters says at a point, in the shape of a solution without."""
    equilibria = []
    for e in free.equilibria:
        if holds_at(e.condition, at):
            strategy = [(n, approximate(substitute(w, at))) for n, w in e.strategy]
            equilibria.append(SimpleNamespace(entry=e, support=e.support, dimension=e.dimension, strategy=strategy))
    lists = {name: [c for c in getattr(free, name) if holds_at(c.condition, at)] for name in LISTS}
    return SimpleNamespace(
        equilibria=equilibria, undecided=[u for u in free.undecided if holds_at(u.where, at)], **lists
    )


def differences(here: SimpleNamespace, fixed: Solution) -> list[str]:
    """What the conditions say otherwise than the engine at fixed parameters, apart from what either leaves open."""
    lines = []
    undecided = [*here.undecided, *fixed.undecided]
    supports = {u.names for u in undecided if u.what == "equilibria"}
    edges = {u.names for u in undecided if u.what == "transition"}
    sets = {u.what for u in undecided}

    def described(entry: Any, strategy: Any) -> tuple[Any, ...]:
        weights = [] if entry.dimension else [round(w, 6) for _, w in strategy]
        return entry.support, entry.belief_support, entry.dimension, entry.strict, entry.uniform, weights

    mine = sorted(described(e.entry, e.strategy) for e in here.equilibria if e.support not in supports)
    theirs = sorted(
        described(e, [(n, float(w) if not isinstance(w, str) else 1 - _rest(e)) for n, w in e.strategy])
        for e in fixed.equilibria if e.support not in supports
    )  # fmt: skip
    if mine != theirs:
        lines.append(f"equilibria {mine} against {theirs}")
    for name in LISTS:
        if name in sets:
            continue
        found, known = (sorted(c.value for c in getattr(s, name) if c.value not in edges) for s in (here, fixed))
        if found != known:
            lines.append(f"{name} {found} against {known}")
    return lines


def _rest(entry: Any) -> float:
    return sum(float(w) for _, w in entry.strategy if not isinstance(w, str))


def disagreements(game: Game, free: Solution, at: At, with_grid: bool = True) -> tuple[bool, list[str]]:
    """Whether all is decided at a point, and what differs there."""
    fixed, here = game.at(at), at_point(free, at)
    lines = differences(here, solve_families(fixed))
    # The grid takes logarithms of what may vanish where the truth is sure.
    if with_grid and all(value not in (0, 1) for value in at.values()):
        lines += compare(fixed, here)[1]
    return not here.undecided, lines


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--games", type=int, default=10, help="games of every kind")
    parser.add_argument("--actions", type=int, default=2, help="2 or 3")
    parser.add_argument("--points", type=int, default=6, help="points of every game")
    parser.add_argument("--seed", type=int, default=0, help="game i of a kind is drawn from seed + i")
    parser.add_argument("--kinds", nargs="*", default=[k for k in KINDS if " " in k], help="kinds of families.py")
    options = parser.parse_args()
    total = 0
    for kind in options.kinds:
        tally: Counter[str] = Counter()
        start = time.process_time()
        for seed in range(options.seed, options.seed + options.games):
            game = free_game(seed, kind, options.actions)
            rng = random.Random(f"points {kind} {seed}")
            try:
                free = solve_by_engines(game)
                tally["games"] += 1
                for _ in range(options.points):
                    at = point(rng, game)
                    whole, lines = disagreements(game, free, at)
                    tally["points decided" if whole else "points partly decided"] += 1
                    total += bool(lines)
                    for line in lines:
                        print(f"{kind} {seed} at {', '.join(f'{n}={v}' for n, v in at.items())}: {line}", flush=True)
            except BerknashError as error:
                tally["games declined"] += 1
                print(f"{kind} {seed}: {error}", file=sys.stderr)
        counts = ", ".join(f"{n} {word}" for word, n in sorted(tally.items()))
        print(f"{kind}: {counts}; {time.process_time() - start:.1f} s", flush=True)
    print(f"points with disagreements: {total}")
    return 1 if total else 0


if __name__ == "__main__":
    sys.exit(main())
