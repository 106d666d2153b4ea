"""The unknown weights of a profile of supports: all but the last weight after each signal of each player."""

from __future__ import annotations

import re
from collections.abc import Sequence
from math import prod
from typing import Any

from ...algebra.number_field import ONE, ZERO, Real
from ...algebra.ring import Element
from ...definition.hulls import Hull
from ...definition.profile import Behaviour
from ...forms.profiles import Players, Support, plan_sets

"""By player and own signal, the actions played."""

Polynomial = Any


class Weights:
    """The unknown weights of a support, with what follows from them."""

    def __init__(self, players: Players, support: Support) -> None:
        self.players, self.support = players, support
        self.names: list[str] = []
        for j, own in enumerate(support):
            for place, actions in enumerate(own):
                self.names += [f"w{j}_{place}_{a}" for a in actions[:-1]]

    def positive(self, context: Any) -> list[Polynomial]:
        """The weights of the support, where they are not 1."""
        found = []
        gens = dict(zip(context.names(), context.gens(), strict=True))
        for j, own in enumerate(self.support):
            for place, actions in enumerate(own):
                first = [gens[f"w{j}_{place}_{a}"] for a in actions[:-1]]
                found += [*first, context.constant(1) - sum(first, start=context.constant(0))] if first else []
        return found

    def profile_weights(self, hull: Hull) -> list[Element | None]:
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

    def interior(self, points: Sequence[Sequence[Real]], start: int) -> list[tuple[Behaviour, ...]]:
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
        names = {}
        for j, own in enumerate(self.support):
            player = self.players.game.players[j]
            for place, actions in enumerate(own):
                for a in actions[:-1]:
                    who = ", ".join([player.name, *player.signals[place : place + 1], player.actions[a]])
                    names[f"w{j}_{place}_{a}"] = f"sigma({who})"
        # All at once: a name may look like a symbol.
        return re.sub(r"\bw\d+_\d+_\d+\b", lambda m: names.get(m[0], m[0]), str(polynomial).replace("^", "**"))
