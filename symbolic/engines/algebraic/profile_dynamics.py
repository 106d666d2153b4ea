"""What follows from Gamma for several players: rationalizable sets, transitions, absorbing and closed sets, cycles.

``Gamma_i(B)`` holds the plans of player i that are optimal for some belief on the best fits to some, perhaps
correlated, mixture of the profiles in the product set B (Esponda & Pouzo 2025). Each player's Gamma may be known
between two bounds only (`symbolic.engines.algebraic.fits`); both are monotone in B, so what follows is decided wherever
they agree, as in `symbolic.engines.algebraic.dynamics`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from ...cells.undecided import Undecided
from ...combinatorics.dynamics import absorbing_sets, listed_cycles, rotated
from ...combinatorics.product_sets import closure, minimal_sets, rationalizable_rounds
from ...forms.profiles import Players, Sets
from ...results.equilibrium import NameSets
from .fits import Engine, Replies


@dataclass(frozen=True, slots=True)
class PlayersDynamics:
    """Sets in names, by player; None where undecided. `transitions` are those that certainly exist."""

    rationalizable: NameSets | None
    bounds: tuple[NameSets, NameSets] | None
    rounds: tuple[NameSets, ...] | None
    transitions: tuple[tuple[str, str], ...]
    absorbing: tuple[tuple[str, ...], ...] | None
    closed: tuple[NameSets, ...] | None
    cycles: tuple[tuple[str, ...], ...] | None
    cycle_length: int
    undecided: tuple[Undecided, ...]


class Gamma:
    """The operator of all players between bounds; answers are kept by the engines."""

    def __init__(self, players: Players, engines: Sequence[Engine]) -> None:
        self.players, self.engines = players, engines
        self.replies = cache(self._replies)

    def _replies(self, sets: Sets) -> tuple[Replies, ...]:
        inside = self.players.inside(sets)
        return tuple(engine.gamma(inside) for engine in self.engines)

    def sure(self, sets: Sets) -> Sets:
        """Plans that certainly are best replies."""
        return tuple(self.players.plans_in(j, r.sure) for j, r in enumerate(self.replies(sets)))

    def possible(self, sets: Sets) -> Sets:
        """Plans that may be best replies."""
        return tuple(self.players.plans_in(j, r.possible) for j, r in enumerate(self.replies(sets)))

    def reason(self, sets: Sets) -> str:
        """Why the bounds differ there; "" where no engine stopped."""
        return next((r.reason for r in self.replies(sets) if not r.known), "")


def structure_of(players: Players, gamma: Gamma) -> PlayersDynamics:
    """The structure of the game, as far as it is decided."""
    undecided: list[Undecided] = []
    everything: Sets = tuple(tuple(range(len(own))) for own in players.plans)
    inner, outer = (rationalizable_rounds(everything, operator) for operator in (gamma.sure, gamma.possible))
    decided = inner[-1] == outer[-1]
    if not decided:
        reason = next((why for sets in outer if (why := gamma.reason(sets))), "best replies to some mixtures are open")
        undecided.append(Undecided("rationalizable", (), reason))

    def named(sets: Sets) -> NameSets:
        return tuple(tuple(sorted(players.plan_name(j, k) for k in own)) for j, own in enumerate(sets))

    nodes = range(len(players.profiles))
    single: list[Sets] = [tuple((k,) for k in profile) for profile in players.profiles]
    edges = tuple((a, b) for a in nodes for b in players.inside(gamma.sure(single[a])))
    possible = tuple((a, b) for a in nodes for b in players.inside(gamma.possible(single[a])))
    open_edges = [edge for edge in possible if edge not in set(edges)]
    name = players.profile_name
    undecided += [Undecided("transition", (name(a), name(b)), gamma.reason(single[a])) for a, b in open_edges]
    absorbing = cycles = None
    complete = len(nodes)
    if open_edges:
        asked = "it depends on a transition that is not decided"
        undecided += [Undecided("absorbing", (), asked), Undecided("cycles", (), asked)]
    else:
        absorbing = tuple(sorted(tuple(sorted(map(name, s))) for s in absorbing_sets(tuple(nodes), edges)))
        listed, complete = listed_cycles(len(nodes), edges)
        cycles = tuple(sorted(rotated(tuple(map(name, c))) for c in listed))
    small, large = ([closure(s, operator) for s in single] for operator in (gamma.sure, gamma.possible))
    closed = None
    if small == large:
        closed = tuple(sorted(map(named, minimal_sets(small))))
    else:
        first = next(k for k in nodes if small[k] != large[k])
        reason = next(
            (why for sets in (small[first], large[first], single[first]) if (why := gamma.reason(sets))),
            "best replies to some mixtures are not decided",
        )
        undecided.append(Undecided("closed", (), reason))
    return PlayersDynamics(
        named(inner[-1]) if decided else None,
        None if decided else (named(inner[-1]), named(outer[-1])),
        tuple(map(named, inner)) if decided and inner == outer else None,
        tuple(sorted((name(a), name(b)) for a, b in edges)),
        absorbing,
        closed,
        cycles,
        complete,
        tuple(undecided),
    )
