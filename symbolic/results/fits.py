"""Sets of best fits ``Theta*(sigma)``, exact or certified, as data."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Protocol

from ..algebra.enclosed import Enclosed
from ..algebra.number_field import Real
from ..cells.conditions import Condition
from ..expressions.reading import Expression
from ..floats import nearest_float


class TiedShare(Protocol):
    """The share at which two models tie, known by a bracket that can be made as narrow as one likes.

    `closed_form` is None where there is none; `refined` gives rationals around the share at most ``2**-bits`` apart.
    """

    @property
    def closed_form(self) -> str | None: ...

    def refined(self, bits: int) -> tuple[Fraction, Fraction]: ...

    def __float__(self) -> float: ...


_BITS = 60


@dataclass(frozen=True, slots=True)
class Share:
    """A tied share as plain data: its closed form, or the bracket around it, at most ``2**-60`` wide; and its text."""

    closed_form: str | None
    low: Fraction
    high: Fraction
    text: str

    @staticmethod
    def of(share: TiedShare) -> Share:
        """What is known of a share, to 60 bits."""
        low, high = share.refined(_BITS)
        return Share(share.closed_form, low, high, str(share))

    def refined(self, bits: int) -> tuple[Fraction, Fraction]:
        """The bracket; ValueError beyond the bits that are kept."""
        if bits > _BITS and self.low != self.high:
            raise ValueError(f"the share is kept to {_BITS} bits, not {bits}")
        return self.low, self.high

    def __float__(self) -> float:
        return nearest_float((self.low + self.high) / 2)

    def __str__(self) -> str:
        return self.text


@dataclass(frozen=True, slots=True)
class Point:
    """A model: an element of a family, or a single model (no coordinates). Coordinates are exact."""

    model: str
    coordinates: tuple[tuple[str, Real], ...]

    def __str__(self) -> str:
        inside = ", ".join(f"{name} = {value}" for name, value in self.coordinates)
        return f"{self.model}({inside})" if inside else self.model


@dataclass(frozen=True, slots=True)
class Piece:
    """A polytope of best fits in one family: its vertices, and for dimension > 0 what cuts it out of Theta.

    `extremes` lists further points at which payoffs that are not affine along the polytope can be extreme.
    """

    model: str
    vertices: tuple[Point, ...]
    dimension: int
    equations: tuple[str, ...]
    inequalities: tuple[str, ...]
    extremes: tuple[Point, ...] = ()


@dataclass(frozen=True, slots=True)
class Minimizers:
    """Theta*(sigma), exactly.

    Attributes
    ----------
    weights : sigma by action
    pieces : Theta* as a union of polytopes
    payoffs : ``payoffs[a][v]`` the subjective payoff of action a at the v-th of `points`
    method : how the minimum was recognized
    status : "exact" (set, points and comparisons are proved)
    """

    weights: tuple[Real, ...]
    pieces: tuple[Piece, ...]
    payoffs: tuple[tuple[Real, ...], ...]
    method: str
    status: str = "exact"

    @property
    def vertices(self) -> tuple[Point, ...]:
        """The vertices of all pieces."""
        return tuple(v for piece in self.pieces for v in piece.vertices)

    @property
    def points(self) -> tuple[Point, ...]:
        """Best fits whose payoffs span those of all best fits: vertices, and extremes of curved payoffs."""
        return tuple(v for piece in self.pieces for v in (*piece.vertices, *piece.extremes))

    @property
    def models(self) -> tuple[str, ...]:
        """The names of the models and families that fit best."""
        return tuple(dict.fromkeys(piece.model for piece in self.pieces))


@dataclass(frozen=True, slots=True)
class CertifiedPoint:
    """A best fit whose coordinates are exact or isolated roots."""

    model: str
    coordinates: tuple[tuple[str, Real | Enclosed], ...]

    def __str__(self) -> str:
        inside = ", ".join(f"{name} = {value}" for name, value in self.coordinates)
        return f"{self.model}({inside})" if inside else self.model


@dataclass(frozen=True, slots=True)
class CertifiedPiece:
    """One best fit as a polytope, in the shape of `Piece`."""

    model: str
    vertices: tuple[CertifiedPoint, ...]
    dimension: int = 0
    equations: tuple[str, ...] = ()
    inequalities: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class CertifiedFits:
    """Theta*(sigma) at an isolated root sigma, in the shape of `Minimizers`."""

    pieces: tuple[CertifiedPiece, ...]
    method: str = "isolated root of first-order conditions and ties in divergence"
    status: str = "certified"

    @property
    def vertices(self) -> tuple[CertifiedPoint, ...]:
        """The best fits."""
        return tuple(v for piece in self.pieces for v in piece.vertices)

    @property
    def points(self) -> tuple[CertifiedPoint, ...]:
        """The best fits."""
        return self.vertices

    @property
    def models(self) -> tuple[str, ...]:
        """The names of the models and families that fit best."""
        return tuple(dict.fromkeys(piece.model for piece in self.pieces))


Named = tuple[tuple[str, Expression], ...]
"""Values in closed form, by name."""


@dataclass(frozen=True, slots=True)
class FitVertex:
    """A vertex of the set of best fits in closed form, and the condition under which it is one."""

    model: str
    coordinates: Named
    condition: Condition


@dataclass(frozen=True, slots=True)
class FitsByCase:
    """Theta*(sigma) with free parameters: the models that fit best, and the vertices case by case."""

    models: tuple[str, ...]
    vertices: tuple[FitVertex, ...]
