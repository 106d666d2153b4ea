"""Random claims whose terms may have no value, and what they say at a point by the definition.

`truth_at` reads a claim from left to right with 60 digits, apart from every engine: it evaluates the trees of
expressions as they stand, and raises `NoValue` where it comes to a logarithm of a number that is not positive, a root
of a negative one, or a quotient by zero.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from fractions import Fraction
from random import Random
from typing import Any

import mpmath

from berknash.proofs.claims.language import Claim, Compare, Connective, read_claim
from berknash.proofs.claims.when import when
from berknash.symbolic.cells.conditions import Condition
from berknash.symbolic.errors import GameError, UndecidedError
from berknash.symbolic.expressions.reading import Apply, Expression, Number, Power, Product, Sum, Symbol
from berknash.symbolic.game.game import Game

ROWS = {"*": {"win": "1/2", "lose": "1/2"}}
DIGITS = 60
TIE = mpmath.mpf(10) ** -40
SHARES = (Fraction(1, 97), Fraction(1, 4), Fraction(1, 3), Fraction(1, 2), Fraction(3, 4), Fraction(9, 10))
LINE = ("p", "1 - p", "p - 1/2", "1/4 - p", "p - 2", "2 - p", "p**2 - 1/2", "p**2 - p + 1/8", "p - p", "-log(p)")
SQUARE = ("p", "q", "p - q", "q - p", "1 - p", "p - 1/2", "p + q - 1", "p*q - 1/8", "p - 2", "2 - p - q", "p - p")
OPERATORS = ("<", "<=", "==", "!=", ">=", ">")


class NoValue(Exception):
    """A term was looked at where it has no value."""


def square_game(p: str = "(0, 1)", q: str = "(0, 1)", assume: tuple[str, ...] = ()) -> Game:
    """A game with one action and one model, for claims about p and q alone."""
    return Game.from_dict(
        {
            "format": 1, "name": "square", "parameters": {"p": p, "q": q}, "assume": list(assume),
            "players": {"agent": {
                "actions": ["stay"], "outcomes": ["win", "lose"], "truth": ROWS,
                "payoff": {"stay": {"win": 1, "lose": 0}}, "models": {"even": {"predicts": ROWS}}}},
        }
    )  # fmt: skip


def value_at(expression: Expression, point: dict[str, Fraction]) -> Any:
    """The value with `DIGITS` digits; NoValue where there is none."""
    match expression:
        case Number(value=value):
            return mpmath.mpf(value.numerator) / value.denominator
        case Symbol(name=name):
            return mpmath.mpf(point[name].numerator) / point[name].denominator
        case Sum(terms=parts):
            return mpmath.fsum(value_at(part, point) for part in parts)
        case Product(factors=parts):
            return mpmath.fprod(value_at(part, point) for part in parts)
        case Power(base=base, exponent=exponent):
            value = value_at(base, point)
            if exponent <= 0 and abs(value) < TIE:
                raise NoValue(expression)
            return value**exponent
        case Apply(function="exp", argument=argument):
            return mpmath.exp(value_at(argument, point))
        case Apply(function=function, argument=argument):
            value = value_at(argument, point)
            if value < -TIE or (abs(value) < TIE and function == "log"):
                raise NoValue(expression)
            return mpmath.log(value) if function == "log" else mpmath.sqrt(max(value, mpmath.mpf(0)))


def truth_at(claim: Claim, point: dict[str, Fraction]) -> bool:
    """What the claim says at a point, read from left to right; NoValue where it says nothing."""
    match claim:
        case Compare(relation):
            gap = value_at(relation.left, point) - value_at(relation.right, point)
            sign = 0 if abs(gap) < TIE else 1 if gap > 0 else -1
            return sign in {"<": (-1,), "<=": (-1, 0), "==": (0,), "!=": (-1, 1), ">=": (0, 1), ">": (1,)}[
                relation.operator
            ]
        case Connective("not", (part,)):
            return not truth_at(part, point)
        case Connective("and", parts):
            return all(truth_at(part, point) for part in parts)
        case Connective("or", parts):
            return any(truth_at(part, point) for part in parts)
        case Connective("=>", (left, right)):
            return not truth_at(left, point) or truth_at(right, point)
        case Connective("iff", (left, right)):
            first = truth_at(left, point)
            return first == truth_at(right, point)
    raise AssertionError(f"no claim about parameters: {claim}")


def condition_at(condition: Condition, point: dict[str, Fraction]) -> bool:
    """The same for a printed condition: each term that it comes to must have a value too."""
    return any(all(truth_at(Compare(r), point) for r in alternative) for alternative in condition.alternatives)


def random_claim(random: Random, arguments: tuple[str, ...]) -> str:
    """The text of a claim with up to three relations, most of them with a term that may have no value."""

    def term() -> str:
        argument = random.choice(arguments)
        return random.choice((f"log({argument})", f"1/({argument})", f"sqrt({argument})", f"log({argument})", argument))

    def relation() -> str:
        return f"{term()} {random.choice(OPERATORS)} {random.choice(('0', '0', '-1', '1/2', '2'))}"

    def guard() -> str:
        return f"{random.choice(arguments)} {random.choice(OPERATORS)} 0"

    forms = (
        lambda: relation(),
        lambda: f"{guard()} => {relation()}",
        lambda: f"{guard()} and {relation()}",
        lambda: f"{guard()} or {relation()}",
        lambda: f"{guard()} => ({relation()} iff {relation()})",
        lambda: f"{guard()} and not ({relation()})",
        lambda: f"({guard()} or {guard()}) => {relation()}",
    )
    return random.choice(forms)()


def guarded_claim(random: Random, arguments: tuple[str, ...]) -> str:
    """The same where the term is guarded by just what it asks for."""
    argument = random.choice([text for text in arguments if text != "p - p"])
    function, asked = random.choice((("log({})", ">"), ("sqrt({})", ">="), ("1/({})", "!=")))
    relation = f"{function.format(argument)} {random.choice(OPERATORS)} {random.choice(('0', '-1', '1/2', '2'))}"
    turned = {">": "<=", ">=": "<", "!=": "=="}[asked]
    return random.choice(
        (f"{argument} {asked} 0 => {relation}", f"{argument} {asked} 0 and {relation}",
         f"{argument} {turned} 0 or {relation}")
    )  # fmt: skip


def compared(text: str, game: Game) -> str:
    """`when` against the definition at every point of a grid: how it ended; AssertionError where they differ."""
    claim = read_claim(text, ["p", "q"], [])
    points = [{"p": p, "q": q} for p in SHARES for q in SHARES]
    with mpmath.workdps(DIGITS):
        try:
            answer = when(game, text)
        except UndecidedError:
            return "undecided"
        except GameError as error:
            _check_refusal(str(error), claim, points)
            return "refused"
        for point in points:
            said, true = condition_at(answer.condition, point), truth_at(claim, point)
            assert said == true, f"{text}: {answer} is {said} at {point}"
    return "answered"


def _check_refusal(message: str, claim: Claim, points: list[dict[str, Fraction]]) -> None:
    """A message that a term has no value names a point or a condition where the claim comes to it."""
    found = re.match(r"claim: (.+) is undefined (at|if|everywhere)(.*?)(, given .*)?, where ", message)
    assert found is not None, message
    if found[2] == "at":
        place = dict(part.strip().split(" = ") for part in found[3].split(","))
        points = [{**points[0], **{name: Fraction(value) for name, value in place.items()}}]
    elif found[4] is not None:
        return  # The condition stands for points of the hypotheses alone, which no grid may meet.
    elif found[2] == "if":
        condition = read_claim(found[3], ["p", "q"], [])
        points = [point for point in points if truth_at(condition, point)]
    for point in points:
        try:
            truth_at(claim, point)
        except NoValue:
            continue
        raise AssertionError(f"{claim} has a value at {point}, but: {message}")


def claims(seed: int, count: int, arguments: tuple[str, ...] = LINE) -> Iterator[str]:
    """Claims of both kinds in turn, the same for the same seed."""
    random = Random(seed)
    for place in range(count):
        yield (guarded_claim if place % 2 else random_claim)(random, arguments)
