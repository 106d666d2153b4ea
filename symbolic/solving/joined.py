"""Two answers to one game put together: what one engine leaves open is taken from another that decides it.

An answer is complete but for what it names as undecided, support by support for equilibria, part by part for the
structure. So each part of the result is as complete as in the answer that it is taken from.
"""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import replace
from typing import Any

from ..cells.undecided import Undecided
from ..results.equilibrium import Equilibrium, Names, Support
from ..results.solution import Solution
from ..results.structure import support_names

_PARTS = {
    "rationalizable": ("rationalizable", "rounds", "bounds"),
    "transition": ("transitions",),
    "absorbing": ("absorbing",),
    "closed": ("closed",),
    "cycles": ("cycles", "cycle_lengths"),
}
"""What is undecided, and the parts of a solution that it stands for, which are taken together."""


def joined(first: Solution, second: Solution) -> Solution:
    """The first answer, with what it leaves open as the second has it where that decides it.

    >>> from berknash.symbolic.interchange import from_payoff_matrices
    >>> from berknash.symbolic.solving.solve import solve
    >>> whole = solve(from_payoff_matrices([[["2", "0"], ["0", "1"]], [["2", "0"], ["0", "1"]]]))
    >>> left = Undecided("equilibria", ("player1 {a1, a2}", "player2 {a1, a2}"), ""), Undecided("cycles", (), "")
    >>> pure = replace(whole, equilibria=whole.equilibria[:2], cycles=(), undecided=left)
    >>> joined(pure, whole) == whole
    True
    """
    left_open = {_key(entry) for entry in second.undecided}
    if any(entry.count is not None for entry in (*first.undecided, *second.undecided)):
        left_open.add("equilibria")
    settled = {_key(entry) for entry in first.undecided if not {_key(entry), entry.what} & left_open}
    if not settled:
        return replace(first, bounds=first.bounds or second.bounds)
    equilibria = [e for e in first.equilibria if _place(first, e) not in settled]
    equilibria += [e for e in second.equilibria if _place(second, e) in settled]
    taken: dict[str, Any] = {
        name: getattr(second, name) for what, names in _PARTS.items() if what in settled for name in names
    }
    if "rationalizable" not in settled:
        taken["bounds"] = first.bounds or second.bounds
    return replace(
        first,
        equilibria=tuple(sorted(equilibria, key=lambda e: sum(len(own) for p in e.parts for _, own in p.support))),
        undecided=tuple(entry for entry in first.undecided if _key(entry) not in settled),
        **taken,
    )


def _key(entry: Undecided) -> Hashable:
    """The same for what stands for the same in two answers."""
    if entry.what != "equilibria":
        return "transition" if entry.what == "transitions" else entry.what
    if entry.supports:
        return _named(tuple(player for player, _ in entry.supports), entry.support)
    return tuple(sorted(entry.names))


def _place(solution: Solution, equilibrium: Equilibrium) -> Hashable:
    """The key of what would be undecided on the support of an equilibrium."""
    if equilibrium.is_plain:
        return tuple(sorted(equilibrium.parts[0].actions))
    return _named(solution.players, tuple(part.support for part in equilibrium.parts))


def _named(players: Names, supports: tuple[Support, ...]) -> Names:
    return support_names(players, [[(signal, tuple(sorted(own))) for signal, own in support] for support in supports])
