"""Figures by matplotlib: phase diagrams of one and two parameters, bifurcation diagrams, transition graphs.

Regions are filled with the polygons of `report_geometry`, whose edges lie on the exact boundary curves. Colours can
be told apart by colour-blind readers (after Okabe & Ito 2008), and every region carries its name as well. Files are
the same, byte by byte, for the same input: no dates, fixed identifiers. Only the object interface is used, no pyplot.

Imports inside functions are there for start-up alone.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np

from ..typeset.blocks import Cite, Inline, Mark, Ref, Strong
from ..typeset.formula_latex import is_tall, markup_latex
from ..typeset.markup import Markup, Notation
from .boundary_marks import RADIUS, BoundaryMark, Equation
from .geometry import Plane
from .graphs import Graph, growth, name_lines
from .phase_map import Branch, Line
from .slices import Slice

FILLS = ("#bfe0f5", "#f6d6a8", "#b5dfd0", "#e9c3d8", "#f3ecae", "#c9cfe8", "#f2c0ab", "#d9d9d9",
         "#8fb8d8", "#d9b36c", "#8cc4ae", "#c79bb8")  # fmt: skip
CURVES = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#7a6a00", "#4a5aa8", "#b0452a", "#555555")
HATCHES = ("", "//", "..", "xx")
INK = "#1b1b1f"
LOCKED, CYCLIC, PLAIN = "#bfe0f5", "#f6d6a8", "#ffffff"
_HEAD = "-|>,head_length=5,head_width=2.6"
_NAME_SIZE = 8.5
_WIDEST_FIGURE = 10.0  # inches, of panels side by side
_WIDEST = 0.42  # the widest name of a node, as a share of the panel
SMALL_RADIUS = 0.055
FORMATS = ("pdf", "png", "svg")


def fill_of(phase: int) -> str:
    """The colour of a phase."""
    return FILLS[phase % len(FILLS)]


def hatch_of(phase: int) -> str:
    """The hatching of a phase, for phases beyond the number of colours."""
    return HATCHES[phase // len(FILLS) % len(HATCHES)]


def _math(text: str) -> str:
    return f"${text}$"


def drawable(text: str) -> str:
    """The text with characters that the font of the figures lacks replaced by question marks."""
    from matplotlib.font_manager import FontProperties, findfont, get_font

    font = get_font(findfont(FontProperties()))
    return "".join(c if (c.isascii() and c.isprintable()) or font.get_char_index(ord(c)) else "?" for c in text)


def _line_text(line: Inline) -> str:
    """A line of a legend for matplotlib."""
    pieces = []
    for part in line:
        match part:
            case str():
                pieces.append(drawable(part).replace("\\", "/").replace("$", r"\$"))
            case Cite() | Ref() | Strong() | Mark():
                raise TypeError("a legend holds text and formulas only")
            case _:
                pieces.append(_math(markup_latex(part, mathtext=True)))
    return "".join(pieces)


def save(figure: Any, folder: Path, stem: str) -> tuple[Path, ...]:
    """Writes the figure as PDF, PNG and SVG without anything that differs from run to run."""
    paths = tuple(folder / f"{stem}.{kind}" for kind in FORMATS)
    for path, kind in zip(paths, FORMATS, strict=True):
        save_as(figure, path, kind, stem)
    return paths


def alone(figure: Any, kind: str, salt: str, note: Inline) -> bytes:
    """A figure that has no caption, in one of the formats: the note stands below it, and the margins are cut."""
    if note:
        figure.text(0.02, -0.01, _line_text(note).strip(), ha="left", va="top", size=10, color=INK)
    buffer = BytesIO()
    save_as(figure, buffer, kind, salt, bbox_inches="tight", pad_inches=0.1)
    return buffer.getvalue()


def save_as(figure: Any, place: Path | BytesIO, kind: str, salt: str, **layout: Any) -> None:
    """Writes the figure in one of the formats; `salt` names what an SVG defines."""
    import matplotlib

    metadata: dict[str, dict[str, Any]] = {
        "pdf": {"CreationDate": None, "Creator": None, "Producer": None},
        "png": {"Software": None},
        "svg": {"Date": None, "Creator": None},
    }
    with matplotlib.rc_context({"svg.hashsalt": salt, "svg.fonttype": "path", "pdf.fonttype": 42}):
        figure.savefig(place, format=kind, dpi=200, metadata=metadata[kind], **layout)


def _new(width: float, height: float) -> Any:
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=(width, height), facecolor="white")
    FigureCanvasAgg(figure)
    return figure


def _style(axes: Any) -> None:
    axes.tick_params(labelsize=8, colors=INK, width=0.7)
    for spine in axes.spines.values():
        spine.set_linewidth(0.8)


def plane_figure(
    plane: Plane,
    names: Sequence[str],
    entries: Sequence[Sequence[Inline]],
    notation: Notation,
    fills: Sequence[int],
    marks: Sequence[BoundaryMark] = (),
    equations: Sequence[Equation] = (),
) -> Any:
    """The phase diagram of two parameters.

    `names` are the phases' names by index; `entries` their lines in the legend; `fills` their colours; `marks` numbers
    on the boundaries, and `equations` what they stand for.
    """
    shown = [phase for phase in range(len(names)) if phase in plane.shown]
    below = equations_height(equations)
    height = max(3.9, _legend_height([entries[phase] for phase in shown]) + 0.2) + below
    figure = _new(7.2, height)
    side = 3.2
    axes = figure.add_axes((0.72 / 7.2, (height - side - 0.15) / height, side / 7.2, side / height))
    draw_plane(axes, plane, names, fills)
    _draw_marks(axes, marks)
    axes.set_xlabel(_math(markup_latex(notation.letter(plane.names[0]), mathtext=True)), fontsize=12)
    axes.set_ylabel(
        _math(markup_latex(notation.letter(plane.names[1]), mathtext=True)), fontsize=12, rotation=0, va="center"
    )
    axes.yaxis.set_label_coords(-0.19, 0.5)
    _style(axes)
    lines = [(fill_of(fills[p]), hatch_of(fills[p]), names[p], entries[p]) for p in shown]
    _legend(figure, lines, 4.15 / 7.2, height)
    _equations(figure, equations, below)
    return figure


def _draw_marks(axes: Any, marks: Sequence[BoundaryMark], radius: float = RADIUS, size: float = 7.5) -> None:
    """Numbers in circles on the boundaries, with a line to the curve where they stand beside it."""
    from matplotlib.patches import Ellipse

    (x_low, x_high), (y_low, y_high) = axes.get_xlim(), axes.get_ylim()
    for mark in marks:
        if mark.place != mark.anchor:
            axes.plot(*zip(mark.place, mark.anchor, strict=True), color=INK, linewidth=0.6, zorder=4)
        axes.add_patch(
            Ellipse(
                mark.place, 2 * radius * (x_high - x_low), 2 * radius * (y_high - y_low), facecolor="white",
                edgecolor=INK, linewidth=0.7, zorder=5,
            )
        )  # fmt: skip
        axes.text(*mark.place, mark.text, ha="center", va="center_baseline", fontsize=size, color=INK, zorder=6)


def equations_height(equations: Sequence[Equation]) -> float:
    """How many inches the equations of the boundaries need."""
    return 0.3 + sum(_pitch(line) for e in equations for line in e.lines) if equations else 0.0


def _pitch(line: Markup) -> float:
    """The height of a line with a formula in inches."""
    return 0.3 if is_tall(line) else 0.22


def _equations(figure: Any, equations: Sequence[Equation], start: float) -> None:
    """The equations of the boundaries, numbered, from `start` inches down."""
    width, height = figure.get_figwidth(), figure.get_figheight()
    renderer = figure.canvas.get_renderer()
    top = start
    for equation in equations:
        top -= _pitch(equation.lines[0]) / 2
        figure.text(
            0.3 / width, top / height, equation.text, fontsize=7.5, ha="center", va="center", color=INK,
            bbox={"boxstyle": "circle,pad=0.18", "facecolor": "white", "edgecolor": INK, "linewidth": 0.7},
        )  # fmt: skip
        for place, line in enumerate(equation.lines):
            top -= _pitch(line) / 2 if place else 0.0
            written = _math(markup_latex(line, mathtext=True))
            text = figure.text(0.55 / width, top / height, written, fontsize=8.5, va="center", color=INK)
            extent = text.get_window_extent(renderer).width / figure.dpi
            if extent > width - 0.65:
                text.set_fontsize(max(4.5, 8.5 * (width - 0.65) / extent))
            top -= _pitch(line) / 2


def draw_plane(axes: Any, plane: Plane, names: Sequence[str], fills: Sequence[int], largest: float = 15.0) -> None:
    """Regions, boundaries and names of the phases of a plane; `fills` are the colours of the phases by index."""
    from matplotlib.patches import Polygon

    for phase, outline in plane.polygons:
        colour, hatch = fill_of(fills[phase]), hatch_of(fills[phase])
        axes.add_patch(Polygon(outline, closed=True, facecolor=colour, edgecolor=colour, linewidth=0.4))
        if hatch:
            lines_only = {"facecolor": "none", "edgecolor": "#7d7d7d", "linewidth": 0}
            axes.add_patch(Polygon(outline, closed=True, hatch=hatch, **lines_only))
    for curve in plane.edges:
        axes.plot(*zip(*curve, strict=True), color="#8a8a8a", linewidth=0.7, linestyle=(0, (4, 3)))
    for curve in plane.boundaries:
        axes.plot(*zip(*curve, strict=True), color=INK, linewidth=1.3, solid_capstyle="round")
    for label in filter(lambda label: label.fits, plane.labels):
        size = max(0.4 * largest, min(largest, label.room * largest * 7.3))
        axes.text(*label.place, names[label.phase], ha="center", va="center", fontsize=size, color=INK)
    axes.set_xlim(*plane.windows[0])
    axes.set_ylim(*plane.windows[1])


def slices_figure(
    slices: Sequence[Slice],
    names: Sequence[str],
    entries: Sequence[Sequence[Inline]],
    notation: Notation,
    marks: Sequence[Sequence[BoundaryMark]] = (),
    equations: Sequence[Equation] = (),
) -> Any:
    """Phase diagrams of two parameters side by side, one for each value of the third, with one legend below.

    `names` and `entries` are those of all phases of the three parameters; a slice gives its own phases their names.
    """
    from matplotlib.ticker import FormatStrFormatter, MaxNLocator

    columns = 4 if len(slices) in (4, 7, 8) else 3
    rows = math.ceil(len(slices) / columns)
    shown = [p for p, name in enumerate(names) if any(name in one.seen for one in slices)]
    half = (len(shown) + 1) // 2
    lowest_part = equations_height(equations)
    below = max(_legend_height([entries[p] for p in part]) for part in (shown[:half], shown[half:])) + lowest_part
    width, left, gap = 7.2, 0.62, 0.2
    side = (width - left - gap * columns) / columns
    pitch = side + 0.42
    height = rows * pitch + 0.4 + below
    figure = _new(width, height)
    for place, one in enumerate(slices):
        row, column = divmod(place, columns)
        corner = (left + column * (side + gap), height - row * pitch - 0.3 - side)
        axes = figure.add_axes((corner[0] / width, corner[1] / height, side / width, side / height))
        draw_plane(axes, one.plane, one.names, one.fills, largest=10.0)
        _draw_marks(axes, marks[place] if marks else (), SMALL_RADIUS, 6.5)
        axes.set_title(_line_text((one.title,)), fontsize=9, pad=5)
        for axis in (axes.xaxis, axes.yaxis):
            axis.set_major_locator(MaxNLocator(nbins=2, steps=[1, 2, 5, 10]))
            axis.set_major_formatter(FormatStrFormatter("%g"))
        lowest = place + columns >= len(slices)
        axes.tick_params(labelsize=7, colors=INK, width=0.7, labelbottom=lowest, labelleft=column == 0)
        if lowest:
            axes.set_xlabel(_math(markup_latex(notation.letter(one.plane.names[0]), mathtext=True)), fontsize=10)
        if column == 0:
            letter = _math(markup_latex(notation.letter(one.plane.names[1]), mathtext=True))
            axes.set_ylabel(letter, fontsize=10, rotation=0, va="center")
            axes.yaxis.set_label_coords(-0.48 / side, 0.5)
    for part, start in ((shown[:half], 0.15), (shown[half:], 0.15 + width / 2)):
        lines = [(fill_of(p), hatch_of(p), names[p], entries[p]) for p in part]
        _legend(figure, lines, start / width, below, start + width / 2)
    _equations(figure, equations, lowest_part)
    return figure


def _legend_height(entries: Sequence[Sequence[Inline]]) -> float:
    """How many inches the entries of a legend need."""
    return 0.4 + 0.205 * sum(map(len, entries)) + 0.12 * len(entries)


def _legend(
    figure: Any, entries: Sequence[tuple[str, str, str, Sequence[Inline]]], left: float, start: float,
    end: float | None = None,
) -> None:  # fmt: skip
    """Colour, name and lines of each phase, from `start` inches down; lines that pass `end` are set smaller."""
    from matplotlib.patches import Rectangle

    width, height = figure.get_figwidth(), figure.get_figheight()
    renderer = figure.canvas.get_renderer()
    top = start - 0.28
    for colour, hatch, name, lines in entries:
        figure.patches.append(
            Rectangle(
                (left, (top - 0.11) / height), 0.17 / width, 0.17 / height, facecolor=colour, edgecolor=INK,
                linewidth=0.6, transform=figure.transFigure, hatch=hatch,
            )
        )  # fmt: skip
        figure.text(left + 0.26 / width, top / height, name, fontsize=9, fontweight="bold", va="center", color=INK)
        indent = left + 0.62 / width
        for line in lines:
            text = figure.text(indent, top / height, _line_text(line), fontsize=8.5, va="center", color=INK)
            extent = text.get_window_extent(renderer).width / figure.dpi
            room = (end or width) - indent * width - 0.05
            if extent > room:
                text.set_fontsize(max(4.5, 8.5 * room / extent))
            top -= 0.205
        top -= 0.12


def line_figure(
    line: Line,
    window: tuple[float, float],
    branches: Sequence[Branch],
    names: Sequence[str],
    entries: Sequence[Sequence[Inline]],
    actions: Sequence[str],
    panels: Sequence[int],
    parameter: str,
    notation: Notation,
    fills: Sequence[int],
    marks: Sequence[tuple[str, float]] = (),
    equations: Sequence[Equation] = (),
) -> Any:
    """The phases of one parameter as a bar, and below it the probability of an action of each panel in every
    equilibrium."""
    shown = [phase for phase in range(len(names)) if phase in line.phases]
    below = equations_height(equations)
    height = max(1.35 + 1.75 * len(panels) + 0.45, _legend_height([entries[phase] for phase in shown]) + 0.2) + below
    figure = _new(7.2, height)
    low, high = window
    left, width = 0.75 / 7.2, 3.2 / 7.2

    def axes_at(top: float, tall: float) -> Any:
        axes = figure.add_axes((left, (height - top - tall) / height, width, tall / height))
        axes.set_xlim(low, high)
        _style(axes)
        return axes

    bar = axes_at(0.18, 0.5)
    stops = (low, *line.changes, high)
    for phase, (start, end) in zip(line.phases, itertools.pairwise(stops), strict=True):
        if phase < 0:
            continue
        bar.axvspan(start, end, facecolor=fill_of(fills[phase]), edgecolor="none")
        if end - start > 0.02 * (high - low):
            size = max(5.5, min(12.0, 110 * (end - start) / (high - low)))
            bar.text((start + end) / 2, 0.5, names[phase], ha="center", va="center", fontsize=size, color=INK)
    for text, place in marks:
        bar.annotate(
            text, (place, 1.0), (0, 3), textcoords="offset points", ha="center", va="bottom", fontsize=7, color=INK
        )
    bar.set_yticks([])
    bar.set_ylim(0, 1)
    bar.tick_params(labelbottom=False)
    every = [bar]
    for position, action in enumerate(panels):
        axes = axes_at(0.95 + position * 1.75, 1.4)
        every.append(axes)
        for branch in branches:
            if branch.action != action:
                continue
            solid = branch.stable
            axes.plot(
                branch.places, branch.values, color=CURVES[branch.colour % len(CURVES)], zorder=3,
                linewidth=2.0 if solid else 1.5, linestyle="-" if solid else (0, (4, 2.2)), solid_capstyle="butt",
            )  # fmt: skip
        axes.set_ylim(-0.06, 1.06)
        axes.set_yticks([0, 0.5, 1])
        title = axes.set_title(f"probability of {drawable(actions[action])}", fontsize=8.5, loc="left", pad=4)
        title.set_parse_math(False)
        axes.tick_params(labelbottom=position == len(panels) - 1)
    for axes in every:
        for change in line.changes:
            axes.axvline(change, color=INK, linewidth=0.9)
    every[-1].set_xlabel(_math(markup_latex(notation.letter(parameter), mathtext=True)), fontsize=12)
    lines = [(fill_of(fills[p]), hatch_of(fills[p]), names[p], entries[p]) for p in shown]
    _legend(figure, lines, 4.25 / 7.2, height)
    _equations(figure, equations, below)
    return figure


def graphs_growth(graphs: Sequence[tuple[str, Graph]]) -> float:
    """How many times larger than the smallest panel, of circles 2.35 / 3.5 inches in radius, the graphs are drawn."""
    return growth([graph for _, graph in graphs], 2.35 / 3.5 * 72 / _NAME_SIZE)


def graphs_figure(graphs: Sequence[tuple[str, Graph]]) -> Any:
    """The transition graph of every phase, one panel each."""
    columns = min(len(graphs), 3 if len(graphs) > 4 or len(graphs) == 3 else 2)
    rows = math.ceil(len(graphs) / columns)
    many = max(len(graph.nodes) for _, graph in graphs)
    panel_width, panel_height = 7.2 / max(columns, 2), 1.35 if many < 3 else 2.35
    if many >= 3:
        larger = graphs_growth(graphs)
        panel_width, panel_height = panel_width * larger, panel_height * larger
        columns = max(1, min(columns, int(_WIDEST_FIGURE / panel_width)))
        rows = math.ceil(len(graphs) / columns)
    figure = _new(panel_width * columns, panel_height * rows)
    for position, (name, graph) in enumerate(graphs):
        row, column = divmod(position, columns)
        axes = figure.add_axes((column / columns, 1 - (row + 1) / rows, 1 / columns, 1 / rows))
        axes.set_axis_off()
        axes.set_aspect("equal")
        half = (0.875 if many < 3 else 1.0) * panel_width / panel_height
        if many < 3:
            axes.set_xlim(-half, half)
            axes.set_ylim(-0.7, 1.05)
        else:
            axes.set_xlim(-1.75 * half, 1.75 * half)
            axes.set_ylim(-1.75, 1.75)
        axes.text(0.04, 0.93, name, transform=axes.transAxes, fontsize=11, fontweight="bold", va="top", color=INK)
        _draw_graph(figure, axes, graph, 0.52 * half if many < 3 else 1.0, _WIDEST * panel_width * figure.dpi)
    return figure


def _draw_graph(figure: Any, axes: Any, graph: Graph, radius: float, widest: float) -> None:
    """The graph; names whose boxes would be wider than this many pixels are written smaller."""
    renderer = figure.canvas.get_renderer()
    texts = []
    for node in graph.nodes:
        fill = LOCKED if node.locked else CYCLIC if node.cyclic else PLAIN
        text = axes.text(
            node.x * radius, node.y * radius, "\n".join(map(drawable, name_lines(node.name))), ha="center",
            va="center", fontsize=_NAME_SIZE,
            color=INK, zorder=4,
            bbox={"boxstyle": "round,pad=0.35,rounding_size=0.4", "facecolor": fill, "edgecolor": INK,
                  "linewidth": 1.6 if node.locked else 0.8},
        )  # fmt: skip
        text.set_parse_math(False)
        texts.append(text)
    taken = max(text.get_window_extent(renderer).width for text in texts)
    if taken > widest:
        for text in texts:
            text.set_fontsize(_NAME_SIZE * widest / taken)
    inverse = axes.transData.inverted()
    boxes = []
    for index, node in enumerate(graph.nodes):
        text = texts[index]
        text.update_bbox_position_size(renderer)
        patch = text.get_bbox_patch().get_window_extent(renderer)
        (x0, y0), (x1, y1) = inverse.transform([(patch.x0, patch.y0), (patch.x1, patch.y1)])
        boxes.append((float(x0), float(y0), float(x1), float(y1)))
        if index in graph.loops:
            axes.add_patch(_loop(node.x * radius, node.y * radius, x1 - x0, y1 - y0, math.radians(node.loop)))
    for arrow in graph.arrows:
        first, last = graph.nodes[arrow.start], graph.nodes[arrow.end]
        bend = 0.28 if arrow.bent else 0.12
        ends = np.array([(first.x * radius, first.y * radius), (last.x * radius, last.y * radius)])
        axes.add_patch(_arc(ends, bend, boxes[arrow.start], boxes[arrow.end]))


def _arc(ends: Any, bend: float, first: tuple[float, ...], last: tuple[float, ...]) -> Any:
    """A bent arrow between the edges of two boxes: a quadratic curve, cut where it leaves and enters them."""
    from matplotlib.patches import FancyArrowPatch
    from matplotlib.path import Path as Curve

    start, end = ends
    along = end - start
    control = (start + end) / 2 + bend * np.array([-along[1], along[0]])

    def place(t: float) -> Any:
        return (1 - t) ** 2 * start + 2 * t * (1 - t) * control + t * t * end

    def inside(point: Any, box: tuple[float, ...]) -> bool:
        gap = 0.03
        return bool(
            box[0] - gap <= point[0] <= box[2] + gap and box[1] - gap <= point[1] <= box[3] + gap
        )

    steps = np.linspace(0, 1, 801)
    leave = next((float(t) for t in steps if not inside(place(t), first)), 0.0)
    enter = next((float(t) for t in steps[::-1] if not inside(place(t), last)), 1.0)
    # De Casteljau: the control point of the part between the two parameters.
    middle = (1 - leave) * (1 - enter) * start + (leave * (1 - enter) + enter * (1 - leave)) * control
    middle = middle + leave * enter * end
    curve = Curve(np.array([place(leave), middle, place(enter)]), [Curve.MOVETO, Curve.CURVE3, Curve.CURVE3])
    return FancyArrowPatch(path=curve, arrowstyle=_HEAD, mutation_scale=1, color=INK, linewidth=1.1, zorder=3)


def _loop(x: float, y: float, wide: float, tall: float, direction: float) -> Any:
    """An arrow from a box back to it, on the side of the direction."""
    from matplotlib.patches import FancyArrowPatch
    from matplotlib.path import Path as Curve

    upward = math.sin(direction) >= -0.01
    edge = y + (tall / 2 if upward else -tall / 2)
    reach = 0.42 if upward else -0.42
    spread = min(0.16, wide / 3)
    points = [
        (x - spread, edge), (x - 2.0 * spread, edge + reach), (x + 2.0 * spread, edge + reach), (x + spread, edge),
    ]  # fmt: skip
    curve = Curve(np.array(points), [Curve.MOVETO, Curve.CURVE4, Curve.CURVE4, Curve.CURVE4])
    return FancyArrowPatch(
        path=curve, arrowstyle=_HEAD, mutation_scale=1, color=INK, linewidth=1.1, zorder=3
    )
