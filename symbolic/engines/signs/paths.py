r"""The best fits of families on a line to the mixtures of two actions, decided by signs.

Let a mixture play a and b with weights 1 - s and s. The best fit of a family moves with s from its best fit to a to
the one to b, or stays where one of the actions is silent, or where a model fits both best: then all models that do, and
no others, fit every mixture best. The least divergence V_m(s) of a family m is concave in s, linear where its best fit
does not move. As K is convex (`symbolic.engines.signs.slopes`, `curved_fits`), a best fit that moves passes through all
points between.
"""

from __future__ import annotations

from dataclasses import dataclass

from ...algebra.ring import Element
from ...algebra.roots import real_roots
from ...errors import NotSupportedError
from .curved_fits import is_convex
from .models import NO_CLOSED_FORM, SeveralModels
from .several_agent import Point

Pair = tuple[int, int]
Weights = tuple[Element, Element]


@dataclass(frozen=True, slots=True)
class Path:
    """The best fits of one family to the mixtures of two actions: `ends` at the pure ones, `points` all along.

    `points` are empty where the best fit moves; `inside`: it does so in the interior of Theta, from one exact fit to
    another; `curved`: along predictions that are no products of affine factors.
    """

    model: int
    ends: tuple[Point, Point]
    points: tuple[Point, ...]
    inside: bool
    curved: bool


class Paths:
    """The paths of the families of a class for two actions, and comparisons of models at mixtures."""

    def __init__(self, models: SeveralModels, pair: Pair) -> None:
        self.models, self.pair, self.sign = models, pair, models.sign
        self.names = " and ".join(models.agent.actions[a] for a in pair)

    def path_of(self, model: int) -> Path | None:
        """The path of a family; None where it rules out what happens."""
        slopes, (a, b) = self.models.slopes[model], self.pair
        if {a, b} & slopes.ruled_out:
            return None
        heard = [slopes.heard[action] for action in (a, b)]
        fits = [self.models.family_fit(model, action) for action in (a, b)]
        if fits[0] is None or fits[1] is None:
            return None
        if not all(heard):
            fixed = fits[heard.index(True)] if any(heard) else fits[0]
            assert fixed is not None
            return Path(model, (fixed.points[0], fixed.points[0]), fixed.points, False, False)
        # A model that fits both actions best fits all mixtures best, and no others do then.
        common = tuple(p for p in fits[0].points if not all(self.sign(p.value - q.value) for q in fits[1].points))
        if common:
            return Path(model, (common[0], common[0]), common, False, False)
        curved = sorted({a, b} & slopes.curved)
        if not all(is_convex(self.models, model, action) for action in curved):
            raise NotSupportedError(
                f"mixtures of {self.names}, to which the fit of {self.models.agent.models[model].model} need not have "
                "one best point, have no closed form; fix a parameter with --at"
            )
        (first,), (second,) = fits[0].points, fits[1].points
        ends = [p.value for p in (slopes.low, slopes.high)]
        inside = not any(end is not None and (end - p.value).is_zero() for end in ends for p in (first, second))
        return Path(model, (first, second), (), inside, bool(curved))

    def gap(self, action: int, first: Point, second: Point) -> Element:
        return self.models.gap(action, first, second)

    def is_dominated(self, path: Path, other: Path) -> bool:
        """Whether the other fits every mixture better: V is concave, and linear for a path that does not move."""
        if not other.points:
            return False
        orders = [
            self.models.is_better(action, end, fixed)
            for action, end, fixed in zip(self.pair, path.ends, other.ends, strict=True)
        ]
        return min(orders) >= 0 and (max(orders) > 0 or not path.points)

    def is_alike(self, path: Path, other: Path) -> bool:
        """Whether two models that do not move fit all mixtures alike."""
        if not path.points or not other.points:
            return False
        return path is other or not any(
            self.models.is_better(action, path.points[0], other.points[0]) for action in self.pair
        )

    def advantage(self, point: Point) -> Element:
        return self.models.payoff(point, self.pair[0]) - self.models.payoff(point, self.pair[1])

    def sides(self, path: Path) -> set[int]:
        """The signs that ``U_a - U_b`` may have along a path, or on a set that does not move."""
        signs = {self.sign(self.advantage(p)) for p in (path.points or path.ends)}
        if {-1, 1} <= signs:
            return signs | {0}
        return {-1, 0, 1} if self.turning_points(path) else signs

    def turning_points(self, path: Path) -> list[Element]:
        """Where the two actions tie strictly between the ends of a path that moves."""
        low, high = (end.value for end in path.ends)
        signs = {self.sign(self.advantage(p)) for p in path.ends}
        ahead = self.models.agent.models[path.model].difference(*self.pair)
        if path.points or (len(ahead) == 2 and signs != {-1, 1}):
            return []
        roots = real_roots(ahead, self.sign, self.models.functions) or []
        return [x for x in roots if self.sign(x - low) * self.sign(x - high) < 0]

    def best(self, paths: list[Path], weights: Weights) -> list[Point]:
        """The best fits of the class at a mixture: all vertices of those of the models that fit best."""
        best: list[list[Point]] = []
        for path in paths:
            points = list(path.points) or [self.fit_at(path, weights)]
            order = self.order(points[0], best[0][0], weights) if best else -1
            best = [points] if order < 0 else best if order > 0 else [*best, points]
        return [point for points in best for point in points]

    def order(self, first: Point, second: Point, weights: Weights) -> int:
        a, b = self.pair
        orders = [self.models.is_better(action, first, second) for action in (a, b)]
        if min(orders) >= 0 or max(orders) <= 0:
            return max(orders) + min(orders)
        return self.sign(weights[0] * self.gap(a, first, second) + weights[1] * self.gap(b, first, second))

    def fit_at(self, path: Path, weights: Weights) -> Point:
        """The best fit of a moving path at a mixture."""
        slopes = self.models.slopes[path.model]
        for place in (slopes.low, slopes.high):
            if place.value is None or path.inside:
                continue
            found = [slopes.slope(action, place) for action in self.pair]
            if found[0] is not None and found[1] is not None:
                total = weights[0] * found[0] + weights[1] * found[1]
                if self.sign(total) * place.side <= 0:
                    return Point(path.model, place.value)
        parts = [slopes.stationarity(action)[0] for action in self.pair]
        model = self.models.agent.models[path.model]
        if model.laws[self.pair[0]].variance is None:
            parts = [slopes.mixed_stationarity(self.pair, weights)]
            if len(parts[0]) > 2:
                raise NotSupportedError(NO_CLOSED_FORM.format(model.model, f"mixtures of {self.names}"))
            return Point(path.model, -(parts[0][0] / parts[0][1]))
        total, slope = self.models.ring.constant(0), self.models.ring.constant(0)
        for action, weight, (start, step) in zip(self.pair, weights, parts, strict=True):
            variance = model.laws[action].variance
            assert variance is not None
            total, slope = total + weight * step * start / variance, slope + weight * step * step / variance
        return Point(path.model, -(total / slope))
