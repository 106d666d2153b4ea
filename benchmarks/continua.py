"""Are the sets of equilibria that are printed right? Draws games with ties on open sets, counts, prints what differs.

    python benchmarks/continua.py --games 200 --seed 0
    python benchmarks/continua.py --kind finite --games 1000 --points 6

Each game is solved with its parameters free. At rational parameters (random ones, and those at which its conditions
change) points of and beside everything printed are compared with the definition (`berknash.numeric.printed_sets`); the
same for the solution at these parameters, whose list of equilibria has to be the same. The exit status is 1 when
anything disagrees. Games or points that an engine declines are counted apart.
"""

from __future__ import annotations

import argparse
import random
import re
import signal
import sys
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from fractions import Fraction
from typing import Any

import networkx  # noqa: F401  # loaded before an alarm may interrupt its loading
import numpy  # noqa: F401  # likewise

from berknash.numeric.printed_sets import SetCounts, compare, entries_at, same_entries
from berknash.numeric.superfluous_relations import superfluous_relations
from berknash.symbolic.dispatch import solve
from berknash.symbolic.errors import BerknashError, DefectError
from berknash.symbolic.game import Game
from berknash.testing_ties import KINDS, random_tied_game


class _OverLimitError(Exception):
    """One solution took longer than the limit."""


def _over_limit(*_: object) -> None:
    raise _OverLimitError


def parameter_points(
    game: Game, document: Mapping[str, Any], generator: random.Random, count: int
) -> Iterator[dict[str, Fraction]]:
    """Rational values of the free parameters: random ones, half of them where a printed condition changes."""
    if not game.parameters:
        yield {}
        return
    text = " ".join(entry.get("condition", "") for entry in document["equilibria"])
    found = 0
    for _ in range(20 * count):
        values = {}
        for parameter in game.parameters:
            edges = re.findall(rf"\b{parameter.name} [<>=!]=? (-?\d+(?:/\d+)?)\b", text)
            size = generator.choice([2, 3, 4, 5, 8, 60, 997])
            value = Fraction(generator.randint(1, size), size + 1)
            if edges and generator.random() < 1 / 2:
                value = Fraction(generator.choice(edges))
            values[parameter.name] = value
        try:
            game.at(values)
        except BerknashError:
            continue
        yield values
        found += 1
        if found == count:
            return


def one_game(game: Game, generator: random.Random, parameters: int, points: int) -> tuple[SetCounts, Counter[str]]:
    """The comparison of one game."""
    counts, declined = SetCounts(), Counter[str]()
    try:
        document = solve(game).to_json()
    except DefectError as error:
        counts.faults.append(str(error))
        return counts, declined
    except BerknashError as error:
        declined[f"free: {type(error).__name__}"] += 1
        document = None
    if document is not None:
        idle = superfluous_relations(game, document)
        counts.relations, counts.superfluous = idle.looked_at, idle.faults
    for values in parameter_points(game, document or {"equilibria": []}, generator, parameters):
        fixed = game.at(values) if values else game
        if document is not None:
            counts.add(compare(game, document, values, generator, points))
        if not values:
            continue
        try:
            there = solve(game, values).to_json()
        except DefectError as error:
            counts.faults.append(str(error))
            continue
        except BerknashError as error:
            declined[f"fixed: {type(error).__name__}"] += 1
            continue
        counts.add(compare(fixed, there, {}, generator, points))
        if document is None or document.get("undecided") or there.get("undecided"):
            continue
        if not same_entries(entries_at(game, document, values), entries_at(fixed, there, {})):
            shown = ", ".join(f"{n} = {v}" for n, v in values.items())
            counts.faults.append(f"{game.name} at {shown}: other entries than with the parameters free")
    return counts, declined


def main() -> int:
    """Draws, compares, prints the counts."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--games", type=int, default=100, help="games of each kind")
    parser.add_argument("--kind", choices=KINDS, action="append", help="only these kinds")
    parser.add_argument("--parameters", type=int, default=4, help="parameter values for each game")
    parser.add_argument("--points", type=int, default=2, help="points of each sort on each support")
    parser.add_argument("--seconds", type=int, default=60, help="limit for one game")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--superfluous", action="store_true", help="print relations that say nothing")
    options = parser.parse_args()
    signal.signal(signal.SIGALRM, _over_limit)
    faults = 0
    for kind in options.kind or KINDS:
        total, declined, start = SetCounts(), Counter[str](), time.monotonic()
        for number in range(options.games):
            generator = random.Random(f"{options.seed} {kind} {number}")
            game = random_tied_game(generator, kind)
            signal.alarm(options.seconds)
            try:
                counts, left = one_game(game, generator, options.parameters, options.points)
            except _OverLimitError:
                declined["over the time limit"] += 1
                continue
            finally:
                signal.alarm(0)
            total.add(counts)
            declined += left
            for fault in counts.faults[:3]:
                print(f"  {kind} {number}: {fault}", flush=True)
            for fault in counts.superfluous[:1] if options.superfluous else ():
                print(f"  {kind} {number}: {fault}", flush=True)
        faults += len(total.faults)
        print(
            f"{kind}: {options.games} games, {total.sets} sets met, {total.points} points ({total.inside} inside), "
            f"{total.skipped} undecided, {len(total.faults)} disagreements, {len(total.superfluous)} of "
            f"{total.relations} relations say nothing, declined {dict(declined)}, "
            f"{time.monotonic() - start:.0f} s",
            flush=True,
        )
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
