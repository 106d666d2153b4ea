"""Equilibria in which several weights are unknown, as solutions of polynomial systems.

Let the players who mix each have one family whose divergence is convex in theta on the support (`families.minimizers`),
so that the best fit is one point up to what play does not identify. sigma with the support is then an equilibrium only
if, for each of them, the gradient of K_i vanishes along some hull of Theta_i at a point theta_i at which the payoffs of
the plans that are mixed tie: as many equations as unknowns, polynomial in all theta_i and all weights together. Where
these have finitely many solutions all are found by elimination (`families.systems`), and each is put to the definition,
which also decides for the players who do not mix. Players with several fits are searched in the same way at one fit
each, and what ties of fits could add is said to be open.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product
from math import prod
from typing import Any

from flint import Ordering, fmpz_mpoly_ctx

from ..algebra import Element
from ..families.agent import Family
from ..families.numbers import ONE, ZERO, Real, same
from ..families.stationary import is_convex
from ..families.strata import Hull, along, hulls, kernel, stationarity
from ..families.supports import can_be_best
from ..families.systems import InfinitelyManyError, solve_system
from ..undecided import attempt
from .agents import Players
from .definition import Behaviour, fits_and_beliefs

Support = tuple[tuple[tuple[int, ...], ...], ...]
"""By player and own signal, the actions played."""

Polynomial = Any


@dataclass(frozen=True, slots=True)
class _Fit:
    """A player who mixes, fitting one family on one hull, and the payoff differences that must vanish."""

    player: int
    hull: Hull
    differences: tuple[Element, ...]


def plan_sets(players: Players, support: Support) -> tuple[tuple[int, ...], ...]:
    """By player, the plans whose actions all lie in the support."""
    found = []
    for player, plans, own in zip(players.game.players, players.plans, support, strict=True):
        allowed = [{player.actions[a] for a in actions} for actions in own]
        found.append(
            tuple(k for k, plan in enumerate(plans) if all(a in s for a, s in zip(plan, allowed, strict=True)))
        )
    return tuple(found)


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
        points, reason = attempt(lambda chosen=chosen: weights.solutions(chosen))  # type: ignore[misc]
        if points is None:
            reasons.append(reason)
            continue
        for point in points:
            if any(_alike(point, other) for other in found):
                continue
            holds, reason = attempt(lambda point=point: fits_and_beliefs(players, point) is not None)  # type: ignore[misc]
            if holds is None:
                reasons.append(reason)
            elif holds:
                found.append(point)
    return found, reasons[0] if reasons else ""


def _fits(
    players: Players, player: int, support: Support, inside: Sequence[int], names: Sequence[str]
) -> tuple[list[_Fit], str]:
    """The hulls on which a player who mixes may have the best fit, and why that may not be all."""
    agent = players.agents[player]
    playing = [f for f in agent.families if all(f.divergences[k] is not None for k in inside)]
    pairs = _pairs(players, player, support, inside)
    reason = ""
    if len(playing) != 1 or not is_convex(playing[0], inside):
        reason = (
            f"{agent.player} may hold beliefs on several best fits that tie at a mixture; only those on one fit are "
            "solved with more than one unknown weight"
        )
    found: list[_Fit] = []
    for family in playing:
        differences = tuple(family.payoffs[a] - family.payoffs[b] for a, b in pairs)
        if not family.dimension and any(not d.is_zero() for d in differences):
            continue
        fixed = kernel(family, inside)
        if any(not along(d, w, family.ring).is_zero() for d in differences for w in fixed):
            reason = (
                f"the payoffs of {agent.player} depend on what the play does not identify in {family.name}; such "
                "equilibria are solved with one unknown weight only"
            )
            continue
        found += [_Fit(player, hull, differences) for hull in _hulls(family, fixed, names)]
    return found, reason


def _hulls(family: Family, fixed: Sequence[Any], names: Sequence[str]) -> list[Hull]:
    return hulls(family, fixed, (*names, "t"))


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


class Weights:
    """The unknown weights of a support, and the systems in them."""

    def __init__(self, players: Players, support: Support) -> None:
        self.players, self.support = players, support
        self.names: list[str] = []
        for j, own in enumerate(support):
            for place, actions in enumerate(own):
                self.names += [f"w{j}_{place}_{a}" for a in actions[:-1]]

    def solutions(self, chosen: Sequence[_Fit]) -> list[tuple[Behaviour, ...]]:
        """The behaviours in the interior that solve the system of these fits; raises as `solve_system`."""
        coordinates = [f"u{fit.player}_{k}" for fit in chosen for k in range(fit.hull.dimension)]
        names = [*coordinates, *self.names]
        context = fmpz_mpoly_ctx.get([*names, "t"], Ordering.degrevlex)
        equations: list[Polynomial] = []
        nonzero: list[Polynomial] = []
        for fit in chosen:
            system = stationarity(fit.hull, self._profile_weights(fit.hull))
            if system is None:
                return []
            own = [*system.equations, *(fit.hull.restricted(d).numerator for d in fit.differences)]
            equations += [_moved(e, context, fit.player) for e in own]
            nonzero += [_moved(e, context, fit.player) for e in system.nonzero]
        equations = [e for e in equations if not e.is_zero()]
        if any(e.is_constant() for e in equations):
            return []
        inverse = context.gens()[-1]
        if not nonzero:
            plain, _ = attempt(lambda: solve_system(equations, len(names)))
            if plain is not None:
                return self._interior(plain, len(coordinates))
        # Poles, and solutions on the boundary of the support, are kept off: they may be infinitely many.
        for factor in (*nonzero, *self.positive(context)):
            inverse = inverse * factor
        try:
            points = solve_system([*equations, inverse - 1], len(names) + 1)
        except InfinitelyManyError:
            raise InfinitelyManyError(
                "the conditions have infinitely many complex solutions, so there may be a continuum of equilibria; "
                "perturb a number of the game"
            ) from None
        return self._interior(points, len(coordinates))

    def positive(self, context: Any) -> list[Polynomial]:
        """The weights of the support, where they are not 1."""
        found = []
        gens = dict(zip(context.names(), context.gens(), strict=True))
        for j, own in enumerate(self.support):
            for place, actions in enumerate(own):
                first = [gens[f"w{j}_{place}_{a}"] for a in actions[:-1]]
                found += [*first, context.constant(1) - sum(first, start=context.constant(0))] if first else []
        return found

    def _profile_weights(self, hull: Hull) -> list[Element | None]:
        """The probability of each profile, in the ring of a hull; None for those outside the support."""
        by_player: list[dict[int, Element]] = []
        for j, (own, plans) in enumerate(zip(self.support, self.players.plans, strict=True)):
            actions_of = self.players.game.players[j].actions
            shares: list[dict[str, Element]] = []
            for place, actions in enumerate(own):
                first = {actions_of[a]: hull.ring.parameter(f"w{j}_{place}_{a}") for a in actions[:-1]}
                rest = hull.ring.constant(1) - sum(first.values(), start=hull.ring.constant(0))
                shares.append({**first, actions_of[actions[-1]]: rest})
            by_player.append({
                k: prod((share[a] for share, a in zip(shares, plan, strict=True)), start=hull.ring.constant(1))
                for k, plan in enumerate(plans)
                if all(a in share for share, a in zip(shares, plan, strict=True))
            })  # fmt: skip
        found: list[Element | None] = []
        for profile in self.players.profiles:
            parts = [own.get(k) for own, k in zip(by_player, profile, strict=True)]
            known = [part for part in parts if part is not None]
            found.append(prod(known, start=hull.ring.constant(1)) if len(known) == len(parts) else None)
        return found

    def _interior(self, points: Sequence[Sequence[Real]], start: int) -> list[tuple[Behaviour, ...]]:
        """The solutions at which every weight of the support is positive, as behaviours."""
        found = []
        for point in points:
            behaviours = self.behaviours(point[start : start + len(self.names)])
            if all(
                rows[place][a].sign() > 0
                for rows, own in zip(behaviours, self.support, strict=True)
                for place, actions in enumerate(own)
                for a in actions
            ):
                found.append(behaviours)
        return found

    def behaviours(self, unknown: Sequence[Real]) -> tuple[Behaviour, ...]:
        """The strategies with these unknown weights, which must lie in one field."""
        values = list(unknown)
        found: list[Behaviour] = []
        for j, own in enumerate(self.support):
            rows = []
            for actions in own:
                row = [ZERO] * len(self.players.game.players[j].actions)
                for a in actions[:-1]:
                    row[a] = values.pop(0)
                row[actions[-1]] = ONE - sum((row[a] for a in actions[:-1]), start=ZERO)
                rows.append(tuple(row))
            found.append(tuple(rows))
        return tuple(found)

    def profile_polynomials(self, context: Any) -> dict[int, Polynomial]:
        """The probability of each profile inside the support, over a context of the unknown weights."""
        one = context.constant(1)
        gens = dict(zip(context.names(), context.gens(), strict=True))
        shares: list[list[dict[str, Polynomial]]] = []
        for j, own in enumerate(self.support):
            names = self.players.game.players[j].actions
            rows = []
            for place, actions in enumerate(own):
                row = {names[a]: gens[f"w{j}_{place}_{a}"] for a in actions[:-1]}
                row[names[actions[-1]]] = one - sum(row.values(), start=context.constant(0))
                rows.append(row)
            shares.append(rows)
        found = {}
        for index in self.players.inside(plan_sets(self.players, self.support)):
            plans = [own[k] for own, k in zip(self.players.plans, self.players.profiles[index], strict=True)]
            found[index] = one
            for rows, plan in zip(shares, plans, strict=True):
                found[index] = prod((row[a] for row, a in zip(rows, plan, strict=True)), start=found[index])
        return found

    def written(self, polynomial: Polynomial) -> str:
        """A polynomial in the weights as text: ``2*sigma(one, a) - 1``."""
        text = str(polynomial).replace("^", "**")
        for j, own in enumerate(self.support):
            player = self.players.game.players[j]
            for place, actions in enumerate(own):
                for a in actions[:-1]:
                    who = ", ".join([player.name, *player.signals[place : place + 1], player.actions[a]])
                    text = re.sub(rf"\bw{j}_{place}_{a}\b", f"sigma({who})".replace("\\", ""), text)
        return text


def _moved(polynomial: Polynomial, context: Any, player: int) -> Polynomial:
    """A polynomial of a hull over the common context: coordinates are renamed by player, weights keep their names."""
    known = {name: k for k, name in enumerate(context.names())}
    names = [
        f"u{player}_{name[1:]}" if name.startswith("u") and name[1:].isdigit() else name
        for name in polynomial.context().names()
    ]
    terms = {}
    for exponents, coefficient in polynomial.to_dict().items():
        powers = [0] * len(known)
        for name, exponent in zip(names, exponents, strict=True):
            if int(exponent):
                powers[known[name]] = int(exponent)
        terms[tuple(powers)] = int(coefficient)
    return context.from_dict(terms)
