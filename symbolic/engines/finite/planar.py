"""Equilibria with at most two unknown weights: every sign condition decided on the cells of the unit square.

A full cylindrical decomposition (Collins 1975) of all relations gives cells on which each has one sign; the cells that
satisfy some choice of labels, joined where they touch, are the connected pieces. Coefficients may hold logarithms.
A sample is exact: rational, algebraic, or in closed form as the root of a relation that is linear in its unknown or
leads to a quadratic.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

import flint
from flint import arb

from ...algebra.constants import Numbers, ball_of
from ...algebra.points import RealPoint
from ...algebra.rewritings import reduce_roots, square_root
from ...algebra.ring import Element, Polynomial, Ring, irreducible_factors, lift
from ...combinatorics.dynamics import connected
from ...combinatorics.shape import Sets
from ...decomposition import AlgebraicNumber, decompose
from ...errors import NotSupportedError
from ...expressions.reading import number as rational_number
from .systems import Slot, System

Chosen = Sequence[tuple[Sets, System]]


@dataclass(frozen=True)
class Piece:
    """A connected piece: its dimension, the labels that hold somewhere on it, and a sample of every weight.

    `sampled` are labels that hold at the sample; `ring` is the one of the sample's elements; `joint` gives the
    weights as polynomials in one algebraic number where there is one.
    """

    labels: tuple[Sets, ...]
    sampled: Sets
    dimension: int
    sample: dict[Slot, Any]
    ring: Ring | None
    joint: dict[Slot, Any] | None
    holds: Callable[[Sets], bool] = field(repr=False, compare=False)


def planar_pieces(chosen: Chosen, ring: Ring, numbers: Numbers) -> list[Piece]:
    """The connected pieces of the union of these systems' solutions in the open square; exact."""
    first = chosen[0][1]
    count = len(first.slots)
    names = [f"weight_{k}" for k in range(count)]
    relations: list[Polynomial] = []
    for _, system in chosen:
        relations.extend((*system.equations, *system.inequalities))
    positive = [w for _, w in first.weights if not w.is_constant()]
    polynomials = [p for p in (*relations, *positive) if not p.is_constant()]
    constants = {g.name: _enclosure(numbers, ring, k) for k, g in enumerate(ring.generators)}
    result = decompose(polynomials, names, [(0, 1)] * count, constants=constants or None, full=True)
    places = {str(p): k for k, p in enumerate(polynomials)}

    def sign(cell: Any, polynomial: Polynomial) -> int:
        if polynomial.is_constant():
            value = polynomial.leading_coefficient() if not polynomial.is_zero() else 0
            return (value > 0) - (value < 0)
        return int(cell.sign_vector[places[str(polynomial)]])

    def satisfied(cell: Any, system: System) -> bool:
        return (
            all(sign(cell, w) > 0 for w in positive)
            and all(sign(cell, e) == 0 for e in system.equations)
            and all(sign(cell, f) >= 0 for f in system.inequalities)
        )

    good = {cell.index: tuple(labels for labels, system in chosen if satisfied(cell, system)) for cell in result.cells}
    inside = [k for k, labels in good.items() if labels]
    groups = connected(inside, result.adjacency)
    cells = {cell.index: cell for cell in result.cells}
    pieces = []
    for group in groups:
        members = sorted((cells[k] for k in group), key=lambda c: (-c.dimension, c.position))
        labels = tuple(dict.fromkeys(own for cell in members for own in good[cell.index]))
        place, sample, larger, joint = _sample(members, good, chosen, ring, numbers)

        def holds(others: Sets, reached: tuple[Sets, ...] = labels) -> bool:
            return others in reached

        pieces.append(Piece(labels, good[place][0], members[0].dimension, sample, larger, joint, holds))
    return pieces


def _enclosure(numbers: Numbers, ring: Ring, place: int) -> Callable[[int], Any]:
    def ball(precision: int) -> Any:
        with flint.ctx.workprec(precision + 10):
            return numbers.balls(ring, precision + 10)[place]

    return ball


def _sample(
    members: Sequence[Any], good: dict[int, tuple[Sets, ...]], chosen: Chosen, ring: Ring, numbers: Numbers
) -> tuple[int, dict[Slot, Any], Ring | None, dict[Slot, Any] | None]:
    """The cell and all weights at a point of the piece: values, their ring, and a joint form for the definition."""
    by_labels = dict(chosen)
    for cell in members:
        system = by_labels[good[cell.index][0]]
        irrational = [c for c in cell.sample if not isinstance(c, Fraction)]
        if not irrational:
            point = [ring.constant(c) for c in cell.sample]
            return cell.index, _weights(system, point, ring), ring, None
        if len(irrational) == 1 and isinstance(irrational[0], AlgebraicNumber):
            return cell.index, *_algebraic(system, cell.sample, irrational[0])
        closed = _closed_form(system, cell.sample, ring, numbers)
        if closed is not None:
            larger, point = closed
            return cell.index, _weights(system, point, larger), larger, None
    raise NotSupportedError("no point of a set of equilibria has a closed form here; perturb a payoff")


def _weights(system: System, point: Sequence[Element], ring: Ring) -> dict[Slot, Any]:
    return {slot: reduce_roots(ring, _value(w, point, ring)) for slot, w in system.weights}


def _value(polynomial: Polynomial, point: Sequence[Element], ring: Ring) -> Element:
    """A polynomial with the first variables replaced, the constants kept."""
    count = len(point)
    total = ring.constant(0)
    for exponents, coefficient in polynomial.to_dict().items():
        rest = [int(e) for e in exponents[count:]]
        rest += [0] * (ring.context.nvars() - len(rest))
        term = ring.polynomial(ring.context.from_dict({tuple(rest): int(coefficient)}))
        for value, exponent in zip(point, exponents, strict=False):
            if int(exponent):
                term = term * lift(value, ring.context) ** int(exponent)
        total = total + term
    return reduce_roots(ring, total)


def _algebraic(
    system: System, sample: Sequence[Any], root: AlgebraicNumber
) -> tuple[dict[Slot, Any], Ring | None, dict[Slot, Any]]:
    coordinates = tuple(
        (Fraction(0), Fraction(1)) if isinstance(c, AlgebraicNumber) else (Fraction(c),) for c in sample
    )
    point = RealPoint(root, coordinates)
    values: dict[Slot, Any] = {}
    joint: dict[Slot, Any] = {}
    count = len(sample)
    for slot, weight in system.weights:
        terms = {tuple(int(e) for e in m[:count]): int(c) for m, c in weight.to_dict().items()}
        slopes = [terms.get(tuple(int(k == place) for k in range(count)), 0) for place in range(count)]
        coefficients = point.combination(terms.get((0,) * count, 0), slopes)
        number = point.number(coefficients)

        values[slot] = rational_number(number.as_rational()) if number.is_rational else number
        joint[slot] = (root, coefficients)
    return values, None, joint


def _closed_form(
    system: System, sample: Sequence[Any], ring: Ring, numbers: Numbers
) -> tuple[Ring, list[Element]] | None:
    """The sample by formulas: one unknown from a relation linear in it, or two from a quadratic."""
    if len(sample) == 2 and isinstance(sample[0], Fraction):
        x = ring.constant(sample[0])
        for equation in (*system.equations, *system.inequalities):
            parts = _in_second(equation, x, ring)
            if parts is not None and numbers.sign_over(ring, parts[1]) != 0:
                y = -(parts[0] / parts[1])
                if _near(numbers, ring, y, sample[1]):
                    return ring, [x, y]
        return None
    if len(sample) != 2 or len(system.equations) < 2:
        return None
    one, two = (_bilinear(e, ring) for e in system.equations[:2])
    if one is None or two is None:
        return None
    (a, b, c, d), (e, f, g, h) = one, two  # constant, x, y, xy
    # y = -(a + b x)/(c + d x) into the second: a quadratic in x.
    low = e * c - g * a
    middle = e * d + f * c - g * b - h * a
    high = f * d - h * b
    larger = ring
    roots: list[Element] = []
    if numbers.sign_over(ring, high) == 0:
        if numbers.sign_over(ring, middle) != 0:
            roots.append(-(low / middle))
    else:
        discriminant = middle * middle - ring.constant(4) * high * low
        if numbers.sign_over(ring, discriminant) < 0:
            return None
        larger, root = _root(ring, discriminant, numbers)
        bottom = lift(ring.constant(2) * high, larger.context)
        roots = [(lift(-middle, larger.context) + s) / bottom for s in (root, -root)]
    for x in roots:
        bottom = lift(c, larger.context) + lift(d, larger.context) * x
        if numbers.sign_over(larger, bottom) == 0:
            continue
        y = -((lift(a, larger.context) + lift(b, larger.context) * x) / bottom)
        if _near(numbers, larger, x, sample[0]) and _near(numbers, larger, y, sample[1]):
            return larger, [x, y]
    return None


def _root(ring: Ring, element: Element, numbers: Numbers) -> tuple[Ring, Element]:
    """``sqrt(element)`` with every square factor taken out by its absolute value."""
    outside = ring.constant(1)
    for part, orientation in ((element.numerator, 1), (element.denominator, -1)):
        _, factors = irreducible_factors(part)
        for factor, power in factors:
            base = ring.polynomial(factor)
            if numbers.sign_over(ring, base) < 0:
                base = -base
            outside = outside * base ** (orientation * (power // 2))
    ring, inside = square_root(ring, element / (outside * outside))
    return ring, lift(outside, ring.context) * inside


def _in_second(polynomial: Polynomial, x: Element, ring: Ring) -> tuple[Element, Element] | None:
    parts = _bilinear(polynomial, ring)
    if parts is None:
        return None
    a, b, c, d = parts
    return a + b * x, c + d * x


def _bilinear(polynomial: Polynomial, ring: Ring) -> tuple[Element, Element, Element, Element] | None:
    """Coefficients of 1, x, y and x*y; None when other powers occur."""
    slots: list[dict[tuple[int, ...], int]] = [{}, {}, {}, {}]
    for exponents, coefficient in polynomial.to_dict().items():
        powers = (int(exponents[0]), int(exponents[1]))
        if max(powers) > 1:
            return None
        rest = tuple(int(e) for e in exponents[2:])
        slots[powers[0] + 2 * powers[1]][rest] = int(coefficient)
    one, two, three, four = (ring.polynomial(ring.context.from_dict(part)) for part in slots)
    return one, two, three, four


def _near(numbers: Numbers, ring: Ring, value: Element, coordinate: Any) -> bool:
    """Whether a closed form is the coordinate, among few candidates: their balls at 200 bits meet."""
    with flint.ctx.workprec(256):
        balls = numbers.balls(ring, 256)
        ball = ball_of(value.numerator, balls) / ball_of(value.denominator, balls)
        if isinstance(coordinate, Fraction):
            other = arb(coordinate.numerator) / coordinate.denominator
        else:
            other = coordinate.ball(200)
        return bool(ball.overlaps(other))
