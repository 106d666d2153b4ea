"""The solution of a finite one-agent game, as data."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property
from itertools import combinations
from typing import Any

from ..algebra.text import element_expression
from ..cells.atoms import AtomTable
from ..cells.cases import Case as Case
from ..cells.conditions import Condition
from ..cells.undecided import Undecided
from ..game.game import Game
from .answers import Answer
from .documents import Weights, _condition, weights_document
from .shown import shown_as


@dataclass(frozen=True, slots=True, repr=False)
class Equilibrium:
    """One connected component of the Berk-Nash equilibria with one strategy support.

    Attributes
    ----------
    support : the actions played
    strategy : the equilibrium in closed form, or one point of it (the barycentre of a piece) where `dimension` > 0
    belief_support : all models with weight in some supporting belief
    belief : one supporting belief in closed form; empty where none is the same throughout the condition
    dimension : dimension of the set (0: a point)
    uniform, strict : for a pure equilibrium, whether it is uniform and uniformly strict (locked in)
    self_confirming : whether the models that fit best predict what is played exactly (Fudenberg & Levine 1993); None
        when that depends on parameters left free
    condition : where it exists; `set_conditions` describe the set in the weights when it is no point
    survives : whether it is an equilibrium of the correctly specified game too (`symbolic.definition.specification`)
    """

    support: tuple[str, ...]
    strategy: Weights
    belief_support: tuple[str, ...]
    belief: Weights
    dimension: int
    uniform: bool
    strict: bool
    condition: Condition
    set_conditions: tuple[str, ...] = ()
    vertices: tuple[Weights, ...] = ()
    witnessed: bool = True
    self_confirming: bool | None = None
    survives: Answer | None = None

    @property
    def pure(self) -> bool:
        """Whether one action is played for sure."""
        return len(self.support) == 1

    def __repr__(self) -> str:
        kind = "pure" if self.pure else "mixed" if not self.dimension else f"continuum of dimension {self.dimension}"
        return f"<Equilibrium on {{{', '.join(self.support)}}}: {kind}>"

    def _repr_latex_(self) -> str:
        return f"${shown_as('equilibrium_latex', self)}$"


@dataclass(frozen=True)
class Solution:
    """Everything `solve` finds. Conditions are `ALWAYS` where no parameter is free.

    Where there are too many sign vectors to list, only those without zeros are: then `boundaries_covered` is False,
    and every condition is exact up to the sets where an atom vanishes, of which nothing is said.

    `undecided` names the strategy supports and the parts of the structure at which a limit was reached: of those
    nothing is said, and the rest is complete.
    """

    game: Game
    at: tuple[tuple[str, Fraction], ...]
    table: AtomTable = field(repr=False, compare=False)
    equilibria: tuple[Equilibrium, ...]
    rationalizable: tuple[Case[tuple[str, ...]], ...]
    rounds: tuple[Case[tuple[tuple[str, ...], ...]], ...]
    transitions: tuple[Case[tuple[str, str]], ...]
    absorbing: tuple[Case[tuple[str, ...]], ...]
    closed: tuple[Case[tuple[str, ...]], ...]
    cycles: tuple[Case[tuple[str, ...]], ...]
    cycle_lengths: tuple[Case[int], ...]
    boundaries_covered: bool = True
    undecided: tuple[Undecided, ...] = ()

    @property
    def free(self) -> tuple[str, ...]:
        """The parameters left free."""
        return tuple(p.name for p in self.game.parameters)

    @cached_property
    def divergence_differences(self) -> tuple[tuple[str, str, Weights], ...]:
        """For models t < t': ``K(t', a) - K(t, a)`` action by action; t fits sigma at least as well as t' iff
        the sum weighted with sigma is not negative. Pairs with an infinite entry are left out."""
        tables = self.table.tables
        result = []
        for (i, first), (j, second) in combinations(enumerate(tables.models), 2):
            entries = []
            for a, action in enumerate(tables.actions):
                low, high = tables.divergence[i][a], tables.divergence[j][a]
                if low is None or high is None:
                    break
                entries.append((action, element_expression(tables.ring, high - low)))
            else:
                result.append((first, second, tuple(entries)))
        return tuple(result)

    @cached_property
    def payoffs(self) -> tuple[tuple[str, Weights], ...]:
        """The subjective payoffs ``U(a, t)``, action by action."""
        tables = self.table.tables
        return tuple(
            (
                action,
                tuple(
                    (model, element_expression(tables.ring, tables.payoff[a][t]))
                    for t, model in enumerate(tables.models)
                ),
            )
            for a, action in enumerate(tables.actions)
        )

    def to_json(self) -> dict[str, Any]:
        """The solution in the JSON shape of the format."""

        return solution_document(self)

    def to_latex(self) -> str:
        """The equilibria and their conditions as LaTeX."""
        return shown_as("solution_latex", self)

    def to_networkx(self) -> Any:
        """The transition graph as a networkx DiGraph; edges carry their condition as text."""
        import networkx

        graph = networkx.DiGraph(name=self.game.name)
        graph.add_nodes_from(self.table.tables.actions)
        for case in self.transitions:
            graph.add_edge(*case.value, condition=str(case.condition))
        return graph

    def __repr__(self) -> str:
        count = len(self.equilibria)
        free = f"; free: {', '.join(self.free)}" if self.free else ""
        return f"<Solution of {self.game.name!r}: {count} equilibrium entr{'y' if count == 1 else 'ies'}{free}>"

    def _repr_html_(self) -> str:
        return shown_as("solution_html", self)


def equilibrium_document(equilibrium: Equilibrium, player: str, conditional: bool) -> dict[str, Any]:
    """One entry of ``equilibria``."""
    document: dict[str, Any] = {
        "support": {player: list(equilibrium.support)},
        "strategy": {player: weights_document(equilibrium.strategy)},
        "belief_support": {player: list(equilibrium.belief_support)},
        "belief": {player: weights_document(equilibrium.belief)},
        "dimension": equilibrium.dimension,
        "pure": equilibrium.pure,
        "uniform": equilibrium.uniform,
        "strict": equilibrium.strict,
        "self_confirming": equilibrium.self_confirming,
    }
    if equilibrium.survives is not None:
        document |= equilibrium.survives.to_document("survives_correct_specification")
    if equilibrium.dimension:
        document["conditions"] = list(equilibrium.set_conditions)
        document["vertices"] = [{player: weights_document(v)} for v in equilibrium.vertices]
    if conditional:
        document["condition"] = str(equilibrium.condition)
        if not equilibrium.witnessed:
            document["witnessed"] = False
    return document


def solution_document(solution: Solution) -> dict[str, Any]:
    """The whole of `solve --json`."""
    (player,) = solution.game.players
    conditional = bool(solution.free)
    document: dict[str, Any] = {
        "format": 1,
        "game": solution.game.name,
        "at": {name: str(value) for name, value in solution.at},
        "equilibria": [equilibrium_document(e, player.name, conditional) for e in solution.equilibria],
    }
    complete = min((case.value for case in solution.cycle_lengths), default=1)
    if complete < len(solution.table.tables.actions) > 1:
        document["cycles_complete_to_length"] = complete
    if not conditional:
        document |= {
            "rationalizable": {player.name: list(solution.rationalizable[0].value)},
            "rounds": [{player.name: list(r)} for r in solution.rounds[0].value],
            "transitions": [list(case.value) for case in solution.transitions],
            "absorbing": [list(case.value) for case in solution.absorbing],
            "closed": [list(case.value) for case in solution.closed],
            "cycles": [list(case.value) for case in solution.cycles],
        }
        return document
    if not solution.boundaries_covered:
        document["boundaries_covered"] = False
    document |= {
        "parameters": list(solution.free),
        "rationalizable": [
            {player.name: list(case.value), **_condition(case)} for case in solution.rationalizable
        ],
        "transitions": _members(solution.transitions, "edge"),
        "absorbing": _members(solution.absorbing, "set"),
        "closed": _members(solution.closed, "set"),
        "cycles": _members(solution.cycles, "cycle"),
    }
    if solution.undecided:
        document |= {entry.what: None for entry in solution.undecided if entry.what in document and not entry.names}
        document["undecided"] = [entry.to_document(player.name) for entry in solution.undecided]
    return document


def _members(cases: Sequence[Case[Any]], key: str) -> list[dict[str, Any]]:
    return [{key: list(case.value), **_condition(case)} for case in cases]
