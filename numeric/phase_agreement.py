"""The cross-check of an exact phase diagram: its printed conditions against the signs of the atoms, point by point.

Two routes from the same game to the structure at a point meet here: the conditions of the diagram, evaluated as they
stand, relation by relation; and the combinatorial solution for the signs of the atoms, computed in floating point
(`phase_map`). Each point of the domain must satisfy the condition of exactly one phase, the one with its structure.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from ..symbolic.expressions.reading import Expression, Relation, fold
from ..symbolic.floats import nearest_float
from .phase_map import CompiledAtoms, Lookup, compile_atoms, lookup_of, sign_codes

if TYPE_CHECKING:
    from ..symbolic.cells.conditions import Condition
    from ..symbolic.logengine import UndecidedBox
    from ..symbolic.results.diagram import PhaseDiagram

Array = Any  # numpy.ndarray of floats
_BLOCK = 1 << 16
_FAULTS = ("uncovered", "doubled", "wrong")


@dataclass(frozen=True, slots=True)
class Comparison:
    """How a phase diagram fares at random points of its domain.

    Attributes
    ----------
    points : compared
    near : left out, because an atom is within the tolerance of zero, or the diagram undecided there
    outside : left out, because the domain excludes them
    uncovered : no condition of the diagram holds there
    doubled : the conditions of two phases hold there
    wrong : the condition that holds belongs to another structure than the signs of the atoms give
    examples : the first few points that disagree, with what is wrong
    """

    points: int
    near: int
    outside: int
    uncovered: int
    doubled: int
    wrong: int
    examples: tuple[tuple[str, tuple[tuple[str, float], ...]], ...]

    @property
    def agrees(self) -> bool:
        """Whether every compared point lies in exactly one phase, the right one."""
        return not (self.uncovered or self.doubled or self.wrong)


def compare_with_diagram(
    diagram: PhaseDiagram,
    count: int = 20_000,
    seed: int = 0,
    tolerance: float = 1e-9,
    grid: Sequence[int] | None = None,
) -> Comparison:
    """Compares the printed conditions of a diagram with the structure from the signs of the atoms, point by point.

    Parameters
    ----------
    diagram : of any game
    count, seed : how many random points, and where they come from
    tolerance : points where an atom is smaller than this times the sum of the absolute values of its terms are left
        out, and so are those in undecided boxes of the diagram
    grid : the centres of a grid of boxes, so many along each parameter of the domain, instead of random points

    Returns
    -------
    Comparison
        Numerical. The conditions are evaluated as they stand, relation by relation; the structure is solved from the
        signs of the atoms computed in floating point. Infinite ends are replaced by finite ones (a range of 100).
    """
    lookup = lookup_of(diagram)
    compiled = compile_atoms(lookup.table)
    sides = [(name, *_finite_range(low, high)) for name, low, _, high, _ in compiled.bounds]
    source = np.random.default_rng(seed)
    total: Counter[str] = Counter()
    examples: dict[str, list[tuple[str, tuple[tuple[str, float], ...]]]] = {}
    size = count if grid is None else int(np.prod(list(grid)))
    for start in range(0, size, _BLOCK):
        length = min(_BLOCK, size - start)
        if grid is None:
            places = [source.random(length) for _ in sides]
        else:
            indices = np.unravel_index(np.arange(start, start + length), tuple(grid))
            places = [(k + 0.5) / n for k, n in zip(indices, grid, strict=True)]
        values = {name: low + (high - low) * t for (name, low, high), t in zip(sides, places, strict=True)}
        for what, mask in _compared(diagram, compiled, lookup, values, length, tolerance).items():
            total[what] += int(np.count_nonzero(mask))
            if what in _FAULTS:
                shown = examples.setdefault(what, [])
                for i in np.flatnonzero(mask)[: 3 - len(shown)]:
                    shown.append((what, tuple((n, float(v[i])) for n, v in values.items())))
    return Comparison(
        points=total["used"],
        near=total["near"],
        outside=total["outside"],
        uncovered=total["uncovered"],
        doubled=total["doubled"],
        wrong=total["wrong"],
        examples=tuple(example for what in _FAULTS for example in examples.get(what, ())),
    )


def _finite_range(low: float, high: float) -> tuple[float, float]:
    first = low if np.isfinite(low) else (high - 100.0 if np.isfinite(high) else -50.0)
    return first, high if np.isfinite(high) else first + 100.0


def _compared(
    diagram: PhaseDiagram,
    compiled: CompiledAtoms,
    lookup: Lookup,
    values: Mapping[str, Array],
    count: int,
    tolerance: float,
) -> dict[str, Array]:
    """Masks for the points compared, left out and in error."""
    atoms, sizes = compiled.evaluate(values, sizes=True)
    inside = np.broadcast_to(compiled.allowed(values), (count,))
    near = np.zeros(count, dtype=bool)
    for value, size in zip(atoms, sizes, strict=True):
        near |= ~(np.abs(value) > tolerance * size)
    for box in diagram.undecided:
        near |= _within(box, [p.name for p in diagram.table.domain.parameters], values, count)
    near &= inside
    used = inside & ~near
    codes = lookup.codes([sign_codes(np.broadcast_to(a, (count,))) for a in atoms], (count,))
    phases = (*diagram.phases, *diagram.strata)
    # A phase and the stratum at its rim may have one structure: the first of them stands for both.
    structures = {phase.structure: number for number, phase in reversed(list(enumerate(phases)))}
    known: dict[Relation, Array] = {}
    hits = np.zeros(count, dtype=np.int64)
    holding = np.full(count, -1, dtype=np.int64)
    for phase in phases:
        holds = _holds(phase.condition, values, count, known)
        hits += holds
        holding[holds] = structures[phase.structure]
    expected = np.array([structures.get(structure, -3) for structure in lookup.structures] or [0])
    right = np.where(codes >= 0, expected[np.maximum(codes, 0)], -3)
    return {
        "used": used,
        "near": near,
        "outside": ~inside,
        "uncovered": used & (hits == 0),
        "doubled": used & (hits > 1),
        "wrong": used & (hits == 1) & (holding != right),
    }


def _within(box: UndecidedBox, names: Sequence[str], values: Mapping[str, Array], count: int) -> Array:
    found = np.ones(count, dtype=bool)
    for name, (low, high) in zip(names, box.sides, strict=True):
        found &= low is None or values[name] >= nearest_float(low)
        found &= high is None or values[name] <= nearest_float(high)
    return found


def _holds(condition: Condition, values: Mapping[str, Array], count: int, known: dict[Relation, Array]) -> Array:
    """Where a condition holds; relations that were evaluated before are taken from `known`."""
    result = np.zeros(count, dtype=bool)
    for conjunction in condition.alternatives:
        part = np.ones(count, dtype=bool)
        for relation in conjunction:
            if relation not in known:
                known[relation] = np.broadcast_to(_relation(relation, values), (count,))
            part &= known[relation]
        result |= part
    return result


_COMPARISONS: dict[str, Callable[[Array, Array], Array]] = {
    "<": np.less,
    "<=": np.less_equal,
    "==": np.equal,
    "!=": np.not_equal,
    ">=": np.greater_equal,
    ">": np.greater,
}


def _relation(relation: Relation, values: Mapping[str, Array]) -> Array:
    with np.errstate(all="ignore"):
        return _COMPARISONS[relation.operator](
            evaluate_expression(relation.left, values), evaluate_expression(relation.right, values)
        )


_FUNCTIONS: dict[str, Callable[[Array], Array]] = {"log": np.log, "exp": np.exp, "sqrt": np.sqrt}


def evaluate_expression(expression: Expression, values: Mapping[str, Array]) -> Array:
    """An expression at arrays for its symbols, by composing numpy operations.

    >>> from berknash.symbolic.expressions.reading import read_expression
    >>> half = read_expression("log(p)/log(1/2)", ["p"], where="")
    >>> evaluate_expression(half, {"p": np.array([0.25])}).tolist()
    [2.0]
    """
    def total(terms: list[Array]) -> Array:
        result: Array = np.float64(0.0)
        for term in terms:
            result = result + term
        return result

    def product(factors: list[Array]) -> Array:
        result: Array = np.float64(1.0)
        for factor in factors:
            result = result * factor
        return result

    # Overflow, poles and logarithms of what is not positive give inf and nan, never a warning.
    with np.errstate(all="ignore"):
        return fold(
            expression,
            lambda value: np.float64(value.numerator / value.denominator),
            lambda name: values[name],
            total,
            product,
            lambda base, exponent: base ** float(exponent),
            lambda function, argument: _FUNCTIONS[function](argument),
        )
