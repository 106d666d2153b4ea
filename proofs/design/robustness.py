"""How far a point of the parameter space is from the nearest change of structure.

Along one parameter the line through the point is decomposed exactly (`symbolic.solving.phases`): the answer is the
first break on either side across which the structure changes. Over all parameters together the Euclidean distance is
enclosed: a branch-and-bound over boxes discards those on which ball arithmetic proves the answer to be the one at the
point (every atom whose sign is not settled there may take any sign), so that the distance of the nearest box left is a
proved lower bound; a rational point at which the exact answer differs is a proved upper bound.
"""

from __future__ import annotations

import heapq
import math
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import partial
from itertools import combinations, product
from typing import Any

from flint import arb, ctx, fmpq

from ...symbolic.algebra.ring import Polynomial
from ...symbolic.algebra.signs import Point
from ...symbolic.cells.atoms import AtomTable
from ...symbolic.cells.tree import numeric_value
from ...symbolic.combinatorics.envelopes import ImpossibleSigns
from ...symbolic.combinatorics.structure import structure_of
from ...symbolic.errors import GameError, UndecidedError
from ...symbolic.errors.running import TimeUp, ask, note, share
from ...symbolic.expressions.exact_values import read_value
from ...symbolic.floats import nearest_float
from ...symbolic.forms.decision_atoms import atom_table
from ...symbolic.game.free_parameters import check_arguments
from ...symbolic.game.game import Game
from ...symbolic.results.structure import named_structure
from ...symbolic.solving.sampled import point_text, words, written
from ...symbolic.solving.solve import phases

_MOST_OPEN = 3
_MOST_PAIRED = 8
_BOXES = 10_000
_PRECISION = 64
_GRID = 80  # bits after the point of the bounds on a break

Box = tuple[tuple[Fraction, Fraction], ...]


@dataclass(frozen=True, slots=True)
class Direction:
    """The nearest changes of structure along one parameter.

    Attributes
    ----------
    below, above : the break as text (exact, or decimals after ``~``), None where there is none in the domain
    bounds_below, bounds_above : rational enclosures of the breaks; of width zero where they are rational
    distance : enclosure of the distance to the nearer one, None where there is none
    decided : False when something on the line stayed undecided
    """

    parameter: str
    below: str | None
    above: str | None
    bounds_below: tuple[Fraction, Fraction] | None
    bounds_above: tuple[Fraction, Fraction] | None
    distance: tuple[Fraction, Fraction] | None
    decided: bool = True

    def __str__(self) -> str:
        near = "no change" if self.distance is None else f"distance {nearest_float(self.distance[0]):.6g}"
        return f"{self.parameter}: {self.below or 'end'} < . < {self.above or 'end'}; {near}"

    def to_json(self) -> dict[str, Any]:
        """An entry of the document."""
        return {
            "parameter": self.parameter, "below": self.below, "above": self.above, "decided": self.decided,
            "distance": None if self.distance is None else [str(x) for x in self.distance],
        }  # fmt: skip


@dataclass(frozen=True, slots=True)
class Enclosure:
    """Certified bounds on a Euclidean distance, by their squares.

    Attributes
    ----------
    lower_squared : no change is nearer than this
    upper_squared : a change is this near, None where none was found
    witness : the rational point that shows it
    """

    lower_squared: Fraction
    upper_squared: Fraction | None
    witness: tuple[tuple[str, Fraction], ...] | None

    @property
    def lower(self) -> float:
        """The lower bound, rounded down."""
        return math.nextafter(math.sqrt(self.lower_squared), 0.0)

    @property
    def upper(self) -> float | None:
        """The upper bound, rounded up."""
        return None if self.upper_squared is None else math.nextafter(math.sqrt(self.upper_squared), math.inf)


@dataclass(frozen=True, slots=True)
class Robustness:
    """Distances from a point to the nearest change of structure."""

    game: str
    point: tuple[tuple[str, Fraction], ...]
    directions: tuple[Direction, ...]
    overall: Enclosure

    def __str__(self) -> str:
        lines = [f"{self.game} at " + ", ".join(f"{n} = {v}" for n, v in self.point)]
        lines += [f"  {direction}" for direction in self.directions]
        upper = "unbounded" if self.overall.upper is None else f"{self.overall.upper:.6g}"
        lines.append(f"  overall: at least {self.overall.lower:.6g}, at most {upper}")
        return "\n".join(lines)

    def to_json(self) -> dict[str, Any]:
        """A document; bounds are exact rationals."""
        return {
            "format": 1,
            "game": self.game,
            "at": {n: str(v) for n, v in self.point},
            "directions": [direction.to_json() for direction in self.directions],
            "overall": {
                "lower_squared": str(self.overall.lower_squared),
                "upper_squared": None if self.overall.upper_squared is None else str(self.overall.upper_squared),
                "lower": self.overall.lower,
                "upper": self.overall.upper,
                "witness": None if self.overall.witness is None else {n: str(v) for n, v in self.overall.witness},
            },
        }  # fmt: skip


def robustness(game: Game, at: Mapping[str, Fraction | int | str], over: Sequence[str] | None = None) -> Robustness:
    """Distances from a point to the nearest change of structure, along each parameter and overall.

    Parameters: a game that has phases; exact values for all parameters; the parameters that may move (all of them by
    default). Distances along a parameter are exact, the overall one is enclosed. Raises GameError for a missing value.

    Examples
    --------
    >>> game = Game.from_dict({
    ...     "format": 1, "name": "urn", "parameters": {"p": "(0, 1)"},
    ...     "players": {"agent": {
    ...         "actions": ["bet", "pass"], "outcomes": ["win", "lose"],
    ...         "truth": {"*": {"win": "p", "lose": "1 - p"}},
    ...         "payoff": {"bet": {"win": 1, "lose": -1}, "pass": {"win": 0, "lose": 0}},
    ...         "models": {"good": {"predicts": {"*": {"win": "2/3", "lose": "1/3"}}},
    ...                    "bad": {"predicts": {"*": {"win": "1/3", "lose": "2/3"}}}}}}})
    >>> robustness(game, {"p": "3/5"}).directions[0].distance
    (Fraction(1, 10), Fraction(1, 10))
    """
    check_arguments(game, at, over=over)
    names = [p.name for p in game.parameters]
    for name in (*(over or ()), *at):
        if name not in names:
            raise GameError(f"{name}: unknown parameter; the parameters are {', '.join(names) or 'none'}")
    missing = [name for name in names if name not in at]
    if missing:
        raise GameError(f"--at gives no value for {', '.join(missing)}; a distance starts from a point")
    point = {name: read_value(at[name], where=f"at {name}") for name in names}
    game.at(point)
    moving = [name for name in names if over is None or name in over]
    fixed = {name: value for name, value in point.items() if name not in moving}
    directions = _directions(game, point, moving)
    table, read = _atoms(game.at(fixed) if fixed else game)
    here = {name: point[name] for name in moving}
    starts = [
        {**here, name: bound}
        for d in directions
        for name, bounds in ((d.parameter, d.bounds_below), (d.parameter, d.bounds_above))
        if bounds is not None
        for bound in bounds
    ]
    return Robustness(game.name, tuple(point.items()), directions, nearest_change(table, here, read, starts))


def _atoms(game: Game) -> tuple[AtomTable, Callable[[Any], Hashable]]:
    """All atoms that the structure depends on, and how it is read off their signs."""
    if game.has_tables:
        table = atom_table(game)
        table.complete()
        return table, structure_of
    diagram = phases(game)
    return diagram.table, diagram.structure_of


def _directions(game: Game, point: Mapping[str, Fraction], moving: Sequence[str]) -> tuple[Direction, ...]:
    """The distances along each parameter; where time is short, each has a share, and TimeUp names those not found."""
    if game.has_tables:
        note("structures", lambda: _here(game, point), game)
    found, late = [], {}
    for name in moving:
        try:
            with share(1 / 2):
                found.append(_along(game, point, name))
        except TimeUp as error:
            late[name] = str(error)
            continue
        note("parameters", partial(_noted, found[-1]), game)
    if late:
        raise TimeUp(f"no distance along {', '.join(late)}: {late[next(iter(late))]}")
    return tuple(found)


def _noted(direction: Direction) -> tuple[dict[str, Any], str]:
    return direction.to_json(), str(direction)


def _here(game: Game, point: Mapping[str, Fraction]) -> tuple[dict[str, Any], str]:
    """The structure at the point itself, of one agent with finitely many models."""
    table = atom_table(game.at(point))
    shown = named_structure(table.tables, numeric_value(table, structure_of))
    return {"sample": written(point), "structure": shown}, f"{point_text(point)}: {words(shown)}"


def _along(game: Game, point: Mapping[str, Fraction], name: str) -> Direction:
    diagram = phases(game, [name], {n: v for n, v in point.items() if n != name})
    here = diagram.structure_at({name: point[name]})
    line = sorted(
        (cell for cell in diagram.cells if cell.coordinates), key=lambda cell: (nearest_float(cell.coordinates[0][1]))
    )
    found: dict[int, tuple[str, tuple[Fraction, Fraction]]] = {}
    places = [_enclosed(cell.coordinates[0][1]) for cell in line]
    value = point[name]
    points = [i for i, cell in enumerate(line) if cell.dimension == 0]
    on = [i for i in points if places[i] == (value, value)]
    if on:
        zero = (Fraction(0), Fraction(0))
        changed = any(line[i].structure != here for j in on for i in (j - 1, j + 1) if 0 <= i < len(line))
        if changed:
            return Direction(name, str(value), str(value), (value, value), (value, value), zero)
    for side in (-1, 1):
        beyond = [i for i in points if (places[i][0] > value if side > 0 else places[i][1] < value)]
        for i in beyond if side > 0 else reversed(beyond):
            nearby = [line[j] for j in (i, i + side) if 0 <= j < len(line)]
            if any(cell.structure != here for cell in nearby):
                found[side] = (dict(line[i].sample or ())[name], places[i])
                break
    below, above = found.get(-1), found.get(1)
    gaps = [(value - b[1], value - b[0]) for b in ([below[1]] if below else [])]
    gaps += [(a[0] - value, a[1] - value) for a in ([above[1]] if above else [])]
    distance = (min(g[0] for g in gaps), min(g[1] for g in gaps)) if gaps else None
    decided = not diagram.is_undecided and diagram.engine != "decision tree"
    return Direction(
        name, below and below[0], above and above[0], below and below[1], above and above[1], distance, decided
    )


def _enclosed(coordinate: Any) -> tuple[Fraction, Fraction]:
    """Rational bounds around a coordinate of a sample, equal when it is rational.

    They depend on the number alone, not on how it was isolated: the neighbours of the number among the multiples of
    2**-80, or the two around it where the number is too near to one of them to tell its side.
    """
    if isinstance(coordinate, Fraction):
        return coordinate, coordinate
    for bits in (100, 200, 400):
        low, high = coordinate.bounds(bits)
        if low == high:
            return low, high
        below, above = math.floor(low * 2**_GRID), math.ceil(high * 2**_GRID)
        if above - below == 1:
            break
    return Fraction(below, 2**_GRID), Fraction(above, 2**_GRID)


def nearest_change(
    table: AtomTable,
    point: Mapping[str, Fraction],
    value: Callable[[Any], Hashable],
    starts: Sequence[Mapping[str, Fraction]] = (),
    tolerance: Fraction = Fraction(1, 200),
) -> Enclosure:
    """Bounds on the distance from a point to the nearest point of the domain at which a question has another answer.

    Parameters: the atoms, complete for the question; the point; the question; points to start the search for an upper
    bound from; the relative gap at which to stop. Both bounds are certified. Raises UndecidedError where the answer at
    the point itself is undecided.
    """
    search = _Search(table, point, value)
    best: tuple[Fraction, dict[str, Fraction]] | None = None
    proposals = [*search.crossings(), *starts]
    # A corner of two boundaries, when they are at right angles.
    corners = [
        {n: one[n] + other[n] - point[n] for n in point} for one, other in combinations(proposals[:_MOST_PAIRED], 2)
    ]
    for candidate in (*proposals, *corners):
        for stretch in (Fraction(1), Fraction(1001, 1000), Fraction(101, 100)):
            moved = {n: point[n] + (candidate[n] - point[n]) * stretch for n in point}
            distance = search.squared(moved)
            if (best is None or distance < best[0]) and search.differs(moved):
                best = (distance, moved)
                break
    for corner in corners if best is None else ():
        # An assumption may cut off the corner itself: its neighbourhood is tried.
        for name, part in product(point, (Fraction(-1, 200), Fraction(1, 200))):
            gap = Fraction(math.sqrt(search.squared(corner))).limit_denominator(10**6)
            moved = {n: point[n] + (corner[n] - point[n]) * Fraction(1001, 1000) for n in point}
            moved[name] += part * gap
            distance = search.squared(moved)
            if (best is None or distance < best[0]) and search.differs(moved):
                best = (distance, moved)
    lower = search.proved(None if best is None else best[0], tolerance)
    if best is None:
        return Enclosure(lower, None, None)
    return Enclosure(min(lower, best[0]), best[0], tuple(best[1].items()))


class _Search:
    def __init__(self, table: AtomTable, point: Mapping[str, Fraction], value: Callable[[Any], Hashable]) -> None:
        self.table, self.point, self.value = table, dict(point), value
        self.names = list(point)
        self.cache: dict[tuple[int, ...], Hashable] = {}
        self.here = self.answer(self._exact_signs(point))
        self.domains = {p.name: p.domain for p in table.domain.parameters}

    def _exact_signs(self, values: Mapping[str, Fraction]) -> tuple[int, ...]:
        rest = {p.name: p.domain.low for p in self.table.domain.parameters if p.name not in values}
        full = {**{n: v for n, v in rest.items() if v is not None}, **values}
        exact = Point(self.table.ring, {n: full.get(n, Fraction(1)) for n in self.table.ring.parameters})
        return tuple(exact.polynomial_sign(atom) for atom in self.table.atoms)

    def answer(self, signs: tuple[int, ...]) -> Hashable:
        if signs not in self.cache:
            try:
                self.cache[signs] = self.value(self.table.problem_at(signs))
            except IndexError:
                raise UndecidedError("the structure depends on an expression that no cell depended on") from None
        return self.cache[signs]

    def squared(self, values: Mapping[str, Fraction]) -> Fraction:
        return sum(((values[n] - self.point[n]) ** 2 for n in self.names), Fraction(0))

    def differs(self, values: Mapping[str, Fraction]) -> bool:
        """Whether the exact answer at a rational point of the domain is another one."""
        rest = {p.name: p.domain.low or Fraction(1) for p in self.table.domain.parameters if p.name not in values}
        try:
            if not self.table.domain.contains({**rest, **values}):
                return False
            return self.answer(self._exact_signs(values)) != self.here
        except (UndecidedError, ImpossibleSigns):
            return False

    def crossings(self) -> list[dict[str, Fraction]]:
        """Points near the zero sets of the atoms, nearest ones by Newton's method in floating point: only proposals."""
        found = []
        start = [nearest_float(self.point[n]) for n in self.names]
        for atom in self.table.atoms:
            place = list(start)
            for _ in range(40):
                here = self._float(atom, place)
                steps = [max(1e-7, abs(x) * 1e-7) for x in place]
                slopes = []
                for i, step in enumerate(steps):
                    moved = list(place)
                    moved[i] += step
                    slopes.append((self._float(atom, moved) - here) / step)
                norm = sum(s * s for s in slopes)
                if not math.isfinite(here) or not math.isfinite(norm) or norm < 1e-30:
                    break
                back = sum(s * (a - b) for s, a, b in zip(slopes, start, place, strict=True))
                factor = (here + back) / norm
                place = [a - factor * s for a, s in zip(start, slopes, strict=True)]
            if all(math.isfinite(x) for x in place):
                values = [Fraction(x).limit_denominator(10**7) for x in place]
                found.append(dict(zip(self.names, values, strict=True)))
        return found

    def _float(self, atom: Polynomial, place: Sequence[float]) -> float:
        balls = self._balls([arb(x) for x in place])
        return math.nan if balls is None else nearest_float(_value(atom, balls).mid())

    def _balls(self, coordinates: Sequence[Any]) -> list[Any] | None:
        """Enclosures of all generators over a box; None where a logarithm is not defined on all of it."""
        given = dict(zip(self.names, coordinates, strict=True))
        balls: list[Any] = []
        for generator in self.table.ring.generators:
            if generator.argument is None:
                balls.append(given.get(generator.name, arb(1)))
                continue
            inner = _value(generator.argument.numerator, balls) / _value(generator.argument.denominator, balls)
            if generator.kind == "exp":
                balls.append(inner.exp())
            elif inner.contains(0) or not inner.is_finite():
                balls.append(arb("nan"))
            else:
                balls.append(abs(inner).log() if generator.kind == "log" else abs(inner).sqrt())
        return balls

    def same_on(self, box: Box) -> bool:
        """Whether the answer is proved to be the one at the point on all of the box that lies in the domain."""
        ask("the distance over all parameters")
        coordinates = [_interval(low, high) for low, high in box]
        balls = self._balls(coordinates)
        if balls is None:
            return False
        for constraint in self.table.domain.constraints:
            numerator = self.table.ring.polynomial(constraint.element.numerator).numerator
            denominator = self.table.ring.polynomial(constraint.element.denominator).numerator
            gap = _value(numerator, balls) * _value(denominator, balls)
            if (gap > 0 and 1 not in constraint.signs) or (gap < 0 and -1 not in constraint.signs):
                return True  # no point of the domain
        options: list[tuple[int, ...]] = []
        for atom in self.table.atoms:
            ball = _value(atom, balls)
            options.append((1,) if ball > 0 else (-1,) if ball < 0 else (-1, 0, 1))
        if sum(len(o) > 1 for o in options) > _MOST_OPEN:
            return False
        for signs in product(*options):
            try:
                if self.answer(signs) != self.here:
                    return False
            except ImpossibleSigns:
                continue
            except UndecidedError:
                return False
        return True

    def proved(self, upper_squared: Fraction | None, tolerance: Fraction) -> Fraction:
        """A squared distance within which the answer does not change."""
        reach = Fraction(1) if upper_squared is None else _root_above(upper_squared)
        box = []
        for name in self.names:
            interval, centre = self.domains[name], self.point[name]
            low, high = centre - reach, centre + reach
            box.append(
                (low if interval.low is None else max(low, interval.low),
                 high if interval.high is None else min(high, interval.high))
            )  # fmt: skip
        limit = reach * reach if upper_squared is None else upper_squared
        queue: list[tuple[Fraction, Box]] = [(Fraction(0), tuple(box))]
        for _ in range(_BOXES):
            if not queue:
                return limit
            squared, current = heapq.heappop(queue)
            if squared >= limit * (1 - 2 * tolerance):
                return min(squared, limit)
            if self.same_on(current):
                continue
            axis = max(range(len(current)), key=lambda i: current[i][1] - current[i][0])
            low, high = current[axis]
            middle = (low + high) / 2
            for part in ((low, middle), (middle, high)):
                half = (*current[:axis], part, *current[axis + 1 :])
                heapq.heappush(queue, (self._away(half), half))
        return min(queue[0][0], limit) if queue else limit

    def _away(self, box: Box) -> Fraction:
        total = Fraction(0)
        for name, (low, high) in zip(self.names, box, strict=True):
            centre = self.point[name]
            gap = low - centre if centre < low else centre - high if centre > high else Fraction(0)
            total += gap * gap
        return total


def _interval(low: Fraction, high: Fraction) -> Any:
    previous = ctx.prec
    ctx.prec = _PRECISION
    try:
        first, last = arb(fmpq(low.numerator, low.denominator)), arb(fmpq(high.numerator, high.denominator))
        return first.union(last)
    finally:
        ctx.prec = previous


def _value(polynomial: Polynomial, balls: Sequence[Any]) -> Any:
    total = arb(0)
    for exponents, coefficient in polynomial.to_dict().items():
        term = arb(int(coefficient))
        for ball, exponent in zip(balls, exponents, strict=False):
            if exponent:
                term *= ball ** int(exponent)
        total += term
    return total


def _root_above(square: Fraction) -> Fraction:
    return Fraction(math.nextafter(math.sqrt(square), math.inf)) * Fraction(1_000_001, 1_000_000)
