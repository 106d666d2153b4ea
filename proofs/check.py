"""The checker: reads a certificate and says whether the theorem in it is proved. Standard library only.

Run it as ``python check.py FILE``; it imports nothing else of berknash. A certificate is a JSON object:

- ``format``: 1; ``parameters``: names; ``domain``: constraints without logarithms, ``["1 - p", ">"]`` for 1 - p > 0;
- ``positive``: facts that follow from the domain;
- ``logs``: ``["L1", "1 - h", i]`` says that L1 stands for log(1 - h) and that constraint or fact number i is 1 - h > 0;
  i is null when the argument is a positive number;
- ``log_table``: ``["(1 - h)/h", [["L1", 1], ["L2", -1]]]`` says that the expression is the product of those powers, so
  that its logarithm is L1 - L2 (where its denominator is not 0);
- ``assumptions``: constraints that may contain logarithms; ``game``: null or a game; ``claim``; ``proof``.

The theorem: for all real parameters that satisfy domain and assumptions, the claim holds.

A *proof* is ``{"facts": [...], "end": END}``. Constraints and facts are numbered from 0 in the order in which they
appear, and each fact may use all earlier ones:

- ``{"fact": f, "relation": r, "terms": [[c, [[i, n], ...], s], ...], "equalities": [[j, m], ...]}``: f r 0, because
  its negation (which has this fact's own number) gives: the sum of c * product(g_i ** n) * s**2 (c > 0 rational;
  g_i > 0, g_i >= 0, or g_i != 0 with n even; s a polynomial or null for 1) plus the sum of m * e_j (e_j == 0) is
  identically 0, while some term without s has only g_i that are not 0, so is > 0. For f == 0 there are no terms, and f
  itself is the sum of m * e_j.
- ``{"log": [[L, n], ...], "relation": r, "premise": i}``: sum n * L r 0, because P - N r 0, where P and N are the
  products of the powers with n > 0 and n < 0 (log is increasing); i says so, null if P - N is a number.
- ``{"tangent": [[L, n], ...], "premise": i}``: N * sum n * L <= P - N (log x <= x - 1); strict if i says P - N != 0, or
  if that is a number.
- ``{"series": [[L, n], ...], "order": k, "side": "lower", "premise": i}``: where P > N, with y = (P - N)/(P + N),
  sum n * L > 2 * (y + y**3/3 + ... + y**(2 k - 1)/(2 k - 1)); "upper": less than this plus
  2 * y**(2 k + 1)/((2 k + 1)(1 - y**2)).
- ``{"constant": c}``: c > 0 for a polynomial c in logarithms of numbers, because it is at the ends of rational
  intervals around the logarithms, which a partial sum gives as narrow as it takes.

END is one of: ``{"refuted": {"terms", "equalities"}}``, what is known is contradictory;
``{"split": f, "cases": [proof, proof, proof]}``, the cases f < 0, f == 0, f > 0;
``{"holds": [[[i, n], ...], ...]}``, each product of powers of facts has a sign, and so has each single fact: with
these signs the claim is evaluated to true; ``{"meaning": null}``, the claim is true whatever the truth of its
predicates, as long as it is one that their meaning allows (`Meaning`).

A *game* (one agent, finitely many actions, outcomes and models) is given by ``actions``, ``outcomes``, ``models``,
``truth[a][y]``, ``payoff[a][y]``, ``predicts[t][a][y]``. The checker itself forms
K[t][a] = -sum_y Q(y|a) log Q_t(y|a) and U[a][t] = sum_y Q_t(y|a) pi(a, y), and finds equilibria, Gamma, the
rationalizable set and the transition graph (Esponda & Pouzo 2016, 2025) from the signs of determinants of K and U.
Probabilities must sum to one and be known not to be negative: as numbers, by the domain and its facts, by having a
logarithm, or by one of the facts in the optional ``chances`` (numbered on from those of the domain).

A *claim* is a nested list: ``["and", c, ...]``, ``["or", c, ...]``, ``["not", c]``, ``["=>", c, d]``,
``["iff", c, d]``, a relation ``["<", "p", "1/2"]``, or a predicate ``["unique", "a"]``. All of it is validated before
anything is proved, so that nothing is printed but what was understood. Evaluation is from left to right: the terms of a
relation must be defined wherever what stands before it does not settle the claim.

Names of logarithms are L1, L2, ... or L_1, L_2, ..., and what they stand for is printed with the theorem. Whatever the
certificate holds, the answer comes soon: work is counted in operations, long numbers counting more.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property, reduce
from itertools import combinations
from math import gcd, lcm
from operator import add, mul
from typing import Any

MAXIMAL_BYTES = 16_000_000  # of a file
MAXIMAL_WORK = 12_000_000  # operations, those with long numbers counting more: half a minute at most
MAXIMAL_POWER = 100_000
MAXIMAL_BITS = 2_000_000  # of one coefficient
MAXIMAL_DIGITS = 4_000  # of a number that is written out
MAXIMAL_DEPTH = 100  # of claims and expressions
MAXIMAL_CASES = 400  # inside each other
MAXIMAL_NAMES = 8  # actions, outcomes, models
MAXIMAL_VARIABLES = 400  # parameters and logarithms
MAXIMAL_PRECISION = 2_000  # bits of the intervals around logarithms
MAXIMAL_PREDICATES = 8  # of a claim that follows from their meaning

Number = int | Fraction
Signs = frozenset[int]
ANY_SIGN, POSITIVE, NOT_NEGATIVE, ZERO = (Signs(signs) for signs in ([-1, 0, 1], [1], [0, 1], [0]))
SIGNS_OF: dict[str, Signs] = {
    ">": POSITIVE,
    ">=": NOT_NEGATIVE,
    "==": ZERO,
    "!=": Signs([-1, 1]),
    "<": Signs([-1]),
    "<=": Signs([-1, 0]),
}
NEGATION = {">": ">=", ">=": ">", "!=": "=="}  # f > 0 is denied by -f >= 0
CONNECTIVES = ("and", "or", "not", "=>", "iff")
FUNCTIONS = ("log", "exp", "sqrt")
SINGLE = ("equilibrium", "unique", "rationalizable", "strict")  # predicates of one action
PREDICATES = (*SINGLE, "equilibrium_support", "unique_support", "rationalizable_only", "absorbing", "closed", "cycle")


class Rejected(Exception):
    """The certificate does not prove its theorem; the message says at which step."""


class Unsettled(Exception):
    """A sign that is not known was asked for."""


def need(condition: bool, message: str) -> None:
    """Raise `Rejected` unless the condition holds."""
    if not condition:
        raise Rejected(message)


# What JSON values must be


def items(value: Any, length: int | None = None) -> list[Any]:
    """A list (of this length)."""
    need(isinstance(value, list) and length in (None, len(value)), f"expected a list, found {value!r:.60}")
    return list(value)


def text(value: Any) -> str:
    """A string."""
    need(isinstance(value, str), f"expected a string, found {value!r:.60}")
    return str(value)


def integer(value: Any, least: int, most: int) -> int:
    """An integer between the bounds (true and false are not integers)."""
    need(type(value) is int and least <= value <= most, f"expected an integer from {least} to {most}: {value!r:.60}")
    return int(value)


def nested(depth: int, most: int = MAXIMAL_DEPTH) -> int:
    """One level deeper."""
    need(depth < most, f"nested more than {most} levels deep")
    return depth + 1


def fields(value: Any, *keys: str) -> list[Any]:
    """An object with exactly these keys: its values in their order."""
    good = isinstance(value, dict) and sorted(value) == sorted(keys)
    need(good, f"expected an object with {', '.join(keys)}, found {value!r:.60}")
    return [value[key] for key in keys]


# Polynomials and quotients of polynomials


class Ring:
    """Named variables, and how much has been computed with them."""

    def __init__(self, names: Sequence[str]) -> None:
        need(len(names) <= MAXIMAL_VARIABLES, f"more than {MAXIMAL_VARIABLES} parameters and logarithms")
        good = all(re.fullmatch("[A-Za-z_][A-Za-z_0-9]*", name) and name not in FUNCTIONS for name in names)
        need(good and len(set(names)) == len(names), "parameters and logarithms need names, all different")
        self.names = list(names)
        self.width = 1 + len(self.names) // 8  # the cost of handling one exponent vector
        self.work = 0

    def spend(self, amount: int) -> None:
        """Count so many operations, and refuse too many."""
        self.work += amount
        need(self.work <= MAXIMAL_WORK, "the certificate needs more work than the checker is willing to do")

    def constant(self, value: Number) -> Polynomial:
        """A constant polynomial."""
        return Polynomial(self, {(0,) * len(self.names): value} if value else {})

    def variable(self, name: str) -> Polynomial:
        """The polynomial that is one variable."""
        need(name in self.names, f"unknown variable {name!r:.60}")
        return Polynomial(self, {tuple(int(other == name) for other in self.names): 1})


class Polynomial(dict[tuple[int, ...], Number]):
    """A polynomial with rational coefficients: from exponents to coefficients, none of them 0. Never changed."""

    def __init__(self, ring: Ring, terms: dict[tuple[int, ...], Number]) -> None:
        super().__init__({exponents: plain(value) for exponents, value in terms.items() if value})
        self.ring = ring
        self.length = max(map(bits, self.values()), default=0)
        need(self.length <= MAXIMAL_BITS, "a coefficient is too long")
        ring.spend(self.cost)

    @property
    def cost(self) -> int:
        """What it costs to look at every term."""
        return 5 + len(self) * (self.ring.width + self.length // 4096)

    def __add__(self, other: Polynomial) -> Polynomial:
        self.ring.spend(other.cost + len(other) * effort(self.length, other.length))
        terms = dict(self)
        for exponents, value in other.items():
            terms[exponents] = terms.get(exponents, 0) + value
        return Polynomial(self.ring, terms)

    def __neg__(self) -> Polynomial:
        return self * -1

    def __sub__(self, other: Polynomial) -> Polynomial:
        return self + -other

    def __mul__(self, other: Polynomial | Number) -> Polynomial:
        if not isinstance(other, Polynomial):
            self.ring.spend(len(self) * effort(self.length, bits(other)))
            return Polynomial(self.ring, {exponents: value * other for exponents, value in self.items()})
        self.ring.spend(len(self) * len(other) * (self.ring.width + effort(self.length, other.length)))
        terms: dict[tuple[int, ...], Number] = {}
        for first, value in self.items():
            for second, factor in other.items():
                exponents = tuple(map(add, first, second))
                terms[exponents] = terms.get(exponents, 0) + value * factor
        return Polynomial(self.ring, terms)

    def __pow__(self, exponent: int) -> Polynomial:
        need(0 <= exponent <= MAXIMAL_POWER, f"exponent {exponent} out of bounds")
        if not self:
            return self.ring.constant(int(exponent == 0))
        if len(self) > 1:
            return reduce(mul, [self] * exponent, self.ring.constant(1))
        [(exponents, value)] = self.items()
        length = bits(value) * exponent if value not in (1, -1) else 0
        need(length <= MAXIMAL_BITS, "a power is too long")
        self.ring.spend(effort(length, length))
        return Polynomial(self.ring, {tuple(part * exponent for part in exponents): value**exponent})

    @cached_property
    def scaled(self) -> tuple[Any, int]:
        """Its multiple with coprime integer coefficients, the first positive, as a key; the sign of the first here."""
        terms = sorted(self.items(), reverse=True)
        below = sum(n.denominator.bit_length() for _, n in terms if n.denominator != 1)
        self.ring.spend(self.cost + len(terms) * effort(below, self.length + below))
        scale = Fraction(lcm(*(n.denominator for _, n in terms)), gcd(*(n.numerator for _, n in terms)) or 1)
        sign = -1 if terms and terms[0][1] < 0 else 1
        return tuple((exponents, int(value * scale) * sign) for exponents, value in terms), sign

    def uses(self, name: str) -> bool:
        """Whether the variable occurs."""
        return any(exponents[self.ring.names.index(name)] for exponents in self)


def plain(number: Number) -> Number:
    """An integer wherever possible: integer arithmetic is faster."""
    return number.numerator if number.denominator == 1 else number


def bits(number: Number) -> int:
    """The length of numerator and denominator."""
    return number.numerator.bit_length() + number.denominator.bit_length()


def effort(length: int, other: int) -> int:
    """What an operation on two numbers with so many bits counts."""
    return 1 + (length >> 9) * (other >> 9) + ((length + other) >> 12)


def number_in(polynomial: Polynomial) -> Number | None:
    """The rational number that a constant polynomial is, else None."""
    return None if any(map(any, polynomial)) else sum(polynomial.values())


@dataclass(frozen=True)
class Quotient:
    """Top divided by bottom. Nothing is cancelled: where an expression is undefined, its bottom is 0."""

    top: Polynomial
    bottom: Polynomial

    def __iter__(self) -> Iterator[Polynomial]:
        return iter((self.top, self.bottom))

    def __add__(self, other: Quotient) -> Quotient:
        if self.bottom == other.bottom:
            return Quotient(self.top + other.top, self.bottom)
        return Quotient(self.top * other.bottom + other.top * self.bottom, self.bottom * other.bottom)

    def __sub__(self, other: Quotient) -> Quotient:
        return self + Quotient(-other.top, other.bottom)

    def __mul__(self, other: Quotient) -> Quotient:
        return Quotient(self.top * other.top, self.bottom * other.bottom)

    def __truediv__(self, other: Quotient) -> Quotient:
        need(bool(other.top), "division by zero")
        inner = other.bottom if number_in(other.bottom) is None else other.bottom.ring.constant(1)
        return Quotient(self.top * other.bottom * inner, self.bottom * other.top * inner)


def cleared(quotients: Sequence[Quotient]) -> list[Polynomial]:
    """The quotients multiplied by all their different bottoms."""
    bottoms: list[Polynomial] = []
    for quotient in quotients:
        bottoms += [quotient.bottom] if quotient.bottom not in bottoms else []
    return [reduce(mul, (bottom for bottom in bottoms if bottom != one.bottom), one.top) for one in quotients]


class Reader:
    """Reads + - * / ** ( ) log, integers and names of variables."""

    TOKEN = re.compile(r"[0-9]+|[A-Za-z_][A-Za-z_0-9]*|\*\*|[-+*/()]")

    def __init__(self, ring: Ring, names: Sequence[str], log_of: Callable[[Quotient], Polynomial]) -> None:
        self.ring, self.names, self.log_of = ring, list(names), log_of

    def read(self, source: Any) -> Quotient:
        """The rational function that the text denotes; raises `Rejected` where it is none."""
        self.ring.spend(1 + len(text(source)) // 16)
        self.tokens = [*self.TOKEN.findall(source), ""]
        self.place = self.depth = 0
        value = self.sum() if not self.TOKEN.sub("", source).strip(" ") else None
        if value is None or self.tokens[self.place]:
            raise Rejected(f"unreadable expression {source!r:.60}")
        return value

    def polynomial(self, source: Any) -> Polynomial:
        """Like `read`, for an expression whose bottom is a number."""
        value = self.read(source)
        number = number_in(value.bottom)
        if number is None:
            raise Rejected(f"not a polynomial: {source!r:.60}")
        return value.top * (Fraction(1) / number)

    def difference(self, left: str, right: str) -> Quotient:
        """left - right."""
        return self.read(left) - self.read(right)

    def take(self, *choices: str) -> str:
        """The next token if it is one of these, else nothing."""
        found = self.tokens[self.place] if self.tokens[self.place] in choices else ""
        self.place += bool(found)
        return found

    def sum(self) -> Quotient:
        self.depth = nested(self.depth)
        value = self.product()
        while sign := self.take("+", "-"):
            value = value + self.product() if sign == "+" else value - self.product()
        self.depth -= 1
        return value

    def product(self) -> Quotient:
        value = self.signed()
        while sign := self.take("*", "/"):
            value = value * self.signed() if sign == "*" else value / self.signed()
        return value

    def signed(self) -> Quotient:
        minuses = 0
        while self.take("-"):
            minuses = nested(minuses)
        value = self.power()
        return self.whole(-1) * value if minuses % 2 else value

    def power(self) -> Quotient:
        base = self.atom()
        if not self.take("**"):
            return base
        sign, token = self.take("-"), self.tokens[self.place]
        self.place += bool(token)
        exponent = self.written(token) if token.isdigit() else 0
        need(exponent > 0, "an exponent must be an integer other than 0")
        power = Quotient(base.top**exponent, base.bottom**exponent)
        return self.whole(1) / power if sign else power

    def atom(self) -> Quotient:
        token = self.tokens[self.place]
        self.place += bool(token)
        if token.isdigit():
            return self.whole(self.written(token))
        if token in ("(", "log"):
            need(token == "(" or self.take("(") == "(", "log needs parentheses")
            value = self.sum()
            need(self.take(")") == ")", "a parenthesis is not closed")
            return value if token == "(" else Quotient(self.log_of(value), self.ring.constant(1))
        need(token in self.names, f"unknown name {token!r:.60}")
        return Quotient(self.ring.variable(token), self.ring.constant(1))

    @staticmethod
    def written(digits: str) -> int:
        need(len(digits) <= MAXIMAL_DIGITS, "a number is too long")
        return int(digits)

    def whole(self, number: int) -> Quotient:
        return Quotient(self.ring.constant(number), self.ring.constant(1))


# Intervals around logarithms of numbers


Interval = tuple[int, int]  # its ends, as multiples of a power of 1/2


def scaled(one: Interval, other: Interval, unit: int) -> Interval:
    """An interval around all products of two numbers from these intervals, divided by the unit."""
    products = [left * right for left in one for right in other]
    return min(products) // unit, -(-max(products) // unit)


def logarithm(number: Fraction, precision: int) -> Interval:
    """An interval around log(number) * 2**precision, for a positive number.

    The number is 2**k * m with 1/2 < m < 2, and log m = 2 * (y + y**3/3 + ...) for y = (m - 1)/(m + 1), abs(y) < 1/3.
    """
    power = number.numerator.bit_length() - number.denominator.bit_length()
    rest = number / Fraction(2) ** power
    low, high = area((rest - 1) / (rest + 1), precision)
    two = area(Fraction(1, 3), precision)
    ends = [power * two[0], power * two[1]]
    return low + min(ends), high + max(ends)


def area(y: Fraction, precision: int) -> Interval:
    """An interval around 2 * (y + y**3/3 + y**5/5 + ...) * 2**precision, for abs(y) <= 1/3.

    All is rounded down. The powers of abs(y) are then too small by less than 2 units of the working precision: the
    first by less than 1, and a deficit e becomes at most e/9 + 2/3 + 1, as their factor y**2 lacks less than 2. Each of
    n terms is too small by less than 3, and all terms after those, each power then below 2, are below 3 together.
    """
    working = precision + 32
    power = abs(y.numerator) * (1 << working) // y.denominator
    square, total, terms = power * power >> working, 0, 0
    while power:
        total += power // (2 * terms + 1)
        power, terms = power * square >> working, terms + 1
    low, high = 2 * total >> 32, (2 * (total + 3 * terms + 3) >> 32) + 1
    return (low, high) if y >= 0 else (-high, -low)


# Facts and the rules that give them


Constraint = tuple[Polynomial, str]  # polynomial and relation to 0


class SignTable:
    """The signs that polynomials can have by what is known of them (or of a multiple by a number)."""

    def __init__(self, known: Sequence[Constraint]) -> None:
        self.table: dict[Any, Signs] = {}
        for polynomial, relation in known:
            self.record(polynomial, SIGNS_OF[relation])

    def record(self, polynomial: Polynomial, signs: Signs) -> None:
        """The polynomial has one of these signs."""
        polynomial.ring.spend(polynomial.cost)
        key, orientation = polynomial.scaled
        self.table[key] = self.table.get(key, ANY_SIGN) & {sign * orientation for sign in signs}

    def possible(self, polynomial: Polynomial) -> Signs:
        """The signs that the polynomial can have, as far as is known."""
        polynomial.ring.spend(polynomial.cost)
        number = number_in(polynomial)
        if number is not None:
            return Signs([(number > 0) - (number < 0)])
        key, orientation = polynomial.scaled
        return Signs(sign * orientation for sign in self.table.get(key, ANY_SIGN))

    def sign(self, polynomial: Polynomial) -> int:
        """The one sign that it can have; raises `Unsettled` where there are several."""
        signs = self.possible(polynomial)
        if len(signs) != 1:
            raise Unsettled
        return min(signs)


class Kernel:
    """The certificate's variables, constraints and rules of inference."""

    def __init__(self, certificate: dict[str, Any]) -> None:
        logs = [items(entry, 3) for entry in items(certificate["logs"])]
        self.parameters = [text(name) for name in items(certificate["parameters"])]
        self.ring = Ring([*self.parameters, *(text(name) for name, _, _ in logs)])
        self.reader = Reader(self.ring, self.parameters, self.log_of)  # knows no logarithms yet
        self.generators: dict[str, Polynomial] = {}
        self.log_table: list[tuple[Quotient, Polynomial]] = []
        self.table = SignTable([])
        self.domain = self.constraints(certificate["domain"])
        self.domain += self.facts(certificate["positive"], self.domain)
        self.table = SignTable(self.domain)
        for name, expression, premise in logs:
            need(bool(re.fullmatch("L_?[1-9][0-9]*", name)), f"a logarithm is called L1, L2, ..., not {name!r:.60}")
            argument = self.reader.polynomial(expression)
            self.premise(argument, ">", premise, self.domain)
            self.generators[name] = argument
        self.reader.names = self.ring.names
        for entry in items(certificate["log_table"]):
            expression, exponents = items(entry, 2)
            value, (over, under, form) = self.reader.read(expression), self.powers(exponents)
            same = value.top * under == value.bottom * over
            need(same, f"log_table: {expression!r:.60} is not that product of powers")
            self.log_table.append((value, form))
        self.known = self.domain + self.constraints(certificate["assumptions"])

    def constraints(self, entries: Any) -> list[Constraint]:
        """What is given."""
        pairs = [items(entry, 2) for entry in items(entries)]
        need(all(relation in (">", ">=", "==", "!=") for _, relation in pairs), "unknown relation in a constraint")
        return [(self.reader.polynomial(expression), relation) for expression, relation in pairs]

    def log_of(self, argument: Quotient) -> Polynomial:
        """The sum of logarithms that the table gives for the logarithm of this expression."""
        defined = 0 not in self.table.possible(argument.bottom)
        need(defined, "a denominator in a logarithm is not known to differ from 0")
        for value, form in self.log_table:
            if value.top * argument.bottom == argument.top * value.bottom:
                return form
        raise Rejected("log_table lacks the logarithm of an expression")

    def facts(self, entries: Any, known: Sequence[Constraint]) -> list[Constraint]:
        """The facts in order, each verified from all before it."""
        start, known = len(known), list(known)
        self.ring.spend(1 + start // 32)
        for entry in items(entries):
            known.append(self.fact(entry, known))
        return known[start:]

    def fact(self, entry: Any, known: Sequence[Constraint]) -> Constraint:
        """What one fact says, verified."""
        if isinstance(entry, dict) and "fact" in entry:
            expression, relation, *sums = fields(entry, "fact", "relation", "terms", "equalities")
            goal = self.reader.polynomial(expression)
            if relation == "==":
                total, _ = self.sum([], sums[1], known)
                need(not sums[0] and total == goal, f"{expression!r:.60} is not the sum of the equalities")
            else:
                need(text(relation) in NEGATION, "unknown relation in a fact")
                self.ring.spend(1 + len(known) // 32)
                self.contradict(sums, [*known, (-goal, NEGATION[relation])])
            return goal, relation
        if isinstance(entry, dict) and "log" in entry:
            powers, relation, premise = fields(entry, "log", "relation", "premise")
            need(relation in (">", ">=", "=="), "unknown relation of a logarithm")
            over, under, form = self.powers(powers)
            self.premise(over - under, relation, premise, known)
            return form, relation
        if isinstance(entry, dict) and "tangent" in entry:
            powers, premise = fields(entry, "tangent", "premise")
            over, under, form = self.powers(powers)
            strict = premise is not None or bool(number_in(over - under))
            if strict:
                self.premise(over - under, "!=", premise, known)
            return over - under - under * form, ">" if strict else ">="
        if isinstance(entry, dict) and "constant" in entry:
            constant = self.reader.polynomial(*fields(entry, "constant"))
            need(self.is_positive(constant), "a constant is not seen to be positive")
            return constant, ">"
        powers, order, side, premise = fields(entry, "series", "order", "side", "premise")
        over, under, form = self.powers(powers)
        self.premise(over - under, ">", premise, known)
        return self.series(over, under, form, integer(order, 0, 40), side), ">"

    def is_positive(self, constant: Polynomial) -> bool:
        """Whether intervals around logarithms of numbers show that the polynomial in them is positive."""
        used = [name for name in self.ring.names if constant.uses(name)]
        numbers = {name: number_in(self.generators[name]) for name in used if name in self.generators}
        need(None not in (numbers.get(name) for name in used), "a constant holds more than logarithms of numbers")
        precision = 64
        while precision <= MAXIMAL_PRECISION:
            self.ring.spend(10 * precision * len(used) + constant.cost)
            ends = {name: logarithm(Fraction(number or 1), precision) for name, number in numbers.items()}
            low, high = 0, 0
            for exponents, value in constant.items():
                self.ring.spend(1 + sum(exponents) * effort(precision, precision) + effort(bits(value), precision))
                term = (1 << precision, 1 << precision)
                for name, exponent in zip(self.ring.names, exponents, strict=True):
                    for _ in range(exponent):
                        term = scaled(term, ends[name], 1 << precision)
                term = scaled(term, (value.numerator, value.numerator), value.denominator)
                low, high = low + term[0], high + term[1]
            if low > 0 or high < 0:
                return low > 0
            precision *= 2
        return False

    def premise(self, polynomial: Polynomial, relation: str, place: Any, known: Sequence[Constraint]) -> None:
        """Verify polynomial r 0: by looking at it if it is a number, else by the fact with this number."""
        cited = [] if number_in(polynomial) is not None else [known[integer(place, 0, len(known) - 1)]]
        need(bool(cited) or place is None, "a number needs no premise")
        need(SignTable(cited).possible(polynomial) <= SIGNS_OF[relation], "a premise does not say enough")

    def sum(self, terms: Any, equalities: Any, known: Sequence[Constraint]) -> tuple[Polynomial, bool]:
        """A sum of terms that are not negative and of multiples of equalities, and whether a term is positive."""
        total, strict = self.ring.constant(0), False
        for term in items(terms):
            coefficient, factors, root = items(term, 3)
            number = number_in(self.reader.polynomial(coefficient))
            if number is None or number <= 0:
                raise Rejected("a coefficient is not a positive number")
            product, signs = self.product(factors, known)
            need(signs <= NOT_NEGATIVE, "a product may be negative")
            square = self.ring.constant(1) if root is None else self.reader.polynomial(root) ** 2
            total = total + product * square * number
            strict = strict or (root is None and signs <= POSITIVE)
        for entry in items(equalities):
            place, multiplier = items(entry, 2)
            polynomial, relation = known[integer(place, 0, len(known) - 1)]
            need(relation == "==", "a multiplied constraint is not an equality")
            total = total + self.reader.polynomial(multiplier) * polynomial
        return total, strict

    def product(self, factors: Any, known: Sequence[Constraint]) -> tuple[Polynomial, Signs]:
        """A product of powers of known polynomials, and the signs that it can have."""
        product, signs = self.ring.constant(1), POSITIVE
        for entry in items(factors):
            place, exponent = items(entry, 2)
            polynomial, relation = known[integer(place, 0, len(known) - 1)]
            power = integer(exponent, 1, 100)
            product = product * polynomial**power
            signs = Signs(sign * other**power for sign in signs for other in SIGNS_OF[relation])
        return product, signs

    def contradict(self, sums: Sequence[Any], known: Sequence[Constraint]) -> None:
        """Verify that what is known is contradictory: a sum is positive, and identically 0."""
        terms, equalities = sums
        total, strict = self.sum(terms, equalities, known)
        need(strict, "no term of the sum is positive")
        need(not total, "the sum does not vanish identically")

    def powers(self, entries: Any) -> tuple[Polynomial, Polynomial, Polynomial]:
        """P, N and the sum of n * L for a list of logarithms L with exponents n."""
        over = under = self.ring.constant(1)
        form = self.ring.constant(0)
        for entry in items(entries):
            name, exponent = items(entry, 2)
            need(text(name) in self.generators, f"unknown logarithm {name!r:.60}")
            power = integer(exponent, -MAXIMAL_POWER, MAXIMAL_POWER)
            over = over * self.generators[name] ** max(power, 0)
            under = under * self.generators[name] ** max(-power, 0)
            form = form + self.ring.variable(name) * power
        return over, under, form

    def series(self, over: Polynomial, under: Polynomial, form: Polynomial, order: int, side: Any) -> Polynomial:
        """What is positive by the bound, times (P + N)**(2 order + 1), above also times 4 P N: a polynomial."""
        less, more = over - under, over + under
        gap = form * more ** (2 * order + 1)
        for k in range(order):
            gap = gap - less ** (2 * k + 1) * more ** (2 * (order - k)) * Fraction(2, 2 * k + 1)
        need(side in ("lower", "upper"), "a series has the sides lower and upper")
        rest = less ** (2 * order + 1) * more**2 * Fraction(2, 2 * order + 1)
        return gap if side == "lower" else rest - gap * over * under * 4


# Games


class Game:
    """Columns of K and U, each multiplied by a positive common denominator (which no sign below sees)."""

    def __init__(self, kernel: Kernel, record: Any) -> None:
        keys = ["actions", "outcomes", "models", "truth", "payoff", "predicts"]
        keys += ["chances"] if isinstance(record, dict) and "chances" in record else []
        actions, outcomes, models, truth, payoff, predicts, *facts = fields(record, *keys)
        self.kernel, self.one = kernel, kernel.ring.constant(1)
        lists = (actions, outcomes, models)
        self.actions, self.outcomes, self.models = ([text(name) for name in items(names)] for names in lists)
        for names in (self.actions, self.outcomes, self.models):
            good = 0 < len(set(names)) == len(names) <= MAXIMAL_NAMES and all(name.isprintable() for name in names)
            need(good, f"names must be different, printable, and 1 to {MAXIMAL_NAMES} of them")
        known = kernel.domain + (kernel.facts(facts[0], kernel.domain) if facts else [])
        self.known = SignTable(known)
        happens, gains = self.table(truth, True), self.table(payoff, False)
        for action, row in zip(self.actions, happens, strict=True):
            for entry in row:
                self.chance(entry, f"truth, {action!r:.60}")
        self.fit: dict[tuple[str, str], Polynomial] = {}
        self.value: dict[tuple[str, str], Polynomial] = {}
        self.minors: dict[Any, Polynomial] = {}
        zero = Quotient(kernel.ring.constant(0), self.one)
        for model, entries in zip(self.models, fields(predicts, *self.models), strict=True):
            chances = self.table(entries, True)
            for action, row, predicted in zip(self.actions, happens, chances, strict=True):
                pairs = [(weight, chance) for weight, chance in zip(cleared(row), predicted, strict=True) if weight]
                for entry, chance in zip(row, predicted, strict=True):
                    if not entry.top:  # others have a logarithm, or are 0
                        self.chance(chance, f"{model!r:.60}, {action!r:.60}")
                surprises = [weight for weight, chance in pairs if not chance.top]
                if not surprises:
                    terms = (kernel.log_of(chance) * weight for weight, chance in pairs)
                    self.fit[model, action] = -sum(terms, kernel.ring.constant(0))
                else:  # K is infinite, provided that what the model rules out always happens
                    certain = any(kernel.table.possible(weight) <= POSITIVE for weight in surprises)
                    need(certain, "an outcome that a model rules out is not known to happen")
            utility = [
                sum((chance * gain for chance, gain in zip(predicted, row, strict=True)), zero)
                for predicted, row in zip(chances, gains, strict=True)
            ]
            for action, polynomial in zip(self.actions, cleared(utility), strict=True):
                self.value[action, model] = polynomial
        fitted = {action for _, action in self.fit}
        need(fitted == set(self.actions), "every model rules out what happens after one of the actions")

    def table(self, entries: Any, chances: bool) -> list[list[Quotient]]:
        """One row for each action; denominators must be positive, probabilities must sum to one."""
        rows = []
        for action, row in zip(self.actions, fields(entries, *self.actions), strict=True):
            quotients = [self.kernel.reader.read(entry) for entry in fields(row, *self.outcomes)]
            good = all(self.kernel.table.possible(entry.bottom) <= POSITIVE for entry in quotients)
            need(good, f"row {action!r:.60}: a denominator is not known to be positive")
            total = reduce(Quotient.__add__, quotients)
            need(not chances or total.top == total.bottom, f"row {action!r:.60}: the probabilities do not sum to one")
            rows.append(quotients)
        return rows

    def chance(self, entry: Quotient, where: str) -> None:
        """Verify that a probability is not negative (its denominator is positive)."""
        need(self.known.possible(entry.top) <= NOT_NEGATIVE, f"{where}: a probability is not known to be at least 0")

    def is_finite(self, model: str, action: str) -> bool:
        """Whether the model allows everything that happens after the action."""
        return (model, action) in self.fit

    def minor(self, kind: str, columns: Sequence[str], rows: Sequence[str]) -> Polynomial:
        """The determinant with rows (1, K[t][a] for a in columns) for t in rows; or U[a][t], with a in rows."""
        key = (kind, tuple(columns), tuple(rows))
        if key not in self.minors:
            entries = self.fit if kind == "K" else self.value
            self.minors[key] = determinant([[self.one, *(entries[row, c] for c in columns)] for row in rows], self.one)
        return self.minors[key]


def determinant(matrix: list[list[Polynomial]], one: Polynomial) -> Polynomial:
    """By expansion along the first row."""
    if not matrix:
        return one
    total = one * 0
    for column, entry in enumerate(matrix[0]):
        minor = determinant([row[:column] + row[column + 1 :] for row in matrix[1:]], one) if entry else one
        total = total + entry * minor * (-1) ** column
    return total


Names = frozenset[str]


def meant(predicate: str, names: Sequence[str], actions: Sequence[str]) -> Names:
    """The actions that a predicate speaks of; raises `Rejected` where it says nothing."""
    need(predicate in PREDICATES, f"unknown predicate {predicate!r:.60}")
    chosen, one = Names(names), len(names) == 1
    need(0 < len(names) == len(chosen) and chosen <= Names(actions), f"{predicate}: which actions?")
    need(one or predicate not in SINGLE, f"{predicate}: one action")
    need(not one or predicate != "cycle", "a cycle needs two actions")
    return chosen


Vertex = tuple[Names, Names]  # support, tie set


def union(sets: Iterable[Names]) -> Names:
    """The union of sets of names."""
    return Names().union(*sets)


def subsets(names: Iterable[str]) -> list[Names]:
    """All non-empty subsets, small ones first."""
    ordered = sorted(names)
    return [Names(part) for size in range(1, len(ordered) + 1) for part in combinations(ordered, size)]


class Structure:
    """Everything a claim can ask, from the signs of determinants of K and U (`Game.minor`).

    A vertex of the lower envelope of K over mixed actions (of the upper envelope of U over beliefs) is a support and
    the set of models (of actions) that tie there at the optimum.
    """

    def __init__(
        self,
        actions: Sequence[str],
        models: Sequence[str],
        sign: Callable[[str, tuple[str, ...], tuple[str, ...]], int],
        finite: Callable[[str, str], bool] = lambda model, action: True,
        spend: Callable[[int], None] = lambda amount: None,
    ) -> None:
        self.actions, self.models, self.sign, self.finite = list(actions), list(models), sign, finite
        self.spend = spend  # is told of every step, and may refuse more
        self.found: dict[tuple[str, Names], list[Vertex]] = {}

    def vertices(self, kind: str, inside: Names) -> list[Vertex]:
        """All vertices with support inside this set; models that rule out what happens there are left out."""
        if (kind, inside) not in self.found:
            order, rows = (self.actions, self.models) if kind == "K" else (self.models, self.actions)
            columns = [column for column in order if column in inside]
            rows = [row for row in rows if kind == "U" or all(self.finite(row, column) for column in columns)]
            vertices: list[Vertex] = []
            for size in range(1, min(len(columns), len(rows)) + 1):
                for support in combinations(columns, size):
                    for basis in combinations(rows, size):
                        vertex = (Names(support), self.ties(kind, support, basis, rows))
                        vertices += [vertex] if vertex[1] and vertex not in vertices else []
            self.found[kind, inside] = vertices
        return self.found[kind, inside]

    def ties(self, kind: str, support: tuple[str, ...], basis: tuple[str, ...], rows: Sequence[str]) -> Names:
        """The tie set of the point where the basis rows tie on exactly this support, empty if it is no vertex.

        The weights are the cofactors of the entries of a last row (1, x_1, ..., x_k) added to the basis rows; they
        must have one strict sign. The determinant with row t as last row is that sign times (row t minus the tie).
        """
        size, side = len(support), 0
        self.spend(2)
        for place in range(size):
            rest = support[:place] + support[place + 1 :]
            cofactor = self.sign(kind, rest, basis) * (-1) ** (size + place + 1)
            if cofactor == 0 or cofactor == -side:
                return Names()
            side = cofactor
        ties = set(basis)
        for row in rows:
            gap = 0 if row in basis else side * self.sign(kind, support, (*basis, row))
            if gap == (-1 if kind == "K" else 1):  # a better row: lower K, higher U
                return Names()
            ties |= {row} if gap == 0 else set()
        return Names(ties)

    def attains(self, kind: str, support: Names, rows: Names) -> bool:
        """Whether weights that are positive on exactly this support make all these rows optimal.

        "K": models inside Theta*(sigma), sigma having this support; "U": actions inside F(mu), mu having it. Such
        weights are mixtures of vertices that tie these rows, and exist where their supports together cover it.
        """
        vertices = self.vertices(kind, support)
        self.spend(1 + len(vertices))
        return union(part for part, ties in vertices if rows <= ties) == support

    def best_fits(self, support: Names) -> list[Names]:
        """The sets inside Theta*(sigma) for some sigma with exactly this support."""
        return [models for models in subsets(self.models) if self.attains("K", support, models)]

    def everything(self) -> None:
        """Compute the whole structure, belief supports too; raises `Unsettled` unless the signs determine it."""
        for chosen in subsets(self.actions):
            self.gamma(chosen)
            for models in self.best_fits(chosen):
                self.attains("U", models, chosen)

    def carries(self, support: Names) -> bool:
        """Whether some equilibrium has exactly this support."""
        return any(self.attains("U", models, support) for models in self.best_fits(support))

    def supports(self) -> list[Names]:
        """The supports of all equilibria."""
        return [support for support in subsets(self.actions) if self.carries(support)]

    def gamma(self, actions: Names) -> Names:
        """Best replies to beliefs on the best fits of some mixture of these actions."""
        beliefs = {models for support in subsets(actions) for models in self.best_fits(support)}
        ordered = sorted(beliefs, key=sorted)
        return Names(a for a in self.actions if any(self.attains("U", models, Names([a])) for models in ordered))

    def rationalizable(self) -> Names:
        """The largest B inside Gamma(B)."""
        current, smaller = Names(), Names(self.actions)
        while current != smaller:
            current, smaller = smaller, smaller & self.gamma(smaller)
        return current

    def reach(self, action: str) -> Names:
        """All actions at the end of a path of at least one edge from this one."""
        found, border = Names(), Names([action])
        while border:
            border = union(self.gamma(Names([a])) for a in sorted(border)) - found
            found |= border
        return found

    def closed(self, chosen: Names) -> bool:
        """Whether this is a minimal non-empty set with Gamma(B) inside B."""
        return [part for part in subsets(chosen) if self.gamma(part) <= part] == [chosen]

    def holds(self, predicate: str, names: Sequence[str]) -> bool:
        """The truth of one predicate of the claim language; raises `Unsettled` where a sign is missing."""
        chosen = meant(predicate, names, self.actions)
        match predicate:
            case "equilibrium" | "equilibrium_support":
                return self.carries(chosen)
            case "unique" | "unique_support":
                return self.carries(chosen) and self.supports() == [chosen]
            case "rationalizable":
                return chosen <= self.rationalizable()
            case "rationalizable_only":
                return chosen == self.rationalizable()
            case "strict":
                return self.gamma(chosen) == chosen
            case "absorbing":  # a sink strongly connected component
                return all(self.reach(a) == chosen for a in names)
            case "closed":
                return self.closed(chosen)
            case "cycle":
                return all(b in self.gamma(Names([a])) for a, b in zip(names, [*names[1:], names[0]], strict=True))
        raise Rejected(f"unknown predicate {predicate!r:.60}")


Fact = tuple[str, Names, tuple[str, ...]]  # a predicate, its actions, their order where it matters


class Meaning:
    """What the meaning of the predicates allows, whatever the game, of the truth values of some of them.

    Gamma is monotone and never gives the empty set of a set that is not empty. Then, for R the rationalizable set:

    - R is not empty, and holds every B with B inside Gamma(B). So it holds the actions of every predicate that is true:
      the support of an equilibrium is inside its own Gamma, and so are the actions of a cycle and of a sink component,
      each being a reply to another of them; a minimal closed set B is Gamma(B), or that were closed and smaller.
    - strict(a) says that Gamma({a}) = {a}, and so do closed(a) and absorbing(a). That a is in Gamma({a}) says that it
      is an equilibrium.
    """

    def __init__(self, actions: Sequence[str]) -> None:
        self.sets = subsets(actions)

    @staticmethod
    def fact(predicate: str, names: Sequence[str]) -> Fact:
        """The predicate under one name: those that say the same of one action are one."""
        word = {"equilibrium": "equilibrium_support", "unique": "unique_support"}.get(predicate, predicate)
        if word in ("closed", "absorbing") and len(names) == 1:
            word = "strict"
        return word, Names(names), tuple(names) if word == "cycle" else ()

    def allows(self, truth: dict[Fact, bool]) -> bool:
        """Whether the meaning of the predicates allows these truth values; what it cannot tell is allowed."""
        true = [(word, chosen) for (word, chosen, _), value in truth.items() if value]
        supports = {chosen for word, chosen in true if word in ("strict", "equilibrium_support", "unique_support")}
        for (word, chosen, _), value in truth.items():
            if word == "equilibrium_support" and not value and chosen in supports:
                return False
            if word == "unique_support" and value and supports != {chosen}:
                return False
        return any(self.may_be_rationalizable(actions, truth) for actions in self.sets)

    @staticmethod
    def may_be_rationalizable(actions: Names, truth: dict[Fact, bool]) -> bool:
        """Whether these can be all rationalizable actions."""
        for (word, chosen, _), value in truth.items():
            if value and not chosen <= actions:
                return False
            if word == "rationalizable" and value != (chosen <= actions):
                return False
            if word == "rationalizable_only" and value != (chosen == actions):
                return False
        return True


# The theorem and its proof


def truth_value(claim: Any, atom: Callable[[list[Any]], bool | None]) -> bool | None:
    """Kleene's three-valued evaluation of a claim, given the truth values of relations and predicates."""
    match claim:
        case ["not", part]:
            value = truth_value(part, atom)
            return None if value is None else not value
        case ["and" | "or" as word, part, *parts]:
            decisive: bool = word == "or"
            values: set[bool | None] = set()
            for one in (part, *parts):
                values.add(truth_value(one, atom))
                if decisive in values:
                    return decisive
            return None if None in values else not decisive
        case ["=>", first, second]:
            return truth_value(["or", ["not", first], second], atom)
        case ["iff", first, second]:
            one, other = truth_value(first, atom), truth_value(second, atom)
            return None if one is None or other is None else one == other
        case [str(word), *arguments] if word not in CONNECTIVES:
            return atom([word, *map(text, arguments)])
    raise Rejected(f"unreadable claim {claim!r:.60}")


def predicates_in(claim: Any) -> Iterator[list[str]]:
    """The predicates of a claim that was understood, but those about a parameter."""
    word, *parts = claim
    if word in CONNECTIVES:
        for part in parts:
            yield from predicates_in(part)
    elif word in PREDICATES:
        yield claim


class Theorem:
    """The claim with what is assumed, and its verification by cases."""

    def __init__(self, certificate: Any) -> None:
        keys = ("format", "parameters", "domain", "positive", "logs", "log_table", "assumptions")
        form, *_, game, self.claim, self.proof = fields(certificate, *keys, "game", "claim", "proof")
        need(type(form) is int and form == 1, "unknown format")
        self.kernel = Kernel(certificate)
        self.game = None if game is None else Game(self.kernel, game)
        self.relations: dict[tuple[str, str], Quotient] = {}
        self.understand(self.claim, 0)
        self.ends = 0

    def understand(self, claim: Any, depth: int) -> None:
        """Validate every part of the claim, whether the proof looks at it or not."""
        depth = nested(depth)
        self.kernel.ring.spend(5)
        match claim:
            case ["not", part]:
                self.understand(part, depth)
            case ["and" | "or", _, *_] | ["=>" | "iff", _, _]:
                for part in claim[1:]:
                    self.understand(part, depth)
            case [str(word), *arguments] if word not in CONNECTIVES:
                names = [text(argument) for argument in arguments]
                if word in SIGNS_OF:
                    left, right = items(names, 2)
                    self.relations[left, right] = self.kernel.reader.difference(left, right)
                elif self.game is None:
                    raise Rejected(f"a claim about a game, but no game: {word!r:.60}")
                elif word == "independent_of":
                    need(items(names, 1)[0] in self.kernel.parameters, "independent_of takes a parameter")
                else:
                    meant(word, names, self.game.actions)
            case _:
                raise Rejected(f"unreadable claim {claim!r:.60}")

    def verify(self, node: Any, known: list[Constraint], splits: list[Polynomial]) -> None:
        """Verify the claim at each end below this node of the proof; each split leads to three cases."""
        nested(len(splits), MAXIMAL_CASES)
        self.kernel.ring.spend(10)
        facts, end = fields(node, "facts", "end")
        known = known + self.kernel.facts(facts, known)
        match end:
            case {"split": expression, "cases": [less, equal, greater]}:
                polynomial = self.kernel.reader.polynomial(expression)
                path = [*splits, polynomial]
                self.verify(less, [*known, (-polynomial, ">")], path)
                self.verify(equal, [*known, (polynomial, "==")], path)
                self.verify(greater, [*known, (polynomial, ">")], path)
                return
            case {"refuted": record}:
                self.kernel.contradict(fields(record, "terms", "equalities"), known)
            case {"holds": products}:
                table = SignTable(known)
                for factors in items(products):
                    table.record(*self.kernel.product(factors, known))
                self.evaluate(table, splits)
            case {"meaning": None}:
                fields(end, "meaning")
                self.follow(SignTable(known))
            case _:
                raise Rejected(f"unknown end of a proof {end!r:.60}")
        self.ends += 1

    def follow(self, table: SignTable) -> None:
        """Verify that the claim holds for all truth values of its predicates that their meaning allows."""
        game = self.game
        if game is None:
            raise Rejected("the meaning of predicates is that in a game, but there is no game")
        named = sorted({tuple(atom) for atom in predicates_in(self.claim)})
        facts = {atom: Meaning.fact(atom[0], atom[1:]) for atom in named}
        distinct = list(dict.fromkeys(facts.values()))
        need(len(distinct) <= MAXIMAL_PREDICATES, "too many predicates to go through their truth values")
        meaning = Meaning(game.actions)
        for number in range(1 << len(distinct)):
            truth = {fact: bool(number >> place & 1) for place, fact in enumerate(distinct)}
            self.kernel.ring.spend(20 + len(meaning.sets) * len(distinct))
            if not meaning.allows(truth):
                continue

            def atom(claim: list[str], truth: dict[Fact, bool] = truth) -> bool | None:
                self.kernel.ring.spend(5)
                word, *arguments = claim
                if word in SIGNS_OF:
                    return self.relation(word, arguments, table)
                return None if word == "independent_of" else truth[facts[tuple(claim)]]

            need(truth_value(self.claim, atom) is True, "the claim does not follow from the meaning of its predicates")

    def evaluate(self, table: SignTable, splits: list[Polynomial]) -> None:
        """Verify that the signs that are known give the claim."""
        structure = None
        if (game := self.game) is not None:
            names, spend = (game.actions, game.models), self.kernel.ring.spend
            structure = Structure(*names, lambda *key: table.sign(game.minor(*key)), game.is_finite, spend)

        def atom(claim: list[str]) -> bool | None:
            self.kernel.ring.spend(5)
            word, *arguments = claim
            if word in SIGNS_OF:
                return self.relation(word, arguments, table)
            assert structure is not None  # or the claim was not understood
            try:
                if word == "independent_of":
                    return self.independent(structure, arguments, splits)
                return structure.holds(word, arguments)
            except Unsettled:
                return None

        need(truth_value(self.claim, atom) is True, "at an end of the proof the known signs do not give the claim")

    def relation(self, word: str, arguments: list[str], table: SignTable) -> bool | None:
        """Whether a relation between two expressions holds, None if that is not known."""
        left, right = arguments
        difference = self.relations[left, right]
        below = table.possible(difference.bottom)
        need(0 not in below, "a denominator in the claim is not known to differ from 0")
        signs = {above * sign for above in table.possible(difference.top) for sign in below}
        return True if signs <= SIGNS_OF[word] else None if signs & SIGNS_OF[word] else False

    def independent(self, structure: Structure, arguments: list[str], splits: list[Polynomial]) -> bool | None:
        """Whether the structure is the same for all values of a parameter.

        It is where known signs settle all of it and no split on the way here mentions the parameter, openly or inside a
        logarithm: then changing it leads to this same end of the proof.
        """
        [name] = arguments
        structure.everything()
        mentioned = {name, *(log for log, argument in self.kernel.generators.items() if argument.uses(name))}
        return None if any(split.uses(variable) for split in splits for variable in mentioned) else True


def check(certificate: Any) -> int:
    """Verify a certificate given as parsed JSON; returns the number of ends of its proof, raises `Rejected`."""
    try:
        theorem = Theorem(certificate)
        theorem.verify(theorem.proof, theorem.kernel.known, [])
    except (RecursionError, ValueError, OverflowError, MemoryError) as error:  # nested too deeply, a number too long
        raise Rejected(f"not a certificate: {type(error).__name__}") from error
    return theorem.ends


def parsed(source: str) -> Any:
    """JSON text as values; `Rejected` for numbers that are no integers, and where a key stands twice."""

    def unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        need(len(dict(pairs)) == len(pairs), "a key stands twice")
        return dict(pairs)

    def whole(number: str) -> Any:
        raise Rejected(f"numbers must be integers, not {number:.60}")

    need(len(source) <= MAXIMAL_BYTES, "the certificate is too long")
    try:
        return json.loads(source, object_pairs_hook=unique, parse_float=whole, parse_constant=whole)
    except (ValueError, RecursionError, MemoryError) as error:
        raise Rejected(f"not a certificate: {type(error).__name__}") from error


def check_text(source: str) -> int:
    """Verify a certificate given as JSON text."""
    return check(parsed(source))


# What is printed: only what was checked, in characters that no terminal obeys


def shown(source: str) -> str:
    """The text in printable ASCII, other characters as escapes."""
    return "".join(c if " " <= c <= "~" else c.encode("unicode_escape").decode("ascii") for c in source)


def name_shown(name: str) -> str:
    """A name as it is if it is a word that means nothing else, else in quotation marks.

    >>> print(name_shown("look"), name_shown("look) and unique(skip"))
    look "look) and unique(skip"
    """
    plain_word = re.fullmatch("[A-Za-z_][A-Za-z_0-9]*", name) and name not in CONNECTIVES
    return name if plain_word else json.dumps(name)


def expression_shown(source: str) -> str:
    """An expression with single spaces."""
    return shown(" ".join(source.split()))


def statement(certificate: dict[str, Any]) -> str:
    """The theorem in words, made from what was checked."""
    constraints = certificate["domain"] + certificate["assumptions"]
    given = [f"{expression_shown(left)} {relation} 0" for left, relation in constraints]
    lines = ["For all real " + ", ".join(certificate["parameters"]) if certificate["parameters"] else "Theorem"]
    lines += ["  with " + ", ".join(given)] if given else []
    logs = [f"{name} = log({expression_shown(argument)})" for name, argument, _ in certificate["logs"]]
    lines += ["  where " + ", ".join(logs)] if logs else []
    if (game := certificate["game"]) is not None:
        tables = [(title, game[title]) for title in ("truth", "payoff")]
        tables += [(f"model {name_shown(model)}", game["predicts"][model]) for model in game["models"]]
        for title, table in tables:
            for action in game["actions"]:
                row = [f"{name_shown(y)} {expression_shown(table[action][y])}" for y in game["outcomes"]]
                lines.append(f"  {title}, {name_shown(action)}: {', '.join(row)}")
    return "\n".join([*lines, "  " + in_words(certificate["claim"])])


def in_words(claim: Any) -> str:
    """A claim in the claim language."""
    word, *parts = claim
    if word in ("and", "or", "=>", "iff"):
        return "(" + f" {word} ".join([in_words(part) for part in parts]) + ")"
    if word == "not":
        return f"not {in_words(parts[0])}"
    if word in SIGNS_OF:
        return f"{expression_shown(parts[0])} {word} {expression_shown(parts[1])}"
    return f"{word}({', '.join(map(name_shown, parts))})"


def main(paths: Sequence[str]) -> int:
    """Check the files; 0 if all are valid, 1 if one is not, 2 if one cannot be read."""
    if not paths:
        print("usage: python check.py CERTIFICATE...", file=sys.stderr)
    status = 0 if paths else 2
    for path in paths:
        name = shown(str(path))
        try:
            with open(path, encoding="utf-8") as file:
                certificate = parsed(file.read(MAXIMAL_BYTES + 1))
            check(certificate)
        except (OSError, ValueError) as error:  # no file, no text in UTF-8, no path
            print(f"{name}: cannot be read: {shown(str(error))}", file=sys.stderr)
            status = 2
        except Rejected as error:
            print(f"{name}: REJECTED: {shown(str(error))}", file=sys.stderr)
            status = max(status, 1)
        else:
            print(f"{name}: valid\n{statement(certificate)}")
    return status


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
