"""Equilibria in which several weights are unknown, as solutions of polynomial systems.

Let the divergences of the models of each player who mixes be convex in theta on the support
(`symbolic.definition.minimizers`), so that each family has one best fit up to what play does not identify. sigma with
the support is then an equilibrium only if for each of these players there are families such that the gradient of each
vanishes along some hull at a point theta, their least divergences tie, and some belief on these points makes the plans
that are mixed indifferent: as many equations as unknowns, polynomial in all theta and weights together where no
logarithm is left. Where they have finitely many solutions all are found by elimination (`symbolic.algebra.systems`),
and each is put to the definition, which also decides for the players who do not mix. What does not fit this, ties of
log-likelihoods above all, is said to be open.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from itertools import combinations, product
from math import prod
from typing import Any

from flint import Ordering, fmpz_mpoly_ctx

from ...algebra.number_field import same
from ...algebra.ring import Element, moved
from ...algebra.systems import InfinitelyManyError, solve_system
from ...cells.undecided import attempt
from ...definition.hulls import Hull, along, hulls, kernel, stationarity
from ...definition.profile import Behaviour, fits_and_beliefs
from ...definition.stationary import is_convex
from ...forms.laws import Family
from ...forms.profiles import Players, Support, plan_sets
from .supports import can_be_best
from .weights import Weights

Polynomial = Any


@dataclass(frozen=True, slots=True)
class _Branch:
    """The best fit within one family on one hull, and the payoff differences that tie at an equilibrium on it alone."""

    hull: Hull
    differences: tuple[Element, ...]


@dataclass(frozen=True, slots=True)
class _Fit:
    """A player who mixes, and the best fits of different families in the player's belief."""

    player: int
    branches: tuple[_Branch, ...]


def on_support(players: Players, support: Support) -> tuple[list[tuple[Behaviour, ...]], str]:
    """The isolated equilibria with exactly this support, and why there may be more ("" when there are not)."""
    sets = plan_sets(players, support)
    inside = players.inside(sets)
    if not all(can_be_best(agent, inside) for agent in players.agents):
        return [], ""
    weights = Weights(players, support)
    reasons: list[str] = []
    choices: list[list[_Fit]] = []
    for j, own in enumerate(sets):
        if len(own) > 1:
            fits, reason = _fits(players, j, support, inside, weights.names)
            reasons += [reason] if reason else []
            choices.append(fits)
    found: list[tuple[Behaviour, ...]] = []
    for chosen in product(*choices):
        points, reason = attempt(partial(_solutions, weights, chosen))
        if points is None:
            reasons.append(reason)
            continue
        for point in points:
            if any(_alike(point, other) for other in found):
                continue
            holds, reason = attempt(partial(fits_and_beliefs, players, point))
            if reason:
                reasons.append(reason)
            elif holds is not None:
                found.append(point)
    return found, reasons[0] if reasons else ""


def _fits(
    players: Players, player: int, support: Support, inside: Sequence[int], names: Sequence[str]
) -> tuple[list[_Fit], str]:
    """The sets of best fits that a player who mixes may believe in, and why these may not be all."""
    agent = players.agents[player]
    playing = [f for f in agent.families if all(f.divergences[k] is not None for k in inside)]
    pairs = _pairs(players, player, support, inside)
    reason = ""
    branches: list[list[_Branch]] = []
    for family in playing:
        differences = tuple(family.payoffs[a] - family.payoffs[b] for a, b in pairs)
        fixed = kernel(family, inside)
        if any(not along(d, w, family.ring).is_zero() for d in differences for w in fixed):
            reason = (
                f"the payoffs of {agent.player} depend on what the play does not identify in {family.name}; such "
                "equilibria are solved with one unknown weight only"
            )
            continue
        if not is_convex(family, inside):
            reason = f"{family.name} of {agent.player} may have several best fits that tie at a mixture"
        branches.append([_Branch(hull, differences) for hull in hulls(family, fixed, (*names, "t"))])
    found: list[_Fit] = []
    for size in range(1, len(branches) + 1):
        for chosen in combinations(branches, size):
            if size > 1 and not _comparable([own[0].hull.family for own in chosen], inside):
                names_of = ", ".join(own[0].hull.family.name for own in chosen)
                reason = f"where {names_of} of {agent.player} tie depends on logarithms of several unknown weights"
                continue
            found += [_Fit(player, inside_of) for inside_of in product(*chosen)]
    return found, reason


def _comparable(families: Sequence[Family], inside: Sequence[int]) -> bool:
    """Whether the logarithms cancel where the divergences are compared: normal laws with the same known variances."""
    signatures = set()
    for family in families:
        signature = []
        for k in inside:
            divergence = family.divergences[k]
            assert divergence is not None
            logs = [(c, argument.rational()) for c, argument in divergence.logs]
            if any(value is None for _, value in logs):
                return False
            signature.append(tuple(sorted((value, c) for c, value in logs if value is not None and value != 1)))
        signatures.add(tuple(signature))
    return len(signatures) == 1


def _pairs(
    players: Players, player: int, support: Support, inside: Sequence[int]
) -> list[tuple[int, int]]:
    """Pairs of profiles whose payoffs tie iff all plans of the support do: their plans differ after one signal."""
    plans = players.plans[player]
    actions = players.game.players[player].actions
    first = [actions[own[0]] for own in support[player]]
    profile_of = {players.profiles[k][player]: k for k in inside}
    base = profile_of[plans.index(tuple(first))]
    found = []
    for place, own in enumerate(support[player]):
        for action in own[1:]:
            other = [*first[:place], actions[action], *first[place + 1 :]]
            found.append((profile_of[plans.index(tuple(other))], base))
    return found


def _alike(first: Sequence[Behaviour], second: Sequence[Behaviour]) -> bool:
    return all(
        same(a, b)
        for own, other in zip(first, second, strict=True)
        for row, there in zip(own, other, strict=True)
        for a, b in zip(row, there, strict=True)
    )


def _solutions(weights: Weights, chosen: Sequence[_Fit]) -> list[tuple[Behaviour, ...]]:
    """The behaviours in the interior that solve the system of these fits; raises as `solve_system`."""
    coordinates: list[str] = []
    for fit in chosen:
        for b, branch in enumerate(fit.branches):
            coordinates += [f"u{fit.player}_{b}_{k}" for k in range(branch.hull.dimension)]
        if 1 < len(fit.branches) <= len(fit.branches[0].differences):
            coordinates += [f"b{fit.player}_{b}" for b in range(1, len(fit.branches))]
    names = [*coordinates, *weights.names]
    context = fmpz_mpoly_ctx.get([*names, "t"], Ordering.degrevlex)
    equations: list[Polynomial] = []
    nonzero: list[Polynomial] = []
    for fit in chosen:
        found = _conditions(weights, fit, context)
        if found is None:
            return []
        equations += [e for e in found[0] if not e.is_zero()]
        nonzero += found[1]
    if any(e.is_constant() for e in equations):
        return []
    inverse = context.gens()[-1]
    if not nonzero:
        plain, _ = attempt(lambda: solve_system(equations, len(names)))
        if plain is not None:
            return weights.interior(plain, len(coordinates))
    # Poles, and solutions on the boundary of the support, are kept off: they may be infinitely many.
    for factor in (*nonzero, *weights.positive(context)):
        inverse = inverse * factor
    try:
        points = solve_system([*equations, inverse - 1], len(names) + 1)
    except InfinitelyManyError:
        raise InfinitelyManyError(
            "the conditions have infinitely many complex solutions, so there may be a continuum of equilibria; "
            "perturb a number of the game"
        ) from None
    return weights.interior(points, len(coordinates))


def _conditions(weights: Weights, fit: _Fit, context: Any) -> tuple[list[Polynomial], list[Polynomial]] | None:
    """Equations for the fits, their ties and the indifference of one player, and what must not vanish; None: none hold.

    With as many fits as tied plans or more, the ties alone are as many equations as unknowns, and the definition looks
    for the belief. With fewer the weights of the belief are unknowns too.
    """
    equations: list[Polynomial] = []
    nonzero: list[Polynomial] = []
    values: list[tuple[Polynomial, Polynomial]] = []
    gaps: list[list[tuple[Polynomial, Polynomial]]] = []
    for b, branch in enumerate(fit.branches):
        profile_weights = weights.profile_weights(branch.hull)
        system = stationarity(branch.hull, profile_weights)
        if system is None:
            return None
        prefix = f"u{fit.player}_{b}_"
        equations += [_moved(e, context, prefix) for e in system.equations]
        nonzero += [_moved(e, context, prefix) for e in system.nonzero]
        gaps.append([_fraction(branch.hull.restricted(d), context, prefix) for d in branch.differences])
        if len(fit.branches) > 1:
            total = branch.hull.ring.constant(0)
            for weight, divergence in zip(profile_weights, branch.hull.family.divergences, strict=True):
                if weight is not None:
                    assert divergence is not None
                    total = total + weight * branch.hull.restricted(divergence.rational)
            values.append(_fraction(total, context, prefix))
    for top, bottom in values[1:]:
        equations.append(top * values[0][1] - values[0][0] * bottom)
    if len(fit.branches) <= len(gaps[0]):
        gens = dict(zip(context.names(), context.gens(), strict=True))
        belief = [gens[f"b{fit.player}_{b}"] for b in range(1, len(fit.branches))]
        belief.insert(0, context.constant(1) - sum(belief, start=context.constant(0)))
        for row in zip(*gaps, strict=True):
            common = prod((bottom for _, bottom in row), start=context.constant(1))
            parts = [w * top * (common / bottom) for w, (top, bottom) in zip(belief, row, strict=True)]
            equations.append(sum(parts, start=context.constant(0)))
    return equations, nonzero


def _fraction(element: Element, context: Any, prefix: str) -> tuple[Polynomial, Polynomial]:
    """Numerator and denominator over the common context."""
    return _moved(element.numerator, context, prefix), _moved(element.denominator, context, prefix)


def _moved(polynomial: Polynomial, context: Any, prefix: str) -> Polynomial:
    """A polynomial of a hull over the common context: coordinates are renamed by player, weights keep their names."""
    names = [
        f"{prefix}{name[1:]}" if name.startswith("u") and name[1:].isdigit() else name
        for name in polynomial.context().names()
    ]
    return moved(polynomial, context, names)
