"""The conditions of a solution as Boolean functions of the signs of atoms.

A solution with free parameters (`free_solution`) says under which conditions each equilibrium, transition and set
exists. The irreducible factors of what these conditions compare are the atoms.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from ..algebra.elements import element_of
from ..algebra.ring import Element, Ring, lift, polynomial_key
from ..cells.atoms import AtomTable, DecisionTables, SignProduct
from ..cells.cases import Case
from ..cells.conditions import Condition
from ..cells.domain import SIGNS_OF, Domain, difference
from ..combinatorics.agent import Problem
from ..expressions.reading import Relation
from ..game.parameter_space import game_domain, game_ring
from ..results.equilibrium import support_text
from ..results.solution import Solution
from ..results.structure import sets_text


class ConditionTable(AtomTable):
    """A table of the atoms of conditions alone; each is described by the first condition that it is found in."""

    def __init__(self, ring: Ring, domain: Domain) -> None:
        super().__init__(DecisionTables.none(ring), domain)
        self._factored: dict[object, SignProduct] = {}

    def product_of(self, element: Element, origin: str) -> SignProduct:
        """The sign of an element as a product of atoms' signs, kept."""
        key = (polynomial_key(element.numerator), polynomial_key(element.denominator))
        if key not in self._factored:
            self._factored[key] = super().product_of(element, origin)
        return self._factored[key]


class ConditionSigns:
    """The conditions of a solution as functions of the signs of atoms.

    Attributes
    ----------
    table : its atoms are the irreducible factors of what the conditions compare
    """

    def __init__(self, solution: Solution, further: Sequence[Relation] = ()) -> None:
        described = [*_described(solution), *((relation, "the claim") for relation in further)]
        ring = game_ring(solution.game)
        ring = ring.extend(*(g for g in game_domain(solution.game, ring).ring.generators if g.kind != "parameter"))
        elements: dict[Relation, Element] = {}
        for relation, _ in described:
            if relation not in elements:
                ring, elements[relation] = element_of(ring, difference(relation))
        self._elements = {relation: lift(element, ring.context) for relation, element in elements.items()}
        self.table = ConditionTable(ring, game_domain(solution.game, ring))
        for relation, origin in described:
            self.table.product_of(self._elements[relation], origin)

    def relation(self, problem: Problem, relation: Relation) -> bool:
        """Whether a relation holds where the atoms have the signs of the problem."""
        assert problem.sign_of is not None
        return problem.sign_of(self._elements[relation]) in SIGNS_OF[relation.operator]

    def holds(self, problem: Problem, condition: Condition) -> bool:
        """Whether a condition holds where the atoms have the signs of the problem."""
        return any(all(self.relation(problem, r) for r in parts) for parts in condition.alternatives)

    def values(self, problem: Problem, cases: Sequence[Case[Any]]) -> tuple[Any, ...]:
        """The values whose conditions hold, each once."""
        return tuple(dict.fromkeys(case.value for case in cases if self.holds(problem, case.condition)))


def _described(solution: Solution) -> Iterator[tuple[Relation, str]]:
    """Every relation of the conditions of a solution, with what it is a condition of."""
    for equilibrium in solution.equilibria:
        origin = "equilibrium on " + (
            ", ".join(equilibrium.parts[0].actions) if equilibrium.is_plain else support_text(equilibrium.parts)
        )
        yield from ((r, origin) for r in _relations(equilibrium.condition))
    for entry in solution.undecided:
        if entry.where is not None:
            yield from ((r, f"undecided {entry.what}") for r in _relations(entry.where))
    lists: dict[str, tuple[Case[Any], ...]] = {
        "transition": solution.transitions,
        "rationalizable": solution.rationalizable,
        "absorbing": solution.absorbing,
        "closed": solution.closed,
        "cycle": solution.cycles,
    }
    for kind, cases in lists.items():
        for case in cases:
            if kind in ("rationalizable", "closed"):
                one = len(case.value) == 1
                names = ", ".join(case.value[0]) if one else sets_text(solution.players, case.value)
            else:
                names = (", " if solution.is_plain else "; ").join(case.value)
            yield from ((r, f"{kind} {names}") for r in _relations(case.condition))


def _relations(condition: Condition) -> Iterator[Relation]:
    for conjunction in condition.alternatives:
        yield from conjunction
