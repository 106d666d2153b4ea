r"""Equilibria of a family whose fit to each action is one number, in any number of coordinates, decided by signs.

Let ``K(theta, a) = f_a(m_a(theta))`` as in `symbolic.engines.signs.polyhedron_agent`. By the conditions of Karush, Kuhn
and Tucker theta is a best fit to sigma iff, on some face where the constraints c_j >= 0 hold with equality, there are
lambda_j >= 0 with

    sum_a sigma(a) f_a'(m_a(theta)) grad m_a  =  sum_j lambda_j grad c_j.

Write ``z_a = sigma(a) f_a'(m_a(theta))``. It has the sign of f_a', and every z_a of that sign belongs to one weight
sigma(a) > 0 (to all of them, where both are 0). So for a support S, a face J and signs s the system falls apart:

    theta :  on the face, f_a' has the sign s_a for a in S, and the actions asked for are optimal;
    z     :  z_a has the sign s_a for a in S, and sum_a z_a grad m_a is in the cone of the grad c_j, j in J.

Both are linear, as for finitely many models. Theta* is convex and payoffs are affine, so a belief counts by its mean,
which is a best fit itself: S carries an equilibrium iff both have a solution for some J and s with all of S optimal,
and b is a best reply to some mixture of full support S iff they have one with b optimal. Then
``sigma(a) = z_a / f_a'(m_a(theta))``, up to scale. Source: Esponda & Pouzo 2016, Definition 1; the rest is calculus.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations, product

from ...algebra.linear import Row, Sign, Vector, hull_equations, is_solvable, null_space, point_of, rank
from ...algebra.ring import Element
from ...algebra.text import element_expression, element_text
from ...combinatorics.dynamics import absorbing_sets, simple_cycles
from ...combinatorics.envelopes import ImpossibleSigns
from ...errors import BudgetError, NotSupportedError
from ...expressions.reading import Expression
from .polyhedron_agent import Number, ScalarAgent
from .sign_answer import Set, SignAnswer, SignEquilibrium

SYSTEM_LIMIT = 20_000


Cones = dict[tuple[Set, Set, tuple[int, ...]], bool]


def scalar_answer(agent: ScalarAgent, sign: Sign, cones: Cones | None = None) -> SignAnswer:
    """The equilibria and the structure where elements of the ring of the parameters have these signs; exact.

    `cones` keeps whether the systems of z have solutions, where no parameter moves them.

    Raises NotSupportedError where the dimension of a set of equilibria is not known, or no model is left.
    """
    return _Scalar(agent, sign, {} if cones is None else cones).answer()


@dataclass(frozen=True, slots=True)
class _Piece:
    """A face and signs on a support for which both systems have a solution; `rows` are those of theta."""

    face: Set
    signs: tuple[int, ...]
    rows: tuple[Row, ...]


class _Scalar:
    def __init__(self, agent: ScalarAgent, sign: Sign, cones: Cones) -> None:
        self.agent = agent
        self.ring = agent.ring
        self._sign = sign
        self._known: dict[Element, int] = {}
        self._solved = 0
        self.count = len(agent.coordinates)
        self.actions = tuple(range(len(agent.actions)))
        self._cones = cones
        self._reached: dict[tuple[Set, int], bool] = {}
        everywhere = range(len(agent.constraints))
        faces = [f for size in range(self.count + 1) for f in combinations(everywhere, size)]
        self.faces = [f for f in faces if self._exists(self._face(f))]
        if not self.faces:
            raise NotSupportedError(
                f"the domain of {agent.model} is empty on a part of the parameters' domain; assume that it is not"
            )

    def sign(self, element: Element) -> int:
        """The sign of a function of the parameters; that of a number needs no asking."""
        value = element.rational()
        if value is not None:
            return (value > 0) - (value < 0)
        if element not in self._known:
            self._known[element] = self._sign(element)
        return self._known[element]

    def _count(self) -> None:
        self._solved += 1
        if self._solved > SYSTEM_LIMIT:
            raise BudgetError(f"more than {SYSTEM_LIMIT} systems of inequalities; fix a parameter with --at")

    def _exists(self, rows: Sequence[Row]) -> bool:
        """Whether some theta satisfies the rows."""
        self._count()
        return is_solvable(rows, self.count, self.ring, self.sign)

    def _point(self, rows: Sequence[Row]) -> Vector:
        """A theta that satisfies rows that have one."""
        self._count()
        found = point_of(rows, self.count, self.ring, self.sign)
        if found is None:
            raise ImpossibleSigns("a system of inequalities has a solution and has none")
        return found

    # Relations for theta

    def _face(self, face: Set) -> list[Row]:
        return [c.row(equation=k in face) for k, c in enumerate(self.agent.constraints)]

    def _optimal(self, played: Set) -> list[Row]:
        """All of these actions are optimal."""
        first, payoffs = played[0], self.agent.payoffs
        return [
            payoffs[first].minus(payoffs[other]).row(equation=other in played)
            for other in self.actions if other != first
        ]  # fmt: skip

    def _certain(self, number: Number) -> int:
        """The sign of f_a' where it is the same for all theta, because an outcome never happens; 0 otherwise."""
        if number.variance is not None:
            return 0
        if not self.sign(number.true):
            return 1
        return -1 if not self.sign(self.ring.constant(1) - number.true) else 0

    def _finite(self, support: Set) -> list[Row]:
        """K is finite: what happens is not ruled out."""
        rows = []
        for number in (self.agent.numbers[a] for a in support):
            if number.variance is None:
                certain, p = self._certain(number), number.predicted
                rest = Row(tuple(-g for g in p.gradient), self.ring.constant(1) - p.constant, True)
                rows += [p.row(strict=True)] if certain <= 0 else []
                rows += [rest] if certain >= 0 else []
        return rows

    def _misfit(self, number: Number, side: int) -> list[Row]:
        """f_a' has a sign."""
        certain = self._certain(number)
        if certain:
            return [] if side == certain else [Row((self.ring.constant(0),) * self.count, self.ring.constant(-1))]
        row = number.predicted.row()
        off = Row(row.coefficients, row.constant - number.true)
        if not side:
            return [Row(off.coefficients, off.constant, equation=True)]
        return [off.strictly() if side > 0 else Row(tuple(-c for c in off.coefficients), -off.constant, True)]

    def _slope(self, number: Number, theta: Vector) -> Element:
        """f_a' at theta."""
        predicted, one = number.predicted.at(theta), self.ring.constant(1)
        if number.variance is not None:
            return (predicted - number.true) / number.variance
        certain = self._certain(number)
        if certain:
            return one / (one - predicted) if certain > 0 else -(one / predicted)
        return (predicted - number.true) / (predicted * (one - predicted))

    # The two systems

    def pieces(self, support: Set, wanted: Sequence[Row]) -> Iterator[_Piece]:
        """All faces and signs for which both systems have a solution, with one."""
        for face in self.faces:
            rows = [*self._face(face), *self._finite(support), *wanted]
            if not self._exists(rows):
                continue
            if rank([r.coefficients for r in rows if r.equation], self.sign) == self.count:
                theta = self._point(rows)
                found = [(tuple(self.sign(self._slope(self.agent.numbers[a], theta)) for a in support), rows)]
            else:
                patterns = [s for s in product((-1, 0, 1), repeat=len(support)) if self._has_cone(support, face, s)]
                found = list(self._signs(support, patterns, rows))
            for signs, further in found:
                if self._has_cone(support, face, signs):
                    yield _Piece(face, signs, tuple(further))

    def _signs(
        self, support: Set, patterns: Sequence[tuple[int, ...]], rows: list[Row]
    ) -> Iterator[tuple[tuple[int, ...], list[Row]]]:
        """The patterns that are the signs of f_a' on a support for some theta."""
        if not support:
            yield (), rows
            return
        for side in (-1, 0, 1):
            rest = [pattern[1:] for pattern in patterns if pattern[0] == side]
            tightened = [*rows, *self._misfit(self.agent.numbers[support[0]], side)]
            if rest and self._exists(tightened):
                for signs, further in self._signs(support[1:], rest, tightened):
                    yield (side, *signs), further

    def _cone_rows(self, support: Set, face: Set, signs: Sequence[int]) -> tuple[list[Row], int]:
        """The system of z_a (a with a sign) and lambda_j, and its number of unknowns."""
        zero, one = self.ring.constant(0), self.ring.constant(1)
        signed = [(a, s) for a, s in zip(support, signs, strict=True) if s]
        count = len(signed) + len(face)
        rows = []
        for k in range(self.count):
            entries = [self.agent.numbers[a].predicted.gradient[k] for a, _ in signed]
            entries += [-self.agent.constraints[j].gradient[k] for j in face]
            rows.append(Row(tuple(entries), zero, equation=True))
        for place in range(count):
            side = signed[place][1] if place < len(signed) else 1
            unit = tuple(one * self.ring.constant(side if k == place else 0) for k in range(count))
            rows.append(Row(unit, zero, strict=place < len(signed)))
        return rows, count

    def _has_cone(self, support: Set, face: Set, signs: tuple[int, ...]) -> bool:
        key = (support, face, signs)
        if key not in self._cones:
            self._cones[key] = is_solvable(*self._cone_rows(support, face, signs), self.ring, self.sign)
        return self._cones[key]

    def _cone(self, support: Set, piece: _Piece) -> Vector:
        """A solution z, lambda."""
        found = point_of(*self._cone_rows(support, piece.face, piece.signs), self.ring, self.sign)
        if found is None:
            raise ImpossibleSigns("a cone is empty and is not")
        return found

    # Replies

    def reached(self, support: Set, action: int) -> bool:
        """Whether the action is a best reply to some mixture with exactly this support."""
        key = (support, action)
        if key not in self._reached:
            self._reached[key] = next(self.pieces(support, self._optimal((action,))), None) is not None
        return self._reached[key]

    def gamma(self, actions: Set) -> Set:
        """All best replies to mixtures over a set."""
        supports = [s for size in range(1, len(actions) + 1) for s in combinations(actions, size)]
        return tuple(b for b in self.actions if any(self.reached(s, b) for s in supports))

    # Answers

    def answer(self) -> SignAnswer:
        """All of it."""
        equilibria: list[SignEquilibrium] = []
        for size in range(1, len(self.actions) + 1):
            for support in combinations(self.actions, size):
                equilibria += self._equilibria(support)
        edges = tuple((a, b) for a in self.actions for b in self.gamma((a,)))
        rounds = [self.actions]
        while (kept := tuple(a for a in rounds[-1] if a in self.gamma(rounds[-1]))) != rounds[-1]:
            rounds.append(kept)
        sets = [s for size in range(1, len(self.actions) + 1) for s in combinations(self.actions, size)]
        closed = [s for s in sets if set(self.gamma(s)) <= set(s)]
        return SignAnswer(
            tuple(equilibria),
            tuple(rounds),
            edges,
            tuple(sorted(tuple(sorted(s)) for s in absorbing_sets(self.actions, edges))),
            tuple(s for s in closed if not any(set(o) < set(s) for o in closed)),
            tuple(sorted(tuple(c) for c in simple_cycles(self.actions, edges))),
        )

    def _equilibria(self, support: Set) -> list[SignEquilibrium]:
        """The equilibria with a support: its points, or one entry for all of a continuum."""
        found: list[tuple[Vector, tuple[Element, ...], int]] = []
        texts: list[str] = []
        for piece in self.pieces(support, self._optimal(support)):
            if len(support) == 1 and found:
                break
            theta, z = self._point(piece.rows), self._cone(support, piece)
            weights = self._weights(support, piece, theta, z)
            dimension, moving = self._dimension(support, piece, theta, z)
            if dimension or not any(self._same(weights, known) for _, known, _ in found):
                found.append((theta, weights, dimension))
                texts.append(self._described(support, theta, moving))
        if not found:
            return []
        confirming = self._is_self_confirming(support)
        most = max(dimension for _, _, dimension in found)
        if not most:
            pure = len(support) == 1
            uniform, strict = (self._uniform(support[0], found[0][0]), self.gamma(support) == support) if pure else (
                False, False
            )  # fmt: skip
            return [
                SignEquilibrium(support, w, self._vertices(support, theta), 0, uniform, strict, confirming, ())
                for theta, w, _ in found
            ]
        _, weights, _ = next(entry for entry in found if entry[2] == most)
        return [
            SignEquilibrium(support, weights, (), most, False, False, confirming, tuple(dict.fromkeys(texts)))
        ]

    def _same(self, first: Sequence[Element], second: Sequence[Element]) -> bool:
        return not any(self.sign(a - b) for a, b in zip(first, second, strict=True))

    def _weights(self, support: Set, piece: _Piece, theta: Vector, cone: Vector) -> tuple[Element, ...]:
        z = iter(cone)
        raw = [
            next(z) / self._slope(self.agent.numbers[a], theta) if s else self.ring.constant(1)
            for a, s in zip(support, piece.signs, strict=True)
        ]  # fmt: skip
        total = sum(raw, start=self.ring.constant(0))
        weights = [self.ring.constant(0)] * len(self.actions)
        for action, weight in zip(support, raw, strict=True):
            weights[action] = weight / total
        return tuple(weights)

    def _dimension(self, support: Set, piece: _Piece, theta: Vector, z: Vector) -> tuple[int, int]:
        """The dimension of the mixtures of a piece, and how far the predicted numbers move among its models.

        The dimension is the rank of ``(theta, z) -> sigma``, at most the sum of those of its parts.
        """
        signed = [a for a, s in zip(support, piece.signs, strict=True) if s]
        idle = len(support) - len(signed)
        if len(support) == 1:
            return 0, 0
        rows, count = self._cone_rows(support, piece.face, piece.signs)
        equations = hull_equations(rows, count, self.ring, self.sign)
        cone = [v[: len(signed)] for v in null_space(equations, count, self.ring, self.sign)]
        turns = [tuple(x / y for x, y in zip(v, z, strict=False)) for v in cone]
        cone_rank = rank(turns, self.sign)
        equations = hull_equations(piece.rows, self.count, self.ring, self.sign)
        moves = []
        for direction in null_space(equations, self.count, self.ring, self.sign):
            move = []
            for action in signed:
                predicted = self.agent.numbers[action].predicted
                change = Row(predicted.gradient, self.ring.constant(0)).at(direction)
                move.append(change * self._bend(self.agent.numbers[action], theta))
            moves.append(tuple(move))
        moving = rank(moves, self.sign)
        dimension = rank([*turns, *moves], self.sign) + idle - 1
        if dimension < min(len(support) - 1, cone_rank + moving + idle - 1):
            names = ", ".join(self.agent.actions[a] for a in support)
            raise NotSupportedError(f"the dimension of the equilibria on {names} is not known on a part of the domain")
        return dimension, moving

    def _bend(self, number: Number, theta: Vector) -> Element:
        """f'' / f' at theta."""
        predicted, one = number.predicted.at(theta), self.ring.constant(1)
        if number.variance is not None:
            return one / (predicted - number.true)
        certain = self._certain(number)
        if certain:
            return one / (one - predicted) if certain > 0 else -(one / predicted)
        return one / (predicted - number.true) - one / predicted + one / (one - predicted)

    # Best fits

    def _fits(self, support: Set, theta: Vector) -> list[Row]:
        """Theta* where theta is a best fit to a mixture of the support: the same numbers are predicted."""
        rows = self._face(())
        for number in (self.agent.numbers[a] for a in support):
            row = number.predicted.row()
            rows.append(Row(row.coefficients, row.constant - number.predicted.at(theta), equation=True))
        return rows

    def _uniform(self, action: int, theta: Vector) -> bool:
        """Whether the action is optimal at all best fits to it."""
        payoffs, fits = self.agent.payoffs, self._fits((action,), theta)
        return all(
            not self._exists([*fits, payoffs[other].minus(payoffs[action]).row(strict=True)])
            for other in self.actions if other != action
        )  # fmt: skip

    def _vertices(self, support: Set, theta: Vector) -> tuple[tuple[Expression, ...], ...]:
        """The vertices of the best fits."""
        fits, found = self._fits(support, theta), list[Vector]()
        for face in self.faces:
            rows = [*self._face(face), *fits[len(self.agent.constraints) :]]
            if rank([r.coefficients for r in rows if r.equation], self.sign) == self.count:
                vertex = self._point(rows) if self._exists(rows) else None
                if vertex is not None and not any(self._same(vertex, known) for known in found):
                    found.append(vertex)
        return tuple(tuple(element_expression(self.ring, x) for x in vertex) for vertex in found)

    def _is_self_confirming(self, support: Set) -> bool:
        """Whether one model predicts the truth after every action of the support."""
        rows = self._face(())
        for number in (self.agent.numbers[a] for a in support):
            variance, spread = number.variance, number.spread
            if variance is not None and spread is not None and self.sign(variance - spread):
                return False
            row = number.predicted.row()
            rows.append(Row(row.coefficients, row.constant - number.true, equation=True))
        return self._exists(rows)

    def _described(self, support: Set, theta: Vector, moving: int) -> str:
        """The mixtures of a piece: those with a given best fit, or with one that makes the support optimal."""
        names = [self.agent.actions[a] for a in support]
        parts = " and ".join(f"sigma({name}) > 0" for name in names)
        if moving:
            return f"{parts} and some best fit makes {', '.join(names)} optimal"
        point = zip(self.agent.coordinates, theta, strict=True)
        shown = ", ".join(f"{name} = {element_text(self.ring, x)}" for name, x in point)
        return f"{parts} and {shown} is a best fit"
