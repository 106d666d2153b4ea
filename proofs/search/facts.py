"""Facts with their reasons, and proofs as trees of them: what a certificate says, before it is written down.

A *space* names the variables: parameters, then one variable ``L1, L2, ...`` for the logarithm of each generator, a
polynomial that is positive on the domain. A *fact* is a constraint with the reason it holds; reasons point to other
facts, so a proof is a directed acyclic graph, of which only what an end of the proof reaches is written.
The rules are those of the checker (`check`), and nothing counts before the checker has accepted it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from flint import Ordering, fmpq_mpoly_ctx

Polynomial = Any  # fmpq_mpoly: python-flint ships no type information


@dataclass(frozen=True, slots=True, eq=False)
class Fact:
    """``polynomial relation 0`` and why: ``given``, or one of the rules below."""

    polynomial: Polynomial
    relation: str
    reason: Reason


@dataclass(frozen=True, slots=True)
class Given:
    """Part of what the node was given: domain, assumption or the case of a split."""


@dataclass(frozen=True, slots=True)
class Combined:
    """A combination that cancels; the fact None stands for the negation of what is proved."""

    terms: tuple[tuple[Fraction, tuple[tuple[Fact | None, int], ...], Polynomial | None], ...]
    equalities: tuple[tuple[Fact | None, Polynomial], ...]


@dataclass(frozen=True, slots=True)
class Compared:
    """``sum n * L relation 0`` because the product of the powers is compared with 1."""

    powers: tuple[tuple[str, int], ...]
    premise: Fact | None


@dataclass(frozen=True, slots=True)
class Tangent:
    """``log x <= x - 1`` for x the product of the powers."""

    powers: tuple[tuple[str, int], ...]
    premise: Fact | None


@dataclass(frozen=True, slots=True)
class Series:
    """A partial sum of the area tangent series, below or above ``log x``, for x > 1 the product of the powers."""

    powers: tuple[tuple[str, int], ...]
    order: int
    side: str
    premise: Fact | None


@dataclass(frozen=True, slots=True)
class Constant:
    """A polynomial in logarithms of numbers that intervals around them show to be positive."""


Reason = Given | Combined | Compared | Tangent | Series | Constant
GIVEN = Given()


@dataclass(frozen=True, slots=True)
class Refuted:
    """The end of a node whose facts contradict each other."""

    by: Combined


@dataclass(frozen=True, slots=True)
class Holds:
    """The end of a node where the signs of products of facts make the claim true."""

    products: tuple[tuple[tuple[Fact, int], ...], ...]


@dataclass(frozen=True, slots=True)
class Meant:
    """The end of a node where the claim follows from what its predicates mean."""


@dataclass(frozen=True, slots=True)
class Split:
    """A case distinction: the polynomial is negative, zero, positive; each case starts from the given fact."""

    polynomial: Polynomial
    cases: tuple[tuple[Fact, Node], ...]


@dataclass(frozen=True, slots=True)
class Node:
    """Facts in the order in which they were found, and how the node ends."""

    facts: tuple[Fact, ...]
    end: Refuted | Holds | Meant | Split


@dataclass(frozen=True, slots=True)
class Space:
    """The variables of a proof.

    Attributes
    ----------
    parameters : names of the parameters
    logs : names of the logarithms
    arguments : their arguments, polynomials in the parameters over `context`
    context : polynomials in parameters and logarithms, in this order
    """

    parameters: tuple[str, ...]
    logs: tuple[str, ...]
    arguments: tuple[Polynomial, ...]
    context: Any

    def log(self, name: str) -> Polynomial:
        """The variable of a logarithm."""
        return self.context.gens()[len(self.parameters) + self.logs.index(name)]

    def log_free(self, polynomial: Polynomial) -> bool:
        """Whether only parameters occur."""
        return not any(polynomial.degrees()[len(self.parameters) :])

    def logs_in(self, polynomial: Polynomial) -> frozenset[str]:
        """The logarithms that occur."""
        degrees = polynomial.degrees()[len(self.parameters) :]
        return frozenset(name for name, degree in zip(self.logs, degrees, strict=False) if degree)


def context_of(names: Sequence[str]) -> Any:
    """The context of rational polynomials in these variables (one dummy variable where there are none)."""
    return fmpq_mpoly_ctx.get(list(names) or ["_"], Ordering.lex)


def polynomial_text(polynomial: Polynomial, names: Sequence[str]) -> str:
    """The polynomial in expression syntax, terms in the order of the context.

    >>> context = context_of(["h", "l"])
    >>> h, l = context.gens()
    >>> polynomial_text(h**2 * l / 3 - h + 1, ["h", "l"])
    '1/3*h**2*l - h + 1'
    """
    parts: list[str] = []
    for exponents, coefficient in polynomial.to_dict().items():
        value = Fraction(int(coefficient.p), int(coefficient.q))
        powers = [
            name if power == 1 else f"{name}**{power}" for name, power in zip(names, exponents, strict=False) if power
        ]
        size = [str(abs(value))] if abs(value) != 1 or not powers else []
        parts.append(("- " if value < 0 else "+ ") + "*".join(size + powers))
    text = " ".join(parts) or "0"
    return text[2:] if text.startswith("+ ") else text.replace("- ", "-", 1) if text.startswith("- ") else text


def reachable(ends: Iterable[Fact | None]) -> set[Fact]:
    """All facts that these facts rest on, themselves included."""
    found: set[Fact] = set()
    waiting = [fact for fact in ends if fact is not None]
    while waiting:
        fact = waiting.pop()
        if fact not in found:
            found.add(fact)
            waiting += [other for other in premises(fact.reason) if other is not None]
    return found


def premises(reason: Reason) -> list[Fact | None]:
    """The facts that a reason mentions."""
    match reason:
        case Combined(terms, equalities):
            used = [fact for _, factors, _ in terms for fact, _ in factors]
            return used + [fact for fact, _ in equalities]
        case Compared(_, premise) | Tangent(_, premise) | Series(_, _, _, premise):
            return [premise]
        case Given() | Constant():
            return []


def needed(node: Node) -> set[Fact]:
    """All facts that the ends below this node rest on."""
    match node.end:
        case Refuted(by):
            return reachable(premises(by))
        case Holds(products):
            return reachable(fact for product in products for fact, _ in product)
        case Meant():
            return set()
        case Split(_, cases):
            return set().union(*(needed(case) for _, case in cases))


class Writer:
    """Writes facts and proofs as JSON values, numbering facts as the checker does."""

    def __init__(self, space: Space) -> None:
        self.names = [*space.parameters, *space.logs]

    def text(self, polynomial: Polynomial) -> str:
        """A polynomial in expression syntax."""
        return polynomial_text(polynomial, self.names)

    def fact(self, fact: Fact, numbers: dict[Fact, int]) -> dict[str, Any]:
        """The certificate's entry of a fact, given the numbers of those before it."""
        match fact.reason:
            case Combined():
                record = self.combined(fact.reason, {**numbers, None: len(numbers)})
                return {"fact": self.text(fact.polynomial), "relation": fact.relation, **record}
            case Compared(powers, premise):
                return {"log": _pairs(powers), "relation": fact.relation, "premise": _place(premise, numbers)}
            case Tangent(powers, premise):
                return {"tangent": _pairs(powers), "premise": _place(premise, numbers)}
            case Series(powers, order, side, premise):
                place = _place(premise, numbers)
                return {"series": _pairs(powers), "order": order, "side": side, "premise": place}
            case Constant():
                return {"constant": self.text(fact.polynomial)}
            case Given():
                raise ValueError("a given fact has no entry of its own")

    def combined(self, reason: Combined, numbers: dict[Any, int]) -> dict[str, Any]:
        """Terms and equalities of a combination."""
        terms = [
            [
                str(coefficient),
                sorted([numbers[fact], power] for fact, power in factors),
                None if square is None else self.text(square),
            ]
            for coefficient, factors, square in reason.terms
        ]
        equalities = [[numbers[fact], self.text(multiplier)] for fact, multiplier in reason.equalities]
        return {"terms": terms, "equalities": equalities}

    def node(self, node: Node, numbers: dict[Fact, int]) -> dict[str, Any]:
        """A proof, with the facts that nothing rests on left out."""
        numbers = dict(numbers)
        kept = needed(node)
        facts = []
        for fact in node.facts:
            if fact in kept:
                facts.append(self.fact(fact, numbers))
                numbers[fact] = len(numbers)
        end: dict[str, Any]
        match node.end:
            case Refuted(by):
                end = {"refuted": self.combined(by, numbers)}
            case Holds(products):
                # A single fact is known by itself; only products of several have to be named.
                named = [product for product in products if len(product) > 1 or product[0][1] > 1]
                entries = [sorted([numbers[fact], power] for fact, power in product) for product in named]
                end = {"holds": sorted(entries)}
            case Meant():
                end = {"meaning": None}
            case Split(polynomial, cases):
                children = [self.node(case, {**numbers, start: len(numbers)}) for start, case in cases]
                end = {"split": self.text(polynomial), "cases": children}
        return {"facts": facts, "end": end}


def _pairs(powers: Sequence[tuple[str, int]]) -> list[list[str | int]]:
    return [[name, power] for name, power in powers]


def _place(premise: Fact | None, numbers: dict[Fact, int]) -> int | None:
    return None if premise is None else numbers[premise]
