"""Inputs as products of irreducible functions: the zeros of each are found once, the signs multiply."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ..algebra.ring import Polynomial, Ring, irreducible_factors, polynomial_key
from ..algebra.signs import Point


@dataclass(frozen=True, slots=True)
class Factored:
    """Polynomials over a ring split into irreducible factors that involve a parameter.

    Attributes
    ----------
    ring : the ring of all of them
    factors : the distinct irreducible factors
    products : for each input its constant sign and (factor, multiplicity) pairs
    """

    ring: Ring
    factors: tuple[Polynomial, ...]
    products: tuple[tuple[int, tuple[tuple[int, int], ...]], ...]

    @staticmethod
    def of(ring: Ring, polynomials: Sequence[Polynomial], parameters: Sequence[str]) -> Factored:
        """The factorization; factors that are constants in these parameters are decided here.

        Raises UndecidedError for a constant whose sign is not decided.
        """
        varying = _varying(ring, parameters)
        index: dict[object, int] = {}
        factors: list[Polynomial] = []
        products: list[tuple[int, tuple[tuple[int, int], ...]]] = []
        for polynomial in polynomials:
            if polynomial.is_zero():
                products.append((0, ()))
                continue
            content, found = irreducible_factors(polynomial)
            constant = 1 if content > 0 else -1
            pairs = []
            for factor, power in found:
                if not any(d > 0 and i in varying for i, d in enumerate(factor.degrees())):
                    constant *= constant_sign(ring, factor) ** power
                    continue
                key = polynomial_key(factor)
                if key not in index:
                    index[key] = len(factors)
                    factors.append(factor)
                pairs.append((index[key], power))
            products.append((constant, tuple(pairs)))
        return Factored(ring, tuple(factors), tuple(products))

    def signs(self, of_factors: Sequence[int | None]) -> tuple[int | None, ...]:
        """The signs of the inputs from those of the factors (None: not defined)."""
        result: list[int | None] = []
        for constant, pairs in self.products:
            sign: int | None = constant
            for factor, power in pairs:
                value = of_factors[factor]
                sign = None if value is None or sign is None else sign * value**power
            result.append(sign)
        return tuple(result)

    def inputs_with(self, factors: Sequence[int]) -> tuple[int, ...]:
        """The inputs in which one of these factors occurs."""
        wanted = set(factors)
        return tuple(i for i, (_, pairs) in enumerate(self.products) if any(f in wanted for f, _ in pairs))


def _varying(ring: Ring, parameters: Sequence[str]) -> set[int]:
    names = set(parameters)
    found = set()
    for position, generator in enumerate(ring.generators):
        if generator.name in names or (generator.argument is not None and generator.argument.rational() is None):
            found.add(position)
    return found


def constant_sign(ring: Ring, polynomial: Polynomial) -> int:
    """The exact sign of a polynomial in constants only."""
    used = [i for i, d in enumerate(polynomial.degrees()) if d > 0]
    small = Ring.of_parameters([]).extend(*(ring.generators[i] for i in used))
    size = small.context.nvars()
    terms = {}
    for exponents, coefficient in polynomial.to_dict().items():
        key = tuple(int(exponents[i]) for i in used)
        terms[(*key, *(0,) * (size - len(key)))] = coefficient
    return Point(small, {}).polynomial_sign(small.context.from_dict(terms))
