"""A report says how far a list of phases or equilibria goes, where it does not go all the way."""

from __future__ import annotations

import json
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest

from berknash.proofs.report.equilibria import equilibria_blocks
from berknash.proofs.report.writing import write_report
from berknash.proofs.theorems.solution_facts import Facts, report_notation
from berknash.proofs.typeset.latex import blocks_latex
from berknash.symbolic.cells.conditions import Condition
from berknash.symbolic.cells.coverage import Coverage
from berknash.symbolic.engines.finite.agent_engine import solve
from berknash.symbolic.expressions.reading import read_relation
from berknash.symbolic.game.game import Game, load_game
from berknash.symbolic.interchange.normal_form import from_payoff_matrices
from berknash.symbolic.limits import SolveLimits
from berknash.symbolic.logengine import UndecidedBox
from berknash.symbolic.solving.phases import phases


def urn() -> Game:
    """Bet or pass, with two models of the urn."""
    return Game.from_dict(
        {
            "format": 1,
            "name": "urn",
            "parameters": {"p": "(0, 1)", "b": "(0, 1)"},
            "players": {
                "agent": {
                    "actions": ["bet", "pass"],
                    "outcomes": ["win", "lose"],
                    "truth": {"*": {"win": "p", "lose": "1 - p"}},
                    "payoff": {"bet": {"win": 1, "lose": "-2*b"}, "pass": {"win": 0, "lose": 0}},
                    "models": {
                        "good": {"predicts": {"*": {"win": "2/3", "lose": "1/3"}}},
                        "bad": {"predicts": {"*": {"win": "1/3", "lose": "2/3"}}},
                    },
                }
            },
        }
    )


def text_of(latex: str) -> str:
    """The source in one line, so that line breaks do not matter."""
    return " ".join(latex.split())


def test_a_complete_diagram_needs_no_caveat():
    shown = text_of(phases(urn()).to_latex())
    assert "The list is complete" not in shown
    assert "undecided" not in shown


def test_the_theorem_names_dimensions_that_are_not_complete():
    diagram = phases(urn())
    partial = text_of(replace(diagram, coverage=Coverage((2,), (), (1, 0))).to_latex())
    assert "The list is complete in dimension 2." in partial
    assert "In dimensions 1 and 0 the listed pieces exist, and others may be missing" in partial
    covered = text_of(replace(diagram, coverage=Coverage((), (2, 1, 0))).to_latex())
    assert "In dimensions 2, 1 and 0 every point satisfies the condition of a listed piece" in covered


def test_undecided_boxes_are_listed_and_their_size_is_rounded_up():
    third = Fraction(1, 3)
    boxes = (
        UndecidedBox(((third, third + Fraction(1, 10**4)), (Fraction(0), Fraction(1, 10**4))), (0,), "a near crossing"),
        UndecidedBox(((Fraction(1, 2), Fraction(1, 2)), (Fraction(0), Fraction(1))), (0,), "a vertical line"),
    )
    diagram = replace(phases(urn()), undecided=boxes, coverage=Coverage((2, 1, 0), (), (), True))
    shown = text_of(diagram.to_latex())
    assert r"outside of 2 boxes of total measure at most $1 \cdot 10^{-8}$" in shown or (
        r"outside of 2 boxes of total measure at most $1.1 \cdot 10^{-8}$" in shown
    )
    # The ends of 1/3 and 1/3 + 1/10000, rounded outward.
    assert "0.3333333333" in shown and "0.3334333334" in shown
    assert "a near crossing" in shown and "a vertical line" in shown
    assert "a near crossing" in diagram._repr_html_()


def test_the_part_of_a_phase_without_a_known_point_is_named():
    diagram = phases(urn())
    first, *rest = diagram.phases
    part = Condition((read_relation("p > 3/4", ["p", "b"], where=""),))
    doubtful = replace(diagram, phases=(replace(first, unwitnessed=part), *rest))
    shown = text_of(doubtful.to_latex())
    assert "no point was found of the part with" in shown
    assert "p > 3/4" in shown or r"p > \frac{3}{4}" in shown or r"p > \tfrac" in shown


def test_logarithms_inside_are_not_said_to_be_polynomial():
    diagram = phases(urn())
    assert "A cylindrical decomposition of the parameter domain" in text_of(diagram.to_latex())
    tree = text_of(replace(diagram, engine="decision tree").to_latex())
    assert "Splitting the domain" in tree and "cylindrical" not in tree
    certified = text_of(replace(diagram, engine="certified decomposition with logarithms").to_latex())
    assert "enclosed by interval arithmetic" in certified and "cylindrical" not in certified


def test_equilibria_on_boundaries_that_were_not_gone_through_are_not_claimed():
    solution = solve(urn())
    facts = Facts(solution, report_notation(solution.game, ()))
    assert "are exactly these" in text_of(blocks_latex(equilibria_blocks(facts)))
    facts = Facts(replace(solution, boundaries_covered=False), report_notation(solution.game, ()))
    shown = text_of(blocks_latex(equilibria_blocks(facts)))
    assert "are exactly these" not in shown
    assert "complete wherever no boundary expression vanishes" in shown


def test_a_report_is_written_where_solve_leaves_parts_undecided(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Within 50 nodes sycophancy's equilibria are found, its transitions and what rests on them are not."""
    monkeypatch.setattr(
        "berknash.proofs.report.writing.solve", lambda game, at: solve(game, at, SolveLimits(nodes=50))
    )
    game = load_game(Path(__file__).parent.parent / "examples" / "sycophancy.toml")
    write_report(game, tmp_path / "report", compile_pdf=False, certificates=False)
    shown = text_of((tmp_path / "report" / "section.tex").read_text("utf-8"))
    assert "are Berk--Nash equilibria of the game" in shown and "Rationalizability" in shown
    assert "transition graph}" not in shown.split("subsection{Undecided}")[0]
    for what in ("the transitions", "the absorbing sets", "the smallest closed sets", "the cycles"):
        assert f"item {what}: more than 50 nodes" in shown
    document = json.loads((tmp_path / "report" / "result.json").read_text("utf-8"))["solution"]
    assert document["cycles"] is None and len(document["undecided"]) == 4 and document["equilibria"]


def test_a_report_names_every_players_actions_of_undecided_supports(tmp_path: Path) -> None:
    """Player 1's stake is on player 2 alone, the others have none: a surface of equilibria with a free parameter."""
    one = [[["t", 0], [0, 1]], [[0, 1], ["t", 0]]]
    nothing = [[[0, 0], [0, 0]], [[0, 0], [0, 0]]]
    game = from_payoff_matrices([one, nothing, nothing], parameters={"t": "(0, 1)"})
    write_report(game, tmp_path / "report", compile_pdf=False)
    shown = text_of((tmp_path / "report" / "section.tex").read_text("utf-8"))
    named = "; ".join(rf"player{k} $\{{\bnname{{a1}},\ \allowbreak \bnname{{a2}}\}}$" for k in (1, 2, 3))
    assert f"equilibria with support {named}: mixed equilibria" in shown
