"""Whether a family with one coordinate predicts the truth exactly after given actions, by signs.

After finitely many outcomes that move with x, the first of them fixes x up to finitely many roots of a polynomial; a
model of the family that predicts the truth is one of these.
"""

from __future__ import annotations

from collections.abc import Sequence

from ...algebra.roots import real_roots
from ...algebra.surds import Functions
from ...forms.theta_interval import Place
from .slopes import Slopes


def is_self_confirming(slopes: Slopes, support: Sequence[int], functions: Functions) -> bool:
    """Whether one model predicts the truth after every action of the support.

    Raises NotSupportedError where it would have no closed form.
    """
    return any(_predicts(slopes, place, support) for place in _candidates(slopes, support, functions))


def _candidates(slopes: Slopes, support: Sequence[int], functions: Functions) -> list[Place]:
    """Models of which one predicts the truth if any does."""
    moving = [
        outcome for action in support if slopes.heard[action] for outcome in slopes.agent.laws[action].outcomes
        if any(slopes.sign(c) for c in outcome.prediction[1:])
    ]  # fmt: skip
    if not moving:
        # What happens is predicted alike by all models, so any one, of the closure too, shows it.
        ends = [place for place in (slopes.low, slopes.high) if place.value is not None]
        return ends[:1] or [Place(slopes.ring.constant(0))]
    first = min(moving, key=lambda outcome: len(outcome.prediction))
    gap = (first.prediction[0] - first.chance, *first.prediction[1:])
    roots = real_roots(gap, slopes.sign, functions) or []
    return [Place(root) for root in roots if slopes.theta.holds(root)]


def _predicts(slopes: Slopes, place: Place, support: Sequence[int]) -> bool:
    """Whether the model at a place predicts the truth after every action of the support."""
    for action in support:
        law = slopes.agent.laws[action]
        if law.variance is not None and law.spread is not None and slopes.sign(law.variance - law.spread):
            return False
        if any(slopes.sign(o.chance - slopes.at(o.prediction, place)) for o in law.outcomes):
            return False
    return True
