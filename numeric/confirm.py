r"""Numerical confirmation of analytic boundaries: the structure below, on and above, from ever smaller
distances.

At a point b of a boundary the analytic result says which structure holds where one parameter is a little
smaller, at b, and where it is a little larger. Here each of these is recomputed from the definitions
(`structures`) at b and at b -+ 10^-k for k = 1 .. 20, and compared. Closer than 10^-10 to zero or to an end of the
domain the distances go on down, to 10^-20 of that gap; and again where another boundary may lie in between. A
confirmation is evidence in `digits` digits, not a proof: ties are differences below 10^-`tie_digits`, which lies
far below the cube of the smallest distance, so that products of three small quantities are still told from zero;
more digits are carried where the place is close or far.

What no point could be computed for, or has no digits to tell, is listed as untested: neither agreement nor its lack.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import partial
from typing import Any, Literal, TypeAlias

import mpmath

from ..symbolic.algebra.parameters import Interval
from ..symbolic.cells.domain import SIGNS_OF
from ..symbolic.errors import GameError
from ..symbolic.errors.running import ask, note
from ..symbolic.expressions.reading import Expression
from ..symbolic.game.game import Game
from .structures import Expected, Play, recomputed_structure, structure_differences
from .tables import Precision, Real, as_real, evaluate

Side: TypeAlias = Literal["below", "on", "above"]
Coordinate: TypeAlias = Any  # Expression without symbols | Fraction | int | mpmath number

CONFIRMATION_PRECISION = Precision(digits=120, tie_digits=70)
SAMPLE_PRECISION = Precision(digits=60, tie_digits=30)
SMALLEST_EXPONENT = 20
# Gaps and places of at most this many digits are ordinary; beyond the second number they are not tested.
ORDINARY_DIGITS = 10
MOST_EXTRA_DIGITS = 600
# Where a side disagrees although the point itself agrees, another boundary may be closer: so many digits further down.
DEEPER = (0, 30, 120)


@dataclass(frozen=True, slots=True)
class BoundaryPoint:
    """A point of a boundary and the structures the analytic result claims around it.

    Attributes
    ----------
    boundary : the boundary as it reads, such as ``2*p - 1``
    direction : the parameter that is moved down and up
    point : a value for every free parameter, on the boundary: expressions without symbols, Fractions, ints or
    mpmath
        numbers; or a function without arguments that returns them, called at the working precision
    below, on, above : the claimed structures, in the shape of the JSON format; keys that are absent are not
    compared,
        and None says that nothing is claimed on this side (it lies outside the domain)
    numerical : the point itself is known in digits only, by bisection between exact points of both sides
    listed : strategies in closed form that may be equilibria around the point (`structures`)
    """

    boundary: str
    direction: str
    point: Mapping[str, Coordinate] | Callable[[], Mapping[str, Coordinate]]
    below: Expected | None
    on: Expected | None
    above: Expected | None
    numerical: bool = False
    listed: tuple[Play, ...] = ()


@dataclass(frozen=True, slots=True)
class Check:
    """One comparison: `exponent` k for distance 10^-k (0 on the boundary itself), `agrees` None outside the
    domain.

    `differs` names the parts of the structure that differ, `left_out` those that were not recomputed, with the reason.
    """

    side: Side
    exponent: int
    agrees: bool | None
    differs: tuple[str, ...] = ()
    left_out: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Untested:
    """A boundary of which no point was tested, and why."""

    boundary: str
    reason: str

    def __str__(self) -> str:
        return f"{self.boundary}: not tested, {self.reason}"


@dataclass(frozen=True, slots=True)
class Sample:
    """A point inside of a phase or stratum; attributes as those of a `BoundaryPoint`, `piece` is its name.

    `expected` is None where no one piece says what the structure is, although one should.
    """

    piece: str
    point: Mapping[str, Coordinate]
    expected: Expected | None
    listed: tuple[Play, ...] = ()


@dataclass(frozen=True, slots=True)
class SampleCheck:
    """The comparison at a sample; `coordinates` are decimals, for reading."""

    piece: str
    coordinates: tuple[tuple[str, str], ...]
    agrees: bool
    differs: tuple[str, ...] = ()
    left_out: tuple[tuple[str, str], ...] = ()

    def to_json(self) -> dict[str, Any]:
        """A JSON-able dictionary."""
        return {
            "piece": self.piece, "point": dict(self.coordinates), "agrees": self.agrees, "differs": list(self.differs),
        }  # fmt: skip


@dataclass(frozen=True, slots=True)
class PointConfirmation:
    """What was found around one point of a boundary.

    `agree`: the claims hold on the boundary and, from both sides, at the smallest distance tried. `exponent`
    is the least k such that they hold at 10^-k and at every smaller distance tried, on every side that lies
    in the domain (None without agreement). `coordinates` are decimals, for reading; `precision` is what was carried.
    """

    boundary: str
    direction: str
    coordinates: tuple[tuple[str, str], ...]
    agree: bool
    exponent: int | None
    checks: tuple[Check, ...]
    precision: Precision = CONFIRMATION_PRECISION
    numerical: bool = False

    @property
    def left_out(self) -> tuple[tuple[str, str], ...]:
        """Parts of structures that were not recomputed somewhere around the point, with the reason."""
        return tuple(dict.fromkeys(entry for check in self.checks for entry in check.left_out))

    @property
    def distance(self) -> Fraction | None:
        """The distance from which on agreement holds, exactly."""
        return None if self.exponent is None else Fraction(1, 10**self.exponent)

    def to_json(self) -> dict[str, Any]:
        """A JSON-able dictionary."""
        return {
            "boundary": self.boundary,
            "direction": self.direction,
            "point": dict(self.coordinates),
            "agree": self.agree,
            "distance": None if self.exponent is None else f"1e-{self.exponent}",
            **({"numerical": True} if self.numerical else {}),
            "checks": [
                {"side": c.side, "exponent": c.exponent, "agrees": c.agrees, "differs": list(c.differs)}
                for c in self.checks
            ],
        }


@dataclass(frozen=True, slots=True)
class Confirmation:
    """The confirmation of a list of boundary points, and the boundaries of which no point was tested."""

    game: str
    points: tuple[PointConfirmation, ...]
    digits: int
    tie_digits: int
    untested: tuple[Untested, ...] = ()
    samples: tuple[SampleCheck, ...] = ()

    @property
    def agree(self) -> bool:
        """Whether every boundary was tested and agrees, and so do the samples; also where there is none."""
        return not self.untested and not self.disagrees

    @property
    def disagrees(self) -> bool:
        """Whether a point that was tested does not agree."""
        return not all(p.agree for p in self.points) or not all(s.agrees for s in self.samples)

    @property
    def left_out(self) -> tuple[tuple[str, str], ...]:
        """Parts of structures that were not recomputed, with the reason."""
        entries = [entry for point in self.points for entry in point.left_out]
        return tuple(dict.fromkeys([*entries, *(entry for sample in self.samples for entry in sample.left_out)]))

    @property
    def distance(self) -> Fraction | None:
        """The largest distance from which on all points agree, None without agreement."""
        if not self.agree or not self.points:
            return None
        return min(point.distance for point in self.points if point.distance is not None)

    def table(self) -> tuple[tuple[str, ...], ...]:
        """Rows for a report, the heading first: boundary, direction, point, verdict, distance."""
        rows = [("boundary", "moved", "point", "agreement", "from distance")]
        for point in self.points:
            place = _place(point.coordinates) + (" (numerical)" if point.numerical else "")
            reached = "none" if point.exponent is None else f"1e-{point.exponent}"
            rows.append((point.boundary, point.direction, place, "yes" if point.agree else "no", reached))
        return tuple(rows)

    def __str__(self) -> str:
        rest = [str(boundary) for boundary in self.untested]
        rest += [f"left out: {parts}: {reason}" for parts, reason in self.left_out]
        if not self.points:
            return "\n".join([*self._inside(), *([] if self.untested else ["no boundaries to confirm"]), *rest])
        rows = self.table()
        widths = [max(len(row[i]) for row in rows) for i in range(len(rows[0]))]
        lines = [
            "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows
        ]
        verdict = "agreement" if all(point.agree for point in self.points) else "NO AGREEMENT"
        more = any(point.precision.digits > self.digits for point in self.points)
        effort = f"{'at least ' if more else ''}{self.digits} digits, ties within 1e-{self.tie_digits}"
        summary = f"{verdict} at {len(self.points)} boundary points, {effort}"
        return "\n".join([*lines, *self._inside(), summary, *rest])

    def _inside(self) -> list[str]:
        """How many samples agree, and those that do not."""
        wrong = [s for s in self.samples if not s.agrees]
        verdict = "NO AGREEMENT" if wrong else "agreement"
        alone = len(self.samples) == 1 and not self.samples[0].coordinates
        points = f"{len(self.samples) - len(wrong)} of {len(self.samples)} points inside of phases"
        count = f"{verdict} at {'the given values' if alone else points}"
        shown = [f"  {s.piece}, at {_place(s.coordinates)}: {', '.join(s.differs)}" for s in wrong]
        return [count, *shown] if self.samples else []

    def to_json(self) -> dict[str, Any]:
        """A JSON-able dictionary; `agree` is null where a boundary is not tested and no tested point disagrees."""
        untested = [{"boundary": boundary.boundary, "reason": boundary.reason} for boundary in self.untested]
        return {
            "format": 1,
            "game": self.game,
            "agree": None if untested and not self.disagrees else self.agree,
            "digits": self.digits,
            "tie": f"1e-{self.tie_digits}",
            "distance": None if self.distance is None else str(self.distance),
            "points": [
                point.to_json()
                if point.precision.digits == self.digits
                else {**point.to_json(), "digits": point.precision.digits, "tie": f"1e-{point.precision.tie_digits}"}
                for point in self.points
            ],
            **({"untested": untested} if untested else {}),
            **({"samples": [sample.to_json() for sample in self.samples]} if self.samples else {}),
            **({"left_out": [{"parts": p, "reason": r} for p, r in self.left_out]} if self.left_out else {}),
        }


def _number(value: Coordinate) -> Real:
    return evaluate(value, {}) if isinstance(value, Expression) else as_real(value)


def _inside(interval: Interval, value: Real, tie: Real) -> bool:
    above = interval.low is None or value > as_real(interval.low) + (tie if interval.low_open else -tie)
    below = interval.high is None or value < as_real(interval.high) - (tie if interval.high_open else -tie)
    return bool(above and below)


def in_domain(game: Game, values: Mapping[str, Real], tie: Real) -> bool:
    """Whether numerical values lie in the domains of the free parameters and satisfy `assume`, up to the
    tolerance.
    """
    if not all(_inside(parameter.domain, values[parameter.name], tie) for parameter in game.parameters):
        return False
    for relation in game.assume:
        gap = evaluate(relation.left, values) - evaluate(relation.right, values)
        sign = 0 if abs(gap) < tie else (1 if gap > 0 else -1)
        if sign not in SIGNS_OF[relation.operator]:
            return False
    return True


def _check(
    game: Game,
    values: Mapping[str, Real],
    expected: Expected,
    side: Side,
    exponent: int,
    precision: Precision,
    listed: Sequence[Play],
) -> Check:
    if not in_domain(game, values, precision.tie):
        return Check(side, exponent, None)
    found = recomputed_structure(game, values, precision, listed)
    differs = structure_differences(found.parts, expected)
    return Check(side, exponent, not differs, differs, found.left_out)


def _coordinates(game: Game, point: BoundaryPoint) -> dict[str, Real]:
    """The point at the working precision."""
    given = point.point() if callable(point.point) else point.point
    names = [parameter.name for parameter in game.parameters]
    if sorted(given) != sorted(names) or point.direction not in names:
        raise GameError(
            f"boundary {point.boundary}: a point in ({', '.join(given)}) moved along {point.direction}; "
            f"give a value for each of ({', '.join(names)}) and move along one of them"
        )
    return {name: _number(given[name]) for name in names}


def _placed(game: Game, point: BoundaryPoint, precision: Precision) -> tuple[dict[str, str], int, int]:
    """Decimals of the point; by how many digits the distances go on down; and how many more digits are carried.

    Both are 0 for a point at an ordinary place.
    """
    for digits in (precision.digits, 4 * MOST_EXTRA_DIGITS):
        with mpmath.workdps(digits):
            at = _coordinates(game, point)
            (domain,) = (p.domain for p in game.parameters if p.name == point.direction)
            ends = [as_real(end) for end in (domain.low, domain.high) if end is not None]
            moved = at[point.direction]
            gaps = [-_magnitude(moved), *(-_magnitude(moved - end) for end in ends)]
            closeness = _beyond_ordinary(max(gaps))
            extra = max(closeness, *(_beyond_ordinary(abs(_magnitude(value))) for value in at.values()))
            # What is small next to the digits carried may be rounding: it is looked at again with more.
            if extra < precision.digits // 2:
                break
    return {name: mpmath.nstr(value, 12) for name, value in at.items()}, closeness, extra


def _magnitude(value: Real) -> int:
    """The decimal exponent, 0 for 0."""
    return 0 if value == 0 else int(mpmath.floor(mpmath.log10(abs(value))))


def _beyond_ordinary(digits: int) -> int:
    return digits if digits > ORDINARY_DIGITS else 0


def confirm_point(
    game: Game,
    point: BoundaryPoint,
    precision: Precision = CONFIRMATION_PRECISION,
    smallest_exponent: int = SMALLEST_EXPONENT,
) -> PointConfirmation | Untested:
    """Compares the claims around one boundary point with the structures recomputed from the definition.

    Distances grow from the smallest; on each side the search stops at the first that disagrees, because that
    far away another phase may begin. Points outside the domain are skipped, not counted as agreement. Untested is
    returned for a place that is too close or too far out for the digits that may be carried.
    """
    at, closeness, extra = _placed(game, point, precision)
    if extra > MOST_EXTRA_DIGITS:
        return Untested(
            point.boundary,
            f"{point.direction} = {at[point.direction]} is too far out or too close to zero or to an end of the domain",
        )
    for deeper in DEEPER:
        more = extra + deeper
        carried = Precision(precision.digits + 6 * more, precision.tie_digits + 3 * more)
        found = _confirmed(game, point, carried, smallest_exponent + closeness + deeper)
        on_it = all(check.agrees for check in found.checks if check.side == "on")
        # A tolerance that hides the smallest distances is part of the answer: going closer would tell nothing.
        if found.agree or not on_it or precision.tie_digits < 3 * smallest_exponent:
            break
    if not found.agree and not any(check.agrees is False for check in found.checks):
        return Untested(point.boundary, f"no place next to {_place(found.coordinates)} was reached within the domain")
    return found


def _noted(found: PointConfirmation | Untested) -> tuple[dict[str, Any], str]:
    if isinstance(found, Untested):
        return {"boundary": found.boundary, "reason": found.reason}, str(found)
    verdict = "agreement" if found.agree else "NO AGREEMENT"
    return found.to_json(), f"{found.boundary}, at {_place(found.coordinates)}: {verdict}"


def _place(coordinates: Iterable[tuple[str, str]]) -> str:
    return ", ".join(f"{name} = {value}" for name, value in coordinates)


def _confirmed(game: Game, point: BoundaryPoint, precision: Precision, smallest_exponent: int) -> PointConfirmation:
    """The comparison at distances down to 10^-smallest_exponent."""
    with mpmath.workdps(precision.digits):
        at = _coordinates(game, point)
        names = list(at)
        checks: list[Check] = []
        if point.on is not None:
            checks.append(_check(game, at, point.on, "on", 0, precision, point.listed))
        reached: list[int | None] = []
        sides: list[tuple[Side, int, Expected | None]] = [
            ("below", -1, point.below),
            ("above", 1, point.above),
        ]
        for side, sign, expected in sides:
            if expected is None:
                continue
            agreed: int | None = None
            for exponent in range(smallest_exponent, 0, -1):
                moved = {**at, point.direction: at[point.direction] + sign * mpmath.mpf(10) ** -exponent}
                check = _check(game, moved, expected, side, exponent, precision, point.listed)
                checks.append(check)
                if not check.agrees:
                    break
                agreed = exponent
            reached.append(agreed)
        held = [exponent for exponent in reached if exponent is not None]
        agree = (
            bool(checks) and len(held) == len(reached) and all(check.agrees for check in checks if check.side == "on")
        )
        return PointConfirmation(
            point.boundary,
            point.direction,
            tuple((name, mpmath.nstr(at[name], 12)) for name in names),
            agree,
            max(held, default=smallest_exponent) if agree else None,
            tuple(checks),
            precision,
            point.numerical,
        )


def confirm_boundaries(
    game: Game,
    points: Iterable[BoundaryPoint] | Sequence[BoundaryPoint],
    precision: Precision = CONFIRMATION_PRECISION,
    smallest_exponent: int = SMALLEST_EXPONENT,
) -> Confirmation:
    """Confirms each boundary point of a game whose other parameters are fixed.

    Parameters: the game (its free parameters are the coordinates of the points), the points, the precision,
    and K for distances 10^-1 .. 10^-K. Numerical evidence. Raises GameError for points that do not fit the
    game.

    >>> from berknash.symbolic.game.game import Game
    >>> game = Game.from_dict({"format": 1, "name": "two", "parameters": {"p": "(0, 1)"},
    ...     "players": {"agent": {"actions": ["left", "right"], "outcomes": ["good", "bad"],
    ...     "truth": {"*": {"good": "p", "bad": "1 - p"}},
    ...     "payoff": {"left": {"good": 1, "bad": 0}, "right": {"good": 0, "bad": 1}},
    ...     "models": {"often": {"predicts": {"*": {"good": "2/3", "bad": "1/3"}}},
    ...                "seldom": {"predicts": {"*": {"good": "1/3", "bad": "2/3"}}}}}}})
    >>> result = confirm_boundaries(game, [BoundaryPoint("2*p - 1", "p", {"p": Fraction(1, 2)},
    ...     below={"rationalizable": ["right"]}, on={"rationalizable": ["left", "right"]},
    ...     above={"rationalizable": ["left"]})])
    >>> print(result)
    boundary  moved  point    agreement  from distance
    2*p - 1   p      p = 0.5  yes        1e-1
    agreement at 1 boundary points, 120 digits, ties within 1e-70
    """
    found = []
    for point in points:
        ask("the comparison at boundary points")
        found.append(confirm_point(game, point, precision, smallest_exponent))
        note("points", partial(_noted, found[-1]), game)
    return Confirmation(
        game.name,
        tuple(result for result in found if isinstance(result, PointConfirmation)),
        precision.digits,
        precision.tie_digits,
        tuple(dict.fromkeys(result for result in found if isinstance(result, Untested))),
    )


def check_sample(game: Game, sample: Sample, precision: Precision = SAMPLE_PRECISION) -> SampleCheck | None:
    """Compares what is claimed at a point inside of a piece with the structure recomputed from the definition.

    None is returned for a place that is too close or too far out for the digits that may be carried.
    """
    with mpmath.workdps(4 * MOST_EXTRA_DIGITS):
        exact = {name: _number(value) for name, value in sample.point.items()}
        far = max((abs(_magnitude(gap)) for gap in _gaps(game, exact)), default=0)
    extra = _beyond_ordinary(far)
    if extra > MOST_EXTRA_DIGITS:
        return None
    place = tuple((name, mpmath.nstr(value, 12)) for name, value in exact.items())
    if sample.expected is None:
        return SampleCheck(sample.piece, place, False, ("conditions",))
    for deeper in DEEPER:
        more = extra + deeper
        carried = Precision(precision.digits + 6 * more, precision.tie_digits + 3 * more)
        with mpmath.workdps(carried.digits):
            at = {name: _number(value) for name, value in sample.point.items()}
            found = recomputed_structure(game, at, carried, sample.listed)
        differs = structure_differences(found.parts, sample.expected)
        if not differs:
            break
    return SampleCheck(sample.piece, place, not differs, differs, found.left_out)


def _gaps(game: Game, at: Mapping[str, Real]) -> Iterator[Real]:
    """The coordinates of a point, and their distances from the ends of their domains."""
    for parameter in game.parameters:
        value = at[parameter.name]
        yield value
        yield from (value - as_real(end) for end in (parameter.domain.low, parameter.domain.high) if end is not None)
