"""Questions that ask for few signs give the answers of those that look at everything."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from itertools import combinations
from math import prod

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from berknash.numeric.solver import numerical_structure
from berknash.printout import solution_text
from berknash.symbolic.algebra.elements import element_of
from berknash.symbolic.algebra.ring import Ring
from berknash.symbolic.algebra.signs import Point
from berknash.symbolic.cells.blocks import parameters_in
from berknash.symbolic.cells.cases import Finder
from berknash.symbolic.cells.conditions import Condition
from berknash.symbolic.cells.domain import SIGNS_OF, difference
from berknash.symbolic.cells.minor_relations import _expansions
from berknash.symbolic.cells.star_groups import star_groups
from berknash.symbolic.cells.tree import Explorer
from berknash.symbolic.combinatorics.agent import Problem
from berknash.symbolic.combinatorics.dynamics import absorbing_sets, listed_cycles
from berknash.symbolic.combinatorics.envelopes import lower_envelope_vertices
from berknash.symbolic.combinatorics.structure import (
    is_absorbing,
    is_cycle,
    is_minimal_closed,
    minimal_closed_sets,
    rationalizable_rounds,
    rationalizable_set,
    structure_of,
    transition_edges,
)
from berknash.symbolic.combinatorics.tied_sets import tied_vertices
from berknash.symbolic.engines.finite.agent_engine import solve
from berknash.symbolic.engines.finite.agent_entries import equilibria_on
from berknash.symbolic.errors import BudgetError
from berknash.symbolic.expressions.reading import Relation
from berknash.symbolic.forms.decision_atoms import atom_table
from berknash.symbolic.game.game import Game
from berknash.symbolic.limits import Allowance, SolveLimits
from berknash.symbolic.results.answers import UNDECIDED

Matrix = list[list[int]]


def determinant(rows: list[list[Fraction]]) -> Fraction:
    """By expansion along the first row; fine for five rows."""
    if not rows:
        return Fraction(1)
    return sum(
        ((-1) ** j * entry * determinant([r[:j] + r[j + 1 :] for r in rows[1:]]) for j, entry in enumerate(rows[0])),
        start=Fraction(0),
    )


def bordered(matrix: Matrix, columns: tuple[int, ...], rows: tuple[int, ...]) -> Fraction:
    """The bordered minor ``W(columns, rows)``."""
    return determinant([[Fraction(1), *(Fraction(matrix[r][c]) for c in columns)] for r in rows])


def signs_of(matrix: Matrix):  # type: ignore[no-untyped-def]
    """The sign of every bordered minor of the matrix."""

    def sign(columns: tuple[int, ...], rows: tuple[int, ...]) -> int:
        value = bordered(matrix, columns, rows)
        return (value > 0) - (value < 0)

    return sign


def matrices(rows: int, columns: int) -> st.SearchStrategy[Matrix]:
    """Small entries, so that ties and vanishing minors are common."""
    row = st.lists(st.integers(-1, 2), min_size=columns, max_size=columns)
    return st.lists(row, min_size=rows, max_size=rows)


@settings(max_examples=40, deadline=None, derandomize=True)
@given(st.integers(1, 4).flatmap(lambda n: st.integers(1, 4).flatmap(lambda m: matrices(n, m))))
def test_tied_sets_have_the_vertices_of_the_envelope(matrix: Matrix) -> None:
    rows, columns = tuple(range(len(matrix))), tuple(range(len(matrix[0])))
    sign = signs_of(matrix)
    every = {(v.support, v.ties) for v in lower_envelope_vertices(rows, columns, sign)}
    for size in range(1, len(rows) + 1):
        for tied in combinations(rows, size):
            found = {(v.support, v.ties) for v in tied_vertices(rows, columns, tied, sign)}
            assert found == {(support, ties) for support, ties in every if set(tied) <= set(ties)}


@settings(max_examples=15, deadline=None, derandomize=True)
@given(matrices(3, 3), matrices(3, 3))
def test_single_sets_are_those_of_the_whole_structure(fit: Matrix, payoff: Matrix) -> None:
    problem = Problem(3, 3, [[True] * 3] * 3, signs_of(fit), signs_of(payoff))
    edges = transition_edges(problem)
    subsets = [s for size in (1, 2, 3) for s in combinations(range(3), size)]
    assert rationalizable_set(problem) == rationalizable_rounds(problem)[-1]
    assert tuple(sorted(s for s in subsets if is_minimal_closed(problem, s))) == minimal_closed_sets(problem)
    assert tuple(sorted(s for s in subsets if is_absorbing(problem, s))) == absorbing_sets(range(3), edges)
    possible, _ = listed_cycles(3, tuple((a, b) for a in range(3) for b in range(3)))
    assert tuple(c for c in possible if is_cycle(problem, c)) == listed_cycles(3, edges)[0]


@pytest.mark.parametrize("size", [2, 3, 4])
def test_expansions_of_minors_vanish(size: int) -> None:
    draw = random.Random(size)
    matrix = [[draw.randint(-9, 9) for _ in range(4)] for _ in range(5)]
    looked_at = 0
    for columns in combinations(range(4), size):
        for rows in combinations(range(5), size + 1):
            for terms in _expansions("any", columns, rows):
                total = sum(s * prod(bordered(matrix, c, r) for _, c, r in keys) for keys, s in terms)
                assert total == 0
                looked_at += 1
    assert looked_at


FOUR = ("p", "q", "u", "v")


def pair(win: str) -> dict[str, str]:
    return {"win": win, "lose": f"1 - ({win})"}


def game_of_four_parameters(truths: Sequence[str] = ("p", "q"), pass_value: tuple[str, str] = ("0", "0")) -> Game:
    rows = {"a": ("2/3", "1/3", "1/2"), "b": ("1/3", "2/3", "1/2"), "c": ("1/2", "1/2", "1/2")}

    agent = {
        "actions": list(rows),
        "outcomes": ["win", "lose"],
        "truth": {"a": pair(truths[0]), "b": pair(truths[1]), "c": pair("1/3")},
        "payoff": {
            "a": {"win": 1, "lose": -1},
            "b": {"win": "u", "lose": "v"},
            "c": {"win": pass_value[0], "lose": pass_value[1]},
        },
        "models": {f"m{i}": {"predicts": {a: pair(row[i]) for a, row in rows.items()}} for i in range(3)},
    }
    parameters = {**dict.fromkeys(FOUR, "(0, 1)"), "v": "(-1, 1)"}
    return Game.from_dict({"format": 1, "name": "option", "parameters": parameters, "players": {"agent": agent}})


def test_four_free_parameters_with_every_boundary() -> None:
    finder = Finder(atom_table(game_of_four_parameters()), FOUR)
    entries = equilibria_on("agent", finder, (0, 1, 2))
    # Only the third model can make all three actions tie (c is worth 0, a as well under it): b must be worth 0 there.
    assert finder.boundaries_covered
    assert entries and all(e.witnessed and e.dimension == 2 for e in entries)
    assert all("u == -v" in str(e.condition) for e in entries)


def test_a_solution_that_finds_nothing_within_its_nodes_says_where() -> None:
    game = game_of_four_parameters(("2/5", "3/5"), ("p", "q"))
    with pytest.raises(BudgetError) as caught:
        solve(game, limits=SolveLimits(nodes=5))
    message = str(caught.value)
    assert "nodes of the tree" in message and "reached in the equilibria on support" in message
    assert "--at" in message and "--limit-nodes 10" in message and "SolveLimits(nodes=10)" in message


def test_what_is_found_within_the_nodes_stays_and_the_rest_is_named() -> None:
    game = game_of_four_parameters(("2/5", "3/5"), ("p", "q"))
    few, whole = solve(game, limits=SolveLimits(nodes=80)), solve(game)
    names = {entry.names for entry in few.undecided if entry.what == "equilibria"}
    assert names and few.equilibria and not whole.undecided
    assert {e.support for e in whole.equilibria} - names == {e.support for e in few.equilibria}
    for found in few.equilibria:
        assert found.support not in names
        assert any(replace(found, survives=None) == replace(other, survives=None) for other in whole.equilibria)
    document = few.to_json()
    supports = [tuple(e["support"]["agent"]) for e in document["undecided"] if e["what"] == "equilibria"]
    assert sorted(supports) == sorted(names)
    left_open = {e.what for e in few.undecided} & {"rationalizable", "transitions", "absorbing", "closed", "cycles"}
    assert left_open and all(document[what] is None for what in left_open)
    assert "undecided, see below" in solution_text(few) and "Not decided within the limits" in few.to_latex()


def test_what_survives_is_undecided_beyond_the_nodes() -> None:
    game = game_of_four_parameters()
    few, whole = solve(game, limits=SolveLimits(nodes=500)), solve(game)
    assert [replace(e, survives=None) for e in few.equilibria] == [replace(e, survives=None) for e in whole.equilibria]
    assert any(e.survives is not None and e.survives.status == UNDECIDED for e in few.equilibria)
    assert all(e.survives is not None and e.survives.status != UNDECIDED for e in whole.equilibria)


def test_no_wide_search_beyond_the_searches() -> None:
    table = atom_table(game_of_four_parameters())
    table.complete()
    limited = Explorer(table, FOUR, allowance=Allowance(SolveLimits(searches=1)))
    free = Explorer(table, FOUR)
    zeros = [{atom: 0} for atom in range(len(table.atoms))]
    wanted = [signs for signs in zeros if free.witness(signs) is not None]
    assert limited.witness(wanted[0]) is not None
    assert sum(limited.witness(signs) is not None for signs in wanted) < len(wanted)


def game_with_a_predicted_parameter() -> Game:
    """The fit of three models ties p to q by one determinant beside the star around h."""
    rows = {"a": ("h", "1/4", "1/3"), "b": ("1/3", "h", "1/5"), "c": ("1/4", "1/5", "h")}
    agent = {
        "actions": ["a", "b", "c"],
        "outcomes": ["win", "lose"],
        "truth": {"a": pair("p"), "b": pair("q"), "c": pair("1/2")},
        "payoff": {action: {"win": worth, "lose": 0} for action, worth in (("a", 1), ("b", "9/10"), ("c", 1))},
        "models": {f"m{i}": {"predicts": {a: pair(row[i]) for a, row in rows.items()}} for i in range(3)},
    }
    parameters = {"p": "(0, 1)", "q": "(0, 1)", "h": "(1/2, 1)"}
    return Game.from_dict({"format": 1, "name": "predicted", "parameters": parameters, "players": {"agent": agent}})


def test_a_star_lists_the_signs_at_every_point() -> None:
    table = atom_table(game_with_a_predicted_parameter())
    (star,) = star_groups(table, ("p", "q", "h"))
    beside = [atom for atom in range(len(table.atoms)) if atom not in star.atoms]
    assert len(beside) == 1 and parameters_in(table.ring, table.atoms[beside[0]]) == {"p", "q", "h"}
    draw = random.Random(3)
    for _ in range(60):
        values = {"p": Fraction(draw.randint(1, 40), 41), "q": Fraction(draw.randint(1, 40), 41)}
        point = Point(table.ring, {**values, "h": Fraction(draw.randint(41, 79), 80)})
        signs = {atom: point.polynomial_sign(table.atoms[atom]) for atom in sorted(star.atoms)}
        assert star.shows(signs) and not star.refutes(signs)
    for cell in star.cells[::7]:
        rational = dict(zip(star.parameters, cell.coordinates, strict=True))
        if all(isinstance(value, Fraction) for value in rational.values()):
            point = Point(table.ring, rational)
            assert all(point.polynomial_sign(table.atoms[atom]) == sign for atom, sign in cell.signs)


def test_a_parameter_of_the_models_with_every_boundary() -> None:
    game = game_with_a_predicted_parameter()
    solution = solve(game)
    assert solution.boundaries_covered and not solution.undecided
    # On these knife edges p, q or h makes two models tie.
    edge = {"p": Fraction(1, 2), "q": Fraction(2, 3), "h": Fraction(3, 4)}
    for values in (edge, {**edge, "h": Fraction(4, 5)}, {**edge, "h": Fraction(5, 7)}):
        expected = numerical_structure(game, values)
        ring = solution.table.ring
        point = Point(ring, values)
        here = structure_of(solution.table.problem(lambda i, at=point: at.polynomial_sign(solution.table.atoms[i])))
        names = solution.table.tables.actions
        assert sorted({tuple(names[a] for a in s) for s, _ in here.supports}) == sorted(expected.supports)
        found = [e for e in solution.equilibria if _holds(e.condition, ring, point)]
        assert sorted({(e.support, e.belief_support, e.dimension) for e in found}) == sorted(
            {(e.support, e.belief_support, e.dimension) for e in expected.equilibria}
        )


def _holds(condition: Condition, ring: Ring, point: Point) -> bool:
    def sign(relation: Relation) -> int:
        wider, element = element_of(ring, difference(relation))
        assert wider.context is ring.context
        return point.sign(element)

    return any(all(sign(r) in SIGNS_OF[r.operator] for r in c) for c in condition.alternatives)


def test_what_the_ends_of_the_domain_exclude_is_dropped() -> None:
    unit = {"u": "(0, 1)", "v": "(0, 1)", "w": "(0, 1)"}
    agent = {
        "actions": ["a", "b"],
        "outcomes": ["win", "lose"],
        "truth": {"*": pair("1/2")},
        "payoff": {"a": {"win": "u + v - w", "lose": "u + v - w"}, "b": {"win": "3*u + 3*v", "lose": "3*u + 3*v"}},
        "models": {"one": {"predicts": {"*": pair("1/2")}}},
    }
    game = Game.from_dict({"format": 1, "name": "ends", "parameters": unit, "players": {"agent": agent}})
    table = atom_table(game)
    element = [table.ring.parameter(n) for n in "uvw"]
    low, high = element[0] + element[1] - element[2], element[0] + element[1] + element[2] - table.ring.constant(2)
    atoms = [table.product_of(e, "a test").factors[0][0] for e in (low, high)]
    explorer = Explorer(table, ("u", "v", "w"))
    # u + v < w and u + v + w > 2 would need w > 1.
    signs = dict(zip(atoms, (-1, 1), strict=True))
    assert not explorer._linearly_refuted(signs) and explorer._refuted_on_domain(signs)
    assert not explorer._refuted_on_domain(dict(zip(atoms, (1, 1), strict=True)))


def test_signs_found_under_fewer_signs_stay() -> None:
    matrix = [[0, 2, 1], [1, 0, 2], [2, 1, 0]]
    sign = signs_of(matrix)
    earlier = Problem(3, 3, [[True] * 3] * 3, sign, sign)
    structure = structure_of(earlier)

    def unknown(columns: Sequence[int], rows: Sequence[int]) -> int:
        raise AssertionError("no sign has to be asked for again")

    later = Problem(3, 3, [[True] * 3] * 3, unknown, unknown).knowing(earlier)
    assert rationalizable_rounds(later)[-1] == structure.rationalizable
    assert transition_edges(later) == structure.edges
