r"""What learners see, and what it is worth to each model, in double precision.

Everybody chooses a plan, an action after each own signal; then signals s are drawn, and each player i sees an outcome
drawn from the truth Q_i(.|s, a). The log likelihood of model t grows by

    finite outcomes   log Q_t(y|s_i, a_i), -inf where the model rules the outcome out
    normal outcomes   -(log v_t + (y - m_t)**2 / v_t) / 2

up to what all models share. The expected payoff of a plan under a model is the sum over own signals and outcomes, for
normal ones a Gauss-Hermite quadrature, which is exact for polynomials up to degree 2 n - 1 with n nodes (Golub & Welsch
1969). Without signals a plan is an action, and there is one profile of signals.

Imports inside functions are there for start-up alone.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product
from typing import Any, Protocol, TypeAlias

import mpmath

from ..symbolic.errors import BudgetError, GameError, NotSupportedError
from ..symbolic.floats import nearest_float
from ..symbolic.game.data import Normal, Player, Profile
from ..symbolic.game.game import Game
from .players import plan_name
from .tables import Precision, distribution, evaluate
from .theta_grid import GridModel, grid_models

Array: TypeAlias = Any  # numpy.ndarray

PAYOFF_TIE = 1e-12
NODES = 24
MOST_PLANS = 64
MOST_STATES = 4_096


class Environment(Protocol):
    """The numbers of a game for one player.

    Attributes
    ----------
    plans : [plan, own signal], the number of the action
    plan_names : ``high``, or ``plus:high|minus:low``
    models : names of what is held possible
    payoff : [plan, model]; payoffs within `payoff_tie` of the best are best
    """

    @property
    def plans(self) -> Array: ...
    @property
    def plan_names(self) -> tuple[str, ...]: ...
    @property
    def models(self) -> tuple[str, ...]: ...
    @property
    def payoff(self) -> Array: ...
    @property
    def payoff_tie(self) -> float: ...
    def draws(self, stream: Any, count: int) -> Array:
        """The randomness behind the next outcomes of one agent."""
        ...

    def evidence(self, state: Array, signal: Array, action: Array, draw: Array) -> Array:
        """[agent, model]: how the log likelihoods grow.

        `state` numbers what happened to each agent, the profile of signals and actions; then follow the own signal, the
        own action and one draw.
        """
        ...


@dataclass(frozen=True, slots=True)
class FiniteOutcomes:
    """`cumulative` [state, outcome]: true distribution functions; `log_likelihood` [model, signal, action, outcome]:
    what each model says of an outcome."""

    plans: Array
    plan_names: tuple[str, ...]
    models: tuple[str, ...]
    cumulative: Array
    log_likelihood: Array
    payoff: Array
    payoff_tie: float

    def draws(self, stream: Any, count: int) -> Array:
        return stream.random(count)

    def evidence(self, state: Array, signal: Array, action: Array, draw: Array) -> Array:
        outcome = (draw[:, None] >= self.cumulative[state]).sum(axis=1)
        return self.log_likelihood[:, signal, action, outcome].T


@dataclass(frozen=True, slots=True)
class NormalOutcomes:
    """True means and standard deviations by state; predicted `means` and `variances` [model, signal, action]."""

    plans: Array
    plan_names: tuple[str, ...]
    models: tuple[str, ...]
    mean: Array
    deviation: Array
    means: Array
    variances: Array
    payoff: Array
    payoff_tie: float

    def draws(self, stream: Any, count: int) -> Array:
        return stream.standard_normal(count)

    def evidence(self, state: Array, signal: Array, action: Array, draw: Array) -> Array:
        import numpy

        outcome = self.mean[state] + self.deviation[state] * draw
        variance = self.variances[:, signal, action]
        return -(numpy.log(variance) + (outcome - self.means[:, signal, action]) ** 2 / variance).T / 2


@dataclass(frozen=True, slots=True)
class Situation:
    """One player of a game whose parameters are fixed, and everything that can happen.

    `law` holds the profiles of signals with their probabilities; states are numbered by profile of signals, then by
    profile of actions, in the order of the game's lists.
    """

    game: Game
    place: int
    law: tuple[tuple[Profile, float], ...]

    @property
    def player(self) -> Player:
        """The player."""
        return self.game.players[self.place]

    @property
    def signals(self) -> Profile:
        """The own signals, "" without any."""
        return self.player.signals or ("",)

    def states(self) -> Iterator[tuple[Profile, str, Profile]]:
        """The profile of signals, the own one, and the profile of actions of each state."""
        for drawn, _ in self.law:
            own = drawn[self.place] if drawn else ""
            for actions in product(*(other.actions for other in self.game.players)):
                yield drawn, own, actions

    def chance(self, signal: str) -> float:
        """The probability of an own signal."""
        return math.fsum(p for drawn, p in self.law if not drawn or drawn[self.place] == signal)

    def plans(self) -> tuple[Array, tuple[str, ...]]:
        """All plans as numbers of actions by own signal, and their names."""
        import numpy

        player, signals = self.player, self.signals
        count = len(player.actions) ** len(signals)
        if count > MOST_PLANS:
            raise BudgetError(f"{player.name} has {count} plans, more than {MOST_PLANS}; use fewer signals")
        plans = list(product(range(len(player.actions)), repeat=len(signals)))

        names = tuple(plan_name(signals, [player.actions[k] for k in plan]) for plan in plans)
        return numpy.array(plans), names


def environments_of(game: Game) -> tuple[Environment, ...]:
    """The environment of each player of a game whose parameters are fixed; families are on a grid.

    Raises GameError where every model rules out what happens, NotSupportedError for payoffs of very high degree and as
    `numeric.theta_grid.grid_models`, BudgetError for too many profiles.

    >>> game = Game.from_dict({"format": 1, "name": "dose", "players": {"agent": {
    ...     "actions": ["give"], "outcomes": "normal", "truth": {"give": {"mean": "1", "variance": "1"}},
    ...     "payoff": {"give": "y**2"}, "models": {"wide": {"predicts": {"give": {"mean": "2", "variance": "3"}}}}}}})
    >>> print(round(float(environments_of(game)[0].payoff[0, 0]), 9))
    7.0
    """
    law = signal_law(game)
    states = len(law) * math.prod(len(player.actions) for player in game.players)
    if states > MOST_STATES:
        raise BudgetError(f"{states} profiles of signals and actions, more than the limit of {MOST_STATES}; use fewer")
    situations = [Situation(game, place, law) for place in range(len(game.players))]
    return tuple(_normal(s) if s.player.outcomes == "normal" else _finite(s) for s in situations)


def signal_law(game: Game) -> tuple[tuple[Profile, float], ...]:
    """Profiles of signals with their probabilities; one empty profile without signals."""
    return tuple((drawn, nearest_float(evaluate(p, {}))) for drawn, p in game.signals) or (((), 1.0),)


def _by_plan(situation: Situation, plans: Array, table: Array) -> Array:
    """[plan, model] from expected payoffs [signal, action, model] times the chances of signals."""
    if not situation.player.signals:
        return table[0]
    chances = [situation.chance(signal) for signal in situation.signals]
    return sum(chance * table[k][plans[:, k]] for k, chance in enumerate(chances))


def _finite(situation: Situation) -> FiniteOutcomes:
    import numpy

    player, models = situation.player, grid_models(situation.player)
    precision = Precision(digits=30, tie_digits=20)
    keys = [(signal, action) for signal in situation.signals for action in player.actions]

    def predicted_row(model: GridModel, signal: str, action: str) -> list[Any]:
        where = ".".join(filter(None, (f"models.{model.name}.predicts", signal, action)))
        return list(distribution(model.model.row(action, signal or None), model.at, precision, where))

    with mpmath.workdps(precision.digits):
        truth = []
        for drawn, own, actions in situation.states():
            where = ".".join(filter(None, ("truth", ",".join(drawn), ",".join(actions))))
            row = distribution(player.truth_row(actions, drawn or None), {}, precision, where)
            truth.append((own, actions[situation.place], list(row)))
        predicted = [[predicted_row(model, *key) for key in keys] for model in models]
        rewards = []
        for signal, action in keys:
            entries = player.payoff_row(action, signal)
            assert isinstance(entries, tuple)
            rewards.append([evaluate(entry, {}) for entry in entries])
        payoff = [
            [nearest_float(mpmath.fsum(p * r for p, r in zip(rows[k], rewards[k], strict=True))) for rows in predicted]
            for k in range(len(keys))
        ]
        logs = [
            [[nearest_float(mpmath.log(p)) if p > 0 else -math.inf for p in row] for row in rows] for rows in predicted
        ]
        # A model finite on what happens keeps the posterior proper; without one, Bayes' rule stops being defined.
        for own, action, true_row in truth:
            key = keys.index((own, action))
            for outcome, true in enumerate(true_row):
                if true > 0 and all(rows[key][outcome] == 0 for rows in predicted):
                    raise GameError(f"every model rules out what happens after {action}; add a model")
        cumulative = numpy.cumsum(numpy.array([[nearest_float(p) for p in row] for *_, row in truth]), axis=1)
        for a, (*_, true_row) in enumerate(truth):
            last = max(y for y, p in enumerate(true_row) if p > 0)
            cumulative[a, last:] = 1.0
    shape = (len(situation.signals), len(player.actions))
    plans, names = situation.plans()
    table = _by_plan(situation, plans, numpy.array(payoff).reshape(*shape, len(models)))
    likelihood = numpy.array(logs).reshape(len(models), *shape, len(player.outcomes))
    return FiniteOutcomes(
        plans, names, tuple(m.name for m in models), cumulative, likelihood, table, _tie(table)
    )


def _normal(situation: Situation) -> NormalOutcomes:
    import numpy

    player, models = situation.player, grid_models(situation.player)
    keys = [(signal, action) for signal in situation.signals for action in player.actions]

    def law(row: Any, at: Any) -> tuple[float, float]:
        assert isinstance(row, Normal)
        return nearest_float(evaluate(row.mean, at)), nearest_float(evaluate(row.variance, at))

    truth = [law(player.truth_row(actions, drawn or None), {}) for drawn, _, actions in situation.states()]
    predicted = [[law(m.model.row(action, signal or None), m.at) for signal, action in keys] for m in models]
    payoff = [[_expected(player, *key, *rows[k]) for rows in predicted] for k, key in enumerate(keys)]
    shape = (len(situation.signals), len(player.actions))
    plans, names = situation.plans()
    table = _by_plan(situation, plans, numpy.array(payoff).reshape(*shape, len(models)))
    laws = numpy.array(predicted).reshape(len(models), *shape, 2)
    means, variances = numpy.array(truth).T
    return NormalOutcomes(
        plans, names, tuple(m.name for m in models),
        means, numpy.sqrt(variances), laws[..., 0], laws[..., 1], table, _tie(table),
    )  # fmt: skip


def _expected(player: Player, signal: str, action: str, mean: float, variance: float) -> float:
    """The expected payoff of an action when the outcome is normal, by quadrature with two numbers of nodes."""
    from numpy.polynomial.hermite_e import hermegauss

    reward = player.payoff_row(action, signal)
    assert not isinstance(reward, tuple)
    found = []
    for count in (NODES, NODES + 8):
        nodes, weights = hermegauss(count)
        points = (mpmath.mpf(mean + variance**0.5 * float(node)) for node in nodes)
        values = [nearest_float(evaluate(reward, {"y": y})) for y in points]
        found.append(math.fsum(w * v for w, v in zip(weights, values, strict=True)) / math.sqrt(2 * math.pi))
    if abs(found[0] - found[1]) > 1e-9 * max(1.0, abs(found[1])):
        raise NotSupportedError(f"the payoff of {action} has too high a degree in y for double precision; lower it")
    return found[1]


def _tie(payoff: Array) -> float:
    return PAYOFF_TIE * max(1.0, float(abs(payoff).max()))
