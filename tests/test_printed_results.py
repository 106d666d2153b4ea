"""The formulas of report.tex, to_latex, the HTML page, the terminal text and the JSON of one result say the same.

They are read back by `document_reader` and compared at points of the parameters with each other, with the entries of
the game, and with divergences and payoffs computed from these entries by their definition.
"""

from __future__ import annotations

import itertools
import operator
import random
import re
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from document_reader import (
    Names,
    Said,
    condition_said,
    html_formulas,
    json_parts,
    latex_formulas,
    said,
    signature,
    terminal_conditions,
)
from flint import arb
from formula_agreement import own_value
from formula_meaning import Meaning, agree, at_precision, ball, value
from formula_readers import read_coq, read_text
from typeset_readers import read_latex, read_mathml

from berknash.printout import solution_text
from berknash.proofs.claims.prove import question_of
from berknash.proofs.coq.definitions import Definitions
from berknash.proofs.coq.facts import identifier
from berknash.proofs.report.content import report_blocks
from berknash.proofs.typeset.formula_latex import markup_latex
from berknash.proofs.typeset.html import page_html
from berknash.proofs.typeset.latex import section_latex
from berknash.proofs.typeset.markup import notation_of
from berknash.proofs.typeset.mathml import math_element
from berknash.symbolic.expressions.reading import Expression
from berknash.symbolic.game.data import Normal
from berknash.symbolic.game.game import Game, load_game
from berknash.symbolic.solving.phases import phases
from berknash.symbolic.solving.solve import solve

EXAMPLES = Path(__file__).parent.parent / "examples"
NESTED = {
    "format": 1, "name": "nested", "parameters": {"a": "(0, 1)", "b": "(0, 1)", "c": "(0, 1)"},
    "players": {"agent": {
        "actions": ["bet", "pass"], "outcomes": ["win", "lose"],
        "truth": {"*": {"win": "1/2 + (a - b)/4", "lose": "1/2 - (a - b)/4"}},
        "payoff": {"bet": {"win": "a - (b - (c - 1))", "lose": "-(a - b)"}, "pass": {"win": 0, "lose": 0}},
        "models": {"good": {"predicts": {"*": {"win": "(1 + a)/3", "lose": "1 - (1 + a)/3"}}},
                   "bad": {"predicts": {"*": {"win": "1/3", "lose": "2/3"}}}}}}}  # fmt: skip
FAMILY = {
    "format": 1, "name": "family", "parameters": {"q": "(1/4, 3/4)", "x_1": "(0, 1)"},
    "players": {"agent": {
        "actions": ["a", "b"], "outcomes": ["good", "bad"],
        "truth": {"a": {"good": "1 - (q - 1/4)", "bad": "q - 1/4"}, "b": {"good": "1/2", "bad": "1/2"}},
        "payoff": {"a": {"good": "1 - x_1", "bad": "-(x_1 + 1)"}, "b": {"good": "-x_1", "bad": "1 - (x_1 - 1)"}},
        "models": {"line": {"theta": {"x1": "[0, 1]"}, "predicts": {
            "a": {"good": "x1", "bad": "1 - x1"}, "b": {"good": "1 - x1", "bad": "x1"}}}}}}}  # fmt: skip
GAMES: dict[str, tuple[str | dict[str, Any], dict[str, str]]] = {
    "nested": (NESTED, {"c": "1/3"}),
    "family, free parameters": (FAMILY, {}),
    "sycophancy": ("sycophancy.toml", {"h": "4/5"}),
    "three actions": ("three_cycle.toml", {}),
    "three players": ("literature/nine_equilibria.toml", {}),
    "a continuum": ("literature/misread_tax.toml", {}),
    "families, two players": ("literature/duopoly_own_price.toml", {}),
    "signals": ("literature/analogy_based.toml", {}),
}
POINTS = 6


class Result:
    """One result in all its printed forms."""

    def __init__(self, name: str) -> None:
        source, at = GAMES[name]
        self.game = load_game(EXAMPLES / source) if isinstance(source, str) else Game.from_dict(source)
        self.solution = solve(self.game, at)
        self.points = list(_points(self.solution.game))
        self.document: dict[str, Any] = {"solution": self.solution.to_json()}
        self.has_tables = self.solution.has_tables
        diagram = phases(self.game, at=at) if self.has_tables and self.solution.free else None
        if self.has_tables:
            self.document["phases"] = diagram.to_json() if diagram is not None else None
        blocks = report_blocks(self.solution, diagram, game=self.game)
        self.text = solution_text(self.solution)
        self.latex = self.read(latex_formulas(section_latex(blocks, "bn")), "LaTeX")
        self.html = self.read(html_formulas(page_html("title", blocks, {})), "MathML")

    def names(self, notation: str | None) -> Names:
        """The parameters and coordinates, as a notation writes them, with their values."""
        letters = notation_of(self.game)
        known: dict[str, list[Any]] = {}
        for name in self.points[0]:
            markup = letters.letter(name)
            seen: Meaning = ("name", name)
            if notation == "LaTeX":
                seen = read_latex(markup_latex(markup))
            elif notation == "MathML":
                seen = read_mathml(math_element(markup))
            known[seen[1]] = [point[name] for point in self.points]
        if self.has_tables:
            known |= self.tables()
        return Names(self.points, known)

    def read(self, formulas: list[list[str]], notation: str) -> Said:
        return said(formulas, self.names(notation))

    def tables(self) -> dict[str, list[Any]]:
        """Divergences and subjective payoffs by their definition, under the names that the report has for them."""
        (player,) = self.solution.game.players
        found: dict[str, list[Any]] = {}
        for model in player.models:
            for action in player.actions:
                rows = (player.truth_row((action,)), model.row(action), player.payoff_row(action))
                values = [[[own_value(entry, point) for entry in row] for row in rows] for point in self.points]
                names = f"\\mathit{{K:{model.name},{action}}}", f"\\mathit{{U:{action},{model.name}}}"
                found[names[0]] = [sum(map(_surprise, truth, predicted)) for truth, predicted, _ in values]
                found[names[1]] = [sum(map(operator.mul, predicted, gains)) for _, predicted, gains in values]
        return found

    def entries(self) -> Iterator[Expression]:
        """Every expression in the game as it was solved."""
        for player in self.solution.game.players:
            laws = [entry for _, entry in player.truth]
            laws += [entry for model in player.models for _, entry in model.predicts]
            for law in laws:
                yield from (law.mean, law.variance) if isinstance(law, Normal) else law
            for _, reward in player.payoff:
                yield from reward if isinstance(reward, tuple) else (reward,)


def _surprise(truth: Any, predicted: Any) -> Any:
    return truth * (truth / predicted).log() if truth != 0 else arb(0)


def _points(game: Game) -> Iterator[dict[str, Any]]:
    """Points of the domain, with values for the coordinates of families."""
    source = random.Random(7)
    domains = {p.name: p.domain for p in game.parameters}
    for player in game.players:
        for model in player.models:
            domains |= {coordinate.name: coordinate.domain for coordinate in model.theta}
    count = 0
    while count < POINTS:
        place = {}
        for name, domain in domains.items():
            low = Fraction(-5) if domain.low is None else domain.low
            high = low + 9 if domain.high is None else domain.high
            place[name] = low + (high - low) * Fraction(source.randint(1, 100), 101)
        point = {name: ball(number) for name, number in place.items()}
        if any(player.outcomes == "normal" for player in game.players):
            point["y"] = ball(Fraction(source.randint(-50, 50), 7))
        if all(_holds(relation, point) for relation in game.assume):
            count += 1
            yield point


def _holds(relation: Any, point: dict[str, Any]) -> bool:
    left, right = own_value(relation.left, point), own_value(relation.right, point)
    return bool({"<": left < right, "<=": left <= right, ">": left > right, ">=": left >= right}[relation.operator])


@pytest.fixture(scope="module", params=GAMES)
def result(request: pytest.FixtureRequest) -> Result:
    found: Result = at_precision(lambda: Result(request.param))
    return found


def test_html_says_what_latex_says(result: Result) -> None:
    assert len(result.latex.formulas) == len(result.html.formulas)
    for latex, html in zip(result.latex.formulas, result.html.formulas, strict=True):
        assert [values for _, values in latex] == [values for _, values in html], (latex, html)
    assert result.latex.links == result.html.links
    assert len(result.latex.sides) > 3


def test_entries_of_the_game_are_printed(result: Result) -> None:
    for entry in result.entries():
        values = at_precision(lambda entry=entry: signature([own_value(entry, point) for point in result.points]))
        assert values in result.latex.sides, str(entry)


def test_conditions_and_strategies_of_the_json_are_printed(result: Result) -> None:
    solution = result.document["solution"]
    expected = at_precision(lambda: _conditions(json_parts(result.document, "condition"), result))
    assert expected.links <= result.latex.links
    lines = [line for lines in json_parts(solution, "conditions") for line in lines]
    sets = [line for line in lines if "sigma(" in line and "[" not in line]
    assert at_precision(lambda: _conditions(sets, result)).links <= result.latex.links
    for exact in _strategies(solution):
        values = at_precision(lambda exact=exact: signature(result.names(None).values(read_text(exact))))
        assert values in result.latex.sides, exact


def test_the_terminal_says_what_the_json_says(result: Result) -> None:
    document = result.document["solution"]
    printed = at_precision(lambda: _conditions(terminal_conditions(result.text), result))
    assert printed.links == at_precision(lambda: _conditions(json_parts(document, "condition"), result)).links
    shown = re.findall(r": ([^:,\n\[]+?)(?=,|   \[|$)", result.text, re.MULTILINE)
    for exact in _strategies(document):
        assert exact in shown


def test_to_latex_says_what_the_report_says(result: Result) -> None:
    alone = at_precision(lambda: result.read(latex_formulas(result.solution.to_latex()), "LaTeX"))
    conditions = json_parts(result.document["solution"], "condition")
    assert at_precision(lambda: _conditions(conditions, result)).links <= alone.links
    assert alone.sides <= result.latex.sides


def test_divergences_and_payoffs_have_their_defined_values(result: Result) -> None:
    """``K(m, a) = ...`` in displays, and differences beside their values in tables."""
    names = result.names("LaTeX")
    checked = 0
    flat = [side for formula in result.latex.formulas for side in formula]
    for (meaning, values), (_, beside) in itertools.pairwise(flat):
        if meaning is None or values is None or beside is None or not _about_tables(meaning):
            continue
        checked += 1
        assert values == beside, meaning
    assert checked >= sum(name.startswith(("\\mathit{K:", "\\mathit{U:")) for name in names.known)


def _about_tables(meaning: Meaning) -> bool:
    names = [part[1] for part in (meaning, *meaning[1:]) if isinstance(part, tuple) and part[0] == "name"]
    return bool(names) and all(name.startswith(("\\mathit{K:", "\\mathit{U:")) for name in names)


def _conditions(texts: Any, result: Result) -> Said:
    found, names = Said(), result.names(None)
    for text in texts:
        if text != "0 < 1":
            condition_said(text, names, found)
    return found


def _strategies(document: dict[str, Any]) -> list[str]:
    """The weights of mixed strategies by themselves, as far as they are closed forms."""
    entries = [entry for entry in document["equilibria"] if not entry["dimension"]]
    found = [exact for entry in entries for exact in json_parts(entry["strategy"], "exact")]
    return [exact for exact in found if exact not in ("0", "1") and "root" not in exact]


def test_definitions_in_coq_are_those_of_the_game(result: Result) -> None:
    """Q, P, G as entered; K is -sum Q ln P (the entropy of Q left out), U the expected payoff."""
    if not result.has_tables:
        return
    at_precision(lambda: _compare_coq_tables(result))


def _compare_coq_tables(result: Result) -> None:
    game = result.solution.game
    (player,) = game.players
    lines = Definitions(question_of(game, f"equilibrium({player.actions[0]})")).tables()
    bodies = dict(re.findall(r"^Definition (\w+) : R := (.*)\.$", "\n".join(lines), re.MULTILINE))
    for point in result.points:
        values = {identifier(name): number for name, number in point.items()}
        for name, body in bodies.items():
            values[name] = value(read_coq(body), values)
        for i, action in enumerate(player.actions, 1):
            truth, gains = player.truth_row((action,)), player.payoff_row(action)
            for t, model in enumerate(player.models, 1):
                predicted = model.row(action)
                rows = [[own_value(entry, point) for entry in row] for row in (truth, predicted, gains)]
                for y, entries in enumerate(zip(*rows, strict=True), 1):
                    printed = [values[f"Q_{i}_{y}"], values[f"P_{t}_{i}_{y}"], values[f"G_{i}_{y}"]]
                    assert all(map(agree, printed, entries))
                surprise = -sum(q * p.log() for q, p, _ in zip(*rows, strict=True) if q != 0)
                assert agree(values[f"K_{t}_{i}"], surprise)
                assert agree(values[f"U_{i}_{t}"], sum(map(operator.mul, rows[1], rows[2])))


def test_a_difference_would_be_seen() -> None:
    """The readers are not blind: a lost bracket changes what is said."""
    points = at_precision(lambda: [{"a": ball(Fraction(1, 3)), "b": ball(Fraction(2, 7))}])
    names = Names(points, {"a": [points[0]["a"]], "b": [points[0]["b"]]})
    right, wrong = (said(latex_formulas(text), names) for text in ("$1 - (a - b) > 0$", "$1 - a - b > 0$"))
    assert right.links != wrong.links
    first, second = read_latex("1 - (a - b)"), read_text("1 - a + b")
    assert at_precision(lambda: agree(names.values(first)[0], names.values(second)[0]))
