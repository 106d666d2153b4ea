"""Sizes are judged before work, searches stop with what they found, and what is left open is counted."""

from __future__ import annotations

import json
import random
from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from itertools import combinations, product
from math import prod
from pathlib import Path
from typing import Any

import pytest

from berknash.cli import main
from berknash.symbolic.algebra.rational_polytopes import corners, maximum
from berknash.symbolic.cells.cases import Finder
from berknash.symbolic.combinatorics.components import components
from berknash.symbolic.combinatorics.plain import best_replies
from berknash.symbolic.definition.play import is_equilibrium
from berknash.symbolic.engines.finite.engine import _by_supports, solve_players
from berknash.symbolic.engines.finite.rational_check import rational_check
from berknash.symbolic.engines.finite.subdivision import carries_none
from berknash.symbolic.engines.finite.support_search import SupportSearch
from berknash.symbolic.errors import BudgetError
from berknash.symbolic.forms import reproducing as families
from berknash.symbolic.forms.minors import players_table
from berknash.symbolic.forms.strategic import strategic_form
from berknash.symbolic.game.game import Game
from berknash.symbolic.interchange.gambit import write_nfg
from berknash.symbolic.interchange.normal_form import from_payoff_matrices
from berknash.symbolic.limits import SolveLimits
from berknash.symbolic.results.equilibrium_documents import equilibrium_document
from berknash.symbolic.results.solution import Solution
from berknash.symbolic.solving.solve import solve


def drawn(seed: int, shape: Sequence[int], top: int) -> Game:
    """A game with payoffs in 0, ..., top: the smaller top is, the more ties."""
    draw = random.Random(seed)

    def array(rest: Sequence[int]) -> Any:
        return [array(rest[1:]) for _ in range(rest[0])] if rest else draw.randint(0, top)

    return from_payoff_matrices([array(shape) for _ in shape])


def supports_of(solution: Solution) -> list[tuple[tuple[str, ...], ...]]:
    return [tuple(own[0][1] for own in e.support) for e in solution.equilibria]


def test_a_game_of_zeros_lists_every_pair_of_supports_with_all_of_its_mixtures() -> None:
    solution = solve_players(drawn(0, (3, 4), 0))
    found = supports_of(solution)
    subsets = [
        [c for k in range(1, n + 1) for c in combinations([f"a{i + 1}" for i in range(n)], k)] for n in (3, 4)
    ]
    assert sorted(found) == sorted(product(*subsets)) and not solution.undecided
    for e, (one, two) in zip(solution.equilibria, found, strict=True):
        assert e.dimension == len(one) + len(two) - 2 and not e.strict
        if e.dimension:
            assert [len(corner) for corner in e.vertices[0]] == [len(one), len(two)]


def test_what_a_list_leaves_out_is_counted() -> None:
    solution = solve_players(drawn(0, (2, 28), 0), limits=SolveLimits(entries=40))
    assert len(solution.equilibria) == 40
    assert max(e.dimension for e in solution.equilibria) == 28, "the largest continuum is among those listed"
    (entry,) = solution.to_json()["undecided"]
    assert entry["what"] == "equilibria" and entry["supports"] == 3 * (2**28 - 1) - 40
    assert [len(own) for own in entry["inside"].values()] == [2, 28]
    assert "more than the limit of 40" in entry["reason"] and "--limit-entries 80" in entry["reason"]


def test_a_large_file_ends_with_status_3_and_what_was_found(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "zeros.nfg"
    file.write_text(write_nfg(drawn(0, (2, 28), 0)))
    assert main(["solve", str(file), "--json", "--limit-entries", "5", "--limit-pairs", "10"]) == 3
    document = json.loads(capsys.readouterr().out)
    assert len(document["equilibria"]) == 5 and document["undecided"][0]["supports"] == 3 * (2**28 - 1) - 5
    assert main(["solve", str(file), "--limit-entries", "5"]) == 3
    assert f"equilibria with {3 * (2**28 - 1) - 5} supports inside player1: " in capsys.readouterr().out


@pytest.mark.parametrize("seed", range(12))
def test_vertices_agree_with_the_signs_of_minors(seed: int) -> None:
    """Two routes, entry by entry: walks along polytopes here, signs of all bordered minors there."""
    shape = [(2, 3), (3, 3), (3, 2), (1, 3), (2, 4), (3, 3)][seed % 6]
    game = drawn(seed, shape, [1, 2, 0, 5][seed % 4])
    table = players_table(game)
    table.payoffs = (None, None)
    slow, undecided = _by_supports(game, table, Finder(table, ()))
    quick = solve_players(game)
    assert not undecided and not quick.undecided
    # The marks of the definition are set after either route.
    bare = [replace(e, self_confirming=None, survives=None) for e in quick.equilibria]
    assert [equilibrium_document(e, False) for e in slow] == [equilibrium_document(e, False) for e in bare]


@pytest.mark.parametrize("seed", range(6))
def test_a_search_that_stops_names_the_rest(seed: int) -> None:
    game = drawn(seed, (5, 5), [9, 2][seed % 2])
    everything = solve_players(game)
    stopped = solve_players(game, limits=SolveLimits(corners=4))
    found, all_of_them = supports_of(stopped), supports_of(everything)
    assert set(found) <= set(all_of_them)
    assert {s for s in all_of_them if all(len(own) == 1 for own in s)} <= set(found), "pure ones are always found"
    whole = dict(zip(all_of_them, everything.equilibria, strict=True))
    assert all(e.vertices == whole[s].vertices for s, e in zip(found, stopped.equilibria, strict=True))
    (entry,) = stopped.to_json()["undecided"]
    left = everything.rationalizable[0].value
    assert entry["supports"] == prod(2 ** len(own) - 1 for own in left) - len(found)
    assert "more than the limit of 4" in entry["reason"] and "--limit-corners 8" in entry["reason"]


def test_a_long_list_of_transitions_is_left_out_by_name() -> None:
    solution = solve_players(drawn(0, (2, 3), 0), limits=SolveLimits(transitions=35))
    document = solution.to_json()
    assert [document[key] for key in ("transitions", "absorbing", "cycles")] == [None] * 3
    assert {entry["what"] for entry in document["undecided"]} == {"transitions", "absorbing", "cycles"}
    assert "36 transitions, more than the limit of 35" in document["undecided"][0]["reason"]
    assert not solve_players(drawn(0, (2, 3), 0), limits=SolveLimits(transitions=36)).undecided


# Three players and more


def payoffs_of(game: Game) -> list[Any]:
    return list(players_table(game).payoffs)


@pytest.mark.parametrize("seed", range(6))
def test_no_profile_of_supports_that_carries_an_equilibrium_is_left_out(seed: int) -> None:
    game = drawn(seed, (2, 2, 2) if seed % 2 else (3, 2, 2), [1, 9, 2][seed % 3])
    table = players_table(game)
    problem = Finder(table, ()).problem
    payoffs = payoffs_of(game)
    kept = set(SupportSearch(payoffs, problem.rationalizable_rounds()[-1], 10_000))
    everything = tuple(tuple(range(n)) for n in problem.shape.plans)
    for supports in product(*problem.shape.supports):
        settled = [c for c in components(problem, supports) if not c.open]
        if settled:
            assert supports in kept
            assert not carries_none(payoffs, supports, everything)


def test_a_stopped_search_accounts_for_every_profile_of_supports() -> None:
    payoffs = payoffs_of(drawn(3, (3, 2, 2), 9))
    rest = ((0, 1, 2), (0, 1), (0, 1))
    whole = list(SupportSearch(payoffs, rest, 10_000))
    counts = []
    for limit in range(0, 200, 7):
        search = SupportSearch(payoffs, rest, limit)
        found = list(search)
        assert found == whole[: len(found)] and (found == whole or search.open)
        counts.append(search.open)
    assert counts[0] == 63 and counts[-1] == 0 and counts == sorted(counts, reverse=True)


def test_three_players_stop_with_what_was_found() -> None:
    game = drawn(1, (3, 2, 2), 9)
    everything = supports_of(solve_players(game))
    stopped = solve_players(game, limits=SolveLimits(pairs=12))
    assert set(supports_of(stopped)) < set(everything)
    assert "more than the limit of 12" in stopped.to_json()["undecided"][-1]["reason"]


@pytest.mark.parametrize("seed", range(8))
def test_pieces_exclude_no_point_of_an_equilibrium_in_the_middle(seed: int) -> None:
    """A game is built around a profile of full supports that is an equilibrium: it must not be excluded."""
    draw = random.Random(seed)
    sizes = [draw.randint(2, 3) for _ in range(3)]
    play = [[Fraction(draw.randint(1, 9)) for _ in range(n)] for n in sizes]
    play = [[w / sum(own) for w in own] for own in play]
    payoffs = []
    for i, n in enumerate(sizes):
        others = [play[j] for j in range(3) if j != i]
        masses = [a * b for a, b in product(*others)]
        rows = []
        for _ in range(n):
            row = [Fraction(draw.randint(-9, 9)) for _ in masses]
            row[0] -= sum(v * m for v, m in zip(row, masses, strict=True)) / masses[0]
            rows.append(row)
        scale = prod({v.denominator for row in rows for v in row})
        payoffs.append(tuple(tuple(int(v * scale) for v in row) for row in rows))
    full = tuple(tuple(range(n)) for n in sizes)
    assert not carries_none(payoffs, full, full)
    away = [list(map(list, own)) for own in payoffs]
    away[0][0] = [v + 10**9 for v in away[0][1]]
    assert carries_none([tuple(map(tuple, own)) for own in away], full, full)


# What these rest on


@pytest.mark.parametrize("seed", range(40))
def test_corners_and_maxima_agree_with_all_bases(seed: int) -> None:
    draw = random.Random(seed)
    width, height = draw.randint(1, 3), draw.randint(1, 4)
    matrix = [[draw.randint(0, 2) for _ in range(width)] for _ in range(height)] + [[1] * width]
    right = [draw.randint(0, 2) for _ in range(height)] + [2]
    tight = sorted(draw.sample(range(height), draw.randint(0, min(2, height))))
    rows = [(row, b) for row, b in zip(matrix, right, strict=True)]
    rows += [([int(k == c) for c in range(width)], 0) for k in range(width)]
    expected = set()
    for chosen in combinations(rows, width):
        point = solved([row for row, _ in chosen], [Fraction(b) for _, b in chosen])
        if point is None or min(point) < 0:
            continue
        gaps = [b - sum(a * x for a, x in zip(row, point, strict=True)) for row, b in zip(matrix, right, strict=True)]
        if min(gaps) >= 0:
            expected.add((point, all(gaps[k] == 0 for k in tight)))
    assert sorted(v.point for v in corners(matrix, right, tight)) == sorted(p for p, on_face in expected if on_face)
    objective = [draw.randint(-2, 3) for _ in range(width)]
    value = max(sum(c * x for c, x in zip(objective, p, strict=True)) for p, _ in expected)
    assert maximum(matrix, right, objective)[0] == value


def solved(matrix: list[list[int]], right: list[Fraction]) -> tuple[Fraction, ...] | None:
    """The solution of a small square system by Gauss's elimination, None when it is singular."""
    rows = [[*map(Fraction, row), b] for row, b in zip(matrix, right, strict=True)]
    for c in range(len(rows)):
        k = next((k for k in range(c, len(rows)) if rows[k][c]), None)
        if k is None:
            return None
        rows[c], rows[k] = rows[k], rows[c]
        rows[c] = [v / rows[c][c] for v in rows[c]]
        for other in range(len(rows)):
            if other != c:
                rows[other] = [v - rows[other][c] * w for v, w in zip(rows[other], rows[c], strict=True)]
    return tuple(row[-1] for row in rows)


@pytest.mark.parametrize("seed", range(10))
def test_linear_programs_find_the_best_replies_that_vertices_of_beliefs_show(seed: int) -> None:
    game = drawn(seed, (4, 3) if seed % 2 else (3, 2, 2), 3)
    table = players_table(game)
    problem = Finder(table, ()).problem
    for player, payoffs in enumerate(table.payoffs):
        assert payoffs is not None
        vertices = problem.belief_vertices(player)
        columns = range(len(payoffs[0]))
        for chosen in (c for k in range(1, 4) for c in combinations(columns, k)):
            shown = {plan for v in vertices if set(v.support) <= set(chosen) for plan in v.ties}
            assert best_replies(payoffs, chosen) == tuple(sorted(shown))


@pytest.mark.parametrize("seed", range(4))
def test_the_family_of_all_laws_is_read_as_the_general_route_reads_it(
    seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    game = drawn(seed, (2, 2, 2) if seed % 2 else (3, 2), 5)
    quick = strategic_form(game)
    strategies = [e.as_strategy() for e in solve_players(game).equilibria]
    monkeypatch.setattr(families, "correct_form", lambda *_: None)
    assert strategic_form(game) == quick
    monkeypatch.setattr("berknash.symbolic.definition.play.predicts_every_law", lambda _: False)
    assert strategies and all(is_equilibrium(game, s) for s in strategies)


@pytest.mark.parametrize("seed", range(8))
def test_the_definition_in_integers_agrees_with_the_definition(seed: int) -> None:
    draw = random.Random(seed)
    game = drawn(seed, (2, 3), 1)
    check = rational_check(game)
    assert check is not None
    for _ in range(6):
        weights = []
        for player in game.players:
            raw = [draw.choice([0, 0, 1, 2]) for _ in player.actions]
            raw[draw.randrange(len(raw))] += 1
            weights.append({a: Fraction(w, sum(raw)) for a, w in zip(player.actions, raw, strict=True)})
        strategy = {p.name: own for p, own in zip(game.players, weights, strict=True)}
        assert check.accepts(weights) == is_equilibrium(game, strategy)
    assert not check.accepts([{"a1": Fraction(1, 2)}, {"a1": Fraction(1)}])


# Refused at once


def test_one_agent_with_a_family_and_many_actions_is_refused_by_the_count() -> None:
    actions = [f"a{k}" for k in range(17)]
    game = Game.from_dict(
        {
            "format": 1,
            "name": "many prices",
            "players": {
                "firm": {
                    "actions": actions,
                    "outcomes": "normal",
                    "truth": {"*": {"mean": "1", "variance": "1"}},
                    "payoff": {a: f"{k + 1}*y" for k, a in enumerate(actions)},
                    "models": {
                        "demand": {"theta": {"a": "[0, 2]"}, "predicts": {"*": {"mean": "a", "variance": "1"}}}
                    },
                }
            },
        }
    )
    with pytest.raises(BudgetError, match=r"131071 sets of actions.*limit of 65536.*--limit-pairs 131071"):
        solve(game)
