"""What is printed means what the tree means, in every notation; `benchmarks/printing.py` does the same at length."""

from __future__ import annotations

import random
from collections.abc import Callable
from fractions import Fraction

import pytest
from flint import arb, fmpz_poly
from formula_agreement import Tally, compare, compare_claim, compare_condition, compare_with_sympy, own_value, point_for
from formula_drawing import NAMES, PLAIN, Drawing, letters, point
from formula_meaning import Meaning, agree, at_precision, ball, truth, value
from formula_readers import read_coq, read_coq_statement, read_text, read_text_statement
from matplotlib.mathtext import MathTextParser
from typeset_readers import read_latex, read_latex_statement, read_mathml

from berknash.proofs.report.tikz import tick_label, ticks
from berknash.proofs.theorems.words import claim_inline, claim_of
from berknash.proofs.typeset.formula_latex import expression_latex, markup_latex
from berknash.proofs.typeset.formulas import factor, formula
from berknash.proofs.typeset.markup import Letter, Notation, distinct, markup_of_name
from berknash.symbolic.decomposition import real_roots
from berknash.symbolic.expressions.reading import (
    Apply,
    Expression,
    Number,
    Power,
    Product,
    Sum,
    Symbol,
    read_expression,
)

MINUS = Number(Fraction(-1))
X, Y = Symbol("p"), Symbol("q")


def checked(seed: int, count: int, check: Callable[[random.Random, Tally], None]) -> Tally:
    """What came of many checks; none may find a difference."""
    source, tally = random.Random(seed), Tally()

    def run() -> None:
        for _ in range(count):
            check(source, tally)

    at_precision(run)
    assert not tally.differences, tally.differences[:3]
    return tally


def test_expressions_in_every_notation() -> None:
    def check(source: random.Random, tally: Tally) -> None:
        tree = Drawing(source).expression(source.randint(1, 4), source.random() < 0.5)
        compare(tree, point_for(tree, source), tally)

    tally = checked(1, 400, check)
    assert set(tally.compared) == {"text", "LaTeX", "mathtext", "MathML"}
    assert min(tally.compared.values()) > 350


def test_a_power_of_what_is_zero_is_compared() -> None:
    one = Product((Symbol("cost_of_x"), Power(Symbol("cost_of_x"), -1)))

    def check(source: random.Random, tally: Tally) -> None:
        compare(Power(Apply("log", one), 3), point(source), tally)

    assert set(checked(5, 20, check).compared.values()) == {20}


def test_conditions_in_every_notation() -> None:
    def check(source: random.Random, tally: Tally) -> None:
        compare_condition(Drawing(source).condition(2), point(source), tally)

    tally = checked(2, 150, check)
    assert set(tally.compared) == {f"{n} condition" for n in ("text", "LaTeX", "mathtext", "MathML")} | {"sentence"}
    assert min(tally.compared.values()) > 100


def test_claims_as_text_and_in_coq_and_exact_elements() -> None:
    def check(source: random.Random, tally: Tally) -> None:
        drawing = Drawing(source, NAMES[:3], functions=source.random() < 0.5)
        compare_claim(drawing.claim(source.randint(1, 3)), point(source), tally)

    tally = checked(3, 150, check)
    assert tally.compared["Coq"] > 80 and tally.compared["exact element"] > 400 and tally.compared["text claim"] > 100


def test_latex_as_sympy_reads_it() -> None:
    def check(source: random.Random, tally: Tally) -> None:
        tree = Drawing(source, PLAIN).expression(source.randint(1, 2), source.random() < 0.5)
        compare_with_sympy(tree, point_for(tree, source, PLAIN), tally)

    assert checked(4, 60, check).compared["SymPy"] > 40


TREES = [
    (Product((MINUS, Sum((X, Y)))), "-(p + q)"),
    (Sum((Y, Product((MINUS, Sum((X, MINUS)))))), "q - (p - 1)"),
    (Sum((Y, Product((MINUS, Product((MINUS, X)))))), "q - (-p)"),
    (Product((Number(Fraction(3)), Power(Number(Fraction(2)), 3))), r"3 \cdot 2^{3}"),
    (Power(Number(Fraction(-1, 2)), 3), r"\left(-\frac{1}{2}\right)^{3}"),
    (Power(Power(X, -1), -1), r"\frac{1}{\frac{1}{p}}"),
    (Power(Power(X, 2), 3), r"(p^{2})^{3}"),
    (Power(Apply("log", X), 2), r"(\log p)^{2}"),
    (Apply("log", Power(X, 2)), r"\log p^{2}"),
    (Apply("log", Power(Sum((X, Y)), 2)), r"\log((p + q)^{2})"),
    (Product((Symbol("rate"), Symbol("cost"))), r"\mathit{rate} \cdot \mathit{cost}"),
    (Product((Symbol("rate"), Sum((X, Y)))), r"\mathit{rate} \cdot (p + q)"),
]


@pytest.mark.parametrize(("tree", "latex"), TREES, ids=[latex for _, latex in TREES])
def test_brackets_stand_where_they_are_needed_and_nowhere_else(tree: Expression, latex: str) -> None:
    assert expression_latex(tree) == latex


@pytest.mark.parametrize(
    ("text", "latex"),
    [
        ("a - (b - (c - 1))", "a - (b - (c - 1))"),
        ("1 - (x_1 + x_2 + x_3)", "1 - (x_{1} + x_{2} + x_{3})"),
        ("-(a + b)/2", r"-\frac{a + b}{2}"),
        ("(-a)**3*b", "-a^{3}b"),
        ("a - b*c/d", r"a - \frac{bc}{d}"),
    ],
)
def test_formulas_of_games(text: str, latex: str) -> None:
    assert expression_latex(read_expression(text, None, where="")) == latex


def test_named_formulas_keep_their_brackets_out() -> None:
    """A sum that has a name is one letter, wherever it stands."""
    named = Sum((X, Y))
    notation = Notation({}, {named: Letter("tau")})
    tree = Sum((X, Product((MINUS, named)), Power(named, 2), Product((Y, Power(named, -1)))))
    assert markup_latex(formula(tree, notation)) == r"p - \tau + \tau^{2} + \frac{q}{\tau}"
    assert markup_latex(factor(named, Notation())) == "(p + q)"


def test_names_that_look_alike_are_written_out() -> None:
    written = distinct({name: markup_of_name(name) for name in ("x1", "x_1", "p")})
    assert [markup_latex(m) for m in written.values()] == [r"\mathit{x1}", r"\mathit{x\_1}", "p"]


def test_ticks_have_no_exponents() -> None:
    assert [tick_label(v) for v in ticks(0.12345, 0.12346)][:2] == ["0.12345", "0.123452"]
    assert [tick_label(v) for v in (1e-5, -0.0, 2e6)] == ["0.00001", "0", "2000000"]


def test_an_implication_inside_a_hypothesis_is_bracketed() -> None:
    inner = ["=>", [">", "p", "0"], ["unique", "a"]]
    parts = claim_inline(claim_of(["=>", inner, ["unique", "b"]]), Notation())
    assert [part for part in parts if isinstance(part, str)][:2] == ["if ", "("]


def test_figures_can_show_what_is_printed_for_them() -> None:
    source, parser = random.Random(5), MathTextParser("agg")
    for _ in range(25):
        markup = formula(Drawing(source).expression(2, True), Notation(letters()))
        parser.parse(f"${markup_latex(markup, mathtext=True)}$")


def test_roots_of_quadratics_as_text() -> None:
    source, compared = random.Random(6), 0
    for _ in range(200):
        low, middle, high = source.randint(-30, 30), source.randint(-30, 30), source.randint(1, 12)
        for root in real_roots(fmpz_poly([low, middle, high])):
            meaning = read_text(str(root))
            assert at_precision(lambda r=root, m=meaning: abs(value(m, {}) - arb(float(r))) < 1e-12), str(root)
            compared += 1
    assert compared > 200


# The readers themselves: texts with values known beforehand

POINT = {"p": Fraction(2, 3), "q": Fraction(-5, 7)}
KNOWN: list[tuple[Callable[[str], Meaning], str, Fraction]] = [
    (read_text, "-p**2", Fraction(-4, 9)),
    (read_text, "1 - p - q", Fraction(22, 21)),
    (read_text, "1/p/q", Fraction(-21, 10)),
    (read_text, "p/(q/p)", Fraction(-28, 45)),
    (read_text, "2**-1*p", Fraction(1, 3)),
    (read_coq, "- p ^ 2 - q", Fraction(17, 63)),
    (read_coq, "(p) / (q) * p", Fraction(-28, 45)),
    (read_latex, r"1 - p - q", Fraction(22, 21)),
    (read_latex, r"1 - (p - q)", Fraction(-8, 21)),
    (read_latex, r"-p^{2}", Fraction(-4, 9)),
    (read_latex, r"\frac{1}{2}pq", Fraction(-5, 21)),
    (read_latex, r"2 \cdot \left(p - \frac{1}{3}\right)^{2}q", Fraction(-10, 63)),
    (read_mathml, "<math><mo>−</mo><msup><mi>p</mi><mn>2</mn></msup></math>", Fraction(-4, 9)),
    (read_mathml, "<math><mn>1</mn><mo>−</mo><mrow><mo>(</mo><mi>p</mi><mo>−</mo><mi>q</mi><mo>)</mo></mrow></math>",
     Fraction(-8, 21)),
]  # fmt: skip


@pytest.mark.parametrize(("read", "text", "worth"), KNOWN, ids=[text for _, text, _ in KNOWN])
def test_readers_know_the_conventions(read: Callable[[str], Meaning], text: str, worth: Fraction) -> None:
    assert at_precision(lambda: agree(value(read(text), {n: ball(v) for n, v in POINT.items()}), ball(worth)))


@pytest.mark.parametrize(
    ("read", "text", "holds"),
    [
        (read_text_statement, "p < 0 or p > 0 and q < 0", True),
        (read_text_statement, "(p < 0 or p > 0) and q > 0", False),
        (read_text_statement, "not p < 0 and q > 0", False),
        (read_text_statement, "p < 0 => q > 0", True),
        (read_coq_statement, r"p < 0 \/ 0 < p /\ q < 0", True),
        (read_coq_statement, r"(~ (0 < p)) \/ q <> 0", True),
        (read_latex_statement, r"q < p \leq 1,\ \allowbreak p > 1\text{ or }q = 0", False),
    ],
)
def test_readers_know_how_words_bind(read: Callable[[str], Meaning], text: str, holds: bool) -> None:
    assert at_precision(lambda: truth(read(text), {n: ball(v) for n, v in POINT.items()})) is holds


def test_trees_have_their_own_value() -> None:
    tree = Sum((X, Product((MINUS, Power(Sum((X, Y)), -2)))))
    expected = Fraction(2, 3) - 1 / Fraction(-1, 21) ** 2
    assert at_precision(lambda: agree(own_value(tree, {n: ball(v) for n, v in POINT.items()}), ball(expected)))
