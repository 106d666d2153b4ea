r"""Mixtures of two actions with several families and single models, decided by signs.

With weights 1 - s and s, and the least divergence V_m(s) of a family m (`symbolic.engines.signs.paths`), a mixture is
an equilibrium iff some belief on the models with the least V_m(s) makes both actions optimal. Between beliefs that
favour a and beliefs that favour b some model is indifferent, or two models tie. If no best fit moves and all models fit
alike, all mixtures are equilibria or none is. Other continua apart, s is one of

* a mixture at which the best fit of one family, moving with s, crosses a point of indifference x_t, a root of the
  polynomial U_a - U_b: ``(1 - s) k_a(x_t) + s k_b(x_t) = 0``;
* a tie of two models that favour different actions. Linear V tie where ``(1 - s) d_a + s d_b = 0``, d their difference.
  With normal outcomes and a best fit inside of Theta all along, with ``alpha = d_a**2 / v_a``, ``beta = d_b**2 / v_b``,

      2 V(s) = (1 - s) (log v_a + s_a/v_a) + s (log v_b + s_b/v_b)
               + (1 - s) s alpha beta (x_a - x_b)**2 / ((1 - s) alpha + s beta),

  so that a tie with a linear V is a root of a quadratic in s / (1 - s), and one of two such families with equal
  variances is linear.

At each of them the V are compared and beliefs on all tied models looked at. The other cases are named as not decided.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import combinations

from ...algebra.ring import Element
from ...errors import NotSupportedError
from .models import SeveralModels
from .paths import Pair, Path, Paths, Weights
from .several_agent import Point
from .sign_answer import SignEquilibrium

Stretch = tuple[Weights | None, Weights | None]

PURE: Stretch = (None, None)


def pair_equilibria(models: SeveralModels, pair: Pair) -> list[SignEquilibrium]:
    """The equilibria with exactly these two actions in the support; exact.

    Raises NotSupportedError where they are a continuum or have no closed form.
    """
    return _Pair(models, pair).equilibria()


class _Pair(Paths):
    def equilibria(self) -> list[SignEquilibrium]:
        """All of them."""
        paths = [p for p in (self.path_of(m) for m in self.models.models) if p is not None]
        paths = [p for p in paths if not any(self.is_dominated(p, other) for other in paths if other is not p)]
        if paths and all(self.is_alike(paths[0], other) for other in paths):
            return self._throughout([point for path in paths for point in path.points])
        sides = {p.model: self.sides(p) for p in paths}
        if len({s for found in sides.values() for s in found}) == 1 and not any(0 in s for s in sides.values()):
            return []
        crossings = [crossing for p in paths for crossing in self._crossings(p, sides[p.model])]
        if len(paths) == 1:
            return [e for weights, point in crossings for e in self._at(weights, [point])]
        if any(path.curved for path in paths):
            raise NotSupportedError(
                f"ties of models in the fit to mixtures of {self.names}, of which one predicts what is not affine, are "
                "not covered; fix a parameter with --at"
            )
        mixtures = [weights for weights, _ in crossings]
        for first, second in combinations(paths, 2):
            if sides[first.model] | sides[second.model] >= {-1, 1}:
                mixtures += self._ties(first, second)
        found: list[SignEquilibrium] = []
        kept: list[Weights] = []
        for here in mixtures:
            if any(not self.sign(here[0] * other[1] - here[1] * other[0]) for other in kept):
                continue
            kept.append(here)
            found += self._at(here, self.best(paths, here))
        return found

    def _at(self, here: Weights, points: list[Point]) -> list[SignEquilibrium]:
        """The mixture with these best fits, if it is an equilibrium."""
        if not self.models.is_optimal(self.pair, points):
            return []
        return [self.models.equilibrium(self.pair, self._strategy(here), points)]

    def _throughout(self, points: list[Point]) -> list[SignEquilibrium]:
        """All mixtures, whose best fits are these, if they are equilibria."""
        if not self.models.is_optimal(self.pair, points):
            return []
        one = self.models.ring.constant(1)
        described = f"0 < sigma({self.models.agent.actions[self.pair[1]]}) < 1"
        found = self.models.equilibrium(self.pair, self._strategy((one, one)), points)
        return [replace(found, dimension=1, conditions=(described,))]

    def _strategy(self, here: Weights) -> list[Element]:
        strategy = [self.models.ring.constant(0)] * len(self.models.actions)
        for action, weight in zip(self.pair, here, strict=True):
            strategy[action] = self.models.functions.reduced(weight / (here[0] + here[1]))
        return strategy

    def _is_beaten(self, fixed: Point, moving: Path, stretch: Stretch) -> bool:
        """Whether an end of the moving family fits no worse than a model at both ends of a stretch of mixtures.

        Then the family fits better between them, because its best fit moves. Further models of the family would do as
        well, but their predictions move with the parameters.
        """
        slopes = self.models.slopes[moving.model]
        for place, is_open in ((slopes.low, slopes.theta.low_open), (slopes.high, slopes.theta.high_open)):
            if place.value is None or is_open:
                continue
            point = Point(moving.model, place.value)
            if all(self.models.is_possible(point, action) for action in self.pair):
                orders = [
                    self.models.is_better(action, point, fixed) if weights is None
                    else self.order(point, fixed, weights)
                    for action, weights in zip(self.pair, stretch, strict=True)
                ]  # fmt: skip
                if max(orders) <= 0:
                    return True
        return False

    # Candidates

    def _crossings(self, path: Path, sides: set[int]) -> Iterator[tuple[Weights, Point]]:
        """The mixtures at which the best fit of a path crosses a point of indifference, with this point."""
        if 0 not in sides:
            return
        name = self.models.agent.models[path.model].model
        if path.points or sides == {0}:
            raise NotSupportedError(
                f"mixtures of {self.names} that {name} fits best may be a continuum on a part of the domain"
            )
        if not all(self.sign(self.advantage(p)) for p in path.ends) and not path.inside:
            # A tie at an end of the path belongs to a pure action alone only where the best fit moves off at once.
            raise NotSupportedError(
                f"mixtures of {self.names} whose best fit stays at an end of {name} may be a continuum on a part "
                "of the domain"
            )
        for x in self.turning_points(path):
            point = Point(path.model, x)
            first, second = (self.models.slope(action, point) for action in self.pair)
            yield self._balance(first, second, self.sign(first)), point

    def _ties(self, first: Path, second: Path) -> Iterator[Weights]:
        """The mixtures at which two models tie."""
        if first.points and second.points:
            yield from self._linear_tie(first.points[0], second.points[0])
            return
        if first.points or second.points:
            moving, fixed = (second, first) if first.points else (first, second)
            if not moving.inside:
                yield from self._clipped_tie(moving, fixed)
                return
            if self._is_beaten(fixed.points[0], moving, PURE):
                return
        if self.models.agent.models[0].laws[self.pair[0]].variance is None:
            raise NotSupportedError(
                f"a tie of two models in the fit to mixtures of {self.names}, one of whose best fits moves with the "
                "mixture, has no closed form; fix a parameter with --at"
            )
        if not all(path.points or path.inside for path in (first, second)):
            raise NotSupportedError(
                f"ties of models in the fit to mixtures of {self.names} whose best fits reach an end of theta are not "
                "covered; fix a parameter with --at"
            )
        if first.points or second.points:
            yield from self._quadratic_tie(moving, fixed)
        else:
            yield from self._moving_tie(first, second)

    def _clipped_tie(self, moving: Path, fixed: Path) -> Iterator[Weights]:
        """Ties of a model with a family whose best fit stays at an end of Theta until it moves off, and on from there.

        While it stays, V is linear. Where it moves, V is strictly concave: no tie if the family fits no better at both
        ends of that stretch, and none if some model of the family fits as well at both.
        """
        stretch: list[Weights | None] = []
        orders = []
        for k, (action, point) in enumerate(zip(self.pair, moving.ends, strict=True)):
            turn = self._turn(moving, k)
            stretch.append(turn)
            if turn is None:
                orders.append(self.models.is_better(action, point, fixed.points[0]))
                continue
            orders.append(self.order(point, fixed.points[0], turn))
            for weights in self._linear_tie(point, fixed.points[0]):
                # Nearer to the action itself than the mixture at which the best fit moves off.
                gap = weights[1] * turn[0] - weights[0] * turn[1]
                if self.sign(gap) * (1 if k == 0 else -1) <= 0:
                    yield weights
        if min(orders) < 0 and not self._is_beaten(fixed.points[0], moving, (stretch[0], stretch[1])):
            raise NotSupportedError(
                f"a tie of two models in the fit to mixtures of {self.names}, one of whose best fits moves with the "
                "mixture, has no closed form; fix a parameter with --at"
            )

    def _turn(self, moving: Path, k: int) -> Weights | None:
        """The mixture at which the best fit moves off the end where it is at one of the two actions; None: at once."""
        slopes, point = self.models.slopes[moving.model], moving.ends[k]
        place = next(
            (p for p in (slopes.low, slopes.high) if p.value is not None and (p.value - point.value).is_zero()), None
        )
        if place is None or not self.models.is_possible(point, self.pair[1 - k]):
            return None
        first, second = (slopes.slope(action, place) for action in self.pair)
        if first is None or second is None or not self.sign((first, second)[k]):
            return None
        return self._balance(first, second, self.sign(first))

    def _linear_tie(self, first: Point, second: Point) -> Iterator[Weights]:
        orders = [self.models.is_better(action, first, second) for action in self.pair]
        if not any(orders):
            raise NotSupportedError(f"two models fit all mixtures of {self.names} alike on a part of the domain")
        if orders[0] * orders[1] < 0:
            d_a, d_b = (self.gap(action, first, second) for action in self.pair)
            yield self._balance(d_a, d_b, orders[0])

    def _bend(self, path: Path) -> tuple[Element, Element, Element]:
        """alpha, beta, alpha beta (x_a - x_b)**2."""
        model = self.models.agent.models[path.model]
        found = []
        for action in self.pair:
            law = model.laws[action]
            assert law.variance is not None
            found.append(law.outcomes[0].step ** 2 / law.variance)
        alpha, beta = found
        return alpha, beta, alpha * beta * (path.ends[0].value - path.ends[1].value) ** 2

    def _quadratic_tie(self, moving: Path, fixed: Path) -> Iterator[Weights]:
        """``q_0 + q_1 t + q_2 t**2 == 0`` for ``t = s / (1 - s) > 0``, times the positive alpha + beta t."""
        alpha, beta, bend = self._bend(moving)
        low, high = (self.gap(a, end, fixed.points[0]) for a, end in zip(self.pair, moving.ends, strict=True))
        q0, q1, q2 = low * alpha, low * beta + high * alpha + bend, high * beta
        signs = self.sign(low), self.sign(high)
        if max(signs) >= 0 and min(signs) >= 0:
            return  # the other model fits better all along
        if not all(signs):
            if self.sign(q1) > 0:
                yield (q1, -q0) if signs[0] else (-q2, q1)
            return
        outside = q1 * q1 - self.models.ring.constant(4) * q0 * q2
        side = self.models.ring.constant(signs[1])
        below = self.models.ring.constant(2) * side * q2
        if signs[0] != signs[1]:
            # One root is positive: with a positive q2 the greater one, otherwise the smaller one.
            yield below, self.models.functions.sqrt(outside) - side * q1
            return
        # Both coefficients are negative: both roots are positive, or none is.
        order = self.sign(outside) if self.sign(q1) > 0 else -1
        if order == 0:
            yield below, q1
        elif order > 0:
            root = self.models.functions.sqrt(outside)
            yield below, q1 + root
            yield below, q1 - root

    def _balance(self, first: Element, second: Element, side: int) -> Weights:
        """Positive weights with ``w_a first + w_b second == 0``, for opposite signs, that of the first given."""
        sign = self.models.ring.constant(side)
        return -(sign * second), sign * first

    def _moving_tie(self, first: Path, second: Path) -> Iterator[Weights]:
        """Two families that fit both actions exactly: ``c / (alpha + beta t)`` is the same for both."""
        if any(not self.gap(a, p, q).is_zero() for a, p, q in zip(self.pair, first.ends, second.ends, strict=True)):
            raise NotSupportedError(
                f"ties of families with different variances in the fit to mixtures of {self.names} are not covered; "
                "fix a parameter with --at"
            )
        (a1, b1, c1), (a2, b2, c2) = self._bend(first), self._bend(second)
        low, high = c1 * a2 - c2 * a1, c1 * b2 - c2 * b1
        signs = self.sign(low), self.sign(high)
        if signs == (0, 0):
            raise NotSupportedError(f"two families fit all mixtures of {self.names} alike on a part of the domain")
        if signs[0] * signs[1] < 0:
            yield self._balance(low, high, signs[0])


__all__ = ["pair_equilibria"]
