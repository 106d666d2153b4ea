"""Logarithms and exponentials as they are printed, forms solved for a parameter (the last part of the catalogue)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from math import gcd, log2

from ...expressions.reading import ONE, Apply, Expression, Sum, add, apply, multiply, number, power
from ...expressions.tree import quotient, total
from ..ring import Element, Polynomial, Ring, depends_on_parameters, lift
from .elements import constant_sign
from .signed import SignedDomain

Written = Callable[[Ring, Element], Expression]
"""How an element is written (`symbolic.algebra.text`), which in turn asks here how its logarithms are."""

_LARGEST_PRINTED_POWER = 8
_FOLDED_BITS = 40


def collected_logarithm(ring: Ring, powers: Mapping[int, int], written: Written) -> list[Expression]:
    """``sum_i n_i log|g_i|`` as ``[c, log(r)]`` with the common divisor c taken out of the exponents.

    Arguments whose power would be too large to read stay outside, with their coefficient.

    Examples
    --------
    >>> from berknash.symbolic.algebra.text import element_expression
    >>> from berknash.symbolic.algebra.rewritings import logarithm
    >>> ring, value = logarithm(Ring.of_parameters(["x"]), Ring.of_parameters(["x"]).parameter("x"))
    >>> [str(part) for part in collected_logarithm(ring, {1: 4}, element_expression)]  # the sign of x is not known
    ['2', 'log(x**2)']
    """
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
        base = written(ring, argument if generator.sign >= 0 else -argument)
        if abs(exponent) > _LARGEST_PRINTED_POWER:
            # Of an argument without a known sign the exponent is even.
            inside = base if generator.sign else power(base, 2)
            loose.append(multiply([number(Fraction(exponent, 1 if generator.sign else 2)), apply("log", inside)]))
        else:
            (over if exponent > 0 else under).append(power(base, abs(exponent)))
    folded = Fraction(1)
    if sum(abs(exponent) * _bits(value) for _, value, exponent in numbers) <= _FOLDED_BITS:
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


def _bits(value: Fraction) -> float:
    """Roughly how many bits the number takes written out; a number beyond every float has its integers' bits too."""
    return log2(abs(value.numerator)) + log2(value.denominator)


def collected_exponential(ring: Ring, powers: Mapping[int, int], written: Written) -> Expression:
    """``prod_i exp(g_i)**n_i`` as one exponential; exponents too large to read stay outside.

    Examples
    --------
    >>> from berknash.symbolic.algebra.text import element_expression
    >>> from berknash.symbolic.algebra.rewritings import exponential
    >>> plain = Ring.of_parameters(["x"])
    >>> ring, value = exponential(plain, plain.parameter("x") * plain.constant(2) - plain.constant(1))
    >>> str(collected_exponential(ring, {1: -1, 2: 2}, element_expression))
    'exp(2*x - 1)'
    """
    return apply("exp", written(ring, _exponent(ring, powers)))


def _exponent(ring: Ring, powers: Mapping[int, int]) -> Element:
    """``sum_i n_i g_i`` for generators with the arguments g_i."""
    total = ring.constant(0)
    for position, exponent in sorted(powers.items()):
        argument = ring.generators[position].argument
        assert argument is not None
        total = total + lift(argument, ring.context) * ring.constant(exponent)
    return total


def _without_exponentials(ring: Ring, polynomial: Polynomial) -> tuple[Polynomial, Element]:
    """A term without its exponentials, and the sum of their exponents; a sum of terms stays as it is."""
    if len(polynomial) != 1:
        return polynomial, ring.constant(0)
    ((exponents, coefficient),) = polynomial.to_dict().items()
    found = {i: int(e) for i, e in enumerate(exponents) if e and ring.generators[i].kind == "exp"}
    rest = ring.context.from_dict({tuple(0 if i in found else e for i, e in enumerate(exponents)): coefficient})
    return rest, _exponent(ring, found)


def solved_inside(
    domain: SignedDomain, polynomial: Polynomial, preferred: Sequence[str], written: Written
) -> tuple[str, int, Expression] | None:
    """A form ``a*log|g| + c`` or ``a*exp(g) + c`` solved for the parameter in which g is linear, the rest constant.

    Returns ``(parameter, sign of the form above the threshold, threshold)``, exact; None for other forms.

    Examples
    --------
    >>> from berknash.symbolic.cells.domain import make_domain
    >>> from berknash.symbolic.algebra.parameters import Interval, Parameter
    >>> from berknash.symbolic.cells.region import DomainRegion
    >>> from berknash.symbolic.algebra.text import element_expression
    >>> from berknash.symbolic.algebra.rewritings import logarithm
    >>> below = [Parameter("x", Interval(None, Fraction(0), True, True))]
    >>> ring = Ring.of_parameters(["x"], DomainRegion(below, ()))
    >>> ring, value = logarithm(ring, ring.parameter("x"))
    >>> form = (value - ring.constant(2)).numerator
    >>> name, side, threshold = solved_inside(make_domain(ring, below, ()), form, ["x"], element_expression)
    >>> name, side, str(threshold)
    ('x', -1, '-exp(2)')
    """
    ring, degrees = domain.ring, polynomial.degrees()
    used = [i for i, d in enumerate(degrees) if d > 0 and depends_on_parameters(ring, ring.context.gen(i))]
    kinds = {ring.generators[i].kind for i in used}
    # The terms with the logarithm, or with one product of powers of exponentials, and the constant ones.
    parts: dict[tuple[int, ...], dict[tuple[int, ...], int]] = {}
    for exponents, coefficient in polynomial.to_dict().items():
        key = tuple(int(exponents[i]) for i in used)
        parts.setdefault(key, {})[tuple(0 if i in used else int(e) for i, e in enumerate(exponents))] = int(coefficient)
    power_of = max(parts)
    constant_key = min(parts)
    if len(parts) != 2 or constant_key != (0,) * len(used) or kinds not in ({"log"}, {"exp"}):
        return None
    if kinds == {"log"} and power_of != (1,):
        return None
    factor, other = (ring.context.from_dict(parts[key]) for key in (power_of, constant_key))
    total = _exponent(ring, dict(zip(used, power_of, strict=True)))
    if kinds == {"exp"}:
        # Exponentials of numbers on either side belong to the same exponential.
        factor, beside = _without_exponentials(ring, factor)
        other, against = _without_exponentials(ring, other)
        total = total + beside - against
    line = _line(ring, total, preferred)
    if line is None:
        return None
    name, slope, rest = line
    side = constant_sign(ring, factor)
    level = -(ring.polynomial(other) / ring.polynomial(factor))
    if not side:
        return None
    if kinds == {"log"}:
        sign = ring.generators[used[0]].sign
        if not sign:
            return None
        slope, rest = slope * sign, rest * sign
        scale, level = _without_logs(ring, level)
        value = multiply([number(scale / slope), apply("exp", written(ring, level))])
    else:
        if constant_sign(ring, level.numerator) * constant_sign(ring, level.denominator) != 1:
            return None
        value = multiply([number(1 / slope), apply("log", written(ring, level))])
    return name, side if slope > 0 else -side, add([value, number(-rest / slope)])


def _without_logs(ring: Ring, level: Element) -> tuple[Fraction, Element]:
    """``(q, rest)`` with ``exp(level) = q*exp(rest)``: small multiples of logarithms of numbers become factors."""
    if not level.denominator.is_constant():
        return Fraction(1), level
    scale, factor = int(level.denominator.leading_coefficient()), Fraction(1)
    for exponents, coefficient in level.numerator.to_dict().items():
        used = [i for i, e in enumerate(exponents) if e]
        generator = ring.generators[used[0]] if used else None
        if generator is None or sum(exponents) != 1 or generator.kind != "log" or generator.argument is None:
            continue
        value, multiple = generator.argument.rational(), Fraction(int(coefficient), scale)
        if value is None or multiple.denominator != 1 or abs(multiple) * _bits(value) > _FOLDED_BITS:
            continue
        factor *= value ** int(multiple)
        level = level - ring.parameter(generator.name) * ring.constant(multiple)
    return factor, level


def _line(ring: Ring, argument: Element, preferred: Sequence[str]) -> tuple[str, Fraction, Fraction] | None:
    """``(x, g_1, g_0)`` where the argument is ``g_1*x + g_0`` for one preferred parameter x; None for others."""
    element = lift(argument, ring.context)
    used = [i for i, degree in enumerate(element.numerator.degrees()) if degree > 0]
    if len(used) != 1 or element.numerator.total_degree() != 1 or not element.denominator.is_constant():
        return None
    name = ring.generators[used[0]].name
    if name not in preferred or ring.generators[used[0]].argument is not None:
        return None
    scale = int(element.denominator.leading_coefficient())
    parts = {bool(exponents[used[0]]): int(c) for exponents, c in element.numerator.to_dict().items()}
    return name, Fraction(parts[True], scale), Fraction(parts.get(False, 0), scale)
