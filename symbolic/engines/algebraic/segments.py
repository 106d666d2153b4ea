"""Two actions: where on the segment of mixtures anything about the best fits can change.

Play mixes actions a and b with weights 1 - s and s. On each hull (`symbolic.definition.hulls`) the stationary points
are curves in s, algebraic because the stationarity conditions are polynomial in (u, s) and linear in s. What is best
there, whether a curve is inside Theta, and the order of the payoffs along it, can change only where a curve meets a
further constraint, where a minor of the payoff differences vanishes along it, or where it folds. These *critical
shares* are roots of polynomials in s obtained by elimination; between two of them one rational sample decides for all
(a cylindrical decomposition of the segment, Collins 1975). Where the minimum is not known to be unique, curves may
also tie in value: see `ties`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from typing import Any

from flint import fmpz_poly

from ...algebra.number_field import ONE, ZERO, Real
from ...algebra.ring import Element, irreducible_factors
from ...algebra.systems import InfinitelyManyError, solve_system
from ...decomposition import AlgebraicNumber, real_roots
from ...decomposition.rationals import rational
from ...definition.extremes import is_curved
from ...definition.hulls import Hull, Stationarity, determinant, hulls, kernel, stationarity
from ...definition.stationary import Candidate, is_convex, is_feasible
from ...errors import NotSupportedError
from ...forms.laws import Agent, Family, derivative, substituted, value_at

Polynomial = Any


@dataclass(frozen=True, slots=True)
class Event:
    """A point of a curve of stationary points at which something can change: theta and the share, in one field."""

    family: Family
    theta: tuple[Real, ...]
    share: Real


def critical_events(
    agent: Agent, pair: tuple[int, int]
) -> list[tuple[AlgebraicNumber, tuple[Event | None, ...]]]:
    """All shares s in (0, 1) of the second action at which the description of the best fits can change, in order,
    with the exact points at which it can. Exact.

    A superset: nothing happens at some of them. Ties in value between curves are not among them. None stands for a
    minor of payoffs at several points that vanishes; shares without events only renumber curves.
    Raises NotSupportedError where elimination does not isolate the events.
    """
    found: dict[AlgebraicNumber, list[Event | None]] = {}
    for family in agent.families:
        events, shares = _family_events(agent, family, pair)
        for event in events:
            name = event.share.algebraic()
            if 0 < name < 1:
                found.setdefault(name, []).append(event)
        for polynomial, matters in shares:
            if polynomial.degree() > 0:
                for root in real_roots(polynomial, rational(0), rational(1)):
                    found.setdefault(root, []).extend([None] if matters else [])
    return [(share, tuple(found[share])) for share in sorted(found)]


def share_weights(agent: Agent, pair: tuple[int, int], hull: Hull) -> list[Element | None]:
    """The weights 1 - s and s of the two actions as elements of the ring of a hull that has a generator s."""
    share = hull.ring.parameter("s")
    weights: list[Element | None] = [None] * len(agent.actions)
    weights[pair[0]], weights[pair[1]] = hull.ring.constant(1) - share, share
    return weights


def _family_events(
    agent: Agent, family: Family, pair: tuple[int, int]
) -> tuple[list[Event], list[tuple[Polynomial, bool]]]:
    if any(family.divergences[a] is None for a in pair) or not family.dimension:
        return [], []
    fixed = kernel(family, pair)
    convex = is_convex(family, pair)
    if any(is_curved(family, payoff - family.payoffs[0], fixed) for payoff in family.payoffs):
        raise NotSupportedError(
            f"mixtures of {agent.actions[pair[0]]} and {agent.actions[pair[1]]} do not identify {family.name}, and "
            "payoffs are not affine in what they leave open; use payoffs affine in theta"
        )
    events: list[Event] = []
    shares: list[tuple[Polynomial, bool]] = []
    curves: list[tuple[Hull, list[Element]]] = []
    moving = False
    everywhere = hulls(family, fixed, ("s", "t"))
    for hull in everywhere:
        system = stationarity(hull, share_weights(agent, pair, hull))
        if system is None:
            continue
        curve = _rational_curve(hull, system)
        if curve is not None:
            curves.append((hull, curve))
            events += _rational_events(agent, hull, curve)
            continue
        moving = moving or not _is_still(hull, system)
        if hull.dimension == 1 and not hull.nonlinear:
            events += _planar_events(agent, hull, system)
            shares += [(p, False) for p in _escapes(hull, system)]
        else:
            events += _eliminated_events(agent, hull, system, convex)
    if fixed and len(agent.actions) > 2 and (moving or any(not _stands(c) for _, c in curves)):
        if moving or len(curves) < len(everywhere):
            raise NotSupportedError(
                f"mixtures of {agent.actions[pair[0]]} and {agent.actions[pair[1]]} do not identify {family.name}, and "
                "its best fits are no rational functions of the mixture; with more than two actions only least squares "
                "is solved in this case"
            )
        shares += [(p, True) for p in _minor_events(agent, family, curves)]
    return events, shares


def _is_still(hull: Hull, system: Stationarity) -> bool:
    """Whether the stationary points on a hull do not depend on the share."""
    place = hull.ring.index("s")
    equations = [_without_share_factors(hull, equation) for equation in system.equations]
    return all(equation.degrees()[place] <= 0 for equation in equations)


def _stands(curve: Sequence[Element]) -> bool:
    """Whether a rational curve is a point."""
    return all(value.rational() is not None for value in curve)


def _rational_events(agent: Agent, hull: Hull, curve: Sequence[Element]) -> list[Event]:
    events = []
    for function in _along(hull, curve, _conditions(agent, hull)):
        polynomial = _in_share(hull, function.numerator)
        if polynomial.degree() <= 0:
            continue
        for root in real_roots(polynomial, rational(0), rational(1)):
            share = Real.of(root)
            images = [ZERO] * hull.dimension + [share]
            u = [value_at(value, images) for value in curve]
            events.append(_event(hull, u, share))
    return events


def _event(hull: Hull, u: Sequence[Real], share: Real) -> Event:
    return Event(hull.family, tuple(value_at(value, u) for value in hull.theta), share)


def _conditions(agent: Agent, hull: Hull) -> list[Element]:
    """Functions of u whose zeros are events: constraints that are not held, and differences of payoffs."""
    held = {*hull.active, *hull.nonlinear}
    functions = [
        hull.restricted(c.polynomial) for k, c in enumerate(hull.family.constraints) if k not in held
    ] + [hull.restricted(e) for e in hull.family.excluded]
    for a, b in combinations(range(len(agent.actions)), 2):
        functions.append(hull.restricted(hull.family.payoffs[a] - hull.family.payoffs[b]))
    return [f for f in functions if f.rational() is None]


def _rational_curve(hull: Hull, system: Stationarity) -> list[Element] | None:
    """u as rational functions of s where the equations are linear in u and solvable; else None."""
    size = hull.dimension
    if size == 0:
        return []
    if hull.nonlinear or len(system.equations) != size:
        return None
    ring = hull.ring
    for equation in system.equations:
        if any(sum(int(e) for e in exponents[:size]) > 1 for exponents in equation.to_dict()):
            return None
    one = ring.context.constant(1)
    zeros = [ring.constant(0)] * size + [ring.parameter("s"), ring.constant(0), ring.constant(0)]
    rows, right = [], []
    for equation in system.equations:
        rows.append([Element(equation.derivative(k), one) for k in range(size)])
        right.append(-substituted(Element(equation, one), zeros, ring.constant(1)))
    bottom = determinant(rows, ring)
    if bottom.is_zero():
        return None
    return [
        determinant([[*row[:k], side, *row[k + 1 :]] for row, side in zip(rows, right, strict=True)], ring)
        / bottom
        for k in range(size)
    ]


def _along(hull: Hull, curve: Sequence[Element], functions: Iterable[Element]) -> list[Element]:
    """Functions of u as functions of s along a rational curve; those with a pole everywhere are left out."""
    ring = hull.ring
    images = [*curve, ring.parameter("s"), ring.constant(0), ring.constant(0)]
    found = []
    for function in functions:
        try:
            found.append(substituted(function, images, ring.constant(1)))
        except ZeroDivisionError:
            continue
    return found


def _in_share(hull: Hull, polynomial: Polynomial) -> Polynomial:
    """A polynomial in s alone as an `fmpz_poly`."""
    place = hull.ring.index("s")
    coefficients: dict[int, int] = {}
    for exponents, coefficient in polynomial.to_dict().items():
        coefficients[int(exponents[place])] = int(coefficient)
    return fmpz_poly([coefficients.get(k, 0) for k in range(max(coefficients, default=-1) + 1)])


def _planar_events(agent: Agent, hull: Hull, system: Stationarity) -> list[Event]:
    """One coordinate u: common points of the irreducible curves with the conditions, one another, and their folds."""
    share = hull.ring.index("s")
    (equation,) = system.equations
    curves = [factor for factor, _ in irreducible_factors(equation)[1] if factor.degrees()[0] > 0]
    conditions = [f.numerator for f in _conditions(agent, hull)]
    events: list[Event] = []
    for place, curve in enumerate(curves):
        meeting = list(curves[place + 1 :])
        if curve.degrees()[share] <= 0:
            # A point that does not move: only curves that move can meet it, and they look for it themselves.
            for other in meeting:
                if other.degrees()[share] > 0:
                    events += _common_points(hull, curve, other)
            continue
        if curve.degrees()[0] > 1:
            meeting.append(curve.derivative(0))
        for condition in conditions:
            factors = [f for f, _ in irreducible_factors(condition)[1] if f.degrees()[0] > 0]
            meeting += [f for f in factors if f not in (curve, -curve)]
        for other in meeting:
            events += _common_points(hull, curve, other)
    return events


def _escapes(hull: Hull, system: Stationarity) -> list[Polynomial]:
    """Where a stationary point goes off to infinity: the order of the others on their curve can change."""
    place = hull.ring.index("s")
    found = []
    for curve, _ in irreducible_factors(system.equations[0])[1]:
        degree = int(curve.degrees()[0])
        if degree > 0 and curve.degrees()[place] > 0:
            lead: dict[tuple[int, ...], int] = {}
            for exponents, coefficient in curve.to_dict().items():
                rest = [int(e) for e in exponents]
                if rest[0] == degree:
                    rest[0] = 0
                    lead[tuple(rest)] = int(coefficient)
            found.append(_in_share(hull, hull.ring.context.from_dict(lead)))
    return found


def _common_points(hull: Hull, curve: Polynomial, other: Polynomial) -> list[Event]:
    return [_event(hull, [u], s) for u, s in solve_system([curve, other], 2)]


def _eliminated_events(agent: Agent, hull: Hull, system: Stationarity, convex: bool) -> list[Event]:
    """Several coordinates: all common zeros of the curve and each condition, by elimination."""
    ring, size = hull.ring, hull.dimension
    base = [_without_share_factors(hull, equation) for equation in system.equations]
    count = size + 1
    if all(equation.degrees()[ring.index("s")] <= 0 for equation in base):
        return []
    # Away from the ends of the segment, where less is identified, and from infinite divergences.
    share = ring.parameter("s").numerator
    product = ring.parameter("t").numerator * share * (1 - share)
    for factor in system.nonzero:
        product = product * factor
    base.append(product - 1)
    count += 1
    conditions = [f.numerator for f in _conditions(agent, hull)]
    if not convex and not hull.nonlinear:
        jacobian = [[derivative(g, k) for k in range(size)] for g in system.gradient]
        conditions.append(determinant(jacobian, ring).numerator)
    events: list[Event] = []
    for condition in conditions:
        try:
            points = solve_system([*base, condition], count)
        except InfinitelyManyError:
            if convex and _has_constant_point(hull, base, count):
                # Strict convexity: the constant point is the only stationary one for every s.
                return []
            raise NotSupportedError(
                f"the best fits of {hull.family.name} meet a boundary or a tie of payoffs along a whole curve of "
                "mixtures; perturb the game, or use a family with one coordinate"
            ) from None
        events += [_event(hull, point[:size], point[size]) for point in points]
    return events


def _without_share_factors(hull: Hull, polynomial: Polynomial) -> Polynomial:
    """The polynomial without the factors 1 - s and s, which do not vanish inside the segment."""
    result = hull.ring.context.constant(1)
    for factor, multiplicity in irreducible_factors(polynomial)[1]:
        if any(factor.degrees()[k] > 0 for k in range(hull.dimension)):
            result = result * factor**multiplicity
    return result


def _has_constant_point(hull: Hull, base: Sequence[Polynomial], count: int) -> bool:
    place = hull.ring.index("s")
    parts: list[Polynomial] = []
    for equation in base:
        by_power: dict[int, dict[tuple[int, ...], int]] = {}
        for exponents, coefficient in equation.to_dict().items():
            rest = [int(e) for e in exponents]
            power, rest[place] = rest[place], 0
            by_power.setdefault(power, {})[tuple(rest)] = int(coefficient)
        parts += [hull.ring.context.from_dict(terms) for terms in by_power.values()]
    parts.append(hull.ring.parameter("s").numerator)
    try:
        points = solve_system(parts, count)
    except InfinitelyManyError:
        return False
    played = [ONE for _ in hull.family.divergences]
    for point in points:
        theta = tuple(value_at(value, point[: hull.dimension]) for value in hull.theta)
        # Inside Theta or not: where K is finite it is strictly convex on the hull, and has no other stationary point.
        if is_feasible(replace(hull.family, constraints=()), Candidate(theta, tuple(played)), played):
            return True
    return False


def _minor_events(
    agent: Agent, family: Family, curves: Sequence[tuple[Hull, list[Element]]]
) -> list[Polynomial]:
    """Minors of the payoff differences over several vertices of the set of best fits, as functions of s."""
    count = len(agent.actions)
    ring = curves[0][0].ring
    vectors = []
    for hull, curve in curves:
        differences = []
        for a in range(count):
            (value,) = _along(hull, curve, [hull.restricted(family.payoffs[a])])
            differences.append(_share_element(hull, value, ring))
        vectors.append(differences)
    events = []
    for size in range(2, count):
        for rows in combinations(vectors, size):
            for base in range(count):
                for columns in combinations([a for a in range(count) if a != base], size):
                    minor = determinant([[row[base] - row[c] for c in columns] for row in rows], ring)
                    events.append(_in_share(curves[0][0], minor.numerator))
    return events


def _share_element(hull: Hull, element: Element, ring: Any) -> Element:
    """A function of s alone, moved into another ring that has a generator s."""
    images = [ring.constant(0)] * hull.dimension + [ring.parameter("s"), ring.constant(0), ring.constant(0)]
    return substituted(element, images, ring.constant(1))
