"""Rationalizable sets, transitions, absorbing and closed sets, cycles, each with its condition.

What `symbolic.combinatorics.structure` finds at one sign vector, over all parameter values (Esponda & Pouzo 2016, 2025;
Fudenberg, Lanzani & Strack 2021).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from typing import Any, TypedDict

from ...cells.cases import Case, Finder, Found
from ...cells.conditions import ALWAYS
from ...cells.undecided import Undecided
from ...combinatorics.agent import Problem, Set
from ...combinatorics.dynamics import absorbing_sets, listed_cycles
from ...combinatorics.structure import (
    is_absorbing,
    is_cycle,
    is_minimal_closed,
    minimal_closed_sets,
    rationalizable_rounds,
    transition_edges,
)
from ...errors.running import share
from ...results.equilibrium import Names, NameSets

_FEW = 6  # actions whose complete graph has a list of cycles within the limit


class StructureCases(TypedDict):
    """The fields of a solution that are not equilibria."""

    rationalizable: tuple[Case[NameSets], ...]
    rounds: tuple[Case[tuple[NameSets, ...]], ...]
    transitions: tuple[Case[tuple[str, str]], ...]
    absorbing: tuple[Case[Names], ...]
    closed: tuple[Case[NameSets], ...]
    cycles: tuple[Case[Names], ...]
    cycle_lengths: tuple[Case[int], ...]


def structure_cases(finder: Finder) -> tuple[StructureCases, tuple[Undecided, ...]]:
    """All of it, as cases whose conditions cover the domain, and what the limits left open.

    What is open has no cases. Without free parameters nothing is left open: an error is raised.
    """
    names = finder.table.tables.actions
    labels = _Labels(names)
    count = len(names)
    actions = range(count)
    subsets = [s for size in range(1, count + 1) for s in combinations(actions, size)]
    every_edge = tuple((a, b) for a in actions for b in actions)
    possible_cycles, possible_length = listed_cycles(count, every_edge) if count <= _FEW else ((), 0)

    def edge(problem: Problem, pair: tuple[str, str]) -> bool:
        return problem.in_gamma(names.index(pair[1]), (names.index(pair[0]),))

    left_open: list[Undecided] = []

    def found(what: str, find: Callable[[], Found]) -> Found | None:
        with share(1 / 2):
            value, reason = finder.attempt(find)
        if value is None:
            left_open.append(Undecided(what, (), reason))
        return value

    def settled(what: str, find: Callable[[], tuple[Any, ...]]) -> tuple[Any, ...]:
        return found(what, find) or ()

    def lengths() -> tuple[Case[int], ...]:
        # Where all cycles of the complete graph are listed, those of any other graph are.
        if possible_length == count:
            return (Case(ALWAYS, count),)
        return finder.cases(lambda p: listed_cycles(count, transition_edges(p))[1])

    rounds = found("rationalizable", lambda: finder.ask(rationalizable_rounds))
    transitions = settled(
        "transitions",
        lambda: finder.members_among(
            [(names[a], names[b]) for a, b in every_edge],
            edge,
            lambda p: tuple(sorted((names[a], names[b]) for a, b in transition_edges(p))),
        ),
    )
    absorbing = settled(
        "absorbing",
        lambda: finder.members_among(
            labels.sorted_sets(subsets),
            lambda p, named: is_absorbing(p, labels.indices(named)),
            lambda p: labels.sorted_sets(absorbing_sets(p.actions, transition_edges(p))),
        ),
    )
    closed = settled(
        "closed",
        lambda: finder.members_among(
            labels.sorted_sets(subsets),
            lambda p, named: is_minimal_closed(p, labels.indices(named)),
            lambda p: labels.sorted_sets(minimal_closed_sets(p)),
        ),
    )
    cycles = settled(
        "cycles",
        lambda: finder.members_among(
            labels.rotated(possible_cycles),
            lambda p, named: is_cycle(p, tuple(names.index(n) for n in named)),
            lambda p: labels.rotated(listed_cycles(count, transition_edges(p))[0]),
        ),
    )
    cases: StructureCases = {
        "rationalizable": rounds.cases(lambda sets: (labels.sorted_set(sets[-1]),)) if rounds else (),
        "rounds": rounds.cases(lambda sets: tuple((labels.sorted_set(r),) for r in sets)) if rounds else (),
        "transitions": transitions,
        "absorbing": absorbing,
        "closed": tuple(replace(case, value=(case.value,)) for case in closed),
        "cycles": cycles,
        "cycle_lengths": settled("cycle lengths", lengths) or (Case(ALWAYS, 1),),
    }
    return cases, tuple(left_open)


@dataclass(frozen=True, slots=True)
class _Labels:
    """From indices to names, in the sorted order of the format."""

    names: tuple[str, ...]

    def indices(self, named: Names) -> Set:
        """The actions with these names."""
        return tuple(sorted(self.names.index(n) for n in named))

    def sorted_set(self, indices: Set) -> tuple[str, ...]:
        return tuple(sorted(self.names[i] for i in indices))

    def sorted_sets(self, sets: Sequence[Set]) -> tuple[tuple[str, ...], ...]:
        return tuple(sorted(self.sorted_set(s) for s in sets))

    def rotated(self, cycles: Sequence[Set]) -> tuple[tuple[str, ...], ...]:
        found = []
        for cycle in cycles:
            named = [self.names[i] for i in cycle]
            first = named.index(min(named))
            found.append(tuple(named[first:] + named[:first]))
        return tuple(sorted(found))


