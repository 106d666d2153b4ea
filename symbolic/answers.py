"""Yes, no, or under which condition on the free parameters: answers to questions about an equilibrium.

An equilibrium exists under a condition on the parameters; a further statement about it (conjunctions of signs of
expressions) then holds everywhere there, nowhere, or on a part that an exact condition describes. `within` finds which:
the relations of both are the atoms, and every sign vector that occurs is looked at (`sign_cells`, `cells`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from .algebra import Element, Ring, lift
from .atoms import AtomTable
from .cells import Explorer
from .conditions import Condition, LiteralPrinter, cover
from .domain import SIGNS_OF, difference, game_domain
from .errors import UndecidedError
from .game import Game
from .sign_cells import occurring_vectors
from .tables import DecisionTables, element_of

YES, NO, IN_PART, UNDER_CONDITION, UNDECIDED = "yes", "no", "in part", "under condition", "undecided"

AT_LEAST_ZERO, NEGATIVE, ZERO = (0, 1), (-1,), (0,)

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
        product_of_atoms = self._table.product_of(element, "a further question")
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
        super().__init__(DecisionTables(domain.ring, (), (), (), (), ()), domain)

    def complete(self) -> None:
        """All atoms there are have been named."""

    def problem(self, sign_of_atom: Callable[[int], int]) -> Any:
        """The signs of elements where atom i has the sign ``sign_of_atom(i)``."""
        return _Signs(self, sign_of_atom)


def within(game: Game, ring: Ring, wanted: Sequence[Sign], condition: Condition) -> Answer:
    """Where in a condition on the parameters all elements have the signs wanted; exact.

    Raises BudgetError beyond the limits on sign vectors, UndecidedError where a sign resists.
    """
    free = tuple(p.name for p in game.parameters)
    cases: list[list[tuple[Element, tuple[int, ...]]]] = []
    for conjunction in condition.alternatives:
        case = []
        for relation in conjunction:
            ring, element = element_of(ring, difference(relation))
            case.append((element, SIGNS_OF[relation.operator]))
        cases.append(case)
    table = RelationTable(game, ring)
    context = table.ring.context
    cases = [[(lift(e, context), signs) for e, signs in case] for case in cases]
    wanted = list(dict.fromkeys((lift(e, context), signs) for e, signs in wanted))
    for element, _ in [*(pair for case in cases for pair in case), *wanted]:
        table.product_of(element, "a further question")

    def question(problem: Any) -> int:
        signs: _Signs = problem
        if not any(all(signs.sign_of(e) in allowed for e, allowed in case) for case in cases):
            return 0
        return 1 if all(signs.sign_of(e) in allowed for e, allowed in wanted) else -1

    inside: dict[int, list[dict[int, int]]] = {0: [], 1: [], -1: []}
    for signs, value in _answers(table, free, question):
        inside[value].append(signs)
    if not inside[-1]:
        return Answer(YES)
    if not inside[1]:
        return Answer(NO)
    return Answer(UNDER_CONDITION, LiteralPrinter(table, free).condition(cover(inside[1], inside[-1])))


def _answers(
    table: RelationTable, free: tuple[str, ...], question: Callable[[Any], int]
) -> Iterator[tuple[dict[int, int], int]]:
    """The sign vectors that may occur, with the answer there."""
    vectors = occurring_vectors(table, free)
    if vectors is None:
        for cell in Explorer(table, free).explore(question):
            yield dict(cell.signs), cell.value
        return
    for vector in vectors:
        yield dict(enumerate(vector)), question(table.problem(lambda i, vector=vector: vector[i]))  # type: ignore[misc]
