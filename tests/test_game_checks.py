"""Signs on boxes and domains: what is proved holds at every point that is tried, what is found is a point."""

from __future__ import annotations

from fractions import Fraction
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from berknash.symbolic.algebra.box_signs import Coefficients, Effort, bernstein, explore, lower_bound
from berknash.symbolic.algebra.parameters import Interval, Parameter, read_interval
from berknash.symbolic.cells.proved_signs import counterexample, proved, zero_of
from berknash.symbolic.cells.search import Domain, check_size, value_at
from berknash.symbolic.errors import GameError
from berknash.symbolic.expressions.reading import read_expression, read_relation
from berknash.symbolic.game.checks import check_domain, holds

INTERVALS = ["(0, 1)", "[0, 1]", "(-1, 2)", "[1/3, 5/2]", "(0, oo)", "[-1, oo)", "(-oo, 1)", "(-oo, oo)"]


def interval(text: str) -> Interval:
    return read_interval(text, where="here")


def domain(box: dict[str, str], *relations: str) -> Domain:
    parameters = [Parameter(name, interval(text)) for name, text in box.items()]
    links = [link for text in relations for link in read_relation(text, list(box), where="here")]
    return Domain(parameters, links, Effort(1_000_000))


def trials(one: Interval) -> list[Fraction]:
    """Points of an interval, close to its ends too."""
    low = one.low if one.low is not None else (one.high or Fraction(0)) - 50
    high = one.high if one.high is not None else low + 100
    shares = [Fraction(k, 12) for k in range(13)] + [Fraction(1, 1000), Fraction(999, 1000)]
    return [value for value in (low + (high - low) * share for share in shares) if one.contains(value)]


polynomials = st.dictionaries(st.tuples(st.integers(0, 3), st.integers(0, 2)), st.integers(-6, 6), max_size=6)
boxes = st.tuples(st.sampled_from(INTERVALS), st.sampled_from(INTERVALS))
EXAMPLES = settings(deadline=None, max_examples=150)


@EXAMPLES
@given(polynomials, boxes)
def test_proved_signs_hold_at_every_point_tried(terms: dict[tuple[int, int], int], texts: tuple[str, str]) -> None:
    box = [interval(text) for text in texts]
    closed_ends = all(one.low is not None or one.high is not None for one in box)
    values = [value_at(terms, point) for point in product(*map(trials, box))]
    if closed_ends:
        coefficients = bernstein(terms, box)
        ends = [
            (not one.high_open, False) if one.low is None else (not one.low_open, not one.high_open) for one in box
        ]
        if coefficients.positive(ends):
            assert min(values) > 0
        if coefficients.never_negative():
            assert min(values) >= 0
        if coefficients.never_positive():
            assert max(values) <= 0
    bound = lower_bound(terms, box)
    assert bound is None or min(values) >= bound
    outcome = explore([terms], box, lambda cell: cell.polynomials[0].never_negative(), None, Effort(20_000))
    assert outcome is not True or min(values) >= 0


@EXAMPLES
@given(polynomials, boxes)
def test_cells_are_proved_positive_only_where_they_are(
    terms: dict[tuple[int, int], int], texts: tuple[str, str]
) -> None:
    box = [interval(text) for text in texts]
    outcome = explore([terms], box, lambda cell: cell.polynomials[0].positive(cell.closed), None, Effort(20_000))
    if outcome is True:
        assert min(value_at(terms, point) for point in product(*map(trials, box))) > 0


def test_halves_have_the_coefficients_of_the_halved_box() -> None:
    terms = {(3, 0): 2, (1, 2): -5, (0, 1): 1, (0, 0): 3}
    whole = [interval("[0, 1]"), interval("[1, 3]")]
    low, high = bernstein(terms, whole).halves(1)

    def scaled(coefficients: Coefficients) -> list[Fraction]:
        return [Fraction(value, coefficients.values[0]) for value in coefficients.values]

    assert scaled(low) == scaled(bernstein(terms, [whole[0], interval("[1, 2]")]))
    assert scaled(high) == scaled(bernstein(terms, [whole[0], interval("[2, 3]")]))


RELATIONS = [(), ("x < y",), ("x + y <= 1",), ("x < 1/2", "y < 1/2"), ("x != y",), ("x == 2*y",), ("x*y > 1/4",)]
TEXTS = [
    "x", "1 - x", "y - x", "x*y", "1 - x - y", "x**2 - x*y + y**2", "x/(x + y)", "1 - x*y/(x + y)", "x - 1/2",
    "(x - y)**2", "2*y - x", "x*y - 1/4", "exp(x) - 1", "exp(-x*y)", "1 - exp(-x)", "sqrt(x) - x", "log(1 + x)",
    "log(x)", "1 - sqrt(x*y)", "x**3 + y - x", "1/(1 + exp(x - y))", "exp(x) - x - 1", "x - log(1 + x)",
]  # fmt: skip


@pytest.mark.parametrize("relations", RELATIONS, ids=str)
@pytest.mark.parametrize("text", TEXTS)
def test_signs_on_domains(text: str, relations: tuple[str, ...]) -> None:
    """A proof and a counterexample exclude each other; both are checked at points of a grid."""
    here = domain({"x": "(0, 1)", "y": "(0, 1]"}, *relations)
    element = here.element(read_expression(text, ("x", "y"), where="here"))
    grid = [{"x": Fraction(i, 8), "y": Fraction(j, 8)} for i in range(1, 8) for j in range(1, 9)]
    signs = [here.sign(element, point) for point in grid if here.satisfied(point)]
    for strict in (False, True):
        point = counterexample(here, element, strict)
        if proved(here, element, strict):
            assert point is None
            assert min(sign for sign in signs if sign is not None) >= int(strict)
        if point is not None:
            sign = here.sign(element, point)
            assert here.satisfied(point) and sign is not None and sign <= (0 if strict else -1)
    zero = zero_of(here, element)
    assert zero is None or (here.satisfied(zero) and here.sign(element, zero) == 0)


@pytest.mark.parametrize(
    ("text", "relations", "strict", "expected"),
    [
        ("y - x", ("x < y",), True, True),
        ("y - x", ("x <= y",), True, False),
        ("y - x", ("x <= y",), False, True),
        ("(y - x)/(x + y)", ("x < y",), True, True),
        ("1 - x - y", ("x + y < 1",), True, True),
        ("1 - x - y", ("x < 1/2", "y < 1/2"), True, True),
        ("y*(1 - x - y)", ("x + y <= 1",), False, True),
        ("x", (), True, True),
        ("x*y", (), True, True),
        ("1 - y", (), True, False),
        ("1 - y", (), False, True),
        ("1 - exp(-x)", (), False, True),
        ("exp(x)/(1 + exp(x))", (), True, True),
        ("log(1 + x)", (), False, True),
        ("-log(x)", (), False, True),
        ("1 - sqrt(x)", (), False, True),
    ],
)
def test_what_is_proved(text: str, relations: tuple[str, ...], strict: bool, expected: bool) -> None:
    here = domain({"x": "(0, 1)", "y": "(0, 1]"}, *relations)
    element = here.element(read_expression(text, ("x", "y"), where="here"))
    assert proved(here, element, strict) is expected


@pytest.mark.parametrize(
    ("relations", "message"),
    [
        (("x < y", "y < x"), "no parameter value satisfies x < y, y < x"),
        (("x < y", "y < z", "z < x"), "no parameter value satisfies"),
        (("x > 1",), "no parameter value satisfies x > 1"),
        (("x >= 1",), "no rational parameter value"),
        (("x*y > 1",), "no parameter value satisfies x*y > 1"),
        (("x + y + z > 3",), "no parameter value satisfies"),
        (("x**2 + y**2 == -1",), "no parameter value satisfies"),
        (("x**2 == 1/2",), "no rational parameter value that satisfies x**2 == 1/2 was found by a bounded search"),
        (("log(x) > 0",), "no rational parameter value"),
    ],
)
def test_empty_domains(relations: tuple[str, ...], message: str) -> None:
    names = ("x", "y", "z")
    parameters = tuple(Parameter(name, interval("(0, 1)")) for name in names)
    links = tuple(link for text in relations for link in read_relation(text, names, where="here"))
    with pytest.raises(GameError) as caught:
        check_domain(parameters, links, "assume")
    assert str(caught.value).startswith(f"assume: {message}")


@pytest.mark.parametrize(
    "relations",
    [
        ("x < y < z",),
        ("x == 3*y/7 + 1/13", "z == x + y"),
        ("x**2 + y**2 < 1/1000000",),
        ("x > 999999/1000000",),
        ("x + y + z == 1",),
        ("x*y == 1/3",),
        ("log(x) == log(y) + log(z)",),
        ("exp(x) > 2", "sqrt(y) < 1/10"),
        ("x != 1/2", "y != x", "z != x*y"),
        ("100*x < y", "100*y < z"),
    ],
)
def test_domains_with_a_point(relations: tuple[str, ...]) -> None:
    here = domain(dict.fromkeys("xyz", "(0, 1)"), *relations)
    point = next(here.samples(), None)
    assert point is not None and here.satisfied(point)


@pytest.mark.parametrize(
    ("text", "truth"),
    [
        ("1/3 < 0.34", True),
        ("log(8) == 3*log(2)", True),
        ("log(8) != 3*log(2)", False),
        ("sqrt(2)*sqrt(3) == sqrt(6)", True),
        ("57*log(3) + 43*log(7) < 57*log(8) + 43*log(2)", True),
        ("exp(1) > 2.718281828459045235360287471352662497757", True),
        ("exp(1) < 2.718281828459045235360287471352662497757", False),
        ("1/(1 - 1/2) <= 2", True),
    ],
)
def test_constant_relations(text: str, truth: bool) -> None:
    (relation,) = read_relation(text, (), where="here")
    assert holds(relation) is truth


def test_the_size_of_an_expression_is_bounded_before_it_is_expanded() -> None:
    letters = [f"x{place}" for place in range(8)]
    check_size(read_expression("+".join(letters), letters, where="here"))
    check_size(read_expression("x0**64*x1**64", letters, where="here"))
    with pytest.raises(GameError, match="expands to more than 50000 terms"):
        check_size(read_expression(f"({'+'.join(letters)})**30", letters, where="here"))
    with pytest.raises(GameError, match="expands to more than 50000 terms"):
        check_size(read_expression("*".join(f"(1 + {letter})**9" for letter in letters), letters, where="here"))
