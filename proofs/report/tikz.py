r"""The pictures of a report as plain TikZ, with the same content as the matplotlib figures.

``\input{phases.tikz}`` or ``\input{transitions.tikz}`` inside a figure; only the package tikz is needed, and
``\bnname`` from the section for names.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence

from .blocks import Inline
from .figures import CURVES, CYCLIC, LOCKED, fill_of
from .formula_latex import MACROS, markup_latex, text_latex
from .geometry import Plane, Point
from .graphs import Graph
from .latex import inline_latex
from .markup import Notation
from .phase_map import Branch, Line

_SIDE = 7.0


def _number(value: float) -> str:
    """A coordinate in centimetres, the same on every machine."""
    text = f"{value:.4f}".rstrip("0").rstrip(".")
    return "0" if text in ("-0", "") else text


def _colours(phases: Sequence[int]) -> str:
    return "".join(
        f"\\definecolor{{bnphase{phase}}}{{HTML}}{{{fill_of(phase)[1:].upper()}}}\n" for phase in phases
    )


class _Scale:
    """From the window to centimetres."""

    def __init__(self, windows: tuple[tuple[float, float], tuple[float, float]], wide: float, tall: float) -> None:
        (self.x, x_high), (self.y, y_high) = windows
        self.by_x, self.by_y = wide / (x_high - self.x), tall / (y_high - self.y)

    def __call__(self, point: Point) -> str:
        return f"({_number((point[0] - self.x) * self.by_x)},{_number((point[1] - self.y) * self.by_y)})"


def _path(points: Sequence[Point], scale: _Scale) -> str:
    return " -- ".join(map(scale, points))


def ticks(low: float, high: float) -> list[float]:
    """About five round numbers between the ends.

    >>> ticks(0.0, 1.0)
    [0.0, 0.2, 0.4, 0.6, 0.8, 1.0]
    """
    step = 10.0 ** math.floor(math.log10((high - low) / 4))
    step *= next(m for m in (1, 2, 5, 10) if (high - low) / (step * m) <= 5.5)
    first, last = math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9)
    return [round(k * step, 10) + 0.0 for k in range(first, last + 1)]


def _axis(low: float, high: float, scale: _Scale, x_axis: bool, base: float) -> list[str]:
    lines = []
    for value in ticks(low, high):
        at = scale((value, base)) if x_axis else scale((base, value))
        shift = "++(0,-0.1)" if x_axis else "++(-0.1,0)"
        anchor = "below" if x_axis else "left"
        lines.append(f"\\draw {at} -- {shift} node[{anchor},font=\\footnotesize] {{${value:g}$}};")
    return lines


def _legend(
    phases: Sequence[int], names: Sequence[str], entries: Sequence[Sequence[Inline]], left: float, top: float
) -> list[str]:
    """Colour, name and lines of each phase, from the top down."""
    lines = []
    depth = top - 0.2
    for phase in phases:
        at = f"({_number(left)},{_number(depth - 0.16)})"
        lines.append(f"\\draw[fill=bnphase{phase}] {at} rectangle ++(0.32,0.32);")
        place = f"({_number(left + 0.45)},{_number(depth)})"
        lines.append(f"\\node[anchor=west,font=\\small\\bfseries] at {place} {{{text_latex(names[phase])}}};")
        for line in entries[phase]:
            place = f"({_number(left + 1.25)},{_number(depth)})"
            lines.append(f"\\node[anchor=west,font=\\small] at {place} {{{inline_latex(line)}}};")
            depth -= 0.47
        depth -= 0.15
    return lines


def plane_tikz(
    plane: Plane, names: Sequence[str], entries: Sequence[Sequence[Inline]], notation: Notation
) -> str:
    """The phase diagram of two parameters."""
    scale = _Scale(plane.windows, _SIDE, _SIDE)
    lines = [MACROS + "%", _colours(sorted({p for p, _ in plane.polygons})) + "\\begin{tikzpicture}[line join=round]"]
    for phase, outline in plane.polygons:
        lines.append(f"\\fill[bnphase{phase},draw=bnphase{phase},line width=0.2pt] {_path(outline, scale)} -- cycle;")
    lines += [f"\\draw[gray,densely dashed] {_path(curve, scale)};" for curve in plane.edges]
    lines += [f"\\draw[line width=0.9pt,line cap=round] {_path(curve, scale)};" for curve in plane.boundaries]
    for label in plane.labels:
        size = "\\Large" if label.room > 0.12 else "\\normalsize" if label.room > 0.06 else "\\tiny"
        lines.append(f"\\node[font={size}] at {scale(label.place)} {{{text_latex(names[label.phase])}}};")
    (x_low, x_high), (y_low, y_high) = plane.windows
    lines.append(f"\\draw {scale((x_low, y_low))} rectangle {scale((x_high, y_high))};")
    lines += _axis(x_low, x_high, scale, True, y_low) + _axis(y_low, y_high, scale, False, x_low)
    first, second = (markup_latex(notation.letter(name)) for name in plane.names)
    lines.append(f"\\node[below=0.55cm] at {scale(((x_low + x_high) / 2, y_low))} {{${first}$}};")
    lines.append(f"\\node[left=0.75cm] at {scale((x_low, (y_low + y_high) / 2))} {{${second}$}};")
    lines += _legend(plane.shown, names, entries, _SIDE + 0.6, _SIDE)
    lines.append("\\end{tikzpicture}")
    return "\n".join(lines) + "\n"


def line_tikz(
    line: Line,
    window: tuple[float, float],
    branches: Sequence[Branch],
    names: Sequence[str],
    entries: Sequence[Sequence[Inline]],
    actions: Sequence[str],
    parameter: str,
    notation: Notation,
) -> str:
    """The phases of one parameter as a bar, and the bifurcation diagram below it."""
    low, high = window
    shown = sorted({p for p in line.phases if p >= 0})
    lines = [MACROS + "%", _colours(shown) + "\\begin{tikzpicture}"]
    for index, colour in enumerate(CURVES):
        lines.append(f"\\definecolor{{bncurve{index}}}{{HTML}}{{{colour[1:].upper()}}}")
    bar = _Scale((window, (0.0, 1.0)), _SIDE, 1.0)
    stops = (low, *line.changes, high)
    for phase, (start, end) in zip(line.phases, itertools.pairwise(stops), strict=True):
        if phase < 0:
            continue
        lines.append(f"\\fill[bnphase{phase}] {bar((start, 0))} rectangle {bar((end, 1))};")
        if end - start > 0.02 * (high - low):
            size = "\\normalsize" if end - start > 0.08 * (high - low) else "\\tiny"
            lines.append(f"\\node[font={size}] at {bar(((start + end) / 2, 0.5))} {{{text_latex(names[phase])}}};")
    lines += [f"\\draw[line width=0.8pt] {bar((change, 0))} -- {bar((change, 1))};" for change in line.changes]
    lines.append(f"\\draw {bar((low, 0))} rectangle {bar((high, 1))};")
    lines += _legend(shown, names, entries, _SIDE + 0.6, 1.0)
    panels = [0] if len(actions) == 2 else list(range(len(actions)))
    for position, action in enumerate(panels):
        depth = -(position + 1) * 3.9
        scale = _Scale((window, (0.0, 1.0)), _SIDE, 3.0)
        lines.append(f"\\begin{{scope}}[yshift={_number(depth)}cm]")
        lines.append(
            f"\\node[anchor=south west,font=\\footnotesize] at {scale((low, 1))} "
            f"{{probability of \\bnname{{{text_latex(actions[action])}}}}};"
        )
        lines += [f"\\draw[gray] {scale((change, 0))} -- {scale((change, 1))};" for change in line.changes]
        for branch in branches:
            if branch.action == action:
                points = list(zip(branch.places, branch.values, strict=True))[::4]
                style = "line width=1.4pt" if branch.stable else "line width=1pt,dashed"
                curve = branch.colour % len(CURVES)
                lines.append(f"\\draw[bncurve{curve},{style}] {_path(points, scale)};")
        lines.append(f"\\draw {scale((low, 0))} rectangle {scale((high, 1))};")
        lines += _axis(0.0, 1.0, scale, False, low)
        if position == len(panels) - 1:
            lines += _axis(low, high, scale, True, 0.0)
            letter = markup_latex(notation.letter(parameter))
            lines.append(f"\\node[below=0.55cm] at {scale(((low + high) / 2, 0))} {{${letter}$}};")
        lines.append("\\end{scope}")
    lines.append("\\end{tikzpicture}")
    return "\n".join(lines) + "\n"


def graphs_tikz(graphs: Sequence[tuple[str, Graph]]) -> str:
    """The transition graph of every phase, side by side."""
    many = max(len(graph.nodes) for _, graph in graphs)
    columns = min(len(graphs), 2 if many < 3 else 3)
    wide, tall, radius = (7.6, 2.4, 1.7) if many < 3 else (5.3, 4.4, 1.45)
    lines = [
        MACROS + "%",
        f"\\definecolor{{bnlocked}}{{HTML}}{{{LOCKED[1:].upper()}}}",
        f"\\definecolor{{bncyclic}}{{HTML}}{{{CYCLIC[1:].upper()}}}",
        "\\begin{tikzpicture}[bnnode/.style={draw,rounded corners=3pt,inner sep=4pt,font=\\small},>=stealth]",
    ]
    for position, (name, graph) in enumerate(graphs):
        row, column = divmod(position, columns)
        x, y = _number(column * wide), _number(-row * tall)
        lines.append(f"\\begin{{scope}}[shift={{({x},{y})}}]")
        top = 0.9 if many < 3 else 1.9
        lines.append(f"\\node[font=\\bfseries] at ({_number(-0.45 * wide)},{_number(top)}) {{{text_latex(name)}}};")
        for index, node in enumerate(graph.nodes):
            style = ",fill=bnlocked,line width=1.2pt" if node.locked else ",fill=bncyclic" if node.cyclic else ""
            lines.append(
                f"\\node[bnnode{style}] (n{position}x{index}) at ({_number(node.x * radius)},"
                f"{_number(node.y * radius)}) {{\\bnname{{{text_latex(node.name)}}}}};"
            )
        for arrow in graph.arrows:
            bend = "bend left=22" if arrow.bent else "bend left=9"
            lines.append(
                f"\\draw[->,line width=0.8pt] (n{position}x{arrow.start}) to[{bend}] (n{position}x{arrow.end});"
            )
        for index in graph.loops:
            upward = math.sin(math.radians(graph.nodes[index].loop)) >= -0.01
            side = "out=115,in=65,min distance=7mm" if upward else "out=-115,in=-65,min distance=7mm"
            end = f"(n{position}x{index})"
            lines.append(f"\\draw[->,line width=0.8pt] {end} to[{side}] {end};")
        lines.append("\\end{scope}")
    lines.append("\\end{tikzpicture}")
    return "\n".join(lines) + "\n"
