r"""The pictures of a report as plain TikZ, with the same content as the matplotlib figures.

``\input{phases.tikz}`` or ``\input{transitions.tikz}`` inside a figure; only the package tikz is needed, and
``\bnname`` from the section for names.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence

from ..typeset.blocks import Inline
from ..typeset.formula_latex import MACROS, is_tall, markup_latex, text_latex
from ..typeset.latex import inline_latex
from ..typeset.markup import Notation
from .boundary_marks import RADIUS, BoundaryMark, Equation
from .figures import CURVES, CYCLIC, LOCKED, SMALL_RADIUS, fill_of
from .geometry import Plane, Point
from .graphs import Graph, growth, name_lines
from .phase_map import Branch, Line
from .slices import Slice

_SIDE = 7.0
_MARGIN = 0.06
_WIDEST = 18.0  # centimetres, of graphs side by side
_SMALL = 9.0  # points, the size of letters in nodes


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


def tick_label(value: float) -> str:
    """A round number with all its digits; an exponent would read as a difference.

    >>> tick_label(1e-05)
    '0.00001'
    """
    text = f"{value:.10f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def _axis(low: float, high: float, scale: _Scale, x_axis: bool, base: float) -> list[str]:
    lines = []
    for value in ticks(low, high):
        at = scale((value, base)) if x_axis else scale((base, value))
        shift = "++(0,-0.1)" if x_axis else "++(-0.1,0)"
        anchor = "below" if x_axis else "left"
        lines.append(f"\\draw {at} -- {shift} node[{anchor},font=\\footnotesize] {{${tick_label(value)}$}};")
    return lines


def _legend(
    entries: Sequence[tuple[int, str, Sequence[Inline]]], left: float, top: float
) -> list[str]:
    """Colour, name and lines of each phase, from the top down."""
    lines = []
    depth = top - 0.2
    for fill, name, texts in entries:
        at = f"({_number(left)},{_number(depth - 0.16)})"
        lines.append(f"\\draw[fill=bnphase{fill}] {at} rectangle ++(0.32,0.32);")
        place = f"({_number(left + 0.45)},{_number(depth)})"
        lines.append(f"\\node[anchor=west,font=\\small\\bfseries] at {place} {{{text_latex(name)}}};")
        for line in texts:
            place = f"({_number(left + 1.4)},{_number(depth)})"
            lines.append(f"\\node[anchor=west,font=\\small] at {place} {{{inline_latex(line)}}};")
            depth -= 0.47
        depth -= 0.15
    return lines


def plane_tikz(
    plane: Plane,
    names: Sequence[str],
    entries: Sequence[Sequence[Inline]],
    notation: Notation,
    fills: Sequence[int],
    marks: Sequence[BoundaryMark] = (),
    equations: Sequence[Equation] = (),
) -> str:
    """The phase diagram of two parameters; `fills` are the colours of the phases by index."""
    scale = _Scale(plane.windows, _SIDE, _SIDE)
    lines = [MACROS + "%", _colours(sorted({fills[p] for p, _ in plane.polygons}))]
    lines.append("\\begin{tikzpicture}[line join=round]")
    lines += _plane(plane, names, fills, scale, ("\\Large", "\\normalsize", "\\tiny"))
    (x_low, x_high), (y_low, y_high) = plane.windows
    first, second = (markup_latex(notation.letter(name)) for name in plane.names)
    lines.append(f"\\node[below=0.55cm] at {scale(((x_low + x_high) / 2, y_low))} {{${first}$}};")
    lines.append(f"\\node[left=0.85cm] at {scale((x_low, (y_low + y_high) / 2))} {{${second}$}};")
    lines += _marks(marks, scale, RADIUS * _SIDE, "\\scriptsize")
    lines += _legend([(fills[p], names[p], entries[p]) for p in plane.shown], _SIDE + 0.6, _SIDE)
    lines += _equations(equations, min(-1.4, _SIDE - _legend_depth([entries[p] for p in plane.shown])))
    lines.append("\\end{tikzpicture}")
    return "\n".join(lines) + "\n"


def _marks(marks: Sequence[BoundaryMark], scale: _Scale, radius: float, size: str) -> list[str]:
    """Numbers in circles on the boundaries, with a line to the curve where they stand beside it."""
    lines = []
    for mark in marks:
        if mark.place != mark.anchor:
            lines.append(f"\\draw[line width=0.4pt] {scale(mark.place)} -- {scale(mark.anchor)};")
        lines.append(f"\\draw[fill=white,line width=0.4pt] {scale(mark.place)} circle[radius={_number(radius)}];")
        lines.append(f"\\node[font={size},inner sep=0pt] at {scale(mark.place)} {{{mark.text}}};")
    return lines


def _legend_depth(entries: Sequence[Sequence[Inline]]) -> float:
    """How many centimetres the entries of a legend need."""
    return 0.5 + 0.47 * sum(map(len, entries)) + 0.15 * len(entries)


def _equations(equations: Sequence[Equation], top: float, left: float = -0.6) -> list[str]:
    """The equations of the boundaries, numbered, from the top down."""
    lines = []
    depth = top
    for equation in equations:
        at = f"({_number(left)},{_number(depth)})"
        lines.append(f"\\node[draw,circle,inner sep=1.2pt,font=\\scriptsize] at {at} {{{equation.text}}};")
        for line in equation.lines:
            place = f"({_number(left + 0.4)},{_number(depth)})"
            lines.append(f"\\node[anchor=west,font=\\small] at {place} {{${markup_latex(line)}$}};")
            depth -= 0.7 if is_tall(line) else 0.55
    return lines


def _plane(
    plane: Plane, names: Sequence[str], fills: Sequence[int], scale: _Scale, sizes: tuple[str, str, str]
) -> list[str]:
    """Regions, boundaries, names of the phases and axes of a plane."""
    lines = [
        f"\\fill[bnphase{fills[phase]},draw=bnphase{fills[phase]},line width=0.2pt] {_path(outline, scale)} -- cycle;"
        for phase, outline in plane.polygons
    ]
    lines += [f"\\draw[gray,densely dashed] {_path(curve, scale)};" for curve in plane.edges]
    lines += [f"\\draw[line width=0.9pt,line cap=round] {_path(curve, scale)};" for curve in plane.boundaries]
    for label in filter(lambda label: label.fits, plane.labels):
        size = sizes[0] if label.room > 0.12 else sizes[1] if label.room > 0.06 else sizes[2]
        lines.append(f"\\node[font={size}] at {scale(label.place)} {{{text_latex(names[label.phase])}}};")
    (x_low, x_high), (y_low, y_high) = plane.windows
    lines.append(f"\\draw {scale((x_low, y_low))} rectangle {scale((x_high, y_high))};")
    return lines + _axis(x_low, x_high, scale, True, y_low) + _axis(y_low, y_high, scale, False, x_low)


def slices_tikz(
    slices: Sequence[Slice],
    names: Sequence[str],
    entries: Sequence[Sequence[Inline]],
    notation: Notation,
    marks: Sequence[Sequence[BoundaryMark]] = (),
    equations: Sequence[Equation] = (),
) -> str:
    """Planes at several values of the third parameter, with one legend below."""
    columns = 4 if len(slices) in (4, 7, 8) else 3
    side = 15.4 / columns - 0.9
    seen = [p for p, name in enumerate(names) if any(name in one.seen for one in slices)]
    fills = sorted({one.fills[p] for one in slices for p, _ in one.plane.polygons})
    options = "line join=round,every node/.append style={inner sep=2pt}"
    lines = [MACROS + "%", _colours(fills) + f"\\begin{{tikzpicture}}[{options}]"]
    depth = 0.0
    for place, one in enumerate(slices):
        row, column = divmod(place, columns)
        depth = -row * (side + 1.5)
        scale = _Scale(one.plane.windows, side, side)
        (x_low, x_high), (y_low, y_high) = one.plane.windows
        corner = f"({_number(column * (side + 0.9))},{_number(depth)})"
        lines.append(f"\\begin{{scope}}[shift={{{corner}}},font=\\scriptsize]")
        lines += _plane(one.plane, one.names, one.fills, scale, ("\\normalsize", "\\small", "\\tiny"))
        lines += _marks(marks[place] if marks else (), scale, SMALL_RADIUS * side, "\\tiny")
        lines.append(f"\\node[above] at {scale(((x_low + x_high) / 2, y_high))} {{${markup_latex(one.title)}$}};")
        first, second = (markup_latex(notation.letter(name)) for name in one.plane.names)
        if place + columns >= len(slices):
            lines.append(f"\\node[below=0.45cm] at {scale(((x_low + x_high) / 2, y_low))} {{${first}$}};")
        if column == 0:
            lines.append(f"\\node[left=0.75cm] at {scale((x_low, (y_low + y_high) / 2))} {{${second}$}};")
        lines.append("\\end{scope}")
    half = (len(seen) + 1) // 2
    for part, left in ((seen[:half], -0.6), (seen[half:], 7.4)):
        lines += _legend([(p, names[p], entries[p]) for p in part], left, depth - 1.2)
    longest = max(_legend_depth([entries[p] for p in part]) for part in (seen[:half], seen[half:]))
    lines += _equations(equations, depth - 1.4 - longest)
    lines.append("\\end{tikzpicture}")
    return "\n".join(lines) + "\n"


def line_tikz(
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
) -> str:
    """The phases of one parameter as a bar, and the bifurcation diagram below it."""
    low, high = window
    shown = sorted({p for p in line.phases if p >= 0})
    lines = [MACROS + "%", _colours(sorted({fills[p] for p in shown})) + "\\begin{tikzpicture}"]
    for index, colour in enumerate(CURVES):
        lines.append(f"\\definecolor{{bncurve{index}}}{{HTML}}{{{colour[1:].upper()}}}")
    bar = _Scale((window, (0.0, 1.0)), _SIDE, 1.0)
    stops = (low, *line.changes, high)
    for phase, (start, end) in zip(line.phases, itertools.pairwise(stops), strict=True):
        if phase < 0:
            continue
        lines.append(f"\\fill[bnphase{fills[phase]}] {bar((start, 0))} rectangle {bar((end, 1))};")
        if end - start > 0.02 * (high - low):
            size = "\\normalsize" if end - start > 0.08 * (high - low) else "\\tiny"
            lines.append(f"\\node[font={size}] at {bar(((start + end) / 2, 0.5))} {{{text_latex(names[phase])}}};")
    lines += [f"\\draw[line width=0.8pt] {bar((change, 0))} -- {bar((change, 1))};" for change in line.changes]
    lines += [f"\\node[above,inner sep=2pt,font=\\tiny] at {bar((place, 1))} {{{text}}};" for text, place in marks]
    lines.append(f"\\draw {bar((low, 0))} rectangle {bar((high, 1))};")
    lines += _legend([(fills[p], names[p], entries[p]) for p in shown], _SIDE + 0.6, 1.0)
    for position, action in enumerate(panels):
        depth = -(position + 1) * 3.9
        scale = _Scale((window, (-_MARGIN, 1 + _MARGIN)), _SIDE, 3.0)
        lines.append(f"\\begin{{scope}}[yshift={_number(depth)}cm]")
        lines.append(
            f"\\node[anchor=south west,font=\\footnotesize] at {scale((low, 1 + _MARGIN))} "
            f"{{probability of \\bnname{{{text_latex(actions[action])}}}}};"
        )
        for change in line.changes:
            lines.append(f"\\draw[gray] {scale((change, -_MARGIN))} -- {scale((change, 1 + _MARGIN))};")
        for branch in branches:
            if branch.action == action:
                points = list(zip(branch.places, branch.values, strict=True))[::4]
                style = "line width=1.4pt" if branch.stable else "line width=1pt,dashed"
                curve = branch.colour % len(CURVES)
                lines.append(f"\\draw[bncurve{curve},{style}] {_path(points, scale)};")
        lines.append(f"\\draw {scale((low, -_MARGIN))} rectangle {scale((high, 1 + _MARGIN))};")
        lines += _axis(0.0, 1.0, scale, False, low)
        if position == len(panels) - 1:
            lines += _axis(low, high, scale, True, -_MARGIN)
            letter = markup_latex(notation.letter(parameter))
            lines.append(f"\\node[below=0.55cm] at {scale(((low + high) / 2, -_MARGIN))} {{${letter}$}};")
        lines.append("\\end{scope}")
    lines += _equations(equations, min(-3.9 * len(panels) - 1.4, 1.0 - _legend_depth([entries[p] for p in shown])))
    lines.append("\\end{tikzpicture}")
    return "\n".join(lines) + "\n"


def _node_name(name: str) -> str:
    return "\\\\".join(f"\\bnname{{{text_latex(line)}}}" for line in name_lines(name))


def graphs_tikz(graphs: Sequence[tuple[str, Graph]]) -> str:
    """The transition graph of every phase, side by side."""
    many = max(len(graph.nodes) for _, graph in graphs)
    columns = min(len(graphs), 2 if many < 3 else 3)
    wide, tall, radius = (7.6, 2.4, 1.7) if many < 3 else (5.3, 4.4, 1.45)
    larger = growth([graph for _, graph in graphs], 1.45 / 2.54 * 72.27 / _SMALL)
    if larger > 1:
        wide, tall, radius = wide * larger, tall * larger, radius * larger
        columns = max(1, min(columns, int(_WIDEST / wide)))
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
        top = 0.9 if many < 3 else 1.9 * larger
        lines.append(f"\\node[font=\\bfseries] at ({_number(-0.45 * wide)},{_number(top)}) {{{text_latex(name)}}};")
        for index, node in enumerate(graph.nodes):
            style = ",fill=bnlocked,line width=1.2pt" if node.locked else ",fill=bncyclic" if node.cyclic else ""
            style += ",align=center" if len(name_lines(node.name)) > 1 else ""
            lines.append(
                f"\\node[bnnode{style}] (n{position}x{index}) at ({_number(node.x * radius)},"
                f"{_number(node.y * radius)}) {{{_node_name(node.name)}}};"
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
