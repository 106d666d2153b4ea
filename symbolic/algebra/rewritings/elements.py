"""Logarithms, roots and exponentials of elements become elements (the first part of the catalogue)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from math import prod

from ..enclosures import Enclosures
from ..ring import (
    Element,
    Generator,
    Polynomial,
    Ring,
    depends_on_parameters,
    irreducible_factors,
    lift,
    lift_polynomial,
    polynomial_key,
    prime_factors,
)

_LARGEST_EXPONENTIAL_POWER = 12


def logarithm(ring: Ring, element: Element) -> tuple[Ring, Element]:
    """``log|element|`` split over primes and irreducible factors, and the ring that has their generators.

    ``log exp(g) = g`` and ``log sqrt(g) = log(g) / 2`` are applied; raises ZeroDivisionError for log 0.

    Examples
    --------
    >>> ring = Ring.of_parameters(["h"])
    >>> ring, value = logarithm(ring, ring.parameter("h") ** 2 * ring.constant(3))
    >>> str(value.numerator)
    '2*log(h) + log(3)'
    """
    if element.is_zero():
        raise ZeroDivisionError("log of zero")
    parts: list[tuple[int, Element | Generator]] = []
    for polynomial, orientation in ((element.numerator, 1), (element.denominator, -1)):
        content, factors = irreducible_factors(polynomial)
        for factor, multiplicity in factors:
            ring, special = _log_of_generator(ring, factor)
            parts.append((orientation * multiplicity, special or _log_generator(ring, factor)))
            ring = _with(ring, parts[-1][1])
        for prime, multiplicity in prime_factors(abs(content)):
            prime_log = replace(_named(ring, "log", ring.context.constant(prime)), sign=1)
            parts.append((orientation * multiplicity, prime_log))
            ring = _with(ring, parts[-1][1])
    total = ring.constant(0)
    for multiple, part in parts:
        value = ring.parameter(part.name) if isinstance(part, Generator) else part
        total = total + ring.constant(multiple) * value
    return ring, total


def _with(ring: Ring, part: Element | Generator) -> Ring:
    return ring.extend(part) if isinstance(part, Generator) else ring


def _log_of_generator(ring: Ring, factor: Polynomial) -> tuple[Ring, Element | None]:
    """The logarithm of a factor that is itself an exponential or a root, by its law; None for other factors."""
    generator = _only_generator(ring, factor)
    if generator is None or generator.argument is None:
        return ring, None
    if generator.kind == "exp":
        return ring, lift(generator.argument, ring.context)
    if generator.kind == "sqrt":
        ring, value = logarithm(ring, lift(generator.argument, ring.context))
        return ring, value / ring.constant(2)
    return ring, None


def _only_generator(ring: Ring, factor: Polynomial) -> Generator | None:
    if len(factor) != 1 or factor.total_degree() != 1:
        return None
    return ring.generators[next(i for i, e in enumerate(factor.monoms()[0]) if e)]


def _log_generator(ring: Ring, factor: Polynomial) -> Generator:
    """The generator ``log|factor|``, named with the constant term positive, and the sign of that name."""
    constant = factor.to_dict().get((0,) * factor.context().nvars(), 0)
    named = -factor if int(constant) < 0 else factor
    return replace(_named(ring, "log", named), sign=_sign(ring, lift_polynomial(named, ring.context)))


def _sign(ring: Ring, factor: Polynomial) -> int:
    """1 or -1 where the factor is proved to have this sign wherever it is used, else 0."""
    if not depends_on_parameters(ring, factor):
        return constant_sign(ring, factor)
    return 0 if ring.region is None else ring.region.sign(ring, factor)


def _weak_sign(ring: Ring, factor: Polynomial) -> int:
    """1 or -1 where the factor is proved to be nowhere negative, or nowhere positive, else 0."""
    generator = _only_generator(ring, factor)
    if generator is not None and generator.kind in ("exp", "sqrt"):
        return 1
    if not depends_on_parameters(ring, factor):
        return constant_sign(ring, factor)
    return 0 if ring.region is None else ring.region.weak_sign(ring, factor)


def constant_sign(ring: Ring, factor: Polynomial) -> int:
    """The sign of a polynomial in which no parameter occurs; 0 where it is zero or was not decided."""
    if factor.is_constant():
        return 0 if factor.is_zero() else 1 if factor.leading_coefficient() > 0 else -1
    return Enclosures(ring, dict.fromkeys(ring.parameters, Fraction(1))).proved_sign(factor)


def _plain(polynomial: Polynomial) -> str:
    """A text by which a polynomial is told from others; generators are printed by what they stand for, not by name."""
    return str(polynomial).replace("^", "**")


def _named(ring: Ring, kind: str, polynomial: Polynomial) -> Generator:
    argument = ring.polynomial(polynomial)
    value = argument.rational()
    if value is not None:
        return Generator(kind, f"{kind}({value})", argument)
    return Generator(kind, f"{kind}({_plain(argument.numerator)})", argument)


def square_root(ring: Ring, element: Element) -> tuple[Ring, Element]:
    """``sqrt(element)`` for an element that is not negative where it is used, by the catalogue of this module."""
    numerator = element.numerator * element.denominator
    if numerator.is_zero():
        return ring, ring.constant(0)
    content, factors = irreducible_factors(numerator)
    root = ring.constant(1)
    for prime, multiplicity in prime_factors(abs(content)):
        root = root * ring.constant(prime ** (multiplicity // 2))
        if multiplicity % 2:
            ring, part = _root_generator(ring, ring.context.constant(prime), 1)
            root = root * part
    odd = [base for base, multiplicity in factors if multiplicity % 2]
    signs = [_weak_sign(ring, lift_polynomial(base, ring.context)) for base in odd]
    orientation = 1 if content > 0 else -1
    if all(signs) and prod(signs) == orientation:
        for base, sign in zip(odd, signs, strict=True):
            ring, part = _root_generator(ring, base * sign, 1)
            root = root * part
    else:
        product = element.numerator.context().constant(orientation)
        for base in odd:
            product *= base
        ring, part = _root_generator(ring, product, 0)
        root = root * part
    ring, outside = _size(ring, [(base, multiplicity // 2) for base, multiplicity in factors])
    ring, below = _size(ring, irreducible_factors(element.denominator)[1])
    scale = ring.constant(abs(irreducible_factors(element.denominator)[0]))
    return ring, lift(root, ring.context) * lift(outside, ring.context) / (lift(below, ring.context) * scale)


def _size(ring: Ring, factors: Sequence[tuple[Polynomial, int]]) -> tuple[Ring, Element]:
    """``|prod base**exponent|``; the part whose sign is not proved stays ``sqrt(part**2)``."""
    value, unknown = ring.constant(1), None
    for base, exponent in factors:
        sign = 1 if exponent % 2 == 0 else _weak_sign(ring, lift_polynomial(base, ring.context))
        if sign:
            value = value * ring.polynomial(base) ** exponent * ring.constant(sign)
        else:
            part = base**exponent
            unknown = part if unknown is None else unknown * part
    if unknown is None:
        return ring, value
    ring, rest = _root_generator(ring, unknown**2, 1)
    return ring, lift(value, ring.context) * rest


def _root_generator(ring: Ring, radicand: Polynomial, sign: int) -> tuple[Ring, Element]:
    generator = replace(_named(ring, "sqrt", lift_polynomial(radicand, ring.context)), sign=sign)
    ring = ring.extend(generator)
    return ring, ring.parameter(generator.name)


def exponential(ring: Ring, element: Element) -> tuple[Ring, Element]:
    """``exp(element)``; a polynomial argument is split over its monomials, ``exp(2*p + q) = exp(p)**2 * exp(q)``."""
    if not element.denominator.is_constant():
        generator = Generator("exp", f"exp(({_plain(element.numerator)})/({_plain(element.denominator)}))", element)
        ring = ring.extend(generator)
        return ring, ring.parameter(generator.name)
    scale = int(element.denominator.leading_coefficient())
    value = ring.constant(1)
    for exponents, coefficient in sorted(polynomial_key(element.numerator)):
        share = Fraction(coefficient, scale)
        monomial = element.numerator.context().from_dict({exponents: 1})
        ring, special = _exponential_of_log(ring, monomial, share)
        if special is not None:
            value = value * special
            continue
        if abs(share.numerator) > _LARGEST_EXPONENTIAL_POWER:
            monomial, share = monomial * share.numerator, Fraction(1, share.denominator)
        argument = lift(Element(monomial, monomial.context().constant(share.denominator)), ring.context)
        generator = Generator("exp", f"exp(({_plain(argument.numerator)})/({_plain(argument.denominator)}))", argument)
        ring = ring.extend(generator)
        value = value * ring.parameter(generator.name) ** share.numerator
    return ring, lift(value, ring.context)


def _exponential_of_log(ring: Ring, monomial: Polynomial, share: Fraction) -> tuple[Ring, Element | None]:
    """``exp(share * log|g|)`` as a power or root of g, where the catalogue allows it; None for other monomials."""
    generator = _only_generator(ring, monomial)
    if generator is None or generator.kind != "log" or generator.argument is None:
        return ring, None
    if share.denominator > 2 or abs(share.numerator) > _LARGEST_EXPONENTIAL_POWER:
        return ring, None
    raised = lift(generator.argument, ring.context) ** share.numerator
    if share.denominator == 2:
        size = raised * ring.constant(generator.sign if share.numerator % 2 else 1)
        return square_root(ring, size) if generator.sign else (ring, None)
    if share.numerator % 2 == 0:
        return ring, raised
    return ring, raised * ring.constant(generator.sign) if generator.sign else None


def reduce_roots(ring: Ring, element: Element) -> Element:
    """Apply ``sqrt(g)**2 = g`` to numerator and denominator until no root has an exponent above one."""
    roots = [(i, g) for i, g in enumerate(ring.generators) if g.kind == "sqrt"]
    if not roots:
        return element
    # An element may come from before the ring grew to its roots.
    element = lift(element, ring.context)
    parts = []
    for polynomial in (element.numerator, element.denominator):
        for position, generator in roots:
            if int(polynomial.degrees()[position]) < 2:
                continue
            assert generator.argument is not None
            square = lift(generator.argument, ring.context).numerator
            reduced = ring.context.constant(0)
            for exponents, coefficient in polynomial.to_dict().items():
                degree = int(exponents[position])
                rest = list(exponents)
                rest[position] = degree % 2
                term = ring.context.from_dict({tuple(rest): coefficient})
                reduced += term * square ** (degree // 2)
            polynomial = reduced
        parts.append(polynomial)
    if parts[0] is element.numerator and parts[1] is element.denominator:
        return element
    return Element.make(parts[0], parts[1])
