"""What a formula that was read back means: small trees of its own, and their values in ball arithmetic.

A meaning is a nested tuple: ``("number", Fraction)``, ``("name", text)``, ``("+", a, b)``, ``("-", a, b)``,
``("neg", a)``, ``("*", a, b)``, ``("/", a, b)``, ``("^", a, b)``, ``("log", a)``, ``("exp", a)``, ``("sqrt", a)``; a
statement is ``("<", a, b)`` and so on, ``("and", ...)``, ``("or", ...)``, ``("not", s)``. Nothing here
comes from the program.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import Any, TypeAlias

from flint import arb, ctx, fmpq

Meaning: TypeAlias = tuple[Any, ...]
BITS = 192
_TINY = arb(2) ** -60


class Unreadable(AssertionError):
    """The text is not in the notation that it should be in."""


def ball(value: Fraction) -> Any:
    return arb(fmpq(value.numerator, value.denominator))


def value(meaning: Meaning, point: Mapping[str, Any]) -> Any:
    """The value at a point of balls; not finite where the formula is undefined or that is not decided."""
    kind = meaning[0]
    if kind == "number":
        return ball(meaning[1])
    if kind == "name":
        return point[meaning[1]]
    parts = [value(part, point) for part in meaning[1:]]
    if kind == "^":
        return _power(parts[0], parts[1])
    return OPERATIONS[kind](*parts)


def _power(base: Any, exponent: Any) -> Any:
    whole = exponent.unique_fmpz()
    return base**exponent if whole is None else whole_power(base, int(whole))


def whole_power(base: Any, exponent: int) -> Any:
    """By multiplication: a ball around zero has powers, which the power of balls does not always give."""
    found = arb(1)
    for _ in range(abs(exponent)):
        found = found * base
    return found if exponent >= 0 else _divided(arb(1), found)


def _divided(top: Any, bottom: Any) -> Any:
    return arb("nan") if bottom.contains(0) else top / bottom


OPERATIONS: dict[str, Callable[..., Any]] = {
    "+": operator.add, "-": operator.sub, "*": operator.mul, "/": _divided, "neg": operator.neg,
    "log": lambda a: a.log(), "exp": lambda a: a.exp(), "sqrt": lambda a: a.sqrt(),
}  # fmt: skip


def truth(statement: Meaning, point: Mapping[str, Any]) -> bool | None:
    """Whether the statement holds at the point; None where a term is undefined or a comparison is not decided."""
    kind = statement[0]
    if kind in ("and", "or"):
        parts = [truth(part, point) for part in statement[1:]]
        if (kind == "or") in parts:
            return kind == "or"
        return None if None in parts else kind == "and"
    if kind == "not":
        inner = truth(statement[1], point)
        return None if inner is None else not inner
    if kind == "=>":
        return truth(("or", ("not", statement[1]), statement[2]), point)
    left, right = (value(side, point) for side in statement[1:])
    if not (left.is_finite() and right.is_finite()):
        return None
    signs = {"<": (True, False, False), "<=": (True, True, False), "==": (False, True, False),
             "!=": (True, False, True), ">=": (False, True, True), ">": (False, False, True)}[kind]  # fmt: skip
    if left < right:
        return signs[0]
    if left > right:
        return signs[2]
    return signs[1] if left.is_exact() and right.is_exact() and left == right else None


def agree(first: Any, second: Any) -> bool | None:
    """Whether two values are the same to many digits; None where either is not known well enough to say."""
    if not (first.is_finite() and second.is_finite()):
        return None
    size = arb(1) + abs(first) + abs(second)
    if not (first.rad() < _TINY * size.mid() and second.rad() < _TINY * size.mid()):
        return None
    return bool(first.overlaps(second))


def at_precision(work: Callable[[], Any]) -> Any:
    """The result of work in ball arithmetic with `BITS` bits."""
    with ctx.workprec(BITS):
        return work()
