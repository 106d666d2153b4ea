"""Results as plain text for a terminal."""

from __future__ import annotations

from math import ceil, floor
from typing import TYPE_CHECKING, Any

from .symbolic.cells.conditions import ALWAYS

if TYPE_CHECKING:
    from fractions import Fraction

    from .numeric.learners import Comparison, Simulation
    from .symbolic.results.agent_solution import Solution
    from .symbolic.results.diagram import PhaseDiagram
    from .symbolic.results.phase import Phase, PhaseEquilibrium
    from .symbolic.solving.measures import PhaseMeasure

_SHOWN = 10**7
_MOST_BOXES = 8


def _braces(names: tuple[str, ...]) -> str:
    return "{" + ", ".join(names) + "}"


def _weights(weights: tuple[tuple[str, Any], ...]) -> str:
    return ", ".join(f"{name}: {value}" for name, value in weights if str(value) != "0")


def _where(condition: Any, free: bool, witnessed: bool = True) -> str:
    if not free:
        return ""
    text = "always" if condition.is_always() else f"{condition}"
    return f"    if {text}" + ("" if witnessed else "   (not witnessed: may be empty)")


def _survival(entry: dict[str, Any]) -> str:
    """Whether an equilibrium would survive correct specification, from the keys of its document."""
    key = "survives_correct_specification"
    if entry[key] is not None:
        return "survives correct specification" if entry[key] else "does not survive correct specification"
    if f"{key}_where" in entry:
        return f"survives correct specification where {entry[f'{key}_where']}"
    return f"survives correct specification: {entry[f'{key}_note']}"


def solution_text(solution: Solution) -> str:
    """The solution as text."""
    free = bool(solution.free)
    title = solution.game.title or solution.game.name
    lines = [title, "=" * len(title)]
    if solution.at:
        lines.append("at " + ", ".join(f"{n} = {v}" for n, v in solution.at))
    worth = "exact" if solution.boundaries_covered else "exact up to the sets where a boundary expression vanishes"
    lines += ["", f"Berk-Nash equilibria ({worth})"]
    left_open = {entry.what for entry in solution.undecided if not entry.names}
    if not solution.equilibria and not solution.undecided:
        lines.append("  none: a model rules out what happens, so existence is not guaranteed")
    for e in solution.equilibria:
        kind = "pure" if e.pure else "mixed"
        marks = [kind]
        if e.pure and e.strict:
            marks.append("uniformly strict: locked in")
        elif e.pure and e.uniform:
            marks.append("uniform")
        if e.self_confirming:
            marks.append("self-confirming")
        if e.dimension:
            marks.append(f"continuum of dimension {e.dimension}, one point shown")
        lines.append(f"  {_weights(e.strategy)}   [{'; '.join(marks)}]")
        lines.append(f"    held up by beliefs on {_braces(e.belief_support)}")
        if e.survives is not None:
            lines.append(f"    {_survival(e.survives.to_document('survives_correct_specification'))}")
        for line in e.set_conditions:
            lines.append(f"    set: {line}")
        if free:
            lines.append(_where(e.condition, free, e.witnessed))
    for heading, what, cases in (
        ("Berk-Nash rationalizable set", "rationalizable", solution.rationalizable),
        ("Absorbing sets of the transition graph", "absorbing", solution.absorbing),
        ("Minimal closed sets", "closed", solution.closed),
    ):
        lines += ["", heading]
        if what in left_open:
            lines.append("  undecided, see below")
        for case in cases:
            lines.append(f"  {_braces(case.value)}{_where(case.condition, free, case.witnessed)}")
    lines += ["", "Transitions"]
    if "transitions" in left_open:
        lines.append("  undecided, see below")
    for edge in solution.transitions:
        lines.append(f"  {edge.value[0]} -> {edge.value[1]}{_where(edge.condition, free, edge.witnessed)}")
    lines += ["", "Cycles"]
    for case in solution.cycles:
        lines.append(
            f"  {' -> '.join((*case.value, case.value[0]))}{_where(case.condition, free, case.witnessed)}"
        )
    if not solution.cycles:
        lines.append("  undecided, see below" if "cycles" in left_open else "  none")
    if solution.undecided:
        lines += ["", "Undecided (everything else above is complete)"]
        lines += [f"  {entry}" for entry in solution.undecided]
    return "\n".join(lines)


def document_text(document: dict[str, Any]) -> str:
    """A solution of a game with signals, several players or model families, from its document."""
    lines = [str(document["game"]), "=" * len(str(document["game"]))]
    if document.get("at"):
        lines.append("at " + ", ".join(f"{n} = {v}" for n, v in document["at"].items()))
    lines += ["", "Berk-Nash equilibria"]
    for entry in document["equilibria"]:
        for player, strategy in entry["strategy"].items():
            lines.append(f"  {player}: {_nested(strategy)}")
        marks = ["pure" if entry.get("pure") else "mixed"]
        if entry.get("strict"):
            marks.append("uniformly strict: locked in")
        elif entry.get("uniform"):
            marks.append("uniform")
        if entry.get("self_confirming"):
            marks.append("self-confirming")
        elif "self_confirming_where" in entry:
            marks.append(f"self-confirming where {entry['self_confirming_where']}")
        if entry.get("dimension"):
            marks.append(f"continuum of dimension {entry['dimension']}, one point shown")
        lines.append(f"    [{'; '.join(marks)}]{_if(entry)}")
        lines += [f"    set: {line}" for line in entry.get("conditions", ())]
        if "survives_correct_specification" in entry:
            lines.append(f"    {_survival(entry)}")
    for heading, key in (
        ("Berk-Nash rationalizable", "rationalizable"),
        ("Transitions", "transitions"),
        ("Absorbing sets of the transition graph", "absorbing"),
        ("Minimal closed sets", "closed"),
        ("Cycles", "cycles"),
    ):
        lines += ["", heading]
        value = document.get(key)
        bounds = document.get(f"{key}_bounds")
        if bounds is not None or value is None:
            lines += [f"  {player}: contains {_nested(b['contains'])}, within {_nested(b['within'])}; see below"
                      for player, b in (bounds or {}).items()] or ["  undecided, see below"]  # fmt: skip
            continue
        for member in value if isinstance(value, list) else [value]:
            lines.append(f"  {_member(key, member)}")
        if not value:
            lines.append("  none")
    if document.get("undecided"):
        lines += ["", "Undecided (everything else above is complete)"]
        for entry in document["undecided"]:
            if "inside" in entry:
                within = _nested(entry["inside"])
                lines.append(f"  equilibria with {entry['supports']} supports inside {within}: {entry['reason']}")
                continue
            about = {k: v for k, v in entry.items() if k not in ("what", "reason", "where") and v}
            subject = ", ".join(_nested(value) for value in about.values())
            where = f" where {entry['where']}" if "where" in entry else ""
            lines.append(f"  {entry['what']}{' ' if subject else ''}{subject}{where}: {entry['reason']}")
    return "\n".join(lines)


def _continuum(dimension: int) -> str:
    return f"   (continuum of dimension {dimension}, one point shown)" if dimension else ""


def _if(entry: dict[str, Any]) -> str:
    """The condition of an entry, where it has one."""
    if "condition" not in entry:
        return ""
    text = "always" if entry["condition"] == str(ALWAYS) else entry["condition"]
    return f"    if {text}" + ("" if entry.get("witnessed", True) else "   (not witnessed: may be empty)")


def _member(key: str, member: Any) -> str:
    """One set, transition or cycle of the structure, with its condition."""
    if not isinstance(member, dict) or "condition" not in member:
        condition, rest = "", member
    else:
        condition = _if(member)
        rest = {name: value for name, value in member.items() if name not in ("condition", "witnessed")}
        if len(rest) == 1 and set(rest) <= {"edge", "set", "cycle"}:
            [rest] = rest.values()
    if key == "transitions" and isinstance(rest, list):
        return " -> ".join(rest) + condition
    if key == "cycles" and isinstance(rest, list):
        return " -> ".join([*rest, *rest[:1]]) + condition
    return _nested(rest) + condition


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
    from .symbolic.results.undecided_boxes import hulls

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
    from .symbolic.results.structure import braces, play_text, rotated, sets_text

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


def simulation_text(result: Simulation, comparison: Comparison, rationalizable: tuple[str, ...]) -> str:
    """A simulation as text, beside the prediction. Numerical: an illustration, no proof."""
    lines = [
        f"{result.agents} learners, {result.periods} periods, seed {result.seed} (numerical)",
        "",
        "Share of play in the second half, and of learners who played nothing else in it",
    ]
    locked = dict(result.locked)
    for action, share in result.shares:
        lines.append(f"  {action:<24} {share:8.4f}   {locked.get(action, 0.0):8.4f}")
    lines += ["", f"Predicted rationalizable set {_braces(rationalizable)}"]
    lines.append(f"  share of play inside: {comparison.rationalizable_share:.4f}")
    if comparison.locked_uniform_share is not None:
        lines.append(f"  share of locked-in learners at a uniform equilibrium: {comparison.locked_uniform_share:.4f}")
    if comparison.nearest_equilibrium is not None:
        distance = comparison.nearest_equilibrium
        lines.append(f"  mean distance of frequencies to the nearest equilibrium: {distance:.4f}")
    lines.append("  " + ("as predicted" if comparison.agrees else "NOT as predicted at this horizon"))
    return "\n".join(lines)
