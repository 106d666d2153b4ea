"""The cross-check of an exact phase diagram: its printed conditions against the signs of the atoms, at random points.

Two routes from the same game to the structure at a point meet here: the conditions of the diagram, evaluated as they
stand, relation by relation; and the combinatorial solution for the signs of the atoms, computed in floating point
(`phase_map`). Each point of the domain must satisfy the condition of exactly one phase, the one with its structure.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from ..symbolic.expressions import Expression, Relation, fold
from .phase_map import Lookup, compile_atoms, sign_codes, table_of

if TYPE_CHECKING:
    from ..symbolic.conditions import Condition
    from ..symbolic.phases import PhaseDiagram

Array = Any  # numpy.ndarray of floats


@dataclass(frozen=True, slots=True)
class Comparison:
    """How a phase diagram fares at random points of its domain.

    Attributes
    ----------
    points : compared
    near : left out, because an atom or a condition is within the tolerance of a boundary
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
    diagram: PhaseDiagram, count: int = 20_000, seed: int = 0, tolerance: float = 1e-9
) -> Comparison:
    """Compares the printed conditions of a diagram with the structure from the signs of the atoms, at random points.

    The conditions are evaluated as they stand, relation by relation; the structure is solved from the signs of the
    atoms computed in floating point. Points where an atom is smaller than `tolerance` times the sum of the absolute
    values of its terms are left out. Infinite ends are replaced by finite ones (a range of 100).
    """
    table = table_of(diagram)
    compiled = compile_atoms(table)
    source = np.random.default_rng(seed)
    values = {}
    for name, low, _, high, _ in compiled.bounds:
        first = low if np.isfinite(low) else (high - 100.0 if np.isfinite(high) else -50.0)
        last = high if np.isfinite(high) else first + 100.0
        values[name] = first + (last - first) * source.random(count)
    atoms, sizes = compiled.evaluate(values, sizes=True)
    inside = np.broadcast_to(compiled.allowed(values), (count,))
    near = np.zeros(count, dtype=bool)
    for value, size in zip(atoms, sizes, strict=True):
        near |= ~(np.abs(value) > tolerance * size)
    near &= inside
    used = inside & ~near
    lookup = Lookup(table)
    codes = lookup.codes([sign_codes(np.broadcast_to(a, (count,))) for a in atoms], (count,))
    phases = (*diagram.phases, *diagram.strata)
    holding = np.stack([_holds(phase.condition, values, count) for phase in phases])
    hits = np.count_nonzero(holding, axis=0)
    structures = [phase.structure for phase in phases]
    expected = np.array([structures.index(s) if s in structures else -3 for s in lookup.structures] or [0])
    right = np.where(codes >= 0, expected[np.maximum(codes, 0)], -3)
    bad = {
        "uncovered": used & (hits == 0),
        "doubled": used & (hits > 1),
        "wrong": used & (hits == 1) & (np.argmax(holding, axis=0) != right),
    }
    examples: list[tuple[str, tuple[tuple[str, float], ...]]] = []
    for what, mask in bad.items():
        examples += [(what, tuple((n, float(v[i])) for n, v in values.items())) for i in np.flatnonzero(mask)[:3]]
    counts = {what: int(np.count_nonzero(mask)) for what, mask in bad.items()}
    return Comparison(
        int(np.count_nonzero(used)),
        int(np.count_nonzero(near)),
        int(np.count_nonzero(~inside)),
        counts["uncovered"],
        counts["doubled"],
        counts["wrong"],
        tuple(examples),
    )


def _holds(condition: Condition, values: Mapping[str, Array], count: int) -> Array:
    result = np.zeros(count, dtype=bool)
    for conjunction in condition.alternatives:
        part = np.ones(count, dtype=bool)
        for relation in conjunction:
            part &= np.broadcast_to(_relation(relation, values), (count,))
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

    >>> from berknash.symbolic.expressions import read_expression
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

    return fold(
        expression,
        lambda value: np.float64(value.numerator / value.denominator),
        lambda name: values[name],
        total,
        product,
        lambda base, exponent: base ** float(exponent),
        lambda function, argument: _FUNCTIONS[function](argument),
    )
