"""A symbolic solution compared with the numerical route at points of the domain, knife edges on purpose.

At each point the conditions of the solution are evaluated, and what they say is compared with what `berknash.numeric`
recomputes there from the definitions: supports, belief supports and dimensions of the equilibria, the strategies
themselves, which of them are locked in, the rationalizable set, transitions, absorbing and closed sets, cycles.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from typing import Any

import mpmath

from berknash.numeric.confirm import in_domain
from berknash.numeric.solver import NumericalStructure, numerical_structure
from berknash.numeric.tables import DEFAULT_PRECISION, evaluate
from berknash.symbolic.algebra.text import element_expression
from berknash.symbolic.cells.domain import SIGNS_OF, difference
from berknash.symbolic.expressions.reading import Expression, symbols_of
from berknash.symbolic.game.game import Game
from berknash.symbolic.results.solution import Solution

Values = dict[str, Any]

_SCAN = 24
_TIE = DEFAULT_PRECISION.tie


def points_of(game: Game, solution: Solution, count: int, seed: int) -> Iterator[tuple[Values, bool]]:
    """Random points of the domain, and whether they were put on the zero set of one, two or three atoms.

    Every second one is, where the solution speaks of these sets.
    """
    draw = random.Random(seed)
    ring = solution.table.ring
    atoms = [element_expression(ring, ring.polynomial(a)) for a in solution.table.atoms]
    found = 0
    for _ in range(60 * count):
        if found == count:
            return
        values: Values = {p.name: _inside(draw, p.domain.low, p.domain.high) for p in game.parameters}
        on_edge = bool(found % 2 and atoms and solution.boundaries_covered)
        if on_edge:
            wanted = draw.sample(atoms, min(len(atoms), draw.choice((1, 1, 2, 2, 3))))
            moved = _moved(draw, game, values, wanted)
            if moved is None:
                continue
            values = moved
        if in_domain(game, {n: mpmath.mpf(v.numerator) / v.denominator if isinstance(v, Fraction) else v
                            for n, v in values.items()}, _TIE):  # fmt: skip
            found += 1
            yield values, on_edge


def _inside(draw: random.Random, low: Fraction | None, high: Fraction | None) -> Fraction:
    bottom = Fraction(-3) if low is None else low
    top = bottom + 6 if high is None else high
    return bottom + (top - bottom) * Fraction(draw.randint(1, 59), 60)


def _moved(draw: random.Random, game: Game, values: Values, wanted: Sequence[Expression]) -> Values | None:
    """The point moved onto the zero sets one after the other, each along a parameter of its own."""
    point, used = dict(values), set[str]()
    for atom in wanted:
        names = sorted(symbols_of(atom) - used)
        draw.shuffle(names)
        for name in names:
            root = _root(draw, game, point, atom, name)
            if root is not None:
                point[name] = root
                used.add(name)
                break
        else:
            return None
    with mpmath.workdps(DEFAULT_PRECISION.digits):
        return point if all(abs(evaluate(atom, point)) < _TIE for atom in wanted) else None


def _root(draw: random.Random, game: Game, point: Values, atom: Expression, name: str) -> Any:
    """A zero of an atom along one parameter, to many digits."""
    (interval,) = (p.domain for p in game.parameters if p.name == name)
    low = Fraction(-3) if interval.low is None else interval.low
    high = low + 6 if interval.high is None else interval.high

    def value(at: Any) -> Any:
        return evaluate(atom, {**point, name: at})

    with mpmath.workdps(DEFAULT_PRECISION.digits + 10):
        grid = [low + (high - low) * Fraction(2 * k + 1, 2 * _SCAN) for k in range(_SCAN)]
        signs = [mpmath.sign(value(at)) for at in grid]
        changes = [k for k in range(_SCAN - 1) if signs[k] * signs[k + 1] < 0]
        if not changes:
            return None
        place = draw.choice(changes)
        ends = [mpmath.mpf(x.numerator) / x.denominator for x in (grid[place], grid[place + 1])]
        return mpmath.findroot(value, ends, solver="anderson", tol=mpmath.mpf(10) ** -110, maxsteps=200, verify=False)


class Conditions:
    """The conditions of a solution at one point."""

    def __init__(self, values: Values) -> None:
        self.values = values
        self.known: dict[Any, bool] = {}

    def hold(self, condition: Any) -> bool:
        """Whether the condition holds at the point."""
        return any(all(self._holds(r) for r in conjunction) for conjunction in condition.alternatives)

    def _holds(self, relation: Any) -> bool:
        if relation not in self.known:
            with mpmath.workdps(DEFAULT_PRECISION.digits):
                value = evaluate(difference(relation), self.values)
            sign = 0 if abs(value) < _TIE else 1 if value > 0 else -1
            self.known[relation] = sign in SIGNS_OF[relation.operator]
        return self.known[relation]


def differences(solution: Solution, values: Values, expected: NumericalStructure) -> list[str]:
    """What the solution says otherwise than the numerical route at a point; parts left undecided are not compared."""
    conditions = Conditions(values)
    entries = [e for e in solution.equilibria if conditions.hold(e.condition)]
    left_open = {u.names for u in solution.undecided if u.what == "equilibria"}
    parts: Mapping[str, Any] = {
        "equilibria": (
            {(e.support, e.belief_support, e.dimension) for e in entries},
            {(e.support, e.belief_support, e.dimension) for e in expected.equilibria if e.support not in left_open},
        ),
        "locked in": (
            {e.support[0] for e in entries if e.strict},
            {a for a in expected.uniformly_strict if (a,) not in left_open},
        ),
        "uniform": (
            {e.support[0] for e in entries if e.uniform},
            {a for a in expected.uniform if (a,) not in left_open},
        ),
        "rationalizable": (_values(conditions, solution.rationalizable), {(expected.rationalizable,)}),
        "transitions": (_values(conditions, solution.transitions), set(expected.transitions)),
        "absorbing": (_values(conditions, solution.absorbing), set(expected.absorbing)),
        "closed": (_values(conditions, solution.closed), {(names,) for names in expected.closed}),
        "cycles": ({_first(c) for c in _values(conditions, solution.cycles)}, {_first(c) for c in expected.cycles}),
    }
    skipped = {u.what for u in solution.undecided if not u.names}
    found = [
        f"{what}: {sorted(map(str, ours))} against {sorted(map(str, theirs))}"
        for what, (ours, theirs) in parts.items()
        if what not in skipped and ours != theirs
    ]
    with mpmath.workdps(DEFAULT_PRECISION.digits):
        for entry in entries:
            if entry.dimension:
                continue
            ours = [evaluate(w, values) for _, w in entry.strategy]
            same = [
                e for e in expected.equilibria
                if e.support == entry.support and e.belief_support == entry.belief_support
                and all(abs(w - v) < mpmath.sqrt(_TIE) for w, (_, v) in zip(ours, e.strategy, strict=True))
            ]  # fmt: skip
            if not same:
                found.append(f"strategy on {entry.support}: {[mpmath.nstr(w, 12) for w in ours]}")
    return found


def _values(conditions: Conditions, cases: Sequence[Any]) -> set[Any]:
    return {case.value for case in cases if conditions.hold(case.condition)}


def _first(cycle: tuple[str, ...]) -> tuple[str, ...]:
    place = cycle.index(min(cycle))
    return cycle[place:] + cycle[:place]


def disagreements(game: Game, solution: Solution, count: int, seed: int = 1) -> tuple[int, int, int]:
    """How many points were compared, how many of them on knife edges, and at how many something differs."""
    compared = edges = wrong = 0
    for values, on_edge in points_of(game, solution, count, seed):
        compared += 1
        edges += on_edge
        found = differences(solution, values, numerical_structure(game, values))
        if found:
            wrong += 1
            print("  differs at", {n: str(v) for n, v in values.items()})
            for line in found:
                print("   ", line, flush=True)
    return compared, edges, wrong
