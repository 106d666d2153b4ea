"""Common zeros of pairs of functions in a box: branch and prune with the interval Newton operator.

A system (f, g) is *f = df/dy = 0* for one curve, or *f_i = f_j = 0* for two. On a box it is settled when one of its two
functions is certified to have no zero there, or when its Jacobian determinant is certified not to vanish on a slightly
larger box (then it has at most one zero in it) and Newton's operator either leaves that box or maps it into itself
(Moore 1966; Krawczyk 1969; Neumaier 1990). What is not settled is cut in two, down to a smallest size; boxes of that
size are returned as undecided. Next to an end of the box where functions are singular, sizes are relative to the
distance from it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from heapq import heappop, heappush
from itertools import count
from typing import Any

import flint
from flint import arb, fmpq

from ..decomposition.limits import Limits
from ..decomposition.rationals import ball_between
from ..floats import nearest_float
from .partials import Box, PlaneFunction
from .roots import between_scales

System = tuple[int, int]  # (i, i): f_i and its derivative along y; (i, j): f_i and f_j
Jet = dict[tuple[int, int], Any]

_MARGIN = fmpq(1, 16)
# Cut a little off the middle: symmetric games have their vertices in the middle.
_CUT = fmpq(31, 64)
# Pieces as small as a fraction of their distance from a singular end need not be as small as elsewhere.
_COARSER = fmpq(1, 1 << 7)
REFINED = fmpq(1, 1 << 60)
MOST_BOXES = 12_000  # after so many the rest is left undecided


@dataclass(frozen=True, slots=True)
class CommonZero:
    """The only common zero of a system in `unique`, enclosed in `box`."""

    system: System
    box: Box
    unique: Box


@dataclass(slots=True)
class Paving:
    """The common zeros of all systems, and the boxes where some system stayed unsettled."""

    zeros: list[CommonZero]
    undecided: list[tuple[Box, tuple[System, ...]]]
    boxes: int = 0


@dataclass(frozen=True, slots=True)
class Extent:
    """A side of the whole box: its length, and the singular ends just outside of it."""

    length: Any
    below: Any | None
    above: Any | None

    def size(self, low: Any, high: Any) -> Any:
        """The width of a piece relative to the side; next to a singular end its distance from there matters too."""
        width = high - low
        size = width / self.length
        if self.below is not None:
            size = max(size, width / (low - self.below) * _COARSER)
        if self.above is not None:
            size = max(size, width / (self.above - high) * _COARSER)
        return size

    def cut(self, low: Any, high: Any) -> Any:
        """Where to cut a piece: a little off the middle, or between the scales of its two ends."""
        if self.below is not None and high - self.below > 8 * (low - self.below):
            return self.below + between_scales(low - self.below, high - self.below)
        if self.above is not None and self.above - low > 8 * (self.above - high):
            return self.above - between_scales(self.above - high, self.above - low)
        return low + (high - low) * _CUT


def common_zeros(
    functions: Sequence[PlaneFunction],
    systems: Sequence[System],
    box: Box,
    extents: tuple[Extent, Extent],
    smallest: Any,
    limits: Limits,
    excluded: Callable[[Box], bool] = lambda box: False,
    nowhere_zero: Callable[[int, Box], bool] = lambda index, box: False,
) -> Paving:
    """All common zeros of the systems in a closed box, each certified to exist and to be the only one nearby.

    Boxes that `excluded` certifies to lie outside of the domain are left out. Where the values of a function on a box
    are endless, `nowhere_zero` is asked whether it has no zero there all the same.

    Zeros within the margin outside of the box may be included; `undecided` lists what was not settled at the smallest
    size. Raises BudgetError beyond the limits.
    """
    result = Paving([], [])
    # The largest boxes come first, so that what a limit leaves over is small.
    heap: list[tuple[float, int, Box, tuple[System, ...]]] = []

    def push(place: Box, pending: tuple[System, ...]) -> None:
        area = (place[1] - place[0]) * (place[3] - place[2])
        heappush(heap, (-nearest_float(area), next(number), place, pending))

    number = count()
    push(box, tuple(systems))
    while heap:
        _, _, place, pending = heappop(heap)
        result.boxes += 1
        if result.boxes % 64 == 0:
            limits.check_cells(result.boxes, "boxes")
            limits.step("boxes", result.boxes, result.boxes + len(heap))
        if excluded(place):
            continue
        if result.boxes > MOST_BOXES:
            result.undecided.append((place, pending))
            continue
        pending = _unsettled(functions, place, pending, result, nowhere_zero)
        if not pending:
            continue
        low_x, high_x, low_y, high_y = place
        width, height = extents[0].size(low_x, high_x), extents[1].size(low_y, high_y)
        if max(width, height) <= smallest:
            result.undecided.append((place, pending))
        elif width >= height:
            middle = extents[0].cut(low_x, high_x)
            push((low_x, middle, low_y, high_y), pending)
            push((middle, high_x, low_y, high_y), pending)
        else:
            middle = extents[1].cut(low_y, high_y)
            push((low_x, high_x, low_y, middle), pending)
            push((low_x, high_x, middle, high_y), pending)
    return result


def _unsettled(
    functions: Sequence[PlaneFunction],
    box: Box,
    pending: Sequence[System],
    result: Paving,
    nowhere_zero: Callable[[int, Box], bool],
) -> tuple[System, ...]:
    """The systems that this box does not settle; zeros found are recorded."""
    jets: dict[int, Jet] = {}
    empty: dict[int, bool] = {}
    for i in sorted({k for system in pending for k in system}):
        jets[i] = functions[i].jet(box, 1)
        empty[i] = nonzero(jets[i][(0, 0)])
    if not all(empty.values()):
        for i, known in empty.items():
            if not known:
                endless = not jets[i][(0, 0)].is_finite()
                empty[i] = nowhere_zero(i, box) if endless else nonzero(mean_value(functions[i], box, jets[i]))
    left = []
    for system in pending:
        i, j = system
        if empty[i] or empty[j]:
            continue
        if i == j and nonzero(jets[i][(0, 1)]):
            continue
        if _try_newton(functions, system, box, result):
            continue
        left.append(system)
    return tuple(left)


def mean_value(function: PlaneFunction, box: Box, jet: Jet) -> Any:
    """``f(m) + f_x(B) (x - m) + f_y(B) (y - n)``, which contains the values on the box."""
    x, y = (box[0] + box[1]) / 2, (box[2] + box[3]) / 2
    across = ball_between(box[0] - x, box[1] - x)
    along = ball_between(box[2] - y, box[3] - y)
    return function.centre(box, (x, y)) + jet[(1, 0)] * across + jet[(0, 1)] * along


def nonzero(ball: Any) -> bool:
    """Whether a ball is certified to exclude zero."""
    return bool(ball > 0 or ball < 0)


def _inflated(box: Box) -> Box:
    across, along = (box[1] - box[0]) * _MARGIN, (box[3] - box[2]) * _MARGIN
    return (box[0] - across, box[1] + across, box[2] - along, box[3] + along)


def _jacobian(
    functions: Sequence[PlaneFunction], system: System, box: Box, precision: int
) -> tuple[Any, Any, Any, Any] | None:
    """The Jacobian matrix on a box, or None where the second derivative of a quotient is needed."""
    i, j = system
    if i == j:
        if functions[i].graph_near(box) is not None:
            return None
        jet = functions[i].jet(box, 2, precision)
        return jet[(1, 0)], jet[(0, 1)], jet[(1, 1)], jet[(0, 2)]
    first, second = functions[i].jet(box, 1, precision), functions[j].jet(box, 1, precision)
    return first[(1, 0)], first[(0, 1)], second[(1, 0)], second[(0, 1)]


def _values(
    functions: Sequence[PlaneFunction], system: System, box: Box, point: tuple[Any, Any], precision: int
) -> tuple[Any, Any]:
    """The values of the two functions at a point of a box."""
    i, j = system
    if i == j:
        x, y = point
        return functions[i].at((x, x, y, y), 0, 0, precision), functions[i].at((x, x, y, y), 0, 1, precision)
    return functions[i].centre(box, point, precision), functions[j].centre(box, point, precision)


def _newton(
    functions: Sequence[PlaneFunction], system: System, box: Box, precision: int
) -> Box | None:
    """Newton's image of a box on which the Jacobian is certified regular; None where it is not."""
    found = _jacobian(functions, system, box, precision)
    if found is None:
        return None
    a, b, c, d = found
    with flint.ctx.workprec(precision):
        # Preconditioned by the inverse of the middle matrix, so that the determinant of balls stays sharp.
        am, bm, cm, dm = (arb(v.mid()) if v.is_finite() else v for v in (a, b, c, d))
        scale = am * dm - bm * cm
        if not nonzero(scale):
            return None
        p, q, r, s = dm / scale, -bm / scale, -cm / scale, am / scale
        a, b, c, d = p * a + q * c, p * b + q * d, r * a + s * c, r * b + s * d
        determinant = a * d - b * c
        if not nonzero(determinant):
            return None
        x, y = (box[0] + box[1]) / 2, (box[2] + box[3]) / 2
        centre = _values(functions, system, box, (x, y), precision)
        first, second = p * centre[0] + q * centre[1], r * centre[0] + s * centre[1]
        across = arb(x) - (d * first - b * second) / determinant
        along = arb(y) - (a * second - c * first) / determinant
        if not (across.is_finite() and along.is_finite()):
            return None
        return (
            across.lower().fmpq(),
            across.upper().fmpq(),
            along.lower().fmpq(),
            along.upper().fmpq(),
        )


def _try_newton(functions: Sequence[PlaneFunction], system: System, box: Box, result: Paving) -> bool:
    """Whether Newton's operator settles the system on the box; a zero found is recorded."""
    wide = _inflated(box)
    image = _newton(functions, system, wide, 53)
    if image is None:
        return False
    current, certain = wide, False
    for _ in range(40):
        if image[0] > current[0] and image[1] < current[1] and image[2] > current[2] and image[3] < current[3]:
            certain = True
        meet = _intersection(image, current)
        if meet is None:
            return True
        if _intersection(meet, box) is None:
            # The zero, if there is one, lies in the margin: the neighbour finds it.
            return True
        if certain:
            _record(functions, system, meet, wide, result)
            return True
        if (meet[1] - meet[0]) * 4 > (current[1] - current[0]) * 3 and (meet[3] - meet[2]) * 4 > (
            current[3] - current[2]
        ) * 3:
            return False
        current = meet
        image = _newton(functions, system, current, 64)
        if image is None:
            return False
    return False


def _intersection(first: Box, second: Box) -> Box | None:
    low_x, high_x = max(first[0], second[0]), min(first[1], second[1])
    low_y, high_y = max(first[2], second[2]), min(first[3], second[3])
    return None if low_x > high_x or low_y > high_y else (low_x, high_x, low_y, high_y)


def _record(
    functions: Sequence[PlaneFunction], system: System, box: Box, unique: Box, result: Paving
) -> None:
    """Refines a certified zero and notes it, unless it is known."""
    box = refined(functions, system, box, REFINED)
    for known in result.zeros:
        if known.system == system and _intersection(known.box, box) is not None:
            inside = _intersection(known.unique, box)
            if inside == box:
                return
    result.zeros.append(CommonZero(system, box, unique))


def refined(functions: Sequence[PlaneFunction], system: System, box: Box, width: Any) -> Box:
    """A smaller box around a certified zero, by Newton steps at growing precision."""
    precision = 96
    for _ in range(60):
        if max(box[1] - box[0], box[3] - box[2]) <= width:
            break
        image = _newton(functions, system, box, precision)
        smaller = None if image is None else _intersection(image, box)
        if smaller is None or (smaller[1] - smaller[0]) * 2 > box[1] - box[0]:
            precision *= 2
            if precision > 4096:
                break
        if smaller is not None:
            box = smaller
    return box


def overlapping(first: Box, second: Box) -> bool:
    """Whether two closed boxes have a point in common."""
    return _intersection(first, second) is not None
