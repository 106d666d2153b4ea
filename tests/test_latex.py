"""Formulas in LaTeX and MathML mean what the expressions mean: they are read back and evaluated."""

from __future__ import annotations

import math
import random
import re
import xml.etree.ElementTree as xml
from fractions import Fraction

import pytest

from berknash.proofs.report.shown import equilibrium_latex, phases_html, phases_latex, solution_html, solution_latex
from berknash.proofs.typeset.blocks import Table
from berknash.proofs.typeset.formula_latex import condition_latex, expression_latex, relation_latex, text_latex
from berknash.proofs.typeset.latex import LINE, section_latex
from berknash.proofs.typeset.markup import GREEK, LETTERS, SIGNS, Word, markup_of_name, read_latex_name
from berknash.proofs.typeset.mathml import expression_mathml
from berknash.symbolic.cells.conditions import Condition
from berknash.symbolic.engines.finite.agent_engine import solve
from berknash.symbolic.expressions.reading import (
    Expression,
    Number,
    Symbol,
    add,
    apply,
    fold,
    multiply,
    number,
    power,
    read_expression,
    read_relation,
)
from berknash.symbolic.game.game import Game
from berknash.symbolic.solving.phases import phases

SYMBOLS = {"p": 0.3, "q": 0.8, "alpha": 1.7, "x_1": 2.2}


class Reader:
    """Evaluates the LaTeX that is printed, by the conventions of a mathematician: a second, independent meaning."""

    def __init__(self, text: str, letters: dict[str, float]) -> None:
        self.tokens = re.findall(r"\\[A-Za-z]+|[0-9]+|[A-Za-z]|[-+(){}^_]", text)
        self.letters = letters
        self.at = 0

    def peek(self) -> str:
        return self.tokens[self.at] if self.at < len(self.tokens) else ""

    def take(self, expected: str | None = None) -> str:
        token = self.peek()
        assert token and expected in (None, token), (expected, self.tokens[self.at :])
        self.at += 1
        return token

    def sum(self) -> float:
        sign = -1.0 if self.peek() == "-" else 1.0
        if self.peek() == "-":
            self.take()
        value = sign * self.product()
        while self.peek() in ("+", "-"):
            sign = 1.0 if self.take() == "+" else -1.0
            value += sign * self.product()
        return value

    def product(self) -> float:
        value = self.factor()
        while self.peek() not in ("", "+", "-", ")", "}", "\\right"):
            if self.peek() == "\\cdot":
                self.take()
            value *= self.factor()
        return value

    def factor(self) -> float:
        """A function takes one factor as its argument: log 2 p is not met, log(2p) is."""
        if self.peek() in ("\\log", "\\exp"):
            function = {"\\log": math.log, "\\exp": math.exp}[self.take()]
            return function(self.factor())
        return self.scripted()

    def scripted(self) -> float:
        value = self.atom()
        while self.peek() == "^":
            self.take()
            value = value ** self.group()
        return value

    def group(self) -> float:
        self.take("{")
        value = self.sum()
        self.take("}")
        return value

    def atom(self) -> float:
        token = self.take()
        if token == "\\frac":
            top = self.group()
            return top / self.group()
        if token == "\\sqrt":
            return math.sqrt(self.group())
        if token == "\\left":
            self.take("(")
            value = self.sum()
            self.take("\\right")
            self.take(")")
            return value
        if token == "(":
            value = self.sum()
            self.take(")")
            return value
        if token.isdigit():
            return float(token)
        name = token.lstrip("\\")
        if self.peek() == "_":
            self.take()
            self.take("{")
            name += "_" + self.take()
            self.take("}")
        return self.letters[name]


def value_of(expression: Expression) -> float:
    functions = {"log": math.log, "exp": math.exp, "sqrt": math.sqrt}
    return fold(
        expression,
        float,
        lambda name: SYMBOLS[name],
        sum,
        math.prod,
        lambda base, exponent: base**exponent,
        lambda function, argument: functions[function](argument),
    )


def random_expression(source: random.Random, depth: int) -> Expression:
    kind = source.choice(("number", "symbol") if depth == 0 else ("sum", "sum", "product", "product", "power", "log"))
    if kind == "number":
        return number(Fraction(source.randint(-7, 9) or 1, source.choice((1, 1, 2, 5))))
    if kind == "symbol":
        return Symbol(source.choice(sorted(SYMBOLS)))
    parts = [random_expression(source, depth - 1) for _ in range(source.randint(2, 3))]
    if kind == "sum":
        return add(parts)
    if kind == "product":
        return multiply(parts)
    if kind == "power":
        base = parts[0]
        return base if isinstance(base, Number) and base.value == 0 else power(base, source.choice((-2, -1, 2, 3)))
    square = add([multiply([parts[0], parts[0]]), number(2)])
    return apply(source.choice(("log", "sqrt")), square)


def test_printed_formulas_have_the_value_of_the_expression() -> None:
    source = random.Random(2)
    compared = 0
    for _ in range(1500):
        expression = random_expression(source, source.randint(1, 3))
        try:
            expected = value_of(expression)
        except (ZeroDivisionError, OverflowError):
            continue
        if not 1e-9 < abs(expected) < 1e9:
            continue
        text = expression_latex(expression)
        reader = Reader(text, SYMBOLS)
        found = reader.sum()
        assert reader.at == len(reader.tokens), text
        assert found == pytest.approx(expected, rel=1e-6), (str(expression), text)
        compared += 1
    assert compared > 1000


@pytest.mark.parametrize(
    ("text", "latex"),
    [
        ("1/2", r"\frac{1}{2}"),
        ("-3/4*p", r"-\frac{3p}{4}"),
        ("p*log(h/l)", r"p\log\frac{h}{l}"),
        ("log(9/2)/(2*log(6))", r"\frac{\log\frac{9}{2}}{2\log6}"),
        ("(1 - p)*(1 - q)", "(1 - p)(1 - q)"),
        ("p_yes + x12", r"p_{\mathit{yes}} + x_{12}"),
        ("beta**2", r"\beta^{2}"),
        ("log(2)*log(3)", r"\log2 \cdot \log3"),
        ("log(1 - p)", r"\log(1 - p)"),
        ("exp(-p)", r"\exp(-p)"),
    ],
)
def test_expressions_in_latex(text: str, latex: str) -> None:
    assert expression_latex(read_expression(text, None, where="")) == latex


def test_relations_and_conditions() -> None:
    above, below = (read_relation(text, None, where="")[0] for text in ("p > 1/4", "p <= 1/2"))
    assert relation_latex(below) == r"p \leq \frac{1}{2}"
    assert condition_latex(Condition(((above, below),))) == r"\frac{1}{4} < p \leq \frac{1}{2}"
    assert "or" in condition_latex(Condition(((above,), (below,))))
    assert condition_latex(Condition(())) == r"\text{never}"


def test_text_cannot_reach_latex_as_a_command() -> None:
    hostile = r"\input{x} $a$ %&#_^~<>|{}" + "\n\t\0\N{CJK UNIFIED IDEOGRAPH-4E2D}é α"
    printed = text_latex(hostile)
    without = re.sub(
        r"\\text[a-z]+(\{[^{}]*\})?|\\[$&#%_{}]|\\allowbreak\{\}|\$\\[A-Za-z]+\$", "", printed
    )
    assert not re.search(r"[\\$&#%_^~{}]", without), without
    assert "é" in printed and "U+4E2D" in printed and r"$\alpha$" in printed


@pytest.mark.parametrize(
    "text",
    [
        r"\input{secret}", r"\write18{ls}", "a}b", "{a", "a^b^c", "_", "^2", r"\text{a\b}", "$", "%", "é", "",
        r"\def\x{}", "x" * 81, r"\hat", r"\text", "a_",
    ],
)  # fmt: skip
def test_latex_names_beyond_letters_are_not_used(text: str) -> None:
    assert read_latex_name(text) is None


@pytest.mark.parametrize(
    "text", [r"\ell", r"\hat p_{\text{yes}}", "q'", r"\bar{\theta}_1^\ast", "x_{12}", r"\mathrm{risk}"]
)
def test_latex_names_are_read(text: str) -> None:
    assert read_latex_name(text) is not None


def test_plain_names() -> None:
    assert expression_latex(Symbol("Upsilon_max")) == r"\mathit{Upsilon}_{\mathit{max}}"
    assert markup_of_name("risk") == Word("risk")
    assert set(GREEK) <= set(LETTERS)


def test_mathml_is_well_formed_and_complete() -> None:
    source = random.Random(3)
    for _ in range(300):
        root = xml.fromstring(expression_mathml(random_expression(source, 3)))
        assert root.tag == "math"
        for element in root.iter():
            if element.tag in ("mfrac", "msub", "msup"):
                assert len(element) == 2
            if element.tag in ("mi", "mn", "mo"):
                assert element.text


def test_every_sign_and_letter_can_stand_in_a_figure() -> None:
    from matplotlib.mathtext import MathTextParser

    parser = MathTextParser("agg")
    for latex, _ in SIGNS.values():
        parser.parse(f"$a {latex} b$")
    for name in LETTERS:
        parser.parse(f"$\\{name}$")


@pytest.fixture(scope="module")
def urn() -> Game:
    return Game.from_dict({
        "format": 1, "name": "urn", "parameters": {"p": "(0, 1)"},
        "players": {"agent": {
            "actions": ["bet", "pass"], "outcomes": ["win", "lose"],
            "truth": {"*": {"win": "p", "lose": "1 - p"}},
            "payoff": {"bet": {"win": 1, "lose": -1}, "pass": {"win": 0, "lose": 0}},
            "models": {"good": {"predicts": {"*": {"win": "2/3", "lose": "1/3"}}},
                       "bad": {"predicts": {"*": {"win": "1/3", "lose": "2/3"}}}}}}})  # fmt: skip


def test_results_show_themselves(urn: Game) -> None:
    solution, diagram = solve(urn), phases(urn)
    assert equilibrium_latex(solution.equilibria[0]) == r"\sigma = \delta_{\textsf{bet}}\text{ if }p > \frac{1}{2}"
    assert solution_latex(solution).count(r"\begin{theorem}") == 1
    assert solution.to_latex() == solution_latex(solution)
    assert r"p > \frac{1}{2}" in phases_latex(diagram)
    for page in (solution_html(solution), phases_html(diagram)):
        xml.fromstring(page.replace("&nbsp;", " "))
        assert "<math" in page


@pytest.mark.parametrize("long", [60, 200])
def test_a_header_does_not_run_into_the_next_column(long: int) -> None:
    """A column of short entries under a long word is as wide as the word."""
    row = (("1",), ("a " * (long // 2),), ("b " * (long // 2),), ("{x}",), ("c " * (long // 2),))
    table = Table("tab:t", ("All.",), "lXXXX", (("",), ("one",), ("two",), ("rationalizable",), ("last",)), (row,))
    shares = [float(x) for x in re.findall(r"hsize=([0-9.]+)", section_latex((table,), "bn"))]
    assert len(shares) == 4 and sum(shares) == pytest.approx(4, abs=0.01)
    assert shares[2] / 4 * LINE >= len("rationalizable")
