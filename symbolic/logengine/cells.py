"""Results of the log engine: cells with samples and sign vectors, and what stayed undecided."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from .roots import Coordinate

End = Fraction | None


@dataclass(frozen=True, slots=True)
class UndecidedBox:
    """A closed box, parameter by parameter, outside of which everything is certified.

    Attributes
    ----------
    sides : (lower, upper) for each parameter, in the order of the decomposition; None is infinite
    functions : the inputs whose zeros were not separated there
    reason : what was not decided
    """

    sides: tuple[tuple[End, End], ...]
    functions: tuple[int, ...]
    reason: str

    @property
    def size(self) -> Fraction | None:
        """Length or area, exact; None when a side is infinite."""
        total = Fraction(1)
        for lower, upper in self.sides:
            if lower is None or upper is None:
                return None
            total *= upper - lower
        return total


@dataclass(frozen=True, slots=True)
class LogCell:
    """A point, an arc or an open piece of the box on which every input has one sign.

    Attributes
    ----------
    dimension : of the cell
    sample : a point of it, coordinate by coordinate: Fraction, AlgebraicNumber, FibreNumber or CertifiedRoot; empty
        where no point of it is short enough to be written down
    sign_vector : the signs of the inputs, in their order; None where an input is not defined on the cell
    position : counts along each parameter in turn; even numbers are open intervals, odd ones the breaks between
    """

    dimension: int
    sample: tuple[Coordinate, ...]
    sign_vector: tuple[int | None, ...]
    position: tuple[int, ...]

    @property
    def signs(self) -> dict[int, int | None]:
        """The sign of each input by its index."""
        return dict(enumerate(self.sign_vector))


@dataclass(frozen=True, slots=True)
class LogDecomposition:
    """The cells of a box in the order of `position`, and the boxes where the cells stayed unknown.

    ``undecided == ()`` means that the list of sign vectors of every dimension is complete, and all of it certified.
    Otherwise every cell is still certified, but one may be missing: with one parameter, inside an undecided interval;
    with two, if it begins and ends (along the first parameter) inside undecided boxes.
    """

    parameters: tuple[str, ...]
    cells: tuple[LogCell, ...]
    undecided: tuple[UndecidedBox, ...]

    @property
    def undecided_size(self) -> Fraction | None:
        """A bound on the length or area of the undecided boxes; None when one is infinite."""
        total = Fraction(0)
        for box in self.undecided:
            if box.size is None:
                return None
            total += box.size
        return total

    def sign_vectors(self) -> list[tuple[int | None, ...]]:
        """The sign vectors of the cells of full dimension, sorted, each once."""
        top = len(self.parameters)
        found = {cell.sign_vector for cell in self.cells if cell.dimension == top}
        return sorted(found, key=lambda v: tuple(2 if s is None else s for s in v))
