r"""Which of two models fits better, by signs.

Let two models predict p and p' after an action whose outcomes have the chances q, all of those that happen predicted
with positive chance. Then

    K(p) - K(p') = sum_y q_y log(p'_y / p_y),

which is at most 0 where p = q (and 0 only if p' = q as well). Of two outcomes let one have the chance q. If p and p'
are on one side of q, the nearer one fits better, because K is strictly monotone on either side; logarithms are needed
only where q lies between them. With normal outcomes of mean m and variance s, and predictions (mean, variance),

    2 (K - K') = log v - log v' + (s + (mu - m)**2) / v - (s + (mu' - m)**2) / v'.

Source: Esponda & Pouzo 2016, section 2 (definitions); the rest is calculus.
"""

from __future__ import annotations

from collections.abc import Sequence

from ...algebra.ring import Element
from ...algebra.signs import Sign
from ...algebra.surds import Functions


def divergence_gap(
    chances: Sequence[Element], first: Sequence[Element], second: Sequence[Element], functions: Functions
) -> Element:
    """``K(first) - K(second)`` over the outcomes that happen; finitely many outcomes."""
    total = functions.ring.constant(0)
    for chance, p, other in zip(chances, first, second, strict=True):
        if not (other - p).is_zero():
            total = total + chance * functions.log(other / p)
    return total


def normal_gap(
    mean: Element,
    spread: Element,
    first: tuple[Element, Element],
    second: tuple[Element, Element],
    functions: Functions,
) -> Element:
    """``2 (K(first) - K(second))`` for predictions (mean, variance) of a normal outcome."""

    def miss(law: tuple[Element, Element]) -> Element:
        return (spread + (law[0] - mean) ** 2) / law[1]

    gap = miss(first) - miss(second)
    return gap if (first[1] - second[1]).is_zero() else gap + functions.log(first[1] / second[1])


def better_fit(
    chances: Sequence[Element],
    first: Sequence[Element],
    second: Sequence[Element],
    outcomes: int,
    sign: Sign,
    functions: Functions,
) -> int:
    """The sign of ``K(first) - K(second)``, both finite; `chances` of those of the `outcomes` that happen."""
    if len(chances) == 1:
        return sign(second[0] - first[0])
    misses, others = (
        [sign(p - q) for p, q in zip(law[:1] if outcomes == 2 else law, chances, strict=False)]
        for law in (first, second)
    )
    if not any(misses) or not any(others):
        return int(any(misses)) - int(any(others))
    if outcomes == 2 and misses == others:
        return misses[0] * sign(first[0] - second[0])
    return sign(divergence_gap(chances, first, second, functions))
