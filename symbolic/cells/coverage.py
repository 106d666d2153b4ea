"""What a list of phases and strata says about each dimension of the parameter domain.

* *complete*: every piece of this dimension is listed, and every listed piece exists;
* *covered*: every point lies in a listed piece, but a listed piece was not always found to exist (it says so);
* *partial*: the listed pieces exist, others may be missing.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Coverage:
    """The dimensions, highest first, by what is claimed of them.

    `outside_undecided` says that all of it holds outside the undecided boxes only.

    Examples
    --------
    >>> print(Coverage((3, 2), (), (1, 0)))
    complete in dimensions 3 and 2; in dimensions 1 and 0 pieces may be missing
    >>> print(Coverage((2, 1, 0)))
    complete in every dimension
    """

    complete: tuple[int, ...]
    covered: tuple[int, ...] = ()
    partial: tuple[int, ...] = ()
    outside_undecided: bool = False

    @property
    def everything(self) -> bool:
        """Whether every piece of every dimension is listed."""
        return not self.covered and not self.partial and not self.outside_undecided

    def to_json(self) -> dict[str, Any]:
        """The dimensions by what is claimed of them."""
        document: dict[str, Any] = {
            "complete": list(self.complete),
            "covered": list(self.covered),
            "partial": list(self.partial),
        }
        if self.outside_undecided:
            document["outside_undecided"] = True
        return document

    def __str__(self) -> str:
        parts = []
        if not self.covered and not self.partial:
            parts.append("complete in every dimension")
        elif self.complete:
            parts.append(f"complete in {_dimensions(self.complete)}")
        if self.covered:
            parts.append(f"in {_dimensions(self.covered)} every point is covered, but a piece marked so may be empty")
        if self.partial:
            parts.append(f"in {_dimensions(self.partial)} pieces may be missing")
        return "; ".join(parts) + (", outside the undecided boxes" if self.outside_undecided else "")


def _dimensions(dimensions: tuple[int, ...]) -> str:
    names = [str(d) for d in dimensions]
    if len(names) == 1:
        return f"dimension {names[0]}"
    return f"dimensions {', '.join(names[:-1])} and {names[-1]}"
