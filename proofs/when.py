"""When does a claim hold? The exact necessary and sufficient condition on the free parameters.

The relations of the claim join the atoms of the game; on every cell of the parameter domain the claim is true or
false; the condition is a short description of the cells where it is true. Nothing is sampled: the cells are those
of `symbolic.phases`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from ..symbolic.algebra import Element
from ..symbolic.atoms import atom_table
from ..symbolic.conditions import Condition, LiteralPrinter, cover
from ..symbolic.domain import SIGNS_OF, difference
from ..symbolic.errors import GameError, NotSupportedError
from ..symbolic.game import Game
from ..symbolic.sign_cells import claim_cells
from ..symbolic.structure import (
    Problem,
    absorbing_sets,
    all_equilibria,
    equilibrium_components,
    minimal_closed_sets,
    rationalizable_rounds,
    simple_cycles,
    transition_edges,
)
from ..symbolic.tables import element_of
from .claims import Claim, Compare, Predicate, evaluate, predicates_of, read_claim, relations_of


@dataclass(frozen=True, slots=True)
class When:
    """The answer of `when`.

    Attributes
    ----------
    condition : holds exactly where the claim does, within the domain
    witnessed : False when some part of the condition was neither found to be non-empty nor refuted
    """

    game: str
    claim: str
    at: tuple[tuple[str, Fraction], ...]
    condition: Condition
    witnessed: bool

    def __str__(self) -> str:
        if self.condition.is_always():
            return "always"
        if not self.condition.alternatives:
            return "never"
        return str(self.condition)

    def to_json(self) -> dict[str, Any]:
        """A document: the claim and its condition in the syntax of claims."""
        always, sometimes = self.condition.is_always(), bool(self.condition.alternatives)
        return {
            "format": 1,
            "game": self.game,
            "at": {name: str(value) for name, value in self.at},
            "claim": self.claim,
            "condition": str(self.condition),
            "holds": "always" if always else "sometimes" if sometimes else "never",
            "witnessed": self.witnessed,
        }


def when(game: Game, claim: str, at: Mapping[str, Fraction | int | str] | None = None) -> When:
    """The exact necessary and sufficient condition on the free parameters for a claim.

    Parameters
    ----------
    game : a finite one-agent game
    claim : in the claim language; ``independent_of`` is not supported here (see `prove`)
    at : exact values for some parameters

    Returns
    -------
    When
        Exact; covers the whole domain, boundaries included.

    Examples
    --------
    >>> game = Game.from_dict({
    ...     "format": 1, "name": "urn", "parameters": {"p": "(0, 1)"},
    ...     "players": {"agent": {
    ...         "actions": ["bet", "pass"], "outcomes": ["win", "lose"],
    ...         "truth": {"*": {"win": "p", "lose": "1 - p"}},
    ...         "payoff": {"bet": {"win": 1, "lose": -1}, "pass": {"win": 0, "lose": 0}},
    ...         "models": {"good": {"predicts": {"*": {"win": "2/3", "lose": "1/3"}}},
    ...                    "bad": {"predicts": {"*": {"win": "1/3", "lose": "2/3"}}}}}}})
    >>> print(when(game, "strict(bet)"), "|", when(game, "rationalizable(bet)"))
    p > 1/2 | p >= 1/2
    """
    fixed = game.at(at) if at else game
    reason = fixed.kind_not_supported()
    if reason is not None:
        raise NotSupportedError(f"when does not cover {reason}")
    (player,) = fixed.players
    free = [p.name for p in fixed.parameters]
    read = read_claim(claim, free, player.actions)
    for predicate in predicates_of(read):
        if predicate.name == "independent_of":
            raise NotSupportedError("when: independent_of is not covered here; use prove")
        if len(predicate.arguments) > 1 and len(set(predicate.arguments)) < len(predicate.arguments):
            raise GameError(f"claim: {predicate} names an action twice; name each once")
    table = atom_table(fixed)
    gaps: dict[str, Element] = {}
    ring = table.ring
    for relation in relations_of(read):
        ring, gaps[str(relation)] = element_of(ring, difference(relation))
    table = table.over(ring)

    def question(problem: Problem) -> bool:
        value = evaluate(read, lambda part: _holds(part, problem, player.actions, gaps))
        assert value is not None
        return value

    cells = claim_cells(table, free, question, [(gap, "the claim") for gap in gaps.values()])
    inside = [dict(cell.signs) for cell in cells if cell.value]
    outside = [dict(cell.signs) for cell in cells if not cell.value]
    condition = LiteralPrinter(table, free).condition(cover(inside, outside))
    values = tuple((n, Fraction(v)) for n, v in _fixed(game, at))
    return When(game.name, str(read), values, condition, all(c.witnessed for c in cells if c.value))


def _fixed(game: Game, at: Mapping[str, Fraction | int | str] | None) -> list[tuple[str, Fraction]]:
    from ..symbolic.solution import as_fraction

    return [(p.name, as_fraction(at[p.name])) for p in game.parameters if at and p.name in at]


def _holds(
    part: Claim, problem: Problem, actions: tuple[str, ...], gaps: Mapping[str, Element]
) -> bool:
    """The truth of a relation or predicate where the problem's signs hold."""
    if isinstance(part, Compare):
        assert problem.sign_of is not None
        return problem.sign_of(gaps[str(part.relation)]) in SIGNS_OF[part.relation.operator]
    assert isinstance(part, Predicate)
    order = tuple(actions.index(name) for name in part.arguments)
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
