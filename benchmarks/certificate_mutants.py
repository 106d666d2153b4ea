"""Mutants of certificates: whatever the small checker accepts is true by an independent evaluation at random points.

Run with ``python benchmarks/certificate_mutants.py [COUNT [SEED]]``; the status is 1 if an accepted mutant says
something false. The certificates are those of the catalogue of statements and of claims about the examples. A mutant
changes one place, or a few: a number, name, relation or sign inside an expression, an entry left out, doubled, moved or
taken from elsewhere in the certificate. Nothing of the checker is used to judge: expressions are read with Python's
parser, logarithms are numbers of forty digits, the structure of a game comes from linear programs (`numeric.solver`).
"""

from __future__ import annotations

import ast
import copy
import json
import random
import re
import sys
import tomllib
from collections import Counter
from collections.abc import Iterator, Mapping
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Any

import mpmath
from random_proofs import random_game, true_claims

from berknash.numeric.solver import NumericalStructure, numerical_structure
from berknash.proofs.check import Rejected, check_text
from berknash.proofs.claims.claim_proofs import prove_claim
from berknash.proofs.claims.prove import prove
from berknash.proofs.search.prover import Proved
from berknash.proofs.search.statements import decide_statement
from berknash.symbolic.errors import BerknashError
from berknash.symbolic.game.game import Game, load_game

ROOT = Path(__file__).parent.parent
CLAIMS = (
    ("sycophancy", "h + l == 1 and p > 1/2 and q < 1/2 => unique(truthful) and strict(truthful)"),
    ("sycophancy", "h + l == 1 and p < 1/2 and q < 1/2 => cycle(truthful, sycophantic)"),
    ("sycophancy", "h + l == 1 and p > 1/2 and q < 1/2 => closed(truthful) and not rationalizable(sycophantic)"),
    ("deception_locked_in", "c < 3 => strict(deceive) and unique(deceive)"),
    ("deception_indeterminacy", "w > -3/5 and w < 3/5 => rationalizable(honest) and rationalizable(deceive)"),
)
POINTS = 12  # at which an accepted mutant is evaluated
DIGITS = 40
TIE = mpmath.mpf(10) ** -25
Value = Any  # a number of mpmath


@cache
def certificates() -> tuple[str, ...]:
    """The certificates that are changed, as JSON text."""
    found = []
    catalogue = tomllib.loads((ROOT / "tests" / "sign_statements.toml").read_text(encoding="utf-8"))["statement"]
    for entry in catalogue:
        if entry["truth"]:
            answer = decide_statement(entry["parameters"], entry["hypotheses"], entry["claim"])
            found += [json.dumps(answer.certificate)] if isinstance(answer, Proved) else []
    for name, claim in CLAIMS:
        proved = prove(load_game(ROOT / "examples" / f"{name}.toml"), claim)
        assert isinstance(proved, Proved), claim
        found.append(json.dumps(proved.certificate))
    # About games with generic numbers: by constants in logarithms, and by what the words mean.
    for number in range(2):
        source = random.Random(f"certificates {number}")
        game = random_game(source)
        for claim in true_claims(game, source):
            certificate = prove_claim(game, claim).certificate
            assert certificate is not None, claim
            found.append(json.dumps(certificate))
    return tuple(found)


# Mutants


def mutants(document: Any, source: random.Random) -> Iterator[Any]:
    """Changed copies of a certificate (or of any JSON value), without end; one to three changes each."""
    while True:
        changed = copy.deepcopy(document)
        for _ in range(source.choice((1, 1, 1, 2, 3))):
            places = list(_places(changed))
            changed = _replaced(changed, source.choice(places), source, places)
        yield changed


def _places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    yield path
    entries: Iterator[tuple[Any, Any]] = iter(())
    if isinstance(value, dict):
        entries = iter(value.items())
    elif isinstance(value, list):
        entries = iter(enumerate(value))
    for key, inner in entries:
        yield from _places(inner, (*path, key))


def _at(value: Any, path: tuple[Any, ...]) -> Any:
    for key in path:
        value = value[key]
    return value


def _replaced(document: Any, path: tuple[Any, ...], source: random.Random, places: list[tuple[Any, ...]]) -> Any:
    """The document with what is at the path changed."""
    value = _at(document, path)
    if not path:
        return document
    inner, last = _at(document, path[:-1]), path[-1]
    way = source.random()
    if way < 0.1:
        inner[last] = copy.deepcopy(_at(document, source.choice(places)))
    elif way < 0.2 and isinstance(inner, list):
        if source.random() < 0.5:
            del inner[last]
        else:
            inner.insert(source.randrange(len(inner) + 1), copy.deepcopy(value))
    elif isinstance(value, str):
        inner[last] = _text(value, source)
    elif isinstance(value, bool) or value is None:
        inner[last] = source.choice((None, 0, 1, True, "1"))
    elif isinstance(value, int):
        inner[last] = value + source.choice((-2, -1, 1, 2, -value, -2 * value))
    elif isinstance(value, list) and len(value) > 1:
        first, second = source.sample(range(len(value)), 2)
        value[first], value[second] = value[second], value[first]
    elif isinstance(value, dict) and len(value) > 1:
        one, other = source.sample(sorted(value), 2)
        value[one], value[other] = value[other], value[one]
    return document


_RELATIONS = (">", ">=", "==", "!=", "<", "<=")


def _text(value: str, source: random.Random) -> str:
    """A relation becomes another; an expression gets another number, name, sign, power or an added term."""
    if value in _RELATIONS:
        return source.choice(_RELATIONS)
    pieces = re.findall(r"[0-9]+|[A-Za-z_]+[0-9]*|\*\*|.", value)
    if not pieces or source.random() < 0.2:
        wholes = (f"({value}) - 1/1000000", f"-({value})", f"2*({value})", f"({value})**2", "0", "1", value + " ")
        return source.choice(wholes)
    place = source.randrange(len(pieces))
    piece = pieces[place]
    names = [p for p in pieces if re.match("[A-Za-z_]", p)]
    if piece.isdigit():
        pieces[place] = str(max(0, int(piece) + source.choice((-1, 1, 2))))
    elif piece in "+-":
        pieces[place] = "-" if piece == "+" else "+"
    elif piece in names:
        pieces[place] = source.choice([*names, "unique", "equilibrium", "not", "and", "or"])
    else:
        pieces[place] = source.choice(("", piece * 2, "+", "*", "/", "(", ")"))
    return "".join(pieces)


# What an accepted certificate says, evaluated


class UndefinedError(Exception):
    """A term without a value, or too near to zero to say its sign."""


def fault(certificate: Mapping[str, Any], source: random.Random) -> str | None:
    """A point at which the theorem of a certificate is false, in words; None where none of the points tried is one."""
    with mpmath.workdps(DIGITS):
        for _ in range(POINTS):
            point = _point(certificate, source)
            if point is None:
                return None
            try:
                if not _claim(certificate, point):
                    return f"false at { {name: str(value) for name, value in point.items()} }"
            except UndefinedError:
                continue
    return None


def _point(certificate: Mapping[str, Any], source: random.Random) -> dict[str, Fraction] | None:
    """Random values of the parameters for which everything that is assumed holds; None where none was found."""
    constraints = [*certificate["domain"], *certificate["assumptions"]]
    fixed = {relation: None for _, relation in constraints if relation == "=="}
    for _ in range(200 if not fixed else 20):
        scale = source.choice((1, 1, 1, 3, 10))
        point = {
            name: Fraction(source.randint(-40, 40) or 1, source.choice((7, 20, 41))) * scale
            if source.random() < 0.3
            else Fraction(source.randint(1, 60), 61)
            for name in certificate["parameters"]
        }
        try:
            if all(_compared(certificate, text, relation, "0", point) for text, relation in constraints):
                return point
        except UndefinedError:
            continue
    return None


def _number(certificate: Mapping[str, Any], text: str, point: Mapping[str, Fraction]) -> Value:
    """The value of an expression; names of logarithms mean what the certificate says."""
    meanings = {name: argument for name, argument, _ in certificate["logs"]}

    def value(node: ast.expr) -> Value:
        match node:
            case ast.Constant(value=int(number)):
                return mpmath.mpf(number)
            case ast.Name(id=name):
                if name in meanings:
                    return _logarithm(_number(certificate, meanings[name], point))
                return mpmath.mpf(point[name].numerator) / point[name].denominator
            case ast.UnaryOp(op=ast.USub(), operand=operand):
                return -value(operand)
            case ast.BinOp(left=left, op=ast.Pow(), right=right):
                exponent = value(right)
                base = value(left)
                if exponent < 0 and abs(base) < TIE:
                    raise UndefinedError
                return base ** int(exponent)
            case ast.BinOp(left=left, op=operation, right=right):
                one, other = value(left), value(right)
                if isinstance(operation, ast.Div) and abs(other) < TIE:
                    raise UndefinedError
                match operation:
                    case ast.Add():
                        return one + other
                    case ast.Sub():
                        return one - other
                    case ast.Mult():
                        return one * other
                    case ast.Div():
                        return one / other
            case ast.Call(func=ast.Name(id="log"), args=[argument]):
                return _logarithm(value(argument))
        raise ValueError(f"an expression that the checker should not have read: {text!r}")

    # The checker reads 007; Python does not.
    plain = re.sub(r"(?<![0-9A-Za-z_])0+(?=[0-9])", "", " ".join(text.split()))
    return value(ast.parse(plain, mode="eval").body)


def _logarithm(argument: Value) -> Value:
    if argument <= TIE:
        raise UndefinedError
    return mpmath.log(argument)


def _compared(
    certificate: Mapping[str, Any], left: str, relation: str, right: str, point: Mapping[str, Fraction]
) -> bool:
    one, other = (_number(certificate, text, point) for text in (left, right))
    gap = one - other
    sign = 0 if abs(gap) <= TIE * (1 + abs(one)) else 1 if gap > 0 else -1
    return bool(
        {">": sign > 0, ">=": sign >= 0, "==": sign == 0, "!=": sign != 0, "<": sign < 0, "<=": sign <= 0}[relation]
    )


def _claim(certificate: Mapping[str, Any], point: Mapping[str, Fraction]) -> bool:
    """The truth of the claim at a point."""
    structures: list[NumericalStructure] = []

    def structure() -> NumericalStructure:
        if not structures:
            structures.append(_structure(certificate, point))
        return structures[0]

    def truth(claim: Any) -> bool:
        word, *parts = claim
        match word:
            case "not":
                return not truth(parts[0])
            case "and":
                return all(truth(part) for part in parts)
            case "or":
                return any(truth(part) for part in parts)
            case "=>":
                return not truth(parts[0]) or truth(parts[1])
            case "iff":
                return truth(parts[0]) == truth(parts[1])
        if word in _RELATIONS:
            return _compared(certificate, parts[0], word, parts[1], point)
        return _predicate(structure(), word, parts)

    return truth(certificate["claim"])


def _predicate(found: NumericalStructure, word: str, names: list[str]) -> bool:
    chosen = tuple(sorted(names))
    match word:
        case "equilibrium" | "equilibrium_support":
            return chosen in found.supports
        case "unique" | "unique_support":
            return found.supports == (chosen,)
        case "rationalizable":
            return names[0] in found.rationalizable
        case "rationalizable_only":
            return found.rationalizable == chosen
        case "strict":
            return names[0] in found.uniformly_strict
        case "absorbing":
            return chosen in found.absorbing
        case "closed":
            return chosen in found.closed
        case "cycle":
            return all(edge in found.transitions for edge in zip(names, [*names[1:], names[0]], strict=True))
    raise UndefinedError  # independence is about two points


def _structure(certificate: Mapping[str, Any], point: Mapping[str, Fraction]) -> NumericalStructure:
    """The structure of the certificate's game at a point, from its definition."""
    game = certificate["game"]
    number = {}

    def table(rows: Mapping[str, Mapping[str, str]]) -> dict[str, dict[str, str]]:
        return {a: {y: exact(text) for y, text in row.items()} for a, row in rows.items()}

    def exact(text: str) -> str:
        if text not in number:
            value = _rational(text, point)
            number[text] = str(value)
        return number[text]

    try:
        agent = {
            "actions": game["actions"],
            "outcomes": game["outcomes"],
            "truth": table(game["truth"]),
            "payoff": table(game["payoff"]),
            "models": {name: {"predicts": table(rows)} for name, rows in game["predicts"].items()},
        }
        return numerical_structure(Game.from_dict({"format": 1, "name": "mutant", "players": {"agent": agent}}))
    except BerknashError as error:
        if any(word in str(error) for word in ("sum to", "below", "negative", "[0, 1]")):
            raise AssertionError(f"accepted, but no game: {error}") from error
        raise UndefinedError from error


def _rational(text: str, point: Mapping[str, Fraction]) -> Fraction:
    """The exact value of an expression without logarithms."""

    def value(node: ast.expr) -> Fraction:
        match node:
            case ast.Constant(value=int(number)):
                return Fraction(number)
            case ast.Name(id=name) if name in point:
                return point[name]
            case ast.UnaryOp(op=ast.USub(), operand=operand):
                return -value(operand)
            case ast.BinOp(left=left, op=ast.Pow(), right=right):
                return Fraction(value(left) ** int(value(right)))
            case ast.BinOp(left=left, op=ast.Div(), right=right) if value(right):
                return value(left) / value(right)
            case ast.BinOp(left=left, op=ast.Add(), right=right):
                return value(left) + value(right)
            case ast.BinOp(left=left, op=ast.Sub(), right=right):
                return value(left) - value(right)
            case ast.BinOp(left=left, op=ast.Mult(), right=right):
                return value(left) * value(right)
        raise UndefinedError

    plain = re.sub(r"(?<![0-9A-Za-z_])0+(?=[0-9])", "", " ".join(text.split()))
    return value(ast.parse(plain, mode="eval").body)


def judged(document: Any, mutant: Any, source: random.Random) -> tuple[bool, str | None]:
    """Whether the checker accepts a mutant of a certificate, and what is wrong with that (None if nothing is)."""
    text = json.dumps(mutant)
    try:
        check_text(text)
    except Rejected as error:
        return False, None if "\n" not in str(error) else f"a rejection of several lines: {error!r:.200}"
    if mutant == document:
        return True, None
    try:
        found = fault(mutant, source)
    except AssertionError as error:
        found = str(error)
    return True, None if found is None else f"{found}: {text}"


def judged_mutant(source: random.Random) -> tuple[bool, str | None]:
    """One mutant of one certificate, judged as `judged` does."""
    document = json.loads(source.choice(certificates()))
    return judged(document, next(mutants(document, source)), source)


def main(arguments: list[str]) -> int:
    """Judge so many mutants; prints counts and every fault."""
    count = int(arguments[0]) if arguments else 1000
    seed = int(arguments[1]) if len(arguments) > 1 else 1
    counts: Counter[str] = Counter()
    faults = 0
    for number in range(count):
        accepted, found = judged_mutant(random.Random(f"{seed} {number}"))
        counts["accepted" if accepted else "rejected"] += 1
        if found is not None:
            faults += 1
            print(f"mutant {number}: {found}", flush=True)
        if (number + 1) % 10_000 == 0:
            print(f"{number + 1} mutants, {dict(counts)}, {faults} false", file=sys.stderr, flush=True)
    print(f"{count} mutants with seed {seed} of {len(certificates())} certificates: {dict(counts)}, {faults} false")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
