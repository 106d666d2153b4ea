"""Claims about a game with signals or several players.

As for one agent (`proofs.claims.when`), with predicates about profiles of plans: ``"heads,tails"``, with signals
``"plus:high|minus:low"``. A set is given by its profiles; supports, rationalizable and closed sets must be products.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from itertools import product
from math import prod

from ...symbolic.algebra.elements import element_of
from ...symbolic.algebra.ring import Element
from ...symbolic.cells.domain import SIGNS_OF, difference
from ...symbolic.combinatorics.dynamics import absorbing_sets
from ...symbolic.combinatorics.profiles import PlayersProblem
from ...symbolic.combinatorics.shape import Sets
from ...symbolic.engines.finite.quadratic import findings
from ...symbolic.errors import GameError, NotSupportedError
from ...symbolic.expressions.exact_values import as_fraction
from ...symbolic.forms.minors import PlayersTable, players_table
from ...symbolic.game.game import Game
from ...symbolic.limits import SolveLimits
from ...symbolic.results.profile_solution import profile_name
from .language import Claim, Compare, Predicate, predicates_of, read_claim, relations_of
from .on_cells import DecidedClaim, decide_on_cells

_PRODUCTS = ("equilibrium_support", "unique_support", "rationalizable_only", "closed")


def players_claim(
    game: Game,
    claim: str,
    at: Mapping[str, Fraction | int | str] | None = None,
    limits: SolveLimits | None = None,
) -> DecidedClaim:
    """A claim about profiles decided on every cell of the free parameters; exact.

    Parameters and errors: `proofs.claims.when.when`. Raises NotSupportedError also where the claim rests on mixed
    equilibria that solve polynomial systems.

    Examples
    --------
    >>> from berknash.symbolic.interchange import from_payoff_matrices
    >>> game = from_payoff_matrices([[["2", "0"], ["0", "v"]], [["2", "0"], ["0", "v"]]], parameters={"v": "(-1, 1)"})
    >>> print(players_claim(game, 'strict("a2,a2")').when(), "|", players_claim(game, 'equilibrium("a2,a2")').when())
    v > 0 | v >= 0
    """
    fixed = game.at(at) if at else game
    free = [p.name for p in fixed.parameters]
    table = players_table(fixed, limits)
    names = [profile_name(table, profile) for profile in table.form.profiles]
    read = read_claim(claim, free, names)
    for predicate in predicates_of(read):
        _check(predicate, table, names)
    ring, gaps = table.ring, {}
    for relation in relations_of(read):
        ring, gaps[str(relation)] = element_of(ring, difference(relation))
    table = table.over(ring)
    for gap in gaps.values():
        if free:
            table.product_of(gap, "the claim")

    def holds(part: Claim, problem: PlayersProblem) -> bool:
        return _holds(table, part, problem, names, gaps)

    values = tuple((p.name, as_fraction(at[p.name])) for p in game.parameters if at and p.name in at)
    return decide_on_cells(game, read, values, tuple(free), table, holds)


def _check(predicate: Predicate, table: PlayersTable, names: Sequence[str]) -> None:
    if predicate.name == "independent_of":
        raise NotSupportedError("independent_of is not covered with signals or several players")
    sets = _sets(table.form.profiles, names, predicate.arguments)
    check_profiles(predicate, sets)
    if predicate.name.endswith("_support") and any(
        not table.shape.is_support(j, own) for j, own in enumerate(sets)
    ):
        raise GameError(f"claim: {predicate}: no strategy has these plans for its support; add those in between")


def check_profiles(predicate: Predicate, sets: Sequence[Sequence[object]]) -> None:
    """GameError unless profiles are named once and, where a product of sets is meant, make up that of these sets."""
    if len(set(predicate.arguments)) < len(predicate.arguments):
        raise GameError(f"claim: {predicate} names a profile twice; name each once")
    if predicate.name in _PRODUCTS and prod(map(len, sets)) != len(predicate.arguments):
        raise GameError(f"claim: {predicate} is about a product of sets; list every profile of it")


def _sets(profiles: Sequence[tuple[int, ...]], names: Sequence[str], arguments: Sequence[str]) -> Sets:
    """The plans that occur in the profiles, by player."""
    chosen = [profiles[names.index(name)] for name in arguments]
    return tuple(tuple(sorted({profile[j] for profile in chosen})) for j in range(len(chosen[0])))


def _holds(
    table: PlayersTable, part: Claim, problem: PlayersProblem, names: Sequence[str], gaps: Mapping[str, Element]
) -> bool:
    """The truth of a relation or predicate where the problem's signs hold."""
    if isinstance(part, Compare):
        assert problem.sign_of is not None
        return problem.sign_of(gaps[str(part.relation)]) in SIGNS_OF[part.relation.operator]
    assert isinstance(part, Predicate)
    order = tuple(names.index(name) for name in part.arguments)
    sets = _sets(problem.shape.profiles, names, part.arguments)
    match part.name:
        case "equilibrium" | "equilibrium_support":
            return _carries(table, problem, sets)
        case "unique" | "unique_support":
            return all(_carries(table, problem, own) == (own == sets) for own in product(*problem.shape.supports))
        case "rationalizable":
            return all(set(a) <= set(b) for a, b in zip(sets, problem.rationalizable_rounds()[-1], strict=True))
        case "rationalizable_only":
            return problem.rationalizable_rounds()[-1] == sets
        case "strict":
            return problem.replies_at(problem.shape.profiles[order[0]]) == sets
        case "absorbing":
            return tuple(sorted(order)) in absorbing_sets(tuple(range(len(names))), problem.edges)
        case "closed":
            return sets in problem.minimal_closed_sets()
        case "cycle":
            steps = zip(order, (*order[1:], order[0]), strict=True)
            return len(order) > 1 and all(step in problem.edges for step in steps)
    raise GameError(f"claim: unknown predicate {part.name}")


def _carries(table: PlayersTable, problem: PlayersProblem, supports: Sets) -> bool:
    found = findings(table, problem, supports)
    if any(not f.open for f in found):
        return True
    if found:
        raise NotSupportedError(
            "the claim rests on mixed equilibria that solve polynomial systems, neither linear nor quadratic, for some "
            "parameters; fix parameters with --at"
        )
    return False
