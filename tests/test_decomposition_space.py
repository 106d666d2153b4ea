"""Three parameters, constants, budgets: known pictures, and independence of the order of elimination."""

from __future__ import annotations

from collections import Counter
from fractions import Fraction
from itertools import permutations, product
from random import Random
from typing import Any

import flint
import pytest
from flint import arb, fmpq, fmpz_mpoly_ctx
from hypothesis import given, settings
from hypothesis import strategies as st

from berknash.symbolic.decomposition import Decomposition, FibreNumber, Limits, decompose, sign_at_point
from berknash.symbolic.errors import BudgetError, NotSupportedError, UndecidedError

CONTEXT = fmpz_mpoly_ctx.get(["x", "y", "z"], "lex")
X, Y, Z = CONTEXT.gens()
NAMES = ["x", "y", "z"]
CUBE: Any = ((-2, 2),) * 3
SPACE: Any = ((None, None),) * 3


def evaluate(polynomial: Any, point: tuple[Any, ...]) -> int:
    total = Fraction(0)
    for exponents, coefficient in polynomial.to_dict().items():
        term = Fraction(int(coefficient))
        for value, exponent in zip(point, exponents, strict=False):
            term *= value ** int(exponent)
        total += term
    return (total > 0) - (total < 0)


KNOWN = [
    pytest.param([X**2 + Y**2 + Z**2 - 1], CUBE, 2, id="sphere"),
    pytest.param([X * Y * Z], CUBE, 8, id="coordinate planes"),
    pytest.param([X**2 - Y**2 * Z], CUBE, 3, id="Whitney umbrella"),
    pytest.param([X**2 + Y**2 - Z**2], CUBE, 3, id="cone"),
    pytest.param([Z**2 - X * Y], SPACE, 3, id="cone across the axes"),
    pytest.param([Y * Z - X], SPACE, 2, id="saddle, vanishing on a line"),
    pytest.param([X * Y * Z - 1], SPACE, 5, id="four sheets"),
    pytest.param([X**2 + Y**2 - 1, Z], CUBE, 4, id="cylinder and plane"),
    pytest.param([X - Y, Y - Z, X - Z], CUBE, 6, id="braid arrangement"),
    pytest.param([(X**2 + Y**2 + Z**2 + 3) ** 2 - 16 * (X**2 + Y**2)], ((-4, 4),) * 3, 2, id="torus"),
    pytest.param([X * (X**2 + Y**2 + Z**2 - 1), X * (Z - 1)], CUBE, 6, id="common factor"),
    pytest.param([X**2 + Y**2 + Z**2], CUBE, 1, id="isolated point"),
    pytest.param([Y * Z - X], CUBE, 2, id="saddle in a box"),
    pytest.param([(Z**2 - 4) * Y + X], CUBE, 2, id="vanishing on a line, both edges on one plane"),
    pytest.param([X * Z**2 + Y * Z], SPACE, 4, id="a plane and a saddle that share a line"),
    pytest.param([X**2 * Z - Y**2], CUBE, 3, id="umbrella upside down"),
]


@pytest.mark.parametrize(("polynomials", "box", "regions"), KNOWN)
def test_known_pictures_in_every_order(polynomials: list[Any], box: Any, regions: int) -> None:
    for order in permutations(NAMES):
        result = decompose(polynomials, list(order), box)
        assert len(result.regions) == regions
        for cell in result.cells:
            point = tuple(cell.sample[order.index(name)] for name in NAMES)
            assert cell.sign_vector == tuple(evaluate(p, point) for p in polynomials)


def census(result: Decomposition) -> Counter[tuple[int, ...]]:
    return Counter(region.sign_vector for region in result.regions)


exponents3 = [e for e in product(range(3), repeat=3) if sum(e) <= 2]
quadrics = st.lists(st.integers(-2, 2), min_size=len(exponents3), max_size=len(exponents3)).map(
    lambda values: CONTEXT.from_dict({e: v for e, v in zip(exponents3, values, strict=True) if v})
)
sparse = st.dictionaries(st.sampled_from(exponents3), st.integers(-2, 2), max_size=3).map(
    lambda terms: CONTEXT.from_dict({e: v for e, v in terms.items() if v})
)


@settings(max_examples=25, deadline=None)
@given(
    st.lists(st.one_of(quadrics, sparse), min_size=1, max_size=2),
    st.sampled_from([CUBE, SPACE, ((0, 1), (0, 1), (0, None))]),
)
def test_regions_do_not_depend_on_the_order(polynomials: list[Any], box: Any) -> None:
    sides = dict(zip(NAMES, box, strict=True))
    results = [decompose(polynomials, order, sides) for order in (NAMES, ["z", "x", "y"], ["y", "z", "x"])]
    assert census(results[0]) == census(results[1]) == census(results[2])
    for cell in results[0].cells:
        assert cell.sign_vector == tuple(evaluate(p, cell.sample) for p in polynomials)
    opens = set(results[0].sign_vectors())
    for point in product([Fraction(k, 7) for k in (-11, -6, -2, 1, 4, 5, 12)], repeat=3):
        if all((a is None or v > a) and (b is None or v < b) for v, (a, b) in zip(point, box, strict=True)):
            vector = tuple(evaluate(p, point) for p in polynomials)
            assert 0 in vector or vector in opens


exponents2 = [(i, j) for i in range(4) for j in range(4 - i)]
cubics = st.lists(st.integers(-3, 3), min_size=len(exponents2), max_size=len(exponents2)).map(
    lambda values: CONTEXT.from_dict({(*e, 0): v for e, v in zip(exponents2, values, strict=True) if v})
)


@settings(max_examples=40, deadline=None)
@given(
    st.lists(cubics, min_size=1, max_size=3),
    st.sampled_from([((-1, 1), (-1, 1)), ((None, None), (None, None)), ((0, None), (-1, 1))]),
)
def test_plane_regions_do_not_depend_on_the_order(polynomials: list[Any], box: Any) -> None:
    one = decompose(polynomials, ["x", "y"], box)
    two = decompose(polynomials, ["y", "x"], box[::-1])
    assert census(one) == census(two)
    assert len(one.neighbours) == len(two.neighbours)


CONSTANT_CONTEXT = fmpz_mpoly_ctx.get(["a", "b", "x", "y", "z"], "lex")
A, B, U, V, W = CONSTANT_CONTEXT.gens()
LOGS = {"a": lambda precision: arb(2).log(), "b": lambda precision: arb(3).log()}


def replaced(polynomial: Any) -> Any:
    """The polynomial with log 2 and log 3 replaced by close rationals, denominators cleared."""
    values = {0: fmpq(69314718055994530942, 10**20), 1: fmpq(109861228866810969140, 10**20)}
    terms: dict[tuple[int, ...], fmpq] = {}
    for exponents, coefficient in polynomial.to_dict().items():
        rest = (0, 0, *exponents[2:])
        value = coefficient * values[0] ** int(exponents[0]) * values[1] ** int(exponents[1])
        terms[rest] = terms.get(rest, fmpq(0)) + value
    return CONSTANT_CONTEXT.from_dict({e: (c * 10**100).p for e, c in terms.items() if c})


WITH_LOGS = [
    pytest.param([A * U - B * V, U + V - 1], ((0, 1), (0, 1)), id="lines"),
    pytest.param([A * U * V - 1, B * U**2 - A * V**2], ((None, None), (None, None)), id="conics"),
    pytest.param(
        [A * U - B * V, A * U**2 + B * V**2 - 1, U**3 * A - B * V**2 + V - A * B], ((0, 3), (0, 3)), id="cubic"
    ),
    pytest.param([V**2 - A * U**3, U - B], ((-1, 2), (-2, 2)), id="cusp"),
    pytest.param([(V - A) * (V**2 - A * U), V - A], ((None, None), (None, None)), id="shared factor"),
    pytest.param([A * U - B], ((0, 1), (0, 1)), id="no zero inside"),
]


@pytest.mark.parametrize(("polynomials", "box"), WITH_LOGS)
def test_constants_agree_with_close_rationals(polynomials: list[Any], box: Any) -> None:
    close = [replaced(p) for p in polynomials]
    for full in (False, True):
        exact = decompose(polynomials, ["x", "y"], box, LOGS, full=full)
        near = decompose(close, ["x", "y"], box, full=full)
        assert [c.sign_vector for c in exact.cells] == [c.sign_vector for c in near.cells]
        assert [c.position for c in exact.cells] == [c.position for c in near.cells]
        assert [r.cells for r in exact.regions] == [r.cells for r in near.regions]
        assert exact.adjacency == near.adjacency


@pytest.mark.parametrize(("polynomials", "box"), WITH_LOGS)
def test_signs_over_constants_at_every_sample(polynomials: list[Any], box: Any) -> None:
    result = decompose(polynomials, ["x", "y"], box, LOGS, full=True)
    for cell in result.cells:
        signs = tuple(sign_at_point(p, ["x", "y"], cell.sample, LOGS) for p in polynomials)
        assert signs == cell.sign_vector


def test_constants_on_a_line() -> None:
    result = decompose([A * U - B * (1 - U), U**2 * B - A], ["x"], [(0, 1)], LOGS, full=True)
    points = [cell for cell in result.cells if cell.dimension == 0]
    assert [cell.sign_vector for cell in points] == [(0, -1), (1, 0)]
    threshold = points[0].sample[0]
    assert isinstance(threshold, FibreNumber)
    low, high = threshold.bounds(100)
    with flint.ctx.workprec(300):
        exact = arb(3).log() / arb(6).log()
        assert arb(fmpq(low.numerator, low.denominator)) < exact
        assert exact < arb(fmpq(high.numerator, high.denominator))
    assert high - low <= Fraction(1, 2**100)
    assert abs(float(threshold) - 0.6131471927654584) < 1e-15


def test_constants_in_space() -> None:
    result = decompose([A * U**2 + B * V**2 + W**2 - 1, W - U], ["x", "y", "z"], ((-2, 2),) * 3, LOGS)
    assert census(result) == {(-1, -1): 1, (-1, 1): 1, (1, -1): 1, (1, 1): 1}


def test_a_hidden_identity_among_constants_is_undecided() -> None:
    # b = log 4 = 2 log 2: formally 2a - b is not zero, really it is.
    constants = {"a": lambda precision: arb(2).log(), "b": lambda precision: arb(4).log()}
    with pytest.raises(UndecidedError):
        decompose([(2 * A - B) * U], ["x"], [(0, 1)], constants)


def test_budgets_say_how_far_it_came() -> None:
    polynomials = [X**2 + Y**2 - 1, X - Y, X * Y - 1]
    with pytest.raises(BudgetError, match="more than 3 cells"):
        decompose(polynomials, ["x", "y"], CUBE[:2], limits=Limits(max_cells=3))
    with pytest.raises(BudgetError, match=r"projection: 0 of 3 done"):
        decompose(polynomials, ["x", "y"], CUBE[:2], limits=Limits(seconds=0.0))
    seen: list[str] = []
    decompose(polynomials, ["x", "y"], CUBE[:2], limits=Limits(progress=lambda s, d, t: seen.append(s)))
    assert set(seen) == {"projection", "lifting", "cells"}


def test_what_is_not_covered_is_refused() -> None:
    with pytest.raises(NotSupportedError):
        decompose([X], NAMES, CUBE, full=True)
    with pytest.raises(NotSupportedError):
        decompose([X], ["x"], [(1, 1)])


@pytest.mark.parametrize("seed", range(4))
def test_random_dense_quadrics(seed: int) -> None:
    rng = Random(seed)
    polynomials = [CONTEXT.from_dict({e: rng.randint(-9, 9) or 1 for e in exponents3}) for _ in range(3)]
    one = decompose(polynomials, NAMES, ((-1, 1),) * 3)
    two = decompose(polynomials, ["y", "x", "z"], ((-1, 1),) * 3)
    three = decompose(polynomials, ["z", "y", "x"], ((-1, 1),) * 3)
    assert census(one) == census(two) == census(three)


@settings(max_examples=25, deadline=None, derandomize=True)
@given(st.lists(st.one_of(quadrics, sparse), min_size=1, max_size=3), st.sampled_from([CUBE, SPACE]))
def test_walls_are_where_one_factor_changes_sign(polynomials: list[Any], box: Any) -> None:
    """Samples lie on their walls, neighbouring regions meet in walls, and the list does not depend on the order."""
    sides = dict(zip(NAMES, box, strict=True))
    found = []
    for order in (NAMES, ["z", "x", "y"]):
        result = decompose(polynomials, order, sides)
        for wall in result.walls:
            (atom,) = wall.atoms
            assert sign_at_point(result.atoms[atom], order, wall.sample) == 0
            for polynomial, sign in zip(polynomials, wall.sign_vector, strict=True):
                assert sign_at_point(polynomial, order, wall.sample) == sign
        found.append({wall.sign_vector for wall in result.walls})
        for first, second, atoms in result.neighbours:
            below, above = (result.regions[k].sign_vector for k in (first, second))
            for atom in atoms:
                divided = [result.atoms[atom].gcd(p) == result.atoms[atom] or p.is_zero() for p in polynomials]
                between = tuple(0 if d else s for d, s in zip(divided, below, strict=True))
                assert between == tuple(0 if d else s for d, s in zip(divided, above, strict=True))
                assert between in found[-1]
    assert found[0] == found[1]
