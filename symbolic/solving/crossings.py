"""What happens at a boundary: which phases meet across it, and how the structure changes.

Two open cells meet across the boundary of an atom where their sign vectors differ in that atom alone and the vector
with zero in its place occurs too. The changes are read off the two structures: an equilibrium appears or disappears,
an action is locked in or loses lock-in, a cycle opens or closes, the rationalizable set grows or shrinks.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Protocol

from ..cells.atoms import DecisionTables
from ..combinatorics.structure import Structure
from ..results.diagram import Crossing


class _Signed(Protocol):
    @property
    def signs(self) -> tuple[tuple[int, int], ...]: ...

    @property
    def structure(self) -> Structure: ...


def crossings_of(
    tables: DecisionTables, cells: Sequence[_Signed], atom: int, names: Mapping[Structure, str]
) -> tuple[Crossing, ...]:
    """All pairs of phases that meet across the boundary of an atom, sorted, each once."""
    open_cells = {c.signs: c.structure for c in cells if all(sign for _, sign in c.signs)}
    walls = {c.signs for c in cells if sum(1 for _, sign in c.signs if sign == 0) == 1}
    found: set[Crossing] = set()
    for signs, structure in open_cells.items():
        known = dict(signs)
        if known.get(atom) != -1:
            continue
        known[atom] = 0
        if tuple(sorted(known.items())) not in walls:
            continue
        known[atom] = 1
        other = open_cells.get(tuple(sorted(known.items())))
        if other is not None and other != structure:
            found.add(Crossing(names[structure], names[other], changes_between(tables, structure, other)))
    return tuple(sorted(found))


def changes_between(tables: DecisionTables, before: Structure, after: Structure) -> tuple[str, ...]:
    """The differences of two structures in words, in a fixed order.

    Examples
    --------
    >>> tables = DecisionTables(None, ("safe", "unsafe"), ("good", "bad"), (), (), ())
    >>> one = Structure((((0,), (0,)),), (0,), ((0, 0), (1, 0)), ((0,),), ((0,),), ())
    >>> two = Structure((((0, 1), (0, 1)),), (0, 1), ((0, 1), (1, 0)), ((0, 1),), ((0, 1),), ((0, 1),))
    >>> for change in changes_between(tables, one, two):
    ...     print(change)
    equilibrium {safe} disappears
    equilibrium {safe, unsafe} appears
    lock-in of safe is lost
    rationalizable set changes from {safe} to {safe, unsafe}
    cycle safe -> unsafe opens
    """
    actions = tables.actions

    def named(indices: Iterable[int]) -> str:
        return "{" + ", ".join(sorted(actions[i] for i in indices)) + "}"

    changes: list[str] = []
    changes += _differences(
        [s for s, _ in before.supports], [s for s, _ in after.supports], named, "equilibrium {} disappears",
        "equilibrium {} appears",
    )  # fmt: skip
    changes += _differences(
        _locked(before), _locked(after), lambda a: actions[a], "lock-in of {} is lost", "{} becomes locked in"
    )
    if before.rationalizable != after.rationalizable:
        changes.append(
            f"rationalizable set changes from {named(before.rationalizable)} to {named(after.rationalizable)}"
        )
    changes += _differences(
        before.cycles, after.cycles, lambda c: " -> ".join(actions[i] for i in c), "cycle {} closes", "cycle {} opens"
    )
    if not changes:
        # Same supports and cycles: the difference lies in beliefs, edges or closed sets.
        changes += _differences(
            before.edges, after.edges, lambda e: f"{actions[e[0]]} -> {actions[e[1]]}", "transition {} is lost",
            "transition {} appears",
        )  # fmt: skip
    if not changes:
        changes.append("the models that hold up an equilibrium change")
    return tuple(changes)


def _locked(structure: Structure) -> list[int]:
    successors: dict[int, set[int]] = {}
    for a, b in structure.edges:
        successors.setdefault(a, set()).add(b)
    return sorted(a for a, targets in successors.items() if targets == {a})


def _differences(before: Sequence[Any], after: Sequence[Any], shown: Any, lost: str, gained: str) -> list[str]:
    gone = [lost.format(shown(x)) for x in dict.fromkeys(before) if x not in after]
    come = [gained.format(shown(x)) for x in dict.fromkeys(after) if x not in before]
    return [*gone, *come]
