"""What claims ask, read off the signs that decide a game (`predicates.Situation`).

A relation is true by the sign of the difference of its sides, a predicate by the combinatorial structure that the
signs give (`symbolic.combinatorics`), and ``independent_of(r)`` by the signs that decide whether two values of r give
different structures, the other parameters being equal (`proofs.claims.quantifiers`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from ...symbolic.algebra.elements import element_of
from ...symbolic.algebra.ring import Element, Ring
from ...symbolic.cells.atoms import AtomTable
from ...symbolic.cells.domain import SIGNS_OF, difference
from ...symbolic.combinatorics.agent import Problem
from ...symbolic.combinatorics.dynamics import absorbing_sets
from ...symbolic.combinatorics.profiles import PlayersProblem
from ...symbolic.combinatorics.structure import (
    all_equilibria,
    equilibrium_components,
    minimal_closed_sets,
    rationalizable_rounds,
    transition_edges,
)
from ...symbolic.expressions.reading import Relation
from .language import Claim, predicates_of, relations_of
from .predicates import NameSets
from .quantifiers import SignCase, some_case_holds, structure_shadows

Gaps = Mapping[Relation, Element]
"""Left minus right of relations."""




def gaps_of(ring: Ring, claim: Claim) -> tuple[Ring, Gaps]:
    """The differences of the sides of a claim's relations, and the ring that has them all."""
    gaps: dict[Relation, Element] = {}
    for relation in relations_of(claim):
        ring, gaps[relation] = element_of(ring, difference(relation))
    return ring, gaps


def relation_holds(problem: Problem | PlayersProblem, gaps: Gaps, relation: Relation) -> bool:
    """Whether a relation holds where the problem's signs do."""
    assert problem.sign_of is not None
    return problem.sign_of(gaps[relation]) in SIGNS_OF[relation.operator]


@dataclass(frozen=True, slots=True)
class Meanings:
    """What the parts of a claim about one agent say, as elements of the game's ring.

    Attributes
    ----------
    actions : names of the actions, in order
    gaps : for each relation, left minus right
    shadows : for each parameter that independence is asked of, the sets of values of the *other* parameters at which
        each structure occurs for some value of it: a disjunction of sign conditions for each structure
    """

    actions: tuple[str, ...]
    gaps: Gaps = field(default_factory=dict)
    shadows: Mapping[str, Sequence[Sequence[SignCase]]] = field(default_factory=dict)

    def at(self, problem: Problem) -> AgentSigns:
        """What the claim asks, where the problem's signs hold."""
        return AgentSigns(self, problem)


def meanings_of(
    table: AtomTable, claim: Claim, free: Sequence[str], actions: tuple[str, ...]
) -> tuple[AtomTable, Meanings]:
    """The parts of a claim as elements of the game's ring, and the table over the ring that has them all."""
    ring, gaps = gaps_of(table.ring, claim)
    table = table.over(ring)
    about = [p.arguments[0] for p in predicates_of(claim) if p.name == "independent_of"]
    return table, Meanings(actions, gaps, {name: structure_shadows(table, free, name) for name in dict.fromkeys(about)})


class AgentSigns:
    """One agent with finitely many models where the signs of minors are given; everything is asked for lazily."""

    def __init__(self, meanings: Meanings, problem: Problem) -> None:
        self.meanings, self.problem = meanings, problem

    def _chosen(self, names: Sequence[str]) -> tuple[int, ...]:
        return tuple(sorted(self.meanings.actions.index(name) for name in names))

    @cached_property
    def _edges(self) -> tuple[tuple[int, int], ...]:
        return transition_edges(self.problem)

    def relation(self, relation: Relation) -> bool:
        return relation_holds(self.problem, self.meanings.gaps, relation)

    def independent_of(self, parameter: str) -> bool:
        met = sum(some_case_holds(self.problem, cases) for cases in self.meanings.shadows[parameter])
        return met <= 1

    def reason(self) -> str:
        return ""

    def has_support(self, sets: NameSets) -> bool:
        return bool(equilibrium_components(self.problem, self._chosen(sets[0])))

    def has_only_support(self, sets: NameSets) -> bool:
        return {component.support for component in all_equilibria(self.problem)} == {self._chosen(sets[0])}

    def is_strict(self, sets: NameSets) -> bool:
        chosen = self._chosen(sets[0])
        return self.problem.gamma(chosen) == chosen

    def is_rationalizable(self, sets: NameSets) -> bool:
        return set(self._chosen(sets[0])) <= set(rationalizable_rounds(self.problem)[-1])

    def is_rationalizable_set(self, sets: NameSets) -> bool:
        return rationalizable_rounds(self.problem)[-1] == self._chosen(sets[0])

    def is_absorbing(self, nodes: tuple[str, ...]) -> bool:
        return self._chosen(nodes) in absorbing_sets(self.problem.actions, self._edges)

    def is_closed(self, sets: NameSets) -> bool:
        return self._chosen(sets[0]) in minimal_closed_sets(self.problem)

    def is_edge(self, start: str, end: str) -> bool:
        return tuple(map(self.meanings.actions.index, (start, end))) in self._edges
