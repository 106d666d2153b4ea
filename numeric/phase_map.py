"""Maps of phases: millions of points classified at once, in floating point, from the same finite list of atoms.

The structure of a game at a point is a function of the signs of its atoms (`symbolic.cells.atoms`). Each atom is a
polynomial in the parameters and in logarithms, roots and exponentials; it is evaluated on whole arrays by composing
numpy operations, term by term. The sign vectors are packed into integers, and the structure is looked up once for every
one that occurs. A map is a picture and a cross-check, not a proof: where an atom is smaller than its rounding error its
sign may be wrong, so the comparison with an exact diagram (`phase_agreement`) leaves out points near a boundary.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import numpy as np

from ..symbolic.algebra.ring import Element, Polynomial, Ring
from ..symbolic.combinatorics.envelopes import ImpossibleSigns
from ..symbolic.combinatorics.structure import structure_of
from ..symbolic.errors import GameError
from ..symbolic.floats import nearest_float

if TYPE_CHECKING:
    from ..symbolic.cells.atoms import AtomTable
    from ..symbolic.results.diagram import PhaseDiagram

Array = Any  # numpy.ndarray of floats
Range = tuple[Fraction | float | int, Fraction | float | int]

OUTSIDE = -1
ROUNDING = -2
_BLOCK = 1 << 16
_ATOMS_PER_WORD = 31


@dataclass(frozen=True, slots=True)
class CompiledAtoms:
    """Functions of numpy arrays for the atoms and for the assumptions of a table.

    `evaluate` maps arrays for the parameters (broadcast against each other) to the values of the atoms. `bounds` are
    (parameter, low, low is open, high, high is open).
    """

    parameters: tuple[str, ...]
    ring: Ring
    polynomials: tuple[Polynomial, ...]
    guards: tuple[tuple[Element, tuple[int, ...]], ...]
    bounds: tuple[tuple[str, float, bool, float, bool], ...]

    def generators(self, values: Mapping[str, Array], used: Sequence[int]) -> dict[int, Array]:
        """The arrays of the generators with these indices; small ones stay small by broadcasting."""
        found: dict[int, Array] = {}
        for index in used:
            self._generator(index, values, found)
        return found

    def _generator(self, index: int, values: Mapping[str, Array], found: dict[int, Array]) -> Array:
        if index in found:
            return found[index]
        generator = self.ring.generators[index]
        if generator.argument is None:
            found[index] = values[generator.name]
            return found[index]
        inner = self._quotient(generator.argument, values, found)
        with np.errstate(all="ignore"):
            if generator.kind == "log":
                result = np.log(np.abs(inner))
            elif generator.kind == "sqrt":
                result = np.sqrt(np.abs(inner))
            else:
                result = np.exp(inner)
        found[index] = result
        return result

    def _quotient(self, element: Element, values: Mapping[str, Array], found: dict[int, Array]) -> Array:
        with np.errstate(all="ignore"):
            top = self._polynomial(element.numerator, values, found)
            bottom = self._polynomial(element.denominator, values, found)
            return top / bottom

    def _polynomial(self, polynomial: Polynomial, values: Mapping[str, Array], found: dict[int, Array]) -> Array:
        for index, degree in enumerate(polynomial.degrees()):
            if degree > 0:
                self._generator(index, values, found)
        return evaluate_polynomial(polynomial, found)

    def evaluate(self, values: Mapping[str, Array], sizes: bool = False) -> tuple[list[Array], list[Array]]:
        """The values of the atoms, and with `sizes` the sums of the absolute values of their terms."""
        found: dict[int, Array] = {}
        with np.errstate(all="ignore"):
            results = [self._polynomial(p, values, found) for p in self.polynomials]
            if not sizes:
                return results, []
            absolute = {index: np.abs(array) for index, array in found.items()}
            bounds = [evaluate_polynomial(_with_positive_coefficients(p), absolute) for p in self.polynomials]
        return results, bounds

    def allowed(self, values: Mapping[str, Array]) -> Array:
        """Where the box and the assumptions hold, as booleans that broadcast."""
        inside: Array = np.asarray(True)
        for name, low, low_open, high, high_open in self.bounds:
            above = values[name] > low if low_open else values[name] >= low
            below = values[name] < high if high_open else values[name] <= high
            inside = inside & above & below
        found: dict[int, Array] = {}
        for element, signs in self.guards:
            with np.errstate(all="ignore"):
                inside = inside & np.isin(np.sign(self._quotient(element, values, found)), signs)
        return inside


def evaluate_polynomial(polynomial: Polynomial, generators: Mapping[int, Array]) -> Array:
    """The polynomial at arrays for its generators: products of the small arrays first, then the sum.

    >>> from berknash.symbolic.algebra.ring import Ring
    >>> ring = Ring.of_parameters(["p", "q"])
    >>> p, q = ring.context.gens()
    >>> evaluate_polynomial(p * q - 2 * q, {0: np.array([1.0, 3.0]), 1: np.array([5.0, 5.0])}).tolist()
    [-5.0, 5.0]
    """
    # Terms are grouped by their factor of the largest size, so that each group costs one large product.
    groups: dict[tuple[tuple[int, int], ...], Array] = {}
    largest = max((np.size(generators[i]) for i, d in enumerate(polynomial.degrees()) if d > 0), default=1)
    for exponents, coefficient in zip(polynomial.monoms(), polynomial.coeffs(), strict=True):
        factors = [(i, int(e)) for i, e in enumerate(exponents) if e]
        shapes = {np.shape(generators[i]) for i, _ in factors}
        if len(shapes) > 1:
            # The factors of one shape are the head, the others are gathered in the coefficient.
            shape = max(sorted(shapes), key=lambda s: (int(np.prod(s)), s))
            head = tuple((i, e) for i, e in factors if np.shape(generators[i]) == shape)
        else:
            head = tuple(factors) if shapes and np.size(generators[factors[0][0]]) == largest > 1 else ()
        value: Array = nearest_float(coefficient)
        for i, e in factors:
            if (i, e) not in head:
                value = value * _power(generators[i], e)
        groups[head] = groups[head] + value if head in groups else value
    total: Array = 0.0
    for head, value in groups.items():
        for i, e in head:
            value = value * _power(generators[i], e)
        total = total + value
    return total


def _power(base: Array, exponent: int) -> Array:
    result = base
    for _ in range(exponent - 1):
        result = result * base
    return result


def _with_positive_coefficients(polynomial: Polynomial) -> Polynomial:
    return polynomial.context().from_dict({m: abs(c) for m, c in polynomial.to_dict().items()})


def compile_atoms(table: AtomTable) -> CompiledAtoms:
    """The atoms and assumptions of a complete table as functions of arrays."""
    domain = table.domain
    guards = tuple((c.element, c.signs) for c in domain.constraints)
    bounds = tuple(
        (
            p.name,
            -np.inf if p.domain.low is None else nearest_float(p.domain.low),
            p.domain.low_open,
            np.inf if p.domain.high is None else nearest_float(p.domain.high),
            p.domain.high_open,
        )
        for p in domain.parameters
    )
    return CompiledAtoms(
        tuple(p.name for p in domain.parameters), table.ring, tuple(table.atoms), guards, bounds
    )


@dataclass(frozen=True, eq=False)
class PhaseMap:
    """The structure at every point of a grid.

    Attributes
    ----------
    parameters, axes : the grid, the centres of its boxes, one array per parameter
    codes : for every point an index into `structures`, `OUTSIDE` (-1) where the domain excludes the point,
        `ROUNDING` (-2) where the computed signs contradict each other
    structures : those that occur, most frequent first
    sign_vectors : for each structure the sign vectors of the atoms that occur with it, sorted
    """

    parameters: tuple[str, ...]
    axes: tuple[Array, ...]
    codes: Array
    structures: tuple[Any, ...]
    sign_vectors: tuple[tuple[tuple[int, ...], ...], ...] = field(repr=False)

    def share(self, structure: Any) -> float:
        """The fraction of the points of the domain that have the structure."""
        inside = int(np.count_nonzero(self.codes != OUTSIDE))
        if structure not in self.structures or not inside:
            return 0.0
        return float(np.count_nonzero(self.codes == self.structures.index(structure)) / inside)


def phase_map(
    source: AtomTable | PhaseDiagram,
    parameters: Sequence[str],
    ranges: Mapping[str, Range] | Sequence[Range],
    shape: Sequence[int],
    progress: Callable[[int, int], None] | None = None,
) -> PhaseMap:
    """Classifies the centres of a grid of boxes by the signs of the atoms, in floating point.

    Parameters
    ----------
    source : a table of the atoms of one agent with finitely many models, or a phase diagram of any game
    parameters : all free parameters, in the order of the grid's axes
    ranges : (low, high) for each of them
    shape : the number of boxes along each
    progress : called with the points done and in all

    Raises
    ------
    GameError when the parameters are not exactly the free ones, or a range is empty.

    Examples
    --------
    See `tests/test_phase_map.py`; for a diagram over p and q,
    ``phase_map(diagram, ["p", "q"], [(0, 1), (0, 1)], (1000, 1000)).codes`` is an integer image.
    """
    lookup = lookup_of(source)
    compiled = compile_atoms(lookup.table)
    names = tuple(parameters)
    if sorted(names) != sorted(compiled.parameters):
        raise GameError(
            f"a map needs exactly the free parameters {', '.join(compiled.parameters)}; got {', '.join(names)}"
        )
    sides = [ranges[n] for n in names] if isinstance(ranges, Mapping) else list(ranges)
    if len(sides) != len(names) or len(shape) != len(names):
        raise GameError(f"a map over {', '.join(names)} needs {len(names)} ranges and sizes")
    axes = tuple(_centres(low, high, count) for (low, high), count in zip(sides, shape, strict=True))
    codes = np.empty(tuple(len(a) for a in axes), dtype=np.int64)
    rows = max(1, _BLOCK // max(1, int(np.prod(codes.shape[1:]))))
    for start in range(0, len(axes[0]), rows):
        part = [axes[0][start : start + rows], *axes[1:]]
        values = {
            name: axis.reshape([-1 if k == i else 1 for k in range(len(names))])
            for i, (name, axis) in enumerate(zip(names, part, strict=True))
        }
        block = tuple(len(a) for a in part)
        codes[start : start + rows] = _classify(compiled, values, block, lookup)
        if progress is not None:
            progress(min(start + rows, len(axes[0])) * int(np.prod(codes.shape[1:])), codes.size)
    return _finished(names, axes, codes, lookup)


def lookup_of(source: AtomTable | PhaseDiagram) -> Lookup:
    """What finds structures from signs: those of a diagram in the names of its game, of whatever kind it is."""
    from ..symbolic.cells.atoms import AtomTable  # for start-up

    if isinstance(source, AtomTable):
        source.complete()
        return Lookup(source)
    if source.game.has_tables:
        source.table.complete()
    return Lookup(source.table, source.structure_of)


def _centres(low: Any, high: Any, count: int) -> Array:
    start, width = nearest_float(low), nearest_float(high) - nearest_float(low)
    if not width > 0 or count < 1:
        raise GameError(f"the range ({low}, {high}) with {count} boxes is empty; give low < high and at least one box")
    return start + width * (np.arange(count) + 0.5) / count


def _classify(compiled: CompiledAtoms, values: Mapping[str, Array], shape: tuple[int, ...], lookup: Lookup) -> Array:
    atoms, _ = compiled.evaluate(values)
    inside = np.broadcast_to(compiled.allowed(values), shape)
    codes = lookup.codes([sign_codes(a) for a in atoms], shape)
    return np.where(inside, codes, OUTSIDE)


def sign_codes(values: Array) -> Array:
    """0, 1, 2 for negative, zero, positive; 3 where the value is not a number."""
    signs = (np.asarray(values) > 0).astype(np.int8)
    signs += np.asarray(values) >= 0
    if np.isnan(np.sum(values)):
        signs[np.isnan(values)] = 3
    return signs


class Lookup:
    """From packed sign vectors to numbers of structures; each vector is solved once, `read` says how."""

    def __init__(self, table: AtomTable, read: Callable[[Any], Any] = structure_of) -> None:
        self.table, self.read = table, read
        self.structures: list[Any] = []
        self.vectors: list[set[tuple[int, ...]]] = []
        self._numbers: dict[Any, int] = {}
        self._known: dict[tuple[int, ...], int] = {}

    def codes(self, signs: Sequence[Array], shape: tuple[int, ...]) -> Array:
        """The structure's number at every point."""
        if not signs:
            return np.full(shape, self.number(()), dtype=np.int64)
        packed = _packed(signs, shape)
        words = packed.reshape(len(packed), -1)
        if len(words) == 1:
            distinct, inverse = _distinct(words[0])
            columns = distinct.reshape(1, -1)
        else:
            columns, inverse = np.unique(words, axis=1, return_inverse=True)
        keys: list[tuple[int, ...]] = [tuple(int(w) for w in column) for column in columns.T]
        numbers = np.array([self.number(_unpacked(key, len(signs))) for key in keys], dtype=np.int64)
        return numbers[inverse.reshape(-1)].reshape(shape)

    def number(self, vector: tuple[int, ...]) -> int:
        """The number of the structure with these signs (2 means not a number)."""
        if vector not in self._known:
            self._known[vector] = self._solve(vector)
        return self._known[vector]

    def _solve(self, vector: tuple[int, ...]) -> int:
        if 2 in vector:
            return OUTSIDE
        try:
            structure = self.read(self.table.problem(lambda i: vector[i]))
        except (ImpossibleSigns, IndexError):
            # Signs that occur nowhere contradict each other, or make the question ask for an atom that it never needs.
            return ROUNDING
        if structure not in self._numbers:
            self._numbers[structure] = len(self.structures)
            self.structures.append(structure)
            self.vectors.append(set())
        number = self._numbers[structure]
        self.vectors[number].add(vector)
        return number


def _distinct(words: Array) -> tuple[Array, Array]:
    """The distinct words and the place of each; runs of equal words, which pictures are made of, count once."""
    starts = np.flatnonzero(np.concatenate(([True], words[1:] != words[:-1])))
    distinct, inverse = np.unique(words[starts], return_inverse=True)
    lengths = np.diff(np.append(starts, len(words)))
    return distinct, np.repeat(inverse, lengths)


def _packed(signs: Sequence[Array], shape: tuple[int, ...]) -> Array:
    """Two bits for each sign, in words of 64 bits."""
    count = (len(signs) + _ATOMS_PER_WORD - 1) // _ATOMS_PER_WORD
    packed = np.zeros((count, *shape), dtype=np.int64)
    small = np.zeros(shape, dtype=np.int8)
    for word in range(count):
        part = signs[word * _ATOMS_PER_WORD : (word + 1) * _ATOMS_PER_WORD]
        # Three signs fill a byte short of its sign bit; bytes are then shifted into the word.
        for first in range(0, len(part), 3):
            small[...] = 0
            for offset, sign in enumerate(part[first : first + 3]):
                small |= sign << np.int8(2 * offset)
            packed[word] |= small.astype(np.int64) << (2 * first)
    return packed


def _unpacked(words: Sequence[int], count: int) -> tuple[int, ...]:
    return tuple(
        ((words[i // _ATOMS_PER_WORD] >> (2 * (i % _ATOMS_PER_WORD))) & 3) - 1 for i in range(count)
    )


def _finished(names: tuple[str, ...], axes: tuple[Array, ...], codes: Array, lookup: Lookup) -> PhaseMap:
    """Structures by frequency, those that only occur outside of the domain left out."""
    counts = [int(c) for c in np.bincount(codes[codes >= 0].reshape(-1), minlength=len(lookup.structures))]
    order = sorted(range(len(lookup.structures)), key=lambda i: (-counts[i], repr(lookup.structures[i])))
    kept = [i for i in order if counts[i]]
    renumbered = np.full(len(lookup.structures) + 2, OUTSIDE, dtype=np.int64)
    renumbered[ROUNDING] = ROUNDING
    for place, i in enumerate(kept):
        renumbered[i] = place
    return PhaseMap(
        names,
        axes,
        renumbered[codes],
        tuple(lookup.structures[i] for i in kept),
        tuple(tuple(sorted(lookup.vectors[i])) for i in kept),
    )
