"""What is asked of a search, how far it may go, and what it may answer."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from ...symbolic.errors.deadline import Deadline
from .coordinates import Coordinate
from .facts import Fact, Node, Polynomial
from .spaces import Setting
from .work import Work

Claim = list[Any]
Minor = tuple[str, tuple[str, ...], tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Question:
    """A claim over a setting.

    Attributes
    ----------
    setting : variables and domain
    assumptions : facts assumed besides the domain (they may contain logarithms)
    claim : nested lists in the checker's form
    relations : for each relation of the claim, as (left, right), numerator and denominator of left - right
    game : the game's entry of the certificate, None for a claim without game
    actions, models : names of the game
    minor : the polynomial of a determinant
    """

    setting: Setting
    assumptions: tuple[Fact, ...]
    claim: Claim
    relations: Mapping[tuple[str, str], tuple[Polynomial, Polynomial]]
    game: dict[str, Any] | None = None
    actions: tuple[str, ...] = ()
    models: tuple[str, ...] = ()
    minor: Callable[[Minor], Polynomial] | None = None
    finite: Callable[[str, str], bool] = lambda model, action: True


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds on the search.

    Attributes
    ----------
    nodes : places of the proof, that is, cases distinguished
    depth : of case distinctions inside each other
    products : products of facts that may be tried
    seconds : a bound in time for those who want one; an answer that it cuts short depends on the machine, all others
        are the same everywhere
    shared : what searches may do together, where several share it
    """

    nodes: int = 3000
    depth: int = 30
    products: float = 400_000
    seconds: float = float("inf")
    shared: Work | None = field(default=None, compare=False)

    def times(self, factor: float, seconds: float | None = None) -> Limits:
        """Cases and products multiplied by a factor, and perhaps a bound in seconds."""
        most = self.seconds if seconds is None else seconds
        return Limits(max(1, int(self.nodes * factor)), self.depth, self.products * factor, most, self.shared)

    def work(self) -> Work:
        """What a search within these limits may do, from now on."""
        deadline = Deadline() if self.shared is None else self.shared.deadline
        return Work(self.products, deadline.earlier(self.seconds), self.shared)


@dataclass(frozen=True, slots=True)
class Proved:
    """A certificate that the checker has accepted."""

    certificate: dict[str, Any]
    ends: int
    proof: Node = field(repr=False)


@dataclass(frozen=True, slots=True)
class Disproved:
    """An exact point of the domain, rational or algebraic, at which the claim is false."""

    point: dict[str, Coordinate]


@dataclass(frozen=True, slots=True)
class Undecided:
    """Neither proof nor counterexample was found; the reason says where the search stopped."""

    reason: str

    def __bool__(self) -> bool:
        raise TypeError("undecided is neither true nor false; compare the type of the answer")


Answer = Proved | Disproved | Undecided
