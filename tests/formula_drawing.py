"""Random expressions and conditions for the printers: every shape that the trees allow, canonical or not."""

from __future__ import annotations

import random
from fractions import Fraction

from berknash.proofs.claims.language import Claim, Compare, Connective
from berknash.proofs.typeset.markup import Markup, markup_of_name, read_latex_name
from berknash.symbolic.cells.conditions import Condition
from berknash.symbolic.errors import BerknashError
from berknash.symbolic.expressions.reading import (
    RELATIONS,
    Apply,
    Expression,
    Number,
    Power,
    Product,
    Relation,
    Sum,
    Symbol,
    add,
    apply,
    multiply,
    power,
)

LATEX_NAMES = {"y": "q'", "z": r"\hat p_{\text{yes}}", "risk": r"\mathrm{risk}"}
NAMES = ("p", "q", "alpha", "x_1", "b2", "rate", "cost_of_x", *LATEX_NAMES)
PLAIN = ("p", "q", "r", "x_1", "alpha")
"""Names that SymPy reads in LaTeX."""


def letters() -> dict[str, Markup]:
    """How the names are written in typeset formulas."""
    written = {name: markup_of_name(name) for name in NAMES}
    for name, latex in LATEX_NAMES.items():
        custom = read_latex_name(latex)
        assert custom is not None
        written[name] = custom
    return written


def point(source: random.Random, names: tuple[str, ...] = NAMES) -> dict[str, Fraction]:
    """Values of both signs, none of them special."""
    return {name: Fraction(source.choice((-1, 1, 1)) * source.randint(1, 97), source.randint(2, 61)) for name in names}


class Drawing:
    """Draws trees; `canonical` ones are built as the program builds them, others directly from nodes."""

    def __init__(self, source: random.Random, names: tuple[str, ...] = NAMES, functions: bool = True) -> None:
        self.source, self.names, self.functions = source, names, functions

    def expression(self, depth: int, canonical: bool) -> Expression:
        while True:
            try:
                return self._tree(depth, canonical)
            except BerknashError:
                continue  # a zero denominator, a logarithm of a negative number, or numbers beyond the limits

    def _leaf(self) -> Expression:
        if self.source.random() < 0.35:
            top = self.source.choice((-7, -3, -2, -1, -1, 1, 1, 2, 3, 5, 12))
            return Number(Fraction(top, self.source.choice((1, 1, 1, 2, 3, 10))))
        return Symbol(self.source.choice(self.names))

    def _tree(self, depth: int, canonical: bool) -> Expression:
        if depth <= 0 or self.source.random() < 0.08:
            return self._leaf()
        kind = self.source.choice(("sum", "sum", "difference", "product", "negative", "power", "quotient", "function"))
        if kind == "function" and not self.functions:
            kind = "product"
        parts = [self._tree(depth - 1, canonical) for _ in range(self.source.randint(2, 3))]
        total, times, raised = (add, multiply, power) if canonical else (_sum, _product, Power)
        minus = Number(Fraction(-1))
        match kind:
            case "sum":
                return total(parts)
            case "difference":
                return total([parts[0], *(times([minus, part]) for part in parts[1:])])
            case "product":
                return times(parts)
            case "negative":
                return times([minus, parts[0]])
            case "quotient":
                return times([parts[0], raised(parts[1], -1)])
            case "power":
                return raised(parts[0], self.source.choice((-3, -2, -1, 2, 2, 3)))
        return self._function(parts, canonical)

    def _function(self, parts: list[Expression], canonical: bool) -> Expression:
        """A logarithm, a root, an exponential; powers with fractional and with symbolic exponents."""
        applied = apply if canonical else Apply
        times = multiply if canonical else _product
        kind = self.source.choice(("log", "log", "sqrt", "exp", "fractional", "symbolic"))
        if kind in ("log", "sqrt", "exp"):
            return applied(kind, parts[0])
        exponent = Number(Fraction(self.source.choice((-2, -1, 1, 2)), 3)) if kind == "fractional" else parts[1]
        return applied("exp", times([exponent, applied("log", parts[0])]))

    def relation(self, depth: int) -> Relation:
        canonical = self.source.random() < 0.7
        sides = [self.expression(self.source.randint(0, depth), canonical) for _ in range(2)]
        return Relation(sides[0], self.source.choice(RELATIONS), sides[1])

    def condition(self, depth: int) -> Condition:
        """Alternatives of conjunctions; often two bounds of one quantity, which are printed as a chain."""
        alternatives = []
        for _ in range(self.source.randint(1, 3)):
            relations = [self.relation(depth) for _ in range(self.source.randint(1, 3))]
            if self.source.random() < 0.4:
                low, high = self.expression(depth - 1, True), self.expression(depth - 1, True)
                relations.append(Relation(relations[0].left, self.source.choice((">", ">=")), low))
                relations.append(Relation(relations[0].left, self.source.choice(("<", "<=")), high))
            self.source.shuffle(relations)
            alternatives.append(tuple(relations))
        return Condition(tuple(alternatives))

    def claim(self, depth: int, sides: int = 2) -> Claim:
        """Relations under connectives, each connective anywhere."""
        if depth <= 0 or self.source.random() < 0.2:
            left, right = (self.expression(self.source.randint(0, sides), True) for _ in range(2))
            return Compare(Relation(left, self.source.choice(RELATIONS), right))
        word = self.source.choice(("and", "or", "not", "=>"))
        count = {"not": 1, "=>": 2}.get(word) or self.source.randint(2, 3)
        return Connective(word, tuple(self.claim(depth - 1, sides) for _ in range(count)))


def _sum(terms: list[Expression]) -> Expression:
    return Sum(tuple(terms))


def _product(factors: list[Expression]) -> Expression:
    return Product(tuple(factors))
