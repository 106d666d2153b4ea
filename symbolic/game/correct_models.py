"""The correctly specified player, said in one word: ``models.NAME = "correct"``.

Theta is the set of all laws that the player's own data can have (Esponda & Pouzo 2016, section 3): one agent knows
the true law; among several players the law of the outcome after own signal s_i and action a_i is, when the others play
the profile b of plans,

    q_b(y | s_i, a_i) = sum over s_-i of p(s_-i | s_i) Q_i(y | s, a_i, b(s_-i)),

and theta mixes the different q_b. It is written as a family like any other, with a coordinate for each but the last of
them: the share of the profiles of plans that give it.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from fractions import Fraction
from itertools import product
from math import prod

from ..algebra.elements import element_of
from ..algebra.linear import rank
from ..algebra.parameters import Interval, Parameter
from ..algebra.ring import Element, Ring, lift
from ..algebra.text import element_expression
from ..errors import GameError
from ..expressions.reading import ONE, Expression, Relation, Symbol, add, multiply, number, power, symbols_of
from .data import Model, Normal, Profile, Row

Truth = Sequence[tuple[tuple[Profile, Profile], Row]]
Column = tuple[Row, ...]
Key = tuple[str, str]

MOST_LAWS = 12
_MOST_PLANS = 4_096
_MIXED = 'normal outcomes that depend on what others do or see are mixed, no normal laws; write a family for "correct"'


def correct_model(
    name: str,
    place: int,
    signals: Sequence[Profile],
    actions: Sequence[Profile],
    law: Sequence[tuple[Profile, Expression]],
    truth: Truth,
    symbols: Collection[str],
    where: str,
) -> Model:
    """The model of a correctly specified player.

    Parameters
    ----------
    name : of the model
    place : of the player among the players
    signals, actions : of each player
    law : the probabilities of profiles of signals; empty without signals
    truth : of the player's outcome, by profile of signals and of actions
    symbols : names that are taken
    where : the place of the model in the file, for errors

    Returns Model, exact. Raises GameError, one line, where others' play gives more laws than have a plain form.
    """
    columns = _columns(place, signals, actions, law, truth, where)
    keys: list[Key] = [(s, a) for s in (signals[place] or ("",)) for a in actions[place]]
    if len(columns) == 1:
        return Model(name, tuple(zip(keys, columns[0], strict=True)))
    if any(isinstance(row, Normal) for column in columns for row in column):
        raise GameError(f"{where}: {_MIXED}")
    columns = _ends(columns, where)
    names = _names(len(columns) - 1, symbols)
    shares: list[Expression] = [Symbol(coordinate) for coordinate in names]
    last = add([ONE, *(multiply([number(-1), share]) for share in shares)])
    rows: list[Row] = []
    for position in range(len(keys)):
        mixed = [column[position] for column in columns]
        entries = zip(*(row for row in mixed if not isinstance(row, Normal)), strict=True)
        rows.append(tuple(_mixture([*shares, last], own) for own in entries))
    theta = tuple(Parameter(coordinate, Interval(Fraction(0), Fraction(1), False, False)) for coordinate in names)
    bound = (Relation(add(shares), "<=", ONE),) if len(shares) > 1 else ()
    return Model(name, tuple(zip(keys, rows, strict=True)), theta, bound)


def _columns(
    place: int,
    signals: Sequence[Profile],
    actions: Sequence[Profile],
    law: Sequence[tuple[Profile, Expression]],
    truth: Truth,
    where: str,
) -> list[Column]:
    """The different laws by own signal and action, over the profiles of the others' plans."""
    rows = dict(truth)
    others = [j for j in range(len(actions)) if j != place]
    count = prod(len(actions[j]) ** max(1, len(signals[j])) for j in others)
    if count > _MOST_PLANS:
        raise GameError(f"{where}: {count} profiles of the others' plans, more than {_MOST_PLANS}; write the family")
    plans = [list(product(actions[j], repeat=max(1, len(signals[j])))) for j in others]
    found: dict[Column, None] = {}
    for profile in product(*plans):
        column = (
            _law_after(place, others, profile, signals, law, rows, signal, action, where)
            for signal in signals[place] or ("",)
            for action in actions[place]
        )
        found[tuple(column)] = None
    return list(found)


def _law_after(
    place: int,
    others: Sequence[int],
    profile: Sequence[Profile],
    signals: Sequence[Profile],
    law: Sequence[tuple[Profile, Expression]],
    rows: Mapping[tuple[Profile, Profile], Row],
    signal: str,
    action: str,
    where: str,
) -> Row:
    seen = [(s, p) for s, p in law if s[place] == signal] or [((), ONE)]
    reached: list[tuple[Expression, Row]] = []
    for drawn, chance in seen:
        own = zip(others, profile, strict=True)
        played = {j: plan[signals[j].index(drawn[j])] if drawn else plan[0] for j, plan in own}
        taken = tuple(played.get(j, action) for j in range(len(signals)))
        reached.append((chance, rows[drawn, taken]))
    first = reached[0][1]
    if all(row == first for _, row in reached):
        return first
    if isinstance(first, Normal):
        raise GameError(f"{where}: {_MIXED}")
    total = add([chance for chance, _ in reached])
    weights = [multiply([chance, power(total, -1)]) for chance, _ in reached]
    entries = zip(*(row for _, row in reached if not isinstance(row, Normal)), strict=True)
    return tuple(_mixture(weights, own) for own in entries)


def _mixture(weights: Sequence[Expression], values: Sequence[Expression]) -> Expression:
    if all(value == values[0] for value in values):
        return values[0]
    total = add([multiply([weight, value]) for weight, value in zip(weights, values, strict=True)])
    ring, element = element_of(Ring.of_parameters(sorted(symbols_of(total))), total)
    return element_expression(ring, element)


def _ends(columns: list[Column], where: str) -> list[Column]:
    """Laws of which all others are mixtures, and none is one of the rest: all of them, or the two ends of a line."""
    names = sorted({name for column in columns for row in column for name in _symbols(row)})
    ring = Ring.of_parameters(names)
    vectors: list[list[Element]] = []
    for column in columns:
        vector = []
        for row in column:
            assert not isinstance(row, Normal)
            for entry in row:
                ring, element = element_of(ring, entry)
                vector.append(element)
        vectors.append(vector)
    lifted = [[lift(e, ring.context) for e in vector] for vector in vectors]
    steps = [tuple(e - f for e, f in zip(vector, lifted[0], strict=True)) for vector in lifted[1:]]
    dimension = rank(steps, lambda element: 0 if element.is_zero() else 1)
    if dimension == len(steps):
        if len(columns) > MOST_LAWS:
            raise GameError(f"{where}: others' play gives {len(columns)} laws, more than {MOST_LAWS}; write the family")
        return columns
    if dimension == 1:
        position = next(k for k, entry in enumerate(steps[0]) if not entry.is_zero())
        shares = [(step[position] / steps[0][position]).rational() for step in steps]
        known = [Fraction(0), *(share for share in shares if share is not None)]
        if len(known) == len(columns):
            return [columns[known.index(min(known))], columns[known.index(max(known))]]
    raise GameError(
        f"{where}: others' play gives {len(columns)} laws that lie in fewer dimensions; write the family instead of "
        '"correct"'
    )


def _symbols(row: Row) -> frozenset[str]:
    entries = (row.mean, row.variance) if isinstance(row, Normal) else row
    return frozenset().union(*(symbols_of(entry) for entry in entries))


def _names(count: int, taken: Collection[str]) -> list[str]:
    """Names of coordinates that nothing else has."""
    stem = "share"
    while any(name == stem or name.startswith(f"{stem}_") for name in taken):
        stem += "s"
    return [stem] if count == 1 else [f"{stem}_{place}" for place in range(1, count + 1)]
