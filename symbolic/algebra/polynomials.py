"""Polynomials in a coordinate, as the list of their coefficients over the parameters, lowest power first."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import zip_longest

from .ring import Element, Ring
from .signs import Sign
from .text import element_text


def horner(polynomial: Sequence[Element], value: Element) -> Element:
    """The value at a point."""
    total = polynomial[-1]
    for coefficient in reversed(polynomial[:-1]):
        total = total * value + coefficient
    return total


def derivative_by_powers(polynomial: Sequence[Element], ring: Ring) -> tuple[Element, ...]:
    """The derivative."""
    return tuple(ring.constant(power) * c for power, c in enumerate(polynomial) if power)


def stripped(polynomial: Sequence[Element], sign: Sign) -> list[Element]:
    """Without leading coefficients that are zero; empty for the polynomial zero."""
    kept = list(polynomial)
    while kept and not sign(kept[-1]):
        kept.pop()
    return kept


def product(first: Sequence[Element], second: Sequence[Element]) -> list[Element]:
    """The product; empty where one is."""
    if not first or not second:
        return []
    found = [first[0] - first[0]] * (len(first) + len(second) - 1)
    for k, a in enumerate(first):
        for j, b in enumerate(second):
            found[k + j] = found[k + j] + a * b
    return found


def total(first: Sequence[Element], second: Sequence[Element]) -> list[Element]:
    """The sum."""
    return [b if a is None else a if b is None else a + b for a, b in zip_longest(first, second)]


def zero_text(coordinate: str | None, polynomial: Sequence[Element], ring: Ring) -> str:
    """What the one zero inside of Theta is, in words."""
    terms = [f"({element_text(ring, k)})*{coordinate}**{power}" for power, k in enumerate(polynomial)]
    return f"{coordinate} is the zero of {' + '.join(terms)} inside of its domain"
