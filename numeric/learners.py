r"""Bayesian learners in a misspecified game: what the long run looks like when agents only ever update and
optimize.

Each agent holds a belief mu_t on finitely many models (of a family: on a grid of it), plays a myopic best reply a_t in
F(mu_t), sees an outcome y_t drawn from the truth Q(.|a_t), and updates by Bayes' rule,

    log mu_{t+1}(theta) = log mu_t(theta) + log Q_theta(y_t | a_t) + constant.

Several players meet in groups of one of each, the same ones for ever; with signals what is chosen is a plan, an action
after each own signal.

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
from dataclasses import replace
from typing import Any, Literal, NoReturn, TypeAlias, get_args

from ..symbolic.arguments import check_choice, check_integers
from ..symbolic.errors import BudgetError, GameError
from ..symbolic.errors.running import TimeUp, note, time_is_up
from ..symbolic.floats import nearest_float
from ..symbolic.game.free_parameters import check_arguments
from ..symbolic.game.game import Game
from ..symbolic.size_limits import MAXIMAL_SIMULATED_CHOICES, MAXIMAL_SIMULATED_NUMBERS
from .environments import Environment, environments_of, signal_law
from .simulations import Simulation

Array: TypeAlias = Any  # numpy.ndarray
Prior: TypeAlias = Mapping[str, float] | Literal["dispersed"] | None
TieBreaking: TypeAlias = Literal["first", "random"]

PATH_POINTS = 200
BLOCK_DRAWS = 2**22
_NUMBERS_OF_A_STREAM = 200  # what a stream of random numbers takes, in numbers of 64 bits


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
    game : a game whose parameters are all fixed (`game.at`); families in bounded boxes are put on a grid
    agents, periods, seed : how many independent agents (groups, of several players), how long, and the seed of the
        random streams
    prior : None for equal weights, a weight per model (of one player), or "dispersed": every agent draws a prior
        uniformly
    tie_breaking : among best replies within 1e-12 (relative) take the first, or one at random
    path_agents : of how many agents to keep the whole path

    Returns double-precision shares, the same for the same arguments. Raises GameError for bad arguments or
    free parameters, NotSupportedError for families without bounds or with many coordinates, BudgetError beyond 2 * 10^8
    agent-periods.

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
    environments = environments_of(game)
    numbers = sum(len(own.plan_names) + len(own.models) for own in environments)
    held = agents * (_NUMBERS_OF_A_STREAM * len(environments) + 4 * numbers)
    if held > MAXIMAL_SIMULATED_NUMBERS:
        most = MAXIMAL_SIMULATED_NUMBERS * agents // held
        raise BudgetError(
            f"{agents} agents hold {held} numbers in memory, more than the limit of {MAXIMAL_SIMULATED_NUMBERS}; use "
            f"at most {most} agents"
        )
    sequence = numpy.random.SeedSequence(seed)
    learners = [
        _Learners(own, agents, periods, prior, sequence.spawn(3), tie_breaking == "random", path_agents)
        for own in environments
    ]
    law = signal_law(game)
    nature = _streams(sequence.spawn(1)[0], agents) if game.signals else []
    chances = numpy.cumsum([p for _, p in law])
    chances[max(k for k, (_, p) in enumerate(law) if p > 0) :] = 1.0
    # The own signal of each player at each profile of signals.
    seen = [[p.signals.index(drawn[place]) if drawn else 0 for drawn, _ in law] for place, p in enumerate(game.players)]
    sizes = [len(player.actions) for player in game.players]
    times = _record_times(periods)
    half, period, recorded = periods // 2, 0, 0
    while period < periods:
        length = min(max(1, BLOCK_DRAWS // agents), 1024, periods - period)
        for own in learners:
            own.draw(length)
        signs = numpy.array([stream.random(length) for stream in nature]) if nature else None
        for step in range(length):
            if time_is_up():
                _stop(learners, game, period, periods, seed)
            for own in learners:
                own.choose(step)
            drawn = numpy.zeros(agents, dtype=int)
            if signs is not None:
                drawn = (signs[:, step, None] >= chances).sum(axis=1)
            signals = [numpy.array(own)[drawn] for own in seen]
            actions = [own.act(signal) for own, signal in zip(learners, signals, strict=True)]
            state = drawn
            for size, action in zip(sizes, actions, strict=True):
                state = state * size + action
            for own, signal, action in zip(learners, signals, actions, strict=True):
                own.learn(state, signal, action, step)
            period += 1
            for own in learners:
                own.record(period == half, period if period == times[recorded] else 0)
            recorded += period == times[recorded]
    found = [
        own.result(game.name, player.name, seed, tie_breaking, times)
        for own, player in zip(learners, game.players, strict=True)
    ]
    return replace(found[0], others=tuple(found[1:]))


def _streams(sequence: Any, count: int) -> list[Any]:
    import numpy  # for start-up

    return [numpy.random.Generator(numpy.random.PCG64(child)) for child in sequence.spawn(count)]


class _Learners:
    """One player of every group: beliefs, what was drawn for them, and what they did so far."""

    def __init__(
        self,
        environment: Environment,
        agents: int,
        periods: int,
        prior: Prior,
        streams: Sequence[Any],
        at_random: bool,
        kept: int,
    ) -> None:
        import numpy  # for start-up

        self.environment, self.periods, self.kept = environment, periods, kept
        priors, outcomes, ties = streams
        self.log_belief = _first_beliefs(prior, environment.models, agents, priors)
        self.streams = _streams(outcomes, agents)
        self.tie_streams = _streams(ties, agents) if at_random else []
        self.everyone = numpy.arange(agents)
        self.counts = numpy.zeros((agents, len(environment.plan_names)))
        self.first_half = self.counts.copy()
        self.means: list[Array] = []
        self.paths: list[Array] = []
        self.plan = self.everyone * 0
        self.draws: Array = None
        self.tie_draws: Array = None

    def draw(self, length: int) -> None:
        """The randomness of the next periods."""
        import numpy  # for start-up

        self.draws = numpy.array([self.environment.draws(stream, length) for stream in self.streams])
        if self.tie_streams:
            self.tie_draws = numpy.array([stream.random(length) for stream in self.tie_streams])

    def choose(self, step: int) -> None:
        """A myopic best reply of each."""
        import numpy  # for start-up

        self.log_belief -= self.log_belief.max(axis=1, keepdims=True)
        belief = numpy.exp(self.log_belief)
        belief /= belief.sum(axis=1, keepdims=True)
        value = belief @ self.environment.payoff.T
        best = value >= value.max(axis=1, keepdims=True) - self.environment.payoff_tie
        if self.tie_draws is None:
            self.plan = best.argmax(axis=1)
        else:
            rank = numpy.floor(self.tie_draws[:, step] * best.sum(axis=1)).astype(int) + 1
            self.plan = (best.cumsum(axis=1) >= rank[:, None]).argmax(axis=1)

    def act(self, signal: Array) -> Array:
        """The action of each after its signal."""
        return self.environment.plans[self.plan, signal]

    def learn(self, state: Array, signal: Array, action: Array, step: int) -> None:
        """Bayes' rule, after what happened."""
        import numpy  # for start-up

        self.log_belief += self.environment.evidence(state, signal, action, self.draws[:, step])
        if not numpy.isfinite(self.log_belief.max(axis=1)).all():
            raise GameError(
                "an agent saw what every model it holds possible had ruled out; "
                "give a prior on a model that allows everything"
            )
        self.counts[self.everyone, self.plan] += 1

    def record(self, at_half: bool, period: int) -> None:
        """Keeps what was done up to here, where that is asked for."""
        if at_half:
            self.first_half = self.counts.copy()
        if period:
            self.means.append(self.counts.mean(axis=0) / period)
            self.paths.append(self.counts[: self.kept] / period)

    def result(self, game: str, player: str, seed: int, tie_breaking: str, times: tuple[int, ...]) -> Simulation:
        """The summary."""
        import numpy  # for start-up

        late = (self.counts - self.first_half) / (self.periods - self.periods // 2)
        self.log_belief -= self.log_belief.max(axis=1, keepdims=True)
        belief = numpy.exp(self.log_belief)
        belief /= belief.sum(axis=1, keepdims=True)
        names = self.environment.plan_names
        return Simulation(
            game,
            player,
            names,
            self.environment.models,
            len(self.counts),
            self.periods,
            seed,
            tie_breaking,
            _rows(self.counts / self.periods),
            _rows(late),
            tuple((name, float((late[:, a] == 1).mean())) for a, name in enumerate(names)),
            times,
            _rows(numpy.array(self.means)),
            tuple(_rows(path) for path in numpy.array(self.paths).swapaxes(0, 1)),
            _rows(belief),
        )


def _stop(learners: Sequence[_Learners], game: Game, period: int, periods: int, seed: int) -> NoReturn:
    """Notes what was simulated so far, and says that time is up."""
    shares, texts = {}, []
    for own, player in zip(learners, game.players, strict=True):
        means = (float(mean) for mean in own.counts.mean(axis=0) / max(period, 1))
        shares[player.name] = dict(zip(own.environment.plan_names, means, strict=True))
        text = ", ".join(f"{name} {share:.4f}" for name, share in shares[player.name].items())
        texts.append(f"{player.name}: {text}" if len(learners) > 1 else text)
    entry = {
        "agents": len(learners[0].counts), "periods": period, "of": periods, "seed": seed,
        "shares": shares if len(learners) > 1 else shares[game.players[0].name],
    }  # fmt: skip
    note("simulation", lambda: (entry, f"{period} of {periods} periods; shares up to then: {'; '.join(texts)}"))
    raise TimeUp(f"simulated {period} of {periods} periods within the limit on seconds; raise it with --limit-seconds")


def _rows(table: Array) -> tuple[tuple[float, ...], ...]:
    return tuple(tuple(float(entry) for entry in row) for row in table)
