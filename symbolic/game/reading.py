"""Reading game files (TOML 1.0), with every mistake named.

`read_text` reads a file, `read_document` a text, `read_game` a dictionary of the same shape. All messages
are one line, `file: key.path: what is wrong; remedy`. Sizes are bounded before anything is parsed.
"""

from __future__ import annotations

import itertools
import math
import re
import tomllib
from collections.abc import Callable, Collection, Mapping, Sequence
from os import PathLike, fspath
from typing import TypeVar

from ..algebra.parameters import Parameter, read_interval
from ..errors import GameError
from ..expressions.reading import Expression, Number, Relation, Symbol, located, read_expression, read_relation
from ..plain_text import kind_of, shown
from .correct_models import correct_model
from .data import GameData, Model, Normal, PayoffRow, Player, Profile, Row
from .values import (
    MAXIMAL_COUNT,
    check_count,
    check_keys,
    check_label,
    check_symbol,
    hint,
    key_text,
    labels_of,
    required,
    table_of,
    text_of,
)

MAXIMAL_BYTES = 500_000
MAXIMAL_PROFILES = 1_024
MAXIMAL_KEY_PARTS = 100
Cell = TypeVar("Cell")


def read_text(path: str | PathLike[str], most: int) -> tuple[str, str]:
    """The name of a file for messages, and its text: UTF-8, with or without a mark of the byte order.

    Raises TypeError for what is no path (a number would be read as an open file), GameError for what cannot be read.
    """
    if not isinstance(path, (str, PathLike)) or not isinstance(fspath(path), str):
        raise TypeError(f"a path must be a string or a pathlib.Path, not {kind_of(path)}")
    where = str(path)
    try:
        with open(path, "rb") as stream:
            content = stream.read(most + 1)
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        raise GameError(f"{where}: cannot be read ({reason}); give the path of a game file") from None
    if len(content) > most:
        raise GameError(f"{where}: larger than the limit of {most} bytes; describe a smaller game")
    try:
        return where, content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise GameError(f"{where}: byte {error.start} is not UTF-8; save the file as UTF-8") from None


def read_document(text: str, *, where: str) -> dict[str, object]:
    """The tables of a game file, as TOML has them; raises GameError."""
    if not isinstance(text, str):
        raise GameError(f"{where}: a game file must be text, not {kind_of(text)}; use load_game for a path")
    if len(text) > MAXIMAL_BYTES:
        raise GameError(f"{where}: larger than the limit of {MAXIMAL_BYTES} characters; describe a smaller game")
    text = text.removeprefix("\ufeff")
    _check_key_parts(text, where)
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        reason = " ".join(str(error).split())
        raise GameError(f"{where}: not TOML: {shown_reason(reason)}; correct the syntax") from None
    except (RecursionError, ValueError):
        raise GameError(f"{where}: not TOML that can be read; remove deep nesting and huge numbers") from None
    return document


def shown_reason(reason: str) -> str:
    """A reason given by the TOML parser, cut at 120 characters."""
    return reason if len(reason) <= 120 else reason[:117] + "..."


_KEY_TOKEN = re.compile(r"""[A-Za-z0-9_-]+|"(?:[^"\\\n]|\\.)*"|'[^'\n]*'|[ \t]+|.|\n""")


def _check_key_parts(text: str, where: str) -> None:
    """Refuses dotted keys of absurd length, on which a TOML parser takes quadratic time."""
    parts = 0
    for match in _KEY_TOKEN.finditer(text):
        token = match[0]
        if token == ".":
            parts += 1
            if parts > MAXIMAL_KEY_PARTS:
                line = text.count("\n", 0, match.start()) + 1
                raise GameError(f"{where}: line {line} holds a key or a text with too many dots; shorten it")
        elif not (token[0].isalnum() or token[0] in "_-\"' \t"):
            parts = 0


# Reading


def read_game(document: Mapping[str, object], *, where: str) -> GameData:
    """The game described by a dictionary of the shape of the game file; raises GameError."""
    top = table_of(document, where, "the game")
    allowed = ("format", "name", "title", "source", "assume", "parameters", "signals", "players")
    check_keys(top, allowed, where)
    version = required(top, "format", where, "write format = 1")
    if type(version) is not int or version != 1:
        given = version if type(version) is int and abs(version) < 1_000_000 else kind_of(version)
        raise GameError(f"{where}: format: {given} is not a known format; write format = 1")
    name = text_of(required(top, "name", where, 'write name = "..."'), f"{where}: name")
    tables = table_of(required(top, "players", where, "add a table [players.NAME]"), f"{where}: players")
    check_count(tables, f"{where}: players", "player")
    normal = any(isinstance(t, Mapping) and t.get("outcomes") == "normal" for t in tables.values())
    parameters = _parameters(top.get("parameters", {}), f"{where}: parameters", {"y"} if normal else set())
    symbols = [parameter.name for parameter in parameters]
    assume = _relations(top.get("assume", []), symbols, f"{where}: assume")
    shapes = [_shape(key, table, f"{where}: players.{key_text(key)}") for key, table in tables.items()]
    signals = _signals(top.get("signals"), shapes, symbols, where)
    players = tuple(
        _player(index, shapes, tables[shape.name], symbols, signals, f"{where}: players.{shape.name}")
        for index, shape in enumerate(shapes)
    )
    title, source = (
        None if key not in top else text_of(top[key], f"{where}: {key}", lines=key == "source")
        for key in ("title", "source")
    )
    with located(where):
        return GameData(name, players, parameters, assume, signals, title, source)


class _Shape:
    """What must be known of every player before any truth can be read."""

    def __init__(self, name: str, actions: Profile, outcomes: Profile | None, signals: Profile) -> None:
        self.name = name
        self.actions = actions
        self.outcomes = outcomes
        self.signals = signals


def _shape(name: str, value: object, where: str) -> _Shape:
    check_label(name, where, "player")
    table = table_of(value, where)
    check_keys(table, ("actions", "outcomes", "signals", "truth", "payoff", "models"), where)
    actions = labels_of(required(table, "actions", where, "list them"), f"{where}.actions", "action")
    given = required(table, "outcomes", where, 'list them, or write "normal"')
    outcomes = None if given == "normal" else labels_of(given, f"{where}.outcomes", "outcome")
    signals = labels_of(table["signals"], f"{where}.signals", "signal") if "signals" in table else ()
    return _Shape(name, actions, outcomes, signals)


def _signals(
    value: object, shapes: Sequence[_Shape], symbols: Collection[str], where: str
) -> tuple[tuple[Profile, Expression], ...]:
    if value is None:
        for shape in shapes:
            if shape.signals:
                raise GameError(f"{where}: players.{shape.name}.signals: no probabilities of signals; add [signals]")
        return ()
    for shape in shapes:
        if not shape.signals:
            raise GameError(f"{where}: players.{shape.name}: the game has signals; add signals = [...]")
    where = f"{where}: signals"
    profiles = _product([shape.signals for shape in shapes], where)
    found: dict[Profile, Expression] = {}
    for key, entry in table_of(value, where).items():
        place = f"{where}.{key_text(key)}"
        profile = tuple(part.strip() for part in key.split(","))
        if profile not in profiles:
            known = [",".join(known) for known in profiles]
            raise GameError(f"{place}: not a profile of signals{hint(key, known)}")
        if profile in found:
            raise GameError(f"{place}: the profile is given twice; remove one")
        found[profile] = read_expression(entry, symbols, where=place)
    for profile in profiles:
        if profile not in found:
            raise GameError(f"{where}: missing {key_text(','.join(profile))}; add its probability")
    return tuple((profile, found[profile]) for profile in profiles)


def _player(
    index: int,
    shapes: Sequence[_Shape],
    value: object,
    symbols: list[str],
    law: tuple[tuple[Profile, Expression], ...],
    where: str,
) -> Player:
    shape, table = shapes[index], table_of(value, where)
    with_signals = bool(shape.signals)
    own_signals = [shape.signals] if with_signals else []

    def row(symbols: Collection[str]) -> Callable[[object, str], Row]:
        return lambda entry, place: _row(entry, shape.outcomes, symbols, place)

    def payoff_row(entry: object, place: str) -> PayoffRow:
        if shape.outcomes is None:
            return read_expression(entry, [*symbols, "y"], where=place)
        return _entries(entry, shape.outcomes, symbols, place)

    truth = _expand(
        required(table, "truth", where, "add a row for every action"),
        [other.signals for other in shapes] if with_signals else [],
        [other.actions for other in shapes],
        row(symbols),
        f"{where}.truth",
    )
    payoff = _expand(
        required(table, "payoff", where, "add a row for every action"),
        own_signals, [shape.actions], payoff_row, f"{where}.payoff",
    )  # fmt: skip
    families = table_of(required(table, "models", where, "add a table models.NAME"), f"{where}.models")
    check_count(families, f"{where}.models", "model")
    models = []
    for name, entry in families.items():
        place = f"{where}.models.{key_text(name)}"
        check_label(name, place, "model")
        taken = {*symbols, "y"} if shape.outcomes is None else set(symbols)
        if entry == "correct":
            ranges = [other.signals for other in shapes], [other.actions for other in shapes]
            models.append(correct_model(name, index, *ranges, law, truth, taken, place))
            continue
        if isinstance(entry, str):
            raise GameError(f'{place}: {shown(entry)} is no model; write "correct", or a table with predicts')
        family = table_of(entry, place)
        check_keys(family, ("predicts", "theta", "where"), place)
        theta, ends = _coordinates(family.get("theta", {}), f"{place}.theta", taken, symbols)
        own = [*symbols, *(coordinate.name for coordinate in theta)]
        predicts = _expand(
            required(family, "predicts", place, "add a row for every action"),
            own_signals, [shape.actions], row(own), f"{place}.predicts",
        )  # fmt: skip
        relations = _relations(family.get("where", []), own, f"{place}.where")
        models.append(Model(name, _own(predicts), theta, (*ends, *relations)))
    return Player(
        shape.name,
        shape.actions,
        shape.outcomes or "normal",
        truth,
        _own(payoff),
        tuple(models),
        shape.signals,
    )


def _own(
    cells: tuple[tuple[tuple[Profile, Profile], Cell], ...],
) -> tuple[tuple[tuple[str, str], Cell], ...]:
    return tuple((("".join(signals), actions[0]), cell) for (signals, actions), cell in cells)


def _expand(
    value: object,
    signals: Sequence[Profile],
    actions: Sequence[Profile],
    read: Callable[[object, str], Cell],
    where: str,
) -> tuple[tuple[tuple[Profile, Profile], Cell], ...]:
    """A table over (signal profile, action profile), with wildcards resolved: the more specific key wins."""
    patterns: dict[Profile, tuple[str, Cell]] = {}
    for first, inner in table_of(value, where).items():
        place = f"{where}.{key_text(first)}"
        rows = table_of(inner, place).items() if signals else [("", inner)]
        for second, entry in rows:
            keys = (first, second) if signals else (first,)
            place = ".".join([where, *map(key_text, keys)])
            pattern = _pattern(keys[0], signals or actions, place)
            if signals:
                pattern += _pattern(second, actions, place)
            if pattern in patterns:
                raise GameError(f"{place}: the same row as {patterns[pattern][0]}; remove one")
            patterns[pattern] = (".".join(map(key_text, keys)), read(entry, place))
    signal_profiles, action_profiles = _product(signals, where), _product(actions, where)
    if len(signal_profiles) * len(action_profiles) > MAXIMAL_PROFILES:
        raise GameError(f"{where}: more than {MAXIMAL_PROFILES} profiles; describe a smaller game")
    profiles = itertools.product(signal_profiles, action_profiles)
    return tuple((profile, _most_specific(profile, patterns, where)) for profile in profiles)


def _most_specific(
    profile: tuple[Profile, Profile], patterns: Mapping[Profile, tuple[str, Cell]], where: str
) -> Cell:
    labels = profile[0] + profile[1]
    matching = [p for p in patterns if all(map(lambda part, label: part in ("*", label), p, labels))]
    name = ".".join(",".join(part) for part in profile if part)
    if not matching:
        raise GameError(f"{where}: missing row for {shown(name)}; add it")
    fixed = [{place for place, part in enumerate(p) if part != "*"} for p in matching]
    best = max(fixed, key=len)
    for pattern, places in zip(matching, fixed, strict=True):
        if not places <= best or (places == best and pattern is not matching[fixed.index(best)]):
            first, second = patterns[pattern][0], patterns[matching[fixed.index(best)]][0]
            raise GameError(
                f"{where}: {first} and {second} both match {shown(name)} and neither is more specific; "
                f"add a row for {shown(name)}"
            )
    return patterns[matching[fixed.index(best)]][1]


def _pattern(key: str, lists: Sequence[Profile], where: str) -> Profile:
    parts = tuple(part.strip() for part in key.split(","))
    if parts == ("*",):
        parts *= len(lists)
    if len(parts) != len(lists):
        raise GameError(
            f"{where}: {shown(key)} has {len(parts)} parts for {len(lists)} players; write one per player"
        )
    for part, known in zip(parts, lists, strict=True):
        if part != "*" and part not in known:
            raise GameError(f"{where}: unknown {shown(part)}{hint(part, known)}")
    return parts


def _product(lists: Sequence[Profile], where: str) -> list[Profile]:
    if math.prod(map(len, lists)) > MAXIMAL_PROFILES:
        raise GameError(f"{where}: more than {MAXIMAL_PROFILES} profiles; describe a smaller game")
    return list(itertools.product(*lists))


def _row(value: object, outcomes: Profile | None, symbols: Collection[str], where: str) -> Row:
    if outcomes is None:
        mean, variance = _entries(value, ("mean", "variance"), symbols, where)
        return Normal(mean, variance)
    return _entries(value, outcomes, symbols, where)


def _entries(value: object, keys: Profile, symbols: Collection[str], where: str) -> tuple[Expression, ...]:
    table = table_of(value, where)
    check_keys(table, keys, where)
    for key in keys:
        required(table, key, where, "add it")
    return tuple(read_expression(table[key], symbols, where=f"{where}.{key_text(key)}") for key in keys)


def _parameters(
    value: object,
    where: str,
    taken: Collection[str],
    numbers_alone: Callable[[str, object, str], object] = lambda name, entry, place: entry,
) -> tuple[Parameter, ...]:
    parameters = []
    table = table_of(value, where)
    check_count(table, where, "symbol", least=0)
    for name, entry in table.items():
        place = f"{where}.{key_text(name)}"
        check_symbol(name, place)
        if name in taken:
            reason = "the normal outcome" if name == "y" else "a parameter of the game"
            raise GameError(f"{place}: {name!r} already names {reason}; choose another name")
        latex = description = None
        if isinstance(entry, Mapping):
            check_keys(table_of(entry, place), ("domain", "latex", "description"), place)
            latex, description = (
                None if key not in entry else text_of(entry[key], f"{place}.{key}", lines=True)
                for key in ("latex", "description")
            )
            entry = required(entry, "domain", place, 'write domain = "(0, 1)"')
            place += ".domain"
        interval = read_interval(numbers_alone(name, entry, place), where=place)
        parameters.append(Parameter(name, interval, latex, description))
    return tuple(parameters)


def _coordinates(
    value: object, where: str, taken: Collection[str], symbols: Collection[str]
) -> tuple[tuple[Parameter, ...], tuple[Relation, ...]]:
    """The coordinates of a family, and the relations that stand for ends of their intervals that are no numbers."""
    relations: list[Relation] = []

    def numbers_alone(name: str, entry: object, place: str) -> object:
        """The interval with infinite ends in place of those that are expressions in the parameters."""
        text = entry.strip() if isinstance(entry, str) else ""
        if len(text) < 2 or text[0] not in "([" or text[-1] not in ")]" or text.count(",") != 1:
            return entry  # `read_interval` says what is wrong
        low, high = (end.strip() for end in text[1:-1].split(","))
        known = []
        for end, infinite, operator, closed in ((low, "-oo", ">", text[0] == "["), (high, "oo", "<", text[-1] == "]")):
            expression = None if end in (infinite, f"+{infinite}") else read_expression(end, symbols, where=place)
            if expression is not None and not isinstance(expression, Number):
                relations.append(Relation(Symbol(name), operator + "=" * closed, expression))
                known.append(infinite)
            else:
                known.append(end)
        brackets = [text[0] if known[0] == low else "(", text[-1] if known[1] == high else ")"]
        return f"{brackets[0]}{known[0]}, {known[1]}{brackets[1]}"

    return _parameters(value, where, taken, numbers_alone), tuple(relations)


def _relations(value: object, symbols: Collection[str], where: str) -> tuple[Relation, ...]:
    if not isinstance(value, Sequence) or isinstance(value, str):
        raise GameError(f'{where}: must be an array, not {kind_of(value)}; write it like ["l < h"]')
    if len(value) > MAXIMAL_COUNT:
        raise GameError(f"{where}: {len(value)} relations, more than the limit of {MAXIMAL_COUNT}; use fewer")
    links = [read_relation(text, symbols, where=f"{where}[{place}]") for place, text in enumerate(value)]
    return tuple(itertools.chain.from_iterable(links))
