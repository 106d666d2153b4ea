"""Atoms: the irreducible factors of the input polynomials, whose signs decide the signs of all inputs.

A sign vector over the atoms is stored as two bit masks, (negative, zero); the sign vector of the inputs
follows by multiplying signs.  Each atom remembers which inputs it divides.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from .factoring import irreducible_factors
from .rationals import Polynomial
from .ring import Key, Ring, polynomial_key


@dataclass(frozen=True, slots=True, eq=False)
class Atoms:
    """Irreducible atoms, and each input as unit sign and (atom, exponent) pairs (`None`: the zero
    polynomial).
    """

    ring: Ring
    polynomials: tuple[Any, ...]
    inputs: tuple[tuple[int, tuple[tuple[int, int], ...]] | None, ...]
    _known: dict[tuple[int, int], tuple[int, ...]] = field(default_factory=dict, repr=False)

    @classmethod
    def of(cls, polynomials: Sequence[Polynomial], ring: Ring) -> Atoms:
        """Factors the inputs; atoms are numbered in order of first appearance."""
        index: dict[Key, int] = {}
        atoms: list[Any] = []
        inputs: list[tuple[int, tuple[tuple[int, int], ...]] | None] = []
        for polynomial in polynomials:
            if polynomial.is_zero():
                inputs.append(None)
                continue
            unit, factors = irreducible_factors(polynomial)
            sign = 1 if unit > 0 else -1
            parts = []
            for factor, exponent in factors:
                if ring.is_scalar(factor):
                    sign *= ring.sign(factor) ** int(exponent)
                    continue
                key = polynomial_key(factor)
                if key not in index:
                    index[key] = len(atoms)
                    atoms.append(factor)
                parts.append((index[key], int(exponent)))
            inputs.append((sign, tuple(sorted(parts))))
        return cls(ring, tuple(atoms), tuple(inputs))

    def sign_vector(self, negative: int, zero: int) -> tuple[int, ...]:
        """The signs of the inputs where exactly these atoms are negative, and these zero."""
        key = (negative, zero)
        known = self._known.get(key)
        if known is not None:
            return known
        signs = []
        for entry in self.inputs:
            if entry is None:
                signs.append(0)
                continue
            sign, parts = entry
            for atom, exponent in parts:
                if zero >> atom & 1:
                    sign = 0
                    break
                if exponent & 1 and negative >> atom & 1:
                    sign = -sign
            signs.append(sign)
        result = tuple(signs)
        self._known[key] = result
        return result

    def inputs_of(self, atom: int) -> tuple[int, ...]:
        """The inputs that an atom divides."""
        return tuple(i for i, entry in enumerate(self.inputs) if entry and any(part == atom for part, _ in entry[1]))
