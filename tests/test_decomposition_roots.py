"""Real algebraic numbers: isolation, comparison, signs, simplest rationals, printing."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise
from math import isclose

import pytest
from flint import fmpq, fmpz_mpoly_ctx, fmpz_poly
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from berknash.symbolic.decomposition import algebraic, between, real_roots, sign_at, sign_at_point
from berknash.symbolic.decomposition.isolation import isolate, root_bound, variations
from berknash.symbolic.decomposition.rationals import as_fraction, simplest_between
from berknash.symbolic.decomposition.roots import identify, squarefree_part

fractions = st.fractions(min_value=-20, max_value=20, max_denominator=40)
polynomials = st.lists(st.integers(-9, 9), min_size=2, max_size=9).map(fmpz_poly)


def from_roots(roots: list[Fraction]) -> fmpz_poly:
    product = fmpz_poly([1])
    for root in roots:
        product *= fmpz_poly([-root.numerator, root.denominator])
    return product


@settings(deadline=None)
@given(st.lists(fractions, min_size=1, max_size=6), st.integers(0, 3))
def test_rational_roots_are_found_exactly(roots: list[Fraction], pairs: int) -> None:
    # Complex pairs close to the real axis do not disturb.
    product = from_roots(roots)
    for k in range(pairs):
        product *= fmpz_poly([10**6 * k * k + 1, -2 * k * 10**6, 10**6])
    assert [root.as_rational() for root in real_roots(product)] == sorted(set(roots))


@settings(deadline=None)
@given(polynomials)
def test_isolating_intervals_are_disjoint_and_complete(polynomial: fmpz_poly) -> None:
    assume(polynomial.degree() > 0)
    part = squarefree_part(polynomial)
    roots = isolate(part, None, None)
    bound = root_bound(part)
    for root in roots:
        assert -bound <= root.lower <= root.upper <= bound
        if root.is_exact:
            assert part(root.lower) == 0
        else:
            below, above = isolate(part, None, root.lower), isolate(part, root.upper, None)
            assert len(below) + len(above) < len(roots)
    # Parity: the number of roots on the line has the parity of the degree.
    assert (len(roots) - part.degree()) % 2 == 0
    assert all(a.upper <= b.lower for a, b in pairwise(roots))


@settings(deadline=None)
@given(polynomials, fractions, fractions)
def test_roots_inside_an_interval(polynomial: fmpz_poly, low: Fraction, high: Fraction) -> None:
    assume(polynomial.degree() > 0 and low < high)
    everywhere = real_roots(polynomial)
    inside = real_roots(polynomial, fmpq(low.numerator, low.denominator), fmpq(high.numerator, high.denominator))
    assert inside == [root for root in everywhere if low < root < high]


@settings(deadline=None)
@given(polynomials, polynomials)
def test_comparison_and_sign(first: fmpz_poly, second: fmpz_poly) -> None:
    assume(first.degree() > 0 and second.degree() > 0)
    numbers = real_roots(first)
    others = real_roots(second)
    for a in numbers:
        assert sign_at(first, a) == 0
        assert (sign_at(second, a) == 0) == (a in others)
        for b in others:
            assert (a < b) + (a == b) + (a > b) == 1
            if a != b and not isclose(float(a), float(b), rel_tol=1e-12, abs_tol=1e-12):
                assert (a < b) == (float(a) < float(b))
                low, high = sorted((a, b))
                middle = between(low, high)
                assert low < middle < high


def test_two_polynomials_one_number() -> None:
    one = real_roots(fmpz_poly([-2, 0, 1]))[1]
    other = real_roots(fmpz_poly([-2, 0, 1]) * fmpz_poly([1, 1, 1]) * fmpz_poly([-3, 0, 0, 1]))
    assert one in other and hash(one) == hash(other[other.index(one)])
    root = isolate(fmpz_poly([-2, 0, 1]) * fmpz_poly([-3, 1]), fmpq(1), fmpq(2))[0]
    assert identify(root) == one


def test_close_numbers_are_told_apart() -> None:
    # Mignotte's polynomial: two roots about 1e-13 apart.
    polynomial = fmpz_poly([-2, 4 * 1000, -2 * 1000**2] + [0] * 4 + [1])
    roots = real_roots(polynomial)
    assert len(roots) == 3
    low, high = roots[0], roots[1]
    assert low < high and sign_at(polynomial, low) == 0
    gap = high.bounds(80)[0] - low.bounds(80)[1]
    assert 0 < gap < Fraction(1, 10**9)


@settings(deadline=None)
@given(fractions, fractions)
def test_simplest_rational(low: Fraction, high: Fraction) -> None:
    assume(low < high)
    found = as_fraction(
        simplest_between(fmpq(low.numerator, low.denominator), fmpq(high.numerator, high.denominator))
    )
    assert low < found < high
    for denominator in range(1, found.denominator):
        assert not any(
            low < Fraction(n, denominator) < high
            for n in range(int(low * denominator) - 1, int(high * denominator) + 2)
        )


@pytest.mark.parametrize(
    ("coefficients", "texts"),
    [
        ([-1, 2], ["1/2"]),
        ([-2, 0, 1], ["-sqrt(2)", "sqrt(2)"]),
        ([-1, -1, 1], ["1/2 - sqrt(5)/2", "1/2 + sqrt(5)/2"]),
        ([-12, 0, 1], ["-2*sqrt(3)", "2*sqrt(3)"]),
        ([-1, -1, 0, 0, 0, 1], ["root(x**5 - x - 1, 1)"]),
        ([1, -4, 0, 1], ["root(x**3 - 4*x + 1, 1)", "root(x**3 - 4*x + 1, 2)", "root(x**3 - 4*x + 1, 3)"]),
    ],
)
def test_printing(coefficients: list[int], texts: list[str]) -> None:
    assert [str(root) for root in real_roots(fmpz_poly(coefficients))] == texts


def test_rationals_and_numbers_mix() -> None:
    half = algebraic(Fraction(1, 2))
    assert half == Fraction(1, 2) and half < 1 and half.as_rational() == Fraction(1, 2)
    assert hash(half) == hash(Fraction(1, 2))
    with pytest.raises(ValueError, match="not rational"):
        real_roots(fmpz_poly([-2, 0, 1]))[0].as_rational()
    assert float(real_roots(fmpz_poly([-2, 0, 1]))[1]) == 2**0.5


def test_variations_skip_zeros() -> None:
    assert variations([1, 0, 0, -1, 0, 1, 1]) == 2


def test_a_sign_does_not_depend_on_what_was_asked_before() -> None:
    # Roots are shared and narrowed in place; the unit circle passes through (+-1/sqrt(2), +-1/sqrt(2)).
    x, y = fmpz_mpoly_ctx.get(["x", "y"], "lex").gens()
    roots = real_roots(fmpz_poly([-1, 0, 2]))
    for _ in range(12):
        signs = [sign_at_point(x**2 + y**2 - 1, ["x", "y"], (first, second)) for first in roots for second in roots]
        assert signs == [0, 0, 0, 0]
