"""Disagreements over random two-player games between the exact engine, Nashpy, and a direct search in Fractions.

    python benchmarks/players.py [COUNT] [SEED]

Every other game has entries in {0, 1, 2}, so that ties, duplicate strategies and continua of equilibria are
common. For each game: (1) every reported equilibrium passes the definition; (2) supports, dimensions and extreme points
agree with an enumeration of the polytopes of each pair of supports, written here on Fractions; (3) every one that
Nashpy's support enumeration finds lies in a reported component (Nashpy may miss some in degenerate games); (4) the
rationalizable set is what iterated elimination of never best replies leaves. A second part draws misspecified pairs,
whose fits depend on both players' play: each must have an equilibrium (Esponda & Pouzo 2016, Theorem 1), and every
equilibrium that a grid of play shows by the definition must lie on a reported pair of supports.
"""

from __future__ import annotations

import random
import sys
import time
import warnings
from fractions import Fraction
from itertools import combinations, product
from typing import Any

from berknash.symbolic.game import Game
from berknash.symbolic.interchange import from_payoff_matrices
from berknash.symbolic.players.definition import is_equilibrium
from berknash.symbolic.players.solution import solve_players

Matrix = list[list[Fraction]]
Point = tuple[Fraction, ...]


def solve_linear(rows: Matrix, right: list[Fraction]) -> Point | None:
    """The solution of a square system, None when it is singular."""
    system = [[*row, value] for row, value in zip(rows, right, strict=True)]
    for column in range(len(system)):
        pivot = next((k for k in range(column, len(system)) if system[k][column]), None)
        if pivot is None:
            return None
        system[column], system[pivot] = system[pivot], system[column]
        system[column] = [v / system[column][column] for v in system[column]]
        for k, row in enumerate(system):
            if k != column and row[column]:
                system[k] = [v - row[column] * w for v, w in zip(row, system[column], strict=True)]
    return tuple(row[-1] for row in system)


def vertices(payoff: Matrix, own: tuple[int, ...], other: tuple[int, ...]) -> set[Point]:
    """Extreme points of the other's mixtures on `other` against which all of `own` are best replies."""
    width = len(payoff[0])
    found: set[Point] = set()
    lead = own[0]
    equal = [[payoff[lead][c] - payoff[a][c] for c in other] for a in own[1:]]
    tight = [[payoff[lead][c] - payoff[a][c] for c in other] for a in range(len(payoff)) if a not in own]
    tight += [[Fraction(int(c == d)) for c in other] for d in other]
    for extra in combinations([*equal, *tight], len(other) - 1):
        point = solve_linear([[Fraction(1)] * len(other), *extra], [Fraction(1)] + [Fraction(0)] * (len(other) - 1))
        if point is None:
            continue
        dots = [sum(a * b for a, b in zip(row, point, strict=True)) for row in equal]
        slacks = [sum(a * b for a, b in zip(row, point, strict=True)) for row in tight]
        if all(d == 0 for d in dots) and all(s >= 0 for s in slacks):
            found.add(tuple(point[other.index(c)] if c in other else Fraction(0) for c in range(width)))
    return found


def rank(points: set[Point]) -> int:
    """The dimension of the affine hull."""
    first, *rest = sorted(points)
    rows = [[a - b for a, b in zip(p, first, strict=True)] for p in rest]
    found = 0
    for column in range(len(first)):
        pivot = next((k for k in range(found, len(rows)) if rows[k][column]), None)
        if pivot is None:
            continue
        rows[found], rows[pivot] = rows[pivot], rows[found]
        for k in range(found + 1, len(rows)):
            factor = rows[k][column] / rows[found][column]
            rows[k] = [v - factor * w for v, w in zip(rows[k], rows[found], strict=True)]
        found += 1
    return found


def direct(first: Matrix, second: Matrix) -> dict[Any, tuple[int, set[Point], set[Point]]]:
    """Pair of supports -> dimension and extreme points, from the definition of Nash equilibrium alone."""
    turned = [list(column) for column in zip(*second, strict=True)]
    subsets = [
        [c for size in range(1, n + 1) for c in combinations(range(n), size)] for n in (len(first), len(first[0]))
    ]
    found = {}
    for one, two in product(*subsets):
        columns, rows = vertices(first, one, two), vertices(turned, two, one)
        if not columns or not rows:
            continue
        if all(any(p[c] for p in columns) for c in two) and all(any(p[r] for p in rows) for r in one):
            found[one, two] = (rank(columns) + rank(rows), rows, columns)
    return found


def reported(solution: Any) -> dict[Any, tuple[int, set[Point], set[Point]]]:
    """The same summary of a solution."""
    found = {}
    for e in solution.equilibria:
        corners = e.vertices[0] if e.dimension else tuple((s,) for s in e.strategy)
        sides = [{tuple(v.value for _, v in behaviour[0][1]) for behaviour in own} for own in corners]
        names = [p.actions for p in solution.table.form.players]
        support = tuple(tuple(n.index(a) for a in own[0][1]) for n, own in zip(names, e.support, strict=True))
        if support in found:
            raise AssertionError("two entries for one pair of supports, which is convex")
        found[support] = (e.dimension, sides[0], sides[1])
    return found


def nashpy_outside(first: Matrix, second: Matrix, found: dict[Any, Any]) -> int:
    """How many of Nashpy's equilibria lie in no reported component."""
    import nashpy
    import numpy

    game = nashpy.Game(
        numpy.array([[float(v) for v in row] for row in first]),
        numpy.array([[float(v) for v in row] for row in second]),
    )
    missing = 0
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        equilibria = list(game.support_enumeration())
    for sides in equilibria:
        support = tuple(tuple(k for k, w in enumerate(side) if w > 1e-12) for side in sides)
        entry = found.get(support)
        if entry is None:
            missing += 1
        elif entry[0] == 0:
            for side, points in zip(sides, entry[1:], strict=True):
                (point,) = points
                if any(abs(float(p) - w) > 1e-9 for p, w in zip(point, side, strict=True)):
                    missing += 1
    return missing


def rationalizable(first: Matrix, second: Matrix) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Iterated elimination of actions that are never best replies."""
    turned = [list(column) for column in zip(*second, strict=True)]
    left = [tuple(range(len(first))), tuple(range(len(first[0])))]
    while True:
        kept = [
            tuple(a for a in left[0] if vertices(first, (a,), left[1])),
            tuple(b for b in left[1] if vertices(turned, (b,), left[0])),
        ]
        if kept == left:
            return kept[0], kept[1]
        left = kept


def misspecified(draw: random.Random, number: int) -> Game:
    """Two players with two models each, which see their own actions only."""
    names = ["a0", "a1"]

    def law() -> dict[str, str]:
        good = Fraction(draw.randint(1, 9), 10)
        return {"good": str(good), "bad": str(1 - good)}

    def player() -> dict[str, Any]:
        return {
            "actions": names,
            "outcomes": ["good", "bad"],
            "truth": {f"{a},{b}": law() for a in names for b in names},
            "payoff": {a: {"good": draw.randint(0, 4), "bad": draw.randint(-2, 2)} for a in names},
            "models": {f"m{k}": {"predicts": {a: law() for a in names}} for k in range(2)},
        }

    return Game.from_dict({"format": 1, "name": f"pair {number}", "players": {"one": player(), "two": player()}})


def pairs(count: int, draw: random.Random) -> int:
    """Disagreements over misspecified pairs."""
    disagreements = mixed = 0
    for number in range(count):
        game = misspecified(draw, number)
        solution = solve_players(game)
        mixed += any(not e.pure for e in solution.equilibria)
        wrong = int(not solution.equilibria)
        wrong += sum(not is_equilibrium(game, e.as_strategy()) for e in solution.equilibria)
        supports = {e.support for e in solution.equilibria}
        for weights in product([Fraction(k, 4) for k in range(5)], repeat=2):
            profile = {p: {"a0": w, "a1": 1 - w} for p, w in zip(("one", "two"), weights, strict=True)}
            if is_equilibrium(game, profile):
                wrong += tuple((("", ("a0",) * (w > 0) + ("a1",) * (w < 1)),) for w in weights) not in supports
        if wrong:
            print(f"pair {number}: {wrong} disagreements\n{game.to_toml()}")
        disagreements += wrong
    print(f"{count} misspecified pairs, {mixed} with mixed equilibria; disagreements: {disagreements}")
    return disagreements


def main(count: int = 300, seed: int = 0) -> int:
    """Prints and returns the number of disagreements."""
    draw = random.Random(seed)
    disagreements = continua = 0
    slowest = total = 0.0
    for number in range(count):
        shape = (draw.randint(1, 3), draw.randint(1, 3))
        top = 2 if number % 2 else 20
        first, second = (
            [[Fraction(draw.randint(0, top)) for _ in range(shape[1])] for _ in range(shape[0])] for _ in range(2)
        )
        game = from_payoff_matrices([first, second], name=f"random {number}")
        start = time.perf_counter()
        solution = solve_players(game)
        spent = time.perf_counter() - start
        slowest, total = max(slowest, spent), total + spent
        found = reported(solution)
        continua += any(dimension for dimension, _, _ in found.values())
        wrong = int(found != direct(first, second)) + nashpy_outside(first, second, found)
        names = [p.actions for p in game.players]
        sets = [tuple(n.index(a) for a in own) for n, own in zip(names, solution.rationalizable[0].value, strict=True)]
        wrong += tuple(sets) != rationalizable(first, second)
        for e in solution.equilibria:
            strategy = {p.name: dict(own[0][1]) for p, own in zip(game.players, e.strategy, strict=True)}
            wrong += not is_equilibrium(game, strategy)
        if wrong:
            print(f"game {number}: {wrong} disagreements: {first} {second}")
        disagreements += wrong
    print(f"{count} two-player games up to 3 x 3 (seed {seed}), {continua} with a continuum of equilibria")
    print(f"disagreements: {disagreements}")
    print(f"seconds per game: {total / count:.4f} on average, {slowest:.4f} at most")
    return disagreements + pairs(count, draw)


if __name__ == "__main__":
    sys.exit(1 if main(*(int(v) for v in sys.argv[1:3])) else 0)
