"""The structure of a strategic form: everything that stays the same throughout a phase, from signs alone.

As `symbolic.combinatorics.structure` for one agent, with plans and profiles by their numbers; two parameter values with
equal structures have the same supports of equilibria, rationalizable product set, transition graph, sinks, closed sets
and cycles.
"""

from __future__ import annotations

from itertools import product

from ...combinatorics.dynamics import absorbing_sets, listed_cycles
from ...combinatorics.profiles import PlayersProblem
from ...forms.minors import PlayersTable
from ...results.profile_diagram import PlayersStructure
from .quadratic import Finding, findings


def structure_and_findings(
    table: PlayersTable, problem: PlayersProblem
) -> tuple[PlayersStructure, tuple[Finding, ...]]:
    """The whole structure of a problem with the equilibria behind it.

    Equilibria that solve quadratic systems are told by the signs of their closed forms; supports on which the systems
    are of higher degree, or have infinitely many solutions, are listed as open.
    """
    nodes = tuple(range(len(problem.shape.profiles)))
    found = {s: findings(table, problem, s) for s in product(*problem.shape.supports)}
    settled = [(s, f) for s, members in found.items() for f in members if not f.open]
    structure = PlayersStructure(
        supports=tuple(sorted({(s, f.belief_labels(table)) for s, f in settled})),
        rationalizable=problem.rationalizable_rounds()[-1],
        edges=problem.edges,
        absorbing=absorbing_sets(nodes, problem.edges),
        closed=problem.minimal_closed_sets(),
        cycles=listed_cycles(len(nodes), problem.edges)[0],
        open=tuple(s for s, members in found.items() if any(f.open for f in members)),
    )
    return structure, tuple(f for _, f in settled)
