"""Parameters and their domains: intervals with rational ends."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from ..errors import GameError
from ..expressions.reading import Number, brief, read_expression
from ..plain_text import kind_of, shown


@dataclass(frozen=True, slots=True)
class Interval:
    """An interval with rational ends; None stands for an infinite end."""

    low: Fraction | None
    high: Fraction | None
    low_open: bool
    high_open: bool

    def contains(self, value: Fraction) -> bool:
        """Whether the exact value lies in the interval.

        >>> read_interval("(0, 1]", where="here").contains(Fraction(1))
        True
        """
        above = self.low is None or value > self.low or (value == self.low and not self.low_open)
        below = self.high is None or value < self.high or (value == self.high and not self.high_open)
        return above and below

    def __str__(self) -> str:
        low = "-oo" if self.low is None else str(self.low)
        high = "oo" if self.high is None else str(self.high)
        return f"{'(' if self.low_open else '['}{low}, {high}{')' if self.high_open else ']'}"


def read_interval(text: object, *, where: str) -> Interval:
    """Reads "(0, 1)", "[3, 7/2]" or "(-oo, oo)"; raises GameError for anything else.

    >>> str(read_interval("[3,3.5]", where="here"))
    '[3, 7/2]'
    """
    form = 'write it like "(0, 1)" or "[3, oo)"'
    if not isinstance(text, str):
        raise GameError(f"{where}: an interval must be a string, not {kind_of(text)}; {form}")
    inside = text.strip()
    if len(inside) < 2 or inside[0] not in "([" or inside[-1] not in ")]" or inside.count(",") != 1:
        raise GameError(f"{where}: {shown(text)} is not an interval; {form}")
    ends: list[Fraction | None] = []
    for end, infinite in zip(inside[1:-1].split(","), ("-oo", "oo"), strict=True):
        if end.strip() in (infinite, f"+{infinite}"):
            ends.append(None)
            continue
        value = read_expression(end, (), where=where)
        if not isinstance(value, Number):
            raise GameError(f"{where}: the end {brief(value)} of an interval is not rational; use a rational number")
        ends.append(value.value)
    low, high = ends
    interval = Interval(low, high, inside[0] == "(", inside[-1] == ")")
    if (low is None and not interval.low_open) or (high is None and not interval.high_open):
        raise GameError(f"{where}: {shown(text)} has a closed infinite end; write a round bracket there")
    inside_out = low is not None and high is not None and low > high
    if inside_out or (low is not None and low == high and not interval.contains(low)):
        raise GameError(f"{where}: the interval {interval} is empty; put the smaller end first")
    return interval


@dataclass(frozen=True, slots=True)
class Parameter:
    """A symbol with its domain: a parameter of the game, or a coordinate of a family's theta."""

    name: str
    domain: Interval
    latex: str | None = None
    description: str | None = None
