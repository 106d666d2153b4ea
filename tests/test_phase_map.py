"""Maps of phases against exact structures, and exact diagrams against maps."""

from __future__ import annotations

import random
from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest
from every_kind import GAMES

from berknash.numeric.phase_agreement import compare_with_diagram
from berknash.numeric.phase_map import OUTSIDE, compile_atoms, evaluate_polynomial, phase_map
from berknash.symbolic.algebra.ring import Ring
from berknash.symbolic.algebra.signs import Point
from berknash.symbolic.cells.conditions import Condition
from berknash.symbolic.combinatorics.structure import structure_of
from berknash.symbolic.errors import GameError
from berknash.symbolic.forms.decision_atoms import atom_table
from berknash.symbolic.game.game import Game
from berknash.symbolic.solving.solve import phases


def trap(**fixed: str) -> Game:
    """The canonical two-action trap, some of its parameters fixed."""

    def model(first: str, second: str):
        return {"predicts": {"a": {"y": first, "n": f"1 - {first}"}, "b": {"y": second, "n": f"1 - {second}"}}}

    return Game.from_dict(
        {
            "format": 1,
            "name": "trap",
            "assume": ["l < h"],
            "parameters": dict.fromkeys("pqhl", "(0, 1)"),
            "players": {
                "agent": {
                    "actions": ["a", "b"],
                    "outcomes": ["y", "n"],
                    "truth": {"a": {"y": "p", "n": "1 - p"}, "b": {"y": "q", "n": "1 - q"}},
                    "payoff": {x: {"y": "1", "n": "0"} for x in "ab"},
                    "models": {"merit": model("h", "l"), "agreement": model("l", "h")},
                }
            },
        }
    ).at(fixed)


def test_the_four_quarters_of_the_symmetric_trap():
    # With l = 1 - h the thresholds are 1/2: the four quarters have four structures of equal share.
    found = phase_map(atom_table(trap(h="4/5", l="1/5")), ["p", "q"], [(0, 1), (0, 1)], (40, 40))
    assert found.codes.shape == (40, 40)
    assert len(found.structures) == 4
    assert [found.share(s) for s in found.structures] == [0.25] * 4
    quarters = [found.codes[:20, :20], found.codes[:20, 20:], found.codes[20:, :20], found.codes[20:, 20:]]
    assert [len(np.unique(q)) for q in quarters] == [1, 1, 1, 1]
    low_high = found.structures[int(found.codes[5, 35])]
    # p < 1/2 < q: only the second action.
    assert [support for support, _ in low_high.supports] == [(1,)]


@pytest.mark.parametrize(
    ("fixed", "names"), [({"h": "4/5", "l": "1/3"}, "pq"), ({"q": "1/3", "l": "1/5"}, "ph"), ({"p": "5/7"}, "qhl")]
)
def test_every_point_has_the_structure_of_its_exact_signs(fixed, names):
    game = trap(**fixed)
    table = atom_table(game)
    size = {1: (101,), 2: (23, 19), 3: (11, 9, 13)}[len(names)]
    found = phase_map(table, list(names), dict.fromkeys(names, (0, 1)), size)
    source = random.Random(1)
    outside = 0
    for _ in range(150):
        place = tuple(source.randrange(n) for n in size)
        values = {n: Fraction(2 * k + 1, 2 * s) for n, k, s in zip(names, place, size, strict=True)}
        code = int(found.codes[place])
        if not table.domain.contains(values):
            assert code == OUTSIDE
            outside += 1
            continue
        point = Point(table.ring, values)
        signs = [point.polynomial_sign(a) for a in table.atoms]
        if 0 not in signs:
            assert found.structures[code] == structure_of(table.problem(lambda i, signs=signs: signs[i]))
    assert outside < 150


def test_many_atoms_need_several_words():
    table = atom_table(trap(h="4/5", l="1/5"))
    table.complete()
    few = phase_map(table, ["p", "q"], [(0, 1), (0, 1)], (30, 30))
    # The same atoms over and over change nothing but the length of the vectors.
    table.atoms.extend(table.atoms[0] for _ in range(70))
    many = phase_map(table, ["p", "q"], [(0, 1), (0, 1)], (30, 30))
    assert (few.codes == many.codes).all()
    assert {len(v) for vectors in many.sign_vectors for v in vectors} == {len(table.atoms)}


def test_polynomials_of_arrays_of_different_shapes():
    ring = Ring.of_parameters(["x", "y", "z"])
    x, y, z = ring.context.gens()
    polynomial = 3 * x**2 * y - 2 * x * y * z**2 + 7 * z - 5
    a, b, c = np.linspace(-1, 1, 4).reshape(4, 1, 1), np.linspace(0, 2, 3).reshape(1, 3, 1), np.linspace(1, 2, 5)
    expected = 3 * a**2 * b - 2 * a * b * c**2 + 7 * c - 5
    assert np.allclose(evaluate_polynomial(polynomial, {0: a, 1: b, 2: c}), expected, rtol=1e-14, atol=1e-14)


def test_wrong_requests_are_refused():
    table = atom_table(trap(h="4/5", l="1/5"))
    with pytest.raises(GameError, match="exactly the free parameters"):
        phase_map(table, ["p"], [(0, 1)], (10,))
    with pytest.raises(GameError, match="empty"):
        phase_map(table, ["p", "q"], [(0, 1), (1, 1)], (10, 10))


@pytest.mark.parametrize("fixed", [{"h": "4/5", "l": "1/3"}, {"q": "1/3", "l": "1/5"}, {"q": "1/3", "p": "3/4"}])
def test_exact_diagrams_agree_with_maps(fixed):
    result = compare_with_diagram(phases(trap(**fixed)), 4000)
    assert result.agrees, result
    assert result.points > 1000
    assert result.points + result.near + result.outside == 4000


def test_a_false_diagram_is_caught():
    diagram = phases(trap(h="4/5", l="1/3"))
    first, second, *rest = diagram.phases
    swapped = replace(
        diagram,
        phases=(replace(first, condition=second.condition), replace(second, condition=first.condition), *rest),
    )
    assert compare_with_diagram(swapped, 2000).wrong > 100
    missing = replace(diagram, phases=diagram.phases[1:])
    assert compare_with_diagram(missing, 2000).uncovered > 100
    doubled = replace(diagram, phases=(replace(first, condition=second.condition), second, *rest))
    assert compare_with_diagram(doubled, 2000).doubled > 100


def test_compiled_atoms_have_the_values_of_the_exact_ones():
    table = atom_table(trap(q="1/3"))
    table.complete()
    compiled = compile_atoms(table)
    values = {"p": Fraction(3, 7), "h": Fraction(4, 5), "l": Fraction(1, 9)}
    point = Point(table.ring, values)
    arrays = {n: np.array([float(v)]) for n, v in values.items()}
    for atom, array in zip(table.atoms, compiled.evaluate(arrays)[0], strict=True):
        exact = float(point.ball(table.ring.polynomial(atom)).mid())
        assert float(array[0]) == pytest.approx(exact, rel=1e-12)


def test_a_grid_of_points_agrees_too_and_runs_over_the_whole_domain():
    diagram = phases(trap(q="1/3", l="1/5"))
    result = compare_with_diagram(diagram, grid=(300, 251))
    assert result.agrees, result
    assert result.points + result.near + result.outside == 300 * 251
    # l < h leaves out the lower fifth of h: 300*251/5 centres.
    names = [p.name for p in diagram.table.domain.parameters]
    outside = {"p": 300, "h": 50} if names == ["p", "h"] else {"h": 60, "p": 251}
    assert result.outside == outside["p"] * outside["h"]
    false = replace(diagram, phases=diagram.phases[1:])
    assert compare_with_diagram(false, grid=(300, 251)).uncovered > 1000


@pytest.mark.parametrize("kind", ["agent with a family", "players", "players who see each other", "signals"])
def test_diagrams_of_every_kind_agree_with_the_signs_of_their_atoms(kind):
    diagram = phases(GAMES[kind])
    result = compare_with_diagram(diagram, 2000)
    assert result.agrees and result.points > 1900
    found = phase_map(diagram, ["q"], [(0, 1)], (101,))
    assert set(found.structures) <= {piece.structure for piece in diagram.pieces}
    wrong = replace(diagram, phases=tuple(replace(p, condition=Condition(())) for p in diagram.phases))
    assert compare_with_diagram(wrong, 2000).uncovered > 1900
