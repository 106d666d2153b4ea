"""The one answer: every method works on the result of every kind of game, and nothing is left out of it."""

from __future__ import annotations

import pickle
import xml.etree.ElementTree as xml
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from catalogue import POINTS, game_of
from test_player_families import guesser, neglects_signals, pair

import berknash as bn
from berknash.printout import solution_text
from berknash.proofs.report.general import undecided_blocks
from berknash.proofs.typeset.latex import blocks_latex
from berknash.symbolic.cells.undecided import Undecided

EXAMPLES = Path(__file__).parent.parent / "examples"

COIN = {
    "format": 1, "name": "coin", "parameters": {"q": "(0, 1)"}, "players": {"agent": {
        "actions": ["bet", "pass"], "outcomes": ["heads", "tails"],
        "truth": {"*": {"heads": "q", "tails": "1 - q"}},
        "payoff": {"bet": {"heads": 1, "tails": -1}, "pass": {"heads": 0, "tails": 0}},
        "models": {"coin": {"theta": {"x": "[0, 2/3]"}, "predicts": {"*": {"heads": "x", "tails": "1 - x"}}}}}},
}  # fmt: skip
SEEN = {"a,a": "0", "a,b": "q", "b,a": "1", "b,b": "1/2"}
PARAMETERS = {"q": "(0, 1)", "t": "(0, 1)"}


def free_pair(normal: bool = True) -> bn.Game:
    """Both see a number that play moves, with a threshold and a part of it free."""
    return pair(guesser(SEEN, normal, "t"), guesser({"a,*": "0", "b,*": "q"}, normal, "1/3"), PARAMETERS)


def example(name: str) -> bn.Game:
    return bn.load(str(EXAMPLES / f"{name}.toml"))


@cache
def answers() -> dict[str, bn.Solution]:
    """One answer or more of each kind of game, with parameters fixed and free."""
    found = {truth.id: bn.solve(game_of(truth.game), dict(truth.at)) for truth in POINTS[::9]}
    found["tables, free"] = bn.solve(example("sycophancy"), {"h": "4/5", "l": "1/5"})
    for name in ("monopolist", "two_fits", "untried_price", "matching_pennies", "nau_irrational", "nau_continuum",
                 "duopoly_own_price", "analogy_based", "researcher", "misread_tax"):  # fmt: skip
        found[name] = bn.solve(example(f"literature/{name}"))
    found["families, free"] = bn.solve(bn.Game.from_dict(COIN))
    found["families, several players, free"] = bn.solve(free_pair())
    found["families, signals"] = bn.solve(neglects_signals())
    return found


def test_all_engines_answer_with_the_same_type() -> None:
    assert {type(answer) for answer in answers().values()} == {bn.Solution}
    assert {type(e) for answer in answers().values() for e in answer.equilibria} == {bn.Equilibrium}
    kinds = {(answer.engine, bool(answer.free), answer.is_plain) for answer in answers().values()}
    fixed_and_free = {("finite", free, plain) for free in (True, False) for plain in (True, False)}
    assert kinds >= fixed_and_free | {("algebraic", False, True), ("algebraic", False, False)}
    assert kinds >= {("signs", True, True), ("signs", True, False)}


def test_every_answer_is_pickled_and_compared() -> None:
    for name, answer in answers().items():
        copy = pickle.loads(pickle.dumps(answer))
        assert copy == answer and hash(copy) == hash(answer), name
        assert copy.to_json() == answer.to_json() and repr(copy) == repr(answer), name
        assert copy.to_latex().count("\n") > 3, name
        assert answer.equilibria == () or copy != answers()["monopolist"] or name == "monopolist"


def test_every_answer_is_shown() -> None:
    for name, answer in answers().items():
        latex, html = answer.to_latex(), answer._repr_html_()
        assert latex.count(r"\begin{") == latex.count(r"\end{") > 0, name
        assert html.startswith('<div class="berknash">') and "equilibri" in html, name
        count = len(answer.equilibria)
        assert repr(answer).startswith(f"<Solution of {answer.game.name!r}: {count} equilibrium entr"), name
        for e in answer.equilibria:
            assert repr(e).startswith("<Equilibrium on ") and e._repr_latex_().startswith("$"), name


def test_every_transition_graph_is_written() -> None:
    for name, answer in answers().items():
        edges = {case.value for case in answer.transitions}
        graph = answer.to_networkx()
        assert set(graph.nodes) == set(answer.profiles) and set(graph.edges) == edges, name
        assert answer.to_dot().count(" -> ") == len(answer.transitions), name
        root = xml.fromstring(answer.to_graphml().encode())
        space = "{http://graphml.graphdrawing.org/xmlns}"
        assert {(e.get("source"), e.get("target")) for e in root.iter(f"{space}edge")} == edges, name


def test_parts_are_read_without_player_and_signal_where_there_is_one() -> None:
    equilibrium = bn.solve(example("sycophancy"), {"h": "4/5", "l": "1/5", "p": "7/10", "q": "3/10"}).equilibria[0]
    assert equilibrium.support == ("truthful",) and equilibrium.belief_support == ("merit",)
    (part,) = equilibrium.parts
    assert (part.player, part.actions, part.weights) == ("agent", equilibrium.support, equilibrium.strategy)
    pennies = answers()["matching_pennies"].equilibria[0]
    assert pennies.support == ((("", ("heads", "tails")),),) * 2 and pennies.players == ("row", "column")
    assert bn.is_equilibrium(answers()["matching_pennies"].game, pennies.as_strategy())


def test_what_is_open_under_a_condition_says_so_everywhere() -> None:
    """One guesses the other's guess with a free threshold: mixtures of both are open on a part of the parameters."""
    answer = bn.solve(free_pair())
    mixed = next(e for e in answer.equilibria if not e.pure and not e.condition.is_always())
    supports = tuple((part.player, part.support) for part in mixed.parts)
    entry = Undecided("equilibria", (), "too large", mixed.condition, supports)
    answer = replace(answer, undecided=(entry,))
    shown = next(d for d in answer.to_json()["undecided"] if d.get("condition") == str(entry.where))
    assert shown["support"] == {name: sorted(own[0][1]) for name, own in entry.supports}
    lines = [line for line in solution_text(answer).splitlines() if line.strip().startswith("equilibria one:")]
    assert f" where {entry.where}: " in lines[0] and f", {entry.where}" not in lines[0]
    assert ", where " in blocks_latex(undecided_blocks(answer))


def test_a_condition_of_actions_is_written_under_both_names() -> None:
    from berknash.symbolic.cells.conditions import Condition
    from berknash.symbolic.cells.undecided import Undecided
    from berknash.symbolic.results.equilibrium_documents import undecided_document

    nowhere = Undecided("equilibria", ("a", "b"), "too large", Condition(()))
    assert undecided_document(nowhere, "agent") == {
        "what": "equilibria", "support": {"agent": ["a", "b"]}, "reason": "too large", "condition": "1 < 0",
        "where": "1 < 0",
    }  # fmt: skip


@pytest.mark.parametrize("normal", [True, False])
def test_free_games_of_several_players_are_judged(normal: bool) -> None:
    """Two is right after (b, b): it sees q, which its family reproduces; one's number is 1/2 there, 1 after (b, a)."""
    answer = bn.solve(free_pair(normal))
    entries: list[dict[str, Any]] = answer.to_json()["equilibria"]
    for entry in entries:
        assert entry["belief"]["one"] == {"same": {"exact": "1", "approx": 1.0}}
        for key in ("self_confirming", "survives_correct_specification"):
            assert entry[key] is not None or f"{key}_where" in entry or f"{key}_note" in entry
    pure = [e for e in answer.equilibria if e.pure]
    # The number after each profile is one of the family's, so that the best fit to pure play predicts it exactly.
    assert pure and all(e.self_confirming is True for e in pure)
    assert all(e.survives is not None and e.survives.status != "undecided" for e in pure)
