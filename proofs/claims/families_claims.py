"""Claims about a game with continuous families of models.

As for finitely many models (`proofs.claims.when`), with the same predicates about actions. The exact solution says
under which condition each equilibrium, transition and set exists; a claim is a Boolean function of these conditions.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

from ...symbolic.cells.undecided import Undecided
from ...symbolic.combinatorics.agent import Problem
from ...symbolic.errors import GameError, NotSupportedError
from ...symbolic.game.game import Game
from ...symbolic.results.family_solution import FamilySolution, FreeSolution
from ...symbolic.solving.condition_signs import ConditionSigns
from ...symbolic.solving.parametric import solve_any
from .language import Claim, Compare, Predicate, predicates_of, read_claim, relations_of
from .on_cells import DecidedClaim, decide_on_cells

Solution = FreeSolution | FamilySolution


def families_claim(game: Game, claim: str, at: Mapping[str, Fraction | int | str] | None = None) -> DecidedClaim:
    """A claim decided on every cell of the free parameters; exact.

    Parameters and errors: `proofs.claims.when.when`. Where the solution leaves something undecided, the claim may still
    be decided by what is known, or by a hypothesis; otherwise raises NotSupportedError, naming it.

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
        if predicate.name == "independent_of":
            raise NotSupportedError("independent_of is not covered with continuous families of models")
    signs = ConditionSigns(solution, relations_of(read))

    met: list[Undecided] = []

    def holds(part: Claim, problem: Problem) -> bool | None:
        known = _holds(part, problem, signs, solution)
        if known is None:
            met.extend(_open(part, problem, signs, solution))
        return known

    try:
        return decide_on_cells(game, read, solution.at, free, signs.table, holds)
    except NotSupportedError as error:
        if not met:
            raise
        raise NotSupportedError(f"{error}: {met[0]}") from None


def _open(part: Claim, problem: Problem, signs: ConditionSigns, solution: Solution) -> list[Undecided]:
    """What is undecided, where the problem's signs hold, of that on which a predicate rests."""
    assert isinstance(part, Predicate)
    names, first = tuple(sorted(part.arguments)), part.arguments[:1]
    found = []
    for entry in solution.undecided:
        match part.name:
            case "equilibrium" | "equilibrium_support":
                rests = entry.what == "equilibria" and entry.names == names
            case "unique" | "unique_support":
                rests = entry.what == "equilibria"
            case "strict":
                rests = (
                    (entry.what == "transition" and entry.names[:1] == first)
                    or (entry.what == "equilibria" and entry.names == names)
                    or entry.what == "transitions"
                )
            case "cycle":
                steps = zip(part.arguments, (*part.arguments[1:], *first), strict=True)
                rests = entry.what == "transitions" or (entry.what == "transition" and entry.names in set(steps))
            case "rationalizable_only":
                rests = entry.what == "rationalizable"
            case _:
                rests = entry.what == part.name
        if rests and (entry.where is None or signs.holds(problem, entry.where)):
            found.append(entry)
    return found


def _holds(part: Claim, problem: Problem, signs: ConditionSigns, solution: Solution) -> bool | None:
    """The truth of a relation or predicate where the problem's signs hold; None where it is not known.

    What a solution lists is there even where there may be more of its kind.
    """
    if isinstance(part, Compare):
        return signs.relation(problem, part.relation)
    assert isinstance(part, Predicate)
    names = tuple(sorted(part.arguments))
    if part.name in ("unique", "unique_support"):
        supports = _supports(problem, signs, solution)
        if supports - {names}:
            return False
        return None if _open(part, problem, signs, solution) else supports == {names}
    kept = signs.values(problem, solution.rationalizable)
    if part.name in ("rationalizable", "rationalizable_only") and len(kept) != 1:
        return None
    listed = _is_listed(part, problem, signs, solution)
    return True if listed else None if _open(part, problem, signs, solution) else False


def _is_listed(part: Predicate, problem: Problem, signs: ConditionSigns, solution: Solution) -> bool:
    """Whether the solution lists what a predicate asks for."""
    names = tuple(sorted(part.arguments))
    match part.name:
        case "equilibrium" | "equilibrium_support":
            return names in _supports(problem, signs, solution)
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
