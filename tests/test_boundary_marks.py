"""Numbers on boundaries stand on the right curve, apart from each other, and stand for the exact equation."""

from __future__ import annotations

import itertools
from math import hypot
from pathlib import Path

import pytest

from berknash.proofs.report.boundary_marks import RADIUS, equations_of, line_marks, plane_marks
from berknash.proofs.report.geometry import trace_plane
from berknash.proofs.report.phase_map import PhaseMap, compiled, trace_line
from berknash.proofs.report.pictures import write_pictures
from berknash.proofs.typeset.formula_latex import markup_latex
from berknash.proofs.typeset.markup import notation_of
from berknash.symbolic.game.game import Game
from berknash.symbolic.results.diagram import PhaseDiagram
from berknash.symbolic.solving.phases import phases


def trap() -> Game:
    """The canonical trap with two models, symbolic in everything."""

    def law(value: str) -> dict[str, str]:
        return {"approve": value, "reject": f"1 - {value}"}

    return Game.from_dict(
        {
            "format": 1,
            "name": "trap",
            "assume": ["l < h"],
            "parameters": dict.fromkeys("pqhl", "(0, 1)"),
            "players": {
                "agent": {
                    "actions": ["safe", "unsafe"],
                    "outcomes": ["approve", "reject"],
                    "truth": {"safe": law("p"), "unsafe": law("q")},
                    "payoff": {"*": {"approve": 1, "reject": 0}},
                    "models": {
                        "merit": {"predicts": {"safe": law("h"), "unsafe": law("l")}},
                        "agreement": {"predicts": {"safe": law("l"), "unsafe": law("h")}},
                    },
                }
            },
        }
    )


@pytest.fixture(scope="module", params=["square", "triangle"])
def diagram(request: pytest.FixtureRequest) -> PhaseDiagram:
    if request.param == "square":
        return phases(trap(), ["p", "q"], {"h": "4/5", "l": "1/10"})
    return phases(trap(), ["h", "l"], {"p": "3/5", "q": "1/2"})


def test_each_number_belongs_to_the_curve_where_its_expression_vanishes(diagram: PhaseDiagram) -> None:
    names = (diagram.parameters[0], diagram.parameters[1])
    marks = plane_marks(trace_plane(diagram, names), diagram)
    assert [mark.text for mark in marks] == [str(k) for k in range(1, len(diagram.boundaries) + 1)]
    for mark in marks:
        function = compiled(diagram.boundaries[int(mark.text) - 1].expression)

        def sign(dx: float, dy: float, function=function, mark=mark) -> bool:
            x, y = mark.anchor
            return bool(function({names[0]: x + dx, names[1]: y + dy}) > 0)

        # The expression changes its sign within a thousandth of the window.
        around = [(dx, dy) for dx in (-1e-3, 0.0, 1e-3) for dy in (-1e-3, 0.0, 1e-3)]
        assert len({sign(dx, dy) for dx, dy in around}) == 2


def test_numbers_overlap_neither_each_other_nor_the_names_of_phases(diagram: PhaseDiagram) -> None:
    plane = trace_plane(diagram, (diagram.parameters[0], diagram.parameters[1]))
    marks = plane_marks(plane, diagram)
    for first, second in itertools.combinations(marks, 2):
        assert hypot(first.place[0] - second.place[0], first.place[1] - second.place[1]) > 2 * RADIUS
    for mark in marks:
        assert all(RADIUS <= value <= 1 - RADIUS for value in mark.place)
        for label in plane.labels:
            assert hypot(mark.place[0] - label.place[0], mark.place[1] - label.place[1]) > RADIUS


def test_equations_are_exact_and_not_abbreviated() -> None:
    diagram = phases(trap(), ["p", "q"], {"h": "4/5", "l": "1/10"})
    shown = ["".join(markup_latex(line) for line in e.lines) for e in equations_of(diagram, notation_of(trap()))]
    # The threshold on p and on q is log(9/2)/log(36), in whichever form the diagram prints it.
    assert [text[0] for text in shown] == ["p", "q"]
    assert all(r"\log" in text and r"\tau" not in text for text in shown)


def test_numbers_along_a_line_are_at_the_changes() -> None:
    diagram = phases(trap(), ["p"], {"q": "3/5", "h": "4/5", "l": "1/5"})
    line = trace_line(PhaseMap(diagram, ("p",)).at, 0.0, 1.0)
    ((text, place),) = line_marks(line, (0.0, 1.0), diagram, "p")
    assert str(diagram.boundaries[int(text) - 1].solved) == "p == 1/2"
    assert place == pytest.approx(0.5, abs=1e-6)


def test_the_end_of_the_domain_has_no_number() -> None:
    # At h = l every difference of divergences vanishes, but there the assumption l < h ends the domain.
    diagram = phases(trap(), ["h"], {"p": "31/97", "q": "60/97", "l": "1/5"})
    line = trace_line(PhaseMap(diagram, ("h",)).at, 0.0, 1.0)
    assert line.changes[0] == pytest.approx(0.2, abs=1e-6)
    assert [place for _, place in line_marks(line, (0.0, 1.0), diagram, "h")] == list(line.changes[1:])


def test_pictures_number_their_boundaries_on_demand_only(tmp_path: Path) -> None:
    diagram = phases(trap(), ["p", "q"], {"h": "4/5", "l": "1/10"})
    write_pictures(tmp_path, trap(), diagram)
    plain = (tmp_path / "phases.tikz").read_text("utf-8")
    write_pictures(tmp_path, trap(), diagram, label_boundaries=True)
    marked = (tmp_path / "phases.tikz").read_text("utf-8")
    assert plain.count("circle[radius") == 0
    # Two numbers on curves, and two equations below.
    assert marked.count("circle[radius") == 2
    assert marked.count("draw,circle") == 2
    assert marked.count(r"\log") > plain.count(r"\log")
