"""The claim language: relations between parameters, predicates over pure strategies, and or not => iff.

A claim is read into frozen trees. Predicates are evaluated on a structure (`check.Structure`, or anything that answers
the same questions); a truth value is True, False or None, by Kleene's tables, and None is never taken for a no.
Precedence, loosest first: ``iff``, ``=>`` (to the right), ``or``, ``and``, ``not``.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from ...symbolic.errors import GameError, NotSupportedError
from ...symbolic.expressions.reading import Relation, read_relation
from ...symbolic.plain_text import shown
from ...symbolic.size_limits import MAXIMAL_CLAIM_NESTING, MAXIMAL_CLAIM_TOKENS

PREDICATES = (
    *("equilibrium", "equilibrium_support", "unique", "unique_support", "rationalizable"),
    *("rationalizable_only", "strict", "absorbing", "closed", "cycle", "independent_of"),
)
OF_VALUES = ("holds_at", "every")
_SINGLE = ("equilibrium", "unique", "rationalizable", "strict", "independent_of")
_TOKEN = re.compile(
    r'\s*(?:(?P<text>"[^"\n]*"|\'[^\'\n]*\')|(?P<arrow>=>)|(?P<number>(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][-+]?[0-9]+)?)'
    r"|(?P<name>[A-Za-z_][A-Za-z0-9_]*)|(?P<sign>\*\*|<=|>=|==|!=|[-+*/(),;<>]))"
)


@dataclass(frozen=True, slots=True)
class Compare:
    """A relation between expressions in the parameters."""

    relation: Relation

    def __str__(self) -> str:
        return str(self.relation)


@dataclass(frozen=True, slots=True)
class Predicate:
    """A predicate with the names it is about."""

    name: str
    arguments: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.name}({', '.join(_quoted(argument) for argument in self.arguments)})"


@dataclass(frozen=True, slots=True)
class AtEquilibria:
    """What holds of the values at every equilibrium with exactly these actions played; without actions, at every one.

    `inside` is made of relations between parameters and values (`proofs.claims.at_equilibria`).
    """

    arguments: tuple[str, ...]
    inside: Claim

    def __str__(self) -> str:
        if not self.arguments:
            return f"every({self.inside})"
        return f"holds_at({', '.join(_quoted(argument) for argument in self.arguments)}; {self.inside})"


@dataclass(frozen=True, slots=True)
class Connective:
    """``and``, ``or`` (any number of parts), ``not`` (one), ``=>``, ``iff`` (two)."""

    word: str
    parts: tuple[Claim, ...]

    def __str__(self) -> str:
        if self.word == "not":
            return f"not {_bracketed(self.parts[0])}"
        return f" {self.word} ".join(_bracketed(part) for part in self.parts)


Claim: TypeAlias = Compare | Predicate | AtEquilibria | Connective


def read_claim(
    text: str | Claim, parameters: Collection[str], names: Collection[str] | None, *, where: str = "claim"
) -> Claim:
    """The claim that the text says; a claim that has been read is only looked at again.

    Parameters: the text; the names of the parameters, for relations; the names that predicates may be about
    (actions, or profiles and strategies as they are written; None accepts every name). Raises GameError, one line, for
    anything else.

    >>> print(read_claim("p > 1/2 and not q >= 1/2 => unique(safe)", ["p", "q"], ["safe", "unsafe"]))
    (p > 1/2 and not q >= 1/2) => unique(safe)
    """
    if isinstance(text, str):
        return _Reader(text, parameters, names, where).read()
    if not isinstance(text, Compare | Predicate | AtEquilibria | Connective):
        raise GameError(f"{where}: a claim must be a string")
    reader = _Reader("", parameters, names, where)
    for predicate in predicates_of(text):
        reader.check_arguments(predicate.name, predicate.arguments)
    return text


def as_lists(claim: Claim) -> list[Any]:
    """The claim as nested lists, the form of the certificates."""
    match claim:
        case Compare(relation):
            return [relation.operator, str(relation.left), str(relation.right)]
        case Predicate(name, arguments):
            return [name, *arguments]
        case Connective(word, parts):
            return [word, *(as_lists(part) for part in parts)]
        case AtEquilibria():
            raise NotSupportedError(f"certificates do not cover {claim}: values at equilibria")


def evaluate(claim: Claim, atom: Callable[[Compare | Predicate], bool | None]) -> bool | None:
    """Kleene's value of the claim, given the values of its relations and predicates.

    Raises GameError for what is said of values at equilibria, which must have been replaced.
    """
    match claim:
        case Connective("not", (part,)):
            value = evaluate(part, atom)
            return None if value is None else not value
        case Connective("=>", (left, right)):
            return evaluate(Connective("or", (Connective("not", (left,)), right)), atom)
        case Connective("iff", (left, right)):
            first, second = evaluate(left, atom), evaluate(right, atom)
            return None if first is None or second is None else first == second
        case Connective(word, parts):
            values = [evaluate(part, atom) for part in parts]
            if (word == "or") in values:
                return word == "or"
            return None if None in values else word != "or"
        case AtEquilibria():
            raise GameError(f"claim: {claim} is about values at equilibria, which prove and when take alone")
        case _:
            return atom(claim)


def relations_of(claim: Claim) -> list[Relation]:
    """All relations in the claim, in order."""
    match claim:
        case Compare(relation):
            return [relation]
        case Connective(_, parts):
            return [relation for part in parts for relation in relations_of(part)]
        case _:
            return []


def predicates_of(claim: Claim) -> list[Predicate]:
    """All predicates in the claim, in order."""
    match claim:
        case Predicate():
            return [claim]
        case Connective(_, parts):
            return [predicate for part in parts for predicate in predicates_of(part)]
        case _:
            return []


def about_values(claim: Claim) -> list[AtEquilibria]:
    """All that is said of values at equilibria, in order."""
    match claim:
        case AtEquilibria():
            return [claim]
        case Connective(_, parts):
            return [found for part in parts for found in about_values(part)]
        case _:
            return []


def _quoted(name: str) -> str:
    return name if re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]*", name) else f'"{name}"'


def _bracketed(claim: Claim) -> str:
    return f"({claim})" if isinstance(claim, Connective) and claim.word != "not" else str(claim)


class _Reader:
    """Recursive descent; a parenthesis may open a claim or an expression, so the first is tried first."""

    def __init__(self, text: str, parameters: Collection[str], names: Collection[str] | None, where: str) -> None:
        self.text, self.where = text, where
        self.parameters: list[str] | None = list(parameters)
        self.names = None if names is None else list(names)
        self.tokens: list[tuple[str, str, int, int]] = []
        place = 0
        while text[place:].strip():
            match = _TOKEN.match(text, place)
            if match is None:
                raise self.error(f"cannot read {shown(text[place:].strip())}")
            kind = str(match.lastgroup)
            self.tokens.append((kind, match.group(kind), match.start(kind), match.end()))
            place = match.end()
            if len(self.tokens) > MAXIMAL_CLAIM_TOKENS:
                raise self.error(f"more than {MAXIMAL_CLAIM_TOKENS} symbols; split the claim")
        self.place = 0
        self.depth = 0

    def error(self, message: str) -> GameError:
        return GameError(f"{self.where}: {message}")

    def peek(self) -> str:
        return self.tokens[self.place][1] if self.place < len(self.tokens) else ""

    def take(self, token: str) -> bool:
        if self.peek() != token:
            return False
        self.place += 1
        return True

    def read(self) -> Claim:
        if not self.tokens:
            raise self.error("the claim is empty; write one like p > 1/2 => unique(safe)")
        claim = self.equivalence()
        if self.place < len(self.tokens):
            raise self.error(f"{shown(self.text[self.tokens[self.place][2] :])} is left over; join claims with and, or")
        return claim

    def equivalence(self) -> Claim:
        claim = self.implication()
        depth = self.depth
        while self.take("iff"):
            self.deeper()
            claim = Connective("iff", (claim, self.implication()))
        self.depth = depth
        return claim

    def implication(self) -> Claim:
        claim = self.several("or")
        if not self.take("=>"):
            return claim
        self.deeper()
        claim = Connective("=>", (claim, self.implication()))
        self.depth -= 1
        return claim

    def deeper(self) -> None:
        """Bounds the depth of the tree before it is built: everything that reads a claim recurs into it."""
        self.depth += 1
        if self.depth > MAXIMAL_CLAIM_NESTING:
            raise self.error(
                f"more than {MAXIMAL_CLAIM_NESTING} claims inside each other; join hypotheses with and, or split it"
            )

    def several(self, word: str) -> Claim:
        parts = [self.part_of(word)]
        while self.take(word):
            parts.append(self.part_of(word))
        return parts[0] if len(parts) == 1 else Connective(word, tuple(parts))

    def part_of(self, word: str) -> Claim:
        return self.several("and") if word == "or" else self.negation()

    def negation(self) -> Claim:
        self.deeper()
        claim = Connective("not", (self.negation(),)) if self.take("not") else self.atom()
        self.depth -= 1
        return claim

    def atom(self) -> Claim:
        if self.place >= len(self.tokens):
            raise self.error("the claim ends too early")
        following = self.tokens[self.place + 1][1] if self.place + 1 < len(self.tokens) else ""
        if self.tokens[self.place][0] == "name" and following == "(" and self.peek() not in ("log", "exp", "sqrt"):
            return self.predicate()
        if self.peek() == "(":
            start, depth = self.place, self.depth
            try:
                self.place += 1
                claim = self.equivalence()
                if self.take(")") and (self.place == len(self.tokens) or self.peek() in _AFTER_CLAIM):
                    return claim
            except GameError:
                if self.holds_words(start):
                    raise
            self.place, self.depth = start, depth
        return self.relation()

    def holds_words(self, start: int) -> bool:
        """Whether the parenthesis that opens here holds connectives or predicates, so cannot be an expression."""
        level = 0
        for kind, token, *_ in self.tokens[start:]:
            level += (token == "(") - (token == ")")
            if token in ("and", "or", "not", "iff", "=>", *PREDICATES, *OF_VALUES) and kind != "text":
                return True
            if level == 0:
                return False
        return False

    def predicate(self) -> Claim:
        name = self.peek()
        if name in OF_VALUES:
            return self.of_values(name)
        if name not in PREDICATES:
            raise self.error(f"unknown predicate {name}; there are {', '.join((*PREDICATES, *OF_VALUES))}")
        self.place += 2
        needs = f"{name} needs names, separated by commas"
        arguments = self.names_until(")", needs, f"{needs} and closed by a parenthesis")
        self.check_arguments(name, arguments)
        return Predicate(name, tuple(arguments))

    def names_until(self, end: str, missing: str, not_ended: str) -> list[str]:
        """Names separated by commas up to a sign; the messages where there is none, and where another sign follows."""
        arguments: list[str] = []
        while True:
            if self.place >= len(self.tokens) or self.tokens[self.place][0] not in ("name", "text"):
                raise self.error(missing)
            kind, token, *_ = self.tokens[self.place]
            arguments.append(token[1:-1] if kind == "text" else token)
            self.place += 1
            if self.take(end):
                return arguments
            if not self.take(","):
                raise self.error(not_ended)

    def of_values(self, name: str) -> Claim:
        """``holds_at(a, b; RELATION)`` and ``every(RELATION)``: names of values are looked at where they are known."""
        self.place += 2
        form = "holds_at(a, b; loss < 1/10)" if name == "holds_at" else "every(loss < 1/10)"
        needs = f"{name} needs names, separated by commas, then ; and a relation: {form}"
        arguments = self.names_until(";", needs, needs) if name == "holds_at" else []
        self.check_arguments(name, arguments)
        outer, self.parameters = self.parameters, None
        self.deeper()
        inside = self.equivalence()
        self.depth -= 1
        self.parameters = outer
        if predicates_of(inside) or about_values(inside):
            raise self.error(f"{name} takes relations between parameters and values, no predicates: {form}")
        if not self.take(")"):
            raise self.error(f"{name} is not closed by a parenthesis: {form}")
        return AtEquilibria(tuple(arguments), inside)

    def check_arguments(self, name: str, arguments: Sequence[str]) -> None:
        allowed = self.parameters if name == "independent_of" else self.names
        for argument in arguments:
            if allowed is not None and argument not in allowed:
                kind = "parameter" if name == "independent_of" else "action"
                raise self.error(f"{name}: unknown {kind} {shown(argument)}; there are {', '.join(allowed) or 'none'}")
        if len(set(arguments)) < len(arguments):
            raise self.error(f"{name}: a name stands twice")
        if name in _SINGLE and len(arguments) != 1:
            raise self.error(f"{name} takes one name, not {len(arguments)}")
        if name == "cycle" and len(arguments) < 2:
            raise self.error("cycle takes at least two actions")

    def relation(self) -> Claim:
        start, level = self.place, 0
        while self.place < len(self.tokens):
            kind, token, *_ = self.tokens[self.place]
            if level == 0 and (token in (")", ",", "and", "or", "iff", "=>") or kind == "text"):
                break
            level += (token == "(") - (token == ")")
            self.place += 1
        if start == self.place:
            raise self.error(f"a relation or a predicate is missing before {shown(self.peek() or 'the end')}")
        text = self.text[self.tokens[start][2] : self.tokens[self.place - 1][3]]
        links = read_relation(text.strip(), self.parameters, where=self.where)
        parts = tuple(Compare(link) for link in links)
        return parts[0] if len(parts) == 1 else Connective("and", parts)


_AFTER_CLAIM = ("and", "or", "iff", "=>", ")")
