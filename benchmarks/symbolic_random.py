"""Random symbolic games of three actions, three models and four free parameters against the numerical route.

The parameters stand at random places of the truth, the payoffs and the predictions of models, some at several. Every
game is solved once and compared at points of its domain, half of them on knife edges (`symbolic_agreement`).

Run: python benchmarks/symbolic_random.py [--games N] [--points N] [--seed S] [--nodes N]
"""

from __future__ import annotations

import argparse
import random
import time

from symbolic_agreement import disagreements
from symbolic_games import THREE, TWO, UNIT, Row, game_of, pair

from berknash.symbolic.engines.finite.agent_engine import solve
from berknash.symbolic.errors import BerknashError
from berknash.symbolic.game.game import Game
from berknash.symbolic.limits import SolveLimits

NAMES = ("p", "q", "r", "s")


def random_symbolic_game(draw: random.Random, number: int) -> Game:
    """Three actions, three models, four parameters; at most one of them in predictions, whose logarithms join a lot."""
    inside = draw.choice((0, 0, 1))
    in_truth = draw.randint(1, 3)
    outcomes = THREE if draw.random() < 0.2 and not inside else TWO
    names = list(NAMES)
    predicted, truths, rewards = names[:inside], names[inside:][:in_truth], names[inside:][in_truth:]
    domains = dict.fromkeys(NAMES, UNIT)
    domains |= dict.fromkeys(rewards, draw.choice(("(-1, 2)", "(0, 3)", "[0, 2]")))

    def number_in(largest: int = 6) -> str:
        bottom = draw.randint(2, largest)
        return f"{draw.randint(1, bottom - 1)}/{bottom}"

    def row() -> Row:
        if outcomes == TWO:
            return pair(number_in())
        weights = [draw.randint(1, 4) for _ in outcomes]
        return [f"{w}/{sum(weights)}" for w in weights]

    truth = [row() for _ in range(3)]
    for name, action in zip(truths, draw.sample(range(3), len(truths)), strict=True):
        truth[action] = pair(name) if outcomes == TWO else (f"{name}/2", "1/2 - " + f"{name}/2", "1/2")
    models = [[row() for _ in range(3)] for _ in range(3)]
    for name in predicted:
        for model, action in draw.sample([(m, a) for m in range(3) for a in range(3)], draw.randint(1, 3)):
            models[model][action] = pair(name)
    payoff = [[str(draw.randint(-1, 3)) for _ in outcomes] for _ in range(3)]
    places = [(a, o) for a in range(3) for o in range(len(outcomes))]
    for name, (action, outcome) in zip(rewards, draw.sample(places, len(rewards)), strict=True):
        payoff[action][outcome] = name
    return game_of(f"random {number}", domains, truth, payoff, models, outcomes)


def main() -> None:
    """Print one line for each game and the sums at the end."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--games", type=int, default=20)
    parser.add_argument("--points", type=int, default=20)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--nodes", type=int, default=20_000)
    arguments = parser.parse_args()
    draw = random.Random(arguments.seed)
    sums = [0, 0, 0]
    for number in range(arguments.games):
        game = random_symbolic_game(draw, number)
        start = time.process_time()
        try:
            solution = solve(game, limits=SolveLimits(nodes=arguments.nodes))
        except BerknashError as error:
            print(f"{number:>3} {error}", flush=True)
            continue
        taken = time.process_time() - start
        doubtful = sum(not e.witnessed for e in solution.equilibria)
        found = disagreements(game, solution, arguments.points, number)
        sums = [total + one for total, one in zip(sums, found, strict=True)]
        boundaries = "covered" if solution.boundaries_covered else "open"
        print(
            f"{number:>3} {len(solution.table.atoms):>3} atoms {len(solution.equilibria):>4} entries {doubtful:>3} "
            f"unwitnessed; boundaries {boundaries:>7}; {len(solution.undecided)} undecided; {taken:>6.1f} s; "
            f"points {found[0]}, on edges {found[1]}, wrong {found[2]}",
            flush=True,
        )
    print(f"points {sums[0]}, on knife edges {sums[1]}, wrong {sums[2]}")


if __name__ == "__main__":
    main()
