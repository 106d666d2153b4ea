"""The phases as numbers: which phase holds at float points, and along a line of one parameter.

For pictures only: nothing is ever derived from these values.
"""

from __future__ import annotations

import functools
import itertools
import operator
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias, TypeVar

import numpy as np

from ...symbolic.algebra.parameters import Parameter
from ...symbolic.expressions.reading import Expression, Relation, fold
from ...symbolic.floats import nearest_float

if TYPE_CHECKING:
    from ...symbolic.cells.conditions import Condition
    from ...symbolic.results.diagram import PhaseDiagram
    from ...symbolic.results.equilibrium import Weight

Array: TypeAlias = Any
Item = TypeVar("Item")

OUTSIDE = -1
_ON_STRATUM = -2
_ROWS = 360
_HALVINGS = 36
_COMPARE = {"<": np.less, "<=": np.less_equal, "==": np.equal, "!=": np.not_equal, ">=": np.greater_equal,
            ">": np.greater}  # fmt: skip


def compiled(expression: Expression) -> Any:
    """The expression as a function of a dictionary of arrays, its constants evaluated once; nan where undefined.

    >>> from berknash.symbolic.expressions.reading import read_expression
    >>> float(compiled(read_expression("p/2", ["p"], where=""))({"p": 1.0}))
    0.5
    """
    functions = {"log": np.log, "exp": np.exp, "sqrt": np.sqrt}

    def combined(parts: list[Any], operation: Any) -> Any:
        constants = [part for part in parts if not callable(part)]
        moving = [part for part in parts if callable(part)]
        start = functools.reduce(operation, constants) if constants else None
        if not moving:
            return start

        def value(point: Mapping[str, Array]) -> Array:
            values = [part(point) for part in moving]
            return functools.reduce(operation, values if start is None else [start, *values])

        return value

    def lifted(operation: Any, part: Any) -> Any:
        return (lambda point: operation(part(point))) if callable(part) else operation(part)

    with np.errstate(all="ignore"):
        result = fold(
            expression,
            np.float64,
            lambda name: lambda point: point[name],
            lambda terms: combined(terms, operator.add),
            lambda factors: combined(factors, operator.mul),
            lambda base, exponent: lifted(lambda value: value ** float(exponent), base),
            lambda function, argument: lifted(functions[function], argument),
        )
    if not callable(result):
        return lambda point: result

    def value(point: Mapping[str, Array]) -> Array:
        # Poles and overflows are nan and inf in a picture, never a warning.
        with np.errstate(all="ignore"):
            return result(point)

    return value


def _anywhere(alternatives: Iterable[Iterable[Item]], holds: Callable[[Item], Array]) -> Array:
    """Where a disjunction of conjunctions holds, as booleans."""
    return functools.reduce(
        operator.or_,
        (functools.reduce(operator.and_, map(holds, conjunction), np.True_) for conjunction in alternatives),
        np.False_,
    )


class PhaseMap:
    """The index of the phase at float points of one or two parameters; `OUTSIDE` off the domain."""

    def __init__(self, diagram: PhaseDiagram, names: Sequence[str]) -> None:
        self.diagram = diagram
        self.names = tuple(names)
        by_name = {parameter.name: parameter for parameter in diagram.game.parameters}
        self.windows = tuple(window(diagram, by_name[name]) for name in names)
        conditions = [phase.condition.alternatives for phase in diagram.phases]
        relations = [r for condition in conditions for conjunction in condition for r in conjunction]
        relations = list(dict.fromkeys([*relations, *diagram.game.assume]))
        sides = list(dict.fromkeys(side for r in relations for side in (r.left, r.right)))
        # Places in lists, since to look an expression up is to walk through all of it.
        side_at = {side: place for place, side in enumerate(sides)}
        relation_at = {relation: place for place, relation in enumerate(relations)}
        self._sides = [compiled(side) for side in sides]
        self._relations = [(_COMPARE[r.operator], side_at[r.left], side_at[r.right]) for r in relations]
        self._conditions = [[[relation_at[r] for r in part] for part in condition] for condition in conditions]
        self._assumed = [relation_at[relation] for relation in diagram.game.assume]

    def at(self, *coordinates: Array) -> Array:
        """Indices into `diagram.phases`; negative off the domain and exactly on a boundary."""
        arrays = np.broadcast_arrays(*(np.asarray(c, dtype=float) for c in coordinates))
        point = dict(zip(self.names, arrays, strict=True))
        shape = arrays[0].shape
        with np.errstate(all="ignore"):
            values = [function(point) for function in self._sides]
            holds = [compare(values[left], values[right]) for compare, left, right in self._relations]
        found = np.full(shape, _ON_STRATUM)
        for index, condition in enumerate(self._conditions):
            here = _anywhere(condition, holds.__getitem__)
            found = np.where((found == _ON_STRATUM) & here, index, found)
        inside = np.ones(shape, dtype=bool)
        for relation in self._assumed:
            inside &= holds[relation]
        return np.where(inside, found, OUTSIDE)


def window(diagram: PhaseDiagram, parameter: Parameter) -> tuple[float, float]:
    """The part of a parameter's domain that is shown: all of it, or what holds all samples when it is infinite."""
    low, high = parameter.domain.low, parameter.domain.high
    if low is not None and high is not None:
        return nearest_float(low), nearest_float(high)
    points = [v for cell in diagram.cells for n, v in cell.floats if n == parameter.name]
    points += [nearest_float(end) for end in (low, high) if end is not None]
    points = points or [-1.0, 1.0]
    least, greatest = min(points), max(points)
    room = (greatest - least) / 3 or 1.0
    return (
        nearest_float(low) if low is not None else least - room,
        nearest_float(high) if high is not None else greatest + room,
    )


@dataclass(frozen=True, slots=True)
class Line:
    """The phases met along a line, from low to high, and the coordinates where they change."""

    phases: tuple[int, ...]
    changes: tuple[float, ...]


def trace_line(at: Any, low: float, high: float, rows: int = _ROWS) -> Line:
    """The phases along a line; `at` maps an array of coordinates to phase indices."""
    (line,) = trace_lines(lambda _, places: at(places), (0.0,), low, high, rows)
    return line


def trace_lines(at: Any, lines: Sequence[float], low: float, high: float, rows: int = _ROWS) -> tuple[Line, ...]:
    """The phases along parallel lines, all at once; `at` maps (line, place along it) to phase indices."""
    margin = (high - low) * 1e-9
    places = np.linspace(low + margin, high - margin, rows)
    fixed = np.asarray(lines, dtype=float)
    grid = np.broadcast_to(at(fixed[:, None], places[None, :]), (len(fixed), rows))
    starts: list[int] = []
    owners: list[int] = []
    ends: list[tuple[int, int]] = []
    for index, found in enumerate(grid):
        known = np.flatnonzero(found != _ON_STRATUM)
        starts.append(int(found[known[0]]) if known.size else OUTSIDE)
        for j in np.flatnonzero(found[known][1:] != found[known][:-1]):
            owners.append(index)
            ends.append((int(known[j]), int(known[j + 1])))
    if not owners:
        return tuple(Line((start,), ()) for start in starts)
    owner, (first, last) = np.array(owners), np.array(ends).T
    left, right, before = places[first], places[last], grid[owner, first]
    for _ in range(_HALVINGS):
        middle = (left + right) / 2
        same = at(fixed[owner], middle) == before
        left, right = np.where(same, middle, left), np.where(same, right, middle)
    changes, after = (left + right) / 2, grid[owner, last]
    return tuple(
        Line(
            (start, *(int(phase) for phase in after[owner == index])),
            tuple(float(place) for place in changes[owner == index]),
        )
        for index, start in enumerate(starts)
    )


@dataclass(frozen=True, slots=True)
class Branch:
    """The probability of an action in one equilibrium along a line; stable means locked in (drawn solid).

    `action` is its place among those of all players and signals (`symbolic.results.diagram.part_names`).
    """

    action: int
    colour: int
    stable: bool
    places: tuple[float, ...]
    values: tuple[float, ...]


def branches_of(diagram: PhaseDiagram, line: Line, limits: tuple[float, float]) -> tuple[Branch, ...]:
    """The bifurcation diagram of a diagram with one free parameter: every equilibrium over every phase it meets.

    A closed form that does not hold throughout a phase is drawn where it does.
    """
    (parameter,) = diagram.game.parameters
    stops = (limits[0], *line.changes, limits[1])
    found: list[Branch] = []
    for index, (start, end) in zip(line.phases, itertools.pairwise(stops), strict=True):
        if index < 0:
            continue
        places = np.linspace(start, end, 121)[1:-1]
        locked = diagram.phases[index].structure.locked
        for equilibrium in diagram.phases[index].equilibria:
            stable = equilibrium.profile in locked
            colour = sum(len(actions) - 1 for own in equilibrium.play for _, actions in own)
            weights = [w for part in equilibrium.parts for _, row in part.strategy for _, w in row]
            for a, weight in enumerate(weights):
                values = np.broadcast_to(_along(weight, parameter.name, places), places.shape)
                found.extend(
                    Branch(a, colour, stable, _plain(places[run]), _plain(values[run]))
                    for run in _runs(equilibrium.condition, parameter.name, places)
                )
    return tuple(found)


def _runs(condition: Condition | None, name: str, places: Array) -> list[slice]:
    """The stretches of the places on which a condition holds."""
    if condition is None:
        return [slice(None)]

    def holds(relation: Relation) -> Array:
        left, right = (compiled(side)({name: places}) for side in (relation.left, relation.right))
        return _COMPARE[relation.operator](left, right)

    inside = np.broadcast_to(_anywhere(condition.alternatives, holds), places.shape)
    edges = np.flatnonzero(np.diff(np.concatenate(([False], inside, [False]))))
    return [slice(int(start), int(end)) for start, end in zip(edges[::2], edges[1::2], strict=True)]


def _along(weight: Weight, name: str, places: Array) -> Array:
    """A weight over places of the parameter; an algebraic number is the same at all of them."""
    if isinstance(weight, Expression):
        return compiled(weight)({name: places})
    assert not isinstance(weight, str)
    return np.float64(nearest_float(weight))


def _plain(values: Array) -> tuple[float, ...]:
    return tuple(float(value) for value in values)

