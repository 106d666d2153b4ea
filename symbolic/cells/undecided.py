"""What a solution leaves open, and why.

An engine that stops at one support of strategies or one set of mixtures still decides the others. What it could not
decide is kept by name, so that a list of equilibria says what it does not cover: nothing is dropped silently.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeAlias, TypeVar

from ..errors import BudgetError, NotSupportedError, UndecidedError
from .conditions import ALWAYS, Condition

Value = TypeVar("Value")

Supports: TypeAlias = tuple[tuple[str, tuple[tuple[str, tuple[str, ...]], ...]], ...]
"""For each player, by name, the actions after each own signal ("" without signals)."""


@dataclass(frozen=True, slots=True)
class Undecided:
    """One open question of a solution.

    Attributes
    ----------
    what : "equilibria" (whether further ones have exactly this support), "transition" (whether the edge exists),
        "rationalizable", "transitions" (all of them), "absorbing", "closed", "cycles", "cycle lengths" (up to which
        all cycles are listed) or "cells" (not all of them were listed)
    names : the support, the edge, or the actions that are not settled
    reason : why it was not decided, with a remedy where there is one
    where : with free parameters, the exact condition under which it is open; None: everywhere
    supports : the support by player and signal, where there are several players or signals
    count : where further equilibria are open on many supports, how many these are, all of them inside `supports`
    witnessed : whether a point is known where it is open

    Examples
    --------
    >>> str(Undecided("equilibria", ("a", "b"), "the algebra outgrows its limits"))
    'equilibria with support {a, b}: the algebra outgrows its limits'
    """

    what: str
    names: tuple[str, ...]
    reason: str
    where: Condition | None = None
    supports: Supports = ()
    count: int | None = None
    witnessed: bool = True

    @property
    def condition(self) -> Condition:
        """Where it is open."""
        return ALWAYS if self.where is None else self.where

    @property
    def support(self) -> tuple[tuple[tuple[str, tuple[str, ...]], ...], ...]:
        """The actions by player and signal, without the players' names."""
        return tuple(own for _, own in self.supports)

    def __str__(self) -> str:
        why = self.reason if self.where is None else f"where {self.where}: {self.reason}"
        inside = "; ".join(f"{player}: {_played(own)}" for player, own in self.supports) or ", ".join(self.names)
        if self.count is not None:
            return f"equilibria with {self.count} supports inside {inside}: {why}"
        if self.supports:
            return f"{self.what} {inside}: {why}"
        if self.what == "equilibria":
            return f"equilibria with support {{{inside}}}: {why}"
        if self.what == "transition":
            return f"transition {self.names[0]} -> {self.names[1]}: {why}"
        return f"{self.what}, for {{{inside}}}: {why}" if inside else f"{self.what}: {why}"


def _played(support: tuple[tuple[str, tuple[str, ...]], ...]) -> str:
    sets = [(f"{signal}: " if signal else "") + "{" + ", ".join(sorted(own)) + "}" for signal, own in support]
    return ", ".join(sets)


def open_supports(
    players: Sequence[str],
    supports: Sequence[tuple[tuple[str, tuple[str, ...]], ...]],
    reason: str,
    condition: Condition | None = None,
    witnessed: bool = True,
    count: int | None = None,
) -> Undecided:
    """A profile of supports (or `count` of them inside a product) on which equilibria are neither found nor excluded.

    >>> str(open_supports(["row", "column"], [(("", ("a", "b")),), (("", ("c",)),)], "a polynomial system"))
    'equilibria row: {a, b}; column: {c}: a polynomial system'
    """
    where = None if condition is None or condition.is_always() else condition
    named = tuple(zip(players, supports, strict=True))
    return Undecided("equilibria", (), reason, where, named, count, witnessed)


def attempt(compute: Callable[[], Value]) -> tuple[Value | None, str]:
    """The value, or None and the reason why the engine stopped.

    Only the three ways of not deciding are caught; a game that breaks the format stays an error.

    Examples
    --------
    >>> def stop() -> int:
    ...     raise BudgetError("too many faces")
    >>> attempt(stop), attempt(lambda: 7)
    ((None, 'too many faces'), (7, ''))
    """
    try:
        return compute(), ""
    except (NotSupportedError, BudgetError, UndecidedError) as error:
        return None, str(error)
