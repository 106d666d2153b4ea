"""Readers of formulas on one line, written from the conventions of each notation and not from the printers.

`read_text` reads the syntax of game files, `read_coq` terms over Coq's reals; both with statements.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from fractions import Fraction
from itertools import pairwise
from typing import Any

from formula_meaning import Meaning, Unreadable

RELATIONS = ("<", "<=", "==", "!=", ">=", ">")


class Tokens:
    """A list of tokens with a place in it."""

    def __init__(self, tokens: Sequence[Any]) -> None:
        self.tokens, self.at = list(tokens), 0

    def peek(self) -> Any:
        return self.tokens[self.at] if self.at < len(self.tokens) else ""

    def take(self, *expected: str) -> Any:
        token = self.peek()
        if token == "" or (expected and token not in expected):
            raise Unreadable(f"{token!r} where {expected} is expected: {self.tokens[self.at :][:12]}")
        self.at += 1
        return token

    def took(self, *tokens: str) -> bool:
        if self.peek() in tokens and self.peek() != "":
            self.at += 1
            return True
        return False


def tokens_of(pattern: str, text: str) -> list[str]:
    """The tokens of a text that consists of them and of white space."""
    found, at = [], 0
    compiled = re.compile(rf"\s*({pattern})")
    while text[at:].strip():
        match = compiled.match(text, at)
        if match is None:
            raise Unreadable(f"cannot read {text[at : at + 40]!r}")
        found.append(match[1])
        at = match.end()
    return found


def chain(sides: list[Meaning], signs: list[str]) -> Meaning:
    links = [(sign, *pair) for sign, pair in zip(signs, pairwise(sides), strict=True)]
    return links[0] if len(links) == 1 else ("and", *links)


def joined(word: str, parts: list[Meaning]) -> Meaning:
    return parts[0] if len(parts) == 1 else (word, *parts)


# One line of text, in two dialects


class _Line(Tokens):
    """Expressions on one line: ``power`` is the sign of powers, and a minus binds as tightly as `minus` says."""

    power, functions = "**", ("log", "exp", "sqrt")

    def sum(self) -> Meaning:
        found = self.product()
        while self.peek() in ("+", "-"):
            sign = self.take()
            found = (sign, found, self.product())
        return found

    def product(self) -> Meaning:
        found = self.signed()
        while self.peek() in ("*", "/"):
            sign = self.take()
            found = (sign, found, self.signed())
        return found

    def signed(self) -> Meaning:
        if self.took("-"):
            return ("neg", self.signed())
        base = self.atom()
        return ("^", base, self.signed()) if self.took(self.power) else base

    def atom(self) -> Meaning:
        if self.took("("):
            inner = self.sum()
            self.take(")")
            return inner
        token = self.take()
        if token.isdigit():
            return ("number", Fraction(token))
        if not re.fullmatch(r"[A-Za-z_][A-Za-z0-9_']*", token):
            raise Unreadable(f"{token!r} is no term")
        if token in self.functions:
            return self.call(token)
        return ("name", token)

    def call(self, function: str) -> Meaning:
        self.take("(")
        inner = self.sum()
        self.take(")")
        return (function, inner)

    def comparison(self, signs: dict[str, str]) -> Meaning:
        sides, found = [self.sum()], []
        while self.peek() in signs:
            found.append(signs[self.take()])
            sides.append(self.sum())
        if not found:
            raise Unreadable(f"no relation: {self.tokens}")
        return chain(sides, found)

    def whole(self, read: Callable[[], Meaning]) -> Meaning:
        found = read()
        if self.at != len(self.tokens):
            raise Unreadable(f"something is left over: {self.tokens[self.at :]}")
        return found

    def bracketed(self, statement: Callable[[], Meaning], plain: Callable[[], Meaning]) -> Meaning:
        """A bracket may hold a statement or a term: the longer reading that works."""
        start = self.at
        if self.took("("):
            try:
                found = statement()
                self.take(")")
                return found
            except Unreadable:
                self.at = start
        return plain()


_TEXT = r"[0-9]+|[A-Za-z_][A-Za-z0-9_]*|\*\*|<=|>=|==|!=|=>|[-+*/()<>]"


class _Text(_Line):
    def disjunction(self) -> Meaning:
        parts = [self.conjunction()]
        while self.took("or"):
            parts.append(self.conjunction())
        return joined("or", parts)

    def conjunction(self) -> Meaning:
        parts = [self.negation()]
        while self.took("and"):
            parts.append(self.negation())
        return joined("and", parts)

    def negation(self) -> Meaning:
        if self.took("not"):
            return ("not", self.negation())
        return self.bracketed(self.implication, lambda: self.comparison({sign: sign for sign in RELATIONS}))

    def implication(self) -> Meaning:
        left = self.disjunction()
        return ("=>", left, self.implication()) if self.took("=>") else left


def read_text(text: str) -> Meaning:
    """An expression in the syntax of game files."""
    line = _Text(tokens_of(_TEXT, text))
    return line.whole(line.sum)


def read_text_statement(text: str) -> Meaning:
    """A condition or claim of relations in the syntax of claims."""
    line = _Text(tokens_of(_TEXT, text))
    return line.whole(line.implication)


_COQ = r"[0-9]+|[A-Za-z_][A-Za-z0-9_']*|<->|->|<>|<=|>=|/\\|\\/|[-+*/^()<>=~]"
_COQ_SIGNS = {"<": "<", "<=": "<=", "=": "==", "<>": "!=", ">=": ">=", ">": ">"}


class _Coq(_Line):
    """Levels of the standard library: ^ at 30, - x at 35, * and / at 40, + and - at 50; then ~, conjunction, or, ->."""

    power, functions = "^", ("ln", "exp", "sqrt")

    def signed(self) -> Meaning:
        if self.took("-"):
            return ("neg", self.signed())
        base = self.atom()
        return ("^", base, self.raised()) if self.took("^") else base

    def raised(self) -> Meaning:
        base = self.atom()
        return ("^", base, self.raised()) if self.took("^") else base

    def call(self, function: str) -> Meaning:
        return ({"ln": "log"}.get(function, function), self.atom())

    def implication(self) -> Meaning:
        left = self.disjunction()
        return ("=>", left, self.implication()) if self.took("->") else left

    def disjunction(self) -> Meaning:
        left = self.conjunction()
        return ("or", left, self.disjunction()) if self.took("\\/") else left

    def conjunction(self) -> Meaning:
        left = self.negation()
        return ("and", left, self.conjunction()) if self.took("/\\") else left

    def negation(self) -> Meaning:
        if self.took("~"):
            return ("not", self.negation())
        return self.bracketed(self.implication, lambda: self.comparison(_COQ_SIGNS))


def read_coq(text: str) -> Meaning:
    """A term over Coq's reals."""
    line = _Coq(tokens_of(_COQ, text))
    return line.whole(line.sum)


def read_coq_statement(text: str) -> Meaning:
    """A proposition over Coq's reals."""
    line = _Coq(tokens_of(_COQ, text))
    return line.whole(line.implication)
