"""Functions of theta on balls: what a certified search evaluates.

A `Branch` is a place where a best fit can lie: a hull of a family (`symbolic.definition.hulls`), or a single model.
Divergences K(., a), their first and second derivatives along the hull, the multipliers of the constraints that are
held, and payoffs are compiled once from exact elements and evaluated in ball arithmetic (Johansson 2017, Arb). A ball
that contains a pole or a logarithm of a number that may be negative gives nan, about which nothing is ever certain.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from flint import arb, fmpq, fmpq_mat

from ...algebra.ring import Element
from ...definition.hulls import Hull, affine_parts, restricted_divergence
from ...forms.laws import Agent, Family, derivative

Ball = Any
Balls = Sequence[Ball]

PRECISION = 128


def exact_ball(value: Fraction | int) -> Ball:
    """A ball around a rational number, as narrow as the precision allows."""
    exact = Fraction(value)
    return arb(fmpq(exact.numerator, exact.denominator))


def between_ball(low: Fraction, high: Fraction) -> Ball:
    """A ball that contains the interval."""
    return exact_ball(low).union(exact_ball(high))


def midpoint(ball: Ball) -> Fraction:
    """The centre of a ball as a rational number."""
    mantissa, exponent = ball.mid().man_exp()
    shift = int(exponent)
    return Fraction(int(mantissa)) * Fraction(2) ** shift


@dataclass(frozen=True, slots=True)
class Compiled:
    """A rational function as lists of (coefficient, exponents), for evaluation on balls."""

    top: tuple[tuple[Ball, tuple[int, ...]], ...]
    bottom: tuple[tuple[Ball, tuple[int, ...]], ...]

    @staticmethod
    def of(element: Element, count: int) -> Compiled:
        """The function of the first `count` generators."""

        def terms(polynomial: Any) -> tuple[tuple[Ball, tuple[int, ...]], ...]:
            return tuple(
                (arb(int(c)), tuple(int(e) for e in exponents)[:count])
                for exponents, c in polynomial.to_dict().items()
            )

        return Compiled(terms(element.numerator), terms(element.denominator))

    def at(self, values: Balls) -> Ball:
        """The value on balls."""
        top = _sum(self.top, values)
        if len(self.bottom) == 1 and not any(self.bottom[0][1]):
            return top / self.bottom[0][0]
        return top / _sum(self.bottom, values)


def _sum(terms: Sequence[tuple[Ball, tuple[int, ...]]], values: Balls) -> Ball:
    total = arb(0)
    for coefficient, exponents in terms:
        term = coefficient
        for value, exponent in zip(values, exponents, strict=True):
            for _ in range(exponent // 2):
                term = term * _square(value)
            if exponent % 2:
                term = term * value
        total = total + term
    return total


def _square(value: Ball) -> Ball:
    """The square, which is not negative."""
    return (value * value).nonnegative_part() if value.overlaps(arb(0)) else value * value


@dataclass(frozen=True, slots=True)
class Divergences:
    """``K(., a)`` on a hull: value, gradient and Hessian in the coordinates of the hull."""

    rational: Compiled
    logs: tuple[tuple[Ball, Compiled], ...]
    gradient: tuple[Compiled, ...]
    hessian: tuple[tuple[Compiled, ...], ...]

    def value(self, u: Balls) -> Ball:
        """The divergence (up to a term that no model changes) on a box."""
        total = self.rational.at(u)
        for coefficient, argument in self.logs:
            total = total + coefficient * argument.at(u).log()
        return total

    def lower_bound(self, u: Balls) -> Ball | None:
        """A number below the divergence on a box, also where a probability may vanish; None when unknown."""
        total = self.rational.at(u)
        for coefficient, argument in self.logs:
            value = argument.at(u)
            if not value > 0:
                value = value.upper()  # -q log p is at least -q log(the largest p)
                if not (coefficient < 0 and value > 0):
                    return None
            total = total + coefficient * value.log()
        return total.lower() if total.is_finite() else None

    def value_between(self, u: Balls, centre: Balls) -> Ball:
        """A narrower enclosure on a box with this centre: the mean value form, met with the plain one."""
        plain = self.value(u)
        if not u:
            return plain
        form = self.value(centre)
        for k, slope in enumerate(self.gradient):
            form = form + slope.at(u) * (u[k] - centre[k])
        if not form.is_finite():
            return plain
        return form if not plain.is_finite() or form.rad() < plain.rad() else plain


@dataclass(frozen=True, eq=False)
class Branch:
    """A hull of one family of an agent, compiled; see the module's docstring."""

    agent: Agent
    index: int
    hull: Hull
    divergences: tuple[Divergences | None, ...]
    payoffs: tuple[Compiled, ...]
    slopes: tuple[tuple[Compiled, ...], ...]
    conditions: tuple[Compiled, ...]
    multipliers: tuple[tuple[Compiled, ...], ...]
    theta: tuple[Compiled, ...]
    misfits: tuple[tuple[Compiled, ...], ...] = field(repr=False)
    degenerate: bool = False  # further constraints hold all over the hull, so that multipliers are not unique

    @property
    def family(self) -> Family:
        """The family."""
        return self.hull.family

    @property
    def dimension(self) -> int:
        """The number of coordinates of the hull."""
        return self.hull.dimension

    @property
    def is_open(self) -> bool:
        """Whether a constraint that is held is strict, so that the hull is no part of Theta."""
        return any(self.family.constraints[k].strict for k in self.hull.active)

    @staticmethod
    def of(agent: Agent, index: int, hull: Hull) -> Branch:
        """The functions of a hull without polynomial constraints held."""
        size, family = hull.dimension, hull.family

        def compiled(element: Element) -> Compiled:
            return Compiled.of(element, size)

        divergences: list[Divergences | None] = []
        for divergence in family.divergences:
            local = None if divergence is None else restricted_divergence(hull, divergence)
            if local is None:
                divergences.append(None)
                continue
            gradient = []
            for k in range(size):
                slope = derivative(local.rational, k)
                for coefficient, argument in local.logs:
                    slope = slope + hull.ring.constant(coefficient) * derivative(argument, k) / argument
                gradient.append(slope)
            divergences.append(
                Divergences(
                    compiled(local.rational),
                    tuple((exact_ball(c), compiled(a)) for c, a in local.logs),
                    tuple(compiled(g) for g in gradient),
                    tuple(tuple(compiled(derivative(g, k)) for k in range(size)) for g in gradient),
                )
            )
        payoffs = [hull.restricted(p) for p in family.payoffs]
        rest = [hull.restricted(c.polynomial) for k, c in enumerate(family.constraints) if k not in hull.active]
        return Branch(
            agent,
            index,
            hull,
            tuple(divergences),
            tuple(compiled(p) for p in payoffs),
            tuple(tuple(compiled(derivative(p, k)) for k in range(size)) for p in payoffs),
            tuple(compiled(c) for c in rest if not c.is_zero()),
            _multipliers(hull),
            tuple(compiled(value) for value in hull.theta),
            tuple(tuple(compiled(hull.restricted(gap)) for gap in gaps) for gaps in family.misfits),
            any(c.is_zero() for c in rest),
        )


def _multipliers(hull: Hull) -> tuple[tuple[Compiled, ...], ...]:
    """For each action the multipliers of the held constraints in the gradient of K: those of independent normals."""
    family = hull.family
    if not hull.active:
        return tuple(() for _ in family.divergences)
    normals = [affine_parts(family.constraints[k].polynomial, family.dimension)[0] for k in hull.active]
    matrix = fmpq_mat([list(n) for n in normals])
    inverse = (matrix * matrix.transpose()).inv() * matrix
    found: list[tuple[Compiled, ...]] = []
    for divergence in family.divergences:
        if divergence is None or restricted_divergence(hull, divergence) is None:
            found.append(())
            continue
        gradient = []
        for k in range(family.dimension):
            slope = derivative(divergence.rational, k)
            for coefficient, argument in divergence.logs:
                slope = slope + family.ring.constant(coefficient) * derivative(argument, k) / argument
            gradient.append(hull.restricted(slope))
        row = []
        for j in range(len(normals)):
            total = hull.ring.constant(0)
            for i, entry in enumerate(gradient):
                weight = inverse[j, i]
                total = total + hull.ring.constant(Fraction(int(weight.p), int(weight.q))) * entry
            row.append(Compiled.of(total, hull.dimension))
        found.append(tuple(row))
    return tuple(found)
