"""What simulated learners did, as data, and beside what is predicted of them.

Almost surely every action played infinitely often is rationalizable (Esponda & Pouzo 2025, arXiv:2505.20708), and play
can converge to a pure action only if that is a uniform equilibrium (Fudenberg, Lanzani & Strack 2021, Econometrica
89(3)). Numerical: an illustration at a finite horizon.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any

from ..symbolic.errors import GameError
from ..symbolic.floats import nearest_float
from ..symbolic.results.equilibrium import Part
from ..symbolic.results.equilibrium_documents import weights_document
from ..symbolic.results.solution import Solution


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
    others : the same of the other players, where there are several: agent i of each belongs to group i
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
    others: tuple[Simulation, ...] = ()

    @property
    def players(self) -> tuple[Simulation, ...]:
        """What each player did, in the order of the game."""
        return (self, *self.others)

    @property
    def shares(self) -> tuple[tuple[str, float], ...]:
        """Share of play of each action over the second half of the periods, over all agents."""
        return tuple(
            (action, math.fsum(row[a] for row in self.late) / self.agents) for a, action in enumerate(self.actions)
        )

    def to_json(self) -> dict[str, Any]:
        """A JSON-able dictionary: the summary and the paths, without the table of all agents.

        `mean_path` and `paths` are those of the only player; of several, by player.
        """
        mean_paths = {own.player: own._path(own.mean_path) for own in self.players}
        paths = {own.player: [own._path(path) for path in own.paths] for own in self.players}
        return {
            "format": 1,
            "game": self.game,
            "agents": self.agents,
            "periods": self.periods,
            "seed": self.seed,
            "tie_breaking": self.tie_breaking,
            "shares": {own.player: dict(own.shares) for own in self.players},
            "locked": {own.player: dict(own.locked) for own in self.players},
            "times": list(self.times),
            "mean_path": mean_paths if self.others else mean_paths[self.player],
            "paths": paths if self.others else paths[self.player],
        }

    def _path(self, rows: Sequence[Sequence[float]]) -> list[dict[str, float]]:
        return [dict(zip(self.actions, row, strict=True)) for row in rows]


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

    >>> from berknash.numeric.learners import simulate
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


def compare_with_solution(simulation: Simulation, solution: Solution) -> tuple[Comparison | None, ...]:
    """What each player did, beside a solution at the same parameters; None where its rationalizable set is open.

    Strategies after signals are mixtures of plans, signal by signal.
    """
    if not solution.rationalizable:
        return tuple(None for _ in simulation.players)
    sets = solution.rationalizable[0].value
    found = []
    for place, own in enumerate(simulation.players):
        parts = [(e, e.parts[place]) for e in solution.equilibria]
        uniform = [_plans(part)[0][0] for e, part in parts if e.pure and e.uniform]
        found.append(compare_with_prediction(own, sets[place], uniform, [dict(_plans(part)) for _, part in parts]))
    return tuple(found)


def _plans(part: Part) -> list[tuple[str, float]]:
    """The weight of each plan that is played."""
    rows = []
    for signal, weights in part.strategy:
        numbers = {name: nearest_float(w["approx"] or 0.0) for name, w in weights_document(weights).items()}
        rows.append([(f"{signal}:{name}" if signal else name, w) for name, w in numbers.items() if w])
    return [
        ("|".join(name for name, _ in choice), math.prod(weight for _, weight in choice)) for choice in product(*rows)
    ]
