"""The structure of a strategic form: everything that stays the same throughout a phase, from signs alone.

As `symbolic.combinatorics.structure` for one agent, with plans and profiles by their numbers; two parameter values with
equal structures have the same supports of equilibria, rationalizable product set, transition graph, sinks, closed sets
and cycles.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product

from ...combinatorics.dynamics import absorbing_sets, listed_cycles
from ...combinatorics.profiles import PlayersProblem
from ...combinatorics.shape import Set, Sets
from ...forms.minors import PlayersTable
from .quadratic import Finding, findings


@dataclass(frozen=True, slots=True, order=True)
class ProfileStructure:
    """What is the same throughout a phase; comparable and hashable.

    Attributes
    ----------
    supports : (plans played, models believed; () for a family) by player, for every equilibrium component
    open : supports with which further equilibria were neither found nor excluded
    rationalizable : plans, by player
    edges : between numbered profiles
    absorbing : sets of numbered profiles
    closed : product sets of plans, by player
    cycles : of numbered profiles, all up to the length that `listed_cycles` reaches
    """

    supports: tuple[tuple[Sets, Sets], ...]
    rationalizable: Sets
    edges: tuple[tuple[int, int], ...]
    absorbing: tuple[Set, ...]
    closed: tuple[Sets, ...]
    cycles: tuple[Set, ...]
    open: tuple[Sets, ...] = ()


def structure_and_findings(
    table: PlayersTable, problem: PlayersProblem
) -> tuple[ProfileStructure, tuple[Finding, ...]]:
    """The whole structure of a problem with the equilibria behind it.

    Equilibria that solve quadratic systems are told by the signs of their closed forms; supports on which the systems
    are of higher degree, or have infinitely many solutions, are listed as open.
    """
    nodes = tuple(range(len(problem.shape.profiles)))
    found = {s: findings(table, problem, s) for s in product(*problem.shape.supports)}
    settled = [(s, f) for s, members in found.items() for f in members if not f.open]
    structure = ProfileStructure(
        supports=tuple(sorted({(s, f.belief_labels(table)) for s, f in settled})),
        rationalizable=problem.rationalizable_rounds()[-1],
        edges=problem.edges,
        absorbing=absorbing_sets(nodes, problem.edges),
        closed=problem.minimal_closed_sets(),
        cycles=listed_cycles(len(nodes), problem.edges)[0],
        open=tuple(s for s, members in found.items() if any(f.open for f in members)),
    )
    return structure, tuple(f for _, f in settled)
