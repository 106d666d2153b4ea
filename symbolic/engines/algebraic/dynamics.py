"""What follows from Gamma: the rationalizable set, transitions, absorbing and minimal closed sets, cycles.

Gamma may be known between two bounds only (`engine`). It is monotone, and so are its bounds: the largest B inside
``lower(B)`` is inside the rationalizable set, which is inside the largest B inside ``upper(B)``; where both agree it
is decided, although Gamma is not (Esponda & Pouzo 2025). Likewise the smallest closed set around an action lies
between those of the bounds.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass

from ...cells.undecided import Undecided
from ...combinatorics.dynamics import absorbing_sets, rotated, simple_cycles
from .fits import Engine, Set

Names = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Dynamics:
    """Sets in names; None where undecided. `transitions` are those that certainly exist."""

    rationalizable: Names | None
    rounds: tuple[Names, ...] | None
    transitions: tuple[tuple[str, str], ...]
    absorbing: tuple[Names, ...] | None
    closed: tuple[Names, ...] | None
    cycles: tuple[Names, ...] | None
    undecided: tuple[Undecided, ...]
    bounds: tuple[Names, Names] | None


def structure_of(engine: Engine) -> Dynamics:
    """The structure of the agent, as far as it is decided."""
    names = engine.agent.actions
    actions = tuple(range(len(names)))
    undecided: list[Undecided] = []

    def named(indices: Set) -> Names:
        return tuple(sorted(names[i] for i in indices))

    def lower(played: Set) -> Set:
        return engine.gamma(played).sure

    def upper(played: Set) -> Set:
        return engine.gamma(played).possible

    inner, outer = _rounds(actions, lower), _rounds(actions, upper)
    decided = inner[-1] == outer[-1]
    if not decided:
        reason = next(r.reason for b in outer if not (r := engine.gamma(b)).known)
        undecided.append(Undecided("rationalizable", named(_without(outer[-1], inner[-1])), reason))
    edges = tuple((a, b) for a in actions for b in lower((a,)))
    open_edges = tuple((a, b) for a in actions for b in _without(upper((a,)), lower((a,))))
    undecided += [
        Undecided("transition", (names[a], names[b]), engine.gamma((a,)).reason) for a, b in open_edges
    ]
    absorbing = cycles = None
    if open_edges:
        asked = "it depends on a transition that is not decided"
        undecided += [Undecided("absorbing", (), asked), Undecided("cycles", (), asked)]
    else:
        absorbing = tuple(sorted(map(named, absorbing_sets(actions, edges))))
        cycles = tuple(sorted(rotated(tuple(names[i] for i in c)) for c in simple_cycles(actions, edges)))
    small, large = ({a: _closure(a, gamma) for a in actions} for gamma in (lower, upper))
    closed = None
    if small == large:
        closed = tuple(sorted(map(named, _minimal(small.values()))))
    else:
        first = next(a for a in actions if small[a] != large[a])
        reason = next(
            (r.reason for b in (small[first], large[first], (first,)) if not (r := engine.gamma(b)).known),
            "best replies to some mixtures are not decided",
        )
        undecided.append(
            Undecided("closed", tuple(names[a] for a in actions if small[a] != large[a]), reason)
        )
    return Dynamics(
        named(inner[-1]) if decided else None,
        tuple(map(named, inner)) if decided and inner == outer else None,
        tuple(sorted((names[a], names[b]) for a, b in edges)),
        absorbing,
        closed,
        cycles,
        tuple(undecided),
        None if decided else (named(inner[-1]), named(outer[-1])),
    )


def _without(whole: Set, part: Set) -> Set:
    return tuple(a for a in whole if a not in part)


def _rounds(actions: Set, gamma: Callable[[Set], Set]) -> tuple[Set, ...]:
    rounds = [actions]
    while True:
        following = tuple(sorted(set(rounds[-1]) & set(gamma(rounds[-1]))))
        if following == rounds[-1]:
            return tuple(rounds)
        rounds.append(following)


def _closure(action: int, gamma: Callable[[Set], Set]) -> Set:
    """The smallest closed set that holds the action."""
    current: Set = (action,)
    while True:
        following = tuple(sorted({*current, *gamma(current)}))
        if following == current:
            return current
        current = following


def _minimal(closures: Collection[Set]) -> list[Set]:
    """The minimal ones of the smallest closed sets around the actions: all minimal closed sets."""
    found = set(closures)
    return [c for c in sorted(found) if not any(set(other) < set(c) for other in found)]
