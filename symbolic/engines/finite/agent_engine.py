"""The exact solution of a finite one-agent game, symbolic in the parameters that are left free.

For every strategy support: the equilibria, their closed forms by Cramer's rule, the models that hold them up, and
the condition on the parameters under which they exist. Then the rationalizable set with its rounds, the transition
graph, absorbing sets, minimal closed sets and cycles, each as a list of cases whose conditions together cover every
parameter value (Esponda & Pouzo 2016, 2025; Fudenberg, Lanzani & Strack 2021).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction
from functools import partial
from itertools import combinations

from ...cells.cases import Case as Case
from ...cells.cases import Finder
from ...cells.undecided import Undecided
from ...definition.objective import with_survival
from ...errors import BudgetError
from ...errors.running import TimeUp, note, share, time_is_up
from ...forms.decision_atoms import atom_table
from ...game.free_parameters import fixed_at
from ...game.game import Game
from ...limits import Allowance, SolveLimits
from ...results.equilibrium import Equilibrium
from ...results.equilibrium_documents import equilibrium_note
from ...results.solution import Solution
from .agent_cases import structure_cases
from .agent_entries import barycentre as barycentre
from .agent_entries import equilibria_on


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
    fixed, values = fixed_at(game, at)
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
            on_support, reason = finder.attempt(partial(equilibria_on, fixed.players[0].name, finder, support))
        if on_support is None:
            left_open.append(Undecided("equilibria", tuple(sorted(names[a] for a in support)), reason))
        else:
            equilibria.extend(on_support)
            for equilibrium in on_support:
                note("equilibria", partial(equilibrium_note, equilibrium, bool(free), finder.boundaries_covered), fixed)
    allowance.stage = "the rationalizable and closed sets"
    structure, further = structure_cases(finder)
    found = (equilibria, *(cases for what, cases in structure.items() if what != "cycle_lengths"))
    if left_open and not any(found):
        raise (TimeUp if time_is_up() else BudgetError)(left_open[0].reason)
    solution = Solution(
        game=fixed,
        at=values,
        engine="finite",
        profiles=names,
        equilibria=with_survival(fixed, equilibria, allowance),
        undecided=(*finder.cut_short, *left_open, *further),
        table=table,
        **structure,
    )
    return solution if finder.boundaries_covered else replace(solution, boundaries_covered=False)


