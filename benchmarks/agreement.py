"""How often do the exact engine and the numerical route disagree? Draws random games, counts, prints what
differs.

    python benchmarks/agreement.py --random 1000 --knife-edge 1000 --parametric 100 --seed 0

At numeric games everything is compared: supports, belief supports and dimensions of all equilibrium
components, uniform and strict ones, rationalizable set, transition graph, absorbing and closed sets, cycles;
and every reported strategy and belief must pass the definition. Parametric games are solved once with free
parameters, and their conditions are evaluated and compared at rational points, many of them with small
denominators, where ties are. The exit status is 1 when anything disagrees. An answer that the exact engine
declines (BerknashError) is counted apart.
"""

from __future__ import annotations

import argparse
import random
import signal
import sys
import time
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

import mpmath

from berknash.numeric.confirm import in_domain
from berknash.numeric.solver import (
    DecisionProblem,
    NumericalStructure,
    is_equilibrium,
    is_supporting_belief,
    numerical_structure,
)
from berknash.numeric.structures import structure_differences
from berknash.numeric.tables import DEFAULT_PRECISION, evaluate, numerical_tables
from berknash.symbolic.engines.finite.agent_engine import solve
from berknash.symbolic.errors import BerknashError
from berknash.symbolic.game.game import Game
from berknash.symbolic.results.solution import Solution
from berknash.symbolic.solving.phases import phases
from berknash.testing import random_game, random_knife_edge_game, random_parametric_game

POINTS = 12
SLOW_SECONDS = 5


@dataclass
class Tally:
    """What happened in one kind of game."""

    games: int = 0
    points: int = 0
    disagreements: int = 0
    declined: Counter[str] = field(default_factory=Counter)
    exact_seconds: float = 0.0
    numeric_seconds: float = 0.0


class _OverLimitError(Exception):
    """One exact solution took longer than the limit."""


def _over_limit(*_: object) -> None:
    raise _OverLimitError


def holds(condition: Any, values: Mapping[str, Fraction]) -> bool:
    """Whether a condition (a disjunction of conjunctions of relations) holds at a rational point,
    numerically.
    """
    with mpmath.workdps(DEFAULT_PRECISION.digits):
        for conjunction in condition.alternatives:
            for relation in conjunction:
                gap = evaluate(relation.left, values) - evaluate(relation.right, values)
                sign = 0 if abs(gap) < DEFAULT_PRECISION.tie else (1 if gap > 0 else -1)
                allowed = {"<": (-1,), "<=": (-1, 0), "==": (0,), "!=": (-1, 1), ">=": (0, 1), ">": (1,)}
                if sign not in allowed[relation.operator]:
                    break
            else:
                return True
    return False


def exact_answer(solution: Solution, values: Mapping[str, Fraction]) -> dict[str, Any]:
    """The answer of the exact engine at a point, in a form that compares."""
    at = [e for e in solution.equilibria if holds(e.condition, values)]

    def members(cases: Any) -> list[Any]:
        return sorted(case.value for case in cases if holds(case.condition, values))

    return {
        "components": sorted((e.support, e.belief_support, e.dimension) for e in at),
        "uniform": sorted(e.support[0] for e in at if e.pure and e.uniform),
        "strict": sorted(e.support[0] for e in at if e.pure and e.strict),
        "rationalizable": [names for (names,) in members(solution.rationalizable)],
        "transitions": members(solution.transitions),
        "absorbing": members(solution.absorbing),
        "closed": [names for (names,) in members(solution.closed)],
        "cycles": members(solution.cycles),
    }


def numeric_answer(found: NumericalStructure) -> dict[str, Any]:
    """The answer of the numerical route in the same form."""
    return {
        "components": sorted((e.support, e.belief_support, e.dimension) for e in found.equilibria),
        "uniform": sorted(found.uniform),
        "strict": sorted(found.uniformly_strict),
        "rationalizable": [found.rationalizable],
        "transitions": sorted(found.transitions),
        "absorbing": sorted(found.absorbing),
        "closed": sorted(found.closed),
        "cycles": sorted(rotated(cycle) for cycle in found.cycles),
    }


def rotated(cycle: tuple[str, ...]) -> tuple[str, ...]:
    """The cycle from its least name on."""
    start = cycle.index(min(cycle))
    return cycle[start:] + cycle[:start]


def failing_equilibria(game: Game, solution: Solution, values: Mapping[str, Fraction]) -> list[str]:
    """Reported equilibria that are none by the definition, or whose belief does not support them."""
    failures = []
    with mpmath.workdps(DEFAULT_PRECISION.digits):
        problem = DecisionProblem(numerical_tables(game, values))
        for found in solution.equilibria:
            if not holds(found.condition, values):
                continue
            strategy = [evaluate(weight, values) for _, weight in found.strategy]
            belief = [evaluate(weight, values) for _, weight in found.belief]
            shown = f"{found.support} strategy {[mpmath.nstr(w, 6) for w in strategy]}"
            if not is_equilibrium(problem, strategy):
                failures.append(f"{shown}: no equilibrium")
            elif belief and not is_supporting_belief(problem, strategy, belief):
                failures.append(f"{shown}: belief {[mpmath.nstr(w, 6) for w in belief]} does not support it")
            played = {a for a, weight in zip(game.players[0].actions, strategy, strict=True) if weight > 1e-25}
            if played != set(found.support):
                failures.append(f"{shown}: its support is {sorted(played)}")
            for vertex in found.vertices:
                corner = [evaluate(weight, values) for _, weight in vertex]
                if min(corner) < -DEFAULT_PRECISION.tie or abs(mpmath.fsum(corner) - 1) > 1e-25:
                    failures.append(f"{shown}: the vertex {[mpmath.nstr(w, 6) for w in corner]} is no strategy")
    return failures


def points_of(game: Game, generator: random.Random) -> list[dict[str, Fraction]]:
    """Rational points of the domain; half of them have denominators up to 4."""
    if not game.parameters:
        return [{}]
    found = []
    for index in range(POINTS):
        largest = 4 if index % 2 else 1000
        values = {}
        for parameter in game.parameters:
            below = generator.randint(2, largest)
            top = generator.randint(1, below - 1)
            unbounded = parameter.domain.high is None
            values[parameter.name] = (
                Fraction(generator.randint(-8, 8) * top, below) if unbounded else Fraction(top, below)
            )
        if in_domain(game, {n: mpmath.mpf(v.numerator) / v.denominator for n, v in values.items()}, mpmath.mpf(0)):
            found.append(values)
    return found


def compare(game: Game, generator: random.Random, tally: Tally, label: str, limit: float) -> None:
    """Solves a game both ways and reports what differs."""
    tally.games += 1
    start = time.perf_counter()
    signal.setitimer(signal.ITIMER_REAL, limit)
    try:
        solution = solve(game)
    except _OverLimitError:
        tally.declined["over the time limit"] += 1
        print(f"{label}: not solved in {limit:.0f} s", file=sys.stderr, flush=True)
        return
    except BerknashError as error:
        tally.declined[type(error).__name__] += 1
        print(f"{label}: declined: {error}", file=sys.stderr)
        return
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        elapsed = time.perf_counter() - start
        tally.exact_seconds += elapsed
        if SLOW_SECONDS < elapsed < limit:
            print(f"{label}: solved in {elapsed:.1f} s", file=sys.stderr, flush=True)
    for values in points_of(game, generator):
        tally.points += 1
        exact = exact_answer(solution, values)
        start = time.perf_counter()
        numeric = numeric_answer(numerical_structure(game, values))
        tally.numeric_seconds += time.perf_counter() - start
        lines = [
            f"  {part}\n    exact   {exact[part]}\n    numeric {numeric[part]}"
            for part in exact
            if exact[part] != numeric[part]
        ]
        lines.extend(f"  {failure}" for failure in failing_equilibria(game, solution, values))
        if lines:
            tally.disagreements += 1
            place = ", ".join(f"{name}={value}" for name, value in values.items())
            print(f"DISAGREEMENT {label} at {place or 'no parameters'}", *lines, sep="\n", flush=True)


def compare_phases(game: Game, generator: random.Random, tally: Tally, label: str, limit: float) -> None:
    """Decomposes the parameters into phases; every point must lie in one phase or stratum, with its structure."""
    tally.games += 1
    start = time.perf_counter()
    signal.setitimer(signal.ITIMER_REAL, limit)
    try:
        diagram = phases(game)
    except _OverLimitError:
        tally.declined["over the time limit"] += 1
        return
    except BerknashError as error:
        tally.declined[type(error).__name__] += 1
        print(f"{label}: declined: {error}", file=sys.stderr)
        return
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        tally.exact_seconds += time.perf_counter() - start
    for values in points_of(game, generator):
        tally.points += 1
        start = time.perf_counter()
        found = numerical_structure(game, values)
        tally.numeric_seconds += time.perf_counter() - start
        here = [phase for phase in (*diagram.phases, *diagram.strata) if holds(phase.condition, values)]
        lines = []
        if len(here) != 1:
            lines.append(f"  in {len(here)} phases: {', '.join(phase.name for phase in here)}")
        for phase in here:
            claimed = phase.structure.to_document()
            differing = structure_differences(found.to_json(), claimed)
            if differing:
                lines.append(f"  {phase.name} {phase.condition}: {', '.join(differing)}")
                lines.append(f"    exact   {claimed}\n    numeric {found.to_json()}")
        if lines:
            tally.disagreements += 1
            place = ", ".join(f"{name}={value}" for name, value in values.items())
            print(f"DISAGREEMENT {label} at {place}", *lines, sep="\n", flush=True)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--random", type=int, default=1000, help="generic numeric games")
    parser.add_argument("--knife-edge", type=int, default=1000, help="numeric games with ties")
    parser.add_argument("--parametric", type=int, default=50, help="games with free parameters")
    parser.add_argument("--phases", type=int, default=20, help="games decomposed into phases")
    parser.add_argument("--parameters", type=int, default=2, help="free parameters of the parametric games")
    parser.add_argument("--seed", type=int, default=0, help="game i of a kind is drawn from seed + i")
    parser.add_argument("--limit", type=float, default=20, help="seconds for one exact solution")
    parser.add_argument("--show", action="store_true", help="print the games, too")
    options = parser.parse_args()
    signal.signal(signal.SIGALRM, _over_limit)
    kinds: list[tuple[str, int, Callable[[random.Random], Game]]] = [
        ("random", options.random, random_game),
        ("knife-edge", options.knife_edge, random_knife_edge_game),
        ("parametric", options.parametric, lambda g: random_parametric_game(g, options.parameters)),
        ("phases", options.phases, lambda g: random_parametric_game(g, options.parameters)),
    ]
    total = 0
    for kind, count, draw in kinds:
        tally = Tally()
        for index in range(count):
            generator = random.Random(options.seed + index)
            game = draw(generator)
            if options.show:
                print(game.to_toml())
            judge = compare_phases if kind == "phases" else compare
            judge(game, generator, tally, f"{kind} {options.seed + index}", options.limit)
        total += tally.disagreements
        declined = ", ".join(f"{name} {n}" for name, n in sorted(tally.declined.items())) or "none"
        print(
            f"{kind}: {tally.games} games, {tally.points} points, {tally.disagreements} disagreements, "
            f"declined: {declined}; exact {tally.exact_seconds:.1f} s, numeric {tally.numeric_seconds:.1f} s",
            flush=True,
        )
    print(f"disagreements: {total}")
    return 1 if total else 0


if __name__ == "__main__":
    sys.exit(main())
