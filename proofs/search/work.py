"""What a search for proofs may still do: products of facts, the same count on every machine, and a deadline as a net.

Several searches can share what they may do together: each has its own allowance, and spends from the common one too.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import Any, TypeVar

from ...symbolic.errors.deadline import Deadline

Found = TypeVar("Found")


class Work:
    """Products of facts that may still be tried, until a deadline.

    Parameters: how many; the deadline; what they are also counted in.

    Examples
    --------
    >>> common = Work(1000)
    >>> first, second = Work(800, shared=common), Work(800, shared=common)
    >>> first.spend(500), second.spend(500), second.spend(300)
    (True, True, False)
    """

    def __init__(
        self, most: float = float("inf"), deadline: Deadline | None = None, shared: Work | None = None
    ) -> None:
        self.left = most
        self.deadline = deadline or Deadline()
        self.shared = shared
        self._known: dict[Hashable, Any] = {} if shared is None else shared._known

    def spend(self, products: int) -> bool:
        """Counts products that are to be tried, and tells whether they were still allowed."""
        self.left -= products
        allowed = self.left >= 0
        return allowed if self.shared is None else self.shared.spend(products) and allowed

    def used_up(self) -> bool:
        """Whether products were refused."""
        return self.left < 0 or (self.shared is not None and self.shared.used_up())

    def late(self) -> bool:
        """Whether the time is up."""
        return self.deadline.passed()

    def once(self, key: Hashable, compute: Callable[[], Found]) -> Found:
        """What was computed for the key before, by any search that shares this work; computed where it was not.

        Equal questions come up in many claims. Asking again is counted all the same, so that an answer does not
        depend on what was asked before it.
        """
        if key in self._known:
            known: Found = self._known[key]
            return known
        found = compute()
        if not self.late():  # what time cut short is no answer
            self._known[key] = found
        return found
