"""The engines that cut a parameter domain into cells of constant atom signs, behind one face.

Where every block of parameters (`symbolic.cells.blocks`) has an exact engine, the cells are the products of theirs, and
complete: in every dimension with blocks of one or two parameters, in the two highest ones with a block of three.
Elsewhere the decision tree of `symbolic.cells.tree` covers the domain, and says of each cell whether a point of it is
known.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import combinations
from math import prod
from typing import Any, Generic, TypeVar

from ..algebra.ring import Element
from ..algebra.samples import Sample
from ..algebra.signs import approximate
from ..combinatorics.agent import Problem
from ..combinatorics.structure import EquilibriumComponent, Structure, all_equilibria, structure_of
from ..decomposition import AlgebraicNumber, Decomposition, Limits, decompose
from ..errors import BudgetError
from ..floats import nearest_float
from ..limits import Allowance, SolveLimits
from ..logengine import UndecidedBox
from .atoms import AtomTable
from .blocks import (
    CYLINDRICAL,
    BlockCells,
    ProductCell,
    allowed,
    decomposed_block,
    distinct,
    independent_blocks,
    may_decompose,
    product_cells,
    widened,
)
from .coverage import Coverage
from .decomposition_input import box_of, constants_of
from .projections import Group, GroupCell, is_open_domain
from .star_groups import star_groups
from .tree import Explorer, numeric_value

Value = TypeVar("Value")

_PLANE = 2
_MOST_PRODUCTS = 20_000
_NODES_BESIDE_SPACE = 600  # nodes of the tree where the highest dimensions are known without it


@dataclass(frozen=True, slots=True)
class SignCell:
    """A cell: known atom signs, structure, dimension, and a sample as text and floats (None: not witnessed).

    `coordinates` are the same sample as objects: Fraction, AlgebraicNumber, FibreNumber or Expression. `vouched` says
    that a complete engine has found the cell, whether or not a point of it is kept.
    """

    signs: tuple[tuple[int, int], ...]
    structure: Structure
    components: tuple[EquilibriumComponent, ...]
    dimension: int
    sample: tuple[tuple[str, str], ...] | None
    floats: tuple[tuple[str, float], ...] | None
    plain: bool = True
    coordinates: tuple[tuple[str, Any], ...] = field(default=(), compare=False)
    vouched: bool = True

    @property
    def witnessed(self) -> bool:
        """Whether the cell is known to exist."""
        return self.vouched or self.sample is not None


@dataclass(frozen=True, slots=True)
class FoundCells:
    """The cells of a domain, which engine found them, and what is claimed of them."""

    cells: tuple[SignCell, ...]
    engine: str
    coverage: Coverage
    undecided: tuple[UndecidedBox, ...] = ()


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
    allowance: Allowance | None = None,
) -> tuple[ClaimCell, ...]:
    """The cells of a yes-or-no question about the game, by whichever engine applies.

    `further` are expressions, with their origin, whose signs the question also asks for. `allowance` counts the steps
    of a tree of signs; None for the usual ones. Raises BudgetError beyond it.
    """
    if not free:
        return (ClaimCell((), numeric_value(table, question), True),)
    for element, origin in further:
        table.product_of(element, origin)
    vectors = occurring_vectors(table, free)
    if vectors is not None:
        return _answered(table, question, vectors)
    allowance = allowance or Allowance(SolveLimits())
    explorer = Explorer(table, tuple(free), star_groups(table, free), allowance)
    explored = explorer.explore(question, node_limit=allowance.limits.nodes)
    return tuple(ClaimCell(cell.signs, cell.value, cell.witnessed) for cell in explored)


def _answered(
    table: AtomTable, question: Callable[[Problem], bool], vectors: Iterable[tuple[int, ...]]
) -> tuple[ClaimCell, ...]:
    """The question at every sign vector that occurs."""
    answers = Answers(table, question)
    return tuple(ClaimCell(tuple(enumerate(signs)), answers.at(signs), True) for signs in dict.fromkeys(vectors))


def occurring_vectors(
    table: AtomTable, free: Sequence[str], limits: Limits | None = None
) -> tuple[tuple[int, ...], ...] | None:
    """The complete list of atom sign vectors on the domain, each once; None where no engine certifies it.

    All atoms of the game are formed first, unless the comparisons of pairs show that no engine applies.
    """
    blocks = _all_blocks(table, free, limits)
    if blocks is None or not all(found.is_complete for found in blocks):
        return None
    if prod(len(found.cells) for found in blocks) > _MOST_PRODUCTS:
        return None
    return tuple(dict.fromkeys(cell.sign_vector for cell in product_cells(blocks, len(table.atoms), free)))


def _all_blocks(table: AtomTable, free: Sequence[str], limits: Limits | None) -> tuple[BlockCells, ...] | None:
    """The cells of every block, each sign vector once where there are several; None where one has no engine."""
    if not free or table.on_demand_only:
        return None
    if len(free) > _PLANE and not _hopeful(table, free):
        return None
    table.complete()
    blocks = independent_blocks(table, free)
    found = []
    for block in blocks:
        cells = decomposed_block(table, block, limits)
        if cells is None:
            return None
        # Products of all connected pieces would be many; a single block keeps its pieces apart.
        found.append(cells if len(blocks) == 1 else distinct(cells))
    return tuple(found)


def _hopeful(table: AtomTable, free: Sequence[str]) -> bool:
    """Whether the atoms of pairs of models, and of pairs of actions, leave blocks that an engine may decompose."""
    probe = AtomTable(table.tables, table.domain)
    actions, models = range(len(table.tables.actions)), range(len(table.tables.models))
    finite = table.tables.finite
    for action in actions:
        for pair in combinations([t for t in models if finite[t][action]], 2):
            probe.sign_product("divergence", (action,), pair)
    for model in models:
        for pair in combinations(actions, 2):
            probe.sign_product("payoff", (model,), pair)
    return all(may_decompose(probe, block) for block in independent_blocks(probe, free))


def is_decomposable(table: AtomTable, free: Sequence[str]) -> bool:
    """Whether one or two parameters are free and none occurs inside a logarithm, root or exponential."""
    if len(free) > _PLANE or any(_degenerate(table, name) for name in free):
        return False
    return all(g.argument is None or g.argument.rational() is not None for g in table.ring.generators)


def _degenerate(table: AtomTable, name: str) -> bool:
    (interval,) = (p.domain for p in table.domain.parameters if p.name == name)
    return interval.low is not None and interval.low == interval.high


def domain_decomposition(
    table: AtomTable, order: Sequence[str], full: bool = True, limits: Limits | None = None
) -> Decomposition:
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
    return decompose(polynomials, list(order), box_of(table.domain), constants_of(ring), full, limits)


def split_vector(
    table: AtomTable, vector: Sequence[int], count: int | None = None
) -> tuple[tuple[int, ...], bool]:
    """The signs of the atoms in a sign vector of `domain_decomposition`, and whether the assumptions hold there.

    `count` is the number of atoms that were decomposed, where the table has learnt of more since.
    """
    count = len(table.atoms) if count is None else count
    return tuple(vector[:count]), allowed(table.domain.constraints, vector[count:])


def found_cells(
    table: AtomTable, order: Sequence[str], limits: Limits | None = None, allowance: Allowance | None = None
) -> FoundCells:
    """The cells of the domain with their structure, by the best engine that applies.

    `limits` are those of a decomposition, `allowance` counts the steps of a tree of signs.
    Raises BudgetError beyond the limits, which says how far it came.
    """
    size = len(order)
    every = tuple(range(size, -1, -1))
    if not table.on_demand_only and is_decomposable(table, order):
        table.complete()
        plane = domain_decomposition(table, order, limits=limits)
        split = ((*split_vector(table, cell.sign_vector), cell) for cell in plane.cells)
        products = [ProductCell(signs, size - cell.dimension, cell.sample) for signs, inside, cell in split if inside]
        return FoundCells(_with_structure(table, order, products, limits), CYLINDRICAL, Coverage(every))
    blocks = _all_blocks(table, order, limits)
    if blocks is None:
        cells, whole = tree_cells(table, order, limits, allowance=allowance)
        return FoundCells(cells, "decision tree", _tree_coverage(cells, every, whole))
    partial = [found.complete_to for found in blocks if found.complete_to < len(found.block.parameters)]
    depth = min(partial, default=size)
    if depth < size:
        try:
            group = _as_group(blocks, table)
            cells, whole = tree_cells(table, order, limits, group, _NODES_BESIDE_SPACE, allowance)
            engine = f"{CYLINDRICAL} of open cells, decision tree elsewhere"
            return FoundCells(cells, engine, _tree_coverage(cells, every, whole))
        except BudgetError:
            if limits is not None:
                limits.step("products of cells", 0, 1)
    count = prod(len(found.cells) for found in blocks)
    if count > _MOST_PRODUCTS:
        raise BudgetError(
            f"{count} products of the cells of {len(blocks)} independent blocks of parameters, more than "
            f"{_MOST_PRODUCTS}; fix some parameters with --at"
        )
    undecided = widened(blocks, order, table.domain)
    coverage = Coverage(every[: depth + 1], (), every[depth + 1 :], bool(undecided))
    engines = " and ".join(sorted({found.engine for found in blocks if found.block.atoms} or {CYLINDRICAL}))
    products = list(product_cells(blocks, len(table.atoms), order))
    return FoundCells(_with_structure(table, order, products, limits), engines, coverage, undecided)


def _tree_coverage(cells: Sequence[SignCell], every: tuple[int, ...], whole: bool) -> Coverage:
    """Open cells are complete when each of them exists; the rest when all do, or not at all where not looked at."""
    top = all(cell.witnessed for cell in cells if cell.dimension == every[0])
    complete = every[:1] if top else ()
    covered = () if top else every[:1]
    if not whole:
        return Coverage(complete, covered, every[1:])
    if all(cell.witnessed for cell in cells):
        return Coverage(every)
    return Coverage(complete, (*covered, *every[1:]))


class _Node(Generic[Value]):
    """A place in the tree of questions: the atom asked for there, what follows for each sign, or the answer."""

    __slots__ = ("atom", "below", "value")

    def __init__(self) -> None:
        self.atom: int | None = None
        self.below: dict[int, _Node[Value]] = {}
        self.value: tuple[Value] | None = None


class Answers(Generic[Value]):
    """A combinatorial question answered at many sign vectors, each path of signs that it asks for only once.

    The question asks for the signs of atoms one after the other, and which one comes next depends only on the answers
    so far: they make up a tree. An answer holds wherever the atoms on its path have these signs.
    """

    def __init__(self, table: AtomTable, question: Callable[[Problem], Value]) -> None:
        self.table = table
        self.question = question
        self._root: _Node[Value] = _Node()

    def at(self, vector: Sequence[int]) -> Value:
        """The answer where the atoms have these signs."""
        node, known = self._root, dict[int, int]()

        def ask(atom: int) -> int:
            nonlocal node
            if atom not in known:
                # Kept also where the sign is not known, so that the next vector on this path is told at once.
                node.atom = atom
                known[atom] = vector[atom]
                node = node.below.setdefault(known[atom], _Node())
            return known[atom]

        while node.atom is not None:
            ask(node.atom)
        if node.value is None:
            value = self.question(self.table.problem(ask))
            node.value = (value,)
        return node.value[0]


def _as_group(blocks: Sequence[BlockCells], table: AtomTable) -> tuple[Group, ...]:
    """The blocks as groups that refute and witness signs."""
    return tuple(
        Group(
            found.block.parameters,
            frozenset(found.block.atoms),
            tuple(
                GroupCell(tuple(zip(found.block.atoms, cell.signs, strict=True)), cell.sample) for cell in found.cells
            ),
            found.is_complete,
            is_open_domain(table.domain, found.block.parameters),
            True,
        )
        for found in blocks
    )


def _with_structure(
    table: AtomTable, order: Sequence[str], products: Sequence[ProductCell], limits: Limits | None
) -> tuple[SignCell, ...]:
    answers: Answers[tuple[Structure, tuple[EquilibriumComponent, ...]]] = Answers(
        table, lambda problem: (structure_of(problem), all_equilibria(problem))
    )
    cells = []
    for done, cell in enumerate(products):
        if limits is not None:
            limits.step("structures", done, len(products))
        vector = cell.sign_vector
        structure, components = answers.at(vector)
        sample = cell.sample or ()
        text = tuple((n, _coordinate_text(c)) for n, c in zip(order, sample, strict=False)) or None
        cells.append(
            SignCell(
                tuple(enumerate(vector)),
                structure,
                components,
                len(order) - cell.codimension,
                text,
                tuple((n, nearest_float(c)) for n, c in zip(order, sample, strict=False)) or None,
                all(isinstance(c, Fraction) for c in sample),
                tuple(zip(order, sample, strict=False)),
            )
        )
    return tuple(cells)


def _coordinate_text(coordinate: Any) -> str:
    """An exact number of the format, or decimals marked with ``~`` where only enclosures are at hand."""
    return str(coordinate) if isinstance(coordinate, (Fraction, AlgebraicNumber)) else f"~{nearest_float(coordinate)!r}"


def exact_sample(table: AtomTable, cell: SignCell) -> tuple[tuple[str, str], ...]:
    """The sample of a cell as text, exact wherever that can be had.

    A coordinate given only by enclosures is solved for in an atom that vanishes on the cell, where one is linear
    in it and involves otherwise only coordinates already known; failing that its decimals stay, marked with ``~``.
    """
    text = cell.sample or ()
    missing = [n for n, shown in text if shown.startswith("~")]
    coordinates = dict(cell.coordinates)
    if not missing or any(isinstance(c, AlgebraicNumber) for c in coordinates.values()):
        return text
    start = Sample(table.ring, {n: Fraction(0) if n in missing else c for n, c in coordinates.items()})
    sample = _placed(table, start, missing, [atom for atom, sign in cell.signs if sign == 0])
    if sample is None:
        return text
    return tuple((n, str(sample.expression(n)) if n in missing else shown) for n, shown in text)


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


def tree_cells(
    table: AtomTable,
    order: Sequence[str],
    limits: Limits | None = None,
    known: tuple[Group, ...] = (),
    node_limit: int | None = None,
    allowance: Allowance | None = None,
) -> tuple[tuple[SignCell, ...], bool]:
    """The cells of the decision tree of the structure, and whether boundaries are among them.

    The tree may have as many nodes as the allowance grants one question, or fewer where a limit is given. Where it is
    too large with the sets on which atoms vanish, it is built without them (unless `known` groups give the open cells
    anyway).
    """
    allowance = allowance or Allowance(SolveLimits())
    if node_limit is None:
        node_limit = allowance.nodes_for_one_question
    explorer = Explorer(table, tuple(order), known or star_groups(table, order), allowance)

    def solve(problem: Problem) -> tuple[Structure, tuple[EquilibriumComponent, ...]]:
        return structure_of(problem), all_equilibria(problem)

    whole = True
    try:
        explored = explorer.explore(solve, limits=limits, node_limit=node_limit)
    except BudgetError:
        if known:
            raise
        whole = False
        explored = explorer.explore(solve, boundaries=False, limits=limits, node_limit=node_limit)
    dimension = len(order)
    closed = explorer.closed
    cells = []
    for cell in explored:
        structure, components = cell.value
        text = floats = None
        if cell.sample is not None:
            text = tuple((n, str(cell.sample.expression(n))) for n in order)
            floats = tuple((n, approximate(cell.sample.expression(n)) or 0.0) for n in order)
        signs = closed(dict(cell.signs))
        if signs is None:
            continue
        cells.append(
            SignCell(
                tuple(sorted(signs.items())),
                structure,
                components,
                max(0, dimension - cell.codimension_bound),
                text,
                floats,
                cell.sample is not None and cell.sample.is_plain(),
                () if cell.sample is None else tuple((n, cell.sample.expression(n)) for n in order),
                cell.witnessed,
            )
        )
    return tuple(cells), whole
