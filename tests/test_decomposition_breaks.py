"""Isolation of many polynomials at once, and the break points of a projection that is not factored."""

from __future__ import annotations

from flint import fmpq, fmpz_mpoly_ctx, fmpz_poly
from hypothesis import given, settings
from hypothesis import strategies as st

from berknash.symbolic.decomposition import Side
from berknash.symbolic.decomposition.bernstein import isolate_together
from berknash.symbolic.decomposition.breaks import projected_breaks
from berknash.symbolic.decomposition.isolation import certified_sign
from berknash.symbolic.decomposition.projection import RESULTANT, Source
from berknash.symbolic.decomposition.ring import Ring
from berknash.symbolic.decomposition.roots import identify, real_roots

BITS = 12
small = st.lists(st.integers(-9, 9), min_size=1, max_size=7).map(fmpz_poly)
# Roots at the ends and at the middles, double roots, near roots, and coefficients no float holds.
special = st.sampled_from(
    [
        fmpz_poly([0, 1]),
        fmpz_poly([-1, 2]),
        fmpz_poly([-1, 4]) * fmpz_poly([-3, 4]),
        fmpz_poly([-1, 3]) ** 2,
        fmpz_poly([-(10**20), 3 * 10**20 + 1]),
        fmpz_poly([-(10**9), 3 * 10**9 + 1]) * fmpz_poly([-1, 3]),
        fmpz_poly([10**30 + 7, -6 * 10**30, 9 * 10**30]),
        fmpz_poly([-1, 10**400]),
    ]
)
polynomials = st.lists(st.one_of(small, special, st.builds(lambda a, b: a * b, small, special)), max_size=8)


@settings(deadline=None)
@given(polynomials)
def test_isolation_together_finds_the_roots_and_nothing_else(forms: list[fmpz_poly]) -> None:
    for form, intervals in zip(forms, isolate_together(forms, BITS), strict=True):
        if intervals is None:
            continue
        expected = real_roots(form, fmpq(0), fmpq(1))
        assert len(intervals) == len(expected)
        for (place, level, above), root in zip(intervals, expected, strict=True):
            lower, upper = fmpq(place, 1 << level), fmpq(place + 1, 1 << level)
            assert root > lower and root < upper
            assert (certified_sign(form, lower), certified_sign(form, upper)) == (-above, above)


def test_isolation_together_answers_where_roots_are_simple_and_apart() -> None:
    forms = [fmpz_poly([-1, 5 + 2 * k]) * fmpz_poly([-2, 5 + 2 * k]) for k in range(5)]
    assert all(intervals is not None and len(intervals) == 2 for intervals in isolate_together(forms, BITS))
    assert isolate_together(forms, BITS, fewest=6) == [None] * 5


@settings(deadline=None)
@given(polynomials, st.sampled_from([Side(fmpq(0), fmpq(1)), Side(fmpq(-1, 3), fmpq(5, 2)), Side(None, None)]))
def test_breaks_are_the_roots_of_the_projection_with_all_they_come_from(forms: list[fmpz_poly], side: Side) -> None:
    context = fmpz_mpoly_ctx.get(["x", "y"], "lex")
    ring = Ring.make(context, ["x", "y"])
    x = context.gens()[0]
    found = [
        (sum((c * x**k for k, c in enumerate(form.coeffs())), context.constant(0)), Source(RESULTANT, n, n, 1))
        for n, form in enumerate(forms)
        if form.degree() >= 0
    ]
    breaks = projected_breaks(ring, found, 0, side)
    numbers = [identify(item.root) for item in breaks]
    product = fmpz_poly([1])
    for form in forms:
        if form.degree() >= 0:
            product *= form
    assert numbers == real_roots(product, side.lower, side.upper)
    for item, number in zip(breaks, numbers, strict=True):
        # The sources are the polynomials with this root, each with its multiplicity there.
        expected = []
        for n, form in enumerate(forms):
            if form.degree() > 0:
                expected.extend((n, e) for factor, e in form.factor()[1] if factor == number.polynomial)
        assert sorted((source.first, source.exponent) for source in item.factor.sources) == expected
