"""The exact solution of a finite one-agent game, symbolic in the parameters that are left free.

For every strategy support: the equilibria, their closed forms by Cramer's rule, the models that hold them up, and
the condition on the parameters under which they exist. Then the rationalizable set with its rounds, the transition
graph, absorbing sets, minimal closed sets and cycles, each as a list of cases whose conditions together cover every
parameter value (Esponda & Pouzo 2016, 2025; Fudenberg, Lanzani & Strack 2021).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction
from functools import cached_property, partial
from itertools import combinations
from typing import Any

from .atoms import AtomTable, atom_table
from .correct_specification import with_survival
from .equilibrium_entries import Equilibrium as Equilibrium
from .equilibrium_entries import Weights as Weights
from .equilibrium_entries import barycentre as barycentre
from .equilibrium_entries import equilibria_on
from .errors import BudgetError
from .finder import Case as Case
from .finder import Finder
from .game import Game, read_value
from .printing import element_expression
from .running import TimeUp, note, share, time_is_up
from .solve_limits import Allowance, SolveLimits
from .structure_cases import structure_cases
from .undecided import Undecided


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
        from .documents import solution_document

        return solution_document(self)

    def to_latex(self) -> str:
        """The equilibria and their conditions as LaTeX."""
        from ..proofs.report.formula_latex import solution_latex

        return solution_latex(self)

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
        from ..proofs.report.html import solution_html

        return solution_html(self)


def solve(
    game: Game, at: Mapping[str, Fraction | int | str] | None = None, limits: SolveLimits | None = None
) -> Solution:
    """All Berk-Nash equilibria and the whole structure of a finite one-agent game, exactly.

    Parameters
    ----------
    game : a game with one player, finitely many outcomes and models
    at : exact values for some parameters; the others stay symbols
    limits : how many pairs of supports, minors and nodes of trees of signs may be gone through; None for the usual ones

    Returns
    -------
    Solution
        Exact: with every parameter fixed all signs are decided; with free parameters the cases carry exact
        conditions that cover the domain. Supports and parts of the structure at which a limit on the trees of sign
        vectors was reached, or a sign resisted the highest precision, are named by `undecided`.

    Raises
    ------
    NotSupportedError
        for kinds of games beyond this engine; BudgetError when there are too many pairs of supports or minors, or when
        no equilibrium and nothing of the structure was found within the limits, which says how far it came;
        UndecidedError when a sign resists the highest precision and no parameter is free.

    Source: Esponda & Pouzo (2016), Definition 1.

    Examples
    --------
    >>> game = Game.from_dict({
    ...     "format": 1, "name": "urn", "parameters": {"p": "(0, 1)"},
    ...     "players": {"agent": {
    ...         "actions": ["bet", "pass"], "outcomes": ["win", "lose"],
    ...         "truth": {"*": {"win": "p", "lose": "1 - p"}},
    ...         "payoff": {"bet": {"win": 1, "lose": -1}, "pass": {"win": 0, "lose": 0}},
    ...         "models": {"good": {"predicts": {"*": {"win": "2/3", "lose": "1/3"}}},
    ...                    "bad": {"predicts": {"*": {"win": "1/3", "lose": "2/3"}}}}}}})
    >>> for equilibrium in solve(game).equilibria:
    ...     print(equilibrium.support, "if", equilibrium.condition)
    ('bet',) if p > 1/2
    ('bet',) if p == 1/2
    ('pass',) if p == 1/2
    ('pass',) if p < 1/2
    ('bet', 'pass') if p == 1/2
    """
    if at:
        fixed = game.at(at)
        values = {p.name: as_fraction(at[p.name]) for p in game.parameters if p.name in at}
    else:
        fixed, values = game, {}
    table = atom_table(fixed)
    free = tuple(p.name for p in fixed.parameters)
    limits = limits or SolveLimits()
    limits.check(len(table.tables.actions), len(table.tables.models), len(free))
    allowance = Allowance(limits)
    finder = Finder(table, free, allowance)
    actions = range(len(table.tables.actions))
    supports = [s for size in range(1, len(actions) + 1) for s in combinations(actions, size)]
    names = table.tables.actions
    equilibria: list[Equilibrium] = []
    left_open: list[Undecided] = []
    for number, support in enumerate(supports, start=1):
        allowance.stage = f"the equilibria on support {number} of {len(supports)}"
        with share(1 / 2):
            on_support, reason = finder.attempt(partial(equilibria_on, finder, support))
        if on_support is None:
            left_open.append(Undecided("equilibria", tuple(sorted(names[a] for a in support)), reason))
        else:
            equilibria.extend(on_support)
            for equilibrium in on_support:
                note("equilibria", partial(equilibrium_note, equilibrium, fixed, finder.boundaries_covered), fixed)
    allowance.stage = "the rationalizable and closed sets"
    structure, further = structure_cases(finder)
    found = (equilibria, *(cases for what, cases in structure.items() if what != "cycle_lengths"))
    if left_open and not any(found):
        raise (TimeUp if time_is_up() else BudgetError)(left_open[0].reason)
    solution = Solution(
        game=fixed,
        at=tuple(values.items()),
        table=table,
        equilibria=with_survival(fixed, equilibria, allowance),
        undecided=(*finder.cut_short, *left_open, *further),
        **structure,
    )
    return solution if finder.boundaries_covered else replace(solution, boundaries_covered=False)


def equilibrium_note(equilibrium: Equilibrium, game: Game, covered: bool) -> tuple[dict[str, Any], str]:
    """An equilibrium as a document and as a line, for an answer that is cut short."""
    from .documents import equilibrium_document

    free = bool(game.parameters)
    document = equilibrium_document(equilibrium, game.players[0].name, free)
    if not covered:
        document["boundaries_covered"] = False
    weights = ", ".join(f"{name}: {value}" for name, value in equilibrium.strategy if str(value) != "0")
    where = f" if {equilibrium.condition}" if free and not equilibrium.condition.is_always() else ""
    doubt = "" if covered else " (up to the sets where a boundary expression vanishes)"
    return document, f"{weights}{where}{doubt}"


def as_fraction(value: Fraction | int | str) -> Fraction:
    """A rational given as a number or as text, exactly."""
    return read_value(value, where="at")


