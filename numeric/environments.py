r"""What learners see, and what it is worth to each model, in double precision.

After action a an outcome is drawn from the truth, and the log likelihood of model t grows by

    finite outcomes   log Q_t(y|a), -inf where the model rules the outcome out
    normal outcomes   -(log v_t + (y - m_t)**2 / v_t) / 2

up to what all models share. The expected payoff of an action under a model is the sum over outcomes, for normal ones a
Gauss-Hermite quadrature, which is exact for polynomials up to degree 2 n - 1 with n nodes (Golub & Welsch 1969).

Imports inside functions are there for start-up alone.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, Protocol, TypeAlias

import mpmath

from ..symbolic.errors import GameError, NotSupportedError
from ..symbolic.floats import nearest_float
from ..symbolic.game.data import Normal, Player
from .tables import Precision, distribution, evaluate

Array: TypeAlias = Any  # numpy.ndarray

PAYOFF_TIE = 1e-12
NODES = 24


class Environment(Protocol):
    """The numbers of a game for learners.

    Attributes
    ----------
    payoff : [action, model]; payoffs within `payoff_tie` of the best are best
    """

    @property
    def payoff(self) -> Array: ...
    @property
    def payoff_tie(self) -> float: ...
    def draws(self, stream: Any, count: int) -> Array:
        """The randomness behind the next outcomes of one agent."""
        ...

    def evidence(self, action: Array, draw: Array) -> Array:
        """[agent, model]: how the log likelihoods grow after these actions, one draw for each agent."""
        ...


@dataclass(frozen=True, slots=True)
class FiniteOutcomes:
    """`cumulative` [action, outcome] is the true distribution function, `log_likelihood` [model, action, outcome]."""

    cumulative: Array
    log_likelihood: Array
    payoff: Array
    payoff_tie: float

    def draws(self, stream: Any, count: int) -> Array:
        return stream.random(count)

    def evidence(self, action: Array, draw: Array) -> Array:
        outcome = (draw[:, None] >= self.cumulative[action]).sum(axis=1)
        return self.log_likelihood[:, action, outcome].T


@dataclass(frozen=True, slots=True)
class NormalOutcomes:
    """True means and standard deviations by action; predicted `means` and `variances` [model, action]."""

    mean: Array
    deviation: Array
    means: Array
    variances: Array
    payoff: Array
    payoff_tie: float

    def draws(self, stream: Any, count: int) -> Array:
        return stream.standard_normal(count)

    def evidence(self, action: Array, draw: Array) -> Array:
        import numpy

        outcome = self.mean[action] + self.deviation[action] * draw
        variance = self.variances[:, action]
        return -(numpy.log(variance) + (outcome - self.means[:, action]) ** 2 / variance).T / 2


def environment_of(player: Player) -> Environment:
    """The environment of a player whose parameters are fixed and whose models are finitely many.

    Raises GameError where every model rules out what happens, NotSupportedError for payoffs of very high degree.

    >>> from berknash.symbolic.game.game import Game
    >>> game = Game.from_dict({"format": 1, "name": "dose", "players": {"agent": {
    ...     "actions": ["give"], "outcomes": "normal", "truth": {"give": {"mean": "1", "variance": "1"}},
    ...     "payoff": {"give": "y**2"}, "models": {"wide": {"predicts": {"give": {"mean": "2", "variance": "3"}}}}}}})
    >>> print(round(float(environment_of(game.players[0]).payoff[0, 0]), 9))
    7.0
    """
    return _normal(player) if player.outcomes == "normal" else _finite(player)


def _finite(player: Player) -> FiniteOutcomes:
    import numpy

    precision = Precision(digits=30, tie_digits=20)

    def row(entries: Any, where: str) -> list[Any]:
        return list(distribution(entries, {}, precision, where))

    with mpmath.workdps(precision.digits):
        truth = [row(player.truth_row((a,)), f"truth.{a}") for a in player.actions]
        predicted = [
            [row(model.row(a), f"models.{model.name}.predicts.{a}") for a in player.actions] for model in player.models
        ]
        rewards = []
        for action in player.actions:
            entries = player.payoff_row(action)
            assert isinstance(entries, tuple)
            rewards.append([evaluate(entry, {}) for entry in entries])
        payoff = [
            [nearest_float(mpmath.fsum(p * r for p, r in zip(rows[a], rewards[a], strict=True))) for rows in predicted]
            for a in range(len(player.actions))
        ]
        logs = [
            [[nearest_float(mpmath.log(p)) if p > 0 else -math.inf for p in row] for row in rows] for rows in predicted
        ]
        # A model finite on what happens keeps the posterior proper; without one, Bayes' rule stops being defined.
        for a, action in enumerate(player.actions):
            for outcome, true in enumerate(truth[a]):
                if true > 0 and all(rows[a][outcome] == 0 for rows in predicted):
                    raise GameError(f"every model rules out what happens after {action}; add a model")
        cumulative = numpy.cumsum(numpy.array([[nearest_float(p) for p in row] for row in truth]), axis=1)
        for a, true_row in enumerate(truth):
            last = max(y for y, p in enumerate(true_row) if p > 0)
            cumulative[a, last:] = 1.0
    table = numpy.array(payoff)
    return FiniteOutcomes(cumulative, numpy.array(logs), table, _tie(table))


def _normal(player: Player) -> NormalOutcomes:
    import numpy

    def law(row: Any) -> tuple[float, float]:
        assert isinstance(row, Normal)
        return nearest_float(evaluate(row.mean, {})), nearest_float(evaluate(row.variance, {}))

    truth = [law(player.truth_row((a,))) for a in player.actions]
    predicted = [[law(model.row(a)) for a in player.actions] for model in player.models]
    payoff = [
        [_expected(player, action, *rows[a]) for rows in predicted] for a, action in enumerate(player.actions)
    ]
    table = numpy.array(payoff)
    laws = numpy.array(predicted)
    means, variances = numpy.array(truth).T
    return NormalOutcomes(means, numpy.sqrt(variances), laws[:, :, 0], laws[:, :, 1], table, _tie(table))


def _expected(player: Player, action: str, mean: float, variance: float) -> float:
    """The expected payoff of an action when the outcome is normal, by quadrature with two numbers of nodes."""
    from numpy.polynomial.hermite_e import hermegauss

    reward = player.payoff_row(action)
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
