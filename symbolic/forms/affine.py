"""Families of models with affine rows: their classes of keys and groups of outcomes.

A key is an own signal with an own action. Keys with equal rows form a class; outcomes of a row whose probabilities keep
the same proportions for every theta form a group, of which only the total matters for the fit (see `families`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from ..algebra.elements import element_of
from ..algebra.ring import Element, Ring, lift, moved
from ..errors import NotSupportedError
from ..expressions.reading import Expression
from ..game.data import Model, Normal, Player
from ..game.game import Game
from .entries import Entries

Key = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Affine:
    """``constant + sum_i slopes[i] * theta_i``, one coefficient for each coordinate of theta."""

    constant: Element
    slopes: tuple[Element, ...]

    def at(self, theta: Sequence[Element]) -> Element:
        """The value at a point."""
        total = self.constant
        for slope, value in zip(self.slopes, theta, strict=True):
            total = total + slope * value
        return total


@dataclass(frozen=True, slots=True)
class Family:
    """A family with affine rows, its keys grouped by row.

    ``rows[c]`` is the row of class c; ``groups[c]`` are the outcomes whose probabilities keep the same proportions for
    every theta, so that only their total matters for the fit.
    """

    model: Model
    classes: tuple[tuple[Key, ...], ...]
    rows: tuple[tuple[Affine, ...], ...]
    groups: tuple[tuple[tuple[int, ...], ...], ...]

    def class_of(self, key: Key) -> int:
        """The class that holds a key."""
        return next(c for c, keys in enumerate(self.classes) if key in keys)


def affine_in(expression: Expression, model: Model, game: Game, entries: Entries) -> Affine:
    """The expression as an affine function of the family's theta; raises NotSupportedError otherwise."""
    names = [coordinate.name for coordinate in model.theta]
    parameters = [p.name for p in game.parameters]
    ring, value = element_of(Ring.of_parameters([*parameters, *names]), expression)
    value = lift(value, ring.context)
    places = [ring.index(name) for name in names]
    refuse = NotSupportedError(
        f"the family {model.name} is not affine in its theta ({expression}); only affine families are solved here"
    )
    if any(int(value.denominator.degrees()[place]) for place in places):
        raise refuse
    if any(
        g.argument is not None and any(_occurs(g.argument, place) for place in places)
        for g, degree in zip(ring.generators, value.numerator.degrees(), strict=True)
        if int(degree)
    ):
        raise refuse
    parts: list[dict[tuple[int, ...], int]] = [{} for _ in range(len(names) + 1)]
    for exponents, coefficient in value.numerator.to_dict().items():
        powers = [int(exponents[place]) for place in places]
        if sum(powers) > 1:
            raise refuse
        slot = powers.index(1) + 1 if sum(powers) else 0
        rest = tuple(0 if i in places else int(e) for i, e in enumerate(exponents))
        parts[slot][rest] = int(coefficient)
    # The generators that are not theta enter the ring of the game, in which the coefficients then live.
    for generator in ring.generators:
        if generator.argument is not None and not any(_occurs(generator.argument, place) for place in places):
            moved = replace(generator, argument=_into(generator.argument, entries.ring))
            entries.ring = entries.ring.extend(moved)
    coefficients = []
    for part in parts:
        numerator = ring.context.from_dict(part)
        element = Element.make(numerator, value.denominator)
        coefficients.append(_into(element, entries.ring))
    return Affine(coefficients[0], tuple(coefficients[1:]))


def _occurs(element: Element, place: int) -> bool:
    return any(
        place < len(part.degrees()) and int(part.degrees()[place]) for part in (element.numerator, element.denominator)
    )


def _into(element: Element, target: Ring) -> Element:
    """The element, in which no theta occurs, over the game's ring: variables are matched by name."""
    return Element(moved(element.numerator, target.context), moved(element.denominator, target.context))


def read_family(game: Game, player: Player, entries: Entries) -> Family:
    """The player's one family with its classes; raises NotSupportedError for other classes of models."""
    if len(player.models) != 1:
        raise NotSupportedError(
            f"player {player.name} has a family beside other models; with several players or signals only one family "
            "alone, or finitely many models, are solved"
        )
    (model,) = player.models
    rows: dict[tuple[Affine, ...], list[Key]] = {}
    for signal in player.signals or ("",):
        for action in player.actions:
            row = model.row(action, signal)
            if isinstance(row, Normal):
                raise NotSupportedError(
                    f"the family {model.name} predicts normal outcomes, which have no closed form here"
                )
            affine = tuple(affine_in(entry, model, game, entries) for entry in row)
            affine = tuple(lifted(entry, entries) for entry in affine)
            rows = {tuple(lifted(e, entries) for e in known): keys for known, keys in rows.items()}
            rows.setdefault(affine, []).append((signal, action))
    groups = tuple(_proportional(row) for row in rows)
    return Family(model, tuple(tuple(keys) for keys in rows.values()), tuple(rows), groups)


def _proportional(row: tuple[Affine, ...]) -> tuple[tuple[int, ...], ...]:
    """The outcomes of a row, those whose probabilities have a constant positive ratio together."""
    groups: list[list[int]] = []
    for place, entry in enumerate(row):
        for group in groups:
            ratio = _ratio(entry, row[group[0]])
            if ratio is not None and ratio > 0:
                group.append(place)
                break
        else:
            groups.append([place])
    return tuple(tuple(group) for group in groups)


def _ratio(first: Affine, second: Affine) -> Fraction | None:
    """The rational c with ``first = c * second``, if there is one."""
    pairs = list(zip((first.constant, *first.slopes), (second.constant, *second.slopes), strict=True))
    if all(b.is_zero() for b in second.slopes) or all(a.is_zero() for a in first.slopes):
        return None  # constant probabilities are kept apart: they tell whether the truth can be matched
    ratio = next((a / b).rational() for a, b in pairs if not b.is_zero())
    if ratio is None or any(not (a - b * _constant(b, ratio)).is_zero() for a, b in pairs):
        return None
    return ratio


def _constant(like: Element, value: Fraction) -> Element:
    context = like.numerator.context()
    return Element(context.constant(value.numerator), context.constant(value.denominator))


def sums(row: Sequence[Element], groups: tuple[tuple[int, ...], ...], entries: Entries) -> tuple[Element, ...]:
    """The totals of the entries of each group."""
    return tuple(entries.total([row[y] for y in group]) for group in groups)


def grouped_rows(family: Family, place: int, entries: Entries) -> tuple[Affine, ...]:
    """The probabilities of the groups of a class, as affine functions of theta."""
    row = family.rows[place]
    found = []
    for group in family.groups[place]:
        constant = entries.total([row[y].constant for y in group])
        count = len(row[group[0]].slopes)
        slopes = tuple(entries.total([row[y].slopes[k] for y in group]) for k in range(count))
        found.append(lifted(Affine(constant, slopes), entries))
    return tuple(found)


def lifted(affine: Affine, entries: Entries) -> Affine:
    """The same function over the ring so far."""
    context = entries.ring.context
    return Affine(lift(affine.constant, context), tuple(lift(s, context) for s in affine.slopes))
