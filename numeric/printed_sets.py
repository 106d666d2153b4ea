"""Are the sets of equilibria that a solution prints what they say? Points of them against the definition.

Everything is read from the document of a solution (`to_json`), as a user would: which entries exist at given parameter
values, the relations that cut out a set, its vertices, the point shown. Then strategies are drawn on every support:
anywhere, between vertices, and just beyond them. Each has to belong to a printed entry if and only if it passes the
definition (`is_equilibrium`), which knows nothing of the solution. Relations are read and evaluated here in high
precision, so a comparison within 1e-40 counts as equal; the definition is exact.
"""

from __future__ import annotations

import ast
import operator
import random
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from functools import partial
from itertools import combinations, pairwise, product
from typing import Any, TypeAlias

import mpmath

from ..symbolic.cells.undecided import attempt
from ..symbolic.errors import NO_ANSWER
from ..symbolic.expressions.reading import Expression, read_expression, substitute
from ..symbolic.game.game import Game
from ..symbolic.solving.solve import is_equilibrium
from .tables import evaluate

Slot: TypeAlias = tuple[str, str, str]  # player, own signal ("" without signals), action
Weights: TypeAlias = dict[Slot, Expression]
Document: TypeAlias = Mapping[str, Any]

DIGITS = 60
TIE = mpmath.mpf(10) ** -40
_SUPPORTS = 40
_COMPARE: dict[type, Any] = {
    ast.Lt: operator.lt, ast.LtE: operator.le, ast.Eq: operator.eq, ast.NotEq: operator.ne, ast.GtE: operator.ge,
    ast.Gt: operator.gt,
}  # fmt: skip
_COMBINE: dict[type, Any] = {
    ast.Add: operator.add, ast.Sub: operator.sub, ast.Mult: operator.mul, ast.Div: operator.truediv
}  # fmt: skip


class UnreadableError(Exception):
    """A line in words, or with a number that has no formula: nothing is said about membership."""


@dataclass
class SetCounts:
    """What was compared: points drawn, those inside of printed entries, those nothing could be said of, and faults.

    Of `relations` in the sets some may be `superfluous` (`superfluous_relations`).
    """

    points: int = 0
    inside: int = 0
    sets: int = 0
    skipped: int = 0
    faults: list[str] = field(default_factory=list)
    relations: int = 0
    superfluous: list[str] = field(default_factory=list)

    def add(self, other: SetCounts) -> None:
        """Adds the counts of another comparison."""
        self.points += other.points
        self.inside += other.inside
        self.sets += other.sets
        self.skipped += other.skipped
        self.faults += other.faults
        self.relations += other.relations
        self.superfluous += other.superfluous


def truth_of(text: str, values: Mapping[str, Any], weights: Mapping[str, Any] | None = None) -> bool:
    """Whether a relation, or relations joined by ``and`` and ``or``, holds; `weights` are by what stands in sigma(...).

    Raises UnreadableError for words.

    >>> truth_of("0 < sigma(b) <= p and (p > 1 or p**2 == 1/4)", {"p": Fraction(1, 2)}, {"b": Fraction(1, 2)})
    True
    """
    with mpmath.workdps(DIGITS):
        return bool(number_of(text, values, weights))


def number_of(text: str, values: Mapping[str, Any], weights: Mapping[str, Any] | None = None) -> Any:
    """The value of a term, in the working precision; as `truth_of` otherwise."""
    names = list(dict.fromkeys(re.findall(r"sigma\(([^()]*)\)", text)))
    known = dict(values)
    for number, name in enumerate(names):
        if weights is None or name not in weights:
            raise UnreadableError(text)
        text = text.replace(f"sigma({name})", f"weight_{number}_")
        known[f"weight_{number}_"] = weights[name]
    try:
        tree = ast.parse(text.strip(), mode="eval").body
    except SyntaxError:
        raise UnreadableError(text) from None
    return _value(tree, known)


def _value(node: ast.expr, values: Mapping[str, Any]) -> Any:
    match node:
        case ast.Constant(int(constant)):
            return mpmath.mpf(constant)
        case ast.Name(name) if name in values:
            return _number(values[name])
        case ast.UnaryOp(ast.USub(), inner):
            return -_value(inner, values)
        case ast.BinOp(base, ast.Pow(), exponent):
            return _value(base, values) ** int(_value(exponent, values))
        case ast.BinOp(left, kind, right) if type(kind) in _COMBINE:
            return _COMBINE[type(kind)](_value(left, values), _value(right, values))
        case ast.Call(ast.Name("log" | "exp" | "sqrt" as function), [argument]):
            return getattr(mpmath, function)(_value(argument, values))
        case ast.BoolOp(kind, parts):
            truths = [_value(part, values) for part in parts]
            return all(truths) if isinstance(kind, ast.And) else any(truths)
        case ast.Compare(left, kinds, rights):
            sides = [_value(side, values) for side in (left, *rights)]
            gaps = [a - b for a, b in pairwise(sides)]
            signs = [0 if abs(gap) < TIE else 1 if gap > 0 else -1 for gap in gaps]
            return all(_COMPARE[type(kind)](sign, 0) for kind, sign in zip(kinds, signs, strict=True))
        case _:
            raise UnreadableError(ast.dump(node))


def _number(value: Any) -> Any:
    if isinstance(value, Fraction):
        return mpmath.mpf(value.numerator) / value.denominator
    return value


@dataclass(frozen=True)
class Entry:
    """One equilibrium of a document that exists at the parameter values."""

    support: frozenset[Slot]
    dimension: int
    weights: Weights | None
    lines: tuple[str, ...]
    corners: tuple[Mapping[str, tuple[Weights, ...]], ...]
    described: tuple[Any, ...]


def entries_at(game: Game, document: Document, values: Mapping[str, Fraction]) -> list[Entry]:
    """The entries of a document whose condition holds at rational values of all free parameters."""
    found = []
    for entry in document["equilibria"]:
        if "condition" in entry and not truth_of(entry["condition"], values):
            continue
        strategy = _slots(entry["strategy"])
        try:
            weights: Weights | None = {slot: _read(cell["exact"], values) for slot, cell in strategy.items()}
        except NO_ANSWER:
            weights = None  # a number given by an equation
        support = support_slots(entry)
        believed = tuple(sorted((player, tuple(own)) for player, own in entry["belief_support"].items()))
        flags = bool(entry.get("uniform")), bool(entry.get("strict"))
        found.append(
            Entry(
                support,
                entry["dimension"],
                weights,
                tuple(entry.get("conditions", ())),
                tuple(_corners(game, piece, values) for piece in _pieces(entry)),
                (tuple(sorted(support)), believed, entry["dimension"], flags),
            )
        )
    return found


def support_slots(entry: Document) -> frozenset[Slot]:
    """The slots that an entry of a document plays."""
    return frozenset(
        (player, signal, action)
        for player, own in entry["support"].items()
        for signal, actions in (own.items() if isinstance(own, Mapping) else [("", own)])
        for action in actions
    )


def _read(text: str, values: Mapping[str, Fraction]) -> Expression:
    return substitute(read_expression(text, tuple(values), where="a printed weight"), values)


def _slots(strategy: Document) -> dict[Slot, Document]:
    """Player -> action -> cell, or player -> signal -> action -> cell, as one table."""
    found: dict[Slot, Document] = {}
    for player, own in strategy.items():
        for key, cell in own.items():
            if "exact" in cell:
                found[player, "", key] = cell
            else:
                found.update({(player, key, action): inner for action, inner in cell.items()})
    return found


def _pieces(entry: Document) -> list[Document]:
    """The vertices by piece: of one agent they are one list of strategies for all pieces."""
    corners = entry.get("vertices", [])
    if corners and all(not isinstance(own, list) for corner in corners for own in corner.values()):
        return [{player: [corner[player] for corner in corners] for player in corners[0]}]
    return list(corners)


def _corners(game: Game, piece: Document, values: Mapping[str, Fraction]) -> dict[str, tuple[Weights, ...]]:
    return {
        player: tuple(
            {slot: _read(cell["exact"], values) for slot, cell in _slots({player: corner}).items()} for corner in own
        )
        for player, own in piece.items()
    }


def belongs(game: Game, entry: Entry, weights: Weights, values: Mapping[str, Fraction]) -> bool:
    """Whether a strategy with the support of an entry belongs to it; UnreadableError where the entry does not say."""
    with mpmath.workdps(DIGITS):
        numbers = {slot: evaluate(weight, {}) for slot, weight in weights.items()}
        if not entry.dimension:
            if entry.weights is None:
                raise UnreadableError("a strategy without a formula")
            return all(abs(numbers[slot] - evaluate(w, {})) < TIE for slot, w in entry.weights.items())
    named = {}
    for (player, signal, action), number in numbers.items():
        named[", ".join(part for part in (player, signal, action) if part)] = number
        if len(game.players) == 1:
            named[action] = number
    return any(truth_of(line, values, named) for line in entry.lines)


def compare(
    game: Game, document: Document, values: Mapping[str, Fraction], generator: random.Random, count: int = 3
) -> SetCounts:
    """Points of and beside everything that a document prints for these values, each against the definition.

    Parameters
    ----------
    game : as it was solved
    document : its solution; `values` give each free parameter a rational value
    generator : draws the points, `count` of each kind on every support

    Returns the counts; a fault says what was wrong where.
    """
    fixed = game.at(values) if values else game
    entries = entries_at(game, document, values)
    is_partial = bool(document.get("undecided"))
    counts = SetCounts(sets=sum(entry.dimension > 0 for entry in entries))
    for weights in _drawn(fixed, entries, generator, count):
        support = _support_of(weights)
        printed: bool | None = False
        for entry in entries:
            if entry.support == support:
                try:
                    inside = belongs(fixed, entry, weights, values)
                except UnreadableError:
                    printed = printed or None
                    continue
                printed = printed or inside
        true, _ = attempt(partial(is_equilibrium, fixed, _as_strategy(fixed, weights)))
        if true is None or printed is None or (is_partial and true and not printed):
            counts.skipped += 1
            continue
        counts.points += 1
        counts.inside += printed
        if true != printed:
            where = ", ".join(f"{n} = {v}" for n, v in values.items())
            shown = ", ".join(f"{'.'.join(filter(None, slot))}: {w}" for slot, w in weights.items())
            said = "printed but no equilibrium" if printed else "an equilibrium that is not printed"
            counts.faults.append(f"{game.name} at {where}: {shown}: {said}")
    for entry in entries:
        if entry.weights is not None and entry.dimension and _support_of(entry.weights) != entry.support:
            counts.faults.append(f"{game.name}: the point shown of a set on {sorted(entry.support)} is not on it")
    return counts


def _as_strategy(game: Game, weights: Weights) -> Any:
    """The form that `is_equilibrium` reads."""
    if len(game.players) == 1 and not game.signals:
        return {action: weight for (_, _, action), weight in weights.items()}
    found: dict[str, Any] = {}
    for (player, signal, action), weight in weights.items():
        own = found.setdefault(player, {})
        (own.setdefault(signal, {}) if signal else own)[action] = weight
    return found


def _support_of(weights: Weights) -> frozenset[Slot]:
    with mpmath.workdps(DIGITS):
        return frozenset(slot for slot, weight in weights.items() if abs(evaluate(weight, {})) > TIE)


def _rows(game: Game) -> list[tuple[Slot, ...]]:
    """The slots whose weights sum to 1."""
    return [
        tuple((p.name, signal, action) for action in p.actions) for p in game.players for signal in p.signals or ("",)
    ]


def _drawn(game: Game, entries: Sequence[Entry], generator: random.Random, count: int) -> Iterator[Weights]:
    """Rational strategies on all supports (or on those printed, where there are many), then those around the sets."""
    rows = _rows(game)
    choices = [[c for size in range(1, len(row) + 1) for c in combinations(row, size)] for row in rows]
    every = [frozenset(slot for own in chosen for slot in own) for chosen in product(*choices)]
    if len(every) > _SUPPORTS:
        every = [*dict.fromkeys(e.support for e in entries), *generator.sample(every, _SUPPORTS // 2)]
    for support in every:
        for _ in range(1 if len(support) == len(rows) else count):
            yield _random_on(rows, support, generator)
    for entry in entries:
        if entry.weights is not None:
            yield entry.weights
        for piece in entry.corners:
            for _ in range(count):
                inside = {player: _between(own, generator) for player, own in piece.items()}
                yield {slot: w for own in inside.values() for slot, w in own.items()}
            beyond = _beyond(piece, entry, generator)
            if beyond is not None:
                yield beyond


def _random_on(rows: Sequence[Sequence[Slot]], support: frozenset[Slot], generator: random.Random) -> Weights:
    size = generator.choice([2, 3, 4, 12, 97])
    found: Weights = {}
    for row in rows:
        shares = {slot: generator.randint(1, size) for slot in row if slot in support}
        total = sum(shares.values())
        found |= {slot: _read(str(Fraction(shares.get(slot, 0), total)), {}) for slot in row}
    return found


def _between(corners: Sequence[Weights], generator: random.Random) -> Weights:
    """A point between some of the corners, all of them half of the time."""
    some = list(corners)
    if len(some) > 2 and generator.random() < 1 / 2:
        some = generator.sample(some, 2)
    shares = [generator.randint(1, 9) for _ in some]
    return _combined(some, [Fraction(s, sum(shares)) for s in shares])


def _beyond(
    piece: Mapping[str, tuple[Weights, ...]], entry: Entry, generator: random.Random
) -> Weights | None:
    """A point a little further from the point shown than a corner, with the same support; None where there is none."""
    if entry.weights is None:
        return None
    step = generator.choice([Fraction(1, 10), Fraction(1, 1000), Fraction(1, 10**6)])
    corner = {slot: w for own in piece.values() for slot, w in generator.choice(own).items()}
    found = _combined([corner, {slot: entry.weights[slot] for slot in corner}], [1 + step, -step])
    with mpmath.workdps(DIGITS):
        if any((evaluate(w, {}) > TIE) != (slot in entry.support) for slot, w in found.items()):
            return None
    return found


def _combined(points: Sequence[Weights], shares: Sequence[Fraction]) -> Weights:
    return {
        slot: _read(" + ".join(f"({share})*({p[slot]})" for p, share in zip(points, shares, strict=True)), {})
        for slot in points[0]
    }


def same_entries(first: Sequence[Entry], second: Sequence[Entry]) -> bool:
    """Whether two documents list the same supports, beliefs, dimensions and kinds at a point."""
    return sorted(e.described for e in first) == sorted(e.described for e in second)
