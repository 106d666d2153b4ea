"""Answers to combinatorial questions about a game over all values of its free parameters, as cases.

A question is a function of the signs of the atoms. Where an engine lists every sign vector that occurs it is asked at
each; elsewhere the decision tree of `symbolic.cells.tree` covers the domain. A case is a value with the exact condition
under which it is the answer: on every other cell the answer is another one.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass, field
from typing import Any, Generic, Protocol, TypeVar

from ..combinatorics.agent import Problem
from ..decomposition.limits import Limits
from ..errors import BudgetError
from ..errors.running import TimeUp, share
from ..limits import Allowance, SolveLimits
from .atoms import AtomTable
from .conditions import ALWAYS, Condition, CoverIndex, Literal, LiteralPrinter, Signs
from .decomposed import Answers, occurring_vectors
from .projections import Group
from .star_groups import star_groups
from .tree import Cell, Explorer, numeric_value
from .undecided import Undecided, attempt


class Ordered(Protocol):
    """What can be sorted and looked up."""

    def __hash__(self) -> int: ...

    def __lt__(self, other: Any, /) -> bool: ...


Value = TypeVar("Value", bound=Hashable)
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
        self.cut_short: tuple[Undecided, ...] = ()
        try:
            # A cell of a decomposition is about as much work as a node of a tree.
            with share(1 / 2):
                vectors = occurring_vectors(table, free, Limits(max_cells=self.allowance.limits.nodes))
        except TimeUp as error:
            vectors = None
            reason = f"not all of them were listed, so that conditions may be longer: {error}"
            self.cut_short = (Undecided("cells", (), reason),)
        except BudgetError:
            vectors = None
        self.boundaries_covered = True
        self._vectors = vectors if vectors is not None and len(vectors) <= VECTOR_LIMIT else None
        searched = bool(free) and self._vectors is None
        self._explorer = Explorer(table, free, self._groups(), self.allowance) if searched else None

    def _groups(self) -> tuple[Group, ...]:
        """What decompositions of few parameters tell of signs; nothing, where they were cut short."""
        try:
            with share(1 / 2):
                return star_groups(self.table, self.free)
        except TimeUp:
            if not self.cut_short:
                raise
            return ()

    def cells(self, question: Callable[[Problem], Value]) -> tuple[Cell[Value], ...]:
        """The cells of a question with its answer on each."""
        if not self.free:
            return (Cell((), numeric_value(self.table, question), None),)
        if self._vectors is None:
            assert self._explorer is not None
            limit = self.allowance.nodes_for_one_question
            try:
                with share(1 / 2):
                    return self._explorer.explore(question, node_limit=limit, search=False)
            except BudgetError:
                pass
            open_cells = self._explorer.explore(question, boundaries=False, node_limit=limit, search=False)
            self.boundaries_covered = False
            return open_cells
        answers = Answers(self.table, question)
        return tuple(
            Cell(tuple(enumerate(vector)), answers.at(vector), None, vouched=True)
            for vector in self._vectors
        )

    def attempt(self, compute: Callable[[], Found]) -> tuple[Found | None, str]:
        """The answer, or None and why there is none; without free parameters there is one, or an error."""
        return attempt(compute) if self.free else (compute(), "")

    def cases(self, question: Callable[[Problem], Value]) -> tuple[Case[Value], ...]:
        """One case for each value that occurs."""
        return self.cases_of(self.cells(question), lambda value: value)

    def cases_of(self, cells: tuple[Cell[Any], ...], read: Callable[[Any], Value]) -> tuple[Case[Value], ...]:
        """One case for each value that is read off the answers on the cells of a question."""
        if not self.free:
            return (Case(ALWAYS, read(cells[0].value)),)
        places: dict[Value, list[int]] = {}
        for place, cell in enumerate(cells):
            places.setdefault(read(cell.value), []).append(place)
        index = CoverIndex([dict(cell.signs) for cell in cells])
        return tuple(self._case(value, cells, index, inside) for value, inside in places.items())

    def members(self, question: Callable[[Problem], tuple[Member, ...]]) -> tuple[Case[Member], ...]:
        """One case for each member that occurs in some value: where is it there?"""
        cells = self.cells(question)
        if not self.free:
            return tuple(Case(ALWAYS, member) for member in cells[0].value)
        places: dict[Member, list[int]] = {}
        for place, cell in enumerate(cells):
            for member in dict.fromkeys(cell.value):
                places.setdefault(member, []).append(place)
        index = CoverIndex([dict(cell.signs) for cell in cells])
        return tuple(self._case(member, cells, index, places[member]) for member in sorted(places))

    def members_among(
        self,
        candidates: Sequence[Member],
        belongs: Callable[[Problem, Member], bool],
        question: Callable[[Problem], tuple[Member, ...]],
    ) -> tuple[Case[Member], ...]:
        """As `members`; where signs are asked for one by one, few candidates are looked at one by one too.

        ``belongs(problem, member)`` has to say whether the member is in ``question(problem)``: it needs fewer signs.
        """
        if self._explorer is None or len(candidates) > CANDIDATE_LIMIT:
            return self.members(question)
        found: list[Case[Member]] = []

        def whether(member: Member) -> tuple[Cell[bool], ...]:
            return self.cells(lambda problem: belongs(problem, member))

        for member in sorted(candidates):
            cells = whether(member)
            inside = [place for place, cell in enumerate(cells) if cell.value]
            if inside:
                index = CoverIndex([dict(cell.signs) for cell in cells])
                found.append(self._case(member, cells, index, inside))
        return tuple(found)

    def _case(self, value: Any, cells: tuple[Cell[Any], ...], index: CoverIndex, inside: Sequence[int]) -> Case[Any]:
        """The value with the condition that holds on the cells at these places and on no other."""
        literals = index.cover(index.where(inside))
        witnessed = self._witnessed([cells[place] for place in inside])
        return Case(
            self.printer.condition(literals), value, witnessed, literals, tuple(index.cells[k] for k in inside)
        )

    def _witnessed(self, cells: list[Cell[Any]]) -> bool:
        """Whether a point of some of these cells is known or found."""
        if any(cell.witnessed for cell in cells):
            return True
        assert self._explorer is not None
        likely = sorted(cells, key=lambda cell: cell.codimension_bound)[:WITNESS_ATTEMPTS]
        return any(self._explorer.witness(dict(cell.signs)) is not None for cell in likely)
