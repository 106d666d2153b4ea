"""The equations of an equilibrium held up by several tied best fits, on balls.

Let branches b_1..b_m (`balls`) hold the best fits theta_j in the support of a belief mu, and let S be the support of
the strategy sigma. Then, given the theta_j, everything is linear in sigma and in mu:

    sum_a sigma_a dK(theta_j, a) = 0          along the hull of each b_j,
    sum_a sigma_a (K(theta_1, a) - K(theta_j, a)) = 0,
    sum_j mu_j (U(c, theta_j) - U(c', theta_j)) = 0      for c, c' in S,

as many equations as unknowns. With as many branches as actions in S the first two groups are square alone, and mu
follows. A root is isolated by the operator of Krawczyk (1969): ``x - Y F(x) + (I - Y F'(X)) (X - x)`` inside the
interior of X proves that X holds exactly one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any

from flint import arb, arb_mat

from ...algebra.feasibility import phase_one
from ...floats import nearest_float
from .balls import Ball, Balls, Branch, midpoint

NEWTON_STEPS = 40

Row = list[Ball]


@dataclass(frozen=True, slots=True)
class Root:
    """A root, enclosed (`inside`), and a larger box around it that holds no other one (`alone`)."""

    inside: tuple[Ball, ...]
    alone: tuple[Ball, ...]


@dataclass(frozen=True, eq=False)
class TiedSystem:
    """The system of some branches and a support; unknowns (u_1, .., u_m, sigma, mu), mu only where m < |S|."""

    branches: tuple[Branch, ...]
    support: tuple[int, ...]

    @property
    def with_belief(self) -> bool:
        """Whether the belief is among the unknowns."""
        return len(self.branches) < len(self.support)

    @property
    def free(self) -> int:
        """The number of coordinates of all branches."""
        return sum(b.dimension for b in self.branches)

    @property
    def is_square(self) -> bool:
        """Whether there are as many equations as unknowns, so that roots are isolated in general."""
        return len(self.branches) <= len(self.support) <= self.free + len(self.branches)

    def parts(self, x: Balls) -> tuple[list[Balls], Balls, Balls]:
        """u by branch, sigma and mu."""
        places, u = 0, []
        for branch in self.branches:
            u.append(x[places : places + branch.dimension])
            places += branch.dimension
        size = len(self.support)
        return u, x[places : places + size], x[places + size :]

    # Rows

    def strategy_rows(self, u: Sequence[Balls]) -> list[Row] | None:
        """Equations linear in sigma; None where a divergence is infinite on the whole of a branch."""
        rows: list[Row] = []
        values = []
        for branch, own in zip(self.branches, u, strict=True):
            divergences = [branch.divergences[a] for a in self.support]
            if any(d is None for d in divergences):
                return None
            rows += [[d.gradient[k].at(own) for d in divergences if d is not None] for k in range(branch.dimension)]
            centre = [b.mid() for b in own]
            values.append([d.value_between(own, centre) for d in divergences if d is not None])
        for value in values[1:]:
            rows.append([first - other for first, other in zip(values[0], value, strict=True)])
        return rows

    def belief_rows(self, u: Sequence[Balls]) -> list[Row]:
        """Equations linear in mu: payoffs of the support tie."""
        first = self.support[0]
        return [
            [b.payoffs[c].at(own) - b.payoffs[first].at(own) for b, own in zip(self.branches, u, strict=True)]
            for c in self.support[1:]
        ]

    def multiplier_rows(self, u: Sequence[Balls]) -> list[Row]:
        """Functions linear in sigma that are not negative at a minimum of a convex family."""
        rows = []
        for branch, own in zip(self.branches, u, strict=True):
            if branch.degenerate:
                continue
            rows += [[branch.multipliers[a][j].at(own) for a in self.support] for j in range(len(branch.hull.active))]
        return rows

    def advantage_rows(self, u: Sequence[Balls], action: int | None = None) -> list[Row]:
        """Functions linear in mu that are not negative: the support, or this action, is no worse than any other."""
        first = self.support[0] if action is None else action
        best = self.support if action is None else (action,)
        others = [c for c in range(len(self.branches[0].payoffs)) if c not in best]
        return [
            [b.payoffs[first].at(own) - b.payoffs[c].at(own) for b, own in zip(self.branches, u, strict=True)]
            for c in others
        ]

    # The whole system

    def values(self, x: Balls) -> list[Ball] | None:
        """The left sides minus the right ones."""
        u, sigma, mu = self.parts(x)
        rows = self.strategy_rows(u)
        if rows is None:
            return None
        found = [_dot(row, sigma) for row in rows]
        found.append(_total(sigma) - 1)
        if self.with_belief:
            found += [_dot(row, mu) for row in self.belief_rows(u)]
            found.append(_total(mu) - 1)
        return found

    def jacobian(self, x: Balls) -> list[Row]:
        """The derivatives, row by equation."""
        u, sigma, mu = self.parts(x)
        width = len(x)
        rows: list[Row] = []
        starts = []
        place = 0
        for branch in self.branches:
            starts.append(place)
            place += branch.dimension
        linear = self.strategy_rows(u)
        assert linear is not None
        number = 0
        for j, branch in enumerate(self.branches):
            for k in range(branch.dimension):
                row = [arb(0)] * width
                for i in range(branch.dimension):
                    row[starts[j] + i] = _dot([d.hessian[k][i].at(u[j]) for d in self._divergences(branch)], sigma)
                row[place : place + len(sigma)] = linear[number]
                rows.append(row)
                number += 1
        for j in range(1, len(self.branches)):
            row = [arb(0)] * width
            for owner, sign in ((0, 1), (j, -1)):
                source = self.branches[owner]
                for i in range(source.dimension):
                    row[starts[owner] + i] = sign * _dot(
                        [d.gradient[i].at(u[owner]) for d in self._divergences(source)], sigma
                    )
            row[place : place + len(sigma)] = linear[number]
            rows.append(row)
            number += 1
        rows.append([arb(int(place <= i < place + len(sigma))) for i in range(width)])
        if self.with_belief:
            first = self.support[0]
            after = place + len(sigma)
            for c, payoffs in zip(self.support[1:], self.belief_rows(u), strict=True):
                row = [arb(0)] * width
                for j, branch in enumerate(self.branches):
                    for i in range(branch.dimension):
                        slope = branch.slopes[c][i].at(u[j]) - branch.slopes[first][i].at(u[j])
                        row[starts[j] + i] = mu[j] * slope
                row[after:] = payoffs
                rows.append(row)
            rows.append([arb(int(i >= after)) for i in range(width)])
        return rows

    def _divergences(self, branch: Branch) -> list[Any]:
        return [branch.divergences[a] for a in self.support]

    # Roots

    def newton(self, start: Balls) -> tuple[Ball, ...] | None:
        """A point near a root, by Newton's method from the start; None when it does not settle. Untrusted."""
        x = [ball.mid() for ball in start]
        for _ in range(NEWTON_STEPS):
            values = self.values(x)
            if values is None or not all(v.is_finite() for v in values):
                return None
            try:
                step = arb_mat(self.jacobian(x)).solve(arb_mat([[v] for v in values]))
            except ZeroDivisionError:
                return None
            moves = [step[k, 0] for k in range(len(x))]
            if not all(m.is_finite() for m in moves) or any(abs(m) > 4 for m in moves):
                return None
            x = [(a - m).mid() for a, m in zip(x, moves, strict=True)]
            if all(abs(m) < arb(2) ** -100 for m in moves):
                return tuple(x)
        return None

    def root_near(self, point: tuple[Ball, ...]) -> Root | None:
        """The root near a point, with its proof; None where the proof fails."""
        alone = None
        for bits in range(2, 48, 2):
            alone = self._proved(point, arb(2) ** -bits)
            if alone is not None:
                break
        if alone is None:
            return None
        inside = alone[1]
        for bits in (60, 80, 96):
            narrower = self._proved(point, arb(2) ** -bits)
            if narrower is not None:
                inside = narrower[1]
        return Root(inside, alone[0])

    def _proved(self, point: tuple[Ball, ...], radius: Ball) -> tuple[tuple[Ball, ...], tuple[Ball, ...]] | None:
        """The box of this radius, and the image inside it that holds its one root; None without proof."""
        spread = arb(0, radius)
        box = tuple(p + spread for p in point)
        values = self.values(point)
        if values is None:
            return None
        try:
            inverse = arb_mat(self.jacobian(point)).inv()
        except ZeroDivisionError:
            return None
        count = len(point)
        inverse = arb_mat([[inverse[i, j].mid() for j in range(count)] for i in range(count)])
        rest = arb_mat([[arb(int(i == j)) for j in range(count)] for i in range(count)]) - inverse * arb_mat(
            self.jacobian(box)
        )
        move = inverse * arb_mat([[v] for v in values])
        image = []
        for i in range(count):
            total = point[i] - move[i, 0]
            for j in range(count):
                total = total + rest[i, j] * spread
            if not (total.is_finite() and box[i].contains_interior(total)):
                return None
            image.append(total)
        return box, tuple(image)

    def enclosed(self, u: Sequence[Balls]) -> tuple[Ball, ...] | None:
        """Where every root with these coordinates lies; None where sigma or mu is not determined on the box."""
        rows = self.strategy_rows(u)
        if rows is None:
            return None
        sigma = weights_of(rows, len(self.support))
        if sigma is None:
            return None
        mu: tuple[Ball, ...] | None = ()
        if self.with_belief:
            mu = weights_of(self.belief_rows(u), len(self.branches))
        if mu is None:
            return None
        return (*(ball for own in u for ball in own), *sigma, *mu)


def weights_of(rows: Sequence[Row], count: int) -> tuple[Ball, ...] | None:
    """Balls around the weights of sum 1 on which all rows vanish; None where no choice of rows determines them."""
    for chosen in combinations(rows, count - 1):
        matrix = [*chosen, [arb(1)] * count]
        if not all(entry.is_finite() for row in matrix for entry in row):
            continue
        try:
            solution = arb_mat(matrix).solve(arb_mat([[arb(0)]] * (count - 1) + [[arb(1)]]))
        except ZeroDivisionError:
            continue
        found = tuple(solution[k, 0] for k in range(count))
        if all(ball.is_finite() for ball in found):
            return found
    return None


def _dot(row: Sequence[Ball], weights: Sequence[Ball]) -> Ball:
    return _total([entry * weight for entry, weight in zip(row, weights, strict=True)])


def _total(balls: Sequence[Ball]) -> Ball:
    total = arb(0)
    for ball in balls:
        total = total + ball
    return total


def no_weights(equations: Sequence[Row], bounds: Sequence[Row], count: int) -> bool:
    """Whether it is proved that no weights >= 0 of sum 1 solve the equations and make the `bounds` non-negative.

    A combination of equations, minus a non-negative one of the bounds, with all coefficients positive is a proof
    (Farkas 1902). It is sought with rational numbers near the centres, and checked on the balls.
    """
    usable = [row for row in equations if all(entry.is_finite() for entry in row)]
    held = [row for row in bounds if all(entry.is_finite() for entry in row)]
    columns = [*usable, *([-entry for entry in row] for row in usable), *([-entry for entry in row] for row in held)]
    if not columns:
        return False
    table = []
    for a in range(count):
        line = [nearest_float(midpoint(column[a])) for column in columns]
        table.append([*line, *(-1.0 if k == a else 0.0 for k in range(count)), 1.0])
    weights = phase_one(table, len(columns) + count, _float_sign, 0.0, limit=200)
    if weights is None:
        return False
    for a in range(count):
        total = arb(0)
        for weight, column in zip(weights, columns, strict=False):
            if weight > 0:
                total = total + arb(float(weight)) * column[a]
        if not total > 0:
            return False
    return True


def _float_sign(value: float) -> int:
    return 0 if abs(value) < 1e-12 else 1 if value > 0 else -1
