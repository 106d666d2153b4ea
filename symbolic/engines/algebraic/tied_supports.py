"""Mixed equilibria on three or more actions with several families or models, by certified search.

Every set of branches (`balls`) that may hold the best fits in the support of a belief gives one system (`tied_system`).
As many branches as there are actions are enough: a belief that makes S optimal can be chosen with at most as many
points as there are optimal actions (a basic solution of that linear program). The coordinates of the branches are
searched box by box: a box is put aside when no strategy can make its points stationary, tied and no worse than known
models, or when no belief on them makes S optimal (both by Farkas' lemma, checked on balls); or when it lies where a
root is known to be alone. A root becomes an equilibrium when all weights are certainly positive, its points certainly
are minimizers, no other point fits as well (`global_fit`), and no other action pays as much.

Strategies found this way have no closed form here: they are isolated roots, certified by balls.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations, combinations_with_replacement

import flint
from flint import arb

from ...algebra.enclosed import Enclosed
from ...algebra.number_field import Real
from ...algebra.ring import Element
from ...definition.hulls import affine_constraints, hulls, kernel
from ...definition.stationary import is_convex
from ...forms.laws import Agent, Family
from ...results.fits import CertifiedFits, CertifiedPiece, CertifiedPoint
from .balls import PRECISION, Ball, Balls, Branch, between_ball
from .global_fit import Minimizer, Side, coordinate_box, fits_no_better, weighted
from .tied_system import Root, TiedSystem, no_weights, weights_of

BOX_LIMIT = 2_000
REPLY_BOX_LIMIT = 600
DEPTH_LIMIT = 40

Box = tuple[Side, ...]


@dataclass(frozen=True, slots=True)
class CertifiedMixture:
    """An equilibrium as an isolated root: weights of the support, the best fits, and a belief on them, enclosed."""

    weights: tuple[Enclosed, ...]
    fits: CertifiedFits
    belief: tuple[Enclosed, ...]
    self_confirming: bool | None


def search(agent: Agent, support: Sequence[int], settled: Collection[int]) -> tuple[list[CertifiedMixture], str]:
    """All equilibria with this support, and why there may be more ("" when there are not). Certified.

    Those held up by one point of a family with an index in `settled` are known and left out.
    """
    with flint.ctx.workprec(PRECISION):
        playing = [k for k, f in enumerate(agent.families) if all(f.divergences[a] is not None for a in support)]
        for k in playing:
            family = agent.families[k]
            if _obstacle(family):
                return [], _obstacle(family)
            if kernel(family, support):
                return [], f"play does not identify {family.name}, and several best fits may tie"
        places = {k: [Branch.of(agent, k, hull) for hull in hulls(agent.families[k], [], ())] for k in playing}
        alone = [k for k in playing if is_convex(agent.families[k], support)]
        found: list[CertifiedMixture] = []
        reason = ""
        left = BOX_LIMIT
        for branches in _tuples(places, alone):
            if len(branches) == 1 and branches[0].index in settled:
                continue
            one = _Search(agent, TiedSystem(branches, tuple(support)), places, limit=left)
            more, why = one.run()
            left -= one.boxes
            found += more
            reason = reason or why
        return found, reason


def _obstacle(family: Family) -> str:
    """Why the coordinates of a family cannot be searched, or ""."""
    if len(affine_constraints(family)) < len(family.constraints) or family.excluded:
        return f"the domain of {family.name} is not a polyhedron, and several best fits may tie on it"
    if coordinate_box(family) is None:
        return f"a coordinate of {family.name} is unbounded, and several best fits may tie"
    return ""


def is_never_best(agent: Agent, actions: Sequence[int], action: int) -> bool:
    """Whether it is proved that no belief on best fits to any mixture of the actions makes this action optimal.

    The same search over the best fits in the support of a belief, with every box put aside. Certified; False says
    nothing.
    """
    with flint.ctx.workprec(PRECISION):
        for family in agent.families:
            if _obstacle(family) or any(family.divergences[a] is None for a in actions):
                return False
        places = {
            k: [Branch.of(agent, k, hull) for hull in hulls(family, [], ())] for k, family in enumerate(agent.families)
        }
        # Where payoffs are affine the mean of a belief on the best fits of a convex family does as well.
        alone = [
            k for k, f in enumerate(agent.families)
            if is_convex(f, actions) and all(_is_affine(p - f.payoffs[0]) for p in f.payoffs)
        ]  # fmt: skip
        left = REPLY_BOX_LIMIT
        for branches in _tuples(places, alone):
            one = _Search(agent, TiedSystem(branches, tuple(actions)), places, action, left)
            if not one.is_empty():
                return False
            left -= one.boxes
        return True


def _is_affine(element: Element) -> bool:
    return bool(element.denominator.is_constant()) and int(element.numerator.total_degree()) <= 1


def _tuples(places: dict[int, list[Branch]], alone: Collection[int]) -> Iterator[tuple[Branch, ...]]:
    """The sets of branches; one point is enough for the families in `alone`, and a single model is one point."""
    everything = [branch for k in sorted(places) for branch in places[k]]
    for size in range(1, len(everything[0].family.divergences) + 1 if everything else 0):
        for chosen in combinations_with_replacement(everything, size):
            indices = [b.index for b in chosen]
            if any(indices.count(k) > 1 for k in alone):
                continue
            if any(b is c and not b.dimension for b, c in combinations(chosen, 2)):
                continue
            yield chosen


class _Search:
    """Branch and prune over the coordinates of one system; with a `goal`, for beliefs that make this action optimal."""

    def __init__(
        self,
        agent: Agent,
        system: TiedSystem,
        places: dict[int, list[Branch]],
        goal: int | None = None,
        limit: int = BOX_LIMIT,
    ) -> None:
        self.agent = agent
        self.limit = limit
        self.boxes = 0
        self.goal = goal
        self.system = system
        self.places = places
        self.support = system.support
        self.references = self._references()
        self.roots: list[Root] = []

    def _references(self) -> list[list[Ball]]:
        """Divergences of models that a best fit must not exceed, by action of the support."""
        found = []
        for k in sorted(self.places):
            whole = self.places[k][0]
            sides = coordinate_box(whole.family)
            assert sides is not None
            for parts in _grid(sides):
                u = [between_ball(x, x) for x in parts]
                if any(not condition.at(u) >= 0 for condition in whole.conditions):
                    continue
                row = [d.value(u) for a in self.support if (d := whole.divergences[a]) is not None]
                if len(row) == len(self.support) and all(value.is_finite() for value in row):
                    found.append(row)
        return found

    def run(self) -> tuple[list[CertifiedMixture], str]:
        """The equilibria of the system, and why there may be more."""
        if self._covers(self._examine):
            return self._results("")
        names = ", ".join(dict.fromkeys(b.family.name for b in self.system.branches))
        return self._results(f"the search for best fits of {names} that tie reached its limit")

    def is_empty(self) -> bool:
        """Whether it is proved that there is nothing to be found."""
        return self._covers(lambda box: False)

    def _covers(self, is_done: Callable[[Box], bool]) -> bool:
        """Whether all boxes are put aside or done within the limits."""
        boxes: list[tuple[Box, int]] = [(self._start(), 0)]
        while boxes:
            box, depth = boxes.pop()
            self.boxes += 1
            if self._is_empty(box):
                continue
            if self.boxes > self.limit or depth > DEPTH_LIMIT:
                return False
            if is_done(box):
                continue
            if not box:
                return False
            widest = max(range(len(box)), key=lambda k: box[k][1] - box[k][0])
            low, high = box[widest]
            middle = (low + high) / 2
            boxes += [
                ((*box[:widest], half, *box[widest + 1 :]), depth + 1) for half in ((low, middle), (middle, high))
            ]
        return True

    def _start(self) -> Box:
        sides: list[Side] = []
        for branch in self.system.branches:
            whole = coordinate_box(branch.family)
            assert whole is not None
            sides += [whole[coordinate_of(branch, k)] for k in range(branch.dimension)]
        return tuple(sides)

    def _split(self, x: Balls) -> list[Balls]:
        parts, place = [], 0
        for branch in self.system.branches:
            parts.append(x[place : place + branch.dimension])
            place += branch.dimension
        return parts

    def _is_empty(self, box: Box) -> bool:
        """Whether it is proved that no equilibrium has its best fits in the box."""
        u = self._split([between_ball(*side) for side in box])
        for branch, own in zip(self.system.branches, u, strict=True):
            if any(condition.at(own) < 0 for condition in branch.conditions):
                return True
        if self._is_repetition(box):
            return True
        rows = self.system.strategy_rows(u)
        if rows is None:
            return True
        bounds = list(self.system.multiplier_rows(u))
        first = self.system.branches[0]
        centre = [ball.mid() for ball in u[0]]
        value = [d.value_between(u[0], centre) for a in self.support if (d := first.divergences[a]) is not None]
        bounds += [[r - v for r, v in zip(reference, value, strict=True)] for reference in self.references]
        rows = rows + self._curvatures(u)
        if no_weights(rows, bounds, len(self.support)):
            return True
        if any(self._is_dominated(branch, own) for branch, own in zip(self.system.branches, u, strict=True)):
            return True
        ties = self.system.belief_rows(u) if self.goal is None else []
        return no_weights(ties, self.system.advantage_rows(u, self.goal), len(self.system.branches))

    def _is_dominated(self, branch: Branch, own: Balls) -> bool:
        """Whether a known model fits every action of the support better: also where divergences are infinite."""
        divergences = [branch.divergences[action] for action in self.support]
        values = [None if d is None else d.lower_bound(own) for d in divergences]
        return any(
            all(v is not None and v > r for v, r in zip(values, reference, strict=True))
            for reference in self.references
        )

    def _is_repetition(self, box: Box) -> bool:
        """Whether coordinates on one and the same hull come in the wrong order: another box holds the pair."""
        u = self._split([between_ball(*side) for side in box])
        for j, branch in enumerate(self.system.branches):
            for k in range(j):
                if self.system.branches[k] is branch and u[k] and u[k][0] > u[j][0]:
                    return True
        return False

    def _curvatures(self, u: Sequence[Balls]) -> list[list[Ball]]:
        """Between two stationary points on one line the second derivative vanishes somewhere."""
        rows = []
        for j, branch in enumerate(self.system.branches):
            for k in range(j):
                if self.system.branches[k] is branch and branch.dimension == 1:
                    span = [u[k][0].union(u[j][0])]
                    rows.append(
                        [d.hessian[0][0].at(span) for a in self.support if (d := branch.divergences[a]) is not None]
                    )
        return rows

    def _examine(self, box: Box) -> bool:
        """Whether the box needs no further search: all its roots are known."""
        if not self.system.is_square:
            return False
        u = self._split([between_ball(*side) for side in box])
        inside = self.system.enclosed(u)
        if inside is None:
            return False
        if self._is_alone(inside):
            return True
        point = self.system.newton(inside)
        if point is None:
            return False
        if not any(all(a.contains(p) for a, p in zip(r.alone, point, strict=True)) for r in self.roots):
            root = self.system.root_near(point)
            if root is None:
                return False
            self.roots.append(root)
        return self._is_alone(inside)

    def _is_alone(self, inside: Balls) -> bool:
        return any(all(a.contains(i) for a, i in zip(r.alone, inside, strict=True)) for r in self.roots)

    # Roots

    def _results(self, reason: str) -> tuple[list[CertifiedMixture], str]:
        found = []
        for root in self.roots:
            entry = self._judge(root)
            if entry is None:
                reason = reason or "whether a strategy at which several models tie is an equilibrium was not decided"
            elif not isinstance(entry, bool):
                found.append(entry)
        return found, reason

    def _judge(self, root: Root) -> CertifiedMixture | bool | None:
        """The equilibrium at a root; False where there is none, None where balls do not tell."""
        u, sigma, mu = self.system.parts(root.inside)
        for (j, first), (k, second) in combinations(enumerate(self.system.branches), 2):
            if first is second and u[j][0] > u[k][0]:
                return False  # the same points in the other order
        signs: list[Ball] = [*sigma]
        for branch, own in zip(self.system.branches, u, strict=True):
            signs += [condition.at(own) for condition in branch.conditions]
        for row in self.system.multiplier_rows(u):
            signs.append(_weighted(row, sigma))
        if not self.system.with_belief:
            solved = weights_of(self.system.belief_rows(u), len(self.system.branches))
            if any(s < 0 for s in signs):
                return False
            if solved is None:
                return False if any(s < 0 for s in signs) else None
            mu = solved
        signs += [*mu, *(_weighted(row, mu) for row in self.system.advantage_rows(u))]
        if any(s < 0 for s in signs):
            return False
        if not all(s > 0 for s in signs) or any(b.is_open or b.degenerate for b in self.system.branches):
            return None
        best = self._is_best(u, sigma)
        if not best:
            return best
        return CertifiedMixture(
            tuple(Enclosed.of(w) for w in sigma),
            CertifiedFits(tuple(certified_piece(b, own) for b, own in zip(self.system.branches, u, strict=True))),
            tuple(Enclosed.of(w) for w in mu),
            self._is_self_confirming(u),
        )

    def _is_best(self, u: Sequence[Balls], sigma: Balls) -> bool | None:
        """Whether the points are the only best fits; False when something fits better, None when unknown."""
        least = weighted(self.system.branches[0], self.support, sigma, u[0])
        for k in sorted(self.places):
            whole = self.places[k][0]
            mine = [
                Minimizer(b, tuple(own), tuple(t.at(own) for t in b.theta))
                for b, own in zip(self.system.branches, u, strict=True)
                if b.index == k
            ]
            if mine and is_convex(whole.family, self.support):
                continue
            if not whole.family.dimension:
                if mine:
                    continue
                other = weighted(whole, self.support, sigma, ())
                if other < least:
                    return False
                if not other > least:
                    return None
                continue
            answer = fits_no_better(whole, self.support, sigma, least, mine)
            if not answer:
                return answer
        return True

    def _is_self_confirming(self, u: Sequence[Balls]) -> bool | None:
        unsure = False
        for branch, own in zip(self.system.branches, u, strict=True):
            gaps = [gap.at(own) for a in self.support for gap in branch.misfits[a]]
            if any(gap > 0 or gap < 0 for gap in gaps):
                continue
            if not branch.dimension and all(gap.is_zero() for gap in gaps):
                return True
            unsure = True
        return None if unsure else False


def _weighted(row: Sequence[Ball], weights: Balls) -> Ball:
    total = arb(0)
    for entry, weight in zip(row, weights, strict=True):
        total = total + entry * weight
    return total


def coordinate_of(branch: Branch, k: int) -> int:
    """The coordinate of theta that the k-th coordinate of the hull is."""
    wanted = branch.hull.ring.parameter(f"u{k}")
    return next(i for i, value in enumerate(branch.hull.theta) if (value - wanted).is_zero())


def certified_piece(branch: Branch, own: Balls) -> CertifiedPiece:
    numbers: list[Real | Enclosed] = []
    for element, compiled in zip(branch.hull.theta, branch.theta, strict=True):
        exact = element.rational()
        numbers.append(Real.of(exact) if exact is not None else Enclosed.of(compiled.at(own)))
    point = CertifiedPoint(branch.family.name, tuple(zip(branch.family.coordinates, numbers, strict=True)))
    return CertifiedPiece(branch.family.name, (point,))


def _grid(sides: Sequence[Side]) -> Iterator[tuple[Fraction, ...]]:
    """A few points of a box: its corners, its centre and the centres of its sides."""
    if not sides:
        yield ()
        return
    low, high = sides[0]
    for rest in _grid(sides[1:]):
        for x in (low, (low + high) / 2, high):
            yield (x, *rest)
