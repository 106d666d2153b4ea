"""Vertices of the two envelopes of a finite misspecified decision problem, from signs alone.

For one agent with actions ``A`` and finitely many models ``T`` let ``K[t][a]`` be the divergence and ``U[a][t]`` the
subjective payoff. ``sigma -> min_t K(t, sigma)`` is a concave polyhedral function on the simplex of strategies,
``mu -> max_a U(a, mu)`` a convex one on the simplex of beliefs. A *vertex* is a point at which a set ``R`` of rows
ties for the optimum and a set ``S`` of columns carries all weight, ``|S| = |R|``, and the square system has one
solution. By Cramer's rule the weights are the signed minors of the bordered difference matrix

    W(S, R) = det [ 1 , V[r][s] ]  for r in R, s in S,   |R| = |S| + 1,

so whether a vertex exists, its support and everything that ties there depend only on the signs of the ``W``.
Equilibria are pairs of faces of the two envelopes (Esponda & Pouzo 2016, Def. 1; they are the Nash equilibria of the
bimatrix game with payoffs ``U`` and ``-K``, whence the method of labels of von Stengel 2002).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import combinations

Sign = int
Minor = Callable[[tuple[int, ...], tuple[int, ...]], Sign]


class ImpossibleSigns(Exception):
    """The signs of the minors contradict one another: no game has them."""


@dataclass(frozen=True, slots=True, order=True)
class Vertex:
    """A vertex of an envelope: the columns with positive weight, and the rows that tie for the optimum.

    ``basis`` is one square subset of the ties that determines the point.
    """

    support: tuple[int, ...]
    ties: tuple[int, ...]
    basis: tuple[int, ...]


def lower_envelope_vertices(rows: Sequence[int], columns: Sequence[int], minor: Minor) -> tuple[Vertex, ...]:
    """All vertices of ``w -> min_r sum_c w_c V[r][c]`` over the simplex on the columns.

    Parameters
    ----------
    rows, columns : indices of the rows that compete and of the columns that may carry weight
    minor : ``minor(S, R)`` is the exact sign of ``W(S, R)`` for increasing tuples S of columns and R of rows

    Returns
    -------
    tuple of Vertex
        Sorted, without repetition: support and ties are exact.

    Examples
    --------
    The lines ``w`` and ``1 - w`` on the simplex of two columns cross at 1/2:

    >>> V = [[1, 0], [0, 1]]
    >>> def sign(S, R):
    ...     if len(S) == 1:
    ...         value = V[R[1]][S[0]] - V[R[0]][S[0]]
    ...     return (value > 0) - (value < 0)
    >>> [(v.support, v.ties) for v in lower_envelope_vertices([0, 1], [0, 1], sign)]
    [((0,), (1,)), ((0, 1), (0, 1)), ((1,), (0,))]
    """
    found: dict[tuple[tuple[int, ...], tuple[int, ...]], Vertex] = {}
    for size in range(1, min(len(rows), len(columns)) + 1):
        for support in combinations(columns, size):
            for basis in combinations(rows, size):
                ties = vertex_ties(rows, support, basis, minor)
                if ties is not None:
                    found.setdefault((support, ties), Vertex(support, ties, basis))
    return tuple(sorted(found.values()))


def vertex_ties(
    rows: Sequence[int], support: tuple[int, ...], basis: tuple[int, ...], minor: Minor
) -> tuple[int, ...] | None:
    """The rows that tie at the point of this basis, or None when the basis is no vertex with this support."""
    size = len(support)
    sign = 0
    for position in range(size):
        weight = weight_sign(support, basis, position, minor)
        if weight == 0 or (sign and weight != sign):
            return None
        sign = weight
    ties = list(basis)
    for row in rows:
        if row in basis:
            continue
        slack = slack_sign(support, basis, row, minor) * sign
        if slack < 0:
            return None
        if slack == 0:
            ties.append(row)
    return tuple(sorted(ties))


def weight_sign(support: tuple[int, ...], basis: tuple[int, ...], position: int, minor: Minor) -> Sign:
    """Sign of the Cramer numerator of one weight (common positive or negative denominator)."""
    if len(support) == 1:
        return 1
    rest = support[:position] + support[position + 1 :]
    return minor(rest, basis) * (-1 if position % 2 else 1)


def slack_sign(support: tuple[int, ...], basis: tuple[int, ...], row: int, minor: Minor) -> Sign:
    """Sign of ``V[row] - optimum`` at the basic point, up to the common sign of the weights.

    Replacing the first weighted column of the bordered matrix of ``basis + (row,)`` by the combination with the
    weights leaves the slack in the last row alone: hence the factor ``(-1)**(size + 1)``, and one more sign to
    sort the new row into place.
    """
    rows = tuple(sorted((*basis, row)))
    moved = len(rows) - 1 - rows.index(row)
    exponent = len(support) + 1 + moved
    return minor(support, rows) * (-1 if exponent % 2 else 1)
