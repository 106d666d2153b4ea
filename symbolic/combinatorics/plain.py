"""Players who reproduce what they average, with rational payoffs: their best replies by linear programs in integers.

Such a player best-replies to the game ``u(own plan, others' profile)`` (`families`), whatever else the others are. Best
replies are kept when payoffs are scaled or shifted for each profile of the others, so that they can be taken as
positive integers.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from ..algebra.rational_polytopes import maximum
from .shape import Set

Payoffs = tuple[tuple[int, ...], ...]
"""``payoffs[plan][column]``, a column being a profile of the others."""


def best_replies(payoffs: Payoffs, columns: Sequence[int], rows: Sequence[int] | None = None) -> Set:
    """The plans that are best replies, among `rows`, to some mixture of the columns: those not strictly dominated.

    >>> best_replies(((4, 1), (1, 4), (2, 2), (3, 3)), [0, 1])
    (0, 1, 3)
    """
    rows = range(len(payoffs)) if rows is None else rows
    best: set[int] = set()
    for k in columns:
        most = max(payoffs[a][k] for a in rows)
        best.update(a for a in rows if payoffs[a][k] == most)
    if len(columns) > 1:
        cut = {a: [payoffs[a][k] for k in columns] for a in rows}
        rest = [a for a in rows if a not in best and not _dominated(cut[a], cut.values())]
        best.update(a for a in rest if jointly_optimal(payoffs, (a,), columns, rows))
    return tuple(sorted(best))


def _dominated(line: Sequence[int], others: Iterable[Sequence[int]]) -> bool:
    return any(all(x > y for x, y in zip(other, line, strict=True)) for other in others)


def jointly_optimal(payoffs: Payoffs, plans: Set, columns: Sequence[int], rows: Sequence[int]) -> bool:
    """Whether against one mixture of the columns all of these plans are optimal among the rows."""
    lead = payoffs[plans[0]]
    lines = [[payoffs[a][k] - lead[k] for k in columns] for a in rows if a != plans[0]]
    lines += [[lead[k] - payoffs[a][k] for k in columns] for a in plans[1:]]
    if any(all(v > 0 for v in line) for line in lines):
        return False
    value, _ = maximum([*lines, [1] * len(columns)], [0] * len(lines) + [1], [1] * len(columns))
    return value == 1
