"""One base parameter, and verticals outside all logarithms that no input joins: an exact cylindrical decomposition.

Every input involves the base x and at most one of the verticals y_1, ..., y_k. With k = 1 this is the plane. With more
the box is a fibre product over x: between and over the zeros of all projections the columns over x of each vertical
(`columns`) do not change, and the cells are products of their entries.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from itertools import product

from ..algebra.ring import Polynomial, Ring
from ..decomposition.box import Side
from ..decomposition.limits import Limits
from ..decomposition.rationals import as_fraction
from ..errors import NotSupportedError, UndecidedError
from .cells import LogCell, LogDecomposition, UndecidedBox
from .columns import Arm, Pair, involves, outside_logarithms, outward
from .factored import Factored
from .line import WALL, Break, Column, gap_samples, line_breaks
from .roots import Coordinate, coordinate_of

Interval = tuple[Fraction | None, Fraction | None]

_MOST_PRODUCTS = 60_000


def decompose_plane(
    ring: Ring,
    polynomials: Sequence[Polynomial],
    names: tuple[str, str],
    sides: tuple[Side, Side],
    limits: Limits | None = None,
) -> LogDecomposition:
    """The cells of a box over (x, y), y outside all logarithms; complete unless `undecided` says otherwise.

    >>> from berknash.symbolic.expressions.reading import read_expression
    >>> from berknash.symbolic.forms.tables import element_of
    >>> ring, e = element_of(Ring.of_parameters(["h", "p"]), read_expression("p*log(h) + 1", ["h", "p"], where=""))
    >>> unit = Side.make(0, 1)
    >>> found = decompose_plane(ring, [e.numerator], ("h", "p"), (unit, unit))
    >>> [(cell.dimension, *(round(float(c), 3) for c in cell.sample), *cell.sign_vector) for cell in found.cells[:3]]
    [(2, 0.333, 0.5, 1), (1, 0.333, 0.91, 0), (2, 0.333, 0.917, -1)]
    >>> len(found.cells), found.undecided
    (5, ())
    """
    return decompose_star(ring, polynomials, names, sides, limits)


def star_base(ring: Ring, polynomials: Sequence[Polynomial], names: Sequence[str]) -> str | None:
    """A parameter that every input shares with at most one other, all the others outside logarithms; None if none is.

    >>> ring = Ring.of_parameters(["x", "y", "z"])
    >>> x, y, z = ring.context.gens()
    >>> star_base(ring, [x * y - 1, x - z], ["x", "y", "z"]), star_base(ring, [x + y + z], ["x", "y", "z"])
    ('x', None)
    """
    used = [{n for n in names if involves(ring, p, n)} for p in polynomials]
    for name in names:
        if all(len(u - {name}) <= 1 for u in used) and all(
            outside_logarithms(ring, polynomials, other) for other in names if other != name
        ):
            return name
    return None


def decompose_star(
    ring: Ring,
    polynomials: Sequence[Polynomial],
    names: Sequence[str],
    sides: Sequence[Side],
    limits: Limits | None = None,
) -> LogDecomposition:
    """The cells of a box over a base, the first of the names, and verticals.

    Every input may involve the base and one vertical, which stands outside all logarithms. The list is complete unless
    `undecided` says otherwise. Raises NotSupportedError where an input involves two verticals, and beyond 60,000
    products of cells.

    >>> ring = Ring.of_parameters(["x", "y", "z"])
    >>> x, y, z = ring.context.gens()
    >>> unit = Side.make(0, 1)
    >>> found = decompose_star(ring, [2 * y - x, 2 * z - x], ["x", "y", "z"], [unit] * 3)
    >>> [(cell.dimension, cell.sign_vector) for cell in found.cells][:5]
    [(3, (-1, -1)), (2, (-1, 0)), (3, (-1, 1)), (2, (0, -1)), (1, (0, 0))]
    """
    return _Star(ring, polynomials, names, sides, Limits() if limits is None else limits).run()


class _Star:
    """The arms of one decomposition, and its cells as they are found."""

    def __init__(
        self,
        ring: Ring,
        polynomials: Sequence[Polynomial],
        names: Sequence[str],
        sides: Sequence[Side],
        limits: Limits,
    ) -> None:
        self.ring = ring
        self.names = tuple(names)
        self.sides = tuple(sides)
        self.limits = limits
        self.count = len(polynomials)
        verticals = self.names[1:]
        owned: list[list[int]] = [[] for _ in verticals]
        for number, polynomial in enumerate(polynomials):
            arms = [a for a, name in enumerate(verticals) if involves(ring, polynomial, name)]
            if len(arms) > 1:
                raise NotSupportedError(f"a function joins {verticals[arms[0]]} and {verticals[arms[1]]}")
            # What involves the base alone is as well in one arm as in another.
            owned[arms[0] if arms else 0].append(number)
        self.owned = [tuple(numbers) for numbers in owned]
        self.arms = [
            Arm(
                Factored.of(ring, [polynomials[i] for i in numbers], (self.names[0], name)),
                (self.names[0], name),
                (self.sides[0], side),
            )
            for name, side, numbers in zip(verticals, self.sides[1:], self.owned, strict=True)
        ]
        self.cells: list[LogCell] = []
        self.boxes: list[UndecidedBox] = []

    def run(self) -> LogDecomposition:
        """All columns, from left to right."""
        side = self.sides[0]
        functions = [f for arm in self.arms for f in arm.functions]
        walls = [w for arm in self.arms for w in arm.walls()]
        breaks = line_breaks([*functions, *walls], side)
        samples = gap_samples(breaks, side)
        if side.lower_closed:
            self._rational(as_fraction(side.lower), 0, -1)
        for number, sample in enumerate(samples):
            self.limits.step("columns", number, len(samples))
            self._rational(sample, 1, 2 * number)
            if number < len(breaks):
                self._break(breaks[number], 2 * number + 1)
            self.limits.check_cells(len(self.cells), "columns")
            if len(self.arms) > 1 and len(self.cells) > _MOST_PRODUCTS:
                raise NotSupportedError(f"more than {_MOST_PRODUCTS} products of cells; fix a parameter")
        if side.upper_closed:
            self._rational(as_fraction(side.upper), 0, 2 * len(breaks) + 1)
        return LogDecomposition(self.names, tuple(self.cells), tuple(self.boxes))

    def _rational(self, value: Fraction, dimension: int, position: int) -> None:
        columns = [arm.rational_column(value, bool(dimension)) for arm in self.arms]
        self._add(value, columns, dimension, position)

    def _break(self, item: Break, position: int) -> None:
        if not item.decided:
            self._undecided(item, "the order of zeros in the base")
            return
        if item.known.lower == item.known.upper:
            self._rational(as_fraction(item.known.lower), 0, position)
            return
        try:
            columns = self._irrational(item)
        except UndecidedError:
            self._undecided(item, "the points over an irrational break")
            return
        names = [f for f in item.functions if f != WALL]
        self._add(coordinate_of(item.known, names[0] if names else WALL), columns, 0, position)

    def _irrational(self, item: Break) -> list[Column]:
        minimals = [minimal for arm in self.arms for minimal in arm.minimals]
        governing = [f for f in item.functions if f != WALL and f < len(minimals)]
        minimal = minimals[governing[0]] if governing else self._polynomial_of(item)
        columns = []
        first = 0
        for arm in self.arms:
            own = [f - first for f in governing if first <= f < first + len(arm.minimals)]
            related: frozenset[Pair] = frozenset(pair for k in own for pair in arm.related[k])
            columns.append(arm.irrational_column(item, minimal, related))
            first += len(arm.minimals)
        return columns

    def _polynomial_of(self, item: Break) -> Polynomial:
        """The polynomial of an algebraic break at which only a logarithm is singular."""
        base = self.ring.context.gens()[self.ring.index(self.names[0])]
        total = self.ring.context.constant(0)
        for k, coefficient in enumerate(item.known.polynomial.coeffs()):
            total += coefficient * base**k
        return total

    def _add(self, first: Coordinate, columns: Sequence[Column], dimension: int, position: int) -> None:
        for choice in product(*(column.entries for column in columns)):
            vector: list[int | None] = [None] * self.count
            for arm, numbers, (_, _, signs, _) in zip(self.arms, self.owned, choice, strict=True):
                for number, sign in zip(numbers, arm.factored.signs(signs), strict=True):
                    vector[number] = sign
            self.cells.append(
                LogCell(
                    dimension + sum(height for height, _, _, _ in choice),
                    (first, *(coordinate for _, coordinate, _, _ in choice)),
                    tuple(vector),
                    (position, *(place for _, _, _, place in choice)),
                )
            )
        for axis, (arm, numbers, column) in enumerate(zip(self.arms, self.owned, columns, strict=True), 1):
            for low, high, factors in column.undecided:
                # A cylinder over the whole gap or break; its width is not known better than that of the box.
                sides = [_ends(side) for side in self.sides]
                sides[axis] = (low, high)
                inputs = tuple(numbers[i] for i in arm.factored.inputs_with(factors))
                self.boxes.append(UndecidedBox(tuple(sides), inputs, "zeros too close"))

    def _undecided(self, item: Break, reason: str) -> None:
        item.known.narrow(64)
        around = outward((as_fraction(item.known.lower), as_fraction(item.known.upper)))
        sides: tuple[Interval, ...] = (around, *(_ends(side) for side in self.sides[1:]))
        self.boxes.append(UndecidedBox(sides, tuple(range(self.count)), reason))


def _ends(side: Side) -> Interval:
    return (
        None if side.lower is None else as_fraction(side.lower),
        None if side.upper is None else as_fraction(side.upper),
    )
