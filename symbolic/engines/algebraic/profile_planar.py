"""Equilibria with two unknown weights, continua included, where every player's best fit is one number.

Let player j have one family on an interval [l, h], strictly convex divergence, and payoffs affine in theta. The plans
of the support are all optimal on an interval [a, b] of theta (a point where payoffs tie, all of [l, h] where they
always do), and since the derivative g_j(theta, sigma) of the divergence increases in theta,

    a <= theta_j(sigma) <= b   iff   (a <= l or g_j(a, sigma) <= 0) and (b >= h or g_j(b, sigma) >= 0).

g_j is linear in sigma, hence a polynomial in the weights with rational coefficients: the equilibria with this support
are the solutions of polynomial inequalities in the open square, which a cylindrical decomposition (Collins 1975) cuts
into cells of one sign each. This decides what `systems` leaves open where solutions are not isolated.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from flint import Ordering, fmpz_mpoly_ctx

from ...algebra.number_field import ONE, ZERO, Real
from ...algebra.ring import Element
from ...combinatorics.dynamics import connected
from ...decomposition import AlgebraicNumber, decompose
from ...definition.hulls import affine_parts, kernel
from ...definition.stationary import Candidate, divergence_gradient, is_convex
from ...errors import NotSupportedError
from ...forms.laws import Agent, Family
from ...forms.profiles import Players, Support, plan_sets
from .weights import Weights

Polynomial = Any
UNKNOWN = 2


@dataclass(frozen=True, slots=True)
class Piece:
    """A connected piece of the equilibria: its dimension, the unknown weights at one point of it, what cuts it out."""

    dimension: int
    sample: tuple[Real, ...]
    conditions: tuple[str, ...]


def planar_pieces(players: Players, support: Support) -> list[Piece]:
    """All equilibria with exactly this support, as connected pieces; exact.

    Raises NotSupportedError, naming what, where the argument of the module does not apply.
    """
    weights = Weights(players, support)
    if len(weights.names) != UNKNOWN:
        raise NotSupportedError(f"{len(weights.names)} unknown weights; continua are cut out with {UNKNOWN}")
    context = fmpz_mpoly_ctx.get(weights.names, Ordering.degrevlex)
    inside = players.inside(plan_sets(players, support))
    profile_of = weights.profile_polynomials(context)
    inequalities: list[Polynomial] = []
    for j, agent in enumerate(players.agents):
        found = _inequalities(players, j, agent, inside, profile_of)
        if found is None:
            return []
        inequalities += found
    positive = weights.positive(context)
    if any(f.is_constant() and not f.is_zero() and f.leading_coefficient() < 0 for f in inequalities):
        return []
    relations = list({str(f): f for f in inequalities if not f.is_constant()}.values())
    polynomials = list({str(f): f for f in (*relations, *positive)}.values())
    result = decompose(polynomials, weights.names, [(0, 1)] * UNKNOWN, full=True)
    place = {str(p): k for k, p in enumerate(polynomials)}
    good = {
        cell.index: cell
        for cell in result.cells
        if all(cell.sign_vector[place[str(w)]] > 0 for w in positive)
        and all(cell.sign_vector[place[str(f)]] >= 0 for f in relations)
    }
    # One line: all of it has to hold. Where nothing is asked all of the support's mixtures belong to the set.
    parts = [_written(weights, f, relations) for k, f in enumerate(relations) if -f not in relations[:k]]
    text = (" and ".join(parts or [f"{weights.written(w)} > 0" for w in positive]),)
    pieces = []
    for group in connected(list(good), result.adjacency):
        members = sorted((good[k] for k in group), key=lambda c: (-c.dimension, c.position))
        sample = next((s for cell in members if (s := _numbers(cell.sample)) is not None), None)
        if sample is None:
            raise NotSupportedError("no point of a set of equilibria is known in closed form; perturb a payoff")
        pieces.append(Piece(members[0].dimension, sample, text))
    return pieces


def _written(weights: Weights, relation: Polynomial, relations: Sequence[Polynomial]) -> str:
    """An inequality, or with its opposite an equation."""
    if -relation not in relations:
        return f"{weights.written(relation)} >= 0"
    return f"{weights.written(relation if relation.leading_coefficient() > 0 else -relation)} == 0"


def _numbers(sample: Sequence[Any]) -> tuple[Real, ...] | None:
    if all(isinstance(value, Fraction | int | AlgebraicNumber) for value in sample):
        return tuple(Real.of(value) for value in sample)
    return None


def _inequalities(
    players: Players, player: int, agent: Agent, inside: Sequence[int], profile_of: dict[int, Polynomial]
) -> list[Polynomial] | None:
    """Polynomials that are not negative iff the player's best fit makes the support optimal; None: never."""
    playing = [f for f in agent.families if all(f.divergences[k] is not None for k in inside)]
    own = {players.profiles[k][player]: k for k in inside}
    if len(playing) != 1 or not is_convex(playing[0], inside) or kernel(playing[0], inside):
        raise NotSupportedError(
            f"the conditions have infinitely many complex solutions, and {agent.player} has several best fits or one "
            "that play does not identify; perturb a number of the game"
        )
    (family,) = playing
    low, high = _ends(agent, family)
    bounds = _optimal_interval(agent, family, list(own.values()), low, high)
    if bounds is None:
        return None
    found = []
    for end, outer, side in ((bounds[0], low, -1), (bounds[1], high, 1)):
        if end is None or end == outer:
            continue
        found.append(_slope(family, end, inside, profile_of) * side)
    return found


def _ends(agent: Agent, family: Family) -> tuple[Fraction | None, Fraction | None]:
    """Theta as an interval; a single model is the point 0 of an empty list of coordinates."""
    if family.dimension > 1:
        raise NotSupportedError(
            f"the conditions have infinitely many complex solutions, and {family.name} of {agent.player} has several "
            "coordinates; perturb a number of the game"
        )
    low: Fraction | None = None
    high: Fraction | None = None
    for constraint in family.constraints:
        if constraint.strict:
            raise NotSupportedError(f"an open end of {family.name} beside a continuum; close it")
        gradient, constant = affine_parts(constraint.polynomial, 1)
        bound = -Fraction(int(constant.p), int(constant.q)) / Fraction(int(gradient[0].p), int(gradient[0].q))
        if gradient[0] > 0:
            low = bound if low is None else max(low, bound)
        else:
            high = bound if high is None else min(high, bound)
    return low, high


def _optimal_interval(
    agent: Agent, family: Family, support: Sequence[int], low: Fraction | None, high: Fraction | None
) -> tuple[Fraction | None, Fraction | None] | None:
    """The theta at which the payoffs of the support are greatest; None when there is none."""
    for k in range(len(agent.actions)):
        for s in support:
            constant, slope = _affine(agent, family, family.payoffs[s] - family.payoffs[k])
            if slope == 0:
                if constant < 0:
                    return None
                continue
            bound = -constant / slope
            if slope > 0:
                low = bound if low is None else max(low, bound)
            else:
                high = bound if high is None else min(high, bound)
            if low is not None and high is not None and low > high:
                return None
    return low, high


def _affine(agent: Agent, family: Family, element: Element) -> tuple[Fraction, Fraction]:
    """Constant and slope of an affine function of theta."""
    if not element.denominator.is_constant() or int(element.numerator.total_degree()) > 1:
        raise NotSupportedError(
            f"the conditions have infinitely many complex solutions, and payoffs of {agent.player} curve in theta; "
            "perturb a number of the game"
        )
    if not family.dimension:
        value = element.rational()
        assert value is not None
        return value, Fraction(0)
    gradient, constant = affine_parts(element, 1)
    return Fraction(int(constant.p), int(constant.q)), Fraction(int(gradient[0].p), int(gradient[0].q))


def _slope(family: Family, theta: Fraction, inside: Sequence[int], profile_of: dict[int, Polynomial]) -> Polynomial:
    """``g(theta, sigma)`` times a positive integer, as a polynomial in the weights."""
    slopes: dict[int, Fraction] = {}
    for k in inside:
        alone = tuple(ONE if m == k else ZERO for m in range(len(family.divergences)))
        try:
            (slope,) = divergence_gradient(family, Candidate((Real.of(theta),), alone))
        except ZeroDivisionError:
            raise NotSupportedError(
                f"the divergence of {family.name} is infinite at theta = {theta}, where payoffs tie; perturb a payoff"
            ) from None
        exact = slope.rational()
        assert exact is not None
        slopes[k] = exact
    scale = 1
    for value in slopes.values():
        scale *= value.denominator
    polynomial = sum(
        (profile_of[k] * int(value * scale) for k, value in slopes.items()),
        start=next(iter(profile_of.values())) * 0,
    )
    if polynomial.is_zero():
        return polynomial
    content, primitive = polynomial.primitive()
    return primitive if content > 0 else -primitive
