r"""Games with signals or several players, recomputed in high precision straight from the definition.

With plans m_i (an action after each own signal) and the joint law p of signals (Esponda & Pouzo 2016, section 2),

    K_i(t, m) = sum_s p(s) sum_y Q_i(y|s, m(s)) log( Q_i(y|s, m(s)) / Q_t(y|s_i, m_i(s_i)) )
    U_i(m_i, t) = sum_{s_i} p(s_i) sum_y Q_t(y|s_i, m_i(s_i)) pi_i(s_i, m_i(s_i), y).

Best fits are compared number by number, beliefs and correlated play are found by linear programs (`linear_program`):
nothing of the exact engine is used. Every player has finitely many models; answers are numerical, up to the tolerance.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, combinations, product
from typing import Any

import mpmath

from ..symbolic.errors import BudgetError, NotSupportedError
from ..symbolic.game.data import Normal
from ..symbolic.game.game import Game
from .linear_program import interior_point
from .tables import DEFAULT_PRECISION, Precision, Real, Value, evaluate

MAXIMAL_PROFILES = 9

Set = tuple[int, ...]
Sets = tuple[Set, ...]
Strategy = Sequence[Mapping[tuple[str, str], Real]]
"""For each player, the weight of each action after each own signal ("" without signals)."""


@dataclass(frozen=True, slots=True)
class NumericalPlayer:
    """One player: plans, ``divergence[t][profile]`` (mpmath's +inf where infinite) and ``payoff[plan][t]``."""

    name: str
    signals: tuple[str, ...]
    plans: tuple[tuple[str, ...], ...]
    models: tuple[str, ...]
    divergence: tuple[tuple[Real, ...], ...]
    payoff: tuple[tuple[Real, ...], ...]


@dataclass(frozen=True, slots=True)
class PurePoint:
    """A pure equilibrium in numbers of plans, and whether it is uniform and uniformly strict."""

    profile: Set
    uniform: bool
    strict: bool


class NumericalPlayers:
    """A game at a point, with best fits, best replies and Gamma by linear programs.

    Examples
    --------
    >>> game = Game.from_dict({"format": 1, "name": "one", "signals": {"sun": "1"}, "players": {"agent": {
    ...     "signals": ["sun"], "actions": ["stay", "go"], "outcomes": ["good", "bad"],
    ...     "truth": {"sun": {"*": {"good": "1/2", "bad": "1/2"}}},
    ...     "payoff": {"sun": {"stay": {"good": 1, "bad": 0}, "go": {"good": 0, "bad": 0}}},
    ...     "models": {"rosy": {"predicts": {"sun": {"*": {"good": "3/4", "bad": "1/4"}}}}}}}})
    >>> [p.profile for p in NumericalPlayers(game).pure_equilibria()]
    [(0,)]
    """

    def __init__(
        self, game: Game, at: Mapping[str, Value] | None = None, precision: Precision = DEFAULT_PRECISION
    ) -> None:
        self.precision = precision
        with mpmath.workdps(precision.digits):
            self._read(game, dict(at or {}))
        self.profiles: tuple[Set, ...] = tuple(product(*(range(len(p.plans)) for p in self.players)))

    def _read(self, game: Game, at: Mapping[str, Value]) -> None:
        if any(model.theta for p in game.players for model in p.models):
            raise NotSupportedError("continuous families have no row in a table; the numerical route needs models")
        if any(p.outcomes == "normal" for p in game.players):
            raise NotSupportedError("normal outcomes with signals or several players; discretize the outcome")
        law = [(profile, evaluate(p, at)) for profile, p in game.signals] or [((), mpmath.mpf(1))]
        plans = [tuple(product(p.actions, repeat=max(1, len(p.signals)))) for p in game.players]
        players = []
        for i, player in enumerate(game.players):
            names = player.signals or ("",)

            def row(entries: Any) -> list[Real]:
                assert not isinstance(entries, Normal)
                return [evaluate(e, at) for e in entries]

            predicted = {
                (t, s, a): row(m.row(a, s)) for t, m in enumerate(player.models) for s in names for a in player.actions
            }
            rewards = {(s, a): row(player.payoff_row(a, s)) for s in names for a in player.actions}
            truth = {key: row(entries) for key, entries in player.truth}
            chance = {s: mpmath.fsum(p for profile, p in law if not profile or profile[i] == s) for s in names}
            divergence = []
            for t in range(len(player.models)):
                entries = []
                for profile in product(*plans):
                    total = mpmath.mpf(0)
                    for signals, p in law:
                        if p == 0:
                            continue
                        acts = tuple(
                            plan[game.players[j].signals.index(signals[j])] if signals else plan[0]
                            for j, plan in enumerate(profile)
                        )
                        own = (signals[i] if signals else "", acts[i])
                        total += p * _relative_entropy(truth[signals, acts], predicted[t, *own])
                    entries.append(total)
                divergence.append(tuple(entries))
            payoff = tuple(
                tuple(
                    mpmath.fsum(
                        chance[s] * mpmath.fdot(predicted[t, s, a], rewards[s, a])
                        for s, a in zip(names, plan, strict=True)
                    )
                    for t in range(len(player.models))
                )
                for plan in plans[i]
            )
            models = tuple(m.name for m in player.models)
            players.append(NumericalPlayer(player.name, names, plans[i], models, tuple(divergence), payoff))
        self.players = tuple(players)

    # Best fits and best replies

    def _best_fits(self, player: NumericalPlayer, weights: Mapping[int, Real]) -> Set:
        """``Theta*`` at play with these weights of numbered profiles."""
        totals = [mpmath.fsum(w * row[k] for k, w in weights.items()) for row in player.divergence]
        least = min(totals)
        return tuple(
            t for t, total in enumerate(totals) if mpmath.isfinite(total) and total - least < self.precision.tie
        )

    def _supported(self, player: NumericalPlayer, models: Set, plans: Set) -> bool:
        """Whether some belief on the models makes all of these plans optimal."""
        first = plans[0]
        for part in _subsets(models):
            rows = [[player.payoff[m][t] - player.payoff[first][t] for t in part] for m in range(len(player.plans))]
            equal = [rows[m] for m in plans[1:]]
            others = [rows[m] for m in range(len(player.plans)) if m not in plans]
            if interior_point(len(part), equal, others, self.precision.tie) is not None:
                return True
        return False

    def replies(self, player: NumericalPlayer, models: Set) -> Set:
        """The plans that are optimal for some belief on the models."""
        return tuple(m for m in range(len(player.plans)) if self._supported(player, models, (m,)))

    def is_equilibrium(self, strategy: Strategy) -> bool:
        """Whether a profile of behaviour strategies is an equilibrium, up to the tolerance."""
        with mpmath.workdps(self.precision.digits):
            weights: dict[int, Real] = {}
            supports: list[list[int]] = [[] for _ in self.players]
            for j, player in enumerate(self.players):
                for m, plan in enumerate(player.plans):
                    if all(strategy[j][s, a] > self.precision.tie for s, a in zip(player.signals, plan, strict=True)):
                        supports[j].append(m)
            for k, profile in enumerate(self.profiles):
                weight = mpmath.mpf(1)
                for j, m in enumerate(profile):
                    player = self.players[j]
                    for s, a in zip(player.signals, player.plans[m], strict=True):
                        weight *= strategy[j][s, a]
                if weight > self.precision.tie:
                    weights[k] = weight
            return all(
                self._supported(player, self._best_fits(player, weights), tuple(own))
                for player, own in zip(self.players, supports, strict=True)
            )

    # Pure strategies and Gamma

    def replies_at(self, profile: Set) -> Sets:
        """For each player, the best replies to beliefs on the best fits at a pure profile."""
        with mpmath.workdps(self.precision.digits):
            place = {self.profiles.index(profile): mpmath.mpf(1)}
            return tuple(self.replies(p, self._best_fits(p, place)) for p in self.players)

    def pure_equilibria(self) -> tuple[PurePoint, ...]:
        """All pure equilibria with their flags."""
        found = []
        with mpmath.workdps(self.precision.digits):
            for k, profile in enumerate(self.profiles):
                replies = self.replies_at(profile)
                if all(m in own for m, own in zip(profile, replies, strict=True)):
                    fits = [self._best_fits(p, {k: mpmath.mpf(1)}) for p in self.players]
                    uniform = all(
                        self._supported(p, (t,), (m,))
                        for p, own, m in zip(self.players, fits, profile, strict=True)
                        for t in own
                    )
                    strict = all(own == (m,) for m, own in zip(profile, replies, strict=True))
                    found.append(PurePoint(profile, uniform, strict))
        return tuple(found)

    def edges(self) -> tuple[tuple[int, int], ...]:
        """The transition graph on numbered profiles."""
        position = {profile: k for k, profile in enumerate(self.profiles)}
        return tuple(
            (k, position[target])
            for k, profile in enumerate(self.profiles)
            for target in product(*self.replies_at(profile))
        )

    def gamma(self, sets: Sets) -> Sets:
        """Best replies to beliefs on the best fits of some correlated play of the product set."""
        inside = tuple(k for k, p in enumerate(self.profiles) if all(m in own for m, own in zip(p, sets, strict=True)))
        if len(inside) > MAXIMAL_PROFILES:
            raise BudgetError(
                f"Gamma over {len(inside)} profiles needs a linear program for each set of them; the limit is "
                f"{MAXIMAL_PROFILES} profiles, use a smaller game"
            )
        found: list[set[int]] = [set() for _ in self.players]
        with mpmath.workdps(self.precision.digits):
            for i, player in enumerate(self.players):
                for support in _subsets(inside):
                    fitting = [
                        t for t, row in enumerate(player.divergence) if all(mpmath.isfinite(row[k]) for k in support)
                    ]
                    for ties in _subsets(tuple(fitting)):
                        if self._attained(player, support, ties, fitting):
                            found[i].update(self.replies(player, ties))
        return tuple(tuple(sorted(own)) for own in found)

    def _attained(self, player: NumericalPlayer, support: Set, ties: Set, fitting: Sequence[int]) -> bool:
        first = player.divergence[ties[0]]
        equal = [[player.divergence[t][k] - first[k] for k in support] for t in ties[1:]]
        others = [[first[k] - player.divergence[t][k] for k in support] for t in fitting if t not in ties]
        return interior_point(len(support), equal, others, self.precision.tie) is not None

    def rationalizable_rounds(self) -> tuple[Sets, ...]:
        """``B_0`` = everything, ``B_{n+1} = B_n n Gamma(B_n)`` until it stops."""
        rounds: list[Sets] = [tuple(tuple(range(len(p.plans))) for p in self.players)]
        while True:
            reached = self.gamma(rounds[-1])
            following = tuple(tuple(sorted(set(a) & set(b))) for a, b in zip(rounds[-1], reached, strict=True))
            if following == rounds[-1]:
                return tuple(rounds)
            rounds.append(following)


def _relative_entropy(truth: Sequence[Real], predicted: Sequence[Real]) -> Real:
    total = mpmath.mpf(0)
    for q, p in zip(truth, predicted, strict=True):
        if q > 0:
            if p <= 0:
                return mpmath.inf
            total += q * mpmath.log(q / p)
    return total


def _subsets(items: Set) -> Any:
    """The non-empty subsets, small ones first."""
    return chain.from_iterable(combinations(items, size) for size in range(1, len(items) + 1))
