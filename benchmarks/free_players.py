"""Two players with families and free parameters: how often do the conditions disagree with a grid by the definition?

    python benchmarks/free_players.py --games 120 --points 30 --seed 0

Draws games of two players with two actions each, whose families cannot fit what they see, and frees one or two of
their numbers: true means or chances, and payoffs. At random points, a third of them with small denominators so that
they lie on boundaries, the isolated equilibria that the conditions list are compared with those that
`numeric.player_families` finds, which halves cells of strategies and knows nothing of the engines. Points where a
continuum is listed, or the grid is flat, are counted apart. Printed are how many games and points have undecided
supports, and what differs; then the exit status is 1.
"""

from __future__ import annotations

import argparse
import random
import sys
import time
from collections import Counter
from fractions import Fraction
from typing import Any

from free_families import At, holds_at, point

from berknash.numeric.player_families import TwoByTwo
from berknash.symbolic.algebra.signs import approximate
from berknash.symbolic.errors import BerknashError, BudgetError
from berknash.symbolic.expressions.reading import substitute
from berknash.symbolic.game.game import Game
from berknash.symbolic.results.solution import Solution
from berknash.symbolic.solving.solve import is_equilibrium, solve

NEAR = 2e-3

Pair = tuple[float, float]


def number(rng: random.Random, low: int, high: int) -> Fraction:
    """A rational number with an ugly denominator."""
    return Fraction(rng.randint(low * 12, high * 12), rng.choice([1, 2, 3, 5, 7, 12]) * 12) * rng.choice([1, 1, 2, 3])


def normal_player(rng: random.Random) -> dict[str, Any]:
    """A player who sees a normal outcome and thinks that it depends on the own action alone."""
    truth = {f"{a},{b}": {"mean": str(number(rng, -6, 6)), "variance": "1"} for a in "ab" for b in "ab"}
    payoff = {a: f"{rng.randint(1, 5)}*y + {number(rng, -4, 4)}" for a in "ab"}
    if rng.random() < 0.3:
        payoff["a"] = str(number(rng, -4, 4))
    slopes = {a: rng.choice([Fraction(1), Fraction(1), Fraction(2), Fraction(1, 3)]) for a in "ab"}
    predicts = {
        a: {"mean": f"{slopes[a]}*x + {number(rng, -3, 3)}", "variance": str(rng.choice([1, 1, 2]))} for a in "ab"
    }
    ends = rng.choice([(-9, 9), (-2, 2), (0, 4)])
    model = {"theta": {"x": f"[{ends[0]}, {ends[1]}]"}, "predicts": predicts}
    return {"actions": ["a", "b"], "outcomes": "normal", "truth": truth, "payoff": payoff, "models": {"m": model}}


def binary_player(rng: random.Random) -> dict[str, Any]:
    """A player who sees one of two outcomes."""

    def coin(chance: str) -> dict[str, str]:
        return {"y": chance, "n": f"1 - ({chance})"}

    truth = {f"{a},{b}": coin(str(Fraction(rng.randint(0, 9), 9))) for a in "ab" for b in "ab"}
    payoff = {a: {"y": str(number(rng, -3, 3)), "n": str(number(rng, -3, 3))} for a in "ab"}
    kinds = ["x", "1 - x", "x/2", "1/4 + x/2", "x/(1 + x)"]
    # Two kinds that together have two factors that move keep the degree at two.
    first, second = rng.choice(
        [("x", "x"), ("x", "1 - x"), ("x", "x"), (rng.choice(kinds), "1/3"), ("x/(1 + x)", "x/(1 + x)")]
    )
    ends = ("[0, 1]", "[1/5, 3/4]")[rng.randint(0, 1)] if "1 + x" not in first else "[1/9, 7]"
    model = {"theta": {"x": ends}, "predicts": {"a": coin(first), "b": coin(second)}}
    return {"actions": ["a", "b"], "outcomes": ["y", "n"], "truth": truth, "payoff": payoff, "models": {"m": model}}


def draw(seed: int) -> Game:
    """A game with one or two numbers free."""
    rng = random.Random(f"free players {seed}")
    players = {name: rng.choice([normal_player, binary_player])(rng) for name in ("one", "two")}
    parameters = {}
    for name in ["p", "q"][: rng.choice([1, 1, 2])]:
        own = players[rng.choice(["one", "two"])]
        normal = own["outcomes"] == "normal"
        if rng.random() < 0.5:
            row = rng.choice(sorted(own["truth"]))
            own["truth"][row] = {"mean": name, "variance": "1"} if normal else {"y": name, "n": f"1 - {name}"}
            parameters[name] = "(-5, 5)" if normal else rng.choice(["(0, 1)", "[0, 1]"])
        elif normal:
            own["payoff"]["b"] = f"y*{rng.randint(1, 4)} + {name}"
            parameters[name] = "(-6, 6)"
        else:
            own["payoff"]["b"] = own["payoff"]["b"] | {"y": name}
            parameters[name] = "(-4, 4)"
    return Game.from_dict({"format": 1, "name": f"free {seed}", "parameters": parameters, "players": players})


def listed(solution: Solution, at: At) -> tuple[list[Pair], bool, bool]:
    """The isolated equilibria at a point, whether there is a continuum, and whether something is open."""
    found, continuum = [], False
    for entry in solution.equilibria:
        if holds_at(entry.condition, at):
            continuum = continuum or entry.dimension > 0
            weights = [dict(part.weights)["b"] for part in entry.parts]
            first, second = (float(approximate(substitute(w, at))) for w in weights)
            found.append((first, second))
    is_open = any(entry.what == "equilibria" and holds_at(entry.where, at) for entry in solution.undecided)
    return found, continuum, is_open


def missing(points: list[Pair], among: list[Pair]) -> list[Pair]:
    """The points that have none of the others near them."""
    return [p for p in points if not any(max(abs(p[0] - q[0]), abs(p[1] - q[1])) < NEAR for q in among)]


def holds_by_definition(game: Game, at: At, pair: Pair) -> bool:
    """Whether a pure profile is an equilibrium at a point, exactly."""
    if not set(pair) <= {0.0, 1.0}:
        return False
    names = [p.name for p in game.players]
    return is_equilibrium(game.at(at), {name: {"ab"[int(s)]: 1} for name, s in zip(names, pair, strict=True)})


def drawn_point(rng: random.Random, game: Game) -> At:
    """A point, two in three with a large denominator."""
    if rng.random() < 1 / 3:
        return point(rng, game)
    at: At = {}
    for parameter in game.parameters:
        low, high = parameter.domain.low, parameter.domain.high
        assert low is not None and high is not None
        at[parameter.name] = low + (high - low) * Fraction(rng.randint(1, 9_970), 9_973)
    return at


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--games", type=int, default=120, help="how many games")
    parser.add_argument("--points", type=int, default=30, help="points of each")
    parser.add_argument("--seed", type=int, default=0, help="game i is drawn from seed + i")
    options = parser.parse_args()
    tally: Counter[str] = Counter()
    wrong, worst = 0, 0.0
    for seed in range(options.seed, options.seed + options.games):
        game, rng = draw(seed), random.Random(f"points {seed}")
        start = time.process_time()
        try:
            solution = solve(game)
        except BerknashError as error:
            tally["games refused"] += 1
            print(f"{seed}: {error}", flush=True)
            continue
        worst = max(worst, time.process_time() - start)
        tally["games"] += 1
        if any(entry.what == "equilibria" for entry in solution.undecided):
            tally["games with undecided supports"] += 1
        tally["games with anything undecided"] += bool(solution.undecided)
        for _ in range(options.points):
            at = drawn_point(rng, game)
            mine, continuum, is_open = listed(solution, at)
            tally["points"] += 1
            if continuum or is_open:
                tally["points with a continuum" if continuum else "points with something open"] += 1
                continue
            try:
                theirs = TwoByTwo(game.at(at)).equilibria()
            except BudgetError:
                tally["points flat on the grid"] += 1
                continue
            tally["points compared"] += 1
            tally["mixed equilibria compared"] += sum(0 < s < 1 or 0 < t < 1 for s, t in mine)
            extra, lost = missing(mine, theirs), missing(theirs, mine)
            if extra and all(holds_by_definition(game, at, pair) for pair in extra):
                # Beliefs on what play leaves open: the grid keeps one of the models that fit alike.
                tally["points beyond the grid, by the definition"] += 1
                extra = []
            if extra or lost:
                wrong += 1
                shown = ", ".join(f"{name} = {value}" for name, value in at.items())
                print(f"{seed} at {shown}: only exact {extra}, only on the grid {lost}", flush=True)
    print(", ".join(f"{count} {word}" for word, count in sorted(tally.items())) + f"; slowest {worst:.1f} s")
    print(f"points with disagreements: {wrong}")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
