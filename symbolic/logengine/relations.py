"""Zeros at algebraic numbers that no polynomial identity shows: multiplicative relations.

At an algebraic number alpha the logarithms ``log|g_i(alpha)|`` and ``log p`` may be linearly dependent over Q: at the
root of ``25 h**2 - 45 h + 16`` in (0, 1), for one, ``log(5 h) + 2 log(5 (1 - h)/4) = 0``. Every such relation says that
``prod g_i(alpha)**n_i * prod p**e_p`` is 1 or -1, which is checked exactly in Q[x]/(m), m the minimal polynomial.
Candidates come from lattice reduction (Lenstra, Lenstra and Lovasz 1982) of approximate logarithms. Modulo the
relations found, a form is zero when its coefficients are; for linear forms nothing else is a zero (Baker 1966), if no
relation was missed. A missed relation makes a question undecided, never wrong.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import flint
from flint import arb, fmpq_mat, fmpq_poly, fmpz_mat

from ..algebra.ring import Element, Polynomial, Ring, evaluate
from ..decomposition.isolation import RealRoot

_LARGEST_EXPONENT = 4000
_BITS = 160


def logarithm_relations(values: Sequence[Any], minimal: Any, root: RealRoot) -> list[list[int]]:
    """Integer vectors n with ``prod |values_i(alpha)|**n_i = 1``, linearly independent, each checked exactly.

    `values` are `fmpq_poly` in alpha, none of them zero there; `minimal` is the irreducible `fmpz_poly` of alpha.

    >>> from flint import fmpz_poly, fmpq
    >>> from berknash.symbolic.decomposition.isolation import isolate
    >>> golden = fmpz_poly([-1, 1, 1])
    >>> (root,) = isolate(golden, fmpq(0), fmpq(1))
    >>> logarithm_relations([fmpq_poly([0, 1]), fmpq_poly([1, -1])], golden, root)
    [[2, -1]]
    """
    size = len(values)
    if size < 2:
        return []
    bits = _BITS * (1 + size // 4)
    rows = []
    with flint.ctx.workprec(bits + 64):
        point = root.ball(bits + 48)
        for i, value in enumerate(values):
            number = abs(_at(value, point)).log() * (arb(2) ** bits)
            if not number.is_finite():
                return []
            rows.append([int(i == j) for j in range(size)] + [number.mid().fmpq().round()])
    reduced = fmpz_mat([[int(v) for v in row] for row in rows]).lll().tolist()
    found = []
    for row in reduced:
        exponents = [int(v) for v in row[:-1]]
        largest = max(abs(e) for e in exponents)
        if 0 < largest <= _LARGEST_EXPONENT and abs(int(row[-1])) <= 64 * size * largest:
            if exponents[next(i for i, e in enumerate(exponents) if e)] < 0:
                exponents = [-e for e in exponents]
            if _holds(values, exponents, minimal):
                found.append(exponents)
    return found


def _at(value: Any, point: Any) -> Any:
    return value.numer()(point) / arb(value.denom())


def _holds(values: Sequence[Any], exponents: Sequence[int], minimal: Any) -> bool:
    """Whether the product of powers is 1 or -1 in Q[x]/(m)."""
    modulus = fmpq_poly(minimal)
    sides = [fmpq_poly([1]), fmpq_poly([1])]
    for value, exponent in zip(values, exponents, strict=True):
        side = 0 if exponent > 0 else 1
        sides[side] = sides[side] * _power(value, abs(exponent), modulus) % modulus
    return bool(sides[0] == sides[1] or sides[0] == -sides[1])


def _power(base: Any, exponent: int, modulus: Any) -> Any:
    result = fmpq_poly([1])
    base = base % modulus
    while exponent:
        if exponent & 1:
            result = result * base % modulus
        base = base * base % modulus
        exponent >>= 1
    return result


def eliminations(ring: Ring, logs: Mapping[int, Any], minimal: Any, root: RealRoot) -> dict[int, Element]:
    """For some logarithms of a ring, linear forms in the others that are equal to them at alpha.

    `logs` maps the positions of logarithms to their arguments, as `fmpq_poly` in alpha.
    """
    positions = [p for p, value in sorted(logs.items()) if not (value % fmpq_poly(minimal)).degree() < 0]
    relations = logarithm_relations([logs[p] for p in positions], minimal, root)
    if not relations:
        return {}
    matrix, rank = fmpq_mat(fmpz_mat(relations)).rref()
    images: dict[int, Element] = {}
    for row in range(rank):
        entries = [matrix[row, k] for k in range(len(positions))]
        pivot = next(k for k, e in enumerate(entries) if e != 0)
        total = ring.constant(0)
        for k in range(pivot + 1, len(positions)):
            if entries[k] != 0:
                factor = Element.make(
                    ring.context.constant(-int(entries[k].p)), ring.context.constant(int(entries[k].q))
                )
                total = total + factor * ring.parameter(ring.generators[positions[k]].name)
        images[positions[pivot]] = total
    return images


def substituted(ring: Ring, polynomial: Polynomial, images: Mapping[int, Element]) -> Polynomial:
    """A positive multiple of the polynomial with some generators replaced."""
    degrees = polynomial.degrees()
    if not any(degrees[p] > 0 for p in images):
        return polynomial
    values = [images.get(i) or ring.parameter(g.name) for i, g in enumerate(ring.generators)]
    return evaluate(polynomial, values, ring.constant(1)).numerator
