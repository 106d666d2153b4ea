"""All Nash equilibria of a two-player game with rational payoffs, degenerate ones included.

Write ``A[a][b]`` for what player 0 gets from action a against b, and ``B[b][a]`` for player 1, both positive. The
mixtures of player 0 scaled to the best payoff of player 1 are the polytope ``{x >= 0 : B x <= 1}``: a vertex x says
which actions it plays (its support) and which replies are best (its tight rows). Equilibria are the convex hulls of
products of vertices (x, y) that complete each other: ``supp x`` inside the ties of y and ``supp y`` inside the ties of
x (von Stengel 2002, Handbook of Game Theory 3). Only the polytope of the player with fewer actions is walked through;
for each of its vertices the completing y are the vertices of a face, mostly one point. Exact in integers.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import gcd

from flint import fmpq_mat, fmpz_mat

from ...algebra.rational_polytopes import Corner, corners
from ...combinatorics.shape import Set
from ...errors import BudgetError
from ...limits import SolveLimits, remedy

Matrix = Sequence[Sequence[int]]


@dataclass(frozen=True, slots=True)
class MixtureVertex:
    """An extreme mixture: its support, the other's best replies to it, and its weights (those of the support)."""

    support: Set
    ties: Set
    weights: tuple[Fraction, ...]


@dataclass(frozen=True, slots=True)
class SupportPair:
    """The equilibria with exactly these supports: products of mixtures of the vertices of each player."""

    supports: tuple[Set, Set]
    vertices: tuple[tuple[MixtureVertex, ...], tuple[MixtureVertex, ...]]


@dataclass(frozen=True, slots=True)
class TwoPlayerAnswer:
    """Pairs of supports that carry equilibria.

    Attributes
    ----------
    pairs : with all of their equilibria, small supports first
    unlisted : for each product of supports of which not all pairs inside are listed, that product
    stopped : why the search for equilibria ended early, "" when it did not: then all are inside the pairs listed and
        the products unlisted
    """

    pairs: tuple[SupportPair, ...]
    unlisted: tuple[tuple[Set, Set], ...]
    stopped: str = ""


def bits(mask: int) -> Set:
    """The set that the bits of a number stand for.

    >>> bits(0b1101)
    (0, 2, 3)
    """
    found = []
    while mask:
        low = mask & -mask
        found.append(low.bit_length() - 1)
        mask ^= low
    return tuple(found)


def two_player_equilibria(first: Matrix, second: Matrix, limits: SolveLimits) -> TwoPlayerAnswer:
    """All equilibria of the game with payoffs ``first[a][b]`` and ``second[b][a]``, positive integers.

    `limits` tells how many bases of the polytope are visited (`corners`) and how many pairs of supports are listed
    (`entries`) at most. Equilibria in pure strategies are always found.

    >>> pennies = [[2, 1], [1, 2]], [[1, 2], [2, 1]]
    >>> answer = two_player_equilibria(*pennies, SolveLimits())
    >>> [(pair.supports, pair.vertices[0][0].weights) for pair in answer.pairs]
    [(((0, 1), (0, 1)), (Fraction(1, 2), Fraction(1, 2)))]
    >>> zeros = [[1] * 3] * 2, [[1] * 2] * 3
    >>> answer = two_player_equilibria(*zeros, SolveLimits(entries=5))
    >>> len(answer.pairs), answer.unlisted
    (5, (((0, 1), (0, 1, 2)),))
    """
    turned = len(first) > len(second)
    own, other = (second, first) if turned else (first, second)
    neighbours: dict[Corner, tuple[Corner, ...]] = {}
    stopped = ""
    faces = _Faces(own, other)
    try:
        for corner in corners(other, [1] * len(other), limit=limits.corners):
            completing = faces.completing(corner.support, corner.tight) if corner.support else ()
            if completing:
                neighbours[corner] = completing
    except BudgetError:
        stopped = f"bases of a polytope of mixtures, {remedy('corners', limits.corners)}"
    blocks, complete = _maximal_blocks(neighbours, limits.entries)
    if not complete:
        stopped = stopped or f"products of vertices, {remedy('entries', limits.entries)}"
    known = faces.pure() if stopped else []
    chosen, unlisted = _support_pairs(blocks, known, limits.entries)
    # A search that stopped may have missed vertices of a face, so faces are then found from their supports alone.
    pairs = []
    for mine, theirs in chosen:
        if stopped:
            left, right = faces.mine(mine, theirs), faces.theirs(mine, theirs)
        else:
            left = tuple(v for v in neighbours if v.support & ~mine == 0 and theirs & ~v.tight == 0)
            seen = {w for v in left for w in neighbours[v]}
            right = tuple(w for w in seen if w.support & ~theirs == 0 and mine & ~w.tight == 0)
        sides = (bits(mine), _named(left)), (bits(theirs), _named(right))
        one, two = sides[::-1] if turned else sides
        pairs.append(SupportPair((one[0], two[0]), (one[1], two[1])))
    order = sorted(pairs, key=lambda pair: (sum(map(len, pair.supports)), pair.supports))
    products = [(bits(b), bits(a)) if turned else (bits(a), bits(b)) for a, b in unlisted]
    return TwoPlayerAnswer(tuple(order), tuple(sorted(products)), stopped)


def _named(found: Sequence[Corner]) -> tuple[MixtureVertex, ...]:
    vertices = []
    for corner in found:
        total = sum(corner.values)
        weights = tuple(Fraction(v, total) for v in corner.values if v)
        vertices.append(MixtureVertex(bits(corner.support), bits(corner.tight), weights))
    return tuple(sorted(vertices, key=lambda v: (v.support, v.ties)))


class _Faces:
    """Faces of the two polytopes; `own` are the payoffs of the player whose mixtures are walked through."""

    def __init__(self, own: Matrix, other: Matrix) -> None:
        self.own = own
        self.other = other
        self.known: dict[tuple[int, int], tuple[Corner, ...]] = {}
        self.better = [
            [sum(1 << b for b, (x, y) in enumerate(zip(rival, line, strict=True)) if x > y) for rival in own]
            for line in own
        ]

    def pure(self) -> list[tuple[int, int]]:
        """The equilibria in which both play one action."""
        best = [max(line[b] for line in self.own) for b in range(len(self.other))]
        return [
            (1 << a, 1 << b)
            for a, line in enumerate(self.own)
            for b, reply in enumerate(self.other)
            if line[b] == best[b] and reply[a] == max(other[a] for other in self.other)
        ]

    def mine(self, support: int, ties: int) -> tuple[Corner, ...]:
        """The extreme mixtures inside a support against which all of `ties` are best replies."""
        return _face(self.other, bits(support), bits(ties))

    def theirs(self, ties: int, support: int) -> tuple[Corner, ...]:
        """The extreme mixtures of the other player inside `support` against which all of `ties` are best replies."""
        return _face(self.own, bits(support), bits(ties))

    def completing(self, support: int, ties: int) -> tuple[Corner, ...]:
        """The extreme mixtures of the other player on `ties` against which all of `support` is a best reply."""
        key = support, ties
        if key not in self.known:
            dominated = any(ties & ~mask == 0 for a in bits(support) for mask in self.better[a])
            self.known[key] = () if dominated else self.theirs(support, ties)
        return self.known[key]


def _face(payoffs: Matrix, support: Set, ties: Set) -> tuple[Corner, ...]:
    """The vertices of ``{y >= 0 on the support : payoffs y <= 1, equal on the ties}``."""
    if len(support) == len(ties):
        square = fmpz_mat(len(ties), len(ties), [payoffs[a][b] for a in ties for b in support])
        if square.det() != 0:
            solution = fmpq_mat(square).solve(fmpq_mat(len(ties), 1, [1] * len(ties)))
            numerators, common = solution.numer_denom()
            values = [int(v) for v in numerators.entries()]
            return _checked(payoffs, support, values, int(common))
    inside = [[row[b] for b in support] for row in payoffs]
    found: list[Corner] = []
    for corner in corners(inside, [1] * len(payoffs), tight=ties):
        found.extend(_checked(payoffs, support, corner.values, corner.denominator))
    return tuple(found)


def _checked(payoffs: Matrix, support: Set, values: Sequence[int], common: int) -> tuple[Corner, ...]:
    """The mixture as a vertex over all actions, when its weights are not negative and no reply pays more than 1."""
    if any(v < 0 for v in values):
        return ()
    tight = 0
    for a, row in enumerate(payoffs):
        gap = common - sum(row[b] * v for b, v in zip(support, values, strict=True))
        if gap < 0:
            return ()
        if gap == 0:
            tight |= 1 << a
    spread = [0] * len(payoffs[0])
    mask = 0
    shared = gcd(common, *values)  # one vertex, reached in several ways, is one value
    for b, v in zip(support, values, strict=True):
        spread[b] = v // shared
        mask |= (1 << b) if v else 0
    return (Corner(mask, tight, tuple(spread), common // shared),)


def _maximal_blocks(
    neighbours: dict[Corner, tuple[Corner, ...]], limit: int
) -> tuple[list[tuple[list[int], list[int]]], bool]:
    """The supports of the vertices of each maximal product of vertices all pairs of which are equilibria.

    Whether these are all is told too: beyond the limit further intersections are not formed.
    """
    numbers: dict[Corner, int] = {}
    masks = [sum(1 << numbers.setdefault(w, len(numbers)) for w in found) for found in neighbours.values()]
    others = list(numbers)
    found = set(masks)
    frontier = set(masks)
    while frontier and len(found) <= limit:
        frontier = {a & b for a in frontier for b in masks} - found - {0}
        found |= frontier
    blocks = []
    for block in sorted(found):
        left = [v.support for v, mask in zip(neighbours, masks, strict=True) if block & ~mask == 0]
        blocks.append((left, [others[k].support for k in bits(block)]))
    return blocks, not frontier


def _support_pairs(
    blocks: Sequence[tuple[list[int], list[int]]], known: Sequence[tuple[int, int]], entries: int
) -> tuple[list[tuple[int, int]], list[tuple[int, int]]]:
    """Pairs of supports, the known ones and those inside the blocks, and the blocks that are not listed in full.

    At most so many pairs are formed. The supports of the mixtures of some vertices are the unions of their supports.
    The largest pair of a block that is not listed in full comes first, then small ones.
    """
    chosen: dict[tuple[int, int], None] = dict.fromkeys(known)
    partial: dict[tuple[int, int], None] = {}
    listed: list[tuple[list[int], list[int]]] = []
    for left, right in blocks:
        one, two = _unions(left, entries), _unions(right, entries)
        if one is None or two is None or len(one) * len(two) + len(chosen) > entries:
            partial[_union(left), _union(right)] = None
            listed.append((one or _smallest(left, entries), two or _smallest(right, entries)))
            continue
        chosen.update(dict.fromkeys((a, b) for a in one for b in two))
    order = [*partial]
    for one, two in listed:
        order.extend(
            sorted(
                ((a, b) for a in one[:entries] for b in two[: max(1, entries // max(1, len(one)) + 1)]),
                key=lambda p: (p[0].bit_count() + p[1].bit_count(), p),
            )
        )
    for pair in order:
        if len(chosen) >= entries:
            break
        chosen[pair] = None
    return list(chosen), list(partial)


def _union(masks: Sequence[int]) -> int:
    total = 0
    for mask in masks:
        total |= mask
    return total


def _unions(masks: Sequence[int], limit: int) -> list[int] | None:
    """All unions of these sets, small ones first; None when there are more than the limit."""
    found = set(masks)
    frontier = set(masks)
    while frontier:
        frontier = {a | b for a in frontier for b in masks} - found
        found |= frontier
        if len(found) > limit:
            return None
    return sorted(found, key=lambda m: (m.bit_count(), m))


def _smallest(masks: Sequence[int], limit: int) -> list[int]:
    """Some small unions of these sets: of one, two, ... of them, as long as they are not too many."""
    found = set(masks)
    frontier = set(masks)
    while frontier and len(found) < limit:
        frontier = {a | b for a in frontier for b in masks} - found
        found |= frontier
    return sorted(found, key=lambda m: (m.bit_count(), m))[:limit]
