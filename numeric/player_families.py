r"""Two players with two actions each and one-coordinate families, recomputed on grids straight from the definition.

With s = (s_1, s_2) the probabilities of the second actions and sigma_s the product measure on profiles,

    D_i(s) = U_i(second, theta) - U_i(first, theta)   at the theta that minimizes sum_m sigma_s(m) K_i(theta, m)

for finite models and families alike, the least value being sought on a grid and then by golden section. Where several
thetas tie, D_i takes every value between its limits, beliefs being mixtures; so s is an equilibrium iff at each player
who mixes D_i vanishes or jumps over 0, and D_i has the right sign for the others. Equilibria are found by halving cells
in which the signs change. Everything is floating point; nothing of the exact engine is used.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import product
from typing import Any

import numpy

from ..symbolic.errors import BudgetError, NotSupportedError
from ..symbolic.expressions.reading import Expression, fold
from ..symbolic.floats import nearest_float
from ..symbolic.game.data import Model, Normal, Player
from ..symbolic.game.game import Game

GRID = 801
GOLDEN_STEPS = 48
LEVELS = 20
START = 24
FLAT = 1e-6
TIE = 1e-10
MOST_CELLS = 400

Array = Any


@dataclass(frozen=True)
class _Table:
    """One model: theta on a grid, ``divergence[theta, profile]``, ``gap[theta]`` = U(second) - U(first)."""

    player: Player
    model: Model
    theta: Array
    divergence: Array
    gap: Array


class TwoByTwo:
    """A game of two players with two actions each, on grids.

    Raises NotSupportedError for other shapes of games.

    Examples
    --------
    >>> def seller(own, other):
    ...     truth = {f"{i},{j}": {"mean": str(12 - i - j), "variance": 1} for i in (3, 4) for j in (3, 4)}
    ...     return {"actions": ["3", "4"], "outcomes": "normal", "truth": truth, "payoff": {"3": "3*y", "4": "4*y"},
    ...             "models": {"demand": {"theta": {"a": "[0, 20]"}, "predicts": {
    ...                 "3": {"mean": "a - 3", "variance": 1}, "4": {"mean": "a - 4", "variance": 1}}}}}
    >>> game = Game.from_dict({"format": 1, "name": "sellers",
    ...                        "players": {"one": seller(0, 1), "two": seller(1, 0)}})
    >>> TwoByTwo(game).equilibria()
    [(1.0, 1.0)]
    """

    def __init__(self, game: Game) -> None:
        if len(game.players) != 2 or game.signals or game.parameters:
            raise NotSupportedError("the grid is for two players, no signals and no free parameters")
        if any(len(p.actions) != 2 or len(m.theta) > 1 or m.where for p in game.players for m in p.models):
            raise NotSupportedError("the grid is for two actions and families on an interval")
        self.profiles = tuple(product(*(p.actions for p in game.players)))
        self.tables = tuple(
            tuple(self._table(place, player, model, _start(model)) for model in player.models)
            for place, player in enumerate(game.players)
        )

    def _table(self, place: int, player: Player, model: Model, theta: Array) -> _Table:
        values = {c.name: theta for c in model.theta}
        columns = []
        for profile in self.profiles:
            truth, row = player.truth_row(profile), model.row(profile[place])
            columns.append(_divergence(truth, row, values) + 0 * theta)
        gains = [_payoff(player, model, action, values) + 0 * theta for action in player.actions]
        return _Table(player, model, theta, numpy.stack(columns, axis=-1), gains[1] - gains[0])

    def gaps(self, s: Array) -> Array:
        """``D_i`` at strategies s, an array (n, 2); returns (n, 2)."""
        first, second = 1 - s, s
        weights = numpy.stack(
            [first[:, 0] * first[:, 1], first[:, 0] * second[:, 1], second[:, 0] * first[:, 1],
             second[:, 0] * second[:, 1]], axis=-1)  # fmt: skip
        return numpy.stack([self._gap(*self._fits(place, weights)) for place in range(2)], axis=-1)

    def _ranges(self, corner: tuple[float, float]) -> list[tuple[float, float]]:
        """Least and greatest ``D_i`` over the models that tie at a pure profile."""
        weights = numpy.zeros((1, 4))
        weights[0, int(2 * corner[0] + corner[1])] = 1
        found = []
        for place in range(2):
            least, gap = self._fits(place, weights)
            tied = gap[:, 0][least[:, 0] <= least.min() + TIE]
            found.append((float(tied.min()), float(tied.max())))
        return found

    def _gap(self, least: Array, gap: Array) -> Array:
        """The gap of the model that fits best, by strategy."""
        return gap[numpy.argmin(least, axis=0), numpy.arange(least.shape[1])]

    def _fits(self, place: int, weights: Array) -> tuple[Array, Array]:
        """By model and strategy, the least divergence and the gap there."""
        values, gaps = [], []
        for table in self.tables[place]:
            with numpy.errstate(invalid="ignore"):
                value = _weighted(table.divergence, weights)
            spot = numpy.argmin(value, axis=0)
            best, found = value[spot, numpy.arange(len(weights))], table.gap[spot]
            if table.model.theta:
                best, found = self._refined(place, table, weights, spot)
            values.append(best)
            gaps.append(found)
        return numpy.stack(values), numpy.stack(gaps)

    def _refined(self, place: int, table: _Table, weights: Array, spot: Array) -> tuple[Array, Array]:
        """Golden section around the best point of the grid, for all strategies at once."""
        low = table.theta[numpy.maximum(spot - 1, 0)]
        high = table.theta[numpy.minimum(spot + 1, len(table.theta) - 1)]
        ratio = (5**0.5 - 1) / 2

        def value(theta: Array) -> Array:
            at = self._table(place, table.player, table.model, theta)
            return _sum(at.divergence, weights)

        left, right = high - ratio * (high - low), low + ratio * (high - low)
        f_left, f_right = value(left), value(right)
        for _ in range(GOLDEN_STEPS):
            smaller = f_left < f_right
            low, high = numpy.where(smaller, low, left), numpy.where(smaller, right, high)
            middle = numpy.where(smaller, high - ratio * (high - low), low + ratio * (high - low))
            fresh = value(middle)
            left, right = numpy.where(smaller, middle, right), numpy.where(smaller, left, middle)
            f_left, f_right = numpy.where(smaller, fresh, f_right), numpy.where(smaller, f_left, fresh)
        theta = (low + high) / 2
        at = self._table(place, table.player, table.model, theta)
        return _sum(at.divergence, weights), at.gap

    def equilibria(self) -> list[tuple[float, float]]:
        """The isolated equilibria at which every D_i that must vanish changes its sign, as (s_1, s_2).

        Raises BudgetError where the sign changes do not shrink to points.
        """
        found: list[tuple[float, float]] = []
        for corner in ((0.0, 0.0), (0.0, 1.0), (1.0, 0.0), (1.0, 1.0)):
            ranges = self._ranges(corner)
            if all(high >= -FLAT if s else low <= FLAT for (low, high), s in zip(ranges, corner, strict=True)):
                found.append(corner)
        for mixing, other in ((0, 1), (1, 0)):
            for side in (0.0, 1.0):
                found += [
                    (s, side) if mixing == 0 else (side, s) for s in self._along(mixing, other, side)
                ]
        return found + self._inside()

    def _along(self, mixing: int, other: int, side: float) -> list[float]:
        """One player mixes, the other plays an end."""
        edges = numpy.linspace(0, 1, 16 * START + 1)
        found = []

        def gaps(shares: Array) -> Array:
            s = numpy.full((len(shares), 2), side)
            s[:, mixing] = shares
            return self.gaps(s)

        signs = numpy.sign(gaps(edges)[:, mixing])
        for k in numpy.where(signs[:-1] * signs[1:] < 0)[0]:
            low, high = edges[k], edges[k + 1]
            for _ in range(40):
                middle = (low + high) / 2
                same = numpy.sign(gaps(numpy.array([middle]))[0, mixing]) == signs[k]
                low, high = (middle, high) if same else (low, middle)
            there = gaps(numpy.array([(low + high) / 2]))[0, other]
            if (there >= -FLAT) if side else (there <= FLAT):
                found.append(float((low + high) / 2))
        return found

    def _inside(self) -> list[tuple[float, float]]:
        """Both mix: cells in whose corners both gaps change sign, halved again and again."""
        width = 1.0 / START
        cells = numpy.array([(i * width, j * width) for i in range(START) for j in range(START)])
        for level in range(LEVELS + 1):
            corners = numpy.stack([cells + width * numpy.array(c) for c in product((0, 1), repeat=2)], axis=1)
            gap = self.gaps(numpy.clip(corners.reshape(-1, 2), 0, 1)).reshape(len(cells), 4, 2)
            changing = (gap.min(axis=1) <= 0) & (gap.max(axis=1) >= 0)
            cells = cells[changing.all(axis=1)]
            if level == LEVELS or not len(cells):
                break
            if len(cells) > MOST_CELLS:
                raise BudgetError("the gaps vanish on a curve or an area of mixtures; compare single points instead")
            width /= 2
            cells = numpy.concatenate([cells + width * numpy.array(c) for c in product((0, 1), repeat=2)])
        found: list[tuple[float, float]] = []
        for cell in cells:
            point = (float(cell[0] + width / 2), float(cell[1] + width / 2))
            inside = all(1e-5 < x < 1 - 1e-5 for x in point)
            if inside and not any(max(abs(a - b) for a, b in zip(point, p, strict=True)) < 1e-4 for p in found):
                found.append(point)
        return found


def _weighted(divergence: Array, weights: Array) -> Array:
    """``sum_m w(m) K(theta, m)`` by theta and strategy, 0 times infinity being 0."""
    total = numpy.zeros((len(divergence), len(weights)))
    for m in range(divergence.shape[1]):
        column, weight = divergence[:, m, None], weights[None, :, m]
        total += numpy.where(weight > 0, weight * column, 0.0)
    return total


def _sum(divergence: Array, weights: Array) -> Array:
    """The same where theta and strategy run together."""
    with numpy.errstate(invalid="ignore"):
        return numpy.where(weights > 0, weights * divergence, 0.0).sum(axis=-1)


def _start(model: Model) -> Array:
    if not model.theta:
        return numpy.zeros(1)
    (coordinate,) = model.theta
    low, high = coordinate.domain.low, coordinate.domain.high
    if low is None or high is None:
        raise NotSupportedError(f"the family {model.name} is unbounded; give it finite ends")
    return numpy.linspace(nearest_float(low), nearest_float(high), GRID)


def _divergence(truth: Any, row: Any, values: Mapping[str, Array]) -> Array:
    with numpy.errstate(divide="ignore", invalid="ignore"):
        if isinstance(truth, Normal):
            mean, variance = _value(row.mean, values), _value(row.variance, values)
            miss = _value(truth.variance, {}) + (_value(truth.mean, {}) - mean) ** 2
            return (numpy.log(variance) + miss / variance) / 2
        total = 0.0
        for q, p in zip(truth, row, strict=True):
            chance = _value(q, {})
            if chance > 0:
                total = total - chance * numpy.log(_value(p, values))
        return numpy.where(numpy.isnan(total), numpy.inf, total)


def _payoff(player: Player, model: Model, action: str, values: Mapping[str, Array]) -> Array:
    row, payoff = model.row(action), player.payoff_row(action)
    if isinstance(row, Normal):
        # The payoffs drawn here are affine in y, so that the mean is all that counts.
        return _value(payoff, {**values, "y": _value(row.mean, values)})
    assert isinstance(payoff, tuple)
    return sum(_value(p, values) * _value(r, values) for p, r in zip(row, payoff, strict=True))


def _value(expression: Expression | Any, values: Mapping[str, Array]) -> Array:
    """A polynomial expression on arrays."""

    def times(parts: list[Any]) -> Any:
        total = 1.0
        for part in parts:
            total = total * part
        return total

    return fold(expression, float, lambda n: values[n], sum, times, lambda b, e: b**e, lambda f, x: x)
