"""Signs of forms with logarithms and roots, decided by the signs of polynomials (the second part of the catalogue)."""

from __future__ import annotations

from ..ring import Polynomial, depends_on_parameters, lift
from .elements import reduce_roots
from .signed import SignedDomain

_LARGEST_DEGREE = 24


def log_comparison(domain: SignedDomain, form: Polynomial) -> Polynomial | None:
    """A polynomial with the sign of a form in logarithms wherever it is defined, or None when there is none.

    The form must be linear in the logarithms with integer coefficients. Where an argument has no proved sign, the
    squares of all arguments are compared.

    Examples
    --------
    >>> from berknash.symbolic.algebra.ring import Ring
    >>> from berknash.symbolic.cells.domain import make_domain
    >>> from berknash.symbolic.algebra.parameters import Interval, Parameter
    >>> from berknash.symbolic.algebra.rewritings import logarithm
    >>> from fractions import Fraction
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


def root_comparison(domain: SignedDomain, factor: Polynomial) -> tuple[int, Polynomial] | None:
    """``(constant, polynomial)``: the sign of a factor ``a*sqrt(g) + b`` is constant times that of the polynomial.

    None where no root of the parameters occurs so, or a or b has no proved sign.

    Examples
    --------
    >>> from berknash.symbolic.algebra.ring import Ring
    >>> from berknash.symbolic.cells.domain import make_domain
    >>> from berknash.symbolic.algebra.parameters import Interval, Parameter
    >>> from berknash.symbolic.algebra.rewritings import square_root
    >>> ring = Ring.of_parameters(["x"])
    >>> ring, root = square_root(ring, ring.parameter("x"))
    >>> domain = make_domain(ring, [Parameter("x", Interval(None, None, True, True))], ())
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
        return signs[0], reduce_roots(ring, ring.polynomial(slope**2 * radicand - rest**2)).numerator
    return None


def terms_of_one_sign(domain: SignedDomain, polynomial: Polynomial) -> int | None:
    """The sign of a sum whose terms all have it, weakly, and one of them strictly; None for other sums.

    Examples
    --------
    >>> from berknash.symbolic.algebra.ring import Ring
    >>> from berknash.symbolic.cells.domain import make_domain
    >>> from berknash.symbolic.algebra.parameters import Interval, Parameter
    >>> from berknash.symbolic.algebra.rewritings import exponential
    >>> ring = Ring.of_parameters(["x"])
    >>> ring, value = exponential(ring, ring.parameter("x"))
    >>> domain = make_domain(ring, [Parameter("x", Interval(None, None, True, True))], ())
    >>> terms_of_one_sign(domain, (value + ring.constant(1)).numerator)
    1
    """
    ring, found, strict = domain.ring, set(), False
    if len(polynomial) < 2:
        return None
    for exponents, coefficient in polynomial.to_dict().items():
        sign, definite = 1 if coefficient > 0 else -1, True
        for position, exponent in enumerate(exponents):
            if not exponent:
                continue
            part = domain.polynomial_sign(ring.context.gen(position))
            if part is None and exponent % 2 and ring.generators[position].kind != "sqrt":
                return None
            definite = definite and bool(part)
            if exponent % 2 and part is not None:
                sign *= part
        if sign:
            found.add(sign)
            strict = strict or definite
    return found.pop() if len(found) == 1 and strict else None
