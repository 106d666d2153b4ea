"""Pictures show the phases where they are, with nothing on top of anything else, and the same bytes every time."""

from __future__ import annotations

import itertools
import json
import random
import subprocess
import sys
from fractions import Fraction
from math import log
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from berknash.proofs.report import figures, tikz
from berknash.proofs.report.geometry import Plane, Point, simplified, trace_plane
from berknash.proofs.report.graphs import graph_of, laid_out
from berknash.proofs.report.phase_map import PhaseMap, branches_of, compiled, trace_line
from berknash.proofs.report.pictures import Picture, marginal_pictures, picture_of, write_phase_picture, write_pictures
from berknash.proofs.report.slices import simple, slices_of
from berknash.proofs.typeset.markup import notation_of
from berknash.symbolic.game.game import Game
from berknash.symbolic.results.diagram import PhaseDiagram
from berknash.symbolic.solving.phases import phases

MODULES = (
    *(f"typeset.{name}" for name in ("formula_latex", "latex", "html", "mathml")),
    *(f"report.{name}" for name in ("writing", "figures", "tikz", "content", "pictures")),
)


def trap() -> Game:
    """The canonical trap: two models of what is approved, symbolic predictions h and l."""
    rows = {"approve": "{}", "reject": "1 - {}"}

    def law(value: str) -> dict[str, str]:
        return {outcome: text.format(value) for outcome, text in rows.items()}

    return Game.from_dict({
        "format": 1, "name": "trap", "assume": ["l < h"],
        "parameters": {"p": "(0, 1)", "q": "(0, 1)", "h": "(0, 1)", "l": "(0, 1)"},
        "players": {"agent": {
            "actions": ["safe", "unsafe"], "outcomes": ["approve", "reject"],
            "truth": {"safe": law("p"), "unsafe": law("q")},
            "payoff": {"*": {"approve": 1, "reject": 0}},
            "models": {"merit": {"predicts": {"safe": law("h"), "unsafe": law("l")}},
                       "agreement": {"predicts": {"safe": law("l"), "unsafe": law("h")}}}}}})  # fmt: skip


@pytest.fixture(scope="module")
def square() -> PhaseDiagram:
    return phases(trap(), ["p", "q"], {"h": "4/5", "l": "1/10"})


@pytest.fixture(scope="module")
def triangle() -> PhaseDiagram:
    return phases(trap(), ["h", "l"], {"p": "3/5", "q": "1/2"})


def area(outline: tuple[Point, ...]) -> float:
    return abs(sum(a[0] * b[1] - b[0] * a[1] for a, b in zip(outline, (*outline[1:], outline[0]), strict=True))) / 2


def areas(plane: Plane) -> dict[int, float]:
    found: dict[int, float] = {}
    for phase, outline in plane.polygons:
        found[phase] = found.get(phase, 0.0) + area(outline)
    return found


def test_areas_of_the_four_phases(square: PhaseDiagram) -> None:
    threshold = log(4.5) / log(36)
    plane = trace_plane(square, ("p", "q"))
    by_name = {square.phases[i].name: value for i, value in areas(plane).items()}
    expected = {"I": (1 - threshold) * threshold, "II": threshold * (1 - threshold), "III": (1 - threshold) ** 2,
                "IV": threshold**2}  # fmt: skip
    assert by_name == pytest.approx(expected, abs=1e-6)
    assert plane.shown == (0, 1, 2, 3) and len(plane.labels) == 4 and not plane.edges


def test_areas_under_a_curved_boundary(triangle: PhaseDiagram) -> None:
    """Against a fine count of sample points, in the half of the square that the assumption leaves."""
    plane = trace_plane(triangle, ("h", "l"))
    steps = (np.arange(1200) + 0.5) / 1200
    grid = PhaseMap(triangle, ("h", "l")).at(steps[:, None], steps[None, :])
    counted = {i: float((grid == i).mean()) for i in range(len(triangle.phases))}
    assert areas(plane) == pytest.approx(counted, abs=2e-3)
    assert sum(counted.values()) == pytest.approx(0.5, abs=1e-3) and plane.edges


def test_boundaries_lie_on_the_exact_curves(triangle: PhaseDiagram) -> None:
    plane = trace_plane(triangle, ("h", "l"))
    atoms = [compiled(boundary.expression) for boundary in triangle.boundaries]
    checked = 0
    for x, y in itertools.chain.from_iterable(plane.boundaries):
        if not (0.02 < y < x < 0.98):
            continue
        assert min(abs(float(atom({"h": x, "l": y}))) for atom in atoms) < 1e-6
        checked += 1
    assert checked > 10


def test_labels_stand_in_their_own_phase(square: PhaseDiagram, triangle: PhaseDiagram) -> None:
    for diagram, names in ((square, ("p", "q")), (triangle, ("h", "l"))):
        where = PhaseMap(diagram, names)
        for label in trace_plane(diagram, names).labels:
            assert where.at(*label.place) == label.phase


def test_boundaries_of_one_parameter_and_branches() -> None:
    diagram = phases(trap(), ["p"], {"q": "3/5", "h": "4/5", "l": "1/5"})
    line = trace_line(PhaseMap(diagram, ("p",)).at, 0.0, 1.0)
    assert [diagram.phases[i].name for i in line.phases] == ["I", "II"]
    assert line.changes == pytest.approx([0.5], abs=1e-9)
    branches = [b for b in branches_of(diagram, line, (0.0, 1.0)) if b.action == 0]
    mixed = [b for b in branches if b.colour == 1]
    assert len(mixed) == 1 and not mixed[0].stable
    # sigma(safe) = (2q - 1) / (2 (p + q - 1)) with q = 3/5.
    expected = [0.2 / (2 * (p - 0.4)) for p in mixed[0].places]
    assert mixed[0].values == pytest.approx(expected)
    assert sorted(b.values[0] for b in branches if b.stable) == [0.0, 0.0, 1.0]


def test_a_polyline_keeps_its_corners() -> None:
    points = [(i / 10, abs(i / 10 - 0.5)) for i in range(11)]
    assert simplified(points, 1.0, 1.0) == (points[0], points[5], points[10])


def test_transition_graphs_have_the_edges_of_the_phase(square: PhaseDiagram) -> None:
    for phase in square.phases:
        graph = graph_of(square, phase)
        edges = {(a.start, a.end) for a in graph.arrows} | {(i, i) for i in graph.loops}
        names = [n.name for n in graph.nodes]
        assert {(names[a], names[b]) for a, b in edges} == set(phase.structure.transitions)
        assert [n.locked for n in graph.nodes] == [((name,) in phase.structure.absorbing) for name in names]


def test_more_than_two_parameters_are_fixed_and_named(tmp_path: Path) -> None:
    game = trap()
    diagram = phases(game, ["p", "q"])
    picture = picture_of(game, diagram)
    assert isinstance(picture, Picture) and [n for n, _ in picture.fixed] == ["h", "l"]
    assert set(picture.names) == {phase.name for phase in diagram.phases}
    made = write_pictures(tmp_path, game, diagram)
    caption = json.dumps([p for p in made["phases"].caption if isinstance(p, str)])
    assert "The picture is for" in caption and "for all values" in caption


@pytest.fixture(scope="module")
def cube() -> PhaseDiagram:
    return phases(trap(), ["p", "q"], {"l": "1/5"})


def test_slices_are_the_planes_of_the_third_parameter(cube: PhaseDiagram) -> None:
    slices = slices_of(cube, notation_of(cube.game))
    assert len(slices) >= 4 and [one.value for one in slices] == sorted(one.value for one in slices)
    assert {name for one in slices for name in one.seen} == {phase.name for phase in cube.phases}
    for one in slices:
        threshold = log(0.8 / (1 - float(one.value))) / log(float(one.value) * 0.8 / (0.2 * (1 - float(one.value))))
        by_name = {one.names[i]: value for i, value in areas(one.plane).items()}
        for name, value in by_name.items():
            structure = next(phase.structure for phase in cube.phases if phase.name == name)
            locked = {s[0] for s in structure.absorbing if len(s) == 1}
            high, low = (action in locked for action in cube.game.players[0].actions)
            expected = ((1 - threshold) if high else threshold) * ((1 - threshold) if low else threshold)
            assert value == pytest.approx(expected, abs=1e-6)
        assert all(one.fills[i] == [p.name for p in cube.phases].index(n) for i, n in enumerate(one.names))


def slices_drawn(cube: PhaseDiagram) -> tuple[Any, str]:
    """The figure of the slices, and its TikZ source."""
    notation = notation_of(cube.game)
    arguments = (slices_of(cube, notation), [phase.name for phase in cube.phases], [(("a",),)] * len(cube.phases))
    return figures.slices_figure(*arguments, notation), tikz.slices_tikz(*arguments, notation)


def test_slices_in_tikz_share_one_legend(cube: PhaseDiagram) -> None:
    _, source = slices_drawn(cube)
    count = len(slices_of(cube, notation_of(cube.game)))
    assert source.count("\\begin{scope}") == count and source.count("{$h = ") == count
    assert source.count("\\bfseries") == len(cube.phases)


def test_simple_values() -> None:
    assert simple(0.4999, 0.01) == Fraction(1, 2) and simple(0.3, 1e-9) == Fraction(3, 10)


def test_bifurcation_diagrams_run_along_both_axes(tmp_path: Path, square: PhaseDiagram) -> None:
    pictures = marginal_pictures(trap(), square)
    assert [picture.axes for picture in pictures] == [("p",), ("q",)]
    for picture in pictures:
        ((name, _),) = picture.fixed
        assert name != picture.axes[0] and len(picture.diagram.phases) == 2
        for phase, shown in zip(picture.diagram.phases, picture.names, strict=True):
            assert next(p.structure for p in square.phases if p.name == shown) == phase.structure


def drawn(diagram: PhaseDiagram) -> list[Any]:
    game = trap()
    picture = picture_of(game, diagram)
    assert picture is not None
    graphs = [(phase.name, graph_of(diagram, phase)) for phase in diagram.phases]
    plane = trace_plane(picture.diagram, (picture.axes[0], picture.axes[1]))
    return [
        figures.plane_figure(plane, picture.names, picture.entries, picture.notation, picture.fills),
        figures.graphs_figure(graphs),
    ]


def test_no_text_covers_another(square: PhaseDiagram, triangle: PhaseDiagram, cube: PhaseDiagram) -> None:
    for figure in (*drawn(square), *drawn(triangle), slices_drawn(cube)[0]):
        figure.canvas.draw()
        renderer = figure.canvas.get_renderer()
        texts = [t for t in figure.findobj(lambda o: hasattr(o, "get_text")) if t.get_text() and t.get_visible()]
        boxes = [t.get_window_extent(renderer) for t in texts]
        for (first, one), (second, other) in itertools.combinations(zip(texts, boxes, strict=True), 2):
            overlap = one.shrunk(0.9, 0.9).overlaps(other.shrunk(0.9, 0.9))
            same = first.get_text() == second.get_text() and one.bounds == other.bounds
            assert same or not overlap, (first.get_text(), second.get_text())
        width, height = figure.canvas.get_width_height()
        for text, box in zip(texts, boxes, strict=True):
            assert box.x0 > -1 and box.y0 > -1 and box.x1 < width + 1 and box.y1 < height + 1, text.get_text()


@pytest.mark.parametrize("seed", range(6))
def test_boxes_of_transition_graphs_never_touch(seed: int) -> None:
    draw = random.Random(seed)
    graphs = []
    for _ in range(draw.randint(1, 3)):
        count = draw.randint(3, 16)
        plans = [",".join("x" * draw.randint(1, 14) for _ in range(draw.randint(1, 3))) for _ in range(count)]
        edges = [(draw.randrange(count), draw.randrange(count)) for _ in range(2 * count)]
        graphs.append(("I", laid_out([f"{place}{plan}" for place, plan in enumerate(plans)], edges, {0})))
    figure = figures.graphs_figure(graphs)
    figure.canvas.draw()
    for axes in figure.axes:
        texts = [text for text in axes.texts if text.get_bbox_patch() is not None]
        boxes = [text.get_bbox_patch().get_window_extent() for text in texts]
        assert len(boxes) >= 3
        for one, other in itertools.combinations(boxes, 2):
            assert not one.overlaps(other)


def test_files_are_the_same_every_time(tmp_path: Path, triangle: PhaseDiagram) -> None:
    for name in ("first", "second"):
        (tmp_path / name).mkdir()
        for number, figure in enumerate(drawn(triangle)):
            figures.save(figure, tmp_path / name, f"figure{number}")
    made = sorted(path.name for path in (tmp_path / "first").iterdir())
    assert len(made) == 6
    for name in made:
        content = (tmp_path / "first" / name).read_bytes()
        assert content == (tmp_path / "second" / name).read_bytes()
        assert b"CreationDate" not in content and b"dc:date" not in content


def test_tikz_has_the_regions_and_labels_of_the_figure(square: PhaseDiagram) -> None:
    picture = picture_of(trap(), square)
    assert picture is not None
    plane = trace_plane(square, ("p", "q"))
    source = tikz.plane_tikz(plane, picture.names, picture.entries, picture.notation, picture.fills)
    assert source.count("\\fill[") == len(plane.polygons)
    for name in ("I", "II", "III", "IV"):
        assert f"{{{name}}};" in source
    assert "p > \\tau" in source and "locked in: safe" in source


def test_characters_outside_the_font_are_replaced() -> None:
    assert figures.drawable("a_$é\N{CJK UNIFIED IDEOGRAPH-4E2D}\n") == "a_$é??"


def test_matplotlib_is_not_imported_with_the_modules() -> None:
    program = "import sys\n" + "\n".join(f"import berknash.proofs.{name}" for name in MODULES)
    program += "\nprint('matplotlib' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


@pytest.mark.parametrize("suffix, start", [("png", b"\x89PNG"), ("pdf", b"%PDF"), ("svg", b"<?xml"), ("tex", b"\\")])
def test_one_picture_is_written_in_the_format_of_its_suffix(tmp_path: Path, suffix: str, start: bytes) -> None:
    diagram = phases(trap(), ["p", "q"])
    first, second = (tmp_path / name / f"phases.{suffix}" for name in ("a", "b"))
    for path in (first, second):
        path.parent.mkdir()
        written = write_phase_picture(path, diagram)
        # Four parameters are free: two are fixed, and it says so.
        assert {name for name, _ in written.fixed} == {"h", "l"}
    assert first.read_bytes() == second.read_bytes()
    assert first.read_bytes().startswith(start)


def test_one_picture_of_three_parameters_defines_what_its_legend_names(tmp_path: Path) -> None:
    path = tmp_path / "planes.tex"
    written = write_phase_picture(path, phases(trap(), ["p", "q"], {"l": "1/5"}))
    assert written.fixed == ()
    text = path.read_text("utf-8")
    assert "\\tau" in text and "Here $" in text.split("\\end{tikzpicture}")[-1]
