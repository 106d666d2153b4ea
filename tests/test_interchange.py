"""Normal-form games in and out: matrices, Gambit files, graphs; and files that are no games."""

from __future__ import annotations

import warnings
import xml.etree.ElementTree
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import numpy
import pytest
import sympy
from hypothesis import given
from hypothesis import strategies as st

from berknash.cli import main
from berknash.symbolic.engines.finite.engine import solve_players
from berknash.symbolic.errors import BerknashError, GameError, LabelWarning, NotSupportedError
from berknash.symbolic.game.game import Game, load_game
from berknash.symbolic.interchange.gambit import load_normal_form, read_gbt, read_nfg, write_nfg
from berknash.symbolic.interchange.loading import load
from berknash.symbolic.interchange.normal_form import from_payoff_matrices, payoff_matrices
from berknash.symbolic.plain_text import is_control
from berknash.symbolic.results.graphs import to_dot, to_graphml

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


def test_long_labels_of_several_players_are_kept() -> None:
    """What a player sees is a name for all others together, which is numbered where that grows too long."""
    long = "a" * 40
    labels = " ".join([f'{{ "{long}" "b" }}'] * 3)
    game = read_nfg(f'NFG 1 R "long" {{ "A" "B" "C" }} {{ {labels} }} {" ".join(["1"] * 24)}', where="long.nfg")
    assert game.players[0].actions == (long, "b")
    assert game.players[0].outcomes[0] == "outcome 1"


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
        'NFG 1 R "bell\x07" { "A" "B" } { 1 1 } 1 1',
    ],
)
def test_broken_files_are_refused_in_one_line(text: str) -> None:
    with pytest.raises(BerknashError) as caught:
        read_nfg(text, where="broken.nfg")
    assert str(caught.value).startswith("broken.nfg: ") and str(caught.value).isprintable()
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


LABELS = """NFG 1 R "labels \\\\" { "A" "B" } { { "1*" "b/c" "it's" "sigma(x)" } { "*" "a,b" "a_b" "" "a,b" } } ""
"""


def test_labels_are_kept_and_every_change_is_said() -> None:
    text = LABELS + " ".join(str(k) for k in range(40))
    with pytest.warns(LabelWarning) as caught:
        game = read_nfg(text, where="labels.nfg")
    assert game.players[0].actions == ("1*", "b/c", "it's", "sigma(x)")
    assert game.players[1].actions == ("_", "a_b 2", "a_b", "4", "a_b 5")
    assert [str(entry.message) for entry in caught] == [
        "labels.nfg: the action '*' is called '_' here",
        "labels.nfg: the action 'a,b' is called 'a_b 2' here",
        "labels.nfg: the action 'a,b' is called 'a_b 5' here",
    ]
    assert game.name == "labels \\"
    again = read_nfg(write_nfg(game))
    assert again == game


def test_labels_as_they_are_stand_in_answers_and_claims(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "labels.NFG"
    text = 'NFG 1 R "t" { "A" "B" } { { "1*" "don\'t" } { "a,b" "d" } } "" 2 2 0 0 0 0 1 1'
    path.write_text("\ufeff" + text, "utf-8")
    assert main(["solve", str(path)]) == 0
    out, err = capsys.readouterr()
    assert "1*" in out and "don't" in out
    assert err == f"berknash: note: {path}: the action 'a,b' is called 'a_b' here\n"
    assert main(["when", str(path), 'equilibrium("1*,a_b") and equilibrium("don\'t,d")']) == 0
    assert capsys.readouterr().out.strip() == "always"
    with pytest.warns(LabelWarning):
        assert load(path).players[0].actions == ("1*", "don't")


def test_the_end_of_a_name_says_what_is_read(tmp_path: Path) -> None:
    for name in ("game.nfg", "game.NFG", "game.Nfg"):
        (tmp_path / name).write_text("\ufeff" + PAYOFFS, "utf-8")
        assert arrays(load(tmp_path / name)) == arrays(read_nfg(PAYOFFS))
    (tmp_path / "game.GBT").write_text(f"<gambit><nfgfile><![CDATA[{PAYOFFS}]]></nfgfile></gambit>", "utf-8")
    assert arrays(load(str(tmp_path / "game.GBT"))) == arrays(read_nfg(PAYOFFS))
    marked = tmp_path / "marked.toml"
    marked.write_bytes(b"\xef\xbb\xbf" + (LITERATURE / "matching_pennies.toml").read_bytes())
    assert load(marked) == load(LITERATURE / "matching_pennies.toml")
    with pytest.raises(NotSupportedError, match=r"tree\.efg: an extensive form; reduce it .*\.nfg"):
        load(tmp_path / "tree.efg")


@pytest.mark.parametrize("number", ["1_000", "１", "٣", "1/2/3", "1/-2", "1/2.5", "1e1_0", "inf", "nan", "0x10", "--1"])
def test_what_is_no_number_of_the_format_is_no_payoff(number: str) -> None:
    text = f'NFG 1 R "t" {{ "A" }} {{ 1 }} {number}'
    with pytest.raises(GameError, match="a number was expected"):
        read_nfg(text)


@given(st.text(st.sampled_from('ab\\" {}'), max_size=12))
def test_strings_of_gambit_s_files_come_back(text: str) -> None:
    title = " ".join(text.split())
    game = from_payoff_matrices([[1]], name=title or "t")
    assert read_nfg(write_nfg(game)).name == (title or "t")


MATRIX = [[3, 0], [5, 1]]


@pytest.mark.parametrize(
    "matrices",
    [
        [MATRIX, MATRIX],
        (tuple(map(tuple, MATRIX)), MATRIX),
        numpy.array([MATRIX, MATRIX]),
        numpy.array([MATRIX, MATRIX], dtype=object),
        numpy.array([MATRIX, MATRIX], dtype=numpy.float32),
        [sympy.Matrix(MATRIX), sympy.ImmutableMatrix(MATRIX)],
        [[[Decimal(3), Fraction(0)], [sympy.Integer(5), numpy.int8(1)]], [["3", "0.0"], ["10/2", 1]]],
    ],
    ids=str,
)
def test_arrays_of_any_library_are_taken(matrices: object) -> None:
    game = from_payoff_matrices(matrices, players=[1, 2], actions=[[0, 1], numpy.array([0, 1])])
    assert arrays(game) == [[["3", "0"], ["5", "1"]]] * 2
    assert [p.name for p in game.players] == ["1", "2"] and game.players[0].actions == ("0", "1")


def test_matrices_of_numpy_are_taken() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", PendingDeprecationWarning)
        matrix = numpy.matrix(MATRIX)
    assert arrays(from_payoff_matrices([matrix, matrix])) == [[["3", "0"], ["5", "1"]]] * 2


@pytest.mark.parametrize(
    ("matrices", "words"),
    [
        (numpy.zeros((2, 2)), "2 arrays with 1 indices"),
        (numpy.zeros((2, 2, 2, 2)), "2 arrays with 3 indices"),
        ("ab", "no list of arrays"),
        (None, "no list of arrays"),
        (5, "no list of arrays"),
        ({"a": MATRIX}, "no list of arrays"),
        ([[[sympy.sqrt(2)]], [[1]]], "'sqrt\\(2\\)' is no exact number"),
        ([[[sympy.Float("0.1")]], [[1]]], "no exact number"),
        ([[[Decimal("NaN")]], [[1]]], "no exact number"),
        ([[[Decimal("1e99999")]], [[1]]], "no exact number"),
        ([[[True]], [[1]]], "truth value"),
        ([[[0.1]], [[1]]], "not exact"),
        ([[[1 + 2j]], [[1]]], "no exact number"),
        ([[["\x1b[31m"]], [[1]]], "has no place"),
    ],
    ids=str,
)
def test_arrays_that_say_nothing_exact_are_refused_in_one_line(matrices: object, words: str) -> None:
    with pytest.raises(GameError, match=words) as caught:
        from_payoff_matrices(matrices)
    assert not any(is_control(c) for c in str(caught.value))


@pytest.mark.parametrize(
    "actions", ["ab", ["ab", "cd"], [[1.5, 2], ["a", "b"]], [[True, False], [0, 1]], [[0, 0], [0, 1]]]
)
def test_names_of_actions_are_strings_or_integers(actions: object) -> None:
    with pytest.raises(GameError, match=r"^actions|^payoffs: the names") as caught:
        from_payoff_matrices([MATRIX, MATRIX], actions=actions)  # type: ignore[arg-type]
    assert "\n" not in str(caught.value)
