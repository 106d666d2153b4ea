"""The engines that cut a parameter domain into cells of constant atom signs, behind one face.

Where one or two parameters are free and none of them stands inside a logarithm, the cylindrical decomposition gives
every cell of every dimension with a sample: complete. Elsewhere the decision tree of `symbolic.cells` covers the
domain, and says of each cell whether a point of it is known. In between, the log engine certifies the cells in one
parameter, or two of which one is outside the logarithms (`symbolic.logengine`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from .algebra import Element
from .atoms import AtomTable
from .cells import Explorer, numeric_value
from .decomposition import AlgebraicNumber, Decomposition, decompose
from .decomposition_input import box_of, constants_of
from .documents import approximate
from .errors import NotSupportedError
from .logengine import LogDecomposition, log_cells
from .points import Sample
from .structure import EquilibriumComponent, Problem, Structure, all_equilibria, structure_of

_PLANE = 2


@dataclass(frozen=True, slots=True)
class SignCell:
    """A cell: known atom signs, structure, dimension, and a sample as text and floats (None: not witnessed).

    `coordinates` are the same sample as objects: Fraction, AlgebraicNumber, FibreNumber or Expression.
    """

    signs: tuple[tuple[int, int], ...]
    structure: Structure
    components: tuple[EquilibriumComponent, ...]
    dimension: int
    sample: tuple[tuple[str, str], ...] | None
    floats: tuple[tuple[str, float], ...] | None
    plain: bool = True
    coordinates: tuple[tuple[str, Any], ...] = field(default=(), compare=False)


@dataclass(frozen=True, slots=True)
class ClaimCell:
    """A cell and the truth of a claim on it."""

    signs: tuple[tuple[int, int], ...]
    value: bool
    witnessed: bool


def claim_cells(
    table: AtomTable,
    free: Sequence[str],
    question: Callable[[Problem], bool],
    further: Sequence[tuple[Element, str]],
) -> tuple[ClaimCell, ...]:
    """The cells of a yes-or-no question about the game, by whichever engine applies.

    `further` are expressions, with their origin, whose signs the question also asks for.
    """
    if not free:
        return (ClaimCell((), numeric_value(table, question), True),)
    for element, origin in further:
        table.product_of(element, origin)
    vectors = occurring_vectors(table, free)
    if vectors is not None:
        return _answered(table, question, vectors)
    explored = Explorer(table, tuple(free)).explore(question)
    return tuple(ClaimCell(cell.signs, cell.value, cell.sample is not None) for cell in explored)


def _answered(
    table: AtomTable, question: Callable[[Problem], bool], vectors: Iterable[tuple[int, ...]]
) -> tuple[ClaimCell, ...]:
    """The question at every sign vector that occurs."""
    result = []
    for signs in dict.fromkeys(vectors):
        problem = table.problem(lambda i, signs=signs: signs[i])  # type: ignore[misc]
        result.append(ClaimCell(tuple(enumerate(signs)), question(problem), True))
    return tuple(result)


def occurring_vectors(table: AtomTable, free: Sequence[str]) -> tuple[tuple[int, ...], ...] | None:
    """The complete list of atom sign vectors on the domain, each once; None where no engine certifies it.

    All atoms of the game are formed first.
    """
    if not free or len(free) > _PLANE or table.on_demand_only:
        return None
    table.complete()
    if is_decomposable(table, free):
        return tuple(dict.fromkeys(vector for vector, _ in _decomposed(table, free)))
    certified = log_decomposition(table, free)
    if certified is None or certified.undecided:
        return None
    return tuple(dict.fromkeys(_known(cell.sign_vector) for cell in certified.cells))


def is_decomposable(table: AtomTable, free: Sequence[str]) -> bool:
    """Whether one or two parameters are free and none occurs inside a logarithm, root or exponential."""
    if len(free) > _PLANE or any(_degenerate(table, name) for name in free):
        return False
    return all(g.argument is None or g.argument.rational() is not None for g in table.ring.generators)


def _degenerate(table: AtomTable, name: str) -> bool:
    (interval,) = (p.domain for p in table.domain.parameters if p.name == name)
    return interval.low is not None and interval.low == interval.high


def domain_decomposition(table: AtomTable, order: Sequence[str], full: bool = True) -> Decomposition:
    """The cylindrical decomposition of the box by all atoms found so far and the assumptions of the domain."""
    ring = table.ring
    guards = [
        part
        for constraint in table.domain.constraints
        for part in (constraint.element.numerator, constraint.element.denominator)
    ]
    polynomials = [*table.atoms, *(ring.polynomial(g).numerator for g in guards)]
    if not polynomials:
        polynomials = [ring.context.constant(1)]
    return decompose(polynomials, list(order), box_of(table.domain), constants=constants_of(ring), full=full)


def split_vector(table: AtomTable, vector: Sequence[int]) -> tuple[tuple[int, ...], bool]:
    """The signs of the atoms in a sign vector of `domain_decomposition`, and whether the assumptions hold there."""
    count = len(table.atoms)
    rest = vector[count:]
    allowed = all(
        rest[2 * i] * rest[2 * i + 1] in constraint.signs and rest[2 * i + 1] != 0
        for i, constraint in enumerate(table.domain.constraints)
    )
    return tuple(vector[:count]), allowed


def _decomposed(table: AtomTable, order: Sequence[str]) -> Iterator[tuple[tuple[int, ...], Any]]:
    """Atom signs and cell for every cell of the cylindrical decomposition that lies in the domain."""
    for cell in domain_decomposition(table, order).cells:
        signs, allowed = split_vector(table, cell.sign_vector)
        if allowed:
            yield signs, cell


def log_decomposition(table: AtomTable, order: Sequence[str]) -> LogDecomposition | None:
    """The certified decomposition where parameters stand inside logarithms; None where its engine does not apply."""
    if len(order) > _PLANE or any(_degenerate(table, name) for name in order):
        return None
    try:
        return log_cells(table, order)
    except NotSupportedError:
        return None


def log_sign_cells(table: AtomTable, order: Sequence[str], found: LogDecomposition) -> tuple[SignCell, ...]:
    """The cells of the certified decomposition with their structure."""
    return _with_structure(table, order, ((_known(cell.sign_vector), cell) for cell in found.cells))


def _known(vector: Sequence[int | None]) -> tuple[int, ...]:
    """`log_cells` leaves no sign open; this says so to the type checker."""
    signs = tuple(sign for sign in vector if sign is not None)
    assert len(signs) == len(vector)
    return signs


def decomposition_cells(table: AtomTable, order: Sequence[str]) -> tuple[SignCell, ...]:
    """The cells of the cylindrical decomposition with their structure."""
    return _with_structure(table, order, _decomposed(table, order))


def _with_structure(
    table: AtomTable, order: Sequence[str], pairs: Iterable[tuple[tuple[int, ...], Any]]
) -> tuple[SignCell, ...]:
    solved: dict[tuple[int, ...], tuple[Structure, tuple[EquilibriumComponent, ...]]] = {}
    cells = []
    for vector, cell in pairs:
        zeros = [i for i, sign in enumerate(vector) if sign == 0]
        text, plain = _sample_text(table, order, cell.sample, zeros)
        if vector not in solved:
            problem = table.problem(lambda i, vector=vector: vector[i])  # type: ignore[misc]
            solved[vector] = (structure_of(problem), all_equilibria(problem))
        structure, components = solved[vector]
        cells.append(
            SignCell(
                tuple(enumerate(vector)),
                structure,
                components,
                cell.dimension,
                text,
                tuple((n, float(c)) for n, c in zip(order, cell.sample, strict=True)),
                plain,
                tuple(zip(order, cell.sample, strict=True)),
            )
        )
    return tuple(cells)


def _sample_text(
    table: AtomTable, order: Sequence[str], coordinates: Sequence[Any], zeros: Sequence[int]
) -> tuple[tuple[tuple[str, str], ...], bool]:
    """The coordinates of a cell's sample as exact text, and whether all are exact numbers of the format.

    A coordinate given only by enclosures is solved for in an atom that vanishes on the cell, where one is linear
    in it and involves otherwise only coordinates already known; failing that its decimals are marked with ``~``.
    """
    rational = {n: c for n, c in zip(order, coordinates, strict=True) if isinstance(c, Fraction)}
    algebraic = {n: str(c) for n, c in zip(order, coordinates, strict=True) if isinstance(c, AlgebraicNumber)}
    missing = [n for n in order if n not in rational and n not in algebraic]
    if not missing:
        text = tuple((n, str(c)) for n, c in zip(order, coordinates, strict=True))
        return text, len(rational) == len(order)
    sample = None
    if not algebraic:
        start = Sample(table.ring, {n: rational.get(n, Fraction(0)) for n in order})
        sample = _placed(table, start, missing, zeros)
    shown = []
    for name, coordinate in zip(order, coordinates, strict=True):
        if name in rational or name in algebraic:
            shown.append((name, str(coordinate)))
        elif sample is not None:
            shown.append((name, str(sample.expression(name))))
        else:
            shown.append((name, f"~{float(coordinate)!r}"))
    return tuple(shown), False


def _placed(table: AtomTable, start: Sample, missing: Sequence[str], zeros: Sequence[int]) -> Sample | None:
    """The missing coordinates solved for one after the other in the vanishing atoms."""
    sample, remaining = start, list(missing)
    while remaining:
        for name in remaining:
            later = [table.ring.index(n) for n in remaining if n != name]
            for atom in zeros:
                polynomial = table.atoms[atom]
                if any(int(polynomial.degrees()[i]) > 0 for i in later):
                    continue
                moved = sample.solved_for(name, polynomial)
                if moved is not None:
                    break
            else:
                continue
            sample = moved
            remaining.remove(name)
            break
        else:
            return None
    return sample if all(sample.polynomial_sign(table.atoms[i]) == 0 for i in zeros) else None


def tree_cells(table: AtomTable, order: Sequence[str]) -> tuple[SignCell, ...]:
    """The cells of the decision tree of the structure."""
    explorer = Explorer(table, tuple(order))
    dimension = len(order)
    cells = []
    for cell in explorer.explore(lambda p: (structure_of(p), all_equilibria(p))):
        structure, components = cell.value
        text = floats = None
        if cell.sample is not None:
            text = tuple((n, str(cell.sample.expression(n))) for n in order)
            floats = tuple((n, approximate(cell.sample.expression(n)) or 0.0) for n in order)
        cells.append(
            SignCell(
                cell.signs,
                structure,
                components,
                max(0, dimension - cell.codimension_bound),
                text,
                floats,
                cell.sample is not None and cell.sample.is_plain(),
                () if cell.sample is None else tuple((n, cell.sample.expression(n)) for n in order),
            )
        )
    return tuple(cells)
