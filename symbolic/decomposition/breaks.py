"""Break points: the roots of the projection on the line, in order, and simple rationals between them.

At a break point one polynomial of the projection must have a simple root, known to be no root of any other, or the
irreducible factor with the root must be known with all it is a factor of. A polynomial need not be factored for the
first: if each of its roots in the interval is isolated, and alone in its isolating interval among the roots of all,
they are simple and its own. Only the others are split into irreducible factors.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from flint import fmpq, fmpz_poly

from .bernstein import isolate_together
from .box import Side
from .isolation import RealRoot, isolate_within, over_unit
from .projection import Factor, Source, Split, merge, split
from .rationals import Polynomial, Rational
from .ring import Key, Ring, polynomial_key
from .stacks import gap_sample, sort_roots

# Roots of different polynomials nearer than 2**-24 of the side are told apart by factoring, not by halving.
_BITS = 24
_STEP = 6
# Fewer polynomials are isolated one by one in less time.
_FEWEST = 32


@dataclass(frozen=True, slots=True, eq=False)
class Break:
    """A simple root of one factor of the projection and of no other factor."""

    root: RealRoot
    factor: Factor


def break_points(ring: Ring, factors: Sequence[Factor], variable: int, side: Side) -> list[Break]:
    """All roots in the side of different irreducible factors, in increasing order."""
    return _in_order(list(zip(factors, _isolate(ring, [f.polynomial for f in factors], variable, side), strict=True)))


def projected_breaks(ring: Ring, found: Sequence[tuple[Polynomial, Source]], variable: int, side: Side) -> list[Break]:
    """All roots of a projection in the side, in increasing order, each with the factor it is a root of."""
    if ring.constants or side.lower is None or side.upper is None:
        factors = merge(ring, [(split(polynomial), source) for polynomial, source in found])
        return break_points(ring, factors, variable, side)
    forms = [ring.univariate(polynomial, variable) for polynomial, _ in found]
    whole: dict[int, list[RealRoot]] = {}
    pending = []
    for number, roots in enumerate(_isolate_forms(forms, side.lower, side.upper)):
        if roots is None:
            pending.append(number)
        else:
            whole[number] = roots
    splits: dict[int, Split] = {}
    known: dict[Key, list[RealRoot]] = {}
    parts: list[tuple[Factor, list[RealRoot]]] = []
    while True:
        near = _entangled(whole, [roots for _, roots in parts], side.upper - side.lower)
        pending.extend(near)
        if not pending:
            break
        for number in pending:
            whole.pop(number, None)
            splits[number] = split(found[number][0])
        pending = []
        merged = merge(ring, [(splits[number], found[number][1]) for number in sorted(splits)])
        keys = [polynomial_key(factor.polynomial) for factor in merged]
        new = [k for k, key in enumerate(keys) if key not in known]
        fresh = _isolate(ring, [merged[k].polynomial for k in new], variable, side)
        known.update((keys[k], roots) for k, roots in zip(new, fresh, strict=True))
        parts = [(factor, known[key]) for factor, key in zip(merged, keys, strict=True)]
    own = [(Factor(found[number][0], (found[number][1],)), roots) for number, roots in whole.items() if roots]
    return _in_order(own + parts)


def _in_order(found: Sequence[tuple[Factor, list[RealRoot]]]) -> list[Break]:
    entries = [(root, number) for number, (_, roots) in enumerate(found) for root in roots]
    return [Break(root, found[number][0]) for root, number in sort_roots(entries)]


def _isolate(ring: Ring, polynomials: Sequence[Polynomial], variable: int, side: Side) -> list[list[RealRoot]]:
    """The roots in the side of irreducible polynomials, in small intervals where these come at once."""
    if ring.constants or side.lower is None or side.upper is None:
        return [ring.isolate(polynomial, variable, side.lower, side.upper) for polynomial in polynomials]
    forms = [ring.univariate(polynomial, variable) for polynomial in polynomials]
    isolated = _isolate_forms(forms, side.lower, side.upper)
    return [
        ring.isolate(polynomial, variable, side.lower, side.upper) if roots is None else roots
        for polynomial, roots in zip(polynomials, isolated, strict=True)
    ]


def _isolate_forms(forms: Sequence[fmpz_poly], lower: Rational, upper: Rational) -> list[list[RealRoot] | None]:
    """The roots in an interval of integer polynomials; None for one that has not been seen to have only simple ones."""
    width = upper - lower
    found: list[list[RealRoot] | None] = []
    together = isolate_together([over_unit(form, lower, width) for form in forms], _BITS, _FEWEST)
    for form, intervals in zip(forms, together, strict=True):
        if intervals is None or form.degree() == 1:
            found.append(isolate_within(form, lower, upper, _BITS))
            continue
        roots = []
        for place, level, above in intervals:
            left = lower + width * fmpq(place, 1 << level)
            roots.append(RealRoot(form, left, left + width * fmpq(1, 1 << level), above))
        found.append(roots)
    return found


def _entangled(whole: dict[int, list[RealRoot]], parts: Sequence[list[RealRoot]], width: Rational) -> list[int]:
    """The numbers of the whole polynomials with a root that intervals of 2**-24 of the width do not tell from one of
    another polynomial. The intervals of all others are narrowed until they are apart.
    """
    entries = [(root, number) for number, roots in whole.items() for root in roots]
    entries.extend((root, -1) for roots in parts for root in roots)
    for bits in range(0, _BITS + 1, _STEP):
        length = width * fmpq(1, 1 << bits)
        for root, _ in entries:
            while root.upper - root.lower > length:
                root.halve()
        # Intervals that meet no other do not when they are smaller.
        entries = _meeting(entries)
    return sorted({number for _, number in entries if number >= 0})


def _meeting(entries: list[tuple[RealRoot, int]]) -> list[tuple[RealRoot, int]]:
    """Those whose interval meets another one's: an open interval, or the root itself where it is known and rational."""
    order = sorted(entries, key=_ends)
    meets = [False] * len(order)
    # Where the interval that reaches farthest among those before is: any other that meets a later one meets it, too.
    far = 0
    for k in range(1, len(order)):
        root, reach = order[k][0], order[far][0]
        if root.lower < reach.upper:
            meets[k] = meets[far] = True
        elif _ends(order[k]) == _ends(order[k - 1]):
            # The same rational root twice.
            meets[k] = meets[k - 1] = True
        if root.upper > reach.upper:
            far = k
    return [entry for entry, meet in zip(order, meets, strict=True) if meet]


def _ends(entry: tuple[RealRoot, int]) -> tuple[Rational, Rational]:
    return entry[0].lower, entry[0].upper


def gap_samples(breaks: Sequence[Break], side: Side) -> list[Rational]:
    """A simple rational in each open interval between neighbouring break points and the ends of the side."""
    roots: list[RealRoot | None] = [None, *(item.root for item in breaks), None]
    return [gap_sample(a, b, side) for a, b in pairwise(roots)]
