"""Yes, no, or under which condition on the free parameters: answers to questions about an equilibrium.

An equilibrium exists under a condition on the parameters; a further statement about it (conjunctions of signs of
expressions) then holds everywhere there, nowhere, or on a part that an exact condition describes. `Questions.within`
finds which: the relations of both are the atoms, and every sign vector that occurs is looked at.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from ..algebra.elements import element_of
from ..algebra.ring import Element, Ring, lift
from ..cells.atoms import AtomTable, DecisionTables, SignProduct
from ..cells.cases import Cases
from ..cells.conditions import Condition, LiteralPrinter
from ..cells.domain import SIGNS_OF, difference
from ..cells.question_cells import CellFinder
from ..errors import UndecidedError
from ..expressions.reading import Relation
from ..game.game import Game
from ..game.parameter_space import game_domain, game_ring
from ..limits import Allowance

YES, NO, IN_PART, UNDER_CONDITION, UNDECIDED = "yes", "no", "in part", "under condition", "undecided"

AT_LEAST_ZERO, NEGATIVE, ZERO = (0, 1), (-1,), (0,)

_PLANE = 2

Sign = tuple[Element, tuple[int, ...]]
"""The element has one of these signs."""


@dataclass(frozen=True, slots=True)
class Answer:
    """The answer to a question about an equilibrium, for all parameter values under which it exists.

    Attributes
    ----------
    status : "yes" (for every point of the entry), "no" (for none), "in part" (for some points of a continuum and not
        for others), "under condition" (it depends on the free parameters), "undecided"
    where : for "under condition" the exact condition on the parameters, given that the equilibrium exists; for a
        continuum, under which all of it is meant
    reason : why, where undecided

    Examples
    --------
    >>> bool(Answer("yes")), str(Answer("under condition", Condition(())))
    (True, 'under condition: 1 < 0')
    """

    status: str
    where: Condition | None = None
    reason: str = ""

    def __bool__(self) -> bool:
        if self.status not in (YES, NO):
            raise UndecidedError(f"no single yes or no for all that the entry stands for: {self}")
        return self.status == YES

    def __str__(self) -> str:
        detail = self.reason if self.where is None else str(self.where)
        return f"{self.status}: {detail}" if detail else self.status

    def to_document(self, key: str) -> dict[str, Any]:
        """Keys of the JSON of an equilibrium: true, false or null, and beside null what it stands for."""
        document: dict[str, Any] = {key: {YES: True, NO: False}.get(self.status)}
        if self.where is not None:
            document[f"{key}_where"] = str(self.where)
        elif self.status not in (YES, NO):
            document[f"{key}_note"] = str(self)
        return document


class _Signs:
    """What a question about a `RelationTable` may ask: the sign of an element of its ring."""

    def __init__(self, table: RelationTable, sign_of_atom: Callable[[int], int]) -> None:
        self._table, self._sign_of_atom = table, sign_of_atom

    def sign_of(self, element: Element) -> int:
        product_of_atoms = self._table.kept_product(element)
        result = product_of_atoms.constant
        for index, parity in product_of_atoms.factors:
            if result == 0:
                return 0
            sign = self._sign_of_atom(index)
            result *= sign if parity == 1 else sign * sign
        return result


class RelationTable(AtomTable):
    """Atoms of relations between parameters, without a decision problem behind them."""

    def __init__(self, game: Game, ring: Ring) -> None:
        domain = game_domain(game, ring)
        super().__init__(DecisionTables.none(domain.ring), domain)
        self._kept: dict[Element, SignProduct] = {}
        self.on_demand_only = len(domain.parameters) > _PLANE  # then it serves many questions

    def kept_product(self, element: Element) -> SignProduct:
        """As `product_of`, each element factored once."""
        if element not in self._kept:
            self._kept[element] = self.product_of(element, "a further question")
        return self._kept[element]

    def complete(self) -> None:
        """All atoms there are have been named."""

    def problem(self, sign_of_atom: Callable[[int], int]) -> Any:
        """The signs of elements where atom i has the sign ``sign_of_atom(i)``."""
        return _Signs(self, sign_of_atom)


class Questions:
    """Questions about the equilibria of one game with free parameters.

    Few parameters: each question has its own atoms and a complete list of their sign vectors. Many: one decision tree
    explorer, whose points are worth keeping from question to question.
    """

    def __init__(self, game: Game, allowance: Allowance | None = None) -> None:
        self.game = game
        self.allowance = allowance
        self.free = tuple(p.name for p in game.parameters)
        self._ring = game_ring(game)
        self._shared: RelationTable | None = None
        self._cells: CellFinder | None = None
        self._sides: dict[Relation, Element] = {}

    def prepare(self, conditions: Iterable[Condition]) -> None:
        """Names the expressions of conditions that questions will be asked within, so that they share one table."""
        if len(self.free) > _PLANE:
            for condition in conditions:
                for conjunction in condition.alternatives:
                    for relation in conjunction:
                        self._side(relation)

    def _side(self, relation: Relation) -> Element:
        """The difference of the sides of a relation, over the ring of the table or one that it extends to."""
        if relation not in self._sides:
            self._ring, self._sides[relation] = element_of(self._ring, difference(relation))
        element = self._sides[relation]
        if element.numerator.context() is not self._ring.context:
            element = self._sides[relation] = lift(element, self._ring.context)
        return element

    def within(self, ring: Ring, wanted: Sequence[Sign], condition: Condition) -> Answer:
        """Where in a condition on the parameters all elements of the ring have the signs wanted; exact.

        Raises BudgetError beyond the limits on sign vectors, UndecidedError where a sign resists.
        """
        cases: list[list[Sign]] = []
        for conjunction in condition.alternatives:
            case = []
            for relation in conjunction:
                if len(self.free) > _PLANE:
                    element = self._side(relation)
                else:
                    ring, element = element_of(ring, difference(relation))
                case.append((element, SIGNS_OF[relation.operator]))
            cases.append(case)
        table = self._table(ring)
        context = table.ring.context
        cases = [[(lift(e, context), signs) for e, signs in case] for case in cases]
        wanted = list(dict.fromkeys((lift(e, context), signs) for e, signs in wanted))
        known = [(table.domain.definite_sign(e), signs) for e, signs in wanted]
        if any(sign is not None and sign not in signs for sign, signs in known):
            return Answer(NO)
        wanted = [pair for pair, (sign, _) in zip(wanted, known, strict=True) if sign is None]
        if not wanted:
            return Answer(YES)

        def question(problem: Any) -> int:
            signs: _Signs = problem
            if not any(all(signs.sign_of(e) in allowed for e, allowed in case) for case in cases):
                return 0
            return 1 if all(signs.sign_of(e) in allowed for e, allowed in wanted) else -1

        asked = [e for e, _ in [*(pair for case in cases for pair in case), *wanted]]
        for element in asked:
            table.kept_product(element)
        cells = Cases(LiteralPrinter(table, self.free), self._finder(table).find(question, search=False).cells)
        yes, no = (cells.where(value.__eq__) for value in (1, -1))
        if not no:
            return Answer(YES)
        if not yes:
            return Answer(NO)
        return Answer(UNDER_CONDITION, cells.condition(yes, no))

    def _table(self, ring: Ring) -> RelationTable:
        if len(self.free) <= _PLANE:
            return RelationTable(self.game, ring)
        shared = self._ring
        for generator in ring.generators:
            if generator.argument is not None:
                argument = lift(generator.argument, shared.context)
                shared = shared.extend(replace(generator, argument=argument))
        if self._shared is None or shared is not self._shared.ring:
            self._shared = RelationTable(self.game, shared)
            self._ring = self._shared.ring
            self._cells = None
        return self._shared

    def _finder(self, table: RelationTable) -> CellFinder:
        """A new one for each question; with many parameters that of the shared table, whose points are kept."""
        if self._shared is None:
            return CellFinder(table, self.free, self.allowance)
        if self._cells is None:
            self._cells = CellFinder(table, self.free, self.allowance)
        return self._cells
