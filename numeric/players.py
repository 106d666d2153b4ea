r"""Games of every kind, recomputed in high precision straight from the definition.

With plans m_i (an action after each own signal; one agent without signals has a plan for each action) and the joint law
p of signals (Esponda & Pouzo 2016, section 2),

    K_i(t, m) = sum_s p(s) sum_y Q_i(y|s, m(s)) log( Q_i(y|s, m(s)) / Q_t(y|s_i, m_i(s_i)) )
    U_i(m_i, t) = sum_{s_i} p(s_i) E_t[ pi_i(s_i, m_i(s_i), y) | s_i, m_i(s_i) ].

Best fits, of single models and of families, are found by `best_fits`; beliefs and correlated play by linear programs
(`linear_program`): nothing of the exact engines is used. Answers are numerical, up to the tolerance.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import chain, combinations, product
from math import prod
from typing import Any, TypeAlias

import mpmath

from ..symbolic.errors import BudgetError, NotSupportedError
from ..symbolic.game.data import Normal, Player, Row
from ..symbolic.game.game import Game
from .best_fits import Fits, FittedModel, Place, Shown
from .linear_program import interior_point
from .polynomials import degree, polynomial_in
from .tables import DEFAULT_PRECISION, Precision, Real, Value, distribution, evaluate, normal_expectation, normal_law

MAXIMAL_PROFILES = 9
MAXIMAL_NODES = 100
MAXIMAL_PRODUCT_SETS = 600

Set: TypeAlias = tuple[int, ...]
Sets: TypeAlias = tuple[Set, ...]
Strategy: TypeAlias = Sequence[Mapping[tuple[str, str], Real]]
"""For each player, the weight of each action after each own signal ("" without signals)."""

Column: TypeAlias = tuple[Real, ...]
"""What every plan is believed to pay, under one best fit."""


def plan_name(signals: Sequence[str], plan: Sequence[str]) -> str:
    """A plan by the actions after the signals, "" without any: ``high``, or ``plus:high|minus:low``."""
    return "|".join(f"{s}:{a}" if s else a for s, a in zip(signals, plan, strict=True))


@dataclass(frozen=True)
class NumericalPlayer:
    """One player: plans, models, what each pure profile shows, and how payoffs are believed to be.

    Attributes
    ----------
    data : the player of the game
    signals, plans : "" without signals; a plan is an action after each of the signals
    models : at the values of the parameters
    shown : by numbered profile, what play of it shows
    chance : of each signal
    """

    data: Player
    signals: tuple[str, ...]
    plans: tuple[tuple[str, ...], ...]
    models: tuple[FittedModel, ...]
    shown: tuple[Shown, ...]
    chance: Mapping[str, Real]
    values: Mapping[str, Value]

    @property
    def name(self) -> str:
        """The name of the player."""
        return self.data.name

    @cached_property
    def pure_fits(self) -> tuple[tuple[Fits, ...], ...]:
        """By model and numbered profile, the best fits to pure play."""
        return tuple(tuple(model.best(shown) for shown in self.shown) for model in self.models)

    @cached_property
    def paid(self) -> tuple[Column, ...]:
        """By model what every plan is believed to pay, where models are single."""
        return tuple(self.column(model, ()) for model in self.models)

    def plan_name(self, plan: int) -> str:
        """As the format writes it: ``high``, or ``plus:high|minus:low``."""
        return plan_name(self.signals, self.plans[plan])

    def play_shows(self, weights: Mapping[int, Real]) -> Shown:
        """What play with these weights of numbered profiles shows."""
        found: dict[Place, list[Real]] = {}
        for k, weight in weights.items():
            for place, row in self.shown[k].items():
                before = found.setdefault(place, [mpmath.mpf(0)] * len(row))
                found[place] = [a + weight * b for a, b in zip(before, row, strict=True)]
        return {place: tuple(row) for place, row in found.items()}

    def columns(self, weights: Mapping[int, Real], tie: Real) -> tuple[Column, ...]:
        """The payoffs of plans under each corner of the best fits, of all models that fit best."""
        shown = self.play_shows(weights)
        fits = [(model, model.best(shown)) for model in self.models]
        least = min(found.score for _, found in fits)
        if not mpmath.isfinite(least):
            return ()
        return tuple(
            column
            for model, found in fits
            if found.score - least < tie
            for column in self._paid(model, found.corners)
        )

    def _paid(self, model: FittedModel, corners: Sequence[tuple[Real, ...]]) -> list[Column]:
        if len(corners) > 1 and model.is_affine and self._curved():
            raise NotSupportedError(
                f"play does not identify theta of {model.name}, and payoffs of {self.name} are not affine in it"
            )
        return [self.column(model, corner) for corner in corners]

    def _curved(self) -> bool:
        """Whether a payoff is not affine in a normal outcome."""
        rows = [row for _, row in self.data.payoff if not isinstance(row, tuple)]
        return any(degree(polynomial_in(row, ("y",), self.values, "a payoff")) > 1 for row in rows)

    def column(self, model: FittedModel, theta: tuple[Real, ...]) -> Column:
        """What every plan is believed to pay under a model, or theta of a family."""
        paid = {
            (s, a): self._believed(s, a, model.law((s, a), theta)) for s in self.signals for a in self.data.actions
        }
        return tuple(
            mpmath.fsum(self.chance[s] * paid[s, a] for s, a in zip(self.signals, plan, strict=True))
            for plan in self.plans
        )

    def _believed(self, signal: str, action: str, law: tuple[Real, ...]) -> Real:
        reward = self.data.payoff_row(action, signal)
        if isinstance(reward, tuple):
            return mpmath.fsum(p * evaluate(r, self.values) for p, r in zip(law, reward, strict=True))
        return normal_expectation(reward, (law[0], law[1]), self.values)


@dataclass(frozen=True, slots=True)
class PurePoint:
    """A pure equilibrium in numbers of plans, and whether it is uniform and uniformly strict."""

    profile: Set
    uniform: bool
    strict: bool


class NumericalPlayers:
    """A game of any kind at a point, with best fits, best replies and Gamma by linear programs.

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
            self.players = _players(game, dict(at or {}), precision)
        self.profiles: tuple[Set, ...] = tuple(product(*(range(len(p.plans)) for p in self.players)))
        self.names: tuple[str, ...] = tuple(
            ",".join(p.plan_name(m) for p, m in zip(self.players, profile, strict=True)) for profile in self.profiles
        )
        self._replies: dict[tuple[int, Set], Set] = {}
        self._mixed: dict[tuple[str, Set], Set] = {}

    # Best replies

    def _supported(self, columns: Sequence[Column], plans: Set) -> bool:
        """Whether some belief on the fits that pay so makes all of these plans optimal."""
        first = plans[0]
        for part in _subsets(tuple(range(len(columns)))):
            count = len(columns[0])
            rows = [[columns[t][m] - columns[t][first] for t in part] for m in range(count)]
            equal = [rows[m] for m in plans[1:]]
            others = [rows[m] for m in range(count) if m not in plans]
            if interior_point(len(part), equal, others, self.precision.tie) is not None:
                return True
        return False

    def _optimal(self, columns: Sequence[Column]) -> Set:
        """The plans that are optimal for some belief on the fits that pay so."""
        return tuple(m for m in range(len(columns[0])) if self._supported(columns, (m,))) if columns else ()

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
                self._supported(player.columns(weights, self.precision.tie), tuple(own))
                for player, own in zip(self.players, supports, strict=True)
            )

    # Pure strategies and Gamma

    def replies_at(self, profile: Set) -> Sets:
        """For each player, the best replies to beliefs on the best fits at a pure profile."""
        with mpmath.workdps(self.precision.digits):
            for i, player in enumerate(self.players):
                if (i, profile) not in self._replies:
                    place = {self.profiles.index(profile): mpmath.mpf(1)}
                    self._replies[i, profile] = self._optimal(player.columns(place, self.precision.tie))
            return tuple(self._replies[i, profile] for i in range(len(self.players)))

    def pure_equilibria(self) -> tuple[PurePoint, ...]:
        """All pure equilibria with their flags."""
        found = []
        with mpmath.workdps(self.precision.digits):
            for k, profile in enumerate(self.profiles):
                replies = self.replies_at(profile)
                if all(m in own for m, own in zip(profile, replies, strict=True)):
                    uniform = all(
                        self._supported((column,), (m,))
                        for p, m in zip(self.players, profile, strict=True)
                        for column in p.columns({k: mpmath.mpf(1)}, self.precision.tie)
                    )
                    strict = all(own == (m,) for m, own in zip(profile, replies, strict=True))
                    found.append(PurePoint(profile, uniform, strict))
        return tuple(found)

    def edges(self) -> tuple[tuple[int, int], ...]:
        """The transition graph on numbered profiles."""
        if len(self.profiles) > MAXIMAL_NODES:
            raise BudgetError(f"{len(self.profiles)} profiles are more than the {MAXIMAL_NODES} that are gone through")
        position = {profile: k for k, profile in enumerate(self.profiles)}
        return tuple(
            (k, position[target])
            for k, profile in enumerate(self.profiles)
            for target in product(*self.replies_at(profile))
        )

    def gamma(self, sets: Sets) -> Sets:
        """Best replies to beliefs on the best fits of some correlated play of the product set.

        Raises NotSupportedError where that is not recomputed for a family, BudgetError beyond the limit.
        """
        inside = tuple(k for k, p in enumerate(self.profiles) if all(m in own for m, own in zip(p, sets, strict=True)))
        with mpmath.workdps(self.precision.digits):
            return tuple(self._replies_to_mixtures(p, inside) for p in self.players)

    def _replies_to_mixtures(self, player: NumericalPlayer, inside: Set) -> Set:
        if any(model.names for model in player.models):
            return self._replies_of_a_line(player, inside)
        if len(inside) > MAXIMAL_PROFILES:
            raise BudgetError(
                f"Gamma over {len(inside)} profiles needs a linear program for each set of them; the limit is "
                f"{MAXIMAL_PROFILES} profiles, use a smaller game"
            )
        return tuple(sorted({m for support in _subsets(inside) for m in self._replies_to_support(player, support)}))

    def _replies_to_support(self, player: NumericalPlayer, support: Set) -> Set:
        """What is optimal for some belief on the best fits of some mixture of exactly these profiles."""
        key = (player.name, support)
        if key not in self._mixed:
            table = [[found.score for found in own] for own in player.pure_fits]
            fitting = [t for t, row in enumerate(table) if all(mpmath.isfinite(row[k]) for k in support)]
            held: list[Set] = []
            for ties in reversed(tuple(_subsets(tuple(fitting)))):
                # Where more models tie, beliefs on fewer of them are beliefs too.
                if not any(set(ties) <= set(other) for other in held) and self._attained(table, support, ties, fitting):
                    held.append(ties)
            self._mixed[key] = tuple({m for ties in held for m in self._optimal([player.paid[t] for t in ties])})
        return self._mixed[key]

    def _attained(self, table: Sequence[Sequence[Real]], support: Set, ties: Set, fitting: Sequence[int]) -> bool:
        first = table[ties[0]]
        equal = [[table[t][k] - first[k] for k in support] for t in ties[1:]]
        others = [[first[k] - table[t][k] for k in support] for t in fitting if t not in ties]
        return interior_point(len(support), equal, others, self.precision.tie) is not None

    def _replies_of_a_line(self, player: NumericalPlayer, inside: Set) -> Set:
        """A strictly convex score in one coordinate: the best fits to mixtures fill the interval between the pure ones.

        Beliefs are then on single thetas of that interval; what they make optimal is found between its two ends.
        """
        family, *others = player.models
        if others or len(family.names) != 1 or not family.is_affine or player._curved():
            raise NotSupportedError(
                "mixtures are gone through for finitely many models, or one family in one coordinate with affine laws "
                f"and payoffs, and {player.name} has others"
            )
        fits = [player.pure_fits[0][k] for k in inside]
        if any(len(found.corners) != 1 for found in fits):
            raise NotSupportedError(f"pure play does not identify theta of {family.name}")
        ends = [choose(found.corners[0] for found in fits) for choose in (min, max)]
        low, high = (player.column(family, end) for end in ends)
        # U(theta) is affine between the ends: some theta there makes a plan optimal iff a belief on the two does.
        return self._optimal((low, high))

    def rationalizable_rounds(self) -> tuple[Sets, ...]:
        """``B_0`` = everything, ``B_{n+1} = B_n n Gamma(B_n)`` until it stops."""
        rounds: list[Sets] = [tuple(tuple(range(len(p.plans))) for p in self.players)]
        while True:
            reached = self.gamma(rounds[-1])
            following = tuple(tuple(sorted(set(a) & set(b))) for a, b in zip(rounds[-1], reached, strict=True))
            if following == rounds[-1]:
                return tuple(rounds)
            rounds.append(following)

    def minimal_closed_sets(self) -> tuple[Sets, ...]:
        """All product sets B with Gamma(B) inside B that contain no smaller one, by trying every product set."""
        closed: list[Sets] = []
        count = prod(2 ** len(p.plans) - 1 for p in self.players)
        if count > MAXIMAL_PRODUCT_SETS:
            raise BudgetError(f"{count} product sets are more than the {MAXIMAL_PRODUCT_SETS} that are gone through")
        candidates = product(*(tuple(_subsets(tuple(range(len(p.plans))))) for p in self.players))
        for candidate in sorted(candidates, key=lambda sets: sum(map(len, sets))):
            if any(_within(other, candidate) for other in closed):
                continue
            if _within(self.gamma(candidate), candidate):
                closed.append(candidate)
        return tuple(closed)


def _within(inner: Sets, outer: Sets) -> bool:
    return all(set(a) <= set(b) for a, b in zip(inner, outer, strict=True))


def _players(game: Game, at: Mapping[str, Value], precision: Precision) -> tuple[NumericalPlayer, ...]:
    law = [(profile, evaluate(p, at)) for profile, p in game.signals] or [((), mpmath.mpf(1))]
    plans = [tuple(product(p.actions, repeat=max(1, len(p.signals)))) for p in game.players]
    players = []
    for i, player in enumerate(game.players):
        truth = {key: _seen(row, at, precision, f"truth of {player.name}") for key, row in player.truth}
        shown = []
        for profile in product(*plans):
            found: dict[Place, list[Real]] = {}
            for signals, p in law:
                acts = tuple(
                    plan[game.players[j].signals.index(signals[j])] if signals else plan[0]
                    for j, plan in enumerate(profile)
                )
                place = (signals[i] if signals else "", acts[i])
                row = truth[signals, acts]
                before = found.setdefault(place, [mpmath.mpf(0)] * len(row))
                found[place] = [a + p * b for a, b in zip(before, row, strict=True)]
            shown.append({place: tuple(row) for place, row in found.items()})
        names = player.signals or ("",)
        chance = {s: mpmath.fsum(p for profile, p in law if not profile or profile[i] == s) for s in names}
        models = tuple(FittedModel(m, at, precision) for m in player.models)
        players.append(NumericalPlayer(player, names, plans[i], models, tuple(shown), chance, at))
    return tuple(players)


def _seen(row: Row, at: Mapping[str, Value], precision: Precision, where: str) -> tuple[Real, ...]:
    """The probabilities of outcomes; of a normal law weight 1 and the first two moments."""
    if isinstance(row, Normal):
        mean, variance = normal_law(row, at, where)
        return mpmath.mpf(1), mean, variance + mean**2
    return distribution(row, at, precision, where)


def _subsets(items: Set) -> Iterable[Any]:
    """The non-empty subsets, small ones first."""
    return chain.from_iterable(combinations(items, size) for size in range(1, len(items) + 1))
