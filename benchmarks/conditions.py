"""Printed conditions with logarithms, roots and exponentials against the definition, at many points of many games.

    python benchmarks/conditions.py --games 400 --seed 1

Every game is asked for ``strict(u)``, for a drawn claim, for its solution and (with one parameter) for its phases; a
call beyond the seconds allowed is counted and left. The counts go to stdout, every defect with its game.
"""

from __future__ import annotations

import argparse
import random
import signal
import sys
from collections import Counter
from collections.abc import Callable

from berknash.symbolic.engines.finite.agent_engine import solve
from berknash.symbolic.errors import BerknashError, GameError
from berknash.symbolic.solving.phases import phases
from berknash.testing_conditions import (
    Case,
    Counts,
    check_claim,
    check_phases,
    check_solution,
    draw_case,
    draw_claim,
)


class _Late(Exception):
    """A call took longer than allowed."""


def _stop(*_: object) -> None:
    raise _Late


def main() -> int:
    """Draws the games, prints counts; status 1 where a condition was wrong or undefined."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--games", type=int, default=400)
    parser.add_argument("--points", type=int, default=12)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--seconds", type=int, default=20)
    given = parser.parse_args()
    signal.signal(signal.SIGALRM, _stop)
    counts, outcomes = Counts(), Counter[str]()
    for number in range(given.games):
        draw = random.Random(1000 * given.seed + number)
        choose = draw.randint
        parameters = 1 + (number % 3 == 2)
        try:
            case = draw_case(choose, choose(2, 3), parameters)
        except GameError:
            outcomes["games refused: a payoff is not defined on the domain"] += 1
            continue
        outcomes["games"] += 1
        claim = draw_claim(choose, case.names)
        for name, task in _tasks(case, claim, choose, given.points, counts):
            signal.alarm(given.seconds)
            before = len(counts.defects)
            try:
                task()
                outcomes[f"{name}: answered"] += 1
            except _Late:
                outcomes[f"{name}: stopped after {given.seconds} s"] += 1
                print(f"late: {number} {name} {claim}", file=sys.stderr, flush=True)
            except BerknashError as error:
                outcomes[f"{name}: {type(error).__name__}"] += 1
                print(f"refused: {number} {name} {claim}: {error}", file=sys.stderr, flush=True)
            except Exception as error:  # counted here, so that one game does not hide the others
                counts.defects.append(f"{name} {claim}: {type(error).__name__}: {error}")
            finally:
                signal.alarm(0)
            for defect in counts.defects[before:]:
                print(f"DEFECT {number}: {defect}", flush=True)
    for what, count in sorted(outcomes.items()):
        print(f"{count:6}  {what}")
    print(f"{counts.conditions} conditions, {counts.evaluations} evaluations, {len(counts.defects)} defects")
    return 1 if counts.defects else 0


def _tasks(
    case: Case, claim: str, choose: Callable[[int, int], int], points: int, counts: Counts
) -> list[tuple[str, Callable[[], None]]]:
    tasks: list[tuple[str, Callable[[], None]]] = [
        ("when strict", lambda: check_claim(case, "strict(u)", choose, points, counts)),
        ("when claim", lambda: check_claim(case, claim, choose, points, counts)),
        ("solve", lambda: check_solution(case, solve(case.game), choose, points, counts)),
    ]
    if len(case.names) == 1:
        tasks.append(("phases", lambda: check_phases(case, phases(case.game), choose, points, counts)))
    return tasks


if __name__ == "__main__":
    sys.exit(main())
