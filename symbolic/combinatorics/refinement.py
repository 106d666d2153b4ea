"""Vertices of a lower envelope whose rows are sums of independent choices.

Let a row be a tuple ``(c_1, ..., c_k)`` of choices, one for each *factor*, and its value ``sum_f V_f[c_f]`` a linear
form on a simplex. The lower envelope of all rows is the common refinement of the factors' envelopes: a row is
optimal iff no change of a single choice improves it, and the ties at a point are a product of ties. Every vertex has a
*star* for a basis, a row and some rows that differ from it in one factor, because differences of single choices span
all differences. So only minors of stars are formed: fewer of them, and no spurious comparisons between factors.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations, product
from math import comb, prod

from .envelopes import Minor, Vertex, vertex_ties

Set = tuple[int, ...]


def encode(sizes: Sequence[int], choices: Sequence[int]) -> int:
    """The number of a row: its choices read in mixed radix.

    >>> encode([2, 3], [1, 2])
    5
    """
    row = 0
    for size, choice in zip(sizes, choices, strict=True):
        row = row * size + choice
    return row


def decode(sizes: Sequence[int], row: int) -> Set:
    """The choices of a row.

    >>> decode([2, 3], 5)
    (1, 2)
    """
    choices = []
    for size in reversed(sizes):
        row, choice = divmod(row, size)
        choices.append(choice)
    return tuple(reversed(choices))


def rows_of(sizes: Sequence[int], choices: Sequence[Sequence[int]]) -> Set:
    """The numbers of all rows with these choices, increasing."""
    return tuple(sorted(encode(sizes, row) for row in product(*choices)))


def star_count(options: Sequence[Sequence[int]], columns: int) -> int:
    """How many bases `refinement_vertices` looks at, at most."""
    centres = prod(len(own) for own in options)
    arms = sum(len(own) - 1 for own in options)
    return centres * sum(comb(arms, k) * comb(columns, k + 1) for k in range(min(arms, columns - 1) + 1))


def refinement_vertices(
    sizes: Sequence[int], options: Sequence[Sequence[int]], columns: Sequence[int], minor: Minor
) -> tuple[Vertex, ...]:
    """All vertices of the envelope of the rows with these options, over the simplex on the columns; exact.

    `sizes` are the numbers of choices that rows are numbered with, `options` those that compete; `minor` is as in
    `symbolic.combinatorics.envelopes.lower_envelope_vertices`.

    >>> V = [[1, 0], [0, 1]]
    >>> def sign(S, R):
    ...     value = V[R[1]][S[0]] - V[R[0]][S[0]]
    ...     return (value > 0) - (value < 0)
    >>> [(v.support, v.ties) for v in refinement_vertices([2], [[0, 1]], [0, 1], sign)]
    [((0,), (1,)), ((0, 1), (0, 1)), ((1,), (0,))]
    """
    found: dict[tuple[Set, Set], Vertex] = {}
    for centre in product(*options):
        arms = [
            (*centre[:f], choice, *centre[f + 1 :])
            for f, own in enumerate(options)
            for choice in own
            if choice != centre[f]
        ]
        middle = encode(sizes, centre)
        around = {encode(sizes, arm): arm for arm in arms}
        for size in range(1, min(len(around) + 1, len(columns)) + 1):
            for chosen in combinations(sorted(around), size - 1):
                basis = tuple(sorted((middle, *chosen)))
                for support in combinations(columns, size):
                    tied = vertex_ties((middle, *sorted(around)), support, basis, minor)
                    if tied is None:
                        continue
                    choices = [{c} for c in centre]
                    for row in tied:
                        for f, choice in enumerate(around.get(row, centre)):
                            choices[f].add(choice)
                    ties = rows_of(sizes, [sorted(own) for own in choices])
                    found.setdefault((support, ties), Vertex(support, ties, basis))
    return tuple(sorted(found.values()))
