"""Systems whose relations are each about one player's weights: products of polytopes, by their vertices.

A polytope of behaviour weights is given by equations and inequalities that are linear; its vertices are the
feasible intersections of as many of them as there are unknowns. Its relative interior meets the open support iff no
weight vanishes at all vertices. Exact in the field of the game's constants.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations
from math import comb

from ...algebra.rewritings import reduce_roots
from ...algebra.ring import Element, Polynomial, Ring, lift
from ...errors import BudgetError
from .systems import Slot, System

VERTEX_LIMIT = 100_000

Point = dict[Slot, Element]
Sign = Callable[[Element], int]


@dataclass(frozen=True, slots=True)
class Polytope:
    """One player's part of a product: its vertices (weights of every slot of the support) and dimension."""

    vertices: tuple[Point, ...]
    dimension: int


def owners(polynomial: Polynomial, system: System) -> set[int]:
    """The players whose weights occur in a polynomial."""
    degrees = polynomial.degrees()
    return {slot[0] for k, slot in enumerate(system.slots) if int(degrees[k])}


def is_linear(system: System) -> bool:
    """Whether every relation is linear in one player's weights."""
    return all(
        len(owners(p, system)) <= 1 and all(sum(int(e) for e in m[: len(system.slots)]) <= 1 for m in p.to_dict())
        for p in (*system.equations, *system.inequalities)
    )


def polytopes(system: System, ring: Ring, players: int, sign: Sign) -> tuple[Polytope, ...] | None:
    """The product of the players' polytopes, None when it misses the open support."""
    found = []
    for player in range(players):
        polytope = _polytope(system, ring, player, sign)
        if polytope is None:
            return None
        found.append(polytope)
    return tuple(found)


def _polytope(system: System, ring: Ring, player: int, sign: Sign) -> Polytope | None:
    unknowns = [k for k, slot in enumerate(system.slots) if slot[0] == player]
    own = [(slot, w) for slot, w in system.weights if slot[0] == player]
    equations = [_row(p, system, unknowns, ring) for p in system.equations if owners(p, system) == {player}]
    limits = [_row(p, system, unknowns, ring) for p in system.inequalities if owners(p, system) == {player}]
    limits += [_row(w, system, unknowns, ring) for _, w in own]
    width = len(unknowns)
    independent = _independent(equations, width, ring, sign)
    if independent is None:
        return None
    missing = width - len(independent)
    if comb(len(limits), missing) > VERTEX_LIMIT:
        raise BudgetError(f"more than {VERTEX_LIMIT} candidate vertices of one support; use fewer actions or signals")
    points: list[list[Element]] = []
    for chosen in combinations(limits, missing):
        point = _solved([*independent, *chosen], width, ring, sign)
        if point is None or any(sign(_at(row, point, ring)) < 0 for row in limits):
            continue
        if all(any(sign(a - b) for a, b in zip(point, other, strict=True)) for other in points):
            points.append(point)
    if not points:
        return None
    vertices = tuple({slot: _at(_row(w, system, unknowns, ring), p, ring) for slot, w in own} for p in points)
    if any(all(sign(v[slot]) == 0 for v in vertices) for slot, _ in own):
        return None
    first = points[0]
    spread = [[a - b for a, b in zip(p, first, strict=True)] + [ring.constant(0)] for p in points[1:]]
    rank = len(_independent(spread, width, ring, sign) or [])
    return Polytope(vertices, rank)


def _row(polynomial: Polynomial, system: System, unknowns: Sequence[int], ring: Ring) -> list[Element]:
    """The coefficients of an affine form: one for each unknown, then the constant."""
    count = len(system.slots)
    parts: list[dict[tuple[int, ...], int]] = [{} for _ in range(len(unknowns) + 1)]
    for exponents, coefficient in polynomial.to_dict().items():
        used = [k for k in range(count) if int(exponents[k])]
        place = unknowns.index(used[0]) if used else len(unknowns)
        rest = tuple(int(e) for e in exponents[count:])
        parts[place][rest] = int(coefficient)
    return [ring.polynomial(ring.context.from_dict(part)) for part in parts]


def _at(row: Sequence[Element], point: Sequence[Element], ring: Ring) -> Element:
    total = row[-1]
    for coefficient, value in zip(row, point, strict=False):
        total = total + coefficient * value
    return reduce_roots(ring, lift(total, ring.context))


def _independent(rows: list[list[Element]], width: int, ring: Ring, sign: Sign) -> list[list[Element]] | None:
    """A reduced basis of the equations, None when they contradict one another."""
    basis: list[list[Element]] = []
    pivots: list[int] = []
    for row in rows:
        for pivot, known in zip(pivots, basis, strict=True):
            factor = row[pivot]
            row = [reduce_roots(ring, a - factor * b) for a, b in zip(row, known, strict=True)]
        column = next((k for k in range(width) if sign(row[k]) != 0), None)
        if column is None:
            if sign(row[-1]) != 0:
                return None
            continue
        head = row[column]
        row = [reduce_roots(ring, a / head) for a in row]
        basis = [
            [reduce_roots(ring, a - known[column] * b) for a, b in zip(known, row, strict=True)] for known in basis
        ]
        basis.append(row)
        pivots.append(column)
    return basis


def _solved(rows: list[list[Element]], width: int, ring: Ring, sign: Sign) -> list[Element] | None:
    """The one point where these affine forms vanish, None when there is none or many."""
    basis = _independent(rows, width, ring, sign)
    if basis is None or len(basis) < width:
        return None
    point: list[Element] = [ring.constant(0)] * width
    for row in basis:
        column = next(k for k in range(width) if sign(row[k]) != 0)
        point[column] = -row[-1]
    return point


def centre(polytope: Polytope, ring: Ring) -> Point:
    """The barycentre of the vertices, which lies in the relative interior."""
    share = ring.constant(Fraction(1, len(polytope.vertices)))
    return {
        slot: reduce_roots(ring, sum((v[slot] for v in polytope.vertices), start=ring.constant(0)) * share)
        for slot in polytope.vertices[0]
    }
