"""Every rewriting of logarithms, roots and exponentials, with the side condition under which it holds.

No other module rewrites them. A side condition is met where the *region* of the ring (`symbolic.region`) proves it on
the whole domain; where it does not, the form named under *else* is used, which holds wherever both sides are defined.

    becomes an element                                side condition on the domain       else
    log(c prod g_i^n_i) = log|c| + sum n_i log|g_i|   none (sizes; c split into primes)
    log(exp g) = g,  log(sqrt g) = log|g| / 2         none
    sqrt(c prod g_i^n_i):  g^(2m) under the root      m even: g^m                        |g^m| = sqrt(g^(2m)) is kept
      comes out as |g^m|                              m odd: g >= 0 (g <= 0)
    sqrt(f g) = sqrt|f| sqrt|g|                       f and g of one sign each           sqrt(f g) is kept
    sqrt(n/d) = sqrt(n d) / |d|                       d of one sign                      |d| = sqrt(d^2) is kept
    sqrt(g)^2 = g                                     none: g >= 0 where the root is
    exp(n log|g|) = |g|^n,  exp(log|g|/2) = sqrt|g|   g of one sign, or n even           exp(n log|g|) is kept
    exp(sum m_i) = prod exp(m_i)                      none

    is decided by                                     side condition on the domain       else
    sum n_i log|g_i| > 0:  prod |g_i|^n_i > 1         g_i of one sign                    the same with squares
    a sqrt(g) + b > 0:  a > 0 > b and a^2 g > b^2     a and b of one sign                it stays as it is
      (a, b > 0: always; a < 0 < b: a^2 g < b^2)

    is printed as                                     side condition on the domain       else
    log|g| as log(g) or log(-g)                       g > 0 or g < 0                     log(g^2)/2
    sum n_i log|g_i| as log(prod |g_i|^n_i)           g_i of one sign                    the same with squares
    a log|g| + c > 0 as x > (exp(-c/a) - g_0)/g_1     g = g_1 x + g_0 of one sign, the rest constant
    a exp(g) + c > 0 as x > (log(-c/a) - g_0)/g_1     g = g_1 x + g_0, -c/a > 0, the rest constant
    sqrt|f| sqrt|g| as sqrt(|f g|)                    f and g of one sign each           left apart

So a generator ``log|g|`` has a meaning also where g is negative, and a formal zero is a zero wherever its parts are
defined. An integer power of a product is distributed over its factors when an expression is read: this needs nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from math import gcd, log2, prod
from typing import TYPE_CHECKING

from .algebra import (
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
from .errors import UndecidedError
from .expressions import ONE, Apply, Expression, Sum, apply, multiply, number, power

if TYPE_CHECKING:
    from .domain import Domain

_LARGEST_EXPONENTIAL_POWER = 12
_LARGEST_DEGREE = 24
_LARGEST_PRINTED_POWER = 8
_FOLDED_BITS = 40


# Becoming an element


def logarithm(ring: Ring, element: Element) -> tuple[Ring, Element]:
    """``log|element|`` split over primes and irreducible factors, and the ring that has their generators.

    ``log exp(g) = g`` and ``log sqrt(g) = log(g) / 2`` are applied; raises ZeroDivisionError for log 0.

    Examples
    --------
    >>> ring = Ring.of_parameters(["h", "l"])
    >>> ring, value = logarithm(ring, (ring.parameter("h") - ring.parameter("l")) ** 2)
    >>> str(value.numerator)
    '2*log(h - l)'
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
            parts.append((orientation * multiplicity, replace(_named(ring, "log", ring.context.constant(prime)), sign=1)))
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
    """The generator ``log|factor|``, named with the constant term positive, and the sign of what it is named by."""
    constant = factor.to_dict().get((0,) * factor.context().nvars(), 0)
    named = -factor if int(constant) < 0 else factor
    return replace(_named(ring, "log", named), sign=_sign(ring, lift_polynomial(named, ring.context)))


def _sign(ring: Ring, factor: Polynomial) -> int:
    """1 or -1 where the factor is proved to have this sign wherever it is used, else 0."""
    if not depends_on_parameters(ring, factor):
        return _constant_sign(ring, factor)
    return 0 if ring.region is None else ring.region.sign(ring, factor)


def _weak_sign(ring: Ring, factor: Polynomial) -> int:
    """1 or -1 where the factor is proved to be nowhere negative, or nowhere positive, else 0."""
    generator = _only_generator(ring, factor)
    if generator is not None and generator.kind in ("exp", "sqrt"):
        return 1
    if not depends_on_parameters(ring, factor):
        return _constant_sign(ring, factor)
    return 0 if ring.region is None else ring.region.weak_sign(ring, factor)


def _constant_sign(ring: Ring, factor: Polynomial) -> int:
    from .signs import Point

    try:
        return Point(ring, dict.fromkeys(ring.parameters, Fraction(1))).polynomial_sign(factor)
    except UndecidedError:
        return 0


def _named(ring: Ring, kind: str, polynomial: Polynomial) -> Generator:
    from .printing import polynomial_text

    argument = ring.polynomial(polynomial)
    value = argument.rational()
    if value is not None:
        return Generator(kind, f"{kind}({value})", argument)
    return Generator(kind, f"{kind}({polynomial_text(ring, argument.numerator)})", argument)


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
    from .printing import element_text

    if not element.denominator.is_constant():
        generator = Generator("exp", f"exp({element_text(ring, element)})", element)
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
        generator = Generator("exp", f"exp({element_text(ring, argument)})", argument)
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
    parts = []
    for polynomial in (element.numerator, element.denominator):
        for position, generator in roots:
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
    return Element.make(parts[0], parts[1])


# Being decided


def log_comparison(domain: Domain, form: Polynomial) -> Polynomial | None:
    """A polynomial with the sign of a form in logarithms wherever it is defined, or None when there is none.

    The form must be linear in the logarithms with integer coefficients. Where an argument has no proved sign, the
    squares of all arguments are compared.

    Examples
    --------
    >>> from berknash.symbolic.domain import make_domain
    >>> from berknash.symbolic.game import Interval, Parameter
    >>> unit = Interval(Fraction(0), Fraction(1), True, True)
    >>> ring = Ring.of_parameters(["h"])
    >>> h = ring.parameter("h")
    >>> ring, form = logarithm(ring, h / (ring.constant(1) - h))
    >>> domain = make_domain(ring, [Parameter("h", unit)], ())
    >>> str(log_comparison(domain, form.numerator))
    '2*h - 1'
    >>> ring, form = logarithm(ring, h - ring.constant(Fraction(1, 3)))
    >>> str(log_comparison(domain.over(ring), form.numerator))
    '9*h^2 - 6*h - 8'
    """
    ring = domain.ring
    powers: list[tuple[int, int]] = []
    for exponents, coefficient in form.to_dict().items():
        used = [i for i, e in enumerate(exponents) if e]
        if len(used) != 1 or int(exponents[used[0]]) != 1 or ring.generators[used[0]].kind != "log":
            return None
        powers.append((used[0], int(coefficient)))
    if not powers:
        return None
    arguments: list[tuple[Polynomial, int]] = []
    squared = False
    for position, coefficient in sorted(powers):
        argument = ring.generators[position].argument
        assert argument is not None
        inner = lift(argument, ring.context)
        sign = ring.generators[position].sign or domain.definite_sign(inner)
        if sign == 0 or not inner.denominator.is_one():
            return None
        squared = squared or sign is None
        arguments.append((inner.numerator * (sign or 1), coefficient))
    sides = {1: ring.context.constant(1), -1: ring.context.constant(1)}
    degree = 0
    for size, coefficient in arguments:
        weight = abs(coefficient) * (2 if squared else 1)
        degree += weight * max(1, int(size.total_degree()))
        if degree > _LARGEST_DEGREE:
            return None
        sides[1 if coefficient > 0 else -1] *= size**weight
    return sides[1] - sides[-1]


def root_comparison(domain: Domain, factor: Polynomial) -> tuple[int, Polynomial] | None:
    """``(constant, polynomial)``: the sign of a factor ``a*sqrt(g) + b`` is constant times that of the polynomial.

    None where no root of the parameters occurs so, or a or b has no proved sign.

    Examples
    --------
    >>> from berknash.symbolic.domain import make_domain
    >>> from berknash.symbolic.game import Interval, Parameter
    >>> ring = Ring.of_parameters(["x"])
    >>> ring, root = square_root(ring, ring.parameter("x"))
    >>> domain = make_domain(ring, [Parameter("x", Interval(Fraction(0), None, True, True))], ())
    >>> constant, polynomial = root_comparison(domain, (ring.constant(3) - root).numerator)
    >>> constant, str(polynomial)
    (-1, 'x - 9')
    """
    ring = domain.ring
    for position, degree in enumerate(factor.degrees()):
        generator = ring.generators[position]
        if degree != 1 or generator.kind != "sqrt" or generator.argument is None:
            continue
        radicand = lift(generator.argument, ring.context).numerator
        if not depends_on_parameters(ring, radicand):
            continue
        slope = factor.derivative(position)
        rest = factor - slope * ring.context.gen(position)
        signs = domain.polynomial_sign(slope), domain.polynomial_sign(rest)
        if not signs[0] or not signs[1]:
            continue
        if signs[0] == signs[1]:
            return signs[0], ring.context.constant(1)
        return signs[0], slope**2 * radicand - rest**2
    return None


# Being printed


def collected_logarithm(ring: Ring, powers: Mapping[int, int]) -> list[Expression]:
    """``sum_i n_i log|g_i|`` as ``[c, log(r)]`` with the common divisor c taken out of the exponents.

    Arguments whose power would be too large to read stay outside, with their coefficient.

    Examples
    --------
    >>> ring, value = logarithm(Ring.of_parameters(["x"]), Ring.of_parameters(["x"]).parameter("x"))
    >>> [str(part) for part in collected_logarithm(ring, {1: 4})]  # the sign of x is not known
    ['2', 'log(x**2)']
    """
    from .printing import element_expression, quotient, total

    common = Fraction(gcd(*powers.values()))
    if all(exponent < 0 for exponent in powers.values()):
        common = -common
    unknown = [exponent // int(common) for i, exponent in powers.items() if not ring.generators[i].sign]
    if any(exponent % 2 for exponent in unknown):
        common = common / 2
    over: list[Expression] = []
    under: list[Expression] = []
    loose: list[Expression] = []
    numbers: list[tuple[int, Fraction, int]] = []
    for position, multiple in sorted(powers.items()):
        generator, exponent = ring.generators[position], int(multiple / common)
        argument = generator.argument
        assert argument is not None
        value = argument.rational()
        if value is not None:
            numbers.append((position, value, exponent))
            continue
        base = element_expression(ring, argument if generator.sign >= 0 else -argument)
        if abs(exponent) > _LARGEST_PRINTED_POWER:
            # Of an argument without a known sign the exponent is even.
            inside = base if generator.sign else power(base, 2)
            loose.append(multiply([number(Fraction(exponent, 1 if generator.sign else 2)), apply("log", inside)]))
        else:
            (over if exponent > 0 else under).append(power(base, abs(exponent)))
    folded = Fraction(1)
    if sum(abs(exponent) * log2(value) for _, value, exponent in numbers) <= _FOLDED_BITS:
        for _, value, exponent in numbers:
            folded *= value**exponent
    else:
        for _, value, exponent in numbers:
            loose.append(multiply([number(exponent), apply("log", number(value))]))
    over.sort(key=lambda e: isinstance(e, Sum))
    under.sort(key=lambda e: isinstance(e, Sum))
    top = multiply([number(folded.numerator), *over])
    inside = quotient(top, multiply([number(folded.denominator), *under]))
    collected = [] if inside == ONE else [Apply("log", inside)]
    return [number(common), total([*collected, *loose])]
