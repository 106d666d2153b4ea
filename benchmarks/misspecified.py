"""Disagreements over misspecified 2 x 3 and 3 x 2 games between the exact engine and a numerical search by definition.

    python benchmarks/misspecified.py [COUNT] [SEED]

The truth of each player's outcomes depends on the whole profile, models on the own action; two or three models each.
Every other game draws its numbers from few values, so that divergences and payoffs tie. The search goes through all
supports S and sets of models T in floating point: a linear program asks whether some belief on T makes S optimal, and
Gauss-Newton steps from many starts look for play with support S at which the models in T fit equally well, no other
better (Esponda & Pouzo 2016, Definition 1). What it finds must be reported, as a point within 1e-6 or on a support with
a continuum or one named undecided; and every reported strategy must pass the definition in floating point.
"""

from __future__ import annotations

import random
import sys
from collections import Counter
from fractions import Fraction
from itertools import combinations, product
from typing import Any

import numpy
from scipy.optimize import linprog

from berknash.symbolic.algebra.signs import approximate
from berknash.symbolic.decomposition import AlgebraicNumber
from berknash.symbolic.engines.finite.engine import solve_players
from berknash.symbolic.game.game import Game

STARTS = 12
TIE = 1e-8
NEAR = 1e-6


def drawn(seed: int) -> Game:
    """A game whose numbers are spread or, for even seeds, of few values."""
    draw = random.Random(f"misspecified {seed}")
    few = seed % 2 == 0
    sizes = (2, 3) if seed % 4 < 2 else (3, 2)
    names = [[f"{letter}{k}" for k in range(size)] for letter, size in zip("ab", sizes, strict=True)]

    def law() -> dict[str, str]:
        good = draw.choice([Fraction(k, 4) for k in (1, 2, 2, 3)]) if few else Fraction(draw.randint(1, 19), 20)
        return {"good": str(good), "bad": str(1 - good)}

    def player(own: list[str]) -> dict[str, Any]:
        top = 1 if few else 9
        return {
            "actions": own,
            "outcomes": ["good", "bad"],
            "truth": {f"{a},{b}": law() for a in names[0] for b in names[1]},
            "payoff": {a: {"good": draw.randint(0, top), "bad": draw.randint(-top, 1)} for a in own},
            "models": {f"m{k}": {"predicts": {a: law() for a in own}} for k in range(draw.choice((2, 2, 3)))},
        }

    players = {"one": player(names[0]), "two": player(names[1])}
    return Game.from_dict({"format": 1, "name": f"misspecified {seed}", "players": players})


class Numbers:
    """One player's divergences by profile, and payoffs by model, from the game's rows in floating point."""

    def __init__(self, game: Game, place: int) -> None:
        player = game.players[place]
        document = game_rows(game)[player.name]
        rows = [[p.actions for p in game.players][k] for k in (0, 1)]
        models = list(document["models"].values())
        self.actions = len(player.actions)
        self.fit = numpy.zeros((len(models), len(rows[0]), len(rows[1])))
        self.pay = numpy.zeros((self.actions, len(models)))
        for t, model in enumerate(models):
            predicted = [row_of(model["predicts"], action) for action in player.actions]
            for k, action in enumerate(player.actions):
                gains = document["payoff"][action]
                self.pay[k, t] = sum(float(Fraction(str(gains[y]))) * predicted[k][y] for y in ("good", "bad"))
            for i, first in enumerate(rows[0]):
                for j, second in enumerate(rows[1]):
                    truth = row_of(document["truth"], f"{first},{second}")
                    own = (i, j)[place]
                    self.fit[t, i, j] = -sum(truth[y] * numpy.log(predicted[own][y]) for y in ("good", "bad"))

    def supports(self, plans: tuple[int, ...], models: tuple[int, ...]) -> bool:
        """Whether some belief on these models makes all these plans optimal."""
        best = self.pay[plans[0]]
        above = [self.pay[a] - best for a in range(self.actions) if a not in plans]
        equal = [self.pay[a] - best for a in plans[1:]]
        columns = list(models)
        result = linprog(
            numpy.zeros(len(columns)),
            A_ub=numpy.array(above)[:, columns] if above else None,
            b_ub=numpy.full(len(above), 1e-10) if above else None,
            A_eq=numpy.array([*equal, numpy.ones(self.pay.shape[1])])[:, columns],
            b_eq=numpy.array([0.0] * len(equal) + [1.0]),
            bounds=(0, 1),
        )
        return bool(result.status == 0)

    def values(self, one: Any, two: Any) -> Any:
        """The models' divergences at play, up to a constant."""
        return numpy.einsum("tij,i,j->t", self.fit, one, two)


def game_rows(game: Game) -> dict[str, Any]:
    """The players' tables of the game file."""
    import tomllib

    found: dict[str, Any] = tomllib.loads(game.to_toml())["players"]
    return found


def row_of(rows: dict[str, Any], key: str) -> dict[str, float]:
    """A row of probabilities as floats."""
    return {y: float(Fraction(p)) for y, p in rows[key].items()}


def passes(numbers: list[Numbers], play: list[Any]) -> bool:
    """Whether a profile is an equilibrium by the definition, up to rounding."""
    for player, own in zip(numbers, play, strict=True):
        values = player.values(*play)
        ties = tuple(t for t, v in enumerate(values) if v <= values.min() + TIE)
        if not player.supports(tuple(a for a, w in enumerate(own) if w > NEAR), ties):
            return False
    return True


def searched(numbers: list[Numbers], seed: int) -> list[list[Any]]:
    """Equilibria that Newton steps find from many starts on all supports and sets of models."""
    stream = numpy.random.default_rng(seed)
    found: list[list[Any]] = []
    sets = [[s for k in range(1, n + 1) for s in combinations(range(n), k)] for n in (x.actions for x in numbers)]
    for supports in product(*sets):
        choices = []
        for player, own in zip(numbers, supports, strict=True):
            models = range(player.pay.shape[1])
            every = [c for k in range(1, len(models) + 1) for c in combinations(models, k)]
            choices.append([c for c in every if player.supports(own, c)])
        for ties in product(*choices):
            alone = all(len(own) == 1 for own in supports)
            for _ in range(1 if alone else STARTS):
                play = stepped(numbers, supports, ties, stream)
                if play is not None and passes(numbers, play):
                    found.append(play)
    return found


def stepped(numbers: list[Numbers], supports: Any, ties: Any, stream: Any) -> list[Any] | None:
    """Play with these supports at which these models tie, from a random start; None where the steps fail."""
    widths = [len(own) for own in supports]
    cut = widths[0]
    point = numpy.concatenate([stream.dirichlet(numpy.ones(w)) for w in widths])
    fits = [numbers[k].fit[:, list(supports[0])][:, :, list(supports[1])] for k in (0, 1)]
    for _ in range(60):
        one, two = point[:cut], point[cut:]
        rows, gaps = [], []
        for fit, tied in zip(fits, ties, strict=True):
            for t in tied[1:]:
                matrix = fit[t] - fit[tied[0]]
                rows.append(numpy.concatenate([matrix @ two, one @ matrix]))
                gaps.append(one @ matrix @ two)
        rows += [numpy.repeat([1.0, 0.0], widths), numpy.repeat([0.0, 1.0], widths)]
        gaps += [one.sum() - 1, two.sum() - 1]
        step = numpy.linalg.lstsq(numpy.array(rows), -numpy.array(gaps), rcond=None)[0]
        point = point + step
        if not numpy.all(numpy.isfinite(point)) or numpy.abs(point).max() > 1e3:
            return None
        if numpy.abs(step).max() < 1e-13:
            break
    else:
        return None
    if numpy.abs(gaps).max() > 1e-11 or point.min() <= NEAR:
        return None
    play = [numpy.zeros(x.actions) for x in numbers]
    play[0][list(supports[0])], play[1][list(supports[1])] = point[:cut], point[cut:]
    return play


def compared(seed: int) -> Counter[str]:
    """What one game counts for: games, disagreements, and which kinds of answers there were."""
    game = drawn(seed)
    solution = solve_players(game)
    numbers = [Numbers(game, place) for place in (0, 1)]
    counts = Counter(games=1, undecided=len(solution.undecided))
    points: list[Any] = []
    sets: set[Any] = {entry.support for entry in solution.undecided}
    for e in solution.equilibria:
        play = [numpy.array([_float(w) for _, w in own[0][1]]) for own in e.strategy]
        counts["mixed"] += not e.pure
        counts["continua"] += e.dimension > 0
        if not passes(numbers, play):
            counts["disagreements"] += 1
            print(f"seed {seed}: the reported {e.strategy} fails the definition")
        if e.dimension:
            sets.add(e.support)
        points.append(numpy.concatenate(play))
    for play in searched(numbers, seed):
        counts["found"] += 1
        support = tuple(
            (("", tuple(a for a, w in zip(p.actions, own, strict=True) if w)),)
            for p, own in zip(game.players, play, strict=True)
        )
        flat = numpy.concatenate(play)
        if support not in sets and not any(numpy.abs(flat - p).max() < NEAR for p in points):
            counts["disagreements"] += 1
            print(f"seed {seed}: {play} is not reported")
    counts["disagreements"] += not solution.equilibria
    return counts


def _float(value: Any) -> float:
    found = value if isinstance(value, AlgebraicNumber) else approximate(value)
    assert found is not None
    return float(found)


def compare(count: int = 200, seed: int = 0) -> int:
    """Prints and returns the number of disagreements."""
    total: Counter[str] = Counter()
    for number in range(seed, seed + count):
        total += compared(number)
    print(
        f"{total['games']} misspecified 2 x 3 and 3 x 2 games, {total['mixed']} mixed equilibria, "
        f"{total['continua']} of them continua, {total['undecided']} supports undecided; "
        f"{total['found']} times play found numerically; disagreements: {total['disagreements']}"
    )
    return total["disagreements"]


if __name__ == "__main__":
    sys.exit(1 if compare(*(int(v) for v in sys.argv[1:3])) else 0)
