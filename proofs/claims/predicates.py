"""The truth of the parts of a claim where the signs of a game's determinants are known.

A relation is true by the sign of the difference of its sides, a predicate by the combinatorial structure that the signs
give (`symbolic.combinatorics.structure`), and ``independent_of(r)`` by the signs that decide whether two values of r
give different structures, the other parameters being equal (`proofs.claims.quantifiers`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from ...symbolic.algebra.ring import Element
from ...symbolic.cells.domain import SIGNS_OF
from ...symbolic.combinatorics.agent import Problem
from ...symbolic.combinatorics.dynamics import absorbing_sets, simple_cycles
from ...symbolic.combinatorics.structure import (
    all_equilibria,
    equilibrium_components,
    minimal_closed_sets,
    rationalizable_rounds,
    transition_edges,
)
from ...symbolic.errors import GameError
from .language import Claim, Compare, Predicate

SignCase = tuple[tuple[Element, tuple[int, ...]], ...]  # all of these elements have one of these signs


@dataclass(frozen=True, slots=True)
class Meanings:
    """What the parts of a claim say, as elements of the game's ring.

    Attributes
    ----------
    actions : names of the actions, in order
    gaps : for each relation, as text, left minus right
    shadows : for each parameter that independence is asked of, the sets of values of the *other* parameters at which
        each structure occurs for some value of it: a disjunction of sign conditions for each structure
    """

    actions: tuple[str, ...]
    gaps: Mapping[str, Element] = field(default_factory=dict)
    shadows: Mapping[str, Sequence[Sequence[SignCase]]] = field(default_factory=dict)


def holds(part: Claim, problem: Problem, meanings: Meanings) -> bool:
    """The truth of a relation or predicate where the problem's signs hold; raises GameError for an unknown one."""
    if isinstance(part, Compare):
        assert problem.sign_of is not None
        return problem.sign_of(meanings.gaps[str(part.relation)]) in SIGNS_OF[part.relation.operator]
    assert isinstance(part, Predicate)
    if part.name == "independent_of":
        return _structures_met(problem, meanings.shadows[part.arguments[0]]) <= 1
    order = tuple(meanings.actions.index(name) for name in part.arguments)
    chosen = tuple(sorted(order))
    match part.name:
        case "equilibrium" | "equilibrium_support":
            return bool(equilibrium_components(problem, chosen))
        case "unique" | "unique_support":
            return {c.support for c in all_equilibria(problem)} == {chosen}
        case "rationalizable":
            return order[0] in rationalizable_rounds(problem)[-1]
        case "rationalizable_only":
            return rationalizable_rounds(problem)[-1] == chosen
        case "strict":
            return problem.gamma(chosen) == chosen
        case "absorbing":
            return chosen in absorbing_sets(problem.actions, transition_edges(problem))
        case "closed":
            return chosen in minimal_closed_sets(problem)
        case "cycle":
            if len(order) < 2:
                return False
            first = order.index(min(order))
            turned = order[first:] + order[:first]
            return turned in simple_cycles(problem.actions, transition_edges(problem))
    raise GameError(f"claim: unknown predicate {part.name}")


def some_case_holds(problem: Problem, cases: Sequence[SignCase]) -> bool:
    """Whether all signs of one of the cases are those of the problem."""
    assert problem.sign_of is not None
    sign = problem.sign_of
    return any(all(sign(element) in signs for element, signs in case) for case in cases)


def _structures_met(problem: Problem, shadows: Sequence[Sequence[SignCase]]) -> int:
    return sum(some_case_holds(problem, cases) for cases in shadows)
