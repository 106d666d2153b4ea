"""The checker: reads a certificate and says whether the theorem in it is proved. Standard library only.

Run it as ``python check.py FILE``; it imports nothing else of berknash. A certificate is a JSON object:

- ``format``: 1; ``parameters``: names;
- ``domain``: constraints without logarithms, ``["1 - p", ">"]`` for 1 - p > 0;
- ``positive``: facts that follow from the domain;
- ``logs``: ``["L1", "1 - h", i]`` says that L1 stands for log(1 - h) and that constraint or fact number i is
  1 - h > 0; i is null when the argument is a positive number;
- ``log_table``: ``["(1 - h)/h", [["L1", 1], ["L2", -1]]]`` says that the expression is the product of those
  powers, so that its logarithm is L1 - L2;
- ``assumptions``: constraints that may contain logarithms; ``game``: null or a game; ``claim``; ``proof``.

The theorem: for all real parameters that satisfy domain and assumptions, the claim holds.

A *proof* is ``{"facts": [...], "end": END}``. Constraints and facts are numbered from 0 in the order in which they
appear, and each fact may use all earlier ones:

- ``{"fact": f, "relation": r, "terms": [[c, [[i, n], ...], s], ...], "equalities": [[j, m], ...]}``: f r 0,
  because its negation (which has this fact's own number) gives: the sum of c * product(g_i ** n) * s**2 (c > 0
  rational; g_i > 0, g_i >= 0, or g_i != 0 with n even; s a polynomial or null for 1) plus the sum of m * e_j
  (e_j == 0) is identically 0, while some term without s has only strict g_i, so is > 0. For f == 0 there are no
  terms, and f itself is the sum of m * e_j.
- ``{"log": [[L, n], ...], "relation": r, "premise": i}``: sum n * L r 0, because P - N r 0, where P and N are the
  products of the powers with n > 0 and n < 0 (log is increasing); i says so, null if P - N is a number.
- ``{"tangent": [[L, n], ...], "premise": i}``: N * sum n * L <= P - N (log x <= x - 1); strict if i says
  P - N != 0, or if that is a number.
- ``{"series": [[L, n], ...], "order": k, "side": "lower", "premise": i}``: where P > N, with y = (P - N)/(P + N),
  sum n * L > 2 * (y + y**3/3 + ... + y**(2 k - 1)/(2 k - 1)); "upper" adds
  2 * y**(2 k + 1)/((2 k + 1)(1 - y**2)) and says less.

END is one of: ``{"refuted": {"terms", "equalities"}}``, what is known is contradictory;
``{"split": f, "cases": [proof, proof, proof]}``, the cases f < 0, f == 0, f > 0;
``{"holds": [[[i, n], ...], ...]}``, each product of powers of facts has a sign, and so has each single fact: with
these signs the claim is evaluated to true.

A *game* (one agent, finitely many actions, outcomes and models) is given by ``actions``, ``outcomes``, ``models``,
``truth[a][y]``, ``payoff[a][y]``, ``predicts[t][a][y]``. The checker itself forms
K[t][a] = -sum_y Q(y|a) log Q_t(y|a) and U[a][t] = sum_y Q_t(y|a) pi(a, y), and finds equilibria, Gamma, the
rationalizable set and the transition graph (Esponda & Pouzo 2016, 2025) from the signs of determinants of K and U.

A *claim* is a nested list: ``["and", c, ...]``, ``["or", c, ...]``, ``["not", c]``, ``["=>", c, d]``,
``["iff", c, d]``, a relation ``["<", "p", "1/2"]``, or a predicate ``["unique", "a"]``.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Callable, Iterable, Sequence
from fractions import Fraction
from itertools import combinations
from typing import Any

Number = int | Fraction
Monomial = tuple[int, ...]
Polynomial = dict[Monomial, Number]  # never holds a zero coefficient
Relation = str
Signs = frozenset[int]
Claim = Sequence[Any]

MAXIMAL_BYTES = 64_000_000
MAXIMAL_WORK = 60_000_000  # elementary coefficient multiplications, weighted by their length
MAXIMAL_POWER = 100_000
MAXIMAL_BITS = 2_000_000
MAXIMAL_DEPTH = 120
MAXIMAL_TEXT = 200_000
SIGNS_OF: dict[Relation, Signs] = {
    ">": frozenset({1}),
    ">=": frozenset({0, 1}),
    "==": frozenset({0}),
    "!=": frozenset({-1, 1}),
    "<": frozenset({-1}),
    "<=": frozenset({-1, 0}),
}
ANY_SIGN: Signs = frozenset({-1, 0, 1})
TOKEN = re.compile(r"\s*(?:([0-9]+)|([A-Za-z_][A-Za-z_0-9]*)|(\*\*|[-+*/^()]))")
RATIONAL = re.compile(r"-?(0|[1-9][0-9]*)(/[1-9][0-9]*)?")


class Rejected(Exception):
    """The certificate does not prove its theorem; the message says at which step."""


class Unsettled(Exception):
    """A sign that the table does not give was asked for."""


def need(condition: bool, message: str) -> None:
    """Raise `Rejected` unless the condition holds."""
    if not condition:
        raise Rejected(message)


def as_list(value: Any, length: int | None = None) -> list[Any]:
    """The value, which must be a JSON list (of this length)."""
    need(isinstance(value, list) and length in (None, len(value)), f"expected a list, found {value!r:.60}")
    return list(value)


def as_text(value: Any) -> str:
    """The value, which must be a JSON string."""
    need(isinstance(value, str), f"expected a string, found {value!r:.60}")
    return str(value)


def as_integer(value: Any, least: int, most: int) -> int:
    """The value, which must be a JSON integer between the bounds (true and false are not integers)."""
    good = isinstance(value, int) and not isinstance(value, bool) and least <= value <= most
    need(good, f"expected an integer from {least} to {most}, found {value!r:.60}")
    return int(value)


def as_record(value: Any, *keys: str) -> dict[str, Any]:
    """The value, which must be a JSON object with exactly these keys."""
    good = isinstance(value, dict) and sorted(value) == sorted(keys)
    need(good, f"expected an object with {', '.join(keys)}, found {value!r:.60}")
    return dict(value)


def as_rational(value: Any) -> Fraction:
    """A rational in canonical form: lowest terms, no plus sign, no leading zero, denominator 1 left out."""
    text = as_text(value)
    need(RATIONAL.fullmatch(text) is not None and len(text) < 4000, f"not a rational number: {text!r:.60}")
    number = Fraction(text)
    need(str(number) == text, f"rational not in lowest terms: {text!r:.60}")
    return number


def plain(number: Number) -> Number:
    """An integer wherever possible: integer arithmetic is faster."""
    return number.numerator if isinstance(number, Fraction) and number.denominator == 1 else number


class Ring:
    """Polynomials over the rationals in named variables, with a bound on the total work."""

    def __init__(self, names: Sequence[str]) -> None:
        need(len(set(names)) == len(names), "a variable is declared twice")
        for name in names:
            good = re.fullmatch(r"[A-Za-z_][A-Za-z_0-9]*", name) is not None and name != "log"
            need(good, f"not a variable name: {name!r:.60}")
        self.names = list(names)
        self.unit: Monomial = (0,) * len(names)
        self.work = 0

    def constant(self, number: Number) -> Polynomial:
        return {self.unit: plain(number)} if number else {}

    def variable(self, name: str) -> Polynomial:
        need(name in self.names, f"unknown variable {name!r:.60}")
        return {tuple(int(other == name) for other in self.names): 1}

    def add(self, left: Polynomial, right: Polynomial, factor: Number = 1) -> Polynomial:
        """left + factor * right."""
        result = dict(left)
        self.spend(len(right))
        for monomial, number in right.items():
            value = result.get(monomial, 0) + factor * number
            if value:
                result[monomial] = plain(value)
            else:
                result.pop(monomial, None)
        return result

    def times(self, left: Polynomial, right: Polynomial) -> Polynomial:
        self.spend(len(left) * len(right))
        result: Polynomial = {}
        for first, number in left.items():
            for second, other in right.items():
                monomial = tuple(map(int.__add__, first, second))
                result[monomial] = result.get(monomial, 0) + number * other
        for number in result.values():
            bits = number.numerator.bit_length() + number.denominator.bit_length()
            need(bits <= MAXIMAL_BITS, "a coefficient is too long")
            self.spend(bits // 512)
        return {monomial: plain(number) for monomial, number in result.items() if number}

    def power(self, base: Polynomial, exponent: int) -> Polynomial:
        need(0 <= exponent <= MAXIMAL_POWER, f"exponent {exponent} out of bounds")
        result = self.constant(1)
        for _ in range(exponent if len(base) != 1 else 0):
            result = self.times(result, base)
        if len(base) == 1:
            [(monomial, number)] = base.items()
            bits = number.numerator.bit_length() + number.denominator.bit_length()
            need(bits * exponent <= MAXIMAL_BITS, "a power is too long")
            result = {tuple(part * exponent for part in monomial): plain(number**exponent)}
        return result

    def product(self, factors: Iterable[tuple[Polynomial, int]]) -> Polynomial:
        result = self.constant(1)
        for base, exponent in factors:
            result = self.times(result, self.power(base, exponent))
        return result

    def spend(self, amount: int) -> None:
        self.work += amount + 1
        need(self.work <= MAXIMAL_WORK, "the certificate needs more work than the checker is willing to do")


def uses(polynomial: Polynomial, ring: Ring, name: str) -> bool:
    """Whether the variable occurs."""
    place = ring.names.index(name)
    return any(monomial[place] for monomial in polynomial)


def number_in(polynomial: Polynomial) -> Number | None:
    """The rational number that a constant polynomial is, else None."""
    if not polynomial:
        return 0
    [*monomials] = polynomial
    return polynomial[monomials[0]] if len(monomials) == 1 and not any(monomials[0]) else None


def scaled(polynomial: Polynomial) -> tuple[tuple[tuple[Monomial, Number], ...], int]:
    """The polynomial divided by its leading coefficient, as a key, and the sign of that coefficient."""
    terms = sorted(polynomial.items(), reverse=True)
    if not terms:
        return (), 0
    leading = Fraction(terms[0][1])
    return tuple((monomial, number / leading) for monomial, number in terms), 1 if leading > 0 else -1


Fractional = tuple[Polynomial, Polynomial]  # numerator, denominator


class Reader:
    """Reads + - * / ** ( ) log, integers and declared names into a numerator and a denominator."""

    def __init__(self, ring: Ring, log_of: Callable[[Fractional], Polynomial]) -> None:
        self.ring = ring
        self.log_of = log_of

    def read(self, text: Any) -> Fractional:
        """The rational function that the text denotes; raises `Rejected` where it is none."""
        source = as_text(text)
        need(len(source) <= MAXIMAL_TEXT, "an expression is too long")
        self.tokens: list[str] = []
        place = 0
        while source[place:].strip():
            match = TOKEN.match(source, place)
            if match is None:
                raise Rejected(f"unreadable expression {source!r:.60}")
            self.tokens.append(match.group().strip())
            place = match.end()
        self.tokens.append("")
        self.place = 0
        value = self.sum(0)
        need(self.tokens[self.place] == "", f"unreadable expression {source!r:.60}")
        return value

    def polynomial(self, text: Any) -> Polynomial:
        """Like `read`, for an expression whose denominator is a number."""
        numerator, denominator = self.read(text)
        number = number_in(denominator)
        if number is None:
            raise Rejected(f"not a polynomial: {text!r:.60}")
        return self.ring.times(numerator, self.ring.constant(Fraction(1, 1) / number))

    def difference(self, left: str, right: str) -> Fractional:
        """left - right."""
        (top, bottom), (over, under) = self.read(left), self.read(right)
        minus = self.ring.times(over, bottom)
        return self.ring.add(self.ring.times(top, under), minus, -1), self.ring.times(bottom, under)

    def take(self, *choices: str) -> str:
        token = self.tokens[self.place]
        if token in choices:
            self.place += 1
            return token
        return ""

    def sum(self, depth: int) -> Fractional:
        need(depth <= MAXIMAL_DEPTH, "an expression is nested too deeply")
        ring = self.ring
        numerator, denominator = self.term(depth)
        while sign := self.take("+", "-"):
            top, bottom = self.term(depth)
            factor = 1 if sign == "+" else -1
            if bottom == denominator:
                numerator = ring.add(numerator, top, factor)
            else:
                numerator = ring.add(ring.times(numerator, bottom), ring.times(top, denominator), factor)
                denominator = ring.times(denominator, bottom)
        return numerator, denominator

    def term(self, depth: int) -> Fractional:
        numerator, denominator = self.factor(depth)
        while sign := self.take("*", "/"):
            top, bottom = self.factor(depth)
            if sign == "/":
                need(bool(top), "division by zero")
                top, bottom = bottom, top
            numerator, denominator = self.ring.times(numerator, top), self.ring.times(denominator, bottom)
        return numerator, denominator

    def factor(self, depth: int) -> Fractional:
        sign = 1
        while token := self.take("+", "-"):
            sign = -sign if token == "-" else sign
        base, below = self.atom(depth + 1)
        if self.take("**", "^"):
            negative = bool(self.take("-"))
            token = self.tokens[self.place]
            need(token.isdigit() and len(token) < 10, "an exponent must be an integer")
            self.place += 1
            base, below = self.ring.power(base, int(token)), self.ring.power(below, int(token))
            if negative:
                need(bool(base), "division by zero")
                base, below = below, base
        return self.ring.times(base, self.ring.constant(sign)), below

    def atom(self, depth: int) -> Fractional:
        one = self.ring.constant(1)
        token = self.tokens[self.place]
        self.place += 1
        if token.isdigit():
            need(len(token) < 4000, "a number is too long")
            return self.ring.constant(int(token)), one
        if token in ("(", "log"):
            need(token == "(" or self.take("(") == "(", "log needs parentheses")
            value = self.sum(depth)
            need(self.take(")") == ")", "a parenthesis is not closed")
            return value if token == "(" else (self.log_of(value), one)
        need(token != "" and (token[0].isalpha() or token[0] == "_"), "an expression ends too early")
        return self.ring.variable(token), one


Constraint = tuple[Polynomial, Relation]
NEGATION: dict[Relation, Relation] = {">": ">=", ">=": ">", "!=": "=="}


class Kernel:
    """The certificate's variables, constraints and rules of inference."""

    def __init__(self, certificate: dict[str, Any]) -> None:
        logs = [as_list(entry, 3) for entry in as_list(certificate["logs"])]
        parameters = [as_text(name) for name in as_list(certificate["parameters"])]
        self.ring = Ring([*parameters, *(as_text(entry[0]) for entry in logs)])
        self.log_names = self.ring.names[len(parameters) :]
        self.reader = Reader(self.ring, self.log_of)
        self.generators: dict[str, Polynomial] = {}
        self.log_table: list[tuple[Fractional, Polynomial]] = []
        known = self.constraints(certificate["domain"], False)
        known += self.facts(certificate["positive"], known)
        for name, expression, premise in logs:
            argument = self.reader.polynomial(expression)
            need(self.log_free(argument), f"log of a log: {name}")
            self.premise(argument, ">", premise, known)
            self.generators[name] = argument
        for entry in as_list(certificate["log_table"]):
            expression, powers = as_list(entry, 2)
            top, bottom = self.reader.read(expression)
            over, under, form = self.powers(powers)
            product = self.ring.add(self.ring.times(top, under), self.ring.times(bottom, over), -1)
            need(not product, f"log_table: {expression!r:.60} is not the product of those powers")
            self.log_table.append(((top, bottom), form))
        self.domain = known
        self.known = known + self.constraints(certificate["assumptions"], True)

    def log_free(self, polynomial: Polynomial) -> bool:
        return not any(uses(polynomial, self.ring, name) for name in self.log_names)

    def log_of(self, argument: Fractional) -> Polynomial:
        """The linear form in the logs that the table gives for the logarithm of this expression."""
        top, bottom = argument
        for (numerator, denominator), form in self.log_table:
            if not self.ring.add(self.ring.times(top, denominator), self.ring.times(bottom, numerator), -1):
                return form
        raise Rejected("log_table lacks the logarithm of an expression")

    def positive(self, polynomial: Polynomial) -> bool:
        """Whether it is a positive number or one of the facts that follow from the domain."""
        number = number_in(polynomial)
        if number is not None:
            return number > 0
        key = scaled(polynomial)
        return any(relation == ">" and scaled(fact) == key for fact, relation in self.domain)

    def constraints(self, entries: Any, logs: bool) -> list[Constraint]:
        result = []
        for entry in as_list(entries):
            expression, relation = as_list(entry, 2)
            need(relation in (">", ">=", "==", "!="), f"unknown relation {relation!r:.60}")
            polynomial = self.reader.polynomial(expression)
            need(logs or self.log_free(polynomial), "the domain must not contain logarithms")
            result.append((polynomial, as_text(relation)))
        return result

    def facts(self, entries: Any, known: list[Constraint]) -> list[Constraint]:
        """The facts in order, each verified from all before it."""
        result: list[Constraint] = []
        for entry in as_list(entries):
            need(isinstance(entry, dict), f"expected a fact, found {entry!r:.60}")
            rules = {
                "fact": self.combination,
                "log": self.comparison,
                "tangent": self.tangent,
                "series": self.series,
            }
            names = [name for name in rules if name in entry]
            need(len(names) == 1, f"unknown kind of fact {entry!r:.60}")
            result.append(rules[names[0]](entry, known + result))
        return result

    def combination(self, entry: Any, known: list[Constraint]) -> Constraint:
        record = as_record(entry, "fact", "relation", "terms", "equalities")
        goal, relation = self.reader.polynomial(record["fact"]), record["relation"]
        minus = self.ring.times(goal, self.ring.constant(-1))
        if relation == "==":
            need(record["terms"] == [], "an equality follows from equalities only")
            total, _ = self.sum_of(record, known)
            need(total == goal, f"the sum is not the goal {record['fact']!r:.60}")
        else:
            need(relation in NEGATION, f"unknown relation {relation!r:.60}")
            self.refuted(record, [*known, (minus, NEGATION[relation])])
        return goal, relation

    def refuted(self, record: dict[str, Any], known: list[Constraint]) -> None:
        """Verify that a sum of non-negative terms, one of them positive, is identically zero."""
        total, strict = self.sum_of(record, known)
        need(strict, "no term of the sum is strictly positive")
        need(not total, "the sum does not vanish identically")

    def sum_of(self, record: dict[str, Any], known: list[Constraint]) -> tuple[Polynomial, bool]:
        ring, total, strict = self.ring, self.ring.constant(0), False
        for term in as_list(record["terms"]):
            coefficient, factors, square = as_list(term, 3)
            number = as_rational(coefficient)
            need(number > 0, "a coefficient is not positive")
            product, positive = ring.constant(plain(number)), square is None
            for entry in as_list(factors):
                place, exponent = as_list(entry, 2)
                polynomial, relation = known[as_integer(place, 0, len(known) - 1)]
                power = as_integer(exponent, 1, 100)
                even = relation == "!=" and power % 2 == 0
                need(even or relation in (">", ">="), "a factor is neither positive nor non-negative")
                positive = positive and relation != ">="
                product = ring.times(product, ring.power(polynomial, power))
            if square is not None:
                product = ring.times(product, ring.power(self.reader.polynomial(square), 2))
            total, strict = ring.add(total, product), strict or positive
        for entry in as_list(record["equalities"]):
            place, multiplier = as_list(entry, 2)
            polynomial, relation = known[as_integer(place, 0, len(known) - 1)]
            need(relation == "==", "a multiplied constraint is not an equality")
            total = ring.add(total, ring.times(self.reader.polynomial(multiplier), polynomial))
        return total, strict

    def premise(self, polynomial: Polynomial, relation: Relation, place: Any, known: list[Constraint]) -> None:
        """Verify polynomial r 0: by looking at it if it is a number, else by the fact with this number."""
        number = number_in(polynomial)
        if number is not None:
            need(
                place is None and (number > 0) - (number < 0) in SIGNS_OF[relation],
                "a numerical premise is false",
            )
            return
        fact, given = known[as_integer(place, 0, len(known) - 1)]
        (key, sign), (other, orientation) = scaled(polynomial), scaled(fact)
        need(key == other, "a premise is about another polynomial")
        need(
            {sign * orientation * part for part in SIGNS_OF[given]} <= SIGNS_OF[relation],
            "a premise is too weak",
        )

    def powers(self, entries: Any) -> tuple[Polynomial, Polynomial, Polynomial]:
        """P, N and sum n * L of a list of log generators with integer exponents."""
        over: list[tuple[Polynomial, int]] = []
        under: list[tuple[Polynomial, int]] = []
        form = self.ring.constant(0)
        for entry in as_list(entries):
            name, exponent = as_list(entry, 2)
            generator = self.generators.get(as_text(name))
            if generator is None:
                raise Rejected(f"unknown logarithm {name!r:.60}")
            number = as_integer(exponent, -MAXIMAL_POWER, MAXIMAL_POWER)
            (over if number > 0 else under).append((generator, abs(number)))
            form = self.ring.add(form, self.ring.variable(name), number)
        return self.ring.product(over), self.ring.product(under), form

    def comparison(self, entry: Any, known: list[Constraint]) -> Constraint:
        record = as_record(entry, "log", "relation", "premise")
        need(record["relation"] in (">", ">=", "=="), "unknown relation")
        over, under, form = self.powers(record["log"])
        self.premise(self.ring.add(over, under, -1), record["relation"], record["premise"], known)
        return form, record["relation"]

    def tangent(self, entry: Any, known: list[Constraint]) -> Constraint:
        record = as_record(entry, "tangent", "premise")
        over, under, form = self.powers(record["tangent"])
        difference = self.ring.add(over, under, -1)
        strict = record["premise"] is not None or bool(number_in(difference))
        if strict:
            self.premise(difference, "!=", record["premise"], known)
        return self.ring.add(difference, self.ring.times(under, form), -1), ">" if strict else ">="

    def series(self, entry: Any, known: list[Constraint]) -> Constraint:
        record = as_record(entry, "series", "order", "side", "premise")
        ring, order = self.ring, as_integer(record["order"], 0, 40)
        need(record["side"] in ("lower", "upper"), "unknown side")
        over, under, form = self.powers(record["series"])
        less, more = ring.add(over, under, -1), ring.add(over, under)
        self.premise(less, ">", record["premise"], known)
        # Everything is multiplied by more ** (2 order + 1), and on the upper side by 4 * over * under as well.
        bound = ring.constant(0)
        for index in range(order):
            part = ring.product([(less, 2 * index + 1), (more, 2 * (order - index))])
            bound = ring.add(bound, part, Fraction(2, 2 * index + 1))
        left = ring.times(form, ring.power(more, 2 * order + 1))
        if record["side"] == "lower":
            return ring.add(left, bound, -1), ">"
        both = ring.times(ring.times(over, under), ring.constant(4))
        rest = ring.product([(less, 2 * order + 1), (more, 2)])
        total = ring.add(ring.times(both, bound), rest, Fraction(2, 2 * order + 1))
        return ring.add(total, ring.times(both, left), -1), ">"


class SignTable:
    """The signs that products of known facts have, looked up by polynomial."""

    def __init__(self, kernel: Kernel, entries: Any, known: list[Constraint]) -> None:
        self.table: dict[Any, Signs] = {}
        for polynomial, relation in known:
            self.record(polynomial, SIGNS_OF[relation])
        for entry in as_list(entries):
            product, signs = kernel.ring.constant(1), frozenset({1})
            for pair in as_list(entry):
                place, exponent = as_list(pair, 2)
                polynomial, relation = known[as_integer(place, 0, len(known) - 1)]
                power = as_integer(exponent, 1, 100)
                product = kernel.ring.times(product, kernel.ring.power(polynomial, power))
                signs = frozenset(a * b**power for a in signs for b in SIGNS_OF[relation])
            self.record(product, signs)

    def record(self, polynomial: Polynomial, signs: Signs) -> None:
        key, orientation = scaled(polynomial)
        turned = frozenset(sign * orientation for sign in signs) if orientation else signs
        self.table[key] = self.table.get(key, ANY_SIGN) & turned

    def possible(self, polynomial: Polynomial) -> Signs:
        """The signs the polynomial can have, as far as the table tells."""
        number = number_in(polynomial)
        if number is not None:
            return frozenset({(number > 0) - (number < 0)})
        key, orientation = scaled(polynomial)
        return frozenset(sign * orientation for sign in self.table.get(key, ANY_SIGN))

    def sign(self, polynomial: Polynomial) -> int:
        """The one sign the polynomial has; raises `Unsettled` where the table does not tell."""
        signs = self.possible(polynomial)
        if len(signs) != 1:
            raise Unsettled
        return min(signs)


Matrix = list[list[Polynomial]]


def determinant(ring: Ring, matrix: Matrix) -> Polynomial:
    """By expansion along the first row."""
    if not matrix:
        return ring.constant(1)
    total = ring.constant(0)
    for column, entry in enumerate(matrix[0]):
        if entry:
            minor = determinant(ring, [row[:column] + row[column + 1 :] for row in matrix[1:]])
            total = ring.add(total, ring.times(entry, minor), -1 if column % 2 else 1)
    return total


class Game:
    """Columns of K and U, each multiplied by a positive common denominator (which no sign below sees)."""

    def __init__(self, kernel: Kernel, record: Any) -> None:
        fields = as_record(record, "actions", "outcomes", "models", "truth", "payoff", "predicts")
        self.ring = kernel.ring
        self.actions, outcomes, self.models = (
            [as_text(name) for name in as_list(fields[key])] for key in ("actions", "outcomes", "models")
        )
        for names in (self.actions, outcomes, self.models):
            need(0 < len(set(names)) == len(names) <= 8, "names must be distinct, one to eight of them")
        ring = kernel.ring
        truth = {a: self.row(kernel, fields["truth"], a, outcomes, True) for a in self.actions}
        payoff = {a: self.row(kernel, fields["payoff"], a, outcomes, False) for a in self.actions}
        predicts = {}
        for model in self.models:
            need(
                isinstance(fields["predicts"], dict) and model in fields["predicts"],
                f"model {model!r:.60} is missing",
            )
            table = fields["predicts"][model]
            predicts[model] = {a: self.row(kernel, table, a, outcomes, True) for a in self.actions}
        self.minors: dict[tuple[str, tuple[str, ...], tuple[str, ...]], Polynomial] = {}
        self.fit: dict[tuple[str, str], Polynomial] = {}
        for action in self.actions:
            weights = common(ring, truth[action])
            for model in self.models:
                total = ring.constant(0)
                pairs = [(w, q) for w, q in zip(weights, predicts[model][action], strict=True) if w]
                ruled_out = [w for w, (top, _) in pairs if not top]
                if ruled_out:  # K is infinite, provided that what the model rules out always happens
                    need(any(kernel.positive(w) for w in ruled_out), "truth is not known to be positive")
                    continue
                for weight, predicted in pairs:
                    total = ring.add(total, ring.times(weight, kernel.log_of(predicted)), -1)
                self.fit[model, action] = total
        self.value: dict[tuple[str, str], Polynomial] = {}
        for model in self.models:
            column: list[Fractional] = []
            for action in self.actions:
                top, bottom = ring.constant(0), ring.constant(1)
                for (number, below), (gain, under) in zip(predicts[model][action], payoff[action], strict=True):
                    over = ring.times(below, under)
                    top = ring.add(ring.times(top, over), ring.times(bottom, ring.times(number, gain)))
                    bottom = ring.times(bottom, over)
                column.append((top, bottom))
            for action, entry in zip(self.actions, common(ring, column), strict=True):
                self.value[action, model] = entry

    def is_finite(self, model: str, action: str) -> bool:
        """Whether the model allows everything that happens after the action."""
        return (model, action) in self.fit

    def minor(self, kind: str, columns: tuple[str, ...], rows: tuple[str, ...]) -> Polynomial:
        """The determinant whose sign `Structure` asks for."""
        if (kind, columns, rows) not in self.minors:
            entries, one = self.fit if kind == "K" else self.value, self.ring.constant(1)
            matrix = [[one, *(entries[row, column] for column in columns)] for row in rows]
            self.minors[kind, columns, rows] = determinant(self.ring, matrix)
        return self.minors[kind, columns, rows]

    def row(self, kernel: Kernel, table: Any, key: str, outcomes: list[str], chances: bool) -> list[Fractional]:
        """The entries of one row; their denominators must be positive, probabilities must sum to one."""
        need(isinstance(table, dict) and key in table, f"row {key!r:.60} is missing")
        record = as_record(table[key], *outcomes)
        ring, entries = kernel.ring, [kernel.reader.read(record[outcome]) for outcome in outcomes]
        for _, denominator in entries:
            need(kernel.positive(denominator), f"row {key!r:.60}: a denominator is not known to be positive")
        if chances:
            top, bottom = ring.constant(0), ring.constant(1)
            for number, below in entries:
                top, bottom = (
                    ring.add(ring.times(top, below), ring.times(bottom, number)),
                    ring.times(bottom, below),
                )
            need(top == bottom, f"row {key!r:.60}: the probabilities do not sum to one")
        return entries


def common(ring: Ring, column: list[Fractional]) -> list[Polynomial]:
    """The numerators over the product of all distinct denominators."""
    denominators: list[Polynomial] = []
    for _, below in column:
        if below not in denominators:
            denominators.append(below)
    return [
        ring.times(top, ring.product((other, 1) for other in denominators if other != below)) for top, below in column
    ]


Vertex = tuple[frozenset[str], frozenset[str]]  # support, tie set


class Structure:
    """Everything a claim can ask, from the signs of determinants of K and U.

    `sign("K", columns, rows)` is the sign of the determinant with rows (1, K[t][a] for a in columns) for t in rows;
    `sign("U", columns, rows)` the same with U[a][t], columns models, rows actions. See theory: a vertex of the lower
    envelope of K over mixed actions (of the upper envelope of U over beliefs) is a support and a tie set.
    """

    def __init__(
        self,
        actions: Sequence[str],
        models: Sequence[str],
        sign: Callable[[str, tuple[str, ...], tuple[str, ...]], int],
        finite: Callable[[str, str], bool] | None = None,
    ) -> None:
        self.actions, self.models, self.sign = list(actions), list(models), sign
        self.finite = finite or (lambda model, action: True)
        self.known: dict[tuple[str, frozenset[str], tuple[str, ...]], list[Vertex]] = {}

    def oriented(self, kind: str, columns: tuple[str, ...], rows: tuple[str, ...]) -> int:
        """The sign for rows in this order, from the sign for rows in the game's order."""
        order = self.models if kind == "K" else self.actions
        places = [order.index(row) for row in rows]
        swaps = sum(places[i] > places[j] for i in range(len(rows)) for j in range(i + 1, len(rows)))
        arranged = tuple(order[place] for place in sorted(places))
        return self.sign(kind, columns, arranged) * (-1 if swaps % 2 else 1)

    def vertices(self, kind: str, inside: frozenset[str], rows: tuple[str, ...]) -> list[Vertex]:
        """Vertices with support inside the given set; a better row has lower K, or higher U."""
        if (kind, inside, rows) not in self.known:
            found = set()
            chosen = [name for name in (self.actions if kind == "K" else self.models) if name in inside]
            for size in range(1, min(len(chosen), len(rows)) + 1):
                for support in combinations(chosen, size):
                    for basis in combinations(rows, size):
                        ties = self.ties(kind, support, basis, rows)
                        if ties is not None:
                            found.add((frozenset(support), ties))
            ordered = sorted(found, key=lambda pair: (sorted(pair[0]), sorted(pair[1])))
            self.known[kind, inside, rows] = ordered
        return self.known[kind, inside, rows]

    def fits(self, actions: frozenset[str]) -> list[Vertex]:
        """Vertices over these actions for the models whose divergence is finite at all of them."""
        rows = tuple(t for t in self.models if all(self.finite(t, a) for a in sorted(actions)))
        return self.vertices("K", actions, rows)

    def ties(
        self, kind: str, support: tuple[str, ...], basis: tuple[str, ...], rows: Sequence[str]
    ) -> frozenset[str] | None:
        """The tie set of the point where the basis rows tie on exactly this support, None if it is no vertex.

        The weights are the cofactors of the entries of a last row (1, x_1, ..., x_k) added to the basis rows; they
        must have one strict sign. The determinant with row t as last row is that sign times (row t minus the tie).
        """
        size, side = len(support), 0
        for place in range(size):
            rest = support[:place] + support[place + 1 :]
            cofactor = self.sign(kind, rest, basis) * (-1 if (size + place + 1) % 2 else 1)
            if cofactor == 0 or cofactor == -side:
                return None
            side = cofactor
        ties = set(basis)
        for row in rows:
            if row not in basis:
                gap = side * self.oriented(kind, support, (*basis, row))
                if gap == (-1 if kind == "K" else 1):
                    return None
                if gap == 0:
                    ties.add(row)
        return frozenset(ties)

    def replies(self, models: frozenset[str]) -> frozenset[str]:
        """F(Delta T): the actions optimal under some belief on these models."""
        return frozenset().union(*(best for _, best in self.beliefs(models)))

    def beliefs(self, models: frozenset[str]) -> list[Vertex]:
        """Vertices of the upper envelope of U over beliefs on these models."""
        return self.vertices("U", models, tuple(self.actions))

    def best_fits(self, support: frozenset[str]) -> list[frozenset[str]]:
        """The sets T inside Theta*(sigma) for some sigma with exactly this support."""
        vertices = self.fits(support)
        ties = frozenset().union(*(ties for _, ties in vertices))
        return [
            models
            for models in subsets(sorted(ties))
            if frozenset().union(*(part for part, ties in vertices if models <= ties)) == support
        ]

    def gamma(self, actions: frozenset[str]) -> frozenset[str]:
        """Best replies to beliefs on the best fits of some mixture of these actions."""
        if all(self.finite(t, a) for t in self.models for a in sorted(actions)):
            fits = {ties for _, ties in self.fits(actions)}  # every set of best fits is inside a vertex's
        else:
            # Theta* jumps where play of an action that rules out a model begins: each face is looked at alone.
            fits = {models for part in subsets(sorted(actions)) for models in self.best_fits(part)}
        return frozenset().union(*(self.replies(models) for models in sorted(fits, key=sorted)))

    def carriers(self, support: frozenset[str]) -> list[frozenset[str]]:
        """The belief supports of the equilibria with exactly this strategy support."""
        return [models for models in self.best_fits(support) if self.held_by(support, models)]

    def held_by(self, support: frozenset[str], models: frozenset[str]) -> bool:
        """Whether some belief with exactly this support makes all these actions optimal."""
        beliefs = [part for part, best in self.beliefs(models) if support <= best]
        return frozenset().union(*beliefs) == models

    def carries(self, support: frozenset[str]) -> bool:
        """Whether some equilibrium has exactly this support (with some belief support)."""
        return any(self.held_by(support, models) for models in self.best_fits(support))

    def supports(self) -> list[frozenset[str]]:
        """The supports of all equilibria."""
        return [support for support in subsets(self.actions) if self.carries(support)]

    def rationalizable(self) -> frozenset[str]:
        """The largest B inside Gamma(B)."""
        current = frozenset(self.actions)
        while True:
            smaller = current & self.gamma(current)
            if smaller == current:
                return current
            current = smaller

    def reach(self, action: str) -> frozenset[str]:
        """All actions at the end of a path of at least one edge from this one."""
        found, border = set[str](), {action}
        while border:
            border = {b for a in border for b in self.gamma(frozenset({a}))} - found
            found |= border
        return frozenset(found)

    def absorbing(self, chosen: frozenset[str]) -> bool:
        """Whether this is a sink strongly connected component: everything in it reaches exactly it."""
        single = len(chosen) == 1
        return all(self.reach(a) == chosen or (single and self.reach(a) <= chosen) for a in sorted(chosen))

    def closed(self, chosen: frozenset[str]) -> bool:
        """Whether this is a minimal non-empty set with Gamma(B) inside B."""
        if not self.gamma(chosen) <= chosen:
            return False
        return not any(self.gamma(part) <= part for part in subsets(sorted(chosen)) if part != chosen)

    def cycle(self, path: Sequence[str]) -> bool:
        """Whether this directed cycle of distinct actions, at least two, is in the transition graph."""
        need(len(set(path)) == len(path) >= 2, "a cycle needs at least two distinct actions")
        return all(b in self.gamma(frozenset({a})) for a, b in zip(path, [*path[1:], path[0]], strict=True))

    def holds(self, predicate: str, names: list[str]) -> bool:
        """The truth of one predicate of the claim language; raises `Unsettled` where a sign is missing."""
        chosen = frozenset(names)
        need(bool(names) and chosen <= set(self.actions), f"{predicate} names no or unknown actions")
        need(len(chosen) == len(names), f"{predicate} names an action twice")
        if predicate in ("equilibrium", "unique", "rationalizable", "strict"):
            need(len(names) == 1, f"{predicate} takes one action")
        if predicate in ("equilibrium", "equilibrium_support"):
            return self.carries(chosen)
        if predicate in ("unique", "unique_support"):
            return self.carries(chosen) and self.supports() == [chosen]
        if predicate == "rationalizable":
            return chosen <= self.rationalizable()
        if predicate == "rationalizable_only":
            return self.rationalizable() == chosen
        if predicate == "strict":
            return self.gamma(chosen) == chosen
        rules = {"absorbing": self.absorbing, "closed": self.closed}
        if predicate == "cycle":
            return self.cycle(names)
        need(predicate in rules, f"unknown predicate {predicate!r:.60}")
        return rules[predicate](chosen)

    def summary(self) -> tuple[Any, ...]:
        """Equilibrium supports with belief supports, rationalizable set, edges, closed sets: the structure."""
        edges = [(a, self.gamma(frozenset({a}))) for a in self.actions]
        closed = [chosen for chosen in subsets(self.actions) if self.closed(chosen)]
        carriers = [(support, self.carriers(support)) for support in subsets(self.actions)]
        return carriers, self.rationalizable(), edges, closed

    def everything(self) -> None:
        """Compute the whole structure; raises `Unsettled` unless the signs determine it."""
        self.supports()
        for chosen in subsets(self.actions):
            self.gamma(chosen)


def subsets(names: Sequence[str]) -> list[frozenset[str]]:
    """All non-empty subsets, small ones first."""
    return [frozenset(part) for size in range(1, len(names) + 1) for part in combinations(names, size)]


def truth_value(claim: Any, atom: Callable[[list[Any]], bool | None], depth: int = 0) -> bool | None:
    """Kleene's three-valued evaluation of a claim, given the truth values of relations and predicates."""
    need(
        isinstance(claim, list) and len(claim) > 0 and isinstance(claim[0], str),
        f"unreadable claim {claim!r:.60}",
    )
    need(depth <= MAXIMAL_DEPTH, "a claim is nested too deeply")
    word, parts = claim[0], claim[1:]
    if word in ("and", "or"):
        stop = word == "or"
        unknown = False
        for part in parts:
            value = truth_value(part, atom, depth + 1)
            if value is stop:
                return stop
            unknown = unknown or value is None
        return None if unknown else not stop
    if word in ("not", "=>", "iff"):
        need(len(parts) == (1 if word == "not" else 2), f"{word} takes another number of claims")
        first = truth_value(parts[0], atom, depth + 1)
        if word == "not":
            return None if first is None else not first
        if word == "=>" and first is False:
            return True
        second = truth_value(parts[1], atom, depth + 1)
        if word == "=>":
            return True if second is True else (None if first is None else second)
        return None if first is None or second is None else first == second
    return atom(claim)


class Verifier:
    """Walks the proof and evaluates the claim at its ends."""

    def __init__(self, certificate: dict[str, Any]) -> None:
        fields = as_record(
            certificate,
            *("format", "parameters", "domain", "positive", "logs", "log_table"),
            *("assumptions", "game", "claim", "proof"),
        )
        need(fields["format"] == 1 and fields["format"] is not True, "unknown format")
        self.kernel = Kernel(fields)
        self.parameters = self.kernel.ring.names[: len(fields["parameters"])]
        self.game = None if fields["game"] is None else Game(self.kernel, fields["game"])
        self.claim, self.proof = fields["claim"], fields["proof"]
        self.leaves = 0

    def run(self) -> None:
        self.walk(self.proof, self.kernel.known, [], 0)

    def walk(self, node: Any, known: list[Constraint], splits: list[Polynomial], depth: int) -> None:
        need(depth <= MAXIMAL_DEPTH, "the proof is nested too deeply")
        record = as_record(node, "facts", "end")
        known = known + self.kernel.facts(record["facts"], known)
        end = record["end"]
        need(isinstance(end, dict) and len(end) > 0, "a proof without end")
        if "refuted" in end:
            inner = as_record(as_record(end, "refuted")["refuted"], "terms", "equalities")
            self.kernel.refuted(inner, known)
        elif "split" in end:
            parts = as_record(end, "split", "cases")
            polynomial = self.kernel.reader.polynomial(parts["split"])
            less, equal, greater = as_list(parts["cases"], 3)
            minus = self.kernel.ring.times(polynomial, self.kernel.ring.constant(-1))
            path = [*splits, polynomial]
            self.walk(less, [*known, (minus, ">")], path, depth + 1)
            self.walk(equal, [*known, (polynomial, "==")], path, depth + 1)
            self.walk(greater, [*known, (polynomial, ">")], path, depth + 1)
        else:
            self.leaf(SignTable(self.kernel, as_record(end, "holds")["holds"], known), splits)
        self.leaves += 1

    def leaf(self, table: SignTable, splits: list[Polynomial]) -> None:
        structure = None
        if self.game is not None:
            game = self.game
            structure = Structure(game.actions, game.models, lambda *key: table.sign(game.minor(*key)), game.is_finite)

        def atom(claim: list[Any]) -> bool | None:
            word, arguments = claim[0], [as_text(part) for part in claim[1:]]
            if word in SIGNS_OF:
                need(len(arguments) == 2, "a relation has two sides")
                top, bottom = self.kernel.reader.difference(arguments[0], arguments[1])
                below = table.possible(bottom)
                need(0 not in below, "a denominator in the claim is not known to be different from zero")
                signs = {above * sign for above in table.possible(top) for sign in below}
                return True if signs <= SIGNS_OF[word] else (None if signs & SIGNS_OF[word] else False)
            if structure is None:
                raise Rejected(f"a claim about a game, but no game: {word!r:.60}")
            try:
                if word != "independent_of":
                    return structure.holds(word, arguments)
                # No split on the way here mentions the parameter, and the signs settle everything: so
                # changing the parameter leads to this same place, and to the same structure.
                need(
                    len(arguments) == 1 and arguments[0] in self.parameters,
                    "independent_of takes a parameter",
                )
                structure.everything()
                return None if any(self.mentions(split, arguments[0]) for split in splits) else True
            except Unsettled:
                return None

        need(
            truth_value(self.claim, atom) is True,
            "at an end of the proof the known signs do not give the claim",
        )

    def mentions(self, polynomial: Polynomial, name: str) -> bool:
        """Whether the parameter occurs, openly or inside a logarithm."""
        kernel = self.kernel
        inside = [log for log, argument in kernel.generators.items() if uses(argument, kernel.ring, name)]
        return any(uses(polynomial, kernel.ring, variable) for variable in [name, *inside])


def unique_keys(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """A JSON object; raises `Rejected` where a key stands twice."""
    record = dict(pairs)
    need(len(record) == len(pairs), "a key stands twice")
    return record


def check(certificate: Any) -> int:
    """Verify a certificate given as parsed JSON; returns the number of proof ends, raises `Rejected`."""
    need(isinstance(certificate, dict), "a certificate is a JSON object")
    verifier = Verifier(certificate)
    verifier.run()
    return verifier.leaves


def check_text(text: str) -> int:
    """Verify a certificate given as JSON text."""
    need(len(text) <= MAXIMAL_BYTES, "the certificate is too long")
    try:
        return check(
            json.loads(text, object_pairs_hook=unique_keys, parse_float=as_rational, parse_constant=as_rational)
        )
    except (ValueError, RecursionError) as error:
        raise Rejected(f"not a certificate: {type(error).__name__}") from error


def statement(certificate: dict[str, Any]) -> str:
    """The theorem in words, made from what was checked."""
    given = [
        f"{expression} {relation} 0" for expression, relation in certificate["domain"] + certificate["assumptions"]
    ]
    logs = [f"{name} = log({argument})" for name, argument, _ in certificate["logs"]]
    lines = ["For all real " + ", ".join(certificate["parameters"]) if certificate["parameters"] else "Theorem"]
    if given:
        lines.append("  with " + ", ".join(given))
    if logs:
        lines.append("  where " + ", ".join(logs))
    return "\n".join([*lines, "  " + in_words(certificate["claim"])])


def in_words(claim: Any) -> str:
    """A claim in the claim language."""
    word, parts = claim[0], claim[1:]
    if word in ("and", "or", "=>", "iff"):
        return "(" + f" {word} ".join(in_words(part) for part in parts) + ")"
    if word == "not":
        return f"not {in_words(parts[0])}"
    return f"{parts[0]} {word} {parts[1]}" if word in SIGNS_OF else f"{word}({', '.join(parts)})"


def main(arguments: Sequence[str]) -> int:
    """Check the files; 0 if all are valid, 1 if one is not, 2 if one cannot be read."""
    status = 0 if arguments else 2
    if not arguments:
        print("usage: python check.py CERTIFICATE...", file=sys.stderr)
    for path in arguments:
        try:
            with open(path, encoding="utf-8") as file:
                text = file.read(MAXIMAL_BYTES + 1)
            check_text(text)
        except (OSError, UnicodeDecodeError) as error:
            print(f"{path}: cannot be read: {error}", file=sys.stderr)
            status = 2
        except Rejected as error:
            print(f"{path}: REJECTED: {error}", file=sys.stderr)
            status = max(status, 1)
        else:
            print(f"{path}: valid\n{statement(json.loads(text))}")
    return status


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
