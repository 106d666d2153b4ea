"""The cells of a parameter domain for a question about a strategic form.

The atoms of a strategic form are found on demand. Where one or two parameters are free and none stands inside a
logarithm, or where one is free, the domain is cut by the atoms known so far, the question is asked in every cell, and
the domain is cut again as long as that names new atoms; then the cells are complete, each with a point. Elsewhere, and
where that leaves something open, the decision tree of `symbolic.cells.tree` covers the domain.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Generic, TypeVar

from ..algebra.signs import approximate
from ..decomposition import AlgebraicNumber
from ..decomposition.limits import Limits
from ..errors import BudgetError
from ..expressions.reading import substitute, symbols_of
from ..floats import nearest_float
from .atoms import AtomTable
from .blocks import CERTIFIED, decomposed_block, independent_blocks, product_cells
from .cases import Case, Member
from .conditions import Condition, LiteralPrinter, cover
from .decomposed import Answers, domain_decomposition, is_decomposable, split_vector
from .tree import Explorer, numeric_value

ROUND_LIMIT = 40

Value = TypeVar("Value", bound=Hashable)
Part = TypeVar("Part", bound=Hashable)
Question = Callable[[Any], Value]
"""A question about what a table makes of the signs of its atoms."""


@dataclass(frozen=True, slots=True)
class PlayersCell(Generic[Value]):
    """Known atom signs, the answer there, a bound on the dimension, and a point as text and numbers (empty: none)."""

    signs: tuple[tuple[int, int], ...]
    value: Value
    dimension: int
    sample: tuple[tuple[str, str], ...]
    plain: bool
    floats: tuple[tuple[str, float], ...] = ()
    coordinates: tuple[tuple[str, Any], ...] = ()


class CellCases(Generic[Value]):
    """The answers on cells that cover the domain, as cases: each value with the exact condition on the parameters."""

    def __init__(self, table: AtomTable, order: Sequence[str], cells: Sequence[PlayersCell[Value]]) -> None:
        self.cells = cells
        self.printer = LiteralPrinter(table, order)
        self.signs = [dict(cell.signs) for cell in cells]

    def condition(self, where: set[int]) -> Condition:
        """What holds on the cells with these numbers and on no others."""
        inside = [signs for k, signs in enumerate(self.signs) if k in where]
        outside = [signs for k, signs in enumerate(self.signs) if k not in where]
        return self.printer.condition(cover(inside, outside))

    def cases(self, read: Callable[[Value], Part | None]) -> tuple[Case[Part], ...]:
        """One case for each value that is read; cells on which that is None belong to none."""
        values = [read(cell.value) for cell in self.cells]
        return tuple(
            Case(self.condition({k for k, found in enumerate(values) if found == value}), value)
            for value in dict.fromkeys(values)
            if value is not None
        )

    def members(self, read: Callable[[Value], Sequence[Member]]) -> tuple[Case[Member], ...]:
        """One case for each member of the values that are read, sorted."""
        values = [read(cell.value) for cell in self.cells]
        return tuple(
            Case(self.condition({k for k, found in enumerate(values) if member in found}), member)
            for member in sorted({m for found in values for m in found})
        )


def players_cells(
    table: AtomTable, order: Sequence[str], question: Question[Value], limits: Limits | None = None
) -> tuple[list[PlayersCell[Value]], str]:
    """Cells that cover the domain, with the answer to the question in each, and the engine that found them.

    Raises BudgetError beyond the limits, which says how far it came.
    """
    limits = Limits() if limits is None else limits
    if not order:
        return [PlayersCell((), numeric_value(table, question), 0, (), True)], "signs of numbers"
    if is_decomposable(table, order):
        found = _decomposed(table, order, question, limits, _plane_cells)
        if found is not None:
            return found, "cylindrical decomposition"
    elif len(order) == 1:
        found = _decomposed(table, order, question, limits, _line_cells)
        if found is not None:
            return found, CERTIFIED
    return _explored(table, order, question, limits), "decision tree"


class _NewAtom(Exception):
    """A sign was asked for that the present cells do not tell."""


Listed = list[tuple[tuple[int, ...], int, tuple[Any, ...]]]
"""Signs of atoms, dimension and point of each cell."""


def _plane_cells(table: AtomTable, order: Sequence[str], limits: Limits) -> Listed | None:
    """The cells of the domain by cylindrical decomposition."""
    count = len(table.atoms)
    split = (
        (*split_vector(table, cell.sign_vector, count), cell)
        for cell in domain_decomposition(table, order, limits=limits).cells
    )
    return [(signs, cell.dimension, cell.sample) for signs, inside, cell in split if inside]


def _line_cells(table: AtomTable, order: Sequence[str], limits: Limits) -> Listed | None:
    """The cells of a line, whatever the atoms are made of; None where some of it stays undecided."""
    (block,) = independent_blocks(table, order)
    found = decomposed_block(table, block, limits)
    if found is None or not found.is_complete:
        return None
    cells = list(product_cells([found], len(table.atoms), order))
    return [(c.sign_vector, len(order) - c.codimension, c.sample) for c in cells if c.sample is not None]


def _decomposed(
    table: AtomTable,
    order: Sequence[str],
    question: Question[Value],
    limits: Limits,
    listed: Callable[[AtomTable, Sequence[str], Limits], Listed | None],
) -> list[PlayersCell[Value]] | None:
    """The complete list of cells, cut again until the question asks for no further atoms; None if one is not had."""
    remembered = Answers(table, question)
    for round_number in range(ROUND_LIMIT):
        stage = f"structures, round {round_number + 1}"
        count = len(table.atoms)
        cells: list[PlayersCell[Value]] = []
        found = listed(table, order, limits)
        if found is None:
            return None
        limits.check_cells(len(found), stage)
        for done, (signs, dimension, sample) in enumerate(found):
            limits.step(stage, done, len(found))
            value = _asked(remembered, signs)
            if value is not None:
                text = _sample_text(table, order, sample, [k for k, sign in enumerate(signs) if sign == 0])
                plain = all(isinstance(c, Fraction) for c in sample)
                floats = tuple((n, nearest_float(c)) for n, c in zip(order, sample, strict=True))
                named = tuple(zip(order, sample, strict=True))
                cells.append(PlayersCell(tuple(enumerate(signs)), value, dimension, text, plain, floats, named))
        if len(table.atoms) == count:
            return cells
    raise BudgetError(f"more than {ROUND_LIMIT} rounds of further atoms; fix a parameter with --at")


class _KnownSigns(tuple[int, ...]):
    """The signs of the atoms known so far."""

    def __getitem__(self, atom: Any) -> Any:
        if atom >= len(self):
            raise _NewAtom
        return super().__getitem__(atom)


def _asked(remembered: Answers[Value], signs: tuple[int, ...]) -> Value | None:
    """The answer where the atoms known so far have these signs; None when it depends on others, which it names."""
    try:
        return remembered.at(_KnownSigns(signs))
    except _NewAtom:
        return None


def _sample_text(
    table: AtomTable, order: Sequence[str], sample: Sequence[Any], zeros: Sequence[int]
) -> tuple[tuple[str, str], ...]:
    """A point as text: exact where its coordinates are algebraic or solve a vanishing atom, else ``~`` and a float."""
    printer = LiteralPrinter(table, order)
    rational = {n: c for n, c in zip(order, sample, strict=True) if isinstance(c, Fraction)}
    found = []
    for name, coordinate in zip(order, sample, strict=True):
        text = f"~{nearest_float(coordinate)!r}"
        if isinstance(coordinate, Fraction | AlgebraicNumber):
            text = str(coordinate)
        else:
            for solved in filter(None, (printer.threshold(atom) for atom in zeros)):
                if solved[0] == name and symbols_of(solved[2]) <= set(rational):
                    text = str(substitute(solved[2], rational))
                    break
        found.append((name, text))
    return tuple(found)


def _explored(
    table: AtomTable, order: Sequence[str], question: Question[Value], limits: Limits
) -> list[PlayersCell[Value]]:
    """The cells of the decision tree."""
    count = 0

    def counted(problem: Any) -> Value:
        nonlocal count
        value = question(problem)
        count += 1
        limits.check_cells(count, "tree of sign vectors")
        return value

    cells = []
    for cell in Explorer(table, tuple(order)).explore(counted, limits=limits):
        point = () if cell.sample is None else tuple((n, cell.sample.expression(n)) for n in order)
        text = tuple((n, str(value)) for n, value in point)
        floats = tuple((n, value) for n, value in ((n, approximate(exact)) for n, exact in point) if value is not None)
        plain = cell.sample is not None and cell.sample.is_plain()
        dimension = max(0, len(order) - cell.codimension_bound)
        cells.append(PlayersCell(cell.signs, cell.value, dimension, text, plain, floats, point))
    return cells
