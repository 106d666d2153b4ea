"""A cell of a parameter domain: a conjunction of signs of atoms, the answer to a question there, and a point of it."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import Any, Generic, TypeVar

from ..algebra.samples import Sample
from ..algebra.signs import approximate
from ..decomposition import AlgebraicNumber
from ..expressions.tree import Expression
from ..floats import nearest_float
from .atoms import AtomTable

Value = TypeVar("Value", bound=Hashable)
Texts = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Cell(Generic[Value]):
    """Known atom signs, the answer, a bound on the dimension, and a point.

    Attributes
    ----------
    signs : ``(atom index, sign)``, sorted; atoms that do not occur may have any sign
    value : the answer, the same on the whole cell
    dimension : exact for cells of a decomposition; in a tree less one for each atom that vanishes
    coordinates : of a point, each a Fraction, AlgebraicNumber, number enclosed as closely as asked, or Expression;
        empty where no point is kept
    witnessed : whether the cell is known to exist
    """

    signs: tuple[tuple[int, int], ...]
    value: Value
    dimension: int
    coordinates: tuple[tuple[str, Any], ...] = field(compare=False)
    witnessed: bool

    def with_signs(self, signs: Mapping[int, int]) -> Cell[Value]:
        """The cell with further signs that follow."""
        return replace(self, signs=tuple(sorted(signs.items())))

    @property
    def plain(self) -> bool:
        """Whether the point is rational."""
        return all(isinstance(value, Fraction) for _, value in self.coordinates)

    @property
    def floats(self) -> tuple[tuple[str, float], ...]:
        """The point in floats."""
        return tuple(
            (n, (approximate(c) or 0.0) if isinstance(c, Expression) else nearest_float(c)) for n, c in self.coordinates
        )

    @property
    def sample(self) -> Texts:
        """The point as text; a coordinate that is only enclosed as decimals marked with ``~``."""
        return tuple((n, _text(c)) for n, c in self.coordinates)


def _text(coordinate: Any) -> str:
    exact = isinstance(coordinate, Fraction | AlgebraicNumber | Expression)
    return str(coordinate) if exact else f"~{nearest_float(coordinate)!r}"


def exact_sample(table: AtomTable, cell: Cell[Any]) -> Texts:
    """The point of a cell as text, exact wherever that can be had.

    A coordinate given only by enclosures is solved for in an atom that vanishes on the cell, where one is linear
    in it and involves otherwise only coordinates already known; failing that its decimals stay, marked with ``~``.
    """
    text = cell.sample
    missing = [n for n, shown in text if shown.startswith("~")]
    coordinates = dict(cell.coordinates)
    if not missing or any(isinstance(c, AlgebraicNumber) for c in coordinates.values()):
        return text
    start = Sample(table.ring, {n: Fraction(0) if n in missing else c for n, c in coordinates.items()})
    sample = _placed(table, start, missing, [atom for atom, sign in cell.signs if sign == 0])
    if sample is None:
        return text
    return tuple((n, str(sample.expression(n)) if n in missing else shown) for n, shown in text)


def _placed(table: AtomTable, start: Sample, missing: Sequence[str], zeros: Sequence[int]) -> Sample | None:
    """The missing coordinates solved for one after the other in the vanishing atoms."""
    sample, remaining = start, list(missing)
    while remaining:
        for name in remaining:
            later = [table.ring.index(n) for n in remaining if n != name]
            for atom in zeros:
                polynomial = table.atoms[atom]
                if any(int(polynomial.degrees()[i]) > 0 for i in later):
                    continue
                moved = sample.solved_for(name, polynomial)
                if moved is not None:
                    break
            else:
                continue
            sample = moved
            remaining.remove(name)
            break
        else:
            return None
    return sample if all(sample.polynomial_sign(table.atoms[i]) == 0 for i in zeros) else None
