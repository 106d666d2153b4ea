r"""Bayesian learners in a misspecified game: what the long run looks like when agents only ever update and
optimize.

Each agent holds a belief mu_t on finitely many models, plays a myopic best reply a_t in F(mu_t), sees an
outcome y_t drawn from the truth Q(.|a_t), and updates by Bayes' rule,

    log mu_{t+1}(theta) = log mu_t(theta) + log Q_theta(y_t | a_t) + constant.

This is the process of Esponda & Pouzo (2016, Econometrica 84(3), section 4) without payoff shocks. Almost
surely every action played infinitely often is rationalizable (Esponda & Pouzo 2025, arXiv:2505.20708), and
play can converge to a pure action only if that is a uniform equilibrium (Fudenberg, Lanzani & Strack 2021,
Econometrica 89(3)); so shares of agents over a long horizon can be put beside the prediction. Double
precision and pseudo-random numbers: an illustration, never part of a derivation. Agent i draws from its own
stream (PCG64, child i of the seed), so its path does not depend on how many agents there are or on who
computes it.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, NoReturn, TypeAlias, get_args

from ..symbolic.arguments import check_choice, check_integers
from ..symbolic.errors import BudgetError, GameError, NotSupportedError
from ..symbolic.errors.running import TimeUp, note, time_is_up
from ..symbolic.floats import nearest_float
from ..symbolic.game.data import Player
from ..symbolic.game.free_parameters import check_arguments
from ..symbolic.game.game import Game
from ..symbolic.size_limits import MAXIMAL_SIMULATED_CHOICES, MAXIMAL_SIMULATED_NUMBERS
from .environments import environment_of
from .tables import single_player

Array: TypeAlias = Any  # numpy.ndarray
Prior: TypeAlias = Mapping[str, float] | Literal["dispersed"] | None
TieBreaking: TypeAlias = Literal["first", "random"]

PATH_POINTS = 200
BLOCK_DRAWS = 2**22
_NUMBERS_OF_A_STREAM = 200  # what a stream of random numbers takes, in numbers of 64 bits


@dataclass(frozen=True, slots=True)
class Simulation:
    """The outcome of `simulate`.

    Attributes
    ----------
    frequencies : per agent, the share of each action over all periods
    late : per agent, the share of each action over the second half of the periods
    locked : share of agents that played only this action in the second half, by action
    times : the periods at which paths are recorded, about equally spaced in the logarithm
    mean_path : at each of the times, the action frequencies so far, averaged over the agents
    paths : the same for each of the first agents
    beliefs : per agent, the final belief on the models
    """

    game: str
    player: str
    actions: tuple[str, ...]
    models: tuple[str, ...]
    agents: int
    periods: int
    seed: int
    tie_breaking: str
    frequencies: tuple[tuple[float, ...], ...]
    late: tuple[tuple[float, ...], ...]
    locked: tuple[tuple[str, float], ...]
    times: tuple[int, ...]
    mean_path: tuple[tuple[float, ...], ...]
    paths: tuple[tuple[tuple[float, ...], ...], ...]
    beliefs: tuple[tuple[float, ...], ...]

    @property
    def shares(self) -> tuple[tuple[str, float], ...]:
        """Share of play of each action over the second half of the periods, over all agents."""
        return tuple(
            (action, math.fsum(row[a] for row in self.late) / self.agents) for a, action in enumerate(self.actions)
        )

    def to_json(self) -> dict[str, Any]:
        """A JSON-able dictionary: the summary and the paths, without the table of all agents."""
        return {
            "format": 1,
            "game": self.game,
            "agents": self.agents,
            "periods": self.periods,
            "seed": self.seed,
            "tie_breaking": self.tie_breaking,
            "shares": {self.player: dict(self.shares)},
            "locked": {self.player: dict(self.locked)},
            "times": list(self.times),
            "mean_path": [dict(zip(self.actions, row, strict=True)) for row in self.mean_path],
            "paths": [[dict(zip(self.actions, row, strict=True)) for row in path] for path in self.paths],
        }


@dataclass(frozen=True, slots=True)
class Comparison:
    """Long-run shares beside a prediction.

    Attributes
    ----------
    rationalizable_share : share of second-half play that lies in the rationalizable set (theory: tends to 1)
    locked_uniform_share : share of locked-in agents whose action is predicted to be a uniform equilibrium
        (theory: tends to 1); None when nobody is locked in, or the prediction does not say
    nearest_equilibrium : mean over the agents of the distance (largest difference of a share) from their
        frequencies over all periods to the nearest predicted equilibrium; None when none is given
    agrees : every share that theory sends to 1 is at least 1 - `slack`
    """

    rationalizable_share: float
    locked_uniform_share: float | None
    nearest_equilibrium: float | None
    slack: float
    agrees: bool

    def to_json(self) -> dict[str, Any]:
        """A JSON-able dictionary."""
        return {
            "rationalizable_share": self.rationalizable_share,
            "locked_uniform_share": self.locked_uniform_share,
            "nearest_equilibrium": self.nearest_equilibrium,
            "slack": self.slack,
            "agrees": self.agrees,
        }


def _first_beliefs(prior: Prior, models: Sequence[str], agents: int, sequence: Any) -> Array:
    import numpy  # for start-up

    if prior is None:
        return numpy.zeros((agents, len(models)))
    if prior == "dispersed":
        # Uniform on the simplex, agent by agent from its own stream.
        draws = [numpy.random.Generator(numpy.random.PCG64(child)) for child in sequence.spawn(agents)]
        return numpy.log(numpy.array([draw.exponential(size=len(models)) for draw in draws]))
    if not isinstance(prior, Mapping) or sorted(prior) != sorted(models):
        raise GameError(f'prior: give a weight for each of {", ".join(models)}, or "dispersed", or None')
    weights = [nearest_float(prior[model]) for model in models]
    if min(weights) < 0 or not 0 < math.fsum(weights) < math.inf:
        raise GameError("prior: weights must not be negative and one must be positive; change them")
    with numpy.errstate(divide="ignore"):
        return numpy.tile(numpy.log(numpy.array(weights) / math.fsum(weights)), (agents, 1))


def _record_times(periods: int) -> tuple[int, ...]:
    """About PATH_POINTS periods from 1 to the last, equally spaced in the logarithm, without repetition."""
    steps = PATH_POINTS - 1
    return tuple(sorted({max(1, round(periods ** (step / steps))) for step in range(PATH_POINTS)}))


def learning_player(game: Game) -> Player:
    """The player who learns in a simulation.

    Raises NotSupportedError, saying what is simulated, for several players, signals and families of models.

    >>> from berknash.symbolic.interchange import from_payoff_matrices
    >>> learning_player(from_payoff_matrices([[[1]], [[1]]], name="two"))  # doctest: +ELLIPSIS
    Traceback (most recent call last):
        ...
    berknash.symbolic.errors.NotSupportedError: two: simulate follows one agent who learns alone, and here are 2 ...
    """
    alone = "simulate follows one agent who learns alone"
    if len(game.players) > 1:
        raise NotSupportedError(
            f"{game.name}: {alone}, and here are {len(game.players)} players; solve gives their equilibria, and a game "
            "with the others' play fixed in the truth can be simulated"
        )
    if game.signals:
        raise NotSupportedError(
            f"{game.name}: {alone}, without private signals; solve gives the equilibria, and a game with one action "
            "for each plan can be simulated"
        )
    family = next((model.name for model in game.players[0].models if model.theta), None)
    if family is not None:
        raise NotSupportedError(
            f"{game.name}: {alone}, with finitely many models, and {family} is a family; list single models of it"
        )
    return single_player(game, normal=True)


def simulate(
    game: Game,
    agents: int,
    periods: int,
    seed: int,
    prior: Prior = None,
    *,
    tie_breaking: TieBreaking = "first",
    path_agents: int = 20,
) -> Simulation:
    """Bayesian learners who play a myopic best reply in every period.

    Parameters
    ----------
    game : a one-agent game whose parameters are all fixed (`game.at`), finitely many models, finite or normal outcomes
    agents, periods, seed : how many independent agents, how long, and the seed of the random streams
    prior : None for equal weights, a weight per model, or "dispersed": every agent draws a prior uniformly
    tie_breaking : among best replies within 1e-12 (relative) take the first, or one at random
    path_agents : of how many agents to keep the whole path

    Returns double-precision shares, the same for the same arguments. Raises GameError for bad arguments or
    free parameters, NotSupportedError for other kinds of game, BudgetError beyond 2 * 10^8 agent-periods.

    >>> from berknash.symbolic.game.game import Game
    >>> rows = {"*": {"good": "1/3", "bad": "2/3"}}
    >>> game = Game.from_dict({"format": 1, "name": "two", "players": {"agent": {
    ...     "actions": ["left", "right"], "outcomes": ["good", "bad"], "truth": rows,
    ...     "payoff": {"left": {"good": 1, "bad": 0}, "right": {"good": 0, "bad": 1}},
    ...     "models": {"right_one": {"predicts": rows}, "wrong_one": {"predicts": {"*":
    ...         {"good": "2/3", "bad": "1/3"}}}}}}})
    >>> simulate(game, agents=10, periods=1000, seed=1).locked
    (('left', 0.0), ('right', 1.0))
    """
    import numpy  # for start-up

    check_arguments(game)
    check_integers(1, agents=agents)
    check_integers(2, periods=periods)
    check_integers(0, seed=seed, path_agents=path_agents)
    check_choice("tie_breaking", tie_breaking, get_args(TieBreaking))
    if agents * periods > MAXIMAL_SIMULATED_CHOICES:
        raise BudgetError(
            f"{agents} agents times {periods} periods is beyond the limit of {MAXIMAL_SIMULATED_CHOICES}; use fewer"
        )
    if game.parameters:
        free = ", ".join(parameter.name for parameter in game.parameters)
        raise GameError(f"simulation with free parameters {free}; fix them with game.at")
    player = learning_player(game)
    held = agents * (_NUMBERS_OF_A_STREAM + 4 * len(player.actions) + 4 * len(player.models))
    if held > MAXIMAL_SIMULATED_NUMBERS:
        most = MAXIMAL_SIMULATED_NUMBERS * agents // held
        raise BudgetError(
            f"{agents} agents hold {held} numbers in memory, more than the limit of {MAXIMAL_SIMULATED_NUMBERS}; use "
            f"at most {most} agents"
        )
    environment = environment_of(player)
    names = tuple(model.name for model in player.models)
    sequence = numpy.random.SeedSequence(seed)
    prior_stream, outcome_stream, tie_stream = sequence.spawn(3)
    log_belief = _first_beliefs(prior, names, agents, prior_stream)
    streams = [numpy.random.Generator(numpy.random.PCG64(child)) for child in outcome_stream.spawn(agents)]
    tie_streams = (
        [numpy.random.Generator(numpy.random.PCG64(child)) for child in tie_stream.spawn(agents)]
        if tie_breaking == "random"
        else []
    )
    everyone = numpy.arange(agents)
    counts = numpy.zeros((agents, len(player.actions)))
    first_half = counts.copy()
    times = _record_times(periods)
    recorded: list[Array] = []
    kept: list[Array] = []
    half = periods // 2
    period = 0
    while period < periods:
        length = min(max(1, BLOCK_DRAWS // agents), 1024, periods - period)
        draws = numpy.array([environment.draws(stream, length) for stream in streams])
        tie_draws = numpy.array([stream.random(length) for stream in tie_streams]) if tie_streams else None
        for step in range(length):
            if time_is_up():
                _stop(player.actions, counts, period, periods, seed)
            log_belief -= log_belief.max(axis=1, keepdims=True)
            belief = numpy.exp(log_belief)
            belief /= belief.sum(axis=1, keepdims=True)
            value = belief @ environment.payoff.T
            best = value >= value.max(axis=1, keepdims=True) - environment.payoff_tie
            if tie_draws is None:
                action = best.argmax(axis=1)
            else:
                rank = numpy.floor(tie_draws[:, step] * best.sum(axis=1)).astype(int) + 1
                action = (best.cumsum(axis=1) >= rank[:, None]).argmax(axis=1)
            log_belief += environment.evidence(action, draws[:, step])
            if not numpy.isfinite(log_belief.max(axis=1)).all():
                raise GameError(
                    "an agent saw what every model it holds possible had ruled out; "
                    "give a prior on a model that allows everything"
                )
            counts[everyone, action] += 1
            period += 1
            if period == half:
                first_half = counts.copy()
            if period == times[len(recorded)]:
                recorded.append(counts.mean(axis=0) / period)
                kept.append(counts[:path_agents] / period)
    late = (counts - first_half) / (periods - half)
    log_belief -= log_belief.max(axis=1, keepdims=True)
    belief = numpy.exp(log_belief)
    belief /= belief.sum(axis=1, keepdims=True)
    return Simulation(
        game.name,
        player.name,
        player.actions,
        names,
        agents,
        periods,
        seed,
        tie_breaking,
        _rows(counts / periods),
        _rows(late),
        tuple((name, float((late[:, a] == 1).mean())) for a, name in enumerate(player.actions)),
        times,
        _rows(numpy.array(recorded)),
        tuple(_rows(path) for path in numpy.array(kept).swapaxes(0, 1)),
        _rows(belief),
    )


def _stop(actions: Sequence[str], counts: Array, period: int, periods: int, seed: int) -> NoReturn:
    """Notes what was simulated so far, and says that time is up."""
    shares = dict(zip(actions, (float(mean) for mean in counts.mean(axis=0) / max(period, 1)), strict=True))
    text = ", ".join(f"{name} {share:.4f}" for name, share in shares.items())
    entry = {"agents": len(counts), "periods": period, "of": periods, "seed": seed, "shares": shares}
    note("simulation", lambda: (entry, f"{period} of {periods} periods; shares up to then: {text}"))
    raise TimeUp(f"simulated {period} of {periods} periods within the limit on seconds; raise it with --limit-seconds")


def _rows(table: Array) -> tuple[tuple[float, ...], ...]:
    return tuple(tuple(float(entry) for entry in row) for row in table)


def compare_with_prediction(
    simulation: Simulation,
    rationalizable: Sequence[str],
    uniform: Sequence[str] | None = None,
    equilibria: Sequence[Mapping[str, float]] = (),
    slack: float = 0.05,
) -> Comparison:
    """Puts a simulation beside the predicted rationalizable set, uniform equilibria and equilibrium
    strategies.

    Parameters: names of the rationalizable actions, of the uniform pure equilibria (None: not compared), the
    equilibrium strategies as weights by action, and how far from 1 a share may be at a finite horizon.
    A horizon is finite: disagreement is a reason to look, not a refutation.

    >>> from berknash.symbolic.game.game import Game
    >>> rows = {"*": {"good": "1/3", "bad": "2/3"}}
    >>> game = Game.from_dict({"format": 1, "name": "one", "players": {"agent": {
    ...     "actions": ["stay"], "outcomes": ["good", "bad"], "truth": rows,
    ...     "payoff": {"stay": {"good": 1, "bad": 0}}, "models": {"right_one": {"predicts": rows}}}}})
    >>> compare_with_prediction(simulate(game, 2, 10, seed=0), ["stay"], ["stay"]).agrees
    True
    """
    unknown = sorted({*rationalizable, *(uniform or ())} - set(simulation.actions))
    if unknown:
        raise GameError(f"prediction names {', '.join(unknown)}; the actions are {', '.join(simulation.actions)}")
    inside = math.fsum(share for action, share in simulation.shares if action in rationalizable)
    locked = math.fsum(share for _, share in simulation.locked)
    locked_share: float | None = None
    if uniform is not None and locked > 0:
        locked_share = math.fsum(share for action, share in simulation.locked if action in uniform) / locked
    nearest: float | None = None
    if equilibria:
        points = [[float(point.get(action, 0)) for action in simulation.actions] for point in equilibria]
        nearest = math.fsum(
            min(max(abs(x - y) for x, y in zip(row, point, strict=True)) for point in points)
            for row in simulation.frequencies
        ) / len(simulation.frequencies)
    agrees = inside >= 1 - slack and (locked_share is None or locked_share >= 1 - slack)
    return Comparison(inside, locked_share, nearest, slack, agrees)
