"""Answers to questions about a game over all values of its free parameters, as cases.

A case is a value with the exact condition under which it is the answer: on every other cell the answer is another one.
The cells are those of `symbolic.cells.question_cells`.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Generic, Protocol, TypeVar

from ..decomposition.limits import Limits
from ..limits import Allowance, SolveLimits
from .atoms import AtomTable
from .cell import Cell
from .conditions import Condition, CoverIndex, Literal, LiteralPrinter, Signs
from .question_cells import CellFinder, Question
from .undecided import Undecided, attempt


class Ordered(Protocol):
    """What can be sorted and looked up."""

    def __hash__(self) -> int: ...

    def __lt__(self, other: Any, /) -> bool: ...


Value = TypeVar("Value", bound=Hashable)
Part = TypeVar("Part", bound=Hashable)
Member = TypeVar("Member", bound=Ordered)
Found = TypeVar("Found")

VECTOR_LIMIT = 1_500
WITNESS_ATTEMPTS = 6
CANDIDATE_LIMIT = 32


@dataclass(frozen=True, slots=True)
class Case(Generic[Value]):
    """A value and the exact condition under which it is the answer.

    `witnessed` is False when no point was found at which the value is the answer: the case may then be vacuous (its
    value is still right wherever the condition holds). `literals` are the alternatives of the condition in terms of
    atoms, `cells` the signs of atoms on the cells where the value is the answer.
    """

    condition: Condition
    value: Value
    witnessed: bool = True
    literals: tuple[tuple[Literal, ...], ...] = field(default=(), compare=False, repr=False)
    cells: tuple[Signs, ...] = field(default=(), compare=False, repr=False)


class Cases(Generic[Value]):
    """The answers on cells that cover the domain, as cases: each value with the exact condition on the parameters.

    Parameters
    ----------
    printer : writes the conditions
    cells : with the answers
    witness : looks for a point of a cell of which none is known
    """

    def __init__(
        self,
        printer: LiteralPrinter,
        cells: Sequence[Cell[Value]],
        witness: Callable[[Cell[Value]], bool] = lambda cell: cell.witnessed,
    ) -> None:
        self.printer, self.cells, self._witness = printer, cells, witness
        self.signs = [dict(cell.signs) for cell in cells]

    @cached_property
    def _index(self) -> CoverIndex:
        return CoverIndex(self.signs)

    def cover(self, places: Iterable[int], apart: Iterable[int] | None = None) -> tuple[tuple[Literal, ...], ...]:
        """Literals that hold on the cells with these numbers and on no others, or only not on those set apart."""
        others = None if apart is None else self._index.where(list(apart))
        return self._index.cover(self._index.where(list(places)), others)

    def condition(self, places: Iterable[int], apart: Iterable[int] | None = None) -> Condition:
        """The same as a condition."""
        return self.printer.condition(self.cover(places, apart))

    def where(self, holds: Callable[[Value], bool]) -> list[int]:
        """The numbers of the cells whose answer is such."""
        return [place for place, cell in enumerate(self.cells) if holds(cell.value)]

    def cases(self, read: Callable[[Value], Part | None]) -> tuple[Case[Part], ...]:
        """One case for each value that is read; cells on which that is None belong to none."""
        return self.cases_at([read(cell.value) for cell in self.cells])

    def cases_at(self, values: Sequence[Part | None]) -> tuple[Case[Part], ...]:
        """One case for each of the values of the cells, given in their order; None belongs to none."""
        places: dict[Part, list[int]] = {}
        for place, value in enumerate(values):
            if value is not None:
                places.setdefault(value, []).append(place)
        return tuple(self.case(value, inside) for value, inside in places.items())

    def members(self, read: Callable[[Value], Iterable[Member]]) -> tuple[Case[Member], ...]:
        """One case for each member of the values that are read, sorted."""
        return self.members_at([read(cell.value) for cell in self.cells])

    def members_at(self, values: Sequence[Iterable[Member]]) -> tuple[Case[Member], ...]:
        """One case for each member of the values of the cells, given in their order; sorted."""
        places: dict[Member, list[int]] = {}
        for place, value in enumerate(values):
            for member in dict.fromkeys(value):
                places.setdefault(member, []).append(place)
        return tuple(self.case(member, places[member]) for member in sorted(places))

    def case(self, value: Part, places: Sequence[int]) -> Case[Part]:
        """A value with the condition that holds on the cells with these numbers and on no other."""
        literals = self.cover(places)
        signs = tuple(self.signs[place] for place in places)
        return Case(self.printer.condition(literals), value, self.witnessed(places), literals, signs)

    def witnessed(self, places: Iterable[int]) -> bool:
        """Whether a point of some of these cells is known or found."""
        cells = [self.cells[place] for place in places]
        if any(cell.witnessed for cell in cells):
            return True
        likely = sorted(cells, key=lambda cell: sum(sign == 0 for _, sign in cell.signs))
        return any(self._witness(cell) for cell in likely[:WITNESS_ATTEMPTS])


class Finder:
    """Answers combinatorial questions over all parameter values, as cases.

    Parameters
    ----------
    table : the atoms of the game
    free : the parameters left free, in the order in which conditions are solved for them
    allowance : the steps that all questions together may take; None for the usual ones

    Beyond the nodes for one question it is asked on the open cells only, of which there are far fewer;
    `boundaries_covered` is False from then on, and nothing is said of the sets where an atom vanishes.
    """

    def __init__(self, table: AtomTable, free: tuple[str, ...], allowance: Allowance | None = None) -> None:
        self.table = table
        self.free = free
        self.allowance = allowance or Allowance(SolveLimits())
        self.printer = LiteralPrinter(table, free)
        self.boundaries_covered = True
        # A cell of a decomposition is about as much work as a node of a tree.
        limits = Limits(max_cells=self.allowance.limits.nodes)
        self._finder = CellFinder(table, free, self.allowance, limits, by_halves=True, most=VECTOR_LIMIT)
        self._lists_all = bool(free) and self._finder.lists_all

    @property
    def cut_short(self) -> tuple[Undecided, ...]:
        """What is said where the time for a list of all cells was over."""
        reason = f"not all of them were listed, so that conditions may be longer: {self._finder.cut_short}"
        return (Undecided("cells", (), reason),) if self._finder.cut_short else ()

    @property
    def problem(self) -> Any:
        """What the signs of numbers make of the table, where no parameter is free."""
        return self._finder.problem

    def ask(self, question: Question[Value]) -> Cases[Value]:
        """The cells of a question with its answer on each."""
        found = self._finder.find(question, search=False, whole=False)
        if found.coverage.partial:
            self.boundaries_covered = False
        return Cases(self.printer, found.cells, self._finder.witness)

    def attempt(self, compute: Callable[[], Found]) -> tuple[Found | None, str]:
        """The answer, or None and why there is none; without free parameters there is one, or an error."""
        return attempt(compute) if self.free else (compute(), "")

    def cases(self, question: Question[Value]) -> tuple[Case[Value], ...]:
        """One case for each value that occurs."""
        return self.ask(question).cases(lambda value: value)

    def members(self, question: Question[tuple[Member, ...]]) -> tuple[Case[Member], ...]:
        """One case for each member that occurs in some value: where is it there?"""
        return self.ask(question).members(lambda value: value)

    def members_among(
        self,
        candidates: Sequence[Member],
        belongs: Callable[[Any, Member], bool],
        question: Question[tuple[Member, ...]],
    ) -> tuple[Case[Member], ...]:
        """As `members`; where signs are asked for one by one, few candidates are looked at one by one too.

        ``belongs(problem, member)`` has to say whether the member is in ``question(problem)``: it needs fewer signs.
        """
        if not self.free or self._lists_all or len(candidates) > CANDIDATE_LIMIT:
            return self.members(question)
        found: list[Case[Member]] = []

        def whether(member: Member) -> Cases[bool]:
            return self.ask(lambda problem: belongs(problem, member))

        for member in sorted(candidates):
            cases = whether(member)
            inside = cases.where(bool)
            if inside:
                found.append(cases.case(member, inside))
        return tuple(found)
