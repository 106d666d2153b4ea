"""Claims about a game with signals or several players whose models are families, or whose outcomes are normal.

A claim is read off the solution (`symbolic.engines.algebraic`), with free parameters in every cell of the signs of its
conditions. Predicates are about profiles of plans as in `players_claims`; one that rests on what the solution leaves
undecided is refused by name.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

from ...symbolic.cells.undecided import attempt
from ...symbolic.combinatorics.agent import Problem
from ...symbolic.engines.algebraic.engine import solve_player_families, support_text
from ...symbolic.engines.signs.free_solution import solve_free_players
from ...symbolic.errors import GameError, NotSupportedError
from ...symbolic.forms.entries import plans_of
from ...symbolic.forms.profiles import plan_name
from ...symbolic.forms.strategic import strategic_form
from ...symbolic.game.game import Game
from ...symbolic.limits import SolveLimits
from ...symbolic.results.profile_family_solution import FreePlayersSolution, PlayerFamiliesSolution
from ...symbolic.solving.condition_signs import ConditionSigns
from ...symbolic.solving.solve import has_families
from .language import Claim, Compare, Predicate, predicates_of, read_claim, relations_of
from .on_cells import DecidedClaim, decide_on_cells
from .players_claims import check_profiles, players_claim

# What of a solution decides each predicate.
RESTS_ON = {
    **dict.fromkeys(("equilibrium", "equilibrium_support", "unique", "unique_support"), "equilibria"),
    **dict.fromkeys(("rationalizable", "rationalizable_only"), "rationalizable"),
    **dict.fromkeys(("strict", "cycle"), "transition"),
    "absorbing": "absorbing",
    "closed": "closed",
}

NameSets = tuple[tuple[str, ...], ...]
Support = tuple[tuple[tuple[str, tuple[str, ...]], ...], ...]
Solution = PlayerFamiliesSolution | FreePlayersSolution


def profiles_claim(
    game: Game,
    claim: str,
    at: Mapping[str, Fraction | int | str] | None = None,
    limits: SolveLimits | None = None,
) -> DecidedClaim:
    """A claim about profiles of any game with signals or several players, by the engine for its kind of models.

    Parameters and errors: `players_claim` and `player_families_claim`.
    """
    fixed = game.at(at) if at else game
    if has_families(fixed):
        recognized, _ = attempt(lambda: strategic_form(fixed))
        if recognized is None:
            return player_families_claim(game, claim, at)
    return players_claim(game, claim, at, limits)


def player_families_claim(
    game: Game, claim: str, at: Mapping[str, Fraction | int | str] | None = None
) -> DecidedClaim:
    """A claim about profiles, decided by the exact solution.

    Parameters and errors: `proofs.claims.when.when`. Raises NotSupportedError where the claim rests on something that
    the solution leaves undecided, naming it.

    Examples
    --------
    >>> def seller(own, other):
    ...     truth = {f"{i},{j}": {"mean": str(12 - i - j), "variance": 1} for i in (3, 4) for j in (3, 4)}
    ...     return {"actions": ["3", "4"], "outcomes": "normal", "truth": truth, "payoff": {"3": "3*y", "4": "4*y"},
    ...             "models": {"demand": {"theta": {"a": "[0, 20]"}, "predicts": {
    ...                 "3": {"mean": "a - 3", "variance": 1}, "4": {"mean": "a - 4", "variance": 1}}}}}
    >>> game = Game.from_dict({"format": 1, "name": "sellers",
    ...                        "players": {"one": seller(0, 1), "two": seller(1, 0)}})
    >>> print(player_families_claim(game, 'strict("4,4") and unique("4,4")').when())
    always
    """
    fixed = game.at(at) if at else game
    solution: Solution = solve_free_players(game, at) if fixed.parameters else solve_player_families(game, at)
    read = read_claim(claim, solution.free, solution.profiles)
    for predicate in predicates_of(read):
        _check(predicate, solution)
    signs = ConditionSigns(solution, relations_of(read))

    def holds(part: Claim, problem: Problem) -> bool:
        if isinstance(part, Compare):
            return signs.relation(problem, part.relation)
        assert isinstance(part, Predicate)
        return _holds(part, solution, signs, problem)

    return decide_on_cells(game, read, solution.at, solution.free, signs.table, holds)


def _check(predicate: Predicate, solution: Solution) -> None:
    if predicate.name == "independent_of":
        raise NotSupportedError("independent_of is not covered with families and several players")
    sets = _sets(predicate.arguments, solution.game)
    check_profiles(predicate, sets)
    for entry in solution.undecided:
        if entry.supports or entry.what != RESTS_ON[predicate.name]:
            continue
        if predicate.name.startswith("equilibrium") and entry.names != support_text(
            solution.players, _by_signal(sets, solution.game)
        ):
            continue
        raise NotSupportedError(f"{predicate} rests on what is undecided: {entry}")


def _sets(arguments: Sequence[str], game: Game) -> NameSets:
    """The plans that occur in the profiles, by player."""
    chosen = [name.split(",") for name in arguments]
    return tuple(tuple(sorted({profile[j] for profile in chosen})) for j in range(len(game.players)))


def _by_signal(sets: NameSets, game: Game) -> Support:
    """The actions of these plans, by player and signal."""
    found = []
    for player, own in zip(game.players, sets, strict=True):
        plans = [plan for plan in plans_of(player) if plan_name(player, plan) in own]
        signals = player.signals or ("",)
        found.append(tuple((s, tuple(sorted({plan[i] for plan in plans}))) for i, s in enumerate(signals)))
    return tuple(found)


def _holds(part: Predicate, solution: Solution, signs: ConditionSigns, problem: Problem) -> bool:
    """The truth of a predicate where the problem's signs hold."""
    sets = _sets(part.arguments, solution.game)
    support = _by_signal(sets, solution.game)
    supports = {e.support for e in solution.equilibria if signs.holds(problem, e.condition)}
    still_open = {
        tuple(own for _, own in entry.supports)
        for entry in solution.undecided
        if entry.supports and (entry.where is None or signs.holds(problem, entry.where))
    }

    def values(cases: Sequence[Any]) -> set[Any]:
        return set(signs.values(problem, cases))

    match part.name:
        case "equilibrium" | "equilibrium_support":
            return support in supports or _settled(part, support in still_open)
        case "unique" | "unique_support":
            if supports - {support}:
                return False
            return _settled(part, bool(still_open - supports)) or supports == {support}
        case "strict":
            return any(e.strict and e.support == support and signs.holds(problem, e.condition)
                       for e in solution.equilibria)  # fmt: skip
        case "rationalizable":
            (kept,) = values(solution.rationalizable)
            return all(set(own) <= set(there) for own, there in zip(sets, kept, strict=True))
        case "rationalizable_only":
            return sets in values(solution.rationalizable)
        case "absorbing":
            return tuple(sorted(part.arguments)) in values(solution.absorbing)
        case "closed":
            return sets in values(solution.closed)
        case "cycle":
            order = part.arguments
            steps = zip(order, (*order[1:], order[0]), strict=True)
            return len(order) > 1 and all(step in values(solution.transitions) for step in steps)
    raise GameError(f"claim: unknown predicate {part.name}")


def _settled(part: Predicate, is_open: bool) -> bool:
    """False; raises NotSupportedError where the predicate rests on equilibria that are not decided."""
    if is_open:
        raise NotSupportedError(
            f"{part} rests on equilibria with several unknown weights for some parameters; fix parameters with --at"
        )
    return False
