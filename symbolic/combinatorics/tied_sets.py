"""The weights at which given rows tie at the optimum, from as few signs as possible.

For rows ``r`` and columns ``c`` of a table V, and rows ``S`` that are to tie, this is the polytope

    M(S) = { w in the simplex on the columns : sum_c w_c V[r][c] is smallest exactly or also at every r in S }.

Equilibria are pairs of such sets: strategies at which the models T tie for the best fit, beliefs at which the actions
S tie for the best payoff (theory: finite model classes decouple). The rows of S ask for the linear system ``D w = 0``
of their differences. Where its rank is one less than the number of columns, Cramer's rule leaves one candidate, and
no other minor matters; where the rank is full nothing is left. Only below that are further rows needed to cut out
vertices. So the signs are asked for from the largest minors down: at a typical sign vector two or three of them
settle the question that all vertices of the envelope (`symbolic.combinatorics.envelopes`) would answer with dozens.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations

from .envelopes import ImpossibleSigns, Minor, Vertex, slack_sign, vertex_ties, weight_sign

Set = tuple[int, ...]


def tied_vertices(rows: Sequence[int], columns: Set, tied: Set, minor: Minor) -> tuple[Vertex, ...]:
    """All vertices of the polytope of weights at which these rows tie for the smallest value.

    Parameters
    ----------
    rows : all rows that compete
    columns : the columns that may carry weight
    tied : the rows that have to be among the smallest; not empty
    minor : as in `symbolic.combinatorics.envelopes.lower_envelope_vertices`

    Returns
    -------
    tuple of Vertex
        Sorted, exact, support and ties complete; empty exactly when the polytope is empty.

    Examples
    --------
    The lines ``w`` and ``1 - w`` on the simplex of two columns tie at 1/2 only:

    >>> V = [[1, 0], [0, 1]]
    >>> def sign(S, R):
    ...     if len(S) == 1:
    ...         value = V[R[1]][S[0]] - V[R[0]][S[0]]
    ...     return (value > 0) - (value < 0)
    >>> [(v.support, v.ties) for v in tied_vertices((0, 1), (0, 1), (0, 1), sign)]
    [((0, 1), (0, 1))]
    >>> [(v.support, v.ties) for v in tied_vertices((0, 1), (0, 1), (0,), sign)]
    [((0, 1), (0, 1)), ((1,), (0,))]
    """
    rank, rows_of_rank = _rank_and_rows(columns, tied, minor)
    if rank == len(columns):
        return ()
    if rank == len(columns) - 1:
        point = _only_point(rows, columns, tied, rows_of_rank, minor)
        return () if point is None else (point,)
    found: list[Vertex] = []
    for size in range(1, len(columns) + 1):
        for support in combinations(columns, size):
            found.extend(_vertices_with_support(rows, support, tied, minor))
    return tuple(sorted(found))


def _rank_and_rows(columns: Set, tied: Set, minor: Minor) -> tuple[int, Set]:
    """Rank of the differences of the tied rows on the columns, and rows (one more) that attain it.

    Larger minors first: most of them do not vanish. Differences to the first row span all others.
    """
    for rank in range(min(len(tied) - 1, len(columns)), 0, -1):
        for others in combinations(tied[1:], rank):
            for place in combinations(columns, rank):
                if minor(place, (tied[0], *others)) != 0:
                    return rank, (tied[0], *others)
    return 0, tied[:1]


def rank_of_differences(columns: Set, tied: Set, minor: Minor) -> int:
    """The rank of the differences of these rows on these columns."""
    return _rank_and_rows(columns, tied, minor)[0]


def _only_point(rows: Sequence[int], columns: Set, tied: Set, basis: Set, minor: Minor) -> Vertex | None:
    """The one point at which the tied rows tie, if its weights are not negative and no row is below them.

    The basis has as many rows as there are columns; its Cramer numerators span the kernel of all tied rows.
    """
    signs = [weight_sign(columns, basis, position, minor) for position in range(len(columns))]
    if 1 in signs and -1 in signs:
        return None
    sign = 1 if 1 in signs else -1
    support = tuple(c for c, s in zip(columns, signs, strict=True) if s)
    ties = set(tied)
    for row in rows:
        if row in ties:
            continue
        slack = slack_sign(columns, basis, row, minor) * sign
        if slack < 0:
            return None
        if slack == 0:
            ties.add(row)
    held = tuple(sorted(ties))
    if support == columns:
        return Vertex(support, held, basis)
    return Vertex(support, held, _square_basis(support, tied, minor))


def _square_basis(support: Set, tied: Set, minor: Minor) -> Set:
    """As many of the rows that tie at the point as it has weights, such that they determine it."""
    if len(support) == 1:
        return tied[:1]
    for basis in combinations(tied, len(support)):
        if any(weight_sign(support, basis, position, minor) for position in range(len(support))):
            return basis
    raise ImpossibleSigns("rows that determine a point of the simplex have no square part that does")


def _vertices_with_support(rows: Sequence[int], support: Set, tied: Set, minor: Minor) -> list[Vertex]:
    """The vertices whose positive weights are exactly these."""
    rank, chosen = _rank_and_rows(support, tied, minor)
    if rank == len(support):
        return []
    others = [row for row in rows if row not in tied]
    found: dict[Set, Vertex] = {}
    for added in combinations(others, len(support) - 1 - rank):
        basis = tuple(sorted((*chosen, *added)))
        ties = vertex_ties(rows, support, basis, minor)
        if ties is not None and set(tied) <= set(ties):
            found.setdefault(ties, Vertex(support, ties, basis))
    return list(found.values())
