"""Results as plain text for a terminal."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from fractions import Fraction
from math import ceil, floor
from typing import TYPE_CHECKING, Any, TypeVar

from .symbolic.algebra.enclosed import Enclosed
from .symbolic.algebra.number_field import Real
from .symbolic.decomposition import AlgebraicNumber
from .symbolic.floats import nearest_float
from .symbolic.results.answers import NO, UNDECIDED, YES
from .symbolic.results.fits import FitsByCase, Share
from .symbolic.results.structure import braces, play_text, rotated, sets_text
from .symbolic.results.undecided_boxes import hulls

if TYPE_CHECKING:
    from .numeric.simulations import Comparison, Simulation
    from .symbolic.cells.cases import Case
    from .symbolic.cells.conditions import Condition
    from .symbolic.cells.undecided import Undecided
    from .symbolic.results.answers import Answer
    from .symbolic.results.diagram import PhaseDiagram
    from .symbolic.results.equilibrium import Equilibrium, NameSets, Part
    from .symbolic.results.phase import Phase, PhaseEquilibrium
    from .symbolic.results.solution import Solution
    from .symbolic.solving.measures import PhaseMeasure
    from .symbolic.solving.welfare import Welfare

Value = TypeVar("Value")

_SHOWN = 10**7
_MOST_BOXES = 8
_MOST_WEIGHTS = 3


def _braces(names: tuple[str, ...]) -> str:
    return "{" + ", ".join(names) + "}"


def _weights(weights: tuple[tuple[str, Any], ...]) -> str:
    return ", ".join(f"{name}: {text}" for name, text in _numbers(weights) if text != "0")


def _numbers(weights: tuple[tuple[str, Any], ...]) -> list[tuple[str, str]]:
    """Weights as text; a text among them stands for what a tied share leaves of 1."""
    tie = next((value for _, value in weights if isinstance(value, Share) and value.closed_form is None), None)
    left = "" if tie is None else _digits((1 - tie.high, 1 - tie.low))
    return [(name, (left or value) if isinstance(value, str) else _number(value)) for name, value in weights]


def _number(value: Any) -> str:
    """An exact number; of one known between two others only the digits they share, of a root its first digits too."""
    if isinstance(value, Enclosed):
        return _digits(value.bracket) or str(value)
    if isinstance(value, Share) and value.closed_form is None:
        return _digits((value.low, value.high)) or str(value)
    if isinstance(value, AlgebraicNumber | Real) and "root(" in str(value):
        return f"{float(value):.10f}... = {value}"
    return str(value)


def _digits(bracket: tuple[Fraction, Fraction]) -> str:
    """The decimals that two numbers share; "" where these are none."""
    low, high = (f"{nearest_float(end):.12f}" for end in bracket)
    same = next((k for k, (a, b) in enumerate(zip(low, high, strict=False)) if a != b), len(low))
    shared = low[:same]
    return f"{shared}... (certified)" if len(shared.partition(".")[2]) > 2 else ""


def _where(condition: Condition, free: bool, witnessed: bool = True) -> str:
    if not free:
        return ""
    text = "always" if condition.is_always() else f"{condition}"
    return f"    if {text}" + ("" if witnessed else "   (not witnessed: may be empty)")


def _survival(answer: Answer) -> str:
    """Whether an equilibrium would survive correct specification."""
    if answer.where is not None:
        return f"survives correct specification where {answer.where}"
    words = {YES: "survives correct specification", NO: "does not survive correct specification"}
    return words.get(answer.status, f"survives correct specification: {answer}")


def solution_text(solution: Solution, worths: Sequence[Welfare] | None = None) -> str:
    """The solution of a game of any kind as text, with what its equilibria are worth where that is given."""
    free, tables = bool(solution.free), solution.has_tables
    title = (tables and solution.game.title) or solution.game.name
    lines = [title, "=" * len(title)]
    if solution.at:
        lines.append("at " + ", ".join(f"{n} = {v}" for n, v in solution.at))
    worth = "exact" if solution.boundaries_covered else "exact up to the sets where a boundary expression vanishes"
    lines += ["", f"Berk-Nash equilibria ({worth})" if tables else "Berk-Nash equilibria"]
    if tables and not solution.equilibria and not solution.undecided:
        lines.append("  none: a model rules out what happens, so existence is not guaranteed")
    for place, e in enumerate(solution.equilibria):
        lines += _tables_entry(e, free) if tables else _entry(e, free)
        lines += _welfare_lines(worths[place]) if worths is not None else []
    for heading, what, members in _sections(solution):
        lines += ["", heading]
        if what == "rationalizable" and solution.bounds is not None:
            lines += [f"  {name}: contains {_set(low)}, within {_set(high)}; see below"
                      for name, low, high in zip(solution.players, *solution.bounds, strict=True)]  # fmt: skip
        elif solution.is_open(what):
            lines.append("  undecided, see below")
        else:
            lines += members
            if not members and (what == "cycles" or not tables):
                lines.append("  none")
    if solution.undecided:
        lines += ["", "Undecided (everything else above is complete)"]
        lines += [f"  {entry if tables else _open(entry, solution)}" for entry in solution.undecided]
    return "\n".join(lines)


def _marks(e: Equilibrium) -> list[str]:
    marks = ["pure" if e.pure else "mixed"]
    if e.pure and e.strict:
        marks.append("uniformly strict: locked in")
    elif e.pure and e.uniform:
        marks.append("uniform")
    if e.self_confirming:
        marks.append("self-confirming")
    elif e.confirms is not None and e.confirms.where is not None:
        marks.append(f"self-confirming where {e.confirms.where}")
    elif e.confirms is not None and e.confirms.status == UNDECIDED:
        marks.append("self-confirming: undecided")
    if e.dimension:
        marks.append(f"continuum of dimension {e.dimension}, one point shown")
    return marks


def _tables_entry(e: Equilibrium, free: bool) -> list[str]:
    """An equilibrium of one agent with finitely many models."""
    (part,) = e.parts
    lines = [f"  {_weights(part.weights)}   [{'; '.join(_marks(e))}]"]
    lines.append(f"    held up by beliefs on {_braces(part.belief_support)}")
    if e.survives is not None:
        lines.append(f"    {_survival(e.survives)}")
    lines += [f"    set: {line}" for line in e.set_conditions]
    return [*lines, _where(e.condition, free, e.witnessed)] if free else lines


def _entry(e: Equilibrium, free: bool) -> list[str]:
    """An equilibrium of any other game, player by player."""
    lines = []
    for part in e.parts:
        # Of long strategies what is not played is left out.
        rows = [
            (signal, _weights(weights) if len(weights) > _MOST_WEIGHTS
             else ", ".join(f"{name}: {text}" for name, text in _numbers(weights)))
            for signal, weights in part.strategy
        ]  # fmt: skip
        played = ", ".join(f"{signal}: {row}" if signal else row for signal, row in rows)
        lines += [f"  {part.player}: {played}", *_best_fits(part)]
    lines.append(f"    [{'; '.join(_marks(e))}]{_where(e.condition, free, e.witnessed)}")
    lines += [f"    set: {line}" for line in e.set_conditions]
    return lines if e.survives is None else [*lines, f"    {_survival(e.survives)}"]


def _best_fits(part: Part) -> list[str]:
    """The best fits of one player's families, where they are told."""
    if part.fits is None:
        return []
    if isinstance(part.fits, FitsByCase):
        told = []
        for vertex in part.fits.vertices:
            point = _point(vertex.model, vertex.coordinates)
            told.append(point if vertex.condition.is_always() else f"{point} where {vertex.condition}")
        return [f"    best fits: {'; '.join(told)}"] if told else []
    pieces = []
    for piece in part.fits.pieces:
        corners = ", ".join(_point(vertex.model, vertex.coordinates) for vertex in piece.vertices)
        pieces.append(f"a set of dimension {piece.dimension} with corners {corners}" if piece.dimension else corners)
    return [f"    best fits: {'; '.join(pieces)}"]


def _point(model: str, coordinates: tuple[tuple[str, Any], ...]) -> str:
    inside = ", ".join(f"{name} = {_number(value)}" for name, value in coordinates)
    return f"{model}({inside})" if inside else model


def _welfare_lines(welfare: Welfare) -> list[str]:
    """What an equilibrium is worth to each player."""

    def listed(values: Any) -> str:
        if isinstance(values, list):
            return "; ".join(f"{value['exact']} where {value['condition']}" for value in values)
        low, high = (Fraction(end) for end in values.get("bracket", ("0", "1")))
        return ("certified" in values and _digits((low, high))) or str(values["exact"])

    lines = []
    for name, entry in welfare.to_json().items():
        whose = f"{name}: " if len(welfare.players) > 1 else ""
        believed = entry["believed_payoff"]
        text = "not told" if believed is None else listed(believed)
        note = f" ({entry['believed_payoff_note']})" if "believed_payoff_note" in entry else ""
        lines.append(f"    {whose}true payoff {listed(entry['true_payoff'])}, believed payoff {text}{note}")
        lines.append(f"    {whose}loss against the best reply to the truth: {listed(entry['loss'])}")
    return lines


def _sections(solution: Solution) -> list[tuple[str, str, list[str]]]:
    """The parts of the structure: heading, name and lines."""
    free, tables = bool(solution.free), solution.has_tables

    def listed(cases: Iterable[Case[Value]], text: Callable[[Value], str]) -> list[str]:
        return [f"  {text(case.value)}{_where(case.condition, free, case.witnessed)}" for case in cases]

    def by_player(sets: NameSets) -> str:
        return ", ".join(f"{name}: {_set(own)}" for name, own in zip(solution.players, sets, strict=True))

    def closed(sets: NameSets) -> str:
        return _set(sets[0]) if len(sets) == 1 else by_player(sets)

    kept = listed(solution.rationalizable, closed if tables else by_player)
    sections = [
        ("Berk-Nash rationalizable set" if tables else "Berk-Nash rationalizable", "rationalizable", kept),
        ("Transitions", "transitions", listed(solution.transitions, " -> ".join)),
        ("Absorbing sets of the transition graph", "absorbing", listed(solution.absorbing, _set)),
        ("Minimal closed sets", "closed", listed(solution.closed, closed)),
        ("Cycles", "cycles", listed(solution.cycles, lambda cycle: " -> ".join((*cycle, cycle[0])))),
    ]
    return [sections[k] for k in (0, 2, 3, 1, 4)] if tables else sections


def _open(entry: Undecided, solution: Solution) -> str:
    """What is undecided, about what, where and why."""
    about = ", ".join(
        f"{player}: " + ", ".join(f"{s}: {_set(sorted(own))}" if s else _set(sorted(own)) for s, own in support)
        for player, support in entry.supports
    )
    if entry.count is not None:
        return f"equilibria with {entry.count} supports inside {about}: {entry.reason}"
    if entry.names:
        agent = f"{solution.players[0]}: " if solution.is_plain and entry.what == "equilibria" else ""
        about = agent + _set(entry.names)
    where = "" if entry.where is None else f" where {entry.where}"
    return f"{entry.what}{' ' if about else ''}{about}{where}: {entry.reason}"


def _set(names: Sequence[str]) -> str:
    """A set of names; profiles have commas of their own."""
    return "{" + ("; " if any("," in name for name in names) else ", ").join(names) + "}"


def _continuum(dimension: int) -> str:
    return f"   (continuum of dimension {dimension}, one point shown)" if dimension else ""


def _nested(value: Any) -> str:
    """Exact numbers, lists and tables on one line."""
    if isinstance(value, dict) and "exact" in value:
        return str(value["exact"])
    if isinstance(value, dict):
        return ", ".join(f"{name}: {_nested(inner)}" for name, inner in value.items())
    if isinstance(value, list):
        members = [_nested(inner) for inner in value]
        # Profiles have commas of their own.
        return "{" + ("; " if any("," in member for member in members) else ", ").join(members) + "}"
    return str(value)


def phases_text(diagram: PhaseDiagram) -> str:
    """The phase diagram as text, whatever the kind of game."""
    title = diagram.game.title or diagram.game.name
    lines = [f"{title}: phases over {', '.join(diagram.parameters)}"]
    if diagram.at:
        lines.append("at " + ", ".join(f"{n} = {v}" for n, v in diagram.at))
    lines.append(f"(exact; by {diagram.engine}; {diagram.coverage})")
    # Many boxes are told by the box around them: JSON lists each.
    many = len(diagram.undecided) > _MOST_BOXES
    for box, count in hulls(diagram.undecided) if many else [(box, 1) for box in diagram.undecided]:
        sides = ", ".join(f"{n} in {_side(side)}" for n, side in zip(_free(diagram), box.sides, strict=True))
        within = f"{count} boxes within " if count > 1 else ""
        lines.append(f"undecided: {within}{sides}: {box.reason}")
    lines += ["", "Boundaries"]
    for boundary in diagram.boundaries:
        shown = boundary.solved if boundary.solved is not None else f"{boundary.expression} == 0"
        lines.append(f"  {shown}   [{boundary.kind}; {'; '.join(boundary.origins)}]")
        for crossing in boundary.crossings:
            lines.append(f"       from {crossing.below} to {crossing.above}: {'; '.join(crossing.changes)}")
    if not diagram.boundaries:
        lines.append("  none")
    for heading, parts in (("Phases", diagram.phases), ("Strata", diagram.strata)):
        lines += ["", heading]
        for phase in parts:
            lines += _phase_lines(phase)
        if not parts:
            lines.append("  none")
    if diagram.parts:
        lines += ["", "Why something is undecided"]
        lines += [f"  {reason}" for reason in dict.fromkeys(part.reason for part in diagram.parts)]
    return "\n".join(lines)


def _phase_lines(phase: Phase) -> list[str]:
    """A phase or stratum: its condition, its equilibria, and what is the same throughout it."""
    structure = phase.structure
    condition = "always" if phase.condition.is_always() else str(phase.condition)
    note = "" if phase.witnessed else "   (not witnessed: may be empty)"
    lines = [f"  {phase.name}. {condition}{note}"]
    if phase.witnessed and phase.unwitnessed is not None:
        lines.append(f"       not witnessed, may be empty: the part with {phase.unwitnessed}")
    for equilibrium in phase.equilibria:
        where = f" if {equilibrium.condition}" if equilibrium.condition is not None else ""
        shown = _strategies(structure.players, equilibrium)
        lines.append(f"       equilibrium {shown}{where}{_continuum(equilibrium.dimension)}")
    lines += [
        f"       undecided: equilibria with support {play_text(structure.players, support)}"
        for support in structure.open_supports
    ]
    for what, names in structure.undecided:
        lines.append(f"       undecided: {what}{f' {braces(names)}' if names else ''}")
    if structure.rationalizable is not None:
        lines.append(f"       rationalizable {sets_text(structure.players, structure.rationalizable)}")
    cycles = sorted(map(rotated, structure.cycles))
    return [*lines, *(f"       cycle {' -> '.join([*cycle, cycle[0]])}" for cycle in cycles)]


def _strategies(players: tuple[str, ...], equilibrium: PhaseEquilibrium) -> str:
    """What is played with positive probability, with the names of players and signals where there are some."""
    shown = []
    for player, part in zip(players, equilibrium.parts, strict=True):
        rows = [f"{signal}: {_weights(row)}" if signal else _weights(row) for signal, row in part.strategy]
        own = " | ".join(rows)
        shown.append(own if len(players) == 1 else f"{player}: {own}")
    return "; ".join(shown)


def _free(diagram: PhaseDiagram) -> tuple[str, ...]:
    """The parameters in the order of the coordinates: the preferred ones first."""
    return tuple(dict.fromkeys((*diagram.parameters, *(p.name for p in diagram.game.parameters))))


def _side(side: tuple[Fraction | None, Fraction | None]) -> str:
    """An interval, rounded outward so that it still contains the undecided one."""
    low = "-oo" if side[0] is None else f"{floor(side[0] * _SHOWN) / _SHOWN:.7f}"
    high = "oo" if side[1] is None else f"{ceil(side[1] * _SHOWN) / _SHOWN:.7f}"
    return f"[{low}, {high}]"


def measures_text(measures: tuple[PhaseMeasure, ...]) -> str:
    """The share of each phase as text."""
    lines = ["", "Share of the domain (uniform)"]
    for measure in measures:
        if measure.share_lower == measure.share_upper:
            lines.append(f"  {measure.phase}: {measure.share_lower} (exact)")
        else:
            low = floor(measure.share_lower * _SHOWN) / _SHOWN
            high = ceil(measure.share_upper * _SHOWN) / _SHOWN
            lines.append(f"  {measure.phase}: between {low:.7f} and {high:.7f} (certified)")
    return "\n".join(lines)


def simulation_text(
    result: Simulation, comparisons: Sequence[Comparison | None], solution: Solution | None, reason: str = ""
) -> str:
    """A simulation as text, beside the prediction. Numerical: an illustration, no proof."""
    several = bool(result.others)
    who = f"{result.agents} groups of learners" if several else f"{result.agents} learners"
    lines = [f"{who}, {result.periods} periods, seed {result.seed} (numerical)"]
    for place, (own, comparison) in enumerate(zip(result.players, comparisons, strict=True)):
        lines += ["", *([own.player] if several else [])]
        lines.append("Share of play in the second half, and of learners who played nothing else in it")
        locked = dict(own.locked)
        lines += [f"  {name:<24} {share:8.4f}   {locked.get(name, 0.0):8.4f}" for name, share in own.shares]
        if comparison is None or solution is None:
            why = f": {reason}" if reason else "; the solution leaves the rationalizable set undecided"
            lines += ["", f"No prediction to compare it with{why}"]
            continue
        lines += ["", f"Predicted rationalizable set {_braces(solution.rationalizable[0].value[place])}"]
        lines.append(f"  share of play inside: {comparison.rationalizable_share:.4f}")
        if comparison.locked_uniform_share is not None:
            share = comparison.locked_uniform_share
            lines.append(f"  share of locked-in learners at a uniform equilibrium: {share:.4f}")
        if comparison.nearest_equilibrium is not None:
            distance = comparison.nearest_equilibrium
            lines.append(f"  mean distance of frequencies to the nearest equilibrium: {distance:.4f}")
        lines.append("  " + ("as predicted" if comparison.agrees else "NOT as predicted at this horizon"))
    return "\n".join(lines)
