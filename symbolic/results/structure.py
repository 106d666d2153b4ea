"""What is the same throughout a phase, in the names of the game: of actions, models, plans and profiles.

A plan is written as the format writes it, ``high`` or ``plus:high|minus:low``; a profile joins one plan of each player
with commas, and with one player is the plan. Sets are in the order of the game; documents sort them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from ..cells.atoms import DecisionTables
    from ..combinatorics.structure import Structure as SignStructure

Names = tuple[str, ...]
Play = tuple[tuple[tuple[str, Names], ...], ...]
"""By player, and by signal ("" where there is none), the actions played."""

Item = TypeVar("Item")


@dataclass(frozen=True, slots=True, order=True)
class Component:
    """A component of the equilibria of a phase, without its weights.

    Attributes
    ----------
    support : the actions played, by player and signal
    belief_support : the models believed, by player
    dimension : of the set; None where it may differ within the phase
    """

    support: Play
    belief_support: tuple[Names, ...]
    dimension: int | None = None


@dataclass(frozen=True, slots=True, order=True)
class Structure:
    """The structure of a game where the signs of its atoms are given; comparable and hashable.

    Attributes
    ----------
    players : in playing order
    supports : every component of the equilibria
    rationalizable : plans, by player; None where that is not decided
    transitions : edges between profiles
    absorbing, cycles : of profiles
    closed : minimal closed product sets: plans, by player
    undecided : (kind, names) of what is not decided (`symbolic.cells.undecided`): there may be more of it than is
        listed
    open_supports : supports with which further equilibria were neither found nor excluded

    Examples
    --------
    >>> one = Structure(("agent",), (Component((((("", ("stay",)),)),), (("right",),)),), (("stay",),),
    ...                 (("stay", "stay"), ("go", "stay")), (("stay",),), ((("stay",),),), ())
    >>> one.locked, one.to_document()["supports"]
    (('stay',), [['stay']])
    """

    players: Names
    supports: tuple[Component, ...]
    rationalizable: tuple[Names, ...] | None
    transitions: tuple[tuple[str, str], ...]
    absorbing: tuple[Names, ...]
    closed: tuple[tuple[Names, ...], ...]
    cycles: tuple[Names, ...]
    undecided: tuple[tuple[str, Names], ...] = ()
    open_supports: tuple[Play, ...] = ()

    @property
    def locked(self) -> Names:
        """The profiles from which the only transition leads back to them."""
        successors: dict[str, set[str]] = {}
        for start, end in self.transitions:
            successors.setdefault(start, set()).add(end)
        return tuple(start for start, ends in successors.items() if ends == {start})

    def to_document(self) -> dict[str, Any]:
        """The structure in the shape and order of the format: sets are sorted; per player where there are several."""
        document: dict[str, Any] = {}
        if self.open_supports:
            document["undecided_supports"] = [self._support(support) for support in self.open_supports]
        closed = [self._sets(sets) for sets in self.closed]
        document |= {
            "supports": [self._support(s) for s in dict.fromkeys(c.support for c in self.supports)],
            "belief_supports": [self._believed(c) for c in self.supports],
            "rationalizable": None if self.rationalizable is None else self._sets(self.rationalizable),
            "transitions": sorted(list(edge) for edge in self.transitions),
            "absorbing": sorted(sorted(members) for members in self.absorbing),
            "closed": closed if len(self.players) > 1 else sorted(closed),
            "cycles": sorted(list(rotated(cycle)) for cycle in self.cycles),
        }
        if self.undecided:
            document["undecided"] = [{"what": what, "names": list(names)} for what, names in self.undecided]
        return document

    def _sets(self, sets: tuple[Names, ...]) -> Any:
        named = {player: sorted(own) for player, own in zip(self.players, sets, strict=True)}
        return named if len(named) > 1 else named[self.players[0]]

    def _support(self, support: Play) -> Any:
        named = play_document(self.players, support)
        return named if len(named) > 1 else named[self.players[0]]

    def _believed(self, component: Component) -> Any:
        if is_plain(component.support):
            return sorted(component.belief_support[0])
        return {p: sorted(own) for p, own in zip(self.players, component.belief_support, strict=True)}


def is_plain(support: Play) -> bool:
    """Whether this is the play of one player without signals."""
    return len(support) == 1 and not support[0][0][0]


def profile_of(support: Play) -> str | None:
    """The profile that is played where every player plays one action after each signal, else None.

    >>> profile_of(((("", ("a",)),), (("plus", ("b",)), ("minus", ("c",)))))
    'a,plus:b|minus:c'
    """
    if any(len(actions) != 1 for own in support for _, actions in own):
        return None
    return ",".join("|".join(f"{s}:{a}" if s else a for s, (a,) in own) for own in support)


def play_document(players: Sequence[str], support: Sequence[tuple[tuple[str, Names], ...]]) -> dict[str, Any]:
    """Player -> sorted actions, or player -> signal -> sorted actions."""
    return {
        name: {s: sorted(actions) for s, actions in own} if own[0][0] else sorted(own[0][1])
        for name, own in zip(players, support, strict=True)
    }


def play_text(players: Names, support: Play) -> str:
    """The actions played, in words: ``{a, b}`` for one player, with names of players and signals where there are some.

    >>> play_text(("row", "column"), ((("", ("a",)),), (("plus", ("b",)), ("minus", ("c", "d")))))
    'row {a}, column plus {b}, column minus {c, d}'
    """
    parts = []
    for player, own in zip(players, support, strict=True):
        for signal, actions in own:
            labels = [player] * (len(players) > 1) + [signal] * bool(signal)
            parts.append(" ".join([*labels, braces(sorted(actions))]))
    return ", ".join(parts)


def support_names(players: Iterable[str], support: Iterable[Sequence[tuple[str, Names]]]) -> Names:
    """A profile of supports as one name for each player.

    >>> support_names(("one", "two"), ((("", ("a", "b")),), (("plus", ("a",)), ("minus", ("a", "b")))))
    ('one {a, b}', 'two plus:{a}|minus:{a, b}')
    """
    found = []
    for name, own in zip(players, support, strict=True):
        sets = [(f"{s}:" if s else "") + "{" + ", ".join(actions) + "}" for s, actions in own]
        found.append(f"{name} " + "|".join(sets))
    return tuple(found)


def sets_text(players: Names, sets: tuple[Names, ...]) -> str:
    """Plans by player, in words."""
    shown = [braces(sorted(own)) for own in sets]
    return shown[0] if len(players) == 1 else ", ".join(f"{p} {own}" for p, own in zip(players, shown, strict=True))


def braces(names: Iterable[str]) -> str:
    """A set by its members, with semicolons where they are profiles with commas of their own.

    >>> braces(("a", "b")), braces(("a,c", "b,d"))
    ('{a, b}', '{a,c; b,d}')
    """
    members = list(names)
    return "{" + ("; " if any("," in member for member in members) else ", ").join(members) + "}"


def rotated(cycle: Names) -> Names:
    """The cycle from its first name in the alphabet on.

    >>> rotated(("c", "a", "b"))
    ('a', 'b', 'c')
    """
    first = cycle.index(min(cycle))
    return cycle[first:] + cycle[:first]


def changes_between(before: Structure, after: Structure) -> tuple[str, ...]:
    """The differences of two structures in words, in a fixed order.

    Examples
    --------
    >>> def on(*actions): return ((("", actions),),)
    >>> one = Structure(("agent",), (Component(on("safe"), (("good",),)),), (("safe",),),
    ...     (("safe", "safe"), ("unsafe", "safe")), (("safe",),), ((("safe",),),), ())
    >>> two = Structure(("agent",), (Component(on("safe", "unsafe"), (("good", "bad"),)),), (("safe", "unsafe"),),
    ...     (("safe", "unsafe"), ("unsafe", "safe")), (("safe", "unsafe"),), ((("safe", "unsafe"),),),
    ...     (("safe", "unsafe"),))
    >>> for change in changes_between(one, two):
    ...     print(change)
    equilibrium {safe} disappears
    equilibrium {safe, unsafe} appears
    lock-in of safe is lost
    rationalizable set changes from {safe} to {safe, unsafe}
    cycle safe -> unsafe opens
    """
    players = before.players
    changes = _differences(
        [c.support for c in before.supports], [c.support for c in after.supports],
        lambda support: play_text(players, support), "equilibrium {} disappears", "equilibrium {} appears",
    )  # fmt: skip
    changes += _differences(before.locked, after.locked, str, "lock-in of {} is lost", "{} becomes locked in")
    if before.rationalizable != after.rationalizable:
        sets = [
            "undecided" if own is None else sets_text(players, own)
            for own in (before.rationalizable, after.rationalizable)
        ]
        changes.append(f"rationalizable set changes from {sets[0]} to {sets[1]}")
    changes += _differences(before.cycles, after.cycles, " -> ".join, "cycle {} closes", "cycle {} opens")
    if not changes:
        # Same supports and cycles: the difference lies in beliefs, edges, dimensions or what is decided.
        changes += _differences(
            before.transitions, after.transitions, " -> ".join, "transition {} is lost", "transition {} appears"
        )
    if not changes:
        changes += _beneath(before, after)
    return tuple(changes)


def _beneath(before: Structure, after: Structure) -> list[str]:
    """What changes where supports, transitions and cycles are the same."""
    found = []
    if [(c.support, c.belief_support) for c in before.supports] != [
        (c.support, c.belief_support) for c in after.supports
    ]:
        found.append("the models that hold up an equilibrium change")
    elif before.supports != after.supports:
        found.append("the dimension of a set of equilibria changes")
    if (before.undecided, before.open_supports) != (after.undecided, after.open_supports):
        found.append("what is undecided changes")
    return found or ["the minimal closed sets change"]


def _differences(
    before: Sequence[Item], after: Sequence[Item], shown: Callable[[Item], str], lost: str, gained: str
) -> list[str]:
    gone = [lost.format(shown(x)) for x in dict.fromkeys(before) if x not in after]
    come = [gained.format(shown(x)) for x in dict.fromkeys(after) if x not in before]
    return [*gone, *come]


def structure_in_names(tables: DecisionTables, structure: SignStructure, player: str) -> Structure:
    """A structure with the names of actions and models, in the order of the game."""
    actions, models = tables.actions, tables.models

    def named(indices: Sequence[int]) -> tuple[str, ...]:
        return tuple(actions[i] for i in indices)

    return Structure(
        (player,),
        tuple(
            Component(((("", named(played)),),), (tuple(models[t] for t in held),))
            for played, held in structure.supports
        ),
        (named(structure.rationalizable),),
        tuple((actions[a], actions[b]) for a, b in structure.edges),
        tuple(named(members) for members in structure.absorbing),
        tuple((named(members),) for members in structure.closed),
        tuple(named(cycle) for cycle in structure.cycles),
    )


def named_structure(tables: DecisionTables, structure: SignStructure) -> dict[str, Any]:
    """A structure with the names of actions and models, in the shape and order of the format."""
    return structure_in_names(tables, structure, "").to_document()
