"""What a solution leaves open, and why.

An engine that stops at one support of strategies or one set of mixtures still decides the others. What it could not
decide is kept by name, so that a list of equilibria says what it does not cover: nothing is dropped silently.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

from ..errors import BudgetError, NotSupportedError, UndecidedError

if TYPE_CHECKING:
    from .conditions import Condition

Value = TypeVar("Value")


@dataclass(frozen=True, slots=True)
class Undecided:
    """One open question of a solution.

    Attributes
    ----------
    what : "equilibria" (whether further ones have exactly this support), "transition" (whether the edge exists),
        "rationalizable", "transitions" (all of them), "absorbing", "closed", "cycles" or "cycle lengths" (up to which
        all cycles are listed)
    names : the support, the edge, or the actions that are not settled
    reason : why it was not decided, with a remedy where there is one
    where : with free parameters, the exact condition under which it is open; None: everywhere

    Examples
    --------
    >>> str(Undecided("equilibria", ("a", "b"), "the algebra outgrows its limits"))
    'equilibria with support {a, b}: the algebra outgrows its limits'
    """

    what: str
    names: tuple[str, ...]
    reason: str
    where: Condition | None = None

    def __str__(self) -> str:
        inside = ", ".join(self.names)
        why = self.reason if self.where is None else f"where {self.where}: {self.reason}"
        if self.what == "equilibria":
            return f"equilibria with support {{{inside}}}: {why}"
        if self.what == "transition":
            return f"transition {self.names[0]} -> {self.names[1]}: {why}"
        return f"{self.what}, for {{{inside}}}: {why}" if inside else f"{self.what}: {why}"

    def to_document(self, player: str) -> dict[str, Any]:
        """One entry of ``undecided`` of a document: what is open, for which actions of the player, and why."""
        key, value = {
            "equilibria": ("support", {player: list(self.names)}),
            "transition": ("edge", list(self.names)),
        }.get(self.what, ("actions", list(self.names)))
        document = {"what": self.what, key: value, "reason": self.reason}
        return document if self.where is None else document | {"where": str(self.where)}


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
