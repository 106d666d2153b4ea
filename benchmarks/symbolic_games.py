"""Seconds of CPU time to solve games with three actions, three models and four free parameters, boundaries included.

Two times are given: of `solve`, and of the whole document made from its solution, which `berknash solve --json` prints.

The shapes differ in where the parameters stand: in the truth, the payoffs, the predictions of the models. Each
solution is compared, at random points and on the boundaries of its conditions, with the numeric solution of the game
at that point, which takes another route (`symbolic_agreement`).

Run: python benchmarks/symbolic_games.py [--points N] [SHAPE ...]
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Sequence

from symbolic_agreement import disagreements

from berknash.symbolic.engines.finite.agent_engine import solve
from berknash.symbolic.errors import BerknashError
from berknash.symbolic.game.game import Game

ACTIONS = ("a", "b", "c")
TWO = ("win", "lose")
THREE = ("good", "fair", "bad")
UNIT = "(0, 1)"
WIDE = "(0, 3)"

Row = Sequence[str]


def pair(win: str) -> Row:
    """The distribution of a binary outcome."""
    return win, f"1 - ({win})"


def game_of(
    name: str,
    parameters: dict[str, str],
    truth: Sequence[Row],
    payoff: Sequence[Row],
    models: Sequence[Sequence[Row]],
    outcomes: Row = TWO,
) -> Game:
    """A game with one agent from its tables, rows by action."""

    def table(rows: Sequence[Row]) -> dict[str, dict[str, str]]:
        return {a: dict(zip(outcomes, row, strict=True)) for a, row in zip(ACTIONS, rows, strict=True)}

    agent = {
        "actions": list(ACTIONS),
        "outcomes": list(outcomes),
        "truth": table(truth),
        "payoff": table(payoff),
        "models": {f"m{i}": {"predicts": table(rows)} for i, rows in enumerate(models)},
    }
    return Game.from_dict({"format": 1, "name": name, "parameters": parameters, "players": {"agent": agent}})


def binary(*rows: Sequence[str]) -> list[list[Row]]:
    """Models of a binary outcome, by the probability of the first."""
    return [[pair(p) for p in row] for row in rows]


MODELS = binary(("1/2", "1/3", "1/4"), ("1/4", "2/3", "1/5"), ("1/3", "1/5", "3/4"))
ROTATED = binary(("4/5", "1/5", "1/2"), ("1/5", "1/2", "4/5"), ("1/2", "4/5", "1/5"))
ASYMMETRIC = binary(("2/3", "1/3", "1/2"), ("1/3", "2/3", "1/2"), ("1/2", "1/2", "1/2"))
WITH_PARAMETER = binary(("h", "1/3", "1/4"), ("1/4", "h", "1/5"), ("1/3", "1/5", "h"))
TERNARY = [
    [("1/2", "1/4", "1/4"), ("1/3", "1/3", "1/3"), ("1/4", "1/4", "1/2")],
    [("1/4", "1/4", "1/2"), ("1/2", "1/4", "1/4"), ("1/5", "1/5", "3/5")],
    [("1/3", "1/3", "1/3"), ("1/6", "1/3", "1/2"), ("1/2", "1/3", "1/6")],
]
P, Q, R = pair("p"), pair("q"), pair("r")
TRUTHS = {"p": UNIT, "q": UNIT, "r": UNIT}
THIRDS = {"p": "(0, 2/3)", "q": "(0, 2/3)", "r": "(0, 2/3)", "s": WIDE}
REWARDS = dict.fromkeys("uvwz", "(-1, 2)")

SHAPES = {
    "truths and a payoff": game_of(
        "truths", {**TRUTHS, "s": WIDE}, [P, Q, R], [("1", "0"), ("s", "0"), ("1", "0")], MODELS
    ),
    "four rewards": game_of(
        "rewards", REWARDS, [pair("2/5"), pair("1/2"), pair("3/5")], [("u", "0"), ("v", "w"), ("1", "z")], MODELS
    ),
    "two truths, two payoffs": game_of(
        "mixed", {"p": UNIT, "q": UNIT, "u": WIDE, "v": WIDE}, [P, Q, pair("3/5")],
        [("u", "0"), ("v", "0"), ("1", "0")], MODELS,
    ),
    "rotated models": game_of(
        "rotated", {**TRUTHS, "s": UNIT}, [P, Q, R], [("1", "0"), ("1", "s"), ("1", "0")], ROTATED
    ),
    "an outside option": game_of(
        "outside", {"p": UNIT, "q": UNIT, "u": UNIT, "v": "(-1, 1)"}, [P, Q, pair("1/3")],
        [("1", "-1"), ("u", "v"), ("0", "0")], ASYMMETRIC,
    ),
    "three outcomes": game_of(
        "ternary", THIRDS, [(x, "1/3", f"2/3 - {x}") for x in "pqr"],
        [("2", "1", "0"), ("s", "1", "0"), ("2", "1", "0")], TERNARY, THREE,
    ),
    "a parameter of the models": game_of(
        "predictions", {"p": UNIT, "q": UNIT, "s": WIDE, "h": "(1/2, 1)"}, [P, Q, pair("1/2")],
        [("1", "0"), ("s", "0"), ("1", "0")], WITH_PARAMETER,
    ),
}  # fmt: skip


def main() -> None:
    """Print one line for each shape."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("shapes", nargs="*", default=list(SHAPES))
    parser.add_argument("--points", type=int, default=100)
    arguments = parser.parse_args()
    head = ("atoms", "entries", "unwitnessed", "boundaries", "solve", "document")
    print(f"{'shape':<28} {' '.join(head)}  points edges wrong")
    for name in arguments.shapes:
        game = SHAPES[name]
        start = time.process_time()
        try:
            solution = solve(game)
        except BerknashError as error:
            print(f"{name:<28} {error}")
            continue
        solved = time.process_time()
        json.dumps(solution.to_json())
        printed = time.process_time()
        entries = solution.equilibria
        doubtful = sum(not e.witnessed for e in entries)
        compared, edges, wrong = disagreements(game, solution, arguments.points)
        print(
            f"{name:<28} {len(solution.table.atoms):>5} {len(entries):>7} {doubtful:>11} "
            f"{'covered' if solution.boundaries_covered else 'open':>10} {solved - start:>6.1f} "
            f"{printed - solved:>8.2f}  {compared:>6} {edges:>5} {wrong:>5}",
            flush=True,
        )


if __name__ == "__main__":
    main()
