"""Contradictions between sign conditions by Farkas' lemma, with exact weights.

Conditions ``f_i > 0``, ``f_i = 0`` are contradictory when some ``sum_i w_i f_i`` vanishes identically with
``w_i >= 0`` on the strict ones, not all zero, and any sign on the equations: the same expression would be positive
and zero. The weights are found by exact rational pivoting (Gale; Fourier-Motzkin on few rows is enough here).
"""

from __future__ import annotations

from collections.abc import Sequence
from math import gcd

from .ring import Polynomial, Ring

Monomial = tuple[int, ...]
Row = dict[Monomial, int]

_ROW_LIMIT = 2_000


def linear_contradiction(ring: Ring, conditions: Sequence[tuple[Polynomial, int]]) -> bool:
    """Whether conditions ``sign(f_i) = s_i`` contradict one another as linear statements about monomials.

    A True is a proof; a False says nothing.

    Examples
    --------
    >>> ring = Ring.of_parameters(["x", "y"])
    >>> x, y = ring.context.gens()
    >>> linear_contradiction(ring, [(x - y, 1), (y - 1, 1), (x - 1, -1)])
    True
    >>> linear_contradiction(ring, [(x - y, 1), (y - 1, 1), (x - 1, 1)])
    False
    """
    return contradictory([(row_of(polynomial), sign) for polynomial, sign in conditions])


def row_of(polynomial: Polynomial) -> Row:
    """The coefficients by monomial."""
    return {tuple(map(int, es)): int(c) for es, c in polynomial.to_dict().items()}


def contradictory(conditions: Sequence[tuple[Row, int]]) -> bool:
    """As `linear_contradiction`, for polynomials given by their coefficients."""
    strict: list[Row] = []
    equations: list[Row] = []
    for row, sign in _binding(conditions):
        if sign:
            strict.append(row if sign > 0 else {monomial: -c for monomial, c in row.items()})
        else:
            equations.append(row)
    rows = _without_equations(strict, equations)
    # Unknown values of monomials: a model of the conditions as linear statements is sought by elimination, the
    # monomials first that occur with one sign only, since their rows are satisfied whatever the others are.
    while rows and all(rows):
        counts: dict[Monomial, list[int]] = {}
        for terms in rows:
            for monomial, coefficient in terms.items():
                counts.setdefault(monomial, [0, 0])[coefficient > 0] += 1
        for monomial in counts:
            if not any(monomial):
                # The monomial 1 is positive.
                counts[monomial][1] += 1
        chosen = min(counts, key=lambda m: (counts[m][0] * counts[m][1] - sum(counts[m]), m))
        below, above = counts[chosen]
        if below * above + len(rows) - below - above > _ROW_LIMIT:
            return False
        positive = [terms for terms in rows if terms.get(chosen, 0) > 0]
        negative = [terms for terms in rows if terms.get(chosen, 0) < 0]
        if not any(chosen):
            positive.append({chosen: 1})
        kept = [terms for terms in rows if chosen not in terms]
        unique = {tuple(sorted(terms.items())) for terms in kept}
        for up in positive:
            for down in negative:
                combined = _combined(up, -down[chosen], down, up[chosen])
                key = tuple(sorted(combined.items()))
                if key not in unique:
                    unique.add(key)
                    kept.append(combined)
        rows = kept
    return not all(rows)


def _binding(conditions: Sequence[tuple[Row, int]]) -> list[tuple[Row, int]]:
    """The conditions left when those are dropped that a monomial can satisfy whatever the values of the others are.

    Such is a monomial that occurs in one equation alone, or in strict conditions alone and pushes all of them up.
    """
    left = list(conditions)
    while True:
        equations: dict[Monomial, int] = {}
        up: dict[Monomial, int] = {}
        down: dict[Monomial, int] = {}
        for row, sign in left:
            for monomial, coefficient in row.items():
                group = equations if sign == 0 else up if coefficient * sign > 0 else down
                group[monomial] = group.get(monomial, 0) + 1
        free = {m for m, count in equations.items() if count == 1 and any(m) and m not in up and m not in down}
        free |= {m for m in up if m not in equations and m not in down}
        free |= {m for m in down if m not in equations and m not in up and any(m)}
        kept = [(row, sign) for row, sign in left if free.isdisjoint(row)]
        if len(kept) == len(left):
            return kept
        left = kept


def _combined(first: Row, weight: int, second: Row, other_weight: int) -> Row:
    """``weight * first + other_weight * second`` without its common factor."""
    total = {m: weight * c for m, c in first.items()}
    for m, c in second.items():
        total[m] = total.get(m, 0) + other_weight * c
    divisor = gcd(*total.values())
    return {m: c // divisor for m, c in total.items() if c}


def _without_equations(strict: list[Row], equations: list[Row]) -> list[Row]:
    """Substitute the equations (Gaussian elimination on monomials) into the strict rows."""
    remaining, rows = list(equations), list(strict)
    while remaining:
        pivot_row = remaining.pop()
        if not pivot_row:
            continue
        pivot = max(pivot_row)
        size = abs(pivot_row[pivot])
        side = 1 if pivot_row[pivot] > 0 else -1
        for group in (remaining, rows):
            for place, terms in enumerate(group):
                if pivot in terms:
                    # A positive multiple of the row, so that its strict sign stays.
                    group[place] = _combined(terms, size, pivot_row, -side * terms[pivot])
    return rows
