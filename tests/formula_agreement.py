"""One tree printed in every notation, read back, and compared with itself at points."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cache
from math import prod
from typing import Any

from formula_drawing import NAMES, letters
from formula_drawing import point as drawn_point
from formula_meaning import OPERATIONS, Meaning, Unreadable, agree, ball, truth, value, whole_power
from formula_readers import read_coq_statement, read_text, read_text_statement
from typeset_readers import (
    read_latex,
    read_latex_statement,
    read_mathml,
    read_mathml_statement,
    read_sympy,
)

from berknash.proofs.claims.language import Claim, Compare, Connective, as_lists, relations_of
from berknash.proofs.coq.facts import FactWriter, identifier
from berknash.proofs.coq.meanings import Meanings
from berknash.proofs.report.sentences import condition_inline
from berknash.proofs.search.facts import Space, context_of
from berknash.proofs.search.questions import Question
from berknash.proofs.search.spaces import Setting, translated
from berknash.proofs.typeset.formula_latex import expression_latex, markup_latex
from berknash.proofs.typeset.formulas import condition_markup, formula
from berknash.proofs.typeset.latex import inline_latex
from berknash.proofs.typeset.markup import Markup, Notation
from berknash.proofs.typeset.mathml import math_element
from berknash.symbolic.algebra.elements import element_of
from berknash.symbolic.algebra.ring import Element, Ring, lift
from berknash.symbolic.algebra.text import element_text
from berknash.symbolic.cells.conditions import Condition
from berknash.symbolic.errors import BerknashError
from berknash.symbolic.expressions.reading import Expression, Relation, fold

Point = Mapping[str, Fraction]


@dataclass
class Tally:
    """How often a notation was compared, and what did not agree."""

    printed: Counter[str] = field(default_factory=Counter)
    compared: Counter[str] = field(default_factory=Counter)
    differences: list[str] = field(default_factory=list)


def own_value(expression: Expression, point: Mapping[str, Any]) -> Any:
    """The value that the tree has by its nodes."""
    return fold(
        expression,
        ball,
        lambda name: point[name],
        lambda terms: sum(terms, start=ball(Fraction(0))),
        lambda factors: prod(factors, start=ball(Fraction(1))),
        whole_power,
        lambda function, argument: OPERATIONS[function](argument),
    )


def point_for(expression: Expression, source: random.Random, names: tuple[str, ...] = NAMES) -> dict[str, Fraction]:
    """A point where the tree has a value, if one of a few random ones is."""
    for _ in range(6):
        place = drawn_point(source, names)
        if own_value(expression, {name: ball(number) for name, number in place.items()}).is_finite():
            break
    return place


def own_truth(condition: Condition, point: Mapping[str, Any]) -> bool | None:
    """Whether the condition holds by its relations, compared as values."""

    def holds(relation: Relation) -> bool | None:
        names = {"left": own_value(relation.left, point), "right": own_value(relation.right, point)}
        return truth((relation.operator, ("name", "left"), ("name", "right")), names)

    found: bool | None = False
    for conjunction in condition.alternatives:
        parts = [holds(relation) for relation in conjunction]
        inner = False if False in parts else None if None in parts else True
        found = True if True in (found, inner) else None if None in (found, inner) else False
    return found


# Typeset notations

Printed = Callable[[Markup], str]
TYPESET: dict[str, tuple[Printed, Callable[[str], Meaning], Callable[[str], Meaning]]] = {
    "LaTeX": (markup_latex, read_latex, read_latex_statement),
    "mathtext": (lambda markup: markup_latex(markup, mathtext=True), read_latex, read_latex_statement),
    "MathML": (math_element, read_mathml, read_mathml_statement),
}


@cache
def _notation() -> Notation:
    return Notation(letters())


@cache
def _names(notation: str) -> dict[str, str]:
    """How each name looks to the reader of a notation, from the name printed by itself."""
    printed, read, _ = TYPESET[notation]
    found = {read(printed(markup))[1]: name for name, markup in letters().items()}
    assert len(found) == len(letters())
    return found


def _typeset_point(notation: str, point: Mapping[str, Any]) -> dict[str, Any]:
    return {seen: point[name] for seen, name in _names(notation).items()}


def compare(expression: Expression, place: Point, tally: Tally) -> None:
    """Prints the tree in every notation of one tree, reads it back and compares the values at the point."""
    point = {name: ball(number) for name, number in place.items()}
    expected = own_value(expression, point)
    texts: dict[str, tuple[str, Callable[[str], Meaning], Mapping[str, Any]]] = {
        "text": (str(expression), read_text, point)
    }
    markup = formula(expression, _notation())
    for notation, (printed, read, _) in TYPESET.items():
        texts[notation] = (printed(markup), read, _typeset_point(notation, point))
    for notation, (text, read, where) in texts.items():
        tally.printed[notation] += 1
        try:
            found = value(read(text), where)
        except Unreadable as error:
            tally.differences.append(f"{notation}: {text!r} for {expression!r}: {error}")
            continue
        _compare_values(notation, text, expression, (expected, found), tally)


def compare_with_sympy(expression: Expression, place: Point, tally: Tally) -> None:
    """SymPy's reading of the LaTeX of a tree over `PLAIN` names, where it has one."""
    point = {name: ball(number) for name, number in place.items()}
    text = expression_latex(expression)
    meaning = read_sympy(text)
    if meaning is not None:
        tally.printed["SymPy"] += 1
        _compare_values("SymPy", text, expression, (own_value(expression, point), value(meaning, point)), tally)


def _compare_values(notation: str, text: str, expression: Expression, values: tuple[Any, Any], tally: Tally) -> None:
    same = agree(*values)
    tally.compared[notation] += same is not None
    if same is False:
        tally.differences.append(f"{notation}: {text!r} for {expression!r}: {values[0]} and {values[1]}")
    elif same is None and notation != "SymPy" and values[0].is_finite() != values[1].is_finite():
        tally.differences.append(f"{notation}: {text!r} for {expression!r}: defined here and undefined there")


def compare_condition(condition: Condition, place: Point, tally: Tally) -> None:
    """Prints a condition in every notation, reads it back and compares whether it holds."""
    point = {name: ball(number) for name, number in place.items()}
    expected = own_truth(condition, point)
    notation = _notation()
    markup = condition_markup(condition, notation)
    sentence = inline_latex(condition_inline(condition, notation))
    read: list[tuple[str, str, Callable[[str], Meaning], Mapping[str, Any]]] = [
        ("text condition", str(condition), read_text_statement, point),
        ("sentence", sentence, _read_sentence, _typeset_point("LaTeX", point)),
    ]
    for name, (printed, _, read_statement) in TYPESET.items():
        read.append((f"{name} condition", printed(markup), read_statement, _typeset_point(name, point)))
    for name, text, reader, where in read:
        tally.printed[name] += 1
        try:
            found = truth(reader(text), where)
        except Unreadable as error:
            tally.differences.append(f"{name}: {text!r} for {condition}: {error}")
            continue
        if expected is None or found is None:
            if expected is not found:
                tally.differences.append(f"{name}: {text!r} for {condition}: defined and undefined at {place}")
            continue
        tally.compared[name] += 1
        if expected is not found:
            tally.differences.append(f"{name}: {text!r} for {condition}: {expected} and {found} at {place}")


def _read_sentence(text: str) -> Meaning:
    """``$a$, $b$ and $c$, or $d$``: alternatives with "or" between them, formulas joined by commas and "and"."""
    separator = ", or " if "$, or $" in text else " or "
    alternatives = []
    for alternative in text.split(f"${separator}$"):
        pieces = [piece for part in alternative.strip("$").split("$ and $") for piece in part.split("$, $")]
        alternatives.append(("and", *map(read_latex_statement, pieces)))
    return ("or", *alternatives)


# What the exact tables and the Coq files print: polynomials over parameters and logarithms


class _Statements(FactWriter):
    """A writer of claims of relations, as Coq files have them."""

    def __init__(self, space: Space, question: Question) -> None:
        super().__init__(space)
        self.question = question

    formula = Meanings.formula


def compare_claim(claim: Claim, place: Point, tally: Tally) -> None:
    """A claim of relations as text, its sides as exact elements, and all of it in Coq."""
    point = {name: ball(number) for name, number in place.items()}
    expected = _claim_truth(claim, point)
    tally.printed["text claim"] += 1
    found = truth(read_text_statement(str(claim)), point)
    tally.compared["text claim"] += expected is not None and found is not None
    if expected is not found:
        tally.differences.append(f"text claim: {claim}: {expected} and {found} at {place}")
    writer = _coq_writer(relations_of(claim), point, tally)
    if writer is None:
        return
    text = writer.formula(as_lists(claim))
    tally.printed["Coq"] += 1
    values = {identifier(name): number for name, number in point.items()}
    found = truth(read_coq_statement(text), values)
    if expected is None or found is None:
        return
    tally.compared["Coq"] += 1
    if expected is not found:
        tally.differences.append(f"Coq: {text!r} for {claim}: {expected} and {found} at {place}")


def _coq_writer(relations: Sequence[Relation], point: Mapping[str, Any], tally: Tally) -> _Statements | None:
    """The writer that knows these relations; None where they are beyond polynomials in parameters and logarithms.

    Logarithms of exact elements are of absolute values, so values are compared where both are defined.
    """
    ring = Ring.of_parameters(sorted(point))
    elements: dict[Expression, Element] = {}
    try:
        for expression in (side for relation in relations for side in (relation.left, relation.right)):
            ring, elements[expression] = element_of(ring, expression)
    except (BerknashError, ZeroDivisionError):
        return None
    elements = {expression: lift(element, ring.context) for expression, element in elements.items()}
    for expression, element in elements.items():
        text = element_text(ring, element)
        tally.printed["exact element"] += 1
        same = agree(own_value(expression, point), value(read_text(text), point))
        tally.compared["exact element"] += same is not None
        if same is False:
            tally.differences.append(f"exact element: {text!r} for {expression!r} at {point}")
    logs = [g for g in ring.generators if g.kind == "log"]
    arguments = [lift(g.argument, ring.context) for g in logs if g.argument and g.argument.denominator.is_constant()]
    if len(arguments) < len(logs) or any(g.kind not in ("parameter", "log") for g in ring.generators):
        return None
    names = tuple(f"L{place}" for place in range(len(logs)))
    context = context_of([*ring.parameters, *names])
    space = Space(ring.parameters, names, tuple(translated(a.numerator, context) for a in arguments), context)
    parts = {}
    for relation in relations:
        gap = elements[relation.left] - elements[relation.right]
        parts[str(relation.left), str(relation.right)] = (
            translated(gap.numerator, context),
            translated(gap.denominator, context),
        )
    return _Statements(space, Question(Setting(ring, space, (), (), (), ()), (), [], parts))


def _claim_truth(claim: Claim, point: Mapping[str, Any]) -> bool | None:
    match claim:
        case Compare(relation):
            return own_truth(Condition(((relation,),)), point)
        case Connective("not", (part,)):
            inner = _claim_truth(part, point)
            return None if inner is None else not inner
        case Connective("=>", (left, right)):
            return _claim_truth(Connective("or", (Connective("not", (left,)), right)), point)
        case Connective(word, claims):
            parts = [_claim_truth(part, point) for part in claims]
            if (word == "or") in parts:
                return word == "or"
            return None if None in parts else word == "and"
    raise TypeError(f"not a claim of relations: {claim}")
