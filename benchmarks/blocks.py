"""Families that fall apart into blocks: do the conditions agree with the definition at points?

    python benchmarks/blocks.py --games 5 --points 4 --seed 0

Draws games of one agent, with two or three actions, ties on purpose and one or two numbers free, whose predictions are
products of factors of single blocks of coordinates: chains of causes, simplices, independent outcomes, odds, selective
labels after signals. At rational points, many of them on boundaries, strategies drawn on every support and beside what
is printed must belong to a printed set iff they pass the definition (`numeric.printed_sets`); and between strategies of
two actions at which the definition's best fits favour different ones there must be a printed equilibrium. What differs
is printed, and the exit status is 1 when something does.
"""

from __future__ import annotations

import argparse
import random
import sys
import time
from collections import Counter
from fractions import Fraction
from itertools import combinations, pairwise, product
from typing import Any

from free_families import At, holds_at, point

from berknash.numeric.printed_sets import compare
from berknash.symbolic.algebra.signs import approximate
from berknash.symbolic.definition.minimizers import as_weights, best_fits
from berknash.symbolic.errors import NO_ANSWER, BerknashError
from berknash.symbolic.expressions.reading import substitute
from berknash.symbolic.forms.laws import agent_of
from berknash.symbolic.game.game import Game
from berknash.symbolic.results.solution import Solution
from berknash.symbolic.solving.solve import solve

STEPS = 17


def law(rng: random.Random, count: int) -> list[Fraction]:
    """Chances with small denominators, zeros among them."""
    weights = [rng.randint(0, 5) for _ in range(count)]
    weights[rng.randrange(count)] += 1
    return [Fraction(w, sum(weights)) for w in weights]


def value(rng: random.Random) -> Fraction:
    """A payoff, often one of few."""
    return Fraction(rng.randint(-2, 2)) if rng.random() < 0.4 else Fraction(rng.randint(-20, 20), rng.randint(3, 11))


def rows(actions: str, outcomes: list[str], draw: Any) -> dict[str, dict[str, str]]:
    """A row of draws for each action."""
    return {a: dict(zip(outcomes, map(str, draw()), strict=True)) for a in actions}


def chain(rng: random.Random, actions: str) -> dict[str, Any]:
    """An action leads to a cause and the cause to an effect."""
    outcomes = ["nh", "ns", "hh", "hs"]
    theta, predicts = {"r": rng.choice(["[0, 1]", "[1/7, 5/6]"]), "s": "[0, 1]"}, {}
    for a in actions:
        n = str(Fraction(rng.randint(0, 7), 7))
        if rng.random() < 0.5:
            n, theta[f"n{a}"] = f"n{a}", "[0, 1]"
        predicts[a] = {"nh": f"{n}*r", "ns": f"{n}*(1 - r)", "hh": f"(1 - {n})*s", "hs": f"(1 - {n})*(1 - s)"}
    return {"outcomes": outcomes, "models": {"m": {"theta": theta, "predicts": predicts}}}


def simplex(rng: random.Random, actions: str) -> dict[str, Any]:
    """The same law for all actions, or the coordinates in another order."""
    names, outcomes = ["x", "y", "1 - x - y"], ["u", "m", "d"]
    predicts = {}
    for a in actions:
        order = rng.sample(names, 3) if rng.random() < 0.3 else names
        predicts[a] = dict(zip(outcomes, order, strict=True))
    model = {"theta": {"x": "[0, 1]", "y": "[0, 1]"}, "where": ["x + y <= 1"], "predicts": predicts}
    return {"outcomes": outcomes, "models": {"m": model}}


def independent(rng: random.Random, actions: str) -> dict[str, Any]:
    """Two things that are thought to be independent, each as likely as a number or its complement."""
    outcomes = ["yy", "yn", "ny", "nn"]
    predicts = {}
    for a in actions:
        v = rng.choice(["v", "v", "1 - v"])
        g = rng.choice(["g", "g", "1 - g", "1/3"])
        predicts[a] = {"yy": f"({v})*({g})", "yn": f"({v})*(1 - ({g}))", "ny": f"(1 - ({v}))*({g})",
                       "nn": f"(1 - ({v}))*(1 - ({g}))"}  # fmt: skip
    theta = {"v": rng.choice(["[0, 1]", "[1/4, 3/5]"]), "g": "[0, 1]"}
    return {"outcomes": outcomes, "models": {"m": {"theta": theta, "predicts": predicts}}}


def same(rng: random.Random, actions: str) -> dict[str, Any]:
    """One law that is the same for all actions, in a product of coordinates."""
    drawn = independent(rng, "a")
    predicts = drawn["models"]["m"]["predicts"]["a"]
    drawn["models"]["m"]["predicts"] = {a: dict(predicts) for a in actions}
    drawn["one truth"] = True
    return drawn


def odds(rng: random.Random, actions: str) -> dict[str, Any]:
    """Scores of a Bradley-Terry model."""
    outcomes = ["win", "lose"]
    predicts = {}
    for place, a in enumerate(actions):
        c = 1 if not place else Fraction(rng.choice([1, 2, 3]), rng.choice([1, 1, 2]))
        predicts[a] = {"win": f"{c}*x/(1 + {c}*x)", "lose": f"1/(1 + {c}*x)"}
    ends = rng.choice(["[1/10, 10]", "[1/3, 2]"])
    return {"outcomes": outcomes, "models": {"m": {"theta": {"x": ends}, "predicts": predicts}}}


KINDS = {"chain": chain, "simplex": simplex, "independent": independent, "same": same, "odds": odds}


def draw(seed: int, kind: str, actions: str) -> Game:
    """A game of a kind with one or two numbers free."""
    rng = random.Random(f"{kind} {actions} {seed}")
    drawn = KINDS[kind](rng, actions)
    outcomes = drawn["outcomes"]
    truth = rows(actions, outcomes, lambda: law(rng, len(outcomes)))
    payoff = rows(actions, outcomes, lambda: [value(rng) for _ in outcomes])
    if drawn.pop("one truth", False):
        truth = dict.fromkeys(actions, truth["a"])
    agent = {"actions": list(actions), "truth": truth, "payoff": payoff, **drawn}
    parameters = {"k": "(-3, 3)"}
    free, shift = rng.choice(actions), rng.random() < 0.5
    for y in outcomes if shift else [rng.choice(outcomes)]:
        agent["payoff"][free] = agent["payoff"][free] | {y: f"{agent['payoff'][free][y]} + k"}
    if rng.random() < 0.3 and kind != "same":
        parameters["p"] = rng.choice(["(0, 1)", "[0, 1]"])
        agent["truth"][rng.choice(actions)] = dict(zip(outcomes, ["p", "1 - p", "0", "0"], strict=False))
    return Game.from_dict({"format": 1, "name": kind, "parameters": parameters, "players": {"agent": agent}})


def between(game: Game, solution: Solution, at: At) -> list[str]:
    """Where the definition needs an equilibrium that is not printed: two actions, others that are never better."""
    agent, found = agent_of(game.at(at)), []
    places = {name: k for k, name in enumerate(agent.actions)}
    for a, b in combinations(agent.actions, 2):
        others = [c for c in agent.actions if c not in (a, b)]
        sides: list[tuple[Fraction, int]] = []
        for step in range(1, STEPS):
            s = Fraction(step, STEPS)
            try:
                fits = best_fits(agent, as_weights(agent, {a: 1 - s, b: s}))
            except NO_ANSWER:
                continue
            payoffs = [fits.payoffs[places[c]] for c in (a, b, *others)]
            signs = {(x - y).sign() for x, y in zip(payoffs[0], payoffs[1], strict=True)}
            columns = list(zip(*payoffs, strict=True))
            better = [z for x, y, *rest in columns for z in rest if (z - x).sign() >= 0 or (z - y).sign() >= 0]
            if len(signs) == 1 and not better:
                sides.append((s, next(iter(signs))))
        mixed = [
            float(approximate(substitute(dict(e.strategy)[b], at)))
            for e in solution.equilibria
            if set(e.support) == {a, b} and holds_at(e.condition, at)
        ]
        for (low, first), (high, second) in pairwise(sides):
            near = any(low - 1e-9 < s < high + 1e-9 for s in mixed)
            if first * second < 0 and high - low == Fraction(1, STEPS) and not near:
                found.append(f"an equilibrium of {a}, {b} between {low} and {high} is missing")
    return found


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--games", type=int, default=5, help="games of every kind and number of actions")
    parser.add_argument("--points", type=int, default=4, help="points of each")
    parser.add_argument("--seed", type=int, default=0, help="game i is drawn from seed + i")
    parser.add_argument("--kinds", nargs="*", default=sorted(KINDS), help=f"among {', '.join(KINDS)}")
    parser.add_argument("--actions", nargs="*", default=["ab", "abc"], help="the actions of the games")
    options = parser.parse_args()
    wrong = 0
    for kind, actions in product(options.kinds, options.actions):
        tally: Counter[str] = Counter()
        worst = 0.0
        for seed in range(options.seed, options.seed + options.games):
            game, rng = draw(seed, kind, actions), random.Random(f"points {seed}")
            start = time.process_time()
            try:
                solution = solve(game)
            except BerknashError as error:
                tally["refused"] += 1
                print(f"{kind} {actions} {seed}: {error}", flush=True)
                continue
            worst = max(worst, time.process_time() - start)
            tally["games"] += 1
            tally["games with undecided supports"] += any(u.what == "equilibria" for u in solution.undecided)
            tally["games with anything undecided"] += bool(solution.undecided)
            document = solution.to_json()
            for _ in range(options.points):
                at = point(rng, game)
                found = compare(game, document, at, rng)
                tally["strategies"] += found.points
                tally["inside"] += found.inside
                faults = [str(f) for f in found.faults]
                if not any(u.what == "equilibria" and holds_at(u.where, at) for u in solution.undecided):
                    faults += between(game, solution, at)
                for fault in faults:
                    wrong += 1
                    print(f"{kind} {actions} {seed} at {at}: {fault}", flush=True)
        counts = ", ".join(f"{n} {word}" for word, n in sorted(tally.items()))
        print(f"{kind} {actions}: {counts}; slowest {worst:.1f} s", flush=True)
    print(f"disagreements: {wrong}")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
