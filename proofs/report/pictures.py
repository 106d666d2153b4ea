"""The pictures of a report: which are drawn, from what, and what their captions say.

A picture shows one or two parameters. Where more are free, the others are fixed near the sample point of a phase (the
one whose picture shows most phases), the phases are derived again for these values, and the caption says so; names
are those of the theorem.

Imports inside functions are there for start-up alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from io import StringIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ...symbolic.errors import NO_ANSWER, GameError, NotSupportedError
from ...symbolic.expressions.reading import Relation, number
from ...symbolic.results.diagram import part_names, profile_names
from ...symbolic.results.structure import profile_of
from ..files import write_file
from ..theorems.solution_facts import conditions_of, listed, named_formulas, report_notation, value_markup
from ..typeset.blocks import Figure, Inline, Part
from ..typeset.formulas import conjunction_markup, formula, width
from ..typeset.latex import inline_latex
from ..typeset.markup import Markup, Notation, row
from ..typeset.svg import inline_svg
from . import figures, tikz
from .boundary_marks import equations_of, line_marks, plane_marks
from .geometry import fixed_values, trace_plane
from .graphs import graph_of, laid_out
from .phase_map import PhaseMap, branches_of, trace_line
from .slices import names_and_fills

if TYPE_CHECKING:
    from ...symbolic.cells.conditions import Condition
    from ...symbolic.game.game import Game
    from ...symbolic.results.diagram import PhaseDiagram
    from ...symbolic.results.phase import Phase
    from ...symbolic.results.solution import Solution

_LEGEND_WIDTH = 40.0
_LEGEND_LINES = 5
_SUMMARY_WIDTH = 36
_PLACES_TRIED = 6
_NODES = 9
_GRAPH_CAPTION: Inline = (
    "The transition graph.",
    " What is locked in has a heavy frame and a blue ground; what lies on a cycle has an orange ground.",
)


@dataclass(frozen=True)
class Picture:
    """What a figure shows: a diagram over one or two parameters, the values of the others, the phases' names."""

    diagram: PhaseDiagram
    axes: tuple[str, ...]
    fixed: tuple[tuple[str, Fraction], ...]
    names: tuple[str, ...]
    fills: tuple[int, ...]
    notation: Notation
    entries: tuple[tuple[Inline, ...], ...]
    definitions: Inline


def picture_of(game: Game, diagram: PhaseDiagram, mark: Markup | None = None) -> Picture | None:
    """The diagram over at most two parameters that stands for the given one; None when there is none."""
    free = tuple(p.name for p in diagram.game.parameters)
    axes = (tuple(diagram.parameters) if len(free) > 2 else free)[:2]
    shown = diagram
    fixed: tuple[tuple[str, Fraction], ...] = ()
    if len(free) > len(axes):
        found = _restricted(diagram, axes)
        if found is None:
            return None
        shown, fixed = found
    return _picture(game, diagram, shown, axes, fixed, mark)


def _picture(
    game: Game,
    diagram: PhaseDiagram,
    shown: PhaseDiagram,
    axes: tuple[str, ...],
    fixed: tuple[tuple[str, Fraction], ...],
    mark: Markup | None = None,
) -> Picture:
    """The picture of a diagram with fixed parameters, its phases named and coloured as in the whole one."""
    names, fills = names_and_fills(diagram, shown)
    named = named_formulas(game, conditions_of(None, shown), mark)
    notation = report_notation(game, named)
    plain = notation.unnamed()
    definitions: list[Part] = []
    if named:
        parts = listed([row(n.name, "=", value_markup(n.expression, plain)) for n in named])
        definitions += [" Here ", *parts, "."]
    entries = tuple(_entry(shown, phase, notation) for phase in shown.phases)
    return Picture(shown, axes, fixed, names, fills, notation, entries, tuple(definitions))


def _restricted(
    diagram: PhaseDiagram, axes: Sequence[str]
) -> tuple[PhaseDiagram, tuple[tuple[str, Fraction], ...]] | None:
    """The diagram with the other parameters fixed near the sample of the phase that shows most other phases too."""
    from ...symbolic.solving.solve import phases

    best: tuple[PhaseDiagram, tuple[tuple[str, Fraction], ...]] | None = None
    tried: set[tuple[tuple[str, Fraction], ...]] = set()
    for index in range(min(len(diagram.phases), _PLACES_TRIED)):
        values = _admissible(diagram, index, axes)
        if values is None or values in tried:
            continue
        tried.add(values)
        try:
            found = phases(diagram.game, list(axes), dict(values))
        except NO_ANSWER:
            continue
        if best is None or _interest(found) > _interest(best[0]):
            best = found, values
        if len(axes) > 1 and len(best[0].phases) == len(diagram.phases):
            break
    return best


def _interest(diagram: PhaseDiagram) -> tuple[int, int]:
    """How much a picture shows: its phases, then its equilibria."""
    return len(diagram.phases), sum(len(phase.equilibria) for phase in diagram.phases)


def _admissible(
    diagram: PhaseDiagram, phase: int, axes: Sequence[str]
) -> tuple[tuple[str, Fraction], ...] | None:
    for values in fixed_values(diagram, phase, axes):
        try:
            diagram.game.at(values)
        except GameError:
            continue
        return tuple(sorted(values.items()))
    return None


def _entry(diagram: PhaseDiagram, phase: Phase, notation: Notation) -> tuple[Inline, ...]:
    """The lines of a phase in the legend: its condition, and what it means in a few words."""
    return (*_condition_lines(phase.condition, notation), *((line,) for line in _summary(diagram, phase)))


def _condition_lines(condition: Condition, notation: Notation) -> list[Inline]:
    if condition.is_always():
        return [("everywhere",)]
    lines: list[Inline] = []
    for position, conjunction in enumerate(condition.alternatives):
        if len(lines) == _LEGEND_LINES:
            lines[-1] = (*lines[-1], " ... (see the theorem)")
            break
        lead = "or " if position else ""
        for piece in _pieces(conjunction, notation):
            lines.append((lead, piece) if lead else (piece,))
            lead = "    and "
    return lines


def _pieces(conjunction: Sequence[Relation], notation: Notation) -> list[Markup]:
    """A conjunction in pieces that fit in a line."""
    pieces: list[list[Relation]] = [[]]
    for relation in conjunction:
        longer = [*pieces[-1], relation]
        if pieces[-1] and width(conjunction_markup(longer, notation)) > _LEGEND_WIDTH:
            pieces.append([relation])
        else:
            pieces[-1] = longer
    return [conjunction_markup(piece, notation) for piece in pieces]


def _summary(diagram: PhaseDiagram, phase: Phase) -> list[str]:
    """What happens in a phase, in a few words, in short lines; profiles are named whole."""
    structure = phase.structure
    settled = {name for members in structure.absorbing if len(members) == 1 for name in members}
    locked = [name for name in profile_names(diagram.game) if name in settled] if settled else []
    played = dict.fromkeys(profile_of(component.support) for component in structure.supports)
    other = [name for name in played if name is not None and name not in settled]
    mixed = sum(profile_of(component.support) is None for component in structure.supports)
    words = []
    between = "; " if len(diagram.game.players) > 1 else ", "  # profiles have commas of their own
    if locked:
        words.append(f"locked in: {between.join(locked)}")
    if other:
        words.append(f"equilibrium: {between.join(other)}")
    if mixed:
        words.append("mixed equilibrium" if mixed == 1 else f"{mixed} mixed equilibria")
    if structure.cycles:
        words.append("cycle" if len(structure.cycles) == 1 else f"{len(structure.cycles)} cycles")
    if structure.undecided or structure.open_supports:
        words.append("more undecided")
    lines: list[str] = []
    for word in words:
        if lines and len(lines[-1]) + len(word) < _SUMMARY_WIDTH:
            lines[-1] += f"; {word}"
        else:
            lines.append(word)
    return lines


def weight_labels(game: Game) -> tuple[str, ...]:
    """What the probabilities of an equilibrium are of: the action, with its player and signal where there are several.

    >>> from berknash.symbolic.game.game import Game
    >>> rows = {"*": {"good": "1", "bad": "0"}}
    >>> weight_labels(Game.from_dict({"format": 1, "name": "one", "players": {"agent": {
    ...     "actions": ["stay", "go"], "outcomes": ["good", "bad"], "truth": rows,
    ...     "payoff": {"*": {"good": 1, "bad": 0}}, "models": {"right": {"predicts": rows}}}}}))
    ('stay', 'go')
    """
    several = len(game.players) > 1
    return tuple(
        ":".join([*([player] if several else ()), *([signal] if signal else ()), action])
        for player, signal, action in part_names(game)
    )


def panels_of(game: Game) -> tuple[int, ...]:
    """The weights that are drawn, by their places: of two actions the first one says all."""
    places: dict[tuple[str, str], list[int]] = {}
    for place, (player, signal, _) in enumerate(part_names(game)):
        places.setdefault((player, signal), []).append(place)
    return tuple(place for own in places.values() for place in (own[:1] if len(own) == 2 else own))


def phase_svg(diagram: PhaseDiagram) -> str | None:
    """The phase diagram as an SVG element, where one or two parameters are free; None elsewhere."""
    import matplotlib

    if not diagram.phases or not 0 < len(diagram.game.parameters) <= 2:
        return None
    picture = picture_of(diagram.game, diagram)
    if picture is None:
        return None
    figure, _, _ = _phase_figure(picture)
    buffer = StringIO()
    with matplotlib.rc_context({"svg.hashsalt": "phases", "svg.fonttype": "path"}):
        figure.savefig(buffer, format="svg", metadata={"Date": None, "Creator": None})
    return inline_svg(buffer.getvalue(), "phases")


def _phase_figure(picture: Picture, label_boundaries: bool = False) -> tuple[Any, str, list[str]]:
    """The figure, its TikZ source, and the names of phases too small to be seen."""
    equations = equations_of(picture.diagram, picture.notation) if label_boundaries else ()
    if len(picture.axes) == 2:
        plane = trace_plane(picture.diagram, (picture.axes[0], picture.axes[1]))
        marks = plane_marks(plane, picture.diagram) if equations else ()
        shown = (plane, picture.names, picture.entries, picture.notation, picture.fills, marks, equations)
        figure, source = figures.plane_figure(*shown), tikz.plane_tikz(*shown)
        seen: tuple[int, ...] = plane.shown
    else:
        phase_map = PhaseMap(picture.diagram, picture.axes)
        (limits,) = phase_map.windows
        line = trace_line(phase_map.at, *limits, rows=4000)
        branches = branches_of(picture.diagram, line, limits)
        actions = weight_labels(picture.diagram.game)
        numbers = line_marks(line, limits, picture.diagram, picture.axes[0]) if equations else ()
        arguments = (
            picture.names, picture.entries, actions, panels_of(picture.diagram.game), picture.axes[0],
            picture.notation, picture.fills, numbers, equations,
        )  # fmt: skip
        figure = figures.line_figure(line, limits, branches, *arguments)
        source = tikz.line_tikz(line, limits, branches, *arguments)
        seen = line.phases
    return figure, source, [name for i, name in enumerate(picture.names) if i not in seen]


def write_graph(folder: Path, solution: Solution) -> dict[str, Figure]:
    """The transition graph of a solution with no free parameters and not too many nodes, written."""
    edges = [case.value for case in solution.transitions]
    names = sorted({name for edge in edges for name in edge}) if not solution.free else []
    if not 0 < len(names) <= _NODES:
        return {}
    places = {name: index for index, name in enumerate(names)}
    cyclic = {places[name] for case in solution.cycles for name in case.value}
    graph = laid_out(names, [(places[a], places[b]) for a, b in edges], cyclic)
    figures.save(figures.graphs_figure([("", graph)]), folder, "transitions")
    (folder / "transitions.tikz").write_text(tikz.graphs_tikz([("", graph)]), "utf-8")
    width = min(1.0, 0.7 * figures.graphs_growth([("", graph)]))
    return {"graphs": Figure("transitions", "fig:transitions", _GRAPH_CAPTION, "Transition graph", width)}


def write_pictures(
    folder: Path,
    game: Game,
    diagram: PhaseDiagram,
    mark: Markup | None = None,
    *,
    label_boundaries: bool = False,
) -> dict[str, Figure]:
    """Writes the figures and TikZ sources into the folder; returns them by kind ("phases", "graphs").

    Formulas with a name of their own have the mark as a subscript. With `label_boundaries` every boundary carries a
    number, and a legend below gives its exact equation.
    """
    result: dict[str, Figure] = {}
    # Profiles of several players are many, and their names are long.
    if game.has_tables or len(profile_names(diagram.game)) <= _NODES:
        graphs = [(phase.name, graph_of(diagram, phase)) for phase in diagram.phases]
        figures.save(figures.graphs_figure(graphs), folder, "transitions")
        (folder / "transitions.tikz").write_text(tikz.graphs_tikz(graphs), "utf-8")
        result["graphs"] = Figure(
            "transitions",
            "fig:transitions",
            ("The transition graph of each phase.", *_GRAPH_CAPTION[1:]),
            "Transition graphs of the phases",
            0.9 if len(graphs) > 1 else min(1.0, 0.5 * figures.graphs_growth(graphs)),
        )
    whole = _slices(folder, game, diagram, mark, label_boundaries)
    if whole is not None:
        result["phases"] = whole
    for count, marginal in enumerate(marginal_pictures(game, diagram, mark), 1):
        figure, source, _ = _phase_figure(marginal, label_boundaries)
        stem = f"bifurcation-{count}"
        figures.save(figure, folder, stem)
        (folder / f"{stem}.tikz").write_text(source, "utf-8")
        caption = _line_caption(marginal)
        result[stem] = Figure(stem, f"fig:{stem}", caption, f"Bifurcation diagram {count}", 1.0)
    picture = None if whole is not None else picture_of(game, diagram, mark)
    if picture is None:
        return result
    result["phases"] = _phase_picture(folder, diagram, picture, label_boundaries)
    return result


def _line_caption(picture: Picture) -> Inline:
    """What a bifurcation diagram shows."""
    letters = [picture.notation.letter(name) for name in picture.axes]
    lead = ("Phases along ", *letters, ", and the equilibria over each of them: locked in solid, others dashed.")
    if not picture.fixed:
        return (*lead, *picture.definitions)
    return (*lead, " The line runs at ", *_values(picture), ".", *picture.definitions)


def _values(picture: Picture) -> Inline:
    """``h = 2/3 and l = 1/3``."""
    notation = picture.notation
    return listed([row(notation.letter(name), "=", formula(number(v), notation)) for name, v in picture.fixed])


def _slices(
    folder: Path, game: Game, diagram: PhaseDiagram, mark: Markup | None, label_boundaries: bool
) -> Figure | None:
    """The planes of three parameters, written; None elsewhere."""
    drawn = _slices_figure(game, diagram, mark, label_boundaries)
    if drawn is None:
        return None
    figures.save(drawn.figure, folder, "phases")
    (folder / "phases.tikz").write_text(drawn.source, "utf-8")
    caption: list[Part] = ["Phases over ", *listed(list(drawn.axes)), ", each plane exact at its value of the third "]
    caption.append("parameter.")
    if drawn.hidden:
        caption.append(f" {_phases_text(drawn.hidden)} not show at these values.")
    return Figure("phases", "fig:phases", (*caption, *drawn.definitions), "Phase diagram in planes", 1.0)


@dataclass(frozen=True)
class _Slices:
    """A grid of planes as drawn, with what its caption says."""

    figure: Any
    source: str
    hidden: tuple[str, ...]
    axes: tuple[Markup, ...]
    definitions: Inline


def _slices_figure(
    game: Game, diagram: PhaseDiagram, mark: Markup | None, label_boundaries: bool
) -> _Slices | None:
    from .slices import absent, slices_of

    named = named_formulas(game, conditions_of(None, diagram), mark)
    notation = report_notation(game, named)
    slices = slices_of(diagram, notation)
    if not slices:
        return None
    names = [phase.name for phase in diagram.phases]
    entries = [_entry(diagram, phase, notation) for phase in diagram.phases]
    equations = equations_of(diagram, notation) if label_boundaries else ()
    marks = [
        plane_marks(one.plane, diagram, {third: one.value}, figures.SMALL_RADIUS) if equations else ()
        for one in slices
        for third in (p.name for p in diagram.game.parameters)
        if third not in one.plane.names
    ]
    shown = (slices, names, entries, notation, marks, equations)
    definitions: list[Part] = []
    if named:
        plain = notation.unnamed()
        parts = listed([row(n.name, "=", value_markup(n.expression, plain)) for n in named])
        definitions += [" Here ", *parts, "."]
    letters = tuple(notation.letter(name) for name in slices[0].plane.names)
    hidden = tuple(absent(diagram, slices))
    return _Slices(figures.slices_figure(*shown), tikz.slices_tikz(*shown), hidden, letters, tuple(definitions))


@dataclass(frozen=True)
class Written:
    """What a picture file leaves out: values of parameters that it fixes, and phases that it does not show."""

    fixed: tuple[tuple[str, Fraction], ...]
    hidden: tuple[str, ...]


def write_phase_picture(path: Path, diagram: PhaseDiagram, *, label_boundaries: bool = False) -> Written:
    """Writes the phase diagram as one picture, in the format its suffix names: pdf, png, svg, or tex (TikZ).

    One free parameter gives the phases along it with the equilibria over them (a bifurcation diagram), two a plane,
    three a grid of planes; of more, the first two of the diagram's, the others fixed where most phases show.

    Raises NotSupportedError where nothing can be drawn, WriteError where the file cannot be written.
    """
    grid = _slices_figure(diagram.game, diagram, None, label_boundaries)
    if grid is not None:
        figure, source, written = grid.figure, grid.source, Written((), grid.hidden)
        definitions = grid.definitions
    else:
        picture = picture_of(diagram.game, diagram) if diagram.phases and diagram.game.parameters else None
        if picture is None:
            raise NotSupportedError("no picture of this diagram; leave one, two or three parameters free (--at)")
        figure, source, small = _phase_figure(picture, label_boundaries)
        gone = [phase.name for phase in diagram.phases if phase.name not in picture.names]
        written = Written(picture.fixed, (*gone, *small))
        definitions = picture.definitions
        if written.fixed:
            definitions = ("Drawn for ", *_values(picture), ".", *definitions)
    kind = path.suffix[1:].lower()
    if kind == "tex":
        write_file(path, f"{source}\n\n{inline_latex(definitions).strip()}\n" if definitions else source)
    else:
        write_file(path, figures.alone(figure, kind, path.stem, definitions))
    return written


def marginal_pictures(game: Game, diagram: PhaseDiagram, mark: Markup | None = None) -> list[Picture]:
    """Bifurcation diagrams along each axis of the phase diagram, where two or more parameters are free.

    The other parameters are fixed near the sample of the phase whose line meets most phases.
    """
    free = [parameter.name for parameter in diagram.game.parameters]
    axes = [name for name in diagram.parameters if name in free][:2]
    if len(free) < 2:
        return []
    pictures: list[Picture] = []
    for axis in axes:
        found = _restricted(diagram, (axis,))
        if found is not None and len(found[0].phases) > 1:
            pictures.append(_picture(game, diagram, found[0], (axis,), found[1], mark))
    return pictures


def _phase_picture(
    folder: Path, diagram: PhaseDiagram, picture: Picture, label_boundaries: bool
) -> Figure:
    """The phase diagram over one or two parameters, written."""
    caption: list[Part] = []
    letters = [picture.notation.letter(name) for name in picture.axes]
    figure, source, hidden = _phase_figure(picture, label_boundaries)
    if len(picture.axes) == 2:
        caption += ["Phase diagram over ", *listed(letters), "."]
    else:
        caption += _line_caption(replace(picture, fixed=(), definitions=()))
    if picture.fixed:
        caption += [" The picture is for ", *_values(picture), "; the theorem holds for all values."]
        absent = [p.name for p in diagram.phases if p.name not in picture.names]
        if absent:
            caption += [f" {_phases_text(absent)} not occur at these values."]
    if hidden:
        caption += [f" {_phases_text(hidden)} not show: too small."]
    caption += picture.definitions
    figures.save(figure, folder, "phases")
    (folder / "phases.tikz").write_text(source, "utf-8")
    return Figure("phases", "fig:phases", tuple(caption), "Phase diagram", 1.0)


def _phases_text(names: Sequence[str]) -> str:
    return f"Phase {names[0]} does" if len(names) == 1 else f"Phases {', '.join(names)} do"


