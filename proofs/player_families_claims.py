"""Claims about a game with signals or several players whose models are families, or whose outcomes are normal.

All parameters are fixed, so a claim is read off the one solution (`symbolic.player_families`). Predicates are about
profiles of plans as in `players_claims`; one that rests on what the solution leaves undecided is refused by name.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from math import prod
from typing import Any

from ..symbolic.dispatch import has_families
from ..symbolic.errors import GameError, NotSupportedError
from ..symbolic.families.condition_signs import ConditionSigns
from ..symbolic.game import Game
from ..symbolic.player_families import PlayerFamiliesSolution, solve_player_families
from ..symbolic.players.forms import strategic_form
from ..symbolic.structure import Problem
from ..symbolic.undecided import attempt
from .claims import Claim, Compare, Predicate, predicates_of, read_claim, relations_of
from .decided import DecidedClaim, decide_on_cells
from .families_claims import RESTS_ON
from .players_claims import players_claim

_PRODUCTS = ("equilibrium_support", "unique_support", "rationalizable_only", "closed")

NameSets = tuple[tuple[str, ...], ...]


def profiles_claim(
    game: Game, claim: str, at: Mapping[str, Fraction | int | str] | None = None
) -> DecidedClaim:
    """A claim about profiles of any game with signals or several players, by the engine for its kind of models.

    Parameters and errors: `players_claim` and `player_families_claim`.
    """
    fixed = game.at(at) if at else game
    if has_families(fixed) and not fixed.parameters:
        recognized, _ = attempt(lambda: strategic_form(fixed))
        if recognized is None:
            return player_families_claim(game, claim, at)
    return players_claim(game, claim, at)


def player_families_claim(
    game: Game, claim: str, at: Mapping[str, Fraction | int | str] | None = None
) -> DecidedClaim:
    """A claim about profiles, decided by the exact solution at fixed parameters.

    Parameters and errors: `proofs.when.when`. Raises NotSupportedError for free parameters, and where the claim rests
    on something that the solution leaves undecided, naming it.

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
    solution = solve_player_families(game, at)
    read = read_claim(claim, (), solution.profiles)
    for predicate in predicates_of(read):
        _check(predicate, solution)
    signs = ConditionSigns(solution, relations_of(read))

    def holds(part: Claim, problem: Problem) -> bool:
        if isinstance(part, Compare):
            return signs.relation(problem, part.relation)
        assert isinstance(part, Predicate)
        return _holds(part, solution)

    return decide_on_cells(game, read, solution.at, (), signs.table, holds)


def _check(predicate: Predicate, solution: PlayerFamiliesSolution) -> None:
    if predicate.name == "independent_of":
        raise NotSupportedError("independent_of is not covered with families and several players")
    if len(set(predicate.arguments)) < len(predicate.arguments):
        raise GameError(f"claim: {predicate} names a profile twice; name each once")
    sets = _sets(predicate.arguments, solution)
    if predicate.name in _PRODUCTS and prod(map(len, sets)) != len(predicate.arguments):
        raise GameError(f"claim: {predicate} is about a product of sets; list every profile of it")
    for entry in solution.undecided:
        if entry.what != RESTS_ON[predicate.name]:
            continue
        if predicate.name.startswith("equilibrium") and entry.names != _support_names(sets, solution):
            continue
        raise NotSupportedError(f"{predicate} rests on what is undecided: {entry}")


def _sets(arguments: Sequence[str], solution: PlayerFamiliesSolution) -> NameSets:
    """The plans that occur in the profiles, by player."""
    form = solution.form
    chosen = [form.profiles[solution.profiles.index(name)] for name in arguments]
    return tuple(
        tuple(sorted({form.plan_name(j, profile[j]) for profile in chosen})) for j in range(len(solution.players))
    )


def _by_signal(sets: NameSets, solution: PlayerFamiliesSolution) -> tuple[tuple[tuple[str, tuple[str, ...]], ...], ...]:
    """The actions of these plans, by player and signal."""
    found = []
    for j, own in enumerate(sets):
        plans = [plan for k, plan in enumerate(solution.form.plans[j]) if solution.form.plan_name(j, k) in own]
        signals = solution.form.signals(j)
        found.append(tuple((s, tuple(sorted({plan[i] for plan in plans}))) for i, s in enumerate(signals)))
    return tuple(found)


def _support_names(sets: NameSets, solution: PlayerFamiliesSolution) -> tuple[str, ...]:
    from ..symbolic.player_families.solution import support_text

    return support_text(solution.players, _by_signal(sets, solution))


def _holds(part: Predicate, solution: PlayerFamiliesSolution) -> bool:
    """The truth of a predicate."""
    sets = _sets(part.arguments, solution)
    supports = {e.support for e in solution.equilibria}

    def values(cases: Sequence[Any]) -> set[Any]:
        return {case.value for case in cases}

    match part.name:
        case "equilibrium" | "equilibrium_support":
            return _by_signal(sets, solution) in supports
        case "unique" | "unique_support":
            return supports == {_by_signal(sets, solution)}
        case "strict":
            return any(e.strict and e.support == _by_signal(sets, solution) for e in solution.equilibria)
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
