"""Disagreements over random two-player games between the exact engine, Nashpy, and a direct search in Fractions.

    python benchmarks/players.py [COUNT] [SEED]

Every other game has entries in {0, 1, 2}, so that ties, duplicate strategies and continua of equilibria are
common. For each game: (1) every reported equilibrium passes the definition; (2) supports, dimensions and extreme points
agree with an enumeration of the polytopes of each pair of supports, written here on Fractions; (3) every one that
Nashpy's support enumeration finds lies in a reported component (Nashpy may miss some in degenerate games); (4) the
rationalizable set is what iterated elimination of never best replies leaves. A second part draws misspecified pairs,
whose fits depend on both players' play: each must have an equilibrium (Esponda & Pouzo 2016, Theorem 1), and every
equilibrium that a grid of play shows by the definition must lie on a reported pair of supports. A third part draws
three-player games: what Newton's method finds from many starts on each profile of supports must be reported, and every
generic game must have an odd number of equilibria (Wilson 1971). A fourth draws games with one or two free parameters:
each solution is evaluated at random rational points, and on the boundaries of its conditions where those are rational,
against the solution without parameters. A fifth compares misspecified 2 x 3 and 3 x 2 games with a numerical search by
the definition (`misspecified`).
"""

from __future__ import annotations

import random
import re
import sys
import time
import tomllib
import warnings
from fractions import Fraction
from itertools import combinations, product
from pathlib import Path
from typing import Any

from berknash.symbolic.algebra.signs import approximate
from berknash.symbolic.decomposition import AlgebraicNumber
from berknash.symbolic.definition.play import is_equilibrium
from berknash.symbolic.engines.finite.engine import solve_players
from berknash.symbolic.expressions.reading import substitute
from berknash.symbolic.game.game import Game
from berknash.symbolic.interchange.normal_form import from_payoff_matrices

sys.path.insert(0, str(Path(__file__).parent.parent / "tests"))

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
        names = [p.actions for p in solution.game.players]
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


def expected_payoffs(payoffs: Any, weights: list[Any], player: int) -> Any:
    """The expected payoff of each action of a player."""
    import numpy

    tensor = numpy.moveaxis(payoffs[player], player, 0)
    for j in reversed([k for k in range(len(payoffs)) if k != player]):
        tensor = tensor @ weights[j]
    return tensor


def is_quasi_strict(payoffs: Any, supports: tuple[tuple[int, ...], ...], flat: Any) -> bool:
    """Whether every best reply to these weights, all players' in a row, is played."""
    import numpy

    weights = numpy.split(flat, numpy.cumsum(payoffs[0].shape)[:-1])
    for player, own in enumerate(supports):
        values = expected_payoffs(payoffs, weights, player)
        if any(values[k] > values.max() - 1e-9 for k in range(len(values)) if k not in own):
            return False
    return True


def newton_equilibria(payoffs: Any, draw: Any, starts: int = 8) -> list[tuple[tuple[tuple[int, ...], ...], Any]]:
    """Isolated equilibria of a normal-form game that Newton's method finds, in floating point, with their supports."""
    import numpy

    shape = payoffs[0].shape

    subsets = [[c for size in range(1, n + 1) for c in combinations(range(n), size)] for n in shape]
    found: list[tuple[tuple[tuple[int, ...], ...], Any]] = []
    for supports in product(*subsets):
        sizes = [len(own) - 1 for own in supports]

        def spread(point: Any, supports: Any = supports) -> list[Any]:
            weights, place = [], 0
            for count, own in zip(shape, supports, strict=True):
                row = numpy.zeros(count)
                free = point[place : place + len(own) - 1]
                row[list(own)] = [*free, 1 - sum(free)]
                weights.append(row)
                place += len(own) - 1
            return weights

        def gaps(point: Any, supports: Any = supports) -> Any:
            weights = spread(point)
            rows = [expected_payoffs(payoffs, weights, j)[list(own)] for j, own in enumerate(supports)]
            return numpy.concatenate([row[:-1] - row[-1] for row in rows])

        for _ in range(starts if sum(sizes) else 1):
            point = draw.random(sum(sizes))
            regular = True
            for _ in range(40 if sum(sizes) else 0):
                jacobian = numpy.array(
                    [(gaps(point + step) - gaps(point - step)) / 2 for step in numpy.eye(sum(sizes))]
                ).T
                regular = bool(numpy.linalg.cond(jacobian) < 1e8)
                if not regular:
                    break
                # Payoffs are multilinear, so differences over steps of any length are derivatives.
                point = point - numpy.linalg.solve(jacobian, gaps(point))
            if not regular or (sum(sizes) and abs(gaps(point)).max() > 1e-10):
                continue
            weights = spread(point)
            inside = all(row[list(own)].min() > 1e-9 for row, own in zip(weights, supports, strict=True))
            rows = [expected_payoffs(payoffs, weights, j) for j in range(len(shape))]
            best = all(row.max() - row[list(own)].min() < 1e-9 for row, own in zip(rows, supports, strict=True))
            flat = numpy.concatenate(weights)
            if inside and best and not any(s == supports and abs(f - flat).max() < 1e-6 for s, f in found):
                found.append((supports, flat))
    return found


def three_players(count: int, seed: int) -> int:
    """Disagreements over random three-player games; every other one has payoffs in {0, 1, 2}."""
    import numpy

    draw, numbers = random.Random(seed), numpy.random.default_rng(seed)
    disagreements = irrational = undecided = continua = isolated = odd_counts = 0
    for number in range(count):
        shape = (2, 2, 2) if number % 5 else (3, 2, 2)
        top = 2 if number % 2 else 20
        matrices = [
            [[[draw.randint(0, top) for _ in range(shape[2])] for _ in range(shape[1])] for _ in range(shape[0])]
            for _ in range(3)
        ]
        game = from_payoff_matrices(matrices, name=f"three {number}")
        solution = solve_players(game)
        wrong = sum(not is_equilibrium(game, e.as_strategy()) for e in solution.equilibria)
        points, continuous = [], set()
        for e in solution.equilibria:
            support = tuple(
                tuple(p.actions.index(a) for a in own[0][1]) for p, own in zip(game.players, e.support, strict=True)
            )
            if e.dimension:
                continuous.add(support)
            else:
                weights = [w for own in e.strategy for _, w in own[0][1]]
                irrational += any(isinstance(w, AlgebraicNumber) for w in weights)
                points.append((support, numpy.array([_float(w) for w in weights])))
        left = {
            tuple(tuple(p.actions.index(a) for a in own[0][1]) for p, own in zip(game.players, u.support, strict=True))
            for u in solution.undecided
        }
        undecided += len(left)
        continua += bool(continuous)
        payoffs = [numpy.array(m, dtype=float) for m in matrices]
        for support, point in newton_equilibria(payoffs, numbers):
            isolated += 1
            known = any(s == support and abs(p - point).max() < 1e-6 for s, p in points)
            wrong += not (known or support in continuous or support in left)
        # Regular games have an odd number (Wilson 1971); a best reply left unplayed makes an equilibrium count twice.
        if top == 20 and not continuous and not left and all(is_quasi_strict(payoffs, s, p) for s, p in points):
            odd_counts += len(points) % 2
            wrong += len(points) % 2 == 0
        if wrong:
            print(f"three-player game {number}: {wrong} disagreements: {matrices}")
        disagreements += wrong
    print(
        f"{count} three-player games up to 3 x 2 x 2 (seed {seed}), {continua} with continua, {irrational} irrational "
        f"equilibria, {isolated} found by Newton's method, {odd_counts} regular with an odd number, "
        f"{undecided} supports undecided; disagreements: {disagreements}"
    )
    return disagreements


def _float(value: Any, at: dict[str, Fraction] | None = None) -> float:
    """A weight of a strategy as a float."""
    if isinstance(value, AlgebraicNumber):
        return float(value)
    found = approximate(substitute(value, at or {}))
    assert found is not None
    return float(found)


def with_parameters(number: int, draw: random.Random) -> Game:
    """A game with one or two free parameters: a bimatrix, three players, or a misspecified pair."""
    kind, free = number % 4, "tu"[: 1 + number % 3 // 2]
    if kind == 3:
        document = tomllib.loads(misspecified(draw, number).to_toml())
        document["parameters"] = {"t": "(0, 1)"}
        document["players"]["one"]["truth"][f"a{draw.randint(0, 1)},a{draw.randint(0, 1)}"] = {
            "good": "t", "bad": "1 - t"
        }  # fmt: skip
        return Game.from_dict(document)
    top = 4 if number % 8 < 4 else 2
    if kind == 2:
        shape, free = (2, 2, 2), "t"
    else:
        shape = (draw.randint(2, 3), draw.randint(2, 3))

    def table(rest: tuple[int, ...]) -> Any:
        return [table(rest[1:]) for _ in range(rest[0])] if rest else draw.randint(0, top)

    payoffs = [table(shape) for _ in shape]
    for name in free:
        row = payoffs[draw.randrange(len(shape))]
        for size in shape[:-1]:
            row = row[draw.randrange(size)]
        row[draw.randrange(shape[-1])] = name
    parameters = dict.fromkeys(free, f"(0, {top})")
    return from_payoff_matrices(payoffs, name=f"free {number}", parameters=parameters)


def boundary_points(game: Game, conditions: list[str]) -> list[dict[str, Fraction]]:
    """Points on thresholds ``t == number`` of the conditions of a game with one free parameter."""
    name = game.parameters[0].name
    found = set()
    for text in conditions:
        for side in re.findall(rf"\b{name} [<>=]=? (-?[0-9]+(?:/[0-9]+)?)(?= and| or|\)|$)", text):
            found.add(Fraction(side))
    return [{name: value} for value in sorted(found) if 0 < value < game.parameters[0].domain.high]


def free_games(count: int, seed: int, points: int = 4) -> int:
    """Disagreements between solutions with free parameters and those without, at points of the domain."""
    draw = random.Random(seed)
    disagreements = evaluated = undecided = on_boundary = 0
    for number in range(count):
        game = with_parameters(number, draw)
        solution = solve_players(game)
        top = {p.name: p.domain.high for p in game.parameters}
        places = [{n: Fraction(draw.randint(1, 23), 24) * high for n, high in top.items()} for _ in range(points)]
        if len(top) == 1:
            more = boundary_points(game, [str(c.condition) for c in (*solution.equilibria, *solution.transitions)])
            on_boundary += len(more)
            places += more
        wrong = 0
        for at in places:
            fixed = solve_players(game, at)
            evaluated += 1
            left = {u.support for u in fixed.undecided}
            left |= {u.support for u in solution.undecided if holds_at(u.condition, at)}
            undecided += bool(left)
            here = [e for e in solution.equilibria if e.support not in left and holds_at(e.condition, at)]
            there = [e for e in fixed.equilibria if e.support not in left]
            wrong += sorted(map(_summary, here)) != sorted(map(_summary, there))
            mine, others = (
                sorted(
                    [_float(w, at) for own in e.strategy for _, row in own for _, w in row]
                    for e in listed
                    if not e.dimension
                )
                for listed in (here, there)
            )
            wrong += len(mine) != len(others) or any(
                abs(a - b) > 1e-9 for one, two in zip(mine, others, strict=True) for a, b in zip(one, two, strict=True)
            )
            edges = {c.value for c in solution.transitions if holds_at(c.condition, at)}
            wrong += edges != {c.value for c in fixed.transitions}
            sets = [c.value for c in solution.rationalizable if holds_at(c.condition, at)]
            wrong += sets != [fixed.rationalizable[0].value]
            if wrong:
                print(f"free game {number} at {at}: {wrong} disagreements so far\n{game.to_toml()}")
        disagreements += wrong
    print(
        f"{count} games with free parameters (seed {seed}) at {evaluated} points, {on_boundary} of them on boundaries, "
        f"{undecided} with undecided supports; disagreements: {disagreements}"
    )
    return disagreements


def _summary(equilibrium: Any) -> str:
    return str((equilibrium.support, equilibrium.dimension, equilibrium.belief_support, equilibrium.strict))


def holds_at(condition: Any, at: dict[str, Fraction]) -> bool:
    """Whether a condition holds at a point."""
    from catalogue import holds

    return bool(holds(str(condition), at))


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
    disagreements += pairs(count, draw)
    disagreements += three_players(count, seed) + free_games(max(1, count // 3), seed)
    from misspecified import compare

    return disagreements + compare(max(1, 2 * count // 3), seed)


if __name__ == "__main__":
    sys.exit(1 if main(*(int(v) for v in sys.argv[1:3])) else 0)
