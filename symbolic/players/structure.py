"""The structure of a strategic form: everything that stays the same throughout a phase, from signs alone.

As `symbolic.structure` for one agent, with plans and profiles by their numbers; two parameter values with equal
structures have the same supports of equilibria, rationalizable product set, transition graph, sinks, closed sets and
cycles.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product

from ..errors import NotSupportedError
from ..structure import absorbing_sets, listed_cycles
from .components import Component, components
from .problem import PlayersProblem
from .shape import Set, Sets


@dataclass(frozen=True, slots=True, order=True)
class PlayersStructure:
    """What is the same throughout a phase; comparable and hashable.

    Attributes
    ----------
    supports : (plans played, models believed; () for a family) by player, for every equilibrium component
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


def players_structure(problem: PlayersProblem) -> PlayersStructure:
    """The whole structure of a problem.

    Raises NotSupportedError where the equilibria with some supports solve a system that is not linear: they are no
    matter of the signs of minors.
    """
    return structure_and_components(problem)[0]


def structure_and_components(problem: PlayersProblem) -> tuple[PlayersStructure, tuple[Component, ...]]:
    """The structure with the equilibria behind it; raises as `players_structure` does."""
    nodes = tuple(range(len(problem.shape.profiles)))
    found = [c for supports in product(*problem.shape.supports) for c in components(problem, supports)]
    if any(c.open for c in found):
        raise NotSupportedError(
            "mixed equilibria of this game solve polynomial systems for some parameters; fix parameters with --at, or "
            "use solve, which names the supports"
        )
    structure = PlayersStructure(
        supports=tuple(sorted({(c.supports, c.belief_supports) for c in found})),
        rationalizable=problem.rationalizable_rounds()[-1],
        edges=problem.edges,
        absorbing=absorbing_sets(nodes, problem.edges),
        closed=problem.minimal_closed_sets(),
        cycles=listed_cycles(len(nodes), problem.edges)[0],
    )
    return structure, tuple(found)
