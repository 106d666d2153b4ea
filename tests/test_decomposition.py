"""The box decomposition against hand-known pictures, brute force on exact rational grids, and z3."""

from __future__ import annotations

from fractions import Fraction
from random import Random
from typing import Any

import pytest
from flint import fmpq, fmpz_mpoly_ctx
from hypothesis import given, settings
from hypothesis import strategies as st

from berknash.symbolic.decomposition import Decomposition, decompose, sign_at_point

CONTEXT = fmpz_mpoly_ctx.get(["x", "y"], "lex")
X, Y = CONTEXT.gens()
NAMES = ["x", "y"]
SQUARE = ((-2, 2), (-2, 2))
CLOSED = ((-2, 2, True, True), (-2, 2, True, True))
PLANE = ((None, None), (None, None))


def count(result: Decomposition) -> tuple[int, ...]:
    return tuple(sum(cell.dimension == d for cell in result.cells) for d in range(3))


def evaluate(polynomial: Any, point: tuple[Fraction, ...]) -> int:
    total = Fraction(0)
    for exponents, coefficient in polynomial.to_dict().items():
        term = Fraction(int(coefficient))
        for value, exponent in zip(point, exponents, strict=False):
            term *= value ** int(exponent)
        total += term
    return (total > 0) - (total < 0)


def check_full(result: Decomposition) -> None:
    """Truths of every full decomposition of a convex box."""
    for cell in result.cells:
        signs = tuple(sign_at_point(p, result.parameters, cell.sample) for p in result.polynomials)
        assert signs == cell.sign_vector, (cell, signs)
    # A box with all ends open or all closed is contractible; cells of an open box count with (-1)^dim to the
    # Euler characteristic with compact support, which is 1 for an open square and a closed one alike.
    points, arcs, opens = count(result)
    assert points - arcs + opens == 1
    assert [cell.position for cell in result.cells] == sorted(cell.position for cell in result.cells)
    for a, b in result.adjacency:
        low, high = sorted((result.cells[a], result.cells[b]), key=lambda cell: cell.dimension)
        # Closure: signs on the smaller cell are those of the larger one, or zero.
        assert low.dimension < high.dimension
        assert all(s in (0, t) for s, t in zip(low.sign_vector, high.sign_vector, strict=True))


def components(result: Decomposition, vectors: set[tuple[int, ...]]) -> int:
    """The number of connected pieces of the union of the cells with these sign vectors."""
    chosen = {cell.index for cell in result.cells if cell.sign_vector in vectors}
    parent = {k: k for k in chosen}

    def find(k: int) -> int:
        while parent[k] != k:
            k = parent[k]
        return k

    for a, b in result.adjacency:
        if a in chosen and b in chosen:
            parent[find(a)] = find(b)
    return len({find(k) for k in chosen})


# Input, box, number of open regions, number of connected pieces of the zero set of the first polynomial.
KNOWN = [
    pytest.param([X**2 + Y**2 - 1], SQUARE, 2, 1, id="circle"),
    pytest.param([X**2 + Y**2 - 1, X - Y], SQUARE, 4, 1, id="circle and line"),
    pytest.param([X**2 + Y**2 - 1, (X - 1) ** 2 + Y**2 - 1], SQUARE, 4, 1, id="two circles"),
    pytest.param([X**2 + Y**2 - 1, (X - 2) ** 2 + Y**2 - 1], PLANE, 3, 1, id="touching circles"),
    pytest.param([Y**2 - X**3], SQUARE, 2, 1, id="cusp"),
    pytest.param([Y**2 - X**2 - X**3], SQUARE, 3, 1, id="node"),
    pytest.param([X**2 + Y**2], SQUARE, 1, 1, id="isolated point"),
    pytest.param([Y**2 - X**2 * (X - 1)], PLANE, 2, 2, id="isolated point left of an arc"),
    pytest.param([X * Y - 1], PLANE, 3, 2, id="hyperbola"),
    pytest.param([X**2 * Y - 1], PLANE, 3, 2, id="both branches escape upwards"),
    pytest.param([X**2 * Y**2 - X**2 - Y**2], PLANE, 5, 5, id="cruciform, isolated point at the origin"),
    pytest.param([X * Y * (X - Y)], SQUARE, 6, 1, id="three lines through a point"),
    pytest.param([X * (X**2 + Y**2 - 1), X * (Y - 1)], SQUARE, 6, 1, id="common factor"),
    pytest.param([X**2 + Y**2 - 4], CLOSED, 5, 1, id="circle touching the closed box"),
    pytest.param([X**2 + Y**2 - 4], SQUARE, 5, 4, id="circle touching the open box"),
    pytest.param([(X - 2) ** 2 + Y**2 - 1], CLOSED, 2, 1, id="half circle at the edge"),
    pytest.param([X - Y**2], ((0, 1), (-1, 1)), 3, 2, id="vertical tangent at the edge"),
    pytest.param([X - Y**2], ((0, 1, True, True), (-1, 1, True, True)), 3, 1, id="vertical tangent, closed"),
    pytest.param([X**2 - Y**2 * 2], SQUARE, 4, 1, id="irrational cross"),
    pytest.param([(X**2 - 2) * (Y**2 - 3)], PLANE, 9, 1, id="irrational grid"),
    pytest.param([Y**3 - 3 * Y - X], PLANE, 2, 1, id="cubic fold"),
    pytest.param([Y**2 - X**4], SQUARE, 4, 1, id="two tangent parabolas"),
    pytest.param([(X**2 + Y**2) ** 2 - 2 * (X**2 - Y**2)], SQUARE, 3, 1, id="lemniscate"),
    pytest.param([(X**2 + Y**2 - 1) ** 3 - X**2 * Y**3], SQUARE, 2, 1, id="heart"),
    pytest.param([X * Y**2 - 1], ((0, 1), (None, None)), 3, 2, id="escape up and down at the edge"),
    pytest.param([X - 2, Y + 2], CLOSED, 1, 1, id="edges of the box as inputs"),
]


@pytest.mark.parametrize(("polynomials", "box", "regions", "pieces"), KNOWN)
def test_known_pictures(polynomials: list[Any], box: Any, regions: int, pieces: int) -> None:
    full = decompose(polynomials, NAMES, box, full=True)
    check_full(full)
    assert len(full.regions) == regions
    zero = {cell.sign_vector for cell in full.cells if cell.sign_vector[0] == 0}
    assert components(full, zero) == pieces
    fast = decompose(polynomials, NAMES, box)
    assert len(fast.regions) == regions
    assert fast.sign_vectors() == full.sign_vectors()
    assert all(cell.dimension == 2 for cell in fast.cells)
    for cell in fast.cells:
        assert cell.sign_vector == tuple(evaluate(p, cell.sample) for p in polynomials)  # type: ignore[arg-type]


def test_vertices_of_two_circles() -> None:
    result = decompose([X**2 + Y**2 - 1, (X - 1) ** 2 + Y**2 - 1], NAMES, SQUARE, full=True)
    meeting = [cell for cell in result.cells if cell.sign_vector == (0, 0)]
    assert [[str(v) for v in cell.sample] for cell in meeting] == [
        ["1/2", "-sqrt(3)/2"],
        ["1/2", "sqrt(3)/2"],
    ]


def test_whitney_umbrella_slices() -> None:
    # x^2 = y^2 z: two crossing lines for z > 0, a point for z < 0.
    above = decompose([X**2 - Y**2 * 2], NAMES, SQUARE, full=True)
    below = decompose([X**2 + Y**2 * 2], NAMES, SQUARE, full=True)
    assert len(above.regions) == 4 and len(below.regions) == 1
    assert [cell.dimension for cell in below.cells if cell.sign_vector == (0,)] == [0]


def test_neighbours_name_the_wall() -> None:
    result = decompose([X, Y, X - Y], NAMES, SQUARE)
    vectors = [region.sign_vector for region in result.regions]
    for first, second, atoms in result.neighbours:
        differ = {k for k in range(3) if vectors[first][k] != vectors[second][k]}
        assert len(atoms) == 1 and differ == {result.polynomials.index(result.atoms[atoms[0]])}
    assert len(result.neighbours) == 6


def test_zero_and_constant_inputs() -> None:
    result = decompose([CONTEXT.constant(0), CONTEXT.constant(-3), -X], NAMES, SQUARE)
    assert result.sign_vectors() == [(0, -1, -1), (0, -1, 1)]


def test_output_does_not_depend_on_the_input_order() -> None:
    polynomials = [X**2 + Y**2 - 1, X * Y - 1, Y - X**3]
    one = decompose(polynomials, NAMES, SQUARE, full=True)
    two = decompose(polynomials[::-1], NAMES, SQUARE, full=True)
    assert [cell.sign_vector for cell in one.cells] == [cell.sign_vector[::-1] for cell in two.cells]
    assert [str(cell.position) for cell in one.cells] == [str(cell.position) for cell in two.cells]


def polynomial_strategy(degree: int) -> st.SearchStrategy[Any]:
    exponents = [(i, j) for i in range(degree + 1) for j in range(degree + 1 - i)]
    return st.lists(st.integers(-3, 3), min_size=len(exponents), max_size=len(exponents)).map(
        lambda values: CONTEXT.from_dict({e: v for e, v in zip(exponents, values, strict=True) if v})
    )


small_inputs = st.one_of(
    st.lists(polynomial_strategy(1), min_size=1, max_size=4),
    st.lists(polynomial_strategy(2), min_size=1, max_size=3),
    st.lists(polynomial_strategy(3), min_size=1, max_size=2),
    st.tuples(polynomial_strategy(1), polynomial_strategy(2)).map(lambda pair: [pair[0] * pair[1], pair[1]]),
)
boxes = st.sampled_from([SQUARE, CLOSED, PLANE, ((0, 1), (0, 1)), ((0, None), (None, 1, False, True))])


@settings(max_examples=60, deadline=None)
@given(small_inputs, boxes)
def test_random_full_decompositions(polynomials: list[Any], box: Any) -> None:
    full = decompose(polynomials, NAMES, box, full=True)
    for cell in full.cells:
        signs = tuple(sign_at_point(p, full.parameters, cell.sample) for p in polynomials)
        assert signs == cell.sign_vector
    for a, b in full.adjacency:
        low, high = sorted((full.cells[a], full.cells[b]), key=lambda cell: cell.dimension)
        assert low.dimension < high.dimension
        assert all(s in (0, t) for s, t in zip(low.sign_vector, high.sign_vector, strict=True))
    if box in (SQUARE, CLOSED, PLANE, ((0, 1), (0, 1))):
        points, arcs, opens = count(full)
        assert points - arcs + opens == 1
    fast = decompose(polynomials, NAMES, box)
    assert len(fast.regions) == len(full.regions)
    assert sorted(r.sign_vector for r in fast.regions) == sorted(r.sign_vector for r in full.regions)
    every = {cell.sign_vector for cell in full.cells}
    opens_ = {region.sign_vector for region in fast.regions}
    for i in range(-9, 10):
        for j in range(-9, 10):
            point = (Fraction(2 * i, 9), Fraction(2 * j, 9) + Fraction(i, 97))
            if not all(inside(v, side) for v, side in zip(point, box, strict=True)):
                continue
            vector = tuple(evaluate(p, point) for p in polynomials)
            assert vector in every
            assert 0 in vector or vector in opens_


def inside(value: Fraction, side: Any) -> bool:
    return (side[0] is None or value > side[0]) and (side[1] is None or value < side[1])


def through_the_box(rng: Random, degree: int) -> Any:
    """A dense random polynomial that vanishes at a random point of the unit box."""
    terms = {(i, j): rng.randint(-9, 9) for i in range(degree + 1) for j in range(degree + 1 - i)}
    a, b = fmpq(rng.randint(1, 9), 10), fmpq(rng.randint(1, 9), 10)
    value = sum((c * a**i * b**j for (i, j), c in terms.items()), fmpq(0))
    polynomial = CONTEXT.from_dict({e: c for e, c in terms.items() if c})
    return polynomial * int(value.q) - int(value.p)


def z3_sign_vectors(polynomials: list[Any]) -> set[tuple[int, ...]]:
    """The strict sign vectors that occur in the open unit box, by extending sign prefixes with z3."""
    import z3

    names = z3.Reals("x y")
    inside_box = z3.And(*(z3.And(v > 0, v < 1) for v in names))
    forms = []
    for polynomial in polynomials:
        form = z3.RealVal(0)
        for (i, j), coefficient in polynomial.to_dict().items():
            form = form + int(coefficient) * names[0] ** int(i) * names[1] ** int(j)
        forms.append(form)
    found: set[tuple[int, ...]] = set()

    def extend(prefix: tuple[int, ...]) -> None:
        # A fresh solver each time: the incremental one does not use the complete procedure for polynomials.
        solver = z3.SolverFor("QF_NRA")
        solver.add(inside_box, *(f > 0 if s > 0 else f < 0 for f, s in zip(forms, prefix, strict=False)))
        answer = solver.check()
        assert answer != z3.unknown
        if answer == z3.sat and len(prefix) == len(forms):
            found.add(prefix)
        elif answer == z3.sat:
            extend((*prefix, -1))
            extend((*prefix, 1))

    extend(())
    return found


@pytest.mark.parametrize("seed", range(6))
def test_sign_vectors_agree_with_z3(seed: int) -> None:
    rng = Random(seed)
    polynomials = [through_the_box(rng, 2 + seed % 2) for _ in range(4)]
    result = decompose(polynomials, NAMES, ((0, 1), (0, 1)))
    assert set(result.sign_vectors()) == z3_sign_vectors(polynomials)


@pytest.mark.parametrize("first", range(6, 50, 11))
def test_more_sign_vectors_agree_with_z3(first: int) -> None:
    """Lines, conics and a cubic: with the test above fifty inputs."""
    for seed in range(first, first + 11):
        rng = Random(seed)
        polynomials = [through_the_box(rng, 1), through_the_box(rng, 2), through_the_box(rng, 1 + seed % 3)]
        result = decompose(polynomials, NAMES, ((0, 1), (0, 1)))
        assert set(result.sign_vectors()) == z3_sign_vectors(polynomials)
        full = decompose(polynomials, NAMES, ((0, 1), (0, 1)), full=True)
        assert [r.sign_vector for r in result.regions] == [r.sign_vector for r in full.regions]


@pytest.mark.parametrize("seed", range(8))
def test_regions_agree_between_the_two_routes(seed: int) -> None:
    rng = Random(100 + seed)
    polynomials = [through_the_box(rng, 3) for _ in range(5)]
    fast = decompose(polynomials, NAMES, ((0, 1), (0, 1)))
    full = decompose(polynomials, NAMES, ((0, 1), (0, 1)), full=True)
    check_full(full)
    assert [r.sign_vector for r in fast.regions] == [r.sign_vector for r in full.regions]


def test_one_parameter() -> None:
    (x,) = fmpz_mpoly_ctx.get(["x"], "lex").gens()
    result = decompose([x**2 - 2, x - 1, x * (x - 1)], ["x"], [(0, 2, True, False)], full=True)
    described = [(str(cell.sample[0]), cell.sign_vector) for cell in result.cells]
    assert described == [
        ("0", (-1, -1, 0)),
        ("1/2", (-1, -1, -1)),
        ("1", (-1, 0, 0)),
        ("4/3", (-1, 1, 1)),
        ("sqrt(2)", (0, 1, 1)),
        ("3/2", (1, 1, 1)),
    ]
    assert [region.sign_vector for region in result.regions] == [(-1, -1, -1), (-1, 1, 1), (1, 1, 1)]


def test_a_resultant_with_two_factors_gives_both_vertices() -> None:
    """y = 1/2 + (2 x**2 - 1)(3 x**2 - 1)/6 meets y = 1/2 at sqrt(1/2) and sqrt(1/3): one resultant, two fields."""
    context = fmpz_mpoly_ctx.get(["x", "y"], "lex")
    x, y = context.gens()
    wave, level, parabola = 6 * y - 3 - (2 * x**2 - 1) * (3 * x**2 - 1), 2 * y - 1, y - x**2
    for third in ([], [parabola], [parabola, (2 * y - 1) ** 2 - 3 * (2 * x**2 - 1) ** 2]):
        found = decompose([wave, level, *third], ["x", "y"], [(0, 1), (0, 1)], full=True)
        meetings = [cell for cell in found.cells if cell.dimension == 0 and cell.sign_vector[:2] == (0, 0)]
        points = sorted(tuple(map(str, cell.sample)) for cell in meetings)
        assert points == [("sqrt(2)/2", "1/2"), ("sqrt(3)/3", "1/2")]
        (through,) = [cell for cell in meetings if str(cell.sample[0]) == "sqrt(2)/2"]
        assert set(through.sign_vector) == {0}
