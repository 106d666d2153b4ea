"""Stationary points of the weighted divergence on the hulls of a family, and which of them are minima.

A stationary point on a hull solves a polynomial system (`symbolic.definition.hulls`); it is kept when it lies in the
closure of Theta and its divergence is finite. In a convex problem it is a minimum iff the gradient is a non-negative
combination of the normals of active constraints (Karush-Kuhn-Tucker); otherwise values are compared.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from flint import fmpq_poly

from ..algebra.feasibility import nonnegative_solution
from ..algebra.log_values import LogValue, compare
from ..algebra.number_field import ZERO, Real, same
from ..algebra.ring import Element, Ring
from ..algebra.systems import InfinitelyManyError, solve_system
from ..decomposition import AlgebraicNumber
from ..errors import NotSupportedError
from ..forms.laws import Family, derivative, value_at
from .hulls import Hull, Vector, affine_constraints, affine_parts, hulls, stationarity


@dataclass(frozen=True, slots=True)
class Candidate:
    """A stationary point: theta, and the weights of the actions as numbers of the same field."""

    theta: tuple[Real, ...]
    weights: tuple[Real, ...]


def is_convex(family: Family, support: Sequence[int]) -> bool:
    """Whether K is convex in theta by construction: affine predictions on a polyhedron."""
    flat = len(affine_constraints(family)) == len(family.constraints) and not family.excluded
    return flat and all(family.affine[a] for a in support)


def minimal(family: Family, found: Sequence[Candidate]) -> list[Candidate]:
    """The candidates of least divergence (exact ties kept)."""
    winners: list[Candidate] = []
    least: LogValue | None = None
    for candidate in found:
        value = divergence_value(family, candidate)
        order = -1 if least is None else compare(value, least)
        if order < 0:
            winners, least = [candidate], value
        elif order == 0:
            winners.append(candidate)
    return winners


def candidates(family: Family, fixed: Sequence[Vector], sigma: tuple[Real, ...]) -> list[Candidate]:
    """All feasible stationary points of finite divergence on all hulls, each once."""
    alpha = next((w.alpha for w in sigma if w.part.degree() > 0), None)
    extra = ("t",) if alpha is None else ("b", "t")
    found: list[Candidate] = []
    for hull in hulls(family, fixed, extra):
        for candidate in stationary_points(hull, sigma, alpha):
            if not is_feasible(family, candidate, sigma):
                continue
            if not any(all(map(same, candidate.theta, other.theta)) for other in found):
                found.append(candidate)
    return found


def stationary_points(hull: Hull, sigma: tuple[Real, ...], alpha: AlgebraicNumber | None) -> list[Candidate]:
    """The stationary points of the weighted divergence on one hull."""
    ring = hull.ring
    weights = [None if w.is_zero() else _as_element(ring, w) for w in sigma]
    system = stationarity(hull, weights)
    if system is None:
        return []
    equations = list(system.equations)
    count = hull.dimension
    if count == 0:
        theta = tuple(_constant(value) for value in hull.theta)
        return [Candidate(theta, sigma)]
    if alpha is not None:
        equations.append(alpha.equation(ring.parameter("b").numerator))
        count += 1
    if hull.dimension > 1 and system.nonzero:
        product = ring.parameter("t").numerator
        for factor in system.nonzero:
            product = product * factor
        equations.append(product - 1)
        count += 1
    try:
        points = solve_system(equations, count)
    except InfinitelyManyError:
        raise NotSupportedError(
            f"the stationary points of {hull.family.name} are not isolated for this strategy; only directions that "
            "no prediction depends on are handled as sets"
        ) from None
    found = []
    for point in points:
        own = sigma
        if alpha is not None:
            beta = point[hull.dimension]
            if beta.algebraic() != alpha:
                continue
            own = tuple(_moved(w, beta) for w in sigma)
        images = [*point[: hull.dimension]]
        found.append(Candidate(tuple(value_at(value, images) for value in hull.theta), own))
    return found


def _as_element(ring: Ring, weight: Real) -> Element:
    total = ring.constant(0)
    for k, coefficient in enumerate(weight.part.coeffs()):
        term = ring.constant(Fraction(int(coefficient.p), int(coefficient.q)))
        total = total + (term * ring.parameter("b") ** k if k else term)
    return total


def _moved(weight: Real, beta: Real) -> Real:
    if weight.part.degree() <= 0:
        return weight
    total = ZERO
    for coefficient in reversed(weight.part.coeffs()):
        total = total * beta + Real.element(total.alpha, fmpq_poly([coefficient]))
    return total


def _constant(element: Element) -> Real:
    value = element.rational()
    assert value is not None
    return Real.of(value)


def is_feasible(family: Family, candidate: Candidate, sigma: Sequence[Real]) -> bool:
    """Whether the point lies in the closure of Theta and has finite divergence."""
    for constraint in family.constraints:
        if value_at(constraint.polynomial, candidate.theta).sign() < 0:
            return False
    for weight, divergence in zip(sigma, family.divergences, strict=True):
        if weight.is_zero() or divergence is None:
            continue
        try:
            value_at(divergence.rational, candidate.theta)
            if any(value_at(argument, candidate.theta).sign() <= 0 for _, argument in divergence.logs):
                return False
        except ZeroDivisionError:
            return False
    return True


def divergence_value(family: Family, candidate: Candidate) -> LogValue:
    """The weighted divergence at the point, up to a term that no model changes."""
    rational = ZERO
    logs: list[tuple[Real, Real]] = []
    for weight, divergence in zip(candidate.weights, family.divergences, strict=True):
        if weight.is_zero():
            continue
        assert divergence is not None
        rational = rational + weight * value_at(divergence.rational, candidate.theta)
        for coefficient, argument in divergence.logs:
            value = value_at(argument, candidate.theta)
            if value.rational() != 1:
                logs.append((weight * Real.of(coefficient), value))
    return LogValue(rational, tuple(logs))


def divergence_gradient(family: Family, candidate: Candidate) -> list[Real]:
    """The gradient of the weighted divergence by theta at the point."""
    gradient = []
    for k in range(family.dimension):
        total = ZERO
        for weight, divergence in zip(candidate.weights, family.divergences, strict=True):
            if weight.is_zero():
                continue
            assert divergence is not None
            slope = value_at(derivative(divergence.rational, k), candidate.theta)
            for coefficient, argument in divergence.logs:
                rate = value_at(derivative(argument, k), candidate.theta) / value_at(argument, candidate.theta)
                slope = slope + Real.of(coefficient) * rate
            total = total + weight * slope
        gradient.append(total)
    return gradient


def satisfies_kkt(family: Family, candidate: Candidate) -> bool:
    """Whether the gradient is a non-negative combination of those of the active affine constraints."""
    gradient = divergence_gradient(family, candidate)
    if all(entry.is_zero() for entry in gradient):
        return True
    normals = []
    for constraint in family.constraints:
        if value_at(constraint.polynomial, candidate.theta).is_zero():
            parts, _ = affine_parts(constraint.polynomial, family.dimension)
            normals.append([Real.of(Fraction(int(p.p), int(p.q))) for p in parts])
    if not normals:
        return False
    rows = [[normal[k] for normal in normals] for k in range(family.dimension)]
    return nonnegative_solution(rows, gradient) is not None
