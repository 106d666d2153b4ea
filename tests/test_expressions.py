"""Reading, printing and substituting exact expressions: what the grammar says, and nothing else."""

from __future__ import annotations

import ast
import builtins
import os
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from berknash.symbolic.errors import GameError
from berknash.symbolic.expressions.reading import (
    ONE,
    ZERO,
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
    fold,
    multiply,
    number,
    power,
    read_expression,
    read_relation,
    substitute,
    symbols_of,
    to_sympy,
)

SYMBOLS = ("h", "l", "p", "x", "y")


def read(text: object) -> Expression:
    return read_expression(text, SYMBOLS, where="game.toml: key")


# Each text with what it must print as, and (so that printing is not its own judge) its value at the point below.
POINT = {"h": Fraction(4, 5), "l": Fraction(1, 5), "p": Fraction(7, 10)} | {
    "x": Fraction(-3),
    "y": Fraction(2),
}
READINGS = [
    ("1 - p", "1 - p", Fraction(3, 10)),
    ("0.1", "1/10", Fraction(1, 10)),
    (".5 + 1.", "3/2", Fraction(3, 2)),
    ("0.1 + 0.2", "3/10", Fraction(3, 10)),
    ("h*(1 - l)/(l*(1 - h))", "h*(1 - l)/(l*(1 - h))", Fraction(16)),
    ("-2*x**2", "-2*x**2", Fraction(-18)),
    ("-x**2", "-x**2", Fraction(-9)),
    ("(-x)**2", "x**2", Fraction(9)),
    ("2**-1", "1/2", Fraction(1, 2)),
    ("x**-2", "1/x**2", Fraction(1, 9)),
    ("x/y/p", "x/(y*p)", Fraction(-15, 7)),
    ("x/(y/p)", "x/(y/p)", Fraction(-21, 20)),
    ("x*y/2/3", "x*y/6", Fraction(-1)),
    ("x - (y - p)", "x - (y - p)", Fraction(-43, 10)),
    ("x - -y", "x + y", Fraction(-1)),
    ("x + -y", "x - y", Fraction(-5)),
    ("+x", "x", Fraction(-3)),
    ("1/(2*x)**2", "1/(4*x**2)", Fraction(1, 36)),
    ("x/(y/p)**2", "x/(y**2/p**2)", Fraction(-147, 400)),
    ("1/(1/x)", "1/(1/x)", Fraction(-3)),
    ("x**2**2", "x**4", Fraction(81)),
    ("2*(3*x)", "6*x", Fraction(-18)),
    ("x*2*3", "6*x", Fraction(-18)),
    ("1 + x + 1", "2 + x", Fraction(-1)),
    ("x/3 + 2*x/3", "x/3 + 2*x/3", Fraction(-3)),
    ("sqrt(4/9)*p", "2*p/3", Fraction(7, 15)),
    ("exp(0) + log(1)", "1", Fraction(1)),
    ("  1\n -\tp ", "1 - p", Fraction(3, 10)),
    ("x*0", "0", Fraction(0)),
    ("(x + y)*(x - y)", "(x + y)*(x - y)", Fraction(5)),
    ("-(x + y)", "-(x + y)", Fraction(1)),
    ("1 - 1/2*(x + y)", "1 - (x + y)/2", Fraction(3, 2)),
]


def value(expression: Expression) -> Fraction:
    result = substitute(expression, POINT)
    assert isinstance(result, Number)
    return result.value


@pytest.mark.parametrize(("text", "printed", "worth"), READINGS, ids=[text for text, _, _ in READINGS])
def test_reading(text: str, printed: str, worth: Fraction) -> None:
    expression = read(text)
    assert str(expression) == printed
    assert value(expression) == worth
    assert read(printed) == expression


def test_plain_integers_are_expressions() -> None:
    assert read(3) == Number(Fraction(3))
    assert read(-3) == Number(Fraction(-3))


def test_shapes_of_the_trees() -> None:
    p, q = Symbol("p"), Symbol("x")
    assert read("p/x") == Product((p, Power(q, -1)))
    assert read("1 - p") == Sum((ONE, Product((Number(Fraction(-1)), p))))
    assert read("log(p)") == Apply("log", p)
    assert read("p - p") == Sum((p, Product((Number(Fraction(-1)), p))))


def test_zero_times_a_quotient_is_not_forgotten() -> None:
    """0/x has no value at x = 0, so it must not become 0."""
    assert str(read("0/x")) == "0/x"
    assert str(read("0*log(x)")) == "0*log(x)"
    assert read("0*x*exp(y)") == ZERO
    with pytest.raises(GameError, match="division by zero"):
        substitute(read("0/x"), {"x": Fraction(0)})


REFUSED = [
    ("", "an empty expression"),
    ("   ", "an empty expression"),
    ("q", "undeclared symbol 'q'"),
    ("1 - prob", "declared here: h, l, p, x, y"),
    ("2p", "every product with *"),
    ("p x", "cannot be read"),
    ("p +", "cannot be read"),
    ("(p", "cannot be read"),
    ("p)", "cannot be read"),
    ("007", "cannot be read"),
    ("1e5x", "cannot be read"),
    ("1e", "undeclared symbol 'e'"),
    ("1e3001", "beyond the limit of 3000"),
    ("1e-99999999999", "beyond the limit of 3000"),
    ("1_000", "undeclared symbol '_000'"),
    ("p ^ 2", "powers are written **"),
    ("p % 2", "the character '%'"),
    ("p // 2", "cannot be read"),
    ("p = 1", "equality is written =="),
    ("p < 1", "a relation '<'"),
    ("p == 1", "a relation '=='"),
    ("p**x", "not an integer constant"),
    ("p**(1/2)", "not an integer constant"),
    ("p**65", "beyond the limit of 64"),
    ("p**-65", "beyond the limit of 64"),
    ("(p**64)**64", "beyond the limit of 64"),
    ("9**9**9**9", "beyond the limit of 64"),
    ("((9**64)**64)**64", "more than 10000 bits"),
    ("9" * 3500, "more than 10000 bits"),
    ("9" * 5000, "a number of 5000 digits"),
    ("0." + "1" * 9000, "a number of 9002 digits"),
    ("1/0", "division by zero"),
    ("1/(1 - 1)", "division by zero"),
    ("log(0)", "log(0) is not a real number"),
    ("log(-1)", "log(-1) is not a real number"),
    ("sqrt(-2)", "sqrt(-2) is not a real number"),
    ("exp", "exp is a function"),
    ("exp + 1", "exp is a function"),
    ("exp()", "has no place"),
    ("exp(p, 2)", "the character ','"),
    ("p(2)", "'p' is not a function"),
    ("sin(p)", "'sin' is not a function"),
    ("__import__('os').system('true')", 'the character "\'"'),
    ("__import__(p)", "'__import__' is not a function"),
    ("lambda: 1", "the character ':'"),
    ("lambda", "undeclared symbol 'lambda'"),
    ("p if p else p", "undeclared symbol 'if'"),
    ("p and p", "undeclared symbol 'and'"),
    ("not p", "undeclared symbol 'not'"),
    ("p.real", "the character '.'"),
    ("p.__class__", "the character '.'"),
    ("1 .real", "the character '.'"),
    ("(p)(p)", "unknown function 'p'"),
    ("(exp)(p)", "exp is a function"),
    ("exp(p)(p)", "has no place"),
    ("[p]", "the character '['"),
    ("{p}", "the character '{'"),
    ("f'{p}'", 'the character "\'"'),
    ("'p'", "the character"),
    ("p := 1", "the character ':'"),
    ("p; p", "the character ';'"),
    ("p # comment", "the character '#'"),
    ("p\\\n", "the character"),
    ("ℓ", "the character 'ℓ'"),
    ("１", "the character '１'"),
    ("p\x00", "the character '\\x00'"),
    ("True", "undeclared symbol 'True'"),
    ("None", "undeclared symbol 'None'"),
    ("...", "the character '.'"),
    ("1j", "undeclared symbol 'j'"),
    ("0x10", "undeclared symbol 'x10'"),
    ("~p", "the character '~'"),
    ("p @ p", "the character '@'"),
    ("*p", "cannot be read"),
    ("**p", "cannot be read"),
    ("a" * 70, "a name of 70 characters"),
    ("(" * 100_000, "longer than the limit of 10000"),
    ("(" * 41 + "1" + ")" * 41, "nested deeper than the limit of 40"),
    ("-" * 1_900 + "1", "too many powers or signs"),
    ("**".join(["1"] * 900), "too many powers or signs"),
    ("1+" * 1_500 + "1", "tokens is larger than the limit of 2000"),
    ("p" * 1_000_000, "longer than the limit of 10000"),
    (1.5, "decimals go in quotes"),
    (True, "not a boolean"),
    (None, "not a NoneType"),
    ([], "not an array"),
    ({}, "not a table"),
    (b"p", "not a bytes"),
    (1 << 20_000, "more than 10000 bits"),
]


@pytest.mark.parametrize(
    ("text", "reason"), REFUSED, ids=[f"{place}-{reason}" for place, (_, reason) in enumerate(REFUSED)]
)
def test_refused_in_one_line_that_names_the_place(
    text: object, reason: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    executed: list[object] = []
    for module, name in ((builtins, "eval"), (builtins, "exec"), (os, "system")):
        monkeypatch.setattr(module, name, lambda *given: executed.append(given))
    monkeypatch.setattr(builtins, "compile", _parser_only(executed))
    with pytest.raises(GameError) as caught:
        read(text)
    message = str(caught.value)
    assert message.startswith("game.toml: key: ")
    assert reason in message
    assert "\n" not in message and len(message) < 300
    assert executed == []


def _parser_only(executed: list[object]):
    compiler = compile

    def parse(*given: object, **options: object):
        flags = options.get("flags", given[3] if len(given) > 3 else 0)
        if not flags & ast.PyCF_ONLY_AST:  # type: ignore[operator]
            executed.append(given)
        return compiler(*given, **options)  # type: ignore[call-overload]

    return parse


def test_long_flat_sums_are_fine() -> None:
    assert read("+".join(["1"] * 900)) == Number(Fraction(900))
    assert value(read("+".join(["p"] * 900))) == 630
    assert value(read("*".join(["1", *["y"] * 99]))) == 2**99


def test_deepest_allowed_nesting() -> None:
    assert read("(" * 40 + "p" + ")" * 40) == Symbol("p")
    deep = "log(1+" * 39 + "p" + ")" * 39
    assert read(str(read(deep))) == read(deep)


def test_without_declarations_every_name_but_keywords() -> None:
    assert symbols_of(read_expression("a*b_1", None, where="here")) == {"a", "b_1"}
    with pytest.raises(GameError, match="undeclared symbol 'lambda'"):
        read_expression("lambda", None, where="here")


# Relations


def test_relations() -> None:
    p, one = Symbol("p"), ONE
    assert read_relation("p < 1", SYMBOLS, where="here") == (Relation(p, "<", one),)
    chain = read_relation("0 < l <= h != p == x >= y > 0", SYMBOLS, where="here")
    assert [link.operator for link in chain] == ["<", "<=", "!=", "==", ">=", ">"]
    for link in chain:
        assert read_relation(str(link), SYMBOLS, where="here") == (link,)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("p", "is not a relation"),
        ("p = 1", "equality is written =="),
        ("p < (x < y)", "Compare has no place"),
        ("p <", "cannot be read"),
        ("p in x", "undeclared symbol 'in'"),
        ("p < q", "undeclared symbol 'q'"),
        ("p <> 1", "cannot be read"),
        (1, "must be a string"),
        ("p < 1/0", "division by zero"),
    ],
)
def test_refused_relations(text: object, reason: str) -> None:
    with pytest.raises(GameError, match=r"^here: ") as caught:
        read_relation(text, SYMBOLS, where="here")
    assert reason in str(caught.value)


# Properties

untimed = settings(deadline=None, max_examples=60)
rationals = st.fractions(min_value=-9, max_value=9, max_denominator=12)


def compound(inner: st.SearchStrategy[Expression]) -> st.SearchStrategy[Expression]:
    return st.one_of(
        st.lists(inner, max_size=4).map(add),
        st.lists(inner, max_size=4).map(multiply),
        st.tuples(inner, st.integers(-4, 4)).map(lambda pair: ("power", *pair)),
        st.tuples(st.sampled_from(["exp", "log", "sqrt"]), inner).map(lambda pair: ("apply", *pair)),
    ).map(_built)


def _built(made: object) -> Expression:
    """Builds, or gives zero where there is nothing to build (log of a negative number and the like)."""
    if not isinstance(made, tuple):
        return made  # type: ignore[return-value]
    kind, first, second = made
    try:
        return power(first, second) if kind == "power" else apply(first, second)
    except GameError:
        return ZERO


expressions = st.recursive(
    st.one_of(rationals.map(number), st.sampled_from(SYMBOLS).map(Symbol)), compound, max_leaves=12
)


@untimed
@given(expressions)
def test_what_is_printed_reads_back_as_the_same_tree(expression: Expression) -> None:
    assert read(str(expression)) == expression


def raw_value(expression: Expression, point: dict[str, Fraction]) -> Fraction:
    """The value by plain arithmetic, independent of the canonical form."""

    def function(name: str, argument: Fraction) -> Fraction:
        raise ArithmeticError

    def product(factors: list[Fraction]) -> Fraction:
        total = Fraction(1)
        for factor in factors:
            total *= factor
        return total

    return fold(
        expression, Fraction, point.__getitem__, lambda terms: sum(terms, Fraction(0)), product, pow, function
    )


def raw(inner: st.SearchStrategy[Expression]) -> st.SearchStrategy[Expression]:
    return st.one_of(
        st.lists(inner, min_size=1, max_size=3).map(lambda parts: Sum(tuple(parts))),
        st.lists(inner, min_size=1, max_size=3).map(lambda parts: Product(tuple(parts))),
        st.builds(Power, inner, st.integers(-3, 3)),
    )


raw_trees = st.recursive(
    st.one_of(rationals.map(Number), st.sampled_from(SYMBOLS).map(Symbol)), raw, max_leaves=10
)
points = st.fixed_dictionaries(dict.fromkeys(SYMBOLS, rationals))


@untimed
@given(raw_trees, points)
def test_printing_and_canonical_form_keep_the_value(
    expression: Expression, point: dict[str, Fraction]
) -> None:
    """Even trees that are not canonical print as text with the same value."""
    try:
        expected = raw_value(expression, point)
    except ZeroDivisionError:
        return
    assert raw_value(read(str(expression)), point) == expected
    result = substitute(expression, point)
    assert isinstance(result, Number) and result.value == expected


@untimed
@given(raw_trees, points)
def test_sympy_agrees(expression: Expression, point: dict[str, Fraction]) -> None:
    import sympy

    try:
        expected = raw_value(expression, point)
    except ZeroDivisionError:
        return
    values = {sympy.Symbol(name, real=True): sympy.Rational(str(at)) for name, at in point.items()}
    # Substitution happens before SymPy can cancel: the tree is rebuilt from numbers.
    assert to_sympy(substitute(expression, point)) == sympy.Rational(str(expected))
    cancelled = to_sympy(expression)
    if cancelled.has(sympy.zoo, sympy.nan):
        return
    assert cancelled.subs(values) == sympy.Rational(str(expected))


def test_sympy_symbols_are_real_and_numbers_exact() -> None:
    import sympy

    p = sympy.Symbol("p", real=True)
    assert to_sympy(read("p**2/3 - sqrt(p)")) == p**2 / 3 - sympy.sqrt(p)
    assert to_sympy(read("0.1")) == sympy.Rational(1, 10)


@untimed
@given(st.text(max_size=40))
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        expression = read(text)
    except GameError as error:
        assert str(error).startswith("game.toml: key: ")
    else:
        assert read(str(expression)) == expression


@untimed
@given(
    st.lists(
        st.sampled_from(["p", "1", "2", "+", "-", "*", "/", "**", "(", ")", "log", "x", "0"]), max_size=14
    )
)
def test_any_tokens_are_read_or_refused(tokens: list[str]) -> None:
    try:
        expression = read(" ".join(tokens))
    except GameError as error:
        assert "\n" not in str(error)
    else:
        assert read(str(expression)) == expression
