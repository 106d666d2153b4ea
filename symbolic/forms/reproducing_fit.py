"""The theta of an affine family that reproduces given averages, exactly, and whether it lies in the domain."""

from __future__ import annotations

from collections.abc import Sequence

from ..algebra.box_signs import Effort
from ..algebra.rewritings import reduce_roots
from ..algebra.ring import Element, Ring, lift
from ..cells.domain import difference
from ..cells.proved_signs import proved
from ..cells.search import Domain
from ..errors import NotSupportedError
from ..expressions.reading import Relation
from ..game.checks import TOTAL_EFFORT
from ..game.game import Game
from ..game.parameter_space import game_domain
from .affine import Family, affine_in, grouped_rows
from .entries import Entries


class FamilyFit:
    """Solves ``q_c(theta) = average_c`` for all classes, exactly, and checks that theta lies in its domain."""

    def __init__(self, game: Game, family: Family, entries: Entries) -> None:
        self.game = game
        self.family = family
        self.entries = entries

    def theta(self, averages: tuple[tuple[Element, ...], ...]) -> tuple[Element, ...]:
        """The one theta that reproduces these averages; raises NotSupportedError when there is none in D."""
        system = []
        for place, average in enumerate(averages):
            for entry, target in zip(grouped_rows(self.family, place, self.entries), average, strict=True):
                system.append([*entry.slopes, lift(target, self.entries.ring.context) - entry.constant])
        width = len(self.family.model.theta)
        reduced, pivots = self._eliminated(system, width)
        refusal = f"the family {self.family.model.name} cannot reproduce what the others do"
        if any(not row[-1].is_zero() for row in reduced[len(pivots) :]):
            raise NotSupportedError(f"{refusal}: no value of theta matches the truth of every profile")
        if len(pivots) < width:
            raise NotSupportedError(
                f"the family {self.family.model.name} has coordinates of theta that no prediction shows; drop them"
            )
        solution = tuple(reduced[k][-1] for k in range(width))
        self._check_inside(solution, refusal)
        return solution

    def determined_by(self, classes: Sequence[int]) -> bool:
        """Whether the predictions of these classes alone determine theta."""
        system = [
            [*entry.slopes, self.entries.ring.constant(0)]
            for c in classes
            for entry in grouped_rows(self.family, c, self.entries)
        ]
        width = len(self.family.model.theta)
        return len(self._eliminated(system, width)[1]) == width

    def _eliminated(self, system: list[list[Element]], width: int) -> tuple[list[list[Element]], list[int]]:
        """Reduced row echelon form with pivots that vanish nowhere on the domain."""
        ring = self.entries.ring
        domain = game_domain(self.game, ring)
        domain = domain if domain.ring.context is ring.context else domain.over(domain.ring)
        rows = [list(row) for row in system]
        pivots: list[int] = []
        for column in range(width):
            start = len(pivots)
            candidates = [k for k in range(start, len(rows)) if not rows[k][column].is_zero()]
            choice = next(
                (k for k in candidates if rows[k][column].rational() is not None),
                next((k for k in candidates if domain.definite_sign(lift(rows[k][column], domain.ring.context))), None),
            )
            if choice is None:
                if candidates:
                    raise NotSupportedError(
                        f"what identifies the family {self.family.model.name} may vanish on the domain of the "
                        "parameters; fix them"
                    )
                continue
            rows[start], rows[choice] = rows[choice], rows[start]
            pivot = rows[start][column]
            rows[start] = [reduce_roots(ring, entry / pivot) for entry in rows[start]]
            for k in range(len(rows)):
                if k != start and not rows[k][column].is_zero():
                    factor = rows[k][column]
                    rows[k] = [
                        reduce_roots(ring, entry - factor * base)
                        for entry, base in zip(rows[k], rows[start], strict=True)
                    ]
            pivots.append(column)
        return rows, pivots

    def _check_inside(self, theta: tuple[Element, ...], refusal: str) -> None:
        """Whether theta lies in the family's domain, which must be convex."""
        model, ring = self.family.model, self.entries.ring
        for coordinate, value in zip(model.theta, theta, strict=True):
            interval = coordinate.domain
            ends = ((interval.low, interval.low_open, 1), (interval.high, interval.high_open, -1))
            for end, is_open, side in ends:
                if end is None:
                    continue
                gap = value - ring.constant(end)
                gap = gap if side > 0 else -gap
                if not self._at_least_zero(gap, strict=is_open):
                    raise NotSupportedError(
                        f"{refusal}: {coordinate.name} would leave its domain {interval}, or may for some parameters"
                    )
        for relation in model.where:
            self._check_relation(relation, theta, refusal)

    def _check_relation(self, relation: Relation, theta: tuple[Element, ...], refusal: str) -> None:
        affine = affine_in(difference(relation), self.family.model, self.game, self.entries)
        gap = affine.at([lift(t, self.entries.ring.context) for t in theta])
        if relation.operator in ("<", "<="):
            gap = -gap
        if relation.operator == "!=":
            raise NotSupportedError(f"the relation {relation} of {self.family.model.name} is not convex; drop it")
        if relation.operator == "==":
            inside = gap.is_zero()
        else:
            inside = self._at_least_zero(gap, strict=relation.operator in ("<", ">"))
        if not inside:
            raise NotSupportedError(f"{refusal}: {relation} would fail, or may on the parameters' domain")

    def _at_least_zero(self, element: Element, strict: bool) -> bool:
        value = element.rational()
        if value is not None:
            return value > 0 or (value == 0 and not strict)
        domain = game_domain(self.game, self.entries.ring)
        if domain.definite_sign(lift(element, domain.ring.context)) == 1:
            return True
        if strict:
            return False
        return _weakly_positive(self.game, self.entries.ring, element)


def _weakly_positive(game: Game, ring: Ring, element: Element) -> bool:
    """Whether the element is proved non-negative on the domain, its zeros allowed."""
    return proved(Domain(game.parameters, game.assume, Effort(TOTAL_EFFORT)), element, False)
