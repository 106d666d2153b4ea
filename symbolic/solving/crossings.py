"""What happens at a boundary: which phases meet across it, and how the structure changes.

Two open cells meet across the boundary of an atom where their sign vectors differ in that atom alone and the vector
with zero in its place occurs too. The changes are read off the two structures: an equilibrium appears or disappears,
an action is locked in or loses lock-in, a cycle opens or closes, the rationalizable set grows or shrinks.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

from ..results.phase import Crossing
from ..results.structure import Structure, changes_between


class _Signed(Protocol):
    @property
    def signs(self) -> tuple[tuple[int, int], ...]: ...

    @property
    def structure(self) -> Structure: ...


def crossings_of(cells: Sequence[_Signed], atom: int, names: Mapping[Structure, str]) -> tuple[Crossing, ...]:
    """All pairs of phases that meet across the boundary of an atom, sorted, each once."""
    open_cells = {c.signs: c.structure for c in cells if all(sign for _, sign in c.signs)}
    walls = {c.signs for c in cells if sum(1 for _, sign in c.signs if sign == 0) == 1}
    found: set[tuple[Structure, Structure]] = set()
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
            found.add((structure, other))
    return tuple(sorted(Crossing(names[a], names[b], changes_between(a, b)) for a, b in found))
