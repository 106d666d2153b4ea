"""Three parameters as exact planes: the phases over two of them, at several rational values of the third.

Every plane is derived anew with the third parameter fixed, so it is as exact as any phase diagram; its phases get the
names that the same structures have in the theorem, so that a phase has one name and one colour in all planes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from ...symbolic.errors import NO_ANSWER
from ...symbolic.expressions.reading import number
from ..typeset.formulas import formula
from ..typeset.markup import Markup, Notation, row
from .geometry import Plane, trace_plane
from .phase_map import window

if TYPE_CHECKING:
    from ...symbolic.results.diagram import PhaseDiagram

EVEN = 4
MOST = 9
DIMENSION = 3
_TRIED = 20


@dataclass(frozen=True, slots=True)
class Slice:
    """The plane at one value of the third parameter.

    `names` and `fills` are the names and colours of its phases by index; -1 in `fills` has no phase of the theorem.
    """

    value: Fraction
    title: Markup
    plane: Plane
    names: tuple[str, ...]
    fills: tuple[int, ...]

    @property
    def seen(self) -> tuple[str, ...]:
        """The names of the phases that are large enough to be seen."""
        return tuple(self.names[phase] for phase in self.plane.shown)


def slices_of(diagram: PhaseDiagram, notation: Notation) -> tuple[Slice, ...]:
    """Planes at evenly spaced values of the third parameter, and at values where phases occur that they miss.

    Empty where the diagram has not exactly three free parameters, or the planes cannot be derived.
    """
    free = _ordered(diagram)
    if len(free) != DIMENSION:
        return ()
    axes, third = (free[0], free[1]), free[2]
    found: dict[Fraction, Slice] = {}
    for value in even_values(diagram, third):
        one = _slice(diagram, axes, third, value, notation)
        if one is not None:
            found[value] = one
    for phase in diagram.phases:
        if len(found) == MOST or any(phase.name in one.seen for one in found.values()):
            continue
        for value in _near(diagram, phase.name, third):
            one = None if value in found else _slice(diagram, axes, third, value, notation)
            if one is not None and phase.name in one.seen:
                found[value] = one
                break
    return tuple(found[value] for value in sorted(found))


def _ordered(diagram: PhaseDiagram) -> tuple[str, ...]:
    """The free parameters, those chosen for the axes first."""
    free = [parameter.name for parameter in diagram.game.parameters]
    chosen = [name for name in diagram.parameters if name in free]
    return (*chosen, *(name for name in free if name not in chosen))


def even_values(diagram: PhaseDiagram, name: str) -> list[Fraction]:
    """Simple rational values that cut the admissible part of the window of a parameter into about equal parts."""
    (parameter,) = [p for p in diagram.game.parameters if p.name == name]
    low, high = window(diagram, parameter)
    tried = [low + (high - low) * (2 * k + 1) / (2 * _TRIED) for k in range(_TRIED)]
    inside = [value for value in tried if _admissible(diagram, {name: Fraction(value).limit_denominator(1000)})]
    if not inside:
        return []
    half = (high - low) / (2 * _TRIED)
    first, last = inside[0] - half, inside[-1] + half
    steps = [first + (last - first) * k / (EVEN + 1) for k in range(1, EVEN + 1)]
    return list(dict.fromkeys(simple(value, (last - first) / (20 * EVEN)) for value in steps))


def _admissible(diagram: PhaseDiagram, values: dict[str, Fraction]) -> bool:
    try:
        diagram.game.at(values)
    except NO_ANSWER:
        return False
    return True


def simple(value: float, tolerance: float) -> Fraction:
    """The rational with the smallest denominator near a number.

    >>> simple(0.6666, 0.01)
    Fraction(2, 3)
    """
    for bound in range(1, 1000):
        found = Fraction(value).limit_denominator(bound)
        if abs(float(found) - value) <= tolerance:
            return found
    return Fraction(value)


def _near(diagram: PhaseDiagram, phase: str, name: str) -> list[Fraction]:
    """Simple values of a parameter at which a phase occurs, from its sample point."""
    (sample,) = [dict(p.sample_floats) for p in diagram.phases if p.name == phase]
    if name not in sample:
        return []
    return list(dict.fromkeys(Fraction(sample[name]).limit_denominator(bound) for bound in (10, 100, 1000)))


def _slice(
    diagram: PhaseDiagram, axes: tuple[str, str], third: str, value: Fraction, notation: Notation
) -> Slice | None:
    from ...symbolic.solving.solve import phases  # for start-up

    try:
        flat = phases(diagram.game, list(axes), {third: value})
        plane = trace_plane(flat, axes)
    except NO_ANSWER:
        return None
    names, fills = names_and_fills(diagram, flat)
    title = row(notation.letter(third), "=", formula(number(value), notation))
    return Slice(value, title, plane, names, fills)


def names_and_fills(diagram: PhaseDiagram, flat: PhaseDiagram) -> tuple[tuple[str, ...], tuple[int, ...]]:
    """The names of a restricted diagram's phases in the whole one, and their places there; others are numbered."""
    places = {phase.name: place for place, phase in enumerate(diagram.phases)}
    names: list[str] = []
    fills: list[int] = []
    extra = 0
    for phase in flat.phases:
        same = next((p.name for p in diagram.phases if p.structure == phase.structure), None)
        if same is None:
            extra += 1
        names.append(f"({extra})" if same is None else same)
        fills.append(len(diagram.phases) + extra - 1 if same is None else places[same])
    return tuple(names), tuple(fills)


def absent(diagram: PhaseDiagram, slices: Sequence[Slice]) -> list[str]:
    """The phases that no slice shows."""
    return [phase.name for phase in diagram.phases if not any(phase.name in one.seen for one in slices)]
