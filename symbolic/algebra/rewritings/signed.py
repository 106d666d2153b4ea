"""What the rewritings ask of the region on which they are to hold: signs that are the same on all of it."""

from __future__ import annotations

from typing import Protocol

from ..ring import Element, Polynomial, Ring


class SignedDomain(Protocol):
    """A set of parameter values that knows some signs; None where a sign is not known or not the same everywhere."""

    @property
    def ring(self) -> Ring: ...

    def polynomial_sign(self, polynomial: Polynomial) -> int | None: ...

    def definite_sign(self, element: Element) -> int | None: ...
