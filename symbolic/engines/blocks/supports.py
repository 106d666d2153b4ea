r"""All equilibria with one support, where functions of the parameters have given signs.

Unknown are the weights of the actions and the best fits inside of their intervals. An equilibrium satisfies

* for each block whose fit is inside: the slope of the divergence vanishes there, which is linear in each player's play;
* where several actions are played at a node: their payoffs tie, polynomials in the fits.

Which blocks fit at which end of Theta is a case, whose equations `symbolic.algebra.unknown_systems` solves.
Every solution is only a candidate: at its play all best fits are computed anew and the definition is checked
(Esponda & Pouzo 2016, Definition 1). What stays free is a continuum (`symbolic.engines.blocks.continua`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import product

from ...algebra.ring import Element
from ...algebra.unknown_systems import Branch, Range, System
from ...algebra.unknowns import Unknowns, total_of
from ...cells.undecided import attempt
from ...errors import NotSupportedError
from .checked import Condition, Found, Support
from .continua import Continua
from .fits import Values, Weights
from .form import Given, Learner, Line, Simplex


@dataclass(frozen=True, slots=True)
class _Case:
    """How a block may fit: at ends of Theta, or by equations for the coordinates inside, and under which conditions.

    `sure` are equations that are linear in a coordinate with a coefficient that does not vanish.
    """

    ends: dict[int, Element]
    equations: tuple[Unknowns, ...] = ()
    conditions: tuple[Condition, ...] = ()
    inner: tuple[int, ...] = ()
    sure: dict[int, Unknowns] = field(default_factory=dict)


class Supports(Continua):
    """The equilibria with each support."""

    def equilibria(self, support: Support) -> list[Found]:
        """All of them. Raises NotSupportedError or BudgetError where they have no closed form."""
        found, reason = attempt(lambda: self._equilibria(support))
        if found is None:
            if self.is_excluded(support):
                return []
            raise NotSupportedError(reason)
        return found

    def _equilibria(self, support: Support) -> list[Found]:
        weights = self.symbolic(support)
        seen = self.situations(weights)
        unknown = sorted({k for w in weights.values() for k in w.unknowns})
        if not unknown:
            here = self.checked(support, weights, {}, {})
            return [] if here is None else [here]
        ties = self._ties(support, seen)
        if ties is None:
            return []
        found: list[Found] = []
        for branch, rows in self._branches(ties, seen, unknown):
            for here in self._read(support, weights, seen, branch, rows):
                if not any(self._same(here, known) for known in found):
                    found.append(here)
        return found

    def _same(self, first: Found, second: Found) -> bool:
        return first.dimension == second.dimension and first.text == second.text and not any(
            self.fits.sign(a - b)
            for own, other in zip(first.weights, second.weights, strict=True) for a, b in zip(own, other, strict=True)
        )  # fmt: skip

    def _ties(self, support: Support, seen: Weights) -> list[tuple[int, Unknowns]] | None:
        """The differences of payoffs that vanish, with their player, where no free block moves them."""
        found = []
        for node, actions in enumerate(support):
            player = self.play.nodes[node].player
            for other in actions[1:]:
                difference = self.play.learners[player].difference(node, actions[0], other)
                if self._free_unknowns(player, seen).isdisjoint(difference.unknowns):
                    found.append((player, difference))
        return found

    def _free_unknowns(self, player: int, seen: Weights) -> frozenset[int]:
        """The coordinates that play leaves free."""
        learner, found = self.play.learners[player], set[int]()
        for block in learner.blocks:
            if self.relevant[player].isdisjoint(block.unknowns):
                continue
            if isinstance(block, Given):
                free = len(self.fits.vertices(learner, block, seen, {})) > 1
            elif isinstance(block, Simplex):
                free = self.fits.counts(block, seen) is None
            else:
                free = self.fits.score(learner, block, seen) is None
            if free:
                found |= set(block.unknowns)
        return frozenset(found)

    def _branches(
        self, ties: Sequence[tuple[int, Unknowns]], seen: Weights, unknown: Sequence[int]
    ) -> Iterator[tuple[Branch, list[Condition]]]:
        """The solutions case by case, fits at ends among them, with what the case asks for beyond its equations."""
        cases: list[list[_Case]] = []
        unit: Range = (self.fits.zero, self.fits.one)
        ranges: dict[int, Range] = dict.fromkeys(unknown, unit)
        for player, learner in enumerate(self.play.learners):
            moved = frozenset(k for j, tie in ties if j == player for k in tie.unknowns)
            for block in learner.blocks:
                if moved.isdisjoint(block.unknowns):
                    continue
                if isinstance(block, Given):
                    (only,) = self.fits.vertices(learner, block, seen, {})
                    cases.append([_Case(only)])
                elif isinstance(block, Simplex):
                    cases.append([self._simplex_case(block, seen)])
                    ranges.update(dict.fromkeys(block.unknowns, (None, None)))
                else:
                    cases.append(self._line_cases(learner, block, seen))
                    theta = self.fits.theta(learner, block)
                    ranges[block.unknown] = theta.low.value, theta.high.value
        for chosen in product(*cases):
            put = {k: v for case in chosen for k, v in case.ends.items()}
            equations = [*(tie for _, tie in ties), *(e for case in chosen for e in case.equations)]
            for place, value in put.items():
                equations = [e.put(place, Unknowns.constant(value)) for e in equations]
            inner = [k for case in chosen for k in case.inner]
            sure = {k: e for case in chosen for k, e in case.sure.items()}
            system = System(ranges, self.fits.sign, self.fits.functions, sure)
            rows = [row for case in chosen for row in case.conditions]
            one = Unknowns.constant(self.fits.one)
            ends = tuple((k, (Unknowns.constant(value), one)) for k, value in put.items())
            for branch in system.solve(equations, [*unknown, *inner]):
                yield Branch((*branch.values, *ends), branch.free), rows

    def _line_cases(
        self, learner: Learner, block: Line, seen: Weights
    ) -> list[_Case]:
        theta, score = self.fits.theta(learner, block), self.fits.score(learner, block, seen)
        assert score is not None
        found: list[_Case] = []
        inner: list[Condition] = []
        for place, off in ((theta.low, score.off_low), (theta.high, score.off_high)):
            if place.value is None or off:
                continue
            slope = score.polynomial.put(block.unknown, Unknowns.constant(place.value))
            if place.side < 0:
                slope = -slope
            found.append(_Case({block.unknown: place.value}, conditions=(Condition(slope, False),)))
            inner.append(Condition(-slope, True))
            if theta.point:
                return [_Case({block.unknown: place.value})]
        sure = {block.unknown: score.polynomial} if score.polynomial.degree(block.unknown) == 1 else {}
        found.append(_Case({}, (score.polynomial,), tuple(inner), (block.unknown,), sure))
        return found

    def _simplex_case(
        self, block: Simplex, seen: Weights
    ) -> _Case:
        counts = self.fits.counts(block, seen)
        assert counts is not None
        total, equations = total_of(counts), {}
        for k, count in zip(block.unknowns, counts[1:], strict=True):
            equations[k] = Unknowns.of(k, self.fits.one) * total - count
        return _Case({}, tuple(equations.values()), (), block.unknowns, equations)

    # Branches

    def _read(
        self, support: Support, weights: Mapping[int, Unknowns], seen: Weights, branch: Branch, rows: list[Condition]
    ) -> Iterator[Found]:
        free = [k for k in branch.free if k in {u for w in weights.values() for u in w.unknowns}]
        if len(free) < len(branch.free):
            raise NotSupportedError("best fits that nothing determines")
        values = dict(branch.values)
        if not free:
            known = self.point(values, {})
            here = None if known is None else self.checked(support, self.at(weights, known), {}, known)
            if here is not None:
                yield here
        elif len(free) == 1:
            yield from self.curve(support, weights, seen, values, free[0])
        else:
            here = self.region(support, weights, seen, values, free, rows)
            if here is not None:
                yield here

    # Exclusion

    def is_excluded(self, support: Support) -> bool:
        """Whether a tie is impossible because a difference of payoffs has one sign at all fits that may come."""
        seen = self.situations(self.symbolic(support))

        def excluded() -> bool:
            for node, actions in enumerate(support):
                player = self.play.nodes[node].player
                learner = self.play.learners[player]
                corners = self.corners(player, seen)
                for first, second in product(actions, range(len(self.play.nodes[node].actions))):
                    if first == second:
                        continue
                    difference = learner.difference(node, first, second)
                    if self.is_curved(learner, difference):
                        continue
                    signs = {self.fits.sign(difference.at(corner, self.fits.zero)) for corner in corners}
                    if signs == {-1} or (second in actions and signs == {1}):
                        return True
            return False

        return attempt(excluded)[0] is True

    def is_curved(self, learner: Learner, difference: Unknowns) -> bool:
        """Whether a difference of payoffs is not affine in each block."""
        if learner.has_quotients:
            return True
        for block in learner.blocks:
            degrees = [sum(p for k, p in m if k in block.unknowns) for m, _ in difference.terms]
            if max(degrees, default=0) > 1:
                return True
        return False

    def corners(self, player: int, seen: Weights) -> list[Values]:
        """The corners of a box in which the fits to all (also correlated) play of these situations lie."""
        learner, found = self.play.learners[player], []
        one = Unknowns.constant(self.fits.one)
        for block in learner.blocks:
            if self.relevant[player].isdisjoint(block.unknowns):
                continue
            own: list[Values] = []
            for number in sorted(seen):
                for corner in self.fits.vertices(learner, block, {number: one}, {}):
                    if corner not in own:
                        own.append(corner)
            found.append(own)
        return [{k: v for part in chosen for k, v in part.items()} for chosen in product(*found)]
