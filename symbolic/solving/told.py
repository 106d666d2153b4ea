"""Equilibria found by signs at fixed parameters, told as the definition has them.

At one strategy the best fits, a belief that holds it up and what these predict follow from the definition alone, in
exact numbers (`symbolic.definition`); that it is an equilibrium is checked on the way. A set of mixtures is described
by more than one of its points, and logarithms are in no number field: both are left to others.
"""

from __future__ import annotations

from dataclasses import replace
from functools import cmp_to_key, partial
from itertools import groupby
from typing import Any

from ..algebra.number_field import Real
from ..algebra.systems import common_field
from ..cells.undecided import attempt
from ..definition.agent import certify, exact_weights
from ..definition.minimizers import as_weights, best_fits
from ..definition.replies import supporting_belief
from ..definition.told import told_entry
from ..errors import NotSupportedError
from ..forms.laws import Agent, agent_of
from ..results.equilibrium import Equilibrium
from ..results.solution import Solution


def told(solution: Solution) -> Solution:
    """The solution of one agent, all parameters fixed, with what the definition says of each equilibrium.

    Raises NotSupportedError where an equilibrium is no point, its weights have logarithms or its best fits no closed
    form, or the rounds of elimination are not known; DefectError where one fails the definition.

    Examples
    --------
    >>> from berknash.symbolic.engines.signs.agent import read_line_agent
    >>> from berknash.symbolic.engines.signs.engine import line_solution
    >>> from berknash.symbolic.game.game import Game
    >>> rows = {"heads": "x", "tails": "1 - x"}
    >>> game = Game.from_dict({"format": 1, "name": "coin", "players": {"agent": {
    ...     "actions": ["bet", "pass"], "outcomes": ["heads", "tails"],
    ...     "truth": {"*": {"heads": "2/3", "tails": "1/3"}},
    ...     "payoff": {"bet": {"heads": 1, "tails": -1}, "pass": {"heads": 0, "tails": 0}},
    ...     "models": {"coin": {"theta": {"x": "[0, 3/5]"}, "predicts": {"*": rows}}}}}})
    >>> (found,) = told(line_solution(game, read_line_agent(game), ())).equilibria
    >>> [str(v) for v in found.theta.vertices], [(name, str(weight)) for name, weight in found.belief]
    (['coin(x = 3/5)'], [('coin(x = 3/5)', '1')])
    """
    if solution.rationalizable and not solution.rounds:
        raise NotSupportedError("the rounds of elimination are not known")
    if any(e.dimension for e in solution.equilibria):
        raise NotSupportedError("a set of mixtures is told by more than one of its points")
    agent = agent_of(solution.game)
    pure = {}
    for action in agent.actions:
        alone = as_weights(agent, {action: 1})
        fits, _ = attempt(partial(best_fits, agent, alone))
        if fits is not None:
            pure[action] = fits
    return replace(
        solution,
        equilibria=tuple(
            e for _, alike in groupby((_told(agent, e) for e in solution.equilibria), key=lambda e: e.support)
            for e in sorted(alike, key=cmp_to_key(_order))
        ),
        pure_fits=tuple(pure.items()),
    )


def _order(first: Equilibrium, second: Equilibrium) -> int:
    """On one support the one with less weight on its last action comes first."""
    for (_, own), (_, other) in zip(reversed(first.parts[0].weights), reversed(second.parts[0].weights), strict=True):
        assert isinstance(own, Real) and isinstance(other, Real)
        low, high = common_field([own, other])
        if order := (low - high).sign():
            return order
    return 0


def _told(agent: Agent, equilibrium: Equilibrium) -> Equilibrium:
    (part,) = equilibrium.parts
    strategy: dict[str, Any] = dict(part.weights)
    exact = exact_weights(strategy)
    if exact is None:
        raise NotSupportedError("a weight with logarithms is in no number field")
    weights = as_weights(agent, exact)
    support = tuple(a for a, name in enumerate(agent.actions) if name in part.actions)
    fits = certify(agent, weights, support)
    belief = supporting_belief(fits, support)
    assert belief is not None
    entry = told_entry(
        agent, support, {a: weights[a] for a in support}, fits, belief,
        uniform=equilibrium.uniform, strict=equilibrium.strict,
    )  # fmt: skip
    return replace(entry, survives=equilibrium.survives)
