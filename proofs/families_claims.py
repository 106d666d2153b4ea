"""Claims about a game with continuous families of models.

As for finitely many models (`proofs.when`), with the same predicates about actions. The exact solution says under
which condition each equilibrium, transition and set exists; a claim is a Boolean function of these conditions.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

from ..symbolic.errors import GameError, NotSupportedError
from ..symbolic.families.condition_signs import ConditionSigns
from ..symbolic.families.free_solution import FreeSolution
from ..symbolic.families.solution import FamilySolution, solve_any
from ..symbolic.game import Game
from ..symbolic.structure import Problem
from .claims import Claim, Compare, Predicate, predicates_of, read_claim, relations_of
from .decided import DecidedClaim, decide_on_cells

Solution = FreeSolution | FamilySolution

# What of a solution decides each predicate.
RESTS_ON = {
    **dict.fromkeys(("equilibrium", "equilibrium_support", "unique", "unique_support"), "equilibria"),
    **dict.fromkeys(("rationalizable", "rationalizable_only"), "rationalizable"),
    **dict.fromkeys(("strict", "cycle"), "transition"),
    "absorbing": "absorbing",
    "closed": "closed",
}


def families_claim(game: Game, claim: str, at: Mapping[str, Fraction | int | str] | None = None) -> DecidedClaim:
    """A claim decided on every cell of the free parameters; exact.

    Parameters and errors: `proofs.when.when`. Raises NotSupportedError where the claim asks for something that
    the solution leaves undecided, naming it.

    Examples
    --------
    >>> rows = {"heads": "x", "tails": "1 - x"}
    >>> game = Game.from_dict({"format": 1, "name": "coin", "parameters": {"q": "(0, 1)"}, "players": {"agent": {
    ...     "actions": ["bet", "pass"], "outcomes": ["heads", "tails"],
    ...     "truth": {"*": {"heads": "q", "tails": "1 - q"}},
    ...     "payoff": {"bet": {"heads": 1, "tails": -1}, "pass": {"heads": 0, "tails": 0}},
    ...     "models": {"coin": {"theta": {"x": "[0, 2/3]"}, "predicts": {"*": rows}}}}}})
    >>> print(families_claim(game, "strict(bet)").when(), "|", families_claim(game, "equilibrium(bet)").when())
    q > 1/2 | q >= 1/2
    """
    (player,) = game.players
    free = tuple(p.name for p in game.parameters if p.name not in (at or {}))
    read = read_claim(claim, free, player.actions)
    solution: Solution = solve_any(game, at)
    for predicate in predicates_of(read):
        _check(predicate, solution)
    signs = ConditionSigns(solution, relations_of(read))

    def holds(part: Claim, problem: Problem) -> bool:
        return _holds(part, problem, signs, solution)

    return decide_on_cells(game, read, solution.at, free, signs.table, holds)


def _check(predicate: Predicate, solution: Solution) -> None:
    """Raises NotSupportedError for a predicate that the solution does not decide."""
    if predicate.name == "independent_of":
        raise NotSupportedError("independent_of is not covered with continuous families of models")
    names = tuple(sorted(predicate.arguments))
    for entry in solution.undecided:
        if entry.what == RESTS_ON[predicate.name] and (
            not predicate.name.startswith("equilibrium") or entry.names == names
        ):
            raise NotSupportedError(f"{predicate} rests on what is undecided: {entry}")


def _holds(part: Claim, problem: Problem, signs: ConditionSigns, solution: Solution) -> bool:
    """The truth of a relation or predicate where the problem's signs hold."""
    if isinstance(part, Compare):
        return signs.relation(problem, part.relation)
    assert isinstance(part, Predicate)
    names = tuple(sorted(part.arguments))
    match part.name:
        case "equilibrium" | "equilibrium_support":
            return _supports(problem, signs, solution) >= {names}
        case "unique" | "unique_support":
            return _supports(problem, signs, solution) == {names}
        case "strict":
            return any(
                e.strict and e.support == names and signs.holds(problem, e.condition) for e in solution.equilibria
            )
        case "rationalizable":
            return all(set(names) <= set(kept) for kept in signs.values(problem, solution.rationalizable))
        case "rationalizable_only":
            return names in {tuple(sorted(kept)) for kept in signs.values(problem, solution.rationalizable)}
        case "absorbing":
            return names in {tuple(sorted(found)) for found in signs.values(problem, solution.absorbing)}
        case "closed":
            return names in {tuple(sorted(found)) for found in signs.values(problem, solution.closed)}
        case "cycle":
            edges = set(signs.values(problem, solution.transitions))
            order = part.arguments
            return len(order) > 1 and all(step in edges for step in zip(order, (*order[1:], order[0]), strict=True))
    raise GameError(f"claim: unknown predicate {part.name}")


def _supports(problem: Problem, signs: ConditionSigns, solution: Solution) -> set[tuple[str, ...]]:
    """The supports of the equilibria."""
    return {e.support for e in solution.equilibria if signs.holds(problem, e.condition)}
