"""Seconds of CPU time to solve games with three actions, three models and four free parameters, boundaries included.

Two times are given: of `solve`, and of the whole document made from its solution, which `berknash solve --json` prints.

The shapes differ in where the parameters stand: in the truth, the payoffs, the predictions of the models. Each
solution is compared, at random rational points and at points on the boundaries of its conditions, with the numeric
solution of the game at that point, which takes another route (`berknash.numeric`).

Run: python benchmarks/symbolic_games.py [--points N] [SHAPE ...]
"""

from __future__ import annotations

import argparse
import json
import random
import time
from collections.abc import Iterator, Sequence
from fractions import Fraction
from typing import Any

from berknash.numeric.solver import numerical_structure
from berknash.symbolic.algebra import Element, lift
from berknash.symbolic.domain import SIGNS_OF, difference
from berknash.symbolic.errors import BerknashError
from berknash.symbolic.game import Game
from berknash.symbolic.points import on_rational_zero_sets
from berknash.symbolic.signs import Point
from berknash.symbolic.solution import Solution, solve
from berknash.symbolic.tables import element_of

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


def points_of(solution: Solution, count: int, seed: int) -> Iterator[dict[str, Fraction]]:
    """Random rational points of the domain, every second one moved onto the zero set of one or two atoms."""
    draw = random.Random(seed)
    table = solution.table
    plain = [a for a in table.described() if a.kind == "polynomial"]
    found = 0
    for _ in range(200 * count):
        if found == count:
            return
        values = {}
        for parameter in table.domain.parameters:
            low, high = parameter.domain.low, parameter.domain.high
            assert low is not None and high is not None
            values[parameter.name] = low + (high - low) * Fraction(draw.randint(1, 59), 60)
        if found % 2 and plain:
            equations = [a.polynomial for a in draw.sample(plain, min(len(plain), draw.choice((1, 1, 2))))]
            order = list(values)
            draw.shuffle(order)
            values = next(on_rational_zero_sets(values, equations, table.ring, order), values)
        if table.domain.contains(values):
            found += 1
            yield values


class Conditions:
    """The conditions of a solution at points; decided exactly."""

    def __init__(self, solution: Solution) -> None:
        self.ring = solution.table.ring
        self.known: dict[Any, Element] = {}

    def hold(self, condition: Any, values: dict[str, Fraction]) -> bool:
        """Whether the condition holds at the point."""
        return any(all(self._holds(r, values) for r in conjunction) for conjunction in condition.alternatives)

    def _holds(self, relation: Any, values: dict[str, Fraction]) -> bool:
        if relation not in self.known:
            ring, element = element_of(self.ring, difference(relation))
            self.known[relation] = element
            self.ring = ring
        element = lift(self.known[relation], self.ring.context)
        return Point(self.ring, values).sign(element) in SIGNS_OF[relation.operator]


def disagreements(game: Game, solution: Solution, count: int, seed: int = 1) -> tuple[int, int]:
    """How many points were compared, and at how many the supports of the equilibria differ."""
    conditions = Conditions(solution)
    compared = wrong = 0
    for values in points_of(solution, count, seed):
        expected = sorted(set(numeric_supports(game, values)))
        entries = [e for e in solution.equilibria if conditions.hold(e.condition, values)]
        listed = sorted({(e.support, e.belief_support, e.dimension) for e in entries})
        compared += 1
        if listed != expected:
            wrong += 1
            print("  differs at", {n: str(v) for n, v in values.items()}, listed, expected)
    return compared, wrong


def numeric_supports(game: Game, values: dict[str, Fraction]) -> Iterator[tuple[tuple[str, ...], tuple[str, ...], int]]:
    """Support, belief support and dimension of every equilibrium, by the numeric route."""
    for found in numerical_structure(game, values).equilibria:
        yield found.support, found.belief_support, found.dimension


def main() -> None:
    """Print one line for each shape."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("shapes", nargs="*", default=list(SHAPES))
    parser.add_argument("--points", type=int, default=100)
    arguments = parser.parse_args()
    head = ("atoms", "entries", "unwitnessed", "boundaries", "solve", "document")
    print(f"{'shape':<28} {' '.join(head)}  points wrong")
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
        compared, wrong = disagreements(game, solution, arguments.points)
        print(
            f"{name:<28} {len(solution.table.atoms):>5} {len(entries):>7} {doubtful:>11} "
            f"{'covered' if solution.boundaries_covered else 'open':>10} {solved - start:>6.1f} "
            f"{printed - solved:>8.2f}  {compared:>6} {wrong:>5}",
            flush=True,
        )


if __name__ == "__main__":
    main()
