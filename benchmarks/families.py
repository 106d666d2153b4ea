"""How often do the engine of model families and a plain numerical search disagree? Draws random games and counts.

    python benchmarks/families.py --games 20 --actions 3 --seed 0

The reference evaluates K and U from their definitions on dense grids of theta, keeps all local minima near the least
one, and asks a linear program whether beliefs on them hold a strategy up. It finds mixed equilibria on its own, by
dividing the simplex of strategies where the program nearly succeeds. What differs is printed, and the exit status is 1
when something does. Few distinct numbers are drawn, so that ties and unidentified families are frequent. Answers that
the exact engine leaves open are counted, not compared. Flat fits between grid points can mislead the reference.
"""

from __future__ import annotations

import argparse
import random
import sys
import time
from collections import Counter
from fractions import Fraction
from functools import reduce
from itertools import combinations
from typing import Any

import numpy
from scipy.optimize import linprog

from berknash.symbolic.engines.algebraic.agent import solve_families
from berknash.symbolic.errors import BerknashError
from berknash.symbolic.expressions.reading import fold
from berknash.symbolic.game.game import Game

KINDS = (
    "binary", "binary mixed", "binary two", "binary curved", "binary draws", "binary draws mixed", "normal",
    "normal mixed", "normal two", "normal rewards", "normal rewards mixed", "normal rewards two", "normal curved",
)  # fmt: skip
GRID = 4001
NEAR = 0.02  # distance in the simplex at which two strategies count as one


def draw(seed: int, kind: str, actions: int) -> Game:
    """A game with one-coordinate families, and single models where the kind is mixed."""
    return Game.from_dict(drawn(seed, kind, actions))


def drawn(seed: int, kind: str, actions: int) -> dict[str, Any]:
    """The document of such a game."""
    rng = random.Random(f"{kind} {actions} {seed}")
    names = "abcd"[:actions]
    normal = kind.startswith("normal")

    def row(p: str) -> dict[str, str]:
        return {"y": p, "n": f"1 - ({p})"}

    def law() -> dict[str, str]:
        if normal:
            return {"mean": str(rng.randint(-3, 3)), "variance": str(rng.choice([1, 1, 2]))}
        p = Fraction(rng.choice([1, 1, 1, 2, 3]), rng.choice([2, 3, 4, 4, 5]))
        return row(str(p if 0 < p < 1 else Fraction(1, 2)))

    def predicted() -> dict[str, str]:
        if "draws" in kind:
            return row(rng.choice(["u", "1 - u", "u**2", "(1 - u)**2", "1 - u**2", "u", "2*u*(1 - u)", "1/2"]))
        if normal:
            square = f" + ({rng.randint(-1, 1)})*u**2" if "curved" in kind else ""
            return {"mean": f"({rng.randint(-2, 2)}) + ({rng.randint(-2, 2)})*u{square}", "variance": "1"}
        power = rng.choice([1, 2, 3]) if "curved" in kind else 1
        return row(f"{Fraction(rng.randint(3, 5), 8)} + ({Fraction(5 * rng.choice([-2, -1, 0, 1, 2]), 32)})*u**{power}")

    def reward() -> Any:
        if normal:
            square = f" + ({rng.randint(-1, 1)})*y**2" if "rewards" in kind else ""
            return f"({rng.randint(-3, 3)})*y + ({rng.randint(-3, 3)}){square}"
        return {o: rng.randint(-3, 3) for o in "yn"}

    models: dict[str, Any] = {}
    for k in range(2 if "two" in kind else 1):
        low = Fraction(rng.choice([-2, -1, 0]), 2)
        ends = low, low + Fraction(rng.choice([1, 2]), 2)
        if "draws" in kind:
            ends = Fraction(1, rng.choice([4, 8, 16])), 1 - Fraction(1, rng.choice([4, 8, 16]))
        theta = {"u": f"[{ends[0]}, {ends[1]}]"}
        models[f"family{k}"] = {"theta": theta, "predicts": {n: predicted() for n in names}}
    for k in range(rng.randint(1, 2) if "mixed" in kind else 0):
        models[f"single{k}"] = {"predicts": {n: law() for n in names}}
    return {
        "format": 1, "name": "draft", "players": {"agent": {
            "actions": list(names), "outcomes": "normal" if normal else ["y", "n"],
            "truth": {n: law() for n in names}, "payoff": {n: reward() for n in names}, "models": models,
        }},
    }  # fmt: skip


class Reference:
    """K and U on grids; all answers are numerical."""

    def __init__(self, game: Game) -> None:
        (self.player,) = game.players
        self.actions = self.player.actions
        self.tables = []
        for model in self.player.models:
            box = [(float(c.domain.low), float(c.domain.high)) for c in model.theta]  # type: ignore[arg-type]
            self.tables.append((model, box, *self._table(model, box, GRID)))
        self.scale = max(float(numpy.abs(t[3]).max()) for t in self.tables) + 1e-9

    def _table(self, model: Any, box: Any, count: int) -> tuple[Any, Any, Any]:
        """Coordinates, K (points by actions) and U."""
        u = numpy.linspace(*box[0], count) if box else numpy.zeros(1)
        k, payoff = (numpy.zeros((len(u), len(self.actions))) for _ in range(2))
        values = {"u": u}
        for a, action in enumerate(self.actions):
            truth, row, reward = (
                self.player.truth_row((action,)), model.row(action), self.player.payoff_row(action),
            )  # fmt: skip
            if isinstance(reward, tuple):
                for q, p, r in zip(truth, row, reward, strict=True):
                    chance = evaluate(p, values) + 0 * u
                    k[:, a] -= evaluate(q, {}) * numpy.log(chance)
                    payoff[:, a] += chance * evaluate(r, {})
            else:
                mean, spread = evaluate(row.mean, values) + 0 * u, evaluate(row.variance, values)
                miss = evaluate(truth.variance, {}) + (evaluate(truth.mean, {}) - mean) ** 2
                k[:, a] = (numpy.log(spread) + miss / spread) / 2
                # Quadratic in y at most, so the variance adds half of the second difference.
                at = [evaluate(reward, {"y": mean + shift}) for shift in (-1, 0, 1)]
                payoff[:, a] = at[1] + spread * (at[0] + at[2] - 2 * at[1]) / 2
        return u, k, payoff

    def fits(self, sigma: Any, slack: float, zoom: int) -> list[Any]:
        """Payoffs at all local minima within the slack of the least divergence."""
        found = []
        for model, box, u, k, payoff in self.tables:
            value = k @ sigma
            if not box:
                found.append((value[0], payoff[0]))
                continue
            left, right = numpy.r_[numpy.inf, value[:-1]], numpy.r_[value[1:], numpy.inf]
            places = numpy.where((value <= left) & (value <= right))[0]
            if len(places) > 4:  # nothing is identified
                rows = payoff[places]
                ends = {f(rows[:, a] - rows[:, b]) for a, b in combinations(range(len(self.actions)), 2)
                        for f in (numpy.argmin, numpy.argmax)}  # fmt: skip
                found += [(value[places[e]], rows[e]) for e in (*ends, 0, len(places) // 2, -1)]
                continue
            for place in places:
                centre, step, best = u[place], u[1] - u[0], (value[place], payoff[place])
                for _ in range(zoom):
                    side = [(max(box[0][0], centre - 2 * step), min(box[0][1], centre + 2 * step))]
                    fine, kk, pp = self._table(model, side, 41)
                    spot = int(numpy.argmin(kk @ sigma))
                    centre, step, best = fine[spot], fine[1] - fine[0], ((kk @ sigma)[spot], pp[spot])
                found.append(best)
        least = min(v for v, _ in found)
        return [row for v, row in found if v <= least + slack]

    def regret(self, rows: list[Any], support: Any) -> float:
        """The least t such that some belief on the rows makes the support optimal up to t."""
        table = numpy.array(rows).T
        bounds = [numpy.r_[table[a] - table[s], -1] for s in support for a in range(len(table)) if a != s]
        count = table.shape[1]
        answer = linprog(
            numpy.r_[numpy.zeros(count), 1], A_ub=numpy.array(bounds), b_ub=numpy.zeros(len(bounds)),
            A_eq=[numpy.r_[numpy.ones(count), 0]], b_eq=[1], bounds=[(0, None)] * count + [(None, None)],
        )  # fmt: skip
        return float(answer.fun)

    def strategy(self, support: Any, weights: Any) -> Any:
        sigma = numpy.zeros(len(self.actions))
        sigma[list(support)] = [float(w) for w in weights]
        return sigma

    def search(self, support: tuple[int, ...], depth: int = 9, most: int = 60) -> list[Any] | None:
        """Centres of small simplices that look as if they held an equilibrium; None when they are too many."""
        size = len(support)
        corners = [tuple(Fraction(int(i == k)) for i in range(size)) for k in range(size)]
        cells = [tuple(corners)]
        for level in range(depth + 3):
            pieces = [piece for cell in cells for piece in _divided(cell)]
            width = 2.0 ** -(level + 1)
            cells = []
            for cell in pieces:
                near = [self.fits(self.strategy(support, w), min(1.0, 3 * width), width < 1e-3) for w in cell]
                rows = [row for fits in near for row in fits]
                if level < 2 or self.regret(rows, support) <= self.scale * max(0.02 * width, 2e-4):
                    cells.append(cell)
            if len(cells) > most:
                return None
        return [numpy.mean([[float(x) for x in w] for w in cell], axis=0) for cell in cells]


def _divided(cell: Any) -> list[Any]:
    middle = {(a, b): tuple((x + y) / 2 for x, y in zip(cell[a], cell[b], strict=True))
              for a, b in combinations(range(len(cell)), 2)}  # fmt: skip
    if len(cell) == 2:
        return [(cell[0], middle[0, 1]), (middle[0, 1], cell[1])]
    return [
        (cell[0], middle[0, 1], middle[0, 2]), (cell[1], middle[0, 1], middle[1, 2]),
        (cell[2], middle[0, 2], middle[1, 2]), (middle[0, 1], middle[0, 2], middle[1, 2]),
    ]  # fmt: skip


def evaluate(expression: Any, values: dict[str, Any]) -> Any:
    """A polynomial expression on arrays."""

    def product(parts: list[Any]) -> Any:
        return reduce(lambda a, b: a * b, parts, 1.0)

    return fold(expression, float, lambda n: values[n], sum, product, lambda b, e: b**e, lambda f, x: x)


def weights_of(equilibrium: Any) -> dict[str, float]:
    """The strategy as floats; a weight without closed form is what the others leave."""
    known = {n: float(w) for n, w in equilibrium.strategy if not isinstance(w, str)}
    return {n: known.get(n, 1 - sum(known.values())) for n, _ in equilibrium.strategy}


def compare(game: Game, solution: Any = None) -> tuple[bool, list[str]]:
    """Whether everything is decided, and what differs; `solution` in place of that of the engine."""
    solution, reference = solution or solve_families(game), Reference(game)
    names = reference.actions
    left_open = {entry.names for entry in solution.undecided}
    lines = []
    places: dict[tuple[str, ...], list[Any]] = {}
    for equilibrium in solution.equilibria:
        weights = weights_of(equilibrium)
        sigma = numpy.array([weights[n] for n in names])
        support = [a for a, n in enumerate(names) if n in equilibrium.support]
        places.setdefault(equilibrium.support, []).append(None if equilibrium.dimension else sigma[support])
        regret = reference.regret(reference.fits(sigma, 3e-7, 3), support)
        if regret > 1e-4 * reference.scale:
            lines.append(f"no equilibrium: {equilibrium.support} {sigma}, regret {regret:.2g}")
    edges = {case.value for case in solution.transitions}
    for a, action in enumerate(names):
        rows = reference.fits(reference.strategy((a,), (1,)), 1e-9, 3)
        for b, other in enumerate(names):
            regret = reference.regret(rows, [b]) / reference.scale
            if (action, other) not in left_open and abs(regret) > 1e-4 and ((action, other) in edges) != (regret < 0):
                lines.append(f"transition {action} -> {other}: regret {regret:.2g}")
    for size in range(2, min(len(names), 3) + 1):
        for support in combinations(range(len(names)), size):
            name = tuple(sorted(names[a] for a in support))
            mine = places.get(name, [])
            if name in left_open or any(place is None for place in mine):
                continue
            for centre in reference.search(support) or ():
                if min(centre) > NEAR and not any(max(abs(centre - place)) < NEAR for place in mine):
                    lines.append(f"missed? {name} near {centre}")
                    break
    return not solution.undecided, lines


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--games", type=int, default=10, help="games of every kind")
    parser.add_argument("--actions", type=int, default=3, help="2 or 3")
    parser.add_argument("--seed", type=int, default=0, help="game i of a kind is drawn from seed + i")
    options = parser.parse_args()
    total = 0
    for kind in KINDS:
        tally: Counter[str] = Counter()
        start = time.process_time()
        for seed in range(options.seed, options.seed + options.games):
            try:
                whole, lines = compare(draw(seed, kind, options.actions))
            except BerknashError as error:
                tally["declined"] += 1
                print(f"{kind} {seed}: {error}", file=sys.stderr)
                continue
            tally["decided" if whole else "partly decided"] += 1
            total += bool(lines)
            for line in lines:
                print(f"{kind} {seed}: {line}", flush=True)
        counts = ", ".join(f"{n} {word}" for word, n in sorted(tally.items()))
        print(f"{kind}: {counts}; {time.process_time() - start:.1f} s", flush=True)
    print(f"games with disagreements: {total}")
    return 1 if total else 0


if __name__ == "__main__":
    sys.exit(main())
