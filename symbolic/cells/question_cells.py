"""The cells of a parameter domain for a question, and its answer on each: the one way over a domain.

A question is a function of what a table makes of the signs of its atoms. Four ways are tried in turn:

* no parameter: the signs are those of numbers;
* all atoms are known beforehand, and every block of parameters (`symbolic.cells.blocks`) has an engine that lists all
  its cells: the cells of the domain are their products;
* atoms are found on demand: the same by those that the question has named so far, again as long as it names further
  ones. Where a cell has a rational point, all that the question asks for there is named at once;
* the decision tree of `symbolic.cells.tree`, which says of each cell whether a point of it is known.

A diagram keeps connected pieces apart, and takes lists of cells that are not complete in every dimension, which its
coverage then says. For all else cells with the same signs are one, and incomplete lists leave the domain to the tree.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Sequence
from contextlib import AbstractContextManager, nullcontext, suppress
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from itertools import combinations
from math import prod
from typing import Any, Generic, TypeVar

from ..algebra.signs import Point
from ..decomposition.limits import Limits
from ..errors import BudgetError, UndecidedError
from ..errors.running import TimeUp, share
from ..limits import Allowance
from ..logengine import UndecidedBox
from .atoms import AtomTable
from .blocks import (
    CYLINDRICAL,
    BlockCells,
    decomposed_block,
    distinct,
    independent_blocks,
    is_degenerate,
    may_decompose,
    product_cells,
    widened,
)
from .cell import Cell
from .coverage import Coverage
from .projections import Group, GroupCell, is_open_domain
from .star_groups import star_groups
from .tree import NODE_LIMIT, Explorer, numeric_value

Value = TypeVar("Value", bound=Hashable)
Question = Callable[[Any], Value]
"""A question about what a table makes of the signs of its atoms."""

_PLANE = 2
_MOST_ROUNDS = 40
_MOST_PRODUCTS = 20_000
_NODES_BESIDE_SPACE = 600  # nodes of the tree where the highest dimensions are known without it


@dataclass(frozen=True, slots=True)
class FoundCells(Generic[Value]):
    """Cells that cover the domain, which engine found them, and what is claimed of them."""

    cells: tuple[Cell[Value], ...]
    engine: str
    coverage: Coverage
    undecided: tuple[UndecidedBox, ...] = ()


def find_cells(
    table: AtomTable,
    order: Sequence[str],
    question: Question[Value],
    limits: Limits | None = None,
    allowance: Allowance | None = None,
) -> FoundCells[Value]:
    """The cells of a single question. Raises BudgetError beyond the limits, which says how far it came."""
    return CellFinder(table, order, allowance, limits).find(question)


class CellFinder:
    """Finds the cells of questions about one table; what it learns of the domain is kept from question to question.

    Parameters
    ----------
    table : the atoms, known beforehand or found on demand
    order : the free parameters
    allowance : counts the steps of trees of signs; None for the usual number for one question
    limits : what a decomposition may spend
    diagram : whether the cells are for a diagram
    by_halves : whether each way may take half of the time that is left, and the next is tried where that is over;
        `cut_short` says so then
    most : how many cells may be listed before the tree is preferred
    """

    def __init__(
        self,
        table: AtomTable,
        order: Sequence[str],
        allowance: Allowance | None = None,
        limits: Limits | None = None,
        *,
        diagram: bool = False,
        by_halves: bool = False,
        most: int = _MOST_PRODUCTS,
    ) -> None:
        self.table, self.order = table, tuple(order)
        self.cut_short = ""
        self._allowance, self._limits = allowance, limits or Limits()
        self._diagram, self._by_halves, self._most = diagram, by_halves, most
        self._listed: tuple[tuple[int, ...], tuple[BlockCells, ...] | None] | None = None

    def find(self, question: Question[Value], *, search: bool = True, whole: bool = True) -> FoundCells[Value]:
        """The cells of a question with the answers.

        Parameters: whether points of the cells of a tree are sought; whether the sets where an atom vanishes have to
        be among them, or else may be left out where the tree is too large with them. Raises BudgetError beyond the
        limits, which says how far it came.
        """
        if not self.order:
            cell = Cell((), question(self.problem), 0, (), True)
            return FoundCells((cell,), "signs of numbers", Coverage(()))
        return self._by_blocks(question) or self._explored(question, search, whole)

    @cached_property
    def problem(self) -> Any:
        """What the table makes of signs of numbers; all questions share what it remembers."""
        return numeric_value(self.table, lambda problem: problem)

    @property
    def lists_all(self) -> bool:
        """Whether all cells are listed, whatever is asked."""
        return not self.table.on_demand_only and self._has_engines and self._blocks(self._atoms(())) is not None

    def witness(self, cell: Cell[Any]) -> bool:
        """Whether a point of a cell is known or found."""
        return cell.witnessed or self.explorer.witness(dict(cell.signs)) is not None

    @cached_property
    def explorer(self) -> Explorer:
        """The decision tree's points and refutations."""
        return Explorer(self.table, self.order, self._groups(), self._allowance)

    # By decomposition

    @cached_property
    def _has_engines(self) -> bool:
        """Whether blocks may have engines, as far as is known before any is asked; all atoms are formed then.

        With three and more parameters the comparisons of pairs of models, and of pairs of actions, tell.
        """
        if any(is_degenerate(self.table.domain, name) for name in self.order):
            return False
        if self.table.on_demand_only:
            return True
        if len(self.order) > _PLANE and not _hopeful(self.table, self.order):
            return False
        self.table.complete()
        return True

    def _atoms(self, asked: Sequence[int]) -> tuple[int, ...]:
        """The atoms to decompose by: all that are known, or of those found on demand the ones asked for."""
        return tuple(sorted(asked)) if self.table.on_demand_only else tuple(range(len(self.table.atoms)))

    def _blocks(self, atoms: tuple[int, ...]) -> tuple[BlockCells, ...] | None:
        """The cells of every block under these atoms; None where the domain is left to the tree."""
        if self._listed is None or self._listed[0] != atoms:
            try:
                with self._part_of_time():
                    found = self._decomposed(atoms)
            except TimeUp as error:
                if not self._by_halves:
                    raise
                self.cut_short, found = self.cut_short or str(error), None
            except BudgetError:
                if self._diagram:
                    raise
                found = None
            self._listed = atoms, found
        return self._listed[1]

    def _decomposed(self, atoms: tuple[int, ...]) -> tuple[BlockCells, ...] | None:
        if not self._may_decompose(atoms):
            return None
        found = []
        for block in independent_blocks(self.table, self.order, atoms):
            cells = decomposed_block(self.table, block, self._limits)
            if cells is None or not (self._diagram or cells.is_complete):
                return None
            found.append(cells)
        # Products of all connected pieces would be many; a single block of a diagram keeps its pieces apart.
        if len(found) > 1 or not self._diagram:
            found = [distinct(cells) for cells in found]
        count = prod(len(cells.cells) for cells in found)
        if count > self._most and self._diagram:
            raise BudgetError(
                f"{count} products of the cells of {len(found)} independent blocks of parameters, more than "
                f"{self._most}; fix some parameters with --at"
            )
        return tuple(found) if count <= self._most else None

    def _may_decompose(self, atoms: tuple[int, ...]) -> bool:
        blocks = independent_blocks(self.table, self.order, atoms)
        return all(may_decompose(self.table, block, not self._diagram) for block in blocks)

    def _part_of_time(self) -> AbstractContextManager[None]:
        return share(1 / 2) if self._by_halves else nullcontext()

    def _by_blocks(self, question: Question[Value]) -> FoundCells[Value] | None:
        """The products of the cells of all blocks, cut again until the question asks for no further atoms."""
        answers, asked, size = Answers(self.table, question), set[int](), len(self.order)
        for _ in range(_MOST_ROUNDS if self._has_engines else 0):
            atoms = self._atoms(tuple(asked))
            blocks = self._blocks(atoms)
            if blocks is None:
                return None
            partial = [found.complete_to for found in blocks if found.complete_to < len(found.block.parameters)]
            depth = min(partial, default=size)
            if partial:
                beside = self._beside_space(blocks, question)
                if beside is not None:
                    return beside
            cells = tuple(self._answered(blocks, atoms, answers, asked))
            if self._atoms(tuple(asked)) == atoms:
                every, undecided = tuple(range(size, -1, -1)), widened(blocks, self.order, self.table.domain)
                engines = {found.engine for found in blocks if found.block.atoms} or {CYLINDRICAL}
                coverage = Coverage(every[: depth + 1], (), every[depth + 1 :], bool(undecided))
                return FoundCells(cells, " and ".join(sorted(engines)), coverage, undecided)
        return None

    def _answered(
        self, blocks: Sequence[BlockCells], atoms: tuple[int, ...], answers: Answers[Value], asked: set[int]
    ) -> Iterator[Cell[Value]]:
        """The cells with the answers; those on which the answer depends on further atoms are left out.

        What is asked for is entered in `asked`.
        """
        table, count, known = self.table, prod(len(found.cells) for found in blocks), atoms
        if self._diagram:
            self._limits.check_cells(count, "structures")
        for done, product in enumerate(product_cells(blocks, len(table.atoms), self.order)):
            self._limits.step("structures", done, count)
            signs = tuple((atom, product.sign_vector[atom]) for atom in atoms)
            coordinates = tuple(zip(self.order, product.sample or (), strict=False))
            with suppress(_NotTold):
                value = answers.at(_Signs(table, dict(signs), dict(coordinates), asked))
                yield Cell(signs, value, len(self.order) - product.codimension, coordinates, True)
            named = self._atoms(tuple(asked))
            if named != known and not self._may_decompose(named):
                return  # the other cells would be looked at in vain
            known = named

    def _beside_space(self, blocks: Sequence[BlockCells], question: Question[Value]) -> FoundCells[Value] | None:
        """The cells of a small tree beside the open cells and walls of three parameters; None where it is too large."""
        if self.table.on_demand_only:
            return None
        explorer = Explorer(self.table, self.order, _as_groups(blocks, self.table), self._allowance)
        engine = f"{CYLINDRICAL} of open cells, decision tree elsewhere"
        try:
            return self._by_tree(explorer, question, engine, node_limit=_NODES_BESIDE_SPACE)
        except BudgetError:
            self._limits.step("products of cells", 0, 1)
            return None

    # By the decision tree

    def _groups(self) -> tuple[Group, ...]:
        """What decompositions of few parameters tell of signs; nothing, where time was over before."""
        try:
            with self._part_of_time():
                return star_groups(self.table, self.order)
        except TimeUp:
            if not self.cut_short:
                raise
            return ()

    def _explored(self, question: Question[Value], search: bool, whole: bool) -> FoundCells[Value]:
        explorer = self.explorer
        limit = NODE_LIMIT if self._allowance is None else self._allowance.nodes_for_one_question
        try:
            with nullcontext() if whole else self._part_of_time():
                return self._by_tree(explorer, question, node_limit=limit, search=search)
        except BudgetError:
            if whole:
                raise
        return self._by_tree(explorer, question, node_limit=limit, search=search, boundaries=False)

    def _by_tree(
        self, explorer: Explorer, question: Question[Value], engine: str = "decision tree", **how: Any
    ) -> FoundCells[Value]:
        cells = explorer.explore(question, limits=self._limits, **how)
        if self._diagram:
            # Atoms that were met later may tell more.
            closed = ((cell, explorer.closed(dict(cell.signs))) for cell in cells)
            cells = tuple(cell.with_signs(signs) for cell, signs in closed if signs is not None)
        every = tuple(range(len(self.order), -1, -1))
        return FoundCells(cells, engine, _tree_coverage(cells, every, how.get("boundaries", True)))


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


def _tree_coverage(cells: Sequence[Cell[Any]], every: tuple[int, ...], whole: bool) -> Coverage:
    """Open cells are complete when each of them exists; the rest when all do, or not at all where not looked at."""
    top = all(cell.witnessed for cell in cells if cell.dimension == every[0])
    complete = every[:1] if top else ()
    covered = () if top else every[:1]
    if not whole:
        return Coverage(complete, covered, every[1:])
    if all(cell.witnessed for cell in cells):
        return Coverage(every)
    return Coverage(complete, (*covered, *every[1:]))


def _as_groups(blocks: Sequence[BlockCells], table: AtomTable) -> tuple[Group, ...]:
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


class _NotTold(Exception):
    """A sign was asked for that neither the signs of a cell nor a rational point of it tell."""


class _Signs:
    """The signs of atoms on a cell; those of atoms that it was not cut by at its point, where that is rational."""

    def __init__(
        self, table: AtomTable, signs: dict[int, int], coordinates: dict[str, Any], asked: set[int]
    ) -> None:
        self._table, self._signs, self._coordinates, self._asked = table, signs, coordinates, asked
        self._point: Point | None = None

    def __call__(self, atom: int) -> int:
        self._asked.add(atom)
        if atom not in self._signs:
            self._signs[atom] = self._at_point(atom)
        return self._signs[atom]

    def _at_point(self, atom: int) -> int:
        place = self._coordinates
        if not place or not all(isinstance(value, Fraction) for value in place.values()):
            raise _NotTold
        if self._point is None:
            self._point = Point(self._table.ring, place)
        try:
            return self._point.polynomial_sign(self._table.atoms[atom])
        except (UndecidedError, ZeroDivisionError):
            raise _NotTold from None


class _Node(Generic[Value]):
    """A place in the tree of questions: the atom asked for there, what follows for each sign, or the answer."""

    __slots__ = ("atom", "below", "value")

    def __init__(self) -> None:
        self.atom: int | None = None
        self.below: dict[int, _Node[Value]] = {}
        self.value: tuple[Value] | None = None


class Answers(Generic[Value]):
    """A question answered at many sign vectors, each path of signs that it asks for only once.

    The question asks for the signs of atoms one after the other, and which one comes next depends only on the answers
    so far: they make up a tree. An answer holds wherever the atoms on its path have these signs.
    """

    def __init__(self, table: AtomTable, question: Question[Value]) -> None:
        self.table = table
        self.question = question
        self._root: _Node[Value] = _Node()

    def at(self, sign_of: Callable[[int], int]) -> Value:
        """The answer where the atoms have these signs."""
        node, known = self._root, dict[int, int]()

        def ask(atom: int) -> int:
            nonlocal node
            if atom not in known:
                # Kept also where the sign is not known, so that the next vector on this path is told at once.
                node.atom = atom
                known[atom] = sign_of(atom)
                node = node.below.setdefault(known[atom], _Node())
            return known[atom]

        while node.atom is not None:
            ask(node.atom)
        if node.value is None:
            value = self.question(self.table.problem(ask))
            node.value = (value,)
        return node.value[0]
