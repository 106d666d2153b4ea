"""Normal-form games in and out: matrices, Gambit files, graphs; and files that are no games."""

from __future__ import annotations

import xml.etree.ElementTree
from fractions import Fraction
from pathlib import Path

import numpy
import pytest

from berknash.symbolic.errors import BerknashError, GameError, NotSupportedError
from berknash.symbolic.game import Game
from berknash.symbolic.game_file import load_game
from berknash.symbolic.interchange import (
    from_payoff_matrices,
    load_normal_form,
    payoff_matrices,
    read_gbt,
    read_nfg,
    to_dot,
    to_graphml,
    write_nfg,
)
from berknash.symbolic.players.solution import solve_players

LITERATURE = Path(__file__).parent.parent / "examples" / "literature"

# The example of Gambit's documentation, payoff version: three players' worth of structure is in the second one.
PAYOFFS = """NFG 1 R "Selten (IJGT, 75), Figure 2, normal form"
{ "Player 1" "Player 2" } { 3 2 }

1 1 0 2 0 2 1 1 0 3 2 0
"""
OUTCOMES = """NFG 1 R "Selten (IJGT, 75), Figure 2, normal form" { "Player 1" "Player 2" }

{
{ "1" "2" "3" }
{ "1" "2" }
}

{
{ "" 1, 1 }
{ "" 0, 2 }
{ "" 0, 2 }
{ "" 1, 1 }
{ "" 0, 3 }
{ "" 2, 0 }
}
1 2 3 4 5 6
"""


def arrays(game: Game) -> object:
    return [[[str(v) for v in row] for row in matrix] for matrix in payoff_matrices(game)]


def test_both_versions_of_gambit_s_files_are_one_game() -> None:
    first, second = read_nfg(PAYOFFS), read_nfg(OUTCOMES)
    assert (
        arrays(first) == arrays(second) == [[["1", "1"], ["0", "0"], ["0", "2"]], [["1", "1"], ["2", "3"], ["2", "0"]]]
    )
    assert first.players[0].actions == ("1", "2", "3")
    assert read_nfg(write_nfg(first)).players == first.players


def test_the_null_outcome_pays_nothing() -> None:
    game = read_nfg(OUTCOMES.replace("1 2 3 4 5 6", "0 2 3 4 5 6"))
    assert arrays(game)[0][0][0] == "0"  # type: ignore[index]


def test_numbers_are_read_exactly() -> None:
    game = read_nfg('NFG 1 R "n" { "A" "B" } { 1 2 } 0.1 1/3 -2.5e1 7')
    assert arrays(game) == [[["1/10", "-25"]], [["1/3", "7"]]]


def test_three_players_go_out_and_back() -> None:
    cube = [[[[i + 2 * j + 4 * k + p for k in range(2)] for j in range(2)] for i in range(2)] for p in range(3)]
    game = from_payoff_matrices(cube, players=["x", "y", "z"], actions=[["l", "r"]] * 3)
    again = read_nfg(write_nfg(game))
    assert again.players == game.players
    assert [[str(v) for v in row] for row in payoff_matrices(game)[2][1]] == [["3", "7"], ["5", "9"]]


def test_matrices_of_numpy_fractions_and_symbols() -> None:
    whole = from_payoff_matrices([numpy.array([[1.0, 0.5]]), numpy.array([[2, 3]])])
    assert arrays(whole) == [[["1", "1/2"]], [["2", "3"]]]
    mixed = from_payoff_matrices(
        [[["a", Fraction(1, 3)], [0, 1]], [[1, 0], [0, "a"]]], parameters={"a": "(0, oo)"}, name="symbols"
    )
    (entry,) = [e for e in solve_players(mixed).equilibria if not e.pure]
    assert [str(v) for _, v in entry.strategy[0][0][1]] == ["a/(a + 1)", "1/(a + 1)"]


@pytest.mark.parametrize(
    ("matrices", "message"),
    [
        ([[[1, 2]], [[1], [2]]], "shape differs"),
        ([[[1, 2]]], "1 arrays with 2 indices"),
        ([[[1, 2], [3]], [[1, 2], [3, 4]]], "rectangular"),
        ([[[1 / 3]], [[1]]], "not exact"),
        ([[[float("nan")]], [[1]]], "no exact number"),
        ([[[None]], [[1]]], "no exact number"),
        ([[["x"]], [[1]]], "x"),
        ([], "empty"),
        ([[[]], [[]]], "empty"),
    ],
)
def test_bad_matrices_are_refused_in_one_line(matrices: list[object], message: str) -> None:
    with pytest.raises(GameError, match=message) as caught:
        from_payoff_matrices(matrices)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "EFG 2 R",
        'NFG 1 R "open',
        'NFG 1 R "t" { "A" } { 2 } 1',
        'NFG 1 R "t" { "A" } { 2 } 1 2 3',
        'NFG 1 R "t" { "A" } { 0 }',
        'NFG 1 R "t" { "A" } { 99999999999 } 1',
        'NFG 1 R "t" { "A" "B" } { 99999 99999 } 1',
        'NFG 1 R "t" { "A" } { 1 } 1e999999999',
        'NFG 1 R "t" { "A" } { 1 } 1/0',
        'NFG 1 R "t" { "A" } { 1 } __import__',
        'NFG 1 R "t" { "A" } { { "x" } } { { "o" 1 } } 7',
        'NFG 1 X "t" { "A" } { 1 } 1',
        'NFG 1 R "t" { "A" "A" } { 1 1 } 1 1 1',
        "NFG 1 R " + "{" * 5000,
    ],
)
def test_broken_files_are_refused_in_one_line(text: str) -> None:
    with pytest.raises(BerknashError) as caught:
        read_nfg(text, where="broken.nfg")
    assert "\n" not in str(caught.value) and len(str(caught.value)) < 500


def test_a_workspace_holds_a_strategic_form_or_is_refused(tmp_path: Path) -> None:
    inside = PAYOFFS.replace('"', "&quot;")
    assert arrays(read_gbt(f"<gambit><game><nfgfile>{inside}</nfgfile></game></gambit>")) == arrays(read_nfg(PAYOFFS))
    path = tmp_path / "game.gbt"
    path.write_text(f"<gambit><nfgfile><![CDATA[{PAYOFFS}]]></nfgfile></gambit>", encoding="utf-8")
    assert arrays(load_normal_form(path)) == arrays(read_nfg(PAYOFFS))
    with pytest.raises(NotSupportedError, match="save the game as"):
        read_gbt("<gambit><efgfile>EFG 2 R</efgfile></gambit>")
    with pytest.raises(GameError, match=r"missing\.nfg: cannot be read"):
        load_normal_form(tmp_path / "missing.nfg")
    (tmp_path / "bytes.nfg").write_bytes(b"\xff\xfe")
    with pytest.raises(GameError, match="UTF-8"):
        load_normal_form(tmp_path / "bytes.nfg")


def test_only_correctly_specified_games_have_payoff_matrices() -> None:
    assert arrays(load_game(LITERATURE / "matching_pennies.toml")) == [
        [["1", "-1"], ["-1", "1"]],
        [["-1", "1"], ["1", "-1"]],
    ]
    with pytest.raises(NotSupportedError, match="not correctly specified"):
        payoff_matrices(load_game(LITERATURE / "self_confirming.toml"))
    with pytest.raises(NotSupportedError, match="signals"):
        payoff_matrices(load_game(LITERATURE / "researcher.toml"))
    with pytest.raises(NotSupportedError, match="not rational"):
        write_nfg(load_game(LITERATURE / "battle_of_the_sexes.toml"))


def test_graphs_are_valid_and_the_same_every_time() -> None:
    solution = solve_players(load_game(LITERATURE / "analogy_based.toml"))
    text = to_graphml(solution)
    assert text == to_graphml(solution)
    space = "{http://graphml.graphdrawing.org/xmlns}"
    graph = xml.etree.ElementTree.fromstring(text.encode()).find(f"{space}graph")
    assert graph is not None
    assert len(graph.findall(f"{space}node")) == len(solution.profiles) == 16
    assert len(graph.findall(f"{space}edge")) == len(solution.transitions)
    assert {d.text for d in graph.iter(f"{space}data")} == {"c <= 1", "c == 1", "c >= 1"}
    dot = to_dot(solve_players(load_game(LITERATURE / "matching_pennies.toml")))
    assert dot.startswith('digraph "matching-pennies" {\n  "heads,heads";')
    assert '  "heads,heads" -> "heads,tails";' in dot
    assert solution.to_networkx().number_of_edges() == len(solution.transitions)
