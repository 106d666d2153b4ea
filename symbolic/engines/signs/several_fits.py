r"""Best replies with several families and single models, decided by signs.

The best replies to an action are the actions optimal under some belief on its best fits
(`symbolic.engines.signs.models`). Mixtures of two actions are treated in `symbolic.engines.signs.pairs`, what follows
for the structure in `symbolic.engines.signs.by_pairs`.
"""

from __future__ import annotations

from collections.abc import Sequence

from ...algebra.polynomials import zero_text
from ...algebra.ring import Element
from ...algebra.signs import Sign
from ...algebra.surds import Functions
from ...cells.undecided import attempt
from .by_pairs import ByPairs, Pair
from .exact_fits import is_self_confirming
from .implicit_fits import implicit_fit, sign_at_zero
from .models import SeveralModels
from .pairs import pair_equilibria
from .several_agent import Point, SeveralAgent
from .sign_answer import Set, SignAnswer, SignEquilibrium


def several_answer(
    agent: SeveralAgent, sign: Sign, functions: Functions, omitted: str = "", only: int | None = None
) -> SignAnswer:
    """What is known of the equilibria and the structure where elements of a ring have these signs; exact.

    `omitted`: why mixtures are left open, where they are. `only`: the one action whose best replies are asked for; then
    everything that takes more is open for that reason.
    """
    several = _Several(SeveralModels(agent, sign, functions), omitted)
    return several.answer() if only is None else several.part(only)


class _Several(ByPairs):
    def __init__(self, models: SeveralModels, omitted: str) -> None:
        super().__init__(len(models.actions), omitted)
        self.models = models
        self.jumps = any(slopes.ruled_out for slopes in models.slopes)
        self.zero_of: dict[int, list[Element] | None] = {}

    def on_pair(self, pair: Pair) -> list[SignEquilibrium]:
        """By the paths of the best fits of all families."""
        return pair_equilibria(self.models, pair)

    def _points(self, action: int) -> tuple[Point, ...]:
        return tuple(point for fit in self.models.fits(action) for point in fit.points)

    def replies(self, action: int) -> Set:
        """By the best fits of the class; by signs at a zero where the only one has no closed form."""
        self.zero_of[action] = zero_of = implicit_fit(self.models, action)
        if zero_of is not None:
            return tuple(b for b in self.actions if self._is_best_at(b, zero_of))
        points = self._points(action)
        return tuple(b for b in self.actions if self.models.is_optimal((b,), points))

    def _is_best_at(self, action: int, zero_of: Sequence[Element]) -> bool:
        """Whether an action is a best reply to the zero of a polynomial inside of the only family."""
        models = self.models
        low, high = models.slopes[0].low.value, models.slopes[0].high.value
        assert low is not None and high is not None
        differences = [models.agent.models[0].difference(action, b) for b in self.actions if b != action]
        return all(sign_at_zero(d, zero_of, (low, high), models.ring, models.sign) >= 0 for d in differences)

    def pure(self, action: int, strict: bool) -> SignEquilibrium:
        """With the vertices of the best fits, or the equation of the only one."""
        weights = [self.models.ring.constant(int(a == action)) for a in self.actions]
        zero_of = self.zero_of[action]
        if zero_of is not None:
            text = zero_text(self.models.agent.models[0].coordinate, zero_of, self.models.ring)
            slopes, functions = self.models.slopes[0], self.models.functions
            confirming, _ = attempt(lambda: is_self_confirming(slopes, (action,), functions))
            return SignEquilibrium((action,), tuple(weights), (), 0, True, strict, confirming, (text,))
        points = self._points(action)
        uniform = strict or self.models.is_robust(action, points)
        return self.models.equilibrium((action,), weights, points, uniform, strict)

    def _everything(self) -> tuple[Point, ...] | None:
        """Points that stand for the closure of the class; None where a family is unbounded."""
        slopes = self.models.slopes
        if any(place.value is None for s in slopes for place in (s.low, s.high)):
            return None
        return tuple(point for m in self.models.models for point in self.models.interval(m))

    def may_be_optimal(self, support: Set) -> bool:
        """By points that stand for the closure of the class."""

        def question() -> bool:
            everything = self._everything()
            return everything is None or self.models.is_optimal(support, everything)

        return attempt(question)[0] is not False
