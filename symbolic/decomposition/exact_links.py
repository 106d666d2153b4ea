"""Exact links: the fibre over a break point, and the end of every neighbouring arc in it.

The roots of each atom on the fibre are isolated; equal roots of different atoms are found by gcds in K[y]
(or read off the labels, at a simple crossing). An atom none of whose projections vanishes has one arc
through each of its roots. At a fold the pair ends at the double root. In every other case arcs are counted
between rational separators at a base point so near the break that no arc crosses a separator in between.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import flint
from flint import fmpq, fmpz_poly

from .fibres import (
    FibrePolynomial,
    Field,
    greatest_common_divisor,
    make_field,
    squarefree,
)
from .folds import fold_roots, is_fold
from .isolation import RealRoot
from .links import FibrePoint, Link, elementary_link
from .projection import DISCRIMINANT, LEADING, LOWER_EDGE, RESULTANT, UPPER_EDGE, WALL, Source
from .rationals import Rational, ball_between
from .stacks import Lifter, Stack, gap_sample, isolate_any, sort_roots


def exact_link(
    lifter: Lifter,
    root: RealRoot,
    minimal: Any,
    sources: Sequence[Source] | None,
    left: Stack | None,
    right: Stack | None,
    reach: tuple[Rational | None, Rational | None],
) -> Link:
    """The fibre over a break point, computed exactly, and where the neighbouring arcs end in it.

    `lifter` has one base coordinate. `sources` lists every projection the break point is a root of; None
    means unknown (an end of the side), and everything is tested. `reach` bounds the neighbouring
    intervals: rationals, or None, strictly between which and the break point there is no other break point.
    """
    ring, base = lifter.ring, lifter.base[0]
    field_ = make_field(ring, base, minimal, root)
    multiple = _named(sources, DISCRIMINANT)
    escaping = _named(sources, LEADING)
    edging = _named(sources, LOWER_EDGE, UPPER_EDGE)
    kept: dict[int, list[Any]] = {}
    roots: dict[int, list[RealRoot]] = {}
    double: dict[int, list[RealRoot]] = {}
    folds: dict[int, int | None] = {}
    for atom in lifter.arcs:
        parts = lifter.embed(field_, atom)
        double[atom] = []
        fold = _fold(field_, parts, atom, sources, left, right, lifter)
        if fold is not None:
            kept[atom], (roots[atom], at) = parts, fold
            folds[atom] = at
            continue
        if len(parts) > 2 and (multiple is None or atom in multiple):
            parts, common = squarefree(field_, parts)
            double[atom] = _isolate(field_, common, lifter)
        kept[atom] = parts
        roots[atom] = FibrePolynomial(field_, tuple(parts)).isolate(lifter.side.lower, lifter.side.upper)
    met = _simple_meetings(left, right, sources)
    if met is None:
        met = _common_roots(field_, kept, roots, sources, lifter)
    groups = _group(kept, roots, met)
    ordered = sort_roots([(groups[key][0][1], key) for key in groups])
    place: dict[tuple[int, int], int] = {}
    points = []
    for position, (shown, key) in enumerate(ordered):
        members = groups[key]
        for member, _ in members:
            place[member] = position + 1
        atoms = tuple(sorted({atom for (atom, _), _ in members}))
        points.append(FibrePoint(shown, shown.polynomial, atoms))
    size = len(points)
    cuts = _separators([root_ for root_, _ in ordered], lifter)
    ends: list[tuple[int, ...]] = []
    for stack, bound, direction in ((left, reach[0], -1), (right, reach[1], 1)):
        if stack is None:
            ends.append(())
            continue
        result = [0] * len(stack.labels)
        for atom in lifter.arcs:
            arcs = [i for i, label in enumerate(stack.labels) if label == atom]
            places = [place[atom, i] for i in range(len(roots[atom]))]
            if atom in folds:
                at = folds[atom]
                if at is not None:
                    # Both arcs of the pair end at the double root; on the other side there are none.
                    middle = [places[at]] * (len(arcs) - len(places) + 1)
                    places = places[:at] + middle + places[at + 1 :]
                for arc, target in zip(arcs, places, strict=True):
                    result[arc] = target
                continue
            simple = (multiple is not None and atom not in multiple) or not double[atom]
            special = (escaping is None and not lifter.side.is_finite) or atom in (escaping or ())
            special = special or edging is None or atom in edging
            if not (simple and not special and len(arcs) == len(places)):
                places = _track(lifter, atom, root, cuts, len(arcs), bound, direction)
            for arc, target in zip(arcs, places, strict=True):
                result[arc] = target
        ends.append(tuple(result))
    return Link(size, ends[0], ends[1], tuple(points))


def _fold(
    field_: Field,
    parts: list[Any],
    atom: int,
    sources: Sequence[Source] | None,
    left: Stack | None,
    right: Stack | None,
    lifter: Lifter,
) -> tuple[list[RealRoot], int | None] | None:
    """The roots of an atom that only folds at the break, or None when it does more or cannot be told."""
    if left is None or right is None or len(parts) < 3 or not is_fold(atom, sources):
        return None
    change = abs(left.labels.count(atom) - right.labels.count(atom))
    if change not in (0, 2):
        raise ArithmeticError("a simple root of a discriminant changed the number of arcs by other than two")
    return fold_roots(field_, parts, lifter.side, change == 2)


def _named(sources: Sequence[Source] | None, *kinds: str) -> set[int] | None:
    return None if sources is None else {source.first for source in sources if source.kind in kinds}


def _isolate(field_: Field, common: list[Any], lifter: Lifter) -> list[RealRoot]:
    """The multiple roots of an atom on the fibre: the distinct roots of the gcd with its derivative."""
    if len(common) <= 1:
        return []
    reduced = squarefree(field_, common)[0] if len(common) > 2 else common
    return FibrePolynomial(field_, tuple(reduced)).isolate(lifter.side.lower, lifter.side.upper)


def multiple_roots(field_: Field, parts: list[Any], lifter: Lifter) -> list[RealRoot]:
    """The multiple roots of an atom on the fibre inside the side."""
    return _isolate(field_, squarefree(field_, parts)[1], lifter)


Member = tuple[tuple[int, int], RealRoot]


def _simple_meetings(
    left: Stack | None, right: Stack | None, sources: Sequence[Source] | None
) -> list[tuple[tuple[int, int], tuple[int, int]]] | None:
    """The equal roots at a simple root of one resultant and of nothing else, read off the labels.

    There the two atoms have one simple common root, real and in the box exactly when two neighbouring arcs
    are exchanged, so no gcd is needed. None when the case is not this one.
    """
    if left is None or right is None or sources is None:
        return None
    events = [source for source in sources if source.kind != WALL]
    if [source.kind for source in events] != [RESULTANT]:
        return None
    link = elementary_link(left.labels, right.labels, events)
    if link is None:
        return None
    names: list[tuple[int, int]] = []
    seen: dict[int, int] = {}
    for label in left.labels:
        names.append((label, seen.get(label, 0)))
        seen[label] = seen.get(label, 0) + 1
    return [(names[arc], names[arc + 1]) for arc in range(len(names) - 1) if link.left[arc] == link.left[arc + 1]]


def _common_roots(
    field_: Field,
    kept: dict[int, list[Any]],
    roots: dict[int, list[RealRoot]],
    sources: Sequence[Source] | None,
    lifter: Lifter,
) -> list[tuple[tuple[int, int], tuple[int, int]]]:
    """Equal roots of different atoms: those of the gcds, each found again in both isolations."""
    if sources is None:
        pairs = [(a, b) for a in lifter.arcs for b in lifter.arcs if a < b]
    else:
        pairs = [(s.first, s.second) for s in sources if s.kind == RESULTANT]
    met: list[tuple[tuple[int, int], tuple[int, int]]] = []
    for a, b in pairs:
        if not roots[a] or not roots[b] or len(kept[a]) < 2 or len(kept[b]) < 2:
            continue
        common = greatest_common_divisor(field_, kept[a], kept[b])
        if len(common) < 2:
            continue
        found = FibrePolynomial(field_, tuple(common)).isolate(lifter.side.lower, lifter.side.upper)
        met.extend(((a, _recognise(root, roots[a])), (b, _recognise(root, roots[b]))) for root in found)
    return met


def _group(
    kept: dict[int, list[Any]],
    roots: dict[int, list[RealRoot]],
    met: list[tuple[tuple[int, int], tuple[int, int]]],
) -> dict[int, list[Member]]:
    """Collects equal roots of different atoms into the points of the fibre."""
    parent: dict[tuple[int, int], tuple[int, int]] = {
        (atom, i): (atom, i) for atom in roots for i in range(len(roots[atom]))
    }

    def find(key: tuple[int, int]) -> tuple[int, int]:
        while parent[key] != key:
            key = parent[key]
        return key

    for first, second in met:
        a, b = find(first), find(second)
        parent[max(a, b)] = min(a, b)
    groups: dict[tuple[int, int], list[Member]] = {}
    for atom in roots:
        for i, root in enumerate(roots[atom]):
            groups.setdefault(find((atom, i)), []).append(((atom, i), root))
    chosen: dict[int, list[Member]] = {}
    for number, key in enumerate(sorted(groups)):
        # The member of least degree stands for the point.
        chosen[number] = sorted(groups[key], key=lambda member: (len(kept[member[0][0]]), member[0]))
    return chosen


def _recognise(shared: RealRoot, candidates: list[RealRoot]) -> int:
    """The candidate that equals a number known to be one of them."""
    while True:
        near = [
            i
            for i, root in enumerate(candidates)
            if not (root.upper < shared.lower or shared.upper < root.lower)
            and not (root.upper == shared.lower and not (root.is_exact and shared.is_exact))
            and not (shared.upper == root.lower and not (root.is_exact and shared.is_exact))
        ]
        if len(near) == 1:
            return near[0]
        if not near:
            raise ArithmeticError("a common root is not among the roots of its polynomial")
        shared.halve()
        for i in near:
            candidates[i].halve()


def _separators(ordered: list[RealRoot], lifter: Lifter) -> list[Rational]:
    """A rational in each open fibre interval."""
    neighbours: list[RealRoot | None] = [None, *ordered, None]
    return [gap_sample(a, b, lifter.side) for a, b in pairwise(neighbours)]


def _track(
    lifter: Lifter,
    atom: int,
    root: RealRoot,
    cuts: list[Rational],
    count: int,
    bound: Rational | None,
    direction: int,
) -> list[int]:
    """Ends of the arcs of one atom on one side: counts roots between the separators at a base point near
    alpha.

    The base point is so near that the atom has no zero on any separator between it and alpha; then an arc
    stays between two separators, and the fibre has exactly one point there (or, at the two extremes, none:
    the arc ends at the end of the box).
    """
    if count == 0:
        return []
    ring, base, variable = lifter.ring, lifter.base[0], lifter.variable
    polynomial = lifter.atoms.polynomials[atom]
    rows = [ring.univariate(ring.specialise(polynomial, variable, cut), base) for cut in cuts]
    width = 4
    while True:
        root.narrow(width)
        near = root.lower if direction < 0 else root.upper
        if root.is_exact:
            near += fmpq(direction, 1 << width)
        span = (near, root.upper) if direction < 0 else (root.lower, near)
        inside = bound is None or (near - bound) * direction < 0
        if inside and all(is_free_of_zeros(row, span, width) for row in rows):
            break
        width += 4
    value = lifter.fibre(atom, (near,))
    side = lifter.side
    found = isolate_any(value, side.lower, side.upper)
    if len(found) != count:
        raise ArithmeticError("an atom changed its number of arcs inside a cell")
    places = []
    for arc in found:
        below = 0
        for cut in cuts:
            arc.cut(cut)
            below += cut < arc.upper
        places.append(below)
    return places


def is_free_of_zeros(row: Any, span: tuple[Rational, Rational], width: int) -> bool:
    """Whether balls prove that a polynomial in one variable has no zero on an interval of length
    2**-width.
    """
    precision = 128 + 2 * width
    with flint.ctx.workprec(precision):
        ball = ball_between(*span)
        value = row(ball) if isinstance(row, fmpz_poly) else flint.arb_poly(row.coefficients(precision))(ball)
        return not value.contains(0)
