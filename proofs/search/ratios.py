"""Logarithms of ratios of predictions instead of logarithms of primes: the variables in which divergences are short.

The divergences of two models differ by logarithms of ratios x_t/x_s of what they predict. Over the primes such a
logarithm is a sum of many; here it is a variable of its own, and so is that of the ratio of two such ratios, which is
the coefficient of a truth parameter. Each prediction is a product of integer powers of these ratios, so that nothing
else in a certificate changes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction

from flint import fmpq

from .facts import Combined, Fact, Polynomial, Space, context_of
from .spaces import Setting

Powers = dict[int, int]  # of ratios, by their places
Rows = Sequence[Sequence[Fraction | None]]


class _Ratios:
    """Positive numbers other than 1, each once: of a number and its inverse the one that came first."""

    def __init__(self) -> None:
        self.numbers: list[Fraction] = []

    def powers(self, number: Fraction) -> Powers:
        """The number as a power of one of them."""
        if number == 1:
            return {}
        for candidate, power in ((number, 1), (1 / number, -1)):
            if candidate in self.numbers:
                return {self.numbers.index(candidate): power}
        self.numbers.append(number)
        return {len(self.numbers) - 1: 1}


def _times(*parts: Powers) -> Powers:
    total: Powers = {}
    for part in parts:
        for place, power in part.items():
            total[place] = total.get(place, 0) + power
    return {place: power for place, power in total.items() if power}


def products_of_ratios(tables: Sequence[Rows]) -> tuple[list[Fraction], dict[Fraction, Powers]]:
    """Ratios, and each number as a product of their powers.

    Parameters: for each action, for each model, what it predicts: positive numbers, None for what is no number.

    >>> ratios, powers = products_of_ratios([[[Fraction(1, 2), Fraction(1, 2)], [Fraction(1, 3), Fraction(2, 3)]]])
    >>> [str(ratio) for ratio in ratios], powers[Fraction(1, 3)], powers[Fraction(2, 3)]
    (['1/2', '4/3'], {0: 2, 1: 1}, {1: 1, 0: 1})
    """
    ratios = _Ratios()
    found: dict[Fraction, Powers] = {}
    for rows in tables:
        whole = [row for row in rows if None not in row]
        base = [number for number in whole[0] if number is not None] if whole else []
        for row in rows:
            numbers = [number for number in row if number is not None]
            if len(numbers) < len(row) or numbers == base:
                for number in numbers:
                    found.setdefault(number, ratios.powers(number))
                continue
            shares = [number / other for number, other in zip(numbers, base, strict=True)]
            last = ratios.powers(shares[-1])
            for number, other, share in zip(numbers, base, shares, strict=True):
                found.setdefault(number, _times(ratios.powers(share / shares[-1]), last, found[other]))
    return ratios.numbers, found


def in_ratios(setting: Setting, tables: Sequence[Rows]) -> Setting:
    """The setting with the logarithms of these predictions over ratios; those of functions stay as they are."""
    ratios, powers = products_of_ratios(tables)
    written: list[tuple[str, Powers | None]] = []
    kept: set[str] = set()
    for text, old in setting.log_table:
        number = _number(text)
        written.append((text, powers.get(number) if number is not None else None))
        if written[-1][1] is None:
            kept |= {name for name, _ in old}
    old_logs = [name for name in setting.space.logs if name in kept]
    prefix = setting.space.logs[0].rstrip("0123456789") if setting.space.logs else "L"
    titles = [f"{prefix}{place + 1}" for place in range(len(old_logs) + len(ratios))]
    renamed = dict(zip(old_logs, titles, strict=False))
    context = context_of([*setting.space.parameters, *titles])
    width = len(setting.space.parameters)

    def moved(polynomial: Polynomial) -> Polynomial:
        """A polynomial in the parameters alone over the new context."""
        entries = {tuple(e)[:width]: value for e, value in polynomial.to_dict().items()}
        room = [0] * (context.nvars() - width)
        return context.from_dict({(*e, *room): value for e, value in entries.items()})

    facts: dict[Fact | None, Fact | None] = {None: None}

    def fact(old: Fact) -> Fact:
        reason = old.reason
        if isinstance(reason, Combined):
            terms = tuple(
                (c, tuple((facts[f], n) for f, n in factors), None if square is None else moved(square))
                for c, factors, square in reason.terms
            )
            reason = Combined(terms, tuple((facts[f], moved(m)) for f, m in reason.equalities))
        facts[old] = new = Fact(moved(old.polynomial), old.relation, reason)
        return new

    domain, positive = (tuple(map(fact, part)) for part in (setting.domain, setting.positive))
    places = [setting.space.logs.index(name) for name in old_logs]
    arguments = [moved(setting.space.arguments[place]) for place in places]
    arguments += [context.constant(fmpq(ratio.numerator, ratio.denominator)) for ratio in ratios]
    premises = [facts[setting.premises[place]] for place in places] + [None] * len(ratios)
    table = tuple(
        (
            text,
            tuple((renamed[name], power) for name, power in old)
            if new is None
            else tuple((titles[len(old_logs) + place], power) for place, power in sorted(new.items())),
        )
        for (text, old), (_, new) in zip(setting.log_table, written, strict=True)
    )
    return replace(
        setting,
        space=Space(setting.space.parameters, tuple(titles), tuple(arguments), context),
        domain=domain,
        positive=positive,
        premises=tuple(premises),
        log_table=table,
        negative=tuple(map(moved, setting.negative)),
    )


def _number(text: str) -> Fraction | None:
    """The number that a text without names denotes."""
    return Fraction(text) if set(text) <= set("0123456789/-") else None
