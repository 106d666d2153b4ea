"""Exact functions of the parameters.

Everything a finite game says is an element of a field ``Q(x_1, ..., x_n, L_1, ..., L_k)``: rational functions in
the parameters ``x`` and in *generators* that stand for the transcendental or algebraic numbers which the game
mentions:

* ``log|g|`` for a prime ``g`` or an irreducible polynomial ``g``;
* ``sqrt|g|`` likewise, with the relation ``sqrt|g|**2 = |g|`` applied by its user;
* ``exp(g)``.

How expressions become such elements, and which rewritings are allowed on the way, says `symbolic.algebra.rewritings`.

Logarithms are split over irreducible factors, so an element *linear* in the logarithms with rational coefficients
vanishes identically iff it vanishes formally: irreducible polynomials and primes are multiplicatively
independent, and logarithms of multiplicatively independent rationals are linearly independent over Q.
A formal zero is always a zero; a formal non-zero is certified by ball arithmetic (`symbolic.algebra.signs`).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any, Protocol

from flint import Ordering, fmpz, fmpz_mpoly_ctx

Polynomial = Any  # fmpz_mpoly: python-flint ships no type information
Context = Any  # fmpz_mpoly_ctx


def polynomial_key(polynomial: Polynomial) -> tuple[tuple[tuple[int, ...], int], ...]:
    """A hashable key, equal for equal polynomials of one context (python-flint's own are not hashable)."""
    return tuple((tuple(int(e) for e in es), int(c)) for es, c in polynomial.to_dict().items())


@dataclass(frozen=True, slots=True)
class Element:
    """A rational function ``numerator / denominator`` in lowest terms over one polynomial context.

    The denominator's leading coefficient is positive, so equal functions have equal parts.
    """

    numerator: Polynomial
    denominator: Polynomial

    def __hash__(self) -> int:
        return hash((polynomial_key(self.numerator), polynomial_key(self.denominator)))

    @staticmethod
    def make(numerator: Polynomial, denominator: Polynomial) -> Element:
        """The quotient in lowest terms; raises ZeroDivisionError when the denominator is zero identically."""
        if denominator.is_zero():
            raise ZeroDivisionError("a denominator vanishes identically")
        if denominator.is_one():
            return Element(numerator, denominator)
        common = numerator.gcd(denominator)
        if not common.is_one():
            numerator, denominator = numerator // common, denominator // common
        if denominator.leading_coefficient() < 0:
            numerator, denominator = -numerator, -denominator
        return Element(numerator, denominator)

    def __add__(self, other: Element) -> Element:
        left, right = _matched(self, other)
        if left.denominator == right.denominator:
            return Element.make(left.numerator + right.numerator, left.denominator)
        return Element.make(
            left.numerator * right.denominator + right.numerator * left.denominator,
            left.denominator * right.denominator,
        )

    def __sub__(self, other: Element) -> Element:
        return self + (-other)

    def __neg__(self) -> Element:
        return Element(-self.numerator, self.denominator)

    def __mul__(self, other: Element) -> Element:
        left, right = _matched(self, other)
        return Element.make(left.numerator * right.numerator, left.denominator * right.denominator)

    def __truediv__(self, other: Element) -> Element:
        left, right = _matched(self, other)
        return Element.make(left.numerator * right.denominator, left.denominator * right.numerator)

    def __pow__(self, exponent: int) -> Element:
        if exponent >= 0:
            return Element(self.numerator**exponent, self.denominator**exponent)
        return Element.make(self.denominator ** (-exponent), self.numerator ** (-exponent))

    def is_zero(self) -> bool:
        """Whether the function is zero formally."""
        return bool(self.numerator.is_zero())

    def rational(self) -> Fraction | None:
        """The value as a Fraction when the element is a rational constant, else None."""
        if self.numerator.is_constant() and self.denominator.is_constant():
            top = int(self.numerator.leading_coefficient()) if not self.numerator.is_zero() else 0
            return Fraction(top, int(self.denominator.leading_coefficient()))
        return None


def _matched(left: Element, right: Element) -> tuple[Element, Element]:
    """Both elements over the larger of their two contexts (contexts only ever grow by appending)."""
    a, b = left.numerator.context(), right.numerator.context()
    if a is b:
        return left, right
    if len(a.names()) < len(b.names()):
        return lift(left, b), right
    return left, lift(right, a)


def lift(element: Element, context: Context) -> Element:
    """The same element over a context that has more generators."""
    if element.numerator.context() is context:
        return element
    return Element(
        element.numerator.project_to_context(context), element.denominator.project_to_context(context)
    )


@dataclass(frozen=True, slots=True)
class Generator:
    """What one variable of the context stands for.

    ``kind`` is ``parameter``, ``log``, ``sqrt`` or ``exp``; ``argument`` (for the last three) is the polynomial
    ``g``, an Element over a context with the earlier generators only. ``sign`` of a logarithm or root: 1 or -1 where
    the argument is proved to have this sign on the whole domain (of a root: weakly), 0 where nothing is proved.
    """

    kind: str
    name: str
    argument: Element | None = None
    sign: int = 0


def context_of(names: Sequence[str]) -> Context:
    """The polynomial context over Z with these variable names, lexicographic."""
    return fmpz_mpoly_ctx.get(list(names), Ordering.lex)


class Region(Protocol):
    """What is known of signs on the domain of a ring's parameters."""

    def sign(self, ring: Ring, factor: Polynomial) -> int:
        """1 or -1 where the polynomial is proved to have this sign on the whole domain, else 0."""

    def weak_sign(self, ring: Ring, factor: Polynomial) -> int:
        """1 or -1 where it is proved to be nowhere negative (nowhere positive), else 0."""


@dataclass(frozen=True, slots=True)
class Ring:
    """The generators of a game, in order: parameters first, then logarithms, roots and exponentials.

    ``region`` says which signs polynomials have on the domain of the parameters, where that is known.

    Examples
    --------
    >>> from berknash.symbolic.algebra.rewritings import logarithm
    >>> ring = Ring.of_parameters(["h"])
    >>> ring, log_h = logarithm(ring, ring.parameter("h") ** 2 / ring.constant(3))
    >>> [g.name for g in ring.generators]
    ['h', 'log(h)', 'log(3)']
    >>> str(log_h.numerator)
    '2*log(h) - log(3)'
    """

    generators: tuple[Generator, ...]
    context: Context
    region: Region | None = field(default=None, compare=False, repr=False)

    @staticmethod
    def of_parameters(names: Iterable[str], region: Region | None = None) -> Ring:
        """The ring with these parameters and no transcendental generator."""
        generators = tuple(Generator("parameter", name) for name in names)
        return Ring(generators, context_of([g.name for g in generators]), region)

    def extend(self, *new: Generator) -> Ring:
        """The ring with more generators appended (those already there, by name, are left out)."""
        known = {g.name for g in self.generators}
        generators = self.generators + tuple(g for g in new if g.name not in known)
        if len(generators) == len(self.generators):
            return self
        return Ring(generators, context_of([g.name for g in generators]), self.region)

    @property
    def parameters(self) -> tuple[str, ...]:
        """The names of the parameters, in order."""
        return tuple(g.name for g in self.generators if g.kind == "parameter")

    def index(self, name: str) -> int:
        """The position of a generator."""
        for position, generator in enumerate(self.generators):
            if generator.name == name:
                return position
        raise KeyError(name)

    def constant(self, value: Fraction | int) -> Element:
        """A rational constant as an element."""
        value = Fraction(value)
        return Element(
            self.context.constant(value.numerator), self.context.constant(value.denominator)
        )

    def parameter(self, name: str) -> Element:
        """A generator as an element."""
        return Element(self.context.gen(self.index(name)), self.context.constant(1))

    def polynomial(self, polynomial: Polynomial) -> Element:
        """A polynomial (perhaps over a smaller context) as an element."""
        return lift(Element(polynomial, polynomial.context().constant(1)), self.context)


def total_derivative(ring: Ring, element: Element, place: int) -> Element:
    """The derivative by a parameter, generators of the parameter differentiated by the chain rule.

    Examples
    --------
    >>> from berknash.symbolic.algebra.rewritings import logarithm
    >>> ring, value = logarithm(Ring.of_parameters(["x"]), Ring.of_parameters(["x"]).parameter("x"))
    >>> str(total_derivative(ring, value * value, 0).numerator), str(total_derivative(ring, value, 0).denominator)
    ('2*log(x)', 'x')
    """
    element = lift(element, ring.context)
    total = ring.constant(0)
    for position, generator in enumerate(ring.generators):
        parts = [ring.polynomial(p.derivative(position)) for p in (element.numerator, element.denominator)]
        if all(part.is_zero() for part in parts):
            continue
        inner = ring.constant(1 if position == place else 0)
        if generator.argument is not None:
            argument = lift(generator.argument, ring.context)
            inner = total_derivative(ring, argument, place)
            value = ring.parameter(generator.name)
            outer = {"log": ring.constant(1) / argument, "sqrt": ring.constant(Fraction(1, 2)) / value, "exp": value}
            inner = inner * outer[generator.kind]
        top, bottom = ring.polynomial(element.numerator), ring.polynomial(element.denominator)
        total = total + inner * (parts[0] * bottom - top * parts[1]) / (bottom * bottom)
    return total


def depends_on_parameters(ring: Ring, polynomial: Polynomial) -> bool:
    """Whether a parameter occurs in a polynomial, also inside its generators."""
    return any(
        g.argument is None
        or any(depends_on_parameters(ring, part) for part in (g.argument.numerator, g.argument.denominator))
        for g, degree in zip(ring.generators, polynomial.degrees(), strict=False)
        if degree > 0
    )


def evaluate(polynomial: Polynomial, images: Sequence[Element], one: Element) -> Element:
    """The polynomial with every variable replaced by an element: ``sum_c c * prod_i images[i]**e_i``."""
    total = one - one
    powers: dict[tuple[int, int], Element] = {}
    for exponents, coefficient in polynomial.to_dict().items():
        term = Element(one.numerator * int(coefficient), one.denominator)
        for variable, exponent in enumerate(exponents):
            if exponent:
                key = (variable, int(exponent))
                if key not in powers:
                    powers[key] = images[variable] ** int(exponent)
                term = term * powers[key]
        total = total + term
    return total


def in_powers_of(place: int, polynomial: Polynomial, context: Context) -> list[Polynomial]:
    """The coefficients by powers of one variable, lowest first, over a context of the other variables.

    Examples
    --------
    >>> wide, rest = context_of(["x", "p"]), context_of(["p"])
    >>> x, p = wide.gens()
    >>> [str(part) for part in in_powers_of(0, p**2 * x**2 - 3 * p, rest)]
    ['-3*p', '0', 'p^2']
    """
    parts: list[dict[tuple[int, ...], Any]] = [{} for _ in range(max(int(polynomial.degrees()[place]), 0) + 1)]
    for exponents, value in polynomial.to_dict().items():
        rest = tuple(int(e) for k, e in enumerate(exponents) if k != place)
        parts[int(exponents[place])][rest] = value
    return [context.from_dict(part) for part in parts]


def prime_factors(number: int) -> tuple[tuple[int, int], ...]:
    """The prime factorization of a positive integer, sorted; numbers beyond 10**40 are split only by trial.

    A cofactor that resists is kept whole: its logarithm is then a generator of its own, which can leave a
    comparison undecided but never wrong.
    """
    if number == 1:
        return ()
    if number < 10**40:
        return tuple(sorted((int(prime), int(power)) for prime, power in fmpz(number).factor()))
    found: list[tuple[int, int]] = []
    for prime, power in fmpz(number).factor_smooth(16):
        found.append((int(prime), int(power)))
    return tuple(sorted(found))


def irreducible_factors(polynomial: Polynomial) -> tuple[int, tuple[tuple[Polynomial, int], ...]]:
    """Content (with sign) and irreducible factors with multiplicity, in a canonical order.

    Every factor is primitive with a positive leading coefficient (lexicographic order).
    """
    # Imported here because the package of the decomposition engine is not needed to read a game.
    from ..decomposition.factoring import irreducible_factors as safe_factors  # for start-up

    if polynomial.is_constant():
        return (int(polynomial.leading_coefficient()) if not polynomial.is_zero() else 0), ()
    content, factors = safe_factors(polynomial)
    content = int(content)
    oriented = []
    for factor, power in factors:
        if factor.leading_coefficient() < 0:
            factor = -factor
            content *= (-1) ** int(power)
        oriented.append((factor, int(power)))
    oriented.sort(key=lambda pair: (pair[0].total_degree(), len(pair[0]), str(pair[0])))
    return content, tuple(oriented)


def lift_polynomial(polynomial: Polynomial, context: Context) -> Polynomial:
    """The polynomial over a context that has more generators."""
    return polynomial if polynomial.context() is context else polynomial.project_to_context(context)


def moved(polynomial: Polynomial, context: Any, names: Sequence[str] | None = None) -> Polynomial:
    """The polynomial over another context that has its variables' names, or these in their places."""
    names = polynomial.context().names() if names is None else names
    known = {name: k for k, name in enumerate(context.names())}
    width = len(known)
    terms = {}
    for exponents, coefficient in polynomial.to_dict().items():
        powers = [0] * width
        for name, exponent in zip(names, exponents, strict=True):
            if int(exponent):
                powers[known[name]] = int(exponent)
        terms[tuple(powers)] = int(coefficient)
    return context.from_dict(terms)
