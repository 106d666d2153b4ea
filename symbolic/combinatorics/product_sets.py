"""Product sets of plans under an operator Gamma: rationalizable rounds, smallest and minimal closed sets.

``B_0`` = everything and ``B_{n+1} = B_n n Gamma(B_n)`` until it stops; a set is closed iff ``Gamma(B)`` lies inside B
(Esponda & Pouzo 2025, arXiv:2505.20708). Gamma is monotone, so the smallest closed set around a profile is reached by
adding what it yields, and the minimal ones among these are all minimal closed sets.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from .shape import Sets

Operator = Callable[[Sets], Sets]


def rationalizable_rounds(everything: Sets, gamma: Operator) -> tuple[Sets, ...]:
    """``B_0, B_1, ...`` up to the first that is kept.

    >>> rationalizable_rounds(((0, 1), (0, 1)), lambda sets: ((1,), sets[0]))
    (((0, 1), (0, 1)), ((1,), (0, 1)), ((1,), (1,)))
    """
    rounds = [everything]
    while True:
        current = rounds[-1]
        following = tuple(tuple(sorted(set(a) & set(b))) for a, b in zip(current, gamma(current), strict=True))
        if following == current:
            return tuple(rounds)
        rounds.append(following)


def closure(start: Sets, gamma: Operator) -> Sets:
    """The smallest closed product set that holds this one.

    >>> closure(((0,), (0,)), lambda sets: ((1,), sets[0]))
    ((0, 1), (0, 1))
    """
    current = start
    while True:
        following = tuple(tuple(sorted({*a, *b})) for a, b in zip(current, gamma(current), strict=True))
        if following == current:
            return current
        current = following


def minimal_sets(closures: Iterable[Sets]) -> tuple[Sets, ...]:
    """The sets that hold no other one, sorted."""
    found = set(closures)
    return tuple(sorted(c for c in found if not any(_is_smaller(other, c) for other in found)))


def _is_smaller(first: Sets, second: Sets) -> bool:
    return first != second and all(set(a) <= set(b) for a, b in zip(first, second, strict=True))
