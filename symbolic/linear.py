"""Contradictions between sign conditions by Farkas' lemma, with exact weights.

Conditions ``f_i > 0``, ``f_i = 0`` are contradictory when some ``sum_i w_i f_i`` vanishes identically with
``w_i >= 0`` on the strict ones, not all zero, and any sign on the equations: the same expression would be positive
and zero. The weights are found by exact rational pivoting (Gale; Fourier-Motzkin on few rows is enough here).
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from .algebra import Polynomial, Ring

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
    rows: list[tuple[dict[tuple[int, ...], Fraction], bool]] = []
    for polynomial, sign in conditions:
        terms = {
            tuple(int(e) for e in es): Fraction(int(c)) * (sign or 1) for es, c in polynomial.to_dict().items()
        }
        rows.append((terms, sign != 0))
    # Unknown values of monomials: a model of the conditions as linear statements is sought by elimination.
    rows = _without_equations(rows)
    monomials = sorted({m for terms, _ in rows for m in terms})
    for monomial in monomials:
        if any(strict and not terms for terms, strict in rows):
            return True
        positive = [r for r in rows if r[0].get(monomial, 0) > 0]
        negative = [r for r in rows if r[0].get(monomial, 0) < 0]
        rest = [r for r in rows if not r[0].get(monomial)]
        if len(positive) * len(negative) + len(rest) > _ROW_LIMIT:
            return False
        constant_sign = 1 if not any(monomial) else 0
        if constant_sign and not negative:
            # The monomial 1 is positive: rows with a positive coefficient are satisfied more easily.
            rows = rest
            continue
        if constant_sign:
            positive = [*positive, ({monomial: Fraction(1)}, True)]
        for up, _ in positive:
            for down, _ in negative:
                a, b = up[monomial], -down[monomial]
                combined: dict[tuple[int, ...], Fraction] = {}
                for terms, weight in ((up, b), (down, a)):
                    for m, c in terms.items():
                        combined[m] = combined.get(m, Fraction(0)) + weight * c
                rest.append(({m: c for m, c in combined.items() if c}, True))
        rows = rest
    return any(strict and not terms for terms, strict in rows)


def _without_equations(
    rows: list[tuple[dict[tuple[int, ...], Fraction], bool]],
) -> list[tuple[dict[tuple[int, ...], Fraction], bool]]:
    """Substitute the equations (Gaussian elimination on monomials) into the strict rows."""
    equations = [dict(terms) for terms, strict in rows if not strict]
    strict_rows = [dict(terms) for terms, strict in rows if strict]
    while equations:
        pivot_row = equations.pop()
        pivot_row = {m: c for m, c in pivot_row.items() if c}
        if not pivot_row:
            continue
        pivot = max(pivot_row)
        for other in (*equations, *strict_rows):
            weight = other.get(pivot, Fraction(0)) / pivot_row[pivot]
            if weight:
                for m, c in pivot_row.items():
                    other[m] = other.get(m, Fraction(0)) - weight * c
                    if not other[m]:
                        del other[m]
    return [(terms, True) for terms in strict_rows]
