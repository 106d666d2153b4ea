"""Budgets: a decomposition stops at a stated number of cells or seconds and says how far it came."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from time import monotonic

from ..errors import BudgetError
from ..errors.running import ask

MOST_CELLS = 2_000_000


@dataclass(frozen=True, slots=True)
class Limits:
    """What a decomposition may spend; `progress(stage, done, total)` is called as it goes on.

    The clock starts when the object is made.

    >>> Limits(max_cells=10).check_cells(9, "lifting")
    """

    max_cells: int = MOST_CELLS
    seconds: float | None = None
    progress: Callable[[str, int, int], None] | None = None
    started: float = field(default_factory=monotonic)

    def check_cells(self, count: int, stage: str) -> None:
        """Raises BudgetError when there are more cells than allowed."""
        if count > self.max_cells:
            raise BudgetError(f"{stage}: more than {self.max_cells} cells; fix a parameter or raise the limit on cells")

    def check_polynomials(self, count: int, stage: str) -> None:
        """Raises BudgetError when there are more polynomials to decompose by than cells allowed.

        Most of them cross the domain and would make a cell of their own; all take time.
        """
        if count > self.max_cells:
            raise BudgetError(
                f"{stage}: {count} polynomials, which are likely to make more than {self.max_cells} cells; fix a "
                "parameter or raise the limit on cells"
            )

    def step(self, stage: str, done: int, total: int) -> None:
        """Reports progress; raises BudgetError when the time is up."""
        if self.progress is not None:
            self.progress(stage, done, total)
        ask(stage)
        if self.seconds is not None and monotonic() - self.started > self.seconds:
            raise BudgetError(
                f"{stage}: {done} of {total} done after {self.seconds:g} seconds; fix a parameter or raise "
                "the limit on seconds"
            )
