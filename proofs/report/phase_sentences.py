"""A phase in words: its condition, its equilibria, and what is the same throughout it; for games of every kind."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from ...symbolic.errors import NO_ANSWER
from ...symbolic.expressions.reading import read_expression
from ...symbolic.results.structure import Play, is_plain, rotated
from ..theorems.solution_facts import listed, point_mass, weight
from ..typeset.blocks import Inline, Ref
from ..typeset.formulas import formula, set_markup, width
from ..typeset.markup import Markup, Name, Notation, Words, row
from .sentences import condition_inline, doubt

if TYPE_CHECKING:
    from ...symbolic.results.diagram import PhaseDiagram
    from ...symbolic.results.equilibrium import Part as PlayersPart
    from ...symbolic.results.phase import Phase, PhaseEquilibrium

_SHORT = 30.0
_MOST_CYCLES = 20
Part = Any
Names = tuple[str, ...]


def phase_inline(diagram: PhaseDiagram, phase: Phase, notation: Notation) -> Inline:
    """All that a phase says."""
    structure = phase.structure
    parts: list[Part] = [*condition_inline(phase.condition, notation), ": ", *_equilibria(diagram, phase, notation)]
    parts += ["; ", *rationalizable_inline(phase, "rationalizable ")]
    absorbing = sorted(structure.absorbing, key=sorted)
    parts += ["; absorbing ", *listed([set_markup(members) for members in absorbing])]
    closed = structure.closed if len(structure.players) > 1 else sorted(structure.closed, key=lambda s: sorted(s[0]))
    if [sorted(own) for own, *rest in closed if not rest] != [sorted(members) for members in absorbing]:
        parts += ["; minimal closed ", *listed([row(*_product(sets)) for sets in closed])]
    if structure.cycles:
        parts += ["; cycle " if len(structure.cycles) == 1 else "; cycles ", *cycles_inline(phase, " and ")]
    return (*parts, ".", *open_inline(phase), *doubt_inline(phase, notation))


def open_inline(phase: Phase) -> Inline:
    """What is undecided in a phase."""
    text: list[Part] = []
    for support in phase.structure.open_supports:
        text += [" Undecided: further equilibria on ", *play_inline(phase.structure.players, support), "."]
    for what, names in phase.structure.undecided:
        text += [f" Undecided: {what}", *((" ", set_markup(names)) if names else ()), "."]
    return tuple(text)


def doubt_inline(phase: Phase, notation: Notation) -> Inline:
    """A remark on what was not found to exist: the phase, or a part of it."""
    if not phase.witnessed or phase.unwitnessed is None:
        return doubt(phase.witnessed)
    where = condition_inline(phase.unwitnessed, notation)
    return (" (no point was found of the part with ", *where, ": that part may be empty)")


def rationalizable_inline(phase: Phase, lead: str = "") -> Inline:
    """The rationalizable set, or that it is undecided."""
    sets = phase.structure.rationalizable
    return (f"{lead}set undecided" if lead else "undecided",) if sets is None else (lead, *_by_player(phase, sets))


def _by_player(phase: Phase, sets: tuple[Names, ...]) -> Inline:
    if len(sets) == 1:
        return (set_markup(sets[0]),)
    shown = [(Words(f"{player} "), set_markup(own)) for player, own in zip(phase.structure.players, sets, strict=True)]
    return listed([row(*pair) for pair in shown], ", ")


def _product(sets: tuple[Names, ...]) -> list[Markup | str]:
    items: list[Markup | str] = []
    for own in sets:
        items += [*(("times",) if items else ()), set_markup(own)]
    return items


def cycles_inline(phase: Phase, last: str = ", ") -> Inline:
    """The cycles of a phase; of very many the first ones."""
    cycles = sorted(rotated(cycle) for cycle in phase.structure.cycles)
    shown = [_cycle(cycle) for cycle in cycles[:_MOST_CYCLES]]
    more = len(cycles) - len(shown)
    return (*listed(shown, ", "), f", and {more} more") if more else listed(shown, last)


def _cycle(names: Sequence[str]) -> Markup:
    items: list[Markup | str] = []
    for name in (*names, names[0]):
        items += [*(("to",) if items else ()), Name(name)]
    return row(*items)


def _equilibria(diagram: PhaseDiagram, phase: Phase, notation: Notation) -> Inline:
    parts = [_equilibrium(diagram, phase, equilibrium, notation) for equilibrium in listed_once(phase)]
    if not parts:
        return ("no equilibrium" if not phase.structure.undecided else "no equilibrium known",)
    text: list[Part] = ["equilibrium " if len(parts) == 1 else "equilibria "]
    for position, part in enumerate(parts):
        text += [*((" and " if position == len(parts) - 1 else ", ",) if position else ()), *part]
    return tuple(text)


def listed_once(phase: Phase) -> list[PhaseEquilibrium]:
    """The equilibria; a continuum whose corners alone change within the phase is listed once, for all of it."""
    found: dict[Any, PhaseEquilibrium] = {}

    def kind(e: PhaseEquilibrium) -> Any:
        return e.play, tuple(part.belief_support for part in e.parts)

    for number, e in enumerate(phase.equilibria):
        dimensions = {o.dimension for o in phase.equilibria if kind(o) == kind(e)}
        moving = e.condition is not None and dimensions == {e.dimension} != {0}
        found.setdefault(kind(e) if moving else number, replace(e, condition=None) if moving else e)
    return list(found.values())


def _equilibrium(diagram: PhaseDiagram, phase: Phase, equilibrium: PhaseEquilibrium, notation: Notation) -> Inline:
    part: Inline = ()
    if equilibrium.condition is not None:
        part = (" (where ", *condition_inline(equilibrium.condition, notation), ")")
    if equilibrium.profile is not None:
        note = " (locked in)" if equilibrium.profile in phase.structure.locked else ""
        plain = is_plain(equilibrium.play)
        # A pure equilibrium of a decision problem exists throughout a phase or not at all.
        return (point_mass(equilibrium.profile), note, *(() if plain and diagram.game.has_tables else part))
    if not is_plain(equilibrium.play):
        return (*_profile(diagram, equilibrium, notation), *part)
    names = ordered(diagram, equilibrium.support)
    if equilibrium.dimension:
        return (f"a continuum of dimension {equilibrium.dimension} on ", set_markup(names), *part)
    weights = dict(equilibrium.strategy)
    written = weight_markup(weights[names[0]], notation)
    if len(names) == 2 and width(written) <= _SHORT:
        return ("the mixed one with ", row(weight(names[0]), "=", written), *part)
    return ("the mixed one on ", set_markup(names), " of ", Ref("thm:equilibria"), *part)


def _profile(diagram: PhaseDiagram, equilibrium: PhaseEquilibrium, notation: Notation) -> Inline:
    """A mixed equilibrium of several players or signals: who plays what with which weights."""
    players = tuple(player.name for player in diagram.game.players)
    if equilibrium.dimension:
        lead = f"a continuum of dimension {equilibrium.dimension} on "
        return (lead, *play_inline(players, equilibrium.play))
    lines: list[Part] = []
    for player, part in zip(players, equilibrium.parts, strict=True):
        for place, (signal, actions) in enumerate(part.support):
            label = " after ".join([*([player] if len(players) > 1 else []), *([signal] if signal else [])])
            lines += [*(("; ",) if lines else ()), f"{label}: ", *_mixture(part, place, actions, notation)]
    return ("the mixed one (", *lines, ")")


def _mixture(part: PlayersPart, place: int, actions: Names, notation: Notation) -> Inline:
    if len(actions) == 1:
        return (Name(actions[0]),)
    weights = dict(part.strategy[place][1])
    shown = [row(weight(a), "=", weight_markup(weights[a], notation)) for a in actions[:-1]]
    if any(width(markup) > 2 * _SHORT for markup in shown):
        return ("a mixture on ", set_markup(actions))
    return listed(shown)


def weight_markup(value: Any, notation: Notation) -> Markup:
    """A weight; algebraic numbers without a closed form as the format writes them."""
    try:
        return formula(read_expression(str(value), None, where="a weight"), notation)
    except NO_ANSWER:
        return Words(str(value))


def play_inline(players: Names, support: Play) -> Inline:
    """The actions that are played, by player and signal where there are several."""
    if is_plain(support):
        return (set_markup(support[0][0][1]),)
    shown: list[Part] = []
    for player, own in zip(players, support, strict=True):
        for signal, actions in own:
            label = " ".join([*([player] if len(players) > 1 else []), *([signal] if signal else [])])
            shown += [*((", ",) if shown else ()), f"{label} ", set_markup(actions)]
    return tuple(shown)


def ordered(diagram: PhaseDiagram, names: Sequence[str]) -> Names:
    """Actions of the only player, in the order of the game."""
    return tuple(name for name in diagram.game.players[0].actions if name in names)
