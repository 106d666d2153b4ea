"""Three or more actions, one family and free parameters: the pure equilibria, each with its exact condition.

On each hull the best fit to an action is a rational function of the parameters, and whether it is the best fit, and
which actions are optimal there, are signs of finitely many polynomials (`curves`); a full decomposition of the domain
gives the conditions (`sign_cells`). Mixtures are not treated: what depends on them is listed as undecided.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import partial
from itertools import combinations
from typing import Any

from ...algebra.ring import Element, Ring
from ...algebra.text import element_expression
from ...cells.cell import Cell
from ...cells.undecided import Undecided, attempt
from ...combinatorics.dynamics import absorbing_sets, rotated, simple_cycles
from ...definition.hulls import kernel
from ...definition.objective import with_survival
from ...errors import NotSupportedError
from ...forms.laws import substituted
from ...game.game import Game
from ...game.parameter_space import game_ring
from ...results.equilibrium import Equilibrium, plain_part
from ...results.fits import FitsByCase, FitVertex, Named
from ...results.solution import Solution
from .hull_curves import Curve, FreeAgent, curves
from .self_confirmation import where_identified
from .sign_cells import Sign, SignCells, Signs


@dataclass(frozen=True, slots=True)
class _Fit:
    """A best fit to an action: theta, when it is one, and what every action pays there."""

    theta: tuple[Element, ...]
    guard: tuple[Sign, ...]
    payoffs: tuple[Element, ...]


def pure_solution(game: Game, agent: FreeAgent, at: tuple[tuple[str, Fraction], ...]) -> Solution:
    """The pure equilibria and transitions with their conditions; what depends on mixtures is undecided. Exact.

    Raises NotSupportedError where no action identifies the family, or its best fits are no rational functions.
    """
    ring = game_ring(game)
    names = agent.actions
    found = [attempt(partial(_fits, agent, ring, a)) for a in range(len(names))]
    known = {a: fits for a, (fits, _) in enumerate(found) if fits is not None}
    if not known:
        raise NotSupportedError(found[0][1])
    elements = [s.element for fits in known.values() for fit in fits for s in fit.guard]
    elements += [
        fit.payoffs[b] - fit.payoffs[c]
        for fits in known.values() for fit in fits for b, c in combinations(range(len(names)), 2)
    ]  # fmt: skip
    signs = SignCells(game, ring, elements)
    fitting = {a: [_fit_on(signs, cell, fits) for cell in signs.cells] for a, fits in known.items()}
    replies = {
        a: [_replies(signs, cell, fit) for cell, fit in zip(signs.cells, fits, strict=True)]
        for a, fits in fitting.items()
    }
    equilibria = [e for a in known for e in _equilibria(agent, ring, signs, a, fitting[a], replies[a])]
    why = f"mixtures of three or more actions keep no free parameters; fix {', '.join(agent.parameters)} with --at"
    undecided = [Undecided("equilibria", (names[a],), reason) for a, (_, reason) in enumerate(found) if reason]
    undecided += [
        Undecided("equilibria", tuple(sorted(names[a] for a in support)), why)
        for size in range(2, len(names) + 1) for support in combinations(range(len(names)), size)
    ]  # fmt: skip
    undecided += [
        Undecided("transition", (names[a], other), reason) for a, (_, reason) in enumerate(found) if reason
        for other in names
    ]  # fmt: skip
    undecided += [Undecided(what, tuple(sorted(names)), why) for what in ("rationalizable", "closed")]
    whole = len(known) == len(names)
    if not whole:
        asked = "it depends on a transition that is not decided"
        undecided += [Undecided("absorbing", (), asked), Undecided("cycles", (), asked)]
    edges = [
        tuple((a, b) for a in sorted(known) for b in replies[a][k]) for k in range(len(signs.cells))
    ]  # fmt: skip
    nodes = tuple(range(len(names)))

    def named(indices: Sequence[int]) -> tuple[str, ...]:
        return tuple(sorted(names[i] for i in indices))

    absorbing = [[named(s) for s in absorbing_sets(nodes, e)] for e in edges]
    cycles = [[rotated(tuple(names[i] for i in c)) for c in simple_cycles(nodes, e)] for e in edges]
    return Solution(
        game=game,
        at=at,
        engine="signs",
        profiles=names,
        equilibria=where_identified(game, agent, with_survival(game, equilibria)),
        rationalizable=(),
        rounds=(),
        transitions=signs.cases.members_at([[(names[a], names[b]) for a, b in here] for here in edges]),
        absorbing=signs.cases.members_at(absorbing) if whole else (),
        closed=(),
        cycles=signs.cases.members_at(cycles) if whole else (),
        undecided=tuple(undecided),
    )


def _fits(agent: FreeAgent, ring: Ring, action: int) -> list[_Fit]:
    if kernel(agent.family, (action,)):
        raise NotSupportedError(
            f"{agent.actions[action]} does not identify {agent.family.name}, and beliefs on the set of its best fits "
            f"are solved for two actions only; fix {', '.join(agent.parameters)} with --at"
        )
    return [_fit(agent, ring, curve) for curve in curves(agent, (action,))]


def _fit(agent: FreeAgent, ring: Ring, curve: Curve) -> _Fit:
    zero, one = ring.constant(0), ring.constant(1)
    parameters = [ring.parameter(p) for p in agent.parameters]
    images = [zero] * (curve.dimension + 1) + [*parameters, zero]
    theta = tuple(substituted(t, images, one) for t in curve.theta)
    return _Fit(
        theta,
        tuple(Sign(substituted(c, images, one), (0, 1)) for c in curve.conditions),
        tuple(substituted(p, [*theta, *parameters, one], one) for p in agent.payoffs),
    )


def _fit_on(signs: SignCells, cell: Cell[Signs], fits: Sequence[_Fit]) -> _Fit:
    """The best fit on a cell: one point, which may lie on several hulls; the largest comes first."""
    for fit in fits:
        if signs.holds(cell, fit.guard):
            return fit
    raise NotSupportedError("the best fit to an action is not attained on a part of the domain; close theta")


def _replies(signs: SignCells, cell: Cell[Signs], fit: _Fit) -> tuple[int, ...]:
    everyone = range(len(fit.payoffs))
    return tuple(
        b for b in everyone
        if all(signs.sign(cell, fit.payoffs[b] - fit.payoffs[c]) in (0, 1) for c in everyone if c != b)
    )  # fmt: skip


def _equilibria(
    agent: FreeAgent, ring: Ring, signs: SignCells, action: int, fits: Sequence[_Fit], replies: Sequence[Any]
) -> list[Equilibrium]:
    def named(keys: Sequence[str], values: Sequence[Element]) -> Named:
        return tuple((key, element_expression(ring, value)) for key, value in zip(keys, values, strict=True))

    cells: dict[bool, dict[Named, set[int]]] = {}
    for k, found in enumerate(replies):
        if action in found:
            theta = named(agent.family.coordinates, fits[k].theta)
            cells.setdefault(found == (action,), {}).setdefault(theta, set()).add(k)
    weights = [ring.constant(int(a == action)) for a in range(len(agent.actions))]
    model = agent.family.name
    return [
        Equilibrium(
            parts=(
                plain_part(
                    agent.player,
                    (agent.actions[action],),
                    named(agent.actions, weights),
                    (model,),
                    fits=FitsByCase((model,), tuple(
                        FitVertex(model, theta, signs.cases.condition(where)) for theta, where in points.items()
                    )),
                ),
            ),
            dimension=0,
            uniform=True,
            strict=strict,
            condition=signs.cases.condition(set().union(*points.values())),
            in_families=True,
        )
        for strict, points in cells.items()
    ]
