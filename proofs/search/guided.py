"""Proofs guided by the cells of an exact decomposition: their points say which signs hold where.

The search of `prover` guesses from random points and tries many combinations. Where the cells are known, a point of
each says what is true on it: nothing is searched for but a proof of each sign that the claim needs, from the relations
that hold on the cells at hand (`constant_combinations`). An expression with several signs on these cells is split on;
a case without cells is refuted; a split that the proof of one of its cases does not use is left out, so that equal
cases are one. What cannot be proved this way stays open. As everywhere, the checker has the last word.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction

from ..check import Rejected, check
from .constant_combinations import Constants, weighted_refutation
from .facts import GIVEN, Combined, Constant, Fact, Holds, Meant, Node, Polynomial, Refuted, Space, Split, needed
from .points import sign_at
from .prover import SignsAsked, certificate_of, minimal_products
from .questions import Limits, Proved, Question
from .reasoning import Knowledge
from .samples import Samples, with_logs
from .sign_facts import Constraint, negation
from .work import Work

MOST_DEPTH = 40
_ROUNDED = 1e-13  # the points are exact but for rounding, and cells may be thin
MOST_HELPERS = 6  # splits on a path that no part of the claim asked for
_Sign = tuple[int, tuple[tuple[Fact, int], ...]] | None
Points = Sequence[Mapping[str, float]]


class _Stuck(Exception):
    pass


def by_meaning(question: Question) -> Proved | None:
    """The proof of a claim that follows from what its predicates mean, None where it does not."""
    if question.game is None:
        return None
    node = Node((), Meant())
    certificate = certificate_of(question, node)
    try:
        return Proved(certificate, check(certificate), node)
    except Rejected:
        return None


def proof_by_cells(question: Question, points: Points, limits: Limits) -> Proved | None:
    """A proof that follows the cells, accepted by the checker; None where none was found.

    Parameters: the question; a point of each cell, by parameter; bounds on the search.
    """
    import numpy  # for start-up

    space = question.setting.space
    table = numpy.array([[point[name] for name in space.parameters] for point in points], dtype=float)
    samples = Samples(with_logs(space, table.reshape(len(points), len(space.parameters))), _ROUNDED)
    given = [*question.setting.domain, *question.setting.positive, *question.assumptions]
    search = _Guided(question, limits)
    try:
        proof = search.node(_Place(space, given, (), samples, search.work), ())
    except _Stuck:
        return None
    certificate = certificate_of(question, proof)
    try:
        return Proved(certificate, check(certificate), proof)
    except Rejected:
        return None


class _Place(Knowledge):
    """What is known on some of the cells; samples are their points, at least one of each."""

    def __init__(
        self, space: Space, given: Sequence[Fact], found: Sequence[Fact], samples: Samples, work: Work | None
    ) -> None:
        super().__init__(space, given, found, samples, work)
        self.constants = Constants(space)
        self.asked: dict[str, Polynomial] = {}  # whose signs the claim asked for, here or elsewhere
        self._likely: dict[str, frozenset[int]] = {}
        self._settled: dict[int, tuple[Polynomial, _Sign]] = {}

    def child(self, start: Fact, sign: int) -> _Place:
        points = self.samples.points
        wanted = abs(sign)  # the polynomial of the case's own fact is positive there, or zero
        here = points[[found == wanted for found in self.samples.each(start.polynomial)]]
        samples = Samples(here, self.samples.zero)
        below = _Place(self.space, [*self.given, start], [*self.found, *self.new], samples, self.work)
        below.asked = self.asked
        return below

    def likely_signs(self, polynomial: Polynomial) -> frozenset[int]:
        """The signs on the cells; of a constant its sign."""
        key = str(polynomial)
        if key not in self._likely:
            if self.constants.is_constant(polynomial):
                sign = sign_at(self.space, polynomial, dict.fromkeys(self.space.parameters, Fraction(1)))
                self._likely[key] = frozenset({-1, 0, 1} if sign is None else {sign})
            else:
                self._likely[key] = self.samples.signs(polynomial)
                self.asked.setdefault(key, polynomial)
        return self._likely[key]

    def sign(self, polynomial: Polynomial, deep: bool = False) -> _Sign:
        if id(polynomial) not in self._settled:
            found: _Sign = (0, ()) if polynomial.is_zero() else self._sign_by_factors(polynomial, deep)
            self._settled[id(polynomial)] = polynomial, found  # kept, so that no other takes its place
        return self._settled[id(polynomial)][1]

    def undecided_factors(self, polynomial: Polynomial) -> list[Polynomial]:
        open_factors = [f for f, _ in polynomial.factor()[1] if self.factor_sign(f) is None]
        return sorted(open_factors, key=_size)

    def contradiction(self, deep: bool = False) -> Combined | None:
        start = self.given[-1]
        return self._weighted(start, self.given) or (
            super().contradiction() if self._is_plain(start.polynomial) else None
        )

    def _search(self, polynomial: Polynomial, relation: str, deep: bool) -> Fact | None:
        if relation == "==":
            return self._equal(polynomial)
        if self.constants.is_constant(polynomial):
            positive = self.likely_signs(polynomial) == {1}
            return self.add(Fact(polynomial, ">", Constant())) if positive else None
        reason = self._weighted(negation(Constraint(polynomial, relation)), self.given)
        if reason is None and self._is_plain(polynomial):
            return super()._search(polynomial, relation, False)
        return None if reason is None else self.add(Fact(polynomial, relation, reason))

    def _is_plain(self, polynomial: Polynomial) -> bool:
        """Whether no logarithm of a number occurs, so that the search with rational numbers may do."""
        values = zip(self.space.logs, self.constants.values, strict=True)
        return self.space.logs_in(polynomial).isdisjoint(name for name, value in values if value is not None)

    def _weighted(self, last: Fact | Constraint, given: Sequence[Fact]) -> Combined | None:
        """A refutation of what is known and the last fact, or the negation of what is to be proved.

        First by what is given, then also by what follows from it, at last with higher degrees.
        """
        found = self._refuted_by(given, last, 0)
        if found is not None:
            return found
        self._derive()
        known = [fact for fact in self.facts() if not self.constants.is_constant(fact.polynomial)]
        slacks = (0, 1) if len(known) > len(given) else (1,)
        return next((found for slack in slacks if (found := self._refuted_by(known, last, slack)) is not None), None)

    def _refuted_by(self, facts: Sequence[Fact], last: Fact | Constraint, slack: int) -> Combined | None:
        if self.work.late() or not self.work.spend(len(facts)):
            return None
        places: list[Fact | None] = [fact for fact in facts if fact is not last]
        places.append(last if isinstance(last, Fact) else None)
        constraints = [Constraint(fact.polynomial, fact.relation) for fact in places if fact is not None]
        if isinstance(last, Constraint):
            constraints.append(last)
        found = weighted_refutation(self.constants, constraints, slack, self._is_positive)
        if found is None:
            return None
        terms = []
        for term in found.terms:
            weights = tuple((self._positive(constant), power) for constant, power in term.constants)
            terms.append((term.coefficient, (*weights, *((places[i], power) for i, power in term.factors)), None))
        return Combined(tuple(terms), tuple((places[i], multiplier) for i, multiplier in found.equalities))

    def _is_positive(self, constant: Polynomial) -> bool | None:
        signs = self.likely_signs(constant)
        return True if signs == {1} else False if signs == {-1} else None

    def _positive(self, constant: Polynomial) -> Fact:
        return self.known(constant, ">") or self.add(Fact(constant, ">", Constant()))

    def _derive(self) -> None:
        """Prove the signs of all that was asked anywhere and is linear in one parameter, once for this place."""
        for key, polynomial in list(self.asked.items()):
            linear = sum(map(int, polynomial.degrees()[: len(self.space.parameters)])) == 1
            signs = self.likely_signs(polynomial)
            if not linear or (key, "derived", False) in self._tried or signs not in ({1}, {-1}):
                continue
            self._tried[key, "derived", False] = None
            goal = polynomial * min(signs)
            if self.known(goal, ">") is None:
                reason = self._refuted_by(self.given, negation(Constraint(goal, ">")), 0)
                if reason is not None:
                    self.add(Fact(goal, ">", reason))


def _size(polynomial: Polynomial) -> tuple[int, int, str]:
    return int(polynomial.total_degree()), len(polynomial), str(polynomial)


class _Guided:
    def __init__(self, question: Question, limits: Limits) -> None:
        self.question, self.limits, self.work, self.nodes = question, limits, limits.work(), 0
        self.helpers: set[str] = set()

    def node(self, place: _Place, splits: tuple[Polynomial, ...]) -> Node:
        """A proof of the claim on the cells of a place."""
        self.nodes += 1
        if self.nodes > self.limits.nodes or len(splits) > MOST_DEPTH or self.work.late() or self.work.used_up():
            raise _Stuck
        if not len(place.samples.points):
            refuted = place.contradiction()
            if refuted is None:
                raise _Stuck
            return Node(tuple(place.new), Refuted(refuted))
        state = SignsAsked(place, splits, False)
        value = state.value(self.question)
        if value is True and not state.undefined:
            return Node(tuple(place.new), Holds(minimal_products(self.question, (), state)))
        if value is False:
            raise _Stuck
        return self.split(place, self.chosen(place, state.blockers, splits), splits)

    def chosen(self, place: _Place, blockers: Sequence[Polynomial], splits: tuple[Polynomial, ...]) -> Polynomial:
        """What to split on: what is in the way and changes its sign, else what else does, else what is not proved."""
        left = [blocker for blocker in blockers if blocker not in splits]
        for blocker in left:
            if len(place.likely_signs(blocker)) > 1:
                return blocker
        if sum(str(split) in self.helpers for split in splits) < MOST_HELPERS:
            for other in sorted(place.asked.values(), key=_size):
                if other not in splits and len(place.likely_signs(other)) > 1:
                    self.helpers.add(str(other))
                    return other
        if not left:
            raise _Stuck
        return left[0]

    def split(self, place: _Place, chosen: Polynomial, splits: tuple[Polynomial, ...]) -> Node:
        """Cases by the sign of the chosen expression; or the proof of one of them, where it holds for all."""
        cases = []
        for sign in (-1, 0, 1):
            start = Fact(-chosen if sign < 0 else chosen, ">" if sign else "==", GIVEN)
            case = self.node(place.child(start, sign), (*splits, chosen))
            if start not in needed(case):
                return Node((*place.new, *case.facts), case.end)
            cases.append((start, case))
        return Node(tuple(place.new), Split(chosen, tuple(cases)))
