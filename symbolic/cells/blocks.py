"""Independent blocks of parameters, and the cells of a domain as products of the cells of its blocks.

Two parameters belong together when an atom or an assumption involves both. The connected components of this relation
are the *blocks*: the domain is their product, and the cells of the domain are the products of theirs. A game with many
parameters often falls into blocks of one or two, each of which one of the exact engines decomposes:

* one or two parameters, none inside a logarithm: the cylindrical decomposition, every dimension;
* one or two parameters inside logarithms: the certified decomposition, every dimension, up to undecided boxes;
* a star: one parameter that every atom shares with at most one other, the others outside logarithms: the certified
  decomposition, every dimension;
* three parameters outside logarithms: the open cells and the surfaces between them, all of both; nothing of lower
  dimension.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import product
from typing import Any

from ..algebra.ring import Polynomial, Ring
from ..decomposition import Limits, decompose
from ..errors import NotSupportedError, UndecidedError
from ..logengine import UndecidedBox, star_base
from .atoms import AtomTable
from .decomposition_input import box_of, constants_of
from .domain import Constraint, Domain
from .log_blocks import decompose_atoms

CYLINDRICAL = "cylindrical decomposition"
CERTIFIED = "certified decomposition with logarithms"
SPATIAL = "cylindrical decomposition of open cells and walls"

_PLANE = 2
_SPACE = 3
_MOST_PIECES = 20_000  # of a block; beyond, each sign vector counts once


@dataclass(frozen=True, slots=True)
class Block:
    """Parameters that no atom and no assumption connects to the others.

    Attributes
    ----------
    parameters : in the order asked for
    atoms : the indices of the atoms that involve them
    domain : their intervals, and the assumptions on them
    """

    parameters: tuple[str, ...]
    atoms: tuple[int, ...]
    domain: Domain


@dataclass(frozen=True, slots=True)
class BlockCell:
    """A cell of a block: the signs of its atoms, its codimension, and a point of it (empty: none is kept)."""

    signs: tuple[int, ...]
    codimension: int
    sample: tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class BlockCells:
    """The cells of one block.

    Attributes
    ----------
    cells : of the domain only
    engine : which engine found them
    complete_to : up to which codimension all cells are listed
    undecided : boxes in which the certified engine did not separate the zeros
    """

    block: Block
    cells: tuple[BlockCell, ...]
    engine: str
    complete_to: int
    undecided: tuple[UndecidedBox, ...] = ()

    @property
    def is_complete(self) -> bool:
        """Whether every cell of every dimension is listed."""
        return self.complete_to >= len(self.block.parameters) and not self.undecided


def used_generators(polynomial: Polynomial) -> tuple[int, ...]:
    """The positions of the generators that occur in a polynomial."""
    return tuple(i for i, degree in enumerate(polynomial.degrees()) if degree > 0)


def parameters_in(ring: Ring, *polynomials: Polynomial) -> frozenset[str]:
    """The parameters that occur in polynomials, inside logarithms and the like included.

    Examples
    --------
    >>> from berknash.symbolic.algebra.rewritings.elements import logarithm
    >>> ring, log = logarithm(Ring.of_parameters(["p", "q"]), Ring.of_parameters(["p", "q"]).parameter("p"))
    >>> sorted(parameters_in(ring, log.numerator))
    ['p']
    """
    found: set[str] = set()
    pending = [i for polynomial in polynomials for i in used_generators(polynomial)]
    seen: set[int] = set()
    while pending:
        position = pending.pop()
        if position in seen:
            continue
        seen.add(position)
        generator = ring.generators[position]
        if generator.argument is None:
            found.add(generator.name)
        else:
            pending += used_generators(generator.argument.numerator)
            pending += used_generators(generator.argument.denominator)
    return frozenset(found)


def is_algebraic(ring: Ring, polynomial: Polynomial) -> bool:
    """Whether no parameter of the polynomial stands inside a logarithm, root or exponential."""
    arguments = (ring.generators[i].argument for i in used_generators(polynomial))
    return all(argument is None or argument.rational() is not None for argument in arguments)


def independent_blocks(
    table: AtomTable, order: Sequence[str], numbers: Sequence[int] | None = None
) -> tuple[Block, ...]:
    """The blocks of the parameters under the atoms with these numbers and the assumptions, in the given order.

    None: under all atoms found so far. A parameter that occurs nowhere is a block of its own, without atoms.
    """
    ring, domain = table.ring, table.domain
    chosen = range(len(table.atoms)) if numbers is None else numbers
    atoms = {i: parameters_in(ring, table.atoms[i]) for i in chosen}
    guards = [parameters_in(ring, c.element.numerator, c.element.denominator) for c in domain.constraints]
    groups: list[set[str]] = [{name} for name in order]
    for together in (*atoms.values(), *guards):
        touched = [g for g in groups if g & together]
        if len(touched) > 1:
            groups = [g for g in groups if not g & together] + [set().union(*touched)]
    return tuple(
        Block(
            tuple(name for name in order if name in group),
            tuple(i for i, used in atoms.items() if used & group),
            Domain(
                ring,
                tuple(p for p in domain.parameters if p.name in group),
                tuple(c for c, used in zip(domain.constraints, guards, strict=True) if used & group),
            ),
        )
        for group in sorted(groups, key=lambda g: min(order.index(name) for name in g))
    )


def may_decompose(table: AtomTable, block: Block, whole: bool = False) -> bool:
    """Whether an engine exists for blocks of this kind; with `whole`, one that lists the cells of every dimension."""
    ring, size = table.ring, len(block.parameters)
    guards = [p for c in block.domain.constraints for p in (c.element.numerator, c.element.denominator)]
    polynomials = [*(table.atoms[i] for i in block.atoms), *guards]
    if size <= _PLANE:
        return True
    if all(is_algebraic(ring, p) for p in polynomials):
        return size <= _SPACE and not whole
    return star_base(ring, polynomials, block.parameters) is not None


def decomposed_block(table: AtomTable, block: Block, limits: Limits | None = None) -> BlockCells | None:
    """The cells of a block by the engine that applies; None when none does.

    Raises BudgetError beyond the limits.
    """
    if any(is_degenerate(block.domain, name) for name in block.parameters):
        return None
    ring = table.ring
    guards = [
        ring.polynomial(part).numerator
        for constraint in block.domain.constraints
        for part in (constraint.element.numerator, constraint.element.denominator)
    ]
    atoms = [table.atoms[i] for i in block.atoms]
    polynomials = [*atoms, *guards]
    size = len(block.parameters)
    try:
        if all(is_algebraic(ring, p) for p in polynomials) and size <= _SPACE:
            return _cylindrical(block, ring, polynomials, limits)
        if size <= _PLANE or star_base(ring, polynomials, block.parameters) is not None:
            found = decompose_atoms(ring, atoms, block.domain, block.parameters, limits)
            cells = tuple(
                BlockCell(known(cell.sign_vector), size - cell.dimension, cell.sample) for cell in found.cells
            )
            listed = BlockCells(block, cells, CERTIFIED, size, found.undecided)
            if len(cells) <= _MOST_PIECES:
                return listed
            listed = distinct(listed)
            return listed if len(listed.cells) <= _MOST_PIECES or size <= _PLANE else None
    except (NotSupportedError, UndecidedError):
        return None
    return None


def is_degenerate(domain: Domain, name: str) -> bool:
    """Whether a parameter has a single value."""
    (interval,) = (p.domain for p in domain.parameters if p.name == name)
    return interval.low is not None and interval.low == interval.high


def _cylindrical(block: Block, ring: Ring, polynomials: list[Polynomial], limits: Limits | None) -> BlockCells:
    size = len(block.parameters)
    found = decompose(
        polynomials or [ring.context.constant(1)],
        block.parameters,
        box_of(block.domain),
        constants=constants_of(ring),
        full=size < _SPACE,
        limits=limits,
    )
    count = len(block.atoms)
    cells = tuple(
        BlockCell(cell.sign_vector[:count], size - cell.dimension, cell.sample)
        for cell in (*found.cells, *found.walls)
        if allowed(block.domain.constraints, cell.sign_vector[count:])
    )
    if size < _SPACE:
        return BlockCells(block, cells, CYLINDRICAL, size)
    faces = any(_is_face(ring, block.domain, atom) for atom in found.polynomials[:count])
    return BlockCells(block, cells, SPATIAL, 0 if faces else 1)


def _is_face(ring: Ring, domain: Domain, atom: Polynomial) -> bool:
    """Whether an atom vanishes on a whole closed face of the box, which the walls inside do not include."""
    if len(used_generators(atom)) != 1 or int(atom.total_degree()) != 1:
        return False
    (position,) = used_generators(atom)
    for parameter in domain.parameters:
        side = parameter.domain
        if ring.index(parameter.name) != position:
            continue
        closed = [e for e, is_open in ((side.low, side.low_open), (side.high, side.high_open)) if not is_open]
        slope = int(atom.leading_coefficient())
        rest = sum(int(c) for exponents, c in atom.to_dict().items() if not any(exponents))
        return any(end is not None and slope * end + rest == 0 for end in closed)
    return False


def known(vector: Sequence[int | None]) -> tuple[int, ...]:
    """The certified engine leaves no sign of an atom open; this says so to the type checker."""
    signs = tuple(sign for sign in vector if sign is not None)
    assert len(signs) == len(vector)
    return signs


def allowed(constraints: Sequence[Constraint], signs: Sequence[int]) -> bool:
    """Whether every assumption holds, from the signs of numerator and denominator of each."""
    return all(
        signs[2 * i + 1] != 0 and signs[2 * i] * signs[2 * i + 1] in constraint.signs
        for i, constraint in enumerate(constraints)
    )


@dataclass(frozen=True, slots=True)
class ProductCell:
    """A cell of the whole domain: all atom signs, codimension, sample by parameter (None: none is kept)."""

    sign_vector: tuple[int, ...]
    codimension: int
    sample: tuple[Any, ...] | None


def product_cells(blocks: Sequence[BlockCells], atom_count: int, order: Sequence[str]) -> Iterator[ProductCell]:
    """The products of the cells of all blocks, the last block varying fastest."""
    place = {name: i for i, name in enumerate(order)}
    for choice in product(*(found.cells for found in blocks)):
        signs = [0] * atom_count
        sample: list[Any] = [None] * len(order)
        for found, cell in zip(blocks, choice, strict=True):
            for atom, sign in zip(found.block.atoms, cell.signs, strict=True):
                signs[atom] = sign
            for name, coordinate in zip(found.block.parameters, cell.sample, strict=False):
                sample[place[name]] = coordinate
        codimension = sum(cell.codimension for cell in choice)
        yield ProductCell(tuple(signs), codimension, None if None in sample else tuple(sample))


def distinct(found: BlockCells) -> BlockCells:
    """One cell for each sign vector: of the highest dimension, and with the simplest point."""
    best: dict[tuple[int, ...], tuple[tuple[int, int, int], BlockCell]] = {}
    for cell in found.cells:
        rational = [c for c in cell.sample if isinstance(c, Fraction)]
        length = sum(c.denominator + abs(c.numerator) for c in rational)
        cost = (cell.codimension, len(found.block.parameters) - len(rational), length)
        if cell.signs not in best or cost < best[cell.signs][0]:
            best[cell.signs] = (cost, cell)
    return replace(found, cells=tuple(cell for _, cell in best.values()))


def widened(blocks: Sequence[BlockCells], order: Sequence[str], domain: Domain) -> tuple[UndecidedBox, ...]:
    """The undecided boxes of the blocks as boxes of the whole domain."""
    intervals = {p.name: (p.domain.low, p.domain.high) for p in domain.parameters}
    boxes = []
    for found in blocks:
        for box in found.undecided:
            sides = dict(zip(found.block.parameters, box.sides, strict=True))
            functions = tuple(found.block.atoms[i] for i in box.functions if i < len(found.block.atoms))
            boxes.append(UndecidedBox(tuple(sides.get(n, intervals[n]) for n in order), functions, box.reason))
    return tuple(boxes)
