"""The structure of a game of any kind at a point, recomputed from the definition, in the shape of the JSON format.

One agent with finitely many models is gone through completely (`solver`). Elsewhere the pure equilibria and the
transition graph are recomputed as a whole; of mixed equilibria those that somebody lists are put to the definition,
but none is searched for; the sets that rest on mixtures are recomputed for finitely many models and for one family on
a line (`players`). What was left out is told with its reason.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, TypeAlias

import mpmath

from ..symbolic.cells.undecided import attempt
from ..symbolic.errors import GameError
from ..symbolic.expressions.reading import Expression
from ..symbolic.game.game import Game
from .players import NumericalPlayers, Sets
from .solver import absorbing_and_cycles, numerical_structure
from .tables import Precision, Real, Value, as_real, evaluate

NOT_SEARCHED = "mixed equilibria are tested where they are listed, and none was searched for"
_RESTS_ON = {
    "equilibria": ("supports",),
    "transition": ("transitions", "absorbing", "cycles"),
    "transitions": ("transitions", "absorbing", "cycles"),
}
"""Parts of a structure that are open where something else is."""

Expected: TypeAlias = Mapping[str, Any]
"""A structure in the shape of the JSON format."""

Play: TypeAlias = Mapping[tuple[str, str, str], Any]
"""(player, own signal or "", action) -> weight: an expression in the parameters, or an algebraic number."""


@dataclass(frozen=True)
class Recomputed:
    """The parts of a structure that were recomputed, and those left out, with the reason."""

    parts: Mapping[str, Any]
    left_out: tuple[tuple[str, str], ...] = ()


def recomputed_structure(
    game: Game, values: Mapping[str, Value], precision: Precision, listed: Sequence[Play] = ()
) -> Recomputed:
    """The structure at numerical values of the free parameters; numerical, up to the tolerance.

    Parameters: the game, the values, the precision, and strategies that may be equilibria at the point: the supports of
    those that pass the definition are supports of the structure.

    >>> from berknash.symbolic.interchange import from_payoff_matrices
    >>> game = from_payoff_matrices([[["2", "0"], ["0", "v"]], [["2", "0"], ["0", "v"]]], parameters={"v": "(0, 1)"})
    >>> found = recomputed_structure(game, {"v": Fraction(1, 2)}, Precision())
    >>> found.parts["absorbing"], found.left_out[0][0]
    ([['a1,a1'], ['a1,a2', 'a2,a1'], ['a2,a2']], 'supports')
    """
    if game.has_tables:
        return Recomputed(numerical_structure(game, values, precision).to_json())
    with mpmath.workdps(precision.digits):
        numbers = NumericalPlayers(game, values, precision)
        parts: dict[str, Any] = {}
        left_out: list[tuple[str, str]] = []
        edges, reason = attempt(numbers.edges)
        if edges is None:
            left_out.append(("supports, transitions, absorbing, cycles", reason))
        else:
            parts |= _graph(numbers, edges)
            parts["supports"] = [_pure(game, numbers, point.profile) for point in numbers.pure_equilibria()]
            passing = (_passing(game, numbers, values, play) for play in listed)
            parts["supports"] += [support for support in passing if support is not None]
            left_out.append(("supports", NOT_SEARCHED))
        sets, reason = attempt(lambda: (numbers.rationalizable_rounds()[-1], numbers.minimal_closed_sets()))
        if sets is None:
            left_out.append(("rationalizable, closed", reason))
        else:
            parts["rationalizable"] = _named(numbers, sets[0])
            parts["closed"] = [_named(numbers, own) for own in sets[1]]
        return Recomputed(parts, tuple(left_out))


def _graph(numbers: NumericalPlayers, edges: Sequence[tuple[int, int]]) -> dict[str, Any]:
    names = numbers.names
    absorbing, cycles = absorbing_and_cycles(range(len(names)), edges)
    return {
        "transitions": [[names[a], names[b]] for a, b in edges],
        "absorbing": [sorted(names[k] for k in members) for members in absorbing],
        "cycles": [[names[k] for k in cycle] for cycle in cycles],
    }


def _named(numbers: NumericalPlayers, sets: Sets) -> dict[str, list[str]]:
    return {p.name: [p.plan_name(m) for m in own] for p, own in zip(numbers.players, sets, strict=True)}


def _pure(game: Game, numbers: NumericalPlayers, profile: Sequence[int]) -> dict[str, Any]:
    played = {}
    for player, plan in zip(numbers.players, profile, strict=True):
        for signal, action in zip(player.signals, player.plans[plan], strict=True):
            played[player.name, signal] = [action]
    return _support(game, played)


def _support(game: Game, played: Mapping[tuple[str, str], list[str]]) -> dict[str, Any]:
    """The actions played, by player and by signal where there are any."""
    return {
        player.name: {s: played[player.name, s] for s in player.signals} if player.signals else played[player.name, ""]
        for player in game.players
    }


def _passing(game: Game, numbers: NumericalPlayers, values: Mapping[str, Value], play: Play) -> dict[str, Any] | None:
    """The support of a strategy that is an equilibrium at the point, else None."""
    tie = numbers.precision.tie
    strategy: list[dict[tuple[str, str], Real]] = [{} for _ in game.players]
    place = {player.name: j for j, player in enumerate(game.players)}
    try:
        for (name, signal, action), weight in play.items():
            strategy[place[name]][signal, action] = number_of(weight, values)
    except GameError:  # a closed form that has no value here
        return None
    played: dict[tuple[str, str], list[str]] = {}
    for player, own in zip(game.players, strategy, strict=True):
        for signal in player.signals or ("",):
            weights = [own[signal, action] for action in player.actions]
            if min(weights) < -tie or abs(mpmath.fsum(weights) - 1) > tie * len(weights):
                return None
            played[player.name, signal] = [a for a, w in zip(player.actions, weights, strict=True) if w > tie]
    return _support(game, played) if numbers.is_equilibrium(strategy) else None


def number_of(value: Any, values: Mapping[str, Value]) -> Real:
    """An expression at these values, a rational or an algebraic number, at the working precision."""
    if isinstance(value, Expression):
        return evaluate(value, values)
    if isinstance(value, Fraction | int) or not hasattr(value, "bounds"):
        return as_real(value)
    low, high = value.bounds(mpmath.mp.prec + 32)
    return as_real((low + high) / 2)


def canonical(part: str, value: Any) -> Any:
    """One part of a structure in a form that compares: sets sorted, cycles turned to their least name.

    A dictionary with a single player is read as that player's entry.

    >>> canonical("cycles", [["c", "a", "b"]])
    [['a', 'b', 'c']]
    >>> canonical("rationalizable", {"agent": ["b", "a"]})
    ['a', 'b']
    >>> canonical("closed", [{"row": ["b", "a"], "column": ["c"]}])
    [{'column': ['c'], 'row': ['a', 'b']}]
    """
    if part == "rationalizable":
        return _sorted_sets(value)
    if part in ("transitions", "cycles"):
        members = [list(member) for member in value]
        if part == "cycles":
            members = [m[k:] + m[:k] for m, k in ((m, m.index(min(m))) for m in members)]
        return [list(member) for member in sorted({tuple(member) for member in members})]
    sets = {repr(member): member for member in map(_sorted_sets, value)}
    return sorted(sets.values(), key=lambda member: member if isinstance(member, list) else [repr(member)])


def _sorted_sets(value: Any) -> Any:
    """A set of names sorted; the same inside of what is by player or signal."""
    if not isinstance(value, Mapping):
        return sorted(value)
    if len(value) == 1:
        return _sorted_sets(next(iter(value.values())))
    return {key: _sorted_sets(value[key]) for key in sorted(value)}


def structure_differences(found: Mapping[str, Any], expected: Expected) -> tuple[str, ...]:
    """The names of the parts in which the structure found differs from the expected one, sorted.

    Parts that only one of the two has, or that the expected one leaves open, are not compared; where supports are left
    open, those that are claimed are still looked for.
    """
    left_open = {part for part, value in expected.items() if value is None}
    left_open |= {part for e in expected.get("undecided", ()) for part in _RESTS_ON.get(e["what"], (e["what"],))}
    left_open |= {"supports"} if "undecided_supports" in expected else set()

    def differs(part: str) -> bool:
        claimed = canonical(part, expected[part])
        computed = canonical(part, found[part])
        if part == "supports" and part in left_open:
            return any(support not in computed for support in claimed)
        return part not in left_open and claimed != computed

    compared = [part for part in found.keys() & expected.keys() if expected[part] is not None]
    return tuple(sorted(filter(differs, compared)))
