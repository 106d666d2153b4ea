r"""Best fits of a model or a family of models to play, in high precision and straight from the definition.

Play shows, after each own signal and action r, outcomes with certain weights: shares of play times the truth. With
these weights q_r(y) a model fits by its score, which is K but for a term that is the same for all models,

    - sum_r sum_y q_r(y) log p_r(y | theta),     for normal laws  sum_r E_q[ log v_r + (y - m_r(theta))^2 / v_r ] / 2.

Where predictions are affine in theta the score is convex, and strictly so in what is predicted of the outcomes seen. So
the best fits are a polytope, each of whose corners minimizes the score on the plane of some face of Theta on which play
identifies theta: there Newton's method finds it. For polynomials in one coordinate the score is compared at the ends
and wherever its derivative vanishes. Everything else is refused with its reason.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations
from typing import TypeAlias

import mpmath

from ..symbolic.errors import NotSupportedError, UndecidedError
from ..symbolic.expressions.reading import Expression
from ..symbolic.game.data import Model, Normal, Row
from .polynomials import Polynomial, degree, derivative, polynomial_in, product, total, value_at
from .solver import rank
from .tables import Precision, Real, Value, as_real

Place: TypeAlias = tuple[str, str]
"""Own signal ("" without signals) and action."""

Shown: TypeAlias = Mapping[Place, tuple[Real, ...]]
"""By place the weights of the outcomes; for normal outcomes the weight and the first two moments times it."""

Theta: TypeAlias = tuple[Real, ...]

_STEPS = 200
_FAR = 1000
_MOST_FACES = 4000


@dataclass(frozen=True, slots=True)
class Fits:
    """The least score (mpmath's +inf where all are), and corners of the set of all theta that attain it."""

    score: Real
    corners: tuple[Theta, ...]


class FittedModel:
    """A model or family at a point of the parameters.

    Parameters: the model, the values of the game's parameters, the precision.
    """

    def __init__(self, model: Model, values: Mapping[str, Value], precision: Precision) -> None:
        self.name, self.tie = model.name, precision.tie
        self.names = tuple(c.name for c in model.theta)
        self._model, self._values, self._digits = model, values, precision.digits

    def best(self, shown: Shown) -> Fits:
        """The best fits to what play shows."""
        seen = {place: weights for place, weights in shown.items() if any(w > self.tie for w in weights)}
        if not self.names:
            return Fits(self._score(seen, ()), ((),))
        if self.is_affine:
            return self._on_faces(seen)
        return self._on_a_line(seen)

    def law(self, place: Place, theta: Theta) -> tuple[Real, ...]:
        """Probabilities, or mean and variance, that a theta predicts."""
        return tuple(value_at(entry, theta) for entry in self._rows[place])

    @cached_property
    def _rows(self) -> dict[Place, tuple[Polynomial, ...]]:
        return {place: tuple(self._polynomial(e) for e in _entries(row)) for place, row in self._model.predicts}

    def _polynomial(self, expression: Expression) -> Polynomial:
        found = polynomial_in(expression, self.names, self._values, f"the family {self.name}")
        return {e: c for e, c in found.items() if abs(c) >= self.tie}  # what cancels may leave a rounding error

    @cached_property
    def is_normal(self) -> bool:
        """Whether outcomes are normal."""
        return isinstance(self._model.predicts[0][1], Normal)

    @cached_property
    def is_affine(self) -> bool:
        """Whether all that is predicted is affine in theta, variances constant, and Theta is a polytope."""
        for row in self._rows.values():
            if any(degree(entry) > 1 for entry in row) or (self.is_normal and degree(row[1]) > 0):
                return False
        sides = [self._polynomial(side) for r in self._model.where for side in (r.left, r.right)]
        return all(degree(side) <= 1 for side in sides)

    # The score

    def _score(self, seen: Shown, theta: Theta) -> Real:
        parts = []
        for place, weights in seen.items():
            law = self.law(place, theta)
            if self.is_normal:
                (weight, first, second), (mean, variance) = weights, law
                miss = second - 2 * mean * first + mean**2 * weight
                parts += [weight * mpmath.log(variance) / 2, miss / variance / 2]
                continue
            for weight, chance in zip(weights, law, strict=True):
                if weight > self.tie:
                    if chance <= self.tie:
                        return mpmath.inf
                    parts.append(-weight * mpmath.log(chance))
        return mpmath.fsum(parts)

    def _best_of(self, seen: Shown, candidates: Sequence[Theta]) -> Fits:
        scores = [(self._score(seen, theta), theta) for theta in candidates]
        least = min((score for score, _ in scores), default=mpmath.inf)
        if not mpmath.isfinite(least):
            return Fits(mpmath.inf, ())
        corners: list[Theta] = []
        for score, theta in scores:
            if score - least < self.tie and not any(self._same(theta, other) for other in corners):
                corners.append(theta)
        for theta in corners:
            self._refuse_open_ends(theta)
        return Fits(least, tuple(corners))

    def _same(self, one: Theta, other: Theta) -> bool:
        return all(abs(a - b) < mpmath.sqrt(self.tie) for a, b in zip(one, other, strict=True))

    def _refuse_open_ends(self, theta: Theta) -> None:
        for coordinate, value in zip(self._model.theta, theta, strict=True):
            domain = coordinate.domain
            ends = ((domain.low, domain.low_open), (domain.high, domain.high_open))
            if any(is_open and end is not None and abs(value - as_real(end)) < self.tie for end, is_open in ends):
                raise NotSupportedError(f"the family {self.name} comes closest at an open end of {coordinate.name}")

    # One coordinate, any polynomials

    def _on_a_line(self, seen: Shown) -> Fits:
        if len(self.names) > 1 or self._model.where:
            raise NotSupportedError(
                f"the best fits of the family {self.name} are recomputed where predictions and constraints are affine "
                "in theta, or polynomials in one free coordinate"
            )
        if self.is_normal and any(degree(row[1]) for row in self._rows.values()):
            raise NotSupportedError(f"the best fits of {self.name} are not recomputed: variances move with theta")
        (coordinate,) = self._model.theta
        ends = [as_real(end) for end in (coordinate.domain.low, coordinate.domain.high) if end is not None]
        slope = self._slope(seen)
        if all(abs(c) < self.tie for c in slope.values()):
            raise NotSupportedError(f"play does not identify {coordinate.name} of {self.name}, and laws curve in it")
        within = [
            (root,)
            for root in self._real_roots(slope)
            if (coordinate.domain.low is None or root > as_real(coordinate.domain.low))
            and (coordinate.domain.high is None or root < as_real(coordinate.domain.high))
        ]
        return self._best_of(seen, [*((end,) for end in ends), *within])

    def _slope(self, seen: Shown) -> Polynomial:
        """The numerator of the derivative of the score."""
        if self.is_normal:
            found: Polynomial = {}
            for place, (weight, first, _) in seen.items():
                mean, variance = self._rows[place]
                factor = total([product(mean, {(0,): weight}), {(0,): -first}])
                scale: Polynomial = {(0,): 1 / value_at(variance, (mpmath.mpf(0),))}
                found = total([found, product(product(factor, derivative(mean)), scale)])
            return found
        terms: list[tuple[Polynomial, Real]] = []
        for place, weights in seen.items():
            for weight, entry in zip(weights, self._rows[place], strict=True):
                if weight <= self.tie or degree(entry) == 0:
                    continue
                for k, (other, so_far) in enumerate(terms):
                    gap = total([entry, product(other, {(0,): mpmath.mpf(-1)})])
                    if all(abs(c) < self.tie for c in gap.values()):
                        terms[k] = (other, so_far + weight)
                        break
                else:
                    terms.append((entry, weight))
        parts = []
        for k, (entry, weight) in enumerate(terms):
            part = product(derivative(entry), {(0,): -weight})
            for j, (other, _) in enumerate(terms):
                part = part if j == k else product(part, other)
            parts.append(part)
        return total(parts)

    def _real_roots(self, polynomial: Polynomial) -> list[Real]:
        top = max(e for (e,), c in polynomial.items() if abs(c) >= self.tie)
        if top == 0:
            return []
        coefficients = [polynomial.get((e,), mpmath.mpf(0)) for e in range(top, -1, -1)]
        try:
            roots = mpmath.polyroots(coefficients, maxsteps=500, extraprec=2 * mpmath.mp.prec)
        except mpmath.libmp.NoConvergence:
            raise UndecidedError(f"the best fits of {self.name} were not found to {self._digits} digits") from None
        return [mpmath.re(root) for root in roots if abs(mpmath.im(root)) < mpmath.sqrt(self.tie)]

    # Any number of coordinates, affine

    def _on_faces(self, seen: Shown) -> Fits:
        terms = self._terms(seen)
        starts = self._corners
        candidates = []
        for active in self._faces():
            plane = _plane([self._walls[k] for k in active], len(self.names), self.tie)
            if plane is None or not _injective(plane[1], [gradient for gradient, *_ in terms], self.tie):
                continue
            on_face = [c for c in starts if all(abs(_gap(self._walls[k], c)) < self.tie for k in active)]
            start = plane[0]
            if on_face:
                start = tuple(mpmath.fsum(c[j] for c in on_face) / len(on_face) for j in range(len(self.names)))
            theta = self._minimum(start, plane[1], terms)
            if theta is not None and self._inside(theta):
                candidates.append(theta)
        return self._best_of(seen, candidates)

    def _terms(self, seen: Shown) -> list[tuple[list[Real], Real, tuple[Real, ...]]]:
        """(gradient, constant, weights) of every affine function of theta in the score."""
        found: list[tuple[list[Real], Real, tuple[Real, ...]]] = []
        for place, weights in seen.items():
            if self.is_normal:
                gradient, constant = self._affine(self._rows[place][0])
                variance = value_at(self._rows[place][1], tuple(mpmath.mpf(0) for _ in self.names))
                found.append((gradient, constant, (weights[0] / variance, weights[1] / variance)))
                continue
            for weight, entry in zip(weights, self._rows[place], strict=True):
                if weight > self.tie:
                    found.append((*self._affine(entry), (weight,)))
        return found

    def _affine(self, polynomial: Polynomial) -> tuple[list[Real], Real]:
        zero = mpmath.mpf(0)
        units = [tuple(int(i == j) for i in range(len(self.names))) for j in range(len(self.names))]
        return [polynomial.get(unit, zero) for unit in units], polynomial.get(tuple(0 for _ in self.names), zero)

    @cached_property
    def _walls(self) -> tuple[tuple[list[Real], Real, bool], ...]:
        """(a, b, always): a . theta <= b, with equality throughout where `always`."""
        walls = []
        for j, coordinate in enumerate(self._model.theta):
            for end, sign in ((coordinate.domain.low, -1), (coordinate.domain.high, 1)):
                if end is not None:
                    gradient = [mpmath.mpf(sign * (i == j)) for i in range(len(self.names))]
                    walls.append((gradient, sign * as_real(end), False))
        for relation in self._model.where:
            left, right = (self._affine(self._polynomial(side)) for side in (relation.left, relation.right))
            sign = -1 if relation.operator in (">", ">=") else 1
            gradient = [sign * (a - b) for a, b in zip(left[0], right[0], strict=True)]
            walls.append((gradient, sign * (right[1] - left[1]), relation.operator == "=="))
        return tuple(walls)

    def _faces(self) -> Iterator[tuple[int, ...]]:
        """Sets of walls that may meet; those that hold throughout are in each."""
        always = tuple(k for k, wall in enumerate(self._walls) if wall[2])
        others = [k for k, wall in enumerate(self._walls) if not wall[2]]
        count = 0
        for size in range(len(self.names) - len(always) + 1):
            for chosen in combinations(others, size):
                count += 1
                if count > _MOST_FACES:
                    raise NotSupportedError(f"the family {self.name} has more than {_MOST_FACES} faces")
                yield (*always, *chosen)

    @cached_property
    def _corners(self) -> list[Theta]:
        found = []
        for active in self._faces():
            plane = _plane([self._walls[k] for k in active], len(self.names), self.tie)
            if plane is not None and not plane[1] and self._inside(plane[0]):
                found.append(plane[0])
        return found

    def _inside(self, theta: Theta) -> bool:
        gaps = [(_gap(wall, theta), wall[2]) for wall in self._walls]
        return all(gap < self.tie and (not always or gap > -self.tie) for gap, always in gaps)

    def _minimum(
        self, start: Theta, basis: Sequence[Sequence[Real]], terms: Sequence[tuple[list[Real], Real, tuple[Real, ...]]]
    ) -> Theta | None:
        """Where the score is least on a plane through a point, None where no such place was found."""
        theta = list(start)
        near = mpmath.mpf(10) ** -(self._digits - 12)
        far = _FAR * (1 + max((abs(x) for corner in self._corners for x in corner), default=mpmath.inf))

        def values(place: Sequence[Real]) -> list[Real]:
            return [constant + mpmath.fdot(gradient, place) for gradient, constant, _ in terms]

        if not self.is_normal and any(value <= self.tie for value in values(theta)):
            return None
        slopes = [[mpmath.fdot(gradient, direction) for direction in basis] for gradient, *_ in terms]
        for _ in range(_STEPS if basis else 0):
            size = len(basis)
            first, second = mpmath.matrix(size, 1), mpmath.matrix(size, size)
            for value, slope, (_, _, weights) in zip(values(theta), slopes, terms, strict=True):
                if self.is_normal:
                    down, curve = weights[0] * value - weights[1], weights[0]
                else:
                    down, curve = -weights[0] / value, weights[0] / value**2
                for i in range(size):
                    first[i] += down * slope[i]
                    for j in range(size):
                        second[i, j] += curve * slope[i] * slope[j]
            try:
                step = [-first[0] / second[0, 0]] if size == 1 else mpmath.lu_solve(second, -first)
            except ZeroDivisionError:
                return None
            decrement = mpmath.sqrt(abs(mpmath.fsum(first[i] * step[i] for i in range(size))))
            share = mpmath.mpf(1) if self.is_normal or decrement < 0.25 else 1 / (1 + decrement)
            towards = [mpmath.fsum(step[i] * basis[i][j] for i in range(size)) for j in range(len(theta))]
            moved = [x + share * t for x, t in zip(theta, towards, strict=True)]
            while not self.is_normal and any(value <= 0 for value in values(moved)):
                share /= 2
                moved = [x + share * t for x, t in zip(theta, towards, strict=True)]
            shift = max(abs(a - b) for a, b in zip(moved, theta, strict=True))
            theta = moved
            if shift < near:
                return tuple(theta)
            if shift > far:
                return None  # the score has no least value on this plane
        return None if basis else tuple(theta)


def _entries(row: Row) -> tuple[Expression, ...]:
    return (row.mean, row.variance) if isinstance(row, Normal) else row


def _gap(wall: tuple[Sequence[Real], Real, bool], theta: Theta) -> Real:
    return mpmath.fdot(wall[0], theta) - wall[1]


def _plane(
    walls: Sequence[tuple[Sequence[Real], Real, bool]], size: int, tie: Real
) -> tuple[Theta, list[list[Real]]] | None:
    """A point and directions of the plane where the walls meet, None where one of them depends on the others."""
    rows = [[*gradient, bound] for gradient, bound, _ in walls]
    pivots: list[int] = []
    for k in range(len(rows)):
        column = max(range(size), key=lambda j: abs(rows[k][j]))
        if abs(rows[k][column]) < tie:
            return None
        rows[k] = [entry / rows[k][column] for entry in rows[k]]
        for other in range(len(rows)):
            if other != k:
                factor = rows[other][column]
                rows[other] = [a - factor * b for a, b in zip(rows[other], rows[k], strict=True)]
        pivots.append(column)
    free = [j for j in range(size) if j not in pivots]
    zero, one = mpmath.mpf(0), mpmath.mpf(1)
    point = [zero] * size
    for row, column in zip(rows, pivots, strict=True):
        point[column] = row[size]
    basis = []
    for j in free:
        direction = [zero] * size
        direction[j] = one
        for row, column in zip(rows, pivots, strict=True):
            direction[column] = -row[j]
        basis.append(direction)
    return tuple(point), basis


def _injective(basis: Sequence[Sequence[Real]], gradients: Sequence[Sequence[Real]], tie: Real) -> bool:
    """Whether no direction of the plane leaves all of these functions as they are."""
    rows = [[mpmath.fdot(gradient, direction) for direction in basis] for gradient in gradients]
    return rank(rows, tie) == len(basis)
